//! A damaged library: refused without being touched, salvaged into a new file, or replaced by a good copy.
//! The damaged file is kept in every case.

use crate::door::WriteLock;
use crate::open::{connect_writer, copies_folder, database_file};
use crate::{Library, LibraryError, Result};
use hearthcast_model::{Clock, id::Ids};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A safe copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether SQLite finds it in order.
    pub good: bool,
}

/// What a salvage saved and what it lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvage {
    /// Rows saved, by table.
    pub saved: Vec<(String, u64)>,
    /// Tables whose end was not reached, with what SQLite said.
    pub lost: Vec<(String, String)>,
    /// Where the damaged file lies now.
    pub damaged: PathBuf,
}

/// Tables that are saved, the author's work first.
const TABLES: &[&str] = &[
    "meta",
    "show",
    "episode",
    "media",
    "waveform",
    "target",
    "target_state",
    "sync_base",
    "outbox",
    "publication",
    "journal",
    "job",
    "day_count",
];

/// Fails when the file exists and SQLite finds it damaged.
pub(crate) async fn refuse_damaged(file: &Path, root: &Path) -> Result<()> {
    if !file.exists() {
        return Ok(());
    }
    match check(file).await {
        Ok(()) => Ok(()),
        Err(loss) => Err(LibraryError::Damaged { path: file.into(), loss, newest_copy: newest_good(root).await }),
    }
}

/// `Err` with SQLite's words, shortened.
async fn check(file: &Path) -> std::result::Result<(), String> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(|e| e.to_string())?;
    let rows = sqlx::query("PRAGMA quick_check(5)").fetch_all(&mut connection).await;
    let verdict = match rows {
        Ok(rows) => {
            let lines: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
            if lines == ["ok"] { Ok(()) } else { Err(lines.join("; ").chars().take(400).collect()) }
        }
        Err(error) => Err(error.to_string()),
    };
    let _ = connection.close().await;
    verdict
}

async fn newest_good(root: &Path) -> Option<PathBuf> {
    copies(root).await.into_iter().find(|copy| copy.good).map(|copy| copy.path)
}

/// The safe copies of a library, newest first.
pub async fn copies(root: &Path) -> Vec<Copy> {
    let mut found = vec![];
    for path in copy_files(&copies_folder(root)) {
        let good = check(&path).await.is_ok();
        found.push(Copy { path, good });
    }
    found
}

/// Copies newest first, by the time in their names' end.
fn copy_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "sqlite"))
        .collect();
    files.sort_by_key(|p| {
        std::cmp::Reverse(p.file_stem().and_then(|s| s.to_str()).and_then(|s| s.rsplit('-').next()).map(str::to_string))
    });
    files
}

/// Forgets all but the newest `keep` copies.
pub(crate) fn forget_oldest(folder: &Path, keep: usize) -> std::io::Result<()> {
    for file in copy_files(folder).into_iter().skip(keep) {
        std::fs::remove_file(file)?;
    }
    Ok(())
}

impl Library {
    /// Makes a whole copy of the library's database in its `copies` folder; returns where.
    pub async fn copy_now(&self) -> Result<PathBuf> {
        let _lock = WriteLock::take(self.root()).await?;
        let mut writer = connect_writer(&database_file(self.root())).await?;
        let name = format!("copy-{:013}", self.clock().now_ms());
        let path = crate::open::copy_to_folder(&mut writer, self.root(), &name).await?;
        writer.close().await?;
        Ok(path)
    }

    /// The safe copies of the library in `root`, newest first; works on a damaged library.
    pub async fn copies(root: &Path) -> Vec<Copy> {
        copies(root).await
    }

