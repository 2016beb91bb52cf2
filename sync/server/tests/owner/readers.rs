//! From a request for the feed to the estimate of subscribers that the laptop pulls: noted without an address, never twice.

use crate::http::send;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::legacy::LegacyPath;
use hearthcast_model::stats::{DropReason, FeedDay, PageKind};
use hearthcast_protocol::pull::MetricsAnswer;
use hearthcast_server::jobs::rollup;
use hearthcast_store::log_row::{self, LogMark};
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;
const FEED: &str = "/podcasts/keeper/rss/";
const APP: &str = "AntennaPod/3.4.0";
const FEEDLY: &str = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; )";

struct Act {
    scene: Scene,
    laptop: Laptop,
    story: Story,
}

fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    story.episode("The first step", scene.now_ms() - HOUR_MS, sound(5_000, 1), Some(1_000));
    story.paths = [("/feed.xml", FEED), ("/about", "/podcasts/keeper/"), ("/old/*", "https://pod.example/m/*")]
        .map(|(from, to)| LegacyPath { from: from.into(), to: to.into(), status: 301 })
        .to_vec();
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(1, scene.now_ms())).expect(200);
    Act { scene, laptop, story }
}

impl Act {
    fn ask(&self, path: &str, agent: &str) -> u16 {
        self.scene.get(path, &[("User-Agent", agent)]).status
    }

    fn pull(&self, after: i64, limit: usize) -> MetricsAnswer {
        let path = format!("/sync/v1/metrics?after=0&limit={limit}&feeds_after={after}");
        self.laptop.send(self.scene.addr(), "GET", &path, &[], b"").expect(200).read()
    }

    fn day(&self) -> FeedDay {
        let days = self.pull(0, 500).feeds;
        assert_eq!(days.len(), 1, "{days:?}");
        days.into_iter().next().unwrap()
    }

    /// Reads the log from its beginning, as if nobody had done so before.
    fn read_again(&self) {
        self.scene.runtime.block_on(async {
            let mut writer = self.scene.store().write().await.unwrap();
            log_row::set_mark(&mut writer, rollup::NODE, LogMark::default()).await.unwrap();
            writer.commit().await.unwrap();
        });
    }
}

#[test]
fn who_asks_for_the_feed_becomes_an_estimate_with_its_reasons() {
    let act = act();
    assert_eq!(act.pull(0, 500).feeds, []);
    let tag = act.scene.get(FEED, &[("User-Agent", APP)]).expect(200).header("etag").to_string();
    act.scene.get(FEED, &[("User-Agent", APP), ("If-None-Match", &tag)]).expect(304);
    assert_eq!(act.ask(FEED, "Overcast/3.0 (+http://overcast.fm/; iOS podcast app)"), 200);
    assert_eq!((act.ask(FEED, FEEDLY), act.ask(FEED, FEEDLY)), (200, 200));
    assert_eq!((act.ask(FEED, "curl/8.0"), act.ask("/podcasts/other/rss/", APP)), (200, 404));
    assert_eq!(send(act.scene.addr(), "HEAD", FEED, &[("User-Agent", "Castro")], b"").status, 200);
    let day = act.day();
    assert_eq!((day.show.as_str(), day.day.as_str(), day.provisional), (act.story.id.as_str(), "2026-11-20", true));
    assert_eq!((day.requests, day.readers, day.by_services, day.subscribers()), (6, 2, 16, 18));
    assert_eq!(day.dropped, BTreeMap::from([(DropReason::Bot, 1)]));
    let apps = [("AntennaPod", 1), ("Feedly", 16), ("Overcast", 1)].map(|(name, count)| (name.to_string(), count));
    assert_eq!(day.by_app, BTreeMap::from(apps));
    assert_eq!(act.pull(0, 500).rows, [], "nobody downloaded anything");
    let log = std::fs::read_dir(act.scene.data().join("log/main")).unwrap();
    for file in log.map(|file| std::fs::read(file.unwrap().path()).unwrap()) {
        assert!(!String::from_utf8_lossy(&file).contains("127.0.0.1"));
    }
}

