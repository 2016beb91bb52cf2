//! Table `outbox`: every change, numbered, written in the transaction that made it.

use crate::record::parse;
use crate::{Library, LibraryError, Result};
use hearthcast_model::record::{Operation, Table};
use hearthcast_model::{DeviceId, ShowId};
use serde_json::Value;
use sqlx::SqliteConnection;

/// Adds an operation; its id becomes `<device>:<n>`.
pub(crate) async fn add(connection: &mut SqliteConnection, device: &DeviceId, mut operation: Operation) -> Result<()> {
    let done = sqlx::query("INSERT INTO outbox (tbl, id, op) VALUES ($1, $2, '')")
        .bind(operation.table.name())
        .bind(&operation.id)
        .execute(&mut *connection)
        .await?;
    let n = done.last_insert_rowid();
    operation.op = format!("{device}:{n}");
    let text = serde_json::to_string(&operation)
        .map_err(|source| LibraryError::Unreadable { what: "outbox".into(), source })?;
    sqlx::query("UPDATE outbox SET op = $2 WHERE n = $1").bind(n).bind(text).execute(connection).await?;
    Ok(())
}

/// How many numbers are left out when a library goes back in time: more than anybody changes between two copies.
const GAP: i64 = 1_000_000;

/// Continues the numbers far above those a server may have seen, because a number is never used for two changes.
pub(crate) async fn leave_a_gap(connection: &mut SqliteConnection) -> Result<()> {
    let (highest,): (i64,) = sqlx::query_as(
        "SELECT max((SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'),
                    (SELECT coalesce(max(n), 0) FROM outbox), (SELECT coalesce(max(pushed_n), 0) FROM target_state))",
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM sqlite_sequence WHERE name = 'outbox'").execute(&mut *connection).await?;
    sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', $1)")
        .bind(highest.saturating_add(GAP))
        .execute(connection)
        .await?;
    Ok(())
}

/// The highest number in use; 0 for none.
pub async fn last(library: &Library) -> Result<i64> {
    let (n,): (i64,) = sqlx::query_as(
        "SELECT max(coalesce(max(n), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)) FROM outbox",
    )
    .fetch_one(library.readers())
    .await?;
    Ok(n)
}

/// A record that a server has not seen as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsent {
    /// Newest outbox number of the record.
    pub n: i64,
    /// Table.
    pub table: Table,
    /// Record id.
    pub id: String,
    /// Working copy.
    pub body: Value,
    /// Whether it is deleted.
    pub deleted: bool,
}

#[derive(sqlx::FromRow)]
struct UnsentRow {
    n: i64,
    id: String,
    body: String,
    deleted_ms: Option<i64>,
}

/// The records of a show changed after outbox number `after`, one row each, in outbox order.
pub async fn unsent(library: &Library, show: &ShowId, after: i64) -> Result<Vec<Unsent>> {
    let mut unsent = vec![];
    for (table, condition) in [(Table::Show, "r.id = $1"), (Table::Episode, "r.show_id = $1")] {
        // By number, not by index outbox_record: what was sent long ago is not visited.
        let sql = format!(
            "SELECT max(o.n) AS n, r.id, r.body, r.deleted_ms FROM outbox o NOT INDEXED CROSS JOIN {0} r ON r.id = o.id
             WHERE o.tbl = '{0}' AND o.n > $2 AND {condition} GROUP BY r.id",
            table.name()
        );
        let rows: Vec<UnsentRow> =
            sqlx::query_as(&sql).bind(show.as_str()).bind(after).fetch_all(library.readers()).await?;
        for row in rows {
            let body = parse(&row.body, table, &row.id)?;
            unsent.push(Unsent { n: row.n, table, body, deleted: row.deleted_ms.is_some(), id: row.id });
        }
    }
    unsent.sort_by_key(|row| row.n);
    Ok(unsent)
}
