//! Labelled recordings and enrolled people → how well our rule and others' decide, on the same tracks and embeddings.
//!
//! Called by the `evaluate` subcommand. `watched` follows everybody once by the live decision, `homes` lets every rule decide in every
//! home, `figures` makes rates of it, `report` a page.

pub mod comings;
pub mod figures;
pub mod folder;
pub mod homes;
pub mod labels;
pub mod plots;
pub mod report;
pub mod rules;
pub mod watched;

use figures::{Estimate, Trial, Whose};
use homes::{STATED, Scene, Source};
use rules::Rule;

use face_server::people::Grade;

/// A household.
pub const HOUSEHOLD: usize = 6;
/// How often everybody is dealt out to households.
const ROUNDS: usize = 50;
/// Shares of strangers' visits named at which rules are compared: with everybody enrolled, and in households.
pub const SHARES: [f64; 2] = [0.01, 0.001];
/// A face of fewer pixels is not counted among the pictures it takes.
const COUNTED_PX: f32 = 24.0;

/// Everything that was measured.
#[derive(Clone, Debug)]
pub struct Report {
    /// People enrolled.
    pub people: usize,
    /// Visits of enrolled people and of strangers.
    pub visits: [usize; 2],
    /// Tracks of nobody who is labelled.
    pub background: usize,
    /// With everybody enrolled, and in households.
    pub settings: Vec<Setting>,
    /// By the live decision with everybody enrolled: known people confirmed as somebody else, strangers confirmed as somebody; `None`
    /// where nothing was recorded.
    pub mistakes: Option<[usize; 2]>,
    /// The middle number of pictures with a large enough face until `confirmed`.
    pub pictures_until_confirmed: Option<usize>,
    /// Of each home size and [`STATED`]: what was measured, per thousand.
    pub stated: Vec<(usize, [Estimate; STATED.len()])>,
}

/// How rules do in homes of one size.
#[derive(Clone, Debug)]
pub struct Setting {
    /// People in a home.
    pub size: usize,
    /// How many homes.
    pub homes: usize,
    /// The share of strangers' visits named that is compared at.
    pub share: f64,
    /// Ours first, then [`Rule::ALL`].
    pub rows: Vec<Row>,
}

/// A rule's row.
#[derive(Clone, Debug)]
pub struct Row {
    /// The rule's name.
    pub name: &'static str,
    /// Right, wrong name, strangers named, as the rule is shipped; `None` for one that nobody ships.
    pub shipped: Option<[Estimate; 3]>,
    /// Right where `share` of strangers are named.
    pub right: Estimate,
    /// Ours less this one's; `None` for ours.
    pub ours_less: Option<Estimate>,
    /// Right at each share of [`curve_shares`].
    pub curve: Vec<(f64, f64)>,
}

/// Shares of strangers named that curves are drawn at.
pub fn curve_shares(size: usize) -> Vec<f64> {
    let least = if size <= HOUSEHOLD { -4.0 } else { -2.3 };
    (0..=40).map(|n| 10_f64.powf(least + (-0.7 - least) * f64::from(n) / 40.0)).collect()
}

