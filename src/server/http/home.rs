//! Pages for people who open the server's address in a browser: what this is, and, after a login, the cameras' last faces.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use crate::server::shared::Shared;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#222}\
                     img{max-width:100%;border-radius:6px}code{background:#eee;padding:.1em .3em}";
const DOCS: &str = env!("CARGO_PKG_REPOSITORY");

/// What this is. Tells nothing that strangers should not know.
pub(super) async fn welcome() -> Response {
    page(&format!(
        "<h1>Face</h1><p>Version {}, running.</p>\
         <p>This is a server for local face recognition. It has no pages of its own for everyday use: Home Assistant is where \
         you see people and teach faces.</p>\
         <ul><li><a href=\"/cameras\">Log in</a> to see the cameras&rsquo; last faces. Any name will do; the password is a \
         token (<code>face-server token add browser --role read</code>).</li>\
         <li>To pair Home Assistant, run <code>face-server pair</code> and paste the line it prints.</li>\
         <li><a href=\"{DOCS}\" rel=\"noreferrer\">Documentation</a></li></ul>",
        env!("CARGO_PKG_VERSION")
    ))
}

/// The cameras with their last annotated pictures.
pub(super) async fn cameras(State(shared): State<Arc<Shared>>) -> Response {
    let mut body = "<h1>Face: cameras</h1>".to_owned();
    let cameras = shared.engine.cameras();
    if cameras.is_empty() {
        body += "<p>No camera has sent a picture yet.</p>";
    }
    for camera in cameras {
        let name = escaped(&camera.name);
        let _ = write!(body, "<h2>{name}</h2>");
        if let Some(path) = camera.annotated {
            let path = escaped(&path.to_string());
            let _ = write!(body, "<p><img src=\"{path}\" alt=\"The last picture with a face\"></p>");
        } else {
            body += "<p>No face since the server started.</p>";
        }
    }
    page(&body)
}

fn page(body: &str) -> Response {
    let head = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Face</title>";
    Html(format!(
        "<!doctype html><html lang=\"en\"><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>"
    ))
    .into_response()
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            '<' => all += "&lt;",
            '>' => all += "&gt;",
            '&' => all += "&amp;",
            '"' => all += "&quot;",
            '\'' => all += "&#39;",
            _ => all.push(c),
        }
        all
    })
}
