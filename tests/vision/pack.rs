//! Model packs as users bring them: another recogniser works as described, and every wrong thing is named.

use std::fs;
use std::path::Path;

use face_server::vision::{Embedding, Options, Pack, Vision};
use sha2::{Digest, Sha256};

use super::{bytes, describe};

/// Just enough protobuf to write a network: a field's number, then a varint or bytes with their length.
mod proto {
    pub(super) fn varint(mut value: u64) -> Vec<u8> {
        let mut out = vec![];
        while value >= 0x80 {
            out.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        out.push(value.to_le_bytes()[0]);
        out
    }

    pub(super) fn number(field: u64, value: u64) -> Vec<u8> {
        [varint(field << 3), varint(value)].concat()
    }

    pub(super) fn part(field: u64, bytes: impl AsRef<[u8]>) -> Vec<u8> {
        let bytes = bytes.as_ref();
        [varint((field << 3) | 2), varint(u64::try_from(bytes.len()).unwrap()), bytes.to_vec()].concat()
    }
}

const WIDTH: usize = 20;
const HEIGHT: usize = 24;

/// An ONNX file: `[1, 3, 24, 20]` → the means of the three channels, 1, and 0.
fn means_of_channels() -> Vec<u8> {
    use proto::{number, part};
    let plane = WIDTH * HEIGHT;
    let share = 1.0 / f32::from(u16::try_from(plane).unwrap());
    let mut weights = vec![0.0_f32; 5 * 3 * plane];
    for channel in 0..3 {
        weights[channel * 3 * plane + channel * plane..][..plane].fill(share);
    }
    let raw = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let tensor = |name: &str, dims: &[usize], values: &[f32]| {
        let dims: Vec<u8> = dims.iter().flat_map(|d| number(1, u64::try_from(*d).unwrap())).collect();
        [dims, number(2, 1), part(8, name), part(9, raw(values))].concat()
    };
    let value = |name: &str, dims: &[usize]| {
        let dims: Vec<u8> = dims.iter().flat_map(|d| part(1, number(1, u64::try_from(*d).unwrap()))).collect();
        let kind = part(1, [number(1, 1), part(2, dims)].concat());
        [part(1, name), part(2, kind)].concat()
    };
    let flag = |name: &str, value: u64| part(5, [part(1, name), number(3, value), number(20, 2)].concat());
    let flatten = [part(1, "x"), part(2, "flat"), part(4, "Flatten"), flag("axis", 1)].concat();
    let gemm = [part(1, "flat"), part(1, "w"), part(1, "b"), part(2, "y"), part(4, "Gemm"), flag("transB", 1)].concat();
    let graph = [
        part(1, flatten),
        part(1, gemm),
        part(2, "means"),
        part(5, tensor("w", &[5, 3 * plane], &weights)),
        part(5, tensor("b", &[5], &[0.0, 0.0, 0.0, 1.0, 0.0])),
        part(11, value("x", &[1, 3, HEIGHT, WIDTH])),
        part(12, value("y", &[1, 5])),
    ]
    .concat();
    [number(1, 8), part(7, graph), part(8, number(2, 13))].concat()
}

fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// A pack's description, right unless a test replaces a part of it.
fn description() -> String {
    format!(
        r#"
name = "means"
[recogniser]
file = "means.onnx"
sha256 = "{}"
input_size = [{WIDTH}, {HEIGHT}]
channels = "rgb"
mean = [0.0, 0.0, 0.0]
scale = 1.0
embedding_length = 5
template = [[6.0, 9.0], [14.0, 9.0], [10.0, 13.0], [7.0, 18.0], [13.0, 18.0]]
"#,
        sha256(&means_of_channels())
    )
}

fn write_pack(folder: &Path, description: &str) {
    fs::write(folder.join("means.onnx"), means_of_channels()).unwrap();
    fs::write(folder.join("pack.toml"), description).unwrap();
}

/// Loads a pack with `from` in its description replaced by `to`; what was said when it was refused.
fn refusal(from: &str, to: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let description = description();
    assert!(description.contains(from), "the test replaces nothing");
    write_pack(folder.path(), &description.replace(from, to));
    match Pack::load(folder.path()).and_then(|pack| Vision::load(&pack).map(|_| ())) {
        Ok(()) => panic!("{to:?} was accepted"),
        Err(error) => error.to_string(),
    }
}

fn embedding_with(from: &str, to: &str) -> Embedding {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &description().replace(from, to));
    let vision = Vision::load(&Pack::load(folder.path()).unwrap()).unwrap();
    assert_eq!(vision.embedding_length(), 5);
    let picture = bytes("tests/pictures/formats/plain.jpg");
    vision.describe(&picture, &Options::live()).unwrap().faces.remove(0).embedding
}

/// The means that the network saw: it gives them beside a 1, and the embedding is scaled as a whole.
fn means(embedding: &Embedding) -> [f32; 3] {
    let e = embedding.as_slice();
    [e[0] / e[3], e[1] / e[3], e[2] / e[3]]
}

fn assert_close(found: [f32; 3], expected: [f32; 3]) {
    let close = found.iter().zip(expected).all(|(f, e)| (f - e).abs() <= e.abs().max(1.0) * 2e-3);
    assert!(close, "found {found:?}, expected {expected:?}");
}

