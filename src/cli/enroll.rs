//! `face-server enroll`: teaches a person by photos. Works while a server runs on the same folders.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use face_server::config::Config;
use face_server::engine::{Engine, EngineError, Enrollment, Override};
use face_server::people::{PersonName, Refusal};
use face_server::program;
use face_server::store::Opening;
use face_server::vision::Rect;

use super::start;

/// Teach a person by photos, each with exactly one face.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The person's name; a new person is made where nobody has it
    #[arg(value_name = "NAME")]
    name: String,
    /// Photos
    #[arg(required = true, value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// Enrol although the photo is there already, or looks more like somebody else
    #[arg(long, value_name = "REFUSAL", value_delimiter = ',')]
    allow: Vec<Override>,
    /// Which of several faces: x,y,w,h in pixels
    #[arg(long = "box", value_name = "X,Y,W,H")]
    face_box: Option<Rect>,
}

/// Runs the subcommand; fails when a photo was refused.
pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let name = PersonName::new(&args.name)?;
    start::with_engine(config, "warn", Opening::Beside, async |engine| {
        let mut all_learned = true;
        for picture in &args.pictures {
            match enroll(engine, &name, picture, args.face_box, &args.allow).await {
                Ok(words) => super::say(format_args!("{}: {words}", picture.display()))?,
                Err(error) => {
                    all_learned = false;
                    eprintln!("{}: {}{}", picture.display(), program::in_words(error.as_ref()), way_out(&error));
                }
            }
        }
        Ok(all_learned)
    })
}

/// How to have it all the same.
fn way_out(error: &anyhow::Error) -> &'static str {
    match error.downcast_ref() {
        Some(EngineError::Refused(Refusal::Duplicate { .. })) => "; to keep it all the same: --allow duplicate",
        Some(EngineError::Refused(Refusal::LooksLikeSomeoneElse { .. })) => {
            "; if it is the right person all the same: --allow looks_like_someone_else"
        }
        Some(EngineError::Refused(Refusal::MultipleFaces { .. })) => "; say which face is meant: --box X,Y,W,H",
        _ => "",
    }
}

async fn enroll(
    engine: &Engine,
    name: &PersonName,
    picture: &Path,
    face_box: Option<Rect>,
    allow: &[Override],
) -> anyhow::Result<String> {
    let bytes = std::fs::read(picture).context("cannot be read")?;
    let enrollment = Enrollment { name: name.clone(), picture: bytes.into(), face_box, allow: allow.to_vec() };
    let done = engine.enroll(enrollment).await?;
    let photos = if done.photos == 1 { "photo" } else { "photos" };
    let mut words = format!(
        "learned for {} (quality {:.0} %, now {} {photos})",
        done.person.name.as_str(),
        done.face.quality.overall * 100.0,
        done.photos
    );
    for advice in &done.advice {
        words += "; ";
        words += advice;
    }
    Ok(words)
}
