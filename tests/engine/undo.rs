//! Something is undone, or its time is over: all of somebody comes back, or nothing of them is left.

use std::path::{Path, PathBuf};
use std::time::Duration;

use face_server::engine::{
    CameraId, ChangeKind, Engine, EngineError, Options, PersonState, PicturePath, SightingQuery, Undoable, UnknownState,
};
use face_server::people::{PersonId, PhotoId, Refusal};
use face_server::store::{ChangeId, Database, Faces, Opening, StoreError};
use jiff::Timestamp;

use super::{Annotation, Arc, House, Identity, VISION, door, enroll, name, picture, until};

const OBAMA: &str = "tests/pictures/barack_obama_2010.jpg";
const PORTRAIT: &str = "faces/Barack Obama/2012-12-06 portrait.jpg";
const GRACE: &str = "faces/Grace Hopper/portrait.jpg";

/// Bob, who was seen, and his photo.
async fn bob(engine: &Engine) -> (PersonId, PhotoId) {
    let enrolled = enroll(engine, "Bob", PORTRAIT).await.expect("enrolled");
    engine.observe(door(&picture(OBAMA), Timestamp::now())).await.expect("observed");
    (enrolled.person.id, enrolled.photo)
}

async fn named(engine: &Engine, file: &str) -> Option<String> {
    let asked = engine.ask(picture(file), Annotation::Skip).await.expect("asked");
    match &asked.faces[0].identity {
        Identity::Known { person, .. } => Some(person.name.to_string()),
        _ => None,
    }
}

async fn sightings(engine: &Engine) -> Vec<(i64, String)> {
    let all = SightingQuery { person: None, camera: None, cursor: None, limit: 10 };
    let page = engine.sightings(all).await.expect("listed");
    page.items.into_iter().map(|s| (s.id, s.person.name.to_string())).collect()
}

async fn put_back(engine: &Engine, id: ChangeId) -> Result<PersonState, EngineError> {
    Ok(engine.undo(id).await?.person.expect("a person"))
}

fn whose(change: &Undoable) -> PersonId {
    change.person.clone().expect("somebody").id
}

fn hidden(house: &House) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(house.folder.path().join("faces")).expect("read");
    let paths = inside.map(|entry| entry.expect("read").path());
    paths.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))).collect()
}

/// Rows that are about people.
fn rows(house: &House) -> i64 {
    let sql = "SELECT (SELECT count(*) FROM sighting) + (SELECT count(*) FROM embedding_cache)
               + (SELECT count(*) FROM unknown) + (SELECT count(*) FROM document WHERE kind IN
                  ('presence', 'person_settings', 'folder', 'intent', 'undo', 'merged'))";
    house.database().query_row(sql, [], |row| row.get(0)).expect("counted")
}

fn unknown<T: std::fmt::Debug>(answer: &Result<T, EngineError>) -> bool {
    matches!(answer, Err(EngineError::Store(StoreError::UnknownChange(_))))
}

#[tokio::test]
async fn whoever_is_put_back_has_their_id_sightings_and_settings_and_is_recognised_also_after_a_restart() {
    let house = House::new();
    let engine = house.start();
    let (bob, _) = bob(&engine).await;
    enroll(&engine, "Grace", GRACE).await.expect("enrolled");
    engine.set_presence_timeout(bob.clone(), Some(77)).await.expect("set");
    let (before, seen) = (engine.person(&bob).expect("there"), sightings(&engine).await);
    assert_eq!(seen.len(), 1);
    let deletion = engine.set_person_aside(bob.clone()).await.expect("deleted");
    assert_eq!((whose(&deletion), deletion.photo.clone(), deletion.photos), (bob.clone(), None, 1));
    let left = deletion.until.duration_since(Timestamp::now()).as_secs();
    assert!((3_590..=3_600).contains(&left), "{left}");
    assert!(engine.person(&bob).is_err() && !house.folder.path().join("faces/Bob").exists());
    assert_eq!((named(&engine, OBAMA).await, sightings(&engine).await), (None, Vec::new()));
    let crop = engine.picture(PicturePath::Sighting(seen[0].0)).await;
    assert!(matches!(crop, Err(EngineError::NotFound { .. })), "its path is known, and shows nobody");
    let wrong = engine.correct_sighting(seen[0].0, super::Said::Was(name("Grace"))).await;
    assert!(matches!(wrong, Err(EngineError::NotFound { .. })), "{wrong:?}");
    engine.stop();
    drop(engine);
    let again = house.start();
    assert_eq!((again.people().len(), named(&again, OBAMA).await), (1, None));
    let listed = again.changes().await.expect("listed");
    assert_eq!((listed[0].id.clone(), &listed[0].person), (deletion.id.clone(), &deletion.person));
    let back = put_back(&again, deletion.id.clone()).await.expect("put back");
    assert_eq!(back.person, before.person);
    assert_eq!((back.photos, back.presence_timeout_s, back.picture.clone()), (1, Some(77), before.picture.clone()));
    assert_eq!((named(&again, OBAMA).await, sightings(&again).await), (Some("Bob".to_owned()), seen));
    assert_eq!((again.changes().await.expect("listed"), hidden(&house)), (Vec::new(), Vec::new()));
    let twice = put_back(&again, deletion.id).await;
    assert!(unknown(&twice), "{twice:?}");
    again.stop();
}

