-- What visitors wrote, as each server tells it, and what was decided here and is not told there yet.
CREATE TABLE comment (
    target     TEXT NOT NULL,
    id         TEXT NOT NULL,
    show_id    TEXT NOT NULL,
    -- As it stands here: the decision that is not told yet, or else the server's.
    state      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    -- The decision that is not told yet.
    unsent     TEXT,
    unsent_ms  INTEGER,
    body       TEXT NOT NULL,
    PRIMARY KEY (target, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_list ON comment (show_id, state, created_ms DESC, id DESC);

-- How far each server was read.
CREATE TABLE comment_mark (
    target TEXT PRIMARY KEY NOT NULL,
    epoch  TEXT NOT NULL,
    next   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
