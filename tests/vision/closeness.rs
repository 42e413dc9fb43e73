//! Faces of any size in the picture, and any way up.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "sizes of pictures"
)]

use face_server::vision::{Detection, Frame, Options, Rect, Rotation};
use image::{RgbImage, imageops};

use super::{VISION, frame, only_face};

const PORTRAITS: [&str; 4] = [
    "faces/Eileen Collins/portrait.png",
    "faces/Grace Hopper/portrait.jpg",
    "faces/Barack Obama/2012-12-06 portrait.jpg",
    "tests/pictures/joe_biden_2010.jpg",
];

/// The part of a picture that shows the box with `margin` of its size around it, as large as a phone's selfie, and where
/// the box is in it.
fn close_up(picture: &RgbImage, face: &Rect, margin: f32) -> (RgbImage, Rect) {
    let (w, h) = (face.w * (1.0 + 2.0 * margin), face.h * (1.0 + 2.0 * margin));
    let center = face.center();
    let within = |v: f32, most: u32| v.clamp(0.0, most as f32) as u32;
    let (left, top) = (within(center.x - w / 2.0, picture.width()), within(center.y - h / 2.0, picture.height()));
    let (right, bottom) = (within(center.x + w / 2.0, picture.width()), within(center.y + h / 2.0, picture.height()));
    let part = imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image();
    let factor = 1280.0 / part.height() as f32;
    let large = imageops::resize(&part, (part.width() as f32 * factor) as u32, 1280, imageops::FilterType::CatmullRom);
    let moved = Rect { x: face.x - left as f32, y: face.y - top as f32, ..*face };
    (large, moved.scaled(factor))
}

#[test]
fn a_face_that_fills_the_picture_is_one_face_at_every_size() {
    for name in PORTRAITS {
        let picture = frame(name).pixels;
        let whole = only_face(picture.clone());
        for margin in [-0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.4, 1.0] {
            let (close, expected) = close_up(&picture, &whole.detection.box_in_frame, margin);
            let taught = VISION.describe_for_enrolment(Frame::new(close), &Options::live()).unwrap();
            assert_eq!(taught.rotation, Rotation::None, "{name} at {margin}");
            let faces = taught.description.faces;
            assert_eq!(faces.len(), 1, "{name} at {margin}");
            let (face, overlap) = (&faces[0], faces[0].detection.box_in_frame.iou(&expected));
            let found = face.detection.box_in_frame;
            assert!(overlap > 0.75, "{name} at {margin}: {overlap}, {found:?}, not {expected:?}");
            let similarity = face.embedding.similarity(&whole.embedding);
            assert!(similarity > 0.6, "{name} at {margin}: similarity {similarity}");
        }
    }
}

#[test]
fn a_photo_on_its_side_or_upside_down_is_learned_upright() {
    for name in PORTRAITS {
        let upright = frame(name);
        let whole = only_face(upright.pixels.clone());
        for rotation in Rotation::TURNS {
            let lying = upright.clone().turned(rotation.inverse());
            let taught = VISION.describe_for_enrolment(lying, &Options::live()).unwrap();
            assert_eq!(taught.rotation, rotation, "{name}");
            assert_eq!((taught.frame.width(), taught.frame.height()), (upright.width(), upright.height()), "{name}");
            let similarity = taught.description.faces[0].embedding.similarity(&whole.embedding);
            assert!(similarity > 0.95, "{name}, {rotation:?}: similarity {similarity}");
        }
    }
}

#[test]
fn a_camera_on_its_side_or_upside_down_is_found_out_and_an_upright_one_is_not_suspected() {
    for name in PORTRAITS {
        let upright = frame(name);
        for rotation in [Rotation::None, Rotation::Right, Rotation::Around, Rotation::Left] {
            let seen = upright.clone().turned(rotation.inverse());
            let faces = VISION.describe_frame(&seen, &Options::live()).unwrap().faces;
            let faces: Vec<_> = faces.into_iter().map(|face| face.detection).collect();
            let suspected = VISION.suspected_rotation(&seen, &faces, &Options::live()).unwrap();
            assert_eq!(suspected.unwrap_or_default(), rotation, "{name}");
        }
    }
    let nobody = frame("tests/pictures/nobody.jpg");
    assert_eq!(VISION.suspected_rotation(&nobody, &[], &Options::live()).unwrap(), None);
}

#[test]
fn places_in_a_very_large_picture_are_those_of_the_picture_as_it_was_sent() {
    let portrait = frame("faces/Eileen Collins/portrait.png").pixels;
    let expected = only_face(portrait.clone()).detection;
    let mut large = RgbImage::from_pixel(6_400, 4_000, image::Rgb([96, 110, 90]));
    let enlarged = imageops::resize(&portrait, 2_048, 2_048, imageops::FilterType::Triangle);
    imageops::replace(&mut large, &enlarged, 3_000, 1_000);
    let mut jpeg = vec![];
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 80).encode_image(&large).unwrap();
    let found = VISION.describe(&jpeg, &Options::live()).unwrap();
    assert_eq!((found.width, found.height), (6_400, 4_000));
    assert_eq!(found.faces.len(), 1);
    let Detection { box_in_frame, landmarks, .. } = &found.faces[0].detection;
    let b = expected.box_in_frame.scaled(2_048.0 / portrait.width() as f32);
    let expected_box = Rect { x: b.x + 3_000.0, y: b.y + 1_000.0, ..b };
    assert!(box_in_frame.iou(&expected_box) > 0.85, "{box_in_frame:?}, not {expected_box:?}");
    let eye = expected.landmarks.0[0];
    let factor = 2_048.0 / portrait.width() as f32;
    let (dx, dy) = (landmarks.0[0].x - 3_000.0 - eye.x * factor, landmarks.0[0].y - 1_000.0 - eye.y * factor);
    assert!(dx.hypot(dy) < 20.0, "the eye is {dx}, {dy} away");
}
