//! A described picture → who is in it, and, where a camera observed it, what that means for presence.
//! In two steps: [`Home::observe`] decides; once the pictures that the decision wants are made, [`Home::finish`] says what is
//! to be kept and told, so that who hears of a sighting can fetch its picture.

use std::sync::Arc;

use super::outcome::{Arrival, Decision, FirstTold, NoticedFace, Outcome, Pictures, Seen, WantedFace, Write};
use super::sitting::Taken;
use super::state::{Home, LastPicture, Visitor};
use crate::engine::types::{Basis, CameraId, Event, Grade, Identity, PicturePath, RecognizedFace, UnknownState};
use crate::people::strangers::UnknownVisitor;
use crate::people::{
    Allowed, Attention, Calibration, Candidate, Direction, Evidence, HeldBackBy, RestsOn, SettleBy, Spot, Stranger,
};
use crate::presence::{Followed, Now};
use crate::store;
use crate::vision::{Face, Rect};

/// How many candidates an answer names.
const NEAREST: usize = 3;
/// A picture with less news than that is the one before once more: of who is not confirmed it says nothing.
const LEAST_NEWS: f32 = 0.1;
/// Strangers are told of from so many pictures on: one may be a shadow, or somebody enrolled who looks away.
const TELLING_PICTURES: f32 = 1.2;
/// What hardly looks like a person's face is one where so few strangers look as much like somebody enrolled.
const KNOWN_SHARE: f32 = 0.05;

/// One face of an observed picture: its camera, when it was taken and now, by the steady clock.
struct Look<'a> {
    camera: &'a CameraId,
    at: jiff::Timestamp,
    now: jiff::Timestamp,
    size: (u32, u32),
}

impl Look<'_> {
    /// Where a box is, in fractions of the picture.
    #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
    fn place(&self, face: &Rect) -> Rect {
        let (width, height) = (self.size.0.max(1) as f32, self.size.1.max(1) as f32);
        Rect { x: face.x / width, y: face.y / height, w: face.w / width, h: face.h / height }
    }
}

