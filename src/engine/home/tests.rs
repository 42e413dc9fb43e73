//! A home told of described pictures, folders and time: what it believes, tells and wants kept. No networks, threads or disk.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::deed::{Done, Named};
use super::outcome::{
    Answer, Command, CutFace, Decision, Durability, FolderLook, Intent, Outcome, Pictures, Seen, Write,
};
use super::restored::{AtRest, Restored};
use super::sight::SightVerdict;
use super::state::{Home, Model, UnknownIds};
use crate::engine::teach::Photo;
use crate::engine::types::{CameraChange, ChangeKind, Event, Grade, Identity, PersonState, Settings, Undoable};
use crate::people::{
    Adds, Attention, Likelihood, PersonId, PersonName, PersonRef, PhotoId, Prior, Proposal, UnknownId, View,
};
use crate::presence::{CameraId, Now, Place};
use crate::store::{self, ChangeId, Described, PersonFolder, PhotoFile, Recipe, SetAside, What, follow, used};
use crate::vision::{Detection, Embedding, Face, Glimpse, Landmarks, Point, Quality, QualityReason, Rect, Rotation};

const ALICE: usize = 0;
const BOB: usize = 1;
const STRANGER: usize = 2;

/// A face like everybody's photo along the axis `who`; `take` makes each picture another one.
fn face(who: usize, take: usize) -> Face {
    let mut values = vec![0.0; 128];
    values[who] = 0.75;
    values[10 + take % 100] = 0.66;
    face_of(values)
}

fn face_of(values: Vec<f32>) -> Face {
    Face {
        detection: Detection {
            box_in_frame: Rect { x: 100.0, y: 100.0, w: 110.0, h: 130.0 },
            landmarks: Landmarks(
                [(30.0, 50.0), (80.0, 50.0), (55.0, 75.0), (35.0, 100.0), (75.0, 100.0)].map(|(x, y)| Point { x, y }),
            ),
            score: 0.9,
        },
        quality: Quality { overall: 0.9, size_px: 120.0, sharpness: 0.9, pose: 0.9, light: 0.9, ..Quality::default() },
        embedding: Embedding::new(values).expect("a direction"),
        glimpse: None,
    }
}

/// A face that looks to the left of the picture, and is most like `like` apart from `who`.
fn aside(who: usize, like: usize) -> Face {
    let mut values = vec![0.0; 128];
    (values[who], values[like]) = (0.75, 0.66);
    let mut face = face_of(values);
    face.detection.landmarks.0[2].x = 40.0;
    face
}

fn cut(face: &Face) -> CutFace {
    CutFace { photo: Photo { jpeg: b"jpeg".to_vec(), face: face.clone() }, colourless: false }
}

fn cam(name: &str) -> CameraId {
    CameraId(name.into())
}

fn seconds(s: u64) -> Duration {
    Duration::from_secs(s)
}

/// A home, its folder and its clocks.
struct House {
    home: Home,
    folder: Vec<PersonFolder>,
    now: Now,
    pictures: usize,
    /// What was kept of where people are, and of what is at rest.
    places: BTreeMap<PersonId, Place>,
    at_rest: BTreeMap<CameraId, String>,
    /// How well cameras saw faces.
    sights: BTreeMap<CameraId, String>,
    /// What was proposed and is kept still.
    proposals: Vec<Proposal>,
    /// What can be undone.
    undoable: BTreeMap<ChangeId, String>,
}

impl House {
    /// Alice and Bob, with a photo each.
    fn new() -> Self {
        let recipe = Recipe { model: "abc".into(), preprocessing: 1 };
        let model = Model { prior: Arc::new(Prior::plain()), measured: true, recipe };
        let home = Home::simulated(model, Settings::default(), UnknownIds::Numbered(0));
        let at: Timestamp = "2026-11-24T08:00:00Z".parse().expect("a time");
        let (places, at_rest, sights) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut house = Self {
            home,
            folder: Vec::new(),
            now: Now::at(at),
            pictures: 0,
            places,
            at_rest,
            sights,
            proposals: Vec::new(),
            undoable: BTreeMap::new(),
        };
        house.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
        house
    }

    fn id(name: &str) -> PersonId {
        PersonId(format!("id of {name}"))
    }

    fn photo(who: usize) -> PhotoId {
        PhotoId(format!("photo along {who}"))
    }

    fn people(folders: &[(&str, &[usize])]) -> Vec<PersonFolder> {
        let folder = |(name, photos): &(&str, &[usize])| PersonFolder {
            id: Self::id(name),
            name: PersonName::new(name).expect("a name"),
            folder: (*name).into(),
            photos: photos
                .iter()
                .map(|who| PhotoFile {
                    id: Self::photo(*who),
                    path: format!("{name}/{who}.jpg").into(),
                    bytes: 1,
                    accepted: false,
                })
                .collect(),
            sample: name.starts_with("Sample"),
            waiting: None,
        };
        folders.iter().map(folder).collect()
    }

    /// What a photo along `who` shows.
    fn described(who: usize) -> Described {
        let mut values = vec![0.0; 128];
        values[who] = 1.0;
        Described::Face(Box::new(face_of(values)))
    }

    fn look(&mut self, people: Vec<PersonFolder>) -> FolderLook {
        let before: Vec<_> = used(&self.folder).cloned().collect();
        let now: Vec<_> = used(&people).cloned().collect();
        self.folder = people;
        FolderLook { changes: follow(&before, &now), people: now.into(), ..FolderLook::default() }
    }

    /// The folder is this now, and every photo in it is described.
    fn folder_is(&mut self, folders: &[(&str, &[usize])]) -> Outcome {
        let look = self.look(Self::people(folders));
        let described: HashMap<_, _> = (0..9).map(|who| (Self::photo(who), Self::described(who))).collect();
        self.told(Command::TakeUp(Box::new(FolderLook { described, ..look })))
    }

    fn told(&mut self, command: Command) -> Outcome {
        let outcome = self.home.handle(command, self.now);
        for write in &outcome.writes {
            match write {
                Write::Proposal(proposal, _) => self.proposals.push((**proposal).clone()),
                Write::DeclineProposals(ids) => {
                    self.proposals.iter_mut().filter(|p| ids.contains(&p.id)).for_each(|p| p.declined = true);
                }
                Write::ForgetProposals(ids) => self.proposals.retain(|p| !ids.contains(&p.id)),
                Write::Undo(id, Some(done)) => {
                    self.undoable.insert(id.clone(), serde_json::to_string(done).expect("can be written"));
                }
                Write::Undo(id, None) => drop(self.undoable.remove(id)),
                _ => {}
            }
        }
        outcome
    }

