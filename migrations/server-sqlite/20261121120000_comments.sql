-- What visitors wrote. A row is never removed, so that its number is never another's; the words of a deleted one go. Every
-- change gets a new sequence number; of several decisions the latest holds.
CREATE TABLE comment (
    id         TEXT   NOT NULL PRIMARY KEY,
    number     BIGINT NOT NULL UNIQUE,
    seq        BIGINT NOT NULL UNIQUE,
    show_id    TEXT   NOT NULL,
    about      TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    text       TEXT   NOT NULL,
    created_ms BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    decided_ms BIGINT,
    decided_by TEXT
);
CREATE INDEX comment_by_show ON comment (show_id, seq);
CREATE INDEX comment_by_state ON comment (state, show_id);

-- Sums that visitors were asked and have not solved yet. The newest n stay.
CREATE TABLE challenge (
    id         TEXT   NOT NULL PRIMARY KEY,
    n          BIGINT NOT NULL UNIQUE,
    show_id    TEXT   NOT NULL,
    term1      BIGINT NOT NULL,
    term2      BIGINT NOT NULL,
    wrong      BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX challenge_expiry ON challenge (expires_ms);
