//! How alike is alike enough: what the pictures of a track say of everybody enrolled → a grade, with its reasons.
//!
//! The share of strangers whose track ever comes as near as `s` to the best of `n` looks falls by the factor e with every
//! [`Threshold::per_fold`] of `s`, and grows in proportion to `n`; so the similarity asked for is
//! `at_one_percent + per_fold · (ln n + ln(0.01 / share))`. A home's own people and strangers refine it: whoever is more alike
//! everybody else than people are in general must be more alike by as much.
//! Called by the engine. Knows no files; `evidence` added the pictures up.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gallery::Everybody;
use super::prior::{Odds, OnePicture, Threshold, Weighing};
use super::{Candidate, Direction, Gallery, Grade, Identity, PersonId, Prior};
use crate::vision::{Quality, QualityReason};

/// The share of strangers that [`Threshold::at_one_percent`] is about.
const REFERENCE_SHARE: f32 = 0.01;
/// So many strangers' visits may reach `seen`, which is for lights, not for locks.
const SEEN_SHARE: f32 = 0.05;
/// So many strangers may be named in a picture that was asked about: no second picture follows that could put it right.
const ASKED_SHARE: f32 = 0.005;
/// A picture names somebody from this probability on; below it, it is a guess, and says so.
const LIKELY_FROM: f32 = 0.6;
/// From so many pictures on the odds are a track's; up to one they are a single picture's.
const TRACK_FROM: f32 = 2.0;
/// `unsure` begins so many folds below `seen`: about one stranger's picture in five is, and most people's poor pictures.
const UNSURE_FOLDS: f32 = 1.4;
/// The best person must be this much more alike than the second. Of right answers 99.9 % keep it in galleries up to 171
/// people; siblings and one person under two names do not.
const MARGIN: f32 = 0.05;
/// `confirmed` rests on more than one picture: on so many pictures' worth of news ([`super::Evidence::pictures`]).
const CONFIRMING_PICTURES: f32 = 1.2;
/// From so many pictures on, and of such strength, one more will hardly settle what these could not.
const EXHAUSTED: (f32, f32) = (3.0, 0.9);
/// So many similarities between different people of a home say something about a model without a prior.
const ENOUGH_PAIRS: usize = 20;
/// The home's own faces count against so many of the shipped calibration's: a few photos shift little.
const SHIPPED_FACES: f32 = 50.0;

/// Where the numbers come from: a home should be told when they are a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalibrationSource {
    Shipped,
    /// From so many similarities between this home's different people.
    Home {
        pairs: usize,
    },
    /// Neither: another model's numbers.
    Guess,
}

/// A model's rule for a gallery, and the gallery as it was then.
#[derive(Clone, Debug)]
pub struct Calibration {
    threshold: Threshold,
    odds: Odds,
    one_picture: OnePicture,
    weighing: Weighing,
    /// Where the numbers come from.
    pub source: CalibrationSource,
    /// With how much more alike everybody else each is than people are in general.
    everybody: Everybody,
}

/// Who a track's pictures show so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub identity: Identity,
    pub reasons: Reasons,
}

/// Shares, 0..1, of strangers that may reach a grade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allowed {
    seen: f32,
    confirmed: f32,
}

impl Allowed {
    /// For a track, of whose strangers' visits so many may be confirmed as somebody.
    pub fn of_track(confirmed: f32) -> Self {
        Self { seen: SEEN_SHARE.max(confirmed), confirmed }
    }

    /// For a picture that was asked about, in a home that allows so many strangers' visits to be confirmed.
    pub fn of_question(confirmed: f32) -> Self {
        Self { seen: ASKED_SHARE.max(confirmed), confirmed }
    }
}

/// How much was seen of a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestsOn {
    /// [`super::Evidence::pictures`].
    pub pictures: f32,
    /// [`Direction::strength`].
    pub strength: f32,
}

/// What a verdict rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reasons {
    /// How many pictures; nearly equal ones count in part.
    pub pictures: f32,
    /// How alike the nearest person is, −1..1, what both can say and what they have in common with everybody taken off.
    pub similarity: f32,
    /// What `seen` asks for, with as many people as are enrolled.
    pub seen_from: f32,
    /// What `confirmed` asks for.
    pub confirmed_from: f32,
    /// Log odds of the nearest person against a stranger, where both come equally often; very low where nobody is enrolled.
    pub log_odds: f32,
    /// What holds it back from `confirmed`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub held_back_by: Option<HeldBackBy>,
}

/// What holds a verdict back from `confirmed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldBackBy {
    /// Nobody is alike enough.
    Similarity,
    /// Two people are almost equally alike.
    Margin,
    /// One picture is not enough, however good.
    Pictures,
    /// It is more like a face that somebody corrected ("that is not Alice").
    Correction,
}

