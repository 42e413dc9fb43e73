//! One request → the engine → one answer. Called by `session` (WebSocket) and, for what both offer, by `http`.
//!
//! Knows the wire and the engine, and is the only place that does; must not know sockets or pixels.

pub(crate) mod convert;
pub(crate) mod errors;
mod lists;
pub(crate) mod pictures;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::cameras::MAX_CAMERAS_OF_CLIENT;
use super::protocol::requests::{Part, SittingsAccept, WrongBecause};
use super::protocol::results::{CamerasConfigured, Deleted, Pong, ServerStats, State, Subscribed};
use super::protocol::{ErrorCode, MAX_REPLY_BYTES, RequestBody, Role, WireError, requests::Since};
use super::shared::Shared;
use crate::engine::{self, CameraChange, CameraId, EngineError, PersonState, Subscription, Undoable};
use crate::people::{PersonName, ProposalId};
use crate::store::database::tokens::MAX_CLIENTS_OF_PUSHING;
use errors::{internal, invalid};

/// Longest id a client gives to itself, bytes.
const MAX_CLIENT_ID: usize = 64;
/// Longest id a client gives to a camera, bytes.
const MAX_CAMERA_ID: usize = 128;
/// Room in the state that answers `subscribe` for all but people and cameras, bytes.
const STATE_MARGIN: usize = 1024;
/// People in the state that answers `subscribe`; the rest comes by `people/list`.
const MAX_PEOPLE_IN_STATE: usize = 2_000;

#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// Their own lasting id; empty for HTTP, which names cameras of the configuration only.
    pub(crate) id: String,
    pub(crate) role: Role,
    /// The id of their token.
    pub(crate) token: i64,
    /// Whether the cameras of this id are theirs: whoever may only push does not speak for the cameras of another token.
    pub(crate) owns_cameras: bool,
    pub(crate) clock: TheirClock,
}

/// What a client's clock showed at login, and when that was by one of ours that cannot be set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TheirClock {
    pub(crate) showed: Timestamp,
    pub(crate) at: Instant,
}

impl TheirClock {
    /// How long before `now` something was that the client dates `captured_at`. `sent_at` is what its clock shows now, where it
    /// says so. Nothing is of the future.
    fn age(self, captured_at: Timestamp, sent_at: Option<Timestamp>, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.at);
        let theirs = sent_at.unwrap_or_else(|| self.showed.checked_add(passed).unwrap_or(Timestamp::MAX));
        Duration::try_from(theirs.duration_since(captured_at)).unwrap_or_default()
    }
}

impl Client {
    /// A time of the client's clock by ours, never in the future.
    pub(crate) fn corrected(&self, captured_at: Timestamp, sent_at: Option<Timestamp>) -> Timestamp {
        let age = self.clock.age(captured_at, sent_at, Instant::now());
        Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN)
    }

    fn camera_id(&self, own: &str) -> Result<CameraId, WireError> {
        if !self.owns_cameras {
            let words = format!(
                "the client {} is another token's, or this token has its {MAX_CLIENTS_OF_PUSHING} clients already; take \
                     another client_id, or one of its own",
                self.id
            );
            return Err(WireError::new(ErrorCode::Forbidden, words));
        }
        if own.is_empty() || own.len() > MAX_CAMERA_ID || own.chars().any(char::is_control) {
            return Err(invalid(format!(
                "camera: a camera's id is 1 to {MAX_CAMERA_ID} bytes without control characters"
            )));
        }
        Ok(CameraId(format!("{}/{own}", self.id)))
    }
}

/// Whether a text can be a client's id: cameras are named `client_id/camera`, so it has no slash.
pub(crate) fn is_client_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    (1..=MAX_CLIENT_ID).contains(&text.len()) && text.chars().all(allowed)
}

