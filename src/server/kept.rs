//! Annotated pictures of the latest asks, under names that cannot be guessed: bounded, the oldest of the token that has most goes
//! first, and shown only while everybody they name is there.
//! Kept by `handlers` for their clients to get by `http`.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::engine::{PictureBytes, Usage};
use crate::people::PersonId;

/// So many are kept, of so many bytes together.
const MAX_KEPT: usize = 16;
const MAX_KEPT_BYTES: usize = 32 * 1024 * 1024;

/// Oldest first.
#[derive(Debug, Default)]
pub(super) struct KeptPictures {
    all: VecDeque<Kept>,
    /// How many had to make room.
    dropped: u64,
}

#[derive(Debug)]
struct Kept {
    id: String,
    picture: PictureBytes,
    token: i64,
    /// Whose names are on it.
    people: Vec<PersonId>,
}

impl KeptPictures {
    /// Keeps a picture that a token asked for, with these people's names on it, for a while. Returns its path.
    pub(super) fn keep(
        &mut self,
        picture: PictureBytes,
        token: i64,
        people: Vec<PersonId>,
    ) -> Result<String, getrandom::Error> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random)?;
        let id = URL_SAFE_NO_PAD.encode(random);
        let path = format!("/v1/recognitions/{id}.jpg");
        self.all.push_back(Kept { id, picture, token, people });
        while self.all.len() > MAX_KEPT {
            self.make_room(|_| 1);
        }
        while self.all.iter().map(|kept| kept.picture.len()).sum::<usize>() > MAX_KEPT_BYTES {
            self.make_room(|kept| kept.picture.len());
        }
        Ok(path)
    }

    /// Drops the oldest of the token that has most, but not the newest of all: somebody is about to get that.
    fn make_room(&mut self, size: fn(&Kept) -> usize) {
        let mut of_token: HashMap<i64, usize> = HashMap::new();
        for kept in &self.all {
            *of_token.entry(kept.token).or_default() += size(kept);
        }
        let before_newest = self.all.len().saturating_sub(1);
        // Of equals the last is taken.
        let newest_first = self.all.iter().take(before_newest).enumerate().rev();
        let at = newest_first.max_by_key(|(_, kept)| of_token.get(&kept.token).copied()).map_or(0, |(at, _)| at);
        self.all.remove(at);
        self.dropped += 1;
    }

    /// Keeps none of them: who was in one may have been deleted.
    pub(super) fn forget(&mut self) {
        self.all.clear();
    }

    /// The picture of that name, while it is kept and all on it are there.
    pub(super) fn get(&self, id: &str, is_there: impl Fn(&PersonId) -> bool) -> Option<PictureBytes> {
        let kept = self.all.iter().find(|kept| kept.id == id)?;
        kept.people.iter().all(is_there).then(|| Arc::clone(&kept.picture))
    }

    pub(super) fn usage(&self) -> Usage {
        Usage { of: "kept_pictures", used: Some(self.all.len()), most: MAX_KEPT, hits: self.dropped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(kept: &mut KeptPictures, token: i64, bytes: usize) -> String {
        let path = kept.keep(vec![0; bytes].into(), token, Vec::new()).expect("kept");
        path.trim_start_matches("/v1/recognitions/").trim_end_matches(".jpg").to_owned()
    }

    fn is_kept(kept: &KeptPictures, id: &str) -> bool {
        kept.get(id, |_| true).is_some()
    }

    #[test]
    fn kept_pictures_are_bounded_and_the_oldest_goes_first() {
        let mut kept = KeptPictures::default();
        let ids: Vec<_> = (0..=MAX_KEPT).map(|_| keep(&mut kept, 1, 10)).collect();
        assert!(!is_kept(&kept, &ids[0]));
        assert!(ids[1..].iter().all(|id| is_kept(&kept, id)));
    }

    #[test]
    fn whoever_asks_without_end_pushes_out_no_picture_of_another_token() {
        let mut kept = KeptPictures::default();
        let home = [keep(&mut kept, 1, 10), keep(&mut kept, 1, 8 << 20)];
        for bytes in [10, 4 << 20] {
            for _ in 0..50 {
                let newest = keep(&mut kept, 2, bytes);
                assert!(is_kept(&kept, &newest));
            }
        }
        assert!(home.iter().all(|id| is_kept(&kept, id)));
    }

    #[test]
    fn a_picture_that_leaves_room_for_no_other_is_kept_alone() {
        let mut kept = KeptPictures::default();
        let (other, large) = (keep(&mut kept, 1, 10 << 20), keep(&mut kept, 2, 30 << 20));
        assert!(!is_kept(&kept, &other) && is_kept(&kept, &large));
    }

    #[test]
    fn a_picture_is_shown_only_while_everybody_it_names_is_there() {
        let mut kept = KeptPictures::default();
        let people = ["alice", "bob"].map(|id| PersonId(id.to_owned())).to_vec();
        let path = kept.keep(vec![0; 10].into(), 1, people).expect("kept");
        let id = path.trim_start_matches("/v1/recognitions/").trim_end_matches(".jpg");
        assert!(is_kept(&kept, id));
        assert!(kept.get(id, |person| person.0 != "alice").is_none());
    }
}
