//! How large a picture may be, and how much work: compared with its header before anything is decoded.
//! `docs/decisions/picture-limits.md` says why these numbers.

use super::VisionError;

/// Most pixels that are worked on: the networks see two million of them at most, and a face that is found at all has more than
/// the recogniser looks at.
pub(super) const MOST_WORKED_PIXELS: u64 = 25_000_000;
/// Most memory that decoding one picture may take beside its file, bytes.
pub(super) const MOST_WORK_BYTES: u64 = 150_000_000;
/// Longest side of a picture, pixels: JPEG's own limit. A picture of one endless line is within any number of pixels.
const LONGEST_SIDE: u32 = 65_535;

/// How large a picture may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of the encoded file, bytes.
    pub max_bytes: usize,
    /// Maximum number of pixels, by the file's header.
    pub max_pixels: u64,
}

impl Default for Limits {
    /// For cameras' pictures: 16 MiB encoded, 50 megapixels.
    fn default() -> Self {
        Self { max_bytes: 16 << 20, max_pixels: 50_000_000 }
    }
}

impl Limits {
    /// For photos to learn from, which come one at a time and from phones: 48 MiB, 120 megapixels.
    pub fn photo() -> Self {
        Self { max_bytes: 48 << 20, max_pixels: 120_000_000 }
    }

    /// At least as large as `other` in both.
    pub fn or_larger(self, other: Self) -> Self {
        Self { max_bytes: self.max_bytes.max(other.max_bytes), max_pixels: self.max_pixels.max(other.max_pixels) }
    }

    /// Compares a picture's size by its header with the limits.
    pub(super) fn check_size(&self, width: u32, height: u32) -> Result<(), VisionError> {
        if width.max(height) > LONGEST_SIDE {
            return Err(VisionError::TooLong { width, height, limit: LONGEST_SIDE });
        }
        if u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(VisionError::TooManyPixels { width, height, limit: self.max_pixels });
        }
        Ok(())
    }
}

/// Decoding would take `bytes` of memory.
#[expect(clippy::cast_precision_loss, reason = "whole megabytes are shown")]
pub(super) fn too_much_memory(kind: &'static str, [width, height]: [u32; 2], bytes: u64) -> VisionError {
    let (needed, limit) = (bytes as f64 / 1e6, MOST_WORK_BYTES as f64 / 1e6);
    let problem = format!("takes {needed:.0} MB to decode, the limit is {limit:.0} MB");
    VisionError::TooMuchWork { kind, width, height, problem }
}
