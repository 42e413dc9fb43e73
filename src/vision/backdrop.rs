//! What a picture shows all over, as means along rows and columns → how far the camera moved between two pictures.
//!
//! A camera that shakes in the wind moves everything alike, a photo on a wall too; somebody who sways moves alone. A movement
//! is the camera's only where nearly all parts of the picture that show anything have moved like that, apart from those where
//! the face is and its body may be.
//! Means along the rows and the columns of a part tell its movement to a few hundredths of a pixel, since noise vanishes in
//! them, and are few.
//! Called by `glimpse`.

use std::ops::Range;

use image::RgbImage;

use super::geometry::Rect;
use super::linear::{between, inverse};

/// Larger pictures are looked at in blocks of two, four … pixels.
const MOST_ACROSS: u32 = 960;
/// About so many pixels are looked at each way.
const MOST_PIXELS: usize = 150_000;
/// Parts across and down.
const PARTS: [usize; 2] = [6, 4];
/// How far a camera may move between two pictures, in blocks.
const REACH: usize = 8;
/// A part whose movement is not known to within this says nothing.
const KNOWN_WITHIN: f64 = 0.15;
/// Nor does one of whose variance so much is neither light nor that movement.
const ANOTHER_THING: f64 = 0.5;
/// Parts this close together have moved alike, apart from twice their error.
const ALIKE: f64 = 0.12;
/// This share of the parts must have moved alike, and so many of them.
const AGREE: (f64, usize) = (0.7, 3);
/// A camera that moved less than this stood still.
const STOOD: f64 = 0.04;
/// How far a camera that rolls moves one side of the picture more than the other, at most as a rule.
const ROLLS: f64 = 0.4;

/// A picture in means along the columns and the rows of its parts, each mixed with its neighbours.
/// Of green alone, which is nearly brightness.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Backdrop {
    /// Side of the blocks that became a value each.
    step: u32,
    /// Of the picture, in blocks.
    size: [usize; 2],
    /// From left to right, from top to bottom: along `x` and along `y`.
    parts: Vec<[Vec<f32>; 2]>,
}

/// How far something moved, in blocks, how well that is known, and where it is, in pictures from the face.
struct Shift {
    by: f64,
    error: f64,
    at: [f64; 2],
}

impl Backdrop {
    pub(super) fn of(picture: &RgbImage) -> Self {
        let mut step = 1;
        while picture.width().max(picture.height()) / step > MOST_ACROSS {
            step *= 2;
        }
        let block = step as usize;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let size = [width / block, height / block];
        let every = (width * height).div_ceil(MOST_PIXELS);
        let green = |x: usize, y: usize| u32::from(picture.as_raw()[3 * (y * width + x) + 1]);
        let pixels = |blocks: &Range<usize>| blocks.start * block..blocks.end * block;
        let mut parts = Vec::with_capacity(PARTS[0] * PARTS[1]);
        for n in 0..PARTS[0] * PARTS[1] {
            let [xs, ys] = blocks_of(size, n);
            let (rows, columns) = (weighed(pixels(&ys), every), weighed(pixels(&xs), every));
            let across = xs.map(|x| mean(&rows, x * block..(x + 1) * block, |row, x| green(x, row)));
            let down = ys.map(|y| mean(&columns, y * block..(y + 1) * block, green));
            parts.push([blurred(across), blurred(down)]);
        }
        Self { step, size, parts }
    }

