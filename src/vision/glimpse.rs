//! The pixels at a face's place, exactly where they lie in the frame → how far what they show moved between two pictures.
//!
//! A photo on a wall keeps its place in the frame, whatever noise, light and compression do to its pixels (and so to its
//! landmarks and its embedding).
//! Somebody who stands and waits sways by pixels and moves eyes and mouth.
//! A glimpse is never resampled to the landmarks, which jitter more than people sway: its pixels are means of whole blocks
//! of the frame, so two glimpses of one camera can be compared to a hundredth of a pixel.
//! A camera that shakes moves everything: what it moved (`backdrop`) is taken off.
//! `people::evidence` decides what a movement means.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::backdrop::Backdrop;
use super::geometry::Rect;
use super::linear::{between, inverse};

/// Faces are brought down to less than this many pixels across, by powers of two.
const MOST_ACROSS: f32 = 64.0;
/// How far the glimpse reaches beyond the middle of the face, in sizes of its box: the hair and the chin, little of the room.
const REACH: f32 = 0.62;
/// Cells along each side in which movement is measured, each with a light of its own.
const CELLS: usize = 4;
/// Two glimpses must have this share of their sides in common.
const IN_COMMON: f32 = 0.6;
/// A cell whose movement is not known to within this many pixels says nothing.
const KNOWN_WITHIN: f64 = 0.35;
/// Fewer cells than this say nothing together.
const LEAST_CELLS: usize = 3;
/// Blurring and compression make neighbouring pixels' errors alike; the variance of a cell's movement grows by this.
const ALIKE_ERRORS: f64 = 2.5;
/// So many times its variance is taken off the square of a movement: of errors alone 13 % are larger.
const ERRORS_OFF: f64 = 2.0;
/// Who has moved no more than this has not, whatever the camera did.
const HARDLY: f32 = 0.1;
/// One glimpse this many times as sharp as another is made as soft.
const SHARPER: f32 = 1.1;
/// Blurring takes a pixel from each edge, and leaves at least half of what is more than this.
const LEAST_SIDE: usize = 16;
/// What was there is gone where this share of a glimpse's variance is neither light nor a small movement.
const ANOTHER_THING: f64 = 0.5;
/// Of what blurring takes away from white noise, what it leaves is 0.22 (variances); half as much again may be noise still.
const NOISE_LEFT: f64 = 0.33;

/// A face's surroundings in grey, at its place in the frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Glimpse {
    /// Side of the frame's blocks that became a pixel each, a power of two.
    pub step: u32,
    /// Where it begins, in blocks.
    pub left: u32,
    /// Where it begins, in blocks.
    pub top: u32,
    pub width: u32,
    pub values: Vec<u8>,
    /// The rest of the picture; unknown where the glimpse was read from a text.
    backdrop: Option<Arc<Backdrop>>,
}

