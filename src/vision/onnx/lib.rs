//! An ONNX file → something that can be run: the only crate that names tract.
//!
//! `detect` and `embed` call it, with pixels or plain `f32` slices in and `f32` slices out; it knows nothing of faces.
//! Files are rewritten while they are still protobuf, because tract 0.23 refuses or is slow at what they contain:
//! block-quantised weights become float constants (of large ones the bytes are kept, for `region`), batch normalisation is
//! folded into the convolution before it, a fully connected layer becomes a convolution,
//! `PRelu` becomes two multiplications and a `Relu`, and sizes baked in by the exporter are dropped.
//! `region` then takes out of tract's model what `kernels` does faster, and leaves the rest to tract.

mod kernels;
mod region;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, TensorShapeProto, TypeProto, ValueInfoProto,
    tensor_shape_proto, type_proto,
};
use tract_onnx::prelude::{
    Framework, InferenceModel, InferenceModelExt, IntoRunnable, IntoTensor, Tensor, TractResult, TypedRunnableModel,
    f16, tract_ndarray, tvec,
};
use tract_onnx::tract_core::internal::SpecialOps;

use kernels::{Quantised, WIDENED};

/// Weights of so many floats reach tract beside the file: what it reads from a file it copies twice.
/// Where they came as bytes, they are kept as such.
const LARGE: usize = 1 << 16;

/// Why a network could not be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OnnxError {
    /// The file is not what was expected.
    #[error("{file} {problem}")]
    File { file: String, problem: String },
    /// A checked network failed on an input.
    #[error("the network failed: {0}")]
    Inference(String),
}

/// A network read from a file, not yet bound to an input size.
pub struct Network {
    file: String,
    model: ModelProto,
    quantised: Vec<Quantised>,
}

/// A network bound to one input size, ready to run on any thread.
#[derive(Clone)]
pub struct Plan {
    runnable: Arc<TypedRunnableModel>,
    input: [usize; 4],
    /// Pixels are read by the first operator itself.
    takes_pixels: bool,
}

impl Network {
    /// Reads and rewrites an ONNX file; `file` names it in errors.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, OnnxError> {
        let broken = |problem: String| OnnxError::File { file: file.to_owned(), problem };
        let mut reader = bytes;
        let mut model = tract_onnx::onnx()
            .proto_model_for_read(&mut reader)
            .map_err(|e| broken(format!("is not an ONNX model ({})", first_line(&e))))?;
        let Some(graph) = model.graph.as_mut() else {
            return Err(broken("has no graph, so it is not an ONNX model".into()));
        };
        let quantised = rewrite(graph).map_err(broken)?;
        if graph.input.len() != 1 {
            let names: Vec<&str> = graph.input.iter().map(|i| i.name.as_str()).collect();
            return Err(broken(format!(
                "expected a network with 1 input, found {} ({})",
                names.len(),
                names.join(", ")
            )));
        }
        Ok(Self { file: file.to_owned(), model, quantised })
    }

    /// The input's sizes as the file states them; `None` where it leaves one open.
    #[must_use]
    pub fn stated_input(&self) -> Vec<Option<usize>> {
        let dims = self.model.graph.as_ref().and_then(|g| g.input.first()).and_then(shape_of);
        dims.map(|shape| {
            let size = |d: &tensor_shape_proto::Dimension| match d.value {
                Some(tensor_shape_proto::dimension::Value::DimValue(v)) => usize::try_from(v).ok().filter(|v| *v > 0),
                _ => None,
            };
            shape.dim.iter().map(size).collect()
        })
        .unwrap_or_default()
    }

    /// Binds the network to one `[batch, channels, height, width]`: tract is fast only with every size fixed
    /// (640×384: 43 ms fixed, 624 ms with open sizes).
    pub fn plan(&mut self, input: [usize; 4]) -> Result<Plan, OnnxError> {
        let parsed = self.parsed(input)?;
        Plan::build(&self.file, parsed, input, &self.quantised, false)
    }

    /// The same for [`Plan::run_on_pixels`].
    pub fn plan_for_pixels(&mut self, input: [usize; 4]) -> Result<Plan, OnnxError> {
        let parsed = self.parsed(input)?;
        Plan::build(&self.file, parsed, input, &self.quantised, true)
    }

    /// Binds the network once; large weights are in memory only once at any time.
    pub fn into_plan(mut self, input: [usize; 4]) -> Result<Plan, OnnxError> {
        let weights = self.model.graph.as_mut().map(take_weights).unwrap_or_default();
        let mut parsed = self.parsed(input)?;
        let Self { file, model, quantised } = self;
        drop(model);
        give_weights(&mut parsed, weights).map_err(|e| cannot_run(&file, input, &e))?;
        Plan::build(&file, parsed, input, &quantised, false)
    }

    fn parsed(&mut self, input: [usize; 4]) -> Result<InferenceModel, OnnxError> {
        if let Some(shape) = self.model.graph.as_mut().and_then(|g| g.input.first_mut()).and_then(shape_of_mut) {
            shape.dim = input.iter().map(|size| dimension(*size)).collect();
        }
        tract_onnx::onnx().model_for_proto_model(&self.model).map_err(|e| cannot_run(&self.file, input, &e))
    }
}

