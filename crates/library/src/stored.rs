//! Records of a show exactly as they are stored, also what this program does not know in them: for taking a show out of the
//! library whole, and putting it into one.

use crate::record::parse;
use crate::{LibraryError, Result, WriteTx};
use hearthcast_model::record::Table;
use hearthcast_model::{EpisodeId, ShowId};
use serde_json::Value;

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its id.
    pub id: String,
    /// When it was removed, Unix milliseconds.
    pub deleted_ms: Option<i64>,
    /// The working copy.
    pub body: Value,
    /// What the public sees.
    pub released: Option<Value>,
}

type Row = (String, Option<i64>, String, Option<String>);

fn stored(table: Table, (id, deleted_ms, body, released): Row) -> Result<Stored> {
    let body = parse(&body, table, &id)?;
    let released = released.map(|text| parse(&text, table, &id)).transpose()?;
    Ok(Stored { id, deleted_ms, body, released })
}

impl WriteTx {
    /// One record, removed ones too.
    pub async fn stored(&mut self, table: Table, id: &str) -> Result<Option<Stored>> {
        let sql = format!("SELECT id, deleted_ms, body, released FROM {} WHERE id = $1", table.name());
        let row: Option<Row> = sqlx::query_as(&sql).bind(id).fetch_optional(self.connection()).await?;
        row.map(|row| stored(table, row)).transpose()
    }

    /// All episodes of a show, removed ones too, in the order they were made.
    pub async fn stored_episodes(&mut self, show: &ShowId) -> Result<Vec<Stored>> {
        let sql = "SELECT id, deleted_ms, body, released FROM episode WHERE show_id = $1 ORDER BY created_ms, id";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(show.as_str()).fetch_all(self.connection()).await?;
        rows.into_iter().map(|row| stored(Table::Episode, row)).collect()
    }

    /// Puts a record in that no record here has the id of. What the public saw where it comes from is known with it; nothing is
    /// published by that.
    pub async fn put_stored(&mut self, table: Table, record: &Stored) -> Result<()> {
        if self.stored(table, &record.id).await?.is_some() {
            return Err(LibraryError::Taken { what: "A record with the id", name: record.id.clone() });
        }
        self.put_value(table, &record.id, record.body.clone(), record.deleted_ms).await?;
        if record.released.is_some() {
            self.release(table, &record.id, record.released.as_ref()).await?;
        }
        Ok(())
    }

    /// Notes an episode that was called back elsewhere: it is never published from here either.
    pub async fn put_foreign_withdrawal(
        &mut self,
        show: &ShowId,
        episode: &EpisodeId,
        (at_ms, finished_ms): (i64, Option<i64>),
        body: &str,
    ) -> Result<()> {
        let sql = "INSERT INTO withdrawal (episode, show_id, at_ms, finished_ms, body) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (episode) DO NOTHING";
        sqlx::query(sql)
            .bind(episode.as_str())
            .bind(show.as_str())
            .bind(at_ms)
            .bind(finished_ms)
            .bind(body)
            .execute(self.connection())
            .await?;
        self.touch("episode", episode.as_str());
        Ok(())
    }
}
