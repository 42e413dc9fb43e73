//! Who a face is, and the words for it: a bare name is a promise, and only for who is confirmed.
//! Judged by [`super::Calibration`]; the engine says which unknown person it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::calibration::SettleBy;
use super::{Grade, PersonRef, UnknownId};

/// Who a face is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Identity {
    /// Somebody enrolled.
    Known {
        person: PersonRef,
        /// How sure, 0..1.
        probability: f32,
        /// The grade reached with this picture.
        grade: Grade,
        /// For people: the bare name where it is `confirmed`, "looks like" and the name where it is `seen`.
        label: String,
    },
    /// Not decided: perhaps `person`.
    Unsure {
        person: PersonRef,
        /// How likely, 0..1.
        probability: f32,
        /// What would settle it, most helpful first; never empty.
        settle_by: Vec<SettleBy>,
        /// Why it isn't decided, in words.
        reason: String,
        /// For people.
        label: String,
    },
    /// Nobody enrolled.
    Unknown {
        /// The unknown person's lasting id, for observed pictures.
        #[serde(rename = "unknown_id", skip_serializing_if = "Option::is_none", default)]
        unknown: Option<UnknownId>,
        /// Asked to be ignored.
        #[serde(default)]
        ignored: bool,
        /// Not known yet, perhaps: photos are still being learned.
        #[serde(default)]
        learning: bool,
    },
}

impl Identity {
    /// Nobody enrolled, and not looked for among the unknown.
    pub const STRANGER: Self = Self::Unknown { unknown: None, ignored: false, learning: false };

    pub fn known(person: PersonRef, probability: f32, grade: Grade) -> Self {
        let label = match grade {
            Grade::Confirmed => person.name.to_string(),
            Grade::Seen => format!("looks like {}", person.name),
        };
        Self::Known { person, probability, grade, label }
    }

    pub fn unsure(person: PersonRef, probability: f32, settle_by: Vec<SettleBy>, reason: String) -> Self {
        let label = format!("unsure, perhaps {}", person.name);
        Self::Unsure { person, probability, settle_by, reason, label }
    }

    /// Who it is, or perhaps is.
    pub fn person(&self) -> Option<&PersonRef> {
        match self {
            Self::Known { person, .. } | Self::Unsure { person, .. } => Some(person),
            Self::Unknown { .. } => None,
        }
    }

    pub fn in_words(&self) -> &str {
        match self {
            Self::Known { label, .. } | Self::Unsure { label, .. } => label,
            Self::Unknown { ignored: true, .. } => "ignored",
            Self::Unknown { learning: true, .. } => "not known yet",
            Self::Unknown { .. } => "unknown",
        }
    }
}
