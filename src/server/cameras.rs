//! The cameras that clients have told about or pushed pictures of: known by id, and bounded in number.
//!
//! What a subscriber is told at first has all of them in one message. Asked by `handlers`; must not know settings or pictures.

use std::collections::BTreeSet;

use super::protocol::{ErrorCode, Role, WireError};
use crate::engine::CameraId;

pub(super) const MAX_CAMERAS: usize = 1_000;
/// Cameras of one client, and those beyond which only an admin brings more.
pub(super) const MAX_CAMERAS_OF_CLIENT: usize = 500;

/// The cameras of all clients, `client_id/camera` each; those of the configuration have no slash and do not count.
#[derive(Debug)]
pub(super) struct KnownCameras(BTreeSet<String>);

impl KnownCameras {
    /// Those of the runs before.
    pub(super) fn new(cameras: impl Iterator<Item = CameraId>) -> Self {
        Self(cameras.map(|id| id.0).filter(|id| id.contains('/')).collect())
    }

    /// Takes in cameras of a client, all of them or none.
    pub(super) fn admit(&mut self, client: &str, role: Role, cameras: &[CameraId]) -> Result<(), WireError> {
        let known = &mut self.0;
        let new: BTreeSet<&str> = cameras.iter().map(|id| id.0.as_str()).filter(|id| !known.contains(*id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let refuse = |words: String| Err(WireError::new(ErrorCode::InvalidRequest, words));
        let prefix = format!("{client}/");
        let own = known.range(prefix.clone()..).take_while(|id| id.starts_with(&prefix)).count();
        if own + new.len() > MAX_CAMERAS_OF_CLIENT {
            return refuse(format!("camera: a client has at most {MAX_CAMERAS_OF_CLIENT} cameras, this one has {own}"));
        }
        let most = if role == Role::Admin { MAX_CAMERAS } else { MAX_CAMERAS_OF_CLIENT };
        if known.len() + new.len() > most {
            let words = format!("camera: the clients of this server have {} cameras, and may have {most}", known.len());
            return refuse(words);
        }
        known.extend(new.into_iter().map(str::to_owned));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(client: &str, numbers: std::ops::Range<usize>) -> Vec<CameraId> {
        numbers.map(|n| CameraId(format!("{client}/{n}"))).collect()
    }

    fn nothing() -> KnownCameras {
        KnownCameras::new(std::iter::empty())
    }

    #[test]
    fn a_client_has_only_so_many_cameras_and_keeps_those_it_has() {
        let mut known = nothing();
        known.admit("a", Role::Admin, &ids("a", 0..MAX_CAMERAS_OF_CLIENT)).expect("fit");
        known.admit("a", Role::Admin, &ids("a", 0..MAX_CAMERAS_OF_CLIENT)).expect("are known");
        let refused = known.admit("a", Role::Admin, &ids("a", 0..MAX_CAMERAS_OF_CLIENT + 1)).expect_err("one too many");
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
        known.admit("a-b", Role::Admin, &ids("a-b", 0..1)).expect("another client's");
    }

    #[test]
    fn who_only_pushes_leaves_room_for_an_admins_cameras() {
        let mut known = nothing();
        for client in ["a", "b"] {
            let half = ids(client, 0..MAX_CAMERAS_OF_CLIENT / 2);
            known.admit(client, Role::Push, &half).expect("fit");
        }
        known.admit("c", Role::Push, &ids("c", 0..1)).expect_err("too many");
        known.admit("home", Role::Admin, &ids("home", 0..MAX_CAMERAS_OF_CLIENT)).expect("room for an admin's");
        known.admit("other", Role::Admin, &ids("other", 0..1)).expect_err("too many at all");
    }

    #[test]
    fn cameras_of_the_configuration_do_not_count() {
        let configured = (0..MAX_CAMERAS).map(|n| CameraId(n.to_string()));
        KnownCameras::new(configured).admit("a", Role::Admin, &ids("a", 0..1)).expect("fits");
    }
}
