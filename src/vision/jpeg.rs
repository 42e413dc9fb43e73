//! A JPEG's bytes → RGB pixels, bit by bit those of libjpeg-turbo, which OpenCV and nearly every camera tool decode with.
//!
//! A picture with more pixels than are worked on is decoded smaller, by JPEG's own scaling, so that the large one never
//! exists. Called by [`Frame`](super::Frame). `docs/decisions/parity.md` says why not the `image` crate's own decoder,
//! `docs/decisions/picture-limits.md` what the limits are and why.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::RgbImage;
use image::metadata::Orientation;
use libjpeg_turbo_rs::{DecodeLimits, DecodeWarning, Decoder, JpegError, PixelFormat, ScalingFactor};

use super::VisionError;
use super::jpeg_header::{Header, Process};
use super::limits::{Limits, MOST_WORK_BYTES, MOST_WORKED_PIXELS, too_much_memory};

/// The scales of JPEG's own that are used: each side is divided by this.
const SCALES: [u32; 4] = [1, 2, 4, 8];
/// Most scans of a progressive file: real ones have about ten, and each may cost as much as a whole picture.
const MOST_SCANS: u64 = 100;
/// Most pixels in all scans together.
const MOST_SCANNED_PIXELS: u64 = 600_000_000;
/// Scans that are always allowed.
const USUAL_SCANS: u64 = 12;
/// Arithmetic coding is decoded at a few megabytes per second: more would take longer than one picture may.
const MOST_ARITHMETIC_BYTES: usize = 4 << 20;
/// More metadata than that is cut out before decoding, because the decoder copies it several times.
const MOST_METADATA: usize = 1 << 20;

/// A decoded picture, not turned upright.
pub(super) struct Decoded {
    pub pixels: RgbImage,
    /// Its size by the header, pixels.
    pub size: [u32; 2],
    pub orientation: Orientation,
}

/// Decodes a JPEG of grey, colour or four colours, as large as `limits` and the memory for one picture allow.
/// Of a file cut short, what arrived is shown and the rest is grey.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, VisionError> {
    let broken = |problem: String| VisionError::Broken { format: "JPEG", problem };
    let header = Header::read(bytes).ok_or_else(|| broken("it ends too early".to_owned()))?;
    let [width, height] = header.size;
    limits.check_size(width, height)?;
    if width == 0 || height == 0 {
        return Err(broken(format!("its size is {width}×{height}")));
    }
    if header.process == Process::Hierarchical {
        return Err(broken("it is a hierarchical JPEG, which nothing reads; save it as a standard JPEG".to_owned()));
    }
    let colours = header.sampling.len();
    if !matches!(colours, 1 | 3 | 4) || header.sampling.iter().flatten().any(|factor| !(1..=4).contains(factor)) {
        return Err(broken(format!("it has {colours} colours, or samples that no JPEG has")));
    }
    let scale = scale_of(bytes, &header)?;
    // A header that promises what the data do not keep makes the decoder's own checks of its slices fail.
    let decoded = catch_unwind(AssertUnwindSafe(|| pixels(bytes, &header, scale)));
    let pixels = decoded.unwrap_or_else(|_| Err("its header and its data contradict each other".to_owned()));
    Ok(Decoded { pixels: pixels.map_err(broken)?, size: header.size, orientation: header.orientation })
}

/// By how much each side is divided so that the picture can be worked on.
fn scale_of(bytes: &[u8], header: &Header) -> Result<u32, VisionError> {
    let [width, height] = header.size;
    let arithmetic = matches!(header.process, Process::Arithmetic | Process::ProgressiveArithmetic);
    if arithmetic && bytes.len() > MOST_ARITHMETIC_BYTES {
        return Err(VisionError::TooMuchWork {
            kind: header.kind(),
            width,
            height,
            problem: format!("has {} bytes, of which the limit for this kind is {MOST_ARITHMETIC_BYTES}", bytes.len()),
        });
    }
    // Only the cosines of a picture of 8 bits can be made smaller while they are decoded.
    let scales = if header.process == Process::Lossless || header.precision != 8 { &SCALES[..1] } else { &SCALES[..] };
    let fits = |scale: &&u32| {
        let [w, h] = header.size.map(|side| u64::from(side.div_ceil(**scale)));
        w * h <= MOST_WORKED_PIXELS && work_bytes(header, **scale) <= MOST_WORK_BYTES
    };
    scales.iter().find(fits).copied().ok_or_else(|| {
        let least = scales.iter().map(|scale| work_bytes(header, *scale)).min().unwrap_or_default();
        too_much_memory(header.kind(), header.size, least)
    })
}

