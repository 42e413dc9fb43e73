//! Cameras whose web servers bend the rules, each on a real socket: whatever a browser shows of them is fetched.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};

use digest_auth::{AuthContext, AuthorizationHeader};
use face_server::server::fetch::{Certificates, FetchError, Fetcher, Login, LoginMethod, NamedBy, Source, WebSource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::common::{NOBODY, picture};

const LIMIT: usize = 4_000_000;

static PICTURE: LazyLock<Vec<u8>> = LazyLock::new(|| picture(NOBODY));

/// What a camera does after an answer.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Close,
    /// Takes the next request on the same connection.
    GoOn,
    /// Neither answers nor closes.
    Stay,
}

/// A camera that answers the heads of requests by a script, and notes them.
struct Camera {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Camera {
    /// The script gets the head of a request and how many came before it.
    async fn new(script: impl Fn(&str, usize) -> (Vec<u8>, Then) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (script, noted) = (Arc::new(script), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (script, noted) = (Arc::clone(&script), Arc::clone(&noted));
                tokio::spawn(async move {
                    loop {
                        let mut head = Vec::new();
                        while !head.ends_with(b"\r\n\r\n") {
                            match stream.read_u8().await {
                                Ok(byte) => head.push(byte),
                                Err(_) => return,
                            }
                        }
                        let head = String::from_utf8(head).expect("text");
                        let before = {
                            let mut noted = noted.lock().expect("unpoisoned");
                            noted.push(head.clone());
                            noted.len() - 1
                        };
                        let (answer, then) = script(&head, before);
                        let _ = stream.write_all(&answer).await;
                        match then {
                            Then::Close => {
                                let _ = stream.shutdown().await;
                                return;
                            }
                            Then::GoOn => {}
                            Then::Stay => {
                                // Until the other side has had enough.
                                let _ = stream.read_u8().await;
                                return;
                            }
                        }
                    }
                });
            }
        });
        Self { address, asked }
    }

    /// One that always says the same.
    async fn saying(answer: Vec<u8>, then: Then) -> Self {
        Self::new(move |_, _| (answer.clone(), then)).await
    }

    fn url(&self) -> String {
        format!("http://{}/snap.jpg?a=1&b=x", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("unpoisoned").clone()
    }

    async fn fetch(&self, method: Option<LoginMethod>) -> Result<Vec<u8>, FetchError> {
        fetch(&self.url(), method).await
    }
}

async fn fetch(url: &str, method: Option<LoginMethod>) -> Result<Vec<u8>, FetchError> {
    let login = method.map(|method| Login { username: "ann".to_owned(), password: "s3cret".to_owned(), method });
    let source = WebSource::new(url, login, Certificates::Verified, NamedBy::Configuration)?;
    Fetcher::default().fetch(&Source::Url(source), LIMIT).await
}

/// `head` has its lines in full; the picture follows.
fn with_picture(head: &str) -> Vec<u8> {
    [head.as_bytes(), b"\r\n", &PICTURE].concat()
}

/// The same, `LENGTH` being the picture's.
fn measured(head: &str) -> Vec<u8> {
    with_picture(&head.replace("LENGTH", &PICTURE.len().to_string()))
}

fn unauthorized(challenges: &[&str]) -> Vec<u8> {
    let challenges: Vec<_> = challenges.iter().map(|c| format!("WWW-Authenticate: {c}\r\n")).collect();
    format!("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n{}\r\n", challenges.concat()).into_bytes()
}

fn authorization(head: &str) -> Option<&str> {
    head.lines().find_map(|line| line.strip_prefix("Authorization: "))
}

/// Whether a request brings the right answer to a digest challenge.
fn is_logged_in(head: &str) -> bool {
    let Some(Ok(mut answer)) = authorization(head).map(AuthorizationHeader::parse) else { return false };
    let response = answer.response.clone();
    answer.digest(&AuthContext::new("ann", "s3cret", answer.uri.clone()));
    answer.response == response && answer.uri == "/snap.jpg?a=1&b=x"
}

