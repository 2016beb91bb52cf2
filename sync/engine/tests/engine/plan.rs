//! Plans: what listeners will see change, and the rules of what may and may not become public.

use crate::scene::{NOW_MS, Scene, folder_target, silent};
use hearthcast_engine::apply::begin;
use hearthcast_engine::folder::FolderDestination;
use hearthcast_engine::{Planned, apply};
use hearthcast_library::{Library, episode, files, show, target};
use hearthcast_model::chapter::{Chapter, Rendition, Transcript};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::place::{Role, Target};
use hearthcast_model::plan::{ChangeKind, Published, Step};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Cancel, Code, EpisodeId, Notes, Result};
use std::path::Path;

/// Publishes a plan into its folder.
pub async fn carry_out(library: &Library, folder: &Path, planned: &Planned) -> Result<Published> {
    begin(library, planned).await?;
    let mut destination = FolderDestination::open(library, folder, crate::scene::PUBLIC_URL)?;
    apply(library, planned, &mut destination, &Cancel::default(), &silent()).await
}

async fn publish(scene: &Scene, library: &Library) -> Published {
    let planned = scene.plan(library, &[]).await;
    assert_eq!(planned.plan.blockers, vec![]);
    carry_out(library, &scene.www(), &planned).await.unwrap()
}

/// A second folder for the same show.
async fn another_target(scene: &Scene, library: &Library, name: &str, role: Role) -> (Target, std::path::PathBuf) {
    let path = scene.folder.path().join(name);
    let target = Target { role, ..folder_target(&*scene.ids, &scene.show, &path, name) };
    let mut tx = library.transact().await.unwrap();
    tx.put_target(&target).await.unwrap();
    tx.commit().await.unwrap();
    (target, path)
}

fn released(planned: &Planned) -> Vec<&str> {
    planned.payload.episodes.iter().map(|episode| episode.body.title.as_str()).collect()
}

async fn body(library: &Library, id: &EpisodeId) -> hearthcast_model::Episode {
    episode::get(library, id).await.unwrap().unwrap().body
}

macro_rules! snapshot {
    ($name:literal, $planned:expr) => {
        insta::assert_json_snapshot!($name, $planned.plan, {
            ".publication" => "[publication]",
            ".manifest.fence" => "[publication]",
            ".manifest.epoch" => "[epoch]",
            ".manifest.renderer" => "[writer]",
            ".manifest.feed.sha256" => "[hash of the feed]",
            ".manifest.feed.bytes" => "[length of the feed]",
            ".releases[].from_hash" => "[hash]",
        });
    };
}

#[tokio::test]
async fn what_a_plan_looks_like() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let stair = scene.episode(&library, "The keeper's stair", "the-keepers-stair").await;
    let salt = scene.episode(&library, "Salt", "salt").await;
    scene.episode_with(&library, "Not yet", "not-yet", |e| e.draft = true).await;
    snapshot!("first", scene.plan(&library, &[]).await);
    publish(&scene, &library).await;
    snapshot!("nothing_to_do", scene.plan(&library, &[]).await);
    scene.clock.advance(86_400_000);
    scene.edit(&library, &stair, |e| e.notes = Notes { source: "Now with **notes**.".into(), ..e.notes.clone() }).await;
    scene.edit(&library, &stair, |e| e.title = "The keeper’s stair".into()).await;
    scene.delete(&library, &salt).await;
    scene.episode(&library, "Fog", "fog").await;
    snapshot!("changes", scene.plan(&library, &[]).await);
}

