//! The rewrite step: what `kernels` can do of a typed model becomes one operator, with buffers of its own.
//!
//! Convolutions, pools, sums and activations that follow one another are taken out together, so that tract sees one
//! operator, values stay in one layout, and a thread allocates nothing from one picture to the next. What is not known
//! here stays tract's, before, between and after.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use tract_onnx::tract_core::internal::{
    Datum, EvalContext, EvalOp, IntoArcTensor, IntoTValue, IntoTensor, Op, OutletId, SpecialOps, StaticName, TValue,
    TVec, Tensor, TractErrorContext, TractResult, TypedFact, TypedModel, TypedNode, TypedOp, as_op, bail,
    tract_ndarray, tvec,
};
use tract_onnx::tract_core::ops::binary::TypedBinOp;
use tract_onnx::tract_core::ops::cnn::{Conv, KernelFormat, MaxPool, PoolSpec};
use tract_onnx::tract_core::ops::nn::DataFormat;

use crate::kernels::{
    self, Activation, Convolution, LANES, Plane, PlaneShape, Quantised, Reading, WHOLE, Weights, Window, Work, Writing,
};

/// Bytes of the strips between steps that are done together: they stay in the second cache.
const STRIP_BYTES: usize = 192 << 10;
/// The same where less would not do for a single row.
const MOST_STRIP_BYTES: usize = 3 * STRIP_BYTES;
/// Bytes of a plane that would stay in the cache whole: nothing is saved by making it in strips. Those of the tests are smaller.
const KEPT_WHOLE_BYTES: usize = if cfg!(test) { 0 } else { 1 << 20 };

/// Planes of so many bytes are made in strips even where these leave the second cache: a finer look at a large picture has six
/// of them, of which each run would hold two to three at once.
const TOO_LARGE_BYTES: usize = 12 << 20;
const MOST_STRIP_BYTES_OF_LARGE: usize = 5 << 20;

/// Floats of buffers that are kept from one run to the next; what only a huge picture needs is given back.
const MOST_KEPT: usize = 6 << 20;

/// Bytes of a pixel: red, green and blue.
const PIXEL: usize = 3;

/// Multiplications that are worth a thread of their own: they take about a third of a millisecond, beginning a thread a tenth
/// of that. The shapes of the tests are smaller.
const WORTH_A_THREAD: usize = if cfg!(test) { 1 << 8 } else { 3 << 20 };

thread_local! {
    /// Threads that a run begun by this one may use. tract hands its operators nothing but tensors.
    static THREADS: Cell<usize> = const { Cell::new(1) };
    /// What this thread's next run writes into, of whichever network.
    static IDLE: Cell<Buffers> = Cell::default();
}

/// Does `run`, whose operators may use so many threads.
pub(crate) fn on_threads<T>(threads: usize, run: impl FnOnce() -> T) -> T {
    THREADS.set(threads.max(1));
    run()
}

/// `model` with every run of known nodes replaced by one [`Region`].
///
/// Where `pixels` are wanted and only regions read the input, its type becomes bytes, `[pictures, height, width, channels]`;
/// whether it did is told. Weights that are those of a `quantised` tensor stay so.
pub(crate) fn rewrite(model: &TypedModel, pixels: bool, quantised: &[Quantised]) -> TractResult<(TypedModel, bool)> {
    let order = model.eval_order()?;
    let pieces: HashMap<usize, Piece> =
        order.iter().filter_map(|id| Some((*id, piece(model, model.node(*id), quantised)?))).collect();
    let constants: HashMap<usize, Arc<Tensor>> =
        order.iter().filter_map(|id| Some((*id, constant(model, OutletId::new(*id, 0))?))).collect();

    // Nodes of one level are all known or all unknown, and read only what lower levels and themselves made.
    let mut levels: HashMap<usize, usize> = HashMap::new();
    for id in &order {
        let known = pieces.contains_key(id);
        let inputs = model.node(*id).inputs.iter().filter(|i| !constants.contains_key(&i.node));
        let level = inputs.map(|i| levels[&i.node] + usize::from(pieces.contains_key(&i.node) != known)).max();
        levels.insert(*id, level.unwrap_or(usize::from(known)));
    }
    let mut nodes: Vec<usize> = order.iter().copied().filter(|id| !constants.contains_key(id)).collect();
    nodes.sort_by_key(|id| levels[id]);

    let outputs = model.output_outlets()?;
    let worked = |id: &usize| matches!(pieces.get(id), Some(Piece::Convolution { .. } | Piece::MaxPool(_)));
    let useful: HashSet<usize> = nodes.iter().filter(|id| worked(id)).map(|id| levels[id]).collect();
    let mut made = TypedModel { symbols: model.symbols.clone(), ..TypedModel::default() };
    let mut outlets: HashMap<OutletId, OutletId> = HashMap::new();
    let mut takes_pixels = pixels;
    for input in model.input_outlets()? {
        let name = model.node(input.node).name.clone();
        let mut fact = model.outlet_fact(*input)?.clone();
        let readers = model.outlet_successors(*input);
        takes_pixels &= !outputs.contains(input) && readers.iter().all(|r| useful.contains(&levels[&r.node]));
        let shape = planes(model, *input);
        takes_pixels &= shape.is_some_and(|[_, channels, ..]| channels == PIXEL);
        if let (true, Some([n, channels, h, w])) = (takes_pixels, shape) {
            fact = TypedFact::dt_shape(u8::datum_type(), [n, h, w, channels]);
        }
        outlets.insert(*input, made.add_source(name, fact)?);
    }
    for level in nodes.chunk_by(|a, b| levels[a] == levels[b]) {
        if useful.contains(&levels[&level[0]]) {
            let read_outside = |outlet: &OutletId| {
                outputs.contains(outlet)
                    || model.outlet_successors(*outlet).iter().any(|s| levels[&s.node] != levels[&outlet.node])
            };
            let ends: Vec<OutletId> =
                level.iter().map(|id| OutletId::new(*id, 0)).filter(|outlet| read_outside(outlet)).collect();
            let (region, inputs) = Builder::region(model, level, &pieces, &ends)?;
            let inputs: Vec<OutletId> = inputs.iter().map(|i| outlets[i]).collect();
            let name = format!("{}.region", model.node(level[0]).name);
            let wired = made.wire_node(name, region, &inputs)?;
            outlets.extend(ends.into_iter().zip(wired));
            continue;
        }
        for id in level {
            let node = model.node(*id);
            if outlets.contains_key(&OutletId::new(*id, 0)) {
                continue;
            }
            let mut inputs = vec![];
            for input in &node.inputs {
                if let Some(outlet) = outlets.get(input) {
                    inputs.push(*outlet);
                } else {
                    let value = constants.get(&input.node).context("an input that nothing made")?;
                    let outlet =
                        made.add_const(format!("{}.constant", model.node(input.node).name), Arc::clone(value))?;
                    outlets.insert(*input, outlet);
                    inputs.push(outlet);
                }
            }
            let wired = made.wire_node(&node.name, node.op.clone(), &inputs)?;
            outlets.extend(wired.into_iter().enumerate().map(|(slot, outlet)| (OutletId::new(*id, slot), outlet)));
        }
    }
    let made_outputs: Vec<OutletId> = outputs
        .iter()
        .map(|o| outlets.get(o).copied().context("an output that nothing made"))
        .collect::<TractResult<_>>()?;
    made.select_output_outlets(&made_outputs)?;
    Ok((made, takes_pixels))
}

