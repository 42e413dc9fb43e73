//! The rules of the house, checked on the files themselves: which room may use which, that no files use each other in a circle,
//! that what the documents name exists, and that what we carry from elsewhere is what it says it is.

#![expect(clippy::unwrap_used, reason = "a file of our own that cannot be read is a failed test")]

#[path = "house/imports.rs"]
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Every room and what it may use of the others; `ARCHITECTURE.md` says why.
const ROOMS: &[(&str, &[&str])] = &[
    ("vision", &[]),
    ("people", &["vision"]),
    ("store", &["people", "vision"]),
    ("presence", &["people", "vision"]),
    ("annotate", &["vision"]),
    ("engine", &["annotate", "people", "presence", "store", "vision"]),
    ("server", &["annotate", "engine", "people", "presence", "store", "vision"]),
    ("config", &["annotate", "engine", "people", "presence", "server", "store", "vision"]),
    ("program", &[]),
    ("cli", &["annotate", "config", "engine", "people", "presence", "program", "server", "store", "vision"]),
];

/// Words of the code (comments and tests set aside) and the only places that may say them.
const OWNERS: &[(&str, &[&str])] = &[
    ("tract_onnx", &["src/vision/onnx"]),
    ("libjpeg_turbo_rs", &["src/vision"]),
    ("rusqlite", &["src/store"]),
    ("axum", &["src/server"]),
    ("tokio_rustls", &["src/server"]),
    ("mdns_sd", &["src/server"]),
    ("notify", &["src/store"]),
    ("tar", &["src/store"]),
    ("ab_glyph", &["src/annotate"]),
    ("plotters", &[]),
    (
        "clap",
        &[
            "src/cli",
            "src/config",
            "src/main.rs",
            "src/people/enrol.rs",
            "src/program.rs",
            "src/server/options.rs",
            "src/store/database/tokens.rs",
        ],
    ),
    ("anyhow", &["src/cli", "src/main.rs"]),
];

/// What a room must not know, as words of its code.
const STRANGERS: &[(&str, &[&str])] = &[
    ("vision", &["tokio", "async", "net", "SystemTime", "Timestamp", "rusqlite"]),
    ("people", &["tokio", "async", "fs", "net", "SystemTime", "Instant"]),
    ("presence", &["tokio", "async", "fs", "net", "SystemTime", "Instant", "Embedding"]),
    ("annotate", &["tokio", "async", "net", "SystemTime", "Instant"]),
    ("store", &["tokio", "async", "net"]),
];

/// Where the integration is.
const PYTHON: &str = "custom_components/face";

/// Files of `engine` that use something of `engine/mod.rs`, which uses them: there are never more.
const UPWARD_IN_ENGINE: usize = 3;

