//! `YuNet`'s raw tensors → detections, and overlapping detections → one each. Called by `detect`; knows no pixels.

use super::Detection;
use super::geometry::{Landmarks, Point, Rect, to_f32};

/// The three grids of cells, in pixels a cell.
const STRIDES: [usize; 3] = [8, 16, 32];
/// Overlap (intersection over union) above which two boxes are one face.
const SAME_FACE: f32 = 0.3;
/// Candidates looked at, best first: a picture of noise must not take forever.
const MOST_CANDIDATES: usize = 500;
/// Farther away from the picture's corner, in pixels, nothing of a face can be: a picture's longest side has 65,535.
const FARTHEST: f32 = 1e5;

/// How many values each output has for a network input of `width`×`height`, in the file's order:
/// cls, obj, bbox and kps, each at strides 8, 16 and 32.
pub(super) fn expected_outputs(width: usize, height: usize) -> Vec<usize> {
    let per_cell = [1, 1, 4, 10];
    per_cell.iter().flat_map(|n| STRIDES.map(|s| (width / s) * (height / s) * n)).collect()
}

/// Candidates at or above `min_score`, in pixels of the network's input, best first and each face once.
pub(super) fn decode(outputs: &[Vec<f32>], width: usize, min_score: f32) -> Vec<Detection> {
    let mut found = vec![];
    for (level, stride) in STRIDES.into_iter().enumerate() {
        let [cls, obj, bbox, kps] = [0, 3, 6, 9].map(|first| outputs[first + level].as_slice());
        for (cell, (cls, obj)) in cls.iter().zip(obj).enumerate() {
            let score = (cls.clamp(0.0, 1.0) * obj.clamp(0.0, 1.0)).sqrt();
            if score.is_nan() || score < min_score {
                continue;
            }
            let (column, row) = (to_f32(cell % (width / stride)), to_f32(cell / (width / stride)));
            let pixels = to_f32(stride);
            let bbox = &bbox[cell * 4..][..4];
            let center = Point { x: (column + bbox[0]) * pixels, y: (row + bbox[1]) * pixels };
            let (w, h) = (bbox[2].exp() * pixels, bbox[3].exp() * pixels);
            let kps = &kps[cell * 10..][..10];
            let point = |n: usize| Point { x: (column + kps[2 * n]) * pixels, y: (row + kps[2 * n + 1]) * pixels };
            let face = Detection {
                box_in_frame: Rect { x: center.x - w / 2.0, y: center.y - h / 2.0, w, h },
                landmarks: Landmarks(std::array::from_fn(point)),
                score,
            };
            if is_near(&face) {
                found.push(face);
            }
        }
    }
    added(vec![], found)
}

/// Non-maximum suppression: those that are `kept`, and the best of the boxes found that overlap none of them nor one another, best first.
pub(super) fn added(mut kept: Vec<Detection>, mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(MOST_CANDIDATES);
    for face in found {
        if kept.iter().all(|k| k.box_in_frame.iou(&face.box_in_frame) <= SAME_FACE) {
            kept.push(face);
        }
    }
    kept
}

/// Numbers that are none are not near, either.
fn is_near(face: &Detection) -> bool {
    let near = |values: &[f32]| values.iter().all(|value| value.abs() <= FARTHEST);
    let b = face.box_in_frame;
    near(&[b.x, b.y, b.w, b.h]) && face.landmarks.0.iter().all(|p| near(&[p.x, p.y]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn face(x: f32, y: f32, side: f32, score: f32) -> Detection {
        Detection { box_in_frame: Rect { x, y, w: side, h: side }, landmarks: Landmarks([Point { x, y }; 5]), score }
    }

    fn no_outputs(width: usize, height: usize) -> Vec<Vec<f32>> {
        expected_outputs(width, height).into_iter().map(|n| vec![0.0; n]).collect()
    }

    #[test]
    fn a_cell_says_where_its_face_is() {
        let mut outputs = no_outputs(64, 32);
        // Stride 16, row 1, column 2 of a grid 4 wide.
        let cell = 4 + 2;
        outputs[1][cell] = 0.81;
        outputs[4][cell] = 1.0;
        outputs[7][cell * 4..][..4].copy_from_slice(&[0.5, 0.25, 0.0, 2.0_f32.ln()]);
        outputs[10][cell * 10..][..2].copy_from_slice(&[0.25, -0.5]);
        let found = decode(&outputs, 64, 0.6);
        assert_eq!(found.len(), 1);
        let b = found[0].box_in_frame;
        assert!((found[0].score - 0.9).abs() < 1e-6);
        let expected = Rect { x: 40.0 - 8.0, y: 20.0 - 16.0, w: 16.0, h: 32.0 };
        assert!(b.iou(&expected) > 0.9999, "{b:?}");
        assert_eq!(found[0].landmarks.0[0], Point { x: 36.0, y: 8.0 });
    }

    #[test]
    fn what_is_kept_stays_and_is_added_to_by_what_lies_elsewhere() {
        let kept = face(10.0, 10.0, 20.0, 0.5);
        let (same, elsewhere, fainter) =
            (face(12.0, 10.0, 20.0, 0.9), face(60.0, 10.0, 10.0, 0.3), face(61.0, 10.0, 10.0, 0.2));
        let both = added(vec![kept.clone()], vec![fainter, same, elsewhere.clone()]);
        assert_eq!(both, vec![kept, elsewhere]);
    }

    #[test]
    fn numbers_that_are_none_are_no_face() {
        let mut outputs = no_outputs(32, 32);
        for output in &mut outputs {
            output.fill(f32::NAN);
        }
        assert_eq!(decode(&outputs, 32, 0.1), vec![]);
        outputs[0].fill(1.0);
        outputs[3].fill(1.0);
        outputs[6].fill(1e9);
        assert_eq!(decode(&outputs, 32, 0.1), vec![], "a box of infinite size");
    }

    #[test]
    fn what_is_far_beyond_any_picture_is_no_face() {
        let with = |output: usize, value: f32| {
            let mut outputs = no_outputs(32, 32);
            for scores in [0, 3] {
                outputs[scores][0] = 1.0;
            }
            outputs[output][..4].fill(value);
            decode(&outputs, 32, 0.5).len()
        };
        assert_eq!([with(6, 2.0), with(9, 2.0)], [1, 1]);
        assert_eq!([with(6, 40.0), with(9, 1e9), with(9, -1e9)], [0, 0, 0]);
    }

    proptest! {
        #[test]
        fn each_face_is_kept_once_and_none_is_lost(
            faces in prop::collection::vec((0.0_f32..100.0, 0.0_f32..100.0, 1.0_f32..60.0, 0.0_f32..1.0), 0..60),
        ) {
            let all: Vec<Detection> = faces.iter().map(|(x, y, side, score)| face(*x, *y, *side, *score)).collect();
            let kept = added(vec![], all.clone());
            for (n, a) in kept.iter().enumerate() {
                for b in &kept[n + 1..] {
                    prop_assert!(a.score >= b.score);
                    prop_assert!(a.box_in_frame.iou(&b.box_in_frame) <= SAME_FACE);
                }
            }
            for one in &all {
                let stands_for_it = |k: &Detection| {
                    k == one || (k.score >= one.score && k.box_in_frame.iou(&one.box_in_frame) > SAME_FACE)
                };
                prop_assert!(kept.iter().any(stands_for_it));
            }
        }
    }
}
