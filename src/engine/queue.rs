//! Pictures waiting for a worker, in fair turns.
//!
//! Everybody who asks has a line, and the lines take turns: neither a flood of questions nor the many cameras of one asker
//! starve another. In a line each camera has a lane that holds one picture, and questions (asks and enrolments) share one; these
//! take turns, too. What is learned from the folder has a line of its own. Who has had something waiting for some time, while
//! others ask as well, gets all workers but one. When full, a camera's newer picture takes the waiting one's place (handed back as
//! superseded), and whoever has more than their share of the room makes room for who has less; who would have more is refused
//! ([`Full`]). Learning waits without a picture in memory and is not bounded here.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::types::{Asker, Usage};
use crate::presence::CameraId;

/// Who has had something waiting for this long without a break takes all there is.
const CROWDS_AFTER: Duration = Duration::from_secs(2);
/// Who has asked within this time may ask again at any moment.
const ACTIVE_FOR: Duration = Duration::from_secs(5);

pub(super) trait Waiting {
    /// Bytes it holds while it waits.
    fn bytes(&self) -> usize;
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes over all lines.
    pub bytes: usize,
    pub asks: usize,
    /// Who take from the lines.
    pub workers: usize,
}

/// Nothing more is taken in, or not from this asker.
pub(super) struct Full;

/// Jobs that will not be done, since another was taken in.
pub(super) struct Displaced<J> {
    /// The picture of the same camera before.
    pub superseded: Option<J>,
    /// Others', who had more than their share.
    pub crowded_out: Vec<J>,
}

/// A job whose turn it is. Its worker says when it is [`Queue::done`].
pub(super) struct Turn<J> {
    pub job: J,
    pub asker: Asker,
    /// Its asker takes all there is, beside others.
    pub crowds: bool,
}

pub(super) struct Queue<J> {
    bounds: Bounds,
    inner: Mutex<Inner<J>>,
    work: Condvar,
}

#[derive(PartialEq, Eq)]
enum Lane {
    Camera(CameraId),
    Asks,
}

struct Inner<J> {
    /// Those with something waiting, next first.
    turns: VecDeque<Asker>,
    lines: HashMap<Asker, Line<J>>,
    closed: bool,
    /// How often there were too many bytes, and too many questions.
    full_of_bytes: u64,
    full_of_asks: u64,
}

/// What one asker waits for.
struct Line<J> {
    /// Lanes with what waits in them, next first.
    lanes: VecDeque<(Lane, VecDeque<J>)>,
    bytes: usize,
    /// How many workers are at work for them.
    at_work: usize,
    asked: Instant,
    /// Since when something has waited without a break.
    waits_since: Option<Instant>,
}

impl<J: Waiting> Queue<J> {
    pub(super) fn new(bounds: Bounds) -> Self {
        let inner =
            Inner { turns: VecDeque::new(), lines: HashMap::new(), closed: false, full_of_bytes: 0, full_of_asks: 0 };
        Self { bounds, inner: Mutex::new(inner), work: Condvar::new() }
    }

    /// A camera's newest picture. The one it replaces leaves it its turn.
    pub(super) fn push_camera(&self, asker: Asker, camera: CameraId, job: J) -> Result<Displaced<J>, Full> {
        let (mut q, lane) = (self.open()?, Lane::Camera(camera));
        let crowded_out = q.room_for(self.bounds.bytes, asker, job.bytes(), &lane)?;
        let elsewhere = q.lines.iter().find(|(of, line)| **of != asker && line.place(&lane).is_some());
        let elsewhere = elsewhere.map(|(of, _)| *of);
        let superseded = elsewhere.and_then(|of| q.take(of, |line| line.take(line.place(&lane)?, 0)));
        let superseded = q.line(asker).push(lane, job).or(superseded);
        q.lined_up(asker);
        self.work.notify_one();
        Ok(Displaced { superseded, crowded_out })
    }

