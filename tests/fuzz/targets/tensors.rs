//! Any numbers as what the networks say: every face that comes of it has a place and a direction.
//!
//! Two networks are made for it, which a pack may bring as well as the real ones: each number that they put out is made of
//! three bytes of the picture, and may be anything up to infinity, or no number at all.

use std::fmt::Write as _;
use std::fs;
use std::sync::LazyLock;

use face_server::vision::{Accept, Frame, NetworkSize, Options, Pack, Sampling, SecondLook, Vision};
use image::{Rgb, RgbImage};

/// Sides of the detector's cells, pixels.
const STRIDES: [usize; 3] = [8, 16, 32];
/// Numbers of a cell in each of its outputs: two scores, a box, five landmarks.
const DETECTOR: [usize; 4] = [1, 1, 4, 10];
/// Side of the recogniser's input, pixels, and the numbers of its embedding.
const RECOGNISER: (usize, usize) = (16, 4);
/// Largest side of a picture, pixels: few sizes, so that the networks are planned once for each.
const SIDE: u32 = 48;
/// ONNX's own numbers for kinds of tensors and attributes.
const FLOAT: u64 = 1;
const INTS: u64 = 7;

static VISION: LazyLock<Vision> = LazyLock::new(|| {
    let mut detector = Graph::default();
    for (at, numbers) in DETECTOR.into_iter().enumerate() {
        for stride in STRIDES {
            let before = DETECTOR[..at].iter().sum();
            detector.numbers_of_cells(stride, before, numbers);
        }
    }
    let mut recogniser = Graph::default();
    recogniser.numbers_of_cells(RECOGNISER.0, 0, RECOGNISER.1);
    let folder = tempfile::tempdir().expect("a folder");
    let mut description = "name = \"made up\"\n".to_owned();
    for (part, graph, more) in [
        ("detector", detector, "kind = \"yunet\"".to_owned()),
        (
            "recogniser",
            recogniser,
            format!(
                "input_size = [{0}, {0}]\nchannels = \"rgb\"\nmean = [0.0, 0.0, 0.0]\nscale = 1.0\nembedding_length = {1}\n\
                 template = [[5.0, 6.0], [11.0, 6.0], [8.0, 9.0], [6.0, 12.0], [10.0, 12.0]]",
                RECOGNISER.0, RECOGNISER.1
            ),
        ),
    ] {
        let bytes = graph.into_model();
        let hash = super::sha256(&bytes);
        fs::write(folder.path().join(part), bytes).expect("written");
        let _ = write!(description, "[{part}]\nfile = \"{part}\"\nsha256 = \"{hash}\"\n{more}\n");
    }
    fs::write(folder.path().join("pack.toml"), description).expect("written");
    Vision::load(&Pack::load(folder.path()).expect("a pack")).expect("networks")
});

pub(crate) fn run(bytes: &[u8]) {
    let [width, height, how, shown @ ..] = bytes else { return };
    if shown.is_empty() {
        return;
    }
    let [width, height] = [width, height].map(|side| u32::from(*side) % SIDE + 1);
    let mut values = shown.iter().copied().cycle();
    let picture = RgbImage::from_fn(width, height, |_, _| Rgb([0; 3].map(|_: u8| values.next().unwrap_or_default())));
    let closer = SecondLook { most_candidates: 3, ..SecondLook::default() };
    let options = Options {
        network_size: NetworkSize::Native,
        accept: if how & 1 == 0 { Accept::Score(0.5) } else { Accept::SecondLook(closer) },
        sampling: if how & 2 == 0 { Sampling::OpenCv } else { Sampling::Area },
        threads: 1,
        ..Options::live()
    };
    let frame = Frame::new(picture);
    let found = if how & 4 == 0 {
        VISION.describe_frame(&frame, &options)
    } else {
        VISION.describe_for_enrolment(frame.clone(), &options).map(|upright| upright.description)
    };
    let found = found.expect("networks that fit are run");
    for face in &found.faces {
        let place = face.detection.box_in_frame;
        assert!([place.x, place.y, place.w, place.h].iter().all(|side| side.is_finite()), "{place:?}");
        assert!(face.detection.landmarks.0.iter().all(|point| point.x.is_finite() && point.y.is_finite()));
        assert!((0.0..=1.0).contains(&face.detection.score), "{}", face.detection.score);
        let quality = &face.quality;
        assert!((0.0..=1.0).contains(&quality.overall) && quality.size_px.is_finite(), "{quality:?}");
        let length = face.embedding.as_slice().iter().map(|value| value * value).sum::<f32>();
        assert!((length - 1.0).abs() < 1e-3, "{:?}", face.embedding);
    }
    if how & 8 != 0 {
        let faces: Vec<_> = found.faces.iter().map(|face| face.detection.clone()).collect();
        let _ = VISION.suspected_rotation(&frame, &faces, &options).expect("networks that fit are run");
    }
}

/// An ONNX graph from a picture to numbers, as its protobuf.
#[derive(Default)]
struct Graph {
    protobuf: Vec<u8>,
    outputs: usize,
}

