//! What the care of the gallery is worked out from: the gallery, the rule for it, and what is remembered in memory.

use std::collections::HashMap;

use super::state::{Home, Model};
use crate::people::calibration::Allowed;
use crate::people::{Direction, Finding, Gallery, GalleryPhoto, PersonId, care};

/// A home's gallery as it is, apart from the home.
pub(crate) struct GalleryCopy {
    pub(crate) model: Model,
    pub(crate) gallery: Gallery,
    /// With the photos that do not teach.
    pub(crate) everything: Gallery,
    pub(crate) allowed: Allowed,
    /// What unknown people look like.
    pub(crate) strangers: Vec<Direction>,
    /// Faces that were taken for somebody they are not.
    pub(crate) mistaken: Vec<Direction>,
    /// What was proposed and waits.
    pub(crate) waiting: HashMap<PersonId, Vec<GalleryPhoto>>,
}

impl Home {
    /// What makes recognition worse. While photos are being learned, nothing is said: others may still explain it.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        if self.learning() {
            return Vec::new();
        }
        let mut found = care::find(&self.gallery, &self.everything, &self.misfiled, &self.accepted());
        found.retain(|finding| self.people.get(&finding.person.id).is_none_or(|known| !known.sample));
        found
    }

    pub(crate) fn library(&self) -> GalleryCopy {
        let mut waiting: HashMap<_, Vec<_>> = HashMap::new();
        for proposal in self.proposals.waiting() {
            waiting.entry(proposal.person.clone()).or_default().push(proposal.as_photo(&self.model.prior));
        }
        GalleryCopy {
            model: self.model.clone(),
            gallery: self.gallery.clone(),
            everything: self.everything.clone(),
            allowed: Allowed::of_track(self.confirmed_share()),
            strangers: self.strangers.directions(),
            mistaken: self.corrections.mistaken().cloned().collect(),
            waiting,
        }
    }
}