impl Glimpse {
    /// Takes the glimpse of a face. `None` where hardly anything of it is inside the picture.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "pixels of a picture, clamped to it"
    )]
    pub fn of(picture: &RgbImage, face: &Rect) -> Option<Self> {
        let size = face.w.max(face.h);
        let mut step = 1;
        while size / step as f32 >= MOST_ACROSS {
            step *= 2;
        }
        let (center, reach) = (face.center(), REACH * size);
        let blocks = |pixels: f32, most: u32| (pixels.max(0.0) as u32).min(most) / step;
        let (left, top) = (blocks(center.x - reach, picture.width()), blocks(center.y - reach, picture.height()));
        let right = blocks(center.x + reach, picture.width());
        let bottom = blocks(center.y + reach, picture.height());
        let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
        if width < 8 || height < 8 {
            return None;
        }
        let mut values = Vec::with_capacity((width * height) as usize);
        for y in top..bottom {
            for x in left..right {
                let mut sum = 0;
                for py in y * step..(y + 1) * step {
                    for px in x * step..(x + 1) * step {
                        let [r, g, b] = picture.get_pixel(px, py).0.map(u32::from);
                        sum += 299 * r + 587 * g + 114 * b;
                    }
                }
                values.push(((sum / (step * step) + 500) / 1_000) as u8);
            }
        }
        Some(Self { step, left, top, width, values, backdrop: None })
    }

    /// The same with the rest of its picture.
    pub(super) fn in_front_of(self, backdrop: &Arc<Backdrop>) -> Self {
        Self { backdrop: Some(Arc::clone(backdrop)), ..self }
    }

    /// How far what `self` shows has moved since `earlier`, in pixels of the glimpse (more for a large face than for a
    /// small one, about a two-hundredth to a fiftieth of its width each): the median over the cells, less what noise would
    /// make of it, and less what the camera moved.
    /// Infinite where another thing is there now, or the two hardly overlap; 0 where noise is all there is to see.
    pub fn moved_since(&self, earlier: &Self) -> f32 {
        let step = self.step.max(earlier.step);
        let Some((now, before)) = in_common(&self.at_step(step), &earlier.at_step(step)) else { return f32::INFINITY };
        let moved = movement(&now, &before);
        if moved < HARDLY {
            return moved;
        }
        let backdrops = self.backdrop.as_ref().zip(earlier.backdrop.as_ref());
        let face = self.place().united(&earlier.place());
        let Some(camera) = backdrops.and_then(|(now, before)| now.moved_since(before, &face)) else { return moved };
        let beside = before.moved(camera.map(|pixels| pixels / f64::from(step)));
        let shown = beside.and_then(|before| in_common(&now, &before));
        shown.map_or(moved, |(now, before)| moved.min(movement(&now, &before)))
    }

    /// Where it is in the frame, pixels.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "pixels of a picture")]
    fn place(&self) -> Rect {
        let height = self.values.len() as u32 / self.width;
        let [x, y, w, h] = [self.left, self.top, self.width, height].map(|blocks| (blocks * self.step) as f32);
        Rect { x, y, w, h }
    }

    /// The same with larger blocks.
    fn at_step(&self, step: u32) -> Grid {
        let times = (step / self.step).max(1);
        let height = self.values.len() / self.width as usize;
        #[expect(clippy::cast_possible_truncation, reason = "rows of a glimpse")]
        let (right, bottom) = (self.left + self.width, self.top + height as u32);
        let (left, top) = (self.left.div_ceil(times), self.top.div_ceil(times));
        let (width, height) = ((right / times).saturating_sub(left), (bottom / times).saturating_sub(top));
        let mut values = Vec::with_capacity((width * height) as usize);
        for y in top..top + height {
            for x in left..left + width {
                let mut sum = 0.0;
                for py in y * times..(y + 1) * times {
                    let row = ((py - self.top) * self.width) as usize;
                    for px in x * times..(x + 1) * times {
                        sum += f32::from(self.values[row + (px - self.left) as usize]);
                    }
                }
                #[expect(clippy::cast_precision_loss, reason = "a few pixels")]
                values.push(sum / (times * times) as f32);
            }
        }
        Grid { left: left as usize, top: top as usize, width: width as usize, height: height as usize, values }
    }
}

/// A glimpse as text.
#[derive(Serialize, Deserialize)]
struct Written {
    step: u32,
    left: u32,
    top: u32,
    width: u32,
    /// Base64 of a byte a pixel.
    values: String,
}

impl From<Glimpse> for Written {
    fn from(glimpse: Glimpse) -> Self {
        let Glimpse { step, left, top, width, values, .. } = glimpse;
        Self { step, left, top, width, values: BASE64.encode(values) }
    }
}

impl TryFrom<Written> for Glimpse {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let values = BASE64.decode(&written.values).map_err(|error| format!("the values of a glimpse: {error}"))?;
        let Written { step, left, top, width, .. } = written;
        let columns = width as usize;
        // Where it ends is counted in pixels, too.
        let ends = |begin: u32, blocks: usize| u32::try_from(blocks).ok()?.checked_add(begin)?.checked_mul(step);
        let whole = step.is_power_of_two()
            && columns > 0
            && values.len().is_multiple_of(columns)
            && ends(left, columns).is_some()
            && ends(top, values.len() / columns).is_some();
        whole
            .then_some(Self { step, left, top, width, values, backdrop: None })
            .ok_or_else(|| "not a whole glimpse".to_owned())
    }
}

