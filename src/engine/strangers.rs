//! Unknown people: written down with their best faces, listed, named, ignored, forgotten.

use jiff::Timestamp;

use super::decide::{NoticedFace, Seen};
use super::enrolling::{self, SomebodyElses};
use super::shared::Shared;
use super::types::{CameraId, Event, PersonState, UnknownState};
use super::{Engine, EngineError, crop};
use crate::people::{Attention, PersonName, Refusal, UnknownId};
use crate::store::{MAX_PAGE, NewUnknownFace, UnknownInfo};
use crate::vision::Frame;

/// Keeps what became of an unknown face; the event, where it is to be told.
pub(super) fn write_down(
    shared: &Shared,
    seen: &Seen<'_>,
    frame: &Frame,
    face: &NoticedFace,
) -> Result<Option<Event>, EngineError> {
    let noticed = &face.noticed;
    let Some(stranger) = shared.state().strangers.get(&noticed.id).cloned() else { return Ok(None) };
    let kept = noticed.kept_face.and_then(|number| stranger.faces.iter().find(|f| f.number == number));
    let picture = kept.map(|_| crop::face_jpeg(frame, &face.box_in_frame, crop::SIGHTING_SIDE)).transpose()?;
    let new_face = kept.map(|kept| NewUnknownFace {
        number: kept.number,
        at: seen.at,
        quality: kept.quality,
        model: &shared.recipe.model,
        embedding: &kept.embedding,
        crop: picture.as_deref(),
    });
    shared.database.save_unknown(&stranger, &seen.camera.0, new_face.as_ref(), &noticed.dropped_strangers)?;
    Ok(face.tell.then(|| {
        Event::UnknownSeen(UnknownState {
            id: stranger.id,
            times_seen: stranger.times_seen,
            first_seen: stranger.first_seen,
            last_seen: stranger.last_seen,
            camera: seen.camera.clone(),
            ignored: stranger.attention == Attention::Ignored,
        })
    }))
}

impl Engine {
    /// Unknown people, last seen first.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn unknowns(&self) -> Result<Vec<UnknownState>, EngineError> {
        self.blocking(|shared| {
            let mut all = Vec::new();
            let mut cursor = None;
            loop {
                let page = shared.database.unknowns(cursor.as_ref(), MAX_PAGE)?;
                all.extend(page.items.into_iter().map(of_row));
                cursor = page.next;
                if cursor.is_none() {
                    return Ok(all);
                }
            }
        })
        .await
    }

    /// The best picture of an unknown person's face, JPEG.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Store`].
    pub async fn unknown_picture(&self, id: UnknownId) -> Result<Vec<u8>, EngineError> {
        self.blocking(move |shared| {
            for face in shared.database.unknown_faces(&id)? {
                if let Some(picture) = shared.database.unknown_crop(&id, face.number)? {
                    return Ok(picture);
                }
            }
            Err(no_unknown(&id))
        })
        .await
    }

    /// This unknown is that person: their faces become photos, as far as they can teach; the unknown is forgotten.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Refused`] where none of the faces can teach, [`EngineError::Store`].
    pub async fn assign_unknown(&self, id: UnknownId, name: PersonName) -> Result<PersonState, EngineError> {
        self.blocking(move |shared| {
            shared.database.unknown(&id)?.ok_or_else(|| no_unknown(&id))?;
            let known = shared.state().strangers.get(&id).cloned();
            let mut person = None;
            for face in shared.database.unknown_faces(&id)? {
                let Some(picture) = shared.database.unknown_crop(&id, face.number)? else { continue };
                let like = known.iter().flat_map(|s| &s.faces).find(|f| f.number == face.number).map(|f| &f.embedding);
                let photo = enrolling::photo_of(shared, picture, like);
                match photo.and_then(|photo| enrolling::save(shared, &name, &photo, SomebodyElses::Moved)) {
                    Ok(saved) => person = Some(saved.person.id),
                    Err(EngineError::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            let person = person.ok_or(EngineError::Refused(Refusal::NoFace))?;
            forget(shared, &id)?;
            shared.state().person_state(&person).ok_or_else(|| EngineError::no_person(&person))
        })
        .await
    }

    /// Never tells of this unknown again.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Store`].
    pub async fn ignore_unknown(&self, id: UnknownId) -> Result<UnknownState, EngineError> {
        self.blocking(move |shared| {
            let dropped = shared.state().strangers.ignore(&id).ok_or_else(|| no_unknown(&id))?;
            for gone in dropped {
                shared.database.delete_unknown(&gone)?;
            }
            shared.database.set_attention(&id, Attention::Ignored)?;
            shared.database.unknown(&id)?.map(of_row).ok_or_else(|| no_unknown(&id))
        })
        .await
    }

    /// Forgets an unknown person.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Store`].
    pub async fn delete_unknown(&self, id: UnknownId) -> Result<(), EngineError> {
        self.blocking(move |shared| if forget(shared, &id)? { Ok(()) } else { Err(no_unknown(&id)) }).await
    }
}

/// Forgets the strangers last seen before `before`, in memory; the database forgets its own.
pub(super) fn forget_before(shared: &Shared, before: Timestamp) {
    let mut state = shared.state();
    for id in state.strangers.expire(before) {
        state.unknown_visits.forget(&id);
    }
    state.gallery_changed();
}

fn forget(shared: &Shared, id: &UnknownId) -> Result<bool, EngineError> {
    let known = shared.database.delete_unknown(id)?;
    let mut state = shared.state();
    state.unknown_visits.forget(id);
    state.gallery_changed();
    Ok(state.strangers.remove(id).is_some() || known)
}

fn of_row(row: UnknownInfo) -> UnknownState {
    UnknownState {
        id: row.id,
        times_seen: row.times_seen,
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        camera: CameraId(row.camera),
        ignored: row.attention == Attention::Ignored,
    }
}

fn no_unknown(id: &UnknownId) -> EngineError {
    EngineError::NotFound { what: "unknown person", id: id.0.clone() }
}
