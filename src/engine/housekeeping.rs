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

/// How often missing people are counted as waited for.
const WAIT_FOR_MISSING_EVERY: Duration = Duration::from_secs(60);

/// Works until the engine stops.
pub(super) fn run(shared: &Shared) {
    let (mut retention_due, mut pruning_due, mut waited_at) = (Instant::now(), Instant::now(), Instant::now());
    while !shared.stopping.wait(TICK) {
        let now = Timestamp::now();
        let mut left = Vec::new();
        shared.tell(|state| {
            let events = state.expire(now);
            left.extend(events.iter().filter_map(departed).cloned());
            events
        });
        if let Err(error) = keeping::keep_presence(shared, &left) {
            tracing::warn!(%error, "who has left could not be written down");
        }
        if Instant::now() >= retention_due {
            retention_due = Instant::now() + RETENTION_EVERY;
            if let Err(error) = forget_old(shared, now) {
                tracing::warn!(%error, "old sightings could not be deleted; tried again in an hour");
            }
        }
        if waited_at.elapsed() >= WAIT_FOR_MISSING_EVERY {
            let over = shared.faces().pass(waited_at.elapsed());
            waited_at = Instant::now();
            if over {
                shared.look_again();
            }
        }
        // While photos are still learned, the folder may be away for a moment.
        if Instant::now() >= pruning_due && shared.state().all_learned() {
            pruning_due = Instant::now() + RETENTION_EVERY;
            if let Err(error) = super::learning::forget_removed(shared) {
                tracing::warn!(%error, "what removed photos showed could not be deleted; tried again in an hour");
            }
        }
    }
}

fn forget_old(shared: &Shared, now: Timestamp) -> Result<(), EngineError> {
    let days = i64::from(shared.state().settings.retention_days);
    let before = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    let newest = shared.state().newest_sighting.clone();
    shared.database.expire(before)?;
    super::strangers::forget_before(shared, before);
    let left = shared.database.newest_pictures()?.into_iter().collect();
    shared.tell(|state| {
        state.refresh_newest(&newest, &left);
        Vec::new()
    });
    Ok(())
}

fn departed(event: &Event) -> Option<&PersonId> {
    match event {
        Event::Departed { person, .. } => Some(&person.id),
        _ => None,
    }
}
