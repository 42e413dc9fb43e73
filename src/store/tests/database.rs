//! The data folder's database: its file, tokens, cache, documents and sightings.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::super::database::FILE_NAME;
use super::super::database::tokens::{FIRST_TOKEN_FILE, MAX_CLIENTS_OF_PUSHING};
use super::super::{
    ChangeId, Correction, Cursor, Database, Described, Kind, KnownFile, NewSighting, Opening, Recipe, Role,
    SightingQuery, StoreError, Token,
};
use super::embedding;
use crate::people::{Adds, Grade, MistakenFace, PersonId, PhotoId, Proposal, ProposalId, Shows, View};
use crate::vision::{Detection, Face, Landmarks, Point, Quality, QualityReason, Rect};

fn now() -> Timestamp {
    "2026-11-24T02:17:09.123456Z".parse().unwrap()
}

fn later(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

fn person(letter: char) -> PersonId {
    PersonId(letter.to_string().repeat(16))
}

fn face() -> Face {
    let detection = Detection {
        box_in_frame: Rect { x: 1.5, y: -2.0, w: 30.25, h: 40.0 },
        landmarks: Landmarks([1.0, 2.0, 3.0, 4.0, 5.5].map(|n| Point { x: n, y: n / 3.0 })),
        score: 0.87,
    };
    let picture =
        image::RgbImage::from_fn(40, 40, |x, y| image::Rgb([x, y, x ^ y].map(|v| u8::try_from(v).unwrap() * 4)));
    let reasons = vec![QualityReason::TooSmall, QualityReason::LowContrast];
    let quality = Quality { reasons, ..Quality::of(&picture, &detection) };
    Face { detection, quality, embedding: embedding(7), glimpse: None }
}

#[cfg(unix)]
#[test]
fn the_folder_and_its_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("data/deep");
    let database = Database::open(&folder, Opening::Sole).unwrap();
    database.first_admin_token(now()).unwrap();
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.clone()), 0o700);
    let files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    assert!(files.len() >= 4, "database, its two helpers, token and lock: {files:?}");
    for file in files {
        assert_eq!(mode(file.clone()), 0o600, "{}", file.display());
    }
}

#[test]
fn one_server_at_a_time_and_commands_beside_it() {
    let root = tempfile::tempdir().unwrap();
    let server = Database::open(root.path(), Opening::Sole).unwrap();
    let error = Database::open(root.path(), Opening::Sole).unwrap_err();
    assert!(matches!(error, StoreError::InUse(_)), "{error}");
    let command = Database::open(root.path(), Opening::Beside).unwrap();
    server.write(|tx| tx.put_document(Kind::Setting, "retention_days", &7)).unwrap();
    assert_eq!(command.document(Kind::Setting, "retention_days").unwrap(), Some(7));
    drop(server);
    Database::open(root.path(), Opening::Sole).unwrap();
}

/// A child has a copy of every open file until it runs its own program.
#[cfg(unix)]
#[test]
fn a_process_that_is_just_being_started_does_not_keep_the_lock() {
    let root = tempfile::tempdir().unwrap();
    let server = Database::open(root.path(), Opening::Sole).unwrap();
    let copy = server.copy_of_lock().unwrap();
    drop(server);
    Database::open(root.path(), Opening::Sole).unwrap();
    drop(copy);
}

