//! A command → what it changes, and what follows from it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::SignedDuration;

use super::deed::Deed;
use super::outcome::{Answer, Command, Durability, FolderLook, Intent, Outcome, Write};
use super::propose::forgotten;
use super::restored::AtRest;
use super::sitting::{Sameness, SittingAcceptance, SittingState, Taken};
use super::state::{Camera, Home, Taught, Visitor, agreed, prolongs};
use crate::engine::error::EngineError;
use crate::engine::teach::Photo;
use crate::engine::types::{
    CameraChange, CameraId, CameraState, Enrollment, Event, LibraryState, Settings, Sighting, SittingId,
};
use crate::engine::upright::CameraUpright;
use crate::people::enrol::{self, EnrolRequest};
use crate::people::{
    Acceptance, Calibration, Corrections, GalleryPhoto, Override, PersonId, PhotoId, ProposalId, Refusal, UnknownId,
};
use crate::presence::{Now, Place};
use crate::store::{self, Change, Correction, Described, SetAside, photo_id, shown};
use crate::vision::Face;

impl Home {
    /// Does what is asked. Whatever fails, what is said to have happened has happened.
    pub(crate) fn handle(&mut self, command: Command, now: Now) -> Outcome {
        let mut outcome = Outcome::default();
        match command {
            Command::Observe(seen, faces) => {
                let decision = self.observe(&seen, faces, now);
                outcome.answer = Ok(Answer::Decided(Box::new(decision)));
            }
            Command::BeginSitting(camera, takes) => {
                let begun = self.begin_sitting(camera, takes, now);
                outcome.answer = begun.map(|state| Answer::Sitting(Box::new(state)));
            }
            Command::ShowSitting(id, faces) => {
                outcome.answer = self.look_at_sitter(&id, faces, now).map(Answer::Sitter);
            }
            Command::KeepForSitting(id, photo) => {
                self.keep_sitter(Taken::For(&id), *photo, now);
                outcome.answer = self.sittings.state(&id, now).map(|state| Answer::Sitting(Box::new(state)));
            }
            Command::EndSitting(id) => outcome.answer = self.sittings.end(&id).map(|()| Answer::Done),
            Command::DeclineProposals(ids) => outcome.answer = self.decline_proposals(ids, &mut outcome),
            Command::ForgetProposals(ids) => self.forget_proposals(&ids, &mut outcome),
            Command::Finish(decision, pictures) => self.finish(*decision, pictures, now, &mut outcome),
            Command::TakeUp(look) => self.take_up(*look, now, &mut outcome),
            Command::Learned(photo, described) => self.learned(&photo, described, &mut outcome),
            Command::Intend(person, intent) => {
                // What is not to be done after all must not be done at the next start: that is tried again until it is kept.
                outcome.durability = if intent.is_some() { Durability::OrNot } else { Durability::Eventually };
                outcome.writes.push(Write::Intent(person, intent));
            }
            Command::SetSettings(settings) => self.set_settings(settings, &mut outcome),
            Command::ConfigureCameras(cameras) => {
                outcome.answer = Ok(Answer::Cameras(self.configure(cameras, now, &mut outcome)));
            }
            Command::LookedUp { camera: id, has_faces, suspected } => {
                let upright = &mut self.camera(&id).upright;
                let before = upright.suggested();
                upright.looked(has_faces, suspected, now.steady);
                if upright.suggested() != before {
                    outcome.cameras.insert(id);
                }
            }
            Command::SetTimeout(person, timeout) => {
                self.people.entry(person.clone()).or_default().presence_timeout_s = timeout;
                outcome.writes.push(Write::Timeout(person.clone(), timeout));
                outcome.durability = Durability::Answered;
                outcome.people.insert(person);
            }
            Command::IgnoreUnknown(id) => {
                outcome.durability = Durability::Answered;
                outcome.answer = self.ignore(&id, now, &mut outcome).map(|()| Answer::Done);
            }
            Command::SetUnknownAside(id, named) => {
                outcome.durability = Durability::Answered;
                self.set_unknown_aside(id, named.map(|named| *named), now, &mut outcome);
            }
            Command::ForgetUnknown(id) => self.forget_unknown(id, &mut outcome),
            Command::Undo(id) => {
                outcome.durability = Durability::Answered;
                outcome.answer = self.undo(&id, now, &mut outcome).map(|()| Answer::Done);
            }
            Command::LetGo(id) => {
                outcome.durability = Durability::Answered;
                match id {
                    Some(id) => self.let_go(&id, &mut outcome),
                    None => self.let_go_where(|_| true, &mut outcome),
                }
            }
            Command::Correct(row, correction) => outcome.answer = self.correct(row, correction, &mut outcome),
            Command::Recall(newest, mistaken) => {
                self.corrections = Corrections::restore(mistaken, &self.model.prior);
                self.recall_newest(&newest, &mut outcome);
                outcome.people.extend(self.review_proposals(&mut outcome.writes));
            }
            Command::Tick => self.expire(now, &mut outcome),
        }
        self.with_states(outcome, now)
    }

