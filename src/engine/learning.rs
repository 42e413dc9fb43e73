//! Keeps the gallery as `faces/` is: what the cache knows at once, the rest through the workers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;

use super::EngineError;
use super::job::{Job, Work};
use super::shared::Shared;
use super::types::Event;
use crate::people::{PersonId, PhotoId};
use crate::store::{Change, Described, PhotoFile, Watcher};
use crate::vision::{Frame, Quality, VisionError};

/// Looks at the folder and applies what changed since the last look. Returns how many files may still be copied.
pub(super) fn look(shared: &Shared) -> Result<usize, EngineError> {
    // Enrolments and lists wait for the folder, so new photos are read before it is taken.
    let reader = shared.faces().reader();
    let read = reader.read(SystemTime::now());
    let mut faces = shared.faces();
    faces.remember(read);
    let scan = faces.scan(SystemTime::now())?;
    let mut removed = Vec::new();
    let mut to_learn = Vec::new();
    for change in scan.changes {
        match change {
            Change::PersonRemoved(id) => {
                person_gone(shared, &id)?;
                removed.push(Event::PersonRemoved(id));
            }
            Change::PersonAdded(id, name) => {
                let newest = shared.database.newest_picture_of(&id)?;
                let mut state = shared.state();
                state.gallery.add_person(id.clone(), name).map_err(super::fault)?;
                state.newest_sighting.extend(newest.map(|sighting| (id.clone(), sighting)));
                state.changed_people.insert(id);
            }
            Change::PersonRenamed(id, name) => {
                let mut state = shared.state();
                state.gallery.rename_person(&id, name).map_err(super::fault)?;
                state.changed_people.insert(id);
            }
            Change::PhotoRemoved(id, photo) => {
                let mut state = shared.state();
                state.gallery.remove_photo(&id, &photo).map_err(super::fault)?;
                state.gallery_changed();
                state.changed_people.insert(id);
            }
            Change::PhotoAdded(id, photo) => match shared.database.described(&photo.id, &shared.recipe)? {
                Some(described) => apply(shared, &id, &photo, &described)?,
                None => to_learn.push(photo),
            },
        }
    }
    shared.database.save_known_files(faces.known_files())?;
    {
        let mut state = shared.state();
        state.to_learn += to_learn.len();
        state.unsettled = scan.unsettled;
    }
    drop(faces);
    if !to_learn.is_empty() {
        tracing::info!(photos = to_learn.len(), "new photos are being learned");
    }
    for photo in to_learn {
        // Refused only when the engine stops; the next start finds the file again.
        drop(shared.queue.push_learning(Job::new(Work::Learn(photo))));
    }
    shared.events.tell(removed, Timestamp::now());
    shared.tell_changed_people();
    Ok(scan.unsettled)
}

/// Looks again whenever something changes in the folder, until the watcher is dropped.
pub(super) fn watch(shared: &Arc<Shared>) -> Result<Watcher, EngineError> {
    let root = shared.faces().root().to_owned();
    let shared = Arc::downgrade(shared);
    let watcher = Watcher::start(&root, move || {
        let Some(shared) = shared.upgrade() else { return };
        match look(&shared) {
            Ok(0) => {}
            Ok(_) => shared.look_again(),
            Err(error) => {
                tracing::warn!(%error, "the folder of faces could not be read; tried again at the next change");
            }
        }
    })?;
    Ok(watcher)
}

/// Describes one file and lets the gallery know it, if it is still there. Run by a worker.
pub(super) fn learn(shared: &Shared, photo: &PhotoFile) -> Result<(), EngineError> {
    let path = {
        let faces = shared.faces();
        let Some((_, photo)) = faces.photo(&photo.id) else { return Ok(()) };
        faces.full_path(photo)
    };
    let described = match std::fs::read(&path) {
        Ok(bytes) => describe(shared, &bytes)?,
        Err(error) => return Err(EngineError::Internal(format!("{} cannot be read: {error}", path.display()))),
    };
    shared.database.remember_described(&shared.recipe, [(&photo.id, &described)])?;
    let faces = shared.faces();
    match faces.photo(&photo.id).map(|(person, _)| person.id.clone()) {
        Some(person) => apply(shared, &person, photo, &described),
        None => Ok(()),
    }
}

