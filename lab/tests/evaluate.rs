//! Measuring on the sample pictures, through the real networks and the real decision.

#![expect(clippy::unwrap_used, reason = "what cannot be read or found is a failed test")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use face_lab::evaluate::homes::{self, STATED, Scene, Source};
use face_lab::evaluate::watched::{self, Between};
use face_lab::evaluate::{comings, evaluate, folder, labels, plots};
use face_lab::gallery::{Gallery, Person, nearest_centre};
use face_lab::line::Described;
use face_lab::recording;
use face_server::engine::Settings;
use face_server::people::{PersonName, Prior};
use face_server::vision::{Face, Options, Pack, Vision};

static VISION: LazyLock<Vision> = LazyLock::new(|| Vision::load(&Pack::embedded().unwrap()).unwrap());

const OBAMA: [&str; 4] = [
    "faces/Barack Obama/2009-09-09 address.jpg",
    "faces/Barack Obama/2012-12-06 portrait.jpg",
    "tests/pictures/barack_obama_half_face.jpg",
    "tests/pictures/barack_obama_2010.jpg",
];
const BIDEN: &str = "tests/pictures/joe_biden_2010.jpg";

static DESCRIBED: LazyLock<HashMap<String, Described>> = LazyLock::new(|| {
    let files =
        OBAMA.into_iter().chain([BIDEN, "faces/Eileen Collins/portrait.png", "faces/Grace Hopper/portrait.jpg"]);
    files.map(|file| (file.to_owned(), describe(file))).collect()
});

fn path(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(name)
}

fn describe(file: &str) -> Described {
    let found = VISION.describe(&std::fs::read(path(file)).unwrap(), &Options::live()).unwrap();
    Described { size: (found.width, found.height), faces: found.faces }
}

fn face(file: &str) -> Face {
    let Described { size, faces } = DESCRIBED[file].clone();
    nearest_centre(faces, size.0, size.1).unwrap()
}

fn person(name: &str, files: &[&str]) -> Person {
    Person { name: PersonName::new(name).unwrap(), photos: files.iter().map(|file| face(file)).collect() }
}

fn four_people() -> Vec<Person> {
    vec![
        person("Barack Obama", &OBAMA),
        person("Eileen Collins", &["faces/Eileen Collins/portrait.png"]),
        person("Grace Hopper", &["faces/Grace Hopper/portrait.jpg"]),
        person("Joe Biden", &[BIDEN]),
    ]
}

/// Obama, enrolled by two photos, comes by two others; Biden, who is not enrolled, comes too.
fn recording() -> (Vec<recording::Picture>, Vec<labels::Label>) {
    let center = |file: &str| face(file).detection.box_in_frame.center();
    let (half, full, biden) = (center(OBAMA[2]), center(OBAMA[3]), center(BIDEN));
    let frames = format!("visit,seconds,file\n1,0,{}\n1,1,{}\n2,0,{BIDEN}\n", OBAMA[2], OBAMA[3]);
    let people = format!(
        "visit,person,known,file,cx,cy\n1,barack_obama,1,{},{},{}\n1,barack_obama,1,{},{},{}\n2,Joe Biden,0,{BIDEN},{},{}\n",
        OBAMA[2], half.x, half.y, OBAMA[3], full.x, full.y, biden.x, biden.y
    );
    (recording::read(frames.as_bytes()).unwrap(), labels::read(people.as_bytes(), "".as_bytes()).unwrap())
}

fn three_enrolled() -> Vec<Person> {
    vec![
        person("Barack Obama", &OBAMA[..2]),
        person("Eileen Collins", &["faces/Eileen Collins/portrait.png"]),
        person("Grace Hopper", &["faces/Grace Hopper/portrait.jpg"]),
    ]
}

