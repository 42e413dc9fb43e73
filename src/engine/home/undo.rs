//! What can be undone for an hour, apart from deletions, which wait in the folder of people: an unknown person ignored, forgotten or
//! named, two people merged. What is needed for it is in the database as long; an unknown person who is set aside is shown and
//! recognised nowhere.

use jiff::Timestamp;

use super::deed::{Deed, Done, Merged, Named, Unknown};
use super::outcome::{Outcome, Write};
use super::state::{Home, UnknownIds, Visitor};
use crate::engine::error::EngineError;
use crate::engine::types::{ChangeKind, Undoable, whole_seconds};
use crate::people::{Attention, PersonId, PersonRef, PhotoId, Stranger, UnknownId};
use crate::presence::{Now, Place};
use crate::store::{ChangeId, MOST_UNDOABLE, SetAside, StoreError, UNDO_FOR};

impl Home {
    /// What was done under this id, if it can be undone.
    pub(crate) fn deed(&self, id: &ChangeId) -> Option<Deed> {
        self.undoable.get(id).map(|done| done.deed.clone())
    }

    /// What can be undone, with the names that people have now.
    pub(crate) fn changes(&self, now: Now) -> Vec<Undoable> {
        let current = |person: &PersonRef| self.person_ref(&person.id).unwrap_or_else(|| person.clone());
        let state = |(id, Done { until, deed }): (&ChangeId, &Done)| {
            let (kind, person, into) = match deed {
                Deed::Ignored(_) => (ChangeKind::UnknownIgnored, None, None),
                Deed::Forgotten(_) => (ChangeKind::UnknownForgotten, None, None),
                Deed::Named(_, named) => (ChangeKind::UnknownNamed, Some(current(&named.person)), None),
                Deed::Merged(m) => (ChangeKind::PeopleMerged, Some(m.from.clone()), Some(current(&m.into))),
            };
            let unknown = deed.unknown();
            Undoable {
                id: id.clone(),
                kind,
                person,
                into,
                unknown: unknown.map(|unknown| unknown.id.clone()),
                times_seen: unknown.map(|unknown| unknown.times_seen),
                photo: None,
                photos: deed.holder().map_or(0, |(_, photos)| photos.len()),
                until: whole_seconds(now.to_wall(*until)),
            }
        };
        self.undoable.iter().map(state).collect()
    }

    /// Notes that something can be undone; beyond so many, the oldest can't any more.
    fn note(&mut self, deed: Deed, now: Now, outcome: &mut Outcome) -> ChangeId {
        let id = ChangeId(UnknownIds::Random.fresh(now.steady).0);
        let until = now.steady.checked_add(UNDO_FOR).unwrap_or(Timestamp::MAX);
        self.undoable.insert(id.clone(), Done { until, deed });
        outcome.writes.push(self.kept_change(&id, now));
        while self.undoable.len() > MOST_UNDOABLE
            && let Some(oldest) = self.undoable.iter().min_by_key(|(_, done)| done.until).map(|(id, _)| id.clone())
        {
            self.let_go(&oldest, outcome);
        }
        id
    }

    fn kept_change(&self, id: &ChangeId, now: Now) -> Write {
        let stamped = |done: &Done| Box::new(Done { until: now.to_wall(done.until), deed: done.deed.clone() });
        Write::Undo(id.clone(), self.undoable.get(id).map(stamped))
    }

    /// Something can't be undone any more: what was kept for it is erased.
    pub(super) fn let_go(&mut self, id: &ChangeId, outcome: &mut Outcome) {
        let Some(Done { deed, .. }) = self.undoable.remove(id) else { return };
        if let Deed::Forgotten(unknown) | Deed::Named(unknown, _) = deed {
            outcome.writes.push(Write::ForgetUnknown(unknown.id));
        }
        outcome.writes.push(Write::Undo(id.clone(), None));
    }

