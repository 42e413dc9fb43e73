//! May this picture teach who somebody is? The faces found in it → accepted with advice, or refused with a reason.
//! Pure policy: the engine describes the picture, asks here, and only then has the store save it.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Calibration, Direction, Gallery, PersonId, PersonRef, PhotoId, Prior};
use crate::vision::{Face, Landmarks, Point, Quality, QualityReason, Rect};

/// Smaller faces (mean of width and height, pixels) are refused: below 32 pixels of width recognition begins to fail.
pub const LEAST_FACE_PX: f32 = 40.0;
/// Less sharp faces are refused: where blur takes the similarity with oneself from 0.74 to 0.62 (half the photos that a blur
/// of 3 pixels was put over, faces 100 pixels wide).
pub const LEAST_SHARPNESS: f32 = 0.1;
/// From this cosine on two photos are the same picture, stored another way: recompressed or cropped pictures stay above it
/// (95 of 100: 0.965), and of 4,979 pairs of different photos of one person none reaches it (0.947 the most).
pub const SAME_PHOTO_FROM: f32 = 0.95;
/// Photos of one person are at least as alike as this share of strangers is to somebody by chance. Right photos and wrong
/// ones that it tells: `docs/decisions/library.md`.
pub(super) const UNLIKE_SHARE: f32 = 0.02;
/// So few new people may be taken for somebody enrolled, at any size of gallery; of photos of people who are enrolled, 97 in
/// 100 are found out.
pub(super) const MIX_UP_SHARE: f32 = 0.001;
/// Below it a larger face would teach more: the recogniser looks at 112 × 112 pixels.
const GOOD_FACE_PX: f32 = 90.0;
/// So many photos a person are enough; each one before adds a lot.
const ENOUGH_PHOTOS: usize = 3;
/// A chosen box and a face's are the same from this overlap on (people draw boxes loosely).
const SAME_BOX_IOU: f32 = 0.3;
/// The nose this far from the middle between the eyes, in distances between them, is a face turned aside (about 20°).
const TURNED_FROM: f32 = 0.22;

/// Which way a face looks, as seen in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// At the camera, more or less.
    Front,
    Left,
    Right,
}

impl View {
    /// From where the nose is between the eyes.
    pub fn of(landmarks: &Landmarks) -> Self {
        let [left_eye, right_eye, nose, ..] = landmarks.0;
        let eyes = Point { x: right_eye.x - left_eye.x, y: right_eye.y - left_eye.y };
        let nose = Point {
            x: nose.x - f32::midpoint(left_eye.x, right_eye.x),
            y: nose.y - f32::midpoint(left_eye.y, right_eye.y),
        };
        let length_squared = eyes.x * eyes.x + eyes.y * eyes.y;
        // Along the line of the eyes, so that a tilted head is not a turned one.
        let aside = (nose.x * eyes.x + nose.y * eyes.y) / length_squared;
        if aside <= -TURNED_FROM {
            Self::Left
        } else if aside >= TURNED_FROM {
            Self::Right
        } else {
            Self::Front
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct EnrolRequest<'a> {
    pub faces: &'a [Face],
    /// Whose photo it is to be; `None` for a person to be made.
    pub person: Option<&'a PersonId>,
    /// The id the picture's own bytes have: finds a file enrolled unchanged.
    pub picture: &'a PhotoId,
    pub chosen_box: Option<Rect>,
    /// Refusals that do not count.
    pub allow: &'a [Override],
}

/// A refusal that a person may override.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Override {
    /// The same photo again
    Duplicate,
    /// The face is more alike another person
    LooksLikeSomeoneElse,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Acceptance {
    /// Which of the request's faces.
    pub face: usize,
    /// What would make this or the next photo better, in words; most helpful first.
    pub advice: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("no face was found in the picture")]
    NoFace,
    /// Nobody in the chosen box; the faces elsewhere.
    #[error("no face was found in the chosen box, though the picture has {} elsewhere", .boxes.len())]
    NoFaceInBox { boxes: Vec<Rect> },
    /// Several, and none was chosen.
    #[error("the picture has {} faces; choose one by its box, or crop the picture", .boxes.len())]
    MultipleFaces {
        /// Where the faces are, in the request's order.
        boxes: Vec<Rect>,
    },
    /// Too few pixels to learn from.
    #[error(
        "the face is {size_px:.0} pixels large, {LEAST_FACE_PX:.0} are the least; come closer or use a picture of higher resolution"
    )]
    TooSmall { size_px: f32 },
    #[error("the face is too blurry to learn from (sharpness {sharpness:.2}, at least {LEAST_SHARPNESS:.2} is needed)")]
    TooBlurry {
        /// 0..1.
        sharpness: f32,
    },
    /// That picture is there already.
    #[error("this photo is already enrolled (similarity {similarity:.2}); another one would teach more")]
    Duplicate {
        photo: PhotoId,
        /// Cosine; 1 for the same file.
        similarity: f32,
    },
    /// The very same picture is another person's; one photo teaches one person.
    #[error("this exact photo already belongs to {}; delete it there first if that is wrong", .person.name)]
    SomebodyElsesPhoto { person: PersonRef, photo: PhotoId },
    /// Another person is more alike.
    #[error("the face looks like {} (similarity {similarity:.2})", .person.name)]
    LooksLikeSomeoneElse {
        person: PersonRef,
        /// [`Calibration::rank`]'s similarity.
        similarity: f32,
    },
}