/// Takes the large weights out of the file and makes them inputs of the network, after the picture.
fn take_weights(graph: &mut GraphProto) -> Vec<(String, Constant)> {
    let mut taken = vec![];
    for weights in graph.initializer.extract_if(.., |t| t.float_data.len() >= LARGE) {
        let dims: Vec<usize> = weights.dims.iter().map(|d| usize::try_from(*d).unwrap_or(0)).collect();
        let shape = TensorShapeProto { dim: dims.iter().map(|size| dimension(*size)).collect() };
        let tensor = type_proto::Tensor { elem_type: DataType::Float as i32, shape: Some(shape) };
        let value = Some(type_proto::Value::TensorType(tensor));
        let r#type = Some(TypeProto { value, ..Default::default() });
        graph.input.push(ValueInfoProto { name: weights.name.clone(), r#type, ..Default::default() });
        taken.push((weights.name, Constant { dims, values: weights.float_data }));
    }
    taken
}

/// Puts the weights back where [`take_weights`] left inputs.
fn give_weights(model: &mut InferenceModel, weights: Vec<(String, Constant)>) -> TractResult<()> {
    let places = model.inputs.split_off(1);
    for (place, (name, Constant { dims, values })) in places.into_iter().zip(weights) {
        let values = tract_ndarray::ArrayD::from_shape_vec(dims, values)?.into_tensor();
        let constant = model.add_const(format!("{name}.values"), values)?;
        for reader in model.node(place.node).outputs[place.slot].successors.clone() {
            model.add_edge(constant, reader)?;
        }
    }
    Ok(())
}

fn cannot_run(file: &str, input: [usize; 4], error: &dyn std::fmt::Display) -> OnnxError {
    let problem = format!("cannot be run with an input of {}×{} pixels: {error:#}", input[3], input[2]);
    OnnxError::File { file: file.to_owned(), problem }
}

impl Plan {
    fn build(
        file: &str,
        parsed: InferenceModel,
        input: [usize; 4],
        quantised: &[Quantised],
        pixels: bool,
    ) -> Result<Self, OnnxError> {
        let ours = parsed.into_typed().and_then(|model| region::rewrite(&model, pixels, quantised));
        let runnable = ours.and_then(|(model, takes_pixels)| {
            Ok((model.into_optimized().and_then(IntoRunnable::into_runnable)?, takes_pixels))
        });
        let (runnable, takes_pixels) = runnable.map_err(|e| cannot_run(file, input, &e))?;
        Ok(Self { runnable, input, takes_pixels })
    }

    /// Runs the network on `values`, laid out `[batch, channels, height, width]`, on at most so many threads.
    /// [`OnnxError::Inference`] where `values` are not as many as the input has, or tract fails.
    pub fn run(&self, values: Vec<f32>, threads: usize) -> Result<Vec<Vec<f32>>, OnnxError> {
        let input = tract_ndarray::Array4::from_shape_vec(self.input, values);
        self.run_on(input.map_err(|e| failed(&e))?.into_tensor(), threads)
    }

    /// Runs a network that was planned for it on pictures of red, green and blue bytes, which it sees as blue, green and red
    /// from 0 to 255.
    pub fn run_on_pixels(&self, pixels: Vec<u8>, threads: usize) -> Result<Vec<Vec<f32>>, OnnxError> {
        let [pictures, channels, height, width] = self.input;
        let shape = [pictures, height, width, channels];
        let pixels = tract_ndarray::Array4::from_shape_vec(shape, pixels).map_err(|e| failed(&e))?;
        if self.takes_pixels {
            return self.run_on(pixels.into_tensor(), threads);
        }
        let seen = |(picture, channel, y, x)| f32::from(pixels[[picture, y, x, channels - 1 - channel]]);
        self.run_on(tract_ndarray::Array4::from_shape_fn(self.input, seen).into_tensor(), threads)
    }

    fn run_on(&self, input: Tensor, threads: usize) -> Result<Vec<Vec<f32>>, OnnxError> {
        let outputs = region::on_threads(threads, || self.runnable.run(tvec!(input.into()))).map_err(|e| failed(&e))?;
        outputs
            .iter()
            .map(|output| {
                let view = output.to_plain_array_view::<f32>().map_err(|e| failed(&e))?;
                Ok(view.iter().copied().collect())
            })
            .collect()
    }

    /// The same network as tract alone would run it, for comparison in tests and benchmarks.
    ///
    /// # Errors
    ///
    /// `OnnxError` where tract cannot plan the network for this input.
    pub fn plain(network: &mut Network, input: [usize; 4]) -> Result<Self, OnnxError> {
        let parsed = network.parsed(input)?;
        let runnable = parsed.into_optimized().and_then(IntoRunnable::into_runnable);
        let runnable = runnable.map_err(|e| cannot_run(&network.file, input, &e))?;
        Ok(Self { runnable, input, takes_pixels: false })
    }

    /// Sizes of every output where they are known before running.
    #[must_use]
    pub fn output_shapes(&self) -> Vec<Vec<usize>> {
        let model = self.runnable.model();
        let shape = |ix: usize| model.output_fact(ix).ok().and_then(|f| f.shape.as_concrete().map(<[usize]>::to_vec));
        (0..model.outputs.len()).map(|ix| shape(ix).unwrap_or_default()).collect()
    }
}

fn failed(error: &dyn std::fmt::Display) -> OnnxError {
    OnnxError::Inference(format!("{error:#}"))
}

fn first_line(error: &impl std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn shape_of(input: &ValueInfoProto) -> Option<&TensorShapeProto> {
    let type_proto::Value::TensorType(tensor) = input.r#type.as_ref()?.value.as_ref()?;
    tensor.shape.as_ref()
}

fn shape_of_mut(input: &mut ValueInfoProto) -> Option<&mut TensorShapeProto> {
    let type_proto::Value::TensorType(tensor) = input.r#type.as_mut()?.value.as_mut()?;
    Some(tensor.shape.get_or_insert_default())
}

fn dimension(size: usize) -> tensor_shape_proto::Dimension {
    let value = tensor_shape_proto::dimension::Value::DimValue(i64::try_from(size).unwrap_or(i64::MAX));
    tensor_shape_proto::Dimension { value: Some(value), ..Default::default() }
}

/// A float constant of the graph.
#[derive(Clone)]
struct Constant {
    dims: Vec<usize>,
    values: Vec<f32>,
}

impl Constant {
    fn into_proto(self, name: String) -> TensorProto {
        TensorProto {
            name,
            dims: self.dims.iter().map(|d| i64::try_from(*d).unwrap_or(i64::MAX)).collect(),
            data_type: DataType::Float as i32,
            float_data: self.values,
            ..Default::default()
        }
    }
}

/// Everything tract refuses, or is slow at, taken out of the graph; what large weights were before they became floats.
/// The error says what is wrong with the file.
fn rewrite(graph: &mut GraphProto) -> Result<Vec<Quantised>, String> {
    let mut tensors: HashMap<String, TensorProto> =
        std::mem::take(&mut graph.initializer).into_iter().map(|t| (t.name.clone(), t)).collect();
    let mut quantised = fold_constants(&mut graph.node, &mut tensors)?;
    fold_batch_norms(graph, &mut tensors, &mut quantised)?;
    convolve_layers(graph, &mut tensors);
    graph.node = std::mem::take(&mut graph.node).into_iter().flat_map(|n| split_prelu(n, &mut tensors)).collect();

    let used: std::collections::HashSet<&str> =
        graph.node.iter().flat_map(|n| n.input.iter().map(String::as_str)).collect();
    // Quantising tools leave inputs behind whose tensors no longer exist (29 of them in SFace).
    graph.input.retain(|i| used.contains(i.name.as_str()) && !tensors.contains_key(&i.name));
    graph.initializer = tensors.into_values().filter(|t| used.contains(t.name.as_str())).collect();
    graph.initializer.sort_by(|a, b| a.name.cmp(&b.name));
    // Shapes stated for the exporter's input size would contradict ours.
    graph.value_info.clear();
    for output in &mut graph.output {
        if let Some(type_proto::Value::TensorType(tensor)) = output.r#type.as_mut().and_then(|t| t.value.as_mut()) {
            tensor.shape = None;
        }
    }
    Ok(quantised.into_values().collect())
}

/// Evaluates `DequantizeLinear`, `Cast` to float and `Reshape` of constants, so that weights are plain floats.
/// Of large weights, the bytes they were made of are told by name.
fn fold_constants(
    nodes: &mut Vec<NodeProto>,
    tensors: &mut HashMap<String, TensorProto>,
) -> Result<HashMap<String, Quantised>, String> {
    let mut bytes: HashMap<String, Quantised> = HashMap::new();
    let mut uses: HashMap<String, usize> = HashMap::new();
    for name in nodes.iter().flat_map(|n| &n.input) {
        *uses.entry(name.clone()).or_default() += 1;
    }
    let mut kept = Vec::with_capacity(nodes.len());
    for node in std::mem::take(nodes) {
        let constant = node.input.first().is_some_and(|first| !first.is_empty())
            && node.input.iter().all(|i| i.is_empty() || tensors.contains_key(i));
        let folded = match node.op_type.as_str() {
            "DequantizeLinear" if constant => Some(dequantized(&node, tensors)?),
            "Cast" if constant && int_attribute(&node, "to") == Some(i64::from(DataType::Float as i32)) => {
                Some(floats(&tensors[&node.input[0]])?)
            }
            "Reshape" if constant && tensors[&node.input[0]].data_type == DataType::Float as i32 => {
                let shape = node.input.get(1).and_then(|shape| tensors.get(shape));
                let shape = shape.ok_or_else(|| format!("reshapes weights to nothing at {}", node.name))?;
                Some(reshaped(floats(&tensors[&node.input[0]])?, &integers(shape)?)?)
            }
            _ => None,
        };
        let Some(folded) = folded else {
            kept.push(node);
            continue;
        };
        let name = node.output.first().cloned().unwrap_or_default();
        let same = quantised(&node, tensors).or_else(|| bytes.remove(&node.input[0]));
        bytes.extend(same.map(|same| (name.clone(), same)));
        for input in &node.input {
            if let Some(left) = uses.get_mut(input) {
                *left -= 1;
                if *left == 0 {
                    tensors.remove(input);
                }
            }
        }
        tensors.insert(name.clone(), folded.into_proto(name));
    }
    *nodes = kept;
    Ok(bytes)
}

/// Large weights that are bytes, some of an output's next to one another with a scale of their own.
fn quantised(node: &NodeProto, tensors: &HashMap<String, TensorProto>) -> Option<Quantised> {
    let input = |n: usize| tensors.get(node.input.get(n)?);
    let [weights, scales, zeros] = [input(0)?, input(1)?, input(2)?];
    let bytes = |t: &TensorProto| -> Option<Vec<i8>> {
        (t.data_type == DataType::Int8 as i32).then(|| t.raw_data.iter().map(|b| b.cast_signed()).collect())
    };
    let together = usize::try_from(int_attribute(node, "block_size")?).ok()?;
    let scales = floats(scales).ok()?;
    let outputs = *scales.dims.first()?;
    let (values, zeros) = (bytes(weights)?, bytes(zeros)?);
    if values.len() < LARGE
        || outputs == 0
        || !values.len().is_multiple_of(outputs)
        || !(1..=WIDENED).contains(&together)
    {
        return None;
    }
    let blocks = outputs * (values.len() / outputs).div_ceil(together);
    ([scales.values.len(), zeros.len()] == [blocks; 2]).then(|| Quantised {
        values,
        together,
        zeros,
        scales: scales.values,
        factors: vec![1.0; outputs],
    })
}

/// `(x − zero_point) · scale`, with one scale for the tensor, for a slice of `axis`, or for `block_size` entries of it.
fn dequantized(node: &NodeProto, tensors: &HashMap<String, TensorProto>) -> Result<Constant, String> {
    let input = |n: usize| node.input.get(n).filter(|i| !i.is_empty()).and_then(|i| tensors.get(i));
    let wrong = || format!("has quantised weights of an unknown layout at {}", node.name);
    let mut weights = floats(input(0).ok_or_else(wrong)?)?;
    let scale = floats(input(1).ok_or_else(wrong)?)?;
    let zero = input(2).map(floats).transpose()?;
    let rank = weights.dims.len();
    let axis = int_attribute(node, "axis").unwrap_or(1);
    let axis =
        usize::try_from(if axis < 0 { axis + i64::try_from(rank).unwrap_or(0) } else { axis }).map_err(|_| wrong())?;
    let block = int_attribute(node, "block_size").and_then(|b| usize::try_from(b).ok()).unwrap_or(0);
    let scales = scale.values.len();
    if zero.as_ref().is_some_and(|z| z.values.len() != scales) || (scales != 1 && axis >= rank) {
        return Err(wrong());
    }
    let length = weights.dims.get(axis).copied().unwrap_or(1).max(1);
    let inner = weights.dims.get(axis + 1..).map_or(1, |d| d.iter().product::<usize>()).max(1);
    let blocks = if block > 0 { length.div_ceil(block) } else { length };
    let scale_of = |index: usize| match (scales, block) {
        (1, _) => 0,
        (_, 0) => index / inner % length,
        (_, block) => (index / (inner * length) * blocks + index / inner % length / block) * inner + index % inner,
    };
    if scales != 1 && scales <= scale_of(weights.values.len().saturating_sub(1)) {
        return Err(wrong());
    }
    for (index, value) in weights.values.iter_mut().enumerate() {
        let at = scale_of(index);
        *value = (*value - zero.as_ref().map_or(0.0, |z| z.values[at])) * scale.values[at];
    }
    Ok(weights)
}

fn reshaped(constant: Constant, to: &[i64]) -> Result<Constant, String> {
    let total = constant.values.len();
    let mut dims: Vec<usize> = Vec::with_capacity(to.len());
    for (ix, size) in to.iter().enumerate() {
        dims.push(match *size {
            0 => constant.dims.get(ix).copied().unwrap_or(0),
            -1 => 1,
            size => usize::try_from(size).map_err(|_| format!("reshapes weights to {size}"))?,
        });
    }
    if let Some(open) = to.iter().position(|s| *s == -1) {
        dims[open] = total / count(&dims)?.max(1);
    }
    if count(&dims)? != total {
        return Err(format!("reshapes {total} weights to {dims:?}"));
    }
    Ok(Constant { dims, ..constant })
}

/// A `BatchNormalization` that alone follows a `Conv` becomes part of its weights and bias.
fn fold_batch_norms(
    graph: &mut GraphProto,
    tensors: &mut HashMap<String, TensorProto>,
    quantised: &mut HashMap<String, Quantised>,
) -> Result<(), String> {
    let mut consumers: HashMap<String, usize> = HashMap::new();
    for name in graph.node.iter().flat_map(|n| &n.input).chain(graph.output.iter().map(|o| &o.name)) {
        *consumers.entry(name.clone()).or_default() += 1;
    }
    let convs: HashMap<String, usize> = (graph.node.iter().enumerate())
        .filter(|(_, n)| n.op_type == "Conv" && n.output.first().is_some_and(|o| consumers.get(o) == Some(&1)))
        .filter(|(_, n)| n.input.len() > 1)
        .filter(|(_, n)| n.input[1..].iter().all(|i| tensors.contains_key(i) && consumers.get(i) == Some(&1)))
        .map(|(ix, n)| (n.output[0].clone(), ix))
        .collect();
    let mut folded = vec![];
    for ix in 0..graph.node.len() {
        let norm = &graph.node[ix];
        let foldable = norm.op_type == "BatchNormalization"
            && norm.input.len() == 5
            && norm.input[1..].iter().all(|i| tensors.contains_key(i));
        let conv = norm.input.first().filter(|_| foldable).and_then(|i| convs.get(i));
        let (Some(&conv), Some(output)) = (conv, norm.output.first().cloned()) else { continue };
        let epsilon = (norm.attribute.iter()).find(|a| a.name == "epsilon").map_or(1e-5, |a| a.f);
        let [gamma, beta, mean, variance] = [1, 2, 3, 4].map(|n| floats(&tensors[&norm.input[n]]));
        let (gamma, beta, mean, variance) = (gamma?.values, beta?.values, mean?.values, variance?.values);
        let factor: Vec<f32> = gamma.iter().zip(&variance).map(|(g, v)| g / (v + epsilon).sqrt()).collect();

        let node = &mut graph.node[conv];
        let mut weights = floats(&tensors[&node.input[1]])?;
        let channels = weights.dims.first().copied().unwrap_or(0);
        let old_bias = node.input.get(2).map(|b| floats(&tensors[b])).transpose()?.map(|b| b.values);
        let old_bias = old_bias.unwrap_or_else(|| vec![0.0; channels]);
        if [factor.len(), beta.len(), mean.len(), old_bias.len()] != [channels; 4] || channels == 0 {
            return Err(format!(
                "has a batch normalisation of {} channels after a convolution of {channels} with {} biases",
                factor.len(),
                old_bias.len()
            ));
        }
        let each = weights.values.len() / channels;
        for (channel, values) in weights.values.chunks_exact_mut(each.max(1)).enumerate() {
            for value in values {
                *value *= factor[channel];
            }
        }
        let bias = (0..channels).map(|c| (old_bias[c] - mean[c]) * factor[c] + beta[c]).collect();
        if let Some(quantised) = quantised.get_mut(&node.input[1]).filter(|q| q.factors.len() == factor.len()) {
            quantised.factors = factor;
        }
        let (weights_name, bias_name) = (node.input[1].clone(), format!("{output}.folded_bias"));
        node.input.truncate(2);
        node.input.push(bias_name.clone());
        node.output[0] = output;
        tensors.insert(weights_name.clone(), weights.into_proto(weights_name));
        tensors.insert(bias_name.clone(), Constant { dims: vec![channels], values: bias }.into_proto(bias_name));
        folded.push(ix);
    }
    let mut ix = 0;
    graph.node.retain(|_| {
        ix += 1;
        !folded.contains(&(ix - 1))
    });
    Ok(())
}

/// A fully connected layer becomes a convolution of one pixel, which `region` knows.
fn convolve_layers(graph: &mut GraphProto, tensors: &mut HashMap<String, TensorProto>) {
    let mut uses: HashMap<String, usize> = HashMap::new();
    for name in graph.node.iter().flat_map(|n| &n.input) {
        *uses.entry(name.clone()).or_default() += 1;
    }
    let convolved = |node: NodeProto| {
        let is_one = |name: &str| node.attribute.iter().all(|a| a.name != name || a.f.to_bits() == 1_f32.to_bits());
        let plain = node.op_type == "Gemm" && is_one("alpha") && is_one("beta");
        let turned = ["transA", "transB"].map(|name| int_attribute(&node, name).unwrap_or(0));
        let ([x, w, bias], [out]) = (node.input.as_slice(), node.output.as_slice()) else { return vec![node] };
        let bias_dims = tensors.get(bias).map(|bias| bias.dims.clone());
        let fits = |w: &&mut TensorProto| w.dims.len() == 2 && bias_dims == Some(vec![w.dims[0]]);
        let weights = tensors.get_mut(w).filter(fits).filter(|_| plain && turned == [0, 1] && uses[w] == 1);
        let Some(weights) = weights else { return vec![node] };
        weights.dims.extend([1, 1]);
        let [name, pixel, made] = ["shape", "pixel", "made"].map(|part| format!("{out}.{part}"));
        let nodes = vec![
            operation("Reshape", &[x, &name], &pixel),
            operation("Conv", &[&pixel, w, bias], &made),
            operation("Flatten", &[&made], out),
        ];
        let (dims, int64_data, data_type) = (vec![4], vec![0, -1, 1, 1], DataType::Int64 as i32);
        tensors.insert(name.clone(), TensorProto { name, dims, data_type, int64_data, ..Default::default() });
        nodes
    };
    graph.node = std::mem::take(&mut graph.node).into_iter().flat_map(convolved).collect();
}

fn operation(kind: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        op_type: kind.to_owned(),
        name: output.to_owned(),
        input: inputs.iter().map(ToString::to_string).collect(),
        output: vec![output.to_owned()],
        ..Default::default()
    }
}

/// `PRelu(x) = (1 − a)·Relu(x) + a·x`: the same values in two thirds of tract's time.
/// `max(x, a·x)` would be wrong: some of `SFace`'s slopes are above 1.
fn split_prelu(node: NodeProto, tensors: &mut HashMap<String, TensorProto>) -> Vec<NodeProto> {
    let slope = (node.op_type == "PRelu").then(|| node.input.get(1).and_then(|s| tensors.get(s))).flatten();
    let (Some(Ok(slope)), Some(out)) = (slope.map(floats), node.output.first()) else { return vec![node] };
    let (x, a) = (&node.input[0], &node.input[1]);
    let part = |suffix: &str| format!("{out}.{suffix}");
    let rest = Constant { values: slope.values.iter().map(|a| 1.0 - a).collect(), ..slope };
    tensors.insert(part("rest"), rest.into_proto(part("rest")));
    vec![
        operation("Relu", &[x], &part("relu")),
        operation("Mul", &[&part("relu"), &part("rest")], &part("positive")),
        operation("Mul", &[x, a], &part("all")),
        operation("Add", &[&part("positive"), &part("all")], out),
    ]
}

fn int_attribute(node: &NodeProto, name: &str) -> Option<i64> {
    node.attribute.iter().find(|a: &&AttributeProto| a.name == name).map(|a| a.i)
}

/// A tensor's values as floats, whichever of the protobuf's fields holds them.
#[expect(clippy::cast_precision_loss, reason = "quantised values fit f32 exactly; larger ones are bounds and shapes")]
#[expect(clippy::cast_possible_truncation, reason = "f64 weights are used as f32")]
fn floats(tensor: &TensorProto) -> Result<Constant, String> {
    let dims: Vec<usize> = tensor.dims.iter().map(|d| usize::try_from(*d).unwrap_or(0)).collect();
    let raw = tensor.raw_data.as_slice();
    let kind = DataType::try_from(tensor.data_type).unwrap_or(DataType::Undefined);
    let values: Vec<f32> = match kind {
        DataType::Float if raw.is_empty() => tensor.float_data.clone(),
        DataType::Float => raw.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        DataType::Double if raw.is_empty() => tensor.double_data.iter().map(|v| *v as f32).collect(),
        DataType::Double => raw.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b) as f32).collect(),
        DataType::Float16 => raw.as_chunks::<2>().0.iter().map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
        DataType::Int8 if !raw.is_empty() => raw.iter().map(|b| f32::from(b.cast_signed())).collect(),
        DataType::Uint8 if !raw.is_empty() => raw.iter().map(|b| f32::from(*b)).collect(),
        DataType::Int32 if !raw.is_empty() => {
            raw.as_chunks::<4>().0.iter().map(|b| i32::from_le_bytes(*b) as f32).collect()
        }
        DataType::Int8 | DataType::Uint8 | DataType::Int32 => tensor.int32_data.iter().map(|v| *v as f32).collect(),
        DataType::Int64 => integers(tensor)?.iter().map(|v| *v as f32).collect(),
        other => {
            return Err(format!(
                "has weights of the type {} at {}, which is not supported",
                other.as_str_name(),
                tensor.name
            ));
        }
    };
    if values.len() != count(&dims)? {
        return Err(format!("has {} values where {dims:?} were stated at {}", values.len(), tensor.name));
    }
    Ok(Constant { dims, values })
}

/// How many values a tensor of these sizes has, which no part of them exceeds either.
fn count(dims: &[usize]) -> Result<usize, String> {
    let most = dims.iter().try_fold(1_usize, |product, size| product.checked_mul((*size).max(1)));
    let most = most.ok_or_else(|| format!("has sizes that no memory would hold: {dims:?}"))?;
    Ok(if dims.contains(&0) { 0 } else { most })
}

fn integers(tensor: &TensorProto) -> Result<Vec<i64>, String> {
    if tensor.data_type != DataType::Int64 as i32 {
        return Err(format!("has a shape that is not of whole numbers at {}", tensor.name));
    }
    if tensor.raw_data.is_empty() {
        return Ok(tensor.int64_data.clone());
    }
    Ok(tensor.raw_data.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)).collect())
}
