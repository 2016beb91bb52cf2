//! Tables `search_item` and `search_passage` with their index: what full-text search reads, and where words are found in it.
//!
//! Which rows may be told is not known here: each carries the hash of the words it was made from, for whoever knows. The
//! index is SQLite's FTS5; another engine needs statements of its own here.

use crate::{Connection, Result, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use std::collections::HashMap;

/// Most passages of an item.
pub const MAX_PASSAGES: usize = 1 << 20;
/// Most rows of the index that are looked at for one question, newest first.
const MOST_LOOKED_AT: i64 = 20_000;
/// What stands before and behind a found word; no text that is kept here has these characters (XML 1.0 forbids them).
const MARKS: [char; 2] = ['\u{2}', '\u{3}'];

/// Something that can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id of the episode or post.
    pub id: String,
    /// Its show.
    pub show: String,
    /// Says from which words the rest was made.
    pub hash: String,
    /// Title.
    pub title: String,
    /// Notes, as plain text.
    pub notes: String,
    /// Passages of its transcripts.
    pub passages: Vec<Passage>,
}

/// A few sentences of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Language tag.
    pub language: String,
    /// The words.
    pub text: String,
    /// When which of them are spoken, in their order.
    pub cues: Vec<CueMark>,
}

/// Where in a passage a cue begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CueMark {
    /// First byte of its words.
    pub at: usize,
    /// When they are spoken, milliseconds.
    pub start_ms: i64,
    /// Who speaks; empty when nobody says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub speaker: String,
}

/// Words to look for: each as the beginning of a word, all of them. Whatever stands in them is taken as words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// The words of a question; `None` where there are none.
    pub fn of(question: &str) -> Option<Self> {
        let words = question.split(|c: char| c.is_whitespace() || c.is_control());
        let words = words.filter(|word| word.chars().any(char::is_alphanumeric)).map(quoted);
        let all = words.collect::<Vec<_>>().join(" AND ");
        (!all.is_empty()).then_some(Self(all))
    }
}

/// A word as FTS5 reads it (sqlite.org/fts5.html §3.1): a string, in which only `"` means something. A single letter is
/// looked for as a word of its own: half of all words begin with it.
fn quoted(word: &str) -> String {
    let prefix = if word.chars().filter(|c| c.is_alphanumeric()).nth(1).is_some() { " *" } else { "" };
    format!("\"{}\"{prefix}", word.replace('"', "\"\""))
}

/// What a question is limited to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// Items of this show only.
    pub show: Option<String>,
    /// This item only.
    pub item: Option<String>,
}

/// A row in which the words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Number of the row.
    pub n: i64,
    /// The item's id.
    pub id: String,
    /// Hash of the words that the item's rows were made from.
    pub hash: String,
}

/// Rows in which the words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The rows, newest first.
    pub found: Vec<Found>,
    /// Whether these are all.
    pub all: bool,
}

/// A text with found words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Beginnings and ends of the found words, bytes.
    pub marks: Vec<(usize, usize)>,
}

impl Marked {
    fn read(highlighted: &str) -> Self {
        let (mut text, mut marks, mut open) = (String::with_capacity(highlighted.len()), vec![], 0);
        for piece in highlighted.split_inclusive(MARKS) {
            text.push_str(piece.trim_end_matches(MARKS));
            match piece.chars().next_back() {
                Some(mark) if mark == MARKS[0] => open = text.len(),
                Some(mark) if mark == MARKS[1] => marks.push((open, text.len())),
                _ => {}
            }
        }
        Self { text, marks }
    }
}

