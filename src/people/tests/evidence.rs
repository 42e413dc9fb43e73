//! Pictures add up as they should.

use proptest::prelude::*;

use super::super::{Direction, Evidence, Prior};
use super::{along, face, near, still};
use crate::people::evidence::STILL_BELOW;
use crate::vision::{Embedding, Face};

fn prior() -> Prior {
    Prior::plain()
}

/// So small and dim a face that it says little.
fn faint(embedding: Embedding) -> Face {
    let mut face = face(embedding);
    (face.quality.size_px, face.detection.score) = (16.0, 0.75);
    face
}

fn of(faces: &[Face]) -> Evidence {
    let mut evidence = Evidence::default();
    for face in faces {
        evidence.add(&prior(), face);
    }
    evidence
}

#[test]
fn a_good_picture_outweighs_many_poor_ones_of_somebody_else() {
    let mut faces: Vec<_> = (0..5).map(|n| faint(near(1, 0.8, 10 + n))).collect();
    faces.push(face(along(0)));
    let direction = of(&faces).direction(&prior());
    assert!(direction.values[0] > 0.9, "{:?}", &direction.values[..2]);
}

#[test]
fn many_poor_pictures_say_more_than_one() {
    let poor = |count: usize| of(&(0..count).map(|n| faint(near(0, 0.5, 10 + n))).collect::<Vec<_>>());
    let (one, eight) = (poor(1).direction(&prior()), poor(8).direction(&prior()));
    assert!(eight.strength > 2.0 * one.strength, "{} {}", one.strength, eight.strength);
    assert!(eight.values[0] > one.values[0] + 0.2, "what differs from picture to picture cancels out");
}

#[test]
fn an_unknown_picture_counts_against_whom_the_others_show() {
    let sure = of(&[face(along(0)), face(near(0, 0.9, 5))]);
    let mixed = of(&[face(along(0)), face(near(0, 0.9, 5)), face(along(7))]);
    let towards = |evidence: &Evidence| evidence.direction(&prior()).cosine(&Direction::of(&prior(), &face(along(0))));
    assert!(towards(&mixed) < towards(&sure) - 0.05);
}

#[test]
fn the_same_picture_again_is_no_news_and_a_nearly_equal_one_little() {
    let mut evidence = of(&[face(along(0))]);
    let before = evidence.direction(&prior());
    assert!(evidence.add(&prior(), &face(along(0))) < 1e-6);
    assert_eq!(evidence.direction(&prior()), before);
    assert!(evidence.add(&prior(), &face(near(0, 0.98, 3))) < 0.5);
    assert!(evidence.add(&prior(), &face(near(0, 0.6, 4))) > 1.0 - 1e-6);
    assert!((1.0..3.0).contains(&evidence.pictures()));
}

#[test]
fn a_photo_on_a_wall_is_worth_itself_once_however_its_embeddings_differ() {
    let mut evidence = of(&[still(face(along(0)), 0.0, 0)]);
    let before = evidence.direction(&prior());
    for n in 1..20 {
        let noisy = still(face(near(0, 0.6, n)), 0.0, n);
        assert!(evidence.moved(&noisy) < STILL_BELOW, "picture {n}");
        assert!(evidence.add(&prior(), &noisy) < 1e-6, "picture {n}");
    }
    assert_eq!((evidence.direction(&prior()), evidence.pictures()), (before, 1.0));
}

#[test]
fn somebody_who_sways_by_half_a_pixel_is_news() {
    let mut evidence = of(&[still(face(along(0)), 0.0, 0)]);
    for (n, x) in [(1, 0.5), (2, -0.6), (3, 1.5)] {
        assert!(evidence.add(&prior(), &still(face(near(0, 0.6, n)), x, n)) > 0.9, "picture {n}");
    }
}

#[test]
fn the_same_embedding_is_no_news_wherever_it_moves() {
    let mut evidence = of(&[still(face(along(0)), 0.0, 0)]);
    assert!(evidence.add(&prior(), &still(face(along(0)), 5.0, 1)) < 1e-6);
}

#[test]
fn a_face_agrees_with_its_own_track_and_not_with_anothers() {
    let track = of(&[face(along(0)), face(near(0, 0.8, 3))]);
    assert!(track.agrees(&prior(), &face(near(0, 0.7, 9))) > 3.0);
    assert!(track.agrees(&prior(), &face(along(9))) < -3.0);
    assert!(track.agrees(&prior(), &faint(along(9))).abs() < 3.0, "a faint face says little either way");
}

#[test]
fn a_calibration_for_another_recogniser_is_refused_in_words() {
    let pack = crate::vision::Pack::embedded().unwrap();
    let text = pack.calibration.clone().unwrap();
    let shipped = |text: &str, sha256: &str, length| Prior::parse(text, sha256, length).map_err(|e| e.to_string());
    let own = &pack.recogniser.sha256;
    shipped(&text, own, 128).unwrap();
    let other = shipped(&text, "abc", 128).unwrap_err();
    assert!(other.contains("measured for the recogniser with SHA-256") && other.contains("abc"), "{other}");
    let longer = shipped(&text, own, 512).unwrap_err();
    assert!(longer.contains("expected means of 512 numbers, found [128, 128]"), "{longer}");
    let typo = shipped(&text.replace("damping", "dampening"), own, 128).unwrap_err();
    assert!(typo.contains("dampening"), "{typo}");
}

#[test]
fn a_face_that_the_line_of_people_leaves_out_is_no_persons() {
    let pack = crate::vision::Pack::embedded().unwrap();
    let (text, own) = (pack.calibration.clone().unwrap(), pack.recogniser.sha256.clone());
    let prior = Prior::parse(&text, &own, 128).unwrap();
    let mut dim = face(along(0));
    dim.detection.score = 0.3;
    assert!(!prior.is_person(&dim), "nothing with such a score was a person");
    let without = text.split("[person]").next().unwrap().to_owned() + &text[text.find("[mean]").unwrap()..];
    assert!(Prior::parse(&without, &own, 128).unwrap().is_person(&dim), "a pack that says nothing of it keeps all");
    let shorter = text.replacen("weights = [", "weights = [ 0.0,", 1);
    assert!(Prior::parse(&shorter, &own, 128).is_err());
}

proptest! {
    /// Evidence is a sum: the order in which pictures arrive changes nothing, unless they are nearly the same.
    #[test]
    fn the_order_of_pictures_does_not_matter(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let pictures: Vec<_> = (0..6).map(|n| if n % 2 == 0 { face(near(0, 0.7, 10 + n)) } else { faint(near(0, 0.5, 10 + n)) }).collect();
        let shuffled: Vec<_> = order.iter().map(|n| pictures[*n].clone()).collect();
        let (a, b) = (of(&pictures).direction(&prior()), of(&shuffled).direction(&prior()));
        prop_assert!(a.cosine(&b) > 0.9999 && (a.strength - b.strength).abs() < 1e-4);
    }
}
