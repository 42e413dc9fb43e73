//! What was deleted and can still be put back ↔ a hidden folder beside the people: `.face-deleted-UNTIL-ID/` holds the person's
//! folder or the photo's file, and a note of whose it is.
//!
//! One rename puts it there and one takes it back, so that a crash leaves it in one of the two places. The name has the end by
//! the wall clock, for the next start; a run counts by a clock that cannot be set. Called by [`super::Faces`].

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::atomic::{self, Access};
use super::files::read_file;
use super::{StoreError, folder, io_error, is_id};
use crate::people::{PersonRef, PhotoId};

/// How long a change can be undone.
pub const UNDO_FOR: Duration = Duration::from_secs(3_600);
/// Deletions that can be undone at one time, and as many other changes.
pub const MOST_UNDOABLE: usize = 1_000;
const PREFIX: &str = ".face-deleted-";
const NOTE: &str = ".deleted.json";
/// A person has at most some thousand photos, with twenty bytes each.
const MAX_NOTE_BYTES: u64 = 10 << 20;

/// A change's id: 16 random lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct ChangeId(pub String);

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that was deleted and can be put back.
#[derive(Clone, Debug, PartialEq)]
pub struct SetAside {
    pub id: ChangeId,
    /// Who was deleted, or whose photo.
    pub person: PersonRef,
    pub what: What,
    /// When it is erased.
    pub ends: Instant,
    /// The hidden folder, relative to `faces/`.
    pub folder: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Person {
        photos: Vec<PhotoId>,
    },
    Photo {
        photo: PhotoId,
        /// [`super::PhotoFile::accepted`].
        accepted: bool,
    },
}

#[derive(Serialize, Deserialize)]
struct Note {
    person: PersonRef,
    what: What,
}

/// What a hidden folder turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    Kept(SetAside),
    /// Nothing is in it, or its time is over and nobody knows whose it was.
    Leftover,
    /// It cannot be read now.
    Unreadable,
}

impl SetAside {
    pub(super) fn new(id: ChangeId, person: PersonRef, what: What, now: Timestamp, undo_for: Duration) -> Self {
        let until = now.checked_add(undo_for).unwrap_or(Timestamp::MAX);
        let folder = PathBuf::from(format!("{PREFIX}{}-{}", until.as_second(), id.0));
        Self { id, person, what, ends: Instant::now() + undo_for, folder }
    }

    /// Whether it is a person, and not only a photo.
    pub fn is_whole(&self) -> bool {
        matches!(self.what, What::Person { .. })
    }

    /// The photos in it.
    pub fn photos(&self) -> &[PhotoId] {
        match &self.what {
            What::Person { photos } => photos,
            What::Photo { photo, .. } => std::slice::from_ref(photo),
        }
    }

    /// Makes the hidden folder under `root`, with the note alone.
    pub(super) fn make_place(&self, root: &Path) -> Result<PathBuf, StoreError> {
        let place = root.join(&self.folder);
        fs::create_dir(&place).map_err(io_error("make the folder", &place))?;
        self.write_note(root).inspect_err(|_| remove(&place))?;
        Ok(place)
    }

    pub(super) fn write_note(&self, root: &Path) -> Result<(), StoreError> {
        let note = Note { person: self.person.clone(), what: self.what.clone() };
        let text =
            serde_json::to_vec(&note).map_err(|e| StoreError::BadStored { what: "deletion", reason: e.to_string() })?;
        atomic::write(&root.join(&self.folder).join(NOTE), &text, Access::Shared)
    }

    /// Where the folder or file itself is, if it is there.
    pub(super) fn content(&self, root: &Path) -> Result<Option<PathBuf>, StoreError> {
        let place = root.join(&self.folder);
        content(&place).map_err(io_error("read", place))
    }
}

/// Whether something directly in `faces/` is such a hidden folder, by its name.
pub(super) fn is_place(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(PREFIX.as_bytes())
}

