//! What the last run left of a home: read by `kept`, taken up by `state`.

use std::collections::BTreeMap;

use crate::engine::types::{CameraSettings, Settings};
use crate::people::{MistakenFace, PersonId, Stranger};
use crate::presence::Place;

/// Everything but photos, which are in the folder.
pub(crate) struct Restored {
    pub(crate) settings: Settings,
    pub(crate) cameras: Vec<CameraSettings>,
    pub(crate) places: Vec<(PersonId, Place)>,
    pub(crate) people: BTreeMap<PersonId, KnownPerson>,
    pub(crate) strangers: Vec<Stranger>,
    pub(crate) mistaken: Vec<MistakenFace>,
    pub(crate) last_sighting: i64,
}

/// What is known of a person apart from their photos.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KnownPerson {
    /// One of the people that come with the project, to try it out.
    pub(crate) sample: bool,
    /// How long they stay present, seconds; their cameras' time where `None`.
    pub(crate) presence_timeout_s: Option<u32>,
    /// Their newest sighting whose picture is kept.
    pub(crate) newest_sighting: Option<i64>,
}
