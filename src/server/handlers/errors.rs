//! What went wrong inside → the wire's error codes. The only place that maps them, for WebSocket and HTTP alike.

use serde_json::json;

use crate::engine::{EngineError, OutOfRange};
use crate::people::{NameError, Refusal};
use crate::server::fetch::FetchError;
use crate::server::protocol::{ErrorCode, WireError};
use crate::store::StoreError;
use crate::vision::{Rect, VisionError};

impl WireError {
    fn with(self, details: serde_json::Value) -> Self {
        Self { details: Some(details), ..self }
    }
}

impl From<EngineError> for WireError {
    fn from(error: EngineError) -> Self {
        let words = error.to_string();
        match error {
            EngineError::Superseded => Self::new(ErrorCode::Superseded, words),
            EngineError::Busy { retry_after } | EngineError::SomebodySits { retry_after } => {
                busy(words, u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX))
            }
            EngineError::Vision(error) => error.into(),
            EngineError::Refused(refusal) => refusal.into(),
            EngineError::NotFound { what: "camera", .. } => Self::new(ErrorCode::UnknownCamera, words),
            EngineError::NotFound { .. } => Self::new(ErrorCode::NotFound, words),
            EngineError::NameTaken { .. } => Self::new(ErrorCode::NameTaken, words),
            EngineError::Store(error) => error.into(),
            EngineError::NotKept { .. } => Self::new(ErrorCode::StorageFailed, words),
            EngineError::ShuttingDown => Self::new(ErrorCode::ShuttingDown, words),
            EngineError::Internal(_) | EngineError::Prior(_) => internal(&words),
        }
    }
}

impl From<VisionError> for WireError {
    fn from(error: VisionError) -> Self {
        let words = error.to_string();
        match error {
            _ if error.is_too_large() => Self::new(ErrorCode::TooLarge, words),
            VisionError::Empty | VisionError::NotAPicture { .. } | VisionError::Broken { .. } => {
                Self::new(ErrorCode::UnreadableImage, words)
            }
            _ => internal(&words),
        }
    }
}

impl From<Refusal> for WireError {
    fn from(refusal: Refusal) -> Self {
        let words = refusal.to_string();
        let face = |b: &Rect| json!({"box": {"x": short(b.x), "y": short(b.y), "w": short(b.w), "h": short(b.h)}});
        let faces = |boxes: &[Rect]| json!({"faces": boxes.iter().map(face).collect::<Vec<_>>()});
        match &refusal {
            Refusal::NoFace => Self::new(ErrorCode::NoFace, words),
            Refusal::NoFaceInBox { boxes } => Self::new(ErrorCode::NoFace, words).with(faces(boxes)),
            Refusal::MultipleFaces { boxes } => Self::new(ErrorCode::MultipleFaces, words).with(faces(boxes)),
            Refusal::TooSmall { size_px } => {
                Self::new(ErrorCode::TooSmall, words).with(json!({"size_px": short(*size_px)}))
            }
            Refusal::TooBlurry { sharpness } => {
                Self::new(ErrorCode::TooBlurry, words).with(json!({"sharpness": short(*sharpness)}))
            }
            Refusal::Duplicate { photo, similarity } => Self::new(ErrorCode::Duplicate, words)
                .with(json!({"photo_id": photo.0, "similarity": short(*similarity)})),
            Refusal::SomebodyElsesPhoto { person, photo } => Self::new(ErrorCode::Duplicate, words)
                .with(json!({"photo_id": photo.0, "similarity": 1.0, "person": person})),
            Refusal::LooksLikeSomeoneElse { person, similarity } => Self::new(ErrorCode::LooksLikeSomeoneElse, words)
                .with(json!({"person": person, "similarity": short(*similarity)})),
        }
    }
}

impl From<StoreError> for WireError {
    fn from(error: StoreError) -> Self {
        let words = error.to_string();
        match error {
            StoreError::UnknownPerson(_)
            | StoreError::UnknownPhoto(_)
            | StoreError::UnknownChange(_)
            | StoreError::OwnerGone(_) => Self::new(ErrorCode::NotFound, words),
            StoreError::NameTaken(_) | StoreError::NameTakenSince(_) => Self::new(ErrorCode::NameTaken, words),
            StoreError::BadCursor(_) | StoreError::BadArchive(_) => Self::new(ErrorCode::InvalidRequest, words),
            // Not a fault of the server's: whoever asked can mend it.
            StoreError::FacesAway { .. } | StoreError::TooManyChanges(_) => Self::new(ErrorCode::StorageFailed, words),
            error => {
                tracing::error!(error = %words, "storage failed");
                let words = if error.is_full() {
                    "the disk is full, so this was not kept; make room and try again"
                } else {
                    "the server could not store or read this; its log says more"
                };
                Self::new(ErrorCode::StorageFailed, words)
            }
        }
    }
}

impl From<OutOfRange> for WireError {
    fn from(error: OutOfRange) -> Self {
        invalid(error.to_string())
    }
}

impl From<NameError> for WireError {
    fn from(error: NameError) -> Self {
        Self::new(ErrorCode::InvalidName, error.to_string())
    }
}

impl From<FetchError> for WireError {
    fn from(error: FetchError) -> Self {
        let code = match &error {
            FetchError::Refused(_) => ErrorCode::FetchRefused,
            FetchError::Failed(_) => ErrorCode::FetchFailed,
            FetchError::TooLarge { .. } => ErrorCode::TooLarge,
        };
        Self::new(code, error.to_string())
    }
}

/// Three decimals: JSON's numbers have 64 bits, in which 0.89f32 would read 0.8899999856948853.
fn short(value: f32) -> f64 {
    (f64::from(value) * 1e3).round() / 1e3
}

/// `busy` with when to try again.
pub(crate) fn busy(words: impl Into<String>, retry_after_ms: u64) -> WireError {
    WireError::new(ErrorCode::Busy, words).with(json!({"retry_after_ms": retry_after_ms}))
}

/// A field that is well formed but makes no sense.
pub(crate) fn invalid(words: impl Into<String>) -> WireError {
    WireError::new(ErrorCode::InvalidRequest, words)
}

/// A fault of our own: the log has the words, the client does not.
pub(crate) fn internal(words: &str) -> WireError {
    tracing::error!(error = words, "internal error");
    WireError::new(ErrorCode::Internal, "a fault of the server's own; its log says more")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_full_disk_is_said_to_whoever_can_make_room() {
        let write =
            |kind: io::ErrorKind| StoreError::Io { action: "write", path: "photo.jpg".into(), source: kind.into() };
        let words = |error: StoreError| WireError::from(error).message;
        assert_eq!(
            words(write(io::ErrorKind::StorageFull)),
            "the disk is full, so this was not kept; make room and try again"
        );
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let full = StoreError::Sqlite(rusqlite::Error::SqliteFailure(full, None));
        assert_eq!(words(full), words(write(io::ErrorKind::StorageFull)));
        assert!(words(write(io::ErrorKind::Other)).contains("log"), "what else happened is for the log");
    }
}
