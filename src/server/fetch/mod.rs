//! A configured camera, or a URL an admin gives → the bytes of a picture, within limits of time, size and redirects.
//!
//! Called by `handlers`. Where a picture may come from is decided in `address`, for the URL, for what its name resolves to
//! and for every redirect. `connection` speaks with the camera, `login` answers what it asks for, `picture` finds the picture
//! in what it says. Logs and errors show scheme, host and port only: credentials hide in all other parts of URLs.

pub mod address;
mod connection;
mod login;
mod picture;
mod trust;

use std::fmt::{self, Write as _};
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::io::AsyncReadExt;
use url::{Host, Url};

use connection::{Connection, Framing, Head, Trouble};

/// A camera that gives no picture within this time is not there.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// Redirects followed for one picture.
const MAX_REDIRECTS: usize = 3;
/// A camera that is busy, or hangs up without a word, is asked this many times more.
const MAX_RETRIES: usize = 3;
/// A busy camera that does not say when is asked again after this time, and none is waited for longer than the other.
const RETRY_AFTER: Duration = Duration::from_millis(500);
const RETRY_AFTER_AT_MOST: Duration = Duration::from_secs(3);
/// A refusal that does not end within this time costs its connection.
const REFUSAL_WITHIN: Duration = Duration::from_secs(1);
/// A picture that is not whole at the length that was promised may go on, while something comes within this time.
const LATE_BYTES_WITHIN: Duration = Duration::from_secs(1);

/// What to do where https has nobody to believe.
const NO_AUTHORITIES: &str = "install the system's certificates (the package ca-certificates), or, for a camera with a \
                              self-signed one, set accept_invalid_certs";

/// Where a camera's pictures come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// An http or https address that answers with one picture.
    Url(WebSource),
    /// A file that something else keeps up to date.
    File(PathBuf),
}

/// A picture on the web (mostly: on a camera).
#[derive(Clone, PartialEq)]
pub struct WebSource {
    url: Url,
    login: Option<Login>,
    certificates: Certificates,
    named_by: NamedBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The configuration: may be this machine itself, where the address says so.
    Configuration,
    Request,
}

/// Which certificates are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificates {
    /// Those of the system's authorities.
    Verified,
    /// Any, for cameras with self-signed ones.
    Any,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub username: String,
    pub password: String,
    pub method: LoginMethod,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginMethod {
    /// As the camera asks: digest where it offers that, else basic.
    #[default]
    Auto,
    /// Basic, readable on the way unless the address is https.
    Basic,
    Digest,
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No address, or none that may be used.
    #[error("{0}")]
    Refused(String),
    /// The camera or the network does not give it.
    #[error("{0}")]
    Failed(String),
    #[error("the picture is larger than {limit} bytes")]
    TooLarge { limit: usize },
}

impl fmt::Debug for WebSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebSource({})", shown(&self.url))
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

impl WebSource {
    /// Checks the address; a login within it (`http://user:password@…`) is taken out of it.
    /// Refused where it isn't an http or https address, or names this machine without being allowed to.
    pub fn new(
        text: &str,
        login: Option<Login>,
        certificates: Certificates,
        named_by: NamedBy,
    ) -> Result<Self, FetchError> {
        let mut url = address::parse(text).map_err(FetchError::Refused)?;
        check_scheme(&url)?;
        let login = login.or_else(|| {
            let part = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
            let username = part(url.username());
            let password = url.password().map(part).unwrap_or_default();
            let method = LoginMethod::Auto;
            (!username.is_empty()).then_some(Login { username, password, method })
        });
        if url.set_username("").is_err() || url.set_password(None).is_err() {
            return Err(FetchError::Refused("this address has no host".to_owned()));
        }
        let source = Self { url, login, certificates, named_by };
        source.check(&source.url)?;
        Ok(source)
    }

    /// Whether a hop's own text is allowed; what its name resolves to is checked when it is resolved.
    fn check(&self, hop: &Url) -> Result<(), FetchError> {
        check_scheme(hop)?;
        if address::names_closed_address(hop) && self.reach(hop) != Reach::Closed {
            return Err(closed(hop));
        }
        Ok(())
    }

