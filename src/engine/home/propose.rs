//! Pictures of confirmed visits that would widen somebody's photos: wanted, kept, reviewed, answered. Which are worth it, and
//! certain enough, `people::proposals` says.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::{CutFace, WantedFace, Write};
use super::state::Home;
use crate::engine::error::EngineError;
use crate::engine::teach::Photo;
use crate::engine::types::{CameraId, Instant, PicturePath, RecognizedFace};
use crate::people::proposals::Rule;
use crate::people::{Adds, PersonId, PersonRef, Proposal, ProposalId, Proposals, Shows, View};
use crate::presence::Now;
use crate::store::random_id;

/// A picture that waits to be accepted or declined, and where it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProposalInfo")]
pub struct ProposalState {
    #[serde(rename = "proposal_id")]
    pub id: ProposalId,
    pub person: PersonRef,
    /// When the picture was taken.
    #[schemars(with = "Instant")]
    pub at: Timestamp,
    /// Full id of the camera.
    pub camera: CameraId,
    #[serde(flatten)]
    pub shows: Shows,
    /// Path of the picture on this server.
    pub picture: PicturePath,
}

impl Home {
    /// Whether a confirmed face is to be cut out.
    pub(super) fn wants_proposal(&mut self, person: &PersonId, sighting: i64, face: &RecognizedFace) -> bool {
        let sample = self.people.get(person).is_some_and(|known| known.sample);
        let similarity = face.evidence.reasons.similarity;
        let want =
            |proposals: &mut Proposals, rule: &Rule<'_>| proposals.want(person, sighting, &face.face, similarity, rule);
        !sample && !self.learning() && self.by_the_rule(want)
    }

    /// Keeps a face that was cut out, if it is wanted still. Returns what is to be kept of that.
    pub(crate) fn propose(&mut self, camera: &CameraId, at: Timestamp, wanted: WantedFace, cut: CutFace) -> Vec<Write> {
        let WantedFace { person, sighting, .. } = wanted;
        let CutFace { photo: Photo { jpeg, face }, colourless } = cut;
        let mut adds = self.by_the_rule(|proposals, rule| proposals.adds(&person, &face, rule));
        let (false, Ok(id)) = (adds.is_empty(), random_id()) else { return Vec::new() };
        if colourless {
            adds.retain(|adds| *adds != Adds::Look);
            adds.push(Adds::Infrared);
        }
        let view = View::of(&face.detection.landmarks);
        let proposal = Proposal {
            id: ProposalId(id),
            person,
            sighting,
            at,
            camera: camera.0.clone(),
            shows: Shows { view, adds, quality: face.quality.clone() },
            embedding: face.embedding.clone(),
            reliability: self.model.prior.reliability(&face),
            declined: false,
        };
        let kept = Write::Proposal(Box::new(proposal.clone()), Arc::from(jpeg));
        let replaced = self.by_the_rule(|proposals, rule| proposals.put(proposal, &face, rule));
        forgotten(replaced).into_iter().chain([kept]).collect()
    }

    /// After photos, people or corrections came or went: what is not certain any more, or adds nothing, goes. Returns whose it was.
    pub(super) fn review_proposals(&mut self, writes: &mut Vec<Write>) -> Vec<PersonId> {
        if !self.knows_everybody() {
            return Vec::new();
        }
        let gone = self.by_the_rule(Proposals::review);
        writes.extend(forgotten(gone.iter().map(|p| p.id.clone()).collect()));
        gone.into_iter().map(|p| p.person).collect()
    }

    /// Whether all of these wait.
    pub(crate) fn waiting_proposals(&self, ids: &[ProposalId]) -> Result<Vec<Proposal>, EngineError> {
        let waiting = |id: &ProposalId| {
            let found = self.proposals.waiting().find(|p| &p.id == id && self.gallery.person(&p.person).is_some());
            found.cloned().ok_or_else(|| EngineError::no_proposal(id))
        };
        ids.iter().map(waiting).collect()
    }

    /// What waits, of one person or of everybody: by name, oldest first.
    pub(crate) fn proposal_states(&self, of: Option<&PersonId>) -> Vec<ProposalState> {
        let wanted = self.proposals.waiting().filter(|p| of.is_none_or(|person| person == &p.person));
        let state = |p: &Proposal| {
            let person = self.person_ref(&p.person)?;
            Some(ProposalState {
                id: p.id.clone(),
                person,
                at: p.at,
                camera: CameraId(p.camera.clone()),
                shows: p.shows.clone(),
                picture: PicturePath::Proposal(p.id.clone()),
            })
        };
        wanted.filter_map(state).collect()
    }

    /// Forgets what is older than sightings are kept; of people who are gone, also what was declined.
    pub(super) fn forget_old_proposals(&mut self, before: Timestamp, now: Now) -> Vec<ProposalId> {
        let (sure, gallery, library) = (self.knows_everybody(), &self.gallery, &self.library);
        let nobodys = |p: &Proposal| sure && gallery.person(&p.person).is_none() && !library.can_come_back(&p.person);
        self.proposals.not_after(now.wall());
        self.proposals.forget(|p| p.at < before && (!p.declined || nobodys(p)))
    }

    /// Whoever is not there yet, as just after the start, may be the nearest, or whose they are.
    pub(super) fn knows_everybody(&self) -> bool {
        !self.learning() && self.library.away.is_none() && !self.library.people.is_empty()
    }

    fn by_the_rule<T>(&mut self, work: impl FnOnce(&mut Proposals, &Rule<'_>) -> T) -> T {
        let calibration = self.calibration();
        let rule = Rule {
            gallery: &self.gallery,
            calibration: &calibration,
            prior: &self.model.prior,
            strangers: &self.strangers,
            corrections: &self.corrections,
        };
        work(&mut self.proposals, &rule)
    }
}

/// What is to be kept of that these are gone.
pub(super) fn forgotten(ids: Vec<ProposalId>) -> Option<Write> {
    (!ids.is_empty()).then_some(Write::ForgetProposals(ids))
}