    /// A question; refused where its asker would have more than their share.
    pub(super) fn push_ask(&self, asker: Asker, job: J) -> Result<Displaced<J>, Full> {
        let (mut q, most) = (self.open()?, self.bounds.asks);
        if q.asks() >= most {
            q.full_of_asks += 1;
            if q.is_greedy(asker, questions, 1, most) {
                return Err(Full);
            }
        }
        let mut crowded_out = q.room_for(self.bounds.bytes, asker, job.bytes(), &Lane::Asks)?;
        if q.asks() >= most {
            crowded_out.extend(q.displace(questions, Line::take_last_ask));
        }
        q.line(asker).push(Lane::Asks, job);
        q.lined_up(asker);
        self.work.notify_one();
        Ok(Displaced { superseded: None, crowded_out })
    }

    pub(super) fn push_learning(&self, job: J) -> Result<(), Full> {
        let mut q = self.open()?;
        q.line(Asker::Folder).push(Lane::Asks, job);
        q.lined_up(Asker::Folder);
        self.work.notify_one();
        Ok(())
    }

    fn open(&self) -> Result<MutexGuard<'_, Inner<J>>, Full> {
        let q = self.inner.lock();
        if q.closed { Err(Full) } else { Ok(q) }
    }

    /// The next job in turn; waits for one. `None` once closed.
    pub(super) fn pop(&self) -> Option<Turn<J>> {
        let mut q = self.inner.lock();
        loop {
            if q.closed {
                return None;
            }
            if let Some(turn) = q.next(self.bounds.workers) {
                return Some(turn);
            }
            // Who may not take the last worker now may in a moment, when nobody else has asked for long enough.
            self.work.wait_for(&mut q, ACTIVE_FOR);
        }
    }

    /// A worker has ended the job of a turn.
    pub(super) fn done(&self, asker: Asker) {
        if let Some(line) = self.inner.lock().lines.get_mut(&asker) {
            line.at_work = line.at_work.saturating_sub(1);
        }
        self.work.notify_one();
    }

    /// Lets nothing more in or out; returns what was waiting.
    pub(super) fn close(&self) -> Vec<J> {
        let mut q = self.inner.lock();
        q.closed = true;
        q.turns.clear();
        let left = q.lines.drain().flat_map(|(_, line)| line.lanes).flat_map(|(_, jobs)| jobs).collect();
        self.work.notify_all();
        left
    }

    /// Pictures (not files to learn) and bytes that wait now.
    pub(super) fn waiting(&self) -> (usize, usize) {
        let q = self.inner.lock();
        let asked = q.lines.iter().filter(|(of, _)| **of != Asker::Folder).flat_map(|(_, line)| &line.lanes);
        (asked.map(|(_, jobs)| jobs.len()).sum(), q.bytes())
    }

    pub(super) fn usage(&self) -> [Usage; 2] {
        let (q, bounds) = (self.inner.lock(), self.bounds);
        [
            Usage { of: "waiting_bytes", used: Some(q.bytes()), most: bounds.bytes, hits: q.full_of_bytes },
            Usage { of: "waiting_questions", used: Some(q.asks()), most: bounds.asks, hits: q.full_of_asks },
        ]
    }
}

/// What learning waits for counts as nothing: it is no question.
fn questions<J: Waiting>(of: Asker, line: &Line<J>) -> usize {
    if of == Asker::Folder { 0 } else { line.jobs(&Lane::Asks).count() }
}

impl<J: Waiting> Inner<J> {
    fn asks(&self) -> usize {
        self.lines.iter().map(|(of, line)| questions(*of, line)).sum()
    }

    fn bytes(&self) -> usize {
        self.lines.values().map(|line| line.bytes).sum()
    }

    fn line(&mut self, asker: Asker) -> &mut Line<J> {
        let now = Instant::now();
        self.lines.retain(|of, line| *of == asker || line.is_needed(now));
        let line = self.lines.entry(asker).or_insert_with(|| Line::new(now));
        line.asked = now;
        line
    }

    /// Something of the asker waits.
    fn lined_up(&mut self, asker: Asker) {
        if !self.turns.contains(&asker) {
            self.turns.push_back(asker);
        }
    }

    /// Takes a job out of a line, which loses its turn where nothing else waits there.
    fn take(&mut self, asker: Asker, job: impl FnOnce(&mut Line<J>) -> Option<J>) -> Option<J> {
        let line = self.lines.get_mut(&asker)?;
        let job = job(line);
        if line.lanes.is_empty() {
            line.waits_since = None;
            self.turns.retain(|of| *of != asker);
        }
        job
    }