    /// A closed address is reached only when the configuration spells it out, and only as that host.
    fn reach(&self, hop: &Url) -> Reach {
        if self.named_by == NamedBy::Request || hop.host() != self.url.host() {
            return Reach::Open;
        }
        if address::names_closed_address(&self.url) { Reach::Closed } else { Reach::Home }
    }

    /// The login goes to the configured origin, and to the same host where that asks for https instead of http.
    fn login_for(&self, hop: &Url) -> Option<&Login> {
        let safer = hop.scheme() == "https" && self.url.scheme() == "http" && hop.host() == self.url.host();
        self.login.as_ref().filter(|_| safer || hop.origin() == self.url.origin())
    }
}

fn check_scheme(url: &Url) -> Result<(), FetchError> {
    match url.scheme() {
        "http" | "https" => Ok(()),
        other => Err(FetchError::Refused(format!(
            "{other} addresses cannot be fetched; give the http or https address of a still picture"
        ))),
    }
}

fn closed(hop: &Url) -> FetchError {
    let why = "pictures are not fetched from this machine itself or from link-local addresses, unless the configuration of \
               a camera names them";
    FetchError::Refused(format!("{}: {why}", shown(hop)))
}

/// Which addresses a host may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Open,
    /// The same, and this machine's own in the home network: the configuration names the host.
    Home,
    /// Any: the configuration spells the address out.
    Closed,
}

#[derive(Debug, Default)]
pub struct Fetcher {
    /// Prepared once for each of [`Certificates`], in their order.
    tls: [OnceLock<Arc<rustls::ClientConfig>>; 2],
}

/// What one picture's requests share.
#[derive(Debug, Default)]
struct Visit {
    connection: Option<(url::Origin, Connection)>,
    cookies: Vec<(url::Origin, String)>,
    authorization: Option<String>,
    retries: usize,
}

impl Fetcher {
    /// The bytes of one picture, as they come.
    /// Errors are in words a person can act on.
    pub async fn fetch(&self, source: &Source, limit: usize) -> Result<Vec<u8>, FetchError> {
        let fetched = async {
            match source {
                Source::File(path) => read_file(path, limit).await,
                Source::Url(web) => self.fetch_web(web, limit).await,
            }
        };
        tokio::time::timeout(TOTAL_TIMEOUT, fetched).await.unwrap_or_else(|_| {
            let late = format!("no whole picture within {} s", TOTAL_TIMEOUT.as_secs());
            Err(match source {
                Source::File(_) => FetchError::Failed(format!("the camera's file: {late}")),
                Source::Url(web) => failed(&web.url, late),
            })
        })
    }

