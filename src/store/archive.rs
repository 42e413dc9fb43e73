//! Everybody's photos, with ids and settings ↔ one file: a tar archive of `library.json`, `faces/NAME/FILE` and `SHA256SUMS`.
//!
//! Written and read as a stream, one photo in memory at a time. Reading puts the photos aside in a folder of our own under names
//! of our own, and takes nothing on trust: what it returns is whole. Whoever unpacks the file by hand has a folder of people,
//! and `sha256sum -c` checks it. Called by the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use super::files::{MAX_PHOTO_BYTES, PhotoFile};
use super::folder::{self, FileKind};
use super::{StoreError, io_error};
use crate::people::name::fold;
use crate::people::{PersonId, PersonName, PersonRef, PhotoId};

/// Rises when a file of this kind can no longer be read by what read the ones before.
const FORMAT: u32 = 1;
const CONTENTS: &str = "library.json";
const SUMS: &str = "SHA256SUMS";
const PHOTOS: &str = "faces";
/// Of the people, bytes: all of the most photos could be accepted ones. Read, the oddest takes eight times as much memory.
const MAX_CONTENTS_BYTES: u64 = 10 << 20;
/// Of the sums, bytes: some hundred for each of the most photos.
const MAX_SUMS_BYTES: u64 = 32 << 20;
/// Of a photo's file, so that it fits on every disk with a number added.
const MAX_NAME_BYTES: usize = 200;
/// A long name as tar keeps it, before the entry: `faces/NAME/FILE`.
const MAX_PATH_BYTES: u64 = 1024;
/// So many entries; the largest libraries have a tenth of it.
const MAX_ENTRIES: usize = 100_000;
/// All photos together: 100,000 large ones.
const MAX_TOTAL_BYTES: u64 = 512 << 30;
/// So many damaged photos are named.
const NAMED: usize = 5;

/// Whose photos there are, and what is set for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    format: u32,
    /// Version of the program that wrote it.
    made_by: String,
    made_at: Timestamp,
    pub people: Vec<ListedPerson>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedPerson {
    pub id: PersonId,
    pub name: PersonName,
    /// Where the photos are, below `faces`.
    pub folder: String,
    /// How long they stay present, seconds, if that is set for them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub presence_timeout_s: Option<u32>,
    /// Photos that are theirs although they look like somebody else.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub accepted: Vec<PhotoId>,
}

impl Contents {
    pub fn new(people: Vec<ListedPerson>, made_at: Timestamp) -> Self {
        Self { format: FORMAT, made_by: env!("CARGO_PKG_VERSION").to_owned(), made_at, people }
    }

    /// Each person once, with a folder of their own.
    fn check(&self) -> Result<(), StoreError> {
        if self.format != FORMAT {
            let words = format!("it has the format {}; this version knows the format {FORMAT}", self.format);
            return Err(StoreError::BadArchive(words));
        }
        let (mut ids, mut names, mut folders) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for person in &self.people {
            let ListedPerson { id, name, folder, accepted, .. } = person;
            if !super::is_id(&id.0) || !accepted.iter().all(|photo| super::is_id(&photo.0)) {
                return Err(damaged(format!("{CONTENTS} gives {name} an id that is none")));
            }
            // CON is kept in CON_, where somebody of that name would be, too.
            let own: BTreeSet<String> = [name.fold_key(), fold(&name.folder_name())].into();
            if !ids.insert(id) || !own.into_iter().all(|key| names.insert(key)) || !folders.insert(fold(folder)) {
                return Err(damaged(format!("{CONTENTS} has {name} twice")));
            }
            if PersonName::new(folder).is_err() {
                return Err(damaged(format!("{CONTENTS} gives {name} a folder that cannot be a person's")));
            }
        }
        Ok(())
    }
}

/// Writes the file.
pub struct Writer<W: Write> {
    tar: Builder<W>,
    sums: String,
    made_at: u64,
}

impl<W: Write> Writer<W> {
    pub fn begin(to: W, contents: &Contents) -> io::Result<Self> {
        let made_at = u64::try_from(contents.made_at.as_second()).unwrap_or_default();
        let mut writer = Self { tar: Builder::new(to), sums: String::new(), made_at };
        let mut json = serde_json::to_vec_pretty(contents)?;
        json.push(b'\n');
        writer.entry(CONTENTS, &json)?;
        Ok(writer)
    }

    /// Adds a photo of the person whose photos are in `folder`.
    pub fn photo(&mut self, folder: &str, photo: &PhotoFile, bytes: &[u8]) -> io::Result<()> {
        let name = photo.path.file_name().and_then(|name| name.to_str()).filter(|name| is_photo_name(name));
        let extension = photo.path.extension().and_then(|extension| extension.to_str()).unwrap_or("jpg");
        let name = name.map_or_else(|| format!("{}.{extension}", photo.id), str::to_owned);
        self.entry(&format!("{PHOTOS}/{folder}/{name}"), bytes)
    }

