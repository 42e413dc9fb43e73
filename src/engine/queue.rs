//! Pictures that wait for a worker: bounded, fair, the newest of a camera wins.
//!
//! Every camera is a lane that holds one picture; questions (asks and enrolments) share a lane, learning has one.
//! Workers take from the lanes in turn, so neither a flood of questions nor of one camera's pictures starves another
//! lane; nor do the cameras of one client, of which only a few stand in turn at once. When full: a camera's newer picture takes the waiting one's place (handed back as superseded); a question is
//! handed back as [`Full`]; learning waits in its lane without a picture in memory and is not bounded here.

use std::collections::{HashMap, VecDeque};

use parking_lot::{Condvar, Mutex};

use super::types::Usage;
use crate::presence::CameraId;

/// So many cameras of one client stand in turn at once, its others behind them.
const MOST_IN_TURN: usize = 4;

pub(super) trait Waiting {
    /// Bytes it holds while it waits.
    fn bytes(&self) -> usize;
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes over all lanes.
    pub bytes: usize,
    pub asks: usize,
}

/// The queue was full; the job comes back.
pub(super) struct Full<J>(pub J);

pub(super) struct Queue<J> {
    bounds: Bounds,
    inner: Mutex<Inner<J>>,
    work: Condvar,
}

#[derive(Clone, PartialEq, Eq)]
enum Lane {
    Camera(CameraId),
    Asks,
    Learning,
}

struct Inner<J> {
    /// Lanes with something waiting, next first.
    turns: VecDeque<Lane>,
    /// Cameras behind those of their client that stand in turn.
    behind: HashMap<String, VecDeque<CameraId>>,
    cameras: HashMap<CameraId, J>,
    asks: VecDeque<J>,
    learning: VecDeque<J>,
    bytes: usize,
    closed: bool,
    /// Jobs handed back because of the bytes, and because of the number of questions.
    full_of_bytes: u64,
    full_of_asks: u64,
}

impl<J: Waiting> Queue<J> {
    pub(super) fn new(bounds: Bounds) -> Self {
        let inner = Inner {
            turns: VecDeque::new(),
            behind: HashMap::new(),
            cameras: HashMap::new(),
            asks: VecDeque::new(),
            learning: VecDeque::new(),
            bytes: 0,
            closed: false,
            full_of_bytes: 0,
            full_of_asks: 0,
        };
        Self { bounds, inner: Mutex::new(inner), work: Condvar::new() }
    }

    /// A camera's newest picture. Returns the one it replaces, which keeps its camera's turn.
    pub(super) fn push_camera(&self, camera: CameraId, job: J) -> Result<Option<J>, Full<J>> {
        let mut q = self.inner.lock();
        let replaced_bytes = q.cameras.get(&camera).map_or(0, Waiting::bytes);
        if q.closed {
            return Err(Full(job));
        }
        if q.bytes - replaced_bytes + job.bytes() > self.bounds.bytes {
            q.full_of_bytes += 1;
            return Err(Full(job));
        }
        q.bytes = q.bytes - replaced_bytes + job.bytes();
        let replaced = q.cameras.insert(camera.clone(), job);
        if replaced.is_none() {
            q.line_up(camera);
            self.work.notify_one();
        }
        Ok(replaced)
    }

    /// A question; refused when too many or too large ones wait.
    pub(super) fn push_ask(&self, job: J) -> Result<(), Full<J>> {
        let mut q = self.inner.lock();
        if q.closed {
            return Err(Full(job));
        }
        if q.asks.len() >= self.bounds.asks {
            q.full_of_asks += 1;
            return Err(Full(job));
        }
        if q.bytes + job.bytes() > self.bounds.bytes {
            q.full_of_bytes += 1;
            return Err(Full(job));
        }
        q.bytes += job.bytes();
        q.asks.push_back(job);
        q.take_turn(Lane::Asks);
        self.work.notify_one();
        Ok(())
    }

    pub(super) fn push_learning(&self, job: J) -> Result<(), Full<J>> {
        let mut q = self.inner.lock();
        if q.closed {
            return Err(Full(job));
        }
        q.bytes += job.bytes();
        q.learning.push_back(job);
        q.take_turn(Lane::Learning);
        self.work.notify_one();
        Ok(())
    }

    /// The next job in turn; waits for one. `None` once closed.
    pub(super) fn pop(&self) -> Option<J> {
        let mut q = self.inner.lock();
        loop {
            if q.closed {
                return None;
            }
            if let Some(job) = q.next() {
                q.bytes -= job.bytes();
                return Some(job);
            }
            self.work.wait(&mut q);
        }
    }

    /// Lets nothing more in or out; returns what was waiting.
    pub(super) fn close(&self) -> Vec<J> {
        let mut q = self.inner.lock();
        q.closed = true;
        q.turns.clear();
        q.behind.clear();
        q.bytes = 0;
        let mut left: Vec<J> = q.cameras.drain().map(|(_, job)| job).collect();
        left.extend(q.asks.drain(..));
        left.extend(q.learning.drain(..));
        self.work.notify_all();
        left
    }

    /// Pictures (not files to learn) and bytes that wait now.
    pub(super) fn waiting(&self) -> (usize, usize) {
        let q = self.inner.lock();
        (q.cameras.len() + q.asks.len(), q.bytes)
    }

