-- Episodes that a place was given before their time (JSON list of `plan::Scheduled`).
ALTER TABLE target_state ADD COLUMN handed TEXT NOT NULL DEFAULT '[]';