/// What a node of one plane, or a sum of two, does.
enum Piece {
    Convolution {
        window: Window,
        after: [usize; 2],
        depthwise: bool,
        kernel: Weights,
        bias: Vec<f32>,
    },
    MaxPool(Window),
    Enlarge([usize; 2]),
    /// By the non-constant input's number.
    Map(usize, Map),
    Add,
}

/// `positive·max(x, 0) + negative·min(x, 0) + shift`, by channel.
#[derive(Clone, Debug, PartialEq)]
struct Map {
    positive: Vec<f32>,
    negative: Vec<f32>,
    shift: Vec<f32>,
}

impl Map {
    fn identity(channels: usize) -> Self {
        Self { positive: vec![1.0; channels], negative: vec![1.0; channels], shift: vec![0.0; channels] }
    }

    fn is_linear(&self) -> bool {
        self.positive == self.negative
    }

    fn is_unshifted(&self) -> bool {
        self.shift.iter().all(|s| *s == 0.0)
    }

    /// `self` after `before`, where that is a map again.
    fn after(&self, before: &Self) -> Option<Self> {
        if !before.is_unshifted() && !self.is_linear() {
            return None;
        }
        let slope = |slope: f32, c: usize| slope * if slope >= 0.0 { self.positive[c] } else { self.negative[c] };
        let flipped = |slope: f32, c: usize| slope * if slope >= 0.0 { self.negative[c] } else { self.positive[c] };
        Some(Self {
            positive: before.positive.iter().enumerate().map(|(c, s)| slope(*s, c)).collect(),
            negative: before.negative.iter().enumerate().map(|(c, s)| flipped(*s, c)).collect(),
            shift: (0..self.shift.len()).map(|c| self.positive[c] * before.shift[c] + self.shift[c]).collect(),
        })
    }

    fn plus(&self, other: &Self) -> Self {
        let sum = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a + b).collect();
        Self {
            positive: sum(&self.positive, &other.positive),
            negative: sum(&self.negative, &other.negative),
            shift: sum(&self.shift, &other.shift),
        }
    }

    #[expect(clippy::float_cmp, reason = "slopes of exactly 1 and 0 are those of a ReLU")]
    fn activation(&self, stride: usize) -> Activation {
        if self.positive.iter().all(|p| *p == 1.0) && self.negative.iter().all(|n| *n == 0.0) {
            return Activation::Relu;
        }
        Activation::Slopes { positive: filled(&self.positive, stride), negative: filled(&self.negative, stride) }
    }
}

fn filled(values: &[f32], stride: usize) -> Vec<f32> {
    let mut values = values.to_vec();
    values.resize(stride, 0.0);
    values
}

/// The sizes of a batch of planes of floats, where all are fixed.
fn planes(model: &TypedModel, outlet: OutletId) -> Option<[usize; 4]> {
    let fact = model.outlet_fact(outlet).ok()?;
    let shape: [usize; 4] = fact.shape.as_concrete()?.try_into().ok()?;
    (fact.datum_type == f32::datum_type() && shape.iter().all(|s| *s > 0)).then_some(shape)
}

/// A value known before running, evaluated where it is made from such.
fn constant(model: &TypedModel, outlet: OutletId) -> Option<Arc<Tensor>> {
    if let Some(value) = &model.outlet_fact(outlet).ok()?.konst {
        return Some(Arc::clone(value));
    }
    let node = model.node(outlet.node);
    if node.inputs.is_empty() || node.outputs.len() != 1 {
        return None;
    }
    let inputs: Option<TVec<TValue>> = node.inputs.iter().map(|i| Some(constant(model, *i)?.into_tvalue())).collect();
    let made = node.op.eval_out_of_plan(inputs?).ok()??;
    Some(made.into_iter().next()?.into_arc_tensor())
}

fn floats(tensor: &Tensor) -> Option<Vec<f32>> {
    if tensor.datum_type() != f32::datum_type() {
        return None;
    }
    Some(tensor.to_plain_array_view::<f32>().ok()?.iter().copied().collect())
}

/// A constant that is the same for all pixels, by channel.
fn by_channel(tensor: &Tensor, channels: usize) -> Option<Vec<f32>> {
    let values = floats(tensor)?;
    let fits = matches!(tensor.shape(), [1, c, 1, 1] if *c == channels);
    match values.as_slice() {
        [value] if tensor.rank() <= 4 => Some(vec![*value; channels]),
        _ if fits => Some(values),
        _ => None,
    }
}

