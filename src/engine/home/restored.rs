//! What the last run left of a home: read by `kept`, taken up by `state`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::deed::Done;
use super::sight::Sight;
use crate::engine::types::{CameraId, CameraSettings, Settings};
use crate::people::{MistakenFace, PersonId, Proposal, Stranger, UnknownId};
use crate::presence::{Place, Track};
use crate::store::ChangeId;
use crate::vision::{Rect, Rotation};

/// Everything but photos, which are in the folder.
pub(crate) struct Restored {
    pub(crate) settings: Settings,
    pub(crate) cameras: Vec<CameraSettings>,
    pub(crate) places: Vec<(PersonId, Place)>,
    pub(crate) at_rest: Vec<(CameraId, AtRest)>,
    pub(crate) sights: Vec<(CameraId, Sight)>,
    pub(crate) people: BTreeMap<PersonId, KnownPerson>,
    pub(crate) strangers: Vec<Stranger>,
    pub(crate) strangers_aside: Vec<Stranger>,
    pub(crate) undoable: Vec<(ChangeId, Done)>,
    pub(crate) mistaken: Vec<MistakenFace>,
    pub(crate) proposals: Vec<Proposal>,
    pub(crate) last_sighting: i64,
}

/// What a camera showed without moving: pictures on its walls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AtRest {
    pub(crate) seen_by: SeenBy,
    pub(crate) tracks: Vec<Track<TakenFor>>,
}

/// By what a camera's tracks were seen: with anything else they are not the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SeenBy {
    /// The recogniser.
    pub(crate) model: String,
    pub(crate) rotate: Rotation,
    pub(crate) ignored_areas: Vec<Rect>,
}

/// Whom a track was taken for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TakenFor {
    /// Whom its last picture named.
    pub(crate) person: Option<PersonId>,
    /// Which stranger it is, and whether that stranger was made of this track.
    pub(crate) stranger: Option<(UnknownId, bool)>,
}

/// What is known of a person apart from their photos. Only what was set for them is kept with them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct KnownPerson {
    /// One of the people that come with the project, to try it out.
    #[serde(skip)]
    pub(crate) sample: bool,
    /// How long they stay present, seconds; their cameras' time where `None`.
    pub(crate) presence_timeout_s: Option<u32>,
    /// Their newest sighting whose picture is kept.
    #[serde(skip)]
    pub(crate) newest_sighting: Option<i64>,
}
