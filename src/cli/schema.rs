//! `face-server schema`: the protocol's JSON Schema, to be committed.

use std::process::ExitCode;

use face_server::server::protocol::schema;

/// Prints it.
#[expect(clippy::unnecessary_wraps, reason = "as every subcommand")]
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    print!("{}", schema::text());
    Ok(ExitCode::SUCCESS)
}
