//! Is a picture of somebody worth having beside those that are there? A good one is, if it shows another view, or the same view
//! looking otherwise. One rule for who is learned at a camera and for what daily life proposes. Pure.

use super::View;
use crate::vision::{Embedding, Face, Quality};

/// Overall quality from which people are told that a photo is good.
pub const GOOD: f32 = 0.6;
/// A picture of the same takes another's place if it is this much better: each place changes hands a few times at most.
pub const BETTER_BY: f32 = 0.1;

/// What of a picture counts here.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    pub view: View,
    pub embedding: &'a Embedding,
    /// Overall quality, 0..1.
    pub quality: f32,
}

impl<'a> Picture<'a> {
    pub fn of(face: &'a Face) -> Self {
        let (embedding, quality) = (&face.embedding, face.quality.overall);
        Self { view: View::of(&face.detection.landmarks), embedding, quality }
    }
}

/// Where a picture belongs among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<K> {
    New,
    InsteadOf(K),
}

/// Where `picture` belongs among those that are there; `None` where it adds nothing. Two good pictures of one view show the same
/// unless their cosine is below `other_below`.
pub fn place<'a, K>(
    picture: &Picture<'_>,
    there: impl IntoIterator<Item = (K, Picture<'a>)>,
    other_below: f32,
) -> Option<Place<K>> {
    let of_view = there.into_iter().filter(|(_, other)| other.view == picture.view);
    let alike = of_view.map(|(key, other)| (key, other.quality, picture.embedding.similarity(other.embedding)));
    match alike.max_by(|a, b| a.2.total_cmp(&b.2)) {
        Some((key, quality, cosine)) if cosine >= other_below => {
            (picture.quality >= quality + BETTER_BY).then_some(Place::InsteadOf(key))
        }
        _ => Some(Place::New),
    }
}

/// Whether nothing is wrong with a face.
pub fn is_good(quality: &Quality) -> bool {
    quality.reasons.is_empty() && quality.overall >= GOOD
}
