-- When time changes something next: the first publication time still to come, of what the author works on and of what places
-- were given before its time.
SELECT min(at_ms) FROM (
    SELECT min(publish_at_ms) AS at_ms FROM episode WHERE publish_at_ms > $1 AND deleted_ms IS NULL
    UNION ALL
    SELECT min(json_extract(h.value, '$.at_ms')) FROM target_state t, json_each(t.handed) h
        WHERE json_extract(h.value, '$.at_ms') > $1)
