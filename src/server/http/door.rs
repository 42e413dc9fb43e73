//! Who may pass: a token in the header (or, for motion hooks, in the address) → the routes behind a door, or a refusal.
//! A token that is removed takes its connection with it, whatever is being answered on it.
//! A browser that was once given a login sends it by itself, whatever page makes it ask. So a login (Basic, the token as
//! password) opens only what changes nothing.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::{Extension, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use serde::Deserialize;
use tokio_util::task::AbortOnDropHandle;

use super::Answer;
use crate::server::access::{Guest, Secret};
use crate::server::protocol::{ErrorCode, Role, WireError};
use crate::server::shared::Shared;

/// Which roles a route takes, and how the token may be given.
#[derive(Clone, Copy)]
pub(super) struct Door {
    roles: &'static [Role],
    by: By,
}

/// How a token may be given besides `Authorization: Bearer`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Nothing,
    /// A login in a browser, for what changes nothing.
    Login,
    /// `?token=` of a trigger token, for motion hooks that cannot send headers.
    Address,
}

impl Door {
    pub(super) const SEE: Self = Self { roles: &[Role::Read, Role::Admin], by: By::Login };
    /// Asking about pictures, which changes nothing.
    pub(super) const ASK: Self = Self { roles: &[Role::Push, Role::Read, Role::Admin], by: By::Login };
    pub(super) const CHANGE: Self = Self { roles: &[Role::Admin], by: By::Nothing };
    /// Saying that something moved.
    pub(super) const TRIGGER: Self = Self { roles: &[Role::Trigger, Role::Push, Role::Admin], by: By::Address };

    /// Puts this door before every one of `routes`.
    pub(super) fn before(self, routes: Router<Arc<Shared>>, shared: &Arc<Shared>) -> Router<Arc<Shared>> {
        routes.route_layer(middleware::from_fn_with_state((Arc::clone(shared), self), enter))
    }
}

/// Whoever a door let in, by their token, and the server they ask.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) shared: Arc<Shared>,
    pub(super) token: i64,
}

#[derive(Deserialize)]
struct InAddress {
    token: Option<String>,
}

async fn enter(
    State((shared, door)): State<(Arc<Shared>, Door)>,
    Extension(connection): Extension<Guest>,
    mut request: Request,
    next: Next,
) -> Answer {
    let (caller, token, role) = match pass(&shared, door, &connection, request.headers(), request.uri()).await {
        Ok(passed) => passed,
        Err(refusal) => {
            let mut response = refusal.into_response();
            if response.status() == StatusCode::UNAUTHORIZED && door.by == By::Login {
                response.headers_mut().append(header::WWW_AUTHENTICATE, LOGIN);
            }
            return Ok(response);
        }
    };
    request.extensions_mut().insert(caller);
    let removed = tokio::spawn(async move {
        shared.token_removed(token, role).await;
        connection.place.give_up();
    });
    // Until the last byte of the answer is sent: all photos, to somebody who does not read on, take as long as they like.
    let until_sent = AbortOnDropHandle::new(removed);
    let keep = move |error: axum::Error| {
        let _ = &until_sent;
        error
    };
    Ok(next.run(request).await.map(|body| Body::new(body.map_err(keep))))
}

/// Makes a browser ask for name and password.
const LOGIN: HeaderValue =
    HeaderValue::from_static("Basic realm=\"Face: any name, a token as the password\", charset=\"UTF-8\"");

/// The password of `name:password` in base64.
fn password(credentials: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    Some(text.split_once(':')?.1.to_owned())
}

async fn pass(
    shared: &Arc<Shared>,
    door: Door,
    connection: &Guest,
    headers: &HeaderMap,
    address: &Uri,
) -> Result<(Caller, Secret, Role), WireError> {
    let header = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|text| text.split_once(' '));
    let of =
        |scheme: &str| header.filter(|(given, _)| given.eq_ignore_ascii_case(scheme)).map(|(_, value)| value.trim());
    let (bearer, login) = (of("bearer"), of("basic").and_then(password));
    let in_address = Query::<InAddress>::try_from_uri(address).ok().and_then(|query| query.0.token);
    let given = bearer.or(login.as_deref()).or(in_address.as_deref()).ok_or_else(|| {
        let words = match door.by {
            By::Nothing => "a token is needed: Authorization: Bearer …",
            By::Login => "a token is needed: Authorization: Bearer …, or a login with the token as its password",
            By::Address => "a token is needed: Authorization: Bearer …, or ?token= with a trigger token",
        };
        WireError::new(ErrorCode::Unauthorized, words)
    })?;
    let token = Secret::given(given);
    let Some(known) = shared.find_token(&token).await? else {
        // Every wrong one waits, and an address has only so many connections to wait on.
        let wait = shared.memory().failures.failed(connection.peer, Instant::now());
        tokio::time::sleep(wait).await;
        return Err(WireError::new(ErrorCode::Unauthorized, "this server has no such token, or it has expired"));
    };
    connection.place.show(known.id);
    let role = known.role;
    let refused = |words: &str| Err(WireError::new(ErrorCode::Forbidden, words));
    if bearer.is_none() && login.is_some() && door.by != By::Login {
        return refused(
            "a login is not enough to change anything, since browsers send it by themselves; use Authorization: Bearer",
        );
    }
    if bearer.is_none() && login.is_none() && !(door.by == By::Address && role == Role::Trigger) {
        return refused(
            "only trigger tokens may stand in an address, since addresses end up in logs; use Authorization: Bearer",
        );
    }
    if !door.roles.contains(&role) {
        let words = format!("the role {role} may not do this");
        return refused(&words);
    }
    Ok((Caller { shared: Arc::clone(shared), token: known.id }, token, role))
}
