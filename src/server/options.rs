//! How the server listens, from where it is reached, and how long it waits.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use serde::Deserialize;

use super::fetch::Source;
use super::pairing::Known;
use super::protocol::{self, ModelInfo};
use super::tls;
use crate::vision::Limits;

/// How the server listens and what it tells about itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address to listen on; loopback for this machine only.
    pub listen: IpAddr,
    pub port: u16,
    /// How large pictures may be.
    pub limits: Limits,
    /// How large photos to learn from may be.
    pub photo_limits: Limits,
    pub model: ModelInfo,
    /// Cameras with an address or a file, by name.
    pub cameras: BTreeMap<String, Source>,
    /// Whether to be found in the network.
    pub announce: Announce,
    /// What the server proves itself by, where it speaks TLS.
    pub tls: Option<Arc<tls::Certificate>>,
    /// From where plain text is taken.
    pub plain: PlainText,
    pub patience: Patience,
}

/// How a client that is paired now knows the server again.
pub fn known(plain: PlainText, tls: Option<&tls::Certificate>) -> Known {
    match tls {
        Some(certificate) if plain == PlainText::FromThisMachine => certificate.known(),
        _ => Known::Plain,
    }
}

/// How long a client may take for what the server waits for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub login: Duration,
    /// To read one message; then it is closed as a slow one.
    pub reading: Duration,
    /// To close its half of a connection that the server has closed.
    pub goodbye: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            login: Duration::from_secs(protocol::LOGIN_SECONDS),
            reading: Duration::from_secs(30),
            goodbye: Duration::from_secs(5),
        }
    }
}

/// From where connections without TLS are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainText {
    /// From where nobody can read along.
    #[default]
    FromThisMachine,
    /// Also over the network, because somebody chose it.
    FromEverywhere,
}

/// Whom the server tells of itself: the network (mDNS), the Supervisor, or nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Announce {
    /// Where it can be reached from the network.
    #[default]
    Auto,
    /// To the Supervisor of Home Assistant OS, whose app it is.
    Supervisor,
    Never,
}
