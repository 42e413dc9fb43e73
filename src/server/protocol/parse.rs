//! One text frame → a [`Request`], or the id and the error to answer with. Called by `session`; never fails a session.

use serde::Deserialize;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use super::{ErrorCode, Request, WireError};

/// Longest explanation of a malformed request, characters: a client's own text can be part of it.
const MAX_EXPLANATION: usize = 400;

/// Longest path of a field in an explanation, characters.
const MAX_FIELD: usize = 100;

/// Every request type of this version, in the order of `PROTOCOL.md`.
pub const REQUEST_TYPES: &[&str] = &[
    "ping",
    "recognize",
    "enroll",
    "subscribe",
    "people/list",
    "people/rename",
    "people/merge",
    "people/delete",
    "photos/list",
    "photos/delete",
    "unknowns/list",
    "unknowns/assign",
    "unknowns/ignore",
    "unknowns/delete",
    "sightings/list",
    "sightings/correct",
    "cameras/configure",
    "settings/get",
    "settings/set",
    "stats",
];

/// A message that is no request: what to answer, and to which id (none where it could not be read).
#[derive(Debug, PartialEq)]
pub struct Malformed {
    /// The request's id, if it had one.
    pub id: Option<u64>,
    /// `invalid_json`, `unknown_type` or `invalid_request`.
    pub error: WireError,
}

#[derive(Deserialize)]
struct Envelope {
    id: Option<Value>,
    r#type: Option<Value>,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// Reads one request.
///
/// # Errors
/// `invalid_json` where the text is no JSON object with a whole number `id` and a text `type`; `unknown_type`;
/// `invalid_request` naming the field that is missing, unknown or of the wrong kind.
pub fn request(text: &str) -> Result<Request, Malformed> {
    let refuse = |id, code, message: String| Malformed { id, error: WireError::new(code, message) };
    // A list would be read as an object's fields in their order.
    if !text.trim_start().starts_with('{') {
        return Err(refuse(None, ErrorCode::InvalidJson, "this is no JSON object".to_owned()));
    }
    let envelope: Envelope = serde_json::from_str(text)
        .map_err(|e| refuse(None, ErrorCode::InvalidJson, format!("this is no JSON object: {}", brief(&e))))?;
    let Some(id) = envelope.id.as_ref().and_then(Value::as_u64) else {
        let message = "a request needs `id`, a whole number from 0 to 18446744073709551615".to_owned();
        return Err(refuse(None, ErrorCode::InvalidJson, message));
    };
    let Some(Value::String(kind)) = envelope.r#type else {
        let message = "a request needs `type`, a text such as \"ping\"".to_owned();
        return Err(refuse(Some(id), ErrorCode::InvalidJson, message));
    };
    if !REQUEST_TYPES.contains(&kind.as_str()) {
        let kind: String = kind.chars().take(60).collect();
        let message = format!("there is no request type \"{kind}\" in protocol version {}", super::VERSION);
        return Err(refuse(Some(id), ErrorCode::UnknownType, message));
    }
    let by_type = Value::Object(Map::from_iter([(kind.clone(), Value::Object(envelope.fields))]));
    match serde_path_to_error::deserialize(by_type) {
        Ok(body) => Ok(Request { id, body }),
        Err(error) => {
            let words = explained(&kind, error.path(), error.inner());
            Err(refuse(Some(id), ErrorCode::InvalidRequest, words))
        }
    }
}

/// `cameras/configure: cameras[0].min_face_px: invalid type: …`
fn explained(kind: &str, path: &Path, error: &serde_json::Error) -> String {
    let mut field = String::new();
    for segment in path {
        match segment {
            // The request's type, which is said already.
            Segment::Enum { .. } | Segment::Unknown if field.is_empty() => {}
            Segment::Map { key } if field.is_empty() && key == kind => {}
            _ => {
                let within = !field.is_empty() && !matches!(segment, Segment::Seq { .. });
                field += if within { "." } else { "" };
                field += &segment.to_string();
            }
        }
    }
    let field: String = field.chars().take(MAX_FIELD).collect();
    let colon = if field.is_empty() { "" } else { ": " };
    format!("{kind}: {field}{colon}{}", brief(error))
}

/// The reader's words without its line and column (a message is one line), cut where a client's text makes them long.
#[must_use]
pub fn brief(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.split_once(" at line 1 column").map_or(words.as_str(), |(before, _)| before);
    words.chars().take(MAX_EXPLANATION).collect()
}

#[cfg(test)]
mod tests {
    use super::super::requests::{Picture, Purpose, RequestBody};
    use super::*;

    fn refusal(text: &str) -> (Option<u64>, ErrorCode, String) {
        let malformed = request(text).expect_err("is refused");
        (malformed.id, malformed.error.code, malformed.error.message)
    }

