//! What a look at `faces/` finds, and what it says has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::super::{By, Change, Faces, Opening, PhotoOwner, ProblemKind, photo_id, read_photo};
use super::{name, open, picture, put, shown, soon};
use crate::people::PersonId;

fn problems(faces: &Faces) -> String {
    let lines = faces.problems().iter().map(|p| format!("{}: {}", p.path.display(), p.reason));
    lines.collect::<Vec<_>>().join("\n")
}

fn id_of(faces: &Faces, person: &str) -> PersonId {
    faces.person_named(&name(person)).unwrap().id.clone()
}

fn set_modified(path: &Path, at: SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
}

#[test]
fn people_and_photos_are_found_whatever_they_are_called() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "山田 太郎/a.JPG", "1");
    put(root.path(), "José/b.png", "2");
    put(root.path(), "José/c.tiff", "3");
    put(root.path(), "José/.DS_Store", "");
    put(root.path(), "ORIGINS.md", "text");
    let (faces, scan) = open(root.path());
    assert_eq!(shown(&faces), "José: b.png c.tiff | 山田 太郎: a.JPG");
    assert_eq!(scan.problems, []);
    assert_eq!(scan.changes.len(), 5);
    let photo = &faces.people()[0].photos[0];
    assert_eq!((&photo.id, photo.bytes), (&photo_id(&picture("2")), 4));
    assert_eq!(faces.read(photo).unwrap(), picture("2"));
}

#[test]
fn what_is_not_used_is_listed_with_its_reason() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "loose.jpg", "1");
    put(root.path(), "a|b/a.jpg", "2");
    put(root.path(), "Alice/@eaDir/thumbnail.jpg", "2");
    put(root.path(), "Alice/secret.jpg", "");
    fs::write(root.path().join("Alice/secret.jpg"), "a token").unwrap();
    put(root.path(), "Alice/a.jpg", "3");
    put(root.path(), "Alice/b.jpg", "3");
    put(root.path(), "Alice/notes.txt", "x");
    put(root.path(), "Alice/photo.heic", "x");
    put(root.path(), "Alice/empty.jpg", "");
    put(root.path(), "Alice/old/c.jpg", "4");
    put(root.path(), "Bob/stolen.jpg", "3");
    put(root.path(), "alice/d.jpg", "5");
    let (faces, _) = open(root.path());
    assert_eq!(shown(&faces), "Alice: a.jpg | Bob:");
    assert_eq!(
        problems(&faces),
        "Alice/@eaDir: a folder in a person's folder is not looked into\n\
         Alice/b.jpg: the same photo as Alice/a.jpg\n\
         Alice/empty.jpg: the file is empty\n\
         Alice/notes.txt: not a photo by its name\n\
         Alice/old: a folder in a person's folder is not looked into\n\
         Alice/photo.heic: this format cannot be read; save the photo as JPEG or PNG\n\
         Alice/secret.jpg: this is not a picture\n\
         Bob/stolen.jpg: the same photo as Alice/a.jpg, another person's\n\
         alice: the same name as the folder Alice, but for case or spelling\n\
         a|b: this folder's name cannot be a person's: the name contains |, which some systems cannot store in a folder's name (none of < > : \" / \\ | ? * can be used)\n\
         loose.jpg: a photo belongs into a folder with the person's name"
    );
    let skipped = faces.problems().iter().filter(|p| !p.kind.is_fault()).map(|p| p.path.to_str().unwrap());
    assert_eq!(skipped.collect::<Vec<_>>(), ["Alice/@eaDir", "Alice/notes.txt"]);
}

#[test]
fn folders_that_are_not_people_are_skipped_and_listed() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Ben/a.jpg", "1");
    let marks = ["@Recycle", "#recycle", ".Trash-1000", "$RECYCLE.BIN", "~snapshot", "__MACOSX", "＠eaDir", "[old]"];
    for folder in marks {
        put(root.path(), &format!("{folder}/IMG_1.jpg"), folder);
    }
    put(root.path(), "System Volume Information/WPSettings.dat", "");
    put(root.path(), "Network Trash Folder/Trash Can/a.jpg", "2");
    put(root.path(), "Snapshots/2026-11-01/Ben/a.jpg", "3");
    fs::create_dir(root.path().join("lost+found")).unwrap();
    let (mut faces, _) = open(root.path());
    assert_eq!(shown(&faces), "Ben: a.jpg");
    assert_eq!(faces.problems().len(), marks.len() + 4);
    assert!(faces.problems().iter().all(|p| p.kind == ProblemKind::Skipped), "{}", problems(&faces));
    // What can be taught can be found: none of the taught names is among the skipped.
    for taught in ["lost+found 2", "System", "Snapshots 2", "Thumbs.db", "desktop.ini"] {
        faces.save_photo(PhotoOwner::New(&name(taught)), &picture(taught), Timestamp::now(), By::Looks).unwrap();
    }
    let (again, _) = open(root.path());
    assert_eq!(again.people(), faces.people());
}

