//! Bytes → faces. Pure: knows nothing of people, time, network or files (but the model weights).
//!
//! `frame` decodes, `detect` finds, `align` crops, `quality` judges, `embed` describes; [`Vision`] runs them in order.
//! Called by the engine's worker threads and by the command line; one [`Vision`] is shared by all threads.

pub mod geometry;

pub use geometry::{Landmarks, Point, Rect};

/// A face as a direction: `model.embedding_length` f32 (128 for SFace), scaled to length 1 by the constructor.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding(Box<[f32]>);

impl Embedding {
    /// Scales `values` to length 1. `None` for an empty, zero or non-finite vector, which is no direction.
    #[must_use]
    pub fn new(mut values: Vec<f32>) -> Option<Self> {
        let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        if !length.is_normal() {
            return None;
        }
        values.iter_mut().for_each(|v| *v /= length);
        Some(Self(values.into_boxed_slice()))
    }

    /// Cosine similarity, −1..1, higher is closer. Vectors of different models (lengths) are not comparable: −1.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f32 {
        if self.0.len() != other.0.len() {
            return -1.0;
        }
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }

    /// The unit vector.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

/// A place in a picture that the detector takes for a face.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// Where, in pixels of the upright frame.
    pub box_in_frame: Rect,
    /// Five points in pixels of the upright frame.
    pub landmarks: Landmarks,
    /// The detector's own score, 0..1.
    pub score: f32,
}

/// Why a face is hard to recognise; the word a person can act on is [`QualityReason::message`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QualityReason {
    /// Fewer pixels than the recogniser can use.
    TooSmall,
    /// Out of focus or moving.
    Blurry,
    /// Turned or tilted away from the camera.
    TurnedAway,
    /// Too little light.
    TooDark,
    /// Overexposed.
    TooBright,
    /// Hardly any contrast (fog, glare, backlight).
    LowContrast,
}

/// How usable a face is. Each part 0..1, 1 best, but `size_px`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quality {
    /// All parts together, 0..1.
    pub overall: f32,
    /// Mean of the box's width and height in pixels of the full-size picture.
    pub size_px: f32,
    /// Focus and motion blur.
    pub sharpness: f32,
    /// Frontality from the landmarks.
    pub pose: f32,
    /// Exposure and contrast.
    pub light: f32,
    /// What is wrong, worst first; empty for a good face.
    pub reasons: Vec<QualityReason>,
}

/// A face found in a picture, described.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// Where it is.
    pub detection: Detection,
    /// How usable it is.
    pub quality: Quality,
    /// What it looks like.
    pub embedding: Embedding,
}

/// How long each stage of one picture took, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageTimes {
    /// Bytes to pixels.
    pub decode_ms: f32,
    /// Pixels to boxes, the second opinion included.
    pub detect_ms: f32,
    /// Boxes to embeddings: alignment, quality and the recogniser.
    pub embed_ms: f32,
}
