//! Gives one target the bytes that libFuzzer makes up: the one that `FUZZ_TARGET` names.
#![no_main]

mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::abort;
use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let wanted = std::env::var("FUZZ_TARGET").unwrap_or_default();
    targets::TARGETS.iter().find(|(name, _)| *name == wanted).expect("FUZZ_TARGET names a target").1
});
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// A panic that the program itself catches, as around a damaged JPEG, is no finding: it is neither told nor the end.
fn await_what_is_not_caught() {
    std::panic::set_hook(Box::new(|panic| {
        let words = format!("{panic}\n{}", std::backtrace::Backtrace::force_capture());
        *LAST_PANIC.lock().expect("written whole") = words;
    }));
}

fuzz_target!(init: await_what_is_not_caught(), |bytes: &[u8]| {
    if catch_unwind(AssertUnwindSafe(|| TARGET(bytes))).is_err() {
        eprintln!("{}", LAST_PANIC.lock().expect("written whole"));
        abort();
    }
});
