//! Recorded pictures through the live decision: the lines that `face-lab replay` prints.

use std::collections::HashMap;
use std::path::Path;

use face_lab::line::Described;
use face_lab::{describe, gallery, line, recording, replay};
use face_server::engine::{Settings, Simulation};
use face_server::people::Prior;
use face_server::vision::{Options, Pack, Vision};
use serde_json::Value;

const FRAMES: &str = "\
visit,seconds,file
1,0,tests/pictures/barack_obama_2010.jpg
1,0.5,tests/pictures/nobody.jpg
1,1,tests/pictures/barack_obama_half_face.jpg
1,1.5,faces/Barack Obama/2009-09-09 address.jpg
2,0,tests/pictures/joe_biden_2010.jpg
2,40,tests/pictures/joe_biden_2010.jpg
";

struct Home {
    vision: Vision,
    options: Options,
    people: gallery::Gallery,
}

impl Home {
    /// The sample people.
    fn new() -> Self {
        let vision = Vision::load(&Pack::embedded().expect("the embedded pack")).expect("networks");
        let options = Options { threads: 1, ..Options::live() };
        let people = gallery::learn(&vision, &root().join("faces"), &options, 2).expect("the sample people");
        Self { vision, options, people }
    }

    fn simulation(&self) -> Simulation {
        let prior = Prior::of_pack(&self.vision).expect("a calibration");
        let mut simulation = Simulation::new(prior, Settings::default());
        for person in &self.people.people {
            simulation.enroll(person.name.clone(), &person.photos).expect("enrolled");
        }
        simulation
    }

    fn replay(&self, frames: &str, described: Option<&HashMap<String, Described>>) -> Vec<Value> {
        let pictures = recording::read(frames.as_bytes()).expect("a list");
        let live = replay::Live { vision: &self.vision, root: root(), options: &self.options, threads: 2 };
        let mut out = Vec::new();
        let mut replay = replay::Replay::new(self.simulation(), &mut out);
        let missing = replay::play_all(&mut replay, &pictures, described, &live).expect("played");
        assert_eq!(missing, 0);
        let lines = String::from_utf8(out).expect("text");
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn of_type<'a>(lines: &'a [Value], kind: &str, visit: u64) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == kind && line["visit"] == visit).collect()
}

#[test]
fn a_visit_is_one_track_confirmed_by_several_pictures_and_a_stranger_is_nobody() {
    let home = Home::new();
    assert!(home.people.refused.is_empty(), "{:?}", home.people.refused);
    let lines = home.replay(FRAMES, None);
    let confirmed: Vec<_> =
        of_type(&lines, "verdict", 1).into_iter().filter(|line| line["grade"] == "confirmed").collect();
    assert_eq!(confirmed.len(), 1, "{lines:?}");
    assert_eq!(confirmed[0]["person"], "Barack Obama");
    assert!(confirmed[0]["seconds"].as_f64() > Some(0.0), "one picture confirms nobody: {lines:?}");
    let ended = of_type(&lines, "final", 1);
    assert_eq!((ended.len(), &ended[0]["best_person"]), (1, &"Barack Obama".into()), "{lines:?}");
    assert_eq!(ended[0]["file"], "faces/Barack Obama/2009-09-09 address.jpg", "where the track was last");
    assert_eq!(of_type(&lines, "verdict", 2), Vec::<&Value>::new(), "{lines:?}");
    let strangers = of_type(&lines, "final", 2);
    assert_eq!(strangers.len(), 2, "after forty seconds it is another track");
    assert!(strangers[0]["evidence"].as_f64() < ended[0]["evidence"].as_f64());
}

#[test]
fn described_faces_give_the_same_lines_as_the_pictures() {
    let home = Home::new();
    let files = FRAMES.lines().skip(1).filter_map(|row| row.split(',').nth(2));
    let list = files.collect::<Vec<_>>().join("\n");
    let mut described = Vec::new();
    describe::describe(&home.vision, &list, root(), &home.options, None, 2, &mut described).expect("described");
    let described = line::read(&*described).expect("lines");
    assert_eq!(home.replay(FRAMES, Some(&described)), home.replay(FRAMES, None));
}

#[test]
fn a_camera_goes_on_where_a_visit_begins_anew() {
    let home = Home::new();
    let visits = "visit,seconds,file\n1,0,tests/pictures/joe_biden_2010.jpg\n2,1,tests/pictures/joe_biden_2010.jpg\n";
    assert_eq!(home.replay(visits, None).len(), 2);
    let camera = visits.replace("visit,", "camera,").replace("2,1,", "1,1,");
    let lines = home.replay(&camera, None);
    assert_eq!(lines.len(), 1, "one track: {lines:?}");
    assert_eq!(lines[0]["camera"], "1");
    assert!(lines[0]["unknown"].is_string(), "a stranger is remembered");
}
