//! The one owner of the home: a thread that takes commands from one bounded channel. Each is decided, kept and told, in this
//! order, before the next; several that wait are kept in one transaction.
//! [`Orders`] is everybody else's end of the channel. When it is full, who may wait waits, and others are told that the server
//! is busy.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

use super::clock::Clock;
use super::error::EngineError;
use super::events::EventLog;
use super::home::outcome::{Answer, Command, Durability, Outcome};
use super::home::state::Home;
use super::job::{Job, Reply, Work};
use super::ledger::Ledger;
use super::load::Load;
use super::published::Published;
use super::queue::Queue;
use super::types::{Event, Usage};
use crate::presence::Now;
use crate::store::Database;

const MOST_WAITING: usize = 1_024;
/// Commands that are kept together.
const TOGETHER: usize = 64;
/// How often what has run out is looked for.
const TICK: Duration = Duration::from_secs(1);
/// How often old sightings, strangers and photos are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3_600);
/// When a full channel has room again, most likely.
const RETRY_AFTER: Duration = Duration::from_millis(500);

enum Order {
    Do(Box<Command>, Option<Reply<Answer>>),
    Ask(Question),
    Stop,
}

/// Something to be read from the home, which it changes nothing in.
type Question = Box<dyn FnOnce(&mut Home, Now) + Send>;

#[derive(Clone)]
pub(super) struct Orders {
    to: SyncSender<Order>,
    /// How often it was full.
    full: Arc<AtomicU64>,
}

impl Orders {
    /// Has a command done, and waits; for threads.
    pub(super) fn wait(&self, command: Command) -> Result<Answer, EngineError> {
        self.wait_for(|reply| Order::Do(Box::new(command), Some(reply)))
    }

    /// Asks the home something, and waits; for threads.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut Home, Now) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        self.wait_for(|reply| question(ask, reply))
    }

    fn wait_for<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.to.send(order(reply)).map_err(|_| EngineError::ShuttingDown)?;
        answer.blocking_recv().unwrap_or(Err(EngineError::ShuttingDown))
    }

    /// Has a command done; for tasks.
    pub(super) async fn done(&self, command: Command) -> Result<Answer, EngineError> {
        self.answer_to(|reply| Order::Do(Box::new(command), Some(reply))).await
    }

    /// Asks the home something; for tasks.
    pub(super) async fn asked<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut Home, Now) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        self.answer_to(|reply| question(ask, reply)).await
    }

    async fn answer_to<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.to.try_send(order(reply)).map_err(|refused| match refused {
            TrySendError::Full(_) => {
                Load::count(&self.full);
                EngineError::Busy { retry_after: RETRY_AFTER }
            }
            TrySendError::Disconnected(_) => EngineError::ShuttingDown,
        })?;
        answer.await.unwrap_or(Err(EngineError::ShuttingDown))
    }

    /// Has a command done, whatever comes of it; for who cannot wait for an answer.
    pub(super) fn send(&self, command: Command) {
        // An owner that has stopped needs it no more.
        let _ = self.to.send(Order::Do(Box::new(command), None));
    }

    /// Ends the owner once it has done what waits.
    pub(super) fn stop(&self) {
        let _ = self.to.send(Order::Stop);
    }

    pub(super) fn usage(&self) -> Usage {
        Usage { of: "commands", used: None, most: MOST_WAITING, hits: self.full.load(Ordering::Relaxed) }
    }
}

/// The home, and what keeps and tells it.
pub(super) struct Owner {
    orders: Receiver<Order>,
    home: Home,
    database: Arc<Database>,
    ledger: Ledger,
    events: EventLog,
    clock: Clock,
    /// For photos to be described.
    queue: Arc<Queue<Job>>,
    published: watch::Sender<Arc<Published>>,
    /// The clocks at the last command.
    last: Now,
    next_tick: Timestamp,
    next_forgetting: Timestamp,
    next_pruning: Timestamp,
    /// What was changed in the database is to be read again, once everything is kept.
    recall: bool,
}

/// What is left to do for a command once it is kept.
struct Decided {
    outcome: Outcome,
    reply: Option<Reply<Answer>>,
}

fn question<T: Send + 'static>(
    ask: impl FnOnce(&mut Home, Now) -> Result<T, EngineError> + Send + 'static,
    reply: Reply<T>,
) -> Order {
    Order::Ask(Box::new(move |home, now| drop(reply.send(ask(home, now)))))
}

impl Owner {
    /// The owner of `home`, which takes commands from the [`Orders`].
    pub(super) fn new(
        home: Home,
        clock: Clock,
        database: Arc<Database>,
        events: EventLog,
        queue: Arc<Queue<Job>>,
        published: watch::Sender<Arc<Published>>,
    ) -> (Self, Orders) {
        let (sender, orders) = sync_channel(MOST_WAITING);
        let mut clock = clock;
        let last = clock.now();
        let owner = Self {
            orders,
            home,
            database,
            ledger: Ledger::default(),
            events,
            clock,
            queue,
            published,
            last,
            next_tick: last.steady,
            next_forgetting: last.steady,
            next_pruning: last.steady,
            recall: false,
        };
        (owner, Orders { to: sender, full: Arc::default() })
    }

