//! "That is not Alice" → a face that counts against Alice: whoever looks more like it than like her is not her.
//!
//! The engine adds what people at home say, and asks before it judges; the store keeps the faces. Knows no files and no time.

use std::collections::HashMap;

use super::{Candidate, Direction, Evidence, PersonId, Prior};
use crate::vision::Embedding;

/// Corrections that count against one person; of more, the oldest count no longer.
pub const MAX_CORRECTIONS: usize = 50;

/// Faces that were taken for somebody they are not.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    not_them: HashMap<PersonId, Vec<Direction>>,
}

/// A face that was taken for `person`.
#[derive(Clone, Debug, PartialEq)]
pub struct MistakenFace {
    /// Who it is not.
    pub person: PersonId,
    /// What it looks like.
    pub embedding: Embedding,
    /// How much it says, 0..1 ([`Prior::reliability`]).
    pub reliability: f32,
}

impl Corrections {
    /// Takes up what the store kept, oldest first.
    #[must_use]
    pub fn restore(kept: impl IntoIterator<Item = MistakenFace>, prior: &Prior) -> Self {
        let mut corrections = Self::default();
        for MistakenFace { person, embedding, reliability } in kept {
            let theirs = corrections.not_them.entry(person).or_default();
            if theirs.len() == MAX_CORRECTIONS {
                theirs.remove(0);
            }
            theirs.push(Evidence::of_kept(prior, [(&embedding, reliability)]).direction(prior));
        }
        corrections
    }

    /// Whether somebody who looks like `direction` is more like a face that is not `candidate` than like them, and alike enough
    /// to be that stranger.
    #[must_use]
    pub fn deny(&self, candidate: &Candidate, direction: &Direction, prior: &Prior) -> bool {
        let from = candidate.similarity.max(prior.stranger.same_from);
        let theirs = self.not_them.get(&candidate.person.id);
        theirs.into_iter().flatten().any(|face| face.likeness(direction) > from)
    }
}