    /// Adds the sums. A file without them is none.
    pub fn end(mut self) -> io::Result<()> {
        let sums = std::mem::take(&mut self.sums);
        self.entry(SUMS, sums.as_bytes())?;
        self.tar.into_inner()?.flush()
    }

    fn entry(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let sum = hex::encode(Sha256::digest(bytes));
        self.sums.extend([sum.as_str(), "  ", path, "\n"]);
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(self.made_at);
        self.tar.append_data(&mut header, path, bytes)
    }
}

/// A whole file that was read: its photos wait in a folder of ours, which goes with this.
#[derive(Debug)]
pub struct Staged {
    pub contents: Contents,
    /// For each of the people their photos, by path.
    pub photos: Vec<Vec<StagedPhoto>>,
    _folder: Staging,
}

#[derive(Clone, Debug)]
pub struct StagedPhoto {
    /// What the file was called.
    pub name: String,
    pub id: PhotoId,
    /// Where it waits.
    pub path: PathBuf,
}

/// What became of a file that was taken in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LibraryImported")]
pub struct Imported {
    /// Everybody in it.
    pub people: Vec<ImportedPerson>,
}

/// What became of a person in a file that was taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedPerson {
    /// Who it is here: somebody with this id, or else of this name, may have been known already.
    pub person: PersonRef,
    /// They were not known.
    pub added: bool,
    /// Photos that are theirs from now on.
    pub photos_added: usize,
    /// Photos that they had.
    pub photos_known: usize,
    /// Photos that are other people's here, and stay theirs.
    pub somebody_elses: Vec<ImportedElsewhere>,
}

/// A photo that is somebody else's here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedElsewhere {
    /// What the file was called.
    pub file: String,
    /// Whose it is here.
    pub person: PersonRef,
}

/// A folder that goes when this does.
#[derive(Debug)]
pub struct Staging(PathBuf);

impl Staging {
    pub(super) fn make(path: PathBuf) -> Result<Self, StoreError> {
        fs::create_dir(&path).map_err(io_error("make the folder", &path))?;
        Ok(Self(path))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "what was to be imported could not be removed; it is hidden, and removed at the next start");
        }
    }
}

/// Reads a file to its end, and leaves its photos in `staging`, each on the disk.
/// [`StoreError::BadArchive`] where anything about it is not as [`Writer`] would have it; nothing is left then.
pub fn read(from: impl Read, staging: Staging) -> Result<Staged, StoreError> {
    let mut read = Reading::default();
    let mut archive = Archive::new(from);
    let mut long_name = None;
    for entry in archive.entries().map_err(broken)?.raw(true) {
        let mut entry = entry.map_err(broken)?;
        let (kind, size) = (entry.header().entry_type(), entry.size());
        read.entries += 1;
        if read.entries > MAX_ENTRIES {
            return Err(StoreError::BadArchive(format!("it has more than {MAX_ENTRIES} entries")));
        }
        if kind.is_gnu_longname() {
            let name = bytes_of(&mut entry, size, MAX_PATH_BYTES, "an entry's name")?;
            long_name = Some(name.into_iter().take_while(|byte| *byte != 0).collect::<Vec<u8>>());
            continue;
        }
        let path = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let path = String::from_utf8(path).map_err(|_| damaged("an entry's name isn't valid Unicode"))?;
        match kind {
            EntryType::Regular | EntryType::Continuous => read.take(path, &mut entry, size, &staging.0)?,
            EntryType::Directory if size == 0 => {}
            _ => {
                let words = format!("{} isn't a file: links and the like have no place in it", quoted(&path));
                return Err(StoreError::BadArchive(words));
            }
        }
    }
    read.whole(staging)
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    entries: usize,
    bytes: u64,
    contents: Option<Contents>,
    sums: Option<BTreeMap<String, String>>,
    /// The SHA-256 of each entry but [`SUMS`], by its path.
    found: BTreeMap<String, String>,
    /// Folder, name and place of each photo.
    photos: Vec<(String, StagedPhoto)>,
    not_pictures: Vec<String>,
}

impl Reading {
    fn take(&mut self, path: String, entry: &mut impl Read, size: u64, staging: &Path) -> Result<(), StoreError> {
        if self.found.contains_key(&path) || (path == SUMS && self.sums.is_some()) {
            return Err(damaged(format!("{} is in it twice", quoted(&path))));
        }
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > MAX_TOTAL_BYTES {
            return Err(StoreError::BadArchive(format!("it has more than {} GiB", MAX_TOTAL_BYTES >> 30)));
        }
        let parts: Vec<&str> = path.split('/').collect();
        match parts[..] {
            [CONTENTS] => {
                let json = bytes_of(entry, size, MAX_CONTENTS_BYTES, CONTENTS)?;
                let contents: Contents =
                    serde_json::from_slice(&json).map_err(|e| damaged(format!("{CONTENTS} cannot be read: {e}")))?;
                contents.check()?;
                self.contents = Some(contents);
                self.found.insert(path, hex::encode(Sha256::digest(&json)));
            }
            [SUMS] => {
                let text = bytes_of(entry, size, MAX_SUMS_BYTES, SUMS)?;
                self.sums = Some(sums(&text)?);
            }
            [PHOTOS, folder, name] if is_photo_name(name) => {
                let bytes = bytes_of(entry, size, MAX_PHOTO_BYTES, &path)?;
                if folder::check_is_picture(&bytes).is_err() {
                    self.not_pictures.push(path.clone());
                }
                let place = staging.join(self.photos.len().to_string());
                let write = || {
                    let mut file = File::create_new(&place)?;
                    file.write_all(&bytes)?;
                    file.sync_all()
                };
                write().map_err(io_error("write", &place))?;
                let photo = StagedPhoto { name: name.to_owned(), id: super::photo_id(&bytes), path: place };
                self.photos.push((folder.to_owned(), photo));
                self.found.insert(path, hex::encode(Sha256::digest(&bytes)));
            }
            _ => {
                let words = format!("{} has no place in a library file", quoted(&path));
                return Err(StoreError::BadArchive(words));
            }
        }
        Ok(())
    }