    #[test]
    fn text_that_is_no_json_has_no_id() {
        for text in [
            "",
            "{",
            "[]",
            "[1,2]",
            "7",
            "{\"type\":\"ping\"}",
            "{\"id\":-1,\"type\":\"ping\"}",
            "{\"id\":\"7\",\"type\":\"ping\"}",
        ] {
            let (id, code, _) = refusal(text);
            assert_eq!((id, code), (None, ErrorCode::InvalidJson), "{text}");
        }
    }

    #[test]
    fn an_unknown_type_is_answered_with_the_id() {
        let (id, code, message) = refusal(r#"{"id":7,"type":"people/praise"}"#);
        assert_eq!((id, code), (Some(7), ErrorCode::UnknownType));
        assert!(message.contains("people/praise"), "{message}");
    }

    #[test]
    fn an_unknown_field_is_named_in_every_shape_of_request() {
        for text in [
            r#"{"id":1,"type":"ping","colour":1}"#,
            r#"{"id":1,"type":"people/list","colour":1}"#,
            r#"{"id":1,"type":"people/delete","person_id":"a","colour":1}"#,
            r#"{"id":1,"type":"settings/set","colour":1}"#,
            r#"{"id":1,"type":"recognize","purpose":"ask","picture":{"data":"AA=="},"colour":1}"#,
            r#"{"id":1,"type":"cameras/configure","cameras":[{"camera":"a","name":"A","colour":1}]}"#,
        ] {
            let (id, code, message) = refusal(text);
            assert_eq!((id, code), (Some(1), ErrorCode::InvalidRequest), "{text}");
            assert!(message.contains("colour"), "{text}: {message}");
        }
    }

    #[test]
    fn a_missing_field_is_named() {
        let (_, code, message) = refusal(r#"{"id":1,"type":"recognize","purpose":"ask"}"#);
        assert_eq!(code, ErrorCode::InvalidRequest);
        assert!(message.contains("picture"), "{message}");
    }

    #[test]
    fn a_field_of_the_wrong_kind_is_named_wherever_it_is() {
        for (text, field) in [
            (r#"{"id":1,"type":"recognize","purpose":"look","picture":{"data":"AA=="}}"#, "purpose: "),
            (r#"{"id":1,"type":"recognize","purpose":"ask","picture":{"data":7}}"#, "picture.data: "),
            (
                r#"{"id":1,"type":"recognize","purpose":"ask","picture":{"data":"AA=="},"captured_at":"noon"}"#,
                "captured_at: ",
            ),
            (r#"{"id":1,"type":"people/list","limit":"all"}"#, "limit: "),
            (r#"{"id":1,"type":"people/delete","person_id":7}"#, "person_id: "),
            (r#"{"id":1,"type":"settings/set","retention_days":-1}"#, "retention_days: "),
            (r#"{"id":1,"type":"subscribe","since":{"run":"a","seq":"b"}}"#, "since.seq: "),
            (r#"{"id":1,"type":"enroll","person":"A","picture":{"data":""},"box":{"x":"a"}}"#, "box.x: "),
            (
                r#"{"id":1,"type":"cameras/configure","cameras":[{"camera":"a","name":"A"},{"camera":"b","name":7}]}"#,
                "cameras[1].name: ",
            ),
            (r#"{"id":1,"type":"cameras/configure","cameras":[{"camera":"a"}]}"#, "cameras[0]: missing field `name`"),
        ] {
            let (id, code, message) = refusal(text);
            assert_eq!((id, code), (Some(1), ErrorCode::InvalidRequest), "{text}");
            let (_, words) = message.split_once(": ").expect("type and words");
            assert!(words.starts_with(field), "{text}: {message}");
        }
    }

    #[test]
    fn a_picture_is_data_or_an_address_and_never_both() {
        let read =
            request(r#"{"id":1,"type":"recognize","purpose":"ask","picture":{"data":"AA=="}}"#).expect("is read");
        let RequestBody::Recognize(recognize) = read.body else { panic!("{read:?}") };
        assert_eq!((recognize.purpose, recognize.picture), (Purpose::Ask, Picture::Data("AA==".to_owned())));
        let both = r#"{"id":1,"type":"recognize","purpose":"ask","picture":{"data":"AA==","url":"http://a/"}}"#;
        assert_eq!(refusal(both).1, ErrorCode::InvalidRequest);
    }

    #[test]
    fn the_list_of_types_is_the_list_of_the_definition() {
        let schema = serde_json::to_value(schemars::schema_for!(RequestBody)).expect("is JSON");
        let variants = schema["oneOf"].as_array().expect("an enumeration").iter();
        let named: Vec<_> = variants.filter_map(|v| v["properties"]["type"]["const"].as_str()).collect();
        assert_eq!(named, REQUEST_TYPES);
    }

    #[test]
    fn an_explanation_never_echoes_a_picture() {
        let long = "A".repeat(100_000);
        for fields in [format!(r#""purpose":"{long}""#), format!(r#""purpose":"ask","{long}":1"#)] {
            let (_, _, message) = refusal(&format!(r#"{{"id":1,"type":"recognize",{fields}}}"#));
            assert!(message.len() < 600, "{}", message.len());
        }
    }
}
