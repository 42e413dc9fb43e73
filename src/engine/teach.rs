//! A picture that teaches → a photo: one face, cut so that the photo shows it and no other. Called by `worker` and for what is
//! named or corrected; whether it may teach, the home says.

use super::crop::{self, Cut};
use super::error::EngineError;
use crate::people::Refusal;
use crate::store::Described;
use crate::vision::{Embedding, Face, Frame, Limits, Options, Rect, Rotation, Upright, Vision, VisionError};

/// A face found again in a cut is the same from this overlap on: described twice, boxes move by a few pixels.
const SAME_FACE_IOU: f32 = 0.5;
/// A face found again in a kept picture is the same from this cosine on: far above that of different people, far below what
/// another JPEG takes away.
const SAME_FACE_COSINE: f32 = 0.5;
/// What is cut around a face, in face widths: where a cut shows others, they are covered, and at last less is cut.
const MARGINS: [f32; 4] = [crop::MARGIN, crop::MARGIN, 0.5, 0.25];

/// A picture of one face, as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Photo {
    pub(super) jpeg: Vec<u8>,
    /// Described from these very bytes.
    pub(super) face: Face,
}

/// How pictures are described.
#[derive(Clone, Copy)]
pub(super) struct Describer<'a> {
    pub(super) vision: &'a Vision,
    pub(super) options: &'a Options,
    pub(super) photo_limits: Limits,
}

impl Describer<'_> {
    /// One of a picture's faces, cut so that the photo itself shows it and no other: who describes it again finds the same.
    pub(super) fn alone(&self, frame: &Frame, faces: &[Face], chosen: usize) -> Result<Photo, EngineError> {
        let mut others: Vec<Rect> = faces.iter().map(|face| face.detection.box_in_frame).collect();
        let face = others.remove(chosen);
        let mut seen = false;
        for margin in MARGINS {
            let mut cut = Cut::new(frame, &face, margin, crop::PHOTO_SIDE);
            cut.cover(&others, &face);
            let jpeg = cut.jpeg()?;
            let found = self.upright(Frame::decode(&jpeg, &self.options.limits)?)?;
            // Turned once more, its boxes would be elsewhere, and it would not be the face that was meant.
            let found = if found.rotation == Rotation::None { found.description.faces } else { Vec::new() };
            let wanted = cut.inside(&face);
            let same = |f: &Face| f.detection.box_in_frame.iou(&wanted) >= SAME_FACE_IOU;
            let (mut it, beside): (Vec<_>, Vec<_>) = found.into_iter().partition(same);
            if let (Some(face), true) = (it.pop(), it.is_empty() && beside.is_empty()) {
                return Ok(Photo { jpeg, face });
            }
            seen |= !beside.is_empty();
            others.extend(beside.iter().map(|f| cut.outside(&f.detection.box_in_frame)));
        }
        others.insert(0, face);
        Err(if seen { Refusal::MultipleFaces { boxes: others } } else { Refusal::NoFace }.into())
    }

    /// The photo in a kept picture of a face, of a sighting or a stranger, that looks like `like`; where that is not known, in
    /// its middle. Bytes that show only that face are kept as they are.
    pub(super) fn photo_of(&self, jpeg: Vec<u8>, like: Option<&Embedding>) -> Result<Photo, EngineError> {
        let Upright { frame, description, .. } = self.upright(Frame::decode(&jpeg, &self.options.limits)?)?;
        let mut found = description.faces;
        #[expect(clippy::cast_precision_loss, reason = "pixels of a picture are far below 2^23")]
        let (cx, cy) = (frame.width() as f32 / 2.0, frame.height() as f32 / 2.0);
        let off_center = |face: &Face| {
            let c = face.detection.box_in_frame.center();
            (c.x - cx).hypot(c.y - cy)
        };
        let fits = |face: &Face| like.map_or_else(|| -off_center(face), |like| face.embedding.similarity(like));
        let best = found.iter().enumerate().max_by(|a, b| fits(a.1).total_cmp(&fits(b.1)));
        let is_it = |face: &Face| like.is_none() || fits(face) >= SAME_FACE_COSINE;
        let chosen = best.filter(|(_, face)| is_it(face)).map(|(n, _)| n).ok_or(Refusal::NoFace)?;
        if found.len() > 1 {
            return self.alone(&frame, &found, chosen);
        }
        Ok(Photo { jpeg, face: found.remove(chosen) })
    }

    /// What a file under `faces/` teaches. A photo that cannot be read is an answer, too, and so is, as an error in words, one that
    /// is larger than the configuration allows; a failing network is none.
    pub(super) fn file(&self, bytes: &[u8]) -> Result<Result<Described, String>, EngineError> {
        let frame = Frame::decode(bytes, &self.photo_limits);
        match frame.and_then(|frame| self.vision.describe_for_enrolment(frame, self.options)) {
            Ok(Upright { mut description, .. }) => Ok(Ok(match (description.faces.pop(), description.faces.len()) {
                (None, _) => Described::NoFace,
                (Some(face), 0) => Described::Face(Box::new(face)),
                (Some(_), others) => Described::SeveralFaces(u32::try_from(others + 1).unwrap_or(u32::MAX)),
            })),
            Err(error @ VisionError::Inference(_)) => Err(error.into()),
            // Another answer once the configuration is changed: it is not remembered.
            Err(error) if error.is_too_large() => Ok(Err(error.to_string())),
            Err(error) => Ok(Ok(Described::Unreadable(error.to_string()))),
        }
    }

    /// A picture that teaches, turned so that its faces are upright, and what it shows.
    pub(super) fn upright(&self, frame: Frame) -> Result<Upright, EngineError> {
        Ok(self.vision.describe_for_enrolment(frame, self.options)?)
    }
}
