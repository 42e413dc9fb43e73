//! The data folder: one SQLite file, private to this user, for everything that is not a photo of somebody enrolled.
//!
//! [`Database`] opens and migrates it; the files beside this one hold its tables' functions: what is read is asked of the
//! [`Database`], what changes is done within a [`Tx`]. Reading has a connection of its own, so that it waits for no writer, of
//! this process or another. Called by the engine, the server (tokens) and the command line.

use std::cell::Cell;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Params, Row, Rows, TransactionBehavior};

use super::{Opening, StoreError, io_error};
use crate::vision::Embedding;

pub mod cache;
pub mod documents;
pub mod proposals;
mod roster;
pub mod sightings;
pub mod tokens;
pub mod unknowns;

/// The database's name in the data folder.
pub const FILE_NAME: &str = "face.sqlite3";
/// Entries of a page of a list at most: keeps every page well under the largest message to a client.
pub const MAX_LIMIT: usize = 500;
/// How long opening, a command and a reader wait for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the server's writing waits for another process: recognition waits with it, and what could not be written is tried
/// again.
const BUSY_TIMEOUT_OF_SERVER: Duration = Duration::from_millis(100);
/// A clock that was never wrong may still be corrected by so much.
const CLOCKS_DIFFER_BY: SignedDuration = SignedDuration::from_mins(1);
/// For SQLite's backup: the whole file in one step, as it is at that moment.
const ALL_PAGES: std::ffi::c_int = -1;

/// Each brings the file from the format of its index to the next; never changed once released, only added to.
const MIGRATIONS: [&str; 5] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
];

#[derive(Debug)]
pub struct Database {
    /// The one that writes, and the one that reads; in memory, and where another finds no room on the disk, one for both.
    connections: Vec<Mutex<Connection>>,
    /// The data folder; `None` in memory.
    folder: Option<PathBuf>,
    /// Whether the log beside the file may still hold what was forgotten.
    to_wipe: AtomicBool,
    /// Held by the server as long as it runs.
    _lock: Option<Lock>,
}

/// The data folder's lock. Given back by name: a process that is just being started has a copy of the open file for a
/// moment, and would hold the lock as long.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "the data folder's lock ends with its file");
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with its entries in another form. Some may be left out: it then is shorter, and the list goes on.
    pub fn filter_map<U>(self, form: impl FnMut(T) -> Option<U>) -> Page<U> {
        Page { items: self.items.into_iter().filter_map(form).collect(), next: self.next }
    }
}

/// Where a page begins. Opaque; stays valid when rows come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

impl Database {
    /// Opens the database in `folder`, making both where they are missing (folder 0700, file 0600), and brings it to this
    /// version's format.
    /// [`StoreError::InUse`] is for [`Opening::Sole`] only.
    pub fn open(folder: &Path, opening: Opening) -> Result<Self, StoreError> {
        if opening == Opening::Reading {
            return Self::copy_of(folder);
        }
        make_private_folder(folder)?;
        let lock = (opening == Opening::Sole).then(|| lock(folder)).transpose()?;
        let path = folder.join(FILE_NAME);
        // SQLite gives its helper files (-wal, -shm) the rights of the file itself.
        private_file(&path).map_err(io_error("make", &path))?;
        let connections = match connections(&path) {
            Err(error) if opening == Opening::Sole && finds_no_room(&error) => alone(&path, error)?,
            opened => opened?,
        };
        if opening == Opening::Sole {
            connections[0].busy_timeout(BUSY_TIMEOUT_OF_SERVER)?;
        }
        let connections = connections.into_iter().map(Mutex::new).collect();
        // The last run may have ended between forgetting and wiping.
        let to_wipe = AtomicBool::new(opening == Opening::Sole);
        Ok(Self { connections, folder: Some(folder.to_owned()), to_wipe, _lock: lock })
    }

