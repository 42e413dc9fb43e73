//! Pictures of confirmed visits → the few that would teach something about people who are known: certainly theirs, good, and
//! unlike their photos. Somebody accepts or declines them; what is like a declined one is not proposed again.
//!
//! A picture passes two bars. Its whole visit must be the person's beyond what `confirmed` asks for, and so must the picture by
//! itself: nearer to them than to anybody else by far, whoever else is enrolled. The engine cuts and asks, the store keeps.
//! Pure; knows no files and no time.

use std::collections::HashMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::enrol::good_enough;
use super::variety::{self, BETTER_BY, Picture, Place};
use super::{Calibration, CalibrationSource, Corrections, Direction, Evidence, Gallery, GalleryPhoto};
use super::{PersonId, PhotoId, Prior, Strangers, View};
use crate::vision::{Embedding, Face, Quality};

/// So few strangers may be as alike as the visit, and as the picture by itself.
const SURE_SHARE: f32 = 0.0001;
/// The person must be this much more alike than anybody else: twice what a name asks for.
const LEAD: f32 = 0.1;
/// Pictures of one view that are more alike than this show the same, whichever day they are of.
const OTHER_DAY_BELOW: f32 = 0.65;
/// What waits of one person: nobody looks through more.
pub const MOST_WAITING: usize = 3;
/// What was declined of one person; of more, the oldest may come again.
const MOST_DECLINED: usize = 50;
/// Cuts that one visit is worth: each costs another look of the networks.
const MOST_TRIES: u8 = 3;

/// A proposal's id: 16 random lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct ProposalId(pub String);

/// What a picture would add to somebody's photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Adds {
    /// No photo shows this side of them.
    View,
    /// It has no colours, as pictures that cameras take by infrared light.
    Infrared,
    /// They look otherwise than on all photos: other light, a hat, glasses, older.
    Look,
}

/// What a proposed picture shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shows {
    pub view: View,
    /// What it would add; never empty.
    pub adds: Vec<Adds>,
    pub quality: Quality,
}

/// A picture of a confirmed visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub id: ProposalId,
    pub person: PersonId,
    /// The visit's.
    pub sighting: i64,
    pub at: Timestamp,
    pub camera: String,
    pub shows: Shows,
    pub embedding: Embedding,
    /// How much the face says, 0..1.
    pub reliability: f32,
    /// Nobody wanted it; its picture is gone.
    pub declined: bool,
}

/// By what pictures are judged.
#[derive(Clone, Copy)]
pub struct Rule<'a> {
    pub gallery: &'a Gallery,
    pub calibration: &'a Calibration,
    pub prior: &'a Prior,
    pub strangers: &'a Strangers,
    pub corrections: &'a Corrections,
}

#[derive(Clone, Debug, Default)]
pub struct Proposals {
    /// Oldest first.
    all: Vec<Proposal>,
    /// How many pictures of a person's visit were cut.
    tries: HashMap<PersonId, (i64, u8)>,
}

impl Proposals {
    /// What the store kept, oldest first.
    pub fn restore(kept: Vec<Proposal>) -> Self {
        Self { all: kept, tries: HashMap::new() }
    }

    pub fn waiting(&self) -> impl Iterator<Item = &Proposal> {
        self.all.iter().filter(|p| !p.declined)
    }

    pub fn waiting_of(&self, person: &PersonId) -> usize {
        self.waiting().filter(|p| &p.person == person).count()
    }

    /// Whether a face of a person's visit is to be cut out, whose pictures together are `similarity` alike them.
    pub fn want(&mut self, person: &PersonId, sighting: i64, face: &Face, similarity: f32, rule: &Rule<'_>) -> bool {
        let tries = self.tries.get(person).filter(|(of, _)| *of == sighting).map_or(0, |(_, tries)| *tries);
        let wanted = tries < MOST_TRIES
            && similarity >= rule.calibration.threshold(SURE_SHARE)
            && self.place(person, face, rule).is_some();
        if wanted {
            self.tries.insert(person.clone(), (sighting, tries + 1));
        }
        wanted
    }

