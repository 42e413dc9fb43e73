//! What a home must be able to trust: who is deleted is gone from everywhere, one broken row costs nothing but itself, and no
//! client takes what is everybody's.

use std::path::Path;

use face_server::server::protocol::Role;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{BIDEN, House, NOBODY, OBAMA, OBAMA_PORTRAIT, data, http, now};

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        if path.is_dir() {
            found.push((path.display().to_string(), Vec::new()));
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap_or_default()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_deleted_is_gone_from_disk_and_events_while_the_server_runs() {
    const NAME: &str = "Zaphod Quintessence";
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let begun = admin.result("subscribe", json!({})).await;
    let since = json!({"since": {"run": begun["run"], "seq": begun["seq"]}});
    let enrolled = admin.result("enroll", json!({"person": NAME, "picture": data(OBAMA_PORTRAIT)})).await;
    let person = enrolled["person"]["id"].as_str().expect("an id").to_owned();
    let observe = |picture: Value| {
        let (at, camera) = (now(), "hall");
        json!({"purpose": "observe", "camera": camera, "captured_at": at, "picture": picture, "annotate": true})
    };
    admin.result("recognize", observe(data(OBAMA))).await;
    admin.result("recognize", observe(data("faces/Barack Obama/2009-09-09 address.jpg"))).await;
    let sightings = admin.result("sightings/list", json!({"person_id": person})).await;
    let sighting = sightings["items"][0].clone();
    let get = |path: &str| {
        let request = http().get(house.url(path)).bearer_auth(house.token(Role::Admin));
        async move { request.send().await.expect("an answer") }
    };
    let picture_path = sighting["picture"].as_str().expect("a picture").to_owned();
    let picture = get(&picture_path).await.bytes().await.expect("bytes");
    let traces = [NAME.as_bytes().to_vec(), person.as_bytes().to_vec(), picture[picture.len() / 2..][..64].to_vec()];
    let left = || {
        let all = files(house.folder.path());
        let holds = |bytes: &[u8], trace: &[u8]| bytes.windows(trace.len()).any(|part| part == trace);
        let has = |(path, bytes): &(String, Vec<u8>)| {
            traces.iter().any(|trace| holds(bytes, trace) || holds(path.as_bytes(), trace))
        };
        all.into_iter().filter(has).map(|(path, _)| path).collect::<Vec<_>>()
    };
    let annotated = "/v1/cameras/test-Admin%2Fhall/annotated.jpg";
    assert_eq!(get(annotated).await.status(), 200);
    assert!(left().len() >= 3, "folder, photo or its record, database: {:?}", left());

    admin.result("people/delete", json!({"person_id": person})).await;
    for _ in 0..50 {
        if left().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(left(), Vec::<String>::new());
    assert_eq!(get(&picture_path).await.status(), 404);
    assert_eq!(get(annotated).await.status(), 404, "it has the name on it");
    let mut back = house.client(Role::Read).await;
    let missed = back.result("subscribe", since).await;
    assert_eq!(missed["gap"], true, "{missed}");
    assert!(!missed.to_string().contains(NAME), "{missed}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_deleted_for_now_is_nowhere_to_be_seen_and_gone_from_disk_once_they_are_erased() {
    const NAME: &str = "Zaphod Quintessence";
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let enrolled = admin.result("enroll", json!({"person": NAME, "picture": data(OBAMA_PORTRAIT)})).await;
    let (person, photo) = (enrolled["person"]["id"].clone(), enrolled["photo_id"].clone());
    let begun = admin.result("subscribe", json!({})).await;
    let observe =
        json!({"purpose": "observe", "camera": "hall", "captured_at": now(), "picture": data(OBAMA), "annotate": true});
    admin.result("recognize", observe).await;
    let sighting = admin.result("sightings/list", json!({})).await["items"][0].clone();
    let get = |path: String| {
        let request = http().get(house.url(&path)).bearer_auth(house.token(Role::Admin));
        async move { request.send().await.expect("an answer") }
    };
    let paths = [
        sighting["picture"].as_str().expect("a picture").to_owned(),
        format!("/v1/photos/{}/{}.jpg", person.as_str().expect("an id"), photo.as_str().expect("an id")),
        "/v1/cameras/test-Admin%2Fhall/annotated.jpg".to_owned(),
    ];
    let crop = get(paths[0].clone()).await.bytes().await.expect("bytes");
    let traces = [NAME.as_bytes(), person.as_str().expect("an id").as_bytes(), &crop[crop.len() / 2..][..64]];
    let left = || {
        let holds = |bytes: &[u8]| traces.iter().any(|trace| bytes.windows(trace.len()).any(|part| part == *trace));
        let all = files(house.folder.path()).into_iter();
        all.filter(|(path, bytes)| holds(bytes) || holds(path.as_bytes())).map(|(path, _)| path).collect::<Vec<_>>()
    };

    let deleted = admin.result("people/delete", json!({"person_id": person, "undo": true})).await;
    let deletion = deleted["change"].clone();
    assert_eq!((&deletion["person"]["id"], &deletion["photos"]), (&person, &json!(1)), "{deleted}");
    for path in &paths {
        assert_eq!(get(path.clone()).await.status(), 404, "{path}");
    }
    for list in ["people/list", "sightings/list", "proposals/list", "problems/list", "care/list", "unknowns/list"] {
        let page = admin.result(list, json!({})).await;
        assert_eq!(page["items"], json!([]), "{list}");
    }
    let found = admin.result("search", json!({"picture": data(OBAMA)})).await;
    assert!(!found.to_string().contains(NAME), "{found}");
    let since = json!({"since": {"run": begun["run"], "seq": begun["seq"]}});
    let missed = house.client(Role::Read).await.result("subscribe", since).await;
    assert!(missed["gap"] == true && !missed.to_string().contains(NAME), "{missed}");
    let library = get("/v1/library.tar".to_owned()).await.bytes().await.expect("bytes");
    assert!(!library.windows(NAME.len()).any(|part| part == NAME.as_bytes()));
    assert!(!left().is_empty(), "it can be put back");
    let listed = admin.result("changes/list", json!({})).await;
    assert_eq!(listed["items"], json!([deletion]));
    let refused = house.client(Role::Read).await.error("changes/list", json!({})).await;
    assert_eq!(refused["code"], "forbidden");

    admin.result("changes/erase", json!({"change_id": deletion["change_id"]})).await;
    for _ in 0..50 {
        if left().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(left(), Vec::<String>::new());
    let late = admin.error("changes/undo", json!({"change_id": deletion["change_id"]})).await;
    assert!(late["code"] == "not_found" && late["message"].to_string().contains("hour"), "{late}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_for_now_comes_back_over_the_wire() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let anna = admin.result("enroll", json!({"person": "Anna", "picture": data(OBAMA_PORTRAIT)})).await;
    let (person, photo) = (anna["person"]["id"].clone(), anna["photo_id"].clone());
    let about = json!({"person_id": person, "photo_id": photo, "undo": true});
    let deleted = admin.result("photos/delete", about).await;
    assert_eq!(deleted["change"]["photo_id"], photo);
    let id = json!({"change_id": deleted["change"]["change_id"]});
    assert_eq!(admin.result("changes/undo", id).await["person"]["photos"], 1);
    let deleted = admin.result("people/delete", json!({"person_id": person, "undo": true})).await;
    let carol = admin.result("enroll", json!({"person": "anna", "picture": data(BIDEN)})).await;
    let id = json!({"change_id": deleted["change"]["change_id"]});
    let refused = admin.error("changes/undo", id.clone()).await;
    assert!(refused["code"] == "name_taken" && refused["message"].to_string().contains("another name"), "{refused}");
    admin.result("people/rename", json!({"person_id": carol["person"]["id"], "name": "Carol"})).await;
    let back = admin.result("changes/undo", id).await;
    assert_eq!((&back["person"]["id"], &back["person"]["name"]), (&person, &json!("Anna")));
    let other = carol["person"]["id"].clone();
    admin.result("people/merge", json!({"from": other, "into": person})).await;
    let merge = admin.result("changes/list", json!({})).await["items"][0].clone();
    assert_eq!((&merge["kind"], &merge["person"]["id"]), (&json!("people_merged"), &other), "{merge}");
    let parted = admin.result("changes/undo", json!({"change_id": merge["change_id"]})).await;
    assert_eq!((&parted["person"]["name"], &parted["person"]["photos"]), (&json!("Carol"), &json!(1)), "{parted}");
    admin.result("people/delete", json!({"person_id": person, "undo": true})).await;
    admin.result("people/delete", json!({"person_id": carol["person"]["id"], "undo": true})).await;
    assert_eq!(admin.result("changes/list", json!({"limit": 1})).await["items"].as_array().expect("items").len(), 1);
    admin.result("changes/erase", json!({})).await;
    assert_eq!(admin.result("changes/list", json!({})).await["items"], json!([]));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_an_unknown_person_is_listed_and_undone_over_the_wire() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let seen = json!({"purpose": "observe", "camera": "door", "captured_at": now(), "picture": data(BIDEN)});
    admin.result("recognize", seen).await;
    let unknown = admin.result("unknowns/list", json!({})).await["items"][0].clone();
    let id = json!({"unknown_id": unknown["unknown_id"]});
    let named = json!({"unknown_id": unknown["unknown_id"], "person": "Joe"});
    let gone = json!({"unknown_id": unknown["unknown_id"], "undo": true});
    for (request, about, kind) in [
        ("unknowns/ignore", id, "unknown_ignored"),
        ("unknowns/assign", named, "unknown_named"),
        ("unknowns/delete", gone, "unknown_forgotten"),
    ] {
        let done = admin.result(request, about).await;
        let listed = admin.result("changes/list", json!({})).await;
        let [change] = &listed["items"].as_array().expect("items")[..] else { panic!("{listed}") };
        assert_eq!((&change["kind"], &change["unknown_id"]), (&json!(kind), &unknown["unknown_id"]), "{change}");
        assert!(done["change"].is_null() || done["change"] == *change, "{done}");
        let undone = admin.result("changes/undo", json!({"change_id": change["change_id"]})).await;
        assert_eq!(undone, json!({"unknown": unknown}), "{kind}");
    }
    assert_eq!(admin.result("people/list", json!({})).await["items"], json!([]));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_pushes_under_many_names_keeps_no_other_out() {
    let house = House::new().await;
    let other = house.engine.database().create_token("other", Role::Push, None, jiff::Timestamp::now()).expect("made");
    let cameras = |numbers: std::ops::Range<usize>| {
        let camera = |n| json!({"camera": format!("{n}"), "name": "x"});
        json!({"cameras": numbers.map(camera).collect::<Vec<_>>()})
    };
    house.client_named(Role::Push, "many").await.result("cameras/configure", cameras(0..100)).await;
    for n in 1..20 {
        let mut client = house.client_named(Role::Push, &format!("many-{n}")).await;
        let error = client.error("cameras/configure", cameras(0..1)).await;
        assert_eq!(error["code"], "invalid_request", "{error}");
    }
    let error = house.client_named(Role::Push, "many-20").await.error("cameras/configure", cameras(0..1)).await;
    assert!(error["code"] == "forbidden" && error["message"].to_string().contains("client_id"), "{error}");
    let mut client = house.connect().await;
    let hello = client.next().await;
    assert_eq!(hello["type"], "hello", "{hello}");
    let mut auth = house.auth(Role::Push, jiff::Timestamp::now());
    (auth["token"], auth["client_id"]) = (other.into(), "door".into());
    client.send(&auth).await;
    assert_eq!(client.next().await["type"], "auth_ok");
    let observe = json!({"purpose": "observe", "camera": "door", "captured_at": now(), "picture": data(NOBODY)});
    client.result("recognize", observe).await;
    house.stop().await;
}

/// Breaks one row of each kind in a stopped server's database.
pub(crate) fn break_rows(database: &Path) {
    let connection = Connection::open(database).expect("a database");
    let rows = [
        "INSERT INTO token (name, role, sha256, created) VALUES ('time', 'read', x'00', 'noon')",
        "INSERT INTO token (name, role, sha256, created) VALUES ('role', 'king', x'01', 1)",
        "INSERT INTO document VALUES ('camera', 'a/b', x'ff00')",
        "INSERT INTO document VALUES ('camera', 'a/c', '{')",
        "INSERT OR REPLACE INTO document VALUES ('setting', 'home', '{')",
        "INSERT OR REPLACE INTO document VALUES ('setting', 'server_id', x'ff')",
        "INSERT INTO document VALUES ('presence', 'a', x'ff')",
        "INSERT INTO document VALUES ('folder', 'a', x'ff')",
        "INSERT INTO document VALUES ('person_settings', 'a', '7')",
        "INSERT INTO document VALUES ('intent', 'a', '{')",
        "INSERT INTO known_file VALUES ('text', 'many', 1, 'p')",
        "INSERT INTO embedding_cache SELECT 'p', 'm', 1, x'ff', 'text'",
        "INSERT INTO unknown VALUES ('u', 'noon', 1, 1, 0, 'c')",
        "INSERT INTO unknown VALUES ('v', 9223372036854775807, 1, 1, 0, x'ff')",
        "INSERT INTO unknown_alert VALUES ('u', 'noon', 'text')",
        "INSERT INTO sighting (at, camera, person, grade, probability, similarity, model, embedding, crop)
         VALUES (1, 'c', x'ff', 'seen', 1, 1, 'm', x'00', x'00')",
        "INSERT INTO sighting (at, camera, person, grade, probability, similarity, model, embedding, corrected)
         VALUES ('noon', 'c', 'p', 'guessed', 1, 1, 'm', 'text', 'x')",
        "UPDATE sqlite_sequence SET seq = 'many'",
    ];
    for row in rows {
        connection.execute(row, []).expect(row);
    }
}
