//! Recorded pictures through the live decision with a simulated clock → a JSON line for each track that reaches a grade and one for
//! each track that ends.
//!
//! Called by the `replay` subcommand; the decision is the engine's own.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::io::{self, Write};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::in_order::in_order;
use super::line::{Described, DescribedFiles, describe_file};
use super::recording::{Of, Picture};
use face_server::engine::{CameraId, Grade, Identity, RecognizedFace, Simulation, TrackId};
use face_server::vision::{Options, Rect, Vision};

/// The camera of pictures that belong to a visit.
const VISITED: &str = "visit";

/// Plays pictures one by one and writes lines to `out`.
pub struct Replay<'a> {
    simulation: Simulation,
    out: &'a mut dyn Write,
    visit: Option<String>,
    tracks: BTreeMap<(String, TrackId), Track>,
    begin: Timestamp,
    proposals: bool,
}

/// A track that has not ended.
struct Track {
    place: Place,
    grade: Option<Grade>,
    best: Option<(String, f32)>,
    pictures: f32,
    unknown: Option<String>,
}

/// Where and when a track was seen last.
#[derive(Clone, Serialize)]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    visit: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    camera: Option<String>,
    track: u64,
    seconds: f64,
    file: String,
    #[serde(rename = "box")]
    box_in_frame: Rect,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    /// A track has reached a grade.
    Verdict {
        #[serde(flatten)]
        place: &'a Place,
        grade: &'static str,
        person: &'a str,
        probability: f32,
        /// Pictures it rests on; nearly equal ones count in part.
        pictures: f32,
    },
    /// A face that is proposed as a photo of a person, if those lines are wanted.
    Proposal {
        #[serde(flatten)]
        place: &'a Place,
        person: &'a str,
    },
    /// A track has ended.
    Final {
        #[serde(flatten)]
        place: &'a Place,
        /// Who was most likely when it was surest.
        best_person: Option<&'a str>,
        /// Log odds of that person against a stranger.
        evidence: f32,
        pictures: f32,
        /// The stranger it was taken for, if it was nobody enrolled.
        #[serde(skip_serializing_if = "Option::is_none")]
        unknown: Option<&'a str>,
    },
}

/// How pictures that were not described before are described.
pub struct Live<'a> {
    /// The networks.
    pub vision: &'a Vision,
    /// Where the files are.
    pub root: &'a Path,
    /// How.
    pub options: &'a Options,
    /// How many at a time.
    pub threads: usize,
}

/// Plays all pictures; those in `described` (by file) as they are there, if it is given. Returns how many could not be read.
///
/// # Errors
/// Those of [`Replay::play`].
pub fn play_all(
    replay: &mut Replay<'_>,
    pictures: &[Picture],
    described: Option<&DescribedFiles>,
    live: &Live<'_>,
) -> io::Result<usize> {
    let mut missing = 0;
    let describe = |picture: &Picture| {
        if let Some(described) = described {
            return described.get(&picture.file).cloned();
        }
        let described = describe_file(live.vision, &live.root.join(&picture.file), live.options).ok();
        described.map(|d| Described { size: (d.width, d.height), faces: d.faces })
    };
    in_order(pictures, live.threads, describe, |n, described| {
        missing += usize::from(described.is_none());
        replay.play(&pictures[n], described.unwrap_or_default())
    })?;
    replay.end()?;
    Ok(missing)
}

/// Describes all files, by name; one that cannot be read is left out.
pub fn describe_all(files: &[&str], live: &Live<'_>) -> DescribedFiles {
    let mut all = HashMap::new();
    let describe = |file: &&str| describe_file(live.vision, &live.root.join(file), live.options).ok();
    let Ok(()) = in_order(files, live.threads, describe, |n, described| {
        let described = described.map(|d| Described { size: (d.width, d.height), faces: d.faces });
        all.extend(described.map(|described| (files[n].to_owned(), described)));
        Ok::<_, Infallible>(())
    });
    all
}

/// Below any log odds there can be: nobody was enrolled.
const NOBODY: f32 = -1e6;

impl<'a> Replay<'a> {
    /// A replay in the home that `simulation` is.
    pub fn new(simulation: Simulation, out: &'a mut dyn Write) -> Self {
        Self { simulation, out, visit: None, tracks: BTreeMap::new(), begin: Timestamp::UNIX_EPOCH, proposals: false }
    }

    /// The same, that also writes which faces are proposed as photos.
    #[must_use]
    pub fn with_proposals(self) -> Self {
        Self { proposals: true, ..self }
    }

