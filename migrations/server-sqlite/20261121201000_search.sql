-- What full-text search reads: of every public episode and post its title and notes as plain text, and of its transcripts
-- passages with the times of their cues. All of it can be made again from what is released; what is public is decided
-- elsewhere. `hash` says from which words a row was made. FTS5 keeps only the index; words stand in these tables, once.
CREATE TABLE search_item (
    n       INTEGER NOT NULL PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    show_id TEXT    NOT NULL,
    hash    TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    notes   TEXT    NOT NULL
);
-- n / 2^20 is the number of its item.
CREATE TABLE search_passage (
    n        INTEGER NOT NULL PRIMARY KEY,
    language TEXT    NOT NULL,
    text     TEXT    NOT NULL,
    cues     TEXT    NOT NULL
);

CREATE VIRTUAL TABLE search_item_words USING fts5 (
    title, notes, content = 'search_item', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE VIRTUAL TABLE search_passage_words USING fts5 (
    text, content = 'search_passage', content_rowid = 'n', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
-- Words that are taken out leave no trace in the index.
INSERT INTO search_item_words (search_item_words, rank) VALUES ('secure-delete', 1);
INSERT INTO search_passage_words (search_passage_words, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER search_item_in AFTER INSERT ON search_item BEGIN
    INSERT INTO search_item_words (rowid, title, notes) VALUES (new.n, new.title, new.notes);
END;
CREATE TRIGGER search_item_out AFTER DELETE ON search_item BEGIN
    INSERT INTO search_item_words (search_item_words, rowid, title, notes) VALUES ('delete', old.n, old.title, old.notes);
    DELETE FROM search_passage WHERE n >= old.n << 20 AND n < (old.n + 1) << 20;
END;
CREATE TRIGGER search_passage_in AFTER INSERT ON search_passage BEGIN
    INSERT INTO search_passage_words (rowid, text) VALUES (new.n, new.text);
END;
CREATE TRIGGER search_passage_out AFTER DELETE ON search_passage BEGIN
    INSERT INTO search_passage_words (search_passage_words, rowid, text) VALUES ('delete', old.n, old.text);
END;
