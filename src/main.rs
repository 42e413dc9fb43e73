//! The program: arguments → a subcommand. Everything else is in the library.

mod cli;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cli::serve::Until;
use face_server::config::{self, Flags};
use face_server::program;
use face_server::server::protocol::schema;

/// One arena for all threads: the C library keeps one each, with the largest picture each ever held.
/// `docs/decisions/memory.md` has the measurements, `.cargo/config.toml` the settings.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Local face recognition for Home Assistant. Alone, it serves; the commands do one thing and end.
#[derive(Debug, Parser)]
#[command(version, after_help = program::SETTINGS_ELSEWHERE)]
struct Program {
    #[command(flatten)]
    flags: Flags,
    /// Also stop when standard input is closed, as when the program that started the server has ended
    #[arg(long)]
    stop_with_stdin: bool,
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
    Accept(cli::people::Accept),
    Export(cli::library::Export),
    Import(cli::library::Import),
    /// Make, list and remove tokens
    #[command(subcommand)]
    Token(cli::token::Action),
    /// Ask the server that runs here whether it is well; for containers and services
    Healthcheck(cli::doctor::Healthcheck),
    /// Print the line that pairs Home Assistant with this server
    Pair,
    /// Print the JSON Schema of the protocol.
    #[command(hide = true)]
    Schema,
}

fn main() -> ExitCode {
    program::exit_code(run(&program::parse()))
}

fn run(program: &Program) -> anyhow::Result<ExitCode> {
    let config = || config::load(&program.flags);
    match &program.command {
        None if program.stop_with_stdin => cli::serve::run(&config()?, Until::StdinCloses),
        None => cli::serve::run(&config()?, Until::Signal),
        Some(Command::Recognize(args)) => cli::recognize::run(&config()?, args),
        Some(Command::Enroll(args)) => cli::enroll::run(&config()?, args),
        Some(Command::People) => cli::people::list(&config()?),
        Some(Command::Check) => cli::people::check(&config()?),
        Some(Command::Doctor) => cli::doctor::run(&config()?),
        Some(Command::Healthcheck(args)) => cli::doctor::healthcheck(&config()?, args),
        Some(Command::Pair) => cli::pair::run(&config()?),
        Some(Command::Accept(args)) => cli::people::accept(&config()?, args),
        Some(Command::Export(args)) => cli::library::export(&config()?, args),
        Some(Command::Import(args)) => cli::library::import(&config()?, args),
        Some(Command::Token(action)) => cli::token::run(&config()?, action),
        Some(Command::Schema) => {
            cli::say(schema::text().trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
