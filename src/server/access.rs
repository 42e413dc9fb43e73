//! Who may come in: a given token that never shows itself, the roles, bounded crowds of connections, and wrong tokens
//! that are answered ever more slowly.
//! Called by `entrance`, `session` and `http`. The tokens themselves (SHA-256 of 256 random bits) are `store`'s.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::engine::Usage;

/// Connections of all kinds at once, and of one address.
pub const CONNECTIONS: [usize; 2] = [256, 128];
/// Clients that have logged in at once.
pub const CLIENTS: [usize; 2] = [64, 64];
/// Connections that have not logged in (or are being answered slowly), over all addresses and of one.
pub const STRANGERS: [usize; 2] = [32, 8];
/// The answer to the first wrong token takes this long, to each further one twice as long.
const FIRST_DELAY: Duration = Duration::from_millis(250);
/// The slowest answer to a wrong token.
const LONGEST_DELAY: Duration = Duration::from_secs(4);
/// Failures of an address are forgotten after this time without another.
const FORGET_FAILURES_AFTER: Duration = Duration::from_secs(300);
/// Addresses remembered for their failures; beyond it, new addresses share one entry.
const MAX_ADDRESSES: usize = 1024;

/// What somebody gave as a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn given(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret, for the one comparison.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Connections by their addresses, bounded. Where one more comes than fit, one makes room: the oldest of those that have shown no
/// token, of the address that has most of them; then the oldest of the token that has most. Who only stands about keeps nobody out,
/// and no more does who has a token.
#[derive(Clone, Debug)]
pub struct Crowd(Arc<Mutex<Standing>>);

#[derive(Debug)]
struct Standing {
    most: usize,
    most_of_address: usize,
    next: u64,
    /// How often somebody had to make room, or none could.
    full: u64,
    /// In the order of their coming.
    all: BTreeMap<u64, Stander>,
}

#[derive(Debug)]
struct Stander {
    network: IpAddr,
    lost: CancellationToken,
    shown: Shown,
}

/// What a connection has shown of who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Nothing,
    Token(i64),
    /// It is counted elsewhere, and makes no room here.
    Enough,
}

/// Where a connection comes from, and its place among all.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    pub(super) peer: IpAddr,
    pub(super) place: Arc<Foothold>,
}

/// A place among a [`Crowd`]; free again when dropped.
#[derive(Debug)]
pub struct Foothold {
    id: u64,
    lost: CancellationToken,
    crowd: Crowd,
}

impl Crowd {
    /// For so many connections, and of one address.
    pub fn new([most, most_of_address]: [usize; 2]) -> Self {
        Self(Arc::new(Mutex::new(Standing { most, most_of_address, next: 0, full: 0, all: BTreeMap::new() })))
    }

    /// A place for one more, perhaps that of another. `None` where nobody can make room.
    pub fn admit(&self, address: IpAddr) -> Option<Foothold> {
        let network = network_of(address);
        let mut standing = self.0.lock();
        if standing.count(network) >= standing.most_of_address {
            standing.full += 1;
            standing.make_room(|stander| stander.network == network)?;
        } else if standing.all.len() >= standing.most {
            standing.full += 1;
            standing.make_room(|_| true)?;
        }
        let (id, lost) = (standing.next, CancellationToken::new());
        standing.next += 1;
        standing.all.insert(id, Stander { network, lost: lost.clone(), shown: Shown::Nothing });
        Some(Foothold { id, lost, crowd: self.clone() })
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().all.len()
    }

    pub(super) fn usage(&self, of: &'static str) -> Usage {
        let standing = self.0.lock();
        Usage { of, used: Some(standing.all.len()), most: standing.most, hits: standing.full }
    }
}

impl Standing {
    fn count(&self, network: IpAddr) -> usize {
        self.all.values().filter(|stander| stander.network == network).count()
    }

    fn make_room(&mut self, among: impl Fn(&Stander) -> bool) -> Option<()> {
        let all = || self.all.iter().filter(|(_, stander)| among(stander));
        let strangers = all().filter(|(_, stander)| stander.shown == Shown::Nothing);
        let oldest = oldest_of_most(strangers.map(|(id, stander)| (*id, stander.network))).or_else(|| {
            oldest_of_most(all().filter_map(|(id, stander)| match stander.shown {
                Shown::Token(token) => Some((*id, token)),
                Shown::Nothing | Shown::Enough => None,
            }))
        })?;
        self.all.remove(&oldest)?.lost.cancel();
        Some(())
    }
}

/// The first of those who are the most alike.
fn oldest_of_most<K: Copy + Ord>(standers: impl Iterator<Item = (u64, K)>) -> Option<u64> {
    let mut alike: BTreeMap<K, (usize, u64)> = BTreeMap::new();
    for (id, of) in standers {
        alike.entry(of).or_insert((0, id)).0 += 1;
    }
    alike.into_values().max_by_key(|(count, _)| *count).map(|(_, oldest)| oldest)
}

impl Foothold {
    /// Waits until a newcomer has taken the place, or it was given up.
    pub async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Whoever stands here has to go.
    pub fn give_up(&self) {
        self.lost.cancel();
    }

