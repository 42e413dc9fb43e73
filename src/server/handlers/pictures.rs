//! Pictures in: decoded from base64 or fetched, then recognised, enrolled or observed. For WebSocket and HTTP.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;

use super::Client;
use super::errors::{internal, invalid};
use crate::engine::{
    self, Annotation, CameraId, Enrolled, Enrollment, Observation, PictureBytes, PicturePath, Recognition, SittingState,
};
use crate::people::PersonName;
use crate::server::fetch::{Certificates, NamedBy, Source, WebSource};
use crate::server::protocol::requests::{Enroll, Picture, Purpose, Recognize};
use crate::server::protocol::{ErrorCode, Role, WireError};
use crate::server::shared::Shared;

/// The pause between two pictures of somebody who is learned.
const LOOK_ON_EVERY: Duration = Duration::from_millis(300);

pub(super) async fn recognize(
    shared: &Shared,
    client: &Client,
    request: Recognize,
    large: Option<OwnedSemaphorePermit>,
) -> Result<Recognition, WireError> {
    let annotation = if request.annotate { Annotation::Draw } else { Annotation::Skip };
    let (engine, most) = (shared.asked_by(client.token), shared.options.limits.max_bytes);
    match request.purpose {
        Purpose::Ask => {
            let picture = bytes_of(shared, client, request.picture, most, large).await?;
            let camera = request.camera.and_then(|own| client.camera_id(&own).ok());
            let found = engine.ask_about(camera, picture, annotation).await?;
            let people = || found.faces.iter().filter_map(|face| Some(face.identity.person()?.id.clone())).collect();
            // The annotated picture is kept for a while.
            let keep = |jpeg: &PictureBytes| shared.memory().kept.keep(Arc::clone(jpeg), client.token, people());
            let annotated = found.drawn.as_ref().map(keep).transpose().map_err(|e| internal(&e.to_string()))?;
            Ok(Recognition { annotated, ..found })
        }
        Purpose::Observe => {
            let own = request.camera.ok_or_else(|| invalid("camera: needed to observe"))?;
            let camera = client.camera_id(&own)?;
            shared.admit_cameras(&client.id, client.token, client.role, std::slice::from_ref(&camera)).await?;
            let theirs = request.captured_at.ok_or_else(|| invalid("captured_at: needed to observe"))?;
            let captured_at = client.corrected(theirs, request.sent_at);
            let picture = bytes_of(shared, client, request.picture, most, large).await?;
            let annotated = request.annotate.then(|| PicturePath::Annotated(camera.clone()).to_string());
            let seen = engine.observe(Observation { camera, picture, captured_at, annotation }).await?;
            Ok(Recognition { annotated, ..seen })
        }
    }
}

pub(super) async fn enroll(
    shared: &Shared,
    client: &Client,
    request: Enroll,
    large: Option<OwnedSemaphorePermit>,
) -> Result<Enrolled, WireError> {
    let name = PersonName::new(&request.person)?;
    let picture = bytes_of(shared, client, request.picture, shared.options.photo_limits.max_bytes, large).await?;
    let enrollment = Enrollment { name, picture, face_box: request.face_box, allow: request.allow };
    Ok(shared.asked_by(client.token).enroll(enrollment).await?)
}

/// A picture of at most `limit` bytes. `large` is held until they are here.
pub(super) async fn bytes_of(
    shared: &Shared,
    client: &Client,
    picture: Picture,
    limit: usize,
    large: Option<OwnedSemaphorePermit>,
) -> Result<PictureBytes, WireError> {
    let bytes = match picture {
        Picture::Data(text) => from_base64(&text, limit),
        Picture::Url(_) if client.role != Role::Admin => {
            Err(WireError::new(ErrorCode::Forbidden, "pictures by address need the role admin"))
        }
        Picture::Url(url) => {
            let source = WebSource::new(&url, None, Certificates::Verified, NamedBy::Request)?;
            fetched(shared, client.token, &Source::Url(source), limit).await
        }
    };
    drop(large);
    bytes
}

fn from_base64(text: &str, limit: usize) -> Result<PictureBytes, WireError> {
    if text.len() / 4 * 3 > limit + 2 {
        return Err(too_large(limit));
    }
    let bytes = STANDARD.decode(text).map_err(|e| invalid(format!("picture.data: this isn't standard base64: {e}")))?;
    if bytes.len() > limit { Err(too_large(limit)) } else { Ok(bytes.into()) }
}

/// The picture has more bytes than the limit.
pub(crate) fn too_large(limit: usize) -> WireError {
    WireError::new(ErrorCode::TooLarge, format!("the picture is larger than {limit} bytes"))
}

