//! Who of the people and unknown people that a home knows looks like a face that somebody asks about.

use super::state::Home;
use crate::people::search::{MostAlike, Scale};
use crate::people::{Candidate, Direction, Match, UnknownId};
use crate::vision::Face;

/// A face that is looked for, and whom it is like among those in memory.
pub(crate) struct Wanted {
    pub(crate) face: Face,
    pub(crate) direction: Direction,
    pub(crate) people: Vec<Match<Candidate>>,
    pub(crate) unknowns: Vec<Match<UnknownId>>,
    /// By which past sightings are judged.
    pub(crate) scale: Scale,
}

impl Home {
    /// A person whose corrections deny the face is left out.
    pub(crate) fn look_for(&self, faces: Vec<Face>) -> Vec<Wanted> {
        let calibration = self.calibration();
        let scale = Scale::new(&calibration, &self.gallery, &self.strangers);
        let look_for = |face: Face| {
            let direction = Direction::of(&self.model.prior, &face);
            let ranked = calibration.rank(&direction).into_iter();
            let likely = ranked.filter(|c| !self.corrections.deny(c, &self.gallery, &direction, &self.model.prior));
            let (people, _) = MostAlike::of(scale, likely.map(|c| (c.clone(), c.similarity))).found();
            let strangers = self.strangers.likenesses(&direction).map(|(id, similarity)| (id.clone(), similarity));
            let (unknowns, _) = MostAlike::of(scale, strangers).found();
            Wanted { face, direction, people, unknowns, scale }
        };
        faces.into_iter().map(look_for).collect()
    }
}
