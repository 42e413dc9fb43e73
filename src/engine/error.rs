//! Why the engine could not do something, in words for the person who asked.

use std::time::Duration;

use crate::people::{PersonName, PriorError, Refusal};
use crate::store::StoreError;
use crate::vision::VisionError;

/// Why the engine could not do something.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A newer picture of the same camera took this one's place.
    #[error("a newer picture of this camera took this one's place")]
    Superseded,
    #[error("too many pictures are waiting; try again in {} ms", retry_after.as_millis())]
    Busy {
        /// When there is room again, most likely.
        retry_after: Duration,
    },
    #[error("this camera is learning somebody already; try again in {} s", retry_after.as_secs() + 1)]
    SomebodySits {
        /// When its pictures end at the latest.
        retry_after: Duration,
    },
    /// The picture cannot be read.
    #[error(transparent)]
    Vision(#[from] VisionError),
    /// The photo cannot be enrolled.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("there is no {what} with the id {id}")]
    NotFound {
        /// "person", "photo", "sighting", "unknown person", "camera", "sitting", "picture",
        /// "proposal".
        what: &'static str,
        id: String,
    },
    /// Somebody else has that name.
    #[error("there is already a person named {name}; merge the two, or choose another name")]
    NameTaken {
        /// The name, as that person has it.
        name: PersonName,
    },
    /// The model pack's measured numbers cannot be used.
    #[error(transparent)]
    Prior(#[from] PriorError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It holds, and is not on the disk.
    #[error("this is in effect now, but could not be stored yet ({reason}); the server keeps trying")]
    NotKept { reason: String },
    #[error("the server is stopping")]
    ShuttingDown,
    #[error("a fault of the server's own: {0}")]
    Internal(String),
}

impl EngineError {
    pub(super) fn no_person(id: &crate::people::PersonId) -> Self {
        Self::NotFound { what: "person", id: id.0.clone() }
    }

    /// An answer of another kind than the question.
    pub(super) fn unexpected() -> Self {
        Self::Internal("an answer of another kind".to_owned())
    }

    pub(super) fn no_proposal(id: &crate::people::ProposalId) -> Self {
        Self::NotFound { what: "proposal", id: id.0.clone() }
    }

    pub(super) fn no_unknown(id: &crate::people::UnknownId) -> Self {
        Self::NotFound { what: "unknown person", id: id.0.clone() }
    }
}
