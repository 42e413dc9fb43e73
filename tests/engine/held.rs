//! The disk takes nothing, or the server dies in the middle: what is believed and told needs no disk, and what belongs together
//! is done together.

use std::time::Duration;

use face_server::engine::{Engine, EngineError, Event, Grade, PicturePath, Settings, SightingQuery, Subscription};
use face_server::people::PersonId;
use jiff::Timestamp;

use super::{House, door, enroll, name, picture, until};

/// Obama, confirmed by two pictures. What was told.
async fn comes_to_the_door(engine: &Engine, listening: &mut Subscription) -> (Vec<i64>, usize) {
    let (first, second) = ("tests/pictures/barack_obama_2010.jpg", "faces/Barack Obama/2009-09-09 address.jpg");
    let at = Timestamp::now() - Duration::from_secs(3);
    engine.observe(door(&picture(first), at)).await.expect("observed");
    engine.observe(door(&picture(second), at + Duration::from_secs(2))).await.expect("observed");
    let (mut sightings, mut arrivals) = (Vec::new(), 0);
    while let Ok(record) = listening.events.try_recv() {
        match &record.event {
            Event::Sighting { sighting_id, .. } => sightings.push(*sighting_id),
            Event::Arrived { .. } => arrivals += 1,
            _ => {}
        }
    }
    (sightings, arrivals)
}

fn all() -> SightingQuery {
    SightingQuery { person: None, camera: None, cursor: None, limit: 10 }
}

#[tokio::test]
async fn while_another_program_holds_the_database_somebody_arrives_and_is_told_and_is_kept_afterwards() {
    let house = House::new();
    let engine = house.start();
    let bob = enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled").person.id;
    let mut listening = engine.subscribe(None);
    let other = house.database();
    other.execute_batch("BEGIN EXCLUSIVE").expect("held");
    let (sightings, arrivals) = comes_to_the_door(&engine, &mut listening).await;
    assert_eq!((sightings.len(), arrivals), (2, 1));
    let person = engine.person(&bob).expect("there");
    let newest = PicturePath::Sighting(sightings[0]);
    assert!(person.presence.present && person.picture.as_ref() == Some(&newest));
    let crop = engine.picture(newest).await.expect("it can be fetched before it is on the disk");
    assert!(image::load_from_memory(&crop).is_ok());
    assert!(engine.sightings(all()).await.expect("whoever reads waits for nobody").items.is_empty());
    other.execute_batch("COMMIT").expect("given back");
    drop(other);
    let looks =
        || house.database().query_row("SELECT count(*) FROM sighting WHERE crop IS NOT NULL", [], |row| row.get(0));
    until("the sighting is kept", || looks().is_ok_and(|count: i64| count == 1)).await;
    let kept = engine.sightings(all()).await.expect("listed").items;
    assert_eq!((kept[0].id, kept[0].grade), (sightings[0], Grade::Confirmed));
    engine.stop();
    drop(engine);
    let again = house.start();
    assert!(again.person(&bob).expect("there").presence.present, "her stay was kept, too");
    again.stop();
}

#[tokio::test]
async fn whoever_cannot_be_deleted_from_the_database_is_not_deleted_from_the_folder_and_can_be_later() {
    let house = House::new();
    let engine = house.start();
    let bob = enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled").person.id;
    comes_to_the_door(&engine, &mut engine.subscribe(None)).await;
    let other = house.database();
    other.execute_batch("BEGIN EXCLUSIVE").expect("held");
    assert!(matches!(engine.delete_person(bob.clone()).await, Err(EngineError::NotKept { .. })));
    assert!(house.folder.path().join("faces/Bob").is_dir());
    assert!(engine.person(&bob).is_ok());
    other.execute_batch("COMMIT").expect("given back");
    engine.delete_person(bob.clone()).await.expect("deleted");
    assert!(!house.folder.path().join("faces/Bob").exists() && engine.person(&bob).is_err());
    let left: i64 = other.query_row("SELECT count(*) FROM sighting", [], |row| row.get(0)).expect("counted");
    let documents: i64 = other
        .query_row("SELECT count(*) FROM document WHERE kind IN ('presence', 'intent')", [], |row| row.get(0))
        .expect("counted");
    assert_eq!((left, documents), (0, 0));
    engine.stop();
}

#[tokio::test]
async fn a_deletion_and_a_merge_that_a_crash_interrupted_are_ended_at_the_next_start() {
    let house = House::new();
    let engine = house.start();
    let bob = enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled").person.id;
    let [grace, lady] = ["Grace", "Lady"].map(name);
    let alice = enroll(&engine, grace.as_str(), "faces/Grace Hopper/portrait.jpg").await.expect("enrolled").person.id;
    let eileen = enroll(&engine, lady.as_str(), "faces/Eileen Collins/portrait.png").await.expect("enrolled").person.id;
    comes_to_the_door(&engine, &mut engine.subscribe(None)).await;
    engine.stop();
    drop(engine);
    // The server died after it had written down what it would do: before, and for Eileen after, it was done in the folder.
    let intend = |person: &PersonId, intent: &str| {
        let insert = "INSERT INTO document VALUES ('intent', ?1, ?2)";
        house.database().execute(insert, [&person.0, intent]).expect("intended");
    };
    intend(&bob, &format!(r#"{{"merge_into":"{}"}}"#, alice.0));
    intend(&eileen, r#""delete""#);
    std::fs::remove_dir_all(house.folder.path().join("faces/Lady")).expect("removed");
    let again = house.start();
    let people: Vec<_> = again.people().into_iter().map(|p| (p.person.id, p.photos)).collect();
    assert_eq!(people, [(alice.clone(), 2)]);
    let sightings = again.sightings(all()).await.expect("listed").items;
    assert!(!sightings.is_empty() && sightings.iter().all(|s| s.person.id == alice), "{sightings:?}");
    again.stop();
    let intents: i64 = house
        .database()
        .query_row("SELECT count(*) FROM document WHERE kind = 'intent'", [], |row| row.get(0))
        .expect("counted");
    assert_eq!(intents, 0);
}

#[tokio::test]
async fn what_should_be_kept_and_cannot_holds_and_says_so_and_is_kept_later() {
    let house = House::new();
    let engine = house.start();
    let other = house.database();
    other.execute_batch("BEGIN EXCLUSIVE").expect("held");
    let settings = Settings { retention_days: 30, ..engine.settings() };
    assert!(matches!(engine.set_settings(settings).await, Err(EngineError::NotKept { .. })));
    assert_eq!(engine.settings(), settings);
    other.execute_batch("COMMIT").expect("given back");
    engine.stop();
    drop(engine);
    let again = house.start();
    assert_eq!(again.settings(), settings);
    again.stop();
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_left_out_and_the_rest_starts() {
    let house = House::new();
    let engine = house.start();
    enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    comes_to_the_door(&engine, &mut engine.subscribe(None)).await;
    engine.stop();
    drop(engine);
    house
        .database()
        .execute_batch(
            "INSERT OR REPLACE INTO document SELECT kind, key, '{' FROM document;
             INSERT OR REPLACE INTO document VALUES ('camera', 'a/b', '[]'), ('setting', 'home', '7');
             UPDATE sighting SET corrected = 1, embedding = x'00';
             INSERT INTO token (name, role, sha256, created) VALUES ('x', 'king', x'00', 0);
             INSERT INTO unknown VALUES ('0000000000000001', 9223372036854775807, 0, 1, 0, 'door')",
        )
        .expect("broken");
    let again = house.start();
    assert_eq!(again.people().len(), 1);
    assert_eq!(again.settings(), Settings::default());
    again.stop();
}
