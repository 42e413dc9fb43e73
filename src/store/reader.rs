//! New photos under `faces/` → their content's hashes, read while nobody waits for the folder.
//! A scan holds the folder, and thousands of new photos take it minutes to read; what was read before, it need not.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use super::files::{KnownFile, MAX_PHOTO_BYTES, SETTLE_TIME};
use super::folder::{self, Entry, FileKind, Stamp, nanoseconds};
use super::photo_id;
use crate::people::PersonName;

/// What was known when it was made; it holds nothing that others need.
#[derive(Debug)]
pub struct Reader {
    pub(super) root: PathBuf,
    pub(super) known: HashMap<PathBuf, Stamp>,
}

impl Reader {
    /// The settled photos that were not known, for [`super::Faces::remember`]. Links, and whatever cannot be read, are left to
    /// the scan.
    pub fn read(&self, now: SystemTime) -> Vec<KnownFile> {
        let mut read = Vec::new();
        for person in folder::entries(&self.root).unwrap_or_default() {
            if !person.is_dir() || person.name.to_str().is_none_or(|name| PersonName::new(name).is_err()) {
                continue;
            }
            for Entry { path, name, is_link, metadata } in folder::entries(&person.path).unwrap_or_default() {
                let Ok(metadata) = metadata else { continue };
                let photo = folder::file_kind(&name) == FileKind::Photo && metadata.is_file() && !is_link;
                if photo && metadata.len() <= MAX_PHOTO_BYTES {
                    read.extend(self.read_one(&path, Stamp::of(&metadata), now));
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
        let bytes = folder::read_picture(full).ok()?;
        let unchanged = Stamp::of(&fs::metadata(full).ok()?) == stamp && bytes.len() as u64 == stamp.bytes;
        let Stamp { bytes: length, modified_ns } = stamp;
        (unchanged && length > 0).then(|| KnownFile { path, bytes: length, modified_ns, photo: photo_id(&bytes) })
    }
}
