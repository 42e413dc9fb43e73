//! The one owner of everything that changes, and the workers that describe pictures. Bounded queues, events out.
//!
//! Does not know the wire. Called by `server::handlers` and by the command line through [`Engine`], a cheap handle.
//!
//! A picture waits in the fair `queue`, a `worker` describes it (`vision`), the `home` decides, its `owner` keeps what follows
//! and tells it (`events`). The `folder` of people has an owner of its own, which a slow disk may hold up. What is read is what
//! was `published` last.

mod care;
mod clock;
mod crop;
mod error;
mod events;
mod export;
mod folder;
mod home;
mod job;
mod kept;
mod ledger;
mod load;
mod owner;
mod published;
mod queue;
mod search;
mod settings;
mod simulation;
mod teach;
pub mod types;
mod upright;
mod worker;

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use sha2::Digest;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, oneshot, watch};

pub use error::EngineError;
pub use events::Events;
pub use export::Export;
pub use home::propose::ProposalState;
pub use home::sight::{CameraSight, SightChange, SightVerdict};
pub use home::sitting::{Ask, SittingAcceptance, SittingState, TakenPicture};
pub use search::{AlikePerson, AlikeSighting, AlikeUnknown, SearchResult, SearchedFace};
pub use simulation::{Observed, Simulation};
pub use types::*;

use crate::annotate::Fonts;
use crate::people::{PersonId, PersonName, PhotoId, Prior, Proposal, ProposalId, Refusal, UnknownId};
use crate::store::{
    self, ChangeId, Correction, Cursor, Database, Faces, Imported, Page, Problem, Recipe, StoreError, random_id,
};
use crate::vision::Vision;
use crate::vision::weights::PREPROCESSING_VERSION;
use clock::Clock;
use events::EventLog;
use folder::{Beyond, Folder, Saved, Shelf, SomebodyElses};
use home::deed::{Deed, Named};
use home::outcome::{Command, Intent};
use home::picture::is_settled;
use home::state::{Home, Model};
use job::{Job, Reply, Work};
use load::Load;
use owner::{Orders, Owner};
use published::Published;
use queue::{Bounds, Displaced, Full, Queue};
use teach::Describer;
use worker::Worker;

#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that describe pictures, at least 1.
    pub workers: usize,
    /// How pictures are described.
    pub vision: crate::vision::Options,
    /// How large photos to learn from may be.
    pub photo_limits: crate::vision::Limits,
    /// Bytes of all waiting pictures together.
    pub waiting_bytes: usize,
    pub waiting_asks: usize,
    /// How long a sitting takes pictures at most.
    pub sitting: Duration,
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
            photo_limits: crate::vision::Limits::photo(),
            waiting_bytes: 128 << 20,
            waiting_asks: 32,
            sitting: Duration::from_secs(60),
            settings: Settings::default(),
            cameras: Vec::new(),
        }
    }
}

/// More workers are used only where the configuration says so: each holds a picture and the networks' intermediate results.
const MOST_WORKERS: usize = 4;

/// Kept pictures that are looked at again at once, when they are named or corrected: each takes what a worker's picture takes.
const LOOKS_AT_ONCE: usize = 1;

/// A running engine; clones are handles of the same one.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    asker: Asker,
}

/// What all handles of an engine have.
struct Shared {
    options: Options,
    vision: Arc<Vision>,
    database: Arc<Database>,
    recipe: Recipe,
    server_id: String,
    run: String,
    root: PathBuf,
    queue: Arc<Queue<Job>>,
    load: Arc<Load>,
    home: Orders,
    shelf: Shelf,
    /// Turns of those who have kept pictures looked at again, beside the workers.
    looks: Arc<Semaphore>,
    /// How often somebody waited for theirs.
    looks_waited: AtomicU64,
    published: watch::Receiver<Arc<Published>>,
    listeners: broadcast::Sender<Arc<EventRecord>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

pub struct Subscription {
    pub run: String,
    /// Number of the last event before `events`.
    pub seq: u64,
    /// What was missed since the given place, or `None` where that is lost or nothing was asked for.
    pub missed: Option<Vec<Arc<EventRecord>>>,
    /// Everybody as they are now. Events up to `seq` are in it.
    pub people: Arc<[PersonState]>,
    pub cameras: Arc<[CameraState]>,
    /// The folder of people as it is now.
    pub library: LibraryState,
    /// What comes. `Lagged` means that some was lost: subscribe again.
    pub events: Events,
}

impl Engine {
    /// Reads the people under `faces` (what the cache knows at once, the rest in the background) and starts the threads.
    pub fn start(
        options: Options,
        vision: Arc<Vision>,
        mut faces: Faces,
        database: Database,
    ) -> Result<Self, EngineError> {
        let database = Arc::new(database);
        let recipe = Recipe { model: vision.embedding_key.clone(), preprocessing: PREPROCESSING_VERSION };
        let fonts = Arc::new(Fonts::new().map_err(fault)?);
        let root = faces.root().to_owned();
        faces.remember(database.known_files()?);
        faces.recall(database.roster()?);
        let workers = options.workers.max(1);
        let queue = Arc::new(Queue::new(Bounds { bytes: options.waiting_bytes, asks: options.waiting_asks, workers }));
        let load = Arc::new(Load::new());

        let mut clock = Clock::new();
        let restored = kept::read(&database, &recipe, options.settings, &options.cameras)?;
        let model = Model::new(Prior::of_pack(&vision)?, recipe.clone());
        let home = Home::restore(restored, model, clock.now().steady);
        let events = EventLog::new();
        let listeners = events.listeners();
        let (publish, published) = watch::channel(Arc::new(Published::default()));
        let (owner, orders) = Owner::new(home, clock, Arc::clone(&database), events, Arc::clone(&queue), publish);
        let (folder, shelf, tasks) = Folder::new(faces, Arc::clone(&database), recipe.clone(), orders.clone());

        let shared = Shared {
            vision,
            recipe,
            server_id: kept::server_id(&database)?,
            run: random_id()?,
            root,
            queue,
            load,
            home: orders,
            shelf,
            looks: Arc::new(Semaphore::new(LOOKS_AT_ONCE)),
            looks_waited: AtomicU64::default(),
            published,
            listeners,
            threads: Mutex::default(),
            database,
            options,
        };
        let engine = Self { shared: Arc::new(shared), asker: Asker::Home };
        let begun = engine.begin(&fonts, owner, move || folder.run(tasks));
        if begun.is_err() {
            engine.stop();
        }
        begun.map(|()| engine)
    }

