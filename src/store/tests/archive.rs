//! A library as one file: what is written comes back whole, and what is not as we write it changes nothing.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use super::super::archive::{self, Contents, ListedPerson, Writer};
use super::super::{Faces, Imported, StoreError, photo_id, read_photo};
use super::{name, open, picture, put, shown};
use crate::people::PersonId;

/// Everybody in a folder as one file.
fn export(faces: &Faces) -> Vec<u8> {
    let listed = |person: &super::super::PersonFolder| ListedPerson {
        id: person.id.clone(),
        name: person.name.clone(),
        folder: person.folder.to_str().unwrap().to_owned(),
        presence_timeout_s: None,
        accepted: person.photos.iter().filter(|photo| photo.accepted).map(|photo| photo.id.clone()).collect(),
    };
    let contents = Contents::new(faces.people().iter().map(listed).collect(), Timestamp::now());
    let mut file = Vec::new();
    let mut writer = Writer::begin(&mut file, &contents).unwrap();
    for person in faces.people() {
        for photo in &person.photos {
            let bytes = read_photo(faces.root(), photo).unwrap();
            writer.photo(person.folder.to_str().unwrap(), photo, &bytes).unwrap();
        }
    }
    writer.end().unwrap();
    file
}

fn import(faces: &mut Faces, file: &[u8]) -> Result<Imported, StoreError> {
    let library = archive::read(file, faces.staging()?)?;
    faces.import(&library)
}

/// "Anna: new, 2 added, 0 known" for each.
fn in_words(imported: &Imported) -> Vec<String> {
    let one = |p: &super::super::ImportedPerson| {
        let new = if p.added { "new, " } else { "" };
        let elsewhere = p.somebody_elses.iter().map(|e| format!(", {} is {}'s", e.file, e.person.name));
        let elsewhere = elsewhere.collect::<String>();
        format!("{}: {new}{} added, {} known{elsewhere}", p.person.name, p.photos_added, p.photos_known)
    };
    imported.people.iter().map(one).collect()
}

/// Every file, hidden ones too, with its content.
fn files(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { found.push((entry.clone(), fs::read(&entry).unwrap())) }
        }
    }
    found.sort();
    found
}

/// Anna with two photos, one accepted, and Ben.
fn home() -> (tempfile::TempDir, Faces) {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Anna/1.jpg", "anna 1");
    put(root.path(), "Anna/a very long name ".repeat(5).trim_end(), "no photo");
    put(root.path(), &format!("Anna/{}.jpg", "long ".repeat(30)), "anna 2");
    put(root.path(), "Ben/odd:name.jpg", "ben");
    let (mut faces, _) = open(root.path());
    let anna = faces.person_named(&name("Anna")).unwrap().id.clone();
    faces.accept_photo(&anna, &photo_id(&picture("anna 1"))).unwrap();
    (root, faces)
}

#[test]
fn a_library_comes_back_with_its_ids_names_photos_and_what_was_accepted() {
    let (_root, faces) = home();
    let file = export(&faces);
    let other = tempfile::tempdir().unwrap();
    let (mut empty, _) = open(other.path());
    let imported = import(&mut empty, &file).unwrap();
    assert_eq!(in_words(&imported), ["Anna: new, 2 added, 0 known", "Ben: new, 1 added, 0 known"]);
    let is = |faces: &Faces| {
        let photos = |p: &super::super::PersonFolder| {
            let mut photos: Vec<_> = p.photos.iter().map(|photo| (photo.id.clone(), photo.accepted)).collect();
            photos.sort();
            (p.id.clone(), p.name.clone(), photos)
        };
        faces.people().iter().map(photos).collect::<Vec<_>>()
    };
    assert_eq!(is(&empty), is(&faces));
    let ben = format!("Ben: {}.jpg", photo_id(&picture("ben")));
    assert!(shown(&empty).ends_with(&ben), "a name that not every disk can have is the photo's id: {}", shown(&empty));
    let (again, _) = open(other.path());
    assert_eq!(again.people(), empty.people(), "a restart finds what was acknowledged");
    assert!(files(other.path()).iter().all(|(path, _)| !path.to_string_lossy().contains(".face-tmp")));
}

