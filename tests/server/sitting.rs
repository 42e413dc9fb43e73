//! Somebody is learned at a camera over a real socket, with pictures over HTTP.

use face_server::server::fetch::Source;
use face_server::server::protocol::Role;
use serde_json::{Value, json};

use crate::common::{Client, House, NOBODY, OBAMA, OBAMA_PORTRAIT, Plan, TWO, data, http};

/// A server that looks at a file by itself.
async fn house_with_hall() -> House {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(OBAMA);
    House::with(Plan::default().camera("hall", Source::File(file))).await
}

/// Begins at the hall, and waits for a picture.
async fn taken(admin: &mut Client) -> Value {
    let begun = admin.result("sittings/start", json!({"camera": "hall"})).await;
    assert_eq!((&begun["taking"], &begun["ask"]), (&json!(true), &json!("step_into_view")), "{begun}");
    loop {
        let now = admin.result("sittings/get", json!({"sitting_id": begun["sitting_id"]})).await;
        if now["pictures"] != json!([]) {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_looks_at_its_own_camera_and_what_is_accepted_is_enrolled() {
    let house = house_with_hall().await;
    let mut admin = house.client(Role::Admin).await;
    let sitting = taken(&mut admin).await;
    assert_eq!(sitting["ask"], "look_left", "{sitting}");
    let shown = &sitting["pictures"][0];
    assert_eq!((&shown["picture_id"], &shown["view"]), (&json!(1), &json!("front")), "{shown}");
    let path = shown["picture"].as_str().expect("a path").to_owned();
    let get = |role| http().get(house.url(&path)).bearer_auth(house.token(role)).send();
    let bytes = get(Role::Read).await.expect("answered").bytes().await.expect("a picture");
    assert!(image::load_from_memory(&bytes).is_ok());
    let busy = admin.error("sittings/start", json!({"camera": "hall"})).await;
    assert_eq!(busy["code"], "busy");
    assert!(busy["details"]["retry_after_ms"].as_u64().is_some_and(|ms| ms <= 60_000), "{busy}");

    let id = &sitting["sitting_id"];
    let none = admin.error("sittings/accept", json!({"sitting_id": id, "person": "Alice", "pictures": []})).await;
    assert_eq!(none["code"], "invalid_request");
    let other = admin.error("sittings/accept", json!({"sitting_id": id, "person": "Alice", "pictures": [7]})).await;
    assert_eq!(other["code"], "not_found");
    let person = admin.result("sittings/accept", json!({"sitting_id": id, "person": "Alice", "pictures": [1]})).await;
    assert_eq!((&person["name"], &person["photos"]), (&json!("Alice"), &json!(1)), "{person}");
    let photos = admin.result("photos/list", json!({"person_id": person["id"]})).await;
    let photo = house.url(photos["items"][0]["picture"].as_str().expect("a path"));
    let photo = http().get(photo).bearer_auth(house.token(Role::Admin)).send().await.expect("answered");
    assert_eq!(photo.bytes().await.expect("a picture"), bytes, "the very picture that was shown");
    assert_eq!(get(Role::Read).await.expect("answered").status(), 404);
    assert_eq!(admin.error("sittings/get", json!({"sitting_id": id})).await["code"], "not_found");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_alike_is_refused_and_what_is_declined_is_gone() {
    let house = house_with_hall().await;
    let mut admin = house.client(Role::Admin).await;
    admin.result("enroll", json!({"person": "Ben", "picture": data(OBAMA_PORTRAIT)})).await;
    let sitting = taken(&mut admin).await;
    let accept = json!({"sitting_id": sitting["sitting_id"], "person": "Alice", "pictures": [1]});
    let refused = admin.error("sittings/accept", accept).await;
    assert_eq!(
        (&refused["code"], &refused["details"]["person"]["name"]),
        (&json!("looks_like_someone_else"), &json!("Ben"))
    );
    let id = json!({"sitting_id": sitting["sitting_id"]});
    assert_eq!(admin.result("sittings/decline", id.clone()).await, json!({"deleted": true}));
    assert_eq!(admin.error("sittings/decline", id).await["code"], "not_found");
    let people = admin.result("people/list", json!({})).await;
    assert_eq!(people["items"].as_array().map(Vec::len), Some(1), "{people}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_learned_by_pictures_that_are_sent_was_nowhere() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let begun = admin.result("sittings/start", json!({})).await;
    assert_eq!((&begun["taking"], begun.get("camera")), (&json!(true), None), "{begun}");
    let id = &begun["sitting_id"];
    let shows = |picture| json!({"sitting_id": id, "picture": data(picture)});
    for (picture, ask, taken) in
        [(NOBODY, "step_into_view", 0), (TWO, "one_person_only", 0), (OBAMA, "look_left", 1), (OBAMA, "look_left", 1)]
    {
        let now = admin.result("sittings/picture", shows(picture)).await;
        assert_eq!((&now["ask"], now["pictures"].as_array().map(Vec::len)), (&json!(ask), Some(taken)), "{now}");
    }
    // Another phone need not wait.
    let other = admin.result("sittings/start", json!({})).await;
    assert_eq!(admin.result("sittings/get", json!({"sitting_id": other["sitting_id"]})).await["pictures"], json!([]));

    let person = admin.result("sittings/accept", json!({"sitting_id": id, "person": "Alice", "pictures": [1]})).await;
    assert_eq!((&person["photos"], &person["presence"]["present"]), (&json!(1), &json!(false)), "{person}");
    for list in ["sightings/list", "unknowns/list"] {
        assert_eq!(admin.result(list, json!({})).await["items"], json!([]), "{list}");
    }
    assert_eq!(admin.error("sittings/picture", shows(OBAMA)).await["code"], "not_found");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_learn_somebody_and_only_at_a_camera_that_is_there() {
    let house = house_with_hall().await;
    for role in [Role::Push, Role::Read] {
        let mut client = house.client(role).await;
        for (kind, fields) in [
            ("sittings/start", json!({"camera": "hall"})),
            ("sittings/picture", json!({"sitting_id": "x", "picture": data(OBAMA)})),
            ("sittings/get", json!({"sitting_id": "x"})),
            ("sittings/accept", json!({"sitting_id": "x", "person": "Eve", "pictures": [1]})),
            ("sittings/decline", json!({"sitting_id": "x"})),
        ] {
            assert_eq!(client.error(kind, fields).await["code"], "forbidden", "{kind}");
        }
    }
    let mut admin = house.client(Role::Admin).await;
    assert_eq!(admin.error("sittings/start", json!({"camera": "nowhere"})).await["code"], "unknown_camera");
    house.stop().await;
}
