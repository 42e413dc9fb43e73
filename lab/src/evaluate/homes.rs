//! Visits and homes → how each rule does on each pair of them.
//!
//! A home is some of the enrolled people. What a track says of a person does not hang on who else is enrolled, so the tracks are
//! followed once; everything that does hang on it (thresholds, what a home's people have in common, the second best, ties) is done for
//! every home anew, ours by the server's own parts.

use std::convert::Infallible;

use super::rules::{Enrolled, Rule, Said, Wins};
use super::watched::{Track, Visit};
use crate::gallery::Person;
use crate::in_order::in_order;
use face_server::people::{
    Allowed, Calibration, Direction, Evidence, Gallery, GalleryError, GalleryPhoto, Grade, Identity, PersonId, PhotoId,
    Prior, RestsOn,
};
use face_server::vision::Quality;

/// Strangers confirmed as someone, per thousand visits, that the stated rate is tried at.
pub const STATED: [f32; 3] = [1.0, 5.0, 10.0];

/// Everything that is measured on.
pub struct Scene<'a> {
    /// The numbers measured for the recogniser, if any.
    pub prior: Option<&'a Prior>,
    /// Everybody enrolled.
    pub people: &'a [Person],
    /// Everybody's visits.
    pub visits: &'a [Visit],
    /// Where the visits are from.
    pub source: Source,
}

/// Where visits are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Recordings that the live decision has watched.
    Recordings,
    /// Photos, by `folder`.
    Photos,
}

/// A visit and a home.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Which visit.
    pub visit: usize,
    /// Which home.
    pub home: usize,
    /// Of our rule, then of each of [`Rule::ALL`].
    pub outcomes: Vec<Outcome>,
    /// Whether our rule confirmed somebody at each of [`STATED`].
    pub confirmed: [bool; STATED.len()],
}

/// How a rule did on a visit in a home.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The highest score: somebody is named at every threshold below it.
    pub top: f32,
    /// Thresholds at which the right person is named, from and below.
    pub right: Vec<(f32, f32)>,
    /// Whether its own threshold names the right person, and whether somebody else.
    pub shipped: Shipped,
}

/// What a rule names as it is shipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shipped {
    /// The right person, at some picture.
    pub right: bool,
    /// Somebody else, at some picture.
    pub wrong: bool,
}

/// Below every score.
pub(super) const NOTHING: f32 = -1e9;

/// Every pair of a visit and a home that shows something: who is enrolled in homes they belong to, strangers in all.
pub fn pairs(scene: &Scene<'_>, homes: &[Vec<usize>], threads: usize) -> Vec<Pair> {
    let assumed = Prior::unmeasured();
    let prior = scene.prior.unwrap_or(&assumed);
    let enrolled: Vec<Enrolled> = scene.people.iter().map(|p| Enrolled::new(&p.photos)).collect();
    let tracks: Vec<Vec<Prepared<'_>>> = scene
        .visits
        .iter()
        .map(|visit| visit.tracks.iter().map(|track| Prepared::new(track, prior, &enrolled)).collect())
        .collect();
    let mut all = Vec::new();
    let of_home = |home: &Vec<usize>| {
        let Ok(ours) = Ours::new(scene, prior, home) else { return Vec::new() };
        let here = |visit: &&(usize, &Visit)| visit.1.belongs(home);
        let visits: Vec<_> = scene.visits.iter().enumerate().collect();
        let pair = |(n, visit): &(usize, &Visit)| (*n, ours.pair(&tracks[*n], home, visit.enrolled));
        visits.iter().filter(here).map(pair).collect()
    };
    let gathered = in_order(homes, threads, of_home, |home, found| {
        all.extend(found.into_iter().map(|(visit, (outcomes, confirmed))| Pair { visit, home, outcomes, confirmed }));
        Ok::<_, Infallible>(())
    });
    let Ok(()) = gathered;
    all
}

