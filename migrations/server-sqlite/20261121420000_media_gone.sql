-- What counting needs to know of a sound that was deleted: its numbers stay, and can be counted again from the log.
-- Nothing that was said or written in it.
CREATE TABLE media_gone (
    sha256        TEXT   NOT NULL PRIMARY KEY,
    size_bytes    BIGINT NOT NULL,
    header_bytes  BIGINT NOT NULL,
    trailer_bytes BIGINT NOT NULL,
    duration_ms   BIGINT
);
