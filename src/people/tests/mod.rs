//! People by embeddings that are made to measure: angles between unit vectors are chosen, not found.

mod calibration;
mod care;
mod corrections;
mod enrol;
mod evidence;
mod gallery;
mod misfiled;
mod proposals;
mod search;
mod strangers;

use super::gallery::Everybody;
use super::{Candidate, Direction, Gallery, GalleryPhoto, PersonId, PersonName, PhotoId, Prior};
use crate::vision::{Detection, Embedding, Face, Landmarks, Point, Quality, QualityReason, Rect};

const DIMENSION: usize = 128;

/// The unit vector along an axis.
fn axis(n: usize) -> Vec<f32> {
    let mut values = vec![0.0; DIMENSION];
    values[n] = 1.0;
    values
}

/// A direction with the cosine `cosine` to the axis `n`, the rest of it along the axis `aside`.
fn near(n: usize, cosine: f32, aside: usize) -> Embedding {
    let mut values = axis(n);
    values[n] = cosine;
    values[aside] = (1.0 - cosine * cosine).sqrt();
    Embedding::new(values).unwrap()
}

fn along(n: usize) -> Embedding {
    Embedding::new(axis(n)).unwrap()
}

fn person(n: usize) -> PersonId {
    PersonId(format!("{n:016x}"))
}

fn named(text: &str) -> PersonName {
    PersonName::new(text).unwrap()
}

fn photo(id: &str, embedding: Embedding) -> GalleryPhoto {
    GalleryPhoto::new(PhotoId(id.into()), &face(embedding), &Prior::plain())
}

/// `count` people, the nth with one photo along the axis n.
fn gallery(count: usize) -> Gallery {
    let mut gallery = Gallery::default();
    for n in 0..count {
        gallery.add_person(person(n), named(&format!("Person {n}"))).unwrap();
        gallery.put_photo(&person(n), photo(&format!("photo {n}"), along(n))).unwrap();
    }
    gallery
}

/// Who is most alike, where nobody has anything in common with everybody.
fn ranked(gallery: &Gallery, probe: &Direction) -> Vec<Candidate> {
    Everybody::of(gallery, std::iter::repeat(0.0)).rank(probe)
}

/// What one good picture says.
fn direction(embedding: Embedding) -> Direction {
    Direction::of(&Prior::plain(), &face(embedding))
}

fn good() -> Quality {
    Quality { overall: 0.9, size_px: 120.0, sharpness: 0.9, pose: 0.9, light: 0.9, ..Quality::default() }
}

fn poor(reason: QualityReason) -> Quality {
    Quality { overall: 0.2, reasons: vec![reason], ..good() }
}

fn face(embedding: Embedding) -> Face {
    let point = |x: f32, y: f32| Point { x, y };
    Face {
        detection: Detection {
            box_in_frame: Rect { x: 100.0, y: 100.0, w: 110.0, h: 130.0 },
            landmarks: Landmarks([
                point(130.0, 150.0),
                point(180.0, 150.0),
                point(155.0, 175.0),
                point(135.0, 200.0),
                point(175.0, 200.0),
            ]),
            score: 0.9,
        },
        quality: good(),
        embedding,
        glimpse: None,
    }
}

/// A face with what is seen at its place, `x` pixels aside and in noise of its own.
fn still(face: Face, x: f32, noise: usize) -> Face {
    Face { glimpse: Some(crate::vision::Glimpse::of_blobs(x, noise)), ..face }
}
