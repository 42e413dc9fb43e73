//! The pictures of one track → one direction to compare with people, and how much it says.
//!
//! Every picture counts, also those that look like nobody: it is added by its reliability, and less the more it is like one that
//! was added before. A mean of many poor pictures is worth a good one; a frozen picture is worth itself once, and so is a photo
//! on a wall: noise and light make its embeddings differ, but what they show does not move against the frame.
//! Pure; used for single pictures, tracks, enrolled people and strangers alike.

use serde::{Deserialize, Serialize};

use super::Prior;
use crate::vision::{Embedding, Face, Glimpse};

/// Earlier pictures that a new one is compared with: a burst's. Bounded, so that somebody who stays costs no more.
const REMEMBERED: usize = 16;
/// Up to this movement, in pixels of a [`Glimpse`], a face has stood still. Of 1,300 comparisons of photos on a simulated wall
/// in noise, compression and changing light none reached it (`docs/decisions/evidence.md`).
pub const STILL_BELOW: f32 = 0.12;
/// From this movement on it has certainly moved: people who wait at a door move more in nearly every picture.
const MOVED_FROM: f32 = 0.24;
/// How much the cosine of two centred directions scatters about what is expected.
pub(super) const SPREAD: f32 = 0.11;

/// What pictures say together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Weighted sum of centred directions.
    sum: Vec<f32>,
    weight: f32,
    /// Of all pictures, weight times reliability: what they have in common with their person.
    signal: f32,
    /// Of all pictures, weight² times (1 − reliability²): what they have not.
    noise: f32,
    /// How many pictures' worth of news there was.
    news: f32,
    remembered: Vec<Remembered>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Remembered {
    embedding: Embedding,
    glimpse: Option<Glimpse>,
}

/// A unit vector to compare with others, and how much it says, 0..1.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// Unit length; all zeros where nothing is known.
    pub values: Vec<f32>,
    /// What a cosine with it is worth.
    pub strength: f32,
}

impl Direction {
    pub fn of(prior: &Prior, face: &Face) -> Self {
        let reliability = prior.reliability(face);
        let weight = reliability.powf(prior.evidence.power);
        Self { values: prior.centred(&face.embedding, reliability), strength: prior.strength(weight) }
    }

    /// Cosine, −1..1, whatever either says.
    pub fn cosine(&self, other: &Self) -> f32 {
        dot(&self.values, &other.values)
    }

    /// Cosine times what both can say, −1..1.
    pub fn likeness(&self, other: &Self) -> f32 {
        self.cosine(other) * self.strength * other.strength
    }
}

impl Evidence {
    /// Adds a picture of the track's face. Returns how much news it was, 0..1.
    pub fn add(&mut self, prior: &Prior, face: &Face) -> f32 {
        let news = self.news_of(prior, face);
        self.add_direction(prior, &face.embedding, prior.reliability(face), news);
        if self.remembered.len() == REMEMBERED {
            self.remembered.remove(0);
        }
        self.remembered.push(Remembered { embedding: face.embedding.clone(), glimpse: face.glimpse.clone() });
        news
    }

    /// The same, that remembers so many pictures: the last one, and others as evenly as it can.
    pub fn remembering(&self, pictures: usize) -> Self {
        let step = self.remembered.len().div_ceil(pictures.max(1)).max(1);
        let mut remembered: Vec<_> = self.remembered.iter().rev().step_by(step).cloned().collect();
        remembered.reverse();
        Self { remembered, sum: self.sum.clone(), ..*self }
    }

    /// Of faces that were kept with their reliability.
    pub fn of_kept<'a>(prior: &Prior, faces: impl IntoIterator<Item = (&'a Embedding, f32)>) -> Self {
        let mut evidence = Self::default();
        for (embedding, reliability) in faces {
            evidence.add_direction(prior, embedding, reliability, 1.0);
        }
        evidence
    }

    fn add_direction(&mut self, prior: &Prior, embedding: &Embedding, reliability: f32, news: f32) {
        let weight = reliability.powf(prior.evidence.power) * news;
        let centred = prior.centred(embedding, reliability);
        self.sum.resize(centred.len(), 0.0);
        self.sum.iter_mut().zip(&centred).for_each(|(sum, value)| *sum += weight * value);
        self.weight += weight;
        self.signal += weight * reliability;
        self.noise += weight * weight * (1.0 - reliability * reliability);
        self.news += news;
    }

    /// 1 for a picture unlike those before, 0 for one of them once more: as alike, or nothing moved since.
    fn news_of(&self, prior: &Prior, face: &Face) -> f32 {
        let nearest = self.remembered.iter().map(|r| r.embedding.similarity(&face.embedding)).fold(-1.0, f32::max);
        let (below, above) = (prior.evidence.novel_below, prior.evidence.same_above);
        let differs = ((above - nearest) / (above - below)).clamp(0.0, 1.0);
        // The dearer question last, and only where it matters.
        if differs > 0.0 { differs.min(self.moves(face)) } else { 0.0 }
    }

    /// 1 where the face has moved since each of the pictures before, 0 where it is where it was in one of them.
    fn moves(&self, face: &Face) -> f32 {
        ((self.moved(face) - STILL_BELOW) / (MOVED_FROM - STILL_BELOW)).clamp(0.0, 1.0)
    }

    /// How far it has moved ([`Glimpse::moved_since`]) from where it was in the nearest of the pictures before, or in one from
    /// which it has not moved at all ([`STILL_BELOW`]); infinite where nobody can say.
    pub fn moved(&self, face: &Face) -> f32 {
        let Some(now) = &face.glimpse else { return f32::INFINITY };
        let mut least = f32::INFINITY;
        for before in self.remembered.iter().rev().filter_map(|r| r.glimpse.as_ref()) {
            least = least.min(now.moved_since(before));
            if least < STILL_BELOW {
                break;
            }
        }
        least
    }

    /// Where the pictures point together.
    pub fn direction(&self, prior: &Prior) -> Direction {
        let mut values = self.sum.clone();
        normalise(&mut values);
        Direction { values, strength: prior.strength(self.weight) }
    }

    /// The weighted sum of centred directions, and its weight: what [`Evidence::direction`] is made of.
    pub fn sum(&self) -> (&[f32], f32) {
        (&self.sum, self.weight)
    }

    /// How many different pictures this rests on; nearly equal ones count in part.
    pub fn pictures(&self) -> f32 {
        self.news
    }

    /// The logarithm of how many times likelier it is that a face is this track's person than that it is somebody else.
    /// Two directions of one person have the product of their reliabilities as expected cosine, those of two people 0.
    pub fn agrees(&self, prior: &Prior, face: &Face) -> f32 {
        let reliability = prior.reliability(face);
        let own = self.signal / (self.signal * self.signal + self.noise).sqrt().max(f32::MIN_POSITIVE);
        let expected = reliability * own;
        let mut values = self.sum.clone();
        normalise(&mut values);
        let cosine = dot(&values, &prior.centred(&face.embedding, reliability));
        expected * (cosine - expected / 2.0) / (SPREAD * SPREAD)
    }
}

/// To unit length; zeros stay.
pub(super) fn normalise(values: &mut [f32]) {
    let length = dot(values, values).sqrt();
    if length.is_normal() {
        for value in values {
            *value /= length;
        }
    }
}

/// Eight sums side by side, which the compiler turns into vector instructions (one running sum it may not reorder).
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    for (x, y) in a8.iter().zip(b8) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
}
