//! Episodes that are handed over before their time: what a place has of them, what listeners see, and who may still change
//! what.

use crate::plan::carry_out;
use crate::scene::{NOW_MS, Scene, folder_target};
use hearthcast_engine::Planned;
use hearthcast_library::{Library, episode, files, target};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::plan::{ChangeKind, Step};
use hearthcast_model::{Code, EpisodeId, Sha256};
use std::path::PathBuf;

/// Friday, 27 November 2026, 09:00 in Berlin (GNU date).
const FRIDAY: i64 = 1_795_766_400_000;
const WHEN: &str = "Friday, 27 November 2026, 09:00 (Europe/Berlin)";

/// A published show, and an episode that waits for Friday.
async fn waiting(scene: &Scene, library: &Library) -> EpisodeId {
    scene.episode(library, "One", "one").await;
    publish(scene, library).await;
    let friday = |e: &mut hearthcast_model::Episode| {
        (e.publish_at_ms, e.zone) = (Some(FRIDAY), Some("Europe/Berlin".into()));
    };
    scene.episode_with(library, "Fog", "fog", friday).await
}

async fn publish(scene: &Scene, library: &Library) -> Planned {
    let planned = scene.plan(library, &[]).await;
    assert_eq!(planned.plan.blockers, vec![]);
    carry_out(library, &scene.www(), &planned).await.unwrap();
    planned
}

fn sound(scene: &Scene) -> PathBuf {
    let hash = Sha256::of(b"the sound of fog");
    scene.www().join(format!("media/{}/fog.mp3", hash.short()))
}

fn feed(scene: &Scene) -> String {
    std::fs::read_to_string(scene.www().join("feeds/lantern-tide/feed.xml")).unwrap()
}

/// Everything in the folder that anybody could read, but sounds and pictures themselves.
fn texts(scene: &Scene) -> String {
    let mut all = feed(scene);
    for entry in std::fs::read_dir(scene.www().join("feeds/lantern-tide/v")).unwrap() {
        all += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    all
}

#[tokio::test]
async fn the_first_episode_of_a_show_may_wait_for_its_minute() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let friday = |e: &mut hearthcast_model::Episode| {
        (e.publish_at_ms, e.zone) = (Some(FRIDAY), Some("Europe/Berlin".into()));
    };
    scene.episode_with(&library, "Fog", "fog", friday).await;
    let planned = publish(&scene, &library).await;
    assert_eq!(
        planned.plan.sentence,
        format!(
            "a new show, \"Fog\" goes out {WHEN}, until then its feed has no episode; 0.1 MB to send; nothing removed. \
             This computer must be on and online then."
        )
    );
    assert!(sound(&scene).exists() && !feed(&scene).contains("<item>"), "the sound waits beside an empty feed");
    assert!(!texts(&scene).contains("fog"), "no list names it");
    assert!(scene.plan(&library, &[]).await.plan.is_empty());
    scene.clock.advance(FRIDAY - NOW_MS);
    let planned = publish(&scene, &library).await;
    assert!(planned.plan.uploads.is_empty() && feed(&scene).contains("<title>Fog</title>"));
}

