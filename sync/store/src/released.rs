//! Table `released`: what the public sees of each show, and which version that is; and `episode_media`: every file a public
//! episode ever had, because downloads of older files count too.

use crate::{Connection, Result, StoreError};
use hearthcast_model::legacy::LegacyPath;
use hearthcast_model::rule::Sound;
use hearthcast_model::visible::released_by;
use hearthcast_model::{EpisodeId, Sha256, Show, ShowId};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_protocol::standing::Standing;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

/// What the public sees of a show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Released {
    /// The show's id.
    pub id: ShowId,
    /// Version.
    pub version: u64,
    /// Nothing is shown as of an earlier instant than this, Unix milliseconds.
    pub effective_at: i64,
    /// The show.
    pub show: Show,
    /// Its episodes, those whose time has not come included.
    pub episodes: Vec<ReleasedEpisode>,
    /// The version whose feed is served again byte for byte, for a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u64>,
    /// What its addresses answer since it left; `None` while it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// How listeners get the sound, and what of it lies elsewhere.
    #[serde(default, skip_serializing_if = "Sound::is_usual")]
    pub sound: Sound,
    /// Older paths, and where each leads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<LegacyPath>,
    /// The sounds its episodes had when it left for another place: their episodes are told about there only.
    /// `None` while it is here, and of what left before servers kept them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Vec<Heard>>,
}

/// The sound of an episode that is told about elsewhere now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The episode.
    pub episode: EpisodeId,
    /// Its sound.
    pub sha256: Sha256,
    /// The name that was published under.
    pub name: String,
}

impl Released {
    /// The sounds of the episodes that are public as of an instant, and those it had when it left.
    pub fn heard(&self, as_of_ms: i64) -> Vec<Heard> {
        let public = self.episodes.iter().filter(|episode| released_by(&episode.body, as_of_ms));
        let now = public.filter_map(|episode| {
            let audio = episode.body.audio.as_ref()?;
            let name = format!("{}.{}", audio.name, audio.ext);
            Some(Heard { episode: episode.id.clone(), sha256: audio.hash.clone(), name })
        });
        self.heard.iter().flatten().cloned().chain(now).collect()
    }
}

/// A file of an episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpisodeMedia {
    /// The file.
    pub sha256: Sha256,
    /// The episode.
    pub episode: EpisodeId,
    /// The show.
    pub show: ShowId,
    /// When the episode became public, Unix milliseconds.
    pub published_ms: i64,
}

/// Makes a version the public one.
pub async fn put(connection: &mut Connection, released: &Released) -> Result<()> {
    let body = serde_json::to_string(released).map_err(|source| StoreError::Row { table: "released", source })?;
    sqlx::query(
        "INSERT INTO released (show_id, slug, n, body) VALUES ($1, $2, $3, $4)
         ON CONFLICT (show_id) DO UPDATE SET slug = excluded.slug, n = excluded.n, body = excluded.body",
    )
    .bind(released.id.as_str())
    .bind(&released.show.slug)
    .bind(i64::try_from(released.version).unwrap_or(i64::MAX))
    .bind(body)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads what the public sees of a show.
pub async fn get(connection: &mut Connection, show: &ShowId) -> Result<Option<Released>> {
    let row = sqlx::query("SELECT body FROM released WHERE show_id = $1")
        .bind(show.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Tells which show has a slug.
pub async fn owner_of_slug(connection: &mut Connection, slug: &str) -> Result<Option<String>> {
    let row = sqlx::query("SELECT show_id FROM released WHERE slug = $1").bind(slug).fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Reads what the public sees of all shows.
pub async fn all(connection: &mut Connection) -> Result<Vec<Released>> {
    let rows = sqlx::query("SELECT body FROM released ORDER BY show_id").fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// Remembers that episodes have files, in one statement.
pub async fn attach(connection: &mut Connection, files: impl Iterator<Item = EpisodeMedia>) -> Result<()> {
    let rows: Vec<_> = files.map(|file| (file.sha256, file.episode, file.show, file.published_ms)).collect();
    let rows = serde_json::to_string(&rows).map_err(|source| StoreError::Row { table: "episode_media", source })?;
    // SQLite takes the word after a SELECT for a join without the WHERE (sqlite.org/lang_upsert.html, 2.2).
    sqlx::query(
        "INSERT INTO episode_media (sha256, episode, show_id, published_ms)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($1) WHERE true
         ON CONFLICT (sha256, episode) DO UPDATE SET published_ms = excluded.published_ms",
    )
    .bind(rows)
    .execute(connection)
    .await?;
    Ok(())
}

/// A sound that an episode has, or had.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownSound {
    /// The file.
    pub sha256: Sha256,
    /// The episode.
    pub episode: EpisodeId,
    /// When the episode became public, Unix milliseconds.
    pub published_ms: i64,
    /// Length.
    pub bytes: u64,
    /// MIME type.
    pub mime: String,
}

/// Lists every sound that episodes of a show have or had, and that is known here still.
pub async fn sounds(connection: &mut Connection, show: &ShowId) -> Result<Vec<KnownSound>> {
    let rows = sqlx::query(
        "SELECT sha256, episode, published_ms, bytes, mime FROM episode_media JOIN media USING (sha256)
         WHERE show_id = $1 ORDER BY episode, sha256",
    )
    .bind(show.as_str())
    .fetch_all(connection)
    .await?;
    let mut sounds = Vec::with_capacity(rows.len());
    for row in &rows {
        let (sha256, episode, bytes): (String, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(3)?);
        if let (Some(sha256), Some(episode)) = (Sha256::parse(&sha256), EpisodeId::parse(&episode)) {
            let (published_ms, bytes) = (row.try_get(2)?, u64::try_from(bytes).unwrap_or(0));
            sounds.push(KnownSound { sha256, episode, published_ms, bytes, mime: row.try_get(4)? });
        }
    }
    Ok(sounds)
}

/// Lists every file of every episode.
pub async fn episode_media(connection: &mut Connection) -> Result<Vec<EpisodeMedia>> {
    let rows = sqlx::query("SELECT sha256, episode, show_id, published_ms FROM episode_media ORDER BY episode, sha256")
        .fetch_all(connection)
        .await?;
    let mut files = Vec::with_capacity(rows.len());
    for row in &rows {
        let (sha256, episode, show): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let parsed = (Sha256::parse(&sha256), EpisodeId::parse(&episode), ShowId::parse(&show));
        if let (Some(sha256), Some(episode), Some(show)) = parsed {
            files.push(EpisodeMedia { sha256, episode, show, published_ms: row.try_get(3)? });
        }
    }
    Ok(files)
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Released> {
    let body: String = row.try_get(0)?;
    serde_json::from_str(&body).map_err(|source| StoreError::Row { table: "released", source })
}
