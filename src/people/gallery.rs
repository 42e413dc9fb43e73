//! Enrolled embeddings in memory: a probe in, the most alike people out.
//!
//! Cheap to clone (one `Arc`): workers match against a snapshot while the owner changes its own copy.
//! Called by the engine. Knows no files and no thresholds (`calibration` has those).

use std::sync::Arc;

use super::{PersonId, PersonName, PersonRef, PhotoId, View};
use crate::vision::{Embedding, Face};

/// How much the nearest photo counts against the centroid in [`Candidate::similarity`].
///
/// Half and half: on the photos of 171 people the centroid alone and this blend are equally good (99.8 % right at 1 % of
/// strangers named, best photo 99.5 %; doorbell pictures at 0.1 %: 91.3, 92.7 and 88.0 %), and the blend still answers to a
/// single photo of another look (profile, infrared), which a centroid of many others drowns.
const NEAREST_WEIGHT: f32 = 0.5;

/// Everybody enrolled, with their photos' embeddings.
#[derive(Clone, Debug, Default)]
pub struct Gallery {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug, Default)]
struct Inner {
    /// Length of the embeddings; 0 while there are none.
    dimension: usize,
    people: Vec<Arc<GalleryPerson>>,
    /// [`PersonName::fold_key`] of each of `people`.
    name_keys: Vec<String>,
    /// All photos' unit vectors, row after row, in the order of `people` and their photos: one walk through memory a probe.
    photo_rows: Vec<f32>,
    /// A unit vector a person (zeros for people without photos), in the order of `people`.
    centroid_rows: Vec<f32>,
}

/// Somebody enrolled.
#[derive(Clone, Debug, PartialEq)]
pub struct GalleryPerson {
    /// Lasting id.
    pub id: PersonId,
    /// Name now.
    pub name: PersonName,
    /// Usable photos, in the order they were added.
    pub photos: Vec<GalleryPhoto>,
}

/// A usable photo of somebody enrolled.
#[derive(Clone, Debug, PartialEq)]
pub struct GalleryPhoto {
    /// Its id.
    pub id: PhotoId,
    /// What its face looks like.
    pub embedding: Embedding,
    /// The face's overall quality, 0..1.
    pub quality: f32,
    /// Which way it looks.
    pub view: View,
}

impl GalleryPhoto {
    /// A photo whose one face was described.
    #[must_use]
    pub fn new(id: PhotoId, face: &Face) -> Self {
        let view = View::of(&face.detection.landmarks);
        Self { id, embedding: face.embedding.clone(), quality: face.quality.overall, view }
    }
}

/// How alike a probe and a person are.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub person: PersonRef,
    /// Mean of the nearest photo's cosine and the centroid's, −1..1: what `calibration` judges.
    pub similarity: f32,
    /// Their most alike photo.
    pub photo: PhotoId,
    /// That photo's cosine, −1..1.
    pub photo_cosine: f32,
}

/// Why a change of the gallery was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GalleryError {
    /// No such person.
    #[error("there is no person with the id {0}")]
    UnknownPerson(PersonId),
    /// Another person has that name, but for case or normalisation.
    #[error("there is already a person named {0}")]
    NameTaken(PersonName),
    /// Somebody has that id.
    #[error("there is already a person with the id {0}")]
    IdTaken(PersonId),
    /// An embedding of another length than the others': another model's.
    #[error("the embedding has {found} numbers, the gallery's have {expected}: it was made by another model")]
    OtherModel {
        /// Its length.
        found: usize,
        /// The gallery's.
        expected: usize,
    },
}

impl Gallery {
    /// Everybody, in the order they were added.
    pub fn people(&self) -> impl ExactSizeIterator<Item = &GalleryPerson> {
        self.inner.people.iter().map(AsRef::as_ref)
    }

