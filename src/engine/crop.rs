//! A face cut out of its picture, as a JPEG small enough to keep and large enough to learn from later; for photos alone, with
//! the faces beside it covered.

use std::borrow::Cow;

use image::{Rgb, RgbImage, imageops};

use super::error::EngineError;
use crate::annotate::encode_jpeg;
use crate::vision::{self, Frame, Point, Rect};

/// Room left around the face on every side, in face widths: the detector finds a face again only with some room.
pub(super) const MARGIN: f32 = 1.0;
/// Longest side of an enrolled photo, pixels: the recogniser looks at 112, the rest is for people's eyes.
pub(super) const PHOTO_SIDE: u32 = 1_280;
/// Longest side of a sighting's or stranger's picture, pixels.
pub(super) const SIGHTING_SIDE: u32 = 640;
/// Others are covered with so much around their boxes, in box sizes: hair and chin can make a detector find a face.
const COVERED: f32 = 0.3;
/// So much around the box of the face itself is never covered, in box sizes: the recogniser looks a little beyond it.
const KEPT: f32 = 0.1;
/// What covers others: neither light nor dark.
const COVER: Rgb<u8> = Rgb([127; 3]);
/// Skin by any visible light has more between its strongest and its weakest colour, of 255; what infrared light shows has none,
/// but for what JPEG and a camera's tint leave.
const COLOURLESS_BELOW: f32 = 12.0;
/// JPEG quality 1..=100 of what embeddings are taken from again.
const QUALITY: u8 = 95;

/// The face with one face width of margin, no EXIF, its longest side at most `side` pixels.
pub(super) fn face_jpeg(frame: &Frame, face: &Rect, side: u32) -> Result<Vec<u8>, EngineError> {
    Cut::new(frame, face, MARGIN, side).jpeg()
}

/// Whether a face has no colours, as cameras show it by infrared light.
pub(super) fn is_colourless(frame: &Frame, face: &Rect) -> bool {
    let (x, y, w, h) = with_margin(&frame.in_pixels(face), 0.0, frame.pixels.width(), frame.pixels.height());
    let face = imageops::crop_imm(&frame.pixels, x, y, w, h).to_image();
    let colour = |pixel: &Rgb<u8>| {
        let [red, green, blue] = pixel.0;
        u64::from(red.max(green).max(blue) - red.min(green).min(blue))
    };
    #[expect(clippy::cast_precision_loss, reason = "a mean of a picture's pixels")]
    let mean = face.pixels().map(colour).sum::<u64>() as f32 / (face.pixels().len() as f32);
    mean < COLOURLESS_BELOW
}

pub(super) struct Cut {
    pixels: RgbImage,
    /// Where its corner was in the picture.
    corner: Point,
    /// Its pixels for each of the picture's.
    scale: f32,
}

impl Cut {
    /// The face with `margin` of its widths around it, its longest side at most `side` pixels.
    pub(super) fn new(frame: &Frame, face: &Rect, margin: f32, side: u32) -> Self {
        let (x, y, w, h) = with_margin(&frame.in_pixels(face), margin, frame.pixels.width(), frame.pixels.height());
        let (pixels, scale) = shrunk(imageops::crop_imm(&frame.pixels, x, y, w, h).to_image(), side);
        let reduction = frame.reduction();
        #[expect(clippy::cast_precision_loss, reason = "sides of a picture are far below 2^23")]
        Self { pixels, corner: Point { x: x as f32 * reduction, y: y as f32 * reduction }, scale: scale / reduction }
    }

    /// A box of the picture, in this part of it.
    pub(super) fn inside(&self, r: &Rect) -> Rect {
        let s = self.scale;
        Rect { x: (r.x - self.corner.x) * s, y: (r.y - self.corner.y) * s, w: r.w * s, h: r.h * s }
    }

    /// A box of this part, in the picture.
    pub(super) fn outside(&self, r: &Rect) -> Rect {
        let s = self.scale;
        Rect { x: r.x / s + self.corner.x, y: r.y / s + self.corner.y, w: r.w / s, h: r.h / s }
    }

    /// Covers the boxes `others` of the picture, but for what belongs to `face`.
    pub(super) fn cover(&mut self, others: &[Rect], face: &Rect) {
        let (width, height) = self.pixels.dimensions();
        let pixels_of = |r: &Rect, around: f32| {
            let r = self.inside(r);
            let (dx, dy) = (r.w * around, r.h * around);
            in_pixels(r.x - dx, r.y - dy, r.x + r.w + dx, r.y + r.h + dy, width, height)
        };
        let kept = pixels_of(face, KEPT);
        for (left, top, right, bottom) in others.iter().map(|r| pixels_of(r, COVERED)).collect::<Vec<_>>() {
            for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
                if !((kept.0..kept.2).contains(&x) && (kept.1..kept.3).contains(&y)) {
                    self.pixels.put_pixel(x, y, COVER);
                }
            }
        }
    }

    pub(super) fn jpeg(&self) -> Result<Vec<u8>, EngineError> {
        encode_jpeg(&self.pixels, QUALITY).map_err(|e| EngineError::Internal(e.to_string()))
    }
}

