-- Drafts that somebody may hear by a secret address, as this laptop shared them: the only place that knows the secret.
CREATE TABLE share (
    id         TEXT PRIMARY KEY NOT NULL,
    show_id    TEXT NOT NULL,
    episode_id TEXT NOT NULL,
    target     TEXT,
    made_ms    INTEGER NOT NULL,
    -- 1 while something of it may be left at its place.
    open       INTEGER NOT NULL,
    body       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX share_by_show ON share (show_id, made_ms DESC);
CREATE INDEX share_by_target ON share (target, open);

-- What those who heard a draft remarked.
CREATE TABLE remark (
    id         TEXT PRIMARY KEY NOT NULL,
    share_id   TEXT NOT NULL,
    show_id    TEXT NOT NULL,
    episode_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    body       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX remark_by_episode ON remark (episode_id, created_ms);
CREATE INDEX remark_by_share ON remark (share_id);

-- How far each server was read.
CREATE TABLE remark_mark (
    target TEXT PRIMARY KEY NOT NULL,
    epoch  TEXT NOT NULL,
    next   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
