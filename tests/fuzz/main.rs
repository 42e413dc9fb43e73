//! What fuzzing found worth keeping, once more: every file of `tests/fuzz/corpus` through the target of its folder.
//!
//! `scripts/fuzz.py` looks for more. A target fails by panicking.

mod targets;

use std::fs;
use std::path::Path;

#[test]
fn every_input_that_was_kept_is_held() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    std::thread::scope(|scope| {
        for (name, target) in targets::TARGETS {
            let folder = corpus.join(name);
            scope.spawn(move || {
                let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
                assert!(!files.is_empty(), "nothing is kept for {name}");
                for file in files {
                    let held = std::panic::catch_unwind(|| target(&fs::read(&file).unwrap()));
                    assert!(held.is_ok(), "{} is not held", file.display());
                }
            });
        }
    });
}
