//! The engine's words → the wire's. Paths of pictures are made here, and routed in `http`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::engine;
use crate::people;
use crate::server::outbox::StateKey;
use crate::server::protocol::events::{Event, EventMessage};
use crate::server::protocol::jiff_schema::Timestamp;
use crate::server::protocol::results::{
    CameraInfo, Candidate, Enrolled, EnrolledFace, Evidence, FaceInfo, Grade, HeldBackBy, Identity, LibraryInfo,
    MissingPeople, PersonInfo, PersonRef, PhotoInfo, PresenceInfo, ProblemInfo, QualityInfo, Reason, Recognition,
    Settings, SettleBy, SightingInfo, Stats, Timings, UnknownInfo,
};
use crate::store;
use crate::vision::{Quality, QualityReason};

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

pub(crate) fn annotated_path(camera: &engine::CameraId) -> String {
    format!("/v1/cameras/{}/annotated.jpg", utf8_percent_encode(&camera.0, SEGMENT))
}

pub(crate) fn person_ref(person: &engine::PersonRef) -> PersonRef {
    PersonRef { id: person.id.0.clone(), name: person.name.as_str().to_owned() }
}

/// What a picture showed; `annotated` is the path under which the drawn picture is kept, if one is.
#[must_use]
pub fn recognition(r: &engine::Recognition, annotated: Option<String>) -> Recognition {
    Recognition {
        camera: r.camera.as_ref().map(|c| c.0.clone()),
        captured_at: Timestamp(r.captured_at),
        width: r.width,
        height: r.height,
        faces: r.faces.iter().map(face).collect(),
        timings: Timings {
            queue_ms: r.queued.as_secs_f32() * 1e3,
            decode_ms: r.times.decode_ms,
            detect_ms: r.times.detect_ms,
            embed_ms: r.times.embed_ms,
        },
        repeated: r.repeated,
        settled: r.settled,
        learning: r.learning,
        suggested_rotate: r.suggested_rotate,
        annotated,
    }
}

fn face(f: &engine::RecognizedFace) -> FaceInfo {
    FaceInfo {
        face_box: f.face.detection.box_in_frame,
        landmarks: f.face.detection.landmarks.0.map(|p| [p.x, p.y]),
        score: f.face.detection.score,
        quality: quality(&f.face.quality),
        identity: identity(&f.identity),
        nearest: f.nearest.iter().map(candidate).collect(),
        evidence: evidence(f),
    }
}

fn evidence(f: &engine::RecognizedFace) -> Evidence {
    let reasons = &f.reasons;
    Evidence {
        track: f.track.map(|track| track.0),
        pictures: reasons.pictures,
        similarity: reasons.similarity,
        seen_from: reasons.seen_from,
        confirmed_from: reasons.confirmed_from,
        log_odds: f.log_odds,
        held_back_by: reasons.gate.map(|gate| match gate {
            engine::Gate::Similarity => HeldBackBy::Similarity,
            engine::Gate::Margin => HeldBackBy::Margin,
            engine::Gate::Pictures => HeldBackBy::Pictures,
            engine::Gate::Correction => HeldBackBy::Correction,
        }),
    }
}

fn identity(identity: &engine::Identity) -> Identity {
    let label = identity.in_words();
    match identity {
        engine::Identity::Known { person, probability, grade: g } => {
            Identity::Known { person: person_ref(person), probability: *probability, grade: grade(*g), label }
        }
        engine::Identity::Unsure { person, probability, settle_by, reason } => Identity::Unsure {
            person: person_ref(person),
            probability: *probability,
            settle_by: settle_by.iter().copied().map(settle).collect(),
            reason: reason.clone(),
            label,
        },
        engine::Identity::Unknown { unknown, ignored, learning } => {
            let unknown_id = unknown.as_ref().map(|id| id.0.clone());
            Identity::Unknown { unknown_id, ignored: *ignored, learning: *learning }
        }
    }
}

fn grade(grade: engine::Grade) -> Grade {
    match grade {
        engine::Grade::Seen => Grade::Seen,
        engine::Grade::Confirmed => Grade::Confirmed,
    }
}

fn settle(by: engine::SettleBy) -> SettleBy {
    match by {
        engine::SettleBy::Closer => SettleBy::Closer,
        engine::SettleBy::Sharper => SettleBy::Sharper,
        engine::SettleBy::AnotherPicture => SettleBy::AnotherPicture,
    }
}

