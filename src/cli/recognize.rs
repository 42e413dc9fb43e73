//! `face-server recognize`: who is in these pictures?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use face_server::config::Config;
use face_server::engine::{Annotation, Engine, Identity, Recognition, RecognizedFace};
use face_server::server::wire_recognition;

use super::start;

/// Say who is in pictures; changes nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Pictures: JPEG, PNG, WebP, BMP, GIF or TIFF
    #[arg(required = true, value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// One JSON object a picture, as the protocol's `recognize` answers
    #[arg(long)]
    json: bool,
    /// Write the picture with boxes and names; a folder where there are several pictures
    #[arg(long, value_name = "OUT.jpg")]
    annotate: Option<PathBuf>,
}

/// Runs the subcommand; fails when a picture could not be read.
pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    start::log(config, "warn")?;
    if args.pictures.len() > 1 && args.annotate.as_ref().is_some_and(|out| !out.is_dir()) {
        bail!("with several pictures, --annotate needs a folder that exists");
    }
    start::runtime()?.block_on(async {
        let engine = start::learned(config).await?;
        let bar = (args.pictures.len() > 3).then(|| start::progress(args.pictures.len(), "pictures"));
        let mut failed = 0;
        for picture in &args.pictures {
            let said = match recognize(&engine, args, picture).await {
                Ok(text) => text,
                Err(error) => {
                    failed += 1;
                    eprintln!("{}: {error:#}", picture.display());
                    continue;
                }
            };
            match &bar {
                Some(bar) => bar.suspend(|| super::say(&said))?,
                None => super::say(&said)?,
            }
            if let Some(bar) = &bar {
                bar.inc(1);
            }
        }
        engine.stop();
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

async fn recognize(engine: &Engine, args: &Args, picture: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(picture).context("cannot be read")?;
    let annotation = if args.annotate.is_some() { Annotation::Draw } else { Annotation::Skip };
    let found = engine.ask(bytes.into(), annotation).await?;
    if let (Some(out), Some(jpeg)) = (&args.annotate, &found.annotated) {
        let out = if out.is_dir() {
            out.join(picture.file_name().unwrap_or_default()).with_extension("jpg")
        } else {
            out.clone()
        };
        std::fs::write(&out, jpeg).with_context(|| format!("cannot write {}", out.display()))?;
    }
    if args.json {
        let mut object = serde_json::to_value(wire_recognition(&found, None))?;
        object["picture"] = picture.display().to_string().into();
        return Ok(object.to_string());
    }
    Ok(format!("{}: {}", picture.display(), in_words(&found)))
}

fn in_words(found: &Recognition) -> String {
    if found.faces.is_empty() {
        return "nobody".to_owned();
    }
    found.faces.iter().map(face_in_words).collect::<Vec<_>>().join(", ")
}

fn face_in_words(face: &RecognizedFace) -> String {
    let at = face.face.detection.box_in_frame;
    let place = format!("at {:.0},{:.0} {:.0}×{:.0}", at.x, at.y, at.w, at.h);
    match &face.identity {
        Identity::Known { person, probability, .. } => {
            format!("{} ({:.0} %, {place})", person.name.as_str(), probability * 100.0)
        }
        Identity::Unsure { person, probability, .. } => {
            format!("perhaps {} ({:.0} %, {place})", person.name.as_str(), probability * 100.0)
        }
        Identity::Unknown { .. } => format!("unknown ({place})"),
    }
}
