//! The server dies, or the disk refuses, at any change of the disk that a deed makes, those of SQLite too: folder, database and
//! gallery agree afterwards, what was acknowledged is there, and nothing is done by half.
//!
//! A usual run tries some of the changes of every deed, `scripts/test --long` all of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Command, Stdio};

use face_server::engine::{
    CameraChange, CameraId, ChangeKind, Engine, EngineError, Enrollment, Event, Options, Override, Said, Settings,
    SightingQuery, Undoable,
};
use face_server::people::{PersonId, PhotoId, UnknownId};
use face_server::store::{ChangeId, Database, Faces, Opening, photo_id};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::time_limit::TimeLimit;
use super::{Annotation, Arc, Duration, VISION, door, enroll, name, picture, until};

/// Changes of the disk that a usual run tries of each deed, and of each way to refuse it.
const POINTS_OF_A_DEED: usize = 6;
/// Orders of deeds that a usual run tries, and a long one.
const LIVES: u32 = 12;
const LIVES_OF_A_LONG_RUN: u32 = 500;
const BIDEN: &str = "tests/pictures/joe_biden_2010.jpg";
/// How long deletions can be undone here: longer than any run takes.
const UNDO_FOR: Duration = Duration::from_secs(24 * 3_600);

fn long() -> bool {
    std::env::var_os("FACE_TEST_LONG").is_some()
}

/// Which of so many changes are tried: all or some, spread over them, always the last one.
fn tried(changes: usize) -> impl Iterator<Item = usize> {
    let step = if long() { 1 } else { changes.div_ceil(POINTS_OF_A_DEED).max(1) };
    (0..changes).rev().step_by(step)
}

/// Where a test acts: `disk` has the folders, and changes of it can be told to fail (`faults.c`).
struct Stage(PathBuf);

/// Has a test act once more in a process whose disk does what it is told. A long one tries hundreds of points: the limit of a
/// test's time holds for each.
fn on_stage(test: &str, act: impl AsyncFnOnce(Stage)) {
    if let Some(stage) = std::env::var_os("FACE_FAULTS") {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        return runtime.expect("a runtime").block_on(act(Stage(stage.into())));
    }
    // In memory, where there is such a place: what reaches a real disk is another question, and slow.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("folder");
    let library = folder.path().join("faults.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine/faults.c");
    let compiled =
        Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).arg("-ldl").status();
    assert!(compiled.expect("a C compiler").success());
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again
        .args([&format!("crash::{test}"), "--exact", "--nocapture"])
        .env("LD_PRELOAD", &library)
        .env("FACE_FAULTS", folder.path())
        // Its own count of tests; what fails is said beside it.
        .stdout(Stdio::null());
    assert!(again.status().expect("started").success(), "see above");
}

impl Stage {
    fn disk(&self) -> PathBuf {
        self.0.join("disk")
    }

    fn orders(&self, orders: &str) {
        fs::write(self.0.join("orders"), orders).expect("told");
    }

    /// Has changes counted from now on, or done to them what is said.
    fn orders_from_now_on(&self, orders: &str) {
        let _ = fs::remove_file(self.0.join("count"));
        self.orders("");
        self.orders(orders);
    }

    /// Changes since the last orders.
    fn changes(&self) -> usize {
        fs::read_to_string(self.0.join("count")).map_or(0, |count| count.trim().parse().expect("a number"))
    }

    /// The disk as a crash before or in the middle of each change would have left it, since the last order to keep it.
    fn snaps(&self) -> Vec<PathBuf> {
        let mut snaps: Vec<_> =
            fs::read_dir(self.0.join("snaps")).expect("read").map(|snap| snap.expect("read").path()).collect();
        snaps.sort();
        snaps
    }

    /// Has a deed done, and keeps the disk at every change of it.
    async fn snapped(&self, deed: Deed, engine: &Engine, cast: &Cast) -> Result<(), EngineError> {
        let _limit = TimeLimit::begin();
        let (snaps, acknowledged) = (self.0.join("snaps"), self.disk().join("acknowledged"));
        let _ = (fs::remove_dir_all(&snaps), fs::remove_file(&acknowledged));
        fs::create_dir(&snaps).expect("made");
        self.orders("snap 0 0");
        let done = deed.done(engine, cast).await;
        fs::write(acknowledged, "").expect("written");
        done
    }

    /// What the home is after a crash that left such a disk; an error where that is none of what is allowed.
    async fn home_after_a_crash(&self, snap: &Path, cast: &Cast, allowed: &Allowed) -> Result<Facts, String> {
        self.restore(snap);
        let acknowledged = self.disk().join("acknowledged").exists();
        let home = self.home_after_a_start(cast).await?;
        let right = if acknowledged { home == allowed.after } else { allowed.unfinished(&home) };
        if right { Ok(home) } else { Err(format!("acknowledged: {acknowledged}; {home:#?}; {allowed:#?}")) }
    }

