//! Pictures of people on one camera → the grade each person has reached in this visit, told once a grade.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use jiff::Timestamp;

use super::{CONFIRM_WITHIN, CameraId, Grade, VISIT_ENDS_AFTER};

/// Open visits of every camera. `P` is whoever visits: a person or an unknown person.
#[derive(Debug)]
pub struct Visits<P> {
    open: HashMap<(CameraId, P), Visit>,
}

#[derive(Debug)]
struct Visit {
    /// When the pictures that can confirm were taken; only those that a further one can pair with.
    pictures: Vec<Timestamp>,
    last: Timestamp,
    grade: Grade,
}

/// What one more picture has done to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The visit's grade with this picture.
    pub grade: Grade,
    /// Whether this picture itself stands confirmed by another one (it prolongs presence).
    pub confirmed_now: bool,
    /// Whether the grade is new in this visit: tell it.
    pub is_new: bool,
}

impl<P: Clone + Eq + Hash> Visits<P> {
    /// No visits.
    #[must_use]
    pub fn new() -> Self {
        Self { open: HashMap::new() }
    }

    /// `who` was recognised in a picture of `camera` taken `at`. Pictures may arrive late or twice: a picture taken at an
    /// instant already counted adds nothing, and one pairs with any other within [`CONFIRM_WITHIN`] on either side.
    ///
    /// `supports`: the highest grade that this picture can help to reach; a weak one is seen and confirms nobody.
    pub fn record(&mut self, camera: &CameraId, who: &P, at: Timestamp, supports: Grade) -> Reached {
        let key = (camera.clone(), who.clone());
        let Some(visit) = self.open.get_mut(&key).filter(|v| apart(v.last, at) <= VISIT_ENDS_AFTER) else {
            let pictures = if supports == Grade::Confirmed { vec![at] } else { Vec::new() };
            self.open.insert(key, Visit { pictures, last: at, grade: Grade::Seen });
            return Reached { grade: Grade::Seen, confirmed_now: false, is_new: true };
        };
        let confirmed_now =
            supports == Grade::Confirmed && visit.pictures.iter().any(|t| *t != at && apart(*t, at) <= CONFIRM_WITHIN);
        if supports == Grade::Confirmed && !visit.pictures.contains(&at) {
            visit.pictures.push(at);
        }
        let last = visit.last.max(at);
        visit.last = last;
        visit.pictures.retain(|t| apart(*t, last) <= CONFIRM_WITHIN);
        let is_new = confirmed_now && visit.grade == Grade::Seen;
        if confirmed_now {
            visit.grade = Grade::Confirmed;
        }
        Reached { grade: visit.grade, confirmed_now, is_new }
    }

    /// Forgets one visitor: a deleted person, or a sighting taken back.
    pub fn forget(&mut self, who: &P) {
        self.open.retain(|(_, w), _| w != who);
    }

    /// Drops visits that ended before `now`. Memory only; the answers do not depend on it.
    pub fn prune(&mut self, now: Timestamp) {
        self.open.retain(|_, v| apart(v.last, now) <= VISIT_ENDS_AFTER);
    }
}

impl<P: Clone + Eq + Hash> Default for Visits<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// Distance between two instants.
fn apart(a: Timestamp, b: Timestamp) -> Duration {
    a.duration_since(b).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + ms).expect("in range")
    }

    fn door() -> CameraId {
        CameraId("door".into())
    }

    #[test]
    fn one_picture_is_seen_and_two_within_ten_seconds_are_confirmed_once() {
        let mut visits = Visits::new();
        assert_eq!(
            visits.record(&door(), &1, at(0), Grade::Confirmed),
            Reached { grade: Grade::Seen, confirmed_now: false, is_new: true }
        );
        let second = visits.record(&door(), &1, at(10_000), Grade::Confirmed);
        assert_eq!(second, Reached { grade: Grade::Confirmed, confirmed_now: true, is_new: true });
        let third = visits.record(&door(), &1, at(12_000), Grade::Confirmed);
        assert_eq!(third, Reached { grade: Grade::Confirmed, confirmed_now: true, is_new: false });
    }

    #[test]
    fn two_pictures_eleven_seconds_apart_stay_seen() {
        let mut visits = Visits::new();
        visits.record(&door(), &1, at(0), Grade::Confirmed);
        let second = visits.record(&door(), &1, at(11_000), Grade::Confirmed);
        assert_eq!(second, Reached { grade: Grade::Seen, confirmed_now: false, is_new: false });
    }

    #[test]
    fn a_weak_picture_confirms_nobody() {
        let mut visits = Visits::new();
        visits.record(&door(), &1, at(0), Grade::Confirmed);
        assert_eq!(visits.record(&door(), &1, at(1_000), Grade::Seen).grade, Grade::Seen);
        assert_eq!(visits.record(&door(), &1, at(2_000), Grade::Confirmed).grade, Grade::Confirmed);
    }

    #[test]
    fn another_camera_or_another_person_confirms_nobody() {
        let mut visits = Visits::new();
        visits.record(&door(), &1, at(0), Grade::Confirmed);
        assert_eq!(visits.record(&CameraId("hall".into()), &1, at(1_000), Grade::Confirmed).grade, Grade::Seen);
        assert_eq!(visits.record(&door(), &2, at(1_000), Grade::Confirmed).grade, Grade::Seen);
    }

    #[test]
    fn after_half_a_minute_it_is_another_visit_told_anew() {
        let mut visits = Visits::new();
        visits.record(&door(), &1, at(0), Grade::Confirmed);
        visits.record(&door(), &1, at(1_000), Grade::Confirmed);
        assert_eq!(
            visits.record(&door(), &1, at(40_000), Grade::Confirmed),
            Reached { grade: Grade::Seen, confirmed_now: false, is_new: true }
        );
    }

    #[test]
    fn forgetting_one_takes_back_what_pictures_said() {
        let mut visits = Visits::new();
        visits.record(&door(), &1, at(0), Grade::Confirmed);
        visits.forget(&1);
        assert_eq!(visits.record(&door(), &1, at(1_000), Grade::Confirmed).grade, Grade::Seen);
    }

    proptest! {
        /// The same instant over and over (a frozen camera with a frozen clock) never confirms.
        #[test]
        fn one_instant_repeated_never_confirms(times in 1usize..20) {
            let mut visits = Visits::new();
            for _ in 0..times {
                prop_assert_eq!(visits.record(&door(), &1, at(5), Grade::Confirmed).grade, Grade::Seen);
            }
        }

        /// Two pictures confirm each other in either order of arrival.
        #[test]
        fn order_of_two_pictures_does_not_matter(a in 0i64..60_000, b in 0i64..60_000) {
            let grade = |x, y| {
                let mut visits = Visits::new();
                visits.record(&door(), &1, at(x), Grade::Confirmed);
                visits.record(&door(), &1, at(y), Grade::Confirmed).grade
            };
            prop_assert_eq!(grade(a, b), grade(b, a));
        }
    }
}