fn piece(model: &TypedModel, node: &TypedNode, quantised: &[Quantised]) -> Option<Piece> {
    let made = planes(model, OutletId::new(node.id, 0))?;
    let first = *node.inputs.first()?;
    if let Some(conv) = node.op_as::<Conv>() {
        return convolution(model, node, conv, planes(model, first)?, quantised);
    }
    if let Some(pool) = node.op_as::<MaxPool>() {
        let (window, after) = window(&pool.pool_spec, planes(model, first)?)?;
        let whole = pool.with_index_outputs.is_none() && window.pad == [0, 0] && after == [0, 0];
        return whole.then_some(Piece::MaxPool(window));
    }
    if node.op.name() == "Resize" {
        return enlargement(model, node, planes(model, first)?, made);
    }
    let binary = node.op_as::<TypedBinOp>().filter(|b| b.1.is_none())?;
    let second = *node.inputs.get(1)?;
    let (of, with) = match (constant(model, first), constant(model, second)) {
        (None, Some(value)) => (0, value),
        (Some(value), None) if binary.0.name() != "Sub" => (1, value),
        (None, None) => {
            let same = planes(model, first)? == made && planes(model, second)? == made;
            return (binary.0.name() == "Add" && same).then_some(Piece::Add);
        }
        _ => return None,
    };
    if planes(model, node.inputs[of])? != made {
        return None;
    }
    let with = by_channel(&with, made[1])?;
    let mut map = Map::identity(made[1]);
    match binary.0.name() {
        "Max" if with.iter().all(|v| *v == 0.0) => map.negative.fill(0.0),
        "Mul" => (map.positive, map.negative) = (with.clone(), with),
        "Add" => map.shift = with,
        "Sub" => map.shift = with.iter().map(|v| -v).collect(),
        _ => return None,
    }
    Some(Piece::Map(of, map))
}

/// The window, and the border it reaches beyond the bottom and the right.
fn window(spec: &PoolSpec, from: [usize; 4]) -> Option<(Window, [usize; 2])> {
    let kernel: [usize; 2] = spec.kernel_shape.as_slice().try_into().ok()?;
    let step: [usize; 2] = spec.strides().as_ref().try_into().ok()?;
    if spec.data_format != DataFormat::NCHW || spec.dilations().iter().any(|d| *d != 1) {
        return None;
    }
    let padding = spec.computed_padding(&from[2..]);
    let after = [0, 1].map(|axis| {
        let reach = (padding[axis].convoluted.max(1) - 1) * step[axis] + kernel[axis];
        reach.saturating_sub(padding[axis].pad_before + from[2 + axis])
    });
    let pad = [padding[0].pad_before, padding[1].pad_before];
    Some((Window { h: kernel[0], w: kernel[1], step, pad }, after))
}

fn convolution(
    model: &TypedModel,
    node: &TypedNode,
    conv: &Conv,
    from: [usize; 4],
    quantised: &[Quantised],
) -> Option<Piece> {
    let (inputs, outputs) = (conv.input_channels(), conv.output_channels());
    let depthwise = conv.group == inputs && inputs == outputs;
    if conv.q_params.is_some() || conv.kernel_fmt != KernelFormat::OIHW || !(depthwise || conv.group == 1) {
        return None;
    }
    let (window, after) = window(&conv.pool_spec, from)?;
    let kernel = floats(constant(model, *node.inputs.get(1)?)?.as_ref())?;
    let bias = floats(constant(model, *node.inputs.get(2)?)?.as_ref())?;
    let bias = if bias.len() == 1 { vec![bias[0]; outputs] } else { bias };
    let each = if depthwise { 1 } else { inputs };
    let fits = bias.len() == outputs && kernel.len() == outputs * each * window.h * window.w;
    let whole = !depthwise && [window.h, window.w, inputs % LANES, outputs % LANES] == [1, 1, 0, 0];
    let kernel = match quantised.iter().find(|quantised| whole && quantised.gives(&kernel, outputs)) {
        Some(quantised) => Weights::Quantised(quantised.clone()),
        None => Weights::Floats(kernel),
    };
    fits.then_some(Piece::Convolution { window, after, depthwise, kernel, bias })
}

/// A resize that only repeats pixels, found by what it does to a picture of numbers.
fn enlargement(model: &TypedModel, node: &TypedNode, from: [usize; 4], to: [usize; 4]) -> Option<Piece> {
    let [n, c, h, w] = from;
    let factor = [to[2] / h, to[3] / w];
    if to != [n, c, h * factor[0], w * factor[1]] || h * w > 1 << 24 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "below 2^24")]
    let numbered = tract_ndarray::Array4::from_shape_fn((n, c, h, w), |(_, _, y, x)| (y * w + x) as f32);
    let mut inputs: TVec<TValue> = tvec!(numbered.clone().into_tensor().into());
    for input in &node.inputs[1..] {
        inputs.push(constant(model, *input)?.into_tvalue());
    }
    let made = node.op.eval_out_of_plan(inputs).ok()??;
    let made = made.first()?.to_plain_array_view::<f32>().ok()?;
    let repeats = made.indexed_iter().all(|(at, value)| {
        let same = numbered[[0, 0, at[2] / factor[0], at[3] / factor[1]]];
        (value - same).abs() < 0.5
    });
    repeats.then_some(Piece::Enlarge(factor))
}

/// By block of [`LANES`] outputs, place in the window, and channel, for which there is `room`.
fn packed<T: Copy + Default>(values: &[T], window: usize, [channels, room]: [usize; 2], outputs: usize) -> Vec<T> {
    let mut packed = vec![T::default(); outputs * window * room];
    for (out, kernels) in values.chunks_exact(channels * window).enumerate() {
        for (channel, kernel) in kernels.chunks_exact(window).enumerate() {
            for (place, value) in kernel.iter().enumerate() {
                let at = (out / LANES * window + place) * room + channel;
                packed[at * LANES + out % LANES] = *value;
            }
        }
    }
    packed
}

/// One step of a region's program, from plane to plane.
#[derive(Debug)]
struct Step {
    kind: Kind,
    from: usize,
    to: usize,
}

