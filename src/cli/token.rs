//! `face-server token`: who may connect. A running server knows of changes at once.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use face_server::config::Config;
use face_server::store::{Database, Opening, Role, Token};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// Longest name of a token, characters.
const MAX_NAME: usize = 64;

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Make a token and print it, this once
    Add {
        /// What you call it: "kitchen camera"
        name: String,
        /// What it may do
        #[arg(long)]
        role: Role,
        /// It ends by itself after this time: 12h, 30d, 8w; never where this isn't given
        #[arg(long, value_name = "TIME", value_parser = lifetime)]
        expires: Option<SignedDuration>,
    },
    /// Give a token another text and print it, this once; the old one ends, and who uses it is disconnected. One that expires
    /// lasts as long again
    Renew {
        /// Its name
        name: String,
    },
    /// List tokens: role, when they were made, last used and expire, name
    List,
    /// Remove a token; who uses it is disconnected
    Remove {
        /// Its name
        name: String,
    },
}

pub(crate) fn run(config: &Config, action: &Action) -> anyhow::Result<ExitCode> {
    let database = Database::open(&config.data_dir, Opening::Beside)?;
    match action {
        Action::Add { name, role, expires } => add(&database, name.trim(), *role, *expires)?,
        Action::List => {
            super::say(format_args!(
                "{:<8} {:<10}  {:<16}  {:<16}  NAME",
                "ROLE", "MADE", "LAST USED (UTC)", "EXPIRES (UTC)"
            ))?;
            for token in database.tokens()? {
                let minute = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M").to_string();
                super::say(format_args!(
                    "{:<8} {}  {:<16}  {:<16}  {}",
                    token.role,
                    token.created.strftime("%Y-%m-%d"),
                    token.last_used.map_or_else(|| "never".to_owned(), minute),
                    match token.expires {
                        _ if token.has_expired(Timestamp::now()) => "has expired".to_owned(),
                        expires => expires.map_or_else(|| "never".to_owned(), minute),
                    },
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

fn add(database: &Database, name: &str, role: Role, lifetime: Option<SignedDuration>) -> anyhow::Result<()> {
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        bail!("a token's name is 1 to {MAX_NAME} visible characters");
    }
    if database.tokens()?.iter().any(|token| token.name == name) {
        bail!("there is already a token named \"{name}\"; remove it first, or choose another name");
    }
    let now = Timestamp::now();
    let expires = lifetime.map(|lifetime| now.checked_add(lifetime)).transpose().context("it would expire too late")?;
    super::say(format_args!("{}", database.create_token(name, role, expires, now)?))?;
    Ok(())
}

/// "30d" → a time that has a length everywhere and is not over yet.
fn lifetime(text: &str) -> Result<SignedDuration, String> {
    let span: Span = text.parse().map_err(|_| "give a time like 12h, 30d or 8w".to_owned())?;
    let lifetime = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| "months and years have no fixed length; give days or weeks".to_owned())?;
    if lifetime.is_positive() { Ok(lifetime) } else { Err("a token lasts for some time".to_owned()) }
}
