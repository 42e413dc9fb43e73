//! `face-server people` and `check`: who is enrolled, and what is wrong with photos or weights.

use std::path::PathBuf;
use std::process::ExitCode;

use face_server::config::Config;
use face_server::program;
use face_server::store::{Opening, ProblemKind, shown};

use super::start;

/// Prints everybody with the number of their photos.
pub(crate) fn list(config: &Config) -> anyhow::Result<ExitCode> {
    start::with_engine(config, "warn", Opening::Reading, async |engine| {
        let mut people = engine.people();
        people.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        for person in &people {
            super::say(format_args!("{:>4}  {}  {}", person.photos, person.person.id, person.person.name.as_str()))?;
        }
        if people.is_empty() {
            super::say(format_args!(
                "nobody is enrolled in {}; try: {} enroll NAME PICTURE…",
                config.faces_dir.display(),
                program::typed()
            ))?;
        }
        Ok(true)
    })
}

/// Say that photos are right although `check` says that they look like somebody else.
#[derive(Debug, clap::Args)]
pub(crate) struct Accept {
    /// Photos, as `check` prints them: NAME/FILE, relative to the folder of people
    #[arg(required = true, value_name = "PHOTO")]
    photos: Vec<PathBuf>,
}

/// Accepts photos; fails where one was not waiting for it.
pub(crate) fn accept(config: &Config, args: &Accept) -> anyhow::Result<ExitCode> {
    start::with_engine(config, "error", Opening::Beside, async |engine| {
        let problems = engine.problems().await?;
        let mut all_accepted = true;
        for path in &args.photos {
            let doubtful = problems
                .iter()
                .find(|p| &p.path == path && matches!(p.kind, ProblemKind::SomebodyElses | ProblemKind::Unlike));
            if let Some((person, photo)) = doubtful.and_then(|p| Some((p.person.clone()?, p.photo.clone()?))) {
                engine.accept_photo(person, photo).await?;
                super::say(format_args!("{}: accepted", shown(path)))?;
            } else {
                all_accepted = false;
                eprintln!("{}: not a photo that `{} check` has doubts about", shown(path), program::typed());
            }
        }
        Ok(all_accepted)
    })
}

/// Prints what is fine and what is not; fails when something is not.
pub(crate) fn check(config: &Config) -> anyhow::Result<ExitCode> {
    start::with_engine(config, "error", Opening::Reading, async |engine| {
        super::say(format_args!(
            "weights: {} ({}), verified",
            engine.vision().pack_name,
            engine.vision().embedding_key
        ))?;
        let people = engine.people();
        let photos: usize = people.iter().map(|p| p.photos).sum();
        super::say(format_args!(
            "faces: {} people, {photos} photos learned from {}",
            people.len(),
            config.faces_dir.display()
        ))?;
        let problems = engine.problems().await?;
        for problem in problems.iter().filter(|problem| problem.kind.is_fault()) {
            super::say(format_args!("  {}: {}", shown(&problem.path), problem.reason))?;
        }
        let without: Vec<_> = people.iter().filter(|p| p.photos == 0).collect();
        for person in &without {
            super::say(format_args!(
                "  {}: no photo that can be learned; this person is never recognised",
                person.person.name.as_str()
            ))?;
        }
        for problem in problems.iter().filter(|problem| !problem.kind.is_fault()) {
            super::say(format_args!("  skipped: {}: {}", shown(&problem.path), problem.reason))?;
        }
        Ok(without.is_empty() && !problems.iter().any(|problem| problem.kind.is_fault()))
    })
}