/// Measures everything. `threads`: homes done at the same time.
pub fn evaluate(scene: &Scene<'_>, background: usize, threads: usize) -> Report {
    let people = scene.people.len();
    let mut chance = fastrand::Rng::with_seed(1);
    let everybody = match scene.source {
        Source::Recordings => vec![(0..people).collect::<Vec<_>>()],
        Source::Photos => folder::homes_of_all(people),
    };
    let mut settings = Vec::new();
    let mut stated = Vec::new();
    for size in [1, 2, HOUSEHOLD, people] {
        if size > people || stated.iter().any(|(done, _)| *done == size) {
            continue;
        }
        let rounds = if size == 1 { 1 } else { ROUNDS };
        let homes = if size == people { everybody.clone() } else { homes::deal(people, size, rounds, &mut chance) };
        let mut pairs = homes::pairs(scene, &homes, threads);
        stated.push((size, stated_rates(scene, &pairs, &homes, size)));
        if size == people && scene.source == Source::Recordings {
            for pair in &mut pairs {
                pair.outcomes[0] = homes::live(&scene.visits[pair.visit]);
            }
        }
        if size >= HOUSEHOLD.min(people) {
            settings.push(setting(scene, &pairs, homes.len(), size));
        }
    }
    settings.reverse();
    let lived: Vec<_> =
        scene.visits.iter().map(|visit| (visit.enrolled.is_some(), homes::live(visit).shipped)).collect();
    Report {
        people,
        visits: [true, false].map(|known| scene.visits.iter().filter(|v| v.enrolled.is_some() == known).count()),
        background,
        settings,
        mistakes: (scene.source == Source::Recordings)
            .then(|| [true, false].map(|of| lived.iter().filter(|(known, s)| *known == of && s.wrong).count())),
        pictures_until_confirmed: pictures_until_confirmed(scene),
        stated,
    }
}

fn setting(scene: &Scene<'_>, pairs: &[homes::Pair], homes: usize, size: usize) -> Setting {
    let share = if size == scene.people.len() && size > HOUSEHOLD { SHARES[0] } else { SHARES[1] };
    let trial = Trial::new(scene.visits, pairs, 2);
    let row = |rule: usize| {
        let rival = rule.checked_sub(1).map(|n| Rule::ALL[n]);
        let ships = rival.is_none_or(|rival| rival.default_threshold().is_some());
        Row {
            name: rival.map_or("**ours**", Rule::name),
            shipped: ships.then(|| {
                [
                    trial.mean(Whose::Known, |pair| pair.outcomes[rule].shipped.right),
                    trial.mean(Whose::Known, |pair| pair.outcomes[rule].shipped.wrong),
                    trial.mean(Whose::Strangers, |pair| pair.outcomes[rule].shipped.wrong),
                ]
            }),
            right: trial.right_at(rule, share),
            ours_less: rival.map(|_| trial.difference(0, rule, share)),
            curve: trial.curve(rule, &curve_shares(size)),
        }
    };
    Setting { size, homes, share, rows: (0..trial.rules()).map(row).collect() }
}

/// Strangers confirmed as someone per thousand visits, measured, at each of [`STATED`].
fn stated_rates(
    scene: &Scene<'_>,
    pairs: &[homes::Pair],
    homes: &[Vec<usize>],
    size: usize,
) -> [Estimate; STATED.len()] {
    // As many homes are drawn again as the enrolled people fill at a time: the others are of the same people.
    let drawn = if size == scene.people.len() { None } else { Some(scene.people.len() / size) };
    std::array::from_fn(|n| {
        let confirmed = pairs.iter().filter(|pair| scene.visits[pair.visit].enrolled.is_none() && pair.confirmed[n]);
        let confirmed: Vec<_> = confirmed.map(|pair| (pair.visit, pair.home)).collect();
        figures::rate_of_pairs(scene.visits, &confirmed, homes, drawn)
    })
}

/// The middle number of pictures whose face has at least [`COUNTED_PX`], until a known person was rightly confirmed.
fn pictures_until_confirmed(scene: &Scene<'_>) -> Option<usize> {
    let of_visit = |visit: &watched::Visit| {
        let own = visit.enrolled?;
        let of_track = |track: &watched::Track| {
            let at = track.pictures.iter().position(|seen| seen.named == Some((own, Grade::Confirmed)))?;
            let large = track.pictures[..=at].iter().filter(|seen| seen.face.quality.size_px >= COUNTED_PX);
            Some(large.count())
        };
        visit.tracks.iter().filter_map(of_track).min()
    };
    let mut counts: Vec<_> = scene.visits.iter().filter_map(of_visit).collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied()
}
