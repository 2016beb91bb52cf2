//! Issue 2, point 5: publish to a folder and to the server; again = 0 writes.

use hearthcast_tests::{Laptop, Listener, Server, enclosures, file_url, output, scratch, sound};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// A laptop with one show and one episode of 66 seconds.
fn scene(folder: &Path) -> (Laptop, String) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour & Sea");
    let file = folder.join("one.mp3");
    sound::mp3(&file, 66, "One");
    laptop.episode(&show, "The first: <ahoy> & “away”", &file);
    (laptop, show)
}

/// Every file of a folder with its time of change and length.
fn inventory(folder: &Path) -> Vec<(String, u64, std::time::SystemTime)> {
    let listed = output(Command::new("find").arg(folder).args(["-type", "f"]));
    let mut files: Vec<_> = listed
        .lines()
        .map(|path| {
            let about = std::fs::metadata(path).expect("a listed file is there");
            (path.to_string(), about.len(), about.modified().expect("files have times"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_folder_is_published_whole_and_a_second_run_writes_nothing() {
    let place = scratch();
    let (laptop, show) = scene(place.path());
    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://pods.example.org/sea/"]);

    let plan = laptop.ask(&["plan", &show]);
    assert_eq!(plan["blockers"], json!([]), "the show is complete");
    assert!(inventory(&www).is_empty(), "a plan writes nothing");
    let published = laptop.ask(&["publish", &show]);
    assert_eq!(published["version"], 1);

    let feed_url = published["feed_url"].as_str().expect("an address");
    let local = |url: &str| www.join(url.strip_prefix("https://pods.example.org/sea/").expect("inside the folder"));
    let feed = std::fs::read_to_string(local(feed_url)).expect("the feed is where its address says");
    output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(local(feed_url)));
    let [(audio, length)] = enclosures(&feed).try_into().expect("one episode");
    let sent = std::fs::read(local(&audio)).expect("the enclosure is where the feed says");
    assert_eq!(sent.len() as u64, length);
    assert_eq!(sent, std::fs::read(place.path().join("one.mp3")).unwrap(), "a finished file is passed on bit for bit");

    let before = inventory(&www);
    let again = laptop.ask(&["publish", &show]);
    assert_eq!((&again["version"], &again["writes"]), (&json!(1), &json!(0)));
    assert_eq!(inventory(&www), before, "no file was touched");
}

#[test]
fn a_server_is_published_to_and_a_second_run_writes_nothing() {
    let place = scratch();
    let (mut laptop, show) = scene(place.path());
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);

    let published = laptop.ask(&["publish", &show]);
    assert_eq!(published["version"], 1);
    let feed_url = published["feed_url"].as_str().expect("an address").to_string();
    assert_eq!(feed_url, format!("{}/podcasts/{show}/rss/", server.origin()));
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed = listener.get(&feed_url).unwrap();
    assert_eq!(feed.status, 200);
    let etag = feed.header("etag").expect("a strong ETag").to_string();
    assert!(etag.starts_with('"'), "{etag} is strong");
    let again = listener.get_with(&feed_url, &[("If-None-Match", &etag)]).unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));

    let [(audio, length)] = enclosures(&String::from_utf8(feed.body.clone()).unwrap()).try_into().expect("one episode");
    let heard = listener.get(&audio).unwrap();
    assert_eq!(
        (heard.status, heard.body.len() as u64, heard.header("content-type")),
        (200, length, Some("audio/mpeg"))
    );
    assert_eq!(heard.body, std::fs::read(place.path().join("one.mp3")).unwrap());

    let again = laptop.ask(&["publish", &show]);
    assert_eq!((&again["version"], &again["writes"]), (&json!(1), &json!(0)));
    let unchanged = listener.get(&feed_url).unwrap();
    assert_eq!((unchanged.header("etag"), &unchanged.body), (Some(etag.as_str()), &feed.body));
}

#[test]
fn both_targets_get_the_same_items() {
    let place = scratch();
    let (mut laptop, show) = scene(place.path());
    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let mirror =
        ["target", "add", &show, "www", &file_url(&www), "--public-url", "https://x.example/", "--role", "mirror"];
    laptop.ask(&mirror);
    laptop.ask(&["publish", &show, "--target", "home"]);
    let folder = laptop.ask(&["publish", &show, "--target", "www"]);

    let served = Listener::fast("AntennaPod/3.4.0").get(&format!("{}/podcasts/{show}/rss/", server.origin())).unwrap();
    let key =
        folder["feed_url"].as_str().and_then(|url| url.strip_prefix("https://x.example/")).expect("a feed address");
    let written = std::fs::read_to_string(www.join(key)).unwrap();
    let guids = |feed: &str| -> Vec<String> {
        feed.split("<guid").skip(1).map(|g| g.split("</guid>").next().unwrap().to_string()).collect()
    };
    assert_eq!(guids(&String::from_utf8(served.body).unwrap()), guids(&written));
}

#[test]
fn an_edit_stays_private_until_it_is_published() {
    let place = scratch();
    let (laptop, show) = scene(place.path());
    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://x.example/"]);
    laptop.ask(&["publish", &show]);
    let before = inventory(&www);
    let episodes = laptop.ask(&["episode", "list", &show]);
    let id = episodes["episodes"][0]["id"].as_str().expect("an id").to_string();
    laptop.ask(&["episode", "set", &show, &id, "title=A better title"]);
    laptop.ask(&["sync"]);
    assert_eq!(inventory(&www), before, "an edit and a sync change nothing for listeners");

    let plan = laptop.ask(&["plan", &show]);
    let changes = plan["changes"].as_array().expect("a list").clone();
    assert_eq!(changes.len(), 1, "{plan}");
    let fields: Vec<&Value> = changes[0]["fields"].as_array().expect("fields").iter().map(|f| &f["field"]).collect();
    assert_eq!(fields, [&json!("title")]);
    let published = laptop.ask(&["publish", &show]);
    assert_eq!(published["version"], 2);
    let key =
        published["feed_url"].as_str().and_then(|url| url.strip_prefix("https://x.example/")).expect("a feed address");
    assert!(std::fs::read_to_string(www.join(key)).unwrap().contains("A better title"));
}

#[test]
fn a_place_that_was_not_to_be_reached_gets_the_date_the_episode_came_out_with_elsewhere() {
    let place = scratch();
    let (mut laptop, show) = scene(place.path());
    let mut server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let www = file_url(&place.path().join("www"));
    laptop.ask(&["target", "add", &show, "www", &www, "--public-url", "https://x.example/", "--role", "mirror"]);
    server.kill();
    assert_eq!(laptop.speak(&["publish", &show, "--target", "home"]).code, Some(3), "begun, and nobody answers");
    laptop.ask(&["publish", &show, "--target", "www"]);
    let episode = || laptop.ask(&["episode", "list", &show])["episodes"][0].clone();
    let at_ms = episode()["publish_at_ms"].clone();
    assert!(at_ms.is_i64(), "it came out");

    server.kill_and_start_again();
    let plan = laptop.ask(&["plan", &show, "--target", "home"]);
    assert!(plan["consequences"].is_null(), "no date changes: {plan}");
    laptop.ask(&["publish", &show, "--target", "home"]);
    let now = episode();
    assert_eq!((&now["publish_at_ms"], &now["state"]), (&at_ms, &json!("published")), "listeners see that very moment");
}
