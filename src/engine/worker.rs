//! The worker threads: a picture in, its description, cuts of its faces and the drawn picture out. What the description means
//! is decided by the home; a worker remembers nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::crop;
use super::error::EngineError;
use super::home::outcome::{Command, CutFace, Decision, NoticedFace, Pictures, Seen};
use super::home::sitting::SittingState;
use super::home::state::PictureHash;
use super::job::{Job, Judged, Reply, Work};
use super::load::Load;
use super::owner::Orders;
use super::queue::{Queue, Turn};
use super::teach::{Describer, Photo};
use super::types::{
    Annotation, CameraId, EnrolledFace, Enrollment, Grade, Identity, Observation, PictureBytes, Recognition,
    RecognizedFace, SittingId, Timings,
};
use super::upright::WayUp;
use crate::annotate::{Fonts, Label, LabelKind, annotate, encode_jpeg};
use crate::people::Refusal;
use crate::store::{Database, Described, PhotoFile, Recipe, StoreError, photo_id, read_photo};
use crate::vision::{Face, Frame, Limits, Options, Rect, Rotation, StageTimes, Upright, Vision};

/// Longest side of a camera's kept annotated picture, pixels.
const ANNOTATED_SIDE: u32 = 1_280;
/// JPEG quality of annotated pictures, 1..=100: for eyes only.
const ANNOTATED_QUALITY: u8 = 85;

pub(super) struct Worker {
    pub(super) vision: Arc<Vision>,
    pub(super) options: Options,
    pub(super) photo_limits: Limits,
    pub(super) fonts: Arc<Fonts>,
    pub(super) queue: Arc<Queue<Job>>,
    pub(super) load: Arc<Load>,
    pub(super) home: Orders,
    pub(super) database: Arc<Database>,
    pub(super) recipe: Recipe,
    pub(super) root: std::path::PathBuf,
}

/// A decision on its way back: finished without pictures where making them fails.
struct Unfinished<'a> {
    home: &'a Orders,
    decision: Option<Box<Decision>>,
}

impl Unfinished<'_> {
    fn finish(mut self, pictures: Pictures) -> Result<(), EngineError> {
        let Some(decision) = self.decision.take() else { return Ok(()) };
        self.home.wait(Command::Finish(decision, pictures)).map(drop)
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(decision) = self.decision.take() {
            self.home.send(Command::Finish(decision, Pictures::default()));
        }
    }
}

impl Worker {
    /// Works until the queue closes. A picture gets the threads of the workers that have nothing to do.
    pub(super) fn run(mut self) {
        let all = self.options.threads;
        while let Some(Turn { job, asker, crowds }) = self.queue.pop() {
            let at_work = self.load.begin();
            self.options.threads = if crowds { 1 } else { (all / at_work).max(1) };
            let started = Instant::now();
            let queued = started.duration_since(job.arrived);
            let arrived = job.arrived;
            match job.work {
                Work::Observe { observation, hash, reply } => {
                    self.answer(arrived, reply, || self.observe(&observation, hash, queued));
                }
                // Whoever asked has gone.
                Work::Ask { reply, .. } if reply.is_closed() => {}
                Work::Ask { camera, picture, annotation, reply } => {
                    self.answer(arrived, reply, || self.ask(camera, &picture, annotation, queued));
                }
                Work::Sit { reply, .. } if reply.is_closed() => {}
                Work::Sit { sitting, picture, reply } => {
                    self.answer(arrived, reply, || self.sit(&sitting, &picture));
                }
                Work::Enroll { enrollment, reply } => drop(reply.send(guarded(|| self.lesson(&enrollment)))),
                Work::Learn(file) => {
                    let learned = guarded(|| self.learn(&file)).unwrap_or_else(|error| Err(error.to_string()));
                    self.home.send(Command::Learned(file.id, learned));
                }
            }
            self.load.worked(started.elapsed());
            self.queue.done(asker);
        }
    }

    fn answer<T>(&self, arrived: Instant, reply: Reply<T>, work: impl FnOnce() -> Result<T, EngineError>) {
        let answer = guarded(work);
        Load::count(if answer.is_ok() { &self.load.pictures } else { &self.load.failed });
        self.load.answered(arrived.elapsed());
        drop(reply.send(answer));
    }

