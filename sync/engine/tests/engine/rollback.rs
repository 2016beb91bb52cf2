//! Versions that are kept, compared and brought back, in a real folder.

use crate::plan::carry_out;
use crate::scene::{PUBLIC_URL, Scene, silent};
use hearthcast_engine::documents::Document;
use hearthcast_engine::folder::FolderDestination;
use hearthcast_engine::history::{look, missing, rebuild};
use hearthcast_engine::published::PublishedFeed;
use hearthcast_engine::survey::highest_version;
use hearthcast_engine::versions::{Sight, between};
use hearthcast_engine::{Planned, RollbackInput, apply, rollback};
use hearthcast_library::{Library, episode, history, show, target};
use hearthcast_model::history::{Known, VersionDiff};
use hearthcast_model::plan::ChangeKind;
use hearthcast_model::{Cancel, Clock as _, Code, EpisodeId, PublicationId, Sha256};
use hearthcast_storage::Folder;
use std::path::PathBuf;

const SLUG: &str = "lantern-tide";

/// A plan to go back, as the verb makes it.
pub async fn plan_back(scene: &Scene, library: &Library, version: u64) -> Planned {
    let place = Folder::known(&scene.www()).unwrap();
    let older = history::get(library, &scene.target.id, version).await.unwrap().unwrap();
    let gone = missing(&place, &older.manifest.objects).await.unwrap();
    plan_back_with(scene, library, version, &gone, highest_version(&scene.target, SLUG)).await
}

/// The same without looking at a folder.
pub async fn plan_back_with(
    scene: &Scene,
    library: &Library,
    version: u64,
    gone: &[hearthcast_model::manifest::Object],
    highest_version: u64,
) -> Planned {
    let older = history::get(library, &scene.target.id, version).await.unwrap().unwrap();
    let current = target::state(library.readers(), &scene.target.id).await.unwrap().manifest.unwrap();
    let mut documents = vec![];
    for named in &older.manifest.documents {
        let text = history::feed(library, &named.sha256).await.unwrap().unwrap();
        documents.push(Document { key: named.key.clone(), text: String::from_utf8(text).unwrap() });
    }
    rollback(&RollbackInput {
        documents: Some(&documents),
        publication: &PublicationId::fresh(&*scene.ids, scene.clock.now_ms()),
        device: library.device(),
        target: &scene.target,
        show: &show::get(library, &scene.show).await.unwrap().unwrap(),
        episodes: &episode::all(library, &scene.show).await.unwrap(),
        current: &current,
        current_feed: history::feed(library, &current.feed.sha256).await.unwrap().map(PublishedFeed::alone).as_ref(),
        highest_version,
        older: &older,
        snapshot: history::snapshot(library, &older).await.unwrap().as_ref(),
        feed: history::feed(library, &older.manifest.feed.sha256).await.unwrap().map(PublishedFeed::alone).as_ref(),
        gone,
        now_ms: scene.clock.now_ms(),
    })
    .unwrap()
}

fn feed(scene: &Scene) -> Vec<u8> {
    std::fs::read(scene.www().join("feeds/lantern-tide/feed.xml")).unwrap()
}

fn copy(scene: &Scene, version: u64, ext: &str) -> PathBuf {
    scene.www().join(format!("feeds/lantern-tide/v/{version:08}.{ext}"))
}

async fn publish(scene: &Scene, library: &Library) -> u64 {
    scene.clock.advance(60_000);
    let planned = scene.plan(library, &[]).await;
    carry_out(library, &scene.www(), &planned).await.unwrap().version
}

async fn released_title(library: &Library, id: &EpisodeId) -> Option<String> {
    episode::get(library, id).await.unwrap().unwrap().released.map(|e| e.title)
}

/// Version 1 has one episode; version 2 another title and a second one.
async fn two_versions(scene: &Scene, library: &Library) -> (EpisodeId, EpisodeId) {
    let one = scene.episode(library, "One", "one").await;
    assert_eq!(publish(scene, library).await, 1);
    scene.edit(library, &one, |e| e.title = "One, edited".into()).await;
    let two = scene.episode(library, "Two", "two").await;
    assert_eq!(publish(scene, library).await, 2);
    (one, two)
}

