//! The live decision driven by a simulated clock, without disk, threads or networks: described faces in, verdicts out.
//!
//! Exactly [`State::observe`], which the workers call, too. Used by `measure::replay` and `measure::evaluate`.

use jiff::Timestamp;

use super::decide::Seen;
use super::state::{Model, State, UnknownIds};
use super::types::{CameraId, RecognizedFace, Settings, TrackId};
use super::{EngineError, fault};
use crate::people::{PersonId, PersonName, PhotoId, Prior, Strangers};
use crate::vision::Face;

/// A home without disk or clock.
pub struct Simulation {
    state: State,
    pictures: u64,
    people: u64,
}

/// What a picture meant.
pub struct Observed {
    /// Everybody in it, largest first.
    pub faces: Vec<RecognizedFace>,
    /// Another picture of this visit would change nothing.
    pub settled: bool,
}

impl Simulation {
    /// An empty home, for a recogniser with these measured numbers.
    #[must_use]
    pub fn new(prior: Option<Prior>, settings: Settings) -> Self {
        let mut state = State::new(Model::new(prior));
        state.settings = settings;
        state.unknown_ids = UnknownIds::Numbered(0);
        Self { state, pictures: 0, people: 0 }
    }

    /// A person with described photos, one face each.
    ///
    /// # Errors
    /// [`EngineError::Internal`] where somebody has the name already.
    pub fn enroll(&mut self, name: PersonName, photos: &[Face]) -> Result<(), EngineError> {
        self.people += 1;
        let id = PersonId(format!("{:016x}", self.people));
        self.state.gallery.add_person(id.clone(), name).map_err(fault)?;
        for (n, face) in photos.iter().enumerate() {
            self.state.put_photo(&id, PhotoId(format!("{:08x}{n:08x}", self.people)), face)?;
        }
        Ok(())
    }

    /// A camera's picture, taken at `at`, which is also the time now.
    pub fn observe(&mut self, camera: &CameraId, at: Timestamp, size: (u32, u32), faces: Vec<Face>) -> Observed {
        self.pictures += 1;
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&self.pictures.to_le_bytes());
        self.state.expire(at);
        let seen = Seen { camera, at, now: at, hash, width: size.0, height: size.1 };
        let decision = self.state.observe(&seen, faces);
        Observed { faces: decision.faces.to_vec(), settled: decision.settled }
    }

    /// Tracks, presence and the memory of strangers as at the first start; people stay.
    pub fn begin_anew(&mut self) {
        let fresh = State::new(self.state.model.clone());
        let before = std::mem::replace(&mut self.state, fresh);
        self.state.gallery = before.gallery;
        self.state.settings = before.settings;
        self.state.unknown_ids = before.unknown_ids;
    }

    /// Whether a track has not ended.
    #[must_use]
    pub fn goes_on(&self, camera: &CameraId, track: TrackId) -> bool {
        self.state.tracks.goes_on(camera, track)
    }

    /// Never tells of a stranger again.
    pub fn ignore(&mut self, stranger: &crate::people::UnknownId) -> bool {
        self.state.strangers.ignore(stranger).is_some()
    }

    /// Who is remembered though unknown.
    #[must_use]
    pub fn strangers(&self) -> &Strangers {
        &self.state.strangers
    }
}
