//! Sightings → who is where since when, until when that holds.
//! A stay ends at the last sighting plus the time that is set for it when it ends: what is set later counts for stays that run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::camera::CameraId;
use crate::people::PersonId;

#[derive(Debug, Default)]
pub struct Whereabouts {
    people: HashMap<PersonId, Place>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The camera of the newest sighting of either grade.
    pub camera: CameraId,
    pub last_seen: Timestamp,
    /// How sure it was, 0..1.
    pub probability: f32,
    /// When their last presence ended.
    pub departed: Option<Timestamp>,
    /// Set while the person is present.
    pub present: Option<Stay>,
}

/// A presence that has not ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    /// Confirmed first.
    pub since: Timestamp,
    /// Where they were seen since, when last at each camera. Never empty.
    pub seen: BTreeMap<CameraId, Timestamp>,
    /// Whether a camera that counts as home keeps them present.
    pub home: bool,
    /// Whether they are in view of [`Stay::camera`], as of the last look.
    pub in_view: bool,
}

/// How a camera prolongs a person's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prolongs {
    /// For how long after the picture.
    pub timeout: Duration,
    /// Whether the camera counts as home.
    pub home: bool,
}

#[derive(Debug, PartialEq)]
pub struct Ended {
    /// Who left, and the camera that saw them last.
    pub left: Vec<(PersonId, CameraId)>,
    /// Who is still present, but at home no longer, or again.
    pub home_changed: Vec<PersonId>,
    /// Cameras that somebody is in view of no longer.
    pub out_of_view: BTreeSet<CameraId>,
}

impl Place {
    /// The same by another clock.
    pub fn timed(mut self, clock: impl Fn(Timestamp) -> Timestamp) -> Self {
        self.last_seen = clock(self.last_seen);
        self.departed = self.departed.map(&clock);
        if let Some(stay) = &mut self.present {
            stay.since = clock(stay.since);
            stay.seen.values_mut().for_each(|at| *at = clock(*at));
        }
        self
    }
}

impl Stay {
    /// The camera that saw them last.
    pub fn camera(&self) -> Option<&CameraId> {
        self.newest().map(|(camera, _)| camera)
    }

    fn newest(&self) -> Option<(&CameraId, Timestamp)> {
        self.seen.iter().map(|(camera, at)| (camera, *at)).max_by_key(|(_, at)| *at)
    }

    fn see(&mut self, camera: &CameraId, at: Timestamp) {
        let last = self.seen.entry(camera.clone()).or_insert(at);
        *last = (*last).max(at);
    }

    /// When it ends, unless they are seen again.
    fn until(&self, prolongs: impl Fn(&CameraId) -> Prolongs) -> Timestamp {
        let ends = self.seen.iter().map(|(camera, at)| later(*at, prolongs(camera).timeout));
        ends.max().unwrap_or(Timestamp::MIN)
    }

    fn is_home(&self, now: Timestamp, prolongs: impl Fn(&CameraId) -> Prolongs) -> bool {
        let holds = |p: Prolongs, at: Timestamp| p.home && later(at, p.timeout) > now;
        self.seen.iter().any(|(camera, at)| holds(prolongs(camera), *at))
    }
}

impl Whereabouts {
    /// `who` was recognised at `camera`, of either grade, by a picture taken `at`: who is present stays so. Older sightings than
    /// the newest move nobody.
    pub fn seen(&mut self, who: &PersonId, camera: &CameraId, at: Timestamp, probability: f32) {
        let fresh = || Place { camera: camera.clone(), last_seen: at, probability, departed: None, present: None };
        let place = self.people.entry(who.clone()).or_insert_with(fresh);
        if place.last_seen <= at {
            *place = Place { departed: place.departed, present: place.present.take(), ..fresh() };
        }
        if let Some(stay) = &mut place.present {
            stay.see(camera, at);
            stay.in_view |= place.last_seen <= at;
        }
    }

