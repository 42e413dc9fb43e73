//! Pictures and model packs as users bring them → faces or an error in words, through the real networks.

#![expect(clippy::unwrap_used, reason = "what cannot be read or found is a failed test")]

mod closeness;
mod distance;
mod limits;
mod pack;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use face_server::vision::{
    Accept, Description, Embedding, Face, Frame, Limits, NetworkSize, Options, Pack, QualityReason, Vision, VisionError,
};
use image::{Rgb, RgbImage};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

static VISION: LazyLock<Vision> = LazyLock::new(|| Vision::load(&Pack::embedded().unwrap()).unwrap());

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn frame(name: &str) -> Frame {
    Frame::decode(&bytes(name), &Limits::default()).unwrap()
}

fn describe(name: &str) -> Description {
    VISION.describe(&bytes(name), &Options::live()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn only_face(pixels: RgbImage) -> Face {
    let found = VISION.describe_frame(&Frame::new(pixels), &Options::live()).unwrap();
    let [face] = <[Face; 1]>::try_from(found.faces).unwrap_or_else(|f| panic!("{} faces", f.len()));
    face
}

#[test]
fn every_format_and_orientation_shows_the_same_upright_face() {
    let plain = describe("tests/pictures/formats/plain.jpg").faces.remove(0);
    for entry in fs::read_dir(path("tests/pictures/formats")).unwrap() {
        let name = format!("tests/pictures/formats/{}", entry.unwrap().file_name().to_string_lossy());
        let found = describe(&name);
        assert_eq!((found.width, found.height), (192, 168), "{name}");
        assert_eq!(found.faces.len(), 1, "{name}");
        let face = &found.faces[0];
        let overlap = face.detection.box_in_frame.iou(&plain.detection.box_in_frame);
        assert!(overlap > 0.85, "{name}: the boxes overlap by {overlap}");
        let similarity = face.embedding.similarity(&plain.embedding);
        assert!(similarity > 0.9, "{name}: similarity {similarity}");
    }
}

/// The numbers are the first eight bytes of the SHA-256 of what OpenCV 4.14 reads, which decodes by libjpeg-turbo.
#[test]
fn a_jpeg_has_the_pixels_of_libjpeg_turbo() {
    for (name, expected) in [
        ("formats/plain.jpg", 0x635e_8982_5790_4c32),
        ("formats/progressive.jpg", 0x635e_8982_5790_4c32),
        ("formats/grey.jpg", 0x77ea_f7eb_4e17_1390),
        ("two_people.jpg", 0x70b9_f765_ff90_f429),
        ("four_people.jpg", 0xed32_5c7a_2d8c_87f8),
    ] {
        let hash = Sha256::digest(frame(&format!("tests/pictures/{name}")).pixels.as_raw());
        assert_eq!(hash.first_chunk().map(|start| u64::from_be_bytes(*start)), Some(expected), "{name}");
    }
}

#[test]
fn what_is_no_picture_is_refused_in_words() {
    let said = |name: &str| match Frame::decode(&bytes(&format!("tests/pictures/broken/{name}")), &Limits::default()) {
        Ok(frame) => format!("{}×{}", frame.width(), frame.height()),
        Err(e) => e.to_string(),
    };
    for (name, words) in [
        ("empty.jpg", "the picture is empty (0 bytes)"),
        ("huge_promise.jpg", "the picture is 65500×65500, 4290.2 megapixels, the limit is 50.0; save it smaller"),
        ("huge_promise.png", "the picture is 60000×60000, 3600.0 megapixels, the limit is 50.0; save it smaller"),
        ("only_a_header.jpg", "the JPEG picture is broken: it ends too early"),
        ("riff_of_nothing.webp", "the WebP picture is broken: it ends too early"),
        ("text.png", "this is text, not a picture"),
        ("web_page.jpg", "this is an HTML page, not a picture"),
        ("wrong_checksum.png", "the PNG picture is broken: its checksum is wrong"),
        ("one_pixel.png", "1×1"),
        ("truncated.jpg", "192×168"),
    ] {
        assert_eq!(said(name), words, "{name}");
    }
    let heic = [&[0, 0, 0, 24][..], b"ftypheic", &[0; 40]].concat();
    let error = Frame::decode(&heic, &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "this is a HEIC picture, which is not read here (save it as JPEG)");
}

#[test]
fn limits_are_checked_before_decoding() {
    let picture = bytes("tests/pictures/formats/plain.jpg");
    let small = Limits { max_pixels: 192 * 168 - 1, ..Limits::default() };
    assert_eq!(
        Frame::decode(&picture, &small),
        Err(VisionError::TooManyPixels { width: 192, height: 168, limit: small.max_pixels })
    );
    let exact = Limits { max_pixels: 192 * 168, max_bytes: picture.len() };
    assert!(Frame::decode(&picture, &exact).is_ok());
    let short = Limits { max_bytes: picture.len() - 1, ..exact };
    assert_eq!(
        Frame::decode(&picture, &short),
        Err(VisionError::TooManyBytes { bytes: picture.len(), limit: picture.len() - 1 })
    );
}

#[test]
fn transparent_pixels_lie_on_grey() {
    let mut picture = image::RgbaImage::from_pixel(4, 4, image::Rgba([255, 0, 0, 0]));
    picture.put_pixel(1, 1, image::Rgba([10, 20, 30, 255]));
    let mut png = std::io::Cursor::new(vec![]);
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let frame = Frame::decode(png.get_ref(), &Limits::default()).unwrap();
    assert_eq!(frame.pixels.get_pixel(0, 0), &Rgb([127; 3]));
    assert_eq!(frame.pixels.get_pixel(1, 1), &Rgb([10, 20, 30]));
}

#[test]
fn a_picture_of_nobody_and_one_of_nothing_have_no_face() {
    assert_eq!(describe("tests/pictures/nobody.jpg").faces, vec![]);
    for size in [(1, 1), (4000, 2), (3, 900)] {
        let frame = Frame::new(RgbImage::from_pixel(size.0, size.1, Rgb([90, 120, 60])));
        assert_eq!(VISION.describe_frame(&frame, &Options::live()).unwrap().faces, vec![]);
    }
}

#[test]
fn two_people_are_told_apart_in_a_picture_and_one_is_known_from_another() {
    let mut faces = describe("tests/pictures/two_people.jpg").faces;
    assert_eq!(faces.len(), 2);
    faces.sort_by(|a, b| a.detection.box_in_frame.x.total_cmp(&b.detection.box_in_frame.x));
    let enrolled = describe("faces/Barack Obama/2012-12-06 portrait.jpg").faces.remove(0).embedding;
    let [obama, biden] = [0, 1].map(|n| faces[n].embedding.similarity(&enrolled));
    assert!(obama > 0.6 && biden < 0.35, "Obama {obama}, Biden {biden}");
    assert!(faces[0].embedding.similarity(&faces[1].embedding) < 0.4);
}

#[test]
fn live_and_reference_see_the_same_people_and_embed_them_alike() {
    let name = "tests/pictures/four_people.jpg";
    let live = describe(name).faces;
    let reference = VISION.describe(&bytes(name), &Options::reference()).unwrap().faces;
    assert_eq!((live.len(), reference.len()), (4, 4));
    for face in &reference {
        let nearest = live.iter().map(|l| l.embedding.similarity(&face.embedding)).fold(-1.0, f32::max);
        assert!(nearest > 0.8, "similarity {nearest}");
    }
}

#[test]
fn a_face_of_24_pixels_in_a_large_picture_is_found_where_it_is() {
    let portrait = frame("faces/Eileen Collins/portrait.png").pixels;
    // Her face is 90 pixels wide in 512.
    let side = 512 * 24 / 90;
    let small = image::imageops::resize(&portrait, side, side, image::imageops::FilterType::Triangle);
    let mut scene = RgbImage::from_fn(1920, 1080, |x, y| Rgb([x / 12, y / 8, 120].map(|v| u8::try_from(v).unwrap())));
    image::imageops::replace(&mut scene, &small, 1500, 700);
    let face = only_face(scene);
    let center = face.detection.box_in_frame.center();
    let expected = (1500.0 + 222.0 * 24.0 / 90.0, 700.0 + 118.0 * 24.0 / 90.0);
    assert!((center.x - expected.0).abs() < 5.0 && (center.y - expected.1).abs() < 5.0, "{center:?}, not {expected:?}");
}

#[test]
fn a_crop_without_any_background_can_be_enrolled() {
    let portrait = frame("faces/Grace Hopper/portrait.jpg").pixels;
    let whole = only_face(portrait.clone());
    let tight = image::imageops::crop_imm(&portrait, 187, 145, 158, 180).to_image();
    let found = VISION.describe_for_enrolment(Frame::new(tight), &Options::live()).unwrap().description;
    assert_eq!(found.faces.len(), 1);
    let face = &found.faces[0];
    let similarity = face.embedding.similarity(&whole.embedding);
    assert!(similarity > 0.8, "similarity {similarity}");
    let (eye, same_eye) = (face.detection.landmarks.0[0], whole.detection.landmarks.0[0]);
    assert!((eye.x + 187.0 - same_eye.x).hypot(eye.y + 145.0 - same_eye.y) < 8.0, "{eye:?} is not {same_eye:?}");
}

#[test]
fn quality_says_what_is_wrong() {
    let portrait = frame("faces/Eileen Collins/portrait.png").pixels;
    let good = only_face(portrait.clone()).quality;
    assert_eq!(good.reasons, vec![]);
    assert!(good.overall > 0.8, "{good:?}");

    let blurred = only_face(image::imageops::blur(&portrait, 5.0)).quality;
    assert_eq!(blurred.reasons, vec![QualityReason::Blurry], "{blurred:?}");

    let mut dark = portrait.clone();
    dark.pixels_mut().for_each(|p| p.0 = p.0.map(|v| v / 8));
    let dark = only_face(dark).quality;
    assert!(dark.reasons.contains(&QualityReason::TooDark), "{dark:?}");

    let small = image::imageops::resize(&portrait, 110, 110, image::imageops::FilterType::Triangle);
    let small = only_face(small).quality;
    assert_eq!(small.reasons, vec![QualityReason::TooSmall], "{small:?}");
    assert!(small.overall < good.overall && blurred.overall < good.overall && dark.overall < good.overall);

    let half = describe("tests/pictures/barack_obama_half_face.jpg").faces.remove(0).quality;
    assert!(half.reasons.contains(&QualityReason::CutOff), "{half:?}");
}

#[test]
fn the_same_bytes_give_the_same_faces_on_any_thread() {
    let alone = describe("tests/pictures/two_people.jpg").faces;
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..3).map(|_| scope.spawn(|| describe("tests/pictures/two_people.jpg").faces)).collect();
        for other in others {
            assert_eq!(other.join().unwrap(), alone);
        }
    });
}

