//! A server for one test, and clients of it.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_server::engine::{self, Engine};
use face_server::server::protocol::{ModelInfo, Role};
use face_server::server::{self, Announce, Options, Patience, PlainText, Running};
use face_server::store::{self, Database, Faces, Opening};
use face_server::vision::{Pack, Vision};
use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::time_limit::TimeLimit;

/// No answer takes this long; a test that waits longer has found a fault.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"))
}

pub(crate) static VISION: LazyLock<Arc<Vision>> =
    LazyLock::new(|| Arc::new(Vision::load(&Pack::embedded().expect("the built-in pack")).expect("its networks")));

pub(crate) fn picture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// The same person a moment later, from further away and in less light: truly another picture.
pub(crate) fn later_picture(name: &str) -> Vec<u8> {
    let taken = image::load_from_memory(&picture(name)).expect(name);
    let further = taken.resize(taken.width() / 4, taken.height() / 4, image::imageops::FilterType::Triangle);
    let mut bytes = std::io::Cursor::new(Vec::new());
    further.brighten(-40).write_to(&mut bytes, image::ImageFormat::Jpeg).expect("encoded");
    bytes.into_inner()
}

pub(crate) fn data(name: &str) -> Value {
    json!({"data": STANDARD.encode(picture(name))})
}

/// A picture that takes far longer to look at than to send: whatever is sent after it finds a worker busy.
pub(crate) fn heavy() -> Value {
    let wall = image::GrayImage::from_pixel(3000, 3000, image::Luma([120]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    wall.write_to(&mut bytes, image::ImageFormat::Png).expect("encoded");
    json!({"data": STANDARD.encode(bytes.into_inner())})
}

pub(crate) const OBAMA: &str = "tests/pictures/barack_obama_2010.jpg";
pub(crate) const OBAMA_PORTRAIT: &str = "faces/Barack Obama/2012-12-06 portrait.jpg";
pub(crate) const BIDEN: &str = "tests/pictures/joe_biden_2010.jpg";
pub(crate) const TWO: &str = "tests/pictures/two_people.jpg";
pub(crate) const NOBODY: &str = "tests/pictures/nobody.jpg";

/// How a test's server differs from the usual one.
pub(crate) struct Plan {
    pub(crate) options: Options,
    pub(crate) engine: engine::Options,
}

impl Default for Plan {
    fn default() -> Self {
        let engine = engine::Options { workers: 2, ..engine::Options::default() };
        let options = Options {
            listen: [127, 0, 0, 1].into(),
            port: 0,
            limits: engine.vision.limits,
            photo_limits: engine.photo_limits,
            model: ModelInfo { name: "yunet-sface".into(), hash: "0123456789abcdef".into(), embedding_length: 128 },
            cameras: std::collections::BTreeMap::new(),
            announce: Announce::Never,
            tls: None,
            plain: PlainText::FromThisMachine,
            patience: Patience::default(),
        };
        Self { options, engine }
    }
}

impl Plan {
    pub(crate) fn camera(mut self, name: &str, source: server::fetch::Source) -> Self {
        self.options.cameras.insert(name.to_owned(), source);
        self.engine.cameras.push(engine::CameraSettings {
            id: engine::CameraId(name.to_owned()),
            name: name.to_owned(),
            area: None,
            counts_as_home: true,
            presence_timeout_s: None,
            min_face_px: None,
            ignored_areas: Vec::new(),
            rotate: face_server::vision::Rotation::None,
        });
        self
    }
}

pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) engine: Engine,
    pub(crate) running: Running,
    tokens: [(Role, String); 4],
    _limit: TimeLimit,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Plan::default()).await
    }

    #[expect(clippy::unused_async, reason = "a server starts within a runtime")]
    pub(crate) async fn with(plan: Plan) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let faces = Faces::open(&folder.path().join("faces"), Opening::Sole);
        let database = Database::open(&folder.path().join("data"), Opening::Sole).expect("database");
        let tokens = [
            (Role::Trigger, store::Role::Trigger),
            (Role::Push, store::Role::Push),
            (Role::Read, store::Role::Read),
            (Role::Admin, store::Role::Admin),
        ]
        .map(|(role, stored)| {
            (role, database.create_token(&stored.to_string(), stored, None, Timestamp::now()).expect("a token"))
        });
        let engine = Engine::start(plan.engine, Arc::clone(&VISION), faces, database).expect("an engine");
        let running = server::start(plan.options, engine.clone()).expect("a server");
        Self { folder, engine, running, tokens, _limit: TimeLimit::begin() }
    }

    pub(crate) fn token(&self, role: Role) -> &str {
        &self.tokens.iter().find(|(of, _)| *of == role).expect("every role has one").1
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address())
    }

    /// Connected, and nothing said yet.
    pub(crate) async fn connect(&self) -> Client {
        let address = format!("ws://{}/v1/ws", self.running.address());
        let (socket, _) = tokio_tungstenite::connect_async(address).await.expect("a WebSocket");
        Client { socket, last_id: 0 }
    }

    /// Logged in.
    pub(crate) async fn client(&self, role: Role) -> Client {
        self.logged_in(&self.auth(role, Timestamp::now())).await
    }

    async fn logged_in(&self, auth: &Value) -> Client {
        let mut client = self.connect().await;
        assert_eq!(client.next().await["type"], "hello");
        client.send(auth).await;
        let answer = client.next().await;
        assert_eq!(answer["type"], "auth_ok", "{answer}");
        client
    }

    /// Whoever pushes is the client `test`, others have names of their own.
    pub(crate) fn auth(&self, role: Role, now: Timestamp) -> Value {
        let client_id = if role == Role::Push { "test".to_owned() } else { format!("test-{role:?}") };
        json!({"type": "auth", "protocol": 1, "token": self.token(role), "client_id": client_id, "now": now.to_string()})
    }

    /// Logged in under a name.
    pub(crate) async fn client_named(&self, role: Role, client_id: &str) -> Client {
        let mut auth = self.auth(role, Timestamp::now());
        auth["client_id"] = client_id.into();
        self.logged_in(&auth).await
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
        self.engine.stop();
    }
}

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
}

