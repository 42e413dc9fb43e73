//! The subcommands: arguments in, wiring, exit codes out. Knows how nothing works.

pub(crate) mod describe;
pub(crate) mod doctor;
pub(crate) mod enroll;
pub(crate) mod evaluate;
pub(crate) mod pair;
pub(crate) mod people;
pub(crate) mod recognize;
pub(crate) mod replay;
pub(crate) mod schema;
pub(crate) mod serve;
mod start;
pub(crate) mod token;

use std::fmt::Display;
use std::io::Write;

/// An error with its causes, each said once: some already say what caused them.
pub(crate) fn in_words(error: &anyhow::Error) -> String {
    let mut words = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.ends_with(&cause) {
            words += ": ";
            words += &cause;
        }
    }
    words
}

/// One line of a command's output.
///
/// # Errors
/// Where nobody takes it (a pipe to `head`).
pub(crate) fn say(line: impl Display) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_cause_is_said_once() {
        let refused = || std::io::Error::other("the disk is full");
        let says_it = anyhow::Error::new(refused()).context("cannot write a.jpg: the disk is full");
        assert_eq!(in_words(&says_it), "cannot write a.jpg: the disk is full");
        let does_not = Err::<(), _>(refused()).context("cannot write a.jpg").expect_err("is refused");
        assert_eq!(in_words(&does_not), "cannot write a.jpg: the disk is full");
    }
}
