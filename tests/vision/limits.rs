//! Pictures of every size, shape, kind and metadata → read within the memory of one picture, or refused by their name.

use face_server::vision::{Frame, Limits};
use proptest::prelude::*;

use super::bytes;

fn plain() -> Vec<u8> {
    bytes("tests/pictures/formats/plain.jpg")
}

fn decoded(file: &[u8]) -> Frame {
    Frame::decode(file, &Limits::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn refusal(file: &[u8], limits: &Limits) -> String {
    Frame::decode(file, limits).expect_err("refused").to_string()
}

/// A segment with its marker and length.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker], &length.to_be_bytes()[..], content].concat()
}

/// An EXIF segment with an orientation and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    let tiff = [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]].concat();
    segment(0xe1, &[b"Exif\0\0", &tiff[..]].concat())
}

/// A JPEG with `segments` after its start, or before its first scan.
fn with_segments(file: &[u8], at: usize, segments: &[Vec<u8>]) -> Vec<u8> {
    [&file[..at], &segments.concat(), &file[at..]].concat()
}

fn scan_of(file: &[u8]) -> usize {
    file.windows(2).position(|w| w == [0xff, 0xda]).unwrap()
}

/// A baseline JPEG of one grey, of any size: each block is "no difference, nothing more" in the standard's own codes.
fn flat(width: u16, height: u16, marker: u8, colours: u8) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    file.extend(segment(0xdb, &[&[0][..], &[16; 64]].concat()));
    let parts: Vec<u8> = (1..=colours).flat_map(|id| [id, 0x11, 0]).collect();
    let size = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[colours], &parts].concat();
    file.extend(segment(marker, &size));
    // One code of one bit each: "0" is category 0, and the end of the block.
    for table in [0x00, 0x10] {
        file.extend(segment(0xc4, &[&[table, 1][..], &[0; 15], &[0]].concat()));
    }
    let parts: Vec<u8> = (1..=colours).flat_map(|id| [id, 0]).collect();
    file.extend(segment(0xda, &[&[colours], &parts[..], &[0, 63, 0]].concat()));
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8) * usize::from(colours);
    file.extend(vec![0; (blocks * 2).div_ceil(8)]);
    file.extend([0xff, 0xd9]);
    file
}

/// A TIFF of one bit for each pixel, white, packed like a fax (group 4): a bit for each row, and the end of the block.
fn fax(side: u16) -> Vec<u8> {
    assert_eq!(side % 8, 0);
    let strip = [&vec![0xff; usize::from(side) / 8][..], &[0x00, 0x10, 0x01]].concat();
    let length = u16::try_from(strip.len()).unwrap();
    let tags =
        [(256, side), (257, side), (258, 1), (259, 4), (262, 0), (273, 122), (277, 1), (278, side), (279, length)];
    let entry = |(tag, value): (u16, u16)| {
        [&tag.to_be_bytes()[..], &[0, 3, 0, 0, 0, 1], &value.to_be_bytes(), &[0, 0]].concat()
    };
    let entries: Vec<u8> = tags.into_iter().flat_map(entry).collect();
    [b"MM\0*\0\0\0\x08\0\x09", &entries[..], &[0; 4], &strip].concat()
}

#[test]
fn a_fax_is_read_or_refused_by_what_its_code_costs() {
    assert_eq!(decoded(&fax(3_904)).width(), 3_904);
    let words = refusal(&fax(4_096), &Limits::photo());
    assert!(words.contains("a TIFF of 4096×4096, 16.8 megapixels, which takes too long to decode"), "{words}");
    assert!(words.contains("one bit for each pixel; the limit is 16 megapixels"), "{words}");
}

