//! Our operators against tract's own, on the shipped networks and on shapes by chance.

use fastrand::Rng;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::{Conv, KernelFormat, MaxPool, PaddingSpec, PoolSpec};
use tract_onnx::tract_core::ops::math;
use tract_onnx::tract_core::ops::nn::DataFormat;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto,
    ValueInfoProto, type_proto,
};

use super::{Network, Plan, dimension, region, rewrite};
use crate::kernels::{self, Activation, Convolution, LANES, Plane, PlaneShape, Quantised, Weights, Window, Work};

const YUNET: &str = "face_detection_yunet_2023mar_int8bq.onnx";
const SFACE: &str = "face_recognition_sface_2021dec_int8bq.onnx";

fn network(file: &str) -> Network {
    let path = format!("{}/../../../weights/yunet-sface/{file}", env!("CARGO_MANIFEST_DIR"));
    Network::read(file, &std::fs::read(path).expect("the shipped weights")).expect("a network")
}

fn values(rng: &mut Rng, count: usize, least: f32, most: f32) -> Vec<f32> {
    (0..count).map(|_| least + (most - least) * rng.f32()).collect()
}

/// A picture of soft shapes, as cameras see them: neither noise nor one grey.
fn picture(rng: &mut Rng, shape: [usize; 4]) -> Vec<f32> {
    let [count, channels, h, w] = shape;
    let waves = values(rng, 4 * count * channels, 0.01, 0.3);
    let value = |i: usize| {
        let (plane, y, x) = (i / (h * w), i / w % h, i % w);
        let wave = &waves[plane * 4..plane * 4 + 4];
        #[expect(clippy::cast_precision_loss, reason = "a picture's sides")]
        let (x, y) = (x as f32, y as f32);
        (127.5 + 80.0 * (wave[0] * x + wave[1] * y).sin() + 47.0 * (wave[2] * x - wave[3] * y).cos()).round()
    };
    (0..shape.iter().product()).map(value).collect()
}

fn farthest(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let most = b.iter().fold(1.0_f32, |most, v| most.max(v.abs()));
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / most).fold(0.0, f32::max)
}

fn compare(file: &str, input: [usize; 4]) {
    let mut network = network(file);
    let (ours, plain) = (network.plan(input).expect("a plan"), Plan::plain(&mut network, input).expect("tract's plan"));
    let convolutions = ours.runnable.model().nodes.iter().filter(|n| n.op.name().contains("Conv")).count();
    assert_eq!(convolutions, 0, "the network's convolutions are ours");
    let mut rng = Rng::with_seed(7);
    let count = input.iter().product();
    for values in [values(&mut rng, count, 0.0, 255.0), picture(&mut rng, input), vec![0.0; count]] {
        let (a, b) = (ours.run(values.clone(), 1).expect("ours"), plain.run(values.clone(), 1).expect("tract's"));
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(&b) {
            let off = farthest(a, b);
            assert!(off < 1e-4, "{file} {input:?}: {off}");
        }
        for (a, b) in a.iter().zip(ours.run(values, 3).expect("on three threads")) {
            assert_eq!(*a, b, "{file} {input:?} on three threads");
        }
    }
}

#[test]
fn the_detector_gives_tracts_values_at_every_size() {
    for [h, w] in [[32, 32], [64, 96], [160, 160], [96, 352], [544, 960]] {
        compare(YUNET, [1, 3, h, w]);
    }
}

#[test]
fn the_recogniser_gives_tracts_values() {
    compare(SFACE, [1, 3, 112, 112]);
}

