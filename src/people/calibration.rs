//! How alike is alike enough: similarities of a face → known, unsure or unknown, with a probability.
//!
//! One rule with two numbers a model. The chance that the best of `n` people is at least `s` alike a stranger falls by the
//! factor e with every [`Prior::per_fold`] of `s`, and grows in proportion to `n`, so that the similarity at which a share
//! `f` of strangers is named is `threshold_alone + per_fold · (ln n + ln(0.01 / f))`.
//! Called by the engine. Knows no files; `gallery` made the similarities.

use super::{Candidate, Gallery, PersonRef};
use crate::vision::{Quality, QualityReason};

/// A model's two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// The similarity that 1 % of strangers reach against a gallery of one person.
    pub threshold_alone: f32,
    /// How much the threshold rises where the gallery, or the wanted certainty, grows by the factor e.
    pub per_fold: f32,
}

impl Prior {
    /// `SFace`, with [`Gallery::rank`]'s similarity. Least squares through the measured thresholds of random galleries of 1, 2,
    /// 3, 6, 12, 20, 50, 100 and 171 people with three photos each at 5, 1 and 0.1 % of strangers named (photos and doorbell
    /// pictures of 1,300 people together), rounded up: within 0.012 of all of them at 1 %, where it matters most.
    pub const SFACE: Self = Self { threshold_alone: 0.315, per_fold: 0.025 };
}

/// The share of strangers that [`Prior::threshold_alone`] is about.
const REFERENCE_SHARE: f32 = 0.01;
/// Logistic fit of "it is the best candidate, not a stranger" over (similarity − threshold at 1 %) / `per_fold`: slope.
/// Measured against what was true, in steps of 0.04 from −0.12 to 0.16: the fit is off by 0.034 at most.
const ODDS_SLOPE: f32 = 1.15;
/// The fit's value at the threshold itself is −1.02 where strangers come as often as known faces. Of a home's faces most are
/// of the people who live there; with 2.8 of them to a stranger (ln 2.8 = 1.02) it is even odds just at the threshold.
const ODDS_AT_THRESHOLD: f32 = 0.0;
/// From here a face is named: 1 % of strangers' pictures at any size of gallery. Faces of 16 to 40 pixels, and faces blurred
/// until hardly anybody is recognised, named no more strangers than good ones (1.2 %), so quality needs no rule of its own.
const KNOWN_FROM: f32 = 0.5;
/// From here a face is unsure: about one stranger's picture in twenty.
const UNSURE_FROM: f32 = 0.13;
/// The same for a poor face, whose own person scores lower than on a good one.
const UNSURE_FROM_IF_POOR: f32 = 0.05;
/// The best person must be this much more alike than the second. Of right answers 99.9 % keep it in galleries up to 171
/// people; siblings and one person under two names do not.
const MARGIN: f32 = 0.05;
/// So many similarities between different people of a home say something about a model without a prior.
const ENOUGH_PAIRS: usize = 20;

/// Where the numbers come from: a home should be told when they are a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalibrationSource {
    /// Measured for this model.
    Shipped,
    /// From so many similarities between this home's different people.
    Home {
        /// How many.
        pairs: usize,
    },
    /// Neither: another model's numbers.
    Guess,
}

/// A model's rule for this gallery.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The two numbers.
    pub prior: Prior,
    /// Where they come from.
    pub source: CalibrationSource,
}

/// Who a face is, by one picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Somebody enrolled.
    Known {
        /// Who.
        person: PersonRef,
        /// 0..1, see [`Calibration::probability`].
        probability: f32,
    },
    /// Not decided.
    Unsure {
        /// The best guess.
        person: PersonRef,
        /// 0..1.
        probability: f32,
        /// What would settle it, most helpful first; never empty.
        settle_by: Vec<SettleBy>,
        /// In words, without names.
        reason: String,
    },
    /// Nobody enrolled.
    Unknown,
}

/// What would settle an unsure face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettleBy {
    /// A larger face.
    Closer,
    /// A sharper or better lit one.
    Sharper,
    /// Simply another picture.
    AnotherPicture,
}

impl Calibration {
    /// A model whose numbers were measured.
    #[must_use]
    pub fn shipped(prior: Prior) -> Self {
        Self { prior, source: CalibrationSource::Shipped }
    }