    fn begin(
        &self,
        fonts: &Arc<Fonts>,
        owner: Owner,
        folder: impl FnOnce() + Send + 'static,
    ) -> Result<(), EngineError> {
        let shared = &self.shared;
        let mut threads = shared.threads.lock();
        threads.push(spawn("face-home", move || owner.run())?);
        threads.push(spawn("face-folder", folder)?);
        let (tasks, intents) = (shared.shelf.clone(), kept::intents(&shared.database)?);
        shared.shelf.wait(move |folder| {
            folder.look(Vec::new())?;
            for (person, intent) in intents {
                if let Err(error) = folder.resume(&person, &intent) {
                    tracing::warn!(%error, "an interrupted change to a person's folder could not be finished");
                }
            }
            folder.watch(tasks)
        })?;
        for n in 0..shared.options.workers.max(1) {
            let worker = Worker {
                vision: Arc::clone(&shared.vision),
                options: crate::vision::Options { threads: shared.options.workers, ..shared.options.vision.clone() },
                photo_limits: shared.options.photo_limits,
                fonts: Arc::clone(fonts),
                queue: Arc::clone(&shared.queue),
                load: Arc::clone(&shared.load),
                home: shared.home.clone(),
                database: Arc::clone(&shared.database),
                recipe: shared.recipe.clone(),
                root: shared.root.clone(),
            };
            threads.push(spawn(&format!("face-worker-{n}"), move || worker.run())?);
        }
        Ok(())
    }

    /// Ends all threads; what waits is answered [`EngineError::ShuttingDown`]. Blocks until pictures at work are done.
    pub fn stop(&self) {
        let shared = &self.shared;
        for job in shared.queue.close() {
            job.refuse(EngineError::ShuttingDown);
        }
        let mut threads = std::mem::take(&mut *shared.threads.lock());
        // Workers and the folder need the home, which ends last.
        let ended = |thread: JoinHandle<()>| {
            if thread.join().is_err() {
                tracing::error!("an engine thread had panicked");
            }
        };
        threads.drain(threads.len().min(2)..).for_each(ended);
        shared.shelf.stop();
        threads.drain(threads.len().min(1)..).for_each(ended);
        shared.home.stop();
        threads.into_iter().for_each(ended);
    }

    /// The same engine for somebody whose pictures and questions have turns of their own.
    #[must_use]
    pub fn asked_by(&self, asker: Asker) -> Self {
        Self { shared: Arc::clone(&self.shared), asker }
    }

    /// Random, made at first start, kept in the data folder.
    pub fn server_id(&self) -> &str {
        &self.shared.server_id
    }

    /// The networks, for what must be known about them.
    pub fn vision(&self) -> &Vision {
        &self.shared.vision
    }

    /// The data folder's database, for tokens, which aren't part of the home.
    pub fn database(&self) -> &Arc<Database> {
        &self.shared.database
    }

    fn published(&self) -> Arc<Published> {
        Arc::clone(&self.shared.published.borrow())
    }