/// What hangs on the track alone.
struct Prepared<'a> {
    /// After each picture: what all so far say, how much was seen, and the picture's quality.
    states: Vec<(Direction, RestsOn, &'a Quality)>,
    areas: Vec<f32>,
    /// Of each rule, each picture, each enrolled person.
    scores: Vec<Vec<Vec<f32>>>,
}

impl<'a> Prepared<'a> {
    fn new(track: &'a Track, prior: &Prior, enrolled: &[Enrolled]) -> Self {
        let mut evidence = Evidence::default();
        let states = track.pictures.iter().map(|seen| {
            evidence.add(prior, &seen.face);
            let direction = evidence.direction(prior);
            let rests_on = RestsOn { pictures: evidence.pictures(), strength: direction.strength };
            (direction, rests_on, &seen.face.quality)
        });
        let of_rule = |rule: Rule| {
            let of_picture = |seen: &super::watched::Seen| {
                enrolled.iter().map(|person| rule.of_picture(&seen.face, person)).collect()
            };
            track.pictures.iter().map(of_picture).collect()
        };
        Self {
            states: states.collect(),
            areas: track.pictures.iter().map(|seen| seen.face.detection.box_in_frame.area()).collect(),
            scores: Rule::ALL.into_iter().map(of_rule).collect(),
        }
    }
}

/// Our rule in a home.
struct Ours {
    calibration: Calibration,
    /// Of each enrolled person in the home: the number among all.
    numbers: Vec<(PersonId, usize)>,
}

impl Ours {
    fn new(scene: &Scene<'_>, prior: &Prior, home: &[usize]) -> Result<Self, GalleryError> {
        let mut gallery = Gallery::default();
        let mut numbers = Vec::new();
        for &n in home {
            let (id, person) = (PersonId(format!("{n:016x}")), &scene.people[n]);
            gallery.add_person(id.clone(), person.name.clone())?;
            for (m, face) in person.photos.iter().enumerate() {
                gallery.put_photo(&id, GalleryPhoto::new(PhotoId(format!("{n:08x}{m:08x}")), face, prior))?;
            }
            numbers.push((id, n));
        }
        let calibration = match scene.prior {
            Some(prior) => Calibration::of_measured(prior, &gallery, &[]),
            None => Calibration::of_unmeasured(&gallery),
        };
        Ok(Self { calibration, numbers })
    }

