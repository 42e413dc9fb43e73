//! A configured camera, or a URL an admin gives → the bytes of a picture, within limits of time, size and redirects.
//!
//! Called by `handlers`. Where a picture may come from is decided in `address`, for the URL, for what its name resolves to
//! and for every redirect. Logs and errors show scheme, host and port only: credentials hide in all other parts of URLs.

pub mod address;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use digest_auth::{AuthContext, WwwAuthenticateHeader};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use tokio::io::AsyncReadExt;

/// A camera that gives no picture within this time is not there.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// Time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Redirects followed for one picture.
const MAX_REDIRECTS: usize = 3;

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

/// Who named an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The configuration: may be this machine itself, where the address says so.
    Configuration,
    /// A client's request: never.
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

/// A camera's login.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Name.
    pub username: String,
    /// Password.
    pub password: String,
    /// How it is sent.
    pub method: LoginMethod,
}

/// How a login is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginMethod {
    /// As the camera asks: digest where it offers that, else basic.
    #[default]
    Auto,
    /// Basic, readable on the way unless the address is https.
    Basic,
    /// Digest or not at all.
    Digest,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No address, or none that may be used.
    #[error("{0}")]
    Refused(String),
    /// The camera or the network does not give it.
    #[error("{0}")]
    Failed(String),
    /// More than the limit.
    #[error("the picture is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
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
    ///
    /// # Errors
    /// `Refused` where it is no http or https address, or names this machine without being allowed to.
    pub fn new(
        text: &str,
        login: Option<Login>,
        certificates: Certificates,
        named_by: NamedBy,
    ) -> Result<Self, FetchError> {
        let mut url = Url::parse(text).map_err(|e| FetchError::Refused(format!("this is no address: {e}")))?;
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
        if address::names_closed_address(hop) && self.reach(hop) == Reach::Open {
            let why = "pictures are not fetched from this machine itself or from link-local addresses, unless the \
                       configuration of a camera names them";
            return Err(FetchError::Refused(format!("{}: {why}", shown(hop))));
        }
        Ok(())
    }

    /// A closed address is reached only when the configuration spells it out, and only as that host.
    fn reach(&self, hop: &Url) -> Reach {
        let configured = self.named_by == NamedBy::Configuration && address::names_closed_address(&self.url);
        if configured && hop.host() == self.url.host() { Reach::Closed } else { Reach::Open }
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Open,
    Closed,
}

/// What must be true of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// Nothing: plain http, which works without any authority's certificate.
    None,
    /// TLS with these certificates.
    Tls(Certificates),
}

/// Fetches pictures; one client each of open or closed addresses, without TLS, with verified or any certificates.
#[derive(Debug, Default)]
pub struct Fetcher {
    clients: [OnceLock<Client>; 6],
}

impl Fetcher {
    /// The bytes of one picture, as they come.
    ///
    /// # Errors
    /// [`FetchError`], in words a person can act on.
    pub async fn fetch(&self, source: &Source, limit: usize) -> Result<Vec<u8>, FetchError> {
        match source {
            Source::File(path) => read_file(path, limit).await,
            Source::Url(web) => match tokio::time::timeout(TOTAL_TIMEOUT, self.fetch_web(web, limit)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(failed(&web.url, format!("no whole picture within {} s", TOTAL_TIMEOUT.as_secs()))),
            },
        }
    }

    async fn fetch_web(&self, source: &WebSource, limit: usize) -> Result<Vec<u8>, FetchError> {
        let mut hop = source.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            source.check(&hop)?;
            let security = if hop.scheme() == "http" { Security::None } else { Security::Tls(source.certificates) };
            let client = self.client(source.reach(&hop), security).map_err(|why| failed(&hop, why))?;
            let response = request(client, source, &hop).await?;
            if !response.status().is_redirection() {
                return read_body(response, &hop, limit).await;
            }
            let target = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let target = target.ok_or_else(|| failed(&hop, "it redirects to nowhere"))?;
            hop = hop.join(target).map_err(|_| failed(&hop, "it redirects to what is no address"))?;
        }
        Err(failed(&source.url, format!("it redirects more than {MAX_REDIRECTS} times")))
    }

    fn client(&self, reach: Reach, security: Security) -> Result<&Client, String> {
        let of_security = match security {
            Security::None => 0,
            Security::Tls(Certificates::Verified) => 1,
            Security::Tls(Certificates::Any) => 2,
        };
        let index = usize::from(reach == Reach::Closed) * 3 + of_security;
        let slot = &self.clients[index];
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        // The process-wide choice of rustls' cryptography; a second installation is refused and does not matter.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = match security {
            // No authority's certificate: a system without any is asked for none.
            Security::None => Client::builder().tls_certs_only([]),
            Security::Tls(certificates) => {
                Client::builder().tls_danger_accept_invalid_certs(certificates == Certificates::Any)
            }
        };
        let client = builder
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("face-server/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(CheckedResolver { reach }))
            .build()
            .map_err(|e| format!("https cannot be prepared: {}; {NO_AUTHORITIES}", root_cause(&e)))?;
        Ok(slot.get_or_init(|| client))
    }
}

