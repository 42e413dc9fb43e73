//! The network: one port for HTTP and WebSocket. Turns requests into engine calls and engine events into messages.
//! [`start`] listens; `entrance` takes connections in, with or without TLS; `http` routes, and hands `/v1/ws` to `session`; both
//! answer by `handlers`, with what all have in common in `shared`. Must not know pixels.

pub mod access;
mod budget;
mod cameras;
pub mod discovery;
mod entrance;
pub mod fetch;
mod gate;
mod goodbye;
mod handlers;
mod http;
mod kept;
mod metrics;
mod options;
mod outbox;
pub mod pairing;
pub mod protocol;
mod session;
mod shared;
mod supervisor;
pub mod tls;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::engine::Engine;
use discovery::Announcement;
use entrance::STOP_WITHIN;
use shared::Shared;

pub use options::{Announce, Options, Patience, PlainText, known};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}{}: {source}", way_out(.source))]
pub struct ServerError {
    address: SocketAddr,
    source: io::Error,
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
        take().map_err(|source| ServerError { address: wanted, source })
    }

    fn listen(self) -> Result<(TcpListener, SocketAddr), ServerError> {
        let Self { socket, wanted } = self;
        let listening = socket.listen(BACKLOG).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = listening.map_err(|source| ServerError { address: wanted, source })?;
        Ok((listener, address))
    }
}

/// Takes the port and serves at it: [`start_at`]. Within a runtime.
pub fn start(options: Options, engine: Engine) -> Result<Running, ServerError> {
    start_at(Port::take(options.listen, options.port)?, options, engine)
}

/// Listens, announces, and serves until [`Running::stop`]. Within a runtime.
/// A failed announcement is only a warning.
pub fn start_at(port: Port, options: Options, engine: Engine) -> Result<Running, ServerError> {
    let (listener, address) = port.listen()?;
    let announcement = match options.announce {
        Announce::Auto if !address.ip().is_loopback() => {
            discovery::announce(address, engine.server_id(), options.tls.is_some())
                .inspect_err(
                    |error| tracing::warn!(%error, "the server cannot be discovered; give its address by hand"),
                )
                .ok()
        }
        _ => None,
    };
    let shared = Arc::new(Shared::new(options, engine));
    let (stopping, tasks) = (shared.stopping.clone(), shared.tasks.clone());
    if shared.options.announce == Announce::Supervisor {
        if let Ok(Some(token)) = shared.engine.database().kept_admin_token() {
            let told =
                supervisor::tell(address.port(), token, known(shared.options.plain, shared.options.tls.as_deref()));
            tasks.spawn(stopping.clone().run_until_cancelled_owned(told));
        } else {
            tracing::warn!("the Supervisor cannot be told about this server: the first token is gone");
        }
    }
    tasks.spawn(entrance::accept(listener, shared));
    Ok(Running { address, stopping, tasks, announcement })
}
