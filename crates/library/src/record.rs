//! The envelope shared by tables `show` and `episode`: reading and writing records of any body.

use crate::door::RecordChange;
use crate::{Library, LibraryError, Result, WriteTx, outbox};
use hearthcast_model::hash::{body_hash, canonical_json};
use hearthcast_model::record::{Body, Operation, Table, changed_fields};
use hearthcast_model::{DeviceId, Record, Sha256};
use serde_json::Value;
use sqlx::SqliteExecutor;

/// Columns of the envelope, in the order of [`Row`].
/// Texts come as bytes: a damaged one is said to be unreadable by its record's name, and nothing worse.
pub(crate) const COLUMNS: &str = "id, rev, base_rev, CAST(hash AS BLOB) AS hash, deleted_ms,
    CAST(device_id AS BLOB) AS device_id, CAST(body AS BLOB) AS body, CAST(released AS BLOB) AS released";

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: String,
    rev: i64,
    base_rev: i64,
    hash: Vec<u8>,
    deleted_ms: Option<i64>,
    device_id: Vec<u8>,
    body: Vec<u8>,
    released: Option<Vec<u8>>,
}

impl Row {
    pub(crate) fn record<T: Body>(self) -> Result<Record<T>> {
        let unreadable = |source| LibraryError::Unreadable { what: format!("{} {}", T::TABLE.name(), self.id), source };
        let body: T = serde_json::from_slice(&self.body).map_err(unreadable)?;
        let released = match self.released.as_deref() {
            // Most records are as listeners have them: a copy costs less than reading the same text again.
            Some(text) if text == self.body.as_slice() => Some(body.clone()),
            text => text.map(serde_json::from_slice).transpose().map_err(unreadable)?,
        };
        let nobody = || serde::de::Error::custom("not an id or hash");
        Ok(Record {
            rev: self.rev,
            base_rev: self.base_rev,
            hash: read(&self.hash, Sha256::parse).ok_or_else(nobody).map_err(unreadable)?,
            deleted_ms: self.deleted_ms,
            device: read(&self.device_id, DeviceId::parse).ok_or_else(nobody).map_err(unreadable)?,
            body,
            released,
            id: self.id,
        })
    }
}

/// A text in bytes as what it should be.
fn read<T>(bytes: &[u8], parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    std::str::from_utf8(bytes).ok().and_then(parse)
}

/// Reads one record, deleted ones too.
pub(crate) async fn get<T: Body>(executor: impl SqliteExecutor<'_>, id: &str) -> Result<Option<Record<T>>> {
    let sql = format!("SELECT {COLUMNS} FROM {} WHERE id = $1", T::TABLE.name());
    let row: Option<Row> = sqlx::query_as(&sql).bind(id).fetch_optional(executor).await?;
    row.map(Row::record).transpose()
}

/// Id, hash, device and body; hash and body of what is released.
type Hashed = (String, Vec<u8>, Vec<u8>, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);

/// Records whose text is not what was written: a disk that changes letters is found by nothing else.
pub async fn altered(library: &Library) -> Result<Vec<(Table, String)>> {
    let mut altered = vec![];
    for table in [Table::Show, Table::Episode] {
        let texts = ["hash", "device_id", "body", "released_hash", "released"];
        let sql = format!(
            "SELECT id, {} FROM {}",
            texts.map(|text| format!("CAST({text} AS BLOB)")).join(", "),
            table.name()
        );
        let rows: Vec<Hashed> = sqlx::query_as(&sql).fetch_all(library.readers()).await?;
        let hashes_to = |body: &[u8], hash: &[u8]| Sha256::of(body).as_str().as_bytes() == hash;
        for (id, hash, device, body, released_hash, released) in rows {
            let public = match (&released, &released_hash) {
                (Some(body), Some(hash)) => hashes_to(body, hash),
                (released, hash) => released.is_none() && hash.is_none(),
            };
            if !hashes_to(&body, &hash) || !public || read(&device, DeviceId::parse).is_none() {
                altered.push((table, id));
            }
        }
    }
    Ok(altered)
}

impl WriteTx {
    /// A record inside this transaction, deleted ones too: nobody changes it before the commit.
    pub async fn read<T: Body>(&mut self, id: &str) -> Result<Option<Record<T>>> {
        get(self.connection(), id).await
    }

    /// Writes the working copy of a record, new or changed, with its outbox row. Equal content writes nothing.
    /// Fields this program does not know stay as they are, also inside a field that was not changed.
    pub async fn put<T: Body>(&mut self, id: &str, body: &T) -> Result<()> {
        let mut value = to_value(body, id)?;
        if let Some((stored, _)) = self.working(T::TABLE, id).await? {
            value = keep_unknown::<T>(stored, value, id)?;
        }
        self.put_value(T::TABLE, id, value, None).await
    }

    /// Marks a record as deleted. Its released revision stays public until a publication removes it.
    pub async fn delete(&mut self, table: Table, id: &str) -> Result<()> {
        let now_ms = self.now_ms;
        if let Some((body, None)) = self.working(table, id).await? {
            self.put_value(table, id, body, Some(now_ms)).await?;
        }
        Ok(())
    }