/// Hashes of all items, by id.
pub async fn kept(connection: &mut Connection) -> Result<HashMap<String, String>> {
    let rows = sqlx::query("SELECT id, hash FROM search_item").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Makes an item findable, as it is now.
pub async fn put(connection: &mut Connection, item: &Item) -> Result<()> {
    forget(connection, &item.id).await?;
    let row = sqlx::query(
        "INSERT INTO search_item (n, id, show_id, hash, title, notes)
         SELECT COALESCE(MAX(n), 0) + 1, $1, $2, $3, $4, $5 FROM search_item RETURNING n",
    )
    .bind(&item.id)
    .bind(&item.show)
    .bind(&item.hash)
    .bind(clean(&item.title))
    .bind(clean(&item.notes))
    .fetch_one(&mut *connection)
    .await?;
    let first = row.try_get::<i64, _>(0)? << 20;
    for (n, passage) in (first..).zip(item.passages.iter().take(MAX_PASSAGES)) {
        let cues = serde_json::to_string(&passage.cues).map_err(unreadable)?;
        sqlx::query("INSERT INTO search_passage (n, language, text, cues) VALUES ($1, $2, $3, $4)")
            .bind(n)
            .bind(&passage.language)
            .bind(clean(&passage.text))
            .bind(cues)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The text, with a space for every character that marks found words.
fn clean(text: &str) -> String {
    text.replace(MARKS, " ")
}

/// Forgets an item; tells whether it was there.
pub async fn forget(connection: &mut Connection, id: &str) -> Result<bool> {
    Ok(sqlx::query("DELETE FROM search_item WHERE id = $1").bind(id).execute(connection).await?.rows_affected() > 0)
}

/// Items in whose title alone all words are.
pub async fn titles(connection: &mut Connection, words: &Words, within: &Within, most: i64) -> Result<Rows> {
    items(connection, &Words(format!("{{title}} : ({})", words.0)), within, most).await
}

/// Items in whose title and notes all words are.
pub async fn items(connection: &mut Connection, words: &Words, within: &Within, most: i64) -> Result<Rows> {
    rows(
        connection,
        "SELECT item.n, item.id, item.hash FROM
           (SELECT rowid AS n FROM search_item_words WHERE search_item_words MATCH $1 ORDER BY rowid DESC LIMIT $2) AS row
         JOIN search_item AS item ON item.n = row.n
         WHERE ($3 IS NULL OR item.show_id = $3) AND ($4 IS NULL OR item.id = $4)
         ORDER BY item.n DESC LIMIT $5",
        (words, within, most),
    )
    .await
}

/// Passages of transcripts in which all words are.
pub async fn passages(connection: &mut Connection, words: &Words, within: &Within, most: i64) -> Result<Rows> {
    rows(
        connection,
        "SELECT row.n, item.id, item.hash FROM
           (SELECT rowid AS n FROM search_passage_words WHERE search_passage_words MATCH $1
              AND rowid >= COALESCE((SELECT n << 20 FROM search_item WHERE id = $4), 0)
              AND rowid < COALESCE((SELECT (n + 1) << 20 FROM search_item WHERE id = $4), 9223372036854775807)
            ORDER BY rowid DESC LIMIT $2) AS row
         JOIN search_item AS item ON item.n = row.n >> 20
         WHERE ($3 IS NULL OR item.show_id = $3) AND ($4 IS NULL OR item.id = $4)
         ORDER BY row.n DESC LIMIT $5",
        (words, within, most),
    )
    .await
}

async fn rows(
    connection: &mut Connection,
    sql: &'static str,
    (words, within, most): (&Words, &Within, i64),
) -> Result<Rows> {
    let rows = sqlx::query(sql)
        .bind(&words.0)
        .bind(MOST_LOOKED_AT)
        .bind(&within.show)
        .bind(&within.item)
        .bind(most)
        .fetch_all(connection)
        .await?;
    let found = rows.iter().map(|row| Ok(Found { n: row.try_get(0)?, id: row.try_get(1)?, hash: row.try_get(2)? }));
    let found = found.collect::<Result<Vec<_>>>()?;
    Ok(Rows { all: (found.len() as i64) < most, found })
}

/// Title and notes of an item with the words marked; `None` when it is not there any more.
pub async fn item(connection: &mut Connection, words: &Words, n: i64) -> Result<Option<(Marked, Marked)>> {
    let row = sqlx::query(
        "SELECT highlight(search_item_words, 0, char(2), char(3)), highlight(search_item_words, 1, char(2), char(3))
         FROM search_item_words WHERE search_item_words MATCH $1 AND rowid = $2",
    )
    .bind(&words.0)
    .bind(n)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((Marked::read(row.try_get(0)?), Marked::read(row.try_get(1)?)))).transpose()
}

/// A passage with the words marked, its language and its cues; `None` when it is not there any more.
pub async fn passage(
    connection: &mut Connection,
    words: &Words,
    n: i64,
) -> Result<Option<(Marked, String, Vec<CueMark>)>> {
    let row = sqlx::query(
        "SELECT highlight(search_passage_words, 0, char(2), char(3)), language, cues
         FROM search_passage_words JOIN search_passage ON search_passage.n = search_passage_words.rowid
         WHERE search_passage_words MATCH $1 AND search_passage_words.rowid = $2",
    )
    .bind(&words.0)
    .bind(n)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let cues = serde_json::from_str(row.try_get(2)?).map_err(unreadable)?;
    Ok(Some((Marked::read(row.try_get(0)?), row.try_get(1)?, cues)))
}

fn unreadable(source: serde_json::Error) -> StoreError {
    StoreError::Row { table: "search_passage", source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_out_of_the_text() {
        let marked = Marked::read("ä \u{2}bc\u{3} d\u{2}e\u{3}");
        assert_eq!(marked, Marked { text: "ä bc de".into(), marks: vec![(3, 5), (7, 8)] });
        assert_eq!(Marked::read(""), Marked { text: String::new(), marks: vec![] });
    }

    #[test]
    fn a_question_is_words_and_nothing_else() {
        let words = |question: &str| Words::of(question).map(|words| words.0);
        assert_eq!(words("radio  Ada").as_deref(), Some("\"radio\" * AND \"Ada\" *"));
        assert_eq!(words("a\" OR b*").as_deref(), Some("\"a\"\"\" AND \"OR\" * AND \"b*\""));
        assert_eq!(words("x\0y").as_deref(), Some("\"x\" AND \"y\""));
        for empty in ["", " \t", "* - \" ()", "…"] {
            assert_eq!(words(empty), None, "{empty}");
        }
    }
}
