//! A photo that teaches: judged, cut, saved on disk, learned from the saved file, told.

use image::RgbImage;

use super::shared::Shared;
use super::types::{Enrolled, Enrollment};
use super::{EngineError, crop};
use crate::people::enrol::{self, EnrolRequest};
use crate::people::{GalleryPhoto, Override, PersonName, PersonRef, PhotoId, Refusal};
use crate::vision::{Face, Frame};

/// Judges and saves a photo. When this returns `Ok`, the photo is on disk and the gallery knows it.
pub(super) fn enroll(shared: &Shared, enrollment: &Enrollment) -> Result<Enrolled, EngineError> {
    let frame = Frame::decode(&enrollment.picture, &shared.options.limits)?;
    let described = shared.vision.describe_for_enrolment(&frame, &shared.options.vision)?;
    let accepted = {
        let state = shared.state();
        let person = state.gallery.person_named(&enrollment.name).map(|p| p.id.clone());
        let request = EnrolRequest {
            faces: &described.faces,
            person: person.as_ref(),
            picture: &shared.photo_id(&enrollment.picture),
            chosen_box: enrollment.face_box,
            allow: &enrollment.allow,
        };
        enrol::judge(&request, &state.gallery, &state.calibration)?
    };
    let face = described.faces[accepted.face].clone();
    let cut = crop::face_jpeg(&frame, &face.detection.box_in_frame, crop::PHOTO_SIDE)?;
    drop(frame);
    let (person, photo, photos) = save(shared, &enrollment.name, &cut)?;
    Ok(Enrolled {
        person,
        photo,
        photos,
        box_in_frame: face.detection.box_in_frame,
        quality: face.quality,
        advice: accepted.advice,
    })
}

/// Saves cut faces of one person and learns them, without asking whether they should be: the caller knows.
pub(super) fn save(shared: &Shared, name: &PersonName, jpeg: &[u8]) -> Result<(PersonRef, PhotoId, usize), EngineError> {
    let face = face_of_cut(shared, jpeg)?;
    todo!()
}
