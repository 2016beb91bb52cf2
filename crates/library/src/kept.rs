//! Which files must stay, and why. Asked of every table of the library: what a text anywhere names is kept, unless it is known here
//! that the text needs no file. A table that a later version adds so keeps what it names until somebody decides otherwise.

use crate::{LibraryError, Result, WriteTx};
use futures_util::TryStreamExt as _;
use hearthcast_model::Sha256;
use hearthcast_model::media_library::KeptFor;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Digits of a hash that stand in the names of published files; nothing else names them there.
const DIGITS: usize = 32;

/// Tables that say what files are, or what was done long ago and never asks for a file again.
const NEED_NONE: &[&str] = &[
    "media",
    "waveform",
    "course",
    "media_tag",
    // Followed by hand: what was made of what.
    "made",
    // Numbers of changes; what is sent is read from the records.
    "outbox",
    "day_count",
    "feed_day",
    "log_day",
    "log_row",
    "log_count",
    "log_object",
    "old_total",
    "comment",
    "remark",
    "kept_feed",
    "accepted",
    "probe",
    "report",
    "search_row",
    "_sqlx_migrations",
];

/// Columns of records beside their texts: they name records, machines, and what a text hashes to.
const OF_RECORDS: &[&str] = &["id", "hash", "released_hash", "device_id", "number"];

/// Episodes that are read as one answer: handing ten thousand over one by one costs more than finding them. A hundred of the
/// longest notes are far from the longest text that SQLite takes.
const PIECE: i64 = 100;

/// A record that is not deleted, or whose deletion can be taken back.
const LIVING: &str =
    "(deleted_ms IS NULL OR EXISTS (SELECT 1 FROM undo_step WHERE instr(parts, episode_or_show.id) > 0))";

/// What must stay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept(BTreeMap<String, BTreeSet<KeptFor>>);

impl Kept {
    /// Why a file stays; nothing when it need not.
    pub fn why(&self, hash: &Sha256) -> Vec<KeptFor> {
        self.0.get(&hash.as_str()[..DIGITS]).into_iter().flatten().copied().collect()
    }

    fn keep(&mut self, named: &str, why: KeptFor) -> bool {
        match self.0.get_mut(named) {
            Some(known) => known.insert(why),
            None => self.0.insert(named.into(), BTreeSet::from([why])).is_none(),
        }
    }

    fn has(&self, hash: &str) -> bool {
        hash.get(..DIGITS).is_some_and(|named| self.0.contains_key(named))
    }
}

/// The first digits of everything in a text that may be a hash.
fn named(text: &[u8]) -> impl Iterator<Item = &str> {
    let digit = |byte: &u8| !matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.split(digit).filter(|run| run.len() >= DIGITS).filter_map(|run| std::str::from_utf8(&run[..DIGITS]).ok())
}

fn may_name(table: &str, column: &str) -> bool {
    let is_record = matches!(table, "show" | "episode");
    !(NEED_NONE.contains(&table) || is_record && OF_RECORDS.contains(&column))
}

/// Where a table is read: which rows, and what they keep files for.
fn reading(table: &str, column: &str) -> (String, KeptFor) {
    let living = LIVING.replace("episode_or_show", table);
    let of_living = "episode IN (SELECT id FROM episode WHERE deleted_ms IS NULL)
                     OR EXISTS (SELECT 1 FROM undo_step WHERE instr(parts, episode) > 0)";
    match (table, column) {
        ("show" | "episode", "body") => (living, KeptFor::Record),
        // What is released stays, deleted or not: places have it. Where it is what is written, that was read.
        ("show" | "episode", "released") => ("deleted_ms IS NOT NULL OR released IS NOT body".into(), KeptFor::Record),
        ("show" | "episode", _) => ("1".into(), KeptFor::Record),
        ("recording" | "edit", _) => (of_living.into(), KeptFor::Record),
        ("undo_step", _) => ("1".into(), KeptFor::Undo),
        ("history" | "revision" | "target_state", _) => ("1".into(), KeptFor::Version),
        ("publication", _) => ("state = 'open'".into(), KeptFor::Publication),
        ("journal" | "upload" | "withdrawal", _) => ("1".into(), KeptFor::Publication),
        ("share", _) => ("open = 1".into(), KeptFor::Share),
        ("job", _) => ("state NOT IN ('done', 'cancelled')".into(), KeptFor::Work),
        _ => ("1".into(), KeptFor::Notes),
    }
}

