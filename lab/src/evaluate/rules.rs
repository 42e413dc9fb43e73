//! How others decide, as they publish it, on our embeddings. Pure.
//!
//! A rule says after every picture of a track who it is and how surely; what is compared is how these sayings do. Scores are cosines
//! or what the rule makes of them; each rule's default threshold is its own, or its counterpart for this recogniser:
//!
//! - Double Take takes `CompreFace`'s 60 % for a match, which is a cosine of 0.35 there.
//! - `FaceID` asks for 0.50 as the mean of the three most alike photos.
//! - The original system asks for a mean Euclidean distance below 0.6, where its own network tells people best apart. A distance of
//!   another network means nothing here; where this one tells people best apart is published as a cosine of 0.363, for unit vectors a
//!   distance of 1.128.
//! - Frigate's curve from cosine to confidence, its 0.8 for "unknown" and its 0.9 for "recognised" are taken as they are. Its
//!   smallest face is not, which would drop half of the faces here; nor is its blur penalty of 0.01 to 0.05, whose measure of blur
//!   needs the picture.

use face_server::vision::Face;

/// A rule that is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The highest cosine of any picture with the mean of a person's photos.
    BestPicture,
    /// Frigate.
    Frigate,
    /// Double Take with `CompreFace`.
    DoubleTake,
    /// `FaceID`.
    FaceId,
    /// face-api.js's matcher by mean Euclidean distance.
    Original,
}

/// What a rule says after a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// How surely; only to be compared within one rule.
    pub score: f32,
    /// Who.
    pub person: usize,
}

/// Of what a rule says over a track, what counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wins {
    /// What it said most surely.
    Surest,
    /// What it said first above its threshold.
    First,
}

/// Somebody's photos as the rules need them.
#[derive(Clone, Debug)]
pub struct Enrolled {
    photos: Vec<Vec<f32>>,
    mean: Vec<f32>,
}

impl Enrolled {
    /// From described photos, at least one.
    pub fn new(photos: &[Face]) -> Self {
        let photos: Vec<Vec<f32>> = photos.iter().map(|face| face.embedding.as_slice().to_vec()).collect();
        let mut mean = vec![0.0; photos.first().map_or(0, Vec::len)];
        for photo in &photos {
            mean.iter_mut().zip(photo).for_each(|(sum, value)| *sum += value);
        }
        let length = mean.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        for value in &mut mean {
            *value /= length;
        }
        Self { photos, mean }
    }
}

/// Frigate: below it a picture is nobody's and thrown away.
const FRIGATE_UNKNOWN: f32 = 0.8;
/// Frigate: a face of more square pixels weighs no more.
const FRIGATE_LARGE: f32 = 4_000.0;

impl Rule {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::BestPicture, Self::Original, Self::DoubleTake, Self::FaceId, Self::Frigate];

    /// As tables name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::BestPicture => "best single picture",
            Self::Frigate => "Frigate's",
            Self::DoubleTake => "Double Take's",
            Self::FaceId => "FaceID's",
            Self::Original => "the original system's",
        }
    }

    /// The score that it asks for as it is shipped; `None` for one that nobody ships.
    pub fn default_threshold(self) -> Option<f32> {
        match self {
            Self::BestPicture => None,
            Self::Frigate => Some(0.9),
            Self::DoubleTake => Some(0.35),
            Self::FaceId => Some(0.5),
            Self::Original => Some(-1.128),
        }
    }

    /// What counts over a track.
    pub fn wins(self) -> Wins {
        match self {
            Self::FaceId => Wins::First,
            Self::BestPicture | Self::Frigate | Self::DoubleTake | Self::Original => Wins::Surest,
        }
    }

    /// How alike one face and one person are by this rule.
    pub fn of_picture(self, face: &Face, person: &Enrolled) -> f32 {
        let probe = face.embedding.as_slice();
        let cosines = || person.photos.iter().map(|photo| dot(probe, photo));
        match self {
            Self::BestPicture => dot(probe, &person.mean),
            Self::Frigate => confidence(dot(probe, &person.mean)),
            Self::DoubleTake => cosines().fold(-1.0, f32::max),
            Self::FaceId => {
                let mut cosines: Vec<f32> = cosines().collect();
                cosines.sort_by(|a, b| b.total_cmp(a));
                cosines.truncate(3);
                mean(&cosines)
            }
            Self::Original => {
                let distances: Vec<f32> = cosines().map(|cosine| (2.0 - 2.0 * cosine).max(0.0).sqrt()).collect();
                -mean(&distances)
            }
        }
    }

    /// What it says after each picture of a track. `pictures`: of each the face's area in pixels, who of the home is most alike and
    /// how alike ([`Rule::of_picture`]).
    pub fn over_track(self, pictures: &[(f32, Said)]) -> Vec<Option<Said>> {
        match self {
            Self::Frigate => (1..=pictures.len()).map(|n| frigate(&pictures[..n])).collect(),
            _ => pictures.iter().map(|(_, said)| Some(*said)).collect(),
        }
    }
}

