//! Candidates → those that are still faces when looked at closely. Called by [`Vision`](super::Vision) after `detect`.
//!
//! One score threshold cannot serve both a dim face of 15 pixels and a picture without any: so the first look takes
//! nearly everything, and every candidate is cut out and shown to the detector again in three sizes. A face is a
//! face in each of them; a pattern of leaves is not. `docs/decisions/second-look.md` has the measurements.

use image::RgbImage;

use super::align::{self, Sampling, Similarity};
use super::detect::Detector;
use super::geometry::{Landmarks, Point};
use super::{Detection, VisionError};

/// How candidates are looked at again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondLook {
    /// Candidates below this score are not even looked at.
    pub candidate_score: f32,
    /// Mean score over the closer looks from which a candidate is a face.
    pub accept: f32,
    /// Most candidates looked at, best first, so that a picture of noise does not take forever.
    pub most_candidates: usize,
}

impl Default for SecondLook {
    fn default() -> Self {
        Self { candidate_score: 0.15, accept: 0.75, most_candidates: 40 }
    }
}

/// Sides of a candidate in the closer looks, pixels.
const FACE_SIDES: [f32; 3] = [80.0, 48.0, 110.0];
/// Side of the picture that shows it.
const WINDOW: u32 = 160;
/// Overlap with the candidate from which a closer look has seen the same thing.
const SAME: f32 = 0.35;

impl SecondLook {
    /// Keeps the candidates that are faces, with the closer looks' mean score and the mean of all looks' landmarks,
    /// whose steadier alignment gives better embeddings.
    pub(super) fn confirm(
        &self,
        detector: &Detector,
        picture: &RgbImage,
        candidates: &[Detection],
    ) -> Result<Vec<Detection>, VisionError> {
        let mut faces = vec![];
        for candidate in candidates.iter().take(self.most_candidates) {
            faces.extend(self.look(detector, picture, candidate)?);
        }
        faces.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(faces)
    }

    fn look(
        &self,
        detector: &Detector,
        picture: &RgbImage,
        candidate: &Detection,
    ) -> Result<Option<Detection>, VisionError> {
        let needed = self.accept * to_f32(FACE_SIDES.len());
        let mut sum = 0.0;
        let mut landmarks: Vec<Landmarks> = vec![];
        for (looks, side) in FACE_SIDES.iter().enumerate() {
            // Even perfect looks from here on would not reach the mean.
            if sum + to_f32(FACE_SIDES.len() - looks) < needed {
                return Ok(None);
            }
            let b = candidate.box_in_frame;
            let scale = side / b.w.max(b.h).max(1.0);
            let middle = to_f32(WINDOW as usize) / 2.0;
            let center = b.center();
            let back =
                Similarity { a: 1.0 / scale, b: 0.0, tx: center.x - middle / scale, ty: center.y - middle / scale };
            let window = align::warp(picture, &back, [WINDOW; 2], Sampling::Area);
            let same = detector.look(&window)?.into_iter().map(|face| face.scaled(1.0 / scale).moved(back.tx, back.ty));
            let same = same.filter(|face| face.box_in_frame.iou(&b) > SAME).max_by(|a, b| a.score.total_cmp(&b.score));
            if let Some(same) = same {
                sum += same.score;
                landmarks.push(same.landmarks);
            }
        }
        if sum < needed {
            return Ok(None);
        }
        landmarks.push(candidate.landmarks);
        let count = to_f32(landmarks.len());
        let mean = |n: usize| {
            let total = landmarks.iter().fold((0.0, 0.0), |s, l| (s.0 + l.0[n].x, s.1 + l.0[n].y));
            Point { x: total.0 / count, y: total.1 / count }
        };
        let landmarks = Landmarks([mean(0), mean(1), mean(2), mean(3), mean(4)]);
        Ok(Some(Detection { score: sum / to_f32(FACE_SIDES.len()), landmarks, ..candidate.clone() }))
    }
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn to_f32(n: usize) -> f32 {
    n as f32
}
