//! A process that is killed while it saves photos: what it acknowledged is there afterwards, and nothing else is in the way.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use jiff::Timestamp;

use super::super::{By, Database, Described, Faces, Opening, PhotoOwner, Recipe, photo_id};
use super::{name, open, picture, soon};
use crate::people::PhotoId;

/// Set for the child process: where it saves.
const CHILD_ROOT: &str = "FACE_TEST_CRASH_ROOT";
const TEST: &str = "store::tests::crash::a_killed_process_loses_nothing_it_acknowledged";

/// The nth photo: large enough to be half written.
fn photo(n: usize) -> Vec<u8> {
    let noise = (0..60_000_usize).map(|at| (at.wrapping_mul(31) ^ n.wrapping_mul(97)).to_le_bytes()[0]);
    picture("").into_iter().chain(noise).chain(n.to_le_bytes()).collect()
}

fn recipe() -> Recipe {
    Recipe { model: "abc".into(), preprocessing: 1 }
}

/// Saves photos one after the other, of a new person every fourth time, and acknowledges each by a line.
fn save_until_killed(root: &str) {
    let mut faces = Faces::open(&std::path::Path::new(root).join("faces"), Opening::Sole);
    let database = Database::open(&std::path::Path::new(root).join("data"), Opening::Sole).unwrap();
    faces.scan(soon()).unwrap();
    let start = faces.people().iter().map(|p| p.photos.len()).sum::<usize>();
    for n in start.. {
        let who = name(&format!("Person {}", n / 4));
        let existing = faces.person_named(&who).map(|p| p.id.clone());
        let owner = existing.as_ref().map_or(PhotoOwner::New(&who), PhotoOwner::Existing);
        let saved = faces.save_photo(owner, &photo(n), Timestamp::UNIX_EPOCH, By::Looks).unwrap();
        let described = [(&saved.photo.id, &Described::NoFace)];
        database.write(|tx| tx.remember_described(&recipe(), described)).unwrap();
        writeln!(std::io::stdout(), "saved {n}").unwrap();
    }
}

#[test]
fn a_killed_process_loses_nothing_it_acknowledged() {
    if let Ok(root) = std::env::var(CHILD_ROOT) {
        return save_until_killed(&root);
    }
    let root = tempfile::tempdir().unwrap();
    let mut acknowledged = HashSet::new();
    // Killed after so many acknowledgements, somewhere in the next save: another place each time.
    for kill_after in [1, 3, 2, 5, 1, 4, 2, 7, 1, 1] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([TEST, "--exact", "--nocapture"])
            .env(CHILD_ROOT, root.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let saved = lines.filter_map(|line| line.split_once("saved ").and_then(|(_, n)| n.parse::<usize>().ok()));
        acknowledged.extend(saved.take(kill_after));
        child.kill().unwrap();
        child.wait().unwrap();

        let (faces, scan) = open(&root.path().join("faces"));
        assert_eq!(scan.problems, []);
        let on_disk: HashSet<PhotoId> = faces.people().iter().flat_map(|p| &p.photos).map(|f| f.id.clone()).collect();
        let database = Database::open(&root.path().join("data"), Opening::Sole).unwrap();
        for &n in &acknowledged {
            assert!(on_disk.contains(&photo_id(&photo(n))), "photo {n} was acknowledged");
            assert_eq!(database.described(&photo_id(&photo(n)), &recipe()).unwrap(), Some(Described::NoFace));
        }
        // Some may be whole without having been acknowledged; none is half, and none in between is missing.
        let whole: HashSet<PhotoId> = (0..on_disk.len()).map(|n| photo_id(&photo(n))).collect();
        assert_eq!(on_disk, whole);
    }
}