    fn pair(
        &self,
        tracks: &[Prepared<'_>],
        home: &[usize],
        own: Option<usize>,
    ) -> (Vec<Outcome>, [bool; STATED.len()]) {
        let mut confirmed = [false; STATED.len()];
        let mut ours = Outcome { top: NOTHING, ..Outcome::default() };
        for track in tracks {
            ours = better(ours, self.over_track(track, own, &mut confirmed));
        }
        let of_rule = |(n, rule): (usize, Rule)| {
            let over = tracks.iter().map(|track| rival(rule, &track.areas, &track.scores[n], home, own));
            over.fold(Outcome { top: NOTHING, ..Outcome::default() }, better)
        };
        let rivals = Rule::ALL.into_iter().enumerate().map(of_rule);
        (std::iter::once(ours).chain(rivals).collect(), confirmed)
    }

    fn over_track(&self, track: &Prepared<'_>, own: Option<usize>, confirmed: &mut [bool; STATED.len()]) -> Outcome {
        let (mut said, mut shipped) = (Vec::with_capacity(track.states.len()), Shipped::default());
        for (direction, rests_on, quality) in &track.states {
            let ranked = self.calibration.rank(direction);
            for (n, stated) in STATED.iter().enumerate() {
                let judgement =
                    self.calibration.judge(&ranked, *rests_on, quality, Allowed::of_track(stated / 1_000.0));
                if let Identity::Known { person, grade: Grade::Confirmed, .. } = &judgement.identity {
                    confirmed[n] = true;
                    if n == 0 {
                        let right = self.number(&person.id) == own;
                        (shipped.right, shipped.wrong) = (shipped.right || right, shipped.wrong || !right);
                    }
                }
                if n == 0
                    && let Some(person) = ranked.first().and_then(|c| self.number(&c.person.id))
                {
                    said.push(Some(Said { score: judgement.reasons.log_odds, person }));
                }
            }
        }
        Outcome { shipped, ..outcome(Wins::Surest, &said, own) }
    }

    fn number(&self, id: &PersonId) -> Option<usize> {
        self.numbers.iter().find(|(other, _)| other == id).map(|(_, n)| *n)
    }
}

/// A rival's rule over a track in a home.
fn rival(rule: Rule, areas: &[f32], scores: &[Vec<f32>], home: &[usize], own: Option<usize>) -> Outcome {
    let most_alike = |of_everybody: &Vec<f32>| {
        let here = home.iter().map(|&person| Said { score: of_everybody[person], person });
        here.max_by(|a, b| a.score.total_cmp(&b.score))
    };
    let pictures: Vec<_> = areas.iter().zip(scores).filter_map(|(area, s)| Some((*area, most_alike(s)?))).collect();
    let said = rule.over_track(&pictures);
    let mut outcome = outcome(rule.wins(), &said, own);
    if let Some(threshold) = rule.default_threshold() {
        let mut named =
            said.iter().flatten().filter(|said| said.score >= threshold).map(|said| Some(said.person) == own);
        outcome.shipped = match rule.wins() {
            Wins::First => named.next().map_or_else(Shipped::default, |right| Shipped { right, wrong: !right }),
            Wins::Surest => {
                named.fold(Shipped::default(), |s, right| Shipped { right: s.right || right, wrong: s.wrong || !right })
            }
        };
    }
    outcome
}

/// What a rule's sayings over a track come to at every threshold.
fn outcome(wins: Wins, said: &[Option<Said>], own: Option<usize>) -> Outcome {
    let mut outcome = Outcome { top: NOTHING, ..Outcome::default() };
    for said in said.iter().flatten() {
        if said.score > outcome.top {
            let from = if wins == Wins::First { outcome.top } else { NOTHING };
            if wins == Wins::Surest {
                outcome.right.clear();
            }
            if Some(said.person) == own {
                outcome.right.push((from, said.score));
            }
            outcome.top = said.score;
        }
    }
    outcome
}

/// Of two tracks of one visit the one with the higher score says who it is; both may name somebody.
fn better(a: Outcome, b: Outcome) -> Outcome {
    let shipped = Shipped { right: a.shipped.right || b.shipped.right, wrong: a.shipped.wrong || b.shipped.wrong };
    let surer = if b.top > a.top { b } else { a };
    Outcome { shipped, ..surer }
}

/// What the live decision said with everybody enrolled.
pub fn live(visit: &Visit) -> Outcome {
    let of_track = |track: &Track| {
        let said = |seen: &super::watched::Seen| seen.best.map(|person| Said { score: seen.log_odds, person });
        let said: Vec<_> = track.pictures.iter().map(said).collect();
        let named = track.pictures.iter().filter_map(|seen| seen.named).filter(|(_, grade)| *grade == Grade::Confirmed);
        let shipped = named
            .map(|(person, _)| Some(person) == visit.enrolled)
            .fold(Shipped::default(), |s, right| Shipped { right: s.right || right, wrong: s.wrong || !right });
        Outcome { shipped, ..outcome(Wins::Surest, &said, visit.enrolled) }
    };
    visit.tracks.iter().map(of_track).fold(Outcome { top: NOTHING, ..Outcome::default() }, better)
}

/// Random homes of `size` out of `people`: dealt out again and again, so that everybody lives in about as many; `rounds` times.
pub fn deal(people: usize, size: usize, rounds: usize, chance: &mut fastrand::Rng) -> Vec<Vec<usize>> {
    let mut everybody: Vec<usize> = (0..people).collect();
    let mut homes = Vec::new();
    for _ in 0..rounds {
        chance.shuffle(&mut everybody);
        homes.extend(everybody.chunks_exact(size.clamp(1, people.max(1))).map(<[usize]>::to_vec));
    }
    homes
}
