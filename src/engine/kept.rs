//! What outlives a restart: a home's writes → the database, and back.

use std::collections::BTreeMap;

use serde::Serialize;

use super::error::EngineError;
use super::home::outcome::{Intent, Write};
use super::home::restored::{KnownPerson, Restored};
use super::types::{CameraId, CameraSettings, Settings};
use crate::people::PersonId;
use crate::store::{ChangeId, Database, Kind, Recipe, StoreError, Tx, random_id};

const SERVER_ID: &str = "server_id";
const HOME: &str = "home";

/// This server's lasting id, made at its first start.
pub(super) fn server_id(database: &Database) -> Result<String, StoreError> {
    if let Some(id) = database.document(Kind::Setting, SERVER_ID)? {
        return Ok(id);
    }
    let id = random_id()?;
    if let Err(error) = database.write(|tx| tx.put_document(Kind::Setting, SERVER_ID, &id)) {
        tracing::warn!(%error, "this server's id could not be stored; it will have another one after the next start");
    }
    Ok(id)
}

/// Everything that the last run left; `settings` and `cameras` are the configuration's.
pub(super) fn read(
    database: &Database,
    recipe: &Recipe,
    settings: Settings,
    cameras: &[CameraSettings],
) -> Result<Restored, EngineError> {
    let stored: Option<Settings> = database.document(Kind::Setting, HOME)?;
    let stored_cameras: Vec<(String, CameraSettings)> = database.documents(Kind::Camera)?;
    let known = database.documents(Kind::PersonSettings)?.into_iter();
    let mut people: BTreeMap<_, KnownPerson> = known.map(|(person, known)| (PersonId(person), known)).collect();
    for (person, sighting) in database.newest_pictures()? {
        people.entry(person).or_default().newest_sighting = Some(sighting);
    }
    let places = database.documents(Kind::Presence)?;
    let at_rest = database.documents(Kind::AtRest)?;
    let sights = database.documents(Kind::Sight)?;
    let undoable = database.documents(Kind::Undo)?;
    Ok(Restored {
        settings: stored.unwrap_or(settings),
        cameras: stored_cameras.into_iter().map(|(_, c)| c).chain(cameras.iter().cloned()).collect(),
        places: places.into_iter().map(|(person, place)| (PersonId(person), place)).collect(),
        at_rest: at_rest.into_iter().map(|(camera, at_rest)| (CameraId(camera), at_rest)).collect(),
        sights: sights.into_iter().map(|(camera, sight)| (CameraId(camera), sight)).collect(),
        people,
        strangers: database.strangers(&recipe.model)?,
        strangers_aside: database.strangers_aside(&recipe.model)?,
        undoable: undoable.into_iter().map(|(id, done)| (ChangeId(id), done)).collect(),
        mistaken: database.mistaken_faces(&recipe.model)?,
        proposals: database.proposals(&recipe.model)?,
        last_sighting: database.last_sighting()?,
    })
}

/// What was begun with people's folders before the last run ended.
pub(super) fn intents(database: &Database) -> Result<Vec<(PersonId, Intent)>, StoreError> {
    let stored = database.documents(Kind::Intent)?;
    Ok(stored.into_iter().map(|(person, intent)| (PersonId(person), intent)).collect())
}

/// Puts one thing into the database.
pub(super) fn keep(tx: &Tx<'_>, write: &Write, recipe: &Recipe) -> Result<(), StoreError> {
    match write {
        Write::Sighting(id, row) => tx.put_sighting(*id, row),
        Write::Correction(id, correction) => tx.correct_sighting(*id, correction.as_ref()).map(drop),
        Write::MergePeople(from, into) => tx.merge_sightings(from, into),
        Write::ForgetPerson(person) => tx.forget_person(person),
        Write::Unknown { stranger, camera, face, dropped } => {
            tx.save_unknown(stranger, &camera.0, face.as_deref(), dropped)
        }
        Write::UnknownAlert(id, at, crop) => tx.save_unknown_alert(id, *at, crop),
        Write::Attention(id, attention) => tx.set_attention(id, *attention).map(drop),
        Write::SetUnknownAside(id) => tx.set_unknown_aside(id),
        Write::PutUnknownBack(id) => tx.put_unknown_back(id),
        Write::Undo(id, done) => {
            if done.is_none() {
                tx.delete_document(Kind::Merged, &id.0)?;
            }
            put_or_delete(tx, Kind::Undo, &id.0, done.as_ref())
        }
        Write::NoteMerge(id, from, into) => tx.note_merge(id, from, into),
        Write::PartPeople(id, from, into, proposals) => tx.part_sightings(id, from, into, proposals),
        Write::ForgetUnknown(id) => tx.delete_unknown(id).map(drop),
        Write::Proposal(proposal, picture) => tx.put_proposal(proposal, &recipe.model, picture),
        Write::DeclineProposals(ids) => tx.decline_proposals(ids),
        Write::ForgetProposals(ids) => tx.forget_proposals(ids),
        Write::Settings(settings) => tx.put_document(Kind::Setting, HOME, settings),
        Write::Camera(camera) => tx.put_document(Kind::Camera, &camera.id.0, camera),
        Write::Place(person, place) => put_or_delete(tx, Kind::Presence, &person.0, place.as_ref()),
        Write::Sight(camera, sight) => tx.put_document(Kind::Sight, &camera.0, sight),
        Write::AtRest(camera, at_rest) => put_or_delete(tx, Kind::AtRest, &camera.0, at_rest.as_ref()),
        Write::Timeout(person, timeout) => {
            let stored = timeout.map(|_| KnownPerson { presence_timeout_s: *timeout, ..KnownPerson::default() });
            put_or_delete(tx, Kind::PersonSettings, &person.0, stored.as_ref())
        }
        Write::Intent(person, intent) => put_or_delete(tx, Kind::Intent, &person.0, intent.as_ref()),
        Write::Described(photo, described) => tx.remember_described(recipe, [(photo, &**described)]),
        Write::ForgetDescribed(photos) => tx.forget_described(photos),
        Write::PruneDescribed(photos) => tx.prune_described(recipe, photos),
        Write::Roster(roster) => tx.keep_roster(roster),
        Write::KnownFiles(files) => tx.save_known_files(files.iter().cloned()),
        Write::Expire(before, now) => tx.expire(*before, *now),
    }
}

fn put_or_delete<T: Serialize>(tx: &Tx<'_>, kind: Kind, key: &str, document: Option<&T>) -> Result<(), StoreError> {
    match document {
        Some(document) => tx.put_document(kind, key, document),
        None => tx.delete_document(kind, key).map(drop),
    }
}
