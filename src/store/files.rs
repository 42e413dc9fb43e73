//! What is found under `faces/`: a person's folder, a photo in it, and what a file's content was at the last look; and how it is
//! read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::people::{PersonId, PersonName, PhotoId};

/// A file that changed less than this ago may still be copied.
pub const SETTLE_TIME: Duration = Duration::from_secs(1);
/// Larger files aren't photos this server reads.
pub(super) const MAX_PHOTO_BYTES: u64 = 64 << 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFolder {
    pub id: PersonId,
    /// The person's name; the folder may be called otherwise ([`PersonName::folder_name`]).
    pub name: PersonName,
    /// The folder, relative to `faces/`.
    pub folder: PathBuf,
    pub photos: Vec<PhotoFile>,
    /// An example that came with the program: counts only while nobody else is enrolled.
    pub sample: bool,
    /// The folder is missing and waited for: how long already. The photos are those that were known.
    pub waiting: Option<Duration>,
}

/// A file that is a picture by its first bytes and stable; whether it shows a face is for the engine to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoFile {
    pub id: PhotoId,
    /// Relative to `faces/`.
    pub path: PathBuf,
    pub bytes: u64,
    /// Somebody has said that it is this person's, although it looks like another's.
    pub accepted: bool,
}

/// What the content of a file was when it looked like this: kept across starts, so that these files need not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFile {
    /// Relative to `faces/`.
    pub path: PathBuf,
    pub bytes: u64,
    /// Nanoseconds since 1970.
    pub modified_ns: i64,
    pub photo: PhotoId,
}

/// A file's bytes. What was put in its place since it was found may be a pipe, which is waited for, or have no end.
pub(super) fn read_file(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_file(path, most)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A regular file, and no more than `most` bytes of it.
pub(super) fn open_file(path: &Path, most: u64) -> io::Result<io::Take<File>> {
    // Looked at before it is opened: to open a pipe is to wait for its other end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    Ok(File::open(path)?.take(most))
}
