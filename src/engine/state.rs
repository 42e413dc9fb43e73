//! All changing state behind one lock, and the decision about a described picture. Never waits for the disk or a network.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::types::{
    CameraId, CameraSettings, CameraState, Event, FacePicture, PersonState, PresenceState, RecognizedFace, Settings,
};
use super::{EngineError, Options, keeping};
use crate::people::{
    Calibration, Corrections, Gallery, GalleryPhoto, PersonId, PersonRef, PhotoId, Prior, Strangers, UnknownId,
};
use crate::presence::{Prolongs, TrackId, Tracks, Visits, Whereabouts};
use crate::store::{Database, Recipe, random_id};
use crate::vision::Face;

/// Everything that changes.
pub(super) struct State {
    pub gallery: Gallery,
    pub model: Model,
    /// For this gallery and these strangers; `None` since they changed. See [`State::calibration`].
    calibration: Option<Arc<Calibration>>,
    pub strangers: Strangers,
    pub corrections: Corrections,
    pub tracks: Tracks,
    pub followed: HashMap<TrackId, Followed>,
    /// How strangers get their ids.
    pub unknown_ids: UnknownIds,
    pub visits: Visits<PersonId>,
    pub unknown_visits: Visits<UnknownId>,
    pub whereabouts: Whereabouts<PersonId>,
    pub cameras: BTreeMap<CameraId, Camera>,
    pub settings: Settings,
    /// The sighting that a person's open visit at a camera has made.
    pub open_sightings: HashMap<(CameraId, PersonId), i64>,
    /// The newest sighting of each person whose picture is kept.
    pub newest_sighting: HashMap<PersonId, i64>,
    /// Files found but not learned yet; while there are any, nobody is called a stranger.
    pub to_learn: usize,
    /// Files that may still be copied, as of the last look.
    pub unsettled: usize,
    /// Photos larger than the configuration allows, and the words for it.
    pub too_large: HashMap<PhotoId, String>,
    /// People whose state has changed and was not told yet.
    pub changed_people: HashSet<PersonId>,
}

/// What is known of the recogniser.
#[derive(Clone)]
pub(super) struct Model {
    pub prior: Arc<Prior>,
    /// Whether that was measured for it.
    pub measured: bool,
}

impl Model {
    /// A pack's, or what is assumed of one that nobody has measured.
    pub(super) fn new(shipped: Option<Prior>) -> Self {
        let measured = shipped.is_some();
        Self { prior: Arc::new(shipped.unwrap_or_else(Prior::unmeasured)), measured }
    }
}

/// How strangers get ids that nobody had before.
pub(super) enum UnknownIds {
    /// For a home.
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

/// What a track was taken for.
#[derive(Default)]
pub(super) struct Followed {
    pub camera: Option<CameraId>,
    /// Whom its last picture named.
    pub person: Option<PersonId>,
    /// Which stranger it is, and whether that stranger was made of this track.
    pub stranger: Option<(UnknownId, bool)>,
}

/// A camera and what its last picture showed.
pub(super) struct Camera {
    pub settings: CameraSettings,
    pub faces: usize,
    pub unknown_present: bool,
    pub last_picture_at: Option<Timestamp>,
    /// The last picture's hash and answer, so that the same bytes are not counted twice.
    pub last: Option<LastPicture>,
    /// The last picture with a face, annotated, JPEG.
    pub annotated: Option<Arc<[u8]>>,
}

/// A camera's last picture, so that the same bytes are answered and not counted again.
pub(super) struct LastPicture {
    pub hash: PictureHash,
    pub width: u32,
    pub height: u32,
    pub faces: Arc<Vec<RecognizedFace>>,
}

/// SHA-256 of a picture's bytes.
pub(super) type PictureHash = [u8; 32];

impl Camera {
    pub(super) fn new(settings: CameraSettings) -> Self {
        Self { settings, faces: 0, unknown_present: false, last_picture_at: None, last: None, annotated: None }
    }
}

impl CameraSettings {
    /// A camera nobody has described yet: named by its id, does not count as home.
    #[must_use]
    pub fn unnamed(id: CameraId) -> Self {
        let name = id.0.rsplit('/').next().unwrap_or(&id.0).to_owned();
        Self { id, name, area: None, counts_as_home: false, presence_timeout: None, min_face_px: None }
    }
}

impl State {
    /// As the last run left it; people come with the first look at the folder.
    pub(super) fn restore(
        options: &Options,
        model: Model,
        recipe: &Recipe,
        database: &Database,
    ) -> Result<Self, EngineError> {
        let configured = options.cameras.iter().cloned();
        let cameras = keeping::cameras(database)?.into_iter().chain(configured);
        Ok(Self {
            strangers: Strangers::restore(database.strangers(&recipe.model)?, &model.prior),
            corrections: Corrections::restore(database.mistaken_faces(&recipe.model)?, &model.prior),
            whereabouts: keeping::whereabouts(database)?,
            cameras: cameras.map(|c| (c.id.clone(), Camera::new(c))).collect(),
            settings: keeping::settings(database, options)?,
            newest_sighting: database.newest_pictures()?.into_iter().collect(),
            ..Self::new(model)
        })
    }