    async fn fetch_web(&self, source: &WebSource, limit: usize) -> Result<Vec<u8>, FetchError> {
        let mut visit = Visit::default();
        let mut hop = source.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            source.check(&hop)?;
            let (head, mut connection) = self.ask_as_it_asks(source, &hop, &mut visit).await?;
            let moved = matches!(head.status.as_u16(), 301 | 302 | 303 | 307 | 308);
            if !moved {
                return read_picture(&mut connection, &head, &hop, limit).await;
            }
            let target = head.first("location");
            if target.is_empty() {
                return Err(failed(&hop, "it redirects to nowhere"));
            }
            let next = hop.join(target).map_err(|_| failed(&hop, "it redirects to what isn't an address"))?;
            visit.keep(&hop, connection, &head).await;
            hop = next;
        }
        Err(failed(&source.url, format!("it redirects more than {MAX_REDIRECTS} times")))
    }

    /// Asks until the answer is one: logs in where the camera wants it, and comes again where it is busy.
    async fn ask_as_it_asks(
        &self,
        source: &WebSource,
        hop: &Url,
        visit: &mut Visit,
    ) -> Result<(Head, Connection), FetchError> {
        let login = source.login_for(hop);
        visit.authorization = login.filter(|l| l.method == LoginMethod::Basic).map(login::basic);
        let mut asked_for_login = 0;
        loop {
            let (head, connection) = self.ask(source, hop, visit).await?;
            if head.status == StatusCode::UNAUTHORIZED {
                asked_for_login += 1;
                let again =
                    asked_for_login == 1 || (asked_for_login == 2 && login::is_stale(head.all("www-authenticate")));
                let Some(login) = login.filter(|l| again && l.method != LoginMethod::Basic) else {
                    return Err(failed(hop, no_login(source, hop)));
                };
                let way = if hop.scheme() == "https" { login::Way::Encrypted } else { login::Way::Readable };
                let answer = login::answer(head.all("www-authenticate"), login, &target(hop), way);
                visit.authorization = Some(answer.map_err(|why| failed(hop, why))?);
            } else if is_busy(head.status) && visit.may_retry() {
                let seconds = head.first("retry-after").parse().ok().map(Duration::from_secs);
                tokio::time::sleep(seconds.unwrap_or(RETRY_AFTER).min(RETRY_AFTER_AT_MOST)).await;
            } else {
                return Ok((head, connection));
            }
            visit.keep(hop, connection, &head).await;
        }
    }

    /// One request: on the connection that is open still, or on a new one.
    async fn ask(&self, source: &WebSource, hop: &Url, visit: &mut Visit) -> Result<(Head, Connection), FetchError> {
        loop {
            let kept = visit.connection.take().filter(|(origin, _)| *origin == hop.origin());
            let used = kept.is_some();
            let mut connection = match kept {
                Some((_, connection)) => connection,
                None => self.connect(source, hop).await?,
            };
            match connection.ask(&visit.request(hop)).await {
                Ok(head) => return Ok((head, connection)),
                // It had closed the connection without a word.
                Err(Trouble::Silent | Trouble::Network(_)) if used => {}
                Err(Trouble::Silent) if visit.may_retry() => {}
                Err(trouble) => return Err(failed(hop, trouble)),
            }
        }
    }

    async fn connect(&self, source: &WebSource, hop: &Url) -> Result<Connection, FetchError> {
        let reach = source.reach(hop);
        let addresses = addresses(hop).await.map_err(|error| failed(hop, error))?;
        if addresses.is_empty() {
            return Err(failed(hop, "its name has no address"));
        }
        let own = if reach == Reach::Open { address::own() } else { Vec::new() };
        let may = |a: &IpAddr| reach == Reach::Closed || (address::is_open(*a) && !own.contains(&a.to_canonical()));
        let usable: Vec<IpAddr> = addresses.into_iter().filter(may).collect();
        if usable.is_empty() {
            return Err(closed(hop));
        }
        let tls = (hop.scheme() == "https").then(|| self.tls(source.certificates)).transpose();
        let tls = tls.map_err(|why| failed(hop, why))?;
        let secure = tls.is_some();
        connection::dial(usable, hop, tls).await.map_err(|error| failed(hop, no_connection(&error, secure)))
    }

    fn tls(&self, certificates: Certificates) -> Result<Arc<rustls::ClientConfig>, String> {
        let slot = &self.tls[certificates as usize];
        if let Some(config) = slot.get() {
            return Ok(Arc::clone(config));
        }
        let config = trust::config(certificates)
            .map_err(|error| format!("https cannot be prepared: {error}; {NO_AUTHORITIES}"))?;
        Ok(Arc::clone(slot.get_or_init(|| config)))
    }
}

impl Visit {
    fn may_retry(&mut self) -> bool {
        self.retries += 1;
        self.retries <= MAX_RETRIES
    }

    fn request(&self, hop: &Url) -> String {
        let host = &hop[url::Position::BeforeHost..url::Position::AfterPort];
        let agent = concat!("face-server/", env!("CARGO_PKG_VERSION"));
        let mut request = format!("GET {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n", target(hop));
        request += "Accept: */*\r\n";
        if let Some(authorization) = &self.authorization {
            // A login has no line breaks; a camera's realm, which is repeated in it, has none that survived its header.
            let _ = write!(request, "Authorization: {}\r\n", authorization.replace(['\r', '\n'], ""));
        }
        let origin = hop.origin();
        let cookies: Vec<_> = self.cookies.iter().filter(|(of, _)| *of == origin).map(|(_, c)| c.as_str()).collect();
        if !cookies.is_empty() {
            let _ = write!(request, "Cookie: {}\r\n", cookies.join("; "));
        }
        request + "\r\n"
    }

