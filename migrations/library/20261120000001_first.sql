-- The laptop's library. Bodies are JSON of the model types; columns beside them are derived, for lists and searches.
-- Bodies stand last: SQLite reads a row from its beginning, and a list must not read everybody's notes.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE show (
    id            TEXT PRIMARY KEY NOT NULL,
    rev           INTEGER NOT NULL,
    base_rev      INTEGER NOT NULL,
    hash          TEXT NOT NULL,
    deleted_ms    INTEGER,
    device_id     TEXT NOT NULL,
    released_hash TEXT,
    slug          TEXT GENERATED ALWAYS AS (json_extract(body, '$.slug')) STORED,
    title         TEXT GENERATED ALWAYS AS (json_extract(body, '$.title')) STORED,
    body          TEXT NOT NULL,
    released      TEXT
) STRICT;
CREATE UNIQUE INDEX show_slug ON show (slug) WHERE deleted_ms IS NULL;

CREATE TABLE episode (
    id            TEXT PRIMARY KEY NOT NULL,
    rev           INTEGER NOT NULL,
    base_rev      INTEGER NOT NULL,
    hash          TEXT NOT NULL,
    deleted_ms    INTEGER,
    device_id     TEXT NOT NULL,
    released_hash TEXT,
    show_id       TEXT GENERATED ALWAYS AS (json_extract(body, '$.show')) STORED,
    slug          TEXT GENERATED ALWAYS AS (json_extract(body, '$.slug')) STORED,
    title         TEXT GENERATED ALWAYS AS (json_extract(body, '$.title')) STORED,
    season        INTEGER GENERATED ALWAYS AS (json_extract(body, '$.season')) STORED,
    number        INTEGER GENERATED ALWAYS AS (json_extract(body, '$.number')) STORED,
    draft         INTEGER GENERATED ALWAYS AS (json_extract(body, '$.draft')) STORED,
    publish_at_ms INTEGER GENERATED ALWAYS AS (json_extract(body, '$.publish_at_ms')) STORED,
    created_ms    INTEGER GENERATED ALWAYS AS (json_extract(body, '$.created_ms')) STORED,
    audio_hash    TEXT GENERATED ALWAYS AS (json_extract(body, '$.audio.hash')) STORED,
    image_hash    TEXT GENERATED ALWAYS AS (json_extract(body, '$.image.hash')) STORED,
    body          TEXT NOT NULL,
    released      TEXT
) STRICT;
CREATE UNIQUE INDEX episode_slug ON episode (show_id, slug) WHERE deleted_ms IS NULL;
CREATE INDEX episode_list ON episode
    (show_id, coalesce(publish_at_ms, 9223372036854775807) DESC, created_ms DESC, id DESC) WHERE deleted_ms IS NULL;
CREATE INDEX episode_all ON episode (show_id, created_ms, id);
CREATE INDEX episode_number ON episode (show_id, number) WHERE deleted_ms IS NULL;

-- What a server last acknowledged, per target: the common ancestor of a later merge.
CREATE TABLE sync_base (
    target TEXT NOT NULL,
    tbl    TEXT NOT NULL,
    id     TEXT NOT NULL,
    rev    INTEGER NOT NULL,
    hash   TEXT NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (target, tbl, id)
) STRICT, WITHOUT ROWID;

-- Every change, in order, written in the transaction that made it. Numbers are never used twice.
CREATE TABLE outbox (
    n   INTEGER PRIMARY KEY AUTOINCREMENT,
    tbl TEXT NOT NULL,
    id  TEXT NOT NULL,
    op  TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_record ON outbox (tbl, id);

CREATE TABLE media (
    hash          TEXT PRIMARY KEY NOT NULL,
    original_name TEXT NOT NULL,
    created_ms    INTEGER NOT NULL,
    duration_ms   INTEGER GENERATED ALWAYS AS (json_extract(facts, '$.duration_ms')) STORED,
    facts         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE waveform (
    hash     TEXT PRIMARY KEY NOT NULL,
    slice_ms INTEGER NOT NULL,
    low      BLOB NOT NULL,
    high     BLOB NOT NULL
) STRICT;

CREATE TABLE target (
    id      TEXT PRIMARY KEY NOT NULL,
    body    TEXT NOT NULL,
    show_id TEXT GENERATED ALWAYS AS (json_extract(body, '$.show')) STORED,
    name    TEXT GENERATED ALWAYS AS (json_extract(body, '$.name')) STORED
) STRICT;
CREATE UNIQUE INDEX target_name ON target (name);

-- What this laptop last saw at a target.
CREATE TABLE target_state (
    target       TEXT PRIMARY KEY NOT NULL,
    manifest     TEXT,
    published_ms INTEGER,
    pushed_n     INTEGER NOT NULL DEFAULT 0,
    counts_epoch TEXT,
    counts_next  INTEGER NOT NULL DEFAULT 0,
    pulled_ms    INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE publication (
    id          TEXT PRIMARY KEY NOT NULL,
    target      TEXT NOT NULL,
    show_id     TEXT NOT NULL,
    plan        TEXT NOT NULL,
    payload     TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'done', 'abandoned')),
    created_ms  INTEGER NOT NULL,
    finished_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX publication_open ON publication (target) WHERE state = 'open';

-- A row stands here before the effect it names is begun.
CREATE TABLE journal (
    publication TEXT NOT NULL,
    step        INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('begun', 'done')),
    at_ms       INTEGER NOT NULL,
    PRIMARY KEY (publication, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
    id            TEXT PRIMARY KEY NOT NULL,
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL,
    priority      INTEGER NOT NULL,
    state         TEXT NOT NULL,
    progress      TEXT,
    lease_pid     INTEGER,
    heartbeat_ms  INTEGER,
    attempts      INTEGER NOT NULL,
    not_before_ms INTEGER,
    error         TEXT,
    created_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX job_state ON job (state, priority, created_ms);

CREATE TABLE day_count (
    target  TEXT NOT NULL,
    episode TEXT NOT NULL,
    day     TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- Not a generated column: SQLite does not read those from an index alone.
    downloads INTEGER NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (target, episode, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_count_episode ON day_count (episode, target, downloads);
