//! Issue 5, "Seen to be done": the disk of a server's log is full. Listeners notice nothing, and the author is told how many
//! answers are missing from the count.

use hearthcast_tests::{Laptop, Listener, Server, SmallDisk, enclosures, free_port, scratch, sound};
use serde_json::json;

/// Downloads while the disk is full: more than the last page of the log has room for.
const HEARD: u64 = 60;

#[test]
fn a_full_disk_of_the_log_stops_no_listener_and_is_told() {
    let place = scratch();
    let disk = SmallDisk::mount(&place.path().join("data"), 8 * 1024);
    let numbers = format!("127.0.0.1:{}", free_port());
    let server = Server::start_under(
        disk.inside(),
        &place.path().join("data/server"),
        &["--metrics-bind", &numbers, "--reserve-mib", "0"],
    );
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 90, "One");
    laptop.episode(&show, "One", &file);
    laptop.ask(&["publish", &show]);

    let listener = Listener::fast("AntennaPod/3.4.0");
    let get = |url: &str| listener.get(url).expect("an answer");
    let feed = get(&format!("{}/podcasts/{show}/rss/", server.origin()));
    let (audio, length) = enclosures(&String::from_utf8(feed.body).expect("UTF-8")).swap_remove(0);
    assert!(get(&audio).whole);
    let told = |name: &str| -> u64 {
        let metrics = String::from_utf8(get(&format!("http://{numbers}/metrics")).body).expect("UTF-8");
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)).expect("it is told");
        line.trim().parse().expect("a number")
    };
    let written = || told("hearthcast_log_rows_written_total ");
    let before = written();
    disk.leave(0);
    for _ in 0..HEARD {
        let heard = get(&audio);
        assert_eq!((heard.status, heard.body.len() as u64), (200, length), "listeners hear it whole");
    }
    let lost = told("hearthcast_log_rows_lost_total ");
    assert!(lost > 0, "the log went on");
    assert_eq!(written() - before + lost, HEARD, "every answer is logged or known to be lost");
    assert_eq!(get(&format!("{}/podcasts/{show}/rss/", server.origin())).status, 200);
    let lost = told("hearthcast_log_rows_lost_total ");

    disk.clear();
    laptop.ask(&["sync", &show]);
    let stats = laptop.ask(&["stats", &show]);
    assert_eq!(stats["downloads"], 1, "what was logged counts");
    let day = stats["by_day"][0]["day"].clone();
    assert_eq!(stats["lost"], json!([{"day": day, "rows": lost}]));
    let told = laptop.command(&["stats", &show]).output().expect("hearthcast starts");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains(&format!("{lost} answers of {}", day.as_str().expect("a day"))), "{told}");
}
