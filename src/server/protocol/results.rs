//! What the server answers. May grow fields within a version: clients ignore what they do not know.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::jiff_schema::Timestamp;
use crate::store::ProblemKind;
use crate::vision::{Rect, Rotation};

/// Answer to `ping`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pong {
    /// The server's clock.
    pub now: Timestamp,
}

/// A person, short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonRef {
    /// Lasting id; a rename keeps it.
    pub id: String,
    /// The name, as the folder under `faces/` has it.
    pub name: String,
}

/// Answer to `recognize`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recognition {
    /// The camera's full id (`client_id/camera`), where one was named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub camera: Option<String>,
    /// When the picture was taken, by the server's clock.
    pub captured_at: Timestamp,
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// Everybody in it, largest first.
    pub faces: Vec<FaceInfo>,
    /// How the time went.
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
    /// Bytes to pixels.
    pub decode_ms: f32,
    /// Pixels to boxes.
    pub detect_ms: f32,
    /// Boxes to embeddings.
    pub embed_ms: f32,
}

/// One face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaceInfo {
    /// Where, pixels of the upright picture.
    #[serde(rename = "box")]
    pub face_box: Rect,
    /// Viewer-left eye, viewer-right eye, nose, viewer-left and viewer-right mouth corner, `[x, y]` in pixels.
    pub landmarks: [[f32; 2]; 5],
    /// The detector's score, 0..1.
    pub score: f32,
    /// How usable the face is.
    pub quality: QualityInfo,
    /// Who it is.
    pub identity: Identity,
    /// The most alike people, best first, three at most.
    pub nearest: Vec<Candidate>,
    /// What `identity` rests on.
    pub evidence: Evidence,
}

/// What a verdict rests on: all pictures of a face's track, or the one picture that was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The track: the same number for the same visitor from picture to picture; only for observed pictures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub track: Option<u64>,
    /// How many pictures; nearly equal ones count in part.
    pub pictures: f32,
    /// How alike the nearest person is, −1..1.
    pub similarity: f32,
    /// What `seen` asks for, with as many people as are enrolled.
    pub seen_from: f32,
    /// What `confirmed` asks for.
    pub confirmed_from: f32,
    /// Log odds of the nearest person against a stranger, where both come equally often.
    pub log_odds: f32,
    /// What holds it back from `confirmed`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub held_back_by: Option<HeldBackBy>,
}

/// What holds a verdict back from `confirmed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldBackBy {
    /// Nobody is alike enough.
    Similarity,
    /// Two people are almost equally alike.
    Margin,
    /// One picture is not enough, however good.
    Pictures,
    /// It is more like a face that somebody corrected ("that is not Alice").
    Correction,
}

/// How usable a face is; 0..1, 1 best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QualityInfo {
    /// All together.
    pub overall: f32,
    /// Mean of the box's width and height, pixels.
    pub size_px: f32,
    /// Focus and motion.
    pub sharpness: f32,
    /// Facing the camera.
    pub pose: f32,
    /// Exposure and contrast.
    pub light: f32,
    /// What is wrong, worst first.
    pub reasons: Vec<Reason>,
}

/// A reason: a code for programs, words for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// `too_small`, `blurry`, `turned_away`, `too_dark`, `too_bright`, `low_contrast`, `cut_off`; may grow.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Who a face is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Identity {
    /// Somebody enrolled.
    Known {
        /// Who.
        person: PersonRef,
        /// How sure, 0..1.
        probability: f32,
        /// The grade reached with this picture.
        grade: Grade,
        /// For people: the bare name where it is `confirmed`, "looks like" and the name where it is `seen`.
        label: String,
    },
    /// Not decided: perhaps `person`.
    Unsure {
        /// The best guess.
        person: PersonRef,
        /// How likely, 0..1.
        probability: f32,
        /// What would settle it.
        settle_by: Vec<SettleBy>,
        /// In words.
        reason: String,
        /// For people.
        label: String,
    },
    /// Nobody enrolled.
    Unknown {
        /// The unknown person's lasting id, for observed pictures.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        unknown_id: Option<String>,
        /// Asked to be ignored.
        #[serde(default)]
        ignored: bool,
        /// Not known yet, perhaps: photos are still being learned.
        #[serde(default)]
        learning: bool,
    },
}

