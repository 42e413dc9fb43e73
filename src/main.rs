//! The program: arguments → a subcommand. Everything else is in the library.

mod cli;

use std::ffi::OsStr;
use std::process::ExitCode;

use clap::builder::Resettable;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use face_server::config::{self, Flags};

/// One arena for all threads: the C library keeps one each, with the largest picture each ever held.
/// `docs/decisions/memory.md` has the measurements, `.cargo/config.toml` the settings.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Local face recognition for Home Assistant. Alone, it serves; the commands do one thing and end.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Every option can also be set by its environment variable or in the configuration file."
)]
struct Program {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Recognize(cli::recognize::Args),
    Enroll(cli::enroll::Args),
    /// List the people under the faces folder.
    People,
    /// Check model weights and photos; say which photos cannot be learned and why.
    Check,
    /// Check everything the server needs (weights, folders, permissions, clock, port, cameras) and say how to mend it
    Doctor,
    Token(cli::token::Args),
    /// Print the line that pairs Home Assistant with this server
    Pair,
    Describe(cli::describe::Args),
    Replay(cli::replay::Args),
    Evaluate(cli::evaluate::Args),
    /// Print the JSON Schema of the protocol.
    #[command(hide = true)]
    Schema,
}

fn main() -> ExitCode {
    match run(program()) {
        Ok(code) => code,
        Err(error) if nobody_listens(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", cli::in_words(&error));
            ExitCode::FAILURE
        }
    }
}

/// The command line. An environment variable that is set to nothing counts as not set, as in a file of defaults for a service.
fn program() -> Program {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let mut command = Program::command();
    let unset: Vec<_> = command.get_arguments().filter(|arg| arg.get_env().is_some_and(is_empty)).collect();
    for id in unset.into_iter().map(|arg| arg.get_id().clone()).collect::<Vec<_>>() {
        command = command.mut_arg(id, |arg| arg.env(Resettable::Reset));
    }
    Program::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// Whether the output's reader has gone, as `head` does: no failure of ours.
fn nobody_listens(error: &anyhow::Error) -> bool {
    let pipe = error.root_cause().downcast_ref::<std::io::Error>();
    pipe.is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

fn run(program: Program) -> anyhow::Result<ExitCode> {
    let config = || config::load(&program.flags);
    match program.command {
        None => cli::serve::run(&config()?),
        Some(Command::Recognize(args)) => cli::recognize::run(&config()?, &args),
        Some(Command::Enroll(args)) => cli::enroll::run(&config()?, &args),
        Some(Command::People) => cli::people::list(&config()?),
        Some(Command::Check) => cli::people::check(&config()?),
        Some(Command::Doctor) => cli::doctor::run(&config()?),
        Some(Command::Pair) => cli::pair::run(&config()?),
        Some(Command::Token(args)) => cli::token::run(&config()?, &args),
        Some(Command::Describe(args)) => cli::describe::run(&args).map(|()| ExitCode::SUCCESS),
        Some(Command::Replay(args)) => cli::replay::run(&config()?, &args),
        Some(Command::Evaluate(args)) => cli::evaluate::run(&config()?, &args),
        Some(Command::Schema) => cli::schema::run(),
    }
}
