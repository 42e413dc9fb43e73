//! Which photos are in the wrong folder, and which only look unusual.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::misfiled::{self, Doubt, Misfiled};
use super::super::{Calibration, Gallery, PhotoId, Prior};
use super::{named, near, person, photo};

/// Each person's photos: the face they show (an axis), told apart by what else is in them.
fn library(people: &[&[usize]]) -> Gallery {
    let mut photos = Vec::new();
    for (who, faces) in people.iter().enumerate() {
        photos.extend(faces.iter().enumerate().map(|(n, face)| (who, n, *face)));
    }
    in_order(people.len(), &photos)
}

/// Photo `n` of person `who` is called `who.n`; all of one face are alike by 0.64.
fn in_order(people: usize, photos: &[(usize, usize, usize)]) -> Gallery {
    let mut gallery = Gallery::default();
    for who in 0..people {
        gallery.add_person(person(who), named(&format!("Person {who}"))).unwrap();
    }
    for (who, n, face) in photos {
        let picture = photo(&format!("{who}.{n}"), near(*face, 0.8, 20 + 10 * who + n));
        gallery.put_photo(&person(*who), picture).unwrap();
    }
    gallery
}

fn judged(library: &Gallery, accepted: &[&str]) -> Misfiled {
    let accepted: BTreeSet<PhotoId> = accepted.iter().map(|id| PhotoId((*id).into())).collect();
    misfiled::find(library, &accepted, &Calibration::of_measured(&Prior::plain(), &library.in_order(), &[]))
}

/// `0.2 is Person 1's`, `1.0 is unlike`, `Person 0 = Person 1`.
fn shown(found: &Misfiled) -> Vec<String> {
    let photos = found.photos.iter().map(|p| match &p.doubt {
        Doubt::SomebodyElses { person, .. } => format!("{} is {}'s", p.photo, person.name),
        Doubt::Unlike { of_equals: false, .. } => format!("{} is unlike", p.photo),
        Doubt::Unlike { of_equals: true, .. } => format!("{} or another", p.photo),
    });
    photos.chain(found.people.iter().map(|p| format!("{} = {}", p.person.name, p.other.name))).collect()
}

fn found(people: &[&[usize]]) -> Vec<String> {
    shown(&judged(&library(people), &[]))
}

const NOTHING: [&str; 0] = [];

#[test]
fn right_photos_are_right_however_many() {
    assert_eq!(found(&[&[0], &[1, 1], &[2, 2, 2], &[3; 10], &[]]), NOTHING);
}

#[test]
fn a_photo_of_somebody_else_is_theirs_beside_one_two_and_ten_own_ones() {
    assert_eq!(found(&[&[0, 1], &[1, 1]]), ["0.1 is Person 1's"]);
    assert_eq!(
        found(&[&[1, 0], &[1]]),
        ["0.0 is Person 1's"],
        "one against one: the folder with nothing else is right"
    );
    assert_eq!(found(&[&[0, 0, 1], &[1]]), ["0.2 is Person 1's"]);
    assert_eq!(found(&[&[0, 0, 0, 0, 0, 1, 0, 0, 0, 0], &[1, 1, 1]]), ["0.5 is Person 1's"]);
    assert_eq!(found(&[&[1], &[1, 1]]), ["0.0 is Person 1's"], "their only photo");
}

#[test]
fn several_photos_of_somebody_else_do_not_vouch_for_each_other() {
    assert_eq!(found(&[&[0, 0, 0, 1, 1], &[1, 1, 1]]), ["0.3 is Person 1's", "0.4 is Person 1's"]);
    assert_eq!(
        found(&[&[0, 1], &[1, 0]]),
        ["0.0 is Person 1's", "0.1 is Person 1's", "1.0 is Person 0's", "1.1 is Person 0's"]
    );
}

#[test]
fn the_folder_with_most_photos_of_a_face_has_it() {
    assert_eq!(found(&[&[0, 1, 1, 1, 1], &[1]]), ["0.0 is unlike", "1.0 is Person 0's"]);
}

#[test]
fn two_folders_of_one_person_are_told_as_such() {
    assert_eq!(found(&[&[0], &[0]]), ["Person 0 = Person 1"]);
    assert_eq!(found(&[&[0, 0], &[0, 0]]), ["Person 0 = Person 1"]);
    assert_eq!(found(&[&[0, 0, 0], &[0, 0]]), ["1.0 is Person 0's", "1.1 is Person 0's", "Person 1 = Person 0"]);
}

#[test]
fn somebody_who_only_resembles_another_stays_recognised() {
    let mut gallery = library(&[&[], &[1, 1, 1]]);
    gallery.put_photo(&person(0), photo("0.0", near(1, 0.45, 0))).unwrap();
    let found = judged(&gallery, &[]);
    assert_eq!((shown(&found), found.withheld().len()), (vec!["Person 0 = Person 1".to_owned()], 0));
}

#[test]
fn of_photos_unlike_each_other_the_few_are_told_and_of_equals_all() {
    assert_eq!(found(&[&[0, 1]]), ["0.0 or another", "0.1 or another"]);
    assert_eq!(found(&[&[0, 1, 0]]), ["0.1 is unlike"]);
    assert_eq!(found(&[&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]]), ["0.0 is unlike"]);
    assert_eq!(found(&[&[0, 0, 1, 1]]), ["0.0 or another", "0.1 or another", "0.2 or another", "0.3 or another"]);
    assert_eq!(found(&[&[0, 1, 2]]), ["0.0 or another", "0.1 or another", "0.2 or another"]);
    assert_eq!(judged(&library(&[&[0, 1]]), &[]).withheld(), BTreeSet::new(), "nothing says which is wrong");
}

#[test]
fn an_accepted_photo_is_right_and_no_witness_against_others() {
    let twins = library(&[&[0, 1], &[1, 1]]);
    assert_eq!(shown(&judged(&twins, &["0.1"])), ["0.0 or another"]);
    assert_eq!(shown(&judged(&twins, &["0.0", "0.1"])), NOTHING);
    assert_eq!(shown(&judged(&library(&[&[0], &[0]]), &["1.0"])), NOTHING, "somebody has said that they are two");
    assert_eq!(shown(&judged(&library(&[&[1, 1], &[1]]), &["0.0", "0.1"])), NOTHING);
}

#[test]
fn a_photo_between_two_people_is_theirs_whose_it_is_more() {
    let mut gallery = library(&[&[0, 0], &[1, 1]]);
    gallery.put_photo(&person(0), photo("0.2", near(0, 0.85, 1))).unwrap();
    assert_eq!(shown(&judged(&gallery, &[])), NOTHING);
    gallery.put_photo(&person(0), photo("0.3", near(1, 0.85, 0))).unwrap();
    assert_eq!(shown(&judged(&gallery, &[])), ["0.3 is Person 1's"]);
}

proptest! {
    #[test]
    fn the_order_of_photos_does_not_matter(
        faces in prop::collection::vec((0..3_usize, 0..4_usize), 0..12),
        order in any::<prop::sample::Index>(),
        reverse in any::<bool>(),
    ) {
        let mut photos: Vec<_> = faces.iter().enumerate().map(|(n, (who, face))| (*who, n, *face)).collect();
        let one_way = judged(&in_order(3, &photos), &[]);
        if !photos.is_empty() {
            let middle = order.index(photos.len());
            photos.rotate_left(middle);
        }
        if reverse {
            photos.reverse();
        }
        let other_way = judged(&in_order(3, &photos), &[]);
        prop_assert_eq!(shown(&one_way), shown(&other_way));
    }
}
