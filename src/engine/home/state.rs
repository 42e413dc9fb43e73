//! Everything that a home knows and believes, and how that looks from outside. What changes it is in the files beside this one.
//! Times are by the steady clock ([`Now::steady`]), and become stamps of the wall clock where they leave.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;

use super::deed::Done;
use super::restored::{KnownPerson, Restored, SeenBy, TakenFor};
use super::sight::{CameraSight, Sight};
use super::sitting::Sittings;
use crate::engine::error::EngineError;
use crate::engine::types::{
    CameraSettings, CameraState, LibraryState, PersonState, PhotoState, PictureBytes, PicturePath, PresenceState,
    RecognizedFace, Settings,
};
use crate::engine::upright::{CameraUpright, WayUp};
use crate::people::{
    Calibration, Corrections, Direction, Doubt, DoubtfulPhoto, Gallery, GalleryError, GalleryPerson, GalleryPhoto,
    Misfiled, PersonId, PersonName, PersonRef, PhotoId, Prior, Proposals, Strangers, UnknownId, misfiled,
};
use crate::presence::{CameraId, Now, Prolongs, Tracks, Visits, Whereabouts};
use crate::store::{
    self, Away, ChangeId, PersonFolder, PhotoFile, Problem, ProblemKind, Recipe, SetAside, StoreError, UNDO_FOR,
    random_id,
};
use crate::vision::{Face, Quality};

/// So many photos are judged in a few milliseconds.
const JUDGED_EACH_TIME: usize = 300;

/// A home: what is believed of it, and what that rests on.
#[derive(Default)]
pub(crate) struct Home {
    /// Who is recognised: the photos that may teach.
    pub(super) gallery: Gallery,
    /// All described photos of the folder, also those that are somebody else's.
    pub(super) everything: Gallery,
    pub(super) misfiled: Misfiled,
    /// Photos of which the log says that they look wrong.
    warned: BTreeSet<PhotoId>,
    pub(super) told_library: LibraryState,
    pub(crate) model: Model,
    /// For this gallery and these strangers; unset since they changed. See [`Home::calibration`].
    calibration: OnceLock<Arc<Calibration>>,
    pub(crate) strangers: Strangers,
    pub(super) corrections: Corrections,
    pub(crate) tracks: Tracks<TakenFor>,
    /// The sighting that a person's visit has made.
    pub(super) visits: Visits<Visitor, Option<i64>>,
    pub(super) whereabouts: Whereabouts,
    pub(super) cameras: BTreeMap<CameraId, Camera>,
    pub(crate) settings: Settings,
    /// What is known of people apart from their photos, of those whose folder is away, too.
    pub(super) people: BTreeMap<PersonId, KnownPerson>,
    pub(super) library: Library,
    /// How strangers get their ids.
    pub(super) unknown_ids: UnknownIds,
    pub(super) last_sighting: i64,
    /// Who is learned at a camera just now.
    pub(crate) sittings: Sittings,
    /// Pictures that would widen somebody's photos.
    pub(super) proposals: Proposals,
    /// What can be undone, apart from deletions.
    pub(super) undoable: BTreeMap<ChangeId, Done>,
    /// Who moved since their whereabouts were kept.
    pub(super) moved: BTreeSet<PersonId>,
}

/// The people of the folder, as of the last look, and what became of their photos.
#[derive(Default)]
pub(super) struct Library {
    pub(super) people: Arc<[PersonFolder]>,
    pub(super) photos: HashMap<PhotoId, Taught>,
    /// Photos that are [`Taught::NotYet`].
    pub(super) to_learn: usize,
    /// Files that may still be copied.
    pub(super) unsettled: usize,
    pub(super) problems: Vec<Problem>,
    /// People whose folders are missing.
    pub(super) away: Option<Away>,
    /// What was deleted and can be put back.
    pub(super) aside: Vec<SetAside>,
}

impl Library {
    /// Whether somebody was deleted and can be put back.
    pub(super) fn can_come_back(&self, person: &PersonId) -> bool {
        self.aside.iter().any(|aside| aside.is_whole() && aside.person.id == *person)
    }
}

/// What a photo under `faces/` has taught.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Taught {
    NotYet,
    Face(Quality),
    Nothing(String),
}

