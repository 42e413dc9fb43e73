//! The live path driven from files, for measuring. Uses the engine and the vision stages; nothing uses it but the command line.

pub mod describe;
pub mod evaluate;
pub mod gallery;
mod in_order;
pub mod line;
pub mod recording;
pub mod replay;