/// How firmly a person was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// It looks like them: quick, for lights.
    Seen,
    /// Several pictures say so, as surely as the home asks: for presence and what matters.
    Confirmed,
}

/// What would settle an unsure face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettleBy {
    /// A larger face.
    Closer,
    /// A sharper or better lit one.
    Sharper,
    /// Simply another picture.
    AnotherPicture,
}

/// How alike a person is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Who.
    pub person: PersonRef,
    /// Cosine with their most alike look, times what both can say: −1..1, higher is closer.
    pub similarity: f32,
    /// Their most alike photo.
    pub photo_id: String,
}

/// Answer to `enroll`: the photo is safely on disk and known from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    /// Whose.
    pub person: PersonRef,
    /// The photo.
    pub photo_id: String,
    /// How many photos the person has now.
    pub photos: u32,
    /// The face that was learned.
    pub face: EnrolledFace,
    /// What would make the next photo better, in words.
    pub advice: Vec<String>,
}

/// The face that was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolledFace {
    /// Where it was in the given picture.
    #[serde(rename = "box")]
    pub face_box: Rect,
    /// How good it is.
    pub quality: QualityInfo,
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
    /// Everybody enrolled.
    pub people: Vec<PersonInfo>,
    /// Where not everybody fits into one message: the `cursor` with which `people/list` goes on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub people_cursor: Option<String>,
    /// Cameras and who is there.
    pub cameras: Vec<CameraInfo>,
    /// The folder of people.
    #[serde(default)]
    pub library: LibraryInfo,
}

/// How the folder of people is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LibraryInfo {
    /// How many faults `problems/list` has.
    pub problems: u32,
    /// Set while so many people's folders are missing that the folder must be away; recognition goes on with what is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub missing: Option<MissingPeople>,
}

/// People whose folders are missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissingPeople {
    /// How many.
    pub people: u32,
    /// Of how many.
    pub of: u32,
    /// How long the server has waited for them, seconds.
    pub waited_s: u64,
    /// They are forgotten after this long, seconds.
    pub forgotten_after_s: u64,
}

/// Something under the faces folder that is not used or not right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemInfo {
    /// What kind it is.
    pub kind: ProblemKind,
    /// Where, relative to the faces folder; control characters are escaped.
    pub path: String,
    /// Why, in words.
    pub message: String,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person_id: Option<String>,
    /// Which of their photos, for `photos/accept` and `photos/delete`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub photo_id: Option<String>,
}

/// A person and where they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PersonInfo {
    /// Who.
    #[serde(flatten)]
    pub person: PersonRef,
    /// How many photos are usable.
    pub photos: u32,
    /// Where they are.
    pub presence: PresenceInfo,
    /// How long they stay present after the last sighting, seconds, if that is set for this person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub presence_timeout_s: Option<u32>,
    /// True for the sample people that come with the server: nobody of this home, and gone once somebody else is enrolled.
    #[serde(default)]
    pub sample: bool,
    /// Path of the newest picture of their face on this server.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub picture: Option<String>,
}

/// Where a person is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PresenceInfo {
    /// Confirmed within the timeout.
    pub present: bool,
    /// Confirmed within the timeout on a camera that counts as home.
    pub home: bool,
    /// Full id of the last camera.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub camera: Option<String>,
    /// Its area.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<String>,
    /// Present since.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Timestamp>,
    /// Last sighting, of either grade.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_seen: Option<Timestamp>,
    /// When their last presence ended: the last sighting plus the time that presence lasts. Stays while they are present again,
    /// so that a greeting can say how long they were away.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub departed_at: Option<Timestamp>,
    /// How sure the last sighting was, 0..1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub probability: Option<f32>,
}

