//! Source text → which file uses which: an arrow for each file and each file that defines something it names.
//!
//! A name that is only passed on (`pub use`) is an arrow to the file that defines it. Tests inside a file are set aside.

use std::collections::{BTreeMap, BTreeSet};

/// Who uses whom, as paths of files.
pub(crate) type Arrows = BTreeMap<String, BTreeSet<String>>;

/// A file of a program, by the module it is (`store::database` for `src/store/database/mod.rs`).
struct Module {
    file: String,
    code: String,
}

/// Rust files below `src`, with their code.
pub(crate) fn of_rust(files: &[(String, String)]) -> Arrows {
    let modules: BTreeMap<Vec<String>, Module> = files
        .iter()
        .map(|(file, code)| (rust_module(file), Module { file: file.clone(), code: code.clone() }))
        .collect();
    let mut arrows = Arrows::new();
    for (path, module) in &modules {
        let used = arrows.entry(module.file.clone()).or_default();
        for named in names_used(path, &module.code, &modules) {
            let target = &modules[&definer(&named, &modules, 0)].file;
            if *target != module.file {
                used.insert(target.clone());
            }
        }
    }
    arrows
}

fn rust_module(file: &str) -> Vec<String> {
    let inside = file.trim_start_matches("src/").trim_end_matches(".rs");
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    if inside == "lib" { Vec::new() } else { inside.split('/').map(str::to_owned).collect() }
}

/// Full paths, from the crate's root, of everything of the crate that this module names, but for what it only passes on.
fn names_used(module: &[String], code: &str, modules: &BTreeMap<Vec<String>, Module>) -> Vec<Vec<String>> {
    let mut used = Vec::new();
    for statement in code.split(';') {
        let passes_on = statement.trim_start().starts_with("pub use") || statement.contains("\npub use");
        let children = modules.keys().filter(|path| path.len() == module.len() + 1 && path.starts_with(module));
        let mut starts: Vec<(String, Vec<String>)> =
            children.map(|child| (format!("{}::", child[module.len()]), child.clone())).collect();
        starts.push(("crate::".to_owned(), Vec::new()));
        if passes_on {
            continue;
        }
        for (start, base) in &starts {
            for at in whole_words(statement, start) {
                leaves(&statement[at + start.len()..], base, &mut used);
            }
        }
        for at in whole_words(statement, "super::") {
            let mut base = module.to_vec();
            base.pop();
            let mut rest = &statement[at + "super::".len()..];
            while let Some(further) = rest.strip_prefix("super::") {
                base.pop();
                rest = further;
            }
            leaves(rest, &base, &mut used);
        }
    }
    used
}

/// Where `word` stands in `text` with no name or path before it.
fn whole_words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let begins = |at: &usize| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    text.match_indices(word).map(|(at, _)| at).filter(begins)
}

