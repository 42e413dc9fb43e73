//! HTTP routes: the original system's, health and metrics, pictures, and the door to the WebSocket.
//!
//! Answers by `handlers`; errors are JSON `{code, message, details?}` with the codes of the protocol. No CORS: browsers'
//! pages of other origins get nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Json, Router};
use hyper_util::rt::TokioIo;
use serde::Deserialize;

use super::access::{self, Token};
use super::handlers::errors::{busy, internal, invalid};
use super::handlers::pictures::Lesson;
use super::handlers::{convert, pictures};
use super::protocol::requests::Override;
use super::protocol::{ErrorCode, Role, WireError, schema};
use super::{Connection, Shared, session};
use crate::engine::{Annotation, CameraId, PictureBytes};
use crate::people::{PersonName, PhotoId, UnknownId};
use crate::vision::Rect;

/// Pictures received at once by HTTP; further ones are `busy`.
pub(super) const MAX_UPLOADS: usize = 4;
/// An uploaded picture has this long to arrive.
const UPLOAD_WITHIN: Duration = Duration::from_secs(60);
/// Where the WebSocket is.
const WEBSOCKET_PATH: &str = "/v1/ws";

/// An error as HTTP has it.
#[derive(Debug)]
struct HttpError(WireError);

impl<E: Into<WireError>> From<E> for HttpError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let status = status_of(self.0.code);
        let retry_ms = self.0.details.as_ref().and_then(|d| d["retry_after_ms"].as_u64());
        let mut response = (status, Json(self.0)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(ms) = retry_ms {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
        }
        response
    }
}

/// The status of each error code.
fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidJson | ErrorCode::InvalidRequest | ErrorCode::InvalidName | ErrorCode::UnknownType => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::FetchRefused => StatusCode::FORBIDDEN,
        ErrorCode::UnknownCamera | ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::CameraIsPushed | ErrorCode::NameTaken | ErrorCode::Superseded => StatusCode::CONFLICT,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnreadableImage
        | ErrorCode::NoFace
        | ErrorCode::MultipleFaces
        | ErrorCode::TooSmall
        | ErrorCode::TooBlurry
        | ErrorCode::Duplicate
        | ErrorCode::LooksLikeSomeoneElse => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::FetchFailed => StatusCode::BAD_GATEWAY,
        ErrorCode::Busy | ErrorCode::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::StorageFailed | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

type Answer = Result<Response, HttpError>;

/// All routes.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/motion-detected", get(motion_detected).post(motion_detected))
        .route("/recognize", get(recognize_camera).post(recognize_picture))
        .route("/add-face/{name}", get(add_face_from_camera).post(add_face))
        .route("/last-detection.jpg", get(last_detection))
        .route("/v1/photos/{person}/{file}", get(photo))
        .route("/v1/sightings/{file}", get(sighting))
        .route("/v1/unknowns/{file}", get(unknown))
        .route("/v1/recognitions/{file}", get(kept))
        .route("/v1/cameras/{camera}/annotated.jpg", get(annotated))
        .route("/v1/schema.json", get(json_schema))
        .route(WEBSOCKET_PATH, any(websocket))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(shared)
}

async fn no_route() -> HttpError {
    HttpError(WireError::new(
        ErrorCode::NotFound,
        format!("there is nothing here; the WebSocket is at {WEBSOCKET_PATH}"),
    ))
}

async fn no_method() -> Response {
    let error = WireError::new(ErrorCode::InvalidRequest, "this address does not take this method");
    (StatusCode::METHOD_NOT_ALLOWED, Json(error)).into_response()
}

