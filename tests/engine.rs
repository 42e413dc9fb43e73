//! The engine on real pictures: real models, real folder, real SQLite.

#[cfg(target_os = "linux")]
#[path = "engine/crash.rs"]
mod crash;
#[path = "engine/held.rs"]
mod held;
#[path = "engine/keeping.rs"]
mod keeping;
#[path = "engine/proposals.rs"]
mod proposals;
#[path = "common/scenes.rs"]
mod scenes;
#[path = "engine/sitting.rs"]
mod sitting;
#[path = "engine/still.rs"]
mod still;
#[path = "engine/teaching.rs"]
mod teaching;
#[path = "common/time_limit.rs"]
mod time_limit;
#[path = "engine/undo.rs"]
mod undo;

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use face_server::engine::{
    Annotation, CameraId, Engine, EngineError, Enrollment, Event, Grade, Identity, Observation, Options, Said,
};
use face_server::people::{PersonName, Refusal};
use face_server::store::{Database, Faces, Opening};
use face_server::vision::{Pack, Vision};
use jiff::Timestamp;

fn picture(name: &str) -> Arc<[u8]> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name).into()
}

fn name(text: &str) -> PersonName {
    PersonName::new(text).expect("a name")
}

static VISION: LazyLock<Arc<Vision>> =
    LazyLock::new(|| Arc::new(Vision::load(&Pack::embedded().expect("pack")).expect("models")));

struct House {
    folder: tempfile::TempDir,
    _limit: time_limit::TimeLimit,
}

impl House {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("folder"), _limit: time_limit::TimeLimit::begin() }
    }

    fn start(&self) -> Engine {
        self.start_with(Options { workers: 2, ..Options::default() })
    }

    fn start_with(&self, options: Options) -> Engine {
        start_in(self.folder.path(), options)
    }

    /// Copies a sample photo into the folder, as a user would.
    fn put(&self, photo: &str) {
        let path = self.folder.path().join("faces").join(photo);
        std::fs::create_dir_all(path.parent().expect("a person's folder")).expect("folder");
        std::fs::write(path, picture(&format!("faces/{photo}"))).expect("copied");
    }

    /// The database, beside the server.
    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("data/face.sqlite3")).expect("opened")
    }

    fn described(&self) -> i64 {
        let count = self.database().query_row("SELECT count(*) FROM embedding_cache", [], |row| row.get(0));
        count.expect("counted")
    }
}

fn start_in(folder: &Path, options: Options) -> Engine {
    let faces = Faces::open(&folder.join("faces"), Opening::Sole);
    let database = Database::open(&folder.join("data"), Opening::Sole).expect("database");
    Engine::start(options, Arc::clone(&VISION), faces, database).expect("engine")
}

