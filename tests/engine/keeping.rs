//! Where people are: what becomes of it when people are merged, renamed or deleted, and when pictures are old.

use std::collections::BTreeMap;
use std::time::Duration;

use face_server::engine::{Engine, Event, Grade, Identity, PicturePath, RecognizedFace, Subscription};
use face_server::people::PersonId;
use jiff::{SignedDuration, Timestamp};

use super::{House, door, enroll, name, picture, until};

/// Who is present at the cameras and who is there at all, by what was told alone: `door: Alice; Alice here, Bob away`.
struct Told {
    people: BTreeMap<PersonId, (String, bool)>,
    cameras: BTreeMap<String, Vec<String>>,
    listening: Subscription,
}

impl Told {
    fn of(engine: &Engine) -> Self {
        let listening = engine.subscribe(None);
        let people =
            listening.people.iter().map(|p| (p.person.id.clone(), (p.person.name.to_string(), p.presence.present)));
        Self { people: people.collect(), cameras: BTreeMap::new(), listening }
    }

    fn now(&mut self) -> String {
        while let Ok(record) = self.listening.events.try_recv() {
            match &record.event {
                Event::PersonChanged { person: p } => {
                    self.people.insert(p.person.id.clone(), (p.person.name.to_string(), p.presence.present));
                }
                Event::PersonRemoved { person_id } => drop(self.people.remove(person_id)),
                Event::CameraChanged { camera: c } => {
                    let present = c.present.iter().map(|p| p.name.to_string()).collect();
                    self.cameras.insert(c.id.to_string(), present);
                }
                _ => {}
            }
        }
        let cameras = self.cameras.iter().map(|(camera, present)| format!("{camera}: {}", present.join(" ")));
        let here = |present: bool| if present { "here" } else { "away" };
        let mut people: Vec<_> =
            self.people.values().map(|(name, present)| format!("{name} {}", here(*present))).collect();
        people.sort();
        format!("{}; {}", cameras.collect::<Vec<_>>().join(", "), people.join(", "))
    }
}

/// Obama, confirmed by two pictures.
async fn come_to_the_door(engine: &Engine, at: Timestamp) {
    let (first, second) = ("tests/pictures/barack_obama_2010.jpg", "faces/Barack Obama/2009-09-09 address.jpg");
    engine.observe(door(&picture(first), at)).await.expect("observed");
    engine.observe(door(&picture(second), at + Duration::from_secs(2))).await.expect("observed");
}

#[tokio::test]
async fn presence_follows_people_who_are_renamed_merged_and_deleted_and_cameras_hear_of_it() {
    let house = House::new();
    let engine = house.start();
    let bob = enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled").person.id;
    let alice = enroll(&engine, "Alice", "faces/Grace Hopper/portrait.jpg").await.expect("enrolled").person.id;
    let mut told = Told::of(&engine);
    come_to_the_door(&engine, Timestamp::now() - Duration::from_secs(3)).await;
    assert_eq!(told.now(), "door: Bob; Alice away, Bob here");

    engine.rename_person(bob.clone(), name("Robert")).await.expect("renamed");
    assert_eq!(told.now(), "door: Robert; Alice away, Robert here");

    let merged = engine.merge_people(bob.clone(), alice.clone()).await.expect("merged");
    assert!(merged.presence.present && matches!(merged.picture, Some(PicturePath::Sighting(_))), "{merged:?}");
    assert_eq!(told.now(), "door: Alice; Alice here");
    let kept = || -> Vec<String> {
        let database = house.database();
        let mut keys = database.prepare("SELECT key FROM document WHERE kind = 'presence'").expect("prepared");
        let keys = keys.query_map([], |row| row.get(0)).expect("listed");
        keys.collect::<Result<_, _>>().expect("read")
    };
    assert_eq!(kept(), std::slice::from_ref(&alice.0));

    engine.delete_person(alice).await.expect("deleted");
    assert_eq!(told.now(), "door: ; ");
    assert_eq!(kept(), [""; 0]);
    engine.stop();
}

#[tokio::test]
async fn a_folder_renamed_and_removed_by_hand_changes_who_is_at_the_camera() {
    let house = House::new();
    let engine = house.start();
    enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    // A folder that loses everybody at once is waited for.
    enroll(&engine, "Alice", "faces/Grace Hopper/portrait.jpg").await.expect("enrolled");
    let mut told = Told::of(&engine);
    come_to_the_door(&engine, Timestamp::now() - Duration::from_secs(3)).await;
    let faces = house.folder.path().join("faces");
    std::fs::rename(faces.join("Bob"), faces.join("Robert")).expect("renamed");
    until("the camera hears the new name", || told.now() == "door: Robert; Alice away, Robert here").await;
    std::fs::remove_dir_all(faces.join("Robert")).expect("removed");
    until("nobody is there", || told.now() == "door: ; Alice away").await;
    engine.stop();
}

#[tokio::test]
async fn old_pictures_make_nobody_present_and_their_sighting_is_no_persons_picture_once_it_is_deleted() {
    let house = House::new();
    let engine = house.start();
    enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    for at in ["0001-01-01T00:00:00Z".parse().expect("a time"), Timestamp::now() - SignedDuration::from_hours(24 * 8)] {
        come_to_the_door(&engine, at).await;
        assert!(!engine.people()[0].presence.present, "{at}");
    }
    engine.stop();
    drop(engine);
    // At the start, and every hour, what is older than a week is deleted.
    let again = house.start();
    until("the photo shows them again", || {
        matches!(again.people().first().and_then(|p| p.picture.clone()), Some(PicturePath::Photo(..)))
    })
    .await;
    again.stop();
}

#[tokio::test]
async fn whoever_is_taught_while_they_stand_there_is_present_with_the_first_picture_that_confirms_them() {
    let house = House::new();
    let engine = house.start();
    let mut bytes = picture("tests/pictures/barack_obama_2010.jpg").to_vec();
    let first = Timestamp::now() - Duration::from_secs(4);
    engine.observe(door(&bytes.clone().into(), first)).await.expect("observed");
    let other = picture("faces/Barack Obama/2009-09-09 address.jpg");
    engine.observe(door(&other, first + Duration::from_secs(1))).await.expect("observed");
    enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    // The first picture once more, in another file.
    bytes.push(0);
    let again = engine.observe(door(&bytes.into(), first + Duration::from_secs(2))).await.expect("observed");
    assert!(!again.repeated);
    let confirmed = |f: &RecognizedFace| matches!(&f.identity, Identity::Known { grade: Grade::Confirmed, .. });
    assert!(confirmed(&again.faces[0]), "{:?}", again.faces[0].identity);
    assert!(engine.people()[0].presence.present);
    engine.stop();
}
