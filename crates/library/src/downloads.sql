-- Every day of every episode, from one index.
SELECT json_group_object(episode, downloads) FROM (
    SELECT c.episode, sum(c.downloads) AS downloads
    FROM day_count c INDEXED BY day_count_episode CROSS JOIN target t ON t.id = c.target AND t.show_id = $1
    GROUP BY c.episode)
