//! HTTP: the original's routes, health, metrics, pictures, and who may have them.

use face_server::server::fetch::Source;
use face_server::server::protocol::{Role, schema};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{BIDEN, House, NOBODY, OBAMA, OBAMA_PORTRAIT, Plan, TWO, data, http, now, picture, within};

async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.expect("bytes")).expect("JSON")
}

/// `path?key=value&…`
fn address(path: &str, query: &[(&str, &str)]) -> String {
    let all = percent_encoding::NON_ALPHANUMERIC;
    let parts: Vec<_> = query
        .iter()
        .map(|(key, value)| format!("{key}={}", percent_encoding::utf8_percent_encode(value, all)))
        .collect();
    format!("{path}?{}", parts.join("&"))
}

async fn sent(request: RequestBuilder) -> (StatusCode, Response) {
    let response = request.send().await.expect("an answer");
    (response.status(), response)
}

async fn refused(request: RequestBuilder) -> (u16, String) {
    let (status, response) = sent(request).await;
    let error = json_of(response).await;
    assert!(error["message"].as_str().is_some_and(|words| words.len() > 5), "{error}");
    (status.as_u16(), error["code"].as_str().expect("a code").to_owned())
}

fn because(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

async fn is_jpeg(request: RequestBuilder) -> bool {
    let (status, response) = sent(request).await;
    let kind = response.headers().get("content-type").is_some_and(|v| v == "image/jpeg");
    let bytes = response.bytes().await.expect("bytes");
    status == StatusCode::OK && kind && image::load_from_memory(&bytes).is_ok()
}

/// A server with a camera that is a file.
async fn house_with_camera(name: &str) -> House {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    House::with(Plan::default().camera("hall", Source::File(file))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_open_and_everything_else_needs_a_token() {
    let house = House::new().await;
    let client = http();
    let health = json_of(client.get(house.url("/healthz")).send().await.expect("an answer")).await;
    assert_eq!(health, json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}));
    for path in
        ["/metrics", "/recognize", "/motion-detected", "/last-detection.jpg", "/add-face/Alice", "/v1/sightings/1.jpg"]
    {
        assert_eq!(refused(client.get(house.url(path))).await, because(401, "unauthorized"), "{path}");
        let wrong = client.get(house.url(path)).bearer_auth("no token");
        let (status, code) = refused(wrong).await;
        assert!((status, code.as_str()) == (401, "unauthorized"), "{path}");
        let trigger = client.get(house.url(path)).bearer_auth(house.token(Role::Trigger));
        let expected =
            if path == "/motion-detected" { because(404, "unknown_camera") } else { because(403, "forbidden") };
        assert_eq!(refused(trigger).await, expected, "{path}");
    }
    assert_eq!(refused(client.get(house.url("/nothing"))).await, because(404, "not_found"));
    assert_eq!(sent(client.delete(house.url("/healthz"))).await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(sent(client.get(house.url("/v1/ws"))).await.0, StatusCode::UPGRADE_REQUIRED);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_trigger_token_may_stand_in_an_address() {
    let house = house_with_camera(NOBODY).await;
    let client = http();
    let motion =
        |role| client.get(house.url(&address("/motion-detected", &[("camera", "hall"), ("token", house.token(role))])));
    for role in [Role::Push, Role::Read, Role::Admin] {
        assert_eq!(refused(motion(role)).await, because(403, "forbidden"), "{role:?}");
    }
    assert_eq!(sent(motion(Role::Trigger)).await.0, StatusCode::OK);
    let elsewhere = client.get(house.url(&address("/last-detection.jpg", &[("token", house.token(Role::Trigger))])));
    assert_eq!(refused(elsewhere).await, because(403, "forbidden"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn motion_is_observed_and_leaves_an_annotated_picture() {
    let house = house_with_camera(OBAMA).await;
    let client = http();
    let mut listener = house.client(Role::Read).await;
    listener.result("subscribe", json!({})).await;
    let motion = client.get(house.url("/motion-detected")).bearer_auth(house.token(Role::Push));
    assert_eq!(sent(motion).await.0, StatusCode::OK);
    let changed = listener.event("camera_changed").await["event"]["camera"].take();
    assert_eq!((&changed["camera"], &changed["faces"]), (&"hall".into(), &1.into()), "{changed}");
    let get = |path: &str| client.get(house.url(path)).bearer_auth(house.token(Role::Read));
    assert!(is_jpeg(get("/last-detection.jpg?camera=hall")).await);
    assert!(is_jpeg(get("/last-detection.jpg")).await, "the only camera needs no name");
    assert!(is_jpeg(get(changed["annotated"].as_str().expect("a path"))).await);
    let unknowns = house.client(Role::Read).await.result("unknowns/list", json!({})).await;
    assert!(is_jpeg(get(unknowns["items"][0]["picture"].as_str().expect("a path"))).await);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_camera_cannot_be_fetched_but_has_its_last_detection() {
    let house = House::new().await;
    let client = http();
    let mut camera = house.client(Role::Push).await;
    camera
        .result(
            "recognize",
            json!({"purpose": "observe", "camera": "a/b ä", "captured_at": now(), "picture": data(OBAMA)}),
        )
        .await;
    let get = |path: &str| client.get(house.url(path)).bearer_auth(house.token(Role::Admin));
    let named = |path: &str, name: &str| get(&address(path, &[("camera", name)]));
    for path in ["/motion-detected", "/recognize", "/add-face/Alice"] {
        assert_eq!(refused(named(path, "test/a/b ä")).await, because(409, "camera_is_pushed"), "{path}");
        assert_eq!(refused(named(path, "nowhere")).await, because(404, "unknown_camera"), "{path}");
    }
    assert!(is_jpeg(named("/last-detection.jpg", "test/a/b ä")).await);
    assert!(is_jpeg(get("/v1/cameras/test%2Fa%2Fb%20%C3%A4/annotated.jpg")).await);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_called_as_another_one_is_not_shown_in_its_place() {
    let house = House::new().await;
    let called_door = json!({"cameras": [{"camera": "1", "name": "Door"}]});
    house.client(Role::Admin).await.result("cameras/configure", called_door.clone()).await;
    let by_name = || http().get(house.url("/last-detection.jpg?camera=Door")).bearer_auth(house.token(Role::Read));
    assert_eq!(refused(by_name()).await, because(404, "not_found"), "it has shown no face");
    house.client_named(Role::Push, "a").await.result("cameras/configure", called_door).await;
    assert_eq!(refused(by_name()).await, because(404, "unknown_camera"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_is_added_with_the_originals_codes() {
    let house = house_with_camera(BIDEN).await;
    let client = http();
    let post =
        |path: &str, file: &str| client.post(house.url(path)).bearer_auth(house.token(Role::Admin)).body(picture(file));
    assert_eq!(refused(post("/add-face/a%2Fb", OBAMA)).await, because(400, "invalid_name"));
    assert_eq!(refused(post("/add-face/Nobody", NOBODY)).await, because(422, "no_face"));
    assert_eq!(refused(post("/add-face/Two", TWO)).await, because(422, "multiple_faces"));
    assert_eq!(refused(post("/add-face/Odd?box=1,2", TWO)).await, because(400, "invalid_request"));
    assert_eq!(
        refused(post("/add-face/Web", "tests/pictures/broken/web_page.jpg")).await,
        because(422, "unreadable_image")
    );
    let (status, response) = sent(post("/add-face/Barack%20Obama", OBAMA_PORTRAIT)).await;
    assert_eq!(status, StatusCode::OK);
    let enrolled = json_of(response).await;
    assert_eq!((&enrolled["person"]["name"], &enrolled["photos"]), (&"Barack Obama".into(), &1.into()));
    assert_eq!(refused(post("/add-face/Barack%20Obama", OBAMA_PORTRAIT)).await, because(422, "duplicate"));
    // As the original: GET, with the camera's picture.
    let from_camera = client.get(house.url("/add-face/Joe")).bearer_auth(house.token(Role::Admin));
    assert_eq!(sent(from_camera).await.0, StatusCode::OK);
    let photo = format!(
        "/v1/photos/{}/{}.jpg",
        enrolled["person"]["id"].as_str().expect("an id"),
        enrolled["photo_id"].as_str().expect("an id")
    );
    assert!(is_jpeg(client.get(house.url(&photo)).bearer_auth(house.token(Role::Read))).await);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_shown_under_its_own_person_only() {
    let house = House::new().await;
    let client = http();
    let mut enrolled = Vec::new();
    for (name, file) in [("Barack", OBAMA_PORTRAIT), ("Joe", BIDEN)] {
        let post = client.post(house.url(&format!("/add-face/{name}"))).bearer_auth(house.token(Role::Admin));
        let answer = json_of(sent(post.body(picture(file))).await.1).await;
        let id = |value: &Value| value.as_str().expect("an id").to_owned();
        enrolled.push((id(&answer["person"]["id"]), id(&answer["photo_id"])));
    }
    let get = |person: &str, photo: &str| {
        client.get(house.url(&format!("/v1/photos/{person}/{photo}.jpg"))).bearer_auth(house.token(Role::Read))
    };
    let [(barack, his), (joe, _)] = &enrolled[..] else { panic!("two people") };
    assert!(is_jpeg(get(barack, his)).await);
    assert_eq!(refused(get(joe, his)).await, because(404, "not_found"));
    assert_eq!(refused(get("nobody", his)).await, because(404, "not_found"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_recognised_as_a_picture_or_as_json() {
    let house = house_with_camera(TWO).await;
    let client = http();
    let token = house.token(Role::Read);
    assert!(is_jpeg(client.get(house.url("/recognize")).bearer_auth(token)).await);
    assert!(is_jpeg(client.post(house.url("/recognize")).bearer_auth(token).body(picture(TWO))).await);
    let post = client.post(house.url("/recognize")).bearer_auth(token).header("accept", "application/json");
    let found = json_of(post.body(picture(TWO)).send().await.expect("an answer")).await;
    assert_eq!(found["faces"].as_array().map(Vec::len), Some(2), "{found}");
    let mut asking = house.client(Role::Read).await;
    let asked = asking.result("recognize", json!({"purpose": "ask", "picture": data(TWO), "annotate": true})).await;
    let path = asked["annotated"].as_str().expect("a path");
    assert!(is_jpeg(client.get(house.url(path)).bearer_auth(token)).await);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_read_is_refused_as_everything_else() {
    let house = House::new().await;
    let client = http();
    for (path, named) in [
        ("/recognize?camera=a&camera=b", "camera"),
        ("/last-detection.jpg?camera=a&camera=b", "camera"),
        ("/motion-detected?camera=a&camera=b", "camera"),
        ("/add-face/A?box=1&box=2", "box"),
        ("/add-face/%ff", "path"),
        ("/v1/photos/%ff/a.jpg", "path"),
    ] {
        let (status, response) = sent(client.get(house.url(path)).bearer_auth(house.token(Role::Admin))).await;
        let error = json_of(response).await;
        assert_eq!((status.as_u16(), &error["code"]), (400, &"invalid_request".into()), "{path} {error}");
        assert!(error["message"].as_str().is_some_and(|words| words.contains(named)), "{path} {error}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_too_large() {
    let mut plan = Plan::default();
    plan.options.limits.max_bytes = 10_000;
    let house = House::with(plan).await;
    let request = http().post(house.url("/recognize")).bearer_auth(house.token(Role::Read)).body(vec![7; 10_001]);
    assert_eq!(refused(request).await, because(413, "too_large"));
    house.stop().await;
}

/// What a server says on a plain connection until it closes it.
async fn said(house: &House, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(house.running.address()).await.expect("a connection");
    let (mut from, mut to) = connection.split();
    let mut answers = String::new();
    let sending = async { to.write_all(request).await.expect("the server takes it all") };
    tokio::join!(sending, async { from.read_to_string(&mut answers).await.expect("answers") });
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_known_before_the_picture_has_arrived_keeps_the_connection() {
    let house = House::new().await;
    let token = house.token(Role::Admin);
    // Larger than what a socket takes up by itself: the server answers while most of it is on its way.
    let body = vec![7; 12_000_000];
    let post = |path: &str, token: &str| {
        let (length, auth) = (body.len(), format!("Authorization: Bearer {token}"));
        let head = format!("POST {path} HTTP/1.1\r\nHost: face\r\n{auth}\r\nContent-Length: {length}\r\n\r\n");
        [head.into_bytes(), body.clone()].concat()
    };
    let last = b"GET /healthz HTTP/1.1\r\nHost: face\r\nConnection: close\r\n\r\n".to_vec();
    let requests = [
        post("/add-face/a%2Fb", token),
        post("/recognize", "wrong"),
        post("/healthz", token),
        post("/nothing", token),
        last,
    ];
    let answers = said(&house, &requests.concat()).await;
    let statuses: Vec<_> =
        answers.match_indices("HTTP/1.1 ").map(|(at, word)| &answers[at + word.len()..][..3]).collect();
    assert_eq!(statuses, ["400", "401", "405", "404", "200"], "{answers}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_before_sending_is_not_made_to_send() {
    let house = House::new().await;
    let head = "POST /recognize HTTP/1.1\r\nHost: face\r\nExpect: 100-continue\r\nContent-Length: 12000000\r\n\r\n";
    let answers = said(&house, head.as_bytes()).await;
    assert!(answers.starts_with("HTTP/1.1 401 "), "{answers}");
    assert!(answers.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{answers}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_and_name_nobody() {
    let house = House::new().await;
    let client = http();
    let token = house.token(Role::Admin);
    sent(client.post(house.url("/add-face/Barack%20Obama")).bearer_auth(token).body(picture(OBAMA_PORTRAIT))).await;
    let metrics = async || {
        let asked =
            http().get(house.url("/metrics")).bearer_auth(token).header(header::CONNECTION, "close").send().await;
        asked.expect("an answer").text().await.expect("text")
    };
    let text = metrics().await;
    assert!(text.contains("\nface_people 1\n") && text.contains("\nface_photos 1\n"), "{text}");
    assert!(!text.contains("Obama"));
    let of = |of: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}{{of=\"{of}\"}} ")));
        line.unwrap_or_else(|| panic!("{name} {of}: {text}")).parse::<u64>().expect("a number")
    };
    for bounded in [
        "waiting_bytes",
        "waiting_questions",
        "commands",
        "folder_changes",
        "looked_at_again",
        "sittings",
        "unkept_writes",
        "connections",
        "connections_not_logged_in",
        "clients",
        "cameras",
        "requests_of_connection",
        "unread_messages",
        "large_messages",
        "uploads",
        "kept_pictures",
        "care_lists",
        "wrong_tokens",
    ] {
        assert!(of(bounded, "face_limit") > 0);
        assert_eq!(of(bounded, "face_limit_hits_total"), 0, "{bounded}");
    }
    // The connection of the photo ends with its client; the server notices a moment later.
    drop(client);
    let used = "\nface_limit_used{of=\"connections\"} 1\n";
    let alone = async { while !metrics().await.contains(used) {} };
    within("the only connection", alone).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_while_the_server_stops_is_told_so() {
    let house = House::new().await;
    let (url, address) = (house.url("/healthz"), house.running.address());
    // Somebody is still sending a picture.
    let mut slow = TcpStream::connect(address).await.expect("a connection");
    let head = format!(
        "POST /recognize HTTP/1.1\r\nHost: face\r\nAuthorization: Bearer {}\r\nContent-Length: 9\r\n\r\nhalf",
        house.token(Role::Admin)
    );
    slow.write_all(head.as_bytes()).await.expect("sent");
    let mut socket = house.client(Role::Read).await;
    assert_eq!(sent(http().get(&url)).await.0, StatusCode::OK);
    let stopping = tokio::spawn(house.running.stop());
    let closed = socket.closed().await;
    assert!(closed.reason.contains("shutting_down"), "{closed}");
    assert_eq!(refused(http().get(&url)).await, because(503, "shutting_down"));
    stopping.await.expect("stops");
    house.engine.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_served_as_it_is_committed() {
    let house = House::new().await;
    let text = http().get(house.url("/v1/schema.json")).send().await.expect("an answer").text().await.expect("text");
    assert_eq!(text, schema::COMMITTED);
    house.stop().await;
}
