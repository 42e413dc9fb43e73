//! A photo that teaches: judged, cut so that it shows one face, saved on disk, known to the gallery, told.

use jiff::Timestamp;

use super::EngineError;
use super::crop::{self, Cut};
use super::shared::Shared;
use super::types::{Enrolled, Enrollment};
use crate::people::enrol::{self, EnrolRequest};
use crate::people::{PersonName, PersonRef, PhotoId, Refusal};
use crate::store::{Described, Owner, photo_id};
use crate::vision::{Embedding, Face, Frame, Rect};

/// A face found again in a cut is the same from this overlap on: described twice, boxes move by a few pixels.
const SAME_FACE_IOU: f32 = 0.5;
/// A face found again in a kept picture is the same from this cosine on: far above that of different people, far below what
/// another JPEG takes away.
const SAME_FACE_COSINE: f32 = 0.5;
/// What is cut around a face, in face widths: where a cut shows others, they are covered, and at last less is cut.
const MARGINS: [f32; 4] = [crop::MARGIN, crop::MARGIN, 0.5, 0.25];

/// Judges and saves a photo. When this returns `Ok`, the photo is on disk and the gallery knows it.
pub(super) fn enroll(shared: &Shared, enrollment: &Enrollment) -> Result<Enrolled, EngineError> {
    let frame = Frame::decode(&enrollment.picture, &shared.options.vision.limits)?;
    let described = shared.vision.describe_for_enrolment(&frame, &shared.options.vision)?;
    let accepted = {
        let mut state = shared.state();
        let calibration = state.calibration();
        let person = state.gallery.person_named(&enrollment.name).map(|p| p.id.clone());
        let request = EnrolRequest {
            faces: &described.faces,
            person: person.as_ref(),
            picture: &photo_id(&enrollment.picture),
            chosen_box: enrollment.face_box,
            allow: &enrollment.allow,
        };
        enrol::judge(&request, &state.gallery, &calibration, &state.model.prior)?
    };
    let face = &described.faces[accepted.face];
    let photo = alone(shared, &frame, &described.faces, accepted.face)?;
    drop(frame);
    let saved = save(shared, &enrollment.name, &photo, SomebodyElses::Refused)?;
    Ok(Enrolled {
        person: saved.person,
        photo: saved.photo,
        photos: saved.photos,
        box_in_frame: face.detection.box_in_frame,
        quality: face.quality.clone(),
        advice: accepted.advice,
    })
}

/// A picture of one face, as it is kept.
pub(super) struct Photo {
    jpeg: Vec<u8>,
    /// Described from these very bytes.
    face: Face,
}

/// A face that is on disk and known.
pub(super) struct Saved {
    pub person: PersonRef,
    pub photo: PhotoId,
    /// How many usable photos the person has now.
    pub photos: usize,
}

/// What becomes of a photo that another person has already: one photo teaches one person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SomebodyElses {
    /// Refused: it was acknowledged as theirs.
    Refused,
    /// It is not theirs any more: somebody said so.
    Moved,
}

/// Saves a photo and lets the gallery know it, without asking whether it should be: the caller knows.
pub(super) fn save(
    shared: &Shared,
    name: &PersonName,
    photo: &Photo,
    somebody_elses: SomebodyElses,
) -> Result<Saved, EngineError> {
    let mut faces = shared.faces();
    let id = photo_id(&photo.jpeg);
    let existing = faces.person_named(name).map(|p| p.id.clone());
    let owner = existing.as_ref().map_or(Owner::New(name), Owner::Existing);
    let had = faces.photo(&id).filter(|(had, _)| Some(&had.id) != existing.as_ref());
    let had = had.map(|(had, _)| PersonRef { id: had.id.clone(), name: had.name.clone() });
    let now = Timestamp::now();
    let saved = match (&had, somebody_elses) {
        (None, _) => faces.save_photo(owner, &photo.jpeg, now)?,
        (Some(_), SomebodyElses::Moved) => faces.move_photo(&id, owner, now)?,
        (Some(had), SomebodyElses::Refused) => {
            return Err(Refusal::SomebodyElsesPhoto { person: had.clone(), photo: id }.into());
        }
    };
    super::learning::remember(shared, &id, &Described::Face(Box::new(photo.face.clone())));
    let mut state = shared.state();
    if state.gallery.person(&saved.person).is_none() {
        state.gallery.add_person(saved.person.clone(), name.clone()).map_err(super::fault)?;
    }
    if let Some(had) = had {
        state.forget_photo(&had.id, &id)?;
    }
    state.put_photo(&saved.person, id.clone(), &photo.face)?;
    let person = state.person_ref(&saved.person).ok_or_else(|| EngineError::no_person(&saved.person))?;
    let photos = state.gallery.person(&saved.person).map_or(0, |p| p.photos.len());
    drop(state);
    drop(faces);
    shared.tell_changed_people();
    Ok(Saved { person, photo: id, photos })
}

/// One of a picture's faces, cut so that the photo itself shows it and no other: whoever describes it anew finds the same.
fn alone(shared: &Shared, frame: &Frame, faces: &[Face], chosen: usize) -> Result<Photo, EngineError> {
    let mut others: Vec<Rect> = faces.iter().map(|face| face.detection.box_in_frame).collect();
    let face = others.remove(chosen);
    let mut seen = false;
    for margin in MARGINS {
        let mut cut = Cut::new(frame, &face, margin, crop::PHOTO_SIDE);
        cut.cover(&others, &face);
        let jpeg = cut.jpeg()?;
        let found = described(shared, &Frame::decode(&jpeg, &shared.options.vision.limits)?)?;
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

/// The photo in a kept picture of a face, of a sighting or a stranger, that looks like `like`; where that is not known, in its
/// middle. Bytes that show only that face are kept as they are.
pub(super) fn photo_of(shared: &Shared, jpeg: Vec<u8>, like: Option<&Embedding>) -> Result<Photo, EngineError> {
    let frame = Frame::decode(&jpeg, &shared.options.vision.limits)?;
    let mut found = described(shared, &frame)?;
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
        return alone(shared, &frame, &found, chosen);
    }
    Ok(Photo { jpeg, face: found.remove(chosen) })
}

fn described(shared: &Shared, frame: &Frame) -> Result<Vec<Face>, EngineError> {
    Ok(shared.vision.describe_for_enrolment(frame, &shared.options.vision)?.faces)
}
