//! What the server tells by itself, once subscribed. State events (`person_changed`, `camera_changed`) say how things are
//! now and coalesce for a slow client; the others happened once. A `replayed` event updates entities and fires no triggers.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Event, Instant};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename = "event")]
pub struct EventMessage {
    /// This start of the server.
    pub run: String,
    /// Rises by one with every event of this run; gaps mean coalesced state events.
    pub seq: u64,
    /// When it happened, by the server's clock.
    #[schemars(with = "Instant")]
    pub at: Timestamp,
    /// True where the client missed it and gets it now.
    #[serde(default)]
    pub replayed: bool,
    pub event: Event,
}
