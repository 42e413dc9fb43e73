//! The wire types → one JSON Schema, committed beside this file and served at `/v1/schema.json`.
//!
//! The hidden command `face-server schema` prints it; a test compares it with the committed one.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use super::results::{
    CamerasConfigured, CareFinding, Deleted, FaceChoice, ListPage, Pong, ProposalsAccepted, Recognized, SearchResult,
    ServerStats, Subscribed,
};
use super::{Auth, AuthAnswer, EventMessage, Hello, Request, Response};
use crate::engine::{
    CameraSight, Enrolled, LibraryState, PersonState, PhotoState, ProposalState, Settings, Sighting, SittingState,
    UnknownState,
};
use crate::store::{Imported, Problem};

/// The schema as it is committed.
pub const COMMITTED: &str = include_str!("schema.json");

/// The schema of the types as they are: definitions by name, and which result belongs to which request type.
pub fn generated() -> Value {
    let mut generator = SchemaGenerator::default();
    let mut definition = Definitions(&mut generator);
    let messages = json!({
        "hello": definition.of::<Hello>(),
        "auth": definition.of::<Auth>(),
        "auth_answer": definition.of::<AuthAnswer>(),
        "request": definition.of::<Request>(),
        "response": definition.of::<Response>(),
        "event": definition.of::<EventMessage>(),
    });
    let any_message: Vec<Value> =
        messages.as_object().into_iter().flatten().map(|(_, schema)| schema.clone()).collect();
    let person = definition.of::<PersonState>();
    let deleted = definition.of::<Deleted>();
    let unknown = definition.of::<UnknownState>();
    let settings = definition.of::<Settings>();
    let sighting = definition.of::<Sighting>();
    let sitting = definition.of::<SittingState>();
    let results = json!({
        "ping": definition.of::<Pong>(),
        "recognize": definition.of::<Recognized>(),
        "search": definition.of::<SearchResult>(),
        "enroll": definition.of::<Enrolled>(),
        "subscribe": definition.of::<Subscribed>(),
        "sittings/start": sitting,
        "sittings/get": sitting,
        "sittings/accept": person,
        "sittings/decline": deleted,
        "proposals/list": definition.of::<ListPage<ProposalState>>(),
        "proposals/accept": definition.of::<ProposalsAccepted>(),
        "proposals/decline": deleted,
        "people/list": definition.of::<ListPage<PersonState>>(),
        "people/rename": person,
        "people/configure": person,
        "people/merge": person,
        "people/delete": deleted,
        "photos/list": definition.of::<ListPage<PhotoState>>(),
        "photos/delete": deleted,
        "photos/move": person,
        "photos/accept": definition.of::<PhotoState>(),
        "problems/list": definition.of::<ListPage<Problem>>(),
        "care/list": definition.of::<ListPage<CareFinding>>(),
        "people/missing": definition.of::<LibraryState>(),
        "unknowns/list": definition.of::<ListPage<UnknownState>>(),
        "unknowns/assign": person,
        "unknowns/ignore": unknown,
        "unknowns/delete": deleted,
        "sightings/list": definition.of::<ListPage<Sighting>>(),
        "sightings/correct": sighting,
        "cameras/configure": definition.of::<CamerasConfigured>(),
        "cameras/sight": definition.of::<ListPage<CameraSight>>(),
        "settings/get": settings,
        "settings/set": settings,
        "stats": definition.of::<ServerStats>(),
    });
    let details = json!({"multiple_faces": {"faces": {"type": "array", "items": definition.of::<FaceChoice>()}}});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Face protocol",
        "x-protocol-version": super::VERSION,
        "x-messages": messages,
        "x-results": results,
        "x-http-results": json!({"POST /v1/library.tar": definition.of::<Imported>()}),
        "x-error-details": details,
        "oneOf": any_message,
        "$defs": generator.take_definitions(true),
    })
}

/// The text that is committed.
pub fn text() -> String {
    format!("{:#}\n", generated())
}

struct Definitions<'g>(&'g mut SchemaGenerator);

impl Definitions<'_> {
    fn of<T: JsonSchema>(&mut self) -> Value {
        self.0.subschema_for::<T>().to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::REQUEST_TYPES;
    use super::*;

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let committed: Value = serde_json::from_str(COMMITTED).expect("is JSON");
        let fix = "run: cargo run -- schema > src/server/protocol/schema.json";
        assert!(committed == generated() && COMMITTED == text(), "schema.json is not what the types say; {fix}");
    }

    #[test]
    fn every_request_type_has_its_result() {
        let schema = generated();
        let results = schema["x-results"].as_object().expect("an object");
        let mut named: Vec<_> = results.keys().map(String::as_str).collect();
        let mut types = REQUEST_TYPES.to_vec();
        named.sort_unstable();
        types.sort_unstable();
        assert_eq!(named, types);
    }
}
