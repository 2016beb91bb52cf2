//! Tables `log_day`, `log_row`, `log_count`, `log_source` and `log_object`: logs of other servers as far as they were
//! read, and what was counted of them. What a row means is the counting rule's business.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::stats::DayCount;
use hearthcast_model::{Sha256, ShowId, TargetId};
use std::collections::BTreeSet;

/// Days that rows are kept, as long as the server keeps its own.
pub const DAYS_KEPT: i64 = 90;

/// A request for a file of a show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// The same for the same line.
    pub id: String,
    /// UTC day of its start.
    pub day: String,
    /// The row itself.
    pub content: String,
}

/// What is known of a UTC day of a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogDay {
    /// Rows may still come, with this salt.
    Open([u8; 32]),
    /// The salt is gone: rows that come later cannot be told from those that are there.
    Closed,
}

/// A folder of logs that is read by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSource {
    /// The place.
    pub target: TargetId,
    /// What the names of its logs begin with.
    pub prefix: String,
    /// The word for their format.
    pub format: String,
}

/// Where logs of a show are read by themselves.
pub async fn sources(library: &Library, show: &ShowId) -> Result<Vec<LogSource>> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT target, prefix, format FROM log_source WHERE show_id = $1 ORDER BY target, prefix")
            .bind(show.as_str())
            .fetch_all(library.readers())
            .await?;
    let source = |(target, prefix, format): (String, _, _)| {
        TargetId::parse(&target).map(|target| LogSource { target, prefix, format })
    };
    Ok(rows.into_iter().filter_map(source).collect())
}

/// Whether a day is to be closed by now, or rows of one before `before` (a UTC day) are to be forgotten.
pub async fn days_to_close(library: &Library, now_ms: i64, before: &str) -> Result<bool> {
    let any: Option<(i64,)> = sqlx::query_as(
        "SELECT 1 FROM log_day d WHERE d.salt IS NOT NULL AND d.closes_ms <= $1 OR d.salt IS NULL AND d.day < $2
         AND EXISTS (SELECT 1 FROM log_row r WHERE r.show_id = d.show_id AND r.day = d.day) LIMIT 1",
    )
    .bind(now_ms)
    .bind(before)
    .fetch_optional(library.readers())
    .await?;
    Ok(any.is_some())
}

/// What a log was like when it was read; `None` for one that was not.
pub async fn mark_of(library: &Library, target: &TargetId, name: &str) -> Result<Option<String>> {
    let known: Option<(String,)> = sqlx::query_as("SELECT mark FROM log_object WHERE target = $1 AND name = $2")
        .bind(target.as_str())
        .bind(name)
        .fetch_optional(library.readers())
        .await?;
    Ok(known.map(|(mark,)| mark))
}

/// What was counted of logs for a show, oldest day first, whether or not it is the source that holds.
pub async fn counts(library: &Library, show: &ShowId) -> Result<Vec<DayCount>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT body FROM log_count WHERE show_id = $1 ORDER BY day, episode")
        .bind(show.as_str())
        .fetch_all(library.readers())
        .await?;
    let unreadable = |source| LibraryError::Unreadable { what: "log_count".into(), source };
    rows.into_iter().map(|(body,)| serde_json::from_str(&body).map_err(unreadable)).collect()
}

impl WriteTx {
    /// What is known of a day; one that nothing is known of begins with `proposal` and is closed at `closes_ms`.
    pub async fn log_day(&mut self, show: &ShowId, day: &str, proposal: [u8; 32], closes_ms: i64) -> Result<LogDay> {
        sqlx::query(
            "INSERT INTO log_day (show_id, day, salt, closes_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(show.as_str())
        .bind(day)
        // 32 bytes as 64 hex digits: the same writing that hashes have.
        .bind(Sha256::from_digest(proposal).as_str())
        .bind(closes_ms)
        .execute(self.connection())
        .await?;
        let (salt,): (Option<String>,) = sqlx::query_as("SELECT salt FROM log_day WHERE show_id = $1 AND day = $2")
            .bind(show.as_str())
            .bind(day)
            .fetch_one(self.connection())
            .await?;
        Ok(salt.and_then(|salt| Sha256::parse(&salt)).map_or(LogDay::Closed, |salt| LogDay::Open(salt.to_digest())))
    }

    /// Closes the days whose time has come, and forgets rows of closed days that are older than `before` (a UTC day).
    pub async fn close_log_days(&mut self, now_ms: i64, before: &str) -> Result<()> {
        sqlx::query("UPDATE log_day SET salt = NULL WHERE salt IS NOT NULL AND closes_ms <= $1")
            .bind(now_ms)
            .execute(self.connection())
            .await?;
        let old = "DELETE FROM log_row WHERE day < $1 AND EXISTS (
            SELECT 1 FROM log_day d WHERE d.show_id = log_row.show_id AND d.day = log_row.day AND d.salt IS NULL)";
        sqlx::query(old).bind(before).execute(self.connection()).await?;
        Ok(())
    }

