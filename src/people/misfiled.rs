//! Everybody's photos → those that are somebody else's, those unlike their neighbours, and people with two folders.
//!
//! Photos come into folders past [`super::enrol`], which would have refused some of them; here they are judged by the same
//! measure. What is found depends on the photos alone, not on the order in which they came. Pure; called by the engine
//! whenever photos came or went. Knows no files.

use std::collections::BTreeSet;

use super::enrol::{MIX_UP_SHARE, UNLIKE_SHARE};
use super::gallery::{self, Everybody, GalleryPerson, GalleryPhoto};
use super::{Calibration, Direction, Gallery, PersonId, PersonRef, PhotoId};

/// All photos of a person are somebody else's only from this similarity on, which relatives do not reach: below it, it is said
/// that they are alike, and both are recognised. Of single photos compared with others of the same person 88 in 100 reach it.
const SAME_PERSON_FROM: f32 = 0.45;

/// Similarities closer than this are equal: the order of a sum must not decide.
const EQUAL: f32 = 1e-4;

/// What is wrong with a photo.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// It looks like another person, and not like its own: it must not teach until somebody says that it is right.
    SomebodyElses {
        person: PersonRef,
        /// How much, as in [`Calibration::rank`].
        similarity: f32,
    },
    /// It does not look like the person's other photos. It teaches, since it may be an unusual picture of the right person.
    Unlike {
        /// With the most alike of the others.
        similarity: f32,
        /// Nothing says who of those in the folder is the person: each is on equally many photos.
        of_equals: bool,
    },
}

/// A photo that somebody should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct DoubtfulPhoto {
    pub person: PersonId,
    pub photo: PhotoId,
    pub doubt: Doubt,
}

/// Two people all of whose photos look like one person.
#[derive(Clone, Debug, PartialEq)]
pub struct SamePerson {
    /// The one with fewer photos, or the first by id.
    pub person: PersonRef,
    pub other: PersonRef,
    pub similarity: f32,
}

/// All that is wrong, by person and photo.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Misfiled {
    pub photos: Vec<DoubtfulPhoto>,
    pub people: Vec<SamePerson>,
}

impl Misfiled {
    /// Photos that must not teach.
    pub fn withheld(&self) -> BTreeSet<PhotoId> {
        let elses = self.photos.iter().filter(|p| matches!(p.doubt, Doubt::SomebodyElses { .. }));
        elses.map(|p| p.photo.clone()).collect()
    }
}

/// Judges all photos of `library`. The `accepted` ones are right whatever they look like, and say nothing against others.
pub fn find(library: &Gallery, accepted: &BTreeSet<PhotoId>, calibration: &Calibration) -> Misfiled {
    let library = library.in_order();
    let mut found = Misfiled::default();
    let court = |of: &Gallery| Court { witnesses: calibration.among(&of.without(accepted)), accepted, calibration };
    let first = court(&library);
    for person in library.people() {
        found.photos.extend(first.strays(person).iter().flat_map(|suspect| suspect.doubts(person)));
    }
    let rest = library.without(&found.withheld());
    let second = court(&rest);
    for person in rest.people().filter(|person| person.looks.len() == 1) {
        let all: Vec<usize> = (0..person.photos.len()).collect();
        let Some(suspect) = second.suspect(person, &all, &[]) else { continue };
        if suspect.verdict == Side::Even || (suspect.verdict == Side::Goes && all.len() > 1) {
            found.people.push(suspect.same_person(person));
        }
        if suspect.verdict == Side::Goes {
            found.photos.extend(suspect.doubts(person));
        }
    }
    let right = library.without(&found.withheld());
    let unlike_below = calibration.threshold_of_one(UNLIKE_SHARE);
    for person in right.people() {
        let (unlike, of_equals) = unlike(person, unlike_below);
        let unlike = unlike.into_iter().filter(|(photo, _)| !accepted.contains(photo));
        found.photos.extend(unlike.map(|(photo, similarity)| DoubtfulPhoto {
            person: person.id.clone(),
            photo,
            doubt: Doubt::Unlike { similarity, of_equals },
        }));
    }
    found.photos.sort_by(|a, b| (&a.person, &a.photo).cmp(&(&b.person, &b.photo)));
    found.people.sort_by(|a, b| (&a.person.id, &a.other.id).cmp(&(&b.person.id, &b.other.id)));
    found.people.dedup_by(|a, b| a.person.id == b.person.id && a.other.id == b.other.id);
    found
}

/// Photos of one person that look like another.
struct Suspect {
    photos: Vec<PhotoId>,
    like: PersonRef,
    similarity: f32,
    verdict: Side,
}

impl Suspect {
    fn doubts<'a>(&'a self, person: &'a GalleryPerson) -> impl Iterator<Item = DoubtfulPhoto> + 'a {
        self.photos.iter().map(|photo| DoubtfulPhoto {
            person: person.id.clone(),
            photo: photo.clone(),
            doubt: Doubt::SomebodyElses { person: self.like.clone(), similarity: self.similarity },
        })
    }

    fn same_person(&self, person: &GalleryPerson) -> SamePerson {
        let me = person.reference();
        let (person, other) = match self.verdict {
            Side::Even if me.id > self.like.id => (self.like.clone(), me),
            _ => (me, self.like.clone()),
        };
        SamePerson { person, other, similarity: self.similarity }
    }
}

