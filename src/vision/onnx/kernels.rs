//! The loops in which the time goes, written once and compiled for what the processor offers.
//! A picture is laid out row by row, pixel by pixel, channel by channel (`PlaneShape`), its channels filled up to
//! [`LANES`] and its borders kept as zeros, so that every loop runs over whole registers and none asks where it is.

#![expect(
    clippy::inline_always,
    reason = "a loop is compiled for the registers of the function it is inlined into, so it must be"
)]

use std::ops::Range;

/// Channels worked on together: one register of AVX-512, two of AVX2, four of SSE2 and NEON.
pub(crate) const LANES: usize = 16;

type Lanes = [f32; LANES];

/// Where a picture's values lie: `h × w` pixels of `stride` floats, within borders.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlaneShape {
    pub(crate) channels: usize,
    pub(crate) h: usize,
    pub(crate) w: usize,
    /// Floats from one pixel to the next.
    pub(crate) stride: usize,
    /// Pixels of border: top, left, bottom, right.
    pub(crate) border: [usize; 4],
    /// So many rows there is room for: a strip of the picture, in which further ones take the place of the first.
    pub(crate) room: usize,
    /// The row, of those there is room for, from which on rows are counted.
    pub(crate) first: usize,
}

/// There is room for all rows.
pub(crate) const WHOLE: usize = usize::MAX;

impl PlaneShape {
    pub(crate) fn row(&self) -> usize {
        (self.border[1] + self.w + self.border[3]) * self.stride
    }

    pub(crate) fn len(&self) -> usize {
        let rows = if self.room == WHOLE { self.border[0] + self.h + self.border[2] } else { self.room };
        rows * self.row()
    }

    /// The same, its rows counted from this one on.
    pub(crate) fn beginning_at(&self, y: usize) -> Self {
        Self { first: (self.first + y) % self.room, ..self.clone() }
    }

    /// Where the row begins; those of the border are counted, too. No more than there is room for are asked for at once.
    #[inline(always)]
    pub(crate) fn line(&self, y: usize) -> usize {
        let y = self.first + y;
        (if y < self.room { y } else { y - self.room }) * self.row()
    }

    /// Where the pixel is.
    #[inline(always)]
    pub(crate) fn at(&self, y: usize, x: usize) -> usize {
        self.line(self.border[0] + y) + (self.border[1] + x) * self.stride
    }

    /// Sets the borders to zero; the inner pixels are left as they are.
    pub(crate) fn clear_borders(&self, values: &mut [f32]) {
        let row = self.row();
        let [top, left, bottom, right] = self.border;
        let inner = top * row..self.len() - bottom * row;
        values[..inner.start].fill(0.0);
        values[inner.end..self.len()].fill(0.0);
        if left + right > 0 {
            for line in values[inner].chunks_exact_mut(row) {
                line[..left * self.stride].fill(0.0);
                line[row - right * self.stride..].fill(0.0);
            }
        }
    }
}

/// What is done to a sum before it is written: `positive·max(x, 0) + negative·min(x, 0)`, by channel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Activation {
    None,
    Relu,
    Slopes { positive: Vec<f32>, negative: Vec<f32> },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Window {
    pub(crate) h: usize,
    pub(crate) w: usize,
    /// Pixels from one window to the next, down and across.
    pub(crate) step: [usize; 2],
    /// Border of zeros above and to the left.
    pub(crate) pad: [usize; 2],
}

/// A convolution: `dense` weights by block of [`LANES`] outputs, row of the window, and value of that row;
/// depthwise weights by place in the window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Convolution {
    pub(crate) depthwise: bool,
    pub(crate) window: Window,
    pub(crate) weights: Weights,
    pub(crate) bias: Vec<f32>,
    pub(crate) activation: Activation,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Weights {
    Floats(Vec<f32>),
    /// Of a dense convolution of single pixels.
    Quantised(Quantised),
}

impl Weights {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Floats(values) => values.len(),
            Self::Quantised(quantised) => quantised.values.len(),
        }
    }
}

/// Weights as their file has them, `(value − zero) · scale · factor`, which become floats just before they are used.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantised {
    pub(crate) values: Vec<i8>,
    /// So many values of an output, one after the other, share a zero and a scale.
    pub(crate) together: usize,
    pub(crate) zeros: Vec<i8>,
    pub(crate) scales: Vec<f32>,
    /// By output.
    pub(crate) factors: Vec<f32>,
}

