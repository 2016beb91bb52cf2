-- Numbers of other counters, from the time before this one: told beside the own, never added to them.
CREATE TABLE old_total (
    show_id   TEXT NOT NULL,
    label     TEXT NOT NULL,
    period    TEXT NOT NULL,
    downloads INTEGER NOT NULL,
    PRIMARY KEY (show_id, label, period)
) STRICT, WITHOUT ROWID;
