//! Where the server is, and its token → the Supervisor of Home Assistant OS, which hands both to Home Assistant.
//! For the server as an app: `server::start_at` calls it where the configuration says so. The Supervisor is asked over HTTP
//! inside the machine, at `SUPERVISOR` (host, or host and port), with the token that it gives to each app, `SUPERVISOR_TOKEN`.

use std::env;
use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::pairing::Known;

/// The service's name: that of the integration whose flow Home Assistant starts.
const SERVICE: &str = "face";
const DEFAULT_HOST: &str = "supervisor";
/// The Supervisor answers within this time, or is asked again.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
const MAX_ANSWER: u64 = 64 * 1024;

/// Tells the Supervisor until it has understood.
pub(super) async fn tell(port: u16, token: String, known: Known) {
    let mut pause = Duration::from_secs(2);
    loop {
        let told = tokio::time::timeout(ANSWER_WITHIN, post(port, &token, known)).await;
        match told.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(()) => {
                tracing::info!("Home Assistant knows of this app");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "the Supervisor did not take the discovery; trying again in {pause:?}");
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn post(port: u16, token: &str, known: Known) -> io::Result<()> {
    let ours = env::var("SUPERVISOR_TOKEN").map_err(|_| io::Error::other("SUPERVISOR_TOKEN is not set"))?;
    let supervisor = env::var("SUPERVISOR").unwrap_or_else(|_| DEFAULT_HOST.to_owned());
    let address = if supervisor.contains(':') { supervisor.clone() } else { format!("{supervisor}:80") };
    let body = discovery(&own_name()?, port, token, known);
    let request = format!(
        "POST /discovery HTTP/1.1\r\nHost: {supervisor}\r\nAuthorization: Bearer {ours}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.lines().next().unwrap_or_default();
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(io::Error::other(format!("it answers \"{status}\""))),
    }
}

/// What the Supervisor is told; `config` is what the integration's flow gets.
fn discovery(host: &str, port: u16, token: &str, known: Known) -> String {
    let mut config = json!({"host": host, "port": port, "token": token});
    if let Known::By(fingerprint) = known {
        config["fingerprint"] = json!(fingerprint.to_string());
    }
    json!({"service": SERVICE, "config": config}).to_string()
}

/// How Home Assistant reaches this container.
fn own_name() -> io::Result<String> {
    match env::var("HOSTNAME") {
        Ok(name) if !name.is_empty() => Ok(name),
        _ => Ok(std::fs::read_to_string("/etc/hostname")?.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::pairing::Fingerprint;

    #[test]
    fn the_flow_gets_what_it_needs_to_connect() {
        let told = discovery("a0d7b954-face", 8765, "secret", Known::By(Fingerprint([0xab; 32])));
        let told: serde_json::Value = serde_json::from_str(&told).expect("is JSON");
        assert_eq!(
            told,
            json!({"service": "face", "config": {
                "host": "a0d7b954-face", "port": 8765, "token": "secret", "fingerprint": "ab".repeat(32)
            }})
        );
        assert!(!discovery("a", 1, "b", Known::Plain).contains("fingerprint"));
    }
}