    /// Keeps the disk under a name.
    fn keep(&self, kept: &str) {
        copy(&self.disk(), &self.0.join(kept));
    }

    /// Makes the disk what it was. The folder of people stays the same one, so that it does not look like another share.
    fn restore(&self, kept: &Path) {
        for folder in ["faces", "data"] {
            for entry in fs::read_dir(self.disk().join(folder)).expect("read") {
                let path = entry.expect("read").path();
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
            }
        }
        let _ = fs::remove_file(self.disk().join("acknowledged"));
        copy(&kept.join("."), &self.disk());
    }

    fn start(&self) -> Engine {
        let faces = Faces::open(&self.disk().join("faces"), Opening::Sole).with_undo_for(UNDO_FOR);
        let database = Database::open(&self.disk().join("data"), Opening::Sole).expect("database");
        let options = Options { workers: 1, ..Options::default() };
        Engine::start(options, Arc::clone(&VISION), faces, database).expect("engine")
    }

    /// What the home is after a restart.
    async fn home_after_a_start(&self, cast: &Cast) -> Result<Facts, String> {
        let _limit = TimeLimit::begin();
        let engine = self.start_learned().await;
        let home = self.home(&engine, cast).await;
        let changes = engine.changes().await.expect("listed");
        let deletions = changes.iter().filter(|c| deleted(c)).count();
        engine.stop();
        drop(engine);
        let (mut left, mut aside) = (Vec::new(), Vec::new());
        hidden(&self.disk().join("faces"), ".face-tmp", &mut left);
        hidden(&self.disk().join("faces"), ".face-deleted", &mut aside);
        let all_known = left.is_empty() && aside.len() == deletions;
        if all_known { home } else { Err(format!("left behind: {left:?} {aside:?}, {deletions} known")) }
    }

    async fn start_learned(&self) -> Engine {
        let engine = self.start();
        until("everything is learned", || engine.stats().photos_to_learn == 0).await;
        engine
    }

    /// What the home is; an error where folders, database and gallery do not agree.
    async fn home(&self, engine: &Engine, cast: &Cast) -> Result<Facts, String> {
        let (mut gallery, mut words) = (String::new(), String::new());
        let mut people = engine.people();
        people.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        let mut ids = BTreeSet::new();
        for person in &people {
            let mut photos = engine.photos(person.person.id.clone()).await.expect("listed");
            photos.sort_by(|a, b| a.id.cmp(&b.id));
            let known: Vec<_> = photos.iter().map(|p| &p.id.0[..6]).collect();
            writeln!(gallery, "{} {} {known:?}", person.person.name, cast.known(&person.person.id)).expect("written");
            for photo in &photos {
                if let Some(reason) = &photo.problem {
                    let (name, photo) = (&person.person.name, &photo.id.0[..6]);
                    writeln!(words, "{name} is not known by {photo}: {reason:?}").expect("written");
                }
            }
            if let Some(seconds) = person.presence_timeout_s {
                writeln!(words, "{} stays {seconds} s", person.person.name).expect("written");
            }
            ids.insert(person.person.id.0.clone());
        }
        let (folder, accepted) = folder(&self.disk().join("faces"), cast);
        if gallery != folder {
            return Err(format!("the gallery says {gallery} and the folder {folder}"));
        }
        words.insert_str(0, &(gallery + &accepted));
        let all = SightingQuery { person: None, camera: None, cursor: None, limit: 100 };
        for sighting in engine.sightings(all).await.expect("listed").items {
            let corrected = if sighting.corrected { ", corrected" } else { "" };
            writeln!(words, "sighting {}: {}{corrected}", sighting.id, sighting.person.name).expect("written");
        }
        for unknown in engine.unknowns(None, 100).await.expect("listed").items {
            let ignored = if unknown.ignored { ", ignored" } else { "" };
            writeln!(words, "unknown {}{ignored}", cast.known(&unknown.id)).expect("written");
        }
        let mut undoable = BTreeSet::new();
        for change in engine.changes().await.expect("listed") {
            undoable.insert(match (&change.unknown, &change.photo, &change.person) {
                (Some(unknown), ..) => format!("{:?} {}\n", change.kind, cast.known(unknown)),
                (_, Some(photo), _) => format!("deleted photo {:?}\n", &photo.0[..6]),
                (_, _, Some(person)) if deleted(&change) => {
                    format!("deleted {} {}\n", person.name, cast.known(&person.id))
                }
                // A merge that the next start has ended can't be undone.
                _ => continue,
            });
            ids.extend(change.person.filter(|_| change.kind != ChangeKind::PeopleMerged).map(|person| person.id.0));
        }
        words.extend(undoable);
        writeln!(words, "{:?}", engine.settings()).expect("written");
        for camera in engine.cameras() {
            writeln!(words, "camera {} {:?}", camera.id.0, camera.area).expect("written");
        }
        self.agrees(&ids)?;
        Ok(words.lines().map(str::to_owned).collect())
    }

