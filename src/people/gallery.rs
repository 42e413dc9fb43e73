//! Enrolled people in memory: a direction in, the most alike people out.
//! A person may look several ways (day, infrared, glasses, profile): photos that are alike are one look, and the most alike look
//! counts. Cheap to clone (one `Arc`). Called by the engine. Knows no files and no thresholds (`calibration` has those).

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::{dot, normalise};
use super::{Direction, PersonId, PersonName, PersonRef, PhotoId, Prior, View};
use crate::vision::{Embedding, Face};

/// How many are named of all who are alike: more than anybody asks for, however large the gallery.
const RANKED: usize = 64;
/// Photos of a person belong to one look where a chain of them is at least this alike (centred cosine). Most people's photos
/// taken in one light are (`docs/decisions/evidence.md`).
const SAME_LOOK_FROM: f32 = 0.4;

/// Everybody enrolled, with their photos' embeddings.
#[derive(Clone, Debug, Default)]
pub struct Gallery {
    people: Arc<Vec<Arc<GalleryPerson>>>,
}

/// A gallery's people with their looks one behind the other, so that a face is compared with thousands in one pass over memory.
#[derive(Clone, Debug)]
pub(super) struct Everybody {
    pub gallery: Gallery,
    /// Numbers of a look.
    length: usize,
    values: Vec<f32>,
    /// By look: what a cosine with it is worth.
    strengths: Vec<f32>,
    /// In the order of [`Gallery::people`].
    people: Vec<OneOfAll>,
}

/// Which of everybody's looks are one person's, and what is taken off a likeness with them.
#[derive(Clone, Debug)]
struct OneOfAll {
    looks: Range<usize>,
    common: f32,
}

/// How alike somebody's most alike look is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike {
    /// Number of the person among [`Gallery::people`].
    pub person: usize,
    look: usize,
    pub similarity: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GalleryPerson {
    pub id: PersonId,
    pub name: PersonName,
    /// [`PersonName::fold_key`].
    name_key: String,
    /// Usable photos, in the order they were added.
    pub photos: Vec<GalleryPhoto>,
    /// The ways they look, made of the photos; none without photos.
    pub looks: Vec<Look>,
}

/// A usable photo of somebody enrolled.
#[derive(Clone, Debug, PartialEq)]
pub struct GalleryPhoto {
    pub id: PhotoId,
    pub embedding: Embedding,
    pub direction: Direction,
    /// The face's overall quality, 0..1.
    pub quality: f32,
    pub view: View,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Mean of its photos' directions, with the strength of its best photo.
    pub direction: Direction,
    /// Which of the person's photos show it.
    pub(super) photos: Vec<usize>,
}

impl GalleryPerson {
    pub fn reference(&self) -> PersonRef {
        PersonRef { id: self.id.clone(), name: self.name.clone() }
    }

    /// Groups all photos by look.
    fn look_anew(&mut self) {
        let all: Vec<usize> = (0..self.photos.len()).collect();
        self.looks = looks(&self.photos, grouped(&self.photos, &all));
    }
}

impl GalleryPhoto {
    /// A photo whose one face was described.
    pub fn new(id: PhotoId, face: &Face, prior: &Prior) -> Self {
        Self {
            id,
            embedding: face.embedding.clone(),
            direction: Direction::of(prior, face),
            quality: face.quality.overall,
            view: View::of(&face.detection.landmarks),
        }
    }
}

/// How alike a person is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    pub person: PersonRef,
    /// Cosine with their most alike look, times what both can say: −1..1, higher is closer.
    pub similarity: f32,
    /// Their most alike photo.
    #[serde(rename = "photo_id")]
    pub photo: PhotoId,
    /// That photo's cosine with the probe, −1..1.
    #[serde(skip)]
    pub photo_cosine: f32,
}

/// Why a change of the gallery was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GalleryError {
    #[error("nobody has the id {0}")]
    UnknownPerson(PersonId),
    /// Another person has that name, but for case or normalisation.
    #[error("there is already a person named {0}")]
    NameTaken(PersonName),
    #[error("there is already a person with the id {0}")]
    IdTaken(PersonId),
    /// An embedding of another length than the others': another model's.
    #[error("the embedding has {found} numbers, the gallery's have {expected}: it was made by another model")]
    OtherModel { found: usize, expected: usize },
}

impl Gallery {
    /// Everybody, in the order they were added.
    pub fn people(&self) -> impl ExactSizeIterator<Item = &GalleryPerson> {
        self.people.iter().map(AsRef::as_ref)
    }

    pub fn person(&self, id: &PersonId) -> Option<&GalleryPerson> {
        self.people().find(|p| &p.id == id)
    }

