//! One WebSocket client, from hello to goodbye: reads requests, runs them side by side, writes answers and events.
//!
//! The reader never waits for a picture: requests run in their own tasks, beyond [`MAX_IN_FLIGHT`] of them it answers
//! `busy`, and pictures wait in the engine's bounded queues. So pings are answered whatever is being recognised. It stops
//! reading only when the client does not read its answers (`outbox`), or shares the large messages' budget (`gate`).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Role as Side, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message};
use tokio_util::task::AbortOnDropHandle;

use super::access::{Foothold, Guest, Secret};
use super::gate::{Gate, GateControl, Socket};
use super::goodbye::{self, End};
use super::handlers::errors::{busy, internal};
use super::handlers::{self, Client, Json, TheirClock, convert};
use super::outbox::{Outbox, StateKey};
use super::protocol::{
    self, Auth, AuthAnswer, AuthErrorCode, ErrorCode, Request, RequestBody, Response, Role, WireError, parse,
};
use super::shared::Shared;
use crate::engine::{EventRecord, Events};
use crate::store::StoreError;

/// Requests of one session that run at once, but for pictures that cameras see.
pub(super) const MAX_IN_FLIGHT: usize = 64;
/// Pictures of one session that wait or are looked at: one waits for each camera, the newest, and a home has not so many.
const MAX_OBSERVED: usize = 600;
/// When a client with [`MAX_IN_FLIGHT`] requests may try again.
const RETRY_AFTER_MS: u64 = 200;
/// Every client is pinged this often.
const PING_EVERY: Duration = Duration::from_secs(30);
/// A client of whom nothing came for this long (two pings unanswered) is gone.
const GONE_AFTER: Duration = Duration::from_secs(75);
/// A message may take this long to arrive once it takes part in the large messages' budget.
const LARGE_MESSAGE_WITHIN: Duration = Duration::from_secs(60);
/// A message that holds part of the large messages' budget may pause so long.
const LARGE_PAUSE_AT_MOST: Duration = Duration::from_secs(10);
/// A client that only sets off cameras has nothing longer to say, bytes.
const MAX_TRIGGER_BYTES: usize = 64 * 1024;
/// Room of a message beside the base64 of the largest picture.
const MESSAGE_MARGIN: usize = 64 * 1024;
/// So much waits to be sent, bytes: an answer, and pongs that a client asks for without reading them.
const MAX_UNSENT_BYTES: usize = protocol::MAX_REPLY_BYTES + 256 * 1024;
/// So much is read at once, bytes: what a message's bytes are counted with can have so many of the next one.
const READ_AT_ONCE: usize = 16 * 1024;

/// Largest message with a picture of at most `picture` bytes.
pub(crate) fn max_message_bytes(picture: usize) -> usize {
    picture.div_ceil(3) * 4 + MESSAGE_MARGIN
}

/// Largest message of a client that has logged in, bytes: only who may teach sends photos.
fn largest_message(shared: &Shared, role: Role) -> usize {
    match role {
        Role::Trigger => MAX_TRIGGER_BYTES,
        Role::Push | Role::Read => max_message_bytes(shared.options.limits.max_bytes),
        Role::Admin => max_message_bytes(shared.options.photo_limits.max_bytes),
    }
}