fn candidate(c: &engine::Candidate) -> Candidate {
    Candidate { person: person_ref(&c.person), similarity: c.similarity, photo_id: c.photo.0.clone() }
}

fn quality(q: &Quality) -> QualityInfo {
    QualityInfo {
        overall: q.overall,
        size_px: q.size_px,
        sharpness: q.sharpness,
        pose: q.pose,
        light: q.light,
        reasons: q.reasons.iter().copied().map(reason).collect(),
    }
}

fn reason(reason: QualityReason) -> Reason {
    let code = match reason {
        QualityReason::TooSmall => "too_small",
        QualityReason::Blurry => "blurry",
        QualityReason::TurnedAway => "turned_away",
        QualityReason::TooDark => "too_dark",
        QualityReason::TooBright => "too_bright",
        QualityReason::LowContrast => "low_contrast",
        QualityReason::CutOff => "cut_off",
    };
    Reason { code: code.to_owned(), message: reason.message().to_owned() }
}

pub(crate) fn enrolled(e: &engine::Enrolled) -> Enrolled {
    Enrolled {
        person: person_ref(&e.person),
        photo_id: e.photo.0.clone(),
        photos: count(e.photos),
        face: EnrolledFace { face_box: e.box_in_frame, quality: quality(&e.quality) },
        advice: e.advice.clone(),
    }
}

pub(crate) fn person(p: &engine::PersonState) -> PersonInfo {
    PersonInfo {
        person: person_ref(&p.person),
        photos: count(p.photos),
        presence: PresenceInfo {
            present: p.presence.present,
            home: p.presence.home,
            camera: p.presence.camera.as_ref().map(|c| c.0.clone()),
            area: p.presence.area.clone(),
            since: p.presence.since.map(Timestamp),
            last_seen: p.presence.last_seen.map(Timestamp),
            departed_at: p.presence.departed_at.map(Timestamp),
            probability: p.presence.probability,
        },
        presence_timeout_s: p.presence_timeout.map(seconds),
        sample: p.sample,
        picture: p.picture.as_ref().map(|picture| match picture {
            engine::FacePicture::Sighting(id) => sighting_path(*id),
            engine::FacePicture::Photo(photo) => photo_path(&p.person.id, photo),
        }),
    }
}

pub(crate) fn camera(c: &engine::CameraState) -> CameraInfo {
    CameraInfo {
        camera: c.settings.id.0.clone(),
        name: c.settings.name.clone(),
        area: c.settings.area.clone(),
        counts_as_home: c.settings.counts_as_home,
        rotate: c.settings.rotate,
        suggested_rotate: c.suggested_rotate,
        faces: count(c.faces),
        present: c.present.iter().map(person_ref).collect(),
        unknown_present: c.unknown_present,
        last_picture_at: c.last_picture_at.map(Timestamp),
        annotated: c.has_annotated.then(|| annotated_path(&c.settings.id)),
    }
}

pub(crate) fn photo(person: &people::PersonId, p: &engine::PhotoState) -> PhotoInfo {
    PhotoInfo {
        photo_id: p.id.0.clone(),
        file: p.file.clone(),
        picture: photo_path(person, &p.id),
        usable: p.face.is_ok(),
        problem: p.face.as_ref().err().cloned(),
        quality: p.face.as_ref().ok().map(quality),
    }
}

pub(crate) fn problem(p: &store::Problem) -> ProblemInfo {
    ProblemInfo {
        kind: p.kind,
        path: store::shown(&p.path).to_string(),
        message: p.reason.clone(),
        person_id: p.person.as_ref().map(|id| id.0.clone()),
        photo_id: p.photo.as_ref().map(|id| id.0.clone()),
    }
}

pub(crate) fn library(state: &engine::LibraryState) -> LibraryInfo {
    let missing = state.away.map(|away| MissingPeople {
        people: count(away.missing),
        of: count(away.known),
        waited_s: away.waited.as_secs(),
        forgotten_after_s: away.patience.as_secs(),
    });
    LibraryInfo { problems: count(state.problems), missing }
}