    /// Keeps what serves the next request: cookies, and the connection where its answer ended.
    async fn keep(&mut self, hop: &Url, mut connection: Connection, head: &Head) {
        let set = head.all("set-cookie").filter_map(|cookie| cookie.split(';').next()).filter(|c| c.contains('='));
        self.cookies.extend(set.map(|cookie| (hop.origin(), cookie.trim().to_owned())));
        let finished = tokio::time::timeout(REFUSAL_WITHIN, connection.finish(head)).await;
        self.connection = matches!(finished, Ok(true)).then(|| (hop.origin(), connection));
    }
}

/// What a request line asks for.
fn target(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}

/// Cameras answer so while they make another client's picture.
fn is_busy(status: StatusCode) -> bool {
    matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
}

async fn addresses(url: &Url) -> io::Result<Vec<IpAddr>> {
    match url.host() {
        Some(Host::Ipv4(address)) => Ok(vec![address.into()]),
        Some(Host::Ipv6(address)) => Ok(vec![address.into()]),
        Some(Host::Domain(name)) => Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()),
        None => Ok(Vec::new()),
    }
}

fn no_login(source: &WebSource, hop: &Url) -> String {
    match (&source.login, source.login_for(hop)) {
        (None, _) => "it wants a login; set username and password".to_owned(),
        (Some(_), None) => format!(
            "{} redirects there, and it wants a login, which goes to no other address than the configured one; if that is \
             the camera, configure its address itself",
            shown(&source.url)
        ),
        (Some(_), Some(_)) => "it does not accept the login".to_owned(),
    }
}

async fn read_picture(
    connection: &mut Connection,
    head: &Head,
    hop: &Url,
    limit: usize,
) -> Result<Vec<u8>, FetchError> {
    if !head.status.is_success() {
        return Err(failed(hop, format!("it answers {}", head.status)));
    }
    let kind = head.first("content-type").to_ascii_lowercase();
    let stream = ["multipart/", "video/"].iter().any(|of| kind.starts_with(of));
    let packed = ["gzip", "x-gzip", "deflate"].contains(&head.first("content-encoding").to_ascii_lowercase().as_str());
    let mut framing = head.framing();
    if matches!(framing, Framing::Length(length) if length > limit as u64 && !stream) {
        return Err(FetchError::TooLarge { limit });
    }
    let (mut bytes, mut finder) = (Vec::new(), picture::Finder::default());
    let mut late = false;
    loop {
        let part = if late {
            tokio::time::timeout(LATE_BYTES_WITHIN, connection.part(&mut framing)).await.unwrap_or(Ok(None))
        } else {
            connection.part(&mut framing).await
        };
        match part.map_err(|trouble| failed(hop, trouble))? {
            Some(part) => bytes.extend_from_slice(&part),
            None if !late && !packed && finder.start(&bytes, stream).is_some() && framing == Framing::Length(0) => {
                // The length was a lie, or the picture has no end mark.
                (late, framing) = (true, Framing::UntilClosed);
            }
            None => break,
        }
        let start = if packed { None } else { finder.start(&bytes, stream) };
        if let Some(end) = start.and_then(|_| finder.end(&bytes)) {
            bytes.truncate(end);
            break;
        }
        if bytes.len() - start.unwrap_or(0) > limit {
            return Err(if stream && start.is_none() { failed(hop, STREAM) } else { FetchError::TooLarge { limit } });
        }
        if stream && start.is_none() && bytes.len() > picture::BEGINS_WITHIN {
            return Err(failed(hop, STREAM));
        }
    }
    if packed {
        bytes = unpacked(&bytes, limit)
            .ok_or_else(|| failed(hop, "its answer is packed in a way that cannot be read"))??;
    }
    let mut finder = picture::Finder::default();
    let Some(start) = finder.start(&bytes, stream) else {
        let page = ["text/html", "application/xhtml", "application/json", "application/xml", "text/xml"];
        return if bytes.is_empty() {
            Err(failed(hop, "it answers nothing"))
        } else if stream {
            Err(failed(hop, STREAM))
        } else if page.iter().any(|of| kind.starts_with(of)) {
            Err(failed(hop, format!("it answers a page ({kind}), not a picture; give the address of a snapshot")))
        } else {
            Ok(bytes)
        };
    };
    bytes.drain(..start);
    if bytes.len() > limit { Err(FetchError::TooLarge { limit }) } else { Ok(bytes) }
}

