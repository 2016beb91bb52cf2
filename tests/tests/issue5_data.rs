//! Data left by the programs of issue 5 (`fixtures/published-issue5`): it opens, says what it said, loses nothing, and both
//! targets go on, the server with its comments, older paths and further feed. DESIGN §6.11.

use hearthcast_tests::{Left, Listener, Server, enclosures, lost, scratch};
use serde_json::{Value, json};

/// The fixture.
const NAME: &str = "published-issue5";
const SHOW: &str = "watt-wolke";

fn told(left: &Left, name: &str) -> String {
    let text = std::fs::read_to_string(left.at("told").join(name)).expect("what was told");
    let www = left.at("www");
    text.replace("/srv/hearthcast-fixture/www", www.to_str().expect("temporary folders have plain names"))
}

#[test]
fn a_library_of_issue_5_says_what_it_said() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    for (file, words) in [
        ("show.json", &["show", "get", SHOW][..]),
        ("episodes.json", &["episode", "list", SHOW]),
        ("episode.json", &["episode", "get", SHOW, "eins"]),
        ("history.json", &["history", SHOW, "--target", "www"]),
        ("rules.json", &["target", "rules", "home"]),
        ("paths.json", &["target", "paths", "home", "list"]),
        ("stats.json", &["stats", SHOW]),
        ("comments.json", &["comments", SHOW]),
    ] {
        let then: Value = serde_json::from_str(&told(&left, file)).expect("JSON");
        let (now, mut found) = (laptop.ask(words), vec![]);
        lost(&then, &now, file, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
    assert_eq!(laptop.ask(&["doctor"])["findings"], json!([]));
}

#[test]
fn a_folder_of_issue_5_goes_on() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    let feed = left.at("www/feeds/watt-wolke/feed.xml");
    let before = std::fs::read_to_string(&feed).expect("the feed");
    assert_eq!(laptop.ask(&["publish", SHOW, "--target", "www"])["writes"], 0, "nothing is to do");
    laptop.ask(&["episode", "set", SHOW, "zwei", "title=Zwei, neu"]);
    assert_eq!(laptop.ask(&["publish", SHOW, "--target", "www"])["version"], 3);
    let after = std::fs::read_to_string(&feed).expect("the feed");
    assert_eq!(enclosures(&before), enclosures(&after));
    assert_eq!(after.replace("Zwei, neu", "Zwei"), before.replace(&changed_at(&before), &changed_at(&after)));
    for (audio, length) in enclosures(&after) {
        let path = audio.strip_prefix("https://www.example.org/").expect("a sound of the folder");
        assert_eq!(std::fs::metadata(left.at("www").join(path)).expect("it is there").len(), length);
    }
    // Back to what the programs of issue 5 published, byte for byte.
    laptop.ask(&["rollback", SHOW, "--to", "2", "--target", "www"]);
    assert_eq!(std::fs::read_to_string(&feed).expect("the feed"), before);
}

/// When a feed says that it was changed.
fn changed_at(feed: &str) -> String {
    let (_, rest) = feed.split_once("<lastBuildDate>").expect("a date");
    rest.split('<').next().expect("a date").to_string()
}

#[test]
fn a_server_of_issue_5_goes_on_with_its_laptop() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let server = Server::start(&left.at("server"));
    let origin = server.origin();
    let listener = Listener::fast("AntennaPod/3.4.0");
    let get = |path: &str| {
        let answer = listener.get(&format!("{origin}{path}")).expect("an answer");
        assert_eq!(answer.status, 200, "{path}");
        String::from_utf8(answer.body).expect("UTF-8")
    };
    let said = |file: &str| told(&left, file).replace("http://127.0.0.1:47123", &origin);
    for (file, path) in [("rss.xml", "/podcasts/watt-wolke/rss/"), ("newest.xml", "/podcasts/watt-wolke/rss/newest/")] {
        assert_eq!(get(path), said(file), "{path}: the same bytes");
    }
    let (then, now): (Value, Value) = (
        serde_json::from_str(&said("api.json")).expect("JSON"),
        serde_json::from_str(&get("/episodes/?include=comments,songs,season")).expect("JSON"),
    );
    let mut found = vec![];
    lost(&then, &now, "api.json", &mut found);
    assert_eq!(found, Vec::<String>::new());
    for (path, to) in [
        ("/feed.xml", format!("{origin}/podcasts/watt-wolke/rss/")),
        ("/files/a.mp3", "https://www.example.org/alt/a.mp3".into()),
    ] {
        let answer = listener.get(&format!("{origin}{path}")).expect("an answer");
        assert_eq!((answer.status, answer.header("location")), (301, Some(to.as_str())), "{path}");
    }

    let laptop = left.laptop(Some(&origin), None);
    laptop.ask(&["comments", SHOW, "approve", "2"]);
    laptop.ask(&["publish", SHOW, "--target", "home"]);
    let feed = get("/podcasts/watt-wolke/rss/");
    assert!(feed.contains("<title>Eins, neu</title>"), "{feed}");
    assert_eq!(enclosures(&feed), enclosures(&said("rss.xml")));
    let comments: Value = serde_json::from_str(&get("/comments/")).expect("JSON");
    let texts: Vec<&Value> =
        comments["data"].as_array().expect("a list").iter().map(|one| &one["attributes"]["name"]).collect();
    assert_eq!(texts, ["Jan", "Mallory"]);
    // What was counted stays, and what comes is added.
    let sound = enclosures(&feed).into_iter().next().expect("a sound").0;
    assert_eq!(Listener::fast("Overcast/3.0").get(&sound).expect("an answer").status, 200);
    assert_eq!(laptop.ask(&["sync", SHOW])["failures"], json!([]));
    assert_eq!(laptop.ask(&["stats", SHOW])["downloads"], 4);
}