/// What would settle an unsure face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettleBy {
    /// A larger face.
    Closer,
    /// A sharper or better lit one.
    Sharper,
    /// Simply another picture.
    AnotherPicture,
}

impl Calibration {
    /// A measured model's numbers for this gallery, and what its people and the home's strangers are like.
    pub fn of_measured(prior: &Prior, gallery: &Gallery, strangers: &[Direction]) -> Self {
        Self::refined(CalibrationSource::Shipped, prior, gallery, strangers)
    }

    /// A model without measured numbers: from how alike the home's different people are, as if they were strangers to each
    /// other (a normal distribution's 1 % and its fall to 0.1 %); with too few of them another model's numbers, said to be a
    /// guess.
    pub fn of_unmeasured(gallery: &Gallery) -> Self {
        let prior = Prior::unmeasured();
        let everybody = Everybody::of(gallery, std::iter::repeat(0.0));
        let mut similarities = Vec::new();
        for (number, person) in gallery.people().enumerate() {
            for photo in &person.photos {
                let others = everybody.alike(&photo.direction).filter(|alike| alike.person != number);
                similarities.extend(others.map(|alike| alike.similarity));
            }
        }
        let pairs = similarities.len();
        if pairs < ENOUGH_PAIRS {
            return Self::refined(CalibrationSource::Guess, &prior, gallery, &[]);
        }
        let count = as_f32(pairs);
        let mean = similarities.iter().sum::<f32>() / count;
        let deviation = (similarities.iter().map(|s| (s - mean).powi(2)).sum::<f32>() / (count - 1.0)).sqrt().max(0.02);
        // Of a normal distribution 1 % lie above 2.326 deviations and 0.1 % above 3.090: 0.764 for ln 10 = 2.303 folds.
        let threshold = Threshold { at_one_percent: mean + 2.326 * deviation, per_fold: 0.764 / 2.303 * deviation };
        Self::with(threshold, CalibrationSource::Home { pairs }, &prior, everybody)
    }

    fn refined(source: CalibrationSource, prior: &Prior, gallery: &Gallery, strangers: &[Direction]) -> Self {
        Self::with(prior.threshold, source, prior, Everybody::of(gallery, common(gallery, strangers)))
    }

    fn with(threshold: Threshold, source: CalibrationSource, prior: &Prior, everybody: Everybody) -> Self {
        let Prior { odds, one_picture, evidence: weighing, .. } = *prior;
        Self { threshold, odds, one_picture, weighing, source, everybody }
    }

    /// The similarity that a share `strangers` (0..1, of visits) of strangers ever reaches against this gallery.
    pub fn threshold(&self, strangers: f32) -> f32 {
        self.threshold_among(self.everybody.looks(), strangers)
    }

    /// The same against so many looks.
    pub fn threshold_among(&self, looks: usize, strangers: f32) -> f32 {
        let looks = as_f32(looks.max(1));
        self.threshold.at_one_percent + self.threshold.per_fold * (looks.ln() + (REFERENCE_SHARE / strangers).ln())
    }

    /// The same against one look, however many there are.
    pub fn threshold_of_one(&self, strangers: f32) -> f32 {
        self.threshold_among(1, strangers)
    }

    /// Log odds that a visitor is the person they are `similarity` alike, and not a stranger, where both come equally often.
    pub fn log_odds(&self, similarity: f32) -> f32 {
        self.odds.at_threshold + self.odds.per_fold * self.folds(similarity)
    }

    /// How many folds somebody is above what 1 % of strangers reach.
    fn folds(&self, similarity: f32) -> f32 {
        (similarity - self.threshold(REFERENCE_SHARE)) / self.threshold.per_fold
    }

    /// The probability, 0..1, that it is the person they are `similarity` alike, and not a stranger, where both come equally
    /// often: of one picture, of several, or in between.
    pub fn probability(&self, similarity: f32, rests_on: RestsOn) -> f32 {
        let OnePicture { at_threshold, per_fold, reliability } = self.one_picture;
        let reliable = self.weighing.reliability(rests_on.strength).min(1.0);
        let of_one = at_threshold + reliability * reliable + per_fold * self.folds(similarity);
        let several = ((rests_on.pictures - 1.0) / (TRACK_FROM - 1.0)).clamp(0.0, 1.0);
        let log_odds = (1.0 - several) * of_one + several * self.log_odds(similarity);
        1.0 / (1.0 + (-log_odds).exp())
    }

    /// Who is most alike, best first, what they have in common with everybody else taken off.
    pub fn rank(&self, probe: &Direction) -> Vec<Candidate> {
        self.everybody.rank(probe)
    }

    /// How alike one person is, as in [`Calibration::rank`].
    pub fn similarity(&self, person: &PersonId, probe: &Direction) -> Option<f32> {
        self.everybody.similarity(person, probe)
    }

