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

    /// `who` was confirmed at `camera` by a picture taken `at`; `now` decides whether that still means anything.
    /// True when they were not present before.
    pub fn confirmed(&mut self, who: &P, camera: &CameraId, at: Timestamp, now: Timestamp, prolongs: Prolongs) -> bool {
        let until = later(at, prolongs.timeout);
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
}
