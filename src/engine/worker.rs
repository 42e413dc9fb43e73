//! The worker threads: take a job, describe its picture, have the state decide, write down and tell what follows.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::decide::{Decision, Seen};
use super::job::Work;
use super::load::Load;
use super::shared::Shared;
use super::state::PictureHash;
use super::types::{Annotation, Identity, Observation, PictureBytes, Recognition, RecognizedFace};
use super::{EngineError, crop};
use crate::annotate::{Label, LabelKind, annotate, encode_jpeg};
use crate::vision::{Frame, Rect, StageTimes};

/// Longest side of a camera's kept annotated picture, pixels.
const ANNOTATED_SIDE: u32 = 1_280;
/// JPEG quality of annotated pictures, 1..=100: for eyes only.
const ANNOTATED_QUALITY: u8 = 85;

/// Works until the queue closes.
pub(super) fn run(shared: &Shared) {
    while let Some(job) = shared.queue.pop() {
        let started = Instant::now();
        let queued = started.duration_since(job.arrived);
        let arrived = job.arrived;
        match job.work {
            Work::Observe { observation, hash, reply } => {
                let answer = guarded(|| observe(shared, &observation, hash, queued));
                count(shared, arrived, answer.is_ok());
                drop(reply.send(answer));
            }
            Work::Ask { picture, annotation, reply } => {
                let answer = guarded(|| ask(shared, &picture, annotation, queued));
                count(shared, arrived, answer.is_ok());
                drop(reply.send(answer));
            }
            Work::Enroll { enrollment, reply } => {
                let answer = guarded(|| super::enrolling::enroll(shared, &enrollment));
                drop(reply.send(answer));
            }
            Work::Learn(file) => {
                let learned = guarded(|| super::learning::learn(shared, &file));
                if let Err(error) = learned {
                    tracing::warn!(file = %file.path.display(), %error, "a photo could not be learned");
                }
                super::learning::learned_one(shared);
            }
        }
        shared.load.worked(started.elapsed());
    }
}

/// A fault in one picture ends neither the worker nor the server.
fn guarded<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said =
            panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
        let said = said.unwrap_or_default();
        tracing::error!(said, "a worker panicked; the picture is lost, the worker goes on");
        Err(EngineError::Internal("the picture could not be worked on; the log says more".to_owned()))
    })
}

fn count(shared: &Shared, arrived: Instant, succeeded: bool) {
    Load::count(if succeeded { &shared.load.pictures } else { &shared.load.failed });
    shared.load.answered(arrived.elapsed());
}

fn decode(shared: &Shared, picture: &[u8], times: &mut StageTimes) -> Result<Frame, EngineError> {
    let started = Instant::now();
    let frame = Frame::decode(picture, &shared.options.vision.limits)?;
    times.decode_ms = started.elapsed().as_secs_f32() * 1e3;
    Ok(frame)
}

fn ask(
    shared: &Shared,
    picture: &PictureBytes,
    annotation: Annotation,
    queued: std::time::Duration,
) -> Result<Recognition, EngineError> {
    let mut times = StageTimes::default();
    let frame = decode(shared, picture, &mut times)?;
    let described = shared.vision.describe_frame(&frame, &shared.options.vision)?;
    times.detect_ms = described.times.detect_ms;
    times.embed_ms = described.times.embed_ms;
    let faces = shared.state().recognize(described.faces);
    let (width, height) = (frame.width(), frame.height());
    let annotated = match annotation {
        Annotation::Draw => Some(draw(shared, frame, &faces, annotation)?),
        Annotation::Skip => None,
    };
    Ok(Recognition {
        camera: None,
        captured_at: Timestamp::now(),
        width,
        height,
        faces,
        queued,
        times,
        repeated: false,
        settled: false,
        annotated,
    })
}