pub(crate) fn unknown(u: &engine::UnknownState) -> UnknownInfo {
    UnknownInfo {
        unknown_id: u.id.0.clone(),
        times_seen: u.times_seen,
        first_seen: Timestamp(u.first_seen),
        last_seen: Timestamp(u.last_seen),
        camera: u.camera.0.clone(),
        ignored: u.ignored,
        picture: unknown_path(&u.id),
    }
}

pub(crate) fn sighting(s: &engine::Sighting) -> SightingInfo {
    SightingInfo {
        sighting_id: s.id.to_string(),
        at: Timestamp(s.at),
        camera: s.camera.0.clone(),
        person: person_ref(&s.person),
        grade: grade(s.grade),
        probability: s.probability,
        similarity: s.similarity,
        picture: sighting_path(s.id),
        corrected: s.corrected,
    }
}

pub(crate) fn settings(s: engine::Settings) -> Settings {
    Settings {
        strangers_per_thousand: s.strangers_per_thousand,
        presence_timeout_s: seconds(s.presence_timeout),
        in_view_timeout_s: seconds(s.in_view_timeout),
        retention_days: s.retention_days,
    }
}

pub(crate) fn stats(s: engine::Stats, clients: usize) -> Stats {
    Stats {
        uptime_s: s.uptime.as_secs(),
        people: count(s.people),
        photos: count(s.photos),
        photos_to_learn: count(s.to_learn),
        pictures: s.pictures,
        superseded: s.superseded,
        failed: s.failed,
        waiting: count(s.waiting),
        waiting_bytes: s.waiting_bytes as u64,
        load: s.load,
        latency_median_ms: s.latency_median.as_secs_f32() * 1e3,
        latency_p95_ms: s.latency_p95.as_secs_f32() * 1e3,
        workers: count(s.workers),
        clients: count(clients),
    }
}

/// The message, and what it is about where a newer one makes it needless.
pub(crate) fn event(run: &str, record: &engine::EventRecord, replayed: bool) -> (Option<StateKey>, EventMessage) {
    let (key, event) = match &record.event {
        engine::Event::Sighting(s, face_box) => (
            None,
            Event::Sighting {
                sighting_id: s.id.to_string(),
                camera: s.camera.0.clone(),
                person: person_ref(&s.person),
                grade: grade(s.grade),
                probability: s.probability,
                face_box: *face_box,
                picture: sighting_path(s.id),
                annotated: annotated_path(&s.camera),
            },
        ),
        engine::Event::UnknownSeen(u) => {
            let annotated = annotated_path(&u.camera);
            (None, Event::UnknownSeen { camera: u.camera.0.clone(), unknown: unknown(u), annotated })
        }
        engine::Event::Arrived { person, camera, home, departed_at } => {
            let (person, camera, home) = (person_ref(person), camera.0.clone(), *home);
            (None, Event::Arrived { person, camera, home, departed_at: departed_at.map(Timestamp) })
        }
        engine::Event::Departed { person, camera } => {
            (None, Event::Departed { person: person_ref(person), camera: camera.0.clone() })
        }
        engine::Event::PersonChanged(p) => {
            (Some(StateKey(format!("person {}", p.person.id))), Event::PersonChanged { person: person(p) })
        }
        // The same key as the person's state: nothing older about them may arrive after it.
        engine::Event::PersonRemoved(id) => {
            (Some(StateKey(format!("person {id}"))), Event::PersonRemoved { person_id: id.0.clone() })
        }
        engine::Event::CameraChanged(c) => {
            (Some(StateKey(format!("camera {}", c.settings.id))), Event::CameraChanged { camera: camera(c) })
        }
        engine::Event::SightingCorrected { id, person } => {
            (None, Event::SightingCorrected { sighting_id: id.to_string(), person: person_ref(person) })
        }
        engine::Event::LibraryChanged(state) => {
            (Some(StateKey("library".to_owned())), Event::LibraryChanged { library: library(state) })
        }
        engine::Event::SettingsChanged(s) => {
            (Some(StateKey("settings".to_owned())), Event::SettingsChanged { settings: settings(*s) })
        }
    };
    (key, EventMessage { run: run.to_owned(), seq: record.seq, at: Timestamp(record.at), replayed, event })
}

fn seconds(duration: std::time::Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}

/// A count as the wire has it; a home has no four thousand million of anything.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