    /// Time goes by, a second at a time. What was told meanwhile.
    fn pass(&mut self, s: u64) -> Vec<String> {
        let mut events = Vec::new();
        for _ in 0..s {
            self.now.steady = self.now.steady.checked_add(seconds(1)).expect("in range");
            events.extend(self.told(Command::Tick).events);
        }
        events.iter().map(shown).collect()
    }

    fn observed(&mut self, camera: &str, captured_at: Timestamp, faces: Vec<Face>) -> Box<Decision> {
        self.pictures += 1;
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&self.pictures.to_le_bytes());
        let seen = Seen { camera: cam(camera), captured_at, hash, size: (640, 480) };
        match self.told(Command::Observe(seen, faces)).answer {
            Ok(Answer::Decided(decision)) => decision,
            _ => panic!("not decided"),
        }
    }

    /// A camera's picture of these people now.
    fn sees(&mut self, camera: &str, who: &[usize]) -> Outcome {
        let faces: Vec<_> = who
            .iter()
            .map(|who| {
                self.pictures += 1;
                face(*who, self.pictures)
            })
            .collect();
        self.sees_faces(camera, faces)
    }

    /// A camera's picture of these faces now.
    fn sees_faces(&mut self, camera: &str, faces: Vec<Face>) -> Outcome {
        let decision = self.observed(camera, self.now.wall(), faces);
        let crop = |_| Some(Arc::from(&b"jpeg"[..]));
        let pictures = Pictures {
            sightings: decision.sightings.iter().map(crop).collect(),
            strangers: decision.strangers.iter().map(|_| Some(Arc::from(&b"jpeg"[..]))).collect(),
            annotated: Some(Arc::from(&b"jpeg"[..])),
            sitter: None,
            proposals: decision.proposals.iter().map(|wanted| Some(cut(&decision.faces[wanted.face].face))).collect(),
        };
        self.told(Command::Finish(decision, pictures))
    }

    /// Two pictures, a second apart: enough to confirm.
    fn comes(&mut self, camera: &str, who: usize) -> Vec<String> {
        let mut events = told(&self.sees(camera, &[who]));
        events.extend(self.pass(1));
        events.extend(told(&self.sees(camera, &[who])));
        events
    }

    /// A picture of what hangs on a wall there, Alice's photo, every second.
    fn sees_the_wall(&mut self, camera: &str, pictures: usize) -> Vec<String> {
        let mut events = Vec::new();
        for _ in 0..pictures {
            self.pictures += 1;
            let on_the_wall = Face { glimpse: Some(Glimpse::of_blobs(0.0, self.pictures)), ..face(ALICE, 1) };
            events.extend(told(&self.sees_faces(camera, vec![on_the_wall])));
            events.extend(self.pass(1));
        }
        events.retain(|event| event.starts_with("Alice"));
        events
    }

    /// Keeps what can wait. Returns for how many cameras it is what is at rest there.
    fn keep(&mut self) -> usize {
        let mut cameras = 0;
        for write in self.home.places(self.now) {
            match write {
                Write::Place(person, Some(place)) => drop(self.places.insert(person, *place)),
                Write::Place(person, None) => drop(self.places.remove(&person)),
                Write::AtRest(camera, at_rest) => {
                    cameras += 1;
                    let text = at_rest.map(|at_rest| serde_json::to_string(&at_rest).expect("can be written"));
                    match text {
                        Some(text) => drop(self.at_rest.insert(camera, text)),
                        None => drop(self.at_rest.remove(&camera)),
                    }
                }
                Write::Sight(camera, sight) => {
                    self.sights.insert(camera, serde_json::to_string(&sight).expect("can be written"));
                }
                _ => panic!("something else"),
            }
        }
        cameras
    }

    /// What was kept of where people are, what is at rest and what was proposed.
    fn restored(&self) -> Restored {
        let at_rest = |(camera, text): (&CameraId, &String)| {
            let at_rest: AtRest = serde_json::from_str(text).expect("can be read");
            (camera.clone(), at_rest)
        };
        let read = |text: &String| serde_json::from_str(text).expect("can be read");
        let undoable =
            |(id, text): (&ChangeId, &String)| (id.clone(), serde_json::from_str(text).expect("can be read"));
        let looks = |done: &Done| done.deed.unknown()?.looks.as_deref().cloned();
        Restored {
            settings: self.home.settings,
            cameras: self.home.cameras.values().map(|camera| camera.settings.clone()).collect(),
            places: self.places.clone().into_iter().collect(),
            at_rest: self.at_rest.iter().map(at_rest).collect(),
            sights: self.sights.iter().map(|(camera, text)| (camera.clone(), read(text))).collect(),
            people: BTreeMap::new(),
            strangers: Vec::new(),
            strangers_aside: self.home.undoable.values().filter_map(looks).collect(),
            undoable: self.undoable.iter().map(undoable).collect(),
            mistaken: Vec::new(),
            proposals: self.proposals.clone(),
            last_sighting: self.home.last_sighting,
        }
    }

    /// The server is started again, with what was kept.
    fn restart(&mut self) {
        self.home = Home::restore(self.restored(), self.home.model.clone(), self.now.steady);
        self.folder = Vec::new();
        self.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    }

    /// Whether Alice's photo on a wall is part of the room.
    fn is_part_of_the_room(&mut self, camera: &str) -> bool {
        self.pictures += 1;
        let glimpse = Some(Glimpse::of_blobs(0.0, self.pictures));
        let decision = self.observed(camera, self.now.wall(), vec![Face { glimpse, ..face(ALICE, 1) }]);
        matches!(decision.faces[0].identity, Identity::Unknown { ignored: true, .. })
    }

    fn person(&self, name: &str) -> PersonState {
        let people = self.home.person_states(self.now);
        people.into_iter().find(|p| p.person.name.as_str() == name).expect("enrolled")
    }

    /// `door: 1 face, Alice, a stranger`
    fn camera(&self, camera: &str) -> String {
        let camera = self.home.camera_state(&cam(camera), self.now).expect("known");
        shown(&Event::CameraChanged { camera })
    }
}

fn shown(event: &Event) -> String {
    match event {
        Event::Sighting { person, grade, .. } => {
            format!("{} {}", person.name, if *grade == Grade::Seen { "seen" } else { "confirmed" })
        }
        Event::UnknownSeen { unknown, .. } => format!("stranger {}", unknown.times_seen),
        Event::Arrived { person, .. } => format!("{} arrived", person.name),
        Event::Departed { person, .. } => format!("{} departed", person.name),
        Event::PersonChanged { person: p } => {
            format!("{} is {}", p.person.name, if p.presence.present { "here" } else { "away" })
        }
        Event::PersonRemoved { person_id } => format!("{person_id} removed"),
        Event::CameraChanged { camera: c } => {
            let names: Vec<_> = c.present.iter().map(|p| p.name.to_string()).collect();
            let stranger = if c.unknown_present { " and a stranger" } else { "" };
            format!("{}: {} faces, [{}]{stranger}", c.id, c.faces, names.join(" "))
        }
        Event::SightingCorrected { person, .. } => format!("not {}", person.name),
        Event::SettingsChanged { .. } => "settings".to_owned(),
        Event::LibraryChanged { library } => format!("library: {} problems", library.problems),
    }
}

