-- Words by which the author finds files again, by content. They are the author's alone: nothing of them is published.
CREATE TABLE media_tag (
    hash TEXT NOT NULL,
    tag  TEXT NOT NULL,
    PRIMARY KEY (hash, tag)
) STRICT, WITHOUT ROWID;
