//! Salvage of one table: from its beginning, from its end, and then row by row in the hole between.

use crate::Result;
use crate::salvage::ends_salvage;
use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row as _, SqliteConnection, TypeInfo as _, ValueRef as _};

/// Most row numbers that are tried one by one in a hole.
const LARGEST_HOLE: i64 = 200_000;

/// Most rows read in one direction: pages that point to each other in a ring never end.
const MOST_ROWS: u64 = 20_000_000;

/// What was saved of a table, and what was not.
#[derive(Default)]
pub(crate) struct Saved {
    /// Rows saved.
    pub rows: u64,
    /// What is lost, for people.
    pub losses: Vec<String>,
}

/// A table being saved.
struct Saving<'c> {
    from: &'c mut SqliteConnection,
    to: &'c mut SqliteConnection,
    select: String,
    insert: String,
    columns: usize,
    rows: u64,
    /// Rows that were read and do not fit into a library any more.
    unfit: u64,
}

/// How one direction ended.
struct Pass {
    /// Number of the last row that was read.
    last: Option<i64>,
    /// What SQLite said when it could not go on.
    stopped: Option<String>,
}

/// Saves a table. Fails only when the new library cannot be written.
pub(crate) async fn save_table(
    from: &mut SqliteConnection,
    to: &mut SqliteConnection,
    table: &str,
) -> Result<Saved, sqlx::Error> {
    let described = sqlx::query_as("SELECT name, pk FROM pragma_table_xinfo($1) WHERE hidden = 0")
        .bind(table)
        .fetch_all(&mut *to)
        .await?;
    let (numbered,): (i64,) =
        sqlx::query_as("SELECT NOT wr FROM pragma_table_list($1)").bind(table).fetch_one(&mut *to).await?;
    let mut saving = Saving::new(from, to, table, &described, numbered == 1);
    let order = if numbered == 1 { "rowid" } else { described[0].0.as_str() };
    let losses = saving.run(order, numbered == 1).await?;
    Ok(Saved { rows: saving.rows, losses })
}

impl<'c> Saving<'c> {
    fn new(
        from: &'c mut SqliteConnection,
        to: &'c mut SqliteConnection,
        table: &str,
        described: &[(String, i64)],
        numbered: bool,
    ) -> Self {
        let names: Vec<&str> = described.iter().map(|(name, _)| name.as_str()).collect();
        let keys: Vec<&str> = described.iter().filter(|(_, pk)| *pk > 0).map(|(name, _)| name.as_str()).collect();
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let (number, listed) = (if numbered { "rowid" } else { "NULL" }, names.join(", "));
        Self {
            from,
            to,
            select: format!("SELECT {listed}, {number} FROM {table}"),
            insert: format!(
                "INSERT INTO {table} ({listed}) VALUES ({}) ON CONFLICT ({}) DO NOTHING",
                marks.join(", "),
                keys.join(", ")
            ),
            columns: names.len(),
            rows: 0,
            unfit: 0,
        }
    }

    async fn run(&mut self, order: &str, numbered: bool) -> Result<Vec<String>, sqlx::Error> {
        let mut losses = vec![];
        let forward = self.pass(&format!("{} ORDER BY {order}", self.select)).await?;
        if let Some(why) = forward.stopped {
            let backward = self.pass(&format!("{} ORDER BY {order} DESC", self.select)).await?;
            losses.push(match (numbered, forward.last, backward.last) {
                (true, Some(first), Some(last)) => self.hole(first + 1, last - 1, &why).await?,
                _ => format!("not all rows could be reached: {why}"),
            });
        }
        if self.unfit > 0 {
            losses.push(format!("{} rows hold something that is not what was written", self.unfit));
        }
        Ok(losses)
    }

    /// Reads and saves rows until the end, or until SQLite cannot go on.
    async fn pass(&mut self, select: &str) -> Result<Pass, sqlx::Error> {
        let mut pass = Pass { last: None, stopped: None };
        let mut rows = sqlx::query(select).fetch(&mut *self.from);
        for _ in 0..MOST_ROWS {
            match rows.try_next().await {
                Ok(Some(row)) => {
                    pass.last = row.try_get(self.columns).ok();
                    match insert(self.to, &self.insert, &row, self.columns).await {
                        Ok(count) => self.rows += count,
                        Err(error) if ends_salvage(&error) => return Err(error),
                        Err(_) => self.unfit += 1,
                    }
                }
                Ok(None) => return Ok(pass),
                Err(error) => {
                    pass.stopped = Some(error.to_string());
                    return Ok(pass);
                }
            }
        }
        pass.stopped = Some("it has no end".into());
        Ok(pass)
    }

    /// Tries every row number in a hole; says how many of them could not be read.
    async fn hole(&mut self, first: i64, last: i64, why: &str) -> Result<String, sqlx::Error> {
        let mut unread = (last - first + 1 - LARGEST_HOLE).max(0);
        for number in first..=last.min(first.saturating_add(LARGEST_HOLE - 1)) {
            let one = format!("{} WHERE rowid = {number}", self.select);
            unread += i64::from(self.pass(&one).await?.stopped.is_some());
        }
        Ok(format!("up to {unread} rows could not be read: {why}"))
    }
}

async fn insert(to: &mut SqliteConnection, sql: &str, row: &SqliteRow, columns: usize) -> Result<u64, sqlx::Error> {
    let mut query = sqlx::query(sql);
    for at in 0..columns {
        query = bind(query, row, at)?;
    }
    Ok(query.execute(to).await?.rows_affected())
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, SqliteArguments<'q>>;

/// Passes a value on as it is; text that is no longer text keeps its readable letters.
fn bind<'q>(query: Query<'q>, row: &SqliteRow, at: usize) -> Result<Query<'q>, sqlx::Error> {
    let value = row.try_get_raw(at)?;
    if value.is_null() {
        return Ok(query.bind(None::<String>));
    }
    let kind = value.type_info().name().to_string();
    Ok(match kind.as_str() {
        "INTEGER" => query.bind(row.try_get_unchecked::<i64, _>(at)?),
        "REAL" => query.bind(row.try_get_unchecked::<f64, _>(at)?),
        "BLOB" => query.bind(row.try_get_unchecked::<Vec<u8>, _>(at)?),
        _ => {
            let bytes: Vec<u8> = row.try_get_unchecked(at)?;
            query.bind(String::from_utf8_lossy(&bytes).into_owned())
        }
    })
}
