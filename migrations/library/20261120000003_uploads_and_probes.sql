-- A large file on its way to a bucket: what the storage calls the upload, and which parts have arrived (engine's JSON).
CREATE TABLE upload (
    target     TEXT NOT NULL,
    key        TEXT NOT NULL,
    changed_ms INTEGER NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (target, key)
) STRICT, WITHOUT ROWID;

-- What a target can do, as it was last tried.
CREATE TABLE probe (
    target TEXT PRIMARY KEY NOT NULL,
    at_ms  INTEGER NOT NULL,
    body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
