//! `faces/` as it is on the disk → people, their photos, and what changed since the last look.
//!
//! [`Faces`] lives here with its reading half; `faces` has the half that writes. Called by the engine at start, after each
//! pulse of the `watch`, and by `face-server check`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::absence::{self, Away, Root};
use super::aside::{self, Found, SetAside};
use super::changes::{Change, follow};
use super::files::{KnownFile, MAX_PHOTO_BYTES, PersonFolder, PhotoFile, SETTLE_TIME, read_file};
use super::folder::{self, Entry, FileKind, Stamp, nanoseconds, shown};
use super::person_file::{self, FoundFile, PersonFile};
use super::reader::Reader;
use super::{Opening, StoreError, atomic, io_error, photo_id, random_id};
use crate::people::{NameError, PersonId, PersonName, PhotoId};

#[derive(Debug)]
pub struct Faces {
    pub(super) root: PathBuf,
    opening: Opening,
    /// How long missing people are waited for.
    patience: Duration,
    /// As of the last look and own change.
    pub(super) people: Vec<PersonFolder>,
    /// What was deleted and can be put back.
    pub(super) aside: Vec<SetAside>,
    /// How long a deletion can be undone.
    pub(super) undo_for: Duration,
    /// What an earlier run knew, until the first look.
    recalled: Option<Vec<PersonFolder>>,
    /// The folder that people were last found in ([`folder::identity`]).
    found_in: (u64, u64),
    problems: Vec<Problem>,
    /// Content hashes by path relative to the root, so that only new files are read.
    pub(super) hashes: HashMap<PathBuf, (Stamp, PhotoId)>,
    /// Files from the future (a clock that is ahead): since when each has looked like that.
    watched: HashMap<PathBuf, (Stamp, SystemTime)>,
    /// Folders that could not be given a `.person.json`, so that it is said once.
    without_file: HashSet<PathBuf>,
}

/// Something under the faces folder that is not used or not right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProblemInfo")]
pub struct Problem {
    /// Where it is, relative to the faces folder; for clients, control characters are escaped.
    #[serde(serialize_with = "as_shown")]
    #[schemars(with = "String")]
    pub path: PathBuf,
    pub kind: ProblemKind,
    /// What is wrong with it, in words.
    #[serde(rename = "message")]
    pub reason: String,
    /// Whom it is about, where that is somebody known.
    #[serde(rename = "person_id", skip_serializing_if = "Option::is_none", default)]
    pub person: Option<PersonId>,
    /// Which of their photos, for `photos/move`, `photos/accept` and `photos/delete`.
    #[serde(rename = "photo_id", skip_serializing_if = "Option::is_none", default)]
    pub photo: Option<PhotoId>,
}

fn as_shown<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&shown(path))
}

/// What is wrong with something under `faces/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Not a person's folder or not a photo, and not meant to be: nothing is wrong.
    Skipped,
    /// A photo or a folder that cannot be used.
    Unusable,
    /// A person's folder is missing and waited for.
    Missing,
    /// A photo that looks like somebody else: not used until it is accepted.
    SomebodyElses,
    /// A photo that does not look like the person's others.
    Unlike,
    /// Two folders of what looks like one person.
    SamePerson,
}

impl ProblemKind {
    /// Whether somebody has something to do about it.
    pub fn is_fault(self) -> bool {
        self != Self::Skipped
    }
}

/// What a look at the folder brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Since the last scan, in an order that can be applied one after the other. Own changes through [`Faces`] are not told
    /// again.
    pub changes: Vec<Change>,
    pub problems: Vec<Problem>,
    /// So many files may still be copied: scan again after [`SETTLE_TIME`] ([`super::Watcher::check_again`]).
    pub unsettled: usize,
}

/// Whom a run knew: kept over a restart, so that a folder that is away at the start is noticed and waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Which folder they were found in: device and number.
    pub found_in: (u64, u64),
    pub people: Vec<PersonFolder>,
}

/// Reads a photo under `root`.
pub fn read_photo(root: &Path, photo: &PhotoFile) -> Result<Vec<u8>, StoreError> {
    let path = root.join(&photo.path);
    let bytes = read_file(&path, MAX_PHOTO_BYTES).map_err(io_error("read", path))?;
    if photo_id(&bytes) == photo.id { Ok(bytes) } else { Err(StoreError::UnknownPhoto(photo.id.clone())) }
}