/// Answers every request but `subscribe`, which the session does with [`subscribed`]. `large` is held while the request's
/// bytes are.
pub(crate) async fn handle(
    shared: &Arc<Shared>,
    client: &Client,
    body: RequestBody,
    large: Option<OwnedSemaphorePermit>,
) -> Result<Json, WireError> {
    let engine = &shared.asked_by(client.token);
    let most = shared.options.limits.max_bytes;
    match body {
        RequestBody::Ping {} => answer(&Pong { now: Timestamp::now() }),
        RequestBody::Recognize(request) => answer(&pictures::recognize(shared, client, request, large).await?),
        RequestBody::Enroll(request) => answer(&pictures::enroll(shared, client, request, large).await?),
        RequestBody::Search { picture } => {
            answer(&engine.search(pictures::bytes_of(shared, client, picture, most, large).await?).await?)
        }
        RequestBody::Subscribe { .. } => Err(internal("subscribe reached the handlers")),
        RequestBody::SittingsStart { camera } => {
            let sitting = engine.start_sitting(camera).await?;
            pictures::look_on(shared, client.token, &sitting);
            answer(&sitting)
        }
        RequestBody::SittingsPicture { sitting_id, picture } => {
            answer(&engine.sit(sitting_id, pictures::bytes_of(shared, client, picture, most, large).await?).await?)
        }
        RequestBody::SittingsGet { sitting_id } => answer(&engine.sitting(sitting_id).await?),
        RequestBody::SittingsAccept(request) => answer(&engine.accept_sitting(acceptance(request)?).await?),
        RequestBody::SittingsDecline { sitting_id } => gone(engine.forget_sitting(sitting_id).await),
        RequestBody::ProposalsList { person_id, cursor, limit } => {
            answer(&lists::proposals(engine, person_id, &Part { cursor, limit }).await?)
        }
        RequestBody::ProposalsAccept { proposal_ids } => {
            answer(&convert::accepted(engine.accept_proposals(named(proposal_ids)?).await?))
        }
        RequestBody::ProposalsDecline { proposal_ids } => gone(engine.decline_proposals(named(proposal_ids)?).await),
        RequestBody::PeopleList(page) => answer(&lists::people(engine, &page)?),
        RequestBody::PeopleRename { person_id, name } => {
            answer(&engine.rename_person(person_id, PersonName::new(&name)?).await?)
        }
        RequestBody::PeopleConfigure { person_id, presence_timeout_s } => {
            let timeout = presence_timeout_s.map(engine::presence_timeout).transpose()?;
            answer(&engine.set_presence_timeout(person_id, timeout).await?)
        }
        RequestBody::PeopleMerge { from, into } => {
            if from == into {
                return Err(invalid("from and into are the same person"));
            }
            answer(&engine.merge_people(from, into).await?)
        }
        RequestBody::PeopleDelete { person_id, undo: false } => {
            deleted(shared, engine.delete_person(person_id).await.map(|()| None))
        }
        RequestBody::PeopleDelete { person_id, undo: true } => {
            deleted(shared, engine.set_person_aside(person_id).await.map(Some))
        }
        RequestBody::PhotosList { person_id, cursor, limit } => {
            answer(&lists::photos(engine, person_id, &Part { cursor, limit }).await?)
        }
        RequestBody::PhotosDelete { person_id, photo_id, undo: false } => {
            deleted(shared, engine.delete_photo(person_id, photo_id).await.map(|()| None))
        }
        RequestBody::PhotosDelete { person_id, photo_id, undo: true } => {
            deleted(shared, engine.set_photo_aside(person_id, photo_id).await.map(Some))
        }
        RequestBody::PhotosMove { person_id, photo_id, person } => {
            changed(shared, engine.move_photo(person_id, photo_id, PersonName::new(&person)?).await)
        }
        RequestBody::PhotosAccept { person_id, photo_id } => answer(&engine.accept_photo(person_id, photo_id).await?),
        RequestBody::ChangesList(page) => answer(&lists::changes(engine, &page).await?),
        RequestBody::ChangesUndo { change_id } => changed(shared, engine.undo(change_id).await),
        RequestBody::ChangesErase { change_id } => gone(engine.erase_changes(change_id).await),
        RequestBody::ProblemsList(page) => answer(&lists::problems(engine, &page).await?),
        RequestBody::CareList(page) => {
            let turn = shared.turn(|memory| &mut memory.care, client.token).await?;
            answer(&lists::care(engine, &page, turn).await?)
        }
        RequestBody::PeopleMissing { answer: about } => answer(&engine.answer_missing(about).await?),
        RequestBody::UnknownsList(page) => answer(&lists::unknowns(engine, &page).await?),
        RequestBody::UnknownsAssign { unknown_id, person } => {
            answer(&engine.assign_unknown(unknown_id, PersonName::new(&person)?).await?)
        }
        RequestBody::UnknownsIgnore { unknown_id } => answer(&engine.ignore_unknown(unknown_id).await?),
        RequestBody::UnknownsDelete { unknown_id, undo: false } => {
            deleted(shared, engine.delete_unknown(unknown_id).await.map(|()| None))
        }
        RequestBody::UnknownsDelete { unknown_id, undo: true } => {
            deleted(shared, engine.set_unknown_aside(unknown_id).await.map(Some))
        }
        RequestBody::SightingsList { person_id, camera, cursor, limit } => {
            answer(&lists::sightings(engine, person_id, camera, &Part { cursor, limit }).await?)
        }
        RequestBody::SightingsCorrect { sighting_id, person, reason } => {
            let id = lists::sighting_id(&sighting_id)?;
            answer(&engine.correct_sighting(id, said(person, reason)?).await?)
        }
        RequestBody::CamerasConfigure { cameras } => answer(&configure_cameras(shared, client, cameras).await?),
        RequestBody::CamerasSight(page) => answer(&lists::sights(engine, &page).await?),
        RequestBody::SettingsGet {} => answer(&engine.settings()),
        RequestBody::SettingsSet(change) => answer(&engine.set_settings(engine.settings().changed(&change)?).await?),
        RequestBody::Stats {} => answer(&ServerStats { engine: engine.stats(), clients: shared.clients.len() }),
    }
}