/// Of two groups of photos of one face in two folders, which is in the wrong one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Stays,
    Goes,
    /// Nothing says which: each folder holds this face and no other, equally often.
    Even,
}

/// By whom and what photos are judged: others' photos that nobody accepted, those that somebody did, and the home's rule.
struct Court<'a> {
    witnesses: Everybody,
    accepted: &'a BTreeSet<PhotoId>,
    calibration: &'a Calibration,
}

impl Court<'_> {
    /// Photos of a person that are somebody else's while others are not: whole looks, and single photos within a look.
    fn strays(&self, person: &GalleryPerson) -> Vec<Suspect> {
        let mut found = Vec::new();
        let all: Vec<usize> = (0..person.photos.len()).collect();
        let without = |some: &[usize]| -> Vec<usize> { all.iter().filter(|n| !some.contains(n)).copied().collect() };
        for look in person.looks.iter().map(|look| &look.photos[..]) {
            let others = without(look);
            let whole = self.suspect(person, look, &others);
            if let Some(whole) = whole
                && (!others.is_empty() || whole.similarity >= SAME_PERSON_FROM)
            {
                found.extend(Some(whole).filter(|s| s.verdict == Side::Goes && !others.is_empty()));
            } else if look.len() > 1 {
                let singles = look.iter().filter_map(|n| self.suspect(person, &[*n], &without(&[*n])));
                found.extend(singles.filter(|s| s.verdict == Side::Goes));
            }
        }
        found
    }

    fn suspect(&self, person: &GalleryPerson, photos: &[usize], others: &[usize]) -> Option<Suspect> {
        let ids: Vec<PhotoId> = photos.iter().map(|n| person.photos[*n].id.clone()).collect();
        if ids.iter().any(|id| self.accepted.contains(id)) {
            return None;
        }
        let face = gallery::look(&person.photos, photos.to_vec()).direction;
        let ranked = self.witnesses.rank(&face);
        let mut others_by_likeness = ranked.into_iter().filter(|c| c.person.id != person.id).peekable();
        let most = others_by_likeness.peek()?.similarity;
        let equal = others_by_likeness.take_while(|c| c.similarity >= most - EQUAL);
        let best = equal.min_by(|a, b| a.person.id.cmp(&b.person.id))?;
        if best.similarity < self.calibration.threshold(MIX_UP_SHARE)
            || best.similarity <= likeness(person, others, &face)
        {
            return None;
        }
        let (whole, likely) = (others.is_empty(), best.similarity >= SAME_PERSON_FROM);
        let other = self.witnesses.gallery.person(&best.person.id)?;
        let theirs = other.looks.iter().find(|look| look.photos.iter().any(|n| other.photos[*n].id == best.photo))?;
        let theirs_whole = theirs.photos.len() == other.photos.len();
        let verdict = match (photos.len().cmp(&theirs.photos.len()), whole, theirs_whole) {
            // Somebody who only resembles another stays recognised.
            _ if whole && !likely => Side::Even,
            (std::cmp::Ordering::Less, ..) => Side::Goes,
            (std::cmp::Ordering::Greater, ..) | (_, true, false) => Side::Stays,
            (_, true, true) => Side::Even,
            (_, false, _) => Side::Goes,
        };
        Some(Suspect { photos: ids, like: best.person, similarity: best.similarity, verdict })
    }
}

/// How alike a face and some of the person's photos are: the most alike of the looks they make.
fn likeness(person: &GalleryPerson, photos: &[usize], face: &Direction) -> f32 {
    let groups = gallery::grouped(&person.photos, photos);
    let looks = groups.into_iter().map(|group| gallery::look(&person.photos, group));
    looks.map(|look| look.direction.likeness(face)).fold(-1.0, f32::max)
}

/// Photos that are not alike the person's main ones, with the similarity to the most alike photo outside of their group; where
/// no group is the largest, all of them, and `true`.
fn unlike(person: &GalleryPerson, below: f32) -> (Vec<(PhotoId, f32)>, bool) {
    let looks = &person.looks;
    let alike = |a: usize, b: usize| looks[a].direction.likeness(&looks[b].direction);
    let clusters =
        (0..looks.len()).fold(Vec::new(), |clusters, n| gallery::joined_by(clusters, n, |m| alike(m, n) >= below));
    let photos_of = |cluster: &Vec<usize>| cluster.iter().map(|n| looks[*n].photos.len()).sum::<usize>();
    let Some(most) = clusters.iter().map(photos_of).max().filter(|_| clusters.len() > 1) else {
        return (Vec::new(), false);
    };
    let main = clusters.iter().filter(|c| photos_of(c) == most).count() == 1;
    let mut found = Vec::new();
    for cluster in clusters.iter().filter(|c| !main || photos_of(c) < most) {
        let outside: Vec<&GalleryPhoto> = (0..looks.len())
            .filter(|n| !cluster.contains(n))
            .flat_map(|n| looks[n].photos.iter().map(|m| &person.photos[*m]))
            .collect();
        for photo in cluster.iter().flat_map(|n| &looks[*n].photos).map(|n| &person.photos[*n]) {
            let nearest = outside.iter().map(|o| o.direction.likeness(&photo.direction)).fold(-1.0, f32::max);
            found.push((photo.id.clone(), nearest));
        }
    }
    (found, !main)
}
