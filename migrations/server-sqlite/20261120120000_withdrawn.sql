-- Files of episodes that were withdrawn, under every name they were published by: their addresses answer 410 for ever.
CREATE TABLE withdrawn (
    show_id TEXT   NOT NULL,
    episode TEXT   NOT NULL,
    sha256  TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    at_ms   BIGINT NOT NULL,
    PRIMARY KEY (episode, sha256, name)
);