    /// The outcome, with the events that tell how the cameras and people are that it changed.
    fn with_states(&self, mut outcome: Outcome, now: Now) -> Outcome {
        let cameras = outcome.cameras.iter().filter_map(|id| self.camera_state(id, now));
        outcome.events.extend(cameras.map(|camera| Event::CameraChanged { camera }));
        let people = outcome.people.iter().filter_map(|id| self.person_state(id, now));
        outcome.events.extend(people.map(|person| Event::PersonChanged { person }));
        outcome
    }

    /// Whether somebody has moved, something else is at rest, or a camera has seen faces, since that was kept.
    pub(crate) fn has_moved(&self) -> bool {
        !self.moved.is_empty() || self.tracks.rest_changed() || self.cameras.values().any(|c| c.sight.has_changed())
    }

    /// Where those who moved are, what is at rest, and how cameras saw faces, to be kept: stamps of the wall clock.
    pub(crate) fn places(&mut self, now: Now) -> Vec<Write> {
        let moved = std::mem::take(&mut self.moved);
        let sight =
            |(id, camera): (&CameraId, &mut Camera)| Some(Write::Sight(id.clone(), Box::new(camera.sight.keep(now)?)));
        let sights: Vec<_> = self.cameras.iter_mut().filter_map(sight).collect();
        let resting = self.tracks.keep_rest(|at| now.to_wall(at));
        let at_rest = resting.into_iter().map(|(camera, tracks)| {
            let at_rest = (!tracks.is_empty()).then(|| Box::new(AtRest { seen_by: self.seen_by(&camera), tracks }));
            Write::AtRest(camera, at_rest)
        });
        moved.into_iter().map(|person| self.place(person, now)).chain(at_rest).chain(sights).collect()
    }

    pub(super) fn place(&self, person: PersonId, now: Now) -> Write {
        let place = self.kept_place(&person, now).map(Box::new);
        Write::Place(person, place)
    }

    pub(super) fn kept_place(&self, person: &PersonId, now: Now) -> Option<Place> {
        self.whereabouts.place(person).cloned().map(|place| place.timed(|at| now.to_wall(at)))
    }

    /// Whether a picture may teach. `picture` is the id that its own bytes have.
    pub(crate) fn judge_lesson(
        &mut self,
        faces: &[Face],
        picture: &PhotoId,
        wanted: &Enrollment,
    ) -> Result<Acceptance, EngineError> {
        let calibration = self.calibration();
        let person = self.gallery.person_named(&wanted.name).map(|p| p.id.clone());
        let (person, chosen_box) = (person.as_ref(), wanted.face_box);
        let request = EnrolRequest { faces, person, picture, chosen_box, allow: &wanted.allow };
        Ok(enrol::judge(&request, &self.gallery, &calibration, &self.model.prior)?)
    }