#[derive(Clone, Debug)]
enum Kind {
    /// The region's input of that number, multiplied and shifted by channel.
    Import {
        input: usize,
        factor: Vec<f32>,
        shift: Vec<f32>,
    },
    Convolution(Convolution),
    /// Imports, convolutions and pools of which each alone reads the one before, strip by strip.
    Chain(Chain),
    MaxPool(Window),
    Enlarge([usize; 2]),
    /// With another plane.
    Add(usize),
    Map(Activation, Vec<f32>),
    Export {
        output: usize,
    },
}

/// Steps that are done together, so many rows of the last one at a time.
#[derive(Clone, Debug)]
struct Chain {
    links: Vec<Link>,
    rows: usize,
}

/// A step of a chain; none of its rows is made twice.
#[derive(Clone, Debug)]
struct Link {
    kind: Kind,
    /// What it makes; of all but the last, a strip, whose height is that of the whole plane.
    to: PlaneShape,
    /// Rows of zeros above that plane.
    top: usize,
}

impl Chain {
    /// One after the other; `None` where the strips would not stay in the cache.
    fn joined(first: Vec<Link>, mut second: Vec<Link>, most_bytes: usize) -> Option<Self> {
        let mut links = first;
        let between = links.last_mut()?;
        between.top = std::mem::take(&mut between.to.border[0]);
        between.to.border[2] = 0;
        if let Kind::Convolution(convolution) = &mut second.first_mut()?.kind {
            convolution.window.pad[0] = 0;
        }
        links.append(&mut second);
        let mut chain = Self { links, rows: 1 };
        chain.make_room();
        if chain.bytes() > most_bytes {
            return None;
        }
        let height = chain.links.last()?.to.h;
        while chain.rows < height && chain.bytes() <= STRIP_BYTES {
            chain.rows += 1;
            chain.make_room();
        }
        if chain.rows > 1 && chain.bytes() > STRIP_BYTES {
            chain.rows -= 1;
            chain.make_room();
        }
        Some(chain)
    }

    /// Room in the strips for what `rows` of the last step need.
    fn make_room(&mut self) {
        let mut rows = self.rows;
        for at in (1..self.links.len()).rev() {
            if let Some(window) = self.links[at].kind.window() {
                rows = (rows - 1) * window.step[0] + window.h;
            }
            self.links[at - 1].to.room = rows;
        }
    }

    fn strips(&self) -> &[Link] {
        self.links.split_last().map_or(&[], |(_, strips)| strips)
    }

    fn bytes(&self) -> usize {
        self.strips().iter().map(|link| link.to.len() * size_of::<f32>()).sum()
    }

    /// Floats of all strips, each beginning where a cache line does.
    fn floats(&self) -> usize {
        self.strips().iter().map(|link| link.to.len().next_multiple_of(LANES)).sum()
    }
}

/// A value of the typed model: a plane, and what is still to be done to it.
#[derive(Clone)]
struct Value {
    plane: usize,
    map: Option<Map>,
}

#[derive(Default)]
struct Builder {
    planes: Vec<PlaneShape>,
    steps: Vec<Step>,
    /// Maps of `Kind::Map` steps, before they are filled up to the stride.
    maps: HashMap<usize, Map>,
    values: HashMap<OutletId, Value>,
    inputs: Vec<OutletId>,
}

impl Builder {
    fn region(
        model: &TypedModel,
        nodes: &[usize],
        pieces: &HashMap<usize, Piece>,
        ends: &[OutletId],
    ) -> TractResult<(Region, Vec<OutletId>)> {
        let mut builder = Self::default();
        for id in nodes {
            let outlet = OutletId::new(*id, 0);
            let to = planes(model, outlet).context("a plane of open size")?;
            builder.add(model, &model.node(*id).inputs, outlet, to, &pieces[id])?;
        }
        for (output, end) in ends.iter().enumerate() {
            let from = builder.plane_of(*end)?;
            builder.steps.push(Step { kind: Kind::Export { output }, from, to: from });
        }
        let facts =
            ends.iter().map(|end| model.outlet_fact(*end).map(TypedFact::without_value)).collect::<TractResult<_>>()?;
        let inputs = std::mem::take(&mut builder.inputs);
        let program = builder.finish();
        Ok((Region { program: Arc::new(program), facts }, inputs))
    }

    fn plane(&mut self, [_, channels, h, w]: [usize; 4]) -> usize {
        let stride = channels.next_multiple_of(LANES);
        self.planes.push(PlaneShape { channels, h, w, stride, border: [0; 4], room: WHOLE, first: 0 });
        self.planes.len() - 1
    }

    fn value(&mut self, model: &TypedModel, outlet: OutletId) -> TractResult<Value> {
        if let Some(value) = self.values.get(&outlet) {
            return Ok(value.clone());
        }
        let shape = planes(model, outlet).context("an input of open size")?;
        let (plane, input) = (self.plane(shape), self.inputs.len());
        self.inputs.push(outlet);
        let kind = Kind::Import { input, factor: vec![1.0; shape[1]], shift: vec![0.0; shape[1]] };
        self.steps.push(Step { kind, from: plane, to: plane });
        let value = Value { plane, map: None };
        self.values.insert(outlet, value.clone());
        Ok(value)
    }

    /// The plane in which the value lies with nothing left to do.
    fn plane_of(&mut self, outlet: OutletId) -> TractResult<usize> {
        let value = self.values.get(&outlet).context("a value that nothing made")?.clone();
        let Some(map) = value.map else { return Ok(value.plane) };
        let from = self.planes[value.plane].clone();
        self.planes.push(from);
        let to = self.planes.len() - 1;
        self.maps.insert(self.steps.len(), map);
        self.steps.push(Step { kind: Kind::Map(Activation::None, vec![]), from: value.plane, to });
        self.values.insert(outlet, Value { plane: to, map: None });
        Ok(to)
    }

