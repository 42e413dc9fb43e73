//! The gallery keeps what it was given and ranks by it.

use proptest::prelude::*;

use super::super::gallery::Everybody;
use super::super::{Candidate, Direction, Gallery, GalleryError, GalleryPhoto, PersonId, PhotoId, Prior};
use super::{along, direction, face, gallery, named, near, person, photo, ranked};
use crate::vision::Embedding;

#[test]
fn the_most_alike_person_comes_first_with_their_nearest_photo() {
    let mut gallery = gallery(3);
    gallery.put_photo(&person(1), photo("aside", near(1, 0.8, 9))).unwrap();
    let probe = direction(near(1, 0.9, 0));
    let ranked = ranked(&gallery, &probe);
    assert_eq!(ranked.len(), 3);
    assert_eq!((&ranked[0].person.id, &ranked[0].photo), (&person(1), &PhotoId("photo 1".into())));
    assert!((ranked[0].photo_cosine - 0.9).abs() < 1e-6);
    // The mean lies between (1, 0) and (0.8, 0.6): (3, 1) / √10; probe and look say the same, almost all.
    let worth = probe.strength * probe.strength;
    assert!((ranked[0].similarity - 0.9 * 3.0 / 10.0_f32.sqrt() * worth).abs() < 1e-6);
    assert_eq!(ranked[1].person.id, person(0));
    assert!((ranked[1].similarity - 0.19_f32.sqrt() * worth).abs() < 1e-6);
}

#[test]
fn a_second_look_is_not_drowned_by_many_photos_of_the_first() {
    let mut gallery = gallery(1);
    for n in 0..4 {
        gallery.put_photo(&person(0), photo(&format!("day {n}"), near(0, 0.95, 2 + n))).unwrap();
    }
    assert_eq!(gallery.looks(), 1);
    gallery.put_photo(&person(0), photo("infrared", near(0, 0.2, 1))).unwrap();
    assert_eq!(gallery.looks(), 2);
    let infrared = ranked(&gallery, &direction(near(0, 0.2, 1)))[0].clone();
    assert_eq!(infrared.photo, PhotoId("infrared".into()));
    assert!(infrared.similarity > 0.95, "{infrared:?}");
    gallery.put_photo(&person(0), photo("dusk", near(0, 0.6, 1))).unwrap();
    assert_eq!(gallery.looks(), 1, "a photo between two looks makes them one");
}

#[test]
fn a_poor_photo_counts_less_than_a_good_one() {
    let mut gallery = gallery(1);
    gallery.add_person(person(1), named("Poor photo")).unwrap();
    let mut poor = face(along(1));
    (poor.quality.size_px, poor.detection.score) = (14.0, 0.7);
    gallery.put_photo(&person(1), GalleryPhoto::new(PhotoId("poor".into()), &poor, &Prior::plain())).unwrap();
    let ranked = ranked(&gallery, &direction(near(0, 0.7, 1)));
    assert_eq!(ranked[0].person.id, person(0));
    assert!(ranked[1].similarity < 0.7 * ranked[0].similarity, "{ranked:?}");
}

#[test]
fn of_many_people_the_most_alike_are_ranked_after_what_they_have_in_common() {
    let mut gallery = Gallery::default();
    for number in 0..300_u16 {
        let n = usize::from(number);
        gallery.add_person(person(n), named(&format!("Person {n}"))).unwrap();
        // The higher the number, the more alike; two looks each, the other one turned away.
        let alike = f32::from(number) / 301.0;
        gallery.put_photo(&person(n), photo(&format!("front {n}"), near(0, alike, 1 + n % 100))).unwrap();
        gallery.put_photo(&person(n), photo(&format!("away {n}"), near(0, -0.9, 101 + n % 20))).unwrap();
    }
    assert_eq!(gallery.looks(), 600);
    let probe = direction(along(0));
    let numbers = |ranked: &[Candidate]| ranked.iter().map(|c| c.person.id.clone()).collect::<Vec<_>>();
    let best = ranked(&gallery, &probe);
    assert_eq!(numbers(&best), (236..300).rev().map(person).collect::<Vec<_>>());
    assert!(best.iter().all(|c| c.photo.0.starts_with("front")));
    let taken_off = Everybody::of(&gallery, (0..300).map(|n| if n == 299 { 2.0 } else { 0.0 })).rank(&probe);
    assert_eq!(numbers(&taken_off), (235..299).rev().map(person).collect::<Vec<_>>());
    gallery.remove_person(&person(298)).unwrap();
    assert_eq!(numbers(&ranked(&gallery, &probe))[..2], [person(299), person(297)], "compared anew after a change");
}

