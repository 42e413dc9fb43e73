//! Pictures by address, against a real web server on this machine: logins, redirects, limits, and where not to go.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use digest_auth::{AuthContext, AuthorizationHeader};
use face_server::server::fetch::{Certificates, FetchError, Fetcher, Login, LoginMethod, NamedBy, Source, WebSource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const LIMIT: usize = 1000;
const CHALLENGE: &str = r#"Digest realm="camera", nonce="8b1c7f", qop="auth", algorithm=MD5"#;

fn given(headers: &HeaderMap) -> &str {
    headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

async fn digest(headers: HeaderMap) -> Response {
    let answer = AuthorizationHeader::parse(given(&headers));
    let right = answer.is_ok_and(|mut answer| {
        let response = answer.response.clone();
        answer.digest(&AuthContext::new("ann", "s3cret", answer.uri.clone()));
        answer.response == response && answer.uri == "/digest?size=1"
    });
    if right {
        "picture".into_response()
    } else {
        (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, CHALLENGE)]).into_response()
    }
}

async fn basic(headers: HeaderMap) -> Response {
    // ann:s3cret
    if given(&headers) == "Basic YW5uOnMzY3JldA==" {
        return "picture".into_response();
    }
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"camera\"")]).into_response()
}

/// A camera on this machine; the second address is another origin that shows what it was given.
async fn camera() -> SocketAddr {
    let elsewhere =
        Router::new().route("/given", get(|headers: HeaderMap| async move { format!("given [{}]", given(&headers)) }));
    let elsewhere = serve(elsewhere).await;
    let to_elsewhere = format!("http://{elsewhere}/given");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let here = listener.local_addr().expect("an address");
    let by_name = format!("http://localhost:{}/ok", here.port());
    let router = Router::new()
        .route("/ok", get(|| async { "picture" }))
        .route("/digest", get(digest))
        .route("/basic", get(basic))
        .route("/moved", get(|| async { Redirect::temporary("/ok") }))
        .route(
            "/moved-after-login",
            get(move |headers: HeaderMap| {
                let target = to_elsewhere.clone();
                async move {
                    let answer = basic(headers).await;
                    if answer.status() == StatusCode::OK {
                        Redirect::temporary(&target).into_response()
                    } else {
                        answer
                    }
                }
            }),
        )
        .route("/round", get(|| async { Redirect::temporary("/round") }))
        .route(
            "/by-name",
            get(move || {
                let target = by_name.clone();
                async move { Redirect::temporary(&target) }
            }),
        )
        .route("/to-metadata", get(|| async { Redirect::temporary("http://169.254.169.254/latest") }))
        .route("/to-file", get(|| async { Redirect::temporary("file:///etc/passwd") }))
        .route("/large", get(|| async { vec![7_u8; LIMIT + 1] }))
        .route(
            "/endless",
            get(|| async {
                let parts = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>("x".repeat(100)));
                axum::body::Body::from_stream(parts)
            }),
        )
        .route("/stream", get(|| async { ([(header::CONTENT_TYPE, "multipart/x-mixed-replace; boundary=x")], "--x") }))
        .route("/nothing", get(|| async { "" }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    here
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[expect(clippy::unnecessary_wraps, reason = "a camera may have no login")]
fn login(method: LoginMethod) -> Option<Login> {
    Some(Login { username: "ann".to_owned(), password: "s3cret".to_owned(), method })
}

/// A camera that speaks TLS, with a certificate that it made itself.
async fn tls_camera() -> SocketAddr {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key.into()).expect("a configuration");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not believe the certificate breaks off.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.expect("a request"));
            }
            let request = String::from_utf8(request).expect("text");
            // ann:s3cret
            let known = request.contains("Authorization: Basic YW5uOnMzY3JldA==") || !request.contains("/login.jpg");
            let answer: &[u8] = if known {
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\npicture"
            } else {
                b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camera\"\r\nContent-Length: 0\r\n\r\n"
            };
            stream.write_all(answer).await.expect("is sent");
            stream.shutdown().await.expect("is sent");
        }
    });
    address
}

#[tokio::test]
async fn a_self_signed_certificate_is_believed_only_where_the_configuration_says_so() {
    let url = format!("https://{}/snapshot.jpg", tls_camera().await);
    let source = |certificates| WebSource::new(&url, None, certificates, NamedBy::Configuration).map(Source::Url);
    let fetcher = Fetcher::default();
    let any = source(Certificates::Any).expect("an address");
    assert_eq!(fetcher.fetch(&any, LIMIT).await.expect("a picture"), b"picture");
    let verified = source(Certificates::Verified).expect("an address");
    let error = fetcher.fetch(&verified, LIMIT).await.expect_err("is not believed").to_string();
    assert!(error.contains("certificate") && error.contains("accept_invalid_certs"), "{error}");
}