/// What was told, but for the state of the folder: the faces here are far from each other, so that photos look wrong together.
fn told(outcome: &Outcome) -> Vec<String> {
    outcome.events.iter().filter(|event| !matches!(event, Event::LibraryChanged { .. })).map(shown).collect()
}

#[test]
fn two_pictures_confirm_and_somebody_arrives() {
    let mut house = House::new();
    let first = ["Alice seen", "door: 1 faces, []", "Alice is away"];
    let second = ["Alice confirmed", "Alice arrived", "door: 1 faces, [Alice]", "Alice is here"];
    assert_eq!(house.comes("door", ALICE), [&first[..], &second[..]].concat());
}

#[test]
fn a_photo_on_the_wall_is_told_of_once_and_not_again_with_each_burst() {
    let mut house = House::new();
    let mut events = Vec::new();
    for picture in 0..8 {
        let on_the_wall = Face { glimpse: Some(Glimpse::of_blobs(0.0, picture)), ..face(ALICE, 1) };
        events.extend(told(&house.sees_faces("door", vec![on_the_wall])));
        // Two pictures a burst, and nothing for longer than a visit lasts between two.
        events.extend(house.pass(if picture % 2 == 0 { 1 } else { 40 }));
    }
    events.retain(|event| event.starts_with("Alice"));
    assert_eq!(events, ["Alice seen", "Alice is away"], "never at home, and last seen when it was first seen");
}

#[test]
fn a_photo_on_the_wall_keeps_nobody_present_and_moves_them_nowhere() {
    let mut house = House::new();
    house.comes("door", ALICE);
    house.pass(300);
    for picture in 0..4 {
        let on_the_wall = Face { glimpse: Some(Glimpse::of_blobs(0.0, picture)), ..face(ALICE, 1) };
        house.sees_faces("garden", vec![on_the_wall]);
        assert_eq!(house.camera("garden"), "garden: 1 faces, []");
        house.pass(1);
    }
    assert!(house.person("Alice").presence.present, "as long as she was seen herself");
    house.pass(300);
    assert!(!house.person("Alice").presence.present, "ten minutes after she was seen herself");
}

#[test]
fn a_photo_on_the_wall_is_the_same_after_a_restart_and_prolongs_nothing() {
    let mut house = House::new();
    house.comes("hall", ALICE);
    house.pass(60);
    assert_eq!(house.sees_the_wall("hall", 3), ["Alice seen", "Alice is here"], "it was hung just now");
    let last_seen = house.person("Alice").presence.last_seen;
    for evenings in [0, 0, 1, 2] {
        for _ in 0..evenings * 3 {
            house.pass(8 * 3_600);
            assert_eq!(house.sees_the_wall("hall", 2), [""; 0]);
            house.keep();
        }
        house.pass(100);
        house.keep();
        house.restart();
        house.pass(100);
        assert_eq!(house.sees_the_wall("hall", 3), [""; 0]);
        assert_eq!(house.person("Alice").presence.last_seen, last_seen, "on evening {evenings}");
    }
    assert!(!house.person("Alice").presence.present, "she was not seen for so long");
}

#[test]
fn what_is_part_of_the_room_still_is_after_a_restart_and_whoever_came_meanwhile_is_seen() {
    let mut house = House::new();
    for _ in 0..3 {
        house.sees_the_wall("hall", 4);
        house.pass(90);
    }
    assert!(house.is_part_of_the_room("hall"));
    house.keep();
    house.restart();
    assert!(house.is_part_of_the_room("hall"), "at once");
    let herself = Face { glimpse: Some(Glimpse::of_blobs(3.0, 500)), ..face(ALICE, 50) };
    assert_eq!(told(&house.sees_faces("hall", vec![herself]))[0], "Alice seen", "who stands before it");
}

#[test]
fn what_was_at_rest_is_forgotten_after_a_day_and_by_a_camera_that_sees_otherwise() {
    let mut house = House::new();
    for _ in 0..3 {
        house.sees_the_wall("hall", 4);
        house.pass(90);
    }
    house.keep();
    let rotated = CameraChange { id: cam("hall"), rotate: Some(Rotation::Right), ..CameraChange::default() };
    let back = CameraChange { rotate: Some(Rotation::None), ..rotated.clone() };
    house.told(Command::ConfigureCameras(vec![rotated]));
    house.restart();
    assert!(!house.is_part_of_the_room("hall"), "what was kept was seen by the camera as it was");
    house.told(Command::ConfigureCameras(vec![back]));
    house.restart();
    assert!(house.is_part_of_the_room("hall"));
    house.now.steady = house.now.steady.checked_add(seconds(25 * 3_600)).expect("in range");
    house.restart();
    assert!(!house.is_part_of_the_room("hall"), "a day later");
    house.keep();
    assert!(house.at_rest.is_empty());
}

#[test]
fn what_is_at_rest_is_kept_when_that_changes_and_every_hour() {
    let mut house = House::new();
    let mut kept = 0;
    for _ in 0..10 {
        house.sees_the_wall("hall", 2);
        kept += house.keep();
        house.pass(20);
    }
    assert!((2..=3).contains(&kept), "at rest, and part of the room, and perhaps an hour has begun: {kept}");
    house.pass(3_600);
    house.sees_the_wall("hall", 1);
    assert_eq!((house.keep(), house.keep()), (1, 0));
}

#[test]
fn whoever_stands_before_a_camera_for_a_minute_costs_a_write_for_each_grade_and_no_more() {
    let mut house = House::new();
    let mut writes = 0;
    for _ in 0..60 {
        house.pass(1);
        writes += usize::from(!house.sees("door", &[ALICE]).writes.is_empty());
    }
    assert_eq!(writes, 2, "seen, and confirmed with the arrival");
    assert!(house.home.has_moved(), "where she is, is kept later");
}

#[test]
fn what_a_camera_shows_ends_half_a_minute_after_its_last_picture_and_is_told() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    house.comes("hall", ALICE);
    assert_eq!(house.camera("door"), "door: 1 faces, [] and a stranger");
    assert_eq!(house.pass(28), [""; 0]);
    assert_eq!(house.pass(2), ["door: 0 faces, []", "hall: 0 faces, []"]);
    assert_eq!(house.pass(30), [""; 0], "once");
    assert!(house.person("Alice").presence.present, "she is still at home");
}

