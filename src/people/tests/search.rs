//! Who of all that is remembered looks like a face, in words.

use super::super::search::{MostAlike, Scale};
use super::super::{Calibration, CalibrationSource, Likelihood, Prior, Strangers};
use super::gallery;

fn scale(people: usize) -> Scale {
    let gallery = gallery(people);
    let calibration = Calibration::of_measured(&Prior::plain(), &gallery, &[]);
    Scale::new(&calibration, &gallery, &Strangers::default())
}

/// With [`Prior::plain`] 1 % of strangers are as alike one person as 0.24, and each fold is 0.03 more.
fn at(share: f32, people: f32) -> f32 {
    0.24 + 0.03 * (people.ln() + (0.01 / share).ln())
}

#[test]
fn how_likely_it_is_goes_by_how_few_strangers_are_as_alike() {
    for people in [1, 20] {
        let of = |similarity: f32| {
            let (found, _) = MostAlike::of(scale(people), [((), similarity)]).found();
            found.first().map(|m| m.alike.likelihood)
        };
        #[expect(clippy::cast_precision_loss, reason = "twenty")]
        let at = |share| at(share, people as f32);
        assert_eq!(of(at(0.05) - 0.001), None);
        assert_eq!(of(at(0.05) + 0.001), Some(Likelihood::Possible));
        assert_eq!(of(at(0.01) + 0.001), Some(Likelihood::Likely));
        assert_eq!(of(at(0.001) - 0.001), Some(Likelihood::Likely));
        assert_eq!(of(at(0.001) + 0.001), Some(Likelihood::Sure));
    }
}

#[test]
fn another_models_numbers_make_nobody_sure() {
    let gallery = gallery(1);
    let guess = Calibration::of_unmeasured(&gallery);
    assert_eq!(guess.source, CalibrationSource::Guess);
    let scale = Scale::new(&guess, &gallery, &Strangers::default());
    let (found, _) = MostAlike::of(scale, [((), 0.99)]).found();
    assert_eq!(found[0].alike.likelihood, Likelihood::Likely);
}

#[test]
fn of_many_the_most_alike_are_shown_and_all_are_counted() {
    let similar = |n: u16| 0.5 + f32::from(n % 400) / 1_000.0;
    let alike = MostAlike::of(scale(1), (0..1_000).map(|n| (n, similar(n))).chain([(1_000, 0.1)]));
    let (found, count) = alike.found();
    assert_eq!(count, 1_000);
    let shown: Vec<u16> = found.iter().map(|m| m.what).collect();
    assert_eq!(shown, [399, 799, 398, 798, 397, 797, 396, 796, 395, 795, 394, 794], "the first of equal ones first");
}
