//! Five landmarks → a small upright crop for the recogniser, cut from the full-size picture.
//! The similarity that best maps the landmarks onto the template (Umeyama 1991, without reflection), then a bilinear
//! warp, as OpenCV's `FaceRecognizerSF::alignCrop` does it. Knows nothing of networks.

use image::RgbImage;

use super::geometry::{Landmarks, Point};

/// x′ = a·x − b·y + tx, y′ = b·x + a·y + ty: turning, scaling and moving, nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// Scale times cosine of the turn.
    pub a: f32,
    /// Scale times sine of the turn.
    pub b: f32,
    pub tx: f32,
    pub ty: f32,
}

impl Similarity {
    /// The least-squares similarity from `from` to `to`. `None` when the points of `from` all coincide.
    pub fn between(from: &[Point; 5], to: &[Point; 5]) -> Option<Self> {
        let mean = |points: &[Point; 5]| {
            let sum = points.iter().fold((0.0, 0.0), |s, p| (s.0 + f64::from(p.x), s.1 + f64::from(p.y)));
            (sum.0 / 5.0, sum.1 / 5.0)
        };
        let (from_mean, to_mean) = (mean(from), mean(to));
        let (mut dot, mut cross, mut spread) = (0.0, 0.0, 0.0);
        for (p, q) in from.iter().zip(to) {
            let (px, py) = (f64::from(p.x) - from_mean.0, f64::from(p.y) - from_mean.1);
            let (qx, qy) = (f64::from(q.x) - to_mean.0, f64::from(q.y) - to_mean.1);
            dot += px * qx + py * qy;
            cross += px * qy - py * qx;
            spread += px * px + py * py;
        }
        if !(spread.is_finite() && spread > 1e-9) || dot.hypot(cross) < 1e-12 {
            return None;
        }
        // In the plane Umeyama's rotation and scale are this complex quotient; a reflection cannot come out.
        let (a, b) = (dot / spread, cross / spread);
        let tx = to_mean.0 - (a * from_mean.0 - b * from_mean.1);
        let ty = to_mean.1 - (b * from_mean.0 + a * from_mean.1);
        #[expect(clippy::cast_possible_truncation, reason = "pixels need no more than f32")]
        Some(Self { a: a as f32, b: b as f32, tx: tx as f32, ty: ty as f32 })
    }

    pub fn apply(&self, p: Point) -> Point {
        Point { x: self.a * p.x - self.b * p.y + self.tx, y: self.b * p.x + self.a * p.y + self.ty }
    }

    /// The way back. `None` when everything was mapped onto one point.
    pub fn inverse(&self) -> Option<Self> {
        let square = self.a * self.a + self.b * self.b;
        if !square.is_normal() {
            return None;
        }
        let (a, b) = (self.a / square, -self.b / square);
        Some(Self { a, b, tx: -(a * self.tx - b * self.ty), ty: -(b * self.tx + a * self.ty) })
    }

    /// How much larger things become.
    pub fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }
}

/// How a crop is read from a picture that has more pixels than the crop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Between four neighbours at steps of 1/32 pixel, as `OpenCV` reads: for parity.
    OpenCv,
    /// The mean over the pixels that one pixel of the crop covers, so that nothing is skipped.
    Area,
}

/// Cuts `size` (width, height) pixels so that `landmarks` fall on `template` (pixels of the crop); what lies outside
/// the picture is black. `None` when the landmarks coincide.
pub fn crop(
    picture: &RgbImage,
    landmarks: &Landmarks,
    template: &[Point; 5],
    size: [u32; 2],
    sampling: Sampling,
) -> Option<RgbImage> {
    let to_crop = Similarity::between(&landmarks.0, template)?;
    let back = to_crop.inverse()?;
    Some(warp(picture, &back, size, sampling))
}

