//! Table `record`: working copies as laptops pushed them, and `applied`: which operations were.

use crate::{Connection, Result, StoreError};
use hearthcast_model::{Sha256, Table};
use sqlx::Row as _;

/// A working copy.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which table.
    pub table: Table,
    /// Id.
    pub id: String,
    /// Revision here; grows by one with every change.
    pub rev: i64,
    /// Sequence number of the newest change.
    pub seq: i64,
    /// Hash of the body.
    pub hash: String,
    /// The body.
    pub body: serde_json::Value,
    /// When it was deleted, Unix milliseconds.
    pub deleted_ms: Option<i64>,
    /// Who wrote it.
    pub device: String,
    /// The state that the newest change started from; `None` when it made the record.
    pub base: Option<Base>,
}

/// A state that a change started from.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// Hash of the body.
    pub hash: String,
    /// The body.
    pub body: serde_json::Value,
}

/// An operation that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Hash of the operation.
    pub hash: String,
    /// Revision it led to.
    pub rev: i64,
    /// Its sequence number.
    pub seq: i64,
}

/// Reads a record, deleted or not.
pub async fn get(connection: &mut Connection, table: Table, id: &str) -> Result<Option<Row>> {
    let row =
        sqlx::query("SELECT rev, seq, hash, body, deleted_ms, device, base_hash, base_body FROM record WHERE collection = $1 AND id = $2")
            .bind(table.name())
            .bind(id)
            .fetch_optional(connection)
            .await?;
    row.map(|row| {
        let (body, base_hash, base_body): (String, Option<String>, Option<String>) =
            (row.try_get(3)?, row.try_get(6)?, row.try_get(7)?);
        let base = base_hash
            .zip(base_body)
            .map(|(hash, body)| Ok::<_, StoreError>(Base { hash, body: parse(&body)? }))
            .transpose()?;
        Ok(Row {
            table,
            id: id.to_string(),
            rev: row.try_get(0)?,
            seq: row.try_get(1)?,
            hash: row.try_get(2)?,
            body: parse(&body)?,
            deleted_ms: row.try_get(4)?,
            device: row.try_get(5)?,
            base,
        })
    })
    .transpose()
}

/// Writes a record whole.
pub async fn put(connection: &mut Connection, row: &Row) -> Result<()> {
    sqlx::query(
        "INSERT INTO record (collection, id, rev, seq, hash, body, deleted_ms, device, base_hash, base_body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (collection, id) DO UPDATE SET rev = excluded.rev, seq = excluded.seq, hash = excluded.hash,
             body = excluded.body, deleted_ms = excluded.deleted_ms, device = excluded.device,
             base_hash = excluded.base_hash, base_body = excluded.base_body",
    )
    .bind(row.table.name())
    .bind(&row.id)
    .bind(row.rev)
    .bind(row.seq)
    .bind(&row.hash)
    .bind(row.body.to_string())
    .bind(row.deleted_ms)
    .bind(&row.device)
    .bind(row.base.as_ref().map(|base| &base.hash))
    .bind(row.base.as_ref().map(|base| base.body.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets what a record was before its newest change, and answers that quote it.
pub async fn forget_earlier(connection: &mut Connection, table: Table, id: &str) -> Result<()> {
    sqlx::query("UPDATE record SET base_hash = NULL, base_body = NULL WHERE collection = $1 AND id = $2")
        .bind(table.name())
        .bind(id)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM answer WHERE instr(body, $1) > 0").bind(id).execute(connection).await?;
    Ok(())
}

/// The newest sequence number; 0 when there is no record. Only the one writer may build on it.
pub async fn head_seq(connection: &mut Connection) -> Result<i64> {
    let row = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM record").fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}

/// Looks an operation up by its outbox number.
pub async fn applied(connection: &mut Connection, device: &str, n: i64) -> Result<Option<Applied>> {
    let row = sqlx::query("SELECT hash, rev, seq FROM applied WHERE device = $1 AND n = $2")
        .bind(device)
        .bind(n)
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok(Applied { hash: row.try_get(0)?, rev: row.try_get(1)?, seq: row.try_get(2)? })).transpose()
}

/// Remembers that an operation was applied.
pub async fn remember(
    connection: &mut Connection,
    device: &str,
    n: i64,
    operation: &Sha256,
    result: (i64, i64),
    now_ms: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO applied (device, n, hash, rev, seq, applied_ms) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (device, n) DO UPDATE SET hash = excluded.hash, rev = excluded.rev, seq = excluded.seq,
             applied_ms = excluded.applied_ms",
    )
    .bind(device)
    .bind(n)
    .bind(operation.as_str())
    .bind(result.0)
    .bind(result.1)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets operations applied before `before_ms`.
pub async fn forget_applied(connection: &mut Connection, before_ms: i64) -> Result<u64> {
    let done = sqlx::query("DELETE FROM applied WHERE applied_ms < $1").bind(before_ms).execute(connection).await?;
    Ok(done.rows_affected())
}

fn parse(body: &str) -> Result<serde_json::Value> {
    serde_json::from_str(body).map_err(|source| StoreError::Row { table: "record", source })
}