#[tokio::test]
async fn a_redirect_to_https_of_the_same_host_takes_the_login_along() {
    let tls = tls_camera().await;
    let moved = Router::new()
        .route("/snapshot.jpg", get(move || async move { Redirect::temporary(&format!("https://{tls}/login.jpg")) }));
    let url = format!("http://{}/snapshot.jpg", serve(moved).await);
    let fetch = async |login| {
        let source = WebSource::new(&url, login, Certificates::Any, NamedBy::Configuration).map(Source::Url);
        Fetcher::default().fetch(&source.expect("an address"), LIMIT).await
    };
    assert_eq!(fetch(login(LoginMethod::Auto)).await.expect("a picture"), b"picture");
    let error = fetch(None).await.expect_err("wants a login").to_string();
    assert!(error.contains("set username and password"), "{error}");
}

async fn fetch(url: &str, login: Option<Login>) -> Result<String, FetchError> {
    let source = WebSource::new(url, login, Certificates::Verified, NamedBy::Configuration)?;
    let bytes = Fetcher::default().fetch(&Source::Url(source), LIMIT).await?;
    Ok(String::from_utf8(bytes).expect("text"))
}

#[tokio::test]
async fn a_configured_address_is_fetched_and_its_redirect_followed() {
    let camera = camera().await;
    for path in ["ok", "moved"] {
        assert_eq!(fetch(&format!("http://{camera}/{path}"), None).await.expect("a picture"), "picture");
    }
}

#[tokio::test]
async fn logins_are_given_as_the_camera_asks() {
    let camera = camera().await;
    let digest = format!("http://{camera}/digest?size=1");
    let basic = format!("http://{camera}/basic");
    for (url, method) in [
        (&digest, LoginMethod::Auto),
        (&digest, LoginMethod::Digest),
        (&basic, LoginMethod::Auto),
        (&basic, LoginMethod::Basic),
    ] {
        assert_eq!(fetch(url, login(method)).await.expect("a picture"), "picture", "{url} {method:?}");
    }
    assert_eq!(fetch(&format!("http://ann:s3cret@{camera}/basic"), None).await.expect("a picture"), "picture");
    for (url, login) in [(&basic, login(LoginMethod::Digest)), (&digest, None)] {
        let error = fetch(url, login).await.expect_err("is refused").to_string();
        assert!(error.contains("login") && !error.contains("s3cret"), "{error}");
    }
}

#[tokio::test]
async fn a_login_never_goes_to_another_origin() {
    let camera = camera().await;
    let got = fetch(&format!("http://{camera}/moved-after-login"), login(LoginMethod::Auto)).await.expect("an answer");
    assert_eq!(got, "given []");
}

#[tokio::test]
async fn redirects_go_neither_round_nor_where_they_may_not() {
    let camera = camera().await;
    let round = fetch(&format!("http://{camera}/round"), None).await.expect_err("an end");
    assert!(matches!(round, FetchError::Failed(_)), "{round}");
    for path in ["by-name", "to-metadata", "to-file"] {
        let error = fetch(&format!("http://{camera}/{path}"), None).await.expect_err("is refused");
        assert!(matches!(error, FetchError::Refused(_)), "{path}: {error}");
    }
}

#[tokio::test]
async fn what_is_too_large_endless_a_stream_or_nothing_is_no_picture() {
    let camera = camera().await;
    for path in ["large", "endless"] {
        let error = fetch(&format!("http://{camera}/{path}"), None).await.expect_err("is refused");
        assert!(matches!(error, FetchError::TooLarge { limit: LIMIT }), "{path}: {error}");
    }
    for (path, word) in [("stream", "stream"), ("nothing", "nothing"), ("missing", "404")] {
        let error = fetch(&format!("http://{camera}/{path}"), None).await.expect_err("is no picture").to_string();
        assert!(error.contains(word), "{path}: {error}");
    }
}

#[tokio::test]
async fn what_a_request_names_is_never_this_machine() {
    let camera = camera().await;
    for url in [format!("http://{camera}/ok"), format!("http://localhost:{}/ok", camera.port())] {
        let refused = WebSource::new(&url, None, Certificates::Verified, NamedBy::Request);
        assert!(matches!(refused, Err(FetchError::Refused(_))), "{url}");
    }
}

#[tokio::test]
async fn a_pipe_in_the_place_of_a_cameras_file_is_no_picture_and_nobody_waits_for_its_other_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("door.jpg");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let fetcher = Fetcher::default();
    let source = Source::File(pipe);
    let answer = tokio::time::timeout(std::time::Duration::from_secs(10), fetcher.fetch(&source, LIMIT)).await;
    let error = answer.expect("at once").expect_err("no picture").to_string();
    assert!(error.contains("isn't a file"), "{error}");
}