/// Which roles a route takes, and whether the token may stand in the address.
#[derive(Clone, Copy)]
enum Door {
    /// `Authorization: Bearer` of one of these.
    Bearer(&'static [Role]),
    /// The same, or `?token=` of a trigger token, for motion hooks that cannot send headers.
    OrAddress(&'static [Role]),
}

const SEE: Door = Door::Bearer(&[Role::Read, Role::Admin]);
const ASK: Door = Door::Bearer(&[Role::Push, Role::Read, Role::Admin]);
const CHANGE: Door = Door::Bearer(&[Role::Admin]);
const TRIGGER: Door = Door::OrAddress(&[Role::Trigger, Role::Push, Role::Admin]);

async fn enter(
    shared: &Shared,
    door: Door,
    connection: &Connection,
    headers: &HeaderMap,
    in_address: Option<&str>,
) -> Result<(), HttpError> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let given = bearer
        .or(in_address)
        .ok_or_else(|| WireError::new(ErrorCode::Unauthorized, "a token is needed: Authorization: Bearer …"))?;
    let Some(role) = shared.role_of(&Token::given(given)).await? else {
        // Waiting costs the address one of its few places, so that guessing side by side is no faster.
        let place = shared.door.admit(connection.peer, Instant::now());
        let delay = shared.door.failed(connection.peer, Instant::now());
        if place.is_none() {
            return Err(busy("too many wrong tokens from this address", 4000).into());
        }
        tokio::time::sleep(delay).await;
        return Err(WireError::new(ErrorCode::Unauthorized, "this server has no such token").into());
    };
    let (roles, address_allowed) = match door {
        Door::Bearer(roles) => (roles, false),
        Door::OrAddress(roles) => (roles, true),
    };
    if bearer.is_none() && !(address_allowed && role == Role::Trigger) {
        let words =
            "only trigger tokens may stand in an address, since addresses end up in logs; use Authorization: Bearer";
        return Err(WireError::new(ErrorCode::Forbidden, words).into());
    }
    if !roles.contains(&role) {
        let words = format!("the role {} may not do this", access::role_name(role));
        return Err(WireError::new(ErrorCode::Forbidden, words).into());
    }
    Ok(())
}

#[derive(Deserialize)]
struct CameraQuery {
    camera: Option<String>,
    token: Option<String>,
}

async fn healthz() -> Response {
    Json(serde_json::json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).into_response()
}

async fn json_schema() -> Response {
    ([(header::CONTENT_TYPE, "application/schema+json")], schema::COMMITTED).into_response()
}

async fn metrics(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, ASK, &from, &headers, None).await?;
    let text = super::metrics::prometheus(&convert::stats(shared.engine.stats(), shared.clients()));
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

async fn motion_detected(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Query(query): Query<CameraQuery>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, TRIGGER, &from, &headers, query.token.as_deref()).await?;
    let (name, _) = pictures::configured(&shared, query.camera.as_deref())?;
    pictures::motion(&shared, name);
    Ok("OK\n".into_response())
}

async fn recognize_camera(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Query(query): Query<CameraQuery>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, ASK, &from, &headers, query.token.as_deref()).await?;
    let (_, camera) = pictures::configured(&shared, query.camera.as_deref())?;
    let picture = pictures::fetched(&shared, camera).await?;
    recognized(&shared, picture, &headers).await
}

async fn recognize_picture(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    enter(&shared, ASK, &from, &headers, None).await?;
    let picture = upload(&shared, body).await?;
    recognized(&shared, picture, &headers).await
}

/// The annotated JPEG, or JSON for who asks for it.
async fn recognized(shared: &Shared, picture: PictureBytes, headers: &HeaderMap) -> Answer {
    let wants =
        |kind: &str| headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|a| a.contains(kind));
    if wants("application/json") {
        let found = shared.engine.ask(picture, Annotation::Skip).await?;
        return Ok(Json(convert::recognition(&found, None)).into_response());
    }
    let found = shared.engine.ask(picture, Annotation::Draw).await?;
    let jpeg = found.annotated.ok_or_else(|| internal("an annotated picture is missing"))?;
    Ok(jpeg_response(Bytes::from_owner(jpeg), Freshness::Changing))
}

#[derive(Deserialize)]
struct AddFaceQuery {
    camera: Option<String>,
    r#box: Option<String>,
    allow: Option<String>,
}

