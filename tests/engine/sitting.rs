//! Somebody walks up to a camera and is learned from what it saw, poor pictures among it.

use face_server::engine::{
    Ask, CameraChange, CameraId, Engine, EngineError, Options, Override, PictureBytes, SittingAcceptance, SittingState,
};
use face_server::people::{Refusal, View};
use image::{RgbImage, imageops};
use jiff::Timestamp;

use super::scenes::{portrait, scene, turned};
use super::{House, door, enroll, name, picture};

const AHEAD: &str = "faces/Barack Obama/2012-12-06 portrait.jpg";
const ASIDE: &str = "faces/Barack Obama/2009-09-09 address.jpg";
const HOPPER: &str = "faces/Grace Hopper/portrait.jpg";
const BIDEN: &str = "tests/pictures/joe_biden_2010.jpg";

/// A machine that is busy with other tests takes longer for a walk than anybody stands before a camera.
fn start(house: &House) -> Engine {
    house.start_with(Options { workers: 2, sitting: std::time::Duration::from_secs(600), ..Options::default() })
}

struct Walk {
    engine: Engine,
    sitting: SittingState,
    house: House,
    at: Timestamp,
}

impl Walk {
    async fn begin(house: House, engine: Engine) -> Self {
        let camera = CameraChange { id: CameraId("door".into()), ..CameraChange::default() };
        engine.configure_cameras(vec![camera]).await.expect("a camera");
        let sitting = engine.start_sitting(Some(CameraId("door".into()))).await.expect("begun");
        Self { engine, sitting, house, at: Timestamp::now() }
    }

    /// The next picture of the camera; what is asked for then, and how many pictures are kept.
    async fn sees(&mut self, shown: &[(&RgbImage, u32)]) -> (Option<Ask>, usize) {
        self.at += std::time::Duration::from_millis(500);
        self.engine.observe(door(&scene(shown), self.at)).await.expect("observed");
        self.sitting = self.engine.sitting(self.sitting.id.clone()).await.expect("there");
        (self.sitting.ask, self.sitting.pictures.len())
    }

    async fn accept(&self, who: &str, allow: &[Override]) -> Result<(), EngineError> {
        let acceptance = SittingAcceptance {
            sitting: self.sitting.id.clone(),
            name: name(who),
            pictures: self.sitting.pictures.iter().map(|taken| taken.number).collect(),
            allow: allow.to_vec(),
        };
        self.engine.accept_sitting(acceptance).await.map(drop)
    }

    /// From the front, and to both sides.
    async fn whole(&mut self) {
        let (ahead, aside) = (portrait(AHEAD), portrait(ASIDE));
        let right = turned(&imageops::flip_horizontal(&aside), 300, 0.25);
        let left = imageops::flip_horizontal(&right);
        for person in [&ahead, &right, &left] {
            self.sees(&[(person, 700)]).await;
        }
        assert_eq!((self.sitting.taking, self.sitting.pictures.len()), (false, 3), "{:?}", self.sitting);
    }
}

