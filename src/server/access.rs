//! Who may come in: a given token that never shows itself, the roles, and a doorkeeper who bounds strangers and answers
//! wrong tokens ever more slowly.
//!
//! Called by `session` and `http`. The tokens themselves (SHA-256 of 256 random bits) are `store`'s.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::protocol::Role;
use crate::store;

/// Connections that have not logged in, over all addresses.
const MAX_STRANGERS: usize = 32;
/// Connections that have not logged in (or are being answered slowly), an address.
const MAX_STRANGERS_PER_ADDRESS: usize = 8;
/// The answer to the first wrong token takes this long, to each further one twice as long.
const FIRST_DELAY: Duration = Duration::from_millis(250);
/// The slowest answer to a wrong token.
const LONGEST_DELAY: Duration = Duration::from_secs(4);
/// Failures of an address are forgotten after this time without another.
const FORGET_FAILURES_AFTER: Duration = Duration::from_secs(300);
/// Addresses remembered for their failures or strangers; beyond it, new addresses share one entry.
const MAX_ADDRESSES: usize = 1024;

/// What somebody gave as a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// As it was given.
    #[must_use]
    pub fn given(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret, for the one comparison.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl From<store::Role> for Role {
    fn from(role: store::Role) -> Self {
        match role {
            store::Role::Trigger => Self::Trigger,
            store::Role::Push => Self::Push,
            store::Role::Read => Self::Read,
            store::Role::Admin => Self::Admin,
        }
    }
}

/// A role's word on the wire, in the database and on the command line.
#[must_use]
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Trigger => "trigger",
        Role::Push => "push",
        Role::Read => "read",
        Role::Admin => "admin",
    }
}

/// Who stands at the door: connections that have not logged in, and addresses that gave wrong tokens. Bounded.
#[derive(Debug)]
pub struct Doorkeeper {
    strangers: Arc<Semaphore>,
    addresses: Mutex<HashMap<IpAddr, Address>>,
}

#[derive(Debug)]
struct Address {
    strangers: Arc<Semaphore>,
    failures: u32,
    last_failure: Option<Instant>,
}

/// A stranger's place at the door; dropped at login or at the end of the connection.
#[derive(Debug)]
pub struct Place {
    _everybody: OwnedSemaphorePermit,
    _address: OwnedSemaphorePermit,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self { strangers: Arc::new(Semaphore::new(MAX_STRANGERS)), addresses: Mutex::default() }
    }
}

impl Doorkeeper {
    /// A place for a connection that has not logged in, or `None` when there are too many, here or from this address.
    #[must_use]
    pub fn admit(&self, address: IpAddr, now: Instant) -> Option<Place> {
        let of_address = self.with(address, now, |entry| Arc::clone(&entry.strangers));
        let address = of_address.try_acquire_owned().ok()?;
        let everybody = Arc::clone(&self.strangers).try_acquire_owned().ok()?;
        Some(Place { _everybody: everybody, _address: address })
    }

    /// Notes a wrong token and says how long to wait before saying so.
    #[must_use]
    pub fn failed(&self, address: IpAddr, now: Instant) -> Duration {
        self.with(address, now, |entry| {
            entry.failures = entry.failures.saturating_add(1);
            entry.last_failure = Some(now);
            let doublings = (entry.failures - 1).min(16);
            (FIRST_DELAY * 2_u32.pow(doublings)).min(LONGEST_DELAY)
        })
    }

    fn with<R>(&self, address: IpAddr, now: Instant, f: impl FnOnce(&mut Address) -> R) -> R {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let is_stale = |a: &Address| a.last_failure.is_none_or(|at| now.duration_since(at) > FORGET_FAILURES_AFTER);
        if addresses.len() >= MAX_ADDRESSES {
            addresses.retain(|_, a| !is_stale(a) || a.strangers.available_permits() < MAX_STRANGERS_PER_ADDRESS);
        }
        let mut key = network_of(address);
        if addresses.len() >= MAX_ADDRESSES && !addresses.contains_key(&key) {
            key = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        }
        let entry = addresses.entry(key).or_insert_with(|| Address {
            strangers: Arc::new(Semaphore::new(MAX_STRANGERS_PER_ADDRESS)),
            failures: 0,
            last_failure: None,
        });
        if is_stale(entry) {
            entry.failures = 0;
        }
        f(entry)
    }
}

/// An IPv4 address itself; of an IPv6 one the /64, since a single host has all of that.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_printed() {
        assert_eq!(format!("{:?}", Token::given("hush")), "Token(…)");
    }

    #[test]
    fn roles_have_the_same_words_everywhere() {
        for role in [store::Role::Trigger, store::Role::Push, store::Role::Read, store::Role::Admin] {
            let wire = serde_json::to_value(Role::from(role)).expect("is JSON");
            assert_eq!((wire.as_str(), role_name(role.into())), (Some(role.word()), role.word()));
        }
    }

    #[test]
    fn wrong_tokens_are_answered_ever_more_slowly_until_a_quiet_time() {
        let door = Doorkeeper::default();
        let (address, start) = (IpAddr::from([192, 0, 2, 1]), Instant::now());
        assert_eq!(door.failed(address, start), FIRST_DELAY);
        assert_eq!(door.failed(address, start), FIRST_DELAY * 2);
        for _ in 0..100 {
            assert!(door.failed(address, start) <= LONGEST_DELAY);
        }
        assert_eq!(door.failed(address, start), LONGEST_DELAY);
        assert_eq!(door.failed(IpAddr::from([192, 0, 2, 2]), start), FIRST_DELAY);
        assert_eq!(door.failed(address, start + FORGET_FAILURES_AFTER + Duration::from_secs(1)), FIRST_DELAY);
    }

    #[test]
    fn one_address_cannot_take_all_places() {
        let door = Doorkeeper::default();
        let now = Instant::now();
        let (one, two) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let places: Vec<_> = (0..MAX_STRANGERS_PER_ADDRESS).map(|_| door.admit(one, now).expect("a place")).collect();
        assert!(door.admit(one, now).is_none());
        assert!(door.admit(two, now).is_some());
        drop(places);
        assert!(door.admit(one, now).is_some());
    }

    #[test]
    fn many_addresses_cannot_take_more_than_all_places() {
        let door = Doorkeeper::default();
        let now = Instant::now();
        let places: Vec<_> = (0..=255).filter_map(|n| door.admit(IpAddr::from([10, 0, n, 1]), now)).collect();
        assert_eq!(places.len(), MAX_STRANGERS);
    }

    #[test]
    fn remembered_addresses_are_bounded() {
        let door = Doorkeeper::default();
        let now = Instant::now();
        for n in 0..5_000_u32 {
            let _ = door.failed(IpAddr::from((0x0A00_0000 + n).to_be_bytes()), now);
        }
        assert!(door.addresses.lock().expect("unpoisoned").len() <= MAX_ADDRESSES + 1);
    }
}
