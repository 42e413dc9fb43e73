//! HTTP routes: the original system's, health and metrics, pictures, and the door to the WebSocket.
//!
//! Answers by `handlers`; errors are JSON `{code, message, details?}` with the codes of the protocol. No CORS: browsers'
//! pages of other origins get nothing (`browser`). `door` lets in who may, `home` has pages for people, `cameras` has the original's routes, `pictures` shows what
//! is kept, `library` gives and takes all photos at once, `extract` reads addresses, `upload` bodies, `upgrade` becomes a WebSocket; `rest` reads what an early answer left unread.

mod browser;
mod cameras;
mod door;
mod errors;
mod extract;
mod home;
mod library;
mod pictures;
mod rest;
mod upgrade;
mod upload;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};

use super::protocol::{ErrorCode, WireError, schema};
use super::shared::Shared;
use door::Door;

const WEBSOCKET_PATH: &str = "/v1/ws";

type Answer = Result<Response, WireError>;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    let open = Router::new()
        .route("/", get(home::welcome))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/v1/schema.json", get(json_schema))
        .route(WEBSOCKET_PATH, any(upgrade::websocket));
    let trigger = Router::new().route("/motion-detected", get(cameras::motion).post(cameras::motion));
    let ask = Router::new()
        .route("/metrics", get(metrics))
        .route("/recognize", get(cameras::recognize_camera).post(cameras::recognize_picture))
        .route("/v1/recognitions/{file}", get(pictures::kept));
    let see = Router::new()
        .route("/cameras", get(home::cameras))
        .route("/last-detection.jpg", get(pictures::last_detection))
        .route("/v1/cameras/{camera}/annotated.jpg", get(pictures::picture))
        .route("/v1/photos/{person}/{file}", get(pictures::picture))
        .route("/v1/sightings/{file}", get(pictures::picture))
        .route("/v1/unknowns/{file}", get(pictures::picture))
        .route("/v1/sittings/{file}", get(pictures::picture))
        .route("/v1/proposals/{file}", get(pictures::picture));
    let change = Router::new()
        .route("/add-face/{name}", post(cameras::add_face).get(cameras::add_face_from_camera))
        .route("/v1/library.tar", get(library::export).post(library::import));
    open.merge(Door::TRIGGER.before(trigger, &shared))
        .merge(Door::ASK.before(ask, &shared))
        .merge(Door::SEE.before(see, &shared))
        .merge(Door::CHANGE.before(change, &shared))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(middleware::from_fn(rest::read_out))
        .layer(middleware::from_fn(browser::guard))
        .with_state(shared)
}

async fn no_route() -> WireError {
    WireError::new(ErrorCode::NotFound, format!("there is nothing here; the WebSocket is at {WEBSOCKET_PATH}"))
}

async fn no_method() -> Response {
    let error = WireError::new(ErrorCode::InvalidRequest, "this address does not take this method");
    (StatusCode::METHOD_NOT_ALLOWED, Json(error)).into_response()
}

async fn healthz() -> Response {
    Json(serde_json::json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).into_response()
}

/// Whether everybody is known whose photos are there; whether the server runs at all is another question (`healthz`).
async fn readyz(State(shared): State<Arc<Shared>>) -> Response {
    let version = env!("CARGO_PKG_VERSION");
    match shared.engine.stats().photos_to_learn {
        0 => Json(serde_json::json!({"status": "ready", "version": version})).into_response(),
        left => {
            let message = format!("{left} photos are still being learned; until then their faces aren't recognised");
            let learning = serde_json::json!({"status": "learning", "version": version, "message": message});
            (StatusCode::SERVICE_UNAVAILABLE, Json(learning)).into_response()
        }
    }
}

/// For whoever comes while the server stops.
pub(super) fn stopping() -> Router {
    let refused = async || WireError::new(ErrorCode::ShuttingDown, "the server is stopping");
    Router::new().fallback(refused)
}

async fn json_schema() -> Response {
    ([(header::CONTENT_TYPE, "application/schema+json")], schema::COMMITTED).into_response()
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let text = super::metrics::prometheus(&shared);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
