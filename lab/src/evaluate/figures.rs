//! How each rule did on pairs of visits and homes → rates, with intervals by resampling people.
//!
//! Pictures of one visit and visits of one person are not independent, so people are drawn again, never visits: the known and the
//! strangers apart. Every rule is measured on the same draws, so that differences between rules are paired.

use std::collections::HashMap;

use super::homes::{NOTHING, Pair};
use super::watched::Visit;

/// How often people are drawn again.
const DRAWS: usize = 1_000;

/// A number and the middle 95 % of what it is when people are drawn again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Of the people there are.
    pub value: f64,
    /// 2.5 % of draws give less.
    pub low: f64,
    /// 2.5 % of draws give more.
    pub high: f64,
}

/// Pairs of visits and homes in the order that rates are read off.
pub struct Trial<'a> {
    visits: &'a [Visit],
    /// Of each rule: strangers' visits by falling top score.
    strangers: Vec<Vec<(f32, usize)>>,
    /// Of each rule: of each known visit the pairs.
    known: Vec<HashMap<usize, Vec<&'a Pair>>>,
    pairs: &'a [Pair],
    draws: Vec<Vec<f64>>,
}

impl<'a> Trial<'a> {
    /// `pairs` of `visits`. `seed` makes the draws repeatable.
    pub fn new(visits: &'a [Visit], pairs: &'a [Pair], seed: u64) -> Self {
        let rules = pairs.first().map_or(0, |pair| pair.outcomes.len());
        let (mut strangers, mut known) = (vec![Vec::new(); rules], vec![HashMap::<usize, Vec<&Pair>>::new(); rules]);
        for pair in pairs {
            for rule in 0..rules {
                if visits[pair.visit].enrolled.is_some() {
                    known[rule].entry(pair.visit).or_default().push(pair);
                } else {
                    strangers[rule].push((pair.outcomes[rule].top, pair.visit));
                }
            }
        }
        for of_rule in &mut strangers {
            of_rule.sort_by(|a, b| b.0.total_cmp(&a.0));
        }
        let mut chance = fastrand::Rng::with_seed(seed);
        let draws = (0..DRAWS).map(|_| draw(visits, &mut chance)).collect();
        Self { visits, strangers, known, pairs, draws }
    }

    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.known.len()
    }

    /// Known visits named rightly where at most `share` of strangers' visits are named.
    pub fn right_at(&self, rule: usize, share: f64) -> Estimate {
        self.estimate(|weights| self.right(rule, share, weights))
    }

    /// How much more of them than another rule names.
    pub fn difference(&self, rule: usize, other: usize, share: f64) -> Estimate {
        self.estimate(|weights| self.right(rule, share, weights) - self.right(other, share, weights))
    }

    /// The mean of what `says` about each pair of a known visit (or of a stranger's), each visit counted alike; `None` where there
    /// are none.
    pub fn mean(&self, of_known: Whose, says: impl Fn(&Pair) -> bool) -> Estimate {
        let mut of_visit: HashMap<usize, (f64, f64)> = HashMap::new();
        for pair in self.pairs.iter().filter(|p| self.visits[p.visit].enrolled.is_some() == (of_known == Whose::Known))
        {
            let sum = of_visit.entry(pair.visit).or_default();
            *sum = (sum.0 + f64::from(u8::from(says(pair))), sum.1 + 1.0);
        }
        self.estimate(|weights| {
            let (mut sum, mut all) = (0.0, 0.0);
            for (visit, (yes, count)) in &of_visit {
                sum += weights[*visit] * yes / count;
                all += weights[*visit];
            }
            if all > 0.0 { sum / all } else { 0.0 }
        })
    }

    /// The highest score that names at most `share` of strangers' visits.
    fn threshold(&self, rule: usize, share: f64, weights: &[f64]) -> f32 {
        let strangers = &self.strangers[rule];
        let allowed = share * strangers.iter().map(|(_, visit)| weights[*visit]).sum::<f64>();
        let mut named = 0.0;
        for (top, visit) in strangers {
            named += weights[*visit];
            if named > allowed {
                return *top;
            }
        }
        NOTHING
    }

    fn right(&self, rule: usize, share: f64, weights: &[f64]) -> f64 {
        self.right_above(rule, self.threshold(rule, share, weights), weights)
    }

    fn right_above(&self, rule: usize, threshold: f32, weights: &[f64]) -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        for (visit, pairs) in &self.known[rule] {
            let right = |pair: &&&Pair| {
                pair.outcomes[rule].right.iter().any(|(from, below)| (*from..*below).contains(&threshold))
            };
            sum += weights[*visit] * count(pairs.iter().filter(right).count()) / count(pairs.len());
            all += weights[*visit];
        }
        if all > 0.0 { sum / all } else { 0.0 }
    }

    /// Points of the curve of right against strangers named, for a plot.
    pub fn curve(&self, rule: usize, shares: &[f64]) -> Vec<(f64, f64)> {
        let once = vec![1.0; self.visits.len()];
        shares.iter().map(|share| (*share, self.right(rule, *share, &once))).collect()
    }

    fn estimate(&self, of: impl Fn(&[f64]) -> f64) -> Estimate {
        let value = of(&vec![1.0; self.visits.len()]);
        let mut again: Vec<f64> = self.draws.iter().map(|weights| of(weights)).collect();
        again.sort_by(f64::total_cmp);
        Estimate { value, low: quantile(&again, 0.025), high: quantile(&again, 0.975) }
    }
}

/// Whose visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of people of the home.
    Known,
    /// Those of others.
    Strangers,
}