impl Quantised {
    /// Weights of an output.
    pub(crate) fn each(&self) -> usize {
        self.values.len() / self.factors.len().max(1)
    }

    /// Whether these, not packed yet, are the very floats of so many outputs.
    pub(crate) fn gives(&self, floats: &[f32], outputs: usize) -> bool {
        let each = self.each().max(1);
        let mut rows = self.values.chunks(each).zip(floats.chunks(each)).enumerate();
        let same = |(output, (values, floats)): (usize, (&[i8], &[f32]))| {
            values.iter().zip(floats).enumerate().all(|(at, (value, float))| {
                let scale = output * each.div_ceil(self.together) + at / self.together;
                let made = (f32::from(*value) - f32::from(self.zeros[scale])) * self.scales[scale];
                (made * self.factors[output]).to_bits() == float.to_bits()
            })
        };
        [self.values.len(), self.factors.len()] == [floats.len(), outputs] && rows.all(same)
    }

    /// The floats of a block's values from the first on, which begins a scale.
    #[inline(always)]
    fn widen(&self, block: usize, first: usize, floats: &mut [Lanes]) {
        let scale = block * self.each().div_ceil(self.together) + first / self.together;
        let scales = self.scales.as_chunks().0[scale..].iter().zip(&self.zeros.as_chunks::<LANES>().0[scale..]);
        let values = self.values.as_chunks::<LANES>().0[block * self.each() + first..].chunks(self.together);
        let factors = *lanes(&self.factors[block * LANES..]);
        for ((floats, values), (scales, zeros)) in floats.chunks_mut(self.together).zip(values).zip(scales) {
            let (scales, zeros): (Lanes, Lanes) = (*scales, zeros.map(f32::from));
            for (floats, values) in floats.iter_mut().zip(values) {
                let mut made = values.map(f32::from);
                for i in 0..LANES {
                    made[i] = (made[i] - zeros[i]) * scales[i] * factors[i];
                }
                *floats = made;
                // Otherwise the compiler does several values at once instead of several outputs, and scatters them.
                std::hint::black_box(());
            }
        }
    }
}