#[test]
fn a_score_alone_can_still_be_asked_for() {
    let options = Options { accept: Accept::Score(0.999), network_size: NetworkSize::Native, ..Options::live() };
    assert_eq!(VISION.describe(&bytes("tests/pictures/four_people.jpg"), &options).unwrap().faces, vec![]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_files_never_panic(
        which in 0_usize..8,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        keep in 0.0_f64..1.2,
    ) {
        let names = ["plain.jpg", "progressive.jpg", "palette.png", "plain.webp", "plain.bmp", "still.gif", "plain.tiff", "exif_6.jpg"];
        let mut file = bytes(&format!("tests/pictures/formats/{}", names[which]));
        for (at, value) in flips {
            let at = at.index(file.len());
            file[at] = value;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of the file")]
        file.truncate((file.len() as f64 * keep) as usize);
        let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
        match Frame::decode(&file, &limits) {
            Ok(frame) => prop_assert!(u64::from(frame.width()) * u64::from(frame.height()) <= limits.max_pixels),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn any_bytes_get_an_answer(file in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Frame::decode(&file, &Limits::default()).is_err());
    }
}

#[test]
fn embeddings_of_different_models_are_not_alike() {
    let [short, long] = [2, 3].map(|n| Embedding::new(vec![1.0; n]).unwrap());
    assert!((short.similarity(&long) + 1.0).abs() < f32::EPSILON);
}
