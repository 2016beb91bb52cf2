//! Table `episode`.

use crate::record::{self, COLUMNS, Row};
use crate::{Library, Result};
use hearthcast_model::view::{EpisodeRow, EpisodeState};
use hearthcast_model::visible::due;
use hearthcast_model::{Episode, EpisodeId, Record, ShowId};

/// One episode by id; deleted ones too.
pub async fn get(library: &Library, id: &EpisodeId) -> Result<Option<Record<Episode>>> {
    record::get(library.readers(), id.as_str()).await
}

/// One living episode of a show by id, slug or number.
pub async fn find(library: &Library, show: &ShowId, which: &str) -> Result<Option<Record<Episode>>> {
    // Three short searches; one with OR would visit every episode of the show.
    let sql = format!(
        "SELECT {COLUMNS} FROM episode WHERE show_id = $1 AND deleted_ms IS NULL AND id IN (
             SELECT $2 UNION ALL
             SELECT id FROM episode WHERE show_id = $1 AND slug = $2 AND deleted_ms IS NULL UNION ALL
             SELECT id FROM episode WHERE show_id = $1 AND number = $3 AND deleted_ms IS NULL)
         ORDER BY (id = $2) DESC, (slug = $2) DESC, season DESC, created_ms DESC LIMIT 1"
    );
    let number: Option<i64> = which.parse().ok();
    let row: Option<Row> =
        sqlx::query_as(&sql).bind(show.as_str()).bind(which).bind(number).fetch_optional(library.readers()).await?;
    row.map(Row::record).transpose()
}

/// All records of a show, deleted ones too, in a fixed order.
pub async fn all(library: &Library, show: &ShowId) -> Result<Vec<Record<Episode>>> {
    let sql = format!("SELECT {COLUMNS} FROM episode WHERE show_id = $1 ORDER BY created_ms, id");
    let rows: Vec<Row> = sqlx::query_as(&sql).bind(show.as_str()).fetch_all(library.readers()).await?;
    rows.into_iter().map(Row::record).collect()
}

/// Whether a living episode of the show has that slug.
pub async fn slug_taken(library: &Library, show: &ShowId, slug: &str) -> Result<bool> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM episode WHERE show_id = $1 AND slug = $2 AND deleted_ms IS NULL")
            .bind(show.as_str())
            .bind(slug)
            .fetch_optional(library.readers())
            .await?;
    Ok(row.is_some())
}

#[derive(sqlx::FromRow)]
struct ListRow {
    id: String,
    title: String,
    slug: String,
    season: Option<u32>,
    number: Option<u32>,
    draft: bool,
    hash: String,
    released_hash: Option<String>,
    publish_at_ms: Option<i64>,
    audio_hash: Option<String>,
    image_hash: Option<String>,
    duration_ms: Option<i64>,
    downloads: Option<i64>,
}

/// The living episodes of a show, newest first, without their notes.
pub async fn list(library: &Library, show: &ShowId, now_ms: i64) -> Result<Vec<EpisodeRow>> {
    let rows: Vec<ListRow> =
        sqlx::query_as(include_str!("episode_list.sql")).bind(show.as_str()).fetch_all(library.readers()).await?;
    Ok(rows.into_iter().filter_map(|row| row.view(now_ms)).collect())
}

impl ListRow {
    fn view(self, now_ms: i64) -> Option<EpisodeRow> {
        let pending = self.released_hash.as_deref() != Some(&self.hash);
        Some(EpisodeRow {
            id: EpisodeId::parse(&self.id)?,
            state: state(self.draft, self.released_hash.is_some(), pending, self.publish_at_ms, now_ms),
            title: self.title,
            slug: self.slug,
            season: self.season,
            number: self.number,
            publish_at_ms: self.publish_at_ms,
            duration_ms: self.duration_ms,
            downloads: self.downloads.map(i64::unsigned_abs),
            image: self.image_hash,
            has_audio: self.audio_hash.is_some(),
        })
    }
}

/// Where an episode stands.
pub fn state(draft: bool, released: bool, pending: bool, publish_at_ms: Option<i64>, now_ms: i64) -> EpisodeState {
    match (released, pending) {
        (true, false) => EpisodeState::Published,
        (true, true) => EpisodeState::Changed,
        (false, _) if draft => EpisodeState::Draft,
        (false, _) if publish_at_ms.is_some() && !due(publish_at_ms, now_ms) => EpisodeState::Scheduled,
        (false, _) => EpisodeState::Ready,
    }
}