/// Serves one client until it goes; `place` is its place at the door until it has logged in.
#[tracing::instrument(name = "session", skip_all, fields(client, role))]
pub(crate) async fn run(shared: Arc<Shared>, stream: TokioIo<Upgraded>, from: &Guest, place: Foothold) {
    let (gate, control) = Gate::new(stream, &shared.memory().large_messages);
    let most = largest_message(&shared, Role::Admin);
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_AT_ONCE)
        .write_buffer_size(16 * 1024)
        .max_write_buffer_size(MAX_UNSENT_BYTES)
        .max_message_size(Some(most))
        .max_frame_size(Some(most));
    let mut socket = Socket::from_raw_socket(gate, Side::Server, Some(config)).await;
    let patience = shared.options.patience;
    let login = tokio::time::timeout(patience.login, login(&shared, &mut socket, from.peer));
    let outcome = tokio::select! {
        outcome = login => outcome,
        () = async { tokio::select! { () = place.lost() => {}, () = from.place.lost() => {} } } => {
            Ok(Err(End::Refused(CloseCode::Again, "too many connections that have not logged in".to_owned())))
        }
    };
    let (end, mut socket) = match outcome {
        Err(_) => {
            let words = format!("no login within {} s", patience.login.as_secs());
            (End::Refused(CloseCode::Policy, words), socket)
        }
        Ok(Err(end)) => (end, socket),
        Ok(Ok((client, token))) => {
            drop(place);
            from.place.stay();
            let span = tracing::Span::current();
            span.record("client", client.id.as_str()).record("role", tracing::field::debug(client.role));
            match shared.clients.admit(from.peer) {
                None => (End::Refused(CloseCode::Again, "too many clients are connected".to_owned()), socket),
                Some(place) => {
                    place.show(client.token);
                    tracing::info!("client connected");
                    let _ = control.message_read();
                    let most = largest_message(&shared, client.role) + READ_AT_ONCE;
                    let turns = shared.memory().large_messages.of(client.token);
                    socket.get_mut().log_in(turns, most);
                    serve(&shared, Arc::new(client), token, socket, &control, &place).await
                }
            }
        }
    };
    if matches!(end, End::SlowClient) {
        shared.hits.unread_messages.fetch_add(1, Ordering::Relaxed);
    }
    tracing::info!(?end, "client gone");
    let _ = tokio::time::timeout(patience.goodbye, goodbye::say(&mut socket, end)).await;
}

async fn login(shared: &Shared, socket: &mut Socket, peer: IpAddr) -> Result<(Client, Secret), End> {
    send(socket, &shared.hello()).await?;
    let text = loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => break text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => {
                return Err(refuse(socket, AuthErrorCode::Malformed, "the first message is text: auth").await);
            }
            // The gate's word: more than is read before login.
            Some(Err(WsError::Io(error))) if error.kind() == std::io::ErrorKind::Other => {
                return Err(refuse(socket, AuthErrorCode::Malformed, &error.to_string()).await);
            }
            Some(Ok(Message::Close(_) | Message::Frame(_)) | Err(_)) | None => return Err(End::Gone),
        }
    };
    if text.len() > protocol::MAX_BYTES_BEFORE_LOGIN {
        let words = format!("more than {} bytes before login", protocol::MAX_BYTES_BEFORE_LOGIN);
        return Err(refuse(socket, AuthErrorCode::Malformed, &words).await);
    }
    let now = Timestamp::now();
    let Ok(auth) = serde_json::from_str::<Auth>(&text) else {
        // Not the reader's own words: they could quote a token.
        let words = "the first message is {\"type\":\"auth\",\"protocol\":…,\"token\":…,\"client_id\":…,\"now\":…}";
        return Err(refuse(socket, AuthErrorCode::Malformed, words).await);
    };
    if auth.protocol != protocol::VERSION {
        let words = format!("protocol {} is not spoken here, {} is", auth.protocol, protocol::VERSION);
        return Err(refuse(socket, AuthErrorCode::UnsupportedProtocol, &words).await);
    }
    if !handlers::is_client_id(&auth.client_id) {
        let words = "client_id: 1 to 64 letters, digits and - _ . :";
        return Err(refuse(socket, AuthErrorCode::Malformed, words).await);
    }
    let token = Secret::given(&auth.token);
    let Some(known) = shared.find_token(&token).await.map_err(|error| not_stored(&error))? else {
        let wait = shared.memory().failures.failed(peer, Instant::now());
        tokio::time::sleep(wait).await;
        tracing::warn!(%peer, "wrong token");
        return Err(
            refuse(socket, AuthErrorCode::InvalidToken, "this server has no such token, or it has expired").await
        );
    };
    let role = known.role;
    let owns_cameras = shared.claim_client(&auth.client_id, &known).await.map_err(|error| not_stored(&error))?;
    send(socket, &AuthAnswer::AuthOk { role, now }).await?;
    let clock = TheirClock { showed: auth.now, at: Instant::now() };
    Ok((Client { id: auth.client_id, role, token: known.id, owns_cameras, clock }, token))
}

