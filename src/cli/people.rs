//! `face-server people` and `check`: who is enrolled, and what is wrong with photos or weights.

use std::process::ExitCode;

use face_server::config::Config;
use face_server::store::{Opening, shown};

use super::start;

/// Prints everybody with the number of their photos.
pub(crate) fn list(config: &Config) -> anyhow::Result<ExitCode> {
    start::log(config, "warn")?;
    start::runtime()?.block_on(async {
        let engine = start::learned(config, Opening::Reading).await?;
        let mut people = engine.people();
        people.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        for person in &people {
            super::say(format_args!("{:>4}  {}  {}", person.photos, person.person.id, person.person.name.as_str()))?;
        }
        if people.is_empty() {
            super::say(format_args!(
                "nobody is enrolled in {}; try: face-server enroll NAME PICTURE…",
                config.faces_dir.display()
            ))?;
        }
        engine.stop();
        Ok(ExitCode::SUCCESS)
    })
}

/// Prints what is fine and what is not; fails when something is not.
pub(crate) fn check(config: &Config) -> anyhow::Result<ExitCode> {
    start::log(config, "error")?;
    start::runtime()?.block_on(async {
        let engine = start::learned(config, Opening::Reading).await?;
        super::say(format_args!(
            "weights: {} ({}), verified",
            engine.vision().pack_name(),
            engine.vision().embedding_key()
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
        engine.stop();
        let fine = without.is_empty() && !problems.iter().any(|problem| problem.kind.is_fault());
        Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
