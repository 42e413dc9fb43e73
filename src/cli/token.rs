//! `face-server token`: who may connect. A running server knows of changes at once.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use face_server::config::Config;
use face_server::store::{Database, Opening, Role, Token};
use jiff::Timestamp;

/// Longest name of a token, characters.
const MAX_NAME: usize = 64;

/// Make, list and remove tokens.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token and print it, this once
    Add {
        /// What you call it: "kitchen camera"
        name: String,
        /// What it may do
        #[arg(long)]
        role: Role,
    },
    /// Give a token another text and print it, this once; the old one ends, and who uses it is disconnected
    Renew {
        /// Its name
        name: String,
    },
    /// List tokens: name, role, when they were made
    List,
    /// Remove a token; who uses it is disconnected
    Remove {
        /// Its name
        name: String,
    },
}

pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let database = Database::open(&config.data_dir, Opening::Beside)?;
    match &args.action {
        Action::Add { name, role } => add(&database, name.trim(), *role)?,
        Action::List => {
            for token in database.tokens()? {
                super::say(format_args!(
                    "{:<8} {}  {}",
                    token.role.word(),
                    token.created.strftime("%Y-%m-%d"),
                    token.name
                ))?;
            }
        }
        Action::Renew { name } => {
            let text = database.renew_token(&named(&database, name)?, Timestamp::now())?;
            super::say(format_args!("{text}"))?;
        }
        Action::Remove { name } => {
            database.delete_token(named(&database, name)?.id)?;
            super::say(format_args!("removed \"{name}\""))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn named(database: &Database, name: &str) -> anyhow::Result<Token> {
    let found = database.tokens()?.into_iter().find(|token| token.name == name);
    found.with_context(|| format!("no token is named \"{name}\""))
}

fn add(database: &Database, name: &str, role: Role) -> anyhow::Result<()> {
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        bail!("a token's name is 1 to {MAX_NAME} visible characters");
    }
    if database.tokens()?.iter().any(|token| token.name == name) {
        bail!("there is already a token named \"{name}\"; remove it first, or choose another name");
    }
    super::say(format_args!("{}", database.create_token(name, role, Timestamp::now())?))?;
    Ok(())
}
