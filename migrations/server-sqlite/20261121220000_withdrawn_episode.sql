-- Episodes and posts that were withdrawn, those without a file, too: their addresses answer 410 for ever.
CREATE TABLE withdrawn_episode (
    episode TEXT   PRIMARY KEY,
    show_id TEXT   NOT NULL,
    at_ms   BIGINT NOT NULL
);
INSERT INTO withdrawn_episode (episode, show_id, at_ms) SELECT episode, MIN(show_id), MIN(at_ms) FROM withdrawn GROUP BY episode;
