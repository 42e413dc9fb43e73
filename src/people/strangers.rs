//! Unknown visitors → strangers that keep their identity: "seen four times, first on Tuesday".
//! The engine feeds it the tracks that are nobody enrolled; the store keeps what it says. Time and fresh ids are arguments.
//! Knows no files and no pictures.

use std::time::Duration;

use jiff::Timestamp;

use super::enrol::good_enough;
use super::{Direction, Evidence, Prior, UnknownId};
use crate::vision::{Embedding, Face};

/// Faces kept of one stranger: enough for several looks.
pub const MAX_FACES: usize = 5;
/// Strangers kept, and as many ignored ones; beyond it the longest unseen go.
pub const MAX_STRANGERS: usize = 500;
/// A visit without a picture for this long is over: nobody is there, or somebody else, and the next time is another visit,
/// told and counted again.
pub const VISIT_ENDS_AFTER: Duration = Duration::from_secs(30);
/// A face so alike one that is kept (cosine) brings no other look, only perhaps a better picture.
const SAME_LOOK_FROM: f32 = 0.8;
/// A track that says less ([`Direction::strength`]) makes no new stranger: nobody could be recognised by it.
const STRENGTH_FOR_NEW: f32 = 0.7;

#[derive(Clone, Debug, PartialEq)]
pub struct Stranger {
    pub id: UnknownId,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// Visits, not pictures: see [`VISIT_ENDS_AFTER`].
    pub times_seen: u32,
    /// Whether somebody asked to be never told of them again.
    pub attention: Attention,
    /// Their best faces, [`MAX_FACES`] at most, never none.
    pub faces: Vec<StrangerFace>,
}

/// Whether a stranger is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    Reported,
    Ignored,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StrangerFace {
    /// Whose picture it is, for the store: rises by one within this stranger, never used again.
    pub number: u32,
    pub embedding: Embedding,
    /// How much it says, 0..1 ([`Prior::reliability`]).
    pub quality: f32,
}

#[derive(Clone, Debug, Default)]
pub struct Strangers {
    strangers: Vec<Kept>,
}

#[derive(Clone, Debug)]
struct Kept {
    stranger: Stranger,
    direction: Direction,
}

/// A track that is nobody enrolled.
#[derive(Clone, Copy, Debug)]
pub struct UnknownVisitor<'a> {
    pub direction: &'a Direction,
    /// Who it was taken for before.
    pub taken_for: Option<&'a UnknownId>,
    /// Whether that stranger was made of this very track: then it may still turn out to be somebody seen before.
    pub made_of_it: bool,
    /// The face in its newest picture.
    pub face: &'a Face,
}

/// What became of an unknown face.
#[derive(Clone, Debug, PartialEq)]
pub struct Noticed {
    pub id: UnknownId,
    /// Whether it is to be reported.
    pub attention: Attention,
    /// The face was kept under this number, its crop is worth storing.
    pub kept_face: Option<u32>,
    /// These strangers had to go, for there were too many, or because they turned out to be this one.
    pub dropped_strangers: Vec<UnknownId>,
}

impl Strangers {
    /// Takes up what the store kept. Strangers without faces are left out: nothing could ever match them.
    pub fn restore(strangers: impl IntoIterator<Item = Stranger>, prior: &Prior) -> Self {
        let with_faces = strangers.into_iter().filter(|s| !s.faces.is_empty());
        Self { strangers: with_faces.map(|stranger| Kept::new(stranger, prior)).collect() }
    }

