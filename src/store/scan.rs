//! `faces/` as it is on the disk → people, their photos, and what changed since the last look.
//!
//! [`Faces`] lives here with its reading half; `faces` has the half that writes. Called by the engine at start, after each
//! pulse of the `watch`, and by `face-server check`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::changes::{Change, differences};
use super::folder::{self, FileKind, Stamp, nanoseconds};
use super::person_file::{self, Found};
use super::reader::Reader;
use super::{Opening, StoreError, atomic, io_error, photo_id, random_id};
use crate::people::{PersonId, PersonName, PhotoId};

/// A file that changed less than this ago may still be copied.
pub const SETTLE_TIME: Duration = Duration::from_secs(1);
/// Larger files are no photos this server reads.
pub(super) const MAX_PHOTO_BYTES: u64 = 64 << 20;

/// The folder of people.
#[derive(Debug)]
pub struct Faces {
    pub(super) root: PathBuf,
    /// The file system that people were last found on.
    file_system: u64,
    pub(super) people: Vec<PersonFolder>,
    problems: Vec<Problem>,
    /// Content hashes by path relative to the root, so that only new files are read.
    pub(super) hashes: HashMap<PathBuf, (Stamp, PhotoId)>,
    /// Files from the future (a clock that is ahead): since when each has looked like that.
    watched: HashMap<PathBuf, (Stamp, SystemTime)>,
    /// Folders that could not be given a `.person.json`, so that it is said once.
    without_file: HashSet<PathBuf>,
}

/// A person's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFolder {
    /// Lasting id.
    pub id: PersonId,
    /// The folder's name.
    pub name: PersonName,
    /// The folder, relative to `faces/`; it may differ from the name by normalisation.
    pub folder: PathBuf,
    /// By file name.
    pub photos: Vec<PhotoFile>,
}

/// A file that is a photo by its name and stable; whether it shows a face is for the engine to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoFile {
    /// From its content.
    pub id: PhotoId,
    /// Relative to `faces/`.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// Something under `faces/` that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Relative to `faces/`.
    pub path: PathBuf,
    /// Why, in words.
    pub reason: String,
}

/// What a look at the folder brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Since the last scan, in an order that can be applied one after the other. Own changes through [`Faces`] are not told
    /// again.
    pub changes: Vec<Change>,
    /// All there are now.
    pub problems: Vec<Problem>,
    /// So many files may still be copied: scan again after [`SETTLE_TIME`] ([`super::Watcher::check_again`]).
    pub unsettled: usize,
}

/// What the content of a file was when it looked like this: kept across starts, so that these files need not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFile {
    /// Relative to `faces/`.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Nanoseconds since 1970.
    pub modified_ns: i64,
    /// Its content.
    pub photo: PhotoId,
}

impl Faces {
    /// Opens `root`, making it where it is missing. People appear with the first [`Faces::scan`].
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(root: &Path, opening: Opening) -> Result<Self, StoreError> {
        fs::create_dir_all(root).map_err(io_error("make the folder", root))?;
        let inside = folder::entries(root).map_err(io_error("read", root))?;
        if opening == Opening::Sole {
            atomic::remove_leftovers(root);
            inside.iter().filter(|(_, m)| m.is_dir()).for_each(|(path, _)| atomic::remove_leftovers(path));
        }
        Ok(Self {
            root: root.to_owned(),
            file_system: folder::file_system(root),
            people: Vec::new(),
            problems: Vec::new(),
            hashes: HashMap::new(),
            watched: HashMap::new(),
            without_file: HashSet::new(),
        })
    }

    /// For reading new files ahead of a scan, while others may use the folder.
    #[must_use]
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

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Everybody, by name, as of the last scan and own change.
    #[must_use]
    pub fn people(&self) -> &[PersonFolder] {
        &self.people
    }

