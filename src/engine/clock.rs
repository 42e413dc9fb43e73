//! The system's two clocks → [`Now`].

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use crate::presence::Now;

/// The wall clock was set where it is off by so much from one look to the next; by less, both only measure differently.
const SET: SignedDuration = SignedDuration::from_secs(1);

#[derive(Debug)]
pub(super) struct Clock {
    origin: Timestamp,
    started: Instant,
    ahead: SignedDuration,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { origin: Timestamp::now(), started: Instant::now(), ahead: SignedDuration::ZERO }
    }

    pub(super) fn now(&mut self) -> Now {
        let steady = self.origin.checked_add(self.started.elapsed()).unwrap_or(Timestamp::MAX);
        let ahead = Timestamp::now().duration_since(steady);
        if (ahead - self.ahead).abs() > SET {
            self.ahead = ahead;
        }
        Now { steady, ahead: self.ahead }
    }
}
