//! `face-lab replay`: recorded pictures → what the server would have decided.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use face_lab::{gallery, line, recording, replay};
use face_server::config::Config;
use face_server::engine::Simulation;
use face_server::people::Prior;
use face_server::vision::Options;

/// Play recorded pictures through the live decision with a simulated clock; print who was recognised when.
///
/// The people are those of the faces folder. One JSON line for each track that reaches a grade, and one for each that ends.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// CSV file with the columns `visit` or `camera`, `seconds` and `file`; each visit begins anew, cameras go on.
    #[arg(long, value_name = "FILE")]
    frames: PathBuf,
    /// Folder that the files of the list start from.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// What `describe` wrote of these pictures, instead of describing them again.
    #[arg(long, value_name = "FILE")]
    faces: Option<PathBuf>,
    /// Where the lines go; standard output if left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Strangers confirmed as someone per thousand visits, instead of the configured number.
    #[arg(long, value_name = "N")]
    strangers_per_thousand: Option<f32>,
    /// Also print which faces would be proposed as photos of the people they show
    #[arg(long)]
    proposals: bool,
    /// Pictures described at the same time; all cores if left out.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// Runs the subcommand.
pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let shown = |path: &PathBuf| path.display().to_string();
    let vision = super::vision(config)?;
    let prior = Prior::of_pack(&vision)?;
    // The pictures already keep every core busy.
    let options = Options { threads: 1, limits: config.limits, ..Options::live() };
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let frames = File::open(&args.frames).with_context(|| format!("cannot read {}", shown(&args.frames)))?;
    let pictures = recording::read(BufReader::new(frames)).with_context(|| shown(&args.frames))?;
    let described = match &args.faces {
        Some(path) => {
            let lines = File::open(path).with_context(|| format!("cannot read {}", shown(path)))?;
            Some(line::read(BufReader::new(lines)).with_context(|| shown(path))?)
        }
        None => None,
    };
    let mut settings = config.settings;
    settings.strangers_per_thousand = args.strangers_per_thousand.unwrap_or(settings.strangers_per_thousand);
    let mut simulation = Simulation::new(prior, settings);
    let people = gallery::learn(&vision, &config.faces_dir, &options, threads)
        .with_context(|| format!("cannot read {}", shown(&config.faces_dir)))?;
    say_what_was_learned(&people);
    for person in people.people {
        simulation.enroll(person.name, &person.photos)?;
    }
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).with_context(|| format!("cannot write {}", shown(path)))?))
        }
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let mut replay = replay::Replay::new(simulation, &mut *out);
    if args.proposals {
        replay = replay.with_proposals();
    }
    let missing = replay::play_all(
        &mut replay,
        &pictures,
        described.as_ref(),
        &replay::Live { vision: &vision, root: &args.root, options: &options, threads },
    )?;
    if missing > 0 {
        eprintln!("{missing} pictures could not be read; they count as pictures without a face");
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn say_what_was_learned(people: &gallery::Gallery) {
    let photos: usize = people.people.iter().map(|p| p.photos.len()).sum();
    eprintln!(
        "{} people with {photos} photos; in {} photos with several faces the one nearest the centre was taken, {} photos were refused",
        people.people.len(),
        people.several_faces,
        people.refused.len()
    );
    for (path, reason) in &people.refused {
        eprintln!("refused: {}: {reason}", path.display());
    }
}
