//! What our programs have in common: reading the command line, and ending with an exit code and an error in words.
//! Called by `main` of the server and of the laboratory.

use std::error::Error;
use std::ffi::OsStr;
use std::process::ExitCode;

use clap::Parser;
use clap::builder::Resettable;

/// The last line of `--help`.
pub const SETTINGS_ELSEWHERE: &str =
    "Every option can also be set by its environment variable or in the configuration file.";

/// What a person types to call the server's program: in a clone that is a script, which says so.
pub fn typed() -> String {
    std::env::var("FACE_COMMAND").unwrap_or_else(|_| "face-server".to_owned())
}

/// The command line; ends the program where it is wrong or asks for help.
/// An environment variable that is set to nothing counts as not set, as in a file of defaults for a service.
pub fn parse<P: Parser>() -> P {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let mut command = P::command();
    let unset: Vec<_> = command.get_arguments().filter(|arg| arg.get_env().is_some_and(is_empty)).collect();
    for id in unset.into_iter().map(|arg| arg.get_id().clone()).collect::<Vec<_>>() {
        command = command.mut_arg(id, |arg| arg.env(Resettable::Reset));
    }
    P::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// How a program ends. An error is printed, unless nobody reads our output any more, as with `head`: that isn't a failure.
pub fn exit_code<E: AsRef<dyn Error + Send + Sync>>(result: Result<ExitCode, E>) -> ExitCode {
    let error = match result {
        Ok(code) => return code,
        Err(error) => error,
    };
    if causes(error.as_ref()).last().is_some_and(is_broken_pipe) {
        return ExitCode::SUCCESS;
    }
    eprintln!("error: {}", in_words(error.as_ref()));
    ExitCode::FAILURE
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

/// An error with its causes, each mentioned once: some already mention what caused them.
pub fn in_words(error: &(dyn Error + 'static)) -> String {
    let mut words = String::new();
    for cause in causes(error).map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.ends_with(&cause) {
            words += ": ";
            words += &cause;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{words}")]
    struct Refused {
        words: &'static str,
        source: std::io::Error,
    }

    #[test]
    fn a_cause_is_mentioned_once() {
        for words in ["cannot write a.jpg: the disk is full", "cannot write a.jpg"] {
            let error = Refused { words, source: std::io::Error::other("the disk is full") };
            assert_eq!(in_words(&error), "cannot write a.jpg: the disk is full");
        }
    }
}
