//! Table `episode`.

use crate::record::{self, COLUMNS, Row};
use crate::{Library, LibraryError, Result, media, stats};
use hearthcast_model::view::{EpisodeRow, EpisodeState};
use hearthcast_model::visible::{due, is_public};
use hearthcast_model::{Episode, EpisodeId, EpisodeNumber, Record, ShowId};
use sqlx::SqliteExecutor;
use std::collections::{HashMap, HashSet};

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
    // The column is a number of SQLite: whole, or with a fraction.
    let number = which.parse().ok().map(EpisodeNumber::to_f64);
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

/// Finished episodes of a show that nobody has released yet.
pub async fn unreleased(library: &Library, show: &ShowId) -> Result<Vec<Record<Episode>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM episode
         WHERE show_id = $1 AND released_hash IS NULL AND deleted_ms IS NULL AND NOT draft ORDER BY created_ms, id"
    );
    let rows: Vec<Row> = sqlx::query_as(&sql).bind(show.as_str()).fetch_all(library.readers()).await?;
    rows.into_iter().map(Row::record).collect()
}

/// Episodes of a show whose publication time is later than `after_ms`.
pub async fn later(library: &Library, show: &ShowId, after_ms: i64) -> Result<Vec<Record<Episode>>> {
    let sql = format!("SELECT {COLUMNS} FROM episode WHERE id IN ({})", include_str!("episode_later.sql"));
    let query = sqlx::query_as(&sql).bind(show.as_str()).bind(after_ms);
    let rows: Vec<Row> = query.fetch_all(library.readers()).await?;
    rows.into_iter().map(Row::record).collect()
}

/// The first publication time after `now_ms` of any episode; `None` when none has one.
pub async fn next_time(executor: impl SqliteExecutor<'_>, now_ms: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar(include_str!("episode_next_time.sql")).bind(now_ms).fetch_one(executor).await?)
}

/// Episodes that a place was given before their time, and whose time has not come.
async fn waiting(library: &Library, now_ms: i64) -> Result<HashSet<String>> {
    let rows: Vec<(String,)> =
        sqlx::query_as(include_str!("episode_waiting.sql")).bind(now_ms).fetch_all(library.readers()).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The posts among the living episodes of a show.
async fn posts(library: &Library, show: &ShowId) -> Result<HashSet<String>> {
    let rows = sqlx::query_as(include_str!("episode_posts.sql")).bind(show.as_str());
    let rows: Vec<(String,)> = rows.fetch_all(library.readers()).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The living episodes of a show whose sound lies with somebody else, and its length as far as it is known.
async fn elsewhere(library: &Library, show: &ShowId) -> Result<HashMap<String, Option<i64>>> {
    let rows = sqlx::query_as(include_str!("episode_elsewhere.sql")).bind(show.as_str());
    let rows: Vec<(String, Option<i64>)> = rows.fetch_all(library.readers()).await?;
    Ok(rows.into_iter().collect())
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

/// A row as `episode_list.sql` writes it: id, title, slug, season, number, draft, released, pending, time of publication
/// and of making, audio, picture.
#[derive(serde::Deserialize)]
struct ListRow(
    String,
    String,
    String,
    Option<u32>,
    Option<EpisodeNumber>,
    i64,
    i64,
    i64,
    Option<i64>,
    i64,
    Option<String>,
    Option<String>,
);

/// The living episodes of a show, newest first, without their notes.
pub async fn list(library: &Library, show: &ShowId, now_ms: i64) -> Result<Vec<EpisodeRow>> {
    let rows = sqlx::query_scalar::<_, String>(include_str!("episode_list.sql"));
    let rows = rows.bind(show.as_str()).fetch_one(library.readers());
    let (rows, durations, downloads, handed, posts, elsewhere) = tokio::try_join!(
        async { Ok(rows.await?) },
        media::durations(library),
        stats::downloads(library, show),
        waiting(library, now_ms),
        posts(library, show),
        elsewhere(library, show)
    )?;
    let unreadable = |source| LibraryError::Unreadable { what: "the list of episodes".into(), source };
    let mut rows: Vec<ListRow> = serde_json::from_str(&rows).map_err(unreadable)?;
    // In order already, as long as SQLite walks the index: then this only looks.
    rows.sort_by(|a, b| b.newness().cmp(&a.newness()));
    Ok(rows
        .into_iter()
        .filter_map(|row| row.view(now_ms, &durations, &downloads, &handed, &posts, &elsewhere))
        .collect())
}

impl ListRow {
    /// What has no time is newer than everything that has one.
    fn newness(&self) -> (i64, i64, &str) {
        (self.8.unwrap_or(i64::MAX), self.9, &self.0)
    }

    fn view(
        self,
        now_ms: i64,
        durations: &HashMap<String, i64>,
        downloads: &HashMap<String, i64>,
        handed: &HashSet<String>,
        posts: &HashSet<String>,
        elsewhere: &HashMap<String, Option<i64>>,
    ) -> Option<EpisodeRow> {
        let Self(id, title, slug, season, number, draft, released, pending, publish_at_ms, _, audio, image) = self;
        let released = match (released != 0, handed.contains(&id)) {
            (false, _) => Released::No,
            (true, true) => Released::Later,
            (true, false) => Released::Yes,
        };
        Some(EpisodeRow {
            state: state(draft != 0, released, pending != 0, publish_at_ms, now_ms),
            title,
            slug,
            season,
            number,
            publish_at_ms,
            duration_ms: match &audio {
                Some(hash) => durations.get(hash).copied(),
                None => elsewhere.get(&id).copied().flatten(),
            },
            downloads: downloads.get(&id).map(|count| count.unsigned_abs()),
            image,
            has_audio: audio.is_some() || elsewhere.contains_key(&id),
            post: posts.contains(&id),
            id: EpisodeId::parse(&id)?,
        })
    }
}

/// What a publication made of an episode so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// Nothing.
    No,
    /// Places have it and show it when its time comes.
    Later,
    /// Listeners see it.
    Yes,
}

impl Released {
    /// How far a record is at an instant.
    pub fn of(record: &Record<Episode>, now_ms: i64) -> Self {
        match &record.released {
            None => Self::No,
            Some(_) if is_public(record, now_ms) => Self::Yes,
            Some(_) => Self::Later,
        }
    }
}

/// Where an episode stands. What places show at its time is scheduled, whatever became of it here since.
pub fn state(draft: bool, released: Released, pending: bool, publish_at_ms: Option<i64>, now_ms: i64) -> EpisodeState {
    match (released, pending) {
        (Released::Yes, false) => EpisodeState::Published,
        (Released::Yes, true) => EpisodeState::Changed,
        (Released::Later, _) => EpisodeState::Scheduled,
        (Released::No, _) if draft => EpisodeState::Draft,
        (Released::No, _) if publish_at_ms.is_some() && !due(publish_at_ms, now_ms) => EpisodeState::Scheduled,
        (Released::No, _) => EpisodeState::Ready,
    }
}
