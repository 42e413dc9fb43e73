//! What a home knows and believes: pure. Commands in, and what follows from them out; time is an argument.
//! Knows no threads, no networks and no disk: the `owner` keeps and tells what follows.

pub(super) mod care;
pub(super) mod deed;
pub(super) mod handle;
pub(super) mod outcome;
pub(super) mod picture;
pub(super) mod propose;
pub(super) mod restored;
pub(super) mod search;
pub(super) mod sight;
pub(super) mod sitting;
pub(super) mod state;
#[cfg(test)]
mod tests;
pub(super) mod undo;