    /// It has shown this token: those that have shown nothing make room first.
    pub fn show(&self, token: i64) {
        self.set(Shown::Token(token));
    }

    /// From now on nobody takes it.
    pub fn stay(&self) {
        self.set(Shown::Enough);
    }

    fn set(&self, shown: Shown) {
        if let Some(stander) = self.crowd.0.lock().all.get_mut(&self.id) {
            stander.shown = shown;
        }
    }
}

impl Drop for Foothold {
    fn drop(&mut self) {
        self.crowd.0.lock().all.remove(&self.id);
    }
}

/// Addresses that gave wrong tokens. Bounded.
#[derive(Debug, Default)]
pub struct Failures {
    addresses: HashMap<IpAddr, Failed>,
    /// Wrong tokens since the start.
    all: u64,
}

#[derive(Clone, Copy, Debug)]
struct Failed {
    count: u32,
    last: Instant,
}

impl Failures {
    /// Notes a wrong token and says how long to wait before saying so.
    pub fn failed(&mut self, address: IpAddr, now: Instant) -> Duration {
        self.all += 1;
        let is_fresh = |f: &Failed| now.duration_since(f.last) <= FORGET_FAILURES_AFTER;
        let mut key = network_of(address);
        if self.addresses.len() >= MAX_ADDRESSES && !self.addresses.contains_key(&key) {
            self.addresses.retain(|_, f| is_fresh(f));
            if self.addresses.len() >= MAX_ADDRESSES {
                key = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
            }
        }
        let before = self.addresses.get(&key).filter(|f| is_fresh(f)).map_or(0, |f| f.count);
        self.addresses.insert(key, Failed { count: before.saturating_add(1), last: now });
        (FIRST_DELAY * 2_u32.pow(before.min(16))).min(LONGEST_DELAY)
    }

    pub(super) fn usage(&self) -> Usage {
        Usage { of: "wrong_tokens", used: Some(self.addresses.len()), most: MAX_ADDRESSES, hits: self.all }
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
        assert_eq!(format!("{:?}", Secret::given("hush")), "Secret(…)");
    }

    #[test]
    fn wrong_tokens_are_answered_ever_more_slowly_until_a_quiet_time() {
        let mut door = Failures::default();
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

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn is_lost(place: &Foothold) -> bool {
        place.lost.is_cancelled()
    }

    #[test]
    fn a_newcomer_takes_the_place_of_the_oldest_of_its_address() {
        let crowd = Crowd::new([10, 2]);
        let places: Vec<_> = (0..3).map(|_| crowd.admit(address(1)).expect("a place")).collect();
        assert_eq!(places.iter().map(is_lost).collect::<Vec<_>>(), [true, false, false]);
        assert!(!is_lost(&crowd.admit(address(2)).expect("a place")));
    }

    #[test]
    fn where_all_places_are_taken_the_address_with_most_makes_room() {
        let crowd = Crowd::new([3, 3]);
        let many: Vec<_> = (0..2).map(|_| crowd.admit(address(1)).expect("a place")).collect();
        let few = crowd.admit(address(2)).expect("a place");
        let newcomer = crowd.admit(address(3)).expect("a place");
        assert_eq!(
            (is_lost(&many[0]), is_lost(&many[1]), is_lost(&few), is_lost(&newcomer)),
            (true, false, false, false)
        );
    }

    #[test]
    fn who_has_shown_a_token_goes_after_those_that_have_not() {
        let crowd = Crowd::new([2, 2]);
        let known = crowd.admit(address(1)).expect("a place");
        known.show(1);
        let other = crowd.admit(address(1)).expect("a place");
        let newcomer = crowd.admit(address(1)).expect("a place");
        assert!(!is_lost(&known) && is_lost(&other));
        newcomer.stay();
        known.stay();
        assert!(crowd.admit(address(1)).is_none(), "nobody can make room");
        drop(known);
        assert!(crowd.admit(address(1)).is_some());
    }

    #[test]
    fn the_token_with_most_connections_makes_room_where_all_have_shown_one() {
        for crowd in [Crowd::new([4, 4]), Crowd::new([9, 4])] {
            let of = |token| {
                let place = crowd.admit(address(1)).expect("a place");
                place.show(token);
                place
            };
            let (home, many) = (of(7), [of(8), of(8), of(8)]);
            let newcomer = of(9);
            assert_eq!(many.each_ref().map(is_lost), [true, false, false]);
            assert!(!is_lost(&home) && !is_lost(&newcomer));
        }
    }

    #[test]
    fn a_place_that_was_lost_is_not_given_back_twice() {
        let crowd = Crowd::new([1, 1]);
        let first = crowd.admit(address(1)).expect("a place");
        let second = crowd.admit(address(1)).expect("a place");
        drop(first);
        assert_eq!(crowd.0.lock().all.len(), 1);
        drop(second);
        assert!(crowd.0.lock().all.is_empty());
    }

    #[test]
    fn remembered_addresses_are_bounded() {
        let mut door = Failures::default();
        let now = Instant::now();
        for n in 0..5_000_u32 {
            let _ = door.failed(IpAddr::from((0x0A00_0000 + n).to_be_bytes()), now);
        }
        assert!(door.addresses.len() <= MAX_ADDRESSES + 1);
    }
}