#[test]
fn names_and_ids_are_taken_once() {
    let mut gallery = gallery(2);
    assert_eq!(gallery.add_person(person(7), named("PERSON 0")), Err(GalleryError::NameTaken(named("PERSON 0"))));
    assert_eq!(gallery.add_person(person(0), named("New")), Err(GalleryError::IdTaken(person(0))));
    assert_eq!(gallery.rename_person(&person(1), named("person 0")), Err(GalleryError::NameTaken(named("person 0"))));
    gallery.rename_person(&person(1), named("PERSON 1")).unwrap();
    assert_eq!(gallery.person_named(&named("person 1")).unwrap().id, person(1));
    let nobody = GalleryError::UnknownPerson(person(9));
    assert_eq!(gallery.rename_person(&person(9), named("New")), Err(nobody.clone()));
    assert_eq!(gallery.merge_people(&person(0), &person(9)), Err(nobody));
    assert_eq!(gallery.people().len(), 2);
}

#[test]
fn another_models_embeddings_are_refused_until_the_gallery_is_empty() {
    let mut gallery = gallery(1);
    gallery.add_person(person(1), named("No photo")).unwrap();
    let short = || Embedding::new(vec![1.0; 4]).unwrap();
    let refused = gallery.put_photo(&person(1), photo("short", short()));
    assert_eq!(refused, Err(GalleryError::OtherModel { found: 4, expected: 128 }));
    let of_another_model = Direction { values: vec![0.5; 4], strength: 1.0 };
    assert_eq!(ranked(&gallery, &of_another_model), []);
    assert_eq!(gallery.remove_photo(&person(0), &PhotoId("photo 0".into())), Ok(true));
    gallery.put_photo(&person(1), photo("short", short())).unwrap();
    assert_eq!((ranked(&gallery, &of_another_model).len(), gallery.looks()), (1, 1));
}

#[test]
fn a_snapshot_does_not_change_with_its_origin() {
    let mut gallery = gallery(2);
    let snapshot = gallery.clone();
    gallery.remove_person(&person(0)).unwrap();
    assert_eq!((snapshot.people().len(), gallery.people().len()), (2, 1));
    assert_eq!(ranked(&snapshot, &direction(along(0)))[0].person.id, person(0));
}

/// One change of a gallery of four ids.
#[derive(Clone, Debug)]
enum Change {
    Add(usize),
    Remove(usize),
    Put(usize, usize),
    Take(usize, usize),
    Merge(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let who = 0..4_usize;
    let what = 0..6_usize;
    prop_oneof![
        2 => who.clone().prop_map(Change::Add),
        1 => who.clone().prop_map(Change::Remove),
        6 => (who.clone(), what.clone()).prop_map(|(a, b)| Change::Put(a, b)),
        3 => (who.clone(), what).prop_map(|(a, b)| Change::Take(a, b)),
        1 => (who.clone(), who).prop_map(|(a, b)| Change::Merge(a, b)),
    ]
}

fn apply(gallery: &mut Gallery, change: &Change) -> Result<(), GalleryError> {
    let photo_of = |n: usize| photo(&format!("photo {n}"), near(n, 0.5, n + 50));
    match *change {
        Change::Add(who) => gallery.add_person(person(who), named(&format!("Person {who}"))),
        Change::Remove(who) => gallery.remove_person(&person(who)).map(drop),
        Change::Put(who, what) => gallery.put_photo(&person(who), photo_of(what)),
        Change::Take(who, what) => gallery.remove_photo(&person(who), &photo_of(what).id).map(drop),
        Change::Merge(from, into) => gallery.merge_people(&person(from), &person(into)),
    }
}

proptest! {
    /// However it came about, a gallery ranks like one that was built of the same photos at once.
    #[test]
    fn the_way_a_gallery_was_made_does_not_matter(changes in prop::collection::vec(change(), 0..60), probe in 0..6_usize) {
        let mut changed = Gallery::default();
        for change in &changes {
            let before = format!("{changed:?}");
            if apply(&mut changed, change).is_err() {
                prop_assert_eq!(format!("{:?}", changed), before, "a refused change changes nothing");
            }
        }
        let mut built = Gallery::default();
        for p in changed.people() {
            built.add_person(p.id.clone(), p.name.clone()).unwrap();
            for photo in &p.photos {
                built.put_photo(&p.id, photo.clone()).unwrap();
            }
        }
        let probe = direction(near(probe, 0.7, probe + 50));
        let (a, b) = (ranked(&changed, &probe), ranked(&built, &probe));
        prop_assert_eq!(a.len(), changed.people().filter(|p| !p.photos.is_empty()).count());
        prop_assert_eq!(changed.looks(), built.looks());
        prop_assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(&b) {
            prop_assert!((a.similarity - b.similarity).abs() < 1e-6);
            prop_assert!((-1.001..=1.001).contains(&a.similarity));
        }
        let ids: std::collections::HashSet<&PersonId> = a.iter().map(|c| &c.person.id).collect();
        prop_assert_eq!(ids.len(), a.len(), "everybody once");
        prop_assert!(a.windows(2).all(|w| w[0].similarity >= w[1].similarity));
    }
}