    /// Begins a closed day again: what was known of it goes.
    pub async fn reopen_log_day(&mut self, show: &ShowId, day: &str, salt: [u8; 32], closes_ms: i64) -> Result<()> {
        sqlx::query("DELETE FROM log_row WHERE show_id = $1 AND day = $2")
            .bind(show.as_str())
            .bind(day)
            .execute(self.connection())
            .await?;
        sqlx::query("UPDATE log_day SET salt = $3, closes_ms = $4 WHERE show_id = $1 AND day = $2")
            .bind(show.as_str())
            .bind(day)
            .bind(Sha256::from_digest(salt).as_str())
            .bind(closes_ms)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps rows and returns how many of them are new; those that are there stay as they are.
    pub async fn add_log_rows(&mut self, show: &ShowId, rows: &[LogRow]) -> Result<u64> {
        let mut new = 0;
        for row in rows {
            let sql = "INSERT INTO log_row (show_id, day, id, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
            let query = sqlx::query(sql).bind(show.as_str()).bind(&row.day).bind(&row.id).bind(&row.content);
            new += query.execute(self.connection()).await?.rows_affected();
        }
        Ok(new)
    }

    /// All rows of a day.
    pub async fn log_rows(&mut self, show: &ShowId, day: &str) -> Result<Vec<LogRow>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT id, content FROM log_row WHERE show_id = $1 AND day = $2 ORDER BY id")
                .bind(show.as_str())
                .bind(day)
                .fetch_all(self.connection())
                .await?;
        Ok(rows.into_iter().map(|(id, content)| LogRow { id, day: day.into(), content }).collect())
    }

    /// The ids of the rows of a day.
    pub async fn log_row_ids(&mut self, show: &ShowId, day: &str) -> Result<BTreeSet<String>> {
        let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM log_row WHERE show_id = $1 AND day = $2")
            .bind(show.as_str())
            .bind(day)
            .fetch_all(self.connection())
            .await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// Replaces what was counted of a day. `home` is the place that the numbers are listed under.
    pub async fn put_log_counts(
        &mut self,
        show: &ShowId,
        home: &TargetId,
        day: &str,
        counts: &[DayCount],
    ) -> Result<()> {
        self.take_log_counts_out(Some(day)).await?;
        sqlx::query("DELETE FROM log_count WHERE show_id = $1 AND day = $2")
            .bind(show.as_str())
            .bind(day)
            .execute(self.connection())
            .await?;
        for count in counts {
            let body = serde_json::to_string(count)
                .map_err(|source| LibraryError::Unreadable { what: "log_count".into(), source })?;
            sqlx::query("INSERT INTO log_count (episode, day, show_id, target, downloads, body) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (episode, day) DO UPDATE SET downloads = excluded.downloads, body = excluded.body, target = excluded.target")
                .bind(count.episode.as_str())
                .bind(day)
                .bind(show.as_str())
                .bind(home.as_str())
                .bind(i64::try_from(count.funnel.downloads).unwrap_or(i64::MAX))
                .bind(body)
                .execute(self.connection())
                .await?;
        }
        self.put_log_counts_in(Some(day)).await?;
        self.touch("stats", show.as_str());
        Ok(())
    }

    /// Sees that each (episode, day) is told by one source: bytes a server delivered, else a log.
    pub(crate) async fn settle_log_counts(&mut self, day: Option<&str>) -> Result<()> {
        self.take_log_counts_out(day).await?;
        self.put_log_counts_in(day).await
    }

    async fn take_log_counts_out(&mut self, day: Option<&str>) -> Result<()> {
        let sql = "DELETE FROM day_count WHERE (target, episode, day) IN (
            SELECT target, episode, day FROM log_count WHERE $1 IS NULL OR day = $1) AND body ->> 'source' = 'log'";
        sqlx::query(sql).bind(day).execute(self.connection()).await?;
        Ok(())
    }

    async fn put_log_counts_in(&mut self, day: Option<&str>) -> Result<()> {
        let sql = "INSERT INTO day_count (target, episode, day, version, downloads, body)
            SELECT l.target, l.episode, l.day, 1, l.downloads, l.body FROM log_count l
            WHERE ($1 IS NULL OR l.day = $1) AND NOT EXISTS (
                SELECT 1 FROM target t JOIN day_count c ON c.target = t.id AND c.episode = l.episode AND c.day = l.day
                WHERE t.show_id = l.show_id AND c.downloads > 0)
            ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(day).execute(self.connection()).await?;
        Ok(())
    }

    /// Whether anything was counted of logs for a day.
    pub(crate) async fn has_log_counts(&mut self, show: &ShowId, day: &str) -> Result<bool> {
        let any: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM log_count WHERE show_id = $1 AND day = $2 LIMIT 1")
            .bind(show.as_str())
            .bind(day)
            .fetch_optional(self.connection())
            .await?;
        Ok(any.is_some())
    }

    /// Adds a folder of logs, or changes its format.
    pub async fn put_log_source(&mut self, show: &ShowId, source: &LogSource) -> Result<()> {
        sqlx::query("INSERT OR REPLACE INTO log_source (show_id, target, prefix, format) VALUES ($1, $2, $3, $4)")
            .bind(show.as_str())
            .bind(source.target.as_str())
            .bind(&source.prefix)
            .bind(&source.format)
            .execute(self.connection())
            .await?;
        self.touch("target", source.target.as_str());
        Ok(())
    }

    /// Forgets a folder of logs; what was counted of it stays. Says whether there was one.
    pub async fn remove_log_source(&mut self, show: &ShowId, target: &TargetId, prefix: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM log_source WHERE show_id = $1 AND target = $2 AND prefix = $3")
            .bind(show.as_str())
            .bind(target.as_str())
            .bind(prefix)
            .execute(self.connection())
            .await?;
        self.touch("target", target.as_str());
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a log was read; `mark` says which bytes it had.
    pub async fn put_log_object(&mut self, target: &TargetId, name: &str, mark: &str) -> Result<()> {
        let now_ms = self.now_ms;
        sqlx::query("INSERT OR REPLACE INTO log_object (target, name, mark, at_ms) VALUES ($1, $2, $3, $4)")
            .bind(target.as_str())
            .bind(name)
            .bind(mark)
            .bind(now_ms)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