    /// What a camera sees now: feeds presence, makes events.
    /// [`EngineError::Superseded`] when a newer picture came before a worker was free, [`EngineError::Busy`] when the bytes
    /// of all waiting pictures are too many and its asker has more than a share of them.
    pub async fn observe(&self, observation: Observation) -> Result<Recognition, EngineError> {
        let hash = sha2::Sha256::digest(&observation.picture).into();
        if let Some(last) = self.published().last_pictures.get(&observation.camera).filter(|last| last.hash == hash) {
            return Ok(Recognition {
                camera: Some(observation.camera),
                captured_at: observation.captured_at,
                width: last.size.0,
                height: last.size.1,
                faces: last.faces.clone(),
                repeated: true,
                settled: is_settled(&last.faces),
                learning: self.published().to_learn > 0,
                ..Recognition::default()
            });
        }
        let (reply, answer) = oneshot::channel();
        let camera = observation.camera.clone();
        let job = Job::new(Work::Observe { observation, hash, reply });
        self.answered(self.shared.queue.push_camera(self.asker, camera, job), answer).await
    }

    /// Who is in a picture? Changes nothing.
    pub async fn ask(&self, picture: PictureBytes, annotation: Annotation) -> Result<Recognition, EngineError> {
        self.ask_about(None, picture, annotation).await
    }

    /// The same for a camera's picture, which is turned as the camera's settings say.
    pub async fn ask_about(
        &self,
        camera: Option<CameraId>,
        picture: PictureBytes,
        annotation: Annotation,
    ) -> Result<Recognition, EngineError> {
        self.question(|reply| Work::Ask { camera, picture, annotation, reply }).await
    }

    /// Teaches a person by a photo; when this returns `Ok`, the photo is on disk and known.
    pub async fn enroll(&self, enrollment: Enrollment) -> Result<Enrolled, EngineError> {
        let (name, elses) = (enrollment.name.clone(), SomebodyElses::refused(&enrollment.allow));
        let job::Judged { photo, face, advice } = self.question(|reply| Work::Enroll { enrollment, reply }).await?;
        let saved = self.shared.shelf.done(move |folder| folder.save(&name, photo, elses)).await?;
        let photos = self.photos(saved.person.id.clone()).await?.iter().filter(|photo| photo.usable).count();
        Ok(Enrolled { person: saved.person, photo: saved.photo, photos, face, advice })
    }

    async fn question<T>(&self, work: impl FnOnce(Reply<T>) -> Work) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.answered(self.shared.queue.push_ask(self.asker, Job::new(work(reply))), answer).await
    }

    /// The answer to what was taken into the queue; what had to go for it is refused.
    async fn answered<T>(
        &self,
        pushed: Result<Displaced<Job>, Full>,
        answer: oneshot::Receiver<Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        let Displaced { superseded, crowded_out } = pushed.map_err(|Full| self.full())?;
        if let Some(job) = superseded {
            Load::count(&self.shared.load.superseded);
            job.refuse(EngineError::Superseded);
        }
        for job in crowded_out {
            job.refuse(self.full());
        }
        answer.await.unwrap_or(Err(EngineError::ShuttingDown))
    }