/// Nothing takes this long; a test that waits longer has found a fault.
const PATIENCE: Duration = Duration::from_secs(120);

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    let waiting = async {
        while !holds() {
            looks.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}

fn door(bytes: &Arc<[u8]>, at: Timestamp) -> Observation {
    let camera = CameraId("door".into());
    Observation { camera, picture: Arc::clone(bytes), captured_at: at, annotation: Annotation::Skip }
}

async fn enroll(engine: &Engine, who: &str, file: &str) -> Result<face_server::engine::Enrolled, EngineError> {
    let enrollment = Enrollment { name: name(who), picture: picture(file), face_box: None, allow: Vec::new() };
    engine.enroll(enrollment).await
}

#[tokio::test]
async fn an_enrolled_person_is_known_at_once_and_after_a_restart() {
    let house = House::new();
    let engine = house.start();
    let obama = picture("tests/pictures/barack_obama_2010.jpg");
    let before = engine.ask(Arc::clone(&obama), Annotation::Skip).await.expect("asked");
    assert!(matches!(before.faces[0].identity, Identity::Unknown { .. }), "{:?}", before.faces[0].identity);

    let taught = enroll(&engine, "Barack Obama", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    assert_eq!(taught.photos, 1);
    let known = |r: &face_server::engine::Recognition| match &r.faces[0].identity {
        Identity::Known { person, .. } => Some(person.clone()),
        _ => None,
    };
    let after = engine.ask(Arc::clone(&obama), Annotation::Draw).await.expect("asked");
    assert_eq!(known(&after), Some(taught.person.clone()));
    assert!(image::load_from_memory(&after.drawn.expect("drawn")).is_ok());
    engine.stop();
    drop(engine);

    let again = house.start();
    until("the photo is known", || again.people().first().is_some_and(|p| p.photos == 1)).await;
    assert_eq!(known(&again.ask(obama, Annotation::Skip).await.expect("asked")), Some(taught.person));
    again.stop();
}

#[tokio::test]
async fn two_pictures_confirm_make_present_and_are_told_in_order() {
    let house = House::new();
    let engine = house.start();
    enroll(&engine, "Barack Obama", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    let mut listening = engine.subscribe(None);
    let now = Timestamp::now();
    let first = engine.observe(door(&picture("tests/pictures/barack_obama_2010.jpg"), now)).await.expect("observed");
    assert!(matches!(first.faces[0].identity, Identity::Known { grade: Grade::Seen, .. }) && !first.settled);
    let same =
        engine.observe(door(&picture("tests/pictures/barack_obama_2010.jpg"), now + Duration::from_secs(1))).await;
    assert!(same.expect("observed").repeated, "the same bytes are not another picture");
    let other = picture("faces/Barack Obama/2009-09-09 address.jpg");
    let second = engine.observe(door(&other, now + Duration::from_secs(2))).await.expect("observed");
    assert!(matches!(second.faces[0].identity, Identity::Known { grade: Grade::Confirmed, .. }) && second.settled);

    let mut told = Vec::new();
    while let Ok(record) = listening.events.try_recv() {
        told.push(match &record.event {
            Event::Sighting { grade, .. } => format!("sighting {grade:?}"),
            Event::Arrived { person, .. } => format!("arrived {}", person.name),
            Event::CameraChanged { camera } => format!("camera {} {}", camera.faces, camera.present.len()),
            Event::PersonChanged { person } => format!("person {}", person.presence.present),
            other => format!("{other:?}"),
        });
    }
    let expected = [
        "sighting Seen",
        "camera 1 0",
        "person false",
        "sighting Confirmed",
        "arrived Barack Obama",
        "camera 1 1",
        "person true",
    ];
    assert_eq!(told, expected);
    let sightings =
        engine.sightings(face_server::engine::SightingQuery { person: None, camera: None, cursor: None, limit: 10 });
    let sightings = sightings.await.expect("listed").items;
    assert_eq!((sightings.len(), sightings[0].grade), (1, Grade::Confirmed));

    engine.correct_sighting(sightings[0].id, Said::NotThem).await.expect("corrected");
    assert!(!engine.people()[0].presence.present, "the presence it made is taken back");
    engine.stop();
}

#[tokio::test]
async fn a_stranger_who_comes_twice_is_the_same_and_can_be_named() {
    let house = House::new();
    let engine = house.start();
    let now = Timestamp::now() - Duration::from_secs(3_600);
    let unknown = |r: &face_server::engine::Recognition| match &r.faces[0].identity {
        Identity::Unknown { unknown, .. } => unknown.clone(),
        other => panic!("{other:?}"),
    };
    let first =
        engine.observe(door(&picture("faces/Barack Obama/2012-12-06 portrait.jpg"), now)).await.expect("observed");
    let later = now + Duration::from_secs(3_600);
    let second = engine.observe(door(&picture("tests/pictures/barack_obama_2010.jpg"), later)).await.expect("observed");
    let id = unknown(&first).expect("kept");
    assert_eq!(unknown(&second).as_ref(), Some(&id));
    assert_eq!(engine.unknowns(None, 10).await.expect("listed").items[0].times_seen, 2);

    let person = engine.assign_unknown(id, name("Barack Obama")).await.expect("named");
    assert!(person.photos >= 1);
    assert!(engine.unknowns(None, 10).await.expect("listed").items.is_empty());
    let third =
        engine.observe(door(&picture("faces/Barack Obama/2009-09-09 address.jpg"), later)).await.expect("observed");
    assert!(matches!(&third.faces[0].identity, Identity::Known { person: p, .. } if p.id == person.person.id));
    engine.stop();
}

#[tokio::test]
async fn photos_that_come_and_go_in_the_folder_are_noticed() {
    let house = House::new();
    let engine = house.start();
    let mut listening = engine.subscribe(None);
    house.put("Grace Hopper/portrait.jpg");
    let photos = async |wanted: usize, listening: &mut face_server::engine::Subscription| {
        let seen = async {
            loop {
                let record = listening.events.recv().await.expect("told");
                if matches!(&record.event, Event::PersonChanged { person } if person.photos == wanted) {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.expect("told in time");
    };
    photos(1, &mut listening).await;
    std::fs::remove_file(house.folder.path().join("faces/Grace Hopper/portrait.jpg")).expect("removed");
    photos(0, &mut listening).await;
    engine.stop();
}

#[tokio::test]
async fn enrolment_refuses_in_words() {
    let house = House::new();
    let engine = house.start();
    let refusal = async |file: &str| match enroll(&engine, "Somebody", file).await {
        Err(EngineError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(refusal("tests/pictures/nobody.jpg").await, Refusal::NoFace);
    assert!(
        matches!(refusal("tests/pictures/four_people.jpg").await, Refusal::MultipleFaces { boxes } if boxes.len() == 4)
    );
    assert!(engine.people().is_empty());
    engine.stop();
}

#[tokio::test]
async fn of_many_pictures_of_one_camera_none_is_left_without_an_answer() {
    let house = House::new();
    let engine = house.start();
    let base = picture("tests/pictures/four_people.jpg");
    let now = Timestamp::now();
    let answers = (0..12u8).map(|n| {
        // Bytes after the end of a JPEG are ignored: another picture with the same content.
        let bytes: Arc<[u8]> = [&base[..], &[n]].concat().into();
        let engine = engine.clone();
        tokio::spawn(async move { engine.observe(door(&bytes, now + Duration::from_millis(u64::from(n)))).await })
    });
    let answers: Vec<_> = answers.collect();
    let mut superseded = 0;
    for answer in answers {
        match answer.await.expect("no panic") {
            Ok(recognition) => assert_eq!(recognition.faces.len(), 4),
            Err(EngineError::Superseded) => superseded += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(engine.stats().superseded, superseded);
    assert!(superseded < 12);
    engine.stop();
}
