//! Table `upload`: files on their way. How far one is, is the length of its file on disk, not a column.

use crate::{Connection, Result};
use hearthcast_model::Sha256;
use sqlx::Row as _;

/// How long an unfinished upload is kept, milliseconds.
pub const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id; also the name of its file.
    pub id: String,
    /// The laptop that sends it.
    pub device: String,
    /// What the finished file must hash to; `None` when the client did not say.
    pub sha256: Option<Sha256>,
    /// Length of the finished file.
    pub bytes: u64,
    /// MIME type.
    pub mime: String,
    /// `Upload-Metadata` as sent.
    pub metadata: String,
    /// When it will be forgotten, Unix milliseconds.
    pub expires_ms: i64,
    /// When it was finished.
    pub done_ms: Option<i64>,
}

const COLUMNS: &str = "id, device, sha256, bytes, mime, metadata, expires_ms, done_ms";

/// Writes a new upload.
pub async fn create(connection: &mut Connection, upload: &Upload, now_ms: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO upload (id, device, sha256, bytes, mime, metadata, created_ms, expires_ms, done_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&upload.id)
    .bind(&upload.device)
    .bind(upload.sha256.as_ref().map(Sha256::as_str))
    .bind(i64::try_from(upload.bytes).unwrap_or(i64::MAX))
    .bind(&upload.mime)
    .bind(&upload.metadata)
    .bind(now_ms)
    .bind(upload.expires_ms)
    .bind(upload.done_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads an upload of a device.
pub async fn get(connection: &mut Connection, device: &str, id: &str) -> Result<Option<Upload>> {
    let query = format!("SELECT {COLUMNS} FROM upload WHERE device = $1 AND id = $2");
    let row = sqlx::query(&query).bind(device).bind(id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Finds the uploads of the same content by the same device, the newest first: one file may be on its way for listeners and for
/// a draft.
pub async fn same(
    connection: &mut Connection,
    device: &str,
    sha256: &Sha256,
    bytes: u64,
    now_ms: i64,
) -> Result<Vec<Upload>> {
    let query = format!(
        "SELECT {COLUMNS} FROM upload WHERE device = $1 AND sha256 = $2 AND bytes = $3 AND expires_ms > $4
         ORDER BY created_ms DESC, id DESC"
    );
    let rows = sqlx::query(&query)
        .bind(device)
        .bind(sha256.as_str())
        .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
        .bind(now_ms)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// How many unfinished uploads a device has.
pub async fn open_count(connection: &mut Connection, device: &str) -> Result<i64> {
    let row = sqlx::query("SELECT COUNT(*) FROM upload WHERE device = $1 AND done_ms IS NULL")
        .bind(device)
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}

/// Marks an upload as finished.
pub async fn finish(connection: &mut Connection, id: &str, now_ms: i64) -> Result<()> {
    sqlx::query("UPDATE upload SET done_ms = $2 WHERE id = $1").bind(id).bind(now_ms).execute(connection).await?;
    Ok(())
}

/// Postpones the end of an upload that is moving.
pub async fn postpone(connection: &mut Connection, id: &str, expires_ms: i64) -> Result<()> {
    sqlx::query("UPDATE upload SET expires_ms = $2 WHERE id = $1")
        .bind(id)
        .bind(expires_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets an upload.
pub async fn delete(connection: &mut Connection, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM upload WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Ids of uploads whose time is over.
pub async fn expired(connection: &mut Connection, now_ms: i64) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT id FROM upload WHERE expires_ms <= $1 LIMIT 1000")
        .bind(now_ms)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Ids of all uploads there are, to tell files that belong to none.
pub async fn ids(connection: &mut Connection) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT id FROM upload").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Upload> {
    let sha256: Option<String> = row.try_get(2)?;
    let bytes: i64 = row.try_get(3)?;
    Ok(Upload {
        id: row.try_get(0)?,
        device: row.try_get(1)?,
        sha256: sha256.as_deref().and_then(Sha256::parse),
        bytes: u64::try_from(bytes).unwrap_or(0),
        mime: row.try_get(4)?,
        metadata: row.try_get(5)?,
        expires_ms: row.try_get(6)?,
        done_ms: row.try_get(7)?,
    })
}
