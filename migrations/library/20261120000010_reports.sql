-- The author's own reports: saved questions, and views with names a person understands (docs/guide/reports.md).
-- Times are TEXT in UTC, lengths in seconds, sizes in bytes: what the report window can show without knowing more.

CREATE TABLE report (
    name       TEXT PRIMARY KEY NOT NULL,
    sql        TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW report_shows AS
SELECT s.id AS show,
       s.title,
       s.slug,
       json_extract(s.body, '$.author') AS author,
       json_extract(s.body, '$.language') AS language,
       (SELECT count(*) FROM episode e WHERE e.show_id = s.id AND e.deleted_ms IS NULL) AS episodes,
       (SELECT count(*) FROM episode e WHERE e.show_id = s.id AND e.deleted_ms IS NULL AND e.released IS NOT NULL) AS published
FROM show s
WHERE s.deleted_ms IS NULL;

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

CREATE VIEW report_downloads AS
SELECT c.day,
       s.title AS show_title,
       e.title AS episode_title,
       c.episode,
       t.name AS target,
       c.downloads
FROM day_count c
JOIN target t ON t.id = c.target
LEFT JOIN episode e ON e.id = c.episode
LEFT JOIN show s ON s.id = e.show_id;

CREATE VIEW report_apps AS
SELECT c.day,
       e.title AS episode_title,
       c.episode,
       t.name AS target,
       app.key AS app,
       app.value AS downloads
FROM day_count c
JOIN target t ON t.id = c.target
LEFT JOIN episode e ON e.id = c.episode,
     json_each(c.body, '$.by_app') AS app;

CREATE VIEW report_media AS
SELECT m.hash,
       m.original_name,
       json_extract(m.facts, '$.type') AS type,
       json_extract(m.facts, '$.size_bytes') AS size_bytes,
       m.duration_ms / 1000.0 AS duration_s,
       json_extract(m.facts, '$.loudness.integrated_lufs') AS loudness_lufs,
       json_extract(m.facts, '$.loudness.true_peak_dbtp') AS true_peak_dbtp,
       json_extract(m.facts, '$.width_px') AS width_px,
       json_extract(m.facts, '$.height_px') AS height_px
FROM media m;
