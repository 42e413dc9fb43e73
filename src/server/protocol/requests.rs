//! What a client may ask. Strict: unknown fields are errors.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Role;
use crate::engine::{AboutMissing, CameraChange, CameraId, Instant, Override, SettingsChange, SittingId};
use crate::people::{PersonId, PhotoId, ProposalId, UnknownId};
use crate::store::ChangeId;
use crate::vision::Rect;

/// One request: `{"id": 7, "type": "recognize", …}`. The id is the client's; answers carry it back.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
pub struct Request {
    /// Any number that no other open request of this connection has.
    pub id: u64,
    #[schemars(flatten)]
    pub body: RequestBody,
    /// Who may ask it.
    #[schemars(skip)]
    pub roles: &'static [Role],
}

/// Every request type. On the wire the type stands among the fields, as the schema says; serde is given them apart (`parse`),
/// since it names no field within what it has to read twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(tag = "type")]
pub enum RequestBody {
    /// Is the connection alive? Answered at once.
    #[serde(rename = "ping")]
    Ping {},
    /// Who is in this picture?
    #[serde(rename = "recognize")]
    Recognize(Recognize),
    /// Have we seen this person? Whatever is remembered that looks like the faces in a picture, of which nothing is kept.
    #[serde(rename = "search")]
    Search { picture: Picture },
    /// Teach a person by a photo.
    #[serde(rename = "enroll")]
    Enroll(Enroll),
    /// Receive events from now on.
    #[serde(rename = "subscribe")]
    Subscribe {
        /// Where the client left off; missed events are replayed if they are still there.
        since: Option<Since>,
    },
    /// Take pictures of who stands before a camera, to learn who it is.
    #[serde(rename = "sittings/start")]
    SittingsStart {
        /// Full id of the camera; left out: you send the pictures, with `sittings/picture`.
        camera: Option<CameraId>,
    },
    /// The next picture of who is learned. Nothing else is told or kept of it.
    #[serde(rename = "sittings/picture")]
    SittingsPicture { sitting_id: SittingId, picture: Picture },
    /// How far that is, and what to ask the person for.
    #[serde(rename = "sittings/get")]
    SittingsGet { sitting_id: SittingId },
    /// These pictures become somebody's photos.
    #[serde(rename = "sittings/accept")]
    SittingsAccept(SittingsAccept),
    /// Forget the pictures.
    #[serde(rename = "sittings/decline")]
    SittingsDecline { sitting_id: SittingId },
    /// Pictures of confirmed visits that would widen somebody's photos.
    #[serde(rename = "proposals/list")]
    ProposalsList {
        /// Only of this person.
        person_id: Option<PersonId>,
        cursor: Option<String>,
        limit: Option<u32>,
    },
    /// These become photos of the people they were proposed for.
    #[serde(rename = "proposals/accept")]
    ProposalsAccept {
        /// Which, at least one.
        proposal_ids: Vec<ProposalId>,
    },
    /// Nobody wants these: forget them, and propose nothing like them again.
    #[serde(rename = "proposals/decline")]
    ProposalsDecline {
        /// Which, at least one.
        proposal_ids: Vec<ProposalId>,
    },
    /// Everybody.
    #[serde(rename = "people/list")]
    PeopleList(Part),
    /// Give a person another name (the folder follows).
    #[serde(rename = "people/rename")]
    PeopleRename { person_id: PersonId, name: String },
    /// Move all photos of one person to another, and forget the first.
    #[serde(rename = "people/merge")]
    PeopleMerge {
        /// Who disappears.
        from: PersonId,
        /// Who stays.
        into: PersonId,
    },
    /// Set something for one person.
    #[serde(rename = "people/configure")]
    PeopleConfigure {
        person_id: PersonId,
        /// How long they stay present after the last sighting, whatever the camera, seconds (1..=86400); left out: the camera's
        /// time, or the server's.
        presence_timeout_s: Option<u32>,
    },
    /// Forget a person: photos, embeddings, sightings.
    #[serde(rename = "people/delete")]
    PeopleDelete {
        person_id: PersonId,
        /// Whether they can be put back for an hour (`changes/undo`); otherwise they are erased at once.
        #[serde(default)]
        undo: bool,
    },
    /// A person's photos.
    #[serde(rename = "photos/list")]
    PhotosList { person_id: PersonId, cursor: Option<String>, limit: Option<u32> },
    /// Delete one photo.
    #[serde(rename = "photos/delete")]
    PhotosDelete {
        person_id: PersonId,
        photo_id: PhotoId,
        /// Whether it can be put back for an hour (`changes/undo`); otherwise it is erased at once.
        #[serde(default)]
        undo: bool,
    },
    /// This photo is of somebody else, who may be new.
    #[serde(rename = "photos/move")]
    PhotosMove {
        person_id: PersonId,
        photo_id: PhotoId,
        /// Name of who it is.
        person: String,
    },
    /// This photo is the person's, although it looks like somebody else or unlike their others.
    #[serde(rename = "photos/accept")]
    PhotosAccept { person_id: PersonId, photo_id: PhotoId },
    /// What was done and can be undone: deletions, merges, and what was said of unknown people.
    #[serde(rename = "changes/list")]
    ChangesList(Part),
    /// Undo something.
    #[serde(rename = "changes/undo")]
    ChangesUndo { change_id: ChangeId },
    /// Erase now what is kept so that something can be undone.
    #[serde(rename = "changes/erase")]
    ChangesErase {
        /// Of what; left out: of everything that can be undone.
        change_id: Option<ChangeId>,
    },
    /// What is wrong with folders and photos, and what is skipped.
    #[serde(rename = "problems/list")]
    ProblemsList(Part),
    /// Photos and people that make recognition worse, with what to do about each and what that would change.
    #[serde(rename = "care/list")]
    CareList(Part),
    /// People whose folders are missing: forget them now, or wait from the beginning.
    #[serde(rename = "people/missing")]
    PeopleMissing {
        /// What to do about them.
        answer: AboutMissing,
    },
    /// Unknown people seen lately.
    #[serde(rename = "unknowns/list")]
    UnknownsList(Part),
    /// This unknown is that person: their faces become photos.
    #[serde(rename = "unknowns/assign")]
    UnknownsAssign {
        unknown_id: UnknownId,
        /// The person's name; a new person is made where nobody has it.
        person: String,
    },
    /// Never report this unknown again.
    #[serde(rename = "unknowns/ignore")]
    UnknownsIgnore { unknown_id: UnknownId },
    /// Forget this unknown.
    #[serde(rename = "unknowns/delete")]
    UnknownsDelete {
        unknown_id: UnknownId,
        /// Whether they can be put back for an hour (`changes/undo`); otherwise they are erased at once.
        #[serde(default)]
        undo: bool,
    },
    /// Past sightings, newest first.
    #[serde(rename = "sightings/list")]
    SightingsList {
        /// Only of this person.
        person_id: Option<PersonId>,
        /// Only from this camera (full id).
        camera: Option<CameraId>,
        cursor: Option<String>,
        limit: Option<u32>,
    },
    /// "That was not Alice": takes back the sighting and what it decided.
    #[serde(rename = "sightings/correct")]
    SightingsCorrect {
        sighting_id: String,
        /// Who it was, by name, where that is known; the face becomes their photo. Otherwise just not who was said. The name that
        /// was said takes a correction back.
        person: Option<String>,
        /// Why it was wrong, where it was nobody at all; not together with `person`.
        reason: Option<WrongBecause>,
    },
    /// Tell the server about this client's cameras; what is left out stays.
    #[serde(rename = "cameras/configure")]
    CamerasConfigure {
        /// The cameras, each by the client's own id; cameras not named stay as they are.
        cameras: Vec<CameraChange>,
    },
    /// How well the cameras saw faces over their last visits.
    #[serde(rename = "cameras/sight")]
    CamerasSight(Part),
    /// All settings.
    #[serde(rename = "settings/get")]
    SettingsGet {},
    /// Change settings; what is left out stays.
    #[serde(rename = "settings/set")]
    SettingsSet(SettingsChange),
    /// Load, latency and counts.
    #[serde(rename = "stats")]
    Stats {},
}

