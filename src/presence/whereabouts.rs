//! Confirmed pictures → who is where since when, with decay.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use jiff::Timestamp;

use super::CameraId;

/// Where everybody is.
#[derive(Debug)]
pub struct Whereabouts<P> {
    people: HashMap<P, Place>,
}

/// Where one person was last, and until when that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The camera of the newest sighting of either grade.
    pub camera: CameraId,
    /// When that was.
    pub last_seen: Timestamp,
    /// How sure it was, 0..1.
    pub probability: f32,
    /// Set while the person is present.
    pub present: Option<Stay>,
}

/// A presence that has not ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// Confirmed first.
    pub since: Timestamp,
    /// Ends then unless confirmed again.
    pub until: Timestamp,
    /// The camera that confirmed last.
    pub camera: CameraId,
    /// The same for cameras that count as home only; `None` before the first of them.
    pub home_until: Option<Timestamp>,
}

/// How a camera prolongs presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prolongs {
    /// For how long after the picture.
    pub timeout: Duration,
    /// Whether the camera counts as home.
    pub home: bool,
}

impl<P: Clone + Eq + Hash> Whereabouts<P> {
    /// Nobody anywhere.
    #[must_use]
    pub fn new() -> Self {
        Self { people: HashMap::new() }
    }

    /// `who` was recognised at `camera`, of either grade. Older sightings than the newest change nothing.
    pub fn seen(&mut self, who: &P, camera: &CameraId, at: Timestamp, probability: f32) {
        match self.people.get_mut(who) {
            Some(place) if place.last_seen > at => {}
            Some(place) => {
                place.camera = camera.clone();
                place.last_seen = at;
                place.probability = probability;
            }
            None => {
                let place = Place { camera: camera.clone(), last_seen: at, probability, present: None };
                self.people.insert(who.clone(), place);
            }
        }
    }

    /// `who` was confirmed at `camera` by a picture taken `at`; `now` decides whether that still means anything: a picture older
    /// than the timeout makes nobody present, one of the future counts as taken now.
    /// True when they were not present before.
    pub fn confirmed(&mut self, who: &P, camera: &CameraId, at: Timestamp, now: Timestamp, prolongs: Prolongs) -> bool {
        let until = later(at.min(now), prolongs.timeout);
        let Some(place) = self.people.get_mut(who) else { return false };
        if until <= now {
            return false;
        }
        let arrived = place.present.is_none();
        let stay =
            place.present.get_or_insert_with(|| Stay { since: at, until, camera: camera.clone(), home_until: None });
        if until >= stay.until {
            stay.camera = camera.clone();
        }
        stay.since = stay.since.min(at);
        stay.until = stay.until.max(until);
        if prolongs.home {
            stay.home_until = stay.home_until.max(Some(until));
        }
        arrived
    }

    /// Ends what has run out by `now`. Returns who left, with the camera that confirmed them last, and apart from them
    /// those who are still present but no longer at home.
    pub fn expire(&mut self, now: Timestamp) -> (Vec<(P, CameraId)>, Vec<P>) {
        let (mut left, mut no_longer_home) = (Vec::new(), Vec::new());
        for (who, place) in &mut self.people {
            let Some(stay) = &mut place.present else { continue };
            if stay.until <= now {
                left.push((who.clone(), stay.camera.clone()));
                place.present = None;
            } else if stay.home_until.is_some_and(|t| t <= now) {
                stay.home_until = None;
                no_longer_home.push(who.clone());
            }
        }
        (left, no_longer_home)
    }

    /// `from` turned out to be `into`, who was in both places: last seen in the later one, present as long as either.
    pub fn merge(&mut self, from: &P, into: &P) {
        let Some(from) = self.people.remove(from) else { return };
        let Some(into) = self.people.get_mut(into) else {
            self.people.insert(into.clone(), from);
            return;
        };
        let present = match (into.present.take(), from.present.clone()) {
            (Some(a), Some(b)) => {
                let (later, earlier) = if b.until > a.until { (b, a) } else { (a, b) };
                let (since, home_until) = (later.since.min(earlier.since), later.home_until.max(earlier.home_until));
                Some(Stay { since, home_until, ..later })
            }
            (a, b) => a.or(b),
        };
        if from.last_seen > into.last_seen {
            *into = from;
        }
        into.present = present;
    }

    /// Ends one person's presence: a sighting was taken back. The camera they were present on, if they were.
    pub fn take_back(&mut self, who: &P) -> Option<CameraId> {
        self.people.get_mut(who)?.present.take().map(|stay| stay.camera)
    }

    /// Forgets one person.
    pub fn forget(&mut self, who: &P) {
        self.people.remove(who);
    }

    /// Where one person is or was.
    #[must_use]
    pub fn place(&self, who: &P) -> Option<&Place> {
        self.people.get(who)
    }

    /// Everybody known to have been somewhere.
    pub fn iter(&self) -> impl Iterator<Item = (&P, &Place)> {
        self.people.iter()
    }

    /// Takes up what was kept over a restart.
    pub fn restore(&mut self, who: P, place: Place) {
        self.people.insert(who, place);
    }
}