    fn whole(self, staging: Staging) -> Result<Staged, StoreError> {
        let Self { contents, sums, found, photos, not_pictures, .. } = self;
        let ends = |what: &str| damaged(format!("{what} is missing: was it copied or downloaded whole?"));
        let sums = sums.ok_or_else(|| ends(SUMS))?;
        let contents = contents.ok_or_else(|| ends(CONTENTS))?;
        let differs = |path: &&String| found.get(*path) != sums.get(*path);
        let wrong: BTreeSet<&String> = found.keys().chain(sums.keys()).filter(differs).collect();
        if !wrong.is_empty() {
            return Err(damaged(format!("{} not what its sum says, or missing", listed(&wrong))));
        }
        if !not_pictures.is_empty() {
            return Err(StoreError::BadArchive(format!("{} not a picture", listed(&not_pictures.iter().collect()))));
        }
        let mut of_person = vec![Vec::new(); contents.people.len()];
        let folders: BTreeMap<&str, usize> = contents.people.iter().zip(0..).map(|(p, at)| (&*p.folder, at)).collect();
        for (folder, photo) in photos {
            let at = *folders
                .get(&*folder)
                .ok_or_else(|| damaged(format!("{CONTENTS} says nobody has the folder {}", quoted(&folder))))?;
            of_person[at].push(photo);
        }
        Ok(Staged { contents, photos: of_person, _folder: staging })
    }
}

/// `a.jpg, b.jpg and 7 more are`
fn listed(paths: &BTreeSet<&String>) -> String {
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| quoted(path)).collect();
    match (paths.len() - named.len(), named.len()) {
        (0, 1) => format!("{} is", named.concat()),
        (0, _) => format!("{} are", named.join(", ")),
        (more, _) => format!("{} and {more} more are", named.join(", ")),
    }
}

/// All of an entry, if it has no more than `most` bytes.
fn bytes_of(entry: &mut impl Read, size: u64, most: u64, what: &str) -> Result<Vec<u8>, StoreError> {
    if size > most {
        return Err(StoreError::BadArchive(format!("{} has {size} bytes, the limit is {most}", quoted(what))));
    }
    let mut bytes = Vec::new();
    entry.take(most).read_to_end(&mut bytes).map_err(broken)?;
    if bytes.len() as u64 != size {
        return Err(damaged("it ends too early: was it copied or downloaded whole?"));
    }
    Ok(bytes)
}

/// `SUM  PATH`, as `sha256sum` writes it.
fn sums(text: &[u8]) -> Result<BTreeMap<String, String>, StoreError> {
    let text = std::str::from_utf8(text).map_err(|_| damaged(format!("{SUMS} isn't text")))?;
    let line = |line: &str| {
        let (sum, path) = line.split_once("  ")?;
        (sum.len() == 64).then(|| (path.to_owned(), sum.to_ascii_lowercase()))
    };
    let lines: Option<Vec<_>> = text.lines().map(line).collect();
    let lines = lines.ok_or_else(|| damaged(format!("a line of {SUMS} isn't a sum and a path")))?;
    let (count, sums) = (lines.len(), lines.into_iter().collect::<BTreeMap<_, _>>());
    if sums.len() == count { Ok(sums) } else { Err(damaged(format!("{SUMS} has a path twice"))) }
}

/// A name that every disk can give a photo, and every list can show.
fn is_photo_name(name: &str) -> bool {
    let odd = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
    folder::file_kind(name.as_ref()) == FileKind::Photo && name.len() <= MAX_NAME_BYTES && !name.contains(odd)
}

fn quoted(path: &str) -> String {
    const SHOWN: usize = 120;
    let short: String = path.chars().take(SHOWN).collect();
    folder::shown(Path::new(&short)).to_string()
}

fn damaged(words: impl Into<String>) -> StoreError {
    StoreError::BadArchive(words.into())
}

/// What reading itself says: it broke off, or it is no tar file.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: io::Error) -> StoreError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return damaged("it ends too early: was it copied or downloaded whole?");
    }
    damaged(format!("it cannot be read as one: {error}"))
}
