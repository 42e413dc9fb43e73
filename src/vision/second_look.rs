//! Candidates → those that are still faces when looked at closely. Called by [`Vision`](super::Vision) after `detect`.
//!
//! One score threshold cannot serve both a dim face of 15 pixels and a picture without any: so the first look takes
//! nearly everything, and every candidate is cut out and shown to the detector again in three sizes. A face is a
//! face in each of them; a pattern of leaves is not. `docs/decisions/second-look.md` has the measurements.

use super::align::{self, Sampling, Similarity};
use super::detect::{Detector, Views};
use super::geometry::{Landmarks, Point, Rect, Rotation, to_f32};
use super::{Detection, VisionError, shared_out};

/// How candidates are looked at again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondLook {
    /// Candidates below this score are not even looked at.
    pub candidate_score: f32,
    /// The same in the finer look at a large picture: looked at closely, a face far away has pixels enough to be sure.
    pub far_candidate_score: f32,
    /// Mean score over the closer looks from which a candidate is a face.
    pub accept: f32,
    /// Most candidates looked at, best first, so that a picture of noise does not take forever.
    pub most_candidates: usize,
}

impl Default for SecondLook {
    fn default() -> Self {
        Self { candidate_score: 0.15, far_candidate_score: 0.08, accept: 0.75, most_candidates: 40 }
    }
}

/// Sides of a candidate in the closer looks, pixels.
const FACE_SIDES: [f32; 3] = [80.0, 48.0, 110.0];
/// Side of the picture that shows it.
const WINDOW: u32 = 160;
/// Overlap with the candidate from which a closer look has seen the same thing.
const SAME: f32 = 0.35;
/// Overlap with what the closer looks saw, below which the first look's box is wrong: it knows no faces larger than a few
/// of its largest cells, and places several such boxes on a face that fills the picture.
const STEADY: f32 = 0.6;
/// From this share of a picture's side on, the first look's box also cuts a face off where it overlaps enough. In close crops
/// it overlapped the right one by 0.80 in the mean, the closer looks' by 0.94.
const FILLS: f32 = 0.6;
/// Two faces whose landmarks lie closer together than this are one. The two boxes of one face were 0.16 apart at most, the
/// faces of two people 2.9 at least.
const ONE_FACE: f32 = 0.5;
/// By how much a turned face must look more like one than as it is. Right ones did by at least 0.04.
const TURN_MARGIN: f32 = 0.03;

/// What looks, on so many threads, and at which picture.
#[derive(Clone, Copy)]
pub(super) struct Eye<'a> {
    pub detector: &'a Detector,
    pub views: &'a Views<'a>,
    pub threads: usize,
}

/// What the closer looks at a place saw.
struct Seen {
    score: f32,
    box_in_frame: Rect,
    landmarks: Vec<Landmarks>,
}

impl SecondLook {
    /// Keeps the candidates that are faces, each face once, with the closer looks' mean score and the mean of all looks'
    /// landmarks, whose steadier alignment gives better embeddings.
    pub(super) fn confirm(&self, eye: Eye<'_>, candidates: &[Detection]) -> Result<Vec<Detection>, VisionError> {
        let candidates = &candidates[..candidates.len().min(self.most_candidates)];
        let look = |candidate: &Detection, threads| self.look(Eye { threads, ..eye }, candidate);
        let looked = shared_out(candidates, eye.threads, look);
        let mut found = looked.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut faces: Vec<Detection> = vec![];
        for face in found {
            if faces.iter().all(|kept| kept.landmarks.apart(&face.landmarks) > ONE_FACE) {
                faces.push(face);
            }
        }
        Ok(faces)
    }

    fn look(&self, eye: Eye<'_>, candidate: &Detection) -> Result<Option<Detection>, VisionError> {
        let Some(mut seen) = self.looks(eye, &candidate.box_in_frame)? else { return Ok(None) };
        let first = candidate.box_in_frame;
        let steady = seen.box_in_frame.iou(&first) >= STEADY;
        if steady {
            seen.landmarks.push(candidate.landmarks);
        } else if let Some(again) = self.looks(eye, &seen.box_in_frame)? {
            seen = again;
        }
        let [width, height] = [eye.views.whole.width(), eye.views.whole.height()].map(|side| to_f32(side as usize));
        let fills = first.w >= FILLS * width || first.h >= FILLS * height;
        let box_in_frame = if steady && !fills { first } else { seen.box_in_frame };
        Ok(Some(Detection { score: seen.score, landmarks: mean_landmarks(&seen.landmarks), box_in_frame }))
    }

