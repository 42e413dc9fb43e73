//! Labelled recordings through the live tracker, once → each visit's tracks, with what the live rule said after every picture.
//!
//! Every rule that is compared is given these same tracks.

use std::collections::HashMap;
use std::io;

use jiff::{SignedDuration, Timestamp};

use super::labels::Label;
use crate::gallery::Person;
use crate::line::DescribedFiles;
use crate::recording::{Of, Picture};
use face_server::engine::{CameraId, EngineError, Grade, Identity, Settings, Simulation, TrackId};
use face_server::people::{PersonName, Prior};
use face_server::vision::{Face, Rect};

/// One person's visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who it is, enrolled or not: the unit that is resampled.
    pub who: String,
    /// Which of the enrolled people.
    pub enrolled: Option<usize>,
    /// For somebody who is enrolled, but a stranger here: only homes without that person count.
    pub absent: Option<usize>,
    /// Their tracks; none where no face was found.
    pub tracks: Vec<Track>,
}

impl Visit {
    /// Whether it says something about a home: that of an enrolled person only where they live.
    pub fn belongs(&self, home: &[usize]) -> bool {
        self.enrolled.is_none_or(|person| home.contains(&person))
            && self.absent.is_none_or(|person| !home.contains(&person))
    }
}

/// One face followed through a visit.
#[derive(Clone, Debug)]
pub struct Track {
    /// In the order they came.
    pub pictures: Vec<Seen>,
}

/// A face of a track, and what the live rule said then with everybody enrolled.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The face.
    pub face: Face,
    /// The most likely of the enrolled people.
    pub best: Option<usize>,
    /// Log odds of that person against a stranger.
    pub log_odds: f32,
    /// Who it was said to be, and how firmly.
    pub named: Option<(usize, Grade)>,
}

/// What was watched.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// Every labelled person's visits, in the order of the labels.
    pub visits: Vec<Visit>,
    /// Tracks of nobody who is labelled: faces in the background.
    pub background: usize,
}

/// A name as it is compared: `Ann_Lee` is `ann lee`.
pub(super) fn key(name: &str) -> String {
    name.replace('_', " ").to_lowercase()
}

/// What lies between one visit and the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Everything: each is the first day.
    Everything,
    /// An hour; what was learned of strangers stays.
    Hours {
        /// The hour of the first.
        first: i64,
    },
}

/// Plays `pictures` (all of them visits) in the home that `simulation` is, with `people` enrolled.
///
/// # Errors
/// In words, where a known person is not enrolled or a picture belongs to a camera.
pub fn watch(
    simulation: &mut Simulation,
    between: Between,
    people: &[Person],
    pictures: &[Picture],
    described: &DescribedFiles,
    labels: &[Label],
) -> io::Result<Watched> {
    let invalid = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let index: HashMap<String, usize> = people.iter().enumerate().map(|(n, p)| (key(p.name.as_str()), n)).collect();
    let mut watched = Watched::default();
    let mut visit_of = HashMap::new();
    let mut at_file: HashMap<&str, Vec<&Label>> = HashMap::new();
    for label in labels {
        at_file.entry(&label.file).or_default().push(label);
        let enrolled = index.get(&key(&label.person)).copied().filter(|_| label.known);
        if label.known && enrolled.is_none() {
            return Err(invalid(format!(
                "the list of people says that {} is known, but nobody of that name is enrolled",
                label.person
            )));
        }
        visit_of.entry((label.visit.as_str(), label.person.as_str())).or_insert_with(|| {
            watched.visits.push(Visit { who: label.person.clone(), enrolled, absent: None, tracks: Vec::new() });
            watched.visits.len() - 1
        });
    }
    let mut hour = match between {
        Between::Everything => 0,
        Between::Hours { first } => first,
    };
    let mut tracks: Vec<(TrackId, Of, Track, Option<usize>)> = Vec::new();
    let camera = CameraId("visit".to_owned());
    let mut before: Option<&Of> = None;
    for picture in pictures {
        let Of::Visit(visit) = &picture.of else {
            return Err(invalid("expected a column visit in the list of pictures".to_owned()));
        };
        if before != Some(&picture.of) {
            match between {
                Between::Everything => simulation.begin_anew(),
                Between::Hours { .. } => hour += 1,
            }
            settle(&mut tracks, &mut watched);
            before = Some(&picture.of);
        }
        let after = SignedDuration::try_from_secs_f64(picture.seconds).map_err(io::Error::other)?;
        let after = after.checked_add(SignedDuration::from_hours(hour)).unwrap_or(after);
        let at = Timestamp::UNIX_EPOCH.checked_add(after).map_err(io::Error::other)?;
        let picture_described = described.get(&picture.file).cloned().unwrap_or_default();
        for face in simulation.observe(&camera, at, picture_described.size, picture_described.faces).faces {
            let Some(id) = face.evidence.track else { continue };
            let owner = at_file.get(picture.file.as_str()).into_iter().flatten();
            let owner = owner
                .filter(|label| &label.visit == visit)
                .find(|label| over(label, &face.face.detection.box_in_frame));
            let owner = owner.and_then(|label| visit_of.get(&(label.visit.as_str(), label.person.as_str())).copied());
            let which = |name: &PersonName| index.get(&key(name.as_str())).copied();
            let named = match &face.identity {
                Identity::Known { person, grade, .. } => which(&person.name).map(|n| (n, *grade)),
                Identity::Unsure { .. } | Identity::Unknown { .. } => None,
            };
            let best = face.nearest.first().and_then(|c| which(&c.person.name));
            let seen = Seen { face: face.face, best, log_odds: face.evidence.reasons.log_odds, named };
            // The owner of a track is whoever is in its last picture.
            match tracks.iter_mut().find(|(track, of, ..)| *track == id && *of == picture.of) {
                Some((_, _, track, last_owner)) => {
                    track.pictures.push(seen);
                    *last_owner = owner;
                }
                None => tracks.push((id, picture.of.clone(), Track { pictures: vec![seen] }, owner)),
            }
        }
    }
    settle(&mut tracks, &mut watched);
    Ok(watched)
}

/// A simulated home with these people.
///
/// # Errors
/// Where two have one name.
pub fn home(prior: Option<&Prior>, settings: &Settings, people: &[Person]) -> Result<Simulation, EngineError> {
    let mut simulation = Simulation::new(prior.cloned(), *settings);
    for person in people {
        simulation.enroll(person.name.clone(), &person.photos)?;
    }
    Ok(simulation)
}

fn settle(tracks: &mut Vec<(TrackId, Of, Track, Option<usize>)>, watched: &mut Watched) {
    for (_, _, track, owner) in tracks.drain(..) {
        match owner {
            Some(visit) => watched.visits[visit].tracks.push(track),
            None => watched.background += 1,
        }
    }
}

fn over(label: &Label, b: &Rect) -> bool {
    let (x, y) = label.center;
    let inside = |v: f32, from: f32, length: f32| (from - label.slack..=from + length + label.slack).contains(&v);
    inside(x, b.x, b.w) && inside(y, b.y, b.h)
}
