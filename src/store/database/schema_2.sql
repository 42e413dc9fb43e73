-- How much the face of a sighting says, 0..1: what was corrected counts against the person it was taken for.
ALTER TABLE sighting ADD COLUMN reliability REAL NOT NULL DEFAULT 0.5;
CREATE INDEX sighting_corrected ON sighting (model, id) WHERE corrected;

-- Which token a client's id, and with it the client's cameras, belongs to.
CREATE TABLE client (
    id    TEXT PRIMARY KEY,
    token INTEGER NOT NULL REFERENCES token (id) ON DELETE CASCADE
) WITHOUT ROWID;
