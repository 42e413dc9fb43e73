//! An aligned crop → an embedding. Called by [`Vision`](super::Vision); knows nothing of people or pictures.

use image::RgbImage;

use super::weights::{Channels, Pack, RecogniserContract};
use super::{Embedding, VisionError};
use face_onnx::{Network, Plan};

/// The recogniser, bound to its one input size.
pub(super) struct Recogniser {
    plan: Plan,
    pub(super) contract: RecogniserContract,
}

impl Recogniser {
    /// Builds the network and compares it with the pack's description.
    pub(super) fn load(pack: &Pack) -> Result<Self, VisionError> {
        let contract = pack.recogniser.clone();
        let wrong = |problem: String| VisionError::Pack { file: contract.file.clone(), problem };
        let network = Network::read(&contract.file, &pack.recogniser_bytes)?;
        let [width, height] = contract.input_size.map(|side| side as usize);
        let input = [1, 3, height, width];
        let stated = network.stated_input();
        let fits = stated.len() == 4 && stated.iter().zip(input).all(|(stated, ours)| stated.is_none_or(|s| s == ours));
        if !fits {
            let sizes: Vec<String> = stated.iter().map(|s| s.map_or("?".to_owned(), |s| s.to_string())).collect();
            return Err(wrong(format!(
                "expected an input of 1×3×{height}×{width} (pack.toml: input_size), found {}",
                if sizes.is_empty() { "none stated".to_owned() } else { sizes.join("×") }
            )));
        }
        let plan = network.into_plan(input)?;
        let outputs = plan.output_shapes();
        let lengths: Vec<usize> = outputs.iter().map(|shape| shape.iter().product()).collect();
        if lengths != [contract.embedding_length] {
            return Err(wrong(format!(
                "expected one output of {} values (pack.toml: embedding_length), found {lengths:?}",
                contract.embedding_length
            )));
        }
        Ok(Self { plan, contract })
    }

    /// Describes a crop of exactly the contract's size, on so many threads. `None` where the network gives no direction.
    pub(super) fn embed(&self, crop: &RgbImage, threads: usize) -> Result<Option<Embedding>, VisionError> {
        let plane = crop.width() as usize * crop.height() as usize;
        let mut input = vec![0.0_f32; plane * 3];
        let order = match self.contract.channels {
            Channels::Rgb => [0, 1, 2],
            Channels::Bgr => [2, 1, 0],
        };
        for (channel, values) in input.chunks_exact_mut(plane).enumerate() {
            let (mean, scale) = (self.contract.mean[channel], self.contract.scale);
            for (value, pixel) in values.iter_mut().zip(crop.pixels()) {
                *value = (f32::from(pixel.0[order[channel]]) - mean) * scale;
            }
        }
        let values = self.plan.run(input, threads)?.swap_remove(0);
        Ok(Embedding::new(values))
    }
}
