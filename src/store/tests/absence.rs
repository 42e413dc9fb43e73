//! A folder that is away: nobody is forgotten, nothing is written into its place, and an answer or time ends the waiting.

use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::super::{By, Change, Database, Faces, Opening, PhotoOwner, ProblemKind, StoreError};
use super::{name, open, picture, put, shown, soon};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const ALMOST_HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60 - 1);
const ALMOST_A_DAY: Duration = Duration::from_secs(24 * 60 * 60 - 1);

fn library(root: &Path) -> (Faces, String) {
    for person in ["Alice", "Bob", "Carol"] {
        put(root, &format!("{person}/a.jpg"), person);
    }
    let (faces, _) = open(root);
    let known = shown(&faces);
    (faces, known)
}

/// Another run on the same folders, which knows what the last one did.
fn next_run(before: &Faces, opening: Opening) -> Faces {
    let database = Database::in_memory().unwrap();
    database.write(|tx| tx.keep_roster(&before.roster())).unwrap();
    let mut faces = Faces::open(before.root(), opening);
    faces.recall(database.roster().unwrap());
    faces
}

/// The share is away, its empty mount point is left.
fn unmount(folder: &Path) {
    fs::rename(folder, folder.with_extension("share")).unwrap();
    fs::create_dir(folder).unwrap();
}

fn mount(folder: &Path) {
    fs::remove_dir_all(folder).unwrap();
    fs::rename(folder.with_extension("share"), folder).unwrap();
}

#[test]
fn people_of_a_share_that_is_not_mounted_are_known_and_come_back_as_themselves() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    let (faces, known) = library(&folder);
    let ids = faces.roster();
    unmount(&folder);
    let mut again = next_run(&faces, Opening::Sole);
    let scan = again.scan(soon()).unwrap();
    assert_eq!((shown(&again), scan.changes.len()), (known.clone(), 6), "told as at any start");
    assert_eq!(again.away().map(|a| (a.missing, a.known)), Some((3, 3)));
    assert!(scan.problems.iter().all(|p| p.kind == ProblemKind::Missing) && scan.problems.len() == 3);
    mount(&folder);
    assert_eq!(again.scan(soon()).unwrap().changes, []);
    assert_eq!((again.away(), again.problems().len()), (None, 0));
    assert_eq!(again.roster().people, ids.people);
}

#[test]
fn a_mount_point_that_is_missing_too_is_not_made() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("nas/faces");
    let (faces, known) = library(&folder);
    fs::remove_dir_all(root.path().join("nas")).unwrap();
    let mut again = next_run(&faces, Opening::Sole);
    again.scan(soon()).unwrap();
    assert_eq!((shown(&again), again.away().map(|a| a.missing)), (known, Some(3)));
    assert!(!root.path().join("nas").exists());
}

#[test]
fn nothing_is_written_into_the_place_of_a_folder_that_is_away() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    let (mut faces, known) = library(&folder);
    let alice = faces.person_named(&name("Alice")).unwrap().clone();
    unmount(&folder);
    // Before the next look as well as after it.
    for _ in 0..2 {
        for refused in [
            faces.save_photo(PhotoOwner::New(&name("Eve")), &picture("e"), Timestamp::now(), By::Looks).map(drop),
            faces.save_photo(PhotoOwner::Existing(&alice.id), &picture("e"), Timestamp::now(), By::Looks).map(drop),
            faces.rename_person(&alice.id, &name("Alicia")),
            faces.accept_photo(&alice.id, &alice.photos[0].id),
        ] {
            let words = refused.unwrap_err().to_string();
            assert!(words.contains("3 of 3 people are missing"), "{words}");
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        faces.scan(soon()).unwrap();
        assert_eq!(shown(&faces), known);
    }
    mount(&folder);
    faces.save_photo(PhotoOwner::New(&name("Eve")), &picture("e"), Timestamp::now(), By::Looks).unwrap();
}

#[test]
fn somebody_new_beside_everybody_missing_does_not_end_the_waiting() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    let (mut faces, _) = library(&folder);
    unmount(&folder);
    put(&folder, "Dave/a.jpg", "d");
    faces.scan(soon()).unwrap();
    assert_eq!(shown(&faces), "Alice: a.jpg | Bob: a.jpg | Carol: a.jpg | Dave: a.jpg");
    faces.scan(soon()).unwrap();
    assert_eq!(faces.away().map(|a| (a.missing, a.known)), Some((3, 4)));
}

#[test]
fn folders_that_were_made_but_not_filled_are_not_the_people() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    let (mut faces, known) = library(&folder);
    unmount(&folder);
    for person in ["Alice", "Bob", "Carol"] {
        fs::create_dir(folder.join(person)).unwrap();
    }
    for _ in 0..2 {
        faces.scan(soon()).unwrap();
        assert_eq!((shown(&faces), faces.away().map(|a| a.missing)), (known.clone(), Some(3)));
    }
}