    pub(super) fn usage(&self) -> [Usage; 2] {
        let (q, bounds) = (self.inner.lock(), self.bounds);
        [
            Usage { of: "waiting_bytes", used: Some(q.bytes), most: bounds.bytes, hits: q.full_of_bytes },
            Usage { of: "waiting_questions", used: Some(q.asks.len()), most: bounds.asks, hits: q.full_of_asks },
        ]
    }
}

impl<J> Inner<J> {
    fn line_up(&mut self, camera: CameraId) {
        let client = client_of(&camera);
        let of_client = |lane: &&Lane| matches!(lane, Lane::Camera(other) if client_of(other) == client);
        if self.turns.iter().filter(of_client).count() < MOST_IN_TURN {
            self.turns.push_back(Lane::Camera(camera));
        } else {
            self.behind.entry(client.to_owned()).or_default().push_back(camera);
        }
    }

    /// One of a client's cameras has had its turn.
    fn move_up(&mut self, client: &str) {
        let Some(behind) = self.behind.get_mut(client) else { return };
        self.turns.extend(behind.pop_front().map(Lane::Camera));
        if behind.is_empty() {
            self.behind.remove(client);
        }
    }

    fn take_turn(&mut self, lane: Lane) {
        if !self.turns.contains(&lane) {
            self.turns.push_back(lane);
        }
    }

    fn next(&mut self) -> Option<J> {
        let lane = self.turns.pop_front()?;
        let (job, more) = match &lane {
            Lane::Camera(camera) => {
                self.move_up(client_of(camera));
                (self.cameras.remove(camera), false)
            }
            Lane::Asks => (self.asks.pop_front(), !self.asks.is_empty()),
            Lane::Learning => (self.learning.pop_front(), !self.learning.is_empty()),
        };
        if more {
            self.turns.push_back(lane);
        }
        job
    }
}

/// Clients' cameras are named `client_id/camera`; each of the configuration stands for itself.
fn client_of(camera: &CameraId) -> &str {
    camera.0.split_once('/').map_or(camera.0.as_str(), |(client, _)| client)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Waiting for (&'static str, usize) {
        fn bytes(&self) -> usize {
            self.1
        }
    }

    fn cam(name: &str) -> CameraId {
        CameraId(name.into())
    }

    fn queue() -> Queue<(&'static str, usize)> {
        Queue::new(Bounds { bytes: 10, asks: 2 })
    }

    #[test]
    fn a_newer_picture_replaces_the_waiting_one_and_keeps_its_turn() {
        let q = queue();
        assert!(matches!(q.push_camera(cam("a"), ("a1", 1)), Ok(None)));
        assert!(matches!(q.push_camera(cam("b"), ("b1", 1)), Ok(None)));
        assert!(matches!(q.push_camera(cam("a"), ("a2", 1)), Ok(Some(("a1", 1)))));
        assert_eq!((q.pop(), q.pop()), (Some(("a2", 1)), Some(("b1", 1))));
    }

    #[test]
    fn a_flood_of_questions_delays_a_camera_by_one_job() {
        let q = queue();
        assert!(q.push_ask(("q1", 1)).is_ok());
        assert!(q.push_ask(("q2", 1)).is_ok());
        assert!(q.push_learning(("l1", 0)).is_ok());
        assert!(q.push_camera(cam("a"), ("a1", 1)).is_ok());
        let order: Vec<_> = (0..4).filter_map(|_| q.pop()).map(|j| j.0).collect();
        assert_eq!(order, ["q1", "l1", "a1", "q2"]);
    }

    #[test]
    fn the_many_cameras_of_one_client_hold_up_anothers_by_a_few_pictures() {
        let q = Queue::new(Bounds { bytes: 100, asks: 2 });
        for n in 0..40 {
            assert!(q.push_camera(CameraId(format!("many/{n}")), ("many", 1)).is_ok());
        }
        assert!(q.push_camera(cam("home/door"), ("door", 1)).is_ok());
        let order: Vec<_> = (0..41).filter_map(|_| q.pop()).map(|job| job.0).collect();
        assert_eq!(order.iter().position(|who| *who == "door"), Some(MOST_IN_TURN));
        assert_eq!((order.len(), q.waiting()), (41, (0, 0)), "all of them have their turn");
        assert!(q.inner.lock().behind.is_empty());
    }

    #[test]
    fn a_third_question_is_handed_back_and_so_are_too_many_bytes() {
        let q = queue();
        assert!(q.push_ask(("q1", 4)).is_ok());
        assert!(matches!(q.push_ask(("large", 7)), Err(Full(("large", 7)))));
        assert!(matches!(q.push_camera(cam("a"), ("large", 7)), Err(Full(_))));
        assert!(q.push_ask(("q2", 4)).is_ok());
        assert!(matches!(q.push_ask(("q3", 1)), Err(Full(_))));
        q.pop();
        assert_eq!(q.waiting(), (1, 4));
        assert!(q.push_camera(cam("a"), ("fits", 6)).is_ok());
    }

    #[test]
    fn closing_hands_back_what_waits_and_ends_the_workers() {
        let q = queue();
        assert!(q.push_ask(("q1", 1)).is_ok());
        assert_eq!(q.close(), [("q1", 1)]);
        assert_eq!(q.pop(), None);
        assert!(q.push_ask(("q2", 1)).is_err());
    }
}
