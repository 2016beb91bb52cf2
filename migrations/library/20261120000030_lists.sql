-- Lists walk one index and nothing else: a row of a table brings its notes into memory, an entry of an index does not.
DROP INDEX episode_list;
CREATE INDEX episode_list ON episode
    (show_id, coalesce(publish_at_ms, 9223372036854775807) DESC, created_ms DESC, id DESC,
     title, slug, season, number, draft, hash, released_hash, publish_at_ms, audio_hash, image_hash, deleted_ms)
    WHERE deleted_ms IS NULL;
CREATE INDEX episode_deleted ON episode (show_id, id, released_hash) WHERE deleted_ms IS NOT NULL;
CREATE INDEX media_duration ON media (hash, duration_ms) WHERE duration_ms IS NOT NULL;