#[tokio::test]
async fn a_photo_that_is_put_back_teaches_again_and_was_accepted_if_it_was() {
    let house = House::new();
    let engine = house.start();
    let (bob, photo) = bob(&engine).await;
    engine.accept_photo(bob.clone(), photo.clone()).await.expect("accepted");
    let file = engine.photos(bob.clone()).await.expect("listed")[0].file.clone();
    let deletion = engine.set_photo_aside(bob.clone(), photo.clone()).await.expect("deleted");
    assert_eq!((deletion.photo.as_ref(), deletion.photos, whose(&deletion)), (Some(&photo), 1, bob.clone()));
    assert_eq!((engine.person(&bob).expect("there").photos, named(&engine, OBAMA).await), (0, None));
    let back = put_back(&engine, deletion.id).await.expect("put back");
    assert_eq!((back.person.id.clone(), back.photos), (bob.clone(), 1));
    assert_eq!(engine.photos(bob.clone()).await.expect("listed")[0].file, file);
    assert_eq!(named(&engine, OBAMA).await.as_deref(), Some("Bob"));
    let note = std::fs::read_to_string(house.folder.path().join("faces/Bob/.person.json")).expect("read");
    assert!(note.contains(&photo.0), "{note}");
    engine.stop();
}

#[tokio::test]
async fn nobody_is_overwritten_by_what_is_put_back_and_nothing_is_lost() {
    let house = House::new();
    let engine = house.start();
    let (first, photo) = bob(&engine).await;
    let whole = engine.set_person_aside(first.clone()).await.expect("deleted");
    let other = enroll(&engine, "bob", GRACE).await.expect("enrolled").person.id;
    let refused = put_back(&engine, whole.id.clone()).await;
    assert!(matches!(refused, Err(EngineError::Store(StoreError::NameTakenSince(_)))), "{refused:?}");
    engine.rename_person(other.clone(), name("Robert")).await.expect("renamed");
    assert_eq!(put_back(&engine, whole.id).await.expect("put back").person.id, first);

    let deleted = engine.set_photo_aside(first.clone(), photo.clone()).await.expect("deleted");
    // The very photo that is deleted, as somebody would copy it from a backup.
    let aside = hidden(&house).remove(0);
    let mut files = std::fs::read_dir(&aside).expect("read").map(|entry| entry.expect("read").path());
    let file = files.find(|path| path.extension().is_some_and(|e| e == "jpg")).expect("the photo");
    let copy = house.folder.path().join("faces/Robert").join(file.file_name().expect("a name"));
    std::fs::copy(&file, &copy).expect("copied");
    until("it is Robert's", || engine.person(&other).is_ok_and(|p| p.photos == 2)).await;
    let refused = put_back(&engine, deleted.id.clone()).await;
    let Err(EngineError::Refused(Refusal::SomebodyElsesPhoto { person, .. })) = refused else { panic!("{refused:?}") };
    assert_eq!(person.id, other);
    engine.delete_photo(other, photo.clone()).await.expect("deleted");

    let owner = engine.set_person_aside(first.clone()).await.expect("deleted");
    let refused = put_back(&engine, deleted.id.clone()).await;
    assert!(matches!(refused, Err(EngineError::Store(StoreError::OwnerGone(_)))), "{refused:?}");
    put_back(&engine, owner.id).await.expect("put back");
    put_back(&engine, deleted.id).await.expect("put back");
    until("it teaches again", || engine.person(&first).is_ok_and(|p| p.photos == 1)).await;
    engine.stop();
}

