-- The order is that of index episode_list, and every column a small one: no sorting, and no notes are read.
SELECT e.id, e.title, e.slug, e.season, e.number, e.draft, e.hash, e.released_hash, e.publish_at_ms,
       e.audio_hash, e.image_hash, m.duration_ms,
       (SELECT sum(c.downloads) FROM day_count c CROSS JOIN target t ON t.id = c.target AND t.show_id = e.show_id
        WHERE c.episode = e.id) AS downloads
FROM episode e
LEFT JOIN media m ON m.hash = e.audio_hash
WHERE e.show_id = $1 AND e.deleted_ms IS NULL
ORDER BY coalesce(e.publish_at_ms, 9223372036854775807) DESC, e.created_ms DESC, e.id DESC
