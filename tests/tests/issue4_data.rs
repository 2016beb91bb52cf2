//! Data left by the programs of issue 4 (`fixtures/published-issue4`): it opens, says what it said, loses nothing, and every
//! target goes on, rules and all. DESIGN §6.11.

use hearthcast_tests::{Left, Listener, Server, enclosures, lost, scratch};
use serde_json::{Value, json};

/// The fixture.
const NAME: &str = "published-issue4";
/// What its programs said, of the folder where the copy is.
fn told(left: &Left, name: &str) -> Value {
    let text = std::fs::read_to_string(left.at("told").join(name)).expect("what was told");
    let www = left.at("www");
    let text = text.replace("/srv/hearthcast-fixture/www", www.to_str().expect("temporary folders have plain names"));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_library_of_issue_4_says_what_it_said() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    for (file, words) in [
        ("show.json", &["show", "get", "deich-rand"][..]),
        ("episodes.json", &["episode", "list", "deich-rand"]),
        ("episode.json", &["episode", "get", "deich-rand", "eins"]),
        ("history.json", &["history", "deich-rand", "--target", "www"]),
        ("rules.json", &["target", "rules", "www"]),
        ("stats.json", &["stats", "deich-rand"]),
    ] {
        let (then, now, mut found) = (told(&left, file), laptop.ask(words), vec![]);
        lost(&then, &now, file, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
    assert_eq!(laptop.ask(&["doctor"])["findings"], json!([]));
}

#[test]
fn a_folder_with_rules_goes_on() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let laptop = left.laptop(None, None);
    let feed = left.at("www/feeds/deich-rand/feed.xml");
    let before = std::fs::read_to_string(&feed).expect("the feed");
    // Its episodes have chapters, which stand in the feed now; nothing else is new to listeners.
    laptop.ask(&["publish", "deich-rand", "--target", "www"]);
    let anew = std::fs::read_to_string(&feed).expect("the feed");
    let gone: Vec<&str> = before.lines().filter(|line| !anew.lines().any(|new| new == *line)).collect();
    let new = anew.lines().filter(|line| !before.lines().any(|old| old == *line));
    assert_eq!(gone, Vec::<&str>::new(), "nothing that listeners had is gone");
    assert_eq!(new.filter(|line| !line.contains("psc:chapter")).collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(laptop.ask(&["publish", "deich-rand", "--target", "www"])["writes"], 0, "and now nothing is to do");
    // What came since: a post, a link and a song change no address of a sound.
    laptop.ask(&["episode", "add", "deich-rand", "--title", "Nur Worte", "--post"]);
    laptop.ask(&["show", "set", "deich-rand", r#"links=[{"url": "https://example.org/", "label": "Seite"}]"#]);
    laptop.ask(&["episode", "set", "deich-rand", "zwei", r#"songs=[{"start_ms": 1000, "title": "Lied"}]"#]);
    let published = laptop.ask(&["publish", "deich-rand", "--target", "www"]);
    assert_eq!(published["version"], 4);
    let after = std::fs::read_to_string(&feed).expect("the feed");
    assert_eq!(enclosures(&before), enclosures(&after));
    assert_eq!(after.matches("<item>").count(), 2, "a post is in no feed");
    for (audio, length) in enclosures(&after) {
        let path = audio.strip_prefix("https://www.example.org/").expect("a sound of the folder");
        let bytes = std::fs::metadata(left.at("www").join(path)).expect("it is there").len();
        assert_eq!(bytes, length);
    }
}

#[test]
fn a_server_of_issue_4_goes_on_with_its_laptop() {
    let place = scratch();
    let left = Left::copy(NAME, place.path());
    let server = Server::start(&left.at("server"));
    let listener = Listener::fast("AntennaPod/3.4.0");
    let get = |path: &str| {
        let answer = listener.get(&format!("{}{path}", server.origin())).expect("an answer");
        assert_eq!(answer.status, 200, "{path}");
        String::from_utf8(answer.body).expect("UTF-8")
    };
    let feed = get("/podcasts/deich-rand/rss/");
    assert_eq!(enclosures(&feed).len(), 2);
    let laptop = left.laptop(Some(&server.origin()), None);
    laptop.ask(&["episode", "add", "deich-rand", "--title", "Nur Worte", "--post"]);
    laptop.ask(&["publish", "deich-rand", "--target", "home"]);
    let posts: Value = serde_json::from_str(&get("/posts/")).expect("JSON");
    assert_eq!(posts["data"][0]["attributes"]["name"], "Nur Worte");
    // Sounds that issue 4 measured get their loudness over time with the next publication.
    let episode: Value = serde_json::from_str(&get("/episodes/?filter[episode]=zwei")).expect("JSON");
    assert_eq!(episode["data"][0]["attributes"]["dbfs-array"].as_array().map(Vec::len), Some(200));
    assert_eq!(laptop.ask(&["sync", "deich-rand"])["failures"], json!([]));
    let feed = get("/podcasts/deich-rand/rss/");
    assert_eq!(enclosures(&feed).len(), 2);
}
