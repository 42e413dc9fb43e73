//! What a camera's last visits showed of faces → whether it sees them well enough, and what to change there.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::engine::types::{CameraId, Grade, Identity, Instant, RecognizedFace};
use crate::people::enrol::LEAST_FACE_PX;
use crate::presence::{Now, TrackId};
use crate::vision::{Quality, QualityReason};

/// Visits that are remembered of a camera.
const MOST_VISITS: usize = 50;
/// From so many on something is said of the camera: fewer are a few people's doing.
const ENOUGH_VISITS: usize = 3;
/// Below this overall quality hardly anybody is recognised by a picture.
const POOR: f32 = 0.35;

/// How well a camera saw faces over its last visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CameraSight {
    /// Full id of the camera.
    pub camera: CameraId,
    pub verdict: SightVerdict,
    /// How many visits this rests on, 50 at most: of each its best face counts.
    pub visits: usize,
    /// In how many of them somebody was confirmed.
    pub confirmed: usize,
    /// When the first of them was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "Option<Instant>")]
    pub since: Option<Timestamp>,
    /// What half of the visits reach.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub typical: Option<TypicalFace>,
    /// What to change, the most frequent fault first.
    pub changes: Vec<SightChange>,
}

/// Whether a camera sees faces well enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SightVerdict {
    /// Too few visits to say.
    Unknown,
    Good,
    /// Something should be changed.
    Fair,
    /// Hardly anybody can be recognised there.
    Poor,
}

/// Medians of a camera's visits, as in `QualityInfo`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TypicalFace {
    pub overall: f32,
    pub size_px: f32,
    pub sharpness: f32,
    pub pose: f32,
    pub light: f32,
}

/// What is wrong in half of a camera's visits, or more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SightChange {
    pub reason: QualityReason,
    /// In how many visits.
    pub visits: usize,
    /// What to change, in words.
    pub advice: String,
}

/// The best face of each of a camera's last visits, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sight {
    visits: Vec<SeenFace>,
    #[serde(skip)]
    changed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SeenFace {
    /// The visit, as long as it may go on.
    #[serde(skip)]
    track: Option<TrackId>,
    at: Timestamp,
    confirmed: bool,
    quality: Quality,
}

impl Sight {
    /// One more picture of a visit.
    pub(super) fn note(&mut self, track: Option<TrackId>, at: Timestamp, face: &RecognizedFace) {
        let confirmed = matches!(face.identity, Identity::Known { grade: Grade::Confirmed, .. });
        let quality = &face.face.quality;
        if let Some(visit) = self.visits.iter_mut().rev().find(|visit| visit.track == track && track.is_some()) {
            self.changed |= confirmed && !visit.confirmed;
            visit.confirmed |= confirmed;
            if quality.overall > visit.quality.overall {
                visit.quality = quality.clone();
                self.changed = true;
            }
            return;
        }
        if self.visits.len() == MOST_VISITS {
            self.visits.remove(0);
        }
        self.visits.push(SeenFace { track, at, confirmed, quality: quality.clone() });
        self.changed = true;
    }

    /// Whether it has changed since it was kept.
    pub(super) fn has_changed(&self) -> bool {
        self.changed
    }

    /// It is kept again: its stamps are others.
    pub(super) fn keep_again(&mut self) {
        self.changed = true;
    }

    /// What is to be kept, if it has changed since that was done last: stamps of the wall clock.
    pub(super) fn keep(&mut self, now: Now) -> Option<Self> {
        let visits = std::mem::take(&mut self.changed).then(|| self.visits.clone())?;
        let stamped = visits.into_iter().map(|visit| SeenFace { at: now.to_wall(visit.at), ..visit });
        Some(Self { visits: stamped.collect(), changed: false })
    }

    /// What a clock that was ahead has dated later than `now` is of now.
    pub(super) fn not_after(mut self, now: Timestamp) -> Self {
        self.visits.iter_mut().for_each(|visit| visit.at = visit.at.min(now));
        self
    }

    pub(super) fn forget_before(&mut self, before: Timestamp) {
        let had = self.visits.len();
        self.visits.retain(|visit| visit.at >= before);
        self.changed |= self.visits.len() != had;
    }

    pub(super) fn of(&self, camera: CameraId, now: Now) -> CameraSight {
        let visits = self.visits.len();
        let median = |part: fn(&Quality) -> f32| {
            let mut parts: Vec<f32> = self.visits.iter().map(|visit| part(&visit.quality)).collect();
            parts.sort_by(f32::total_cmp);
            parts.get(visits.saturating_sub(1) / 2).copied()
        };
        let typical = || {
            let (overall, size_px) = (median(|q| q.overall)?, median(|q| q.size_px)?);
            let (sharpness, pose, light) = (median(|q| q.sharpness)?, median(|q| q.pose)?, median(|q| q.light)?);
            Some(TypicalFace { overall, size_px, sharpness, pose, light })
        };
        let typical = typical();
        let enough = typical.filter(|_| visits >= ENOUGH_VISITS);
        let mut changes = Vec::new();
        if let Some(typical) = enough {
            let with = |reason| (reason, self.visits.iter().filter(|visit| has(&visit.quality, reason)).count());
            let reasons = QualityReason::VARIANTS.iter().copied();
            let mut often: Vec<_> = reasons.map(with).filter(|(_, n)| 2 * n >= visits).collect();
            often.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            let change = |(reason, visits)| SightChange { reason, visits, advice: advice(reason, &typical) };
            changes.extend(often.into_iter().map(change));
        }
        let verdict = match enough {
            None => SightVerdict::Unknown,
            Some(typical) if typical.overall < POOR => SightVerdict::Poor,
            Some(_) if changes.is_empty() => SightVerdict::Good,
            Some(_) => SightVerdict::Fair,
        };
        let confirmed = self.visits.iter().filter(|visit| visit.confirmed).count();
        let since = self.visits.iter().map(|visit| now.to_wall(visit.at)).min();
        CameraSight { camera, verdict, visits, confirmed, since, typical, changes }
    }
}

/// Whether this is wrong with a face. Too small is what cannot be learned from, which is more than what is not recognised.
fn has(quality: &Quality, reason: QualityReason) -> bool {
    match reason {
        QualityReason::TooSmall => quality.size_px < LEAST_FACE_PX,
        _ => quality.reasons.contains(&reason),
    }
}

fn advice(reason: QualityReason, typical: &TypicalFace) -> String {
    let words = match reason {
        QualityReason::TooSmall => {
            return format!(
                "faces are {:.0} pixels large here, {:.0} or more are good: move the camera nearer, zoom in, or use a stream with more pixels",
                typical.size_px,
                Quality::ENOUGH_PX
            );
        }
        QualityReason::Blurry => {
            "faces are blurry here: clean the lens, set the focus, and give more light, so that the camera exposes for a shorter time"
        }
        QualityReason::TurnedAway => {
            "faces are turned away here: put the camera at the height of faces, where people look as they come"
        }
        QualityReason::TooDark => {
            "faces are dark here: light them from the camera's side, and keep bright sky or windows behind people out of the picture"
        }
        QualityReason::TooBright => {
            "faces are overexposed here: keep the sun and lamps off them, or lower the exposure"
        }
        QualityReason::LowContrast => "faces have little contrast here: avoid backlight and glare, and clean the lens",
        QualityReason::CutOff => {
            "faces are cut off by the picture's edge here: turn the camera so that people are in the middle"
        }
    };
    words.to_owned()
}