/// Something is gone, or somebody else's; pictures that are remembered may show it.
fn changed<T: Serialize>(shared: &Shared, done: Result<T, EngineError>) -> Result<Json, WireError> {
    let done = done?;
    shared.memory().kept.forget();
    answer(&done)
}

fn deleted(shared: &Shared, done: Result<Option<Undoable>, EngineError>) -> Result<Json, WireError> {
    changed(shared, done.map(|change| Deleted { deleted: true, change }))
}

fn gone(done: Result<(), EngineError>) -> Result<Json, WireError> {
    done?;
    answer(&Deleted { deleted: true, change: None })
}

fn acceptance(request: SittingsAccept) -> Result<engine::SittingAcceptance, WireError> {
    let SittingsAccept { sitting_id: sitting, person, pictures, allow } = request;
    let pictures = each_once("pictures", pictures)?;
    Ok(engine::SittingAcceptance { sitting, name: PersonName::new(&person)?, pictures, allow })
}

fn said(person: Option<String>, reason: Option<WrongBecause>) -> Result<engine::Said, WireError> {
    match (person, reason) {
        (None, None) => Ok(engine::Said::NotThem),
        (Some(name), None) => Ok(engine::Said::Was(PersonName::new(&name)?)),
        (None, Some(WrongBecause::NotAPerson)) => Ok(engine::Said::NotAPerson),
        (Some(_), Some(_)) => Err(invalid("reason: a picture is nobody; leave out person")),
    }
}

fn named(proposals: Vec<ProposalId>) -> Result<Vec<ProposalId>, WireError> {
    each_once("proposal_ids", proposals)
}

/// At least one, each once, however often a request names it.
fn each_once<T: Ord>(field: &str, mut named: Vec<T>) -> Result<Vec<T>, WireError> {
    named.sort();
    named.dedup();
    if named.is_empty() { Err(invalid(format!("{field}: name at least one"))) } else { Ok(named) }
}

/// Begins a subscription: the answer, and the engine's side of it.
pub(crate) fn subscribed(shared: &Shared, since: Option<&Since>) -> Result<(Json, Subscription), WireError> {
    let subscription = shared.engine.subscribe(since.map(|s| (s.run.as_str(), s.seq)));
    let gap = subscription.missed.is_none();
    let state = gap.then(|| {
        let cameras = subscription.cameras.to_vec();
        let room = MAX_REPLY_BYTES.saturating_sub(STATE_MARGIN + written_bytes(&cameras));
        let mut people = subscription.people.to_vec();
        people.sort_by_cached_key(lists::person_key);
        let mut bytes = 0;
        let fits = |person: &&PersonState| {
            bytes += written_bytes(person) + 1;
            bytes <= room
        };
        let shown = people.iter().take(MAX_PEOPLE_IN_STATE).take_while(fits).count();
        let last = people[..shown].last().filter(|_| shown < people.len());
        let people_cursor = last.map(lists::person_cursor);
        people.truncate(shown);
        State { people_cursor, people, cameras, library: subscription.library }
    });
    let answer = answer(&Subscribed { run: subscription.run.clone(), seq: subscription.seq, gap, state })?;
    Ok((answer, subscription))
}

