//! Where each label goes: how large letters and lines are for a picture, and which free place is nearest to the face.
//! Pure geometry; called by [`super::annotate`] alone.

use super::fonts::Line;
use crate::vision::Rect;

/// Gap between two areas along both axes together, 0 where they touch.
fn distance(one: &Rect, other: &Rect) -> f32 {
    let dx = (other.x - one.right()).max(one.x - other.right()).max(0.0);
    let dy = (other.y - one.bottom()).max(one.y - other.bottom()).max(0.0);
    dx + dy
}

/// The smallest letters that are still read, pixels of height.
const SMALLEST_TEXT_PX: f32 = 12.0;

/// Sizes for one picture, in its pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) line: f32,
    /// Height of the smallest letters to use.
    pub(super) smallest: f32,
    largest: f32,
}

impl Style {
    /// Chosen by eye on pictures from 250 to 4,000 pixels that a screen shows at about its own height.
    pub(super) fn for_picture(width: u32, height: u32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
        let (width, height) = (width as f32, height as f32);
        let short = width.min(height);
        let smallest = (short / 55.0).max(SMALLEST_TEXT_PX);
        Self { width, height, line: (short / 260.0).round().max(2.0), smallest, largest: (short / 22.0).max(smallest) }
    }

    /// A fifth of the face's width reads well and hides little.
    fn text_for(&self, face: &Rect) -> f32 {
        (face.w / 5.0).clamp(self.smallest, self.largest).round()
    }
}

/// Width of the coloured stripe at a plate's left edge.
pub(super) fn stripe(size: f32) -> f32 {
    (size / 6.0).round().max(2.0)
}

/// Width and height of a plate around a text.
pub(super) fn plate(text_width: f32, size: f32) -> (f32, f32) {
    ((text_width + stripe(size) + size * 0.6).ceil(), (size * 1.25).ceil())
}

/// Top left corner of the text in its plate.
pub(super) fn text_at(plate: Rect, size: f32) -> (f32, f32) {
    (plate.x + stripe(size) + size * 0.3, plate.y + (plate.h - size) / 2.0)
}

pub(super) struct Place<'a> {
    pub(super) plate: Rect,
    pub(super) size: f32,
    pub(super) line: Line<'a>,
    pub(super) touches_its_box: bool,
}

/// The best place for the label of `boxes[at]`, which overlaps none of `taken`. Smaller letters, then a shortened text are
/// tried before giving up: `None` where the picture is full.
pub(super) fn place<'a>(
    line: &Line<'a>,
    at: usize,
    boxes: &[Rect],
    taken: &[Rect],
    style: &Style,
) -> Option<Place<'a>> {
    let wanted = style.text_for(&boxes[at]);
    let face = inside(boxes[at], style);
    // Beside the face, in letters as large as they fit.
    let mut sizes = vec![wanted, (wanted * 0.8).round(), (wanted * 0.64).round(), style.smallest];
    sizes.retain(|&size| size >= style.smallest);
    for &size in &sizes {
        let short = shorten(line, size, style);
        if let Some(plate) = beside(plate(short.width(size), size), face, at, boxes, taken, style) {
            return Some(Place { plate, size, line: short, touches_its_box: true });
        }
    }
    // Anywhere, the nearest first, joined to the face by a line.
    let size = style.smallest;
    let short = shorten(line, size, style);
    let plate = anywhere(plate(short.width(size), size), face, boxes, taken, style)?;
    let touches_its_box = distance(&plate, &face) <= style.line * 2.0;
    Some(Place { plate, size, line: short, touches_its_box })
}

fn shorten<'a>(line: &Line<'a>, size: f32, style: &Style) -> Line<'a> {
    let (frame, _) = plate(0.0, size);
    line.fitted(size, style.width - frame)
}

/// The part of a box that is in the picture; a point at the nearest edge for a box outside.
fn inside(face: Rect, style: &Style) -> Rect {
    let x = face.x.clamp(0.0, style.width);
    let y = face.y.clamp(0.0, style.height);
    Rect { x, y, w: face.right().clamp(x, style.width) - x, h: face.bottom().clamp(y, style.height) - y }
}

fn fits(plate: &Rect, taken: &[Rect], style: &Style) -> bool {
    plate.x >= 0.0
        && plate.y >= 0.0
        && plate.right() <= style.width
        && plate.bottom() <= style.height
        && taken.iter().all(|other| other.overlap(plate) == 0.0)
}

/// Share of a plate that may lie on another face before a place beside this one counts as bad.
const COVERS_A_FACE: f32 = 0.15;

fn beside((w, h): (f32, f32), face: Rect, at: usize, boxes: &[Rect], taken: &[Rect], style: &Style) -> Option<Rect> {
    let left = face.x.min(style.width - w).max(0.0);
    let right = (face.right() - w).max(0.0).min(style.width - w);
    let gap = style.line / 2.0;
    let places = [
        (left, face.y - h - gap),
        (left, face.bottom() + gap),
        (right, face.y - h - gap),
        (right, face.bottom() + gap),
        (face.right() + gap, face.y),
        (face.x - w - gap, face.y),
        (left, face.bottom() - h - gap),
        (left, face.y + gap),
    ];
    // Inside its own box, a label may hide a strip of forehead or chin, not the face.
    let own_is_covered = |plate: &Rect| plate.overlap(&face) > face.area() * 0.3;
    places.into_iter().map(|(x, y)| Rect { x: x.round(), y: y.round(), w, h }).find(|plate| {
        fits(plate, taken, style)
            && !own_is_covered(plate)
            && boxes
                .iter()
                .enumerate()
                .all(|(other, face)| other == at || face.overlap(plate) <= plate.area() * COVERS_A_FACE)
    })
}

/// Rows and columns of candidate places; 40 of each are finer than a label is large.
const GRID: u16 = 40;

fn anywhere((w, h): (f32, f32), face: Rect, boxes: &[Rect], taken: &[Rect], style: &Style) -> Option<Rect> {
    let (free_w, free_h) = (style.width - w, style.height - h);
    if free_w < 0.0 || free_h < 0.0 {
        return None;
    }
    let rows = (0..=GRID).map(|n| f32::from(n) / f32::from(GRID));
    rows.flat_map(|v| (0..=GRID).map(move |n| (f32::from(n) / f32::from(GRID), v)))
        .map(|(u, v)| Rect { x: (u * free_w).floor(), y: (v * free_h).floor(), w, h })
        .filter(|plate| fits(plate, taken, style))
        .min_by(|a, b| {
            let cost = |plate: &Rect| {
                let hidden: f32 = boxes.iter().map(|other| other.overlap(plate)).sum();
                distance(plate, &face) + hidden / h
            };
            cost(a).total_cmp(&cost(b))
        })
}
