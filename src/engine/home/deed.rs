//! What was done and can be undone, as it is kept: by `undo`, over a restart too.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::people::{PersonId, PersonRef, PhotoId, ProposalId, Stranger, UnknownId};
use crate::presence::Place;

/// Something that was done, and until when it can be undone: by the steady clock in the home, by the wall's where it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) until: Timestamp,
    pub(crate) deed: Deed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    Ignored(Unknown),
    Forgotten(Unknown),
    Named(Unknown, Named),
    Merged(Box<Merged>),
}

/// An unknown person as they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Unknown {
    pub(crate) id: UnknownId,
    pub(super) times_seen: u32,
    /// What they look like, where they are set aside and the recogniser knows them.
    #[serde(skip)]
    pub(super) looks: Option<Box<Stranger>>,
}

/// What became of an unknown person who was named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// Who has the photos now.
    pub(crate) person: PersonRef,
    /// Who was made for them, if somebody was.
    pub(crate) made: Option<PersonId>,
    /// The photos that nobody had before.
    pub(crate) photos: Vec<PhotoId>,
}

/// Two people before they were merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Merged {
    pub(crate) from: PersonRef,
    /// Who has the photos now.
    pub(crate) into: PersonRef,
    /// The photos of `from`, and those that were deleted and can be put back.
    pub(crate) photos: Vec<PhotoId>,
    /// Those of which somebody said that they are right.
    pub(crate) accepted: Vec<PhotoId>,
    pub(super) proposals: Vec<ProposalId>,
    pub(super) presence_timeout_s: Option<u32>,
    /// Where `from` was, and `into`.
    pub(super) places: (Option<Place>, Option<Place>),
}

impl Deed {
    pub(crate) fn unknown(&self) -> Option<&Unknown> {
        match self {
            Self::Ignored(unknown) | Self::Forgotten(unknown) | Self::Named(unknown, _) => Some(unknown),
            Self::Merged(_) => None,
        }
    }

    pub(super) fn unknown_mut(&mut self) -> Option<&mut Unknown> {
        match self {
            Self::Ignored(unknown) | Self::Forgotten(unknown) | Self::Named(unknown, _) => Some(unknown),
            Self::Merged(_) => None,
        }
    }

    /// Who has the photos that it is about, and which.
    pub(super) fn holder(&self) -> Option<(&PersonRef, &[PhotoId])> {
        match self {
            Self::Named(_, Named { person, photos, .. }) => Some((person, photos)),
            Self::Merged(merged) => Some((&merged.into, &merged.photos)),
            Self::Ignored(_) | Self::Forgotten(_) => None,
        }
    }

    pub(super) fn set_holder(&mut self, holder: PersonRef) {
        match self {
            Self::Named(_, named) => named.person = holder,
            Self::Merged(merged) => merged.into = holder,
            Self::Ignored(_) | Self::Forgotten(_) => {}
        }
    }
}
