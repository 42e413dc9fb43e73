//! Writes that wait for the disk: kept in the order in which they were decided, tried again while the disk takes none.
//! Recognition, presence and events go on without a disk; what is not kept yet is here, its pictures too.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::home::outcome::{Durability, Write};
use super::kept;
use super::types::Usage;
use crate::people::PersonId;
use crate::store::{Database, Recipe, StoreError};

/// What is kept later waits at most so long for something that must be kept at once.
const LATER: Duration = Duration::from_secs(30);
/// While the disk takes nothing it is tried so often.
const AGAIN: Duration = Duration::from_secs(1);
/// Writes that may wait; beyond it the oldest are lost.
const MOST: usize = 1_000;

#[derive(Default)]
pub(super) struct Ledger {
    waiting: Vec<Write>,
    later: Vec<Write>,
    /// Since when something of `later` waits.
    later_since: Option<Timestamp>,
    /// Set while the disk takes nothing: when it is tried again.
    failing: Option<Timestamp>,
    /// Writes that found no room to wait.
    lost: u64,
}

impl Ledger {
    pub(super) fn later(&mut self, writes: impl IntoIterator<Item = Write>, now: Timestamp) {
        self.later.extend(writes);
        if self.later_since.is_none() && !self.later.is_empty() {
            self.later_since = Some(now);
        }
    }

    /// Somebody has moved, which is kept with what can wait.
    pub(super) fn waits_for_places(&mut self, moved: bool, now: Timestamp) {
        if moved && self.later_since.is_none() {
            self.later_since = Some(now);
        }
    }

    /// Nothing comes later: what waits is tried with the next writes.
    pub(super) fn last_try(&mut self, now: Timestamp) {
        self.later_since = self.later_since.map(|_| Timestamp::MIN);
        self.failing = self.failing.map(|_| now);
    }

    /// Whether everything that must be kept at once is.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether what can wait has waited long enough, or the disk is to be tried again.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let later = self.later_since.is_some_and(|since| now.duration_since(since).unsigned_abs() >= LATER);
        match self.failing {
            Some(again) => now >= again,
            None => later,
        }
    }

    /// Keeps the writes of several commands, in their order, in one transaction, and what waited with them. Returns, for each
    /// command, why its writes are not on the disk.
    pub(super) fn keep(
        &mut self,
        commands: Vec<(Vec<Write>, Durability)>,
        database: &Database,
        recipe: &Recipe,
        now: Timestamp,
    ) -> Vec<Option<String>> {
        let mut failed: Vec<Option<String>> = vec![None; commands.len()];
        let must = commands.iter().any(|(writes, d)| !writes.is_empty() && *d != Durability::Eventually);
        let wanted = commands.iter().any(|(writes, _)| !writes.is_empty());
        let try_now = must || self.is_due(now) || (wanted && self.failing.is_none());
        if !try_now {
            for (writes, _) in commands {
                self.waiting.extend(writes);
            }
            return failed;
        }
        let later = std::mem::take(&mut self.later);
        let kept = database.write(|tx| {
            for write in later.iter().chain(&self.waiting) {
                if let Err(error) = tx.part(|tx| kept::keep(tx, write, recipe)) {
                    gives_up(error)?;
                }
            }
            for ((writes, _), failed) in commands.iter().zip(&mut failed) {
                for write in writes {
                    if let Err(error) = tx.part(|tx| kept::keep(tx, write, recipe)) {
                        *failed = Some(error.to_string());
                        gives_up(error)?;
                    }
                }
            }
            Ok(())
        });
        match kept {
            Ok(()) => {
                self.later_since = None;
                let late = std::mem::take(&mut self.waiting).len();
                if self.failing.take().is_some() {
                    tracing::info!(late, "the database can be written again");
                }
            }
            Err(error) => {
                self.refused(&error, later, now);
                for ((writes, durability), failed) in commands.into_iter().zip(&mut failed) {
                    if !writes.is_empty() {
                        *failed = Some(error.to_string());
                    }
                    if durability != Durability::OrNot {
                        self.waiting.extend(writes);
                    }
                }
                if self.waiting.len() > MOST {
                    let lost = self.waiting.len() - MOST;
                    self.waiting.drain(..lost);
                    self.lost += lost as u64;
                    tracing::error!(lost, "too many changes are waiting for the database; the oldest were lost");
                }
            }
        }
        failed
    }

    fn refused(&mut self, error: &StoreError, later: Vec<Write>, now: Timestamp) {
        self.later = later;
        if self.failing.is_none() {
            tracing::error!(
                %error,
                "the database cannot be written: is the disk full, or is another program holding it? Recognition goes on, and what could not be stored is retried every second"
            );
        }
        self.failing = Some(now.checked_add(AGAIN).unwrap_or(now));
    }

    pub(super) fn usage(&self) -> Usage {
        Usage { of: "unkept_writes", used: Some(self.waiting.len()), most: MOST, hits: self.lost }
    }

    /// The face's picture of a sighting that waits, and whose it is.
    pub(super) fn pictures(&self) -> Vec<(i64, PersonId, Arc<[u8]>)> {
        let picture = |write: &Write| match write {
            Write::Sighting(id, row) => row.crop.clone().map(|crop| (*id, row.person.clone(), crop)),
            _ => None,
        };
        self.waiting.iter().filter_map(picture).collect()
    }
}

/// One write that fails by itself is given up; a disk that takes nothing fails them all.
fn gives_up(error: StoreError) -> Result<(), StoreError> {
    if error.passes() {
        return Err(error);
    }
    tracing::error!(%error, "something could not be stored and was dropped");
    Ok(())
}
