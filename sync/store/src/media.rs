//! Table `media`: finished files, named by their content, and what the laptop told about them.

use crate::{Connection, Result, StoreError};
use hearthcast_model::{MediaFacts, Sha256};
use sqlx::Row as _;

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

/// Keeps what a laptop told about a file.
pub async fn tell(connection: &mut Connection, facts: &MediaFacts) -> Result<()> {
    let text = serde_json::to_string(facts).map_err(|source| StoreError::Row { table: "media", source })?;
    sqlx::query("UPDATE media SET facts = $2, mime = $3 WHERE sha256 = $1")
        .bind(facts.sha256.as_str())
        .bind(text)
        .bind(&facts.mime)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets a file.
pub async fn delete(connection: &mut Connection, sha256: &Sha256) -> Result<()> {
    sqlx::query("DELETE FROM media WHERE sha256 = $1").bind(sha256.as_str()).execute(connection).await?;
    Ok(())
}

/// Reads about a file.
pub async fn get(connection: &mut Connection, sha256: &Sha256) -> Result<Option<Media>> {
    let row = sqlx::query("SELECT bytes, mime, facts FROM media WHERE sha256 = $1")
        .bind(sha256.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        let (bytes, facts): (i64, Option<String>) = (row.try_get(0)?, row.try_get(2)?);
        let facts = facts.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Media {
            sha256: sha256.clone(),
            bytes: u64::try_from(bytes).unwrap_or(0),
            mime: row.try_get(1)?,
            facts: facts.map_err(|source| StoreError::Row { table: "media", source })?,
        })
    })
    .transpose()
}
