-- Finished media files, named by their content.
CREATE TABLE media (
    sha256     TEXT   NOT NULL PRIMARY KEY,
    bytes      BIGINT NOT NULL,
    mime       TEXT   NOT NULL,
    facts      TEXT,
    created_ms BIGINT NOT NULL
);

-- Uploads on their way. How far one is, is the length of its file.
CREATE TABLE upload (
    id         TEXT   NOT NULL PRIMARY KEY,
    device     TEXT   NOT NULL,
    sha256     TEXT,
    bytes      BIGINT NOT NULL,
    mime       TEXT   NOT NULL,
    metadata   TEXT   NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    done_ms    BIGINT
);
CREATE INDEX upload_by_content ON upload (device, sha256, bytes);
CREATE INDEX upload_by_expiry ON upload (expires_ms);
