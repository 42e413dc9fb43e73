//! Attacks on the wire: bytes as no library of ours would send them, and requests beyond every limit. Each is refused as
//! `docs/attacks.md` says, and the server goes on.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_server::server::protocol::Role;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{Client, House, NOBODY, data, now, picture, within};

const ALL: [Role; 4] = [Role::Trigger, Role::Push, Role::Read, Role::Admin];

/// Everything the server answers to these bytes, until it closes the connection.
async fn answers(house: &House, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(house.running.address()).await.expect("a connection");
    // It may have refused them before all are sent.
    let _ = stream.write_all(bytes).await;
    let mut answered = Vec::new();
    let _ = within("the end of the connection", stream.read_to_end(&mut answered)).await;
    String::from_utf8_lossy(&answered).into_owned()
}

/// The statuses of all answers to these bytes.
async fn statuses(house: &House, bytes: impl AsRef<[u8]>) -> Vec<u16> {
    let answered = answers(house, bytes.as_ref()).await;
    answered.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].parse().expect("a status")).collect()
}

/// A request that ends its connection; `more` are lines of its head, each with its end.
fn request(line: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n")
}

fn bearer(house: &House, role: Role) -> String {
    format!("Authorization: Bearer {}\r\n", house.token(role))
}

fn with_body(line: &str, more: &str, body: &[u8]) -> Vec<u8> {
    [request(line, &format!("{more}Content-Length: {}\r\n", body.len())).as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_counts_in_its_place_only() {
    let house = House::new().await;
    let token = house.token(Role::Admin);
    for line in [
        format!("Cookie: token={token}"),
        format!("X-Token: {token}"),
        format!("X-Authorization: Bearer {token}"),
        format!("Authorization: Digest {token}"),
        format!("Authorization: {token}"),
        format!("Authorization: Digest x\r\nAuthorization: Bearer {token}"),
    ] {
        assert_eq!(statuses(&house, request("GET /metrics", &format!("{line}\r\n"))).await, [401], "{line}");
    }
    for address in ["?access_token=", "?api_key=", "?Token=", "#token="] {
        assert_eq!(statuses(&house, request(&format!("GET /metrics{address}{token}"), "")).await, [401], "{address}");
    }
    let latin = b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer \xe9\r\n\r\n";
    assert_eq!(statuses(&house, latin).await, [401]);
    assert_eq!(statuses(&house, request("GET /metrics", &format!("Authorization: Bearer {token}\0\r\n"))).await, [400]);
    let trailer = format!(
        "POST /recognize HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n\
         1\r\nx\r\n0\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    assert_eq!(statuses(&house, trailer).await, [401]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_nearly_a_token_opens_nothing() {
    let house = House::new().await;
    let token = house.token(Role::Admin);
    let swapped: String = token
        .chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    let wrong = [
        token[1..].to_owned(),
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        swapped,
        "' OR 1=1 --".to_owned(),
        "%".to_owned(),
        "x".repeat(9_000),
    ];
    // Each is answered more slowly than the one before; they wait together.
    let asked = wrong.map(|text| {
        let request = request("GET /metrics", &format!("Authorization: Bearer {text}\r\n"));
        let house = &house;
        async move { (statuses(house, request).await, text) }
    });
    for (answered, text) in futures_util::future::join_all(asked).await {
        assert_eq!(answered, [401], "{text:.40}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_for_its_roles_only_by_header_and_by_address() {
    use Role::{Admin, Push, Read, Trigger};
    let house = House::new().await;
    let (ask, see, change) = (&[Push, Read, Admin][..], &[Read, Admin][..], &[Admin][..]);
    for (line, roles) in [
        ("GET /motion-detected", &[Trigger, Push, Admin][..]),
        ("POST /motion-detected", &[Trigger, Push, Admin]),
        ("GET /metrics", ask),
        ("GET /recognize", ask),
        ("POST /recognize", ask),
        ("GET /v1/recognitions/x.jpg", ask),
        ("GET /cameras", see),
        ("GET /last-detection.jpg", see),
        ("GET /v1/cameras/x/annotated.jpg", see),
        ("GET /v1/photos/x/y.jpg", see),
        ("GET /v1/sightings/1.jpg", see),
        ("GET /v1/unknowns/x.jpg", see),
        ("GET /v1/sittings/x_1.jpg", see),
        ("GET /v1/proposals/x.jpg", see),
        ("GET /add-face/Joe", change),
        ("POST /add-face/Joe", change),
        ("GET /v1/library.tar", change),
        ("POST /v1/library.tar", change),
    ] {
        assert_eq!(statuses(&house, with_body(line, "", b"")).await, [401], "{line}");
        for role in ALL {
            let by_header = statuses(&house, with_body(line, &bearer(&house, role), b"")).await;
            let refused = by_header == [403];
            assert!(
                by_header.len() == 1 && by_header != [401] && refused != roles.contains(&role),
                "{line} {role:?} {by_header:?}"
            );
            let in_address = statuses(&house, with_body(&format!("{line}?token={}", house.token(role)), "", b"")).await;
            let may = role == Trigger && line.ends_with("/motion-detected");
            assert_eq!(in_address == [403], !may, "{line} {role:?} {in_address:?}");
        }
        let login = STANDARD.encode(format!("anybody:{}", house.token(Admin)));
        let by_login = statuses(&house, with_body(line, &format!("Authorization: Basic {login}\r\n"), b"")).await;
        let changes = line.contains("/add-face/") || line.contains("/library.tar") || line.contains("/motion-detected");
        assert_eq!(by_login == [403], changes, "{line} {by_login:?}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guarded_addresses_in_other_spellings_and_by_other_methods_are_nothing() {
    let house = House::new().await;
    for path in [
        "//metrics",
        "/./metrics",
        "/x/../metrics",
        "/%6detrics",
        "/METRICS",
        "/metrics%00",
        "/metrics;a=b",
        "/metrics/",
        "/metrics/.",
        "/metrics%20",
        "/%2fmetrics",
        "/v1/../metrics",
    ] {
        assert_eq!(statuses(&house, request(&format!("GET {path}"), "")).await, [404], "{path}");
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get"] {
        for path in ["/metrics", "/v1/library.tar", "/add-face/Joe"] {
            assert_eq!(statuses(&house, request(&format!("{method} {path}"), "")).await, [405], "{method} {path}");
        }
    }
    let masked = format!("{}X-HTTP-Method-Override: POST\r\n", bearer(&house, Role::Read));
    assert_eq!(statuses(&house, request("GET /v1/library.tar", &masked)).await, [403]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_host_opens_a_door_and_no_origin_but_ones_own_comes_near_it() {
    let house = House::new().await;
    for head in [
        "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET http://localhost/metrics HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n",
    ] {
        assert_eq!(statuses(&house, head).await, [401], "{head}");
    }
    for origin in
        ["null", "file://", "http://localhost:1", "http://localhost.evil.example", "http://localhost@evil.example"]
    {
        let line = format!("Origin: {origin}\r\n");
        assert_eq!(statuses(&house, request("GET /healthz", &line)).await, [403], "{origin}");
        assert_eq!(statuses(&house, ending(&upgrade_head("13", &line))).await, [403], "{origin}");
    }
    assert_eq!(statuses(&house, request("GET /healthz", "Origin: http://localhost\r\n")).await, [200]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_lead_to_no_file_and_names_in_them_are_names() {
    let house = House::new().await;
    std::fs::write(house.folder.path().join("faces/secret.jpg"), picture(NOBODY)).expect("a file");
    let (reader, admin) = (bearer(&house, Role::Read), bearer(&house, Role::Admin));
    let tricks = [
        "..",
        "../secret",
        "%2e%2e%2fsecret",
        "..%2fsecret",
        "%2fetc%2fpasswd",
        "secret%00",
        "%ff",
        "-1",
        "99999999999999999999",
        "x_y_z",
        "..%5csecret",
        "%c0%ae%c0%ae",
    ];
    for folder in ["photos/x", "photos/..", "sightings", "unknowns", "sittings", "proposals", "recognitions"] {
        for trick in tricks {
            let line = format!("GET /v1/{folder}/{trick}.jpg");
            let answered = statuses(&house, request(&line, &reader)).await;
            assert!(answered == [404] || answered == [400], "{line} {answered:?}");
        }
    }
    let long = "x".repeat(300);
    for name in ["%c0%ae", "%ff", "%00", "a%2fb", "..", "%ef%bc%8e%ef%bc%8e%2f", &long] {
        let line = format!("POST /add-face/{name}");
        let answered = statuses(&house, with_body(&line, &admin, b"")).await;
        assert_eq!(answered, [400], "{line:.60}");
    }
    for face_box in ["NaN,0,1,1", "0,0,inf,1", "0,0,1e39,1", "1,2,3,4,5", "%00", ""] {
        let line = format!("POST /add-face/Joe?box={face_box}");
        assert_eq!(statuses(&house, with_body(&line, &admin, &picture(NOBODY))).await, [400], "{line}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_not_http_is_refused_once() {
    let house = House::new().await;
    let head = |line: &str, more: &str| format!("{line}\r\nHost: localhost\r\n{more}\r\n");
    let post = |more: &str| head("POST /recognize HTTP/1.1", more);
    for bytes in [
        head("GET /healthz HTTP/1.2", ""),
        head("GET /healthz HTTP/3.0", ""),
        head("GET\t/healthz\tHTTP/1.1", ""),
        head("GET /heal\0thz HTTP/1.1", ""),
        head("GET /healthz HTTP/1.1\rX: y", ""),
        "GET /healthz\r\n\r\n".to_owned(),
        post("Content-Length: 3\r\nContent-Length: 4\r\n"),
        post("Content-Length: 3, 4\r\n"),
        post("Content-Length: +4\r\n"),
        post("Content-Length: -1\r\n"),
        post("Content-Length: 0x4\r\n"),
        post("Content-Length: 18446744073709551616\r\n"),
        post("Transfer-Encoding: xchunked\r\n"),
        post("Transfer-Encoding: chunked, gzip\r\n"),
        post("X: a\r\n folded\r\n"),
        post("X : a\r\n"),
        post("X: a\0b\r\n"),
    ] {
        assert_eq!(statuses(&house, &bytes).await, [400], "{bytes:?}");
    }
    let many = "X: y\r\n".repeat(200);
    for bytes in [
        head("GET /healthz HTTP/1.1", &format!("X: {}\r\n", "y".repeat(20 * 1024))),
        head("GET /healthz HTTP/1.1", &many),
        head(&format!("GET /{} HTTP/1.1", "x".repeat(70_000)), ""),
    ] {
        assert_eq!(statuses(&house, &bytes).await, [431], "{bytes:.40}");
    }
    let preface = statuses(&house, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(preface.is_empty() || preface == [400], "{preface:?}");
    assert_eq!(statuses(&house, request("CONNECT localhost:1", "")).await, [404]);
    assert_eq!(statuses(&house, request("GET /healthz", "")).await, [200]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_hides_in_another_ones_body() {
    let house = House::new().await;
    let hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let last = request("GET /nothing", "");
    let open = "POST /recognize HTTP/1.1\r\nHost: localhost\r\n";
    let by_length = format!("{open}Content-Length: {}\r\n\r\n{hidden}{last}", hidden.len());
    assert_eq!(statuses(&house, by_length).await, [401, 404]);
    let both = format!("{open}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}{last}");
    assert_eq!(statuses(&house, both).await.len(), 1);
    let push = bearer(&house, Role::Push);
    let chunks = |body: &str| request("POST /recognize", &format!("{push}Transfer-Encoding: chunked\r\n")) + body;
    for size in ["+3", "0x3", "3_", "-1", "FFFFFFFFFFFFFFFFF"] {
        assert_eq!(statuses(&house, chunks(&format!("{size}\r\nabc\r\n0\r\n\r\n"))).await, [400], "{size}");
    }
    let ones = "1\r\n\u{1}\r\n".repeat(20_000) + "0\r\n\r\n";
    assert_eq!(statuses(&house, chunks(&ones)).await, [422], "they are one picture, which is none");
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    bomb.write_all(&vec![0; 50_000_000]).expect("is packed");
    let packed =
        with_body("POST /recognize", &format!("{push}Content-Encoding: gzip\r\n"), &bomb.finish().expect("is packed"));
    assert_eq!(statuses(&house, packed).await, [422], "it is not unpacked");
    let many = hidden.repeat(2_000) + &request("GET /healthz", "");
    assert_eq!(statuses(&house, many).await, [200; 2_001]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_any_shape_are_read_or_refused() {
    let house = House::new().await;
    let push = bearer(&house, Role::Push);
    let field = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n";
    let headers = "X: y\r\n".repeat(50_000);
    let long = "x".repeat(10_000);
    for (kind, body) in [
        ("boundary=x", field.repeat(20_000) + "--x--\r\n"),
        ("", field.to_owned()),
        (&*format!("boundary={long}"), field.to_owned()),
        ("boundary=x", format!("--x\r\n{headers}\r\nb\r\n--x--\r\n")),
        ("boundary=x", "\r\n--".repeat(10_000)),
    ] {
        let more = format!("{push}Content-Type: multipart/form-data; {kind}\r\n");
        let answered = statuses(&house, with_body("POST /recognize", &more, body.as_bytes())).await;
        assert_eq!(answered, [400], "{kind:.40} {body:.40}");
    }
    // A file behind more fields than any form has isn't looked for.
    let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    for (fields, wanted) in [(50, 200), (150, 400)] {
        let form = [field.repeat(fields).as_bytes(), file.as_bytes(), &picture(NOBODY), b"\r\n--x--\r\n"].concat();
        let more = format!("{push}Content-Type: multipart/form-data; boundary=x\r\n");
        assert_eq!(statuses(&house, with_body("POST /recognize", &more, &form)).await, [wanted], "{fields}");
    }
    house.stop().await;
}

/// The head of an upgrade to a WebSocket.
fn upgrade_head(version: &str, more: &str) -> String {
    format!(
        "GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
}

/// The same, of a connection that ends with the refusal.
fn ending(head: &str) -> String {
    head.replace("Connection: Upgrade", "Connection: Upgrade, close")
}

/// A WebSocket without a library: the connection, and the head of the answer.
async fn upgraded(house: &House, more: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(house.running.address()).await.expect("a connection");
    stream.write_all(upgrade_head("13", more).as_bytes()).await.expect("is sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(within("a head", stream.read_u8()).await.expect("a byte"));
    }
    (stream, String::from_utf8(head).expect("text"))
}

/// A frame as clients send it, under a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let head = match length {
        0..126 => vec![first, 0x80 | u8::try_from(length).expect("short")],
        126..65_536 => [&[first, 0x80 | 0x7E][..], &u16::try_from(length).expect("short").to_be_bytes()].concat(),
        _ => [&[first, 0x80 | 0x7F][..], &(length as u64).to_be_bytes()].concat(),
    };
    [&head[..], &[0; 4], payload].concat()
}

/// The server's next frame: its kind, and what is in it.
async fn next_frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let read = async {
        let (first, short) = (stream.read_u8().await?, stream.read_u8().await?);
        let length = match short {
            126 => u64::from(stream.read_u16().await?),
            127 => stream.read_u64().await?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).expect("fits")];
        stream.read_exact(&mut payload).await?;
        std::io::Result::Ok((first & 0x0F, payload))
    };
    within("a frame", read).await.expect("a frame")
}

/// The server's next message, whatever else comes before it.
async fn next_text(stream: &mut TcpStream) -> Value {
    loop {
        let (kind, payload) = next_frame(stream).await;
        if kind == 1 {
            return serde_json::from_slice(&payload).expect("JSON");
        }
    }
}

async fn logged_in(house: &House, role: Role) -> TcpStream {
    let (mut stream, _) = upgraded(house, "").await;
    assert_eq!(next_text(&mut stream).await["type"], "hello");
    let auth = house.auth(role, jiff::Timestamp::now()).to_string();
    stream.write_all(&frame(0x81, auth.as_bytes())).await.expect("is sent");
    assert_eq!(next_text(&mut stream).await["type"], "auth_ok");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_that_is_none_is_refused_and_what_it_offers_is_not_taken_up() {
    let house = House::new().await;
    let but = |from: &str, to: &str| upgrade_head("13", "").replace(from, to);
    for head in [
        but("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""),
        upgrade_head("8", ""),
        but("GET /v1/ws", "POST /v1/ws"),
        but("Upgrade: websocket", "Upgrade: h2c"),
    ] {
        assert_eq!(statuses(&house, ending(&head)).await, [426], "{head}");
    }
    let offers = "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chat\r\n";
    let (_stream, head) = upgraded(&house, offers).await;
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101") && !head.contains("extensions") && !head.contains("protocol:"), "{head}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_are_none_end_the_connection_with_the_code_for_it() {
    let house = House::new().await;
    let endless = |length: u64| [&[0x81_u8, 0xFF][..], &length.to_be_bytes(), &[0; 4]].concat();
    for (what, bytes, code) in [
        ("no mask", vec![0x81, 2, b'{', b'}'], 1002),
        ("the first reserved bit, as compressed messages have", frame(0xC1, b"{}"), 1002),
        ("the second reserved bit", frame(0xA1, b"{}"), 1002),
        ("a reserved kind", frame(0x83, b"{}"), 1002),
        ("a reserved kind of control frames", frame(0x8B, b""), 1002),
        ("a continuation of nothing", frame(0x80, b"x"), 1002),
        ("a message within a message", [frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002),
        ("a ping in parts", frame(0x09, b""), 1002),
        ("a long ping", frame(0x89, &[0; 126]), 1002),
        ("2^63 bytes", endless(1 << 63), 1009),
        ("2^64-1 bytes", endless(u64::MAX), 1009),
        ("no text", frame(0x81, &[0xFF, 0xFE]), 1007),
        ("an end without text", frame(0x88, &[0x03, 0xE8, 0xFF]), 1007),
        ("an end with half a code", frame(0x88, &[0x03]), 1002),
        ("an end with a code that is none", frame(0x88, &[0x03, 0xE7]), 1002),
        ("a request behind the upgrade", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(), 1002),
    ] {
        let mut stream = logged_in(&house, Role::Trigger).await;
        stream.write_all(&bytes).await.expect("is sent");
        let payload = loop {
            let (kind, payload) = next_frame(&mut stream).await;
            if kind == 8 {
                break payload;
            }
        };
        assert_eq!(payload.first_chunk().map(|code| u16::from_be_bytes(*code)), Some(code), "{what}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_in_ten_thousand_fragments_with_pings_between_is_one_message() {
    let house = House::new().await;
    let mut stream = logged_in(&house, Role::Read).await;
    let text = format!("{}{}", r#"{"id":7,"type":"ping"}"#, " ".repeat(10_000));
    let mut bytes = frame(0x01, &text.as_bytes()[..1]);
    for (n, byte) in text.bytes().enumerate().skip(1) {
        if n % 100 == 0 {
            bytes.extend(frame(0x89, b"?"));
        }
        bytes.extend(frame(if n + 1 == text.len() { 0x80 } else { 0x00 }, &[byte]));
    }
    stream.write_all(&bytes).await.expect("is sent");
    let answer = next_text(&mut stream).await;
    assert_eq!((&answer["id"], &answer["success"]), (&json!(7), &json!(true)), "{answer}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_of_every_wrong_kind_are_refused_in_words() {
    let house = House::new().await;
    let good = house.auth(Role::Push, jiff::Timestamp::now());
    for (key, value, code) in [
        ("protocol", json!(0), "unsupported_protocol"),
        ("protocol", json!(-1), "malformed"),
        ("protocol", json!(1_u64 << 63), "malformed"),
        ("protocol", json!("1"), "malformed"),
        ("client_id", json!("../door"), "malformed"),
        ("client_id", json!("d\u{43e}\u{43e}r"), "malformed"),
        ("client_id", json!("x".repeat(65)), "malformed"),
        ("client_id", json!(""), "malformed"),
        ("token", json!([house.token(Role::Push)]), "malformed"),
        ("token", Value::Null, "malformed"),
        ("now", json!("9999-12-31T23:59:59Z"), "malformed"),
        ("now", json!("soon"), "malformed"),
        ("role", json!("admin"), "malformed"),
    ] {
        let mut auth = good.clone();
        auth[key] = value.clone();
        let mut client = house.connect().await;
        client.next().await;
        client.send(&auth).await;
        let answer = client.next().await;
        assert_eq!(
            (&answer["type"], &answer["code"]),
            (&json!("auth_invalid"), &json!(code)),
            "{key} {value} {answer}"
        );
    }
    let mut trigger = house.client(Role::Trigger).await;
    trigger.send(&house.auth(Role::Admin, jiff::Timestamp::now())).await;
    assert_eq!(trigger.next().await["success"], false, "a second login is a message like any other");
    assert_eq!(trigger.error("people/list", json!({})).await["code"], "forbidden");
    house.stop().await;
}

/// Asks all of these, each refused with its code and in words.
async fn all_refused(client: &mut Client, refused: Vec<(&str, Value, &str)>) {
    for (kind, fields, code) in refused {
        let shown = fields.to_string();
        let error = client.error(kind, fields).await;
        assert_eq!(error["code"], code, "{kind} {shown:.200} {error:.300}");
        assert!(error["message"].as_str().is_some_and(|words| !words.is_empty()), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_beyond_every_limit_are_refused_in_words() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let mut refused = Vec::new();
    let lists = ["people", "sightings", "unknowns", "problems", "care", "proposals"].map(|of| format!("{of}/list"));
    for list in lists.iter().map(String::as_str) {
        for limit in [json!(0), json!(-1), json!(501), json!(1_000_000_000), json!("5")] {
            refused.push((list, json!({"limit": limit}), "invalid_request"));
        }
        for cursor in ["' OR 1=1 --".to_owned(), "\0".to_owned(), "!".repeat(100_000)] {
            refused.push((list, json!({"cursor": cursor}), "invalid_request"));
        }
        refused.push((list, json!({"colour": "blue"}), "invalid_request"));
    }
    for seconds in [json!(0), json!(-1), json!(1e39), json!(10_000_000_000_u64), json!(86_401), json!("1")] {
        refused.push(("settings/set", json!({"presence_timeout_s": seconds}), "invalid_request"));
    }
    for share in [json!(0.09), json!(50.1), json!(-1), json!(1e39)] {
        refused.push(("settings/set", json!({"strangers_per_thousand": share}), "invalid_request"));
    }
    let thousands: Vec<String> = (0..10_000).map(|n| format!("{n:032x}")).collect();
    refused.extend([
        ("sittings/start", json!({"camera": "nobody/has"}), "unknown_camera"),
        ("people/merge", json!({"from": "a", "into": "a"}), "invalid_request"),
        ("people/merge", json!({"from": "a", "into": "b"}), "not_found"),
        ("people/rename", json!({"person_id": "../x", "name": "Joe"}), "not_found"),
        ("sightings/correct", json!({"sighting_id": "-1"}), "not_found"),
        ("sightings/correct", json!({"sighting_id": "9223372036854775808"}), "invalid_request"),
        ("proposals/accept", json!({"proposal_ids": []}), "invalid_request"),
        ("proposals/accept", json!({"proposal_ids": ["../x"]}), "not_found"),
        ("proposals/accept", json!({"proposal_ids": thousands}), "not_found"),
        ("subscribe", json!({"since": {"run": "x", "seq": -1}}), "invalid_request"),
        ("subscribe", json!({"since": {"run": "x", "seq": 1.5}}), "invalid_request"),
    ]);
    all_refused(&mut admin, refused).await;
    for (text, code) in [
        ("[".repeat(60_000), "invalid_json"),
        (format!(r#"{{"id":1,"type":"{}"}}"#, r"\u0000".repeat(10_000)), "unknown_type"),
        (r#"{"id":1,"type":"subscribe","since":{"run":"x","seq":18446744073709551616}}"#.to_owned(), "invalid_request"),
    ] {
        admin.send_text(&text).await;
        let answer = admin.next().await;
        assert_eq!(answer["error"]["code"], code, "{text:.60} {answer}");
    }
    for fields in [json!({"person_id": "' OR 1=1 --"}), json!({"camera": "%"})] {
        assert_eq!(admin.result("sightings/list", fields).await["items"], json!([]));
    }
    let begun = admin.result("subscribe", json!({})).await;
    for since in [json!({"run": "another", "seq": 0}), json!({"run": begun["run"], "seq": u64::MAX})] {
        assert_eq!(admin.result("subscribe", json!({"since": since})).await["gap"], true);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_addresses_that_are_none_are_refused_in_words() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let ask = |picture: Value| json!({"purpose": "ask", "picture": picture});
    let mut refused = Vec::new();
    for text in ["AA ==", "AA\n==", "-_-_", "AAA", "AA=", "A==="] {
        refused.push(("recognize", ask(json!({"data": text})), "invalid_request"));
    }
    for at in ["0", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z"] {
        let observe = json!({"purpose": "observe", "camera": "a", "captured_at": at, "picture": data(NOBODY)});
        refused.push(("recognize", observe, "invalid_request"));
    }
    for face_box in [json!([1, 2, 3]), json!({"x": "a", "y": 0, "w": 1, "h": 1}), json!({"x": 0, "y": 0, "w": 1})] {
        let lesson = json!({"person": "Joe", "picture": data(NOBODY), "box": face_box});
        refused.push(("enroll", lesson, "invalid_request"));
    }
    for bytes in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<html></html>", b"%PDF-1.7", b"PK\x03\x04", b"x"]
    {
        refused.push(("recognize", ask(json!({"data": STANDARD.encode(bytes)})), "unreadable_image"));
    }
    let own = house.url("/healthz");
    for address in [
        "http://127.0.0.1./",
        "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
        &own,
        "ftp://camera.local/",
        "gopher://camera.local/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//camera.local/",
        "http://a camera/",
    ] {
        refused.push(("recognize", ask(json!({"url": address})), "fetch_refused"));
    }
    refused.extend([
        ("search", json!({}), "invalid_request"),
        ("search", json!({"picture": {"data": "AA==", "url": "http://a/"}}), "invalid_request"),
        ("search", json!({"picture": {"url": "file:///etc/passwd"}}), "fetch_refused"),
    ]);
    all_refused(&mut admin, refused).await;
    let mut reader = house.client(Role::Read).await;
    let asked = vec![("recognize", ask(json!({"url": "http://camera.local/"})), "forbidden")];
    all_refused(&mut reader, asked).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_pushes_has_cameras_of_their_own_whatever_they_are_called() {
    let house = House::new().await;
    let mut push = house.client(Role::Push).await;
    let named = |id: &str| json!({"cameras": [{"camera": id, "name": "x"}]});
    for id in ["home/door", "../home/door", "/"] {
        let made = push.result("cameras/configure", named(id)).await;
        assert_eq!(made["cameras"][0]["camera"], format!("test/{id}"), "{made}");
    }
    let long = "x".repeat(129);
    for id in ["", &long, "a\nb", "a\0b"] {
        assert_eq!(push.error("cameras/configure", named(id)).await["code"], "invalid_request", "{id:?}");
    }
    let area = json!({"x": 0.1, "y": 0.1, "w": 0.1, "h": 0.1});
    for (key, value) in [
        ("name", json!("x".repeat(201))),
        ("ignored_areas", json!(vec![area.clone(); 17])),
        ("ignored_areas", json!([{"x": -0.1, "y": 0.1, "w": 0.1, "h": 0.1}])),
        ("rotate", json!(45)),
        ("min_face_px", json!(-1)),
    ] {
        let mut cameras = named("door");
        cameras["cameras"][0][key] = value;
        let error = push.error("cameras/configure", cameras).await;
        assert_eq!(error["code"], "invalid_request", "{key} {error}");
    }
    let cameras: Vec<_> = (0..501).map(|n| json!({"camera": n.to_string(), "name": "x"})).collect();
    assert_eq!(push.error("cameras/configure", json!({"cameras": cameras})).await["code"], "invalid_request");
    let observe = json!({"purpose": "observe", "camera": "door", "captured_at": now(), "picture": {"data": "AA=="}});
    assert_eq!(push.error("recognize", observe).await["code"], "unreadable_image");
    house.stop().await;
}
