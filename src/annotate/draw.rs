//! Pixels: filled areas, box lines and the line that joins a label to its face. Called by [`super::annotate`] alone.

use image::RgbImage;

use crate::vision::Rect;

/// A colour and how much of it, 0..1.
#[derive(Clone, Copy)]
pub(super) struct Ink {
    pub(super) color: [u8; 3],
    pub(super) opacity: f32,
}

/// What keeps a coloured line readable on a picture of the same colour.
const SHADOW: Ink = Ink { color: [0, 0, 0], opacity: 0.55 };

/// Mixes ink into one pixel; nothing happens outside the picture.
pub(super) fn blend(picture: &mut RgbImage, x: i64, y: i64, ink: Ink) {
    let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
    let Some(pixel) = picture.get_pixel_mut_checked(x, y) else { return };
    let opacity = ink.opacity.clamp(0.0, 1.0);
    for (channel, ink) in pixel.0.iter_mut().zip(ink.color) {
        *channel = to_u8(f32::from(*channel) * (1.0 - opacity) + f32::from(ink) * opacity);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of two bytes, rounded")]
fn to_u8(value: f32) -> u8 {
    value.round() as u8
}

/// Whole pixels from `from` up to `to`, cut to `0..limit`.
#[expect(clippy::cast_possible_truncation, reason = "cut to the picture before it is an integer")]
fn pixels(from: f32, to: f32, limit: u32) -> std::ops::Range<i64> {
    #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
    let limit = limit as f32;
    from.round().clamp(0.0, limit) as i64..to.round().clamp(0.0, limit) as i64
}

/// Fills an area, cut to the picture.
pub(super) fn fill(picture: &mut RgbImage, area: Rect, ink: Ink) {
    for y in pixels(area.y, area.bottom(), picture.height()) {
        for x in pixels(area.x, area.right(), picture.width()) {
            blend(picture, x, y, ink);
        }
    }
}

/// The four sides of a box, `line` pixels wide, with a shadow around; sides outside the picture are not drawn.
pub(super) fn frame(picture: &mut RgbImage, rect: Rect, line: f32, color: [u8; 3]) {
    let shadow = (line / 3.0).round().max(1.0);
    sides(picture, rect, line / 2.0 + shadow, SHADOW);
    sides(picture, rect, line / 2.0, Ink { color, opacity: 1.0 });
}

fn sides(picture: &mut RgbImage, rect: Rect, half: f32, ink: Ink) {
    let (x, y) = (rect.x - half, rect.y - half);
    let (w, h) = (rect.w + 2.0 * half, rect.h + 2.0 * half);
    let line = 2.0 * half;
    let sides = [
        Rect { x, y, w, h: line },
        Rect { x, y: y + h - line, w, h: line },
        Rect { x, y: y + line, w: line, h: h - 2.0 * line },
        Rect { x: x + w - line, y: y + line, w: line, h: h - 2.0 * line },
    ];
    for side in sides {
        fill(picture, side, ink);
    }
}

/// A straight line from a label to its face.
pub(super) fn leader(picture: &mut RgbImage, plate: Rect, face: Rect, line: f32, color: [u8; 3]) {
    let near = |value: f32, from: f32, to: f32| value.clamp(from, to.max(from));
    let start = (near(face.x + face.w / 2.0, plate.x, plate.right()), near(face.y, plate.y, plate.bottom()));
    let end = (near(start.0, face.x, face.right()), near(start.1, face.y, face.bottom()));
    let steps = (end.0 - start.0).abs().max((end.1 - start.1).abs()).ceil().max(1.0);
    let half = (line / 2.0).max(1.0);
    let mut step = 0.0;
    while step <= steps {
        let at = step / steps;
        let (x, y) = (start.0 + (end.0 - start.0) * at, start.1 + (end.1 - start.1) * at);
        fill(picture, Rect { x: x - half, y: y - half, w: 2.0 * half, h: 2.0 * half }, Ink { color, opacity: 1.0 });
        step += 1.0;
    }
}
