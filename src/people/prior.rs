//! What was measured for a recogniser: the numbers of its pack's `calibration.toml`, checked.
//! Made by `scripts/calibrate.py`; `docs/decisions/evidence.md` says how well they hold. Knows no files: the pack gives the text.

use serde::Deserialize;

use super::Direction;
use crate::vision::{Embedding, Face, Vision};

/// A face at least this large, pixels, is as reliable as size can make it.
const LARGE_PX: f32 = 80.0;

/// A recogniser's measured numbers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    recogniser_sha256: String,
    reliability: Reliability,
    pub evidence: Weighing,
    /// From which similarity on a stranger's visit is taken for somebody enrolled.
    pub threshold: Threshold,
    /// How probable somebody is at and above it.
    pub odds: Odds,
    /// The same where one picture is all there is.
    pub one_picture: OnePicture,
    /// From which similarity on two visits are one stranger's.
    pub stranger: SameStranger,
    mean: Mean,
    /// Left out: whatever the detector finds is taken for a person's face.
    person: Option<PersonFace>,
}

/// Quality → the cosine to expect between a face and the mean of its own person's photos.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reliability {
    #[serde(flatten)]
    of: Line,
    least: f32,
    most: f32,
}

/// A number as a straight line in what is known of a face's quality.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct Line {
    constant: f32,
    log_size: f32,
    score: f32,
    sharpness: f32,
    pose: f32,
    light: f32,
}

impl Line {
    fn at(&self, face: &Face) -> f32 {
        let weights = [self.constant, self.log_size, self.score, self.sharpness, self.pose, self.light];
        weights.iter().zip(Prior::features(face)).map(|(weight, feature)| weight * feature).sum()
    }
}

/// How the pictures of a track add up.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighing {
    /// A picture weighs its reliability to this power.
    pub power: f32,
    /// A sum of weight `w` says √(w / (w + damping)) of what it could.
    pub damping: f32,
    /// Up to this cosine with an earlier picture of the track a picture is all new.
    pub novel_below: f32,
    /// From this cosine on it is the same picture and weighs nothing.
    pub same_above: f32,
}

impl Weighing {
    /// The reliability of the one picture that says as much: of what [`Prior::strength`] makes of it.
    pub fn reliability(&self, strength: f32) -> f32 {
        let said = strength * strength;
        let weight = self.damping * said / (1.0 - said).max(f32::MIN_POSITIVE);
        weight.powf(1.0 / self.power)
    }
}

/// The similarity that a share `f` of strangers' visits ever reaches against `n` looks:
/// `at_one_percent + per_fold · (ln n + ln(0.01 / f))`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Reached by 1 % of strangers against one person.
    pub at_one_percent: f32,
    pub per_fold: f32,
}

/// Log odds of "the best person, not a stranger" where both come equally often, by folds above the threshold at 1 %.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Odds {
    pub at_threshold: f32,
    pub per_fold: f32,
}

/// Log odds of "the best person, not a stranger" by one picture alone, where strangers come as often as known people.
/// A good picture of somebody is far above the threshold, so one that barely reaches it is most likely a stranger's; a poor
/// picture may be so for its own faults.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnePicture {
    /// At the threshold, by a picture of reliability 0.
    pub at_threshold: f32,
    pub per_fold: f32,
    pub reliability: f32,
}

/// Which faces are a person's, and not a dog's, a cat's or a pattern's: a line through embedding and quality.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonFace {
    #[serde(flatten)]
    of: Line,
    weights: Vec<f32>,
}

/// The similarity from which two visits are the same stranger's, among `k` kept: `same_from + per_fold · ln k`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameStranger {
    pub same_from: f32,
    pub per_fold: f32,
}

/// The mean of many people's embeddings as a straight line in reliability; a poor face lies nearer to it than a good one, so
/// that without taking it off poor faces are alike each other.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mean {
    constant: Vec<f32>,
    slope: Vec<f32>,
}

/// Why a pack's calibration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pack's calibration cannot be used: {0}")]
pub struct PriorError(String);

impl Prior {
    /// What the pack in use brings; `None` where nobody has measured its recogniser.
    pub fn of_pack(vision: &Vision) -> Result<Option<Self>, PriorError> {
        let parse = |text| Self::parse(text, vision.recogniser_sha256(), vision.embedding_length());
        vision.calibration.as_deref().map(parse).transpose()
    }