#[tokio::test]
async fn files_go_up_beforehand_and_only_the_feed_is_left_for_the_minute() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let fog = waiting(&scene, &library).await;
    let planned = scene.plan(&library, &[]).await;
    assert_eq!(
        planned.plan.sentence,
        format!("\"Fog\" goes out {WHEN}; 0.1 MB to send; nothing removed. This computer must be on and online then.")
    );
    let changes: Vec<_> = planned.plan.changes.iter().map(|c| (c.kind, c.title.as_str(), c.at_ms)).collect();
    assert_eq!(changes, [(ChangeKind::Added, "Fog", Some(FRIDAY))]);
    assert!(planned.plan.needs_this_computer && planned.plan.scheduled[0].episode == fog);
    publish(&scene, &library).await;
    assert!(sound(&scene).exists(), "the sound lies there");
    let short = Sha256::of(b"the sound of fog").short().to_string();
    for secret in ["Fog", "fog.mp3", short.as_str()] {
        assert!(!texts(&scene).contains(secret), "{secret} stands in no list anybody can read");
    }
    let idle = scene.plan(&library, &[]).await;
    assert!(idle.plan.is_empty(), "nothing is left to do");
    assert_eq!(
        idle.plan.sentence,
        format!(
            "Everything is published; \"Fog\" goes out {WHEN}; nothing to do. This computer must be on and online then."
        )
    );
    // At the minute the sound need not even be on this disk.
    std::fs::remove_file(files::path(library.root(), &Sha256::of(b"the sound of fog"))).unwrap();
    scene.clock.advance(FRIDAY - NOW_MS - 1);
    assert!(scene.plan(&library, &[]).await.plan.is_empty(), "a millisecond early is early");
    scene.clock.advance(1);
    let planned = scene.plan(&library, &[]).await;
    assert_eq!((planned.plan.uploads.len(), planned.plan.bytes_to_send), (0, 0));
    let rest = [Step::Claim, Step::FeedCopy, Step::Switch, Step::VerifyFeed, Step::Release];
    assert_eq!(planned.plan.steps, rest);
    assert_eq!(planned.plan.sentence, "1 new episode; nothing to send; nothing removed.");
    assert_eq!(carry_out(&library, &scene.www(), &planned).await.unwrap().writes, 3, "manifest, copy, feed");
    assert!(feed(&scene).contains("Fog") && texts(&scene).contains(&short));
    assert!(scene.plan(&library, &[]).await.plan.is_empty(), "once");
    assert_eq!(target::handed(&library, &scene.target.id).await.unwrap(), []);
}

#[tokio::test]
async fn until_its_time_everything_about_an_episode_may_change() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let fog = waiting(&scene, &library).await;
    publish(&scene, &library).await;
    scene
        .edit(&library, &fog, |e| {
            (e.guid, e.slug, e.title) = ("another".into(), "mist".into(), "Mist".into());
            e.publish_at_ms = Some(FRIDAY + 60_000);
            e.audio.as_mut().unwrap().name = "mist".into();
        })
        .await;
    let planned = publish(&scene, &library).await;
    let body = &planned.payload.episodes.iter().find(|e| e.id == fog).unwrap().body;
    assert_eq!((body.guid.as_str(), body.slug.as_str()), ("another", "mist"));
    assert_eq!((body.publish_at_ms, body.audio.as_ref().unwrap().name.as_str()), (Some(FRIDAY + 60_000), "mist"));
    let change = &planned.plan.changes[0];
    assert_eq!((change.kind, change.at_ms), (ChangeKind::Changed, Some(FRIDAY + 60_000)));
    assert!(planned.plan.sentence.starts_with("1 change of what goes out later;"), "{}", planned.plan.sentence);
    scene.clock.advance(FRIDAY - NOW_MS);
    assert!(scene.plan(&library, &[]).await.plan.is_empty(), "not at the old time");
    scene.clock.advance(60_000);
    publish(&scene, &library).await;
    // From now on listeners know it.
    scene
        .edit(&library, &fog, |e| {
            (e.guid, e.slug, e.publish_at_ms) = ("third".into(), "third".into(), Some(FRIDAY + 86_400_000));
        })
        .await;
    let planned = scene.plan(&library, &[]).await;
    assert!(planned.plan.is_empty() && feed(&scene).contains("another"), "it does not leave the feed again");
    scene.edit(&library, &fog, |e| e.publish_at_ms = Some(FRIDAY)).await;
    let planned = scene.plan(&library, &[]).await;
    let body = &planned.payload.episodes.iter().find(|e| e.id == fog).unwrap().body;
    assert_eq!(body.slug, "mist");
    // Another guid, and another time, are published only when that was confirmed.
    let blockers: Vec<_> = planned.plan.blockers.iter().map(|error| error.code).collect();
    assert_eq!(blockers, [Code::GuardConfirm]);
}

