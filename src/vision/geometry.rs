//! Points and boxes in a picture. Pixels, origin top left, x to the right, y down; f32 because detections fall between pixels.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::FromRepr;

#[expect(clippy::cast_precision_loss, reason = "cells of a picture, and small counts")]
pub(super) fn to_f32(n: usize) -> f32 {
    n as f32
}

/// A place in a picture, in pixels of the upright frame.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(from = "[f32; 2]")]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the top edge.
    pub y: f32,
}

impl From<[f32; 2]> for Point {
    fn from([x, y]: [f32; 2]) -> Self {
        Self { x, y }
    }
}

/// An upright rectangle in pixels of the upright frame; it may reach over the picture's edge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rect {
    /// Left edge, pixels.
    pub x: f32,
    /// Top edge, pixels.
    pub y: f32,
    /// Width, pixels.
    pub w: f32,
    /// Height, pixels.
    pub h: f32,
}

/// `x,y,w,h`, as an address or a command line has it.
impl FromStr for Rect {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers: Option<Vec<f32>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[x, y, w, h]) if [x, y, w, h].iter().all(|n| n.is_finite()) => Ok(Self { x, y, w, h }),
            _ => Err("four numbers x,y,w,h in pixels are needed"),
        }
    }
}

impl Rect {
    pub fn center(&self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    /// Area in square pixels; 0 for a box turned inside out.
    pub fn area(&self) -> f32 {
        self.w.max(0.0) * self.h.max(0.0)
    }

    /// The same box in a picture `factor` times as large.
    pub fn scaled(&self, factor: f32) -> Self {
        Self { x: self.x * factor, y: self.y * factor, w: self.w * factor, h: self.h * factor }
    }

    /// The smallest box around both.
    #[must_use]
    pub(super) fn united(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, w: right - x, h: bottom - y }
    }

    pub fn right(&self) -> f32 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.h
    }

    pub fn contains(&self, point: Point) -> bool {
        (self.x..=self.right()).contains(&point.x) && (self.y..=self.bottom()).contains(&point.y)
    }

    /// Square pixels in both.
    pub fn overlap(&self, other: &Self) -> f32 {
        let w = self.right().min(other.right()) - self.x.max(other.x);
        let h = self.bottom().min(other.bottom()) - self.y.max(other.y);
        w.max(0.0) * h.max(0.0)
    }

    /// Intersection over union, 0..1.
    pub fn iou(&self, other: &Self) -> f32 {
        let both = self.overlap(other);
        let either = self.area() + other.area() - both;
        if either > 0.0 { both / either } else { 0.0 }
    }
}

/// The five points YuNet gives: viewer-left eye, viewer-right eye, nose, viewer-left and viewer-right mouth corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "[[f32; 2]; 5]", into = "[[f32; 2]; 5]")]
#[schemars(inline)]
pub struct Landmarks(pub [Point; 5]);

impl From<[[f32; 2]; 5]> for Landmarks {
    fn from(points: [[f32; 2]; 5]) -> Self {
        Self(points.map(Point::from))
    }
}

impl From<Landmarks> for [[f32; 2]; 5] {
    fn from(landmarks: Landmarks) -> Self {
        landmarks.0.map(|p| [p.x, p.y])
    }
}

impl Landmarks {
    /// How far the points of two faces lie apart on average, in sizes of the smaller one (the longer of the distances
    /// between the eyes, and from the eyes to the mouth).
    pub(super) fn apart(&self, other: &Self) -> f32 {
        let distance = |(a, b): (&Point, &Point)| (a.x - b.x).hypot(a.y - b.y);
        let size = |l: &Self| {
            let [left, right, _, mouth_left, mouth_right] = &l.0;
            let down = (left.x + right.x - mouth_left.x - mouth_right.x)
                .hypot(left.y + right.y - mouth_left.y - mouth_right.y);
            distance((left, right)).max(down / 2.0)
        };
        self.0.iter().zip(&other.0).map(distance).sum::<f32>() / 5.0 / size(self).min(size(other))
    }
}

/// By how much a picture is turned clockwise so that it is upright; on the wire in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, FromRepr)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(with = "u16", extend("enum" = [0, 90, 180, 270]))]
#[repr(u16)]
pub enum Rotation {
    #[default]
    None = 0,
    Right = 90,
    Around = 180,
    /// A quarter anticlockwise.
    Left = 270,
}

impl Rotation {
    /// All but [`Rotation::None`], the likeliest first.
    pub const TURNS: [Self; 3] = [Self::Right, Self::Left, Self::Around];

    /// Clockwise, 0..360.
    pub fn degrees(self) -> u16 {
        self as u16
    }

    /// One turn and then another.
    pub fn and(self, then: Self) -> Self {
        Self::try_from((self.degrees() + then.degrees()) % 360).unwrap_or_default()
    }

    pub fn inverse(self) -> Self {
        Self::try_from((360 - self.degrees()) % 360).unwrap_or_default()
    }

    /// Where a box of a picture of `width`×`height` pixels is after the turn.
    #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
    pub fn moved(self, place: &Rect, width: u32, height: u32) -> Rect {
        let Rect { x, y, w, h } = *place;
        let (width, height) = (width as f32, height as f32);
        match self {
            Self::None => *place,
            Self::Right => Rect { x: height - y - h, y: x, w: h, h: w },
            Self::Around => Rect { x: width - x - w, y: height - y - h, w, h },
            Self::Left => Rect { x: y, y: width - x - w, w: h, h: w },
        }
    }
}

impl From<Rotation> for u16 {
    fn from(rotation: Rotation) -> Self {
        rotation.degrees()
    }
}

impl TryFrom<u16> for Rotation {
    type Error = String;

    fn try_from(degrees: u16) -> Result<Self, String> {
        let words = || format!("a picture is turned by 0, 90, 180 or 270 degrees, not by {degrees}");
        Self::from_repr(degrees).ok_or_else(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_finite_numbers() {
        assert_eq!("1, 2.5,30,40".parse(), Ok(Rect { x: 1.0, y: 2.5, w: 30.0, h: 40.0 }));
        for text in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,inf", "NaN,1,1,1"] {
            assert!(text.parse::<Rect>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_turned_box_finds_its_way_back() {
        // Near the top left of 100×60, wider than high; clockwise it comes to the top right.
        let sent = Rect { x: 10.0, y: 5.0, w: 30.0, h: 20.0 };
        let right = Rect { x: 35.0, y: 10.0, w: 20.0, h: 30.0 };
        let around = Rect { x: 60.0, y: 35.0, w: 30.0, h: 20.0 };
        let left = Rect { x: 5.0, y: 60.0, w: 20.0, h: 30.0 };
        for (rotation, turned, size) in [
            (Rotation::Right, right, (60, 100)),
            (Rotation::Around, around, (100, 60)),
            (Rotation::Left, left, (60, 100)),
        ] {
            assert_eq!(rotation.moved(&sent, 100, 60), turned, "{rotation:?}");
            assert_eq!(rotation.inverse().moved(&turned, size.0, size.1), sent, "{rotation:?}");
            assert_eq!(rotation.and(rotation.inverse()), Rotation::None);
        }
        assert!(Rotation::try_from(45).is_err());
    }

    #[test]
    fn iou_of_half_overlapping_boxes_is_a_third() {
        let a = Rect { x: 0.0, y: 0.0, w: 10.0, h: 10.0 };
        let b = Rect { x: 5.0, ..a };
        assert!((a.iou(&b) - 1.0 / 3.0).abs() < 1e-6);
        assert!(a.iou(&Rect { x: 20.0, ..a }) < f32::EPSILON);
    }
}
