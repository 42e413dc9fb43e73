//! A configuration → the parts a command needs: log, runtime, networks, folders, engine.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use face_server::config::{Config, LogFormat};
use face_server::engine::{self, Engine, EngineError};
use face_server::store::database::{FILE_NAME, readable};
use face_server::store::{Database, Faces, Opening};
use face_server::vision::{self, Pack, Vision};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::runtime::Runtime;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{Registry, fmt};

/// Threads for the network; pictures have the engine's own.
const NETWORK_THREADS: usize = 2;
/// How often a waiting command looks again.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where log lines go: to standard error, so that a command's output stays clean. Commands log warnings only, unless asked.
pub(crate) fn log(config: &Config, default: &str) -> anyhow::Result<()> {
    let filter = if config.log == "info" { default } else { &config.log };
    // tract warns of the age of every model's operators, which nobody at home can change; notify tells each folder it watches;
    // tungstenite writes down whole messages, tokens and pictures among them.
    let quiet = [
        ("tract", "tract_onnx=error"),
        ("notify", "notify=warn"),
        ("tungstenite", "tungstenite=info,tokio_tungstenite=info"),
    ];
    let filter = quiet.iter().fold(filter.to_owned(), |filter, (library, directive)| {
        if filter.contains(library) { filter } else { format!("{filter},{directive}") }
    });
    let filter: Targets = filter.parse().with_context(|| format!("\"{filter}\" isn't a log filter"))?;
    // A line that cannot be written, on a full disk or into a pipe that is closed, is lost: the library would say so on standard
    // error, too, and end whoever has logged it.
    let lines = fmt::layer::<Registry>().with_writer(std::io::stderr).log_internal_errors(false);
    let lines = match config.log_format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry().with(lines).with(filter).init();
    Ok(())
}

/// The runtime of everything that waits.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(NETWORK_THREADS).enable_all().build();
    runtime.context("cannot start the runtime")
}

/// Waits until somebody ends the program, by Ctrl-C or SIGTERM; what comes from now on is not missed. Within a runtime.
pub(crate) fn told_to_end() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).context("cannot listen for signals");
        (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?)
    };
    Ok(async move {
        #[cfg(unix)]
        {
            let (mut interrupt, mut terminate) = signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// The networks, from the built-in pack or the configured one.
pub(crate) fn vision(config: &Config) -> anyhow::Result<Vision> {
    let pack =
        config.pack.as_deref().map_or_else(Pack::embedded, Pack::load).context("the model pack cannot be used")?;
    Vision::load(&pack).context("the model pack cannot be used")
}

/// The folders. A command that runs beside a server shares them with it.
pub(crate) fn folders(config: &Config, opening: Opening) -> anyhow::Result<(Faces, Database)> {
    let database = Database::open(&config.data_dir, opening)?;
    let faces = Faces::open(&config.faces_dir, opening).with_patience(config.forget_missing_after);
    Ok((faces, database))
}

pub(crate) fn engine(config: &Config, vision: Vision, faces: Faces, database: Database) -> anyhow::Result<Engine> {
    let defaults = engine::Options::default();
    let options = engine::Options {
        workers: config.workers.unwrap_or(defaults.workers),
        vision: vision::Options { limits: config.limits, ..defaults.vision },
        photo_limits: config.photo_limits(),
        settings: config.settings,
        cameras: config.cameras.values().map(|camera| camera.settings.clone()).collect(),
        ..defaults
    };
    let damaged = |error| readable(error, &config.data_dir.join(FILE_NAME));
    Engine::start(options, Arc::new(vision), faces, database).map_err(|error| match error {
        EngineError::Store(error) => damaged(error).into(),
        error => error.into(),
    })
}

/// An engine for one command, that has learned all photos; with a progress bar where that takes time.
async fn learned(config: &Config, opening: Opening) -> anyhow::Result<Engine> {
    let (faces, database) = folders(config, opening)?;
    let engine = engine(config, vision(config)?, faces, database)?;
    let all = engine.stats().photos_to_learn;
    if all > 0 {
        let bar = progress(all, "photos learned");
        while let left @ 1.. = engine.stats().photos_to_learn {
            bar.set_position(all.saturating_sub(left) as u64);
            tokio::time::sleep(LOOK_EVERY).await;
        }
        bar.finish_and_clear();
    }
    Ok(engine)
}

/// Has `work` done by an engine that has learned all photos. Fails, too, where it says that something was not done.
pub(crate) fn with_engine(
    config: &Config,
    log_level: &str,
    opening: Opening,
    work: impl AsyncFnOnce(&Engine) -> anyhow::Result<bool>,
) -> anyhow::Result<ExitCode> {
    log(config, log_level)?;
    runtime()?.block_on(async {
        let engine = learned(config, opening).await?;
        let done = work(&engine).await;
        engine.stop();
        Ok(if done? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// A bar on standard error, where that is a terminal.
pub(crate) fn progress(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64).with_message(what);
    match ProgressStyle::with_template("{bar:32} {pos}/{len} {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
