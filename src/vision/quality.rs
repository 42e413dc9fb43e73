//! A detection and its pixels → how usable the face is, with reasons a person can act on. Called by [`Vision`](super::Vision).

use image::RgbImage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use super::Detection;
use super::align::{self, Sampling};
use super::geometry::{Landmarks, Point};

/// Where the landmarks of a frontal face lie in a square of 112 pixels: the template of the common recognisers.
const FRONTAL: [Point; 5] = [
    Point { x: 38.2946, y: 51.6963 },
    Point { x: 73.5318, y: 51.5014 },
    Point { x: 56.0252, y: 71.7366 },
    Point { x: 41.5493, y: 92.3655 },
    Point { x: 70.7299, y: 92.2041 },
];
/// Side of the square that the template is for.
const TEMPLATE_SIDE: f32 = 112.0;

/// Below this part a reason is given.
const POOR: f32 = 0.4;

/// How usable a face is. Each part 0..1, 1 best, but `size_px`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "QualityInfo")]
pub struct Quality {
    /// All parts together.
    pub overall: f32,
    /// Mean of the box's width and height in the pixels that were looked at: the picture's own, unless it is very large.
    pub size_px: f32,
    pub sharpness: f32,
    /// How frontal the face is, by its landmarks.
    pub pose: f32,
    pub light: f32,
    /// What is wrong, worst first; empty for a good face.
    pub reasons: Vec<QualityReason>,
}

/// Why a face is hard to recognise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Display, EnumString, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[serde(try_from = "Reason", into = "Reason")]
#[schemars(with = "Reason", rename = "Reason")]
pub enum QualityReason {
    /// Fewer pixels than the recogniser can use.
    TooSmall,
    Blurry,
    /// Turned or tilted away from the camera.
    TurnedAway,
    TooDark,
    TooBright,
    /// Hardly any contrast (fog, glare, backlight).
    LowContrast,
    /// Eyes, nose or mouth lie outside the picture.
    CutOff,
}

/// A reason: a code for programs, words for people.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Reason {
    /// `too_small`, `blurry`, `turned_away`, `too_dark`, `too_bright`, `low_contrast`, `cut_off`; may grow.
    code: String,
    /// For the person who took the picture.
    message: String,
}

impl From<QualityReason> for Reason {
    fn from(reason: QualityReason) -> Self {
        Self { code: reason.to_string(), message: reason.message().to_owned() }
    }
}

impl TryFrom<Reason> for QualityReason {
    type Error = String;

    fn try_from(Reason { code, .. }: Reason) -> Result<Self, String> {
        code.parse().map_err(|_| format!("unknown reason {code}"))
    }
}

impl QualityReason {
    /// For the person who took the picture.
    pub fn message(self) -> &'static str {
        match self {
            Self::TooSmall => "the face is too small in the picture",
            Self::Blurry => "the face is blurry: out of focus or moving",
            Self::TurnedAway => "the face is turned away from the camera",
            Self::TooDark => "the face is too dark",
            Self::TooBright => "the face is overexposed",
            Self::LowContrast => "the face has hardly any contrast",
            Self::CutOff => "part of the face is outside the picture",
        }
    }
}

impl Quality {
    /// From this size on a face loses nothing for lack of pixels.
    pub const ENOUGH_PX: f32 = 60.0;

    /// Judges a face by its landmarks and by its pixels in the full-size picture.
    pub fn of(picture: &RgbImage, face: &Detection) -> Self {
        let size_px = f32::midpoint(face.box_in_frame.w, face.box_in_frame.h);
        let size = ramp(size_px, 12.0, Self::ENOUGH_PX);
        let pose = frontality(&face.landmarks);
        let visible = visible(picture, &face.landmarks);
        let (sharpness, light, light_reason) = match patch(picture, face, size_px) {
            Some(patch) => {
                let (light, reason) = light(&patch);
                (sharpness(&patch), light, reason)
            }
            None => (0.0, 0.0, None),
        };
        let mut judged = vec![
            (size, QualityReason::TooSmall),
            (sharpness, QualityReason::Blurry),
            (pose, QualityReason::TurnedAway),
            (visible, QualityReason::CutOff),
        ];
        judged.extend(light_reason.map(|reason| (light, reason)));
        judged.retain(|(part, _)| *part < POOR);
        judged.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            overall: (size * sharpness * pose * light * visible).max(0.0).powf(0.25),
            size_px,
            sharpness,
            pose,
            light,
            reasons: judged.into_iter().map(|(_, reason)| reason).collect(),
        }
    }
}

/// 0 at or below `from`, 1 at or above `to`, straight between.
fn ramp(value: f32, from: f32, to: f32) -> f32 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

