//! Links and entries that cannot be looked at: each is named, and spoils nothing else.

use std::fs;
use std::os::unix::fs::symlink;

use super::super::{Faces, Opening, ProblemKind, photo_id};
use super::{open, picture, put, shown, soon};

fn faults(faces: &Faces) -> Vec<String> {
    let faults = faces.problems().iter().filter(|p| p.kind.is_fault());
    faults.map(|p| format!("{}: {}", super::super::shown(&p.path), p.reason)).collect()
}

#[test]
fn links_in_a_circle_are_named_and_everybody_else_is_there() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Bob/b.jpg", "2");
    for (from, to) in [("x", "y"), ("y", "x"), ("Alice/c.jpg", "d.jpg"), ("Alice/d.jpg", "c.jpg")] {
        symlink(to, root.path().join(from)).unwrap();
    }
    let (mut faces, _) = open(root.path());
    assert_eq!(shown(&faces), "Alice: a.jpg | Bob: b.jpg");
    let named: Vec<String> = faults(&faces).iter().map(|line| line.split(": ").next().unwrap().to_owned()).collect();
    assert_eq!(named, ["Alice/c.jpg", "Alice/d.jpg", "x", "y"]);
    put(root.path(), "Carol/c.jpg", "3");
    assert_eq!(faces.scan(soon()).unwrap().changes.len(), 2, "learning goes on");
}

/// A link in a circle in the place of what was known looks like a share that falters.
#[test]
fn what_cannot_be_seen_is_not_taken_for_deleted() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/b.jpg", "2");
    put(root.path(), "Bob/b.jpg", "3");
    let (mut faces, _) = open(root.path());
    fs::remove_file(root.path().join("Alice/b.jpg")).unwrap();
    symlink("b.jpg", root.path().join("Alice/b.jpg")).unwrap();
    fs::rename(root.path().join("Bob"), root.path().join(".bob")).unwrap();
    symlink("Bob", root.path().join("Bob")).unwrap();
    for _ in 0..2 {
        assert_eq!(faces.scan(soon()).unwrap().changes, []);
        assert_eq!(shown(&faces), "Alice: a.jpg b.jpg | Bob: b.jpg");
        assert_eq!(faults(&faces).len(), 2);
    }
}

#[test]
fn a_link_out_of_a_persons_folder_is_not_followed() {
    let root = tempfile::tempdir().unwrap();
    let faces_folder = root.path().join("faces");
    put(&faces_folder, "Alice/a.jpg", "1");
    put(&faces_folder, "Alice/deep/.b.jpg", "2");
    put(root.path(), "private.jpg", "3");
    put(root.path(), "data/admin-token", "a secret");
    let alice = faces_folder.join("Alice");
    symlink(root.path().join("private.jpg"), alice.join("out.jpg")).unwrap();
    symlink("../../data/admin-token", alice.join("token.jpg")).unwrap();
    symlink("/etc/passwd", alice.join("passwd.png")).unwrap();
    symlink("nowhere", alice.join("gone.jpg")).unwrap();
    symlink("deep/.b.jpg", alice.join("within.jpg")).unwrap();
    symlink("../../private.jpg", alice.join(".person.json")).unwrap();
    let (faces, _) = open(&faces_folder);
    assert_eq!(shown(&faces), "Alice: a.jpg within.jpg");
    assert_eq!(
        faults(&faces),
        [
            "Alice/.person.json: cannot be read: it is not a regular file",
            "Alice/gone.jpg: this link leads nowhere",
            "Alice/out.jpg: a link that leads out of the person's folder is not followed; copy the photo here",
            "Alice/passwd.png: a link that leads out of the person's folder is not followed; copy the photo here",
            "Alice/token.jpg: a link that leads out of the person's folder is not followed; copy the photo here",
        ]
    );
}

#[test]
fn a_file_that_was_exchanged_for_another_is_not_given_out() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "secret", "a token");
    let (faces, _) = open(root.path());
    let photo = faces.photo(&photo_id(&picture("1"))).unwrap().1.clone();
    assert_eq!(faces.read(&photo).unwrap(), picture("1"));
    fs::remove_file(root.path().join("Alice/a.jpg")).unwrap();
    symlink("../secret", root.path().join("Alice/a.jpg")).unwrap();
    faces.read(&photo).unwrap_err();
}

#[test]
fn a_persons_folder_may_be_elsewhere_but_not_within_the_others() {
    let root = tempfile::tempdir().unwrap();
    let faces_folder = root.path().join("faces");
    put(root.path(), "album/a.jpg", "1");
    put(&faces_folder, "Bob/b.jpg", "2");
    symlink(root.path().join("album"), faces_folder.join("Alice")).unwrap();
    for (link, to) in [("Bobby", "Bob"), ("Everybody", "."), ("Above", "..")] {
        symlink(to, faces_folder.join(link)).unwrap();
    }
    let (mut faces, _) = open(&faces_folder);
    assert_eq!(shown(&faces), "Alice: a.jpg | Bob: b.jpg");
    assert_eq!(faults(&faces).len(), 3);
    // What the link leads to is away: the person is waited for.
    fs::rename(root.path().join("album"), root.path().join("elsewhere")).unwrap();
    assert_eq!(faces.scan(soon()).unwrap().changes, []);
    let missing = faces.problems().iter().filter(|p| p.kind == ProblemKind::Missing).count();
    assert_eq!((shown(&faces).as_str(), missing), ("Alice: a.jpg | Bob: b.jpg", 1));
}

#[test]
fn a_name_on_two_lines_is_shown_on_one() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    put(root.path(), "Alice/no\nphoto\u{1b}[2J.heic", "2");
    let mut faces = Faces::open(root.path(), Opening::Sole);
    faces.scan(soon()).unwrap();
    assert_eq!(
        faults(&faces),
        ["Alice/no\\nphoto\\u{1b}[2J.heic: this format cannot be read; save the photo as JPEG or PNG"]
    );
}