    /// Nobody is in the database who is not in the folder, be it in what can be put back, and nothing is left undone.
    fn agrees(&self, people: &BTreeSet<String>) -> Result<(), String> {
        let database = rusqlite::Connection::open(self.disk().join("data/face.sqlite3")).expect("opened");
        let list = |sql: &str| -> BTreeSet<String> {
            let mut statement = database.prepare(sql).expect("SQL");
            let rows = statement.query_map([], |row| row.get(0)).expect("read");
            rows.collect::<Result<_, _>>().expect("read")
        };
        let named = [
            "SELECT person FROM sighting WHERE NOT corrected",
            "SELECT key FROM document WHERE kind IN ('presence', 'person_settings', 'folder')",
        ];
        if let Some(sql) = named.into_iter().find(|sql| !list(sql).is_subset(people)) {
            return Err(format!("{sql}: somebody who is not there"));
        }
        let undone = list("SELECT kind || key FROM document WHERE kind IN ('intent', 'unreadable')");
        let whole = list("PRAGMA integrity_check").contains("ok");
        if whole && undone.is_empty() { Ok(()) } else { Err(format!("left undone: {undone:?}; whole: {whole}")) }
    }
}

/// What a home is, one fact after the other.
type Facts = Vec<String>;

/// What a home may be when a deed was interrupted or refused.
#[derive(Debug)]
struct Allowed {
    before: Facts,
    after: Facts,
    in_steps: bool,
}

impl Allowed {
    /// As before or as after; of a deed of several steps, each fact as before or as after, and no photo lost.
    fn unfinished(&self, home: &[String]) -> bool {
        let between = || {
            let (before, after, home) = (set(&self.before), set(&self.after), set(home));
            let both: BTreeSet<_> = before.intersection(&after).copied().collect();
            let either: BTreeSet<_> = before.union(&after).copied().collect();
            let kept: BTreeSet<_> = photos(&before).intersection(&photos(&after)).copied().collect();
            both.is_subset(&home) && home.is_subset(&either) && kept.is_subset(&photos(&home))
        };
        home == self.before || home == self.after || (self.in_steps && between())
    }
}

/// What is quoted in facts.
fn photos<'a>(facts: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    facts.iter().flat_map(|fact| fact.split('"').skip(1).step_by(2)).collect()
}

/// The facts but for who was made, and has not been given the photo yet.
fn set(facts: &[String]) -> BTreeSet<&str> {
    facts.iter().map(String::as_str).filter(|fact| !fact.ends_with(" made []")).collect()
}

/// Whoever runs the test with its output may want to know.
fn say(words: &str) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").args([from, to]).status().expect("cp").success());
}

/// Whether it is something that was deleted from the folder.
fn deleted(change: &Undoable) -> bool {
    matches!(change.kind, ChangeKind::PersonDeleted | ChangeKind::PhotoDeleted)
}

/// What this program hides in a folder while it works on it.
fn hidden(folder: &Path, begins: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("read").map(|entry| entry.expect("read").path()) {
        if entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with(begins)) {
            found.push(entry.clone());
        }
        if entry.is_dir() {
            hidden(&entry, begins, found);
        }
    }
}

/// People and photos as anybody finds them in the folder, and what was accepted.
fn folder(root: &Path, cast: &Cast) -> (String, String) {
    let mut people: Vec<_> = fs::read_dir(root).expect("read").map(|entry| entry.expect("read").path()).collect();
    people.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    people.sort();
    let (mut folder, mut accepted) = (String::new(), String::new());
    for person in people {
        let file: serde_json::Value =
            serde_json::from_slice(&fs::read(person.join(".person.json")).expect("read")).expect("JSON");
        let mut photos = Vec::new();
        for photo in fs::read_dir(&person).expect("read").map(|entry| entry.expect("read").path()) {
            if photo.extension().is_some_and(|extension| extension != "json") {
                photos.push(photo_id(&fs::read(photo).expect("read")).0[..6].to_owned());
            }
        }
        photos.sort();
        let name = person.file_name().expect("a name").to_string_lossy();
        let id = file["id"].as_str().expect("an id");
        writeln!(folder, "{name} {} {photos:?}", cast.known(id)).expect("written");
        let list = file["accepted"].as_array().into_iter().flatten().map(|photo| &photo.as_str().expect("an id")[..6]);
        // What is accepted before it is there says nothing yet.
        let list: BTreeSet<_> = list.filter(|photo| photos.iter().any(|there| there == photo)).collect();
        if !list.is_empty() {
            writeln!(accepted, "{name} accepted {list:?}").expect("written");
        }
    }
    (folder, accepted)
}

