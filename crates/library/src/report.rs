//! Table `report`, and the connection reports run on: read-only, with no way to attach a file or to run for ever.
//!
//! What it is not: it runs no report. The window does, on [`pool`], through tauri-plugin-sql (ADR 0002).

use crate::writer::BUSY_PATIENCE;
use crate::{Library, Result, WriteTx};
use hearthcast_model::report::{Report, ReportSource};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use std::path::Path;
use std::time::{Duration, Instant};

/// After so long a question is broken off, so that a slip of the pen does not heat the laptop for hours.
pub const LONGEST: Duration = Duration::from_secs(20);

/// How many of SQLite's steps pass between two looks at the clock.
const STEPS: i32 = 10_000;

/// All saved reports, by name.
pub async fn all(library: &Library) -> Result<Vec<Report>> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT name, sql, changed_ms FROM report ORDER BY name").fetch_all(library.readers()).await?;
    Ok(rows.into_iter().map(|(name, sql, changed_ms)| Report { name, sql, changed_ms }).collect())
}

/// The views made for reports, as the library's file has them.
pub async fn sources(library: &Library) -> Result<Vec<ReportSource>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT v.name, c.name FROM sqlite_schema v, pragma_table_info(v.name) c
         WHERE v.type = 'view' AND v.name LIKE 'report\\_%' ESCAPE '\\' ORDER BY v.name, c.cid",
    )
    .fetch_all(library.readers())
    .await?;
    let mut sources: Vec<ReportSource> = vec![];
    for (name, column) in rows {
        match sources.last_mut().filter(|last| last.name == name) {
            Some(last) => last.columns.push(column),
            None => sources.push(ReportSource { name, columns: vec![column] }),
        }
    }
    Ok(sources)
}

impl WriteTx {
    /// Saves a report under its name, in place of the one that had it.
    pub async fn put_report(&mut self, name: &str, sql: &str) -> Result<()> {
        let now_ms = self.now_ms();
        sqlx::query(
            "INSERT INTO report (name, sql, changed_ms) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET sql = excluded.sql, changed_ms = excluded.changed_ms",
        )
        .bind(name)
        .bind(sql)
        .bind(now_ms)
        .execute(self.connection())
        .await?;
        self.touch("report", name);
        Ok(())
    }

    /// Forgets a report; whether there was one.
    pub async fn remove_report(&mut self, name: &str) -> Result<bool> {
        let gone = sqlx::query("DELETE FROM report WHERE name = $1").bind(name).execute(self.connection()).await?;
        self.touch("report", name);
        Ok(gone.rows_affected() > 0)
    }
}

/// Connections for reports on the library in folder `root`: they read, and nothing else.
pub async fn pool(root: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(crate::open::database_file(root))
        .read_only(true)
        .pragma("query_only", "ON")
        .pragma("trusted_schema", "OFF")
        .busy_timeout(BUSY_PATIENCE);
    let pool = SqlitePoolOptions::new()
        .max_connections(2)
        .after_connect(|connection, _| Box::pin(fence(connection)))
        .before_acquire(|connection, _| Box::pin(async { clock(connection).await.map(|()| true) }));
    Ok(pool.connect_with(options).await?)
}

/// No file can be attached, whatever the question says.
#[expect(unsafe_code, reason = "sqlx offers no limits; the handle is locked and lives as long as the call")]
async fn fence(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    {
        let mut handle = connection.lock_handle().await?;
        // SAFETY: the handle is a valid, open connection, and nobody else uses it while it is locked.
        unsafe {
            libsqlite3_sys::sqlite3_limit(handle.as_raw_handle().as_ptr(), libsqlite3_sys::SQLITE_LIMIT_ATTACHED, 0)
        };
    }
    clock(connection).await
}