    fn add(
        &mut self,
        model: &TypedModel,
        inputs: &[OutletId],
        outlet: OutletId,
        shape: [usize; 4],
        piece: &Piece,
    ) -> TractResult<()> {
        if let Piece::Map(of, map) = piece {
            let mut value = self.value(model, inputs[*of])?;
            let composed = value.map.as_ref().map_or_else(|| Some(map.clone()), |before| map.after(before));
            if composed.is_none() {
                value.plane = self.plane_of(inputs[*of])?;
            }
            let map = Some(composed.unwrap_or_else(|| map.clone()));
            self.values.insert(outlet, Value { plane: value.plane, map });
            return Ok(());
        }
        let first = self.value(model, inputs[0])?;
        if let Piece::Add = piece {
            let second = self.value(model, inputs[1])?;
            if first.plane == second.plane {
                let map = |value: &Value| value.map.clone().unwrap_or_else(|| Map::identity(shape[1]));
                let map = Some(map(&first).plus(&map(&second)));
                self.values.insert(outlet, Value { plane: first.plane, map });
                return Ok(());
            }
        }
        let from = self.plane_of(inputs[0])?;
        let kind = match piece {
            Piece::Convolution { window, after, depthwise, kernel, bias } => {
                let border = &mut self.planes[from].border;
                let wanted = [window.pad[0], window.pad[1], after[0], after[1]];
                *border = std::array::from_fn(|side| border[side].max(wanted[side]));
                Kind::Convolution(Convolution {
                    depthwise: *depthwise,
                    window: window.clone(),
                    weights: kernel.clone(),
                    bias: bias.clone(),
                    activation: Activation::None,
                })
            }
            Piece::MaxPool(window) => Kind::MaxPool(window.clone()),
            Piece::Enlarge(factor) => Kind::Enlarge(*factor),
            Piece::Add => Kind::Add(self.plane_of(inputs[1])?),
            Piece::Map(..) => bail!("a map is a value, not a step"),
        };
        let to = self.plane(shape);
        self.steps.push(Step { kind, from, to });
        self.values.insert(outlet, Value { plane: to, map: None });
        Ok(())
    }

    fn readers(steps: &[Step], plane: usize) -> usize {
        let reads = |step: &Step| {
            let from = step.from == plane && !step.kind.reads_input();
            usize::from(from) + usize::from(matches!(step.kind, Kind::Add(other) if other == plane))
        };
        steps.iter().map(reads).sum()
    }

    fn finish(mut self) -> Program {
        self.fold_maps();
        self.place_planes();
        self.pack();
        self.join();
        let mut program = Program { steps: self.steps, planes: self.planes, slots: vec![], sizes: vec![] };
        program.assign_slots();
        program
    }

    /// A map that alone reads a convolution is done where the sum is written; one of an input, where it is read.
    fn fold_maps(&mut self) {
        let mut steps = std::mem::take(&mut self.steps);
        let mut folded = vec![];
        for at in 0..steps.len() {
            let Some(map) = self.maps.get(&at) else { continue };
            let (from, to) = (steps[at].from, steps[at].to);
            let stride = self.planes[from].stride;
            let alone = Self::readers(&steps, from) == 1;
            let maker = steps[..at].iter_mut().rfind(|step| step.to == from && alone);
            match maker {
                Some(Step { kind: Kind::Convolution(convolution), to: made, .. }) if map.is_unshifted() => {
                    convolution.activation = map.activation(stride);
                    *made = to;
                    folded.push(at);
                }
                Some(Step { kind: Kind::Import { factor, shift, .. }, from: first, to: made }) if map.is_linear() => {
                    (*factor, *shift) = (map.positive.clone(), map.shift.clone());
                    (*first, *made) = (to, to);
                    folded.push(at);
                }
                _ => steps[at].kind = Kind::Map(map.activation(stride), filled(&map.shift, stride)),
            }
        }
        let kept = steps.into_iter().enumerate().filter(|(at, _)| !folded.contains(at));
        self.steps = kept.map(|(_, step)| step).collect();
    }

    /// An input that only dense convolutions read is not filled up; sums lie as their second summand does.
    fn place_planes(&mut self) {
        for step in &self.steps {
            if !matches!(step.kind, Kind::Import { .. }) {
                continue;
            }
            let dense = |s: &&Step| matches!(&s.kind, Kind::Convolution(c) if !c.depthwise);
            let dense = self.steps.iter().filter(|s| s.from == step.to).filter(dense).count();
            if dense == Self::readers(&self.steps, step.to) {
                self.planes[step.to].stride = self.planes[step.to].channels;
            }
        }
        loop {
            let mut settled = true;
            for step in &self.steps {
                let Kind::Add(other) = step.kind else { continue };
                let (a, b) = (self.planes[other].border, self.planes[step.to].border);
                let both = std::array::from_fn(|side| a[side].max(b[side]));
                settled &= a == both && b == both;
                (self.planes[other].border, self.planes[step.to].border) = (both, both);
            }
            if settled {
                return;
            }
        }
    }

    /// Weights in the order in which they are read.
    fn pack(&mut self) {
        for step in &mut self.steps {
            let Kind::Convolution(convolution) = &mut step.kind else { continue };
            let (from, to) = (&self.planes[step.from], &self.planes[step.to]);
            let window = convolution.window.h * convolution.window.w;
            match &mut convolution.weights {
                Weights::Floats(weights) if convolution.depthwise => {
                    let mut packed = vec![0.0; window * from.stride];
                    for (channel, kernel) in weights.chunks_exact(window).enumerate() {
                        for (place, weight) in kernel.iter().enumerate() {
                            packed[place * from.stride + channel] = *weight;
                        }
                    }
                    *weights = packed;
                }
                Weights::Floats(weights) => {
                    *weights = packed(weights, window, [from.channels, from.stride], to.stride);
                }
                Weights::Quantised(Quantised { values, together, zeros, scales, .. }) => {
                    let groups = from.channels.div_ceil(*together);
                    *values = packed(values, 1, [from.channels; 2], to.stride);
                    *zeros = packed(zeros, 1, [groups; 2], to.stride);
                    *scales = packed(scales, 1, [groups; 2], to.stride);
                }
            }
            convolution.bias = filled(&convolution.bias, to.stride);
        }
    }

    /// What is read by one step alone becomes one with it: first convolutions of single pixels with the depthwise ones after
    /// them, then all whose planes are too large for the cache.
    fn join(&mut self) {
        for separable in [true, false] {
            let mut at = 0;
            while at < self.steps.len() {
                if self.join_with_reader(at, separable).is_none() {
                    at += 1;
                }
            }
        }
    }