#[test]
fn whoever_and_whatever_is_there_already_is_not_taken_twice() {
    let (root, mut faces) = home();
    let file = export(&faces);
    let before = files(root.path());
    assert_eq!(in_words(&import(&mut faces, &file).unwrap()), ["Anna: 0 added, 2 known", "Ben: 0 added, 1 known"]);
    assert_eq!(files(root.path()), before);

    // Elsewhere Anna is known by another id, Ben by another name, and one of Anna's photos is Carol's.
    let other = tempfile::tempdir().unwrap();
    put(other.path(), "anna/own.jpg", "anna's own");
    put(other.path(), "Carol/c.jpg", "anna 1");
    let ben = faces.person_named(&name("Ben")).unwrap().id.clone();
    put(other.path(), "Benjamin/.person.json", &format!(r#"{{"id":"{}","name":"Benjamin"}}"#, ben.0));
    let (mut filled, _) = open(other.path());
    let anna = filled.person_named(&name("Anna")).unwrap().id.clone();
    let imported = import(&mut filled, &file).unwrap();
    assert_eq!(in_words(&imported), ["anna: 1 added, 0 known, 1.jpg is Carol's", "Benjamin: 1 added, 0 known"]);
    assert_eq!(filled.person_named(&name("Anna")).unwrap().id, anna);
    assert_eq!(filled.person(&ben).unwrap().photos.len(), 1);
    assert_eq!(filled.scan(super::soon()).unwrap().changes, [], "nothing that the folder does not have");
}

#[test]
fn a_file_that_is_cut_off_or_changed_anywhere_changes_nothing() {
    let (root, mut faces) = home();
    let file = export(&faces);
    faces.delete_person(&faces.person_named(&name("Ben")).unwrap().id.clone()).unwrap();
    let before = files(root.path());
    for end in (0..file.len() - 1024).step_by(512) {
        let refused = import(&mut faces, &file[..end]);
        assert!(matches!(refused, Err(StoreError::BadArchive(_))), "{end}: {refused:?}");
    }
    // The photos' own bytes, and everything that says what they are.
    let last = file.len() - 1024;
    for at in (0..last).step_by(29).filter(|at| file[*at] != 0) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let refused = import(&mut faces, &changed);
        assert!(matches!(refused, Err(StoreError::BadArchive(_))), "byte {at}: {refused:?}");
    }
    assert_eq!(files(root.path()), before);
    assert_eq!(shown(&faces).matches("Ben").count(), 0);
}

/// Breaks off with an error of the disk or the network.
struct Fails;

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the cable was pulled"))
    }
}

#[test]
fn a_file_that_does_not_arrive_whole_says_why() {
    let (_root, faces) = home();
    let file = export(&faces);
    let error = archive::read(file[..700].chain(Fails), faces.staging().unwrap()).unwrap_err();
    assert!(error.to_string().contains("the cable was pulled"), "{error}");
    assert!(files(faces.root()).iter().all(|(path, _)| !path.to_string_lossy().contains(".face-tmp")));
}

const ANNA: &str = r#"{"format":1,"made_by":"0","made_at":"2026-11-24T02:17:09Z","people":[{"id":"00000000000000aa","name":"Anna","folder":"Anna"}]}"#;

type Entry<'a> = (&'a str, EntryType, &'a [u8]);

