//! Changes on the disk are told, by themselves.

use std::sync::mpsc;
use std::time::Duration;

use super::super::Watcher;
use super::put;

/// Far beyond what is promised: only a pulse that never comes fails.
const NEVER: Duration = Duration::from_secs(120);

#[test]
fn a_new_photo_pulses_and_stopping_is_prompt() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "Alice/a.jpg", "1");
    let (pulse, pulses) = mpsc::channel();
    let watcher = Watcher::start(root.path(), move || {
        let _ = pulse.send(());
    })
    .unwrap();
    put(root.path(), "Bob/b.jpg", "2");
    pulses.recv_timeout(NEVER).unwrap();
    watcher.check_again();
    pulses.recv_timeout(NEVER).unwrap();
    drop(watcher);
    while pulses.try_recv().is_ok() {}
    assert_eq!(pulses.recv(), Err(mpsc::RecvError), "the thread has ended");
}
