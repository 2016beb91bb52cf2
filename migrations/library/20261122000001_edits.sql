-- What the author cuts out of the recording of an episode, and what was laid aside with it. Never leaves the laptop.
CREATE TABLE edit (
    episode    TEXT PRIMARY KEY NOT NULL,
    body       TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