#[test]
fn how_long_a_camera_shows_who_is_there_can_be_set() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    house.told(Command::SetSettings(Settings { in_view_timeout_s: 5, ..Settings::default() }));
    assert_eq!(house.pass(5), ["door: 0 faces, []"]);
}

#[test]
fn an_old_picture_says_nothing_of_who_is_at_a_camera_now() {
    let mut house = House::new();
    let old = house.now.wall().checked_sub(seconds(120)).expect("in range");
    let decision = house.observed("door", old, vec![face(STRANGER, 1)]);
    house.told(Command::Finish(decision, Pictures::default()));
    assert_eq!(house.camera("door"), "door: 0 faces, []");
}

#[test]
fn somebody_departs_when_they_were_last_seen_plus_the_time_and_the_state_says_since_when() {
    let mut house = House::new();
    house.comes("door", ALICE);
    house.pass(300);
    house.sees("door", &[ALICE]);
    let last_seen = house.now.wall();
    assert_eq!(house.person("Alice").presence.last_seen, Some(last_seen));
    assert_eq!(house.pass(599).iter().filter(|e| e.contains("departed")).count(), 0);
    assert_eq!(house.pass(1), ["Alice departed", "Alice is away"]);
    let departed_at = house.person("Alice").presence.departed_at;
    assert_eq!(departed_at, last_seen.checked_add(seconds(600)).ok());
    house.pass(3_600);
    house.sees("door", &[ALICE]);
    house.pass(1);
    let back = house.sees("door", &[ALICE]);
    let arrived = back.events.iter().find_map(|e| match e {
        Event::Arrived { departed_at, .. } => Some(*departed_at),
        _ => None,
    });
    assert_eq!(arrived, Some(departed_at), "who greets can say how long she was away");
    assert_eq!(house.person("Alice").presence.departed_at, departed_at);
}

#[test]
fn a_shorter_time_ends_stays_that_run_and_a_persons_own_time_comes_first() {
    let mut house = House::new();
    house.comes("door", ALICE);
    house.comes("door", BOB);
    house.told(Command::SetTimeout(House::id("Bob"), Some(86_400)));
    assert_eq!(house.person("Bob").presence_timeout_s, Some(86_400));
    house.told(Command::SetSettings(Settings { presence_timeout_s: 60, ..Settings::default() }));
    house.pass(70);
    assert!(!house.person("Alice").presence.present && house.person("Bob").presence.present);
    let camera = CameraChange { id: cam("door"), presence_timeout_s: Some(1), ..CameraChange::default() };
    house.told(Command::ConfigureCameras(vec![camera]));
    let renamed = CameraChange { id: cam("door"), name: Some("Door".to_owned()), ..CameraChange::default() };
    house.told(Command::ConfigureCameras(vec![renamed]));
    house.pass(70_000);
    assert!(house.person("Bob").presence.present);
    house.told(Command::SetTimeout(House::id("Bob"), None));
    house.pass(1);
    assert!(!house.person("Bob").presence.present);
}

#[test]
fn a_wall_clock_that_is_set_back_lengthens_no_presence_and_new_sightings_count() {
    let mut house = House::new();
    house.now.ahead = SignedDuration::from_hours(5);
    house.told(Command::SetSettings(Settings { presence_timeout_s: 5, ..Settings::default() }));
    house.comes("hall", ALICE);
    house.now.ahead = SignedDuration::ZERO;
    let set = house.home.clock_was_set(house.now);
    assert!(told(&set).contains(&"Alice is here".to_owned()), "{:?}", told(&set));
    assert_eq!(house.person("Alice").presence.last_seen, Some(house.now.wall()), "stamps are of the right clock");
    house.pass(5);
    assert!(!house.person("Alice").presence.present);
    house.comes("porch", ALICE);
    let presence = house.person("Alice").presence;
    assert_eq!((presence.present, presence.camera), (true, Some(cam("porch"))));
}

#[test]
fn a_wall_clock_that_is_set_ahead_ends_no_visit_and_no_presence() {
    let mut house = House::new();
    house.comes("door", ALICE);
    house.now.ahead = SignedDuration::from_hours(24 * 400);
    assert_eq!(house.pass(1), [""; 0]);
    assert_eq!(told(&house.sees("door", &[ALICE])), ["door: 1 faces, [Alice]", "Alice is here"]);
}

#[test]
fn pictures_that_cannot_be_made_keep_no_arrival_from_being_told() {
    let mut house = House::new();
    house.sees("door", &[ALICE]);
    house.pass(1);
    let decision = house.observed("door", house.now.wall(), vec![face(ALICE, 77)]);
    let outcome = house.told(Command::Finish(decision, Pictures::default()));
    assert!(told(&outcome).contains(&"Alice arrived".to_owned()));
}

#[test]
fn an_older_picture_finished_late_does_not_replace_a_cameras_newer_one() {
    let mut house = House::new();
    let older = house.observed("door", house.now.wall(), vec![face(ALICE, 1)]);
    house.pass(1);
    let newer = house.observed("door", house.now.wall(), vec![face(ALICE, 2)]);
    let drawn = |text: &'static [u8]| Pictures { annotated: Some(Arc::from(text)), ..Pictures::default() };
    house.told(Command::Finish(newer, drawn(b"newer")));
    house.told(Command::Finish(older, drawn(b"older")));
    let shown = house.home.last_pictures().find_map(|(id, _, picture)| (*id == cam("door")).then_some(picture?));
    assert_eq!(shown.map(|picture| &**picture), Some(&b"newer"[..]));
}

#[test]
fn whoever_is_deleted_while_a_picture_of_them_is_made_is_not_told_of_again() {
    let mut house = House::new();
    house.sees("door", &[ALICE]);
    house.pass(1);
    let decision = house.observed("door", house.now.wall(), vec![face(ALICE, 77)]);
    house.folder_is(&[("Bob", &[BOB])]);
    let drawn = Pictures { annotated: Some(Arc::from(&b"Alice"[..])), ..Pictures::default() };
    let outcome = house.told(Command::Finish(decision, drawn));
    assert!(!told(&outcome).iter().any(|event| event.contains("Alice")), "{:?}", told(&outcome));
    assert!(house.home.last_pictures().all(|(_, _, picture)| picture.is_none()), "her name is on it");
}

