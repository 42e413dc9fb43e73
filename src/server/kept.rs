//! Annotated pictures of the latest asks, under names that cannot be guessed: bounded, the oldest goes first.
//! Kept by `handlers` for their clients to get by `http`.

use std::collections::VecDeque;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::engine::PictureBytes;

/// So many are kept, of so many bytes together.
const MAX_KEPT: usize = 16;
const MAX_KEPT_BYTES: usize = 32 * 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct KeptPictures(VecDeque<(String, PictureBytes)>);

impl KeptPictures {
    /// Keeps a picture for a while, and says at which path.
    pub(super) fn keep(&mut self, picture: PictureBytes) -> Result<String, getrandom::Error> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random)?;
        let id = URL_SAFE_NO_PAD.encode(random);
        let path = format!("/v1/recognitions/{id}.jpg");
        self.0.push_back((id, picture));
        while self.0.len() > MAX_KEPT || self.0.iter().map(|(_, p)| p.len()).sum::<usize>() > MAX_KEPT_BYTES {
            self.0.pop_front();
        }
        Ok(path)
    }

    /// Keeps none of them: who was in one may have been deleted.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// The picture of that name, while it is kept.
    pub(super) fn get(&self, id: &str) -> Option<PictureBytes> {
        self.0.iter().find(|(of, _)| of == id).map(|(_, picture)| Arc::clone(picture))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_pictures_are_bounded_and_the_oldest_goes_first() {
        let mut kept = KeptPictures::default();
        let paths: Vec<_> = (0..=MAX_KEPT).map(|_| kept.keep(Arc::from([0_u8; 10])).expect("kept")).collect();
        let id = |path: &str| path.trim_start_matches("/v1/recognitions/").trim_end_matches(".jpg").to_owned();
        assert!(kept.get(&id(&paths[0])).is_none());
        assert!(paths[1..].iter().all(|path| kept.get(&id(path)).is_some()));
    }
}
