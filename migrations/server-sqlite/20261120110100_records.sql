-- Working copies pushed by laptops. Nothing here is public. base_* is the state that the newest change started from:
-- a laptop that never got the answer to it starts from there again.
CREATE TABLE record (
    collection TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    rev        BIGINT NOT NULL,
    seq        BIGINT NOT NULL UNIQUE,
    hash       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    deleted_ms BIGINT,
    device     TEXT   NOT NULL,
    base_hash  TEXT,
    base_body  TEXT,
    PRIMARY KEY (collection, id)
);

-- Operations already applied, so that none is applied twice however batches are cut.
CREATE TABLE applied (
    device     TEXT   NOT NULL,
    n          BIGINT NOT NULL,
    hash       TEXT   NOT NULL,
    rev        BIGINT NOT NULL,
    seq        BIGINT NOT NULL,
    applied_ms BIGINT NOT NULL,
    PRIMARY KEY (device, n)
);
CREATE INDEX applied_by_age ON applied (applied_ms);

-- Answers by idempotency key: the same request again gets the same answer.
CREATE TABLE answer (
    device     TEXT   NOT NULL,
    idem_key   TEXT   NOT NULL,
    request    TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (device, idem_key)
);
CREATE INDEX answer_by_age ON answer (created_ms);