    /// Whether an asker who holds so much more has more than a share: the room, by how many hold some of it.
    fn is_greedy(&self, asker: Asker, held: fn(Asker, &Line<J>) -> usize, more: usize, room: usize) -> bool {
        let others = self.lines.iter().filter(|(of, line)| **of != asker && held(**of, line) > 0).count();
        let own = self.lines.get(&asker).map_or(0, |line| held(asker, line));
        (own + more) * (others + 1) > room
    }

    /// Takes a job from who holds most.
    fn displace(
        &mut self,
        held: fn(Asker, &Line<J>) -> usize,
        job: impl FnOnce(&mut Line<J>) -> Option<J>,
    ) -> Option<J> {
        let most = self.lines.iter().max_by_key(|(of, line)| held(**of, line)).map(|(of, _)| *of)?;
        self.take(most, job)
    }

    /// Makes room for the bytes of one more job, in the place of the camera's older picture, unless it would be more than a
    /// share. Gives back what others had beyond theirs.
    fn room_for(&mut self, room: usize, asker: Asker, bytes: usize, lane: &Lane) -> Result<Vec<J>, Full> {
        let older = |q: &Self| {
            let lines = q.lines.values().filter(|_| *lane != Lane::Asks);
            lines.flat_map(|line| line.jobs(lane)).map(J::bytes).sum::<usize>()
        };
        if self.bytes() - older(self) + bytes <= room {
            return Ok(Vec::new());
        }
        self.full_of_bytes += 1;
        let of_bytes = |_: Asker, line: &Line<J>| line.bytes;
        if self.is_greedy(asker, of_bytes, bytes, room) {
            return Err(Full);
        }
        let mut crowded_out = Vec::new();
        while self.bytes() - older(self) + bytes > room {
            crowded_out.push(self.displace(of_bytes, Line::take_largest).ok_or(Full)?);
        }
        Ok(crowded_out)
    }

    fn next(&mut self, workers: usize) -> Option<Turn<J>> {
        let now = Instant::now();
        let may = |asker: &Asker| {
            self.lines.get(asker).is_some_and(|line| line.at_work + 1 < workers.max(2) || !self.crowds(*asker, now))
        };
        let asker = self.turns.iter().copied().find(may)?;
        let crowds = self.crowds(asker, now);
        let job = self.take(asker, Line::next)?;
        if let Some(at) = self.turns.iter().position(|of| *of == asker) {
            self.turns.remove(at);
            self.turns.push_back(asker);
        }
        self.lines.get_mut(&asker)?.at_work += 1;
        Some(Turn { job, asker, crowds })
    }

    /// Whether somebody takes all there is, beside others.
    fn crowds(&self, asker: Asker, now: Instant) -> bool {
        let since = self.lines.get(&asker).and_then(|line| line.waits_since);
        let others = || self.lines.iter().any(|(of, line)| *of != asker && *of != Asker::Folder && line.is_active(now));
        since.is_some_and(|since| now.duration_since(since) >= CROWDS_AFTER) && others()
    }
}

impl<J: Waiting> Line<J> {
    fn new(now: Instant) -> Self {
        Self { lanes: VecDeque::new(), bytes: 0, at_work: 0, asked: now, waits_since: None }
    }

    fn is_active(&self, now: Instant) -> bool {
        now.duration_since(self.asked) < ACTIVE_FOR
    }

    fn is_needed(&self, now: Instant) -> bool {
        self.is_active(now) || self.at_work > 0 || !self.lanes.is_empty()
    }

    fn place(&self, lane: &Lane) -> Option<usize> {
        self.lanes.iter().position(|(of, _)| of == lane)
    }

    fn jobs(&self, lane: &Lane) -> impl Iterator<Item = &J> {
        self.lanes.iter().filter(move |(of, _)| of == lane).flat_map(|(_, jobs)| jobs)
    }

    /// Gives back the camera's picture that waited.
    fn push(&mut self, lane: Lane, job: J) -> Option<J> {
        self.waits_since.get_or_insert_with(Instant::now);
        self.bytes += job.bytes();
        let Some(place) = self.place(&lane) else {
            self.lanes.push_back((lane, VecDeque::from([job])));
            return None;
        };
        self.lanes[place].1.push_back(job);
        if lane == Lane::Asks { None } else { self.take(place, 0) }
    }

