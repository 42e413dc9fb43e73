//! Somebody stands before a camera to be learned, the home's or their own phone's: its pictures → the few that would teach
//! something, and what to ask the person for next.
//! `picture` shows every picture of such a camera to [`Sittings::look`], a worker every one that was sent for a sitting; the photo
//! that was cut of a wanted one comes to [`Sittings::keep`]. Everything is in memory: what nobody accepts is forgotten. Pure; the
//! time is an argument. Knows no names.

use std::cmp::Ordering;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::error::EngineError;
use crate::engine::teach::Photo;
use crate::engine::types::{Instant, PicturePath, SittingId, Usage};
use crate::people::variety::{self, GOOD, Place};
use crate::people::{Calibration, Direction, Override, PersonName, Prior, View, enrol};
use crate::presence::{CameraId, Now};
use crate::store::random_id;
use crate::vision::{Face, Quality, QualityReason};

/// How long pictures can be accepted once no more are taken.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(10);
/// Sittings at once; each holds a few megabytes at most.
const MOST_SITTINGS: usize = 4;
/// Pictures of one view; a second one only if it shows something else.
const MOST_OF_A_VIEW: usize = 2;
/// Two good pictures of one view whose cosine is below this differ in light, expression or glasses; the next frame of a camera
/// is above it.
const OTHER_BELOW: f32 = 0.9;
/// All views of a whole sitting.
const VIEWS: [View; 3] = [View::Front, View::Left, View::Right];

/// What would help most now. Left and right are the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// There is no face in the picture, or only a part of one.
    StepIntoView,
    OnePersonOnly,
    /// This isn't the person of the pictures that were taken so far.
    SomebodyElse,
    ComeCloser,
    HoldStill,
    MoreLight,
    LessLight,
    LookAtCamera,
    LookLeft,
    LookRight,
}

/// Somebody who is learned at a camera, or by pictures that are sent, and the pictures of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SittingInfo")]
pub struct SittingState {
    #[serde(rename = "sitting_id")]
    pub id: SittingId,
    /// Full id of the camera; left out where pictures are sent with `sittings/picture`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub camera: Option<CameraId>,
    /// Whether more pictures are taken. Ends by itself, at the latest at `ends_at`.
    pub taking: bool,
    #[schemars(with = "Instant")]
    pub ends_at: Timestamp,
    /// What would help most now; only while pictures are taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ask: Option<Ask>,
    /// The pictures that would be learned, in the order in which they were taken. A better one may take another's place.
    pub pictures: Vec<TakenPicture>,
}

/// A picture that would be learned, and where it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SittingPicture")]
pub struct TakenPicture {
    #[serde(rename = "picture_id")]
    pub number: u32,
    pub view: View,
    pub quality: Quality,
    /// Path of the picture on this server.
    pub picture: PicturePath,
}

/// The pictures of a sitting that are to be somebody's photos.
#[derive(Clone, Debug)]
pub struct SittingAcceptance {
    pub sitting: SittingId,
    /// Whose; a new person is made where nobody has the name.
    pub name: PersonName,
    pub pictures: Vec<u32>,
    pub allow: Vec<Override>,
}

/// Whose picture it is.
#[derive(Clone, Copy)]
pub(super) enum Taken<'a> {
    /// A camera's, where somebody may be learned.
    At(&'a CameraId),
    /// Sent for this sitting.
    For(&'a SittingId),
}

/// By what two faces of a minute are one person's.
pub(super) struct Sameness<'a> {
    prior: &'a Prior,
    from: f32,
}

impl<'a> Sameness<'a> {
    pub(super) fn new(prior: &'a Prior, calibration: &Calibration) -> Self {
        Self { prior, from: enrol::one_person_from(calibration) }
    }
}

#[derive(Default)]
pub(crate) struct Sittings {
    all: Vec<Sitting>,
    /// How often there was no room for one more.
    refused: u64,
}

struct Sitting {
    id: SittingId,
    /// None where pictures are sent.
    camera: Option<CameraId>,
    ends_at: Timestamp,
    /// All views are there.
    complete: bool,
    ask: Ask,
    pictures: Vec<Picture>,
}