#[tokio::test]
async fn only_what_is_ticked_and_ready_becomes_public() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let ticked = scene.episode(&library, "Ticked", "ticked").await;
    scene.episode(&library, "Unticked", "unticked").await;
    let draft = scene.episode_with(&library, "Draft", "draft", |e| e.draft = true).await;
    let future = scene.episode_with(&library, "Future", "future", |e| e.publish_at_ms = Some(NOW_MS + 1)).await;
    let silent = scene.episode_with(&library, "Without audio", "without-audio", |e| e.audio = None).await;
    let all = [ticked.clone(), draft.clone(), future.clone(), silent];
    let planned = scene.plan(&library, &all).await;
    assert_eq!(released(&planned), ["Ticked", "Future"], "handed over before its time");
    for hidden in ["Unticked", "Draft", "Future", "Without audio", "unticked", "draft.mp3", "future", "without-audio"] {
        assert!(!planned.payload.feed.contains(hidden), "{hidden} must not be in the feed");
        let plan = serde_json::to_string(&planned.plan.manifest).unwrap();
        assert!(!plan.contains(hidden), "{hidden} must not be in the manifest");
    }
    carry_out(&library, &scene.www(), &planned).await.unwrap();
    // Without ticks: everything that is ready. At its time, listeners see the future one, too.
    let planned = scene.plan(&library, &[]).await;
    assert!(planned.payload.feed.contains("Unticked") && !planned.payload.feed.contains("Future"));
    scene.clock.advance(1);
    assert!(scene.plan(&library, &[]).await.payload.feed.contains("Future"));
    // A released one turned back into a draft, or moved into the future, stays as it was released.
    scene.edit(&library, &ticked, |e| (e.draft, e.title) = (true, "Secret".into())).await;
    let planned = scene.plan(&library, &[]).await;
    assert!(planned.payload.feed.contains("Ticked") && !planned.payload.feed.contains("Secret"));
    // Ticking nothing but what cannot be published is said, not passed over.
    for (id, why) in [(draft, "draft"), (ticked, "draft")] {
        let planned = scene.plan(&library, &[id]).await;
        assert_eq!(planned.plan.blockers[0].code, Code::PublishIncomplete);
        assert!(planned.plan.blockers[0].message.contains(why) && planned.plan.steps.is_empty());
    }
}

#[tokio::test]
async fn ticks_leave_a_pending_change_of_the_show_alone() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await;
    scene.edit_show(&library, |show| show.title = "Another name".into()).await;
    let two = scene.episode(&library, "Two", "two").await;
    let planned = scene.plan(&library, &[two]).await;
    assert_eq!(planned.payload.show.title, "Lantern Tide");
    assert!(planned.payload.feed.contains("Two") && !planned.payload.feed.contains("Another name"));
    assert!(scene.plan(&library, &[]).await.payload.feed.contains("Another name"));
}

/// Podcast namespace, `podcast:guid`: UUIDv5 of the feed's address without scheme; here made by Python's `uuid.uuid5`.
const GUID: &str = "8ab4ea60-4535-5383-af3a-edc27fcfcf25";

#[tokio::test]
async fn the_shows_guid_comes_from_the_first_primary_address_and_stays() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let (staging, path) = another_target(&scene, &library, "staging", Role::Staging).await;
    let planned = scene.plan_for(&library, &staging, 0, &[]).await;
    assert_eq!(planned.payload.show.podcast_guid, None, "a staging address is nobody's identity");
    carry_out(&library, &path, &planned).await.unwrap();
    assert_eq!(scene.plan(&library, &[]).await.payload.show.podcast_guid.as_deref(), Some(GUID));
    publish(&scene, &library).await;
    let record = show::get(&library, &scene.show).await.unwrap().unwrap();
    assert_eq!(record.body.podcast_guid.as_deref(), Some(GUID), "the working copy has it, too");
    // Whatever comes later: another working copy, another primary target.
    scene.edit_show(&library, |show| show.podcast_guid = None).await;
    let (other, _) = another_target(&scene, &library, "other", Role::Primary).await;
    assert_eq!(scene.plan_for(&library, &other, 0, &[]).await.payload.show.podcast_guid.as_deref(), Some(GUID));
}

#[tokio::test]
async fn what_listeners_know_an_episode_by_is_frozen() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let id = scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await;
    let before = body(&library, &id).await;
    assert_eq!(before.publish_at_ms, Some(NOW_MS), "the first publication sets the time");
    scene.clock.advance(1_000_000);
    scene
        .edit(&library, &id, |e| {
            (e.slug, e.title) = ("another".into(), "Another".into());
            e.publish_at_ms = None;
            e.audio.as_mut().unwrap().name = "another".into();
        })
        .await;
    scene.edit_show(&library, |show| show.slug = "another".into()).await;
    let planned = scene.plan(&library, &[]).await;
    let after = &planned.payload.episodes[0].body;
    assert_eq!(after.title, "Another");
    assert_eq!((&after.guid, &after.slug, &after.audio), (&before.guid, &before.slug, &before.audio));
    assert_eq!(after.publish_at_ms, Some(NOW_MS), "the date of an old episode never moves by itself");
    assert_eq!(planned.payload.show.slug, "lantern-tide");
    assert_eq!(planned.plan.uploads, vec![]);
    carry_out(&library, &scene.www(), &planned).await.unwrap();
    assert!(scene.plan(&library, &[]).await.plan.is_empty());
    // New audio brings a new address and keeps the guid.
    let other = scene.file(&library, "one-again", "mp3", b"recorded again").await;
    scene.edit(&library, &id, |e| e.audio = Some(other)).await;
    let planned = scene.plan(&library, &[]).await;
    assert_eq!(planned.payload.episodes[0].body.guid, before.guid);
    assert!(planned.plan.uploads[0].key.ends_with("/one-again.mp3"));
    // Another guid is a new episode to apps: nothing of it is published before that is confirmed.
    assert_eq!(planned.plan.blockers, []);
    scene.edit(&library, &id, |e| e.guid = "another".into()).await;
    let blockers = scene.plan(&library, &[]).await.plan.blockers;
    assert_eq!(blockers.iter().map(|error| error.code).collect::<Vec<_>>(), [Code::GuardConfirm]);
}

