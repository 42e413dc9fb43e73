//! Settings, cameras and the state of presence: JSON by kind and key. What is in it, the engine knows.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Database, Tx};
use crate::store::StoreError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A setting of the home, by its name.
    Setting,
    /// A camera's settings, by its id.
    Camera,
    /// Where somebody or something was, so that a restart does not forget it.
    Presence,
    /// A person's folder as it was last found, by the person's id.
    Folder,
    /// What is set for a person, by their id.
    PersonSettings,
    /// What was begun with a person's folder, by their id, so that a restart ends it.
    Intent,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::Camera => "camera",
            Self::Presence => "presence",
            Self::Folder => "folder",
            Self::PersonSettings => "person_settings",
            Self::Intent => "intent",
        }
    }
}

impl Database {
    pub fn document<T: DeserializeOwned>(&self, kind: Kind, key: &str) -> Result<Option<T>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT json FROM document WHERE kind = ?1 AND key = ?2")?;
        let json = statement.query_row([kind.word(), key], |row| row.get::<_, String>(0)).optional()?;
        json.map(|json| serde_json::from_str(&json)).transpose().map_err(|e| unreadable(kind, &e))
    }

    /// All documents of a kind, by key. One that cannot be read is left out, and named in the log: the others count.
    pub fn documents<T: DeserializeOwned>(&self, kind: Kind) -> Result<Vec<(String, T)>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT key, json FROM document WHERE kind = ?1 ORDER BY key")?;
        let rows = statement.query_map([kind.word()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let mut documents = Vec::new();
        for row in rows {
            let (key, json): (String, String) = row?;
            match serde_json::from_str(&json) {
                Ok(document) => documents.push((key, document)),
                Err(error) => tracing::warn!(kind = kind.word(), key, %error, "a stored document is left out"),
            }
        }
        Ok(documents)
    }
}

impl Tx<'_> {
    /// Stores a document in place of the old one.
    pub fn put_document<T: Serialize + ?Sized>(&self, kind: Kind, key: &str, document: &T) -> Result<(), StoreError> {
        let json = serde_json::to_string(document).map_err(|e| unreadable(kind, &e))?;
        self.0.execute("INSERT OR REPLACE INTO document VALUES (?1, ?2, ?3)", params![kind.word(), key, json])?;
        Ok(())
    }

    /// Forgets a document; `false` where there is none.
    pub fn delete_document(&self, kind: Kind, key: &str) -> Result<bool, StoreError> {
        Ok(self.0.execute("DELETE FROM document WHERE kind = ?1 AND key = ?2", [kind.word(), key])? > 0)
    }
}

fn unreadable(kind: Kind, error: &serde_json::Error) -> StoreError {
    StoreError::BadStored { what: kind.word(), reason: error.to_string() }
}
