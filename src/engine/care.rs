//! The care of the gallery: what makes recognition worse, and what following each suggestion would change at home. Worked out
//! apart from the home, so that pictures do not wait for it.

use std::collections::{BTreeSet, HashMap};

use super::error::EngineError;
use super::home::care::GalleryCopy;
use super::{Engine, Shared};
use crate::people::care::{self, KeptFaces, Trial};
use crate::people::{Effect, Evidence, Finding, Gallery};

/// So many of a person's newest visits count.
const MOST_VISITS: usize = 200;

impl Engine {
    /// Photos and people that make recognition worse, in no order.
    pub async fn care(&self) -> Result<Vec<Finding>, EngineError> {
        self.shared.home.asked(|home, _| Ok(home.findings())).await
    }

    /// What following the suggestion of each would change. That takes a processor for a while: `turn` is held until it ends, also
    /// where whoever asked has gone.
    pub async fn effects(
        &self,
        findings: Vec<Finding>,
        turn: impl Send + 'static,
    ) -> Result<Vec<(Finding, Effect)>, EngineError> {
        let library = self.shared.home.asked(|home, _| Ok(home.library())).await?;
        let work = move |shared: &Shared| {
            let _turn = turn;
            effects(shared, &library, findings)
        };
        self.blocking(work).await
    }
}

fn effects(
    shared: &Shared,
    library: &GalleryCopy,
    findings: Vec<Finding>,
) -> Result<Vec<(Finding, Effect)>, EngineError> {
    let kept = kept(shared, library, &findings)?;
    let trial =
        |gallery: &Gallery| Trial::new(library.model.calibration(gallery, &library.strangers), library.allowed, &kept);
    let now = trial(&library.gallery);
    // Many findings may be about one person, for whom as much is told today each time.
    let mut today = HashMap::new();
    let effect = |finding: Finding| {
        let waiting = library.waiting.get(&finding.person.id).cloned().unwrap_or_default();
        let followed = care::followed(&finding, &library.gallery, &library.everything, waiting);
        let effect = followed.map(|(people, then)| {
            let before = *today.entry(people.clone()).or_insert_with(|| now.count(&people));
            let after = if then.is_copy_of(&library.gallery) { before } else { trial(&then).count(&people) };
            Effect::between(before, after)
        });
        // Whoever it is about may be gone.
        (finding, effect.unwrap_or_default())
    };
    Ok(findings.into_iter().map(effect).collect())
}

/// The faces that were kept of strangers, and of the visits of whom the findings are about.
fn kept(shared: &Shared, library: &GalleryCopy, findings: &[Finding]) -> Result<KeptFaces, EngineError> {
    let strangers = library.strangers.iter().chain(&library.mistaken).cloned().collect();
    let people = findings.iter().flat_map(|f| [Some(&f.person), f.other.as_ref()]).flatten();
    let people: BTreeSet<_> = people.map(|person| &person.id).collect();
    let mut visits = Vec::new();
    for person in people {
        for (embedding, reliability) in shared.database.faces_of(person, &shared.recipe.model, MOST_VISITS)? {
            let face = Evidence::of_kept(&library.model.prior, [(&embedding, reliability)]);
            visits.push((person.clone(), face.direction(&library.model.prior)));
        }
    }
    Ok(KeptFaces { strangers, visits })
}
