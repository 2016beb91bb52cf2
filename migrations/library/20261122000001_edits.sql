-- What the author cuts out of a recording of an episode, and what was laid aside with it. Never published.
CREATE TABLE edit (
    episode    TEXT    NOT NULL,
    recording  TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (episode, recording)
) STRICT, WITHOUT ROWID;
