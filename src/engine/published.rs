//! How a home is, for who reads: published by its owner after each command, and read without waiting for anything.

use std::collections::HashMap;
use std::sync::Arc;

use super::events::Kept;
use super::home::state::{Home, LastPicture};
use super::types::{CameraId, CameraState, LibraryState, PersonState, PictureBytes, Settings, Usage};
use crate::people::PersonId;
use crate::presence::Now;

/// A home at one moment. Events up to `events.seq` are in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Published {
    pub(super) events: Kept,
    pub(super) people: Arc<[PersonState]>,
    pub(super) cameras: Arc<[CameraState]>,
    pub(super) last_pictures: Arc<HashMap<CameraId, Arc<LastPicture>>>,
    pub(super) annotated: Arc<HashMap<CameraId, PictureBytes>>,
    pub(super) settings: Settings,
    pub(super) library: LibraryState,
    pub(super) photos: usize,
    pub(super) to_learn: usize,
    /// Pictures of sightings that are not on the disk yet, and whose they are.
    pub(super) waiting: Arc<[(i64, PersonId, PictureBytes)]>,
    /// How much else is not.
    pub(super) unkept: Option<Usage>,
    pub(super) sittings: Option<Usage>,
}

impl Published {
    /// A home, whose `people` have these states, as it is now.
    pub(super) fn of(home: &Home, people: Arc<[PersonState]>, events: Kept, now: Now) -> Self {
        let last = home.last_pictures().filter_map(|(id, last, _)| Some((id.clone(), Arc::clone(last?))));
        let annotated = home.last_pictures().filter_map(|(id, _, picture)| Some((id.clone(), Arc::clone(picture?))));
        let (photos, to_learn) = home.photo_counts();
        Self {
            events,
            people,
            cameras: home.camera_states(now).into(),
            last_pictures: Arc::new(last.collect()),
            annotated: Arc::new(annotated.collect()),
            settings: home.settings,
            library: home.told_library(),
            photos,
            to_learn,
            waiting: Arc::default(),
            unkept: None,
            sittings: Some(home.sittings.usage()),
        }
    }
}
