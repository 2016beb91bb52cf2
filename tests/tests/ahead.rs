//! Issue 4, point 7, by the terminal: a server publishes at the minute with no laptop anywhere; a folder needs the laptop,
//! which says so, and only writes the feed then.

use hearthcast_model::Clock as _;
use hearthcast_model::clock::{SystemClock, rfc3339};
use hearthcast_tests::{Laptop, Listener, Server, file_url, output, scratch, sound, until};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A show with two places: a server, `home`, and a folder, `www`.
fn server_and_folder(place: &Path) -> (Laptop, Server, String, PathBuf) {
    let mut laptop = Laptop::new(place);
    let show = laptop.show("Harbour");
    let server = Server::start(&place.join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let www = place.join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    (laptop, server, show, www)
}

/// "Schedule my first episode for Friday 8:00": the show is there beforehand, and the episode at its second.
#[test]
fn the_first_episode_of_a_show_comes_out_at_its_minute() {
    let place = scratch();
    let (laptop, server, show, www) = server_and_folder(place.path());
    let refused = laptop.speak(&["publish", &show, "--target", "home"]);
    assert_eq!(refused.last["code"], "publish.incomplete", "without any episode nothing is published");
    let fog = place.path().join("fog.mp3");
    sound::mp3(&fog, 20, "Fog");
    laptop.episode(&show, "Fog", &fog);
    let at_ms = (SystemClock.now_ms() / 1000 + 6) * 1000;
    laptop.ask(&["episode", "set", &show, "fog", &format!("at={}", rfc3339(at_ms)), "zone=Europe/Berlin"]);
    let plan = laptop.ask(&["plan", &show, "--target", "home"]);
    let sentence = plan["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("until then its feed has no episode"), "{sentence}");
    let given = laptop.ask(&["publish", &show, "--target", "home"]);
    assert_eq!((&given["version"], &given["needs_this_computer"]), (&json!(1), &json!(null)));
    let given = laptop.ask(&["publish", &show, "--target", "www"]);
    assert_eq!((&given["version"], &given["needs_this_computer"]), (&json!(1), &json!(true)));
    let feed_url = format!("{}/podcasts/{show}/rss/", server.origin());
    let (listener, folder_feed) = (Listener::fast("AntennaPod/3.5"), www.join("feeds").join(&show).join("feed.xml"));
    let count = |feed: &Path| output(Command::new("xmllint").args(["--xpath", "count(//item)"]).arg(feed));
    assert_eq!(count(&folder_feed).trim(), "0", "a whole feed, without an item");
    until("the server shows the episode", || {
        let feed = listener.get(&feed_url).expect("an answer");
        let seen = String::from_utf8_lossy(&feed.body).contains("<title>Fog</title>");
        assert!(feed.status == 200 && (!seen || SystemClock.now_ms() >= at_ms), "early");
        seen.then_some(())
    });
    // What listeners saw at a moment, as the history tells it, is what the server gave out then.
    let as_of = |target: &str, ms: i64| laptop.ask(&["history", &show, "--target", target, "--as-of", &rfc3339(ms)]);
    let served = String::from_utf8(listener.get(&feed_url).expect("an answer").body).expect("UTF-8");
    let then = as_of("home", at_ms);
    assert_eq!((&then["feed"], &then["released_since"]), (&json!(served), &json!(["Fog"])));
    let before = as_of("home", at_ms - 1000);
    assert_eq!((&before["released_since"], before["version"].as_u64()), (&Value::Null, Some(1)));
    assert!(!before["feed"].as_str().expect("a feed").contains("Fog"));
    assert_eq!(as_of("www", at_ms)["released_since"], Value::Null, "a folder shows nothing by itself");
    assert_eq!(laptop.ask(&["sync", &show])["published"], 1);
    assert_eq!(titles(&folder_feed).trim(), "Fog");
    assert_eq!(laptop.ask(&["publish", &show, "--target", "home"])["writes"], 0, "the server has done it");
}

fn titles(feed: &Path) -> String {
    output(Command::new("xmllint").args(["--xpath", "//item/title/text()"]).arg(feed))
}

#[test]
fn the_server_is_on_time_alone_and_a_folder_with_the_laptop() {
    let place = scratch();
    let (laptop, server, show, www) = server_and_folder(place.path());
    let (one, fog) = (place.path().join("one.mp3"), place.path().join("fog.mp3"));
    sound::mp3(&one, 20, "One");
    sound::mp3(&fog, 21, "Fog");
    laptop.episode(&show, "One", &one);
    laptop.ask(&["publish", &show, "--target", "home"]);
    laptop.ask(&["publish", &show, "--target", "www"]);

    laptop.episode(&show, "Fog", &fog);
    // Long enough for two publications on a slow machine; whole seconds, as RFC 3339 writes them here.
    let at_ms = (SystemClock.now_ms() / 1000 + 8) * 1000;
    laptop.ask(&["episode", "set", &show, "fog", &format!("at={}", rfc3339(at_ms)), "zone=Europe/Berlin"]);
    let given = laptop.ask(&["publish", &show, "--target", "home"]);
    assert_eq!((&given["scheduled"][0]["title"], &given["needs_this_computer"]), (&json!("Fog"), &json!(null)));
    let given = laptop.ask(&["publish", &show, "--target", "www"]);
    assert_eq!((&given["scheduled"][0]["at_ms"], &given["needs_this_computer"]), (&json!(at_ms), &json!(true)));
    assert_eq!(laptop.ask(&["episode", "get", &show, "fog"])["state"], "scheduled");
    let plan = laptop.ask(&["plan", &show, "--target", "www"]);
    let sentence = plan["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("(Europe/Berlin)") && sentence.contains("This computer must be on"), "{sentence}");

    // From here on no laptop: a listener asks until the episode is there, and never before its second.
    let feed_url = format!("{}/podcasts/{show}/rss/", server.origin());
    let listener = Listener::fast("AntennaPod/3.5");
    assert!(SystemClock.now_ms() < at_ms, "the machine was too slow to publish before the time");
    until("the server shows the episode", || {
        let feed = listener.get(&feed_url).expect("an answer").body;
        let seen = String::from_utf8_lossy(&feed).contains("<title>Fog</title>");
        assert!(!seen || SystemClock.now_ms() >= at_ms, "early");
        seen.then_some(())
    });
    let feed = www.join("feeds").join(&show).join("feed.xml");
    assert_eq!(titles(&feed).trim(), "One", "a folder switches nothing by itself");
    let again = laptop.ask(&["publish", &show, "--target", "home"]);
    assert_eq!((&again["version"], &again["writes"]), (&json!(2), &json!(0)), "the server has done it");
    let media = |folder: &Path| output(Command::new("find").arg(folder.join("media")).args(["-printf", "%p %i %T@\n"]));
    let before = media(&www);
    assert_eq!(laptop.ask(&["sync", &show])["published"], 1);
    assert_eq!(titles(&feed).lines().collect::<Vec<_>>(), ["Fog", "One"]);
    assert_eq!(media(&www), before, "no sound is sent or touched");
    assert_eq!(laptop.ask(&["sync", &show])["published"], 0, "once");
}