#[cfg(test)]
impl Glimpse {
    /// Bright and dark blobs, `x` pixels aside, in noise: for tests of what movement means.
    pub(crate) fn of_blobs(x: f32, noise: usize) -> Self {
        let mut chance = fastrand::Rng::with_seed(noise as u64);
        let picture = RgbImage::from_fn(100, 100, |px, py| {
            #[expect(clippy::cast_precision_loss, reason = "a small picture")]
            let (px, py) = (px as f32 - x, py as f32);
            let value = 128.0 + 60.0 * (px / 5.0).sin() * (py / 6.0).cos() + 10.0 * (chance.f32() - 0.5);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..255")]
            let value = value as u8;
            image::Rgb([value; 3])
        });
        Self::of(&picture, &Rect { x: 30.0, y: 30.0, w: 40.0, h: 40.0 }).expect("it is inside")
    }
}

/// Grey values at their place.
#[derive(Clone)]
struct Grid {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Grid {
    fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    fn part(&self, [left, top, right, bottom]: [usize; 4]) -> Self {
        let rows = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
        let values = rows.map(|(x, y)| self.at(x - self.left, y - self.top)).collect();
        Self { left, top, width: right - left, height: bottom - top, values }
    }

    /// The same moved by so many pixels, without those at the edges that would come from outside.
    #[expect(clippy::cast_possible_truncation, reason = "a few pixels of a glimpse, and greys")]
    fn moved(&self, by: [f64; 2]) -> Option<Self> {
        let [left, top] = [(self.left, by[0]), (self.top, by[1])]
            .map(|(first, by)| (first + 2).checked_add_signed(by.floor() as isize));
        let (width, height) = (self.width.checked_sub(3)?, self.height.checked_sub(3)?);
        // From the pixel before.
        let [across, down] = by.map(|by| 1.0 - (by - by.floor()));
        let four = [0, 1, 2, 3];
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            values.extend((0..width).map(|x| {
                let rows = four.map(|row| four.map(|column| f64::from(self.at(x + column, y + row))));
                between(rows.map(|row| between(row, across)), down) as f32
            }));
        }
        Some(Self { left: left?, top: top?, width, height, values })
    }

    /// Squares of the steps from row to row, in variances.
    fn sharpness(&self) -> f32 {
        let even = self.blurred();
        let steps =
            even.values.iter().zip(even.values.iter().skip(even.width)).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
        #[expect(clippy::cast_precision_loss, reason = "pixels of a glimpse")]
        let count = even.values.len().max(1) as f32;
        steps / (count * deviation(&even.values).powi(2)).max(1e-3)
    }

    /// The most noise, as a sum of squares, that blurring can have left: as if all it took away had been noise.
    fn noise_left_in(&self, blurred: &Self) -> f64 {
        let at = |n: usize| self.at(n % blurred.width + 1, n / blurred.width + 1);
        let taken = blurred.values.iter().enumerate().map(|(n, value)| f64::from(at(n) - value).powi(2));
        NOISE_LEFT * taken.sum::<f64>()
    }

    /// Each pixel mixed with its neighbours, a quarter, a half and a quarter both ways; a pixel is lost at each edge.
    fn blurred(&self) -> Self {
        let (width, height) = (self.width.saturating_sub(2), self.height.saturating_sub(2));
        let across = |x: usize, y: usize| self.at(x, y) + 2.0 * self.at(x + 1, y) + self.at(x + 2, y);
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            values.extend((0..width).map(|x| (across(x, y) + 2.0 * across(x, y + 1) + across(x, y + 2)) / 16.0));
        }
        Self { left: self.left + 1, top: self.top + 1, width, height, values }
    }
}