#[test]
fn the_same_bytes_again_are_answered_and_change_nothing() {
    let mut house = House::new();
    house.comes("door", ALICE);
    let seen = |at| Seen { camera: cam("door"), captured_at: at, hash: [9; 32], size: (1, 1) };
    let at = house.now.wall();
    house.told(Command::Observe(seen(at), vec![face(ALICE, 50)]));
    let again = house.told(Command::Observe(seen(at), vec![face(BOB, 51)]));
    let Ok(Answer::Decided(again)) = again.answer else { panic!("not decided") };
    assert!(again.repeated && again.sightings.is_empty());
    assert!(matches!(&again.faces[0].identity, Identity::Known { person, .. } if person.id == House::id("Alice")));
}

#[test]
fn while_photos_are_learned_nobody_is_called_a_stranger_and_the_answer_says_so() {
    let mut house = House::new();
    let look = house.look(House::people(&[("Alice", &[ALICE]), ("Bob", &[BOB, STRANGER])]));
    let outcome = house.told(Command::TakeUp(Box::new(look)));
    assert_eq!(outcome.learn.iter().map(|photo| &photo.id).collect::<Vec<_>>(), [&House::photo(STRANGER)]);
    assert_eq!(house.comes("door", STRANGER), ["door: 1 faces, []"; 2]);
    let faces = house.home.recognize(vec![face(STRANGER, 1)]);
    assert!(house.home.learning());
    assert_eq!(faces[0].identity, Identity::Unknown { unknown: None, ignored: false, learning: true });
    let learned = house.told(Command::Learned(House::photo(STRANGER), Ok(House::described(STRANGER))));
    assert_eq!(told(&learned), ["Bob is away"]);
    assert!(house.comes("door", STRANGER).contains(&"Bob arrived".to_owned()));
}

#[test]
fn a_photo_that_is_gone_before_it_is_learned_teaches_nobody() {
    let mut house = House::new();
    let look = house.look(House::people(&[("Alice", &[ALICE, STRANGER]), ("Bob", &[BOB])]));
    house.told(Command::TakeUp(Box::new(look)));
    house.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    let learned = house.told(Command::Learned(House::photo(STRANGER), Ok(House::described(STRANGER))));
    assert_eq!((learned.events.len(), learned.writes.len(), learned.later.len()), (0, 0, 0));
    assert_eq!((house.person("Alice").photos, house.home.photo_counts().1), (1, 0));
}

#[test]
fn samples_are_people_until_somebody_of_the_home_has_a_photo() {
    let mut house = House::new();
    house.folder_is(&[("Sample One", &[4]), ("Sample Two", &[5])]);
    assert!(house.person("Sample One").sample);
    assert!(house.comes("door", 4).contains(&"Sample One arrived".to_owned()));
    let taught = house.folder_is(&[("Sample One", &[4]), ("Sample Two", &[5]), ("Carol", &[6])]);
    let told = told(&taught);
    let gone = ["id of Sample One removed", "id of Sample Two removed", "door: 1 faces, []", "Carol is away"];
    assert_eq!(told, gone);
    house.folder_is(&[("Sample One", &[4]), ("Sample Two", &[5]), ("Carol", &[])]);
    assert_eq!(house.person("Sample Two").photos, 1, "with nobody else to recognise they are back");
}

#[test]
fn a_renamed_folder_renames_who_is_at_the_camera() {
    let mut house = House::new();
    house.comes("door", ALICE);
    let mut people = House::people(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    people[0].name = PersonName::new("Lissy").expect("a name");
    let look = house.look(people);
    let outcome = house.told(Command::TakeUp(Box::new(look)));
    assert_eq!(told(&outcome), ["door: 1 faces, [Lissy]", "Lissy is here"]);
    let now = house.now.wall();
    let seen = house.observed("garden", now, vec![face(ALICE, 99)]);
    assert_eq!(seen.faces[0].nearest[0].person.name.as_str(), "Lissy");
}

#[test]
fn two_who_are_merged_are_where_either_was_with_the_photos_of_both() {
    let mut house = House::new();
    house.comes("door", ALICE);
    let look = house.look(House::people(&[("Bob", &[ALICE, BOB])]));
    let done = Some((House::id("Alice"), Intent::MergeInto(House::id("Bob"))));
    // Nothing is described again: what Alice's photos taught is known.
    let outcome = house.told(Command::TakeUp(Box::new(FolderLook { done, ..look })));
    assert_eq!(told(&outcome), ["id of Alice removed", "door: 1 faces, [Bob]", "Bob is here"]);
    assert!(outcome.learn.is_empty() && outcome.durability == Durability::Answered);
    let bob = house.person("Bob");
    assert_eq!((bob.photos, bob.presence.present), (2, true));
    assert!(outcome.writes.contains(&Write::MergePeople(House::id("Alice"), House::id("Bob"))));
    assert!(outcome.writes.contains(&Write::Intent(House::id("Alice"), None)));
}

#[test]
fn a_folder_that_is_gone_takes_nothing_with_it_that_a_deleted_person_takes() {
    let mut house = House::new();
    house.comes("door", ALICE);
    let gone = house.folder_is(&[("Bob", &[BOB])]);
    assert_eq!(told(&gone), ["id of Alice removed", "door: 1 faces, []"]);
    assert_eq!(gone.writes, []);
    house.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    assert!(house.person("Alice").presence.present, "she is back with her folder");
    let look = house.look(House::people(&[("Bob", &[BOB])]));
    let done = Some((House::id("Alice"), Intent::Delete));
    let deleted = house.told(Command::TakeUp(Box::new(FolderLook { done, ..look })));
    assert!(deleted.writes.contains(&Write::ForgetPerson(House::id("Alice"))));
    assert!(deleted.writes.contains(&Write::ForgetDescribed(vec![House::photo(ALICE)])));
    assert!(house.home.places(house.now).contains(&Write::Place(House::id("Alice"), None)));
}

#[test]
fn whoever_is_removed_by_hand_is_forgotten_as_their_last_sighting_is_and_whoever_is_there_is_not() {
    let mut house = House::new();
    house.comes("door", ALICE);
    house.comes("hall", BOB);
    house.folder_is(&[("Bob", &[BOB])]);
    let mut forgotten_after = |days: i64| {
        house.now.steady = house.now.steady.checked_add(SignedDuration::from_hours(24 * days)).expect("in range");
        let writes = house.home.forget_old(house.now).writes;
        let forgotten = writes.into_iter().filter(|write| matches!(write, Write::ForgetPerson(_)));
        (forgotten.collect::<Vec<_>>(), house.home.places(house.now))
    };
    assert_eq!(forgotten_after(6).0, [], "she may come back");
    let (forgotten, places) = forgotten_after(2);
    assert_eq!(forgotten, [Write::ForgetPerson(House::id("Alice"))]);
    assert!(places.contains(&Write::Place(House::id("Alice"), None)), "{places:?}");
}

#[test]
fn what_is_to_be_done_with_a_folder_is_not_begun_where_that_cannot_be_written_down() {
    let mut house = House::new();
    let outcome = house.told(Command::Intend(House::id("Alice"), Some(Intent::Delete)));
    assert_eq!(outcome.durability, Durability::OrNot);
    assert_eq!(outcome.writes, [Write::Intent(House::id("Alice"), Some(Intent::Delete))]);
}

#[test]
fn strangers_are_told_of_once_a_visit_and_not_at_all_once_they_are_ignored() {
    let mut house = House::new();
    assert_eq!(house.comes("door", STRANGER).iter().filter(|e| *e == "stranger 1").count(), 1);
    house.pass(1);
    assert_eq!(told(&house.sees("door", &[STRANGER])), ["door: 1 faces, [] and a stranger"]);
    let id = house.home.strangers.iter().next().expect("remembered").id.clone();
    let ignored = house.told(Command::IgnoreUnknown(id));
    assert!(ignored.answer.is_ok() && ignored.durability == Durability::Answered);
    house.pass(400);
    assert_eq!(house.comes("door", STRANGER), ["door: 1 faces, []"; 2]);
}

impl House {
    /// The only unknown person.
    fn stranger(&self) -> UnknownId {
        self.home.strangers.iter().next().expect("remembered").id.clone()
    }

    /// The only change that can be undone.
    fn change(&self) -> Undoable {
        let mut changes = self.home.changes(self.now);
        assert_eq!(changes.len(), 1, "{changes:?}");
        changes.remove(0)
    }
}

#[test]
fn a_stranger_who_is_ignored_no_more_is_told_of_again() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    let id = house.stranger();
    house.told(Command::IgnoreUnknown(id.clone()));
    house.told(Command::IgnoreUnknown(id.clone()));
    let change = house.change();
    assert_eq!(
        (change.kind, change.unknown, change.times_seen),
        (ChangeKind::UnknownIgnored, Some(id.clone()), Some(1))
    );
    let undone = house.told(Command::Undo(change.id.clone()));
    assert!(undone.answer.is_ok() && undone.durability == Durability::Answered);
    assert_eq!(
        undone.writes,
        [Write::Attention(id.clone(), Attention::Reported), Write::Undo(change.id.clone(), None)]
    );
    assert!(house.told(Command::Undo(change.id)).answer.is_err(), "once is enough");
    house.pass(400);
    assert!(house.comes("door", STRANGER).contains(&"stranger 2".to_owned()));
    assert_eq!(house.stranger(), id);
}

