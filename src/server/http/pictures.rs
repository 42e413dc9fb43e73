//! What is kept, shown: a camera's last annotated picture, photos, sightings, strangers, answers to questions.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Answer;
use super::door::Caller;
use super::extract::{CameraQuery, Path, Query};
use crate::engine::{CameraId, SittingId};
use crate::people::{PersonId, PhotoId, ProposalId, UnknownId};
use crate::server::protocol::{ErrorCode, WireError};
use crate::server::shared::{Shared, Turn};

pub(super) async fn last_detection(State(shared): State<Arc<Shared>>, Query(query): Query<CameraQuery>) -> Answer {
    let cameras = shared.engine.cameras();
    let found = match query.camera.as_deref() {
        None if cameras.len() == 1 => cameras.first(),
        wanted => {
            let wanted = wanted.unwrap_or("default");
            let by_id = cameras.iter().find(|c| c.id.0 == wanted);
            by_id.or_else(|| cameras.iter().find(|c| c.name == wanted))
        }
    };
    let known = found.ok_or_else(|| {
        let words = match query.camera {
            Some(_) => "this server has no such camera",
            None => "no camera is named `default`, and there is not just one; say which by ?camera=NAME",
        };
        WireError::new(ErrorCode::UnknownCamera, words)
    })?;
    camera_picture(&shared, &known.id)
}

pub(super) async fn annotated(State(shared): State<Arc<Shared>>, Path(camera): Path<String>) -> Answer {
    camera_picture(&shared, &CameraId(camera))
}

fn camera_picture(shared: &Shared, camera: &CameraId) -> Answer {
    let jpeg = shared.engine.annotated(camera);
    let jpeg =
        jpeg.ok_or_else(|| WireError::new(ErrorCode::NotFound, "this camera has shown no face since the start"))?;
    Ok(shown(Bytes::from_owner(jpeg)))
}

/// A photo as it is in its folder, which may be large: one that its client does not read takes memory until it is given up.
struct OnItsWay {
    photo: Vec<u8>,
    _turn: Turn,
}

impl AsRef<[u8]> for OnItsWay {
    fn as_ref(&self) -> &[u8] {
        &self.photo
    }
}

pub(super) async fn photo(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path((person, file)): Path<(String, String)>,
) -> Answer {
    let id = PhotoId(id_of(&file)?.to_owned());
    let turn = shared.turn(|memory| &mut memory.photos, caller.token).await?;
    let photo = shared.engine.photo_bytes(PersonId(person), id).await?;
    Ok(shown(Bytes::from_owner(OnItsWay { photo, _turn: turn })))
}

pub(super) async fn sighting(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Answer {
    let id = id_of(&file)?.parse().map_err(|_| no_picture())?;
    Ok(shown(shared.engine.sighting_picture(id).await?.into()))
}

pub(super) async fn unknown(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Answer {
    let id = id_of(&file)?;
    let Some((id, at)) = id.split_once('_') else {
        let bytes = shared.engine.unknown_picture(UnknownId(id.to_owned())).await?;
        return Ok(shown(bytes.into()));
    };
    let at = at.parse().ok().and_then(|at| jiff::Timestamp::from_microsecond(at).ok()).ok_or_else(no_picture)?;
    let bytes = shared.engine.unknown_alert(UnknownId(id.to_owned()), at).await?;
    Ok(shown(bytes.into()))
}

pub(super) async fn sitting(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Answer {
    let (id, number) = id_of(&file)?.rsplit_once('_').ok_or_else(no_picture)?;
    let number = number.parse().map_err(|_| no_picture())?;
    let bytes = shared.engine.sitting_picture(SittingId(id.to_owned()), number).await?;
    Ok(shown(Bytes::from_owner(bytes)))
}

pub(super) async fn proposal(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Answer {
    let id = ProposalId(id_of(&file)?.to_owned());
    Ok(shown(shared.engine.proposal_picture(id).await?.into()))
}

pub(super) async fn kept(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Answer {
    let jpeg = shared.memory().kept.get(id_of(&file)?).ok_or_else(no_picture)?;
    Ok(shown(Bytes::from_owner(jpeg)))
}

fn id_of(file: &str) -> Result<&str, WireError> {
    file.strip_suffix(".jpg").ok_or_else(no_picture)
}

fn no_picture() -> WireError {
    WireError::new(ErrorCode::NotFound, "this server has no such picture")
}

/// A picture of this server; photos may be of other kinds than JPEG, which their first bytes tell. No browser keeps it: a face
/// that is deleted is gone.
pub(super) fn shown(bytes: Bytes) -> Response {
    let kind = match &*bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        [b'G', b'I', b'F', ..] => "image/gif",
        [b'B', b'M', ..] => "image/bmp",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "image/tiff",
        _ => "image/jpeg",
    };
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}
