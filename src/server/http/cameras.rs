//! The original system's routes: motion, recognising, teaching; with a camera's picture or a posted one.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{self, HeaderMap};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Deserialize;
use serde::de::{IntoDeserializer, value};

use super::Answer;
use super::door::Caller;
use super::extract::{CameraQuery, Path, Query};
use super::pictures::shown;
use super::upload;
use crate::engine::{Annotation, CameraId, Enrollment, Override, PictureBytes};
use crate::people::PersonName;
use crate::server::handlers::errors::{internal, invalid};
use crate::server::handlers::pictures;
use crate::server::protocol::WireError;
use crate::server::shared::Shared;

pub(super) async fn motion(State(shared): State<Arc<Shared>>, Query(query): Query<CameraQuery>) -> Answer {
    let (name, _) = pictures::configured(&shared, query.camera.as_deref())?;
    pictures::motion(&shared, name);
    Ok("OK\n".into_response())
}

pub(super) async fn recognize_camera(
    Query(query): Query<CameraQuery>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Answer {
    let shared = &caller.shared;
    let (name, camera) = pictures::configured(shared, query.camera.as_deref())?;
    let picture = pictures::fetched(shared, caller.token, camera, shared.options.limits.max_bytes).await?;
    recognized(&caller, Some(CameraId(name.to_owned())), picture, &headers).await
}

pub(super) async fn recognize_picture(Extension(caller): Extension<Caller>, headers: HeaderMap, body: Body) -> Answer {
    let picture = upload::picture(&caller, &headers, body, caller.shared.options.limits.max_bytes).await?;
    recognized(&caller, None, picture, &headers).await
}

/// The annotated JPEG, or JSON for who asks for it.
async fn recognized(caller: &Caller, camera: Option<CameraId>, picture: PictureBytes, headers: &HeaderMap) -> Answer {
    let wants =
        |kind: &str| headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|a| a.contains(kind));
    let json = wants("application/json");
    let annotation = if json { Annotation::Skip } else { Annotation::Draw };
    let found = caller.shared.asked_by(caller.token).ask_about(camera, picture, annotation).await?;
    if json {
        return Ok(Json(found).into_response());
    }
    let jpeg = found.drawn.ok_or_else(|| internal("an annotated picture is missing"))?;
    Ok(shown(Bytes::from_owner(jpeg)))
}

/// How a photo is to be taken, beside the name in the path.
#[derive(Deserialize)]
pub(super) struct AddFaceQuery {
    camera: Option<String>,
    r#box: Option<String>,
    allow: Option<String>,
}

pub(super) async fn add_face(
    Path(name): Path<String>,
    Query(query): Query<AddFaceQuery>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let name = PersonName::new(&name)?;
    let picture = upload::picture(&caller, &headers, body, caller.shared.options.photo_limits.max_bytes).await?;
    learned(&caller, name, picture, &query).await
}

pub(super) async fn add_face_from_camera(
    Path(name): Path<String>,
    Query(query): Query<AddFaceQuery>,
    Extension(caller): Extension<Caller>,
) -> Answer {
    let (name, shared) = (PersonName::new(&name)?, &caller.shared);
    let (_, camera) = pictures::configured(shared, query.camera.as_deref())?;
    let picture = pictures::fetched(shared, caller.token, camera, shared.options.limits.max_bytes).await?;
    learned(&caller, name, picture, &query).await
}

async fn learned(caller: &Caller, name: PersonName, picture: PictureBytes, query: &AddFaceQuery) -> Answer {
    let face_box = query
        .r#box
        .as_deref()
        .map(|text| text.parse().map_err(|words| invalid(format!("box: {words}"))))
        .transpose()?;
    let allow = query.allow.as_deref().map(parse_allow).transpose()?.unwrap_or_default();
    let engine = caller.shared.asked_by(caller.token);
    Ok(Json(engine.enroll(Enrollment { name, picture, face_box, allow }).await?).into_response())
}

fn parse_allow(text: &str) -> Result<Vec<Override>, WireError> {
    let one = |word: &str| Override::deserialize(IntoDeserializer::<value::Error>::into_deserializer(word.trim()));
    let all = text.split(',').map(one).collect::<Result<_, _>>();
    all.map_err(|_| invalid("allow: duplicate, looks_like_someone_else, or both with a comma"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_are_named() {
        let both = parse_allow("duplicate,looks_like_someone_else").expect("are ones");
        assert_eq!(both, [Override::Duplicate, Override::LooksLikeSomeoneElse]);
        assert!(parse_allow("everything").is_err());
    }
}