    /// Takes commands until it is stopped.
    pub(super) fn run(mut self) {
        let mut stopping = false;
        while !stopping {
            let wait = self.next_tick.duration_since(self.clock.now().steady).max(jiff::SignedDuration::ZERO);
            let mut orders = Vec::new();
            match self.orders.recv_timeout(wait.unsigned_abs()) {
                Ok(order) => orders.push(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => stopping = true,
            }
            orders.extend(self.orders.try_iter().take(TOGETHER - 1));
            let (mut decided, mut questions) = (Vec::new(), Vec::new());
            for order in orders {
                match order {
                    Order::Do(command, reply) => self.decide(*command, reply, &mut decided),
                    Order::Ask(question) => questions.push(question),
                    Order::Stop => stopping = true,
                }
            }
            self.tick(stopping, &mut decided);
            let answers = self.finish(decided);
            if self.recall {
                self.recall();
            }
            for (reply, answer) in answers {
                // Who has gone does not need the answer.
                let _ = reply.send(answer);
            }
            // What they hear of is kept.
            for question in questions {
                question(&mut self.home, self.last);
            }
        }
    }

    fn decide(&mut self, command: Command, reply: Option<Reply<Answer>>, decided: &mut Vec<Decided>) {
        let now = self.now(decided);
        let outcome = self.home.handle(command, now);
        self.take(outcome, reply, decided);
    }

    /// The time; where the wall clock was set, everybody is told the stamps anew.
    fn now(&mut self, decided: &mut Vec<Decided>) -> Now {
        let now = self.clock.now();
        let before = std::mem::replace(&mut self.last, now);
        if before.ahead != now.ahead {
            tracing::warn!(by = %(now.ahead - before.ahead), "the clock was set");
            let outcome = self.home.clock_was_set(now);
            self.take(outcome, None, decided);
        }
        now
    }

    fn take(&mut self, mut outcome: Outcome, reply: Option<Reply<Answer>>, decided: &mut Vec<Decided>) {
        self.ledger.later(outcome.later.drain(..), self.last.steady);
        self.recall |= outcome.recall;
        for photo in outcome.learn.drain(..) {
            // Refused only when the engine stops; the next start finds the file again.
            drop(self.queue.push_learning(Job::new(Work::Learn(photo))));
        }
        decided.push(Decided { outcome, reply });
    }

    fn tick(&mut self, stopping: bool, decided: &mut Vec<Decided>) {
        let now = self.now(decided);
        if now.steady >= self.next_tick {
            self.next_tick = now.steady.checked_add(TICK).unwrap_or(Timestamp::MAX);
            self.database.wipe_log();
            let outcome = self.home.handle(Command::Tick, now);
            self.take(outcome, None, decided);
        }
        if now.steady >= self.next_forgetting {
            self.next_forgetting = now.steady.checked_add(FORGET_EVERY).unwrap_or(Timestamp::MAX);
            let outcome = self.home.forget_old(now);
            self.take(outcome, None, decided);
        }
        if now.steady >= self.next_pruning
            && let Some(outcome) = self.home.forget_removed_photos()
        {
            self.next_pruning = now.steady.checked_add(FORGET_EVERY).unwrap_or(Timestamp::MAX);
            self.take(outcome, None, decided);
        }
        if stopping {
            self.ledger.last_try(now.steady);
        }
        let anything = decided.iter().any(|decided| !decided.outcome.writes.is_empty());
        self.ledger.waits_for_places(self.home.has_moved(), now.steady);
        if anything || stopping || self.ledger.is_due(now.steady) {
            let writes = self.home.places(now);
            self.take(Outcome { writes, ..Outcome::default() }, None, decided);
        }
    }

    /// Keeps, publishes and tells what was decided. Returns what is to be answered, and to whom.
    fn finish(&mut self, mut decided: Vec<Decided>) -> Vec<(Reply<Answer>, Result<Answer, EngineError>)> {
        if decided.is_empty() {
            return Vec::new();
        }
        let now = self.last;
        let writes = decided.iter_mut().map(|decided| {
            let outcome = &mut decided.outcome;
            (std::mem::take(&mut outcome.writes), outcome.durability)
        });
        let failed = self.ledger.keep(writes.collect(), &self.database, &self.home.model.recipe, now.steady);
        let mut events = Vec::new();
        let mut answers = Vec::new();
        for (Decided { outcome, reply }, failed) in decided.into_iter().zip(failed) {
            events.extend(outcome.events);
            let Some(reply) = reply else { continue };
            let answer = match failed {
                Some(reason) if outcome.durability != Durability::Eventually => Err(EngineError::NotKept { reason }),
                _ => outcome.answer,
            };
            answers.push((reply, answer));
        }
        self.publish(events, now);
        answers
    }

    fn publish(&mut self, events: Vec<Event>, now: Now) {
        let before = Arc::clone(&self.published.borrow());
        let changed = events.iter().any(|e| matches!(e, Event::PersonChanged { .. } | Event::PersonRemoved { .. }));
        let people = if changed { self.home.person_states(now).into() } else { Arc::clone(&before.people) };
        let records = self.events.number(events, now);
        let kept = if records.is_empty() { before.events.clone() } else { self.events.kept() };
        let waiting = self.ledger.pictures().into();
        let unkept = Some(self.ledger.usage());
        let published = Published { waiting, unkept, ..Published::of(&self.home, people, kept, now) };
        self.published.send_replace(Arc::new(published));
        self.events.tell(records);
    }

    /// Tells the home what the database has now.
    fn recall(&mut self) {
        if !self.ledger.is_empty() {
            return;
        }
        let read = || {
            let newest: HashMap<_, _> = self.database.newest_pictures()?.into_iter().collect();
            Ok::<_, crate::store::StoreError>((newest, self.database.mistaken_faces(&self.home.model.recipe.model)?))
        };
        match read() {
            Ok((newest, mistaken)) => {
                self.recall = false;
                let mut decided = Vec::new();
                self.decide(Command::Recall(newest, mistaken), None, &mut decided);
                drop(self.finish(decided));
            }
            Err(error) => tracing::warn!(%error, "stored sightings could not be read; trying again"),
        }
    }
}
