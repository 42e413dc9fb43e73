//! All photos as one file, given and taken as a stream: between the connection and the engine's blocking threads only a few
//! pieces wait, however large the file is.

use std::io::{self, BufWriter, Read, Write};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::Answer;
use super::door::Caller;
use crate::server::budget::Turn;
use crate::server::handlers::errors::{busy, internal};
use crate::server::protocol::WireError;

/// Pieces that wait, and their size.
const PIECES: usize = 4;
const PIECE_BYTES: usize = 64 * 1024;
/// A file that arrives may pause this long.
const PAUSE_AT_MOST: Duration = Duration::from_secs(30);

pub(super) async fn export(Extension(caller): Extension<Caller>) -> Answer {
    let turn = turn(&caller)?;
    let export = caller.shared.engine.export().await?;
    let (sender, receiver) = channel(PIECES);
    let write = move || {
        let _turn = turn;
        let outgoing = BufWriter::with_capacity(PIECE_BYTES, Outgoing(sender.clone()));
        if let Err(error) = export.write(outgoing) {
            tracing::warn!(%error, "the export of the library broke off");
            // Whoever receives it must not take it for whole.
            let _ = sender.blocking_send(Err(io::Error::other("the export broke off")));
        }
    };
    drop(tokio::task::spawn_blocking(write));
    let pieces = futures_util::stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|piece: io::Result<Bytes>| (piece, receiver))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let name = format!("attachment; filename=face-library-{}.tar", Timestamp::now().strftime("%Y-%m-%d"));
    let name = HeaderValue::try_from(name).map_err(|error| internal(&error.to_string()))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

pub(super) async fn import(Extension(caller): Extension<Caller>, body: Body) -> Answer {
    let _turn = turn(&caller)?;
    let (sender, receiver) = channel(PIECES);
    let incoming = Incoming { receiver, piece: Bytes::new() };
    let (imported, ()) = tokio::join!(caller.shared.engine.import(incoming), forward(body, sender));
    Ok(Json(imported?).into_response())
}

/// One at a time.
fn turn(caller: &Caller) -> Result<Turn, WireError> {
    let turn = caller.shared.memory().libraries.take(caller.token);
    turn.ok_or_else(|| busy("a library is being exported or imported already", 5_000))
}

/// Passes on what arrives, until it ends or nobody wants more.
async fn forward(body: Body, to: Sender<io::Result<Bytes>>) {
    let mut pieces = body.into_data_stream();
    loop {
        let piece = match tokio::time::timeout(PAUSE_AT_MOST, pieces.next()).await {
            Ok(None) => return,
            Ok(Some(Ok(piece))) => Ok(piece),
            Ok(Some(Err(_))) => Err(io::Error::other("it did not arrive whole")),
            Err(_) => {
                let words = format!("it paused on its way for more than {} s", PAUSE_AT_MOST.as_secs());
                Err(io::Error::other(words))
            }
        };
        let over = piece.is_err();
        if to.send(piece).await.is_err() || over {
            return;
        }
    }
}

struct Outgoing(Sender<io::Result<Bytes>>);

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = &bytes[..bytes.len().min(PIECE_BYTES)];
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(piece))).map_err(gone)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Incoming {
    receiver: Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Read for Incoming {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.piece = piece?,
            }
        }
        let length = into.len().min(self.piece.len());
        into[..length].copy_from_slice(&self.piece.split_to(length));
        Ok(length)
    }
}