#[test]
fn a_stranger_who_is_forgotten_is_nowhere_and_comes_back_after_a_restart_as_they_were() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    let before = house.home.strangers.iter().next().expect("remembered").clone();
    let gone = house.told(Command::SetUnknownAside(before.id.clone(), None));
    assert!(gone.writes.contains(&Write::SetUnknownAside(before.id.clone())));
    assert_eq!(house.home.strangers.iter().len(), 0);
    house.restart();
    let change = house.change();
    assert_eq!((change.kind, house.home.strangers.iter().len()), (ChangeKind::UnknownForgotten, 0));
    house.told(Command::Undo(change.id));
    assert_eq!(house.home.strangers.iter().collect::<Vec<_>>(), [&before]);
    assert!(house.home.changes(house.now).is_empty() && house.undoable.is_empty());
}

#[test]
fn what_nobody_undoes_within_the_hour_is_forgotten_whatever_the_clock_of_the_last_run_said() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    let id = house.stranger();
    house.now.ahead = SignedDuration::from_hours(24);
    house.told(Command::SetUnknownAside(id.clone(), None));
    house.now.ahead = SignedDuration::ZERO;
    house.restart();
    let change = house.change().id;
    house.now.steady = house.now.steady.checked_add(SignedDuration::from_mins(59)).expect("in range");
    assert_eq!(house.told(Command::Tick).writes, []);
    house.now.steady = house.now.steady.checked_add(SignedDuration::from_mins(1)).expect("in range");
    assert_eq!(house.told(Command::Tick).writes, [Write::ForgetUnknown(id), Write::Undo(change.clone(), None)]);
    assert!(house.told(Command::Undo(change)).answer.is_err());
}

#[test]
fn two_who_were_merged_are_two_again_where_each_was_with_what_was_set_for_them() {
    let mut house = House::new();
    house.told(Command::SetTimeout(House::id("Alice"), Some(900)));
    looks_aside(&mut house, 5);
    house.pass(400);
    house.comes("door", ALICE);
    let before = (house.person("Alice"), house.person("Bob"));
    assert!(before.0.presence.present && before.0.proposals == 1);
    let into_bob = house.look(House::people(&[("Bob", &[ALICE, BOB])]));
    let done = Some((House::id("Alice"), Intent::MergeInto(House::id("Bob"))));
    let merged = house.told(Command::TakeUp(Box::new(FolderLook { done, ..into_bob })));
    let change = house.change();
    assert_eq!((change.kind, change.photos), (ChangeKind::PeopleMerged, 1));
    assert_eq!((change.person, change.into), (Some(before.0.person.clone()), Some(before.1.person.clone())));
    let noted = Write::NoteMerge(change.id.clone(), House::id("Alice"), House::id("Bob"));
    let at = |write: &Write| merged.writes.iter().position(|w| w == write);
    assert!(at(&noted) < at(&Write::MergePeople(House::id("Alice"), House::id("Bob"))) && at(&noted).is_some());

    let two = house.look(House::people(&[("Alice", &[ALICE]), ("Bob", &[BOB])]));
    let done = Some((House::id("Alice"), Intent::Undo(change.id)));
    let parted = house.told(Command::TakeUp(Box::new(FolderLook { done, ..two })));
    assert!(parted.answer.is_ok() && parted.learn.is_empty());
    let alike = |person: PersonState| PersonState { picture: None, ..person };
    assert_eq!((alike(house.person("Alice")), alike(house.person("Bob"))), (alike(before.0), alike(before.1)));
    assert!(house.undoable.is_empty());
}

#[test]
fn with_a_person_who_is_erased_goes_what_an_unknown_person_was_before_they_were_named() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    let unknown = house.stranger();
    let person = PersonRef { id: House::id("Bob"), name: PersonName::new("Bob").expect("a name") };
    let named = Named { person, made: None, photos: vec![House::photo(BOB)] };
    house.told(Command::SetUnknownAside(unknown.clone(), Some(Box::new(named))));
    assert_eq!(house.change().kind, ChangeKind::UnknownNamed);
    let look = house.look(House::people(&[("Alice", &[ALICE])]));
    let done = Some((House::id("Bob"), Intent::Delete));
    let erased = house.told(Command::TakeUp(Box::new(FolderLook { done, ..look })));
    assert!(erased.writes.contains(&Write::ForgetUnknown(unknown)), "{:?}", erased.writes);
    assert!(house.home.changes(house.now).is_empty() && house.undoable.is_empty());
}

