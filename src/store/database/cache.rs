//! What a photo showed, remembered by its content and by how it was looked at; and the content of files, by their looks.
//! Deleting all of it is always safe: the engine describes the photos again.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{Database, Tx, bad, from_blob, to_blob};
use crate::people::PhotoId;
use crate::store::{KnownFile, StoreError};
use crate::vision::Face;

/// How a photo was described; another recipe's result says nothing about this one's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// The recogniser's (and, if the engine wishes, the detector's) SHA-256.
    pub model: String,
    /// Rises with each change of how pixels reach the models.
    pub preprocessing: u32,
}

/// What was found in a photo under `faces/`; stored as JSON, its embedding beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Described {
    /// Its one face; boxed, since the other results are small.
    Face(Box<Face>),
    NoFace,
    /// So many, so that it is not clear whose photo it is.
    SeveralFaces(u32),
    /// Why the bytes aren't a picture.
    Unreadable(String),
}

impl Database {
    /// What is remembered of a photo. A row that cannot be read counts as none.
    pub fn described(&self, photo: &PhotoId, recipe: &Recipe) -> Result<Option<Described>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT described, embedding FROM embedding_cache WHERE photo = ?1 AND model = ?2 AND preprocessing = ?3",
        )?;
        let key = params![photo.0, recipe.model, recipe.preprocessing];
        let row = statement.query_row(key, |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<Vec<u8>>>(1)?)));
        let read = |(json, blob): (String, Option<Vec<u8>>)| {
            let mut described = serde_json::from_str(&json).ok()?;
            if let Described::Face(face) = &mut described {
                face.embedding = from_blob(&blob?).ok()?;
            }
            Some(described)
        };
        Ok(row.optional()?.and_then(read))
    }

    /// For [`crate::store::Faces::remember`].
    pub fn known_files(&self) -> Result<Vec<KnownFile>, StoreError> {
        let files = self.rows("known file", "SELECT path, bytes, modified_ns, photo FROM known_file", [], |row| {
            let (path, bytes) = (path_from(row.get(0)?), u64::try_from(row.get::<_, i64>(1)?));
            let (modified_ns, photo) = (row.get(2)?, PhotoId(row.get(3)?));
            Ok(path.zip(bytes.ok()).map(|(path, bytes)| KnownFile { path, bytes, modified_ns, photo }))
        })?;
        Ok(files.into_iter().flatten().collect())
    }
}

impl Tx<'_> {
    /// Remembers what photos showed, all in one transaction.
    pub fn remember_described<'a>(
        &self,
        recipe: &Recipe,
        photos: impl IntoIterator<Item = (&'a PhotoId, &'a Described)>,
    ) -> Result<(), StoreError> {
        let tx = self.0;
        let mut statement = tx.prepare_cached("INSERT OR REPLACE INTO embedding_cache VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for (photo, described) in photos {
            let blob = if let Described::Face(face) = described { Some(to_blob(&face.embedding)) } else { None };
            let json = serde_json::to_string(described).map_err(bad("description"))?;
            statement.execute(params![photo.0, recipe.model, recipe.preprocessing, json, blob])?;
        }
        Ok(())
    }

    /// Forgets what these photos showed, by any recipe: they were deleted.
    pub fn forget_described<'a>(&self, photos: impl IntoIterator<Item = &'a PhotoId>) -> Result<(), StoreError> {
        self.forgets();
        let tx = self.0;
        let mut delete = tx.prepare_cached("DELETE FROM embedding_cache WHERE photo = ?1")?;
        for photo in photos {
            delete.execute([&photo.0])?;
        }
        Ok(())
    }

    /// Forgets what photos that are not in `keep` showed, and what other recipes made of all.
    pub fn prune_described<'a>(
        &self,
        recipe: &Recipe,
        keep: impl IntoIterator<Item = &'a PhotoId>,
    ) -> Result<(), StoreError> {
        let keep: std::collections::HashSet<&PhotoId> = keep.into_iter().collect();
        let tx = self.0;
        tx.execute(
            "DELETE FROM embedding_cache WHERE model <> ?1 OR preprocessing <> ?2",
            params![recipe.model, recipe.preprocessing],
        )?;
        let mut all = tx.prepare("SELECT photo FROM embedding_cache")?;
        let photos = all.query_map([], |row| row.get(0).map(PhotoId))?.collect::<Result<Vec<_>, _>>()?;
        self.forget_described(photos.iter().filter(|photo| !keep.contains(photo)))
    }

    /// Replaces all known files by [`crate::store::Faces::known_files`].
    pub fn save_known_files(&self, files: impl IntoIterator<Item = KnownFile>) -> Result<(), StoreError> {
        let tx = self.0;
        tx.execute("DELETE FROM known_file", [])?;
        let mut insert = tx.prepare_cached("INSERT INTO known_file VALUES (?1, ?2, ?3, ?4)")?;
        for file in files {
            let bytes = i64::try_from(file.bytes).unwrap_or(i64::MAX);
            let path = file.path.into_os_string().into_encoded_bytes();
            insert.execute(params![path, bytes, file.modified_ns, file.photo.0])?;
        }
        Ok(())
    }
}

/// Paths are kept as the system's own bytes on Unix, as UTF-8 elsewhere; a name that does not survive is hashed again.
fn path_from(bytes: Vec<u8>) -> Option<PathBuf> {
    #[cfg(unix)]
    return Some(std::os::unix::ffi::OsStringExt::from_vec(bytes)).map(|name: std::ffi::OsString| name.into());
    #[cfg(not(unix))]
    return String::from_utf8(bytes).ok().map(PathBuf::from);
}
