//! What a worker can be asked to do, and whom it answers.

use std::time::Instant;

use tokio::sync::oneshot;

use super::error::EngineError;
use super::home::sitting::SittingState;
use super::home::state::PictureHash;
use super::queue::Waiting;
use super::teach::Photo;
use super::types::{Annotation, CameraId, EnrolledFace, Enrollment, Observation, PictureBytes, Recognition, SittingId};
use crate::store::PhotoFile;

/// Where an answer goes. The asker may have gone; then nobody reads it.
pub(super) type Reply<T> = oneshot::Sender<Result<T, EngineError>>;

pub(super) struct Job {
    pub arrived: Instant,
    pub work: Work,
}

pub(super) enum Work {
    Observe {
        observation: Observation,
        hash: PictureHash,
        reply: Reply<Recognition>,
    },
    Ask {
        camera: Option<CameraId>,
        picture: PictureBytes,
        annotation: Annotation,
        reply: Reply<Recognition>,
    },
    Enroll {
        enrollment: Enrollment,
        reply: Reply<Judged>,
    },
    /// A picture that is sent of who is learned.
    Sit {
        sitting: SittingId,
        picture: PictureBytes,
        reply: Reply<SittingState>,
    },
    /// A file under `faces/`.
    Learn(PhotoFile),
}

/// A picture that may teach.
pub(super) struct Judged {
    pub(super) photo: Photo,
    /// In the picture as it was given.
    pub(super) face: EnrolledFace,
    /// What would make the next photo better, in words.
    pub(super) advice: Vec<String>,
}

impl Job {
    pub(super) fn new(work: Work) -> Self {
        Self { arrived: Instant::now(), work }
    }

    /// Answers a job that will not be done.
    pub(super) fn refuse(self, error: EngineError) {
        // Whoever has gone does not need the answer.
        match self.work {
            Work::Observe { reply, .. } | Work::Ask { reply, .. } => drop(reply.send(Err(error))),
            Work::Enroll { reply, .. } => drop(reply.send(Err(error))),
            Work::Sit { reply, .. } => drop(reply.send(Err(error))),
            Work::Learn(_) => {}
        }
    }
}

impl Waiting for Job {
    fn bytes(&self) -> usize {
        match &self.work {
            Work::Observe { observation, .. } => observation.picture.len(),
            Work::Ask { picture, .. } | Work::Sit { picture, .. } => picture.len(),
            Work::Enroll { enrollment, .. } => enrollment.picture.len(),
            Work::Learn(_) => 0,
        }
    }
}
