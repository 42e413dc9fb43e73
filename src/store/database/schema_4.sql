-- Pictures of confirmed visits that would widen somebody's photos; without `picture` what a declined one looked like.
CREATE TABLE proposal (
    id          TEXT PRIMARY KEY,
    person      TEXT NOT NULL,
    sighting    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    camera      TEXT NOT NULL,
    shows       TEXT NOT NULL, -- JSON: the view, what it adds, the quality
    model       TEXT NOT NULL,
    embedding   BLOB NOT NULL,
    reliability REAL NOT NULL,
    picture     BLOB
);
CREATE INDEX proposal_person ON proposal (person);
