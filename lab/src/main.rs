//! The laboratory's program: arguments → a subcommand. Everything else is in the library.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use face_server::config::{self, Flags};
use face_server::program;

/// Measures Face on recorded pictures and photos: what it finds in them, and how well it decides.
#[derive(Debug, Parser)]
#[command(name = "face-lab", version, after_help = program::SETTINGS_ELSEWHERE)]
struct Program {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bench(commands::bench::Args),
    Describe(commands::describe::Args),
    Replay(commands::replay::Args),
    Evaluate(commands::evaluate::Args),
    Weigh(commands::weigh::Args),
}

fn main() -> ExitCode {
    program::exit_code(run(&program::parse()))
}

fn run(program: &Program) -> anyhow::Result<ExitCode> {
    let config = || config::load(&program.flags);
    match &program.command {
        Command::Bench(args) => commands::bench::run(args).map(|()| ExitCode::SUCCESS),
        Command::Describe(args) => commands::describe::run(args).map(|()| ExitCode::SUCCESS),
        Command::Replay(args) => commands::replay::run(&config()?, args),
        Command::Evaluate(args) => commands::evaluate::run(&config()?, args),
        Command::Weigh(args) => commands::weigh::run(args).map(|()| ExitCode::SUCCESS),
    }
}