/// The disk, and not the client, is the reason.
fn not_stored(error: &StoreError) -> End {
    tracing::error!(%error, "nobody can log in");
    End::Refused(CloseCode::Error, "storage_failed: the server cannot read its tokens".to_owned())
}

async fn refuse(socket: &mut Socket, code: AuthErrorCode, words: &str) -> End {
    match send(socket, &AuthAnswer::AuthInvalid { code, message: words.to_owned() }).await {
        Ok(()) => End::Refused(CloseCode::Policy, "auth_invalid".to_owned()),
        Err(end) => end,
    }
}

async fn send(socket: &mut Socket, message: &impl Serialize) -> Result<(), End> {
    let text = serde_json::to_string(message).map_err(|_| End::Gone)?;
    socket.send(Message::text(text)).await.map_err(|_| End::Gone)
}

async fn serve(
    shared: &Arc<Shared>,
    client: Arc<Client>,
    token: Secret,
    socket: Socket,
    control: &GateControl,
    place: &Foothold,
) -> (End, Socket) {
    let outbox = Arc::new(Outbox::default());
    let (mut sink, mut stream) = socket.split();
    let mut requests = Requests {
        shared: Arc::clone(shared),
        client,
        token,
        outbox: Arc::clone(&outbox),
        running: JoinSet::new(),
        ids: HashMap::new(),
        events: None,
    };
    let end = tokio::select! {
        end = requests.read(&mut stream, control) => end,
        end = write(&mut sink, &outbox, shared.options.patience.reading) => end,
        () = place.lost() => {
            let words = "too many clients are connected, and most of them use this token";
            End::Refused(CloseCode::Again, words.to_owned())
        }
    };
    drop(requests);
    // Both halves are of this socket.
    let Ok(socket) = stream.reunite(sink) else { unreachable!("halves of one socket") };
    (end, socket)
}

/// Writes what the outbox holds, and pings the client now and then, so that one that only listens is heard, too.
async fn write(sink: &mut SplitSink<Socket, Message>, outbox: &Outbox, patience: Duration) -> End {
    let mut pings = tokio::time::interval(PING_EVERY);
    loop {
        let message = tokio::select! {
            next = outbox.next() => match next {
                Ok(text) => Message::text(text),
                Err(end) => return end,
            },
            _ = pings.tick() => Message::Ping(Bytes::new()),
        };
        let written = tokio::select! {
            written = tokio::time::timeout(patience, sink.send(message)) => written,
            () = outbox.given_up() => return End::SlowClient,
        };
        match written {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::Gone,
            Err(_) => return End::SlowClient,
        }
    }
}

/// A session's reading side and what it has started.
struct Requests {
    shared: Arc<Shared>,
    client: Arc<Client>,
    token: Secret,
    outbox: Arc<Outbox>,
    running: JoinSet<()>,
    ids: HashMap<tokio::task::Id, (u64, Kind)>,
    events: Option<AbortOnDropHandle<()>>,
}

/// What takes part in one bound: many cameras must not keep a list or an enrolment waiting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ping,
    Observed,
    Other,
}

impl Kind {
    fn of(body: &RequestBody) -> Self {
        match body {
            RequestBody::Ping {} => Self::Ping,
            body if body.observes() => Self::Observed,
            _ => Self::Other,
        }
    }

    fn most(self) -> usize {
        match self {
            Self::Ping => usize::MAX,
            Self::Observed => MAX_OBSERVED,
            Self::Other => MAX_IN_FLIGHT,
        }
    }
}

