//! What the server tells by itself, once subscribed. State events (`person_changed`, `camera_changed`) say how things are
//! now and coalesce for a slow client; the others happened once. A `replayed` event updates entities and fires no triggers.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::results::{CameraInfo, PersonInfo, UnknownInfo};
use crate::engine::{CameraId, Grade, Instant, LibraryState, PersonRef, Settings, as_text};
use crate::people::PersonId;
use crate::vision::Rect;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename = "event")]
pub struct EventMessage {
    /// This start of the server.
    pub run: String,
    /// Rises by one with every event of this run; gaps mean coalesced state events.
    pub seq: u64,
    /// When it happened, by the server's clock.
    #[schemars(with = "Instant")]
    pub at: Timestamp,
    /// True where the client missed it and gets it now.
    #[serde(default)]
    pub replayed: bool,
    pub event: Happening,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schemars(rename = "Event")]
pub enum Happening {
    /// A person reached a grade on a camera: at most once a grade and visit.
    Sighting {
        /// For `sightings/correct`.
        #[serde(with = "as_text")]
        #[schemars(with = "String")]
        sighting_id: i64,
        /// Full id of the camera.
        camera: CameraId,
        person: PersonRef,
        grade: Grade,
        /// How sure, 0..1.
        probability: f32,
        /// Where in the picture.
        #[serde(rename = "box")]
        face_box: Rect,
        /// Path of the face's picture on this server.
        picture: String,
        /// Path of the annotated picture on this server.
        annotated: String,
    },
    /// An unknown person (not an ignored one) is there: once a visit.
    UnknownSeen {
        /// Full id of the camera.
        camera: CameraId,
        /// Who, as far as that goes.
        unknown: UnknownInfo,
        /// Path of the annotated picture on this server.
        annotated: String,
    },
    /// A person came (was not present before).
    Arrived {
        person: PersonRef,
        /// Full id of the camera.
        camera: CameraId,
        /// Whether that camera counts as home.
        home: bool,
        /// When they were last gone, if they were here before.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        #[schemars(with = "Option<Instant>")]
        departed_at: Option<Timestamp>,
    },
    /// A person's presence ended.
    Departed {
        person: PersonRef,
        /// Full id of the last camera.
        camera: CameraId,
    },
    /// State: a person is new, was renamed, learned, moved, came or went.
    PersonChanged { person: PersonInfo },
    /// A person was deleted or merged away.
    PersonRemoved { person_id: PersonId },
    /// State: a camera's faces, people or settings changed.
    CameraChanged { camera: CameraInfo },
    /// A sighting was taken back.
    SightingCorrected {
        #[serde(with = "as_text")]
        #[schemars(with = "String")]
        sighting_id: i64,
        /// Who it was not.
        person: PersonRef,
    },
    /// State: the folder of people is away or back, or has more or fewer problems.
    LibraryChanged { library: LibraryState },
    /// State: settings changed.
    SettingsChanged { settings: Settings },
}
