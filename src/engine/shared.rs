//! What the threads of one engine share. Locks are taken in this order and held shortly: `faces`,
//! the database's own, `telling`, `state`.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sha2::Digest;
use tokio::sync::oneshot;

use super::events::EventLog;
use super::job::Job;
use super::load::Load;
use super::queue::{Bounds, Queue};
use super::state::{Model, PictureHash, State};
use super::types::{Event, Observation, Recognition, Stats};
use super::{EngineError, Options, decide, keeping};
use crate::annotate::Fonts;
use crate::people::Prior;
use crate::store::{Database, Faces, Recipe, Watcher, random_id};
use crate::vision::weights::PREPROCESSING_VERSION;
use crate::vision::{StageTimes, Vision};

/// One engine's parts.
pub(super) struct Shared {
    pub options: Options,
    pub vision: Arc<Vision>,
    pub fonts: Fonts,
    pub queue: Queue<Job>,
    pub events: EventLog,
    pub load: Load,
    pub server_id: String,
    pub stopping: Stopping,
    faces: Mutex<Faces>,
    pub database: Database,
    /// How photos are described, for the cache.
    pub recipe: Recipe,
    watcher: Mutex<Option<Watcher>>,
    /// Held from taking what is to be told out of the state until it is told: nobody tells something older in between.
    telling: Mutex<()>,
    state: Mutex<State>,
}

/// Whether the engine is to end; housekeeping sleeps on it.
#[derive(Default)]
pub(super) struct Stopping {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Stopping {
    /// Waits for `at_most`; true when it is time to end.
    pub(super) fn wait(&self, at_most: Duration) -> bool {
        let flag = self.flag.lock().unwrap_or_else(PoisonError::into_inner);
        let (flag, _) =
            self.changed.wait_timeout_while(flag, at_most, |stop| !*stop).unwrap_or_else(PoisonError::into_inner);
        *flag
    }