async fn configure_cameras(
    shared: &Shared,
    client: &Client,
    cameras: Vec<CameraChange>,
) -> Result<CamerasConfigured, WireError> {
    if cameras.len() > MAX_CAMERAS_OF_CLIENT {
        let words = format!("cameras: {} are more than the {MAX_CAMERAS_OF_CLIENT} of a client", cameras.len());
        return Err(invalid(words));
    }
    let named = |camera: CameraChange| {
        let id = client.camera_id(&camera.id.0)?;
        Ok(CameraChange { id, ..camera.checked()? })
    };
    let changes = cameras.into_iter().map(named).collect::<Result<Vec<_>, WireError>>()?;
    let ids: Vec<_> = changes.iter().map(|s| s.id.clone()).collect();
    shared.admit_cameras(&client.id, client.token, client.role, &ids).await?;
    Ok(CamerasConfigured { cameras: shared.engine.configure_cameras(changes).await? })
}

/// A result as JSON text: written once, with the shortest digits of its numbers.
pub(crate) struct Json(String);

impl Json {
    pub(crate) fn into_response(self, id: u64) -> String {
        format!(r#"{{"id":{id},"type":"result","success":true,"result":{}}}"#, self.0)
    }
}

fn written_bytes(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.len())
}

fn answer(value: &impl Serialize) -> Result<Json, WireError> {
    serde_json::to_string(value).map(Json).map_err(|e| internal(&format!("an answer cannot be written: {e}")))
}

/// The text of an answer, or of an error where it is larger than clients take.
pub(crate) fn within_limit(id: u64, text: String) -> Result<String, WireError> {
    if text.len() <= MAX_REPLY_BYTES {
        return Ok(text);
    }
    let words = format!("the answer has {} bytes, the limit is {MAX_REPLY_BYTES}; ask for fewer at once", text.len());
    tracing::warn!(id, bytes = text.len(), "answer too large");
    Err(WireError::new(ErrorCode::TooLarge, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn clock(showed: &str) -> TheirClock {
        TheirClock { showed: at(showed), at: Instant::now() }
    }

    fn seconds(s: u64) -> Duration {
        Duration::from_secs(s)
    }

    #[test]
    fn a_picture_is_as_old_as_the_clients_own_clock_says_whatever_that_clock_shows() {
        let theirs = clock("2026-11-24T08:59:00Z");
        let now = theirs.at + seconds(60);
        assert_eq!(theirs.age(at("2026-11-24T08:59:58Z"), None, now), seconds(2));
        let slow = clock("1970-01-01T00:00:00Z");
        assert_eq!(slow.age(at("1970-01-01T00:00:30Z"), None, slow.at + seconds(60)), seconds(30));
    }

    #[test]
    fn a_client_whose_clock_is_set_during_the_connection_says_so_with_each_picture() {
        let theirs = clock("2026-11-24T08:59:00Z");
        let now = theirs.at + seconds(60);
        let (taken, sent) = (at("2026-11-21T08:59:58Z"), at("2026-11-21T09:00:00Z"));
        assert_eq!(theirs.age(taken, Some(sent), now), seconds(2));
        assert_eq!(theirs.age(taken, None, now), seconds(3 * 86_400 + 2));
    }

    #[test]
    fn times_in_the_future_are_now() {
        let theirs = clock("2026-11-24T08:00:00Z");
        assert_eq!(theirs.age(at("2026-11-24T09:00:00Z"), None, theirs.at), Duration::ZERO);
        assert_eq!(theirs.age(Timestamp::MAX, None, theirs.at), Duration::ZERO);
        assert_eq!(theirs.age(Timestamp::MAX, Some(Timestamp::MIN), theirs.at), Duration::ZERO);
    }

    #[test]
    fn a_picture_that_is_named_a_thousand_times_is_learned_once() {
        let named = [vec![2; 1_000], vec![1, 2]].concat();
        let request = SittingsAccept {
            sitting_id: engine::SittingId("0123456789abcdef".into()),
            person: "Alice".into(),
            pictures: named,
            allow: Vec::new(),
        };
        assert_eq!(acceptance(request).expect("well-formed").pictures, [1, 2]);
    }

    #[test]
    fn client_ids_have_no_slash_and_an_end() {
        assert!(is_client_id("home-assistant_01.a:b"));
        for bad in ["", "a/b", "a b", "ä", &"x".repeat(65)] {
            assert!(!is_client_id(bad), "{bad}");
        }
    }
}