    /// Nobody anywhere.
    pub(super) fn new(model: Model) -> Self {
        Self {
            gallery: Gallery::default(),
            model,
            calibration: None,
            strangers: Strangers::default(),
            corrections: Corrections::default(),
            tracks: Tracks::new(),
            followed: HashMap::new(),
            unknown_ids: UnknownIds::Random,
            visits: Visits::new(),
            unknown_visits: Visits::new(),
            whereabouts: Whereabouts::new(),
            cameras: BTreeMap::new(),
            settings: Settings::default(),
            open_sightings: HashMap::new(),
            newest_sighting: HashMap::new(),
            to_learn: 0,
            unsettled: 0,
            too_large: HashMap::new(),
            changed_people: HashSet::new(),
        }
    }

    /// The rule for the gallery and the strangers as they are: made anew when it is asked for after they changed, so that
    /// learning a thousand photos makes it once.
    pub(super) fn calibration(&mut self) -> Arc<Calibration> {
        let (model, gallery, strangers) = (&self.model, &self.gallery, &self.strangers);
        let make = || {
            Arc::new(if model.measured {
                Calibration::of_measured(&model.prior, gallery, &strangers.directions())
            } else {
                Calibration::of_unmeasured(gallery)
            })
        };
        Arc::clone(self.calibration.get_or_insert_with(make))
    }

    /// The camera, made on first sight.
    pub(super) fn camera(&mut self, id: &CameraId) -> &mut Camera {
        self.cameras.entry(id.clone()).or_insert_with(|| Camera::new(CameraSettings::unnamed(id.clone())))
    }

    pub(super) fn prolongs(&self, camera: &CameraId) -> Prolongs {
        let settings = self.cameras.get(camera).map(|c| &c.settings);
        Prolongs {
            timeout: settings.and_then(|s| s.presence_timeout).unwrap_or(self.settings.presence_timeout),
            home: settings.is_some_and(|s| s.counts_as_home),
        }
    }

    pub(super) fn person_ref(&self, id: &PersonId) -> Option<PersonRef> {
        self.gallery.person(id).map(|p| PersonRef { id: p.id.clone(), name: p.name.clone() })
    }

    pub(super) fn person_state(&self, id: &PersonId) -> Option<PersonState> {
        let person = self.gallery.person(id)?;
        let newest = self.newest_sighting.get(id).copied().map(FacePicture::Sighting);
        let best_photo = || {
            let best = person.photos.iter().max_by(|a, b| a.quality.total_cmp(&b.quality))?;
            Some(FacePicture::Photo(best.id.clone()))
        };
        Some(PersonState {
            person: PersonRef { id: person.id.clone(), name: person.name.clone() },
            photos: person.photos.len(),
            presence: self.presence_of(id),
            picture: newest.or_else(best_photo),
        })
    }

    fn presence_of(&self, id: &PersonId) -> PresenceState {
        let Some(place) = self.whereabouts.place(id) else { return PresenceState::default() };
        let stay = place.present.as_ref();
        PresenceState {
            present: stay.is_some(),
            home: stay.is_some_and(|s| s.home_until.is_some()),
            camera: Some(place.camera.clone()),
            area: self.cameras.get(&place.camera).and_then(|c| c.settings.area.clone()),
            since: stay.map(|s| s.since),
            last_seen: Some(place.last_seen),
            probability: Some(place.probability),
        }
    }

    pub(super) fn people(&self) -> Vec<PersonState> {
        let mut people: Vec<_> = self.gallery.people().filter_map(|p| self.person_state(&p.id)).collect();
        people.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        people
    }

    pub(super) fn camera_state(&self, id: &CameraId) -> Option<CameraState> {
        let camera = self.cameras.get(id)?;
        let here = self.whereabouts.iter().filter(|(_, place)| place.present.as_ref().is_some_and(|s| &s.camera == id));
        let mut present: Vec<_> = here.filter_map(|(person, _)| self.person_ref(person)).collect();
        present.sort_by(|a, b| a.name.cmp(&b.name));
        Some(CameraState {
            settings: camera.settings.clone(),
            faces: camera.faces,
            present,
            unknown_present: camera.unknown_present,
            last_picture_at: camera.last_picture_at,
            has_annotated: camera.annotated.is_some(),
        })
    }

