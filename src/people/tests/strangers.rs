//! Strangers keep their identity, and do not fill the memory.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::super::strangers::{MAX_FACES, MAX_STRANGERS, UnknownVisitor};
use super::super::{Attention, Direction, Noticed, Prior, Strangers, UnknownId};
use super::{along, face, near};
use crate::vision::{Embedding, Face};

/// From here on two good pictures are one stranger's with [`Prior::plain`].
const SAME_STRANGER_FROM: f32 = 0.41;

fn minute(n: i64) -> Timestamp {
    "2026-11-24T02:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn id(n: usize) -> UnknownId {
    UnknownId(format!("{n:016x}"))
}

/// A face that says more or less: its detector's score.
fn of(embedding: Embedding, score: f32) -> Face {
    let mut face = face(embedding);
    face.detection.score = score;
    face
}

/// The first picture of a track.
fn notice(strangers: &mut Strangers, face: &Face, at: Timestamp, fresh: UnknownId) -> Option<Noticed> {
    let direction = Direction::of(&Prior::plain(), face);
    let visitor = UnknownVisitor { direction: &direction, taken_for: None, made_of_it: false, face };
    strangers.notice(&visitor, &Prior::plain(), at, fresh)
}

#[test]
fn a_stranger_is_counted_by_visit_and_not_by_picture() {
    let mut strangers = Strangers::default();
    let first = notice(&mut strangers, &face(along(0)), minute(0), id(1)).unwrap();
    assert_eq!((first.id, first.kept_face), (id(1), Some(0)));
    let second = |n| minute(0) + SignedDuration::from_secs(n);
    for (n, visits) in [(30, 1), (60, 1), (120, 2), (110, 2)] {
        let seen = notice(&mut strangers, &face(near(0, SAME_STRANGER_FROM + 0.3, 1)), second(n), id(2)).unwrap();
        assert_eq!((seen.id, strangers.get(&id(1)).unwrap().times_seen), (id(1), visits), "second {n}");
    }
    let stranger = strangers.get(&id(1)).unwrap();
    assert_eq!((stranger.times_seen, stranger.first_seen, stranger.last_seen), (2, minute(0), minute(2)));
    let other = notice(&mut strangers, &face(near(0, SAME_STRANGER_FROM - 0.01, 2)), minute(11), id(2));
    assert_eq!(other.unwrap().id, id(2));
}

#[test]
fn a_poor_face_makes_no_stranger_but_may_join_one() {
    let mut strangers = Strangers::default();
    assert_eq!(notice(&mut strangers, &of(along(0), 0.5), minute(0), id(1)), None);
    notice(&mut strangers, &face(along(0)), minute(0), id(1)).unwrap();
    let joined = notice(&mut strangers, &of(along(0), 0.5), minute(1), id(2)).unwrap();
    assert_eq!((joined.id, joined.kept_face), (id(1), None));
}

#[test]
fn what_could_not_be_enrolled_makes_no_stranger_and_is_no_picture_of_one() {
    let mut strangers = Strangers::default();
    let spoilt = |change: fn(&mut Face)| {
        let mut face = face(along(0));
        change(&mut face);
        face
    };
    let (blur, speck) = (spoilt(|f| f.quality.sharpness = 0.05), spoilt(|f| f.quality.size_px = 39.0));
    for face in [&blur, &speck] {
        assert_eq!(notice(&mut strangers, face, minute(0), id(1)), None);
    }
    notice(&mut strangers, &face(along(0)), minute(0), id(1)).unwrap();
    for mut another_look in [blur, speck] {
        another_look.embedding = near(0, 0.7, 3);
        let joined = notice(&mut strangers, &another_look, minute(1), id(2)).unwrap();
        assert_eq!((joined.id, joined.kept_face), (id(1), None));
    }
}

#[test]
fn the_best_pictures_of_several_looks_are_kept() {
    let mut strangers = Strangers::default();
    let look = |n: usize| near(0, 0.6, n);
    let numbers = |strangers: &Strangers| -> BTreeSet<u32> {
        strangers.get(&id(1)).unwrap().faces.iter().map(|face| face.number).collect()
    };
    notice(&mut strangers, &of(along(0), 0.80), minute(0), id(1)).unwrap();
    let better = notice(&mut strangers, &of(near(0, 0.99, 1), 0.90), minute(0), id(2)).unwrap();
    assert_eq!(better.kept_face, Some(1));
    assert_eq!(numbers(&strangers), [1].into(), "a better picture of the same look");
    for n in 2..=MAX_FACES {
        let other = notice(&mut strangers, &of(look(n), 0.85), minute(0), id(2)).unwrap();
        assert_eq!(other.kept_face, Some(u32::try_from(n).unwrap()));
        assert_eq!(numbers(&strangers).len(), n, "nothing goes for it");
    }
    let worse = notice(&mut strangers, &of(look(20), 0.85), minute(0), id(2)).unwrap();
    assert_eq!(worse.kept_face, None, "full, and no better than the worst");
    let best = notice(&mut strangers, &of(look(21), 0.95), minute(0), id(2)).unwrap();
    assert_eq!(best.kept_face, Some(6));
    assert_eq!(numbers(&strangers), [1, 3, 4, 5, 6].into(), "the worst went for it");
}

