//! One connection to a camera: a GET request out, an answer in, read as generously as browsers read.
//! Lines may end in LF alone, headers may lack their name or colon, lengths may be missing, doubled or wrong, and connections
//! may close without a word. Everything is bounded: heads by [`MAX_HEAD`], bodies by who reads them, time by `fetch`.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;
use url::Url;

use crate::vision::is_picture;

/// Time to connect, TLS and all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A name's next address is tried beside one that does not answer within this time.
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(300);
/// Largest head of an answer, bytes.
const MAX_HEAD: usize = 64 * 1024;
/// A refusal's body up to this size is read, so that the connection can be used again.
const MAX_REFUSAL: u64 = 64 * 1024;
/// Bytes read at once.
const PART: usize = 16 * 1024;

/// A connection, and what was read of it but not yet used.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Either<TcpStream, Box<TlsStream<TcpStream>>>,
    buffer: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The connection ended before the first byte of an answer.
    #[error("it closes the connection without an answer")]
    Silent,
    #[error("the connection ended in the middle of its answer")]
    BrokeOff,
    #[error(transparent)]
    Network(#[from] io::Error),
    #[error("{0}")]
    Nonsense(String),
}

#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    headers: Vec<(String, String)>,
    persistent: bool,
}

impl Head {
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The first value of a header, or nothing.
    pub(super) fn first(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    fn says(&self, name: &str, word: &str) -> bool {
        self.all(name).any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    }

    pub(super) fn framing(&self) -> Framing {
        if self.says("transfer-encoding", "chunked") {
            return Framing::Chunks { left: 0, first: true };
        }
        let mut lengths: Vec<u64> =
            self.all("content-length").flat_map(|v| v.split(',')).filter_map(|n| n.trim().parse().ok()).collect();
        lengths.dedup();
        // Lengths that contradict each other say nothing.
        if let [length] = lengths[..] { Framing::Length(length) } else { Framing::UntilClosed }
    }
}

/// How far the rest of a body goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunks { left: u64, first: bool },
    UntilClosed,
}

/// Finds the addresses of a host, and connects to the first that answers.
pub(super) async fn dial(
    addresses: Vec<IpAddr>,
    url: &Url,
    tls: Option<Arc<rustls::ClientConfig>>,
) -> Result<Connection, io::Error> {
    let port = url.port_or_known_default().unwrap_or(80);
    let connect = async {
        let tries = addresses.into_iter().zip(0_u32..).map(|(address, nth)| {
            Box::pin(async move {
                tokio::time::sleep(NEXT_ADDRESS_AFTER * nth).await;
                TcpStream::connect(SocketAddr::new(address, port)).await
            })
        });
        let (stream, _) = futures_util::future::select_ok(tries).await?;
        stream.set_nodelay(true)?;
        let stream = match tls {
            None => Either::Left(stream),
            Some(config) => {
                let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.');
                let name = ServerName::try_from(host.to_owned())
                    .map_err(|_| io::Error::other("this host has no certificate's name"))?;
                Either::Right(Box::new(TlsConnector::from(config).connect(name, stream).await?))
            }
        };
        Ok(Connection { stream, buffer: Vec::new() })
    };
    let late = |_| Err(io::Error::new(io::ErrorKind::TimedOut, "it does not answer in time"));
    tokio::time::timeout(CONNECT_TIMEOUT, connect).await.unwrap_or_else(late)
}

impl Connection {
    /// Sends a request and reads the head of its answer.
    pub(super) async fn ask(&mut self, request: &str) -> Result<Head, Trouble> {
        // A server may answer and close before it has read the request: what it said counts.
        let sent = self.stream.write_all(request.as_bytes()).await.and(self.stream.flush().await);
        match self.head().await {
            Err(Trouble::Silent) => Err(sent.err().map_or(Trouble::Silent, Trouble::Network)),
            answered => answered,
        }
    }

    async fn head(&mut self) -> Result<Head, Trouble> {
        let mut left = MAX_HEAD;
        loop {
            let head = self.one_head(&mut left).await?;
            if !head.status.is_informational() {
                return Ok(head);
            }
        }
    }

