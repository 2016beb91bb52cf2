-- Published versions of a show. A number is never reused; the fence makes a publication happen once.
CREATE TABLE version (
    show_id    TEXT   NOT NULL,
    n          BIGINT NOT NULL,
    fence      TEXT   NOT NULL UNIQUE,
    request    TEXT   NOT NULL,
    manifest   TEXT   NOT NULL,
    answer     TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    feed       BLOB,
    device     TEXT   NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (show_id, n)
);

-- Which version is public, and what the public sees. A slug belongs to one show.
CREATE TABLE released (
    show_id TEXT   NOT NULL PRIMARY KEY,
    slug    TEXT   NOT NULL UNIQUE,
    n       BIGINT NOT NULL,
    body    TEXT   NOT NULL
);

-- Every media file that a public episode ever had: downloads of old versions count too.
CREATE TABLE episode_media (
    sha256       TEXT   NOT NULL,
    episode      TEXT   NOT NULL,
    show_id      TEXT   NOT NULL,
    published_ms BIGINT NOT NULL,
    PRIMARY KEY (sha256, episode)
);
