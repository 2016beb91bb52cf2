-- Every published version of every target, kept: what it released, its manifest and its feed. Bodies are kept once by
-- content: most of a version is what the version before it was.

-- Released bodies of shows and episodes, and facts of files, as JSON, by hash.
CREATE TABLE revision (
    hash TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- Feeds as listeners got them, deflated, by the hash of their bytes.
CREATE TABLE kept_feed (
    sha256 TEXT PRIMARY KEY NOT NULL,
    bytes  INTEGER NOT NULL,
    body   BLOB NOT NULL
) STRICT;

-- One row for one version. `records` says which revisions it released (JSON); empty where that is not known.
CREATE TABLE history (
    target      TEXT NOT NULL,
    version     INTEGER NOT NULL,
    show_id     TEXT NOT NULL,
    publication TEXT NOT NULL,
    parent      INTEGER NOT NULL,
    restores    INTEGER,
    at_ms       INTEGER NOT NULL,
    device      TEXT NOT NULL,
    sentence    TEXT NOT NULL,
    feed_sha256 TEXT NOT NULL,
    known       TEXT NOT NULL CHECK (known IN ('published', 'rebuilt', 'found')),
    -- Ids of episodes of it that were withdrawn since, as a JSON list.
    withdrawn   TEXT NOT NULL DEFAULT '[]',
    manifest    TEXT NOT NULL,
    records     TEXT NOT NULL,
    PRIMARY KEY (target, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX history_show ON history (show_id, at_ms);

-- Episodes that were withdrawn: never published again, and how far calling them back has come (JSON of the engine).
CREATE TABLE withdrawal (
    episode     TEXT PRIMARY KEY NOT NULL,
    show_id     TEXT NOT NULL,
    at_ms       INTEGER NOT NULL,
    finished_ms INTEGER,
    body        TEXT NOT NULL
) STRICT, WITHOUT ROWID;
