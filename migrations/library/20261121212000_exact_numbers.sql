-- Numbers of episodes may have a fraction (2.5): the column takes both. It is kept by triggers, for SQLite adds no stored column that
-- is generated, and answers no list from an index alone with one that is not stored. Indexes and view are as before.
DROP VIEW report_episodes;
DROP INDEX episode_list;
DROP INDEX episode_number;
ALTER TABLE episode DROP COLUMN number;
ALTER TABLE episode ADD COLUMN number ANY;
UPDATE episode SET number = json_extract(body, '$.number');
CREATE TRIGGER episode_number_in AFTER INSERT ON episode BEGIN
    UPDATE episode SET number = json_extract(new.body, '$.number') WHERE id = new.id;
END;
CREATE TRIGGER episode_number_change AFTER UPDATE OF body ON episode
WHEN json_extract(new.body, '$.number') IS NOT new.number BEGIN
    UPDATE episode SET number = json_extract(new.body, '$.number') WHERE id = new.id;
END;
CREATE INDEX episode_list ON episode
    (show_id, coalesce(publish_at_ms, 9223372036854775807) DESC, created_ms DESC, id DESC,
     title, slug, season, number, draft, hash, released_hash, publish_at_ms, audio_hash, image_hash, deleted_ms)
    WHERE deleted_ms IS NULL;
CREATE INDEX episode_number ON episode (show_id, number) WHERE deleted_ms IS NULL;

CREATE VIEW report_episodes AS
SELECT e.id AS episode,
       s.title AS show_title,
       s.slug AS show_slug,
       e.title,
       e.slug,
       e.season,
       e.number,
       json_extract(e.body, '$.kind') AS kind,
       CASE WHEN e.draft THEN 'draft'
            WHEN e.released IS NULL THEN 'not published'
            WHEN e.released_hash = e.hash THEN 'published'
            ELSE 'published, with changes' END AS state,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.publish_at_ms / 1000, 'unixepoch') AS publish_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.created_ms / 1000, 'unixepoch') AS created_at,
       m.duration_ms / 1000.0 AS duration_s,
       json_extract(m.facts, '$.size_bytes') AS size_bytes,
       (SELECT coalesce(sum(c.downloads), 0) FROM day_count c WHERE c.episode = e.id) AS downloads
FROM episode e
JOIN show s ON s.id = e.show_id
LEFT JOIN media m ON m.hash = e.audio_hash
WHERE e.deleted_ms IS NULL;
