//! "That is not Alice" → a face that counts against Alice: whoever looks more like it than like her is not her.
//! Only as far as the two can be told apart: a face that looks as much like Alice as her own photos do is most likely hers,
//! whatever was said of it, and denies nobody.
//! The engine adds what people at home say, and asks before it judges; the store keeps the faces. Knows no files and no time.

use std::collections::HashMap;

use super::evidence::SPREAD;
use super::{Candidate, Direction, Evidence, Gallery, PersonId, Prior};
use crate::vision::{Embedding, Face, Rect};

/// Corrections that count against one person; of more, the oldest count no longer.
pub const MAX_CORRECTIONS: usize = 50;
/// A face is denied where "it is the person of the corrected face" is this much likelier than "it is the candidate" (a
/// logarithm): people who are recognised are mostly who they seem to be.
const DENIED_FROM: f32 = 2.0;
/// From this cosine on it is the corrected picture once more, smaller or darker: no two of 2,304 pairs of different photos of one
/// person are as alike.
const SAME_PICTURE_FROM: f32 = 0.9;
/// A picture on a wall is where it was from this overlap on: faces are found a little elsewhere each time.
const SAME_PLACE_IOU: f32 = 0.5;

/// Faces that were taken for somebody they are not.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    not_them: HashMap<PersonId, Vec<Direction>>,
    pictures: Vec<(Spot, Evidence)>,
}

/// A face that was taken for `person`.
#[derive(Clone, Debug, PartialEq)]
pub struct MistakenFace {
    pub person: PersonId,
    pub embedding: Embedding,
    /// How much it says, 0..1 ([`Prior::reliability`]).
    pub reliability: f32,
    /// Where it hangs, if it is a picture and nobody at all: it counts there, and against nobody.
    pub picture_at: Option<Spot>,
}

/// A place in a camera's picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub camera: String,
    /// In fractions of the picture's width and height.
    pub place: Rect,
}

impl Corrections {
    /// Takes up what the store kept, oldest first.
    pub fn restore(kept: impl IntoIterator<Item = MistakenFace>, prior: &Prior) -> Self {
        let mut corrections = Self::default();
        for MistakenFace { person, embedding, reliability, picture_at } in kept {
            if let Some(spot) = picture_at {
                corrections.pictures.push((spot, Evidence::of_kept(prior, [(&embedding, reliability)])));
                continue;
            }
            let theirs = corrections.not_them.entry(person).or_default();
            if theirs.len() == MAX_CORRECTIONS {
                theirs.remove(0);
            }
            theirs.push(Evidence::of_kept(prior, [(&embedding, reliability)]).direction(prior));
        }
        corrections
    }

    /// Faces that were taken for somebody they are not.
    pub fn mistaken(&self) -> impl Iterator<Item = &Direction> {
        self.not_them.values().flatten()
    }

    /// Whether a face at this place of a camera's picture is one of the pictures that were said to hang there: about where that
    /// was, and more like it than like anybody else.
    pub fn is_picture(&self, at: &Spot, face: &Face, prior: &Prior) -> bool {
        let there = |spot: &Spot| spot.camera == at.camera && spot.place.iou(&at.place) >= SAME_PLACE_IOU;
        self.pictures.iter().any(|(spot, picture)| there(spot) && picture.agrees(prior, face) > 0.0)
    }

    /// Whether somebody who looks like `direction` is more like a face that is not `candidate` than like them, alike enough to
    /// be that stranger, and not as likely the candidate themselves. The very picture that was corrected stays corrected.
    pub fn deny(&self, candidate: &Candidate, gallery: &Gallery, direction: &Direction, prior: &Prior) -> bool {
        let from = candidate.similarity.max(prior.stranger.same_from);
        let theirs = self.not_them.get(&candidate.person.id).into_iter().flatten();
        let looks = || gallery.person(&candidate.person.id).into_iter().flat_map(|person| &person.looks);
        let alike = |face: &Direction| {
            let nearest = looks().max_by(|a, b| a.direction.cosine(face).total_cmp(&b.direction.cosine(face)));
            face.cosine(direction) >= SAME_PICTURE_FROM
                || nearest.is_none_or(|look| against(&look.direction, face, direction, prior) > DENIED_FROM)
        };
        theirs.filter(|face| face.likeness(direction) > from).any(alike)
    }
}

/// Log likelihood ratio of "the probe is the person of the mistaken face" against "it is the person of `look`".
/// A picture's cosine with its own person is its reliability, and with somebody else what those two have in common; so how
/// alike the mistaken face and the look are says what either would make of the probe.
fn against(look: &Direction, mistaken: &Direction, probe: &Direction, prior: &Prior) -> f32 {
    let (own, of_mistaken) = (prior.expected(probe), prior.expected(mistaken));
    let between = look.cosine(mistaken).max(0.0);
    let found = [probe.cosine(look), probe.cosine(mistaken)];
    let if_look = [own, own * between];
    let if_mistaken = [own * (between / of_mistaken).min(1.0), own * of_mistaken.max(between)];
    let off = |expected: [f32; 2]| (found[0] - expected[0]).powi(2) + (found[1] - expected[1]).powi(2);
    (off(if_look) - off(if_mistaken)) / (2.0 * SPREAD * SPREAD)
}
