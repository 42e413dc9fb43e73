//! The names under `faces/` → what each is: a person's folder, a photo, something to be silent about, or a problem.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::people::PhotoId;

/// What this server reads, lower case.
const PHOTO_EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"];
/// Photos too, but none this server reads.
const OTHER_PHOTO_EXTENSIONS: [&str; 7] = ["heic", "heif", "avif", "jxl", "dng", "cr2", "nef"];
/// What systems put into folders by themselves, lower case. Names with a leading dot are left alone in any case.
const SYSTEM_NAMES: [&str; 8] = [
    "thumbs.db",
    "desktop.ini",
    "@eadir",
    "#recycle",
    "lost+found",
    "__macosx",
    "$recycle.bin",
    "system volume information",
];

/// What a file in a person's folder is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A photo by its extension.
    Photo,
    /// Left alone without a word.
    Hidden,
    /// A photo in a format that cannot be read.
    ForeignPhoto,
    /// Something else.
    NoPhoto,
}

/// By the name alone.
pub(super) fn file_kind(name: &OsStr) -> FileKind {
    if is_hidden(name) {
        return FileKind::Hidden;
    }
    let extension = Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    if PHOTO_EXTENSIONS.contains(&extension.as_str()) {
        FileKind::Photo
    } else if OTHER_PHOTO_EXTENSIONS.contains(&extension.as_str()) {
        FileKind::ForeignPhoto
    } else {
        FileKind::NoPhoto
    }
}

/// Names that no person gave.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || SYSTEM_NAMES.contains(&name.to_lowercase().as_str())
}

/// Digits of a photo's id at the end of the name that a saved photo is given.
pub(super) const ID_IN_NAME: usize = 8;

/// Whether a file's name ends like one of a saved photo.
pub(super) fn may_be_named_by_content(path: &Path) -> bool {
    id_in_name(path).is_some_and(|end| end.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a file is a saved photo with the content that its name promises, so that nothing of it is missing.
pub(super) fn is_named_by_content(path: &Path, content: &PhotoId) -> bool {
    id_in_name(path).is_some_and(|end| content.0.get(..ID_IN_NAME) == Some(end))
}

fn id_in_name(path: &Path) -> Option<&str> {
    let (_, end) = path.file_stem()?.to_str()?.rsplit_once('-')?;
    (end.len() == ID_IN_NAME).then_some(end)
}

/// How a file looks from outside: when this is unchanged, so is its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stamp {
    pub(super) bytes: u64,
    /// Nanoseconds since 1970, negative before.
    pub(super) modified_ns: i64,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified_ns = metadata.modified().map_or(0, nanoseconds);
        Self { bytes: metadata.len(), modified_ns }
    }
}

/// Since 1970; the years 1678 to 2262 fit.
pub(super) fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    }
}

/// Everything in a folder, by name; links are followed. An entry that cannot be looked at (a share that falters) is an error
/// like a folder that cannot be read: what cannot be seen must not be taken for deleted.
pub(super) fn entries(folder: &Path) -> std::io::Result<Vec<(PathBuf, Metadata)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match fs::metadata(&path) {
            Ok(metadata) => found.push((path, metadata)),
            // Gone again since it was listed, or a link to nowhere: not there.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Which file system a folder is on; 0 where systems do not say.
pub(super) fn file_system(folder: &Path) -> u64 {
    #[cfg(unix)]
    return fs::metadata(folder).map_or(0, |m| std::os::unix::fs::MetadataExt::dev(&m));
    #[cfg(not(unix))]
    return 0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_known_by_their_extension_in_any_case() {
        for (name, kind) in [
            ("a.jpg", FileKind::Photo),
            ("A.JPEG", FileKind::Photo),
            ("b.Tiff", FileKind::Photo),
            ("._a.jpg", FileKind::Hidden),
            (".face-tmp-1.jpg", FileKind::Hidden),
            ("Thumbs.db", FileKind::Hidden),
            ("IMG_1.HEIC", FileKind::ForeignPhoto),
            ("notes.txt", FileKind::NoPhoto),
            ("jpg", FileKind::NoPhoto),
        ] {
            assert_eq!(file_kind(OsStr::new(name)), kind, "{name}");
        }
    }
}