#[test]
fn another_recogniser_gets_the_input_its_pack_describes() {
    let rgb = means(&embedding_with("", ""));
    assert!(rgb.iter().all(|m| (10.0..250.0).contains(m)) && rgb[0] > rgb[2] + 10.0, "skin is not blue: {rgb:?}");
    assert_close(means(&embedding_with("\"rgb\"", "\"bgr\"")), [rgb[2], rgb[1], rgb[0]]);
    let scaled =
        means(&embedding_with("mean = [0.0, 0.0, 0.0]\nscale = 1.0", "mean = [100.0, 50.0, 0.0]\nscale = 0.5"));
    assert_close(scaled, [(rgb[0] - 100.0) / 2.0, (rgb[1] - 50.0) / 2.0, rgb[2] / 2.0]);
}

#[test]
fn another_recogniser_or_contract_has_another_embedding_key() {
    let embedded = Pack::embedded().unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &description());
    let own = Pack::load(folder.path()).unwrap();
    write_pack(folder.path(), &description().replace("\"rgb\"", "\"bgr\""));
    let other = Pack::load(folder.path()).unwrap();
    let keys = [&embedded, &own, &other].map(Pack::embedding_key);
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "{keys:?}");
    assert_eq!(keys[0], Pack::embedded().unwrap().embedding_key());
}

#[test]
fn the_pack_folder_of_the_repository_is_the_embedded_pack() {
    let pack = Pack::load(&super::path("weights/yunet-sface")).unwrap();
    let vision = Vision::load(&pack).unwrap();
    assert_eq!(pack.embedding_key(), Pack::embedded().unwrap().embedding_key());
    let picture = bytes("tests/pictures/formats/plain.jpg");
    let faces = vision.describe(&picture, &Options::live()).unwrap().faces;
    assert_eq!(faces, describe("tests/pictures/formats/plain.jpg").faces);
}

#[test]
fn every_wrong_thing_in_a_pack_is_named() {
    let hash = sha256(&means_of_channels());
    let other = "0".repeat(64);
    let said = refusal(&hash, &other);
    assert_eq!(said, format!("means.onnx is not the file meant: expected SHA-256 {other}, found {hash}"));

    let said = refusal("\"means.onnx\"", "\"gone.onnx\"");
    assert!(said.contains("gone.onnx cannot be read"), "{said}");

    let said = refusal("\"means.onnx\"", "\"../means.onnx\"");
    assert!(said.contains("../means.onnx is not a plain file name"), "{said}");

    let said = refusal("[20, 24]", "[112, 112]");
    assert_eq!(said, "means.onnx expected an input of 1×3×112×112 (pack.toml: input_size), found 1×3×24×20");

    let said = refusal("embedding_length = 5", "embedding_length = 128");
    assert_eq!(said, "means.onnx expected one output of 128 values (pack.toml: embedding_length), found [5]");

    let said = refusal("[20, 24]", "[20, 24000]");
    assert!(said.contains("pack.toml expected input_size of 16 to 1024 pixels a side, found [20, 24000]"), "{said}");

    let said = refusal("scale = 1.0", "scale = 0.0");
    assert!(said.contains("expected a scale other than 0"), "{said}");

    let said = refusal("scale = 1.0", "scale = 1.0\nscael = 2.0");
    assert!(said.contains("pack.toml") && said.contains("scael"), "{said}");

    let said = refusal("channels = \"rgb\"", "channels = \"hsv\"");
    assert!(said.contains("hsv") && said.contains("rgb"), "{said}");

    let said = refusal("name = \"means\"", "name = ");
    assert!(said.contains("pack.toml is not a pack description"), "{said}");

    let said = refusal(
        "[[6.0, 9.0], [14.0, 9.0], [10.0, 13.0], [7.0, 18.0], [13.0, 18.0]]",
        "[[1, 1], [1, 1], [1, 1], [1, 1], [1, 1]]",
    );
    assert!(said.contains("five different points"), "{said}");
}

#[test]
fn a_folder_without_a_description_and_a_file_that_is_no_network_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = Pack::load(folder.path()).unwrap_err().to_string();
    assert!(said.contains("pack.toml cannot be read"), "{said}");

    for not_onnx in [&b"hello, this is not a network"[..], &[]] {
        write_pack(folder.path(), &description().replace(&sha256(&means_of_channels()), &sha256(not_onnx)));
        fs::write(folder.path().join("means.onnx"), not_onnx).unwrap();
        let said = Vision::load(&Pack::load(folder.path()).unwrap()).map(|_| ()).unwrap_err().to_string();
        assert!(said.contains("means.onnx") && said.contains("not an ONNX model"), "{said}");
    }
}

#[test]
fn a_detector_that_is_no_yunet_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let detector = format!(
        "[detector]\nkind = \"yunet\"\nfile = \"means.onnx\"\nsha256 = \"{}\"\n[recogniser]",
        sha256(&means_of_channels())
    );
    write_pack(folder.path(), &description().replace("[recogniser]", &detector));
    let said = Vision::load(&Pack::load(folder.path()).unwrap()).map(|_| ()).unwrap_err().to_string();
    assert!(said.contains("means.onnx"), "{said}");
}
