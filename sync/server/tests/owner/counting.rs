//! From a delivery to the number the laptop pulls: counted once, whatever happens in between.

use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::EpisodeId;
use hearthcast_model::stats::DropReason;
use hearthcast_protocol::pull::MetricsAnswer;
use hearthcast_server::jobs::rollup;

const HOUR_MS: i64 = 3_600_000;
/// Of the agents that COUNTING.md's lists know as an app.
const APP: &str = "AntennaPod/3.4.0";

struct Act {
    scene: Scene,
    laptop: Laptop,
    episode: EpisodeId,
    path: String,
}

/// A published episode of two minutes: one minute needs half of its 200,000 bytes.
fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let bytes = sound(200_000, 1);
    let path = format!("/m/{}/step.mp3", hearthcast_model::Sha256::of(&bytes));
    let episode = story.episode("Step", scene.now_ms() - HOUR_MS, bytes, Some(120_000));
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(1, scene.now_ms())).expect(200);
    Act { scene, laptop, episode, path }
}

impl Act {
    fn fetch(&self, agent: &str, range: Option<&str>) {
        let mut headers = vec![("User-Agent", agent)];
        headers.extend(range.map(|range| ("Range", range)));
        let status = self.scene.get(&self.path, &headers).status;
        assert_eq!(status, if range.is_some() { 206 } else { 200 });
    }
    fn pull(&self, after: i64, limit: usize) -> MetricsAnswer {
        let path = format!("/sync/v1/metrics?after={after}&limit={limit}");
        self.laptop.send(self.scene.addr(), "GET", &path, &[], b"").expect(200).read()
    }
    /// The row of the only episode, once its log rows are there.
    fn row(&self, requests: u64) -> MetricsAnswer {
        let mut answer = self.pull(0, 500);
        self.scene.until("the deliveries are counted", || {
            answer = self.pull(0, 500);
            answer.rows.first().is_some_and(|row| row.funnel.requests == requests)
        });
        answer
    }
}

#[test]
fn a_delivery_becomes_a_number_with_its_reasons() {
    let act = act();
    assert_eq!(act.pull(0, 500).rows, []);
    act.fetch(APP, None);
    act.fetch(APP, None);
    act.fetch("curl/8.0", None);
    act.fetch("Overcast/3.0", Some("bytes=0-1"));
    act.fetch("Overcast/3.0", Some("bytes=0-40000"));
    let answer = act.row(5);
    let row = &answer.rows[0];
    assert_eq!((&row.episode, row.day.as_str(), row.provisional), (&act.episode, "2026-11-20", true));
    assert_eq!((row.funnel.downloads, row.funnel.repeats), (1, 1));
    let dropped: Vec<_> = row.funnel.dropped.iter().map(|(reason, count)| (*reason, *count)).collect();
    assert_eq!(dropped, [(DropReason::TinyRange, 1), (DropReason::Bot, 1), (DropReason::BelowMinute, 1)]);
    assert_eq!((row.by_hour[12], row.by_hour.iter().sum::<u64>()), (1, 1), "at noon UTC");
    assert_eq!(row.by_app.values().sum::<u64>(), 1);
    // Another range of the same listener completes the minute.
    act.fetch("Overcast/3.0", Some("bytes=40001-120000"));
    assert_eq!(act.row(6).rows[0].funnel.downloads, 2);
}

#[test]
fn a_restart_counts_nothing_twice() {
    let mut act = act();
    act.fetch(APP, None);
    let before = act.row(1);
    assert_eq!(act.pull(before.next, 500).rows, [], "nothing new");
    let mark = act.scene.runtime.block_on(async {
        hearthcast_store::log_row::mark(&mut act.scene.store().read().await.unwrap(), rollup::NODE).await.unwrap()
    });
    assert!(mark.read_to > 0, "what was read is not read again");
    act.scene.stop();
    act.scene.start();
    let before_version = before.rows[0].version;
    let after = act.pull(0, 500);
    assert_eq!((after.rows, after.next), (before.rows, before.next));
    act.fetch("Overcast/3.0", None);
    let grown = act.row(2);
    assert_eq!(grown.rows[0].funnel.downloads, 2);
    assert!(grown.rows[0].version > before_version && grown.next > before.next);
}

#[test]
fn a_day_is_closed_and_its_salt_is_gone() {
    let act = act();
    act.fetch(APP, None);
    let open = act.row(1);
    let days = || {
        act.scene.runtime.block_on(async {
            hearthcast_store::salt::days(&mut act.scene.store().read().await.unwrap()).await.unwrap()
        })
    };
    assert_eq!(days(), ["2026-11-20", "2026-11-21"]);
    act.scene.clock.advance(14 * HOUR_MS - 1);
    assert_eq!(act.pull(open.next, 500).rows, [], "at 01:59:59.999 of the next day it is still open");
    act.scene.clock.advance(1);
    let closed = act.pull(open.next, 500);
    assert_eq!((closed.rows.len(), closed.rows[0].provisional, closed.rows[0].version), (1, false, 2));
    assert_eq!(closed.rows[0].funnel, open.rows[0].funnel);
    act.scene.until("the salt is deleted", || days() == ["2026-11-21", "2026-11-22"]);
    // The next day is another day: the same listener is a new one, and nothing of yesterday changes.
    act.fetch(APP, None);
    act.scene.until("the new day is counted", || act.pull(closed.next, 500).rows.len() == 1);
    assert_eq!(act.pull(closed.next, 500).rows[0].day, "2026-11-21");
}

#[test]
fn rows_come_in_pages() {
    let act = act();
    for _ in 0..3 {
        act.fetch(APP, None);
        let day = hearthcast_model::clock::utc_day(act.scene.now_ms());
        act.scene.until("the day is counted", || act.pull(0, 500).rows.iter().any(|row| row.day == day));
        act.scene.clock.advance(24 * HOUR_MS);
        act.scene.until("the next day has its salt", || {
            let salts = &act.scene.running().app.salts;
            salts.salt_for(act.scene.now_ms()).is_some()
        });
    }
    let (mut cursor, mut days) = (0, vec![]);
    loop {
        let page = act.pull(cursor, 1);
        assert!(page.rows.len() <= 1);
        cursor = page.next;
        days.extend(page.rows.into_iter().map(|row| row.day));
        if !page.more {
            break;
        }
    }
    days.sort();
    assert_eq!(days, ["2026-11-20", "2026-11-21", "2026-11-22"]);
    assert_eq!(act.pull(cursor, 1).next, cursor);
}