/// Each folder holds the name that was given, whatever the folder had to be called.
#[test]
fn a_name_that_no_folder_can_have_reads_back_as_itself() {
    let root = tempfile::tempdir().unwrap();
    let (mut faces, _) = open(root.path());
    for given in ["Sammy Davis Jr.", "Con", "🐶 Rex", "\u{200f}אבי", "'t Hooft"] {
        faces.save_photo(PhotoOwner::New(&name(given)), &picture(given), Timestamp::now(), By::Looks).unwrap();
    }
    let (again, scan) = open(root.path());
    assert_eq!((again.people(), scan.problems), (faces.people(), vec![]));
    let names: Vec<&str> = again.people().iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["'t Hooft", "Con", "Sammy Davis Jr.", "אבי", "🐶 Rex"]);
    assert!(root.path().join("Sammy Davis Jr").is_dir() && root.path().join("Con_").is_dir());
    let sammy = id_of(&again, "Sammy Davis Jr.");
    fs::rename(root.path().join("Sammy Davis Jr"), root.path().join("Sam")).unwrap();
    faces.scan(soon()).unwrap();
    assert_eq!(id_of(&faces, "Sam"), sammy, "a renamed folder is called what it is called");
}

#[test]
fn a_scan_of_an_unchanged_folder_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (mut faces, _) = open(root.path());
    assert_eq!(faces.scan(soon()).unwrap().changes, []);
    let id = id_of(&faces, "Alice");
    assert_eq!(id_of(&open(root.path()).0, "Alice"), id, "the id outlives a restart");
}

#[test]
fn added_changed_and_removed_files_are_told() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/b.jpg", "2");
    put(root.path(), "Bob/c.jpg", "3");
    let (mut faces, _) = open(root.path());
    let (alice, bob) = (id_of(&faces, "Alice"), id_of(&faces, "Bob"));
    put(root.path(), "Alice/a.jpg", "another picture");
    fs::remove_file(root.path().join("Alice/b.jpg")).unwrap();
    fs::remove_dir_all(root.path().join("Bob")).unwrap();
    put(root.path(), "Carol/d.jpg", "4");
    let changes = faces.scan(soon()).unwrap().changes;
    let carol = id_of(&faces, "Carol");
    let photo = |person: &str| faces.person_named(&name(person)).unwrap().photos[0].clone();
    assert_eq!(
        changes,
        [
            Change::PhotoRemoved(alice.clone(), photo_id(&picture("1"))),
            Change::PhotoRemoved(alice.clone(), photo_id(&picture("2"))),
            Change::PersonRemoved(bob),
            Change::PersonAdded { id: carol.clone(), name: name("Carol"), sample: false },
            Change::PhotoAdded(alice, photo("Alice")),
            Change::PhotoAdded(carol, photo("Carol")),
        ]
    );
}

#[test]
fn a_renamed_folder_keeps_its_id_and_its_copy_is_given_another() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (mut faces, _) = open(root.path());
    let alice = id_of(&faces, "Alice");
    fs::rename(root.path().join("Alice"), root.path().join("Alicia")).unwrap();
    assert_eq!(faces.scan(soon()).unwrap().changes, [Change::PersonRenamed(alice.clone(), name("Alicia"))]);
    // A copy whose name sorts first, made while the server was stopped.
    put(root.path(), "Aaron/b.jpg", "2");
    fs::copy(root.path().join("Alicia/.person.json"), root.path().join("Aaron/.person.json")).unwrap();
    let (mut again, _) = open(root.path());
    assert_eq!(id_of(&again, "Alicia"), alice);
    let aaron = id_of(&again, "Aaron");
    assert_ne!(aaron, alice);
    assert_eq!(id_of(&open(root.path()).0, "Aaron"), aaron, "the new id was written");
    // A renamed folder whose copy is made under the old name, while it runs: who was known stays.
    fs::rename(root.path().join("Alicia"), root.path().join("Alice B")).unwrap();
    again.scan(soon()).unwrap();
    put(root.path(), "Alicia/c.jpg", "3");
    fs::write(root.path().join("Alicia/.person.json"), format!("{{\"id\":\"{alice}\",\"name\":\"Alicia\"}}")).unwrap();
    again.scan(soon()).unwrap();
    assert_eq!(id_of(&again, "Alice B"), alice);
    assert_ne!(id_of(&again, "Alicia"), alice);
}