#[tokio::test]
async fn a_deleted_photo_of_somebody_who_is_merged_comes_back_to_whom_they_are_now() {
    let house = House::new();
    let engine = house.start();
    let (bob, photo) = bob(&engine).await;
    let grace = enroll(&engine, "Grace", GRACE).await.expect("enrolled").person.id;
    let deleted = engine.set_photo_aside(bob.clone(), photo).await.expect("deleted");
    engine.merge_people(bob, grace.clone()).await.expect("merged");
    engine.stop();
    drop(engine);
    let again = house.start();
    let back = put_back(&again, deleted.id).await.expect("put back");
    assert_eq!((&back.person.id, again.photos(grace.clone()).await.expect("listed").len()), (&grace, 2));
    again.stop();
}

#[tokio::test]
async fn with_a_person_who_is_erased_goes_whatever_was_deleted_of_them() {
    let house = House::new();
    let engine = house.start();
    let (bob, photo) = bob(&engine).await;
    let deleted = engine.set_photo_aside(bob.clone(), photo).await.expect("deleted");
    engine.delete_person(bob).await.expect("deleted");
    assert_eq!((engine.changes().await.expect("listed"), hidden(&house)), (Vec::new(), Vec::new()));
    assert!(unknown(&put_back(&engine, deleted.id).await));
    until("nothing is left of him", || rows(&house) == 0).await;
    engine.stop();
}

fn start_with_undo_for(folder: &Path, undo_for: Duration) -> Engine {
    let faces = Faces::open(&folder.join("faces"), Opening::Sole).with_undo_for(undo_for);
    let database = Database::open(&folder.join("data"), Opening::Sole).expect("database");
    Engine::start(Options { workers: 2, ..Options::default() }, Arc::clone(&VISION), faces, database).expect("engine")
}

#[tokio::test]
async fn what_nobody_puts_back_is_erased_when_its_time_is_over_while_the_server_runs() {
    let house = House::new();
    let engine = start_with_undo_for(house.folder.path(), Duration::from_millis(1));
    let (bob, _) = bob(&engine).await;
    assert!(rows(&house) > 0);
    let deletion = engine.set_person_aside(bob.clone()).await.expect("deleted");
    until("it is erased", || hidden(&house).is_empty()).await;
    assert!(unknown(&put_back(&engine, deletion.id).await));
    until("nothing is left of him", || rows(&house) == 0).await;
    engine.stop();
}

/// The time of a deletion is over, by its name on the disk.
fn is_over(house: &House, deletion: &ChangeId) {
    let aside = hidden(house).remove(0);
    let over = aside.with_file_name(format!(".face-deleted-1000-{}", deletion.0));
    std::fs::rename(&aside, over).expect("renamed");
}

#[tokio::test]
async fn what_is_over_while_the_server_is_not_running_is_erased_at_its_start_and_the_last_person_is_not_waited_for() {
    let house = House::new();
    let engine = house.start();
    let (bob, _) = bob(&engine).await;
    let known = "SELECT json FROM document WHERE kind = 'folder'";
    until("he is known to the next start", || {
        house.database().query_row(known, [], |row| row.get::<_, String>(0)).is_ok()
    })
    .await;
    let stored: String = house.database().query_row(known, [], |row| row.get(0)).expect("stored");
    let deletion = engine.set_person_aside(bob.clone()).await.expect("deleted");
    engine.stop();
    drop(engine);
    // The server died before it had written down who is there now.
    let died = || {
        let insert = "INSERT OR REPLACE INTO document VALUES ('folder', ?1, ?2)";
        house.database().execute(insert, [&bob.0, &stored]).expect("written");
    };
    died();
    let again = house.start();
    assert!(again.people().is_empty() && again.subscribe(None).library.away.is_none());
    assert_eq!(again.changes().await.expect("listed").len(), 1);
    again.stop();
    drop(again);
    died();
    is_over(&house, &deletion.id);
    let late = house.start();
    until("it is erased", || hidden(&house).is_empty()).await;
    assert!(unknown(&put_back(&late, deletion.id).await) && late.people().is_empty());
    until("nothing is left of him", || rows(&house) == 0).await;
    late.stop();
}

