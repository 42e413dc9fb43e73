//! The subcommands: arguments in, wiring, exit codes out. Knows how nothing works.

#![expect(clippy::print_stdout, reason = "commands print their results")]

pub(crate) mod describe;
pub(crate) mod enroll;
pub(crate) mod people;
pub(crate) mod recognize;
pub(crate) mod schema;
pub(crate) mod serve;
mod start;
pub(crate) mod token;
