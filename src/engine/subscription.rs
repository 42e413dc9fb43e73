//! Listening to an engine: what was missed, how things are, what comes.

use std::sync::Arc;

use tokio::sync::broadcast;

use super::Engine;
use super::types::{CameraState, EventRecord, PersonState};

/// What a listener gets.
pub struct Subscription {
    /// This start of the engine.
    pub run: String,
    /// Number of the last event before `events`.
    pub seq: u64,
    /// What was missed since the given place, or `None` where that is lost or nothing was asked for.
    pub missed: Option<Vec<Arc<EventRecord>>>,
    /// Everybody as they are now. Events up to `seq` are in it; a later one may be, too.
    pub people: Vec<PersonState>,
    /// Every camera as it is now.
    pub cameras: Vec<CameraState>,
    /// What comes. `Lagged` means that some was lost: subscribe anew.
    pub events: broadcast::Receiver<Arc<EventRecord>>,
}

impl Engine {
    /// Starts listening. `since`: the run and number of the last event heard.
    #[must_use]
    pub fn subscribe(&self, since: Option<(&str, u64)>) -> Subscription {
        let listening = self.shared.events.listen(since);
        let state = self.shared.state();
        Subscription {
            run: self.shared.events.run().to_owned(),
            seq: listening.seq,
            missed: listening.missed,
            people: state.people(),
            cameras: state.camera_states(),
            events: listening.events,
        }
    }
}
