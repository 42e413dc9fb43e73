//! Faces far away from a camera of many pixels, and faces that fill its picture.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "sizes of pictures"
)]

use face_server::vision::{Description, Frame, Options, Rect};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::{VISION, frame, only_face};

const PORTRAITS: [&str; 4] = [
    "faces/Eileen Collins/portrait.png",
    "faces/Grace Hopper/portrait.jpg",
    "faces/Barack Obama/2012-12-06 portrait.jpg",
    "tests/pictures/joe_biden_2010.jpg",
];

/// A place without people, as a camera of so many pixels shows it.
fn place(width: u32, height: u32) -> RgbImage {
    let nobody = frame("tests/pictures/nobody.jpg").pixels;
    let part = imageops::crop_imm(&nobody, 0, 200, nobody.width(), nobody.width() * height / width).to_image();
    imageops::resize(&part, width, height, FilterType::Triangle)
}

/// A photo's face in an oval whose edge fades out, so many pixels high, and where the face is in it.
fn small_face(name: &str, height: f32) -> (RgbImage, Rect) {
    let photo = frame(name).pixels;
    let face = only_face(photo.clone()).detection.box_in_frame;
    let (left, top) = ((face.x - 0.4 * face.w).max(0.0), (face.y - 0.4 * face.h).max(0.0));
    let side = |v: f32| (v * 1.8) as u32;
    let part = imageops::crop_imm(&photo, left as u32, top as u32, side(face.w), side(face.h)).to_image();
    let scale = height / face.h;
    let scaled = |v: u32| ((v as f32 * scale) as u32).max(1);
    let small = imageops::resize(&part, scaled(part.width()), scaled(part.height()), FilterType::Triangle);
    let there = Rect { x: face.x - left.floor(), y: face.y - top.floor(), ..face };
    (small, there.scaled(scale))
}

fn paste(scene: &mut RgbImage, face: &RgbImage, at: [u32; 2]) {
    let (w, h) = (face.width() as f32 / 2.0, face.height() as f32 / 2.0);
    for (x, y, pixel) in face.enumerate_pixels() {
        let from_middle = ((x as f32 + 0.5) / w - 1.0).hypot((y as f32 + 0.5) / h - 1.0);
        let share = ((1.0 - from_middle) * 4.0).clamp(0.0, 1.0);
        let Rgb(behind) = scene.get_pixel_mut(at[0] + x, at[1] + y);
        for (value, of_face) in behind.iter_mut().zip(pixel.0) {
            *value = (share * f32::from(of_face) + (1.0 - share) * f32::from(*value)).round() as u8;
        }
    }
}

fn described(scene: RgbImage) -> Description {
    VISION.describe_frame(&Frame::new(scene), &Options::live()).unwrap()
}

#[test]
fn faces_far_away_are_found_the_farther_the_more_pixels_a_camera_has() {
    for (width, height, face_height) in [(1920, 1080, 22.0), (2560, 1440, 30.0), (3840, 2160, 34.0)] {
        let mut scene = place(width, height);
        let mut places = vec![];
        for (n, name) in (0..).zip(PORTRAITS) {
            let (face, there) = small_face(name, face_height);
            let at = [width / 8 + n * width / 5, height / 4 + n * height / 7];
            paste(&mut scene, &face, at);
            places.push(Rect { x: there.x + at[0] as f32, y: there.y + at[1] as f32, ..there });
        }
        let faces = described(scene).faces;
        let overlap = |place: &Rect| faces.iter().map(|f| f.detection.box_in_frame.iou(place)).fold(0.0, f32::max);
        let overlaps: Vec<f32> = places.iter().map(overlap).collect();
        let found = overlaps.iter().all(|overlap| *overlap > 0.5);
        assert!(found, "faces {face_height} pixels high in {width}×{height}: {overlaps:?}");
        assert_eq!(faces.len(), 4, "{width}×{height}: nothing else is a face, and no face is told twice");
    }
}

#[test]
fn a_face_that_fills_the_picture_of_a_large_camera_is_one_face_where_it_is() {
    let place = place(3840, 2160);
    for name in PORTRAITS {
        let photo = frame(name).pixels;
        let whole = only_face(photo.clone());
        for share in [0.4, 0.95] {
            let scale = 2160.0 * share / whole.detection.box_in_frame.h;
            // Only what the camera's picture shows of the photo is enlarged.
            let middle = whole.detection.box_in_frame.center();
            let (left, top) =
                ((middle.x - 1920.0 / scale).max(0.0) as u32, (middle.y - 1080.0 / scale).max(0.0) as u32);
            let (right, bottom) = ((middle.x + 1920.0 / scale) as u32, (middle.y + 1080.0 / scale) as u32);
            let (right, bottom) = (right.min(photo.width()), bottom.min(photo.height()));
            let part = imageops::crop_imm(&photo, left, top, right - left, bottom - top).to_image();
            let scaled = |v: u32| (v as f32 * scale) as u32;
            let large = imageops::resize(&part, scaled(part.width()), scaled(part.height()), FilterType::Triangle);
            let there = Rect {
                x: whole.detection.box_in_frame.x - left as f32,
                y: whole.detection.box_in_frame.y - top as f32,
                ..whole.detection.box_in_frame
            };
            let face = there.scaled(scale);
            let mut scene = place.clone();
            let at = [1920.0 - face.center().x, 1080.0 - face.center().y].map(f32::floor);
            imageops::replace(&mut scene, &large, at[0] as i64, at[1] as i64);
            let faces = described(scene).faces;
            assert_eq!(faces.len(), 1, "{name} at {share}");
            let expected = Rect { x: face.x + at[0], y: face.y + at[1], ..face };
            let overlap = faces[0].detection.box_in_frame.iou(&expected);
            assert!(overlap > 0.75, "{name} at {share}: {overlap}");
            let similarity = faces[0].embedding.similarity(&whole.embedding);
            assert!(similarity > 0.8, "{name} at {share}: similarity {similarity}");
        }
    }
}

#[test]
fn a_large_place_without_people_has_no_face() {
    for (width, height) in [(1920, 1080), (2560, 1440), (3840, 2160)] {
        assert_eq!(described(place(width, height)).faces, vec![], "{width}×{height}");
    }
}
