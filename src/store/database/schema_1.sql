-- Times are microseconds since 1970 UTC; embeddings little-endian f32; `model` is the recogniser's SHA-256.

-- A cache: deleting rows is always safe.
CREATE TABLE embedding_cache (
    photo         TEXT NOT NULL,
    model         TEXT NOT NULL,
    preprocessing INTEGER NOT NULL,
    described     TEXT NOT NULL, -- JSON: the face without its embedding, or why there is none
    embedding     BLOB,
    PRIMARY KEY (photo, model, preprocessing)
) WITHOUT ROWID;

-- A cache: content hashes of files under faces/.
CREATE TABLE known_file (
    path        BLOB PRIMARY KEY,
    bytes       INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    photo       TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sighting (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    camera       TEXT NOT NULL,
    person       TEXT NOT NULL,
    grade        TEXT NOT NULL,
    probability  REAL NOT NULL,
    similarity   REAL NOT NULL,
    model        TEXT NOT NULL,
    embedding    BLOB NOT NULL,
    crop         BLOB,
    place        TEXT,
    corrected    INTEGER NOT NULL DEFAULT 0,
    corrected_to TEXT
);
CREATE INDEX sighting_at ON sighting (at);
CREATE INDEX sighting_person ON sighting (person, id);
CREATE INDEX sighting_camera ON sighting (camera, id);

CREATE TABLE unknown (
    id         TEXT PRIMARY KEY,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    times_seen INTEGER NOT NULL,
    ignored    INTEGER NOT NULL DEFAULT 0,
    camera     TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX unknown_last_seen ON unknown (last_seen, id);

CREATE TABLE unknown_face (
    unknown   TEXT NOT NULL REFERENCES unknown (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    camera    TEXT NOT NULL,
    quality   REAL NOT NULL,
    model     TEXT NOT NULL,
    embedding BLOB NOT NULL,
    crop      BLOB,
    PRIMARY KEY (unknown, number)
) WITHOUT ROWID;

-- The faces by which somebody was told of an unknown person: what the alert of that moment shows.
CREATE TABLE unknown_alert (
    unknown TEXT NOT NULL REFERENCES unknown (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    crop    BLOB NOT NULL,
    PRIMARY KEY (unknown, at)
) WITHOUT ROWID;

CREATE TABLE token (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE,
    role    TEXT NOT NULL,
    sha256  BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL
);

-- Settings, cameras and the state of presence, as JSON by kind and key.
CREATE TABLE document (
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
