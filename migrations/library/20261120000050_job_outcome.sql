-- What came of a job (JSON `job::JobOutcome`), for the list of what ended lately.
ALTER TABLE job ADD COLUMN outcome TEXT;