impl Requests {
    async fn read(&mut self, stream: &mut SplitStream<Socket>, control: &GateControl) -> End {
        let stopping = self.shared.stopping.clone();
        let mut checks = tokio::time::interval(Duration::from_secs(5));
        let mut removed = Box::pin(Arc::clone(&self.shared).token_removed(self.token.clone(), self.client.role));
        loop {
            let next = async {
                self.outbox.calm().await;
                stream.next().await
            };
            let ended = tokio::select! {
                () = stopping.cancelled() => Err(End::Stopping),
                message = next => self.message(message, control),
                Some(done) = self.running.join_next_with_id() => self.finished(done),
                _ = checks.tick() => check(control),
                () = &mut removed => {
                    Err(End::Refused(CloseCode::Policy, "auth_invalid: this token was removed or has expired".to_owned()))
                }
            };
            if let Err(end) = ended {
                return end;
            }
        }
    }

    fn message(&mut self, message: Option<Result<Message, WsError>>, control: &GateControl) -> Result<(), End> {
        let message = match message {
            Some(Ok(message)) => message,
            Some(Err(WsError::Capacity(_))) => {
                let most = largest_message(&self.shared, self.client.role);
                return Err(End::Refused(CloseCode::Size, format!("too_large: a message has at most {most} bytes")));
            }
            Some(Err(WsError::Utf8(_))) => {
                return Err(End::Refused(CloseCode::Invalid, "text messages are UTF-8".to_owned()));
            }
            Some(Err(WsError::Protocol(error))) => {
                return Err(End::Refused(CloseCode::Protocol, error.to_string()));
            }
            // The gate's word.
            Some(Err(WsError::Io(error))) if error.kind() == std::io::ErrorKind::Other => {
                return Err(End::Refused(CloseCode::Size, format!("too_large: {error}")));
            }
            Some(Err(_)) | None => return Err(End::Gone),
        };
        match message {
            Message::Text(text) => {
                let large = control.message_read();
                match parse::request(&text, self.client.role) {
                    Ok(request) => self.request(request, large),
                    Err(malformed) => push_error(&self.outbox, malformed.id, malformed.error),
                }
            }
            Message::Binary(_) => {
                let _ = control.message_read();
                let words = "binary messages are reserved; send pictures as base64 in a text message";
                push_error(&self.outbox, None, WireError::new(ErrorCode::InvalidRequest, words))
            }
            // Pings are answered by the WebSocket layer; the answer to a close frame is sent by it, too.
            Message::Ping(payload) | Message::Pong(payload) => {
                control.control_frame_read(payload.len());
                Ok(())
            }
            Message::Frame(_) => Ok(()),
            Message::Close(_) => Err(End::Gone),
        }
    }

    fn request(
        &mut self,
        Request { id, body, roles }: Request,
        large: Option<OwnedSemaphorePermit>,
    ) -> Result<(), End> {
        if !roles.contains(&self.client.role) {
            let words = format!("the role {} may not do this", self.client.role);
            return push_error(&self.outbox, Some(id), WireError::new(ErrorCode::Forbidden, words));
        }
        if let RequestBody::Subscribe { since } = body {
            return self.subscribe(id, since.as_ref());
        }
        let kind = Kind::of(&body);
        if self.ids.values().filter(|(_, other)| *other == kind).count() >= kind.most() {
            self.shared.hits.requests_of_connection.fetch_add(1, Ordering::Relaxed);
            let words = format!("{} requests of this connection are being answered already", kind.most());
            return push_error(&self.outbox, Some(id), busy(words, RETRY_AFTER_MS));
        }
        let (shared, client) = (Arc::clone(&self.shared), Arc::clone(&self.client));
        let mut answer = Box::pin(async move { handlers::handle(&shared, &client, body, large).await });
        // The first step is done here, in the order of arrival: it puts a picture into the engine's queue, where the newest
        // one of a camera wins, and what needs no waiting is answered at once.
        if let Some(outcome) = answer.as_mut().now_or_never() {
            return push(&self.outbox, id, outcome);
        }
        let outbox = Arc::clone(&self.outbox);
        let task = self.running.spawn(async move {
            // A client too slow is noticed by the writer.
            let _ = push(&outbox, id, answer.await);
        });
        self.ids.insert(task.id(), (id, kind));
        Ok(())
    }

