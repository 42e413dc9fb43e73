//! An upright picture → where its faces are. Called by [`Vision`](super::Vision); `yunet` reads the network's tensors.

use face_onnx::{Network, Plan};
use fast_image_resize as fir;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use image::RgbImage;
use parking_lot::Mutex;

use super::geometry::Rect;
use super::weights::Pack;
use super::{Detection, VisionError, yunet};

/// Plans kept, newest use last: a home has a handful of cameras, each of one picture size that is looked at once or twice.
const PLANS_KEPT: usize = 12;
/// The network's sides are multiples of its largest stride.
const STEP: u32 = 32;
/// Longest side of the network's input, for pictures like 4000×2.
const LONGEST_SIDE: u32 = 2048;
/// Score below which nothing is read.
const FAINTEST: f32 = 0.02;
/// Most pixels looked at in their own size; larger pictures are made smaller first, whatever was asked.
const MOST_NATIVE_PIXELS: f64 = 4.2e6;
/// Of a picture with more pixels than this, one look of the usual size no longer shows the faces far away.
const LARGE: f64 = 1280.0 * 720.0;
/// Of a picture of 1920×1080 the finer look sees so many pixels: four fifths of its sides. Of one with four times as many it
/// would see twice as many, but it sees no more than half the sides of 3840×2160.
const FINE: f64 = 0.64 * FULL_HD;
const FULL_HD: f64 = 1920.0 * 1080.0;
const FINEST: f64 = 1920.0 * 1088.0;
/// From this score on, a large picture's face is where the usual look sees it, whatever the finer one sees there.
const SURE: f32 = 0.5;
/// How often the finer look's picture is halved once more, for the closer looks at large faces.
const HALVINGS: i32 = 2;
/// A face is looked at closely in the smallest picture that has this many times the pixels across that the look shows.
const SHARP: f32 = 1.5;

/// How large the detector sees a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NetworkSize {
    /// Every pixel as it is (up to 4 megapixels).
    Native,
    /// About so many pixels, whatever the picture's size, but never enlarged beyond a factor.
    Area {
        /// Pixels of the network's input.
        pixels: u32,
        /// Largest enlargement of a small picture.
        max_enlargement: f32,
    },
}

/// A picture, and of a large one the same with fewer and fewer pixels, of which the finer look sees the first.
pub(super) struct Views<'a> {
    pub whole: &'a RgbImage,
    reduced: Vec<Reduced>,
}

struct Reduced {
    pixels: RgbImage,
    /// Its sides by those of the whole picture, below 1.
    scale: f32,
}

/// The detector with its plans.
pub(super) struct Detector {
    plans: Mutex<Plans>,
}

struct Plans {
    network: Network,
    kept: Vec<([u32; 2], Plan)>,
}

/// A picture's place in the network's input: scaled by `scale`, at the top left, the rest black.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fit {
    scale: f32,
    picture: [u32; 2],
    network: [u32; 2],
}

impl<'a> Views<'a> {
    /// The picture alone.
    pub(super) fn whole(picture: &'a RgbImage) -> Self {
        Self { whole: picture, reduced: vec![] }
    }

    /// With the reduced one where it is large.
    pub(super) fn of(picture: &'a RgbImage) -> Result<Self, VisionError> {
        let (width, height) = picture.dimensions();
        let pixels = f64::from(width) * f64::from(height);
        if pixels <= LARGE {
            return Ok(Self::whole(picture));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 2.1 million")]
        let fine = (FINE * (pixels / FULL_HD).sqrt()).min(FINEST) as u32;
        let fit = Fit::new(width, height, NetworkSize::Area { pixels: fine, max_enlargement: 1.0 });
        let mut reduced = vec![Reduced { pixels: resized(picture, fit.picture)?, scale: fit.scale }];
        for halvings in 1..=HALVINGS {
            let of = &reduced[reduced.len() - 1].pixels;
            let pixels = resized(of, [of.width().div_ceil(2), of.height().div_ceil(2)])?;
            reduced.push(Reduced { pixels, scale: fit.scale * 0.5_f32.powi(halvings) });
        }
        Ok(Self { whole: picture, reduced })
    }

    /// The picture in which a closer look is to show a face with `side` pixels, and its sides by those of the whole one.
    pub(super) fn showing(&self, face: &Rect, side: f32) -> (&RgbImage, f32) {
        let sharp = |reduced: &&Reduced| face.w.max(face.h) * reduced.scale >= SHARP * side;
        let smallest = self.reduced.iter().rev().find(sharp);
        smallest.map_or((self.whole, 1.0), |reduced| (&reduced.pixels, reduced.scale))
    }
}

impl Detector {
    /// Builds the network and compares it with what the pack's detector kind promises.
    pub(super) fn load(pack: &Pack) -> Result<Self, VisionError> {
        let file = &pack.detector.file;
        let mut network = Network::read(file, &pack.detector_bytes)?;
        let side = 64;
        let outputs = network.plan([1, 3, side, side])?.output_shapes();
        let found: Vec<usize> = outputs.iter().map(|shape| shape.iter().product()).collect();
        let expected = yunet::expected_outputs(side, side);
        if found != expected {
            let problem = format!(
                "is not a YuNet network: for 64×64 pixels expected outputs of {expected:?} values, found {found:?}"
            );
            return Err(VisionError::Pack { file: file.clone(), problem });
        }
        Ok(Self { plans: Mutex::new(Plans { network, kept: vec![] }) })
    }