/// 1 for a face that looks into the camera, 0 for a profile, from where the nose lies between eyes and mouth.
/// Tilting the head to a shoulder costs nothing: alignment takes it out.
fn frontality(landmarks: &Landmarks) -> f32 {
    let [left, right, nose, mouth_left, mouth_right] = landmarks.0;
    let middle = |a: Point, b: Point| Point { x: f32::midpoint(a.x, b.x), y: f32::midpoint(a.y, b.y) };
    let (eyes, mouth) = (middle(left, right), middle(mouth_left, mouth_right));
    let across = (right.x - left.x, right.y - left.y);
    let down = (mouth.x - eyes.x, mouth.y - eyes.y);
    let (eye_distance, height) = (across.0.hypot(across.1), down.0.hypot(down.1));
    if eye_distance < 1e-3 || height < 1e-3 {
        return 0.0;
    }
    // The nose, in eye distances beside the line from eyes to mouth: about 0.45 for a half profile.
    let side = (down.0 * (nose.y - eyes.y) - down.1 * (nose.x - eyes.x)).abs() / height / eye_distance;
    // The nose's place between eyes (0) and mouth (1): about 0.5 for a level head.
    let along = (down.0 * (nose.x - eyes.x) + down.1 * (nose.y - eyes.y)) / (height * height);
    // A turned head also brings the eyes together: 1.15 is the template's height in eye distances.
    let narrow = height / eye_distance / 1.15;
    ramp(side, 0.5, 0.12) * ramp((along - 0.5).abs(), 0.45, 0.15) * ramp(narrow, 2.4, 1.5)
}

/// 1 when every landmark is inside the picture; a face cut off by its edge is poor at best.
fn visible(picture: &RgbImage, landmarks: &Landmarks) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let inside = |p: &&Point| (0.0..width).contains(&p.x) && (0.0..height).contains(&p.y);
    match landmarks.0.iter().filter(inside).count() {
        5 => 1.0,
        4 => 0.75 * POOR,
        3 => 0.5 * POOR,
        _ => 0.0,
    }
}

/// Brightness 0..255 of the face in a square, upright, never enlarged.
struct Patch {
    side: usize,
    values: Vec<f32>,
}

fn patch(picture: &RgbImage, face: &Detection, size_px: f32) -> Option<Patch> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let side = size_px.clamp(16.0, 64.0) as u32;
    #[expect(clippy::cast_precision_loss, reason = "at most 64")]
    let shrink = side as f32 / TEMPLATE_SIDE;
    let template = FRONTAL.map(|p| Point { x: p.x * shrink, y: p.y * shrink });
    let crop = align::crop(picture, &face.landmarks, &template, [side; 2], Sampling::Area)?;
    let values =
        crop.pixels().map(|p| 0.299 * f32::from(p.0[0]) + 0.587 * f32::from(p.0[1]) + 0.114 * f32::from(p.0[2]));
    Some(Patch { side: side as usize, values: values.collect() })
}

/// How much detail blurring would still take away (after Crété et al. 2007): 1 in focus, 0 without any detail.
/// Neighbouring differences of a sharp face shrink a lot when it is blurred once more, those of a blurred one hardly.
fn sharpness(patch: &Patch) -> f32 {
    let at = |x: usize, y: usize| patch.values[y * patch.side + x];
    let reach = 2;
    let (mut before, mut lost) = (0.0, 0.0);
    for y in reach..patch.side - reach {
        for x in reach + 1..patch.side - reach {
            for (a, b) in [
                (line(|n| at(x + n - reach, y)), line(|n| at(x + n - reach - 1, y))),
                (line(|n| at(y, x + n - reach)), line(|n| at(y, x + n - reach - 1))),
            ] {
                let (sharp, soft) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
                before += sharp;
                lost += (sharp - soft).max(0.0);
            }
        }
    }
    if before <= 0.0 { 0.0 } else { ramp(lost / before, 0.15, 0.6) }
}

/// The middle of five neighbours, and their mean.
fn line(at: impl Fn(usize) -> f32) -> (f32, f32) {
    let mean = (0..5).map(&at).sum::<f32>() / 5.0;
    (at(2), mean)
}

/// Exposure and contrast of the face itself, and which of them is worst.
fn light(patch: &Patch) -> (f32, Option<QualityReason>) {
    let mut sorted = patch.values.clone();
    sorted.sort_by(f32::total_cmp);
    let quantile = |part: usize| sorted[(sorted.len() - 1) * part / 100];
    let (low, middle, high) = (quantile(5), quantile(50), quantile(95));
    let parts = [
        (ramp(middle, 15.0, 60.0), QualityReason::TooDark),
        (ramp(middle, 245.0, 210.0), QualityReason::TooBright),
        (ramp(high - low, 12.0, 60.0), QualityReason::LowContrast),
    ];
    let worst = parts.iter().min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, reason)| *reason);
    (parts.iter().map(|(part, _)| part).product(), worst)
}