#[test]
fn weights_that_stay_bytes_give_the_same_as_their_floats() {
    let input = [1, 3, 112, 112];
    let mut network = network(SFACE);
    let bytes = network.plan(input).expect("a plan");
    // Bytes that would give other floats than the file's are not used.
    for quantised in &mut network.quantised {
        quantised.factors[0] += 1.0;
    }
    let floats = network.plan(input).expect("a plan");
    let kept = |plan: &Plan| {
        let info = plan.runnable.model().nodes.iter().filter(|n| n.op_is::<region::Region>()).map(|n| n.op.info());
        info.map(|info| info.expect("what it does").concat()).collect::<Vec<_>>()
    };
    assert_eq!(kept(&bytes), ["8 steps, 3080192 weights in bytes", "2 steps, 6422528 weights in bytes"]);
    assert!(kept(&floats).iter().all(|info| info.ends_with(" 0 weights in bytes")));
    let picture = picture(&mut Rng::with_seed(5), input);
    for threads in [1, 2] {
        let run = |plan: &Plan| plan.run(picture.clone(), threads).expect("a run");
        assert_eq!(run(&bytes), run(&floats));
    }
}

#[test]
fn a_fully_connected_layer_is_a_convolution_and_gives_tracts_values() {
    let mut rng = Rng::with_seed(9);
    let [kernel, bias] = [40 * 96, 40].map(|count| values(&mut rng, count, -1.0, 1.0));
    let mut gemm = node("Gemm", &["flat", "w", "b"], &["y"]);
    gemm.attribute = vec![AttributeProto { name: "transB".into(), r#type: 2, i: 1, ..Default::default() }];
    let sizes = [1, 6, 4, 4];
    let shape = Some(TensorShapeProto { dim: sizes.map(dimension).to_vec() });
    let tensor = type_proto::Tensor { elem_type: DataType::Float as i32, shape };
    let r#type = Some(TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..Default::default() });
    let graph = GraphProto {
        node: vec![node("Flatten", &["x"], &["flat"]), gemm.clone()],
        initializer: vec![weights("w", &[40, 96], &kernel), weights("b", &[40], &bias)],
        input: vec![ValueInfoProto { name: "x".into(), r#type, ..Default::default() }],
        output: vec![ValueInfoProto { name: "y".into(), ..Default::default() }],
        ..Default::default()
    };
    let network = |graph: GraphProto| {
        let opset_import = vec![OperatorSetIdProto { version: 17, ..Default::default() }];
        let model = ModelProto { ir_version: 8, opset_import, graph: Some(graph), ..Default::default() };
        Network { file: "a layer".into(), model, quantised: vec![] }
    };
    let kinds = |graph: &GraphProto| graph.node.iter().map(|n| n.op_type.clone()).collect::<Vec<_>>();
    let mut rewritten = graph.clone();
    rewrite(&mut rewritten).expect("a rewrite");
    assert_eq!(kinds(&rewritten), ["Flatten", "Reshape", "Conv", "Flatten"]);
    let tracts = Plan::plain(&mut network(graph.clone()), sizes).expect("tract's plan");
    let ours = network(rewritten).plan(sizes).expect("a plan");
    let picture = values(&mut rng, 96, -1.0, 1.0);
    let [ours, tracts] = [ours, tracts].map(|plan| plan.run(picture.clone(), 1).expect("a run").swap_remove(0));
    assert!(farthest(&ours, &tracts) < 1e-6);

    // What is multiplied by something else, or read by somebody else, stays as it is.
    let alpha = AttributeProto { name: "alpha".into(), r#type: 1, f: 0.5, ..Default::default() };
    gemm.attribute.push(alpha);
    let half = GraphProto { node: vec![node("Flatten", &["x"], &["flat"]), gemm], ..graph.clone() };
    let mut twice = graph;
    twice.node.push(NodeProto { output: vec!["z".into()], ..twice.node[1].clone() });
    for mut graph in [half, twice] {
        let before = kinds(&graph);
        rewrite(&mut graph).expect("a rewrite");
        assert_eq!(kinds(&graph), before);
    }
}

#[test]
fn a_network_bound_once_gives_the_same_values() {
    let input = [1, 3, 112, 112];
    let (bound, own) = (network(SFACE).plan(input).expect("a plan"), network(SFACE).into_plan(input).expect("a plan"));
    let picture = picture(&mut Rng::with_seed(5), input);
    let [bound, values] = [&bound, &own].map(|plan| plan.run(picture.clone(), 1).expect("a run").swap_remove(0));
    assert_eq!(values, bound);
}

#[test]
fn pixels_are_seen_as_their_floats_are() {
    let (mut rng, mut network) = (Rng::with_seed(11), network(YUNET));
    let [count, channels, h, w] = [2, 3, 64, 96];
    let pixels: Vec<u8> = (0..count * channels * h * w).map(|_| rng.u8(..)).collect();
    let bgr = |i: usize| {
        let (picture, channel, place) = (i / (channels * h * w), i / (h * w) % channels, i % (h * w));
        f32::from(pixels[(picture * h * w + place) * channels + 2 - channel])
    };
    let floats = (0..pixels.len()).map(bgr).collect();
    let expected = network.plan([count, channels, h, w]).expect("a plan").run(floats, 1).expect("floats");
    let mut plan = network.plan_for_pixels([count, channels, h, w]).expect("a plan");
    assert!(plan.takes_pixels);
    for _ in 0..2 {
        for (made, expected) in plan.run_on_pixels(pixels.clone(), 1).expect("pixels").iter().zip(&expected) {
            assert_eq!(made, expected);
        }
        // A network whose first operator isn't ours is given floats.
        plan = Plan { takes_pixels: false, ..network.plan([count, channels, h, w]).expect("a plan") };
    }
}

#[test]
fn a_batch_gives_what_each_of_it_gives_alone() {
    let mut network = network(YUNET);
    let (one, three) = (network.plan([1, 3, 64, 96]).expect("a plan"), network.plan([3, 3, 64, 96]).expect("a plan"));
    let pictures = picture(&mut Rng::with_seed(3), [3, 3, 64, 96]);
    let together = three.run(pictures.clone(), 2).expect("three");
    for (ix, alone) in pictures.chunks_exact(3 * 64 * 96).enumerate() {
        for (alone, together) in one.run(alone.to_vec(), 1).expect("one").iter().zip(&together) {
            let each = alone.len();
            assert_eq!(together[ix * each..(ix + 1) * each], *alone);
        }
    }
}

fn node(op_type: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    NodeProto { op_type: op_type.to_owned(), input: names(inputs), output: names(outputs), ..Default::default() }
}

fn weights(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
    let data_type = DataType::Float as i32;
    let (name, dims, float_data) = (name.to_owned(), dims.to_vec(), values.to_vec());
    TensorProto { name, dims, data_type, float_data, ..Default::default() }
}

/// None of them may end the program: they are what a pack's file says.
#[test]
fn operators_without_their_parts_and_sizes_beyond_all_memory_are_errors() {
    let norm = node("BatchNormalization", &["c", "one", "one_too", "one_more", "last"], &["y"]);
    let shape = TensorProto {
        name: "shape".to_owned(),
        dims: vec![2],
        data_type: DataType::Int64 as i32,
        int64_data: vec![1 << 40, 1 << 40],
        ..Default::default()
    };
    let tensors = ["w", "one", "one_too", "one_more", "last"].map(|name| weights(name, &[1, 1, 1, 1], &[2.0]));
    let many = weights("many", &[2], &[1.0, 2.0]);
    let endless = weights("endless", &[0, 1 << 40, 1 << 40], &[]);
    for (nodes, fits) in [
        (vec![node("Conv", &[], &["c"]), norm.clone()], true),
        (vec![node("Conv", &["x"], &["c"]), norm.clone()], true),
        (vec![node("Conv", &["x", "w", "many"], &["c"]), norm.clone()], false),
        (vec![node("Conv", &["x", "w"], &["c"]), NodeProto { output: vec![], ..norm }], true),
        (vec![node("PRelu", &["x", "w"], &[])], true),
        (vec![node("Cast", &[""], &["y"])], true),
        (vec![node("Reshape", &["w"], &["y"])], false),
        (vec![node("Reshape", &["w", ""], &["y"])], false),
        (vec![node("Reshape", &["w", "shape"], &["y"])], false),
        (vec![node("DequantizeLinear", &["endless", "many"], &["y"])], false),
        (vec![node("DequantizeLinear", &["", "many"], &["y"])], true),
    ] {
        let initializer = [&tensors[..], &[many.clone(), endless.clone(), shape.clone()]].concat();
        let mut graph = GraphProto { node: nodes.clone(), initializer, ..Default::default() };
        assert_eq!(rewrite(&mut graph).is_ok(), fits, "{nodes:?}");
    }
}

/// A typed model built node by node, as an exporter would.
struct Chain {
    model: TypedModel,
    rng: Rng,
    last: OutletId,
}

impl Chain {
    fn new(mut rng: Rng) -> Self {
        let mut model = TypedModel::default();
        let shape = [rng.usize(1..=2), rng.usize(1..=37), rng.usize(3..=19), rng.usize(3..=23)];
        let last = model.add_source("input", f32::fact(shape)).expect("a source");
        Self { model, rng, last }
    }

    fn shape(&self) -> [usize; 4] {
        let fact = self.model.outlet_fact(self.last).expect("a fact");
        fact.shape.as_concrete().expect("fixed sizes").try_into().expect("four sizes")
    }

    fn wire(&mut self, op: impl Into<Box<dyn TypedOp>>, inputs: &[OutletId]) {
        let name = format!("node.{}", self.model.nodes.len());
        self.last = self.model.wire_node(name, op, inputs).expect("a node")[0];
    }

    fn constant(&mut self, shape: &[usize], least: f32, most: f32) -> OutletId {
        let values = values(&mut self.rng, shape.iter().product(), least, most);
        let tensor = tract_ndarray::ArrayD::from_shape_vec(shape, values).expect("a tensor").into_tensor();
        self.model.add_const(format!("constant.{}", self.model.nodes.len()), tensor).expect("a constant")
    }

    fn pool_spec(&mut self, kernel: [usize; 2], pad: bool, outputs: usize) -> PoolSpec {
        let mut padding = |side: usize| if pad { self.rng.usize(0..=side / 2) } else { 0 };
        let (before, after) = (kernel.map(&mut padding), kernel.map(&mut padding));
        PoolSpec {
            data_format: DataFormat::NCHW,
            kernel_shape: tvec![kernel[0], kernel[1]],
            padding: PaddingSpec::Explicit(before.as_slice().into(), after.as_slice().into()),
            dilations: None,
            strides: Some(tvec![self.rng.usize(1..=2), self.rng.usize(1..=3)]),
            input_channels: self.shape()[1],
            output_channels: outputs,
        }
    }

    fn convolution(&mut self) {
        let [_, channels, h, w] = self.shape();
        let depthwise = self.rng.bool();
        let outputs = if depthwise { channels } else { self.rng.usize(1..=40) };
        let kernel = [(); 2].map(|()| [1, 2, 3, 3, 5][self.rng.usize(0..5)]);
        let mut kernel = if self.rng.bool() { [3, 3] } else { kernel };
        if self.rng.u8(..3) == 0 {
            kernel = [1, 1];
        }
        let kernel = [kernel[0].min(h), kernel[1].min(w)];
        let mut pool_spec = self.pool_spec(kernel, true, outputs);
        if kernel == [1, 1] {
            pool_spec.strides = None;
        }
        let group = if depthwise { channels } else { 1 };
        let x = self.last;
        let weights = self.constant(&[outputs, channels / group, kernel[0], kernel[1]], -1.0, 1.0);
        let bias = self.constant(&[outputs], -1.0, 1.0);
        self.wire(Conv { pool_spec, kernel_fmt: KernelFormat::OIHW, group, q_params: None }, &[x, weights, bias]);
    }

    fn activation(&mut self) {
        let (x, channels) = (self.last, self.shape()[1]);
        let zero = self.constant(&[1, 1, 1, 1], 0.0, 0.0);
        self.wire(math::max(), &[x, zero]);
        if self.rng.bool() {
            let (positive, relu) = (self.constant(&[1, channels, 1, 1], -1.5, 1.5), self.last);
            self.wire(math::mul(), &[relu, positive]);
            let (all, left) = (self.constant(&[1, channels, 1, 1], -1.5, 1.5), self.last);
            self.wire(math::mul(), &[x, all]);
            let right = self.last;
            self.wire(math::add(), &[left, right]);
        }
    }

    fn step(&mut self) {
        let [_, channels, h, w] = self.shape();
        let before = self.last;
        match self.rng.u8(..9) {
            0..4 => self.convolution(),
            4 | 5 => self.activation(),
            6 if h > 2 && w > 2 => {
                let kernel = [self.rng.usize(1..=3), self.rng.usize(1..=3)];
                let pool_spec = self.pool_spec(kernel, false, channels);
                self.wire(MaxPool { pool_spec, with_index_outputs: None }, &[before]);
            }
            7 => {
                let shape = [1, if self.rng.bool() { channels } else { 1 }, 1, 1];
                let value = self.constant(&shape, -2.0, 2.0);
                let op = [math::mul(), math::add(), math::sub()][self.rng.usize(0..3)].clone();
                self.wire(op, &[before, value]);
            }
            // What is not ours stands between ours.
            8 => self.wire(math::tanh(), &[before]),
            _ => {
                self.activation();
                let after = self.last;
                self.wire(math::add(), &[before, after]);
            }
        }
    }
}

#[test]
fn every_chain_of_operators_gives_tracts_values() {
    for seed in 0..400 {
        let mut chain = Chain::new(Rng::with_seed(seed));
        for _ in 0..chain.rng.usize(1..=7) {
            chain.step();
        }
        let Chain { mut model, mut rng, last } = chain;
        model.select_output_outlets(&[last]).expect("an output");
        let shape: Vec<usize> =
            model.outlet_fact(OutletId::new(0, 0)).expect("a fact").shape.as_concrete().expect("fixed").to_vec();
        let input = tract_ndarray::ArrayD::from_shape_vec(
            shape.as_slice(),
            values(&mut rng, shape.iter().product(), -2.0, 2.0),
        );
        let input: TValue = input.expect("an input").into_tensor().into_tvalue();
        let mut run = |model: TypedModel| {
            let plan = model.into_optimized().and_then(IntoRunnable::into_runnable).expect("a plan");
            let made = region::on_threads(rng.usize(1..=3), || plan.run(tvec!(input.clone()))).expect("a run");
            let made = made[0].to_plain_array_view::<f32>().expect("floats").to_owned();
            (made.shape().to_vec(), made.iter().copied().collect::<Vec<f32>>())
        };
        let ours = run(region::rewrite(&model, false, &[]).expect("a rewrite").0);
        let plain = run(model.clone());
        assert_eq!(ours.0, plain.0, "{seed}");
        let off = farthest(&ours.1, &plain.1);
        assert!(off < 1e-4, "seed {seed}: {off}\n{model}");
    }
}

#[test]
fn the_loops_give_the_same_with_narrower_registers() {
    let mut rng = Rng::with_seed(5);
    for (depthwise, side, step) in [(false, 1, 1), (false, 3, 2), (true, 3, 1), (true, 3, 2), (true, 2, 1)] {
        let from =
            PlaneShape { channels: 32, h: 9, w: 11, stride: 32, border: [1, 1, 1, 1], room: kernels::WHOLE, first: 0 };
        let size = |from: usize| (from + 2 - side) / step + 1;
        let to = PlaneShape {
            channels: 32,
            h: size(9),
            w: size(11),
            stride: 32,
            border: [0; 4],
            room: kernels::WHOLE,
            first: 0,
        };
        let weights = values(&mut rng, side * side * 32 * if depthwise { 1 } else { 32 }, -1.0, 1.0);
        let window = Window { h: side, w: side, step: [step; 2], pad: [1, 1] };
        let slopes = |rng: &mut Rng| values(rng, 32, -1.0, 1.5);
        let activation = Activation::Slopes { positive: slopes(&mut rng), negative: slopes(&mut rng) };
        let convolution =
            Convolution { depthwise, window, weights: Weights::Floats(weights), bias: slopes(&mut rng), activation };
        let mut input = values(&mut rng, from.len(), -1.0, 1.0);
        from.clear_borders(&mut input);
        let source = Plane { shape: &from, values: &input[..] };
        let made = [512, 256, 128].map(|bits| {
            let mut made = vec![0.0; to.len()];
            let mut target = Plane { shape: &to, values: &mut made[..] };
            kernels::run_within(bits, &Work::Convolution(&convolution), &source, &mut target, 0..to.h);
            made
        });
        assert!(made[0].iter().any(|v| *v != 0.0));
        assert!(farthest(&made[0], &made[2]) < 1e-5 && farthest(&made[1], &made[2]) < 1e-5);
    }
}

#[test]
fn the_loops_give_the_same_with_bytes_as_with_their_floats() {
    let mut rng = Rng::with_seed(6);
    for ([h, w], channels, together) in [([3, 7], 320, 64), ([1, 1], 912, 48), ([2, 9], 48, 20)] {
        let plane =
            |channels| PlaneShape { channels, h, w, stride: channels, border: [0; 4], room: kernels::WHOLE, first: 0 };
        let (from, to) = (plane(channels), plane(2 * LANES));
        let groups = channels.div_ceil(together);
        let mut bytes = |count: usize| (0..count).map(|_| rng.i8(..)).collect::<Vec<i8>>();
        // By block, value and output, as they are packed.
        let (bytes, zeros) = (bytes(2 * channels * LANES), bytes(2 * groups * LANES));
        let (scales, factors) = (values(&mut rng, zeros.len(), 0.001, 0.1), values(&mut rng, 2 * LANES, -1.0, 1.0));
        let float = |at: usize| -> f32 {
            let (block, value, output) = (at / LANES / channels, at / LANES % channels, at % LANES);
            let scale = (block * groups + value / together) * LANES + output;
            (f32::from(bytes[at]) - f32::from(zeros[scale])) * scales[scale] * factors[block * LANES + output]
        };
        let floats = Weights::Floats((0..bytes.len()).map(float).collect());
        let quantised = Weights::Quantised(Quantised { values: bytes.clone(), together, zeros, scales, factors });
        let (bias, input) = (values(&mut rng, 2 * LANES, -1.0, 1.0), values(&mut rng, from.len(), -1.0, 1.0));
        let source = Plane { shape: &from, values: &input[..] };
        let window = Window { h: 1, w: 1, step: [1; 2], pad: [0; 2] };
        for bits in [512, 256, 128] {
            let made = [&floats, &quantised].map(|weights| {
                let (window, bias, weights) = (window.clone(), bias.clone(), weights.clone());
                let convolution = Convolution { depthwise: false, window, weights, bias, activation: Activation::Relu };
                let mut made = vec![0.0; to.len()];
                let mut target = Plane { shape: &to, values: &mut made[..] };
                kernels::run_within(bits, &Work::Convolution(&convolution), &source, &mut target, 0..h);
                made
            });
            assert!(made[0].iter().any(|v| *v != 0.0));
            assert_eq!(made[0], made[1], "{h}×{w}, {channels}, {bits}");
        }
    }
}
