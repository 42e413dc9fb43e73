//! What the engine takes and gives. What means the same to a client is written as clients get it; of the rest
//! `server::handlers` and the command line make messages and lines.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::{Timestamp, Unit};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::settings::{CameraChange, CameraSettings, OutOfRange, Settings, SettingsChange, presence_timeout};

use crate::people::{Attention, PersonId, PersonName, PhotoId, ProposalId, Refusal, Stranger, UnknownId};
pub use crate::people::{Candidate, Grade, HeldBackBy, Identity, Override, PersonRef, Reasons, SettleBy};
pub use crate::presence::{CameraId, TrackId};
pub use crate::store::SightingQuery;
use crate::store::{self, Away, ChangeId, SetAside, What};
use crate::vision::{Face, Quality, Rect, Rotation, StageTimes};

/// An encoded picture, shared and not copied on its way through the queue.
pub type PictureBytes = Arc<[u8]>;

/// A picture that the server shows, on the wire as its path.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(with = "String", inline)]
pub enum PicturePath {
    /// A camera's last picture with a face, boxes and names drawn on it.
    Annotated(CameraId),
    Photo(PersonId, PhotoId),
    Sighting(i64),
    /// The best picture of an unknown person's face.
    Unknown(UnknownId),
    /// What an alert about an unknown person showed, and when that was taken: the best picture may be of another visit.
    Alert(UnknownId, Timestamp),
    Sitting(SittingId, u32),
    Proposal(ProposalId),
}

/// Everything a path segment may not hold as it is; camera ids have `/` and can have anything.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl fmt::Display for PicturePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Annotated(camera) => {
                write!(f, "/v1/cameras/{}/annotated.jpg", utf8_percent_encode(&camera.0, SEGMENT))
            }
            Self::Photo(person, photo) => write!(f, "/v1/photos/{person}/{photo}.jpg"),
            Self::Sighting(id) => write!(f, "/v1/sightings/{id}.jpg"),
            Self::Unknown(id) => write!(f, "/v1/unknowns/{id}.jpg"),
            Self::Alert(id, at) => write!(f, "/v1/unknowns/{id}_{}.jpg", at.as_microsecond()),
            Self::Sitting(id, number) => write!(f, "/v1/sittings/{}_{number}.jpg", id.0),
            Self::Proposal(id) => write!(f, "/v1/proposals/{id}.jpg"),
        }
    }
}

/// The path of a request, as it was sent.
impl FromStr for PicturePath {
    type Err = &'static str;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        let inside = path.strip_prefix("/v1/").and_then(|path| path.strip_suffix(".jpg"));
        inside.and_then(Self::at).ok_or("this isn't the path of a picture")
    }
}

impl PicturePath {
    fn at(path: &str) -> Option<Self> {
        let parts = path.split('/').map(|part| percent_decode_str(part).decode_utf8());
        let parts = parts.collect::<Result<Vec<_>, _>>().ok()?;
        Some(match parts.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
            ["cameras", camera, "annotated"] => Self::Annotated(CameraId(camera.to_owned())),
            ["photos", person, photo] => Self::Photo(PersonId(person.to_owned()), PhotoId(photo.to_owned())),
            ["sightings", id] => Self::Sighting(id.parse().ok()?),
            ["unknowns", id] => match id.split_once('_') {
                None => Self::Unknown(UnknownId(id.to_owned())),
                Some((id, at)) => {
                    Self::Alert(UnknownId(id.to_owned()), Timestamp::from_microsecond(at.parse().ok()?).ok()?)
                }
            },
            ["sittings", id] => {
                let (id, number) = id.rsplit_once('_')?;
                Self::Sitting(SittingId(id.to_owned()), number.parse().ok()?)
            }
            ["proposals", id] => Self::Proposal(ProposalId(id.to_owned())),
            _ => return None,
        })
    }
}

impl Serialize for PicturePath {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        as_text::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for PicturePath {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        as_text::deserialize(from)
    }
}

/// A sitting's id: 16 random lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct SittingId(pub String);

/// Whether a recognised picture is also kept with boxes and names drawn on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annotation {
    /// Draw it; [`Recognition::drawn`] holds the JPEG.
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

/// Answer to `recognize`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recognition {
    /// The camera's full id (`client_id/camera`), where one was named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub camera: Option<CameraId>,
    /// When the picture was taken, by the server's clock.
    #[schemars(with = "Instant")]
    pub captured_at: Timestamp,
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// Everybody in it, largest first.
    pub faces: Vec<RecognizedFace>,
    pub timings: Timings,
    /// True for an observed picture whose bytes are the camera's last ones: it was not counted again.
    #[serde(default)]
    pub repeated: bool,
    /// True when another picture of this visit would change nothing: every face is confirmed, or there is none.
    #[serde(default)]
    pub settled: bool,
    /// True while photos are still being learned: a face that isn't known may be somebody whose photo is among them.
    #[serde(default)]
    pub learning: bool,
    /// By how many degrees clockwise an asked picture seems to have to be turned: it shows nobody who is known as it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suggested_rotate: Option<Rotation>,
    /// Path of the annotated JPEG on this server, where `annotate` was set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub annotated: Option<String>,
    /// JPEG with boxes and names, where it was asked for.
    #[serde(skip)]
    pub drawn: Option<PictureBytes>,
}