impl Faces {
    /// For the folder `root`. People appear with the first [`Faces::scan`], which also makes the folder where it is missing.
    pub fn open(root: &Path, opening: Opening) -> Self {
        if opening == Opening::Sole {
            atomic::remove_leftovers(root);
            let inside = folder::entries(root).unwrap_or_default();
            inside.iter().filter(|entry| entry.is_dir()).for_each(|entry| atomic::remove_leftovers(&entry.path));
        }
        Self {
            root: root.to_owned(),
            opening,
            patience: absence::PATIENCE,
            people: Vec::new(),
            aside: Vec::new(),
            undo_for: aside::UNDO_FOR,
            recalled: None,
            found_in: folder::identity(root),
            problems: Vec::new(),
            hashes: HashMap::new(),
            watched: HashMap::new(),
            without_file: HashSet::new(),
        }
    }

    /// Missing people are waited for this long instead of [`absence::PATIENCE`].
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Deletions can be undone this long instead of [`aside::UNDO_FOR`].
    pub fn with_undo_for(self, undo_for: Duration) -> Self {
        Self { undo_for, ..self }
    }

    /// Takes up whom an earlier run knew ([`Faces::roster`]), before the first look: who is missing then is waited for.
    pub fn recall(&mut self, roster: Roster) {
        self.found_in = roster.found_in;
        self.recalled = Some(roster.people);
    }

    /// Everybody known, for [`Faces::recall`] at the next start.
    pub fn roster(&self) -> Roster {
        Roster { found_in: self.found_in, people: self.people.clone() }
    }

    /// People whose folders are missing and waited for.
    pub fn away(&self) -> Option<Away> {
        Away::of(&self.people, self.patience)
    }

    /// So much time has passed, by a clock that cannot be set. Whoever has been waited for long enough is gone with the next
    /// look; `true` if that is somebody.
    pub fn pass(&mut self, elapsed: Duration) -> bool {
        let patience = self.patience;
        let waiting = self.people.iter_mut().filter_map(|p| p.waiting.as_mut());
        waiting.fold(false, |over, waited| {
            *waited = waited.saturating_add(elapsed);
            over || *waited >= patience
        })
    }

    /// Nobody who is missing is waited for any longer: they are gone with the next look.
    pub fn stop_waiting(&mut self) {
        self.pass(self.patience);
    }

    /// Everybody who is missing is waited for from the beginning.
    pub fn wait_again(&mut self) {
        self.people.iter_mut().filter_map(|p| p.waiting.as_mut()).for_each(|waited| *waited = Duration::ZERO);
    }

    /// For reading new files ahead of a scan, while others may use the folder.
    pub fn reader(&self) -> Reader {
        let known = self.hashes.iter().map(|(path, (stamp, _))| (path.clone(), *stamp)).collect();
        Reader { root: self.root.clone(), known }
    }

    /// Takes up what [`Faces::known_files`] gave at an earlier run, or what a [`Reader`] has read.
    pub fn remember(&mut self, files: impl IntoIterator<Item = KnownFile>) {
        let known = |f: KnownFile| (f.path, (Stamp { bytes: f.bytes, modified_ns: f.modified_ns }, f.photo));
        self.hashes.extend(files.into_iter().map(known));
    }

