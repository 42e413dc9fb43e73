//! What hangs on a wall confirms nobody, and who stands and waits is confirmed as ever.

use std::sync::Arc;
use std::time::Duration;

use face_server::engine::{Annotation, SightingQuery};
use face_server::engine::{CameraChange, CameraId, Engine, Grade, Identity, Observation, Recognition, Said};
use face_server::vision::Rect;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use jiff::Timestamp;

use super::{House, door, enroll, picture};

/// Side of the photo in the scene, pixels: a face of about 60.
const PHOTO: u32 = 110;

/// A wall with a photo of Barack Obama `aside` pixels from its place, in some light and in noise of its own.
fn wall(photo: &RgbImage, aside: (i64, i64), light: f32, noise: u64) -> Arc<[u8]> {
    let mut scene = RgbImage::from_pixel(480, 320, Rgb([150, 140, 120]));
    imageops::replace(&mut scene, photo, 200 + aside.0, 90 + aside.1);
    let mut chance = fastrand::Rng::with_seed(noise);
    for pixel in scene.pixels_mut() {
        let grain = 10.0 * (chance.f32() + chance.f32() - 1.0);
        pixel.0 = pixel.0.map(|value| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let seen = (f32::from(value) * light + grain).clamp(0.0, 255.0) as u8;
            seen
        });
    }
    let mut jpeg = Vec::new();
    let quality = [90, 60, 75, 40][usize::try_from(noise % 4).expect("few")];
    scene.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality)).expect("encoded");
    jpeg.into()
}

fn photo() -> RgbImage {
    let whole = image::load_from_memory(&picture("tests/pictures/barack_obama_2010.jpg")).expect("a picture").to_rgb8();
    let side = whole.width().min(whole.height());
    let square = imageops::crop_imm(&whole, (whole.width() - side) / 2, 0, side, side).to_image();
    imageops::resize(&square, PHOTO, PHOTO, FilterType::Lanczos3)
}

async fn observed(engine: &Engine, bytes: &Arc<[u8]>, at: Timestamp) -> Recognition {
    engine.observe(door(bytes, at)).await.expect("observed")
}

fn identity(seen: &Recognition) -> &Identity {
    assert_eq!(seen.faces.len(), 1, "the photo is found");
    &seen.faces[0].identity
}

async fn home() -> (House, Engine, Timestamp) {
    let house = House::new();
    let engine = house.start();
    enroll(&engine, "Barack Obama", "faces/Barack Obama/2012-12-06 portrait.jpg").await.expect("enrolled");
    (house, engine, Timestamp::now() - Duration::from_secs(900))
}

#[tokio::test]
async fn a_photo_on_the_wall_confirms_nobody_and_is_at_last_part_of_the_room() {
    let (_house, engine, begin) = home().await;
    let photo = photo();
    let mut last = None;
    for n in 0..15_u64 {
        // Three bursts of five pictures, ninety seconds apart.
        let at = begin + Duration::from_secs(90 * (n / 5) + n % 5);
        let light = [1.0, 0.7, 1.15, 0.9][usize::try_from(n % 4).expect("few")];
        let seen = observed(&engine, &wall(&photo, (0, 0), light, n), at).await;
        let confirmed = matches!(identity(&seen), Identity::Known { grade: Grade::Confirmed, .. });
        assert!(!confirmed, "picture {n}: {:?}", seen.faces[0].evidence.reasons);
        last = Some(seen);
    }
    let last = last.expect("there were pictures");
    assert!(matches!(identity(&last), Identity::Unknown { ignored: true, .. }), "{:?}", identity(&last));
    assert!(!engine.people()[0].presence.present);
    engine.stop();
}

