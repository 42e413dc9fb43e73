//! What the server answers. May grow fields within a version: clients ignore what they do not know.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::WireError;
use crate::engine::{CameraState, Instant, LibraryState, PersonRef, PersonState, PicturePath, Stats, Undoable};
use crate::people::{Effect, Fault, PhotoId, ProposalId, Suggestion};
use crate::vision::Rect;

/// Answer to `ping`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pong {
    #[schemars(with = "Instant")]
    pub now: Timestamp,
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
    /// How to put it back, where `undo` was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub change: Option<Undoable>,
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
