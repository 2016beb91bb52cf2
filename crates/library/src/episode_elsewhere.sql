-- Episodes whose sound lies with somebody else, and how long it is. Those with sound of their own are passed over by the index.
SELECT e.id, json_extract(e.body, '$.remote_audio.duration_ms')
FROM episode e
WHERE e.show_id = $1 AND e.deleted_ms IS NULL AND e.audio_hash IS NULL
  AND json_extract(e.body, '$.remote_audio') IS NOT NULL