    /// One that is gone when it is dropped, for commands that leave nothing behind.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepared(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    fn prepared(mut connection: Connection, path: &Path) -> Result<Self, StoreError> {
        prepare(&mut connection, path)?;
        let connections = vec![Mutex::new(connection)];
        Ok(Self { connections, folder: None, to_wipe: AtomicBool::new(false), _lock: None })
    }

    /// What the database in `folder` says, in memory, for commands that change nothing; nothing where there is none.
    fn copy_of(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE_NAME);
        if !path.is_file() {
            return Self::in_memory();
        }
        // Without a log beside it nobody is writing, and the file can be read as it is, without a lock and helper files.
        let log = folder.join(format!("{FILE_NAME}-wal"));
        let still = if log.exists() { "" } else { "&immutable=1" };
        let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let copied = || {
            let file = Connection::open_with_flags(format!("file:{escaped}?mode=ro{still}"), read_only)?;
            file.busy_timeout(BUSY_TIMEOUT)?;
            let mut copy = Connection::open_in_memory()?;
            if Backup::new(&file, &mut copy)?.step(ALL_PAGES)? != StepResult::Done {
                return Err(io_error("read", &path)(std::io::ErrorKind::ResourceBusy.into()));
            }
            Self::prepared(copy, &path)
        };
        copied().map_err(|error| readable(error, &path))
    }

    /// The lock as a child process has it for a moment.
    #[cfg(all(test, unix))]
    #[expect(clippy::used_underscore_binding, reason = "only held but for this test")]
    pub(super) fn copy_of_lock(&self) -> std::io::Result<File> {
        self._lock.as_ref().ok_or(std::io::ErrorKind::NotFound)?.0.try_clone()
    }

    /// For reading what is committed.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connections[self.connections.len() - 1].lock()
    }

    /// The rows of what is committed that can be read: [`each`].
    fn rows<T>(
        &self,
        what: &'static str,
        sql: &str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        Ok(each(what, &mut statement.query(params)?, read)?.into_iter().flatten().collect())
    }

    /// The bytes in the one row, if it is there and has them.
    fn bytes(&self, sql: &str, params: impl Params) -> Result<Option<Vec<u8>>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_row(params, |row| row.get(0)).optional()?.flatten())
    }

    /// All of `work`, or nothing of it.
    pub fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.connections[0].lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tx = Tx(&transaction, Cell::new(false));
        let done = work(&tx)?;
        let forgets = tx.1.get();
        transaction.commit()?;
        drop(connection);
        if forgets {
            self.to_wipe.store(true, Ordering::Relaxed);
            self.wipe_log();
        }
        Ok(done)
    }

    /// Empties the log beside the file where it may hold what was forgotten. Somebody who is reading can be in the way: it is
    /// tried again with the next call.
    pub fn wipe_log(&self) {
        if self.folder.is_none() || !self.to_wipe.load(Ordering::Relaxed) {
            return;
        }
        let connection = self.connections[0].lock();
        match connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)) {
            Ok(busy) => self.to_wipe.store(busy != 0, Ordering::Relaxed),
            Err(error) => tracing::debug!(%error, "what was forgotten is still in the database's log"),
        }
    }

    /// Takes a document that cannot be read out of the way, under another kind, and says so.
    fn set_aside(&self, kind: documents::Kind, key: &str, reason: &str) {
        let file = self.folder.as_deref().unwrap_or(Path::new("")).join(FILE_NAME);
        tracing::error!(
            file = %file.display(), kind = <&str>::from(kind), key, reason,
            "a row of the database cannot be read: it is set aside in the table `document` under the kind `unreadable`, \
             and the rest goes on; set this anew, or bring the file back from a backup"
        );
        let moved = self.write(|tx| {
            let aside = "UPDATE OR REPLACE document SET kind = 'unreadable' WHERE kind = ?1 AND key = ?2";
            Ok(tx.0.execute(aside, [<&str>::from(kind), key])?)
        });
        if let Err(error) = moved {
            tracing::warn!(%error, "the row stays where it is and will be skipped again at the next start");
        }
    }
}

/// A transaction: what is changed within it is kept together, or not at all.
#[derive(Debug)]
pub struct Tx<'a>(&'a Connection, Cell<bool>);

impl Tx<'_> {
    /// Something is forgotten for good: once this is kept, it is not to be found in the log of the file either.
    fn forgets(&self) {
        self.1.set(true);
    }

    /// A part that is left out where it fails, while the others are kept.
    pub fn part<T>(&self, part: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.0.execute_batch("SAVEPOINT part")?;
        match part(self) {
            Ok(done) => {
                self.0.execute_batch("RELEASE part")?;
                Ok(done)
            }
            Err(error) => {
                // A full disk may have ended the whole transaction already.
                drop(self.0.execute_batch("ROLLBACK TO part; RELEASE part"));
                Err(error)
            }
        }
    }

    /// Deletes sightings, what they proposed and unknown people last seen before `before`; of corrected sightings and ignored
    /// people only the pictures (what these look like is kept, or it could not count), and nothing of what was declined. What a clock that was ahead has dated later than `now`
    /// counts as of `now`. The engine's `Home::forget_old` goes with it.
    pub fn expire(&self, before: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let latest = now.checked_add(CLOCKS_DIFFER_BY).unwrap_or(Timestamp::MAX).as_microsecond();
        self.forgets();
        let (before, now, tx) = (before.as_microsecond(), now.as_microsecond(), self.0);
        for (table, column) in
            [("sighting", "at"), ("unknown", "last_seen"), ("unknown_face", "at"), ("proposal", "at")]
        {
            tx.execute(&format!("UPDATE {table} SET {column} = ?1 WHERE {column} > ?2"), [now, latest])?;
        }
        tx.execute("DELETE FROM sighting WHERE at < ?1 AND NOT corrected", [before])?;
        tx.execute("UPDATE sighting SET crop = NULL WHERE crop IS NOT NULL AND at < ?1", [before])?;
        tx.execute("DELETE FROM unknown WHERE last_seen < ?1 AND ignored <> 1", [before])?;
        tx.execute("UPDATE unknown_face SET crop = NULL WHERE crop IS NOT NULL AND at < ?1", [before])?;
        tx.execute("DELETE FROM unknown_alert WHERE at < ?1", [before])?;
        tx.execute("DELETE FROM proposal WHERE at < ?1 AND picture IS NOT NULL", [before])?;
        Ok(())
    }
}