    /// The next picture. Each visit begins anew, with tracks, presence and strangers as on the first day; cameras go on.
    ///
    /// # Errors
    /// Where the output takes no more, or the time is beyond what a clock can say.
    pub fn play(&mut self, picture: &Picture, described: Described) -> io::Result<()> {
        let (camera, visit) = match &picture.of {
            Of::Visit(visit) => (VISITED.to_owned(), Some(visit.clone())),
            Of::Camera(camera) => (camera.clone(), None),
        };
        if visit.is_some() && visit != self.visit {
            self.end()?;
            self.simulation.begin_anew();
        }
        self.visit = visit;
        let after = SignedDuration::try_from_secs_f64(picture.seconds).map_err(io::Error::other)?;
        let at = self.begin.checked_add(after).map_err(io::Error::other)?;
        let id = CameraId(camera.clone());
        let observed = self.simulation.observe(&id, at, described.size, described.faces);
        self.end_lost()?;
        for face in &observed.faces {
            self.seen(picture, &camera, face)?;
        }
        for face in observed.proposed.iter().filter(|_| self.proposals).map(|face| &observed.faces[*face]) {
            let track = face.evidence.track.and_then(|id| self.tracks.get(&(camera.clone(), id)));
            if let (Some(track), Identity::Known { person, .. }) = (track, &face.identity) {
                write_line(self.out, &Line::Proposal { place: &track.place, person: person.name.as_str() })?;
            }
        }
        Ok(())
    }

    fn seen(&mut self, picture: &Picture, camera: &str, face: &RecognizedFace) -> io::Result<()> {
        let Some(id) = face.evidence.track else { return Ok(()) };
        let (visit, named_camera) = match &picture.of {
            Of::Visit(visit) => (Some(number_or_text(visit)), None),
            Of::Camera(camera) => (None, Some(camera.clone())),
        };
        let place = Place {
            visit,
            camera: named_camera,
            track: id.0,
            seconds: picture.seconds,
            file: picture.file.clone(),
            box_in_frame: face.face.detection.box_in_frame,
        };
        let pictures = face.evidence.reasons.pictures;
        let track = self.tracks.entry((camera.to_owned(), id)).or_insert_with(|| Track {
            place: place.clone(),
            grade: None,
            best: None,
            pictures,
            unknown: None,
        });
        (track.place, track.pictures) = (place, pictures);
        if let Some(nearest) = face.nearest.first()
            && track.best.as_ref().is_none_or(|(_, evidence)| face.evidence.reasons.log_odds > *evidence)
        {
            track.best = Some((nearest.person.name.as_str().to_owned(), face.evidence.reasons.log_odds));
        }
        match &face.identity {
            Identity::Known { person, probability, grade, .. } if Some(*grade) > track.grade => {
                track.grade = Some(*grade);
                let grade = match grade {
                    Grade::Seen => "seen",
                    Grade::Confirmed => "confirmed",
                };
                let line = Line::Verdict {
                    place: &track.place,
                    grade,
                    person: person.name.as_str(),
                    probability: *probability,
                    pictures,
                };
                write_line(self.out, &line)
            }
            Identity::Unknown { unknown: Some(unknown), .. } => {
                track.unknown = Some(unknown.0.clone());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Writes what became of the tracks that the decision has ended.
    fn end_lost(&mut self) -> io::Result<()> {
        let simulation = &self.simulation;
        let goes_on = |(camera, id): &(String, TrackId)| simulation.goes_on(&CameraId(camera.clone()), *id);
        let lost: Vec<_> = self.tracks.keys().filter(|key| !goes_on(key)).cloned().collect();
        for key in lost {
            if let Some(track) = self.tracks.remove(&key) {
                write_final(self.out, &track)?;
            }
        }
        Ok(())
    }

    /// Ends all tracks, as when nobody is there any more.
    ///
    /// # Errors
    /// Where the output takes no more.
    pub fn end(&mut self) -> io::Result<()> {
        for track in std::mem::take(&mut self.tracks).into_values() {
            write_final(self.out, &track)?;
        }
        self.out.flush()
    }
}

fn write_final(out: &mut dyn Write, track: &Track) -> io::Result<()> {
    let (best_person, evidence) = track.best.as_ref().map_or((None, NOBODY), |(name, e)| (Some(name.as_str()), *e));
    let unknown = track.unknown.as_deref();
    write_line(out, &Line::Final { place: &track.place, best_person, evidence, pictures: track.pictures, unknown })
}

fn write_line(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// Visits are mostly numbered.
fn number_or_text(visit: &str) -> serde_json::Value {
    visit.parse::<u64>().map_or_else(|_| visit.into(), Into::into)
}