/// A camera of the configuration by its name; without a name, `default` or the only one.
pub(crate) fn configured<'s>(shared: &'s Shared, name: Option<&str>) -> Result<(&'s str, &'s Source), WireError> {
    let cameras = &shared.options.cameras;
    let found = match name {
        Some(name) => cameras.get_key_value(name),
        None if cameras.len() == 1 => cameras.first_key_value(),
        None => cameras.get_key_value("default"),
    };
    if let Some((name, camera)) = found {
        return Ok((name, camera));
    }
    let Some(name) = name else {
        let words = "no camera is named `default`; say which one by ?camera=NAME, or set CAMERA_URL";
        return Err(WireError::new(ErrorCode::UnknownCamera, words));
    };
    if shared.engine.cameras().iter().any(|c| c.id.0 == name || c.name == name) {
        let words = "this camera's pictures are pushed by a client; it has no address to fetch one from";
        return Err(WireError::new(ErrorCode::CameraIsPushed, words));
    }
    Err(WireError::new(ErrorCode::UnknownCamera, "no camera of this name is configured"))
}

/// A picture that somebody with this token asks for, when it is their turn: a camera has few connections, and each picture takes
/// memory.
pub(crate) async fn fetched(
    shared: &Shared,
    token: i64,
    source: &Source,
    limit: usize,
) -> Result<PictureBytes, WireError> {
    let _turn = shared.turn(|memory| &mut memory.fetches, token).await?;
    Ok(shared.fetcher.fetch(source, limit).await?.into())
}

/// Motion at a configured camera: fetches a picture and observes it, in the background. While one is being fetched,
/// further motion asks for one more after it, not for many.
pub(crate) fn motion(shared: &Arc<Shared>, name: &str) {
    {
        let running = &mut shared.memory().motion;
        if let Some(again) = running.get_mut(name) {
            *again = true;
            return;
        }
        running.insert(name.to_owned(), false);
    }
    let (shared, name) = (Arc::clone(shared), name.to_owned());
    let tasks = shared.tasks.clone();
    tasks.spawn(async move {
        loop {
            tokio::select! {
                () = shared.stopping.cancelled() => return,
                outcome = observe_configured(&shared, &name) => {
                    if let Err(error) = outcome {
                        tracing::warn!(camera = %name, code = ?error.code, reason = %error.message, "no picture after motion");
                    }
                }
            }
            let running = &mut shared.memory().motion;
            match running.get_mut(&name) {
                Some(again) if *again => *again = false,
                _ => {
                    running.remove(&name);
                    return;
                }
            }
        }
    });
}

/// Looks at a configured camera for as long as somebody is learned there; the pictures of other cameras come by themselves.
pub(super) fn look_on(shared: &Arc<Shared>, token: i64, sitting: &SittingState) {
    let configured = sitting.camera.as_ref().filter(|camera| shared.options.cameras.contains_key(&camera.0));
    let Some(CameraId(camera)) = configured.cloned() else { return };
    let (shared, id) = (Arc::clone(shared), sitting.id.clone());
    let tasks = shared.tasks.clone();
    tasks.spawn(async move {
        loop {
            let Ok(turn) = shared.turn(|memory| &mut memory.fetches, token).await else { return };
            let taking = shared.engine.sitting(id.clone()).await.is_ok_and(|now| now.taking);
            if !taking || shared.stopping.is_cancelled() {
                return;
            }
            if let Err(error) = observe_configured(&shared, &camera).await {
                tracing::debug!(%camera, code = ?error.code, reason = %error.message, "no picture of who is learned");
            }
            drop(turn);
            tokio::time::sleep(LOOK_ON_EVERY).await;
        }
    });
}

async fn observe_configured(shared: &Shared, name: &str) -> Result<(), WireError> {
    let (_, camera) = configured(shared, Some(name))?;
    let captured_at = Timestamp::now();
    let picture = shared.fetcher.fetch(camera, shared.options.limits.max_bytes).await?.into();
    let camera = CameraId(name.to_owned());
    match shared.engine.observe(Observation { camera, picture, captured_at, annotation: Annotation::Skip }).await {
        Ok(_) | Err(engine::EngineError::Superseded) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_limited_by_what_it_decodes_to() {
        assert_eq!(from_base64(&STANDARD.encode([7; 30]), 30).expect("fits").len(), 30);
        assert_eq!(from_base64(&STANDARD.encode([7; 31]), 30).expect_err("too large").code, ErrorCode::TooLarge);
        assert_eq!(from_base64(&STANDARD.encode([7; 3000]), 30).expect_err("too large").code, ErrorCode::TooLarge);
        assert_eq!(from_base64("no base64!", 30).expect_err("no base64").code, ErrorCode::InvalidRequest);
    }
}
