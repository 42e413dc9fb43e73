//! What a client may ask. Strict: unknown fields are errors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Role;
use super::jiff_schema::Timestamp;
use crate::vision::{Rect, Rotation};

/// The most that may be asked of a face's width: no camera at home shows faces so large.
pub const MOST_MIN_FACE_PX: u32 = 1000;

/// One request: `{"id": 7, "type": "recognize", …}`. The id is the client's; answers carry it back.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
pub struct Request {
    /// Any number that no other open request of this connection has.
    pub id: u64,
    /// What is asked.
    #[schemars(flatten)]
    pub body: RequestBody,
}

/// Every request type. On the wire the type stands among the fields, as the schema says; serde is given them apart (`parse`),
/// since it names no field within what it has to read twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(tag = "type")]
pub enum RequestBody {
    /// Is the connection alive? Answered at once: [`super::results::Pong`].
    #[serde(rename = "ping")]
    Ping {},
    /// Who is in this picture? → [`super::results::Recognition`].
    #[serde(rename = "recognize")]
    Recognize(Recognize),
    /// Teach a person by a photo → [`super::results::Enrolled`].
    #[serde(rename = "enroll")]
    Enroll(Enroll),
    /// Receive events from now on → [`super::results::Subscribed`].
    #[serde(rename = "subscribe")]
    Subscribe {
        /// Where the client left off; missed events are replayed if they are still there.
        #[serde(default)]
        since: Option<Since>,
    },
    /// Everybody → a page of [`super::results::PersonInfo`].
    #[serde(rename = "people/list")]
    PeopleList(Page),
    /// Give a person another name (the folder follows) → [`super::results::PersonInfo`].
    #[serde(rename = "people/rename")]
    PeopleRename {
        /// Who.
        person_id: String,
        /// The new name.
        name: String,
    },
    /// Move all photos of one person to another, and forget the first → [`super::results::PersonInfo`] of `into`.
    #[serde(rename = "people/merge")]
    PeopleMerge {
        /// Who disappears.
        from: String,
        /// Who stays.
        into: String,
    },
    /// Set something for one person → [`super::results::PersonInfo`].
    #[serde(rename = "people/configure")]
    PeopleConfigure {
        /// Who.
        person_id: String,
        /// How long they stay present after the last sighting, whatever the camera, seconds (1..=86400); left out: the camera's
        /// time, or the server's.
        #[serde(default)]
        presence_timeout_s: Option<u32>,
    },
    /// Forget a person: photos, embeddings, sightings → [`super::results::Deleted`].
    #[serde(rename = "people/delete")]
    PeopleDelete {
        /// Who.
        person_id: String,
    },
    /// A person's photos → a page of [`super::results::PhotoInfo`].
    #[serde(rename = "photos/list")]
    PhotosList {
        /// Whose.
        person_id: String,
        /// Which page.
        #[serde(default)]
        cursor: Option<String>,
        /// How many at most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// Delete one photo → [`super::results::Deleted`].
    #[serde(rename = "photos/delete")]
    PhotosDelete {
        /// Whose.
        person_id: String,
        /// Which.
        photo_id: String,
    },
    /// This photo is the person's, although it looks like somebody else or unlike their others → [`super::results::PhotoInfo`].
    #[serde(rename = "photos/accept")]
    PhotosAccept {
        /// Whose.
        person_id: String,
        /// Which.
        photo_id: String,
    },
    /// What is wrong with folders and photos, and what is skipped → a page of [`super::results::ProblemInfo`].
    #[serde(rename = "problems/list")]
    ProblemsList(Page),
    /// People whose folders are missing: forget them now, or wait from the beginning → [`super::results::LibraryInfo`].
    #[serde(rename = "people/missing")]
    PeopleMissing {
        /// What to do about them.
        answer: AboutMissing,
    },
    /// Unknown people seen lately → a page of [`super::results::UnknownInfo`].
    #[serde(rename = "unknowns/list")]
    UnknownsList(Page),
    /// This unknown is that person: their faces become photos → [`super::results::PersonInfo`].
    #[serde(rename = "unknowns/assign")]
    UnknownsAssign {
        /// Which unknown.
        unknown_id: String,
        /// The person's name; a new person is made where nobody has it.
        person: String,
    },
    /// Never report this unknown again → [`super::results::UnknownInfo`].
    #[serde(rename = "unknowns/ignore")]
    UnknownsIgnore {
        /// Which unknown.
        unknown_id: String,
    },
    /// Forget this unknown → [`super::results::Deleted`].
    #[serde(rename = "unknowns/delete")]
    UnknownsDelete {
        /// Which unknown.
        unknown_id: String,
    },
    /// Past sightings, newest first → a page of [`super::results::SightingInfo`].
    #[serde(rename = "sightings/list")]
    SightingsList {
        /// Only of this person.
        #[serde(default)]
        person_id: Option<String>,
        /// Only from this camera (full id).
        #[serde(default)]
        camera: Option<String>,
        /// Which page.
        #[serde(default)]
        cursor: Option<String>,
        /// How many at most.
        #[serde(default)]
        limit: Option<u32>,
    },
    /// "That was not Alice": takes back the sighting and what it decided → [`super::results::SightingInfo`].
    #[serde(rename = "sightings/correct")]
    SightingsCorrect {
        /// Which sighting.
        sighting_id: String,
        /// Who it was, by name, where that is known; the face becomes their photo. Otherwise just not who was said. The name that
        /// was said takes a correction back.
        #[serde(default)]
        person: Option<String>,
        /// Why it was wrong, where it was nobody at all; not together with `person`.
        #[serde(default)]
        reason: Option<WrongBecause>,
    },
    /// Tell the server about this client's cameras → [`super::results::CamerasConfigured`].
    #[serde(rename = "cameras/configure")]
    CamerasConfigure {
        /// The cameras, each by the client's own id; cameras not named stay as they are.
        cameras: Vec<CameraSettings>,
    },
    /// All settings → [`super::results::Settings`].
    #[serde(rename = "settings/get")]
    SettingsGet {},
    /// Change settings; what is left out stays → [`super::results::Settings`].
    #[serde(rename = "settings/set")]
    SettingsSet(SettingsChange),
    /// Load, latency and counts → [`super::results::Stats`].
    #[serde(rename = "stats")]
    Stats {},
}

impl RequestBody {
    /// The roles that may ask this; everything else is `forbidden`.
    #[must_use]
    pub fn roles(&self) -> &'static [Role] {
        use Role::{Admin, Push, Read, Trigger};
        match self {
            Self::Ping {} => &[Trigger, Push, Read, Admin],
            Self::Recognize(r) => match r.purpose {
                Purpose::Observe => &[Push, Admin],
                Purpose::Ask => &[Push, Read, Admin],
            },
            Self::CamerasConfigure { .. } => &[Push, Admin],
            Self::Stats {} => &[Push, Read, Admin],
            Self::Subscribe { .. }
            | Self::PeopleList(_)
            | Self::PhotosList { .. }
            | Self::ProblemsList(_)
            | Self::UnknownsList(_)
            | Self::SightingsList { .. }
            | Self::SettingsGet {} => &[Read, Admin],
            Self::Enroll(_)
            | Self::PeopleRename { .. }
            | Self::PeopleConfigure { .. }
            | Self::PeopleMerge { .. }
            | Self::PeopleDelete { .. }
            | Self::PeopleMissing { .. }
            | Self::PhotosDelete { .. }
            | Self::PhotosAccept { .. }
            | Self::UnknownsAssign { .. }
            | Self::UnknownsIgnore { .. }
            | Self::UnknownsDelete { .. }
            | Self::SightingsCorrect { .. }
            | Self::SettingsSet(_) => &[Admin],
        }
    }
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

/// A picture to recognise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recognize {
    /// Observe (feeds presence) or ask (changes nothing).
    pub purpose: Purpose,
    /// The picture.
    pub picture: Picture,
    /// The client's own id of the camera; needed to observe.
    #[serde(default)]
    pub camera: Option<String>,
    /// When the picture was taken, by the client's clock; needed to observe.
    #[serde(default)]
    pub captured_at: Option<Timestamp>,
    /// The client's clock when it sent this. Where it is given, clocks that are set during the connection do no harm.
    #[serde(default)]
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
    /// The photo.
    pub picture: Picture,
    /// Which of several faces: a box of an earlier answer, pixels of the upright picture.
    #[serde(default, rename = "box")]
    pub face_box: Option<Rect>,
    /// Refusals to override.
    #[serde(default)]
    pub allow: Vec<Override>,
}

