//! `face-server doctor`: everything that must be right for the server to run → what is, what isn't, and how to mend it.
//! Changes nothing: folders that are missing are not made, and a server that runs is not disturbed.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, UNIX_EPOCH};

use face_server::config::{Config, DEFAULT_PORT};
use face_server::program;
use face_server::server::Port;
use face_server::server::fetch::Fetcher;
use face_server::store::{Database, Opening};
use face_server::vision::is_picture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::start;

/// A running server answers within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

enum Finding {
    Fine(String),
    /// Not what it could be; the server runs all the same.
    Hint(String),
    Wrong(String),
}

use Finding::{Fine, Hint, Wrong};

/// Looks at everything; fails where something is wrong.
pub(crate) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    start::log(config, "error")?;
    let mut findings = vec![weights(config), clock()];
    findings.push(folder("faces", &config.faces_dir, "--faces-dir"));
    findings.push(folder("data", &config.data_dir, "--data-dir"));
    findings.extend(secrets(&config.data_dir));
    findings.push(database(&config.data_dir));
    findings.extend(certificate(config));
    start::runtime()?.block_on(async {
        findings.push(port(config).await);
        findings.extend(cameras(config).await);
    });
    let mut wrong = 0;
    for finding in &findings {
        let (mark, words) = match finding {
            Fine(words) => ("ok   ", words),
            Hint(words) => ("note ", words),
            Wrong(words) => {
                wrong += 1;
                ("WRONG", words)
            }
        };
        super::say(format_args!("{mark}  {words}"))?;
    }
    super::say(match wrong {
        0 => "Nothing is wrong.".to_owned(),
        1 => "One thing is wrong.".to_owned(),
        _ => format!("{wrong} things are wrong."),
    })?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Debug, clap::Args)]
pub(crate) struct Healthcheck {
    /// Fail until all photos are learned, too
    #[arg(long)]
    ready: bool,
}

