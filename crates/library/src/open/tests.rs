//! Opening with migrations that only a later program knows: safe copies before them, and refusal by the older program.

use super::{Library, MIGRATIONS, database_file};
use crate::LibraryError;
use hearthcast_model::clock::FixedClock;
use hearthcast_model::id::RandomIds;
use hearthcast_model::{Show, ShowId};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const NOW: i64 = 1_795_176_000_000;

/// This program's migrations and later ones.
fn later(sqls: &[&str]) -> &'static Migrator {
    let mut all: Vec<Migration> = MIGRATIONS.iter().cloned().collect();
    for (version, sql) in (20990101000000..).zip(sqls) {
        all.push(Migration::new(
            version,
            "of tomorrow".into(),
            MigrationType::Simple,
            (*sql).to_string().into(),
            false,
        ));
    }
    Box::leak(Box::new(Migrator { migrations: all.into(), ..Migrator::DEFAULT }))
}

async fn open_at(root: &Path, now_ms: i64, migrations: &'static Migrator) -> Result<Library, LibraryError> {
    Library::open_with(root, Arc::new(FixedClock::at(now_ms)), Arc::new(RandomIds), migrations).await
}

/// Closes all connections. Once is not enough: sqlx leaves one open that comes back to its pool in the last moment.
async fn close(library: &Library) {
    while library.readers().size() > 0 {
        library.readers().close().await;
        tokio::task::yield_now().await;
    }
}

/// A library of today with one show, closed.
async fn of_today() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = open_at(folder.path(), NOW, &MIGRATIONS).await.expect("it opens");
    let mut tx = library.transact().await.expect("the door opens");
    let id = ShowId::fresh(library.ids(), NOW);
    tx.put(id.as_str(), &Show::new("Today", "today", NOW)).await.expect("a show");
    tx.commit().await.expect("committed");
    close(&library).await;
    folder
}

/// Everything in a database. A copy lists its virtual tables last; the order of lines says nothing.
fn dump(file: &Path) -> Vec<String> {
    let output = Command::new("sqlite3")
        .args(["-cmd", ".timeout 20000"])
        .arg(file)
        .arg(".dump")
        .output()
        .expect("sqlite3 is installed");
    assert!(output.status.success() && !output.stdout.is_empty());
    let mut lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect();
    lines.sort();
    lines
}

fn copies(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut copies: Vec<PathBuf> =
        std::fs::read_dir(root.join("copies")).into_iter().flatten().flatten().map(|e| e.path()).collect();
    copies.retain(|copy| copy.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)));
    copies.sort();
    copies
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_safe_copy_is_made_before_a_migration() {
    let folder = of_today().await;
    let root = folder.path();
    let before = dump(&database_file(root));
    let migrated = open_at(root, NOW + 1, later(&["ALTER TABLE show ADD COLUMN mood TEXT", "DELETE FROM show"]))
        .await
        .expect("it opens");
    assert_eq!(crate::show::list(&migrated).await.expect("a list").len(), 0, "the migration has run");
    close(&migrated).await;

    let made = copies(root, "");
    assert_eq!(made.len(), 1, "one copy for one opening: {made:?}");
    assert_eq!(dump(&made[0]), before, "the copy holds what was there before");
    assert!(
        matches!(open_at(root, NOW, &MIGRATIONS).await, Err(LibraryError::Newer { .. })),
        "today's program refuses"
    );
    std::fs::copy(&made[0], database_file(root)).expect("back");
    let back = open_at(root, NOW, &MIGRATIONS).await.expect("the copy is a library of today");
    assert_eq!(crate::show::list(&back).await.expect("a list")[0].title, "Today");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_no_copy_is_made_without_a_migration() {
    let folder = of_today().await;
    open_at(folder.path(), NOW + 1, &MIGRATIONS).await.expect("it opens");
    assert!(copies(folder.path(), "").is_empty(), "neither for a new library nor for one of this version");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_safe_copies_are_bounded_and_asked_ones_are_kept() {
    let folder = of_today().await;
    let root = folder.path();
    open_at(root, NOW, &MIGRATIONS).await.expect("it opens").copy_now().await.expect("a copy");
    let sqls: Vec<String> = (0..8).map(|n| format!("CREATE TABLE later_{n} (x)")).collect();
    let sqls: Vec<&str> = sqls.iter().map(String::as_str).collect();
    for n in 1..=8usize {
        // The clock goes backwards: the newest copy must not be taken for the oldest.
        let library = open_at(root, NOW - 1000 * n as i64, later(&sqls[..n])).await.expect("it opens");
        close(&library).await;
        let newest = format!("before-{}-", 20990101000000 + n as i64 - 1);
        assert_eq!(copies(root, &newest).len(), 1, "the copy made just now is there");
        assert_eq!(copies(root, "before-").len(), n.min(5));
    }
    assert_eq!(copies(root, "copy-").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_migration_that_fails_changes_nothing_and_does_not_push_out_other_copies() {
    let folder = of_today().await;
    let root = folder.path();
    let good = open_at(root, NOW, later(&["CREATE TABLE good (x)"])).await.expect("it opens");
    close(&good).await;
    let before = dump(&database_file(root));
    for n in 1..=7 {
        let broken = later(&["CREATE TABLE good (x)", "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)"]);
        let refused = open_at(root, NOW + n, broken).await.err().expect("it fails");
        assert!(matches!(refused, LibraryError::Migrate(_)), "{refused}");
        assert_eq!(dump(&database_file(root)), before);
    }
    assert_eq!(copies(root, "before-").len(), 2, "one for each step");
    open_at(root, NOW + 9, later(&["CREATE TABLE good (x)"])).await.expect("the program before goes on");
}
