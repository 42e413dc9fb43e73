//! Any bytes as a file of everybody's photos, and any entries in one whose sums are right: taken in, or refused.

use std::fs;
use std::time::{Duration, SystemTime};

use face_server::store::{Faces, Opening, archive};
use tar::{Builder, Header};

pub(crate) fn run(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else { return };
    let file = if how % 2 == 0 { rest.to_vec() } else { with_sums(rest) };
    let home = tempfile::tempdir().expect("a folder");
    let mut faces = Faces::open(&home.path().join("faces"), Opening::Sole);
    let later = SystemTime::now() + Duration::from_secs(60);
    faces.scan(later).expect("scanned");
    let staging = faces.staging().expect("a folder");
    if let Ok(library) = archive::read(&file[..], staging)
        && let Ok(imported) = faces.import(&library)
    {
        faces.scan(later + Duration::from_secs(60)).expect("scanned");
        for taken in imported.people {
            assert!(faces.person(&taken.person.id).is_some(), "{taken:?}");
        }
    }
    assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 1, "nothing is beside the people");
}

/// An archive of paths and contents, each up to the next zero.
fn with_sums(bytes: &[u8]) -> Vec<u8> {
    let mut words = bytes.split(|byte| *byte == 0);
    let (mut tar, mut sums) = (Builder::new(vec![]), vec![]);
    let mut add = |path: &[u8], content: &[u8]| {
        let mut header = Header::new_gnu();
        let (name, length) = (&mut header.as_old_mut().name, path.len().min(100));
        name[..length].copy_from_slice(&path[..length]);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, content).expect("in memory");
    };
    while let (Some(path), Some(content)) = (words.next(), words.next()) {
        add(path, content);
        sums.extend([super::sha256(content).as_bytes(), b"  ", path, b"\n"].concat());
    }
    add(b"SHA256SUMS", &sums);
    tar.into_inner().expect("in memory")
}