struct Picture {
    number: u32,
    photo: Photo,
    view: View,
    direction: Direction,
    /// A better one has its place. Whoever was shown this one can still accept it.
    replaced: bool,
}

impl Sittings {
    pub(super) fn begin(
        &mut self,
        camera: Option<CameraId>,
        takes: Duration,
        now: Timestamp,
    ) -> Result<SittingId, EngineError> {
        self.expire(now);
        let there = camera.as_ref().and_then(|camera| self.all.iter().find(|s| s.takes_of(Taken::At(camera), now)));
        if let Some(other) = there {
            let retry_after = other.ends_at.duration_since(now).unsigned_abs();
            self.refused += 1;
            return Err(EngineError::SomebodySits { retry_after });
        }
        if self.all.len() >= MOST_SITTINGS {
            let over = self.all.iter().position(|s| !s.takes(now));
            let retry_after = self.all[0].ends_at.duration_since(now).unsigned_abs();
            self.refused += u64::from(over.is_none());
            self.all.remove(over.ok_or(EngineError::SomebodySits { retry_after })?);
        }
        let id = SittingId(random_id()?);
        let ends_at = now.checked_add(takes).unwrap_or(Timestamp::MAX);
        let pictures = Vec::new();
        self.all.push(Sitting { id: id.clone(), camera, ends_at, complete: false, ask: Ask::StepIntoView, pictures });
        Ok(id)
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage { of: "sittings", used: Some(self.all.len()), most: MOST_SITTINGS, hits: self.refused }
    }

    pub(crate) fn state(&self, id: &SittingId, now: Now) -> Result<SittingState, EngineError> {
        let sitting = self.get(id)?;
        let taken = |p: &Picture| TakenPicture {
            number: p.number,
            view: p.view,
            quality: p.photo.face.quality.clone(),
            picture: PicturePath::Sitting(id.clone(), p.number),
        };
        let taking = sitting.takes(now.steady);
        Ok(SittingState {
            id: id.clone(),
            camera: sitting.camera.clone(),
            taking,
            ends_at: now.to_wall(sitting.ends_at),
            ask: taking.then_some(sitting.ask),
            pictures: sitting.shown().map(taken).collect(),
        })
    }

    /// The photo of a picture that was shown.
    pub(crate) fn photo(&self, id: &SittingId, number: u32) -> Result<&Photo, EngineError> {
        let found = self.get(id)?.pictures.iter().find(|p| p.number == number);
        let missing = || EngineError::NotFound { what: "picture", id: format!("{}_{number}", id.0) };
        found.map(|p| &p.photo).ok_or_else(missing)
    }

    pub(super) fn end(&mut self, id: &SittingId) -> Result<(), EngineError> {
        self.get(id)?;
        self.all.retain(|sitting| &sitting.id != id);
        Ok(())
    }

    pub(super) fn end_all(&mut self) {
        self.all.clear();
    }

    pub(super) fn expire(&mut self, now: Timestamp) {
        self.all.retain(|s| s.ends_at.checked_add(KEPT_FOR).is_ok_and(|forgotten| forgotten > now));
    }

    /// Whether such pictures are wanted at all.
    pub(super) fn takes(&self, taken: Taken<'_>, now: Timestamp) -> bool {
        self.all.iter().any(|s| s.takes_of(taken, now))
    }

    /// Whether the one face of a picture is to be cut out and kept.
    pub(super) fn look(&mut self, taken: Taken<'_>, faces: &[&Face], same: &Sameness<'_>, now: Timestamp) -> bool {
        let Some(sitting) = self.taking(taken, now) else { return false };
        let wanted = match faces {
            [] => Err(Ask::StepIntoView),
            [face] => sitting.place_of(face, same),
            _ => Err(Ask::OnePersonOnly),
        };
        wanted.map_err(|ask| sitting.ask = ask).is_ok()
    }

    /// Keeps the photo of a wanted face, if it is wanted still.
    pub(super) fn keep(&mut self, taken: Taken<'_>, photo: Photo, same: &Sameness<'_>, now: Timestamp) {
        let Some(sitting) = self.taking(taken, now) else { return };
        match sitting.place_of(&photo.face, same) {
            Ok(place) => sitting.put(place, photo, same),
            Err(ask) => sitting.ask = ask,
        }
    }