/// Decides. Reasons are looked for in the order of [`Refusal`].
/// The first that applies and is not overridden is the answer.
pub fn judge(
    request: &EnrolRequest<'_>,
    gallery: &Gallery,
    calibration: &Calibration,
    prior: &Prior,
) -> Result<Acceptance, Refusal> {
    let at = choose(request.faces, request.chosen_box)?;
    let face = &request.faces[at];
    good_enough(&face.quality)?;
    let own = request.person.and_then(|id| gallery.person(id));
    if !request.allow.contains(&Override::Duplicate) {
        if let Some(photo) = own.and_then(|p| p.photos.iter().find(|photo| &photo.id == request.picture)) {
            return Err(Refusal::Duplicate { photo: photo.id.clone(), similarity: 1.0 });
        }
        let photos = own.iter().flat_map(|p| &p.photos).map(|p| (p, p.embedding.similarity(&face.embedding)));
        let alike = photos.max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((photo, similarity)) = alike.filter(|(_, similarity)| *similarity >= SAME_PHOTO_FROM) {
            return Err(Refusal::Duplicate { photo: photo.id.clone(), similarity });
        }
    }
    // Whoever is best: if that is the person, or nobody really alike, nobody is mixed up.
    let ranked = calibration.rank(&Direction::of(prior, face));
    let best = ranked.first().filter(|c| Some(&c.person.id) != request.person);
    let mix_up_from = calibration.threshold(MIX_UP_SHARE);
    if let Some(other) = best.filter(|c| c.similarity >= mix_up_from)
        && !request.allow.contains(&Override::LooksLikeSomeoneElse)
    {
        return Err(Refusal::LooksLikeSomeoneElse { person: other.person.clone(), similarity: other.similarity });
    }
    let mut views: Vec<View> = own.map(|p| p.photos.iter().map(|photo| photo.view).collect()).unwrap_or_default();
    views.push(View::of(&face.detection.landmarks));
    let mut advice = advice(face, &views);
    let face = Direction::of(prior, face);
    let alike = |look: &super::Look| look.direction.likeness(&face) >= calibration.threshold_of_one(UNLIKE_SHARE);
    if own.is_some_and(|person| !person.looks.is_empty() && !person.looks.iter().any(alike)) {
        advice.insert(
            0,
            "this face does not look like the person's other photos: if it is somebody else, delete it".to_owned(),
        );
    }
    Ok(Acceptance { face: at, advice })
}

