//! Places for what takes memory: a few in all, and of one token only some, so that nobody takes all of them.
//!
//! A place is free again when its permits are dropped. Used by `session` for large messages, and by `http` for uploads.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use tokio::sync::Semaphore;

/// Messages beyond `gate`'s free bytes that are received at once, over all sessions; of one token, one.
const LARGE_MESSAGES: usize = 3;
/// Pictures received at once by HTTP, over all tokens and of one; further ones are `busy`.
const MAX_UPLOADS: usize = 8;
const MAX_UPLOADS_OF_TOKEN: usize = 2;

#[derive(Debug)]
pub(super) struct Budget {
    all: Arc<Semaphore>,
    most_of_token: usize,
    of_token: HashMap<i64, Weak<Semaphore>>,
}

impl Budget {
    fn new(all: usize, most_of_token: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), most_of_token, of_token: HashMap::new() }
    }

    pub(super) fn of_large_messages() -> Self {
        Self::new(LARGE_MESSAGES, 1)
    }

    pub(super) fn of_uploads() -> Self {
        Self::new(MAX_UPLOADS, MAX_UPLOADS_OF_TOKEN)
    }

    pub(super) fn all(&self) -> Arc<Semaphore> {
        Arc::clone(&self.all)
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
        let mut budget = Budget::of_uploads();
        let mut begin =
            |token: i64| Some((budget.of(token).try_acquire_owned().ok()?, budget.all().try_acquire_owned().ok()?));
        let of_one: Vec<_> = (0..MAX_UPLOADS_OF_TOKEN).map(|_| begin(1).expect("a place")).collect();
        assert!(begin(1).is_none());
        let others: Vec<_> = (2..).map_while(&mut begin).collect();
        assert_eq!(of_one.len() + others.len(), MAX_UPLOADS);
        drop(of_one);
        assert!(begin(1).is_some());
    }
}
