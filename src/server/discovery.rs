//! The server's address and id → an mDNS announcement (`_face-server._tcp.local.`), so that Home Assistant offers it.
//! Called by `server::start` when the server can be reached from the network. TXT: `id`, `version`, `tls`.

use std::net::SocketAddr;
use std::time::Duration;

use mdns_sd::{ServiceDaemon, ServiceInfo};

/// The service's type in DNS-SD.
pub const SERVICE: &str = "_face-server._tcp.local.";
/// Taking the announcement back may take this long.
const WITHDRAW_WITHIN: Duration = Duration::from_secs(1);

pub struct Announcement {
    daemon: ServiceDaemon,
    name: String,
}

impl std::fmt::Debug for Announcement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Announcement").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Announces the server; goes on in a thread of its own until [`Announcement::withdraw`].
pub fn announce(address: SocketAddr, server_id: &str, tls: bool) -> Result<Announcement, mdns_sd::Error> {
    let daemon = ServiceDaemon::new()?;
    let service = describe(address, server_id, tls)?;
    let name = service.get_fullname().to_owned();
    daemon.register(service)?;
    Ok(Announcement { daemon, name })
}

fn describe(address: SocketAddr, server_id: &str, tls: bool) -> Result<ServiceInfo, mdns_sd::Error> {
    let short = server_id.get(..8).unwrap_or(server_id);
    let host = format!("face-server-{short}.local.");
    let text = [("id", server_id), ("version", env!("CARGO_PKG_VERSION")), ("tls", if tls { "1" } else { "0" })];
    let instance = format!("Face {short}");
    let everywhere = address.ip().is_unspecified();
    let ip = if everywhere { String::new() } else { address.ip().to_string() };
    let service = ServiceInfo::new(SERVICE, &instance, &host, ip.as_str(), address.port(), &text[..])?;
    Ok(if everywhere { service.enable_addr_auto() } else { service })
}

impl Announcement {
    /// Tells the network that the server goes (packets with a life of zero), as well as that works in a second.
    pub async fn withdraw(self) {
        if let Ok(done) = self.daemon.unregister(&self.name) {
            let _ = tokio::time::timeout(WITHDRAW_WITHIN, done.recv_async()).await;
        }
        let _ = self.daemon.shutdown();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announcement_names_id_version_and_tls() {
        let described = |tls| describe(SocketAddr::from(([192, 0, 2, 7], 8765)), "0123456789abcdef", tls);
        let service = described(true).expect("is valid");
        assert_eq!(service.get_type(), SERVICE);
        assert_eq!(service.get_port(), 8765);
        assert_eq!(service.get_property_val_str("id"), Some("0123456789abcdef"));
        assert_eq!(service.get_property_val_str("version"), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(service.get_property_val_str("tls"), Some("1"));
        assert_eq!(described(false).expect("is valid").get_property_val_str("tls"), Some("0"));
    }
}
