//! Tables `search_row` and `search`: words of titles and notes, folded, so that a word is found however it is written.
//!
//! The index follows every change of a record in the same transaction. It holds no text: an excerpt comes from the record.
//! What it is not: a ranking by meaning. Titles come before notes, new before old.

use crate::{Library, LibraryError, Result, WriteTx, meta};
use hearthcast_model::record::Table;
use serde_json::Value;
use sqlx::{Row as _, SqliteConnection};

/// Version of what is put into the index; another one builds it anew.
const VERSION: &str = "1";
/// Where the version stands.
const KEY: &str = "search_version";
/// Rows of shows have numbers above this, those of episodes below.
const SHOWS: i64 = 1 << 40;
/// Most words of a question that are looked at.
const MOST_WORDS: usize = 12;
/// Longest word of a question, bytes.
const LONGEST_WORD: usize = 64;

/// Text as it is compared: without case and without accents.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// A record that holds the words.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which table.
    pub table: Table,
    /// Record id.
    pub id: String,
    /// Address name of the show.
    pub show: String,
    /// Title.
    pub title: String,
    /// What was written below it: Markdown of the notes or the description.
    pub text: String,
    /// Whether all words stand in the title.
    pub in_title: bool,
}

/// Living records that hold all words (the last one may be unfinished), at most `limit`; titles first, new before old.
pub async fn find(library: &Library, question: &str, limit: u32) -> Result<Vec<Found>> {
    let Some(words) = matching(question) else { return Ok(vec![]) };
    let mut found: Vec<Found> = vec![];
    for (pattern, in_title) in [(format!("title : ({words})"), true), (words, false)] {
        let wanted = i64::from(limit);
        let rows = sqlx::query(include_str!("search.sql")).bind(pattern).bind(wanted * 2).fetch_all(library.readers());
        for row in rows.await? {
            let table = if row.try_get::<String, _>("kind")? == "show" { Table::Show } else { Table::Episode };
            let id: String = row.try_get("id")?;
            if found.iter().any(|f| f.table == table && f.id == id) {
                continue;
            }
            let text: Option<String> = row.try_get("text")?;
            let (show, title) = (row.try_get("show")?, row.try_get("title")?);
            found.push(Found { table, id, show, title, text: text.unwrap_or_default(), in_title });
        }
        if found.len() >= limit as usize {
            break;
        }
    }
    found.truncate(limit as usize);
    found.sort_by_key(|f| (!f.in_title, f.table != Table::Show));
    Ok(found)
}

/// The words of a question as the index wants them: each quoted, the last one open at its end.
fn matching(question: &str) -> Option<String> {
    let folded = fold(question).replace(|c: char| c == '"' || c.is_control(), " ");
    let spoken = folded.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let words: Vec<&str> =
        spoken.take(MOST_WORDS).map(|word| &word[..word.floor_char_boundary(LONGEST_WORD)]).collect();
    let (last, whole) = words.split_last()?;
    let whole = whole.iter().map(|word| format!("\"{word}\" AND ")).collect::<String>();
    Some(format!("{whole}\"{last}\"*"))
}

impl WriteTx {
    /// Puts a record's words into the index in place of those it had.
    pub(crate) async fn index(&mut self, table: Table, id: &str, body: &Value) -> Result<()> {
        index(self.connection(), table, id, body).await
    }
}

async fn index(connection: &mut SqliteConnection, table: Table, id: &str, body: &Value) -> Result<()> {
    let n = number(connection, table, id).await?;
    let (title, rest) = words(body);
    sqlx::query("INSERT OR REPLACE INTO search (rowid, title, body) VALUES ($1, $2, $3)")
        .bind(n)
        .bind(title)
        .bind(rest)
        .execute(connection)
        .await?;
    Ok(())
}

/// The row of a record in the index. Later records have higher numbers, and shows higher ones than episodes.
async fn number(connection: &mut SqliteConnection, table: Table, id: &str) -> Result<i64> {
    let known: Option<(i64,)> = sqlx::query_as("SELECT n FROM search_row WHERE kind = $1 AND id = $2")
        .bind(table.name())
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some((n,)) = known {
        return Ok(n);
    }
    let (low, high) = if table == Table::Show { (SHOWS, i64::MAX) } else { (0, SHOWS) };
    let (n,): (i64,) = sqlx::query_as(
        "INSERT INTO search_row (n, kind, id)
         SELECT coalesce((SELECT max(n) FROM search_row WHERE n > $1 AND n < $2), $1) + 1, $3, $4 RETURNING n",
    )
    .bind(low)
    .bind(high)
    .bind(table.name())
    .bind(id)
    .fetch_one(connection)
    .await?;
    Ok(n)
}

/// Title, and everything else a person may look for.
fn words(body: &Value) -> (String, String) {
    let at = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let list = |pointer: &str, field: &str| -> String {
        let entries = body.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        entries.filter_map(|entry| entry.get(field).and_then(Value::as_str)).collect::<Vec<_>>().join("\n")
    };
    let rest = [
        at("/notes/source").to_string(),
        at("/description/source").to_string(),
        at("/author").to_string(),
        at("/slug").to_string(),
        at("/season_name").to_string(),
        list("/chapters", "title"),
        list("/persons", "name"),
    ];
    (fold(at("/title")), fold(&rest.join("\n")))
}

/// Builds the index anew when it was made by another version of this program, or by none.
pub(crate) async fn bring_up(connection: &mut SqliteConnection) -> Result<()> {
    if meta::get(&mut *connection, KEY).await?.as_deref() == Some(VERSION) {
        return Ok(());
    }
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    match rebuild(connection).await {
        Ok(()) => sqlx::query("COMMIT").execute(connection).await.map(drop).map_err(LibraryError::Sql),
        Err(error) => {
            let _ = sqlx::query("ROLLBACK").execute(connection).await;
            Err(error)
        }
    }
}

/// Builds the index anew, inside a transaction.
pub(crate) async fn rebuild(connection: &mut SqliteConnection) -> Result<()> {
    for sql in ["INSERT INTO search (search) VALUES ('delete-all')", "DELETE FROM search_row"] {
        sqlx::query(sql).execute(&mut *connection).await?;
    }
    for table in [Table::Show, Table::Episode] {
        let mut after = String::new();
        loop {
            // A few at a time: a library of ten thousand episodes does not fit into memory at once.
            let sql =
                format!("SELECT id, CAST(body AS BLOB) FROM {} WHERE id > $1 ORDER BY id LIMIT 200", table.name());
            let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(&sql).bind(&after).fetch_all(&mut *connection).await?;
            let Some((last, _)) = rows.last() else { break };
            after.clone_from(last);
            for (id, body) in &rows {
                // A body that cannot be read is named by the doctor; it is found by nobody.
                if let Ok(body) = serde_json::from_slice(body) {
                    index(connection, table, id, &body).await?;
                }
            }
        }
    }
    meta::set(connection, KEY, VERSION).await
}