    /// Whether one is a copy of the other, and neither was changed since.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.people, &other.people)
    }

    /// Somebody, by name ([`PersonName::fold_key`]).
    pub fn person_named(&self, name: &PersonName) -> Option<&GalleryPerson> {
        let key = name.fold_key();
        self.people().find(|p| p.name_key == key)
    }

    /// How many looks all people have together: the size that thresholds go by.
    pub fn looks(&self) -> usize {
        self.people().map(|p| p.looks.len()).sum()
    }

    pub fn photo_count(&self) -> usize {
        self.people().map(|p| p.photos.len()).sum()
    }

    /// Adds a person without photos.
    pub fn add_person(&mut self, id: PersonId, name: PersonName) -> Result<(), GalleryError> {
        if self.person(&id).is_some() {
            return Err(GalleryError::IdTaken(id));
        }
        if self.person_named(&name).is_some() {
            return Err(GalleryError::NameTaken(name));
        }
        let name_key = name.fold_key();
        let person = GalleryPerson { id, name, name_key, photos: Vec::new(), looks: Vec::new() };
        self.people_mut().push(Arc::new(person));
        Ok(())
    }

    /// Forgets a person; they are returned.
    pub fn remove_person(&mut self, id: &PersonId) -> Result<GalleryPerson, GalleryError> {
        let at = self.position(id)?;
        Ok(Arc::unwrap_or_clone(self.people_mut().remove(at)))
    }

    /// Gives a person another name.
    pub fn rename_person(&mut self, id: &PersonId, name: PersonName) -> Result<(), GalleryError> {
        let at = self.position(id)?;
        if self.person_named(&name).is_some_and(|p| &p.id != id) {
            return Err(GalleryError::NameTaken(name));
        }
        let person = Arc::make_mut(&mut self.people_mut()[at]);
        person.name_key = name.fold_key();
        person.name = name;
        Ok(())
    }

    /// Gives all photos of `from` to `into` (those it has already, once) and forgets `from`.
    /// Nothing is changed where one of them is unknown; merging a person into itself changes nothing.
    pub fn merge_people(&mut self, from: &PersonId, into: &PersonId) -> Result<(), GalleryError> {
        self.position(into)?;
        if from == into {
            return Ok(());
        }
        for photo in self.remove_person(from)?.photos {
            self.put_photo(into, photo)?;
        }
        Ok(())
    }

    /// Adds a photo to a person, or replaces the one with its id.
    pub fn put_photo(&mut self, id: &PersonId, photo: GalleryPhoto) -> Result<(), GalleryError> {
        let at = self.position(id)?;
        let found = photo.embedding.as_slice().len();
        let others = self.people().flat_map(|p| &p.photos).find(|p| p.id != photo.id);
        if let Some(expected) = others.map(|p| p.embedding.as_slice().len()).filter(|expected| *expected != found) {
            return Err(GalleryError::OtherModel { found, expected });
        }
        self.remove_photo(id, &photo.id)?;
        let person = Arc::make_mut(&mut self.people_mut()[at]);
        person.photos.push(photo);
        let groups = std::mem::take(&mut person.looks).into_iter().map(|look| look.photos).collect();
        person.looks = looks(&person.photos, joined(groups, &person.photos, person.photos.len() - 1));
        Ok(())
    }

    /// Forgets a photo. `Ok(false)` where the person has no such photo.
    pub fn remove_photo(&mut self, id: &PersonId, photo: &PhotoId) -> Result<bool, GalleryError> {
        let at = self.position(id)?;
        if !self.people[at].photos.iter().any(|p| &p.id == photo) {
            return Ok(false);
        }
        let person = Arc::make_mut(&mut self.people_mut()[at]);
        person.photos.retain(|p| &p.id != photo);
        person.look_anew();
        Ok(true)
    }

    /// The same people and photos, in the order of their ids: sums of the same numbers come out the same.
    pub fn in_order(&self) -> Self {
        let mut gallery = self.clone();
        let people = gallery.people_mut();
        people.sort_by(|a, b| a.id.cmp(&b.id));
        for person in people {
            let person = Arc::make_mut(person);
            person.photos.sort_by(|a, b| a.id.cmp(&b.id));
            person.look_anew();
        }
        gallery
    }

    /// The same people without some of their photos.
    pub fn without(&self, photos: &BTreeSet<PhotoId>) -> Self {
        let mut gallery = self.clone();
        for person in gallery.people_mut() {
            if person.photos.iter().any(|photo| photos.contains(&photo.id)) {
                let person = Arc::make_mut(person);
                person.photos.retain(|photo| !photos.contains(&photo.id));
                person.look_anew();
            }
        }
        gallery
    }

    fn people_mut(&mut self) -> &mut Vec<Arc<GalleryPerson>> {
        Arc::make_mut(&mut self.people)
    }

    fn position(&self, id: &PersonId) -> Result<usize, GalleryError> {
        self.people().position(|p| &p.id == id).ok_or_else(|| GalleryError::UnknownPerson(id.clone()))
    }
}