/// Whether a server runs at the configured address of this machine and answers, and perhaps whether it is ready.
pub(crate) fn healthcheck(config: &Config, args: &Healthcheck) -> anyhow::Result<ExitCode> {
    let path = if args.ready { "/readyz" } else { "/healthz" };
    let (port, answer) = (config.port, start::runtime()?.block_on(ask(config, path)));
    let (words, fine) = match &answer {
        None => (format!("no face-server answers at port {port} of this machine"), false),
        Some(answer) if answer.fine => (format!("face-server {} answers at port {port}", answer.version()), true),
        Some(answer) => (format!("the face-server at port {port} is not ready: {}", answer.text("message")), false),
    };
    super::say(words)?;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn weights(config: &Config) -> Finding {
    match start::vision(config) {
        Ok(vision) => Fine(format!("weights: {}, complete and unchanged", vision.pack_name)),
        Err(error) => {
            Wrong(format!("weights: {}; install face-server again, or mend --pack", program::in_words(error.as_ref())))
        }
    }
}

/// The program was made before now: a clock that says otherwise is wrong, as on a Raspberry Pi before it found the time.
fn clock() -> Finding {
    let made = std::env::current_exe().and_then(fs::metadata).and_then(|facts| facts.modified());
    let now = std::time::SystemTime::now();
    match made {
        Ok(made) if made > now + Duration::from_secs(86_400) => Wrong(
            "clock: it is earlier than the program's own file; set the time, or let it be set by NTP (timedatectl)"
                .to_owned(),
        ),
        _ if now.duration_since(UNIX_EPOCH).is_err() => Wrong("clock: it is before 1970; set the time".to_owned()),
        _ => Fine(format!("clock: {}", jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC"))),
    }
}

/// A folder that can be read and written; tried with a file that is gone again at once.
fn folder(what: &str, path: &Path, flag: &str) -> Finding {
    let shown = path.display();
    if !path.exists() {
        return Hint(format!(
            "{what}: {shown} is not there; the server makes it when it starts (or give another by {flag})"
        ));
    }
    if let Err(error) = fs::read_dir(path) {
        return Wrong(format!(
            "{what}: {shown} cannot be read ({error}); let this user have it, or give another by {flag}"
        ));
    }
    let probe = path.join(format!(".face-tmp-doctor-{}", std::process::id()));
    let written = fs::write(&probe, [0; 4096]);
    let _ = fs::remove_file(&probe);
    match written {
        Ok(()) => Fine(format!("{what}: {shown} can be read and written")),
        Err(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            Wrong(format!("{what}: the disk of {shown} is full; make room there"))
        }
        Err(error) => {
            Wrong(format!("{what}: {shown} cannot be written ({error}); let this user write it (chown, chmod)"))
        }
    }
}

/// Files that nobody else may read.
fn secrets(data: &Path) -> Vec<Finding> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = |name: &&str| {
            let facts = fs::metadata(data.join(name)).ok()?;
            (facts.permissions().mode() & 0o077 != 0).then(|| data.join(name))
        };
        ["admin-token", "tls.pem", "face.sqlite3"]
            .iter()
            .filter_map(open)
            .map(|path| Wrong(format!("permissions: other users can read {0}; chmod 600 {0}", path.display())))
            .collect()
    }
    #[cfg(not(unix))]
    {
        let _ = data;
        Vec::new()
    }
}

fn database(data: &Path) -> Finding {
    if !data.join("face.sqlite3").exists() {
        return Hint("database: none yet; the first start makes it".to_owned());
    }
    let tokens =
        Database::open(data, Opening::Beside).and_then(|database| Ok((database.tokens()?, database.has_clients()?)));
    match tokens {
        Ok((tokens, _)) if tokens.is_empty() => {
            Hint(format!("database: readable; nobody can connect yet ({} pair makes a token)", program::typed()))
        }
        Ok((_, false)) => {
            Hint(format!("database: readable; no Home Assistant has connected yet ({} pair)", program::typed()))
        }
        Ok(_) => Fine("database: readable".to_owned()),
        Err(error) => Wrong(format!("database: {error}")),
    }
}

fn certificate(config: &Config) -> Option<Finding> {
    config.certificate.as_ref()?;
    Some(match super::pair::identity(config) {
        Ok(_) => Fine("certificate: it and its key fit together".to_owned()),
        Err(error) => Wrong(format!("certificate: {error}")),
    })
}

/// The port is free, or has a face-server behind it.
async fn port(config: &Config) -> Finding {
    let address = SocketAddr::new(config.listen, config.port);
    match Port::take(config.listen, config.port) {
        Ok(_) => Fine(format!("port: {address} is free")),
        Err(error) => ask(config, "/healthz").await.filter(|answer| !answer.version().is_empty()).map_or_else(
            || Wrong(format!("port: {error}")),
            |answer| Fine(format!("port: face-server {} is running at {address}", answer.version())),
        ),
    }
}

/// What a server on this machine said of itself.
struct Answer {
    fine: bool,
    said: serde_json::Value,
}

impl Answer {
    fn text(&self, field: &str) -> &str {
        self.said[field].as_str().unwrap_or_default()
    }

    fn version(&self) -> &str {
        self.text("version")
    }
}

/// Asks the server on this machine how it is.
async fn ask(config: &Config, path: &str) -> Option<Answer> {
    let ip = if config.listen.is_unspecified() { [127, 0, 0, 1].into() } else { config.listen };
    let port = if config.port == 0 { DEFAULT_PORT } else { config.port };
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect((ip, port)).await.ok()?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.take(16 * 1024).read_to_string(&mut answer).await.ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some(Answer { fine: head.starts_with("HTTP/1.1 200 "), said: serde_json::from_str(body).ok()? })
    };
    tokio::time::timeout(ANSWER_WITHIN, ask).await.ok().flatten()
}

/// Each configured camera gives a picture, now.
async fn cameras(config: &Config) -> Vec<Finding> {
    let fetcher = Fetcher::default();
    let mut findings = Vec::new();
    for (name, camera) in &config.cameras {
        findings.push(match fetcher.fetch(&camera.source, config.limits.max_bytes).await {
            Err(error) => Wrong(format!("camera {name}: {error}")),
            Ok(bytes) if is_picture(&bytes) => {
                Fine(format!("camera {name}: a picture of {} kB", bytes.len().div_ceil(1000)))
            }
            Ok(_) => {
                Wrong(format!("camera {name}: what it answers is not a picture; is this the address of a snapshot?"))
            }
        });
    }
    findings
}
