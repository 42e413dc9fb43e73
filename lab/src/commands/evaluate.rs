//! `face-lab evaluate`: labelled recordings → how well our rule and others' decide.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use face_lab::evaluate::homes::{Scene, Source};
use face_lab::evaluate::watched::{self, Between};
use face_lab::evaluate::{self, comings, folder, labels, plots};
use face_lab::{gallery, line, recording, replay};
use face_server::config::Config;
use face_server::people::Prior;
use face_server::vision::Options;

use super::say;

/// Measure how well people are told apart, by our rule and by others', on recordings or photos whose people are known.
///
/// With a folder of photos, one folder a person: the first three photos of each are enrolled, the others are their visits, and everybody
/// is a stranger to homes without them. With recordings, the people of the faces folder are enrolled. Prints a page in Markdown.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder with a folder of photos for each person, four or more of those who shall visit.
    #[arg(value_name = "DIR", required_unless_present = "frames", conflicts_with_all = ["frames", "people", "faces"])]
    folder: Option<PathBuf>,
    /// Recordings: a CSV file with the columns `visit`, `seconds`, `file`, and `frame` if the list of people uses it.
    #[arg(long, value_name = "FILE", requires = "people")]
    frames: Option<PathBuf>,
    /// Who is in them: a CSV file with the columns `visit`, `person`, `known` (0 or 1), `file` or `frame`, `cx`, `cy` and, if wanted,
    /// `side`, in pixels.
    #[arg(long, value_name = "FILE", requires = "frames")]
    people: Option<PathBuf>,
    /// Strangers who come again: a CSV file with the columns `person`, `seconds`, `file`, in the order of time.
    #[arg(long, value_name = "FILE", requires = "frames")]
    strangers: Option<PathBuf>,
    /// Folder that the files of the lists start from.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// What `describe` wrote of these pictures, instead of describing them again; may be given several times.
    #[arg(long, value_name = "FILE")]
    faces: Vec<PathBuf>,
    /// Draw curves into this folder.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// Pictures and homes worked on at the same time; all cores if left out.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// Runs the subcommand.
pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let vision = super::vision(config)?;
    let prior = Prior::of_pack(&vision)?;
    // The pictures already keep every core busy.
    let options = Options { threads: 1, limits: config.limits, ..Options::live() };
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let learn = |folder: &Path| {
        let people = gallery::learn(&vision, folder, &options, threads);
        let people = people.with_context(|| format!("cannot read {}", shown(folder)))?;
        super::replay::say_what_was_learned(&people);
        anyhow::Ok(people)
    };
    let (Some(frames), Some(labels)) = (&args.frames, &args.people) else {
        let folder = args.folder.as_deref().unwrap_or(&config.faces_dir);
        let (people, visits) = folder::split(learn(folder)?).with_context(|| shown(folder))?;
        let scene = Scene { prior: prior.as_ref(), people: &people, visits: &visits, source: Source::Photos };
        return tell(&evaluate::evaluate(&scene, 0, threads), args);
    };
    let pictures = recording::read(open(frames)?).with_context(|| shown(frames))?;
    let labels = labels::read(open(labels)?, open(frames)?).with_context(|| shown(labels))?;
    let people: Vec<_> = learn(&config.faces_dir)?.people.into_iter().filter(|p| !p.photos.is_empty()).collect();
    let comings = match &args.strangers {
        Some(path) => comings::read(open(path)?).with_context(|| shown(path))?,
        None => Vec::new(),
    };
    let mut described = HashMap::new();
    for path in &args.faces {
        described.extend(line::read(open(path)?).with_context(|| shown(path))?);
    }
    if args.faces.is_empty() {
        let live = replay::Live { vision: &vision, root: &args.root, options: &options, threads };
        let files = pictures.iter().map(|p| p.file.as_str()).chain(comings.iter().map(|c| c.file.as_str()));
        described = replay::describe_all(&files.collect::<Vec<_>>(), &live);
    }
    let mut home = watched::home(prior.as_ref(), &config.settings, &people)?;
    let watched = watched::watch(&mut home, Between::Everything, &people, &pictures, &described, &labels)?;
    let scene = Scene { prior: prior.as_ref(), people: &people, visits: &watched.visits, source: Source::Recordings };
    tell(&evaluate::evaluate(&scene, watched.background, threads), args)?;
    if !comings.is_empty() {
        let known = comings::Known { pictures: &pictures, labels: &labels };
        say(comings::play(prior.as_ref(), &config.settings, &people, &comings, &known, &described)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(report: &evaluate::Report, args: &Args) -> anyhow::Result<ExitCode> {
    say(report)?;
    if let Some(folder) = &args.plots {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", shown(folder)))?;
        for (name, svg) in plots::draw(report)? {
            let path = folder.join(name);
            std::fs::write(&path, svg).with_context(|| format!("cannot write {}", shown(&path)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", shown(path)))?;
    Ok(BufReader::new(file))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
