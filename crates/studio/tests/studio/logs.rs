//! Days of logs: open while their logs come in, then closed for good, unless all of a day is told again (docs/COUNTING.md).

use crate::scene::{Scene, ffmpeg, silent};
use hearthcast_model::clock::{FixedClock, parse_rfc3339};
use hearthcast_model::stats::LogImport;
use hearthcast_model::{Cancel, Clock};
use hearthcast_studio::LogOptions;
use std::path::PathBuf;
use std::sync::Arc;

struct Act {
    scene: Scene,
    clock: Arc<FixedClock>,
    /// Path and length of the published sound; under a minute, so that all of it is needed.
    path: String,
    bytes: String,
}

impl Act {
    async fn new() -> Self {
        let clock = Arc::new(FixedClock::at(parse_rfc3339("2026-11-20T12:00:00Z").unwrap()));
        let scene = Scene::at(Arc::clone(&clock) as Arc<dyn Clock>).await;
        scene.episode("First").await;
        let sound = scene.folder.path().join("first.mp3");
        ffmpeg(&["-f", "lavfi", "-i", "anoisesrc=d=1:seed=1", "-b:a", "64k"], &sound);
        scene.attach("first", &sound).await;
        scene.publish().await;
        let feed = std::fs::read_to_string(scene.folder.path().join("www/feeds/harbour/feed.xml")).unwrap();
        let enclosure = feed.split_once("<enclosure ").unwrap().1.split_once("/>").unwrap().0;
        let value = |key: &str| {
            let rest = enclosure.split_once(&format!("{key}=\"")).unwrap().1;
            rest.split_once('"').unwrap().0.to_string()
        };
        let path = value("url").replace("https://example.org", "");
        let bytes = value("length");
        Self { scene, clock, path, bytes }
    }

    /// A log of one listener who fetched the whole file at 13:00 of the day of publication.
    fn log(&self, listener: u8) -> PathBuf {
        let file = self.scene.folder.path().join(format!("{listener}.log"));
        let line = format!(
            "198.51.100.{listener} - - [20/Nov/2026:13:00:00 +0000] \"GET {} HTTP/1.1\" 200 {} \"-\" \"AntennaPod/3.4.0\"\n",
            self.path, self.bytes
        );
        std::fs::write(&file, line).unwrap();
        file
    }

    async fn import(&self, listeners: &[u8]) -> LogImport {
        let files: Vec<PathBuf> = listeners.iter().map(|listener| self.log(*listener)).collect();
        let options = LogOptions::default();
        self.scene.studio.import_logs("harbour", &files, &options, &Cancel::default(), &silent()).await.unwrap()
    }

    async fn downloads(&self) -> u64 {
        self.scene.studio.stats("harbour").await.unwrap().downloads
    }

    fn set(&self, at: &str) {
        self.clock.advance(parse_rfc3339(at).unwrap() - self.clock.now_ms());
    }
}

fn rows(report: &LogImport) -> (u64, u64, u64) {
    (report.new_rows, report.known_rows, report.late_rows)
}

#[tokio::test]
async fn a_day_takes_rows_until_it_is_closed_and_then_only_all_of_them_at_once() {
    let act = Act::new().await;
    assert_eq!(rows(&act.import(&[1]).await), (1, 0, 0));
    act.set("2026-11-24T01:59:59Z");
    assert_eq!(rows(&act.import(&[2, 1]).await), (1, 1, 0), "three days after its end it is still open");
    assert_eq!(act.downloads().await, 2);
    act.set("2026-11-24T02:00:00Z");
    let late = act.import(&[3, 2]).await;
    assert_eq!((rows(&late), late.days.len()), ((0, 1, 1), 0), "whose row it is nobody can tell any more");
    assert_eq!(act.downloads().await, 2);
    assert_eq!(rows(&act.import(&[3, 2, 1]).await), (1, 2, 0), "all of the day, told again");
    assert_eq!(act.downloads().await, 3);
    assert_eq!(rows(&act.import(&[1, 2, 3]).await), (0, 3, 0));
    // What is older than ninety days is forgotten; the number stays.
    act.set("2027-03-01T12:00:00Z");
    assert_eq!(rows(&act.import(&[4]).await), (0, 0, 1));
    assert_eq!(rows(&act.import(&[1, 2, 3, 4]).await), (0, 0, 4));
    assert_eq!(act.downloads().await, 3);
}
