//! What tracks, visits and whereabouts have in common: the camera.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A camera's lasting id: `client_id/camera` for pushed ones, the plain name for those of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct CameraId(pub String);

impl fmt::Display for CameraId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
