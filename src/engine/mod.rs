//! The one owner of all changing state, and the workers that describe pictures. Bounded queues, events out.
//!
//! Does not know the wire. Called by `server::handlers` and by the command line through [`Engine`], a cheap handle.

pub mod types;

pub use types::*;
