//! The first bytes of a file → which picture format it is, or what it is instead, in words. Called by `frame`; whether it is a
//! picture at all is asked wherever one is taken up, in a folder or from a camera.

use image::ImageFormat;

use super::exif;

/// A DNG's tag with its version, which no other TIFF has.
const DNG_VERSION: u16 = 50_706;
/// The kind of the first picture of a TIFF, and 1 where that is only a preview.
const NEW_SUBFILE_TYPE: (u16, u32) = (254, 1);
/// A TIFF's further pictures: a raw file's real one is among them.
const SUB_DIRECTORIES: u16 = 330;
/// How much of a file is looked at for what it is.
const START: usize = 512;

/// The formats that are decoded here by the `image` crate, or by `jpeg`.
/// Otherwise what the bytes are instead.
pub(super) fn format(bytes: &[u8]) -> Result<(ImageFormat, &'static str), String> {
    if bytes.starts_with(b"\xff\xd8\xff\xf7") {
        return Err(unread("a JPEG-LS picture"));
    }
    let named = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => (ImageFormat::Jpeg, "JPEG"),
        Ok(ImageFormat::Png) => (ImageFormat::Png, "PNG"),
        Ok(ImageFormat::WebP) => (ImageFormat::WebP, "WebP"),
        Ok(ImageFormat::Bmp) => (ImageFormat::Bmp, "BMP"),
        Ok(ImageFormat::Gif) => (ImageFormat::Gif, "GIF"),
        Ok(ImageFormat::Tiff) if is_raw(bytes) => return Err(unread(RAW)),
        Ok(ImageFormat::Tiff) => (ImageFormat::Tiff, "TIFF"),
        _ => return Err(what_else(bytes)),
    };
    Ok(named)
}

/// Whether a file begins like one of a format that is decoded here.
pub fn is_picture(bytes: &[u8]) -> bool {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    matches!(image::guess_format(bytes), Ok(Jpeg | Png | WebP | Bmp | Gif | Tiff))
}

/// What a picture is called on the web; a JPEG where nothing says otherwise.
pub fn media_type(bytes: &[u8]) -> &'static str {
    image::guess_format(bytes).map_or("image/jpeg", |format| format.to_mime_type())
}

const RAW: &str = "a camera's raw picture";

/// Cameras keep raw pictures in TIFF files whose first picture is a small preview.
fn is_raw(bytes: &[u8]) -> bool {
    let canon = bytes.get(8..10) == Some(b"CR");
    let has = |wanted: u16| exif::tags(bytes).any(|(tag, _)| tag == wanted);
    canon || has(DNG_VERSION) || (exif::tags(bytes).any(|tag| tag == NEW_SUBFILE_TYPE) && has(SUB_DIRECTORIES))
}

/// Names what was sent instead of a picture.
fn what_else(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(START)];
    let text = String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    // A character cut in two at the end is still text.
    let valid = std::str::from_utf8(start).map_or_else(|e| e.error_len().is_none(), |_| true);
    let printable = valid && start.iter().all(|b| *b >= 0x20 || b.is_ascii_whitespace());
    let found = match start {
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") => "an HTML page",
        _ if text.contains("<svg") => return "an SVG drawing, which is not read here (save it as PNG)".to_owned(),
        _ if text.starts_with('<') => "an XML document",
        _ if text.starts_with("version https://git-lfs") => "a Git LFS pointer",
        [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] => match in_iso_file(start, brands) {
            Some(picture) => return unread(picture),
            None => "a video",
        },
        [0xff, 0x0a, ..] | [0, 0, 0, 0xc, b'J', b'X', b'L', ..] => return unread("a JPEG XL picture"),
        [0, 0, 0, 0xc, b'j', b'P', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => return unread("a JPEG 2000 picture"),
        [b'I', b'I', b'R' | b'U', b'O' | b'S' | 0, ..] | [b'M', b'M', b'O', b'R', ..] => return unread(RAW),
        _ if start.starts_with(b"FUJIFILMCCD-RAW") => return unread(RAW),
        [b'8', b'B', b'P', b'S', ..] => return unread("a Photoshop document"),
        [b'q', b'o', b'i', b'f', ..] => return unread("a QOI picture"),
        [b'P', b'1'..=b'7', b'\n' | b' ' | b'\r', ..] => return unread("a PNM picture"),
        [0, 0, 1 | 2, 0, ..] => return unread("an icon"),
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        [b'%', b'!', b'P', b'S', ..] => "a PostScript document",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive",
        [0x1f, 0x8b, ..] => "a gzip archive",
        [0x1a, 0x45, 0xdf, 0xa3, ..]
        | [0, 0, 1, 0xba | 0xb3, ..]
        | [b'F', b'L', b'V', 1, ..]
        | [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..]
        | [_, _, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..] => "a video",
        [0, 5, 0x16, 7, ..] => "a Mac's file of resources",
        _ if start.iter().all(|b| *b == 0) => "nothing but zeros, as after an interrupted copy",
        _ if printable && text.starts_with(['{', '[']) => "JSON text",
        _ if printable => "text",
        _ => return format!("{} of an unknown kind, not a picture", count(bytes.len())),
    };
    format!("{found}, not a picture")
}

