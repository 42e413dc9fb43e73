//! Settings, cameras and the state of presence: JSON by kind and key. What is in it, the engine knows.

use rusqlite::params;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Database, Tx, bad};
use crate::store::StoreError;

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// A setting of the home, by its name.
    Setting,
    /// A camera's settings, by its id.
    Camera,
    /// Where somebody or something was, so that a restart does not forget it.
    Presence,
    /// What a camera shows without moving, by its id.
    AtRest,
    /// How well a camera saw faces, by its id.
    Sight,
    /// A person's folder as it was last found, by the person's id.
    Folder,
    /// What is set for a person, by their id.
    PersonSettings,
    /// What was begun with a person's folder, by their id, so that a restart ends it.
    Intent,
    /// What can be undone, by its id.
    Undo,
    /// Which sightings were whose before two people were merged, by the id under which that can be undone.
    Merged,
}

impl Database {
    /// One document; one that cannot be read is set aside, and counts as none.
    pub fn document<T: DeserializeOwned>(&self, kind: Kind, key: &str) -> Result<Option<T>, StoreError> {
        let mut found = self.read_documents(kind, Some(key))?;
        Ok(found.pop().map(|(_, document)| document))
    }

    /// All documents of a kind, by key. One that cannot be read is set aside: the others count.
    pub fn documents<T: DeserializeOwned>(&self, kind: Kind) -> Result<Vec<(String, T)>, StoreError> {
        self.read_documents(kind, None)
    }

    fn read_documents<T: DeserializeOwned>(
        &self,
        kind: Kind,
        key: Option<&str>,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let of_kind = "SELECT key, json FROM document WHERE kind = ?1 AND (?2 IS NULL OR key = ?2) ORDER BY key";
        let stored = self.rows(kind.into(), of_kind, params![<&str>::from(kind), key], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)))
        })?;
        let mut documents = Vec::new();
        for (key, json) in stored {
            let document = json.map_err(|e| e.to_string());
            match document.and_then(|json| serde_json::from_str(&json).map_err(|e| e.to_string())) {
                Ok(document) => documents.push((key, document)),
                Err(reason) => self.set_aside(kind, &key, &reason),
            }
        }
        Ok(documents)
    }
}

impl Tx<'_> {
    /// Stores a document in place of the old one.
    pub fn put_document<T: Serialize + ?Sized>(&self, kind: Kind, key: &str, document: &T) -> Result<(), StoreError> {
        let json = serde_json::to_string(document).map_err(bad(kind.into()))?;
        self.0
            .execute("INSERT OR REPLACE INTO document VALUES (?1, ?2, ?3)", params![<&str>::from(kind), key, json])?;
        Ok(())
    }

    /// Forgets a document; `false` where there is none.
    pub fn delete_document(&self, kind: Kind, key: &str) -> Result<bool, StoreError> {
        let gone = self.0.execute("DELETE FROM document WHERE kind = ?1 AND key = ?2", [<&str>::from(kind), key])? > 0;
        if gone {
            // What is set for somebody, where they were, and what was done with them.
            self.forgets();
        }
        Ok(gone)
    }
}