/// One piece of work on planes; rows are those of the output.
pub(crate) enum Work<'a> {
    Convolution(&'a Convolution),
    MaxPool(&'a Window),
    /// Each pixel becomes so many, down and across.
    Enlarge([usize; 2]),
    Add(&'a [f32]),
    /// `activation(x) + shift`.
    Map(&'a Activation, &'a [f32]),
}

/// A plane that is read, or written in the rows that are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Plane<'a, T> {
    pub(crate) shape: &'a PlaneShape,
    pub(crate) values: T,
}

pub(crate) type Reading<'a> = Plane<'a, &'a [f32]>;
pub(crate) type Writing<'a> = Plane<'a, &'a mut [f32]>;

/// Does `work` for the output's `rows`, with the widest registers this processor has.
pub(crate) fn run(work: &Work<'_>, from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    run_within(512, work, from, to, rows);
}

/// The same with registers of at most so many bits.
#[allow(unsafe_code, reason = "a function compiled for more than the target promises is called after asking for it")]
#[cfg_attr(
    not(target_arch = "x86_64"),
    expect(unused_variables, reason = "only x86-64 has more than one kind of registers")
)]
pub(crate) fn run_within(bits: usize, work: &Work<'_>, from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    #[cfg(target_arch = "x86_64")]
    {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let avx512 = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw");
        if bits >= 512 && avx2 && avx512 {
            // SAFETY: the processor has just been asked for all that `run_avx512` is compiled for.
            return unsafe { run_avx512(work, from, to, rows) };
        }
        if bits >= 256 && avx2 {
            // SAFETY: the processor has just been asked for all that `run_avx2` is compiled for.
            return unsafe { run_avx2(work, from, to, rows) };
        }
    }
    // ARM's 64-bit processors all have NEON.
    if cfg!(target_arch = "aarch64") {
        run_with::<6, 4, true>(work, from, to, rows);
    } else {
        run_with::<3, 4, false>(work, from, to, rows);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
fn run_avx512(work: &Work<'_>, from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    run_with::<8, 16, true>(work, from, to, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2(work: &Work<'_>, from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    run_with::<6, 8, true>(work, from, to, rows);
}

/// Sums of [`LANES`] channels of `PIXELS` pixels fit into the registers, each of `WIDTH` floats; `FUSED` where multiply-add is one instruction.
#[inline(always)]
fn run_with<const PIXELS: usize, const WIDTH: usize, const FUSED: bool>(
    work: &Work<'_>,
    from: &Reading<'_>,
    to: &mut Writing<'_>,
    rows: Range<usize>,
) {
    match work {
        Work::Convolution(c) => match &c.weights {
            Weights::Floats(weights) if c.depthwise => depthwise::<WIDTH, FUSED>(c, weights, from, to, rows),
            Weights::Floats(weights) => {
                let run = c.window.w * from.shape.stride;
                let part = Part { block: 0, values: 0..run, weights: weights.as_chunks().0 };
                dense::<PIXELS, FUSED, true>(c, &part, from, to, rows);
            }
            // The place of pixels that aren't there is not worked out either.
            Weights::Quantised(weights) if rows.len() * to.shape.w == 1 => {
                quantised::<1, FUSED>(c, weights, from, to, &rows);
            }
            Weights::Quantised(weights) => quantised::<PIXELS, FUSED>(c, weights, from, to, &rows),
        },
        Work::MaxPool(window) => max_pool(window, from, to, rows),
        Work::Enlarge(factor) => enlarge(*factor, from, to, rows),
        Work::Add(other) => add(other, from, to, rows),
        Work::Map(activation, shift) => map(activation, shift, from, to, rows),
    }
}

#[inline(always)]
fn lanes(values: &[f32]) -> &Lanes {
    values.first_chunk().expect("planes are whole registers")
}

#[inline(always)]
fn lanes_mut(values: &mut [f32]) -> &mut Lanes {
    values.first_chunk_mut().expect("planes are whole registers")
}

#[inline(always)]
fn multiply_add<const FUSED: bool>(a: f32, b: f32, sum: f32) -> f32 {
    if FUSED { a.mul_add(b, sum) } else { a * b + sum }
}

#[inline(always)]
fn activate(activation: &Activation, channel: usize, mut sum: Lanes) -> Lanes {
    match activation {
        Activation::None => {}
        Activation::Relu => {
            for value in &mut sum {
                *value = value.max(0.0);
            }
        }
        Activation::Slopes { positive, negative } => {
            let (positive, negative) = (lanes(&positive[channel..]), lanes(&negative[channel..]));
            for i in 0..LANES {
                sum[i] = positive[i] * sum[i].max(0.0) + negative[i] * sum[i].min(0.0);
            }
        }
    }
    sum
}

/// So many floats of a block of outputs are made of bytes at once: 16 kB, which stay in the first cache.
pub(crate) const WIDENED: usize = 256;

/// Every output channel from every input channel, by weights that are widened part by part.
#[inline(always)]
fn quantised<const PIXELS: usize, const FUSED: bool>(
    convolution: &Convolution,
    weights: &Quantised,
    from: &Reading<'_>,
    to: &mut Writing<'_>,
    rows: &Range<usize>,
) {
    let mut floats = [[0.0; LANES]; WIDENED];
    let at_once = WIDENED / weights.together * weights.together;
    for block in 0..weights.factors.len() / LANES {
        for first in (0..weights.each()).step_by(at_once) {
            let values = first..weights.each().min(first + at_once);
            let floats = &mut floats[..values.len()];
            weights.widen(block, first, floats);
            dense::<PIXELS, FUSED, false>(
                convolution,
                &Part { block, values, weights: floats },
                from,
                to,
                rows.clone(),
            );
        }
    }
}

/// Part of a dense convolution: some blocks of outputs from the first on, by some values of each row of the window.
struct Part<'a> {
    block: usize,
    values: Range<usize>,
    weights: &'a [Lanes],
}

/// Every output channel from every input channel: `PIXELS` pixels at a time, [`LANES`] outputs of each.
/// Where a part is not `WHOLE`, it goes on with what the one before it wrote.
#[inline(always)]
fn dense<const PIXELS: usize, const FUSED: bool, const WHOLE: bool>(
    convolution: &Convolution,
    part: &Part<'_>,
    from: &Reading<'_>,
    to: &mut Writing<'_>,
    rows: Range<usize>,
) {
    let Window { h, w, step, pad } = &convolution.window;
    let width = to.shape.w;
    let Range { start: skipped, end } = part.values;
    let run = end - skipped;
    let (begins, ends) = (WHOLE || skipped == 0, WHOLE || end == w * from.shape.stride);
    let above = from.shape.border[0] - pad[0];
    let before = (from.shape.border[1] - pad[1]) * from.shape.stride + skipped;
    let pixels = rows.len() * width;
    // Counted on, because a division takes longer than a pixel's sums.
    let mut next = (rows.start, 0);
    for first in (0..pixels).step_by(PIXELS) {
        // The last pixel fills what is left of the last block.
        let places: [(usize, usize, usize); PIXELS] = std::array::from_fn(|p| {
            let (y, x) = next;
            if first + p + 1 < pixels {
                next = if x + 1 < width { (y, x + 1) } else { (y + 1, 0) };
            }
            (above + y * step[0], before + x * step[1] * from.shape.stride, to.shape.at(y, x))
        });
        let in_one_row = places[0].0 == places[PIXELS - 1].0;
        for (block, weights) in (part.block..).zip(part.weights.chunks_exact(h * run)) {
            let mut sums = [*lanes(&convolution.bias[block * LANES..]); PIXELS];
            if !begins {
                sums = std::array::from_fn(|p| *lanes(&to.values[places[p].2 + block * LANES..]));
            }
            for (ky, weights) in weights.chunks_exact(run).enumerate() {
                let inputs: [&[f32]; PIXELS] = if in_one_row {
                    let line = &from.values[from.shape.line(places[0].0 + ky)..][..from.shape.row()];
                    std::array::from_fn(|p| &line[places[p].1..][..run])
                } else {
                    std::array::from_fn(|p| &from.values[from.shape.line(places[p].0 + ky) + places[p].1..][..run])
                };
                for k in 0..run.min(weights.len()) {
                    let weights = &weights[k];
                    for p in 0..PIXELS {
                        let value = inputs[p][k];
                        for i in 0..LANES {
                            sums[p][i] = multiply_add::<FUSED>(value, weights[i], sums[p][i]);
                        }
                    }
                }
            }
            for p in 0..PIXELS {
                let sum = if ends { activate(&convolution.activation, block * LANES, sums[p]) } else { sums[p] };
                *lanes_mut(&mut to.values[places[p].2 + block * LANES..]) = sum;
            }
        }
    }
}

/// Every channel from itself.
#[inline(always)]
fn depthwise<const WIDTH: usize, const FUSED: bool>(
    convolution: &Convolution,
    weights: &[f32],
    from: &Reading<'_>,
    to: &mut Writing<'_>,
    rows: Range<usize>,
) {
    for y in rows {
        match &convolution.window {
            Window { h: 3, w: 3, .. } => depthwise_3x3::<WIDTH, FUSED>(convolution, weights, from, to, y),
            _ => depthwise_any::<FUSED>(convolution, weights, from, to, y),
        }
    }
}

/// `WIDTH` channels of a row at a time, their nine weights kept in registers.
#[inline(always)]
fn depthwise_3x3<const WIDTH: usize, const FUSED: bool>(
    convolution: &Convolution,
    weights: &[f32],
    from: &Reading<'_>,
    to: &mut Writing<'_>,
    y: usize,
) {
    let Window { step, pad, .. } = &convolution.window;
    let stride = from.shape.stride;
    let (above, before) = (from.shape.border[0] - pad[0], (from.shape.border[1] - pad[1]) * stride);
    let reach = ((to.shape.w - 1) * step[1] + 3) * stride;
    let input: [&[f32]; 3] =
        std::array::from_fn(|ky| &from.values[from.shape.line(above + y * step[0] + ky) + before..][..reach]);
    let out = to.shape.at(y, 0);
    let output = &mut to.values[out..out + to.shape.w * stride];
    let part = |values: &[f32], at: usize| -> [f32; WIDTH] { *values[at..].first_chunk().expect("whole registers") };
    for channel in (0..stride).step_by(WIDTH) {
        let weights: [[f32; WIDTH]; 9] = std::array::from_fn(|place| part(weights, place * stride + channel));
        let bias = part(&convolution.bias, channel);
        let (positive, negative) = match &convolution.activation {
            Activation::None => ([1.0; WIDTH], [1.0; WIDTH]),
            Activation::Relu => ([1.0; WIDTH], [0.0; WIDTH]),
            Activation::Slopes { positive, negative } => (part(positive, channel), part(negative, channel)),
        };
        for x in 0..to.shape.w {
            let mut sum = bias;
            let at = x * step[1] * stride + channel;
            for ky in 0..3 {
                let line = &input[ky][at..at + 2 * stride + WIDTH];
                for kx in 0..3 {
                    let value = part(line, kx * stride);
                    for i in 0..WIDTH {
                        sum[i] = multiply_add::<FUSED>(value[i], weights[ky * 3 + kx][i], sum[i]);
                    }
                }
            }
            for i in 0..WIDTH {
                sum[i] = positive[i] * sum[i].max(0.0) + negative[i] * sum[i].min(0.0);
            }
            *output[x * stride + channel..].first_chunk_mut().expect("whole registers") = sum;
        }
    }
}

/// Any window, one pixel at a time.
#[inline(always)]
fn depthwise_any<const FUSED: bool>(
    convolution: &Convolution,
    weights: &[f32],
    from: &Reading<'_>,
    to: &mut Writing<'_>,
    y: usize,
) {
    let Window { h, w, step, pad } = &convolution.window;
    let stride = from.shape.stride;
    let (above, before) = (from.shape.border[0] - pad[0], (from.shape.border[1] - pad[1]) * stride);
    for x in 0..to.shape.w {
        let out = to.shape.at(y, x);
        for channel in (0..stride).step_by(LANES) {
            let mut sum = *lanes(&convolution.bias[channel..]);
            for ky in 0..*h {
                let line = &from.values[from.shape.line(above + y * step[0] + ky) + before..];
                for kx in 0..*w {
                    let input = *lanes(&line[(x * step[1] + kx) * stride + channel..]);
                    let weights = *lanes(&weights[(ky * w + kx) * stride + channel..]);
                    for i in 0..LANES {
                        sum[i] = multiply_add::<FUSED>(input[i], weights[i], sum[i]);
                    }
                }
            }
            *lanes_mut(&mut to.values[out + channel..]) = activate(&convolution.activation, channel, sum);
        }
    }
}

#[inline(always)]
fn max_pool(window: &Window, from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    let stride = from.shape.stride;
    for y in rows {
        for x in 0..to.shape.w {
            let out = to.shape.at(y, x);
            for channel in (0..stride).step_by(LANES) {
                let mut best = [f32::NEG_INFINITY; LANES];
                for ky in 0..window.h {
                    for kx in 0..window.w {
                        let at = from.shape.at(y * window.step[0] + ky, x * window.step[1] + kx) + channel;
                        let input = lanes(&from.values[at..]);
                        for i in 0..LANES {
                            best[i] = if input[i] > best[i] { input[i] } else { best[i] };
                        }
                    }
                }
                *lanes_mut(&mut to.values[out + channel..]) = best;
            }
        }
    }
}

#[inline(always)]
fn enlarge(factor: [usize; 2], from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    let stride = from.shape.stride;
    for y in rows {
        for x in 0..to.shape.w {
            let (at, out) = (from.shape.at(y / factor[0], x / factor[1]), to.shape.at(y, x));
            to.values[out..out + stride].copy_from_slice(&from.values[at..at + stride]);
        }
    }
}

/// `other` lies as the output does.
#[inline(always)]
fn add(other: &[f32], from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    let line = to.shape.w * to.shape.stride;
    for y in rows {
        let (at, out) = (from.shape.at(y, 0), to.shape.at(y, 0));
        let (a, b) = (&from.values[at..at + line], &other[out..out + line]);
        for ((sum, a), b) in to.values[out..out + line].iter_mut().zip(a).zip(b) {
            *sum = a + b;
        }
    }
}

#[inline(always)]
fn map(activation: &Activation, shift: &[f32], from: &Reading<'_>, to: &mut Writing<'_>, rows: Range<usize>) {
    let stride = from.shape.stride;
    for y in rows {
        for x in 0..to.shape.w {
            let (at, out) = (from.shape.at(y, x), to.shape.at(y, x));
            for channel in (0..stride).step_by(LANES) {
                let mut sum = activate(activation, channel, *lanes(&from.values[at + channel..]));
                for (value, shift) in sum.iter_mut().zip(lanes(&shift[channel..])) {
                    *value += shift;
                }
                *lanes_mut(&mut to.values[out + channel..]) = sum;
            }
        }
    }
}
