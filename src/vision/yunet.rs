//! `YuNet`'s raw tensors → detections, and overlapping detections → one each. Called by `detect`; knows no pixels.

use super::Detection;
use super::geometry::{Landmarks, Point, Rect};
use face_onnx::Output;

/// The three grids of cells, in pixels a cell.
const STRIDES: [usize; 3] = [8, 16, 32];
/// Overlap (intersection over union) above which two boxes are one face.
const SAME_FACE: f32 = 0.3;
/// Candidates looked at, best first: a picture of noise must not take forever.
const MOST_CANDIDATES: usize = 500;

/// How many values each output has for a network input of `width`×`height`, in the file's order:
/// cls, obj, bbox and kps, each at strides 8, 16 and 32.
pub(super) fn expected_outputs(width: usize, height: usize) -> Vec<usize> {
    let per_cell = [1, 1, 4, 10];
    per_cell.iter().flat_map(|n| STRIDES.map(|s| (width / s) * (height / s) * n)).collect()
}

/// Candidates at or above `min_score`, in pixels of the network's input, best first and each face once.
pub(super) fn decode(outputs: &[Output], width: usize, min_score: f32) -> Vec<Detection> {
    let mut found = vec![];
    for (level, stride) in STRIDES.into_iter().enumerate() {
        let [cls, obj, bbox, kps] = [0, 3, 6, 9].map(|first| outputs[first + level].values.as_slice());
        for (cell, (cls, obj)) in cls.iter().zip(obj).enumerate() {
            let score = (cls.clamp(0.0, 1.0) * obj.clamp(0.0, 1.0)).sqrt();
            // Also passes over scores that are not numbers.
            if !(score >= min_score) {
                continue;
            }
            let (column, row) = (to_f32(cell % (width / stride)), to_f32(cell / (width / stride)));
            let s = to_f32(stride);
            let b = &bbox[cell * 4..][..4];
            let (cx, cy) = ((column + b[0]) * s, (row + b[1]) * s);
            let (w, h) = (b[2].exp() * s, b[3].exp() * s);
            let k = &kps[cell * 10..][..10];
            let point = |n: usize| Point { x: (column + k[2 * n]) * s, y: (row + k[2 * n + 1]) * s };
            let face = Detection {
                box_in_frame: Rect { x: cx - w / 2.0, y: cy - h / 2.0, w, h },
                landmarks: Landmarks([point(0), point(1), point(2), point(3), point(4)]),
                score,
            };
            if is_finite(&face) {
                found.push(face);
            }
        }
    }
    each_face_once(found)
}

/// Non-maximum suppression: the best of the boxes that overlap, best first.
pub(super) fn each_face_once(mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(MOST_CANDIDATES);
    let mut kept: Vec<Detection> = vec![];
    for face in found {
        if kept.iter().all(|k| k.box_in_frame.iou(&face.box_in_frame) <= SAME_FACE) {
            kept.push(face);
        }
    }
    kept
}

fn is_finite(face: &Detection) -> bool {
    let b = face.box_in_frame;
    [b.x, b.y, b.w, b.h].iter().all(|v| v.is_finite())
        && face.landmarks.0.iter().all(|p| p.x.is_finite() && p.y.is_finite())
}

#[expect(clippy::cast_precision_loss, reason = "cells of a picture")]
fn to_f32(n: usize) -> f32 {
    n as f32
}
