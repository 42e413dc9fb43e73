//! One text frame → a [`Request`], or the id and the error to answer with. Called by `session`; never fails a session.

use std::fmt;
use std::iter::once;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_path_to_error::{Path, Segment};

use super::table::REQUEST_TYPES;
use super::{ErrorCode, Request, RequestBody, Role, WireError};

/// Largest request without a picture, bytes: the settings of five hundred cameras fit in several times.
const MAX_WITHOUT_PICTURE: usize = 512 * 1024;
/// The request types that can be larger.
const WITH_PICTURE: [&str; 4] = ["recognize", "search", "enroll", "sittings/picture"];

/// Who may send pictures that feed presence.
const OBSERVERS: &[Role] = &[Role::Push, Role::Admin];

/// Most fields of a request; no type has so many.
const MAX_FIELDS: usize = 32;
/// Longest explanation of a malformed request, characters: a client's own text can be part of it.
const MAX_EXPLANATION: usize = 400;

/// Longest path of a field in an explanation, characters.
const MAX_FIELD: usize = 100;

/// A message that isn't a request: what to answer, and to which id (none where it could not be read).
#[derive(Debug, PartialEq)]
pub struct Malformed {
    /// The request's id, if it had one.
    pub id: Option<u64>,
    /// `invalid_json`, `unknown_type` or `invalid_request`.
    pub error: WireError,
}

/// The fields beside id and type, as they stand in the text.
type Fields<'t> = Vec<(String, &'t RawValue)>;

/// Every field of an object once, and the first that is there twice.
#[derive(Default)]
struct Object<'t> {
    id: Option<&'t RawValue>,
    kind: Option<&'t RawValue>,
    fields: Fields<'t>,
    twice: Option<String>,
    too_many: bool,
}

impl<'t> Deserialize<'t> for Object<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'t> Visitor<'t> for Reader {
            type Value = Object<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Object<'t>, A::Error> {
                let mut object = Object::default();
                while let Some(name) = map.next_key::<String>()? {
                    let value: &'t RawValue = map.next_value()?;
                    let slot = match name.as_str() {
                        "id" => &mut object.id,
                        "type" => &mut object.kind,
                        _ if object.fields.len() == MAX_FIELDS => {
                            object.too_many = true;
                            continue;
                        }
                        _ if object.fields.iter().any(|(other, _)| *other == name) => {
                            object.twice.get_or_insert(name);
                            continue;
                        }
                        _ => {
                            object.fields.push((name, value));
                            continue;
                        }
                    };
                    if slot.replace(value).is_some() {
                        object.twice.get_or_insert(name);
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// For serde's maps: the fields of a request as one value.
struct Body<'t>(Fields<'t>);

impl<'t> IntoDeserializer<'t, serde_json::Error> for Body<'t> {
    type Deserializer =
        MapAccessDeserializer<MapDeserializer<'t, std::vec::IntoIter<(String, &'t RawValue)>, serde_json::Error>>;

    fn into_deserializer(self) -> Self::Deserializer {
        MapAccessDeserializer::new(MapDeserializer::new(self.0.into_iter()))
    }
}

fn refused(id: Option<u64>, code: ErrorCode, message: String) -> Malformed {
    Malformed { id, error: WireError::new(code, message) }
}

