//! A model pack: the two networks, what they expect, where they come from, and proof that they are the files meant.
//! `pack.toml` beside the files describes them; [`Vision`](super::Vision) reads it once at start.
//! The default pack is inside the binary, so that starting needs neither files nor a network connection.

use std::borrow::Cow;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::VisionError;
use super::geometry::Point;

/// How a file of a pack is read, by its name.
type Read<'a> = dyn Fn(&str) -> Result<Cow<'static, [u8]>, VisionError> + 'a;

/// Changes whenever the same picture and the same networks may give another embedding, so that caches notice.
pub const PREPROCESSING_VERSION: u32 = 3;

/// The description's file name in every pack.
const DESCRIPTION: &str = "pack.toml";

/// Two networks with their contract, checked against their SHA-256.
#[derive(Clone, Debug)]
pub struct Pack {
    pub name: String,
    pub detector: DetectorContract,
    pub recogniser: RecogniserContract,
    /// The text of the file with the recogniser's measured numbers, if it has any: `people::Prior` reads it.
    pub calibration: Option<String>,
    pub(super) detector_bytes: Cow<'static, [u8]>,
    pub(super) recogniser_bytes: Cow<'static, [u8]>,
}

/// Families of detectors whose output can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DetectorKind {
    /// `YuNet` 2023: BGR 0..255, twelve outputs at strides 8, 16 and 32, five landmarks.
    Yunet,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectorContract {
    /// File name beside `pack.toml`.
    pub file: String,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    pub licence: Option<String>,
    /// File with the licence's text beside `pack.toml`.
    pub licence_file: Option<String>,
    /// Where the file was obtained.
    pub origin: Option<String>,
    pub kind: DetectorKind,
}

/// The order of colours in a network's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    Rgb,
    Bgr,
}

/// What the recogniser expects and gives: `[1, 3, height, width]` f32 of `(value − mean) · scale` → `embedding_length` f32.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecogniserContract {
    /// This and the next four as for [`DetectorContract`].
    pub file: String,
    pub sha256: String,
    pub licence: Option<String>,
    pub licence_file: Option<String>,
    pub origin: Option<String>,
    /// Width and height of the input, pixels.
    pub input_size: [u32; 2],
    /// Order of the three channels.
    pub channels: Channels,
    /// Subtracted from 0..255, a value a channel in the input's order.
    pub mean: [f32; 3],
    /// Multiplied after the subtraction.
    pub scale: f32,
    pub embedding_length: usize,
    /// Where the five landmarks belong in the input, pixels.
    pub template: [Point; 5],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    name: String,
    /// Left out: nobody has measured this recogniser.
    calibration: Option<String>,
    /// Left out: the detector inside the binary.
    detector: Option<DetectorContract>,
    recogniser: RecogniserContract,
}

impl Pack {
    /// The pack inside the binary: `YuNet` and `SFace`.
    pub fn embedded() -> Result<Self, VisionError> {
        Self::assemble("the embedded pack's pack.toml", include_str!("../../weights/yunet-sface/pack.toml"), &|name| {
            embedded_file(name).map(Cow::Borrowed).ok_or_else(|| VisionError::Pack {
                file: name.to_owned(),
                problem: "is named in pack.toml but is not inside the binary".to_owned(),
            })
        })
    }

