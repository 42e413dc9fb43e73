//! What keeps a gallery good: photos and people that make recognition worse → a suggestion for each, and what following it would
//! change at home.
//! The effect is no estimate: the same rule judges what was kept, once with the gallery as it is and once as it would be. Pure;
//! the engine brings the faces of past visits. Knows no files.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::calibration::{Allowed, RestsOn};
use super::enrol::SAME_PHOTO_FROM;
use super::gallery::GalleryPhoto;
use super::misfiled::{Doubt, Misfiled};
use super::{Calibration, Direction, Gallery, GalleryError, Identity, PersonId, PersonRef, PhotoId, View};
use crate::vision::Quality;

/// Photos below this overall quality are poor.
const POOR: f32 = 0.35;
/// People with fewer photos, or with as many that all look the same way, are known from one side only.
const ENOUGH_PHOTOS: usize = 3;
/// So many pictures' worth is a visit: enough to confirm.
const PICTURES_OF_A_VISIT: f32 = 2.0;

/// Something that makes recognition worse.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub fault: Fault,
    pub person: PersonRef,
    /// The photo that it is about, if it is about one.
    pub photo: Option<PhotoId>,
    /// Who else it is about.
    pub other: Option<PersonRef>,
    /// The photo that shows the same.
    pub twin: Option<PhotoId>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A photo that looks like somebody else; it does not teach.
    SomebodyElses,
    /// Two people all of whose photos look like one.
    SamePerson,
    /// A photo that does not look like the person's others.
    Unlike,
    /// Two photos that show the same.
    Duplicate,
    /// A photo of poor quality.
    Poor,
    /// A person known from one side only, or by few photos.
    OneSided,
}

/// What would mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suggestion {
    /// Delete the photo.
    Delete,
    /// Give the photo to who it looks like.
    Move,
    /// Make one person of the two.
    Merge,
    /// Add photos.
    Teach,
}

impl Fault {
    pub fn suggestion(self) -> Suggestion {
        match self {
            Self::SomebodyElses => Suggestion::Move,
            Self::SamePerson => Suggestion::Merge,
            Self::Unlike | Self::Duplicate | Self::Poor => Suggestion::Delete,
            Self::OneSided => Suggestion::Teach,
        }
    }
}

/// What following a suggestion would change, counted on what was kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// Unknown people, and faces that were said to be somebody else's, that look like the person now.
    pub strangers_before: usize,
    /// As many would then.
    pub strangers_after: usize,
    /// Kept visits of the person that would be told as theirs now.
    pub visits_before: usize,
    /// As many would be then.
    pub visits_after: usize,
    /// Of how many.
    pub visits: usize,
}

/// What a gallery makes of some people's kept faces.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// Who look like one of the people.
    strangers: usize,
    /// Visits that are told as theirs, of all `visits`.
    told: usize,
    visits: usize,
}

/// Faces that were kept, by which a gallery is tried.
#[derive(Clone, Debug, Default)]
pub struct KeptFaces {
    /// Unknown people, and faces that were taken for somebody they are not.
    pub strangers: Vec<Direction>,
    /// Past visits that nobody corrected, by whose they were.
    pub visits: Vec<(PersonId, Direction)>,
}

/// A gallery and the rule for it.
pub struct Trial<'a> {
    calibration: Calibration,
    allowed: Allowed,
    kept: &'a KeptFaces,
}

impl<'a> Trial<'a> {
    pub fn new(calibration: Calibration, allowed: Allowed, kept: &'a KeptFaces) -> Self {
        Self { calibration, allowed, kept }
    }

    /// Whom a visit that looked so is told as, and who it may be.
    fn told(&self, visit: &Direction) -> (Option<PersonId>, Option<PersonId>) {
        let ranked = self.calibration.rank(visit);
        let rests_on = RestsOn { pictures: PICTURES_OF_A_VISIT, strength: visit.strength };
        match self.calibration.judge(&ranked, rests_on, &Quality::default(), self.allowed).identity {
            Identity::Known { person, .. } => (Some(person.id.clone()), Some(person.id)),
            Identity::Unsure { person, .. } => (None, Some(person.id)),
            Identity::Unknown { .. } => (None, None),
        }
    }

    /// Whether a face can be one of these people's at all: a look at them alone, before everybody is asked.
    fn may_be(&self, people: &[PersonId], face: &Direction) -> bool {
        let from = self.calibration.unsure_from(self.allowed);
        people.iter().any(|id| self.calibration.similarity(id, face).is_some_and(|s| s >= from))
    }

