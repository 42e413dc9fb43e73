//! The owner of `faces/`: a thread that changes the folder and looks at it, one thing after the other. Whoever changed it, what
//! changed between two looks is one list, which the home takes up before anybody is answered.
//!
//! A slow share holds up this thread, and neither the home nor who reads.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::error::EngineError;
use super::home::deed::Deed;
use super::home::outcome::{Command, FolderLook, Intent};
use super::load::Load;
use super::owner::Orders;
use super::teach::Photo;
use super::types::{AboutMissing, Override, Usage};
use crate::people::{PersonId, PersonName, PersonRef, PhotoId, Refusal};
use crate::store::archive::{Staged, Staging};
use crate::store::{
    self, Away, By, Change, ChangeId, Database, Described, Faces, Imported, KnownFile, PhotoOwner, Reader, Recipe,
    Roster, SetAside, StoreError, Watcher, What, photo_id, shown,
};

const MOST_WAITING: usize = 64;
/// How often missing people are counted as waited for.
const COUNT_MISSING_EVERY: Duration = Duration::from_secs(60);
/// How long what could not be erased waits to be tried again.
const ERASE_AGAIN: Duration = Duration::from_secs(60);
/// When a full channel has room again, most likely.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Something to be done with the folder.
pub(super) type Task = Box<dyn FnOnce(&mut Folder) + Send>;

/// Where the folder's changes are sent.
#[derive(Clone)]
pub(super) struct Shelf {
    to: SyncSender<Task>,
    /// How often it was full.
    full: Arc<AtomicU64>,
}

impl Shelf {
    /// Has something done with the folder, and waits; for threads.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Folder) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let (reply, answer) = sync_channel(1);
        let task: Task = Box::new(move |folder| drop(reply.send(task(folder))));
        self.to.send(task).map_err(|_| EngineError::ShuttingDown)?;
        answer.recv().unwrap_or(Err(EngineError::ShuttingDown))
    }

    /// Has something done with the folder; for tasks.
    pub(super) async fn done<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Folder) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |folder| drop(reply.send(task(folder))));
        self.to.try_send(task).map_err(|refused| match refused {
            TrySendError::Full(_) => {
                Load::count(&self.full);
                EngineError::Busy { retry_after: RETRY_AFTER }
            }
            TrySendError::Disconnected(_) => EngineError::ShuttingDown,
        })?;
        answer.await.unwrap_or(Err(EngineError::ShuttingDown))
    }

    /// Has the folder changed where nothing is known beyond what it shows; for tasks.
    pub(super) async fn changed(
        &self,
        work: impl FnOnce(&mut Faces) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), EngineError> {
        self.done(move |folder| folder.change(Beyond::default(), |faces, _| Ok(work(faces)?))).await
    }

    /// Ends the thread once it has done what waits.
    pub(super) fn stop(&self) {
        let _ = self.to.send(Box::new(|folder| folder.stopping = true));
    }

    pub(super) fn usage(&self) -> Usage {
        Usage { of: "folder_changes", used: None, most: MOST_WAITING, hits: self.full.load(Ordering::Relaxed) }
    }
}

/// The folder, and whom it is told to.
pub(super) struct Folder {
    faces: Faces,
    database: Arc<Database>,
    recipe: Recipe,
    home: Orders,
    watcher: Option<Watcher>,
    /// Files that may still be copied, as of the last look.
    unsettled: usize,
    /// What was last kept of the files' contents, and of whose they are.
    known_files: HashMap<PathBuf, KnownFile>,
    /// Whom it held at the last look; nobody knows before the first.
    roster: Option<Roster>,
    /// Since when missing people are waited for without counting it.
    counted: Instant,
    /// What is over is erased from then on: the last try failed.
    erase_from: Instant,
    stopping: bool,
}

/// What is known of a change beyond what the folder shows.
#[derive(Default)]
pub(super) struct Beyond {
    /// A photo that was described already.
    pub(super) described: Option<(PhotoId, Described)>,
    pub(super) forget: Vec<PhotoId>,
    /// What was done with somebody's folder.
    pub(super) done: Option<(PersonId, Intent)>,
}