    fn join_with_reader(&mut self, at: usize, separable: bool) -> Option<()> {
        let between = self.steps[at].to;
        let reads = |step: &Step| step.from == between && !step.kind.reads_input();
        let second = self.steps.iter().position(reads)?;
        if Self::readers(&self.steps, between) != 1 {
            return None;
        }
        let (first, last) = (&self.steps[at], &self.steps[second]);
        let bytes = self.planes[between].len() * size_of::<f32>();
        let most_bytes = if separable {
            let (Kind::Convolution(pixels), Kind::Convolution(depthwise)) = (&first.kind, &last.kind) else {
                return None;
            };
            let single = Window { h: 1, w: 1, step: [1, 1], pad: [0, 0] };
            if pixels.depthwise || !depthwise.depthwise || pixels.window != single {
                return None;
            }
            usize::MAX
        } else if bytes > TOO_LARGE_BYTES {
            MOST_STRIP_BYTES_OF_LARGE
        } else if bytes > KEPT_WHOLE_BYTES {
            MOST_STRIP_BYTES
        } else {
            return None;
        };
        let chain = Chain::joined(first.links(&self.planes)?, last.links(&self.planes)?, most_bytes)?;
        // What reads an input reads no plane.
        let from = if first.kind.reads_input() { last.to } else { first.from };
        let step = &mut self.steps[second];
        (step.kind, step.from) = (Kind::Chain(chain), from);
        self.steps.remove(at);
        Some(())
    }
}

impl Step {
    /// As links of a chain, where it can be some.
    fn links(&self, planes: &[PlaneShape]) -> Option<Vec<Link>> {
        match &self.kind {
            Kind::Chain(chain) => Some(chain.links.clone()),
            kind @ (Kind::Import { .. } | Kind::Convolution(_) | Kind::MaxPool(_)) => {
                Some(vec![Link { kind: kind.clone(), to: planes[self.to].clone(), top: 0 }])
            }
            _ => None,
        }
    }
}

/// What a region does, and where its planes lie.
#[derive(Debug)]
struct Program {
    steps: Vec<Step>,
    planes: Vec<PlaneShape>,
    /// By plane: the buffer it lies in.
    slots: Vec<usize>,
    /// By buffer: floats.
    sizes: Vec<usize>,
}

/// Buffers of one run; they outlive it.
#[derive(Default)]
struct Buffers {
    slots: Vec<Vec<f32>>,
    /// One a thread.
    strips: Vec<Vec<f32>>,
}

impl Program {
    /// Planes that are not needed at the same time share a buffer.
    fn assign_slots(&mut self) {
        let mut last = vec![0; self.planes.len()];
        for (at, step) in self.steps.iter().enumerate() {
            last[step.from] = at;
            last[step.to] = last[step.to].max(at);
            if let Kind::Add(other) = step.kind {
                last[other] = at;
            }
        }
        self.slots = vec![usize::MAX; self.planes.len()];
        let mut busy: Vec<Option<usize>> = vec![];
        for (at, step) in self.steps.iter().enumerate() {
            let plane = step.to;
            if self.slots[plane] != usize::MAX {
                continue;
            }
            for holder in &mut busy {
                if holder.is_some_and(|plane: usize| last[plane] < at) {
                    *holder = None;
                }
            }
            let wanted = self.planes[plane].len();
            let free = (0..busy.len()).filter(|slot| busy[*slot].is_none());
            let slot = free.min_by_key(|slot| self.sizes[*slot].abs_diff(wanted)).unwrap_or_else(|| {
                busy.push(None);
                self.sizes.push(0);
                busy.len() - 1
            });
            busy[slot] = Some(plane);
            self.sizes[slot] = self.sizes[slot].max(wanted);
            self.slots[plane] = slot;
        }
    }

    /// Makes room for every plane, and for a strip a thread.
    fn grow(&self, buffers: &mut Buffers, threads: usize) {
        // Room to begin where a cache line does.
        let grow = |buffer: &mut Vec<f32>, size: usize| {
            if buffer.len() < size + LANES {
                *buffer = vec![0.0; size + LANES];
            }
        };
        if buffers.slots.len() < self.sizes.len() {
            buffers.slots.resize_with(self.sizes.len(), Vec::new);
        }
        for (buffer, size) in buffers.slots.iter_mut().zip(&self.sizes) {
            grow(buffer, *size);
        }
        let strip = |step: &Step| if let Kind::Chain(chain) = &step.kind { chain.floats() } else { 0 };
        let strip = self.steps.iter().map(strip).max().unwrap_or(0);
        if buffers.strips.len() < threads {
            buffers.strips.resize_with(threads, Vec::new);
        }
        for buffer in &mut buffers.strips {
            grow(buffer, strip);
        }
    }

    fn run(&self, buffers: &mut Buffers, inputs: &[Input<'_>], outputs: &mut [&mut [f32]], threads: usize) {
        for step in &self.steps {
            let (from, to) = (&self.planes[step.from], &self.planes[step.to]);
            if let Kind::Export { output } = &step.kind {
                export(from, &buffers.slots[self.slots[step.from]][..], outputs[*output]);
                continue;
            }
            let mut taken = std::mem::take(&mut buffers.slots[self.slots[step.to]]);
            let start = aligned(&taken);
            let target = &mut taken[start..start + to.len()];
            to.clear_borders(target);
            let read = |plane: usize| {
                let slot = &buffers.slots[self.slots[plane]];
                let start = aligned(slot);
                slot.get(start..start + self.planes[plane].len()).unwrap_or_default()
            };
            let other = if let Kind::Add(other) = step.kind { read(other) } else { &[] };
            let source = Source { plane: Plane { shape: from, values: read(step.from) }, inputs, other };
            let threads = threads.min(step.kind.multiplications(to) / WORTH_A_THREAD + 1);
            let bands = bands(to, target, threads, step.kind.rows_together());
            let mut work = bands.into_iter().zip(&mut buffers.strips);
            std::thread::scope(|scope| {
                let own = work.next();
                for (mut band, strips) in work {
                    let source = &source;
                    scope.spawn(move || step.kind.run(source, &mut band, strips));
                }
                if let Some((mut band, strips)) = own {
                    step.kind.run(&source, &mut band, strips);
                }
            });
            buffers.slots[self.slots[step.to]] = taken;
        }
    }
}

/// What a step reads: a plane, the region's inputs, or a second summand.
#[derive(Clone, Copy)]
struct Source<'a> {
    plane: Reading<'a>,
    inputs: &'a [Input<'a>],
    other: &'a [f32],
}