/// Every path that a use tree like `a::{b, c::d}` comes to; returns what follows the tree.
fn leaves<'a>(text: &'a str, base: &[String], into: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = leaves(rest, base, into).trim_start();
            match rest.strip_prefix(',') {
                Some(further) if !further.trim_start().starts_with('}') => rest = further,
                Some(further) => return further.trim_start().strip_prefix('}').unwrap_or_default(),
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut path = base.to_vec();
    if name != "self" && !name.is_empty() {
        path.push(name.to_owned());
    }
    if let Some(further) = rest.strip_prefix("::") {
        return leaves(further, &path, into);
    }
    if let Some(alias) = rest.strip_prefix(" as ") {
        rest = alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    into.push(path);
    rest
}

/// The module that defines what `path` names: the deepest there is on its way, or where that passes the name on from.
fn definer(path: &[String], modules: &BTreeMap<Vec<String>, Module>, depth: usize) -> Vec<String> {
    let deepest = (0..=path.len()).rev().map(|n| &path[..n]).find(|begin| modules.contains_key(*begin));
    let module = deepest.unwrap_or_default().to_vec();
    let Some(name) = path.get(module.len()).filter(|_| depth < 5) else { return module };
    for statement in modules[&module].code.split(';') {
        let Some((_, tree)) = statement.split_once("use ") else { continue };
        let mut passed_on = Vec::new();
        let (base, tree) = match tree.trim_start() {
            tree if tree.starts_with("crate::") => (Vec::new(), &tree["crate::".len()..]),
            tree if tree.starts_with("super::") => (module[..module.len() - 1].to_vec(), &tree["super::".len()..]),
            tree => (module.clone(), tree),
        };
        leaves(tree, &base, &mut passed_on);
        if let Some(from) = passed_on.into_iter().find(|from| from.last() == Some(name) && from != path) {
            return definer(&from, modules, depth + 1);
        }
    }
    module
}

/// Python files of one package, `root` (`custom_components/face`), with their text.
pub(crate) fn of_python(root: &str, files: &[(String, String)]) -> Arrows {
    let module = |file: &str| -> Vec<String> {
        let inside = file.trim_start_matches(root).trim_start_matches('/').trim_end_matches(".py");
        let inside = inside.strip_suffix("__init__").unwrap_or(inside).trim_end_matches('/');
        inside.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let modules: BTreeMap<Vec<String>, &String> = files.iter().map(|(file, _)| (module(file), file)).collect();
    let mut arrows = Arrows::new();
    for (file, text) in files {
        let mut package = module(file);
        if !file.ends_with("__init__.py") {
            package.pop();
        }
        let used = arrows.entry(file.clone()).or_default();
        for (from, names) in relative_imports(text) {
            let dots = from.chars().take_while(|c| *c == '.').count();
            let mut base = package[..package.len() - (dots - 1).min(package.len())].to_vec();
            base.extend(from[dots..].split('.').filter(|part| !part.is_empty()).map(str::to_owned));
            for name in names {
                let mut deeper = base.clone();
                deeper.push(name);
                if let Some(target) = modules.get(&deeper).or_else(|| modules.get(&base)).filter(|t| **t != file) {
                    used.insert((*target).clone());
                }
            }
        }
    }
    arrows
}

/// `from .a import b, c` as (`.a`, [b, c]), wherever it stands, also over several lines.
fn relative_imports(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((from, names)) = line.trim_start().strip_prefix("from .").and_then(|rest| rest.split_once(" import "))
        else {
            continue;
        };
        let mut names = names.to_owned();
        while names.contains('(') && !names.contains(')') {
            let Some(line) = lines.next() else { break };
            names.push_str(line.split('#').next().unwrap_or_default());
        }
        let name = |part: &str| part.split_whitespace().next().map(str::to_owned);
        found.push((format!(".{from}"), names.replace(['(', ')'], " ").split(',').filter_map(name).collect()));
    }
    found
}

/// The circles: sets of files of which each, over the others, uses itself. A file and the `mod.rs` that contains it are no two
/// files here: such arrows are [`upward`].
pub(crate) fn circles(arrows: &Arrows) -> Vec<BTreeSet<String>> {
    let mut sideways = arrows.clone();
    for (from, to) in upward(arrows) {
        sideways.get_mut(&from).unwrap().remove(&to);
    }
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        sideways.keys().map(|file| (file, reached_from(file, &sideways))).collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for (file, reaches) in &reached {
        if reaches.contains(file) && !circles.iter().any(|circle| circle.contains(*file)) {
            let back = |other: &&&String| reached.get(**other).is_some_and(|there| there.contains(*file));
            circles.push(reaches.iter().filter(back).map(|other| (*other).clone()).collect());
        }
    }
    circles
}

fn reached_from<'a>(file: &String, arrows: &'a Arrows) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = arrows.get(file).into_iter().flatten().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(arrows.get(next).into_iter().flatten());
        }
    }
    reached
}

/// Arrows from a file to one that contains it: to the `mod.rs` of its own folder, or of one above.
pub(crate) fn upward(arrows: &Arrows) -> Vec<(String, String)> {
    let contains =
        |above: &str, below: &str| above.strip_suffix("mod.rs").is_some_and(|folder| below.starts_with(folder));
    let all = arrows.iter().flat_map(|(from, to)| to.iter().map(move |to| (from.clone(), to.clone())));
    all.filter(|(from, to)| contains(to, from)).collect()
}

#[test]
fn a_circle_is_found_through_names_that_are_passed_on() {
    let file = |name: &str, code: &str| (name.to_owned(), code.to_owned());
    let arrows = of_rust(&[
        file("src/lib.rs", "pub mod home;\n"),
        file("src/home/mod.rs", "mod a;\nmod b;\npub use a::{A, Other};\npub struct Own;\n"),
        file("src/home/a.rs", "use super::{b, Own};\nfn f() { b::run(); }\n"),
        file("src/home/b.rs", "use crate::home::{A as Renamed};\n"),
        file("src/home/c.rs", "use super::{Other, b::{self, B}};\n"),
    ]);
    let uses = |file: &str| arrows[file].iter().map(|to| to.trim_start_matches("src/home/")).collect::<Vec<_>>();
    assert_eq!(uses("src/home/a.rs"), ["b.rs", "mod.rs"]);
    assert_eq!(uses("src/home/b.rs"), ["a.rs"]);
    assert_eq!(uses("src/home/c.rs"), ["a.rs", "b.rs"]);
    assert_eq!(circles(&arrows), [BTreeSet::from(["src/home/a.rs".to_owned(), "src/home/b.rs".to_owned()])]);
    assert_eq!(upward(&arrows), [("src/home/a.rs".to_owned(), "src/home/mod.rs".to_owned())]);
}

#[test]
fn a_circle_of_python_is_found_over_folders() {
    let file = |name: &str, text: &str| (format!("p/{name}"), text.to_owned());
    let arrows = of_python(
        "p",
        &[
            file("__init__.py", "from .a import run\n"),
            file("a.py", "from .wire import (\n    client,  # the client\n    Model as M,\n)\n"),
            file("wire/__init__.py", "class Model: pass\n"),
            file("wire/client.py", "def f():\n    from ..a import run\n"),
        ],
    );
    assert_eq!(arrows["p/a.py"], BTreeSet::from(["p/wire/__init__.py".to_owned(), "p/wire/client.py".to_owned()]));
    assert_eq!(circles(&arrows), [BTreeSet::from(["p/a.py".to_owned(), "p/wire/client.py".to_owned()])]);
}
