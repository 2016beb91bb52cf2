//! The one door: what a transaction returns, how it is taken back, and that nobody else can write meanwhile.

use crate::scene::{Scene, add_episodes, add_show, episode, sqlite, until};
use hearthcast_library::{LibraryError, episode as episodes, outbox};
use hearthcast_model::record::Table;
use hearthcast_model::{Episode, EpisodeId};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_change_returns_what_it_changed_and_its_inverse() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let id = EpisodeId::fresh(library.ids(), 0);
    let first = episode(&show, 1, "first");
    let second = Episode { title: "Another".into(), ..first.clone() };

    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &first).await.unwrap();
    let made = tx.commit().await.unwrap();
    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &second).await.unwrap();
    let edited = tx.commit().await.unwrap();

    assert_eq!(made.records[0].before, None, "it was new");
    assert_eq!(made.subjects()[0].kind, "episode");
    assert_eq!(made.subjects()[0].id, id.as_str());
    let before = edited.records[0].before.as_ref().expect("there was one before");
    assert_eq!((before.0["title"].as_str(), before.1), (Some("Episode 1"), None));
    assert_eq!(edited.records[0].after.0["title"], "Another");

    let mut tx = library.transact().await.unwrap();
    tx.revert(&edited.records[0]).await.unwrap();
    let reverted = tx.commit().await.unwrap();
    assert_eq!(episodes::get(&library, &id).await.unwrap().unwrap().body, first, "as before the edit");
    let mut tx = library.transact().await.unwrap();
    tx.revert(&reverted.records[0]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(episodes::get(&library, &id).await.unwrap().unwrap().body, second, "an inverse has an inverse");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_the_inverse_of_a_new_record_is_a_deletion_and_of_a_deletion_the_record() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let id = EpisodeId::fresh(library.ids(), 0);
    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &episode(&show, 1, "")).await.unwrap();
    let made = tx.commit().await.unwrap();

    let mut tx = library.transact().await.unwrap();
    tx.revert(&made.records[0]).await.unwrap();
    let deleted = tx.commit().await.unwrap();
    assert!(episodes::get(&library, &id).await.unwrap().unwrap().deleted_ms.is_some());
    let mut tx = library.transact().await.unwrap();
    tx.revert(&deleted.records[0]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(episodes::get(&library, &id).await.unwrap().unwrap().deleted_ms, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_the_inverse_is_refused_when_the_record_changed_or_was_deleted_since() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let id = add_episodes(&library, &show, 0..1, "").await.remove(0);
    let mut edits = vec![];
    for title in ["one", "two"] {
        let mut tx = library.transact().await.unwrap();
        tx.put(id.as_str(), &Episode { title: title.into(), ..episode(&show, 0, "") }).await.unwrap();
        edits.push(tx.commit().await.unwrap().records.remove(0));
    }
    let mut tx = library.transact().await.unwrap();
    assert!(matches!(tx.revert(&edits[0]).await, Err(LibraryError::ChangedSince)));
    tx.delete(Table::Episode, id.as_str()).await.unwrap();
    assert!(matches!(tx.revert(&edits[1]).await, Err(LibraryError::ChangedSince)), "an undo must not bring it back");
    tx.commit().await.unwrap();
    assert_eq!(episodes::get(&library, &id).await.unwrap().unwrap().body.title, "two");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_dropped_transaction_changes_nothing_and_gives_the_lock_back() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let last = outbox::last(&library).await.unwrap();
    for _ in 0..3 {
        let mut tx = library.transact().await.unwrap();
        tx.put(EpisodeId::fresh(library.ids(), 0).as_str(), &episode(&show, 1, "")).await.unwrap();
        drop(tx);
    }
    let next =
        tokio::time::timeout(Duration::from_secs(20), library.transact()).await.expect("the lock is free").unwrap();
    drop(next);
    assert_eq!(sqlite(&scene.file(), "SELECT count(*) FROM episode"), "0");
    assert_eq!(outbox::last(&library).await.unwrap(), last, "and no number of the outbox is used up");
}

#[test]
fn point_2_a_transaction_dropped_outside_any_runtime_gives_the_lock_back() {
    let scene = Scene::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let library = runtime.block_on(scene.open());
    let tx = runtime.block_on(library.transact()).unwrap();
    drop(runtime);
    drop(tx);
    let another = tokio::runtime::Runtime::new().unwrap();
    another.block_on(async {
        let reopened = tokio::time::timeout(Duration::from_secs(20), scene.try_open()).await.expect("the lock is free");
        reopened.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_the_outbox_row_stands_in_the_same_transaction() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let mut tx = library.transact().await.unwrap();
    let id = EpisodeId::fresh(library.ids(), 0);
    tx.put(id.as_str(), &episode(&show, 1, "")).await.unwrap();
    let counts = "SELECT (SELECT count(*) FROM episode) || ' ' || (SELECT count(*) FROM outbox WHERE tbl = 'episode')";
    assert_eq!(sqlite(&scene.file(), counts), "0 0", "before the commit nobody sees either");
    tx.commit().await.unwrap();
    assert_eq!(sqlite(&scene.file(), counts), "1 1", "after it both");

    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &Episode { title: "New".into(), ..episode(&show, 1, "") }).await.unwrap();
    tx.delete(Table::Episode, id.as_str()).await.unwrap();
    tx.commit().await.unwrap();
    let fields =
        "SELECT json_extract(op, '$.set') || json_extract(op, '$.del') || (json_extract(op, '$.op') = '{}:' || n)
                  FROM outbox WHERE tbl = 'episode' ORDER BY n DESC LIMIT 2";
    let fields = fields.replace("{}", library.device().as_str());
    assert_eq!(sqlite(&scene.file(), &fields), "{}11\n{\"title\":\"New\"}01", "only what changed, and its own number");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_fields_of_a_newer_program_survive_an_edit() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let id = add_episodes(&library, &show, 0..1, "").await.remove(0);
    let mut tx = library.transact().await.unwrap();
    let (mut body, _) = tx.working(Table::Episode, id.as_str()).await.unwrap().unwrap();
    body["transcript"] = serde_json::json!({"lang": "de", "lines": [1, 2.5, null]});
    body["notes"]["mood"] = "cheerful".into();
    tx.put_value(Table::Episode, id.as_str(), body, None).await.unwrap();
    tx.commit().await.unwrap();

    let mut edited = episodes::get(&library, &id).await.unwrap().unwrap().body;
    edited.title = "Edited here".into();
    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &edited).await.unwrap();
    tx.commit().await.unwrap();
    let stored =
        sqlite(&scene.file(), "SELECT json_extract(body, '$.title', '$.transcript', '$.notes.mood') FROM episode");
    assert_eq!(stored, r#"["Edited here",{"lang":"de","lines":[1,2.5,null]},"cheerful"]"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_an_equal_put_writes_nothing() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let id = add_episodes(&library, &show, 0..1, "notes").await.remove(0);
    let state = "SELECT rev, hash, (SELECT max(n) FROM outbox) FROM episode";
    let before = sqlite(&scene.file(), state);
    let same = episodes::get(&library, &id).await.unwrap().unwrap().body;
    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &same).await.unwrap();
    let changes = tx.commit().await.unwrap();
    assert!(changes.records.is_empty() && changes.subjects().is_empty(), "nothing to refresh and nothing to undo");
    assert_eq!(sqlite(&scene.file(), state), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_taken_address_is_refused_with_its_name() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    add_episodes(&library, &show, 0..1, "").await;
    let mut tx = library.transact().await.unwrap();
    let refused = tx.put(EpisodeId::fresh(library.ids(), 0).as_str(), &episode(&show, 0, "")).await;
    let error = hearthcast_model::Error::from(refused.expect_err("the address is taken"));
    assert_eq!(error.code.as_str(), "library.taken");
    assert!(error.message.contains("episode-0"), "{}", error.message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn point_2_one_transaction_at_a_time() {
    static INSIDE: AtomicUsize = AtomicUsize::new(0);
    let scene = Scene::new();
    let library = scene.open().await;
    let other = scene.open().await;
    let file = scene.file().canonicalize().unwrap();
    let tasks: Vec<_> = (0..24)
        .map(|n| (if n % 2 == 0 { library.clone() } else { other.clone() }, file.clone()))
        .map(|(library, file)| {
            tokio::spawn(async move {
                let tx = library.transact().await.unwrap();
                assert_eq!(writers(&file), 1, "nobody else has even a connection that could write");
                assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0, "somebody else is inside the door");
                tokio::task::yield_now().await;
                INSIDE.fetch_sub(1, Ordering::SeqCst);
                tx.commit().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_nobody_writes_while_another_process_holds_the_lock() {
    let scene = Scene::new();
    let library = scene.open().await;
    let file = scene.file().canonicalize().unwrap();
    // The lock belongs to the open file, so this is what another process would do.
    let held = std::fs::File::options().write(true).open(scene.root().join("write.lock")).unwrap();
    held.lock().unwrap();
    let mut waiting = tokio::spawn(async move { library.transact().await.map(drop) });
    let early = tokio::time::timeout(Duration::from_millis(400), &mut waiting).await;
    assert!(early.is_err(), "it went through a locked door");
    assert_eq!(writers(&file), 0, "and has no connection that could write");
    held.unlock().unwrap();
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("its turn comes").unwrap().unwrap();
}

/// Whoever holds the lock finds no open read-write connection, however the one before ended. The kernel is asked, not us.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn point_2_whoever_gets_the_lock_finds_no_open_writer() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let file = scene.file().canonicalize().unwrap();
    for n in 0..60 {
        let mut tx = library.transact().await.unwrap();
        tx.put(EpisodeId::fresh(library.ids(), 0).as_str(), &episode(&show, 1000 + n, &"n".repeat(50_000)))
            .await
            .unwrap();
        assert_eq!(writers(&file), 1, "a transaction is one read-write connection");
        let (file, lock) = (file.clone(), scene.root().join("write.lock"));
        let next = std::thread::spawn(move || {
            let lock = std::fs::File::options().write(true).open(lock).unwrap();
            while lock.try_lock().is_err() {
                std::hint::spin_loop();
            }
            writers(&file)
        });
        match n % 3 {
            0 => drop(tx),
            1 => drop(tokio::time::timeout(Duration::ZERO, tx.commit()).await),
            _ => drop(tx.commit().await.unwrap()),
        }
        assert_eq!(next.join().unwrap(), 0, "way {} of ending gave the lock back too early", n % 3);
    }
    until("the last writer is closed", || writers(&file) == 0).await;
}

/// Open descriptors of this process that can write the database.
fn writers(file: &std::path::Path) -> usize {
    let open = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    open.filter(|fd| std::fs::read_link(fd.path()).is_ok_and(|target| target == file))
        .filter(|fd| {
            let info = std::path::Path::new("/proc/self/fdinfo").join(fd.file_name());
            let flags = std::fs::read_to_string(info).unwrap_or_default();
            let octal = flags.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or("0").trim().to_string();
            i64::from_str_radix(&octal, 8).is_ok_and(|flags| flags & 0o3 != 0)
        })
        .count()
}