impl Folder {
    /// The folder, and where its changes are sent.
    pub(super) fn new(
        faces: Faces,
        database: Arc<Database>,
        recipe: Recipe,
        home: Orders,
    ) -> (Self, Shelf, Receiver<Task>) {
        let (sender, tasks) = sync_channel(MOST_WAITING);
        let known_files = faces.known_files().map(|file| (file.path.clone(), file)).collect();
        let folder = Self {
            faces,
            database,
            recipe,
            home,
            watcher: None,
            unsettled: 0,
            known_files,
            roster: None,
            counted: Instant::now(),
            erase_from: Instant::now(),
            stopping: false,
        };
        (folder, Shelf { to: sender, full: Arc::default() }, tasks)
    }

    /// Does what is asked until it is stopped.
    pub(super) fn run(mut self, tasks: Receiver<Task>) {
        while !self.stopping {
            match tasks.recv_timeout(self.next_look()) {
                Ok(task) => task(&mut self),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.count_missing();
            self.erase_expired();
        }
        // First, since the watcher may be waiting for an answer.
        drop(tasks);
    }

    /// How long nothing has to be done unasked.
    fn next_look(&self) -> Duration {
        let now = Instant::now();
        let expiry = self.faces.next_expiry(now).map(|at| at.max(self.erase_from));
        let left = expiry.map(|at| at.saturating_duration_since(now));
        left.map_or(COUNT_MISSING_EVERY, |left| left.min(COUNT_MISSING_EVERY))
    }

    /// Erases what nobody has put back in time.
    fn erase_expired(&mut self) {
        let now = Instant::now();
        if now < self.erase_from {
            return;
        }
        for deletion in self.faces.expired(now) {
            if let Err(error) = self.erase_if_there(&deletion) {
                tracing::warn!(%error, "what was deleted an hour ago could not be erased; trying again");
                self.erase_from = now + ERASE_AGAIN;
            }
        }
    }

    /// Looks whenever something changes in the folder, until this ends. New photos are read while the folder is free.
    pub(super) fn watch(&mut self, tasks: Shelf) -> Result<(), EngineError> {
        let watcher = Watcher::start(self.faces.root(), move || {
            let read = tasks.wait(|folder| Ok(folder.reader())).map(|reader: Reader| reader.read(SystemTime::now()));
            match read.and_then(|read| tasks.wait(|folder| folder.look(read))) {
                Ok(()) | Err(EngineError::ShuttingDown) => {}
                Err(error) => {
                    tracing::warn!(%error, "the folder of faces could not be read; tried again at the next change");
                }
            }
        })?;
        self.watcher = Some(watcher);
        self.check_unsettled();
        Ok(())
    }

    /// Lets time pass for people who are missing, and looks when somebody has been waited for long enough.
    fn count_missing(&mut self) {
        let passed = self.counted.elapsed();
        if passed < COUNT_MISSING_EVERY {
            return;
        }
        self.counted = Instant::now();
        if self.faces.pass(passed)
            && let Err(error) = self.look(Vec::new())
        {
            tracing::warn!(%error, "the folder of faces could not be read; tried again at the next change");
        }
    }

    /// Files that may still be copied are looked at again soon.
    fn check_unsettled(&self) {
        if let Some(watcher) = self.watcher.as_ref().filter(|_| self.unsettled > 0) {
            watcher.check_again();
        }
    }

    fn reader(&self) -> Reader {
        self.faces.reader()
    }

    /// Looks at the folder; `read` are new files' contents, if somebody has read them already.
    pub(super) fn look(&mut self, read: Vec<KnownFile>) -> Result<(), EngineError> {
        self.faces.remember(read);
        let away_before = self.faces.away().map_or(0, |away| away.missing);
        let looked = self.change(Beyond::default(), |faces, unsettled| {
            *unsettled = faces.scan(SystemTime::now())?.unsettled;
            Ok(())
        });
        self.check_unsettled();
        say_who_is_away(away_before, self.faces.away(), self.faces.root());
        looked
    }

    /// Forgets people whose folders are missing, or waits for them from the beginning.
    pub(super) fn answer_missing(&mut self, answer: AboutMissing) -> Result<(), EngineError> {
        match answer {
            AboutMissing::Forget => self.faces.stop_waiting(),
            AboutMissing::Wait => self.faces.wait_again(),
        }
        self.look(Vec::new())
    }

    /// Changes the folder, and has the home take up what that changed, also where it failed half-way.
    pub(super) fn change<T>(
        &mut self,
        beyond: Beyond,
        work: impl FnOnce(&mut Faces, &mut usize) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let before: Vec<_> = store::used(self.faces.people()).cloned().collect();
        let done = work(&mut self.faces, &mut self.unsettled);
        let people: Vec<_> = store::used(self.faces.people()).cloned().collect();
        let changes = store::follow(&before, &people);
        let beyond = if done.is_ok() { beyond } else { Beyond::default() };
        let fresh: Vec<_> = beyond.described.iter().map(|(photo, _)| photo.clone()).collect();
        let mut described: HashMap<_, _> = beyond.described.into_iter().collect();
        let mut failed = None;
        for change in &changes {
            let Change::PhotoAdded(_, photo) = change else { continue };
            if described.contains_key(&photo.id) {
                continue;
            }
            match self.database.described(&photo.id, &self.recipe) {
                Ok(known) => described.extend(known.map(|known| (photo.id.clone(), known))),
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            tracing::warn!(%error, "what photos showed could not be read; they are described again");
        }
        let known_files = self.new_known_files();
        let roster = self.faces.roster();
        let roster = (self.roster.as_ref() != Some(&roster)).then(|| {
            self.roster = Some(roster.clone());
            roster
        });
        let taken_up = self.home.wait(Command::TakeUp(Box::new(FolderLook {
            people: people.into(),
            problems: self.faces.problems().to_vec(),
            unsettled: self.unsettled,
            changes,
            described,
            fresh,
            forget: beyond.forget,
            done: beyond.done,
            aside: self.faces.aside().to_vec(),
            away: self.faces.away(),
            known_files,
            roster,
        })));
        let done = done?;
        taken_up.map(|_| done)
    }

    /// What is known of the files' contents, if that has changed.
    fn new_known_files(&mut self) -> Option<Vec<KnownFile>> {
        let now: HashMap<_, _> = self.faces.known_files().map(|file| (file.path.clone(), file)).collect();
        if now == self.known_files {
            return None;
        }
        self.known_files = now;
        Some(self.known_files.values().cloned().collect())
    }

    /// Ends what the last run has begun.
    pub(super) fn resume(&mut self, person: &PersonId, intent: &Intent) -> Result<(), EngineError> {
        if let Intent::Undo(id) = intent {
            return self.undo(person, id);
        }
        let forget = if *intent == Intent::Delete { self.faces.photos_aside(person) } else { Vec::new() };
        let beyond = Beyond { forget, done: Some((person.clone(), intent.clone())), ..Beyond::default() };
        self.change(beyond, |faces, _| {
            let there = faces.person(person).is_some();
            match intent {
                Intent::Delete => {
                    if there {
                        faces.delete_person(person)?;
                    }
                    faces.erase_all_of(person)?;
                }
                Intent::MergeInto(into) if there => faces.merge_people(person, into)?,
                Intent::MergeInto(_) | Intent::Undo(_) => {}
            }
            Ok(())
        })
    }

    /// Takes out the photos that an unknown person's name brought a person, or parts two people who were merged.
    fn undo(&mut self, person: &PersonId, id: &ChangeId) -> Result<(), EngineError> {
        let change = id.clone();
        let deed = self.home.ask(move |home, _| Ok(home.deed(&change)))?;
        let forget = match &deed {
            Some(Deed::Named(_, named)) => named.photos.clone(),
            _ => Vec::new(),
        };
        let done = Some((person.clone(), Intent::Undo(id.clone())));
        self.change(Beyond { forget, done, ..Beyond::default() }, |faces, _| match &deed {
            Some(Deed::Named(_, named)) => Ok(faces.take_out(&named.person, &named.photos, named.made.as_ref())?),
            Some(Deed::Merged(m)) => Ok(faces.part_people(&m.from, &m.into, &m.photos, &m.accepted)?),
            _ => Ok(()),
        })
    }

    /// Deletes a person so that they can be put back: what is known of them stays until that is over.
    pub(super) fn set_person_aside(&mut self, person: &PersonId) -> Result<SetAside, EngineError> {
        self.change(Beyond::default(), |faces, _| Ok(faces.set_person_aside(person, Timestamp::now())?))
    }

    /// Deletes a photo so that it can be put back.
    pub(super) fn set_photo_aside(&mut self, person: &PersonId, photo: &PhotoId) -> Result<SetAside, EngineError> {
        self.change(Beyond::default(), |faces, _| Ok(faces.set_photo_aside(person, photo, Timestamp::now())?))
    }

    /// What can be put back.
    pub(super) fn deletions(&self) -> Vec<SetAside> {
        self.faces.deletions()
    }

    /// Puts back what was deleted; whose it is.
    pub(super) fn put_back(&mut self, deletion: &ChangeId) -> Result<PersonId, EngineError> {
        let SetAside { person, what, .. } = self.faces.deletion(deletion)?.clone();
        if let What::Photo { photo, .. } = what
            && let Some((owner, _)) = self.faces.photo(&photo).filter(|(owner, _)| owner.id != person.id)
        {
            let owner = PersonRef { id: owner.id.clone(), name: owner.name.clone() };
            return Err(Refusal::SomebodyElsesPhoto { person: owner, photo }.into());
        }
        let folder = self.change(Beyond::default(), |faces, unsettled| {
            let folder = faces.put_back(deletion)?;
            *unsettled = faces.scan(SystemTime::now())?.unsettled;
            Ok(folder)
        })?;
        self.check_unsettled();
        let back = self.faces.people().iter().find(|p| p.folder == folder);
        back.map(|p| p.id.clone()).ok_or_else(|| EngineError::no_person(&person.id))
    }

    /// Erases everything that can be put back.
    pub(super) fn erase_all(&mut self) -> Result<(), EngineError> {
        self.faces.deletions().iter().try_for_each(|aside| self.erase_if_there(&aside.id))
    }

    /// One of several: a photo goes with its person.
    fn erase_if_there(&mut self, deletion: &ChangeId) -> Result<(), EngineError> {
        if self.faces.deletion(deletion).is_ok() { self.erase(deletion) } else { Ok(()) }
    }

    /// Erases what was deleted; with a person, all that is known of them.
    pub(super) fn erase(&mut self, deletion: &ChangeId) -> Result<(), EngineError> {
        let aside = self.faces.deletion(deletion)?.clone();
        let person = &aside.person.id;
        // Somebody may have brought the folder back from elsewhere.
        if aside.is_whole() && self.faces.person(person).is_none() {
            self.home.wait(Command::Intend(person.clone(), Some(Intent::Delete)))?;
            let erased = self.resume(person, &Intent::Delete);
            if matches!(erased, Err(EngineError::Store(_))) {
                self.home.wait(Command::Intend(person.clone(), None))?;
            }
            return erased;
        }
        let forget = aside.photos().iter().filter(|photo| self.faces.photo(photo).is_none()).cloned().collect();
        self.change(Beyond { forget, ..Beyond::default() }, |faces, _| Ok(faces.erase(deletion)?))
    }
}

/// Once when people begin to be missing, and once when they are back.
fn say_who_is_away(before: usize, away: Option<Away>, root: &Path) {
    match away {
        Some(Away { missing, known, forgotten_after_s, .. }) if missing != before => {
            let hours = forgotten_after_s / 3_600;
            let folder = shown(root);
            tracing::warn!(%folder, missing, known, hours, "people's folders are missing: is a share not mounted? Recognition goes on with the photos that were known; after these hours the people are forgotten");
        }
        None if before > 0 => {
            tracing::info!(folder = %shown(root), "the missing folders are back, or no longer waited for");
        }
        _ => {}
    }
}

/// A face that is on disk and known.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    pub(super) person: PersonRef,
    pub(super) photo: PhotoId,
    /// Whether nobody had the photo before.
    pub(super) is_new: bool,
    /// Whether the person was made for it.
    pub(super) made: bool,
}

/// What becomes of a photo that another person has already: one photo teaches one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SomebodyElses {
    /// Refused: it was acknowledged as theirs.
    Refused,
    /// It is not theirs any more: somebody said whose it is.
    Moved,
    /// Refused; but the face may look like somebody else's, since somebody said whose it is.
    RefusedThoughAlike,
}

