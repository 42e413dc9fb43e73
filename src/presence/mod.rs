//! Who is where, since when. Turns the faces of a camera's pictures into tracks, grades, arrivals and departures.
//! Pure: time is an argument, by a clock that only goes forward ([`Now::steady`]); knows no pictures, no files, no network.
//! Called by the engine.
//! A track collects evidence (`people::evidence`), `people::calibration` grades it, each grade is told once a visit, and
//! confirmed makes a person present until the camera's timeout.

mod camera;
mod now;
mod tracks;
mod visits;
mod whereabouts;

pub use crate::people::Grade;
pub use camera::CameraId;
pub use now::Now;
pub use tracks::{Followed, Track, TrackId, Tracks};
pub use visits::Visits;
pub use whereabouts::{Ended, Place, Prolongs, Stay, Whereabouts};