    async fn one_head(&mut self, left: &mut usize) -> Result<Head, Trouble> {
        while self.buffer.len() < 12 && !self.buffer.contains(&b'\n') && self.fill().await? {}
        if self.buffer.is_empty() {
            return Err(Trouble::Silent);
        }
        if is_picture(&self.buffer) {
            return Ok(Head { status: StatusCode::OK, headers: Vec::new(), persistent: false });
        }
        let first = loop {
            let line = self.line(left).await?.ok_or(Trouble::Silent)?;
            if !line.is_empty() {
                break line;
            }
        };
        let (status, version) = status(&first).ok_or_else(|| Trouble::Nonsense(not_http(&first)))?;
        let mut headers: Vec<(String, String)> = Vec::new();
        while let Some(line) = self.line(left).await? {
            if line.is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.last_mut() {
                    *value += " ";
                    *value += line.trim();
                }
            } else if let Some((name, value)) = line.split_once(':') {
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        let mut head = Head { status, headers, persistent: false };
        head.persistent = !head.says("connection", "close") && (version >= 1 || head.says("connection", "keep-alive"));
        Ok(head)
    }

    /// A line without its end; what ends with the connection is a line, too. Bytes are taken for Latin-1.
    async fn line(&mut self, left: &mut usize) -> Result<Option<String>, Trouble> {
        let mut searched = 0;
        let end = loop {
            if let Some(at) = self.buffer[searched..].iter().position(|&byte| byte == b'\n') {
                break searched + at + 1;
            }
            searched = self.buffer.len();
            if searched > *left {
                break searched;
            }
            if !self.fill().await? {
                break searched;
            }
        };
        if end == 0 {
            return Ok(None);
        }
        *left = left
            .checked_sub(end)
            .ok_or_else(|| Trouble::Nonsense(format!("the head of its answer is larger than {MAX_HEAD} bytes")))?;
        let line: String = self.buffer.drain(..end).map(char::from).collect();
        Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// Reads more into the buffer; `false` at the end of the connection.
    async fn fill(&mut self) -> io::Result<bool> {
        self.buffer.reserve(PART);
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(count) => Ok(count > 0),
            // Many cameras end TLS without saying so.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The next bytes of a body; `None` at its end.
    /// Fails where the connection ends before the body.
    pub(super) async fn part(&mut self, framing: &mut Framing) -> Result<Option<Vec<u8>>, Trouble> {
        if let Framing::Chunks { left: 0, first } = *framing {
            match self.chunk(first).await? {
                Some(0) => return Ok(None),
                Some(left) => *framing = Framing::Chunks { left, first: false },
                None => *framing = Framing::UntilClosed,
            }
        }
        if *framing == Framing::Length(0) {
            return Ok(None);
        }
        if self.buffer.is_empty() && !self.fill().await? {
            return if *framing == Framing::UntilClosed { Ok(None) } else { Err(Trouble::BrokeOff) };
        }
        let available = self.buffer.len() as u64;
        let take = match framing {
            Framing::Length(left) | Framing::Chunks { left, .. } => {
                let take = available.min(*left);
                *left -= take;
                take
            }
            Framing::UntilClosed => available,
        };
        let rest = self.buffer.split_off(usize::try_from(take).unwrap_or(usize::MAX));
        Ok(Some(std::mem::replace(&mut self.buffer, rest)))
    }

    /// The size of the next chunk; `None` where the body says that it comes in chunks, and comes as it is.
    async fn chunk(&mut self, first: bool) -> Result<Option<u64>, Trouble> {
        while self.buffer.len() < 12 && !self.buffer.contains(&b'\n') && self.fill().await? {}
        if first && is_picture(&self.buffer) {
            return Ok(None);
        }
        let mut left = MAX_HEAD;
        loop {
            // The end of the connection where a size should stand is the end of the body: the last chunk is often forgotten.
            let Some(line) = self.line(&mut left).await? else { return Ok(Some(0)) };
            let size = line.split(';').next().unwrap_or_default().trim();
            if !size.is_empty() {
                let size = u64::from_str_radix(size, 16);
                return size.map(Some).map_err(|_| Trouble::Nonsense("its answer is cut in chunks wrongly".to_owned()));
            }
        }
    }

    /// Reads a refusal to its end; `false` where the connection cannot be used for another request.
    pub(super) async fn finish(&mut self, head: &Head) -> bool {
        let mut framing = head.framing();
        if !head.persistent || framing == Framing::UntilClosed {
            return false;
        }
        let mut read = 0;
        while let Ok(part) = self.part(&mut framing).await {
            let Some(part) = part else { return matches!(framing, Framing::Length(_)) };
            read += part.len() as u64;
            if read > MAX_REFUSAL {
                return false;
            }
        }
        false
    }
}

/// Status and minor version of `HTTP/1.1 200 OK` and what resembles it.
fn status(line: &str) -> Option<(StatusCode, u8)> {
    let mut words = line.split_ascii_whitespace();
    let version = words.next()?.to_ascii_uppercase();
    if version != "HTTP" && version != "ICY" && !version.starts_with("HTTP/") {
        return None;
    }
    let minor = version.strip_prefix("HTTP/1.").and_then(|minor| minor.parse().ok()).unwrap_or(0);
    let code: String = words.next()?.chars().take_while(char::is_ascii_digit).take(3).collect();
    Some((StatusCode::from_bytes(code.as_bytes()).ok()?, minor))
}

fn not_http(line: &str) -> String {
    // A TLS alert: the first byte is the kind of its record.
    if line.starts_with('\u{15}') {
        return "it speaks TLS there: write https:// instead of http://".to_owned();
    }
    "it does not answer as a web server does; is the port right?".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_from_everything_that_resembles_its_line() {
        for line in ["HTTP/1.1 200 OK", "HTTP/1.0 200", "http/1.1  200 ok", "ICY 200 OK", "HTTP/1.1 200OK", "HTTP 200"]
        {
            assert_eq!(status(line).map(|(status, _)| status.as_u16()), Some(200), "{line}");
        }
        for line in ["", "HTTP/1.1", "HTTP/1.1 OK", "220 ftp ready", "HTTP/1.1 20"] {
            assert_eq!(status(line), None, "{line}");
        }
    }

    #[test]
    fn lengths_that_contradict_each_other_say_nothing() {
        let framing = |lengths: &[&str]| {
            let headers = lengths.iter().map(|l| ("Content-Length".to_owned(), (*l).to_owned())).collect();
            Head { status: StatusCode::OK, headers, persistent: true }.framing()
        };
        assert_eq!(framing(&["7", "7"]), Framing::Length(7));
        assert_eq!(framing(&["7, 7"]), Framing::Length(7));
        for odd in [&["7", "8"][..], &["-1"], &["x"], &[]] {
            assert_eq!(framing(odd), Framing::UntilClosed, "{odd:?}");
        }
    }
}
