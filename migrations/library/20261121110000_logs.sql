-- Logs of other servers, counted here (docs/COUNTING.md): what was read, the pseudonymous rows, and the counts.

-- One row for every UTC day of a show that logs told of. `salt` makes its pseudonyms; gone when the day is closed.
CREATE TABLE log_day (
    show_id   TEXT NOT NULL,
    day       TEXT NOT NULL,
    salt      TEXT,
    closes_ms INTEGER NOT NULL,
    PRIMARY KEY (show_id, day)
) STRICT, WITHOUT ROWID;

-- Requests for files of a show, kept as long as the server keeps its own. The id is made of the line.
CREATE TABLE log_row (
    show_id TEXT NOT NULL,
    day     TEXT NOT NULL,
    id      TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (show_id, day, id)
) STRICT, WITHOUT ROWID;

-- Counts made of them. `target` is the place under which `day_count` has them where no server delivered the bytes itself.
CREATE TABLE log_count (
    episode   TEXT NOT NULL,
    day       TEXT NOT NULL,
    show_id   TEXT NOT NULL,
    target    TEXT NOT NULL,
    downloads INTEGER NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (episode, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_count_day ON log_count (show_id, day);

-- Where `sync` reads logs by itself, and the files it has read.
CREATE TABLE log_source (
    show_id TEXT NOT NULL,
    target  TEXT NOT NULL,
    prefix  TEXT NOT NULL,
    format  TEXT NOT NULL,
    PRIMARY KEY (show_id, target, prefix)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_object (
    target TEXT NOT NULL,
    name   TEXT NOT NULL,
    mark   TEXT NOT NULL,
    at_ms  INTEGER NOT NULL,
    PRIMARY KEY (target, name)
) STRICT, WITHOUT ROWID;
