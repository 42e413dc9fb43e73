//! How busy the workers are and how long pictures take: counts, and a window of the last pictures.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Pictures over which latency is told.
const LATENCY_WINDOW: usize = 200;
/// Seconds over which load is told.
const LOAD_WINDOW_S: u32 = 60;

pub(super) struct Load {
    started: Instant,
    pub pictures: AtomicU64,
    pub superseded: AtomicU64,
    pub failed: AtomicU64,
    busy: AtomicUsize,
    answered: AtomicUsize,
    /// Arrival to answer of the last pictures, microseconds, in turn.
    latency: [AtomicU32; LATENCY_WINDOW],
    /// Work that ended in each of the last seconds, in turn: which second (the upper half), and how long, microseconds.
    work: [AtomicU64; LOAD_WINDOW_S as usize],
}

impl Load {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            pictures: AtomicU64::new(0),
            superseded: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            busy: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
            latency: [const { AtomicU32::new(0) }; LATENCY_WINDOW],
            work: [const { AtomicU64::new(0) }; LOAD_WINDOW_S as usize],
        }
    }

    pub(super) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// A picture was answered `latency` after it arrived.
    pub(super) fn answered(&self, latency: Duration) {
        let turn = self.answered.fetch_add(1, Ordering::Relaxed) % LATENCY_WINDOW;
        self.latency[turn].store(micros(latency), Ordering::Relaxed);
    }

    /// A worker begins; gives how many are at work with it.
    pub(super) fn begin(&self) -> usize {
        self.busy.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A worker has ended a job on which it has worked for `busy` until now.
    pub(super) fn worked(&self, busy: Duration) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
        let second = self.second();
        let added = |old: u64| {
            let (of, before) = halves(old);
            let sum = if of == second { before.saturating_add(micros(busy)) } else { micros(busy) };
            Some(u64::from(second) << 32 | u64::from(sum))
        };
        let turn = &self.work[(second % LOAD_WINDOW_S) as usize];
        let _ = turn.fetch_update(Ordering::Relaxed, Ordering::Relaxed, added);
    }

    fn second(&self) -> u32 {
        u32::try_from(self.uptime().as_secs()).unwrap_or(u32::MAX)
    }

    pub(super) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Share of the time of `workers` threads spent working over the last minute, 0..1.
    pub(super) fn share(&self, workers: usize) -> f32 {
        let now = self.second();
        let over = self.uptime().clamp(Duration::from_millis(1), Duration::from_secs(LOAD_WINDOW_S.into()));
        let turns = self.work.iter().map(|turn| halves(turn.load(Ordering::Relaxed)));
        let recent = turns.filter(|(second, _)| now.saturating_sub(*second) < LOAD_WINDOW_S);
        let busy: Duration = recent.map(|(_, micros)| Duration::from_micros(micros.into())).sum();
        #[expect(clippy::cast_precision_loss, reason = "threads are far below 2^23")]
        let workers = workers.max(1) as f32;
        (busy.as_secs_f32() / over.as_secs_f32() / workers).min(1.0)
    }

    /// Median and 95th percentile of arrival to answer; zero before the first.
    pub(super) fn latency(&self) -> (Duration, Duration) {
        let known = self.answered.load(Ordering::Relaxed).min(LATENCY_WINDOW);
        let mut sorted: Vec<_> = self.latency[..known].iter().map(|turn| turn.load(Ordering::Relaxed)).collect();
        sorted.sort_unstable();
        let at = |share: usize| sorted.get((known * share / 100).min(known.saturating_sub(1))).copied();
        let told = |share: usize| Duration::from_micros(at(share).unwrap_or_default().into());
        (told(50), told(95))
    }
}

fn micros(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}

fn halves(packed: u64) -> (u32, u32) {
    let [a, b, c, d, rest @ ..] = packed.to_be_bytes();
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_is_told_over_the_last_two_hundred_pictures() {
        let load = Load::new();
        assert_eq!(load.latency(), (Duration::ZERO, Duration::ZERO));
        load.answered(Duration::from_secs(99));
        (1..=200).for_each(|ms| load.answered(Duration::from_millis(ms)));
        assert_eq!(load.latency(), (Duration::from_millis(101), Duration::from_millis(191)));
    }

    #[test]
    fn load_is_the_share_of_the_time_since_the_start_that_was_worked() {
        let load = Load::new();
        assert!(load.share(1) < f32::EPSILON);
        assert_eq!((load.begin(), load.begin()), (1, 2));
        load.worked(Duration::from_secs(30));
        load.worked(Duration::from_secs(3_600));
        assert_eq!(load.begin(), 1);
        assert!(load.share(2) > 0.99, "more than there was time for is all of it");
    }
}