#[test]
fn a_newer_file_and_a_damaged_one_are_refused_in_words_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join(FILE_NAME);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Database::open(root.path(), Opening::Sole).unwrap_err();
    assert!(matches!(error, StoreError::NewerDatabase { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("newer face-server"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::write(&path, vec![b'x'; 5000]).unwrap();
    let error = Database::open(root.path(), Opening::Sole).unwrap_err();
    assert!(matches!(error, StoreError::DamagedDatabase { .. }), "{error}");
}

#[test]
fn the_first_start_makes_one_admin_token() {
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(root.path(), Opening::Sole).unwrap();
    let (text, path) = database.first_admin_token(now()).unwrap().unwrap();
    assert_eq!(path, root.path().join(FIRST_TOKEN_FILE));
    assert_eq!(std::fs::read_to_string(path).unwrap().trim(), text);
    assert_eq!(text.len(), 43);
    assert_eq!(database.find_token(&text, now()).unwrap().unwrap().role, Role::Admin);
    assert_eq!(database.first_admin_token(now()).unwrap(), None);
    let stored = std::fs::read(root.path().join(FILE_NAME)).unwrap();
    assert!(!stored.windows(text.len()).any(|w| w == text.as_bytes()), "only its hash is stored");
}

#[test]
fn tokens_are_found_by_their_whole_text_until_they_end() {
    let database = Database::in_memory().unwrap();
    assert_eq!(database.first_admin_token(now()).unwrap(), None, "nowhere to write it to");
    let door = database.create_token("doorbell", Role::Trigger, None, now()).unwrap();
    let old = database.create_token("home assistant", Role::Push, None, now()).unwrap();
    let new = database.create_token("home assistant", Role::Admin, None, now()).unwrap();
    assert_eq!(database.find_token(&door, now()).unwrap().unwrap().name, "doorbell");
    assert_eq!(database.find_token(&new, now()).unwrap().unwrap().role, Role::Admin);
    assert_eq!(database.find_token(&old, now()).unwrap(), None, "replaced");
    for wrong in ["", &door[..42], &door.to_lowercase()] {
        assert_eq!(database.find_token(wrong, now()).unwrap(), None);
    }
    let tokens = database.tokens().unwrap();
    assert_eq!((tokens.len(), tokens[0].created), (2, now()));
    let renewed = database.renew_token(&tokens[0], now()).unwrap();
    assert_eq!(database.find_token(&door, now()).unwrap(), None, "the old text ends");
    assert_eq!(database.find_token(&renewed, now()).unwrap().unwrap(), tokens[0]);
    assert!(database.delete_token(tokens[0].id).unwrap());
    assert_eq!(database.find_token(&renewed, now()).unwrap(), None);
}

#[test]
fn a_token_expires_and_a_renewed_one_lasts_as_long_again() {
    let database = Database::in_memory().unwrap();
    let (day, later) =
        (jiff::SignedDuration::from_hours(24), |days: i32| now() + jiff::SignedDuration::from_hours(24) * days);
    let text = database.create_token("guest", Role::Read, Some(now() + day), now()).unwrap();
    database.token_used(database.tokens().unwrap()[0].id, now()).unwrap();
    let token = database.find_token(&text, now()).unwrap().unwrap();
    assert_eq!((token.expires, token.last_used), (Some(later(1)), Some(now())));
    assert_eq!(database.find_token(&text, later(1)).unwrap(), None);
    assert_eq!(database.tokens().unwrap().len(), 1, "it is still listed");
    let renewed = database.renew_token(&token, later(5)).unwrap();
    assert!(database.find_token(&renewed, later(5)).unwrap().is_some());
    assert_eq!(database.find_token(&renewed, later(6)).unwrap(), None);
}

#[test]
fn what_a_photo_showed_is_remembered_for_its_recipe_only() {
    let database = Database::in_memory().unwrap();
    let recipe = Recipe { model: "abc".into(), preprocessing: 1 };
    let ids: Vec<PhotoId> = (0..4).map(|n| PhotoId(format!("{n:016x}"))).collect();
    let all = [
        Described::Face(Box::new(face())),
        Described::NoFace,
        Described::SeveralFaces(3),
        Described::Unreadable("no picture".into()),
    ];
    database.write(|tx| tx.remember_described(&recipe, ids.iter().zip(&all))).unwrap();
    for (id, described) in ids.iter().zip(&all) {
        assert_eq!(database.described(id, &recipe).unwrap().as_ref(), Some(described));
    }
    for other in [Recipe { preprocessing: 2, ..recipe.clone() }, Recipe { model: "abd".into(), ..recipe.clone() }] {
        assert_eq!(database.described(&ids[0], &other).unwrap(), None);
        database.write(|tx| tx.remember_described(&other, [(&ids[0], &Described::NoFace)])).unwrap();
    }
    database.write(|tx| tx.prune_described(&recipe, &ids[..2])).unwrap();
    assert_eq!(database.described(&ids[0], &recipe).unwrap().as_ref(), Some(&all[0]));
    assert_eq!(database.described(&ids[2], &recipe).unwrap(), None);
    assert_eq!(database.described(&ids[0], &Recipe { preprocessing: 2, ..recipe.clone() }).unwrap(), None);
    database
        .write(|tx| tx.remember_described(&Recipe { preprocessing: 2, ..recipe.clone() }, [(&ids[0], &all[0])]))
        .unwrap();
    database.write(|tx| tx.forget_described([&ids[0]])).unwrap();
    for preprocessing in [1, 2] {
        assert_eq!(database.described(&ids[0], &Recipe { preprocessing, ..recipe.clone() }).unwrap(), None);
    }
    assert_eq!(database.described(&ids[1], &recipe).unwrap().as_ref(), Some(&all[1]));
}

#[test]
fn known_files_come_back_whatever_their_names() {
    let database = Database::in_memory().unwrap();
    let files: Vec<KnownFile> = ["José/a.jpg", "山田/b c.png"]
        .into_iter()
        .map(|path| KnownFile { path: path.into(), bytes: 5, modified_ns: -1, photo: PhotoId("0".repeat(16)) })
        .collect();
    database.write(|tx| tx.save_known_files(files.clone())).unwrap();
    database.write(|tx| tx.save_known_files(files.clone())).unwrap();
    let mut found = database.known_files().unwrap();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(found, files);
}

#[test]
fn documents_are_kept_by_kind_and_key() {
    let database = Database::in_memory().unwrap();
    database.write(|tx| tx.put_document(Kind::Camera, "a/door", "one")).unwrap();
    database.write(|tx| tx.put_document(Kind::Camera, "a/door", "two")).unwrap();
    database.write(|tx| tx.put_document(Kind::Presence, "a/door", &[1, 2])).unwrap();
    assert_eq!(database.documents::<String>(Kind::Camera).unwrap(), [("a/door".to_owned(), "two".to_owned())]);
    assert!(database.write(|tx| tx.delete_document(Kind::Camera, "a/door")).unwrap());
    assert!(!database.write(|tx| tx.delete_document(Kind::Camera, "a/door")).unwrap());
    assert_eq!(database.document::<Vec<u8>>(Kind::Presence, "a/door").unwrap(), Some(vec![1, 2]));
}

#[test]
fn a_document_that_cannot_be_read_is_set_aside_and_the_others_count() {
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(root.path(), Opening::Sole).unwrap();
    database.write(|tx| tx.put_document(Kind::Presence, "alice", &[1, 2])).unwrap();
    database.write(|tx| tx.put_document(Kind::Presence, "bob", "here")).unwrap();
    assert_eq!(database.documents::<String>(Kind::Presence).unwrap(), [("bob".to_owned(), "here".to_owned())]);
    assert_eq!(database.document::<Vec<u8>>(Kind::Presence, "alice").unwrap(), None, "it is out of the way");
    let kept = || -> i64 {
        let beside = Connection::open(root.path().join(FILE_NAME)).unwrap();
        let kept = beside.query_row("SELECT count(*) FROM document WHERE kind = 'unreadable'", [], |row| row.get(0));
        kept.unwrap()
    };
    assert_eq!(kept(), 1);
    database.write(|tx| tx.forget_person(&PersonId("alice".to_owned()))).unwrap();
    assert_eq!(kept(), 0, "who is forgotten is forgotten there, too");
}

#[test]
fn what_is_forgotten_is_in_no_file_as_soon_as_nobody_reads() {
    let database_in = |root: &tempfile::TempDir| Database::open(root.path(), Opening::Sole).unwrap();
    let root = tempfile::tempdir().unwrap();
    let database = database_in(&root);
    let holds = |file: &str| {
        let bytes = std::fs::read(root.path().join(file)).unwrap_or_default();
        bytes.windows(6).any(|part| part == b"secret")
    };
    let log = format!("{FILE_NAME}-wal");
    database.write(|tx| tx.put_document(Kind::PersonSettings, "a", "secret")).unwrap();
    assert!(holds(&log));
    let reader = Connection::open(root.path().join(FILE_NAME)).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM document").unwrap();
    assert!(database.write(|tx| tx.delete_document(Kind::PersonSettings, "a")).unwrap());
    assert!(holds(&log), "somebody reads what was");
    reader.execute_batch("COMMIT").unwrap();
    database.wipe_log();
    assert!(!holds(&log) && !holds(FILE_NAME));
}

/// Sightings 1..=7, an hour apart, of two people on two cameras by turns.
fn seven_sightings() -> Database {
    let database = Database::in_memory().unwrap();
    for n in 1..=7_u8 {
        let new = NewSighting {
            at: later(n.into()),
            camera: if n % 2 == 0 { "door".into() } else { "garden".into() },
            person: person(if n <= 4 { 'a' } else { 'b' }),
            grade: if n % 2 == 0 { Grade::Confirmed } else { Grade::Seen },
            probability: 0.5,
            similarity: 0.25,
            model: "abc".into(),
            embedding: embedding(n),
            reliability: 0.75,
            crop: (n != 4).then(|| b"jpeg"[..].into()),
            place: Rect { x: 0.5, y: 0.25, w: 0.125, h: 0.25 },
        };
        database.write(|tx| tx.put_sighting(n.into(), &new)).unwrap();
        assert_eq!(database.last_sighting().unwrap(), i64::from(n));
    }
    database
}

#[test]
fn what_all_faces_looked_like_is_read_in_parts_and_without_their_pictures() {
    let database = seven_sightings();
    let ids = |before, most| {
        let faces = database.sighting_faces("abc", before, most).unwrap();
        faces.into_iter().map(|(id, ..)| id).collect::<Vec<_>>()
    };
    assert_eq!((ids(i64::MAX, 4), ids(4, 4), ids(1, 4)), (vec![7, 6, 5, 4], vec![3, 2, 1], vec![]));
    assert_eq!(database.sighting_faces("abc", 3, 1).unwrap(), [(2, embedding(2), 0.75)]);
    assert_eq!(database.sighting_faces("another model", i64::MAX, 4).unwrap(), []);

    let root = tempfile::tempdir().unwrap();
    drop(Database::open(root.path(), Opening::Sole).unwrap());
    let file = Connection::open(root.path().join(FILE_NAME)).unwrap();
    let plan: String = file
        .query_row(
            "EXPLAIN QUERY PLAN SELECT id, embedding, reliability FROM sighting WHERE model = 'abc' AND id < 9
             ORDER BY id DESC LIMIT 4",
            [],
            |row| row.get(3),
        )
        .unwrap();
    assert!(plan.contains("COVERING INDEX"), "{plan}");
}

#[test]
fn sightings_are_paged_newest_first_and_filtered() {
    let database = seven_sightings();
    let ids = |query: &SightingQuery| {
        let page = database.sightings(query).unwrap();
        (page.items.iter().map(|s| s.id).collect::<Vec<_>>(), page.next)
    };
    let all = SightingQuery { limit: 3, ..SightingQuery::default() };
    let (first, next) = ids(&all);
    assert_eq!(first, [7, 6, 5]);
    let (second, next) = ids(&SightingQuery { cursor: next, limit: 4, ..all.clone() });
    assert_eq!((second, next), (vec![4, 3, 2, 1], None), "a full last page has no next one");
    let (person, camera) = (Some(person('a')), Some("door".to_owned()));
    assert_eq!(ids(&SightingQuery { person, camera, limit: 0, ..all.clone() }).0, [4]);
    let foreign = SightingQuery { cursor: Some(Cursor("x' OR 1=1 --".into())), ..all };
    assert!(matches!(database.sightings(&foreign), Err(StoreError::BadCursor(_))));
    let sixth = database.sighting(6).unwrap().unwrap();
    assert_eq!(
        (sixth.at, sixth.grade, sixth.camera.as_str()),
        (now() + SignedDuration::from_hours(6), Grade::Confirmed, "door")
    );
    assert_eq!(database.sighting_crop(6).unwrap().as_deref(), Some(&b"jpeg"[..]));
    assert_eq!(database.sighting_crop(4).unwrap(), None);
}

#[test]
fn sightings_are_corrected_merged_forgotten_and_expire() {
    let database = seven_sightings();
    assert!(database.write(|tx| tx.correct_sighting(3, Some(&Correction::NotThem))).unwrap());
    assert!(database.write(|tx| tx.correct_sighting(7, Some(&Correction::SomebodyElse(person('a'))))).unwrap());
    assert!(!database.write(|tx| tx.correct_sighting(8, Some(&Correction::NotThem))).unwrap());
    let mistaken = |n: u8, letter| MistakenFace {
        person: person(letter),
        embedding: embedding(n),
        reliability: 0.75,
        picture_at: None,
    };
    assert_eq!(database.mistaken_faces("abc").unwrap(), [mistaken(3, 'a'), mistaken(7, 'b')]);
    assert_eq!(database.mistaken_faces("another model").unwrap(), []);
    assert!(database.newest_pictures().unwrap().contains(&(person('a'), 2)), "4 has no picture, 3 was wrong");
    database.write(|tx| tx.merge_sightings(&person('a'), &person('c'))).unwrap();
    assert_eq!(database.sighting(1).unwrap().unwrap().person, person('c'));
    assert_eq!(database.sighting(7).unwrap().unwrap().correction, Some(Correction::SomebodyElse(person('c'))));
    database.write(|tx| tx.forget_person(&person('b'))).unwrap();
    assert_eq!(database.sighting(7).unwrap(), None);
    database.write(|tx| tx.expire(now() + SignedDuration::from_hours(4), later(100))).unwrap();
    let left = database.sightings(&SightingQuery { limit: 100, ..SightingQuery::default() }).unwrap().items;
    assert_eq!(left.iter().map(|s| s.id).collect::<Vec<_>>(), [4]);
    assert_eq!(database.mistaken_faces("abc").unwrap(), [mistaken(3, 'c')], "what was wrong counts on");
    assert_eq!(database.sighting_crop(3).unwrap(), None);
}

#[test]
fn a_correction_can_be_taken_back_and_taking_one_half_of_a_person_for_the_other_is_none() {
    let database = seven_sightings();
    database.write(|tx| tx.correct_sighting(3, Some(&Correction::NotThem))).unwrap();
    database.write(|tx| tx.correct_sighting(3, None)).unwrap();
    database.write(|tx| tx.correct_sighting(7, Some(&Correction::SomebodyElse(person('a'))))).unwrap();
    database.write(|tx| tx.merge_sightings(&person('b'), &person('a'))).unwrap();
    let all = database.sightings(&SightingQuery { limit: 100, ..SightingQuery::default() }).unwrap().items;
    assert!(all.iter().all(|s| s.correction.is_none()), "{all:?}");
    assert_eq!(database.mistaken_faces("abc").unwrap(), []);
}

#[test]
fn what_was_two_peoples_before_they_were_merged_is_theirs_again_and_what_came_since_is_not() {
    let database = seven_sightings();
    let mistakes = [(3, Correction::NotThem), (4, Correction::SomebodyElse(person('b')))];
    for (id, correction) in mistakes.into_iter().chain([(7, Correction::SomebodyElse(person('a')))]) {
        database.write(|tx| tx.correct_sighting(id, Some(&correction))).unwrap();
    }
    let all = || database.sightings(&SightingQuery { limit: 100, ..SightingQuery::default() }).unwrap().items;
    let (before, id) = (all(), ChangeId("c".into()));
    database
        .write(|tx| {
            tx.note_merge(&id, &person('a'), &person('b'))?;
            tx.merge_sightings(&person('a'), &person('b'))
        })
        .unwrap();
    assert!(all().iter().all(|s| s.person != person('a')) && all() != before);
    database.write(|tx| tx.part_sightings(&id, &person('a'), &person('b'), &[])).unwrap();
    assert_eq!(all(), before);
}

#[test]
fn a_file_of_the_first_format_is_brought_to_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../database/schema_1.sql")).unwrap();
    old.execute_batch(
        "INSERT INTO sighting (at, camera, person, grade, probability, similarity, model, embedding, corrected)
         VALUES (0, 'door', 'aaaaaaaaaaaaaaaa', 'seen', 0.5, 0.3, 'abc', x'0000803f', 1);
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    let database = Database::open(folder.path(), Opening::Sole).unwrap();
    let faces = database.mistaken_faces("abc").unwrap();
    assert_eq!(faces.iter().map(|face| face.reliability).collect::<Vec<_>>(), [0.5]);
}

#[test]
fn proposals_wait_as_long_as_sightings_are_kept_and_what_was_declined_goes_with_the_person() {
    let database = Database::in_memory().unwrap();
    let proposal = |n: u8| Proposal {
        id: ProposalId(format!("{n:016x}")),
        person: person('a'),
        sighting: n.into(),
        at: later(n.into()),
        camera: "door".into(),
        shows: Shows { view: View::Left, adds: vec![Adds::View, Adds::Infrared], quality: face().quality },
        embedding: embedding(n),
        reliability: 0.75,
        declined: false,
    };
    for n in 1..=3 {
        database.write(|tx| tx.put_proposal(&proposal(n), "abc", &[n])).unwrap();
    }
    assert_eq!(database.proposals("abc").unwrap(), [1, 2, 3].map(proposal));
    assert_eq!(database.proposals("another").unwrap(), []);
    let id = |n: u8| proposal(n).id;
    database.write(|tx| tx.decline_proposals(&[id(1)])).unwrap();
    assert_eq!([1, 2].map(|n| database.proposal_picture(&id(n)).unwrap()), [None, Some(vec![2])]);
    database.write(|tx| tx.expire(later(3), later(4))).unwrap();
    let declined = Proposal { declined: true, ..proposal(1) };
    assert_eq!(database.proposals("abc").unwrap(), [declined.clone(), proposal(3)]);
    database.write(|tx| tx.forget_proposals(&[id(3)])).unwrap();
    database.write(|tx| tx.merge_sightings(&person('a'), &person('b'))).unwrap();
    assert_eq!(database.proposals("abc").unwrap(), [Proposal { person: person('b'), ..declined }]);
    database.write(|tx| tx.forget_person(&person('b'))).unwrap();
    assert_eq!(database.proposals("abc").unwrap(), []);
}

#[test]
fn what_a_clock_that_was_ahead_has_dated_ends_when_its_time_is_over_from_now_on() {
    let database = seven_sightings();
    let week = SignedDuration::from_hours(24 * 7);
    // The clock was set right: sightings 3 to 7 are of the future.
    let right = later(2);
    database.write(|tx| tx.expire(right - week, right)).unwrap();
    assert_eq!(database.sighting(7).unwrap().unwrap().at, right);
    let then = right + week + SignedDuration::from_secs(1);
    database.write(|tx| tx.expire(then - week, then)).unwrap();
    assert_eq!(database.sightings(&SightingQuery { limit: 100, ..SightingQuery::default() }).unwrap().items, []);
}

#[test]
fn of_a_transaction_the_part_that_fails_is_left_out() {
    let database = Database::in_memory().unwrap();
    let kept = database.write(|tx| {
        tx.put_document(Kind::Camera, "a", &1)?;
        let failed: Result<(), _> = tx.part(|tx| {
            tx.put_document(Kind::Camera, "b", &2)?;
            Err(StoreError::BadCursor("no".into()))
        });
        assert!(failed.is_err());
        tx.put_document(Kind::Camera, "c", &3)
    });
    kept.unwrap();
    assert_eq!(database.documents::<u8>(Kind::Camera).unwrap(), [("a".to_owned(), 1), ("c".to_owned(), 3)]);
}

#[test]
fn whoever_reads_waits_for_no_program_that_writes() {
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(root.path(), Opening::Sole).unwrap();
    let text = database.create_token("home", Role::Admin, None, now()).unwrap();
    let other = Connection::open(root.path().join(FILE_NAME)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let token = database.find_token(&text, now()).unwrap().unwrap();
    assert!(database.claim_client("ha", &token).unwrap(), "a client that nobody else has is let in");
    let refused = database.write(|tx| tx.put_document(Kind::Setting, "a", &1)).unwrap_err();
    assert!(refused.passes(), "{refused}");
}

#[test]
fn a_clients_id_belongs_to_the_token_that_came_with_it_first() {
    let database = Database::in_memory().unwrap();
    let token = |name: &str, role| {
        let text = database.create_token(name, role, None, now()).unwrap();
        database.find_token(&text, now()).unwrap().unwrap()
    };
    let [first, second] = ["first", "second"].map(|name| token(name, Role::Push));
    let [admin, other] = ["admin", "other"].map(|name| token(name, Role::Admin));
    let claim = |who: &Token| database.claim_client("door", who).unwrap();
    assert!(claim(&first) && claim(&first) && !claim(&second));
    assert!(!database.claim_client("door", &token("reader", Role::Read)).unwrap());
    assert!(claim(&admin) && !claim(&first), "an admin takes it from who may only push");
    assert!(claim(&other) && claim(&admin), "and shares it with admins");
    database.delete_token(admin.id).unwrap();
    assert!(claim(&second), "what was a removed token's is free");
    let names = (0..2 * MAX_CLIENTS_OF_PUSHING).map(|n| format!("client {n}"));
    let claimed = names.filter(|name| database.claim_client(name, &first).unwrap()).count();
    assert_eq!(i64::try_from(claimed).unwrap(), MAX_CLIENTS_OF_PUSHING);
    assert!(database.claim_client("another", &second).unwrap(), "who pushes too much keeps no other out");
}
