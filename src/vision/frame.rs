//! Bytes of a picture file → an upright RGB picture. Called by [`Vision`](super::Vision) and by whoever draws on pictures.
//!
//! Nothing is allocated for pixels before the header's sizes, and the memory that decoding will take, were compared with
//! the limits. What is larger than can be worked on is made smaller while it is decoded; places in it stay those of the
//! picture as it was sent.

use std::io::Cursor;

use image::error::{ImageFormatHint, UnsupportedErrorKind};
use image::metadata::Orientation;
use image::{
    ColorType, DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage, imageops,
};

use super::limits::{Limits, MOST_WORK_BYTES, MOST_WORKED_PIXELS, too_much_memory};
use super::{Rect, Rotation, VisionError, jpeg, sniff};

/// Most pixels of a TIFF with one bit for each: a fax's code takes an eighth of a microsecond a pixel.
const MOST_PIXELS_OF_BITS: u64 = 16_000_000;

/// An upright picture: 8-bit RGB, row by row. Of one too large to be worked on, `pixels` are fewer than it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub pixels: RgbImage,
    /// Pixels across and down of the picture as it was sent, upright.
    size: [u32; 2],
}

impl Frame {
    /// A picture that has all its pixels.
    pub fn new(pixels: RgbImage) -> Self {
        let size = [pixels.width(), pixels.height()];
        Self { pixels, size }
    }

    /// Decodes JPEG, PNG, WebP, BMP, GIF (first frame) or TIFF and turns it upright by its EXIF orientation.
    /// 16-bit channels keep their upper half, grey becomes RGB, transparent pixels lie on grey.
    /// Of a JPEG cut short while it was sent, what arrived is shown and the rest is grey.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, VisionError> {
        if bytes.is_empty() {
            return Err(VisionError::Empty);
        }
        if bytes.len() > limits.max_bytes {
            return Err(VisionError::TooManyBytes { bytes: bytes.len(), limit: limits.max_bytes });
        }
        let (format, name) = sniff::format(bytes).map_err(|found| VisionError::NotAPicture { found })?;
        if format == ImageFormat::Jpeg {
            let jpeg::Decoded { pixels, size, orientation } = jpeg::decode(bytes, limits)?;
            return Ok(Self::upright(DynamicImage::from(pixels), size, orientation));
        }
        let broken = |e: &ImageError| VisionError::Broken { format: name, problem: problem_of(e) };
        let mut decoder =
            ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(|e| broken(&e))?;
        let (width, height) = decoder.dimensions();
        limits.check_size(width, height)?;
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 {
            return Err(VisionError::Broken { format: name, problem: format!("its size is {width}×{height}") });
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let bits = format == ImageFormat::Tiff && decoder.original_color_type() == ExtendedColorType::L1;
        if bits && pixels > MOST_PIXELS_OF_BITS {
            let problem = format!(
                "takes too long to decode with one bit for each pixel; the limit is {} megapixels",
                MOST_PIXELS_OF_BITS / 1_000_000
            );
            return Err(VisionError::TooMuchWork { kind: name, width, height, problem });
        }
        let work = work_bytes(bytes, format, &decoder);
        if work > MOST_WORK_BYTES {
            return Err(too_much_memory(name, [width, height], work));
        }
        let mut image_limits = image::Limits::default();
        image_limits.max_alloc = Some(MOST_WORK_BYTES);
        decoder.set_limits(image_limits).map_err(|e| broken(&e))?;
        let picture = opaque(DynamicImage::from_decoder(decoder).map_err(|e| broken(&e))?);
        let picture = if pixels > MOST_WORKED_PIXELS {
            imageops::thumbnail(&picture, width.div_ceil(2), height.div_ceil(2))
        } else {
            picture
        };
        Ok(Self::upright(DynamicImage::from(picture), [width, height], orientation))
    }

    /// `size` is that of the file's header.
    fn upright(mut picture: DynamicImage, [width, height]: [u32; 2], orientation: Orientation) -> Self {
        let sideways = (5..=8).contains(&orientation.to_exif());
        picture.apply_orientation(orientation);
        let size = if sideways { [height, width] } else { [width, height] };
        Self { pixels: picture.into_rgb8(), size }
    }

    /// The picture turned clockwise.
    pub fn turned(self, rotation: Rotation) -> Self {
        let [width, height] = self.size;
        match rotation {
            Rotation::None => self,
            Rotation::Right => Self { pixels: imageops::rotate90(&self.pixels), size: [height, width] },
            Rotation::Around => {
                let mut pixels = self.pixels;
                imageops::rotate180_in_place(&mut pixels);
                Self { pixels, ..self }
            }
            Rotation::Left => Self { pixels: imageops::rotate270(&self.pixels), size: [height, width] },
        }
    }

    /// Pixels across of the picture as it was sent, upright.
    pub fn width(&self) -> u32 {
        self.size[0]
    }

    /// Pixels down of the picture as it was sent, upright.
    pub fn height(&self) -> u32 {
        self.size[1]
    }

    /// How much larger the picture is than `pixels`: 1 for all but the largest.
    #[expect(clippy::cast_precision_loss, reason = "a picture's size")]
    pub fn reduction(&self) -> f32 {
        // Of the longer side, which rounding changes least.
        if self.size[0] >= self.size[1] {
            self.size[0] as f32 / self.pixels.width() as f32
        } else {
            self.size[1] as f32 / self.pixels.height() as f32
        }
    }

    /// A box of the picture, in `pixels`.
    pub fn in_pixels(&self, place: &Rect) -> Rect {
        place.scaled(1.0 / self.reduction())
    }
}

/// Memory that decoding takes at its most, bytes: the decoded picture, what its decoder keeps beside it, and the RGB made
/// of it.
fn work_bytes(bytes: &[u8], format: ImageFormat, decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let beside = match format {
        // Brightness and two quarters of colour, or else four bytes for each pixel.
        ImageFormat::WebP if bytes.get(12..16) == Some(b"VP8 ") => pixels * 3 / 2,
        ImageFormat::WebP | ImageFormat::Gif => 4 * pixels,
        ImageFormat::Tiff => decoder.total_bytes(),
        _ => 0,
    };
    let converted = if decoder.color_type() == ColorType::Rgb8 { 0 } else { 3 * pixels };
    let reduced = if pixels > MOST_WORKED_PIXELS { pixels * 3 / 4 } else { 0 };
    decoder.total_bytes() + beside.max(converted).max(reduced)
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
