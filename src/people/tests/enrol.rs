//! What may teach who somebody is, and what may not.

use super::super::enrol::{LEAST_FACE_PX, LEAST_SHARPNESS, SAME_PHOTO_FROM, judge};
use super::super::{Acceptance, Calibration, EnrolRequest, Gallery, Override, PersonId, PhotoId, Prior, Refusal, View};
use super::{along, face, gallery, near, person};
use crate::vision::{Face, QualityReason, Rect};

fn ask(
    gallery: &Gallery,
    faces: &[Face],
    person: Option<&PersonId>,
    chosen_box: Option<Rect>,
    allow: &[Override],
) -> Result<Acceptance, Refusal> {
    let picture = PhotoId("the picture's own".into());
    let request = EnrolRequest { faces, person, picture: &picture, chosen_box, allow };
    decide(&request, gallery)
}

fn decide(request: &EnrolRequest<'_>, gallery: &Gallery) -> Result<Acceptance, Refusal> {
    let prior = Prior::plain();
    judge(request, gallery, &Calibration::of_measured(&prior, gallery, &[]), &prior)
}

/// At x = 100, 300, 500: boxes of 110 × 130.
fn row_of(count: usize) -> Vec<Face> {
    let places = [100.0, 300.0, 500.0].into_iter().enumerate().take(count);
    places
        .map(|(n, x)| {
            let mut face = face(along(50 + n));
            face.detection.box_in_frame.x = x;
            face
        })
        .collect()
}

#[test]
fn one_good_new_face_is_accepted() {
    let accepted = ask(&gallery(3), &[face(along(50))], None, None, &[]).unwrap();
    assert_eq!(accepted.face, 0);
    assert_eq!(accepted.advice, ["two more photos, on other days or in other light, make recognition surer"]);
}

#[test]
fn none_or_several_faces_are_refused_and_the_boxes_told() {
    assert_eq!(ask(&gallery(0), &[], None, None, &[]), Err(Refusal::NoFace));
    let refused = ask(&gallery(0), &row_of(2), None, None, &[]).unwrap_err();
    let Refusal::MultipleFaces { boxes } = &refused else { panic!("{refused}") };
    assert_eq!(boxes.iter().map(|b| b.x).collect::<Vec<_>>(), [100.0, 300.0]);
    assert_eq!(refused.to_string(), "the picture has 2 faces; choose one by its box, or crop the picture");
}

#[test]
fn a_box_picks_the_face_it_was_drawn_around() {
    let faces = row_of(3);
    let exact = faces[1].detection.box_in_frame;
    let within = |chosen| ask(&gallery(0), &faces, None, Some(chosen), &[]).map(|a| a.face);
    assert_eq!(within(exact), Ok(1));
    let loose = Rect { x: exact.x - 40.0, y: exact.y - 40.0, w: exact.w + 80.0, h: exact.h + 80.0 };
    assert_eq!(within(loose), Ok(1));
    let small = Rect { x: exact.x + 35.0, y: exact.y + 40.0, w: 40.0, h: 50.0 };
    assert_eq!(within(small), Ok(1));
    let body = Rect { x: exact.x - 20.0, y: exact.y - 20.0, w: exact.w + 40.0, h: 1000.0 };
    assert_eq!(within(body), Ok(1));
    let everybody = Rect { x: 0.0, y: 0.0, w: 2000.0, h: 2000.0 };
    assert!(matches!(within(everybody), Err(Refusal::MultipleFaces { .. })));
    let elsewhere = Rect { x: 900.0, y: 900.0, w: 50.0, h: 50.0 };
    assert!(matches!(within(elsewhere), Err(Refusal::NoFaceInBox { .. })));
    let chosen_alone = ask(&gallery(0), &faces[..1], None, Some(elsewhere), &[]);
    assert!(matches!(chosen_alone, Err(Refusal::NoFaceInBox { .. })), "a wrong box is not ignored");
}