/// A file of such entries, with right sums unless it has its own.
fn file_of(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    let mut add = |path: &str, kind: EntryType, bytes: &[u8]| {
        let mut header = Header::new_gnu();
        // As no writer would.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, bytes).unwrap();
    };
    let mut sums = String::new();
    for (path, kind, bytes) in entries {
        add(path, *kind, bytes);
        if *kind != EntryType::Directory {
            sums.extend([hex::encode(Sha256::digest(bytes)).as_str(), "  ", path, "\n"]);
        }
    }
    if !entries.iter().any(|(path, ..)| *path == "SHA256SUMS") {
        add("SHA256SUMS", EntryType::Regular, sums.as_bytes());
    }
    tar.into_inner().unwrap()
}

#[test]
fn what_has_no_place_in_a_library_is_refused_in_words() {
    use EntryType::{Directory, Fifo, Link, Regular, Symlink};
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Zoe/1.jpg", "zoe");
    let (mut faces, _) = open(root.path());
    let before = files(root.path());
    let photo = picture("anna");
    let anna = ("library.json", Regular, ANNA.as_bytes());
    let twice = ANNA.replace("]}", r#",{"id":"00000000000000ab","name":"anna","folder":"Other"}]}"#);
    let outside = ANNA.replace(r#""folder":"Anna""#, r#""folder":"..""#);
    let no_id = ANNA.replace("00000000000000aa", "../../etc/passwd");
    let no_photo = ANNA.replace(r#""folder":"Anna""#, r#""folder":"Anna","accepted":["../x"]"#);
    // The folder of the first is called as the second is.
    let device = ANNA.replace(r#""name":"Anna""#, r#""name":"CON""#);
    let device = device.replace("]}", r#",{"id":"00000000000000ab","name":"CON_","folder":"Other"}]}"#);
    let newer = ANNA.replace(r#""format":1"#, r#""format":2"#);
    let wrong = format!("{}  faces/Anna/a.jpg\n", "0".repeat(64));
    let cases: &[(&[Entry<'_>], &str)] = &[
        (&[], "library.json is missing"),
        (&[anna, ("../a.jpg", Regular, &photo)], "../a.jpg has no place"),
        (&[anna, ("faces/../a.jpg", Regular, &photo)], "nobody has the folder .."),
        (&[anna, ("faces/Anna/../../a.jpg", Regular, &photo)], "no place"),
        (&[anna, ("/etc/a.jpg", Regular, &photo)], "/etc/a.jpg has no place"),
        (&[anna, ("faces/Anna/..\\a.jpg", Regular, &photo)], "no place"),
        (&[anna, ("faces/Anna/.a.jpg", Regular, &photo)], "no place"),
        (&[anna, ("faces/Anna/.person.json", Regular, b"{}")], "no place"),
        (&[anna, ("faces/Anna/a.sh", Regular, b"#!/bin/sh")], "no place"),
        (&[anna, ("faces/Anna/a\u{1b}[2J.jpg", Regular, &photo)], "a\\u{1b}[2J.jpg has no place"),
        (&[anna, ("faces/Ben/a.jpg", Regular, &photo)], "nobody has the folder Ben"),
        (&[anna, ("faces/Anna/a.jpg", Symlink, b"")], "isn't a file"),
        (&[anna, ("faces/Anna/a.jpg", Link, b"")], "isn't a file"),
        (&[anna, ("faces/Anna/a.jpg", Fifo, b"")], "isn't a file"),
        (&[anna, ("faces/Anna/a.jpg", Regular, b"#!/bin/sh")], "faces/Anna/a.jpg is not a picture"),
        (&[anna, ("faces/Anna/a.jpg", Regular, &photo), ("faces/Anna/a.jpg", Regular, &photo)], "in it twice"),
        (&[anna, anna], "library.json is in it twice"),
        (&[("library.json", Regular, twice.as_bytes())], "has anna twice"),
        (&[("library.json", Regular, outside.as_bytes())], "a folder that cannot be a person's"),
        (&[("library.json", Regular, no_id.as_bytes())], "an id that is none"),
        (&[("library.json", Regular, no_photo.as_bytes())], "an id that is none"),
        (&[("library.json", Regular, device.as_bytes())], "has CON_ twice"),
        (&[("library.json", Regular, newer.as_bytes())], "the format 2"),
        (&[("library.json", Regular, b"{")], "library.json cannot be read"),
        (
            &[anna, ("faces/Anna/a.jpg", Regular, &photo), ("SHA256SUMS", Regular, wrong.as_bytes())],
            "faces/Anna/a.jpg, library.json are not what its sum says",
        ),
        (&[anna, ("SHA256SUMS", Regular, b"nonsense\n")], "isn't a sum and a path"),
    ];
    for (entries, words) in cases {
        let refused = import(&mut faces, &file_of(entries)).unwrap_err().to_string();
        assert!(refused.contains(words) && refused.contains("nothing was changed"), "{words}: {refused}");
    }
    let folders = [anna, ("faces/", Directory, b"".as_slice()), ("faces/Anna/a.jpg", Regular, &photo)];
    assert_eq!(files(root.path()), before);
    assert_eq!(in_words(&import(&mut faces, &file_of(&folders)).unwrap()), ["Anna: new, 1 added, 0 known"]);
}

/// Zeros without end.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        into.fill(0);
        self.0 += into.len() as u64;
        Ok(into.len())
    }
}

#[test]
fn what_never_ends_is_refused_before_it_fills_memory_or_disk() {
    let (_root, faces) = home();
    let claims = |path: &str, kind: EntryType, size: u64| {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    for (path, kind) in [
        ("faces/Anna/a.jpg", EntryType::Regular),
        ("library.json", EntryType::Regular),
        ("SHA256SUMS", EntryType::Regular),
        ("././@LongLink", EntryType::GNULongName),
        ("faces/Anna/", EntryType::Directory),
        ("x", EntryType::XHeader),
        ("faces/Anna/a.jpg", EntryType::GNUSparse),
    ] {
        let mut endless = Endless(0);
        let file = claims(path, kind, 1 << 40);
        let refused = archive::read(file.as_slice().chain(&mut endless), faces.staging().unwrap()).unwrap_err();
        assert!(matches!(refused, StoreError::BadArchive(_)), "{path}: {refused}");
        assert!(endless.0 < 1 << 20, "{path}: {} bytes were read", endless.0);
    }
    // Empty folders without end.
    let folder = claims("faces/", EntryType::Directory, 0);
    let folders = std::iter::repeat_n(folder, 100_001).flatten().collect::<Vec<u8>>();
    let refused = archive::read(folders.as_slice(), faces.staging().unwrap()).unwrap_err();
    assert!(refused.to_string().contains("more than 100000 entries"), "{refused}");
}

#[test]
fn two_people_of_a_library_never_become_one() {
    let (root, mut faces) = home();
    let file = export(&faces);
    let [anna, ben] = ["Anna", "Ben"].map(|who| faces.person_named(&name(who)).unwrap().id.clone());
    faces.delete_person(&ben).unwrap();
    faces.rename_person(&anna, &name("Ben")).unwrap();
    let before = files(root.path());
    assert!(matches!(import(&mut faces, &file), Err(StoreError::NameTaken(taken)) if taken == name("Ben")));
    assert_eq!(files(root.path()), before);
}

#[test]
fn nothing_is_imported_where_somebody_cannot_be() {
    let (_root, faces) = home();
    let file = export(&faces);
    let other = tempfile::tempdir().unwrap();
    let (mut filled, _) = open(other.path());
    // A folder that is nobody's, and has Ben's name.
    fs::create_dir(other.path().join("Ben")).unwrap();
    let before = files(other.path());
    assert!(matches!(import(&mut filled, &file), Err(StoreError::NameTaken(taken)) if taken == name("Ben")));
    assert_eq!(files(other.path()), before);
    assert!(filled.person(&PersonId("0".repeat(16))).is_none() && filled.people().is_empty());
}
