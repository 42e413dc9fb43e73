//! Grades that tracks reach → what is new in a visit to a camera: each grade is told once.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use jiff::Timestamp;

use super::{CameraId, Grade, VISIT_ENDS_AFTER};

/// Open visits of every camera. `P` is whoever visits: a person or an unknown person.
#[derive(Debug)]
pub struct Visits<P> {
    open: HashMap<(CameraId, P), Visit>,
}

#[derive(Debug)]
struct Visit {
    first: Timestamp,
    last: Timestamp,
    /// When its last picture came.
    came: Timestamp,
    grade: Grade,
}

/// What a picture has done to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It began, with this grade.
    Begun,
    /// Its grade rose.
    Raised,
    /// Nothing new.
    Nothing,
}

impl<P: Clone + Eq + Hash> Visits<P> {
    /// No visits.
    #[must_use]
    pub fn new() -> Self {
        Self { open: HashMap::new() }
    }

    /// `who` has the grade `grade` by a picture of `camera` taken `at` and come `now`. Pictures may arrive late or twice; one
    /// within [`VISIT_ENDS_AFTER`] of the visit belongs to it.
    pub fn reach(&mut self, camera: &CameraId, who: &P, at: Timestamp, now: Timestamp, grade: Grade) -> Reached {
        let key = (camera.clone(), who.clone());
        let goes_on = |v: &Visit| {
            apart(v.first, at).min(apart(v.last, at)) <= VISIT_ENDS_AFTER || (v.first..=v.last).contains(&at)
        };
        let Some(visit) = self.open.get_mut(&key).filter(|v| goes_on(v)) else {
            self.open.insert(key, Visit { first: at, last: at, came: now, grade });
            return Reached::Begun;
        };
        visit.first = visit.first.min(at);
        visit.last = visit.last.max(at);
        visit.came = now;
        if grade <= visit.grade {
            return Reached::Nothing;
        }
        visit.grade = grade;
        Reached::Raised
    }

    /// Forgets one visitor: a deleted person, or a sighting taken back.
    pub fn forget(&mut self, who: &P) {
        self.open.retain(|(_, w), _| w != who);
    }

    /// Drops the visits for which no picture came for [`VISIT_ENDS_AFTER`].
    pub fn prune(&mut self, now: Timestamp) {
        self.open.retain(|_, v| apart(v.came, now) <= VISIT_ENDS_AFTER);
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
    fn each_grade_is_told_once_a_visit() {
        let mut visits = Visits::new();
        let told = [
            (0, Grade::Seen),
            (500, Grade::Seen),
            (900, Grade::Confirmed),
            (1_200, Grade::Seen),
            (9_000, Grade::Confirmed),
        ]
        .map(|(ms, grade)| visits.reach(&door(), &1, at(ms), at(ms), grade));
        let nothing = Reached::Nothing;
        assert_eq!(told, [Reached::Begun, nothing, Reached::Raised, nothing, nothing]);
    }

    #[test]
    fn whoever_is_confirmed_at_once_is_not_seen_afterwards() {
        let mut visits = Visits::new();
        assert_eq!(visits.reach(&door(), &1, at(0), at(0), Grade::Confirmed), Reached::Begun);
        assert_eq!(visits.reach(&door(), &1, at(500), at(500), Grade::Seen), Reached::Nothing);
    }

    #[test]
    fn another_camera_and_another_person_have_visits_of_their_own() {
        let mut visits = Visits::new();
        assert_eq!(visits.reach(&door(), &1, at(0), at(0), Grade::Seen), Reached::Begun);
        assert_eq!(visits.reach(&CameraId("hall".into()), &1, at(0), at(0), Grade::Seen), Reached::Begun);
        assert_eq!(visits.reach(&door(), &2, at(0), at(0), Grade::Seen), Reached::Begun);
    }

    #[test]
    fn after_half_a_minute_it_is_another_visit_told_anew() {
        let mut visits = Visits::new();
        visits.reach(&door(), &1, at(0), at(0), Grade::Confirmed);
        assert_eq!(visits.reach(&door(), &1, at(30_000), at(30_000), Grade::Seen), Reached::Nothing);
        assert_eq!(visits.reach(&door(), &1, at(61_000), at(61_000), Grade::Seen), Reached::Begun);
    }

    #[test]
    fn pictures_that_come_late_are_still_one_visit() {
        let mut visits = Visits::new();
        let late = |ms: i64| at(ms + 120_000);
        assert_eq!(visits.reach(&door(), &1, at(0), late(0), Grade::Seen), Reached::Begun);
        visits.prune(late(900));
        assert_eq!(visits.reach(&door(), &1, at(1_000), late(1_000), Grade::Seen), Reached::Nothing);
        visits.prune(late(31_001));
        assert_eq!(visits.reach(&door(), &1, at(1_500), late(31_500), Grade::Seen), Reached::Begun);
    }

    #[test]
    fn forgetting_one_tells_them_anew() {
        let mut visits = Visits::new();
        visits.reach(&door(), &1, at(0), at(0), Grade::Confirmed);
        visits.forget(&1);
        assert_eq!(visits.reach(&door(), &1, at(1_000), at(1_000), Grade::Seen), Reached::Begun);
    }

    proptest! {
        /// However late, early or often pictures of one visit come, each grade is told at most once.
        #[test]
        fn no_order_of_arrival_tells_a_grade_twice(pictures in prop::collection::vec((0i64..30_000, any::<bool>()), 1..40)) {
            let mut visits = Visits::new();
            let mut told = [0, 0];
            for (ms, confirmed) in pictures {
                let grade = if confirmed { Grade::Confirmed } else { Grade::Seen };
                let reached = visits.reach(&door(), &1, at(ms), at(30_000), grade);
                told[usize::from(confirmed)] += usize::from(reached != Reached::Nothing);
            }
            prop_assert!(told[0] <= 1 && told[1] <= 1, "{told:?}");
        }
    }
}
