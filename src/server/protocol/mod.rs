//! The wire: every message of protocol version 1, defined once.
//! `PROTOCOL.md` explains it by examples that the tests parse with these types; `schema.json` beside it is generated
//! from them. Only `session` and `handlers` use this room; the engine must not know it.
//!
//! Text frames of JSON. The server speaks first ([`Hello`]), the client logs in ([`Auth`]), then sends
//! [`Request`]s and receives one [`Response`] each, in any order, and [`EventMessage`]s once subscribed.
//! Requests are strict (unknown fields are errors); responses and events may grow new fields within a version.

pub mod events;
pub mod parse;
pub mod requests;
pub mod results;
pub mod schema;
pub mod table;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::store::Role;
pub use events::EventMessage;
pub use requests::{Request, RequestBody};

use crate::engine::Instant;

/// The only version this server speaks.
pub const VERSION: u32 = 1;

/// Largest message sent to a client, bytes: Home Assistant's WebSocket client drops larger ones than 4 MiB.
pub const MAX_REPLY_BYTES: usize = 2 * 1024 * 1024;

/// Largest message read before login, bytes.
pub const MAX_BYTES_BEFORE_LOGIN: usize = 4 * 1024;

/// The server's first message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename = "hello")]
pub struct Hello {
    /// Versions this server speaks.
    pub protocol: VersionRange,
    /// Optional abilities, by name; unknown ones are ignored.
    pub features: Vec<String>,
    pub server: ServerInfo,
    /// The recogniser in use; embeddings and similarities of different models cannot be compared.
    pub model: ModelInfo,
    /// What the server takes at most.
    pub limits: LimitsInfo,
    /// Whether [`Auth`] needs a token.
    pub auth: AuthRequirement,
}

/// An inclusive range of protocol versions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VersionRange {
    pub min: u32,
    pub max: u32,
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerInfo {
    /// Random, made at first start, kept in the data folder: tells two servers apart even when their address changes.
    pub id: String,
    /// The program's version.
    pub version: String,
}

/// The recogniser in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelInfo {
    /// The pack's name, "yunet-sface" for the default.
    pub name: String,
    /// First 16 hex digits over the pack's files.
    pub hash: String,
    /// Numbers in one embedding.
    pub embedding_length: u32,
}

/// What the server takes at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitsInfo {
    /// Bytes of one encoded picture.
    pub max_image_bytes: u64,
    /// Pixels of one picture; one that isn't a JPEG must also be decoded within 150 MB.
    pub max_pixels: u64,
    /// Bytes of one encoded photo to learn from.
    pub max_photo_bytes: u64,
    /// Pixels of one photo to learn from.
    pub max_photo_pixels: u64,
}

/// Whether a token is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthRequirement {
    /// A token of this server must be given.
    Required,
}

/// Seconds a client has for [`Auth`].
pub const LOGIN_SECONDS: u64 = 10;

/// The client's first message, within ten seconds and 4 KiB.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Always `auth`. A field, since serde takes the tag of a lone struct for an unknown field.
    #[serde(rename = "type")]
    pub kind: AuthType,
    /// The version the client has chosen from [`Hello::protocol`].
    pub protocol: u32,
    /// A token of this server.
    pub token: String,
    /// The client's own lasting id; cameras it names are kept apart from other clients' by it.
    pub client_id: String,
    /// The client's clock, RFC 3339, so that the server knows the offset of its `captured_at`.
    #[schemars(with = "Instant")]
    pub now: Timestamp,
}

/// The type of [`Auth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthType {
    /// The only one.
    Auth,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Auth {{ protocol: {}, client_id: {:?}, token: … }}", self.protocol, self.client_id)
    }
}

/// The answer to [`Auth`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AuthAnswer {
    AuthOk {
        /// What this token may do.
        role: Role,
        /// The server's clock.
        #[schemars(with = "Instant")]
        now: Timestamp,
    },
    /// Refused; the connection closes.
    AuthInvalid {
        /// `token` or `protocol` or `malformed`.
        code: AuthErrorCode,
        /// Why, for people.
        message: String,
    },
}

/// Why a login was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthErrorCode {
    /// This server has no such token, or it has expired.
    InvalidToken,
    /// The protocol version is not spoken here.
    UnsupportedProtocol,
    /// The message wasn't an `auth` message.
    Malformed,
}

/// One answer to one request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename = "result")]
pub struct Response {
    /// The request's id; null where the request was no JSON or had none.
    pub id: Option<u64>,
    /// Whether `result` or `error` follows.
    pub success: bool,
    /// The answer, its shape named by the request type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<WireError>,
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WireError {
    pub code: ErrorCode,
    /// For people: what is wrong and what was expected.
    pub message: String,
    /// More for programs, by code: `multiple_faces` has `faces`, `looks_like_someone_else` has `person` and `similarity`,
    /// `busy` has `retry_after_ms`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub details: Option<serde_json::Value>,
}

impl WireError {
    /// An error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }
}

/// Every error code of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not JSON, or not an object with `id` and `type`.
    InvalidJson,
    /// The request's fields are wrong; the message names which.
    InvalidRequest,
    /// No such request type.
    UnknownType,
    /// No valid token (HTTP; over the WebSocket it is `auth_invalid`).
    Unauthorized,
    /// The token's role does not allow this.
    Forbidden,
    /// The message or picture is larger than the limit.
    TooLarge,
    /// The bytes aren't a picture this server reads.
    UnreadableImage,
    /// The picture could not be fetched from its URL.
    FetchFailed,
    /// This URL may not be fetched.
    FetchRefused,
    /// The camera only pushes; there is nothing to fetch.
    CameraIsPushed,
    /// This server has no such camera.
    UnknownCamera,
    /// A newer picture of the same camera took this one's place.
    Superseded,
    /// The queue is full; try again after `retry_after_ms`.
    Busy,
    /// Enrolment: no face in the picture.
    NoFace,
    /// Enrolment: several faces; `details.faces` has their boxes.
    MultipleFaces,
    /// Enrolment: the face has too few pixels.
    TooSmall,
    /// Enrolment: the face is out of focus.
    TooBlurry,
    /// The name cannot be a person's name here.
    InvalidName,
    /// Enrolment: this photo is already there.
    Duplicate,
    /// Enrolment: more alike another person.
    LooksLikeSomeoneElse,
    /// No such person, photo, sighting or unknown.
    NotFound,
    /// The name is taken by another person.
    NameTaken,
    /// The disk did not take it.
    StorageFailed,
    /// The server is stopping.
    ShuttingDown,
    /// A fault of the server's own; its log says more.
    Internal,
}