/// How often each visit counts when people are drawn with replacement.
fn draw(visits: &[Visit], chance: &mut fastrand::Rng) -> Vec<f64> {
    let mut times: HashMap<(&str, bool), f64> = HashMap::new();
    for known in [true, false] {
        let mut people: Vec<&str> =
            visits.iter().filter(|v| v.enrolled.is_some() == known).map(|v| v.who.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        for _ in 0..people.len() {
            *times.entry((people[chance.usize(..people.len())], known)).or_default() += 1.0;
        }
    }
    visits.iter().map(|v| times.get(&(v.who.as_str(), v.enrolled.is_some())).copied().unwrap_or(0.0)).collect()
}

fn quantile(sorted: &[f64], part: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let at = (part * count(sorted.len().saturating_sub(1))).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of visits and homes are far below 2^52")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}

/// The share of pairs of a stranger's visit and a home that `named` lists (visit, home). `drawn`: how many of the `homes` are drawn
/// again each time; `None` for all as they are.
pub fn rate_of_pairs(
    visits: &[Visit],
    named: &[(usize, usize)],
    homes: &[Vec<usize>],
    drawn: Option<usize>,
) -> Estimate {
    let mut chance = fastrand::Rng::with_seed(3);
    let strangers: Vec<usize> = (0..visits.len()).filter(|n| visits[*n].enrolled.is_none()).collect();
    // Few, so that all pairs need not be gone through for every draw.
    let at_home: Vec<(usize, usize)> = strangers
        .iter()
        .filter(|n| visits[**n].absent.is_some())
        .flat_map(|n| (0..homes.len()).filter(|home| !visits[*n].belongs(&homes[*home])).map(|home| (*n, home)))
        .collect();
    let rate = |of_visit: &[f64], of_home: &[f64]| {
        let sum = |of: &[(usize, usize)]| of.iter().map(|(visit, home)| of_visit[*visit] * of_home[*home]).sum::<f64>();
        let every = strangers.iter().map(|n| of_visit[*n]).sum::<f64>() * of_home.iter().sum::<f64>();
        let all = every - sum(&at_home);
        if all > 0.0 { sum(named) / all } else { 0.0 }
    };
    let mut again: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let mut of_home = vec![f64::from(u8::from(drawn.is_none())); homes.len()];
            (0..drawn.unwrap_or(0)).for_each(|_| of_home[chance.usize(..homes.len())] += 1.0);
            rate(&draw(visits, &mut chance), &of_home)
        })
        .collect();
    again.sort_by(f64::total_cmp);
    let value = rate(&vec![1.0; visits.len()], &vec![1.0; homes.len()]);
    Estimate { value, low: quantile(&again, 0.025), high: quantile(&again, 0.975) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::homes::Outcome;

    fn visit(who: usize, enrolled: Option<usize>) -> Visit {
        Visit { who: format!("person {who}"), enrolled, absent: None, tracks: Vec::new() }
    }

    fn pair(visit: usize, tops: &[f32], right: bool) -> Pair {
        let outcome = |top: &f32| Outcome {
            top: *top,
            right: right.then_some((NOTHING, *top)).into_iter().collect(),
            ..Outcome::default()
        };
        Pair { visit, home: 0, outcomes: tops.iter().map(outcome).collect(), confirmed: [false; 3] }
    }

    /// Ten known people at 0.1 to 1.0 by the one rule and at 0 by the other; a hundred strangers at 0 to 0.99 by both.
    fn trial() -> (Vec<Visit>, Vec<Pair>) {
        let (mut visits, mut pairs) = (Vec::new(), Vec::new());
        for n in 0..10_u8 {
            pairs.push(pair(visits.len(), &[f32::from(n + 1) / 10.0 + 0.001, 0.0], true));
            visits.push(visit(usize::from(n), Some(usize::from(n))));
        }
        for n in 0..100_u8 {
            pairs.push(pair(visits.len(), &[f32::from(n) / 100.0; 2], false));
            visits.push(visit(100 + usize::from(n), None));
        }
        (visits, pairs)
    }

    #[test]
    fn the_threshold_lets_no_more_strangers_through_than_asked_for() {
        let (visits, pairs) = trial();
        let trial = Trial::new(&visits, &pairs, 0);
        // Above 0.89 are ten strangers, and the known at 0.9 and 1.0.
        let right = trial.right_at(0, 0.10);
        assert!((right.value - 0.2).abs() < 1e-9, "{right:?}");
        assert!(right.low < right.value && right.value < right.high);
        assert!(trial.right_at(1, 0.10).value.abs() < 1e-9);
    }

    #[test]
    fn a_rule_is_no_better_than_itself_whoever_is_drawn() {
        let (visits, pairs) = trial();
        let trial = Trial::new(&visits, &pairs, 0);
        let none = trial.difference(0, 0, 0.1);
        assert_eq!((none.low, none.value, none.high), (0.0, 0.0, 0.0));
        let better = trial.difference(0, 1, 0.5);
        assert!(better.low > 0.0 && (better.value - 0.6).abs() < 1e-9, "{better:?}");
    }

    #[test]
    fn a_rate_over_homes_counts_every_pair_of_stranger_and_home() {
        let visits = [visit(0, Some(0)), visit(1, None), visit(2, None)];
        let homes = [vec![0], vec![0], vec![0], vec![0], vec![0]];
        let rate = rate_of_pairs(&visits, &[(1, 0)], &homes, Some(5));
        assert!((rate.value - 0.1).abs() < 1e-9 && rate.low.abs() < 1e-9 && rate.high > 0.1, "{rate:?}");
        let absent = Visit { absent: Some(0), ..visit(3, None) };
        let rate = rate_of_pairs(&[visits[1].clone(), absent], &[(0, 0)], &homes, None);
        assert!((rate.value - 0.2).abs() < 1e-9, "nobody is a stranger at home: {rate:?}");
    }
}