/// Reads what an earlier run set aside. It is kept `undo_for` at most, whatever the clock says.
pub(super) fn read(root: &Path, name: &OsStr, now: Timestamp, undo_for: Duration) -> Found {
    let parts = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.rsplit_once('-'));
    let parts = parts.and_then(|(until, id)| Some((Timestamp::from_second(until.parse().ok()?).ok()?, id)));
    let Some((until, id)) = parts.filter(|(_, id)| is_id(id)) else { return Found::Unreadable };
    let place = root.join(name);
    match content(&place) {
        Ok(Some(_)) => {}
        Ok(None) => return Found::Leftover,
        Err(_) => return Found::Unreadable,
    }
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default().min(undo_for);
    let note = read_file(&place.join(NOTE), MAX_NOTE_BYTES).ok();
    match note.and_then(|text| serde_json::from_slice::<Note>(&text).ok()) {
        Some(Note { person, what }) => {
            let id = ChangeId(id.to_owned());
            Found::Kept(SetAside { id, person, what, ends: Instant::now() + left, folder: PathBuf::from(name) })
        }
        None if left.is_zero() => Found::Leftover,
        None => Found::Unreadable,
    }
}

/// Removes a hidden folder that nothing worth keeping is in. What the disk does not give up goes at the next look.
pub(super) fn remove(place: &Path) {
    if let Err(error) = fs::remove_dir_all(place) {
        tracing::debug!(folder = %place.display(), %error, "the rest of a deletion is still there");
    }
}

fn content(place: &Path) -> std::io::Result<Option<PathBuf>> {
    let inside = folder::entries(place)?;
    let own = |entry: &folder::Entry| {
        entry.name == NOTE || entry.name.as_encoded_bytes().starts_with(atomic::TEMPORARY_PREFIX.as_bytes())
    };
    Ok(inside.into_iter().find(|entry| !own(entry)).map(|entry| entry.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{PersonId, PersonName};

    fn kept(root: &Path, now: Timestamp) -> SetAside {
        let person = PersonRef { id: PersonId("b0b".into()), name: PersonName::new("Bob").unwrap() };
        let what = What::Photo { photo: PhotoId("9a03".into()), accepted: true };
        let kept = SetAside::new(ChangeId("0123456789abcdef".into()), person, what, now, UNDO_FOR);
        fs::write(kept.make_place(root).unwrap().join("a.jpg"), b"photo").unwrap();
        kept
    }

    fn left(found: &Found) -> Duration {
        match found {
            Found::Kept(kept) => kept.ends.saturating_duration_since(Instant::now()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_set_aside_is_found_again_and_no_clock_keeps_it_longer_than_an_hour() {
        let root = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        let written = kept(root.path(), now);
        let read_at = |now| read(root.path(), written.folder.as_os_str(), now, UNDO_FOR);
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let Found::Kept(found) = read_at(now + minutes(30)) else { panic!("not found") };
        assert_eq!(SetAside { ends: written.ends, ..found }, written);
        assert!((minutes(29)..=minutes(30)).contains(&left(&read_at(now + minutes(30)))));
        assert!(left(&read_at(now - minutes(600))) <= UNDO_FOR, "the clock was set back");
        assert!(left(&read_at(now + minutes(61))).is_zero());
    }

    #[test]
    fn a_folder_without_anything_in_it_is_a_leftover_and_one_without_its_note_is_not_erased_early() {
        let root = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        let written = kept(root.path(), now);
        let read_at = |now| read(root.path(), written.folder.as_os_str(), now, UNDO_FOR);
        let place = root.path().join(&written.folder);
        fs::write(place.join(NOTE), b"{").unwrap();
        assert_eq!(read_at(now), Found::Unreadable);
        assert_eq!(read_at(now + UNDO_FOR), Found::Leftover);
        fs::remove_file(place.join("a.jpg")).unwrap();
        assert_eq!(read_at(now), Found::Leftover);
        assert_eq!(read(root.path(), OsStr::new(".face-deleted-soon-x"), now, UNDO_FOR), Found::Unreadable);
    }
}