    /// Candidates at or above `min_score` in pixels of the whole picture, looked for on so many threads: a large one's in a
    /// finer look, too, from `far_score` on, which adds the faces far away, and does not know those that fill the picture.
    pub(super) fn everywhere(
        &self,
        views: &Views<'_>,
        size: NetworkSize,
        [min_score, far_score]: [f32; 2],
        threads: usize,
    ) -> Result<Vec<Detection>, VisionError> {
        let usual = self.candidates(views.whole, size, min_score, threads)?;
        let Some(reduced) = views.reduced.first() else { return Ok(usual) };
        let finer = self.candidates(&reduced.pixels, NetworkSize::Native, far_score, threads)?;
        let finer = finer.into_iter().map(|face| face.scaled(1.0 / reduced.scale));
        let (sure, faint): (Vec<_>, Vec<_>) = usual.into_iter().partition(|face| face.score >= SURE);
        Ok(yunet::added(sure, faint.into_iter().chain(finer).collect()))
    }

    /// Candidates at or above `min_score` in pixels of the picture, best first, looked for on so many threads.
    fn candidates(
        &self,
        picture: &RgbImage,
        size: NetworkSize,
        min_score: f32,
        threads: usize,
    ) -> Result<Vec<Detection>, VisionError> {
        let fit = Fit::new(picture.width(), picture.height(), size);
        let plan = self.plan(fit.network)?;
        let outputs = plan.run_on_pixels(network_input(picture, &fit)?, threads)?;
        let found = yunet::decode(&outputs, fit.network[0] as usize, min_score);
        Ok(found.into_iter().map(|face| face.scaled(1.0 / fit.scale)).collect())
    }

    /// Everything at all like a face in a small picture, which is shown as it is.
    pub(super) fn look(&self, window: &RgbImage, threads: usize) -> Result<Vec<Detection>, VisionError> {
        self.candidates(window, NetworkSize::Native, FAINTEST, threads)
    }

