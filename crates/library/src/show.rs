//! Table `show`.

use crate::brought::LISTED;
use crate::record::{self, COLUMNS, Row};
use crate::{Library, Result};
use hearthcast_model::view::ShowRow;
use hearthcast_model::{Record, Show, ShowId};
use std::collections::BTreeMap;

/// One show by id; deleted ones too.
pub async fn get(library: &Library, id: &ShowId) -> Result<Option<Record<Show>>> {
    record::get(library.readers(), id.as_str()).await
}

/// One living show by id or slug.
pub async fn find(library: &Library, id_or_slug: &str) -> Result<Option<Record<Show>>> {
    let sql = format!("SELECT {COLUMNS} FROM show WHERE deleted_ms IS NULL AND (slug = $1 OR id = $1)");
    let row: Option<Row> = sqlx::query_as(&sql).bind(id_or_slug).fetch_optional(library.readers()).await?;
    row.map(Row::record).transpose()
}

/// Id, title, slug, episodes, changes, cover, comments that wait.
type ListRow = (String, String, String, i64, i64, Option<String>, i64);

/// All living shows by title, with the number of their episodes and of the changes that a publication would take now: none
/// of a draft or of an episode without audio (a post needs none), unless a place would show it when its time comes.
pub async fn list(library: &Library) -> Result<Vec<ShowRow>> {
    let sql = format!(
        "SELECT s.id, s.title, s.slug,
                (SELECT count(*) FROM episode e WHERE e.show_id = s.id AND e.deleted_ms IS NULL)
                - (SELECT count(*) FROM episode e
                   WHERE e.show_id = s.id AND json_extract(e.body, '$.kind') = 'post' AND e.deleted_ms IS NULL),
                (s.released_hash IS NOT NULL AND s.released_hash <> s.hash) +
                (SELECT count(*) FROM episode e WHERE e.show_id = s.id AND (
                    (e.deleted_ms IS NULL AND e.draft = 0 AND e.released_hash IS NOT e.hash
                        AND (e.audio_hash IS NOT NULL OR json_extract(e.body, '$.remote_audio') IS NOT NULL
                             OR json_extract(e.body, '$.kind') = 'post'))
                    OR (e.deleted_ms IS NOT NULL AND e.released IS NOT NULL))),
                json_extract(s.body, '$.cover.hash'),
                (SELECT count(*) FROM comment c WHERE c.show_id = s.id AND c.state = 'waiting' AND {LISTED})
         FROM show s WHERE s.deleted_ms IS NULL ORDER BY lower(s.title), s.id"
    );
    let rows: Vec<ListRow> = sqlx::query_as(&sql).fetch_all(library.readers()).await?;
    let taken_back = taken_back(library).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, title, slug, episodes, pending, cover, comments_waiting)| {
            let pending = pending + taken_back.get(&id).copied().unwrap_or_default();
            let id = ShowId::parse(&id)?;
            let (episodes, pending) = (episodes.unsigned_abs(), pending.unsigned_abs());
            let comments_waiting = comments_waiting.unsigned_abs();
            Some(ShowRow { id, title, slug, episodes, pending, cover, comments_waiting })
        })
        .collect())
}

/// How many episodes of each show wait for their time at a place, and became drafts or lost their sound here.
async fn taken_back(library: &Library) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(concat!(
        "SELECT show_id, count(*) FROM episode WHERE id IN (",
        include_str!("episode_waiting.sql"),
        ") AND released_hash IS NOT NULL AND deleted_ms IS NULL AND (draft = 1 OR (audio_hash IS NULL
           AND json_extract(body, '$.remote_audio') IS NULL AND json_extract(body, '$.kind') <> 'post')) GROUP BY show_id"
    ))
    .bind(library.clock().now_ms())
    .fetch_all(library.readers())
    .await?;
    Ok(rows.into_iter().collect())
}

/// Whether a living show has that slug.
pub async fn slug_taken(library: &Library, slug: &str) -> Result<bool> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM show WHERE slug = $1 AND deleted_ms IS NULL")
        .bind(slug)
        .fetch_optional(library.readers())
        .await?;
    Ok(row.is_some())
}
