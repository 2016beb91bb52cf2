//! From a delivery to the number the laptop pulls: counted once, whatever happens in between.

use crate::http;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::EpisodeId;
use hearthcast_model::stats::DropReason;
use hearthcast_protocol::pull::MetricsAnswer;
use hearthcast_server::jobs::rollup;
use std::io::{Read, Write};
use std::net::TcpStream;

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
    act_with(200_000, 120_000)
}

fn act_with(length: usize, duration_ms: i64) -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let bytes = sound(length, 1);
    let path = format!("/m/{}/step.mp3", hearthcast_model::Sha256::of(&bytes));
    let episode = story.episode("Step", scene.now_ms() - HOUR_MS, bytes, Some(duration_ms));
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

/// SERVE.md §4: what an HTTP server's own log takes for a download. Ten megabytes are 625 seconds at 128 kbit/s.
#[test]
fn who_reads_100_kb_of_10_mb_and_closes_counts_nothing() {
    let act = act_with(10_000_000, 625_000);
    let ask = |more: &str| {
        let mut stream = http::connect(act.scene.addr());
        let head = format!("GET {} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {APP}\r\n{more}\r\n", act.path);
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    let read = |mut stream: &TcpStream, count: usize| stream.read_exact(&mut vec![0; count]).unwrap();
    let stream = ask("");
    read(&stream, 100_000);
    drop(stream);
    let funnel = act.row(1).rows.remove(0).funnel;
    assert_eq!((funnel.downloads, funnel.dropped), (0, [(DropReason::BelowMinute, 1)].into()));
    // With a connection that ends after the answer, it is no other thing.
    let stream = ask("Connection: close\r\n");
    read(&stream, 100_000);
    drop(stream);
    let funnel = act.row(2).rows.remove(0).funnel;
    assert_eq!((funnel.downloads, funnel.dropped), (0, [(DropReason::BelowMinute, 1)].into()), "one listener");
    // The same listener, who hears it whole, slowly and by such a connection, is one.
    let stream = ask("Connection: close\r\n");
    (0..9).for_each(|_| read(&stream, 1_000_000));
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let rest = std::io::copy(&mut &stream, &mut std::io::sink()).unwrap();
    assert!(rest > 1_000_000, "the head, too");
    assert_eq!(act.row(3).rows.remove(0).funnel.downloads, 1);
}

/// What was heard stays heard: a withdrawal takes the sound away, and no later count of its day takes the numbers.
#[test]
fn a_withdrawn_episode_keeps_its_numbers() {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let [first, second] = [1, 2].map(|seed| sound(200_000, seed));
    let path = |bytes: &[u8], name: &str| format!("/m/{}/{name}.mp3", hearthcast_model::Sha256::of(bytes));
    let (heard, other) = (path(&first, "first"), path(&second, "second"));
    let gone = story.episode("First", scene.now_ms() - HOUR_MS, first, Some(120_000));
    let stays = story.episode("Second", scene.now_ms() - HOUR_MS, second, Some(120_000));
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(1, scene.now_ms())).expect(200);
    let act = Act { scene, laptop, episode: gone.clone(), path: heard.clone() };
    let of = |id: &EpisodeId| {
        let row = act.pull(0, 500).rows.into_iter().rfind(|row| row.episode == *id);
        row.map(|row| (row.funnel.downloads, row.funnel.requests))
    };
    act.fetch(APP, None);
    act.scene.until("it is counted", || of(&gone) == Some((1, 1)));

    story.episodes.remove(0);
    story.files.remove(1);
    publish(&act.scene, &act.laptop, &story.request(2, act.scene.now_ms())).expect(200);
    let request = serde_json::json!({"show": story.id, "episode": gone, "files": []});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    act.scene.get(&heard, &[]).expect(410);
    // Even if the day were to be counted from nothing but the log.
    let mut sqlite = std::process::Command::new("sqlite3");
    sqlite.args(["-cmd", ".timeout 10000"]).arg(act.scene.data().join("server.sqlite"));
    assert!(sqlite.arg("DELETE FROM day_count").status().unwrap().success());
    assert_eq!(act.scene.get(&other, &[("User-Agent", APP)]).status, 200);
    act.scene.until("the day is counted again", || of(&stays) == Some((1, 1)));
    assert_eq!(of(&gone), Some((1, 1)));
}

