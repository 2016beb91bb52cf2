-- What sources said of a show and its episodes; of several of one kind the last counts: this source, else the one read last.
SELECT i.guid, i.source, coalesce(json_extract(f.body, '$.origin'), 'feed'), i.episode, i.seen
FROM import_item i LEFT JOIN import_feed f ON f.show = i.show AND f.source = i.source
WHERE i.show = $1
ORDER BY i.source = $2, f.read_ms, i.source, length(i.guid) DESC