/// A camera and who is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CameraInfo {
    /// Full id (`client_id/camera`; a camera of the configuration file has its plain name).
    pub camera: String,
    /// For people.
    pub name: String,
    /// The place.
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
    pub faces: u32,
    /// People who are here: present, and seen here at most `in_view_timeout_s` ago. Where somebody was before that is in the
    /// person's `presence`.
    pub present: Vec<PersonRef>,
    /// Whether an unknown person (not an ignored one) was in the last picture; false once that is `in_view_timeout_s` ago.
    pub unknown_present: bool,
    /// When the last picture was taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_picture_at: Option<Timestamp>,
    /// Path of the last annotated picture with a face.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub annotated: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListPage<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Give it as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_cursor: Option<String>,
}

/// A photo that taught a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhotoInfo {
    /// First 16 hex digits of the file's SHA-256.
    pub photo_id: String,
    /// File name within the person's folder.
    pub file: String,
    /// Path of the picture on this server.
    pub picture: String,
    /// Whether it could be learned.
    pub usable: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<String>,
    /// How good the face is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quality: Option<QualityInfo>,
}

/// An unknown person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnknownInfo {
    /// Lasting id.
    pub unknown_id: String,
    /// Visits.
    pub times_seen: u32,
    /// The first.
    pub first_seen: Timestamp,
    /// The last.
    pub last_seen: Timestamp,
    /// Full id of the last camera.
    pub camera: String,
    /// Asked to be ignored.
    pub ignored: bool,
    /// Path of the best picture of the face on this server.
    pub picture: String,
}

/// A past sighting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SightingInfo {
    /// Its id.
    pub sighting_id: String,
    /// When the picture was taken.
    pub at: Timestamp,
    /// Full id of the camera.
    pub camera: String,
    /// Who was said.
    pub person: PersonRef,
    /// How firmly.
    pub grade: Grade,
    /// How sure, 0..1.
    pub probability: f32,
    /// Cosine similarity of the best photo.
    pub similarity: f32,
    /// Path of the face's picture on this server.
    pub picture: String,
    /// Whether somebody said it was wrong.
    pub corrected: bool,
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
    pub cameras: Vec<CameraInfo>,
}

/// Answer to `settings/get` and `settings/set`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// Strangers confirmed as someone per thousand visits.
    pub strangers_per_thousand: f32,
    /// How long a person stays present after the last sighting, seconds.
    pub presence_timeout_s: u32,
    /// How long after a camera's last picture it still shows faces and who is there, seconds.
    pub in_view_timeout_s: u32,
    /// How long sightings and unknown faces are kept, days.
    pub retention_days: u32,
}

/// Answer to `stats`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stats {
    /// Since the server started, seconds.
    pub uptime_s: u64,
    /// People enrolled.
    pub people: u32,
    /// Usable photos.
    pub photos: u32,
    /// Files found under the faces folder and not learned yet.
    pub photos_to_learn: u32,
    /// Pictures recognised since start.
    pub pictures: u64,
    /// Pictures that a newer one replaced.
    pub superseded: u64,
    /// Pictures that failed.
    pub failed: u64,
    /// Pictures waiting now.
    pub waiting: u32,
    /// Bytes of waiting pictures now.
    pub waiting_bytes: u64,
    /// Share of worker time in use over the last minute, 0..1.
    pub load: f32,
    /// Arrival to answer, median of the last 200 pictures, ms.
    pub latency_median_ms: f32,
    /// Arrival to answer, 95th percentile of the last 200 pictures, ms.
    pub latency_p95_ms: f32,
    /// Worker threads.
    pub workers: u32,
    /// Connected clients.
    pub clients: u32,
}
