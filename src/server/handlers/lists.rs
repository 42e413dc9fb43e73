//! Pages of lists: a cursor says after which entry to go on, so that entries that come and go shift nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::convert;
use super::errors::invalid;
use crate::engine::{
    CameraId, CameraSight, Engine, PersonState, PhotoState, ProposalState, Sighting, SightingQuery, Undoable,
    UnknownState,
};
use crate::people::{Finding, PersonId};
use crate::server::budget::Turn;
use crate::server::protocol::WireError;
use crate::server::protocol::requests::Part;
use crate::server::protocol::results::{CareFinding, ListPage};
use crate::store::{self, MAX_LIMIT, Problem, shown};

/// Entries of a page where the request does not say.
const DEFAULT_LIMIT: usize = 100;

pub(super) fn people(engine: &Engine, page: &Part) -> Result<ListPage<PersonState>, WireError> {
    page_of(engine.people(), page, person_key)
}

pub(super) async fn photos(engine: &Engine, person: PersonId, page: &Part) -> Result<ListPage<PhotoState>, WireError> {
    page_of(engine.photos(person).await?, page, |p| p.file.clone())
}

pub(super) async fn changes(engine: &Engine, page: &Part) -> Result<ListPage<Undoable>, WireError> {
    page_of(engine.changes().await?, page, |change| change.id.0.clone())
}

pub(super) async fn proposals(
    engine: &Engine,
    person: Option<PersonId>,
    page: &Part,
) -> Result<ListPage<ProposalState>, WireError> {
    let key = |p: &ProposalState| {
        format!("{}\0{}\0{:020}\0{}", p.person.name.as_str(), p.person.id, p.at.as_microsecond(), p.id)
    };
    page_of(engine.proposals(person).await?, page, key)
}

pub(super) async fn problems(engine: &Engine, page: &Part) -> Result<ListPage<Problem>, WireError> {
    // Faults first.
    let key = |p: &Problem| format!("{}\0{}\0{:?}\0{}", u8::from(!p.kind.is_fault()), shown(&p.path), p.kind, p.reason);
    page_of(engine.problems().await?, page, key)
}

/// What would change is worked out for the entries of this page alone, and for one list at a time.
pub(super) async fn care(engine: &Engine, page: &Part, turn: Turn) -> Result<ListPage<CareFinding>, WireError> {
    let key = |f: &Finding| {
        let photo = f.photo.as_ref().map_or("", |photo| &photo.0);
        format!("{}\0{}\0{}\0{photo}", f.fault as u8, f.person.name.as_str(), f.person.id)
    };
    let page = page_of(engine.care().await?, page, key)?;
    let judged = engine.effects(page.items, turn).await?;
    Ok(ListPage {
        items: judged.into_iter().map(|(finding, effect)| convert::care(finding, effect)).collect(),
        next_cursor: page.next_cursor,
    })
}

pub(super) async fn sights(engine: &Engine, page: &Part) -> Result<ListPage<CameraSight>, WireError> {
    page_of(engine.camera_sights().await?, page, |s| s.camera.0.clone())
}

pub(super) async fn unknowns(engine: &Engine, page: &Part) -> Result<ListPage<UnknownState>, WireError> {
    let (cursor, limit) = stored(page)?;
    Ok(stored_page(engine.unknowns(cursor, limit).await?))
}

pub(super) async fn sightings(
    engine: &Engine,
    person: Option<PersonId>,
    camera: Option<CameraId>,
    page: &Part,
) -> Result<ListPage<Sighting>, WireError> {
    let (cursor, limit) = stored(page)?;
    let query = SightingQuery { person, camera: camera.map(|camera| camera.0), cursor, limit };
    Ok(stored_page(engine.sightings(query).await?))
}

/// The store's own cursor, as the page before gave it, and how many entries are wanted.
fn stored(page: &Part) -> Result<(Option<store::Cursor>, usize), WireError> {
    let cursor = page.cursor.as_deref().map(decode).transpose()?;
    Ok((cursor.map(store::Cursor), checked_limit(page.limit)?))
}

fn stored_page<T>(page: store::Page<T>) -> ListPage<T> {
    ListPage { items: page.items, next_cursor: page.next.map(|cursor| encode(&cursor.0)) }
}

/// A sighting's id as the engine has it.
pub(super) fn sighting_id(text: &str) -> Result<i64, WireError> {
    text.parse().map_err(|_| invalid("sighting_id: this isn't a sighting's id"))
}

pub(super) fn person_cursor(person: &PersonState) -> String {
    encode(&person_key(person))
}

pub(super) fn person_key(p: &PersonState) -> String {
    format!("{}\0{}", p.person.name.as_str(), p.person.id)
}

/// A page of `all`, in the order of `key`.
fn page_of<T>(mut all: Vec<T>, page: &Part, key: impl Fn(&T) -> String) -> Result<ListPage<T>, WireError> {
    let limit = checked_limit(page.limit)?;
    let after = page.cursor.as_deref().map(decode).transpose()?;
    all.sort_by_cached_key(&key);
    let start = after.map_or(0, |after| all.partition_point(|entry| key(entry) <= after));
    let end = all.len().min(start + limit);
    let next_cursor = all[start..end].last().filter(|_| end < all.len()).map(|last| encode(&key(last)));
    Ok(ListPage { items: all.drain(start..end).collect(), next_cursor })
}

fn checked_limit(limit: Option<u32>) -> Result<usize, WireError> {
    match limit.map_or(DEFAULT_LIMIT, |limit| limit as usize) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        other => Err(invalid(format!("limit: {other} is not within 1..={MAX_LIMIT}"))),
    }
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn decode(cursor: &str) -> Result<String, WireError> {
    URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad_cursor)
}

fn bad_cursor() -> WireError {
    invalid("cursor: this isn't a cursor of this list; give `next_cursor` of the page before")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(sorted: &[&'static str], cursor: Option<&str>, limit: u32) -> ListPage<&'static str> {
        let part = Part { cursor: cursor.map(str::to_owned), limit: Some(limit) };
        page_of(sorted.to_vec(), &part, |s| (*s).to_owned()).expect("a page")
    }

    #[test]
    fn pages_join_to_the_whole_list() {
        let names = ["dan", "ann", "eve", "cem", "bob"];
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let next = page(&names, cursor.as_deref(), 2);
            all.extend(next.items);
            cursor = next.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(all, ["ann", "bob", "cem", "dan", "eve"]);
    }

    #[test]
    fn a_page_goes_on_after_an_entry_that_is_gone() {
        let first = page(&["ann", "bob", "cem"], None, 2);
        let next = page(&["ann", "cem"], first.next_cursor.as_deref(), 2);
        assert_eq!((next.items, next.next_cursor), (vec!["cem"], None));
    }

    #[test]
    fn limits_beyond_the_range_and_foreign_cursors_are_refused() {
        for limit in [0, 501] {
            assert!(checked_limit(Some(limit)).is_err());
        }
        assert!(decode("no cursor!").is_err());
    }
}
