//! Safe copies, and files of other versions. Migrations that do not exist yet are tested inside the crate (`open/tests.rs`).

use crate::scene::{Scene, add_episodes, add_show, all_files, sqlite};
use hearthcast_library::{Library, LibraryError, show};
use hearthcast_model::Error;

#[tokio::test(flavor = "multi_thread")]
async fn point_2_an_older_program_refuses_a_newer_file_and_changes_nothing() {
    let scene = Scene::new();
    let library = scene.open().await;
    add_show(&library, "s").await;
    scene.settle(library).await;
    sqlite(
        &scene.file(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (20990101000000, 'of tomorrow', 1, x'00', 1); PRAGMA wal_checkpoint(TRUNCATE)",
    );
    let before = all_files(scene.root(), &[]);
    let refused = scene.try_open().await.err().expect("refused");
    assert!(matches!(refused, LibraryError::Newer { found: 20990101000000, .. }), "{refused}");
    let error = Error::from(refused);
    assert_eq!(error.code.as_str(), "library.newer");
    assert!(error.hint.contains("Nothing was changed"), "{}", error.hint);
    assert_eq!(all_files(scene.root(), &[]), before, "not a byte differs, and no file was made");
    Library::copies(scene.root()).await;
    assert_eq!(all_files(scene.root(), &[]), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_newer_file_that_is_in_use_is_not_changed_either() {
    let scene = Scene::new();
    let library = scene.open().await;
    assert!(show::list(&library).await.unwrap().is_empty(), "a reader has read, so its WAL stays");
    add_show(&library, "s").await;
    sqlite(
        &scene.file(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (20990101000000, 'of tomorrow', 1, x'00', 1)",
    );
    // Readers are open, so a WAL stands beside the file. Its index (-shm) is scratch and no content.
    let before = all_files(scene.root(), &["library.sqlite-shm"]);
    assert!(before.contains_key("library.sqlite-wal"));
    assert!(matches!(scene.try_open().await, Err(LibraryError::Newer { .. })));
    assert_eq!(all_files(scene.root(), &["library.sqlite-shm"]), before);
    assert!(
        matches!(library.transact().await, Err(LibraryError::Newer { .. })),
        "a window that was open all the time does not write into tomorrow's file either"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_copy_that_was_asked_for_is_whole() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    add_episodes(&library, &show, 0..20, "notes").await;
    let copy = library.copy_now().await.unwrap();
    let again = library.copy_now().await.unwrap();
    assert_ne!(copy, again, "a second one in the same millisecond has its own name");
    assert_eq!(sqlite(&copy, "PRAGMA integrity_check"), "ok");
    assert_eq!(content(&copy), content(&scene.file()));
    let copies = Library::copies(scene.root()).await;
    assert_eq!(copies.len(), 2);
    assert!(copies.iter().all(|copy| copy.good));
}

/// Everything in a database, as `sqlite3` sees it. A copy lists its virtual tables last; the order says nothing.
fn content(file: &std::path::Path) -> Vec<String> {
    let dump = sqlite(file, ".dump");
    let mut lines: Vec<String> = dump.lines().map(str::to_string).collect();
    lines.sort();
    lines
}
