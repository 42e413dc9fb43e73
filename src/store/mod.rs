//! The only owner of the disk: `faces/NAME/*` is the truth about people, the data folder's SQLite file keeps the rest.
//!
//! [`Faces`] reads, watches and changes the photos; [`Database`] keeps embeddings (a cache), sightings, unknown people,
//! tokens and settings. Called by the engine and the command line, from their own threads: everything here blocks.
//! Does not know what pixels mean.

use std::io;
use std::path::PathBuf;

use crate::people::{PersonId, PersonName, PhotoId};

pub mod absence;
pub mod archive;
mod aside;
mod atomic;
mod changes;
pub mod database;
pub mod faces;
mod files;
mod folder;
mod person_file;
pub mod reader;
mod scan;
mod secret;
#[cfg(test)]
mod tests;
pub mod watch;

pub use absence::Away;
pub use archive::{Imported, ImportedPerson};
pub use aside::{ChangeId, MOST_UNDOABLE, SetAside, UNDO_FOR, What};
pub use changes::{Change, follow, used};
pub use database::cache::{Described, Recipe};
pub use database::documents::Kind;
pub use database::sightings::{Correction, NewSighting, SightingQuery, SightingRow};
pub use database::tokens::{Role, Token};
pub use database::unknowns::{NewUnknownFace, UnknownRow};
pub use database::{Cursor, Database, MAX_LIMIT, Page, Tx};
pub use faces::{By, PhotoOwner, SavedPhoto};
pub use files::{KnownFile, PersonFolder, PhotoFile, SETTLE_TIME};
pub use folder::shown;
pub use reader::Reader;
pub use scan::{Faces, Problem, ProblemKind, Roster, Scan, read_photo};
pub use secret::secret;
pub use watch::Watcher;

/// Whether this process is the server, or a command that may run while the server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The one server: takes the data folder's lock, and removes what a crash left behind.
    Sole,
    /// A command that teaches: takes nothing and cleans nothing up.
    Beside,
    /// A command that only looks: makes and changes nothing, neither in the folders nor in the database.
    Reading,
}

/// Why the disk could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot {action} {}: {source}", shown(.path))]
    Io {
        /// What was tried: "read", "write", …
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("the database cannot do this: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A newer version of this program made the file.
    #[error("{} has the format {found}, made by a newer face-server; this one knows formats up to {known}: update it, or move the file away", shown(.path))]
    NewerDatabase { path: PathBuf, found: i64, known: i64 },
    #[error("{} is damaged or not a database ({reason}); restore it from a backup, or move it away to start over (people and photos are not in it)", shown(.path))]
    DamagedDatabase { path: PathBuf, reason: String },
    /// Another server works on this folder.
    #[error("another face-server is using {}", shown(.0))]
    InUse(PathBuf),
    /// The address of a page is none this server gave.
    #[error("{0:?} isn't a cursor of this list")]
    BadCursor(String),
    /// A file of a library is not whole, or none.
    #[error("this file can't be imported, and nothing was changed: {0}")]
    BadArchive(String),
    /// What is stored cannot be read.
    #[error("the stored {what} cannot be read: {reason}")]
    BadStored { what: &'static str, reason: String },
    /// So many people's folders are missing that the folder of photos must be away.
    #[error("{missing} of {known} people are missing from {}, so nothing is changed there: is a share not mounted? If they were deleted, tell the server so (people/missing), or it forgets them by itself after a day", shown(.root))]
    FacesAway { root: PathBuf, missing: usize, known: usize },
    #[error("the folder {} doesn't exist; make it and put a folder with photos for each person in it, or name another one with --faces-dir", shown(.0))]
    NoFolder(PathBuf),
    #[error("nobody has the id {0}")]
    UnknownPerson(PersonId),
    #[error("no photo has the id {0}")]
    UnknownPhoto(PhotoId),
    /// Another folder has the name, but for case or normalisation.
    #[error("there is already a folder named {0}")]
    NameTaken(PersonName),
    #[error("there is nothing to put back under the id {0}: that was undone or erased already, or its hour is over")]
    UnknownChange(ChangeId),
    /// Whoever was deleted cannot come back under their name.
    #[error("somebody else is named {0} by now; give them another name, and undo this then")]
    NameTakenSince(PersonName),
    /// Whoever has the photos was deleted, too.
    #[error("{0}, who has the photos, isn't there any more; if they were deleted a moment ago, undo that first")]
    OwnerGone(PersonName),
    #[error("{0} deletions can be undone already; erase some of them (changes/erase), or delete this for good")]
    TooManyChanges(usize),
}

impl StoreError {
    /// Whether there was no room for it.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            Self::Io { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            _ => false,
        }
    }

    /// Whether the same may succeed later: the disk is full or away, or another program holds the database.
    pub fn passes(&self) -> bool {
        use rusqlite::ErrorCode;
        match self {
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::DiskFull
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::CannotOpen
                        | ErrorCode::ReadOnly
                        | ErrorCode::OutOfMemory
                )
            ),
            Self::Io { .. } => true,
            _ => false,
        }
    }
}

/// For `map_err`: names what was tried with which path.
fn io_error(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.into();
    move |source| StoreError::Io { action, path, source }
}

/// 16 random lower-case hex digits: a fresh [`PersonId`] or [`crate::people::UnknownId`].
pub fn random_id() -> Result<String, StoreError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|e| io_error("read", "the system's randomness")(io::Error::other(e.to_string())))?;
    Ok(hex::encode(bytes))
}

/// The photo id of a file's bytes: the first 16 hex digits of their SHA-256.
pub fn photo_id(bytes: &[u8]) -> PhotoId {
    use sha2::Digest;
    PhotoId(hex::encode(&sha2::Sha256::digest(bytes)[..8]))
}

/// Whether this can be a person's id: 16 lower-case hex digits.
fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
