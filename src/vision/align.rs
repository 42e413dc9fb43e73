//! Five landmarks → a small upright crop for the recogniser, cut from the full-size picture.
//!
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
    /// Shift to the right.
    pub tx: f32,
    /// Shift down.
    pub ty: f32,
}

impl Similarity {
    /// The least-squares similarity from `from` to `to`. `None` when the points of `from` all coincide.
    #[must_use]
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

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, p: Point) -> Point {
        Point { x: self.a * p.x - self.b * p.y + self.tx, y: self.b * p.x + self.a * p.y + self.ty }
    }

    /// The way back. `None` when everything was mapped onto one point.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        let square = self.a * self.a + self.b * self.b;
        if !square.is_normal() {
            return None;
        }
        let (a, b) = (self.a / square, -self.b / square);
        Some(Self { a, b, tx: -(a * self.tx - b * self.ty), ty: -(b * self.tx + a * self.ty) })
    }

    /// How much larger things become.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }
}

/// How a crop is read from a picture that has more pixels than the crop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Four neighbours, as OpenCV reads: for parity.
    Bilinear,
    /// The mean over the pixels that one pixel of the crop covers, so that nothing is skipped.
    Area,
}

/// Cuts `size` (width, height) pixels so that `landmarks` fall on `template` (pixels of the crop); what lies outside
/// the picture is black. `None` when the landmarks coincide.
#[must_use]
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
fn warp(picture: &RgbImage, back: &Similarity, size: [u32; 2], sampling: Sampling) -> RgbImage {
    // A pixel of the crop that covers n pixels of the picture is the mean of n×n samples.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let samples = match sampling {
        Sampling::Bilinear => 1,
        Sampling::Area => back.scale().round().clamp(1.0, 8.0) as u32,
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 8")]
    let count = samples as f32;
    let offset = |n: u32| (to_f32(n) + 0.5) / count - 0.5;
    RgbImage::from_fn(size[0], size[1], |x, y| {
        let mut sum = [0.0_f32; 3];
        for j in 0..samples {
            for i in 0..samples {
                let p = back.apply(Point { x: to_f32(x) + offset(i), y: to_f32(y) + offset(j) });
                let value = bilinear(picture, p);
                for (s, v) in sum.iter_mut().zip(value) {
                    *s += v;
                }
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of 0..255")]
        image::Rgb(sum.map(|s| (s / (count * count)).round() as u8))
    })
}

#[expect(clippy::cast_precision_loss, reason = "picture sizes")]
fn to_f32(n: u32) -> f32 {
    n as f32
}

/// The value between four pixels; pixels outside the picture are black.
fn bilinear(picture: &RgbImage, p: Point) -> [f32; 3] {
    let (left, top) = (p.x.floor(), p.y.floor());
    let (fx, fy) = (p.x - left, p.y - top);
    // Far outside, or not a number.
    if !(left >= -1.0 && top >= -1.0 && left <= to_f32(picture.width()) && top <= to_f32(picture.height())) {
        return [0.0; 3];
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the picture, just checked")]
    let (left, top) = (left as i64, top as i64);
    let at = |x: i64, y: i64| match (u32::try_from(x), u32::try_from(y)) {
        (Ok(x), Ok(y)) => picture.get_pixel_checked(x, y).map_or([0.0; 3], |p| p.0.map(f32::from)),
        _ => [0.0; 3],
    };
    let (a, b, c, d) = (at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1));
    std::array::from_fn(|n| {
        let upper = a[n] + (b[n] - a[n]) * fx;
        let lower = c[n] + (d[n] - c[n]) * fx;
        upper + (lower - upper) * fy
    })
}
