//! The engine's words → the wire's, where the two differ.

use crate::engine::{self, Event, EventRecord, PicturePath};
use crate::people;
use crate::server::outbox::StateKey;
use crate::server::protocol::EventMessage;
use crate::server::protocol::results::{
    AlikePerson, AlikeSighting, AlikeUnknown, Basis, CareFinding, FaceInfo, Likeness, ProposalsAccepted, ProposedPhoto,
    Recognized, RefusedProposal, SearchResult, SearchedFace, Timings, TwinPhoto,
};

/// What a picture showed; `annotated` is the path under which the drawn picture is kept, if one is.
pub fn recognition(r: &engine::Recognition, annotated: Option<String>) -> Recognized {
    Recognized {
        camera: r.camera.clone(),
        captured_at: r.captured_at,
        width: r.width,
        height: r.height,
        faces: r.faces.iter().map(face).collect(),
        timings: Timings { queue_ms: r.queued.as_secs_f32() * 1e3, stages: r.times },
        repeated: r.repeated,
        settled: r.settled,
        learning: r.learning,
        suggested_rotate: r.suggested_rotate,
        annotated,
    }
}

fn face(f: &engine::RecognizedFace) -> FaceInfo {
    FaceInfo {
        detection: f.face.detection.clone(),
        quality: f.face.quality.clone(),
        identity: f.identity.clone(),
        nearest: f.nearest.clone(),
        evidence: Basis { track: f.track, reasons: f.reasons.clone() },
    }
}

pub(crate) fn found(f: &engine::Found) -> SearchResult {
    SearchResult {
        width: f.width,
        height: f.height,
        faces: f.faces.iter().map(found_face).collect(),
        compared: f.compared,
        learning: f.learning,
        suggested_rotate: f.suggested_rotate,
    }
}

fn found_face(f: &engine::FoundFace) -> SearchedFace {
    let known = |m: &people::Match<engine::Candidate>| AlikePerson {
        person: m.what.person.clone(),
        photo_id: m.what.photo.clone(),
        picture: PicturePath::Photo(m.what.person.id.clone(), m.what.photo.clone()),
        alike: alike(m),
    };
    let unknowns = f.unknowns.iter().map(|m| AlikeUnknown { unknown: m.what.clone(), alike: alike(m) });
    let sightings = f.sightings.iter().map(|m| AlikeSighting { sighting: m.what.clone(), alike: alike(m) });
    SearchedFace {
        detection: f.face.detection.clone(),
        quality: f.face.quality.clone(),
        people: f.people.iter().map(known).collect(),
        unknowns: unknowns.collect(),
        sightings: sightings.collect(),
        alike_sightings: f.alike,
    }
}

fn alike<T>(m: &people::Match<T>) -> Likeness {
    Likeness { alike: m.similarity, likelihood: m.likelihood }
}

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
