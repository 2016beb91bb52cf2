//! Table `media`: finished files, named by their content, and what the laptop told about them.

use crate::{Connection, Result, StoreError};
use hearthcast_model::{MediaFacts, Sha256};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// A finished file.
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// Content.
    pub sha256: Sha256,
    /// Length.
    pub bytes: u64,
    /// MIME type.
    pub mime: String,
    /// What the laptop found in it; told with a publication.
    pub facts: Option<MediaFacts>,
}

/// Writes a finished file; one that is there stays as it is.
pub async fn put(connection: &mut Connection, sha256: &Sha256, bytes: u64, mime: &str, now_ms: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO media (sha256, bytes, mime, created_ms) VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(sha256.as_str())
    .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
    .bind(mime)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what a laptop told about files, in one statement; what is known already is not written again.
pub async fn tell(connection: &mut Connection, facts: &[&MediaFacts]) -> Result<()> {
    let told = serde_json::to_string(facts).map_err(|source| StoreError::Row { table: "media", source })?;
    sqlx::query(
        "UPDATE media SET facts = told.value, mime = told.value ->> 'type' FROM json_each($1) AS told
         WHERE media.sha256 = told.value ->> 'sha256' AND media.facts IS NOT told.value",
    )
    .bind(told)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets a file, but for its measures: who heard it stays counted.
pub async fn delete(connection: &mut Connection, sha256: &Sha256) -> Result<()> {
    sqlx::query(
        "INSERT INTO media_gone (sha256, size_bytes, header_bytes, trailer_bytes, duration_ms)
         SELECT sha256, facts ->> 'size_bytes', facts ->> 'header_bytes', facts ->> 'trailer_bytes', facts ->> 'duration_ms'
         FROM media WHERE sha256 = $1 AND facts IS NOT NULL ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(sha256.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM media WHERE sha256 = $1").bind(sha256.as_str()).execute(connection).await?;
    Ok(())
}

/// What counting needs to know of a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// Length.
    pub size_bytes: u64,
    /// Bytes before the sound.
    pub header_bytes: u64,
    /// Bytes behind it.
    pub trailer_bytes: u64,
    /// How long it plays, if that is known.
    pub duration_ms: Option<i64>,
}

/// Reads the measures of a file that is there or was.
pub async fn measures(connection: &mut Connection, sha256: &Sha256) -> Result<Option<Measures>> {
    if let Some(facts) = get(connection, sha256).await?.and_then(|media| media.facts) {
        let hearthcast_model::MediaFacts { size_bytes, header_bytes, trailer_bytes, duration_ms, .. } = facts;
        return Ok(Some(Measures { size_bytes, header_bytes, trailer_bytes, duration_ms }));
    }
    let row =
        sqlx::query("SELECT size_bytes, header_bytes, trailer_bytes, duration_ms FROM media_gone WHERE sha256 = $1")
            .bind(sha256.as_str())
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let bytes = |column: usize| Ok::<_, StoreError>(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0));
    let (size_bytes, header_bytes, trailer_bytes) = (bytes(0)?, bytes(1)?, bytes(2)?);
    Ok(Some(Measures { size_bytes, header_bytes, trailer_bytes, duration_ms: row.try_get(3)? }))
}

/// Reads about a file.
pub async fn get(connection: &mut Connection, sha256: &Sha256) -> Result<Option<Media>> {
    let row = sqlx::query("SELECT sha256, bytes, mime, facts FROM media WHERE sha256 = $1")
        .bind(sha256.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok(read(&row)?.1)).transpose()
}

/// Reads about all those of `wanted` that are there, in one question.
pub async fn among<'a>(
    connection: &mut Connection,
    wanted: impl Iterator<Item = &'a Sha256>,
) -> Result<BTreeMap<Sha256, Media>> {
    let wanted = serde_json::to_string(&wanted.collect::<Vec<_>>());
    let rows =
        sqlx::query("SELECT sha256, bytes, mime, facts FROM media WHERE sha256 IN (SELECT value FROM json_each($1))")
            .bind(wanted.map_err(|source| StoreError::Row { table: "media", source })?)
            .fetch_all(connection)
            .await?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<(Sha256, Media)> {
    let (hash, bytes, facts): (String, i64, Option<String>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(3)?);
    let unreadable = |source| StoreError::Row { table: "media", source };
    let no_hash = || unreadable(serde::de::Error::custom("not a hash"));
    let sha256 = Sha256::parse(&hash).ok_or_else(no_hash)?;
    let facts = facts.map(|text| serde_json::from_str(&text)).transpose().map_err(unreadable)?;
    let bytes = u64::try_from(bytes).unwrap_or(0);
    Ok((sha256.clone(), Media { sha256, bytes, mime: row.try_get(2)?, facts }))
}
