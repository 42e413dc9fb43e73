//! The network: one port for HTTP and WebSocket. Turns requests into engine calls and engine events into messages.
//!
//! [`start`] listens; `entrance` takes connections in, with or without TLS; `http` routes, and hands `/v1/ws` to `session`; both answer by `handlers`. Must not know pixels.

pub mod access;
mod cameras;
pub mod discovery;
mod entrance;
pub mod fetch;
mod gate;
mod goodbye;
mod handlers;
mod http;
mod metrics;
mod outbox;
pub mod pairing;
mod patient;
pub mod protocol;
mod session;
pub mod tls;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::engine::Engine;
use crate::store::{self, StoreError};
use crate::vision::Limits;
use access::Connection;
use access::{Doorkeeper, Token};
use discovery::Announcement;
use protocol::{AuthRequirement, Hello, LimitsInfo, ModelInfo, Role, ServerInfo, VersionRange};

pub use handlers::convert::recognition as wire_recognition;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// Clients that have logged in at once.
const MAX_CLIENTS: usize = 64;
/// At the end, what runs may take this long.
const STOP_WITHIN: Duration = Duration::from_secs(6);

/// How the server listens and what it tells about itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address to listen on; loopback for this machine only.
    pub listen: IpAddr,
    pub port: u16,
    /// How large pictures may be.
    pub limits: Limits,
    /// How large photos to learn from may be.
    pub photo_limits: Limits,
    pub model: ModelInfo,
    /// Cameras with an address or a file, by name.
    pub cameras: BTreeMap<String, ConfiguredCamera>,
    /// Whether to be found in the network.
    pub announce: Announce,
    /// What the server proves itself by, where it speaks TLS.
    pub tls: Option<Arc<tls::Identity>>,
    /// From where plain text is taken.
    pub plain: PlainText,
    pub patience: Patience,
}

/// How long a client may take for what the server waits for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub login: Duration,
    /// To read one message; then it is closed as a slow one.
    pub reading: Duration,
    /// To close its half of a connection that the server has closed.
    pub goodbye: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            login: Duration::from_secs(protocol::LOGIN_SECONDS),
            reading: Duration::from_secs(30),
            goodbye: Duration::from_secs(5),
        }
    }
}

/// From where connections without TLS are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainText {
    /// From where nobody can read along.
    #[default]
    FromThisMachine,
    /// Also over the network, because somebody chose it.
    FromEverywhere,
}

/// Whether the server tells the network of itself (mDNS).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Announce {
    /// Where it can be reached from the network.
    #[default]
    WhereReachable,
    Never,
}

/// A camera of the configuration.
#[derive(Clone, Debug)]
pub struct ConfiguredCamera {
    /// Where its pictures come from.
    pub source: fetch::Source,
}

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("cannot listen on {address}{}: {source}", way_out(.source))]
    Listen { address: SocketAddr, source: io::Error },
}

/// What to do where an address cannot be had.
fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            " (another program, perhaps a running face-server, has this port; choose one by --port)"
        }
        io::ErrorKind::PermissionDenied => " (ports below 1024 are the system's; choose another one by --port)",
        io::ErrorKind::AddrNotAvailable => " (this machine does not have this address; choose one by --listen)",
        _ => "",
    }
}

#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stopping: CancellationToken,
    tasks: TaskTracker,
    announcement: Option<Announcement>,
}

impl Running {
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says goodbye to clients and network, and ends. The engine is stopped by who started it, after this.
    pub async fn stop(self) {
        self.stopping.cancel();
        self.tasks.close();
        if let Some(announcement) = self.announcement {
            announcement.withdraw().await;
        }
        if tokio::time::timeout(STOP_WITHIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
    }
}

/// What all connections share.
struct Shared {
    engine: Engine,
    options: Options,
    door: Doorkeeper,
    fetcher: fetch::Fetcher,
    cameras: cameras::Known,
    kept: handlers::pictures::KeptPictures,
    large_messages: gate::LargeMessages,
    uploads: http::upload::Uploads,
    clients: AtomicUsize,
    motion: Mutex<HashMap<String, bool>>,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

/// A client that has logged in; dropped when it goes.
struct Present<'s>(&'s Shared);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.clients.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    fn hello(&self) -> Hello {
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