/// Frigate's curve from cosine to confidence, 0..1.
fn confidence(cosine: f32) -> f32 {
    1.0 / (1.0 + (-20.0 * (cosine - 0.3)).exp())
}

/// Frigate's mean over the pictures of a person so far: weighted by area and by how far above "unknown" each is; nobody where two
/// names have as many pictures.
fn frigate(pictures: &[(f32, Said)]) -> Option<Said> {
    struct Sum {
        person: usize,
        count: usize,
        scores: f32,
        weights: f32,
    }
    let mut sums: Vec<Sum> = Vec::new();
    for (area, said) in pictures.iter().filter(|(_, said)| said.score > FRIGATE_UNKNOWN) {
        let weight = area.min(FRIGATE_LARGE) * (said.score - FRIGATE_UNKNOWN) * 10.0;
        let at = sums.iter().position(|sum| sum.person == said.person).unwrap_or_else(|| {
            sums.push(Sum { person: said.person, count: 0, scores: 0.0, weights: 0.0 });
            sums.len() - 1
        });
        sums[at].count += 1;
        sums[at].scores += said.score * weight;
        sums[at].weights += weight;
    }
    let best = sums.iter().max_by(|a, b| a.scores.total_cmp(&b.scores))?;
    let tie = sums.iter().any(|sum| sum.person != best.person && sum.count == best.count);
    (!tie).then(|| Said { score: best.scores / best.weights.max(f32::MIN_POSITIVE), person: best.person })
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[expect(clippy::cast_precision_loss, reason = "a few photos")]
fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use face_server::vision::{Detection, Embedding, Landmarks, Point, Quality, Rect};

    fn said(score: f32, person: usize) -> Said {
        Said { score, person }
    }

    fn face(values: [f32; 2]) -> Face {
        Face {
            detection: Detection {
                box_in_frame: Rect { x: 0.0, y: 0.0, w: 40.0, h: 40.0 },
                landmarks: Landmarks([Point { x: 0.0, y: 0.0 }; 5]),
                score: 0.9,
            },
            quality: Quality {
                overall: 0.8,
                size_px: 40.0,
                sharpness: 0.8,
                pose: 1.0,
                light: 0.9,
                ..Quality::default()
            },
            embedding: Embedding::new(values.to_vec()).unwrap(),
            glimpse: None,
        }
    }

    fn near(found: f32, expected: f32) {
        assert!((found - expected).abs() < 1e-4, "expected {expected}, found {found}");
    }

    #[test]
    fn rules_compare_a_face_with_photos_as_published() {
        // Cosines 1, 0.6, 0 and −1 with the probe.
        let photos = [face([1.0, 0.0]), face([0.6, 0.8]), face([0.0, 1.0]), face([-1.0, 0.0])];
        let person = Enrolled::new(&photos);
        let probe = face([1.0, 0.0]);
        near(Rule::DoubleTake.of_picture(&probe, &person), 1.0);
        near(Rule::FaceId.of_picture(&probe, &person), 1.6 / 3.0);
        // Distances 0, √0.8, √2 and 2.
        near(Rule::Original.of_picture(&probe, &person), -(0.0 + 0.8_f32.sqrt() + 2.0_f32.sqrt() + 2.0) / 4.0);
        // The mean points along (0.6, 1.8).
        near(Rule::BestPicture.of_picture(&probe, &person), 0.6 / 3.6_f32.sqrt());
        near(Rule::Frigate.of_picture(&probe, &person), 1.0 / (1.0 + (-20.0_f32 * (0.316_228 - 0.3)).exp()));
    }

    #[test]
    fn frigate_throws_unknown_pictures_away_and_weighs_by_area_and_score() {
        let pictures = [(1_000.0, said(0.9, 1)), (9_000.0, said(0.5, 2)), (9_000.0, said(0.95, 1))];
        let after = Rule::Frigate.over_track(&pictures);
        near(after[0].unwrap().score, 0.9);
        assert_eq!(after[1], after[0], "somebody unlike everybody counts for nothing");
        // Weights 1000 · 1 and 4000 · 1.5.
        near(after[2].unwrap().score, (0.9 * 1_000.0 + 0.95 * 6_000.0) / 7_000.0);
    }

    #[test]
    fn frigate_names_nobody_where_two_have_as_many_pictures() {
        let pictures = [(1_000.0, said(0.9, 1)), (1_000.0, said(0.99, 2)), (1_000.0, said(0.9, 2))];
        let after = Rule::Frigate.over_track(&pictures);
        assert_eq!((after[1], after[2].unwrap().person), (None, 2));
    }
}
