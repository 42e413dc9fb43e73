//! What the engine takes and gives, in the words of the project, not of the wire: `server::handlers` and the command line
//! turn these into messages and lines.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::people::{Attention, PersonId, PersonName, PhotoId, UnknownId};
pub use crate::people::{Candidate, Gate, Grade, Override, PersonRef, Reasons, SettleBy};
pub use crate::presence::{CameraId, TrackId};
use crate::store::{self, Away, Cursor};
use crate::vision::{Face, Quality, Rect, Rotation, StageTimes};

/// An encoded picture, shared and not copied on its way through the queue.
pub type PictureBytes = Arc<[u8]>;

/// Whether a recognised picture is also kept with boxes and names drawn on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annotation {
    /// Draw it; [`Recognition::annotated`] holds the JPEG.
    Draw,
    Skip,
}

#[derive(Clone, Debug)]
pub struct Observation {
    pub camera: CameraId,
    pub picture: PictureBytes,
    /// When it was taken, by this server's clock, not in the future.
    pub captured_at: Timestamp,
    /// Whether to answer with the annotated picture, too (the camera's last one is kept in any case).
    pub annotation: Annotation,
}

#[derive(Clone, Debug)]
pub struct Recognition {
    /// The camera, if it was observed.
    pub camera: Option<CameraId>,
    pub captured_at: Timestamp,
    /// Upright width, pixels.
    pub width: u32,
    /// Upright height, pixels.
    pub height: u32,
    /// Everybody in it, largest first.
    pub faces: Vec<RecognizedFace>,
    pub queued: Duration,
    pub times: StageTimes,
    /// The camera's last picture once more: it was not counted again.
    pub repeated: bool,
    /// Another picture of this visit would change nothing.
    pub settled: bool,
    /// Photos are still being learned: who is not known may be somebody whose photo is among them.
    pub learning: bool,
    /// By how much an asked picture seems to be turned.
    pub suggested_rotate: Option<Rotation>,
    /// JPEG with boxes and names, if asked for.
    pub annotated: Option<PictureBytes>,
}

#[derive(Clone, Debug)]
pub struct RecognizedFace {
    pub face: Face,
    pub identity: Identity,
    /// The most alike people, best first, three at most.
    pub nearest: Vec<Candidate>,
    pub reasons: Reasons,
    /// Log odds of the nearest person against a stranger.
    pub log_odds: f32,
    /// The track it belongs to, for observed pictures.
    pub track: Option<TrackId>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Identity {
    Known {
        person: PersonRef,
        /// 0..1.
        probability: f32,
        grade: Grade,
    },
    Unsure {
        person: PersonRef,
        /// 0..1.
        probability: f32,
        settle_by: Vec<SettleBy>,
        reason: String,
    },
    Unknown {
        unknown: Option<UnknownId>,
        ignored: bool,
        /// Not known yet, perhaps: photos are still being learned.
        learning: bool,
    },
}

/// What somebody said of a sighting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    NotThem,
    Was(PersonName),
    /// It was a picture, not a person.
    NotAPerson,
}