#[tokio::test]
async fn a_frozen_address_that_another_working_copy_took_does_not_stop_the_release() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let first = scene.episode(&library, "First", "one").await;
    publish(&scene, &library).await;
    scene.edit(&library, &first, |e| (e.slug, e.title) = ("moved".into(), "First, edited".into())).await;
    scene.episode(&library, "Second", "one").await;
    publish(&scene, &library).await;
    let record = episode::get(&library, &first).await.unwrap().unwrap();
    assert_eq!(record.released.unwrap().slug, "one");
    assert!(scene.plan(&library, &[]).await.plan.is_empty(), "nothing is left to do");
}

#[tokio::test]
async fn a_deleted_episode_is_withdrawn_once() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let gone = scene.episode(&library, "Gone", "gone").await;
    let never = scene.episode(&library, "Never public", "never-public").await;
    scene.edit(&library, &never, |e| e.draft = true).await;
    publish(&scene, &library).await;
    scene.delete(&library, &gone).await;
    scene.delete(&library, &never).await;
    let planned = scene.plan(&library, &[]).await;
    let changes: Vec<_> = planned.plan.changes.iter().map(|c| (c.kind, c.title.as_str())).collect();
    assert_eq!(changes, [(ChangeKind::Removed, "Gone")]);
    assert!(planned.plan.sentence.ends_with("1 removed."), "{}", planned.plan.sentence);
    assert!(!planned.payload.feed.contains("Gone"));
    let names = serde_json::to_string(&planned.plan.manifest).unwrap();
    assert!(!names.contains("gone.mp3"), "no manifest names anything withdrawn");
    carry_out(&library, &scene.www(), &planned).await.unwrap();
    assert!(scene.plan(&library, &[]).await.plan.is_empty());
    assert_eq!(episode::get(&library, &gone).await.unwrap().unwrap().released, None);
}

#[tokio::test]
async fn the_same_audio_twice_is_one_file_or_two_names() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    let audio = body(&library, &one).await.audio;
    scene.episode_with(&library, "Same name", "same-name", |e| e.audio.clone_from(&audio)).await;
    scene
        .episode_with(&library, "Other name", "other-name", |e| {
            e.audio.clone_from(&audio);
            e.audio.as_mut().unwrap().name = "other".into();
        })
        .await;
    let planned = scene.plan(&library, &[]).await;
    let mut names: Vec<_> = planned.plan.uploads.iter().map(|u| u.key.rsplit('/').next().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["cover.jpg", "one.mp3", "other.mp3"]);
    publish(&scene, &library).await;
}

#[tokio::test]
async fn a_target_added_later_gets_everything_that_is_released() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    scene.episode(&library, "Two", "two").await;
    publish(&scene, &library).await;
    scene.edit(&library, &one, |e| (e.draft, e.title) = (true, "Being rewritten".into())).await;
    let (later, path) = another_target(&scene, &library, "later", Role::Mirror).await;
    let planned = scene.plan_for(&library, &later, 0, &[]).await;
    assert_eq!(released(&planned), ["One", "Two"]);
    assert_eq!((planned.plan.uploads.len(), planned.plan.releases.len()), (3, 0));
    assert_eq!(planned.plan.sentence, "2 new episodes, a new show; 0.1 MB to send; nothing removed.");
    assert_eq!(carry_out(&library, &path, &planned).await.unwrap().version, 1);
    // What is published at the first one is news for the second one, though nothing is pending.
    scene.edit(&library, &one, |e| e.draft = false).await;
    publish(&scene, &library).await;
    let planned = scene.plan_for(&library, &later, 1, &[]).await;
    assert!(planned.payload.feed.contains("Being rewritten") && !planned.plan.is_empty());
    assert!(planned.plan.sentence.contains("catches up"), "{}", planned.plan.sentence);
}