/// A refusal of [`Enroll`] that a person may override.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Override {
    /// The same photo again.
    Duplicate,
    /// The face is more alike another person.
    LooksLikeSomeoneElse,
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

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many at most, 1..=500; 100 where left out.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Why a sighting was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WrongBecause {
    /// It was a picture of a face. That face at that place of this camera is ignored from now on, and counts against nobody.
    NotAPerson,
}

/// What the server should know of a camera.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CameraSettings {
    /// The client's own lasting id of the camera, 1 to 128 bytes.
    pub camera: String,
    /// For people, 1 to 200 bytes.
    pub name: String,
    /// The room or place it looks at, 1 to 200 bytes.
    #[serde(default)]
    pub area: Option<String>,
    /// Whether somebody confirmed here is at home; false for a camera that faces the street.
    #[serde(default)]
    pub counts_as_home: bool,
    /// How long a person stays present after the last sighting, seconds (1..=86400); the server's default where left out.
    #[serde(default)]
    pub presence_timeout_s: Option<u32>,
    /// Faces narrower than this, pixels (1..=1000), are ignored.
    #[serde(default)]
    pub min_face_px: Option<u32>,
    /// Parts of its picture, 16 at most, in fractions of its width and height: faces whose middle is in one are ignored.
    #[serde(default)]
    pub ignored_areas: Vec<Rect>,
    /// By how many degrees clockwise the camera's pictures are turned to be upright.
    #[serde(default)]
    pub rotate: Rotation,
}

/// New values of settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// Strangers confirmed as someone per thousand visits, 0.1..=50.
    #[serde(default)]
    pub strangers_per_thousand: Option<f32>,
    /// How long a person stays present after the last sighting, seconds (1..=86400).
    #[serde(default)]
    pub presence_timeout_s: Option<u32>,
    /// How long after a camera's last picture it still shows faces and who is there, seconds (5..=600).
    #[serde(default)]
    pub in_view_timeout_s: Option<u32>,
    /// How long sightings and unknown faces are kept, days (1..=365).
    #[serde(default)]
    pub retention_days: Option<u32>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Data(text) => write!(f, "Data({} characters)", text.len()),
            Self::Url(_) => f.write_str("Url(…)"),
        }
    }
}