#[test]
fn a_stranger_made_of_a_track_that_turns_out_to_be_somebody_is_withdrawn() {
    let mut house = House::new();
    house.folder_is(&[("Bob", &[BOB])]);
    house.comes("door", ALICE);
    assert_eq!(house.home.strangers.iter().len(), 1);
    house.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    house.pass(1);
    let outcome = house.sees("door", &[ALICE]);
    assert!(told(&outcome).contains(&"Alice arrived".to_owned()), "{:?}", told(&outcome));
    assert_eq!(house.home.strangers.iter().len(), 0);
    assert!(outcome.writes.iter().any(|write| matches!(write, Write::ForgetUnknown(_))));
}

#[test]
fn old_strangers_are_forgotten_by_the_time_that_went_by_and_not_by_the_wall_clock() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    house.now.ahead = SignedDuration::from_hours(24 * 400);
    house.home.forget_old(house.now);
    assert_eq!(house.home.strangers.iter().len(), 1);
    house.now.steady = house.now.steady.checked_add(SignedDuration::from_hours(24 * 8)).expect("in range");
    let outcome = house.home.forget_old(house.now);
    assert_eq!(house.home.strangers.iter().len(), 0);
    assert!(matches!(outcome.writes[..], [Write::Expire(_, now)] if now == house.now.wall()));
}

/// Alice comes, looks aside, and goes. What was kept of what would widen her photos.
fn looks_aside(house: &mut House, like: usize) -> Vec<Write> {
    house.comes("door", ALICE);
    house.pass(1);
    let outcome = house.sees_faces("door", vec![aside(ALICE, like)]);
    house.pass(400);
    let kept = |write: &Write| matches!(write, Write::Proposal(..) | Write::ForgetProposals(_));
    outcome.writes.into_iter().filter(kept).collect()
}

#[test]
fn of_a_confirmed_visit_the_side_that_no_photo_shows_is_proposed_once() {
    let mut house = House::new();
    let kept = looks_aside(&mut house, 5);
    let [Write::Proposal(proposal, picture)] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!((&proposal.person, proposal.shows.view, &picture[..]), (&House::id("Alice"), View::Left, &b"jpeg"[..]));
    assert_eq!(proposal.shows.adds, [Adds::View]);
    assert_eq!(proposal.sighting, house.home.last_sighting);
    assert_eq!(house.person("Alice").proposals, 1);
    assert_eq!(looks_aside(&mut house, 5), [], "the same again adds nothing");
    assert_eq!(house.person("Bob").proposals, 0);
}

#[test]
fn a_visit_that_is_only_seen_and_sample_people_propose_nothing() {
    let mut house = House::new();
    let outcome = house.sees_faces("door", vec![aside(ALICE, 5)]);
    assert_eq!(told(&outcome)[0], "Alice seen");
    assert_eq!(house.person("Alice").proposals, 0, "nothing is certain yet");
    house.folder_is(&[("Sample Alice", &[ALICE])]);
    house.pass(400);
    assert_eq!(looks_aside(&mut house, 5), []);
}

#[test]
fn what_is_declined_does_not_come_back_after_a_restart_either_and_goes_with_the_person() {
    let mut house = House::new();
    looks_aside(&mut house, 5);
    let waiting = house.home.proposal_states(None).remove(0).id;
    let outcome = house.told(Command::DeclineProposals(vec![waiting.clone()]));
    assert!(outcome.answer.is_ok() && outcome.durability == Durability::Answered);
    assert_eq!(outcome.writes, [Write::DeclineProposals(vec![waiting.clone()])]);
    assert_eq!(house.person("Alice").proposals, 0);
    assert_eq!(looks_aside(&mut house, 5), []);
    assert!(house.told(Command::DeclineProposals(vec![waiting.clone()])).answer.is_err(), "it waits no more");

    house.restart();
    assert_eq!(looks_aside(&mut house, 5), []);
    house.now.steady = house.now.steady.checked_add(SignedDuration::from_hours(24 * 30)).expect("in range");
    house.home.forget_old(house.now);
    assert_eq!(looks_aside(&mut house, 5), [], "it is remembered longer than sightings are");
    let gone = house.folder_is(&[("Bob", &[BOB])]);
    assert!(gone.writes.contains(&Write::ForgetProposals(vec![waiting])), "{:?}", gone.writes);
}

#[test]
fn what_was_declined_does_not_come_back_with_somebody_who_is_put_back_and_goes_when_they_are_erased() {
    let mut house = House::new();
    looks_aside(&mut house, 5);
    let declined = house.home.proposal_states(None).remove(0).id;
    house.told(Command::DeclineProposals(vec![declined.clone()]));
    let alice = SetAside {
        id: ChangeId("d".into()),
        person: PersonRef { id: House::id("Alice"), name: PersonName::new("Alice").expect("a name") },
        what: What::Person { photos: vec![House::photo(ALICE)] },
        ends: std::time::Instant::now(),
        folder: "hidden".into(),
    };
    let look = house.look(House::people(&[("Bob", &[BOB])]));
    let gone = house.told(Command::TakeUp(Box::new(FolderLook { aside: vec![alice], ..look })));
    assert_eq!(gone.writes, []);
    house.now.steady = house.now.steady.checked_add(SignedDuration::from_hours(24 * 30)).expect("in range");
    let old = house.home.forget_old(house.now).writes;
    assert!(matches!(old[..], [Write::Expire(..)]), "{old:?}");
    let kept = house.home.forget_removed_photos().expect("sure").writes;
    assert_eq!(kept, [Write::PruneDescribed(vec![House::photo(BOB), House::photo(ALICE)])]);
    house.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    assert_eq!(looks_aside(&mut house, 5), []);
    let look = house.look(House::people(&[("Bob", &[BOB])]));
    let done = Some((House::id("Alice"), Intent::Delete));
    let erased = house.told(Command::TakeUp(Box::new(FolderLook { done, ..look })));
    assert!(erased.writes.contains(&Write::ForgetProposals(vec![declined])), "{:?}", erased.writes);
}

