//! What time brings: episodes come out at their minute, once, and never early, whatever the clocks say; mirrors follow.

use crate::scene::{Scene, ffmpeg, silent};
use hearthcast_model::clock::{FixedClock, parse_rfc3339};
use hearthcast_model::place::Role;
use hearthcast_model::{Cancel, Clock};
use hearthcast_studio::{NewTarget, Synced};
use std::path::PathBuf;
use std::sync::Arc;

/// The second hour between 2 and 3 of the night in which Berlin's clocks go back.
const MINUTE: &str = "2026-10-25T02:30:00+01:00";

struct Night {
    scene: Scene,
    clock: Arc<FixedClock>,
    minute_ms: i64,
}

impl Night {
    /// A show with a primary folder, a mirror and a second primary one, all published; an episode waits for its minute.
    async fn new() -> Self {
        let minute_ms = parse_rfc3339(MINUTE).unwrap();
        let clock = Arc::new(FixedClock::at(minute_ms - 86_400_000));
        let scene = Scene::at(Arc::clone(&clock) as Arc<dyn Clock>).await;
        let night = Self { scene, clock, minute_ms };
        night.episode("First", None).await;
        night.scene.publish().await;
        for (name, role) in [("mirror", Role::Mirror), ("second", Role::Primary)] {
            let url = format!("file://{}", night.folder(name).display());
            let public_url = Some(format!("https://{name}.example/"));
            let new = NewTarget { name: name.into(), url, public_url, role, ..NewTarget::default() };
            night.scene.studio.add_target("harbour", new).await.unwrap();
            night.publish(name).await;
        }
        night.episode("Night", Some(MINUTE)).await;
        night
    }

    async fn episode(&self, title: &str, at: Option<&str>) {
        let slug = title.to_lowercase();
        let sound = self.scene.folder.path().join(format!("{slug}.mp3"));
        ffmpeg(&["-f", "lavfi", "-i", &format!("anoisesrc=d=1:seed={}", title.len()), "-b:a", "64k"], &sound);
        self.scene.episode(title).await;
        self.scene.attach(&slug, &sound).await;
        if let Some(at) = at {
            let edit = serde_json::from_value(serde_json::json!({"at": at, "zone": "Europe/Berlin"})).unwrap();
            self.scene.studio.edit_episode("harbour", &slug, edit).await.unwrap();
        }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.scene.folder.path().join(name)
    }

    /// How many items the feed of a folder has, as xmllint counts them.
    fn items(&self, name: &str) -> String {
        let feed = self.folder(name).join("feeds/harbour/feed.xml");
        let out = std::process::Command::new("xmllint").args(["--xpath", "count(//item)"]).arg(feed).output().unwrap();
        String::from_utf8(out.stdout).unwrap().trim().into()
    }

    fn all(&self) -> [String; 3] {
        ["www", "mirror", "second"].map(|name| self.items(name))
    }

    fn set(&self, ms: i64) {
        self.clock.advance(ms - self.clock.now_ms());
    }

    async fn publish(&self, target: &str) {
        self.scene.studio.publish("harbour", Some(target), &[], &Cancel::default(), silent()).await.unwrap();
    }

    async fn sync(&self) -> Synced {
        let synced = self.scene.studio.sync(None, &Cancel::default(), silent()).await.unwrap();
        assert!(synced.failures.is_empty(), "{:?}", synced.failures);
        synced
    }
}

#[tokio::test]
async fn an_episode_comes_out_at_its_minute_everywhere_and_once() {
    let night = Night::new().await;
    night.set(night.minute_ms - 1);
    assert_eq!(night.sync().await.published, 0);
    assert_eq!(
        night.all(),
        ["1", "1", "1"],
        "a millisecond early is early; an hour too, as the clock strikes two twice"
    );
    night.set(night.minute_ms);
    assert_eq!(night.sync().await.published, 3);
    assert_eq!(night.all(), ["2", "2", "2"]);
    assert_eq!(night.sync().await.published, 0, "once");
}

#[tokio::test]
async fn what_was_missed_is_made_up_and_a_clock_set_back_takes_nothing_away() {
    let night = Night::new().await;
    night.set(night.minute_ms + 86_400_000);
    assert_eq!(night.sync().await.published, 3, "the computer was off at the minute");
    night.set(night.minute_ms - 3_600_000);
    assert_eq!(night.sync().await.published, 0);
    night.episode("Third", None).await;
    night.publish("home").await;
    assert_eq!(night.items("www"), "3", "listeners keep what they have seen");
}

#[tokio::test]
async fn pending_changes_are_not_public_because_of_the_clock_or_a_mirror() {
    let night = Night::new().await;
    let edit = serde_json::from_value(serde_json::json!({"title": "Not yet"})).unwrap();
    night.scene.studio.edit_episode("harbour", "first", edit).await.unwrap();
    night.set(night.minute_ms);
    night.sync().await;
    for name in ["www", "mirror", "second"] {
        let feed = std::fs::read_to_string(night.folder(name).join("feeds/harbour/feed.xml")).unwrap();
        assert!(feed.contains("Night") && !feed.contains("Not yet"), "{name}");
    }
    night.publish("home").await;
    assert_eq!(night.sync().await.published, 1, "the mirror follows what the author published, the second place waits");
    let feed = |name| std::fs::read_to_string(night.folder(name).join("feeds/harbour/feed.xml")).unwrap();
    assert_eq!(["www", "mirror", "second"].map(|name| feed(name).contains("Not yet")), [true, true, false]);
}

/// The same night with the episode handed over the day before.
async fn handed_over() -> Night {
    let night = Night::new().await;
    for target in ["home", "mirror", "second"] {
        night.publish(target).await;
    }
    assert_eq!(night.all(), ["1", "1", "1"], "listeners see nothing of it");
    night
}

#[tokio::test]
async fn what_was_handed_over_comes_out_at_its_minute_everywhere_and_once() {
    let night = handed_over().await;
    let sounds = |name: &str| {
        let find = std::process::Command::new("find").arg(night.folder(name)).args(["-name", "night.mp3"]).output();
        String::from_utf8(find.unwrap().stdout).unwrap().lines().count()
    };
    assert_eq!(["www", "mirror", "second"].map(sounds), [1, 1, 1], "the sound lies everywhere beforehand");
    // An edit after that waits for its author; what was published comes out.
    let edit = serde_json::from_value(serde_json::json!({"title": "Not yet"})).unwrap();
    let view = night.scene.studio.edit_episode("harbour", "night", edit).await.unwrap();
    let goes_out = view.goes_out.unwrap();
    assert_eq!((goes_out.at_ms, goes_out.changed), (night.minute_ms, true));
    night.set(night.minute_ms - 1);
    assert_eq!(night.sync().await.published, 0);
    assert_eq!(night.all(), ["1", "1", "1"]);
    night.set(night.minute_ms);
    assert_eq!(night.sync().await.published, 3);
    assert_eq!(night.all(), ["2", "2", "2"]);
    for name in ["www", "mirror", "second"] {
        let feed = std::fs::read_to_string(night.folder(name).join("feeds/harbour/feed.xml")).unwrap();
        assert!(feed.contains("Night") && !feed.contains("Not yet"), "{name}");
    }
    assert_eq!(night.sync().await.published, 0, "once");
}

#[tokio::test]
async fn what_its_author_called_off_does_not_come_out_of_a_folder() {
    let night = handed_over().await;
    night.scene.studio.remove_episode("harbour", "night").await.unwrap();
    night.set(night.minute_ms);
    night.sync().await;
    assert_eq!(night.all(), ["1", "1", "1"], "nobody but a server would show it against its author's wish");
}