/// Rows of a plane that one thread makes.
struct Band<'a> {
    /// The first of them.
    first: usize,
    /// Them alone, without a border above.
    shape: PlaneShape,
    /// From where the first begins in the plane, floats.
    start: usize,
    values: &'a mut [f32],
}

/// Cuts a plane into so many bands, each of a multiple of `together` rows.
fn bands<'a>(to: &PlaneShape, values: &'a mut [f32], count: usize, together: usize) -> Vec<Band<'a>> {
    let (row, above) = (to.row(), to.border[0]);
    let each = to.h.div_ceil(count).next_multiple_of(together);
    let inner = &mut values[above * row..(above + to.h) * row];
    let band = |(n, values): (usize, &'a mut [f32])| {
        let [_, left, _, right] = to.border;
        let shape = PlaneShape { h: values.len() / row, border: [0, left, 0, right], ..to.clone() };
        Band { first: n * each, shape, start: (above + n * each) * row, values }
    };
    inner.chunks_mut(each * row).enumerate().map(band).collect()
}

impl Kind {
    /// About how many there are in making the plane `to`.
    fn multiplications(&self, to: &PlaneShape) -> usize {
        let pixels = to.h * to.w;
        match self {
            Self::Convolution(c) => pixels * c.weights.len(),
            Self::Chain(chain) => chain.links.iter().map(|link| link.kind.multiplications(&link.to)).sum(),
            _ => pixels * to.stride,
        }
    }

    /// Weights that stay bytes.
    fn quantised(&self) -> usize {
        match self {
            Self::Convolution(Convolution { weights: weights @ Weights::Quantised(_), .. }) => weights.len(),
            Self::Chain(chain) => chain.links.iter().map(|link| link.kind.quantised()).sum(),
            _ => 0,
        }
    }

    /// Rows of the output that are made of the same input.
    fn rows_together(&self) -> usize {
        if let Self::Enlarge(factor) = self { factor[0] } else { 1 }
    }

    fn reads_input(&self) -> bool {
        match self {
            Self::Import { .. } => true,
            Self::Chain(chain) => chain.links.first().is_some_and(|link| link.kind.reads_input()),
            _ => false,
        }
    }

    fn window(&self) -> Option<&Window> {
        match self {
            Self::Convolution(Convolution { window, .. }) | Self::MaxPool(window) => Some(window),
            _ => None,
        }
    }

    /// Makes a band of the output; `strips` are for what lies between the links of a chain.
    fn run(&self, source: &Source<'_>, band: &mut Band<'_>, strips: &mut [f32]) {
        let rows = band.first..band.first + band.shape.h;
        let Self::Chain(chain) = self else {
            let source = Source { other: source.other.get(band.start..).unwrap_or_default(), ..*source };
            return self.make(&source, rows, &mut Plane { shape: &band.shape, values: &mut *band.values });
        };
        let start = aligned(strips);
        let mut rest = &mut strips[start..];
        let mut strips = vec![];
        for link in chain.strips() {
            let (strip, others) = rest.split_at_mut(link.to.len().next_multiple_of(LANES));
            link.to.clear_borders(strip);
            strips.push(Strip { values: strip, held: 0..0 });
            rest = others;
        }
        for first in rows.clone().step_by(chain.rows) {
            let shape = band.shape.beginning_at(first - rows.start);
            let mut to = Plane { shape: &shape, values: &mut *band.values };
            make_last(&chain.links, source, &mut strips, first..rows.end.min(first + chain.rows), &mut to);
        }
    }

    /// Makes so many rows of the output, the first of them where `to` begins.
    fn make(&self, source: &Source<'_>, rows: Range<usize>, to: &mut Writing<'_>) {
        let (work, first) = match self {
            Self::Import { input, factor, shift } => {
                return import(&source.inputs[*input], factor, shift, rows, to);
            }
            Self::Convolution(convolution) => (Work::Convolution(convolution), rows.start * convolution.window.step[0]),
            Self::MaxPool(window) => (Work::MaxPool(window), rows.start * window.step[0]),
            Self::Enlarge(factor) => (Work::Enlarge(*factor), rows.start / factor[0]),
            Self::Add(_) => (Work::Add(source.other), rows.start),
            Self::Map(activation, shift) => (Work::Map(activation, shift), rows.start),
            Self::Chain(_) | Self::Export { .. } => return,
        };
        let from = Plane { shape: &source.plane.shape.beginning_at(first), values: source.plane.values };
        kernels::run(&work, &from, to, 0..rows.len());
    }
}

/// Floats to leave out so that the first one begins a cache line.
fn aligned(buffer: &[f32]) -> usize {
    buffer.as_ptr().align_offset(LANES * size_of::<f32>()).min(LANES)
}

/// Rows of a plane within a chain, as many as there is room for.
struct Strip<'a> {
    values: &'a mut [f32],
    /// Which they are, counted from the first of the border.
    held: Range<usize>,
}