#[tokio::test]
async fn files_that_are_not_here_stop_the_plan_unless_they_are_there() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await;
    let audio = body(&library, &one).await.audio.unwrap();
    std::fs::remove_file(files::path(library.root(), &audio.hash)).unwrap();
    scene.edit(&library, &one, |e| e.title = "One, again".into()).await;
    assert_eq!(scene.plan(&library, &[]).await.plan.blockers, vec![], "the target has it already");
    let (later, _) = another_target(&scene, &library, "later", Role::Mirror).await;
    let planned = scene.plan_for(&library, &later, 0, &[]).await;
    assert_eq!(planned.plan.blockers[0].code, Code::MediaAbsent);
    assert_eq!((planned.plan.steps.len(), planned.plan.manifest), (0, None));
    // A picture nobody knows anything about would be in the feed and never sent.
    let unknown = hearthcast_model::show::Attachment {
        hash: files::take_in_from(library.root(), &mut &b"unknown"[..]).unwrap(),
        name: "unknown".into(),
        ext: "jpg".into(),
    };
    scene.edit(&library, &one, |e| e.image = Some(unknown)).await;
    assert_eq!(scene.plan(&library, &[]).await.plan.blockers[0].code, Code::MediaAbsent);
}

#[tokio::test]
async fn an_empty_show_is_not_published_and_files_come_before_number_and_feed() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let planned = scene.plan(&library, &[]).await;
    assert_eq!(planned.plan.blockers[0].code, Code::PublishIncomplete);
    scene.episode(&library, "One", "one").await;
    let steps = scene.plan(&library, &[]).await.plan.steps;
    let upload = |upload| Step::Upload { upload };
    let verify = |upload| Step::Verify { upload };
    let files = vec![upload(0), upload(1), verify(0), verify(1)];
    let rest = vec![Step::Claim, Step::FeedCopy, Step::Switch, Step::VerifyFeed, Step::Release];
    assert_eq!(steps, [files, rest].concat());
}

/// The fields a plan tells of the only change, as name, before and after.
fn told(planned: &Planned) -> Vec<(&str, &str, &str)> {
    assert_eq!(planned.plan.changes.len(), 1, "{:?}", planned.plan.changes);
    let fields = planned.plan.changes[0].fields.iter();
    fields.map(|field| (field.field.as_str(), field.before.as_str(), field.after.as_str())).collect()
}

#[tokio::test]
async fn chapters_transcripts_and_people_are_planned_with_their_files() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let stair = scene.episode(&library, "The keeper's stair", "the-keepers-stair").await;
    publish(&scene, &library).await;
    let chapters = scene.file(&library, "the-keepers-stair", "json", b"{\"version\":\"1.2.0\",\"chapters\":[]}").await;
    let words = scene.file(&library, "the-keepers-stair", "vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n").await;
    let small = scene.file(&library, "cover-600", "jpg", b"a small picture").await;
    scene
        .edit(&library, &stair, |e| {
            e.chapters = vec![Chapter::new(61_000, "Intro")];
            e.chapters_file = Some(chapters.clone());
            e.transcripts = vec![Transcript { file: words.clone(), language: "en".into(), captions: false }];
            e.persons = vec![Person { name: "Mara Voss".into(), role: "guest".into(), ..Person::default() }];
        })
        .await;
    let planned = scene.plan(&library, &[]).await;
    assert_eq!(planned.plan.blockers, vec![]);
    assert_eq!(
        told(&planned),
        [
            ("chapters", "", "1:01 Intro"),
            ("persons", "", "Mara Voss (guest)"),
            ("transcripts", "", "the-keepers-stair.vtt (en)")
        ]
    );
    let objects = &planned.plan.manifest.as_ref().unwrap().objects;
    let texts: Vec<(&str, &str)> =
        objects.iter().filter(|o| o.kind == "text").map(|o| (o.key.as_str(), o.mime.as_str())).collect();
    let key = |file: &Attachment| format!("text/{}/{}.{}", file.hash.short(), file.name, file.ext);
    let (chapters_key, words_key) = (key(&chapters), key(&words));
    assert_eq!(texts, [(chapters_key.as_str(), "application/json+chapters"), (words_key.as_str(), "text/vtt")]);
    let sent: Vec<&str> = planned.plan.uploads.iter().map(|upload| upload.key.as_str()).collect();
    assert_eq!(sent, [&chapters_key, &words_key]);
    carry_out(&library, &scene.www(), &planned).await.unwrap();
    assert_eq!(std::fs::read(scene.www().join(&words_key)).unwrap(), b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n");
    let feed = std::fs::read_to_string(scene.www().join("feeds/lantern-tide/feed.xml")).unwrap();
    assert!(feed.contains(&format!("https://pod.example/{words_key}")) && feed.contains(&chapters_key));
    // A smaller cover is nothing that listeners are told of, and travels all the same.
    scene
        .edit_show(&library, |show| {
            show.cover_sizes = vec![Rendition { width_px: 600, height_px: 600, file: small.clone() }];
        })
        .await;
    let planned = scene.plan(&library, &[]).await;
    assert_eq!((planned.plan.changes.len(), planned.plan.uploads.len()), (0, 1));
    assert_eq!(planned.plan.sentence, "no change that listeners notice; 0.1 MB to send; nothing removed.");
    // The same words under another name keep the name they are published under.
    scene.edit(&library, &stair, |e| e.transcripts[0].file.name = "another".into()).await;
    assert!(!scene.plan(&library, &[stair]).await.payload.feed.contains("another.vtt"));
}