    /// Reads a pack's `calibration.toml`, which must belong to this recogniser.
    pub(super) fn parse(text: &str, recogniser_sha256: &str, embedding_length: usize) -> Result<Self, PriorError> {
        let prior = Self::read(text)?;
        if !prior.recogniser_sha256.eq_ignore_ascii_case(recogniser_sha256) {
            return Err(PriorError(format!(
                "it was measured for the recogniser with SHA-256 {}, this one has {recogniser_sha256}",
                prior.recogniser_sha256
            )));
        }
        let lengths = [prior.mean.constant.len(), prior.mean.slope.len()];
        if lengths != [embedding_length; 2] {
            return Err(PriorError(format!("expected means of {embedding_length} numbers, found {lengths:?}")));
        }
        if let Some(found) = prior.person.as_ref().map(|p| p.weights.len()).filter(|found| *found != embedding_length) {
            return Err(PriorError(format!("expected {embedding_length} weights of a person's face, found {found}")));
        }
        Ok(prior)
    }

    /// Reads the text of a `calibration.toml`, whichever recogniser it was measured for.
    pub fn read(text: &str) -> Result<Self, PriorError> {
        let prior: Self = toml::from_str(text).map_err(|e| PriorError(e.to_string().trim_end().to_owned()))?;
        let Weighing { power, damping, novel_below, same_above } = prior.evidence;
        let steps = [power, damping, prior.threshold.per_fold, prior.odds.per_fold, same_above - novel_below];
        if steps.iter().any(|step| !step.is_normal() || *step <= 0.0) {
            return Err(PriorError(
                "expected power, damping and the steps of threshold and odds above 0, and same_above above novel_below"
                    .to_owned(),
            ));
        }
        Ok(prior)
    }

    /// For a recogniser that nobody has measured: how faces become less reliable is the camera's doing and much the same, no
    /// mean is known, and the thresholds are another recogniser's until the home's own photos say better.
    pub fn unmeasured() -> Self {
        Self {
            recogniser_sha256: String::new(),
            reliability: Reliability {
                of: Line { constant: -0.81, log_size: 0.32, score: 1.55, sharpness: 0.15, pose: 0.0, light: 0.1 },
                least: 0.05,
                most: 0.9,
            },
            evidence: Weighing { power: 4.0, damping: 0.005, novel_below: 0.95, same_above: 0.995 },
            threshold: Threshold { at_one_percent: 0.315, per_fold: 0.025 },
            odds: Odds { at_threshold: 2.6, per_fold: 0.8 },
            one_picture: OnePicture { at_threshold: 2.6, per_fold: 0.8, reliability: -4.0 },
            stranger: SameStranger { same_from: 0.4, per_fold: 0.025 },
            mean: Mean { constant: Vec::new(), slope: Vec::new() },
            person: None,
        }
    }

    /// How much a face says, 0..1: the cosine to expect with the mean of its own person's photos.
    pub fn reliability(&self, face: &Face) -> f32 {
        self.reliability.of.at(face).clamp(self.reliability.least, self.reliability.most)
    }

    /// What reliability is a weighted sum of: 1, the logarithm of the size, score, sharpness, pose, light.
    pub fn features(face: &Face) -> [f32; 6] {
        let quality = &face.quality;
        let size = (quality.size_px.clamp(1.0, LARGE_PX) / LARGE_PX).ln();
        [1.0, size, face.detection.score, quality.sharpness, quality.pose, quality.light]
    }

    /// Whether this is a person's face, as far as it alone can say: not a dog's or a cat's, which detectors find, too.
    pub fn is_person(&self, face: &Face) -> bool {
        let Some(p) = &self.person else { return true };
        p.of.at(face) + super::evidence::dot(&p.weights, face.embedding.as_slice()) >= 0.0
    }

    /// What makes this face different from others of its reliability: the embedding less the mean, a unit vector.
    pub fn centred(&self, embedding: &Embedding, reliability: f32) -> Vec<f32> {
        let mut values = embedding.as_slice().to_vec();
        for ((value, constant), slope) in values.iter_mut().zip(&self.mean.constant).zip(&self.mean.slope) {
            *value -= constant + slope * reliability;
        }
        super::evidence::normalise(&mut values);
        values
    }

    /// The cosine to expect between a direction and the mean of its own person's photos: the reliability of one picture that
    /// says as much.
    pub fn expected(&self, direction: &Direction) -> f32 {
        self.evidence.reliability(direction.strength).clamp(self.reliability.least, self.reliability.most)
    }

    /// The share of its mean that a sum of weight `weight` can say, 0..1.
    pub fn strength(&self, weight: f32) -> f32 {
        (weight / (weight + self.evidence.damping)).sqrt()
    }
}

#[cfg(test)]
impl Prior {
    /// Round numbers and no mean: for tests whose embeddings are made to measure.
    pub(crate) fn plain() -> Self {
        let shipped = Self::unmeasured();
        let threshold = Threshold { at_one_percent: 0.24, per_fold: 0.03 };
        Self { threshold, stranger: SameStranger { same_from: 0.4, per_fold: 0.02 }, ..shipped }
    }
}
