//! What the server answers. May grow fields within a version: clients ignore what they do not know.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::WireError;
use crate::engine::{
    CameraId, CameraState, Candidate, Identity, Instant, LibraryState, PersonRef, PersonState, PicturePath, Reasons,
    Sighting, Stats, TrackId, UnknownState,
};
use crate::people::{Effect, Fault, Likelihood, PhotoId, ProposalId, Suggestion};
use crate::vision::{Detection, Quality, Rect, Rotation, StageTimes};

/// Answer to `ping`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pong {
    #[schemars(with = "Instant")]
    pub now: Timestamp,
}

/// Answer to `recognize`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Recognition")]
pub struct Recognized {
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
    pub faces: Vec<FaceInfo>,
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
}

/// How the time went, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timings {
    /// Waiting for a worker.
    pub queue_ms: f32,
    #[serde(flatten)]
    pub stages: StageTimes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaceInfo {
    #[serde(flatten)]
    pub detection: Detection,
    pub quality: Quality,
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

/// Answer to `search`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchResult {
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// The faces in it, largest first, ten at most.
    pub faces: Vec<SearchedFace>,
    /// How many past sightings they were compared with.
    pub compared: usize,
    /// True while photos are still being learned: somebody may be missing.
    #[serde(default)]
    pub learning: bool,
    /// By how many degrees clockwise the picture seems to have to be turned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suggested_rotate: Option<Rotation>,
}

/// A face in a picture, and what is remembered that looks like it: of each kind the most alike first, twelve at most. All are
/// empty for somebody who has not been seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchedFace {
    #[serde(flatten)]
    pub detection: Detection,
    pub quality: Quality,
    pub people: Vec<AlikePerson>,
    /// Ignored ones, too.
    pub unknowns: Vec<AlikeUnknown>,
    pub sightings: Vec<AlikeSighting>,
    /// How many sightings are alike, those that are not listed, too.
    pub alike_sightings: usize,
}

/// Somebody enrolled who looks like a face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlikePerson {
    pub person: PersonRef,
    /// Their most alike photo.
    pub photo_id: PhotoId,
    /// Path of that photo on this server.
    pub picture: PicturePath,
    #[serde(flatten)]
    pub alike: Likeness,
}

/// An unknown person who looks like a face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlikeUnknown {
    #[serde(flatten)]
    pub unknown: UnknownState,
    #[serde(flatten)]
    pub alike: Likeness,
}

/// A past sighting whose face looks like another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlikeSighting {
    #[serde(flatten)]
    pub sighting: Sighting,
    #[serde(flatten)]
    pub alike: Likeness,
}

/// How alike two faces are, and what that says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Likeness {
    /// −1..1, higher is closer.
    pub alike: f32,
    /// How likely they are one person's.
    pub likelihood: Likelihood,
}

/// One face, in `details.faces` of `multiple_faces`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaceChoice {
    /// Where; can be given back as `box`.
    #[serde(rename = "box")]
    pub face_box: Rect,
}

/// Answer to `subscribe`; events follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subscribed {
    /// This start of the server.
    pub run: String,
    /// Number of the last event before this answer.
    pub seq: u64,
    /// True where missed events are lost (or nothing was asked for): `state` holds everything. Otherwise the missed ones
    /// follow, marked `replayed`.
    pub gap: bool,
    /// Everything as it is now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<State>,
}

/// Everything a client shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct State {
    pub people: Vec<PersonState>,
    /// Where not everybody fits into one message: the `cursor` with which `people/list` goes on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub people_cursor: Option<String>,
    /// Cameras and who is there.
    pub cameras: Vec<CameraState>,
    /// The folder of people.
    #[serde(default)]
    pub library: LibraryState,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListPage<T> {
    pub items: Vec<T>,
    /// Give it as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_cursor: Option<String>,
}

/// Something that makes recognition worse, what would mend it, and what that would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CareFinding {
    pub fault: Fault,
    pub person: PersonRef,
    /// The photo, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub photo_id: Option<PhotoId>,
    /// Path of that photo on this server.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub picture: Option<PicturePath>,
    /// Who it looks like, or is the same as.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub other: Option<PersonRef>,
    /// The photo that shows the same.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub twin: Option<TwinPhoto>,
    pub suggestion: Suggestion,
    pub effect: Effect,
}

/// A photo of the same person that shows the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TwinPhoto {
    pub photo_id: PhotoId,
    /// Path of the picture on this server.
    pub picture: PicturePath,
}

/// Answer to `proposals/accept`: each picture is in one of the lists, and waits no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalsAccepted {
    /// These are photos now.
    pub photos: Vec<ProposedPhoto>,
    /// These may not teach any more, since photos or people have changed after they were proposed.
    pub refused: Vec<RefusedProposal>,
}

/// A picture that is a photo now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedPhoto {
    pub proposal_id: ProposalId,
    pub person: PersonRef,
    pub photo_id: PhotoId,
}

/// A picture that could not be learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefusedProposal {
    pub proposal_id: ProposalId,
    /// Why, as `enroll` would say it.
    pub error: WireError,
}

/// Answer to deletions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deleted {
    /// Always true; a thing that was not there is `not_found`.
    pub deleted: bool,
}

/// Answer to `cameras/configure`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CamerasConfigured {
    /// The cameras as they are now.
    pub cameras: Vec<CameraState>,
}

/// Answer to `stats`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Stats")]
pub struct ServerStats {
    #[serde(flatten)]
    pub engine: Stats,
    /// Connected clients.
    pub clients: usize,
}