/// Who there is before each deed: Bob with three photos, one of which was that of a twin until they were merged, and who was seen;
/// Grace; and somebody unknown. Another photo of Bob was deleted, and so was Ada, who was seen, too, and is somebody unknown since,
/// who was forgotten.
struct Cast {
    bob: PersonId,
    grace: PersonId,
    ada: PersonId,
    deleted_ada: ChangeId,
    deleted_photo: ChangeId,
    forgotten: ChangeId,
    merged: ChangeId,
    bobs_first: PhotoId,
    bobs_second: PhotoId,
    sighting: i64,
    stranger: UnknownId,
}

impl Cast {
    /// An id that was there before, or a word for one that was made.
    fn known<'a>(&self, id: &'a (impl AsId + ?Sized)) -> &'a str {
        let id = id.text();
        if [&self.bob.0, &self.grace.0, &self.ada.0, &self.stranger.0].iter().any(|known| *known == id) {
            id
        } else {
            "made"
        }
    }

    async fn assemble(stage: &Stage) -> Self {
        let _limit = TimeLimit::begin();
        fs::create_dir_all(stage.disk()).expect("made");
        let engine = stage.start();
        let first = enroll(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
        let (bob, first) = (first.person.id, first.photo);
        let second = enroll(&engine, "Bob", "tests/pictures/barack_obama_2010.jpg").await.expect("enrolled").photo;
        engine.accept_photo(bob.clone(), second.clone()).await.expect("accepted");
        let grace = enroll(&engine, "Grace", "faces/Grace Hopper/portrait.jpg").await.expect("enrolled").person.id;
        let third = enroll_again(&engine, "Bob", "tests/pictures/barack_obama_2010.jpg").await;
        let ada = enroll_again(&engine, "Ada", BIDEN).await.0;
        engine.set_presence_timeout(ada.clone(), Some(60)).await.expect("set");
        let at = Timestamp::now() - Duration::from_secs(3);
        engine.observe(door(&picture("faces/Barack Obama/2009-09-09 address.jpg"), at)).await.expect("observed");
        let mut gate = door(&picture("faces/Eileen Collins/portrait.png"), at);
        gate.camera = CameraId("gate".into());
        engine.observe(gate).await.expect("observed");
        let mut garden = door(&picture(BIDEN), at);
        garden.camera = CameraId("garden".into());
        engine.observe(garden).await.expect("observed");
        let deleted_ada = engine.set_person_aside(ada.clone()).await.expect("deleted").id;
        let deleted_photo = engine.set_photo_aside(bob.clone(), third.1).await.expect("deleted").id;
        let portrait = enroll_again(&engine, "Bob", "faces/Barack Obama/2012-12-06 portrait.jpg").await.1;
        let twin = engine.move_photo(bob.clone(), portrait, name("Twin")).await.expect("moved").person.id;
        engine.merge_people(twin, bob.clone()).await.expect("merged");
        let mut yard = door(&picture(BIDEN), at);
        yard.camera = CameraId("yard".into());
        engine.observe(yard).await.expect("observed");
        let unknowns = engine.unknowns(None, 10).await.expect("listed").items;
        let unknown = unknowns.into_iter().find(|unknown| unknown.camera.0 == "yard").expect("somebody");
        let forgotten = engine.set_unknown_aside(unknown.id).await.expect("forgotten").id;
        let changes = engine.changes().await.expect("listed");
        let merged = changes.into_iter().find(|c| c.kind == ChangeKind::PeopleMerged).expect("merged").id;
        let all = SightingQuery { person: None, camera: None, cursor: None, limit: 10 };
        let sighting = engine.sightings(all).await.expect("listed").items[0].id;
        let stranger = engine.unknowns(None, 10).await.expect("listed").items[0].id.clone();
        engine.stop();
        let (bobs_first, bobs_second) = (first, second);
        Self {
            bob,
            grace,
            ada,
            deleted_ada,
            deleted_photo,
            forgotten,
            merged,
            bobs_first,
            bobs_second,
            sighting,
            stranger,
        }
    }
}

/// Teaches somebody by a brighter copy of a picture, so that another can be taught by the picture itself.
async fn enroll_again(engine: &Engine, who: &str, file: &str) -> (PersonId, PhotoId) {
    let brighter = image::load_from_memory(&picture(file)).expect(file).brighten(12);
    let mut bytes = std::io::Cursor::new(Vec::new());
    brighter.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("encoded");
    let enrollment = Enrollment {
        name: name(who),
        picture: bytes.into_inner().into(),
        face_box: None,
        allow: vec![Override::Duplicate],
    };
    let enrolled = engine.enroll(enrollment).await.expect("enrolled");
    (enrolled.person.id, enrolled.photo)
}

