//! Any bytes as a picture: refused in words, or within the limits.

use face_server::vision::{Frame, Limits};

pub(crate) fn run(bytes: &[u8]) {
    let limits = Limits::default();
    match Frame::decode(bytes, &limits) {
        Ok(frame) => {
            let (width, height) = (frame.width(), frame.height());
            assert!(width > 0 && height > 0 && u64::from(width) * u64::from(height) <= limits.max_pixels);
            assert!(frame.pixels.width() <= width && frame.pixels.height() <= height);
        }
        Err(refused) => assert!(!refused.to_string().contains('\n'), "{refused}"),
    }
}
