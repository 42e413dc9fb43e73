//! Who is where, since when. Turns the faces of a camera's pictures into tracks, grades, arrivals and departures.
//!
//! Pure: time is an argument; knows no pictures, no files, no network. Called by the engine.
//!
//! A track collects evidence (`people::evidence`), `people::calibration` grades it, each grade is told once a visit, and
//! confirmed makes a person present until the camera's timeout.

mod tracks;
mod visits;
mod whereabouts;

use std::fmt;
use std::time::Duration;

pub use crate::people::Grade;
pub use tracks::{Followed, TRACK_ENDS_AFTER, TrackId, Tracks};
pub use visits::{Reached, Visits};
pub use whereabouts::{Place, Prolongs, Stay, Whereabouts};

/// A camera's lasting id: `client_id/camera` for pushed ones, the plain name for those of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CameraId(pub String);

impl fmt::Display for CameraId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person not recognised on a camera for this long has left it; the next time is another visit, told anew.
pub const VISIT_ENDS_AFTER: Duration = Duration::from_secs(30);