    /// Takes a change back, when what it made still stands.
    pub async fn revert(&mut self, change: &RecordChange) -> Result<()> {
        if self.working(change.table, &change.id).await?.as_ref() != Some(&change.after) {
            return Err(LibraryError::ChangedSince);
        }
        match &change.before {
            Some((before, deleted_ms)) => self.put_value(change.table, &change.id, before.clone(), *deleted_ms).await,
            None => self.delete(change.table, &change.id).await,
        }
    }

    /// Sets what the public sees; `None` withdraws it. Only a finished publication calls this.
    pub async fn release(&mut self, table: Table, id: &str, released: Option<&Value>) -> Result<()> {
        let sql = format!("UPDATE {} SET released = $2, released_hash = $3 WHERE id = $1", table.name());
        let hash = released.map(|body| body_hash(body).to_string());
        sqlx::query(&sql).bind(id).bind(released.map(canonical_json)).bind(hash).execute(self.connection()).await?;
        self.touch(table.name(), id);
        Ok(())
    }

    /// The working copy and deletion time of a record as JSON.
    pub async fn working(&mut self, table: Table, id: &str) -> Result<Option<(Value, Option<i64>)>> {
        let sql = format!("SELECT body, deleted_ms FROM {} WHERE id = $1", table.name());
        let row: Option<(String, Option<i64>)> =
            sqlx::query_as(&sql).bind(id).fetch_optional(self.connection()).await?;
        row.map(|(body, deleted_ms)| Ok((parse(&body, table, id)?, deleted_ms))).transpose()
    }

    /// Writes a working copy as JSON.
    pub async fn put_value(&mut self, table: Table, id: &str, body: Value, deleted_ms: Option<i64>) -> Result<()> {
        let before = self.working(table, id).await?;
        if before.as_ref().is_some_and(|(b, d)| *b == body && *d == deleted_ms) {
            return Ok(());
        }
        let hash = body_hash(&body);
        let sql = format!(
            "INSERT INTO {0} (id, rev, base_rev, hash, deleted_ms, device_id, body) VALUES ($1, 1, 0, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET rev = {0}.rev + 1, hash = excluded.hash, deleted_ms = excluded.deleted_ms,
             device_id = excluded.device_id, body = excluded.body",
            table.name()
        );
        let device = self.device.to_string();
        sqlx::query(&sql)
            .bind(id)
            .bind(hash.as_str())
            .bind(deleted_ms)
            .bind(device)
            .bind(canonical_json(&body))
            .execute(self.connection())
            .await
            .map_err(|error| taken(error, table, &body))?;
        self.index(table, id, &body).await?;
        self.note_operation(table, id, before.as_ref().map(|(b, _)| b), &body, deleted_ms.is_some()).await?;
        self.changes.records.push(RecordChange {
            table,
            id: id.into(),
            before,
            after: (body, deleted_ms),
            after_hash: hash,
        });
        Ok(())
    }

    async fn note_operation(
        &mut self,
        table: Table,
        id: &str,
        before: Option<&Value>,
        after: &Value,
        del: bool,
    ) -> Result<()> {
        let operation = Operation {
            v: 1,
            op: String::new(),
            table,
            id: id.into(),
            base_hash: before.map(body_hash),
            set: changed_fields(before, after),
            del,
        };
        let device = self.device.clone();
        outbox::add(self.connection(), &device, operation).await
    }
}

/// The new body, with every field that was not changed exactly as it is stored.
fn keep_unknown<T: Body>(stored: Value, mut new: Value, id: &str) -> Result<Value> {
    let Ok(known) = serde_json::from_value::<T>(stored.clone()) else {
        return Ok(new);
    };
    let known = to_value(&known, id)?;
    if let (Some(new), Value::Object(stored)) = (new.as_object_mut(), stored) {
        for (field, as_stored) in stored {
            if new.get(&field).is_some_and(|value| known.get(&field) == Some(value)) {
                new.insert(field, as_stored);
            }
        }
    }
    Ok(new)
}

pub(crate) fn parse(text: &str, table: Table, id: &str) -> Result<Value> {
    serde_json::from_str(text)
        .map_err(|source| LibraryError::Unreadable { what: format!("{} {id}", table.name()), source })
}

pub(crate) fn to_value<T: serde::Serialize>(body: &T, id: &str) -> Result<Value> {
    serde_json::to_value(body).map_err(|source| LibraryError::Unreadable { what: id.into(), source })
}

fn taken(error: sqlx::Error, table: Table, body: &Value) -> LibraryError {
    match &error {
        sqlx::Error::Database(e) if e.is_unique_violation() => {
            let name = body.get("slug").and_then(Value::as_str).unwrap_or_default().to_string();
            let what = match table {
                Table::Show => "A show with the address",
                Table::Episode => "An episode with the address",
            };
            LibraryError::Taken { what, name }
        }
        _ => LibraryError::Sql(error),
    }
}
