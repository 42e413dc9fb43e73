//! What tracks, visits and whereabouts have in common: the camera, and when a visit to it is over.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A camera's lasting id: `client_id/camera` for pushed ones, the plain name for those of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct CameraId(pub String);

impl fmt::Display for CameraId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A visit without a picture for this long is over: nobody is there, or somebody else, and the next time is another visit,
/// told again. Between two pictures by when they were taken, and since the last one by when it came: pictures that come late
/// are still one visit.
pub const VISIT_ENDS_AFTER: Duration = Duration::from_secs(30);