    /// What a token may do; `None` for none of ours.
    async fn role_of(&self, token: &Token) -> Result<Option<Role>, StoreError> {
        Ok(self.find_token(token).await?.map(|found| found.role.into()))
    }

    /// Whether a token speaks for the cameras of a client's id.
    async fn claim_client(&self, client: &str, token: &store::Token) -> Result<bool, StoreError> {
        let (client, token) = (client.to_owned(), token.clone());
        self.asked(move |database| database.claim_client(&client, &token)).await
    }

    async fn find_token(&self, token: &Token) -> Result<Option<store::Token>, StoreError> {
        let text = token.reveal().to_owned();
        self.asked(move |database| database.find_token(&text)).await
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

    fn enter(&self) -> Option<Present<'_>> {
        let before = self.clients.fetch_add(1, Ordering::Relaxed);
        let present = Present(self);
        (before < MAX_CLIENTS).then_some(present)
    }

    fn clients(&self) -> usize {
        self.clients.load(Ordering::Relaxed)
    }
}

/// A port that is ours, at which nobody is answered yet.
#[derive(Debug)]
pub struct Port {
    socket: TcpSocket,
    wanted: SocketAddr,
}

impl Port {
    pub fn take(listen: IpAddr, port: u16) -> Result<Self, ServerError> {
        let wanted = SocketAddr::new(listen, port);
        let take = || {
            let socket = if listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
            // On Windows the option has another meaning: it would share the port with whoever has it.
            #[cfg(not(windows))]
            socket.set_reuseaddr(true)?;
            socket.bind(wanted)?;
            Ok(Self { socket, wanted })
        };
        take().map_err(|source| ServerError::Listen { address: wanted, source })
    }

    fn listen(self) -> Result<(TcpListener, SocketAddr), ServerError> {
        let Self { socket, wanted } = self;
        let listening = socket.listen(BACKLOG).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = listening.map_err(|source| ServerError::Listen { address: wanted, source })?;
        Ok((listener, address))
    }
}

/// Takes the port and serves at it: [`start_at`]. Within a runtime.
pub fn start(options: Options, engine: Engine) -> Result<Running, ServerError> {
    start_at(Port::take(options.listen, options.port)?, options, engine)
}

/// Listens, announces, and serves until [`Running::stop`]. Within a runtime.
///
/// # Errors
/// Where the port cannot be listened at. A failed announcement is only a warning.
pub fn start_at(port: Port, options: Options, engine: Engine) -> Result<Running, ServerError> {
    let (listener, address) = port.listen()?;
    let announcement = match options.announce {
        Announce::WhereReachable if !address.ip().is_loopback() => {
            discovery::announce(address, engine.server_id(), options.tls.is_some())
                .inspect_err(
                    |error| tracing::warn!(%error, "the server cannot be discovered; give its address by hand"),
                )
                .ok()
        }
        _ => None,
    };
    let shared = Arc::new(Shared {
        cameras: cameras::Known::new(engine.cameras().into_iter().map(|c| c.settings.id)),
        engine,
        options,
        door: Doorkeeper::default(),
        fetcher: fetch::Fetcher::default(),
        kept: handlers::pictures::KeptPictures::default(),
        large_messages: gate::LargeMessages::default(),
        uploads: http::upload::Uploads::default(),
        clients: AtomicUsize::new(0),
        motion: Mutex::default(),
        stopping: CancellationToken::new(),
        tasks: TaskTracker::new(),
    });
    let (stopping, tasks) = (shared.stopping.clone(), shared.tasks.clone());
    tasks.spawn(entrance::accept(listener, shared));
    Ok(Running { address, stopping, tasks, announcement })
}