/// Makes those rows of the last link, the first of them where `to` begins, and before it what they need of the others.
fn make_last(links: &[Link], source: &Source<'_>, strips: &mut [Strip<'_>], rows: Range<usize>, to: &mut Writing<'_>) {
    let Some((last, before)) = links.split_last() else { return };
    let (Some(maker), Some((strip, strips)), Some(window)) =
        (before.last(), strips.split_last_mut(), last.kind.window())
    else {
        return last.kind.make(source, rows, to);
    };
    let needed = rows.start * window.step[0]..(rows.end - 1) * window.step[0] + window.h;
    let missing = needed.start.max(strip.held.end)..needed.end;
    let inner =
        missing.start.clamp(maker.top, maker.top + maker.to.h)..missing.end.clamp(maker.top, maker.top + maker.to.h);
    for row in (missing.start..inner.start.min(missing.end)).chain(inner.end.max(missing.start)..missing.end) {
        let start = maker.to.line(row % maker.to.room);
        strip.values[start..start + maker.to.row()].fill(0.0);
    }
    if !inner.is_empty() {
        let shape = maker.to.beginning_at(inner.start);
        let mut to = Plane { shape: &shape, values: &mut *strip.values };
        make_last(before, source, strips, inner.start - maker.top..inner.end - maker.top, &mut to);
    }
    let shape = maker.to.beginning_at(needed.start);
    strip.held = needed;
    let plane = Plane { shape: &shape, values: &*strip.values };
    last.kind.make(&Source { plane, inputs: source.inputs, other: &[] }, 0..rows.len(), to);
}

/// What a region is given of one picture.
enum Input<'a> {
    /// Channel by channel.
    Floats(&'a [f32]),
    /// Pixel by pixel, each [`PIXEL`] bytes, the channels in the opposite order.
    Pixels(&'a [u8]),
}

impl<'a> Input<'a> {
    /// That picture of `batch`.
    fn of(tensor: &'a Tensor, picture: usize, batch: usize) -> TractResult<Self> {
        fn part<T: Datum>(tensor: &Tensor, picture: usize, batch: usize) -> TractResult<&[T]> {
            let values = tensor.to_plain_array_view::<T>()?.to_slice().context("an input that is not in order")?;
            let each = values.len() / batch;
            Ok(&values[each * picture..][..each])
        }
        if tensor.datum_type() == u8::datum_type() {
            return Ok(Self::Pixels(part(tensor, picture, batch)?));
        }
        Ok(Self::Floats(part(tensor, picture, batch)?))
    }
}

fn import(input: &Input<'_>, factor: &[f32], shift: &[f32], rows: Range<usize>, to: &mut Writing<'_>) {
    let PlaneShape { w, stride, channels, .. } = *to.shape;
    for (below, y) in rows.enumerate() {
        let line = &mut to.values[to.shape.at(below, 0)..][..w * stride];
        if stride > channels {
            line.fill(0.0);
        }
        match input {
            Input::Floats(input) => {
                for (channel, plane) in input.chunks_exact(input.len() / channels).enumerate() {
                    let (factor, shift) = (factor[channel], shift[channel]);
                    let values = &plane[y * w..][..w];
                    for (pixel, value) in line.chunks_exact_mut(stride).zip(values) {
                        pixel[channel] = value * factor + shift;
                    }
                }
            }
            Input::Pixels(input) => {
                let bytes = input[y * w * PIXEL..][..w * PIXEL].as_chunks::<PIXEL>().0;
                let (factor, shift): ([f32; PIXEL], [f32; PIXEL]) =
                    (std::array::from_fn(|c| factor[c]), std::array::from_fn(|c| shift[c]));
                for (pixel, bytes) in line.chunks_exact_mut(stride).zip(bytes) {
                    let pixel = pixel.first_chunk_mut::<PIXEL>().expect("at least its channels");
                    *pixel = std::array::from_fn(|c| f32::from(bytes[PIXEL - 1 - c]) * factor[c] + shift[c]);
                }
            }
        }
    }
}

fn export(from: &PlaneShape, values: &[f32], output: &mut [f32]) {
    let start = aligned(values);
    for (channel, plane) in output.chunks_exact_mut(from.h * from.w).enumerate() {
        for (y, line) in plane.chunks_exact_mut(from.w).enumerate() {
            let pixels = values[start + from.at(y, 0)..].chunks_exact(from.stride);
            for (value, pixel) in line.iter_mut().zip(pixels) {
                *value = pixel[channel];
            }
        }
    }
}

/// The operator that tract runs.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    program: Arc<Program>,
    facts: TVec<TypedFact>,
}

impl PartialEq for Region {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.program, &other.program)
    }
}

impl Eq for Region {}

impl Op for Region {
    fn name(&self) -> StaticName {
        "Region".into()
    }

    fn info(&self) -> TractResult<Vec<String>> {
        let steps = &self.program.steps;
        let bytes: usize = steps.iter().map(|step| step.kind.quantised()).sum();
        Ok(vec![format!("{} steps, {bytes} weights in bytes", steps.len())])
    }

    fn as_typed(&self) -> Option<&dyn TypedOp> {
        Some(self)
    }
}

impl EvalOp for Region {
    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let shapes: Vec<&[usize]> =
            self.facts.iter().map(|f| f.shape.as_concrete().context("an open size")).collect::<TractResult<_>>()?;
        let mut made: Vec<Vec<f32>> = shapes.iter().map(|shape| vec![0.0; shape.iter().product()]).collect();
        let mut buffers = IDLE.take();
        let threads = THREADS.get();
        self.program.grow(&mut buffers, threads);
        let batch = shapes.first().map_or(0, |shape| shape[0]);
        for picture in 0..batch {
            let inputs = inputs.iter().map(|i| Input::of(i, picture, batch)).collect::<TractResult<Vec<_>>>()?;
            let mut outputs = vec![];
            for values in &mut made {
                let each = values.len() / batch;
                outputs.push(&mut values[each * picture..][..each]);
            }
            self.program.run(&mut buffers, &inputs, &mut outputs, threads);
        }
        if buffers.slots.iter().map(Vec::len).sum::<usize>() <= MOST_KEPT {
            IDLE.set(buffers);
        }
        let tensor = |(shape, values): (&&[usize], Vec<f32>)| {
            Ok(tract_ndarray::ArrayD::from_shape_vec(*shape, values)?.into_tensor().into_tvalue())
        };
        shapes.iter().zip(made).map(tensor).collect()
    }

    fn eval_out_of_plan(&self, _: TVec<TValue>) -> TractResult<Option<TVec<TValue>>> {
        Ok(None)
    }
}

impl TypedOp for Region {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(self.facts.clone())
    }

    as_op!();
}
