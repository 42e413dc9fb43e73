//! Bytes of a picture file → an upright RGB picture. Called by [`Vision`](super::Vision) and by whoever draws on pictures.
//!
//! Nothing is allocated for pixels before the header's sizes were compared with the limits.

use std::io::Cursor;

use image::error::{ImageFormatHint, UnsupportedErrorKind};
use image::{ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage};

use super::{VisionError, jpeg};

/// How large a picture may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of the encoded file.
    pub max_bytes: usize,
    /// Most pixels, by the file's header.
    pub max_pixels: u64,
}

impl Default for Limits {
    /// 16 MiB encoded, 50 megapixels: a phone's largest photo passes.
    fn default() -> Self {
        Self { max_bytes: 16 << 20, max_pixels: 50_000_000 }
    }
}

/// An upright picture: 8-bit RGB, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The pixels.
    pub pixels: RgbImage,
}

impl Frame {
    /// Decodes JPEG, PNG, WebP, BMP, GIF (first frame) or TIFF and turns it upright by its EXIF orientation.
    ///
    /// 16-bit channels keep their upper half, grey becomes RGB, transparent pixels lie on grey.
    /// Of a JPEG cut short while it was sent, what arrived is shown and the rest is grey.
    ///
    /// # Errors
    /// `Empty`, `NotAPicture`, `TooManyBytes`, `TooManyPixels` or `Broken`; each says what was found.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, VisionError> {
        if bytes.is_empty() {
            return Err(VisionError::Empty);
        }
        if bytes.len() > limits.max_bytes {
            return Err(VisionError::TooManyBytes { bytes: bytes.len(), limit: limits.max_bytes });
        }
        let format = image::guess_format(bytes).ok().and_then(|f| Some((f, format_name(f)?)));
        let Some((format, name)) = format else {
            return Err(VisionError::NotAPicture { found: what_else(bytes) });
        };
        let broken = |e: &ImageError| VisionError::Broken { format: name, problem: problem_of(e) };
        let mut decoder =
            ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(|e| broken(&e))?;
        let (width, height) = decoder.dimensions();
        let pixels = u64::from(width) * u64::from(height);
        // A decoded pixel takes 1 to 16 bytes; 4 are allowed for, so that a deep picture counts as a larger one.
        let too_large = pixels > limits.max_pixels || decoder.total_bytes() > limits.max_pixels.saturating_mul(4);
        if too_large {
            return Err(VisionError::TooManyPixels { width, height, limit: limits.max_pixels });
        }
        if pixels == 0 {
            return Err(VisionError::Broken { format: name, problem: format!("its size is {width}×{height}") });
        }
        let mut image_limits = image::Limits::default();
        image_limits.max_alloc = Some(limits.max_pixels.saturating_mul(8));
        decoder.set_limits(image_limits).map_err(|e| broken(&e))?;
        let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
        let jpeg = if format == ImageFormat::Jpeg { jpeg::decode(bytes, [width, height], limits) } else { Ok(None) };
        let mut picture = match jpeg.map_err(|problem| VisionError::Broken { format: name, problem })? {
            Some(pixels) => DynamicImage::from(pixels),
            None => DynamicImage::from_decoder(decoder).map_err(|e| broken(&e))?,
        };
        picture.apply_orientation(orientation);
        Ok(Self { pixels: opaque(picture) })
    }

    /// Pixels across.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    /// Pixels down.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }
}

/// What lies behind transparent pixels: neither light nor dark hair gets an edge it does not have.
const BACKDROP: u16 = 127;

fn opaque(picture: DynamicImage) -> RgbImage {
    match picture.color() {
        ColorType::La8 | ColorType::Rgba8 | ColorType::La16 | ColorType::Rgba16 | ColorType::Rgba32F => {
            let rgba = picture.into_rgba8();
            let (width, height) = rgba.dimensions();
            let blend = |value: u8, alpha: u8| {
                let mixed = u16::from(value) * u16::from(alpha) + BACKDROP * (255 - u16::from(alpha));
                u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX)
            };
            let mut rgb = RgbImage::new(width, height);
            for (to, from) in rgb.pixels_mut().zip(rgba.pixels()) {
                let [r, g, b, a] = from.0;
                to.0 = [blend(r, a), blend(g, a), blend(b, a)];
            }
            rgb
        }
        _ => picture.into_rgb8(),
    }
}

fn format_name(format: ImageFormat) -> Option<&'static str> {
    Some(match format {
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Png => "PNG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Bmp => "BMP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Tiff => "TIFF",
        _ => return None,
    })
}

/// Names what was sent instead of a picture, by its first bytes.
fn what_else(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(512)];
    let text = String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    // A character cut in two at the end is still text.
    let valid = std::str::from_utf8(start).map_or_else(|e| e.error_len().is_none(), |_| true);
    let printable = valid && start.iter().all(|b| *b >= 0x20 || b.is_ascii_whitespace());
    let found = match start {
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") => "an HTML page",
        _ if text.contains("<svg") => return "an SVG drawing, which is not read here (save it as PNG)".to_owned(),
        _ if text.starts_with('<') => "an XML document",
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4) {
            Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"heim" | b"heis") => {
                return unread("a HEIC picture");
            }
            Some(b"avif" | b"avis") => return unread("an AVIF picture"),
            _ => "a video",
        },
        [0xff, 0x0a, ..] | [0, 0, 0, 0xc, b'J', b'X', b'L', ..] => return unread("a JPEG XL picture"),
        [0, 0, 1 | 2, 0, ..] => return unread("an icon"),
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive",
        [0x1a, 0x45, 0xdf, 0xa3, ..] => "a video",
        _ if printable && text.starts_with(['{', '[']) => "JSON text",
        _ if printable => "text",
        _ => return format!("{} of an unknown kind, not a picture", count(bytes.len())),
    };
    format!("{found}, not a picture")
}

fn unread(kind: &str) -> String {
    format!("{kind}, which is not read here (save it as JPEG)")
}

fn count(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}

fn problem_of(error: &ImageError) -> String {
    match error {
        ImageError::Limits(e) => format!("decoding it needs more memory than allowed ({e})"),
        ImageError::Unsupported(e) => match (e.kind(), e.format_hint()) {
            (UnsupportedErrorKind::GenericFeature(what), ImageFormatHint::Exact(_)) => {
                format!("it uses {what}, which is not supported")
            }
            _ => e.to_string(),
        },
        ImageError::IoError(_) => "it ends too early".to_owned(),
        other => {
            let text = std::error::Error::source(other).map_or_else(|| other.to_string(), ToString::to_string);
            // The decoders' own words are for programmers; these are what cameras and browsers produce.
            let plain = [
                ("CRC", "its checksum is wrong"),
                ("IHDR", "its header is damaged"),
                ("Not enough bytes", "it ends too early"),
                ("end of file", "it ends too early"),
                ("ended prematurely", "it ends too early"),
                ("EOF", "it ends too early"),
            ];
            let known = plain.iter().find(|(word, _)| text.contains(word)).map(|(_, plain)| (*plain).to_owned());
            known.unwrap_or_else(|| text.trim_end_matches(['.', '\n']).to_owned())
        }
    }
}
