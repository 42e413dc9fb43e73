//! What a camera before a door sees, made of photos: people of any size, who look aside.

use std::path::Path;
use std::sync::Arc;

use face_server::vision::{Frame, Limits};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

const WALL: Rgb<u8> = Rgb([96, 104, 112]);

pub(crate) fn portrait(file: &str) -> RgbImage {
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file);
    Frame::decode(&bytes, &Limits::default()).expect("decoded").pixels
}

/// The head turned towards the right of the picture: left of `nose` everything is wider, right of it narrower.
pub(crate) fn turned(person: &RgbImage, nose: u32, by: f32) -> RgbImage {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
    let part = |from: u32, to: u32, by: f32| {
        let width = ((to - from) as f32 * by) as u32;
        let cut = imageops::crop_imm(person, from, 0, to - from, person.height()).to_image();
        imageops::resize(&cut, width, person.height(), FilterType::Triangle)
    };
    let (left, right) = (part(0, nose, 1.0 + by), part(nose, person.width(), 1.0 - by));
    let mut whole = RgbImage::from_pixel(left.width() + right.width(), person.height(), WALL);
    imageops::replace(&mut whole, &left, 0, 0);
    imageops::replace(&mut whole, &right, left.width().into(), 0);
    whole
}

/// People before the door, each so many pixels high, as the camera's JPEG.
pub(crate) fn scene(people: &[(&RgbImage, u32)]) -> Arc<[u8]> {
    let mut view = RgbImage::from_pixel(1_280, 720, WALL);
    for (number, (person, height)) in people.iter().enumerate() {
        let width = person.width() * height / person.height();
        let person = imageops::resize(*person, width, *height, FilterType::Triangle);
        let left = i64::try_from(number).expect("few") * 640 + 320 - i64::from(width / 2);
        imageops::replace(&mut view, &person, left, i64::from(720 - height));
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    view.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("encoded");
    bytes.into_inner().into()
}
