//! Teaching people, and what follows: they are known, seen, confirmed, present; events tell it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_server::server::protocol::Role;
use serde_json::{Value, json};

use crate::common::{BIDEN, House, NOBODY, OBAMA, OBAMA_PORTRAIT, TWO, data, http, later_picture, now};

fn ask(name: &str) -> Value {
    json!({"purpose": "ask", "picture": data(name)})
}

fn observe(name: &str) -> Value {
    json!({"purpose": "observe", "camera": "door", "captured_at": now(), "picture": data(name)})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolled_person_is_on_disk_and_known_by_the_next_picture() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let before = admin.result("recognize", ask(OBAMA)).await;
    assert_eq!(before["faces"][0]["identity"]["kind"], "unknown", "{before}");

    let enrolled = admin.result("enroll", json!({"person": "Barack Obama", "picture": data(OBAMA_PORTRAIT)})).await;
    assert_eq!((&enrolled["photos"], &enrolled["person"]["name"]), (&1.into(), &"Barack Obama".into()));
    let folder = house.folder.path().join("faces/Barack Obama");
    let jpegs = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    assert_eq!(jpegs.filter(|e| e.path().extension().is_some_and(|x| x == "jpg")).count(), 1);

    let after = admin.result("recognize", ask(OBAMA)).await;
    let identity = &after["faces"][0]["identity"];
    assert_eq!((&identity["kind"], &identity["person"]), (&"known".into(), &enrolled["person"]), "{after}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_that_teach_nothing_are_refused_with_the_reason() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let enroll = |person: &str, name: &str| json!({"person": person, "picture": data(name)});
    assert_eq!(admin.error("enroll", enroll("Nobody", NOBODY)).await["code"], "no_face");
    assert_eq!(admin.error("enroll", enroll("a\u{7}b", OBAMA)).await["code"], "invalid_name");
    let several = admin.error("enroll", enroll("Barack Obama", TWO)).await;
    assert_eq!(several["code"], "multiple_faces", "{several}");
    let faces = several["details"]["faces"].as_array().expect("their boxes");
    assert_eq!(faces.len(), 2);

    // Each of the two can be chosen by the box that was given.
    for (name, face) in ["One", "Other"].iter().zip(faces) {
        let mut chosen = enroll(name, TWO);
        chosen["box"] = face["box"].clone();
        admin.result("enroll", chosen).await;
    }
    let people = admin.result("people/list", json!({})).await;
    assert_eq!(people["items"].as_array().map(Vec::len), Some(2), "{people}");

    // One of the two is Barack Obama already.
    let someone = admin.error("enroll", enroll("Barack Obama", OBAMA_PORTRAIT)).await;
    assert_eq!(someone["code"], "looks_like_someone_else", "{someone}");
    let similarity = someone["details"]["similarity"].to_string();
    assert!(similarity.len() <= "0.123".len(), "{similarity} is not rounded");
    assert!(someone["details"]["similarity"].as_f64().is_some_and(|s| s > 0.5), "{someone}");
    let mut all_the_same = enroll("Barack Obama", OBAMA_PORTRAIT);
    all_the_same["allow"] = json!(["looks_like_someone_else"]);
    let id = admin.result("enroll", all_the_same).await["person"]["id"].take();
    assert_eq!(admin.error("enroll", enroll("Barack Obama", OBAMA_PORTRAIT)).await["code"], "duplicate");
    // The very photo is nobody else's, whatever is allowed.
    let mut same = enroll("Third", OBAMA_PORTRAIT);
    same["allow"] = json!(["duplicate", "looks_like_someone_else"]);
    let same = admin.error("enroll", same).await;
    assert_eq!((&same["code"], &same["details"]["person"]["id"]), (&"duplicate".into(), &id), "{same}");
    admin.result("people/delete", json!({"person_id": id})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pictures_confirm_a_person_and_every_subscriber_hears_of_it() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let person =
        admin.result("enroll", json!({"person": "Barack Obama", "picture": data(OBAMA_PORTRAIT)})).await["person"]
            .take();
    let mut listener = house.client(Role::Read).await;
    let begun = listener.result("subscribe", json!({})).await;
    assert_eq!(begun["gap"], true);
    assert_eq!(begun["state"]["people"][0]["id"], person["id"], "{begun}");

    let mut camera = house.client(Role::Push).await;
    let settings = json!({"camera": "door", "name": "Front door", "area": "Porch", "counts_as_home": true});
    camera.result("cameras/configure", json!({"cameras": [settings]})).await;
    let first = camera.result("recognize", observe(OBAMA)).await;
    assert_eq!(first["faces"][0]["identity"]["grade"], "seen", "{first}");
    let repeated = camera.result("recognize", observe(OBAMA)).await;
    assert_eq!(repeated["repeated"], true, "{repeated}");
    let second = camera.result("recognize", observe("faces/Barack Obama/2009-09-09 address.jpg")).await;
    assert_eq!(second["faces"][0]["identity"]["grade"], "confirmed", "{second}");

    let seen = listener.event("sighting").await;
    assert_eq!((&seen["event"]["grade"], &seen["event"]["person"]), (&"seen".into(), &person));
    assert_eq!(seen["event"]["camera"], "test/door");
    let arrived = listener.event("arrived").await;
    assert_eq!((&arrived["event"]["home"], &arrived["event"]["person"]), (&true.into(), &person));
    let people = admin.result("people/list", json!({})).await;
    let presence = &people["items"][0]["presence"];
    assert_eq!((&presence["home"], &presence["area"]), (&true.into(), &"Porch".into()), "{people}");

    // Who was away hears the same, marked as replayed.
    let mut returned = house.client(Role::Read).await;
    let since = json!({"run": begun["run"], "seq": begun["seq"]});
    let resumed = returned.result("subscribe", json!({"since": since})).await;
    assert_eq!((&resumed["gap"], resumed.get("state")), (&false.into(), None));
    let missed = returned.event("arrived").await;
    assert_eq!((&missed["replayed"], &missed["seq"]), (&true.into(), &arrived["seq"]));
    let mut foreign = house.client(Role::Read).await;
    let lost = foreign.result("subscribe", json!({"since": {"run": "another run", "seq": 1}})).await;
    assert_eq!(lost["gap"], true);

    let sightings = admin.result("sightings/list", json!({"person_id": person["id"]})).await;
    let id = sightings["items"][0]["sighting_id"].clone();
    let corrected = admin.result("sightings/correct", json!({"sighting_id": id})).await;
    assert_eq!(corrected["corrected"], true);
    listener.event("sighting_corrected").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_face_counts_against_the_person_it_was_taken_for() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    // Two people who look alike: Alice, and who comes to the door.
    admin.result("enroll", json!({"person": "Alice", "picture": data(OBAMA_PORTRAIT)})).await;
    let taken_for = admin.result("recognize", observe(OBAMA)).await;
    assert_eq!(taken_for["faces"][0]["identity"]["person"]["name"], "Alice", "{taken_for}");
    let sightings = admin.result("sightings/list", json!({})).await;
    let id = sightings["items"][0]["sighting_id"].clone();
    admin.result("sightings/correct", json!({"sighting_id": id})).await;

    let again = || json!({"purpose": "ask", "picture": {"data": STANDARD.encode(later_picture(OBAMA))}});
    let stranger = admin.result("recognize", again()).await;
    assert_eq!(stranger["faces"][0]["identity"]["kind"], "unknown", "{stranger}");
    assert_eq!(stranger["faces"][0]["evidence"]["held_back_by"], "correction", "{stranger}");
    let alice = admin.result("recognize", ask(OBAMA_PORTRAIT)).await;
    assert_eq!(alice["faces"][0]["identity"]["person"]["name"], "Alice", "{alice}");

    // It was her after all: her photo, and no longer against her.
    let was = json!({"sighting_id": id, "person": "Alice"});
    assert_eq!(admin.result("sightings/correct", was).await["corrected"], false);
    let known = admin.result("recognize", again()).await;
    assert_eq!(known["faces"][0]["identity"]["person"]["name"], "Alice", "{known}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_person_is_told_and_can_be_given_a_name() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let mut listener = house.client(Role::Read).await;
    listener.result("subscribe", json!({})).await;
    admin.result("recognize", observe(BIDEN)).await;
    let mut second = observe(BIDEN);
    second["picture"] = json!({"data": STANDARD.encode(later_picture(BIDEN))});
    admin.result("recognize", second).await;
    let seen = listener.event("unknown_seen").await;
    let unknown = seen["event"]["unknown"]["unknown_id"].clone();
    let listed = admin.result("unknowns/list", json!({})).await;
    assert_eq!(listed["items"][0]["unknown_id"], unknown, "{listed}");
    let person = admin.result("unknowns/assign", json!({"unknown_id": unknown, "person": "Joe Biden"})).await;
    assert_eq!((&person["name"], &person["photos"]), (&"Joe Biden".into(), &1.into()));
    let known = admin.result("recognize", ask(BIDEN)).await;
    assert_eq!(known["faces"][0]["identity"]["person"]["name"], "Joe Biden", "{known}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_about_a_stranger_shows_the_face_that_set_it_off() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let mut listener = house.client(Role::Read).await;
    listener.result("subscribe", json!({})).await;
    // The second picture is what tells, and a poor one; the stranger's best one is the first.
    admin.result("recognize", observe(BIDEN)).await;
    let mut second = observe(BIDEN);
    second["picture"] = json!({"data": STANDARD.encode(later_picture(BIDEN))});
    admin.result("recognize", second).await;
    let told = listener.event("unknown_seen").await["event"]["unknown"].take();
    let text = |field: &str| told[field].as_str().expect("a text").to_owned();
    let (alert, best) = (text("picture"), format!("/v1/unknowns/{}.jpg", text("unknown_id")));
    let client = http();
    let get = |path: &str| client.get(house.url(path)).bearer_auth(house.token(Role::Read)).send();
    let mut light = Vec::new();
    for path in [&alert, &best] {
        let body = get(path).await.expect("an answer").bytes().await.expect("a body");
        let face = image::load_from_memory(&body).expect("a picture").into_luma8();
        light.push(face.pixels().map(|p| u64::from(p.0[0])).sum::<u64>() / u64::from(face.width() * face.height()));
    }
    assert!(light[0] + 20 < light[1], "{light:?}");
    for gone in [format!("{}0.jpg", alert.trim_end_matches(".jpg")), "/v1/unknowns/0_x.jpg".into()] {
        assert_eq!(get(&gone).await.expect("an answer").status(), 404, "{gone}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_listed_renamed_merged_and_deleted() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let mut ids = Vec::new();
    for (name, file) in
        [("Barack Obama", OBAMA_PORTRAIT), ("Joe Biden", BIDEN), ("Åsa 日本", "faces/Eileen Collins/portrait.png")]
    {
        let enrolled = admin.result("enroll", json!({"person": name, "picture": data(file)})).await;
        ids.push(enrolled["person"]["id"].clone());
    }
    let (mut names, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = admin.result("people/list", json!({"limit": 2, "cursor": cursor})).await;
        names.extend(
            page["items"].as_array().expect("items").iter().map(|p| p["name"].as_str().expect("a name").to_owned()),
        );
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(names, ["Barack Obama", "Joe Biden", "Åsa 日本"]);

    let taken = admin.error("people/rename", json!({"person_id": ids[1], "name": "barack obama"})).await;
    assert_eq!(taken["code"], "name_taken");
    let renamed = admin.result("people/rename", json!({"person_id": ids[1], "name": "Joe"})).await;
    assert_eq!((&renamed["id"], &renamed["name"]), (&ids[1], &"Joe".into()));
    let photos = admin.result("photos/list", json!({"person_id": ids[0]})).await;
    let photo = photos["items"][0]["photo_id"].clone();
    let merged = admin.result("people/merge", json!({"from": ids[0], "into": ids[1]})).await;
    assert_eq!((&merged["id"], &merged["photos"]), (&ids[1], &2.into()));
    // One photo goes to somebody new, and back; nothing of it is lost on the way.
    let wrong = json!({"person_id": ids[2], "photo_id": photo, "person": "Carol"});
    assert_eq!(admin.error("photos/move", wrong).await["code"], "not_found", "it is not a photo of theirs");
    let to = |person: &Value, name: &str| json!({"person_id": person, "photo_id": photo, "person": name});
    let carol = admin.result("photos/move", to(&ids[1], "Carol")).await;
    assert_eq!((&carol["name"], &carol["photos"]), (&"Carol".into(), &1.into()));
    let hers = admin.result("photos/list", json!({"person_id": carol["id"]})).await;
    assert_eq!((&hers["items"][0]["photo_id"], &hers["items"][0]["usable"]), (&photo, &true.into()));
    let back = admin.result("photos/move", to(&carol["id"], "joe")).await;
    assert_eq!((&back["id"], &back["photos"]), (&ids[1], &2.into()), "by the name, however it is written");
    admin.result("people/delete", json!({"person_id": carol["id"]})).await;
    admin.result("photos/delete", json!({"person_id": ids[1], "photo_id": photo})).await;
    assert_eq!(admin.error("photos/list", json!({"person_id": ids[0]})).await["code"], "not_found");
    admin.result("people/delete", json!({"person_id": ids[1]})).await;
    let left = admin.result("people/list", json!({})).await;
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_told_and_kept() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let mut listener = house.client(Role::Read).await;
    listener.result("subscribe", json!({})).await;
    let set = admin.result("settings/set", json!({"presence_timeout_s": 900})).await;
    assert_eq!(set["presence_timeout_s"], 900);
    assert_eq!(admin.result("settings/get", json!({})).await, set);
    assert_eq!(listener.event("settings_changed").await["event"]["settings"], set);
    assert_eq!(admin.error("settings/set", json!({"retention_days": 0})).await["code"], "invalid_request");
    house.stop().await;
}
