//! "Have we seen this person?", over a real socket.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_server::server::protocol::Role;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{BIDEN, Client, House, NOBODY, OBAMA, OBAMA_PORTRAIT, TWO, data, http, later_picture};

const COLLINS: &str = "faces/Eileen Collins/portrait.png";

async fn seen(client: &mut Client, camera: &str, picture: Value) {
    let observe = json!({"purpose": "observe", "camera": camera, "captured_at": Timestamp::now(), "picture": picture});
    client.result("recognize", observe).await;
}

async fn search(client: &mut Client, picture: &str) -> Value {
    client.result("search", json!({"picture": data(picture)})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_is_looked_for_among_people_unknown_people_and_sightings_and_nothing_of_it_is_kept() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let alice = admin.result("enroll", json!({"person": "Alice", "picture": data(OBAMA_PORTRAIT)})).await;
    seen(&mut admin, "door", data(OBAMA)).await;
    seen(&mut admin, "garden", data(BIDEN)).await;

    let mut reader = house.client(Role::Read).await;
    let found = search(&mut reader, "faces/Barack Obama/2009-09-09 address.jpg").await;
    let face = &found["faces"][0];
    let person = &face["people"][0];
    assert_eq!((&person["person"], &person["photo_id"]), (&alice["person"], &alice["photo_id"]), "{found}");
    assert_eq!((&person["likelihood"], &face["unknowns"]), (&json!("sure"), &json!([])));
    let sighting = &face["sightings"][0];
    assert_eq!((&sighting["camera"], &sighting["likelihood"]), (&json!("test-Admin/door"), &json!("sure")), "{found}");
    assert_eq!((&face["alike_sightings"], &found["compared"]), (&json!(1), &json!(1)));
    for picture in [&person["picture"], &sighting["picture"]] {
        let path = picture.as_str().expect("a path");
        let shown = http().get(house.url(path)).bearer_auth(house.token(Role::Read)).send().await.expect("answered");
        assert_eq!(shown.status(), 200, "{path}");
    }

    let stranger = json!({"picture": {"data": STANDARD.encode(later_picture(BIDEN))}});
    let found = reader.result("search", stranger).await;
    let unknowns = admin.result("unknowns/list", json!({})).await;
    let face = &found["faces"][0];
    assert_eq!(face["unknowns"][0]["unknown_id"], unknowns["items"][0]["unknown_id"], "{found}");
    assert_eq!(face["unknowns"][0]["camera"], "test-Admin/garden");
    assert_eq!((&face["people"], &face["sightings"]), (&json!([]), &json!([])));

    let nobody = search(&mut reader, COLLINS).await;
    let face = &nobody["faces"][0];
    assert_eq!([&face["people"], &face["unknowns"], &face["sightings"]], [&json!([]); 3], "{nobody}");
    assert_eq!(search(&mut reader, NOBODY).await["faces"], json!([]));
    assert_eq!(search(&mut reader, TWO).await["faces"].as_array().map(Vec::len), Some(2), "one to be chosen");
    assert_eq!(admin.result("unknowns/list", json!({})).await, unknowns, "who was looked for is no unknown person");
    let sightings = admin.result("sightings/list", json!({})).await;
    assert_eq!(sightings["items"].as_array().map(Vec::len), Some(1), "{sightings}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_push_pictures_looks_for_nobody() {
    let house = House::new().await;
    let mut pusher = house.client(Role::Push).await;
    assert_eq!(pusher.error("search", json!({"picture": data(OBAMA)})).await["code"], "forbidden");
    assert_eq!(pusher.error("cameras/sight", json!({})).await["code"], "forbidden");
    let mut reader = house.client(Role::Read).await;
    let url = json!({"picture": {"url": "http://127.0.0.1/picture.jpg"}});
    assert_eq!(reader.error("search", url).await["code"], "forbidden");
    let mut admin = house.client(Role::Admin).await;
    seen(&mut admin, "door", data(OBAMA)).await;
    let sights = reader.result("cameras/sight", json!({})).await;
    let sight = &sights["items"][0];
    assert_eq!((&sight["camera"], &sight["visits"]), (&json!("test-Admin/door"), &json!(1)), "{sights}");
    assert_eq!((&sight["verdict"], &sight["changes"]), (&json!("unknown"), &json!([])));
    house.stop().await;
}
