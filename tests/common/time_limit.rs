//! The longest that a test may take: one that hangs ends the run with its name instead of holding it up for ever.

use std::io::Write as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Several times what the longest test takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(600);

/// Runs from the moment it is made until it is dropped.
pub(crate) struct TimeLimit {
    _until_dropped: Sender<()>,
}

impl TimeLimit {
    /// For the test whose thread this is.
    pub(crate) fn begin() -> Self {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let (until_dropped, dropped) = channel();
        std::thread::spawn(move || {
            if dropped.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                // Not the macro, whose words the test would keep to itself.
                let _ = writeln!(std::io::stderr(), "{test} was not done after {LIMIT:?}");
                std::process::abort();
            }
        });
        Self { _until_dropped: until_dropped }
    }
}