#[test]
fn pages_are_counted_by_kind() {
    let act = act();
    let episode = format!("/episodes/{}/", act.story.episodes[0].id);
    for (path, status) in [
        ("/podcasts/keeper/", 200),
        (&episode, 200),
        (&format!("/api/v1{episode}"), 200),
        (&format!("/api/v1{episode}player/"), 200),
        ("/about", 301),
        // What is no page, or not there.
        ("/old/x/one.mp3", 301),
        ("/feed.xml", 301),
        ("/podcasts/other/", 404),
        ("/podcasts/", 200),
        (&format!("{episode}chapters/"), 200),
    ] {
        assert_eq!(act.ask(path, "Some website"), status, "{path}");
    }
    for path in [format!("{episode}ping/"), "/podcasts/keeper/ping/".into()] {
        assert_eq!(send(act.scene.addr(), "POST", &path, &[("User-Agent", APP)], b"").status, 200);
    }
    assert_eq!(send(act.scene.addr(), "HEAD", &episode, &[("User-Agent", APP)], b"").status, 200);
    let day = act.day();
    let pages = [
        (PageKind::Show, 1),
        (PageKind::Episode, 2),
        (PageKind::Player, 1),
        (PageKind::OlderPath, 1),
        (PageKind::EpisodeView, 1),
        (PageKind::ShowView, 1),
    ];
    assert_eq!(day.pages, BTreeMap::from(pages));
    assert_eq!((day.requests, day.subscribers()), (0, 0), "nobody asked for the feed");
}

#[test]
fn no_request_is_counted_twice() {
    let mut act = act();
    act.ask(FEED, APP);
    act.ask(FEED, FEEDLY);
    let before = act.day();
    assert_eq!((before.requests, before.version), (2, 1));
    act.read_again();
    assert_eq!(act.day(), before, "the same rows a second time");
    act.scene.stop();
    act.scene.start();
    assert_eq!(act.day(), before);
    act.ask(FEED, APP);
    act.read_again();
    let after = act.day();
    assert_eq!((after.requests, after.readers, after.version), (3, 1, 2));
}

#[test]
fn a_day_is_closed_recounted_and_told_in_pages() {
    let act = act();
    act.ask(FEED, APP);
    act.ask(FEED, "Overcast/3.0");
    let open = act.pull(0, 500);
    assert!(open.feeds[0].provisional);
    act.scene.clock.advance(14 * HOUR_MS);
    let closed = act.pull(open.feeds_next.unwrap(), 500);
    assert_eq!((closed.feeds.len(), closed.feeds[0].provisional, closed.feeds[0].readers), (1, false, 2));
    act.scene.until("the day has its salt", || act.scene.running().app.salts.salt_for(act.scene.now_ms()).is_some());
    act.ask(FEED, APP);
    let first = act.pull(0, 1);
    assert_eq!((first.feeds.len(), first.more, first.feeds[0].day.as_str()), (1, true, "2026-11-20"));
    let second = act.pull(first.feeds_next.unwrap(), 1);
    assert_eq!((second.feeds.len(), second.more, second.feeds[0].day.as_str()), (1, false, "2026-11-21"));
    let mut settings = act.scene.settings();
    settings.max_downloads_per_ip_per_day = Some(1);
    let counter = rollup::Counter::new(&settings).unwrap();
    let again = rollup::recount(act.scene.store(), &counter, act.scene.now_ms(), "2026-11-20", "2026-11-20");
    assert_eq!(act.scene.runtime.block_on(again).unwrap(), ["2026-11-20"]);
    let recounted = act.pull(second.feeds_next.unwrap(), 500).feeds.remove(0);
    assert_eq!((recounted.day.as_str(), recounted.readers), ("2026-11-20", 0));
    assert_eq!(recounted.dropped[&DropReason::IpOverCap], 2);
}

#[test]
fn an_older_laptop_is_told_what_it_knows() {
    let act = act();
    act.ask(FEED, APP);
    let answer = act.laptop.send(act.scene.addr(), "GET", "/sync/v1/metrics?after=0&limit=500", &[], b"").expect(200);
    assert!(answer.json().get("feeds").is_none() && answer.json().get("feeds_next").is_none());
    assert!(!answer.read::<MetricsAnswer>().more);
}

#[test]
fn where_nothing_is_to_be_kept_no_reader_is_noted() {
    let mut act = act();
    act.scene.start_again(|settings| settings.keep_log_days = 0);
    assert_eq!(act.ask(FEED, APP), 200);
    assert_eq!(act.pull(0, 500).feeds, []);
}