/// Reads a message's id and type, and the rest where a client of this role may send so much of this type.
/// Answers `invalid_json` where the text isn't a JSON object with a whole number `id` and a text `type`; `unknown_type`;
/// `invalid_request` for a field that is there twice; `forbidden` and `too_large` before more is read; `invalid_request` naming
/// the field that is missing, unknown or of the wrong kind.
pub fn request(text: &str, role: Role) -> Result<Request, Malformed> {
    // A list would be read as an object's fields in their order.
    if !text.trim_start().starts_with('{') {
        return Err(refused(None, ErrorCode::InvalidJson, "this isn't a JSON object".to_owned()));
    }
    let object: Object<'_> = serde_json::from_str(text)
        .map_err(|e| refused(None, ErrorCode::InvalidJson, format!("this isn't a JSON object: {}", brief(&e))))?;
    let twice = |name: &str| object.twice.as_deref() == Some(name);
    let Some(id) = object.id.and_then(|id| id.get().parse::<u64>().ok()).filter(|_| !twice("id")) else {
        let message = "a request needs one `id`, a whole number from 0 to 18446744073709551615".to_owned();
        return Err(refused(None, ErrorCode::InvalidJson, message));
    };
    let kind = object.kind.and_then(|kind| serde_json::from_str::<String>(kind.get()).ok()).filter(|_| !twice("type"));
    let Some(kind) = kind else {
        let message = "a request needs one `type`, a text such as \"ping\"".to_owned();
        return Err(refused(Some(id), ErrorCode::InvalidJson, message));
    };
    let Some(known) = REQUEST_TYPES.iter().find(|known| known.name == kind) else {
        let kind: String = kind.chars().take(60).collect();
        let message = format!("\"{kind}\" isn't a request type of protocol version {}", super::VERSION);
        return Err(refused(Some(id), ErrorCode::UnknownType, message));
    };
    if let Some(name) = object.twice {
        let name: String = name.chars().take(MAX_FIELD).collect();
        return Err(refused(Some(id), ErrorCode::InvalidRequest, format!("{kind}: {name} is there twice")));
    }
    if object.too_many {
        let message = format!("{kind}: a request has at most {MAX_FIELDS} fields");
        return Err(refused(Some(id), ErrorCode::InvalidRequest, message));
    }
    if text.len() > MAX_WITHOUT_PICTURE {
        if !WITH_PICTURE.contains(&known.name) {
            let message = format!("{kind}: a request without a picture has at most {MAX_WITHOUT_PICTURE} bytes");
            return Err(refused(Some(id), ErrorCode::TooLarge, message));
        }
        if !known.roles.contains(&role) {
            return Err(refused(Some(id), ErrorCode::Forbidden, "this role may not send pictures so".to_owned()));
        }
    }
    let by_type = MapAccessDeserializer::new(MapDeserializer::new(once((known.name, Body(object.fields)))));
    let body = serde_path_to_error::deserialize::<_, RequestBody>(by_type).map_err(|error| {
        refused(Some(id), ErrorCode::InvalidRequest, explained(known.name, error.path(), error.inner()))
    })?;
    let roles = if body.observes() { OBSERVERS } else { known.roles };
    Ok(Request { id, body, roles })
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
        let malformed = request(text, Role::Admin).expect_err("is refused");
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
            (r#"{"id":1,"type":"cameras/configure","cameras":[{"name":"A"}]}"#, "cameras[0]: missing field `camera`"),
        ] {
            let (id, code, message) = refusal(text);
            assert_eq!((id, code), (Some(1), ErrorCode::InvalidRequest), "{text}");
            let (_, words) = message.split_once(": ").expect("type and words");
            assert!(words.starts_with(field), "{text}: {message}");
        }
    }

    #[test]
    fn a_picture_is_data_or_an_address_and_never_both() {
        let data = r#"{"id":1,"type":"recognize","purpose":"ask","picture":{"data":"AA=="}}"#;
        let read = request(data, Role::Admin).expect("is read");
        let RequestBody::Recognize(recognize) = read.body else { panic!("{read:?}") };
        assert_eq!((recognize.purpose, recognize.picture), (Purpose::Ask, Picture::Data("AA==".to_owned())));
        let both = r#"{"id":1,"type":"recognize","purpose":"ask","picture":{"data":"AA==","url":"http://a/"}}"#;
        assert_eq!(refusal(both).1, ErrorCode::InvalidRequest);
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused_at_every_depth() {
        for text in [
            r#"{"id":1,"type":"people/delete","person_id":"a","person_id":"b"}"#,
            r#"{"id":1,"type":"subscribe","since":{"run":"a","seq":1,"seq":2}}"#,
            r#"{"id":1,"type":"recognize","purpose":"ask","purpose":"observe","picture":{"data":"AA=="}}"#,
        ] {
            assert_eq!(refusal(text).1, ErrorCode::InvalidRequest, "{text}");
        }
        assert_eq!(
            refusal(r#"{"id":1,"id":2,"type":"ping"}"#),
            (None, ErrorCode::InvalidJson, refusal(r#"{"id":1,"id":2,"type":"ping"}"#).2)
        );
        assert_eq!(refusal(r#"{"id":1,"type":"ping","type":"stats"}"#).1, ErrorCode::InvalidJson);
    }

    #[test]
    fn what_no_request_needs_is_refused_before_it_is_read() {
        let numbers = "0,".repeat(MAX_WITHOUT_PICTURE / 2);
        let large = |kind: &str| format!(r#"{{"id":1,"type":"{kind}","x":[{numbers}0]}}"#);
        let opened = |kind: &str, role| request(&large(kind), role).expect_err("is refused").error.code;
        assert_eq!(opened("ping", Role::Trigger), ErrorCode::TooLarge);
        assert_eq!(opened("cameras/configure", Role::Admin), ErrorCode::TooLarge);
        assert_eq!(opened("recognize", Role::Trigger), ErrorCode::Forbidden);
        assert_eq!(opened("enroll", Role::Push), ErrorCode::Forbidden);
        let many = (0..1000).fold(String::new(), |all, n| all + &format!(r#","k{n}":0"#));
        let (id, code, message) = refusal(&format!(r#"{{"id":1,"type":"ping"{many}}}"#));
        assert_eq!((id, code), (Some(1), ErrorCode::InvalidRequest), "{message}");
    }

    #[test]
    fn the_list_of_types_is_the_list_of_the_definition() {
        let schema = serde_json::to_value(schemars::schema_for!(RequestBody)).expect("is JSON");
        let variants = schema["oneOf"].as_array().expect("an enumeration").iter();
        let named: Vec<_> = variants.filter_map(|v| v["properties"]["type"]["const"].as_str()).collect();
        assert_eq!(named, REQUEST_TYPES.iter().map(|known| known.name).collect::<Vec<_>>());
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