/// What both show, if that is most of either.
#[expect(clippy::cast_precision_loss, reason = "pixels of a glimpse")]
fn in_common(a: &Grid, b: &Grid) -> Option<(Grid, Grid)> {
    let (left, top) = (a.left.max(b.left), a.top.max(b.top));
    let right = (a.left + a.width).min(b.left + b.width);
    let bottom = (a.top + a.height).min(b.top + b.height);
    let most = |common: usize, one: usize, other: usize| common as f32 >= IN_COMMON * one.max(other) as f32;
    let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
    (most(width, a.width, b.width) && most(height, a.height, b.height))
        .then(|| (a.part([left, top, right, bottom]), b.part([left, top, right, bottom])))
}

/// The least of how far it moved as it is and where both are as soft: a lens that hunts for focus and a stream that gets
/// softer move nothing.
fn movement(now: &Grid, before: &Grid) -> f32 {
    let moved = movement_of_cells(now, before);
    let as_soft = if moved < HARDLY { None } else { equally_soft(now, before) };
    as_soft.map_or(moved, |(now, before)| moved.min(movement_of_cells(&now, &before)))
}

fn movement_of_cells(now: &Grid, before: &Grid) -> f32 {
    let gain = deviation(&now.values) / deviation(&before.values).max(1e-3);
    let (blurred, blurred_before) = (now.blurred(), before.blurred());
    let noise = now.noise_left_in(&blurred) + f64::from(gain * gain) * before.noise_left_in(&blurred_before);
    let (now, before) = (blurred, blurred_before);
    if now.width < CELLS + 4 || now.height < CELLS + 4 {
        return f32::INFINITY;
    }
    let sums = sums_of_cells(&now, &before);
    let cells = Cells::of(&sums, TERMS_OF_EVEN_LIGHT);
    if cells.squares.len() < LEAST_CELLS || cells.unexplained > ANOTHER_THING * cells.variance {
        return if cells.unexplained <= noise { 0.0 } else { f32::INFINITY };
    }
    // A reflection on a picture's glass bends within a cell. Only where there is much that is finer can it be told apart.
    let bent = Cells::of(&sums, TERMS);
    let fine_enough = 2 * bent.squares.len() >= CELLS * CELLS && bent.unexplained <= ANOTHER_THING * bent.variance;
    if fine_enough { cells.median().min(bent.median()) } else { cells.median() }
}

/// The sharper one blurred until it is as soft as the other; `None` where they are as sharp.
fn equally_soft(now: &Grid, before: &Grid) -> Option<(Grid, Grid)> {
    let now_is_sharper = now.sharpness() > before.sharpness();
    let (sharp, soft) = if now_is_sharper { (now, before) } else { (before, now) };
    if sharp.sharpness() < SHARPER * soft.sharpness() {
        return None;
    }
    let (mut sharp, mut soft) = (sharp.clone(), soft.clone());
    for _ in 0..sharp.width.min(sharp.height).saturating_sub(LEAST_SIDE) / 4 {
        if sharp.sharpness() <= soft.sharpness() {
            break;
        }
        sharp = sharp.blurred();
        soft = soft.part([sharp.left, sharp.top, sharp.left + sharp.width, sharp.top + sharp.height]);
    }
    Some(if now_is_sharper { (sharp, soft) } else { (soft, sharp) })
}

struct Cells {
    /// Square of the movement less what error may make of it, for each cell that knows it well enough; in order.
    squares: Vec<f64>,
    /// Sum of squares of what neither light nor a small movement explains.
    unexplained: f64,
    /// Sum of squares about each cell's mean.
    variance: f64,
}

impl Cells {
    /// What these terms explain of each cell.
    fn of(sums: &[Sums], terms: usize) -> Self {
        let mut cells = Self { squares: Vec::new(), unexplained: 0.0, variance: 0.0 };
        for fit in sums.iter().filter_map(|cell| cell.fit(terms)) {
            cells.unexplained += fit.unexplained;
            cells.variance += fit.variance;
            if fit.error.sqrt() < KNOWN_WITHIN {
                cells.squares.push((fit.movement - ERRORS_OFF * fit.error).max(0.0));
            }
        }
        cells.squares.sort_by(f64::total_cmp);
        cells
    }

    #[expect(clippy::cast_possible_truncation, reason = "pixels of a glimpse")]
    fn median(&self) -> f32 {
        self.squares[self.squares.len() / 2].sqrt() as f32
    }
}