    /// The same for all that `is_over` says of.
    pub(super) fn let_go_where(&mut self, is_over: impl Fn(&Done) -> bool, outcome: &mut Outcome) {
        let over: Vec<_> = self.undoable.iter().filter(|(_, done)| is_over(done)).map(|(id, _)| id.clone()).collect();
        for id in &over {
            self.let_go(id, outcome);
        }
    }

    /// Nothing is left of what a person's photos, or these photos, were before.
    pub(super) fn let_go_of(&mut self, person: Option<&PersonId>, photos: &[PhotoId], outcome: &mut Outcome) {
        let is_over = |done: &Done| {
            let theirs = done.deed.holder().is_some_and(|(holder, _)| Some(&holder.id) == person);
            let learned =
                matches!(&done.deed, Deed::Named(_, named) if named.photos.iter().any(|p| photos.contains(p)));
            theirs || learned
        };
        self.let_go_where(is_over, outcome);
    }

    /// Never tells of an unknown person again, unless that is undone.
    pub(super) fn ignore(&mut self, id: &UnknownId, now: Now, outcome: &mut Outcome) -> Result<(), EngineError> {
        let before = self.strangers.get(id).map(|stranger| (stranger.times_seen, stranger.attention));
        let (times_seen, attention) = before.ok_or_else(|| EngineError::no_unknown(id))?;
        if attention == Attention::Reported {
            let dropped = self.strangers.ignore(id).unwrap_or_default();
            outcome.writes.extend(dropped.into_iter().map(Write::ForgetUnknown));
            outcome.writes.push(Write::Attention(id.clone(), Attention::Ignored));
            self.note(Deed::Ignored(Unknown { id: id.clone(), times_seen, looks: None }), now, outcome);
        }
        Ok(())
    }

    /// An unknown person is a person now, or forgotten: set aside until that can't be undone any more.
    pub(super) fn set_unknown_aside(&mut self, id: UnknownId, named: Option<Named>, now: Now, outcome: &mut Outcome) {
        let looks = self.strangers.remove(&id).map(Box::new);
        self.visits.forget(&Visitor::Stranger(id.clone()));
        self.gallery_changed();
        outcome.writes.push(Write::SetUnknownAside(id.clone()));
        let times_seen = looks.as_ref().map_or(1, |stranger| stranger.times_seen);
        let unknown = Unknown { id, times_seen, looks };
        let deed = match named {
            Some(mut named) => {
                // Whichever of several is undone last.
                let person = &named.person.id;
                let made = |done: &Done| matches!(&done.deed, Deed::Named(_, n) if n.made.as_ref() == Some(person));
                if self.undoable.values().any(made) {
                    named.made = Some(person.clone());
                }
                Deed::Named(unknown, named)
            }
            None => Deed::Forgotten(unknown),
        };
        self.note(deed, now, outcome);
    }

    /// Notes what two people are who are about to be merged; not where that was begun before a restart, which has ended it already
    /// in part.
    pub(super) fn note_merge(&mut self, from: &PersonId, into: &PersonId, now: Now, outcome: &mut Outcome) {
        let folder = self.library.people.iter().find(|person| person.id == *from);
        let (Some(folder), Some(into)) = (folder, self.person_ref(into)) else { return };
        let aside = self.library.aside.iter().filter(|aside| aside.person.id == *from).flat_map(SetAside::photos);
        let merged = Merged {
            from: PersonRef { id: from.clone(), name: folder.name.clone() },
            photos: folder.photos.iter().map(|photo| &photo.id).chain(aside).cloned().collect(),
            accepted: folder.photos.iter().filter(|photo| photo.accepted).map(|photo| photo.id.clone()).collect(),
            proposals: self.proposals.ids_of(from),
            presence_timeout_s: self.people.get(from).and_then(|known| known.presence_timeout_s),
            places: (self.kept_place(from, now), self.kept_place(&into.id, now)),
            into: into.clone(),
        };
        self.change_holder(from, &into, None, now, outcome);
        let id = self.note(Deed::Merged(Box::new(merged)), now, outcome);
        outcome.writes.push(Write::NoteMerge(id, from.clone(), into.id));
    }

