//! Pictures that daily life proposes, over a real socket.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_server::server::protocol::Role;
use image::imageops;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{Client, House, OBAMA, OBAMA_PORTRAIT, data, http};
use crate::scenes::{portrait, scene, turned};

/// Alice is enrolled, comes to the door, and looks to both sides. What waits then.
async fn comes(admin: &mut Client) -> Vec<Value> {
    admin.result("enroll", json!({"person": "Alice", "picture": data(OBAMA_PORTRAIT)})).await;
    let right = turned(&imageops::flip_horizontal(&portrait("faces/Barack Obama/2009-09-09 address.jpg")), 300, 0.25);
    let (ahead, left) = (portrait(OBAMA), imageops::flip_horizontal(&right));
    // On a slow machine the visit may be over before the last picture.
    loop {
        for person in [(&ahead, 700), (&right, 700), (&left, 700)] {
            let picture = json!({"data": STANDARD.encode(scene(&[person]))});
            let taken = Timestamp::now();
            let observe = json!({"purpose": "observe", "camera": "door", "captured_at": taken, "picture": picture});
            admin.result("recognize", observe).await;
        }
        let listed = admin.result("proposals/list", json!({})).await;
        let waiting = listed["items"].as_array().expect("a list").clone();
        if waiting.len() == 2 {
            return waiting;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_listed_shown_accepted_and_declined() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let waiting = comes(&mut admin).await;
    let mut views: Vec<_> = waiting.iter().map(|p| p["view"].as_str().expect("a view")).collect();
    views.sort_unstable();
    assert_eq!(views, ["left", "right"], "{waiting:?}");
    let [first, second] = [&waiting[0]["proposal_id"], &waiting[1]["proposal_id"]];
    assert_eq!((&waiting[0]["person"]["name"], &waiting[0]["adds"]), (&json!("Alice"), &json!(["view"])));
    let people = admin.result("people/list", json!({})).await;
    let alice = &people["items"][0];
    assert_eq!(alice["proposals"], 2, "{alice}");

    let page = admin.result("proposals/list", json!({"person_id": alice["id"], "limit": 1})).await;
    assert_eq!(page["items"], json!([waiting[0]]));
    let next = json!({"person_id": alice["id"], "limit": 1, "cursor": page["next_cursor"]});
    assert_eq!(admin.result("proposals/list", next).await, json!({"items": [waiting[1]]}));
    let nobody = admin.result("proposals/list", json!({"person_id": "0000000000000000"})).await;
    assert_eq!(nobody, json!({"items": []}));

    let path = waiting[0]["picture"].as_str().expect("a path").to_owned();
    let get = |role| http().get(house.url(&path)).bearer_auth(house.token(role)).send();
    let bytes = get(Role::Read).await.expect("answered").bytes().await.expect("a picture");
    assert!(image::load_from_memory(&bytes).is_ok());
    assert_eq!(get(Role::Push).await.expect("answered").status(), 403);

    for kind in ["proposals/accept", "proposals/decline"] {
        assert_eq!(admin.error(kind, json!({"proposal_ids": []})).await["code"], "invalid_request");
        assert_eq!(admin.error(kind, json!({"proposal_ids": [first, "nothing"]})).await["code"], "not_found");
    }
    let declined = admin.result("proposals/decline", json!({"proposal_ids": [second]})).await;
    assert_eq!(declined, json!({"deleted": true}));
    let accepted = admin.result("proposals/accept", json!({"proposal_ids": [first, first]})).await;
    assert_eq!(accepted["refused"], json!([]), "{accepted}");
    assert_eq!(accepted["photos"][0]["person"]["name"], "Alice");
    assert_eq!(accepted["photos"].as_array().map(Vec::len), Some(1));
    assert_eq!(get(Role::Read).await.expect("answered").status(), 404);
    let people = admin.result("people/list", json!({})).await;
    assert_eq!((&people["items"][0]["photos"], &people["items"][0]["proposals"]), (&json!(2), &json!(0)));
    assert_eq!(admin.result("proposals/list", json!({})).await, json!({"items": []}));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_read_sees_what_waits_and_only_administrators_answer() {
    let house = House::new().await;
    let mut reader = house.client(Role::Read).await;
    assert_eq!(reader.result("proposals/list", json!({})).await, json!({"items": []}));
    let mut pusher = house.client(Role::Push).await;
    assert_eq!(pusher.error("proposals/list", json!({})).await["code"], "forbidden");
    for kind in ["proposals/accept", "proposals/decline"] {
        assert_eq!(reader.error(kind, json!({"proposal_ids": ["x"]})).await["code"], "forbidden");
    }
    house.stop().await;
}
