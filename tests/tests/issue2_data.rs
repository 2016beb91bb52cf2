//! Data left by the programs of issue 2 (`fixtures/published-issue2`): it opens, loses nothing, and a plan says that nothing
//! changed, or names what did. DESIGN §6.11.

use hearthcast_tests::{Left, Listener, Server, enclosures, output, scratch};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// The fixture.
const NAME: &str = "published-issue2";

/// What the plan says where only the writer of the feed is another one.
const ANEW: &str = "the feed is written anew by a newer Hearthcast, listeners see the same episodes; nothing to send; nothing removed.";
const NEWS: &str = "written anew by a newer Hearthcast: season and episode numbers stand in the podcast namespace, too";

fn sha256(file: &Path) -> String {
    output(Command::new("sha256sum").arg(file)).split(' ').next().unwrap_or_default().to_string()
}

fn told(plan: &Value) -> Vec<(&str, &str)> {
    let changes = plan["changes"].as_array().expect("a list").iter();
    let fields = changes.flat_map(|change| change["fields"].as_array().expect("a list"));
    fields
        .map(|field| (field["field"].as_str().unwrap_or_default(), field["after"].as_str().unwrap_or_default()))
        .collect()
}

#[test]
fn a_folder_published_by_issue_2_goes_on() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    let www = left.at("www");

    let plan = laptop.ask(&["plan", "plain"]);
    assert_eq!(
        (plan["sentence"].as_str(), &plan["changes"]),
        (Some("Everything is published; nothing to do."), &json!([]))
    );
    assert_eq!(laptop.ask(&["publish", "plain"])["writes"], 0);

    let plan = laptop.ask(&["plan", "fernwarme-meer", "--target", "www"]);
    assert_eq!((plan["sentence"].as_str(), &plan["blockers"]), (Some(ANEW), &json!([])));
    assert_eq!(told(&plan), [("feed", NEWS)]);
    assert_eq!((&plan["uploads"], plan["bytes_to_send"].as_u64()), (&json!([]), Some(0)));
    let feed = www.join("feeds/fernwarme-meer/feed.xml");
    let before = std::fs::read_to_string(&feed).expect("the feed");
    assert_eq!(laptop.ask(&["publish", "fernwarme-meer", "--target", "www"])["version"], 2);
    let after = std::fs::read_to_string(&feed).expect("the feed");
    let gone: Vec<&str> = before.lines().filter(|line| !after.lines().any(|new| new == *line)).collect();
    let new: Vec<&str> = after.lines().filter(|line| !before.lines().any(|old| old == *line)).map(str::trim).collect();
    assert_eq!(gone, Vec::<&str>::new(), "nothing that listeners had is gone");
    assert_eq!(new, ["<podcast:season>1</podcast:season>", "<podcast:episode>1</podcast:episode>"]);

    // The version of issue 2 is what its manifest says, file by file.
    let manifest = std::fs::read(www.join("feeds/fernwarme-meer/v/00000001.json")).expect("the first version");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!(manifest["renderer"], 1);
    assert_eq!(manifest["feed"]["sha256"], sha256(&www.join("feeds/fernwarme-meer/v/00000001.xml")));
    for object in manifest["objects"].as_array().expect("a list") {
        assert_eq!(object["sha256"], sha256(&www.join(object["key"].as_str().expect("a key"))));
    }
    assert_eq!(laptop.ask(&["publish", "fernwarme-meer", "--target", "www"])["writes"], 0, "and now nothing is to do");
}

#[test]
fn a_server_of_issue_2_goes_on_with_its_laptop() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let server = Server::start(&left.at("server"));
    let feed_url = format!("{}/podcasts/fernwarme-meer/rss/", server.origin());
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed = listener.get(&feed_url).expect("an answer");
    assert_eq!(feed.status, 200);
    let feed = String::from_utf8(feed.body).expect("UTF-8");
    assert!(feed.contains("Erste Folge") && feed.contains("Fernwärme &amp; Meer"));
    let [(audio, length)] = enclosures(&feed).try_into().expect("one episode");
    let heard = listener.get(&audio).expect("an answer");
    assert_eq!((heard.status, heard.body.len() as u64), (200, length));

    // The paired laptop comes back; nothing of it is asked anew.
    let laptop = left.laptop(Some(&server.origin()), None);
    let plan = laptop.ask(&["plan", "fernwarme-meer", "--target", "home"]);
    assert_eq!((plan["sentence"].as_str(), &plan["blockers"]), (Some(ANEW), &json!([])));
    let published = laptop.ask(&["publish", "fernwarme-meer", "--target", "home"]);
    assert_eq!((&published["version"], &published["bytes_sent"]), (&json!(2), &json!(0)));
    let synced = laptop.ask(&["sync", "fernwarme-meer"]);
    assert_eq!(synced["failures"], json!([]));
    let plan = laptop.ask(&["plan", "fernwarme-meer", "--target", "home"]);
    assert_eq!(plan["sentence"], "Everything is published; nothing to do.");
}
