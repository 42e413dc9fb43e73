//! `.person.json` in a person's folder: the lasting id that a renamed folder keeps.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::Digest;

use super::{StoreError, atomic, hex};
use crate::people::{PersonId, PersonName};

/// The file's name.
pub(super) const FILE_NAME: &str = ".person.json";

/// What it holds. Fields that are not known are left out when it is written again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PersonFile {
    /// [`PersonId`].
    pub(super) id: String,
    /// The folder's name when this was written: tells the original from its copy.
    #[serde(default)]
    pub(super) name: String,
}

/// What is in a folder's `.person.json`.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// A valid one.
    Person(PersonId, String),
    /// None.
    Missing,
    /// Something else, why.
    Damaged(String),
    /// Perhaps a valid one, which cannot be read now, why. It must not be replaced.
    Unreadable(String),
}

pub(super) fn read(folder: &Path) -> Found {
    let path = folder.join(FILE_NAME);
    // A pipe would be waited for without end.
    if std::fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return Found::Unreadable("it is no regular file".to_owned());
    }
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Found::Missing,
        Err(e) => return Found::Unreadable(e.to_string()),
    };
    match serde_json::from_slice::<PersonFile>(&text) {
        Ok(file) if is_id(&file.id) => Found::Person(PersonId(file.id), file.name),
        Ok(_) => Found::Damaged("the id is not 16 lower-case hex digits".to_owned()),
        Err(e) => Found::Damaged(e.to_string()),
    }
}

pub(super) fn write(folder: &Path, id: &PersonId, name: &PersonName) -> Result<(), StoreError> {
    let file = PersonFile { id: id.0.clone(), name: name.as_str().to_owned() };
    let mut text =
        serde_json::to_vec(&file).map_err(|e| StoreError::BadStored { what: "person", reason: e.to_string() })?;
    text.push(b'\n');
    atomic::write(&folder.join(FILE_NAME), &text, atomic::Access::Shared)
}

/// The `nth` id for a folder that cannot be written to: the same at every start, as long as the folder keeps its name.
pub(super) fn id_from_name(name: &PersonName, nth: usize) -> PersonId {
    let digest = sha2::Sha256::digest(format!("person {nth} in a read-only folder: {}", name.fold_key()));
    PersonId(hex(&digest[..8]))
}

fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_broken_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), Found::Missing);
        let (id, name) = (PersonId("0123456789abcdef".into()), PersonName::new("José").unwrap());
        write(folder.path(), &id, &name).unwrap();
        assert_eq!(read(folder.path()), Found::Person(id, "José".into()));
        for broken in ["", "{}", r#"{"id":"../../etc/passwd"}"#, r#"{"id":"0123456789ABCDEF"}"#] {
            std::fs::write(folder.path().join(FILE_NAME), broken).unwrap();
            assert!(matches!(read(folder.path()), Found::Damaged(_)), "{broken}");
        }
    }
}
