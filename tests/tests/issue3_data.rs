//! Data left by the programs of issue 3 (`fixtures/published-issue3`): it opens, says what it said, loses nothing, and every
//! target goes on. DESIGN §6.11.

use hearthcast_testkit::Liar;
use hearthcast_tests::{Left, Listener, Server, enclosures, lost, output, scratch};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// The fixture.
const NAME: &str = "published-issue3";

/// What its programs said, of the folder where the copy is.
fn told(left: &Left, name: &str) -> Value {
    let text = std::fs::read_to_string(left.at("told").join(name)).expect("what was told");
    let www = left.at("www");
    let text = text.replace("/srv/hearthcast-fixture/www", www.to_str().expect("temporary folders have plain names"));
    serde_json::from_str(&text).expect("JSON")
}

fn sha256(file: &Path) -> String {
    output(Command::new("sha256sum").arg(file)).split(' ').next().unwrap_or_default().to_string()
}

#[test]
fn a_library_of_issue_3_says_what_it_said() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    for (file, words) in [
        ("shows.json", &["show", "list"][..]),
        ("show.json", &["show", "get", "fernwarme-meer"]),
        ("episodes.json", &["episode", "list", "fernwarme-meer"]),
        ("episode.json", &["episode", "get", "fernwarme-meer", "erste-folge"]),
        ("stats.json", &["stats", "fernwarme-meer"]),
    ] {
        let (mut then, now, mut found) = (told(&left, file), laptop.ask(words), vec![]);
        if file == "shows.json" {
            // A publication takes an episode for later along by now, ahead of its time.
            assert_eq!(then["shows"][0]["pending"], 2);
            then["shows"][0]["pending"] = json!(3);
        }
        lost(&then, &now, file, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
    assert_eq!(laptop.ask(&["doctor"])["findings"], json!([]));
    for folder in std::fs::read_dir(left.at("library/media")).expect("media").flatten() {
        for file in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
            assert_eq!(sha256(&file.path()), file.file_name().to_string_lossy(), "the file is what its name says");
        }
    }
}

#[test]
fn a_folder_published_by_issue_3_goes_on() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    assert_eq!(laptop.ask(&["publish", "plain", "--target", "www2"])["writes"], 0, "nothing changed");

    let (then, now) = (told(&left, "plan.json"), laptop.ask(&["plan", "fernwarme-meer", "--target", "www"]));
    assert_eq!((&then["sentence"], &now["blockers"]), (&json!("1 changed; nothing to send; 1 removed."), &json!([])));
    // An episode for later goes to its place now, and an episode has chapters.
    assert_eq!(
        now["sentence"],
        "1 changed, \"Morgen\" goes out Tuesday, 1 January 2036, 05:00 UTC, the feed is written anew by a newer Hearthcast; \
         0.1 MB to send; 1 removed. This computer must be on and online then."
    );
    let (at_once, later): (Vec<Value>, Vec<Value>) =
        now["changes"].as_array().expect("a list").iter().cloned().partition(|change| change["at_ms"].is_null());
    assert_eq!((later.len(), &later[0]["title"]), (1, &json!("Morgen")));
    let (anew, at_once): (Vec<Value>, Vec<Value>) = at_once.into_iter().partition(|change| change["table"] == "show");
    let chapters = "written anew by a newer Hearthcast: chapters stand in the feed itself, too";
    assert_eq!((anew.len(), &anew[0]["fields"][0]["after"]), (1, &json!(chapters)));
    let mut found = vec![];
    lost(&then["changes"], &json!(at_once), "changes", &mut found);
    assert_eq!(found, Vec::<String>::new());

    let feed = left.at("www/feeds/fernwarme-meer/feed.xml");
    let before = std::fs::read_to_string(&feed).expect("the feed");
    let published = laptop.ask(&["publish", "fernwarme-meer", "--target", "www"]);
    assert_eq!((&published["version"], &published["scheduled"][0]["title"]), (&json!(2), &json!("Morgen")));
    let after = std::fs::read_to_string(&feed).expect("the feed");
    assert!(before.contains("Zweite Folge") && !after.contains("Zweite Folge"));
    assert!(after.contains("Erste Folge, überarbeitet") && !after.contains("Morgen"));
    assert_eq!(enclosures(&before)[1..], enclosures(&after)[..], "the first episode's sound stays where it is");
    assert_eq!(std::fs::read_to_string(left.at("www/feeds/fernwarme-meer/v/00000001.xml")).expect("kept"), before);
}

#[test]
fn a_bucket_published_by_issue_3_goes_on() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let bucket = Liar::start(&left.at("s3"));
    let mut laptop = left.laptop(None, Some(&bucket.origin()));
    let (id, secret) = bucket.key();
    laptop.secret("HEARTHCAST_POT_ACCESS_KEY_ID", id);
    laptop.secret("HEARTHCAST_POT_SECRET_ACCESS_KEY", secret);
    laptop.ask(&["episode", "set", "plain", "one", "title=One and only"]);
    let published = laptop.ask(&["publish", "plain", "--target", "pot"]);
    assert_eq!((&published["version"], &published["bytes_sent"]), (&json!(2), &json!(0)));
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed = listener.get(&format!("{}/pods/show/feeds/plain/feed.xml", bucket.origin())).expect("an answer");
    let feed = String::from_utf8(feed.body).expect("UTF-8");
    assert!(feed.contains("One and only"));
    let [(audio, length)] = enclosures(&feed).try_into().expect("one episode");
    let heard = listener.get(&audio).expect("an answer");
    assert_eq!((heard.status, heard.body.len() as u64), (200, length), "sent by issue 3, found by what follows");
    assert_eq!(laptop.ask(&["publish", "plain", "--target", "pot"])["writes"], 0, "and now nothing is to do");
}

#[test]
fn a_server_of_issue_3_goes_on_with_its_laptop() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let server = Server::start(&left.at("server"));
    let feed_url = format!("{}/podcasts/fernwarme-meer/rss/", server.origin());
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed = String::from_utf8(listener.get(&feed_url).expect("an answer").body).expect("UTF-8");
    let heard = enclosures(&feed);
    assert_eq!(heard.len(), 2, "both episodes");
    for (audio, length) in heard {
        let answer = listener.get(&audio).expect("an answer");
        assert_eq!((answer.status, answer.body.len() as u64), (200, length));
    }
    let laptop = left.laptop(Some(&server.origin()), None);
    let published = laptop.ask(&["publish", "fernwarme-meer", "--target", "home"]);
    assert_eq!((&published["version"], &published["scheduled"][0]["title"]), (&json!(2), &json!("Morgen")));
    assert_eq!(laptop.ask(&["sync", "fernwarme-meer"])["failures"], json!([]));
    assert_eq!(
        laptop.ask(&["plan", "fernwarme-meer", "--target", "home"])["sentence"],
        "Everything is published; \"Morgen\" goes out Tuesday, 1 January 2036, 05:00 UTC; nothing to do."
    );
    let feed = String::from_utf8(listener.get(&feed_url).expect("an answer").body).expect("UTF-8");
    assert!(feed.contains("Erste Folge, überarbeitet") && !feed.contains("Zweite Folge") && !feed.contains("Morgen"));
}
