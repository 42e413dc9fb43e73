//! Places for what takes memory: a few in all, and of one token only some, so that nobody takes all of them.
//! A place is free again when its permits are dropped. Used by `session` for large messages, by `http` for uploads, and by `handlers` for what is fetched.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::engine::Usage;

/// Messages beyond `gate`'s free bytes that are received at once, over all sessions and of one token.
pub(super) const LARGE_MESSAGES: [usize; 2] = [3, 1];
/// Pictures received at once by HTTP, over all tokens and of one; further ones are `busy`.
pub(super) const UPLOADS: [usize; 2] = [8, 2];
/// Libraries that are exported or imported at once: each takes the disk for minutes.
pub(super) const LIBRARIES: [usize; 2] = [1, 1];
/// Pictures fetched at once because somebody asked for them, over all tokens and for one; further ones wait.
pub(super) const FETCHES: [usize; 2] = [8, 2];
/// Lists of what to do about the gallery that are worked out at once: each takes a processor for as long as it takes.
pub(super) const CARE: [usize; 2] = [1, 1];
/// Photos on their way to who asked for them, over all tokens and for one; further ones wait.
pub(super) const PHOTOS: [usize; 2] = [24, 8];

#[derive(Debug)]
pub(super) struct Budget {
    all: Arc<Semaphore>,
    most: usize,
    most_of_token: usize,
    of_token: HashMap<i64, Weak<Semaphore>>,
    /// How often somebody was refused, or had to wait.
    hits: Arc<AtomicU64>,
}

/// A place of a budget; free again when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) _own: OwnedSemaphorePermit,
    pub(super) _place: OwnedSemaphorePermit,
}

impl Budget {
    /// So many places in all, and of one token.
    pub(super) fn new([most, most_of_token]: [usize; 2]) -> Self {
        let all = Arc::new(Semaphore::new(most));
        Self { all, most, most_of_token, of_token: HashMap::new(), hits: Arc::default() }
    }

    pub(super) fn all(&self) -> Arc<Semaphore> {
        Arc::clone(&self.all)
    }

    /// To count who is refused, or has to wait.
    pub(super) fn hits(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.hits)
    }

    pub(super) fn usage(&self, of: &'static str) -> Usage {
        let used = self.most - self.all.available_permits();
        Usage { of, used: Some(used), most: self.most, hits: self.hits.load(Ordering::Relaxed) }
    }

    /// A place for a token; `None`, which is counted, where it would have to wait.
    pub(super) fn take(&mut self, token: i64) -> Option<Turn> {
        let own = self.of(token).try_acquire_owned().ok();
        let turn = own.and_then(|own| Some(Turn { _own: own, _place: self.all().try_acquire_owned().ok()? }));
        self.hits.fetch_add(u64::from(turn.is_none()), Ordering::Relaxed);
        turn
    }

    /// The token's part, of which a place is taken beside one of all.
    pub(super) fn of(&mut self, token: i64) -> Arc<Semaphore> {
        self.of_token.retain(|_, part| part.strong_count() > 0);
        if let Some(part) = self.of_token.get(&token).and_then(Weak::upgrade) {
            return part;
        }
        let part = Arc::new(Semaphore::new(self.most_of_token));
        self.of_token.insert(token, Arc::downgrade(&part));
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_cannot_take_all_places_and_gives_its_own_back() {
        let [most, most_of_token] = UPLOADS;
        let mut budget = Budget::new(UPLOADS);
        let of_one: Vec<_> = (0..most_of_token).map(|_| budget.take(1).expect("a place")).collect();
        assert!(budget.take(1).is_none());
        let others: Vec<_> = (2..).map_while(|token| budget.take(token)).collect();
        assert_eq!(of_one.len() + others.len(), most);
        drop(of_one);
        assert!(budget.take(1).is_some());
        assert_eq!(budget.usage("uploads").hits, 2);
    }

    #[test]
    fn what_to_do_about_the_gallery_is_worked_out_for_one_at_a_time() {
        let mut budget = Budget::new(CARE);
        let turn = budget.take(1).expect("a place");
        assert!(budget.take(1).is_none());
        let of_another = budget.of(2);
        assert!(of_another.try_acquire_owned().is_ok(), "who waits for one's own turn is not before others");
        drop(turn);
        assert!(budget.all().try_acquire_owned().is_ok());
    }
}
