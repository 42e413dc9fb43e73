//! Something changed under `faces/` → a pulse, once it is quiet; the engine then scans.
//! The system's notification where it works, and a look every few seconds in any case: network shares and some containers
//! accept a watch and never tell. Knows no photos and no people.

use std::collections::hash_map::DefaultHasher;
use std::ffi::OsStr;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::{EventKind, RecursiveMode, Watcher as _};

use super::files::SETTLE_TIME;
use super::folder::{self, Entry, Stamp};
use super::{StoreError, io_error};

/// How often the folder is looked at without being told. With [`SETTLE_TIME`] it stays within the 5 seconds promised.
pub const POLL_EVERY: Duration = Duration::from_secs(2);
/// A slow folder (thousands of photos on a share) is looked at less often: at most one part in so many of the time.
const LOOKING_SHARE: u32 = 25;
/// Quiet for so long, the files are settled.
const QUIET: Duration = SETTLE_TIME.saturating_add(Duration::from_millis(100));
/// While files keep coming, a pulse at least so often.
const PULSE_AT_LEAST_EVERY: Duration = Duration::from_secs(2);

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    signals: Sender<Signal>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum Signal {
    Changed,
    Stop,
}

impl Watcher {
    /// Calls `on_change` from its own thread, [`SETTLE_TIME`] after a change under `root`, and while changes go on every two
    /// seconds. It may come without a change that matters (the store's own writes).
    /// A folder that the system cannot watch is looked at every [`POLL_EVERY`]; only a thread that cannot be started is an error.
    pub fn start(root: &Path, on_change: impl FnMut() + Send + 'static) -> Result<Self, StoreError> {
        let (signals, received) = mpsc::channel();
        let notifier = notifier(root, signals.clone());
        let watched = root.to_owned();
        // Before the thread runs, so that a change after this function returned is never missed.
        let fingerprint = fingerprint(root);
        let thread = std::thread::Builder::new().name("faces-watch".into()).spawn(move || {
            watch(&watched, fingerprint, &received, on_change);
            drop(notifier);
        });
        let thread = thread.map_err(io_error("watch", root))?;
        Ok(Self { signals, thread: Some(thread) })
    }

    /// Pulses once more after [`SETTLE_TIME`]: for a scan that found unsettled files.
    pub fn check_again(&self) {
        let _ = self.signals.send(Signal::Changed);
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.signals.send(Signal::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn notifier(root: &Path, signals: Sender<Signal>) -> Option<notify::RecommendedWatcher> {
    let tell = move |event: notify::Result<notify::Event>| {
        let matters = match event {
            Ok(event) => {
                let matters = |path: &PathBuf| path.file_name().is_none_or(matters);
                !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(matters)
            }
            Err(_) => true, // It lost track: look.
        };
        if matters {
            let _ = signals.send(Signal::Changed);
        }
    };
    let watcher = notify::recommended_watcher(tell).and_then(|mut watcher| {
        watcher.watch(root, RecursiveMode::Recursive)?;
        Ok(watcher)
    });
    watcher.inspect_err(|error| tracing::warn!(%error, every = ?POLL_EVERY, "the faces folder cannot be watched; it is scanned at intervals instead")).ok()
}

fn watch(root: &Path, fingerprint_at_start: u64, signals: &mpsc::Receiver<Signal>, mut on_change: impl FnMut()) {
    let mut known = fingerprint_at_start;
    let mut next_look = Instant::now() + POLL_EVERY;
    // Since when something is to be told, and when it last changed.
    let mut pending: Option<(Instant, Instant)> = None;
    loop {
        let due = pending.map(|(since, last)| (last + QUIET).min(since + PULSE_AT_LEAST_EVERY));
        let wake = due.map_or(next_look, |due| due.min(next_look));
        let changed = match signals.recv_timeout(wake.saturating_duration_since(Instant::now())) {
            Ok(Signal::Changed) => true,
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) if Instant::now() >= next_look => {
                let began = Instant::now();
                let found = fingerprint(root);
                next_look = Instant::now() + POLL_EVERY.max(began.elapsed() * LOOKING_SHARE);
                std::mem::replace(&mut known, found) != found
            }
            Err(RecvTimeoutError::Timeout) => false,
        };
        let now = Instant::now();
        if changed {
            pending = Some((pending.map_or(now, |(since, _)| since), now));
        }
        if let Some((since, last)) = pending {
            if now >= last + QUIET {
                pending = None;
                on_change();
            } else if now >= since + PULSE_AT_LEAST_EVERY {
                // Still going on: this pulse takes what is settled, the quiet after it the rest.
                pending = Some((now, last));
                on_change();
            }
        }
    }
}

/// Whether a change of a file or folder with this name may be news.
fn matters(name: &OsStr) -> bool {
    !folder::is_hidden(name) || folder::is_about_the_person(name)
}

/// Changes with every name, size and time of a file that matters, and with another folder in the place of this one; 0 while
/// the folder cannot be read.
fn fingerprint(root: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let Ok(inside) = folder::entries(root) else { return 0 };
    folder::identity(root).hash(&mut hasher);
    for entry in inside.iter().filter(|entry| matters(&entry.name)) {
        hash(entry, &mut hasher);
        if entry.is_dir() {
            let inside = folder::entries(&entry.path).unwrap_or_default();
            inside.iter().filter(|entry| matters(&entry.name)).for_each(|entry| hash(entry, &mut hasher));
        }
    }
    hasher.finish()
}

fn hash(entry: &Entry, hasher: &mut DefaultHasher) {
    entry.name.hash(hasher);
    let file = entry.metadata.as_ref().ok().filter(|metadata| !metadata.is_dir());
    file.map(Stamp::of).hash(hasher);
}
