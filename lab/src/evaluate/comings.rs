//! Strangers who come again and again → how well they are told apart, and what ignoring them costs the people enrolled.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::homes::live;
use super::labels::Label;
use super::watched::{self, Between};
use crate::gallery::{Person, nearest_centre};
use crate::line::{Described, DescribedFiles};
use crate::recording::Picture;
use face_server::engine::{CameraId, Identity, Settings, Simulation};
use face_server::people::{Prior, UnknownId};

/// A stranger before the camera; pictures of one person that follow each other within half a minute are one coming.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Coming {
    /// Who.
    pub person: String,
    /// When.
    pub seconds: f64,
    /// The picture; its face nearest the centre is meant.
    pub file: String,
}

/// Reads a list with the columns `person`, `seconds` and `file`, in the order of time.
///
/// # Errors
/// `InvalidData` that names the row and what is wrong with it.
pub fn read(csv: impl io::Read) -> io::Result<Vec<Coming>> {
    let rows = csv::Reader::from_reader(csv).into_deserialize().enumerate();
    let wrong = |n: usize, e: &csv::Error| {
        io::Error::new(io::ErrorKind::InvalidData, format!("row {} of the list of strangers: {e}", n + 1))
    };
    rows.map(|(n, row)| row.map_err(|e| wrong(n, &e))).collect()
}

/// What became of strangers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Met {
    /// Different people.
    pub people: usize,
    /// Pictures in which nothing was made of them: no face, or one that says too little.
    pub unnoticed: usize,
    /// Pictures in which they were taken for somebody enrolled.
    pub named: usize,
    /// Pictures of people who had an identity by then.
    pub later: usize,
    /// Of these, those that were given one of the person's own identities.
    pub again: usize,
    /// Identities made.
    pub identities: usize,
    /// Of these, those given to several people.
    pub mixed: usize,
    /// The known people's visits that were confirmed rightly, before the strangers were ignored and after, and of how many.
    pub right: [usize; 2],
    /// Known visits.
    pub known: usize,
}

/// Known people's recordings, to see what ignoring strangers does to them.
pub struct Known<'a> {
    /// Their pictures.
    pub pictures: &'a [Picture],
    /// Who is in them.
    pub labels: &'a [Label],
}

/// Plays the strangers before everybody's server, then the known visits: once as it is, once with every stranger ignored.
///
/// # Errors
/// As [`watched::watch`].
pub fn play(
    prior: Option<&Prior>,
    settings: &Settings,
    people: &[Person],
    comings: &[Coming],
    known: &Known<'_>,
    described: &DescribedFiles,
) -> io::Result<Met> {
    let mut met = Met::default();
    for ignored in [false, true] {
        let mut simulation = watched::home(prior, settings, people).map_err(io::Error::other)?;
        let (identities, once) = meet(&mut simulation, comings, described)?;
        if ignored {
            for id in identities.keys() {
                simulation.ignore(id);
            }
        } else {
            met = once;
        }
        let between = Between::Hours { first: hours(comings) };
        let seen = watched::watch(&mut simulation, between, people, known.pictures, described, known.labels)?;
        let known = seen.visits.iter().filter(|visit| visit.enrolled.is_some());
        met.known = known.clone().count();
        met.right[usize::from(ignored)] = known.filter(|visit| live(visit).shipped.right).count();
    }
    Ok(met)
}

/// The first full hour after everybody has come.
fn hours(comings: &[Coming]) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "seconds of a recording")]
    let last = comings.iter().map(|c| c.seconds as i64).max().unwrap_or(0);
    last / 3_600 + 1
}

/// Each identity and the people it was given to.
type Identities = BTreeMap<UnknownId, BTreeSet<String>>;

fn meet(simulation: &mut Simulation, comings: &[Coming], described: &DescribedFiles) -> io::Result<(Identities, Met)> {
    let camera = CameraId("strangers".to_owned());
    let mut met = Met { people: comings.iter().map(|c| &c.person).collect::<BTreeSet<_>>().len(), ..Met::default() };
    let mut identities = Identities::new();
    for coming in comings {
        let after = SignedDuration::try_from_secs_f64(coming.seconds).map_err(io::Error::other)?;
        let at = Timestamp::UNIX_EPOCH.checked_add(after).map_err(io::Error::other)?;
        let Described { size, faces } = described.get(&coming.file).cloned().unwrap_or_default();
        let faces = nearest_centre(faces, size.0, size.1).into_iter().collect();
        match simulation.observe(&camera, at, size, faces).faces.into_iter().next().map(|face| face.identity) {
            Some(Identity::Known { .. }) => met.named += 1,
            Some(Identity::Unknown { unknown: Some(id), .. }) => {
                if identities.values().any(|people| people.contains(&coming.person)) {
                    met.later += 1;
                    let own = identities.get(&id).is_some_and(|people| people.contains(&coming.person));
                    met.again += usize::from(own);
                }
                identities.entry(id).or_default().insert(coming.person.clone());
            }
            _ => met.unnoticed += 1,
        }
    }
    met.identities = identities.len();
    met.mixed = identities.values().filter(|people| people.len() > 1).count();
    Ok((identities, met))
}