async fn add_face(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Path(name): Path<String>,
    Query(query): Query<AddFaceQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    enter(&shared, CHANGE, &from, &headers, None).await?;
    let name = PersonName::new(&name)?;
    let picture = upload(&shared, body).await?;
    learned(&shared, name, picture, &query).await
}

async fn add_face_from_camera(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Path(name): Path<String>,
    Query(query): Query<AddFaceQuery>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, CHANGE, &from, &headers, None).await?;
    let name = PersonName::new(&name)?;
    let (_, camera) = pictures::configured(&shared, query.camera.as_deref())?;
    let picture = pictures::fetched(&shared, camera).await?;
    learned(&shared, name, picture, &query).await
}

async fn learned(shared: &Shared, name: PersonName, picture: PictureBytes, query: &AddFaceQuery) -> Answer {
    let face_box = query.r#box.as_deref().map(parse_box).transpose()?;
    let allow = query.allow.as_deref().map(parse_allow).transpose()?.unwrap_or_default();
    Ok(Json(pictures::learn(shared, Lesson { name, picture, face_box, allow }).await?).into_response())
}

/// `x,y,w,h` in pixels.
fn parse_box(text: &str) -> Result<Rect, WireError> {
    let numbers: Option<Vec<f32>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[x, y, w, h]) if [x, y, w, h].iter().all(|n| n.is_finite()) => Ok(Rect { x, y, w, h }),
        _ => Err(invalid("box: four numbers x,y,w,h in pixels")),
    }
}

fn parse_allow(text: &str) -> Result<Vec<Override>, WireError> {
    let one = |word: &str| match word.trim() {
        "duplicate" => Ok(Override::Duplicate),
        "looks_like_someone_else" => Ok(Override::LooksLikeSomeoneElse),
        _ => Err(invalid("allow: duplicate, looks_like_someone_else, or both with a comma")),
    };
    text.split(',').map(one).collect()
}

async fn last_detection(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Query(query): Query<CameraQuery>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, SEE, &from, &headers, query.token.as_deref()).await?;
    let wanted = query.camera.as_deref().unwrap_or("default");
    let cameras = shared.engine.cameras();
    let known = cameras
        .iter()
        .find(|c| c.settings.id.0 == wanted)
        .or_else(|| cameras.iter().find(|c| c.settings.name == wanted))
        .ok_or_else(|| WireError::new(ErrorCode::UnknownCamera, "there is no such camera"))?;
    camera_picture(&shared, &known.settings.id)
}

async fn annotated(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Path(camera): Path<String>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, SEE, &from, &headers, None).await?;
    camera_picture(&shared, &CameraId(camera))
}

fn camera_picture(shared: &Shared, camera: &CameraId) -> Answer {
    let jpeg = shared.engine.annotated(camera);
    let jpeg =
        jpeg.ok_or_else(|| WireError::new(ErrorCode::NotFound, "this camera has shown no face since the start"))?;
    Ok(jpeg_response(Bytes::from_owner(jpeg), Freshness::Changing))
}

async fn photo(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Path((_person, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, SEE, &from, &headers, None).await?;
    let bytes = shared.engine.photo_bytes(PhotoId(id_of(&file)?.to_owned())).await?;
    Ok(jpeg_response(bytes.into(), Freshness::Lasting))
}

async fn sighting(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, SEE, &from, &headers, None).await?;
    let id = id_of(&file)?.parse().map_err(|_| no_picture())?;
    Ok(jpeg_response(shared.engine.sighting_picture(id).await?.into(), Freshness::Lasting))
}

async fn unknown(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, SEE, &from, &headers, None).await?;
    let bytes = shared.engine.unknown_picture(UnknownId(id_of(&file)?.to_owned())).await?;
    Ok(jpeg_response(bytes.into(), Freshness::Changing))
}