#[test]
fn one_or_two_deleted_by_hand_are_gone_at_once() {
    let root = tempfile::tempdir().unwrap();
    let (mut faces, _) = library(root.path());
    let bob = faces.person_named(&name("Bob")).unwrap().id.clone();
    fs::remove_dir_all(root.path().join("Bob")).unwrap();
    assert_eq!(faces.scan(soon()).unwrap().changes, [Change::PersonRemoved(bob)]);
    assert_eq!((shown(&faces).as_str(), faces.away()), ("Alice: a.jpg | Carol: a.jpg", None));
}

#[test]
fn the_waiting_ends_after_a_day_of_looking_over_restarts() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    let (mut faces, known) = library(&folder);
    unmount(&folder);
    faces.scan(soon()).unwrap();
    assert!(!faces.pass(DAY / 2));
    let mut again = next_run(&faces, Opening::Sole);
    again.scan(soon()).unwrap();
    assert_eq!(again.away().map(|a| (a.waited_s, a.forgotten_after_s)), Some(((DAY / 2).as_secs(), DAY.as_secs())));
    assert!(!again.pass(ALMOST_HALF_A_DAY));
    again.scan(soon()).unwrap();
    assert_eq!(shown(&again), known);
    assert!(again.pass(Duration::from_secs(1)));
    assert_eq!(again.scan(soon()).unwrap().changes.len(), 3);
    assert_eq!((shown(&again).as_str(), again.away()), ("", None));
    mount(&folder);
    again.scan(soon()).unwrap();
    assert_eq!(again.roster().people, open(&folder).0.roster().people, "with the ids that their folders kept");
}

#[test]
fn an_answer_ends_the_waiting_or_begins_it_again() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    let (mut faces, known) = library(&folder);
    unmount(&folder);
    faces.scan(soon()).unwrap();
    faces.pass(ALMOST_A_DAY);
    faces.wait_again();
    assert!(!faces.pass(Duration::from_secs(1)));
    faces.scan(soon()).unwrap();
    assert_eq!(shown(&faces), known);
    let alice = faces.person_named(&name("Alice")).unwrap().id.clone();
    faces.delete_person(&alice).unwrap();
    assert_eq!(shown(&faces), "Bob: a.jpg | Carol: a.jpg");
    faces.stop_waiting();
    assert_eq!(faces.scan(soon()).unwrap().changes.len(), 2);
    faces.save_photo(PhotoOwner::New(&name("Eve")), &picture("e"), Timestamp::now(), By::Looks).unwrap();
    assert_eq!(faces.people().len(), 1);
}

#[test]
fn photos_that_moved_to_another_folder_are_not_missing() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (mut faces, _) = open(root.path());
    let alice = faces.person_named(&name("Alice")).unwrap().id.clone();
    // Renamed by a program that leaves hidden files behind.
    fs::rename(root.path().join("Alice"), root.path().join("Alicia")).unwrap();
    fs::remove_file(root.path().join("Alicia/.person.json")).unwrap();
    let changes = faces.scan(soon()).unwrap().changes;
    assert_eq!(changes, [Change::PersonRenamed(alice, name("Alicia"))]);
}

#[test]
fn samples_are_told_from_people_and_deleted_without_waiting() {
    let root = tempfile::tempdir().unwrap();
    for person in ["Grace", "Barack", "Eileen"] {
        put(root.path(), &format!("{person}/a.jpg"), person);
        put(root.path(), &format!("{person}/.sample"), "");
    }
    let (mut faces, _) = open(root.path());
    assert!(faces.people().iter().all(|p| p.sample));
    let barack = faces.person_named(&name("Barack")).unwrap().id.clone();
    faces.save_photo(PhotoOwner::Existing(&barack), &picture("mine"), Timestamp::now(), By::Looks).unwrap();
    assert!(!faces.person(&barack).unwrap().sample, "who is taught lives here");
    let (again, _) = open(root.path());
    assert_eq!(again.people(), faces.people());
    for sample in ["Grace", "Eileen"] {
        fs::remove_dir_all(root.path().join(sample)).unwrap();
    }
    faces.scan(soon()).unwrap();
    assert_eq!((faces.people().len(), faces.away()), (1, None));
}

#[test]
fn a_command_that_only_reads_changes_nothing_and_needs_a_folder() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("faces");
    let mut faces = Faces::open(&folder, Opening::Reading);
    assert!(matches!(faces.scan(soon()), Err(StoreError::NoFolder(_))));
    assert!(!folder.exists());
    put(&folder, "Alice/a.jpg", "1");
    faces.scan(soon()).unwrap();
    assert_eq!(shown(&faces), "Alice: a.jpg");
    assert!(!folder.join("Alice/.person.json").exists());
}