trait AsId {
    fn text(&self) -> &str;
}

impl AsId for PersonId {
    fn text(&self) -> &str {
        &self.0
    }
}

impl AsId for UnknownId {
    fn text(&self) -> &str {
        &self.0
    }
}

impl AsId for str {
    fn text(&self) -> &str {
        self
    }
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    TeachSomebodyNew,
    TeachAnotherPhoto,
    Rename,
    Merge,
    Delete,
    DeleteForNow,
    UndoDelete,
    EraseDeleted,
    MovePhoto,
    MovePhotoToSomebodyNew,
    DeletePhoto,
    DeletePhotoForNow,
    UndoDeletePhoto,
    EraseDeletedPhoto,
    AcceptPhoto,
    NotThem,
    ItWasGrace,
    NameTheStranger,
    IgnoreTheStranger,
    ForgetTheStranger,
    ForgetTheStrangerForNow,
    UndoForget,
    UndoMerge,
    Settings,
    Camera,
    Timeout,
}

const DEEDS: [Deed; 26] = [
    Deed::TeachSomebodyNew,
    Deed::TeachAnotherPhoto,
    Deed::Rename,
    Deed::Merge,
    Deed::Delete,
    Deed::DeleteForNow,
    Deed::UndoDelete,
    Deed::EraseDeleted,
    Deed::MovePhoto,
    Deed::MovePhotoToSomebodyNew,
    Deed::DeletePhoto,
    Deed::DeletePhotoForNow,
    Deed::UndoDeletePhoto,
    Deed::EraseDeletedPhoto,
    Deed::AcceptPhoto,
    Deed::NotThem,
    Deed::ItWasGrace,
    Deed::NameTheStranger,
    Deed::IgnoreTheStranger,
    Deed::ForgetTheStranger,
    Deed::ForgetTheStrangerForNow,
    Deed::UndoForget,
    Deed::UndoMerge,
    Deed::Settings,
    Deed::Camera,
    Deed::Timeout,
];

impl Deed {
    /// Whether it is done in several steps, each of which is whole.
    fn in_steps(self) -> bool {
        matches!(self, Self::MovePhotoToSomebodyNew | Self::ItWasGrace | Self::NameTheStranger | Self::UndoMerge)
    }

    async fn done(self, engine: &Engine, cast: &Cast) -> Result<(), EngineError> {
        let (bob, grace) = (cast.bob.clone(), cast.grace.clone());
        match self {
            Self::TeachSomebodyNew => enroll(engine, "Joe", BIDEN).await.map(drop),
            Self::TeachAnotherPhoto => {
                enroll(engine, "Bob", "faces/Barack Obama/2009-09-09 address.jpg").await.map(drop)
            }
            Self::Rename => engine.rename_person(bob, name("Robert")).await.map(drop),
            Self::Merge => engine.merge_people(bob, grace).await.map(drop),
            Self::Delete => engine.delete_person(bob).await,
            Self::DeleteForNow => engine.set_person_aside(bob).await.map(drop),
            Self::UndoDelete => engine.undo(cast.deleted_ada.clone()).await.map(drop),
            Self::EraseDeleted => engine.erase_changes(Some(cast.deleted_ada.clone())).await,
            Self::MovePhoto => engine.move_photo(bob, cast.bobs_first.clone(), name("Grace")).await.map(drop),
            Self::MovePhotoToSomebodyNew => {
                engine.move_photo(bob, cast.bobs_second.clone(), name("Twin")).await.map(drop)
            }
            Self::DeletePhoto => engine.delete_photo(bob, cast.bobs_second.clone()).await,
            Self::DeletePhotoForNow => engine.set_photo_aside(bob, cast.bobs_second.clone()).await.map(drop),
            Self::UndoDeletePhoto => engine.undo(cast.deleted_photo.clone()).await.map(drop),
            Self::EraseDeletedPhoto => engine.erase_changes(Some(cast.deleted_photo.clone())).await,
            Self::AcceptPhoto => engine.accept_photo(bob, cast.bobs_first.clone()).await.map(drop),
            Self::NotThem => engine.correct_sighting(cast.sighting, Said::NotThem).await.map(drop),
            Self::ItWasGrace => engine.correct_sighting(cast.sighting, Said::Was(name("Grace"))).await.map(drop),
            Self::NameTheStranger => engine.assign_unknown(cast.stranger.clone(), name("Eileen")).await.map(drop),
            Self::IgnoreTheStranger => engine.ignore_unknown(cast.stranger.clone()).await.map(drop),
            Self::ForgetTheStranger => engine.delete_unknown(cast.stranger.clone()).await,
            Self::ForgetTheStrangerForNow => engine.set_unknown_aside(cast.stranger.clone()).await.map(drop),
            Self::UndoForget => engine.undo(cast.forgotten.clone()).await.map(drop),
            Self::UndoMerge => engine.undo(cast.merged.clone()).await.map(drop),
            Self::Settings => {
                engine.set_settings(Settings { retention_days: 30, ..Settings::default() }).await.map(drop)
            }
            Self::Camera => {
                let id = CameraId("door".into());
                let change = CameraChange { id, area: Some("garden".into()), ..CameraChange::default() };
                engine.configure_cameras(vec![change]).await.map(drop)
            }
            Self::Timeout => engine.set_presence_timeout(bob, Some(77)).await.map(drop),
        }
    }
}

