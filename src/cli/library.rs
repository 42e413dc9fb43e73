//! `face-server export` and `import`: everybody with their photos as one file. Both work while a server runs on the same folders.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
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

/// Writes the file; never over another one. It has its name once it is whole, and nothing is left of one that is interrupted.
pub(crate) fn export(config: &Config, args: &Export) -> anyhow::Result<ExitCode> {
    start::with_engine(config, "warn", Opening::Reading, async |engine| {
        let given_up = given_up()?;
        let is_free = || {
            let there = fs::symlink_metadata(&args.file).is_ok();
            anyhow::ensure!(!there, "cannot write {}: there is such a file already", args.file.display());
            Ok(())
        };
        is_free()?;
        let mut unfinished = args.file.clone().into_os_string();
        unfinished.push(".part");
        let unfinished = PathBuf::from(unfinished);
        let file = private_file(&unfinished).with_context(|| format!("cannot write {}", unfinished.display()))?;
        let write = async || {
            let export = engine.export().await?;
            let counts = export.counts();
            export.write(BufWriter::new(UntilGivenUp { file: &file, given_up }))?;
            file.sync_all()?;
            is_free()?;
            fs::rename(&unfinished, &args.file).with_context(|| format!("cannot write {}", args.file.display()))?;
            anyhow::Ok(counts)
        };
        let (people, photos) = write().await.inspect_err(|_| drop(fs::remove_file(&unfinished)))?;
        super::say(format_args!("{}: {people} people, {photos} photos", args.file.display()))?;
        Ok(true)
    })
}

/// Takes a file in; fails, with nothing changed, where it is not whole, or somebody ends the program before it was read.
pub(crate) fn import(config: &Config, args: &Import) -> anyhow::Result<ExitCode> {
    let file = File::open(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    start::with_engine(config, "warn", Opening::Beside, async |engine| {
        for person in engine.import(BufReader::new(UntilGivenUp { file, given_up: given_up()? })).await?.people {
            super::say(in_words(&person))?;
            for elsewhere in &person.somebody_elses {
                let file = shown(elsewhere.file.as_ref());
                super::say(format_args!("  {file}: left out, it is a photo of {} here", elsewhere.person.name))?;
            }
        }
        Ok(true)
    })
}

/// Set once somebody ends the program.
fn given_up() -> anyhow::Result<Arc<AtomicBool>> {
    let given_up = Arc::new(AtomicBool::new(false));
    let (told, ends) = (start::told_to_end()?, Arc::clone(&given_up));
    tokio::spawn(async move {
        told.await;
        ends.store(true, Ordering::Relaxed);
    });
    Ok(given_up)
}

/// A file that cannot be read or written any further once it is given up, so that what was made of it is taken away as of any
/// broken file.
struct UntilGivenUp<F> {
    file: F,
    given_up: Arc<AtomicBool>,
}

impl<F> UntilGivenUp<F> {
    fn go_on(&mut self) -> io::Result<&mut F> {
        if self.given_up.load(Ordering::Relaxed) {
            return Err(io::Error::other("it was interrupted"));
        }
        Ok(&mut self.file)
    }
}

impl<F: Read> Read for UntilGivenUp<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.go_on()?.read(into)
    }
}

impl<F: Write> Write for UntilGivenUp<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.go_on()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.go_on()?.flush()
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