    fn plan(&self, size: [u32; 2]) -> Result<Plan, VisionError> {
        let mut plans = self.plans.lock();
        let at = plans.kept.iter().position(|(kept, _)| *kept == size);
        let (_, plan) = match at {
            Some(at) => plans.kept.remove(at),
            None => (size, plans.network.plan_for_pixels([1, 3, size[1] as usize, size[0] as usize])?),
        };
        plans.kept.push((size, plan.clone()));
        if plans.kept.len() > PLANS_KEPT {
            plans.kept.remove(0);
        }
        Ok(plan)
    }
}

impl Fit {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a picture's size")]
    fn new(width: u32, height: u32, size: NetworkSize) -> Self {
        let (w, h) = (f64::from(width), f64::from(height));
        let up = |side: u32| side.div_ceil(STEP) * STEP;
        let (pixels, max_scale) = match size {
            NetworkSize::Native if w * h <= MOST_NATIVE_PIXELS && width.max(height) <= 2 * LONGEST_SIDE => {
                return Self { scale: 1.0, picture: [width, height], network: [up(width), up(height)] };
            }
            NetworkSize::Native => (MOST_NATIVE_PIXELS, 1.0),
            NetworkSize::Area { pixels, max_enlargement } => (f64::from(pixels), f64::from(max_enlargement)),
        };
        // The multiples of 32 nearest to the wanted area, then the largest picture that fits into them.
        let wanted = (pixels / (w * h)).sqrt().min(max_scale);
        let nearest = |side: f64| {
            let steps = (side * wanted / f64::from(STEP)).round().max(1.0);
            (steps * f64::from(STEP)).min(f64::from(LONGEST_SIDE))
        };
        let scale = (nearest(w) / w).min(nearest(h) / h).min(max_scale);
        let picture = [w, h].map(|side| ((side * scale).round() as u32).max(1));
        Self { scale: scale as f32, picture, network: picture.map(up) }
    }
}

/// The picture's pixels in the network's size, black to the right and below.
fn network_input(picture: &RgbImage, fit: &Fit) -> Result<Vec<u8>, VisionError> {
    let mut pixels = if fit.picture == [picture.width(), picture.height()] {
        picture.as_raw().clone()
    } else {
        resize(picture, fit.picture)?
    };
    let [width, height] = fit.network.map(|side| 3 * side as usize);
    let inner = 3 * fit.picture[0] as usize;
    pixels.resize(width * height / 3, 0);
    if inner < width {
        // From below, so that no row is overwritten before it has moved.
        for row in (0..fit.picture[1] as usize).rev() {
            pixels.copy_within(row * inner..(row + 1) * inner, row * width);
            pixels[row * width + inner..(row + 1) * width].fill(0);
        }
    }
    Ok(pixels)
}

fn resized(picture: &RgbImage, to: [u32; 2]) -> Result<RgbImage, VisionError> {
    let failed = || VisionError::Inference("resizing a picture gave too few pixels".to_owned());
    RgbImage::from_raw(to[0], to[1], resize(picture, to)?).ok_or_else(failed)
}

/// Resizes with every pixel counted when smaller, linearly between pixels when larger.
pub fn resize(picture: &RgbImage, to: [u32; 2]) -> Result<Vec<u8>, VisionError> {
    let failed = |e: &dyn std::fmt::Display| VisionError::Inference(format!("resizing a picture: {e}"));
    // Typed, so that the resizing of other kinds of pixels is not part of the program.
    let from = TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.as_raw())
        .map_err(|e| failed(&e))?;
    let mut pixels = vec![0; 3 * to[0] as usize * to[1] as usize];
    let mut out = TypedImage::<U8x3>::from_buffer(to[0], to[1], &mut pixels).map_err(|e| failed(&e))?;
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Bilinear));
    fir::Resizer::new().resize_typed(&from, &mut out, &options).map_err(|e| failed(&e))?;
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIVE: NetworkSize = NetworkSize::Area { pixels: 960 * 544, max_enlargement: 2.0 };

    #[test]
    fn a_wide_camera_picture_is_seen_in_960_by_544() {
        assert_eq!(Fit::new(1920, 1080, LIVE).network, [960, 544]);
        assert_eq!(Fit::new(1280, 720, LIVE).network, [960, 544]);
        assert_eq!(Fit::new(640, 360, LIVE).network, [960, 544]);
    }

    #[test]
    fn a_small_portrait_is_at_most_doubled() {
        let fit = Fit::new(250, 250, LIVE);
        assert_eq!((fit.scale, fit.network), (2.0, [512, 512]));
    }

    #[test]
    fn a_large_picture_is_seen_with_more_pixels_the_larger_it_is() {
        let seen = |width, height| {
            let picture = RgbImage::new(width, height);
            Views::of(&picture).unwrap().reduced.first().map(|reduced| reduced.pixels.dimensions())
        };
        assert_eq!(seen(1280, 720), None, "in the usual look alone");
        assert_eq!(seen(1920, 1080), Some((1536, 864)));
        assert_eq!(seen(2560, 1440), Some((1760, 990)));
        assert_eq!(seen(3840, 2160), Some((1920, 1080)));
        assert_eq!(seen(5760, 3240), Some((1920, 1080)), "and no more");
        assert_eq!(seen(20_000, 100), Some((2048, 10)), "nor longer than a network's input");
    }

    #[test]
    fn a_face_is_looked_at_closely_where_it_has_pixels_enough_and_no_more() {
        let picture = RgbImage::new(3840, 2160);
        let views = Views::of(&picture).unwrap();
        let showing = |h, side| views.showing(&Rect { x: 0.0, y: 0.0, w: 10.0, h }, side).0.width();
        assert_eq!([239.0, 240.0, 480.0, 960.0, 2000.0].map(|h| showing(h, 80.0)), [3840, 1920, 960, 480, 480]);
        assert_eq!(showing(240.0, 110.0), 3840);
    }

    #[test]
    fn what_the_picture_does_not_fill_is_black() {
        let picture = RgbImage::from_fn(33, 40, |x, y| image::Rgb([1, x, y].map(|v| v.try_into().unwrap())));
        let fit = Fit::new(33, 40, NetworkSize::Native);
        let shown = RgbImage::from_raw(64, 64, network_input(&picture, &fit).unwrap()).unwrap();
        for (x, y, pixel) in shown.enumerate_pixels() {
            let expected = picture.get_pixel_checked(x, y).map_or([0; 3], |pixel| pixel.0);
            assert_eq!(pixel.0, expected, "{x}, {y}");
        }
    }

    #[test]
    fn native_size_changes_no_pixel() {
        let fit = Fit::new(250, 130, NetworkSize::Native);
        assert_eq!((fit.scale, fit.picture, fit.network), (1.0, [250, 130], [256, 160]));
    }

    proptest! {
        #[test]
        fn the_picture_fits_the_network_whatever_its_shape(
            width in 1_u32..20_000, height in 1_u32..20_000, native in any::<bool>(),
        ) {
            let fit = Fit::new(width, height, if native { NetworkSize::Native } else { LIVE });
            for (inner, outer) in fit.picture.iter().zip(fit.network) {
                prop_assert!((1..=outer).contains(inner) && outer % STEP == 0);
            }
            let pixels = f64::from(fit.network[0]) * f64::from(fit.network[1]);
            prop_assert!(pixels <= MOST_NATIVE_PIXELS * 1.5, "{fit:?}");
        }
    }
}