    fn begin_sitting(
        &mut self,
        camera: Option<CameraId>,
        takes: Duration,
        now: Now,
    ) -> Result<SittingState, EngineError> {
        if let Some(camera) = &camera {
            let missing = || EngineError::NotFound { what: "camera", id: camera.0.clone() };
            // What it shows now may be what it showed last.
            self.cameras.get_mut(camera).ok_or_else(missing)?.last = None;
        }
        let id = self.sittings.begin(camera, takes, now.steady)?;
        self.sittings.state(&id, now)
    }

    /// The photos of a sitting that are to be learned, unless one of them may not. Those that somebody has already are left out.
    pub(crate) fn judge_sitter(&mut self, acceptance: &SittingAcceptance) -> Result<Vec<Photo>, EngineError> {
        let calibration = self.calibration();
        let person = self.gallery.person_named(&acceptance.name).map(|p| p.id.clone());
        let (mut photos, mut there) = (Vec::new(), None);
        for number in &acceptance.pictures {
            let photo = self.sittings.photo(&acceptance.sitting, *number)?;
            match self.judge_photo(photo, person.as_ref(), &acceptance.allow, &calibration) {
                Ok(_) => photos.push(photo.clone()),
                Err(duplicate @ Refusal::Duplicate { .. }) => there = Some(duplicate),
                Err(refusal) => return Err(refusal.into()),
            }
        }
        match there {
            Some(duplicate) if photos.is_empty() => Err(duplicate.into()),
            _ => Ok(photos),
        }
    }

    /// Whether a picture that was proposed may teach now.
    pub(crate) fn judge_proposed(&mut self, person: &PersonId, photo: &Photo) -> Result<(), EngineError> {
        let calibration = self.calibration();
        Ok(self.judge_photo(photo, Some(person), &[], &calibration).map(drop)?)
    }

    /// Whether what shows one face by itself may teach.
    fn judge_photo(
        &self,
        photo: &Photo,
        person: Option<&PersonId>,
        allow: &[Override],
        calibration: &Calibration,
    ) -> Result<Acceptance, Refusal> {
        let faces = std::slice::from_ref(&photo.face);
        let request = EnrolRequest { faces, person, picture: &photo_id(&photo.jpeg), chosen_box: None, allow };
        enrol::judge(&request, &self.gallery, calibration, &self.model.prior)
    }

    /// The face of a picture sent for a sitting, if it is wanted. Of no camera, it makes nobody present and no visit.
    fn look_at_sitter(&mut self, id: &SittingId, faces: Vec<Face>, now: Now) -> Result<Option<Box<Face>>, EngineError> {
        self.sittings.state(id, now)?;
        let calibration = self.calibration();
        let faces = self.of_people(faces, &calibration);
        Ok(self.sitter(Taken::For(id), faces.iter(), now))
    }