    /// What can be undone of photos that `from` had is about `to` now: of all, or of these.
    fn change_holder(
        &mut self,
        from: &PersonId,
        to: &PersonRef,
        photos: Option<&[PhotoId]>,
        now: Now,
        outcome: &mut Outcome,
    ) {
        let mut changed = Vec::new();
        for (id, done) in &mut self.undoable {
            let are_among = |theirs: &[PhotoId]| photos.is_none_or(|photos| theirs.iter().any(|p| photos.contains(p)));
            if done.deed.holder().is_some_and(|(holder, theirs)| holder.id == *from && are_among(theirs)) {
                done.deed.set_holder(to.clone());
                changed.push(id.clone());
            }
        }
        outcome.writes.extend(changed.iter().map(|id| self.kept_change(id, now)));
    }

    /// Undoes what was done, but for what that takes in the folder of people.
    pub(super) fn undo(&mut self, id: &ChangeId, now: Now, outcome: &mut Outcome) -> Result<(), EngineError> {
        let done = self.undoable.remove(id).ok_or_else(|| StoreError::UnknownChange(id.clone()))?;
        match done.deed {
            Deed::Ignored(unknown) => {
                let looks = self.strangers.remove(&unknown.id).ok_or_else(|| EngineError::no_unknown(&unknown.id));
                outcome.writes.push(Write::Attention(unknown.id, Attention::Reported));
                outcome.writes.push(Write::Undo(id.clone(), None));
                self.put_stranger_back(Stranger { attention: Attention::Reported, ..looks? }, outcome);
            }
            Deed::Forgotten(unknown) | Deed::Named(unknown, _) => {
                outcome.writes.push(Write::PutUnknownBack(unknown.id));
                outcome.writes.push(Write::Undo(id.clone(), None));
                if let Some(looks) = unknown.looks {
                    self.put_stranger_back(*looks, outcome);
                }
            }
            Deed::Merged(merged) => self.part(id, *merged, now, outcome),
        }
        Ok(())
    }

    fn put_stranger_back(&mut self, stranger: Stranger, outcome: &mut Outcome) {
        let dropped = self.strangers.put_back(stranger, &self.model.prior);
        outcome.writes.extend(dropped.into_iter().map(Write::ForgetUnknown));
        self.gallery_changed();
    }

    /// What is known of two people who are two again.
    fn part(&mut self, id: &ChangeId, merged: Merged, now: Now, outcome: &mut Outcome) {
        let Merged { from, into, photos, proposals, presence_timeout_s, places, .. } = merged;
        self.proposals.give(&proposals, &from.id);
        outcome.writes.push(Write::PartPeople(id.clone(), from.id.clone(), into.id.clone(), proposals));
        outcome.writes.push(Write::Undo(id.clone(), None));
        self.people.entry(from.id.clone()).or_default().presence_timeout_s = presence_timeout_s;
        outcome.writes.push(Write::Timeout(from.id.clone(), presence_timeout_s));
        self.change_holder(&into.id, &from, Some(&photos), now, outcome);
        let last_seen = |place: &Place| now.to_steady(place.last_seen);
        let merged_at = places.0.as_ref().map(last_seen).max(places.1.as_ref().map(last_seen));
        let seen_since = self.whereabouts.place(&into.id).map(|place| place.last_seen) > merged_at;
        let (from_place, into_place) = places;
        outcome.cameras.extend(self.present_at(&into.id));
        if !seen_since {
            self.whereabouts.forget(&into.id);
            self.restore_place(&into.id, into_place, now);
        }
        self.restore_place(&from.id, from_place, now);
        for person in [into.id, from.id] {
            outcome.cameras.extend(self.present_at(&person));
            // Whom their tracks are is judged anew.
            self.forget_tracks_of(&person);
            self.moved.insert(person.clone());
            outcome.people.insert(person);
        }
        self.forget_last_pictures();
    }

    fn restore_place(&mut self, person: &PersonId, place: Option<Place>, now: Now) {
        if let Some(place) = place {
            self.whereabouts.restore(person.clone(), place.timed(|at| now.to_steady(at)), now.steady);
        }
    }
}
