//! Table `version`: what was published, number by number.

use crate::{Connection, Result, StoreError};
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::{EpisodeId, Sha256, ShowId};
use hearthcast_protocol::versions::{VersionLine, WithdrawnFile};
use sqlx::Row as _;

/// Versions whose feed is kept whole; older ones keep their manifest.
pub const FEEDS_KEPT: i64 = 20;

/// A published version.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its manifest.
    pub manifest: Manifest,
    /// Hash of the request that made it.
    pub request: String,
    /// What was answered.
    pub answer: String,
    /// Hash of the feed at publication.
    pub sha256: Sha256,
    /// When the server took it, Unix milliseconds.
    pub created_ms: i64,
}

/// Claims a version. Fails if the number or the fence exists.
pub async fn claim(connection: &mut Connection, version: &Version, feed: &[u8], now_ms: i64) -> Result<()> {
    let (manifest, n) = (&version.manifest, i64::try_from(version.manifest.version).unwrap_or(i64::MAX));
    let text = serde_json::to_string(manifest).map_err(|source| StoreError::Row { table: "version", source })?;
    sqlx::query(
        "INSERT INTO version (show_id, n, fence, request, manifest, answer, sha256, feed, device, created_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(manifest.show.as_str())
    .bind(n)
    .bind(&manifest.fence)
    .bind(&version.request)
    .bind(text)
    .bind(&version.answer)
    .bind(version.sha256.as_str())
    .bind(feed)
    .bind(manifest.device.as_str())
    .bind(now_ms)
    .execute(&mut *connection)
    .await?;
    forget_feeds(connection, &manifest.show, n - FEEDS_KEPT).await
}

/// Finds the version that a publication made.
pub async fn by_fence(connection: &mut Connection, fence: &str) -> Result<Option<Version>> {
    let row = sqlx::query("SELECT manifest, request, answer, sha256, created_ms FROM version WHERE fence = $1")
        .bind(fence)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Reads a version.
pub async fn get(connection: &mut Connection, show: &ShowId, n: u64) -> Result<Option<Version>> {
    let row =
        sqlx::query("SELECT manifest, request, answer, sha256, created_ms FROM version WHERE show_id = $1 AND n = $2")
            .bind(show.as_str())
            .bind(i64::try_from(n).unwrap_or(i64::MAX))
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(read).transpose()
}

/// Reads the feed of a version as it was published, if it is still kept.
pub async fn feed(connection: &mut Connection, show: &ShowId, n: u64) -> Result<Option<Vec<u8>>> {
    let row = sqlx::query("SELECT feed FROM version WHERE show_id = $1 AND n = $2")
        .bind(show.as_str())
        .bind(i64::try_from(n).unwrap_or(i64::MAX))
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.flatten())
}

/// Lists the versions of a show, newest first.
pub async fn list(connection: &mut Connection, show: &ShowId) -> Result<Vec<VersionLine>> {
    let rows = sqlx::query(
        "SELECT manifest, request, answer, sha256, created_ms, feed IS NOT NULL FROM version WHERE show_id = $1
         ORDER BY n DESC",
    )
    .bind(show.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(line).collect()
}

fn line(row: &sqlx::sqlite::SqliteRow) -> Result<VersionLine> {
    let Version { manifest, sha256, created_ms, .. } = read(row)?;
    Ok(VersionLine {
        version: manifest.version,
        at_ms: created_ms,
        device: manifest.device,
        feed_sha256: sha256,
        restores: manifest.restores,
        feed_kept: row.try_get(5)?,
    })
}

/// Files that a show's versions name for an episode, under their published names.
pub async fn files_of(connection: &mut Connection, show: &ShowId, episode: &EpisodeId) -> Result<Vec<WithdrawnFile>> {
    let mut files = vec![];
    for (_, manifest) in manifests(connection, show).await? {
        let own = manifest.objects.into_iter().filter(|object| object.episode.as_ref() == Some(episode));
        files.extend(own.map(|object| {
            let name = object.key.rsplit('/').next().unwrap_or_default().to_string();
            WithdrawnFile { sha256: object.sha256, name }
        }));
    }
    Ok(files)
}

/// Everything that a show's versions name.
pub async fn objects(connection: &mut Connection, show: &ShowId) -> Result<Vec<Object>> {
    let manifests = manifests(connection, show).await?;
    Ok(manifests.into_iter().flat_map(|(_, manifest)| manifest.objects).collect())
}

/// Takes an episode out of every version of its show; their kept feeds, which name it, are deleted. Returns which. Of an episode
/// whose sound lay elsewhere, which is no file of a version, every version from that instant on but the newest is taken to
/// name it.
pub async fn strike(
    connection: &mut Connection,
    show: &ShowId,
    episode: &EpisodeId,
    elsewhere_since_ms: Option<i64>,
) -> Result<Vec<u64>> {
    let mut struck = vec![];
    let manifests = manifests(connection, show).await?;
    let newest = manifests.iter().map(|(n, _)| *n).max();
    for (n, mut manifest) in manifests {
        let may_name = elsewhere_since_ms.is_some_and(|since| manifest.effective_at >= since) && Some(n) != newest;
        let before = manifest.objects.len();
        manifest.objects.retain(|object| object.episode.as_ref() != Some(episode));
        if manifest.objects.len() == before && !may_name {
            continue;
        }
        let text = serde_json::to_string(&manifest).map_err(|source| StoreError::Row { table: "version", source })?;
        sqlx::query("UPDATE version SET manifest = $3, feed = NULL WHERE show_id = $1 AND n = $2")
            .bind(show.as_str())
            .bind(n)
            .bind(text)
            .execute(&mut *connection)
            .await?;
        struck.push(manifest.version);
    }
    Ok(struck)
}

async fn manifests(connection: &mut Connection, show: &ShowId) -> Result<Vec<(i64, Manifest)>> {
    let rows = sqlx::query("SELECT n, manifest FROM version WHERE show_id = $1 ORDER BY n")
        .bind(show.as_str())
        .fetch_all(connection)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let (n, text): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let manifest = serde_json::from_str(&text).map_err(|source| StoreError::Row { table: "version", source })?;
        found.push((n, manifest));
    }
    Ok(found)
}

async fn forget_feeds(connection: &mut Connection, show: &ShowId, up_to: i64) -> Result<()> {
    sqlx::query("UPDATE version SET feed = NULL WHERE show_id = $1 AND n <= $2 AND feed IS NOT NULL")
        .bind(show.as_str())
        .bind(up_to)
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Version> {
    let (manifest, sha256): (String, String) = (row.try_get(0)?, row.try_get(3)?);
    Ok(Version {
        manifest: serde_json::from_str(&manifest).map_err(|source| StoreError::Row { table: "version", source })?,
        request: row.try_get(1)?,
        answer: row.try_get(2)?,
        sha256: Sha256::parse(&sha256).unwrap_or_else(|| Sha256::of(b"")),
        created_ms: row.try_get(4)?,
    })
}