    /// Somebody, by id.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&GalleryPerson> {
        self.people().find(|p| &p.id == id)
    }

    /// Somebody, by name ([`PersonName::fold_key`]).
    #[must_use]
    pub fn person_named(&self, name: &PersonName) -> Option<&GalleryPerson> {
        let key = name.fold_key();
        let at = self.inner.name_keys.iter().position(|taken| taken == &key)?;
        self.people().nth(at)
    }

    /// How many people have at least one photo: the size that thresholds go by.
    #[must_use]
    pub fn matchable_people(&self) -> usize {
        self.people().filter(|p| !p.photos.is_empty()).count()
    }

    /// How many photos there are.
    #[must_use]
    pub fn photo_count(&self) -> usize {
        self.people().map(|p| p.photos.len()).sum()
    }

    /// Adds a person without photos.
    ///
    /// # Errors
    /// [`GalleryError::IdTaken`] or [`GalleryError::NameTaken`].
    pub fn add_person(&mut self, id: PersonId, name: PersonName) -> Result<(), GalleryError> {
        if self.person(&id).is_some() {
            return Err(GalleryError::IdTaken(id));
        }
        if self.person_named(&name).is_some() {
            return Err(GalleryError::NameTaken(name));
        }
        let inner = Arc::make_mut(&mut self.inner);
        inner.centroid_rows.resize(inner.centroid_rows.len() + inner.dimension, 0.0);
        inner.name_keys.push(name.fold_key());
        inner.people.push(Arc::new(GalleryPerson { id, name, photos: Vec::new() }));
        Ok(())
    }

    /// Forgets a person; they are returned.
    ///
    /// # Errors
    /// [`GalleryError::UnknownPerson`].
    pub fn remove_person(&mut self, id: &PersonId) -> Result<GalleryPerson, GalleryError> {
        let at = self.position(id)?;
        let inner = Arc::make_mut(&mut self.inner);
        let rows = inner.rows_of(at);
        inner.photo_rows.drain(rows);
        inner.centroid_rows.drain(at * inner.dimension..(at + 1) * inner.dimension);
        inner.name_keys.remove(at);
        let person = inner.people.remove(at);
        inner.forget_dimension_if_empty();
        Ok(Arc::unwrap_or_clone(person))
    }

    /// Gives a person another name.
    ///
    /// # Errors
    /// [`GalleryError::UnknownPerson`], [`GalleryError::NameTaken`] by somebody else.
    pub fn rename_person(&mut self, id: &PersonId, name: PersonName) -> Result<(), GalleryError> {
        let at = self.position(id)?;
        if self.person_named(&name).is_some_and(|p| &p.id != id) {
            return Err(GalleryError::NameTaken(name));
        }
        let inner = Arc::make_mut(&mut self.inner);
        inner.name_keys[at] = name.fold_key();
        Arc::make_mut(&mut inner.people[at]).name = name;
        Ok(())
    }

    /// Gives all photos of `from` to `into` (those it has already, once) and forgets `from`.
    ///
    /// # Errors
    /// [`GalleryError::UnknownPerson`]; nothing is changed then. Merging a person into itself changes nothing.
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
    ///
    /// # Errors
    /// [`GalleryError::UnknownPerson`], [`GalleryError::OtherModel`].
    pub fn put_photo(&mut self, id: &PersonId, photo: GalleryPhoto) -> Result<(), GalleryError> {
        let at = self.position(id)?;
        let found = photo.embedding.as_slice().len();
        let replaces = self.inner.people[at].photos.iter().any(|p| p.id == photo.id);
        let others = self.photo_count() - usize::from(replaces);
        if others > 0 && found != self.inner.dimension {
            return Err(GalleryError::OtherModel { found, expected: self.inner.dimension });
        }
        if replaces {
            self.remove_photo(id, &photo.id)?;
        }
        let inner = Arc::make_mut(&mut self.inner);
        if inner.dimension != found {
            inner.dimension = found;
            inner.centroid_rows = vec![0.0; inner.people.len() * found];
        }
        let end = inner.rows_of(at).end;
        inner.photo_rows.splice(end..end, photo.embedding.as_slice().iter().copied());
        Arc::make_mut(&mut inner.people[at]).photos.push(photo);
        inner.update_centroid(at);
        Ok(())
    }

    /// Forgets a photo. `Ok(false)` where the person has no such photo.
    ///
    /// # Errors
    /// [`GalleryError::UnknownPerson`].
    pub fn remove_photo(&mut self, id: &PersonId, photo: &PhotoId) -> Result<bool, GalleryError> {
        let at = self.position(id)?;
        let Some(nth) = self.inner.people[at].photos.iter().position(|p| &p.id == photo) else { return Ok(false) };
        let inner = Arc::make_mut(&mut self.inner);
        let first = inner.rows_of(at).start + nth * inner.dimension;
        inner.photo_rows.drain(first..first + inner.dimension);
        Arc::make_mut(&mut inner.people[at]).photos.remove(nth);
        inner.update_centroid(at);
        inner.forget_dimension_if_empty();
        Ok(true)
    }

    /// The `limit` most alike people, best first. Empty for an empty gallery and for another model's embedding.
    #[must_use]
    pub fn rank(&self, probe: &Embedding, limit: usize) -> Vec<Candidate> {
        self.rank_except(probe, limit, &[])
    }

    /// [`Gallery::rank`] as if the photos `without` were not enrolled: how a photo that is enrolled itself is judged.
    #[must_use]
    pub fn rank_except(&self, probe: &Embedding, limit: usize, without: &[PhotoId]) -> Vec<Candidate> {
        let inner = &*self.inner;
        let probe = probe.as_slice();
        if inner.dimension == 0 || probe.len() != inner.dimension {
            return Vec::new();
        }
        let mut rows = inner.photo_rows.chunks_exact(inner.dimension);
        let mut scored: Vec<(f32, usize, usize, f32)> = Vec::with_capacity(inner.people.len());
        for (at, person) in inner.people.iter().enumerate() {
            let rows = rows.by_ref().take(person.photos.len());
            let kept = rows.zip(&person.photos).enumerate().filter(|(_, (_, photo))| !without.contains(&photo.id));
            let nearest = kept.map(|(nth, (row, _))| (nth, dot(row, probe))).max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((nth, cosine)) = nearest else { continue };
            let centroid = if without.is_empty() {
                dot(&inner.centroid_rows[at * inner.dimension..(at + 1) * inner.dimension], probe)
            } else {
                let left = person.photos.iter().filter(|photo| !without.contains(&photo.id));
                dot(&centroid_of(left.map(|photo| photo.embedding.as_slice()), inner.dimension), probe)
            };
            scored.push((NEAREST_WEIGHT * cosine + (1.0 - NEAREST_WEIGHT) * centroid, at, nth, cosine));
        }
        scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let best = scored.into_iter().take(limit);
        best.map(|(similarity, at, nth, photo_cosine)| {
            let person = &inner.people[at];
            Candidate {
                person: PersonRef { id: person.id.clone(), name: person.name.clone() },
                similarity,
                photo: person.photos[nth].id.clone(),
                photo_cosine,
            }
        })
        .collect()
    }

    fn position(&self, id: &PersonId) -> Result<usize, GalleryError> {
        self.people().position(|p| &p.id == id).ok_or_else(|| GalleryError::UnknownPerson(id.clone()))
    }
}

