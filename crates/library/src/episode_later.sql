-- What came out, or will come out, after a moment.
SELECT id FROM episode WHERE show_id = $1 AND publish_at_ms > $2
