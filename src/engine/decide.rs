//! A described picture → who is in it, and, where a camera observed it, what that means for presence.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::state::{LastPicture, PictureHash, State};
use super::types::{CameraId, Event, Grade, Identity, RecognizedFace};
use crate::people::{Attention, Noticed, PersonId, PersonRef, SettleBy, UnknownId, Verdict};
use crate::store::random_id;
use crate::vision::{Embedding, Face, Rect};

/// How many candidates an answer names.
const NEAREST: usize = 3;

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
    /// The sighting that this visit has made already: its grade rises.
    pub raises: Option<i64>,
}

/// How much one picture says for a person.
struct Strength {
    probability: f32,
    similarity: f32,
    /// The highest grade it can help to reach.
    supports: Grade,
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
    pub(super) fn recognize(&self, faces: Vec<Face>) -> Vec<RecognizedFace> {
        let people = self.gallery.matchable_people();
        let mut recognized: Vec<_> = faces
            .into_iter()
            .map(|face| {
                let nearest = self.gallery.rank(&face.embedding, NEAREST);
                let identity = match self.calibration.judge(&nearest, people, &face.quality) {
                    Verdict::Known { person, probability } => {
                        Identity::Known { person, probability, grade: Grade::Seen }
                    }
                    Verdict::Unsure { person, probability, settle_by, reason } => {
                        Identity::Unsure { person, probability, settle_by, reason }
                    }
                    Verdict::Unknown => Identity::Unknown { unknown: None, ignored: false },
                };
                RecognizedFace { face, identity, nearest }
            })
            .collect();
        recognized
            .sort_by(|a, b| b.face.detection.box_in_frame.area().total_cmp(&a.face.detection.box_in_frame.area()));
        only_one_face_a_person(&mut recognized);
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
        let min_px = self.camera(seen.camera).settings.min_face_px.unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "pixels of a face are far below 2^23")]
        let large_enough = |f: &Face| f.detection.box_in_frame.w >= min_px as f32;
        let mut recognized = self.recognize(faces.into_iter().filter(large_enough).collect());
        let confirms_from = self.confirms_from();
        let mut decision = Decision::default();
        for face in &mut recognized {
            let box_in_frame = face.face.detection.box_in_frame;
            match &mut face.identity {
                Identity::Known { person, probability, grade } => {
                    let similarity = face.nearest.first().map_or(0.0, |c| c.similarity);
                    let supports = if similarity >= confirms_from { Grade::Confirmed } else { Grade::Seen };
                    let strength = Strength { probability: *probability, similarity, supports };
                    *grade = self.person_seen(seen, &face.face, &person.clone(), &strength, &mut decision);
                }
                Identity::Unknown { unknown, ignored } if self.to_learn == 0 => {
                    let noticed =
                        self.strangers.notice(&face.face.embedding, &face.face.quality, seen.at, fresh_id(seen.now));
                    if let Some(noticed) = noticed {
                        *unknown = Some(noticed.id.clone());
                        *ignored = noticed.attention == Attention::Ignored;
                        let tell = self.stranger_seen(seen, &noticed);
                        decision.strangers.push(NoticedFace { noticed, box_in_frame, tell });
                    }
                }
                Identity::Unknown { .. } | Identity::Unsure { .. } => {}
            }
        }
        self.note_picture(seen, &recognized, &mut decision);
        decision.settled = is_settled(&recognized);
        decision
    }

    /// One more picture of a person: their grade in this visit, and what is new about it.
    fn person_seen(
        &mut self,
        seen: &Seen<'_>,
        face: &Face,
        person: &PersonRef,
        strength: &Strength,
        decision: &mut Decision,
    ) -> Grade {
        let reached = self.visits.record(seen.camera, &person.id, seen.at, strength.supports);
        self.whereabouts.seen(&person.id, seen.camera, seen.at, strength.probability);
        if reached.confirmed_now {
            let prolongs = self.prolongs(seen.camera);
            let stay = self.whereabouts.place(&person.id).and_then(|p| p.present.as_ref());
            decision.cameras.extend(stay.map(|s| s.camera.clone()).filter(|c| c != seen.camera));
            if self.whereabouts.confirmed(&person.id, seen.camera, seen.at, seen.now, prolongs) {
                let (person, camera) = (person.clone(), seen.camera.clone());
                decision.arrivals.push(Event::Arrived { person, camera, home: prolongs.home });
            }
        }
        if reached.is_new {
            let key = (seen.camera.clone(), person.id.clone());
            let raises = match reached.grade {
                Grade::Seen => {
                    self.open_sightings.remove(&key);
                    None
                }
                Grade::Confirmed => self.open_sightings.get(&key).copied(),
            };
            decision.sightings.push(NewSighting {
                person: person.clone(),
                grade: reached.grade,
                probability: strength.probability,
                similarity: strength.similarity,
                box_in_frame: face.detection.box_in_frame,
                embedding: face.embedding.clone(),
                raises,
            });
        }
        decision.moved.push(person.id.clone());
        reached.grade
    }

    /// The similarity from which a picture counts towards `confirmed`: the share of strangers' pictures that the home
    /// allows reach it.
    fn confirms_from(&self) -> f32 {
        let share = self.settings.strangers_per_thousand / 1_000.0;
        self.calibration.threshold(self.gallery.matchable_people(), share)
    }

    /// One more picture of a stranger: whether to tell of them.
    fn stranger_seen(&mut self, seen: &Seen<'_>, noticed: &Noticed) -> bool {
        let dropped = noticed.dropped_strangers.iter();
        dropped.for_each(|id| self.unknown_visits.forget(id));
        let reached = self.unknown_visits.record(seen.camera, &noticed.id, seen.at, Grade::Confirmed);
        noticed.attention == Attention::Reported && reached.is_new && reached.grade == Grade::Confirmed
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

/// Nobody is in a picture twice: of several faces named alike, the most alike one keeps the name.
fn only_one_face_a_person(faces: &mut [RecognizedFace]) {
    let similarity = |f: &RecognizedFace| f.nearest.first().map_or(f32::MIN, |c| c.similarity);
    for i in 0..faces.len() {
        let Identity::Known { person, probability, .. } = &faces[i].identity else { continue };
        let better = |f: &RecognizedFace| matches!(&f.identity, Identity::Known { person: p, .. } if p.id == person.id);
        let beaten =
            (0..faces.len()).any(|j| j != i && better(&faces[j]) && similarity(&faces[j]) > similarity(&faces[i]));
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

/// An id that nobody had before; should the system have no randomness to give, one from the clock.
fn fresh_id(now: Timestamp) -> UnknownId {
    UnknownId(random_id().unwrap_or_else(|_| format!("{:016x}", now.as_nanosecond() & i128::from(u64::MAX))))
}
