-- Drafts that somebody may hear by a secret address. Of the secret only its hash is known. One that is over keeps its row for
-- a while without what it said, so that its address goes on answering that it is over.
CREATE TABLE draft (
    id           TEXT   NOT NULL PRIMARY KEY,
    token_sha256 TEXT   NOT NULL UNIQUE,
    show_id      TEXT   NOT NULL,
    episode_id   TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    made_ms      BIGINT NOT NULL,
    expires_ms   BIGINT NOT NULL,
    ended_ms     BIGINT
);
CREATE INDEX draft_by_show ON draft (show_id, made_ms);
CREATE INDEX draft_by_end ON draft (ended_ms, expires_ms);

-- What those who heard a draft remarked, for its author's laptops.
CREATE TABLE remark (
    id         TEXT   NOT NULL PRIMARY KEY,
    seq        BIGINT NOT NULL UNIQUE,
    draft_id   TEXT   NOT NULL,
    show_id    TEXT   NOT NULL,
    episode_id TEXT   NOT NULL,
    at_ms      BIGINT,
    name       TEXT   NOT NULL,
    text       TEXT   NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE INDEX remark_by_show ON remark (show_id, seq);
CREATE INDEX remark_by_draft ON remark (draft_id);