/// Which picture a file in the container of HEIC and MP4 is; `None` for a video. `brands`: what it says it is, and is
/// compatible with.
fn in_iso_file(start: &[u8], brands: &[u8]) -> Option<&'static str> {
    // The box's length is before its name; a player's brands may follow a picture's.
    let length = start.first_chunk().map_or(0, |length| u32::from_be_bytes(*length) as usize);
    let within = &brands[..brands.len().min(length.saturating_sub(8))];
    let all: Vec<&[u8]> = within.chunks_exact(4).collect();
    let names = |known: &[&[u8]]| all.iter().any(|brand| known.contains(brand));
    if names(&[b"avif", b"avis"]) {
        Some("an AVIF picture")
    } else if names(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"]) {
        Some("a HEIC picture")
    } else if names(&[b"crx "]) {
        Some(RAW)
    } else {
        None
    }
}

fn unread(kind: &str) -> String {
    format!("{kind}, which is not read here (save it as JPEG)")
}

fn count(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_named() {
        let iso = |brands: &[u8]| {
            let length = u32::try_from(8 + brands.len()).expect("short");
            [&length.to_be_bytes()[..], b"ftyp", brands, &[7; 40]].concat()
        };
        let tiff = |tag: u16, value: u32| {
            let entry = [&tag.to_le_bytes()[..], &[4, 0, 1, 0, 0, 0], &value.to_le_bytes()].concat();
            [b"II*\0\x08\0\0\0\x02\0", &entry[..], &[74, 1, 4, 0, 1, 0, 0, 0, 9, 0, 0, 0], &[0; 4]].concat()
        };
        for (bytes, words) in [
            (iso(b"heic\0\0\0\0mif1heic"), "a HEIC picture, which is not read here (save it as JPEG)"),
            (iso(b"mif1\0\0\0\0mif1avif"), "an AVIF picture, which is not read here (save it as JPEG)"),
            (iso(b"crx \0\0\0\x01crx isom"), "a camera's raw picture, which is not read here (save it as JPEG)"),
            (iso(b"isom\0\0\0\0isomavc1"), "a video, not a picture"),
            (tiff(DNG_VERSION, 1), "a camera's raw picture, which is not read here (save it as JPEG)"),
            (tiff(254, 1), "a camera's raw picture, which is not read here (save it as JPEG)"),
            (b"\xff\xd8\xff\xf7\0\x0b".to_vec(), "a JPEG-LS picture, which is not read here (save it as JPEG)"),
            (b"\xff\x0a\x00\x10".to_vec(), "a JPEG XL picture, which is not read here (save it as JPEG)"),
            (b"%PDF-1.7".to_vec(), "a PDF document, not a picture"),
            (b"RIFF\x10\0\0\0AVI LIST".to_vec(), "a video, not a picture"),
            (vec![0; 4096], "nothing but zeros, as after an interrupted copy, not a picture"),
            (b"<?xml version='1.0'?><svg>".to_vec(), "an SVG drawing, which is not read here (save it as PNG)"),
            (vec![9, 1, 2, 250], "4 bytes of an unknown kind, not a picture"),
        ] {
            assert_eq!(format(&bytes), Err(words.to_owned()));
        }
        assert!(format(&tiff(254, 0)).is_ok(), "an ordinary TIFF with further pages");
    }
}
