//! PROTOCOL.md is what the server speaks: every example is read by the wire types, and nothing is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use face_server::engine::{
    CameraSight, Enrolled, LibraryState, PersonState, PhotoState, ProposalState, Recognition, SearchResult, Settings,
    Sighting, SittingState, Undoable, Undone, UnknownState,
};
use face_server::server::pairing::{Fingerprint, Known, Pairing};
use face_server::server::protocol::parse;
use face_server::server::protocol::results::{
    CamerasConfigured, CareFinding, Deleted, ListPage, Pong, ProposalsAccepted, ServerStats, Subscribed,
};
use face_server::server::protocol::table::REQUEST_TYPES;
use face_server::server::protocol::{
    Auth, AuthAnswer, EventMessage, Hello, Request, Response, Role, requests::Purpose,
};
use face_server::server::protocol::{RequestBody, schema};
use face_server::store::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const PAGE: &str = include_str!("../../PROTOCOL.md");

/// The JSON blocks: what each is, and its text.
pub(crate) fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut parts = PAGE.split("```");
    let mut blocks = Vec::new();
    parts.next();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        let (kind, text) = block.split_once('\n').expect("a block has lines");
        blocks.push((kind.strip_prefix("json ").expect("every block is JSON and says which"), text));
    }
    blocks
}

/// Reads a message, and finds every field of the example in what was read.
fn read<T: DeserializeOwned + Serialize>(value: &Value) -> T {
    let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{e}: {value:#}"));
    let again = serde_json::to_value(&read).expect("is written");
    assert_contains(&again, value);
    read
}

fn assert_contains(whole: &Value, part: &Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                assert_contains(whole.get(key).unwrap_or_else(|| panic!("the types know no {key}: {part:?}")), value);
            }
        }
        (Value::Array(whole), Value::Array(part)) => {
            assert_eq!(whole.len(), part.len());
            whole.iter().zip(part).for_each(|(whole, part)| assert_contains(whole, part));
        }
        (Value::Number(a), Value::Number(b)) => {
            assert!((a.as_f64().expect("finite") - b.as_f64().expect("finite")).abs() < 1e-3, "{a} {b}");
        }
        (Value::String(a), Value::String(b)) if a != b => {
            let time = |text: &str| text.parse::<jiff::Timestamp>().unwrap_or_else(|_| panic!("{a} is not {b}"));
            assert_eq!(time(a), time(b));
        }
        _ => assert_eq!(whole, part),
    }
}

fn read_result(request_type: &str, value: &Value) {
    match request_type {
        "ping" => drop(read::<Pong>(value)),
        "recognize" => drop(read::<Recognition>(value)),
        "search" => drop(read::<SearchResult>(value)),
        "enroll" => drop(read::<Enrolled>(value)),
        "subscribe" => drop(read::<Subscribed>(value)),
        "sittings/start" | "sittings/picture" | "sittings/get" => drop(read::<SittingState>(value)),
        "proposals/list" => drop(read::<ListPage<ProposalState>>(value)),
        "proposals/accept" => drop(read::<ProposalsAccepted>(value)),
        "people/list" => drop(read::<ListPage<PersonState>>(value)),
        "people/rename" | "people/configure" | "people/merge" | "photos/move" | "unknowns/assign"
        | "sittings/accept" => {
            drop(read::<PersonState>(value));
        }
        "photos/list" => drop(read::<ListPage<PhotoState>>(value)),
        "care/list" => drop(read::<ListPage<CareFinding>>(value)),
        "people/missing" => drop(read::<LibraryState>(value)),
        "photos/accept" => drop(read::<PhotoState>(value)),
        "changes/undo" => drop(read::<Undone>(value)),
        "changes/list" => drop(read::<ListPage<Undoable>>(value)),
        "problems/list" => drop(read::<ListPage<Problem>>(value)),
        "people/delete" | "photos/delete" | "unknowns/delete" | "sittings/decline" | "proposals/decline"
        | "changes/erase" => {
            let Deleted { .. } = read(value);
        }
        "unknowns/list" => drop(read::<ListPage<UnknownState>>(value)),
        "unknowns/ignore" => drop(read::<UnknownState>(value)),
        "sightings/list" => drop(read::<ListPage<Sighting>>(value)),
        "sightings/correct" => drop(read::<Sighting>(value)),
        "cameras/configure" => drop(read::<CamerasConfigured>(value)),
        "cameras/sight" => drop(read::<ListPage<CameraSight>>(value)),
        "settings/get" | "settings/set" => drop(read::<Settings>(value)),
        "stats" => drop(read::<ServerStats>(value)),
        other => panic!("there is no request type {other}"),
    }
}