const JPEG: &str = "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n";

#[tokio::test]
async fn whatever_a_browser_shows_is_a_picture_here() {
    let chunk = |size: &str| [size.as_bytes(), b"\r\n", &PICTURE, b"\r\n"].concat();
    let size = format!("{:x}", PICTURE.len());
    let chunked = |head: &str, chunks: &[u8]| [JPEG.as_bytes(), head.as_bytes(), b"\r\n", chunks].concat();
    let part = measured("--b\r\nContent-Type: image/jpeg\r\nContent-Length: LENGTH\r\n");
    let stream = |kind: &str, head: &str, parts: &[u8]| {
        [format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n").as_bytes(), head.as_bytes(), parts].concat()
    };
    let cases: Vec<(&str, Vec<u8>, Then)> = vec![
        ("as it should be", measured(&format!("{JPEG}Content-Length: LENGTH\r\n")), Then::GoOn),
        ("a line without a name", measured(&format!("{JPEG}Tue, 12 Jun 2012 01:56:34 GMT\r\n")), Then::Close),
        ("a line without a colon", measured(&format!("{JPEG}nonsense\r\n: x\r\n")), Then::Close),
        ("odd bytes in a header", measured(&format!("{JPEG}X-Dev: a\u{1}b\u{fc}\r\nA b : c\r\n")), Then::Close),
        ("a folded header", measured(&format!("{JPEG}Server: a\r\n b\r\n\tc\r\n")), Then::Close),
        ("line feeds alone", [&b"HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n"[..], &PICTURE].concat(), Then::Close),
        ("no reason", measured("HTTP/1.1 200\r\nContent-Length: LENGTH\r\n"), Then::GoOn),
        ("HTTP/1.0", measured("HTTP/1.0 200\r\n"), Then::Close),
        ("another protocol's name", measured("ICY 200 OK\r\n"), Then::Close),
        ("no head at all", PICTURE.clone(), Then::Close),
        ("a continue before the answer", measured(&format!("HTTP/1.1 100 Continue\r\n\r\n{JPEG}")), Then::Close),
        ("an empty line before the answer", measured(&format!("\r\n{JPEG}")), Then::Close),
        ("another status", measured("HTTP/1.1 203 Non-Authoritative\r\nContent-Length: LENGTH\r\n"), Then::GoOn),
        ("left open, no length", measured(JPEG), Then::Stay),
        ("left open, keep-alive", measured(&format!("{JPEG}Connection: keep-alive\r\n")), Then::Stay),
        ("left open, too long a length", measured(&format!("{JPEG}Content-Length: 3000000\r\n")), Then::Stay),
        ("closed, too long a length", measured(&format!("{JPEG}Content-Length: 3000000\r\n")), Then::Close),
        ("too short a length", measured(&format!("{JPEG}Content-Length: 100\r\n")), Then::Close),
        ("a negative length", measured(&format!("{JPEG}Content-Length: -1\r\n")), Then::Close),
        (
            "two lengths alike",
            measured(&format!("{JPEG}Content-Length: LENGTH\r\nContent-Length: LENGTH\r\n")),
            Then::GoOn,
        ),
        (
            "two lengths that differ",
            measured(&format!("{JPEG}Content-Length: 7\r\nContent-Length: LENGTH\r\n")),
            Then::Stay,
        ),
        ("chunks", chunked("Transfer-Encoding: chunked\r\n", &[&chunk(&size)[..], b"0\r\n\r\n"].concat()), Then::GoOn),
        (
            "chunks and a length",
            chunked("Content-Length: 7\r\nTransfer-Encoding: Chunked\r\n", &chunk(&size)),
            Then::Stay,
        ),
        ("chunks without an end", chunked("Transfer-Encoding: chunked\r\n", &chunk(&size)), Then::Close),
        (
            "chunks with spaces",
            chunked("Transfer-Encoding: chunked\r\n", &chunk(&format!("00{size}  ;x=y"))),
            Then::Close,
        ),
        ("chunks that are none", chunked("Transfer-Encoding: chunked\r\n", &PICTURE), Then::Close),
        (
            "a stream",
            stream("multipart/x-mixed-replace; boundary=b", "", &[&part[..], b"\r\n", &part].concat()),
            Then::Stay,
        ),
        (
            "a stream of one part",
            stream("Multipart/X-Mixed-Replace", "\r\n", &[&part[..], b"\r\n--b--"].concat()),
            Then::Close,
        ),
        (
            "a stream with bare boundaries",
            stream("multipart/x-mixed-replace", "b\nContent-Type: image/jpeg\n\n", &PICTURE),
            Then::Stay,
        ),
        (
            "a stream that begins with words",
            stream("multipart/mixed", "--b\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n", &part),
            Then::Stay,
        ),
        (
            "a part that says it is a picture",
            stream("image/jpeg", "", &[&part[..], b"\r\n--b--\r\n"].concat()),
            Then::Close,
        ),
        ("bytes", stream("application/octet-stream", "", &PICTURE), Then::Close),
        ("a web page's kind", stream("text/html; charset=utf-8", "", &PICTURE), Then::Close),
        ("a video's kind", stream("video/x-motion-jpeg", "", &PICTURE), Then::Stay),
        ("no kind", measured("HTTP/1.1 200 OK\r\n"), Then::Stay),
        ("a line break before the picture", stream("image/jpeg", "\r\n", &PICTURE), Then::Close),
    ];
    let shown = cases.into_iter().map(|(name, answer, then)| async move {
        let got = Camera::saying(answer, then).await.fetch(None).await;
        let right = got.as_ref().is_ok_and(|bytes| *bytes == *PICTURE);
        (!right).then(|| format!("{name}: {:?}", got.map(|bytes| bytes.len())))
    });
    let wrong: Vec<String> = futures_util::future::join_all(shown).await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_picture_that_was_packed_unasked_is_unpacked_within_the_limit() {
    let pack = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, bytes).expect("is packed");
        let body = packer.finish().expect("is packed");
        [format!("{JPEG}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes(), body].concat()
    };
    let camera = Camera::saying(pack(&PICTURE), Then::GoOn).await;
    assert!(camera.fetch(None).await.expect("a picture") == *PICTURE);
    let bomb = Camera::saying(pack(&vec![0; 200_000_000]), Then::GoOn).await;
    assert!(matches!(bomb.fetch(None).await, Err(FetchError::TooLarge { limit: LIMIT })));
}

#[tokio::test]
async fn a_picture_that_broke_off_is_none() {
    let half =
        [format!("{JPEG}Content-Length: {}\r\n\r\n", PICTURE.len()).as_bytes(), &PICTURE[..PICTURE.len() / 2]].concat();
    let error = Camera::saying(half, Then::Close).await.fetch(None).await.expect_err("is refused").to_string();
    assert!(error.contains("ended"), "{error}");
}

#[tokio::test]
async fn every_way_to_ask_for_digest_is_answered_with_digest() {
    let digest = |rest: &str| format!("Digest realm=\"cam\", nonce=\"ab12\"{rest}");
    let one = |challenge: &str| vec![challenge.to_owned()];
    let cases = [
        one(&digest(", qop=\"auth\"")),
        one(&digest("")),
        one(&digest(", qop=\"auth,auth-int\", algorithm=MD5")),
        one(&digest(", algorithm=md5, qop=auth")),
        one(&digest(", algorithm=\"MD5\", qop=\"auth\", stale=\"FALSE\",")),
        one(&digest(", algorithm=MD5-sess, qop=\"auth\"")),
        one(&digest(", algorithm=SHA-256, qop=\"auth\"")),
        one(&digest(", qop=\"auth\"").replace("Digest", "DIGEST")),
        one(&format!("Basic realm=\"cam\", {}", digest(", qop=\"auth\""))),
        one(&format!("{}, Basic realm=\"cam\"", digest(", qop=\"auth\""))),
        vec!["Basic realm=\"cam\"".to_owned(), digest(", qop=\"auth\"")],
        vec!["Bearer realm=\"x\"".to_owned(), digest(", algorithm=SHA-999"), digest(", algorithm=MD5")],
    ];
    for challenges in cases {
        for then in [Then::Close, Then::GoOn] {
            let offered = challenges.clone();
            let camera = Camera::new(move |head, _| {
                if is_logged_in(head) {
                    return (measured(&format!("{JPEG}Content-Length: LENGTH\r\n")), Then::Close);
                }
                // It does not say that it will close, and may close all the same.
                (unauthorized(&offered.iter().map(String::as_str).collect::<Vec<_>>()), then)
            })
            .await;
            let got = camera.fetch(Some(LoginMethod::Auto)).await;
            assert!(got.as_ref().is_ok_and(|bytes| *bytes == *PICTURE), "{challenges:?}: {got:?}");
            let given: Vec<_> =
                camera.asked().iter().filter_map(|head| authorization(head).map(str::to_owned)).collect();
            assert!(given.iter().all(|answer| answer.starts_with("Digest ")), "{challenges:?}: {given:?}");
        }
    }
}

#[tokio::test]
async fn a_number_that_is_too_old_is_answered_with_the_new_one() {
    let camera = Camera::new(|head, before| match before {
        0 => (unauthorized(&["Digest realm=\"cam\", nonce=\"one\", qop=\"auth\""]), Then::GoOn),
        1 => (unauthorized(&["Digest realm=\"cam\", nonce=\"two\", qop=\"auth\", stale=TRUE"]), Then::GoOn),
        _ if is_logged_in(head) && head.contains("nonce=\"two\"") => (measured(JPEG), Then::Close),
        _ => (unauthorized(&[]), Then::GoOn),
    })
    .await;
    assert!(camera.fetch(Some(LoginMethod::Auto)).await.expect("a picture") == *PICTURE);
}

#[tokio::test]
async fn a_wrong_login_is_given_once() {
    let camera = Camera::saying(unauthorized(&["Digest realm=\"cam\", nonce=\"n\", qop=\"auth\""]), Then::GoOn).await;
    let error = camera.fetch(Some(LoginMethod::Auto)).await.expect_err("is refused").to_string();
    assert!(error.contains("does not accept the login"), "{error}");
    assert_eq!(camera.asked().len(), 2);
}

#[tokio::test]
async fn a_password_never_goes_out_readable_where_digest_is_offered() {
    let strange = "Digest realm=\"cam\", nonce=\"n\", algorithm=SHA-999";
    let camera = Camera::saying(unauthorized(&["Basic realm=\"cam\"", strange]), Then::GoOn).await;
    for method in [LoginMethod::Auto, LoginMethod::Digest] {
        let error = camera.fetch(Some(method)).await.expect_err("is refused").to_string();
        assert!(error.contains("login"), "{error}");
    }
    assert!(camera.asked().iter().all(|head| authorization(head).is_none()));
}

#[tokio::test]
async fn a_camera_that_wants_a_login_nobody_set_says_so() {
    let camera = Camera::saying(unauthorized(&["Basic realm=\"cam\""]), Then::GoOn).await;
    let error = camera.fetch(None).await.expect_err("is refused").to_string();
    assert!(error.contains("set username and password"), "{error}");
}

#[tokio::test]
async fn a_busy_camera_is_asked_again_and_not_for_ever() {
    let busy = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy";
    let once = Camera::new(
        move |_, before| if before == 0 { (busy.to_vec(), Then::Close) } else { (measured(JPEG), Then::Stay) },
    );
    assert!(once.await.fetch(None).await.expect("a picture") == *PICTURE);
    let always = Camera::saying(busy.to_vec(), Then::GoOn).await;
    let error = always.fetch(None).await.expect_err("an end").to_string();
    assert!(error.contains("503"), "{error}");
    assert!(always.asked().len() < 6);
}

#[tokio::test]
async fn a_camera_that_hangs_up_on_the_first_request_is_asked_again() {
    let camera =
        Camera::new(|_, before| if before == 0 { (Vec::new(), Then::Close) } else { (measured(JPEG), Then::Close) });
    assert!(camera.await.fetch(None).await.expect("a picture") == *PICTURE);
}

#[tokio::test]
async fn redirects_that_close_have_spaces_or_want_a_cookie_are_followed() {
    let camera = Camera::new(|head, _| {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let cookie = head.contains("Cookie: s=1\r\n");
        match path {
            "/ok?name=front%20door" if cookie => (measured(JPEG), Then::Close),
            _ => {
                let location = "Location: /ok?name=front door\r\nSet-Cookie: s=1; Path=/; HttpOnly\r\n";
                (format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{location}\r\n").into_bytes(), Then::Close)
            }
        }
    })
    .await;
    assert!(camera.fetch(None).await.expect("a picture") == *PICTURE);
}

#[tokio::test]
async fn what_is_a_page_or_a_film_is_refused_in_words() {
    for (kind, body, word) in [
        ("text/html", "<html>please log in</html>", "page"),
        ("application/json", "{\"error\": 1}", "page"),
        ("video/mp4", "....ftypisom", "stream"),
        ("multipart/x-mixed-replace; boundary=x", "--x\r\n\r\n", "stream"),
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}").into_bytes();
        let error = Camera::saying(answer, Then::Close).await.fetch(None).await.expect_err("no picture").to_string();
        assert!(error.contains(word), "{kind}: {error}");
    }
    let film = [b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n".to_vec(), vec![7; 200_000]].concat();
    let error = Camera::saying(film, Then::Stay).await.fetch(None).await.expect_err("no picture").to_string();
    assert!(error.contains("stream"), "{error}");
}

#[tokio::test]
async fn the_wrong_scheme_or_port_is_explained() {
    let plain = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let https = format!("https://{}/", plain.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.expect("a connection");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("is sent");
        // Until the other side has read it.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let source = WebSource::new(&https, None, Certificates::Any, NamedBy::Configuration).expect("an address");
    let error = Fetcher::default().fetch(&Source::Url(source), LIMIT).await.expect_err("no TLS").to_string();
    assert!(error.contains("http://"), "{error}");
    let ftp = Camera::saying(b"220 ready\r\n".to_vec(), Then::Close).await;
    let error = ftp.fetch(None).await.expect_err("no web server").to_string();
    assert!(error.contains("port"), "{error}");
    let alert = Camera::saying(b"\x15\x03\x01\0\x02\x02\x0a".to_vec(), Then::Close).await;
    let error = alert.fetch(None).await.expect_err("TLS").to_string();
    assert!(error.contains("https://"), "{error}");
}

#[tokio::test]
async fn heads_without_end_are_bounded() {
    let endless =
        |line: &str| [b"HTTP/1.1 200 OK\r\n".to_vec(), line.repeat(200_000 / line.len()).into_bytes()].concat();
    for head in [endless("A: b\r\n"), endless("a")] {
        let error = Camera::saying(head, Then::Stay).await.fetch(None).await.expect_err("is refused").to_string();
        assert!(error.contains("larger"), "{error}");
    }
}

#[tokio::test]
async fn this_machines_own_address_in_the_network_is_as_closed_as_loopback_to_a_request() {
    let own = face_server::server::fetch::address::own();
    for address in own {
        let host = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
        let named = WebSource::new(&format!("http://{host}:9/"), None, Certificates::Verified, NamedBy::Request);
        let refused = match named {
            Ok(source) => Fetcher::default().fetch(&Source::Url(source), LIMIT).await.expect_err("is refused"),
            Err(refused) => refused,
        };
        assert!(matches!(refused, FetchError::Refused(_)), "{address}: {refused}");
    }
}