/// Folders that are made, not written.
const MADE: &[&str] = &["target", ".git", ".cache", "data", "dist", "node_modules", "__pycache__", ".venv"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` of the project, as paths from its root, sorted; those of [`MADE`] left out.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if MADE.contains(&name.as_str()) || (name.starts_with('.') && name.ends_with("_cache")) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(root()).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

fn with_ending(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = files(folder);
    found.retain(|file| endings.iter().any(|ending| file.ends_with(ending)));
    found
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The program without its comments, texts and its tests at the end.
fn code(source: &str) -> String {
    let mut code = String::new();
    for line in source.lines() {
        if line.trim().starts_with("mod tests") {
            break;
        }
        let line = line.split("//").next().unwrap_or_default();
        for (at, part) in line.split('"').enumerate() {
            if at % 2 == 0 {
                code.push_str(part);
            }
        }
        code.push('\n');
    }
    code
}

/// The words of a program: names and keywords.
fn words(code: &str) -> BTreeSet<&str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

/// The rooms that a file names after `crate::`, also in braces.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        if let Some(list) = after.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        used.insert(std::mem::take(&mut name));
                    }
                    _ if depth == 0 && !c.is_whitespace() => name.push(c),
                    _ => {}
                }
            }
            used.insert(name);
        } else {
            used.insert(after.to_owned());
        }
    }
    used.iter()
        .map(|path| path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|room| ROOMS.iter().any(|(name, _)| name == room))
        .collect()
}

fn room_of(file: &str) -> Option<&str> {
    let inside = file.strip_prefix("src/")?;
    let room = inside.split(['/', '.']).next()?;
    ROOMS.iter().map(|(name, _)| *name).find(|name| *name == room)
}

/// Program files that are no tests.
fn program() -> Vec<String> {
    let mut files = with_ending("src", &[".rs"]);
    files.retain(|file| !file.ends_with("tests.rs") && !file.contains("/tests/"));
    assert!(!files.is_empty());
    files
}

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn a_room_uses_only_rooms_to_its_right() {
    let mut complaints = Vec::new();
    for file in program() {
        let Some(room) = room_of(&file) else { continue };
        let allowed = ROOMS.iter().find(|(name, _)| *name == room).unwrap().1;
        for used in rooms_used(&code(&read(&file))) {
            if used != room && !allowed.contains(&used.as_str()) {
                complaints.push(format!("{file} uses crate::{used}, which `{room}` must not know"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn a_library_is_named_only_by_the_room_that_owns_it() {
    let mut complaints = Vec::new();
    for file in program() {
        let code = code(&read(&file));
        for (word, owners) in OWNERS {
            let owned = owners.iter().any(|owner| {
                let rest = file.strip_prefix(owner);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
            });
            if !owned && words(&code).contains(word) {
                complaints.push(format!("{file} names {word}, which only {owners:?} may"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn a_room_does_not_know_what_it_must_not_know() {
    let mut complaints = Vec::new();
    for file in program() {
        let code = code(&read(&file));
        for (room, strangers) in STRANGERS {
            if room_of(&file) != Some(room) {
                continue;
            }
            for stranger in strangers.iter().filter(|word| words(&code).contains(*word)) {
                complaints.push(format!("{file} says {stranger}, which `{room}` must not know"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn the_reader_of_imports_sees_through_braces_and_past_comments() {
    let source = "use crate::{vision::{Rect, server}, store};\n// crate::annotate\nlet x = crate::engine::run();\n\
                  let text = \"crate::cli\";\n#[cfg(test)]\nmod tests { use crate::annotate; }\n";
    let used: Vec<String> = rooms_used(&code(source)).into_iter().collect();
    assert_eq!(used, ["engine", "store", "vision"]);
}

#[test]
fn every_room_is_on_the_list() {
    let mut complaints = Vec::new();
    for file in with_ending("src", &[".rs"]) {
        let known = ["src/lib.rs", "src/main.rs"].contains(&file.as_str());
        if !known && room_of(&file).is_none() {
            complaints.push(format!("{file} belongs to no room of tests/house.rs"));
        }
    }
    none(&complaints);
}

fn with_code(files: Vec<String>) -> Vec<(String, String)> {
    files.into_iter().map(|file| (file.clone(), code(&read(&file)))).collect()
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let mut circles = imports::circles(&imports::of_rust(&with_code(program())));
    let python = with_ending(PYTHON, &[".py"]).into_iter().map(|file| (file.clone(), read(&file)));
    circles.extend(imports::circles(&imports::of_python(PYTHON, &python.collect::<Vec<_>>())));
    none(&circles.iter().map(|circle| format!("these use each other: {circle:?}")).collect::<Vec<_>>());
}

#[test]
fn few_files_of_the_engine_use_what_contains_them() {
    let mut upward = imports::upward(&imports::of_rust(&with_code(program())));
    upward.retain(|(from, _)| from.starts_with("src/engine/"));
    assert!(upward.len() <= UPWARD_IN_ENGINE, "{} arrows point up: {upward:#?}", upward.len());
}

#[test]
fn every_file_begins_with_what_it_is() {
    let mut complaints = Vec::new();
    for file in ["src", "lab", "tests"].iter().flat_map(|folder| with_ending(folder, &[".rs"])) {
        if !read(&file).starts_with("//!") {
            complaints.push(format!("{file} does not begin with //!"));
        }
    }
    for file in with_ending("custom_components", &[".py"]) {
        if !read(&file).starts_with("\"\"\"") {
            complaints.push(format!("{file} does not begin with a docstring"));
        }
    }
    none(&complaints);
}

/// Paths of this project that a document names: in backticks below one of our top folders, or as the target of a link.
fn paths_in(document: &str, folders: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for (at, quoted) in document.split('`').enumerate() {
        let quoted = quoted.trim_start_matches("./");
        let top = quoted.split('/').next().unwrap_or_default();
        if at % 2 == 1 && quoted.contains('/') && folders.contains(top) && !quoted.contains(char::is_whitespace) {
            found.push(quoted.to_owned());
        }
    }
    for after in document.split("](").skip(1) {
        let link = after.split([')', ' ', '#']).next().unwrap_or_default();
        if !link.is_empty() && !link.contains("://") && !link.starts_with("mailto:") && !link.starts_with('/') {
            found.push(link.to_owned());
        }
    }
    // What stands for something else (`faces/NAME/…`, `src/*.rs`) is checked as far as it is meant literally.
    found
        .iter()
        .map(|path| {
            let literal = |part: &&str| {
                let placeholder = part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase());
                !placeholder && !part.contains(['*', '<', '{', '…', '%'])
            };
            path.split('/').take_while(literal).collect::<Vec<_>>().join("/")
        })
        .filter(|path| !path.is_empty())
        .collect()
}

