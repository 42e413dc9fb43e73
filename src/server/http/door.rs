//! Who may pass: a token in the header (or, for motion hooks, in the address) → the routes behind a door, or a refusal.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Query, Request, State};
use axum::http::Uri;
use axum::http::header::{self, HeaderMap};
use axum::middleware::{self, Next};
use axum::{Extension, Router};
use serde::Deserialize;

use super::Answer;
use super::errors::HttpError;
use crate::server::access::{self, Token};
use crate::server::handlers::errors::busy;
use crate::server::protocol::{ErrorCode, Role, WireError};
use crate::server::{Connection, Shared};

/// Which roles a route takes, and whether the token may stand in the address.
#[derive(Clone, Copy)]
pub(super) enum Door {
    /// `Authorization: Bearer` of one of these.
    Bearer(&'static [Role]),
    /// The same, or `?token=` of a trigger token, for motion hooks that cannot send headers.
    OrAddress(&'static [Role]),
}

impl Door {
    /// Looking at what is kept.
    pub(super) const SEE: Self = Self::Bearer(&[Role::Read, Role::Admin]);
    /// Asking about pictures, which changes nothing.
    pub(super) const ASK: Self = Self::Bearer(&[Role::Push, Role::Read, Role::Admin]);
    /// Teaching.
    pub(super) const CHANGE: Self = Self::Bearer(&[Role::Admin]);
    /// Saying that something moved.
    pub(super) const TRIGGER: Self = Self::OrAddress(&[Role::Trigger, Role::Push, Role::Admin]);

    /// Puts this door before every one of `routes`.
    pub(super) fn before(self, routes: Router<Arc<Shared>>, shared: &Arc<Shared>) -> Router<Arc<Shared>> {
        routes.route_layer(middleware::from_fn_with_state((Arc::clone(shared), self), enter))
    }
}

#[derive(Deserialize)]
struct InAddress {
    token: Option<String>,
}

async fn enter(
    State((shared, door)): State<(Arc<Shared>, Door)>,
    Extension(connection): Extension<Connection>,
    request: Request,
    next: Next,
) -> Answer {
    pass(&shared, door, &connection, request.headers(), request.uri()).await?;
    Ok(next.run(request).await)
}

async fn pass(
    shared: &Shared,
    door: Door,
    connection: &Connection,
    headers: &HeaderMap,
    address: &Uri,
) -> Result<(), HttpError> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let in_address = Query::<InAddress>::try_from_uri(address).ok().and_then(|query| query.0.token);
    let given = bearer
        .or(in_address.as_deref())
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
