//! Keeps the gallery as `faces/` is: what the cache knows at once, the rest through the workers.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::EngineError;
use super::job::{Job, Work};
use super::shared::Shared;
use super::types::{CameraId, Event};
use crate::people::{PersonId, PhotoId};
use crate::store::{Away, Change, Described, PhotoFile, Problem, ProblemKind, Watcher, photo_id, shown};
use crate::vision::{Frame, Quality, VisionError};

/// Looks at the folder and applies what changed since the last look. Returns how many files may still be copied.
pub(super) fn look(shared: &Shared) -> Result<usize, EngineError> {
    // Enrolments and lists wait for the folder, so new photos are read before it is taken.
    let reader = shared.faces().reader();
    let read = reader.read(SystemTime::now());
    let mut faces = shared.faces();
    faces.remember(read);
    let away_before = faces.away().map_or(0, |away| away.missing);
    let scan = faces.scan(SystemTime::now())?;
    let mut news = News::default();
    // The scan does not tell these changes again: one that fails must not take the others with it.
    let mut failed = None;
    for change in scan.changes {
        if let Err(error) = take_up(shared, change, &mut news) {
            failed.get_or_insert(error);
        }
    }
    if let Err(error) = shared.database.save_known_files(faces.known_files()) {
        failed.get_or_insert(error.into());
    }
    if let Err(error) = shared.database.keep_roster(&faces.roster()) {
        failed.get_or_insert(error.into());
    }
    say_who_is_away(away_before, faces.away(), faces.root());
    {
        let mut state = shared.state();
        state.to_learn += news.to_learn.len();
        state.unsettled = scan.unsettled;
    }
    drop(faces);
    if !news.to_learn.is_empty() {
        tracing::info!(photos = news.to_learn.len(), "new photos are being learned");
    }
    for photo in news.to_learn {
        // Refused only when the engine stops; the next start finds the file again.
        drop(shared.queue.push_learning(Job::new(Work::Learn(photo))));
    }
    shared.tell(|state| {
        let mut events: Vec<_> = news.removed.into_iter().map(Event::PersonRemoved).collect();
        events.extend(state.cameras_changed(&news.cameras));
        events
    });
    if let Some(error) = failed {
        if scan.unsettled > 0 {
            shared.look_again();
        }
        return Err(error);
    }
    Ok(scan.unsettled)
}

/// Once when people begin to be missing, and once when they are back.
fn say_who_is_away(before: usize, away: Option<Away>, root: &Path) {
    match away {
        Some(Away { missing, known, patience, .. }) if missing != before => {
            let hours = patience.as_secs() / 3_600;
            let folder = shown(root);
            tracing::warn!(%folder, missing, known, hours, "people's folders are missing: is a share not mounted? Recognition goes on with the photos that were known; after these hours the people are forgotten");
        }
        None if before > 0 => {
            tracing::info!(folder = %shown(root), "the missing folders are back, or no longer waited for");
        }
        _ => {}
    }
}

/// What a look brought that is done or told once the folder is free again.
#[derive(Default)]
struct News {
    removed: Vec<PersonId>,
    /// Where somebody removed or renamed is present.
    cameras: BTreeSet<CameraId>,
    to_learn: Vec<PhotoFile>,
}