#[test]
fn paths_named_in_documents_exist() {
    let folders: BTreeSet<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !MADE.contains(&name.as_str()))
        .collect();
    let mut complaints = Vec::new();
    for document in with_ending("", &[".md"]) {
        let beside = root().join(&document).parent().unwrap().to_owned();
        for path in paths_in(&read(&document), &folders) {
            if !root().join(&path).exists() && !beside.join(&path).exists() {
                complaints.push(format!("{document} names {path}, which is not there"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn the_reader_of_documents_finds_paths_and_leaves_patterns() {
    let folders = BTreeSet::from(["src".to_owned(), "faces".to_owned()]);
    let text = "`src/a.rs`, `faces/NAME/*.jpg`, `GET /src/x`, `other/b`, [c](docs/c.md#top), [d](https://d/e)";
    assert_eq!(paths_in(text, &folders), ["src/a.rs", "faces", "docs/c.md"]);
}

/// Every test's name and its file. What is fuzzed is called as its file is.
fn tests_by_name() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for file in ["src", "lab", "tests"].iter().flat_map(|folder| with_ending(folder, &[".rs", ".py"])) {
        if let Some(target) = file.strip_prefix("tests/fuzz/targets/") {
            found.insert(target.trim_end_matches(".rs").to_owned(), file.clone());
        }
        let mut marked = false;
        for line in read(&file).lines().map(str::trim_start) {
            let line = line.strip_prefix("async ").unwrap_or(line);
            marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let rust = line.strip_prefix("fn ").filter(|_| std::mem::take(&mut marked));
            let python = line.strip_prefix("def ").filter(|name| name.starts_with("test_"));
            if let Some(after) = rust.or(python) {
                let name = after.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                found.insert(name.to_owned(), file.clone());
            }
        }
    }
    found
}

/// The rows of a document's tables, without their heads, as cells.
fn rows_of(document: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = document.lines().collect();
    let is_rule = |at: usize| lines.get(at).is_some_and(|line| line.starts_with("| ---"));
    let is_row = |at: &usize| lines[*at].starts_with("| ") && !is_rule(*at) && !is_rule(at + 1);
    let cells = |at: usize| lines[at].trim_matches(['|', ' ']).split(" | ").map(str::trim).collect();
    (0..lines.len()).filter(is_row).map(cells).collect()
}

#[test]
fn every_attack_names_tests_that_are_there_or_says_by_hand() {
    const ROWS: usize = 140;
    const OVER_A_SOCKET: usize = 80;
    // What fetches, by itself; and commands, which mostly need no server.
    const WITHOUT_A_SERVER: [&str; 3] =
        ["tests/server/fetching.rs", "tests/server/odd_cameras.rs", "tests/server/program.rs"];
    let (document, tests) = (read("docs/attacks.md"), tests_by_name());
    let rows = rows_of(&document);
    let (mut complaints, mut over_a_socket) = (Vec::new(), 0);
    for row in &rows {
        let [attack, _, happened, shown] = row[..] else {
            complaints.push(format!("{row:?} has not four cells"));
            continue;
        };
        let named: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        for name in named.iter().filter(|name| !tests.contains_key(**name)) {
            complaints.push(format!("\"{attack}\" names {name}, and there is no such test"));
        }
        if named.is_empty() && !["by hand", "the same", "the first of these"].iter().any(|words| shown.contains(words))
        {
            complaints.push(format!("\"{attack}\" names no test"));
        }
        if happened.contains("broken") {
            complaints.push(format!("\"{attack}\" is not mended"));
        }
        let by_socket = |name: &&str| {
            let file = tests.get(*name).map_or("", String::as_str);
            (file.starts_with("tests/server/") || file.starts_with("tests/e2e/")) && !WITHOUT_A_SERVER.contains(&file)
        };
        over_a_socket += usize::from(named.iter().any(by_socket));
    }
    none(&complaints);
    assert!(rows.len() >= ROWS && over_a_socket >= OVER_A_SOCKET, "{} rows, {over_a_socket} over a socket", rows.len());
}

#[test]
fn nothing_depends_on_the_place_where_it_was_written() {
    let words = [
        concat!("/wo", "rk/"),
        concat!("../sha", "red"),
        concat!("/wt", "/"),
        concat!("pypi", ".org"),
        concat!("npmjs", ".org"),
        concat!("deb.deb", "ian.org"),
        concat!("static.crates", ".io"),
    ];
    let mut complaints = Vec::new();
    for file in files("") {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for word in words {
            if text.contains(word) {
                complaints.push(format!("{file} mentions {word}"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn the_project_has_one_address() {
    let manifest = read("Cargo.toml");
    let home = manifest.lines().find_map(|line| line.strip_prefix("repository = \"https://")).unwrap();
    let home = home.trim_end_matches('"');
    let (host, _) = home.split_once('/').unwrap();
    let mut documents = vec!["README.md".to_owned()];
    documents.extend(["custom_components", "blueprints", "docs"].iter().flat_map(|folder| files(folder)));
    let mut complaints = Vec::new();
    for file in documents {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for rest in text.split(host).skip(1) {
            let path: Vec<&str> = rest.split(['/', '"', ')', ' ', '\n', '`', '>']).take(3).collect();
            if path.len() == 3 && path[2] == "face" && format!("{host}{}", path.join("/")) != home {
                complaints.push(format!("{file} names {host}{}, but we live at {home}", path.join("/")));
            }
        }
    }
    none(&complaints);
}

/// Files and their SHA-256 from the tables of an origin note.
fn listed(note: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(note).parent().unwrap();
    let mut rows = Vec::new();
    for row in read(note).lines().filter(|line| line.starts_with("| `")) {
        let file = row.split('`').nth(1).unwrap();
        let is_hash = |word: &&str| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
        if let Some(hash) = row.split('`').find(is_hash) {
            rows.push((folder.join(file), hash.to_owned()));
        }
    }
    rows
}

#[test]
fn what_comes_from_elsewhere_is_what_its_note_says() {
    let mut complaints = Vec::new();
    for note in ["faces/ORIGINS.md", "tests/pictures/README.md", "weights/fonts/README.md"] {
        let rows = listed(note);
        assert!(!rows.is_empty(), "{note} lists nothing");
        for (file, hash) in rows {
            let bytes = fs::read(root().join(&file)).unwrap_or_default();
            let is = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            if is != hash {
                complaints
                    .push(format!("{} is not the file that {note} describes: its SHA-256 is {is}", file.display()));
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_photo_of_a_sample_person_has_a_note_of_origin() {
    let rows = listed("faces/ORIGINS.md");
    let known: BTreeSet<&Path> = rows.iter().map(|(file, _)| file.as_path()).collect();
    let people: BTreeSet<&Path> = known.iter().filter_map(|file| file.parent()).collect();
    let mut complaints = Vec::new();
    for file in files("faces") {
        let file = Path::new(&file);
        let hidden = file.file_name().unwrap().to_string_lossy().starts_with('.');
        if people.contains(file.parent().unwrap()) && !known.contains(file) && !hidden {
            complaints.push(format!("{} is not in faces/ORIGINS.md", file.display()));
        }
    }
    none(&complaints);
}

#[test]
fn licences_are_beside_what_they_allow() {
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "weights/fonts/LICENSE"] {
        assert!(read(file).len() > 500, "{file} is no licence");
    }
}