    /// `who`, just [`Whereabouts::seen`], was confirmed at `camera` by a picture taken `at`; `now` decides whether that still
    /// means anything: a picture older than the timeout makes nobody present. True when they were not present before.
    pub fn confirmed(
        &mut self,
        who: &PersonId,
        camera: &CameraId,
        at: Timestamp,
        now: Timestamp,
        prolongs: Prolongs,
    ) -> bool {
        let Some(place) = self.people.get_mut(who) else { return false };
        if later(at, prolongs.timeout) <= now {
            return false;
        }
        let arrived = place.present.is_none();
        let stay = place.present.get_or_insert_with(|| Stay {
            since: at,
            seen: BTreeMap::new(),
            home: false,
            in_view: place.last_seen <= at,
        });
        stay.since = stay.since.min(at);
        stay.see(camera, at);
        stay.home |= prolongs.home;
        arrived
    }

    /// Ends what has run out by `now`: presence, being at home, and being in view, which lasts for `in_view`.
    pub fn expire(
        &mut self,
        now: Timestamp,
        in_view: Duration,
        prolongs: impl Fn(&PersonId, &CameraId) -> Prolongs,
    ) -> Ended {
        let mut ended = Ended { left: Vec::new(), home_changed: Vec::new(), out_of_view: BTreeSet::new() };
        for (who, place) in &mut self.people {
            let Some(stay) = &mut place.present else { continue };
            let Some((camera, at)) = stay.newest().map(|(camera, at)| (camera.clone(), at)) else {
                place.present = None;
                continue;
            };
            if stay.in_view && later(at, in_view) <= now {
                stay.in_view = false;
                ended.out_of_view.insert(camera.clone());
            }
            let until = stay.until(|camera| prolongs(who, camera));
            if until <= now {
                if stay.in_view {
                    ended.out_of_view.insert(camera.clone());
                }
                ended.left.push((who.clone(), camera));
                place.departed = Some(until);
                place.present = None;
                continue;
            }
            let home = stay.is_home(now, |camera| prolongs(who, camera));
            if std::mem::replace(&mut stay.home, home) != home {
                ended.home_changed.push(who.clone());
            }
        }
        ended
    }

    /// `from` turned out to be `into`, who was in both places: last seen in the later one, present as long as either.
    pub fn merge(&mut self, from: &PersonId, into: &PersonId) {
        let Some(from) = self.people.remove(from) else { return };
        let Some(into) = self.people.get_mut(into) else {
            self.people.insert(into.clone(), from);
            return;
        };
        let present = match (into.present.take(), from.present.clone()) {
            (Some(mut a), Some(b)) => {
                b.seen.iter().for_each(|(camera, at)| a.see(camera, *at));
                let (home, in_view) = (a.home || b.home, a.in_view || b.in_view);
                Some(Stay { since: a.since.min(b.since), home, in_view, ..a })
            }
            (a, b) => a.or(b),
        };
        let departed = into.departed.max(from.departed);
        if from.last_seen > into.last_seen {
            *into = from;
        }
        (into.present, into.departed) = (present, departed);
    }

    /// Ends one person's presence: a sighting was taken back.
    pub fn take_back(&mut self, who: &PersonId) {
        if let Some(place) = self.people.get_mut(who) {
            place.present = None;
        }
    }

    pub fn forget(&mut self, who: &PersonId) {
        self.people.remove(who);
    }

    /// Where one person is or was.
    pub fn place(&self, who: &PersonId) -> Option<&Place> {
        self.people.get(who)
    }

    /// Everybody known to have been somewhere.
    pub fn iter(&self) -> impl Iterator<Item = (&PersonId, &Place)> {
        self.people.iter()
    }

