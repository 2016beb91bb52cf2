-- Answers that a server could not log (JSON list of `stats::LostRows`).
ALTER TABLE target_state ADD COLUMN lost TEXT NOT NULL DEFAULT '[]';
