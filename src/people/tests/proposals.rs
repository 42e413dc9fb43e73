//! Which pictures of visits are proposed, and what becomes of them.

use jiff::Timestamp;

use super::*;
use crate::people::proposals::{MOST_WAITING, Rule};
use crate::people::{
    Adds, Calibration, Corrections, MistakenFace, Proposal, ProposalId, Proposals, Shows, Stranger, StrangerFace,
    Strangers, UnknownId, View,
};

/// A home and what waits there. Person 0 is the one who comes.
struct House {
    gallery: Gallery,
    calibration: Calibration,
    prior: Prior,
    strangers: Strangers,
    corrections: Corrections,
    proposals: Proposals,
    numbers: u32,
}

impl House {
    fn new() -> Self {
        let mut house = Self {
            gallery: gallery(3),
            calibration: Calibration::of_unmeasured(&gallery(1)),
            prior: Prior::plain(),
            strangers: Strangers::default(),
            corrections: Corrections::default(),
            proposals: Proposals::default(),
            numbers: 0,
        };
        house.calibrate();
        house
    }

    fn calibrate(&mut self) {
        self.calibration = Calibration::of_measured(&self.prior, &self.gallery, &[]);
    }

    fn with<T>(&mut self, work: impl FnOnce(&mut Proposals, &Rule<'_>) -> T) -> T {
        let Self { gallery, calibration, prior, strangers, corrections, proposals, .. } = self;
        work(proposals, &Rule { gallery, calibration, prior, strangers, corrections })
    }

    /// A visit of person 0 shows this, as certain as a visit can be. The id it got, and those that went for it.
    fn shows(&mut self, face: &Face) -> Option<(ProposalId, Vec<ProposalId>)> {
        self.numbers += 1;
        let (id, sighting) = (ProposalId(format!("{:016x}", self.numbers)), i64::from(self.numbers));
        self.with(|proposals, rule| {
            let adds = proposals.adds(&person(0), face, rule);
            let wanted = proposals.want(&person(0), sighting, face, 1.0, rule);
            assert_eq!(wanted, !adds.is_empty());
            let proposal = Proposal {
                id: id.clone(),
                person: person(0),
                sighting,
                at: Timestamp::UNIX_EPOCH,
                camera: "door".into(),
                shows: Shows { view: View::of(&face.detection.landmarks), adds, quality: face.quality.clone() },
                embedding: face.embedding.clone(),
                reliability: rule.prior.reliability(face),
                declined: false,
            };
            wanted.then(|| (id, proposals.put(proposal, face, rule)))
        })
    }
}

/// Turned so far that no photo along an axis shows it.
fn turned(face: Face) -> Face {
    let mut face = face;
    face.detection.landmarks.0[2].x -= 18.0;
    face
}

/// Person 0, who looks otherwise: their cosine with the photo, and what the rest of it is like.
fn look(cosine: f32, aside: usize) -> Face {
    face(near(0, cosine, aside))
}

#[test]
fn another_view_and_another_look_are_proposed_and_the_same_is_not() {
    let mut house = House::new();
    assert_eq!(house.shows(&look(0.7, 50)), None, "as on the photo");
    assert!(house.shows(&look(0.55, 50)).is_some());
    assert!(house.shows(&turned(look(0.7, 51))).is_some());
    let adds: Vec<_> = house.proposals.waiting().map(|p| p.shows.adds.clone()).collect();
    assert_eq!(adds, [[Adds::Look], [Adds::View]]);
    assert_eq!(house.shows(&look(0.55, 50)), None, "as what waits");
    assert_eq!(house.shows(&turned(look(0.72, 51))), None, "as what waits");
}

#[test]
fn nothing_poor_is_proposed() {
    let mut house = House::new();
    let with = |quality| Face { quality, ..turned(look(0.7, 50)) };
    for poor in [
        poor(QualityReason::TooDark),
        Quality { overall: 0.59, ..good() },
        Quality { size_px: 39.0, ..good() },
        Quality { sharpness: 0.09, ..good() },
        Quality { reasons: vec![QualityReason::CutOff], ..good() },
    ] {
        assert_eq!(house.shows(&with(poor.clone())), None, "{poor:?}");
    }
    assert!(house.shows(&with(good())).is_some());
}

#[test]
fn what_could_be_somebody_else_is_not_proposed_however_certain_the_visit_is() {
    // Almost as much like person 1, who is enrolled.
    let mut house = House::new();
    assert_eq!(house.shows(&turned(look(0.75, 1))), None, "0.66 like person 1");
    assert!(house.shows(&turned(look(0.85, 1))).is_some(), "0.53 like person 1");
    // Too little like person 0.
    let mut house = House::new();
    assert_eq!(house.shows(&turned(look(0.35, 50))), None);
    // More like a stranger.
    let mut house = House::new();
    let embedding = near(0, 0.6, 50);
    let stranger = Stranger {
        id: UnknownId("5".into()),
        first_seen: Timestamp::UNIX_EPOCH,
        last_seen: Timestamp::UNIX_EPOCH,
        times_seen: 1,
        attention: crate::people::Attention::Reported,
        faces: vec![StrangerFace { number: 0, embedding, quality: 0.8 }],
    };
    house.strangers = Strangers::restore([stranger], &house.prior);
    assert_eq!(house.shows(&turned(look(0.6, 50))), None);
    // Like a face that somebody said isn't them.
    let mut house = House::new();
    let mistaken = MistakenFace { person: person(0), embedding: near(0, 0.6, 50), reliability: 0.8, picture_at: None };
    house.corrections = Corrections::restore([mistaken], &house.prior);
    assert_eq!(house.shows(&turned(look(0.6, 50))), None);
    assert!(house.shows(&turned(look(0.6, 51))).is_some());
    // By numbers that nobody has measured.
    let mut house = House::new();
    house.calibration = Calibration::of_unmeasured(&house.gallery);
    assert_eq!(house.shows(&turned(look(0.7, 50))), None);
}

#[test]
fn a_visit_that_is_confirmed_but_not_certain_proposes_nothing_and_a_certain_one_a_few_cuts() {
    let mut house = House::new();
    let face = turned(look(0.7, 50));
    let mut wanted = |sighting, similarity| {
        house.with(|proposals, rule| proposals.want(&person(0), sighting, &face, similarity, rule))
    };
    assert!(!wanted(1, 0.3));
    assert_eq!([1, 1, 1, 1, 2].map(|sighting| wanted(sighting, 0.7)), [true, true, true, false, true]);
}

#[test]
fn a_few_wait_and_a_better_one_or_one_that_adds_more_takes_a_place() {
    let mut house = House::new();
    let first = house.shows(&look(0.6, 50)).expect("wanted").0;
    for aside in 51..50 + MOST_WAITING {
        house.shows(&look(0.55, aside)).expect("wanted");
    }
    assert_eq!(house.shows(&look(0.55, 70)), None, "hardly less like the photo than what waits");
    let (_, gone) = house.shows(&look(0.48, 71)).expect("wanted");
    assert_eq!(gone, [first], "the one that adds least");
    let blurred = |overall| Face { quality: Quality { overall, ..good() }, ..turned(look(0.7, 80)) };
    let mut house = House::new();
    let poorer = house.shows(&blurred(0.7)).expect("wanted").0;
    assert_eq!(house.shows(&blurred(0.75)), None);
    assert_eq!(house.shows(&blurred(0.9)).expect("wanted").1, [poorer]);
}

#[test]
fn what_is_like_a_declined_one_is_not_proposed_and_of_very_many_the_oldest_may_be() {
    let mut house = House::new();
    let (declined, _) = house.shows(&turned(look(0.7, 50))).expect("wanted");
    house.proposals.decline(std::slice::from_ref(&declined));
    assert_eq!(house.proposals.waiting().count(), 0);
    assert_eq!(house.shows(&turned(look(0.75, 50))), None);
    let better = Face { quality: Quality { overall: 1.0, ..good() }, ..turned(look(0.7, 50)) };
    assert_eq!(house.shows(&better), None, "not a better one either");
    for aside in 4..54 {
        if let Some((id, _)) = house.shows(&look(0.55, aside)) {
            house.proposals.decline(&[id]);
        }
    }
    assert!(house.shows(&turned(look(0.7, 50))).is_some());
}

#[test]
fn what_a_new_photo_shows_waits_no_more() {
    let mut house = House::new();
    let face = turned(look(0.7, 50));
    house.shows(&face).expect("wanted");
    let other = house.shows(&look(0.55, 60)).expect("wanted").0;
    let photo = GalleryPhoto::new(PhotoId("new".into()), &face, &house.prior);
    house.gallery.put_photo(&person(0), photo).unwrap();
    house.calibrate();
    let gone = house.with(Proposals::review);
    assert_eq!(gone.len(), 1);
    assert_eq!(house.proposals.waiting().map(|p| &p.id).collect::<Vec<_>>(), [&other]);
    assert_eq!(house.shows(&face), None);
}

#[test]
fn what_was_proposed_of_two_people_who_are_one_is_no_more_than_of_one() {
    let mut house = House::new();
    for aside in 50..50 + MOST_WAITING {
        house.shows(&look(0.55, aside)).expect("wanted");
    }
    let of_one = house.proposals.clone();
    let mut both: Vec<Proposal> = of_one.waiting().cloned().collect();
    let theirs = |p: &Proposal| Proposal { id: ProposalId(format!("{} too", p.id)), person: person(1), ..p.clone() };
    both.extend(of_one.waiting().map(theirs));
    let mut both = Proposals::restore(both);
    assert_eq!(both.merge(&person(1), &person(0)).len(), MOST_WAITING);
    assert_eq!((both.waiting_of(&person(0)), both.waiting_of(&person(1))), (MOST_WAITING, 0));
}
