//! `face-server recognize`: who is in these pictures?

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use face_server::config::Config;
use face_server::engine::{Annotation, Engine, Identity, Recognition, RecognizedFace};
use face_server::program;
use face_server::store::Opening;
use image::ImageFormat;
use indicatif::ProgressBar;

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
    /// Write the picture with boxes and names, as .jpg or .png; into a folder where there are several pictures
    #[arg(long, value_name = "OUT.jpg")]
    annotate: Option<PathBuf>,
}

/// Runs the subcommand; fails when a picture could not be read.
pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    // A file of one's own may be as large as a photo to learn from.
    let config = &Config { limits: config.photo_limits(), ..config.clone() };
    let outputs = args.annotate.as_deref().map(|out| outputs(&args.pictures, out)).transpose()?;
    start::with_engine(config, "warn", Opening::Reading, async |engine| {
        let many = args.pictures.len() > 3;
        let bar = if many { start::progress(args.pictures.len(), "pictures") } else { ProgressBar::hidden() };
        let mut all_read = true;
        for (at, picture) in args.pictures.iter().enumerate() {
            let annotated = outputs.as_ref().map(|outputs| outputs[at].as_path());
            let said = match recognize(engine, args.json, picture, annotated).await {
                Ok(text) => text,
                Err(error) => {
                    all_read = false;
                    eprintln!("{}: {}", picture.display(), program::in_words(error.as_ref()));
                    continue;
                }
            };
            bar.suspend(|| super::say(&said))?;
            bar.inc(1);
        }
        Ok(all_read)
    })
}

/// Where the annotated pictures go, one for each: never onto an original, never two onto each other.
fn outputs(pictures: &[PathBuf], out: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !out.is_dir() {
        let [picture] = pictures else { bail!("with several pictures, --annotate needs a folder that exists") };
        if same_file(picture, out) {
            bail!("--annotate {} would replace the picture itself; give another file", out.display());
        }
        if kind_of(out).is_none() {
            bail!("--annotate {} is neither a folder nor a .jpg nor a .png", out.display());
        }
        return Ok(vec![out.to_owned()]);
    }
    let mut taken = HashSet::new();
    let mut outputs = Vec::with_capacity(pictures.len());
    for picture in pictures {
        let folder = picture.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if same_file(folder, out) {
            bail!("--annotate {} would mix with the originals there; give another folder", out.display());
        }
        let stem = picture.file_stem().unwrap_or_default().to_string_lossy();
        let names = std::iter::once(format!("{stem}.jpg")).chain((2..).map(|n| format!("{stem} {n}.jpg")));
        // Folders of some systems know no case.
        outputs.extend(names.filter(|name| taken.insert(name.to_lowercase())).take(1).map(|name| out.join(name)));
    }
    Ok(outputs)
}

/// What an annotated picture is written as.
fn kind_of(out: &Path) -> Option<ImageFormat> {
    ImageFormat::from_path(out).ok().filter(|kind| matches!(kind, ImageFormat::Jpeg | ImageFormat::Png))
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

async fn recognize(engine: &Engine, json: bool, picture: &Path, out: Option<&Path>) -> anyhow::Result<String> {
    let bytes = std::fs::read(picture).context("cannot be read")?;
    let annotation = if out.is_some() { Annotation::Draw } else { Annotation::Skip };
    let found = engine.ask(bytes.into(), annotation).await?;
    if let (Some(out), Some(jpeg)) = (out, &found.drawn) {
        let written = match kind_of(out) {
            Some(ImageFormat::Png) => {
                image::load_from_memory(jpeg)?.save_with_format(out, ImageFormat::Png).map_err(Into::into)
            }
            _ => std::fs::write(out, jpeg).map_err(anyhow::Error::from),
        };
        written.with_context(|| format!("cannot write {}", out.display()))?;
    }
    if json {
        let mut object = serde_json::to_value(&found)?;
        object["picture"] = picture.display().to_string().into();
        return Ok(object.to_string());
    }
    Ok(format!("{}: {}", picture.display(), in_words(&found)))
}

fn in_words(found: &Recognition) -> String {
    let mut words = if found.faces.is_empty() {
        "nobody".to_owned()
    } else {
        found.faces.iter().map(face_in_words).collect::<Vec<_>>().join(", ")
    };
    if let Some(rotate) = found.suggested_rotate {
        let degrees = rotate.degrees();
        words = format!("{words}; this picture seems to be turned: rotate it by {degrees} degrees clockwise");
    }
    words
}

fn face_in_words(face: &RecognizedFace) -> String {
    let at = face.face.detection.box_in_frame;
    let place = format!("at {:.0},{:.0} {:.0}×{:.0}", at.x, at.y, at.w, at.h);
    let words = face.identity.in_words();
    match &face.identity {
        Identity::Known { probability, .. } | Identity::Unsure { probability, .. } => {
            format!("{words} ({:.0} %, {place})", probability * 100.0)
        }
        Identity::Unknown { .. } => format!("unknown ({place})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path, names: &[&str]) -> Vec<PathBuf> {
        let write = |name: &&str| {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("is made");
            std::fs::write(&path, "a picture").expect("is written");
            path
        };
        names.iter().map(write).collect()
    }

    #[test]
    fn annotated_pictures_never_replace_originals() {
        let folder = tempfile::tempdir().expect("a folder");
        let pictures = files(folder.path(), &["a.jpg", "b.png"]);
        let among = outputs(&pictures, folder.path()).expect_err("is refused").to_string();
        assert!(among.contains("originals"), "{among}");
        let itself = outputs(&pictures[..1], &folder.path().join("../").join(folder.path()).join("a.jpg"));
        assert!(itself.expect_err("is refused").to_string().contains("the picture itself"));
        assert!(outputs(&pictures[..1], &folder.path().join("out.jpg")).is_ok());
        assert!(outputs(&pictures[..1], &folder.path().join("out.PNG")).is_ok());
        let other = outputs(&pictures[..1], &folder.path().join("out.webp")).expect_err("is refused").to_string();
        assert!(other.contains(".png"), "{other}");
    }

    #[test]
    fn pictures_of_the_same_name_get_different_files() {
        let (folder, out) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let pictures = files(folder.path(), &["a/door.jpg", "b/door.png", "b/Door.jpg", "a/door 2.jpg"]);
        let names: Vec<_> = outputs(&pictures, out.path())
            .expect("names")
            .iter()
            .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["door.jpg", "door 2.jpg", "Door 3.jpg", "door 2 2.jpg"]);
    }
}
