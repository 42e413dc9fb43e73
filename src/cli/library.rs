//! `face-server export` and `import`: everybody with their photos as one file. Both work while a server runs on the same folders.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use face_server::config::Config;
use face_server::store::{ImportedPerson, Opening, shown};

use super::start;

/// Write everybody's photos, ids and settings into one file (tar, with SHA-256 sums).
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Take in a file that `export` wrote; who and what is there already stays as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Writes the file; never over another one.
pub(crate) fn export(config: &Config, args: &Export) -> anyhow::Result<ExitCode> {
    start::with_engine(config, "warn", Opening::Reading, async |engine| {
        let file = private_file(&args.file).with_context(|| format!("cannot write {}", args.file.display()))?;
        let write = async || {
            let export = engine.export().await?;
            let counts = export.counts();
            export.write(BufWriter::new(&file))?;
            file.sync_all()?;
            anyhow::Ok(counts)
        };
        let (people, photos) = write().await.inspect_err(|_| drop(fs::remove_file(&args.file)))?;
        super::say(format_args!("{}: {people} people, {photos} photos", args.file.display()))?;
        Ok(true)
    })
}

/// Takes a file in; fails, with nothing changed, where it is not whole, or somebody ends the program before it was read.
pub(crate) fn import(config: &Config, args: &Import) -> anyhow::Result<ExitCode> {
    let file = File::open(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    start::with_engine(config, "warn", Opening::Beside, async |engine| {
        let given_up = Arc::new(AtomicBool::new(false));
        let (told, ends) = (start::told_to_end()?, Arc::clone(&given_up));
        tokio::spawn(async move {
            told.await;
            ends.store(true, Ordering::Relaxed);
        });
        for person in engine.import(BufReader::new(UntilGivenUp { file, given_up })).await?.people {
            super::say(in_words(&person))?;
            for elsewhere in &person.somebody_elses {
                let file = shown(elsewhere.file.as_ref());
                super::say(format_args!("  {file}: left out, it is a photo of {} here", elsewhere.person.name))?;
            }
        }
        Ok(true)
    })
}

/// A file that cannot be read any further once it is given up, so that what was made of it is taken away as of any broken file.
struct UntilGivenUp {
    file: File,
    given_up: Arc<AtomicBool>,
}

impl Read for UntilGivenUp {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given_up.load(Ordering::Relaxed) {
            return Err(io::Error::other("it was interrupted"));
        }
        self.file.read(into)
    }
}

/// A new file that only its owner reads, wherever it is made.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn in_words(person: &ImportedPerson) -> String {
    let ImportedPerson { person, added, photos_added, photos_known, .. } = person;
    let new = if *added { "new, " } else { "" };
    format!("{}: {new}{photos_added} photos added, {photos_known} were there", person.name)
}