    /// Takes a job out of a lane, which ends with its last one.
    fn take(&mut self, place: usize, at: usize) -> Option<J> {
        let (_, jobs) = self.lanes.get_mut(place)?;
        let job = jobs.remove(at)?;
        if jobs.is_empty() {
            self.lanes.remove(place);
        }
        self.bytes -= job.bytes();
        Some(job)
    }

    fn take_last_ask(&mut self) -> Option<J> {
        self.take(self.place(&Lane::Asks)?, self.jobs(&Lane::Asks).count().checked_sub(1)?)
    }

    /// Of two that are as large, the question.
    fn take_largest(&mut self) -> Option<J> {
        let lanes = self.lanes.iter().enumerate();
        let jobs = lanes.flat_map(|(place, (lane, jobs))| {
            let sizes = jobs.iter().map(J::bytes).enumerate();
            sizes.map(move |(at, bytes)| (bytes, *lane == Lane::Asks, place, at))
        });
        let (_, _, place, at) = jobs.max()?;
        self.take(place, at)
    }

    fn next(&mut self) -> Option<J> {
        let others_wait = self.lanes.front()?.1.len() > 1;
        let job = self.take(0, 0);
        if others_wait {
            self.lanes.rotate_left(1);
        }
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Asker = Asker::Client(1);
    const OTHER: Asker = Asker::Client(2);
    const THIRD: Asker = Asker::Client(3);

    impl Waiting for (&'static str, usize) {
        fn bytes(&self) -> usize {
            self.1
        }
    }

    type Named = (&'static str, usize);

    fn cam(name: &str) -> CameraId {
        CameraId(name.into())
    }

    fn queue(bytes: usize, asks: usize) -> Queue<Named> {
        Queue::new(Bounds { bytes, asks, workers: 2 })
    }

    fn next(q: &Queue<Named>) -> Option<&'static str> {
        let turn = q.pop()?;
        q.done(turn.asker);
        Some(turn.job.0)
    }

    fn order(q: &Queue<Named>, count: usize) -> Vec<&'static str> {
        (0..count).filter_map(|_| next(q)).collect()
    }

    /// Has waited for long enough to crowd others.
    fn has_waited(q: &Queue<Named>, asker: Asker) {
        let mut inner = q.inner.lock();
        let line = inner.lines.get_mut(&asker).expect("waits");
        line.waits_since = Instant::now().checked_sub(CROWDS_AFTER);
    }

    #[test]
    fn a_newer_picture_replaces_the_waiting_one_and_keeps_its_turn() {
        let q = queue(10, 2);
        for (camera, job, older) in [("a", "a1", None), ("b", "b1", None), ("a", "a2", Some("a1"))] {
            let displaced = q.push_camera(ME, cam(camera), (job, 1)).ok().expect("fits");
            assert_eq!((displaced.superseded.map(|job| job.0), displaced.crowded_out.len()), (older, 0));
        }
        assert_eq!(order(&q, 2), ["a2", "b1"]);
        assert_eq!(q.waiting(), (0, 0));
    }

    #[test]
    fn the_newest_picture_of_a_camera_wins_whoever_sent_it() {
        let q = queue(10, 2);
        assert!(q.push_camera(ME, cam("a"), ("mine", 1)).is_ok());
        let displaced = q.push_camera(OTHER, cam("a"), ("theirs", 1)).ok().expect("fits");
        assert_eq!(displaced.superseded, Some(("mine", 1)));
        assert_eq!((next(&q), q.waiting()), (Some("theirs"), (0, 0)));
    }

    #[test]
    fn a_flood_of_questions_delays_a_camera_by_one_job() {
        let q = queue(10, 2);
        assert!(q.push_ask(ME, ("q1", 1)).is_ok());
        assert!(q.push_ask(ME, ("q2", 1)).is_ok());
        assert!(q.push_learning(("l1", 0)).is_ok());
        assert!(q.push_camera(ME, cam("a"), ("a1", 1)).is_ok());
        assert_eq!(order(&q, 4), ["q1", "l1", "a1", "q2"]);
    }

