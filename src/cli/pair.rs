//! `face-server pair`: the line by which Home Assistant is paired; and what a server proves itself by.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::process::ExitCode;

use face_server::config::Config;
use face_server::server;
use face_server::server::pairing::{Known, Pairing};
use face_server::server::tls::{self, Certificate};
use face_server::store::{self, Database, Opening, Role};
use jiff::Timestamp;

/// An address of the documentation's network (RFC 5737): looking up the way to it tells our own address, and sends nothing.
const SOMEWHERE: ([u8; 4], u16) = ([192, 0, 2, 1], 9);

/// Prints the line, with the first token, or a new one where that is gone.
pub(crate) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let database = Database::open(&config.data_dir, Opening::Beside)?;
    let identity = identity(config)?;
    let token = if let Some(token) = database.kept_admin_token()? {
        token
    } else {
        let name = (1..).map(|n| format!("pairing {n}"));
        let taken = database.tokens()?;
        let free = name.filter(|name| taken.iter().all(|token| token.name != *name)).take(1).collect::<String>();
        super::say(format_args!("A new token \"{free}\" was made."))?;
        database.create_token(&free, Role::Admin, None, Timestamp::now())?
    };
    say(SocketAddr::new(config.listen, config.port), &token, server::known(config.plain, identity.as_ref()))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the line, and from where it can be used.
pub(crate) fn say(address: SocketAddr, token: &str, known: Known) -> std::io::Result<()> {
    let address = reachable(address);
    if address.ip().is_loopback() {
        super::say(
            "The next line is good on this machine only; for a Home Assistant elsewhere, start with --listen 0.0.0.0.",
        )?;
    }
    if known == Known::ByAuthorities {
        super::say("In the next line, write the name that your certificate is for in the place of the address.")?;
    }
    let line = Pairing { address, token, known };
    super::say(format_args!("Pair Home Assistant with this line:\n\n    {line}\n"))
}

/// The file in the data folder with the certificate and key that the server made itself.
const OWN_CERTIFICATE: &str = "tls.pem";

/// What the server proves itself by: files of somebody's own, or, where other machines reach it, a key that it makes once.
pub(crate) fn identity(config: &Config) -> anyhow::Result<Option<Certificate>> {
    if let Some((certificate, key)) = &config.certificate {
        return Ok(Some(Certificate::of_files(certificate, key)?));
    }
    if config.listen.is_loopback() {
        return Ok(None);
    }
    let (pem, path) = store::secret(&config.data_dir, OWN_CERTIFICATE, || anyhow::Ok(tls::make()?))?;
    Ok(Some(Certificate::made(&pem, &path)?))
}

/// Where others reach an address that may mean "everywhere".
fn reachable(address: SocketAddr) -> SocketAddr {
    let way_out = || -> std::io::Result<IpAddr> {
        let socket = UdpSocket::bind(("0.0.0.0", 0))?;
        socket.connect(SocketAddr::from(SOMEWHERE))?;
        Ok(socket.local_addr()?.ip())
    };
    match way_out() {
        Ok(ip) if address.ip().is_unspecified() => SocketAddr::new(ip, address.port()),
        _ => address,
    }
}
