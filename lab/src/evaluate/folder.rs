//! Anybody's own folder of photos, one folder a person → people to enrol, and visits.
//!
//! Photos are not pictures of a camera: each is taken as one picture of the person's visit, and nothing is followed.

use std::io;

use super::watched::{Seen, Track, Visit};
use crate::gallery::{Gallery, Person};

/// Photos of a person that are enrolled.
const ENROLLED: usize = 3;
/// Pictures of a visit.
const PICTURES: usize = 8;

/// The first three photos of each person are enrolled, the others are visits of theirs, eight pictures each. Everybody is a stranger,
/// too, to homes that they do not live in.
///
/// # Errors
/// `InvalidData` in words where fewer than two people are left, or nobody has a fourth photo.
pub fn split(gallery: Gallery) -> io::Result<(Vec<Person>, Vec<Visit>)> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut people: Vec<Person> = gallery.people.into_iter().filter(|person| !person.photos.is_empty()).collect();
    if people.len() < 2 {
        return Err(invalid("expected folders of at least two people, each with photos"));
    }
    let mut visits = Vec::new();
    for (n, person) in people.iter_mut().enumerate() {
        let others = person.photos.split_off(person.photos.len().min(ENROLLED));
        for faces in others.chunks(PICTURES) {
            let seen =
                |face: &face_server::vision::Face| Seen { face: face.clone(), best: None, log_odds: 0.0, named: None };
            let tracks = vec![Track { pictures: faces.iter().map(seen).collect() }];
            let visit = Visit { who: person.name.as_str().to_owned(), enrolled: Some(n), absent: None, tracks };
            visits.push(Visit { enrolled: None, absent: Some(n), ..visit.clone() });
            visits.push(visit);
        }
    }
    if visits.is_empty() {
        return Err(invalid("expected at least one person with four photos or more: the first three are enrolled"));
    }
    Ok((people, visits))
}

/// Everybody, and everybody but each one: so that everybody can be a stranger to all the others.
pub fn homes_of_all(people: usize) -> Vec<Vec<usize>> {
    let all_but = |left_out: Option<usize>| (0..people).filter(|n| Some(*n) != left_out).collect();
    std::iter::once(None).chain((0..people).map(Some)).map(all_but).collect()
}