/// The server prints the line from the very facts that stand beside it.
fn is_our_line(example: &Value) {
    let text = |field: &str| example[field].as_str().unwrap_or_else(|| panic!("{field} in {example}"));
    let port = u16::try_from(example["port"].as_u64().expect("a port")).expect("a port");
    let fingerprint = || {
        let bytes: Vec<u8> = text("fingerprint")
            .as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).expect("text"), 16).expect("two digits"))
            .collect();
        Fingerprint(bytes.try_into().expect("32 bytes"))
    };
    let known = match text("tls") {
        "pinned" => Known::By(fingerprint()),
        "verified" => Known::ByAuthorities,
        "none" => Known::Plain,
        other => panic!("{other} is not a way to know a server"),
    };
    let address = SocketAddr::new(text("host").parse().expect("an address"), port);
    assert_eq!(Pairing { address, token: text("token"), known }.to_string(), text("line"));
}

#[test]
fn every_example_is_what_the_server_speaks() {
    let blocks = blocks();
    assert!(blocks.len() > 50, "{}", blocks.len());
    for (kind, text) in blocks {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
        match kind {
            "hello" => drop(read::<Hello>(&value)),
            "auth" => drop(read::<Auth>(&value)),
            "auth_answer" => drop(read::<AuthAnswer>(&value)),
            "request" => {
                parse::request(text, Role::Admin).unwrap_or_else(|e| panic!("{e:?}: {text}"));
            }
            "event" => drop(read::<EventMessage>(&value)),
            "pairing" => is_our_line(&value),
            _ => {
                let response = read::<Response>(&value);
                let for_type = kind.strip_prefix("response").unwrap_or_else(|| panic!("{kind} is no kind of block"));
                match (for_type.strip_prefix(':'), response.result) {
                    (Some(request_type), Some(result)) => read_result(request_type, &result),
                    (None, None) => assert!(response.error.is_some() && !response.success),
                    _ => panic!("{kind} has the wrong half of an answer: {text}"),
                }
            }
        }
    }
}

/// Rows of the tables whose first cell is one word of code.
fn rows() -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.map(|(word, rest)| (word, rest.split(" | ").collect())).collect()
}

fn words(property: &str, of: &Value) -> BTreeSet<String> {
    let found = of["oneOf"].as_array().expect("an enumeration").iter();
    let found =
        found.filter_map(|v| if property.is_empty() { v.get("const") } else { v["properties"][property].get("const") });
    found.map(|v| v.as_str().expect("a word").to_owned()).collect()
}

#[test]
fn every_error_code_is_explained() {
    let schema = schema::generated();
    let codes = words("", &schema["$defs"]["ErrorCode"]);
    assert!(codes.len() > 20, "{codes:?}");
    let rows = rows();
    for code in codes {
        assert!(rows.contains_key(code.as_str()), "{code} is in no table");
    }
}

#[test]
fn every_event_has_an_example() {
    let schema = schema::generated();
    let kinds = words("kind", &schema["$defs"]["Event"]);
    assert!(kinds.len() > 8, "{kinds:?}");
    for kind in kinds {
        let sought = format!("\"kind\": \"{kind}\"");
        assert!(blocks().iter().any(|(of, text)| *of == "event" && text.contains(&sought)), "{kind} has no example");
    }
}

#[test]
fn every_request_type_has_an_example_and_a_row_with_its_roles() {
    let rows = rows();
    let requests: Vec<Request> = blocks()
        .iter()
        .filter(|(of, _)| *of == "request")
        .map(|(_, text)| parse::request(text, Role::Admin).expect("is one"))
        .collect();
    for kind in REQUEST_TYPES.iter().map(|known| known.name) {
        let row = rows.get(kind).unwrap_or_else(|| panic!("{kind} is in no table"));
        let example = requests.iter().find(|r| serde_json::to_value(&r.body).expect("JSON").get(kind).is_some());
        let example = example.unwrap_or_else(|| panic!("{kind} has no example"));
        let name = |role: &Role| serde_json::to_value(role).expect("JSON").as_str().expect("a word").to_owned();
        let allowed: BTreeSet<String> = example.roles.iter().map(name).collect();
        if let RequestBody::Recognize(r) = &example.body {
            assert_eq!(r.purpose, Purpose::Observe);
            assert!(row[0].starts_with("observe: `push`, `admin`; ask: `push`, `read`, `admin`"), "{row:?}");
        } else if row[0] == "all" {
            assert_eq!(allowed.len(), 4, "{kind}");
        } else {
            let written: BTreeSet<String> = row[0].split(", ").map(|w| w.trim_matches('`').to_owned()).collect();
            assert_eq!(written, allowed, "{kind}");
        }
    }
}
