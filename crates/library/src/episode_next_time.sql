-- When time changes something next: the first publication time still to come.
SELECT min(publish_at_ms) FROM episode WHERE publish_at_ms > $1 AND deleted_ms IS NULL