#[tokio::test]
async fn a_folder_that_came_back_from_elsewhere_is_not_forgotten_with_what_was_deleted() {
    let house = House::new();
    let engine = house.start();
    let (bob, _) = bob(&engine).await;
    let (folder, backup) = (house.folder.path().join("faces/Bob"), house.folder.path().join("backup"));
    let copied = |from: &Path, to: &Path| {
        std::fs::create_dir(to).expect("made");
        for file in std::fs::read_dir(from).expect("read").map(|entry| entry.expect("read")) {
            std::fs::copy(file.path(), to.join(file.file_name())).expect("copied");
        }
    };
    copied(&folder, &backup);
    let seen = sightings(&engine).await;
    let deletion = engine.set_person_aside(bob.clone()).await.expect("deleted");
    copied(&backup, &folder);
    until("he is there again", || engine.person(&bob).is_ok()).await;
    engine.erase_changes(Some(deletion.id)).await.expect("erased");
    assert!(engine.person(&bob).is_ok() && hidden(&house).is_empty());
    assert_eq!(sightings(&engine).await, seen);
    engine.stop();
}

const COLLINS: &str = "faces/Eileen Collins/portrait.png";

/// Somebody unknown, seen at the gate.
async fn stranger(engine: &Engine) -> UnknownState {
    let mut gate = door(&picture(COLLINS), Timestamp::now());
    gate.camera = CameraId("gate".into());
    engine.observe(gate).await.expect("observed");
    unknowns(engine).await.remove(0)
}

async fn unknowns(engine: &Engine) -> Vec<UnknownState> {
    engine.unknowns(None, 10).await.expect("listed").items
}

/// The only change that can be undone.
async fn change(engine: &Engine) -> Undoable {
    let mut changes = engine.changes().await.expect("listed");
    assert_eq!(changes.len(), 1, "{changes:?}");
    changes.remove(0)
}

fn restarted(house: &House, engine: Engine) -> Engine {
    engine.stop();
    drop(engine);
    house.start()
}

#[tokio::test]
async fn an_unknown_person_who_was_ignored_or_forgotten_is_back_as_they_were_also_after_a_restart() {
    let house = House::new();
    let engine = house.start();
    let before = stranger(&engine).await;
    let crop = engine.picture(before.picture.clone()).await.expect("kept");
    assert!(engine.ignore_unknown(before.id.clone()).await.expect("ignored").ignored);
    let engine = restarted(&house, engine);
    let ignored = change(&engine).await;
    assert_eq!((ignored.kind, &ignored.unknown), (ChangeKind::UnknownIgnored, &Some(before.id.clone())));
    let undone = engine.undo(ignored.id.clone()).await.expect("undone");
    assert_eq!((undone.unknown.as_ref(), undone.person), (Some(&before), None));
    assert!(unknown(&engine.undo(ignored.id).await));

    let forgotten = engine.set_unknown_aside(before.id.clone()).await.expect("forgotten");
    assert_eq!((forgotten.kind, forgotten.times_seen), (ChangeKind::UnknownForgotten, Some(1)));
    assert!(unknowns(&engine).await.is_empty() && engine.picture(before.picture.clone()).await.is_err());
    let engine = restarted(&house, engine);
    assert!(unknowns(&engine).await.is_empty() && engine.picture(before.picture.clone()).await.is_err());
    assert_eq!(change(&engine).await.id, forgotten.id);
    engine.undo(forgotten.id).await.expect("undone");
    let engine = restarted(&house, engine);
    assert_eq!(unknowns(&engine).await, std::slice::from_ref(&before));
    assert_eq!(engine.picture(before.picture.clone()).await.expect("there again"), crop);
    assert_eq!(engine.changes().await.expect("listed"), []);

    let again = engine.set_unknown_aside(before.id).await.expect("forgotten");
    engine.erase_changes(Some(again.id.clone())).await.expect("erased");
    assert!(unknown(&engine.undo(again.id).await));
    assert_eq!(rows(&house), 0, "nothing is left");
    engine.stop();
}

