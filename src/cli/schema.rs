//! `face-server schema`: the protocol's JSON Schema, to be committed.

use std::process::ExitCode;

use face_server::server::protocol::schema;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    super::say(schema::text().trim_end())?;
    Ok(ExitCode::SUCCESS)
}
