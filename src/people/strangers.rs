//! Unknown faces → strangers that keep their identity: "seen four times, first on Tuesday".
//!
//! The engine feeds it the embeddings that matched nobody enrolled; the store keeps what it says. Time and fresh ids are
//! arguments. Knows no files and no pictures.

use jiff::{SignedDuration, Timestamp};

use super::UnknownId;
use crate::vision::{Embedding, Quality};

/// The cosine with one of its faces from which an unknown face is a stranger seen before.
///
/// Two strangers taken for one is worse than one kept twice (an ignored stranger silences whoever joins it): with 500 kept,
/// 0.1 % of new ones join a wrong one (0.7 % at 0.45), and 93 % of pairs of photos of one person are above it.
pub const SAME_STRANGER_FROM: f32 = 0.5;
/// Faces kept of one stranger: enough for several looks.
pub const MAX_FACES: usize = 5;
/// Strangers kept, and as many ignored ones; beyond it the longest unseen go.
pub const MAX_STRANGERS: usize = 500;
/// Seen again after so long is another visit.
pub const VISIT_GAP: SignedDuration = SignedDuration::from_mins(5);
/// A face so alike one that is kept brings no other look, only perhaps a better picture.
const SAME_LOOK_FROM: f32 = 0.8;
/// Below this overall quality a face makes no new stranger: what it looks like says too little.
const QUALITY_FOR_NEW: f32 = 0.3;

/// Somebody unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Stranger {
    /// Lasting id.
    pub id: UnknownId,
    /// First picture.
    pub first_seen: Timestamp,
    /// Last picture.
    pub last_seen: Timestamp,
    /// Visits, not pictures: see [`VISIT_GAP`].
    pub times_seen: u32,
    /// Whether somebody asked to be never told of them again.
    pub attention: Attention,
    /// Their best faces, [`MAX_FACES`] at most, never none.
    pub faces: Vec<StrangerFace>,
}

/// Whether a stranger is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// Yes.
    Reported,
    /// Never again.
    Ignored,
}

/// A face of a stranger.
#[derive(Clone, Debug, PartialEq)]
pub struct StrangerFace {
    /// Whose picture it is, for the store: rises by one within this stranger, never used again.
    pub number: u32,
    /// What it looks like.
    pub embedding: Embedding,
    /// Overall quality, 0..1.
    pub quality: f32,
}

/// All strangers.
#[derive(Clone, Debug, Default)]
pub struct Strangers {
    strangers: Vec<Stranger>,
}

/// What became of an unknown face.
#[derive(Clone, Debug, PartialEq)]
pub struct Noticed {
    /// Who it is now.
    pub id: UnknownId,
    /// Whether that is news.
    pub novelty: Novelty,
    /// Whether it is to be reported.
    pub attention: Attention,
    /// The face was kept under this number, its crop is worth storing.
    pub kept_face: Option<u32>,
    /// This face had to go for it.
    pub dropped_face: Option<u32>,
    /// These strangers had to go, for there were too many.
    pub dropped_strangers: Vec<UnknownId>,
}

/// Whether a stranger was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// Never seen before.
    NewStranger,
    /// Seen before, not within [`VISIT_GAP`].
    NewVisit,
    /// Still there.
    SameVisit,
}

impl Strangers {
    /// Takes up what the store kept. Strangers without faces are left out: nothing could ever match them.
    #[must_use]
    pub fn restore(strangers: impl IntoIterator<Item = Stranger>) -> Self {
        Self { strangers: strangers.into_iter().filter(|s| !s.faces.is_empty()).collect() }
    }