    /// How far the camera's picture moved since `earlier`, right and down, in pixels; `None` where it stood still, or nobody
    /// can tell. `face` is where a face was in both, in pixels: what is beside it and below may be somebody who moves.
    pub(super) fn moved_since(&self, earlier: &Self, face: &Rect) -> Option<[f64; 2]> {
        if (self.step, self.size) != (earlier.step, earlier.size) {
            return None;
        }
        let step = f64::from(self.step);
        let body = [face.x - face.w / 2.0, face.x + 1.5 * face.w, face.y].map(|edge| f64::from(edge) / step);
        let [width, height] = self.size.map(number);
        let center = face.center();
        let center = [f64::from(center.x) / step / width, f64::from(center.y) / step / height];
        let mut shifts = [Vec::new(), Vec::new()];
        for (n, (now, before)) in self.parts.iter().zip(&earlier.parts).enumerate() {
            let [xs, ys] = blocks_of(self.size, n);
            let [left, right, bottom] = [xs.start, xs.end, ys.end].map(number);
            if right > body[0] && left < body[1] && bottom > body[2] {
                continue;
            }
            let middle = [number(xs.start + xs.end) / 2.0 / width, number(ys.start + ys.end) / 2.0 / height];
            let at = [middle[0] - center[0], middle[1] - center[1]];
            for ((now, before), shifts) in now.iter().zip(before).zip(&mut shifts) {
                let likely = shifts.last().map_or(0.0, |shift: &Shift| shift.by);
                shifts.extend(shift(now, before, likely).map(|(by, error)| Shift { by, error, at }));
            }
            let row_ends = n % PARTS[0] == PARTS[0] - 1;
            if row_ends && shifts.iter().all(|shifts| agree(shifts, |shift| shift.by.abs() < STOOD)) {
                return None;
            }
        }
        let [across, down] = shifts.map(|shifts| together(&shifts));
        Some([across? * step, down? * step])
    }
}

/// Some of these lines with their weights. The outer ones have less: what comes in and goes out with a movement counts little.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..256")]
fn weighed(lines: Range<usize>, every: usize) -> Vec<(usize, u32)> {
    let (first, count) = (number(lines.start), number(lines.len()));
    let weight = |line: usize| 256.0 * (std::f64::consts::PI * (number(line) + 0.5 - first) / count).sin().powi(2);
    lines.step_by(every).map(|line| (line, weight(line) as u32)).collect()
}

/// The mean of some lines' pixels in one block.
fn mean(lines: &[(usize, u32)], block: Range<usize>, pixel: impl Fn(usize, usize) -> u32) -> f64 {
    let inside = |line: usize| block.clone().map(|at| pixel(line, at)).sum::<u32>();
    let sum: u32 = lines.iter().map(|(line, weight)| weight * inside(*line)).sum();
    let weights: u32 = lines.iter().map(|(_, weight)| weight).sum();
    f64::from(sum) / f64::from(weights.max(1)) / number(block.len())
}

#[expect(clippy::cast_possible_truncation, reason = "shades of a colour")]
fn blurred(line: impl Iterator<Item = f64>) -> Vec<f32> {
    let line: Vec<f64> = line.collect();
    line.windows(3).map(|three| ((three[0] + 2.0 * three[1] + three[2]) / 4.0) as f32).collect()
}

/// Where a part is, in blocks.
fn blocks_of(size: [usize; 2], n: usize) -> [Range<usize>; 2] {
    let at = [n % PARTS[0], n / PARTS[0]];
    std::array::from_fn(|axis| at[axis] * size[axis] / PARTS[axis]..(at[axis] + 1) * size[axis] / PARTS[axis])
}

/// Whether enough of them do.
fn agree(shifts: &[Shift], does: impl Fn(&Shift) -> bool) -> bool {
    let alike = shifts.iter().filter(|shift| does(shift)).count();
    alike >= AGREE.1 && number(alike) >= AGREE.0 * number(shifts.len())
}

/// How far all have moved at the face, if they have moved as one picture: a little more here than there where it rolled.
fn together(shifts: &[Shift]) -> Option<f64> {
    let mut ordered: Vec<f64> = shifts.iter().map(|shift| shift.by).collect();
    ordered.sort_by(f64::total_cmp);
    let mut moved = [*ordered.get(ordered.len() / 2)?, 0.0, 0.0];
    let off = |moved: &[f64; 3], shift: &Shift| shift.by - moved[0] - moved[1] * shift.at[0] - moved[2] * shift.at[1];
    // Who walks by moves otherwise, and counts the less the more.
    for _ in 0..8 {
        let slope = 1.0 / (ROLLS * ROLLS);
        let mut normal = [[1e-9, 0.0, 0.0], [0.0, slope, 0.0], [0.0, 0.0, slope]];
        let mut target = [0.0; 3];
        for shift in shifts {
            let weight = 1.0 / ((0.05 + shift.error).powi(2) + off(&moved, shift).powi(2));
            let row = [1.0, shift.at[0], shift.at[1]];
            for ((target, normal), at) in target.iter_mut().zip(&mut normal).zip(row) {
                *target += weight * at * shift.by;
                normal.iter_mut().zip(row).for_each(|(sum, other)| *sum += weight * at * other);
            }
        }
        moved = inverse(normal, 3)?.map(|row| row.iter().zip(&target).map(|(a, b)| a * b).sum());
    }
    agree(shifts, |shift| off(&moved, shift).abs() < ALIKE + 2.0 * shift.error).then_some(moved[0])
}

