//! What a correction teaches, and what takes it back.

use super::*;
use crate::people::corrections::MAX_CORRECTIONS;
use crate::people::{Corrections, MistakenFace};

fn mistaken(n: usize, embedding: Embedding) -> MistakenFace {
    MistakenFace { person: person(n), embedding, reliability: 0.9, picture_at: None }
}

/// Whether somebody is denied to be the most alike person of `gallery`.
fn denied(corrections: &Corrections, gallery: &Gallery, who: Embedding) -> bool {
    let who = direction(who);
    let best = ranked(gallery, &who).remove(0);
    corrections.deny(&best, gallery, &who, &Prior::plain())
}

#[test]
fn whoever_is_more_like_a_corrected_face_than_like_the_person_is_not_them() {
    // The axis 10 is a stranger who was taken for person 0.
    let corrections = Corrections::restore([mistaken(0, near(10, 0.9, 0))], &Prior::plain());
    let gallery = gallery(2);
    assert!(denied(&corrections, &gallery, near(10, 0.9, 0)), "the stranger again");
    assert!(!denied(&corrections, &gallery, near(0, 0.9, 10)), "the person themselves");
    assert!(!denied(&corrections, &gallery, near(1, 0.5, 10)), "somebody whom nobody corrected");
    assert!(!denied(&Corrections::default(), &gallery, near(10, 0.9, 0)));
}

#[test]
fn a_corrected_face_that_is_not_alike_enough_to_be_the_same_stranger_denies_nobody() {
    let corrections = Corrections::restore([mistaken(0, along(10))], &Prior::plain());
    let gallery = gallery(1);
    // 0.3 is more than nothing, but below what makes two pictures one stranger's.
    assert!(!denied(&corrections, &gallery, near(10, 0.3, 11)));
    assert!(denied(&corrections, &gallery, near(10, 0.6, 11)));
}

#[test]
fn only_the_newest_corrections_count() {
    let oldest = mistaken(0, along(10));
    let newer = (0..MAX_CORRECTIONS).map(|_| mistaken(0, along(11)));
    let corrections = Corrections::restore(std::iter::once(oldest).chain(newer), &Prior::plain());
    let gallery = gallery(1);
    assert!(!denied(&corrections, &gallery, along(10)));
    assert!(denied(&corrections, &gallery, along(11)));
}

#[test]
fn a_face_as_alike_the_person_as_their_own_photos_denies_them_nothing() {
    // Somebody said "not them" of a photo of the person themselves: it shares the person (0) and its light (20).
    let photo = MistakenFace { person: person(0), embedding: near(0, 0.7, 20), reliability: 0.73, picture_at: None };
    let corrections = Corrections::restore([photo], &Prior::plain());
    let gallery = gallery(1);
    let in_that_light = |own: f32, light: f32| {
        let mut values = vec![0.0; 128];
        (values[0], values[20], values[30]) = (own, light, (1.0 - own * own - light * light).sqrt());
        Embedding::new(values).unwrap()
    };
    for (own, light) in [(0.6, 0.55), (0.7, 0.5), (0.8, 0.4)] {
        let who = in_that_light(own, light);
        assert!(direction(who.clone()).cosine(&direction(near(0, 0.7, 20))) > own, "it is more like the photo");
        assert!(!denied(&corrections, &gallery, who), "{own}");
    }
    assert!(denied(&corrections, &gallery, near(0, 0.7, 20)), "but the very picture is what was said of it");
}
