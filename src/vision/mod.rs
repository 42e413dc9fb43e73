//! Bytes → faces. Pure: knows nothing of people, time, network or files (but the model weights).
//! `frame` decodes, `detect` finds, `align` crops, `quality` judges, `embed` describes; [`Vision`] runs them in order.
//! Called by the engine's worker threads and by the command line; one [`Vision`] is shared by all threads.

pub mod align;
mod backdrop;
mod detect;
mod embed;
mod error;
mod exif;
pub mod frame;
pub mod geometry;
mod glimpse;
mod jpeg;
mod jpeg_header;
mod limits;
mod linear;
mod quality;
mod second_look;
mod sniff;
pub mod weights;
mod yunet;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use image::{RgbImage, imageops};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use backdrop::Backdrop;
use detect::Views;

pub use align::Sampling;
pub use detect::{NetworkSize, resize};
pub use error::VisionError;
pub use frame::Frame;
pub use geometry::{Landmarks, Point, Rect, Rotation};
pub use glimpse::Glimpse;
pub use limits::Limits;
pub use quality::{Quality, QualityReason};
use second_look::Eye;
pub use second_look::SecondLook;
pub use sniff::{is_picture, media_type};
pub use weights::Pack;

/// A face as a direction: `model.embedding_length` f32 (128 for SFace), scaled to length 1 by the constructor; by default no
/// numbers, which are like nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub struct Embedding(Box<[f32]>);

impl Embedding {
    /// Scales `values` to length 1. `None` for an empty, zero or non-finite vector, which points nowhere.
    pub fn new(mut values: Vec<f32>) -> Option<Self> {
        let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        if !length.is_normal() {
            return None;
        }
        // One that has length 1 already (read back from a cache) stays as it is, bit by bit.
        if (length - 1.0).abs() > 1e-6 {
            for value in &mut values {
                *value /= length;
            }
        }
        Some(Self(values.into_boxed_slice()))
    }

    /// Cosine similarity, −1..1, higher is closer. Vectors of different models (lengths) are not comparable: −1.
    pub fn similarity(&self, other: &Self) -> f32 {
        if self.0.len() != other.0.len() {
            return -1.0;
        }
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }

    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

impl From<Embedding> for Vec<f32> {
    fn from(embedding: Embedding) -> Self {
        embedding.0.into_vec()
    }
}

impl TryFrom<Vec<f32>> for Embedding {
    type Error = &'static str;

    fn try_from(values: Vec<f32>) -> Result<Self, Self::Error> {
        Self::new(values).ok_or("the numbers of a face point nowhere")
    }
}

/// A place in a picture that the detector takes for a face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Detection {
    /// Where, pixels of the upright picture.
    #[serde(rename = "box")]
    pub box_in_frame: Rect,
    /// Viewer-left eye, viewer-right eye, nose, viewer-left and viewer-right mouth corner, `[x, y]` in pixels.
    pub landmarks: Landmarks,
    /// The detector's score, 0..1.
    pub score: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Face {
    #[serde(flatten)]
    pub detection: Detection,
    pub quality: Quality,
    /// Nobody else is told it.
    #[serde(skip)]
    pub embedding: Embedding,
    /// The pixels at its place, of a picture that has just been described; not kept with it.
    #[serde(skip)]
    pub glimpse: Option<Glimpse>,
}

/// How long each stage of one picture took, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageTimes {
    /// Bytes to pixels.
    pub decode_ms: f32,
    /// Pixels to boxes, the second opinion included.
    pub detect_ms: f32,
    /// Boxes to embeddings: alignment, quality and the recogniser.
    pub embed_ms: f32,
}

/// Which of the detector's candidates are faces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accept {
    /// Those at or above a score at the first look.
    Score(f32),
    /// Those that are faces in closer looks, too.
    SecondLook(SecondLook),
}

/// How pictures are described. Everything that changes the result is here, so that every caller sees the same faces.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Bytes and pixels of a picture.
    pub limits: Limits,
    /// How large the detector sees the picture.
    pub network_size: NetworkSize,
    /// Whether large pictures, of more than 1280×720 pixels, are looked at finely instead, so that faces far away are found.
    pub far: bool,
    /// Which of the detector's candidates are faces.
    pub accept: Accept,
    /// How a large face is brought down to the recogniser's size.
    pub sampling: Sampling,
    /// Threads that work on one picture, at least 1.
    pub threads: usize,
}

