//! A secret file in the data folder (0600), made when it is not there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{self, Access};
use super::{StoreError, io_error};

/// What the file `name` holds, and where it is; a missing one is made first.
pub fn secret<E: From<StoreError>>(
    folder: &Path,
    name: &str,
    make: impl FnOnce() -> Result<String, E>,
) -> Result<(Vec<u8>, PathBuf), E> {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(bytes) => Ok((bytes, path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let bytes = make()?.into_bytes();
            atomic::write(&path, &bytes, Access::Private)?;
            Ok((bytes, path))
        }
        Err(error) => Err(io_error("read", path)(error).into()),
    }
}