#[tokio::test]
async fn what_no_app_would_show_blocks_the_plan_in_words() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let give = Funding { url: "http://pod.example/give".into(), text: "Give".into() };
    scene.edit_show(&library, |show| show.funding = vec![give]).await;
    let planned = scene.plan(&library, &[]).await;
    let blockers: Vec<&str> = planned.plan.blockers.iter().map(|blocker| blocker.message.as_str()).collect();
    let expected = "The link of a way to give of the show \"Lantern Tide\" must begin with https://, and is \"http://pod.example/give\".";
    assert_eq!(blockers, [expected]);
    assert!(planned.plan.is_empty());
}

#[tokio::test]
async fn a_feed_that_only_a_newer_writer_changes_is_named() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode_with(&library, "One", "one", |e| e.number = Some(1.into())).await;
    publish(&scene, &library).await;
    // As the writer before left it: other bytes, another version of the writer, the same files.
    let mut before = target::state(library.readers(), &scene.target.id).await.unwrap().manifest.unwrap();
    before.renderer = 1;
    let same = scene.plan_from(&library, &scene.target, Some(&before), 1, &[]).await;
    assert!(same.plan.is_empty() && same.plan.changes.is_empty(), "the same bytes need nobody");
    before.feed.sha256 = hearthcast_model::Sha256::of(b"the feed of the writer before");
    let planned = scene.plan_from(&library, &scene.target, Some(&before), 1, &[]).await;
    assert_eq!(
        planned.plan.sentence,
        "the feed is written anew by a newer Hearthcast, listeners see the same episodes; nothing to send; nothing removed."
    );
    let news = "written anew by a newer Hearthcast: season and episode numbers stand in the podcast namespace, too";
    assert_eq!(told(&planned), [("feed", "", news)]);
    assert_eq!(planned.plan.manifest.as_ref().unwrap().renderer, hearthcast_feed::RENDERER);
    before.renderer = hearthcast_feed::RENDERER + 1;
    let planned = scene.plan_from(&library, &scene.target, Some(&before), 1, &[]).await;
    assert_eq!(told(&planned), [("feed", "", "written anew by an older Hearthcast")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_released_without_a_sound_and_no_feed_has_it() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "Heard", "heard").await;
    let id = scene.episode(&library, "Read", "read").await;
    scene.edit(&library, &id, |post| (post.kind, post.audio) = (EpisodeKind::Post, None)).await;
    let planned = scene.plan(&library, &[]).await;
    assert!(planned.plan.sentence.starts_with("1 new episode, 1 new post, "), "{}", planned.plan.sentence);
    assert_eq!(released(&planned), ["Heard", "Read"]);
    assert_eq!(planned.payload.feed.matches("<item>").count(), 1);
    publish(&scene, &library).await;
    assert!(scene.plan(&library, &[]).await.plan.is_empty());
    // Without its title it is not ready, and says so.
    scene.edit(&library, &id, |post| post.title = " ".into()).await;
    let planned = scene.plan(&library, std::slice::from_ref(&id)).await;
    let blockers = &planned.plan.blockers;
    assert!(blockers.iter().any(|blocker| blocker.message.contains("it has no title")), "{blockers:?}");
}
