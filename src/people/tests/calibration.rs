//! Verdicts at the edges of the rule.

use super::super::{
    Allowed, Calibration, CalibrationSource, Direction, Gallery, Grade, Judgement, Prior, RestsOn, SettleBy,
};
use super::super::{HeldBackBy, Identity};
use super::{along, direction, gallery, good, named, near, person, photo, poor};
use crate::vision::{Quality, QualityReason};

/// What a home allows by default.
const SHARE: f32 = 0.001;

fn rule(gallery: &Gallery) -> Calibration {
    Calibration::of_measured(&Prior::plain(), gallery, &[])
}

fn rests_on(pictures: f32) -> RestsOn {
    RestsOn { pictures, strength: 0.95 }
}

/// A track that is exactly `similarity` alike person 0, and not alike anybody else but person 1 by `second`.
fn judged(gallery: &Gallery, similarity: f32, second: f32, pictures: f32, quality: &Quality) -> Judgement {
    let mut ranked = rule(gallery).rank(&direction(along(0)));
    for candidate in &mut ranked {
        candidate.similarity = match &candidate.person.id {
            id if *id == person(0) => similarity,
            id if *id == person(1) => second,
            _ => 0.0,
        };
    }
    rule(gallery).judge(&ranked, rests_on(pictures), quality, Allowed::of_track(SHARE))
}

#[test]
fn the_threshold_rises_with_every_look_and_with_the_certainty_asked_for() {
    let of = |people: usize, share: f32| rule(&gallery(people)).threshold(share);
    assert!((of(1, 0.01) - 0.24).abs() < 1e-6);
    assert!((of(6, 0.01) - (0.24 + 0.03 * 6.0_f32.ln())).abs() < 1e-6);
    assert!((of(6, 0.001) - of(60, 0.01)).abs() < 1e-5, "ten times as many people are ten times as many chances");
    assert!((of(0, 0.01) - of(1, 0.01)).abs() < 1e-6);
}

#[test]
fn confirmed_asks_for_similarity_a_margin_and_a_second_picture() {
    let six = gallery(6);
    let confirmed_from = rule(&six).threshold(SHARE);
    let sure = judged(&six, confirmed_from + 0.01, 0.0, 2.0, &good());
    let Identity::Known { person: who, probability, grade: Grade::Confirmed, .. } = sure.identity else {
        panic!("{sure:?}")
    };
    assert_eq!((who.id, sure.reasons.held_back_by), (person(0), None));
    assert!(probability > 0.95, "{probability}");
    for (similarity, second, pictures, gate) in [
        (confirmed_from - 0.01, 0.0, 8.0, HeldBackBy::Similarity),
        (confirmed_from + 0.3, 0.0, 1.0, HeldBackBy::Pictures),
        (confirmed_from + 0.1, 0.0, 1.1, HeldBackBy::Pictures),
    ] {
        let held = judged(&six, similarity, second, pictures, &good());
        assert!(matches!(held.identity, Identity::Known { grade: Grade::Seen, .. }), "{held:?}");
        assert_eq!(held.reasons.held_back_by, Some(gate));
    }
}

#[test]
fn a_face_between_two_people_is_unsure_however_alike_and_however_often_seen() {
    let two = gallery(2);
    let between = judged(&two, 0.8, 0.76, 9.0, &good());
    let Identity::Unsure { probability, reason, .. } = &between.identity else { panic!("{between:?}") };
    assert_eq!((*probability, reason.as_str()), (0.5, "two people are almost equally alike"));
    assert_eq!(between.reasons.held_back_by, Some(HeldBackBy::Margin));
    assert!(matches!(judged(&two, 0.8, 0.74, 9.0, &good()).identity, Identity::Known { .. }));
}

#[test]
fn below_seen_it_is_unsure_for_a_while_and_else_unknown() {
    let six = gallery(6);
    let seen_from = rule(&six).threshold(0.05);
    let near_miss = judged(&six, seen_from - 0.01, 0.0, 1.0, &good());
    let Identity::Unsure { settle_by, reason, .. } = &near_miss.identity else { panic!("{near_miss:?}") };
    assert_eq!(settle_by, &[SettleBy::AnotherPicture]);
    assert_eq!(reason, "similarity 0.24 is below the 0.25 that this gallery asks for");
    assert_eq!(judged(&six, seen_from - 0.01, 0.0, 3.0, &good()).identity, Identity::STRANGER, "enough was seen");
    assert_eq!(judged(&six, seen_from - 0.1, 0.0, 1.0, &good()).identity, Identity::STRANGER);
    let nobody = rule(&gallery(0)).judge(&[], rests_on(1.0), &good(), Allowed::of_track(SHARE));
    assert_eq!(nobody.identity, Identity::STRANGER);
}

#[test]
fn a_picture_that_is_asked_about_asks_for_more_than_one_of_a_visit() {
    let six = gallery(6);
    let similarity = rule(&six).threshold(0.01);
    let mut ranked = rule(&six).rank(&direction(along(0)));
    ranked[0].similarity = similarity;
    let verdict = |allowed| rule(&six).judge(&ranked, rests_on(1.0), &good(), allowed).identity;
    assert!(matches!(verdict(Allowed::of_track(SHARE)), Identity::Known { grade: Grade::Seen, .. }));
    assert!(matches!(verdict(Allowed::of_question(SHARE)), Identity::Unsure { .. }));
}