/// For each cell, to fit `now = gain · before + movement · gradient + light` by least squares: light may change from cell to
/// cell, and slope and bend within a cell, and counts for nothing.
fn sums_of_cells(now: &Grid, before: &Grid) -> Vec<Sums> {
    let gain = deviation(&now.values) / deviation(&before.values).max(1e-3);
    // Gradients of the mean of both: those of one alone would be its own noise, too.
    let both = |x: usize, y: usize| f32::midpoint(now.at(x, y), gain * before.at(x, y));
    let (width, height) = (now.width - 2, now.height - 2);
    let mut cells = Vec::with_capacity(CELLS * CELLS);
    for row in 0..CELLS {
        for column in 0..CELLS {
            let mut sums = Sums::default();
            let (left, right) = (1 + column * width / CELLS, (column + 1) * width / CELLS);
            let (top, bottom) = (1 + row * height / CELLS, (row + 1) * height / CELLS);
            for y in top..=bottom {
                for x in left..=right {
                    let across = (both(x + 1, y) - both(x - 1, y)) / 2.0;
                    let down = (both(x, y + 1) - both(x, y - 1)) / 2.0;
                    let (u, v) = (from_middle(x, left, right), from_middle(y, top, bottom));
                    let columns = [before.at(x, y), across, down, u, v, u * u, u * v, v * v, now.at(x, y)];
                    sums.add(columns.map(f64::from));
                }
            }
            cells.push(sums);
        }
    }
    cells
}

fn deviation(values: &[f32]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a glimpse")]
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count).sqrt()
}

/// Where `at` is between two ends, from −½ to ½.
#[expect(clippy::cast_precision_loss, reason = "pixels of a cell")]
fn from_middle(at: usize, first: usize, last: usize) -> f32 {
    (at - first) as f32 / (last - first).max(1) as f32 - 0.5
}

/// What explains a pixel: the one before, two gradients, and five terms of a light that slopes and bends.
const TERMS: usize = 8;
/// Those without the light.
const TERMS_OF_EVEN_LIGHT: usize = 3;

/// Sums of the columns (the terms, and last what they explain) and of the products of each with those up to it.
#[derive(Default)]
struct Sums {
    count: f64,
    of: [f64; TERMS + 1],
    products: [[f64; TERMS + 1]; TERMS + 1],
}

/// Squares, in pixels², of a movement and of its error, and what was to explain and was not.
struct Fit {
    movement: f64,
    error: f64,
    unexplained: f64,
    variance: f64,
}

impl Sums {
    fn add(&mut self, row: [f64; TERMS + 1]) {
        self.count += 1.0;
        for i in 0..=TERMS {
            self.of[i] += row[i];
            for j in 0..=i {
                self.products[i][j] += row[i] * row[j];
            }
        }
    }

