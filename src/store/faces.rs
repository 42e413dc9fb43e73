//! Changes of `faces/`: a photo saved or deleted, a person renamed, merged, deleted or imported, a deletion undone.
//!
//! Each is on the disk, file and folder, when its function returns, and is known to [`Faces`] at once: the next scan does
//! not tell it again. Called by the engine, which has decided that it may be done.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::{Timestamp, Unit};

use super::archive::{Imported, ImportedElsewhere, ImportedPerson, ListedPerson, Staged, StagedPhoto, Staging};
use super::aside::{self, ChangeId, SetAside, What};
use super::atomic::{self, Access};
use super::files::{PersonFolder, PhotoFile};
use super::folder::{self, FileKind, Stamp};
use super::person_file::PersonFile;
use super::scan::Faces;
use super::{StoreError, io_error, person_file, photo_id, random_id};
use crate::people::name::fold;
use crate::people::{PersonId, PersonName, PersonRef, PhotoId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoOwner<'a> {
    Existing(&'a PersonId),
    /// Somebody to be made, together with the photo or not at all.
    New(&'a PersonName),
}

/// Whether a photo is the person's because of what it looks like, or because somebody said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Looks,
    Word,
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
    pub fn save_photo(
        &mut self,
        owner: PhotoOwner<'_>,
        jpeg: &[u8],
        at: Timestamp,
        by: By,
    ) -> Result<SavedPhoto, StoreError> {
        self.refuse_while_away()?;
        let id = photo_id(jpeg);
        let accepted = by == By::Word;
        match owner {
            PhotoOwner::Existing(person) => {
                let at_index = self.index_of(person)?;
                if let Some(nth) = self.people[at_index].photos.iter().position(|p| p.id == id) {
                    if accepted {
                        self.accept_photo(person, &id)?;
                    }
                    return Ok(SavedPhoto { person: person.clone(), photo: self.people[at_index].photos[nth].clone() });
                }
                self.refuse_waiting(at_index)?;
                self.take_over(at_index)?;
                if accepted {
                    self.write_person(at_index, std::slice::from_ref(&id))?;
                }
                let folder = self.people[at_index].folder.clone();
                let path = folder.join(free_name(&self.root.join(&folder), &photo_name(&id, at)));
                atomic::write(&self.root.join(&path), jpeg, Access::Shared)?;
                let photo = self.know(id, path, accepted);
                self.add_photo(at_index, photo.clone());
                Ok(SavedPhoto { person: person.clone(), photo })
            }
            PhotoOwner::New(name) => {
                self.refuse_taken_name(name, None)?;
                let person = PersonId(random_id()?);
                let folder = PathBuf::from(name.folder_name());
                let path = folder.join(photo_name(&id, at));
                let accepts = if accepted { std::slice::from_ref(&id) } else { &[] };
                self.make_folder(&person, name, accepts, |building| {
                    atomic::write(&building.join(photo_name(&id, at)), jpeg, Access::Shared)
                })?;
                let photo = self.know(id, path, accepted);
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

    /// Gives a photo of one person to another, by somebody's word. Interrupted, it is whole with one of the two; a person who is
    /// made for it may be left without a photo.
    pub fn move_photo(&mut self, id: &PhotoId, to: PhotoOwner<'_>) -> Result<SavedPhoto, StoreError> {
        self.give_photo(id, to, By::Word)
    }

    fn give_photo(&mut self, id: &PhotoId, to: PhotoOwner<'_>, by: By) -> Result<SavedPhoto, StoreError> {
        let (person, photo) = self.photo(id).ok_or_else(|| StoreError::UnknownPhoto(id.clone()))?;
        // Whatever has been done to the file meanwhile: the id is its content's, or it is another photo.
        let (from, path, bytes) = (person.id.clone(), photo.path.clone(), self.read(photo)?);
        let from_at = self.index_of(&from)?;
        self.refuse_while_away()?;
        self.refuse_waiting(from_at)?;
        let person = match to {
            PhotoOwner::Existing(to) => to.clone(),
            PhotoOwner::New(name) => self.create_person(PersonId(random_id()?), name)?,
        };
        let to_at = self.index_of(&person)?;
        if person == from || self.people[to_at].photos.iter().any(|p| p.id == *id) {
            self.accept_photo(&person, id)?;
        } else {
            self.refuse_waiting(to_at)?;
            self.take_over(to_at)?;
            if by == By::Word {
                self.write_person(to_at, std::slice::from_ref(id))?;
            }
            let folder = self.people[to_at].folder.clone();
            let moved = folder.join(free_name(&self.root.join(&folder), path.file_name().unwrap_or_default()));
            let (source, target) = (self.root.join(&path), self.root.join(&moved));
            if source.is_symlink() {
                atomic::write(&target, &bytes, Access::Shared)?;
            } else {
                bring(&source, &target)?;
                atomic::sync_folder(&self.root.join(&folder))?;
            }
            let photo = self.know(id.clone(), moved, by == By::Word);
            self.add_photo(to_at, photo);
        }
        if person != from {
            // What is left of it: copies, and the file itself where it could not be renamed.
            self.delete_photo(&from, id)?;
        }
        let (_, photo) = self.photo(id).ok_or_else(|| StoreError::UnknownPhoto(id.clone()))?;
        Ok(SavedPhoto { person, photo: photo.clone() })
    }

    /// Makes a person without photos.
    fn create_person(&mut self, id: PersonId, name: &PersonName) -> Result<PersonId, StoreError> {
        self.refuse_while_away()?;
        self.refuse_taken_name(name, None)?;
        self.make_folder(&id, name, &[], |_| Ok(()))?;
        self.insert(PersonFolder {
            id: id.clone(),
            name: name.clone(),
            folder: PathBuf::from(name.folder_name()),
            photos: Vec::new(),
            sample: false,
            waiting: None,
        });
        Ok(id)
    }

    /// Keeps with the person that a photo is theirs, whatever it looks like.
    pub fn accept_photo(&mut self, person: &PersonId, photo: &PhotoId) -> Result<(), StoreError> {
        self.refuse_while_away()?;
        let at = self.index_of(person)?;
        self.refuse_waiting(at)?;
        let nth = self.photo_index(at, photo)?;
        let before = std::mem::replace(&mut self.people[at].photos[nth].accepted, true);
        self.write_person(at, &[]).inspect_err(|_| self.people[at].photos[nth].accepted = before)
    }

    /// Deletes a photo's file.
    pub fn delete_photo(&mut self, person: &PersonId, photo: &PhotoId) -> Result<(), StoreError> {
        let at = self.index_of(person)?;
        let nth = self.photo_index(at, photo)?;
        self.refuse_waiting(at)?;
        let path = self.people[at].photos[nth].path.clone();
        // Copies of it in the folder go, too: the next scan would find them and the photo would be back.
        for copy in self.copies(&self.people[at].folder, photo).into_iter().chain([path]) {
            self.delete_file(&copy)?;
        }
        atomic::sync_folder(&self.root.join(&self.people[at].folder))?;
        self.drop_photo(at, nth);
        Ok(())
    }

    fn delete_file(&mut self, path: &Path) -> Result<(), StoreError> {
        let full = self.root.join(path);
        match fs::remove_file(&full) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io_error("delete", full)(e)),
            _ => self.hashes.remove(path),
        };
        Ok(())
    }

    /// A photo whose file is gone is not theirs any more.
    fn drop_photo(&mut self, at: usize, nth: usize) {
        if self.people[at].photos.remove(nth).accepted
            && let Err(error) = self.write_person(at, &[])
        {
            let person = &self.people[at].id;
            tracing::warn!(%person, %error, "that the deleted photo was accepted is still in .person.json");
        }
    }

    /// Deletes a photo so that it can be put back for a while.
    pub fn set_photo_aside(
        &mut self,
        person: &PersonId,
        photo: &PhotoId,
        now: Timestamp,
    ) -> Result<SetAside, StoreError> {
        let at = self.index_of(person)?;
        let nth = self.photo_index(at, photo)?;
        self.refuse_while_away()?;
        self.refuse_waiting(at)?;
        let PhotoFile { path, accepted, .. } = self.people[at].photos[nth].clone();
        self.refuse_too_many()?;
        let mut copies = vec![path.clone()];
        copies.extend(self.copies(&self.people[at].folder, photo));
        // A link to another copy would lead nowhere.
        let is_file = |copy: &&PathBuf| !self.root.join(copy).is_symlink();
        let kept = copies.iter().find(is_file).cloned().unwrap_or(path);
        for copy in copies.iter().filter(|copy| **copy != kept) {
            self.delete_file(copy)?;
        }
        let aside = self.set_aside(at, What::Photo { photo: photo.clone(), accepted }, &kept, now)?;
        self.hashes.remove(&kept);
        self.drop_photo(at, nth);
        Ok(aside)
    }

    /// A folder for a library's photos that wait to be imported: hidden beside the people, so that each needs only another name.
    pub fn staging(&self) -> Result<Staging, StoreError> {
        self.refuse_while_away()?;
        fs::create_dir_all(&self.root).map_err(io_error("make the folder", &self.root))?;
        Staging::make(atomic::temporary_name(&self.root)?)
    }

    /// Takes a library in that was read whole. Whoever has the id, or else the name and is not in it themselves, is taken for the
    /// same person; nobody's photo is changed. Nothing is done where somebody cannot be taken in; interrupted, each person is there wholly or not, and each
    /// photo of somebody who was there before.
    pub fn import(&mut self, library: &Staged) -> Result<Imported, StoreError> {
        self.refuse_while_away()?;
        let listed = &library.contents.people;
        let there = self.same_people(listed)?;
        let photos = self.people.iter().flat_map(|p| p.photos.iter().map(|photo| (photo.id.clone(), p.id.clone())));
        let mut owners: HashMap<PhotoId, PersonId> = photos.collect();
        let people = listed.iter().zip(there).zip(&library.photos);
        let taken: Result<Vec<_>, _> =
            people.map(|((listed, there), photos)| self.import_person(listed, there, photos, &mut owners)).collect();
        Ok(Imported { people: taken? })
    }

    /// Who each of a library's people is here: somebody of that id; or else of that name, and of none of the library's ids, since
    /// two people of a library are not one. Refused where somebody can't be changed, or somebody new has a name that is taken.
    fn same_people(&self, listed: &[ListedPerson]) -> Result<Vec<Option<PersonId>>, StoreError> {
        let ids: HashSet<&PersonId> = listed.iter().map(|person| &person.id).collect();
        let by_id: HashMap<&PersonId, usize> = self.people.iter().enumerate().map(|(at, p)| (&p.id, at)).collect();
        let names = self.people.iter().enumerate().map(|(at, p)| (p.name.fold_key(), at));
        let by_name: HashMap<String, usize> = names.collect();
        let taken = self.taken_names(None)?;
        let same = |person: &ListedPerson| {
            let by_name = || by_name.get(&person.name.fold_key()).filter(|at| !ids.contains(&self.people[**at].id));
            match by_id.get(&person.id).or_else(by_name) {
                Some(at) => {
                    self.refuse_waiting(*at)?;
                    Ok(Some(self.people[*at].id.clone()))
                }
                None if keys_of(&person.name).iter().any(|key| taken.contains(key)) => {
                    Err(StoreError::NameTaken(person.name.clone()))
                }
                None => Ok(None),
            }
        };
        listed.iter().map(same).collect()
    }

    fn import_person(
        &mut self,
        listed: &ListedPerson,
        there: Option<PersonId>,
        photos: &[StagedPhoto],
        owners: &mut HashMap<PhotoId, PersonId>,
    ) -> Result<ImportedPerson, StoreError> {
        let added = there.is_none();
        let id = there.unwrap_or_else(|| listed.id.clone());
        let (mut fresh, mut known, mut somebody_elses) = (Vec::<&StagedPhoto>::new(), 0, Vec::new());
        for photo in photos {
            match owners.get(&photo.id) {
                Some(owner) if *owner != id => {
                    let owner = &self.people[self.index_of(owner)?];
                    let person = PersonRef { id: owner.id.clone(), name: owner.name.clone() };
                    somebody_elses.push(ImportedElsewhere { file: photo.name.clone(), person });
                }
                Some(_) => known += 1,
                None => {
                    owners.insert(photo.id.clone(), id.clone());
                    fresh.push(photo);
                }
            }
        }
        let accepts: HashSet<&PhotoId> = listed.accepted.iter().collect();
        let accepted: Vec<PhotoId> =
            fresh.iter().map(|photo| &photo.id).filter(|id| accepts.contains(id)).cloned().collect();
        let at = if added {
            let mut names = Vec::new();
            self.make_folder(&listed.id, &listed.name, &accepted, |building| {
                for photo in &fresh {
                    // Two names may be one on this disk.
                    let name = free_name(building, photo.name.as_ref());
                    bring(&photo.path, &building.join(&name))?;
                    names.push(name);
                }
                atomic::sync_folder(building)
            })?;
            let folder = PathBuf::from(listed.name.folder_name());
            let taken = fresh.iter().zip(names);
            let mut photos: Vec<PhotoFile> = taken
                .map(|(photo, name)| self.know(photo.id.clone(), folder.join(name), accepts.contains(&photo.id)))
                .collect();
            photos.sort_by(|a, b| a.path.cmp(&b.path));
            self.insert(PersonFolder {
                id: id.clone(),
                name: listed.name.clone(),
                folder,
                photos,
                sample: false,
                waiting: None,
            });
            self.index_of(&id)?
        } else {
            let at = self.index_of(&id)?;
            if !fresh.is_empty() {
                self.take_over(at)?;
                if !accepted.is_empty() {
                    self.write_person(at, &accepted)?;
                }
                let folder = self.people[at].folder.clone();
                let brought = fresh.iter().try_for_each(|photo| -> Result<(), StoreError> {
                    let path = folder.join(free_name(&self.root.join(&folder), photo.name.as_ref()));
                    bring(&photo.path, &self.root.join(&path))?;
                    let photo = self.know(photo.id.clone(), path, accepts.contains(&photo.id));
                    self.people[at].photos.push(photo);
                    Ok(())
                });
                self.people[at].photos.sort_by(|a, b| a.path.cmp(&b.path));
                brought?;
                atomic::sync_folder(&self.root.join(&folder))?;
            }
            at
        };
        let person = PersonRef { id, name: self.people[at].name.clone() };
        Ok(ImportedPerson { person, added, photos_added: fresh.len(), photos_known: known, somebody_elses })
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
        if let Err(error) = self.write_person(at, &[]) {
            tracing::warn!(%person, %error, "the renamed folder's .person.json could not be written");
        }
        self.people.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(())
    }

    /// Moves all files of `from` to `into` and deletes the folder of `from`. Interrupted, each photo is in one of the two; where
    /// the disk refuses, they go back, and stay where they are if it refuses that, too.
    pub fn merge_people(&mut self, from: &PersonId, into: &PersonId) -> Result<(), StoreError> {
        let (from_at, into_at) = (self.index_of(from)?, self.index_of(into)?);
        if from_at == into_at {
            return Ok(());
        }
        self.refuse_while_away()?;
        self.refuse_waiting(from_at)?;
        self.refuse_waiting(into_at)?;
        self.take_over(into_at)?;
        let accepted: Vec<PhotoId> =
            self.people[from_at].photos.iter().filter(|photo| photo.accepted).map(|photo| photo.id.clone()).collect();
        if !accepted.is_empty() {
            self.write_person(into_at, &accepted)?;
        }
        let (source, target) = (self.people[from_at].folder.clone(), self.people[into_at].folder.clone());
        let (given, mut moved) = (self.aside_of(from), Vec::new());
        let done = self
            .give_aside(&given, into_at)
            .and_then(|()| self.move_files(&source, &target, &mut moved))
            .and_then(|()| self.hide(&source));
        let doomed = match done {
            Ok(doomed) => doomed,
            Err(error) => {
                for (old, new) in &moved {
                    let _ = fs::rename(self.root.join(new), self.root.join(old));
                }
                let _ = self.give_aside(&given, from_at);
                return Err(error);
            }
        };
        for (old, new) in moved {
            if let Some(known) = self.hashes.remove(&old) {
                self.hashes.insert(new.clone(), known);
            }
            if let Some(nth) = self.people[from_at].photos.iter().position(|p| p.path == old) {
                let mut photo = self.people[from_at].photos.remove(nth);
                photo.path = new;
                self.people[into_at].photos.push(photo);
            }
        }
        self.people[into_at].photos.sort_by(|a, b| a.path.cmp(&b.path));
        self.forget(from_at);
        remove_hidden(&doomed);
        Ok(())
    }

    /// Two people again, as before [`Faces::merge_people`]: `from` gets back those of their photos that `into` still has, and what was
    /// deleted of them. Interrupted, each photo is with one of the two, and the next call goes on.
    pub fn part_people(
        &mut self,
        from: &PersonRef,
        into: &PersonRef,
        photos: &[PhotoId],
        accepted: &[PhotoId],
    ) -> Result<(), StoreError> {
        self.index_of(&into.id).map_err(|_| StoreError::OwnerGone(into.name.clone()))?;
        if self.person(&from.id).is_none() {
            self.create_person(from.id.clone(), &from.name).map_err(taken_since)?;
        }
        for photo in photos {
            if self.photo(photo).is_some_and(|(owner, _)| owner.id == into.id) {
                let by = if accepted.contains(photo) { By::Word } else { By::Looks };
                self.give_photo(photo, PhotoOwner::Existing(&from.id), by)?;
            }
        }
        let theirs = self.photos_set_aside(&into.id, photos);
        self.give_aside(&theirs, self.index_of(&from.id)?)
    }

    /// Deletes photos that `owner` was taught by, whosever they are by now, and `made`, who was made for them, if nothing else is
    /// theirs. Interrupted, the next call goes on.
    pub fn take_out(
        &mut self,
        owner: &PersonRef,
        photos: &[PhotoId],
        made: Option<&PersonId>,
    ) -> Result<(), StoreError> {
        self.refuse_while_away()?;
        if self.people_aside().any(|person| *person == owner.id) {
            return Err(StoreError::OwnerGone(owner.name.clone()));
        }
        for photo in photos {
            if let Some(person) = self.photo(photo).map(|(person, _)| person.id.clone()) {
                self.delete_photo(&person, photo)?;
            }
        }
        self.photos_set_aside(&owner.id, photos).iter().try_for_each(|aside| self.erase(aside))?;
        let has_nothing = |person: &PersonId| {
            self.person(person).is_some_and(|p| p.photos.is_empty()) && self.aside_of(person).is_empty()
        };
        made.filter(|person| has_nothing(person)).map_or(Ok(()), |person| self.delete_person(person))
    }

    /// Those of a person's photos that were deleted and can be put back.
    fn photos_set_aside(&self, person: &PersonId, photos: &[PhotoId]) -> Vec<ChangeId> {
        let among = |aside: &&SetAside| !aside.is_whole() && aside.photos().iter().all(|photo| photos.contains(photo));
        self.aside.iter().filter(|a| a.person.id == *person).filter(among).map(|aside| aside.id.clone()).collect()
    }

    /// Moves what is visible in one folder to another; notes each file that has gone, with both its paths.
    fn move_files(&self, source: &Path, target: &Path, moved: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), StoreError> {
        let full_source = self.root.join(source);
        for entry in folder::entries(&full_source).map_err(io_error("read", &full_source))? {
            if folder::is_hidden(&entry.name) {
                continue;
            }
            let path = target.join(free_name(&self.root.join(target), &entry.name));
            fs::rename(&entry.path, self.root.join(&path)).map_err(io_error("move", &entry.path))?;
            moved.push((source.join(&entry.name), path));
        }
        atomic::sync_folder(&self.root.join(target))
    }

    /// Deletes a person's folder with everything in it. Nobody waits any longer for somebody whose folder is missing; should the
    /// folder come back, so do they.
    pub fn delete_person(&mut self, person: &PersonId) -> Result<(), StoreError> {
        let at = self.index_of(person)?;
        let doomed = self.hide(&self.people[at].folder)?;
        self.forget(at);
        remove_hidden(&doomed);
        Ok(())
    }

    /// Deletes a person so that they can be put back for a while.
    pub fn set_person_aside(&mut self, person: &PersonId, now: Timestamp) -> Result<SetAside, StoreError> {
        let at = self.index_of(person)?;
        self.refuse_while_away()?;
        self.refuse_waiting(at)?;
        self.refuse_too_many()?;
        let photos = self.people[at].photos.iter().map(|photo| photo.id.clone()).collect();
        let folder = self.people[at].folder.clone();
        let aside = self.set_aside(at, What::Person { photos }, &folder, now)?;
        self.forget(at);
        Ok(aside)
    }

    /// Moves something of a person's out of sight, with a note of whose it is.
    fn set_aside(&mut self, at: usize, what: What, path: &Path, now: Timestamp) -> Result<SetAside, StoreError> {
        let PersonFolder { id, name, .. } = &self.people[at];
        let person = PersonRef { id: id.clone(), name: name.clone() };
        let aside = SetAside::new(ChangeId(random_id()?), person, what, now, self.undo_for);
        let place = aside.make_place(&self.root)?;
        let target = place.join(path.file_name().unwrap_or_default());
        let moved = atomic::sync_folder(&self.root).and_then(|()| self.move_to_stay(&self.root.join(path), &target));
        if let Err(error) = moved {
            // Only what is known to be empty.
            if matches!(aside.content(&self.root), Ok(None)) {
                aside::remove(&place);
            }
            return Err(error);
        }
        self.aside.push(aside.clone());
        Ok(aside)
    }

    /// Moves a file or folder to another folder. Where that cannot be made to last, it comes back, if the disk lets it.
    fn move_to_stay(&self, from: &Path, to: &Path) -> Result<(), StoreError> {
        bring(from, to)?;
        let folder_of = |path: &Path| path.parent().unwrap_or(&self.root).to_owned();
        let lasting = || {
            // On another disk, it was copied.
            if fs::symlink_metadata(from).is_ok() {
                fs::remove_file(from).map_err(io_error("delete", from))?;
            }
            atomic::sync_folder(&folder_of(to))?;
            atomic::sync_folder(&folder_of(from))
        };
        match lasting() {
            Err(error) if fs::rename(to, from).is_ok() => Err(error),
            Err(error) => {
                tracing::warn!(%error, "what was deleted or put back may be where it was after a power cut");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn refuse_too_many(&self) -> Result<(), StoreError> {
        if self.aside.len() < aside::MOST_UNDOABLE {
            Ok(())
        } else {
            Err(StoreError::TooManyChanges(aside::MOST_UNDOABLE))
        }
    }

    /// What was deleted and can be put back, with the names that people have now.
    pub fn deletions(&self) -> Vec<SetAside> {
        let now = Instant::now();
        let current = |aside: &SetAside| {
            let mut aside = aside.clone();
            if let Some(person) = self.person(&aside.person.id) {
                aside.person.name = person.name.clone();
            }
            aside
        };
        self.aside.iter().filter(|aside| !self.is_over(aside, now)).map(current).collect()
    }

    /// What was deleted under this id, be its time over or not.
    pub fn deletion(&self, id: &ChangeId) -> Result<&SetAside, StoreError> {
        let found = self.aside.iter().find(|aside| aside.id == *id);
        found.ok_or_else(|| StoreError::UnknownChange(id.clone()))
    }

    /// Puts back what was deleted; the next scan finds it. Returns the person's folder. Refused where somebody else has the
    /// name by now, or where the photo's person is not there; nothing is changed then.
    pub fn put_back(&mut self, id: &ChangeId) -> Result<PathBuf, StoreError> {
        let aside = self.deletion(id)?.clone();
        let unknown = || StoreError::UnknownChange(id.clone());
        if self.is_over(&aside, Instant::now()) {
            return Err(unknown());
        }
        self.refuse_while_away()?;
        let content = aside.content(&self.root)?.ok_or_else(unknown)?;
        let folder = match &aside.what {
            What::Person { .. } => {
                let name = &aside.person.name;
                self.refuse_taken_name(name, None).map_err(taken_since)?;
                let folder = PathBuf::from(content.file_name().unwrap_or_default());
                self.move_to_stay(&content, &self.root.join(&folder))?;
                folder
            }
            What::Photo { photo, accepted } => {
                let gone = |_| StoreError::OwnerGone(aside.person.name.clone());
                let at = self.index_of(&aside.person.id).map_err(gone)?;
                // Where they have it again, it need not be put back.
                if self.photo_index(at, photo).is_err() {
                    self.refuse_waiting(at)?;
                    self.take_over(at)?;
                    if *accepted {
                        self.write_person(at, std::slice::from_ref(photo))?;
                    }
                    let folder = self.root.join(&self.people[at].folder);
                    let name = free_name(&folder, content.file_name().unwrap_or_default());
                    self.move_to_stay(&content, &folder.join(name))?;
                }
                self.people[at].folder.clone()
            }
        };
        self.aside.retain(|other| other.id != *id);
        aside::remove(&self.root.join(&aside.folder));
        Ok(folder)
    }

    /// Erases what was deleted.
    pub fn erase(&mut self, id: &ChangeId) -> Result<(), StoreError> {
        let doomed = self.hide(&self.deletion(id)?.folder)?;
        self.aside.retain(|aside| aside.id != *id);
        remove_hidden(&doomed);
        Ok(())
    }

    /// Erases a person who was deleted, if they were, and whatever else was deleted of them. Photos that the disk does not give up
    /// now are nobody's, and are erased later.
    pub fn erase_all_of(&mut self, person: &PersonId) -> Result<(), StoreError> {
        let theirs = self.aside_of(person);
        let is_whole = |id: &&ChangeId| self.aside.iter().any(|aside| aside.id == **id && aside.is_whole());
        let (whole, photos): (Vec<_>, Vec<_>) = theirs.iter().partition(is_whole);
        whole.into_iter().try_for_each(|id| self.erase(id))?;
        for id in photos {
            if let Err(error) = self.erase(id) {
                tracing::warn!(%error, "a deleted photo of somebody who was deleted is still there; trying again");
            }
        }
        Ok(())
    }

    fn aside_of(&self, person: &PersonId) -> Vec<ChangeId> {
        self.aside.iter().filter(|aside| aside.person.id == *person).map(|aside| aside.id.clone()).collect()
    }

    /// What was deleted is somebody else's.
    fn give_aside(&mut self, given: &[ChangeId], to: usize) -> Result<(), StoreError> {
        let PersonFolder { id, name, .. } = &self.people[to];
        for aside in self.aside.iter_mut().filter(|aside| given.contains(&aside.id)) {
            let before = std::mem::replace(&mut aside.person, PersonRef { id: id.clone(), name: name.clone() });
            aside.write_note(&self.root).inspect_err(|_| aside.person = before)?;
        }
        Ok(())
    }

    /// The photos that were deleted of a person and that nobody has by now.
    pub fn photos_aside(&self, person: &PersonId) -> Vec<PhotoId> {
        let theirs = self.aside.iter().filter(|aside| aside.person.id == *person);
        theirs.flat_map(SetAside::photos).filter(|photo| self.photo(photo).is_none()).cloned().collect()
    }

    /// What is to be erased now, unless another process does.
    pub fn expired(&self, now: Instant) -> Vec<ChangeId> {
        let over = self.aside.iter().filter(|aside| self.is_sole() && self.is_over(aside, now));
        over.map(|aside| aside.id.clone()).collect()
    }

    /// When something is to be erased next.
    pub fn next_expiry(&self, now: Instant) -> Option<Instant> {
        let ends = |aside: &SetAside| if self.is_over(aside, now) { now } else { aside.ends };
        self.aside.iter().filter(|_| self.is_sole()).map(ends).min()
    }

    /// Whether nobody can put it back: its time is over, or it is a photo of somebody who is not there and cannot come back.
    fn is_over(&self, aside: &SetAside, now: Instant) -> bool {
        let owner = &aside.person.id;
        let nobodys = || self.person(owner).is_none() && self.people_aside().all(|person| person != owner);
        aside.ends <= now || (!aside.is_whole() && nobodys())
    }

    /// Takes a folder out of sight in one step, so that a crash does not leave half a person. Where that cannot be made to last,
    /// it comes back, if the disk lets it.
    fn hide(&self, folder: &Path) -> Result<PathBuf, StoreError> {
        let (full, doomed) = (self.root.join(folder), atomic::temporary_name(&self.root)?);
        match fs::rename(&full, &doomed) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            renamed => {
                renamed.map_err(io_error("delete", &full))?;
                if let Err(error) = atomic::sync_folder(&self.root) {
                    // What cannot come back is gone.
                    if fs::rename(&doomed, &full).is_ok() {
                        return Err(error);
                    }
                    tracing::warn!(%error, "a deleted folder may still be on the disk");
                }
            }
        }
        Ok(doomed)
    }

    /// Somebody whose folder is gone is gone.
    fn forget(&mut self, at: usize) {
        let person = self.people.remove(at);
        self.hashes.retain(|path, _| !path.starts_with(&person.folder));
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

    /// Writes a person's `.person.json`; `more` photos, which are about to come, are theirs by somebody's word.
    fn write_person(&self, at: usize, more: &[PhotoId]) -> Result<(), StoreError> {
        let person = &self.people[at];
        let accepted = person.photos.iter().filter(|photo| photo.accepted).map(|photo| &photo.id);
        let accepted = accepted.chain(more).map(|photo| photo.0.clone()).collect();
        let file = PersonFile::new(&person.id, &person.name, &person.folder, accepted);
        person_file::write(&self.root.join(&person.folder), &file)
    }

    /// Refused where somebody else, or a folder that isn't a person's, has the name.
    fn refuse_taken_name(&self, name: &PersonName, but: Option<usize>) -> Result<(), StoreError> {
        let taken = self.taken_names(but)?;
        if keys_of(name).iter().any(|key| taken.contains(key)) {
            return Err(StoreError::NameTaken(name.clone()));
        }
        Ok(())
    }

    /// The names of everybody but one, as they are compared. Looks at the disk itself, since folders that are not people's, or not
    /// scanned yet, count too.
    fn taken_names(&self, but: Option<usize>) -> Result<HashSet<String>, StoreError> {
        let but = but.map(|at| &self.people[at]);
        let inside = folder::entries(&self.root).map_err(io_error("read", &self.root))?;
        let on_disk = inside.iter().filter(|entry| but.is_none_or(|but| but.folder != Path::new(&entry.name)));
        let folders = on_disk.map(|entry| fold(&entry.name.to_string_lossy()));
        let others = self.people.iter().filter(|p| but.is_none_or(|but| but.id != p.id));
        Ok(others.map(|p| p.name.fold_key()).chain(folders).collect())
    }

    /// A whole new folder appears at once: built under a temporary name and filled, then renamed.
    fn make_folder(
        &self,
        id: &PersonId,
        name: &PersonName,
        accepted: &[PhotoId],
        fill: impl FnOnce(&Path) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let building = atomic::temporary_name(&self.root)?;
        let build = || {
            fs::create_dir(&building).map_err(io_error("make the folder", &building))?;
            let folder = name.folder_name();
            let accepted = accepted.iter().map(|photo| photo.0.clone()).collect();
            person_file::write(&building, &PersonFile::new(id, name, Path::new(&folder), accepted))?;
            fill(&building)?;
            let last = self.root.join(folder);
            fs::rename(&building, &last).map_err(io_error("make the folder", last))?;
            atomic::sync_folder(&self.root)
        };
        build().inspect_err(|_| drop(fs::remove_dir_all(&building)))
    }

    fn add_photo(&mut self, at: usize, photo: PhotoFile) {
        self.people[at].photos.push(photo);
        self.people[at].photos.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Remembers a file just written.
    fn know(&mut self, id: PhotoId, path: PathBuf, accepted: bool) -> PhotoFile {
        let stamp = fs::metadata(self.root.join(&path)).map(|m| Stamp::of(&m));
        let bytes = stamp.as_ref().map_or(0, |s| s.bytes);
        if let Ok(stamp) = stamp {
            self.hashes.insert(path.clone(), (stamp, id.clone()));
        }
        PhotoFile { id, path, bytes, accepted }
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

/// Whoever was there has to come back under a name that somebody else has taken.
fn taken_since(error: StoreError) -> StoreError {
    match error {
        StoreError::NameTaken(name) => StoreError::NameTakenSince(name),
        other => other,
    }
}

/// What a name is compared by: itself, and the folder that it would have.
fn keys_of(name: &PersonName) -> [String; 2] {
    [name.fold_key(), fold(&name.folder_name())]
}

/// `wanted`, or with a number where a file has that name.
fn free_name(folder: &Path, wanted: &OsStr) -> OsString {
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
    let free = names.find(|name| fs::symlink_metadata(folder.join(name)).is_err());
    free.unwrap_or_else(|| wanted.to_owned())
}

/// Moves a file; a person's folder can be a link to another disk.
fn bring(from: &Path, to: &Path) -> Result<(), StoreError> {
    match fs::rename(from, to) {
        Err(e) if e.kind() == std::io::ErrorKind::CrossesDevices => {
            atomic::write(to, &fs::read(from).map_err(io_error("read", from))?, Access::Shared)
        }
        renamed => renamed.map_err(io_error("move", from)),
    }
}

/// Removes what was taken out of sight. Whoever it was of is gone already: what the disk does not give up goes at the next start.
fn remove_hidden(doomed: &Path) {
    let removed = if doomed.is_symlink() { fs::remove_file(doomed) } else { fs::remove_dir_all(doomed) };
    if let Err(error) = removed
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(folder = %doomed.display(), %error, "a deleted folder could not be removed; it is hidden, and removed at the next start");
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
