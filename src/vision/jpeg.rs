//! A JPEG's bytes → RGB pixels, bit by bit those of libjpeg-turbo, which OpenCV and nearly every camera tool decode with.
//!
//! Called by [`Frame`](super::Frame), which has read the header already; knows nothing of orientation.
//! `docs/decisions/parity.md` says why not the `image` crate's own decoder.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::RgbImage;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat};

use super::Limits;

/// Most scans of a progressive file: real ones have about ten, and each costs as much as a whole picture.
const MOST_SCANS: usize = 100;

/// Decodes a grey or three-coloured JPEG of `size` (pixels across and down, by its header), not turned upright.
///
/// Of a file cut short, what arrived is shown and the rest is grey. `None` for one of other colours (CMYK), which the
/// caller decodes in its own way.
///
/// # Errors
/// In words, what is wrong with the file.
pub(super) fn decode(bytes: &[u8], size: [u32; 2], limits: &Limits) -> Result<Option<RgbImage>, String> {
    // A header that promises what the data do not keep makes the decoder's own checks of its slices fail.
    let decoded = catch_unwind(AssertUnwindSafe(|| pixels(bytes, limits)));
    let decoded = decoded.unwrap_or_else(|_| Err("its header and its data contradict each other".to_owned()));
    let Some((found, pixels)) = decoded? else { return Ok(None) };
    let [width, height] = size;
    if found != size.map(|side| side as usize) {
        return Err(format!("it says {width}×{height} and {}×{} about its size", found[0], found[1]));
    }
    let picture = RgbImage::from_raw(width, height, pixels);
    picture.map(Some).ok_or_else(|| "it has too few pixels for its size".to_owned())
}

type Pixels = ([usize; 2], Vec<u8>);

fn pixels(bytes: &[u8], limits: &Limits) -> Result<Option<Pixels>, String> {
    let limits = DecodeLimits {
        max_pixels: limits.max_pixels,
        max_scans: MOST_SCANS,
        max_memory: Some(limits.max_pixels.saturating_mul(8)),
        ..DecodeLimits::default()
    };
    let mut decoder = Decoder::new_with_limits(bytes, limits).map_err(|e| problem(&e))?;
    let components = decoder.header().components.len();
    if components != 1 && components != 3 {
        return Ok(None);
    }
    decoder.set_lenient(true);
    decoder.set_output_format(PixelFormat::Rgb);
    let image = decoder.decode_image().map_err(|e| problem(&e))?;
    Ok(Some(([image.width, image.height], image.data)))
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
