//! A face in a picture that somebody brings → who of all that a home remembers looks like it: people, unknown people, past
//! sightings.
//! How likely two faces are one person's is said by how rare such a likeness is among strangers, with as many faces as are
//! remembered. Pure; the engine reads the past sightings, part by part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Calibration, CalibrationSource, Gallery, Strangers};

/// What is shown of one kind, the most alike: more, nobody looks through.
const MOST_SHOWN: usize = 12;

/// How likely two faces are one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// One stranger in 20 looks this much like somebody who is remembered.
    Possible,
    /// One stranger in 100 does.
    Likely,
    /// One stranger in 1,000 does.
    Sure,
}

impl Likelihood {
    const SHARES: [(Self, f32); 3] = [(Self::Sure, 0.001), (Self::Likely, 0.01), (Self::Possible, 0.05)];
}

/// How alike two faces are, and what that says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Likeness {
    /// −1..1, higher is closer.
    pub alike: f32,
    /// How likely they are one person's.
    pub likelihood: Likelihood,
}

/// Something remembered that looks like the face.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<T> {
    pub what: T,
    pub alike: Likeness,
}

/// From which similarity on a face is how likely somebody who is remembered.
#[derive(Clone, Copy, Debug)]
pub struct Scale([(Likelihood, f32); 3]);

impl Scale {
    /// For a home with this gallery, which also remembers so many unknown people.
    pub fn new(calibration: &Calibration, gallery: &Gallery, strangers: &Strangers) -> Self {
        let remembered = gallery.looks() + strangers.iter().len();
        Self(Likelihood::SHARES.map(|(likelihood, share)| {
            // Another model's numbers make nothing sure.
            let guess = likelihood == Likelihood::Sure && calibration.source == CalibrationSource::Guess;
            (likelihood, if guess { f32::INFINITY } else { calibration.threshold_among(remembered, share) })
        }))
    }

    fn of(&self, similarity: f32) -> Option<Likelihood> {
        self.0.iter().find(|(_, from)| similarity >= *from).map(|(likelihood, _)| *likelihood)
    }
}

/// The most alike of many, of which few are kept.
#[derive(Clone, Debug)]
pub struct MostAlike<T> {
    scale: Scale,
    best: Vec<Match<T>>,
    count: usize,
}

impl<T> MostAlike<T> {
    pub fn new(scale: Scale) -> Self {
        Self { scale, best: Vec::new(), count: 0 }
    }

    /// Of all of these.
    pub fn of(scale: Scale, all: impl IntoIterator<Item = (T, f32)>) -> Self {
        let mut alike = Self::new(scale);
        all.into_iter().for_each(|(what, similarity)| alike.add(what, similarity));
        alike
    }

    /// Looks at one; of equally alike ones the first counts more.
    pub fn add(&mut self, what: T, similarity: f32) {
        let Some(likelihood) = self.scale.of(similarity) else { return };
        self.count += 1;
        self.best.push(Match { what, alike: Likeness { alike: similarity, likelihood } });
        if self.best.len() >= 2 * MOST_SHOWN {
            self.settle();
        }
    }

    /// The most alike ones, best first, and how many were alike at all.
    pub fn found(mut self) -> (Vec<Match<T>>, usize) {
        self.settle();
        (self.best, self.count)
    }

    fn settle(&mut self) {
        self.best.sort_by(|a, b| b.alike.alike.total_cmp(&a.alike.alike));
        self.best.truncate(MOST_SHOWN);
    }
}