#[test]
fn two_folders_that_swap_names_are_told_in_an_order_that_can_be_applied() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Bob/b.jpg", "2");
    let (mut faces, _) = open(root.path());
    for (from, to) in [("Alice", "X"), ("Bob", "Alice"), ("X", "Bob")] {
        fs::rename(root.path().join(from), root.path().join(to)).unwrap();
    }
    let changes = faces.scan(soon()).unwrap().changes;
    let mut taken = std::collections::HashSet::from(["Alice".to_owned(), "Bob".to_owned()]);
    let mut names = std::collections::HashMap::new();
    for change in changes {
        match change {
            Change::PersonRemoved(id) => {
                let old = if id == id_of(&faces, "Bob") { "Alice" } else { "Bob" };
                assert!(taken.remove(old));
            }
            Change::PersonAdded { id, name, .. } => {
                assert!(taken.insert(name.as_str().to_owned()), "{name} was free");
                names.insert(id, name);
            }
            Change::PhotoAdded(id, _) => assert!(names.contains_key(&id)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_scan_does_not_read_what_was_read_before_it() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/empty.jpg", "");
    let mut faces = Faces::open(root.path(), Opening::Sole);
    let path = root.path().join("Alice/a.jpg");
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(faces.reader().read(written), [], "a file that may still be copied is not read");
    let read = faces.reader().read(soon());
    assert_eq!(read.len(), 1);
    // Another content that looks the same from outside tells whether the file is read once more.
    put(root.path(), "Alice/a.jpg", "2");
    set_modified(&path, written);
    faces.remember(read);
    faces.scan(soon()).unwrap();
    assert_eq!(faces.people()[0].photos[0].id, photo_id(&picture("1")));
    assert_eq!(faces.reader().read(soon()), [], "what is known is not read again");
}

#[test]
fn a_photo_saved_just_before_a_restart_is_there_at_once() {
    let root = tempfile::tempdir().unwrap();
    let (mut faces, _) = open(root.path());
    let saved =
        faces.save_photo(PhotoOwner::New(&name("Alice")), &picture("whole"), Timestamp::now(), By::Looks).unwrap();
    let mut again = Faces::open(root.path(), Opening::Sole);
    let scan = again.scan(SystemTime::now()).unwrap();
    assert_eq!((again.people()[0].photos.as_slice(), scan.unsettled), (&[saved.photo.clone()][..], 0));
    // The same name with half the content is a copy on its way.
    fs::write(again.root().join(&saved.photo.path), picture("who")).unwrap();
    let mut again = Faces::open(root.path(), Opening::Sole);
    assert_eq!(again.scan(SystemTime::now()).unwrap().unsettled, 1);
}

#[test]
fn a_half_copied_file_waits_until_it_is_stable() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "half");
    let path = root.path().join("Alice/a.jpg");
    let written = SystemTime::now() - Duration::from_secs(100);
    set_modified(&path, written);
    let mut faces = Faces::open(root.path(), Opening::Sole);
    let scan = faces.scan(written + Duration::from_millis(900)).unwrap();
    assert_eq!((shown(&faces).as_str(), scan.unsettled), ("Alice:", 1));
    assert_eq!(scan.problems, []);
    let scan = faces.scan(written + Duration::from_secs(1)).unwrap();
    assert_eq!((shown(&faces).as_str(), scan.unsettled), ("Alice: a.jpg", 0));
}

#[test]
fn a_file_from_the_future_is_stable_once_it_was_seen_twice() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let now = SystemTime::now();
    set_modified(&root.path().join("Alice/a.jpg"), now + Duration::from_secs(3600));
    let mut faces = Faces::open(root.path(), Opening::Sole);
    assert_eq!(faces.scan(now).unwrap().unsettled, 1);
    assert_eq!(faces.scan(now + Duration::from_millis(500)).unwrap().unsettled, 1);
    put(root.path(), "Alice/a.jpg", "longer");
    set_modified(&root.path().join("Alice/a.jpg"), now + Duration::from_secs(3600));
    assert_eq!(faces.scan(now + Duration::from_millis(1100)).unwrap().unsettled, 1, "it grew");
    assert_eq!(faces.scan(now + Duration::from_millis(2100)).unwrap().unsettled, 0);
    assert_eq!(shown(&faces), "Alice: a.jpg");
}

#[test]
fn a_remembered_file_is_not_read_again() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (faces, _) = open(root.path());
    let known: Vec<_> = faces.known_files().collect();
    assert_eq!(known[0].path, PathBuf::from("Alice/a.jpg"));
    // Other bytes, but the same size and time: only a memory can take them for the old ones.
    let path = root.path().join("Alice/a.jpg");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    put(root.path(), "Alice/a.jpg", "2");
    set_modified(&path, modified);
    let mut faces = Faces::open(root.path(), Opening::Sole);
    faces.remember(known);
    faces.scan(soon()).unwrap();
    assert_eq!(faces.people()[0].photos[0].id, photo_id(&picture("1")));
}

