-- Posts stand among the episodes; lists tell them apart by this index, which has nothing but posts.
CREATE INDEX episode_post ON episode (show_id, id) WHERE json_extract(body, '$.kind') = 'post' AND deleted_ms IS NULL;
