-- Days whose rows changed since they were counted last. Written with the rows, taken away with the count.
CREATE TABLE day_due (
    day TEXT NOT NULL PRIMARY KEY
);
-- Rows of a day, in the order of their ids, a few at a time.
DROP INDEX log_row_by_day;
CREATE INDEX log_row_by_day_and_id ON log_row (day, id);
