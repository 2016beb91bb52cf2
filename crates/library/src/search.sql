-- Newest rows first, as many as are shown: nothing is ranked, so that a letter that stands everywhere costs no more.
SELECT r.kind, r.id, coalesce(w.slug, p.slug) AS show, coalesce(w.title, e.title) AS title,
       CASE r.kind WHEN 'show' THEN json_extract(w.body, '$.description.source')
                   ELSE json_extract(e.body, '$.notes.source') END AS text
FROM search f
CROSS JOIN search_row r ON r.n = f.rowid
LEFT JOIN show w ON r.kind = 'show' AND w.id = r.id AND w.deleted_ms IS NULL
LEFT JOIN episode e ON r.kind = 'episode' AND e.id = r.id AND e.deleted_ms IS NULL
LEFT JOIN show p ON p.id = e.show_id AND p.deleted_ms IS NULL
WHERE f.search MATCH $1 AND (w.id IS NOT NULL OR p.id IS NOT NULL)
ORDER BY f.rowid DESC LIMIT $2