/// The picture with its longest side at most `side` pixels, and the scale that was.
pub(super) fn shrunk(picture: RgbImage, side: u32) -> (RgbImage, f32) {
    let Cow::Owned(small) = vision::shrunk(&picture, side) else { return (picture, 1.0) };
    #[expect(clippy::cast_precision_loss, reason = "sides of a picture are far below 2^23")]
    let scale = small.width() as f32 / picture.width() as f32;
    (small, scale)
}

/// The box and its margin as whole pixels inside a picture of `width`×`height`; never empty.
fn with_margin(face: &Rect, margin: f32, width: u32, height: u32) -> (u32, u32, u32, u32) {
    let margin = margin * face.w.max(1.0);
    let (right, bottom) = (face.x + face.w + margin, face.y + face.h + margin);
    let (left, top, right, bottom) = in_pixels(face.x - margin, face.y - margin, right, bottom, width, height);
    let (left, top) = (left.min(width - 1), top.min(height - 1));
    (left, top, right.max(left + 1) - left, bottom.max(top + 1) - top)
}

/// Left, top, right and bottom as whole pixels inside a picture of `width`×`height`, rounded outwards.
fn in_pixels(left: f32, top: f32, right: f32, bottom: f32, width: u32, height: u32) -> (u32, u32, u32, u32) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "clamped to the picture first, whose sides are far below 2^23"
    )]
    let inside = |v: f32, limit: u32| v.clamp(0.0, limit as f32) as u32;
    (
        inside(left.floor(), width),
        inside(top.floor(), height),
        inside(right.ceil(), width),
        inside(bottom.ceil(), height),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_one_face_width_and_stays_inside() {
        let face = Rect { x: 100.0, y: 100.0, w: 50.0, h: 60.0 };
        assert_eq!(with_margin(&face, MARGIN, 640, 480), (50, 50, 150, 160));
        assert_eq!(with_margin(&Rect { x: -20.0, y: 470.0, ..face }, MARGIN, 640, 480), (0, 420, 80, 60));
        assert_eq!(with_margin(&Rect { x: 900.0, y: 900.0, ..face }, MARGIN, 640, 480).2, 1);
    }

    #[test]
    fn others_are_covered_and_the_face_itself_is_not() {
        let white = Frame::new(RgbImage::from_pixel(200, 100, Rgb([255; 3])));
        let face = Rect { x: 100.0, y: 40.0, w: 20.0, h: 20.0 };
        let mut cut = Cut::new(&white, &face, MARGIN, PHOTO_SIDE);
        assert_eq!(cut.inside(&face), Rect { x: 20.0, y: 20.0, w: 20.0, h: 20.0 });
        cut.cover(&[Rect { x: 115.0, ..face }, Rect { x: 10.0, ..face }, Rect { y: -500.0, ..face }], &face);
        let shade = |x: u32, y: u32| cut.pixels.get_pixel(x, y).0[0];
        assert_eq!((shade(30, 30), shade(41, 30), shade(42, 30)), (255, 255, 127));
        assert_eq!((shade(1, 30), shade(30, 1), shade(41, 15)), (255, 255, 127));
    }

    #[test]
    fn a_face_by_infrared_light_has_no_colours_and_one_by_a_dim_lamp_has_some() {
        let face = Rect { x: 10.0, y: 10.0, w: 20.0, h: 20.0 };
        let is_colourless =
            |colour: [u8; 3]| is_colourless(&Frame::new(RgbImage::from_pixel(40, 40, Rgb(colour))), &face);
        assert!(is_colourless([90, 90, 90]) && is_colourless([92, 96, 100]));
        assert!(!is_colourless([60, 45, 38]) && !is_colourless([205, 170, 150]));
    }

    #[test]
    fn a_large_face_is_kept_within_the_side() {
        let frame = Frame::new(RgbImage::new(3_000, 2_000));
        let face = Rect { x: 1_000.0, y: 500.0, w: 1_000.0, h: 1_000.0 };
        let bytes = face_jpeg(&frame, &face, 640).expect("encoded");
        let again = image::load_from_memory(&bytes).expect("a JPEG");
        assert_eq!((again.width(), again.height()), (640, 426));
    }
}
