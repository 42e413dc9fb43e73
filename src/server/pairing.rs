//! Where a server is, a token, and how its clients know it again → the one line by which a client is paired.
//! `PROTOCOL.md` specifies the line. Printed by `cli`.

use std::fmt;
use std::net::SocketAddr;

/// SHA-256 of a certificate as it is sent (DER).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a client knows the server again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Not at all: plain text, on the same machine or where somebody chose it.
    Plain,
    /// By exactly this certificate.
    By(Fingerprint),
    /// By a certificate that authorities vouch for.
    ByAuthorities,
}

#[derive(Clone, Copy, Debug)]
pub struct Pairing<'a> {
    pub address: SocketAddr,
    pub token: &'a str,
    /// How the client knows the server again.
    pub known: Known,
}

impl fmt::Display for Pairing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "face://{}/?token={}", self.address, self.token)?;
        match self.known {
            Known::Plain => Ok(()),
            Known::By(fingerprint) => write!(f, "&fingerprint={fingerprint}"),
            Known::ByAuthorities => f.write_str("&tls=verify"),
        }
    }
}
