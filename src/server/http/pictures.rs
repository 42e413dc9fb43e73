//! What is kept, shown: a camera's last annotated picture, photos, sightings, strangers, answers to questions.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};

use super::Answer;
use super::door::Caller;
use super::extract::{CameraQuery, Path, Query};
use crate::engine::{CameraId, PictureBytes, PicturePath};
use crate::people::PersonId;
use crate::server::budget::Turn;
use crate::server::protocol::{ErrorCode, WireError};
use crate::server::shared::Shared;
use crate::vision::media_type;

pub(super) async fn last_detection(State(shared): State<Arc<Shared>>, Query(query): Query<CameraQuery>) -> Answer {
    let cameras = shared.engine.cameras();
    let found = match query.camera.as_deref() {
        None if cameras.len() == 1 => cameras.first(),
        wanted => {
            let wanted = wanted.unwrap_or("default");
            let mut named = cameras.iter().filter(|c| c.name == wanted);
            match (cameras.iter().find(|c| c.id.0 == wanted), named.next(), named.next()) {
                // Whoever pushes calls their cameras what they like.
                (None, Some(_), Some(_)) => {
                    let words = "several cameras have this name; say which by its id";
                    return Err(WireError::new(ErrorCode::UnknownCamera, words));
                }
                (by_id, by_name, _) => by_id.or(by_name),
            }
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

pub(super) async fn picture(
    Extension(Caller { shared, token }): Extension<Caller>,
    // A path that isn't text is refused as everywhere else.
    _: Path<HashMap<String, String>>,
    address: Uri,
) -> Answer {
    match address.path().parse().map_err(|_| no_picture())? {
        PicturePath::Annotated(camera) => camera_picture(&shared, &camera),
        path @ PicturePath::Photo(..) => {
            let turn = shared.turn(|memory| &mut memory.photos, token).await?;
            let photo = shared.engine.picture(path).await?;
            Ok(shown(Bytes::from_owner(OnItsWay { photo, _turn: turn })))
        }
        path => Ok(shown(Bytes::from_owner(shared.engine.picture(path).await?))),
    }
}

fn camera_picture(shared: &Shared, camera: &CameraId) -> Answer {
    let jpeg = shared.engine.annotated(camera);
    let jpeg =
        jpeg.ok_or_else(|| WireError::new(ErrorCode::NotFound, "this camera has shown no face since the start"))?;
    Ok(shown(Bytes::from_owner(jpeg)))
}

/// A photo as it is in its folder, which may be large: one that its client does not read takes memory until it is given up.
struct OnItsWay {
    photo: PictureBytes,
    _turn: Turn,
}

impl AsRef<[u8]> for OnItsWay {
    fn as_ref(&self) -> &[u8] {
        self.photo.as_ref()
    }
}

pub(super) async fn kept(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Answer {
    let is_there = |person: &PersonId| shared.engine.person(person).is_ok();
    let kept = file.strip_suffix(".jpg").and_then(|id| shared.memory().kept.get(id, is_there));
    Ok(shown(Bytes::from_owner(kept.ok_or_else(no_picture)?)))
}

fn no_picture() -> WireError {
    WireError::new(ErrorCode::NotFound, "this server has no such picture")
}

/// A picture of this server; photos may be of other kinds than JPEG, which their first bytes tell. No browser keeps it: a face
/// that is deleted is gone.
pub(super) fn shown(bytes: Bytes) -> Response {
    let kind = media_type(&bytes);
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}
