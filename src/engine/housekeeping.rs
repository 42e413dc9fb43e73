//! What happens by itself as time goes by: presence ends, old things go.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::shared::Shared;
use super::types::Event;
use super::{EngineError, keeping};
use crate::people::PersonId;

/// How often presence is looked at.
const TICK: Duration = Duration::from_secs(1);
/// How often old sightings and strangers are looked for.
const RETENTION_EVERY: Duration = Duration::from_secs(3_600);

/// Works until the engine stops.
pub(super) fn run(shared: &Shared) {
    let mut retention_due = Instant::now();
    while !shared.stopping.wait(TICK) {
        let now = Timestamp::now();
        let events = shared.state().expire(now);
        let left: Vec<_> = events.iter().filter_map(departed).collect();
        if let Err(error) = keeping::keep_presence(shared, left) {
            tracing::warn!(%error, "who has left could not be written down");
        }
        shared.events.tell(events, now);
        shared.tell_changed_people();
        if Instant::now() >= retention_due {
            retention_due = Instant::now() + RETENTION_EVERY;
            if let Err(error) = forget_old(shared, now) {
                tracing::warn!(%error, "old sightings could not be deleted; tried again in an hour");
            }
        }
    }
}

fn forget_old(shared: &Shared, now: Timestamp) -> Result<(), EngineError> {
    let days = i64::from(shared.state().settings.retention_days);
    let before = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    shared.database.expire(before)?;
    super::strangers::forget_before(shared, before);
    Ok(())
}

fn departed(event: &Event) -> Option<&PersonId> {
    match event {
        Event::Departed { person, .. } => Some(&person.id),
        _ => None,
    }
}
