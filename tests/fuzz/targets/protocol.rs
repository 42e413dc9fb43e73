//! Any text as a client's message: a request, or one line that says why not.

use face_server::server::protocol::parse::{envelope, request};
use face_server::server::protocol::{Auth, Role};

pub(crate) fn run(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    for role in [Role::Trigger, Role::Push, Role::Read, Role::Admin] {
        if let Err(refused) = envelope(text).and_then(|envelope| envelope.open(role)) {
            let words = refused.error.message;
            assert!(!words.is_empty() && words.len() < 2_000 && !words.contains('\n'), "{words}");
        }
    }
    assert_eq!(request(text).is_ok(), envelope(text).and_then(|envelope| envelope.open(Role::Admin)).is_ok());
    let _ = serde_json::from_str::<Auth>(text);
}