/// The sound comes out a second time, next month, and in another show: each is counted by the address that was asked.
#[test]
fn a_sound_of_two_episodes_is_counted_for_the_one_that_was_asked_for() {
    let act = act();
    let (scene, laptop) = (&act.scene, &act.laptop);
    act.fetch(APP, None);
    act.row(1);
    let bytes = sound(200_000, 1);
    let mut other = Story::new(scene, laptop, "other");
    let rerun = other.episode("Rerun", scene.now_ms() + 30 * 24 * HOUR_MS, bytes.clone(), Some(120_000));
    let twin = other.episode("Twin", scene.now_ms() - HOUR_MS / 2, bytes, Some(120_000));
    other.upload(scene, laptop);
    publish(scene, laptop, &other.request(1, scene.now_ms())).expect(200);
    act.fetch("Overcast/3.0", None);
    let twins = act.path.replace("step.mp3", "twin.mp3");
    for agent in [APP, "Castro 2024.3"] {
        assert_eq!(scene.get(&twins, &[("User-Agent", agent)]).status, 200);
    }
    assert_eq!(scene.get(&format!("/e/{twin}/audio.mp3"), &[("User-Agent", "Overcast/3.0")]).status, 200);
    act.scene
        .until("all are counted", || act.pull(0, 500).rows.iter().map(|row| row.funnel.requests).sum::<u64>() == 5);
    let rows = act.pull(0, 500).rows;
    let of = |id: &EpisodeId| rows.iter().find(|row| row.episode == *id).map(|row| &row.funnel);
    assert_eq!(of(&act.episode).map(|funnel| (funnel.downloads, funnel.requests)), Some((2, 2)));
    assert_eq!(
        of(&twin).map(|funnel| (funnel.downloads, funnel.requests)),
        Some((3, 3)),
        "a listener of both is one of each"
    );
    assert!(rows.iter().all(|row| row.episode != rerun), "what is to come was never asked for");
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

#[test]
fn an_address_over_the_cap_loses_its_downloads_unless_it_is_allowed() {
    let mut act = act();
    act.scene.start_again(|settings| settings.max_downloads_per_ip_per_day = Some(1));
    act.fetch(APP, None);
    assert_eq!(act.row(1).rows[0].funnel.downloads, 1, "one is not more than one");
    act.fetch("Overcast/3.0", None);
    let over = act.row(2).rows.remove(0).funnel;
    assert_eq!((over.downloads, over.dropped.get(&DropReason::IpOverCap)), (0, Some(&2)));
    act.scene.start_again(|settings| {
        settings.max_downloads_per_ip_per_day = Some(1);
        settings.allow = vec![hearthcast_counting::address::parse_network("127.0.0.0/8").unwrap()];
    });
    act.fetch("Castro 2024.3", None);
    let allowed = act.row(3).rows.remove(0).funnel;
    assert_eq!((allowed.downloads, allowed.dropped.len()), (3, 0));
}

#[test]
fn a_recount_takes_the_rules_of_now_as_long_as_rows_are_kept() {
    let act = act();
    act.fetch(APP, None);
    act.fetch("Overcast/3.0", None);
    let before = act.row(2).rows.remove(0);
    assert_eq!(before.funnel.downloads, 2);
    let mut settings = act.scene.settings();
    settings.max_downloads_per_ip_per_day = Some(1);
    let recount = |from: &str, to: &str| {
        let counter = rollup::Counter::new(&settings).unwrap();
        let again = rollup::recount(act.scene.store(), &counter, act.scene.now_ms(), from, to);
        act.scene.runtime.block_on(again).unwrap()
    };
    assert_eq!(recount("2026-11-21", "2026-12-31"), Vec::<String>::new());
    assert_eq!(act.pull(0, 500).rows, std::slice::from_ref(&before));
    assert_eq!(recount("2026-11-20", "2026-11-20"), ["2026-11-20"]);
    let after = act.pull(0, 500).rows.remove(0);
    assert_eq!((after.funnel.downloads, after.version), (0, before.version + 1));
    assert_eq!(after.funnel.dropped[&DropReason::IpOverCap], 2);
}

#[test]
fn where_nothing_is_to_be_kept_nothing_is_noted_and_nothing_counts_as_lost() {
    let mut act = act();
    act.scene.start_again(|settings| settings.keep_log_days = 0);
    act.fetch(APP, None);
    assert_eq!(act.pull(0, 500).rows, []);
    let written: u64 = std::fs::read_dir(act.scene.data().join("log/main"))
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    let starts = std::fs::read_dir(act.scene.data().join("log/main")).unwrap().count() as u64;
    assert_eq!(written, 12 * starts, "heads of segments, and no row");
}

#[test]
fn a_country_is_looked_up_where_the_operator_gives_a_database() {
    let mut act = act();
    let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/countries/low.mmdb");
    act.scene.start_again(|settings| settings.geo_database = Some(fixture));
    act.fetch(APP, None);
    let row = act.row(1).rows.remove(0);
    assert_eq!(row.by_country.into_iter().collect::<Vec<_>>(), [("NZ".to_string(), 1)]);
    assert_eq!(row.by_device.into_iter().collect::<Vec<_>>(), [("Android Phone".to_string(), 1)]);
}

#[test]
fn the_program_counts_days_again_with_the_lists_of_the_operator() {
    let mut act = act();
    act.fetch(APP, None);
    assert_eq!(act.row(1).rows[0].funnel.downloads, 1);
    act.scene.stop();
    let lists = tempfile::tempdir().unwrap();
    let recount = |words: &[&str]| {
        let mut command = crate::program::program();
        command.arg("recount").arg("--data").arg(act.scene.data()).arg("--user-agents").arg(lists.path()).args(words);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, _, why) = recount(&[]);
    assert_eq!(code, Some(2), "a folder without lists: {why}");
    assert!(why.contains("none of opawg's lists is in it"), "{why}");
    let bots = r#"{"entries": [{"name": "Posing as an app", "pattern": "^AntennaPod"}]}"#;
    std::fs::write(lists.path().join("bots.json"), bots).unwrap();
    assert_eq!(recount(&["--from", "yesterday"]).0, Some(2));
    let (code, said, why) = recount(&["--from", "2026-11-21"]);
    assert_eq!((code, said.as_str()), (Some(0), "no rows are kept of these days\n"), "{why}");
    let (code, said, why) = recount(&["--from", "2026-11-20", "--to", "2026-11-20"]);
    assert_eq!((code, said.as_str()), (Some(0), "1 counted again, 2026-11-20 to 2026-11-20\n"), "{why}");
    act.scene.start();
    let funnel = act.pull(0, 500).rows.remove(0).funnel;
    assert_eq!((funnel.downloads, funnel.dropped.get(&DropReason::Bot)), (0, Some(&1)));
    // The same lists as a setting of the server that runs.
    let folder = lists.path().to_path_buf();
    act.scene.start_again(|settings| settings.user_agents = Some(folder));
    act.fetch("AntennaPod/3.5.0", None);
    let funnel = act.row(2).rows.remove(0).funnel;
    assert_eq!((funnel.downloads, funnel.dropped.get(&DropReason::Bot)), (0, Some(&2)));
}
