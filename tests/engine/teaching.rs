//! What a photo teaches, whose it is, and that it goes on teaching whatever becomes of the data folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use face_server::engine::{
    Annotation, CameraChange, Engine, EngineError, Enrollment, Identity, Options, Override, RecognizedFace, Said,
};
use face_server::people::Refusal;
use face_server::vision::{Frame, Limits, Rect, Rotation};
use jiff::Timestamp;

use super::{House, door, enroll, name, picture, until};

const ALL: [Override; 2] = [Override::Duplicate, Override::LooksLikeSomeoneElse];

/// How many usable photos each has, `Alice 1, Bob 0`, by name.
fn photos(engine: &Engine) -> String {
    let people: Vec<_> = engine.people().into_iter().map(|p| format!("{} {}", p.person.name, p.photos)).collect();
    people.join(", ")
}

#[tokio::test]
async fn each_face_of_a_group_is_learned_and_is_still_known_without_the_data_folder() {
    for group in ["tests/pictures/four_people.jpg", "tests/pictures/two_people.jpg"] {
        let house = House::new();
        let engine = house.start();
        let mut taught = Vec::new();
        for face in engine.ask(picture(group), Annotation::Skip).await.expect("asked").faces {
            let who = name(&format!("Person {}", taught.len()));
            let face_box = Some(face.face.detection.box_in_frame);
            let enrollment = Enrollment { name: who, picture: picture(group), face_box, allow: ALL.to_vec() };
            let enrolled = engine.enroll(enrollment).await.expect("enrolled");
            taught.push(enrolled.person);
        }
        engine.stop();
        drop(engine);
        std::fs::remove_dir_all(house.folder.path().join("data")).expect("deleted");

        let again = house.start();
        let learned = || again.people().iter().filter(|p| p.photos == 1).count();
        until("every photo is learned again", || learned() == taught.len()).await;
        assert_eq!(again.problems().await.expect("listed"), []);
        let shown = again.ask(picture(group), Annotation::Skip).await.expect("asked").faces;
        assert_eq!(shown.len(), taught.len());
        for (face, person) in shown.into_iter().zip(taught) {
            assert_eq!(face.nearest[0].person, person, "{group}");
            assert!(face.nearest[0].photo_cosine > 0.8, "{:?}", face.nearest);
        }
        again.stop();
    }
}

/// Two heads, one in the corner: the middle of what is cut around it is nearer to the other one.
fn close_together(left: Rect, right: Rect) -> Arc<[u8]> {
    let two = Frame::decode(&picture("tests/pictures/two_people.jpg"), &Limits::default()).expect("decoded").pixels;
    let head = |face: Rect| {
        let above = face.y - 0.2 * face.h;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the picture")]
        let [x, y, w, h] = [face.x, above, face.w, 1.4 * face.h].map(|v| v.max(0.0) as u32);
        let head = image::imageops::crop_imm(&two, x, y, w, h).to_image();
        image::imageops::resize(&head, 150, 280, image::imageops::FilterType::Triangle)
    };
    let mut close = image::RgbImage::from_pixel(480, 400, image::Rgb([90, 110, 90]));
    image::imageops::replace(&mut close, &head(left), 4, 4);
    image::imageops::replace(&mut close, &head(right), 156, 60);
    let mut bytes = std::io::Cursor::new(Vec::new());
    close.write_to(&mut bytes, image::ImageFormat::Png).expect("encoded");
    bytes.into_inner().into()
}

/// The faces of a picture, from left to right.
async fn faces(engine: &Engine, picture: &Arc<[u8]>) -> Vec<RecognizedFace> {
    let mut faces = engine.ask(Arc::clone(picture), Annotation::Skip).await.expect("asked").faces;
    faces.sort_by(|a, b| a.face.detection.box_in_frame.x.total_cmp(&b.face.detection.box_in_frame.x));
    faces
}

