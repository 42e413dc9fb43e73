//! "Have we seen this person?" A picture that somebody brings → what is remembered that looks like the faces in it. Nothing of
//! the picture is kept.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::EngineError;
use super::home::search::Wanted;
use super::types::{Annotation, PersonState, PictureBytes, PicturePath, Recognition, Sighting, UnknownState};
use super::{Engine, Shared};
use crate::people::search::MostAlike;
use crate::people::{Candidate, Evidence, Likeness, Match, PersonRef, PhotoId, Prior};
use crate::vision::{Face, Rotation};

/// The largest faces are looked for: each is compared with every sighting.
const MOST_FACES: usize = 10;
/// Sightings that are read at a time; in between others can read.
const AT_ONCE: usize = 2_000;

/// Answer to `search`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchResult {
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// The faces in it, largest first, ten at most.
    pub faces: Vec<SearchedFace>,
    /// How many past sightings they were compared with.
    pub compared: usize,
    /// True while photos are still being learned: somebody may be missing.
    #[serde(default)]
    pub learning: bool,
    /// By how many degrees clockwise the picture seems to have to be turned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suggested_rotate: Option<Rotation>,
}

/// A face in a picture, and what is remembered that looks like it: of each kind the most alike first, twelve at most. All are
/// empty for somebody who has not been seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchedFace {
    #[serde(flatten)]
    pub face: Face,
    pub people: Vec<AlikePerson>,
    /// Ignored ones, too.
    pub unknowns: Vec<AlikeUnknown>,
    pub sightings: Vec<AlikeSighting>,
    /// How many sightings are alike, those that are not listed, too.
    pub alike_sightings: usize,
}

/// Somebody enrolled who looks like a face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlikePerson {
    pub person: PersonRef,
    /// Their most alike photo.
    pub photo_id: PhotoId,
    /// Path of that photo on this server.
    pub picture: PicturePath,
    #[serde(flatten)]
    pub alike: Likeness,
}

/// An unknown person who looks like a face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlikeUnknown {
    #[serde(flatten)]
    pub unknown: UnknownState,
    #[serde(flatten)]
    pub alike: Likeness,
}

/// A past sighting whose face looks like another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlikeSighting {
    #[serde(flatten)]
    pub sighting: Sighting,
    #[serde(flatten)]
    pub alike: Likeness,
}

impl Engine {
    /// Who of all that is remembered looks like the faces in a picture? Changes nothing, keeps nothing.
    pub async fn search(&self, picture: PictureBytes) -> Result<SearchResult, EngineError> {
        let asked = self.ask(picture, Annotation::Skip).await?;
        let faces: Vec<_> = asked.faces.into_iter().take(MOST_FACES).map(|found| found.face).collect();
        let look_for = |home: &mut super::Home, _| Ok((home.look_for(faces), Arc::clone(&home.model.prior)));
        let (wanted, prior) = self.shared.home.asked(look_for).await?;
        let people = self.people();
        let (faces, compared) = self.blocking(move |shared| look_through(shared, wanted, &prior, &people)).await?;
        let Recognition { width, height, learning, suggested_rotate, .. } = asked;
        Ok(SearchResult { width, height, faces, compared, learning, suggested_rotate })
    }
}

/// Compares faces with all past sightings, and fetches what was found.
fn look_through(
    shared: &Shared,
    wanted: Vec<Wanted>,
    prior: &Prior,
    people: &[PersonState],
) -> Result<(Vec<SearchedFace>, usize), EngineError> {
    let database = &shared.database;
    let mut looks: Vec<_> = wanted.into_iter().map(|wanted| (MostAlike::new(wanted.scale), wanted)).collect();
    let (mut before, mut compared) = (i64::MAX, 0);
    while !looks.is_empty() {
        let faces = database.sighting_faces(&shared.recipe.model, before, AT_ONCE)?;
        let Some((last, ..)) = faces.last() else { break };
        before = *last;
        compared += faces.len();
        for (id, embedding, reliability) in &faces {
            let seen = Evidence::of_kept(prior, [(embedding, *reliability)]).direction(prior);
            for (alike, wanted) in &mut looks {
                alike.add(*id, wanted.direction.likeness(&seen));
            }
        }
    }
    let mut found = Vec::new();
    for (alike, Wanted { face, people: known, unknowns, .. }) in looks {
        let (sightings, alike_sightings) = alike.found();
        let person = |Match { what: Candidate { person, photo, .. }, alike }| {
            let picture = PicturePath::Photo(person.id.clone(), photo.clone());
            AlikePerson { person, photo_id: photo, picture, alike }
        };
        let unknown = |Match { what, alike }| -> Result<Option<AlikeUnknown>, EngineError> {
            Ok(database.unknown(&what)?.map(|row| AlikeUnknown { unknown: super::unknown_state(&row), alike }))
        };
        let sighting = |Match { what, alike }| -> Result<Option<AlikeSighting>, EngineError> {
            // What is kept of a corrected one after its time only counts.
            let Some(row) = database.sighting(what)?.filter(|row| row.has_crop) else { return Ok(None) };
            let person = people.iter().find(|p| p.person.id == row.person).map(|p| p.person.clone());
            Ok(person.map(|person| AlikeSighting { sighting: Sighting::of(row, person), alike }))
        };
        // What is gone is left out.
        found.push(SearchedFace {
            face,
            people: known.into_iter().map(person).collect(),
            unknowns: unknowns.into_iter().filter_map(|m| unknown(m).transpose()).collect::<Result<_, _>>()?,
            sightings: sightings.into_iter().filter_map(|m| sighting(m).transpose()).collect::<Result<_, _>>()?,
            alike_sightings,
        });
    }
    Ok((found, compared))
}
