//! An instant by two clocks: one that only goes forward, and the wall's, which people and NTP can set.
//! Everything that lasts (visits, presence, what is remembered) is measured by the first; stamps that people read, and what is
//! kept over a restart, are of the second.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// By a clock that only goes forward. It was the wall clock's time once, and is not corrected with it.
    pub steady: Timestamp,
    /// The wall clock minus `steady`.
    pub ahead: SignedDuration,
}

impl Now {
    /// Both clocks show `at`.
    pub fn at(at: Timestamp) -> Self {
        Self { steady: at, ahead: SignedDuration::ZERO }
    }

    pub fn wall(&self) -> Timestamp {
        self.to_wall(self.steady)
    }

    /// What the wall clock, as it is set now, showed at `steady`.
    pub fn to_wall(&self, steady: Timestamp) -> Timestamp {
        let limit = if self.ahead.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        steady.checked_add(self.ahead).unwrap_or(limit)
    }

    /// The instant of a stamp of the wall clock as it is set now. A stamp of the future is of a clock that was wrong: it counts
    /// as now.
    pub fn to_steady(&self, wall: Timestamp) -> Timestamp {
        let limit = if self.ahead.is_negative() { Timestamp::MAX } else { Timestamp::MIN };
        wall.checked_sub(self.ahead).unwrap_or(limit).min(self.steady)
    }
}

/// Distance between two instants.
pub(super) fn apart(a: Timestamp, b: Timestamp) -> Duration {
    a.duration_since(b).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_of_the_future_counts_as_now_and_others_keep_their_distance() {
        let at = |s: i64| Timestamp::from_second(1_700_000_000 + s).expect("in range");
        let now = Now { steady: at(100), ahead: SignedDuration::from_hours(5) };
        let five_hours = 5 * 3_600;
        assert_eq!(now.wall(), at(100 + five_hours));
        assert_eq!(now.to_steady(at(40 + five_hours)), at(40));
        assert_eq!(now.to_steady(at(101 + five_hours)), at(100));
        assert_eq!(now.to_steady(Timestamp::MAX), at(100));
        assert_eq!(now.to_wall(now.to_steady(at(7))), at(7));
    }
}