    /// The people of another gallery, to be ranked by this rule.
    pub(super) fn among(&self, gallery: &Gallery) -> Everybody {
        let common: HashMap<_, _> = self.everybody.common().collect();
        Everybody::of(gallery, gallery.people().map(|person| common.get(&person.id).copied().unwrap_or(0.0)))
    }

    /// From here on a face is at least perhaps somebody's.
    pub fn unsure_from(&self, allowed: Allowed) -> f32 {
        self.threshold(allowed.seen) - UNSURE_FOLDS * self.threshold.per_fold
    }

    /// Judges a track by everybody's similarity (`ranked`, best first, by [`Calibration::rank`]), what it rests on and its
    /// last picture's quality.
    pub fn judge(&self, ranked: &[Candidate], rests_on: RestsOn, quality: &Quality, allowed: Allowed) -> Judgement {
        let RestsOn { pictures, strength } = rests_on;
        let (seen_from, confirmed_from) = (self.threshold(allowed.seen), self.threshold(allowed.confirmed));
        let reasons = |similarity, held_back_by| {
            let log_odds = self.log_odds(similarity);
            Reasons { pictures, similarity, seen_from, confirmed_from, log_odds, held_back_by }
        };
        let Some(best) = ranked.first() else {
            let reasons = reasons(-1.0, Some(HeldBackBy::Similarity));
            return Judgement { identity: Identity::STRANGER, reasons };
        };
        let similarity = best.similarity;
        let close = ranked.get(1).is_some_and(|second| similarity - second.similarity < MARGIN);
        let held_back_by = if similarity < confirmed_from {
            Some(HeldBackBy::Similarity)
        } else if close {
            Some(HeldBackBy::Margin)
        } else if pictures < CONFIRMING_PICTURES {
            Some(HeldBackBy::Pictures)
        } else {
            None
        };
        let person = best.person.clone();
        let probability = self.probability(similarity, rests_on);
        // What is confirmed has met a stricter rule than any single number.
        let likely = held_back_by.is_none() || probability >= LIKELY_FROM;
        let identity = if similarity >= seen_from && !close && likely {
            let grade = if held_back_by.is_none() { Grade::Confirmed } else { Grade::Seen };
            Identity::known(person, probability, grade)
        } else if similarity >= self.unsure_from(allowed)
            && (close || !likely || pictures < EXHAUSTED.0 || strength < EXHAUSTED.1)
        {
            // The second best gets the rest where two are close: the face is one of them, most likely.
            let probability = if close { probability.min(0.5) } else { probability };
            let reason = if close && similarity >= seen_from {
                "two people are almost equally alike".to_owned()
            } else if similarity >= seen_from {
                format!(
                    "similarity {similarity:.2} could be a stranger's as well: it is the right person in {:.0} % of such pictures",
                    probability * 100.0
                )
            } else {
                format!("similarity {similarity:.2} is below the {seen_from:.2} that this gallery asks for")
            };
            Identity::unsure(person, probability, settle_by(quality), reason)
        } else {
            Identity::STRANGER
        };
        Judgement { identity, reasons: reasons(similarity, held_back_by) }
    }
}

/// The mean similarity of everybody else's photos, and of the home's strangers, to each person's best look, counted against
/// [`SHIPPED_FACES`] faces for whom it is 0 (the prior's mean is taken off all of them), in the order of [`Gallery::people`].
/// One pass: sums, not pairs.
fn common(gallery: &Gallery, strangers: &[Direction]) -> Vec<f32> {
    let photos = || gallery.people().flat_map(|p| &p.photos).map(|photo| &photo.direction);
    let Some(length) = photos().next().map(|d| d.values.len()) else {
        return vec![0.0; gallery.people().len()];
    };
    let mut all = Sum::new(length);
    photos().chain(strangers.iter().filter(|d| d.values.len() == length)).for_each(|d| all.add(d, 1.0));
    let of_person = |person: &super::GalleryPerson| {
        let mut others = all.clone();
        person.photos.iter().for_each(|photo| others.add(&photo.direction, -1.0));
        let Some(best) = person.looks.iter().max_by_key(|look| look.photos.len()) else { return 0.0 };
        let similarity = super::evidence::dot(&others.values, &best.direction.values);
        similarity / (others.faces + SHIPPED_FACES)
    };
    gallery.people().map(of_person).collect()
}

#[derive(Clone)]
struct Sum {
    values: Vec<f32>,
    faces: f32,
}

impl Sum {
    fn new(length: usize) -> Self {
        Self { values: vec![0.0; length], faces: 0.0 }
    }

    fn add(&mut self, direction: &Direction, times: f32) {
        self.values.iter_mut().zip(&direction.values).for_each(|(sum, value)| *sum += times * value);
        self.faces += times;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people, photos and looks are far below 2^23")]
fn as_f32(count: usize) -> f32 {
    count as f32
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