fn observe(
    shared: &Shared,
    observation: &Observation,
    hash: PictureHash,
    queued: std::time::Duration,
) -> Result<Recognition, EngineError> {
    let mut times = StageTimes::default();
    let frame = decode(shared, &observation.picture, &mut times)?;
    let described = shared.vision.describe_frame(&frame, &shared.options.vision)?;
    times.detect_ms = described.times.detect_ms;
    times.embed_ms = described.times.embed_ms;
    let now = Timestamp::now();
    let (width, height) = (frame.width(), frame.height());
    let seen = Seen { camera: &observation.camera, at: observation.captured_at, now, hash, width, height };
    let decision = shared.state().observe(&seen, described.faces);
    let faces = Arc::unwrap_or_clone(Arc::clone(&decision.faces));
    let (repeated, settled) = (decision.repeated, decision.settled);
    let annotated = write_down(shared, &seen, frame, decision, observation.annotation)?;
    Ok(Recognition {
        camera: Some(observation.camera.clone()),
        captured_at: observation.captured_at,
        width,
        height,
        faces,
        queued,
        times,
        repeated,
        settled,
        annotated,
    })
}

/// Keeps what a decision made (crops, sightings, strangers, the annotated picture), then tells it: whoever hears of a
/// sighting can fetch its picture.
fn write_down(
    shared: &Shared,
    seen: &Seen<'_>,
    frame: Frame,
    decision: Decision,
    annotation: Annotation,
) -> Result<Option<PictureBytes>, EngineError> {
    if decision.repeated {
        return Ok(None);
    }
    let mut events = Vec::new();
    for sighting in &decision.sightings {
        events.push(super::sightings::write_down(shared, seen, &frame, sighting)?);
    }
    for id in &decision.withdrawn {
        shared.database.delete_unknown(id)?;
    }
    for stranger in &decision.strangers {
        events.extend(super::strangers::write_down(shared, seen, &frame, stranger)?);
    }
    super::keeping::keep_presence(shared, &decision.moved)?;
    let annotated =
        if decision.faces.is_empty() { None } else { Some(draw(shared, frame, &decision.faces, annotation)?) };
    shared.tell(|state| {
        if let Some(picture) = &annotated {
            state.camera(seen.camera).annotated = Some(Arc::clone(picture));
        }
        events.extend(decision.arrivals);
        events.extend(state.cameras_changed(&decision.cameras));
        state.changed_people.extend(decision.moved);
        events
    });
    Ok(annotated.filter(|_| annotation == Annotation::Draw))
}

/// The picture with boxes and names. Full size where it was asked for; a camera's last one is kept smaller.
fn draw(
    shared: &Shared,
    frame: Frame,
    faces: &[RecognizedFace],
    annotation: Annotation,
) -> Result<PictureBytes, EngineError> {
    let (mut picture, scale) = match annotation {
        Annotation::Draw => (frame.pixels, 1.0),
        Annotation::Skip => crop::shrunk(frame.pixels, ANNOTATED_SIDE),
    };
    let labels: Vec<_> = faces.iter().map(|face| label(face, scale)).collect();
    annotate(&mut picture, &labels, &shared.fonts);
    let bytes = encode_jpeg(&picture, ANNOTATED_QUALITY).map_err(|e| EngineError::Internal(e.to_string()))?;
    Ok(bytes.into())
}

fn label(face: &RecognizedFace, scale: f32) -> Label {
    let (kind, text) = match &face.identity {
        Identity::Known { person, probability, .. } => {
            (LabelKind::Known, format!("{} {:.0} %", person.name, probability * 100.0))
        }
        Identity::Unsure { person, .. } => (LabelKind::Unsure, format!("{}?", person.name)),
        Identity::Unknown { ignored: true, .. } => (LabelKind::Unknown, "ignored".to_owned()),
        Identity::Unknown { .. } => (LabelKind::Unknown, "unknown".to_owned()),
    };
    let b = face.face.detection.box_in_frame;
    Label { box_in_frame: Rect { x: b.x * scale, y: b.y * scale, w: b.w * scale, h: b.h * scale }, text, kind }
}
