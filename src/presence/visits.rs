//! Grades that tracks reach → what is new in a visit to a camera: each grade is told once.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;

use super::camera::CameraId;
use super::now::apart;
use crate::people::{Grade, VISIT_ENDS_AFTER};

/// Open visits of every camera. `W` is who visits, `T` what is noted of the visit and ends with it.
#[derive(Debug)]
pub struct Visits<W, T> {
    open: HashMap<(CameraId, W), Visit<T>>,
}

#[derive(Debug)]
struct Visit<T> {
    first: Timestamp,
    last: Timestamp,
    /// When its last picture came.
    came: Timestamp,
    /// The highest that was told.
    told: Option<Grade>,
    notes: T,
}

impl<W: Clone + Eq + Hash, T: Default> Visits<W, T> {
    /// `who` has the grade `grade` by a picture of `camera` taken `at` and come `now`: whether that is new in the visit, and the
    /// visit's notes. Pictures may arrive late or twice; one within [`VISIT_ENDS_AFTER`] of the visit belongs to it.
    pub fn reach(&mut self, camera: &CameraId, who: &W, at: Timestamp, now: Timestamp, grade: Grade) -> (bool, &mut T) {
        let begun = || Visit { first: at, last: at, came: now, told: None, notes: T::default() };
        let visit = self.open.entry((camera.clone(), who.clone())).or_insert_with(begun);
        if !visit.goes_on(at) {
            *visit = begun();
        }
        visit.first = visit.first.min(at);
        visit.last = visit.last.max(at);
        visit.came = now;
        let before = visit.told;
        visit.told = before.max(Some(grade));
        (visit.told > before, &mut visit.notes)
    }

    /// Forgets one visitor: a deleted person, or a sighting taken back.
    pub fn forget(&mut self, who: &W) {
        self.open.retain(|(_, w), _| w != who);
    }

    /// Drops the visits for which no picture came for [`VISIT_ENDS_AFTER`].
    pub fn prune(&mut self, now: Timestamp) {
        self.open.retain(|_, v| apart(v.came, now) <= VISIT_ENDS_AFTER);
    }
}

impl<W, T> Default for Visits<W, T> {
    fn default() -> Self {
        Self { open: HashMap::new() }
    }
}

impl<T> Visit<T> {
    fn goes_on(&self, at: Timestamp) -> bool {
        let near = apart(self.first, at).min(apart(self.last, at)) <= VISIT_ENDS_AFTER;
        near || (self.first..=self.last).contains(&at)
    }
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
        let mut visits = Visits::<_, ()>::default();
        let told = [
            (0, Grade::Seen),
            (500, Grade::Seen),
            (900, Grade::Confirmed),
            (1_200, Grade::Seen),
            (9_000, Grade::Confirmed),
        ]
        .map(|(ms, grade)| visits.reach(&door(), &1, at(ms), at(ms), grade).0);
        assert_eq!(told, [true, false, true, false, false]);
    }

    #[test]
    fn whoever_is_confirmed_at_once_is_not_seen_afterwards() {
        let mut visits = Visits::<_, ()>::default();
        assert!(visits.reach(&door(), &1, at(0), at(0), Grade::Confirmed).0);
        assert!(!visits.reach(&door(), &1, at(500), at(500), Grade::Seen).0);
    }

    #[test]
    fn another_camera_and_another_person_have_visits_of_their_own() {
        let mut visits = Visits::<_, ()>::default();
        assert!(visits.reach(&door(), &1, at(0), at(0), Grade::Seen).0);
        assert!(visits.reach(&CameraId("hall".into()), &1, at(0), at(0), Grade::Seen).0);
        assert!(visits.reach(&door(), &2, at(0), at(0), Grade::Seen).0);
    }

    #[test]
    fn after_half_a_minute_it_is_another_visit_told_anew() {
        let mut visits = Visits::<_, ()>::default();
        visits.reach(&door(), &1, at(0), at(0), Grade::Confirmed);
        assert!(!visits.reach(&door(), &1, at(30_000), at(30_000), Grade::Seen).0);
        assert!(visits.reach(&door(), &1, at(61_000), at(61_000), Grade::Seen).0);
    }

    #[test]
    fn pictures_that_come_late_are_still_one_visit() {
        let mut visits = Visits::<_, ()>::default();
        let late = |ms: i64| at(ms + 120_000);
        assert!(visits.reach(&door(), &1, at(0), late(0), Grade::Seen).0);
        visits.prune(late(900));
        assert!(!visits.reach(&door(), &1, at(1_000), late(1_000), Grade::Seen).0);
        visits.prune(late(31_001));
        assert!(visits.reach(&door(), &1, at(1_500), late(31_500), Grade::Seen).0);
    }

    #[test]
    fn forgetting_one_tells_them_anew() {
        let mut visits = Visits::<_, ()>::default();
        visits.reach(&door(), &1, at(0), at(0), Grade::Confirmed);
        visits.forget(&1);
        assert!(visits.reach(&door(), &1, at(1_000), at(1_000), Grade::Seen).0);
    }

    proptest! {
        /// However late, early or often pictures of one visit come, each grade is told at most once.
        #[test]
        fn no_order_of_arrival_tells_a_grade_twice(pictures in prop::collection::vec((0i64..30_000, any::<bool>()), 1..40)) {
            let mut visits = Visits::<_, ()>::default();
            let mut told = [0, 0];
            for (ms, confirmed) in pictures {
                let grade = if confirmed { Grade::Confirmed } else { Grade::Seen };
                told[usize::from(confirmed)] += usize::from(visits.reach(&door(), &1, at(ms), at(30_000), grade).0);
            }
            prop_assert!(told[0] <= 1 && told[1] <= 1, "{told:?}");
        }
    }
}
