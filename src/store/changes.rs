//! Two looks at `faces/` → what changed between them, in an order in which it can be applied.

use std::collections::{HashMap, HashSet};

use super::files::{PersonFolder, PhotoFile};
use crate::people::{PersonId, PersonName, PhotoId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A folder is gone, and with it its photos.
    PersonRemoved(PersonId),
    /// A photo is gone, or not the person's any more.
    PhotoRemoved(PersonId, PhotoId),
    /// The folder has another name.
    PersonRenamed(PersonId, PersonName),
    /// A new folder; `sample` for one of those that come with the project.
    PersonAdded {
        id: PersonId,
        name: PersonName,
        /// [`PersonFolder::sample`].
        sample: bool,
    },
    /// A new photo; a file with other content is a new photo, too.
    PhotoAdded(PersonId, PhotoFile),
}

/// The people who are recognised: the samples that come with the project only while nobody else has a photo.
pub fn used(people: &[PersonFolder]) -> impl Iterator<Item = &PersonFolder> {
    let own = people.iter().any(|p| !p.sample && !p.photos.is_empty());
    people.iter().filter(move |p| !(own && p.sample))
}

/// What leads from `old` to `new`: removals first, so that names and photos are free when somebody else takes them.
/// A person who takes a name that was somebody else's until now (two folders swapped names) is told as removed and added, and
/// so is a sample that became a person of the home.
pub fn follow(old: &[PersonFolder], new: &[PersonFolder]) -> Vec<Change> {
    let old_names: HashMap<String, &PersonId> = old.iter().map(|p| (p.name.fold_key(), &p.id)).collect();
    let takes_a_name = |p: &&PersonFolder| old_names.get(&p.name.fold_key()).is_some_and(|id| **id != p.id);
    let samples: HashMap<&PersonId, bool> = old.iter().map(|p| (&p.id, p.sample)).collect();
    let was_sample = |p: &&PersonFolder| samples.get(&p.id).is_some_and(|sample| *sample != p.sample);
    let fresh: HashSet<&PersonId> = new.iter().filter(|p| takes_a_name(p) || was_sample(p)).map(|p| &p.id).collect();
    let by_id = |people: &'_ [PersonFolder]| -> HashMap<PersonId, PersonFolder> {
        let kept = people.iter().filter(|p| !fresh.contains(&p.id));
        kept.map(|p| (p.id.clone(), p.clone())).collect()
    };
    let (old_of, new_of) = (by_id(old), by_id(new));
    // One that has been accepted is told as another photo, since it is judged again.
    let has = |person: Option<&PersonFolder>, photo: &PhotoFile| {
        person.is_some_and(|p| p.photos.iter().any(|f| f.id == photo.id && f.accepted == photo.accepted))
    };
    let mut changes = Vec::new();
    for person in old {
        let Some(after) = new_of.get(&person.id) else {
            changes.push(Change::PersonRemoved(person.id.clone()));
            continue;
        };
        let gone = person.photos.iter().filter(|f| !has(Some(after), f));
        changes.extend(gone.map(|f| Change::PhotoRemoved(person.id.clone(), f.id.clone())));
    }
    for person in new {
        match old_of.get(&person.id) {
            Some(before) if before.name != person.name => {
                changes.push(Change::PersonRenamed(person.id.clone(), person.name.clone()));
            }
            Some(_) => {}
            None => changes.push(Change::PersonAdded {
                id: person.id.clone(),
                name: person.name.clone(),
                sample: person.sample,
            }),
        }
    }
    for person in new {
        let added = person.photos.iter().filter(|f| !has(old_of.get(&person.id), f));
        changes.extend(added.map(|f| Change::PhotoAdded(person.id.clone(), f.clone())));
    }
    changes
}
