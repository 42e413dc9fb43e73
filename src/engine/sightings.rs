//! Sightings: written down with a picture of the face, listed, taken back.

use super::decide::{NewSighting, Seen};
use super::enrolling::{self, SomebodyElses};
use super::shared::Shared;
use super::types::{CameraId, Event, Sighting, SightingQuery};
use super::{Engine, EngineError, crop, keeping};
use crate::people::{Corrections, PersonId, PersonName, PersonRef};
use crate::store::{self, Correction, SightingFilter};
use crate::vision::Frame;

/// Keeps a newly reached grade: a new sighting with the face's picture, or the visit's sighting raised.
pub(super) fn write_down(
    shared: &Shared,
    seen: &Seen<'_>,
    frame: &Frame,
    new: &NewSighting,
) -> Result<Event, EngineError> {
    let picture = crop::face_jpeg(frame, &new.box_in_frame, crop::SIGHTING_SIDE)?;
    let row = store::NewSighting {
        at: seen.at,
        camera: &seen.camera.0,
        person: &new.person.id,
        grade: new.grade,
        probability: new.probability,
        similarity: new.similarity,
        model: &shared.recipe.model,
        embedding: &new.embedding,
        reliability: new.reliability,
        crop: Some(&picture),
    };
    let raised = match new.raises {
        Some(id) => shared.database.raise_sighting(id, &row)?.then_some(id),
        None => None,
    };
    let id = raised.map_or_else(|| shared.database.add_sighting(&row), Ok)?;
    let mut state = shared.state();
    state.open_sightings.insert((seen.camera.clone(), new.person.id.clone()), id);
    state.newest_sighting.insert(new.person.id.clone(), id);
    drop(state);
    let sighting = Sighting {
        id,
        at: seen.at,
        camera: seen.camera.clone(),
        person: new.person.clone(),
        grade: new.grade,
        probability: new.probability,
        similarity: new.similarity,
        corrected: false,
    };
    Ok(Event::Sighting(sighting, new.box_in_frame))
}

impl Engine {
    /// Past sightings, newest first.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn sightings(&self, query: SightingQuery) -> Result<Vec<Sighting>, EngineError> {
        self.blocking(move |shared| {
            let filter =
                SightingFilter { person: query.person.as_ref(), camera: query.camera.as_ref().map(|c| c.0.as_str()) };
            let cursor = query.before.map(|id| store::Cursor(id.to_string()));
            let page = shared.database.sightings(filter, cursor.as_ref(), query.limit)?;
            Ok(page.items.into_iter().filter_map(|row| of_row(shared, row)).collect())
        })
        .await
    }

    /// The face's picture of a sighting, JPEG.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Store`].
    pub async fn sighting_picture(&self, id: i64) -> Result<Vec<u8>, EngineError> {
        self.blocking(move |shared| shared.database.sighting_crop(id)?.ok_or_else(|| no_sighting(id))).await
    }

    /// "That was not Alice": takes back a sighting and the presence it made, and counts its face against her from now on. Where
    /// `was` says who it was, the face becomes their photo (and is no longer that of whomever it was said to be before); if it was
    /// Alice after all, nothing is taken back.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Refused`] where the face cannot teach, [`EngineError::Store`].
    pub async fn correct_sighting(&self, id: i64, was: Option<PersonName>) -> Result<Sighting, EngineError> {
        self.blocking(move |shared| {
            let row = shared.database.sighting(id)?.ok_or_else(|| no_sighting(id))?;
            let person = row.person.clone();
            let correction = match was {
                None => Some(Correction::NotThem),
                Some(name) => {
                    let picture = shared.database.sighting_crop(id)?.ok_or_else(|| no_sighting(id))?;
                    let like = shared.database.sighting_embedding(id, &shared.recipe.model)?;
                    let photo = enrolling::photo_of(shared, picture, like.as_ref())?;
                    // Where it was said to be somebody else before, it is not theirs any more.
                    let was = enrolling::save(shared, &name, &photo, SomebodyElses::Moved)?.person.id;
                    (was != person).then_some(Correction::SomebodyElse(was))
                }
            };
            shared.database.correct_sighting(id, correction.as_ref())?;
            recall_corrections(shared)?;
            let corrected = of_row(shared, store::Sighting { correction, ..row });
            let corrected = corrected.ok_or_else(|| no_sighting(id))?;
            if !corrected.corrected {
                return Ok(corrected);
            }
            let newest = shared.database.newest_picture_of(&person)?;
            shared.tell(|state| state.take_back(&corrected, newest));
            keeping::keep_presence(shared, [&person])?;
            Ok(corrected)
        })
        .await
    }
}

impl super::state::State {
    /// Undoes what a sighting decided, where nothing newer decided the same.
    fn take_back(&mut self, sighting: &Sighting, newest: Option<i64>) -> Vec<Event> {
        let person = &sighting.person;
        let mut events = vec![Event::SightingCorrected { id: sighting.id, person: person.clone() }];
        self.open_sightings.retain(|(_, who), id| who != &person.id || *id != sighting.id);
        match newest {
            Some(id) => drop(self.newest_sighting.insert(person.id.clone(), id)),
            None => drop(self.newest_sighting.remove(&person.id)),
        }
        self.visits.forget(&person.id);
        self.forget_tracks_of(&person.id);
        let by_this_camera =
            |p: &crate::presence::Place| p.present.as_ref().is_some_and(|s| s.camera == sighting.camera);
        if self.whereabouts.place(&person.id).is_some_and(by_this_camera) {
            let left = self.whereabouts.take_back(&person.id);
            events.extend(left.and_then(|c| self.camera_state(&c)).map(Event::CameraChanged));
        }
        self.changed_people.insert(person.id.clone());
        events
    }
}

/// Takes up what counts against whom, after that changed in the database.
pub(super) fn recall_corrections(shared: &Shared) -> Result<(), EngineError> {
    let mistaken = shared.database.mistaken_faces(&shared.recipe.model)?;
    let mut state = shared.state();
    state.corrections = Corrections::restore(mistaken, &state.model.prior);
    Ok(())
}

/// Sightings of people who are gone are not shown.
fn of_row(shared: &Shared, row: store::Sighting) -> Option<Sighting> {
    let person: PersonRef = shared.state().person_ref(&row.person)?;
    Some(Sighting {
        id: row.id,
        at: row.at,
        camera: CameraId(row.camera),
        person,
        grade: row.grade,
        probability: row.probability,
        similarity: row.similarity,
        corrected: row.correction.is_some(),
    })
}

/// Forgets a person's sightings and where they were.
pub(super) fn forget_person(shared: &Shared, id: &PersonId) -> Result<(), EngineError> {
    shared.database.forget_person(id)?;
    recall_corrections(shared)?;
    keeping::keep_presence(shared, [id])
}

fn no_sighting(id: i64) -> EngineError {
    EngineError::NotFound { what: "sighting", id: id.to_string() }
}