/// How the time went, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timings {
    /// Waiting for a worker.
    pub queue_ms: f32,
    #[serde(flatten)]
    pub stages: StageTimes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FaceInfo")]
pub struct RecognizedFace {
    #[serde(flatten)]
    pub face: Face,
    pub identity: Identity,
    /// The most alike people, best first, three at most.
    pub nearest: Vec<Candidate>,
    /// What `identity` rests on.
    pub evidence: Basis,
}

/// What a verdict rests on: all pictures of a face's track, or the one picture that was asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Evidence")]
pub struct Basis {
    /// The track: the same number for the same visitor from picture to picture; only for observed pictures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub track: Option<TrackId>,
    #[serde(flatten)]
    pub reasons: Reasons,
}

/// What somebody said of a sighting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    NotThem,
    Was(PersonName),
    /// It was a picture, not a person.
    NotAPerson,
}

#[derive(Clone, Debug)]
pub struct Enrollment {
    /// Whose; a new person is made where nobody has the name.
    pub name: PersonName,
    pub picture: PictureBytes,
    pub face_box: Option<Rect>,
    pub allow: Vec<Override>,
}

/// A photo that is safely on disk and known from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    pub person: PersonRef,
    #[serde(rename = "photo_id")]
    pub photo: PhotoId,
    /// How many usable photos the person has now.
    pub photos: usize,
    pub face: EnrolledFace,
    /// What would make the next photo better, in words.
    pub advice: Vec<String>,
}

/// The face that was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolledFace {
    /// Where it was in the given picture.
    #[serde(rename = "box")]
    pub box_in_frame: Rect,
    pub quality: Quality,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    PersonDeleted,
    PhotoDeleted,
    PeopleMerged,
    UnknownNamed,
    UnknownIgnored,
    UnknownForgotten,
}

/// Something that was done and can be undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ChangeInfo")]
pub struct Undoable {
    #[serde(rename = "change_id")]
    pub id: ChangeId,
    pub kind: ChangeKind,
    /// Who was deleted or merged into somebody, whose photo it was, or who the unknown person is said to be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<PersonRef>,
    /// Whom they were merged into.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub into: Option<PersonRef>,
    /// The unknown person.
    #[serde(rename = "unknown_id", skip_serializing_if = "Option::is_none", default)]
    pub unknown: Option<UnknownId>,
    /// How many visits the unknown person had made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub times_seen: Option<u32>,
    /// The deleted photo.
    #[serde(rename = "photo_id", skip_serializing_if = "Option::is_none", default)]
    pub photo: Option<PhotoId>,
    /// How many photos are put back, or taken out again.
    pub photos: usize,
    /// From when on it can't be undone.
    #[schemars(with = "Instant")]
    pub until: Timestamp,
}

/// Who is back after something was undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Undone {
    /// The person who was deleted or merged into somebody, or whose photo it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<PersonState>,
    /// The unknown person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unknown: Option<UnknownState>,
}

/// As people are told of it.
pub(super) fn whole_seconds(at: Timestamp) -> Timestamp {
    at.round(Unit::Second).unwrap_or(at)
}

impl Undoable {
    pub(super) fn of(aside: SetAside) -> Self {
        let photos = aside.photos().len();
        let left = aside.ends.saturating_duration_since(std::time::Instant::now());
        let until = Timestamp::now().checked_add(left).unwrap_or(Timestamp::MAX);
        let (kind, photo) = match aside.what {
            What::Person { .. } => (ChangeKind::PersonDeleted, None),
            What::Photo { photo, .. } => (ChangeKind::PhotoDeleted, Some(photo)),
        };
        Self {
            id: aside.id,
            kind,
            person: Some(aside.person),
            into: None,
            unknown: None,
            times_seen: None,
            photo,
            photos,
            until: whole_seconds(until),
        }
    }
}

/// What became of proposed pictures that were accepted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcceptedProposals {
    pub photos: Vec<(ProposalId, PersonRef, PhotoId)>,
    /// The home has changed since they were proposed: these may not teach any more.
    pub refused: Vec<(ProposalId, Refusal)>,
}

