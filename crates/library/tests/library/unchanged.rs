//! A plan that found nothing to do is remembered exactly as long as it is true.

use crate::scene::{NOW, Scene, add_show, episode};
use hearthcast_library::{Library, unchanged};
use hearthcast_model::{Episode, EpisodeId, TargetId};

async fn noted(library: &Library, target: &TargetId) -> bool {
    unchanged::is_noted(library, target, "program 1").await.unwrap()
}

async fn note(library: &Library, target: &TargetId) {
    let mut tx = library.transact().await.unwrap();
    tx.note_unchanged(target, "program 1").await.unwrap();
    tx.commit().await.unwrap();
    assert!(noted(library, target).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_write_another_program_and_time_end_it() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let [target, other] = [(); 2].map(|()| TargetId::fresh(library.ids(), NOW));
    assert!(!noted(&library, &target).await, "nobody noted anything");
    note(&library, &target).await;
    assert!(!noted(&library, &other).await, "another target");
    assert!(!unchanged::is_noted(&library, &target, "program 2").await.unwrap(), "another program");

    let id = EpisodeId::fresh(library.ids(), NOW);
    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &episode(&show, 1, "notes")).await.unwrap();
    assert!(noted(&library, &target).await, "not committed yet");
    tx.commit().await.unwrap();
    assert!(!noted(&library, &target).await, "something was written");

    let mut tx = library.transact().await.unwrap();
    tx.put(id.as_str(), &Episode { publish_at_ms: Some(NOW + 60_000), ..episode(&show, 1, "notes") }).await.unwrap();
    tx.commit().await.unwrap();
    note(&library, &target).await;
    scene.clock.advance(59_999);
    assert!(noted(&library, &target).await);
    scene.clock.advance(1);
    assert!(!noted(&library, &target).await, "the episode's time has come");
    scene.clock.advance(-60_001);
    assert!(!noted(&library, &target).await, "the clock was set back");
    scene.clock.advance(1);
    assert!(noted(&scene.open().await, &target).await, "opening it again is no write");
}
