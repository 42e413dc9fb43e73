//! A photo that teaches: judged, cut, saved on disk, learned from the saved file, told.

use jiff::Timestamp;

use super::shared::Shared;
use super::types::{Enrolled, Enrollment};
use super::{EngineError, crop};
use crate::people::enrol::{self, EnrolRequest};
use crate::people::{PersonName, PersonRef, PhotoId};
use crate::store::{Described, Owner, photo_id};
use crate::vision::{Face, Frame};

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
    let cut = crop::face_jpeg(&frame, &face.detection.box_in_frame, crop::PHOTO_SIDE)?;
    drop(frame);
    let saved = save(shared, &enrollment.name, &cut)?;
    Ok(Enrolled {
        person: saved.person,
        photo: saved.photo,
        photos: saved.photos,
        box_in_frame: face.detection.box_in_frame,
        quality: face.quality.clone(),
        advice: accepted.advice,
    })
}

/// A cut face that is on disk and known.
pub(super) struct Saved {
    pub person: PersonRef,
    pub photo: PhotoId,
    /// How many usable photos the person has now.
    pub photos: usize,
}

/// Saves a face that was cut by [`crop::face_jpeg`] and learns it, without asking whether it should be: the caller knows.
pub(super) fn save(shared: &Shared, name: &PersonName, jpeg: &[u8]) -> Result<Saved, EngineError> {
    let face = face_of_cut(shared, jpeg)?;
    let mut faces = shared.faces();
    let existing = faces.person_named(name).map(|p| p.id.clone());
    let owner = existing.as_ref().map_or(Owner::New(name), Owner::Existing);
    let saved = faces.save_photo(owner, jpeg, Timestamp::now())?;
    let photo = saved.photo.id.clone();
    shared.database.remember_described(&shared.recipe, [(&photo, &Described::Face(Box::new(face.clone())))])?;
    let mut state = shared.state();
    if state.gallery.person(&saved.person).is_none() {
        state.gallery.add_person(saved.person.clone(), name.clone()).map_err(super::fault)?;
    }
    state.put_photo(&saved.person, photo.clone(), &face)?;
    let person = state.person_ref(&saved.person).ok_or_else(|| EngineError::no_person(&saved.person))?;
    let photos = state.gallery.person(&saved.person).map_or(0, |p| p.photos.len());
    drop(state);
    drop(faces);
    shared.tell_changed_people();
    Ok(Saved { person, photo, photos })
}

/// The face in the middle of a cut picture, described from the very bytes that are kept.
fn face_of_cut(shared: &Shared, jpeg: &[u8]) -> Result<Face, EngineError> {
    let frame = Frame::decode(jpeg, &shared.options.vision.limits)?;
    let described = shared.vision.describe_for_enrolment(&frame, &shared.options.vision)?;
    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture are far below 2^23")]
    let (cx, cy) = (frame.width() as f32 / 2.0, frame.height() as f32 / 2.0);
    let off_center = |f: &Face| {
        let c = f.detection.box_in_frame.center();
        (c.x - cx).hypot(c.y - cy)
    };
    let nearest = described.faces.into_iter().min_by(|a, b| off_center(a).total_cmp(&off_center(b)));
    nearest.ok_or(EngineError::Refused(crate::people::Refusal::NoFace))
}