#[tokio::test]
async fn a_name_that_is_taken_back_takes_its_photos_along_and_who_was_made_for_them() {
    let house = House::new();
    let engine = house.start();
    let before = stranger(&engine).await;
    let eileen = engine.assign_unknown(before.id.clone(), name("Eileen")).await.expect("named").person;
    assert_eq!(named(&engine, COLLINS).await.as_deref(), Some("Eileen"));
    let engine = restarted(&house, engine);
    let change = change(&engine).await;
    assert_eq!((change.kind, change.person, change.photos), (ChangeKind::UnknownNamed, Some(eileen.clone()), 1));
    let undone = engine.undo(change.id).await.expect("undone");
    assert_eq!((undone.unknown, undone.person), (Some(before.clone()), None));
    assert!(engine.person(&eileen.id).is_err() && !house.folder.path().join("faces/Eileen").exists());
    let engine = restarted(&house, engine);
    assert_eq!((unknowns(&engine).await, engine.people(), house.described()), (vec![before.clone()], Vec::new(), 0));

    let grace = enroll(&engine, "Grace", GRACE).await.expect("enrolled").person.id;
    assert_eq!(engine.assign_unknown(before.id.clone(), name("grace")).await.expect("named").person.id, grace);
    assert_eq!(engine.photos(grace.clone()).await.expect("listed").len(), 2);
    let wrong = self::change(&engine).await.id;
    let aside = engine.set_person_aside(grace.clone()).await.expect("deleted").id;
    let refused = engine.undo(wrong.clone()).await;
    assert!(matches!(refused, Err(EngineError::Store(StoreError::OwnerGone(_)))), "{refused:?}");
    engine.undo(aside).await.expect("put back");
    engine.undo(wrong).await.expect("undone");
    assert_eq!((engine.photos(grace).await.expect("listed").len(), unknowns(&engine).await), (1, vec![before]));
    engine.stop();
}

#[tokio::test]
async fn with_a_person_who_is_erased_goes_the_unknown_person_who_they_were() {
    let house = House::new();
    let engine = house.start();
    let before = stranger(&engine).await;
    let eileen = engine.assign_unknown(before.id, name("Eileen")).await.expect("named").person.id;
    let aside = engine.set_person_aside(eileen).await.expect("deleted").id;
    assert_eq!(engine.changes().await.expect("listed").len(), 2);
    engine.erase_changes(Some(aside)).await.expect("erased");
    assert_eq!(engine.changes().await.expect("listed"), []);
    until("nothing is left of her", || rows(&house) == 0).await;
    engine.stop();
}

#[tokio::test]
async fn two_who_were_merged_are_two_again_with_their_photos_sightings_and_settings() {
    let house = House::new();
    let engine = house.start();
    let (bob, photo) = bob(&engine).await;
    engine.accept_photo(bob.clone(), photo).await.expect("accepted");
    engine.set_presence_timeout(bob.clone(), Some(77)).await.expect("set");
    let grace = enroll(&engine, "Grace", GRACE).await.expect("enrolled").person.id;
    let other = enroll(&engine, "Bob", "faces/Barack Obama/2009-09-09 address.jpg").await.expect("enrolled").photo;
    let deleted = engine.set_photo_aside(bob.clone(), other).await.expect("deleted").id;
    let about = async |engine: &Engine, id: &PersonId| {
        let photos: Vec<_> =
            engine.photos(id.clone()).await.expect("listed").into_iter().map(|p| (p.id, p.file)).collect();
        let person = engine.person(id).expect("there");
        (person.person, person.photos, person.presence_timeout_s, person.presence.last_seen.is_some(), photos)
    };
    let before = (about(&engine, &bob).await, about(&engine, &grace).await, sightings(&engine).await);
    let accepted =
        |name: &str| std::fs::read_to_string(house.folder.path().join(name).join(".person.json")).expect("read");
    let note = accepted("faces/Bob");
    engine.merge_people(bob.clone(), grace.clone()).await.expect("merged");
    assert!(engine.person(&bob).is_err());
    let engine = restarted(&house, engine);
    let mut changes = engine.changes().await.expect("listed");
    changes.retain(|change| change.kind == ChangeKind::PeopleMerged);
    let merge = changes.remove(0);
    assert_eq!((whose(&merge), merge.into.clone().expect("into").id), (bob.clone(), grace.clone()));
    enroll(&engine, "Bob", COLLINS).await.expect("enrolled");
    let refused = engine.undo(merge.id.clone()).await;
    assert!(matches!(refused, Err(EngineError::Store(StoreError::NameTakenSince(_)))), "{refused:?}");
    let taken = engine.people().into_iter().find(|p| p.person.name.as_str() == "Bob").expect("there").person.id;
    engine.delete_person(taken).await.expect("deleted");
    assert_eq!(put_back(&engine, merge.id.clone()).await.expect("undone").person.id, bob);
    let engine = restarted(&house, engine);
    assert_eq!((about(&engine, &bob).await, about(&engine, &grace).await, sightings(&engine).await), before);
    assert_eq!(accepted("faces/Bob"), note);
    assert_eq!((named(&engine, OBAMA).await.as_deref(), change(&engine).await.id), (Some("Bob"), deleted.clone()));
    assert_eq!(put_back(&engine, deleted).await.expect("put back").person.id, bob, "his photo is his again");
    engine.stop();
}