impl Everybody {
    /// What each has in common with everybody else is given in the order of [`Gallery::people`].
    pub(super) fn of(gallery: &Gallery, common: impl IntoIterator<Item = f32>) -> Self {
        let mut all = Self { gallery: gallery.clone(), length: 0, values: vec![], strengths: vec![], people: vec![] };
        for (person, common) in gallery.people().zip(common) {
            let first = all.strengths.len();
            for direction in person.looks.iter().map(|look| &look.direction) {
                all.length = direction.values.len();
                all.values.extend(&direction.values);
                all.strengths.push(direction.strength);
            }
            all.people.push(OneOfAll { looks: first..all.strengths.len(), common });
        }
        all
    }

    /// How many looks all people have together.
    pub(super) fn looks(&self) -> usize {
        self.strengths.len()
    }

    /// What each has in common with everybody else, who is known by the id.
    pub(super) fn common(&self) -> impl Iterator<Item = (&PersonId, f32)> {
        self.gallery.people().zip(&self.people).map(|(person, one)| (&person.id, one.common))
    }

    /// Who is most alike, best first: the first [`RANKED`] of everybody with photos. Empty for another model's direction.
    pub(super) fn rank(&self, probe: &Direction) -> Vec<Candidate> {
        let mut alike: Vec<Alike> = self.alike(probe).collect();
        let best_first = |a: &Alike, b: &Alike| b.similarity.total_cmp(&a.similarity).then(a.person.cmp(&b.person));
        if alike.len() > RANKED {
            alike.select_nth_unstable_by(RANKED, best_first);
            alike.truncate(RANKED);
        }
        alike.sort_unstable_by(best_first);
        alike.into_iter().filter_map(|one| candidate(&self.gallery.people[one.person], one, probe)).collect()
    }

    /// How alike everybody with photos is, in the order of [`Gallery::people`].
    pub(super) fn alike(&self, probe: &Direction) -> impl Iterator<Item = Alike> {
        (0..self.people.len()).filter_map(|person| self.alike_one(person, probe))
    }

    /// How alike one person is, by number. `None` without photos, and for another model's direction.
    fn alike_one(&self, person: usize, probe: &Direction) -> Option<Alike> {
        if self.length != probe.values.len() {
            return None;
        }
        let OneOfAll { looks, common } = &self.people[person];
        let similarity = |look: usize| {
            let values = &self.values[look * self.length..][..self.length];
            (look, dot(values, &probe.values) * self.strengths[look] * probe.strength)
        };
        let (look, similarity) = looks.clone().map(similarity).reduce(|a, b| if b.1 >= a.1 { b } else { a })?;
        Some(Alike { person, look: look - looks.start, similarity: similarity - common * probe.strength })
    }

    /// How alike the person with that id is.
    pub(super) fn similarity(&self, id: &PersonId, probe: &Direction) -> Option<f32> {
        let person = self.gallery.position(id).ok()?;
        Some(self.alike_one(person, probe)?.similarity)
    }
}

fn candidate(person: &GalleryPerson, alike: Alike, probe: &Direction) -> Option<Candidate> {
    let Alike { look, similarity, .. } = alike;
    let photos = person.looks[look].photos.iter().map(|n| &person.photos[*n]);
    let (photo, photo_cosine) = photos.map(|p| (p, p.direction.cosine(probe))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Candidate { person: person.reference(), similarity, photo: photo.id.clone(), photo_cosine })
}

/// Some of a person's photos, by look.
pub(super) fn grouped(photos: &[GalleryPhoto], some: &[usize]) -> Vec<Vec<usize>> {
    some.iter().fold(Vec::new(), |groups, n| joined(groups, photos, *n))
}

/// The photo `n` and all groups that it is alike to become one group.
fn joined(groups: Vec<Vec<usize>>, photos: &[GalleryPhoto], n: usize) -> Vec<Vec<usize>> {
    joined_by(groups, n, |m| photos[m].direction.cosine(&photos[n].direction) >= SAME_LOOK_FROM)
}

/// `n` and all groups with somebody who is `alike` become one group.
pub(super) fn joined_by(groups: Vec<Vec<usize>>, n: usize, alike: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
    let near = |group: &Vec<usize>| group.iter().any(|m| alike(*m));
    let (near, mut groups): (Vec<_>, Vec<_>) = groups.into_iter().partition(near);
    groups.push(near.into_iter().flatten().chain([n]).collect());
    groups
}

fn looks(photos: &[GalleryPhoto], groups: Vec<Vec<usize>>) -> Vec<Look> {
    groups.into_iter().map(|group| look(photos, group)).collect()
}

/// One look of some of a person's photos, at least one.
pub(super) fn look(photos: &[GalleryPhoto], group: Vec<usize>) -> Look {
    let mut values = vec![0.0; photos[group[0]].direction.values.len()];
    for n in &group {
        values.iter_mut().zip(&photos[*n].direction.values).for_each(|(sum, value)| *sum += value);
    }
    normalise(&mut values);
    let strength = group.iter().map(|n| photos[*n].direction.strength).fold(0.0, f32::max);
    Look { direction: Direction { values, strength }, photos: group }
}