impl RequestBody {
    /// Whether it is a picture that feeds presence.
    pub fn observes(&self) -> bool {
        matches!(self, Self::Recognize(recognize) if recognize.purpose == Purpose::Observe)
    }
}

/// A picture to recognise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recognize {
    /// Observe (feeds presence) or ask (changes nothing).
    pub purpose: Purpose,
    pub picture: Picture,
    /// The client's own id of the camera; needed to observe.
    pub camera: Option<String>,
    /// When the picture was taken, by the client's clock; needed to observe.
    #[schemars(with = "Option<Instant>")]
    pub captured_at: Option<Timestamp>,
    /// The client's clock when it sent this. Where it is given, clocks that are set during the connection do no harm.
    #[schemars(with = "Option<Instant>")]
    pub sent_at: Option<Timestamp>,
    /// Also keep a picture with boxes and names; the result has its path (`annotated`).
    #[serde(default)]
    pub annotate: bool,
}

/// Why a picture is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A camera sees this now: feeds tracks, presence and events; superseded by a newer one that finds it waiting.
    Observe,
    /// Somebody wants to know: changes nothing, never superseded.
    Ask,
}

/// How a picture comes: exactly one of the fields.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// The encoded file (JPEG, PNG, WebP, BMP, GIF, TIFF) in standard base64.
    Data(String),
    /// An http or https address; `admin` only.
    Url(String),
}

/// A photo that teaches a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enroll {
    /// The person's name; a new person is made where nobody has it.
    pub person: String,
    pub picture: Picture,
    /// Which of several faces: a box of an earlier answer, pixels of the upright picture.
    #[serde(rename = "box")]
    pub face_box: Option<Rect>,
    /// Refusals to override.
    #[serde(default)]
    pub allow: Vec<Override>,
}

/// Pictures of a sitting that are right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SittingsAccept {
    pub sitting_id: SittingId,
    /// The person's name; a new person is made where nobody has it.
    pub person: String,
    /// Which of the pictures, by their `picture_id`; at least one. Either all are learned or none.
    pub pictures: Vec<u32>,
    /// Refusals to override.
    #[serde(default)]
    pub allow: Vec<Override>,
}

/// Where a client left off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// The run of the last event received.
    pub run: String,
    /// Its number.
    pub seq: u64,
}

/// Which part of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Page")]
pub struct Part {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// How many at most, 1..=500; 100 where left out.
    pub limit: Option<u32>,
}

/// Why a sighting was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WrongBecause {
    /// It was a picture of a face. That face at that place of this camera is ignored from now on, and counts against nobody.
    NotAPerson,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Data(text) => write!(f, "Data({} characters)", text.len()),
            Self::Url(_) => f.write_str("Url(…)"),
        }
    }
}
