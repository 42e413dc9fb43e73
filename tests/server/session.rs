//! Conversations: logging in, roles, errors that end nothing, limits that end something, and never being blocked.

use std::time::Duration;

use base64::Engine as _;
use face_server::server::protocol::{Request, Role, parse};
use futures_util::SinkExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::common::{BIDEN, House, NOBODY, OBAMA, Plan, TWO, data, heavy, now, picture};
use crate::page;

/// Longer than any test: what ends before has not ended by waiting.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// What happens at all happens within a minute, on however busy a machine.
const A_MINUTE: Duration = Duration::from_secs(60);

const ALL: [Role; 4] = [Role::Trigger, Role::Push, Role::Read, Role::Admin];

#[tokio::test(flavor = "multi_thread")]
async fn the_server_speaks_first_and_tells_its_limits() {
    let house = House::new().await;
    let hello = house.connect().await.next().await;
    assert_eq!(hello["protocol"], json!({"min": 1, "max": 1}));
    assert_eq!(hello["limits"]["max_image_bytes"], 16 << 20);
    assert_eq!(hello["server"]["id"], house.engine.server_id());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_login_is_refused_in_words_and_closed() {
    let house = House::new().await;
    let good = house.auth(Role::Admin, Timestamp::now());
    let but = |key: &str, value: Value| {
        let mut auth = good.clone();
        auth[key] = value;
        auth.to_string()
    };
    for (text, code) in [
        (but("token", "no token".into()), "invalid_token"),
        (but("protocol", 2.into()), "unsupported_protocol"),
        (but("client_id", "a/b".into()), "malformed"),
        (but("type", "login".into()), "malformed"),
        (but("colour", "blue".into()), "malformed"),
        (r#"{"id":1,"type":"ping"}"#.to_owned(), "malformed"),
        ("hello".to_owned(), "malformed"),
        (but("token", "x".repeat(5_000).into()), "malformed"),
    ] {
        let mut client = house.connect().await;
        client.next().await;
        client.send_text(&text).await;
        let answer = client.next().await;
        assert_eq!((&answer["type"], &answer["code"]), (&"auth_invalid".into(), &code.into()), "{text:.80} {answer}");
        assert_eq!(client.closed().await.code, CloseCode::Policy);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_sent_together_with_the_login_is_answered() {
    let house = House::new().await;
    let mut client = house.connect().await;
    client.next().await;
    let auth = house.auth(Role::Read, Timestamp::now()).to_string();
    client.socket.feed(Message::text(auth)).await.expect("is sent");
    client.socket.feed(Message::text(r#"{"id":7,"type":"ping"}"#)).await.expect("is sent");
    client.socket.flush().await.expect("is sent");
    assert_eq!(client.next().await["type"], "auth_ok");
    assert_eq!(client.next().await["id"], 7);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_stranger_too_many_takes_the_place_of_the_oldest_of_its_address() {
    let mut plan = Plan::default();
    plan.options.patience.login = AN_HOUR;
    let house = House::with(plan).await;
    let mut waiting = Vec::new();
    for _ in 0..9 {
        let mut client = house.connect().await;
        client.next().await;
        waiting.push(client);
    }
    assert_eq!(waiting[0].closed().await.code, CloseCode::Again);
    // One that has logged in is no stranger: it stays, however many come.
    waiting[1].send(&house.auth(Role::Read, Timestamp::now())).await;
    assert_eq!(waiting[1].next().await["type"], "auth_ok");
    for _ in 0..9 {
        let mut client = house.connect().await;
        client.next().await;
        waiting.push(client);
    }
    waiting[1].result("ping", json!({})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_for_its_roles_only() {
    let house = House::new().await;
    let requests: Vec<Value> = page::blocks()
        .iter()
        .filter(|(of, _)| *of == "request")
        .map(|(_, text)| serde_json::from_str(text).expect("JSON"))
        .collect();
    for role in ALL {
        let mut client = house.client(role).await;
        for mut request in requests.clone() {
            // Nothing on the network is asked for a picture here.
            if request["picture"].get("url").is_some() {
                request["picture"]["url"] = "http://127.0.0.1:9/".into();
            }
            let Request { roles, .. } = parse::request(&request.to_string(), Role::Admin).expect("an example");
            let kind = request["type"].as_str().expect("a word").to_owned();
            let answer = client.call(&kind, request).await;
            let forbidden = answer["error"]["code"] == "forbidden";
            let by_address = answer["error"]["message"].as_str().is_some_and(|m| m.contains("by address"));
            assert_eq!(forbidden && !by_address, !roles.contains(&role), "{role:?}: {answer}");
        }
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_messages_are_answered_and_the_session_lives() {
    let house = House::new().await;
    let mut client = house.client(Role::Admin).await;
    for (text, id, code) in [
        ("{", Value::Null, "invalid_json"),
        ("[1,2]", Value::Null, "invalid_json"),
        (r#"{"type":"ping"}"#, Value::Null, "invalid_json"),
        (r#"{"id":3}"#, 3.into(), "invalid_json"),
        (r#"{"id":4,"type":"people/praise"}"#, 4.into(), "unknown_type"),
        (r#"{"id":5,"type":"ping","colour":"blue"}"#, 5.into(), "invalid_request"),
        (r#"{"id":6,"type":"people/list","limit":501}"#, 6.into(), "invalid_request"),
        (
            r#"{"id":14,"type":"cameras/configure","cameras":[{"camera":"a","name":"A","min_face_px":1001}]}"#,
            14.into(),
            "invalid_request",
        ),
        (r#"{"id":7,"type":"people/delete","person_id":"nobody"}"#, 7.into(), "not_found"),
        (r#"{"id":8,"type":"people/rename","person_id":"x","name":"a/b"}"#, 8.into(), "invalid_name"),
        (r#"{"id":9,"type":"recognize","purpose":"observe","picture":{"data":""}}"#, 9.into(), "invalid_request"),
        (r#"{"id":10,"type":"recognize","purpose":"ask","picture":{"data":"?"}}"#, 10.into(), "invalid_request"),
        (
            r#"{"id":11,"type":"recognize","purpose":"ask","picture":{"data":"aGVsbG8="}}"#,
            11.into(),
            "unreadable_image",
        ),
        (
            r#"{"id":12,"type":"recognize","purpose":"ask","picture":{"url":"http://127.0.0.1/"}}"#,
            12.into(),
            "fetch_refused",
        ),
        (
            r#"{"id":13,"type":"recognize","purpose":"ask","picture":{"url":"file:///etc/passwd"}}"#,
            13.into(),
            "fetch_refused",
        ),
    ] {
        client.send_text(text).await;
        let answer = client.next().await;
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &code.into()), "{text} {answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|words| words.len() > 5), "{answer}");
    }
    client.socket.send(Message::binary(vec![1, 2, 3])).await.expect("is sent");
    let answer = client.next().await;
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &"invalid_request".into()), "{answer}");
    client.result("ping", json!({})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_over_the_limit_is_refused_and_a_message_over_it_ends_the_session() {
    let mut plan = Plan::default();
    plan.options.limits.max_bytes = 100_000;
    let house = House::with(plan).await;
    let mut client = house.client(Role::Read).await;
    let bytes = |count: usize| json!({"data": base64::engine::general_purpose::STANDARD.encode(vec![7_u8; count])});
    let error = client.error("recognize", json!({"purpose": "ask", "picture": bytes(100_001)})).await;
    assert_eq!(error["code"], "too_large");
    client.ask("recognize", json!({"purpose": "ask", "picture": bytes(400_000)})).await;
    let frame = client.closed().await;
    assert_eq!(frame.code, CloseCode::Size);
    assert!(frame.reason.contains("too_large"), "{}", frame.reason);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_is_answered_while_pictures_are_recognised() {
    let house = House::new().await;
    let mut client = house.client(Role::Read).await;
    let ask = json!({"purpose": "ask", "picture": heavy()});
    for _ in 0..8 {
        client.ask("recognize", ask.clone()).await;
    }
    let ping = client.ask("ping", json!({})).await;
    let list = client.ask("people/list", json!({})).await;
    let mut order = Vec::new();
    for _ in 0..10 {
        let answer = client.next().await;
        assert_eq!(answer["success"], true, "{answer}");
        order.push(answer["id"].as_u64().expect("an id"));
    }
    let place = |id| order.iter().position(|of| *of == id).expect("is answered");
    assert!(place(ping) < 8 && place(list) < 9, "{order:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_picture_of_a_camera_supersedes_one_that_waits_and_all_are_answered() {
    let mut plan = Plan::default();
    plan.engine.workers = 1;
    let house = House::with(plan).await;
    let mut client = house.client(Role::Push).await;
    let mut ids = Vec::new();
    for picture in [heavy(), data(OBAMA), data(BIDEN), data(NOBODY), data(OBAMA), data(TWO)] {
        let fields = json!({"purpose": "observe", "camera": "door", "captured_at": now(), "picture": picture});
        ids.push(client.ask("recognize", fields).await);
    }
    let mut superseded = 0;
    let mut last = Value::Null;
    for _ in &ids {
        let answer = client.next().await;
        match answer["error"]["code"].as_str() {
            Some(code) => {
                assert_eq!(code, "superseded", "{answer}");
                superseded += 1;
            }
            None if answer["id"] == *ids.last().expect("one") => last = answer,
            None => {}
        }
    }
    assert!(superseded >= 1, "six pictures at once, and none was superseded");
    assert_eq!(last["result"]["camera"], "test/door", "the newest picture is recognised: {last}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asks_beyond_the_queue_are_busy_and_say_when_to_try_again() {
    let mut plan = Plan::default();
    plan.engine.workers = 1;
    plan.engine.waiting_asks = 1;
    let house = House::with(plan).await;
    let mut client = house.client(Role::Read).await;
    let ask = json!({"purpose": "ask", "picture": heavy()});
    for _ in 0..6 {
        client.ask("recognize", ask.clone()).await;
    }
    let (mut busy, mut fine) = (0, 0);
    for _ in 0..6 {
        let answer = client.next().await;
        if answer["success"] == true {
            fine += 1;
        } else {
            assert_eq!(answer["error"]["code"], "busy", "{answer}");
            assert!(answer["error"]["details"]["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0), "{answer}");
            busy += 1;
        }
    }
    assert!(busy >= 1 && fine >= 1, "{busy} busy, {fine} fine");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pictures_of_many_cameras_keep_neither_each_other_nor_a_list_from_being_taken() {
    let mut plan = Plan::default();
    plan.engine.workers = 1;
    let house = House::with(plan).await;
    let mut client = house.client(Role::Admin).await;
    for camera in 0..100 {
        let seen = json!({
            "purpose": "observe", "picture": data(NOBODY), "camera": format!("camera {camera}"), "captured_at": now(),
        });
        client.ask("recognize", seen).await;
    }
    let list = client.ask("people/list", json!({})).await;
    loop {
        let answer = client.next().await;
        assert_ne!(answer["error"]["code"], "busy", "{answer}");
        if answer["id"] == list {
            assert_eq!(answer["success"], true, "{answer}");
            break;
        }
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clients_wrong_clock_is_corrected() {
    let house = House::new().await;
    let mut client = house.connect().await;
    client.next().await;
    let wrong = |t: Timestamp| t.checked_add(SignedDuration::from_hours(3)).expect("in range");
    client.send(&house.auth(Role::Push, wrong(Timestamp::now()))).await;
    client.next().await;
    for (captured_at, about) in
        [(wrong(Timestamp::now()), "now"), (wrong(wrong(Timestamp::now())), "the future, so now")]
    {
        let fields = json!({
            "purpose": "observe", "camera": about, "captured_at": captured_at.to_string(), "picture": data(NOBODY)
        });
        let result = client.result("recognize", fields).await;
        let at: Timestamp = result["captured_at"].as_str().expect("a time").parse().expect("a time");
        let off = Timestamp::now().duration_since(at);
        assert!(!off.is_negative() && off < SignedDuration::from_mins(2), "{about}: {off}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_closed_and_others_feel_nothing() {
    let mut plan = Plan::default();
    plan.options.patience.reading = Duration::from_secs(5);
    plan.options.patience.goodbye = AN_HOUR;
    let house = House::with(plan).await;
    let mut admin = house.client(Role::Admin).await;
    let cameras: Vec<Value> = (0..500)
        .map(|n| json!({"camera": format!("camera {n} {}", "x".repeat(100)), "name": "n".repeat(200), "area": "a".repeat(200)}))
        .collect();
    admin.result("cameras/configure", json!({"cameras": cameras})).await;
    // Each answer is the whole state: far more than the network's buffers hold.
    let mut slow = house.client(Role::Read).await;
    while admin.result("stats", json!({})).await["clients"] != 2 {}
    for _ in 0..60 {
        slow.ask("subscribe", json!({})).await;
    }
    while admin.result("stats", json!({})).await["clients"] != 1 {}
    let reading = tokio::spawn(async move { slow.closed().await });
    admin.result("ping", json!({})).await;
    let frame = reading.await.expect("a close frame");
    assert!(frame.reason.contains("slow_client"), "{frame:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_closes_the_connection_first() {
    let mut plan = Plan::default();
    plan.options.patience.login = Duration::from_millis(100);
    plan.options.patience.goodbye = AN_HOUR;
    let house = House::with(plan).await;
    let mut connection = TcpStream::connect(house.running.address()).await.expect("a connection");
    let upgrade = "GET /v1/ws HTTP/1.1\r\nHost: face\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    connection.write_all(upgrade.as_bytes()).await.expect("is sent");
    // This client neither answers the close frame nor closes: it waits for the end.
    let mut all = Vec::new();
    let end = tokio::time::timeout(A_MINUTE, connection.read_to_end(&mut all)).await;
    end.expect("the server ends its half").expect("an end, not a reset");
    assert!(String::from_utf8_lossy(&all).contains("no login within"), "the reason comes first");
    drop(connection);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_push_does_not_speak_for_the_cameras_of_another_token() {
    let house = House::new().await;
    let configure = |name: &str| json!({"cameras": [{"camera": "hall", "name": name, "counts_as_home": true}]});
    // A name that nobody has is free.
    let mut pushing = house.client_named(Role::Push, "home").await;
    pushing.result("cameras/configure", configure("Hall")).await;
    // An admin with the same name takes it.
    let mut admin = house.client_named(Role::Admin, "home").await;
    admin.result("cameras/configure", configure("The hall")).await;
    let mut pushing = house.client_named(Role::Push, "home").await;
    let observe = json!({"purpose": "observe", "camera": "hall", "captured_at": now(), "picture": data(NOBODY)});
    for (kind, fields) in [("cameras/configure", configure("Mine")), ("recognize", observe.clone())] {
        let error = pushing.error(kind, fields).await;
        assert_eq!(error["code"], "forbidden", "{error}");
        assert!(error["message"].as_str().is_some_and(|words| words.contains("client_id")), "{error}");
    }
    admin.result("recognize", observe.clone()).await;
    // Under a name of its own it may go on.
    house.client_named(Role::Push, "door").await.result("recognize", observe).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_cameras_there_may_be_fit_into_one_answer_and_more_are_refused() {
    let house = House::new().await;
    let label = "\"".repeat(200);
    // The longest way to write each: quotation marks take two characters in JSON, three in an address.
    let camera = |n: usize| json!({"camera": format!("{}{n:03}", "\"".repeat(125)), "name": label, "area": label});
    let cameras = |numbers: std::ops::Range<usize>| json!({"cameras": numbers.map(camera).collect::<Vec<_>>()});
    let client_ids = ["a", "b"].map(|letter| letter.repeat(64));
    for client_id in &client_ids {
        let mut admin = house.client_named(Role::Admin, client_id).await;
        let answers = [
            admin.result("cameras/configure", cameras(1..251)).await,
            admin.result("cameras/configure", cameras(251..501)).await,
        ];
        assert!(answers.iter().all(|answer| answer["cameras"].as_array().is_some_and(|all| all.len() == 250)));
        let error = admin.error("cameras/configure", cameras(501..502)).await;
        assert_eq!(error["code"], "invalid_request", "{error}");
    }
    let mut other = house.client_named(Role::Push, "other").await;
    let observe = json!({"purpose": "observe", "camera": "one more", "captured_at": now(), "picture": data(NOBODY)});
    let error = other.error("recognize", observe).await;
    assert_eq!(error["code"], "invalid_request", "{error}");
    assert!(error["message"].as_str().is_some_and(|words| words.starts_with("camera: ")), "{error}");
    let begun = house.client(Role::Read).await.result("subscribe", json!({})).await;
    let cameras = begun["state"]["cameras"].as_array().expect("cameras");
    assert_eq!(cameras.len(), 1000);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_says_so() {
    let house = House::new().await;
    let mut client = house.client(Role::Read).await;
    let stopped = tokio::spawn(house.stop());
    let frame = client.closed().await;
    assert_eq!(frame.code, CloseCode::Away);
    assert!(frame.reason.contains("shutting_down"), "{}", frame.reason);
    stopped.await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_lines_faces_are_the_websockets_faces() {
    let house = House::new().await;
    let mut client = house.client(Role::Read).await;
    for name in [TWO, OBAMA, "tests/pictures/four_people.jpg"] {
        let shown = client.result("recognize", json!({"purpose": "ask", "picture": data(name)})).await;
        let options = face_server::vision::Options::live();
        let described = house.engine.vision().describe(&picture(name), &options).expect("is described");
        let mut ours: Vec<_> = described.faces.iter().map(|f| f.detection.box_in_frame).collect();
        ours.sort_by(|a, b| b.area().total_cmp(&a.area()));
        let theirs: Vec<face_server::vision::Rect> = shown["faces"]
            .as_array()
            .expect("faces")
            .iter()
            .map(|f| serde_json::from_value(f["box"].clone()).expect("a box"))
            .collect();
        assert_eq!(ours, theirs, "{name}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pongs_that_are_not_read_do_not_pile_up() {
    const PINGS: usize = 200_000;
    let house = House::new().await;
    let mut client = house.client(Role::Read).await;
    let MaybeTlsStream::Plain(stream) = client.socket.get_mut() else { panic!("plain text") };
    // Pings, masked by zeros, which change nothing.
    let pings = [&[0x89, 0x80 | 0x7d, 0, 0, 0, 0][..], &[b'x'; 125]].concat().repeat(1000);
    for _ in 0..PINGS / 1000 {
        stream.write_all(&pings).await.expect("is taken");
    }
    let (mut part, mut kept) = (vec![0; 1 << 20], 0);
    while let Ok(Ok(count @ 1..)) = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut part)).await {
        kept += count;
    }
    let all = PINGS * 127;
    assert!(kept < all / 2, "{kept} of {all} bytes were kept for a client that reads nothing");
    house.stop().await;
}
