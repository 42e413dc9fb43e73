//! A list of picture files → one JSON line each with every face, in the order of the list.
//!
//! Called by the `describe` subcommand. A picture that cannot be read is a line with `error`, never the end.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde::Serialize;

use crate::vision::{Description, Face, Options, Vision};

/// One picture's line.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    /// The path as the list has it.
    pub file: &'a str,
    /// Pixels across, 0 where the picture could not be read.
    pub width: u32,
    /// Pixels down, 0 where the picture could not be read.
    pub height: u32,
    /// Every face found.
    pub faces: Vec<LineFace>,
    /// Decoding, detecting and describing the faces, milliseconds.
    pub ms: Ms,
    /// Why there are no faces to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Milliseconds a stage.
#[derive(Debug, Default, Serialize)]
pub struct Ms {
    /// Bytes to pixels.
    pub decode: f32,
    /// Pixels to boxes.
    pub detect: f32,
    /// Boxes to embeddings.
    pub embed: f32,
}

/// One face.
#[derive(Debug, Serialize)]
pub struct LineFace {
    /// Pixels of the upright picture.
    #[serde(rename = "box")]
    pub box_in_frame: crate::vision::Rect,
    /// Five points, pixels of the upright picture.
    pub landmarks: [[f32; 2]; 5],
    /// The detector's, 0..1.
    pub score: f32,
    /// How usable, each part 0..1, and why not.
    pub quality: LineQuality,
    /// The unit vector.
    pub embedding: Vec<f32>,
}

/// A face's quality.
#[derive(Debug, Serialize)]
pub struct LineQuality {
    /// All parts together.
    pub overall: f32,
    /// Pixels.
    pub size_px: f32,
    /// Focus.
    pub sharpness: f32,
    /// Frontality.
    pub pose: f32,
    /// Exposure and contrast.
    pub light: f32,
    /// In words, worst first.
    pub reasons: Vec<&'static str>,
}

/// Describes every file of `list` (one path a line, below `root`) on `threads` threads and writes a line each to `out`.
///
/// Returns how many pictures could not be read.
///
/// # Errors
/// Where `out` cannot be written; a picture that cannot be read is a line.
pub fn describe(
    vision: &Vision,
    list: &str,
    root: &Path,
    options: &Options,
    threads: usize,
    out: &mut dyn Write,
) -> io::Result<usize> {
    let files: Vec<&str> = list.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let next = AtomicUsize::new(0);
    // Bounded, so that a slow reader of the output slows the workers instead of filling the memory.
    let (send, receive) = mpsc::sync_channel::<(usize, Line<'_>)>(threads * 4);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (send, files, next) = (send.clone(), &files, &next);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(at) else { return };
                    if send.send((at, line(vision, file, root, options))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        write_in_order(receive, out)
    })
}

fn write_in_order(receive: mpsc::Receiver<(usize, Line<'_>)>, out: &mut dyn Write) -> io::Result<usize> {
    let (mut waiting, mut turn, mut unreadable) = (BTreeMap::new(), 0, 0);
    for (at, line) in receive {
        waiting.insert(at, line);
        while let Some(line) = waiting.remove(&turn) {
            unreadable += usize::from(line.error.is_some());
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")?;
            turn += 1;
        }
    }
    out.flush()?;
    Ok(unreadable)
}

fn line<'a>(vision: &Vision, file: &'a str, root: &Path, options: &Options) -> Line<'a> {
    let described = std::fs::read(root.join(file))
        .map_err(|e| format!("cannot be read: {e}"))
        .and_then(|bytes| vision.describe(&bytes, options).map_err(|e| e.to_string()));
    match described {
        Ok(Description { width, height, faces, times }) => Line {
            file,
            width,
            height,
            faces: faces.iter().map(LineFace::from).collect(),
            ms: Ms { decode: times.decode_ms, detect: times.detect_ms, embed: times.embed_ms },
            error: None,
        },
        Err(error) => Line { file, width: 0, height: 0, faces: vec![], ms: Ms::default(), error: Some(error) },
    }
}

impl From<&Face> for LineFace {
    fn from(face: &Face) -> Self {
        let q = &face.quality;
        Self {
            box_in_frame: face.detection.box_in_frame,
            landmarks: face.detection.landmarks.0.map(|p| [p.x, p.y]),
            score: face.detection.score,
            quality: LineQuality {
                overall: q.overall,
                size_px: q.size_px,
                sharpness: q.sharpness,
                pose: q.pose,
                light: q.light,
                reasons: q.reasons.iter().map(|r| r.message()).collect(),
            },
            embedding: face.embedding.as_slice().to_vec(),
        }
    }
}