#[tokio::test]
async fn an_older_version_comes_back_byte_for_byte_and_what_is_undone_is_pending() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let (one, two) = two_versions(&scene, &library).await;
    let (first, second) = (std::fs::read(copy(&scene, 1, "xml")).unwrap(), feed(&scene));
    assert_ne!(first, second);
    scene.edit(&library, &one, |e| e.notes.source = "Not published yet".into()).await;
    scene.clock.advance(60_000);
    let planned = plan_back(&scene, &library, 1).await;
    assert_eq!(
        planned.plan.sentence,
        "Back to version 1: 0 come back, 1 change, 1 leave the feed. Nothing is sent, no file is deleted, and what is undone waits as pending changes."
    );
    assert!(planned.plan.unreferenced.iter().all(|file| file.episode.as_ref() == Some(&two)));
    assert_eq!(planned.plan.unreferenced.len(), 1);
    let published = carry_out(&library, &scene.www(), &planned).await.unwrap();
    // Number, copy and feed.
    assert_eq!((published.version, published.writes), (3, 3));
    assert_eq!(feed(&scene), first, "byte for byte");
    assert_eq!(std::fs::read(copy(&scene, 3, "xml")).unwrap(), first);
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(copy(&scene, 3, "json")).unwrap()).unwrap();
    assert_eq!((&manifest["restores"], &manifest["parent"]), (&1.into(), &2.into()));
    let record = episode::get(&library, &one).await.unwrap().unwrap();
    assert_eq!((record.body.title.as_str(), record.body.notes.source.as_str()), ("One, edited", "Not published yet"));
    assert_eq!(released_title(&library, &one).await.as_deref(), Some("One"));
    assert_eq!(released_title(&library, &two).await, None);
    assert!(record.pending() && episode::get(&library, &two).await.unwrap().unwrap().pending());
    // The next publication starts from there, and brings back exactly what was undone and what was written since.
    assert_eq!(publish(&scene, &library).await, 4);
    let text = String::from_utf8(feed(&scene)).unwrap();
    assert!(text.contains("<title>One, edited</title>") && text.contains("<title>Two</title>"));
    // And a rollback can be rolled back.
    scene.clock.advance(60_000);
    let back = plan_back(&scene, &library, 3).await;
    assert_eq!(carry_out(&library, &scene.www(), &back).await.unwrap().version, 5);
    assert_eq!(feed(&scene), first);
    assert_eq!(
        plan_back(&scene, &library, 1).await.plan.blockers[0].message,
        "Listeners see the feed of version 1 already."
    );
}

#[tokio::test]
async fn a_version_whose_file_is_gone_is_refused_in_a_clear_sentence() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    two_versions(&scene, &library).await;
    let sound = scene.www().join(format!("media/{}/one.mp3", Sha256::of(b"the sound of one").short()));
    std::fs::remove_file(&sound).unwrap();
    let before = feed(&scene);
    let planned = plan_back(&scene, &library, 1).await;
    assert!(planned.plan.is_empty());
    let blocker = &planned.plan.blockers[0];
    assert_eq!(blocker.code, Code::TargetMismatch);
    assert!(blocker.message.contains("one.mp3 of \"One\" is not at the place any more"), "{}", blocker.message);
    assert_eq!(feed(&scene), before);
}

async fn diff(library: &Library, scene: &Scene, from: u64, to: u64) -> VersionDiff {
    let mut kept = vec![];
    for n in [from, to] {
        let version = history::get(library, &scene.target.id, n).await.unwrap().unwrap();
        let snapshot = history::snapshot(library, &version).await.unwrap();
        let feed = history::feed(library, &version.manifest.feed.sha256).await.unwrap().map(PublishedFeed::alone);
        kept.push((version, snapshot, feed));
    }
    let sight = |n: usize| {
        let (kept, snapshot, feed) = &kept[n];
        Sight { kept, snapshot: snapshot.as_ref(), feed: feed.as_ref() }
    };
    between(sight(0), sight(1)).unwrap()
}

#[tokio::test]
async fn two_versions_are_compared_by_records_tags_and_files() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let (one, two) = two_versions(&scene, &library).await;
    let diff = diff(&library, &scene, 1, 2).await;
    assert_eq!(
        diff.sentence,
        "From version 1 to 2: 1 episode added, 1 changed, 0 removed; 1 file (0.1 MB) come, 0 files go."
    );
    let changes: Vec<(&str, ChangeKind)> = diff.changes.iter().map(|c| (c.id.as_str(), c.kind)).collect();
    assert_eq!(changes, [(one.as_str(), ChangeKind::Changed), (two.as_str(), ChangeKind::Added)]);
    let tags: Vec<&str> = diff.feed.as_ref().unwrap().tags.iter().map(|tag| tag.tag.as_str()).collect();
    // The show's own date is that of its newest episode.
    assert_eq!(tags, ["itunes:title", "title", "pubDate"]);
    assert_eq!(diff.files_added[0].sha256, Sha256::of(b"the sound of two"));
    let grown = std::fs::metadata(copy(&scene, 2, "xml")).unwrap().len() as i64
        - std::fs::metadata(copy(&scene, 1, "xml")).unwrap().len() as i64;
    assert_eq!((diff.feed_bytes_more, diff.unknown.len()), (grown, 0));
}

