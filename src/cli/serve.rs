//! `face-server` alone: serves until it is told to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use face_server::config::Config;
use face_server::engine::Engine;
use face_server::server::protocol::ModelInfo;
use face_server::server::{self, Options, Patience, Port};
use face_server::store::Opening;
use tokio::sync::oneshot;

use super::{pair, start};

/// At the very end, threads that read may take this long.
const END_WITHIN: Duration = Duration::from_secs(1);

/// What ends the server, besides a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Signal,
    /// Standard input is closed: whoever started the server has ended, however that came.
    StdinCloses,
}

/// Runs until SIGINT or SIGTERM.
pub(crate) fn run(config: &Config, until: Until) -> anyhow::Result<ExitCode> {
    start::log(config, "info")?;
    let (faces, database) = start::folders(config, Opening::Sole)?;
    let vision = start::vision(config)?;
    let model = ModelInfo {
        name: vision.pack_name.clone(),
        hash: vision.embedding_key.chars().take(16).collect(),
        embedding_length: u32::try_from(vision.embedding_length()).unwrap_or(u32::MAX),
    };
    // Until the first client has connected, nobody has taken the line: it is printed again.
    let kept_token = if database.has_clients()? { None } else { database.kept_admin_token()? };
    let tls = pair::identity(config)?.map(Arc::new);
    let known = server::known(config.plain, tls.as_deref());
    let engine = start::engine(config, vision, faces, database)?;
    let options = Options {
        listen: config.listen,
        port: config.port,
        limits: config.limits,
        photo_limits: config.photo_limits(),
        model,
        cameras: config.cameras.iter().map(|(name, camera)| (name.clone(), camera.source.clone())).collect(),
        announce: config.announce,
        tls,
        plain: config.plain,
        patience: Patience::default(),
    };
    let runtime = start::runtime()?;
    let served = runtime.block_on(async {
        let ended = ended(until)?;
        // The token is made when nothing is left that usually fails, since its line is printed this once; and before anybody can
        // connect, who might look for it.
        let port = Port::take(config.listen, config.port)?;
        let first_token = engine.database().first_admin_token(jiff::Timestamp::now())?;
        let running = server::start_at(port, options, engine.clone())?;
        tracing::info!(address = %running.address(), faces = %config.faces_dir.display(), "serving");
        let made = first_token.as_ref().map(|(_, path)| path.as_path());
        let token = first_token.as_ref().map(|(token, _)| token.clone()).or(kept_token);
        // A server serves, whether or not anybody reads its first lines.
        let _ = greet(config, running.address(), &engine, made).and_then(|()| match &token {
            Some(token) => pair::say(running.address(), token, known),
            None => Ok(()),
        });
        ended.await;
        tracing::info!("stopping");
        running.stop().await;
        anyhow::Ok(())
    });
    engine.stop();
    // Whatever still reads from a share that hangs may do so for ever.
    runtime.shutdown_timeout(END_WITHIN);
    served.map(|()| ExitCode::SUCCESS)
}

/// Where it listens, whom it knows, what to do next.
fn greet(config: &Config, address: SocketAddr, engine: &Engine, token_in: Option<&Path>) -> std::io::Result<()> {
    let reach = match address.ip() {
        ip if ip.is_loopback() => " (this machine only; for others: --listen 0.0.0.0)",
        _ if config.plain == server::PlainText::FromEverywhere => {
            " (without TLS: whoever is on the way can read along)"
        }
        _ => "",
    };
    super::say(format_args!("face-server {} listens on {address}{reach}.", env!("CARGO_PKG_VERSION")))?;
    let (people, faces) = (engine.people().len(), config.faces_dir.display());
    match people {
        0 => super::say(format_args!(
            "It knows nobody yet: put photos into {faces}/NAME/, or teach it from Home Assistant."
        ))?,
        1 => super::say(format_args!("It knows one person, from {faces}."))?,
        _ => super::say(format_args!("It knows {people} people, from {faces}."))?,
    }
    if config.cameras.is_empty() {
        super::say(
            "Cameras: those of Home Assistant, once it is paired; others by --camera-url or a configuration file.",
        )?;
    }
    if let Some(path) = token_in {
        super::say(format_args!("A token for administrators was made and written to {}.", path.display()))?;
    }
    Ok(())
}

/// Waits for what ends the server; what comes from now on is not missed.
fn ended(until: Until) -> anyhow::Result<impl Future<Output = ()>> {
    let (closed, stdin_closed) = oneshot::channel();
    // Held by who waits where standard input does not matter, so that it is never closed.
    let held = match until {
        Until::Signal => Some(closed),
        Until::StdinCloses => {
            // A thread of its own: the runtime would wait for a reader at its end.
            std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
                let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
                let _ = closed.send(());
            })?;
            None
        }
    };
    let told = start::told_to_end()?;
    Ok(async move {
        let _held = held;
        tokio::select! {
            () = told => {}
            _ = stdin_closed => {}
        }
    })
}
