-- The posts among a show's episodes, from their own small index.
SELECT id FROM episode INDEXED BY episode_post
WHERE show_id = $1 AND json_extract(body, '$.kind') = 'post' AND deleted_ms IS NULL
