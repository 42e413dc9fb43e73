//! What browsers must not do: talk to the server for a page of another origin, show it in a frame, keep its pictures.
//! Around all routes. A page elsewhere can make a browser send requests, and a name that its owner lets point into the home
//! makes the server look like the page's own origin; so both headers that tell are looked at.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::Uri;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use super::Answer;
use crate::server::protocol::{ErrorCode, WireError};

/// Endings of names that only a home's own name server gives out (RFC 6762, RFC 8375, and what routers use).
const HOME_NAMES: [&str; 8] =
    ["local", "lan", "home", "internal", "localdomain", "localhost", "fritz.box", "home.arpa"];
/// Pages may show our pictures and nothing else, and run nothing.
const POLICY: &str =
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'";

pub(super) async fn guard(request: Request, next: Next) -> Answer {
    if let Some(words) = refused(request.headers(), request.uri()) {
        return Err(WireError::new(ErrorCode::Forbidden, words));
    }
    let mut response = next.run(request).await;
    harden(&mut response);
    Ok(response)
}

fn harden(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Why a request is none that a browser may make.
fn refused(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text(header::HOST).or(uri.authority().map(axum::http::uri::Authority::as_str)).unwrap_or_default();
    let origin = text(header::ORIGIN);
    let own = |origin: &str| origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host));
    if let Some(origin) = origin
        && !own(origin)
    {
        return Some("pages of other origins may not talk to this server".to_owned());
    }
    let fetched_by = |name: &'static str| text(HeaderName::from_static(name)).unwrap_or_default();
    if fetched_by("sec-fetch-site") == "cross-site" && fetched_by("sec-fetch-mode") != "navigate" {
        return Some("pages of other sites may not talk to this server".to_owned());
    }
    let is_browser = origin.is_some() || text(header::USER_AGENT).is_some_and(|agent| agent.starts_with("Mozilla/"));
    let name = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(name, _)| name);
    (is_browser && !is_of_home(name)).then(|| {
        "a browser reaches this server by its IP address or a name of the home network (face.local) only, since other names \
         can be made to point anywhere; let a reverse proxy send Host: localhost"
            .to_owned()
    })
}

fn is_of_home(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    let ends = |ending: &str| lower.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    bare.parse::<IpAddr>().is_ok() || !lower.contains('.') || HOME_NAMES.iter().any(|ending| ends(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_somebody_elsewhere_can_give_out_are_not_of_the_home() {
        for name in [
            "192.168.1.5",
            "[fd00::2]",
            "127.0.0.1",
            "localhost",
            "face",
            "face.local",
            "FACE.FRITZ.BOX",
            "a.home.arpa.",
        ] {
            assert!(is_of_home(name), "{name}");
        }
        for name in ["evil.example", "face.local.evil.example", "notlocal.xyz", "1.2.3.4.evil.example", "evillocal.net"]
        {
            assert!(!is_of_home(name), "{name}");
        }
    }
}
