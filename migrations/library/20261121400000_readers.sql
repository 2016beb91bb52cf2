-- Who asked for the feed, by UTC day, as servers count it; and how far each server's days were fetched.
CREATE TABLE feed_day (
    target  TEXT    NOT NULL,
    day     TEXT    NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (target, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_mark (
    target TEXT    NOT NULL PRIMARY KEY,
    next   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