impl SomebodyElses {
    /// Refused, to somebody who allows so much.
    pub(super) fn refused(allow: &[Override]) -> Self {
        if allow.contains(&Override::LooksLikeSomeoneElse) { Self::RefusedThoughAlike } else { Self::Refused }
    }
}

impl Folder {
    /// Gives a person's photo to somebody else, who may be new, by a word that it is theirs, whatever it looks like.
    pub(super) fn move_photo(
        &mut self,
        from: &PersonId,
        photo: &PhotoId,
        to: &PersonName,
    ) -> Result<PersonId, EngineError> {
        self.change(Beyond::default(), |faces, _| {
            if faces.photo(photo).is_none_or(|(person, _)| person.id != *from) {
                return Err(StoreError::UnknownPhoto(photo.clone()).into());
            }
            let existing = faces.person_named(to).map(|p| p.id.clone());
            let owner = existing.as_ref().map_or(PhotoOwner::New(to), PhotoOwner::Existing);
            Ok(faces.move_photo(photo, owner)?.person)
        })
    }

    /// Where a library's photos may wait.
    pub(super) fn staging(&mut self) -> Result<Staging, EngineError> {
        Ok(self.faces.staging()?)
    }

    /// Takes in a library that was read whole.
    pub(super) fn import(&mut self, library: &Staged) -> Result<Imported, EngineError> {
        self.change(Beyond::default(), |faces, _| Ok(faces.import(library)?))
    }