    /// A user's pack: `pack.toml` in `folder` and the files it names. Without a `[detector]` it uses the embedded one.
    pub fn load(folder: &Path) -> Result<Self, VisionError> {
        let path = folder.join(DESCRIPTION);
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|e| cannot_read(&shown, &e))?;
        Self::assemble(&shown, &text, &|name| {
            let path = folder.join(name);
            std::fs::read(&path).map(Cow::Owned).map_err(|e| cannot_read(&path.display().to_string(), &e))
        })
    }

    /// What an embedding depends on, for caches: both networks, the contract between them, and how crops are made.
    pub fn embedding_key(&self) -> String {
        let r = &self.recogniser;
        let contract = format!(
            "{} {} {:?} {:?} {:?} {} {:?} {PREPROCESSING_VERSION}",
            self.detector.sha256, r.sha256, r.input_size, r.channels, r.mean, r.scale, r.template
        );
        hex::encode(&Sha256::digest(contract)[..8])
    }

    fn assemble(description: &str, text: &str, read: &Read<'_>) -> Result<Self, VisionError> {
        let file: PackFile = toml::from_str(text).map_err(|e| VisionError::Pack {
            file: description.to_owned(),
            problem: format!("is not a pack description: {}", e.to_string().trim_end()),
        })?;
        let recogniser = file.recogniser;
        check_contract(description, &recogniser)?;
        let (detector, detector_bytes) = if let Some(detector) = file.detector {
            let bytes = checked(&detector.file, &detector.sha256, read)?;
            (detector, bytes)
        } else {
            let embedded = Self::embedded()?;
            (embedded.detector, embedded.detector_bytes)
        };
        let recogniser_bytes = checked(&recogniser.file, &recogniser.sha256, read)?;
        let calibration = file.calibration.map(|name| text_of(&name, read)).transpose()?;
        Ok(Self { name: file.name, detector, recogniser, calibration, detector_bytes, recogniser_bytes })
    }
}

fn embedded_file(name: &str) -> Option<&'static [u8]> {
    // Statics, not constants: those would be copied into every part that rustc compiles by itself.
    static DETECTOR: &[u8] = include_bytes!("../../weights/yunet-sface/face_detection_yunet_2023mar_int8bq.onnx");
    static RECOGNISER: &[u8] = include_bytes!("../../weights/yunet-sface/face_recognition_sface_2021dec_int8bq.onnx");
    match name {
        "face_detection_yunet_2023mar_int8bq.onnx" => Some(DETECTOR),
        "face_recognition_sface_2021dec_int8bq.onnx" => Some(RECOGNISER),
        "calibration.toml" => Some(include_bytes!("../../weights/yunet-sface/calibration.toml")),
        _ => None,
    }
}

fn cannot_read(file: &str, error: &std::io::Error) -> VisionError {
    VisionError::Pack { file: file.to_owned(), problem: format!("cannot be read: {error}") }
}

/// Reads a file of the pack, which must lie beside its description.
fn beside(file: &str, read: &Read<'_>) -> Result<Cow<'static, [u8]>, VisionError> {
    if Path::new(file).file_name() != Some(file.as_ref()) {
        let problem = "is not a plain file name; a pack's files lie beside its pack.toml".to_owned();
        return Err(VisionError::Pack { file: file.to_owned(), problem });
    }
    read(file)
}

fn text_of(file: &str, read: &Read<'_>) -> Result<String, VisionError> {
    String::from_utf8(beside(file, read)?.into_owned())
        .map_err(|e| VisionError::Pack { file: file.to_owned(), problem: format!("is not text: {e}") })
}

/// Reads a file of the pack and compares its SHA-256.
fn checked(file: &str, sha256: &str, read: &Read<'_>) -> Result<Cow<'static, [u8]>, VisionError> {
    let bytes = beside(file, read)?;
    let found = hex::encode(Sha256::digest(&bytes));
    if !found.eq_ignore_ascii_case(sha256) {
        let problem = format!("is not the file meant: expected SHA-256 {sha256}, found {found}");
        return Err(VisionError::Pack { file: file.to_owned(), problem });
    }
    Ok(bytes)
}

/// Largest input side of a recogniser: far above any known one (112 to 224), far below what would fill the memory.
const MAX_INPUT: u32 = 1024;

fn check_contract(description: &str, r: &RecogniserContract) -> Result<(), VisionError> {
    let wrong = |problem: String| Err(VisionError::Pack { file: description.to_owned(), problem });
    if r.input_size.iter().any(|side| !(16..=MAX_INPUT).contains(side)) {
        return wrong(format!("expected input_size of 16 to {MAX_INPUT} pixels a side, found {:?}", r.input_size));
    }
    if !(1..=4096).contains(&r.embedding_length) {
        return wrong(format!("expected embedding_length of 1 to 4096, found {}", r.embedding_length));
    }
    if !r.scale.is_normal() || r.mean.iter().any(|m| !m.is_finite()) {
        return wrong(format!("expected a scale other than 0 and finite means, found {} and {:?}", r.scale, r.mean));
    }
    if super::align::Similarity::between(&r.template, &r.template).is_none() {
        return wrong("expected five different points as template".to_owned());
    }
    Ok(())
}