    /// Fits the first `terms` of them, and a constant.
    fn fit(&self, terms: usize) -> Option<Fit> {
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        let freedom = self.count - (terms + 1) as f64;
        if freedom <= 0.0 {
            return None;
        }
        let about_mean = |i: usize, j: usize| self.products[i.max(j)][i.min(j)] - self.of[i] * self.of[j] / self.count;
        let mut normal = [[0.0; TERMS]; TERMS];
        for (i, row) in normal.iter_mut().enumerate().take(terms) {
            for (j, value) in row.iter_mut().enumerate().take(terms) {
                *value = about_mean(i, j);
            }
            row[i] += 1e-3;
        }
        let inverse = inverse(normal, terms)?;
        let target: [f64; TERMS] = std::array::from_fn(|i| about_mean(i, TERMS));
        let solved = inverse.map(|row| row.iter().zip(&target).map(|(a, b)| a * b).sum::<f64>());
        let explained: f64 = solved.iter().zip(&target).map(|(a, b)| a * b).sum();
        let variance = about_mean(TERMS, TERMS);
        let unexplained = (variance - explained).max(0.0);
        let noise = ALIKE_ERRORS * unexplained / freedom;
        let movement = solved[1].powi(2) + solved[2].powi(2);
        Some(Fit { movement, error: noise * (inverse[1][1] + inverse[2][2]), unexplained, variance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::backdrop::wallpaper;
    use image::Rgb;

    const FACE: Rect = Rect { x: 60.0, y: 60.0, w: 40.0, h: 50.0 };

    /// Blobs and edges as a face has them, `right` pixels further right, seen in some light.
    fn scene(right: f32, light: impl Fn(f32) -> f32, noise: f32, seed: u64) -> RgbImage {
        let mut chance = fastrand::Rng::with_seed(seed);
        RgbImage::from_fn(160, 160, |x, y| {
            #[expect(clippy::cast_precision_loss, reason = "pixels of a small picture")]
            let (x, y) = (x as f32 - right, y as f32);
            let blob = |cx: f32, cy: f32, r: f32| (-((x - cx).powi(2) + (y - cy).powi(2)) / (2.0 * r * r)).exp();
            let face = 150.0 * blob(80.0, 85.0, 22.0)
                - 90.0 * blob(71.0, 76.0, 4.0)
                - 90.0 * blob(89.0, 76.0, 4.0)
                - 40.0 * blob(80.0, 88.0, 5.0)
                - 60.0 * blob(80.0, 100.0, 6.0)
                + 40.0;
            let noise = noise * (chance.f32() + chance.f32() + chance.f32() - 1.5) * 2.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let value = (light(face) + noise).clamp(0.0, 255.0).round() as u8;
            Rgb([value; 3])
        })
    }

    fn same(value: f32) -> f32 {
        value
    }

    fn glimpse(picture: &RgbImage) -> Glimpse {
        Glimpse::of(picture, &FACE).expect("it is inside")
    }

    fn moved(now: &RgbImage) -> f32 {
        glimpse(now).moved_since(&glimpse(&scene(0.0, same, 2.0, 1)))
    }

    #[test]
    fn a_glimpse_that_ends_nowhere_is_refused() {
        let of = |step, left, top| {
            Glimpse::try_from(Written { step, left, top, width: 8, values: BASE64.encode([0; 64]) }).is_ok()
        };
        assert!(of(4, 1_000, 1_000));
        for (step, left, top) in [(1, u32::MAX, 0), (1, 0, u32::MAX), (1 << 31, 0, 0), (0, 0, 0)] {
            assert!(!of(step, left, top), "{step} {left} {top}");
        }
    }

    #[test]
    fn noise_and_light_move_nothing() {
        for (what, now) in [
            ("noise", scene(0.0, same, 8.0, 2)),
            ("darker", scene(0.0, |v| 0.5 * v, 2.0, 3)),
            ("gamma", scene(0.0, |v| 255.0 * (v / 255.0).powf(0.7), 2.0, 4)),
            ("nearly dark", scene(0.0, |v| 0.05 * v, 3.0, 5)),
        ] {
            let moved = moved(&now);
            assert!(moved < 0.1, "{what}: {moved}");
        }
    }

    #[test]
    fn a_reflection_that_wanders_over_the_glass_moves_nothing() {
        // Hair and wrinkles, which are finer than light.
        let fine = |noise, seed| {
            let mut picture = scene(0.0, |v| 0.6 * v, noise, seed);
            for (x, y, pixel) in picture.enumerate_pixels_mut() {
                #[expect(clippy::cast_precision_loss, reason = "pixels of a small picture")]
                let (x, y) = (x as f32, y as f32);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
                let value =
                    (f32::from(pixel.0[0]) + 8.0 * (x / 1.9 + (y / 7.0).sin()).sin() * (y / 2.3).cos()).max(0.0) as u8;
                *pixel = Rgb([value; 3]);
            }
            picture
        };
        let base = fine(2.0, 1);
        for (bright, wide) in [(40.0, 20.0), (120.0, 20.0), (40.0, 45.0), (120.0, 45.0)] {
            for at in [50.0, 65.0, 80.0, 95.0, 110.0] {
                let mut now = fine(2.0, 2);
                for (x, y, pixel) in now.enumerate_pixels_mut() {
                    #[expect(clippy::cast_precision_loss, reason = "pixels of a small picture")]
                    let from_it = (x as f32 + 0.3 * y as f32 - 24.0 - at) / wide;
                    let glare = bright * (-from_it * from_it).exp();
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
                    let value = (f32::from(pixel.0[0]) + glare).clamp(0.0, 255.0) as u8;
                    *pixel = Rgb([value; 3]);
                }
                let moved = glimpse(&now).moved_since(&glimpse(&base));
                assert!(moved < 0.12, "{bright} at {at}, {wide} wide: {moved}");
            }
        }
    }

    /// The scene on a wall that shows something, or nothing, all of it `shaken` aside, the face `sways` more.
    fn before_a_wall(shaken: (f32, f32), sways: f32, pattern: bool, seed: u64) -> Glimpse {
        let mut chance = fastrand::Rng::with_seed(seed);
        let near = |x: f32, y: f32| (x - 320.0).abs() < 60.0 && y > 60.0;
        let blob = |x: f32, y: f32, r: f32| (-(x * x + y * y) / (2.0 * r * r)).exp();
        let picture = RgbImage::from_fn(640, 360, |x, y| {
            #[expect(clippy::cast_precision_loss, reason = "pixels of a small picture")]
            let (x, y) = (x as f32 - shaken.0, y as f32 - shaken.1);
            let (u, v) = (x - 320.0 - sways, y - 125.0);
            let face = 130.0 * blob(u, v, 22.0)
                - 90.0 * blob(u + 9.0, v + 9.0, 4.0)
                - 90.0 * blob(u - 9.0, v + 9.0, 4.0)
                - 40.0 * blob(u, v - 3.0, 5.0)
                - 60.0 * blob(u, v - 15.0, 6.0);
            let on_it = wallpaper(f64::from(x), f64::from(y));
            #[expect(clippy::cast_possible_truncation, reason = "a shade of grey")]
            let wall = if near(x, y) || !pattern { 0.0 } else { on_it as f32 };
            let noise = 3.0 * (chance.f32() + chance.f32() - 1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let value = (100.0 + face + wall + noise).clamp(0.0, 255.0).round() as u8;
            Rgb([value; 3])
        });
        let found = Rect { x: 300.0 + shaken.0, y: 100.0 + shaken.1, w: 40.0, h: 50.0 };
        Glimpse::of(&picture, &found).expect("it is inside").in_front_of(&Arc::new(Backdrop::of(&picture)))
    }

    #[test]
    fn a_camera_that_shakes_moves_no_photo_and_hides_nobody_who_sways() {
        let before = before_a_wall((0.0, 0.0), 0.0, true, 1);
        for (n, shaken) in [(0.8, 0.3), (-1.4, 0.9), (0.3, -0.4), (2.1, -1.7)].into_iter().enumerate() {
            let seed = 2 + n as u64;
            let photo = before_a_wall(shaken, 0.0, true, seed).moved_since(&before);
            assert!(photo < 0.12, "a photo, shaken by {shaken:?}: {photo}");
            let somebody = before_a_wall(shaken, 0.7, true, seed).moved_since(&before);
            assert!(somebody > 0.3, "somebody, shaken by {shaken:?}: {somebody}");
        }
        let sways = before_a_wall((0.0, 0.0), 0.7, true, 9).moved_since(&before);
        assert!(sways > 0.3, "somebody before a camera that stands: {sways}");
        let plain = before_a_wall((0.0, 0.0), 0.0, false, 1);
        let sways = before_a_wall((0.0, 0.0), 0.7, false, 9).moved_since(&plain);
        assert!(sways > 0.3, "somebody before a wall that shows nothing: {sways}");
    }

    #[test]
    fn a_lens_that_hunts_for_focus_moves_nothing_and_hides_nobody_who_sways() {
        // Edges as hair, glasses and collars have them.
        let sharp = |right: f32, seed| {
            let mut picture = scene(right, |v| 0.6 * v, 0.0, seed);
            for (x, y, pixel) in picture.enumerate_pixels_mut() {
                #[expect(clippy::cast_precision_loss, reason = "pixels of a small picture")]
                let (x, y) = (x as f32 - right, y as f32);
                let edge = |from: f32| (3.0 * from).tanh();
                let edges = 40.0 * edge(x - 66.0 - 6.0 * (y / 5.0).sin())
                    - 30.0 * edge(y - 62.0 - 4.0 * (x / 4.0).sin())
                    + 25.0 * edge(x - y + 20.0);
                let fine = 8.0 * (x / 1.9 + (y / 7.0).sin()).sin() * (y / 2.3).cos();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
                let value = (f32::from(pixel.0[0]) + edges + fine).clamp(0.0, 255.0) as u8;
                *pixel = Rgb([value; 3]);
            }
            picture
        };
        let noisy = |mut picture: RgbImage, seed: u64| {
            let mut chance = fastrand::Rng::with_seed(seed);
            for pixel in picture.pixels_mut() {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
                let value = (f32::from(pixel.0[0]) + 6.0 * (chance.f32() + chance.f32() - 1.0)).clamp(0.0, 255.0) as u8;
                *pixel = Rgb([value; 3]);
            }
            picture
        };
        for blur in [0.8, 1.5, 2.0] {
            let soft = |right| noisy(image::imageops::blur(&sharp(right, 1), blur), 3);
            let (before, now) = (glimpse(&noisy(sharp(0.0, 1), 2)), glimpse(&soft(0.0)));
            assert!(now.moved_since(&before) < 0.12 && before.moved_since(&now) < 0.12, "blurred by {blur}");
            let sways = glimpse(&soft(0.8)).moved_since(&before);
            assert!(sways > 0.3, "somebody, blurred by {blur}: {sways}");
        }
    }

    #[test]
    fn half_a_pixel_is_seen_in_noise() {
        for right in [0.5, 1.0, 3.0] {
            let moved = moved(&scene(right, same, 4.0, 6));
            assert!(moved > 0.3, "{right} pixels to the right: {moved}");
        }
    }

    #[test]
    fn where_the_face_was_found_makes_no_difference() {
        let (before, now) = (scene(0.0, same, 2.0, 1), scene(0.0, same, 2.0, 2));
        let found = Rect { x: FACE.x + 2.3, y: FACE.y - 1.8, w: FACE.w + 1.0, h: FACE.h };
        let now = Glimpse::of(&now, &found).expect("it is inside");
        assert!(now.moved_since(&glimpse(&before)) < 0.1);
    }

    #[test]
    fn a_face_that_is_found_larger_is_compared_in_larger_blocks() {
        let (before, now) = (scene(0.0, same, 2.0, 1), scene(0.0, same, 2.0, 2));
        let (small, large) = (Rect { w: 63.0, h: 63.0, ..FACE }, Rect { w: 65.0, h: 65.0, ..FACE });
        let glimpses = [(&now, &small), (&before, &large)].map(|(p, face)| Glimpse::of(p, face).expect("it is inside"));
        assert_eq!([glimpses[0].step, glimpses[1].step], [1, 2]);
        assert!(glimpses[0].moved_since(&glimpses[1]) < 0.1 && glimpses[1].moved_since(&glimpses[0]) < 0.1);
    }

    #[test]
    fn another_face_or_another_place_has_moved() {
        let elsewhere = Rect { x: 10.0, y: 20.0, ..FACE };
        let picture = scene(0.0, same, 2.0, 1);
        let there = Glimpse::of(&picture, &elsewhere).expect("it is inside");
        assert!(there.moved_since(&glimpse(&picture)).is_infinite());
        let mirrored = RgbImage::from_fn(160, 160, |x, y| *picture.get_pixel(159 - y, x));
        assert!(glimpse(&mirrored).moved_since(&glimpse(&picture)) > 0.3);
    }

    #[test]
    fn a_face_outside_the_picture_has_no_glimpse() {
        let picture = scene(0.0, same, 0.0, 1);
        assert_eq!(Glimpse::of(&picture, &Rect { x: -80.0, y: 0.0, w: 40.0, h: 40.0 }), None);
        assert!(Glimpse::of(&picture, &Rect { x: 150.0, y: 150.0, w: 40.0, h: 40.0 }).is_some());
    }
}
