//! Connections as they arrive → HTTP on each: bounded in number, TLS or plain text by their first byte, and no slower than
//! we have patience for.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::either::Either;

use super::access::Guest;
use super::http;
use super::options::PlainText;
use super::protocol::{ErrorCode, WireError};
use super::shared::Shared;

/// At the end, what runs may take this long.
pub(super) const STOP_WITHIN: Duration = Duration::from_secs(6);
/// How often it is looked, at the end, who is still there.
const LOOK_WHO_IS_LEFT_EVERY: Duration = Duration::from_millis(50);
/// A client has this long for its first byte and for TLS, and then for the headers of a request.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// Largest headers of a request, bytes (hyper's least is 8 KiB).
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// After a failed accept (too many open files), the next try waits this long.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// The first byte of TLS: a record with a handshake.
const TLS_HANDSHAKE: u8 = 22;

/// Accepts until the server stops; while the last ones leave, newcomers are told that it does.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let router = http::router(Arc::clone(&shared));
    tokio::select! {
        () = shared.stopping.cancelled() => {}
        () = accept_for(&listener, &router, &shared) => {}
    }
    let stopping = http::stopping();
    let alone = async {
        while shared.tasks.len() > 1 {
            tokio::time::sleep(LOOK_WHO_IS_LEFT_EVERY).await;
        }
    };
    tokio::select! {
        () = alone => {}
        () = tokio::time::sleep(STOP_WITHIN / 2) => {}
        () = accept_for(&listener, &stopping, &shared) => {}
    }
}

async fn accept_for(listener: &TcpListener, router: &Router, shared: &Arc<Shared>) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok((stream, peer)) => (stream, peer.ip().to_canonical()),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            }
        };
        let Some(place) = shared.connections.admit(peer) else {
            tracing::warn!(%peer, "too many connections");
            continue;
        };
        let connection = Guest { peer, place: Arc::new(place) };
        let (shared, router) = (Arc::clone(shared), router.clone());
        shared.tasks.clone().spawn(async move {
            let place = Arc::clone(&connection.place);
            let served = connected(stream, connection, router, &shared);
            tokio::select! {
                ended = served => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "connection ended");
                    }
                }
                () = place.lost() => tracing::debug!(%peer, "the connection lost its place, or its token was removed"),
            }
        });
    }
}

async fn connected(stream: TcpStream, connection: Guest, router: Router, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut first = [0];
    if within(stream.peek(&mut first)).await? == 0 {
        return Ok(());
    }
    // A WebSocket's session says why before it goes; this is for those that not even that helps.
    let patience = shared.options.patience.reading + shared.options.patience.goodbye;
    let (stream, router) = match &shared.options.tls {
        Some(identity) if first[0] == TLS_HANDSHAKE => {
            let acceptor = TlsAcceptor::from(identity.config());
            (Either::Right(Box::new(within(acceptor.accept(stream)).await?)), router)
        }
        _ if may_be_plain(&stream, shared.options.plain) => (Either::Left(stream), router),
        _ => (Either::Left(stream), Router::new().fallback(only_tls)),
    };
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience));
    let service = router.layer(axum::Extension(connection));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), hyper_util::service::TowerToHyperService::new(service))
        .with_upgrades();
    let mut served = std::pin::pin!(served);
    let ended = tokio::select! {
        // Whoever has asked is answered, however late.
        biased;
        ended = served.as_mut() => ended,
        () = shared.stopping.cancelled() => {
            served.as_mut().graceful_shutdown();
            match tokio::time::timeout(STOP_WITHIN / 2, served).await {
                Ok(ended) => ended,
                Err(_) => return Ok(()),
            }
        }
    };
    ended.map_err(io::Error::other)
}

async fn within<T>(step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(HEADERS_WITHIN, step).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// What never leaves this machine may be plain: from loopback, or from the very address that was connected to.
fn may_be_plain(stream: &TcpStream, plain: PlainText) -> bool {
    let here = || {
        let (peer, own) = (stream.peer_addr().ok()?.ip(), stream.local_addr().ok()?.ip());
        Some(peer.to_canonical().is_loopback() || peer == own)
    };
    plain == PlainText::FromEverywhere || here().unwrap_or(false)
}

async fn only_tls() -> WireError {
    let words = "from other machines this server takes TLS only: use https:// and wss:// with the fingerprint of the pairing \
                 line, or start it with --plain where everybody on the way may read along";
    WireError::new(ErrorCode::Forbidden, words)
}