async fn kept(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Answer {
    enter(&shared, ASK, &from, &headers, None).await?;
    let jpeg = shared.kept.get(id_of(&file)?).ok_or_else(no_picture)?;
    Ok(jpeg_response(Bytes::from_owner(jpeg), Freshness::Changing))
}

fn id_of(file: &str) -> Result<&str, WireError> {
    file.strip_suffix(".jpg").ok_or_else(no_picture)
}

fn no_picture() -> WireError {
    WireError::new(ErrorCode::NotFound, "there is no such picture")
}

#[derive(Clone, Copy)]
enum Freshness {
    /// The same address shows another picture later.
    Changing,
    /// The address names exactly this picture.
    Lasting,
}

/// A picture of this server; photos may be of other kinds than JPEG, which their first bytes tell.
fn jpeg_response(bytes: Bytes, freshness: Freshness) -> Response {
    let kind = match &*bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        [b'G', b'I', b'F', ..] => "image/gif",
        [b'B', b'M', ..] => "image/bmp",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "image/tiff",
        _ => "image/jpeg",
    };
    let keep = match freshness {
        Freshness::Changing => "private, no-store",
        Freshness::Lasting => "private, max-age=86400",
    };
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, bytes).into_response()
}

async fn upload(shared: &Shared, body: Body) -> Result<PictureBytes, HttpError> {
    let limit = shared.options.max_image_bytes;
    let _share = shared.uploads.try_acquire().map_err(|_| busy("too many pictures are being uploaded", 500))?;
    let read = tokio::time::timeout(UPLOAD_WITHIN, axum::body::to_bytes(body, limit)).await;
    let bytes =
        read.map_err(|_| invalid(format!("the picture did not arrive within {} s", UPLOAD_WITHIN.as_secs())))?;
    let bytes = bytes.map_err(|error| {
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(inner) = cause {
            if inner.is::<http_body_util::LengthLimitError>() {
                return pictures::too_large(limit);
            }
            cause = inner.source();
        }
        invalid("the picture did not arrive whole")
    })?;
    Ok(PictureBytes::from(&*bytes))
}

async fn websocket(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Connection>,
    request: Request,
) -> Answer {
    let headers = request.headers();
    let has = |name, word: &str| {
        let value = headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default();
        value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    let asks = request.method() == Method::GET
        && has(header::CONNECTION, "upgrade")
        && has(header::UPGRADE, "websocket")
        && has(header::SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| asks);
    let Some(key) = key else {
        let error = WireError::new(ErrorCode::InvalidRequest, "this is the WebSocket (version 13); see PROTOCOL.md");
        let wanted = [(header::UPGRADE, "websocket"), (header::SEC_WEBSOCKET_VERSION, "13")];
        return Ok((StatusCode::UPGRADE_REQUIRED, wanted, Json(error)).into_response());
    };
    let Some(place) = shared.door.admit(from.peer, Instant::now()) else {
        tracing::warn!(peer = %from.peer, "too many connections that have not logged in");
        return Err(busy("too many connections that have not logged in", 1000).into());
    };
    let accept = tokio_tungstenite::tungstenite::handshake::derive_accept_key(key.as_bytes());
    let switching = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept)
        .body(Body::empty())
        .map_err(|e| internal(&e.to_string()))?;
    let upgrade = hyper::upgrade::on(request);
    let tasks = shared.tasks.clone();
    tasks.spawn(async move {
        match upgrade.await {
            Ok(stream) => session::run(shared, TokioIo::new(stream), from.peer, place).await,
            Err(error) => tracing::debug!(%error, "no WebSocket after all"),
        }
        drop(from);
    });
    Ok(switching)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_numbers() {
        assert_eq!(parse_box("1, 2.5,30,40").expect("is one"), Rect { x: 1.0, y: 2.5, w: 30.0, h: 40.0 });
        for text in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,inf", "NaN,1,1,1"] {
            assert!(parse_box(text).is_err(), "{text}");
        }
    }

    #[test]
    fn overrides_are_named() {
        let both = parse_allow("duplicate,looks_like_someone_else").expect("are ones");
        assert_eq!(both, [Override::Duplicate, Override::LooksLikeSomeoneElse]);
        assert!(parse_allow("everything").is_err());
    }
}
