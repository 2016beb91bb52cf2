-- Where a show was imported from, and how it was asked for (JSON).
CREATE TABLE import_feed (
    show    TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    read_ms INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (show, source)
) STRICT, WITHOUT ROWID;

-- What a source said of the show ('' as guid) and of each episode when it was read last: what the author changed since, and what
-- the source changed since, are told from it.
CREATE TABLE import_item (
    show    TEXT NOT NULL,
    source  TEXT NOT NULL,
    guid    TEXT NOT NULL,
    episode TEXT NOT NULL,
    seen    TEXT NOT NULL,
    PRIMARY KEY (show, source, guid)
) STRICT, WITHOUT ROWID;

-- Files at other people's addresses that imported shows name ('' as episode is the show), and what became of each.
CREATE TABLE import_file (
    show    TEXT NOT NULL,
    episode TEXT NOT NULL,
    kind    TEXT NOT NULL,
    url     TEXT NOT NULL,
    state   TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (show, episode, kind, url)
) STRICT, WITHOUT ROWID;
