//! The folder of people over a real socket: what is wrong with it is reported, and an answer settles it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use face_server::server::Patience;
use face_server::server::protocol::Role;
use face_server::store;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{BIDEN, Client, House, OBAMA, OBAMA_PORTRAIT, Plan, data, http, picture, within};

async fn problems(admin: &mut Client) -> Vec<String> {
    let listed = admin.result("problems/list", json!({})).await;
    let line =
        |item: &Value| format!("{} {}", item["kind"].as_str().expect("a kind"), item["path"].as_str().expect("a path"));
    listed["items"].as_array().expect("items").iter().map(line).collect()
}

/// Copies a photo of a sample person.
fn drop_into(folder: &Path, person: &str, file: &str, sample: &str) {
    let folder = folder.join("faces").join(person);
    fs::create_dir_all(&folder).expect("is made");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("faces").join(sample);
    fs::copy(sample, folder.join(file)).expect("is copied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_of_somebody_else_in_a_folder_is_not_used_until_it_is_accepted() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    admin.result("enroll", json!({"person": "Ben", "picture": data(OBAMA)})).await;
    admin.result("subscribe", json!({})).await;
    drop_into(house.folder.path(), "Anna", "1.jpg", "Grace Hopper/portrait.jpg");
    while admin.event("person_changed").await["event"]["person"]["photos"] != 1 {}
    drop_into(house.folder.path(), "Anna", "2.jpg", "Barack Obama/2009-09-09 address.jpg");
    let told = admin.event("library_changed").await;
    assert_eq!(told["event"]["library"]["problems"], 1, "{told}");
    assert_eq!(problems(&mut admin).await, ["somebody_elses Anna/2.jpg"]);
    let problem = admin.result("problems/list", json!({})).await["items"][0].clone();
    let anna = json!({"person_id": problem["person_id"]});
    let photos = admin.result("photos/list", anna.clone()).await;
    assert_eq!(
        (&photos["items"][0]["usable"], &photos["items"][1]["usable"]),
        (&json!(true), &json!(false)),
        "{photos}"
    );
    let mut photo = anna.clone();
    photo["photo_id"] = problem["photo_id"].clone();
    let accepted = admin.result("photos/accept", photo).await;
    assert_eq!(accepted["usable"], true, "{accepted}");
    assert!(!problems(&mut admin).await.iter().any(|line| line.ends_with("Anna/2.jpg")));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_a_share_that_is_away_stay_until_somebody_says_that_they_are_gone() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let ben = admin.result("enroll", json!({"person": "Ben", "picture": data(OBAMA)})).await["person"]["id"].clone();
    admin.result("subscribe", json!({})).await;
    let (faces, share) = (house.folder.path().join("faces"), house.folder.path().join("share"));
    fs::rename(&faces, &share).expect("is away");
    fs::create_dir(&faces).expect("is its mount point");
    let told = admin.event("library_changed").await;
    assert_eq!(told["event"]["library"]["missing"]["people"], 1, "{told}");
    assert_eq!(admin.result("people/list", json!({})).await["items"][0]["id"], ben);
    let refused = admin.error("enroll", json!({"person": "Eve", "picture": data(BIDEN)})).await;
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("1 of 1 people are missing")), "{refused}");
    assert_eq!(problems(&mut admin).await, ["missing Ben"]);
    let waited = admin.result("people/missing", json!({"answer": "wait"})).await;
    assert_eq!(waited["missing"]["of"], 1, "{waited}");
    // What it changes is told before it is answered.
    admin.ask("people/missing", json!({"answer": "forget"})).await;
    assert_eq!(admin.event("person_removed").await["event"]["person_id"], ben);
    fs::remove_dir_all(&faces).expect("is unmounted");
    fs::rename(&share, &faces).expect("is mounted");
    assert_eq!(admin.event("person_changed").await["event"]["person"]["id"], ben, "with the same id");
    house.stop().await;
}

