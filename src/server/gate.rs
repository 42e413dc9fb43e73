//! A connection → the same connection, read no further than its client may make us read.
//!
//! Before login a client can make the server read [`MAX_BYTES_BEFORE_LOGIN`] and no more, after it as much as its role may
//! need. A message beyond [`FREE_BYTES`] waits for its token's turn and for one of a few permits shared by all sessions, so
//! that large messages together stay within a budget whatever their number, and no token holds all of it. Used by `session`
//! under the WebSocket; must not know messages.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::PollSemaphore;

use super::protocol::MAX_BYTES_BEFORE_LOGIN;

/// Bytes of one message that need no permit: pictures of a usual camera in base64.
pub(super) const FREE_BYTES: usize = 2 * 1024 * 1024;
/// Messages beyond [`FREE_BYTES`] that are received at once, over all sessions; of one token, one.
const LARGE_MESSAGES: usize = 3;
/// Room before login for frame headers, a WebSocket ping or two, beside the message itself.
const FRAMING_BYTES: usize = 256;
/// A client's control frame beside its payload (RFC 6455: two bytes and the mask).
const CONTROL_HEADER_BYTES: usize = 6;

/// The budget of large messages: shared by all sessions, and of each token only a part.
#[derive(Debug)]
pub(super) struct LargeMessages {
    all: Arc<Semaphore>,
    of_token: Mutex<HashMap<i64, Weak<Semaphore>>>,
}

impl Default for LargeMessages {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(LARGE_MESSAGES)), of_token: Mutex::default() }
    }
}

impl LargeMessages {
    fn of(&self, token: i64) -> Arc<Semaphore> {
        let mut of_token = self.of_token.lock();
        of_token.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = of_token.get(&token).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(Semaphore::new(1));
        of_token.insert(token, Arc::downgrade(&turn));
        turn
    }
}

/// What a session tells its gate, and asks it.
#[derive(Debug)]
pub(super) struct GateControl {
    since_message: AtomicUsize,
    large: Mutex<Option<Large>>,
    waits: AtomicBool,
    last_read: Mutex<Instant>,
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
    #[must_use]
    pub(super) fn message_read(&self) -> Option<OwnedSemaphorePermit> {
        self.since_message.store(0, Ordering::Relaxed);
        self.large.lock().take().map(|large| large.permit)
    }

    /// A ping or pong is no part of a message: its bytes do not count.
    pub(super) fn control_frame_read(&self, payload: usize) {
        let bytes = payload + CONTROL_HEADER_BYTES;
        let _ =
            self.since_message.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| Some(n.saturating_sub(bytes)));
    }

    /// When the last bytes came.
    #[must_use]
    pub(super) fn last_read(&self) -> Instant {
        *self.last_read.lock()
    }

    /// Whether the client's bytes are left unread because the budget is used up, which is not its fault.
    #[must_use]
    pub(super) fn waits(&self) -> bool {
        self.waits.load(Ordering::Relaxed)
    }

    /// Since when a large message holds its permit.
    #[must_use]
    pub(super) fn large_since(&self) -> Option<Instant> {
        self.large.lock().as_ref().map(|large| large.since)
    }
}

/// The connection behind its gate.
#[derive(Debug)]
pub(super) struct Gate<S> {
    stream: S,
    control: Arc<GateControl>,
    permits: PollSemaphore,
    client: Option<LoggedIn>,
}

#[derive(Debug)]
struct LoggedIn {
    turns: PollSemaphore,
    turn: Option<OwnedSemaphorePermit>,
    most: usize,
}

impl<S> Gate<S> {
    /// Closed (before login) at first.
    pub(super) fn new(stream: S, budget: &LargeMessages) -> (Self, Arc<GateControl>) {
        let control = Arc::new(GateControl {
            since_message: AtomicUsize::new(0),
            large: Mutex::new(None),
            waits: AtomicBool::new(false),
            last_read: Mutex::new(Instant::now()),
        });
        let permits = PollSemaphore::new(Arc::clone(&budget.all));
        (Self { stream, control: Arc::clone(&control), permits, client: None }, control)
    }

    /// Opens the gate for messages of at most so many bytes.
    pub(super) fn log_in(&mut self, budget: &LargeMessages, token: i64, most: usize) {
        self.client = Some(LoggedIn { turns: PollSemaphore::new(budget.of(token)), turn: None, most });
    }

    /// The connection itself, to drain what a refused client still sends.
    pub(super) fn stream_mut(&mut self) -> &mut S {
        &mut self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let read = this.control.since_message.load(Ordering::Relaxed);
        let most = this.client.as_ref().map_or(MAX_BYTES_BEFORE_LOGIN, |client| client.most);
        if let Some(client) = &mut this.client
            && read >= FREE_BYTES
            && this.control.large_since().is_none()
        {
            this.control.waits.store(true, Ordering::Relaxed);
            let stopping = || io::Error::other("stopping");
            if client.turn.is_none() {
                client.turn = Some(ready!(client.turns.poll_acquire(cx)).ok_or_else(stopping)?);
            }
            let permit = ready!(this.permits.poll_acquire(cx)).ok_or_else(stopping)?;
            let now = Instant::now();
            if let Some(turn) = client.turn.take() {
                let large = Some(Large { permit, _turn: turn, since: now });
                *this.control.large.lock() = large;
            }
            *this.control.last_read.lock() = now;
            this.control.waits.store(false, Ordering::Relaxed);
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
        this.control.since_message.fetch_add(count, Ordering::Relaxed);
        *this.control.last_read.lock() = Instant::now();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gate<S> {
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
