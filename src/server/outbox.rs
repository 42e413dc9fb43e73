//! Messages for one client, waiting for its network: bounded, and state events replace their older selves.
//! Pushing never waits, so that one slow client holds up nobody. Used by `session`; must not know what messages mean.

use std::collections::VecDeque;

use tokio::sync::watch;

use super::goodbye::End;

/// Messages that may wait, after coalescing; more close the session with `slow_client`.
pub(super) const MAX_MESSAGES: usize = 2_000;
/// Bytes that may wait; more close the session with `slow_client`.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Beyond these waiting bytes no further request is read, so that a client that does not read its answers gets no more.
pub(super) const CALM_BYTES: usize = 4 * 1024 * 1024;

/// What a state event is about: a newer one of the same key takes the place of one that still waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StateKey(pub(super) String);

#[derive(Debug, Default)]
pub(super) struct Outbox(watch::Sender<Queue>);

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<(Option<StateKey>, String)>,
    bytes: usize,
    /// The bounds were passed: nothing is taken or given any more.
    gave_up: bool,
}

impl Queue {
    fn push(&mut self, key: Option<StateKey>, message: String) -> Result<(), End> {
        if key.is_some()
            && let Some(at) = self.messages.iter().position(|(k, _)| *k == key)
        {
            self.bytes -= self.messages.remove(at).map_or(0, |(_, older)| older.len());
        }
        self.gave_up |= self.messages.len() >= MAX_MESSAGES || self.bytes + message.len() > MAX_BYTES;
        if self.gave_up {
            return Err(End::SlowClient);
        }
        self.bytes += message.len();
        self.messages.push_back((key, message));
        Ok(())
    }

    fn pop(&mut self) -> Result<String, End> {
        let (_, message) = self.messages.pop_front().filter(|_| !self.gave_up).ok_or(End::SlowClient)?;
        self.bytes -= message.len();
        Ok(message)
    }
}

impl Outbox {
    /// Appends a message; one with a key first removes a waiting one of the same key.
    /// When the bounds are passed, nothing is taken from then on.
    pub(super) fn push(&self, key: Option<StateKey>, message: String) -> Result<(), End> {
        let mut pushed = Err(End::SlowClient);
        self.0.send_modify(|queue| pushed = queue.push(key, message));
        pushed
    }

    /// The next message; waits for one. For one waiter.
    pub(super) async fn next(&self) -> Result<String, End> {
        self.until(|queue| queue.gave_up || !queue.messages.is_empty()).await;
        let mut next = Err(End::SlowClient);
        self.0.send_modify(|queue| next = queue.pop());
        next
    }

    /// Takes nothing from now on: the session ends with [`End::SlowClient`].
    pub(super) fn give_up(&self) {
        self.0.send_modify(|queue| queue.gave_up = true);
    }

    /// Waits until the bounds were passed.
    pub(super) async fn given_up(&self) {
        self.until(|queue| queue.gave_up).await;
    }

    /// Waits until few enough bytes wait that another request may be read.
    pub(super) async fn calm(&self) {
        self.until(|queue| queue.bytes <= CALM_BYTES).await;
    }

    async fn until(&self, is: impl FnMut(&Queue) -> bool) {
        // An error says that nobody can change it any more, which its owner waits for here.
        let _ = self.0.subscribe().wait_for(is).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "as `push` takes it")]
    fn key(text: &str) -> Option<StateKey> {
        Some(StateKey(text.to_owned()))
    }

    async fn everything(outbox: &Outbox, count: usize) -> Vec<String> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(outbox.next().await.expect("not too slow"));
        }
        all
    }

    #[tokio::test]
    async fn a_newer_state_takes_the_place_of_an_older_one_and_goes_last() {
        let outbox = Outbox::default();
        for (k, text) in
            [(key("alice"), "alice 1"), (None, "sighting"), (key("bob"), "bob 1"), (key("alice"), "alice 2")]
        {
            outbox.push(k, text.to_owned()).expect("fits");
        }
        assert_eq!(everything(&outbox, 3).await, ["sighting", "bob 1", "alice 2"]);
    }

    #[tokio::test]
    async fn things_that_happened_are_never_coalesced() {
        let outbox = Outbox::default();
        outbox.push(None, "one".to_owned()).expect("fits");
        outbox.push(None, "one".to_owned()).expect("fits");
        assert_eq!(everything(&outbox, 2).await, ["one", "one"]);
    }

    #[tokio::test]
    async fn too_many_messages_end_the_session() {
        let outbox = Outbox::default();
        for _ in 0..MAX_MESSAGES {
            outbox.push(None, "x".to_owned()).expect("fits");
        }
        assert_eq!(outbox.push(None, "x".to_owned()), Err(End::SlowClient));
        assert_eq!(outbox.next().await, Err(End::SlowClient));
    }

    #[tokio::test]
    async fn any_number_of_states_of_one_key_fit() {
        let outbox = Outbox::default();
        for n in 0..MAX_MESSAGES * 3 {
            outbox.push(key("camera"), n.to_string()).expect("fits");
        }
        assert_eq!(everything(&outbox, 1).await, [(MAX_MESSAGES * 3 - 1).to_string()]);
    }

    #[tokio::test]
    async fn too_many_bytes_end_the_session() {
        let outbox = Outbox::default();
        outbox.push(None, "x".repeat(MAX_BYTES)).expect("fits");
        assert_eq!(outbox.push(None, "x".to_owned()), Err(End::SlowClient));
    }
}
