-- What issue 3 keeps besides: how to take a job up again, what recordings became, steps back and forth, words to search.

-- What a job needs to be begun again by another process, as JSON; and what somebody wants of it meanwhile.
ALTER TABLE job ADD COLUMN params TEXT;
ALTER TABLE job ADD COLUMN wanted TEXT CHECK (wanted IN ('pause', 'cancel'));
CREATE INDEX job_newest ON job (created_ms DESC, id DESC);

-- Files made by the workshop: from which recording, how, and with which tags.
CREATE TABLE made (
    hash       TEXT PRIMARY KEY NOT NULL,
    source     TEXT NOT NULL,
    preset     TEXT NOT NULL,
    -- Hash of the tags inside, so that tags that no longer fit are found without opening the file.
    tags       TEXT NOT NULL,
    report     TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX made_source ON made (source);

-- The newest recording an episode was given, also when nothing was made of it yet.
CREATE TABLE recording (
    episode    TEXT PRIMARY KEY NOT NULL,
    hash       TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Steps that can be taken back, or again. Field by field, so that others' changes beside them stay.
CREATE TABLE undo_step (
    n        INTEGER PRIMARY KEY AUTOINCREMENT,
    began_ms INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    undone   INTEGER NOT NULL DEFAULT 0,
    bytes    INTEGER NOT NULL,
    parts    TEXT NOT NULL
) STRICT;
CREATE INDEX undo_order ON undo_step (undone, n, at_ms, bytes);

-- Words of titles and notes, folded. The index holds no text: what is shown is read from the records.
CREATE TABLE search_row (
    n       INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    UNIQUE (kind, id)
) STRICT;
CREATE VIRTUAL TABLE search USING fts5 (
    title, body, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
);