    /// Saves what can be read of a damaged library into a new one in its place. The damaged file stays beside it.
    pub async fn salvage(root: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<(Self, Salvage)> {
        let file = database_file(root);
        let damaged = set_aside(root, clock.now_ms()).await?;
        let fresh = Self::open(root, clock, ids).await?;
        let _lock = WriteLock::take(root).await?;
        let mut salvage = Salvage { saved: vec![], lost: vec![], damaged: damaged.clone() };
        let mut writer = connect_writer(&file).await?;
        let mut source =
            SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&damaged).read_only(true)).await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await?;
        for table in TABLES {
            let (saved, lost) = save_table(&mut source, &mut writer, table).await;
            salvage.saved.push(((*table).to_string(), saved));
            salvage.lost.extend(lost.map(|why| ((*table).to_string(), why)));
        }
        sqlx::query("COMMIT").execute(&mut writer).await?;
        writer.close().await?;
        Ok((fresh, salvage))
    }

    /// Puts a good copy in the place of a damaged library. The damaged file stays beside it.
    pub async fn use_copy(root: &Path, copy: &Path, now_ms: i64) -> Result<PathBuf> {
        if let Err(loss) = check(copy).await {
            return Err(LibraryError::Damaged { path: copy.into(), loss, newest_copy: newest_good(root).await });
        }
        let damaged = set_aside(root, now_ms).await?;
        std::fs::copy(copy, database_file(root))
            .map_err(|source| LibraryError::Folder { path: copy.into(), source })?;
        Ok(damaged)
    }
}

/// Moves the database and its companions out of the way.
async fn set_aside(root: &Path, now_ms: i64) -> Result<PathBuf> {
    let _lock = WriteLock::take(root).await?;
    let file = database_file(root);
    let aside = root.join(format!("damaged-{now_ms:013}.sqlite"));
    for suffix in ["", "-wal", "-shm"] {
        let from = PathBuf::from(format!("{}{suffix}", file.display()));
        if from.exists() {
            let to = PathBuf::from(format!("{}{suffix}", aside.display()));
            std::fs::rename(&from, &to).map_err(|source| LibraryError::Folder { path: from, source })?;
        }
    }
    Ok(aside)
}

/// Copies rows forwards until SQLite fails, then backwards from the other end.
async fn save_table(
    source: &mut SqliteConnection,
    writer: &mut SqliteConnection,
    table: &str,
) -> (u64, Option<String>) {
    let columns = match stored_columns(writer, table).await {
        Ok(columns) if !columns.is_empty() => columns,
        Ok(_) => return (0, Some("unknown table".into())),
        Err(error) => return (0, Some(error.to_string())),
    };
    let mut saved = 0;
    let mut lost = None;
    for order in ["ASC", "DESC"] {
        let first = &columns[0];
        let select = format!("SELECT {} FROM {table} ORDER BY {first} {order}", columns.join(", "));
        match save_rows(source, writer, table, &columns, &select).await {
            (count, None) => {
                return (
                    saved + count,
                    lost.map(|why: String| format!("{why} (the rest was reached from the other end)")),
                );
            }
            (count, Some(why)) => {
                saved += count;
                lost = Some(why);
            }
        }
    }
    (saved, lost)
}

async fn stored_columns(writer: &mut SqliteConnection, table: &str) -> Result<Vec<String>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT name FROM pragma_table_xinfo($1) WHERE hidden = 0").bind(table).fetch_all(writer).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

async fn save_rows(
    source: &mut SqliteConnection,
    writer: &mut SqliteConnection,
    table: &str,
    columns: &[String],
    select: &str,
) -> (u64, Option<String>) {
    use futures_util::TryStreamExt as _;
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let insert = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({})", columns.join(", "), marks.join(", "));
    let mut rows = sqlx::query(select).fetch(source);
    let mut saved = 0;
    loop {
        let row = match rows.try_next().await {
            Ok(Some(row)) => row,
            Ok(None) => return (saved, None),
            Err(error) => return (saved, Some(error.to_string())),
        };
        let mut query = sqlx::query(&insert);
        for at in 0..columns.len() {
            query = bind_any(query, &row, at);
        }
        match query.execute(&mut *writer).await {
            Ok(done) => saved += done.rows_affected(),
            Err(error) => return (saved, Some(error.to_string())),
        }
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments<'q>>;

fn bind_any<'q>(query: Query<'q>, row: &sqlx::sqlite::SqliteRow, at: usize) -> Query<'q> {
    use sqlx::{TypeInfo as _, ValueRef as _};
    let kind = row.try_get_raw(at).ok().filter(|v| !v.is_null()).map(|v| v.type_info().name().to_string());
    match kind.as_deref() {
        Some("INTEGER") => query.bind(row.try_get::<i64, _>(at).ok()),
        Some("BLOB") => query.bind(row.try_get::<Vec<u8>, _>(at).ok()),
        Some("REAL") => query.bind(row.try_get::<f64, _>(at).ok()),
        Some(_) => query.bind(row.try_get::<String, _>(at).ok()),
        None => query.bind(None::<String>),
    }
}