/// What is known of the recogniser.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) prior: Arc<Prior>,
    /// Whether that was measured for it.
    pub(crate) measured: bool,
    pub(crate) recipe: Recipe,
}

impl Model {
    /// A pack's, or what is assumed of one that nobody has measured.
    pub(crate) fn new(shipped: Option<Prior>, recipe: Recipe) -> Self {
        let measured = shipped.is_some();
        Self { prior: Arc::new(shipped.unwrap_or_else(Prior::unmeasured)), measured, recipe }
    }

    /// The rule for a gallery, in a home with these strangers.
    pub(crate) fn calibration(&self, gallery: &Gallery, strangers: &[Direction]) -> Calibration {
        if self.measured {
            Calibration::of_measured(&self.prior, gallery, strangers)
        } else {
            Calibration::of_unmeasured(gallery)
        }
    }
}

/// One that nobody has measured.
impl Default for Model {
    fn default() -> Self {
        Self::new(None, Recipe::default())
    }
}

/// How strangers get ids that nobody had before.
#[derive(Clone, Copy, Default)]
pub(crate) enum UnknownIds {
    #[default]
    Random,
    /// The last number given: for simulations, which say the same each time.
    Numbered(u64),
}

impl UnknownIds {
    /// An id; should the system have no randomness to give, one from the clock.
    pub(super) fn fresh(&mut self, now: Timestamp) -> UnknownId {
        let clock = || format!("{:016x}", now.as_nanosecond() & i128::from(u64::MAX));
        UnknownId(match self {
            Self::Random => random_id().unwrap_or_else(|_| clock()),
            Self::Numbered(last) => {
                *last += 1;
                format!("{last:016x}")
            }
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Visitor {
    Person(PersonId),
    Stranger(UnknownId),
}

/// A camera and what its last picture showed.
#[derive(Default)]
pub(super) struct Camera {
    pub(super) settings: CameraSettings,
    pub(super) faces: usize,
    pub(super) unknown_present: bool,
    pub(super) last_picture_at: Option<Timestamp>,
    pub(super) last: Option<Arc<LastPicture>>,
    /// The last picture with a face, annotated, JPEG, and when it was taken.
    pub(super) annotated: Option<(Timestamp, Arc<[u8]>)>,
    /// Which way up its pictures are, with `settings.rotate`.
    pub(super) upright: CameraUpright,
    /// How well it saw faces.
    pub(super) sight: Sight,
}

/// A camera's last picture, so that the same bytes are answered and not counted again.
#[derive(Debug)]
pub(crate) struct LastPicture {
    pub(crate) hash: PictureHash,
    pub(crate) size: (u32, u32),
    pub(crate) faces: Vec<RecognizedFace>,
}

/// SHA-256 of a picture's bytes.
pub(crate) type PictureHash = [u8; 32];

impl Camera {
    fn new(settings: CameraSettings) -> Self {
        Self { settings, ..Self::default() }
    }
}

impl Home {
    /// As the last run left it; people come with the first look at the folder.
    pub(crate) fn restore(kept: Restored, model: Model, now: Timestamp) -> Self {
        let mut home = Self::new(model, kept.settings);
        home.strangers = Strangers::restore(kept.strangers, &home.model.prior);
        let latest = now.checked_add(UNDO_FOR).unwrap_or(Timestamp::MAX);
        for (id, mut done) in kept.undoable {
            // No clock keeps it longer.
            done.until = done.until.min(latest);
            if let Some(unknown) = done.deed.unknown_mut() {
                unknown.looks = kept.strangers_aside.iter().find(|s| s.id == unknown.id).cloned().map(Box::new);
            }
            home.undoable.insert(id, done);
        }
        home.corrections = Corrections::restore(kept.mistaken, &home.model.prior);
        home.proposals = Proposals::restore(kept.proposals);
        for (person, place) in kept.places {
            home.whereabouts.restore(person, place, now);
        }
        home.cameras = kept.cameras.into_iter().map(|c| (c.id.clone(), Camera::new(c))).collect();
        for (id, sight) in kept.sights {
            if let Some(camera) = home.cameras.get_mut(&id) {
                camera.sight = sight.not_after(now);
            }
        }
        home.people = kept.people;
        home.last_sighting = kept.last_sighting;
        for (camera, at_rest) in kept.at_rest {
            home.tracks.restore(camera.clone(), at_rest.tracks, now);
            if home.seen_by(&camera) != at_rest.seen_by {
                home.tracks.end_at(&camera);
            }
        }
        home
    }

    pub(crate) fn new(model: Model, settings: Settings) -> Self {
        Self { model, settings, ..Self::default() }
    }

    /// Nobody anywhere, in a home that gives strangers these ids.
    pub(crate) fn simulated(model: Model, settings: Settings, unknown_ids: UnknownIds) -> Self {
        Self { unknown_ids, ..Self::new(model, settings) }
    }

    /// A person with described photos, without a folder.
    pub(crate) fn enroll<'a>(
        &mut self,
        id: &PersonId,
        name: PersonName,
        photos: impl IntoIterator<Item = (PhotoId, &'a Face)>,
    ) -> Result<(), GalleryError> {
        self.gallery.add_person(id.clone(), name)?;
        for (photo, face) in photos {
            self.put_photo(id, photo, face);
        }
        Ok(())
    }

    /// As at the first start; people and settings stay.
    pub(crate) fn begin_anew(&mut self) {
        let fresh = Self::simulated(self.model.clone(), self.settings, self.unknown_ids);
        let before = std::mem::replace(self, fresh);
        self.gallery = before.gallery;
    }

    /// The rule for the gallery and the strangers as they are: made again when it is asked for after they changed, so that
    /// learning a thousand photos makes it once.
    pub(super) fn calibration(&self) -> Arc<Calibration> {
        Arc::clone(self.calibration.get_or_init(|| Arc::new(self.calibration_of(&self.gallery))))
    }

    fn calibration_of(&self, gallery: &Gallery) -> Calibration {
        self.model.calibration(gallery, &self.strangers.directions())
    }

    /// Judges all photos together, and lets those teach that may. Returns who has others than before.
    pub(super) fn judge_photos(&mut self) -> BTreeSet<PersonId> {
        let accepted = self.accepted();
        let calibration = self.calibration_of(&self.everything);
        let found = misfiled::find(&self.everything, &accepted, &calibration);
        // While photos are being learned, others may still explain it.
        if self.library.to_learn == 0 {
            for doubtful in found.photos.iter().filter(|doubtful| !self.warned.contains(&doubtful.photo)) {
                if let (Some(file), reason) = (self.photo(&doubtful.photo), self.in_words(doubtful)) {
                    tracing::warn!(file = %store::shown(&file.path), reason, "a photo under faces/ looks wrong");
                }
            }
            self.warned = found.photos.iter().map(|doubtful| doubtful.photo.clone()).collect();
        }
        let gallery = self.everything.without(&found.withheld());
        let ids = |person: Option<&GalleryPerson>| -> BTreeSet<PhotoId> {
            person.into_iter().flat_map(|p| &p.photos).map(|photo| photo.id.clone()).collect()
        };
        let changed = |p: &&GalleryPerson| ids(Some(p)) != ids(self.gallery.person(&p.id));
        let changed = gallery.people().filter(changed).map(|p| p.id.clone()).collect();
        self.misfiled = found;
        self.gallery = gallery;
        self.gallery_changed();
        changed
    }

    /// Photos of which somebody said that they are right.
    pub(super) fn accepted(&self) -> BTreeSet<PhotoId> {
        let files = self.library.people.iter().flat_map(|p| &p.photos);
        files.filter(|f| f.accepted).map(|f| f.id.clone()).collect()
    }

    /// Few enough photos to judge them all again after each that is learned; else once all are.
    pub(super) fn may_judge(&self) -> bool {
        self.library.to_learn == 0 || self.everything.photo_count() <= JUDGED_EACH_TIME
    }

    fn photo(&self, photo: &PhotoId) -> Option<&PhotoFile> {
        self.library.people.iter().flat_map(|p| &p.photos).find(|f| &f.id == photo)
    }

    /// What is wrong with a photo; a name of the people it is about is part of it.
    fn in_words(&self, doubtful: &DoubtfulPhoto) -> String {
        let own = self.everything.person(&doubtful.person).map_or("the person", |p| p.name.as_str());
        match &doubtful.doubt {
            Doubt::SomebodyElses { person, similarity } => format!(
                "this looks like {} (similarity {similarity:.2}), so it is not used as a photo of {own} until you accept it; otherwise delete or move it",
                person.name
            ),
            Doubt::Unlike { similarity, of_equals: false } => format!(
                "this does not look like {own}'s other photos (similarity {similarity:.2}); if it is somebody else, delete it, otherwise accept it"
            ),
            Doubt::Unlike { similarity, of_equals: true } => format!(
                "this does not look like {own}'s other photos (similarity {similarity:.2}), and nothing says which of them show {own}: delete those of somebody else, or accept those that are right; until then everybody on them is taken for {own}"
            ),
        }
    }

    /// What is wrong with the photos as they were judged together.
    fn misfiled_problems(&self) -> Vec<Problem> {
        let photos = self.misfiled.photos.iter().filter_map(|doubtful| {
            let file = self.photo(&doubtful.photo)?;
            let kind = match doubtful.doubt {
                Doubt::SomebodyElses { .. } => ProblemKind::SomebodyElses,
                Doubt::Unlike { .. } => ProblemKind::Unlike,
            };
            let (person, photo) = (Some(doubtful.person.clone()), Some(doubtful.photo.clone()));
            Some(Problem { path: file.path.clone(), kind, reason: self.in_words(doubtful), person, photo })
        });
        let people = self.misfiled.people.iter().filter_map(|same| {
            let folder = self.library.people.iter().find(|p| p.id == same.person.id)?.folder.clone();
            let reason = format!(
                "all photos of {} look like {} (similarity {:.2}); if they are one person, merge them, otherwise accept the photos",
                same.person.name, same.other.name, same.similarity
            );
            let kind = ProblemKind::SamePerson;
            Some(Problem { path: folder, kind, reason, person: Some(same.person.id.clone()), photo: None })
        });
        photos.chain(people).collect()
    }

    pub(crate) fn told_library(&self) -> LibraryState {
        LibraryState { away: self.library.away, ..self.told_library }
    }

    /// How the folder of people is, for whoever looks after it.
    pub(super) fn library_state(&self) -> LibraryState {
        let faults = self.problems().iter().filter(|problem| problem.kind.is_fault()).count();
        LibraryState { away: self.library.away, problems: faults }
    }

    /// After photos or strangers came or went: the rule goes by them.
    pub(super) fn gallery_changed(&mut self) {
        self.calibration = OnceLock::new();
    }

    /// The camera, made on first sight.
    pub(super) fn camera(&mut self, id: &CameraId) -> &mut Camera {
        self.cameras.entry(id.clone()).or_insert_with(|| Camera::new(CameraSettings::unnamed(id.clone())))
    }

    /// By what a camera's tracks are seen.
    pub(super) fn seen_by(&self, id: &CameraId) -> SeenBy {
        let settings = self.cameras.get(id).map(|camera| camera.settings.clone());
        let CameraSettings { rotate, ignored_areas, .. } =
            settings.unwrap_or_else(|| CameraSettings::unnamed(id.clone()));
        SeenBy { model: self.model.recipe.model.clone(), rotate, ignored_areas }
    }

    /// Whether photos are still being learned: who is unknown may be somebody whose photo is among them.
    pub(crate) fn learning(&self) -> bool {
        self.library.to_learn + self.library.unsettled > 0
    }

    /// How `camera` prolongs a person's presence: for the person's own time, or the camera's, or the home's.
    pub(super) fn prolongs(&self, person: &PersonId, camera: &CameraId) -> Prolongs {
        prolongs(&self.people, &self.cameras, &self.settings, person, camera)
    }

    pub(super) fn person_ref(&self, id: &PersonId) -> Option<PersonRef> {
        self.gallery.person(id).map(GalleryPerson::reference)
    }

    pub(super) fn person_state(&self, id: &PersonId, now: Now) -> Option<PersonState> {
        let person = self.gallery.person(id)?;
        let known = self.people.get(id).cloned().unwrap_or_default();
        let best_photo = || {
            let best = person.photos.iter().max_by(|a, b| a.quality.total_cmp(&b.quality))?;
            Some(PicturePath::Photo(id.clone(), best.id.clone()))
        };
        Some(PersonState {
            person: self.person_ref(id)?,
            photos: person.photos.len(),
            proposals: self.proposals.waiting_of(id),
            presence: self.presence_of(id, now),
            presence_timeout_s: known.presence_timeout_s,
            sample: known.sample,
            picture: known.newest_sighting.map(PicturePath::Sighting).or_else(best_photo),
        })
    }

    fn presence_of(&self, id: &PersonId, now: Now) -> PresenceState {
        let Some(place) = self.whereabouts.place(id) else { return PresenceState::default() };
        let stay = place.present.as_ref();
        PresenceState {
            present: stay.is_some(),
            home: stay.is_some_and(|s| s.home),
            camera: Some(place.camera.clone()),
            area: self.cameras.get(&place.camera).and_then(|c| c.settings.area.clone()),
            since: stay.map(|s| now.to_wall(s.since)),
            last_seen: Some(now.to_wall(place.last_seen)),
            departed_at: place.departed.map(|at| now.to_wall(at)),
            probability: Some(place.probability),
        }
    }

    pub(crate) fn person_states(&self, now: Now) -> Vec<PersonState> {
        let mut people: Vec<_> = self.gallery.people().filter_map(|p| self.person_state(&p.id, now)).collect();
        people.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        people
    }

    pub(super) fn camera_state(&self, id: &CameraId, now: Now) -> Option<CameraState> {
        let camera = self.cameras.get(id)?;
        let here = self
            .whereabouts
            .iter()
            .filter(|(_, place)| place.present.as_ref().is_some_and(|stay| stay.in_view && stay.camera() == Some(id)));
        let mut present: Vec<_> = here.filter_map(|(person, _)| self.person_ref(person)).collect();
        present.sort_by(|a, b| a.name.cmp(&b.name));
        let CameraSettings { name, area, counts_as_home, rotate, .. } = camera.settings.clone();
        Some(CameraState {
            id: id.clone(),
            name,
            area,
            counts_as_home,
            rotate,
            faces: camera.faces,
            present,
            unknown_present: camera.unknown_present,
            last_picture_at: camera.last_picture_at.map(|at| now.to_wall(at)),
            annotated: camera.annotated.as_ref().map(|_| PicturePath::Annotated(id.clone())),
            suggested_rotate: camera.upright.suggested().map(|turn| rotate.and(turn)),
        })
    }

    pub(crate) fn camera_states(&self, now: Now) -> Vec<CameraState> {
        self.cameras.keys().filter_map(|id| self.camera_state(id, now)).collect()
    }

    /// How well the cameras saw faces over their last visits, by id.
    pub(crate) fn camera_sights(&self, now: Now) -> Vec<CameraSight> {
        self.cameras.iter().map(|(id, camera)| camera.sight.of(id.clone(), now)).collect()
    }

    /// What the cameras' last pictures were, and how they look with names on them.
    pub(crate) fn last_pictures(
        &self,
    ) -> impl Iterator<Item = (&CameraId, Option<&Arc<LastPicture>>, Option<&PictureBytes>)> {
        self.cameras.iter().map(|(id, c)| (id, c.last.as_ref(), c.annotated.as_ref().map(|(_, picture)| picture)))
    }

    /// How many usable photos there are, and how many not learned yet.
    pub(crate) fn photo_counts(&self) -> (usize, usize) {
        (self.gallery.photo_count(), self.library.to_learn + self.library.unsettled)
    }

    /// Everybody but the samples as the folder has them, and how long they stay present, where that is set for them.
    pub(crate) fn people_of_home(&self) -> Vec<(PersonFolder, Option<u32>)> {
        let own = self.library.people.iter().filter(|person| !person.sample);
        let timeout = |id| self.people.get(id).and_then(|known| known.presence_timeout_s);
        own.map(|person| (person.clone(), timeout(&person.id))).collect()
    }

    /// A person's photos, by file name.
    pub(crate) fn photo_states(&self, id: &PersonId) -> Result<Vec<PhotoState>, EngineError> {
        let found = self.library.people.iter().find(|p| &p.id == id);
        let person = found.ok_or_else(|| EngineError::no_person(id))?;
        let state = |photo: &PhotoFile| {
            let face = match self.library.photos.get(&photo.id) {
                Some(Taught::Face(quality)) => match self.misfiled.photos.iter().find(|p| p.photo == photo.id) {
                    Some(p) if matches!(p.doubt, Doubt::SomebodyElses { .. }) => Err(self.in_words(p)),
                    _ => Ok(quality.clone()),
                },
                Some(Taught::Nothing(reason)) => Err(reason.clone()),
                Some(Taught::NotYet) | None => Err("it is not learned yet".to_owned()),
            };
            PhotoState {
                id: photo.id.clone(),
                file: photo.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                picture: PicturePath::Photo(id.clone(), photo.id.clone()),
                usable: face.is_ok(),
                problem: face.as_ref().err().cloned(),
                quality: face.ok(),
            }
        };
        Ok(person.photos.iter().map(state).collect())
    }

    /// The file of a person's photo.
    pub(crate) fn photo_file(&self, person: &PersonId, photo: PhotoId) -> Result<PhotoFile, EngineError> {
        let theirs = self.library.people.iter().find(|p| &p.id == person);
        let file = theirs.and_then(|p| p.photos.iter().find(|f| f.id == photo));
        file.cloned().ok_or_else(|| StoreError::UnknownPhoto(photo).into())
    }

    pub(crate) fn way_up(&self, camera: &CameraId, now: Now) -> WayUp {
        let camera = self.cameras.get(camera);
        let upright = camera.map(|camera| camera.upright).unwrap_or_default();
        WayUp {
            rotate: camera.map(|camera| camera.settings.rotate).unwrap_or_default(),
            due_with_faces: upright.is_due(true, now.steady),
            due_without: upright.is_due(false, now.steady),
        }
    }

    /// What of the folder is not used, and why.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let photos = self.library.people.iter().flat_map(|p| &p.photos);
        let unused = photos.filter_map(|photo| match self.library.photos.get(&photo.id) {
            Some(Taught::Nothing(reason)) => Some(Problem {
                path: photo.path.clone(),
                kind: ProblemKind::Unusable,
                reason: reason.clone(),
                person: None,
                photo: Some(photo.id.clone()),
            }),
            _ => None,
        });
        let mut problems: Vec<_> =
            self.library.problems.iter().cloned().chain(unused).chain(self.misfiled_problems()).collect();
        problems.sort();
        problems
    }

    /// Adds a person without photos.
    pub(super) fn add_person(&mut self, id: &PersonId, name: PersonName) {
        agreed(self.everything.add_person(id.clone(), name.clone()));
        agreed(self.gallery.add_person(id.clone(), name));
    }

    /// Has a described photo judged with the others.
    pub(super) fn shelve_photo(&mut self, person: &PersonId, photo: GalleryPhoto) {
        agreed(self.everything.put_photo(person, photo));
    }

    pub(super) fn put_photo(&mut self, person: &PersonId, id: PhotoId, face: &Face) {
        agreed(self.gallery.put_photo(person, GalleryPhoto::new(id, face, &self.model.prior)));
        self.gallery_changed();
    }

    /// The tracks that were taken for a person start again: that was wrong, or the person is gone. The same pictures once more
    /// are judged again.
    pub(super) fn forget_tracks_of(&mut self, person: &PersonId) {
        self.visits.forget(&Visitor::Person(person.clone()));
        self.tracks.end(|taken_for| taken_for.person.as_ref() == Some(person));
    }

    /// Where somebody is present now.
    pub(super) fn present_at(&self, person: &PersonId) -> Option<CameraId> {
        self.whereabouts.place(person)?.present.as_ref()?.camera().cloned()
    }
}

/// As [`Home::prolongs`], of the parts that it asks.
pub(super) fn prolongs(
    people: &BTreeMap<PersonId, KnownPerson>,
    cameras: &BTreeMap<CameraId, Camera>,
    home: &Settings,
    person: &PersonId,
    camera: &CameraId,
) -> Prolongs {
    let settings = cameras.get(camera).map(|c| &c.settings);
    let own = people.get(person).and_then(|p| p.presence_timeout_s);
    let seconds = own.or(settings.and_then(|s| s.presence_timeout_s)).unwrap_or(home.presence_timeout_s);
    Prolongs { timeout: Duration::from_secs(seconds.into()), home: settings.is_some_and(|s| s.counts_as_home) }
}

/// The gallery and the folder cannot disagree: a fault of our own is said, and the home goes on.
pub(super) fn agreed<T>(done: Result<T, GalleryError>) -> Option<T> {
    done.inspect_err(|error| tracing::error!(%error, "the gallery does not agree with the folder")).ok()
}
