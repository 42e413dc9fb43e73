//! Any bytes as a network's file: weights are unpacked and folded without trust in any number there.

use face_onnx::Network;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(network) = Network::read("fuzz.onnx", bytes) {
        let _ = network.stated_input();
    }
}