    #[test]
    fn the_many_cameras_of_one_hold_up_anothers_by_one_picture_whatever_they_call_themselves() {
        let q = queue(100, 2);
        for n in 0..40 {
            assert!(q.push_camera(ME, CameraId(format!("client-{}/{n}", n % 20)), ("many", 1)).is_ok());
        }
        assert!(q.push_camera(OTHER, cam("home/door"), ("door", 1)).is_ok());
        let order = order(&q, 41);
        assert_eq!(order.iter().position(|who| *who == "door"), Some(1));
        assert_eq!((order.len(), q.waiting()), (41, (0, 0)), "all of them have their turn");
    }

    #[test]
    fn who_has_asked_much_makes_room_for_the_question_of_another() {
        let q = queue(100, 4);
        for name in ["q1", "q2", "q3", "q4"] {
            assert!(q.push_ask(ME, (name, 1)).is_ok());
        }
        assert!(q.push_ask(ME, ("q5", 1)).is_err(), "nobody else makes room");
        assert_eq!(q.push_ask(OTHER, ("other", 1)).ok().expect("fits").crowded_out, [("q4", 1)]);
        assert_eq!(q.push_ask(OTHER, ("other 2", 1)).ok().expect("half is their share").crowded_out, [("q3", 1)]);
        assert!(q.push_ask(OTHER, ("other 3", 1)).is_err(), "more than half");
        assert_eq!(order(&q, 4), ["q1", "other", "q2", "other 2"]);
    }

    #[test]
    fn whose_pictures_take_all_the_room_makes_room_for_anothers() {
        let q = queue(100, 4);
        for (camera, bytes) in [("a", 30), ("b", 40), ("c", 30)] {
            assert!(q.push_camera(ME, cam(camera), (camera, bytes)).is_ok());
        }
        assert!(q.push_camera(ME, cam("d"), ("d", 1)).is_err());
        assert!(q.push_camera(ME, cam("a"), ("a2", 30)).is_ok(), "in the place of the older one");
        let displaced = q.push_camera(OTHER, cam("door"), ("door", 45)).ok().expect("fits");
        assert_eq!(displaced.crowded_out.iter().map(|job| job.1).sum::<usize>(), 70);
        assert!(q.push_ask(THIRD, ("large", 40)).is_err(), "more than a third");
        assert_eq!(q.waiting(), (2, 75));
        let left = order(&q, 2);
        assert!(left.contains(&"door"), "{left:?}");
    }

    #[test]
    fn who_takes_all_there_is_beside_others_leaves_them_a_worker() {
        let q = queue(100, 8);
        for name in ["a", "b", "c"] {
            assert!(q.push_camera(ME, cam(name), (name, 1)).is_ok());
        }
        has_waited(&q, ME);
        let alone = q.pop().expect("in turn");
        assert!(!alone.crowds && !q.pop().expect("all workers are theirs").crowds);
        q.done(ME);
        q.done(ME);

        assert!(q.push_camera(ME, cam("a"), ("a", 1)).is_ok() && q.push_ask(OTHER, ("other", 1)).is_ok());
        has_waited(&q, ME);
        let first = q.pop().expect("in turn");
        assert!(first.crowds && first.asker == ME);
        assert_eq!(q.pop().expect("a worker is left").job.0, "other");
        q.done(OTHER);
        assert!(q.inner.lock().next(2).is_none(), "though nothing else waits");
        q.done(ME);
        assert_eq!(next(&q), Some("a"));
        let one = Queue::new(Bounds { bytes: 9, asks: 9, workers: 1 });
        assert!(one.push_ask(ME, ("q", 1)).is_ok() && one.push_ask(OTHER, ("other", 1)).is_ok());
        has_waited(&one, ME);
        assert_eq!(next(&one), Some("q"), "where there is one worker, turns must do");
    }

    #[test]
    fn closing_hands_back_what_waits_and_ends_the_workers() {
        let q = queue(10, 2);
        assert!(q.push_ask(ME, ("q1", 1)).is_ok());
        assert_eq!(q.close(), [("q1", 1)]);
        assert!(q.pop().is_none());
        assert!(q.push_ask(ME, ("q2", 1)).is_err());
    }
}