#[test]
fn a_proposal_goes_with_its_sighting_its_time_and_its_certainty() {
    let corrected = |house: &mut House| {
        let row = store::SightingRow {
            id: house.home.last_sighting,
            at: house.now.wall(),
            camera: "door".into(),
            person: House::id("Alice"),
            grade: Grade::Confirmed,
            probability: 1.0,
            similarity: 0.7,
            correction: None,
            has_crop: true,
        };
        house.told(Command::Correct(row, Some(store::Correction::NotThem)))
    };
    let old = |house: &mut House| {
        house.now.steady = house.now.steady.checked_add(SignedDuration::from_hours(24 * 8)).expect("in range");
        house.home.forget_old(house.now)
    };
    let look_alike = |house: &mut House| house.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB]), ("Carol", &[5])]);
    let ends: [&dyn Fn(&mut House) -> Outcome; 3] = [&corrected, &old, &look_alike];
    for end in ends {
        let mut house = House::new();
        looks_aside(&mut house, 5);
        let waiting = house.home.proposal_states(None).remove(0).id;
        let outcome = end(&mut house);
        assert!(outcome.writes.contains(&Write::ForgetProposals(vec![waiting])), "{:?}", outcome.writes);
        assert!(
            outcome
                .events
                .iter()
                .any(|event| matches!(event, Event::PersonChanged { person } if person.proposals == 0))
        );
        assert_eq!(house.home.proposal_states(None), []);
    }
}

#[test]
fn what_waits_is_not_judged_before_the_folder_was_looked_at() {
    let mut house = House::new();
    looks_aside(&mut house, 5);
    let restored = house.restored();
    house.home = Home::restore(restored, house.home.model.clone(), house.now.steady);
    house.home.forget_old(house.now);
    house.told(Command::Recall(HashMap::new(), Vec::new()));
    house.folder = Vec::new();
    house.folder_is(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    assert_eq!(house.person("Alice").proposals, 1);
}

#[test]
fn proposals_follow_a_person_who_is_renamed_or_merged() {
    let mut house = House::new();
    looks_aside(&mut house, 5);
    let mut people = House::people(&[("Alice", &[ALICE]), ("Bob", &[BOB])]);
    people[0].name = PersonName::new("Alicia").expect("a name");
    let renamed = house.look(people);
    house.told(Command::TakeUp(Box::new(renamed)));
    assert_eq!(house.person("Alicia").proposals, 1);
    let into_bob = house.look(House::people(&[("Bob", &[BOB, ALICE])]));
    let done = Some((House::id("Alice"), Intent::MergeInto(House::id("Bob"))));
    house.told(Command::TakeUp(Box::new(FolderLook { done, ..into_bob })));
    let of_bob = house.home.proposal_states(Some(&House::id("Bob")));
    assert_eq!(of_bob.iter().map(|p| p.person.name.as_str()).collect::<Vec<_>>(), ["Bob"]);
}

/// A face of a visitor so large, with this wrong.
fn visitor(who: usize, take: usize, size_px: f32, reasons: &[QualityReason]) -> Face {
    let mut face = face(who, take);
    face.quality = Quality { size_px, reasons: reasons.to_vec(), ..face.quality };
    face
}

#[test]
fn a_cameras_last_visits_say_whether_it_sees_faces_well_enough_and_what_to_change() {
    let mut house = House::new();
    let sight = |house: &House| house.home.camera_sights(house.now).remove(0);
    house.sees("door", &[ALICE]);
    let first = sight(&house);
    assert_eq!((first.verdict, first.visits, first.confirmed), (SightVerdict::Unknown, 1, 0), "one visit says nothing");
    for (take, size_px) in [(1, 30.0), (2, 34.0), (3, 90.0)] {
        house.pass(60);
        let dark: &[QualityReason] = if take < 3 { &[QualityReason::TooDark, QualityReason::TooSmall] } else { &[] };
        house.sees_faces("door", vec![visitor(BOB, take, size_px, dark)]);
        house.pass(1);
        // Smaller, but sharper: a visit counts by its best face.
        let mut best = visitor(BOB, 10 + take, size_px - 1.0, dark);
        best.quality.overall = 0.95;
        house.sees_faces("door", vec![best]);
    }
    let seen = sight(&house);
    let sizes = seen.typical.map(|face| (face.size_px, face.overall));
    assert_eq!((seen.visits, seen.confirmed, sizes), (4, 3, Some((33.0, 0.95))));
    assert_eq!(seen.since, Some("2026-11-24T08:00:00Z".parse().expect("a time")));
    let changes: Vec<_> = seen.changes.iter().map(|change| (change.reason, change.visits)).collect();
    assert_eq!(changes, [(QualityReason::TooSmall, 2), (QualityReason::TooDark, 2)], "in half of the visits");
    assert!(seen.changes[0].advice.starts_with("faces are 33 pixels large here, 60 or more are good"), "{seen:?}");
    assert_eq!(seen.verdict, SightVerdict::Fair);

    house.keep();
    house.restart();
    assert_eq!(sight(&house), seen);
    for take in 0..6 {
        house.pass(60);
        house.sees_faces("door", vec![visitor(BOB, 20 + take, 90.0, &[])]);
    }
    assert_eq!((sight(&house).verdict, sight(&house).changes), (SightVerdict::Good, vec![]));
}

#[test]
fn what_a_camera_saw_is_forgotten_with_its_sightings_and_a_picture_on_the_wall_is_no_visit() {
    let mut house = House::new();
    house.sees("door", &[ALICE]);
    for _ in 0..3 {
        house.sees_the_wall("hall", 4);
        house.pass(90);
    }
    assert!(house.is_part_of_the_room("hall"));
    let visits = |house: &House| house.home.camera_sights(house.now).iter().map(|s| s.visits).collect::<Vec<_>>();
    let before = visits(&house);
    house.sees_the_wall("hall", 4);
    assert_eq!(visits(&house), before, "part of the room");
    house.now.steady = house.now.steady.checked_add(SignedDuration::from_hours(24 * 8)).expect("in range");
    house.home.forget_old(house.now);
    assert_eq!(visits(&house), [0, 0]);
}

#[test]
fn a_face_that_is_looked_for_is_found_among_people_and_unknown_people_and_changes_nothing() {
    let mut house = House::new();
    house.comes("door", STRANGER);
    let known = |house: &mut House, who: usize| {
        let wanted = house.home.look_for(vec![face(who, 50)]).remove(0);
        let people: Vec<_> = wanted.people.iter().map(|m| m.what.person.name.to_string()).collect();
        (people, wanted.unknowns.len())
    };
    assert_eq!(known(&mut house, ALICE), (vec!["Alice".to_owned()], 0));
    assert_eq!(known(&mut house, STRANGER), (vec![], 1));
    let strangers = house.home.strangers.iter().len();
    assert_eq!(known(&mut house, 5), (vec![], 0), "nobody like that was ever there");
    assert_eq!(house.home.strangers.iter().len(), strangers);
    assert!(house.home.look_for(vec![face(STRANGER, 60)])[0].unknowns[0].alike.likelihood >= Likelihood::Likely);
}
