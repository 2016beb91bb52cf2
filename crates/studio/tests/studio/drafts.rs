//! Drafts that somebody hears at a storage: what is over, or removed, is taken away there.

use crate::scene::{Scene, silent};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::share::ShareView;
use hearthcast_model::{Cancel, Clock, EpisodeId};
use hearthcast_studio::Sharing;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

const DAY: i64 = 86_400_000;

struct Heard {
    scene: Scene,
    clock: Arc<FixedClock>,
}

impl Heard {
    /// A published show, and two drafts of it.
    async fn new() -> Self {
        let clock = Arc::new(FixedClock::at(1_795_154_400_000));
        let scene = Scene::at(Arc::clone(&clock) as Arc<dyn Clock>).await;
        let sound = scene.wav("sound.wav", 1);
        for title in ["One", "Two", "Three"] {
            scene.episode(title).await;
            Box::pin(scene.attach(&title.to_lowercase(), &sound)).await;
        }
        for draft in ["two", "three"] {
            let edit = serde_json::from_value(serde_json::json!({"draft": true})).unwrap();
            Box::pin(scene.studio.edit_episode("harbour", draft, edit)).await.unwrap();
        }
        Box::pin(scene.publish()).await;
        Self { scene, clock }
    }

    async fn share(&self, episode: &str, days: u32) -> ShareView {
        let how = Sharing { days: Some(days), target: None };
        let none = Cancel::default();
        Box::pin(self.scene.studio.share_draft("harbour", episode, how, &none, &silent())).await.unwrap()
    }

    /// The file that an address shows, by its name below the public address.
    fn page(&self, share: &ShareView) -> PathBuf {
        let key = share.share.address.strip_prefix("https://example.org/pods/").expect("it lies at the place");
        self.scene.folder.path().join("www").join(key)
    }

    /// Files of drafts at the place, as find sees them.
    fn left(&self) -> usize {
        let drafts = self.scene.folder.path().join("www/drafts");
        let found = Command::new("find").arg(drafts).args(["-type", "f"]).output().unwrap();
        String::from_utf8(found.stdout).unwrap().lines().count()
    }

    async fn sync(&self) {
        let none = Cancel::default();
        let synced = Box::pin(self.scene.studio.sync(None, &none, silent())).await.unwrap();
        assert!(synced.failures.is_empty(), "{:?}", synced.failures);
    }
}

#[tokio::test]
async fn point_6_a_draft_whose_time_is_over_is_gone_from_a_storage_with_the_next_sync() {
    let heard = Box::pin(Heard::new()).await;
    let (short, long) = (heard.share("two", 2).await, heard.share("three", 5).await);
    let files = heard.left();
    heard.clock.advance(2 * DAY - 1);
    heard.sync().await;
    assert!(heard.page(&short).is_file() && heard.left() == files, "its time is not over");
    heard.clock.advance(1);
    let lists = heard.scene.studio.shares("harbour", Some("two")).await.unwrap();
    assert!(!lists[0].live, "it is told to be over before the storage knows");
    heard.sync().await;
    assert!(!heard.page(&short).exists(), "its address answers nobody");
    assert!(heard.page(&long).is_file(), "another one goes on");
    assert!((1..files).contains(&heard.left()));
    heard.clock.advance(3 * DAY);
    heard.sync().await;
    assert_eq!(heard.left(), 0, "nothing of either is left");
}

#[tokio::test]
async fn point_6_who_had_a_drafts_address_hears_it_no_more_once_the_episode_is_removed() {
    let heard = Box::pin(Heard::new()).await;
    let studio = &heard.scene.studio;
    let (one, other) = (heard.share("two", 7).await, heard.share("three", 7).await);
    studio.remove_episode("harbour", "two").await.unwrap();
    assert!(!heard.page(&one).exists() && heard.page(&other).is_file(), "that one, at once");
    studio.undo().await.unwrap();
    heard.sync().await;
    assert!(!heard.page(&one).exists(), "an address that was ended does not come back");
    // The place cannot be reached: it is told by the next round that reaches it.
    let (www, away) = (heard.scene.folder.path().join("www"), heard.scene.folder.path().join("away"));
    std::fs::rename(&www, &away).unwrap();
    let three: EpisodeId = other.share.episode.clone();
    assert_eq!(studio.remove_episodes("harbour", &[three]).await.unwrap(), 1);
    std::fs::rename(&away, &www).unwrap();
    assert!(heard.page(&other).is_file(), "it was away");
    heard.sync().await;
    assert_eq!(heard.left(), 0);
}
