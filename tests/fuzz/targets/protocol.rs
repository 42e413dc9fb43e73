//! Any text as a client's message: a request, or one line that says why not.

use face_server::server::protocol::parse::request;
use face_server::server::protocol::{Auth, Role};

pub(crate) fn run(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    for role in [Role::Trigger, Role::Push, Role::Read, Role::Admin] {
        if let Err(refused) = request(text, role) {
            let words = refused.error.message;
            assert!(!words.is_empty() && words.len() < 2_000 && !words.contains('\n'), "{words}");
        }
    }
    let _ = serde_json::from_str::<Auth>(text);
}
