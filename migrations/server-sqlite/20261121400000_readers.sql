-- Requests for feeds and pages, kept as long as those of the delivery log. One row for every listener, day and kind of page;
-- `last_n` and `last_offset` are where its newest request stands in the node's log, so that none is taken in twice.
CREATE TABLE view_row (
    day         TEXT   NOT NULL,
    show_id     TEXT   NOT NULL,
    page        TEXT   NOT NULL,
    listener    TEXT   NOT NULL,
    node        TEXT   NOT NULL,
    requests    BIGINT NOT NULL,
    last_n      BIGINT NOT NULL,
    last_offset BIGINT NOT NULL,
    content     TEXT   NOT NULL,
    PRIMARY KEY (day, show_id, page, listener, node)
);

-- Who asked for the feed, by show and UTC day. A changed row gets a higher version and a new sequence number.
CREATE TABLE feed_day (
    show_id     TEXT   NOT NULL,
    day         TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    seq         BIGINT NOT NULL UNIQUE,
    body        TEXT   NOT NULL,
    PRIMARY KEY (show_id, day)
);
CREATE INDEX feed_day_open ON feed_day (provisional, day);
