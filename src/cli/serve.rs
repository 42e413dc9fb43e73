//! `face-server` alone: serves until it is told to stop.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::process::ExitCode;

use anyhow::Context as _;
use face_server::config::Config;
use face_server::server::protocol::ModelInfo;
use face_server::server::{self, Options, Patience, Port};
use face_server::store::Opening;

use super::start;

/// An address of the documentation's network (RFC 5737): looking up the way to it tells our own address, and sends nothing.
const SOMEWHERE: ([u8; 4], u16) = ([192, 0, 2, 1], 9);

/// Runs until SIGINT or SIGTERM.
pub(crate) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    start::log(config, "info")?;
    let (faces, database) = start::folders(config, Opening::Sole)?;
    let vision = start::vision(config)?;
    let model = ModelInfo {
        name: vision.pack_name().to_owned(),
        hash: vision.embedding_key().chars().take(16).collect(),
        embedding_length: u32::try_from(vision.embedding_length()).unwrap_or(u32::MAX),
    };
    let engine = start::engine(config, vision, faces, database)?;
    let options = Options {
        listen: config.listen,
        port: config.port,
        max_image_bytes: config.limits.max_bytes,
        max_pixels: config.limits.max_pixels,
        model,
        cameras: config.cameras.iter().map(|(name, camera)| (name.clone(), camera.source.clone())).collect(),
        announce: config.announce,
        patience: Patience::default(),
    };
    let runtime = start::runtime()?;
    let served = runtime.block_on(async {
        let mut signals = Signals::new()?;
        // The token is made when nothing is left that usually fails, since its line is printed this once; and before anybody can
        // connect, who might look for it.
        let port = Port::take(config.listen, config.port)?;
        let first_token = engine.first_admin_token().await?;
        let running = server::start_at(port, options, engine.clone())?;
        tracing::info!(address = %running.address(), faces = %config.faces_dir.display(), "serving");
        if let Some((token, path)) = first_token {
            super::say(format_args!("The first start: an admin token was made and written to {}.", path.display()))?;
            super::say(format_args!(
                "Pair Home Assistant with this line:\n\n    face://{}/?token={token}\n",
                reachable(running.address())
            ))?;
        }
        signals.wait().await;
        tracing::info!("stopping");
        running.stop().await;
        anyhow::Ok(())
    });
    engine.stop();
    served.map(|()| ExitCode::SUCCESS)
}

/// Where others reach an address that may mean "everywhere".
fn reachable(address: SocketAddr) -> SocketAddr {
    let way_out = || -> std::io::Result<IpAddr> {
        let socket = UdpSocket::bind(("0.0.0.0", 0))?;
        socket.connect(SocketAddr::from(SOMEWHERE))?;
        Ok(socket.local_addr()?.ip())
    };
    match way_out() {
        Ok(ip) if address.ip().is_unspecified() => SocketAddr::new(ip, address.port()),
        _ => address,
    }
}

/// What ends the server.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .context("cannot listen for signals")?,
        })
    }

    async fn wait(&mut self) {
        let interrupt = async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        #[cfg(unix)]
        tokio::select! {
            () = interrupt => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(not(unix))]
        interrupt.await;
    }
}