    fn describer(&self) -> Describer<'_> {
        Describer { vision: &self.vision, options: &self.options, photo_limits: self.photo_limits }
    }

    /// The picture, and how long decoding it took, milliseconds.
    fn decode(&self, picture: &[u8]) -> Result<(Frame, f32), EngineError> {
        let started = Instant::now();
        let frame = Frame::decode(picture, &self.options.limits)?;
        Ok((frame, started.elapsed().as_secs_f32() * 1e3))
    }

    fn ask(
        &self,
        camera: Option<CameraId>,
        picture: &PictureBytes,
        annotation: Annotation,
        queued: Duration,
    ) -> Result<Recognition, EngineError> {
        let way = camera.map(|camera| self.way_up(camera)).transpose()?;
        let rotate = way.as_ref().map_or(Rotation::None, |way| way.rotate);
        // An upright face was seen by the camera before.
        let settled = way.is_some_and(|way| !way.due_with_faces);
        let (frame, decode_ms) = self.decode(picture)?;
        let frame = frame.turned(rotate);
        let described = self.vision.describe_frame(&frame, &self.options)?;
        let timings = timings(queued, decode_ms, described.times);
        let (faces, learning) = self.home.ask(move |home, _| Ok((home.recognize(described.faces), home.learning())))?;
        let named = faces.iter().any(|face| matches!(face.identity, Identity::Known { .. }));
        let suspected = if named || settled {
            None
        } else {
            let detections: Vec<_> = faces.iter().map(|face| face.face.detection.clone()).collect();
            self.vision.suspected_rotation(&frame, &detections, &self.options)?
        };
        let (width, height) = (frame.width(), frame.height());
        let drawn = match annotation {
            Annotation::Draw => Some(self.draw(frame, &faces, annotation)?),
            Annotation::Skip => None,
        };
        Ok(Recognition {
            captured_at: Timestamp::now(),
            width,
            height,
            faces,
            timings,
            learning,
            suggested_rotate: suspected.map(|turn| rotate.and(turn)),
            drawn,
            ..Recognition::default()
        })
    }

    fn observe(
        &self,
        observation: &Observation,
        hash: PictureHash,
        queued: Duration,
    ) -> Result<Recognition, EngineError> {
        let way = self.way_up(observation.camera.clone())?;
        let (frame, decode_ms) = self.decode(&observation.picture)?;
        let frame = frame.turned(way.rotate);
        let mut described = self.vision.describe_frame(&frame, &self.options)?;
        if self.is_turned(&observation.camera, &way, &frame, &described.faces)? {
            // What upside-down faces are taken for is nobody: neither who they are nor strangers.
            described.faces.clear();
        }
        let timings = timings(queued, decode_ms, described.times);
        let (width, height) = (frame.width(), frame.height());
        let seen = Seen {
            camera: observation.camera.clone(),
            captured_at: observation.captured_at,
            hash,
            size: (width, height),
        };
        let decided = self.home.wait(Command::Observe(seen, described.faces))?;
        let decision = decided.try_as_decided().ok_or_else(EngineError::unexpected)?;
        let (faces, repeated) = (decision.faces.clone(), decision.repeated);
        let (settled, learning) = (decision.settled, decision.learning);
        let drawn = if repeated { None } else { self.finish(frame, decision, observation.annotation)? };
        Ok(Recognition {
            camera: Some(observation.camera.clone()),
            captured_at: observation.captured_at,
            width,
            height,
            faces,
            timings,
            repeated,
            settled,
            learning,
            drawn,
            ..Recognition::default()
        })
    }

    fn way_up(&self, camera: CameraId) -> Result<WayUp, EngineError> {
        self.home.ask(move |home, now| Ok(home.way_up(&camera, now)))
    }

    /// Looks, where that is due, whether a camera's pictures are turned, and lets the home know.
    fn is_turned(&self, camera: &CameraId, way: &WayUp, frame: &Frame, faces: &[Face]) -> Result<bool, EngineError> {
        let has_faces = !faces.is_empty();
        if !(if has_faces { way.due_with_faces } else { way.due_without }) {
            return Ok(false);
        }
        let detections: Vec<_> = faces.iter().map(|face| face.detection.clone()).collect();
        let suspected = self.vision.suspected_rotation(frame, &detections, &self.options)?;
        self.home.wait(Command::LookedUp { camera: camera.clone(), has_faces, suspected })?;
        Ok(suspected.is_some())
    }

    /// Makes the pictures that a decision wants, and gives it back. Without faces it wants none.
    fn finish(
        &self,
        frame: Frame,
        decision: Box<Decision>,
        annotation: Annotation,
    ) -> Result<Option<PictureBytes>, EngineError> {
        // What is kept of a stranger, and what an alert about them shows.
        let wanted = |s: &NoticedFace| (s.noticed.kept_face.is_some() || s.tell).then_some(s.box_in_frame);
        let (sightings, strangers) = (
            decision.sightings.iter().map(|s| s.box_in_frame).collect::<Vec<_>>(),
            decision.strangers.iter().map(wanted).collect::<Vec<_>>(),
        );
        let (faces, sitter, proposals) = (decision.faces.clone(), decision.sitter.clone(), decision.proposals.clone());
        let unfinished = Unfinished { home: &self.home, decision: Some(decision) };
        let cut = |face: &Rect| crop::face_jpeg(&frame, face, crop::SIGHTING_SIDE).map(Arc::from);
        let mut pictures = Pictures::default();
        for face in &sightings {
            pictures.sightings.push(Some(cut(face)?));
        }
        for face in &strangers {
            pictures.strangers.push(face.as_ref().map(cut).transpose()?);
        }
        pictures.sitter = sitter.and_then(|face| self.sitter(&frame, *face));
        for wanted in proposals {
            pictures.proposals.push(self.cut_alone(&frame, &faces, wanted.face));
        }
        if !faces.is_empty() {
            pictures.annotated = Some(self.draw(frame, &faces, annotation)?);
        }
        let annotated = pictures.annotated.clone().filter(|_| annotation == Annotation::Draw);
        unfinished.finish(pictures)?;
        Ok(annotated)
    }

    /// A picture of who is learned that comes from no camera of the home; how far that is then.
    fn sit(&self, sitting: &SittingId, picture: &PictureBytes) -> Result<SittingState, EngineError> {
        let (frame, _) = self.decode(picture)?;
        let described = self.vision.describe_frame(&frame, &self.options)?;
        let shown = self.home.wait(Command::ShowSitting(sitting.clone(), described.faces))?;
        let wanted = shown.try_as_sitter().ok_or_else(EngineError::unexpected)?;
        let id = sitting.clone();
        let Some(photo) = wanted.and_then(|face| self.sitter(&frame, *face)) else {
            return self.home.ask(move |home, now| home.sittings.state(&id, now));
        };
        let kept = self.home.wait(Command::KeepForSitting(id, Box::new(photo)))?;
        kept.try_as_sitting().map(|state| *state).ok_or_else(EngineError::unexpected)
    }

    /// The photo that the one face of a picture of who is learned would be; `None` where the cut does not show it by itself.
    fn sitter(&self, frame: &Frame, face: Face) -> Option<Photo> {
        let cut = self.describer().alone(frame, &[face], 0);
        cut.inspect_err(|error| tracing::debug!(%error, "a picture of who is learned shows no face by itself")).ok()
    }

    /// The photo that one of these faces would be; `None` where the cut does not show it by itself.
    fn cut_alone(&self, frame: &Frame, faces: &[RecognizedFace], chosen: usize) -> Option<CutFace> {
        let colourless = crop::is_colourless(frame, &faces.get(chosen)?.face.detection.box_in_frame);
        let faces: Vec<_> = faces.iter().map(|face| face.face.clone()).collect();
        let cut = self.describer().alone(frame, &faces, chosen);
        let cut = cut.inspect_err(|error| tracing::debug!(%error, "a face that may be worth learning is not cut out"));
        Some(CutFace { photo: cut.ok()?, colourless })
    }

    /// Judges a picture that is to teach. Whoever asked has it saved: no picture waits for a slow share.
    fn lesson(&self, enrollment: &Enrollment) -> Result<Judged, EngineError> {
        let frame = Frame::decode(&enrollment.picture, &self.photo_limits)?;
        let (width, height) = (frame.width(), frame.height());
        let Upright { frame, rotation, description } = self.describer().upright(frame)?;
        let mut faces = description.faces;
        // Boxes are those of the picture as it was given, whichever way up that is.
        let given = |r: &Rect| rotation.inverse().moved(r, frame.width(), frame.height());
        let (seen, picture) = (faces.clone(), photo_id(&enrollment.picture));
        let face_box = enrollment.face_box.map(|r| rotation.moved(&r, width, height));
        let wanted = Enrollment { face_box, ..enrollment.clone() };
        let judged = self.home.ask(move |home, _| home.judge_lesson(&seen, &picture, &wanted));
        let accepted = judged.map_err(|error| in_the_given_picture(error, given))?;
        let photo = self.describer().alone(&frame, &faces, accepted.face)?;
        let face = faces.swap_remove(accepted.face);
        let face = EnrolledFace { box_in_frame: given(&face.detection.box_in_frame), quality: face.quality };
        Ok(Judged { photo, face, advice: accepted.advice })
    }

    /// What a file under `faces/` teaches, or why nothing, in words.
    fn learn(&self, photo: &PhotoFile) -> Result<Result<Described, String>, EngineError> {
        if let Ok(Some(known)) = self.database.described(&photo.id, &self.recipe) {
            return Ok(Ok(known));
        }
        match read_photo(&self.root, photo) {
            Ok(bytes) => self.describer().file(&bytes),
            // Another content is another photo, which the next look finds.
            Err(StoreError::UnknownPhoto(_)) => Ok(Err("it has changed since it was found".to_owned())),
            Err(StoreError::Io { source, .. }) => Ok(Err(format!("cannot be read: {source}"))),
            Err(error) => Err(error.into()),
        }
    }

    /// The picture with boxes and names. Full size where it was asked for; a camera's last one is kept smaller.
    fn draw(
        &self,
        frame: Frame,
        faces: &[RecognizedFace],
        annotation: Annotation,
    ) -> Result<PictureBytes, EngineError> {
        let reduction = frame.reduction();
        let (mut picture, scale) = match annotation {
            Annotation::Draw => (frame.pixels, 1.0),
            Annotation::Skip => crop::shrunk(frame.pixels, ANNOTATED_SIDE),
        };
        let scale = scale / reduction;
        let labels: Vec<_> = faces.iter().map(|face| label(face, scale)).collect();
        annotate(&mut picture, &labels, &self.fonts);
        let bytes = encode_jpeg(&picture, ANNOTATED_QUALITY).map_err(|e| EngineError::Internal(e.to_string()))?;
        Ok(bytes.into())
    }
}

