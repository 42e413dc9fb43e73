//! What the server tells by itself, once subscribed. State events (`person_changed`, `camera_changed`) say how things are
//! now and coalesce for a slow client; the others happened once. A `replayed` event updates entities and fires no triggers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::jiff_schema::Timestamp;
use super::results::{CameraInfo, Grade, LibraryInfo, PersonInfo, PersonRef, Settings, UnknownInfo};
use crate::vision::Rect;

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename = "event")]
pub struct EventMessage {
    /// This start of the server.
    pub run: String,
    /// Rises by one with every event of this run; gaps mean coalesced state events.
    pub seq: u64,
    /// When it happened, by the server's clock.
    pub at: Timestamp,
    /// True where the client missed it and gets it now.
    #[serde(default)]
    pub replayed: bool,
    /// What happened.
    pub event: Event,
}

/// Every event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A person reached a grade on a camera: at most once a grade and visit.
    Sighting {
        /// For `sightings/correct`.
        sighting_id: String,
        /// Full id of the camera.
        camera: String,
        /// Who.
        person: PersonRef,
        /// How firmly.
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
        camera: String,
        /// Who, as far as that goes.
        unknown: UnknownInfo,
        /// Path of the annotated picture on this server.
        annotated: String,
    },
    /// A person came (was not present before).
    Arrived {
        /// Who.
        person: PersonRef,
        /// Full id of the camera.
        camera: String,
        /// Whether that camera counts as home.
        home: bool,
        /// When they were last gone, if they were here before.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        departed_at: Option<Timestamp>,
    },
    /// A person's presence ended.
    Departed {
        /// Who.
        person: PersonRef,
        /// Full id of the last camera.
        camera: String,
    },
    /// State: a person is new, was renamed, learned, moved, came or went.
    PersonChanged {
        /// How they are now.
        person: PersonInfo,
    },
    /// A person was deleted or merged away.
    PersonRemoved {
        /// Who.
        person_id: String,
    },
    /// State: a camera's faces, people or settings changed.
    CameraChanged {
        /// How it is now.
        camera: CameraInfo,
    },
    /// A sighting was taken back.
    SightingCorrected {
        /// Which.
        sighting_id: String,
        /// Who it was not.
        person: PersonRef,
    },
    /// State: the folder of people is away or back, or has more or fewer problems.
    LibraryChanged {
        /// How it is now.
        library: LibraryInfo,
    },
    /// State: settings changed.
    SettingsChanged {
        /// How they are now.
        settings: Settings,
    },
}
