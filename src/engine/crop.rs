//! A face cut out of its picture, as a JPEG small enough to keep and large enough to learn from later.

use image::{RgbImage, imageops};

use super::EngineError;
use crate::annotate::encode_jpeg;
use crate::vision::{Frame, Rect};

/// Room left around the face on every side, in face widths: the detector finds a face again only with some room.
const MARGIN: f32 = 1.0;
/// Longest side of an enrolled photo, pixels: the recogniser looks at 112, the rest is for people's eyes.
pub(super) const PHOTO_SIDE: u32 = 1_280;
/// Longest side of a sighting's or stranger's picture, pixels.
pub(super) const SIGHTING_SIDE: u32 = 640;
/// JPEG quality 1..=100 of what embeddings are taken from again.
const QUALITY: u8 = 95;

/// The face with one face width of margin, no EXIF, its longest side at most `side` pixels.
pub(super) fn face_jpeg(frame: &Frame, face: &Rect, side: u32) -> Result<Vec<u8>, EngineError> {
    let (x, y, w, h) = with_margin(face, frame.width(), frame.height());
    let cut = imageops::crop_imm(&frame.pixels, x, y, w, h).to_image();
    jpeg(&shrunk(cut, side).0)
}

/// The picture with its longest side at most `side` pixels, and the scale that was.
pub(super) fn shrunk(picture: RgbImage, side: u32) -> (RgbImage, f32) {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return (picture, 1.0);
    }
    let scaled = |v: u32| u32::try_from(u64::from(v) * u64::from(side) / u64::from(longest)).unwrap_or(side).max(1);
    let small = imageops::thumbnail(&picture, scaled(picture.width()), scaled(picture.height()));
    #[expect(clippy::cast_precision_loss, reason = "sides of a picture are far below 2^23")]
    let scale = small.width() as f32 / picture.width() as f32;
    (small, scale)
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>, EngineError> {
    encode_jpeg(picture, QUALITY).map_err(|e| EngineError::Internal(e.to_string()))
}

/// The box and its margin as whole pixels inside a picture of `width`×`height`; never empty.
fn with_margin(face: &Rect, width: u32, height: u32) -> (u32, u32, u32, u32) {
    let margin = MARGIN * face.w.max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "clamped to the picture first, whose sides are far below 2^23"
    )]
    let inside = |v: f32, limit: u32| v.clamp(0.0, limit as f32) as u32;
    let (left, top) = (inside((face.x - margin).floor(), width - 1), inside((face.y - margin).floor(), height - 1));
    let right = inside((face.x + face.w + margin).ceil(), width).max(left + 1);
    let bottom = inside((face.y + face.h + margin).ceil(), height).max(top + 1);
    (left, top, right - left, bottom - top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_one_face_width_and_stays_inside() {
        let face = Rect { x: 100.0, y: 100.0, w: 50.0, h: 60.0 };
        assert_eq!(with_margin(&face, 640, 480), (50, 50, 150, 160));
        assert_eq!(with_margin(&Rect { x: -20.0, y: 470.0, ..face }, 640, 480), (0, 420, 80, 60));
        assert_eq!(with_margin(&Rect { x: 900.0, y: 900.0, ..face }, 640, 480).2, 1);
    }

    #[test]
    fn a_large_face_is_kept_within_the_side() {
        let frame = Frame { pixels: RgbImage::new(3_000, 2_000) };
        let face = Rect { x: 1_000.0, y: 500.0, w: 1_000.0, h: 1_000.0 };
        let bytes = face_jpeg(&frame, &face, 640).expect("encoded");
        let again = image::load_from_memory(&bytes).expect("a JPEG");
        assert_eq!((again.width(), again.height()), (640, 426));
    }
}