/// Who is there, with the number of their photos.
async fn people(admin: &mut Client) -> Vec<String> {
    let listed = admin.result("people/list", json!({})).await;
    let line = |p: &Value| format!("{} {} {} {}", p["id"], p["name"], p["photos"], p["presence_timeout_s"]);
    listed["items"].as_array().expect("items").iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_exported_erased_and_imported_again() {
    let house = House::new().await;
    let mut admin = house.client(Role::Admin).await;
    let anna = admin.result("enroll", json!({"person": "Anna", "picture": data(OBAMA)})).await["person"]["id"].clone();
    admin.result("enroll", json!({"person": "Ben", "picture": data(BIDEN)})).await;
    admin.result("people/configure", json!({"person_id": anna, "presence_timeout_s": 77})).await;
    let before = people(&mut admin).await;
    let url = house.url("/v1/library.tar");
    for role in [Role::Trigger, Role::Push, Role::Read] {
        for request in [http().get(&url), http().post(&url)] {
            let refused = request.bearer_auth(house.token(role)).send().await.expect("answered");
            assert_eq!(refused.status(), 403);
        }
    }
    let exported = http().get(&url).bearer_auth(house.token(Role::Admin)).send().await.expect("answered");
    assert_eq!(exported.headers()["content-type"], "application/x-tar");
    let name = exported.headers()["content-disposition"].to_str().expect("text").to_owned();
    assert!(name.starts_with("attachment; filename=face-library-2"), "{name}");
    let file = exported.bytes().await.expect("a file").to_vec();

    let send = async |file: Vec<u8>| {
        let sent = http().post(&url).bearer_auth(house.token(Role::Admin)).body(file).send().await.expect("answered");
        let status = sent.status().as_u16();
        let answer = sent.bytes().await.expect("an answer");
        (status, serde_json::from_slice::<Value>(&answer).expect("JSON"))
    };
    let (status, again) = send(file.clone()).await;
    assert_eq!((status, &again["people"][0]["photos_known"]), (200, &json!(1)), "{again}");
    assert_eq!(people(&mut admin).await, before);

    admin.result("people/delete", json!({"person_id": anna})).await;
    let mut broken = file.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    let (status, refused) = send(broken).await;
    assert_eq!((status, &refused["code"]), (400, &json!("invalid_request")), "{refused}");
    let words = refused["message"].as_str().expect("words");
    assert!(words.contains("nothing was changed: faces/") && words.contains("not what its sum says"), "{words}");
    assert_eq!(people(&mut admin).await.len(), 1);

    admin.result("subscribe", json!({})).await;
    let (status, imported) = send(file).await;
    assert_eq!(status, 200, "{imported}");
    let anna_again = json!({
        "person": {"id": anna, "name": "Anna"}, "added": true,
        "photos_added": 1, "photos_known": 0, "somebody_elses": [],
    });
    assert_eq!(imported["people"][0], anna_again);
    assert_eq!((&imported["people"][1]["added"], &imported["people"][1]["photos_known"]), (&json!(false), &json!(1)));
    while people(&mut admin).await != before {
        admin.event("person_changed").await;
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_of_everything_ends_with_its_token_even_where_nobody_reads_on() {
    let mut plan = Plan::default();
    plan.options.patience = Patience { reading: Duration::from_secs(3600), ..Patience::default() };
    let house = House::with(plan).await;
    let mut admin = house.client(Role::Admin).await;
    let folder = house.folder.path().join("faces/Barack");
    fs::create_dir_all(&folder).expect("a folder");
    // More than there is room for between the server and a client that does not read.
    let large = [picture(OBAMA_PORTRAIT), vec![7; 45 << 20]].concat();
    fs::write(folder.join("large.jpg"), large).expect("a photo");
    while admin.result("people/list", json!({})).await["items"][0]["photos"] != 1 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let database = house.engine.database();
    let guest = database.create_token("guest", store::Role::Admin, None, Timestamp::now()).expect("a token");
    let export =
        async |token: &str| http().get(house.url("/v1/library.tar")).bearer_auth(token).send().await.expect("answered");
    let download = export(&guest).await;
    assert_eq!(download.status(), 200);
    assert_eq!(export(house.token(Role::Admin)).await.status(), 503, "one at a time");
    let known = database.find_token(&guest, Timestamp::now()).expect("read").expect("known");
    assert!(database.delete_token(known.id).expect("removed"));
    let next = async {
        while export(house.token(Role::Admin)).await.status() == 503 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    within("the turn of somebody else", next).await;
    let broken_off = within("the end of the download", download.bytes()).await;
    assert!(broken_off.is_err(), "nobody may take it for whole");
    house.stop().await;
}