/// How far what a line shows has moved up along it, and the error of that: `now = gain · before moved + light` by least
/// squares, where the light slopes and bends. It is looked for where it is `likely` first. `None` where it shows nothing, or
/// another thing.
fn shift(now: &[f32], before: &[f32], likely: f64) -> Option<(f64, f64)> {
    let margin = REACH + 1;
    if now.len() < 4 * REACH || now.len() != before.len() {
        return None;
    }
    let [now, before] = [now, before].map(|line| line.iter().copied().map(f64::from).collect::<Vec<_>>());
    let light = Light::over(now.len() - 2 * margin);
    let target = light.taken_off(now[margin..now.len() - margin].to_vec());
    if let Some(found) = refined(&light, &target, &before, likely).filter(|(by, _)| (by - likely).abs() < 0.5) {
        return Some(found);
    }
    let whole = (0..=2 * REACH).filter_map(|step| {
        let there = light.taken_off(before[margin + REACH - step..][..target.len()].to_vec());
        let common = dot(&there, &target);
        (common > 0.0).then(|| (common * common / dot(&there, &there), number(step) - number(REACH)))
    });
    let (_, whole) = whole.max_by(|a, b| a.0.total_cmp(&b.0))?;
    refined(&light, &target, &before, whole)
}

/// The same from a movement that is right to within half a block or so.
fn refined(light: &Light, target: &[f64], before: &[f64], mut by: f64) -> Option<(f64, f64)> {
    let variance = dot(target, target);
    let mut found = None;
    for _ in 0..4 {
        let there: Vec<f64> = (0..target.len()).map(|n| sampled(before, number(n + REACH + 1) - by)).collect();
        let slopes = (0..there.len()).map(|n| {
            let (left, right) = (n.saturating_sub(1), (n + 1).min(there.len() - 1));
            (there[left] - there[right]) / number(right - left)
        });
        let slopes = light.taken_off(slopes.collect());
        let there = light.taken_off(there);
        let normal =
            [[dot(&there, &there) + 1e-6, dot(&there, &slopes)], [dot(&there, &slopes), dot(&slopes, &slopes) + 1e-6]];
        let inverse = inverse(normal, 2)?;
        let aims = [dot(&there, target), dot(&slopes, target)];
        let [gain, slope] = inverse.map(|row| row[0] * aims[0] + row[1] * aims[1]);
        if gain < 0.05 {
            return None;
        }
        let further = (slope / gain).clamp(-1.0, 1.0);
        by += further;
        if by.abs() > number(REACH) {
            return None;
        }
        let left = (variance - gain * aims[0] - slope * aims[1]).max(0.0);
        // Blurring makes neighbouring errors alike.
        let error = (4.0 * left / number(target.len() - 5) * inverse[1][1]).sqrt() / gain;
        found = (error < KNOWN_WITHIN && left < ANOTHER_THING * variance).then_some((by, error));
        if further.abs() < STOOD / 4.0 {
            break;
        }
    }
    found
}

/// Directions of light that slopes and bends over a line, at right angles to each other.
struct Light([Vec<f64>; 3]);

impl Light {
    fn over(length: usize) -> Self {
        let at = |n: usize| number(n) / number(length) - 0.5;
        let mut found: [Vec<f64>; 3] = std::array::from_fn(|power| {
            let power = i32::try_from(power).unwrap_or_default();
            (0..length).map(|n| at(n).powi(power)).collect()
        });
        for n in 0..3 {
            let (before, rest) = found.split_at_mut(n);
            for direction in before.iter() {
                take_off(&mut rest[0], direction);
            }
            let length = dot(&rest[0], &rest[0]).sqrt().max(f64::MIN_POSITIVE);
            rest[0].iter_mut().for_each(|value| *value /= length);
        }
        Self(found)
    }