/// Starts the clock of the next question.
async fn clock(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    let until = Instant::now() + LONGEST;
    connection.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < until);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::clock::SystemClock;
    use hearthcast_model::id::RandomIds;
    use std::sync::Arc;

    async fn scene() -> (tempfile::TempDir, Library, SqlitePool) {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path(), Arc::new(SystemClock), Arc::new(RandomIds)).await.unwrap();
        let pool = pool(folder.path()).await.unwrap();
        (folder, library, pool)
    }

    /// SQLite's own words for what it refused.
    async fn refused(pool: &SqlitePool, sql: &str) -> String {
        sqlx::query(sql).fetch_all(pool).await.map(|rows| rows.len()).expect_err(sql).to_string()
    }

    #[tokio::test]
    async fn point_8_a_report_cannot_write_attach_or_load() {
        let (folder, library, pool) = scene().await;
        let beside = folder.path().join("beside.sqlite");
        let other = SqliteConnectOptions::new().filename(&beside).create_if_missing(true);
        let other = SqlitePool::connect_with(other).await.unwrap();
        sqlx::query("CREATE TABLE secret (word TEXT)").execute(&other).await.unwrap();
        for sql in [
            "INSERT INTO report (name, sql, changed_ms) VALUES ('x', 'y', 0) RETURNING name",
            "DELETE FROM meta",
            "PRAGMA query_only = OFF; DELETE FROM meta",
            "CREATE TABLE t (a)",
            "PRAGMA user_version = 7; CREATE TEMP TABLE t (a); INSERT INTO meta VALUES ('a', 'b')",
        ] {
            assert!(refused(&pool, sql).await.contains("readonly"), "{sql}");
        }
        let attach = format!("ATTACH '{}' AS other", beside.display());
        assert!(refused(&pool, &attach).await.contains("too many attached databases"));
        let made = folder.path().join("made.sqlite");
        refused(&pool, &format!("ATTACH '{}' AS other", made.display())).await;
        refused(&pool, &format!("VACUUM INTO '{}'", made.display())).await;
        assert!(!made.exists(), "no file was made");
        assert!(refused(&pool, "SELECT load_extension('x')").await.contains("not authorized"));
        let (there,): (i64,) = sqlx::query_as("SELECT count(*) FROM meta").fetch_one(library.readers()).await.unwrap();
        assert!(there > 0);
    }

    #[tokio::test]
    async fn point_8_every_view_can_be_asked_and_names_its_columns() {
        let (_folder, library, pool) = scene().await;
        let sources = sources(&library).await.unwrap();
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        assert_eq!(names, ["report_apps", "report_downloads", "report_episodes", "report_media", "report_shows"]);
        for source in &sources {
            sqlx::query(&format!("SELECT {} FROM {}", source.columns.join(", "), source.name))
                .fetch_all(&pool)
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn point_8_reports_are_saved_replaced_and_forgotten() {
        let (_folder, library, _pool) = scene().await;
        for sql in ["SELECT 1", "SELECT 2"] {
            let mut tx = library.transact().await.unwrap();
            tx.put_report("Mine", sql).await.unwrap();
            tx.commit().await.unwrap();
        }
        let saved = all(&library).await.unwrap();
        assert_eq!(saved.iter().map(|r| (r.name.as_str(), r.sql.as_str())).collect::<Vec<_>>(), [("Mine", "SELECT 2")]);
        let mut tx = library.transact().await.unwrap();
        assert!(tx.remove_report("Mine").await.unwrap());
        assert!(!tx.remove_report("Mine").await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(all(&library).await.unwrap(), []);
    }

    /// The test of the clock itself lowers nothing: it gives the handler a moment that has passed.
    #[tokio::test]
    async fn point_8_a_question_without_end_is_broken_off() {
        let (_folder, _library, pool) = scene().await;
        let mut connection = pool.acquire().await.unwrap();
        let past = Instant::now();
        connection.lock_handle().await.unwrap().set_progress_handler(STEPS, move || Instant::now() < past);
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let error =
            sqlx::query(endless).fetch_all(&mut *connection).await.map(|rows| rows.len()).unwrap_err().to_string();
        assert!(error.contains("interrupted"), "{error}");
    }
}