    /// A model without measured numbers: from how alike the home's different people are, as if they were strangers to each
    /// other (a normal distribution's 1 % and its fall to 0.1 %); with too few of them `SFace`'s numbers, said to be a guess.
    #[must_use]
    pub fn from_gallery(gallery: &Gallery) -> Self {
        let mut similarities = Vec::new();
        for person in gallery.people() {
            for photo in &person.photos {
                let ranked = gallery.rank(&photo.embedding, usize::MAX);
                similarities.extend(ranked.iter().filter(|c| c.person.id != person.id).map(|c| c.similarity));
            }
        }
        let pairs = similarities.len();
        if pairs < ENOUGH_PAIRS {
            return Self { prior: Prior::SFACE, source: CalibrationSource::Guess };
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of photos are far below 2^23")]
        let count = pairs as f32;
        let mean = similarities.iter().sum::<f32>() / count;
        let deviation = (similarities.iter().map(|s| (s - mean).powi(2)).sum::<f32>() / (count - 1.0)).sqrt().max(0.02);
        // Of a normal distribution 1 % lie above 2.326 deviations and 0.1 % above 3.090: 0.764 for ln 10 = 2.303 folds.
        let prior = Prior { threshold_alone: mean + 2.326 * deviation, per_fold: 0.764 / 2.303 * deviation };
        Self { prior, source: CalibrationSource::Home { pairs } }
    }

    /// The similarity that a share `strangers_named` (0..1, of pictures) of strangers reaches against `people` people.
    #[must_use]
    pub fn threshold(&self, people: usize, strangers_named: f32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^23")]
        let people = people.max(1) as f32;
        self.prior.threshold_alone + self.prior.per_fold * (people.ln() + (REFERENCE_SHARE / strangers_named).ln())
    }

    /// How probable it is, 0..1, that a face whose best candidate among `people` people is `similarity` alike is that person
    /// and not a stranger, where three of four faces are of people enrolled.
    #[must_use]
    pub fn probability(&self, similarity: f32, people: usize) -> f32 {
        let folds = (similarity - self.threshold(people, REFERENCE_SHARE)) / self.prior.per_fold;
        1.0 / (1.0 + (-(ODDS_SLOPE * folds + ODDS_AT_THRESHOLD)).exp())
    }

    /// The similarity from which a face is named in a gallery of `people` people, if nobody else is nearly as alike.
    #[must_use]
    pub fn known_from(&self, people: usize) -> f32 {
        let odds = (KNOWN_FROM / (1.0 - KNOWN_FROM)).ln();
        self.threshold(people, REFERENCE_SHARE) + self.prior.per_fold * (odds - ODDS_AT_THRESHOLD) / ODDS_SLOPE
    }

    /// Judges a face by its two best candidates (`ranked`, best first) among `people` matchable people.
    #[must_use]
    pub fn judge(&self, ranked: &[Candidate], people: usize, quality: &Quality) -> Verdict {
        let Some(best) = ranked.first() else { return Verdict::Unknown };
        let probability = self.probability(best.similarity, people);
        let person = best.person.clone();
        let margin = ranked.get(1).map_or(f32::INFINITY, |second| best.similarity - second.similarity);
        if probability >= KNOWN_FROM && margin >= MARGIN {
            return Verdict::Known { person, probability };
        }
        let floor = if quality.reasons.is_empty() { UNSURE_FROM } else { UNSURE_FROM_IF_POOR };
        if probability < floor {
            return Verdict::Unknown;
        }
        let reason = if probability >= KNOWN_FROM {
            "two people are almost equally alike".to_owned()
        } else {
            format!(
                "similarity {:.2} is below the {:.2} that this gallery asks for",
                best.similarity,
                self.known_from(people)
            )
        };
        // The second best gets the rest where two are close: the face is one of them, most likely.
        let probability = if probability >= KNOWN_FROM { KNOWN_FROM } else { probability };
        Verdict::Unsure { person, probability, settle_by: settle_by(quality), reason }
    }
}

/// What would help most, by what is wrong with this face.
fn settle_by(quality: &Quality) -> Vec<SettleBy> {
    let mut ways = Vec::new();
    for reason in &quality.reasons {
        let way = match reason {
            QualityReason::TooSmall => SettleBy::Closer,
            QualityReason::TurnedAway | QualityReason::CutOff => SettleBy::AnotherPicture,
            QualityReason::Blurry | QualityReason::TooDark | QualityReason::TooBright | QualityReason::LowContrast => {
                SettleBy::Sharper
            }
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    if ways.is_empty() {
        ways.push(SettleBy::AnotherPicture);
    }
    ways
}