    fn taken_off(&self, mut line: Vec<f64>) -> Vec<f64> {
        self.0.iter().for_each(|direction| take_off(&mut line, direction));
        line
    }
}

fn take_off(line: &mut [f64], direction: &[f64]) {
    let share = dot(line, direction);
    line.iter_mut().zip(direction).for_each(|(value, d)| *value -= share * d);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A line's value between its own.
fn sampled(line: &[f64], at: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the line")]
    let n = (at.max(1.0) as usize).min(line.len() - 3);
    between([line[n - 1], line[n], line[n + 1], line[n + 2]], at - number(n))
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
fn number(n: usize) -> f64 {
    n as f64
}

/// What a room shows at a place, −80..80: large things and small ones, nowhere twice.
#[cfg(test)]
pub(super) fn wallpaper(x: f64, y: f64) -> f64 {
    let corner = |n: f64, m: f64| {
        let mixed = (n * 12.989_8 + m * 78.233).sin() * 43_758.545_3;
        mixed - mixed.floor() - 0.5
    };
    let of_size = |size: f64| {
        let [left, top] = [x, y].map(|at| (at / size).floor());
        let smooth = |part: f64| part * part * (3.0 - 2.0 * part);
        let (across, down) = (smooth(x / size - left), smooth(y / size - top));
        let above = corner(left, top) * (1.0 - across) + corner(left + 1.0, top) * across;
        let below = corner(left, top + 1.0) * (1.0 - across) + corner(left + 1.0, top + 1.0) * across;
        above * (1.0 - down) + below * down
    };
    80.0 * of_size(37.0) + 50.0 * of_size(11.0) + 30.0 * of_size(4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A room in some light, moved right and down; somebody below on the right `passes` by.
    fn room(right: f64, down: f64, light: f64, passes: f64) -> RgbImage {
        RgbImage::from_fn(640, 360, |x, y| {
            let walks = x > 560 && y > 200;
            let (dx, dy) = if walks { (passes, 0.0) } else { (right, down) };
            let (x, y) = (f64::from(x) - dx, f64::from(y) - dy);
            let wall = 120.0 + wallpaper(x, y);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..255")]
            let value = (light * wall).clamp(0.0, 255.0) as u8;
            image::Rgb([value; 3])
        })
    }

    const FACE: Rect = Rect { x: 290.0, y: 150.0, w: 60.0, h: 60.0 };

    fn moved(now: &RgbImage, before: &RgbImage) -> Option<[f64; 2]> {
        Backdrop::of(now).moved_since(&Backdrop::of(before), &FACE)
    }

    #[test]
    fn how_far_a_camera_moved_is_known_to_a_tenth_of_a_pixel() {
        let before = room(0.0, 0.0, 1.0, 0.0);
        for (right, down, light) in
            [(0.8, -0.6, 1.0), (-0.3, 0.1, 0.7), (1.2, 1.1, 1.2), (0.1, -1.5, 0.9), (2.2, 3.1, 1.1)]
        {
            let [x, y] =
                moved(&room(right, down, light, 9.0), &before).unwrap_or_else(|| panic!("{right} {down}: it moved"));
            assert!((x - right).abs() < 0.1 && (y - down).abs() < 0.1, "{right} {down}: {x} {y}");
        }
    }

    #[test]
    fn a_camera_that_stands_has_not_moved_whoever_walks_by_and_whatever_the_light() {
        let before = room(0.0, 0.0, 1.0, 0.0);
        assert_eq!(moved(&room(0.0, 0.0, 0.8, 5.0), &before), None);
        let empty = RgbImage::from_pixel(640, 360, image::Rgb([90; 3]));
        assert_eq!(moved(&empty, &empty), None, "a plain wall says nothing");
        assert_eq!(moved(&empty, &before), None, "nor does another picture");
        let tiny = RgbImage::from_pixel(20, 9, image::Rgb([90; 3]));
        assert_eq!(moved(&tiny, &tiny), None);
    }
}