    /// The content hashes of all files there are.
    pub fn known_files(&self) -> impl Iterator<Item = KnownFile> {
        self.hashes.iter().map(|(path, (stamp, photo))| KnownFile {
            path: path.clone(),
            bytes: stamp.bytes,
            modified_ns: stamp.modified_ns,
            photo: photo.clone(),
        })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Everybody, by name, as of the last scan and own change.
    pub fn people(&self) -> &[PersonFolder] {
        &self.people
    }

    pub fn person(&self, id: &PersonId) -> Option<&PersonFolder> {
        self.people.iter().find(|p| &p.id == id)
    }

    /// Somebody, by name ([`PersonName::fold_key`]).
    pub fn person_named(&self, name: &PersonName) -> Option<&PersonFolder> {
        let key = name.fold_key();
        self.people.iter().find(|p| p.name.fold_key() == key)
    }

    pub fn photo(&self, id: &PhotoId) -> Option<(&PersonFolder, &PhotoFile)> {
        self.people.iter().find_map(|p| p.photos.iter().find(|f| &f.id == id).map(|f| (p, f)))
    }

    /// What is not used and why, as of the last scan.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Reads a photo: the very bytes that were found to be a picture, whatever has taken the file's place meanwhile.
    /// Refused where its content is another one now.
    pub fn read(&self, photo: &PhotoFile) -> Result<Vec<u8>, StoreError> {
        read_photo(&self.root, photo)
    }

    /// Looks at the folder as it is at `now`. Every person's folder without a `.person.json` is given one, except by a
    /// command that only reads. People who are missing in a way that deleting does not explain stay, waiting.
    /// Fails where `faces/` cannot be read, or made where it is missing, and nobody was known in it.
    pub fn scan(&mut self, now: SystemTime) -> Result<Scan, StoreError> {
        let known = self.recalled.clone().unwrap_or_else(|| self.people.clone());
        let mut look = Look { now, known, unread: false, problems: Vec::new(), unsettled: 0, seen: HashSet::new() };
        let inside = self.read_root(&mut look)?;
        self.find_aside(&inside, now);
        // Whoever was deleted isn't missing.
        let deleted: HashSet<&PersonId> = self.people_aside().collect();
        look.known.retain(|p| !deleted.contains(&p.id) || self.root.join(&p.folder).is_dir());
        let shelves = self.shelves(inside, &mut look);
        let mut people = self.identify(shelves, &mut look);
        let somebody_is_there = !people.is_empty();
        self.keep_missing(&mut people, &mut look);
        if somebody_is_there {
            self.found_in = folder::identity(&self.root);
        }
        drop_second_copies(&mut people, &mut look);
        people.sort_by(|a, b| a.name.cmp(&b.name));
        self.hashes.retain(|path, _| look.seen.contains(path));
        self.watched.retain(|path, _| look.seen.contains(path));
        look.problems.sort();
        let changes = follow(&self.people, &people);
        self.recalled = None;
        self.people = people;
        self.problems.clone_from(&look.problems);
        Ok(Scan { changes, problems: look.problems, unsettled: look.unsettled })
    }

    /// Takes up what an earlier run set aside, and removes what is left of what it put back.
    fn find_aside(&mut self, inside: &[Entry], now: SystemTime) {
        let now = Timestamp::try_from(now).unwrap_or(Timestamp::MAX);
        for Entry { path, name, .. } in inside.iter().filter(|entry| aside::is_place(&entry.name)) {
            if self.aside.iter().any(|kept| kept.folder == Path::new(name)) {
                continue;
            }
            match aside::read(&self.root, name, now, self.undo_for) {
                Found::Kept(kept) => self.aside.push(kept),
                Found::Leftover if self.opening == Opening::Sole => aside::remove(path),
                Found::Leftover | Found::Unreadable => {}
            }
        }
    }

    /// Everything that was deleted and is not erased.
    pub fn aside(&self) -> &[SetAside] {
        &self.aside
    }

    /// People who were deleted and can be put back.
    pub(super) fn people_aside(&self) -> impl Iterator<Item = &PersonId> {
        self.aside.iter().filter(|aside| aside.is_whole()).map(|aside| &aside.person.id)
    }

    /// Whether what is over is erased by us.
    pub(super) fn is_sole(&self) -> bool {
        self.opening == Opening::Sole
    }

    fn read_root(&self, look: &mut Look) -> Result<Vec<Entry>, StoreError> {
        match folder::entries(&self.root) {
            Ok(inside) => Ok(inside),
            // Where people were known, a folder made in place of theirs would only hide that it is away.
            Err(e) if !look.known.is_empty() => {
                look.unread = true;
                let reason = format!("the folder of photos cannot be read: {e}");
                look.problem(PathBuf::from("."), ProblemKind::Missing, reason);
                Ok(Vec::new())
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => match self.opening {
                Opening::Reading => Err(StoreError::NoFolder(self.root.clone())),
                Opening::Sole | Opening::Beside => {
                    fs::create_dir_all(&self.root).map_err(io_error("make the folder", &self.root))?;
                    Ok(Vec::new())
                }
            },
            Err(e) => Err(io_error("read", &self.root)(e)),
        }
    }

    /// The folders that are people's: those with a name that a person can have, and a photo or a `.person.json` in them. Of
    /// two names that are one, the folder that had it before, else the first.
    fn shelves(&mut self, inside: Vec<Entry>, look: &mut Look) -> Vec<Shelf> {
        let mut found: Vec<Shelf> = inside.into_iter().filter_map(|entry| self.shelf(&entry, look)).collect();
        let known: HashSet<PathBuf> = look.known.iter().map(|p| p.folder.clone()).collect();
        found.sort_by_key(|shelf| !known.contains(&shelf.folder));
        let mut keys: HashMap<String, PathBuf> = HashMap::new();
        found.retain(|shelf| match keys.get(&shelf.name.fold_key()) {
            Some(first) => {
                let reason = format!("the same name as the folder {}, but for case or spelling", shown(first));
                look.problem(shelf.folder.clone(), ProblemKind::Unusable, reason);
                false
            }
            None => keys.insert(shelf.name.fold_key(), shelf.folder.clone()).is_none(),
        });
        found
    }

    /// What an entry of `faces/` is, if it is a person's.
    fn shelf(&mut self, entry: &Entry, look: &mut Look) -> Option<Shelf> {
        let folder = PathBuf::from(&entry.name);
        let ours = entry.name.as_encoded_bytes().starts_with(atomic::TEMPORARY_PREFIX.as_bytes());
        if ours || aside::is_place(&entry.name) || (folder::is_hidden(&entry.name) && !entry.is_dir()) {
            return None;
        }
        if entry.metadata.is_ok() && !entry.is_dir() {
            if matches!(folder::file_kind(&entry.name), FileKind::Photo | FileKind::ForeignPhoto) {
                let reason = "a photo belongs into a folder with the person's name";
                look.problem(folder, ProblemKind::Unusable, reason);
            }
            return None;
        }
        let name = match entry.name.to_str().map(PersonName::new) {
            None => {
                look.problem(folder, ProblemKind::Unusable, "the folder's name is not valid Unicode");
                return None;
            }
            Some(Err(e @ NameError::LeadingMark(_))) => {
                look.problem(folder, ProblemKind::Skipped, format!("not a person's folder: {e}"));
                return None;
            }
            Some(Err(e)) => {
                let reason = format!("this folder's name cannot be a person's: {e}");
                look.problem(folder, ProblemKind::Unusable, reason);
                return None;
            }
            Some(Ok(name)) => name,
        };
        let opened = match &entry.metadata {
            Ok(_) => self.inside_of(entry),
            Err(_) if entry.is_dangling() => Err("this link leads nowhere".to_owned()),
            Err(e) => Err(format!("cannot be looked at: {e}")),
        };
        let (real, inside) = match opened {
            Ok(opened) => opened,
            Err(reason) => {
                look.problem(folder.clone(), ProblemKind::Unusable, reason);
                return look.known_in(&folder).filter(|_| !entry.is_dangling()).map(Shelf::unseen);
            }
        };
        let file = person_file::read(&entry.path);
        let photos_by_name =
            |e: &&Entry| matches!(folder::file_kind(&e.name), FileKind::Photo | FileKind::ForeignPhoto);
        if file == FoundFile::Missing && !inside.iter().filter(photos_by_name).any(|e| !e.is_dir()) {
            look.problem(folder, ProblemKind::Skipped, "not a person's folder: it contains no photo");
            return None;
        }
        let sample = inside.iter().any(|e| e.name == folder::SAMPLE_FILE);
        let photos = self.list_photos(&folder, &real, inside, look);
        let name = real_name(&file, &folder).unwrap_or(name);
        Some(Shelf { folder, name, file, sample, photos, unseen: None })
    }

    /// A person's folder with all links followed, and what is in it.
    fn inside_of(&self, entry: &Entry) -> Result<(PathBuf, Vec<Entry>), String> {
        let cannot = |e: std::io::Error| format!("cannot be read: {e}");
        let real = fs::canonicalize(&entry.path).map_err(cannot)?;
        if entry.is_link {
            let root = fs::canonicalize(&self.root).map_err(cannot)?;
            if real.starts_with(&root) || root.starts_with(&real) {
                return Err("this link leads back into the folder of people".to_owned());
            }
        }
        Ok((real, folder::entries(&entry.path).map_err(cannot)?))
    }

    /// Each folder's lasting id. Of several folders with one id, the original keeps it: the one that had it at the last
    /// look, else the one it was written for, else the first by name; the others are given new ones.
    fn identify(&mut self, shelves: Vec<Shelf>, look: &mut Look) -> Vec<PersonFolder> {
        let before: HashMap<PathBuf, PersonId> = look.known.iter().map(|p| (p.folder.clone(), p.id.clone())).collect();
        let mut claims: Vec<(u8, Shelf)> = shelves
            .into_iter()
            .map(|shelf| {
                let rank = match &shelf.file {
                    _ if shelf.unseen.is_some() => 0,
                    FoundFile::Person(file) if before.get(&shelf.folder).is_some_and(|had| had.0 == file.id) => 0,
                    FoundFile::Person(file) if Path::new(file.written_for()) == shelf.folder => 1,
                    FoundFile::Person(_) => 2,
                    // Its file was deleted or damaged while we ran: it keeps its id, if nobody else claims it.
                    FoundFile::Missing | FoundFile::Damaged(_) | FoundFile::Unreadable(_) => 3,
                };
                (rank, shelf)
            })
            .collect();
        claims.sort_by(|a, b| (a.0, &a.1.folder).cmp(&(b.0, &b.1.folder)));
        let mut taken = HashSet::new();
        let mut identified = Vec::with_capacity(claims.len());
        for (_, shelf) in claims {
            let kept = before.get(&shelf.folder).cloned().or_else(|| look.had_photos_of(&shelf));
            let kept = kept.filter(|id| !taken.contains(id));
            let mut accepted = Vec::new();
            let id = match (&shelf.unseen, &shelf.file) {
                (Some(id), _) => id.clone(),
                (None, FoundFile::Person(file)) => {
                    accepted.clone_from(&file.accepted);
                    let id = Some(PersonId(file.id.clone())).filter(|id| !taken.contains(id));
                    let current = Path::new(file.written_for()) == shelf.folder && file.name == shelf.name.as_str();
                    match id {
                        Some(id) if current => id,
                        id => self.write_id(id, &shelf, file.accepted.clone(), &taken),
                    }
                }
                (None, FoundFile::Missing) => self.write_id(kept, &shelf, Vec::new(), &taken),
                (None, FoundFile::Damaged(reason)) => {
                    let path = shelf.folder.join(person_file::FILE_NAME);
                    look.problem(path, ProblemKind::Unusable, format!("damaged, replaced by a new one: {reason}"));
                    self.write_id(kept, &shelf, Vec::new(), &taken)
                }
                (None, FoundFile::Unreadable(reason)) => {
                    let path = shelf.folder.join(person_file::FILE_NAME);
                    look.problem(path, ProblemKind::Unusable, format!("cannot be read: {reason}"));
                    kept.unwrap_or_else(|| unstored_id(&shelf.name, &taken))
                }
            };
            taken.insert(id.clone());
            let Shelf { folder, name, sample, mut photos, unseen, .. } = shelf;
            if unseen.is_none() {
                for photo in &mut photos {
                    photo.accepted = accepted.contains(&photo.id.0);
                }
            }
            identified.push(PersonFolder { id, name, folder, photos, sample, waiting: None });
        }
        identified
    }

    /// Writes `kept` or a fresh id into the folder. Where the folder cannot be written to: `kept`, else an id made from the
    /// name, so that it is the same at the next start.
    fn write_id(
        &mut self,
        kept: Option<PersonId>,
        person: &Shelf,
        accepted: Vec<String>,
        taken: &HashSet<PersonId>,
    ) -> PersonId {
        if self.opening == Opening::Reading {
            return kept.unwrap_or_else(|| unstored_id(&person.name, taken));
        }
        let full = self.root.join(&person.folder);
        let id = kept.clone().map_or_else(|| random_id().map(PersonId), Ok);
        let written = id.and_then(|id| {
            person_file::write(&full, &PersonFile::new(&id, &person.name, &person.folder, accepted))?;
            Ok(id)
        });
        match written {
            Ok(id) => {
                self.without_file.remove(&person.folder);
                id
            }
            Err(error) => {
                if self.without_file.insert(person.folder.clone()) {
                    tracing::warn!(folder = %shown(&full), %error, "this person's id is made from the folder's name, since it cannot be stored there; renaming the folder makes another person");
                }
                kept.unwrap_or_else(|| unstored_id(&person.name, taken))
            }
        }
    }

    /// Whoever was known and is not among `people` stays and waits, if so many are missing that the folder must be away, or
    /// if their folder is a link that leads nowhere now.
    fn keep_missing(&self, people: &mut Vec<PersonFolder>, look: &mut Look) {
        let there: HashSet<PersonId> = people.iter().map(|p| p.id.clone()).collect();
        let away = look.unread || absence::is_away(&look.known, self.root_is(), |p| there.contains(&p.id));
        let names: HashSet<String> = people.iter().map(|p| p.name.fold_key()).collect();
        let photos: HashSet<PhotoId> = people.iter().flat_map(|p| &p.photos).map(|f| f.id.clone()).collect();
        for person in std::mem::take(&mut look.known) {
            if there.contains(&person.id) {
                look.known.push(person);
                continue;
            }
            let dangles = self.root.join(&person.folder).is_symlink();
            let waiting = match person.waiting {
                Some(waited) => Some(waited).filter(|waited| *waited < self.patience),
                None => (away || dangles).then_some(Duration::ZERO),
            };
            // Another folder has the name or all of the photos: they were moved, and are not missing.
            let moved = names.contains(&person.name.fold_key())
                || (!person.photos.is_empty() && person.photos.iter().all(|f| photos.contains(&f.id)));
            if let Some(waited) = waiting.filter(|_| !moved) {
                let reason = format!("{}'s folder is missing; the server goes on with the photos it knew", person.name);
                look.problem(person.folder.clone(), ProblemKind::Missing, reason);
                if let Some(problem) = look.problems.last_mut() {
                    problem.person = Some(person.id.clone());
                }
                look.seen.extend(person.photos.iter().map(|photo| photo.path.clone()));
                people.push(PersonFolder { waiting: Some(waited), ..person.clone() });
            }
            look.known.push(person);
        }
    }

    fn root_is(&self) -> Root {
        if folder::identity(&self.root) == self.found_in { Root::Same } else { Root::Another }
    }

    /// Nothing is written into the mount point of a share that is away, where the share would hide it.
    /// [`StoreError::FacesAway`] where so many people's folders are missing now that the folder cannot be the right one.
    pub(super) fn refuse_while_away(&self) -> Result<(), StoreError> {
        let is_there = |person: &PersonFolder| self.root.join(&person.folder).is_dir();
        if !absence::is_away(&self.people, self.root_is(), is_there) {
            return Ok(());
        }
        let missing = self.people.iter().filter(|p| !is_there(p)).count();
        Err(StoreError::FacesAway { root: self.root.clone(), missing, known: self.people.len() })
    }

    /// The stable photos in a person's folder, whose place with all links followed is `real`.
    fn list_photos(&mut self, folder: &Path, real: &Path, inside: Vec<Entry>, look: &mut Look) -> Vec<PhotoFile> {
        let mut photos: Vec<PhotoFile> = Vec::new();
        for entry in inside {
            let path = folder.join(&entry.name);
            let kind = folder::file_kind(&entry.name);
            if kind == FileKind::Hidden {
                continue;
            }
            let metadata = match &entry.metadata {
                Ok(metadata) => metadata,
                Err(_) if entry.is_dangling() => {
                    look.problem(path, ProblemKind::Unusable, "this link leads nowhere");
                    continue;
                }
                // What cannot be seen now was not deleted.
                Err(e) => {
                    look.problem(path.clone(), ProblemKind::Unusable, format!("cannot be looked at: {e}"));
                    if let Some(photo) = look.known_photo(&path) {
                        look.seen.insert(path);
                        photos.push(photo);
                    }
                    continue;
                }
            };
            match kind {
                FileKind::Hidden => {}
                _ if metadata.is_dir() => look.sub_folder(path, &entry),
                FileKind::ForeignPhoto => {
                    let reason = "this format cannot be read; save the photo as JPEG or PNG";
                    look.problem(path, ProblemKind::Unusable, reason);
                }
                FileKind::Other => look.problem(path, ProblemKind::Skipped, "not a photo by its name"),
                FileKind::Photo if !metadata.is_file() => {
                    look.problem(path, ProblemKind::Unusable, "not a regular file");
                }
                FileKind::Photo if metadata.len() > MAX_PHOTO_BYTES => {
                    let reason = format!("larger than {} MiB", MAX_PHOTO_BYTES >> 20);
                    look.problem(path, ProblemKind::Unusable, reason);
                }
                FileKind::Photo if entry.is_link && !leads_into(&entry.path, real) => {
                    let reason = "a link that leads out of the person's folder is not followed; copy the photo here";
                    look.problem(path, ProblemKind::Unusable, reason);
                }
                FileKind::Photo => {
                    let stamp = Stamp::of(metadata);
                    look.seen.insert(path.clone());
                    let Some(id) = self.content_of(&entry.path, &path, stamp, look) else { continue };
                    if let Some(first) = photos.iter().find(|p| p.id == id) {
                        let reason = format!("the same photo as {}", shown(&first.path));
                        look.problem(path, ProblemKind::Unusable, reason);
                        continue;
                    }
                    photos.push(PhotoFile { id, path, bytes: stamp.bytes, accepted: false });
                }
            }
        }
        photos
    }

    /// The hash of a file: remembered, or read if it is stable. `None` while it is not, or if it cannot be read.
    fn content_of(&mut self, full: &Path, path: &Path, stamp: Stamp, look: &mut Look) -> Option<PhotoId> {
        if let Some((_, id)) = self.hashes.get(path).filter(|(known, _)| *known == stamp) {
            return Some(id.clone());
        }
        let settled = self.is_settled(path, stamp, look.now);
        if !settled && !folder::may_be_named_by_content(path) {
            look.unsettled += 1;
            return None;
        }
        let bytes = match folder::read_picture(full) {
            Ok(bytes) => bytes,
            Err(_) if !settled => {
                look.unsettled += 1;
                return None;
            }
            Err(reason) => {
                look.problem(path.to_owned(), ProblemKind::Unusable, reason);
                return None;
            }
        };
        // It grew between the look and the read.
        if fs::metadata(full).map(|m| Stamp::of(&m)).ok() != Some(stamp) || bytes.len() as u64 != stamp.bytes {
            look.unsettled += 1;
            return None;
        }
        let id = photo_id(&bytes);
        // One of our own, saved a moment before a restart, proves by its name that it is whole.
        if !settled && !folder::is_named_by_content(path, &id) {
            look.unsettled += 1;
            return None;
        }
        self.hashes.insert(path.to_owned(), (stamp, id.clone()));
        Some(id)
    }

    /// Whether nobody has written to a file for [`SETTLE_TIME`]: by its own time, or, where that lies in the future, by ours.
    fn is_settled(&mut self, path: &Path, stamp: Stamp, now: SystemTime) -> bool {
        let settle_ns = i64::try_from(SETTLE_TIME.as_nanos()).unwrap_or(i64::MAX);
        let age_ns = nanoseconds(now).saturating_sub(stamp.modified_ns);
        if age_ns >= settle_ns {
            self.watched.remove(path);
            return true;
        }
        if age_ns >= 0 {
            return false;
        }
        if let Some((_, since)) = self.watched.get(path).filter(|(looked, _)| *looked == stamp) {
            return now.duration_since(*since).is_ok_and(|unchanged| unchanged >= SETTLE_TIME);
        }
        self.watched.insert(path.to_owned(), (stamp, now));
        false
    }
}

/// One photo teaches one person: where several have it, the one who had it before, else the first by folder.
fn drop_second_copies(people: &mut [PersonFolder], look: &mut Look) {
    let before: HashSet<PathBuf> = look.known.iter().flat_map(|p| &p.photos).map(|f| f.path.clone()).collect();
    let mut owners: HashMap<PhotoId, PathBuf> = HashMap::new();
    for photo in people.iter().flat_map(|p| &p.photos) {
        let owner = owners.entry(photo.id.clone()).or_insert_with(|| photo.path.clone());
        let better = (!before.contains(&photo.path), &photo.path) < (!before.contains(owner), &*owner);
        if better {
            owner.clone_from(&photo.path);
        }
    }
    for person in people {
        person.photos.retain(|photo| {
            let owner = &owners[&photo.id];
            if owner != &photo.path {
                let reason = format!("the same photo as {}, another person's", shown(owner));
                look.problem(photo.path.clone(), ProblemKind::Unusable, reason);
            }
            owner == &photo.path
        });
    }
}

/// The name that is kept in a folder that cannot be called by it, as long as the folder is called what it was then.
fn real_name(file: &FoundFile, folder: &Path) -> Option<PersonName> {
    let FoundFile::Person(file) = file else { return None };
    let name = PersonName::new(&file.name).ok()?;
    (crate::people::name::fold(&name.folder_name()) == crate::people::name::fold(folder.to_str()?)).then_some(name)
}

/// Whether a link ends in the folder `real`.
fn leads_into(link: &Path, real: &Path) -> bool {
    fs::canonicalize(link).is_ok_and(|target| target.starts_with(real))
}

/// The id of a folder whose id cannot be stored: made from the name, so that it is the same at the next start; counted on
/// from there for a name whose own is taken (by a folder that had the name before).
fn unstored_id(name: &PersonName, taken: &HashSet<PersonId>) -> PersonId {
    let tries = (0..=taken.len()).map(|nth| person_file::id_from_name(name, nth));
    tries.into_iter().find(|id| !taken.contains(id)).unwrap_or_else(|| person_file::id_from_name(name, 0))
}

/// A folder that is a person's.
struct Shelf {
    folder: PathBuf,
    name: PersonName,
    file: FoundFile,
    sample: bool,
    photos: Vec<PhotoFile>,
    /// It cannot be looked into now: whose it was, and everything as it was known.
    unseen: Option<PersonId>,
}

impl Shelf {
    fn unseen(known: PersonFolder) -> Self {
        let PersonFolder { id, name, folder, photos, sample, .. } = known;
        Self { folder, name, file: FoundFile::Missing, sample, photos, unseen: Some(id) }
    }
}

struct Look {
    now: SystemTime,
    known: Vec<PersonFolder>,
    /// `faces/` itself cannot be read.
    unread: bool,
    problems: Vec<Problem>,
    unsettled: usize,
    /// Photo files there are, stable or not, relative.
    seen: HashSet<PathBuf>,
}

impl Look {
    fn problem(&mut self, path: PathBuf, kind: ProblemKind, reason: impl Into<String>) {
        self.problems.push(Problem { path, kind, reason: reason.into(), person: None, photo: None });
    }

    /// Whose folder it was, with all their photos counted as seen.
    fn known_in(&mut self, folder: &Path) -> Option<PersonFolder> {
        let known = self.known.iter().find(|p| p.folder == folder)?.clone();
        self.seen.extend(known.photos.iter().map(|photo| photo.path.clone()));
        Some(known)
    }

    fn known_photo(&self, path: &Path) -> Option<PhotoFile> {
        self.known.iter().flat_map(|p| &p.photos).find(|photo| photo.path == path).cloned()
    }

    /// Somebody whose folder is gone and whose photos are in this one: it was renamed, and its `.person.json` lost.
    fn had_photos_of(&self, found: &Shelf) -> Option<PersonId> {
        let gone = self.known.iter().filter(|p| p.waiting.is_some() || !self.seen_any_of(p));
        let moved = |p: &&PersonFolder| {
            !p.photos.is_empty() && p.photos.iter().all(|f| found.photos.iter().any(|photo| photo.id == f.id))
        };
        gone.into_iter().find(moved).map(|p| p.id.clone())
    }

    fn seen_any_of(&self, person: &PersonFolder) -> bool {
        person.photos.iter().any(|photo| self.seen.contains(&photo.path))
    }

    /// A folder in a person's folder: a fault only where somebody may have meant its photos to count.
    fn sub_folder(&mut self, path: PathBuf, entry: &Entry) {
        let could_be_meant = entry.name.to_str().is_none_or(|name| PersonName::new(name).is_ok());
        let photo = |e: &Entry| folder::file_kind(&e.name) == FileKind::Photo;
        let meant = could_be_meant && folder::entries(&entry.path).unwrap_or_default().iter().any(photo);
        let kind = if meant { ProblemKind::Unusable } else { ProblemKind::Skipped };
        self.problem(path, kind, "a folder in a person's folder is not looked into");
    }
}