#[test]
fn an_ignored_stranger_is_still_known_and_never_expires() {
    let mut strangers = Strangers::default();
    notice(&mut strangers, &face(along(0)), minute(0), id(1)).unwrap();
    notice(&mut strangers, &face(along(1)), minute(0), id(2)).unwrap();
    assert_eq!(strangers.ignore(&id(1)), Some(vec![]));
    assert_eq!(strangers.ignore(&id(9)), None);
    assert_eq!(strangers.expire(minute(1)), [id(2)]);
    let seen = notice(&mut strangers, &face(along(0)), minute(2), id(3)).unwrap();
    assert_eq!((seen.id, seen.attention), (id(1), Attention::Ignored));
    assert_eq!(strangers.remove(&id(1)).unwrap().times_seen, 2);
    assert_eq!(strangers.remove(&id(1)), None);
}

#[test]
fn the_longest_unseen_go_when_there_are_too_many() {
    let mut strangers = Strangers::default();
    // As many directions as wanted, all far from each other: pairs of axes.
    let direction = |n: usize| {
        let mut values = vec![0.0; 2 * MAX_STRANGERS];
        values[n] = 1.0;
        Embedding::new(values).unwrap()
    };
    for (n, at) in (0..MAX_STRANGERS).zip(0..) {
        let noticed = notice(&mut strangers, &face(direction(n)), minute(at), id(n)).unwrap();
        assert_eq!(noticed.dropped_strangers, []);
    }
    notice(&mut strangers, &face(direction(0)), minute(1000), id(9999)).unwrap();
    strangers.ignore(&id(1)).unwrap();
    let next = notice(&mut strangers, &face(direction(MAX_STRANGERS)), minute(1001), id(7777)).unwrap();
    assert_eq!(next.dropped_strangers, [], "the ignored one does not count among the reported");
    let next = notice(&mut strangers, &face(direction(MAX_STRANGERS + 1)), minute(1002), id(8888)).unwrap();
    assert_eq!(next.dropped_strangers, [id(2)]);
    assert_eq!(strangers.iter().len(), MAX_STRANGERS + 1);
}

#[test]
fn a_track_stays_the_stranger_it_was_taken_for_unless_it_made_them_and_turns_out_to_be_another() {
    let (mut strangers, prior) = (Strangers::default(), Prior::plain());
    notice(&mut strangers, &face(along(0)), minute(0), id(1)).unwrap();
    let far = face(near(0, 0.2, 1));
    notice(&mut strangers, &far, minute(10), id(2)).unwrap();
    let nearer = Direction::of(&prior, &face(along(0)));
    let second = id(2);
    let visitor = |made_of_it| UnknownVisitor { direction: &nearer, taken_for: Some(&second), made_of_it, face: &far };
    let stays = strangers.clone().notice(&visitor(false), &prior, minute(10), id(3)).unwrap();
    assert_eq!((stays.id, stays.dropped_strangers), (id(2), vec![]));
    let joins = strangers.notice(&visitor(true), &prior, minute(10), id(3)).unwrap();
    assert_eq!((joins.id, joins.dropped_strangers), (id(1), vec![id(2)]));
    assert_eq!(strangers.iter().len(), 1);
}

#[test]
fn only_an_ignored_stranger_stands_between_a_face_and_a_name() {
    let (mut strangers, prior) = (Strangers::default(), Prior::plain());
    notice(&mut strangers, &face(along(0)), minute(0), id(1)).unwrap();
    let alike = Direction::of(&prior, &face(near(0, 0.9, 1)));
    assert_eq!(strangers.ignored_alike(&alike, &prior), None);
    strangers.ignore(&id(1)).unwrap();
    assert!(strangers.ignored_alike(&alike, &prior).unwrap() > 0.8);
    assert_eq!(strangers.ignored_alike(&Direction::of(&prior, &face(along(5))), &prior), None);
}
