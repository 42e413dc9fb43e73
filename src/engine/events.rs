//! What happened, numbered, kept for a while and handed to who listens.
//! The owner of the home tells; a listener takes up its end first and what is published after, and leaves out what it has
//! heard twice. One that falls behind the channel is told so (`Lagged`) and asks for the state again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::types::{Event, EventRecord};
use crate::presence::Now;

/// How many events are kept for clients that come back.
const KEPT: usize = 1_000;
const KEPT_FOR: Duration = Duration::from_secs(600);
/// How many events a listener may be behind.
const CHANNEL: usize = 1_024;

/// The numbered events of one start of the server.
pub(super) struct EventLog {
    seq: u64,
    /// Each with when it was told, by the steady clock.
    ring: VecDeque<(Timestamp, Arc<EventRecord>)>,
    listeners: broadcast::Sender<Arc<EventRecord>>,
}

/// The events kept at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub(super) seq: u64,
    events: Arc<[Arc<EventRecord>]>,
}

impl EventLog {
    pub(super) fn new() -> Self {
        Self { seq: 0, ring: VecDeque::new(), listeners: broadcast::Sender::new(CHANNEL) }
    }

    pub(super) fn listeners(&self) -> broadcast::Sender<Arc<EventRecord>> {
        self.listeners.clone()
    }

    /// Numbers the events and keeps them; to be told once they are published.
    pub(super) fn number(&mut self, events: impl IntoIterator<Item = Event>, now: Now) -> Vec<Arc<EventRecord>> {
        let mut numbered = Vec::new();
        for event in events {
            self.seq += 1;
            // Whoever is gone is not told of again: those who come back get the state as it is.
            if matches!(event, Event::PersonRemoved { .. }) {
                self.ring.clear();
            }
            let record = Arc::new(EventRecord { seq: self.seq, at: now.wall(), event });
            numbered.push(Arc::clone(&record));
            self.ring.push_back((now.steady, record));
        }
        let too_old = now.steady.checked_sub(KEPT_FOR).unwrap_or(Timestamp::MIN);
        while self.ring.len() > KEPT || self.ring.front().is_some_and(|(at, _)| *at < too_old) {
            self.ring.pop_front();
        }
        numbered
    }

    pub(super) fn kept(&self) -> Kept {
        Kept { seq: self.seq, events: self.ring.iter().map(|(_, record)| Arc::clone(record)).collect() }
    }

    pub(super) fn tell(&self, records: Vec<Arc<EventRecord>>) {
        for record in records {
            // An error only says that nobody listens.
            let _ = self.listeners.send(record);
        }
    }
}

impl Kept {
    /// What came after the event `seq` of this run; `None` where some of it is lost.
    pub(super) fn since(&self, seq: u64) -> Option<Vec<Arc<EventRecord>>> {
        let oldest = self.events.first().map_or(self.seq + 1, |r| r.seq);
        let complete = seq <= self.seq && seq + 1 >= oldest;
        complete.then(|| self.events.iter().filter(|r| r.seq > seq).cloned().collect())
    }
}

/// What comes after a certain event.
#[derive(Debug)]
pub struct Events {
    received: broadcast::Receiver<Arc<EventRecord>>,
    after: u64,
}

impl Events {
    /// `received` was taken before it was known that `after` is the last event so far.
    pub(super) fn new(received: broadcast::Receiver<Arc<EventRecord>>, after: u64) -> Self {
        Self { received, after }
    }

    /// The next event; waits for one.
    /// `Lagged` where some are lost, `Closed` when the engine has stopped.
    pub async fn recv(&mut self) -> Result<Arc<EventRecord>, RecvError> {
        loop {
            let record = self.received.recv().await?;
            if record.seq > self.after {
                return Ok(record);
            }
        }
    }

    /// The next event, if there is one.
    /// `Empty` where nothing waits.
    pub fn try_recv(&mut self) -> Result<Arc<EventRecord>, TryRecvError> {
        loop {
            let record = self.received.try_recv()?;
            if record.seq > self.after {
                return Ok(record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::types::Settings;
    use crate::people::PersonId;

    fn removed(n: u64) -> Event {
        Event::PersonRemoved { person_id: PersonId(n.to_string()) }
    }

    fn changed(_: u64) -> Event {
        Event::SettingsChanged { settings: Settings::default() }
    }

    fn at(seconds: u64) -> Now {
        Now::at(Timestamp::UNIX_EPOCH + Duration::from_secs(seconds))
    }

    fn log_of(events: u64) -> EventLog {
        let mut log = EventLog::new();
        log.number((0..events).map(changed), at(0));
        log
    }

    fn missed(log: &EventLog, since: u64) -> Option<Vec<u64>> {
        Some(log.kept().since(since)?.iter().map(|r| r.seq).collect())
    }

    #[test]
    fn a_client_that_returns_gets_exactly_what_it_missed() {
        let log = log_of(5);
        assert_eq!(missed(&log, 3), Some(vec![4, 5]));
        assert_eq!(missed(&log, 5), Some(vec![]));
    }

    #[test]
    fn a_future_number_or_forgotten_events_are_a_gap() {
        let log = log_of(1_500);
        assert_eq!(missed(&log, 1_501), None);
        assert_eq!(missed(&log, 499), None);
        assert_eq!(missed(&log, 500).map(|m| m.len()), Some(1_000));
    }

    #[test]
    fn events_are_forgotten_after_ten_minutes_whatever_the_wall_clock_says() {
        let mut log = log_of(3);
        let set_back = Now { ahead: jiff::SignedDuration::from_hours(-5), ..at(601) };
        log.number([changed(9)], set_back);
        assert_eq!(missed(&log, 2), None);
        assert_eq!(missed(&log, 3), Some(vec![4]));
        let set_ahead = Now { ahead: jiff::SignedDuration::from_hours(5), ..at(602) };
        log.number([changed(10)], set_ahead);
        assert_eq!(missed(&log, 3), Some(vec![4, 5]));
    }

    #[test]
    fn nothing_from_before_somebody_was_removed_is_told_again() {
        let mut log = log_of(5);
        let told = log.number([changed(6), removed(7), changed(8)], at(1));
        assert_eq!(told.len(), 3, "who listens hears all of it");
        assert_eq!((missed(&log, 5), missed(&log, 6)), (None, Some(vec![7, 8])));
    }

    #[test]
    fn a_listener_hears_what_comes_after_and_nothing_twice() {
        let mut log = log_of(2);
        let received = log.listeners().subscribe();
        let early = log.number([changed(7)], at(1));
        let kept = log.kept();
        log.tell(early);
        let mut events = Events::new(received, kept.seq);
        assert_eq!(events.try_recv(), Err(TryRecvError::Empty), "what was published before is in the state");
        let next = log.number([changed(8)], at(2));
        log.tell(next);
        assert_eq!(events.try_recv().expect("told").seq, 4);
    }
}
