//! Photos saved, people renamed, merged and deleted: on the disk at once, and not told again.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::super::{By, Faces, Opening, PhotoOwner, StoreError, photo_id};
use super::{name, open, picture, put, shown, soon};
use crate::people::{PersonId, PhotoId};

fn at() -> Timestamp {
    "2026-11-24T02:17:09.7Z".parse().unwrap()
}

fn id_of(faces: &Faces, person: &str) -> PersonId {
    faces.person_named(&name(person)).unwrap().id.clone()
}

/// Everything under a folder, hidden files too, by name.
fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// What a restart finds is what the running one knows, and a scan has nothing to add.
fn assert_settled(faces: &mut Faces, root: &Path) {
    let known = shown(faces);
    assert_eq!(faces.scan(soon()).unwrap().changes, []);
    assert_eq!(shown(faces), known);
    let (again, _) = open(root);
    assert_eq!(again.people(), faces.people());
}

#[test]
fn a_moved_photo_is_the_other_persons_alone() {
    let root = tempfile::tempdir().unwrap();
    let (mut faces, _) = open(root.path());
    let bobs = faces.save_photo(PhotoOwner::New(&name("Bob")), &picture("jpeg"), at(), By::Looks).unwrap();
    let carols = faces.move_photo(&bobs.photo.id, PhotoOwner::New(&name("Carol"))).unwrap();
    assert_eq!((faces.photo(&bobs.photo.id).unwrap().0.name.as_str(), &carols.photo.id), ("Carol", &bobs.photo.id));
    assert_settled(&mut faces, root.path());
    assert_eq!(faces.person(&bobs.person).unwrap().photos, []);
    let back = faces.move_photo(&bobs.photo.id, PhotoOwner::Existing(&bobs.person)).unwrap();
    assert_eq!(back.person, bobs.person);
    assert_eq!(faces.move_photo(&bobs.photo.id, PhotoOwner::Existing(&bobs.person)).unwrap(), back, "theirs already");
    assert_settled(&mut faces, root.path());
    let none = PhotoId("0".repeat(16));
    assert!(matches!(faces.move_photo(&none, PhotoOwner::Existing(&bobs.person)), Err(StoreError::UnknownPhoto(_))));
}

#[test]
fn a_saved_photo_is_there_with_its_person_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let (mut faces, _) = open(root.path());
    let saved = faces.save_photo(PhotoOwner::New(&name("José")), &picture("jpeg"), at(), By::Looks).unwrap();
    assert_eq!(saved.photo.id, photo_id(&picture("jpeg")));
    let file = format!("2026-11-24T02-17-10Z-{}.jpg", &saved.photo.id.0[..8]);
    assert_eq!(files(root.path()), ["José/.person.json".to_owned(), format!("José/{file}")]);
    assert_settled(&mut faces, root.path());
    let second = faces.save_photo(PhotoOwner::Existing(&saved.person), &picture("jpeg 2"), at(), By::Looks).unwrap();
    assert_eq!(second.person, saved.person);
    assert_eq!(faces.read(&second.photo).unwrap(), picture("jpeg 2"));
    assert_settled(&mut faces, root.path());
    assert_eq!(
        faces.save_photo(PhotoOwner::Existing(&saved.person), &picture("jpeg"), at(), By::Looks).unwrap(),
        saved,
        "saved once"
    );
    assert_eq!(files(root.path()).len(), 3);
}

#[test]
fn a_new_person_cannot_take_a_name_that_is_there_in_another_spelling() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "alice/a.jpg", "1");
    let (mut faces, _) = open(root.path());
    put(root.path(), "Bob/not scanned yet.jpg", "2");
    for taken in ["Alice", "ALICE", "bob"] {
        let error = faces.save_photo(PhotoOwner::New(&name(taken)), &picture("jpeg"), at(), By::Looks).unwrap_err();
        assert!(matches!(error, StoreError::NameTaken(_)), "{error}");
    }
    assert_eq!(shown(&faces), "alice: a.jpg");
    faces.scan(soon()).unwrap();
    assert_eq!(shown(&faces), "Bob: not scanned yet.jpg | alice: a.jpg");
    assert_settled(&mut faces, root.path());
}

