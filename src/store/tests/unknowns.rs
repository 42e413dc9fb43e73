//! Unknown people in the database, fed by the real [`Strangers`].

use jiff::{SignedDuration, Timestamp};

use super::super::{Database, NewUnknownFace};
use super::embedding;
use crate::people::strangers::UnknownVisitor;
use crate::people::{Attention, Direction, Noticed, Prior, Strangers, UnknownId};
use crate::vision::{Detection, Embedding, Face, Landmarks, Point, Quality, Rect};

fn now() -> Timestamp {
    "2026-11-24T02:17:09Z".parse().unwrap()
}

fn id(n: u8) -> UnknownId {
    UnknownId(format!("{n:016x}"))
}

/// A face whose size makes it better or worse.
fn sized(embedding: &Embedding, quality: f32) -> Face {
    Face {
        detection: Detection {
            box_in_frame: Rect { x: 0.0, y: 0.0, w: 80.0 * quality, h: 80.0 * quality },
            landmarks: Landmarks([Point { x: 0.0, y: 0.0 }; 5]),
            score: 0.9,
        },
        quality: Quality {
            overall: quality,
            size_px: 80.0 * quality,
            sharpness: 0.9,
            pose: 1.0,
            light: 1.0,
            ..Quality::default()
        },
        embedding: embedding.clone(),
        glimpse: None,
    }
}

/// What the engine does with an unknown face.
fn notice(
    database: &Database,
    strangers: &mut Strangers,
    face: &Embedding,
    quality: f32,
    at: Timestamp,
    fresh: u8,
) -> Noticed {
    let (prior, sized) = (Prior::plain(), sized(face, quality));
    let direction = Direction::of(&prior, &sized);
    let visitor = UnknownVisitor { direction: &direction, taken_for: None, made_of_it: false, face: &sized };
    let noticed = strangers.notice(&visitor, &prior, at, id(fresh)).unwrap();
    let kept = noticed.kept_face.map(|number| {
        let crop = Some(b"jpeg"[..].into());
        let quality = prior.reliability(&sized);
        NewUnknownFace { number, at, quality, model: "abc".into(), embedding: face.clone(), crop }
    });
    let stranger = strangers.get(&noticed.id).unwrap();
    database.write(|tx| tx.save_unknown(stranger, "door", kept.as_ref(), &noticed.dropped_strangers)).unwrap();
    noticed
}

#[test]
fn strangers_outlive_a_restart_as_they_were() {
    let database = Database::in_memory().unwrap();
    let mut strangers = Strangers::default();
    for (hour, quality) in [(0, 0.5), (1, 0.6), (2, 0.7)] {
        let at = now() + SignedDuration::from_hours(hour);
        notice(&database, &mut strangers, &embedding(3), quality, at, 1);
        notice(&database, &mut strangers, &embedding(5), 0.9, at, 2);
    }
    let restored = Strangers::restore(database.strangers("abc").unwrap(), &Prior::plain());
    assert_eq!(restored.get(&id(1)), strangers.get(&id(1)));
    assert_eq!(restored.iter().len(), 2);
    assert_eq!(restored.get(&id(1)).unwrap().times_seen, 3);
    let pictures = database.unknown_pictures(&id(1)).unwrap();
    assert_eq!(pictures, [(2, b"jpeg".to_vec())], "the better picture of the same look replaced the others");
    assert_eq!(Strangers::restore(database.strangers("another model").unwrap(), &Prior::plain()).iter().len(), 0);
    assert!(database.write(|tx| tx.delete_unknown(&id(1))).unwrap());
    assert_eq!(database.unknown_pictures(&id(1)).unwrap(), [], "the faces go with the person");
}

#[test]
fn unknown_people_are_paged_last_seen_first() {
    let database = Database::in_memory().unwrap();
    let mut strangers = Strangers::default();
    // Two seen at the same moment: the id decides.
    for (n, minute) in [(3, 0), (5, 1), (7, 1), (11, 2), (13, 3)] {
        let at = now() + SignedDuration::from_mins(minute);
        assert_eq!(notice(&database, &mut strangers, &embedding(n), 0.9, at, n).id, id(n), "all are different");
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = database.unknowns(cursor.as_ref(), 2).unwrap();
        seen.extend(page.items.into_iter().map(|u| u.stranger.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [13, 11, 7, 5, 3].map(id));
}

#[test]
fn whoever_is_set_aside_is_nowhere_until_they_are_put_back_as_they_were() {
    let database = Database::in_memory().unwrap();
    let mut strangers = Strangers::default();
    notice(&database, &mut strangers, &embedding(3), 0.9, now(), 3);
    database.write(|tx| tx.set_attention(&id(3), Attention::Ignored)).unwrap();
    let before = database.unknown(&id(3)).unwrap().unwrap();
    let pictures = database.unknown_pictures(&id(3)).unwrap();
    database.write(|tx| tx.set_unknown_aside(&id(3))).unwrap();
    assert_eq!(database.unknown(&id(3)).unwrap(), None);
    assert_eq!(database.unknowns(None, 9).unwrap().items, []);
    assert_eq!((database.unknown_pictures(&id(3)).unwrap(), database.strangers("abc").unwrap()), (vec![], vec![]));
    assert_eq!(database.strangers_aside("abc").unwrap()[0].attention, Attention::Ignored);
    database.write(|tx| tx.put_unknown_back(&id(3))).unwrap();
    assert_eq!(database.unknown(&id(3)).unwrap(), Some(before));
    assert_eq!((database.unknown_pictures(&id(3)).unwrap(), pictures.len()), (pictures.clone(), 1));
    database.write(|tx| tx.set_unknown_aside(&id(3))).unwrap();
    let later = now() + SignedDuration::from_hours(1);
    database.write(|tx| tx.expire(later, later)).unwrap();
    assert_eq!(database.strangers_aside("abc").unwrap(), [], "should nobody forget them, retention does");
}

#[test]
fn retention_takes_the_reported_and_keeps_what_ignored_ones_look_like() {
    let database = Database::in_memory().unwrap();
    let mut strangers = Strangers::default();
    for n in [3, 5] {
        notice(&database, &mut strangers, &embedding(n), 0.9, now(), n);
    }
    strangers.ignore(&id(3)).unwrap();
    assert!(database.write(|tx| tx.set_attention(&id(3), Attention::Ignored)).unwrap());
    let later = now() + SignedDuration::from_hours(1);
    database.write(|tx| tx.expire(later, later)).unwrap();
    assert_eq!(strangers.expire(later), [id(5)]);
    assert_eq!(database.unknown(&id(5)).unwrap(), None);
    assert_eq!(database.unknown(&id(3)).unwrap().unwrap().stranger.attention, Attention::Ignored);
    assert_eq!(database.unknown_pictures(&id(3)).unwrap(), [], "no picture is kept");
    let mut restored = Strangers::restore(database.strangers("abc").unwrap(), &Prior::plain());
    let noticed = notice(&database, &mut restored, &embedding(3), 0.5, later, 99);
    assert_eq!((noticed.id, noticed.attention), (id(3), Attention::Ignored));
    assert!(database.write(|tx| tx.delete_unknown(&id(3))).unwrap());
    assert_eq!(database.strangers("abc").unwrap(), []);
}