/// Resolves names as the system does and drops addresses that are not open: the connection uses exactly these.
#[derive(Debug)]
struct CheckedResolver {
    reach: Reach,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let usable: Vec<SocketAddr> =
                found.filter(|a| reach == Reach::Closed || address::is_open(a.ip())).collect();
            if usable.is_empty() {
                return Err("the name has no address that pictures may be fetched from".into());
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

/// One request, and where the camera asks for the login, a second one. The login goes to the configured origin only.
async fn request(client: &Client, source: &WebSource, hop: &Url) -> Result<Response, FetchError> {
    let send = |authorization: Option<HeaderValue>| async move {
        let mut request = client.get(hop.clone());
        if let Some(mut value) = authorization {
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request.send().await.map_err(|e| failed(hop, root_cause(&e.without_url())))
    };
    let login = source.login.as_ref().filter(|_| hop.origin() == source.url.origin());
    let at_once = login.filter(|l| l.method == LoginMethod::Basic).map(basic).transpose();
    let response = send(at_once.map_err(|e| failed(hop, e))?).await?;
    if response.status() != StatusCode::UNAUTHORIZED {
        return Ok(response);
    }
    let Some(login) = login.filter(|l| l.method != LoginMethod::Basic) else { return Ok(response) };
    let answer = answer_challenge(&response, login, hop).map_err(|e| failed(hop, e))?;
    send(Some(answer)).await
}

fn answer_challenge(response: &Response, login: &Login, hop: &Url) -> Result<HeaderValue, String> {
    let challenges: Vec<&str> =
        response.headers().get_all(WWW_AUTHENTICATE).iter().filter_map(|v| v.to_str().ok()).collect();
    let of_kind = |kind: &str| {
        challenges.iter().find(|c| c.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind)))
    };
    if let Some(challenge) = of_kind("digest ") {
        let mut prompt =
            WwwAuthenticateHeader::parse(challenge).map_err(|e| format!("its digest login is broken: {e}"))?;
        let uri = hop.query().map_or_else(|| hop.path().to_owned(), |query| format!("{}?{query}", hop.path()));
        let context = AuthContext::new(login.username.as_str(), login.password.as_str(), uri);
        let answer = prompt.respond(&context).map_err(|e| format!("its digest login cannot be answered: {e}"))?;
        return HeaderValue::from_str(&answer.to_header_string())
            .map_err(|_| "the login has odd characters".to_owned());
    }
    if login.method == LoginMethod::Auto && of_kind("basic").is_some() {
        return basic(login);
    }
    Err("it offers no login that may be used (wanted: digest)".to_owned())
}

fn basic(login: &Login) -> Result<HeaderValue, String> {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", login.username, login.password));
    HeaderValue::from_str(&format!("Basic {text}")).map_err(|_| "the login has odd characters".to_owned())
}

async fn read_body(mut response: Response, hop: &Url, limit: usize) -> Result<Vec<u8>, FetchError> {
    match response.status() {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED => return Err(failed(hop, "it does not accept the login")),
        status => return Err(failed(hop, format!("it answers {status}"))),
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/") || kind.starts_with("video/") {
        return Err(failed(hop, "it is a stream; give the address of a still picture (snapshot)"));
    }
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(FetchError::TooLarge { limit });
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|e| failed(hop, root_cause(&e.without_url())))? {
        if bytes.len() + part.len() > limit {
            return Err(FetchError::TooLarge { limit });
        }
        bytes.extend_from_slice(&part);
    }
    if bytes.is_empty() { Err(failed(hop, "it answers nothing")) } else { Ok(bytes) }
}

async fn read_file(path: &std::path::Path, limit: usize) -> Result<Vec<u8>, FetchError> {
    let unreadable = |e: io::Error| FetchError::Failed(format!("cannot read the camera's file: {e}"));
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    if !file.metadata().await.map_err(unreadable)?.is_file() {
        return Err(FetchError::Failed("the camera's file is no file".to_owned()));
    }
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

/// The innermost reason, which is the one a person can act on ("connection refused").
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it does not answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let words = cause.to_string();
    if words.contains("invalid peer certificate") {
        let what = "its certificate is not of an authority this system believes, or is not for this address";
        return format!("{what} ({words}); for a camera with a self-signed one, set accept_invalid_certs");
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
