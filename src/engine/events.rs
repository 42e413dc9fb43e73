//! What happened, numbered, kept for a while and handed to whoever listens.
//!
//! A listener that falls behind the channel is told so by the channel (`Lagged`) and asks for the state anew.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::broadcast;

use super::types::{Event, EventRecord};

/// How many events are kept for clients that come back.
const KEPT: usize = 1_000;
/// How long they are kept.
const KEPT_FOR: Duration = Duration::from_secs(600);
/// How many events a listener may be behind.
const CHANNEL: usize = 1_024;

/// The numbered events of one start of the server.
pub(super) struct EventLog {
    run: String,
    inner: Mutex<Inner>,
    listeners: broadcast::Sender<Arc<EventRecord>>,
}

struct Inner {
    seq: u64,
    ring: VecDeque<Arc<EventRecord>>,
}

/// What a listener has missed, and what comes.
pub(super) struct Listening {
    /// Number of the last event before this.
    pub seq: u64,
    /// Missed events, or `None` where they are lost.
    pub missed: Option<Vec<Arc<EventRecord>>>,
    /// What comes.
    pub events: broadcast::Receiver<Arc<EventRecord>>,
}

impl EventLog {
    pub(super) fn new(run: String) -> Self {
        let inner = Inner { seq: 0, ring: VecDeque::new() };
        Self { run, inner: Mutex::new(inner), listeners: broadcast::Sender::new(CHANNEL) }
    }

    pub(super) fn run(&self) -> &str {
        &self.run
    }

    /// Numbers and tells the events.
    pub(super) fn tell(&self, events: impl IntoIterator<Item = Event>, now: Timestamp) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            inner.seq += 1;
            let record = Arc::new(EventRecord { seq: inner.seq, at: now, event });
            inner.ring.push_back(Arc::clone(&record));
            // An error only says that nobody listens.
            let _ = self.listeners.send(record);
        }
        let too_old = now.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN);
        while inner.ring.len() > KEPT || inner.ring.front().is_some_and(|r| r.at < too_old) {
            inner.ring.pop_front();
        }
    }

    /// Starts listening; nothing is lost or doubled between `missed` and `events`.
    pub(super) fn listen(&self, since: Option<(&str, u64)>) -> Listening {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let events = self.listeners.subscribe();
        let oldest = inner.ring.front().map_or(inner.seq + 1, |r| r.seq);
        let missed = since
            .filter(|(run, seq)| *run == self.run && *seq <= inner.seq && *seq + 1 >= oldest)
            .map(|(_, seq)| inner.ring.iter().filter(|r| r.seq > seq).cloned().collect());
        Listening { seq: inner.seq, missed, events }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::PersonId;

    fn removed(n: u64) -> Event {
        Event::PersonRemoved(PersonId(n.to_string()))
    }

    fn log_of(events: u64) -> EventLog {
        let log = EventLog::new("run".into());
        log.tell((0..events).map(removed), Timestamp::UNIX_EPOCH);
        log
    }

    #[test]
    fn a_client_that_returns_gets_exactly_what_it_missed() {
        let log = log_of(5);
        let missed = log.listen(Some(("run", 3))).missed.expect("still kept");
        assert_eq!(missed.iter().map(|r| r.seq).collect::<Vec<_>>(), [4, 5]);
        assert_eq!(log.listen(Some(("run", 5))).missed.map(|m| m.len()), Some(0));
    }

    #[test]
    fn another_run_a_future_number_or_forgotten_events_are_a_gap() {
        let log = log_of(1_500);
        assert!(log.listen(Some(("other", 1_499))).missed.is_none());
        assert!(log.listen(Some(("run", 1_501))).missed.is_none());
        assert!(log.listen(Some(("run", 499))).missed.is_none());
        assert_eq!(log.listen(Some(("run", 500))).missed.map(|m| m.len()), Some(1_000));
        assert!(log.listen(None).missed.is_none());
    }

    #[test]
    fn events_are_forgotten_after_ten_minutes() {
        let log = log_of(3);
        log.tell([removed(9)], Timestamp::UNIX_EPOCH + Duration::from_secs(601));
        assert!(log.listen(Some(("run", 2))).missed.is_none());
        assert_eq!(log.listen(Some(("run", 3))).missed.map(|m| m.len()), Some(1));
    }

    #[test]
    fn a_listener_hears_what_comes_after() {
        let log = log_of(2);
        let mut listening = log.listen(Some(("run", 2)));
        log.tell([removed(7)], Timestamp::UNIX_EPOCH);
        assert_eq!(listening.events.try_recv().expect("told").seq, 3);
    }
}