    /// Everybody, in no order.
    #[must_use = "looking changes nothing"]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Stranger> {
        self.strangers.iter()
    }

    /// Somebody.
    #[must_use]
    pub fn get(&self, id: &UnknownId) -> Option<&Stranger> {
        self.strangers.iter().find(|s| &s.id == id)
    }

    /// An unknown face at `at`: joins the most alike stranger, or becomes a new one with the id `fresh`.
    /// `None` for a face that is like no stranger and too poor to make one.
    pub fn notice(
        &mut self,
        embedding: &Embedding,
        quality: &Quality,
        at: Timestamp,
        fresh: UnknownId,
    ) -> Option<Noticed> {
        let nearest = self.strangers.iter().enumerate().map(|(n, s)| (n, s.similarity(embedding)));
        let nearest = nearest.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, s)| *s >= SAME_STRANGER_FROM);
        if let Some((n, _)) = nearest {
            return Some(self.strangers[n].see_again(embedding, quality.overall, at));
        }
        if quality.overall < QUALITY_FOR_NEW {
            return None;
        }
        let face = StrangerFace { number: 0, embedding: embedding.clone(), quality: quality.overall };
        self.strangers.push(Stranger {
            id: fresh.clone(),
            first_seen: at,
            last_seen: at,
            times_seen: 1,
            attention: Attention::Reported,
            faces: vec![face],
        });
        Some(Noticed {
            id: fresh,
            novelty: Novelty::NewStranger,
            attention: Attention::Reported,
            kept_face: Some(0),
            dropped_face: None,
            dropped_strangers: self.drop_oldest(Attention::Reported),
        })
    }

    /// Reports a stranger never again. Returns who had to go where too many are ignored; `None` for nobody known.
    pub fn ignore(&mut self, id: &UnknownId) -> Option<Vec<UnknownId>> {
        self.strangers.iter_mut().find(|s| &s.id == id)?.attention = Attention::Ignored;
        Some(self.drop_oldest(Attention::Ignored))
    }

    /// Forgets a stranger (deleted, or now a person).
    pub fn remove(&mut self, id: &UnknownId) -> Option<Stranger> {
        let at = self.strangers.iter().position(|s| &s.id == id)?;
        Some(self.strangers.swap_remove(at))
    }

    /// Forgets the strangers last seen before `before`, but not the ignored ones; returns who went.
    pub fn expire(&mut self, before: Timestamp) -> Vec<UnknownId> {
        let gone = |s: &Stranger| s.attention == Attention::Reported && s.last_seen < before;
        let ids = self.strangers.iter().filter(|s| gone(s)).map(|s| s.id.clone()).collect();
        self.strangers.retain(|s| !gone(s));
        ids
    }

    fn drop_oldest(&mut self, of: Attention) -> Vec<UnknownId> {
        let mut dropped = Vec::new();
        while self.strangers.iter().filter(|s| s.attention == of).count() > MAX_STRANGERS {
            let of_kind = self.strangers.iter().enumerate().filter(|(_, s)| s.attention == of);
            let Some((at, _)) = of_kind.min_by_key(|(_, s)| s.last_seen) else { break };
            dropped.push(self.strangers.swap_remove(at).id);
        }
        dropped
    }
}

impl Stranger {
    /// The most alike face's cosine.
    fn similarity(&self, probe: &Embedding) -> f32 {
        self.faces.iter().map(|f| f.embedding.similarity(probe)).fold(-1.0, f32::max)
    }

    fn see_again(&mut self, embedding: &Embedding, quality: f32, at: Timestamp) -> Noticed {
        let novelty =
            if at.duration_since(self.last_seen) >= VISIT_GAP { Novelty::NewVisit } else { Novelty::SameVisit };
        if novelty == Novelty::NewVisit {
            self.times_seen += 1;
        }
        self.first_seen = self.first_seen.min(at);
        self.last_seen = self.last_seen.max(at);
        let (kept_face, dropped_face) = self.keep_face(embedding, quality);
        Noticed {
            id: self.id.clone(),
            novelty,
            attention: self.attention,
            kept_face,
            dropped_face,
            dropped_strangers: Vec::new(),
        }
    }

    /// Keeps a better picture of a look instead of the old one, and another look while there is room (or instead of a worse
    /// one); the numbers of the kept and the dropped face.
    fn keep_face(&mut self, embedding: &Embedding, quality: f32) -> (Option<u32>, Option<u32>) {
        let number = self.faces.iter().map(|f| f.number + 1).max().unwrap_or(0);
        let face = StrangerFace { number, embedding: embedding.clone(), quality };
        let alike = self.faces.iter().enumerate().map(|(n, f)| (n, f.embedding.similarity(embedding)));
        let same_look = alike.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, s)| *s >= SAME_LOOK_FROM);
        let worst = self.faces.iter().enumerate().min_by(|a, b| a.1.quality.total_cmp(&b.1.quality));
        if same_look.is_none() && self.faces.len() < MAX_FACES {
            self.faces.push(face);
            return (Some(number), None);
        }
        let Some(in_place_of) = same_look.map(|(n, _)| n).or(worst.map(|(n, _)| n)) else { return (None, None) };
        if self.faces[in_place_of].quality >= quality {
            return (None, None);
        }
        let dropped = std::mem::replace(&mut self.faces[in_place_of], face);
        (Some(number), Some(dropped.number))
    }
}
