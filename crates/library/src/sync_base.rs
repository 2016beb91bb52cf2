//! Table `sync_base`: what a server last acknowledged of each record, the ancestor of a later merge.

use crate::record::parse;
use crate::{Library, Result, WriteTx};
use hearthcast_model::hash::{body_hash, canonical_json};
use hearthcast_model::record::Table;
use hearthcast_model::{Sha256, TargetId};
use serde_json::Value;

/// The acknowledged state of a record at a target.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncBase {
    /// The server's revision.
    pub rev: i64,
    /// Hash of the body.
    pub hash: Sha256,
    /// The body.
    pub body: Value,
}

/// Reads the ancestor of a record.
pub async fn get(library: &Library, target: &TargetId, table: Table, id: &str) -> Result<Option<SyncBase>> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT rev, body FROM sync_base WHERE target = $1 AND tbl = $2 AND id = $3")
            .bind(target.as_str())
            .bind(table.name())
            .bind(id)
            .fetch_optional(library.readers())
            .await?;
    row.map(|(rev, body)| {
        let body = parse(&body, table, id)?;
        Ok(SyncBase { rev, hash: body_hash(&body), body })
    })
    .transpose()
}

impl WriteTx {
    /// Notes that a server has acknowledged a body.
    pub async fn acknowledge(
        &mut self,
        target: &TargetId,
        table: Table,
        id: &str,
        rev: i64,
        body: &Value,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO sync_base (target, tbl, id, rev, hash, body) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (target, tbl, id) DO UPDATE SET rev = excluded.rev, hash = excluded.hash, body = excluded.body",
        )
        .bind(target.as_str()).bind(table.name()).bind(id).bind(rev).bind(body_hash(body).as_str()).bind(canonical_json(body))
        .execute(self.connection()).await?;
        let sql = format!("UPDATE {} SET base_rev = $2 WHERE id = $1", table.name());
        sqlx::query(&sql).bind(id).bind(rev).execute(self.connection()).await?;
        Ok(())
    }
}
