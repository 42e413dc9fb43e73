//! Who is where, since when. Turns "this picture on this camera shows these people" into grades, arrivals and departures.
//!
//! Pure: time is an argument; knows no pictures, no files, no network. Called by the engine.
//!
//! The rule until evidence over frames replaces it: one picture above the threshold is *seen*, two different pictures on
//! one camera within [`CONFIRM_WITHIN`] are *confirmed*. Confirmed makes a person present until the camera's timeout.

mod visits;
mod whereabouts;

use std::fmt;
use std::time::Duration;

pub use crate::people::Grade;
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

/// Two pictures of a camera at most this far apart confirm each other: someone who waits at a door is pictured twice.
pub const CONFIRM_WITHIN: Duration = Duration::from_secs(10);

/// A person not recognised on a camera for this long has left it; the next time is another visit, told anew.
pub const VISIT_ENDS_AFTER: Duration = Duration::from_secs(30);