impl Client {
    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("is sent");
    }

    /// Sends a request and returns its id, without waiting.
    pub(crate) async fn ask(&mut self, kind: &str, fields: Value) -> u64 {
        self.last_id += 1;
        let mut request = fields;
        request["id"] = self.last_id.into();
        request["type"] = kind.into();
        self.send(&request).await;
        self.last_id
    }

    /// The next message, or how the connection was closed.
    pub(crate) async fn next_or_close(&mut self) -> Result<Value, Option<CloseFrame>> {
        within("a message", self.read()).await
    }

    async fn read(&mut self) -> Result<Value, Option<CloseFrame>> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(frame))) => return Err(frame),
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("the connection broke: {error}"),
                None => return Err(None),
            }
        }
    }

    pub(crate) async fn next(&mut self) -> Value {
        self.next_or_close().await.expect("a message, not the end")
    }

    /// The next message that is wanted; others are dropped.
    async fn wanted(&mut self, what: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let wanted = async {
            loop {
                let message = self.read().await.expect("a message, not the end");
                if is_wanted(&message) {
                    return message;
                }
            }
        };
        within(what, wanted).await
    }

    /// The close frame, whatever comes before it.
    pub(crate) async fn closed(&mut self) -> CloseFrame {
        let end = async {
            loop {
                if let Err(frame) = self.read().await {
                    return frame.expect("a reason");
                }
            }
        };
        within("the end of the connection", end).await
    }

    /// The answer to one request; events before it are dropped.
    pub(crate) async fn call(&mut self, kind: &str, fields: Value) -> Value {
        let id = self.ask(kind, fields).await;
        let answer = self.wanted(kind, |message| message["type"] == "result").await;
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    pub(crate) async fn result(&mut self, kind: &str, fields: Value) -> Value {
        let mut answer = self.call(kind, fields).await;
        assert_eq!(answer["success"], true, "{answer}");
        answer["result"].take()
    }

    pub(crate) async fn error(&mut self, kind: &str, fields: Value) -> Value {
        let mut answer = self.call(kind, fields).await;
        assert_eq!(answer["success"], false, "{answer}");
        answer["error"].take()
    }

    /// The next event of a kind; others are dropped.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        self.wanted(kind, |message| message["type"] == "event" && message["event"]["kind"] == kind).await
    }
}

pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

pub(crate) fn now() -> String {
    Timestamp::now().to_string()
}
