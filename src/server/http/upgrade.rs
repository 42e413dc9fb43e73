//! A request of the WebSocket → the session that speaks on it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use hyper_util::rt::TokioIo;

use super::Answer;
use crate::server::access::Guest;
use crate::server::handlers::errors::{busy, internal};
use crate::server::protocol::{ErrorCode, WireError};
use crate::server::session;
use crate::server::shared::Shared;

pub(super) async fn websocket(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Guest>,
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
    let Some(place) = shared.strangers.admit(from.peer) else {
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
            Ok(stream) => session::run(shared, TokioIo::new(stream), &from, place).await,
            Err(error) => tracing::debug!(%error, "no WebSocket after all"),
        }
    });
    Ok(switching)
}