#[tokio::test]
async fn a_photo_on_the_wall_is_told_of_once_whenever_the_server_is_started_again() {
    let (house, engine, begin) = home().await;
    let mut first = Some(engine);
    let photo = photo();
    let told = async |engine: &Engine| {
        let all = SightingQuery { person: None, camera: None, cursor: None, limit: 10 };
        (engine.sightings(all).await.expect("listed").items.len(), engine.people()[0].presence.last_seen)
    };
    let mut before = None;
    for run in 0..3_u64 {
        let engine = first.take().unwrap_or_else(|| house.start());
        for n in 0..4_u64 {
            let at = begin + Duration::from_secs(90 * run + n);
            let light = [1.0, 0.7, 1.15, 0.9][usize::try_from((n + run) % 4).expect("few")];
            observed(&engine, &wall(&photo, (0, 0), light, 4 * run + n), at).await;
        }
        let now = told(&engine).await;
        assert_eq!(now.0, 1, "in run {run}");
        assert_eq!(*before.get_or_insert(now), now, "he was not seen again in run {run}");
        engine.stop();
    }
}

#[tokio::test]
async fn somebody_who_stands_and_waits_from_the_first_picture_on_is_confirmed() {
    let (_house, engine, begin) = home().await;
    let photo = photo();
    let mut confirmed = false;
    for (n, aside) in [(0, 0), (1, 0), (-1, 1), (2, -1), (0, 1), (-2, 0)].into_iter().enumerate() {
        let n = u64::try_from(n).expect("few");
        let seen = observed(&engine, &wall(&photo, aside, 1.0, n), begin + Duration::from_secs(n)).await;
        confirmed |= matches!(identity(&seen), Identity::Known { grade: Grade::Confirmed, .. });
    }
    assert!(confirmed && engine.people()[0].presence.last_seen.is_some());
    engine.stop();
}

#[tokio::test]
async fn what_was_said_to_be_a_picture_is_ignored_there_and_the_person_known_everywhere_else() {
    let (_house, engine, begin) = home().await;
    let photo = photo();
    let first = observed(&engine, &wall(&photo, (0, 0), 1.0, 0), begin).await;
    let seen = |recognized: &Recognition| matches!(identity(recognized), Identity::Known { .. });
    assert!(seen(&first), "{:?}", identity(&first));
    let all = SightingQuery { person: None, camera: None, cursor: None, limit: 10 };
    let sighting = engine.sightings(all).await.expect("listed").items.remove(0);
    assert!(engine.correct_sighting(sighting.id, Said::NotAPerson).await.expect("corrected").corrected);

    let again = observed(&engine, &wall(&photo, (1, 1), 0.9, 1), begin + Duration::from_secs(60)).await;
    assert!(matches!(identity(&again), Identity::Unknown { ignored: true, .. }), "{:?}", identity(&again));
    let elsewhere = observed(&engine, &wall(&photo, (140, 60), 1.0, 2), begin + Duration::from_secs(120)).await;
    assert!(seen(&elsewhere), "in another place: {:?}", identity(&elsewhere));
    let hall = Observation { camera: CameraId("hall".into()), ..door(&wall(&photo, (0, 0), 1.0, 3), begin) };
    assert!(seen(&engine.observe(hall).await.expect("observed")), "at another camera");
    let himself = engine.ask(picture("faces/Barack Obama/2009-09-09 address.jpg"), Annotation::Skip).await;
    assert!(seen(&himself.expect("asked")), "and no photo of him is less like him");

    engine.correct_sighting(sighting.id, Said::Was(super::name("Barack Obama"))).await.expect("taken back");
    let back = observed(&engine, &wall(&photo, (0, 0), 1.0, 4), begin + Duration::from_secs(300)).await;
    assert!(seen(&back), "{:?}", identity(&back));
    engine.stop();
}

#[tokio::test]
async fn faces_in_an_ignored_area_are_not_looked_at() {
    let (_house, engine, begin) = home().await;
    let bytes = wall(&photo(), (0, 0), 1.0, 0);
    let whole = Rect { x: 0.0, y: 0.0, w: 1.0, h: 1.0 };
    let left = Rect { w: 0.3, ..whole };
    for (areas, faces) in [(vec![left], 1), (vec![left, Rect { x: 0.3, w: 0.7, ..whole }], 0)] {
        let id = CameraId(format!("{} areas", areas.len()));
        let change = CameraChange { id: id.clone(), ignored_areas: Some(areas), ..CameraChange::default() };
        engine.configure_cameras(vec![change]).await.expect("configured");
        let seen = engine.observe(Observation { camera: id, ..door(&bytes, begin) }).await.expect("observed");
        assert_eq!(seen.faces.len(), faces);
    }
    engine.stop();
}