/// One file less to learn, however it went.
pub(super) fn learned_one(shared: &Shared) {
    let mut state = shared.state();
    state.to_learn = state.to_learn.saturating_sub(1);
    let done = state.to_learn == 0;
    drop(state);
    if done {
        shared.tell_changed_people();
        tracing::info!("all photos are learned");
    }
}

fn apply(shared: &Shared, person: &PersonId, photo: &PhotoFile, described: &Described) -> Result<(), EngineError> {
    match described {
        Described::Face(face) => {
            shared.state().put_photo(person, photo.id.clone(), face)?;
        }
        skipped => {
            let reason = why_unusable(skipped).unwrap_or_default();
            tracing::warn!(file = %photo.path.display(), reason, "a file under faces/ is skipped");
        }
    }
    Ok(())
}

/// What a photo teaches. A photo that cannot be read is an answer, too; a failing network is not.
fn describe(shared: &Shared, bytes: &[u8]) -> Result<Described, EngineError> {
    let options = &shared.options.vision;
    let described =
        Frame::decode(bytes, &options.limits).and_then(|frame| shared.vision.describe_for_enrolment(&frame, options));
    match described {
        Ok(mut description) => Ok(match (description.faces.pop(), description.faces.len()) {
            (None, _) => Described::NoFace,
            (Some(face), 0) => Described::Face(Box::new(face)),
            (Some(_), others) => Described::SeveralFaces(u32::try_from(others + 1).unwrap_or(u32::MAX)),
        }),
        Err(error @ VisionError::Inference(_)) => Err(error.into()),
        Err(error) => Ok(Described::Unreadable(error.to_string())),
    }
}

/// Why a described file teaches nothing; `None` for one that does.
fn why_unusable(described: &Described) -> Option<String> {
    match described {
        Described::Face(_) => None,
        Described::NoFace => Some("no face was found in it".to_owned()),
        Described::SeveralFaces(n) => {
            Some(format!("it shows {n} faces, so it is not clear whose photo it is; crop it to one"))
        }
        Described::Unreadable(reason) => Some(reason.clone()),
    }
}

/// What a listed photo has taught, or why nothing.
pub(super) fn known_of(shared: &Shared, photo: &PhotoId) -> Result<Result<Quality, String>, EngineError> {
    Ok(match shared.database.described(photo, &shared.recipe)? {
        Some(Described::Face(face)) => Ok(face.quality),
        Some(skipped) => Err(why_unusable(&skipped).unwrap_or_default()),
        None => Err("it is not learned yet".to_owned()),
    })
}

/// Takes a person out of everything in memory. What the database keeps of them stays: a folder may have been moved away for
/// a moment, and comes back with the same id.
pub(super) fn person_gone(shared: &Shared, id: &PersonId) -> Result<(), EngineError> {
    let mut state = shared.state();
    if state.gallery.person(id).is_some() {
        state.gallery.remove_person(id).map_err(super::fault)?;
    }
    state.forget_person(id);
    state.gallery_changed();
    Ok(())
}

/// What under `faces/` is not used, and why.
pub(super) fn problems(shared: &Shared) -> Result<Vec<(PathBuf, String)>, EngineError> {
    let faces = shared.faces();
    let mut problems: Vec<_> = faces.problems().iter().map(|p| (p.path.clone(), p.reason.clone())).collect();
    let photos: Vec<_> = faces.people().iter().flat_map(|p| p.photos.clone()).collect();
    drop(faces);
    for photo in photos {
        if let Err(reason) = known_of(shared, &photo.id)? {
            problems.push((photo.path, reason));
        }
    }
    problems.sort();
    Ok(problems)
}
