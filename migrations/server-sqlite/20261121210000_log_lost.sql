-- Answers of a UTC day that the download log could not take: its disk was full or broken.
CREATE TABLE log_lost (
    day  TEXT   NOT NULL PRIMARY KEY,
    rows BIGINT NOT NULL
);
