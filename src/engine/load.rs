//! How busy the workers are and how long pictures take: counts, and a window of the last pictures.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Pictures over which latency is told.
const LATENCY_WINDOW: usize = 200;
/// Time over which load is told.
const LOAD_WINDOW: Duration = Duration::from_secs(60);

pub(super) struct Load {
    started: Instant,
    pub pictures: AtomicU64,
    pub superseded: AtomicU64,
    pub failed: AtomicU64,
    window: Mutex<Window>,
}

#[derive(Default)]
struct Window {
    /// Arrival to answer, newest last.
    latency: VecDeque<Duration>,
    /// When a worker finished a job, and how long it worked.
    work: VecDeque<(Instant, Duration)>,
}

impl Load {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            pictures: AtomicU64::new(0),
            superseded: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            window: Mutex::default(),
        }
    }

    pub(super) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// A picture was answered `latency` after it arrived.
    pub(super) fn answered(&self, latency: Duration) {
        let mut window = self.window.lock();
        if window.latency.len() == LATENCY_WINDOW {
            window.latency.pop_front();
        }
        window.latency.push_back(latency);
    }

    /// A worker has worked for `busy` until now.
    pub(super) fn worked(&self, busy: Duration) {
        let now = Instant::now();
        let mut window = self.window.lock();
        window.work.push_back((now, busy));
        while window.work.front().is_some_and(|(t, _)| now.duration_since(*t) > LOAD_WINDOW) {
            window.work.pop_front();
        }
    }

    pub(super) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Share of the time of `workers` threads spent working over the last minute, 0..1.
    pub(super) fn share(&self, workers: usize) -> f32 {
        let now = Instant::now();
        let over = LOAD_WINDOW.min(self.uptime()).max(Duration::from_millis(1));
        let window = self.window.lock();
        let recent = window.work.iter().filter(|(t, _)| now.duration_since(*t) <= over);
        let busy: Duration = recent.map(|(_, d)| *d).sum();
        #[expect(clippy::cast_precision_loss, reason = "threads are far below 2^23")]
        let workers = workers.max(1) as f32;
        (busy.as_secs_f32() / over.as_secs_f32() / workers).min(1.0)
    }

    /// Median and 95th percentile of arrival to answer; zero before the first.
    pub(super) fn latency(&self) -> (Duration, Duration) {
        let window = self.window.lock();
        let mut sorted: Vec<_> = window.latency.iter().copied().collect();
        sorted.sort_unstable();
        let at = |share: usize| sorted.get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1))).copied();
        (at(50).unwrap_or_default(), at(95).unwrap_or_default())
    }
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
}