#[test]
fn a_home_that_allows_more_strangers_than_seen_does_sees_as_many() {
    let six = gallery(6);
    let ranked = rule(&six).rank(&direction(along(0)));
    let lax = rule(&six).judge(&ranked, rests_on(2.0), &good(), Allowed::of_track(0.1));
    assert!(lax.reasons.seen_from <= lax.reasons.confirmed_from, "{lax:?}");
}

#[test]
fn probability_grows_with_similarity_and_stays_one_at_any_size_of_gallery() {
    for people in [0, 1, 6, 120] {
        let rule = rule(&gallery(people));
        for pictures in [1.0, 1.5, 3.0] {
            let steps: Vec<f32> =
                (-10_i8..=10).map(|n| rule.probability(0.1 * f32::from(n), rests_on(pictures))).collect();
            assert!(
                steps.windows(2).all(|w| w[0] <= w[1]) && steps.iter().all(|p| (0.0..=1.0).contains(p)),
                "{steps:?}"
            );
        }
        assert!(rule.probability(rule.threshold(SHARE), rests_on(3.0)) > 0.9);
    }
}

fn shipped() -> Prior {
    let pack = crate::vision::Pack::embedded().unwrap();
    Prior::parse(&pack.calibration.unwrap(), &pack.recogniser.sha256, 128).unwrap()
}

#[test]
fn one_good_picture_that_barely_reaches_the_threshold_is_most_likely_a_strangers() {
    let (three, prior) = (gallery(3), shipped());
    let rule = Calibration::of_measured(&prior, &three, &[]);
    let asked_from = rule.threshold(0.005);
    let good_picture = RestsOn { pictures: 1.0, strength: prior.strength(0.67_f32.powi(4)) };
    let poor_picture = RestsOn { pictures: 1.0, strength: prior.strength(0.4_f32.powi(4)) };
    let probability = |similarity, rests_on| rule.probability(similarity, rests_on);
    assert!(probability(asked_from + 0.01, good_picture) < 0.2);
    assert!(
        probability(asked_from + 0.01, poor_picture) > 0.8,
        "a poor picture of somebody isn't more alike than that"
    );
    assert!(probability(0.5, good_picture) > 0.99);
    let mut ranked = rule.rank(&direction(along(0)));
    for (similarity, named) in [(asked_from + 0.01, false), (0.5, true)] {
        ranked[0].similarity = similarity;
        for allowed in [Allowed::of_track(SHARE), Allowed::of_question(SHARE)] {
            let verdict = rule.judge(&ranked, good_picture, &good(), allowed).identity;
            assert_eq!(matches!(verdict, Identity::Known { .. }), named, "{verdict:?}");
            assert!(matches!(verdict, Identity::Known { .. } | Identity::Unsure { .. }), "{verdict:?}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_face_says_what_would_settle_it() {
    let six = gallery(6);
    let just_below = rule(&six).threshold(0.05) - 0.01;
    for (reason, way) in [
        (QualityReason::TooSmall, SettleBy::Closer),
        (QualityReason::Blurry, SettleBy::Sharper),
        (QualityReason::TooDark, SettleBy::Sharper),
        (QualityReason::TurnedAway, SettleBy::AnotherPicture),
    ] {
        let judged = judged(&six, just_below, 0.0, 1.0, &poor(reason));
        let Identity::Unsure { settle_by, .. } = judged.identity else { panic!("{judged:?}") };
        assert_eq!(settle_by, [way]);
    }
}

#[test]
fn somebody_whom_the_homes_strangers_are_alike_must_be_more_alike() {
    let two = gallery(2);
    let strangers: Vec<Direction> = (0..50).map(|n| direction(near(0, 0.4, 20 + n))).collect();
    let refined = Calibration::of_measured(&Prior::plain(), &two, &strangers);
    let similarity = |rule: &Calibration, who: usize| {
        let ranked = rule.rank(&direction(near(who, 0.6, 99)));
        ranked.iter().find(|c| c.person.id == person(who)).unwrap().similarity
    };
    let plain = rule(&two);
    // Fifty strangers who are 0.4 alike against fifty shipped ones who are not alike at all: 0.2 in the mean.
    assert!((similarity(&plain, 0) - similarity(&refined, 0) - 0.2).abs() < 0.01);
    assert!((similarity(&plain, 1) - similarity(&refined, 1)).abs() < 0.01);
}

#[test]
fn a_model_without_numbers_learns_them_from_the_homes_people_or_says_that_it_guesses() {
    assert_eq!(Calibration::of_unmeasured(&gallery(3)).source, CalibrationSource::Guess);
    // Six people who are all 0.3 alike, give or take: a model with another scale.
    let mut home = Gallery::default();
    for (n, alike) in [0.30_f32, 0.31, 0.32, 0.33, 0.34, 0.35].into_iter().enumerate() {
        home.add_person(person(n), named(&format!("Person {n}"))).unwrap();
        home.put_photo(&person(n), photo(&format!("{n}"), near(100, alike.sqrt(), n))).unwrap();
    }
    let learned = Calibration::of_unmeasured(&home);
    assert_eq!(learned.source, CalibrationSource::Home { pairs: 30 });
    assert!((0.36..0.5).contains(&learned.threshold(0.01)), "{learned:?}");
    let stranger = learned.rank(&direction(along(100)))[0].similarity;
    assert!(stranger > learned.threshold(0.01), "what all have in common is somebody here: {stranger}");
}