/// From this likeness on two good pictures of the same minute show one person: so few pairs of strangers are as alike.
#[must_use]
pub fn one_person_from(calibration: &Calibration) -> f32 {
    calibration.threshold_of_one(MIX_UP_SHARE)
}

/// Whether a face shows enough to tell later who it was: what can be learned, and what an unknown person can be made of.
pub fn good_enough(quality: &Quality) -> Result<(), Refusal> {
    if quality.size_px < LEAST_FACE_PX {
        return Err(Refusal::TooSmall { size_px: quality.size_px });
    }
    if quality.sharpness < LEAST_SHARPNESS {
        return Err(Refusal::TooBlurry { sharpness: quality.sharpness });
    }
    Ok(())
}

/// The chosen face, or the only one.
fn choose(faces: &[Face], chosen_box: Option<Rect>) -> Result<usize, Refusal> {
    let boxes = || faces.iter().map(|f| f.detection.box_in_frame).collect();
    match (faces, chosen_box) {
        ([], _) => Err(Refusal::NoFace),
        ([_], None) => Ok(0),
        (_, None) => Err(Refusal::MultipleFaces { boxes: boxes() }),
        (_, Some(chosen)) => {
            let overlap = |face: &Face| {
                let found = face.detection.box_in_frame;
                // A loose box around one head and shoulders contains the face but overlaps it little.
                let inside = chosen.contains(found.center()) && found.contains(chosen.center());
                found.iou(&chosen).max(if inside { SAME_BOX_IOU } else { 0.0 })
            };
            let overlaps = faces.iter().map(overlap).enumerate();
            let best = overlaps.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, o)| *o >= SAME_BOX_IOU);
            if let Some((at, _)) = best {
                return Ok(at);
            }
            // Or a box drawn so large that exactly one face is in it.
            let mut within =
                faces.iter().enumerate().filter(|(_, f)| chosen.contains(f.detection.box_in_frame.center()));
            match (within.next(), within.next()) {
                (Some((at, _)), None) => Ok(at),
                (Some(_), Some(_)) => Err(Refusal::MultipleFaces { boxes: boxes() }),
                (None, _) => Err(Refusal::NoFaceInBox { boxes: boxes() }),
            }
        }
    }
}

/// `views`: of all the person's photos, this one last.
fn advice(face: &Face, views: &[View]) -> Vec<String> {
    let mut advice = Vec::new();
    for reason in &face.quality.reasons {
        advice.push(match reason {
            QualityReason::TooSmall => "the face is small: a closer picture teaches more",
            QualityReason::Blurry => "the face is a little blurry: a sharper picture teaches more",
            QualityReason::TurnedAway => {
                "the face is turned far away from the camera: it helps beside a frontal one, not instead"
            }
            QualityReason::TooDark => "the face is dark: more light helps",
            QualityReason::TooBright => "the face is overexposed: less light, or no sun behind the camera, helps",
            QualityReason::LowContrast => "the face has little contrast: avoid backlight and glare",
            QualityReason::CutOff => "part of the face is outside the picture",
        });
    }
    if face.quality.size_px < GOOD_FACE_PX && !face.quality.reasons.contains(&QualityReason::TooSmall) {
        advice.push("a face twice as large in the picture would teach more");
    }
    if !views.contains(&View::Front) {
        advice.push("add a photo that looks at the camera");
    } else if views.len() >= ENOUGH_PHOTOS {
        if !views.contains(&View::Left) && !views.contains(&View::Right) {
            advice.push("all photos look at the camera: one turned a little aside makes side views surer");
        }
    } else if views.len() + 1 == ENOUGH_PHOTOS {
        advice.push("one more photo, on another day or in other light, makes recognition surer");
    } else {
        advice.push("two more photos, on other days or in other light, make recognition surer");
    }
    advice.into_iter().map(str::to_owned).collect()
}