    /// How many strangers look like one of these people, and how many of their visits are told as one of them.
    pub fn count(&self, people: &[PersonId]) -> Count {
        let theirs = |person: Option<PersonId>| person.is_some_and(|id| people.contains(&id));
        let visits = || self.kept.visits.iter().filter(|(person, _)| people.contains(person)).map(|(_, face)| face);
        let strangers = self.kept.strangers.iter().filter(|face| self.may_be(people, face));
        let told = visits().filter(|face| self.may_be(people, face));
        Count {
            strangers: strangers.filter(|face| theirs(self.told(face).1)).count(),
            told: told.filter(|face| theirs(self.told(face).0)).count(),
            visits: visits().count(),
        }
    }
}

impl Effect {
    /// What would change for these people with another gallery.
    pub fn between(now: Count, then: Count) -> Self {
        Self {
            strangers_before: now.strangers,
            strangers_after: then.strangers,
            visits_before: now.told,
            visits_after: then.told,
            visits: now.visits,
        }
    }
}

/// Whom a finding is about, and the gallery with its suggestion followed. `everything` also has the photos that do not teach;
/// `waiting` are the pictures that were proposed for the person.
pub fn followed(
    finding: &Finding,
    gallery: &Gallery,
    everything: &Gallery,
    waiting: Vec<GalleryPhoto>,
) -> Result<(Vec<PersonId>, Gallery), GalleryError> {
    let mut then = gallery.clone();
    let (own, photo) = (&finding.person.id, finding.photo.as_ref());
    let mut people = vec![own.clone()];
    match (finding.fault.suggestion(), &finding.other) {
        (Suggestion::Delete, _) => {
            if let Some(photo) = photo {
                then.remove_photo(own, photo)?;
            }
        }
        (Suggestion::Move, Some(other)) => {
            people.push(other.id.clone());
            let moved = everything.person(own).and_then(|p| p.photos.iter().find(|f| Some(&f.id) == photo));
            if let Some(moved) = moved.cloned() {
                then.remove_photo(own, &moved.id)?;
                then.put_photo(&other.id, moved)?;
            }
        }
        (Suggestion::Merge, Some(other)) => {
            people.push(other.id.clone());
            then.merge_people(own, &other.id)?;
        }
        (Suggestion::Move | Suggestion::Merge, None) => {}
        (Suggestion::Teach, _) => {
            for photo in waiting {
                then.put_photo(own, photo)?;
            }
        }
    }
    Ok((people, then))
}

/// Everything that makes recognition worse. The `accepted` photos are right whatever they look like.
pub fn find(
    gallery: &Gallery,
    everything: &Gallery,
    misfiled: &Misfiled,
    accepted: &BTreeSet<PhotoId>,
) -> Vec<Finding> {
    let finding = |fault, person, photo| Finding { fault, person, photo, other: None, twin: None };
    let doubtful = misfiled.photos.iter().filter_map(|doubtful| {
        let (fault, other) = match &doubtful.doubt {
            Doubt::SomebodyElses { person, .. } => (Fault::SomebodyElses, Some(person.clone())),
            Doubt::Unlike { .. } => (Fault::Unlike, None),
        };
        let person = everything.person(&doubtful.person)?.reference();
        Some(Finding { other, ..finding(fault, person, Some(doubtful.photo.clone())) })
    });
    let same = misfiled.people.iter().map(|same| {
        let other = Some(same.other.clone());
        Finding { other, ..finding(Fault::SamePerson, same.person.clone(), None) }
    });
    let mut found: Vec<_> = doubtful.chain(same).collect();
    let told: BTreeSet<_> = misfiled.photos.iter().map(|doubtful| &doubtful.photo).collect();
    for person in gallery.people() {
        let sound: Vec<_> = person.photos.iter().filter(|photo| !told.contains(&photo.id)).collect();
        for (n, photo) in sound.iter().enumerate().filter(|(_, photo)| !accepted.contains(&photo.id)) {
            // Of two that show the same, the worse one, or the later.
            let beaten_by = |m: usize, other: &GalleryPhoto| {
                let better = other.quality > photo.quality || (other.quality >= photo.quality && m < n);
                better && other.embedding.similarity(&photo.embedding) >= SAME_PHOTO_FROM
            };
            let twin = sound.iter().enumerate().find(|(m, other)| *m != n && beaten_by(*m, other));
            let of_photo = |fault| finding(fault, person.reference(), Some(photo.id.clone()));
            if let Some((_, twin)) = twin {
                found.push(Finding { twin: Some(twin.id.clone()), ..of_photo(Fault::Duplicate) });
            } else if photo.quality < POOR {
                found.push(of_photo(Fault::Poor));
            }
        }
        if sound.len() < ENOUGH_PHOTOS || one_sided(&sound) {
            found.push(finding(Fault::OneSided, person.reference(), None));
        }
    }
    found
}

/// Whether no photo looks at the camera, or none to a side.
fn one_sided(photos: &[&GalleryPhoto]) -> bool {
    photos.iter().all(|photo| photo.view == View::Front) || photos.iter().all(|photo| photo.view != View::Front)
}