/// The beginning of a PNG that promises a size.
fn png_of(width: u32, height: u32, bits: u8, colour: u8) -> Vec<u8> {
    let header = [b"IHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat();
    let crc = header.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    [b"\x89PNG\r\n\x1a\n\0\0\0\r", &header[..], &(!crc).to_be_bytes(), b"\0\0\0\0IDAT\x35\xaf\x06\x1e"].concat()
}

#[test]
fn a_photo_of_108_megapixels_teaches_and_a_larger_one_is_refused_with_what_to_do() {
    let photo = decoded_photo(&flat(12_032, 9_024, 0xc0, 1));
    assert_eq!((photo.width(), photo.height()), (12_032, 9_024));
    assert!(photo.pixels.as_raw().len() < 75_000_000, "not all of its pixels are kept");
    assert_eq!(photo.pixels.get_pixel(5, 5), photo.pixels.get_pixel(1_000, 700));
    assert_eq!(
        refusal(&flat(16_320, 12_240, 0xc0, 1), &Limits::photo()),
        "the picture is 16320×12240, 199.8 megapixels, the limit is 120.0; save it smaller"
    );
}

fn decoded_photo(file: &[u8]) -> Frame {
    Frame::decode(file, &Limits::photo()).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_50_megapixel_phone_teaches() {
    let photo = decoded_photo(&flat(8_160, 6_144, 0xc0, 3));
    assert_eq!((photo.width(), photo.height()), (8_160, 6_144));
}

#[test]
fn kinds_that_take_more_memory_than_one_picture_may_are_refused_by_their_name() {
    assert_eq!(
        refusal(&flat(12_000, 9_000, 0xc2, 3), &Limits::photo()),
        "the picture is a progressive JPEG of 12000×9000, 108.0 megapixels, which takes 663 MB to decode, the limit is \
         150 MB; save it smaller, or as a standard (baseline) JPEG"
    );
    assert_eq!(
        refusal(&png_of(7_000, 7_000, 8, 6), &Limits::default()),
        "the picture is a PNG of 7000×7000, 49.0 megapixels, which takes 343 MB to decode, the limit is 150 MB; save it \
         smaller, or as a standard (baseline) JPEG"
    );
    let hierarchical = refusal(&flat(64, 64, 0xc5, 1), &Limits::default());
    assert!(hierarchical.contains("hierarchical JPEG"), "{hierarchical}");
    let arithmetic = [&plain()[..scan_of(&plain())], &vec![0; 5 << 20]].concat();
    let marker = arithmetic.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    let arithmetic = [&arithmetic[..=marker], &[0xc9], &arithmetic[marker + 2..]].concat();
    let words = refusal(&arithmetic, &Limits::default());
    assert!(
        words.contains("JPEG with arithmetic coding") && words.contains("the limit for this kind is 4194304"),
        "{words}"
    );
}

#[test]
fn a_picture_of_one_endless_line_is_refused_with_the_limit_of_a_side() {
    for (width, height) in [(50_000_000, 1), (1, 50_000_000), (65_536, 700)] {
        assert_eq!(
            refusal(&png_of(width, height, 8, 0), &Limits::default()),
            format!("the picture is {width}×{height}, the limit for a side is 65535 pixels; save it smaller")
        );
    }
}

#[test]
fn metadata_of_any_kind_and_size_changes_no_pixel() {
    let plain = plain();
    let expected = decoded(&plain).pixels;
    let jumble = segment(0xe2, &[&b"ICC_PROFILE\0\x07\x02"[..], &vec![1; 60_000]].concat());
    let xmp = segment(0xe1, &[&b"http://ns.adobe.com/xmp/extension/\0"[..], &vec![0xff; 64_000]].concat());
    let preview = [&plain[..], &[0; 100], &plain, b"trailer"].concat();
    for (name, file) in [
        ("a damaged profile", with_segments(&plain, 2, std::slice::from_ref(&jumble))),
        ("five megabytes", with_segments(&plain, 2, &vec![jumble; 90])),
        ("XMP in parts that are missing", with_segments(&plain, 2, &vec![xmp; 20])),
        ("a short APP14", with_segments(&plain, 2, &[segment(0xee, b"Ado")])),
        ("a short JFIF segment", with_segments(&plain, 2, &[segment(0xe0, b"JF")])),
        ("segments of makers", with_segments(&plain, scan_of(&plain), &[segment(0xeb, b"HDR"), segment(0xef, &[])])),
        ("padding between segments", with_segments(&plain, 2, &[vec![0xff; 7]])),
        ("further pictures behind it", preview),
        ("no end", plain[..plain.len() - 2].to_vec()),
    ] {
        assert!(decoded(&file).pixels == expected, "{name}");
    }
}

#[test]
fn a_progressive_picture_without_its_end_is_shown() {
    let whole = bytes("tests/pictures/formats/progressive.jpg");
    let expected = decoded(&whole).pixels;
    assert!(decoded(&whole[..whole.len() - 2]).pixels == expected);
    assert_eq!(decoded(&whole[..whole.len() / 2]).width(), 192);
}

#[test]
fn an_orientation_counts_wherever_it_is_written() {
    let plain = plain();
    let expected = decoded(&with_segments(&plain, 2, &[exif(6)]));
    assert_eq!((expected.width(), expected.height()), (168, 192));
    let junk = segment(0xe1, &[&b"http://ns.adobe.com/xap/1.0/\0"[..], &vec![b' '; 60_000]].concat());
    let empty = segment(0xe1, b"Exif\0\0");
    for (name, segments) in [
        ("behind others", vec![junk.clone(), segment(0xe2, b"MPF\0"), exif(6)]),
        ("behind an empty one", vec![empty, exif(6)]),
        ("before others", vec![exif(6), junk]),
        ("before one that contradicts it", vec![exif(6), exif(3)]),
    ] {
        assert_eq!(decoded(&with_segments(&plain, 2, &segments)), expected, "{name}");
        assert_eq!(decoded(&with_segments(&plain, scan_of(&plain), &segments)), expected, "{name}, late");
    }
}

#[test]
fn a_jpeg_that_cannot_be_read_whole_is_never_shown_as_grey() {
    // Colours sampled twice as finely as brightness.
    let mut file = flat(64, 64, 0xc0, 3);
    let frame = file.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    file[frame + 14] = 0x22;
    let words = refusal(&file, &Limits::default());
    assert!(words.contains("stores colours finer than brightness"), "{words}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_header_of_any_size_is_answered_before_anything_is_allocated(
        width in 1_u32.., height in 1_u32.., bits in prop::sample::select(vec![1_u8, 8, 16]),
        colour in prop::sample::select(vec![0_u8, 2, 4, 6]),
    ) {
        let file = png_of(width, height, bits, colour);
        let words = refusal(&file, &Limits::default());
        let large = u64::from(width) * u64::from(height) > 50_000_000 || width.max(height) > 65_535;
        prop_assert!(!large || words.contains("the limit") || words.contains("broken"), "{width}×{height}: {words}");
    }

    #[test]
    fn jpeg_headers_of_any_size_kind_and_sampling_are_answered(
        width in any::<u16>(), height in any::<u16>(), marker in 0xc0_u8..=0xcf, factors in any::<[u8; 3]>(),
        colours in 1_u8..=4,
    ) {
        let mut file = flat(8, 8, marker, colours);
        let Some(frame) = file.windows(2).position(|w| w == [0xff, marker]) else { return Ok(()) };
        file[frame + 5..frame + 9].copy_from_slice(&[height.to_be_bytes(), width.to_be_bytes()].concat());
        for (n, factor) in factors.iter().enumerate().take(usize::from(colours)) {
            file[frame + 11 + 3 * n] = *factor;
        }
        let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
        if let Ok(frame) = Frame::decode(&file, &limits) {
            prop_assert!(u64::from(frame.width()) * u64::from(frame.height()) <= limits.max_pixels);
        }
    }
}
