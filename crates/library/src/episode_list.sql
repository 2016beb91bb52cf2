SELECT e.id, e.title, e.slug, e.season, e.number, e.draft, e.hash, e.released_hash, e.publish_at_ms,
       e.audio_hash, e.image_hash,
       json_extract(m.facts, '$.duration_ms') AS duration_ms,
       (SELECT sum(json_extract(c.body, '$.funnel.downloads')) FROM day_count c WHERE c.episode = e.id) AS downloads
FROM episode e
LEFT JOIN media m ON m.hash = e.audio_hash
WHERE e.show_id = $1 AND e.deleted_ms IS NULL
ORDER BY coalesce(e.publish_at_ms, 9e18) DESC, e.created_ms DESC, e.id DESC