impl Options {
    /// What the server, the command line and the measurements use.
    pub fn live() -> Self {
        Self {
            limits: Limits::default(),
            network_size: NetworkSize::Area { pixels: 960 * 544, max_enlargement: 2.0 },
            far: true,
            accept: Accept::SecondLook(SecondLook::default()),
            sampling: Sampling::Area,
            threads: 2,
        }
    }

    /// As OpenCV's own `FaceDetectorYN` and `FaceRecognizerSF`: native size, score 0.6, no second opinion.
    pub fn reference() -> Self {
        Self {
            network_size: NetworkSize::Native,
            far: false,
            accept: Accept::Score(0.6),
            sampling: Sampling::OpenCv,
            ..Self::live()
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// Every face found, the detector's surest first.
    pub faces: Vec<Face>,
    pub times: StageTimes,
}

/// A photo to learn from, turned so that its faces are upright, and what it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Upright {
    pub frame: Frame,
    /// By how much it was turned.
    pub rotation: Rotation,
    /// Its faces, in the turned photo.
    pub description: Description,
}

/// From this score on, a face that is upright rules out that the photo is turned: false ones rarely reach it.
const SURE: f32 = 0.88;
/// From this score on, a picture's largest face is upright without being looked at in other turns: of those upside down, none
/// did better than 0.897.
const UPRIGHT: f32 = 0.91;
/// By how much a turned photo's surest face must be surer than that of the photo as it is.
const TURN_MARGIN: f32 = 0.03;
/// How large a picture is looked at for turned faces, where that must cost little.
const GLANCE: NetworkSize = NetworkSize::Area { pixels: 480 * 272, max_enlargement: 1.0 };
const GLANCE_SIDE: u32 = 960;
/// Longer side of a picture around which a border is put: it shows little but a face.
const BORDERED_SIDE: u32 = 1_280;

/// Both networks, ready. One is shared by all threads.
pub struct Vision {
    detector: detect::Detector,
    recogniser: embed::Recogniser,
    pub pack_name: String,
    /// What embeddings depend on, for caches: equal keys mean comparable and repeatable embeddings.
    pub embedding_key: String,
    /// The text of the pack's calibration, if it has one.
    pub calibration: Option<String>,
}

impl Vision {
    /// Builds both networks.
    /// Each is built on a thread of its own, which is twice as fast.
    pub fn load(pack: &Pack) -> Result<Self, VisionError> {
        let stopped = || VisionError::Inference("a thread stopped while the networks were built".to_owned());
        let (detector, recogniser) = std::thread::scope(|scope| {
            let detector = scope.spawn(|| detect::Detector::load(pack));
            let recogniser = scope.spawn(|| embed::Recogniser::load(pack));
            (detector.join().map_err(|_| stopped()), recogniser.join().map_err(|_| stopped()))
        });
        Ok(Self {
            detector: detector??,
            recogniser: recogniser??,
            pack_name: pack.name.clone(),
            embedding_key: pack.embedding_key(),
            calibration: pack.calibration.clone(),
        })
    }

    /// The recogniser's SHA-256, to which a calibration belongs.
    pub fn recogniser_sha256(&self) -> &str {
        &self.recogniser.contract.sha256
    }

    pub fn embedding_length(&self) -> usize {
        self.recogniser.contract.embedding_length
    }

    /// Decodes a picture and describes every face in it.
    pub fn describe(&self, bytes: &[u8], options: &Options) -> Result<Description, VisionError> {
        let start = Instant::now();
        let frame = Frame::decode(bytes, &options.limits)?;
        let decode_ms = ms_since(start);
        let mut description = self.describe_frame(&frame, options)?;
        description.times.decode_ms = decode_ms;
        Ok(description)
    }

    /// Describes every face of a decoded picture; `decode_ms` is 0.
    pub fn describe_frame(&self, frame: &Frame, options: &Options) -> Result<Description, VisionError> {
        let start = Instant::now();
        let detections = self.find(&frame.pixels, options)?;
        let detect_ms = ms_since(start);
        self.describe_detections(frame, &detections, detect_ms, options)
    }

    /// Describes a photo to learn from, which may be cut so tightly around a face that the detector misses it, and may lie
    /// on its side or upside down: the photo is turned so that its faces are upright, and given back. Nobody far away in it
    /// is looked for.
    pub fn describe_for_enrolment(&self, frame: Frame, options: &Options) -> Result<Upright, VisionError> {
        let start = Instant::now();
        let options = &Options { far: false, ..options.clone() };
        let (rotation, detections) = self.find_upright(&frame.pixels, options)?;
        let detect_ms = ms_since(start);
        let frame = frame.turned(rotation);
        let description = self.describe_detections(&frame, &detections, detect_ms, options)?;
        Ok(Upright { frame, rotation, description })
    }

