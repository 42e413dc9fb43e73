//! A list of picture files → one JSON line each with every face, in the order of the list.
//!
//! Called by the `describe` subcommand. A picture that cannot be read is a line with `error`, never the end.

use std::io::{self, Write};
use std::path::Path;

use super::in_order::in_order;
use super::line::{Line, describe_file};
use face_server::people::Prior;
use face_server::vision::{Options, Vision};

/// Describes every file of `list` (one path a line, below `root`) on `threads` threads and writes a line each to `out`: with
/// `people` the faces that it takes for a person's, as the server does where nobody is enrolled, else every face.
///
/// Returns how many pictures could not be read.
///
/// # Errors
/// Where `out` cannot be written; a picture that cannot be read is a line.
pub fn describe(
    vision: &Vision,
    list: &str,
    root: &Path,
    options: &Options,
    people: Option<&Prior>,
    threads: usize,
    out: &mut dyn Write,
) -> io::Result<usize> {
    let files: Vec<&str> = list.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let mut unreadable = 0;
    let line = |file: &&str| {
        let mut described = describe_file(vision, &root.join(file), options);
        if let (Ok(description), Some(prior)) = (&mut described, people) {
            description.faces.retain(|face| prior.is_person(face));
        }
        Line::new(file, described)
    };
    in_order(&files, threads, line, |_, line| {
        unreadable += usize::from(line.error.is_some());
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")
    })?;
    out.flush()?;
    Ok(unreadable)
}
