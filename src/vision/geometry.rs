//! Points and boxes in a picture. Pixels, origin top left, x to the right, y down; f32 because detections fall between pixels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in a picture, in pixels of the upright frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Pixels from the left edge.
    pub x: f32,
    /// Pixels from the top edge.
    pub y: f32,
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

impl Rect {
    /// The middle of the box.
    #[must_use]
    pub fn center(&self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    /// Area in square pixels; 0 for a box turned inside out.
    #[must_use]
    pub fn area(&self) -> f32 {
        self.w.max(0.0) * self.h.max(0.0)
    }

    /// Intersection over union, 0..1.
    #[must_use]
    pub fn iou(&self, other: &Self) -> f32 {
        let w = (self.x + self.w).min(other.x + other.w) - self.x.max(other.x);
        let h = (self.y + self.h).min(other.y + other.h) - self.y.max(other.y);
        let both = w.max(0.0) * h.max(0.0);
        let either = self.area() + other.area() - both;
        if either > 0.0 { both / either } else { 0.0 }
    }
}

/// The five points YuNet gives: viewer-left eye, viewer-right eye, nose, viewer-left and viewer-right mouth corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landmarks(pub [Point; 5]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iou_of_half_overlapping_boxes_is_a_third() {
        let a = Rect { x: 0.0, y: 0.0, w: 10.0, h: 10.0 };
        let b = Rect { x: 5.0, ..a };
        assert!((a.iou(&b) - 1.0 / 3.0).abs() < 1e-6);
        assert!(a.iou(&Rect { x: 20.0, ..a }) < f32::EPSILON);
    }
}