#[tokio::test]
async fn somebody_is_learned_by_a_walk_with_poor_pictures_in_it() {
    let house = House::new();
    let engine = start(&house);
    let mut walk = Walk::begin(house, engine).await;
    let (ahead, aside) = (portrait(AHEAD), portrait(ASIDE));
    let right = turned(&imageops::flip_horizontal(&aside), 300, 0.25);
    let left = imageops::flip_horizontal(&right);
    let (hopper, dark) = (portrait(HOPPER), imageops::colorops::brighten(&ahead, -190));
    let blurred = imageops::blur(&ahead, 14.0);
    assert_eq!(walk.sees(&[]).await, (Some(Ask::StepIntoView), 0));
    assert_eq!(walk.sees(&[(&ahead, 150)]).await, (Some(Ask::ComeCloser), 0));
    assert_eq!(walk.sees(&[(&blurred, 700)]).await, (Some(Ask::HoldStill), 0));
    assert_eq!(walk.sees(&[(&dark, 700)]).await, (Some(Ask::MoreLight), 0));
    assert_eq!(walk.sees(&[(&ahead, 700), (&hopper, 500)]).await, (Some(Ask::OnePersonOnly), 0));
    assert_eq!(walk.sees(&[(&ahead, 680)]).await, (Some(Ask::LookLeft), 1));
    assert_eq!(walk.sees(&[(&ahead, 700)]).await, (Some(Ask::LookLeft), 1), "the same again adds nothing");
    assert_eq!(walk.sees(&[(&hopper, 600)]).await, (Some(Ask::SomebodyElse), 1));
    assert_eq!(walk.sees(&[(&right, 700)]).await, (Some(Ask::LookRight), 2));
    assert_eq!(walk.sees(&[(&left, 700)]).await, (None, 3));
    assert!(!walk.sitting.taking, "nothing is missing any more");
    assert_eq!(walk.sees(&[(&ahead, 500)]).await, (None, 3));
    let views: Vec<_> = walk.sitting.pictures.iter().map(|taken| taken.view).collect();
    assert_eq!(views, [View::Front, View::Right, View::Left]);
    assert!(walk.sitting.pictures.iter().all(|taken| taken.quality.overall >= 0.6), "{:?}", walk.sitting);
    assert!(walk.engine.people().is_empty(), "nothing is learned before it is accepted");

    let mut shown = Vec::new();
    for taken in &walk.sitting.pictures {
        shown.push(walk.engine.picture(taken.picture.clone()).await.expect("a picture"));
    }
    walk.accept("Barack Obama", &[]).await.expect("learned");
    let person = walk.engine.people().remove(0).person;
    let mut learned = Vec::new();
    for photo in walk.engine.photos(person.id.clone()).await.expect("listed") {
        assert!(photo.usable, "{photo:?}");
        learned.push(walk.engine.picture(photo.picture).await.expect("a photo"));
    }
    let sorted = |mut pictures: Vec<PictureBytes>| {
        pictures.sort();
        pictures
    };
    assert_eq!(sorted(learned), sorted(shown), "exactly what was shown");
    let gone = walk.engine.sitting(walk.sitting.id.clone()).await;
    assert!(matches!(gone, Err(EngineError::NotFound { what: "sitting", .. })), "{gone:?}");
    let known = walk.engine.ask(picture("tests/pictures/barack_obama_2010.jpg"), face_server::engine::Annotation::Skip);
    assert_eq!(known.await.expect("asked").faces[0].nearest[0].person, person);
    walk.engine.stop();
}

#[tokio::test]
async fn who_looks_like_somebody_else_is_learned_only_if_that_is_said_to_be_right() {
    let house = House::new();
    let engine = start(&house);
    enroll(&engine, "Ben", "tests/pictures/barack_obama_2010.jpg").await.expect("enrolled");
    let mut walk = Walk::begin(house, engine).await;
    walk.whole().await;
    match walk.accept("Anna", &[]).await {
        Err(EngineError::Refused(Refusal::LooksLikeSomeoneElse { person, .. })) => {
            assert_eq!(person.name.as_str(), "Ben");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(walk.engine.people().len(), 1, "none is learned where one is refused");
    walk.accept("Anna", &[Override::LooksLikeSomeoneElse]).await.expect("learned");
    let photos: Vec<_> = walk.engine.people().iter().map(|p| (p.person.name.to_string(), p.photos)).collect();
    assert_eq!(photos, [("Anna".to_owned(), 3), ("Ben".to_owned(), 1)]);
    walk.engine.stop();
}

#[tokio::test]
async fn what_is_declined_is_kept_nowhere_and_a_camera_learns_one_person_at_a_time() {
    let house = House::new();
    let engine = start(&house);
    let elsewhere = engine.start_sitting(Some(CameraId("nowhere".into()))).await;
    assert!(matches!(elsewhere, Err(EngineError::NotFound { what: "camera", .. })), "{elsewhere:?}");
    let mut walk = Walk::begin(house, engine).await;
    let second = walk.engine.start_sitting(Some(CameraId("door".into()))).await;
    assert!(matches!(second, Err(EngineError::SomebodySits { .. })), "{second:?}");
    walk.whole().await;
    let again =
        walk.engine.start_sitting(Some(CameraId("door".into()))).await.expect("the first takes no more pictures");
    walk.engine.forget_sitting(walk.sitting.id.clone()).await.expect("declined");
    let gone = walk.engine.picture(walk.sitting.pictures[0].picture.clone()).await;
    assert!(matches!(gone, Err(EngineError::NotFound { .. })), "{gone:?}");
    assert!(walk.accept("Anna", &[]).await.is_err());
    walk.engine.forget_sitting(again.id).await.expect("declined");
    assert!(walk.engine.people().is_empty());
    let faces = std::fs::read_dir(walk.house.folder.path().join("faces")).map_or(0, Iterator::count);
    assert_eq!(faces, 0, "nothing is written");
    // Without anybody to be learned a picture is only looked at.
    walk.engine.observe(door(&scene(&[(&portrait(BIDEN), 700)]), walk.at)).await.expect("observed");
    walk.engine.stop();
}
