//! The live decision driven by a simulated clock, without disk, threads or networks: described faces in, verdicts out.
//! Exactly [`Home::observe`], which a home calls, too. Used by the laboratory, `face-lab`.

use jiff::Timestamp;

use super::error::EngineError;
use super::home::outcome::{Command, CutFace, Decision, Seen, WantedFace};
use super::home::state::{Home, Model, UnknownIds};
use super::teach::Photo;
use super::types::{CameraId, RecognizedFace, Settings, TrackId};
use crate::people::{PersonId, PersonName, PhotoId, Prior, Strangers};
use crate::presence::Now;
use crate::store::Recipe;
use crate::vision::Face;

/// A home without disk or clock.
pub struct Simulation {
    home: Home,
    pictures: u64,
    people: u64,
}

pub struct Observed {
    /// Everybody in it, largest first.
    pub faces: Vec<RecognizedFace>,
    /// Another picture of this visit would change nothing.
    pub settled: bool,
    /// Which of the faces are proposed as photos.
    pub proposed: Vec<usize>,
}

impl Simulation {
    /// An empty home, for a recogniser with these measured numbers.
    pub fn new(prior: Option<Prior>, settings: Settings) -> Self {
        Self {
            home: Home::simulated(Model::new(prior, Recipe::default()), settings, UnknownIds::Numbered(0)),
            pictures: 0,
            people: 0,
        }
    }

    /// A person with described photos, one face each.
    /// Refused where somebody has the name already.
    pub fn enroll(&mut self, name: PersonName, photos: &[Face]) -> Result<(), EngineError> {
        self.people += 1;
        let id = PersonId(format!("{:016x}", self.people));
        let photos = photos.iter().enumerate();
        let photos = photos.map(|(n, face)| (PhotoId(format!("{:08x}{n:08x}", self.people)), face));
        self.home.enroll(&id, name, photos).map_err(|e| EngineError::Internal(e.to_string()))
    }

    /// A camera's picture, taken at `at`, which is also the time now.
    pub fn observe(&mut self, camera: &CameraId, at: Timestamp, size: (u32, u32), faces: Vec<Face>) -> Observed {
        self.pictures += 1;
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&self.pictures.to_le_bytes());
        drop(self.home.handle(Command::Tick, Now::at(at)));
        let seen = Seen { camera: camera.clone(), captured_at: at, hash, size };
        let decision = self.home.observe(&seen, faces, Now::at(at));
        let Decision { faces, settled, proposals, .. } = decision;
        let propose = |wanted: WantedFace| {
            // What is kept of a face is the face itself here.
            let photo = Photo { jpeg: Vec::new(), face: faces[wanted.face].face.clone() };
            let (face, cut) = (wanted.face, CutFace { photo, colourless: false });
            (!self.home.propose(camera, at, wanted, cut).is_empty()).then_some(face)
        };
        let proposed = proposals.into_iter().filter_map(propose).collect();
        Observed { faces, settled, proposed }
    }

    /// Tracks, presence and the memory of strangers as at the first start; people stay.
    pub fn begin_anew(&mut self) {
        self.home.begin_anew();
    }

    /// Whether a track has not ended.
    pub fn goes_on(&self, camera: &CameraId, track: TrackId) -> bool {
        self.home.tracks.goes_on(camera, track)
    }

    /// Never tells of a stranger again.
    pub fn ignore(&mut self, stranger: &crate::people::UnknownId) -> bool {
        self.home.handle(Command::IgnoreUnknown(stranger.clone()), Now::at(Timestamp::UNIX_EPOCH)).answer.is_ok()
    }

    /// Who is remembered though unknown.
    pub fn strangers(&self) -> &Strangers {
        &self.home.strangers
    }
}