    /// The face of a picture that a sitting wants.
    pub(super) fn sitter<'f>(
        &mut self,
        taken: Taken<'_>,
        faces: impl Iterator<Item = &'f Face>,
        now: Now,
    ) -> Option<Box<Face>> {
        if !self.sittings.takes(taken, now.steady) {
            return None;
        }
        let calibration = self.calibration();
        let same = Sameness::new(&self.model.prior, &calibration);
        let faces: Vec<_> = faces.collect();
        let wanted = self.sittings.look(taken, &faces, &same, now.steady);
        faces.first().filter(|_| wanted).map(|face| Box::new((*face).clone()))
    }

    pub(super) fn keep_sitter(&mut self, taken: Taken<'_>, photo: Photo, now: Now) {
        let calibration = self.calibration();
        let same = Sameness::new(&self.model.prior, &calibration);
        self.sittings.keep(taken, photo, &same, now.steady);
    }

    /// Makes the gallery what the folder is, whoever changed it.
    fn take_up(&mut self, look: FolderLook, now: Now, outcome: &mut Outcome) {
        let FolderLook {
            people,
            problems,
            unsettled,
            changes,
            mut described,
            fresh,
            forget,
            done,
            aside,
            known_files,
            roster,
            away,
        } = look;
        let had: Vec<PhotoId> = match &done {
            Some((person, Intent::Delete)) => self.photos_of(person),
            _ => Vec::new(),
        };
        if let Some((from, Intent::MergeInto(into))) = &done {
            self.note_merge(from, into, now, outcome);
        }
        self.library.people = people;
        self.library.problems = problems;
        self.library.unsettled = unsettled;
        self.library.away = away;
        self.library.aside = aside;
        let mut taken_back = false;
        match &done {
            Some((from, Intent::MergeInto(into))) => self.merge(from, into, outcome),
            Some((_, Intent::Undo(id))) => {
                taken_back = matches!(self.deed(id), Some(Deed::Named(_, named)) if named.made.is_some());
                outcome.answer = self.undo(id, now, outcome).map(|()| Answer::Done);
            }
            _ => {}
        }
        // A photo that is another person's now is known already.
        let mut freed: HashMap<PhotoId, GalleryPhoto> = HashMap::new();
        for change in changes {
            self.take_up_one(change, &mut described, &mut freed, outcome);
        }
        let there: HashSet<&PhotoId> =
            self.library.people.iter().flat_map(|p| p.photos.iter().map(|photo| &photo.id)).collect();
        self.library.photos.retain(|photo, _| there.contains(photo));
        let not_yet = self.library.photos.values().filter(|taught| **taught == Taught::NotYet);
        self.library.to_learn = not_yet.count();
        outcome.people.extend(self.judge_photos());
        outcome.people.extend(self.review_proposals(&mut outcome.writes));
        self.tell_library(outcome);
        if !outcome.learn.is_empty() {
            tracing::info!(photos = outcome.learn.len(), "new photos are being learned");
        }
        let just = fresh.into_iter().filter_map(|photo| Some((described.remove(&photo)?, photo)));
        outcome.writes.extend(just.map(|(described, photo)| Write::Described(photo, Box::new(described))));
        outcome.later.extend(known_files.map(Write::KnownFiles));
        outcome.later.extend(roster.map(|roster| Write::Roster(Box::new(roster))));
        if let Some((person, intent)) = done {
            outcome.durability = Durability::Answered;
            match intent {
                Intent::Delete => {
                    outcome.writes.push(Write::ForgetDescribed(had));
                    self.forget_person(&person, outcome);
                }
                Intent::MergeInto(into) => {
                    outcome.writes.push(Write::MergePeople(person.clone(), into.clone()));
                    outcome.writes.push(Write::Timeout(person.clone(), None));
                    self.moved.insert(into);
                    self.people.remove(&person);
                }
                Intent::Undo(_) => {
                    let is_there = self.library.people.iter().any(|p| p.id == person);
                    if taken_back && !is_there && !self.library.can_come_back(&person) {
                        self.forget_person(&person, outcome);
                    }
                }
            }
            self.moved.insert(person.clone());
            outcome.writes.push(Write::Intent(person, None));
            outcome.recall = true;
        }
        if !forget.is_empty() {
            self.let_go_of(None, &forget, outcome);
            outcome.writes.push(Write::ForgetDescribed(forget));
        }
    }

    /// What is known of somebody who is gone.
    fn forget_person(&mut self, person: &PersonId, outcome: &mut Outcome) {
        self.let_go_of(Some(person), &[], outcome);
        self.whereabouts.forget(person);
        self.people.remove(person);
        outcome.writes.extend(forgotten(self.proposals.forget(|p| p.person == *person)));
        outcome.writes.push(Write::ForgetPerson(person.clone()));
        outcome.writes.push(Write::Timeout(person.clone(), None));
    }

    fn photos_of(&self, person: &PersonId) -> Vec<PhotoId> {
        let theirs = self.library.people.iter().find(|p| &p.id == person);
        theirs.map(|p| p.photos.iter().map(|photo| photo.id.clone()).collect()).unwrap_or_default()
    }

    fn take_up_one(
        &mut self,
        change: Change,
        described: &mut HashMap<PhotoId, Described>,
        freed: &mut HashMap<PhotoId, GalleryPhoto>,
        outcome: &mut Outcome,
    ) {
        match change {
            Change::PersonRemoved(id) => {
                outcome.cameras.extend(self.present_at(&id));
                self.forget_tracks_of(&id);
                self.forget_last_pictures();
                // They may be on them.
                self.sittings.end_all();
                // Their name may be on any of them.
                for (camera, shown) in &mut self.cameras {
                    outcome.cameras.extend(shown.annotated.take().map(|_| camera.clone()));
                }
                // Whoever comes back is asked nothing twice.
                let back = self.library.can_come_back(&id);
                outcome.writes.extend(forgotten(self.proposals.forget(|p| p.person == id && !(back && p.declined))));
                agreed(self.gallery.remove_person(&id));
                let gone = agreed(self.everything.remove_person(&id)).map(|person| person.photos);
                freed.extend(gone.into_iter().flatten().map(|photo| (photo.id.clone(), photo)));
                self.gallery_changed();
                outcome.people.remove(&id);
                outcome.events.push(Event::PersonRemoved { person_id: id });
            }
            Change::PersonAdded { id, name, sample } => {
                self.add_person(&id, name);
                self.people.entry(id.clone()).or_default().sample = sample;
                outcome.people.insert(id);
            }
            Change::PersonRenamed(id, name) => {
                agreed(self.everything.rename_person(&id, name.clone()));
                agreed(self.gallery.rename_person(&id, name));
                self.gallery_changed();
                outcome.cameras.extend(self.present_at(&id));
                outcome.people.insert(id);
            }
            Change::PhotoRemoved(id, photo) => {
                let theirs = self.everything.person(&id).and_then(|p| p.photos.iter().find(|f| f.id == photo));
                freed.extend(theirs.cloned().map(|known| (photo.clone(), known)));
                agreed(self.everything.remove_photo(&id, &photo));
                agreed(self.gallery.remove_photo(&id, &photo));
                self.gallery_changed();
                outcome.people.insert(id);
            }
            Change::PhotoAdded(id, photo) => {
                if let Some(known) = freed.remove(&photo.id) {
                    self.shelve_photo(&id, known);
                } else if let Some(described) = described.get(&photo.id) {
                    let taught = self.taught(&id, &photo.id, described, &photo.path);
                    self.library.photos.insert(photo.id, taught);
                } else {
                    self.library.photos.insert(photo.id.clone(), Taught::NotYet);
                    outcome.learn.push(photo);
                }
                outcome.people.insert(id);
            }
        }
    }

    /// Lets a described photo teach whose it is.
    fn taught(&mut self, person: &PersonId, photo: &PhotoId, described: &Described, path: &std::path::Path) -> Taught {
        if let Described::Face(face) = described {
            self.shelve_photo(person, GalleryPhoto::new(photo.clone(), face, &self.model.prior));
            return Taught::Face(face.quality.clone());
        }
        let reason = why_unusable(described);
        tracing::warn!(file = %shown(path), reason, "a file under faces/ is skipped");
        Taught::Nothing(reason)
    }

    /// A photo was described; if it is still there, it teaches.
    fn learned(&mut self, photo: &PhotoId, described: Result<Described, String>, outcome: &mut Outcome) {
        let Some(taught) = self.library.photos.get(photo) else { return };
        let was_to_learn = *taught == Taught::NotYet;
        let find = |p: &store::PersonFolder| {
            p.photos.iter().find(|f| &f.id == photo).map(|file| (p.id.clone(), file.path.clone()))
        };
        let Some((person, path)) = self.library.people.iter().find_map(find) else { return };
        let taught = match described {
            Ok(described) => {
                let taught = self.taught(&person, photo, &described, &path);
                outcome.later.push(Write::Described(photo.clone(), Box::new(described)));
                taught
            }
            Err(reason) => {
                tracing::warn!(file = %shown(&path), reason, "a file under faces/ is skipped");
                Taught::Nothing(reason)
            }
        };
        self.library.photos.insert(photo.clone(), taught);
        outcome.people.insert(person);
        if was_to_learn {
            self.library.to_learn = self.library.to_learn.saturating_sub(1);
            if self.library.to_learn == 0 {
                // Who was at a camera while photos were learned may be somebody by now.
                self.forget_last_pictures();
                tracing::info!("all photos are learned");
            }
        }
        if self.may_judge() {
            outcome.people.extend(self.judge_photos());
            outcome.people.extend(self.review_proposals(&mut outcome.writes));
            self.tell_library(outcome);
        }
    }

    /// Tells how the folder of people is, if that has changed. While photos are being learned, others may still explain what
    /// looks wrong.
    fn tell_library(&mut self, outcome: &mut Outcome) {
        if self.library.to_learn > 0 && self.library.away.is_none() {
            return;
        }
        let state = self.library_state();
        let told = std::mem::replace(&mut self.told_library, state);
        let missing = |library: LibraryState| library.away.map(|away| (away.missing, away.known));
        if told.problems != state.problems || missing(told) != missing(state) {
            outcome.events.push(Event::LibraryChanged { library: state });
        }
    }

    /// The same pictures once more are judged again.
    pub(super) fn forget_last_pictures(&mut self) {
        self.cameras.values_mut().for_each(|camera| camera.last = None);
    }

    /// `from` is `into`: where they were, and what is known of them.
    fn merge(&mut self, from: &PersonId, into: &PersonId, outcome: &mut Outcome) {
        outcome.cameras.extend([from, into].into_iter().filter_map(|id| self.present_at(id)));
        self.whereabouts.merge(from, into);
        let newest = self.people.get(from).and_then(|known| known.newest_sighting);
        let known = self.people.entry(into.clone()).or_default();
        known.newest_sighting = known.newest_sighting.max(newest);
        outcome.writes.extend(forgotten(self.proposals.merge(from, into)));
        outcome.people.insert(into.clone());
    }

    fn set_settings(&mut self, settings: Settings, outcome: &mut Outcome) {
        self.settings = settings;
        outcome.writes.push(Write::Settings(settings));
        outcome.durability = Durability::Answered;
        outcome.events.push(Event::SettingsChanged { settings });
    }

    fn configure(&mut self, cameras: Vec<CameraChange>, now: Now, outcome: &mut Outcome) -> Vec<CameraState> {
        let mut states = Vec::with_capacity(cameras.len());
        for change in cameras {
            let id = change.id.clone();
            let is_new = !self.cameras.contains_key(&id);
            let seen_by = self.seen_by(&id);
            let camera = self.camera(&id);
            let settings = camera.settings.clone().changed(change);
            if is_new || camera.settings != settings {
                if camera.settings.rotate != settings.rotate {
                    camera.upright = CameraUpright::default();
                    camera.last = None;
                }
                camera.settings = settings.clone();
                outcome.writes.push(Write::Camera(settings));
                outcome.cameras.insert(id.clone());
            }
            if self.seen_by(&id) != seen_by {
                self.tracks.end_at(&id);
            }
            states.extend(self.camera_state(&id, now));
        }
        states
    }

    fn forget_unknown(&mut self, id: UnknownId, outcome: &mut Outcome) {
        self.strangers.remove(&id);
        self.visits.forget(&Visitor::Stranger(id.clone()));
        self.gallery_changed();
        self.let_go_where(|done| done.deed.unknown().is_some_and(|unknown| unknown.id == id), outcome);
        outcome.writes.push(Write::ForgetUnknown(id));
        outcome.durability = Durability::Answered;
    }

    fn decline_proposals(&mut self, ids: Vec<ProposalId>, outcome: &mut Outcome) -> Result<Answer, EngineError> {
        outcome.people.extend(self.waiting_proposals(&ids)?.into_iter().map(|p| p.person));
        outcome.writes.extend(forgotten(self.proposals.decline(&ids)));
        outcome.writes.push(Write::DeclineProposals(ids));
        outcome.durability = Durability::Answered;
        Ok(Answer::Done)
    }

    fn forget_proposals(&mut self, ids: &[ProposalId], outcome: &mut Outcome) {
        outcome.people.extend(self.proposals.waiting().filter(|p| ids.contains(&p.id)).map(|p| p.person.clone()));
        outcome.writes.extend(forgotten(self.proposals.forget(|p| ids.contains(&p.id))));
        outcome.durability = Durability::Answered;
    }

    /// Undoes what a sighting decided, where nothing newer decided the same.
    fn correct(
        &mut self,
        row: store::SightingRow,
        correction: Option<Correction>,
        outcome: &mut Outcome,
    ) -> Result<Answer, EngineError> {
        let no_sighting = || EngineError::NotFound { what: "sighting", id: row.id.to_string() };
        let person = self.person_ref(&row.person).ok_or_else(no_sighting)?;
        outcome.writes.push(Write::Correction(row.id, correction.clone()));
        outcome.durability = Durability::Answered;
        outcome.recall = true;
        let camera = CameraId(row.camera.clone());
        if correction.is_some() {
            outcome.writes.extend(forgotten(self.proposals.forget(|p| p.sighting == row.id && !p.declined)));
            outcome.events.push(Event::SightingCorrected { sighting_id: row.id, person: person.clone() });
            self.forget_tracks_of(&person.id);
            if self.present_at(&person.id).as_ref() == Some(&camera) {
                self.whereabouts.take_back(&person.id);
                self.moved.insert(person.id.clone());
                outcome.cameras.insert(camera.clone());
            }
            outcome.people.insert(person.id.clone());
        }
        Ok(Answer::Sighting(Sighting::of(store::SightingRow { correction, ..row }, person)))
    }

    fn recall_newest(&mut self, newest: &HashMap<PersonId, i64>, outcome: &mut Outcome) {
        for (person, known) in &mut self.people {
            let now = newest.get(person).copied();
            if known.newest_sighting != now {
                known.newest_sighting = now;
                outcome.people.insert(person.clone());
            }
        }
    }

    /// Ends what has run out: presence, who is in view of a camera, tracks, visits.
    fn expire(&mut self, now: Now, outcome: &mut Outcome) {
        let view = self.settings.in_view_timeout();
        let (people, cameras, settings) = (&self.people, &self.cameras, &self.settings);
        let ended = self
            .whereabouts
            .expire(now.steady, view, |person, camera| prolongs(people, cameras, settings, person, camera));
        for (id, camera) in ended.left {
            if let Some(person) = self.person_ref(&id) {
                outcome.events.push(Event::Departed { person, camera });
            }
            outcome.writes.push(self.place(id.clone(), now));
            outcome.people.insert(id);
        }
        outcome.people.extend(ended.home_changed);
        outcome.cameras.extend(ended.out_of_view);
        let is_over = |at: jiff::Timestamp| at.checked_add(view).is_ok_and(|ends| ends <= now.steady);
        for (id, camera) in &mut self.cameras {
            let says_something = camera.faces > 0 || camera.unknown_present;
            if says_something && camera.last_picture_at.is_none_or(is_over) {
                (camera.faces, camera.unknown_present) = (0, false);
                outcome.cameras.insert(id.clone());
            }
        }
        self.let_go_where(|done| done.until <= now.steady, outcome);
        self.visits.prune(now.steady);
        self.tracks.expire(now.steady);
        self.sittings.expire(now.steady);
    }

    /// Forgets what is older than the home keeps things.
    pub(crate) fn forget_old(&mut self, now: Now) -> Outcome {
        let days = i64::from(self.settings.retention_days);
        let kept_for = SignedDuration::from_hours(24 * days);
        let before = |at: jiff::Timestamp| at.checked_sub(kept_for).unwrap_or(jiff::Timestamp::MIN);
        for id in self.strangers.expire(before(now.steady)) {
            self.visits.forget(&Visitor::Stranger(id));
        }
        self.cameras.values_mut().for_each(|camera| camera.sight.forget_before(before(now.steady)));
        self.gallery_changed();
        let mut outcome = Outcome { recall: true, ..Outcome::default() };
        outcome.writes.extend(self.forget_removed_people(before(now.steady)));
        let whose: Vec<_> = self.proposals.waiting().map(|p| (p.id.clone(), p.person.clone())).collect();
        let gone = self.forget_old_proposals(before(now.wall()), now);
        outcome.people.extend(whose.into_iter().filter(|(id, _)| gone.contains(id)).map(|(_, person)| person));
        outcome.writes.push(Write::Expire(before(now.wall()), now.wall()));
        outcome.writes.extend(forgotten(gone));
        self.with_states(outcome, now)
    }

    /// Forgets people whose folders somebody has removed, and who were last seen before `before`: they will not come back.
    fn forget_removed_people(&mut self, before: jiff::Timestamp) -> Vec<Write> {
        if !self.knows_everybody() {
            return Vec::new();
        }
        let is_gone = |(id, place): &(&PersonId, &Place)| {
            place.last_seen < before && self.everything.person(id).is_none() && !self.library.can_come_back(id)
        };
        let gone: Vec<PersonId> = self.whereabouts.iter().filter(is_gone).map(|(id, _)| id.clone()).collect();
        for person in &gone {
            self.whereabouts.forget(person);
            self.people.remove(person);
            self.moved.insert(person.clone());
        }
        gone.into_iter()
            .flat_map(|person| [Write::ForgetPerson(person.clone()), Write::Timeout(person, None)])
            .collect()
    }

    /// Forgets what photos showed that are not in the folder any more, and can't be put back. An empty folder, or one that is still
    /// being learned, forgets nothing: it may be away for a moment.
    pub(crate) fn forget_removed_photos(&self) -> Option<Outcome> {
        let mut photos: Vec<_> =
            self.library.people.iter().flat_map(|p| p.photos.iter().map(|f| f.id.clone())).collect();
        let sure = !photos.is_empty() && !self.learning();
        photos.extend(self.library.aside.iter().flat_map(SetAside::photos).cloned());
        sure.then(|| Outcome { writes: vec![Write::PruneDescribed(photos)], ..Outcome::default() })
    }

    /// Everybody's state again, to be told and kept: the wall clock was set, and their stamps are others.
    pub(crate) fn clock_was_set(&mut self, now: Now) -> Outcome {
        self.moved.extend(self.whereabouts.iter().map(|(person, _)| person.clone()));
        self.tracks.keep_again();
        self.cameras.values_mut().for_each(|camera| camera.sight.keep_again());
        let mut outcome = Outcome::default();
        outcome.people.extend(self.whereabouts.iter().map(|(person, _)| person.clone()));
        outcome.cameras.extend(self.cameras.keys().cloned());
        self.with_states(outcome, now)
    }
}

/// Why a described file teaches nothing.
fn why_unusable(described: &Described) -> String {
    match described {
        Described::Face(_) => String::new(),
        Described::NoFace => "no face was found in it".to_owned(),
        Described::SeveralFaces(n) => {
            format!("it shows {n} faces, so it is not clear whose photo it is; crop it to one")
        }
        Described::Unreadable(reason) => reason.clone(),
    }
}