/// What a library of an earlier issue looks like: publications, and no history.
async fn forget_history(library: &Library) {
    let mut tx = library.transact().await.unwrap();
    for table in ["history", "revision", "kept_feed"] {
        sqlx::query(&format!("DELETE FROM {table}")).execute(tx.connection()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn versions_of_an_earlier_hearthcast_are_put_together_from_its_publications() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let (one, _) = two_versions(&scene, &library).await;
    scene.delete(&library, &one).await;
    publish(&scene, &library).await;
    let mut before = vec![];
    for n in 1..=3 {
        let kept = history::get(&library, &scene.target.id, n).await.unwrap().unwrap();
        before.push((kept.clone(), history::snapshot(&library, &kept).await.unwrap().unwrap()));
    }
    forget_history(&library).await;
    rebuild(&library, &scene.target).await.unwrap();
    for (n, (was, was_released)) in before.iter().enumerate() {
        let kept = history::get(&library, &scene.target.id, n as u64 + 1).await.unwrap().unwrap();
        assert_eq!((&kept.manifest, &kept.sentence, kept.at_ms), (&was.manifest, &was.sentence, was.at_ms));
        assert_eq!((kept.known, kept.feed_kept), (Known::Rebuilt, true));
        let snapshot = history::snapshot(&library, &kept).await.unwrap().unwrap();
        assert_eq!((&snapshot.show, &snapshot.episodes), (&was_released.show, &was_released.episodes));
    }
    let first = std::fs::read(copy(&scene, 1, "xml")).unwrap();
    let planned = plan_back(&scene, &library, 1).await;
    carry_out(&library, &scene.www(), &planned).await.unwrap();
    assert_eq!(feed(&scene), first);
}

#[tokio::test]
async fn versions_of_another_library_are_found_at_the_place_and_what_is_unknown_stays_unknown() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    two_versions(&scene, &library).await;
    let place = Folder::known(&scene.www()).unwrap();
    forget_history(&library).await;
    let mut tx = library.transact().await.unwrap();
    sqlx::query("DELETE FROM publication").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    // A copy that somebody changed is not taken for what it was.
    std::fs::write(copy(&scene, 2, "xml"), b"<rss/>").unwrap();
    look(&library, &scene.target, &place, SLUG).await.unwrap();
    let kept = history::of_target(&library, &scene.target.id).await.unwrap();
    let told: Vec<(u64, Known, bool, bool)> =
        kept.iter().map(|k| (k.manifest.version, k.known, k.feed_kept, k.has_records())).collect();
    assert_eq!(told, [(1, Known::Found, true, false)]);
    let feed = history::feed(&library, &kept[0].manifest.feed.sha256).await.unwrap().unwrap();
    assert_eq!(feed, std::fs::read(copy(&scene, 1, "xml")).unwrap());
    let refused = plan_back(&scene, &library, 1).await;
    assert_eq!(refused.plan.blockers[0].code, Code::PublishIncomplete);
}

#[tokio::test]
async fn what_was_handed_over_since_is_taken_back_and_named() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await;
    // Friday, 27 November 2026, 09:00 in Berlin (GNU date).
    let friday = |e: &mut hearthcast_model::Episode| {
        (e.publish_at_ms, e.zone) = (Some(1_795_766_400_000), Some("Europe/Berlin".into()));
    };
    let fog = scene.episode_with(&library, "Fog", "fog", friday).await;
    publish(&scene, &library).await;
    let planned = plan_back(&scene, &library, 1).await;
    let change = planned.plan.changes.iter().find(|change| change.id == fog.as_str()).unwrap();
    assert_eq!((change.kind, change.at_ms), (ChangeKind::Removed, Some(1_795_766_400_000)));
    let said = "\"Fog\", due Friday, 27 November 2026, 09:00 (Europe/Berlin), waits with them: publish again, or this computer";
    assert!(planned.plan.sentence.contains(said), "{}", planned.plan.sentence);
    assert!(planned.plan.scheduled.is_empty());
}

#[tokio::test]
async fn a_rollback_over_a_foreign_feed_is_a_conflict() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    two_versions(&scene, &library).await;
    let planned = plan_back(&scene, &library, 1).await;
    let path = scene.www().join("feeds/lantern-tide/feed.xml");
    std::fs::write(&path, b"<rss>theirs</rss>").unwrap();
    let error = carry_out(&library, &scene.www(), &planned).await.unwrap_err();
    assert_eq!(error.code, Code::TargetConflict);
    assert_eq!(std::fs::read(&path).unwrap(), b"<rss>theirs</rss>");
    let mut folder = FolderDestination::open(&library, &scene.www(), PUBLIC_URL).unwrap();
    assert!(apply(&library, &planned, &mut folder, &Cancel::default(), &silent()).await.is_err());
}