    fn get(&self, id: &SittingId) -> Result<&Sitting, EngineError> {
        let missing = || EngineError::NotFound { what: "sitting", id: id.0.clone() };
        self.all.iter().find(|sitting| &sitting.id == id).ok_or_else(missing)
    }

    fn taking(&mut self, taken: Taken<'_>, now: Timestamp) -> Option<&mut Sitting> {
        self.all.iter_mut().find(|s| s.takes_of(taken, now))
    }
}

impl Sitting {
    fn takes(&self, now: Timestamp) -> bool {
        !self.complete && now < self.ends_at
    }

    fn takes_of(&self, taken: Taken<'_>, now: Timestamp) -> bool {
        let of_it = match taken {
            Taken::At(camera) => self.camera.as_ref() == Some(camera),
            Taken::For(id) => &self.id == id,
        };
        of_it && self.takes(now)
    }

    fn shown(&self) -> impl Iterator<Item = &Picture> {
        self.pictures.iter().filter(|picture| !picture.replaced)
    }

    /// Where a face belongs, or what to ask for instead.
    fn place_of(&self, face: &Face, same: &Sameness<'_>) -> Result<Place<u32>, Ask> {
        if let Some(ask) = fault(&face.quality) {
            return Err(ask);
        }
        let direction = Direction::of(same.prior, face);
        let alike = self.shown().map(|p| p.direction.likeness(&direction)).max_by(f32::total_cmp);
        if alike.is_some_and(|alike| alike < same.from) {
            return Err(Ask::SomebodyElse);
        }
        let picture = variety::Picture::of(face);
        let full = self.shown().filter(|p| p.view == picture.view).count() >= MOST_OF_A_VIEW;
        let there = self.shown().map(|p| (p.number, variety::Picture::of(&p.photo.face)));
        let place = variety::place(&picture, there, OTHER_BELOW);
        place.filter(|place| *place != Place::New || !full).ok_or_else(|| self.missing())
    }

    fn put(&mut self, place: Place<u32>, photo: Photo, same: &Sameness<'_>) {
        if let Place::InsteadOf(number) = place {
            self.pictures.iter_mut().filter(|p| p.number == number).for_each(|p| p.replaced = true);
        }
        let number = self.pictures.last().map_or(1, |last| last.number + 1);
        let (view, direction) = (View::of(&photo.face.detection.landmarks), Direction::of(same.prior, &photo.face));
        self.pictures.push(Picture { number, photo, view, direction, replaced: false });
        self.complete = VIEWS.iter().all(|view| self.shown().any(|p| p.view == *view));
        self.ask = self.missing();
    }

    /// Which view to ask for. Who turns to their own left looks to the right of the picture.
    fn missing(&self) -> Ask {
        let has = |view: View| self.shown().any(|p| p.view == view);
        if !has(View::Front) {
            Ask::LookAtCamera
        } else if !has(View::Right) {
            Ask::LookLeft
        } else {
            Ask::LookRight
        }
    }
}

/// What keeps a face from being a good photo, as what to ask for.
fn fault(quality: &Quality) -> Option<Ask> {
    if quality.size_px < Quality::ENOUGH_PX {
        return Some(Ask::ComeCloser);
    }
    let asked = |reason: &QualityReason| match reason {
        QualityReason::TooSmall => Ask::ComeCloser,
        QualityReason::Blurry => Ask::HoldStill,
        QualityReason::TurnedAway => Ask::LookAtCamera,
        QualityReason::TooDark | QualityReason::LowContrast => Ask::MoreLight,
        QualityReason::TooBright => Ask::LessLight,
        QualityReason::CutOff => Ask::StepIntoView,
    };
    let weakest = || {
        let parts =
            [(quality.sharpness, Ask::HoldStill), (quality.light, Ask::MoreLight), (quality.pose, Ask::LookAtCamera)];
        parts.into_iter().min_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal)).map(|(_, ask)| ask)
    };
    let worst = quality.reasons.first().map(asked);
    worst.or_else(|| if quality.overall < GOOD { weakest() } else { None })
}
