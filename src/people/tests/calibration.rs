//! Verdicts at the edges of the rule, and the rule against what was measured.

use super::super::{Calibration, CalibrationSource, Gallery, Prior, SettleBy, Verdict};
use super::{along, gallery, good, named, near, person, photo, poor};
use crate::vision::QualityReason;

fn sface() -> Calibration {
    Calibration::shipped(Prior::SFACE)
}

#[test]
fn thresholds_stay_near_the_measured_ones() {
    // People, share of strangers named, measured similarity (docs/decisions/threshold.md).
    for (people, share, measured) in [
        (1, 0.01, 0.309),
        (2, 0.01, 0.330),
        (6, 0.01, 0.363),
        (20, 0.01, 0.391),
        (50, 0.01, 0.412),
        (171, 0.01, 0.446),
        (1, 0.001, 0.375),
        (6, 0.001, 0.418),
        (20, 0.001, 0.446),
    ] {
        let threshold = sface().threshold(people, share);
        assert!((threshold - measured).abs() < 0.012, "{people} people at {share}: {threshold} for {measured}");
    }
    // The measured tail is shorter in large galleries: the rule may only be stricter there.
    assert!(sface().threshold(171, 0.001) > 0.466);
}

#[test]
fn probability_is_half_where_a_face_begins_to_be_named() {
    for people in [0, 1, 6, 171, 10_000] {
        let from = sface().known_from(people);
        assert!((sface().probability(from, people) - 0.5).abs() < 1e-4);
        assert!(sface().probability(from + 0.1, people) > 0.95);
        assert!(sface().probability(from - 0.1, people) < 0.05);
        assert!(sface().probability(1.0, people) <= 1.0);
        assert!(sface().probability(-1.0, people) >= 0.0);
    }
}

fn judged(gallery: &Gallery, cosine: f32, aside: usize, quality: &crate::vision::Quality) -> Verdict {
    let ranked = gallery.rank(&near(0, cosine, aside), 2);
    sface().judge(&ranked, gallery.matchable_people(), quality)
}

#[test]
fn alike_is_known_a_little_alike_unsure_and_else_unknown() {
    let six = gallery(6);
    let from = sface().known_from(6);
    let Verdict::Known { person: who, probability } = judged(&six, from + 0.01, 99, &good()) else { panic!() };
    assert_eq!((who.id, who.name), (person(0), named("Person 0")));
    assert!(probability > 0.5 && probability < 0.7);
    let Verdict::Unsure { probability, settle_by, reason, .. } = judged(&six, from - 0.01, 99, &good()) else {
        panic!()
    };
    assert!(probability < 0.5 && probability > 0.3);
    assert_eq!(settle_by, [SettleBy::AnotherPicture]);
    assert_eq!(reason, "similarity 0.35 is below the 0.36 that this gallery asks for");
    assert_eq!(judged(&six, from - 0.1, 99, &good()), Verdict::Unknown);
    assert_eq!(sface().judge(&[], 0, &good()), Verdict::Unknown);
}

#[test]
fn the_same_similarity_names_in_a_small_gallery_and_not_in_a_large_one() {
    assert!(matches!(judged(&gallery(1), 0.36, 99, &good()), Verdict::Known { .. }));
    assert!(matches!(judged(&gallery(90), 0.36, 99, &good()), Verdict::Unknown));
}

#[test]
fn a_face_between_two_people_is_unsure_however_alike() {
    let two = gallery(2);
    let Verdict::Unsure { probability, reason, .. } = judged(&two, 0.72, 1, &good()) else { panic!() };
    assert_eq!((probability, reason.as_str()), (0.5, "two people are almost equally alike"));
    assert!(matches!(judged(&two, 0.76, 1, &good()), Verdict::Known { .. }));
}

#[test]
fn what_is_wrong_with_a_face_says_what_would_settle_it() {
    let six = gallery(6);
    let just_below = sface().known_from(6) - 0.01;
    for (reason, way) in [
        (QualityReason::TooSmall, SettleBy::Closer),
        (QualityReason::Blurry, SettleBy::Sharper),
        (QualityReason::TooDark, SettleBy::Sharper),
        (QualityReason::TurnedAway, SettleBy::AnotherPicture),
    ] {
        let Verdict::Unsure { settle_by, .. } = judged(&six, just_below, 99, &poor(reason)) else { panic!() };
        assert_eq!(settle_by, [way]);
    }
    // A poor picture of somebody scores lower, so it stays unsure for longer.
    let low = sface().known_from(6) - 0.05;
    assert_eq!(judged(&six, low, 99, &good()), Verdict::Unknown);
    assert!(matches!(judged(&six, low, 99, &poor(QualityReason::Blurry)), Verdict::Unsure { .. }));
}

#[test]
fn a_model_without_numbers_learns_them_from_the_homes_people_or_says_that_it_guesses() {
    assert_eq!(Calibration::from_gallery(&gallery(3)).source, CalibrationSource::Guess);
    // Six people who are all 0.3 alike, give or take: a model with another scale.
    let mut home = Gallery::default();
    for (n, alike) in [0.30_f32, 0.31, 0.32, 0.33, 0.34, 0.35].into_iter().enumerate() {
        home.add_person(person(n), named(&format!("Person {n}"))).unwrap();
        let cosine = alike.sqrt();
        home.put_photo(&person(n), photo(&format!("{n}"), near(100, cosine, n))).unwrap();
    }
    let learned = Calibration::from_gallery(&home);
    assert_eq!(learned.source, CalibrationSource::Home { pairs: 30 });
    assert!(learned.known_from(6) > 0.36, "{learned:?}");
    assert!(learned.known_from(6) < 0.5, "{learned:?}");
    let stranger = home.rank(&along(100), 1)[0].similarity;
    assert!(stranger > learned.known_from(6), "what all have in common is somebody here: {stranger}");
}