    /// What a cut face would add to the person's photos; empty where it is not wanted any more.
    pub fn adds(&self, person: &PersonId, face: &Face, rule: &Rule<'_>) -> Vec<Adds> {
        if self.place(person, face, rule).is_none() {
            return Vec::new();
        }
        let view = View::of(&face.detection.landmarks);
        let shown = rule.gallery.person(person).is_some_and(|p| p.photos.iter().any(|photo| photo.view == view));
        vec![if shown { Adds::Look } else { Adds::View }]
    }

    /// Takes up a proposal; the ids of those whose place it takes.
    pub fn put(&mut self, proposal: Proposal, face: &Face, rule: &Rule<'_>) -> Vec<ProposalId> {
        let replaced = match self.place(&proposal.person, face, rule) {
            Some(Place::InsteadOf(worse)) => self.forget(|p| p.id == worse),
            _ => Vec::new(),
        };
        self.all.push(proposal);
        replaced
    }

    /// After photos, people or corrections came or went: drops what waits and is not certain any more, or adds nothing.
    pub fn review(&mut self, rule: &Rule<'_>) -> Vec<Proposal> {
        let (kept, gone) = std::mem::take(&mut self.all).into_iter().partition(|p| {
            p.declined
                || (certainly(&p.person, &p.direction(rule.prior), rule)
                    && is_new(&p.picture(), rule.gallery.person(&p.person).into_iter().flat_map(|p| &p.photos)))
        });
        self.all = kept;
        gone
    }

    /// Nobody wants these; the ids of declined ones that had to go for them.
    pub fn decline(&mut self, ids: &[ProposalId]) -> Vec<ProposalId> {
        let mut gone = Vec::new();
        for id in ids {
            let Some(at) = self.all.iter().position(|p| &p.id == id) else { continue };
            let mut declined = self.all.remove(at);
            declined.declined = true;
            let of_person = |p: &&Proposal| p.declined && p.person == declined.person;
            if self.all.iter().filter(of_person).count() >= MOST_DECLINED
                && let Some(oldest) = self.all.iter().find(of_person).map(|p| p.id.clone())
            {
                gone.extend(self.forget(|p| p.id == oldest));
            }
            self.all.push(declined);
        }
        gone
    }

    /// Forgets those that `is_gone` says of, declined ones too; their ids.
    pub fn forget(&mut self, is_gone: impl Fn(&Proposal) -> bool) -> Vec<ProposalId> {
        let ids = self.all.iter().filter(|p| is_gone(p)).map(|p| p.id.clone()).collect();
        self.all.retain(|p| !is_gone(p));
        ids
    }

    /// What a clock that was ahead has dated later than `now` is of now.
    pub fn not_after(&mut self, now: Timestamp) {
        self.all.iter_mut().for_each(|p| p.at = p.at.min(now));
    }

    /// All that was proposed of a person, declined ones too.
    pub fn ids_of(&self, person: &PersonId) -> Vec<ProposalId> {
        self.of(person).map(|p| p.id.clone()).collect()
    }

    /// These are of a person.
    pub fn give(&mut self, ids: &[ProposalId], to: &PersonId) {
        self.all.iter_mut().filter(|p| ids.contains(&p.id)).for_each(|p| p.person.clone_from(to));
    }

    /// What was proposed of `from` is of `into`; the ids of those that are too many then.
    pub fn merge(&mut self, from: &PersonId, into: &PersonId) -> Vec<ProposalId> {
        self.all.iter_mut().filter(|p| &p.person == from).for_each(|p| p.person.clone_from(into));
        let waiting: Vec<_> = self.waiting().filter(|p| &p.person == into).map(|p| p.id.clone()).collect();
        let most = waiting.len().min(MOST_WAITING);
        let too_many = &waiting[most..];
        self.forget(|p| too_many.contains(&p.id))
    }