impl Inner {
    /// The part of `photo_rows` that belongs to the person at `at`.
    fn rows_of(&self, at: usize) -> std::ops::Range<usize> {
        let before: usize = self.people[..at].iter().map(|p| p.photos.len()).sum();
        before * self.dimension..(before + self.people[at].photos.len()) * self.dimension
    }

    fn update_centroid(&mut self, at: usize) {
        let rows = &self.photo_rows[self.rows_of(at)];
        let centroid = centroid_of(rows.chunks_exact(self.dimension), self.dimension);
        self.centroid_rows[at * self.dimension..(at + 1) * self.dimension].copy_from_slice(&centroid);
    }

    /// So that another model's embeddings may follow.
    fn forget_dimension_if_empty(&mut self) {
        if self.photo_rows.is_empty() {
            self.dimension = 0;
            self.centroid_rows.clear();
        }
    }
}

/// The mean direction; zeros where there are no rows, or where they cancel out.
fn centroid_of<'a>(rows: impl Iterator<Item = &'a [f32]>, dimension: usize) -> Vec<f32> {
    let mut sum = vec![0.0; dimension];
    for row in rows {
        sum.iter_mut().zip(row).for_each(|(s, v)| *s += v);
    }
    let length = dot(&sum, &sum).sqrt();
    if length.is_normal() {
        for value in &mut sum {
            *value /= length;
        }
    }
    sum
}

/// Eight sums side by side, which the compiler turns into vector instructions (one running sum it may not reorder).
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    for (x, y) in a8.iter().zip(b8) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
}
