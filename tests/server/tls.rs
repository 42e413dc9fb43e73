//! TLS on the server's one port: who may do without, how a client knows the server again, and certificates that are renewed.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use face_server::server::PlainText;
use face_server::server::fetch::address;
use face_server::server::pairing::{Fingerprint, Known};
use face_server::server::protocol::Role;
use face_server::server::tls::{Certificate, make};
use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;

use crate::common::{House, Plan};

/// Believes one certificate and no other, as the protocol's page says.
#[derive(Debug)]
struct Pinned(Fingerprint);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if Sha256::digest(certificate)[..] == self.0.0 {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::General("another certificate".to_owned()))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// This machine's own address in its network.
fn outside() -> IpAddr {
    let own = address::own().into_iter().find(|a| a.is_ipv4() && !a.is_loopback() && address::is_open(*a));
    own.expect("an address in a network")
}

/// A connection that comes from an address that is neither loopback nor the one it goes to, as another machine's does.
async fn from_elsewhere(house: &House) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(outside(), 0)).expect("our address");
    socket.connect(SocketAddr::from(([127, 0, 0, 1], house.running.address().port()))).await.expect("a connection")
}

async fn secured(stream: TcpStream, fingerprint: Fingerprint) -> std::io::Result<TlsStream<TcpStream>> {
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned(fingerprint)))
        .with_no_client_auth();
    let name = ServerName::try_from("192.0.2.7").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn get(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: 192.0.2.7\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("is sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).expect("text")
}

fn identity() -> Certificate {
    Certificate::made(make().expect("a key").as_bytes(), Path::new("tls.pem")).expect("an identity")
}

fn fingerprint_of(identity: &Certificate) -> Fingerprint {
    match identity.known() {
        Known::By(fingerprint) => fingerprint,
        other => panic!("{other:?}"),
    }
}

/// Reachable from the network, with a key of its own.
async fn house(allowed: PlainText) -> (House, Fingerprint) {
    let identity = identity();
    let fingerprint = fingerprint_of(&identity);
    let mut plan = Plan::default();
    plan.options.listen = [0, 0, 0, 0].into();
    plan.options.tls = Some(Arc::new(identity));
    plan.options.plain = allowed;
    (House::with(plan).await, fingerprint)
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_text_from_another_machine_is_refused_in_words() {
    let (house, _) = house(PlainText::FromThisMachine).await;
    for path in ["/healthz", "/v1/ws", "/recognize"] {
        let answer = get(from_elsewhere(&house).await, path).await;
        assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("forbidden"), "{path}: {answer}");
        assert!(answer.contains("https://") && answer.contains("--plain"), "{path}: {answer}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_port_speaks_plain_text_to_this_machine_and_tls_to_all() {
    let (house, fingerprint) = house(PlainText::FromThisMachine).await;
    let port = house.running.address().port();
    let here = async || TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    assert!(get(here().await, "/healthz").await.starts_with("HTTP/1.1 200 "));
    let by_own_address = TcpStream::connect((outside(), port)).await.expect("a connection");
    assert!(get(by_own_address, "/healthz").await.starts_with("HTTP/1.1 200 "));
    for stream in [here().await, from_elsewhere(&house).await] {
        let stream = secured(stream, fingerprint).await.expect("TLS");
        assert!(get(stream, "/healthz").await.starts_with("HTTP/1.1 200 "));
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_logs_in_over_tls_and_breaks_off_where_the_certificate_is_another() {
    let (house, fingerprint) = house(PlainText::FromThisMachine).await;
    let stream = secured(from_elsewhere(&house).await, fingerprint).await.expect("TLS");
    let (mut socket, _) = tokio_tungstenite::client_async("wss://192.0.2.7/v1/ws", stream).await.expect("a WebSocket");
    let text = |message: Option<Result<Message, _>>| -> Value {
        let message: Message = message.expect("a message").expect("a message");
        serde_json::from_str(message.to_text().expect("text")).expect("JSON")
    };
    assert_eq!(text(socket.next().await)["type"], "hello");
    let auth = house.auth(Role::Admin, Timestamp::now());
    socket.send(Message::text(auth.to_string())).await.expect("is sent");
    assert_eq!(text(socket.next().await)["type"], "auth_ok");
    let other = fingerprint_of(&identity());
    assert!(secured(from_elsewhere(&house).await, other).await.is_err());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_text_from_everywhere_is_taken_where_somebody_chose_it() {
    let (house, _) = house(PlainText::FromEverywhere).await;
    assert!(get(from_elsewhere(&house).await, "/healthz").await.starts_with("HTTP/1.1 200 "));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_used_without_a_restart_and_half_a_renewal_does_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("fullchain.pem"), folder.path().join("privkey.pem"));
    let halves = || {
        let pem = make().expect("a key");
        let at = pem.find("-----BEGIN PRIVATE").expect("a key");
        let fingerprint = fingerprint_of(&Certificate::made(pem.as_bytes(), &key).expect("an identity"));
        (pem[..at].to_owned(), pem[at..].to_owned(), fingerprint)
    };
    let (first, renewed) = (halves(), halves());
    std::fs::write(&certificate, &first.0).expect("is written");
    std::fs::write(&key, &first.1).expect("is written");
    let mut plan = Plan::default();
    let identity = Certificate::of_files(&certificate, &key).expect("an identity");
    assert_eq!(identity.known(), Known::ByAuthorities);
    plan.options.tls = Some(Arc::new(identity));
    let house = House::with(plan).await;
    let shown = async |fingerprint| {
        let stream = TcpStream::connect(house.running.address()).await.expect("a connection");
        secured(stream, fingerprint).await.is_ok()
    };
    assert!(shown(first.2).await);
    // Another length, so that a clock too coarse for two quick changes does not hide it.
    std::fs::write(&certificate, format!("{}\n\n", renewed.0)).expect("is written");
    assert!(shown(first.2).await, "half a renewal");
    std::fs::write(&key, format!("{}\n\n", renewed.1)).expect("is written");
    assert!(shown(renewed.2).await && !shown(first.2).await);
    house.stop().await;
}

#[test]
fn files_that_are_no_certificate_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("a.pem"), folder.path().join("b.pem"));
    let missing = Certificate::of_files(&certificate, &key).expect_err("is refused").to_string();
    assert!(missing.contains("a.pem"), "{missing}");
    std::fs::write(&certificate, "nothing").expect("is written");
    std::fs::write(&key, "nothing").expect("is written");
    let empty = Certificate::of_files(&certificate, &key).expect_err("is refused").to_string();
    assert!(empty.contains("a.pem") && empty.contains("no certificate"), "{empty}");
}
