//! What outlives a restart: settings, cameras, where people are. Small JSON documents in the database.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::shared::Shared;
use super::types::{CameraId, CameraSettings, Settings};
use super::{EngineError, Options};
use crate::people::PersonId;
use crate::presence::{Place, Stay, Whereabouts};
use crate::store::{Database, Kind, StoreError, random_id};

const SERVER_ID: &str = "server_id";
const HOME: &str = "home";

/// This server's lasting id, made at its first start.
pub(super) fn server_id(database: &Database) -> Result<String, StoreError> {
    if let Some(id) = database.document(Kind::Setting, SERVER_ID)? {
        return Ok(id);
    }
    let id = random_id()?;
    database.put_document(Kind::Setting, SERVER_ID, &id)?;
    Ok(id)
}

/// The home's settings as they were last set, else those of the configuration.
pub(super) fn settings(database: &Database, options: &Options) -> Result<Settings, StoreError> {
    let stored: Option<StoredSettings> = database.document(Kind::Setting, HOME)?;
    Ok(stored.map_or(options.settings, |s| Settings {
        strangers_per_thousand: s.strangers_per_thousand,
        presence_timeout: Duration::from_secs(s.presence_timeout_s),
        retention_days: s.retention_days,
    }))
}

pub(super) fn keep_settings(database: &Database, settings: &Settings) -> Result<(), StoreError> {
    let stored = StoredSettings {
        strangers_per_thousand: settings.strangers_per_thousand,
        presence_timeout_s: settings.presence_timeout.as_secs(),
        retention_days: settings.retention_days,
    };
    database.put_document(Kind::Setting, HOME, &stored)
}

/// The cameras that clients have configured.
pub(super) fn cameras(database: &Database) -> Result<Vec<CameraSettings>, StoreError> {
    let stored: Vec<(String, StoredCamera)> = database.documents(Kind::Camera)?;
    let restored = stored.into_iter().map(|(id, c)| CameraSettings {
        id: CameraId(id),
        name: c.name,
        area: c.area,
        counts_as_home: c.counts_as_home,
        presence_timeout: c.presence_timeout_s.map(Duration::from_secs),
        min_face_px: c.min_face_px,
    });
    Ok(restored.collect())
}

pub(super) fn keep_camera(database: &Database, camera: &CameraSettings) -> Result<(), StoreError> {
    let stored = StoredCamera {
        name: camera.name.clone(),
        area: camera.area.clone(),
        counts_as_home: camera.counts_as_home,
        presence_timeout_s: camera.presence_timeout.map(|t| t.as_secs()),
        min_face_px: camera.min_face_px,
    };
    database.put_document(Kind::Camera, &camera.id.0, &stored)
}

/// Where people were when the server stopped; what has run out since ends at the first tick.
pub(super) fn whereabouts(database: &Database) -> Result<Whereabouts<PersonId>, StoreError> {
    let stored: Vec<(String, StoredPlace)> = database.documents(Kind::Presence)?;
    let mut whereabouts = Whereabouts::new();
    for (person, place) in stored {
        whereabouts.restore(PersonId(person), place.into());
    }
    Ok(whereabouts)
}

/// Writes down where these people are now.
pub(super) fn keep_presence<'a>(
    shared: &Shared,
    people: impl IntoIterator<Item = &'a PersonId>,
) -> Result<(), EngineError> {
    for person in people {
        let place = shared.state().whereabouts.place(person).cloned();
        match place {
            Some(place) => shared.database.put_document(Kind::Presence, &person.0, &StoredPlace::from(place))?,
            None => drop(shared.database.delete_document(Kind::Presence, &person.0)?),
        }
    }
    Ok(())
}

#[derive(Serialize, Deserialize)]
struct StoredSettings {
    strangers_per_thousand: f32,
    presence_timeout_s: u64,
    retention_days: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredCamera {
    name: String,
    area: Option<String>,
    counts_as_home: bool,
    presence_timeout_s: Option<u64>,
    min_face_px: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct StoredPlace {
    camera: String,
    last_seen: Timestamp,
    probability: f32,
    present: Option<StoredStay>,
}

#[derive(Serialize, Deserialize)]
struct StoredStay {
    since: Timestamp,
    until: Timestamp,
    camera: String,
    home_until: Option<Timestamp>,
}

impl From<Place> for StoredPlace {
    fn from(place: Place) -> Self {
        let stay =
            |s: Stay| StoredStay { since: s.since, until: s.until, camera: s.camera.0, home_until: s.home_until };
        Self {
            camera: place.camera.0,
            last_seen: place.last_seen,
            probability: place.probability,
            present: place.present.map(stay),
        }
    }
}

impl From<StoredPlace> for Place {
    fn from(place: StoredPlace) -> Self {
        let stay = |s: StoredStay| Stay {
            since: s.since,
            until: s.until,
            camera: CameraId(s.camera),
            home_until: s.home_until,
        };
        Self {
            camera: CameraId(place.camera),
            last_seen: place.last_seen,
            probability: place.probability,
            present: place.present.map(stay),
        }
    }
}
