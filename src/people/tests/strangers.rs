//! Strangers keep their identity, and do not fill the memory.

use jiff::{SignedDuration, Timestamp};

use super::super::strangers::{MAX_FACES, MAX_STRANGERS, SAME_STRANGER_FROM};
use super::super::{Attention, Novelty, Strangers, UnknownId};
use super::{along, good, near, poor};
use crate::vision::{Embedding, Quality, QualityReason};

fn minute(n: i64) -> Timestamp {
    "2026-11-24T02:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(n)
}

fn id(n: usize) -> UnknownId {
    UnknownId(format!("{n:016x}"))
}

fn of(overall: f32) -> Quality {
    Quality { overall, ..good() }
}

#[test]
fn a_stranger_is_counted_by_visit_and_not_by_picture() {
    let mut strangers = Strangers::default();
    let first = strangers.notice(&along(0), &good(), minute(0), id(1)).unwrap();
    assert_eq!((first.id, first.novelty, first.kept_face), (id(1), Novelty::NewStranger, Some(0)));
    for (n, novelty) in
        [(1, Novelty::SameVisit), (5, Novelty::SameVisit), (10, Novelty::NewVisit), (9, Novelty::SameVisit)]
    {
        let seen = strangers.notice(&near(0, SAME_STRANGER_FROM + 0.3, 1), &good(), minute(n), id(2)).unwrap();
        assert_eq!((seen.id, seen.novelty), (id(1), novelty), "minute {n}");
    }
    let stranger = strangers.get(&id(1)).unwrap();
    assert_eq!((stranger.times_seen, stranger.first_seen, stranger.last_seen), (2, minute(0), minute(10)));
    let other = strangers.notice(&near(0, SAME_STRANGER_FROM - 0.01, 2), &good(), minute(11), id(2));
    assert_eq!(other.unwrap().id, id(2));
}

#[test]
fn a_poor_face_makes_no_stranger_but_may_join_one() {
    let mut strangers = Strangers::default();
    assert_eq!(strangers.notice(&along(0), &poor(QualityReason::Blurry), minute(0), id(1)), None);
    strangers.notice(&along(0), &good(), minute(0), id(1)).unwrap();
    let joined = strangers.notice(&along(0), &poor(QualityReason::Blurry), minute(1), id(2)).unwrap();
    assert_eq!((joined.id, joined.kept_face), (id(1), None));
}

#[test]
fn the_best_pictures_of_several_looks_are_kept() {
    let mut strangers = Strangers::default();
    let look = |n: usize| near(0, 0.6, n);
    strangers.notice(&along(0), &of(0.5), minute(0), id(1)).unwrap();
    let better = strangers.notice(&near(0, 0.99, 1), &of(0.7), minute(0), id(2)).unwrap();
    assert_eq!((better.kept_face, better.dropped_face), (Some(1), Some(0)), "a better picture of the same look");
    for n in 2..=MAX_FACES {
        let other = strangers.notice(&look(n), &of(0.6), minute(0), id(2)).unwrap();
        assert_eq!((other.kept_face, other.dropped_face), (Some(u32::try_from(n).unwrap()), None));
    }
    let worse = strangers.notice(&look(20), &of(0.6), minute(0), id(2)).unwrap();
    assert_eq!(worse.kept_face, None, "full, and no better than the worst");
    let best = strangers.notice(&look(21), &of(0.9), minute(0), id(2)).unwrap();
    assert_eq!((best.kept_face, best.dropped_face), (Some(6), Some(2)));
    assert_eq!(strangers.get(&id(1)).unwrap().faces.len(), MAX_FACES);
}

#[test]
fn an_ignored_stranger_is_still_known_and_never_expires() {
    let mut strangers = Strangers::default();
    strangers.notice(&along(0), &good(), minute(0), id(1)).unwrap();
    strangers.notice(&along(1), &good(), minute(0), id(2)).unwrap();
    assert_eq!(strangers.ignore(&id(1)), Some(vec![]));
    assert_eq!(strangers.ignore(&id(9)), None);
    assert_eq!(strangers.expire(minute(1)), [id(2)]);
    let seen = strangers.notice(&along(0), &good(), minute(2), id(3)).unwrap();
    assert_eq!((seen.id, seen.attention), (id(1), Attention::Ignored));
    assert_eq!(strangers.remove(&id(1)).unwrap().times_seen, 1);
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
        let noticed = strangers.notice(&direction(n), &good(), minute(at), id(n)).unwrap();
        assert_eq!(noticed.dropped_strangers, []);
    }
    strangers.notice(&direction(0), &good(), minute(1000), id(9999)).unwrap();
    strangers.ignore(&id(1)).unwrap();
    let next = strangers.notice(&direction(MAX_STRANGERS), &good(), minute(1001), id(7777)).unwrap();
    assert_eq!(next.dropped_strangers, [], "the ignored one does not count among the reported");
    let next = strangers.notice(&direction(MAX_STRANGERS + 1), &good(), minute(1002), id(8888)).unwrap();
    assert_eq!(next.dropped_strangers, [id(2)]);
    assert_eq!(strangers.iter().len(), MAX_STRANGERS + 1);
}