    /// Looks at a place in several sizes. `None` for what is not a face.
    fn looks(&self, eye: Eye<'_>, place: &Rect) -> Result<Option<Seen>, VisionError> {
        let needed = self.accept * to_f32(FACE_SIDES.len());
        let mut sum = 0.0;
        let mut found: Vec<Detection> = vec![];
        for (looks, side) in FACE_SIDES.iter().enumerate() {
            // Even perfect looks from here on would not reach the mean.
            if sum + to_f32(FACE_SIDES.len() - looks) < needed {
                return Ok(None);
            }
            if let Some(face) = eye.closer(place, *side, Rotation::None)? {
                sum += face.score;
                found.push(face);
            }
        }
        if sum < needed {
            return Ok(None);
        }
        let count = to_f32(found.len());
        let mean = |of: fn(&Rect) -> f32| found.iter().map(|face| of(&face.box_in_frame)).sum::<f32>() / count;
        Ok(Some(Seen {
            score: sum / to_f32(FACE_SIDES.len()),
            box_in_frame: Rect { x: mean(|r| r.x), y: mean(|r| r.y), w: mean(|r| r.w), h: mean(|r| r.h) },
            landmarks: found.into_iter().map(|face| face.landmarks).collect(),
        }))
    }
}

impl Eye<'_> {
    /// By how much the picture must be turned so that `face` is upright, which scored what it did as it is.
    pub(super) fn rotation_of(self, face: &Detection) -> Result<Rotation, VisionError> {
        // The sum over the looks; 0 where it cannot be above `least`.
        let score = |rotation, least: f32| -> Result<f32, VisionError> {
            let mut sum = 0.0;
            for (looks, side) in FACE_SIDES.iter().enumerate() {
                if sum + to_f32(FACE_SIDES.len() - looks) <= least {
                    return Ok(0.0);
                }
                let seen = self.closer(&face.box_in_frame, *side, rotation)?;
                sum += seen.map_or(0.0, |face| face.score);
            }
            Ok(sum)
        };
        let mut best = (Rotation::None, (face.score + TURN_MARGIN) * to_f32(FACE_SIDES.len()));
        for rotation in Rotation::TURNS {
            let score = score(rotation, best.1)?;
            if score > best.1 {
                best = (rotation, score);
            }
        }
        Ok(best.0)
    }

    /// The face in `place`, shown to the detector `side` pixels large and turned; in pixels of the picture where it is not
    /// turned.
    fn closer(self, place: &Rect, side: f32, rotation: Rotation) -> Result<Option<Detection>, VisionError> {
        let (picture, shown) = self.views.showing(place, side);
        let place = place.scaled(shown);
        let scale = side / place.w.max(place.h).max(1.0);
        let middle = to_f32(WINDOW as usize) / 2.0;
        // Turning the window anticlockwise over the picture turns what it shows clockwise.
        let (cos, sin) = match rotation {
            Rotation::None => (1.0, 0.0),
            Rotation::Right => (0.0, -1.0),
            Rotation::Around => (-1.0, 0.0),
            Rotation::Left => (0.0, 1.0),
        };
        let (a, b) = (cos / scale, sin / scale);
        let center = place.center();
        let back = Similarity { a, b, tx: center.x - (a - b) * middle, ty: center.y - (b + a) * middle };
        let window = align::warp(picture, &back, [WINDOW; 2], Sampling::Area);
        let found = self.detector.look(&window, self.threads)?.into_iter();
        let (found, place): (Vec<_>, _) = if rotation == Rotation::None {
            (found.map(|face| face.scaled(1.0 / scale).moved(back.tx, back.ty)).collect(), place)
        } else {
            (found.collect(), Rect { x: middle - side / 2.0, y: middle - side / 2.0, w: side, h: side })
        };
        let same = found.into_iter().filter(|face| face.box_in_frame.iou(&place) > SAME);
        Ok(same.max_by(|a, b| a.score.total_cmp(&b.score)).map(|face| face.scaled(1.0 / shown)))
    }
}

fn mean_landmarks(all: &[Landmarks]) -> Landmarks {
    let count = to_f32(all.len());
    Landmarks(std::array::from_fn(|n| {
        let total = all.iter().fold((0.0, 0.0), |s, l| (s.0 + l.0[n].x, s.1 + l.0[n].y));
        Point { x: total.0 / count, y: total.1 / count }
    }))
}
