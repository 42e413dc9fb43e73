//! `face-lab bench`: how long each stage takes, whole pictures, and what grows.

use std::path::PathBuf;

use face_lab::bench::{self, Plan};
use face_server::vision::{Pack, Vision};

/// Time each stage and whole pictures, in turns: one JSON line each.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Times each case is done.
    #[arg(long, value_name = "N", default_value_t = 20)]
    rounds: usize,
    /// Threads that work on one picture.
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [1, 2])]
    threads: Vec<usize>,
    /// Photos in the galleries that a face is looked for in.
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [100, 10_000, 50_000])]
    galleries: Vec<usize>,
    /// Faces in the pictures with several.
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [2, 4, 8, 12, 20])]
    faces: Vec<usize>,
    /// Only this stage, as the lines name it; may be given several times.
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// Folder with the project's sample pictures.
    #[arg(long, value_name = "DIR", default_value = "tests/pictures")]
    photos: PathBuf,
    /// Folder of a model pack to use instead of the built-in one.
    #[arg(long, value_name = "DIR", env = "FACE_PACK")]
    pack: Option<PathBuf>,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let pack = args.pack.as_deref().map_or_else(Pack::embedded, Pack::load)?;
    let vision = Vision::load(&pack)?;
    let plan = Plan {
        rounds: args.rounds.max(1),
        threads: args.threads.clone(),
        galleries: args.galleries.clone(),
        faces: args.faces.clone(),
        stages: args.stages.clone(),
    };
    bench::bench(&pack, &vision, &args.photos, &plan, &mut std::io::stdout().lock())
}
