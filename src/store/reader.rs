//! New photos under `faces/` → their content's hashes, read while nobody waits for the folder.
//!
//! A scan holds the folder, and thousands of new photos take it minutes to read; what was read before, it need not.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use super::folder::{self, FileKind, Stamp, nanoseconds};
use super::photo_id;
use super::scan::{KnownFile, MAX_PHOTO_BYTES, SETTLE_TIME};

/// What was known when it was made; it holds nothing that others need.
#[derive(Debug)]
pub struct Reader {
    pub(super) root: PathBuf,
    pub(super) known: HashMap<PathBuf, Stamp>,
}

impl Reader {
    /// The settled photos that were not known, for [`super::Faces::remember`]. Whatever cannot be read is left to the
    /// scan, which says so.
    #[must_use]
    pub fn read(&self, now: SystemTime) -> Vec<KnownFile> {
        let mut read = Vec::new();
        for (person, metadata) in folder::entries(&self.root).unwrap_or_default() {
            if !metadata.is_dir() || person.file_name().is_none_or(folder::is_hidden) {
                continue;
            }
            for (full, metadata) in folder::entries(&person).unwrap_or_default() {
                let photo = full.file_name().is_some_and(|name| folder::file_kind(name) == FileKind::Photo);
                if photo && metadata.is_file() && metadata.len() <= MAX_PHOTO_BYTES {
                    read.extend(self.read_one(&full, Stamp::of(&metadata), now));
                }
            }
        }
        read
    }

    fn read_one(&self, full: &std::path::Path, stamp: Stamp, now: SystemTime) -> Option<KnownFile> {
        let path = full.strip_prefix(&self.root).ok()?.to_owned();
        let age_ns = nanoseconds(now).saturating_sub(stamp.modified_ns);
        let settled = i128::from(age_ns) >= i128::try_from(SETTLE_TIME.as_nanos()).ok()?;
        if !settled || self.known.get(&path) == Some(&stamp) {
            return None;
        }
        let bytes = fs::read(full).ok()?;
        let unchanged = Stamp::of(&fs::metadata(full).ok()?) == stamp && bytes.len() as u64 == stamp.bytes;
        let Stamp { bytes: length, modified_ns } = stamp;
        (unchanged && length > 0).then(|| KnownFile { path, bytes: length, modified_ns, photo: photo_id(&bytes) })
    }
}
