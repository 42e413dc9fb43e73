//! Which way up a camera's pictures are: found out rarely and cheaply, until a face settles it. The home keeps it for each
//! camera, workers look; knows only what was looked for and found. Times are the steady clock's.

use jiff::{SignedDuration, Timestamp};

use crate::vision::Rotation;

/// How a camera's pictures are turned, and whether to look if they have to be.
pub(crate) struct WayUp {
    pub(crate) rotate: Rotation,
    pub(crate) due_with_faces: bool,
    pub(crate) due_without: bool,
}

/// An empty picture is searched for turned faces this often at most; after one with a turned face the next one is, too.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(20);
/// After an upright face nobody looks again for this long; cameras are seldom mounted anew.
const UPRIGHT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// A turn is believed from so many pictures on: people lie down, too.
const BELIEVED_FROM: u32 = 3;

/// What is known of a camera.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CameraUpright {
    settled_at: Option<Timestamp>,
    looked_at: Option<Timestamp>,
    suspected: Rotation,
    /// Pictures in a row that suggested it.
    pictures: u32,
}

impl CameraUpright {
    /// Whether to look at a picture: at every one with faces until it is settled, at empty ones now and then.
    pub(crate) fn is_due(&self, has_faces: bool, now: Timestamp) -> bool {
        let settled = self.settled_at.is_some_and(|at| now.duration_since(at) < UPRIGHT_FOR);
        let rested = self.looked_at.is_none_or(|at| now.duration_since(at) >= LOOK_EVERY);
        !settled && (has_faces || rested)
    }

    /// Takes up what a look at a picture suggested.
    pub(crate) fn looked(&mut self, has_faces: bool, suspected: Option<Rotation>, now: Timestamp) {
        self.looked_at = Some(now);
        match suspected {
            Some(rotation) if rotation == self.suspected => self.pictures += 1,
            Some(rotation) => (self.suspected, self.pictures) = (rotation, 1),
            None if has_faces => *self = Self { settled_at: Some(now), ..Self::default() },
            // Nobody there, either way up.
            None => return,
        }
        if suspected.is_some() && self.suggested().is_none() {
            self.looked_at = None;
        }
    }

    /// By how much the pictures seem to be turned.
    pub(crate) fn suggested(&self) -> Option<Rotation> {
        (self.pictures >= BELIEVED_FROM).then_some(self.suspected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_suggested_after_several_pictures_and_forgotten_after_an_upright_face() {
        let (start, mut camera) = (Timestamp::UNIX_EPOCH, CameraUpright::default());
        for n in 0..i32::try_from(BELIEVED_FROM).expect("small") {
            assert_eq!(camera.suggested(), None);
            let now = start + LOOK_EVERY * n;
            assert!(camera.is_due(false, now));
            camera.looked(false, None, now);
            assert!(!camera.is_due(false, now + LOOK_EVERY / 2) && camera.is_due(true, now));
            camera.looked(false, Some(Rotation::Right), now);
            assert_eq!(camera.is_due(false, now), camera.suggested().is_none());
        }
        assert_eq!(camera.suggested(), Some(Rotation::Right));
        let now = start + LOOK_EVERY * 9;
        camera.looked(true, None, now);
        assert_eq!(camera.suggested(), None);
        assert!(!camera.is_due(true, now) && camera.is_due(true, now + UPRIGHT_FOR));
    }
}