    /// By how much a picture must be turned so that its faces are upright, where that is not how it is: for pictures without
    /// a face, or with one that nobody knows. `faces` are those found in it; one that is surely upright costs nothing.
    pub fn suspected_rotation(
        &self,
        frame: &Frame,
        faces: &[Detection],
        options: &Options,
    ) -> Result<Option<Rotation>, VisionError> {
        let rotation = match largest(faces) {
            Some(face) if face.score >= UPRIGHT => Rotation::None,
            Some(face) => {
                let face = face.scaled(1.0 / frame.reduction());
                self.eye(&views(&frame.pixels, options)?, options).rotation_of(&face)?
            }
            None => {
                let small = shrunk(&frame.pixels, GLANCE_SIDE);
                let glance = Options { network_size: GLANCE, ..options.clone() };
                self.best_turn(&small, &glance)?.map_or(Rotation::None, |(rotation, _)| rotation)
            }
        };
        Ok(Some(rotation).filter(|rotation| *rotation != Rotation::None))
    }

    /// Where the faces are, in pixels of `pixels`, the surest first.
    pub fn find(&self, pixels: &RgbImage, options: &Options) -> Result<Vec<Detection>, VisionError> {
        let views = views(pixels, options)?;
        let candidates = |scores| self.detector.everywhere(&views, options.network_size, scores, options.threads);
        match options.accept {
            Accept::Score(score) => candidates([score; 2]),
            Accept::SecondLook(look) => {
                let candidates = candidates([look.candidate_score, look.far_candidate_score])?;
                look.confirm(self.eye(&views, options), &candidates)
            }
        }
    }

    fn eye<'a>(&'a self, views: &'a Views<'a>, options: &Options) -> Eye<'a> {
        Eye { detector: &self.detector, views, threads: options.threads }
    }

    /// The faces of a photo, and the turn in which they are upright. Those of a turned photo are in pixels of the turned one.
    fn find_upright(&self, pixels: &RgbImage, options: &Options) -> Result<(Rotation, Vec<Detection>), VisionError> {
        let found = self.find(pixels, options)?;
        if let Some(face) = largest(&found) {
            let rotation = self.eye(&Views::whole(pixels), options).rotation_of(face)?;
            if rotation == Rotation::None && face.score >= SURE {
                return Ok((Rotation::None, found));
            }
        }
        let as_it_is = if found.is_empty() { self.find_with_border(pixels, options)? } else { found };
        let score = as_it_is.first().map_or(0.0, |face| face.score);
        Ok(match self.best_turn(pixels, options)? {
            Some((rotation, turned)) if turned[0].score > score + TURN_MARGIN => (rotation, turned),
            _ => (Rotation::None, as_it_is),
        })
    }

    /// The turn that shows the surest face, and all faces in it.
    fn best_turn(
        &self,
        pixels: &RgbImage,
        options: &Options,
    ) -> Result<Option<(Rotation, Vec<Detection>)>, VisionError> {
        let mut best: Option<(Rotation, Vec<Detection>)> = None;
        for rotation in Rotation::TURNS {
            let found = self.find(&turned(pixels, rotation), options)?;
            let score = |faces: &[Detection]| faces.first().map_or(0.0, |face| face.score);
            if score(&found) > best.as_ref().map_or(0.0, |(_, faces)| score(faces)) {
                best = Some((rotation, found));
            }
        }
        Ok(best)
    }

    /// Looks with a border of half the picture's size around it: for pictures cut so tightly around a face that the
    /// detector misses it.
    fn find_with_border(&self, pixels: &RgbImage, options: &Options) -> Result<Vec<Detection>, VisionError> {
        let small = shrunk(pixels, BORDERED_SIDE);
        let (left, top) = (small.width() / 4, small.height() / 4);
        let grey = image::Rgb([127; 3]);
        let mut bordered = RgbImage::from_pixel(small.width() + 2 * left, small.height() + 2 * top, grey);
        imageops::replace(&mut bordered, small.as_ref(), i64::from(left), i64::from(top));
        let found = self.find(&bordered, options)?;
        #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
        let (dx, dy, factor) = (left as f32, top as f32, pixels.width() as f32 / small.width() as f32);
        Ok(found.into_iter().map(|face| face.moved(-dx, -dy).scaled(factor)).collect())
    }

    /// Describes a crop of the recogniser's size; `None` where its embedding points nowhere.
    pub fn embed(&self, crop: &RgbImage, threads: usize) -> Result<Option<Embedding>, VisionError> {
        self.recogniser.embed(crop, threads)
    }

    /// Aligns, judges and embeds the detections of one picture, in its pixels, on a few threads. A detection whose landmarks
    /// allow no crop, or whose embedding points nowhere, isn't a face and is left out.
    fn describe_detections(
        &self,
        frame: &Frame,
        detections: &[Detection],
        detect_ms: f32,
        options: &Options,
    ) -> Result<Description, VisionError> {
        let start = Instant::now();
        let backdrop = (!detections.is_empty()).then(|| Arc::new(Backdrop::of(&frame.pixels)));
        let described = shared_out(detections, options.threads, |detection, threads| {
            self.describe_face(frame, detection, backdrop.as_ref(), options, threads)
        });
        let faces = described.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        let times = StageTimes { decode_ms: 0.0, detect_ms, embed_ms: ms_since(start) };
        Ok(Description { width: frame.width(), height: frame.height(), faces, times })
    }

    fn describe_face(
        &self,
        frame: &Frame,
        detection: &Detection,
        backdrop: Option<&Arc<Backdrop>>,
        options: &Options,
        threads: usize,
    ) -> Result<Option<Face>, VisionError> {
        let contract = &self.recogniser.contract;
        let crop =
            align::crop(&frame.pixels, &detection.landmarks, &contract.template, contract.input_size, options.sampling);
        let Some(crop) = crop else { return Ok(None) };
        let Some(embedding) = self.embed(&crop, threads)? else { return Ok(None) };
        let quality = Quality::of(&frame.pixels, detection);
        let glimpse = Glimpse::of(&frame.pixels, &detection.box_in_frame);
        let glimpse = glimpse.zip(backdrop).map(|(glimpse, backdrop)| glimpse.in_front_of(backdrop));
        Ok(Some(Face { detection: detection.scaled(frame.reduction()), quality, embedding, glimpse }))
    }
}