#[test]
fn a_renamed_person_keeps_id_and_photos() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Bob/b.jpg", "2");
    let (mut faces, _) = open(root.path());
    let id = id_of(&faces, "Alice");
    faces.rename_person(&id, &name("Zoë")).unwrap();
    assert_eq!((shown(&faces).as_str(), id_of(&faces, "Zoë")), ("Bob: b.jpg | Zoë: a.jpg", id.clone()));
    assert_settled(&mut faces, root.path());
    assert!(matches!(faces.rename_person(&id, &name("BOB")), Err(StoreError::NameTaken(_))));
    faces.rename_person(&id, &name("ZOË")).unwrap();
    assert_eq!(shown(&faces), "Bob: b.jpg | ZOË: a.jpg", "one's own name in another spelling is free");
    assert_settled(&mut faces, root.path());
}

#[test]
fn merged_people_are_one_with_all_photos() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alicia/a.jpg", "2");
    put(root.path(), "Alicia/c.jpg", "3");
    put(root.path(), "Alicia/notes.txt", "x");
    let (mut faces, _) = open(root.path());
    let (from, into) = (id_of(&faces, "Alicia"), id_of(&faces, "Alice"));
    faces.merge_people(&from, &into).unwrap();
    assert_eq!(shown(&faces), "Alice: a 2.jpg a.jpg c.jpg");
    assert_eq!(faces.read(&faces.photo(&photo_id(&picture("2"))).unwrap().1.clone()).unwrap(), picture("2"));
    assert!(!root.path().join("Alicia").exists());
    assert!(root.path().join("Alice/notes.txt").exists());
    assert_settled(&mut faces, root.path());
    faces.merge_people(&into, &into).unwrap();
    assert_eq!(shown(&faces), "Alice: a 2.jpg a.jpg c.jpg");
}

#[test]
fn deleted_photos_and_people_leave_no_file() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/copy of a.jpg", "1");
    put(root.path(), "Alice/b.jpg", "2");
    let (mut faces, _) = open(root.path());
    let id = id_of(&faces, "Alice");
    faces.delete_photo(&id, &photo_id(&picture("1"))).unwrap();
    assert_eq!(files(root.path()), ["Alice/.person.json", "Alice/b.jpg"], "its copy would come back as the photo");
    assert_settled(&mut faces, root.path());
    assert!(matches!(faces.delete_photo(&id, &photo_id(&picture("1"))), Err(StoreError::UnknownPhoto(_))));
    faces.delete_person(&id).unwrap();
    assert_eq!(files(root.path()), Vec::<String>::new());
    assert_settled(&mut faces, root.path());
    for error in [
        faces.delete_person(&id).unwrap_err(),
        faces.rename_person(&id, &name("X")).unwrap_err(),
        faces.delete_photo(&id, &PhotoId("x".into())).unwrap_err(),
        faces.save_photo(PhotoOwner::Existing(&id), &picture("jpeg"), at(), By::Looks).unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::UnknownPerson(_)), "{error}");
    }
}

#[test]
fn what_a_crash_left_behind_is_no_photo_and_goes_at_the_next_start() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/.face-tmp-0123456789abcdef", "half a photo");
    put(root.path(), ".face-tmp-1123456789abcdef/.person.json", "half a person");
    put(root.path(), ".face-tmp-2123456789abcdef/b.jpg", "a person being deleted");
    let mut command = Faces::open(root.path(), Opening::Beside);
    let scan = command.scan(soon()).unwrap();
    assert_eq!((shown(&command).as_str(), scan.problems), ("Alice: a.jpg", vec![]));
    assert!(
        root.path().join("Alice/.face-tmp-0123456789abcdef").exists(),
        "a command leaves a running server's files alone"
    );
    let (faces, _) = open(root.path());
    assert_eq!(shown(&faces), "Alice: a.jpg");
    assert_eq!(files(root.path()), ["Alice/.person.json", "Alice/a.jpg"]);
}