fn timings(queued: Duration, decode_ms: f32, described: StageTimes) -> Timings {
    Timings { queue_ms: queued.as_secs_f32() * 1e3, stages: StageTimes { decode_ms, ..described } }
}

/// A fault in one picture ends neither the worker nor the server.
fn guarded<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said =
            panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
        let said = said.unwrap_or_default();
        tracing::error!(said, "a worker panicked; the picture was dropped, the worker continues");
        Err(EngineError::Internal("the picture could not be processed; the log says more".to_owned()))
    })
}

/// A refusal with its boxes in the picture as it was given.
fn in_the_given_picture(error: EngineError, given: impl Fn(&Rect) -> Rect) -> EngineError {
    let all = |boxes: Vec<Rect>| boxes.iter().map(&given).collect();
    match error {
        EngineError::Refused(Refusal::MultipleFaces { boxes }) => Refusal::MultipleFaces { boxes: all(boxes) }.into(),
        EngineError::Refused(Refusal::NoFaceInBox { boxes }) => Refusal::NoFaceInBox { boxes: all(boxes) }.into(),
        other => other,
    }
}

fn label(face: &RecognizedFace, scale: f32) -> Label {
    let words = face.identity.in_words().to_owned();
    let (kind, text) = match &face.identity {
        Identity::Known { grade: Grade::Confirmed, .. } => (LabelKind::Confirmed, words),
        Identity::Known { probability, .. } => (LabelKind::LooksLike, format!("{words} {:.0} %", probability * 100.0)),
        Identity::Unsure { .. } => (LabelKind::Unsure, words),
        Identity::Unknown { .. } => (LabelKind::Unknown, words),
    };
    Label { box_in_frame: face.face.detection.box_in_frame.scaled(scale), text, kind }
}