    fn subscribe(&mut self, id: u64, since: Option<&protocol::requests::Since>) -> Result<(), End> {
        let (answer, subscription) = match handlers::subscribed(&self.shared, since) {
            Ok(begun) => begun,
            Err(error) => return push_error(&self.outbox, Some(id), error),
        };
        // A second subscription takes the first one's place.
        self.events = None;
        push(&self.outbox, id, Ok(answer))?;
        for missed in subscription.missed.iter().flatten() {
            push_event(&self.outbox, &subscription.run, missed, true)?;
        }
        let forward = forward(Arc::clone(&self.outbox), subscription.run, subscription.events);
        self.events = Some(AbortOnDropHandle::new(tokio::spawn(forward)));
        Ok(())
    }

    /// Notes that a request is done; one that panicked is answered here.
    fn finished(&mut self, done: Result<(tokio::task::Id, ()), tokio::task::JoinError>) -> Result<(), End> {
        match done {
            Ok((task, ())) => {
                self.ids.remove(&task);
                Ok(())
            }
            Err(failed) => {
                let id = self.ids.remove(&failed.id()).map(|(id, _)| id);
                push_error(&self.outbox, id, internal("a request's task failed"))
            }
        }
    }
}

fn check(control: &GateControl) -> Result<(), End> {
    let silent = control.last_read().elapsed();
    // Who waits for the budget is not silent, but not heard.
    if silent > GONE_AFTER && !control.waits() {
        return Err(End::Silent);
    }
    let Some(since) = control.large_since() else { return Ok(()) };
    if since.elapsed() > LARGE_MESSAGE_WITHIN || silent > LARGE_PAUSE_AT_MOST {
        let (whole, pause) = (LARGE_MESSAGE_WITHIN.as_secs(), LARGE_PAUSE_AT_MOST.as_secs());
        let words = format!("a large message took longer than {whole} s, or paused for more than {pause} s");
        return Err(End::Refused(CloseCode::Policy, words));
    }
    Ok(())
}

/// Puts a request's answer into the outbox; one that is too large becomes an error.
fn push(outbox: &Outbox, id: u64, outcome: Result<Json, WireError>) -> Result<(), End> {
    match outcome.and_then(|json| handlers::within_limit(id, json.into_response(id))) {
        Ok(text) => outbox.push(None, text),
        Err(error) => push_error(outbox, Some(id), error),
    }
}

fn push_error(outbox: &Outbox, id: Option<u64>, error: WireError) -> Result<(), End> {
    push_message(outbox, None, &Response { id, success: false, result: None, error: Some(error) })
}

fn push_event(outbox: &Outbox, run: &str, record: &EventRecord, replayed: bool) -> Result<(), End> {
    let (key, message) = convert::event(run, record, replayed);
    push_message(outbox, key, &message)
}

fn push_message(outbox: &Outbox, key: Option<StateKey>, message: &impl Serialize) -> Result<(), End> {
    match serde_json::to_string(message) {
        Ok(text) => outbox.push(key, text),
        Err(error) => {
            tracing::error!(%error, "an error or an event cannot be written");
            Ok(())
        }
    }
}

/// Hands on events until the session ends; one that cannot follow is closed and gets the full state when it returns.
async fn forward(outbox: Arc<Outbox>, run: String, mut events: Events) {
    loop {
        match events.recv().await {
            Ok(record) => {
                if push_event(&outbox, &run, &record, false).is_err() {
                    return;
                }
            }
            Err(broadcast::error::RecvError::Lagged(_)) => return outbox.give_up(),
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}
