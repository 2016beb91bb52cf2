//! The list of all files: how often the library is asked does not follow the number of episodes.

use crate::scene::Scene;
use hearthcast_studio::MediaWish;
use std::sync::atomic::{AtomicUsize, Ordering};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, subscriber};

/// Counts what sqlx tells of statements; it does so from threads of its own.
struct Statements;

static ASKED: AtomicUsize = AtomicUsize::new(0);

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        ASKED.fetch_add(1, Ordering::SeqCst);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn point_9_a_list_of_files_asks_as_often_for_many_episodes_as_for_few() {
    subscriber::set_global_default(Statements).unwrap();
    let scene = Scene::new().await;
    let mut asked = vec![];
    for episodes in [2, 20] {
        for n in 0..episodes {
            scene.episode(&format!("Episode {n} of {episodes}")).await;
        }
        let before = ASKED.load(Ordering::SeqCst);
        scene.studio.media_found(&MediaWish::default()).await.unwrap();
        asked.push(ASKED.load(Ordering::SeqCst) - before);
    }
    // What goes on besides may ask once or twice meanwhile; twenty episodes more are none of its reasons.
    assert!(asked[0] > 5 && asked[0].abs_diff(asked[1]) < 10, "{asked:?}");
}
