//! The program: arguments → a subcommand. Everything else is in the library.

mod cli;

use clap::{Parser, Subcommand};

/// Local face recognition for Home Assistant.
#[derive(Debug, Parser)]
#[command(version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Describe(cli::describe::Args),
}

fn main() -> anyhow::Result<()> {
    match Program::parse().command {
        Command::Describe(args) => cli::describe::run(&args),
    }
}
