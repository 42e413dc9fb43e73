//! The cameras that clients have told about or pushed pictures of: known by id, and bounded in number.
//! What a subscriber is told at first has all of them in one message. Asked by `handlers`; must not know settings or pictures.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::protocol::{ErrorCode, Role, WireError};
use crate::engine::CameraId;

pub(super) const MAX_CAMERAS: usize = 1_000;
/// Cameras of one client, and those beyond which only an admin brings more.
pub(super) const MAX_CAMERAS_OF_CLIENT: usize = 500;
/// Cameras of all clients of one token that may only push: others that push have theirs beside them.
const MAX_CAMERAS_OF_PUSHING: usize = 100;

/// The cameras of all clients, `client_id/camera` each, with their tokens' ids; those of the configuration have no slash and do
/// not count.
#[derive(Debug)]
pub(super) struct KnownCameras(BTreeMap<String, i64>);

impl KnownCameras {
    /// Those of the runs before.
    pub(super) fn new(cameras: impl Iterator<Item = CameraId>, owners: &HashMap<String, i64>) -> Self {
        let mut known = Self(cameras.map(|id| (id.0, 0)).filter(|(id, _)| id.contains('/')).collect());
        known.belong_to(owners);
        known
    }

    /// Whose the clients are: what belonged to a token that was removed makes room.
    pub(super) fn belong_to(&mut self, owners: &HashMap<String, i64>) {
        self.0.retain(|id, token| {
            let owner = id.split_once('/').and_then(|(client, _)| owners.get(client));
            owner.inspect(|owner| *token = **owner).is_some()
        });
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes in cameras of a client, all of them or none.
    pub(super) fn admit(
        &mut self,
        client: &str,
        token: i64,
        role: Role,
        cameras: &[CameraId],
    ) -> Result<(), WireError> {
        let known = &mut self.0;
        let new: BTreeSet<&str> =
            cameras.iter().map(|id| id.0.as_str()).filter(|id| !known.contains_key(*id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let refuse = |words: String| Err(WireError::new(ErrorCode::InvalidRequest, words));
        let prefix = format!("{client}/");
        let own = known.range(prefix.clone()..).take_while(|(id, _)| id.starts_with(&prefix)).count();
        if own + new.len() > MAX_CAMERAS_OF_CLIENT {
            return refuse(format!("camera: a client has at most {MAX_CAMERAS_OF_CLIENT} cameras, this one has {own}"));
        }
        let of_token = known.values().filter(|of| **of == token).count();
        if role != Role::Admin && of_token + new.len() > MAX_CAMERAS_OF_PUSHING {
            let words =
                format!("camera: a push token has at most {MAX_CAMERAS_OF_PUSHING} cameras, this one has {of_token}");
            return refuse(words);
        }
        let most = if role == Role::Admin { MAX_CAMERAS } else { MAX_CAMERAS_OF_CLIENT };
        if known.len() + new.len() > most {
            let words = format!("camera: the clients of this server have {} cameras, and may have {most}", known.len());
            return refuse(words);
        }
        known.extend(new.into_iter().map(|id| (id.to_owned(), token)));
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
        KnownCameras::new(std::iter::empty(), &HashMap::new())
    }

    #[test]
    fn a_client_has_only_so_many_cameras_and_keeps_those_it_has() {
        let mut known = nothing();
        known.admit("a", 1, Role::Admin, &ids("a", 0..MAX_CAMERAS_OF_CLIENT)).expect("fit");
        known.admit("a", 1, Role::Admin, &ids("a", 0..MAX_CAMERAS_OF_CLIENT)).expect("are known");
        let more = ids("a", 0..MAX_CAMERAS_OF_CLIENT + 1);
        let refused = known.admit("a", 1, Role::Admin, &more).expect_err("one too many");
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
        known.admit("a-b", 1, Role::Admin, &ids("a-b", 0..1)).expect("another client's");
    }

    #[test]
    fn who_only_pushes_leaves_room_for_others_whatever_it_calls_itself() {
        let mut known = nothing();
        for client in ["a", "b"] {
            known.admit(client, 1, Role::Push, &ids(client, 0..MAX_CAMERAS_OF_PUSHING / 2)).expect("fit");
        }
        known.admit("c", 1, Role::Push, &ids("c", 0..1)).expect_err("too many of this token");
        for token in 2..6 {
            let client = token.to_string();
            known.admit(&client, token, Role::Push, &ids(&client, 0..MAX_CAMERAS_OF_PUSHING)).expect("another token's");
        }
        known.admit("c", 7, Role::Push, &ids("c", 0..1)).expect_err("too many of all that push");
        known.admit("home", 8, Role::Admin, &ids("home", 0..MAX_CAMERAS_OF_CLIENT)).expect("room for an admin's");
        known.admit("other", 8, Role::Admin, &ids("other", 0..1)).expect_err("too many at all");
    }

    #[test]
    fn cameras_of_a_token_that_is_gone_make_room_and_those_of_the_configuration_do_not_count() {
        let owners = HashMap::from([("a".to_owned(), 1)]);
        let configured = (0..MAX_CAMERAS).map(|n| CameraId(n.to_string()));
        let gone = ids("gone", 0..MAX_CAMERAS);
        let own = ids("a", 0..MAX_CAMERAS_OF_PUSHING);
        let mut known = KnownCameras::new(configured.chain(gone).chain(own), &owners);
        known.admit("b", 2, Role::Push, &ids("b", 0..1)).expect("fits");
        known.admit("a", 1, Role::Push, &ids("a", 100..101)).expect_err("the token's are counted");
        known.belong_to(&HashMap::from([("b".to_owned(), 2)]));
        known.admit("a", 3, Role::Push, &ids("a", 0..MAX_CAMERAS_OF_PUSHING)).expect("the token before is gone");
    }
}
