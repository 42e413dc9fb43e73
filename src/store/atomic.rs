//! Bytes → a file that is there completely or not at all, and that a power cut does not take away.
//! Temporary file in the same folder, fsync, rename, fsync of the folder. Used by all of the store but SQLite.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, io_error, random_id};

/// Everything temporary begins with this. A leading dot keeps it from being taken for a photo or a person.
pub(super) const TEMPORARY_PREFIX: &str = ".face-tmp-";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Whoever the folder's owner lets (umask).
    Shared,
    Private,
}

/// Writes `bytes` to `path`, replacing what was there. When it returns, file and name are on the disk.
pub(super) fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = temporary_name(folder)?;
    let written = write_and_sync(&temporary, bytes, access)
        .map_err(io_error("write", &temporary))
        .and_then(|()| fs::rename(&temporary, path).map_err(io_error("write", path)));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written?;
    sync_folder(folder)
}

/// Makes the names in a folder last: new ones, renamed ones and removed ones.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if !cfg!(unix) {
        return Ok(()); // Windows has no fsync of folders; its renames are journaled.
    }
    match File::open(folder).and_then(|f| f.sync_all()) {
        // Some network file systems cannot, and say so; they do not do it later either.
        Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done.map_err(io_error("write", folder)),
    }
}

/// A name in `folder` that nothing has.
pub(super) fn temporary_name(folder: &Path) -> Result<PathBuf, StoreError> {
    Ok(folder.join(format!("{TEMPORARY_PREFIX}{}", random_id()?)))
}

/// Removes what a crash left in `folder`: only names this module makes. Failures are left for the next start.
pub(super) fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY_PREFIX)) {
            let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
            let removed = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
            tracing::info!(path = ?entry.path(), removed = removed.is_ok(), "leftover of an interrupted write");
        }
    }
}

fn write_and_sync(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access == Access::Private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = access;
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_replaces_the_old_one_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write(&path, b"old", Access::Shared).unwrap();
        write(&path, b"new", Access::Private).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn only_our_own_leftovers_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".face-tmp-0123"), b"half").unwrap();
        fs::create_dir(folder.path().join(".face-tmp-4567")).unwrap();
        fs::write(folder.path().join(".face-tmp-4567/photo.jpg"), b"half").unwrap();
        fs::write(folder.path().join("photo.jpg"), b"whole").unwrap();
        fs::write(folder.path().join(".other"), b"yours").unwrap();
        remove_leftovers(folder.path());
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".other", "photo.jpg"]);
    }

    #[test]
    fn an_error_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let error = write(&folder.path().join("missing/a.json"), b"x", Access::Shared).unwrap_err();
        assert!(error.to_string().contains("missing"), "{error}");
    }
}
