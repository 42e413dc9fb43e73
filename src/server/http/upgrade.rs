//! A request of the WebSocket → the session that speaks on it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

use super::Answer;
use crate::server::access::Guest;
use crate::server::handlers::errors::busy;
use crate::server::protocol::{ErrorCode, WireError};
use crate::server::session;
use crate::server::shared::Shared;

pub(super) async fn websocket(
    State(shared): State<Arc<Shared>>,
    Extension(from): Extension<Guest>,
    request: Request,
) -> Answer {
    let Ok(switching) = create_response_with_body(&request, Body::empty) else {
        let error = WireError::new(ErrorCode::InvalidRequest, "this is the WebSocket (version 13); see PROTOCOL.md");
        let wanted = [(header::UPGRADE, "websocket"), (header::SEC_WEBSOCKET_VERSION, "13")];
        return Ok((StatusCode::UPGRADE_REQUIRED, wanted, Json(error)).into_response());
    };
    let Some(place) = shared.strangers.admit(from.peer) else {
        tracing::warn!(peer = %from.peer, "too many connections that have not logged in");
        return Err(busy("too many connections that have not logged in", 1000));
    };
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
