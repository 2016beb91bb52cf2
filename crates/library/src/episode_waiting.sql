-- Episodes that a place was given before their time, and whose time has not come.
SELECT DISTINCT json_extract(h.value, '$.episode') FROM target_state t, json_each(t.handed) h
WHERE json_extract(h.value, '$.at_ms') > $1
