//! Whom the folder of photos held at the last look, so that a folder that is away at the next start is noticed.
//!
//! Rows that cannot be read count as nobody: the folder itself says who there is.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::documents::Kind;
use super::{Database, Tx};
use crate::people::{PersonId, PersonName, PhotoId};
use crate::store::{PersonFolder, PhotoFile, Roster, StoreError};

/// The document with [`Roster::found_in`].
const FOUND_IN: &str = "faces_found_in";

impl Database {
    /// For [`crate::store::Faces::recall`].
    pub fn roster(&self) -> Result<Roster, StoreError> {
        let stored = self.documents::<StoredPerson>(Kind::Folder)?;
        let people = stored.into_iter().map(|(id, person)| person.known_as(PersonId(id))).collect();
        Ok(Roster { found_in: self.document(Kind::Setting, FOUND_IN)?.unwrap_or_default(), people })
    }
}

impl Tx<'_> {
    /// Replaces what was known by [`crate::store::Faces::roster`], writing only what differs.
    pub fn keep_roster(&self, roster: &Roster) -> Result<(), StoreError> {
        let unwritable = |e: serde_json::Error| StoreError::BadStored { what: "person", reason: e.to_string() };
        let (tx, kind) = (self.0, <&str>::from(Kind::Folder));
        let mut statement = tx.prepare_cached("SELECT key, json FROM document WHERE kind = ?1")?;
        let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut kept: HashMap<String, String> = rows.collect::<Result<_, _>>()?;
        let mut put = tx.prepare_cached("INSERT OR REPLACE INTO document VALUES (?1, ?2, ?3)")?;
        for person in &roster.people {
            let json = serde_json::to_string(&StoredPerson::from(person)).map_err(unwritable)?;
            if kept.remove(&person.id.0).as_ref() != Some(&json) {
                put.execute(params![kind, person.id.0, json])?;
            }
        }
        let mut delete = tx.prepare_cached("DELETE FROM document WHERE kind = ?1 AND key = ?2")?;
        for id in kept.keys() {
            self.forgets();
            delete.execute([kind, id])?;
        }
        self.put_document(Kind::Setting, FOUND_IN, &roster.found_in)
    }
}

#[derive(Serialize, Deserialize)]
struct StoredPerson {
    name: PersonName,
    folder: PathBuf,
    sample: bool,
    waited_s: Option<u64>,
    photos: Vec<StoredPhoto>,
}

#[derive(Serialize, Deserialize)]
struct StoredPhoto {
    id: String,
    file: PathBuf,
    bytes: u64,
    accepted: bool,
}

impl From<&PersonFolder> for StoredPerson {
    fn from(person: &PersonFolder) -> Self {
        // A file's name that is not Unicode cannot be written as JSON; its photo is not waited for.
        let photos = person.photos.iter().filter(|photo| photo.path.to_str().is_some()).map(|photo| StoredPhoto {
            id: photo.id.0.clone(),
            file: photo.path.file_name().map(PathBuf::from).unwrap_or_default(),
            bytes: photo.bytes,
            accepted: photo.accepted,
        });
        Self {
            name: person.name.clone(),
            folder: person.folder.clone(),
            sample: person.sample,
            waited_s: person.waiting.map(|waited| waited.as_secs()),
            photos: photos.collect(),
        }
    }
}

impl StoredPerson {
    fn known_as(self, id: PersonId) -> PersonFolder {
        let photos = self.photos.into_iter().map(|photo| PhotoFile {
            id: PhotoId(photo.id),
            path: self.folder.join(photo.file),
            bytes: photo.bytes,
            accepted: photo.accepted,
        });
        PersonFolder {
            id,
            photos: photos.collect(),
            name: self.name,
            folder: self.folder,
            sample: self.sample,
            waiting: self.waited_s.map(Duration::from_secs),
        }
    }
}
