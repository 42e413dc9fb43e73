//! Which network addresses a picture may be fetched from. Cameras are on the home network, so private addresses are fine;
//! this machine itself and link-local ones (routers' and clouds' own services) are not, unless the configuration names them.
//! Used by `fetch` for addresses in URLs and for what names resolve to, on every redirect.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Url;

/// The addresses by which this machine can be reached in its networks. To a client's request they are as closed as loopback.
pub fn own() -> Vec<IpAddr> {
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    found.into_iter().map(|interface| interface.ip().to_canonical()).collect()
}

/// An address as a person types it.
/// Errors say in words what is missing, or which sign must be written in another way.
pub fn parse(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(match text.split_once(':') {
            Some((scheme @ ("file" | "data" | "javascript" | "mailto"), _)) => {
                format!("{scheme} addresses cannot be fetched; give the http or https address of a still picture")
            }
            _ => "this isn't an address: it begins with http:// or https://".to_owned(),
        });
    };
    let web = ["http", "https"].iter().any(|of| scheme.eq_ignore_ascii_case(of));
    if web && let Some(sign) = cut_by(rest) {
        let code = match sign {
            '/' => "%2F",
            '?' => "%3F",
            _ => "%23",
        };
        return Err(format!(
            "the address ends its user name and password at the first {sign}; in a password write {code} instead of {sign} \
             (and %40 instead of @), or give user name and password apart from the address"
        ));
    }
    Url::parse(text).map_err(|error| format!("this isn't an address: {error}"))
}

/// The sign that cuts a login in two: `user:pass#word@host`. What follows `#` is never sent, so no camera needs it.
fn cut_by(rest: &str) -> Option<char> {
    let end = rest.find(['/', '?', '#'])?;
    let (authority, after) = rest.split_at(end);
    let sign = after.chars().next()?;
    if sign != '#' && after.contains('#') && !after.contains('@') {
        return None;
    }
    let next = after[1..].split(['/', '?', '#']).next().unwrap_or_default();
    let goes_on = after.contains('@') && !authority.contains('@') && authority.contains(':');
    let port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    // With a port, `@` in a path or query may be the camera's own: only where a login would go on at once is it one.
    (goes_on && (!port || sign == '#' || (next.contains('@') && !next.contains('=')))).then_some(sign)
}

/// Whether pictures may come from here without being named in the configuration.
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
        // IPv4 in disguise: 6to4 (RFC 3056), NAT64 (RFC 6052), translated (RFC 7915), and the deprecated compatible form with ::1
        // and ::.
        (0x2002, _) => is_open_v4(v4(1)),
        (0x0064, 0xff9b) => is_open_v4(v4(6)),
        (0, 0) if s[2..6] == [0, 0, 0xffff, 0] => is_open_v4(v4(6)),
        (0, 0) if s[2..6] == [0, 0, 0, 0] => !(s[6] == 0 && s[7] <= 1) && is_open_v4(v4(6)),
        _ => true,
    }
}

/// Whether a URL's own text names an address that is not open: a closed IP address, or `localhost`.
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
    fn a_sign_that_cuts_a_password_is_named_with_how_to_write_it() {
        for (text, code) in [
            ("http://admin:pa#ss@camera.local/snap.jpg", "%23"),
            ("http://admin:12#34@camera.local/snap.jpg", "%23"),
            ("http://admin:pa/ss@camera.local/snap.jpg", "%2F"),
            ("http://admin:12/34@192.168.1.20/snap.jpg", "%2F"),
            ("https://admin:pa?ss@camera.local/snap.jpg", "%3F"),
            ("http://admin:a/b?c#d@camera.local/", "%2F"),
        ] {
            let words = parse(text).expect_err("is refused");
            assert!(words.contains(code), "{text}: {words}");
        }
        for text in [
            "http://admin:p%23%2F@camera.local/snap.jpg",
            "http://admin:p@ss@camera.local/snap.jpg",
            "http://camera.local:8080/snap.jpg?user=ann@home&pwd=a/b",
            "http://camera.local:8080/of/ann@home/snap.jpg",
            "http://camera.local:8080?user=ann@home",
            "http://[fd00::20]/snap.jpg",
            "http://camera.local/snap.jpg#now",
            " http://camera.local/snap.jpg\n",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn an_address_without_http_is_refused_with_what_is_missing() {
        for text in ["camera.local/snap.jpg", "192.168.1.20:8080/snap.jpg", "camera:8080/snap", "//camera.local/", ""] {
            let words = parse(text).expect_err("is refused");
            assert!(words.contains("http://"), "{text}: {words}");
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
            "::ffff:0:127.0.0.1",
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
