//! Boxes and names drawn on a picture, and the picture as a JPEG.
//!
//! The engine's workers and the command line call [`annotate`] with what they know in words; nothing here knows who people
//! are, where pictures come from or where they go. Only [`Fonts`] reads files: the system's fonts, for scripts that the
//! font in the binary lacks.

mod draw;
mod fonts;
mod layout;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, RgbImage};

use crate::vision::Rect;
use draw::Ink;
pub use fonts::Fonts;
use layout::Style;

/// What a label says about the face, shown by its colour (and by its text: colour alone is not for everybody).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// Somebody enrolled, confirmed: green.
    Confirmed,
    /// It looks like somebody enrolled: blue.
    LooksLike,
    Unsure,
    Unknown,
}

impl LabelKind {
    fn color(self) -> [u8; 3] {
        match self {
            Self::Confirmed => [63, 200, 90],
            Self::LooksLike => [86, 160, 255],
            Self::Unsure => [255, 184, 28],
            Self::Unknown => [244, 84, 72],
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where, in pixels of the picture; what reaches over the edge is cut off.
    pub box_in_frame: Rect,
    /// What to write at it; empty for a box alone.
    pub text: String,
    pub kind: LabelKind,
}

/// The picture is larger than a JPEG can be (65,535 pixels a side), or empty.
#[derive(Debug, thiserror::Error)]
#[error("cannot write a JPEG of {width}×{height} pixels: {reason}")]
pub struct AnnotateError {
    width: u32,
    height: u32,
    reason: String,
}

/// Draws a box and a readable label for every face, in place: lines and letters grow with the picture, labels stay inside it
/// and never cover each other.
/// A text that no font here can show is replaced by `#n`, the place of the label in `labels` counted from 1, and a legend at
/// the bottom says so: the answer beside the picture lists the faces in the same order. A label that finds no room
/// at all is left out; its box is still drawn.
pub fn annotate(picture: &mut RgbImage, labels: &[Label], fonts: &Fonts) {
    let style = Style::for_picture(picture.width(), picture.height());
    for label in labels {
        draw::frame(picture, label.box_in_frame, style.line, label.kind.color());
    }

    let mut texts: Vec<_> = labels.iter().map(|label| fonts.line(&label.text)).collect();
    let mut placed = Vec::new();
    if texts.iter().any(Option::is_none) {
        let legend = LEGENDS.iter().map(|text| fonts.bundled_line(text));
        if let Some((plate, size, line)) = legend.into_iter().find_map(|line| {
            let size = style.smallest;
            let (width, height) = layout::plate(line.width(size), size);
            let top = style.height - height;
            (width <= style.width && top >= 0.0).then_some((Rect { x: 0.0, y: top, w: width, h: height }, size, line))
        }) {
            write_plate(picture, plate, &line, size, None);
            placed.push(plate);
        }
    }
    for (at, text) in texts.iter_mut().enumerate() {
        text.get_or_insert_with(|| fonts.bundled_line(&format!("#{}", at + 1)));
    }

    let boxes: Vec<Rect> = labels.iter().map(|label| label.box_in_frame).collect();
    let mut order: Vec<usize> = (0..labels.len()).filter(|&at| !labels[at].text.is_empty()).collect();
    order.sort_by(|&a, &b| boxes[b].area().total_cmp(&boxes[a].area()));
    let mut plates = Vec::new();
    for at in order {
        let Some(line) = &texts[at] else { continue };
        let Some(place) = layout::place(line, at, &boxes, &placed, &style) else { continue };
        placed.push(place.plate);
        plates.push((at, place));
    }
    for (at, place) in plates {
        let color = labels[at].kind.color();
        if !place.touches_its_box {
            draw::leader(picture, place.plate, boxes[at], style.line, color);
        }
        write_plate(picture, place.plate, &place.line, place.size, Some(color));
    }
}

/// What a number means, the first that fits the picture's width.
const LEGENDS: [&str; 2] = ["#n = face n of the answer: no font here for the name", "#n = face n"];

fn write_plate(picture: &mut RgbImage, plate: Rect, line: &fonts::Line<'_>, size: f32, stripe: Option<[u8; 3]>) {
    draw::fill(picture, plate, Ink { color: [14, 17, 20], opacity: 0.82 });
    if let Some(color) = stripe {
        draw::fill(picture, Rect { w: layout::stripe(size), ..plate }, Ink { color, opacity: 1.0 });
    }
    let (x, y) = layout::text_at(plate, size);
    line.draw(size, x, y, |px, py, coverage| {
        draw::blend(picture, px, py, Ink { color: [255, 255, 255], opacity: coverage });
    });
}

/// The picture as a JPEG. `quality` is 1..100; 85 keeps letters clean.
pub fn encode_jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, AnnotateError> {
    let (width, height) = picture.dimensions();
    let fail = |reason: String| AnnotateError { width, height, reason };
    if width == 0 || height == 0 {
        return Err(fail("it is empty".to_owned()));
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode(picture.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(|error| fail(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels of small test pictures"
)]
mod tests;