    /// Somebody.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&PersonFolder> {
        self.people.iter().find(|p| &p.id == id)
    }

    /// Somebody, by name ([`PersonName::fold_key`]).
    #[must_use]
    pub fn person_named(&self, name: &PersonName) -> Option<&PersonFolder> {
        let key = name.fold_key();
        self.people.iter().find(|p| p.name.fold_key() == key)
    }

    /// A photo and whose it is.
    #[must_use]
    pub fn photo(&self, id: &PhotoId) -> Option<(&PersonFolder, &PhotoFile)> {
        self.people.iter().find_map(|p| p.photos.iter().find(|f| &f.id == id).map(|f| (p, f)))
    }

    /// What is not used and why, as of the last scan.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The file of a photo.
    #[must_use]
    pub fn full_path(&self, photo: &PhotoFile) -> PathBuf {
        self.root.join(&photo.path)
    }

    /// Reads a photo.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self, photo: &PhotoFile) -> Result<Vec<u8>, StoreError> {
        let path = self.full_path(photo);
        fs::read(&path).map_err(io_error("read", path))
    }

    /// Looks at the folder as it is at `now`. Every folder without a `.person.json` is given one.
    ///
    /// # Errors
    /// `faces/` cannot be read, or is an empty folder on another file system than before. Nothing has changed then: a share
    /// that is away does not make people forgotten.
    pub fn scan(&mut self, now: SystemTime) -> Result<Scan, StoreError> {
        let inside = folder::entries(&self.root).map_err(io_error("read", &self.root))?;
        let file_system = folder::file_system(&self.root);
        if file_system != self.file_system && !self.people.is_empty() && inside.iter().all(|(_, m)| !m.is_dir()) {
            return Err(StoreError::FacesAway(self.root.clone()));
        }
        self.file_system = file_system;
        let mut look = Look { now, problems: Vec::new(), unsettled: 0, seen: HashSet::new() };
        let named = self.name_folders(inside, &mut look);
        let identified = self.identify(named, &mut look);
        let mut people = Vec::with_capacity(identified.len());
        for (id, name, folder) in identified {
            let photos = self.list_photos(&folder, &mut look);
            people.push(PersonFolder { id, name, folder, photos });
        }
        self.drop_second_copies(&mut people, &mut look);
        people.sort_by(|a, b| a.name.cmp(&b.name));
        self.hashes.retain(|path, _| look.seen.contains(path));
        self.watched.retain(|path, _| look.seen.contains(path));
        look.problems.sort_by(|a, b| a.path.cmp(&b.path));
        let changes = differences(&self.people, &people);
        self.people = people;
        self.problems.clone_from(&look.problems);
        Ok(Scan { changes, problems: look.problems, unsettled: look.unsettled })
    }

    /// The folders that are people's, by their names; of two names that are one, the folder that had it before, else the first.
    fn name_folders(&self, inside: Vec<(PathBuf, fs::Metadata)>, look: &mut Look) -> Vec<(PersonName, PathBuf)> {
        let mut found: Vec<(PersonName, PathBuf)> = Vec::new();
        for (path, metadata) in inside {
            let Some(file_name) = path.file_name().filter(|name| !folder::is_hidden(name)) else { continue };
            let relative = PathBuf::from(file_name);
            if !metadata.is_dir() {
                if folder::file_kind(file_name) != FileKind::NoPhoto {
                    look.problem(relative, "a photo belongs into a folder with the person's name");
                }
                continue;
            }
            let name = match file_name.to_str().map(PersonName::new) {
                None => {
                    look.problem(relative, "the folder's name is not valid Unicode");
                    continue;
                }
                Some(Err(e)) => {
                    look.problem(relative, format!("this folder's name cannot be a person's: {e}"));
                    continue;
                }
                Some(Ok(name)) => name,
            };
            found.push((name, relative));
        }
        let known: HashSet<&Path> = self.people.iter().map(|p| p.folder.as_path()).collect();
        found.sort_by_key(|(_, folder)| !known.contains(folder.as_path()));
        let mut keys: HashMap<String, PathBuf> = HashMap::new();
        found.retain(|(name, folder)| match keys.get(&name.fold_key()) {
            Some(first) => {
                let reason = format!("the same name as the folder {}, but for case or spelling", first.display());
                look.problem(folder.clone(), reason);
                false
            }
            None => keys.insert(name.fold_key(), folder.clone()).is_none(),
        });
        found
    }

    /// Each folder's lasting id. Of several folders with one id, the original keeps it: the one that had it at the last
    /// scan, else the one whose name it was written for, else the first by name; the others are given new ones.
    fn identify(&mut self, named: Vec<(PersonName, PathBuf)>, look: &mut Look) -> Vec<(PersonId, PersonName, PathBuf)> {
        let before: HashMap<PathBuf, PersonId> = self.people.iter().map(|p| (p.folder.clone(), p.id.clone())).collect();
        let mut claims: Vec<(u8, PersonName, PathBuf, Found)> = Vec::new();
        for (name, folder) in named {
            let found = person_file::read(&self.root.join(&folder));
            let had = before.get(&folder);
            let rank = match &found {
                Found::Person(id, _) if had == Some(id) => 0,
                Found::Person(_, written) if written == name.as_str() => 1,
                Found::Person(..) => 2,
                // Its file was deleted or damaged while we ran: it keeps its id, if nobody else claims it.
                Found::Missing | Found::Damaged(_) | Found::Unreadable(_) => 3,
            };
            claims.push((rank, name, folder, found));
        }
        claims.sort_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
        let mut taken = HashSet::new();
        let mut identified = Vec::with_capacity(claims.len());
        for (_, name, folder, found) in claims {
            let kept = before.get(&folder).cloned();
            let free = |id: &PersonId| !taken.contains(id);
            let id = match found {
                Found::Person(id, written) if written == name.as_str() && free(&id) => id,
                Found::Person(id, _) => self.write_id(Some(id).filter(free), &name, &folder, &taken),
                Found::Missing => self.write_id(kept.filter(free), &name, &folder, &taken),
                Found::Damaged(reason) => {
                    look.problem(folder.join(person_file::FILE_NAME), format!("damaged, made anew: {reason}"));
                    self.write_id(kept.filter(free), &name, &folder, &taken)
                }
                Found::Unreadable(reason) => {
                    look.problem(folder.join(person_file::FILE_NAME), format!("cannot be read: {reason}"));
                    kept.filter(free).unwrap_or_else(|| unstored_id(&name, &taken))
                }
            };
            taken.insert(id.clone());
            identified.push((id, name, folder));
        }
        identified
    }

    /// Writes `kept` or a fresh id into the folder. Where the folder cannot be written to: `kept`, else an id made from the
    /// name, so that it is the same at the next start.
    fn write_id(
        &mut self,
        kept: Option<PersonId>,
        name: &PersonName,
        folder: &Path,
        taken: &HashSet<PersonId>,
    ) -> PersonId {
        let full = self.root.join(folder);
        let id = kept.clone().map_or_else(|| random_id().map(PersonId), Ok);
        match id.and_then(|id| person_file::write(&full, &id, name).map(|()| id)) {
            Ok(id) => {
                self.without_file.remove(folder);
                id
            }
            Err(error) => {
                if self.without_file.insert(folder.to_owned()) {
                    tracing::warn!(folder = %full.display(), %error, "this person's id is made from the folder's name, since it cannot be stored there; renaming the folder makes another person");
                }
                kept.unwrap_or_else(|| unstored_id(name, taken))
            }
        }
    }

    /// The stable photos in a person's folder.
    fn list_photos(&mut self, folder: &Path, look: &mut Look) -> Vec<PhotoFile> {
        let inside = match folder::entries(&self.root.join(folder)) {
            Ok(inside) => inside,
            Err(e) => {
                look.problem(folder.to_owned(), format!("cannot be read: {e}"));
                let before = self.people.iter().find(|p| p.folder == folder);
                let photos = before.map(|p| p.photos.clone()).unwrap_or_default();
                look.seen.extend(photos.iter().map(|photo| photo.path.clone()));
                return photos;
            }
        };
        let mut photos: Vec<PhotoFile> = Vec::new();
        for (full, metadata) in inside {
            let Some(file_name) = full.file_name() else { continue };
            let path = folder.join(file_name);
            match folder::file_kind(file_name) {
                FileKind::Hidden => {}
                _ if metadata.is_dir() => look.problem(path, "a folder in a person's folder is not looked into"),
                FileKind::ForeignPhoto => {
                    look.problem(path, "this format cannot be read; save the photo as JPEG or PNG");
                }
                FileKind::NoPhoto => look.problem(path, "no photo (jpg, jpeg, png, webp, bmp, gif, tif and tiff are)"),
                FileKind::Photo if !metadata.is_file() => look.problem(path, "no regular file"),
                FileKind::Photo if metadata.len() > MAX_PHOTO_BYTES => {
                    look.problem(path, format!("larger than {} MiB", MAX_PHOTO_BYTES >> 20));
                }
                FileKind::Photo => {
                    let stamp = Stamp::of(&metadata);
                    look.seen.insert(path.clone());
                    let Some(id) = self.content_of(&full, &path, stamp, look) else { continue };
                    if let Some(first) = photos.iter().find(|p| p.id == id) {
                        look.problem(path, format!("the same photo as {}", first.path.display()));
                        continue;
                    }
                    photos.push(PhotoFile { id, path, bytes: stamp.bytes });
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
        let bytes = match fs::read(full) {
            Ok(bytes) => bytes,
            Err(e) => {
                look.problem(path.to_owned(), format!("cannot be read: {e}"));
                return None;
            }
        };
        if bytes.is_empty() {
            look.problem(path.to_owned(), "the file is empty");
            return None;
        }
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

    /// One photo teaches one person: where several have it, the one who had it before, else the first by folder.
    fn drop_second_copies(&self, people: &mut [PersonFolder], look: &mut Look) {
        let before: HashSet<&Path> = self.people.iter().flat_map(|p| &p.photos).map(|f| f.path.as_path()).collect();
        let had = |path: &Path| before.contains(path);
        let mut owners: HashMap<PhotoId, PathBuf> = HashMap::new();
        for photo in people.iter().flat_map(|p| &p.photos) {
            let owner = owners.entry(photo.id.clone()).or_insert_with(|| photo.path.clone());
            let better = (!had(&photo.path), &photo.path) < (!had(owner), &*owner);
            if better {
                owner.clone_from(&photo.path);
            }
        }
        for person in people {
            person.photos.retain(|photo| {
                let owner = &owners[&photo.id];
                if owner != &photo.path {
                    look.problem(
                        photo.path.clone(),
                        format!("the same photo as {}, another person's", owner.display()),
                    );
                }
                owner == &photo.path
            });
        }
    }
}

/// The id of a folder whose id cannot be stored: made from the name, so that it is the same at the next start; counted on
/// from there for a name whose own is taken (by a folder that had the name before).
fn unstored_id(name: &PersonName, taken: &HashSet<PersonId>) -> PersonId {
    let tries = (0..=taken.len()).map(|nth| person_file::id_from_name(name, nth));
    tries.into_iter().find(|id| !taken.contains(id)).unwrap_or_else(|| person_file::id_from_name(name, 0))
}

/// What one scan gathers.
struct Look {
    now: SystemTime,
    problems: Vec<Problem>,
    unsettled: usize,
    /// Photo files there are, stable or not, relative.
    seen: HashSet<PathBuf>,
}

impl Look {
    fn problem(&mut self, path: PathBuf, reason: impl Into<String>) {
        self.problems.push(Problem { path, reason: reason.into() });
    }
}
