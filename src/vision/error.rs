//! What can go wrong between bytes and faces, in words for the person who sent the picture.

/// Why a picture or a model pack could not be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum VisionError {
    /// No bytes at all.
    #[error("the picture is empty (0 bytes)")]
    Empty,
    /// Bytes that are no picture, or none of a format that is read.
    #[error("this is {found}")]
    NotAPicture {
        /// What the bytes look like: "an HTML page, not a picture".
        found: String,
    },
    /// More bytes than allowed.
    #[error("the picture has {bytes} bytes, the limit is {limit}")]
    TooManyBytes {
        /// Bytes received.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More pixels than allowed, by its header: nothing was decoded.
    #[error("the picture is {width}×{height}, {:.1} megapixels, the limit is {:.1}", mega(*.width, *.height), mega_limit(*.limit))]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Pixels allowed.
        limit: u64,
    },
    /// A picture that cannot be decoded.
    #[error("the {format} picture is broken: {problem}")]
    Broken { format: &'static str, problem: String },
    /// A file of the model pack is missing or not what the pack promises.
    #[error("{file} {problem}")]
    Pack {
        file: String,
        /// What was expected and what was found.
        problem: String,
    },
    /// A network failed on a picture, which a checked pack does not do.
    #[error("the network failed: {0}")]
    Inference(String),
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

#[expect(clippy::cast_precision_loss, reason = "one decimal of megapixels is shown")]
fn mega_limit(pixels: u64) -> f64 {
    pixels as f64 / 1e6
}
