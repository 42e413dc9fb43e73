//! A connection → the same connection, read no further than its client may make us read.
//!
//! Before login a client can make the server read [`MAX_BYTES_BEFORE_LOGIN`] and no more. After it, a message beyond
//! [`FREE_BYTES`] waits for one of a few permits shared by all sessions, so that large messages together stay within a
//! budget whatever their number. Used by `session` under the WebSocket; must not know messages.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::PollSemaphore;

use super::protocol::MAX_BYTES_BEFORE_LOGIN;

/// Bytes of one message that need no permit: pictures of a usual camera in base64.
pub(super) const FREE_BYTES: usize = 2 * 1024 * 1024;
/// Messages beyond [`FREE_BYTES`] that are received at once, over all sessions.
pub(super) const LARGE_MESSAGES: usize = 2;
/// Room before login for frame headers, a WebSocket ping or two, beside the message itself.
const FRAMING_BYTES: usize = 256;
/// A client's control frame beside its payload (RFC 6455: two bytes and the mask).
const CONTROL_HEADER_BYTES: usize = 6;

/// What a session tells its gate, and asks it.
#[derive(Debug)]
pub(super) struct GateControl {
    logged_in: AtomicBool,
    since_message: AtomicUsize,
    large: Mutex<Option<Large>>,
    last_read: Mutex<Instant>,
}

#[derive(Debug)]
struct Large {
    permit: OwnedSemaphorePermit,
    since: Instant,
}

impl GateControl {
    /// Lifts the limit before login.
    pub(super) fn open(&self) {
        self.logged_in.store(true, Ordering::Relaxed);
    }

    /// A message is complete: the next one counts from zero. The permit of a large one is handed over, to be kept until
    /// the message's bytes are freed.
    #[must_use]
    pub(super) fn message_read(&self) -> Option<OwnedSemaphorePermit> {
        self.since_message.store(0, Ordering::Relaxed);
        self.large.lock().unwrap_or_else(PoisonError::into_inner).take().map(|large| large.permit)
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
        *self.last_read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when a large message holds its permit.
    #[must_use]
    pub(super) fn large_since(&self) -> Option<Instant> {
        self.large.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|large| large.since)
    }
}

/// The connection behind its gate.
#[derive(Debug)]
pub(super) struct Gate<S> {
    stream: S,
    control: Arc<GateControl>,
    permits: PollSemaphore,
}

impl<S> Gate<S> {
    /// Closed (before login) at first; `permits` is shared by all sessions.
    pub(super) fn new(stream: S, permits: Arc<Semaphore>) -> (Self, Arc<GateControl>) {
        let control = Arc::new(GateControl {
            logged_in: AtomicBool::new(false),
            since_message: AtomicUsize::new(0),
            large: Mutex::new(None),
            last_read: Mutex::new(Instant::now()),
        });
        (Self { stream, control: Arc::clone(&control), permits: PollSemaphore::new(permits) }, control)
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
        let logged_in = this.control.logged_in.load(Ordering::Relaxed);
        let allowed = if logged_in {
            if read >= FREE_BYTES && this.control.large_since().is_none() {
                let permit = ready!(this.permits.poll_acquire(cx)).ok_or_else(|| io::Error::other("stopping"))?;
                let large = Some(Large { permit, since: Instant::now() });
                *this.control.large.lock().unwrap_or_else(PoisonError::into_inner) = large;
            }
            buffer.remaining()
        } else {
            (MAX_BYTES_BEFORE_LOGIN + FRAMING_BYTES).saturating_sub(read)
        };
        if allowed == 0 {
            let limit = format!("more than {MAX_BYTES_BEFORE_LOGIN} bytes before login");
            return Poll::Ready(Err(io::Error::other(limit)));
        }
        let room = allowed.min(buffer.remaining());
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
        ready!(Pin::new(&mut this.stream).poll_read(cx, &mut part))?;
        let count = part.filled().len();
        buffer.advance(count);
        this.control.since_message.fetch_add(count, Ordering::Relaxed);
        *this.control.last_read.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
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