#[test]
fn after_a_crash_at_any_change_of_the_disk_everything_agrees_and_what_was_acknowledged_is_there() {
    let test = "after_a_crash_at_any_change_of_the_disk_everything_agrees_and_what_was_acknowledged_is_there";
    on_stage(test, async |stage| {
        let (cast, before) = stage.set().await;
        let mut points = 0;
        for deed in DEEDS {
            let engine = stage.begin().await;
            stage.snapped(deed, &engine, &cast).await.expect("done");
            engine.stop();
            stage.orders("");
            drop(engine);
            let after = stage.home_after_a_start(&cast).await.expect("agrees");
            assert_ne!(after, before, "{deed:?}");
            let allowed = Allowed { before: before.clone(), after, in_steps: deed.in_steps() };
            let snaps = stage.snaps();
            for n in tried(snaps.len()) {
                let home = stage.home_after_a_crash(&snaps[n], &cast, &allowed).await;
                assert!(home.is_ok(), "{deed:?}, crash {n}: {}", home.unwrap_err());
                points += 1;
            }
            say(&format!("{deed:?}: {} changes", snaps.len()));
        }
        say(&format!("{points} points at which the server died"));
    });
}

#[test]
fn whatever_change_the_disk_refuses_everything_agrees_and_what_was_acknowledged_is_there() {
    let test = "whatever_change_the_disk_refuses_everything_agrees_and_what_was_acknowledged_is_there";
    on_stage(test, async |stage| {
        let (cast, before) = stage.set().await;
        let mut points = 0;
        for deed in DEEDS {
            let engine = stage.begin().await;
            stage.orders_from_now_on("once 0 0");
            deed.done(&engine, &cast).await.expect("done");
            let changes = stage.changes();
            stage.orders("");
            engine.stop();
            drop(engine);
            let after = stage.home_after_a_start(&cast).await.expect("agrees");
            let allowed = Allowed { before: before.clone(), after, in_steps: deed.in_steps() };
            for (how, errno) in REFUSALS {
                for n in tried(changes) {
                    stage.refuse(deed, &format!("{how} {} {errno}", n + 1), &cast, &allowed).await;
                    points += 1;
                }
            }
            say(&format!("{deed:?}: {changes} changes"));
        }
        say(&format!("{points} points at which the disk refused"));
    });
}

/// Deeds one after the other; where a number stands, the server dies at that part of the deed's changes and starts again.
type Life = Vec<(Deed, Option<f64>)>;

fn lives() -> impl Strategy<Value = Life> {
    let deed = prop::sample::select(&DEEDS[..]);
    prop::collection::vec((deed, prop::option::of(0.0..1.0)), 2..8)
}

