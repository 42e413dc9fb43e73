//! Described faces and a calibration → what the rule of evidence makes of them, for `scripts/calibrate.py`, which fits its numbers.
//!
//! The rule itself is `people::evidence`; nothing of it is here.

use std::io::{self, BufRead, Write};

use face_server::people::{Evidence, Prior};
use face_server::vision::Face;
use serde::Serialize;

use crate::line::LineFace;

/// What the rule says after one more picture of a track.
#[derive(Debug, Serialize)]
pub struct Weighed {
    /// [`Prior::features`] of this face.
    pub features: [f32; 6],
    /// How much this face can be trusted, 0..1.
    pub reliability: f32,
    /// The weighted sum of the centred directions of all pictures so far.
    pub sum: Vec<f32>,
    pub weight: f32,
    /// What a cosine with that sum is worth, 0..1.
    pub strength: f32,
}

/// Reads faces, one per line, as `describe` writes each.
///
/// # Errors
/// `InvalidData` with the line's number.
pub fn read_faces(lines: impl BufRead) -> io::Result<Vec<Face>> {
    let face = |(n, line): (usize, io::Result<String>)| {
        let face: LineFace = serde_json::from_str(&line?).map_err(|e| wrong(format!("line {}: {e}", n + 1)))?;
        face.face().ok_or_else(|| wrong(format!("line {}: the embedding is not a direction", n + 1)))
    };
    lines.lines().enumerate().map(face).collect()
}

/// Reads tracks, one per line: a list of numbers of faces, from 0, in the order the pictures were taken.
///
/// # Errors
/// `InvalidData` with the line's number.
pub fn read_tracks(lines: impl BufRead, faces: usize) -> io::Result<Vec<Vec<usize>>> {
    let track = |(n, line): (usize, io::Result<String>)| {
        let track: Vec<usize> = serde_json::from_str(&line?).map_err(|e| wrong(format!("line {}: {e}", n + 1)))?;
        match track.iter().find(|face| **face >= faces) {
            Some(face) => Err(wrong(format!("line {}: there are only {faces} faces, not number {face}", n + 1))),
            None => Ok(track),
        }
    };
    lines.lines().enumerate().map(track).collect()
}

/// Writes one line per track: what the rule says after each of its pictures.
///
/// # Errors
/// Where `out` cannot be written.
pub fn weigh<'t>(
    prior: &Prior,
    faces: &[Face],
    tracks: impl IntoIterator<Item = &'t [usize]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for track in tracks {
        let mut evidence = Evidence::default();
        let pictures: Vec<Weighed> = track.iter().map(|n| add(prior, &mut evidence, &faces[*n])).collect();
        serde_json::to_writer(&mut *out, &pictures)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn add(prior: &Prior, evidence: &mut Evidence, face: &Face) -> Weighed {
    evidence.add(prior, face);
    let (sum, weight) = evidence.sum();
    Weighed {
        features: Prior::features(face),
        reliability: prior.reliability(face),
        sum: sum.to_vec(),
        weight,
        strength: prior.strength(weight),
    }
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
