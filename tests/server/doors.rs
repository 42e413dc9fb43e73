//! Doors that people and browsers stand before: logins, pages of other origins, uploads as other systems take them, and one
//! client's stubbornness that must not be another's trouble.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use face_server::server::Patience;
use face_server::server::fetch::{Certificates, NamedBy, Source, WebSource};
use face_server::server::protocol::Role;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;

use crate::common::{BIDEN, Client, House, NOBODY, OBAMA_PORTRAIT, Plan, data, heavy, http, now, picture};

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

async fn json_of(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.expect("bytes")).expect("JSON"))
}

async fn house_with_camera() -> House {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(NOBODY);
    House::with(Plan::default().camera("hall", Source::File(file))).await
}

/// What `curl -F` sends.
fn form(field: &str, file_name: Option<&str>, bytes: &[u8]) -> (String, Vec<u8>) {
    let name = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n\
         --x\r\nContent-Disposition: form-data; name=\"{field}\"{name}\r\nContent-Type: image/jpeg\r\n\r\n"
    );
    ("multipart/form-data; boundary=x".to_owned(), [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_logs_in_to_see_and_never_to_change() {
    let house = house_with_camera().await;
    let client = http();
    let see = ["/recognize", "/cameras", "/metrics"];
    let change = ["/add-face/Joe?camera=hall", "/motion-detected?camera=hall"];
    for path in see {
        let asked = client.get(house.url(path)).send().await.expect("an answer");
        let ways: Vec<_> =
            asked.headers().get_all("www-authenticate").iter().map(|v| v.to_str().expect("text")).collect();
        assert!(asked.status() == 401 && ways.iter().any(|way| way.starts_with("Basic ")), "{path}: {ways:?}");
        let login = |token: &str| client.get(house.url(path)).basic_auth("anybody", Some(token));
        assert_eq!(status(login(house.token(Role::Admin))).await, 200, "{path}");
        assert_eq!(status(login(house.token(Role::Trigger))).await, 403, "{path}");
        assert_eq!(status(login("wrong")).await, 401, "{path}");
    }
    for path in change {
        let asked = client.get(house.url(path)).send().await.expect("an answer");
        let ways: Vec<_> =
            asked.headers().get_all("www-authenticate").iter().map(|v| v.to_str().expect("text")).collect();
        assert!(asked.status() == 401 && ways == ["Bearer"], "{path}: {ways:?}");
        let (status, error) =
            json_of(client.get(house.url(path)).basic_auth("a", Some(house.token(Role::Admin)))).await;
        assert!(status == 403 && error["message"].as_str().is_some_and(|w| w.contains("Bearer")), "{path}: {error}");
    }
    assert!(house.engine.people().is_empty());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_address_opened_in_a_browser_is_a_page() {
    let house = House::new().await;
    let page = http().get(house.url("/")).send().await.expect("an answer");
    assert!(page.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
    assert!(page.headers()["content-security-policy"].to_str().is_ok_and(|p| p.contains("frame-ancestors 'none'")));
    let text = page.text().await.expect("text");
    for part in [env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_REPOSITORY"), "href=\"/cameras\"", "face-server pair"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cameras_name_is_no_markup_on_the_page() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(NOBODY);
    let house = House::with(Plan::default().camera("<script>alert(1)</script>", Source::File(file))).await;
    let page = http().get(house.url("/cameras")).basic_auth("", Some(house.token(Role::Read))).send().await;
    let text = page.expect("an answer").text().await.expect("text");
    assert!(text.contains("&lt;script&gt;") && !text.contains("<script"), "{text}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_get_nothing() {
    let house = house_with_camera().await;
    let client = http();
    let get = |path: &str| client.get(house.url(path)).bearer_auth(house.token(Role::Admin));
    let here = house.url("");
    for (name, value, expected) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", here.as_str(), 200),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 200),
    ] {
        assert_eq!(status(get("/recognize").header(name, value)).await, expected, "{name}: {value}");
    }
    // A name of somebody else's that points into the home.
    let rebound = |agent: &str| get("/recognize").header("host", "evil.example:8765").header("user-agent", agent);
    assert_eq!(status(rebound("Mozilla/5.0 (X11; Linux x86_64)")).await, 403);
    assert_eq!(status(rebound("curl/8.5.0")).await, 200);
    let address = house.running.address();
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
    let request = format!("GET /v1/ws HTTP/1.1\r\nHost: {address}\r\n{upgrade}\r\nOrigin: http://evil.example\r\n\r\n");
    socket.write_all(request.as_bytes()).await.expect("is sent");
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 403");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_browser_keeps_a_picture() {
    let house = house_with_camera().await;
    let picture = http().get(house.url("/recognize")).basic_auth("", Some(house.token(Role::Read))).send().await;
    let picture = picture.expect("an answer");
    for (name, value) in
        [("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY")]
    {
        assert_eq!(picture.headers()[name], value);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_comes_as_its_bytes_or_in_a_form() {
    let house = House::new().await;
    let client = http();
    let post = |path: &str| {
        client.post(house.url(path)).bearer_auth(house.token(Role::Admin)).header("accept", "application/json")
    };
    let photo = picture(OBAMA_PORTRAIT);
    for field in ["file", "image", "anything"] {
        let (kind, body) = form(field, Some("photo.jpg"), &photo);
        let (status, found) = json_of(post("/recognize").header("content-type", kind).body(body)).await;
        assert!(status == 200 && found["faces"].as_array().is_some_and(|f| f.len() == 1), "{field}: {found}");
    }
    let (kind, body) = form("file", Some("photo.jpg"), &photo);
    assert_eq!(json_of(post("/add-face/Barack%20Obama").header("content-type", kind).body(body)).await.0, 200);
    let urlencoded = post("/recognize").header("content-type", "application/x-www-form-urlencoded").body(photo.clone());
    assert_eq!(status(urlencoded).await, 200, "curl --data-binary");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_instead_of_a_photo_is_named_with_how_to_send_one() {
    let house = House::new().await;
    let client = http();
    let post = || client.post(house.url("/recognize")).bearer_auth(house.token(Role::Read));
    let photo = picture(OBAMA_PORTRAIT);
    let stripped: Vec<u8> = photo.iter().copied().filter(|byte| !b"\0\r\n".contains(byte)).collect();
    let (form_kind, without_file) = form("file", None, b"photo.jpg");
    for (kind, body, word) in [
        ("", Vec::new(), "no picture"),
        ("", base64::engine::general_purpose::STANDARD.encode(&photo).into_bytes(), "base64"),
        ("application/json", b"{\"image\": \"\"}".to_vec(), "JSON"),
        ("application/x-www-form-urlencoded", stripped, "curl -d"),
        (form_kind.as_str(), without_file, "no file"),
        ("multipart/form-data", photo.clone(), "form"),
        ("multipart/form-data; boundary=y", photo.clone(), "form"),
    ] {
        let (status, error) = json_of(post().header("content-type", kind).body(body)).await;
        let words = error["message"].as_str().expect("words");
        assert!(status == 400 && words.contains(word) && words.contains("curl -F file=@"), "{kind}: {error}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_as_limited_as_a_photo() {
    let mut plan = Plan::default();
    plan.options.limits.max_bytes = 10_000;
    let house = House::with(plan).await;
    for size in [10_001, 1_000_000] {
        let (kind, body) = form("file", Some("a.jpg"), &vec![7; size]);
        let post = http().post(house.url("/recognize")).bearer_auth(house.token(Role::Read));
        let (status, error) = json_of(post.header("content-type", kind).body(body)).await;
        assert_eq!((status, &error["code"]), (413, &json!("too_large")), "{size}");
    }
    house.stop().await;
}

/// The head of an upload whose body never comes.
async fn half_an_upload(house: &House, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(house.running.address()).await.expect("a connection");
    let head = format!(
        "POST /recognize HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000000\r\n\r\n\u{7}"
    );
    stream.write_all(head.as_bytes()).await.expect("is sent");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_never_end_are_trouble_for_their_own_token_only() {
    let house = House::new().await;
    let mut uploads = Vec::new();
    for _ in 0..8 {
        uploads.push(half_an_upload(&house, house.token(Role::Read)).await);
    }
    // Those that found no place are answered, the others wait for the rest of their pictures.
    let answers = uploads.iter_mut().map(|upload| {
        Box::pin(async move {
            let mut answer = [0; 12];
            upload.read_exact(&mut answer).await.map(|_| answer)
        })
    });
    let (first, _, _) = futures_util::future::select_all(answers).await;
    assert_eq!(&first.expect("an answer"), b"HTTP/1.1 503");
    let other = http().post(house.url("/recognize")).bearer_auth(house.token(Role::Push)).body(picture(NOBODY));
    assert_eq!(status(other).await, 200);
    drop(uploads);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_never_read_or_never_speak_keep_nobody_out() {
    let mut plan = Plan::default();
    plan.options.patience = Patience { reading: Duration::from_secs(3600), ..Patience::default() };
    let house = House::with(plan).await;
    let address = house.running.address();
    let asks = "GET /v1/schema.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200);
    let mut stuck = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        if number % 2 == 0 {
            let _ = stream.try_write(asks.as_bytes());
        } else {
            let _ = stream.write_all(b"GET / HTT").await;
        }
        stuck.push(stream);
    }
    let health = tokio::time::timeout(Duration::from_secs(20), status(http().get(house.url("/healthz")))).await;
    assert_eq!(health.expect("in time"), 200);
    let client = tokio::time::timeout(Duration::from_secs(20), house.client(Role::Admin)).await;
    client.expect("in time").result("ping", json!({})).await;
    drop(stuck);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_never_read_ends_its_connection() {
    let mut plan = Plan::default();
    plan.options.patience = Patience { reading: Duration::from_millis(300), ..Patience::default() };
    let house = House::with(plan).await;
    let mut stream = TcpStream::connect(house.running.address()).await.expect("a connection");
    let asks = "GET /v1/schema.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2000);
    // The server stops reading when it cannot write; and then gives up, which breaks the writing off.
    let broken = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            if stream.write_all(asks.as_bytes()).await.is_err() {
                return;
            }
        }
    });
    broken.await.expect("the connection ends");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_websockets_keep_nobody_from_logging_in() {
    let house = House::new().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(house.connect().await);
    }
    let client = tokio::time::timeout(Duration::from_secs(20), house.client(Role::Admin)).await;
    client.expect("in time").result("ping", json!({})).await;
    drop(silent);
    house.stop().await;
}

/// The beginning of a text message of `whole` bytes of which the rest never comes.
async fn begin_a_message(client: &mut Client, whole: u64, begun: usize) {
    let MaybeTlsStream::Plain(stream) = client.socket.get_mut() else { panic!("plain text") };
    // Text, masked by zeros, which change nothing.
    let head = [&[0x81, 0xFF][..], &whole.to_be_bytes(), &[0; 4]].concat();
    stream.write_all(&head).await.expect("is sent");
    stream.write_all(&vec![b' '; begun]).await.expect("is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_never_end_are_trouble_for_their_own_token_only() {
    let house = House::new().await;
    let mut stuck = Vec::new();
    for number in 0..6 {
        let mut client = house.client_named(Role::Push, &format!("stuck-{number}")).await;
        begin_a_message(&mut client, 4_000_000, 2_100_000).await;
        stuck.push(client);
    }
    let mut home = house.client(Role::Admin).await;
    let photo = [picture(NOBODY), vec![0; 3_000_000]].concat();
    let photo = base64::engine::general_purpose::STANDARD.encode(photo);
    let found = home.result("recognize", json!({"purpose": "ask", "picture": {"data": photo}})).await;
    assert_eq!(found["faces"], json!([]));
    drop(stuck);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_only_sets_off_cameras_has_nothing_long_to_say() {
    let house = House::new().await;
    let mut trigger = house.client(Role::Trigger).await;
    begin_a_message(&mut trigger, 4_000_000, 100_000).await;
    let closed = trigger.closed().await;
    assert_eq!(u16::from(closed.code), 1009, "{closed:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_no_request_needs_are_refused_unread() {
    let house = House::new().await;
    let mut reader = house.client(Role::Read).await;
    let numbers = "0,".repeat(1_000_000);
    reader.send_text(&format!(r#"{{"id":1,"type":"ping","x":[{numbers}0]}}"#)).await;
    let answer = reader.next().await;
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(1), &json!("too_large")), "{answer}");
    reader.send_text(&format!(r#"{{"id":2,"type":"enroll","x":[{numbers}0]}}"#)).await;
    let answer = reader.next().await;
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(2), &json!("forbidden")), "{answer}");
    reader.result("ping", json!({})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_annotated_answer_is_gone_with_the_person_it_named_however_they_went() {
    let house = House::new().await;
    let mut home = house.client(Role::Admin).await;
    // Where all are missing, the folder is taken to be away.
    home.result("enroll", json!({"person": "Joe", "picture": data(BIDEN)})).await;
    for by_hand in [false, true] {
        let learned = home.result("enroll", json!({"person": "Barack", "picture": data(OBAMA_PORTRAIT)})).await;
        let ask = json!({"purpose": "ask", "annotate": true, "picture": data(OBAMA_PORTRAIT)});
        let found = home.result("recognize", ask).await;
        let get = || {
            http().get(house.url(found["annotated"].as_str().expect("a path"))).bearer_auth(house.token(Role::Admin))
        };
        assert_eq!(status(get()).await, 200);
        if by_hand {
            home.result("subscribe", json!({})).await;
            std::fs::remove_dir_all(house.folder.path().join("faces/Barack")).expect("is removed");
            home.event("person_removed").await;
        } else {
            home.result("people/delete", json!({"person_id": learned["person"]["id"]})).await;
        }
        assert_eq!(status(get()).await, 404);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_logs_in_without_end_keeps_no_other_out() {
    let house = House::new().await;
    let mut home = house.client(Role::Read).await;
    let mut many = Vec::new();
    for _ in 0..70 {
        many.push(house.client(Role::Trigger).await);
    }
    let mut newcomer = house.client(Role::Admin).await;
    newcomer.result("ping", json!({})).await;
    home.result("ping", json!({})).await;
    let end = many[0].closed().await;
    assert!(end.reason.contains("too many clients"), "{end:?}");
    many.last_mut().expect("70 of them").result("ping", json!({})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_a_token_keeps_open_keep_nobody_out() {
    let house = House::new().await;
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        house.token(Role::Push)
    );
    let mut open = Vec::new();
    for _ in 0..128 {
        let mut stream = TcpStream::connect(house.running.address()).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("is sent");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200");
        open.push(stream);
    }
    assert_eq!(status(http().get(house.url("/healthz"))).await, 200);
    drop(open);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_without_end_leave_room_for_those_of_another_token() {
    let mut plan = Plan::default();
    (plan.engine.workers, plan.engine.waiting_asks) = (1, 4);
    let house = House::with(plan).await;
    let mut flood = house.client(Role::Read).await;
    for _ in 0..40 {
        flood.ask("recognize", json!({"purpose": "ask", "picture": heavy()})).await;
    }
    assert_eq!(flood.next().await["error"]["code"], "busy");
    let mut home = house.client(Role::Admin).await;
    home.result("recognize", json!({"purpose": "ask", "picture": data(NOBODY)})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_fill_all_room_leave_some_for_another_tokens_camera() {
    let large = |number: u8| {
        let bytes = [picture(NOBODY), vec![number; 200_000]].concat();
        json!({"data": base64::engine::general_purpose::STANDARD.encode(bytes)})
    };
    let mut plan = Plan::default();
    (plan.engine.workers, plan.engine.waiting_bytes) = (1, 5 * (picture(NOBODY).len() + 200_000));
    let house = House::with(plan).await;
    let observe = |camera: String, picture: Value| json!({"purpose": "observe", "camera": camera, "captured_at": now(), "picture": picture});
    let mut flood = house.client(Role::Push).await;
    flood.ask("recognize", observe("first".to_owned(), heavy())).await;
    for number in 0..20 {
        flood.ask("recognize", observe(number.to_string(), large(number))).await;
    }
    assert_eq!(flood.next().await["error"]["code"], "busy");
    let mut home = house.client(Role::Admin).await;
    home.result("recognize", observe("door".to_owned(), data(NOBODY))).await;
    house.stop().await;
}

/// A camera that takes its time, and the most that have asked it at once.
async fn slow_camera() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/snap.jpg", listener.local_addr().expect("an address"));
    let (asking, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let highest = Arc::clone(&most);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (asking, most) = (Arc::clone(&asking), Arc::clone(&most));
            tokio::spawn(async move {
                most.fetch_max(asking.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(200)).await;
                asking.fetch_sub(1, Ordering::SeqCst);
                let photo = picture(NOBODY);
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", photo.len());
                let _ = stream.write_all(&[head.as_bytes(), &photo].concat()).await;
            });
        }
    });
    (url, highest)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_asked_twice_at_once_for_one_token_however_often_that_asks() {
    let (url, most) = slow_camera().await;
    let source = WebSource::new(&url, None, Certificates::Verified, NamedBy::Configuration).expect("an address");
    let house = House::with(Plan::default().camera("hall", Source::Url(source))).await;
    let ask = || http().get(house.url("/recognize")).bearer_auth(house.token(Role::Read));
    let answers = futures_util::future::join_all((0..8).map(|_| status(ask()))).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    assert_eq!(most.load(Ordering::SeqCst), 2);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sittings_that_are_begun_and_given_up_without_end_ask_a_camera_no_more_often_at_once() {
    let (url, most) = slow_camera().await;
    let source = WebSource::new(&url, None, Certificates::Verified, NamedBy::Configuration).expect("an address");
    let house = House::with(Plan::default().camera("hall", Source::Url(source))).await;
    let mut admin = house.client(Role::Admin).await;
    for _ in 0..12 {
        let begun = admin.result("sittings/start", json!({"camera": "hall"})).await;
        admin.result("sittings/decline", json!({"sitting_id": begun["sitting_id"]})).await;
    }
    // It has its turn after all of them.
    assert_eq!(status(http().get(house.url("/recognize")).bearer_auth(house.token(Role::Admin))).await, 200);
    assert!(most.load(Ordering::SeqCst) <= 2, "{most:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_that_are_not_read_take_the_memory_of_a_few_and_only_their_own_tokens_turns() {
    let house = House::new().await;
    let folder = house.folder.path().join("faces/Barack");
    std::fs::create_dir_all(&folder).expect("a folder");
    let large = [picture(OBAMA_PORTRAIT), vec![7; 8 << 20]].concat();
    std::fs::write(folder.join("large.jpg"), large).expect("a photo");
    let mut admin = house.client(Role::Admin).await;
    let path = loop {
        let people = admin.result("people/list", json!({})).await;
        if let Some(path) = people["items"][0]["picture"].as_str() {
            break path.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let mut unread = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(house.running.address()).await.expect("a connection");
        let (host, token) = ("Host: localhost", house.token(Role::Read));
        let head = format!("GET {path} HTTP/1.1\r\n{host}\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("is sent");
        unread.push(stream);
    }
    assert_eq!(status(http().get(house.url(&path)).bearer_auth(house.token(Role::Admin))).await, 200);
    let mut on_their_way = 0;
    for _ in 0..600 {
        let metrics = http().get(house.url("/metrics")).bearer_auth(house.token(Role::Push));
        let page = metrics.send().await.expect("metrics").text().await.expect("text");
        let used = page.lines().find_map(|line| line.strip_prefix("face_limit_used{of=\"photos_on_their_way\"} "));
        on_their_way = used.and_then(|used| used.parse().ok()).expect("a number");
        if on_their_way >= 8 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(on_their_way, 8);
    drop(unread);
    house.stop().await;
}