#[test]
fn a_home_done_by_the_parts_is_what_the_live_decision_says() {
    let prior = Prior::of_pack(&VISION).unwrap();
    let (pictures, labels) = recording();
    let people = three_enrolled();
    let mut home = watched::home(prior.as_ref(), &Settings::default(), &people).unwrap();
    let watched = watched::watch(&mut home, Between::Everything, &people, &pictures, &DESCRIBED, &labels).unwrap();
    assert_eq!(watched.visits.iter().map(|v| v.enrolled).collect::<Vec<_>>(), [Some(0), None]);
    let scene = Scene { prior: prior.as_ref(), people: &people, visits: &watched.visits, source: Source::Recordings };
    let pairs = homes::pairs(&scene, &[vec![0, 1, 2], vec![1, 2]], 2);
    let shown: Vec<_> = pairs.iter().map(|pair| (pair.home, pair.visit)).collect();
    assert_eq!(shown, [(0, 0), (0, 1), (1, 1)], "the known only at home, strangers everywhere");
    let (obama, biden) = (&pairs[0], &pairs[1]);
    for pair in [obama, biden] {
        let live = homes::live(&watched.visits[pair.visit]);
        assert_eq!(pair.outcomes[0].shipped, live.shipped);
        assert!((pair.outcomes[0].top - live.top).abs() < 0.3, "{} and {}", pair.outcomes[0].top, live.top);
    }
    assert!(obama.outcomes[0].shipped.right && obama.outcomes.iter().all(|outcome| !outcome.right.is_empty()));
    assert!(obama.outcomes.iter().zip(&biden.outcomes).all(|(known, stranger)| known.top > stranger.top));
    assert_eq!(biden.confirmed, [false; STATED.len()]);
}

#[test]
fn a_folder_of_photos_is_measured_and_drawn() {
    let prior = Prior::of_pack(&VISION).unwrap();
    let (people, visits) = folder::split(Gallery { people: four_people(), ..Gallery::default() }).unwrap();
    assert_eq!(people.iter().map(|p| p.photos.len()).collect::<Vec<_>>(), [3, 1, 1, 1]);
    let scene = Scene { prior: prior.as_ref(), people: &people, visits: &visits, source: Source::Photos };
    let report = evaluate(&scene, 0, 2);
    assert_eq!((report.people, report.visits), (4, [1, 1]), "the fourth photo, at home and elsewhere");
    for row in &report.settings[0].rows {
        assert!((row.right.value - 1.0).abs() < 1e-9, "{}: a portrait is no stranger's", row.name);
    }
    let page = report.to_string();
    assert!(page.contains("| **ours** |") && page.contains("| Frigate's |"), "{page}");
    let drawn = plots::draw(&report).unwrap();
    assert_eq!(
        drawn.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["accuracy-everybody.svg", "stated-rate.svg"]
    );
    assert!(drawn.iter().all(|(_, svg)| svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>")));
}

#[test]
fn a_folder_without_a_fourth_photo_is_refused_in_words() {
    let people = vec![person("Grace Hopper", &["faces/Grace Hopper/portrait.jpg"]), person("Joe Biden", &[BIDEN])];
    let said = folder::split(Gallery { people, ..Gallery::default() }).unwrap_err().to_string();
    assert!(said.contains("four photos or more"), "{said}");
}

#[test]
fn strangers_who_come_again_are_counted() {
    let prior = Prior::of_pack(&VISION).unwrap();
    let people = vec![person("Eileen Collins", &["faces/Eileen Collins/portrait.png"])];
    let list = format!(
        "person,seconds,file\nObama,0,{}\nBiden,600,{BIDEN}\nObama,1200,{}\nObama,1800,{}\n",
        OBAMA[0], OBAMA[1], OBAMA[3]
    );
    let comings = comings::read(list.as_bytes()).unwrap();
    let known = comings::Known { pictures: &[], labels: &[] };
    let met = comings::play(prior.as_ref(), &Settings::default(), &people, &comings, &known, &DESCRIBED).unwrap();
    assert_eq!((met.people, met.later, met.again), (2, 2, 2));
    assert_eq!((met.identities, met.mixed, met.named, met.unnoticed), (2, 0, 0, 0));
}

#[test]
fn somebody_known_who_is_not_enrolled_is_refused_in_words() {
    let (pictures, labels) = recording();
    let people = vec![person("Grace Hopper", &["faces/Grace Hopper/portrait.jpg"])];
    let mut home = watched::home(None, &Settings::default(), &people).unwrap();
    let refused = watched::watch(&mut home, Between::Everything, &people, &pictures, &DESCRIBED, &labels);
    assert!(refused.unwrap_err().to_string().contains("nobody of that name is enrolled"));
}
