//! How a session ended → the close frame that says so, and the end of the connection.
//! Called by `session`; must not know requests.

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::gate::Socket;

#[derive(Debug, PartialEq)]
pub(super) enum End {
    /// The client closed, or the network did.
    Gone,
    Silent,
    /// The client does not read fast enough.
    SlowClient,
    Refused(CloseCode, String),
    Stopping,
}

impl End {
    fn close_frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone | Self::Silent => return None,
            Self::SlowClient => (CloseCode::Policy, "slow_client: answers and events were not read in time".into()),
            Self::Refused(code, reason) => (code, reason.into()),
            Self::Stopping => (CloseCode::Away, "shutting_down: the server is stopping".into()),
        };
        Some(CloseFrame { code, reason })
    }
}

/// Sends the close frame and ends the connection's own half first, as RFC 6455 7.1.1 wants of a server. Then reads on until
/// the client has closed: a connection closed with unread bytes is reset, and the reason lost.
pub(super) async fn say(socket: &mut Socket, end: End) {
    let Some(frame) = end.close_frame() else {
        // The answer to the client's own close frame may still wait.
        let _ = socket.flush().await;
        return;
    };
    if socket.close(Some(frame)).await.is_err() {
        return;
    }
    let stream = &mut socket.get_mut().stream;
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut void = [0_u8; 8192];
    while let Ok(1..) = stream.read(&mut void).await {}
}