/// Fills a crop whose pixel p shows what `back` finds at p in the picture.
pub(super) fn warp(picture: &RgbImage, back: &Similarity, size: [u32; 2], sampling: Sampling) -> RgbImage {
    // A pixel of the crop that covers n×n pixels of the picture is the mean of so many samples.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let samples = match sampling {
        Sampling::OpenCv => 1,
        Sampling::Area => back.scale().round().clamp(1.0, MOST_SAMPLES) as u32,
    };
    let count = to_f32(samples);
    let offsets: Vec<f32> = (0..samples).map(|n| (to_f32(n) + 0.5) / count - 0.5).collect();
    let mut crop = RgbImage::new(size[0], size[1]);
    for (x, y, pixel) in crop.enumerate_pixels_mut() {
        let mut sum = [0.0_f32; 3];
        for dy in &offsets {
            for dx in &offsets {
                let mut p = back.apply(Point { x: to_f32(x) + dx, y: to_f32(y) + dy });
                if sampling == Sampling::OpenCv {
                    p = Point { x: (p.x * 32.0).round() / 32.0, y: (p.y * 32.0).round() / 32.0 };
                }
                let value = bilinear(picture, p);
                sum = [sum[0] + value[0], sum[1] + value[1], sum[2] + value[2]];
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of 0..255")]
        let mean = sum.map(|s| (s / (count * count) + 0.5) as u8);
        pixel.0 = mean;
    }
    crop
}

/// Most samples a side for a pixel of a crop: faces more than eight times the crop's size lose nothing that matters.
const MOST_SAMPLES: f32 = 8.0;

#[expect(clippy::cast_precision_loss, reason = "picture sizes")]
fn to_f32(n: u32) -> f32 {
    n as f32
}

/// The value between four pixels; pixels outside the picture are black.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked against the picture's size")]
fn bilinear(picture: &RgbImage, p: Point) -> [f32; 3] {
    let (width, height) = picture.dimensions();
    let (left, top) = (p.x.floor(), p.y.floor());
    // Far outside, or not a number.
    if !(left >= -1.0 && top >= -1.0 && left < to_f32(width) && top < to_f32(height)) {
        return [0.0; 3];
    }
    let (fx, fy) = (p.x - left, p.y - top);
    let corners = if left >= 0.0 && top >= 0.0 && left + 1.0 < to_f32(width) && top + 1.0 < to_f32(height) {
        let at = (top as usize * width as usize + left as usize) * 3;
        let below = at + width as usize * 3;
        let raw = picture.as_raw();
        let pixel = |at: usize| [f32::from(raw[at]), f32::from(raw[at + 1]), f32::from(raw[at + 2])];
        [pixel(at), pixel(at + 3), pixel(below), pixel(below + 3)]
    } else {
        let (left, top) = (left as i64, top as i64);
        let at = |x: i64, y: i64| match (u32::try_from(x), u32::try_from(y)) {
            (Ok(x), Ok(y)) => picture.get_pixel_checked(x, y).map_or([0.0; 3], |p| p.0.map(f32::from)),
            _ => [0.0; 3],
        };
        [at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)]
    };
    let between = |n: usize| {
        let [nw, ne, sw, se] = corners.map(|corner| corner[n]);
        let (upper, lower) = (nw + (ne - nw) * fx, sw + (se - sw) * fx);
        upper + (lower - upper) * fy
    };
    [between(0), between(1), between(2)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FACE: [Point; 5] = [
        Point { x: 38.3, y: 51.7 },
        Point { x: 73.5, y: 51.5 },
        Point { x: 56.0, y: 71.7 },
        Point { x: 41.5, y: 92.4 },
        Point { x: 70.7, y: 92.2 },
    ];

    #[test]
    fn a_picture_already_in_place_is_cut_out_unchanged() {
        let picture =
            RgbImage::from_fn(112, 112, |x, y| image::Rgb([x, y, x * y % 251].map(|v| u8::try_from(v).unwrap())));
        for sampling in [Sampling::OpenCv, Sampling::Area] {
            let cut = crop(&picture, &Landmarks(FACE), &FACE, [112, 112], sampling).expect("five different points");
            let inner = |p: &RgbImage| image::imageops::crop_imm(p, 1, 1, 110, 110).to_image();
            assert_eq!(inner(&cut), inner(&picture));
        }
    }

    #[test]
    fn points_that_coincide_allow_no_crop() {
        let nowhere = Landmarks([Point { x: 5.0, y: 5.0 }; 5]);
        assert!(crop(&RgbImage::new(9, 9), &nowhere, &FACE, [112, 112], Sampling::Area).is_none());
        let unknown = Landmarks([Point { x: f32::NAN, y: 5.0 }; 5]);
        assert!(crop(&RgbImage::new(9, 9), &unknown, &FACE, [112, 112], Sampling::Area).is_none());
    }

    #[test]
    fn a_mirrored_face_is_not_mirrored_back() {
        let mirrored = FACE.map(|p| Point { x: 112.0 - p.x, ..p });
        let found = Similarity::between(&mirrored, &FACE).expect("five different points");
        let (left, right) = (found.apply(mirrored[0]), found.apply(mirrored[1]));
        assert!(left.x > right.x, "the eyes stay as they were, on the other side");
    }

    proptest! {
        #[test]
        fn the_similarity_that_moved_a_face_is_found(
            scale in 0.05_f32..20.0, turn in -3.1_f32..3.1, tx in -3000.0_f32..3000.0, ty in -3000.0_f32..3000.0,
        ) {
            let made = Similarity { a: scale * turn.cos(), b: scale * turn.sin(), tx, ty };
            let moved = FACE.map(|p| made.apply(p));
            let found = Similarity::between(&moved, &FACE).expect("five different points");
            for (from, to) in moved.iter().zip(FACE) {
                let p = found.apply(*from);
                prop_assert!((p.x - to.x).hypot(p.y - to.y) < 0.05, "{p:?} should be {to:?}");
            }
            let there_and_back = found.inverse().expect("a scale").apply(found.apply(moved[2]));
            prop_assert!((there_and_back.x - moved[2].x).abs() < 0.05 + scale * 0.01);
        }

        #[test]
        fn no_landmarks_at_all_can_stop_a_crop(values in prop::array::uniform10(prop::num::f32::ANY)) {
            let p = |n: usize| Point { x: values[2 * n], y: values[2 * n + 1] };
            let picture = RgbImage::from_pixel(20, 10, image::Rgb([200; 3]));
            let _ = crop(&picture, &Landmarks([p(0), p(1), p(2), p(3), p(4)]), &FACE, [16, 16], Sampling::Area);
        }
    }
}
