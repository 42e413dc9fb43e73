//! Changes of `faces/`: a photo saved or deleted, a person renamed, merged or deleted.
//!
//! Each is on the disk, file and folder, when its function returns, and is known to [`Faces`] at once: the next scan does
//! not tell it again. Called by the engine, which has decided that it may be done.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, Unit};

use super::atomic::{self, Access};
use super::files::{PersonFolder, PhotoFile};
use super::folder::{self, FileKind, Stamp};
use super::person_file::PersonFile;
use super::scan::Faces;
use super::{StoreError, io_error, person_file, photo_id, random_id};
use crate::people::{PersonId, PersonName, PhotoId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoOwner<'a> {
    Existing(&'a PersonId),
    /// Somebody to be made, together with the photo or not at all.
    New(&'a PersonName),
}

/// A photo that is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedPhoto {
    pub person: PersonId,
    pub photo: PhotoFile,
}

impl Faces {
    /// Saves a photo (an encoded JPEG) taken or sent at `at`. Bytes that the person has already are not saved again.
    /// Refused while the folder is away; nothing is changed then.
    pub fn save_photo(&mut self, owner: PhotoOwner<'_>, jpeg: &[u8], at: Timestamp) -> Result<SavedPhoto, StoreError> {
        self.refuse_while_away()?;
        let id = photo_id(jpeg);
        match owner {
            PhotoOwner::Existing(person) => {
                let at_index = self.index_of(person)?;
                if let Some(photo) = self.people[at_index].photos.iter().find(|p| p.id == id) {
                    return Ok(SavedPhoto { person: person.clone(), photo: photo.clone() });
                }
                self.refuse_waiting(at_index)?;
                self.take_over(at_index)?;
                let folder = self.people[at_index].folder.clone();
                let path = folder.join(self.free_name(&folder, &photo_name(&id, at)));
                atomic::write(&self.root.join(&path), jpeg, Access::Shared)?;
                let photo = self.know(id, path);
                self.people[at_index].photos.push(photo.clone());
                self.people[at_index].photos.sort_by(|a, b| a.path.cmp(&b.path));
                Ok(SavedPhoto { person: person.clone(), photo })
            }
            PhotoOwner::New(name) => {
                self.refuse_taken_name(name, None)?;
                let person = PersonId(random_id()?);
                let folder = PathBuf::from(name.folder_name());
                let path = folder.join(photo_name(&id, at));
                self.make_folder(&person, name, (&photo_name(&id, at), jpeg))?;
                let photo = self.know(id, path);
                self.insert(PersonFolder {
                    id: person.clone(),
                    name: name.clone(),
                    folder,
                    photos: vec![photo.clone()],
                    sample: false,
                    waiting: None,
                });
                Ok(SavedPhoto { person, photo })
            }
        }
    }

    /// Gives a photo of one person to another. Interrupted, both have the file, and the next scan leaves it with one of them.
    pub fn move_photo(&mut self, id: &PhotoId, to: PhotoOwner<'_>, at: Timestamp) -> Result<SavedPhoto, StoreError> {
        let (person, photo) = self.photo(id).ok_or_else(|| StoreError::UnknownPhoto(id.clone()))?;
        let (from, bytes) = (person.id.clone(), self.read(photo)?);
        // Saved under its id, whatever has been done to the file meanwhile: the id is its content's.
        if photo_id(&bytes) != *id {
            return Err(StoreError::UnknownPhoto(id.clone()));
        }
        let saved = self.save_photo(to, &bytes, at)?;
        if saved.person != from {
            self.delete_photo(&from, id)?;
        }
        Ok(saved)
    }

    /// Keeps with the person that a photo is theirs, whatever it looks like.
    pub fn accept_photo(&mut self, person: &PersonId, photo: &PhotoId) -> Result<(), StoreError> {
        self.refuse_while_away()?;
        let at = self.index_of(person)?;
        self.refuse_waiting(at)?;
        let nth = self.photo_index(at, photo)?;
        let before = std::mem::replace(&mut self.people[at].photos[nth].accepted, true);
        self.write_person(at).inspect_err(|_| self.people[at].photos[nth].accepted = before)
    }

    /// Deletes a photo's file.
    pub fn delete_photo(&mut self, person: &PersonId, photo: &PhotoId) -> Result<(), StoreError> {
        let at = self.index_of(person)?;
        let nth = self.photo_index(at, photo)?;
        self.refuse_waiting(at)?;
        let path = self.people[at].photos[nth].path.clone();
        // Copies of it in the folder go, too: the next scan would find them and the photo would be back.
        for copy in self.copies(&self.people[at].folder, photo).into_iter().chain([path]) {
            let full = self.root.join(&copy);
            match fs::remove_file(&full) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io_error("delete", full)(e)),
                _ => self.hashes.remove(&copy),
            };
        }
        atomic::sync_folder(&self.root.join(&self.people[at].folder))?;
        if self.people[at].photos.remove(nth).accepted
            && let Err(error) = self.write_person(at)
        {
            tracing::warn!(%person, %error, "that the deleted photo was accepted is still in .person.json");
        }
        Ok(())
    }

    /// Gives a person another name, and the folder with it.
    pub fn rename_person(&mut self, person: &PersonId, name: &PersonName) -> Result<(), StoreError> {
        let at = self.index_of(person)?;
        self.refuse_while_away()?;
        self.refuse_waiting(at)?;
        let (old, new) = (self.people[at].folder.clone(), PathBuf::from(name.folder_name()));
        self.refuse_taken_name(name, Some(at))?;
        self.take_over(at)?;
        if old != new {
            fs::rename(self.root.join(&old), self.root.join(&new)).map_err(io_error("rename", self.root.join(&old)))?;
            atomic::sync_folder(&self.root)?;
        }
        self.move_hashes(&old, &new);
        let moved = &mut self.people[at];
        moved.name = name.clone();
        moved.folder.clone_from(&new);
        for photo in &mut moved.photos {
            photo.path = new.join(photo.path.file_name().unwrap_or_default());
        }
        // A crash before this does no harm: the id is found under the new name, and written again by the next scan.
        if let Err(error) = self.write_person(at) {
            tracing::warn!(%person, %error, "the renamed folder's .person.json could not be written");
        }
        self.people.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(())
    }

    /// Moves all files of `from` to `into` and deletes the folder of `from`. Interrupted, each photo is in one of the two.
    /// Where the disk refuses, photos moved until then stay moved.
    pub fn merge_people(&mut self, from: &PersonId, into: &PersonId) -> Result<(), StoreError> {
        let (from_at, into_at) = (self.index_of(from)?, self.index_of(into)?);
        if from_at == into_at {
            return Ok(());
        }
        self.refuse_while_away()?;
        self.refuse_waiting(from_at)?;
        self.refuse_waiting(into_at)?;
        self.take_over(into_at)?;
        let (source, target) = (self.people[from_at].folder.clone(), self.people[into_at].folder.clone());
        let full_source = self.root.join(&source);
        for entry in folder::entries(&full_source).map_err(io_error("read", &full_source))? {
            if folder::is_hidden(&entry.name) {
                continue;
            }
            let path = target.join(self.free_name(&target, &entry.name));
            fs::rename(&entry.path, self.root.join(&path)).map_err(io_error("move", &entry.path))?;
            let old = source.join(&entry.name);
            if let Some(known) = self.hashes.remove(&old) {
                self.hashes.insert(path.clone(), known);
            }
            if let Some(nth) = self.people[from_at].photos.iter().position(|p| p.path == old) {
                let mut photo = self.people[from_at].photos.remove(nth);
                photo.path = path;
                self.people[into_at].photos.push(photo);
            }
        }
        atomic::sync_folder(&self.root.join(&target))?;
        self.people[into_at].photos.sort_by(|a, b| a.path.cmp(&b.path));
        if self.people[into_at].photos.iter().any(|photo| photo.accepted) {
            self.write_person(into_at)?;
        }
        self.delete_person(from)
    }

    /// Deletes a person's folder with everything in it. Nobody waits any longer for somebody whose folder is missing; should the
    /// folder come back, so do they.
    pub fn delete_person(&mut self, person: &PersonId) -> Result<(), StoreError> {
        let at = self.index_of(person)?;
        let folder = self.people[at].folder.clone();
        let full = self.root.join(&folder);
        // First out of sight in one step, so that a crash does not leave half a person.
        let doomed = atomic::temporary_name(&self.root)?;
        match fs::rename(&full, &doomed) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            renamed => {
                renamed.map_err(io_error("delete", &full))?;
                atomic::sync_folder(&self.root)?;
            }
        }
        self.hashes.retain(|path, _| !path.starts_with(&folder));
        self.people.remove(at);
        let removed = if doomed.is_symlink() { fs::remove_file(&doomed) } else { fs::remove_dir_all(&doomed) };
        match removed {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io_error("delete", doomed)(e)),
            _ => Ok(()),
        }
    }

    fn index_of(&self, person: &PersonId) -> Result<usize, StoreError> {
        let at = self.people.iter().position(|p| &p.id == person);
        at.ok_or_else(|| StoreError::UnknownPerson(person.clone()))
    }

    fn photo_index(&self, at: usize, photo: &PhotoId) -> Result<usize, StoreError> {
        let nth = self.people[at].photos.iter().position(|p| &p.id == photo);
        nth.ok_or_else(|| StoreError::UnknownPhoto(photo.clone()))
    }

    fn insert(&mut self, person: PersonFolder) {
        self.people.push(person);
        self.people.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Of somebody whose folder is missing nothing can be changed.
    fn refuse_waiting(&self, at: usize) -> Result<(), StoreError> {
        match self.people[at].waiting {
            None => Ok(()),
            Some(_) => Err(StoreError::FacesAway { root: self.root.clone(), missing: 1, known: self.people.len() }),
        }
    }

    /// A sample that somebody teaches or renames is a person of this home from now on.
    fn take_over(&mut self, at: usize) -> Result<(), StoreError> {
        if std::mem::take(&mut self.people[at].sample) {
            let marker = self.root.join(&self.people[at].folder).join(folder::SAMPLE_FILE);
            fs::remove_file(&marker)
                .map_err(io_error("delete", &marker))
                .inspect_err(|_| self.people[at].sample = true)?;
        }
        Ok(())
    }

    /// Writes a person's `.person.json`.
    fn write_person(&self, at: usize) -> Result<(), StoreError> {
        let person = &self.people[at];
        let accepted = person.photos.iter().filter(|photo| photo.accepted).map(|photo| photo.id.0.clone()).collect();
        let file = PersonFile::new(&person.id, &person.name, &person.folder, accepted);
        person_file::write(&self.root.join(&person.folder), &file)
    }

    /// Looks at the disk itself, since folders that are not people's, or not scanned yet, count too.
    fn refuse_taken_name(&self, name: &PersonName, but: Option<usize>) -> Result<(), StoreError> {
        let keys = [name.fold_key(), crate::people::name::fold(&name.folder_name())];
        let but = but.map(|at| &self.people[at]);
        let inside = folder::entries(&self.root).map_err(io_error("read", &self.root))?;
        let on_disk = inside.iter().filter(|entry| but.is_none_or(|but| but.folder != Path::new(&entry.name)));
        let folders = on_disk.map(|entry| crate::people::name::fold(&entry.name.to_string_lossy()));
        let others = self.people.iter().filter(|p| but.is_none_or(|but| but.id != p.id));
        if others.map(|p| p.name.fold_key()).chain(folders).any(|taken| keys.contains(&taken)) {
            return Err(StoreError::NameTaken(name.clone()));
        }
        Ok(())
    }

    /// A whole new folder appears at once: built under a temporary name, then renamed.
    fn make_folder(
        &self,
        id: &PersonId,
        name: &PersonName,
        (file_name, photo): (&OsString, &[u8]),
    ) -> Result<(), StoreError> {
        let building = atomic::temporary_name(&self.root)?;
        let build = || {
            fs::create_dir(&building).map_err(io_error("make the folder", &building))?;
            let folder = name.folder_name();
            person_file::write(&building, &PersonFile::new(id, name, Path::new(&folder), Vec::new()))?;
            atomic::write(&building.join(file_name), photo, Access::Shared)?;
            let last = self.root.join(folder);
            fs::rename(&building, &last).map_err(io_error("make the folder", last))?;
            atomic::sync_folder(&self.root)
        };
        build().inspect_err(|_| drop(fs::remove_dir_all(&building)))
    }

    /// `wanted`, or with a number where a file has that name.
    fn free_name(&self, folder: &Path, wanted: &std::ffi::OsStr) -> OsString {
        let path = Path::new(wanted);
        let stem = path.file_stem().unwrap_or_default();
        let numbered = (2_u32..).map(|n| {
            let mut name = stem.to_owned();
            name.push(format!(" {n}"));
            if let Some(extension) = path.extension() {
                name.push(".");
                name.push(extension);
            }
            name
        });
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        let free = names.find(|name| fs::symlink_metadata(self.root.join(folder).join(name)).is_err());
        free.unwrap_or_else(|| wanted.to_owned())
    }

    /// Remembers a file just written.
    fn know(&mut self, id: PhotoId, path: PathBuf) -> PhotoFile {
        let stamp = fs::metadata(self.root.join(&path)).map(|m| Stamp::of(&m));
        let bytes = stamp.as_ref().map_or(0, |s| s.bytes);
        if let Ok(stamp) = stamp {
            self.hashes.insert(path.clone(), (stamp, id.clone()));
        }
        PhotoFile { id, path, bytes, accepted: false }
    }

    /// All photos in `folder` with that content.
    fn copies(&self, folder: &Path, photo: &PhotoId) -> Vec<PathBuf> {
        let copies = self.hashes.iter().filter(|(path, (_, id))| id == photo && path.parent() == Some(folder));
        copies.map(|(path, _)| path.clone()).collect()
    }

    fn move_hashes(&mut self, old: &Path, new: &Path) {
        let moved: Vec<PathBuf> = self.hashes.keys().filter(|path| path.parent() == Some(old)).cloned().collect();
        for path in moved {
            if let (Some(known), Some(file_name)) = (self.hashes.remove(&path), path.file_name()) {
                self.hashes.insert(new.join(file_name), known);
            }
        }
    }
}

/// `2026-11-24T02-17-09Z-1a2b3c4d.jpg`: sorts by time, has no character that a system refuses.
fn photo_name(id: &PhotoId, at: Timestamp) -> OsString {
    let at = at.round(Unit::Second).unwrap_or(at);
    let short = id.0.get(..folder::ID_IN_NAME).unwrap_or(&id.0);
    let name = OsString::from(format!("{}-{short}.jpg", at.strftime("%Y-%m-%dT%H-%M-%SZ")));
    debug_assert_eq!(folder::file_kind(&name), FileKind::Photo);
    name
}
