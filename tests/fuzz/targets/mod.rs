//! What reads what others wrote, each with any bytes. Called by libFuzzer (`driver.rs`), and by an ordinary test with the
//! inputs that were kept (`main.rs`).

mod archives;
mod cameras;
mod folders;
mod names;
mod networks;
mod pictures;
mod protocol;
mod rows;
mod tensors;

use sha2::{Digest, Sha256};

/// Panics where something does not hold.
type Target = fn(&[u8]);

/// Every target by its name.
pub(crate) const TARGETS: [(&str, Target); 9] = [
    ("archives", archives::run),
    ("cameras", cameras::run),
    ("folders", folders::run),
    ("names", names::run),
    ("networks", networks::run),
    ("pictures", pictures::run),
    ("protocol", protocol::run),
    ("rows", rows::run),
    ("tensors", tensors::run),
];

/// In hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
