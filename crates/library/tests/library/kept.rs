//! Issue 7, point 9: files stay as long as anything names them, and no longer.

use crate::scene::{Scene, add_show, episode, sqlite};
use hearthcast_library::{Library, files, kept};
use hearthcast_model::media_library::KeptFor;
use hearthcast_model::record::Table;
use hearthcast_model::show::Attachment;
use hearthcast_model::{EpisodeId, Sha256};

fn hash(name: &str) -> Sha256 {
    Sha256::of(name.as_bytes())
}

async fn why(library: &Library, name: &str) -> Vec<KeptFor> {
    kept::now(library).await.unwrap().why(&hash(name))
}

/// A row of a table as it stands there when something names a file.
fn row(table: &str, name: &str) -> String {
    let hash = hash(name);
    match table {
        "publication" => {
            format!("INSERT INTO publication VALUES ('p', 't', 's', '{{\"sha256\":\"{hash}\"}}', '', 'open', 0, NULL)")
        }
        "upload" => format!("INSERT INTO upload VALUES ('t', 'media/{}/one.mp3', 0, '{{}}')", &hash.as_str()[..32]),
        "withdrawal" => format!("INSERT INTO withdrawal VALUES ('e', 's', 0, NULL, '\"{hash}\"')"),
        "history" => format!(
            "INSERT INTO history VALUES ('t', 1, 's', 'p', 0, NULL, 0, 'd', '', '', 'published', '[]', '\"{hash}\"', '')"
        ),
        "revision" => format!("INSERT INTO revision VALUES ('r', '\"{hash}\"')"),
        "target_state" => format!("INSERT INTO target_state (target, manifest) VALUES ('t', '\"{hash}\"')"),
        "share" => format!("INSERT INTO share VALUES ('s', 's', 'e', NULL, 0, 1, '\"{hash}\"')"),
        "job" => format!(
            "INSERT INTO job (id, kind, subject, priority, state, attempts, created_ms, params)
             VALUES ('j', 'process', '', 1, 'waiting', 0, 0, '\"{hash}\"')"
        ),
        "import_item" => format!("INSERT INTO import_item VALUES ('s', 'u', 'g', 'e', '\"{hash}\"')"),
        "sync_base" => format!("INSERT INTO sync_base VALUES ('t', 'episode', 'e', 1, 'h', '\"{hash}\"')"),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn point_9_whatever_needs_a_file_keeps_it() {
    let scene = Scene::new();
    let library = scene.open().await;
    for (table, reason, over) in [
        ("publication", KeptFor::Publication, Some("UPDATE publication SET state = 'abandoned'")),
        ("upload", KeptFor::Publication, None),
        ("withdrawal", KeptFor::Publication, None),
        ("history", KeptFor::Version, None),
        ("revision", KeptFor::Version, None),
        ("target_state", KeptFor::Version, None),
        ("share", KeptFor::Share, Some("UPDATE share SET open = 0")),
        ("job", KeptFor::Work, Some("UPDATE job SET state = 'done'")),
        ("import_item", KeptFor::Notes, None),
        ("sync_base", KeptFor::Notes, None),
    ] {
        assert_eq!(why(&library, table).await, [], "{table}: nothing names it yet");
        sqlite(&scene.file(), &row(table, table));
        assert_eq!(why(&library, table).await, [reason], "{table}");
        if let Some(over) = over {
            sqlite(&scene.file(), over);
            assert_eq!(why(&library, table).await, [], "{table}: it is over");
        }
    }
    sqlite(&scene.file(), &format!("INSERT INTO outbox (tbl, id, op) VALUES ('episode', 'e', '\"{}\"')", hash("sent")));
    assert_eq!(why(&library, "sent").await, [], "what was changed long ago needs no file");
}

#[tokio::test]
async fn point_9_what_a_later_version_writes_down_is_kept_too() {
    let scene = Scene::new();
    let library = scene.open().await;
    sqlite(&scene.file(), &format!("CREATE TABLE reel (body TEXT); INSERT INTO reel VALUES ('\"{}\"')", hash("reel")));
    assert_eq!(why(&library, "reel").await, [KeptFor::Notes]);
}

#[tokio::test]
async fn point_9_a_removed_episode_keeps_its_files_as_long_as_it_can_come_back() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "harbour").await;
    let mut body = episode(&show, 1, "");
    body.audio = Some(Attachment { hash: hash("made"), name: "one".into(), ext: "mp3".into() });
    let id = EpisodeId::fresh(library.ids(), 0);
    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &body).await.unwrap();
    tx.put_recording(&id, &hash("recording")).await.unwrap();
    tx.remember("add").await.unwrap();
    tx.commit().await.unwrap();
    let (made, source) = (hash("made"), hash("source"));
    sqlite(
        &scene.file(),
        &format!("INSERT INTO made VALUES ('{made}', '{source}', 'p', 't', '\"{}\"', 0)", hash("intro")),
    );
    for name in ["source", "intro"] {
        assert_eq!(why(&library, name).await, [KeptFor::MadeOf], "{name}: a sound that stays was made of it");
    }
    let mut tx = library.transact().await.unwrap();
    tx.delete(Table::Episode, id.as_str()).await.unwrap();
    tx.remember("remove").await.unwrap();
    tx.commit().await.unwrap();
    for name in ["made", "recording", "source", "intro"] {
        assert_ne!(why(&library, name).await, [], "{name}: undo brings the episode back");
    }
    // As thirty days do.
    sqlite(&scene.file(), "DELETE FROM undo_step");
    for name in ["made", "recording", "source", "intro"] {
        assert_eq!(why(&library, name).await, [], "{name}");
    }
}

#[tokio::test]
async fn point_9_what_somebody_asks_for_meanwhile_is_not_removed() {
    let scene = Scene::new();
    let hash = files::take_in_from(scene.root(), &mut b"abc".as_slice()).unwrap();
    let path = files::path(scene.root(), &hash);
    let age = |seconds: u64| {
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        std::fs::File::options().append(true).open(&path).unwrap().set_modified(at).unwrap();
    };
    age(1_000_000);
    let later = 1_000_000_000 + 59 * 60 * 1000;
    assert!(!files::remove(scene.root(), &hash, later).unwrap(), "not an hour ago");
    assert_eq!(std::fs::read(&path).unwrap(), b"abc");
    assert!(files::remove(scene.root(), &hash, later + 60_000).unwrap());
    assert!(!path.exists());
    // Taken in again over one that looks forgotten: it is not.
    files::take_in_from(scene.root(), &mut b"abc".as_slice()).unwrap();
    age(1_000_000);
    files::take_in_from(scene.root(), &mut b"abc".as_slice()).unwrap();
    assert!(files::lying(scene.root())[0].touched_ms > 1_000_000_000);
    assert_eq!(std::fs::read_dir(scene.root().join("media/incoming")).unwrap().count(), 0, "nothing is left aside");
}
