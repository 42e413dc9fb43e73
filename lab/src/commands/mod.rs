//! The subcommands: arguments in, wiring, exit codes out.

pub(crate) mod bench;
pub(crate) mod describe;
pub(crate) mod evaluate;
pub(crate) mod replay;
pub(crate) mod weigh;

use std::fmt::Display;
use std::io::Write;

use anyhow::Context as _;
use face_server::config::Config;
use face_server::vision::{Pack, Vision};

/// The networks, from the built-in pack or the configured one.
fn vision(config: &Config) -> anyhow::Result<Vision> {
    let pack =
        config.pack.as_deref().map_or_else(Pack::embedded, Pack::load).context("the model pack cannot be used")?;
    Vision::load(&pack).context("the model pack cannot be used")
}

fn say(line: impl Display) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}
