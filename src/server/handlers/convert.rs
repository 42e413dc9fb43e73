//! The engine's words → the wire's. Paths of pictures are made here, and routed in `http`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::engine;
use crate::people;
use crate::server::outbox::StateKey;
use crate::server::protocol::events::{EventMessage, Happening};
use crate::server::protocol::results::{
    Alike, AlikePerson, AlikeSighting, AlikeUnknown, Basis, CameraInfo, CareFinding, FaceInfo, PersonInfo, PhotoInfo,
    ProposalInfo, ProposalsAccepted, ProposedPhoto, Recognized, RefusedProposal, SearchResult, SearchedFace,
    SightingInfo, SittingInfo, SittingPicture, Timings, TwinPhoto, UnknownInfo,
};

/// Everything a path segment may not hold as it is; camera ids have `/` and can have anything.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub(crate) fn sighting_path(id: i64) -> String {
    format!("/v1/sightings/{id}.jpg")
}

fn photo_path(person: &people::PersonId, photo: &people::PhotoId) -> String {
    format!("/v1/photos/{person}/{photo}.jpg")
}

fn unknown_path(id: &people::UnknownId) -> String {
    format!("/v1/unknowns/{id}.jpg")
}

/// The alert of a moment has a picture of its own: the best one may be of another visit.
fn alert_path(id: &people::UnknownId, at: jiff::Timestamp) -> String {
    format!("/v1/unknowns/{id}_{}.jpg", at.as_microsecond())
}

pub(crate) fn annotated_path(camera: &engine::CameraId) -> String {
    format!("/v1/cameras/{}/annotated.jpg", utf8_percent_encode(&camera.0, SEGMENT))
}

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
        picture: photo_path(&m.what.person.id, &m.what.photo),
        alike: alike(m),
    };
    let unknowns = f.unknowns.iter().map(|m| AlikeUnknown { unknown: unknown(&m.what), alike: alike(m) });
    let sightings = f.sightings.iter().map(|m| AlikeSighting { sighting: sighting(&m.what), alike: alike(m) });
    SearchedFace {
        detection: f.face.detection.clone(),
        quality: f.face.quality.clone(),
        people: f.people.iter().map(known).collect(),
        unknowns: unknowns.collect(),
        sightings: sightings.collect(),
        alike_sightings: f.alike,
    }
}

fn alike<T>(m: &people::Match<T>) -> Alike {
    Alike { alike: m.similarity, likelihood: m.likelihood }
}

pub(crate) fn person(p: &engine::PersonState) -> PersonInfo {
    let path = |picture: &engine::FacePicture| match picture {
        engine::FacePicture::Sighting(id) => sighting_path(*id),
        engine::FacePicture::Photo(photo) => photo_path(&p.person.id, photo),
    };
    PersonInfo { person: p.clone(), picture: p.picture.as_ref().map(path) }
}

pub(crate) fn camera(c: &engine::CameraState) -> CameraInfo {
    CameraInfo { camera: c.clone(), annotated: c.has_annotated.then(|| annotated_path(&c.id)) }
}

pub(crate) fn photo(person: &people::PersonId, p: &engine::PhotoState) -> PhotoInfo {
    PhotoInfo {
        photo_id: p.id.clone(),
        file: p.file.clone(),
        picture: photo_path(person, &p.id),
        usable: p.face.is_ok(),
        problem: p.face.as_ref().err().cloned(),
        quality: p.face.as_ref().ok().cloned(),
    }
}

pub(crate) fn care(f: people::Finding, effect: people::Effect) -> CareFinding {
    let people::Finding { fault, person, photo, other, twin } = f;
    let path = |photo: &people::PhotoId| photo_path(&person.id, photo);
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

pub(crate) fn unknown(u: &engine::UnknownState) -> UnknownInfo {
    let picture = u.alert_at.map_or_else(|| unknown_path(&u.id), |at| alert_path(&u.id, at));
    UnknownInfo { unknown: u.clone(), picture }
}

pub(crate) fn sitting(s: &engine::SittingState) -> SittingInfo {
    let picture = |taken: &engine::TakenPicture| SittingPicture {
        taken: taken.clone(),
        picture: format!("/v1/sittings/{}_{}.jpg", s.id.0, taken.number),
    };
    SittingInfo { sitting: s.clone(), pictures: s.pictures.iter().map(picture).collect() }
}

pub(crate) fn proposal(p: &engine::ProposalState) -> ProposalInfo {
    ProposalInfo { proposal: p.clone(), picture: format!("/v1/proposals/{}.jpg", p.id) }
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

pub(crate) fn sighting(s: &engine::Sighting) -> SightingInfo {
    SightingInfo { sighting: s.clone(), picture: sighting_path(s.id) }
}

/// The message, and what it is about where a newer one makes it needless.
pub(crate) fn event(run: &str, record: &engine::EventRecord, replayed: bool) -> (Option<StateKey>, EventMessage) {
    let state = |of: &str, id: &str| Some(StateKey(format!("{of} {id}")));
    let (key, event) = match record.event.clone() {
        engine::Event::Sighting(s, face_box) => (
            None,
            Happening::Sighting {
                sighting_id: s.id,
                picture: sighting_path(s.id),
                annotated: annotated_path(&s.camera),
                camera: s.camera,
                person: s.person,
                grade: s.grade,
                probability: s.probability,
                face_box,
            },
        ),
        engine::Event::UnknownSeen(u) => {
            let annotated = annotated_path(&u.camera);
            (None, Happening::UnknownSeen { camera: u.camera.clone(), unknown: unknown(&u), annotated })
        }
        engine::Event::Arrived { person, camera, home, departed_at } => {
            (None, Happening::Arrived { person, camera, home, departed_at })
        }
        engine::Event::Departed { person, camera } => (None, Happening::Departed { person, camera }),
        engine::Event::PersonChanged(p) => {
            (state("person", &p.person.id.0), Happening::PersonChanged { person: person(&p) })
        }
        // The same key as the person's state: nothing older about them may arrive after it.
        engine::Event::PersonRemoved(person_id) => {
            (state("person", &person_id.0), Happening::PersonRemoved { person_id })
        }
        engine::Event::CameraChanged(c) => (state("camera", &c.id.0), Happening::CameraChanged { camera: camera(&c) }),
        engine::Event::SightingCorrected { id, person } => {
            (None, Happening::SightingCorrected { sighting_id: id, person })
        }
        engine::Event::LibraryChanged(library) => (state("library", ""), Happening::LibraryChanged { library }),
        engine::Event::SettingsChanged(settings) => (state("settings", ""), Happening::SettingsChanged { settings }),
    };
    (key, EventMessage { run: run.to_owned(), seq: record.seq, at: record.at, replayed, event })
}
