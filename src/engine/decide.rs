//! A described picture → who is in it, and, where a camera observed it, what that means for presence.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::state::{LastPicture, PictureHash, State};
use super::types::{CameraId, Event, Grade, Identity, RecognizedFace};
use crate::people::strangers::Visitor;
use crate::people::{
    Allowed, Attention, Calibration, Candidate, Evidence, Gate, Noticed, PersonId, PersonRef, RestsOn, SettleBy,
    UnknownId, Verdict,
};
use crate::presence::{self, Reached};
use crate::vision::{Embedding, Face, Rect};

/// How many candidates an answer names.
const NEAREST: usize = 3;
/// A picture with less news than that is the one before once more: it neither makes nor keeps anybody present.
const LEAST_NEWS: f32 = 0.1;
/// Strangers are told of from so many pictures on: one may be a shadow, or somebody enrolled who looks away.
const TELLING_PICTURES: f32 = 1.2;

/// A picture of a camera, apart from its pixels.
pub(super) struct Seen<'a> {
    pub camera: &'a CameraId,
    pub at: Timestamp,
    pub now: Timestamp,
    pub hash: PictureHash,
    pub width: u32,
    pub height: u32,
}

/// What the decision wants written down and told, by the worker, outside the lock.
#[derive(Default)]
pub(super) struct Decision {
    pub faces: Arc<Vec<RecognizedFace>>,
    pub repeated: bool,
    pub settled: bool,
    pub sightings: Vec<NewSighting>,
    pub strangers: Vec<NoticedFace>,
    /// Strangers made of tracks that turned out to be somebody enrolled.
    pub withdrawn: Vec<UnknownId>,
    pub arrivals: Vec<Event>,
    /// Cameras whose state changed.
    pub cameras: BTreeSet<CameraId>,
    /// People whose state changed: to be kept over a restart, and told once their pictures are written.
    pub moved: Vec<PersonId>,
}

/// A grade newly reached.
pub(super) struct NewSighting {
    pub person: PersonRef,
    pub grade: Grade,
    pub probability: f32,
    pub similarity: f32,
    pub box_in_frame: Rect,
    pub embedding: Embedding,
    pub reliability: f32,
    /// The sighting that this visit has made already: its grade rises.
    pub raises: Option<i64>,
}

/// What became of an unknown face.
pub(super) struct NoticedFace {
    pub noticed: Noticed,
    pub box_in_frame: Rect,
    /// Tell it: confirmed by a second picture, not ignored, first time in this visit.
    pub tell: bool,
}

impl State {
    /// Who is in a picture; changes nothing.
    pub(super) fn recognize(&mut self, faces: Vec<Face>) -> Vec<RecognizedFace> {
        let calibration = self.calibration();
        let alone = |face| {
            let mut evidence = Evidence::default();
            evidence.add(&self.model.prior, &face);
            self.judge(face, &evidence, &calibration, Allowed::of_question(self.confirmed_share()))
        };
        let mut recognized: Vec<_> = faces.into_iter().map(alone).collect();
        recognized.sort_by(|a, b| area(b).total_cmp(&area(a)));
        only_one_face_a_person(recognized.iter_mut().collect());
        recognized
    }

    /// Who is in a camera's picture, and what that changes.
    pub(super) fn observe(&mut self, seen: &Seen<'_>, faces: Vec<Face>) -> Decision {
        if let Some(last) = &self.camera(seen.camera).last
            && last.hash == seen.hash
        {
            let (faces, settled) = (Arc::clone(&last.faces), is_settled(&last.faces));
            return Decision { faces, repeated: true, settled, ..Decision::default() };
        }
        let mut faces = self.follow(seen, faces);
        only_one_face_a_person(faces.iter_mut().map(|(face, _)| face).collect());
        let mut decision = Decision::default();
        for (face, followed) in &mut faces {
            let named = match &face.identity {
                Identity::Known { person, .. } => Some(person.id.clone()),
                Identity::Unsure { .. } | Identity::Unknown { .. } => None,
            };
            let track = self.followed.entry(followed.id).or_default();
            track.camera = Some(seen.camera.clone());
            track.person = named;
            match &face.identity {
                Identity::Known { .. } => self.person_seen(seen, face, *followed, &mut decision),
                Identity::Unknown { .. } if self.to_learn == 0 => {
                    self.stranger_seen(seen, face, *followed, &mut decision);
                }
                Identity::Unknown { .. } | Identity::Unsure { .. } => {}
            }
        }
        let recognized: Vec<_> = faces.into_iter().map(|(face, _)| face).collect();
        self.note_picture(seen, &recognized, &mut decision);
        decision.settled = is_settled(&recognized);
        decision
    }