/// What to say of a stream in which no picture stands by itself.
const STREAM: &str = "it is a stream; give the address of a still picture (snapshot)";

/// Unpacks what a camera packed without being asked; never more than the limit. `None` where it cannot be.
fn unpacked(bytes: &[u8], limit: usize) -> Option<Result<Vec<u8>, FetchError>> {
    let mut out = Vec::new();
    let most = limit as u64 + 1;
    let read = if bytes.starts_with(&[0x1F, 0x8B]) {
        flate2::read::GzDecoder::new(bytes).take(most).read_to_end(&mut out)
    } else {
        flate2::read::ZlibDecoder::new(bytes).take(most).read_to_end(&mut out)
    };
    read.ok()?;
    Some(if out.len() > limit { Err(FetchError::TooLarge { limit }) } else { Ok(out) })
}

async fn read_file(path: &std::path::Path, limit: usize) -> Result<Vec<u8>, FetchError> {
    let unreadable = |e: io::Error| FetchError::Failed(format!("cannot read the camera's file: {e}"));
    // Looked at before it is opened: to open a pipe is to wait for its other end, in a thread that nobody can call back.
    if !tokio::fs::metadata(path).await.map_err(unreadable)?.is_file() {
        return Err(FetchError::Failed("the camera's file isn't a file".to_owned()));
    }
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).await.map_err(unreadable)?;
    if bytes.len() > limit { Err(FetchError::TooLarge { limit }) } else { Ok(bytes) }
}

fn failed(url: &Url, why: impl fmt::Display) -> FetchError {
    FetchError::Failed(format!("{}: {why}", shown(url)))
}

/// An address without anything secret: `http://camera.local:8080/…`.
fn shown(url: &Url) -> String {
    let port = url.port().map(|p| format!(":{p}")).unwrap_or_default();
    format!("{}://{}{port}/…", url.scheme(), url.host_str().unwrap_or_default())
}

fn no_connection(error: &io::Error, secure: bool) -> String {
    let words = error.to_string();
    if words.contains("invalid peer certificate") {
        let what = "its certificate is not of an authority this system believes, or is not for this address";
        return format!("{what} ({words}); for a camera with a self-signed one, set accept_invalid_certs");
    }
    let not_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if secure && matches!(not_tls, Some(rustls::Error::InvalidMessage(_))) {
        return "it does not speak TLS there; write http:// instead of https://".to_owned();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(text: &str, named_by: NamedBy) -> Result<WebSource, FetchError> {
        WebSource::new(text, None, Certificates::Verified, named_by)
    }

    #[test]
    fn a_login_in_an_address_is_taken_out_and_never_shown() {
        let source = web("http://ann:s%40cret@camera.local/snap?key=hush", NamedBy::Configuration).expect("allowed");
        let login = source.login.as_ref().expect("a login");
        assert_eq!((login.username.as_str(), login.password.as_str()), ("ann", "s@cret"));
        let error = failed(&source.url, "no");
        for text in [format!("{source:?}"), format!("{error}"), format!("{login:?}")] {
            assert!(!text.contains("cret") && !text.contains("hush") && !text.contains("ann"), "{text}");
        }
    }

    #[test]
    fn this_machine_is_reached_only_where_the_configuration_spells_it_out() {
        assert!(web("http://127.0.0.1:1984/api/frame.jpeg", NamedBy::Configuration).is_ok());
        for text in ["http://127.0.0.1:1984/", "http://localhost/", "http://169.254.169.254/latest/meta-data"] {
            assert!(matches!(web(text, NamedBy::Request), Err(FetchError::Refused(_))), "{text}");
        }
        let camera = web("http://camera.local/", NamedBy::Configuration).expect("allowed");
        let inward = Url::parse("http://127.0.0.1/").expect("a URL");
        assert!(matches!(camera.check(&inward), Err(FetchError::Refused(_))));
    }

    #[test]
    fn only_http_and_https_are_fetched() {
        for text in ["rtsp://camera.local/stream", "file:///etc/passwd", "ftp://camera.local/a.jpg", "camera.jpg"] {
            assert!(matches!(web(text, NamedBy::Configuration), Err(FetchError::Refused(_))), "{text}");
        }
    }
}