/// Does `work` for each of `items`, in their order, on so many threads: one each, or, of a single item, all for it.
fn shared_out<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T, usize) -> Result<R, VisionError> + Sync,
) -> Vec<Result<R, VisionError>> {
    if threads <= 1 || items.len() <= 1 {
        return items.iter().map(|item| work(item, threads)).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = vec![];
        while let Some((n, item)) = items.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((n, work(item, 1)));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, result)| result).collect()
}

fn views<'a>(pixels: &'a RgbImage, options: &Options) -> Result<Views<'a>, VisionError> {
    if options.far { Views::of(pixels) } else { Ok(Views::whole(pixels)) }
}

fn largest(faces: &[Detection]) -> Option<&Detection> {
    faces.iter().max_by(|a, b| a.box_in_frame.area().total_cmp(&b.box_in_frame.area()))
}

impl Detection {
    /// The same face in a picture `factor` times as large.
    fn scaled(&self, factor: f32) -> Self {
        let landmarks = Landmarks(self.landmarks.0.map(|p| Point { x: p.x * factor, y: p.y * factor }));
        Self { box_in_frame: self.box_in_frame.scaled(factor), landmarks, ..*self }
    }

    /// The same face in a picture whose origin lies elsewhere.
    fn moved(&self, dx: f32, dy: f32) -> Self {
        let Rect { x, y, .. } = self.box_in_frame;
        let landmarks = Landmarks(self.landmarks.0.map(|p| Point { x: p.x + dx, y: p.y + dy }));
        Self { box_in_frame: Rect { x: x + dx, y: y + dy, ..self.box_in_frame }, landmarks, ..*self }
    }
}

/// The picture with its longer side at most `side` pixels.
pub(crate) fn shrunk(pixels: &RgbImage, side: u32) -> Cow<'_, RgbImage> {
    let longest = pixels.width().max(pixels.height());
    if longest <= side {
        return Cow::Borrowed(pixels);
    }
    let scaled = |v: u32| u32::try_from(u64::from(v) * u64::from(side) / u64::from(longest)).unwrap_or(side).max(1);
    Cow::Owned(imageops::thumbnail(pixels, scaled(pixels.width()), scaled(pixels.height())))
}

fn turned(pixels: &RgbImage, rotation: Rotation) -> RgbImage {
    match rotation {
        Rotation::None => pixels.clone(),
        Rotation::Right => imageops::rotate90(pixels),
        Rotation::Around => imageops::rotate180(pixels),
        Rotation::Left => imageops::rotate270(pixels),
    }
}

fn ms_since(start: Instant) -> f32 {
    start.elapsed().as_secs_f32() * 1000.0
}
