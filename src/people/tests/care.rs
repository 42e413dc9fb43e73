//! What makes recognition worse, and what following a suggestion would change.

use std::collections::BTreeSet;

use super::super::calibration::Allowed;
use super::super::care::{Fault, Finding, KeptFaces, Trial, find, followed};
use super::super::{Calibration, Direction, Effect, Gallery, GalleryPhoto, Misfiled, PhotoId, Prior, View, misfiled};
use super::{along, axis, direction, face, gallery, near, person, photo, poor};
use crate::vision::{Embedding, Quality, QualityReason};

fn rule(gallery: &Gallery) -> Calibration {
    Calibration::of_measured(&Prior::plain(), gallery, &[])
}

fn judged(gallery: &Gallery, accepted: &BTreeSet<PhotoId>) -> (Gallery, Misfiled) {
    let found = misfiled::find(gallery, accepted, &rule(gallery));
    (gallery.without(&found.withheld()), found)
}

/// `fault person photo`, each.
fn findings(everything: &Gallery, accepted: &[&str]) -> Vec<String> {
    let accepted = accepted.iter().map(|id| PhotoId((*id).to_owned())).collect();
    let (gallery, misfiled) = judged(everything, &accepted);
    let found = find(&gallery, everything, &misfiled, &accepted);
    let shown = |f: &Finding| {
        let photo = f.photo.as_ref().map_or("-", |photo| &photo.0);
        format!("{:?} {} {photo}", f.fault, f.person.name.as_str())
    };
    found.iter().map(shown).filter(|text| !text.starts_with("OneSided")).collect()
}

fn effect(everything: &Gallery, fault: Fault, waiting: Vec<GalleryPhoto>, kept: &KeptFaces) -> Effect {
    let (gallery, misfiled) = judged(everything, &BTreeSet::new());
    let found = find(&gallery, everything, &misfiled, &BTreeSet::new());
    let finding = found.iter().find(|f| f.fault == fault && f.person.id == person(0)).expect("found");
    let (people, then) = followed(finding, &gallery, everything, waiting).expect("can be followed");
    let trial = |gallery: &Gallery| Trial::new(rule(gallery), Allowed::of_track(0.001), kept);
    Effect::between(trial(&gallery).count(&people), trial(&then).count(&people))
}

fn visits(faces: impl IntoIterator<Item = Embedding>) -> Vec<(super::PersonId, Direction)> {
    faces.into_iter().map(|face| (person(0), direction(face))).collect()
}

#[test]
fn a_photo_of_somebody_else_lets_strangers_look_like_the_person_and_going_without_it_does_not() {
    let mut everything = gallery(2);
    for n in 0..2 {
        everything.put_photo(&person(0), photo(&format!("own {n}"), near(0, 0.8, 20 + n))).unwrap();
    }
    // Of a stranger: like nobody else enrolled, so it teaches, and is only said to be unlike.
    everything.put_photo(&person(0), photo("not her", along(50))).unwrap();
    assert_eq!(findings(&everything, &[]), ["Unlike Person 0 not her"]);
    let strangers = [near(50, 0.7, 60), near(50, 0.65, 61), near(50, 0.7, 62), along(70)].map(direction).to_vec();
    let kept = KeptFaces { strangers, visits: visits([near(0, 0.7, 80), near(0, 0.6, 81)]) };
    let effect = effect(&everything, Fault::Unlike, Vec::new(), &kept);
    let then = Effect { strangers_before: 3, strangers_after: 0, visits_before: 2, visits_after: 2, visits: 2 };
    assert_eq!(effect, then);
}