#[tokio::test]
async fn a_draft_a_removed_one_and_one_without_sound_are_taken_back() {
    for way in ["draft", "removed", "silent"] {
        let scene = Scene::new().await;
        let library = scene.library().await;
        let fog = waiting(&scene, &library).await;
        publish(&scene, &library).await;
        match way {
            "draft" => scene.edit(&library, &fog, |e| e.draft = true).await,
            "silent" => scene.edit(&library, &fog, |e| e.audio = None).await,
            _ => scene.delete(&library, &fog).await,
        }
        let planned = publish(&scene, &library).await;
        let changes: Vec<_> = planned.plan.changes.iter().map(|c| (c.kind, c.at_ms)).collect();
        assert_eq!(changes, [(ChangeKind::Removed, Some(FRIDAY))], "{way}");
        assert_eq!(
            planned.plan.sentence, "1 episode taken back before its time; nothing to send; nothing removed.",
            "{way}"
        );
        scene.clock.advance(FRIDAY - NOW_MS);
        assert!(scene.plan(&library, &[]).await.plan.is_empty(), "{way}");
        assert_eq!(episode::get(&library, &fog).await.unwrap().unwrap().released, None);
    }
}

#[tokio::test]
async fn other_places_get_it_too_and_what_was_missed_is_said() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    waiting(&scene, &library).await;
    let path = scene.folder.path().join("second");
    let second = folder_target(&*scene.ids, &scene.show, &path, "second");
    let mut tx = library.transact().await.unwrap();
    tx.put_target(&second).await.unwrap();
    tx.commit().await.unwrap();
    let planned = scene.plan_for(&library, &second, 0, &[]).await;
    carry_out(&library, &path, &planned).await.unwrap();
    // Released by the second place, and not yet known at the first.
    let planned = scene.plan(&library, &[]).await;
    assert!(planned.plan.releases.is_empty() && planned.plan.uploads.len() == 1, "{}", planned.plan.sentence);
    publish(&scene, &library).await;
    assert!(sound(&scene).exists() && scene.plan(&library, &[]).await.plan.is_empty());
    scene.clock.advance(FRIDAY - NOW_MS + 3 * 3_600_000);
    let planned = publish(&scene, &library).await;
    assert_eq!(
        planned.plan.sentence,
        "1 new episode, made up 3 hours after its time; nothing to send; nothing removed."
    );
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_nothing_early() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let fog = waiting(&scene, &library).await;
    // Published while the clock was a month ahead; then it was set right.
    scene.edit(&library, &fog, |e| e.draft = true).await;
    scene.clock.advance(30 * 86_400_000);
    scene.episode(&library, "Two", "two").await;
    publish(&scene, &library).await;
    scene.clock.advance(-30 * 86_400_000);
    scene.edit(&library, &fog, |e| e.draft = false).await;
    let planned = scene.plan(&library, &[]).await;
    assert!(!planned.payload.feed.contains("Fog"), "its time has not come");
    scene.clock.advance(FRIDAY - NOW_MS);
    assert!(scene.plan(&library, &[]).await.payload.feed.contains("Fog"));
}

#[tokio::test]
async fn a_server_is_given_the_record_with_all_its_files() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let fog = waiting(&scene, &library).await;
    let origin = "https://pods.example".to_string();
    let server = Target {
        role: Role::Primary,
        location: Location::Server { origin: origin.clone() },
        base_url: Some(origin),
        ..folder_target(&*scene.ids, &scene.show, &scene.www(), "server")
    };
    let planned = scene.plan_for(&library, &server, 0, &[]).await;
    // A server of the release before takes a record only with every file it names.
    let named: Vec<_> = planned.plan.manifest.as_ref().unwrap().objects.iter().map(|o| o.episode.as_ref()).collect();
    assert!(named.contains(&Some(&fog)));
    assert!(planned.payload.facts.iter().any(|facts| facts.sha256 == Sha256::of(b"the sound of fog")));
    assert!(!planned.payload.feed.contains("Fog") && !planned.plan.needs_this_computer);
    assert!(planned.plan.sentence.ends_with("nothing removed."), "{}", planned.plan.sentence);
}
