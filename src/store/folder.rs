//! The names under `faces/` → what each is: a person's folder, a photo, something to be silent about, or a problem.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write};
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::files::{MAX_PHOTO_BYTES, open_file};
use super::person_file;
use crate::people::PhotoId;
use crate::vision::is_picture;

/// What this server reads, lower case.
const PHOTO_EXTENSIONS: [&str; 10] = ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "gif", "tif", "tiff"];
/// Photos too, but none this server reads.
const OTHER_PHOTO_EXTENSIONS: [&str; 7] = ["heic", "heif", "avif", "jxl", "dng", "cr2", "nef"];
/// In a folder with these examples for trying Face out: they count only while nobody else is enrolled.
pub(super) const SAMPLE_FILE: &str = ".sample";

/// Bytes at the beginning of a file that tell its format.
const LONGEST_MAGIC: u64 = 12;

/// What a file in a person's folder is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Photo,
    Hidden,
    /// A photo in a format that cannot be read.
    ForeignPhoto,
    Other,
}

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
        FileKind::Other
    }
}

/// Hidden files and folders begin with a dot.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a file says who a person is: hidden, but a change of it is news.
pub(super) fn is_about_the_person(name: &OsStr) -> bool {
    name == person_file::FILE_NAME || name == SAMPLE_FILE
}

/// What a file is by its first bytes, whatever it is called: a file of secrets does not become a picture by its name.
pub(super) fn check_is_picture(bytes: &[u8]) -> Result<(), String> {
    if is_picture(bytes) {
        return Ok(());
    }
    let foreign = match bytes.get(4..12) {
        Some(b"ftypavif" | b"ftypavis") => Some("AVIF"),
        Some([b'f', b't', b'y', b'p', ..]) => Some("HEIC"),
        _ if bytes.starts_with(b"\xff\x0a") || bytes.starts_with(b"\0\0\0\x0cJXL ") => Some("JPEG XL"),
        _ => None,
    };
    Err(match foreign {
        Some(format) => format!("this is a {format} picture, which cannot be read; save it as JPEG or PNG"),
        None if bytes.is_empty() => "the file is empty".to_owned(),
        None => "this is not a picture".to_owned(),
    })
}

/// A file's bytes, if they are a picture; the rest of a file that is not is left unread.
pub(super) fn read_picture(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |e: io::Error| format!("cannot be read: {e}");
    let mut file = open_file(path, MAX_PHOTO_BYTES).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.by_ref().take(LONGEST_MAGIC).read_to_end(&mut bytes).map_err(cannot)?;
    check_is_picture(&bytes)?;
    file.read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

/// A path for people: what would break a line or drive a terminal is escaped.
pub fn shown(path: &Path) -> impl fmt::Display + '_ {
    Shown(path)
}

struct Shown<'a>(&'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.to_string_lossy().chars() {
            let steers =
                matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if c.is_control() || steers {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
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

/// Something in a folder, and what it is: what a link leads to, or why that cannot be seen.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) name: OsString,
    pub(super) is_link: bool,
    pub(super) metadata: io::Result<Metadata>,
}

impl Entry {
    pub(super) fn is_dir(&self) -> bool {
        self.metadata.as_ref().is_ok_and(Metadata::is_dir)
    }

    pub(super) fn is_dangling(&self) -> bool {
        self.is_link && self.metadata.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::NotFound)
    }
}

/// Everything in a folder, by name; links are followed. An entry that cannot be looked at (a link in a circle, or into a
/// folder that is forbidden, a share that falters) says so itself and leaves the others alone.
pub(super) fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
        let metadata = fs::metadata(&path);
        // Gone again since it was listed.
        if !is_link && metadata.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::NotFound) {
            continue;
        }
        found.push(Entry { path, name, is_link, metadata });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Which folder a path leads to, so that another one in its place is noticed; 0 where systems do not say.
pub(super) fn identity(folder: &Path) -> (u64, u64) {
    #[cfg(unix)]
    return fs::metadata(folder).map_or((0, 0), |m| {
        use std::os::unix::fs::MetadataExt;
        (m.dev(), m.ino())
    });
    #[cfg(not(unix))]
    return (0, 0);
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
            ("download.jfif", FileKind::Photo),
            ("Thumbs.db", FileKind::Other),
            ("IMG_1.HEIC", FileKind::ForeignPhoto),
            ("notes.txt", FileKind::Other),
            ("jpg", FileKind::Other),
        ] {
            assert_eq!(file_kind(OsStr::new(name)), kind, "{name}");
        }
    }

    #[test]
    fn a_file_is_a_picture_by_its_content() {
        for picture in
            [&b"\xff\xd8\xff\xe0"[..], b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", b"BM", b"MM\0*"]
        {
            assert_eq!(check_is_picture(picture), Ok(()));
        }
        let why = |bytes: &[u8]| check_is_picture(bytes).unwrap_err();
        assert!(why(b"\0\0\0\x18ftypheic").contains("HEIC"));
        assert!(why(b"\0\0\0\x1cftypavif").contains("AVIF"));
        assert_eq!(why(b"face_4f1c0a"), "this is not a picture");
        assert_eq!(why(b""), "the file is empty");
    }

    #[test]
    fn a_path_is_shown_on_one_line_and_drives_no_terminal() {
        assert_eq!(shown(Path::new("José/a b.jpg")).to_string(), "José/a b.jpg");
        assert_eq!(shown(Path::new("a\nb\u{1b}[2J\u{202e}c")).to_string(), "a\\nb\\u{1b}[2J\\u{202e}c");
    }
}
