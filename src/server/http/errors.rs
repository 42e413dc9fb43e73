//! An error of the protocol → an HTTP response with the status that fits its code.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::server::protocol::{ErrorCode, WireError};

impl IntoResponse for WireError {
    fn into_response(self) -> Response {
        let status = status_of(self.code);
        let retry_ms = self.details.as_ref().and_then(|d| d["retry_after_ms"].as_u64());
        let mut response = (status, Json(self)).into_response();
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