fn take_up(shared: &Shared, change: Change, news: &mut News) -> Result<(), EngineError> {
    match change {
        Change::PersonRemoved(id) => {
            news.cameras.extend(person_gone(shared, &id)?);
            news.removed.push(id);
        }
        Change::PersonAdded { id, name, .. } => {
            let mut state = shared.state();
            state.gallery.add_person(id.clone(), name).map_err(super::fault)?;
            state.changed_people.insert(id.clone());
            drop(state);
            let newest = shared.database.newest_picture_of(&id)?;
            shared.state().newest_sighting.extend(newest.map(|sighting| (id, sighting)));
        }
        Change::PersonRenamed(id, name) => {
            let mut state = shared.state();
            state.gallery.rename_person(&id, name).map_err(super::fault)?;
            news.cameras.extend(state.present_on(&id));
            state.changed_people.insert(id);
        }
        Change::PhotoRemoved(id, photo) => shared.state().forget_photo(&id, &photo)?,
        Change::PhotoAdded(id, photo) => match shared.database.described(&photo.id, &shared.recipe) {
            Ok(Some(described)) => apply(shared, &id, &photo, &described)?,
            Ok(None) => news.to_learn.push(photo),
            Err(error) => {
                news.to_learn.push(photo);
                return Err(error.into());
            }
        },
    }
    Ok(())
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

/// Describes one file and lets the gallery know it, if it is still there: what a photo that is gone showed is not kept. Run by a
/// worker.
pub(super) fn learn(shared: &Shared, photo: &PhotoFile) -> Result<(), EngineError> {
    let path = {
        let faces = shared.faces();
        let Some((_, photo)) = faces.photo(&photo.id) else { return Ok(()) };
        faces.full_path(photo)
    };
    let described = match std::fs::read(&path) {
        // Another content is another photo, which the next look finds.
        Ok(bytes) if photo_id(&bytes) != photo.id => return Ok(()),
        Ok(bytes) => describe(shared, &bytes)?,
        Err(error) => return Err(EngineError::Internal(format!("{} cannot be read: {error}", shown(&path)))),
    };
    let faces = shared.faces();
    let Some((person, _)) = faces.photo(&photo.id) else { return Ok(()) };
    match &described {
        Taught::Cached(described) => {
            remember(shared, &photo.id, described);
            apply(shared, &person.id, photo, described)
        }
        Taught::TooLarge(reason) => {
            tracing::warn!(file = %shown(&photo.path), reason, "a file under faces/ is skipped");
            shared.state().too_large.insert(photo.id.clone(), reason.clone());
            Ok(())
        }
    }
}

/// Keeps what a photo showed. A cache that cannot be written costs the next start time, and nobody their photo.
pub(super) fn remember(shared: &Shared, photo: &PhotoId, described: &Described) {
    if let Err(error) = shared.database.remember_described(&shared.recipe, [(photo, described)]) {
        tracing::warn!(%error, "what a photo showed could not be kept; it is described again at the next start");
    }
}

/// Forgets what photos showed that are not in the folder any more. An empty folder forgets nothing: it may be away.
pub(super) fn forget_removed(shared: &Shared) -> Result<(), EngineError> {
    let faces = shared.faces();
    let photos: Vec<_> = faces.people().iter().flat_map(|p| p.photos.iter().map(|photo| &photo.id)).collect();
    if !photos.is_empty() {
        shared.database.prune_described(&shared.recipe, photos)?;
    }
    Ok(())
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
            tracing::warn!(file = %shown(&photo.path), reason, "a file under faces/ is skipped");
        }
    }
    Ok(())
}

/// What became of a photo.
enum Taught {
    /// The same for this recipe, whoever asks.
    Cached(Described),
    /// More than the configuration allows, why: another answer once that is changed.
    TooLarge(String),
}

/// What a photo teaches. A photo that cannot be read is an answer, too; a failing network is not.
fn describe(shared: &Shared, bytes: &[u8]) -> Result<Taught, EngineError> {
    let options = &shared.options.vision;
    let described =
        Frame::decode(bytes, &options.limits).and_then(|frame| shared.vision.describe_for_enrolment(&frame, options));
    match described {
        Ok(mut description) => Ok(Taught::Cached(match (description.faces.pop(), description.faces.len()) {
            (None, _) => Described::NoFace,
            (Some(face), 0) => Described::Face(Box::new(face)),
            (Some(_), others) => Described::SeveralFaces(u32::try_from(others + 1).unwrap_or(u32::MAX)),
        })),
        Err(error @ VisionError::Inference(_)) => Err(error.into()),
        Err(error @ (VisionError::TooManyBytes { .. } | VisionError::TooManyPixels { .. })) => {
            Ok(Taught::TooLarge(error.to_string()))
        }
        Err(error) => Ok(Taught::Cached(Described::Unreadable(error.to_string()))),
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
        None => Err(shared.state().too_large.get(photo).cloned().unwrap_or_else(|| "it is not learned yet".to_owned())),
    })
}

/// Takes a person out of everything in memory. What the database keeps of them stays: a folder may have been moved away for
/// a moment, and comes back with the same id. Returns the camera that they were present on.
pub(super) fn person_gone(shared: &Shared, id: &PersonId) -> Result<Option<CameraId>, EngineError> {
    let mut state = shared.state();
    let camera = state.present_on(id);
    if state.gallery.person(id).is_some() {
        state.gallery.remove_person(id).map_err(super::fault)?;
    }
    state.forget_person(id);
    state.gallery_changed();
    Ok(camera)
}

/// What under `faces/` is not used or not right, by path.
pub(super) fn problems(shared: &Shared) -> Result<Vec<Problem>, EngineError> {
    let faces = shared.faces();
    let mut problems = faces.problems().to_vec();
    let photos: Vec<_> = faces.people().iter().flat_map(|p| p.photos.clone()).collect();
    drop(faces);
    for photo in photos {
        if let Err(reason) = known_of(shared, &photo.id)? {
            problems.push(Problem { path: photo.path, kind: ProblemKind::Unusable, reason });
        }
    }
    problems.sort();
    Ok(problems)
}
