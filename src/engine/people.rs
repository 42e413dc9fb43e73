//! Changes of people and photos asked for by name: rename, merge, delete. Disk first, then the gallery, then it is told.

use std::collections::BTreeSet;

use super::shared::Shared;
use super::types::{Event, PersonState, PhotoState};
use super::{Engine, EngineError, keeping};
use crate::people::{PersonId, PersonName, PhotoId};
use crate::store::{Problem, StoreError};

impl Engine {
    /// Everybody, by name.
    #[must_use]
    pub fn people(&self) -> Vec<PersonState> {
        self.shared.state().people()
    }

    /// Somebody.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn person(&self, id: &PersonId) -> Result<PersonState, EngineError> {
        self.shared.state().person_state(id).ok_or_else(|| EngineError::no_person(id))
    }

    /// Gives a person another name; the folder follows, the id stays.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::NameTaken`], [`EngineError::Store`].
    pub async fn rename_person(&self, id: PersonId, name: PersonName) -> Result<PersonState, EngineError> {
        self.blocking(move |shared| {
            let mut faces = shared.faces();
            faces.rename_person(&id, &name)?;
            let mut state = shared.state();
            state.gallery.rename_person(&id, name).map_err(super::fault)?;
            state.changed_people.insert(id.clone());
            let camera = state.present_on(&id);
            drop(state);
            drop(faces);
            shared.tell(|state| state.cameras_changed(&camera));
            shared.state().person_state(&id).ok_or_else(|| EngineError::no_person(&id))
        })
        .await
    }

    /// Gives all photos of `from` to `into`, and where they are, and forgets `from`.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Store`].
    pub async fn merge_people(&self, from: PersonId, into: PersonId) -> Result<PersonState, EngineError> {
        self.blocking(move |shared| {
            if from == into {
                return shared.state().person_state(&into).ok_or_else(|| EngineError::no_person(&into));
            }
            let mut faces = shared.faces();
            faces.merge_people(&from, &into)?;
            let mut state = shared.state();
            state.gallery.merge_people(&from, &into).map_err(super::fault)?;
            let cameras: BTreeSet<_> = [&from, &into].into_iter().filter_map(|id| state.present_on(id)).collect();
            state.whereabouts.merge(&from, &into);
            state.forget_person(&from);
            state.gallery_changed();
            state.changed_people.insert(into.clone());
            drop(state);
            let kept = keep_merged(shared, &from, &into);
            drop(faces);
            shared.tell(|state| {
                let mut events = state.cameras_changed(&cameras);
                events.insert(0, Event::PersonRemoved(from));
                events
            });
            kept?;
            shared.state().person_state(&into).ok_or_else(|| EngineError::no_person(&into))
        })
        .await
    }

    /// Forgets a person: photos, embeddings, sightings, presence.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Store`].
    pub async fn delete_person(&self, id: PersonId) -> Result<(), EngineError> {
        self.blocking(move |shared| {
            let mut faces = shared.faces();
            let photos = faces.person(&id).map(|p| p.photos.clone()).unwrap_or_default();
            faces.delete_person(&id)?;
            let camera = super::learning::person_gone(shared, &id)?;
            let described = shared.database.forget_described(photos.iter().map(|photo| &photo.id));
            let sightings = super::sightings::forget_person(shared, &id);
            drop(faces);
            shared.tell(|state| {
                let mut events = state.cameras_changed(&camera);
                events.insert(0, Event::PersonRemoved(id));
                events
            });
            described?;
            sightings
        })
        .await
    }

    /// A person's photos, those that could not be learned too, by file name.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub async fn photos(&self, id: PersonId) -> Result<Vec<PhotoState>, EngineError> {
        self.blocking(move |shared| {
            let faces = shared.faces();
            let person = faces.person(&id).ok_or_else(|| EngineError::no_person(&id))?;
            let files = person.photos.clone();
            drop(faces);
            files
                .into_iter()
                .map(|file| {
                    let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    let face = super::learning::known_of(shared, &file.id)?;
                    Ok(PhotoState { id: file.id, file: name, face })
                })
                .collect()
        })
        .await
    }

    /// The file of a person's photo.
    ///
    /// # Errors
    /// [`EngineError::Store`], with `UnknownPhoto` where it is not theirs.
    pub async fn photo_bytes(&self, person: PersonId, id: PhotoId) -> Result<Vec<u8>, EngineError> {
        self.blocking(move |shared| {
            let faces = shared.faces();
            let theirs = faces.photo(&id).filter(|(owner, _)| owner.id == person);
            let (_, file) = theirs.ok_or_else(|| StoreError::UnknownPhoto(id.clone()))?;
            Ok(faces.read(file)?)
        })
        .await
    }

    /// Deletes a photo, and what it taught.
    ///
    /// # Errors
    /// [`EngineError::NotFound`], [`EngineError::Store`].
    pub async fn delete_photo(&self, person: PersonId, photo: PhotoId) -> Result<(), EngineError> {
        self.blocking(move |shared| {
            let mut faces = shared.faces();
            faces.delete_photo(&person, &photo)?;
            shared.state().forget_photo(&person, &photo)?;
            let forgotten = shared.database.forget_described([&photo]);
            drop(faces);
            shared.tell_changed_people();
            Ok(forgotten?)
        })
        .await
    }

    /// What under `faces/` is not used or not right, by path.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub async fn problems(&self) -> Result<Vec<Problem>, EngineError> {
        self.blocking(super::learning::problems).await
    }
}

/// Keeps over a restart that `from` is `into`: after the folder and the gallery, which must agree even where this fails.
fn keep_merged(shared: &Shared, from: &PersonId, into: &PersonId) -> Result<(), EngineError> {
    shared.database.merge_sightings(from, into)?;
    let newest = shared.database.newest_picture_of(into)?;
    shared.state().newest_sighting.extend(newest.map(|sighting| (into.clone(), sighting)));
    super::sightings::recall_corrections(shared)?;
    keeping::keep_presence(shared, [into, from])
}
