-- One salt per UTC day; gone when the day is closed, so that listeners cannot be recognised afterwards.
CREATE TABLE salt (
    day   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Rows of the delivery log, kept 90 days so that a recount is possible.
CREATE TABLE log_row (
    id      TEXT   NOT NULL PRIMARY KEY,
    day     TEXT   NOT NULL,
    content TEXT   NOT NULL
);
CREATE INDEX log_row_by_day ON log_row (day);

-- How far each node's log was read, written in the same transaction as its rows.
CREATE TABLE log_mark (
    node             TEXT   NOT NULL PRIMARY KEY,
    segment_n        BIGINT NOT NULL,
    segment_start_ms BIGINT NOT NULL,
    read_to          BIGINT NOT NULL
);

-- Counts by episode and UTC day. A changed row gets a higher version and a new sequence number.
CREATE TABLE day_count (
    show_id     TEXT   NOT NULL,
    episode     TEXT   NOT NULL,
    day         TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    seq         BIGINT NOT NULL UNIQUE,
    body        TEXT   NOT NULL,
    PRIMARY KEY (show_id, episode, day)
);
CREATE INDEX day_count_open ON day_count (provisional, day);