/// What is in `faces/`, apart from what the notes say.
fn visible(root: &Path) -> Vec<String> {
    files(root).into_iter().filter(|file| !file.contains(".person.json")).collect()
}

#[test]
fn a_person_who_is_put_back_is_the_same_and_one_who_is_erased_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/notes.txt", "her own");
    put(root.path(), "Bob/b.jpg", "2");
    let (mut faces, _) = open(root.path());
    let alice = id_of(&faces, "Alice");
    for put_back in [true, false] {
        let aside = faces.set_person_aside(&alice, Timestamp::now()).unwrap();
        assert_eq!((shown(&faces).as_str(), aside.person.name.as_str()), ("Bob: b.jpg", "Alice"));
        assert_settled(&mut faces, root.path());
        let (mut again, scan) = open(root.path());
        assert_eq!((again.aside().len(), scan.problems), (1, vec![]), "it is no fault in the folder");
        assert_eq!(again.deletions()[0].id, aside.id);
        if put_back {
            assert_eq!(again.put_back(&aside.id).unwrap(), Path::new("Alice"));
            assert!(matches!(again.put_back(&aside.id), Err(StoreError::UnknownChange(_))));
            again.scan(soon()).unwrap();
            assert_eq!(again.person(&alice).unwrap().photos.len(), 1);
            assert_eq!(visible(root.path()), ["Alice/a.jpg", "Alice/notes.txt", "Bob/b.jpg"]);
        } else {
            again.erase(&aside.id).unwrap();
            assert_eq!(files(root.path()), ["Bob/.person.json", "Bob/b.jpg"]);
        }
        faces = again;
    }
}

#[test]
fn of_a_photo_that_is_there_twice_one_comes_back_and_never_a_link_to_nothing() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/b.jpg", "1");
    put(root.path(), "Alice/c.jpg", "1");
    #[cfg(unix)]
    std::os::unix::fs::symlink("b.jpg", root.path().join("Alice/a.jpg")).unwrap();
    let (mut faces, _) = open(root.path());
    let (alice, photo) = (id_of(&faces, "Alice"), photo_id(&picture("1")));
    let aside = faces.set_photo_aside(&alice, &photo, Timestamp::now()).unwrap();
    assert_eq!(shown(&faces), "Alice:");
    assert_settled(&mut faces, root.path());
    assert_eq!(faces.put_back(&aside.id).unwrap(), Path::new("Alice"));
    faces.scan(soon()).unwrap();
    let (_, back) = faces.photo(&photo).unwrap();
    assert_eq!(faces.read(back).unwrap(), picture("1"));
    assert_eq!(visible(root.path()).len(), 1, "{:?}", visible(root.path()));
}

#[test]
fn so_many_deletions_can_be_undone_and_no_more() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (mut faces, _) = open(root.path());
    let (alice, photo) = (id_of(&faces, "Alice"), photo_id(&picture("1")));
    let aside = faces.set_photo_aside(&alice, &photo, Timestamp::now()).unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    faces.scan(soon()).unwrap();
    faces.aside = vec![aside; 1_000];
    assert!(matches!(faces.set_photo_aside(&alice, &photo, Timestamp::now()), Err(StoreError::TooManyChanges(1_000))));
    assert!(matches!(faces.set_person_aside(&alice, Timestamp::now()), Err(StoreError::TooManyChanges(1_000))));
    assert_eq!(shown(&faces), "Alice: a.jpg");
}

#[test]
fn a_refused_write_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (mut faces, _) = open(root.path());
    let id = id_of(&faces, "Alice");
    // The folder went away behind our back.
    fs::remove_dir_all(root.path().join("Alice")).unwrap();
    let error = faces.save_photo(PhotoOwner::Existing(&id), &picture("jpeg"), at(), By::Looks).unwrap_err();
    assert!(matches!(error, StoreError::FacesAway { missing: 1, known: 1, .. }), "{error}");
    assert_eq!(shown(&faces), "Alice: a.jpg");
    assert_eq!(files(root.path()), Vec::<String>::new());
    faces.delete_person(&id).unwrap();
    assert_eq!(shown(&faces), "");
}
