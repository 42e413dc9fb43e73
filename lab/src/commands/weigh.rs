//! `face-lab weigh`: what the rule of evidence makes of described faces, for fitting its numbers.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use face_lab::weigh;
use face_server::people::Prior;

/// Print what the rule of evidence makes of faces: one JSON line per track, with what it says after each picture.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The numbers of the rule, as in a pack's calibration.toml.
    #[arg(long, value_name = "FILE")]
    calibration: PathBuf,
    /// Faces, one per line, as `describe` writes each.
    #[arg(long, value_name = "FILE")]
    faces: PathBuf,
    /// Tracks, one per line: a list of line numbers of faces, from 0; each face by itself if left out.
    #[arg(long, value_name = "FILE")]
    tracks: Option<PathBuf>,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&args.calibration).with_context(|| shown(&args.calibration))?;
    let prior = Prior::read(&text)?;
    let faces = weigh::read_faces(open(&args.faces)?).with_context(|| shown(&args.faces))?;
    let tracks = match &args.tracks {
        Some(path) => weigh::read_tracks(open(path)?, faces.len()).with_context(|| shown(path))?,
        None => (0..faces.len()).map(|face| vec![face]).collect(),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    Ok(weigh::weigh(&prior, &faces, tracks.iter().map(Vec::as_slice), &mut out)?)
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    Ok(BufReader::new(File::open(path).with_context(|| format!("cannot read {}", shown(path)))?))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
