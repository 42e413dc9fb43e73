//! A connection → the same connection, read no further than its client may make us read.
//!
//! Before login a client can make the server read [`MAX_BYTES_BEFORE_LOGIN`] and no more, after it as much as its role may
//! need. A message beyond [`FREE_BYTES`] waits for its token's turn and for one of a few permits shared by all sessions, so
//! that large messages together stay within a budget whatever their number, and no token holds all of it. Used by `session`
//! under the WebSocket; must not know messages.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_tungstenite::WebSocketStream;
use tokio_util::sync::PollSemaphore;

use super::budget::Budget;
use super::protocol::MAX_BYTES_BEFORE_LOGIN;

/// Bytes of one message that need no permit: pictures of a usual camera in base64.
pub(super) const FREE_BYTES: usize = 2 * 1024 * 1024;
/// Room before login for frame headers, a WebSocket ping or two, beside the message itself.
const FRAMING_BYTES: usize = 256;
/// A client's control frame beside its payload (RFC 6455: two bytes and the mask).
const CONTROL_HEADER_BYTES: usize = 6;

/// A client's WebSocket.
pub(super) type Socket = WebSocketStream<Gate>;

/// What a session tells its gate, and asks it.
#[derive(Debug)]
pub(super) struct GateControl(Mutex<Progress>);

/// How far a message has been read.
#[derive(Debug)]
struct Progress {
    since_message: usize,
    large: Option<Large>,
    waits: bool,
    last_read: Instant,
}

#[derive(Debug)]
struct Large {
    permit: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
    since: Instant,
}

impl GateControl {
    /// A message is complete: the next one counts from zero. The permit of a large one is handed over, to be kept until
    /// the message's bytes are freed.
    pub(super) fn message_read(&self) -> Option<OwnedSemaphorePermit> {
        let mut progress = self.0.lock();
        progress.since_message = 0;
        progress.large.take().map(|large| large.permit)
    }

    /// A ping or pong isn't part of a message: its bytes do not count.
    pub(super) fn control_frame_read(&self, payload: usize) {
        let mut progress = self.0.lock();
        progress.since_message = progress.since_message.saturating_sub(payload + CONTROL_HEADER_BYTES);
    }

    /// When the last bytes came.
    pub(super) fn last_read(&self) -> Instant {
        self.0.lock().last_read
    }

    /// Whether the client's bytes are left unread because the budget is used up, which is not its fault.
    pub(super) fn waits(&self) -> bool {
        self.0.lock().waits
    }

    /// Since when a large message holds its permit.
    pub(super) fn large_since(&self) -> Option<Instant> {
        self.0.lock().large.as_ref().map(|large| large.since)
    }
}

/// The connection behind its gate.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) stream: TokioIo<Upgraded>,
    control: Arc<GateControl>,
    permits: PollSemaphore,
    /// Counts messages that had to wait.
    waited: Arc<AtomicU64>,
    client: Option<LoggedIn>,
}

#[derive(Debug)]
struct LoggedIn {
    turns: PollSemaphore,
    turn: Option<OwnedSemaphorePermit>,
    most: usize,
}

impl LoggedIn {
    /// The token's turn and one of all sessions' permits; `None` when the server stops.
    fn poll_place(
        &mut self,
        permits: &mut PollSemaphore,
        cx: &mut Context<'_>,
    ) -> Poll<Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>> {
        if self.turn.is_none() {
            self.turn = ready!(self.turns.poll_acquire(cx));
        }
        let permit = if self.turn.is_some() { ready!(permits.poll_acquire(cx)) } else { None };
        Poll::Ready(permit.and_then(|permit| Some((self.turn.take()?, permit))))
    }
}

impl Gate {
    /// Closed (before login) at first.
    /// The budget is that of all sessions.
    pub(super) fn new(stream: TokioIo<Upgraded>, budget: &Budget) -> (Self, Arc<GateControl>) {
        let begun = Progress { since_message: 0, large: None, waits: false, last_read: Instant::now() };
        let control = Arc::new(GateControl(Mutex::new(begun)));
        let (permits, waited) = (PollSemaphore::new(budget.all()), budget.hits());
        (Self { stream, control: Arc::clone(&control), permits, waited, client: None }, control)
    }

    /// Opens the gate for messages of at most so many bytes, with the turns of the client's token.
    pub(super) fn log_in(&mut self, turns: Arc<Semaphore>, most: usize) {
        self.client = Some(LoggedIn { turns: PollSemaphore::new(turns), turn: None, most });
    }
}

impl AsyncRead for Gate {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let mut progress = this.control.0.lock();
        let read = progress.since_message;
        let most = this.client.as_ref().map_or(MAX_BYTES_BEFORE_LOGIN, |client| client.most);
        if let Some(client) = &mut this.client
            && read >= FREE_BYTES
            && progress.large.is_none()
        {
            let Poll::Ready(place) = client.poll_place(&mut this.permits, cx) else {
                if !std::mem::replace(&mut progress.waits, true) {
                    this.waited.fetch_add(1, Ordering::Relaxed);
                }
                return Poll::Pending;
            };
            let (turn, permit) = place.ok_or_else(|| io::Error::other("stopping"))?;
            progress.last_read = Instant::now();
            progress.large = Some(Large { permit, _turn: turn, since: progress.last_read });
            progress.waits = false;
        }
        let allowed = (most + FRAMING_BYTES).saturating_sub(read);
        if allowed == 0 {
            let when = if this.client.is_some() { "in a message of this client" } else { "before login" };
            return Poll::Ready(Err(io::Error::other(format!("more than {most} bytes {when}"))));
        }
        let room = allowed.min(buffer.remaining());
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
        ready!(Pin::new(&mut this.stream).poll_read(cx, &mut part))?;
        let count = part.filled().len();
        buffer.advance(count);
        progress.since_message += count;
        progress.last_read = Instant::now();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Gate {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