    #[must_use = "looking changes nothing"]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Stranger> {
        self.strangers.iter().map(|kept| &kept.stranger)
    }

    /// What everybody looks like, in no order.
    pub fn directions(&self) -> Vec<Direction> {
        self.strangers.iter().map(|kept| kept.direction.clone()).collect()
    }

    /// Whether any of them is as alike as somebody else is.
    pub fn any_as_alike(&self, direction: &Direction, similarity: f32) -> bool {
        self.likenesses(direction).any(|(_, likeness)| likeness >= similarity)
    }

    /// How alike everybody is, in no order.
    pub fn likenesses(&self, direction: &Direction) -> impl Iterator<Item = (&UnknownId, f32)> {
        self.strangers.iter().map(|kept| (&kept.stranger.id, kept.direction.likeness(direction)))
    }

    pub fn get(&self, id: &UnknownId) -> Option<&Stranger> {
        self.iter().find(|s| &s.id == id)
    }

    /// How alike the most alike ignored stranger is, if alike enough to be them.
    pub fn ignored_alike(&self, direction: &Direction, prior: &Prior) -> Option<f32> {
        let (nearest, similarity) = self.most_alike(direction, prior, None)?;
        (self.strangers[nearest].stranger.attention == Attention::Ignored).then_some(similarity)
    }

    /// An unknown visitor at `at`: joins the most alike stranger, or becomes a new one with the id `fresh`.
    /// `None` for somebody who is like no stranger and seen too badly to make one: a face that could not be enrolled makes no
    /// unknown person either.
    pub fn notice(
        &mut self,
        visitor: &UnknownVisitor<'_>,
        prior: &Prior,
        at: Timestamp,
        fresh: UnknownId,
    ) -> Option<Noticed> {
        let taken_for = visitor.taken_for.and_then(|id| self.strangers.iter().position(|k| &k.stranger.id == id));
        let own = taken_for.filter(|_| visitor.made_of_it);
        let settled = taken_for.filter(|_| !visitor.made_of_it);
        let seen_before = || self.most_alike(visitor.direction, prior, own).map(|(n, _)| n);
        let reliability = prior.reliability(visitor.face);
        if let Some(n) = settled.or_else(seen_before) {
            let mut noticed = self.strangers[n].see_again(visitor.face, reliability, at, prior);
            if let Some(own) = own.filter(|own| *own != n) {
                noticed.dropped_strangers.push(self.strangers.swap_remove(own).stranger.id);
            }
            return Some(noticed);
        }
        if let Some(own) = own {
            return Some(self.strangers[own].see_again(visitor.face, reliability, at, prior));
        }
        if visitor.direction.strength < STRENGTH_FOR_NEW || good_enough(&visitor.face.quality).is_err() {
            return None;
        }
        let face = StrangerFace { number: 0, embedding: visitor.face.embedding.clone(), quality: reliability };
        let stranger = Stranger {
            id: fresh.clone(),
            first_seen: at,
            last_seen: at,
            times_seen: 1,
            attention: Attention::Reported,
            faces: vec![face],
        };
        self.strangers.push(Kept::new(stranger, prior));
        Some(Noticed {
            id: fresh,
            attention: Attention::Reported,
            kept_face: Some(0),
            dropped_strangers: self.drop_oldest(Attention::Reported),
        })
    }

    /// The most alike stranger but for `except`, if alike enough to be the same, and how alike.
    fn most_alike(&self, direction: &Direction, prior: &Prior, except: Option<usize>) -> Option<(usize, f32)> {
        #[expect(clippy::cast_precision_loss, reason = "a thousand at most")]
        let kept = self.strangers.len().max(1) as f32;
        let from = prior.stranger.same_from + prior.stranger.per_fold * kept.ln();
        let others = self.strangers.iter().enumerate().filter(|(n, _)| Some(*n) != except);
        let alike = others.map(|(n, kept)| (n, kept.direction.likeness(direction)));
        alike.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, similarity)| *similarity >= from)
    }

    /// Reports a stranger never again. Returns who had to go where too many are ignored; `None` for nobody known.
    pub fn ignore(&mut self, id: &UnknownId) -> Option<Vec<UnknownId>> {
        let kept = self.strangers.iter_mut().find(|k| &k.stranger.id == id)?;
        kept.stranger.attention = Attention::Ignored;
        Some(self.drop_oldest(Attention::Ignored))
    }

    /// A stranger is there again, as they were. Returns who had to go where there are too many.
    pub fn put_back(&mut self, stranger: Stranger, prior: &Prior) -> Vec<UnknownId> {
        let attention = stranger.attention;
        self.strangers.push(Kept::new(stranger, prior));
        self.drop_oldest(attention)
    }

    /// Forgets a stranger (deleted, or now a person).
    pub fn remove(&mut self, id: &UnknownId) -> Option<Stranger> {
        let at = self.strangers.iter().position(|k| &k.stranger.id == id)?;
        Some(self.strangers.swap_remove(at).stranger)
    }

    /// Forgets the strangers last seen before `before`, but not the ignored ones; returns who went.
    pub fn expire(&mut self, before: Timestamp) -> Vec<UnknownId> {
        let gone = |s: &Stranger| s.attention == Attention::Reported && s.last_seen < before;
        let ids = self.iter().filter(|s| gone(s)).map(|s| s.id.clone()).collect();
        self.strangers.retain(|kept| !gone(&kept.stranger));
        ids
    }

    fn drop_oldest(&mut self, of: Attention) -> Vec<UnknownId> {
        let mut dropped = Vec::new();
        while self.iter().filter(|s| s.attention == of).count() > MAX_STRANGERS {
            let of_kind = self.iter().enumerate().filter(|(_, s)| s.attention == of);
            let Some((at, _)) = of_kind.min_by_key(|(_, s)| s.last_seen) else { break };
            dropped.push(self.strangers.swap_remove(at).stranger.id);
        }
        dropped
    }
}

