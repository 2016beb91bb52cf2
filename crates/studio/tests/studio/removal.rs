//! A whole show leaves by plan, comes back within its grace time as it was, and then its files go.

use crate::scene::{Scene, ffmpeg, silent};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::{Cancel, Clock};
use hearthcast_studio::NewTarget;
use std::process::Command;
use std::sync::Arc;

const DAY: i64 = 86_400_000;

struct Harbour {
    scene: Scene,
    clock: Arc<FixedClock>,
}

impl Harbour {
    async fn published() -> Self {
        let clock = Arc::new(FixedClock::at(1_795_154_400_000));
        let scene = Scene::at(Arc::clone(&clock) as Arc<dyn Clock>).await;
        let sound = scene.folder.path().join("one.mp3");
        ffmpeg(&["-f", "lavfi", "-i", "anoisesrc=d=1", "-b:a", "64k"], &sound);
        scene.episode("One").await;
        scene.attach("one", &sound).await;
        scene.publish().await;
        Self { scene, clock }
    }

    fn feed(&self) -> Vec<u8> {
        std::fs::read(self.scene.folder.path().join("www/feeds/harbour/feed.xml")).unwrap()
    }

    /// How many items libxml2 finds in the feed.
    fn items(&self) -> String {
        let feed = self.scene.folder.path().join("www/feeds/harbour/feed.xml");
        let out = Command::new("xmllint").args(["--xpath", "count(//item)"]).arg(feed).output().unwrap();
        String::from_utf8(out.stdout).unwrap().trim().into()
    }

    fn files(&self, name: &str) -> usize {
        let found = Command::new("find").arg(self.scene.folder.path().join("www")).args(["-name", name]).output();
        String::from_utf8(found.unwrap().stdout).unwrap().lines().count()
    }

    async fn sync(&self) -> u64 {
        let synced = self.scene.studio.sync(None, &Cancel::default(), silent()).await.unwrap();
        assert!(synced.failures.is_empty(), "{:?}", synced.failures);
        synced.published
    }
}

#[tokio::test]
async fn a_show_leaves_by_plan_and_comes_back_as_it_was() {
    let harbour = Harbour::published().await;
    let studio = &harbour.scene.studio;
    let (before, none) = (harbour.feed(), Cancel::default());
    let description = studio.show_view("harbour").await.unwrap().show.description;
    let plans = studio.plan_removal("harbour").await.unwrap();
    assert!(plans[0].sentence.ends_with("1 removed."), "{}", plans[0].sentence);
    assert_eq!(harbour.feed(), before, "a plan changes nothing");
    studio.remove_show("harbour", 30, &none, silent()).await.unwrap();
    assert_eq!(harbour.items(), "0");
    assert!(String::from_utf8(harbour.feed()).unwrap().contains("This podcast was removed by its author."));
    assert_eq!(harbour.files("one.mp3"), 1, "its files stay for the grace time");
    assert_eq!(studio.show_view("harbour").await.unwrap().show.description, description, "the author's words stay");
    // Neither time, nor a round, nor a publication by mistake brings it back.
    harbour.clock.advance(29 * DAY);
    harbour.sync().await;
    let again = studio.publish("harbour", None, &[], &none, silent()).await.unwrap();
    assert_eq!((harbour.items().as_str(), again.writes), ("0", 0));
    studio.restore_show("harbour", &none, silent()).await.unwrap();
    assert_eq!(harbour.feed(), before, "byte for byte");
    assert!(studio.plan("harbour", None, &[]).await.unwrap().is_empty());
    assert!(studio.restore_show("harbour", &none, silent()).await.is_err(), "it is not removed");
}

#[tokio::test]
async fn after_the_grace_time_the_files_go_and_it_does_not_come_back() {
    let harbour = Harbour::published().await;
    let studio = &harbour.scene.studio;
    let removal = studio.remove_show("harbour", 30, &Cancel::default(), silent()).await.unwrap();
    assert_eq!(removal.until_ms, harbour.clock.now_ms() + 30 * DAY);
    harbour.clock.advance(30 * DAY - 1);
    harbour.sync().await;
    assert_eq!(harbour.files("one.mp3"), 1);
    harbour.clock.advance(1);
    harbour.sync().await;
    assert_eq!((harbour.files("one.mp3"), harbour.files("00000001.xml")), (0, 0), "sound and kept feed are gone");
    assert_eq!(harbour.items(), "0", "the feed goes on saying so");
    let refused = studio.restore_show("harbour", &Cancel::default(), silent()).await.unwrap_err();
    assert!(refused.message.contains("called back"), "{}", refused.message);
    assert_eq!(harbour.sync().await, 0);
    // The author's own work is all there.
    assert!(studio.episode_view("harbour", "one").await.unwrap().audio.unwrap().here);
}

#[tokio::test]
async fn a_removed_show_comes_before_listeners_by_no_other_way_and_is_no_trap() {
    let harbour = Harbour::published().await;
    let (studio, none) = (&harbour.scene.studio, Cancel::default());
    let sound = harbour.scene.folder.path().join("two.mp3");
    ffmpeg(&["-f", "lavfi", "-i", "anoisesrc=d=1:seed=2", "-b:a", "64k"], &sound);
    harbour.scene.episode("Two").await;
    harbour.scene.attach("two", &sound).await;
    harbour.scene.publish().await;
    studio.remove_show("harbour", 30, &none, silent()).await.unwrap();
    let refused = studio.rollback("harbour", None, (1, None), &none, silent()).await.unwrap_err();
    assert!(refused.message.contains("removed") && harbour.items() == "0", "{}", refused.message);
    // A version with a withdrawn episode never comes back; the rest of the show is the author's to publish.
    studio.withdraw("harbour", "two", &none, silent()).await.unwrap();
    assert_eq!(harbour.items(), "0");
    let refused = studio.restore_show("harbour", &none, silent()).await.unwrap_err();
    assert!(refused.message.contains("withdrawn") && refused.hint.contains("publish it"), "{refused:?}");
    assert_eq!(harbour.items(), "0");
    harbour.scene.publish().await;
    assert_eq!((harbour.items().as_str(), harbour.files("two.mp3")), ("1", 0));
}

#[tokio::test]
async fn a_show_that_had_moved_comes_back_at_both_places() {
    let harbour = Harbour::published().await;
    let (studio, none) = (&harbour.scene.studio, Cancel::default());
    let www = harbour.scene.folder.path().join("new");
    std::fs::create_dir(&www).unwrap();
    let url = format!("file://{}", www.display());
    let public_url = Some("https://new.example.org/".into());
    let new = NewTarget { name: "new".into(), url, public_url, ..NewTarget::default() };
    studio.add_target("harbour", new).await.unwrap();
    studio.move_show("harbour", "home", "new", (30, Some("harbour")), &none, silent()).await.unwrap();
    let feeds = || (harbour.feed(), std::fs::read(www.join("feeds/harbour/feed.xml")).unwrap());
    let before = feeds();
    assert_eq!(before.0, before.1);
    studio.remove_show("harbour", 30, &none, silent()).await.unwrap();
    harbour.sync().await;
    assert_eq!(harbour.items(), "0");
    studio.restore_show("harbour", &none, silent()).await.unwrap();
    assert_eq!(feeds(), before);
    harbour.sync().await;
    assert_eq!(feeds(), before);
}
