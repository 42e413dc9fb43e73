//! What all connections share: the engine, how the server was started, and what it remembers of its clients.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::AcquireError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::access::{self, Crowd, Failures, Secret};
use super::budget::{self, Budget, Turn};
use super::cameras;
use super::fetch::Fetcher;
use super::kept::KeptPictures;
use super::options::Options;
use super::protocol::{self, AuthRequirement, ErrorCode, Hello, LimitsInfo, Role, ServerInfo, VersionRange, WireError};
use crate::engine::{Asker, CameraId, Engine};
use crate::store::{self, StoreError};

/// A token that was removed or has expired is noticed within this time.
const LOOK_FOR_TOKEN_EVERY: Duration = Duration::from_secs(1);

/// What all connections share.
pub(super) struct Shared {
    pub(super) engine: Engine,
    pub(super) options: Options,
    pub(super) connections: Crowd,
    /// Those that have not logged in.
    pub(super) strangers: Crowd,
    pub(super) hits: Hits,
    pub(super) fetcher: Fetcher,
    /// Those that have logged in.
    pub(super) clients: Crowd,
    memory: Mutex<Memory>,
    pub(super) stopping: CancellationToken,
    pub(super) tasks: TaskTracker,
}

/// How often bounds were hit that nobody else counts.
#[derive(Debug, Default)]
pub(super) struct Hits {
    pub(super) cameras: AtomicU64,
    pub(super) requests_of_connection: AtomicU64,
    pub(super) unread_messages: AtomicU64,
}

/// What the server remembers of its clients, under one lock that is held for moments only.
pub(super) struct Memory {
    pub(super) cameras: cameras::KnownCameras,
    pub(super) failures: Failures,
    pub(super) kept: KeptPictures,
    pub(super) large_messages: Budget,
    pub(super) uploads: Budget,
    pub(super) libraries: Budget,
    pub(super) fetches: Budget,
    pub(super) photos: Budget,
    pub(super) care: Budget,
    /// The minute in which each token was last used, by its id: it is written down once a minute.
    pub(super) used: HashMap<i64, i64>,
    /// Cameras of which a picture is being fetched, and whether one more is wanted after it.
    pub(super) motion: HashMap<String, bool>,
}

impl Shared {
    pub(super) fn new(options: Options, engine: Engine) -> Self {
        let memory = Memory {
            cameras: cameras::KnownCameras::new(
                engine.cameras().into_iter().map(|c| c.id),
                &engine.database().clients().unwrap_or_default(),
            ),
            failures: Failures::default(),
            kept: KeptPictures::default(),
            large_messages: Budget::new(budget::LARGE_MESSAGES),
            uploads: Budget::new(budget::UPLOADS),
            libraries: Budget::new(budget::LIBRARIES),
            fetches: Budget::new(budget::FETCHES),
            photos: Budget::new(budget::PHOTOS),
            care: Budget::new(budget::CARE),
            used: HashMap::new(),
            motion: HashMap::new(),
        };
        Self {
            engine,
            options,
            connections: Crowd::new(access::CONNECTIONS),
            strangers: Crowd::new(access::STRANGERS),
            hits: Hits::default(),
            fetcher: Fetcher::default(),
            clients: Crowd::new(access::CLIENTS),
            memory: Mutex::new(memory),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock()
    }

    /// The engine, with turns of this token.
    pub(super) fn asked_by(&self, token: i64) -> Engine {
        self.engine.asked_by(Asker::Client(token))
    }

    pub(super) fn hello(&self) -> Hello {
        Hello {
            protocol: VersionRange { min: protocol::VERSION, max: protocol::VERSION },
            features: Vec::new(),
            server: ServerInfo {
                id: self.engine.server_id().to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            model: self.options.model.clone(),
            limits: LimitsInfo {
                max_image_bytes: self.options.limits.max_bytes as u64,
                max_pixels: self.options.limits.max_pixels,
                max_photo_bytes: self.options.photo_limits.max_bytes as u64,
                max_photo_pixels: self.options.photo_limits.max_pixels,
            },
            auth: AuthRequirement::Required,
        }
    }

    /// Whether a token speaks for the cameras of a client's id.
    pub(super) async fn claim_client(&self, client: &str, token: &store::Token) -> Result<bool, StoreError> {
        let (client, token) = (client.to_owned(), token.clone());
        self.asked(move |database| database.claim_client(&client, &token)).await
    }

    /// Takes in cameras of a client, all of them or none.
    pub(super) async fn admit_cameras(
        &self,
        client: &str,
        token: i64,
        role: Role,
        cameras: &[CameraId],
    ) -> Result<(), WireError> {
        let admit = || self.memory().cameras.admit(client, token, role, cameras);
        let Err(refused) = admit() else { return Ok(()) };
        let refused = || {
            self.hits.cameras.fetch_add(1, Ordering::Relaxed);
            refused
        };
        // A token may have been removed since.
        let Ok(owners) = self.asked(store::Database::clients).await else { return Err(refused()) };
        self.memory().cameras.belong_to(&owners);
        admit().map_err(|_| refused())
    }

    pub(super) async fn find_token(&self, token: &Secret) -> Result<Option<store::Token>, StoreError> {
        let (text, now) = (token.reveal().to_owned(), Timestamp::now());
        let found = self.asked(move |database| database.find_token(&text, now)).await?;
        if let Some(id) = found.as_ref().map(|found| found.id) {
            let minute = now.as_second() / 60;
            if self.memory().used.insert(id, minute) != Some(minute) {
                // Nobody waits for it, and a disk that takes nothing is asked again in a minute.
                let database = Arc::clone(self.engine.database());
                drop(tokio::task::spawn_blocking(move || database.token_used(id, now)));
            }
        }
        Ok(found)
    }

    /// Waits until a token has been removed, has expired, or may do something else.
    pub(super) async fn token_removed(self: Arc<Self>, token: Secret, role: Role) {
        loop {
            tokio::time::sleep(LOOK_FOR_TOKEN_EVERY).await;
            // What cannot be read says nothing.
            if self.find_token(&token).await.is_ok_and(|found| found.is_none_or(|found| found.role != role)) {
                return;
            }
        }
    }

    /// Waits until a token may take one of a budget's places.
    pub(super) async fn turn(&self, budget: fn(&mut Memory) -> &mut Budget, token: i64) -> Result<Turn, WireError> {
        let (own, all, hits) = {
            let mut memory = self.memory();
            let budget = budget(&mut memory);
            (budget.of(token), budget.all(), budget.hits())
        };
        if own.available_permits() == 0 || all.available_permits() == 0 {
            hits.fetch_add(1, Ordering::Relaxed);
        }
        // Nobody closes them.
        let closed = |error: AcquireError| WireError::new(ErrorCode::Internal, error.to_string());
        let own = own.acquire_owned().await.map_err(closed)?;
        let place = all.acquire_owned().await.map_err(closed)?;
        Ok(Turn { _own: own, _place: place })
    }

    /// Asks the database off the runtime's threads.
    async fn asked<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&store::Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(self.engine.database());
        let asked = tokio::task::spawn_blocking(move || ask(&database)).await;
        asked.unwrap_or_else(|e| Err(StoreError::BadStored { what: "token", reason: e.to_string() }))
    }
}