impl Kept {
    fn new(stranger: Stranger, prior: &Prior) -> Self {
        let faces = stranger.faces.iter().map(|f| (&f.embedding, f.quality));
        let direction = Evidence::of_kept(prior, faces).direction(prior);
        Self { stranger, direction }
    }

    fn see_again(&mut self, face: &Face, quality: f32, at: Timestamp, prior: &Prior) -> Noticed {
        let noticed = self.stranger.see_again(face, quality, at);
        if noticed.kept_face.is_some() {
            let faces = self.stranger.faces.iter().map(|f| (&f.embedding, f.quality));
            self.direction = Evidence::of_kept(prior, faces).direction(prior);
        }
        noticed
    }
}

impl Stranger {
    fn see_again(&mut self, face: &Face, quality: f32, at: Timestamp) -> Noticed {
        let ends = self.last_seen.checked_add(VISIT_ENDS_AFTER).unwrap_or(Timestamp::MAX);
        self.times_seen += u32::from(at > ends);
        self.first_seen = self.first_seen.min(at);
        self.last_seen = self.last_seen.max(at);
        // A blur may be them, but shows nobody.
        let shows_them = good_enough(&face.quality).is_ok();
        let kept_face = if shows_them { self.keep_face(&face.embedding, quality) } else { None };
        Noticed { id: self.id.clone(), attention: self.attention, kept_face, dropped_strangers: Vec::new() }
    }

    /// Keeps a better picture of a look instead of the old one, and another look while there is room (or instead of a worse
    /// one); the number of the face, if it is kept.
    fn keep_face(&mut self, embedding: &Embedding, quality: f32) -> Option<u32> {
        let number = self.faces.iter().map(|f| f.number + 1).max().unwrap_or(0);
        let face = StrangerFace { number, embedding: embedding.clone(), quality };
        let alike = self.faces.iter().enumerate().map(|(n, f)| (n, f.embedding.similarity(embedding)));
        let same_look = alike.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, s)| *s >= SAME_LOOK_FROM);
        let worst = self.faces.iter().enumerate().min_by(|a, b| a.1.quality.total_cmp(&b.1.quality));
        if same_look.is_none() && self.faces.len() < MAX_FACES {
            self.faces.push(face);
            return Some(number);
        }
        let in_place_of = same_look.map(|(n, _)| n).or(worst.map(|(n, _)| n))?;
        if self.faces[in_place_of].quality >= quality {
            return None;
        }
        self.faces[in_place_of] = face;
        Some(number)
    }
}
