//! Kept versions: bodies once by content, feeds as they were, and nothing left of what was withdrawn or forgotten.

use crate::scene::{NOW, Scene, sqlite};
use hearthcast_library::history::{self, Kept, Snapshot};
use hearthcast_library::{Library, withdrawal};
use hearthcast_model::history::Known;
use hearthcast_model::manifest::{FORMAT, FeedObject, Manifest, Object};
use hearthcast_model::{Episode, EpisodeId, Sha256, Show, ShowId, TargetId};

const ID: &str = "018f0000-0000-7000-8000-00000000000";

fn id<T>(parse: fn(&str) -> Option<T>, n: u64) -> T {
    parse(&format!("{ID}{n}")).expect("an id")
}

fn show_id() -> ShowId {
    id(ShowId::parse, 1)
}

fn snapshot(titles: &[&str]) -> Snapshot {
    let episode = |(n, title): (usize, &&str)| {
        (id(EpisodeId::parse, n as u64 + 2), Episode::new(show_id(), "g", title, "s", NOW))
    };
    let episodes = titles.iter().enumerate().map(episode).collect();
    Snapshot { show: Show::new("Lantern Tide", "lantern-tide", NOW), episodes, facts: vec![] }
}

fn version(library: &Library, n: u64, feed: &str, released: &Snapshot) -> Kept {
    let object = |(episode, _): &(EpisodeId, Episode)| Object {
        key: format!("media/{}/x.mp3", &episode.as_str()[35..]),
        sha256: Sha256::of(episode.as_str().as_bytes()),
        bytes: 1,
        mime: "audio/mpeg".into(),
        kind: "audio".into(),
        episode: Some(episode.clone()),
    };
    let manifest = Manifest {
        format: FORMAT,
        show: show_id(),
        epoch: "e".into(),
        version: n,
        parent: n - 1,
        effective_at: NOW,
        device: library.device().clone(),
        fence: format!("fence {n}"),
        renderer: 1,
        feed: FeedObject { key: "feeds/lantern-tide/feed.xml".into(), sha256: Sha256::of(feed.as_bytes()), bytes: 1 },
        objects: released.episodes.iter().map(object).collect(),
        documents: vec![],
        restores: (n == 3).then_some(1),
        slug: None,
        paths: None,
        audio: None,
    };
    Kept::new(manifest, NOW + n as i64, "A sentence.", Known::Published)
}

async fn keep(library: &Library, target: &TargetId, n: u64, feed: &str, titles: &[&str]) {
    let released = snapshot(titles);
    let mut tx = library.transact().await.expect("a door");
    let kept = version(library, n, feed, &released);
    tx.keep_version(target, &kept, Some(&released), Some(feed.as_bytes())).await.expect("kept");
    tx.commit().await.expect("committed");
}

/// Rows of a table, counted by another program.
fn rows(scene: &Scene, table: &str) -> String {
    sqlite(&scene.file(), &format!("SELECT count(*) FROM {table}")).trim().to_string()
}

#[tokio::test]
async fn a_version_is_read_as_it_was_kept_and_bodies_stand_once() {
    let scene = Scene::new();
    let library = scene.open().await;
    let target = id(TargetId::parse, 9);
    keep(&library, &target, 1, "<rss>1</rss>", &["One"]).await;
    keep(&library, &target, 2, "<rss>2</rss>", &["One", "Two"]).await;
    keep(&library, &target, 3, "<rss>1</rss>", &["One"]).await;
    assert_eq!((rows(&scene, "revision"), rows(&scene, "kept_feed")), ("3".into(), "2".into()));
    let all = history::of_target(&library, &target).await.expect("read");
    let told: Vec<(u64, Option<u64>, bool)> =
        all.iter().map(|k| (k.manifest.version, k.manifest.restores, k.feed_kept)).collect();
    assert_eq!(told, [(3, Some(1), true), (2, None, true), (1, None, true)]);
    assert_eq!(history::snapshot(&library, &all[1]).await.expect("read"), Some(snapshot(&["One", "Two"])));
    let feed = history::feed(&library, &Sha256::of(b"<rss>2</rss>")).await.expect("read");
    assert_eq!(feed.as_deref(), Some(&b"<rss>2</rss>"[..]));
    assert_eq!(history::last_rollback_ms(&library, &show_id()).await.expect("read"), Some(NOW + 3));
    // The same number again keeps what there is.
    keep(&library, &target, 2, "<rss>other</rss>", &["Other"]).await;
    let two = history::get(&library, &target, 2).await.expect("read").expect("there");
    assert_eq!(history::snapshot(&library, &two).await.expect("read"), Some(snapshot(&["One", "Two"])));
}

#[tokio::test]
async fn nothing_is_left_of_an_episode_that_was_withdrawn() {
    let scene = Scene::new();
    let library = scene.open().await;
    let (target, two) = (id(TargetId::parse, 9), id(EpisodeId::parse, 3));
    keep(&library, &target, 1, "<rss>1</rss>", &["One"]).await;
    keep(&library, &target, 2, "<rss>2</rss>", &["One", "A secret"]).await;
    for _ in 0..2 {
        let mut tx = library.transact().await.expect("a door");
        tx.put_withdrawal(&show_id(), &two, "{}", true).await.expect("noted");
        tx.strike_from_history(&show_id(), &two).await.expect("struck");
        tx.commit().await.expect("committed");
    }
    let kept = history::get(&library, &target, 2).await.expect("read").expect("still listed");
    assert_eq!((kept.withdrawn.clone(), kept.feed_kept, kept.manifest.objects.len()), (vec![two.clone()], false, 1));
    assert_eq!(history::snapshot(&library, &kept).await.expect("read"), Some(snapshot(&["One"])));
    assert_eq!(history::feed(&library, &Sha256::of(b"<rss>2</rss>")).await.expect("read"), None);
    assert_eq!((rows(&scene, "revision"), rows(&scene, "kept_feed")), ("2".into(), "1".into()));
    let withdrawn = withdrawal::of_show(&library, &show_id()).await.expect("read");
    assert_eq!((withdrawn[0].episode.clone(), withdrawn[0].finished_ms.is_some()), (two, true));
    let one = history::get(&library, &target, 1).await.expect("read").expect("there");
    assert!(one.withdrawn.is_empty() && one.feed_kept);
}

#[tokio::test]
async fn a_forgotten_target_takes_its_versions_along() {
    let scene = Scene::new();
    let library = scene.open().await;
    let (gone, stays) = (id(TargetId::parse, 8), id(TargetId::parse, 9));
    keep(&library, &gone, 1, "<rss>1</rss>", &["One", "Two"]).await;
    keep(&library, &stays, 1, "<rss>2</rss>", &["One"]).await;
    let mut tx = library.transact().await.expect("a door");
    tx.remove_target(&gone).await.expect("forgotten");
    tx.commit().await.expect("committed");
    assert!(history::of_target(&library, &gone).await.expect("read").is_empty());
    let kept = history::get(&library, &stays, 1).await.expect("read").expect("there");
    assert_eq!(history::snapshot(&library, &kept).await.expect("read"), Some(snapshot(&["One"])));
    assert_eq!((rows(&scene, "revision"), rows(&scene, "kept_feed")), ("2".into(), "1".into()));
}
