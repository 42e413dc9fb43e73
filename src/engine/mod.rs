//! The one owner of all changing state, and the workers that describe pictures. Bounded queues, events out.
//!
//! Does not know the wire. Called by `server::handlers` and by the command line through [`Engine`], a cheap handle.
//!
//! A picture waits in the fair `queue`, a `worker` describes it (`vision`), the `state` decides (`decide`) under one short
//! lock, the worker writes down what follows and tells it (`events`). `learning` keeps the gallery as the folder is,
//! `housekeeping` lets presence end and old things go.

mod access;
mod cameras;
mod crop;
mod decide;
mod enrolling;
mod error;
mod events;
mod housekeeping;
mod job;
mod keeping;
mod learning;
mod load;
mod people;
mod queue;
mod shared;
mod sightings;
mod simulation;
mod state;
mod strangers;
mod subscription;
pub mod types;
mod worker;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

pub use error::EngineError;
pub use simulation::{Observed, Simulation};
pub use subscription::Subscription;
pub use types::*;

use crate::store::{Database, Faces};
use crate::vision::Vision;
use job::{Job, Work};
use queue::Full;
use shared::Shared;

/// How an engine works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that describe pictures, at least 1.
    pub workers: usize,
    /// How pictures are described.
    pub vision: crate::vision::Options,
    /// Bytes of all waiting pictures together.
    pub waiting_bytes: usize,
    /// Questions that may wait.
    pub waiting_asks: usize,
    /// Where settings were never changed.
    pub settings: Settings,
    /// Cameras of the configuration.
    pub cameras: Vec<CameraSettings>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS),
            vision: crate::vision::Options::live(),
            waiting_bytes: 128 << 20,
            waiting_asks: 32,
            settings: Settings::default(),
            cameras: Vec::new(),
        }
    }
}

/// More workers are used only where the configuration says so: each holds a picture and the networks' intermediate results.
const MOST_WORKERS: usize = 4;

/// A running engine; clones are handles of the same one.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Engine {
    /// Reads the people under `faces` (what the cache knows at once, the rest in the background) and starts the threads.
    ///
    /// # Errors
    /// The folder or the database cannot be read, or the system has no threads to give.
    pub fn start(options: Options, vision: Arc<Vision>, faces: Faces, database: Database) -> Result<Self, EngineError> {
        let workers = options.workers.max(1);
        let shared = Arc::new(Shared::open(options, vision, faces, database)?);
        shared.keep_watcher(learning::watch(&shared)?);
        if learning::look(&shared)? > 0 {
            shared.look_again();
        }
        let mut threads = Vec::new();
        for n in 0..workers {
            let shared = Arc::clone(&shared);
            threads.push(spawn(&format!("face-worker-{n}"), move || worker::run(&shared))?);
        }
        let keeper = Arc::clone(&shared);
        threads.push(spawn("face-housekeeper", move || housekeeping::run(&keeper))?);
        Ok(Self { shared, threads: Arc::new(Mutex::new(threads)) })
    }

    /// Ends all threads; what waits is answered [`EngineError::ShuttingDown`]. Blocks until pictures at work are done.
    pub fn stop(&self) {
        self.shared.stop();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("an engine thread had panicked");
            }
        }
    }

    /// Random, made at first start, kept in the data folder.
    #[must_use]
    pub fn server_id(&self) -> &str {
        &self.shared.server_id
    }

    /// The networks, for what must be known about them.
    #[must_use]
    pub fn vision(&self) -> &Vision {
        &self.shared.vision
    }

    /// What a camera sees now: feeds presence, makes events.
    ///
    /// # Errors
    /// [`EngineError::Superseded`] when a newer picture came before a worker was free, [`EngineError::Busy`] when the bytes
    /// of all waiting pictures are too many, [`EngineError::Vision`] for what is no picture.
    pub async fn observe(&self, observation: Observation) -> Result<Recognition, EngineError> {
        let hash = shared::sha256(&observation.picture);
        if let Some(known) = self.shared.repeated(&observation, hash) {
            return Ok(known);
        }
        let (reply, answer) = oneshot::channel();
        let camera = observation.camera.clone();
        match self.shared.queue.push_camera(camera, Job::new(Work::Observe { observation, hash, reply })) {
            Ok(replaced) => {
                if let Some(job) = replaced {
                    load::Load::count(&self.shared.load.superseded);
                    job.refuse(EngineError::Superseded);
                }
                self.shared.answer(answer).await
            }
            Err(Full(job)) => Err(self.shared.full(job)),
        }
    }

    /// Who is in a picture? Changes nothing.
    ///
    /// # Errors
    /// [`EngineError::Busy`] when too much waits, [`EngineError::Vision`] for what is no picture.
    pub async fn ask(&self, picture: PictureBytes, annotation: Annotation) -> Result<Recognition, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.question(Work::Ask { picture, annotation, reply }, answer).await
    }

    /// Teaches a person by a photo; when this returns `Ok`, the photo is on disk and known.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with the reason, [`EngineError::Busy`], [`EngineError::Vision`], [`EngineError::Store`].
    pub async fn enroll(&self, enrollment: Enrollment) -> Result<Enrolled, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.question(Work::Enroll { enrollment, reply }, answer).await
    }

    async fn question<T>(
        &self,
        work: Work,
        answer: oneshot::Receiver<Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        match self.shared.queue.push_ask(Job::new(work)) {
            Ok(()) => self.shared.answer(answer).await,
            Err(Full(job)) => Err(self.shared.full(job)),
        }
    }

    /// Runs something that waits for the disk off the runtime's threads.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || work(&shared))
            .await
            .unwrap_or_else(|e| Err(EngineError::Internal(format!("a task did not end: {e}"))))
    }

    /// Load and latency.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }
}

/// An inner contradiction: said, not hidden.
fn fault(error: impl std::fmt::Display) -> EngineError {
    EngineError::Internal(error.to_string())
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, EngineError> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    started.map_err(|e| EngineError::Internal(format!("the thread {name} could not be started: {e}")))
}
