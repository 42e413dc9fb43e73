//! Who was known and who was found → whether the others were deleted, or whether the folder of photos is away.
//!
//! A share that is not mounted yet, a stick that was pulled out and a folder that was emptied by mistake look the same from
//! here. People who are gone are forgotten with everything that hangs on them, so a loss that nobody makes by hand is waited
//! out. Pure; called by [`super::Faces`] at each look and before each write.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::files::PersonFolder;

/// How long missing people are waited for, unless the configuration says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);
/// People deleted by hand go one or two at a time.
const MANY: usize = 3;

/// People whose folders are missing and waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "MissingPeople")]
pub struct Away {
    /// How many people are missing.
    #[serde(rename = "people")]
    pub missing: usize,
    /// How many people are known, missing or not.
    #[serde(rename = "of")]
    pub known: usize,
    /// How long the server has waited for them, seconds; time in which nobody looked doesn't count.
    pub waited_s: u64,
    /// They are forgotten after this long, seconds.
    pub forgotten_after_s: u64,
}

impl Away {
    /// Of everybody known, those that are waited for; `None` if nobody is.
    pub(super) fn of(people: &[PersonFolder], patience: Duration) -> Option<Self> {
        let waiting = people.iter().filter_map(|p| p.waiting);
        let waited = waiting.clone().max()?;
        Some(Self {
            missing: waiting.count(),
            known: people.len(),
            waited_s: waited.as_secs(),
            forgotten_after_s: patience.as_secs(),
        })
    }
}

/// Whether the folder is another one than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    Same,
    Another,
}

/// Whether more people are missing than somebody would delete between two looks: everybody, or at least three and over half.
/// The samples count only where nobody else is known and the folder is another one, since deleting them is how most people
/// begin.
pub(super) fn is_away(known: &[PersonFolder], root: Root, is_there: impl Fn(&PersonFolder) -> bool) -> bool {
    let samples_only = known.iter().all(|p| p.sample);
    let counted = || known.iter().filter(|p| !p.sample || (samples_only && root == Root::Another));
    let missing = counted().filter(|p| !is_there(p)).count();
    let known = counted().count();
    missing > 0 && (missing == known || (missing >= MANY && missing * 2 > known))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::people::{PersonId, PersonName};

    fn people(count: usize, sample: bool) -> Vec<PersonFolder> {
        let person = |n: usize| PersonFolder {
            id: PersonId(format!("{n:016x}")),
            name: PersonName::new(&format!("Person {n}")).unwrap(),
            folder: PathBuf::from(format!("Person {n}")),
            photos: Vec::new(),
            sample,
            waiting: None,
        };
        (0..count).map(person).collect()
    }

    fn away(known: &[PersonFolder], missing: usize, root: Root) -> bool {
        is_away(known, root, |p| known.iter().position(|k| k.id == p.id).unwrap() >= missing)
    }

    #[test]
    fn losing_everybody_or_three_and_over_half_is_not_believed() {
        for (known, missing, expected) in [
            (0, 0, false),
            (1, 0, false),
            (1, 1, true),
            (2, 1, false),
            (2, 2, true),
            (3, 2, false),
            (3, 3, true),
            (4, 3, true),
            (5, 2, false),
            (5, 3, true),
            (6, 3, false),
            (6, 4, true),
            (100, 50, false),
            (100, 51, true),
        ] {
            for root in [Root::Same, Root::Another] {
                assert_eq!(away(&people(known, false), missing, root), expected, "{missing} of {known}");
            }
        }
    }

    #[test]
    fn samples_that_were_deleted_from_their_folder_are_not_waited_for() {
        assert!(!away(&people(3, true), 3, Root::Same));
        assert!(away(&people(3, true), 3, Root::Another), "nothing is left of the folder itself");
        let mut with_me = people(3, true);
        with_me.push(PersonFolder { id: PersonId("me".into()), sample: false, ..with_me[0].clone() });
        assert!(!away(&with_me, 3, Root::Another));
        assert!(away(&with_me, 4, Root::Same));
    }
}