    pub(super) fn camera_states(&self) -> Vec<CameraState> {
        self.cameras.keys().filter_map(|id| self.camera_state(id)).collect()
    }

    /// Learns a photo.
    pub(super) fn put_photo(&mut self, person: &PersonId, id: PhotoId, face: &Face) -> Result<(), EngineError> {
        self.gallery.put_photo(person, GalleryPhoto::new(id, face, &self.model.prior)).map_err(super::fault)?;
        self.gallery_changed();
        self.changed_people.insert(person.clone());
        Ok(())
    }

    /// Whether the gallery is what the folder is.
    pub(super) fn all_learned(&self) -> bool {
        self.to_learn == 0 && self.unsettled == 0
    }

    /// After photos or strangers came or went: the rule goes by them.
    pub(super) fn gallery_changed(&mut self) {
        self.calibration = None;
    }

    /// The tracks that were taken for a person start anew: that was wrong, or the person is gone.
    pub(super) fn forget_tracks_of(&mut self, person: &PersonId) {
        let followed = &self.followed;
        self.tracks.end(|id| followed.get(&id).is_some_and(|f| f.person.as_ref() == Some(person)));
        self.forget_ended_tracks();
    }

    fn forget_ended_tracks(&mut self) {
        let tracks = &self.tracks;
        self.followed.retain(|id, f| f.camera.as_ref().is_some_and(|camera| tracks.goes_on(camera, *id)));
    }

    /// What a photo has taught is forgotten.
    pub(super) fn forget_photo(&mut self, person: &PersonId, photo: &PhotoId) -> Result<(), EngineError> {
        self.gallery.remove_photo(person, photo).map_err(super::fault)?;
        self.gallery_changed();
        self.changed_people.insert(person.clone());
        Ok(())
    }

    /// Where somebody is present now.
    pub(super) fn present_on(&self, person: &PersonId) -> Option<CameraId> {
        self.whereabouts.place(person)?.present.as_ref().map(|stay| stay.camera.clone())
    }

    /// The state of these cameras, to be told.
    pub(super) fn cameras_changed<'a>(&self, cameras: impl IntoIterator<Item = &'a CameraId>) -> Vec<Event> {
        cameras.into_iter().filter_map(|c| self.camera_state(c)).map(Event::CameraChanged).collect()
    }

    /// Takes up each person's newest picture as the database has it, in place of what was known `before` something was
    /// deleted from it; what came since is newer.
    pub(super) fn refresh_newest(&mut self, before: &HashMap<PersonId, i64>, now: &HashMap<PersonId, i64>) {
        for (person, old) in before {
            let new = now.get(person);
            if new == Some(old) || self.newest_sighting.get(person) != Some(old) {
                continue;
            }
            match new {
                Some(id) => drop(self.newest_sighting.insert(person.clone(), *id)),
                None => drop(self.newest_sighting.remove(person)),
            }
            self.changed_people.insert(person.clone());
        }
    }

    /// Forgets where somebody was and what they did; the gallery is another matter.
    pub(super) fn forget_person(&mut self, id: &PersonId) {
        self.visits.forget(id);
        self.forget_tracks_of(id);
        self.whereabouts.forget(id);
        self.open_sightings.retain(|(_, person), _| person != id);
        self.newest_sighting.remove(id);
        self.changed_people.remove(id);
        self.cameras.values_mut().for_each(|camera| camera.last = None);
    }

    /// Ends what has run out: departures, and the state of whom and what they change.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<Event> {
        let (left, no_longer_home) = self.whereabouts.expire(now);
        let mut events = Vec::new();
        let mut cameras = BTreeSet::new();
        for (id, camera) in left {
            if let Some(person) = self.person_ref(&id) {
                events.push(Event::Departed { person, camera: camera.clone() });
            }
            cameras.insert(camera);
            self.changed_people.insert(id);
        }
        self.changed_people.extend(no_longer_home);
        events.extend(self.cameras_changed(&cameras));
        self.visits.prune(now);
        self.unknown_visits.prune(now);
        self.tracks.expire(now);
        self.forget_ended_tracks();
        events
    }

    /// The state of everybody who changed, once each.
    pub(super) fn take_changed_people(&mut self) -> Vec<Event> {
        let changed = std::mem::take(&mut self.changed_people);
        changed.iter().filter_map(|id| self.person_state(id)).map(Event::PersonChanged).collect()
    }
}