impl<P: Clone + Eq + Hash> Default for Whereabouts<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// `at + by`, or the last instant there is.
fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN_MINUTES: Prolongs = Prolongs { timeout: Duration::from_secs(600), home: true };

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + s).expect("in range")
    }

    fn cam(name: &str) -> CameraId {
        CameraId(name.into())
    }

    fn alice_confirmed(second: i64) -> Whereabouts<&'static str> {
        let mut w = Whereabouts::new();
        w.seen(&"alice", &cam("door"), at(second), 0.9);
        assert!(w.confirmed(&"alice", &cam("door"), at(second), at(second), TEN_MINUTES));
        w
    }

    #[test]
    fn seen_alone_is_not_present() {
        let mut w = Whereabouts::new();
        w.seen(&"alice", &cam("door"), at(0), 0.9);
        assert_eq!(w.place(&"alice").expect("placed").present, None);
    }

    #[test]
    fn presence_ends_after_its_timeout_and_is_told_once() {
        let mut w = alice_confirmed(0);
        assert_eq!(w.expire(at(599)), (vec![], vec![]));
        assert_eq!(w.expire(at(600)), (vec![("alice", cam("door"))], vec![]));
        assert_eq!(w.expire(at(601)), (vec![], vec![]));
        assert_eq!(w.place(&"alice").expect("still placed").last_seen, at(0));
    }

    #[test]
    fn a_late_picture_does_not_move_anybody_back() {
        let mut w = alice_confirmed(100);
        w.seen(&"alice", &cam("garden"), at(50), 0.8);
        assert!(!w.confirmed(&"alice", &cam("garden"), at(50), at(101), TEN_MINUTES));
        let place = w.place(&"alice").expect("placed");
        let stay = place.present.as_ref().expect("present");
        assert_eq!((&place.camera, &stay.camera, stay.since), (&cam("door"), &cam("door"), at(50)));
    }

    #[test]
    fn a_picture_older_than_its_timeout_makes_nobody_present() {
        let mut w = Whereabouts::new();
        w.seen(&"alice", &cam("door"), at(0), 0.9);
        assert!(!w.confirmed(&"alice", &cam("door"), at(0), at(600), TEN_MINUTES));
    }

    #[test]
    fn a_street_camera_does_not_prolong_being_home() {
        let mut w = alice_confirmed(0);
        let street = Prolongs { home: false, ..TEN_MINUTES };
        w.seen(&"alice", &cam("street"), at(300), 0.9);
        assert!(!w.confirmed(&"alice", &cam("street"), at(300), at(300), street));
        assert_eq!(w.expire(at(600)), (vec![], vec!["alice"]));
        assert_eq!(w.expire(at(900)), (vec![("alice", cam("street"))], vec![]));
    }

    #[test]
    fn of_two_who_are_one_the_later_place_and_the_longer_stay_hold() {
        let mut w = alice_confirmed(0);
        let street = Prolongs { home: false, ..TEN_MINUTES };
        w.seen(&"lissy", &cam("street"), at(100), 0.7);
        assert!(w.confirmed(&"lissy", &cam("street"), at(100), at(100), street));
        let mut other_way = Whereabouts { people: w.people.clone() };
        w.merge(&"lissy", &"alice");
        other_way.merge(&"alice", &"lissy");
        assert_eq!((w.place(&"lissy"), w.place(&"alice")), (None, other_way.place(&"lissy")));
        let place = w.place(&"alice").expect("placed");
        assert_eq!((&place.camera, place.last_seen), (&cam("street"), at(100)));
        let home_until = Some(at(600));
        assert_eq!(place.present, Some(Stay { since: at(0), until: at(700), camera: cam("street"), home_until }));
    }

    #[test]
    fn whoever_is_nowhere_takes_the_others_place() {
        let mut w = alice_confirmed(0);
        w.merge(&"nobody", &"alice");
        w.merge(&"alice", &"lissy");
        assert!(w.place(&"lissy").is_some_and(|place| place.present.is_some()));
        assert_eq!(w.place(&"alice"), None);
    }

    proptest! {
        /// Whatever a camera's clock says, and in whatever order: whoever is present was confirmed within the timeout, and
        /// nobody stays longer than the timeout from now.
        #[test]
        fn only_recent_pictures_make_present(pictures in prop::collection::vec((any::<bool>(), any::<i64>(), 0i64..9_000), 1..12)) {
            let (oldest, newest) = (Timestamp::MIN.as_second() + 1, Timestamp::MAX.as_second() - 1);
            let mut w = Whereabouts::new();
            let mut now = at(0);
            let mut within: Vec<Timestamp> = Vec::new();
            for (near, taken, passed) in pictures {
                now = now.max(at(passed));
                let taken = if near { at(taken.rem_euclid(10_000)) } else {
                    Timestamp::from_second(oldest + taken.rem_euclid(newest - oldest)).expect("in range")
                };
                w.expire(now);
                w.seen(&"alice", &cam("door"), taken, 0.9);
                w.confirmed(&"alice", &cam("door"), taken, now, TEN_MINUTES);
                within.push(taken.min(now));
                within.retain(|t| later(*t, TEN_MINUTES.timeout) > now);
                let stay = w.place(&"alice").and_then(|p| p.present.clone());
                prop_assert_eq!(stay.is_some(), !within.is_empty());
                prop_assert!(stay.is_none_or(|s| s.until <= later(now, TEN_MINUTES.timeout)));
            }
        }
    }
}
