//! Long lists, page by page: nothing is lost between two pages, whatever their length.

use face_server::people::{Attention, Grade, PersonId, Stranger, UnknownId};
use face_server::server::protocol::Role;
use face_server::store::{Database, NewSighting, Opening};
use face_server::vision::{Embedding, Rect};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::common::{Client, House, OBAMA_PORTRAIT, data};

/// More than two of the longest pages that a client may ask for.
const MANY: i64 = 1_100;

fn database(house: &House) -> Database {
    Database::open(&house.folder.path().join("data"), Opening::Beside).expect("the database")
}

/// The values of `field` of a whole list, read in pages of `limit`.
async fn whole(client: &mut Client, list: &str, limit: u32, field: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = client.result(list, json!({"limit": limit, "cursor": cursor})).await;
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= limit as usize, "{} are more than {limit}", items.len());
        all.extend(items.iter().map(|item| item[field].clone()));
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sighting_is_on_some_page_though_the_people_of_others_are_gone() {
    let house = House::new().await;
    let mut client = house.client(Role::Admin).await;
    let taught = client.result("enroll", json!({"person": "Obama", "picture": data(OBAMA_PORTRAIT)})).await;
    let obama = PersonId(taught["person"]["id"].as_str().expect("an id").to_owned());
    let gone = PersonId("00000000000000ff".to_owned());
    let database = database(&house);
    database
        .write(|tx| {
            for id in 1..=MANY {
                let new = NewSighting {
                    at: Timestamp::now(),
                    camera: "door".into(),
                    person: if id % 3 == 0 { gone.clone() } else { obama.clone() },
                    grade: Grade::Seen,
                    probability: 0.9,
                    similarity: 0.5,
                    model: "m".into(),
                    embedding: Embedding::new(vec![1.0; 128]).expect("a direction"),
                    reliability: 0.5,
                    crop: None,
                    place: Rect { x: 0.0, y: 0.0, w: 1.0, h: 1.0 },
                };
                tx.put_sighting(id, &new)?;
            }
            Ok(())
        })
        .expect("written");
    let expected: Vec<Value> = (1..=MANY).rev().filter(|id| id % 3 != 0).map(|id| id.to_string().into()).collect();
    for limit in [100, 200, 201, 500] {
        assert_eq!(whole(&mut client, "sightings/list", limit, "sighting_id").await, expected, "pages of {limit}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_unknown_person_is_on_some_page() {
    let house = House::new().await;
    let mut client = house.client(Role::Read).await;
    let begin = Timestamp::now() - SignedDuration::from_hours(2);
    let database = database(&house);
    database
        .write(|tx| {
            for n in 1..=MANY {
                let seen = begin + SignedDuration::from_secs(n);
                let stranger = Stranger {
                    id: UnknownId(format!("{n:016x}")),
                    first_seen: begin,
                    last_seen: seen,
                    times_seen: 1,
                    attention: Attention::Reported,
                    faces: Vec::new(),
                };
                tx.save_unknown(&stranger, "door", None, &[])?;
            }
            Ok(())
        })
        .expect("written");
    let expected: Vec<Value> = (1..=MANY).rev().map(|n| format!("{n:016x}").into()).collect();
    for limit in [100, 200, 500] {
        assert_eq!(whole(&mut client, "unknowns/list", limit, "unknown_id").await, expected, "pages of {limit}");
    }
    house.stop().await;
}