    /// The faces that are large enough, largest first, each judged by all pictures of its track.
    fn follow(&mut self, seen: &Seen<'_>, mut faces: Vec<Face>) -> Vec<(RecognizedFace, presence::Followed)> {
        let min_px = self.camera(seen.camera).settings.min_face_px.unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "pixels of a face are far below 2^23")]
        faces.retain(|f| f.detection.box_in_frame.w >= min_px as f32);
        faces.sort_by(|a, b| b.detection.box_in_frame.area().total_cmp(&a.detection.box_in_frame.area()));
        let followed = self.tracks.follow(seen.camera, seen.at, seen.now, &faces, &self.model.prior);
        let calibration = self.calibration();
        let judged = faces.into_iter().zip(followed).filter_map(|(face, followed)| {
            let evidence = self.tracks.evidence(seen.camera, followed.id)?;
            let judged = self.judge(face, evidence, &calibration, Allowed::of_track(self.confirmed_share()));
            Some((RecognizedFace { track: Some(followed.id), ..judged }, followed))
        });
        judged.collect()
    }

    /// The share, 0..1, of strangers' visits that the home allows to be confirmed as somebody.
    fn confirmed_share(&self) -> f32 {
        self.settings.strangers_per_thousand / 1_000.0
    }

    /// A face, by all that its evidence says.
    fn judge(&self, face: Face, evidence: &Evidence, calibration: &Calibration, allowed: Allowed) -> RecognizedFace {
        let direction = evidence.direction(&self.model.prior);
        let denied =
            |candidate: &Candidate| self.corrections.deny(candidate, &self.gallery, &direction, &self.model.prior);
        let ranked = calibration.rank(&self.gallery, &direction);
        let (denied, mut nearest): (Vec<_>, Vec<_>) = ranked.into_iter().partition(denied);
        let rests_on = RestsOn { pictures: evidence.pictures(), strength: direction.strength };
        let mut judgement = calibration.judge(&nearest, rests_on, &face.quality, allowed);
        if denied.first().is_some_and(|them| them.similarity > judgement.reasons.similarity) {
            judgement.reasons.gate = judgement.reasons.gate.map(|_| Gate::Correction);
        }
        let ignored = self.strangers.ignored_alike(&direction, &self.model.prior);
        let identity = match judgement.verdict {
            // Whoever is to be ignored is a person, too, only without a name.
            _ if ignored.is_some_and(|similarity| similarity > judgement.reasons.similarity) => {
                Identity::Unknown { unknown: None, ignored: true }
            }
            Verdict::Known { person, probability, grade } => Identity::Known { person, probability, grade },
            Verdict::Unsure { person, probability, settle_by, reason } => {
                Identity::Unsure { person, probability, settle_by, reason }
            }
            Verdict::Unknown => Identity::Unknown { unknown: None, ignored: false },
        };
        nearest.truncate(NEAREST);
        let (reasons, log_odds) = (judgement.reasons, judgement.log_odds);
        RecognizedFace { face, identity, nearest, reasons, log_odds, track: None }
    }

    /// One more picture of a person: what is new about it.
    fn person_seen(
        &mut self,
        seen: &Seen<'_>,
        face: &RecognizedFace,
        followed: presence::Followed,
        decision: &mut Decision,
    ) {
        let Identity::Known { person, probability, grade } = &face.identity else { return };
        let made = self.followed.get_mut(&followed.id).and_then(|track| track.stranger.take());
        if let Some((id, true)) = made
            && self.strangers.remove(&id).is_some()
        {
            self.unknown_visits.forget(&id);
            self.gallery_changed();
            decision.withdrawn.push(id);
        }
        let reached = self.visits.reach(seen.camera, &person.id, seen.at, seen.now, *grade);
        self.whereabouts.seen(&person.id, seen.camera, seen.at, *probability);
        // Newly confirmed on pictures seen before, too: they were of nobody known, and a photo has been learned since.
        if *grade == Grade::Confirmed && (followed.news >= LEAST_NEWS || reached != Reached::Nothing) {
            let prolongs = self.prolongs(seen.camera);
            let stay = self.whereabouts.place(&person.id).and_then(|p| p.present.as_ref());
            decision.cameras.extend(stay.map(|s| s.camera.clone()).filter(|c| c != seen.camera));
            if self.whereabouts.confirmed(&person.id, seen.camera, seen.at, seen.now, prolongs) {
                let (person, camera) = (person.clone(), seen.camera.clone());
                decision.arrivals.push(Event::Arrived { person, camera, home: prolongs.home });
            }
        }
        if reached != Reached::Nothing {
            let key = (seen.camera.clone(), person.id.clone());
            let raises = match reached {
                Reached::Begun | Reached::Nothing => {
                    self.open_sightings.remove(&key);
                    None
                }
                Reached::Raised => self.open_sightings.get(&key).copied(),
            };
            decision.sightings.push(NewSighting {
                person: person.clone(),
                grade: *grade,
                probability: *probability,
                similarity: face.reasons.similarity,
                box_in_frame: face.face.detection.box_in_frame,
                embedding: face.face.embedding.clone(),
                reliability: self.model.prior.reliability(&face.face),
                raises,
            });
        }
        decision.moved.push(person.id.clone());
    }

    /// One more picture of somebody unknown: who that is, and whether to tell of them.
    fn stranger_seen(
        &mut self,
        seen: &Seen<'_>,
        face: &mut RecognizedFace,
        followed: presence::Followed,
        decision: &mut Decision,
    ) {
        let Some(evidence) = self.tracks.evidence(seen.camera, followed.id) else { return };
        let (direction, pictures) = (evidence.direction(&self.model.prior), evidence.pictures());
        let track = self.followed.entry(followed.id).or_default();
        let (taken_for, made_of_it) = track.stranger.as_ref().map_or((None, false), |(id, made)| (Some(id), *made));
        let visitor = Visitor { direction: &direction, taken_for, made_of_it, face: &face.face };
        let fresh = self.unknown_ids.fresh(seen.now);
        let Some(noticed) = self.strangers.notice(&visitor, &self.model.prior, seen.at, fresh.clone()) else { return };
        let still_own = made_of_it && taken_for == Some(&noticed.id);
        track.stranger = Some((noticed.id.clone(), still_own || noticed.id == fresh));
        let ignored = noticed.attention == Attention::Ignored;
        face.identity = Identity::Unknown { unknown: Some(noticed.id.clone()), ignored };
        noticed.dropped_strangers.iter().for_each(|id| self.unknown_visits.forget(id));
        if noticed.kept_face.is_some() {
            self.gallery_changed();
        }
        let tell = !ignored
            && pictures >= TELLING_PICTURES
            && self.unknown_visits.reach(seen.camera, &noticed.id, seen.at, seen.now, Grade::Confirmed)
                != Reached::Nothing;
        decision.strangers.push(NoticedFace { noticed, box_in_frame: face.face.detection.box_in_frame, tell });
    }

    /// The camera's own state after a picture. A late picture is no newer state.
    fn note_picture(&mut self, seen: &Seen<'_>, recognized: &[RecognizedFace], decision: &mut Decision) {
        decision.faces = Arc::new(recognized.to_vec());
        let learned = self.to_learn == 0;
        let stranger = |f: &RecognizedFace| matches!(f.identity, Identity::Unknown { ignored: false, .. });
        let camera = self.camera(seen.camera);
        if camera.last_picture_at.is_some_and(|last| last > seen.at) {
            return;
        }
        let unknown_present = learned && recognized.iter().any(stranger);
        if !recognized.is_empty() || camera.faces > 0 || camera.unknown_present != unknown_present {
            decision.cameras.insert(seen.camera.clone());
        }
        camera.last_picture_at = Some(seen.at);
        let faces = Arc::clone(&decision.faces);
        camera.last = Some(LastPicture { hash: seen.hash, width: seen.width, height: seen.height, faces });
        camera.faces = recognized.len();
        camera.unknown_present = unknown_present;
    }
}