    /// Takes up what was kept over a restart at `now`: nothing of it can be of the future.
    pub fn restore(&mut self, who: PersonId, place: Place, now: Timestamp) {
        self.people.insert(who, place.timed(|at| at.min(now)));
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
    const STREET: Prolongs = Prolongs { home: false, ..TEN_MINUTES };
    const VIEW: Duration = Duration::from_secs(30);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + s).expect("in range")
    }

    fn id(name: &str) -> PersonId {
        PersonId(name.into())
    }

    fn cam(name: &str) -> CameraId {
        CameraId(name.into())
    }

    fn alice_confirmed(second: i64) -> Whereabouts {
        let mut w = Whereabouts::default();
        w.seen(&id("alice"), &cam("door"), at(second), 0.9);
        assert!(w.confirmed(&id("alice"), &cam("door"), at(second), at(second), TEN_MINUTES));
        w
    }

    /// The street counts as somewhere else.
    fn expire(w: &mut Whereabouts, second: i64) -> Ended {
        w.expire(at(second), VIEW, |_, camera| if *camera == cam("street") { STREET } else { TEN_MINUTES })
    }

    fn stay<'a>(w: &'a Whereabouts, who: &str) -> &'a Stay {
        w.place(&id(who)).expect("placed").present.as_ref().expect("present")
    }

    fn left(w: &mut Whereabouts, second: i64) -> Vec<(PersonId, CameraId)> {
        expire(w, second).left
    }

    #[test]
    fn seen_alone_is_not_present() {
        let mut w = Whereabouts::default();
        w.seen(&id("alice"), &cam("door"), at(0), 0.9);
        assert_eq!(w.place(&id("alice")).expect("placed").present, None);
    }

    #[test]
    fn presence_ends_after_its_timeout_and_is_told_once() {
        let mut w = alice_confirmed(0);
        assert_eq!(left(&mut w, 599), []);
        assert_eq!(left(&mut w, 605), [(id("alice"), cam("door"))]);
        assert_eq!(left(&mut w, 606), []);
        let place = w.place(&id("alice")).expect("still placed");
        assert_eq!((place.last_seen, place.departed), (at(0), Some(at(600))));
    }

    #[test]
    fn whoever_is_seen_again_stays_for_the_timeout_from_then_on_though_nothing_confirms_them_again() {
        let mut w = alice_confirmed(0);
        w.seen(&id("alice"), &cam("door"), at(500), 0.7);
        assert_eq!(left(&mut w, 1_099), []);
        assert_eq!(left(&mut w, 1_100), [(id("alice"), cam("door"))]);
        assert_eq!(w.place(&id("alice")).expect("placed").departed, Some(at(1_100)));
    }

    #[test]
    fn a_shorter_timeout_ends_stays_that_run() {
        let mut w = alice_confirmed(0);
        let short = |_: &PersonId, _: &CameraId| Prolongs { timeout: Duration::from_secs(60), home: true };
        assert_eq!(w.expire(at(59), VIEW, short).left, []);
        assert_eq!(w.expire(at(90), VIEW, short).left, [(id("alice"), cam("door"))]);
        assert_eq!(w.place(&id("alice")).expect("placed").departed, Some(at(60)));
    }

    #[test]
    fn nobody_is_in_view_of_a_camera_for_longer_than_they_were_seen_there() {
        let mut w = alice_confirmed(0);
        assert!(stay(&w, "alice").in_view);
        assert_eq!(expire(&mut w, 29).out_of_view, BTreeSet::new());
        assert_eq!(expire(&mut w, 30).out_of_view, BTreeSet::from([cam("door")]));
        assert_eq!(expire(&mut w, 31).out_of_view, BTreeSet::new(), "told once");
        assert!(!stay(&w, "alice").in_view);
        w.seen(&id("alice"), &cam("door"), at(40), 0.7);
        assert!(stay(&w, "alice").in_view);
    }

    #[test]
    fn a_late_picture_does_not_move_anybody_back() {
        let mut w = alice_confirmed(100);
        w.seen(&id("alice"), &cam("garden"), at(50), 0.8);
        assert!(!w.confirmed(&id("alice"), &cam("garden"), at(50), at(101), TEN_MINUTES));
        assert_eq!(w.place(&id("alice")).expect("placed").camera, cam("door"));
        let stay = stay(&w, "alice");
        assert_eq!((stay.camera(), stay.since), (Some(&cam("door")), at(50)));
    }

    #[test]
    fn a_picture_older_than_its_timeout_makes_nobody_present() {
        let mut w = Whereabouts::default();
        w.seen(&id("alice"), &cam("door"), at(0), 0.9);
        assert!(!w.confirmed(&id("alice"), &cam("door"), at(0), at(600), TEN_MINUTES));
    }

    #[test]
    fn a_street_camera_does_not_prolong_being_home() {
        let mut w = alice_confirmed(0);
        w.seen(&id("alice"), &cam("street"), at(300), 0.9);
        assert!(!w.confirmed(&id("alice"), &cam("street"), at(300), at(300), STREET));
        let ended = expire(&mut w, 600);
        assert_eq!((ended.left, ended.home_changed), (vec![], vec![id("alice")]));
        assert!(!stay(&w, "alice").home);
        assert_eq!(left(&mut w, 900), [(id("alice"), cam("street"))]);
    }

    #[test]
    fn a_camera_that_is_said_to_be_home_makes_who_is_there_be_home() {
        let mut w = Whereabouts::default();
        w.seen(&id("alice"), &cam("door"), at(0), 0.9);
        assert!(w.confirmed(&id("alice"), &cam("door"), at(0), at(0), STREET));
        assert_eq!(expire(&mut w, 1).home_changed, [id("alice")]);
        assert!(stay(&w, "alice").home);
    }

    #[test]
    fn of_two_who_are_one_the_later_place_and_the_longer_stay_hold() {
        let mut w = alice_confirmed(0);
        w.seen(&id("lissy"), &cam("street"), at(100), 0.7);
        assert!(w.confirmed(&id("lissy"), &cam("street"), at(100), at(100), STREET));
        let mut other_way = Whereabouts { people: w.people.clone() };
        w.merge(&id("lissy"), &id("alice"));
        other_way.merge(&id("alice"), &id("lissy"));
        assert_eq!((w.place(&id("lissy")), w.place(&id("alice"))), (None, other_way.place(&id("lissy"))));
        let place = w.place(&id("alice")).expect("placed");
        assert_eq!((&place.camera, place.last_seen), (&cam("street"), at(100)));
        assert_eq!((stay(&w, "alice").since, stay(&w, "alice").home), (at(0), true));
        assert_eq!(left(&mut w, 699), []);
        assert_eq!(left(&mut w, 700), [(id("alice"), cam("street"))]);
    }

    #[test]
    fn whoever_is_nowhere_takes_the_others_place() {
        let mut w = alice_confirmed(0);
        w.merge(&id("nobody"), &id("alice"));
        w.merge(&id("alice"), &id("lissy"));
        assert!(w.place(&id("lissy")).is_some_and(|place| place.present.is_some()));
        assert_eq!(w.place(&id("alice")), None);
    }

    #[test]
    fn what_was_kept_by_a_clock_that_was_ahead_ends_after_the_timeout_and_loses_against_any_new_sighting() {
        let ahead = 400 * 86_400;
        let mut before = alice_confirmed(ahead);
        expire(&mut before, ahead + 1);
        let mut w = Whereabouts::default();
        w.restore(id("alice"), before.place(&id("alice")).expect("placed").clone(), at(0));
        w.seen(&id("alice"), &cam("garden"), at(5), 0.8);
        let place = w.place(&id("alice")).expect("placed");
        assert_eq!((&place.camera, place.last_seen), (&cam("garden"), at(5)));
        assert_eq!(left(&mut w, 604), []);
        assert_eq!(left(&mut w, 605), [(id("alice"), cam("garden"))]);
    }

    proptest! {
        /// Whenever and in whatever order pictures were taken: whoever is present was seen within the timeout, and nobody stays
        /// longer than that from now.
        #[test]
        fn only_recent_pictures_make_present(pictures in prop::collection::vec((0i64..10_000, 0i64..9_000), 1..12)) {
            let mut w = Whereabouts::default();
            let mut now = at(0);
            let mut within: Vec<Timestamp> = Vec::new();
            for (ago, passed) in pictures {
                now = now.max(at(passed));
                let taken = now.checked_sub(Duration::from_secs(u64::try_from(ago).expect("positive"))).expect("in range");
                w.expire(now, VIEW, |_, _| TEN_MINUTES);
                w.seen(&id("alice"), &cam("door"), taken, 0.9);
                w.confirmed(&id("alice"), &cam("door"), taken, now, TEN_MINUTES);
                within.push(taken);
                within.retain(|t| later(*t, TEN_MINUTES.timeout) > now);
                let stay = w.place(&id("alice")).and_then(|p| p.present.clone());
                prop_assert_eq!(stay.is_some(), !within.is_empty());
                prop_assert!(stay.is_none_or(|s| s.until(|_| TEN_MINUTES) <= later(now, TEN_MINUTES.timeout)));
            }
        }
    }
}