#[tokio::test]
async fn of_two_faces_side_by_side_the_chosen_one_is_learned_and_the_photo_shows_it_alone() {
    let house = House::new();
    let engine = house.start();
    let apart = faces(&engine, &picture("tests/pictures/two_people.jpg")).await;
    let close = close_together(apart[0].face.detection.box_in_frame, apart[1].face.detection.box_in_frame);
    let shown = faces(&engine, &close).await;
    assert_eq!(shown.len(), 2);
    for (who, face) in ["Left", "Right"].into_iter().zip(&shown) {
        let face_box = Some(face.face.detection.box_in_frame);
        let enrollment = Enrollment { name: name(who), picture: close.clone(), face_box, allow: ALL.to_vec() };
        engine.enroll(enrollment).await.expect("enrolled");
    }
    let nearest = async |engine: &Engine| {
        let shown = faces(engine, &close).await;
        shown.iter().map(|f| f.nearest[0].person.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(nearest(&engine).await, ["Left", "Right"]);
    engine.stop();
    drop(engine);
    std::fs::remove_dir_all(house.folder.path().join("data")).expect("deleted");
    let again = house.start();
    until("both are learned or known not to be", || again.stats().people == 2 && again.stats().photos_to_learn == 0)
        .await;
    assert_eq!(again.problems().await.expect("listed"), []);
    assert_eq!(nearest(&again).await, ["Left", "Right"]);
    again.stop();
}

#[tokio::test]
async fn strangers_side_by_side_are_learned_each_alone() {
    let house = House::new();
    let engine = house.start();
    let apart = faces(&engine, &picture("tests/pictures/two_people.jpg")).await;
    let close = close_together(apart[0].face.detection.box_in_frame, apart[1].face.detection.box_in_frame);
    let mut seen = engine.observe(door(&close, Timestamp::now())).await.expect("observed").faces;
    seen.sort_by(|a, b| a.face.detection.box_in_frame.x.total_cmp(&b.face.detection.box_in_frame.x));
    for (who, face) in ["Left", "Right"].into_iter().zip(seen) {
        let Identity::Unknown { unknown: Some(id), .. } = face.identity else { panic!("{:?}", face.identity) };
        engine.assign_unknown(id, name(who)).await.expect("named");
    }
    assert_eq!(photos(&engine), "Left 1, Right 1");
    let shown = faces(&engine, &close).await;
    let nearest: Vec<_> = shown.iter().map(|f| f.nearest[0].person.name.as_str()).collect();
    assert_eq!(nearest, ["Left", "Right"]);
    engine.stop();
    drop(engine);
    std::fs::remove_dir_all(house.folder.path().join("data")).expect("deleted");
    let again = house.start();
    until("both are learned or known not to be", || again.stats().people == 2 && again.stats().photos_to_learn == 0)
        .await;
    assert_eq!(photos(&again), "Left 1, Right 1");
    again.stop();
}

#[tokio::test]
async fn the_very_photo_of_somebody_is_nobody_elses_whatever_is_allowed() {
    let house = House::new();
    let engine = house.start();
    let portrait = "faces/Barack Obama/2012-12-06 portrait.jpg";
    let first = enroll(&engine, "Zoe", portrait).await.expect("enrolled");
    let again = Enrollment { name: name("Adam"), picture: picture(portrait), face_box: None, allow: ALL.to_vec() };
    match engine.enroll(again).await {
        Err(EngineError::Refused(Refusal::SomebodyElsesPhoto { person, photo })) => {
            assert_eq!((person, photo), (first.person.clone(), first.photo.clone()));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(photos(&engine), "Zoe 1", "and nobody is made");
    // Taken away from the one, the other may have it.
    engine.delete_photo(first.person.id, first.photo).await.expect("deleted");
    enroll(&engine, "Adam", portrait).await.expect("enrolled");
    assert_eq!(photos(&engine), "Adam 1, Zoe 0");
    engine.stop();
}

#[tokio::test]
async fn a_sighting_corrected_twice_teaches_only_whom_it_was_said_to_be_last() {
    let house = House::new();
    let engine = house.start();
    enroll(&engine, "Alice", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    let seen = engine.observe(door(&picture("tests/pictures/barack_obama_2010.jpg"), Timestamp::now())).await;
    seen.expect("observed");
    let query = face_server::engine::SightingQuery { person: None, camera: None, cursor: None, limit: 10 };
    let sighting = engine.sightings(query).await.expect("listed").items[0].id;
    for (who, expected) in [
        ("Bob", "Alice 1, Bob 1"),
        ("Carol", "Alice 1, Bob 0, Carol 1"),
        ("Carol", "Alice 1, Bob 0, Carol 1"),
        ("Bob", "Alice 1, Bob 1, Carol 0"),
        ("Alice", "Alice 2, Bob 0, Carol 0"),
    ] {
        engine.correct_sighting(sighting, Said::Was(name(who))).await.expect("corrected");
        assert_eq!(photos(&engine), expected);
    }
    engine.stop();
    drop(engine);
    let again = house.start();
    until("the photos are as they were", || photos(&again) == "Alice 2, Bob 0, Carol 0").await;
    assert_eq!(again.problems().await.expect("listed"), []);
    again.stop();
}

#[tokio::test]
async fn a_photo_larger_than_allowed_is_learned_once_more_is_allowed() {
    let house = House::new();
    house.put("Grace Hopper/portrait.jpg");
    let mut options = Options { workers: 2, ..Options::default() };
    options.photo_limits.max_pixels = 100;
    let engine = house.start_with(options);
    until("the photo was looked at", || engine.stats().people == 1 && engine.stats().photos_to_learn == 0).await;
    let problems = engine.problems().await.expect("listed");
    assert!(problems.len() == 1 && problems[0].reason.contains("512×600"), "{problems:?}");
    engine.stop();
    drop(engine);
    let engine = house.start();
    until("it is learned", || photos(&engine) == "Grace Hopper 1").await;
    assert_eq!(engine.problems().await.expect("listed"), []);
    engine.stop();
}

#[tokio::test]
async fn what_a_deleted_photo_showed_is_forgotten_at_once_and_a_removed_one_later() {
    let house = House::new();
    let engine = house.start();
    let portrait =
        enroll(&engine, "Barack Obama", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    enroll(&engine, "Barack Obama", "faces/Barack Obama/2009-09-09 address.jpg").await.expect("enrolled");
    enroll(&engine, "Grace Hopper", "faces/Grace Hopper/portrait.jpg").await.expect("enrolled");
    enroll(&engine, "Eileen Collins", "faces/Eileen Collins/portrait.png").await.expect("enrolled");
    assert_eq!(house.described(), 4);
    engine.delete_photo(portrait.person.id.clone(), portrait.photo).await.expect("deleted");
    assert_eq!(house.described(), 3);
    engine.delete_person(portrait.person.id).await.expect("deleted");
    assert_eq!(house.described(), 2);
    std::fs::remove_dir_all(house.folder.path().join("faces/Grace Hopper")).expect("removed");
    engine.stop();
    drop(engine);
    let again = house.start();
    until("the next start forgets it", || house.described() == 1).await;
    let left: BTreeSet<_> = again.people().into_iter().map(|p| p.person.name.to_string()).collect();
    assert_eq!(left, BTreeSet::from(["Eileen Collins".to_owned()]));
    again.stop();
}

#[tokio::test]
async fn a_fault_of_the_database_keeps_no_change_of_the_folder_from_the_gallery() {
    let house = House::new();
    let engine = house.start();
    house
        .database()
        .execute_batch("DROP TABLE embedding_cache; DROP TABLE known_file; DROP TABLE sighting")
        .expect("broken");
    for photo in ["Barack Obama/2012-12-06 portrait.jpg", "Eileen Collins/portrait.png", "Grace Hopper/portrait.jpg"] {
        house.put(photo);
    }
    until("all are learned", || photos(&engine) == "Barack Obama 1, Eileen Collins 1, Grace Hopper 1").await;
    let [barack, eileen, grace] = engine.people().try_into().expect("three");
    engine.merge_people(eileen.person.id, grace.person.id).await.expect_err("it cannot be kept");
    assert_eq!(photos(&engine), "Barack Obama 1, Grace Hopper 2");
    engine.delete_person(barack.person.id).await.expect_err("it cannot be kept");
    assert_eq!(photos(&engine), "Grace Hopper 2");
    engine.stop();
}

/// A picture as a camera sends it that hangs upside down.
fn upside_down(file: &str) -> Arc<[u8]> {
    let upright = Frame::decode(&picture(file), &Limits::default()).expect("decoded").pixels;
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 95);
    image::imageops::rotate180(&upright).write_with_encoder(encoder).expect("encoded");
    jpeg.into()
}

#[tokio::test]
async fn an_upside_down_camera_calls_nobody_a_stranger_and_says_how_to_turn_it() {
    let house = House::new();
    let engine = house.start();
    let taught = enroll(&engine, "Barack Obama", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    let camera = || engine.cameras().into_iter().find(|c| c.id.0 == "door").expect("the camera");
    let seen = upside_down("tests/pictures/barack_obama_2010.jpg");
    let mut count = 0_u8;
    let mut pictures = || {
        // The same bytes are one picture: one behind its end makes it another.
        count += 1;
        let bytes: Arc<[u8]> = [&seen[..], &[count]].concat().into();
        door(&bytes, Timestamp::now())
    };
    for _ in 0..3 {
        assert_eq!(camera_hint(&engine), None);
        let answer = engine.observe(pictures()).await.expect("observed");
        assert!(answer.faces.is_empty(), "{:?}", answer.faces);
    }
    assert_eq!(camera().suggested_rotate, Some(Rotation::Around));
    assert!(!camera().unknown_present);

    let change = CameraChange { id: camera().id, rotate: Some(Rotation::Around), ..CameraChange::default() };
    engine.configure_cameras(vec![change]).await.expect("configured");
    let answer = engine.observe(pictures()).await.expect("observed");
    let upright = engine.ask(picture("tests/pictures/barack_obama_2010.jpg"), Annotation::Skip).await.expect("asked");
    let (face, expected) = (&answer.faces[0], &upright.faces[0].face.detection.box_in_frame);
    assert!(
        matches!(&face.identity, Identity::Known { person, .. } if *person == taught.person),
        "{:?}",
        face.identity
    );
    assert!(face.face.detection.box_in_frame.iou(expected) > 0.8, "the box is in the upright picture");
    assert_eq!(camera().suggested_rotate, None);
    engine.stop();
}

fn camera_hint(engine: &Engine) -> Option<Rotation> {
    engine.cameras().into_iter().find(|c| c.id.0 == "door").and_then(|c| c.suggested_rotate)
}

#[tokio::test]
async fn an_asked_picture_that_is_turned_is_said_to_be() {
    let house = House::new();
    let engine = house.start();
    let seen = upside_down("tests/pictures/joe_biden_2010.jpg");
    let observation = door(&picture("tests/pictures/joe_biden_2010.jpg"), Timestamp::now());
    let of_door = Some(observation.camera.clone());
    for camera in [None, of_door.clone()] {
        let answer = engine.ask_about(camera, seen.clone(), Annotation::Skip).await.expect("asked");
        assert_eq!(answer.suggested_rotate, Some(Rotation::Around));
    }
    let upright = engine.ask(observation.picture.clone(), Annotation::Skip).await.expect("asked");
    assert_eq!(upright.suggested_rotate, None);
    // A camera that saw an upright face is mounted as it should be.
    engine.observe(observation).await.expect("observed");
    let answer = engine.ask_about(of_door, seen, Annotation::Skip).await.expect("asked");
    assert_eq!(answer.suggested_rotate, None);
    engine.stop();
}
