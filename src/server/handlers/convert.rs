//! The engine's words → the wire's, where the two differ.

use crate::engine::{self, Event, EventRecord, PicturePath};
use crate::people;
use crate::server::outbox::StateKey;
use crate::server::protocol::EventMessage;
use crate::server::protocol::results::{CareFinding, ProposalsAccepted, ProposedPhoto, RefusedProposal, TwinPhoto};

pub(crate) fn care(f: people::Finding, effect: people::Effect) -> CareFinding {
    let people::Finding { fault, person, photo, other, twin } = f;
    let path = |photo: &people::PhotoId| PicturePath::Photo(person.id.clone(), photo.clone());
    CareFinding {
        fault,
        picture: photo.as_ref().map(path),
        twin: twin.map(|photo_id| TwinPhoto { picture: path(&photo_id), photo_id }),
        photo_id: photo,
        person,
        other,
        suggestion: fault.suggestion(),
        effect,
    }
}

pub(crate) fn accepted(answered: engine::AcceptedProposals) -> ProposalsAccepted {
    let photo = |(proposal_id, person, photo_id)| ProposedPhoto { proposal_id, person, photo_id };
    let refused = |(proposal_id, refusal): (_, people::Refusal)| RefusedProposal { proposal_id, error: refusal.into() };
    let engine::AcceptedProposals { photos, refused: not } = answered;
    ProposalsAccepted {
        photos: photos.into_iter().map(photo).collect(),
        refused: not.into_iter().map(refused).collect(),
    }
}

/// The message, and what it is about where a newer one makes it needless.
pub(crate) fn event(run: &str, record: &EventRecord, replayed: bool) -> (Option<StateKey>, EventMessage) {
    let EventRecord { seq, at, event } = record.clone();
    (about(&event), EventMessage { run: run.to_owned(), seq, at, replayed, event })
}

fn about(event: &Event) -> Option<StateKey> {
    Some(StateKey(match event {
        Event::PersonChanged { person } => format!("person {}", person.person.id),
        // The same key as the person's state: nothing older about them may arrive after it.
        Event::PersonRemoved { person_id } => format!("person {person_id}"),
        Event::CameraChanged { camera } => format!("camera {}", camera.id),
        Event::LibraryChanged { .. } => "library".to_owned(),
        Event::SettingsChanged { .. } => "settings".to_owned(),
        Event::Sighting { .. }
        | Event::UnknownSeen { .. }
        | Event::Arrived { .. }
        | Event::Departed { .. }
        | Event::SightingCorrected { .. } => return None,
    }))
}