    fn full(&self) -> EngineError {
        let (waiting, _) = self.shared.queue.waiting();
        let each = self.shared.load.latency().0.max(Duration::from_millis(100));
        let share = u32::try_from(waiting / self.shared.options.workers.max(1)).unwrap_or(u32::MAX);
        EngineError::Busy { retry_after: each.saturating_mul(share.max(1)).min(Duration::from_secs(30)) }
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

    /// To be held until kept pictures were looked at again, whoever goes meanwhile.
    async fn turn_to_look(&self) -> Result<OwnedSemaphorePermit, EngineError> {
        let shared = &self.shared;
        if shared.looks.available_permits() == 0 {
            Load::count(&shared.looks_waited);
        }
        Arc::clone(&shared.looks).acquire_owned().await.map_err(fault)
    }

    pub fn stats(&self) -> Stats {
        let shared = &self.shared;
        let (waiting, waiting_bytes) = shared.queue.waiting();
        let (latency_median, latency_p95) = shared.load.latency();
        let workers = shared.options.workers.max(1);
        let published = self.published();
        Stats {
            uptime_s: shared.load.uptime().as_secs(),
            people: published.people.len(),
            photos: published.photos,
            photos_to_learn: published.to_learn,
            pictures: shared.load.pictures.load(Ordering::Relaxed),
            superseded: shared.load.superseded.load(Ordering::Relaxed),
            failed: shared.load.failed.load(Ordering::Relaxed),
            waiting,
            waiting_bytes,
            load: shared.load.share(workers),
            latency_median_ms: latency_median.as_secs_f32() * 1e3,
            latency_p95_ms: latency_p95.as_secs_f32() * 1e3,
            workers,
        }
    }

    /// How much of what is bounded is in use.
    #[must_use]
    pub fn usage(&self) -> Vec<Usage> {
        let shared = &self.shared;
        let mut usage = shared.queue.usage().to_vec();
        let looks = Usage {
            of: "looked_at_again",
            used: Some(LOOKS_AT_ONCE - shared.looks.available_permits()),
            most: LOOKS_AT_ONCE,
            hits: shared.looks_waited.load(Ordering::Relaxed),
        };
        usage.extend([shared.home.usage(), shared.shelf.usage(), looks]);
        let published = self.published();
        usage.extend([published.unkept, published.sittings].into_iter().flatten());
        usage
    }

    /// Starts listening. `since`: the run and number of the last event heard.
    pub fn subscribe(&self, since: Option<(&str, u64)>) -> Subscription {
        // First its own end, then the state: what is told in between is in both, and heard once.
        let received = self.shared.listeners.subscribe();
        let published = self.published();
        let seq = published.events.seq;
        let missed = since.filter(|(run, _)| *run == self.shared.run).and_then(|(_, seq)| published.events.since(seq));
        Subscription {
            run: self.shared.run.clone(),
            seq,
            missed,
            people: Arc::clone(&published.people),
            cameras: Arc::clone(&published.cameras),
            library: published.library,
            events: Events::new(received, seq),
        }
    }

    pub fn people(&self) -> Vec<PersonState> {
        self.published().people.to_vec()
    }

    pub fn person(&self, id: &PersonId) -> Result<PersonState, EngineError> {
        let found = self.published().people.iter().find(|p| &p.person.id == id).cloned();
        found.ok_or_else(|| EngineError::no_person(id))
    }

    /// Gives a person another name; the folder follows, the id stays.
    pub async fn rename_person(&self, id: PersonId, name: PersonName) -> Result<PersonState, EngineError> {
        let person = id.clone();
        self.shared.shelf.changed(move |faces| faces.rename_person(&person, &name)).await?;
        self.person(&id)
    }

    /// How long a person stays present after the last sighting, whatever the camera; its own time again for `None`.
    pub async fn set_presence_timeout(&self, id: PersonId, seconds: Option<u32>) -> Result<PersonState, EngineError> {
        self.person(&id)?;
        self.shared.home.done(Command::SetTimeout(id.clone(), seconds)).await?;
        self.person(&id)
    }

    /// Gives all photos of `from` to `into`, and where they are, and forgets `from`, unless that is undone.
    pub async fn merge_people(&self, from: PersonId, into: PersonId) -> Result<PersonState, EngineError> {
        self.person(&into)?;
        if from != into {
            self.person(&from)?;
            self.end(from, Intent::MergeInto(into.clone())).await?;
        }
        self.person(&into)
    }

    /// Forgets a person: photos, embeddings, sightings, presence.
    pub async fn delete_person(&self, id: PersonId) -> Result<(), EngineError> {
        self.person(&id)?;
        self.end(id, Intent::Delete).await
    }

    /// Deletes a person so that they can be put back for a while: they are nowhere to be seen, and what is known of them is
    /// forgotten when that is over.
    pub async fn set_person_aside(&self, id: PersonId) -> Result<Undoable, EngineError> {
        self.person(&id)?;
        let aside = self.shared.shelf.done(move |folder| folder.set_person_aside(&id)).await?;
        Ok(Undoable::of(aside))
    }

    /// Deletes a photo so that it can be put back for a while.
    pub async fn set_photo_aside(&self, person: PersonId, photo: PhotoId) -> Result<Undoable, EngineError> {
        let aside = self.shared.shelf.done(move |folder| folder.set_photo_aside(&person, &photo)).await?;
        Ok(Undoable::of(aside))
    }

    /// What was done and can be undone, in no order.
    pub async fn changes(&self) -> Result<Vec<Undoable>, EngineError> {
        let aside = self.shared.shelf.done(|folder| Ok(folder.deletions())).await?;
        let mut changes = self.shared.home.asked(|home, now| Ok(home.changes(now))).await?;
        changes.extend(aside.into_iter().map(Undoable::of));
        Ok(changes)
    }

    async fn deed(&self, id: &ChangeId) -> Result<Option<Deed>, EngineError> {
        let id = id.clone();
        self.shared.home.asked(move |home, _| Ok(home.deed(&id))).await
    }

    /// Undoes what was done: whoever was deleted, merged, ignored, forgotten or named is back with what is known of them, or the
    /// photo is.
    pub async fn undo(&self, id: ChangeId) -> Result<Undone, EngineError> {
        let deed = self.deed(&id).await?;
        let person = match &deed {
            Some(Deed::Named(_, named)) => {
                self.end(named.person.id.clone(), Intent::Undo(id)).await?;
                None
            }
            Some(Deed::Merged(merged)) => {
                self.end(merged.from.id.clone(), Intent::Undo(id)).await?;
                Some(merged.from.id.clone())
            }
            Some(Deed::Ignored(_) | Deed::Forgotten(_)) => {
                self.shared.home.done(Command::Undo(id)).await?;
                None
            }
            None => Some(self.shared.shelf.done(move |folder| folder.put_back(&id)).await?),
        };
        let unknown = match deed.as_ref().and_then(Deed::unknown) {
            Some(unknown) => Some(self.unknown(unknown.id.clone()).await?),
            None => None,
        };
        Ok(Undone { person: person.map(|id| self.person(&id)).transpose()?, unknown })
    }

    /// Erases at once what is kept so that something can be undone: of one change, or of all.
    pub async fn erase_changes(&self, id: Option<ChangeId>) -> Result<(), EngineError> {
        if let Some(change) = &id
            && self.deed(change).await?.is_some()
        {
            return self.shared.home.done(Command::LetGo(id)).await.map(drop);
        }
        if id.is_none() {
            self.shared.home.done(Command::LetGo(None)).await?;
        }
        let erase = move |folder: &mut Folder| match id {
            Some(id) => folder.erase(&id),
            None => folder.erase_all(),
        };
        self.shared.shelf.done(erase).await
    }

    /// What must be done in the folder and in the database: written down first, so that a crash, or a disk that takes nothing,
    /// leaves it undone or done.
    async fn end(&self, person: PersonId, intent: Intent) -> Result<(), EngineError> {
        self.shared.home.done(Command::Intend(person.clone(), Some(intent.clone()))).await?;
        let ended = {
            let person = person.clone();
            self.shared.shelf.done(move |folder| folder.resume(&person, &intent)).await
        };
        if matches!(ended, Err(EngineError::Store(_) | EngineError::Busy { .. })) {
            self.shared.home.done(Command::Intend(person, None)).await?;
        }
        ended
    }

    /// Everybody of the home with their photos and what is set for them, to be written as one file; the sample people aren't.
    pub async fn export(&self) -> Result<Export, EngineError> {
        let people = self.shared.home.asked(|home, _| Ok(home.people_of_home())).await?;
        Export::of(people, self.shared.root.clone(), self.shared.home.clone())
    }

    /// Takes in what an [`Export`] wrote, and what an earlier import of it left out. Nothing is changed before all of it was read
    /// and found whole; when this returns `Ok`, its photos are on disk, and are being learned.
    pub async fn import(&self, from: impl Read + Send + 'static) -> Result<Imported, EngineError> {
        let (listed, mut imported) = self
            .blocking(move |shared| {
                let staging = shared.shelf.wait(Folder::staging)?;
                let library = store::archive::read(from, staging)?;
                let listed = library.contents.people.clone();
                for seconds in listed.iter().filter_map(|person| person.presence_timeout_s) {
                    presence_timeout(seconds).map_err(|error| StoreError::BadArchive(error.to_string()))?;
                }
                Ok((listed, shared.shelf.wait(move |folder| folder.import(&library))?))
            })
            .await?;
        for (listed, taken) in listed.iter().zip(&imported.people) {
            let here = self.person(&taken.person.id)?;
            if here.presence_timeout_s.is_none() && listed.presence_timeout_s.is_some() {
                self.set_presence_timeout(here.person.id, listed.presence_timeout_s).await?;
            }
        }
        imported.people.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        Ok(imported)
    }

    /// A person's photos, those that could not be learned too, by file name.
    pub async fn photos(&self, id: PersonId) -> Result<Vec<PhotoState>, EngineError> {
        self.shared.home.asked(move |home, _| home.photo_states(&id)).await
    }

    /// A picture's file: JPEG, but for photos of another kind.
    pub async fn picture(&self, path: PicturePath) -> Result<PictureBytes, EngineError> {
        match path {
            PicturePath::Annotated(camera) => {
                self.annotated(&camera).ok_or_else(|| EngineError::NotFound { what: "picture", id: camera.0 })
            }
            PicturePath::Photo(person, id) => {
                let file = self.shared.home.asked(move |home, _| home.photo_file(&person, id)).await?;
                self.blocking(move |shared| Ok(store::read_photo(&shared.root, &file)?.into())).await
            }
            PicturePath::Sitting(id, number) => {
                let picture = move |home: &mut Home, _| Ok(home.sittings.photo(&id, number)?.jpeg.as_slice().into());
                self.shared.home.asked(picture).await
            }
            PicturePath::Sighting(id) => {
                let published = self.published();
                let is_there = move |person: &PersonId| published.people.iter().any(|p| p.person.id == *person);
                if let Some((_, of, picture)) = self.published().waiting.iter().find(|(waiting, ..)| *waiting == id) {
                    return if is_there(of) { Ok(Arc::clone(picture)) } else { Err(no_sighting(id)) };
                }
                self.stored(no_sighting(id), move |database| match database.sighting(id)? {
                    Some(row) if is_there(&row.person) => database.sighting_crop(id),
                    _ => Ok(None),
                })
                .await
            }
            PicturePath::Unknown(id) => {
                let best = |(_, picture)| picture;
                self.stored(EngineError::no_unknown(&id), move |database| {
                    Ok(database.unknown_pictures(&id)?.into_iter().next().map(best))
                })
                .await
            }
            PicturePath::Alert(id, at) => {
                self.stored(EngineError::no_unknown(&id), move |database| database.unknown_alert(&id, at)).await
            }
            PicturePath::Proposal(id) => {
                self.stored(EngineError::no_proposal(&id), move |database| database.proposal_picture(&id)).await
            }
        }
    }

    async fn stored(
        &self,
        missing: EngineError,
        read: impl FnOnce(&Database) -> Result<Option<Vec<u8>>, StoreError> + Send + 'static,
    ) -> Result<PictureBytes, EngineError> {
        self.blocking(move |shared| read(&shared.database)?.map(Into::into).ok_or(missing)).await
    }

    /// Deletes a photo, and what it taught.
    pub async fn delete_photo(&self, person: PersonId, photo: PhotoId) -> Result<(), EngineError> {
        let beyond = Beyond { forget: vec![photo.clone()], ..Beyond::default() };
        let delete = move |faces: &mut Faces| faces.delete_photo(&person, &photo);
        self.shared.shelf.done(move |folder| folder.change(beyond, |faces, _| Ok(delete(faces)?))).await
    }

    /// Gives a photo to who it is of, somebody new too.
    pub async fn move_photo(&self, from: PersonId, photo: PhotoId, to: PersonName) -> Result<PersonState, EngineError> {
        let moved = self.shared.shelf.done(move |folder| folder.move_photo(&from, &photo, &to)).await?;
        self.person(&moved)
    }

    /// Says that a photo is the person's, whatever it looks like.
    pub async fn accept_photo(&self, person: PersonId, photo: PhotoId) -> Result<PhotoState, EngineError> {
        let (of, id) = (person.clone(), photo.clone());
        self.shared.shelf.changed(move |faces| faces.accept_photo(&of, &id)).await?;
        let photos = self.photos(person).await?;
        let accepted = photos.into_iter().find(|p| p.id == photo);
        accepted.ok_or_else(|| StoreError::UnknownPhoto(photo).into())
    }

    /// What is done about people whose folders are missing: they are forgotten, or waited for from the beginning.
    pub async fn answer_missing(&self, answer: AboutMissing) -> Result<LibraryState, EngineError> {
        self.shared.shelf.done(move |folder| folder.answer_missing(answer)).await?;
        Ok(self.published().library)
    }

    /// What under `faces/` is not used or not right, by path.
    pub async fn problems(&self) -> Result<Vec<Problem>, EngineError> {
        self.shared.home.asked(|home, _| Ok(home.problems())).await
    }

    /// A page of the unknown people, last seen first.
    pub async fn unknowns(&self, cursor: Option<Cursor>, limit: usize) -> Result<Page<UnknownState>, EngineError> {
        self.blocking(move |shared| {
            let page = shared.database.unknowns(cursor.as_ref(), limit)?;
            Ok(page.filter_map(|row| Some(unknown_state(&row))))
        })
        .await
    }

    /// This unknown is that person: their faces become photos, as far as they can teach; the unknown is forgotten, unless that is
    /// undone.
    /// [`EngineError::Refused`] where none of the faces can teach.
    pub async fn assign_unknown(&self, id: UnknownId, name: PersonName) -> Result<PersonState, EngineError> {
        let turn = self.turn_to_look().await?;
        let unknown = id.clone();
        let named = self
            .blocking(move |shared| {
                let _turn = turn;
                let database = &shared.database;
                database.unknown(&unknown)?.ok_or_else(|| EngineError::no_unknown(&unknown))?;
                let known = database.strangers(&shared.recipe.model)?.into_iter().find(|s| s.id == unknown);
                let mut named: Option<Named> = None;
                for (number, picture) in database.unknown_pictures(&unknown)? {
                    let of_number = known.iter().flat_map(|s| &s.faces).find(|f| f.number == number);
                    let photo = shared.describer().photo_of(picture, of_number.map(|f| &f.embedding));
                    let name = name.clone();
                    let save = |photo| shared.shelf.wait(move |f| f.save(&name, photo, SomebodyElses::Moved));
                    match photo.and_then(save) {
                        Ok(Saved { person, photo, is_new, made }) => {
                            let made = made.then(|| person.id.clone());
                            let named = named.get_or_insert_with(|| Named { person, made, photos: Vec::new() });
                            named.photos.extend(is_new.then_some(photo));
                        }
                        Err(EngineError::Refused(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                named.ok_or(EngineError::Refused(Refusal::NoFace))
            })
            .await?;
        let person = named.person.id.clone();
        self.shared.home.done(Command::SetUnknownAside(id, Some(Box::new(named)))).await?;
        self.person(&person)
    }

    /// Never tells of this unknown again, unless that is undone.
    pub async fn ignore_unknown(&self, id: UnknownId) -> Result<UnknownState, EngineError> {
        self.shared.home.done(Command::IgnoreUnknown(id.clone())).await?;
        self.unknown(id).await
    }

    async fn unknown(&self, id: UnknownId) -> Result<UnknownState, EngineError> {
        let row =
            self.blocking(move |shared| shared.database.unknown(&id)?.ok_or_else(|| EngineError::no_unknown(&id)));
        row.await.map(|row| unknown_state(&row))
    }

    /// Forgets an unknown person.
    pub async fn delete_unknown(&self, id: UnknownId) -> Result<(), EngineError> {
        self.unknown(id.clone()).await?;
        self.shared.home.done(Command::ForgetUnknown(id)).await.map(drop)
    }

    /// Forgets an unknown person so that they can be put back for a while.
    pub async fn set_unknown_aside(&self, id: UnknownId) -> Result<Undoable, EngineError> {
        self.unknown(id.clone()).await?;
        self.shared.home.done(Command::SetUnknownAside(id.clone(), None)).await?;
        let changes = self.shared.home.asked(|home, now| Ok(home.changes(now))).await?;
        let theirs =
            |change: &Undoable| change.kind == ChangeKind::UnknownForgotten && change.unknown.as_ref() == Some(&id);
        changes.into_iter().find(theirs).ok_or_else(|| EngineError::no_unknown(&id))
    }

    /// A page of past sightings, newest first. Those of people who are gone are left out.
    pub async fn sightings(&self, query: SightingQuery) -> Result<Page<Sighting>, EngineError> {
        let people = self.people();
        self.blocking(move |shared| {
            Ok(shared.database.sightings(&query)?.filter_map(|row| {
                let person = people.iter().find(|p| p.person.id == row.person)?.person.clone();
                Some(Sighting::of(row, person))
            }))
        })
        .await
    }

    /// "That was not Alice": takes back a sighting and the presence it made, and counts its face against her from now on. Where
    /// [`Said::Was`] says who it was, the face becomes their photo (and no longer that of whomever it was said to be before); if it was
    /// Alice after all, nothing is taken back.
    /// [`EngineError::Refused`] where the face cannot teach.
    pub async fn correct_sighting(&self, id: i64, said: Said) -> Result<Sighting, EngineError> {
        let turn = if matches!(said, Said::Was(_)) { Some(self.turn_to_look().await?) } else { None };
        let people = self.people();
        let (row, correction) = self
            .blocking(move |shared| {
                let _turn = turn;
                let is_there = |row: &store::SightingRow| people.iter().any(|p| p.person.id == row.person);
                let row = shared.database.sighting(id)?.filter(is_there).ok_or_else(|| no_sighting(id))?;
                let name = match said {
                    Said::Was(name) => name,
                    Said::NotThem => return Ok((row, Some(Correction::NotThem))),
                    Said::NotAPerson => return Ok((row, Some(Correction::NotAPerson))),
                };
                let picture = shared.database.sighting_crop(id)?.ok_or_else(|| no_sighting(id))?;
                let like = shared.database.sighting_embedding(id, &shared.recipe.model)?;
                let photo = shared.describer().photo_of(picture, like.as_ref())?;
                // Where it was said to be somebody else before, it is not theirs any more.
                let saved = shared.shelf.wait(move |folder| folder.save(&name, photo, SomebodyElses::Moved))?;
                let was = saved.person.id;
                let correction = (was != row.person).then_some(Correction::SomebodyElse(was));
                Ok((row, correction))
            })
            .await?;
        let corrected = self.shared.home.done(Command::Correct(row, correction)).await?;
        corrected.try_as_sighting().ok_or_else(EngineError::unexpected)
    }

    /// Takes pictures of who stands before a camera, to learn who it is: one at a time at each camera. Without a camera they come
    /// by [`Engine::sit`].
    pub async fn start_sitting(&self, camera: Option<CameraId>) -> Result<SittingState, EngineError> {
        let begun = self.shared.home.done(Command::BeginSitting(camera, self.shared.options.sitting)).await?;
        begun.try_as_sitting().map(|state| *state).ok_or_else(EngineError::unexpected)
    }

    /// The next picture of who is learned, of which nothing else is told or kept; how far it is then.
    pub async fn sit(&self, sitting: SittingId, picture: PictureBytes) -> Result<SittingState, EngineError> {
        self.question(|reply| Work::Sit { sitting, picture, reply }).await
    }

    /// How far it is.
    pub async fn sitting(&self, id: SittingId) -> Result<SittingState, EngineError> {
        self.shared.home.asked(move |home, now| home.sittings.state(&id, now)).await
    }

    /// These pictures of a sitting become somebody's photos, all or, where one is refused, none; the rest is forgotten.
    pub async fn accept_sitting(&self, acceptance: SittingAcceptance) -> Result<PersonState, EngineError> {
        let elses = SomebodyElses::refused(&acceptance.allow);
        let (sitting, name) = (acceptance.sitting.clone(), acceptance.name.clone());
        let photos = self.shared.home.asked(move |home, _| home.judge_sitter(&acceptance)).await?;
        let mut person = None;
        for photo in photos {
            let name = name.clone();
            person = Some(self.shared.shelf.done(move |folder| folder.save(&name, photo, elses)).await?.person.id);
        }
        let person = person.ok_or(EngineError::Refused(Refusal::NoFace))?;
        match self.forget_sitting(sitting).await {
            // It is forgotten by itself where the sample people go.
            Ok(()) | Err(EngineError::NotFound { .. }) => self.person(&person),
            Err(error) => Err(error),
        }
    }

    /// Nothing of a sitting is kept.
    pub async fn forget_sitting(&self, id: SittingId) -> Result<(), EngineError> {
        self.shared.home.done(Command::EndSitting(id)).await.map(drop)
    }

    /// Pictures of confirmed visits that would widen somebody's photos, of one person or of everybody; none is learned unasked.
    pub async fn proposals(&self, of: Option<PersonId>) -> Result<Vec<ProposalState>, EngineError> {
        self.shared.home.asked(move |home, _| Ok(home.proposal_states(of.as_ref()))).await
    }

    /// These pictures become photos of the people they were proposed for. Each is judged once more; all are answered then.
    pub async fn accept_proposals(&self, ids: Vec<ProposalId>) -> Result<AcceptedProposals, EngineError> {
        let wanted = ids.clone();
        let proposals = self.shared.home.asked(move |home, _| home.waiting_proposals(&wanted)).await?;
        // All first: what one photo shows may make another one needless.
        let mut pictures = Vec::new();
        for proposal in proposals {
            let picture = self.picture(PicturePath::Proposal(proposal.id.clone())).await?;
            pictures.push((proposal, picture));
        }
        let mut accepted = AcceptedProposals::default();
        for (proposal, picture) in pictures {
            let id = proposal.id.clone();
            match self.accept_proposal(proposal, picture).await {
                Ok(Saved { person, photo, .. }) => accepted.photos.push((id, person, photo)),
                Err(EngineError::Refused(refusal)) => accepted.refused.push((id, refusal)),
                Err(error) => return Err(error),
            }
        }
        self.shared.home.done(Command::ForgetProposals(ids)).await?;
        Ok(accepted)
    }

    async fn accept_proposal(&self, proposal: Proposal, picture: PictureBytes) -> Result<Saved, EngineError> {
        let Proposal { person, embedding, .. } = proposal;
        let name = self.person(&person)?.person.name;
        let turn = self.turn_to_look().await?;
        self.blocking(move |shared| {
            let _turn = turn;
            let photo = shared.describer().photo_of(picture.to_vec(), Some(&embedding))?;
            let photo = shared.home.ask(move |home, _| home.judge_proposed(&person, &photo).map(|()| photo))?;
            shared.shelf.wait(move |folder| folder.save(&name, photo, SomebodyElses::Refused))
        })
        .await
    }

    /// Nobody wants these: their pictures are gone, and what is like them is not proposed again.
    pub async fn decline_proposals(&self, ids: Vec<ProposalId>) -> Result<(), EngineError> {
        self.shared.home.done(Command::DeclineProposals(ids)).await.map(drop)
    }

    /// Takes up settings of cameras; others stay as they are.
    pub async fn configure_cameras(&self, cameras: Vec<CameraChange>) -> Result<Vec<CameraState>, EngineError> {
        let configured = self.shared.home.done(Command::ConfigureCameras(cameras)).await?;
        configured.try_as_cameras().ok_or_else(EngineError::unexpected)
    }

    pub fn cameras(&self) -> Vec<CameraState> {
        self.published().cameras.to_vec()
    }

    /// How well the cameras saw faces over their last visits, by id.
    pub async fn camera_sights(&self) -> Result<Vec<CameraSight>, EngineError> {
        self.shared.home.asked(|home, now| Ok(home.camera_sights(now))).await
    }

    /// A camera's last picture with a face, boxes and names drawn on it, JPEG.
    pub fn annotated(&self, camera: &CameraId) -> Option<PictureBytes> {
        self.published().annotated.get(camera).cloned()
    }

    pub fn settings(&self) -> Settings {
        self.published().settings
    }

    /// Changes the home's settings.
    pub async fn set_settings(&self, settings: Settings) -> Result<Settings, EngineError> {
        self.shared.home.done(Command::SetSettings(settings)).await?;
        Ok(settings)
    }
}

impl Shared {
    fn describer(&self) -> Describer<'_> {
        Describer { vision: &self.vision, options: &self.options.vision, photo_limits: self.options.photo_limits }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Threads hold none of this, only each other's channels.
        self.shelf.stop();
        self.home.stop();
    }
}

fn unknown_state(row: &store::UnknownRow) -> UnknownState {
    UnknownState::of(&row.stranger, CameraId(row.camera.clone()))
}

fn no_sighting(id: i64) -> EngineError {
    EngineError::NotFound { what: "sighting", id: id.to_string() }
}

/// An inner contradiction: said, not hidden.
fn fault(error: impl std::fmt::Display) -> EngineError {
    EngineError::Internal(error.to_string())
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, EngineError> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    started.map_err(|e| EngineError::Internal(format!("the thread {name} could not be started: {e}")))
}
