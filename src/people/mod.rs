//! Who people are: validated names, the gallery of their embeddings, evidence and thresholds, strangers, the rules of enrolment.
//! Knows no network, no files and no time of day. Called by the engine.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

pub mod calibration;
pub mod care;
pub mod corrections;
pub mod enrol;
pub mod evidence;
pub mod gallery;
pub mod identity;
pub mod misfiled;
pub mod name;
pub mod prior;
pub mod proposals;
pub mod search;
pub mod strangers;
#[cfg(test)]
mod tests;
pub mod variety;

pub use calibration::{Allowed, Calibration, CalibrationSource, HeldBackBy, Judgement, Reasons, RestsOn, SettleBy};
pub use care::{Effect, Fault, Finding, Suggestion};
pub use corrections::{Corrections, MistakenFace, Spot};
pub use enrol::{Acceptance, EnrolRequest, Override, Refusal, View};
pub use evidence::{Direction, Evidence};
pub use gallery::{Candidate, Gallery, GalleryError, GalleryPerson, GalleryPhoto, Look};
pub use identity::Identity;
pub use misfiled::{Doubt, DoubtfulPhoto, Misfiled, SamePerson};
pub use name::{NameError, PersonName};
pub use prior::{Prior, PriorError};
pub use proposals::{Adds, Proposal, ProposalId, Proposals, Shows};
pub use search::{Likelihood, Likeness, Match};
pub use strangers::{Attention, Noticed, Stranger, StrangerFace, Strangers, VISIT_ENDS_AFTER};

/// A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct PersonId(pub String);

/// A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct PhotoId(pub String);

/// An unknown person's lasting id: 16 random lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct UnknownId(pub String);

/// Somebody enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonRef {
    /// Lasting id; a rename keeps it.
    pub id: PersonId,
    /// The name, as the folder under `faces/` has it.
    pub name: PersonName,
}

/// How firmly a person was recognised.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Grade {
    /// It looks like them: quick, for lights.
    Seen,
    /// Several pictures say so, as surely as the home asks: for presence and what matters.
    Confirmed,
}

macro_rules! shown_as_text {
    ($($id:ty),*) => { $(impl fmt::Display for $id {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
    })* };
}
shown_as_text!(PersonId, PhotoId, ProposalId, UnknownId);
