//! Which network addresses a picture may be fetched from. Cameras are on the home network, so private addresses are fine;
//! this machine itself and link-local ones (routers' and clouds' own services) are not, unless the configuration names them.
//!
//! Pure. Used by `fetch` for addresses in URLs and for what names resolve to, on every redirect.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

/// Whether pictures may come from here without being named in the configuration.
#[must_use]
pub fn is_open(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_open_v4(v4),
        IpAddr::V6(v6) => is_open_v6(v6),
    }
}

fn is_open_v4(v4: Ipv4Addr) -> bool {
    let this_network = v4.octets()[0] == 0;
    !(this_network || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast())
}

fn is_open_v6(v6: Ipv6Addr) -> bool {
    let s = v6.segments();
    let v4 = |first: usize| Ipv4Addr::from((u32::from(s[first]) << 16) | u32::from(s[first + 1]));
    match (s[0], s[1]) {
        (0xfe80..=0xffff, _) => false,
        // IPv4 in disguise: 6to4 (RFC 3056), NAT64 (RFC 6052), and the deprecated compatible form with ::1 and ::.
        (0x2002, _) => is_open_v4(v4(1)),
        (0x0064, 0xff9b) => is_open_v4(v4(6)),
        (0, 0) if s[2..6] == [0, 0, 0, 0] => !(s[6] == 0 && s[7] <= 1) && is_open_v4(v4(6)),
        _ => true,
    }
}

/// Whether a URL's own text names an address that is not open: a closed IP address, or `localhost`.
#[must_use]
pub fn names_closed_address(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    if let Some(address) = literal(host) {
        return !is_open(address);
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// The address where a host is written as one; the URL parser has already undone forms like `0x7f.1`.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_on_the_home_network_and_beyond_are_open() {
        for text in
            ["192.168.1.20", "10.0.0.5", "172.16.3.4", "203.0.113.9", "fd00::20", "2001:db8::1", "::ffff:192.168.1.20"]
        {
            assert!(is_open(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn this_machine_and_link_local_addresses_are_closed_in_every_form() {
        for text in [
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "224.0.0.251",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "febf::1",
            "ff02::fb",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_open(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn a_url_names_a_closed_address_in_any_spelling() {
        for text in [
            "http://localhost/",
            "http://LOCALHOST:8123/a",
            "http://camera.localhost/",
            "http://localhost./",
            "http://127.1/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://[::1]:1984/",
            "http://[::ffff:127.0.0.1]/",
            "http://0/",
        ] {
            assert!(names_closed_address(&Url::parse(text).expect("a URL")), "{text}");
        }
        for text in ["http://camera.local/", "http://192.168.1.20/", "http://localhost.example.org/"] {
            assert!(!names_closed_address(&Url::parse(text).expect("a URL")), "{text}");
        }
    }
}