    /// Saves a photo and has the home know it, without asking whether it should be: the caller knows.
    pub(super) fn save(
        &mut self,
        name: &PersonName,
        photo: Photo,
        somebody_elses: SomebodyElses,
    ) -> Result<Saved, EngineError> {
        let Photo { jpeg, face } = photo;
        let id = photo_id(&jpeg);
        let described = Some((id.clone(), Described::Face(Box::new(face))));
        self.change(Beyond { described, ..Beyond::default() }, |faces, _| {
            let existing = faces.person_named(name).map(|p| p.id.clone());
            let owner = existing.as_ref().map_or(PhotoOwner::New(name), PhotoOwner::Existing);
            let is_new = faces.photo(&id).is_none();
            let had = faces.photo(&id).filter(|(had, _)| Some(&had.id) != existing.as_ref());
            let had = had.map(|(had, _)| PersonRef { id: had.id.clone(), name: had.name.clone() });
            let by = if somebody_elses == SomebodyElses::Refused { By::Looks } else { By::Word };
            let saved = match (had, somebody_elses) {
                (None, _) => faces.save_photo(owner, &jpeg, Timestamp::now(), by)?,
                (Some(_), SomebodyElses::Moved) => faces.move_photo(&id, owner)?,
                (Some(had), SomebodyElses::Refused | SomebodyElses::RefusedThoughAlike) => {
                    return Err(Refusal::SomebodyElsesPhoto { person: had, photo: id.clone() }.into());
                }
            };
            let person = faces.person(&saved.person).ok_or_else(|| EngineError::no_person(&saved.person))?;
            let person = PersonRef { id: person.id.clone(), name: person.name.clone() };
            Ok(Saved { person, photo: id.clone(), is_new, made: existing.is_none() })
        })
    }
}
