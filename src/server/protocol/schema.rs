//! The wire types → one JSON Schema, committed beside this file and served at `/v1/schema.json`.
//! The hidden command `face-server schema` prints it; a test compares it with the committed one.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::results::FaceChoice;
use super::table::{REQUEST_TYPES, RequestType};
use super::{Auth, AuthAnswer, EventMessage, Hello, Request, Response};
use crate::store::Imported;

/// The schema as it is committed.
pub const COMMITTED: &str = include_str!("schema.json");

/// The schema of the types as they are: definitions by name, and which result belongs to which request type.
pub fn generated() -> Value {
    let mut generator = SchemaGenerator::default();
    let messages = json!({
        "hello": generator.subschema_for::<Hello>(),
        "auth": generator.subschema_for::<Auth>(),
        "auth_answer": generator.subschema_for::<AuthAnswer>(),
        "request": generator.subschema_for::<Request>(),
        "response": generator.subschema_for::<Response>(),
        "event": generator.subschema_for::<EventMessage>(),
    });
    let any_message: Vec<Value> =
        messages.as_object().into_iter().flatten().map(|(_, schema)| schema.clone()).collect();
    let result = |known: &RequestType| (known.name.to_owned(), (known.result)(&mut generator).to_value());
    let results: Map<String, Value> = REQUEST_TYPES.iter().map(result).collect();
    let details =
        json!({"multiple_faces": {"faces": {"type": "array", "items": generator.subschema_for::<FaceChoice>()}}});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Face protocol",
        "x-protocol-version": super::VERSION,
        "x-messages": messages,
        "x-results": results,
        "x-http-results": json!({"POST /v1/library.tar": generator.subschema_for::<Imported>()}),
        "x-error-details": details,
        "oneOf": any_message,
        "$defs": generator.take_definitions(true),
    })
}

/// The text that is committed.
pub fn text() -> String {
    format!("{:#}\n", generated())
}

#[cfg(test)]
mod tests {
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
        let mut types: Vec<_> = REQUEST_TYPES.iter().map(|known| known.name).collect();
        named.sort_unstable();
        types.sort_unstable();
        assert_eq!(named, types);
    }
}
