//! What can go wrong between bytes and faces, in words for the person who sent the picture.

/// Why a picture or a model pack could not be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum VisionError {
    #[error("the picture is empty (0 bytes)")]
    Empty,
    /// Bytes that aren't a picture, or not one of a format that is read.
    #[error("this is {found}")]
    NotAPicture {
        /// What the bytes look like: "an HTML page, not a picture".
        found: String,
    },
    #[error("the picture has {bytes} bytes, the limit is {limit}; save it smaller")]
    TooManyBytes { bytes: usize, limit: usize },
    /// More pixels than allowed, by its header: nothing was decoded.
    #[error("the picture is {width}×{height}, {:.1} megapixels, the limit is {:.1}; save it smaller", mega(*.width, *.height), millions(*.limit))]
    TooManyPixels { width: u32, height: u32, limit: u64 },
    /// A longer side than allowed, by its header: nothing was decoded.
    #[error("the picture is {width}×{height}, the limit for a side is {limit} pixels; save it smaller")]
    TooLong {
        width: u32,
        height: u32,
        /// Pixels allowed for the longer of them.
        limit: u32,
    },
    /// More work than one picture may take, by its header: nothing was decoded.
    #[error(
        "the picture is a {kind} of {width}×{height}, {:.1} megapixels, which {problem}; save it smaller, or as a standard (baseline) JPEG",
        mega(*.width, *.height)
    )]
    TooMuchWork {
        kind: &'static str,
        width: u32,
        height: u32,
        /// What there is too much of, with the limit.
        problem: String,
    },
    /// A picture that cannot be decoded.
    #[error("the {format} picture is broken: {problem}")]
    Broken { format: &'static str, problem: String },
    /// A file of the model pack is missing or not what the pack promises.
    #[error("{file} {problem}")]
    Pack { file: String, problem: String },
    /// A network failed on a picture, which a checked pack does not do.
    #[error("the network failed: {0}")]
    Inference(String),
}

impl VisionError {
    /// Whether the picture was refused for its size alone, by limits that somebody may have configured.
    pub fn is_too_large(&self) -> bool {
        matches!(
            self,
            Self::TooManyBytes { .. } | Self::TooManyPixels { .. } | Self::TooLong { .. } | Self::TooMuchWork { .. }
        )
    }
}

fn mega(width: u32, height: u32) -> f64 {
    f64::from(width) * f64::from(height) / 1e6
}

impl From<face_onnx::OnnxError> for VisionError {
    fn from(error: face_onnx::OnnxError) -> Self {
        match error {
            face_onnx::OnnxError::File { file, problem } => Self::Pack { file, problem },
            face_onnx::OnnxError::Inference(reason) => Self::Inference(reason),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "one decimal of a million is shown")]
fn millions(count: u64) -> f64 {
    count as f64 / 1e6
}
