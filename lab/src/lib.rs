//! The laboratory: the server's own stages and its own decision, driven from files, to measure how well they do.
//!
//! Uses the library of the server; the server knows nothing of it.

pub mod bench;
pub mod describe;
pub mod evaluate;
pub mod gallery;
mod in_order;
pub mod line;
pub mod recording;
pub mod replay;
pub mod weigh;