/// A person, where they are, and what they look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PersonInfo")]
pub struct PersonState {
    #[serde(flatten)]
    pub person: PersonRef,
    /// How many photos are usable.
    pub photos: usize,
    /// How many pictures of their visits wait to be accepted as photos or declined.
    #[serde(default)]
    pub proposals: usize,
    pub presence: PresenceState,
    /// How long they stay present after the last sighting, seconds, if that is set for this person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub presence_timeout_s: Option<u32>,
    /// True for the sample people that come with the server: nobody of this home, and gone once somebody else is enrolled.
    #[serde(default)]
    pub sample: bool,
    /// Path of the newest picture of their face on this server.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub picture: Option<PicturePath>,
}

/// Where a person is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PresenceInfo")]
pub struct PresenceState {
    /// Confirmed within the timeout.
    pub present: bool,
    /// Confirmed within the timeout on a camera that counts as home.
    pub home: bool,
    /// Full id of the last camera.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub camera: Option<CameraId>,
    /// The area of that camera.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<String>,
    /// Present since then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "Option<Instant>")]
    pub since: Option<Timestamp>,
    /// Last sighting, of either grade.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "Option<Instant>")]
    pub last_seen: Option<Timestamp>,
    /// When their last presence ended: the last sighting plus the time that presence lasts. Stays while they are present again,
    /// so that a greeting can say how long they were away.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "Option<Instant>")]
    pub departed_at: Option<Timestamp>,
    /// How sure the last sighting was, 0..1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub probability: Option<f32>,
}

/// A camera and who is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CameraInfo")]
pub struct CameraState {
    /// Full id (`client_id/camera`; a camera of the configuration file has its plain name).
    #[serde(rename = "camera")]
    pub id: CameraId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<String>,
    /// Whether being confirmed here is being at home.
    pub counts_as_home: bool,
    /// By how many degrees clockwise its pictures are turned.
    #[serde(default)]
    pub rotate: Rotation,
    /// The `rotate` with which its faces would be upright, where its pictures seem to be turned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suggested_rotate: Option<Rotation>,
    /// Faces in the last picture; 0 once that is `in_view_timeout_s` ago.
    pub faces: usize,
    /// People who are here: present, and seen here at most `in_view_timeout_s` ago. Where somebody was before that is in the
    /// person's `presence`.
    pub present: Vec<PersonRef>,
    /// Whether an unknown person (not an ignored one) was in the last picture; false once that is `in_view_timeout_s` ago.
    pub unknown_present: bool,
    /// When the last picture was taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "Option<Instant>")]
    pub last_picture_at: Option<Timestamp>,
    /// Path of the last annotated picture with a face.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub annotated: Option<PicturePath>,
}

/// A photo that taught a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PhotoInfo")]
pub struct PhotoState {
    #[serde(rename = "photo_id")]
    pub id: PhotoId,
    /// File name within the person's folder.
    pub file: String,
    /// Path of the picture on this server.
    pub picture: PicturePath,
    /// Whether it could be learned.
    pub usable: bool,
    /// Why it could not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quality: Option<Quality>,
}

/// How the folder of people is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LibraryInfo")]
pub struct LibraryState {
    /// How many faults `problems/list` has.
    pub problems: usize,
    /// Set while so many people's folders are missing that the folder must be away; recognition goes on with what is known.
    #[serde(rename = "missing", skip_serializing_if = "Option::is_none", default)]
    pub away: Option<Away>,
}

/// What is done about people whose folders are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AboutMissing {
    /// They are gone: forget them, as if they had been deleted.
    Forget,
    /// They will come back: begin to wait again.
    Wait,
}

/// An unknown person, and what they look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UnknownInfo")]
pub struct UnknownState {
    #[serde(rename = "unknown_id")]
    pub id: UnknownId,
    /// How many visits.
    pub times_seen: u32,
    #[schemars(with = "Instant")]
    pub first_seen: Timestamp,
    #[schemars(with = "Instant")]
    pub last_seen: Timestamp,
    /// Full id of the last camera.
    pub camera: CameraId,
    /// Whether somebody asked to ignore them.
    pub ignored: bool,
    /// Path of the best picture of the face on this server.
    pub picture: PicturePath,
}

impl UnknownState {
    /// A stranger whom `camera` saw last, shown by their best picture.
    pub(super) fn of(stranger: &Stranger, camera: CameraId) -> Self {
        Self {
            id: stranger.id.clone(),
            times_seen: stranger.times_seen,
            first_seen: stranger.first_seen,
            last_seen: stranger.last_seen,
            camera,
            ignored: stranger.attention == Attention::Ignored,
            picture: PicturePath::Unknown(stranger.id.clone()),
        }
    }
}