    fn of<'a>(&'a self, person: &'a PersonId) -> impl Iterator<Item = &'a Proposal> {
        self.all.iter().filter(move |p| &p.person == person)
    }

    /// Where a face belongs among what waits of a person.
    fn place(&self, person: &PersonId, face: &Face, rule: &Rule<'_>) -> Option<Place<ProposalId>> {
        let photos = &rule.gallery.person(person)?.photos;
        let picture = Picture::of(face);
        let declined = || self.of(person).filter(|p| p.declined).map(|p| ((), p.picture()));
        let wanted = variety::is_good(&face.quality)
            && good_enough(&face.quality).is_ok()
            && is_new(&picture, photos)
            && variety::place(&picture, declined(), OTHER_DAY_BELOW) == Some(Place::New);
        // The dearest question last.
        if !wanted || !certainly(person, &Direction::of(rule.prior, face), rule) {
            return None;
        }
        let waiting = || self.of(person).filter(|p| !p.declined);
        let place = variety::place(&picture, waiting().map(|p| (p.id.clone(), p.picture())), OTHER_DAY_BELOW)?;
        if place != Place::New || waiting().count() < MOST_WAITING {
            return Some(place);
        }
        let gain = |picture: &Picture<'_>| 1.0 - nearest(picture, photos);
        let least = waiting().map(|p| (p, gain(&p.picture()))).min_by(|a, b| a.1.total_cmp(&b.1))?;
        (gain(&picture) >= least.1 + BETTER_BY).then(|| Place::InsteadOf(least.0.id.clone()))
    }
}

impl Proposal {
    fn picture(&self) -> Picture<'_> {
        Picture { view: self.shows.view, embedding: &self.embedding, quality: self.shows.quality.overall }
    }

    /// The photo that it would be.
    pub fn as_photo(&self, prior: &Prior) -> GalleryPhoto {
        GalleryPhoto {
            id: PhotoId(self.id.0.clone()),
            embedding: self.embedding.clone(),
            direction: self.direction(prior),
            quality: self.shows.quality.overall,
            view: self.shows.view,
        }
    }

    fn direction(&self, prior: &Prior) -> Direction {
        Evidence::of_kept(prior, [(&self.embedding, self.reliability)]).direction(prior)
    }
}

/// Whether a picture shows what none of the photos does.
fn is_new<'a>(picture: &Picture<'_>, photos: impl IntoIterator<Item = &'a GalleryPhoto>) -> bool {
    let photos = photos
        .into_iter()
        .map(|photo| ((), Picture { view: photo.view, embedding: &photo.embedding, quality: f32::INFINITY }));
    variety::place(picture, photos, OTHER_DAY_BELOW) == Some(Place::New)
}

fn nearest(picture: &Picture<'_>, photos: &[GalleryPhoto]) -> f32 {
    photos.iter().map(|photo| photo.embedding.similarity(picture.embedding)).fold(-1.0, f32::max)
}

/// Whether a picture by itself is this person's and can be nobody else's, as far as the home knows. Another model's numbers
/// make nobody certain.
fn certainly(person: &PersonId, picture: &Direction, rule: &Rule<'_>) -> bool {
    let Rule { gallery, calibration, prior, strangers, corrections } = *rule;
    let ranked = calibration.rank(picture);
    let Some(best) = ranked.first().filter(|best| &best.person.id == person) else { return false };
    let beside = ranked.get(1).map_or(-1.0, |second| second.similarity);
    calibration.source != CalibrationSource::Guess
        && best.similarity >= calibration.threshold(SURE_SHARE)
        && best.similarity - beside >= LEAD
        && !strangers.any_as_alike(picture, best.similarity)
        && !corrections.deny(best, gallery, picture, prior)
}