#[test]
fn small_and_blurry_faces_teach_nothing_even_if_asked_to() {
    let all = [Override::Duplicate, Override::LooksLikeSomeoneElse];
    let mut small = face(along(50));
    small.quality.size_px = LEAST_FACE_PX - 0.1;
    assert!(matches!(ask(&gallery(0), &[small], None, None, &all), Err(Refusal::TooSmall { .. })));
    let mut blurry = face(along(50));
    blurry.quality.sharpness = LEAST_SHARPNESS - 0.01;
    assert!(matches!(ask(&gallery(0), &[blurry], None, None, &all), Err(Refusal::TooBlurry { .. })));
}

#[test]
fn the_same_photo_again_is_refused_unless_wanted() {
    let gallery = gallery(2);
    let again = [face(near(0, SAME_PHOTO_FROM + 0.005, 60))];
    let refused = ask(&gallery, &again, Some(&person(0)), None, &[]).unwrap_err();
    let Refusal::Duplicate { photo, .. } = refused else { panic!("{refused}") };
    assert_eq!(photo, PhotoId("photo 0".into()));
    ask(&gallery, &again, Some(&person(0)), None, &[Override::Duplicate]).unwrap();
    ask(&gallery, &[face(near(0, SAME_PHOTO_FROM - 0.005, 60))], Some(&person(0)), None, &[]).unwrap();
    let picture = PhotoId("photo 0".into());
    let unchanged = [face(near(0, 0.5, 60))];
    let request =
        EnrolRequest { faces: &unchanged, person: Some(&person(0)), picture: &picture, chosen_box: None, allow: &[] };
    let refused = decide(&request, &gallery).unwrap_err();
    assert!(matches!(refused, Refusal::Duplicate { similarity: 1.0, .. }), "the very file, whatever it looks like now");
}

#[test]
fn a_face_that_is_somebody_else_is_refused_unless_wanted() {
    let gallery = gallery(2);
    let bobs = [face(near(1, 0.7, 60))];
    for (who, allow) in [(Some(person(0)), vec![]), (None, vec![Override::Duplicate])] {
        let refused = ask(&gallery, &bobs, who.as_ref(), None, &allow).unwrap_err();
        let Refusal::LooksLikeSomeoneElse { person: other, similarity } = &refused else { panic!("{refused}") };
        assert_eq!((&other.id, (similarity - 0.7).abs() < 0.02), (&person(1), true));
        assert_eq!(refused.to_string(), format!("the face looks like Person 1 (similarity {similarity:.2})"));
    }
    ask(&gallery, &bobs, Some(&person(0)), None, &[Override::LooksLikeSomeoneElse]).unwrap();
    ask(&gallery, &bobs, Some(&person(1)), None, &[]).unwrap();
}

#[test]
fn siblings_may_be_taught_as_long_as_each_is_most_alike_themselves() {
    let gallery = gallery(2);
    let sibling = [face(near(0, 0.8, 1))];
    ask(&gallery, &sibling, Some(&person(0)), None, &[]).unwrap();
    assert!(matches!(ask(&gallery, &sibling, Some(&person(1)), None, &[]), Err(Refusal::LooksLikeSomeoneElse { .. })));
}

#[test]
fn advice_says_what_is_wrong_and_what_is_missing() {
    let mut turned = face(along(50));
    turned.detection.landmarks.0[2].x -= 15.0;
    turned.quality.reasons = vec![QualityReason::TooDark];
    turned.quality.size_px = 60.0;
    assert_eq!(View::of(&turned.detection.landmarks), View::Left);
    assert_eq!(
        ask(&gallery(0), &[turned], None, None, &[]).unwrap().advice,
        [
            "the face is dark: more light helps",
            "a face twice as large in the picture would teach more",
            "add a photo that looks at the camera"
        ]
    );
    let mut three = gallery(1);
    for n in 0..2 {
        three.put_photo(&person(0), super::photo(&format!("more {n}"), near(0, 0.7, 70 + n))).unwrap();
    }
    let advice = ask(&three, &[face(near(0, 0.7, 90))], Some(&person(0)), None, &[]).unwrap().advice;
    assert_eq!(advice, ["all photos look at the camera: one turned a little aside makes side views surer"]);
}
