//! `face-server evaluate`: labelled recordings → how well our rule and others' decide.

use std::fs::File;
use std::io::BufReader;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use face_server::config::Config;
use face_server::measure::evaluate::{self, homes::Scene, labels, watched};
use face_server::measure::{gallery, line, recording, replay};
use face_server::people::Prior;
use face_server::vision::Options;

use super::{say, start};

/// Measure how well people are told apart, by our rule and by others', on recordings whose people are known.
///
/// The people enrolled are those of the faces folder. Prints a page in Markdown.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// CSV file with the columns `visit`, `seconds`, `file`, and `frame` if the list of people uses it.
    #[arg(long, value_name = "FILE")]
    frames: PathBuf,
    /// CSV file with the columns `visit`, `person`, `known` (0 or 1), `file` or `frame`, `cx`, `cy` and, if wanted, `side`: whose face
    /// is where, in pixels.
    #[arg(long, value_name = "FILE")]
    people: PathBuf,
    /// Folder that the files of the list start from.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// What `describe` wrote of these pictures, instead of describing them again.
    #[arg(long, value_name = "FILE")]
    faces: Option<PathBuf>,
    /// Pictures and homes worked on at the same time; all cores if left out.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// Runs the subcommand.
pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let vision = start::vision(config)?;
    let prior = Prior::of_pack(&vision)?;
    // The pictures already keep every core busy.
    let options = Options { threads: 1, limits: config.limits, ..Options::live() };
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let pictures = recording::read(open(&args.frames)?).with_context(|| shown(&args.frames))?;
    let labels = labels::read(open(&args.people)?, open(&args.frames)?).with_context(|| shown(&args.people))?;
    let people = gallery::learn(&vision, &config.faces_dir, &options, threads)
        .with_context(|| format!("cannot read {}", shown(&config.faces_dir)))?;
    super::replay::say_what_was_learned(&people);
    let described = match &args.faces {
        Some(path) => line::read(open(path)?).with_context(|| shown(path))?,
        None => {
            let live = replay::Live { vision: &vision, root: &args.root, options: &options, threads };
            replay::describe_all(&pictures, &live)
        }
    };
    let known: Vec<_> = people.people.into_iter().filter(|person| !person.photos.is_empty()).collect();
    let watched = watched::watch(prior.as_ref(), &config.settings, &known, &pictures, &described, &labels)?;
    let scene = Scene { prior: prior.as_ref(), people: &known, visits: &watched.visits };
    let report = evaluate::evaluate(&scene, watched.background, threads);
    say(report)?;
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", shown(path)))?;
    Ok(BufReader::new(file))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