impl Home {
    /// Who is in a picture.
    pub(crate) fn recognize(&self, faces: Vec<Face>) -> Vec<RecognizedFace> {
        let calibration = self.calibration();
        let faces = self.of_people(faces, &calibration);
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
    pub(crate) fn observe(&mut self, seen: &Seen, faces: Vec<Face>, now: Now) -> Decision {
        let learning = self.learning();
        if let Some(last) = self.camera(&seen.camera).last.as_ref().filter(|last| last.hash == seen.hash) {
            let (faces, settled) = (last.faces.clone(), is_settled(&last.faces));
            return Decision { faces, repeated: true, settled, learning, ..Decision::default() };
        }
        let look = Look { camera: &seen.camera, at: now.to_steady(seen.captured_at), now: now.steady, size: seen.size };
        let mut faces = self.follow(&look, faces);
        only_one_face_a_person(faces.iter_mut().map(|(face, _)| face).collect());
        let camera = Some(seen.camera.clone());
        let mut decision = Decision { camera, at: look.at, learning, ..Decision::default() };
        for (number, (face, followed)) in faces.iter_mut().enumerate() {
            let named = match &face.identity {
                Identity::Known { person, .. } => Some(person.id.clone()),
                Identity::Unsure { .. } | Identity::Unknown { .. } => None,
            };
            let mut already_told = false;
            if let Some(taken_for) = self.tracks.notes(look.camera, followed.id) {
                already_told = named.is_some() && taken_for.person == named;
                taken_for.person = named;
            }
            match &face.identity {
                // It has not moved since it was told of, however long ago that was: a picture on the wall comes for no visit.
                Identity::Known { grade, .. }
                    if already_told && followed.news < LEAST_NEWS && *grade != Grade::Confirmed => {}
                Identity::Known { .. } => self.person_seen(&look, (number, &*face), *followed, &mut decision),
                Identity::Unknown { .. } if followed.fixture => {}
                Identity::Unknown { .. } if !learning => self.stranger_seen(&look, face, *followed, &mut decision),
                Identity::Unknown { .. } | Identity::Unsure { .. } => {}
            }
        }
        for (face, _) in faces.iter().filter(|(_, followed)| !followed.fixture) {
            self.camera(look.camera).sight.note(face.evidence.track, look.at, face);
        }
        let there = faces.iter().filter(|(_, followed)| !followed.fixture);
        decision.sitter = self.sitter(Taken::At(look.camera), there.map(|(face, _)| &face.face), now);
        decision.faces = faces.into_iter().map(|(face, _)| face).collect();
        decision.settled = is_settled(&decision.faces);
        let last = LastPicture { hash: seen.hash, size: seen.size, faces: decision.faces.clone() };
        self.note_picture(&look, last, &mut decision);
        decision
    }

    /// What a decision makes known, now that its pictures are made. Whoever has been deleted since is not told of again.
    pub(super) fn finish(&mut self, decision: Decision, pictures: Pictures, now: Now, outcome: &mut Outcome) {
        let Decision {
            camera, at, faces, sightings, strangers, withdrawn, arrivals, proposals, cameras, people, ..
        } = decision;
        let Some(camera) = camera else { return };
        outcome.cameras.extend(cameras);
        outcome.people.extend(people);
        let crops = pictures.sightings.into_iter().chain(std::iter::repeat(None));
        for (sighting, crop) in sightings.into_iter().zip(crops) {
            if self.gallery.person(&sighting.person.id).is_some() {
                self.sighting_made(&camera, now.to_wall(at), sighting, crop, outcome);
            }
        }
        outcome.writes.extend(withdrawn.into_iter().map(Write::ForgetUnknown));
        let crops = pictures.strangers.into_iter().chain(std::iter::repeat(None));
        for (noticed, crop) in strangers.into_iter().zip(crops) {
            self.stranger_made(&camera, at, noticed, crop, now, outcome);
        }
        if let Some(photo) = pictures.sitter {
            self.keep_sitter(Taken::At(&camera), photo, now);
        }
        for (wanted, cut) in proposals.into_iter().zip(pictures.proposals) {
            let person = wanted.person.clone();
            let writes = cut.map(|cut| self.propose(&camera, now.to_wall(at), wanted, cut)).unwrap_or_default();
            if !writes.is_empty() {
                outcome.people.insert(person);
                outcome.writes.extend(writes);
            }
        }
        let named = |face: &RecognizedFace| face.identity.person().is_none_or(|p| self.gallery.person(&p.id).is_some());
        if let Some(picture) = pictures.annotated.filter(|_| faces.iter().all(named)) {
            let annotated = &mut self.camera(&camera).annotated;
            // One of an older picture may be finished later.
            if annotated.as_ref().is_none_or(|(newest, _)| *newest <= at) {
                *annotated = Some((at, picture));
            }
        }
        for Arrival { person, home, departed } in arrivals {
            if self.gallery.person(&person.id).is_none() {
                continue;
            }
            // A change of stay is kept at once, a newer sighting of who is there with it or later.
            outcome.writes.push(self.place(person.id.clone(), now));
            let departed_at = departed.map(|at| now.to_wall(at));
            outcome.events.push(Event::Arrived { person, camera: camera.clone(), home, departed_at });
        }
        self.moved.extend(outcome.people.iter().cloned());
    }

    /// The faces that are large enough, largest first, each judged by all pictures of its track.
    fn follow(&mut self, look: &Look<'_>, mut faces: Vec<Face>) -> Vec<(RecognizedFace, Followed)> {
        let settings = &self.camera(look.camera).settings;
        let (min_px, areas) = (settings.min_face_px.unwrap_or(0), settings.ignored_areas.clone());
        #[expect(clippy::cast_precision_loss, reason = "pixels of a face are far below 2^23")]
        faces.retain(|f| f.detection.box_in_frame.w >= min_px as f32);
        faces.retain(|f| {
            let middle = look.place(&f.detection.box_in_frame).center();
            !areas.iter().any(|area| area.contains(middle))
        });
        let calibration = self.calibration();
        let mut faces = self.of_people(faces, &calibration);
        faces.sort_by(|a, b| b.detection.box_in_frame.area().total_cmp(&a.detection.box_in_frame.area()));
        let mut followed = self.tracks.follow(look.camera, look.at, look.now, &faces, &self.model.prior);
        for (face, followed) in faces.iter().zip(&mut followed) {
            let spot = Spot { camera: look.camera.0.clone(), place: look.place(&face.detection.box_in_frame) };
            followed.fixture |= self.corrections.is_picture(&spot, face, &self.model.prior);
        }
        let judged = faces.into_iter().zip(followed).filter_map(|(face, followed)| {
            let evidence = self.tracks.evidence(look.camera, followed.id)?;
            let mut judged = self.judge(face, evidence, &calibration, Allowed::of_track(self.confirmed_share()));
            if followed.fixture {
                judged.identity = Identity::Unknown { unknown: None, ignored: true, learning: false };
            }
            judged.evidence.track = Some(followed.id);
            Some((judged, followed))
        });
        judged.collect()
    }

    /// The faces of people, and those that look like somebody enrolled, whatever else they look like: no rule about faces in
    /// general hides a person of this home.
    pub(super) fn of_people(&self, mut faces: Vec<Face>, calibration: &Calibration) -> Vec<Face> {
        let prior = &self.model.prior;
        let known_from = calibration.threshold(KNOWN_SHARE);
        faces.retain(|face| {
            let ranked = || calibration.rank(&Direction::of(prior, face));
            prior.is_person(face) || ranked().first().is_some_and(|best| best.similarity >= known_from)
        });
        faces
    }

    /// The share, 0..1, of strangers' visits that the home allows to be confirmed as somebody.
    pub(super) fn confirmed_share(&self) -> f32 {
        self.settings.strangers_per_thousand / 1_000.0
    }

    /// A face, by all that its evidence says.
    fn judge(&self, face: Face, evidence: &Evidence, calibration: &Calibration, allowed: Allowed) -> RecognizedFace {
        let direction = evidence.direction(&self.model.prior);
        let denied =
            |candidate: &Candidate| self.corrections.deny(candidate, &self.gallery, &direction, &self.model.prior);
        let ranked = calibration.rank(&direction);
        let (denied, mut nearest): (Vec<_>, Vec<_>) = ranked.into_iter().partition(denied);
        let rests_on = RestsOn { pictures: evidence.pictures(), strength: direction.strength };
        let mut judgement = calibration.judge(&nearest, rests_on, &face.quality, allowed);
        if denied.first().is_some_and(|them| them.similarity > judgement.reasons.similarity) {
            judgement.reasons.held_back_by = judgement.reasons.held_back_by.map(|_| HeldBackBy::Correction);
        }
        let ignored = self.strangers.ignored_alike(&direction, &self.model.prior);
        let learning = self.learning();
        // Whoever is to be ignored is a person, too, only without a name.
        let ignored = ignored.is_some_and(|similarity| similarity > judgement.reasons.similarity);
        let identity = match judgement.identity {
            judged if !ignored && judged != Identity::STRANGER => judged,
            _ => Identity::Unknown { unknown: None, ignored, learning },
        };
        nearest.truncate(NEAREST);
        RecognizedFace { face, identity, nearest, evidence: Basis { track: None, reasons: judgement.reasons } }
    }

    /// One more picture of a person: what is new about it.
    fn person_seen(
        &mut self,
        look: &Look<'_>,
        (number, face): (usize, &RecognizedFace),
        followed: Followed,
        decision: &mut Decision,
    ) {
        let Identity::Known { person, probability, grade, .. } = &face.identity else { return };
        let made = self.tracks.notes(look.camera, followed.id).and_then(|taken_for| taken_for.stranger.take());
        if let Some((id, true)) = made
            && self.strangers.remove(&id).is_some()
        {
            self.visits.forget(&Visitor::Stranger(id.clone()));
            self.gallery_changed();
            decision.withdrawn.push(id);
        }
        let visitor = Visitor::Person(person.id.clone());
        let (is_new, sighting) = self.visits.reach(look.camera, &visitor, look.at, look.now, *grade);
        if is_new {
            let id = *sighting.get_or_insert_with(|| {
                self.last_sighting += 1;
                self.last_sighting
            });
            let kept = store::NewSighting {
                at: look.at,
                camera: look.camera.0.clone(),
                person: person.id.clone(),
                grade: *grade,
                probability: *probability,
                similarity: face.evidence.reasons.similarity,
                model: self.model.recipe.model.as_str().into(),
                embedding: face.face.embedding.clone(),
                reliability: self.model.prior.reliability(&face.face),
                place: look.place(&face.face.detection.box_in_frame),
                crop: None,
            };
            let box_in_frame = face.face.detection.box_in_frame;
            decision.sightings.push(FirstTold { id, person: person.clone(), box_in_frame, kept });
        }
        if let Some(sighting) = *sighting
            && *grade == Grade::Confirmed
            && followed.news >= LEAST_NEWS
            && self.wants_proposal(&person.id, sighting, face)
        {
            decision.proposals.push(WantedFace { person: person.id.clone(), sighting, face: number });
        }
        // Newly reached on pictures seen before, too: they were of nobody known, and a photo has been learned since. And who was
        // confirmed has moved, isn't a picture on the wall, and stays while they stand still.
        if followed.news < LEAST_NEWS && !is_new && *grade != Grade::Confirmed {
            return;
        }
        let was_at = self.present_at(&person.id);
        // What has not moved yet may be a photo on the wall: who is present elsewhere is not kept present by it.
        let moved = |evidence: &Evidence| evidence.pictures() >= TELLING_PICTURES;
        let moved = self.tracks.evidence(look.camera, followed.id).is_some_and(moved);
        let elsewhere = was_at.as_ref().is_some_and(|at| at != look.camera);
        if elsewhere && !moved && *grade != Grade::Confirmed {
            return;
        }
        let departed = self.whereabouts.place(&person.id).and_then(|place| place.departed);
        self.whereabouts.seen(&person.id, look.camera, look.at, *probability);
        if *grade == Grade::Confirmed {
            let prolongs = self.prolongs(&person.id, look.camera);
            if self.whereabouts.confirmed(&person.id, look.camera, look.at, look.now, prolongs) {
                decision.arrivals.push(Arrival { person: person.clone(), home: prolongs.home, departed });
            }
        }
        decision.cameras.extend(was_at.filter(|camera| camera != look.camera));
        decision.people.insert(person.id.clone());
    }

    /// One more picture of somebody unknown: who that is, and whether to tell of them.
    fn stranger_seen(
        &mut self,
        look: &Look<'_>,
        face: &mut RecognizedFace,
        followed: Followed,
        decision: &mut Decision,
    ) {
        let Some(evidence) = self.tracks.evidence(look.camera, followed.id) else { return };
        let (direction, pictures) = (evidence.direction(&self.model.prior), evidence.pictures());
        let Some(track) = self.tracks.notes(look.camera, followed.id) else { return };
        let (taken_for, made_of_it) = track.stranger.as_ref().map_or((None, false), |(id, made)| (Some(id), *made));
        let visitor = UnknownVisitor { direction: &direction, taken_for, made_of_it, face: &face.face };
        let fresh = self.unknown_ids.fresh(look.now);
        let Some(noticed) = self.strangers.notice(&visitor, &self.model.prior, look.at, fresh.clone()) else { return };
        let still_own = made_of_it && taken_for == Some(&noticed.id);
        track.stranger = Some((noticed.id.clone(), still_own || noticed.id == fresh));
        let ignored = noticed.attention == Attention::Ignored;
        face.identity = Identity::Unknown { unknown: Some(noticed.id.clone()), ignored, learning: false };
        noticed.dropped_strangers.iter().for_each(|id| self.visits.forget(&Visitor::Stranger(id.clone())));
        if noticed.kept_face.is_some() {
            self.gallery_changed();
        }
        let visitor = Visitor::Stranger(noticed.id.clone());
        let mut first = || self.visits.reach(look.camera, &visitor, look.at, look.now, Grade::Confirmed).0;
        let tell = !ignored && pictures >= TELLING_PICTURES && first();
        decision.strangers.push(NoticedFace { noticed, box_in_frame: face.face.detection.box_in_frame, tell });
    }

    /// The camera's own state after a picture. A late picture isn't a newer state, and one that is older than a camera's state
    /// lasts says nothing of now.
    fn note_picture(&mut self, look: &Look<'_>, last: LastPicture, decision: &mut Decision) {
        // Who could not be told from another is nobody to warn of.
        let stranger = |f: &RecognizedFace| {
            matches!(f.identity, Identity::Unknown { ignored: false, learning: false, unknown: Some(_) })
        };
        let of_now = look.at.checked_add(self.settings.in_view_timeout()).is_ok_and(|ends| ends > look.now);
        let faces = if of_now { last.faces.len() } else { 0 };
        let unknown_present = of_now && last.faces.iter().any(stranger);
        let any = !last.faces.is_empty();
        let camera = self.camera(look.camera);
        if camera.last_picture_at.is_some_and(|newest| newest > look.at) {
            return;
        }
        if any || camera.faces > 0 || camera.unknown_present != unknown_present {
            decision.cameras.insert(look.camera.clone());
        }
        camera.last_picture_at = Some(look.at);
        camera.last = Some(Arc::new(last));
        camera.faces = faces;
        camera.unknown_present = unknown_present;
    }

    fn sighting_made(
        &mut self,
        camera: &CameraId,
        at: jiff::Timestamp,
        new: FirstTold,
        crop: Option<Arc<[u8]>>,
        outcome: &mut Outcome,
    ) {
        if crop.is_some() {
            let newest = &mut self.people.entry(new.person.id.clone()).or_default().newest_sighting;
            *newest = (*newest).max(Some(new.id));
        }
        let FirstTold { id, person, box_in_frame: face_box, kept } = new;
        outcome.events.push(Event::Sighting {
            sighting_id: id,
            camera: camera.clone(),
            person,
            grade: kept.grade,
            probability: kept.probability,
            face_box,
            picture: PicturePath::Sighting(id),
            annotated: PicturePath::Annotated(camera.clone()),
        });
        outcome.writes.push(Write::Sighting(id, Box::new(store::NewSighting { at, crop, ..kept })));
    }

    fn stranger_made(
        &mut self,
        camera: &CameraId,
        at: jiff::Timestamp,
        face: NoticedFace,
        crop: Option<Arc<[u8]>>,
        now: Now,
        outcome: &mut Outcome,
    ) {
        let NoticedFace { noticed, tell, .. } = face;
        // It may have been forgotten since.
        let Some(stranger) = self.strangers.get(&noticed.id) else { return };
        let alert = crop.clone().filter(|_| tell);
        let kept = noticed.kept_face.and_then(|number| stranger.faces.iter().find(|f| f.number == number));
        let new_face = kept.map(|kept| {
            Box::new(store::NewUnknownFace {
                number: kept.number,
                at: now.to_wall(at),
                quality: kept.quality,
                model: self.model.recipe.model.as_str().into(),
                embedding: kept.embedding.clone(),
                crop,
            })
        });
        let stamped = Stranger {
            first_seen: now.to_wall(stranger.first_seen),
            last_seen: now.to_wall(stranger.last_seen),
            ..stranger.clone()
        };
        if tell {
            let mut unknown = UnknownState::of(&stamped, camera.clone());
            if alert.is_some() {
                unknown.picture = PicturePath::Alert(stamped.id.clone(), now.to_wall(at));
            }
            let annotated = PicturePath::Annotated(camera.clone());
            outcome.events.push(Event::UnknownSeen { camera: camera.clone(), unknown, annotated });
        }
        let id = stamped.id.clone();
        let (stranger, dropped) = (Box::new(stamped), noticed.dropped_strangers);
        outcome.writes.push(Write::Unknown { stranger, camera: camera.clone(), face: new_face, dropped });
        outcome.writes.extend(alert.map(|picture| Write::UnknownAlert(id, now.to_wall(at), picture)));
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
            faces[i].identity = Identity::unsure(
                person.clone(),
                probability.min(0.5),
                vec![SettleBy::AnotherPicture],
                "another face in this picture looks more like the same person".to_owned(),
            );
        }
    }
}

/// Whether one more picture would change nothing.
pub(crate) fn is_settled(faces: &[RecognizedFace]) -> bool {
    let settled = |f: &RecognizedFace| {
        matches!(f.identity, Identity::Known { grade: Grade::Confirmed, .. } | Identity::Unknown { ignored: true, .. })
    };
    !faces.is_empty() && faces.iter().all(settled)
}