fn area(face: &RecognizedFace) -> f32 {
    face.face.detection.box_in_frame.area()
}

/// Nobody is in a picture twice: of several faces named alike, the most alike one keeps the name.
fn only_one_face_a_person(mut faces: Vec<&mut RecognizedFace>) {
    let similarity = |f: &RecognizedFace| f.nearest.first().map_or(f32::MIN, |c| c.similarity);
    for i in 0..faces.len() {
        let Identity::Known { person, probability, .. } = &faces[i].identity else { continue };
        let same = |f: &RecognizedFace| matches!(&f.identity, Identity::Known { person: p, .. } if p.id == person.id);
        let beaten = (0..faces.len()).any(|j| j != i && same(faces[j]) && similarity(faces[j]) > similarity(faces[i]));
        if beaten {
            faces[i].identity = Identity::Unsure {
                person: person.clone(),
                probability: probability.min(0.5),
                settle_by: vec![SettleBy::AnotherPicture],
                reason: "another face in this picture looks more like the same person".to_owned(),
            };
        }
    }
}

/// Whether one more picture would change nothing.
pub(super) fn is_settled(faces: &[RecognizedFace]) -> bool {
    let settled = |f: &RecognizedFace| {
        matches!(f.identity, Identity::Known { grade: Grade::Confirmed, .. } | Identity::Unknown { ignored: true, .. })
    };
    !faces.is_empty() && faces.iter().all(settled)
}