#[test]
fn a_damaged_person_file_is_made_anew_and_the_running_id_kept() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (mut faces, _) = open(root.path());
    let id = id_of(&faces, "Alice");
    put(root.path(), "Alice/.person.json", "{\"id\":");
    let scan = faces.scan(soon()).unwrap();
    assert_eq!((id_of(&faces, "Alice"), scan.changes.len(), scan.problems.len()), (id.clone(), 0, 1));
    fs::remove_file(root.path().join("Alice/.person.json")).unwrap();
    assert_eq!(faces.scan(soon()).unwrap().problems, []);
    assert_eq!(id_of(&open(root.path()).0, "Alice"), id);
}

#[test]
fn a_photo_copied_to_somebody_else_stays_with_whom_it_was() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Bob/b.jpg", "1");
    let (mut faces, _) = open(root.path());
    put(root.path(), "Alice/a.jpg", "1");
    faces.scan(soon()).unwrap();
    assert_eq!(shown(&faces), "Alice: | Bob: b.jpg");
    fs::remove_file(root.path().join("Bob/b.jpg")).unwrap();
    faces.scan(soon()).unwrap();
    assert_eq!(shown(&faces), "Alice: a.jpg | Bob:");
}

#[test]
fn a_folder_that_cannot_be_read_forgets_nobody() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    put(&folder, "Alice/a.jpg", "1");
    let (mut faces, _) = open(&folder);
    fs::rename(&folder, root.path().join("away")).unwrap();
    let scan = faces.scan(soon()).unwrap();
    assert_eq!((shown(&faces).as_str(), scan.changes), ("Alice: a.jpg", vec![]));
    assert!(problems(&faces).contains("cannot be read"), "{}", problems(&faces));
    fs::rename(root.path().join("away"), &folder).unwrap();
    assert_eq!(faces.scan(soon()).unwrap().changes, []);
}

/// `.person.json` is a folder here, so that it can neither be read nor written, not even by root.
#[test]
fn a_person_whose_id_cannot_be_stored_has_the_same_one_at_every_start() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Bob/b.jpg", "2");
    fs::create_dir(root.path().join("Alice/.person.json")).unwrap();
    let (mut faces, _) = open(root.path());
    assert_eq!(faces.scan(soon()).unwrap().changes, []);
    let id = id_of(&faces, "Alice");
    assert_eq!(id.0.len(), 16);
    assert_eq!(id_of(&open(root.path()).0, "Alice"), id);
}

#[cfg(unix)]
#[test]
fn what_has_taken_a_photos_place_is_neither_waited_for_nor_read_without_end() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (faces, _) = open(root.path());
    let photo = faces.people()[0].photos[0].clone();
    let path = root.path().join(&photo.path);
    let pipe = |path: &Path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    let endless = |path: &Path| std::os::unix::fs::symlink("/dev/zero", path).unwrap();
    for take_its_place in [&pipe as &dyn Fn(&Path), &endless] {
        fs::remove_file(&path).unwrap();
        take_its_place(&path);
        let (root, photo) = (root.path().to_owned(), photo.clone());
        let (done, read) = std::sync::mpsc::channel();
        std::thread::spawn(move || done.send(read_photo(&root, &photo)));
        let refused = read.recv_timeout(Duration::from_secs(5)).expect("an answer").unwrap_err();
        assert!(refused.to_string().ends_with("it is not a regular file"), "{refused}");
    }
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read_and_links_to_them() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/.hidden.jpg", "2");
    std::os::unix::fs::symlink(root.path().join("Alice/.hidden.jpg"), root.path().join("Alice/b.jpg")).unwrap();
    for pipe in ["Alice/pipe.jpg", "Alice/.person.json"] {
        let made = std::process::Command::new("mkfifo").arg(root.path().join(pipe)).status().unwrap();
        assert!(made.success());
    }
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("Alice/s.jpg")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", root.path().join("Alice/zero.jpg")).unwrap();
    let mut faces = Faces::open(root.path(), Opening::Sole);
    assert_eq!(faces.reader().read(soon()).len(), 1);
    faces.scan(soon()).unwrap();
    assert_eq!(shown(&faces), "Alice: a.jpg b.jpg");
    assert_eq!(
        problems(&faces),
        "Alice/.person.json: cannot be read: it is not a regular file\n\
         Alice/pipe.jpg: not a regular file\n\
         Alice/s.jpg: not a regular file\n\
         Alice/zero.jpg: not a regular file"
    );
}