/// A past sighting, and what it showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SightingInfo")]
pub struct Sighting {
    /// Rises from sighting to sighting; a text for clients, whose numbers may be too small for it.
    #[serde(rename = "sighting_id", with = "as_text")]
    #[schemars(with = "String")]
    pub id: i64,
    /// When the picture was taken.
    #[schemars(with = "Instant")]
    pub at: Timestamp,
    /// Full id of the camera.
    pub camera: CameraId,
    pub person: PersonRef,
    pub grade: Grade,
    /// How sure, 0..1.
    pub probability: f32,
    /// Cosine similarity of the best photo.
    pub similarity: f32,
    /// Whether somebody said it was wrong.
    pub corrected: bool,
    /// Path of the face's picture on this server.
    pub picture: PicturePath,
}

impl Sighting {
    /// As it was stored, of somebody who is still enrolled.
    pub(super) fn of(row: store::SightingRow, person: PersonRef) -> Self {
        Self {
            id: row.id,
            at: row.at,
            camera: CameraId(row.camera),
            person,
            grade: row.grade,
            probability: row.probability,
            similarity: row.similarity,
            corrected: row.correction.is_some(),
            picture: PicturePath::Sighting(row.id),
        }
    }
}

/// Load, latency and counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stats {
    /// Since the server started, seconds.
    pub uptime_s: u64,
    /// People enrolled.
    pub people: usize,
    /// Usable photos.
    pub photos: usize,
    /// Files found under the faces folder and not learned yet.
    pub photos_to_learn: usize,
    /// Pictures recognised since start.
    pub pictures: u64,
    /// Pictures that a newer one replaced.
    pub superseded: u64,
    /// Pictures that failed.
    pub failed: u64,
    /// Pictures waiting now.
    pub waiting: usize,
    /// Bytes of waiting pictures now.
    pub waiting_bytes: usize,
    /// Share of worker time in use over the last minute, 0..1.
    pub load: f32,
    /// Arrival to answer, median of the last 200 pictures, ms.
    pub latency_median_ms: f32,
    /// Arrival to answer, 95th percentile of the last 200 pictures, ms.
    pub latency_p95_ms: f32,
    /// Worker threads.
    pub workers: usize,
}

/// Who asks for a worker's time: askers take turns, and share the room there is for what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Asker {
    /// The cameras of the configuration, and the commands of this machine.
    #[default]
    Home,
    /// Somebody by a number that no other asker has.
    Client(i64),
    /// The folder of people, whose photos are to be learned.
    Folder,
}

/// Something that is bounded: how much of it is in use, and how often the bound was hit, so that somebody was refused, or waited,
/// or something was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// A word for it.
    pub of: &'static str,
    /// `None` where it isn't counted.
    pub used: Option<usize>,
    pub most: usize,
    /// Since the start.
    pub hits: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
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
        picture: PicturePath,
        /// Path of the annotated picture on this server.
        annotated: PicturePath,
    },
    /// An unknown person (not an ignored one) is there: once a visit.
    UnknownSeen {
        /// Full id of the camera.
        camera: CameraId,
        /// Who, as far as that goes.
        unknown: UnknownState,
        /// Path of the annotated picture on this server.
        annotated: PicturePath,
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
    PersonChanged { person: PersonState },
    /// A person was deleted or merged away.
    PersonRemoved { person_id: PersonId },
    /// State: a camera's faces, people or settings changed.
    CameraChanged { camera: CameraState },
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

/// An event with its place in this run.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRecord {
    pub seq: u64,
    pub at: Timestamp,
    pub event: Event,
}

/// An instant in the schema: RFC 3339 with a zone (`2026-11-24T08:00:00.123Z`).
pub struct Instant;

impl JsonSchema for Instant {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time", "description": "An instant, RFC 3339 with a zone."})
    }
}

pub(crate) mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(value: &impl Display, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<T, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_found_by_the_path_that_clients_are_told() {
        let (person, unknown) = (PersonId("c0ffee".into()), UnknownId("77aa".into()));
        let pictures = [
            PicturePath::Annotated(CameraId("home/front door/\u{e9}%2F".into())),
            PicturePath::Photo(person, PhotoId("9a03".into())),
            PicturePath::Sighting(812),
            PicturePath::Unknown(unknown.clone()),
            PicturePath::Alert(unknown, Timestamp::UNIX_EPOCH),
            PicturePath::Sitting(SittingId("5177".into()), 3),
            PicturePath::Proposal(ProposalId("9a0b".into())),
        ];
        for picture in pictures {
            assert_eq!(picture.to_string().parse(), Ok(picture));
        }
        for nothing in
            ["/v1/sightings/x.jpg", "/v1/sightings/812.png", "/v1/unknowns/77aa_noon.jpg", "/v1/sittings/5177.jpg"]
        {
            assert!(nothing.parse::<PicturePath>().is_err(), "{nothing}");
        }
    }
}