/// Reads what must stay.
pub async fn all(connection: &mut SqliteConnection) -> Result<Kept> {
    let mut kept = Kept::default();
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_xinfo(t.name) c
         WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE 'sqlite_%'
           AND t.name NOT LIKE 'search%' AND c.type IN ('TEXT', 'ANY', 'BLOB', '') AND c.hidden = 0",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (table, column) in tables.iter().filter(|(table, column)| may_name(table, column)) {
        let (rows, why) = reading(table, column);
        if table == "episode" {
            keep_in_pieces(connection, &mut kept, column, &rows, why).await?;
            continue;
        }
        // Names from the database's own description, in quotes.
        let sql =
            format!("SELECT CAST(\"{column}\" AS BLOB) FROM \"{table}\" WHERE \"{column}\" IS NOT NULL AND ({rows})");
        let mut texts = sqlx::query_scalar::<_, Vec<u8>>(&sql).fetch(&mut *connection);
        while let Some(text) = texts.try_next().await? {
            for digits in named(&text) {
                kept.keep(digits, why);
            }
        }
    }
    keep_sources(connection, &mut kept).await?;
    Ok(kept)
}

/// A column of all episodes, a piece after the other.
async fn keep_in_pieces(
    connection: &mut SqliteConnection,
    kept: &mut Kept,
    column: &str,
    rows: &str,
    why: KeptFor,
) -> Result<()> {
    let sql = format!(
        "SELECT max(at), count(*), CAST(group_concat(text, ' ') AS BLOB) FROM (
             SELECT rowid AS at, CASE WHEN {rows} THEN \"{column}\" END AS text
             FROM episode WHERE rowid > $1 ORDER BY rowid LIMIT {PIECE})"
    );
    let mut after = i64::MIN;
    loop {
        let (last, many, texts): (Option<i64>, i64, Option<Vec<u8>>) =
            sqlx::query_as(&sql).bind(after).fetch_one(&mut *connection).await?;
        for digits in named(&texts.unwrap_or_default()) {
            kept.keep(digits, why);
        }
        match last {
            Some(last) if many == PIECE => after = last,
            _ => return Ok(()),
        }
    }
}

/// What a file that stays was made of stays too: the recording, and what was put before and after it.
async fn keep_sources(connection: &mut SqliteConnection, kept: &mut Kept) -> Result<()> {
    let made: Vec<(String, String, Vec<u8>)> =
        sqlx::query_as("SELECT hash, source, CAST(report AS BLOB) FROM made").fetch_all(connection).await?;
    loop {
        let mut more = false;
        for (hash, source, report) in made.iter().filter(|(hash, _, _)| kept.has(hash)).cloned().collect::<Vec<_>>() {
            let own = hash.get(..DIGITS).unwrap_or_default().to_string();
            for digits in named(source.as_bytes()).chain(named(&report)).filter(|digits| *digits != own) {
                more |= kept.keep(digits, KeptFor::MadeOf);
            }
        }
        if !more {
            return Ok(());
        }
    }
}

impl WriteTx {
    /// Reads what must stay, as it stands in this transaction.
    pub async fn kept(&mut self) -> Result<Kept> {
        all(self.connection()).await
    }

    /// Forgets everything that is known about a file. The caller saw to it that nothing needs it.
    pub async fn forget_media(&mut self, hash: &Sha256) -> Result<()> {
        for table in ["media", "waveform", "course", "made", "media_tag"] {
            let sql = format!("DELETE FROM {table} WHERE hash = $1");
            sqlx::query(&sql).bind(hash.as_str()).execute(self.connection()).await?;
        }
        self.touch("media", hash.as_str());
        Ok(())
    }
}

/// Reads what must stay, for a list.
pub async fn now(library: &crate::Library) -> Result<Kept> {
    // One state of the library: what is released counts only where it is not what is written, which was read before.
    let mut reader = library.readers().begin().await.map_err(LibraryError::from)?;
    all(&mut reader).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_found_whole_and_in_names_of_published_files() {
        let hash = Sha256::of(b"a");
        let key = format!("media/{}/one.mp3", &hash.as_str()[..32]);
        for text in [format!("{{\"hash\":\"{hash}\"}}"), key, hash.to_string()] {
            assert_eq!(named(text.as_bytes()).collect::<Vec<_>>(), [&hash.as_str()[..32]], "{text}");
        }
        assert_eq!(named(b"01890a5d-ac96-774b-bcce-b302099a8057").count(), 0, "an id is no hash");
        assert_eq!(named(&[0xff, b'a', 0]).count(), 0);
    }
}