/// One connection that writes, and one that reads.
fn connections(path: &Path) -> Result<Vec<Connection>, StoreError> {
    let mut connection = Connection::open(path)?;
    prepare(&mut connection, path).map_err(|error| readable(error, path))?;
    let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    reader.busy_timeout(BUSY_TIMEOUT)?;
    reader.pragma_update(None, "query_only", true)?;
    // Looks at the file for the first time.
    reader.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(vec![connection, reader])
}

/// SQLite says so of the file itself, and in other words of the helper file that it cannot make or extend.
fn finds_no_room(error: &StoreError) -> bool {
    let StoreError::Sqlite(error) = error else { return false };
    let codes = [ErrorCode::DiskFull, ErrorCode::SystemIoFailure, ErrorCode::CannotOpen];
    error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
}

/// One connection that shares the file with nobody, and so needs none of the room on the disk that sharing takes (SQLite's
/// `-shm`): the server starts on a full disk. `refused` says why it must.
fn alone(path: &Path, refused: StoreError) -> Result<Vec<Connection>, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    // Somebody else holding the file, or nothing there to start from, is still the first reason.
    if prepare(&mut connection, path).is_err() {
        return Err(refused);
    }
    tracing::error!(
        error = %refused, file = %path.display(),
        "the disk of the database has no room: recognition goes on, and what happens is kept once there is room again; \
         face-server's other commands cannot use the database until the server is started again"
    );
    Ok(vec![connection])
}

fn prepare(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // The version first: nothing is written into a newer version's file.
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    refuse_newer(found, path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What was acknowledged outlives a power cut, not only a crash.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A deleted face is overwritten, not only unlinked.
    connection.pragma_update(None, "secure_delete", true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Again under the lock: another process may have migrated meanwhile.
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    refuse_newer(found, path)?;
    for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", version)?;
    }
    transaction.commit()?;
    Ok(())
}

fn refuse_newer(found: i64, path: &Path) -> Result<(), StoreError> {
    #[expect(clippy::cast_possible_wrap, reason = "a count of a few migrations")]
    let known = MIGRATIONS.len() as i64;
    if found > known { Err(StoreError::NewerDatabase { path: path.to_owned(), found, known }) } else { Ok(()) }
}

/// Each row, or `None` and a word in the log for one that cannot be read: it costs none of the others.
fn each<T>(
    what: &'static str,
    rows: &mut Rows<'_>,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<Option<T>>, StoreError> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let item = read(row).inspect_err(|error| {
            tracing::warn!(what, %error, "a row of face.sqlite3 cannot be read and is left out");
        });
        found.push(item.ok());
    }
    Ok(found)
}

/// SQLite's codes for a broken file, said so that a person knows what to do.
pub fn readable(error: StoreError, path: &Path) -> StoreError {
    match &error {
        StoreError::Sqlite(e)
            if matches!(e.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) =>
        {
            StoreError::DamagedDatabase { path: path.to_owned(), reason: e.to_string() }
        }
        _ => error,
    }
}

fn make_private_folder(folder: &Path) -> Result<(), StoreError> {
    if folder.is_dir() {
        return Ok(()); // The user's own choice of rights.
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(io_error("make the folder", folder))
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn lock(folder: &Path) -> Result<Lock, StoreError> {
    let path = folder.join("lock");
    let file = private_file(&path).map_err(io_error("make", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        // A file system without locks: better unlocked than not at all.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, path = %path.display(), "cannot be locked; make sure that only one face-server uses it");
            Ok(Lock(file))
        }
    }
}

/// It cannot be read, or written.
fn bad<E: Display>(what: &'static str) -> impl Fn(E) -> StoreError {
    move |error| StoreError::BadStored { what, reason: error.to_string() }
}

/// What a stored word means.
fn from_word<T: FromStr>(what: &'static str, word: &str) -> Result<T, StoreError> {
    word.parse().map_err(|_| StoreError::BadStored { what, reason: format!("{word:?} is none") })
}

/// Embeddings are stored as little-endian f32.
fn to_blob(embedding: &Embedding) -> Vec<u8> {
    embedding.as_slice().iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn from_blob(blob: &[u8]) -> Result<Embedding, StoreError> {
    let (values, rest) = blob.as_chunks::<4>();
    let values = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let embedding = if rest.is_empty() { Embedding::new(values) } else { None };
    embedding.ok_or_else(|| StoreError::BadStored { what: "embedding", reason: "not a direction".to_owned() })
}

fn to_time(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(bad("time"))
}

/// `rows` has one more than the page, if there is a next one.
fn page<T>(mut rows: Vec<Option<T>>, limit: usize, cursor_after: impl Fn(&T) -> Cursor) -> Page<T> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let items: Vec<T> = rows.into_iter().flatten().collect();
    let next = if more { items.last().map(cursor_after) } else { None };
    Page { items, next }
}

/// Of a wanted page length: at least 1, at most [`MAX_LIMIT`].
fn page_length(limit: usize) -> usize {
    limit.clamp(1, MAX_LIMIT)
}
