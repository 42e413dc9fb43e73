//! The body of a request → one picture: its bytes as they are, or a form with a file (`curl -F file=@photo.jpg`).
//! What people send by mistake (base64, JSON, bytes that `curl -d` has changed) is named, since no decoder could.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderMap};
use futures_util::StreamExt;

use super::door::Caller;
use crate::engine::PictureBytes;
use crate::server::handlers::errors::{busy, invalid};
use crate::server::handlers::pictures;
use crate::server::protocol::WireError;

/// An uploaded picture has this long to arrive, and a pause in it may last this long.
const WITHIN: Duration = Duration::from_secs(60);
const PAUSE_AT_MOST: Duration = Duration::from_secs(10);
/// Room of a form beside its picture.
const FORM_MARGIN: usize = 64 * 1024;
/// Parts of a form that are looked through for a file: reading a quarter of a million of them takes seconds.
const MAX_PARTS: usize = 100;
const HOW: &str = "send its bytes (curl --data-binary @photo.jpg) or a form (curl -F file=@photo.jpg)";

pub(super) async fn picture(
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<PictureBytes, WireError> {
    let turn = caller.shared.memory().uploads.take(caller.token);
    let _turn = turn.ok_or_else(|| busy("too many pictures are being uploaded, with this token or with all", 500))?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let is_form = kind.to_ascii_lowercase().starts_with("multipart/form-data");
    let room = if is_form { limit + FORM_MARGIN } else { limit };
    let received = tokio::time::timeout(WITHIN, receive(body, room, limit)).await;
    let bytes =
        received.map_err(|_| invalid(format!("the picture did not arrive within {} s", WITHIN.as_secs())))??;
    let bytes = if is_form { file_of(kind, bytes).await? } else { bytes };
    if bytes.len() > limit {
        return Err(pictures::too_large(limit));
    }
    if let Some(words) = mistaken(&bytes, kind) {
        return Err(invalid(words));
    }
    Ok(PictureBytes::from(&*bytes))
}

async fn receive(body: Body, room: usize, limit: usize) -> Result<Bytes, WireError> {
    let mut parts = body.into_data_stream();
    let mut bytes = Vec::new();
    loop {
        let part = tokio::time::timeout(PAUSE_AT_MOST, parts.next()).await;
        let part = part.map_err(|_| {
            invalid(format!("the picture paused on its way for more than {} s", PAUSE_AT_MOST.as_secs()))
        })?;
        match part {
            None => return Ok(bytes.into()),
            Some(Err(_)) => return Err(invalid("the picture did not arrive whole")),
            Some(Ok(part)) if bytes.len() + part.len() > room => return Err(pictures::too_large(limit)),
            Some(Ok(part)) => bytes.extend_from_slice(&part),
        }
    }
}

/// The file in a form: the first part with a file's name, whatever its field is called.
async fn file_of(kind: &str, form: Bytes) -> Result<Bytes, WireError> {
    let broken = |error: multer::Error| invalid(format!("the form cannot be read: {error}; {HOW}"));
    let boundary = multer::parse_boundary(kind).map_err(broken)?;
    let whole = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(form)]);
    let mut form = multer::Multipart::new(whole, boundary);
    for _ in 0..MAX_PARTS {
        match form.next_field().await.map_err(broken)? {
            Some(field) if field.file_name().is_some() => return field.bytes().await.map_err(broken),
            Some(_) => {}
            None => return Err(invalid(format!("the form has no file; {HOW}"))),
        }
    }
    Err(invalid(format!("the form has no file in its first {MAX_PARTS} parts; {HOW}")))
}

/// What somebody sent instead of a picture, in words.
fn mistaken(bytes: &[u8], kind: &str) -> Option<String> {
    const ENOUGH: usize = 1000;
    if bytes.is_empty() {
        return Some(format!("no picture came; {HOW}"));
    }
    let text = bytes.trim_ascii();
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(byte);
    if text.starts_with(b"data:image/") || (text.len() >= ENOUGH && text.iter().all(base64)) {
        return Some(format!("this is base64, not the picture itself; {HOW}"));
    }
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return Some(format!("this is JSON, not a picture; {HOW}"));
    }
    // What curl -d takes out of a file is in every picture of some size.
    let stripped = bytes.len() >= ENOUGH && !bytes.iter().any(|byte| b"\0\r\n".contains(byte));
    if stripped && kind.starts_with("application/x-www-form-urlencoded") {
        return Some(format!("curl -d takes bytes out of a picture; {HOW}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named_and_pictures_are_not_mistaken() {
        for (bytes, kind, word) in [
            (Vec::new(), "", "no picture"),
            (b"data:image/jpeg;base64,/9j/".to_vec(), "", "base64"),
            ("QUJD\n".repeat(300).into_bytes(), "", "base64"),
            (b" {\"image\": \"/9j/\"}".to_vec(), "application/json", "JSON"),
            ([&b"\xFF\xD8\xFF"[..], &[0x55; 2000]].concat(), "application/x-www-form-urlencoded", "curl -d"),
        ] {
            let words = mistaken(&bytes, kind).expect("a mistake");
            assert!(words.contains(word) && words.contains("-F file=@"), "{words}");
        }
        let photo = std::fs::read("tests/pictures/nobody.jpg").expect("a photo");
        assert_eq!(mistaken(&photo, "application/x-www-form-urlencoded"), None);
        assert_eq!(mistaken(b"<html>", "text/html"), None);
    }
}
