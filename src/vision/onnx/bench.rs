//! Our operators and tract's own on the shipped networks, in turns in one process: `cargo bench -p face-onnx`.
//! The detector is given pixels, as it is in use; tract's needs floats.
//! Prints milliseconds of one thread's processor time and their ratio, on Linux.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use face_onnx::{Network, Plan};

const YUNET: &str = "face_detection_yunet_2023mar_int8bq.onnx";
const SFACE: &str = "face_recognition_sface_2021dec_int8bq.onnx";
const ROUNDS: usize = 12;

fn main() {
    for (file, input) in [(YUNET, [1, 3, 544, 960]), (YUNET, [1, 3, 160, 160]), (SFACE, [1, 3, 112, 112])] {
        compare(file, input);
    }
}

fn compare(file: &str, input: [usize; 4]) {
    let path = format!("{}/../../../weights/yunet-sface/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut network = Network::read(file, &std::fs::read(path).expect("the shipped weights")).expect("a network");
    let (ours, plain) = (network.plan(input).expect("a plan"), Plan::plain(&mut network, input).expect("a plan"));
    let on_pixels = network.plan_for_pixels(input).expect("a plan");
    let mut rng = fastrand::Rng::with_seed(1);
    let pixels: Vec<u8> = (0..input.iter().product()).map(|_| rng.u8(..)).collect();
    let values: Vec<f32> = pixels.iter().map(|value| f32::from(*value)).collect();
    let run_ours =
        || if file == YUNET { on_pixels.run_on_pixels(pixels.clone(), 1) } else { ours.run(values.clone(), 1) };
    let run_plain = || plain.run(values.clone(), 1);
    // The clock of a thread moves in ticks, so small inputs are run several times between two looks at it.
    let at_once = if input[2] < 200 { 8 } else { 1 };
    let mut times = [vec![], vec![]];
    for _ in 0..ROUNDS {
        for (is_ours, times) in [true, false].into_iter().zip(&mut times) {
            let start = processor_time();
            for _ in 0..at_once {
                if is_ours { run_ours() } else { run_plain() }.expect("a run");
            }
            times.push((processor_time() - start) / f64::from(at_once));
        }
    }
    let [ours, plain] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        (times[0], times[times.len() / 2])
    });
    let ratio = [ours.0 / plain.0, ours.1 / plain.1];
    println!("{file} {input:?}: ours {ours:.2?} ms, tract {plain:.2?} ms (least, median), ratio {ratio:.2?}");
}

/// Milliseconds this thread had a processor, which other programs' load doesn't count into.
fn processor_time() -> f64 {
    let ticks = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux's accounts");
    let nanoseconds: f64 = ticks.split(' ').next().and_then(|n| n.parse().ok()).expect("nanoseconds");
    nanoseconds / 1e6
}
