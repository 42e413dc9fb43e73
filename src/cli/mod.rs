//! The subcommands: arguments in, wiring, exit codes out. Knows how nothing works.

pub(crate) mod doctor;
pub(crate) mod enroll;
pub(crate) mod library;
pub(crate) mod pair;
pub(crate) mod people;
pub(crate) mod recognize;
pub(crate) mod serve;
mod start;
pub(crate) mod token;

use std::fmt::Display;
use std::io::Write;

/// One line of a command's output.
/// Fails where nobody takes it (a pipe to `head`).
pub(crate) fn say(line: impl Display) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}