#[test]
fn in_any_order_and_with_crashes_anywhere_everything_agrees_and_what_was_acknowledged_is_there() {
    let test = "in_any_order_and_with_crashes_anywhere_everything_agrees_and_what_was_acknowledged_is_there";
    on_stage(test, async |stage| {
        let (cast, before) = stage.set().await;
        let config = |cases| Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
        let mut runner = if long() {
            TestRunner::new(config(LIVES_OF_A_LONG_RUN))
        } else {
            TestRunner::new_with_rng(config(LIVES), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        };
        let live = |life: Life| {
            let held = tokio::runtime::Handle::current().block_on(stage.live(&life, &cast, &before));
            held.map_err(TestCaseError::fail)
        };
        let held = tokio::task::block_in_place(|| runner.run(&lives(), live));
        held.unwrap_or_else(|error| panic!("{error}"));
    });
}

/// One change fails with an input/output error; it and all that follow do; the disk is full from there on.
const REFUSALS: [(&str, i32); 3] = [("once", 5), ("gone", 5), ("full", 28)];

impl Stage {
    /// The cast, and what the home is before each deed.
    async fn set(&self) -> (Cast, Facts) {
        let cast = Cast::assemble(self).await;
        self.keep("before");
        let before = self.home_after_a_start(&cast).await.expect("agrees");
        (cast, before)
    }

    /// A server on the disk as it was before each deed.
    async fn begin(&self) -> Engine {
        self.restore(&self.0.join("before"));
        self.start_learned().await
    }

    /// Has a deed refused by the disk, which is well again afterwards.
    async fn refuse(&self, deed: Deed, orders: &str, cast: &Cast, allowed: &Allowed) {
        let _limit = TimeLimit::begin();
        let engine = self.begin().await;
        self.orders_from_now_on(orders);
        let done = deed.done(&engine, cast).await;
        self.orders("");
        // Photos that were being moved cannot go back on a disk that is gone.
        let stranded = matches!(deed, Deed::Merge) && orders.starts_with("gone");
        let right = |home: &Facts| match done {
            Ok(()) => *home == allowed.after,
            Err(_) => allowed.unfinished(home) || (stranded && photos(&set(home)) == photos(&set(&allowed.before))),
        };
        // What could not be kept is tried again every second.
        let mut looks = 100;
        let live = loop {
            let home = self.home(&engine, cast).await;
            looks -= 1;
            if home.as_ref().is_ok_and(right) || looks == 0 {
                break home;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert!(live.as_ref().is_ok_and(right), "{deed:?}, {orders}, {done:?}: {live:#?}");
        engine.stop();
        drop(engine);
        let home = self.home_after_a_start(cast).await;
        assert!(home.as_ref().is_ok_and(right), "{deed:?}, {orders}, {done:?}, after a restart: {home:#?}");
    }

    /// Does one deed after the other, with crashes; an error where something does not agree or is lost.
    async fn live(&self, life: &[(Deed, Option<f64>)], cast: &Cast, before: &[String]) -> Result<(), String> {
        let (mut engine, mut before) = (self.begin().await, before.to_vec());
        for (deed, crash) in life {
            let done = self.snapped(*deed, &engine, cast).await;
            engine.stop();
            self.orders("");
            drop(engine);
            let after = self.home_after_a_start(cast).await.map_err(|words| format!("{deed:?}, {done:?}: {words}"))?;
            if done.is_err() && after != before {
                return Err(format!("{deed:?}, refused by {done:?}: {before:#?} {after:#?}"));
            }
            let allowed = Allowed { before, after, in_steps: deed.in_steps() };
            let snaps = self.snaps();
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0..1 of them"
            )]
            let dies_at = crash.and_then(|part| snaps.get((part * snaps.len() as f64) as usize));
            before = match dies_at {
                Some(snap) => {
                    let home = self.home_after_a_crash(snap, cast, &allowed).await;
                    home.map_err(|words| format!("{deed:?}, {}: {words}", snap.display()))?
                }
                None => allowed.after,
            };
            engine = self.start_learned().await;
        }
        engine.stop();
        Ok(())
    }
}

#[test]
fn on_a_disk_without_a_free_block_the_server_starts_and_recognises_and_keeps_it_later() {
    let test = "on_a_disk_without_a_free_block_the_server_starts_and_recognises_and_keeps_it_later";
    on_stage(test, async |stage| {
        let _limit = TimeLimit::begin();
        let cast = Cast::assemble(&stage).await;
        stage.orders("full 1 28");
        let engine = stage.start();
        bob_comes(&engine, &cast).await;
        let refused = enroll(&engine, "Joe", "tests/pictures/joe_biden_2010.jpg").await;
        assert!(matches!(refused, Err(EngineError::Store(_))), "{refused:?}");
        let kept = async || {
            let all = SightingQuery { person: None, camera: None, cursor: None, limit: 10 };
            engine.sightings(all).await.expect("listed").items.len()
        };
        assert_eq!(kept().await, 1);
        stage.orders("");
        while kept().await < 2 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        engine.stop();
        drop(engine);
        let home = stage.home_after_a_start(&cast).await.expect("agrees");
        assert!(home.contains(&"sighting 3: Bob".to_owned()), "{home:#?}");
    });
}

/// Bob comes to the door, which is told at once.
async fn bob_comes(engine: &Engine, cast: &Cast) {
    let mut listening = engine.subscribe(None);
    let at = Timestamp::now();
    for (seconds, file) in
        [(0, "tests/pictures/barack_obama_2010.jpg"), (2, "faces/Barack Obama/2009-09-09 address.jpg")]
    {
        let seen = door(&picture(file), at + Duration::from_secs(seconds));
        engine.observe(seen).await.expect("observed");
    }
    let mut arrived = false;
    while let Ok(record) = listening.events.try_recv() {
        arrived |= matches!(&record.event, Event::Arrived { person, .. } if person.id == cast.bob);
    }
    assert!(arrived && engine.person(&cast.bob).expect("known").presence.present);
}

/// Begins a deed; whether that waits for something.
fn waits(deed: &mut Pin<Box<impl Future>>) -> bool {
    futures_util::FutureExt::now_or_never(deed.as_mut()).is_none()
}

/// Slower than any test waits for: until there are other orders.
const STANDS_STILL: &str = "slow 1 600000";

impl Stage {
    /// What the home is after a restart on the disk as it is at this moment.
    async fn home_as_of_now(&self, engine: Engine, cast: &Cast) -> Facts {
        self.orders(STANDS_STILL);
        self.keep("now");
        self.orders("");
        engine.stop();
        drop(engine);
        self.restore(&self.0.join("now"));
        self.home_after_a_start(cast).await.expect("agrees")
    }
}

#[test]
fn while_a_share_is_slow_people_are_recognised_and_a_photo_is_acknowledged_once_it_is_there() {
    let test = "while_a_share_is_slow_people_are_recognised_and_a_photo_is_acknowledged_once_it_is_there";
    on_stage(test, async |stage| {
        let _limit = TimeLimit::begin();
        let (cast, _) = stage.set().await;
        let engine = stage.begin().await;
        stage.orders_from_now_on("share 1 600000");
        let meanwhile = async {
            until("the share is asked", || stage.changes() > 0).await;
            bob_comes(&engine, &cast).await;
            engine.ask(picture(BIDEN), Annotation::Draw).await.expect("asked");
        };
        let mut taught = Box::pin(Deed::TeachSomebodyNew.done(&engine, &cast));
        tokio::select! {
            done = &mut taught => panic!("{done:?}, while the share holds it up"),
            () = meanwhile => {}
        }
        stage.orders("share 1 20");
        taught.await.expect("done");
        let home = stage.home_as_of_now(engine, &cast).await;
        assert!(home.iter().any(|fact| fact.starts_with("Joe made [\"")), "{home:#?}");
        assert!(home.contains(&"sighting 3: Bob".to_owned()), "{home:#?}");
    });
}

#[test]
fn on_a_slow_disk_what_waits_is_kept_together_and_is_there_once_it_is_acknowledged() {
    let test = "on_a_slow_disk_what_waits_is_kept_together_and_is_there_once_it_is_acknowledged";
    on_stage(test, async |stage| {
        const MANY: usize = 24;
        let _limit = TimeLimit::begin();
        let (cast, _) = stage.set().await;
        let engine = stage.begin().await;
        let placed = |n: usize| {
            let id = CameraId(format!("camera {n}"));
            engine.configure_cameras(vec![CameraChange { id, area: Some("garden".into()), ..CameraChange::default() }])
        };
        stage.orders_from_now_on("once 0 0");
        placed(0).await.expect("done");
        let of_one = stage.changes();
        stage.orders_from_now_on(STANDS_STILL);
        let mut first = Box::pin(placed(1));
        assert!(waits(&mut first));
        until("it is being kept", || stage.changes() > 0).await;
        let mut others: Vec<_> = (2..=MANY).map(|n| Box::pin(placed(n))).collect();
        assert!(others.iter_mut().all(waits), "nothing of it is kept yet");
        stage.orders_from_now_on("slow 1 20");
        first.await.expect("done");
        for other in others {
            other.await.expect("done");
        }
        let changes = stage.changes();
        assert!(changes * 2 < of_one * MANY, "{changes} changes of the disk; one by itself took {of_one}");
        bob_comes(&engine, &cast).await;
        Deed::TeachSomebodyNew.done(&engine, &cast).await.expect("done");
        let home = stage.home_as_of_now(engine, &cast).await;
        let cameras = home.iter().filter(|fact| fact.starts_with("camera camera ") && fact.contains("garden"));
        assert_eq!(cameras.count(), MANY + 1, "{home:#?}");
        assert!(home.iter().any(|fact| fact.starts_with("Joe made [\"")), "{home:#?}");
        assert!(home.contains(&"sighting 3: Bob".to_owned()), "{home:#?}");
    });
}

#[test]
fn kept_pictures_are_looked_at_again_one_at_a_time_and_cameras_do_not_wait_for_them() {
    let test = "kept_pictures_are_looked_at_again_one_at_a_time_and_cameras_do_not_wait_for_them";
    on_stage(test, async |stage| {
        let _limit = TimeLimit::begin();
        let (cast, _) = stage.set().await;
        let engine = stage.begin().await;
        stage.orders_from_now_on("share 1 600000");
        let mut corrected: Vec<_> = (0..3).map(|_| Box::pin(Deed::ItWasGrace.done(&engine, &cast))).collect();
        assert!(corrected.iter_mut().all(waits));
        until("the share holds up the first", || stage.changes() > 0).await;
        let looks = engine.usage().into_iter().find(|usage| usage.of == "looked_at_again").expect("bounded");
        assert_eq!((looks.used, looks.most, looks.hits), (Some(1), 1, 2));
        bob_comes(&engine, &cast).await;
        stage.orders("");
        for (number, one) in corrected.into_iter().enumerate() {
            let done = one.await;
            assert!(done.is_ok() || number > 0, "{done:?}");
        }
        engine.stop();
    });
}
