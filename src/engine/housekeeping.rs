//! What happens by itself as time goes by: presence ends, the folder is looked at, old things go.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::shared::Shared;
use super::{EngineError, learning};

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
        shared.events.tell(events, now);
        learning::look_if_changed(shared);
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
    super::sightings::forget_before(shared, before)?;
    super::strangers::forget_before(shared, before)
}
