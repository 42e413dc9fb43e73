//! The store on real folders and real files.

mod absence;
mod archive;
#[cfg(unix)]
mod crash;
mod database;
mod edits;
#[cfg(unix)]
mod entries;
mod scan;
mod unknowns;
mod watch;

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Faces, Opening, Scan};
use crate::people::PersonName;
use crate::vision::Embedding;

fn name(text: &str) -> PersonName {
    PersonName::new(text).unwrap()
}

/// Late enough for every file written by now to be settled.
fn soon() -> SystemTime {
    SystemTime::now() + Duration::from_secs(10)
}

/// Begins like a JPEG; more of a picture the store does not look for.
fn picture(content: &str) -> Vec<u8> {
    [b"\xff\xd8\xff", content.as_bytes()].concat()
}

/// A file, with a picture in it if it is called one.
fn put(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let is_photo = path.extension().is_some_and(|e| ["jpg", "png", "tiff"].iter().any(|p| e.eq_ignore_ascii_case(p)));
    let bytes = if is_photo && !content.is_empty() { picture(content) } else { content.into() };
    fs::write(path, bytes).unwrap();
}

fn open(root: &Path) -> (Faces, Scan) {
    let mut faces = Faces::open(root, Opening::Sole);
    let scan = faces.scan(soon()).unwrap();
    (faces, scan)
}

/// `Alice: a.jpg b.jpg | Bob:`
fn shown(faces: &Faces) -> String {
    let people = faces.people().iter().map(|person| {
        let file = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let photos: Vec<String> = person.photos.iter().map(|photo| format!(" {}", file(&photo.path))).collect();
        format!("{}:{}", person.name, photos.concat())
    });
    people.collect::<Vec<_>>().join(" | ")
}

fn embedding(seed: u8) -> Embedding {
    Embedding::new((0..128_u8).map(|n| f32::from(n.wrapping_mul(seed).wrapping_add(seed)) - 127.5).collect()).unwrap()
}