#[test]
fn the_only_photo_of_a_look_costs_its_visits() {
    let mut everything = gallery(2);
    everything.put_photo(&person(0), photo("own", near(0, 0.8, 20))).unwrap();
    let dark = Quality { overall: 0.3, ..poor(QualityReason::TooDark) };
    let infrared = super::Face { quality: dark, ..face(along(50)) };
    everything.put_photo(&person(0), GalleryPhoto::new(PhotoId("poor".into()), &infrared, &Prior::plain())).unwrap();
    let accepted = BTreeSet::from([PhotoId("poor".into())]);
    let (gallery, misfiled) = judged(&everything, &accepted);
    assert_eq!(find(&gallery, &everything, &misfiled, &accepted).len(), 2, "one-sided both, and it is right as it is");
    let finding = Finding {
        fault: Fault::Poor,
        person: super::super::PersonRef { id: person(0), name: super::named("Person 0") },
        photo: Some(PhotoId("poor".into())),
        other: None,
        twin: None,
    };
    let kept =
        KeptFaces { strangers: Vec::new(), visits: visits([near(50, 0.8, 80), near(50, 0.8, 81), near(0, 0.7, 82)]) };
    let (people, then) = followed(&finding, &gallery, &everything, Vec::new()).unwrap();
    let trial = |gallery: &Gallery| Trial::new(rule(gallery), Allowed::of_track(0.001), &kept);
    let effect = Effect::between(trial(&gallery).count(&people), trial(&then).count(&people));
    assert_eq!((effect.visits_before, effect.visits_after, effect.visits), (3, 1, 3));
}

#[test]
fn of_two_photos_that_show_the_same_the_worse_one_is_named_and_nothing_is_lost_without_it() {
    let mut everything = gallery(1);
    let copy = super::Face { quality: Quality { overall: 0.7, ..super::good() }, ..face(near(0, 0.99, 20)) };
    everything.put_photo(&person(0), GalleryPhoto::new(PhotoId("copy".into()), &copy, &Prior::plain())).unwrap();
    assert_eq!(findings(&everything, &[]), ["Duplicate Person 0 copy"]);
    assert_eq!(findings(&everything, &["copy"]), [""; 0], "somebody said that it is right");
    let kept = KeptFaces { strangers: vec![direction(along(70))], visits: visits([near(0, 0.7, 80)]) };
    let then = Effect { strangers_before: 0, strangers_after: 0, visits_before: 1, visits_after: 1, visits: 1 };
    assert_eq!(effect(&everything, Fault::Duplicate, Vec::new(), &kept), then);
}

#[test]
fn a_photo_in_the_wrong_folder_helps_where_it_belongs() {
    let mut everything = gallery(2);
    for n in 0..2 {
        everything.put_photo(&person(0), photo(&format!("own {n}"), near(0, 0.8, 20 + n))).unwrap();
        everything.put_photo(&person(1), photo(&format!("theirs {n}"), near(1, 0.8, 30 + n))).unwrap();
    }
    everything.put_photo(&person(0), photo("misfiled", near(1, 0.7, 40))).unwrap();
    assert_eq!(findings(&everything, &[]), ["SomebodyElses Person 0 misfiled"]);
    let mut values = axis(80);
    (values[1], values[40], values[80]) = (0.2, 0.6, 0.77);
    let visit = direction(Embedding::new(values).expect("a direction"));
    let kept = KeptFaces { strangers: Vec::new(), visits: vec![(person(1), visit)] };
    let effect = effect(&everything, Fault::SomebodyElses, Vec::new(), &kept);
    assert_eq!((effect.visits_before, effect.visits_after, effect.visits), (0, 1, 1));
}

#[test]
fn one_person_under_two_names_is_told_once_they_are_one() {
    let mut everything = gallery(1);
    everything.add_person(person(1), super::named("Person 1")).unwrap();
    everything.put_photo(&person(1), photo("the same person", near(0, 0.96, 20))).unwrap();
    assert_eq!(findings(&everything, &[]), ["SamePerson Person 0 -"]);
    let kept = KeptFaces { strangers: Vec::new(), visits: visits([near(0, 0.75, 80), near(0, 0.7, 81)]) };
    let effect = effect(&everything, Fault::SamePerson, Vec::new(), &kept);
    assert_eq!((effect.visits_before, effect.visits_after), (0, 2), "the two are almost equally alike now");
}

#[test]
fn a_one_sided_person_gains_by_the_pictures_that_wait() {
    let everything = gallery(2);
    let mut waiting = photo("waits", near(0, 0.3, 50));
    waiting.view = View::Left;
    let kept = KeptFaces { strangers: Vec::new(), visits: visits([near(50, 0.8, 80), near(0, 0.8, 81)]) };
    let without = effect(&everything, Fault::OneSided, Vec::new(), &kept);
    assert_eq!((without.visits_before, without.visits_after), (1, 1));
    let with = effect(&everything, Fault::OneSided, vec![waiting], &kept);
    assert_eq!((with.visits_before, with.visits_after, with.visits), (1, 2, 2));
}
