//! `.person.json` in a person's folder: the lasting id that a renamed folder keeps.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::Digest;

use super::files::read_file;
use super::{StoreError, atomic, is_id};
use crate::people::{PersonId, PersonName};

pub(super) const FILE_NAME: &str = ".person.json";

/// A longer one was not written by this program.
const MAX_BYTES: u64 = 1 << 20;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PersonFile {
    /// [`PersonId`].
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    /// The folder's name when this was written, where that differs from the person's: tells the original from its copy, and
    /// a folder that somebody has renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) folder: Option<String>,
    /// Ids of photos that are theirs although they look like somebody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) accepted: Vec<String>,
}

impl PersonFile {
    pub(super) fn new(id: &PersonId, name: &PersonName, folder: &Path, accepted: Vec<String>) -> Self {
        let folder = folder.to_str().filter(|folder| *folder != name.as_str()).map(str::to_owned);
        Self { id: id.0.clone(), name: name.as_str().to_owned(), folder, accepted }
    }

    /// The folder's name when this was written.
    pub(super) fn written_for(&self) -> &str {
        self.folder.as_deref().unwrap_or(&self.name)
    }
}

/// What is in a folder's `.person.json`.
#[derive(Debug, PartialEq)]
pub(super) enum FoundFile {
    Person(PersonFile),
    Missing,
    Damaged(String),
    /// Perhaps a valid one, which cannot be read now, why. It must not be replaced.
    Unreadable(String),
}

pub(super) fn read(folder: &Path) -> FoundFile {
    let path = folder.join(FILE_NAME);
    // A pipe would be waited for without end, and a link could lead to anything.
    match std::fs::symlink_metadata(&path) {
        Ok(metadata) if !metadata.is_file() => return FoundFile::Unreadable("it is not a regular file".to_owned()),
        Ok(metadata) if metadata.len() > MAX_BYTES => return FoundFile::Damaged("it is far too long".to_owned()),
        _ => {}
    }
    let text = match read_file(&path, MAX_BYTES) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return FoundFile::Missing,
        Err(e) => return FoundFile::Unreadable(e.to_string()),
    };
    match serde_json::from_slice::<PersonFile>(&text) {
        Ok(file) if is_id(&file.id) => FoundFile::Person(file),
        Ok(_) => FoundFile::Damaged("the id is not 16 lower-case hex digits".to_owned()),
        Err(e) => FoundFile::Damaged(e.to_string()),
    }
}

pub(super) fn write(folder: &Path, file: &PersonFile) -> Result<(), StoreError> {
    let mut text =
        serde_json::to_vec(file).map_err(|e| StoreError::BadStored { what: "person", reason: e.to_string() })?;
    text.push(b'\n');
    atomic::write(&folder.join(FILE_NAME), &text, atomic::Access::Shared)
}

/// The `nth` id for a folder that cannot be written to: the same at every start, as long as the folder keeps its name.
pub(super) fn id_from_name(name: &PersonName, nth: usize) -> PersonId {
    let digest = sha2::Sha256::digest(format!("person {nth} in a read-only folder: {}", name.fold_key()));
    PersonId(hex::encode(&digest[..8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_broken_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), FoundFile::Missing);
        let (id, name) = (PersonId("0123456789abcdef".into()), PersonName::new("Sammy Davis Jr.").unwrap());
        let file = PersonFile::new(&id, &name, Path::new("Sammy Davis Jr"), vec!["0123".into()]);
        write(folder.path(), &file).unwrap();
        assert_eq!(file.written_for(), "Sammy Davis Jr");
        assert_eq!(read(folder.path()), FoundFile::Person(file));
        for broken in ["", "{}", r#"{"id":"../../etc/passwd"}"#, r#"{"id":"0123456789ABCDEF"}"#] {
            std::fs::write(folder.path().join(FILE_NAME), broken).unwrap();
            assert!(matches!(read(folder.path()), FoundFile::Damaged(_)), "{broken}");
        }
    }
}
