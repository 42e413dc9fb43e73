//! A request's address → what a route asks of it, or an error of the protocol: axum's own refusals are plain text.

use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::server::handlers::errors::invalid;
use crate::server::protocol::WireError;

/// Parts of the path, percent-decoded.
pub(super) struct Path<T>(pub(super) T);

/// What stands behind the question mark.
pub(super) struct Query<T>(pub(super) T);

/// Which camera is meant: by its id or name, the only one where it is left out.
#[derive(Deserialize)]
pub(super) struct CameraQuery {
    pub(super) camera: Option<String>,
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = WireError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WireError> {
        let read = extract::Path::from_request_parts(parts, state).await;
        let extract::Path(values) = read.map_err(|refused| invalid(format!("the path: {}", refused.body_text())))?;
        Ok(Self(values))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = WireError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WireError> {
        let read = extract::Query::from_request_parts(parts, state).await;
        let extract::Query(values) = read.map_err(|refused| {
            let words = refused.body_text();
            invalid(format!(
                "the query: {}",
                words.strip_prefix("Failed to deserialize query string: ").unwrap_or(&words)
            ))
        })?;
        Ok(Self(values))
    }
}