/// Memory that decoding takes at its most, bytes.
fn work_bytes(header: &Header, scale: u32) -> u64 {
    let [width, height] = header.size.map(u64::from);
    let pixels = width * height;
    let out = width.div_ceil(u64::from(scale)) * height.div_ceil(u64::from(scale));
    let colours = header.sampling.len() as u64;
    let most = |of: fn(&[u8; 2]) -> u8| header.sampling.iter().map(of).max().map_or(1, u64::from);
    let largest = most(|s| s[0]) * most(|s| s[1]);
    let samples: u64 = header.sampling.iter().map(|s| pixels * u64::from(s[0]) * u64::from(s[1]) / largest).sum();
    // Scaled, the colours are decoded in the picture's own size.
    let planes = if scale == 1 { samples } else { colours * out };
    let coefficients = match header.process {
        Process::Progressive | Process::ProgressiveArithmetic => 2 * samples + samples / 64,
        _ => 0,
    };
    // Colours of unusual sampling are enlarged as a whole and not row by row.
    let usual = matches!(header.sampling[..], [_, [1, 1], [1, 1]] if largest <= 4 && most(|s| s[0]) <= 2);
    let enlarged = if scale == 1 && colours == 3 && !usual { 2 * out } else { 0 };
    let result = if colours == 4 { 4 * out } else { 3 * out };
    let deep = if header.precision > 8 || header.process == Process::Lossless { 8 * pixels } else { 0 };
    let turned = if turns_sideways(header.orientation) { 6 * out } else { 0 };
    (planes + coefficients + enlarged + result + deep).max(turned)
}

fn turns_sideways(orientation: Orientation) -> bool {
    (5..=8).contains(&orientation.to_exif())
}

fn pixels(bytes: &[u8], header: &Header, scale: u32) -> Result<RgbImage, String> {
    let [width, height] = header.size.map(u64::from);
    let most_scans = (MOST_SCANNED_PIXELS / (width * height)).clamp(USUAL_SCANS, MOST_SCANS);
    let limits =
        DecodeLimits { max_scans: usize::try_from(most_scans).unwrap_or(usize::MAX), ..DecodeLimits::default() };
    let bare;
    let opened = if header.metadata_bytes() > MOST_METADATA {
        bare = header.bare(bytes);
        Decoder::new_with_limits(&bare, limits)
    } else {
        match Decoder::new_with_limits(bytes, limits) {
            Ok(decoder) => Ok(decoder),
            // Odd metadata, or a progressive file without its end.
            Err(first) => {
                bare = header.bare(bytes);
                Decoder::new_with_limits(&bare, limits).map_err(|_| first)
            }
        }
    };
    let mut decoder = opened.map_err(|e| problem(&e))?;
    decoder.set_lenient(true);
    let four = header.sampling.len() == 4;
    decoder.set_output_format(if four { PixelFormat::Cmyk } else { PixelFormat::Rgb });
    if scale > 1 {
        decoder.set_scale(ScalingFactor::try_new(1, scale).map_err(|e| problem(&e))?);
    }
    let image = decoder.decode_image().map_err(|e| problem(&e))?;
    if image.warnings.iter().any(|w| matches!(w, DecodeWarning::UnsupportedRecovered { .. })) {
        return Err("it stores colours finer than brightness, which is not supported; save it again".to_owned());
    }
    let expected = header.size.map(|side| side.div_ceil(scale));
    if [image.width, image.height] != expected.map(|side| side as usize) {
        let [w, h] = header.size;
        return Err(format!("it says {w}×{h} and {}×{} about its size", image.width, image.height));
    }
    let pixels = if four { without_ink(image.data, header.adobe) } else { image.data };
    RgbImage::from_raw(expected[0], expected[1], pixels).ok_or_else(|| "it has too few pixels for its size".to_owned())
}

/// Cyan, magenta, yellow and black → RGB, in place. Adobe's programs store them inverted, and mark the file as theirs.
fn without_ink(mut pixels: Vec<u8>, inverted: bool) -> Vec<u8> {
    let count = pixels.len() / 4;
    for at in 0..count {
        let [c, m, y, k] = [0, 1, 2, 3].map(|n| {
            let value = pixels[at * 4 + n];
            u16::from(if inverted { value } else { 255 - value })
        });
        for (n, light) in [c, m, y].into_iter().enumerate() {
            pixels[at * 3 + n] = u8::try_from((light * k + 127) / 255).unwrap_or(u8::MAX);
        }
    }
    pixels.truncate(count * 3);
    pixels
}

fn problem(error: &JpegError) -> String {
    match error {
        JpegError::UnexpectedEof => "it ends too early".to_owned(),
        JpegError::LimitExceeded { .. } | JpegError::AllocationFailed { .. } => {
            format!("decoding it needs more than allowed ({error})")
        }
        _ => error.to_string(),
    }
}
