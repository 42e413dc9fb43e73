//! "Have we seen this person?" A picture that somebody brings → what is remembered that looks like the faces in it. Nothing of
//! the picture is kept.

use std::sync::Arc;

use super::error::EngineError;
use super::home::search::Wanted;
use super::types::{Annotation, PersonState, PictureBytes, Sighting, UnknownState};
use super::{Engine, Shared};
use crate::people::search::MostAlike;
use crate::people::{Candidate, Evidence, Match, Prior};
use crate::vision::{Face, Rotation};

/// The largest faces are looked for: each is compared with every sighting.
const MOST_FACES: usize = 10;
/// Sightings that are read at a time; in between others can read.
const AT_ONCE: usize = 2_000;

/// What is remembered that looks like the faces in a picture.
#[derive(Clone, Debug)]
pub struct Found {
    /// Upright width, pixels.
    pub width: u32,
    /// Upright height, pixels.
    pub height: u32,
    /// By how much the picture seems to be turned.
    pub suggested_rotate: Option<Rotation>,
    /// Photos are still being learned: somebody may be missing.
    pub learning: bool,
    /// Past sightings that were compared.
    pub compared: usize,
    /// Largest first.
    pub faces: Vec<FoundFace>,
}

/// A face in a picture, and what is remembered that looks like it, each best first.
#[derive(Clone, Debug)]
pub struct FoundFace {
    pub face: Face,
    pub people: Vec<Match<Candidate>>,
    pub unknowns: Vec<Match<UnknownState>>,
    pub sightings: Vec<Match<Sighting>>,
    /// How many past sightings are alike at all.
    pub alike: usize,
}

impl Engine {
    /// Who of all that is remembered looks like the faces in a picture? Changes nothing, keeps nothing.
    pub async fn search(&self, picture: PictureBytes) -> Result<Found, EngineError> {
        let asked = self.ask(picture, Annotation::Skip).await?;
        let faces: Vec<_> = asked.faces.into_iter().take(MOST_FACES).map(|found| found.face).collect();
        let look_for = |home: &mut super::Home, _| Ok((home.look_for(faces), Arc::clone(&home.model.prior)));
        let (wanted, prior) = self.shared.home.asked(look_for).await?;
        let people = self.people();
        let (faces, compared) = self.blocking(move |shared| look_through(shared, wanted, &prior, &people)).await?;
        Ok(Found {
            width: asked.width,
            height: asked.height,
            suggested_rotate: asked.suggested_rotate,
            learning: asked.learning,
            compared,
            faces,
        })
    }
}

/// Compares faces with all past sightings, and fetches what was found.
fn look_through(
    shared: &Shared,
    wanted: Vec<Wanted>,
    prior: &Prior,
    people: &[PersonState],
) -> Result<(Vec<FoundFace>, usize), EngineError> {
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
    for (alike, wanted) in looks {
        let Wanted { face, people: known, unknowns, .. } = wanted;
        let (sightings, alike) = alike.found();
        let sighting = |id: i64| -> Result<Option<Sighting>, EngineError> {
            // What is kept of a corrected one after its time only counts.
            let Some(row) = database.sighting(id)?.filter(|row| row.has_crop) else { return Ok(None) };
            let person = people.iter().find(|p| p.person.id == row.person).map(|p| p.person.clone());
            Ok(person.map(|person| Sighting::of(row, person)))
        };
        let unknown = |id| Ok(database.unknown(&id)?.map(|row| super::unknown_state(&row)));
        found.push(FoundFace {
            face,
            people: known,
            unknowns: each(unknowns, unknown)?,
            sightings: each(sightings, sighting)?,
            alike,
        });
    }
    Ok((found, compared))
}

/// The same matches with what they are of; those of what is gone are left out.
fn each<T, U>(
    matches: Vec<Match<T>>,
    fetch: impl Fn(T) -> Result<Option<U>, EngineError>,
) -> Result<Vec<Match<U>>, EngineError> {
    let mut fetched = Vec::new();
    for Match { what, similarity, likelihood } in matches {
        fetched.extend(fetch(what)?.map(|what| Match { what, similarity, likelihood }));
    }
    Ok(fetched)
}
