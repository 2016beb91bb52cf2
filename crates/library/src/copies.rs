//! Safe copies of the database: made before each migration and on request, listed, and taken back.

use crate::check::{self, Fault};
use crate::open::MIGRATIONS;
use crate::writer::{WriteLock, Writer};
use crate::{Library, LibraryError, Result, outbox, replace};
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, SqliteConnection};
use std::fs::File;
use std::path::{Path, PathBuf};

/// How many safe copies made before migrations are kept. Copies that were asked for are never forgotten.
const KEPT_COPIES: usize = 5;

/// A safe copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether it is a whole library that this program can open.
    pub good: bool,
}

impl Library {
    /// The safe copies of the library in `root`, newest first; works on a damaged library.
    pub async fn copies(root: &Path) -> Vec<Copy> {
        let mut found = vec![];
        for path in copy_files(root, "") {
            let good = usable(&path, &MIGRATIONS).await;
            found.push(Copy { path, good });
        }
        found
    }

    /// Puts a good copy in the place of a damaged library. The damaged file stays beside it; returns where.
    pub async fn use_copy(root: &Path, copy: &Path, now_ms: i64) -> Result<PathBuf> {
        let lock = WriteLock::take(root).await?;
        match check::examine(copy, &MIGRATIONS).await {
            Ok(found) => check::refuse_newer(found, &MIGRATIONS, copy)?,
            Err(Fault::Failed(error)) => return Err(error.into()),
            Err(Fault::Damaged(loss)) => {
                let newest_copy = newest_good(root, &MIGRATIONS).await;
                return Err(LibraryError::Damaged { path: copy.into(), loss, newest_copy });
            }
        }
        replace::finish(root)?;
        let part = replace::fresh_part(root)?;
        let mut source = check::open_read_only(copy).await?;
        whole_copy(&mut source, &part).await?;
        source.close().await?;
        let mut writer = Writer::open(lock, &part).await?;
        outbox::leave_a_gap(writer.connection()).await?;
        let _lock = writer.close().await?;
        replace::with_part(root, now_ms)
    }
}

/// Copies the database when a migration is about to run, and forgets the oldest such copies.
pub(crate) async fn before_migration(
    connection: &mut SqliteConnection,
    root: &Path,
    found: i64,
    migrations: &Migrator,
    now_ms: i64,
) -> Result<()> {
    let step = format!("before-{}-from-{found}", check::newest_known(migrations));
    let made = make(connection, root, &step, now_ms).await?;
    // A migration that fails is tried at every start; its copies must not push out those of other steps.
    let (again, others): (Vec<_>, Vec<_>) =
        copy_files(root, "before-").into_iter().filter(|copy| *copy != made).partition(|copy| in_step(copy, &step));
    for copy in again.into_iter().chain(others.into_iter().skip(KEPT_COPIES - 1)) {
        std::fs::remove_file(&copy).map_err(|source| LibraryError::Folder { path: copy, source })?;
    }
    Ok(())
}

/// Makes a whole, compact copy named after its reason and time; it appears when it is durable.
pub(crate) async fn make(connection: &mut SqliteConnection, root: &Path, reason: &str, now_ms: i64) -> Result<PathBuf> {
    let folder = folder(root);
    let named = |stamp: i64| folder.join(format!("{reason}-{}.sqlite", replace::stamped(stamp)));
    let whole = (now_ms..).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(now_ms));
    let part = whole.with_extension("part");
    let unusable = |source| LibraryError::Folder { path: whole.clone(), source };
    std::fs::create_dir_all(&folder).map_err(unusable)?;
    forget_parts(&folder);
    if let Err(error) = whole_copy(connection, &part).await {
        forget_parts(&folder);
        return Err(error.into());
    }
    File::open(&part)
        .and_then(|file| file.sync_all())
        .and_then(|()| std::fs::rename(&part, &whole))
        .and_then(|()| replace::sync_folder(&folder))
        .map_err(unusable)?;
    Ok(whole)
}

/// The newest copy that can be used.
pub(crate) async fn newest_good(root: &Path, migrations: &Migrator) -> Option<PathBuf> {
    for path in copy_files(root, "") {
        if usable(&path, migrations).await {
            return Some(path);
        }
    }
    None
}

async fn usable(path: &Path, migrations: &Migrator) -> bool {
    matches!(check::examine(path, migrations).await, Ok(found) if found <= check::newest_known(migrations))
}

async fn whole_copy(connection: &mut SqliteConnection, to: &Path) -> Result<(), sqlx::Error> {
    sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(connection).await?;
    Ok(())
}

fn folder(root: &Path) -> PathBuf {
    root.join("copies")
}

/// What a killed copy left; the write lock is held, so nobody writes them now.
fn forget_parts(folder: &Path) {
    for part in listed(folder).filter(|path| path.extension().is_some_and(|e| e == "part")) {
        if let Err(error) = std::fs::remove_file(&part) {
            tracing::warn!(%error, part = %part.display(), "half a copy stays");
        }
    }
}

fn listed(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// Copies whose name begins so, newest first by the time at their names' end.
fn copy_files(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = listed(&folder(root))
        .filter(|path| path.extension().is_some_and(|e| e == "sqlite") && stem(path).starts_with(prefix))
        .collect();
    files.sort_by_key(|path| std::cmp::Reverse(stem(path).rsplit('-').next().map(str::to_string)));
    files
}

fn in_step(copy: &Path, step: &str) -> bool {
    stem(copy).rsplit_once('-').is_some_and(|(name, _)| name == step)
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}
