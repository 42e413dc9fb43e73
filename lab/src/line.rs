//! The JSON line of a described picture: written by `describe`, read again by `replay` and `evaluate`.

use std::collections::HashMap;
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use face_server::vision::{
    Description, Detection, Embedding, Face, Glimpse, Landmarks, Quality, QualityReason, Rect, VisionError,
};

/// One picture's line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line {
    /// The path as the list has it.
    pub file: String,
    /// Pixels across, 0 where the picture could not be read.
    pub width: u32,
    /// Pixels down, 0 where the picture could not be read.
    pub height: u32,
    /// Every face found.
    pub faces: Vec<LineFace>,
    /// Decoding, detecting and describing the faces, milliseconds.
    #[serde(default)]
    pub ms: Ms,
    /// Why there are no faces to see.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

/// Milliseconds a stage.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Ms {
    /// Bytes to pixels.
    pub decode: f32,
    /// Pixels to boxes.
    pub detect: f32,
    /// Boxes to embeddings.
    pub embed: f32,
}

/// One face.
#[derive(Debug, Serialize, Deserialize)]
pub struct LineFace {
    /// Pixels of the upright picture.
    #[serde(rename = "box")]
    pub box_in_frame: Rect,
    /// Five points, pixels of the upright picture.
    pub landmarks: Landmarks,
    /// The detector's, 0..1.
    pub score: f32,
    /// How usable, each part 0..1, and why not.
    pub quality: LineQuality,
    /// The unit vector.
    pub embedding: Vec<f32>,
    /// The pixels at its place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub glimpse: Option<Glimpse>,
}

/// A face's quality, with its reasons in words: a reader leaves out those that it does not know.
#[derive(Debug, Serialize, Deserialize)]
pub struct LineQuality {
    overall: f32,
    size_px: f32,
    sharpness: f32,
    pose: f32,
    light: f32,
    reasons: Vec<String>,
}

impl From<&Quality> for LineQuality {
    fn from(quality: &Quality) -> Self {
        let Quality { overall, size_px, sharpness, pose, light, ref reasons } = *quality;
        let reasons = reasons.iter().map(|reason| reason.message().to_owned()).collect();
        Self { overall, size_px, sharpness, pose, light, reasons }
    }
}

impl From<LineQuality> for Quality {
    fn from(quality: LineQuality) -> Self {
        let LineQuality { overall, size_px, sharpness, pose, light, reasons } = quality;
        let known = |words: &String| QualityReason::VARIANTS.iter().find(|reason| reason.message() == words).copied();
        Self { overall, size_px, sharpness, pose, light, reasons: reasons.iter().filter_map(known).collect() }
    }
}

impl Line {
    /// A picture's line, whether it could be described or not.
    pub fn new(file: &str, described: Result<Description, String>) -> Self {
        let file = file.to_owned();
        match described {
            Ok(Description { width, height, faces, times }) => Self {
                file,
                width,
                height,
                faces: faces.iter().map(LineFace::from).collect(),
                ms: Ms { decode: times.decode_ms, detect: times.detect_ms, embed: times.embed_ms },
                error: None,
            },
            Err(error) => Self { file, width: 0, height: 0, faces: vec![], ms: Ms::default(), error: Some(error) },
        }
    }
}

impl From<&Face> for LineFace {
    fn from(face: &Face) -> Self {
        Self {
            box_in_frame: face.detection.box_in_frame,
            landmarks: face.detection.landmarks,
            score: face.detection.score,
            quality: LineQuality::from(&face.quality),
            embedding: face.embedding.as_slice().to_vec(),
            glimpse: face.glimpse.clone(),
        }
    }
}

impl LineFace {
    /// The face as it was described; `None` where the embedding is no direction.
    pub fn face(self) -> Option<Face> {
        Some(Face {
            detection: Detection { box_in_frame: self.box_in_frame, landmarks: self.landmarks, score: self.score },
            quality: self.quality.into(),
            embedding: Embedding::new(self.embedding)?,
            glimpse: self.glimpse,
        })
    }
}

/// A described picture: its size and its faces.
#[derive(Clone, Debug, Default)]
pub struct Described {
    /// Pixels across and down.
    pub size: (u32, u32),
    /// Every face.
    pub faces: Vec<Face>,
}

impl From<Line> for Described {
    fn from(line: Line) -> Self {
        let faces = line.faces.into_iter().filter_map(LineFace::face).collect();
        Self { size: (line.width, line.height), faces }
    }
}

/// Described pictures by file.
pub type DescribedFiles = HashMap<String, Described>;

/// Lines written by `describe`, by file.
///
/// # Errors
/// `InvalidData` with the number of a line that is none, and what a reader gives.
pub fn read(lines: impl BufRead) -> io::Result<DescribedFiles> {
    let mut described = HashMap::new();
    for (n, line) in lines.lines().enumerate() {
        let line: Line = serde_json::from_str(&line?).map_err(|e| {
            io::Error::new(io::ErrorKind::InvalidData, format!("line {} is not what describe writes: {e}", n + 1))
        })?;
        described.insert(line.file.clone(), line.into());
    }
    Ok(described)
}

/// A file → its description, in words where there is none.
pub(super) fn describe_file(
    vision: &face_server::vision::Vision,
    path: &std::path::Path,
    options: &face_server::vision::Options,
) -> Result<Description, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("cannot be read: {e}"))?;
    vision.describe(&bytes, options).map_err(|e: VisionError| e.to_string())
}
