//! `face-lab describe`: a list of pictures → JSON lines, for measuring.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::Context as _;
use face_lab::describe;
use face_server::people::Prior;
use face_server::vision::{Options, Pack, Vision};

/// Describe many pictures: one JSON line each with boxes, landmarks, scores, quality and embeddings.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File with one picture's path a line.
    #[arg(long, value_name = "FILE")]
    list: PathBuf,
    /// Folder that the paths of the list start from.
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Describe as OpenCV does, for comparison: native size, score 0.6, no second opinion.
    #[arg(long)]
    reference: bool,
    /// Also faces that the server leaves out as no person's (a dog's, a cat's): to fit what tells them apart.
    #[arg(long)]
    every_face: bool,
    /// Where the lines go; standard output if left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Pictures described at the same time; all cores if left out.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Folder of a model pack to use instead of the built-in one.
    #[arg(long, value_name = "DIR", env = "FACE_PACK")]
    pack: Option<PathBuf>,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let pack = args.pack.as_deref().map_or_else(Pack::embedded, Pack::load)?;
    let vision = Vision::load(&pack)?;
    drop(pack);
    let mut options = if args.reference { Options::reference() } else { Options::live() };
    // The pictures already keep every core busy.
    options.threads = 1;
    let list = std::fs::read_to_string(&args.list).with_context(|| format!("cannot read {}", args.list.display()))?;
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?))
        }
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let people = if args.reference || args.every_face { None } else { Prior::of_pack(&vision)? };
    let unreadable = describe::describe(&vision, &list, &args.root, &options, people.as_ref(), threads, &mut *out)
        .context("cannot write the lines")?;
    if unreadable > 0 {
        eprintln!("{unreadable} pictures could not be read; their lines say why");
    }
    Ok(())
}
