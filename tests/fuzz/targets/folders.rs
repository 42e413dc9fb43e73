//! Any names and contents in the folder of people: it is scanned, and scanned again nothing has changed.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use face_server::store::{Faces, Opening};

/// Cut at the first zero.
fn word<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (word, rest) = bytes.split_at(end);
    *bytes = rest.get(1..).unwrap_or_default();
    word
}

/// A word as the name of an entry.
fn entry(word: &[u8]) -> Option<&Path> {
    let fits = !word.is_empty() && word.len() < 256 && !word.contains(&b'/') && word != b"." && word != b"..";
    fits.then(|| Path::new(OsStr::from_bytes(word)))
}

pub(crate) fn run(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let mut rest = bytes;
    for _ in 0..16 {
        let (Some(person), file, content) = (entry(word(&mut rest)), entry(word(&mut rest)), word(&mut rest)) else {
            break;
        };
        // What is a file cannot be a folder, too.
        let _ = match file {
            Some(file) => {
                fs::create_dir_all(root.join(person)).and_then(|()| fs::write(root.join(person).join(file), content))
            }
            None => fs::write(root.join(person), content),
        };
    }
    let mut faces = Faces::open(root, Opening::Sole);
    let later = SystemTime::now() + Duration::from_secs(60);
    faces.scan(later).expect("scanned");
    let people = faces.people().to_vec();
    let again = faces.scan(later + Duration::from_secs(60)).expect("scanned");
    assert!(again.changes.is_empty(), "{:?}", again.changes);
    assert_eq!(faces.people(), people);
}