impl Graph {
    /// An output of so many numbers for each cell of the picture. Each is (a − 128) · e^(0.7 · max(b − 128, 0)) / c, of three
    /// of the cell's bytes; the first `before` numbers of a cell are others'.
    fn numbers_of_cells(&mut self, stride: usize, before: usize, numbers: usize) {
        let out = format!("{:02}", self.outputs);
        self.outputs += 1;
        let name = |part: &str| format!("{out}{part}");
        for (part, (word, factor, bias)) in
            [("a", 1.0, -128.0), ("b", 0.7, -0.7 * 128.0), ("c", 1.0, 0.0)].into_iter().enumerate()
        {
            let mut weights = vec![0.0_f32; numbers * 3 * stride * stride];
            for number in 0..numbers {
                // All within the 8×8 pixels at the cell's top left.
                let byte = (before + number) * 3 + part;
                let (pixel, channel) = (byte / 3, byte % 3);
                weights[((number * 3 + channel) * stride + pixel / 8) * stride + pixel % 8] = factor;
            }
            self.tensor(&name(&format!("{word}_weights")), &[numbers, 3, stride, stride], &weights);
            self.tensor(&name(&format!("{word}_bias")), &[numbers], &vec![bias; numbers]);
            let inputs = ["pixels".to_owned(), name(&format!("{word}_weights")), name(&format!("{word}_bias"))];
            self.node(
                "Conv",
                &inputs,
                &name(word),
                &[("kernel_shape", [stride; 2].to_vec()), ("strides", [stride; 2].to_vec())],
            );
        }
        self.node("Relu", &[name("b")], &name("power"), &[]);
        self.node("Exp", &[name("power")], &name("factor"), &[]);
        self.node("Mul", &[name("a"), name("factor")], &name("product"), &[]);
        self.node("Div", &[name("product"), name("c")], &name("quotient"), &[]);
        self.node("Transpose", &[name("quotient")], &out, &[("perm", vec![0, 2, 3, 1])]);
        field(&mut self.protobuf, 12, &value_info(&out, &[]));
    }

    fn node(&mut self, operator: &str, inputs: &[String], output: &str, attributes: &[(&str, Vec<usize>)]) {
        let mut node = vec![];
        for input in inputs {
            field(&mut node, 1, input.as_bytes());
        }
        field(&mut node, 2, output.as_bytes());
        field(&mut node, 3, output.as_bytes());
        field(&mut node, 4, operator.as_bytes());
        for (name, values) in attributes {
            let mut attribute = vec![];
            field(&mut attribute, 1, name.as_bytes());
            for value in values {
                number(&mut attribute, 8, *value as u64);
            }
            number(&mut attribute, 20, INTS);
            field(&mut node, 5, &attribute);
        }
        field(&mut self.protobuf, 1, &node);
    }

    fn tensor(&mut self, name: &str, dims: &[usize], values: &[f32]) {
        let mut tensor = vec![];
        for size in dims {
            number(&mut tensor, 1, *size as u64);
        }
        number(&mut tensor, 2, FLOAT);
        field(&mut tensor, 8, name.as_bytes());
        field(&mut tensor, 9, &values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>());
        field(&mut self.protobuf, 5, &tensor);
    }

    /// The whole file, with a picture of any size as input.
    fn into_model(mut self) -> Vec<u8> {
        field(&mut self.protobuf, 2, b"made up");
        field(&mut self.protobuf, 11, &value_info("pixels", &[Some(1), Some(3), None, None]));
        let (mut version, mut model) = (vec![], vec![]);
        number(&mut version, 2, 13);
        number(&mut model, 1, 7);
        field(&mut model, 8, &version);
        field(&mut model, 7, &self.protobuf);
        model
    }
}

/// An input or output of floats, with the sizes that are fixed.
fn value_info(name: &str, dims: &[Option<u64>]) -> Vec<u8> {
    let (mut shape, mut tensor, mut kind, mut info) = (vec![], vec![], vec![], vec![]);
    for size in dims {
        let mut dim = vec![];
        match size {
            Some(size) => number(&mut dim, 1, *size),
            None => field(&mut dim, 2, b"any"),
        }
        field(&mut shape, 1, &dim);
    }
    number(&mut tensor, 1, FLOAT);
    field(&mut tensor, 2, &shape);
    field(&mut kind, 1, &tensor);
    field(&mut info, 1, name.as_bytes());
    field(&mut info, 2, &kind);
    info
}

/// A field of bytes, a text or a message within a message.
fn field(to: &mut Vec<u8>, field: u64, content: &[u8]) {
    varint(to, (field << 3) | 2);
    varint(to, content.len() as u64);
    to.extend_from_slice(content);
}

/// A field of a whole number.
fn number(to: &mut Vec<u8>, field: u64, value: u64) {
    varint(to, field << 3);
    varint(to, value);
}

fn varint(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    to.push(value.to_le_bytes()[0]);
}