    fn stop(&self) {
        *self.flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

impl Shared {
    pub(super) fn open(
        options: Options,
        vision: Arc<Vision>,
        mut faces: Faces,
        database: Database,
    ) -> Result<Self, EngineError> {
        let fonts = Fonts::new().map_err(|e| EngineError::Internal(e.to_string()))?;
        let recipe = Recipe { model: vision.embedding_key().to_owned(), preprocessing: PREPROCESSING_VERSION };
        faces.remember(database.known_files()?);
        faces.recall(database.roster()?);
        let model = Model::new(Prior::of_pack(&vision)?);
        let state = State::restore(&options, model, &recipe, &database)?;
        let bounds = Bounds { bytes: options.waiting_bytes, asks: options.waiting_asks };
        Ok(Self {
            vision,
            fonts,
            queue: Queue::new(bounds),
            events: EventLog::new(random_id()?),
            load: Load::new(),
            server_id: keeping::server_id(&database)?,
            stopping: Stopping::default(),
            faces: Mutex::new(faces),
            database,
            recipe,
            watcher: Mutex::new(None),
            telling: Mutex::new(()),
            state: Mutex::new(state),
            options,
        })
    }

    /// Keeps the watcher of the folder until the engine stops.
    pub(super) fn keep_watcher(&self, watcher: Watcher) {
        *self.watcher.lock().unwrap_or_else(PoisonError::into_inner) = Some(watcher);
    }

    /// Looks at the folder once more soon: files were still being copied.
    pub(super) fn look_again(&self) {
        if let Some(watcher) = &*self.watcher.lock().unwrap_or_else(PoisonError::into_inner) {
            watcher.check_again();
        }
    }

    /// The photos on disk. Held while the disk and the gallery are changed together, so that they agree.
    pub(super) fn faces(&self) -> MutexGuard<'_, Faces> {
        self.faces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never held over disk or network.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) {
        self.stopping.stop();
        drop(self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take());
        for job in self.queue.close() {
            job.refuse(EngineError::ShuttingDown);
        }
    }

    /// A camera's last picture once more: answered at once, not counted again.
    pub(super) fn repeated(&self, observation: &Observation, hash: PictureHash) -> Option<Recognition> {
        let mut state = self.state();
        let last = state.camera(&observation.camera).last.as_ref().filter(|last| last.hash == hash)?;
        Some(Recognition {
            camera: Some(observation.camera.clone()),
            captured_at: observation.captured_at,
            width: last.width,
            height: last.height,
            faces: last.faces.to_vec(),
            queued: Duration::ZERO,
            times: StageTimes::default(),
            repeated: true,
            settled: decide::is_settled(&last.faces),
            annotated: None,
        })
    }

    /// Waits for a worker's answer.
    pub(super) async fn answer<T>(&self, answer: oneshot::Receiver<Result<T, EngineError>>) -> Result<T, EngineError> {
        answer.await.unwrap_or(Err(EngineError::ShuttingDown))
    }

    /// Why a job was not taken.
    pub(super) fn full(&self, job: Job) -> EngineError {
        drop(job);
        let (waiting, _) = self.queue.waiting();
        let each = self.load.latency().0.max(Duration::from_millis(100));
        let share = u32::try_from(waiting / self.options.workers.max(1)).unwrap_or(u32::MAX);
        EngineError::Busy { retry_after: each.saturating_mul(share.max(1)).min(Duration::from_secs(30)) }
    }

    pub(super) fn stats(&self) -> Stats {
        let (waiting, waiting_bytes) = self.queue.waiting();
        let (latency_median, latency_p95) = self.load.latency();
        let workers = self.options.workers.max(1);
        let state = self.state();
        Stats {
            uptime: self.load.uptime(),
            people: state.gallery.people().len(),
            photos: state.gallery.photo_count(),
            to_learn: state.to_learn + state.unsettled,
            pictures: self.load.pictures.load(Ordering::Relaxed),
            superseded: self.load.superseded.load(Ordering::Relaxed),
            failed: self.load.failed.load(Ordering::Relaxed),
            waiting,
            waiting_bytes,
            load: self.load.share(workers),
            latency_median,
            latency_p95,
            workers,
        }
    }

    /// Tells what `happened` makes of the state, and the state of everybody who changed, in the order in which it was so.
    pub(super) fn tell(&self, happened: impl FnOnce(&mut State) -> Vec<Event>) {
        let _telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state();
        let mut events = happened(&mut state);
        events.extend(state.take_changed_people());
        drop(state);
        if !events.is_empty() {
            self.events.tell(events, Timestamp::now());
        }
    }

    /// Tells the state of everybody who changed.
    pub(super) fn tell_changed_people(&self) {
        self.tell(|_| Vec::new());
    }
}

pub(super) fn sha256(bytes: &[u8]) -> PictureHash {
    sha2::Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::people::PersonId;
    use crate::store::Opening;
    use crate::vision::Pack;

    #[test]
    fn what_two_threads_tell_is_told_in_the_order_in_which_it_was_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let vision = Arc::new(Vision::load(&Pack::embedded().expect("the pack")).expect("its networks"));
        let faces = Faces::open(folder.path(), Opening::Sole);
        let shared = Shared::open(Options::default(), vision, faces, Database::in_memory().expect("a database"));
        let shared = shared.expect("shared");
        let last = AtomicU64::new(0);
        let next = || vec![Event::PersonRemoved(PersonId(last.fetch_add(1, Ordering::Relaxed).to_string()))];
        for _ in 0..100 {
            let mut told = shared.events.listen(None).events;
            std::thread::scope(|threads| {
                for _ in 0..2 {
                    threads.spawn(|| (0..400).for_each(|_| shared.tell(|_| next())));
                }
            });
            let mut before = None;
            while let Ok(record) = told.try_recv() {
                let Event::PersonRemoved(PersonId(number)) = &record.event else { continue };
                let number: u64 = number.parse().expect("a number");
                assert!(before.is_none_or(|before| before < number), "{before:?} was told before {number}");
                before = Some(number);
            }
        }
    }
}