impl Identity {
    /// In words: a bare name is a promise, and only for who is confirmed.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Known { person, grade: Grade::Confirmed, .. } => person.name.to_string(),
            Self::Known { person, grade: Grade::Seen, .. } => format!("looks like {}", person.name),
            Self::Unsure { person, .. } => format!("unsure, perhaps {}", person.name),
            Self::Unknown { ignored: true, .. } => "ignored".to_owned(),
            Self::Unknown { learning: true, .. } => "not known yet".to_owned(),
            Self::Unknown { .. } => "unknown".to_owned(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Enrollment {
    /// Whose; a new person is made where nobody has the name.
    pub name: PersonName,
    pub picture: PictureBytes,
    pub face_box: Option<Rect>,
    pub allow: Vec<Override>,
}

/// A photo that is safely on disk and known.
#[derive(Clone, Debug)]
pub struct Enrolled {
    pub person: PersonRef,
    pub photo: PhotoId,
    /// How many usable ones the person has now.
    pub photos: usize,
    /// Where the face was in the given picture.
    pub box_in_frame: Rect,
    pub quality: Quality,
    /// What would make the next one better, in words.
    pub advice: Vec<String>,
}

/// A person and where they are.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonState {
    pub person: PersonRef,
    pub photos: usize,
    pub presence: PresenceState,
    /// How long they stay present after the last sighting; their cameras' time where `None`.
    pub presence_timeout: Option<Duration>,
    /// One of the people that come with the project, to try it out: nobody of this home.
    pub sample: bool,
    /// The newest picture of their face: a sighting's, else a photo's.
    pub picture: Option<FacePicture>,
}

/// Which picture shows a person's face best and newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacePicture {
    Sighting(i64),
    Photo(PhotoId),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PresenceState {
    /// Confirmed within the timeout.
    pub present: bool,
    /// The same, on a camera that counts as home.
    pub home: bool,
    pub camera: Option<CameraId>,
    pub area: Option<String>,
    pub since: Option<Timestamp>,
    /// Last sighting of either grade.
    pub last_seen: Option<Timestamp>,
    /// When they were last gone: the end of their last presence. Stays while they are present again.
    pub departed_at: Option<Timestamp>,
    /// How sure it was, 0..1.
    pub probability: Option<f32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CameraSettings {
    pub id: CameraId,
    pub name: String,
    pub area: Option<String>,
    /// Whether being confirmed here is being at home.
    pub counts_as_home: bool,
    /// How long a person stays present; the engine's default where `None`.
    pub presence_timeout: Option<Duration>,
    /// Narrower faces are ignored, pixels.
    pub min_face_px: Option<u32>,
    /// Faces whose middle is in one of these are ignored; in fractions of the picture's width and height.
    pub ignored_areas: Vec<Rect>,
    /// By how much its pictures are turned clockwise to be upright.
    pub rotate: Rotation,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CameraState {
    pub settings: CameraSettings,
    /// Faces in the last picture, for a short time after it.
    pub faces: usize,
    /// Present people who were seen here last, a short time ago at most.
    pub present: Vec<PersonRef>,
    /// An unknown, not ignored person in the last picture, for a short time after it.
    pub unknown_present: bool,
    /// When the last picture was taken.
    pub last_picture_at: Option<Timestamp>,
    /// Whether an annotated picture is kept.
    pub has_annotated: bool,
    /// The `rotate` with which faces would be upright, where they are not.
    pub suggested_rotate: Option<Rotation>,
}

/// A photo under `faces/`.
#[derive(Clone, Debug)]
pub struct PhotoState {
    pub id: PhotoId,
    /// File name within the person's folder.
    pub file: String,
    /// The face's quality, or why it could not be learned.
    pub face: Result<Quality, String>,
}

/// How the folder of people is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LibraryState {
    /// People whose folders are missing, and how long they are waited for.
    pub away: Option<Away>,
    /// How much is wrong with folders and photos ([`crate::store::ProblemKind::is_fault`]).
    pub problems: usize,
}

/// What is done about people whose folders are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AboutMissing {
    /// They are gone.
    Forget,
    /// They will come back.
    Wait,
}

impl LibraryState {
    /// How many people are missing, of how many.
    pub(super) fn missing(&self) -> Option<(usize, usize)> {
        self.away.map(|away| (away.missing, away.known))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnknownState {
    pub id: UnknownId,
    pub times_seen: u32,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub camera: CameraId,
    pub ignored: bool,
}

impl From<store::UnknownInfo> for UnknownState {
    fn from(row: store::UnknownInfo) -> Self {
        Self {
            id: row.id,
            times_seen: row.times_seen,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            camera: CameraId(row.camera),
            ignored: row.attention == Attention::Ignored,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    pub id: i64,
    /// When the picture was taken.
    pub at: Timestamp,
    pub camera: CameraId,
    pub person: PersonRef,
    pub grade: Grade,
    /// 0..1.
    pub probability: f32,
    pub similarity: f32,
    /// Somebody said it was wrong.
    pub corrected: bool,
}

impl Sighting {
    /// As it was stored, of somebody who is still enrolled.
    pub(super) fn of(row: store::Sighting, person: PersonRef) -> Self {
        Self {
            id: row.id,
            at: row.at,
            camera: CameraId(row.camera),
            person,
            grade: row.grade,
            probability: row.probability,
            similarity: row.similarity,
            corrected: row.correction.is_some(),
        }
    }
}

/// Which past sightings to list.
#[derive(Clone, Debug, PartialEq)]
pub struct SightingQuery {
    pub person: Option<PersonId>,
    pub camera: Option<CameraId>,
    /// Where the page before ended.
    pub cursor: Option<Cursor>,
    pub limit: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Strangers confirmed as someone per thousand visits.
    pub strangers_per_thousand: f32,
    /// How long a person stays present after the last sighting.
    pub presence_timeout: Duration,
    /// How long after a camera's last picture it still says who is there.
    pub in_view_timeout: Duration,
    /// How long sightings and unknown faces are kept, days.
    pub retention_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strangers_per_thousand: 1.0,
            presence_timeout: Duration::from_secs(600),
            in_view_timeout: Duration::from_secs(30),
            retention_days: 7,
        }
    }
}

impl CameraSettings {
    /// What is wrong with areas to be ignored, in words.
    #[must_use]
    pub fn wrong_area(areas: &[Rect]) -> Option<String> {
        const MOST: usize = 16;
        if areas.len() > MOST {
            return Some(format!("{} are more than the {MOST} of a camera", areas.len()));
        }
        let within = |r: &Rect| {
            let inside = |from: f32, size: f32| from >= 0.0 && size > 0.0 && from + size <= 1.0001;
            inside(r.x, r.w) && inside(r.y, r.h)
        };
        let wrong = areas.iter().find(|area| !within(area))?;
        let Rect { x, y, w, h } = wrong;
        Some(format!(
            "x {x}, y {y}, w {w}, h {h} is not a part of a picture in fractions of its width and height, 0 to 1"
        ))
    }

    /// A camera nobody has described yet: named by its id, does not count as home.
    #[must_use]
    pub fn unnamed(id: CameraId) -> Self {
        let name = id.0.rsplit('/').next().unwrap_or(&id.0).to_owned();
        Self {
            id,
            name,
            area: None,
            counts_as_home: false,
            presence_timeout: None,
            min_face_px: None,
            ignored_areas: Vec::new(),
            rotate: Rotation::None,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stats {
    pub uptime: Duration,
    pub people: usize,
    pub photos: usize,
    /// Files found under `faces/` and not learned yet.
    pub to_learn: usize,
    pub pictures: u64,
    /// Pictures a newer one replaced.
    pub superseded: u64,
    pub failed: u64,
    pub waiting: usize,
    /// Their bytes.
    pub waiting_bytes: usize,
    /// Share of worker time used over the last minute, 0..1.
    pub load: f32,
    /// Arrival to answer, median of the last 200.
    pub latency_median: Duration,
    /// Arrival to answer, 95th percentile of the last 200.
    pub latency_p95: Duration,
    pub workers: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person reached a grade on a camera; where in the picture.
    Sighting(Sighting, Rect),
    /// An unknown person is there.
    UnknownSeen(UnknownState),
    /// A person was not present before.
    Arrived {
        person: PersonRef,
        camera: CameraId,
        /// Whether that counts as home.
        home: bool,
        /// When they were last gone, if they were here before.
        departed_at: Option<Timestamp>,
    },
    Departed {
        person: PersonRef,
        camera: CameraId,
    },
    PersonChanged(PersonState),
    PersonRemoved(PersonId),
    CameraChanged(CameraState),
    SightingCorrected {
        id: i64,
        person: PersonRef,
    },
    SettingsChanged(Settings),
    /// How the folder of people is.
    LibraryChanged(LibraryState),
}

/// An event with its place in this run.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord {
    pub seq: u64,
    pub at: Timestamp,
    pub event: Event,
}
