//! Issue 4, points 4 to 6, by the terminal: versions are listed, read as they were, compared and brought back; a conflict is
//! laid open; a withdrawn episode is gone everywhere and stays gone.

use hearthcast_tests::{Laptop, Left, Listener, Server, enclosures, file_url, output, scratch, sound};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLIC: &str = "https://pods.example.org/";

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Two versions: one episode, then its title changed and a second episode.
fn two_versions(folder: &Path, laptop: &Laptop, show: &str, target: &[&str]) {
    let publish = || laptop.ask(&[&["publish", show], target].concat());
    let (one, two) = (folder.join("one.mp3"), folder.join("two.mp3"));
    sound::mp3(&one, 20, "One");
    sound::mp3(&two, 25, "Two");
    laptop.episode(show, "One", &one);
    assert_eq!(publish()["version"], 1);
    laptop.ask(&["episode", "set", show, "one", "title=One, edited"]);
    laptop.episode(show, "Two", &two);
    assert_eq!(publish()["version"], 2);
}

fn folder_scene(folder: &Path) -> (Laptop, String, PathBuf) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    let www = folder.join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", PUBLIC]);
    two_versions(folder, &laptop, &show, &[]);
    (laptop, show, www)
}

fn server_scene(folder: &Path) -> (Laptop, String, Server) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    let server = Server::start(&folder.join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    two_versions(folder, &laptop, &show, &[]);
    (laptop, show, server)
}

/// Guids of a feed, read by libxml2.
fn guids(feed: &Path) -> Vec<String> {
    let found = output(Command::new("xmllint").args(["--xpath", "//item/guid/text()"]).arg(feed));
    found.lines().map(str::to_string).collect()
}

#[test]
fn a_folders_versions_are_listed_read_compared_and_brought_back() {
    let place = scratch();
    let (laptop, show, www) = folder_scene(place.path());
    let feeds = www.join("feeds").join(&show);
    let copy = |n: u64| feeds.join(format!("v/{n:08}.xml"));
    let first = std::fs::read(copy(1)).expect("the first version");

    let history = laptop.ask(&["history", &show]);
    let versions = history["versions"].as_array().expect("a list");
    let told: Vec<(&Value, &Value, &Value)> =
        versions.iter().map(|v| (&v["version"], &v["current"], &v["known"])).collect();
    assert_eq!(told, [(&json!(2), &json!(true), &json!("published")), (&json!(1), &json!(false), &json!("published"))]);
    assert_eq!(history["unknown"], json!([]));
    // In numbers, for sentences in other languages.
    let told = &versions[0]["told"];
    assert_eq!((&told["added"], &told["changed"], &told["field"]), (&json!(1), &json!(1), &json!("title")));
    assert_eq!((&versions[1]["told"]["new_show"], &versions[1]["told"]["added"]), (&json!(true), &json!(1)));

    let as_of = laptop.ask(&["history", &show, "--as-of", "1"]);
    assert_eq!(text(&as_of["feed"]).as_bytes(), first);
    let hash = output(Command::new("sha256sum").arg(copy(1)));
    assert_eq!(as_of["sha256"], hash.split(' ').next().unwrap_or_default());
    let now = laptop.ask(&["history", &show, "--as-of", "2100-01-01"]);
    assert_eq!(now["version"], 2);
    assert_eq!(laptop.speak(&["history", &show, "--as-of", "1999-01-01"]).code, Some(1));

    let diff = laptop.ask(&["diff", &show, "1", "2"]);
    let (before, after) = (guids(&copy(1)), guids(&copy(2)));
    let added: Vec<&String> = after.iter().filter(|guid| !before.contains(guid)).collect();
    let items = diff["feed"]["items"].as_array().expect("a list");
    let said: Vec<&str> = items.iter().filter(|i| i["kind"] == "added").map(|i| text(&i["guid"])).collect();
    assert_eq!(said, added);
    assert!(diff["feed"]["tags"].as_array().expect("a list").iter().any(|tag| {
        (&tag["tag"], &tag["before"], &tag["after"]) == (&json!("title"), &json!("One"), &json!("One, edited"))
    }));

    let plan = laptop.ask(&["rollback", &show, "--to", "1", "--plan"]);
    assert!(
        text(&plan["sentence"]).starts_with("Back to version 1: 0 come back, 1 change, 1 leave the feed."),
        "{plan}"
    );
    let published = laptop.ask(&["rollback", &show, "--to", "1"]);
    assert_eq!((&published["version"], &published["bytes_sent"]), (&json!(3), &json!(0)));
    assert_eq!(std::fs::read(feeds.join("feed.xml")).expect("the feed"), first, "byte for byte");
    // What was undone is pending again, and a round of sync does not publish it.
    assert_eq!(laptop.ask(&["sync", &show])["published"], 0);
    assert_eq!(std::fs::read(feeds.join("feed.xml")).expect("the feed"), first);
    let plan = laptop.ask(&["plan", &show]);
    assert!(text(&plan["sentence"]).starts_with("1 new episode, 1 changed"), "{}", plan["sentence"]);
    assert_eq!(plan["feed"]["items"].as_array().expect("a list").len(), 2);
    assert_eq!(laptop.ask(&["publish", &show])["version"], 4);
    assert_eq!(guids(&feeds.join("feed.xml")), after);
    // A file that is gone from the place keeps a version from coming back.
    let [(sound, _)] = enclosures(&String::from_utf8(first).expect("UTF-8")).try_into().expect("one episode");
    std::fs::remove_file(www.join(sound.strip_prefix(PUBLIC).expect("inside"))).expect("it was there");
    let refused = laptop.speak(&["rollback", &show, "--to", "1"]);
    assert_eq!((refused.code, &refused.last["code"]), (Some(1), &json!("target.mismatch")));
    assert!(text(&refused.last["message"]).contains("is not at the place any more"), "{}", refused.last);
}

#[test]
fn a_server_goes_back_and_forth_and_serves_the_same_bytes_after_a_restart() {
    let place = scratch();
    let (laptop, show, mut server) = server_scene(place.path());
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed_url = format!("{}/podcasts/{show}/rss/", server.origin());
    let first = text(&laptop.ask(&["history", &show, "--as-of", "1"])["feed"]).as_bytes().to_vec();
    let second = listener.get(&feed_url).expect("an answer").body;
    assert_ne!(first, second);
    let published = laptop.ask(&["rollback", &show, "--to", "1"]);
    assert_eq!((&published["version"], &published["writes"]), (&json!(3), &json!(1)));
    assert_eq!(listener.get(&feed_url).expect("an answer").body, first, "byte for byte");
    server.kill_and_start_again();
    assert_eq!(listener.get(&feed_url).expect("an answer").body, first, "after a restart, too");
    assert_eq!(laptop.ask(&["publish", &show])["version"], 4);
    let now = String::from_utf8(listener.get(&feed_url).expect("an answer").body).expect("UTF-8");
    assert!(now.contains("One, edited") && now.contains("<title>Two</title>"));
    let listed = laptop.ask(&["history", &show]);
    let restores: Vec<&Value> = listed["versions"].as_array().expect("a list").iter().map(|v| &v["restores"]).collect();
    assert_eq!(restores, [&Value::Null, &json!(1), &Value::Null, &Value::Null]);
}

#[test]
fn what_issue_2_left_has_a_history_and_comes_back_byte_for_byte() {
    let place = scratch();
    let left = Left::copy("published-issue2", place.path());
    let server = Server::start(&left.at("server"));
    let laptop = left.laptop(Some(&server.origin()), None);
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed_url = format!("{}/podcasts/fernwarme-meer/rss/", server.origin());
    for target in ["www", "home"] {
        let history = laptop.ask(&["history", "fernwarme-meer", "--target", target]);
        let version = &history["versions"][0];
        assert_eq!((&version["version"], &version["known"]), (&json!(1), &json!("rebuilt")), "{target}: {history}");
        let first = laptop.ask(&["history", "fernwarme-meer", "--target", target, "--as-of", "1"]);
        laptop.ask(&["publish", "fernwarme-meer", "--target", target]);
        // The fixture's server had another port, so its sounds get other addresses by going back: that has to be meant.
        let words = ["rollback", "fernwarme-meer", "--target", target, "--to", "1"];
        let back = if target == "home" { laptop.mean(&words) } else { laptop.ask(&words) };
        assert_eq!(back["version"], 3, "{target}");
        let now = match target {
            "www" => std::fs::read(left.at("www").join("feeds/fernwarme-meer/feed.xml")).expect("the feed"),
            _ => listener.get(&feed_url).expect("an answer").body,
        };
        assert_eq!(
            String::from_utf8(now).expect("UTF-8"),
            text(&first["feed"]),
            "{target}: written by another renderer"
        );
    }
}

#[test]
fn a_foreign_publication_is_laid_open_and_not_written_over() {
    let place = scratch();
    let (laptop, show, www) = folder_scene(place.path());
    // A second laptop begins as a copy of the first.
    let copy = place.path().join("second");
    output(Command::new("cp").arg("-a").arg(laptop.library()).arg(&copy));
    let second = Laptop::on(&copy, &place.path().join("elsewhere"));
    second.ask(&["episode", "set", &show, "one", "title=One, by the second"]);
    assert_eq!(second.ask(&["publish", &show])["version"], 3);
    let theirs = std::fs::read(www.join("feeds").join(&show).join("feed.xml")).expect("the feed");
    laptop.ask(&["episode", "set", &show, "one", "title=One, by the first"]);
    laptop.ask(&["episode", "set", &show, "two", "title=Two, by the first"]);
    let plan = laptop.ask(&["plan", &show]);
    let conflict = &plan["conflict"];
    assert_eq!((&conflict["known_version"], &conflict["theirs"]["version"]), (&json!(2), &json!(3)));
    let sides: Vec<(&str, &Value, &Value, &Value)> = conflict["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| (text(&item["title"]), &item["theirs"], &item["ours"], &item["clash"]))
        .collect();
    assert!(sides.contains(&("One, by the first", &json!("changed"), &json!("changed"), &json!(true))), "{sides:?}");
    assert!(sides.contains(&("Two, by the first", &json!("same"), &json!("changed"), &json!(false))), "{sides:?}");
    assert_eq!(conflict["ways_out"].as_array().expect("a list").len(), 3);
    let refused = laptop.speak(&["publish", &show]);
    assert_eq!(refused.last["code"], "target.conflict");
    assert_eq!(std::fs::read(www.join("feeds").join(&show).join("feed.xml")).expect("the feed"), theirs);

    // The ways out: what they said is taken over, and their version is followed, but only the one that was looked at.
    let guid = conflict["items"].as_array().expect("a list").iter().find(|item| item["clash"] == true).expect("one");
    laptop.ask(&["settle", &show, "--take", text(&guid["guid"])]);
    assert_eq!(laptop.ask(&["episode", "get", &show, "one"])["episode"]["title"], "One, by the second");
    assert_eq!(laptop.speak(&["settle", &show, "--follow", "another"]).last["code"], "target.conflict");
    let plan = laptop.ask(&["settle", &show, "--follow", text(&conflict["theirs"]["fence"])]);
    assert_eq!((&plan["conflict"], &plan["manifest"]["parent"]), (&Value::Null, &json!(3)));
    let tags = plan["feed"]["tags"].as_array().expect("a list");
    let about = |tag: &&Value| !tag["guid"].is_null();
    assert!(tags.iter().filter(about).all(|tag| text(&tag["title"]).starts_with("Two")), "{tags:?}");
    assert_eq!(std::fs::read(www.join("feeds").join(&show).join("feed.xml")).expect("the feed"), theirs, "not yet");
    assert_eq!(laptop.ask(&["publish", &show])["version"], 4);
    let feed = std::fs::read_to_string(www.join("feeds").join(&show).join("feed.xml")).expect("the feed");
    assert!(feed.contains("One, by the second") && feed.contains("Two, by the first"));
    // Now the second one is behind, and is told so.
    second.ask(&["episode", "set", &show, "one", "title=One, again by the second"]);
    assert_eq!(second.speak(&["publish", &show]).last["code"], "target.conflict");
}

/// Everything that a feed can say of an episode is taken over, files included; a sound that is not here is named.
#[test]
fn what_the_other_side_says_is_taken_whole() {
    let place = scratch();
    let (laptop, show, www) = folder_scene(place.path());
    let copy = place.path().join("second");
    output(Command::new("cp").arg("-a").arg(laptop.library()).arg(&copy));
    let second = Laptop::on(&copy, &place.path().join("elsewhere"));
    let file = |name: &str| place.path().join(name);
    std::fs::write(file("marks.txt"), "00:00:00 Cold open\n00:00:01 The stair\n").expect("a file");
    std::fs::write(file("words.vtt"), "WEBVTT\n\n00:00.500 --> 00:01.000\nOne hundred steps.\n").expect("a file");
    sound::cover(&file("own.jpg"));
    let from = |key: &str, name: &str| format!("{key}={}", file(name).display());
    let (image, chapters, words) =
        (from("image", "own.jpg"), from("chapters", "marks.txt"), from("transcript", "words.vtt"));
    let persons = r#"persons=[{"name":"Mara","role":"guest","href":"https://example.org/mara"}]"#;
    second.ask(&[
        "episode",
        "set",
        &show,
        "one",
        "title=Theirs",
        "itunes_title=1: Theirs",
        "summary=In short",
        "notes=Their *words*",
        "season=3",
        "season_name=Salt",
    ]);
    second.ask(&[
        "episode",
        "set",
        &show,
        "one",
        "number=9",
        "kind=bonus",
        "explicit=true",
        "link=https://example.org/one",
    ]);
    second.ask(&["episode", "set", &show, "one", "at=2026-01-05T06:00:00+01:00", persons, &image, &chapters, &words]);
    second.mean(&["publish", &show]);

    laptop.ask(&["episode", "set", &show, "one", "title=Ours", "number=4"]);
    let guid = text(&laptop.ask(&["episode", "get", &show, "one"])["episode"]["guid"]).to_string();
    let taken = laptop.ask(&["settle", &show, "--take", &guid]);
    assert_eq!(taken["left"], json!([]));
    let ours = &taken["episode"];
    let said = [("title", json!("Theirs")), ("season", json!(3)), ("season_name", json!("Salt")), ("number", json!(9))];
    let own = [("itunes_title", json!("1: Theirs")), ("summary", json!("In short"))];
    let more = [("kind", json!("bonus")), ("explicit", json!(true)), ("link", json!("https://example.org/one"))];
    // 2026-01-05T05:00:00Z
    for (field, value) in
        said.into_iter().chain(own).chain(more).chain([("publish_at_ms", json!(1_767_589_200_000_i64))])
    {
        assert_eq!(ours[field], value, "{field}");
    }
    assert_eq!(ours["persons"], json!([{"name": "Mara", "role": "guest", "href": "https://example.org/mara"}]));
    assert!(text(&ours["notes"]["safe"]["html"]).contains("<em>words</em>"), "{}", ours["notes"]);
    let titles: Vec<&Value> = ours["chapters"].as_array().expect("a list").iter().map(|c| &c["title"]).collect();
    assert_eq!(titles, ["Cold open", "The stair"]);
    let hash = output(Command::new("sha256sum").arg(file("words.vtt")));
    assert_eq!(ours["transcripts"][0]["file"]["hash"], hash.split(' ').next().unwrap_or_default());
    // Tag by tag the feed from here would say of it what theirs says.
    let items = laptop.speak(&["plan", &show]).last["conflict"]["items"].clone();
    // Changed within the same second, both feeds are the same bytes, and nothing is left to be laid open.
    let items = items.as_array().cloned().unwrap_or_default();
    assert!(items.is_empty() || items.iter().any(|item| item["guid"] == json!(guid)), "{items:?}");
    assert!(items.iter().all(|item| item["clash"] == false), "{items:?}");

    let other = file("other.mp3");
    sound::mp3(&other, 30, "Another sound");
    second.ask(&[
        "episode",
        "set",
        &show,
        "one",
        &format!("audio={}", other.display()),
        "title=Louder",
        "--replace",
        "same-guid",
    ]);
    second.mean(&["publish", &show]);
    let before = laptop.ask(&["episode", "get", &show, "one"])["episode"]["audio"].clone();
    let taken = laptop.ask(&["settle", &show, "--take", &guid]);
    let left: Vec<(&Value, &Value)> =
        taken["left"].as_array().expect("a list").iter().map(|l| (&l["field"], &l["why"])).collect();
    assert_eq!(left, [(&json!("audio"), &json!("not_here"))]);
    assert_eq!((&taken["episode"]["title"], &taken["episode"]["audio"]), (&json!("Louder"), &before));
    assert!(www.join("feeds").join(&show).join("feed.xml").is_file());
}

#[test]
fn a_summary_without_notes_is_taken_as_the_summary() {
    let place = scratch();
    let (laptop, show, _) = folder_scene(place.path());
    let set = |laptop: &Laptop, field: &str| laptop.ask(&["episode", "set", &show, "one", field]);
    let words = "Use <main> first.\n\nThen <nav>.";
    set(&laptop, &format!("summary={words}"));
    laptop.mean(&["publish", &show]);
    let copy = place.path().join("second");
    output(Command::new("cp").arg("-a").arg(laptop.library()).arg(&copy));
    let second = Laptop::on(&copy, &place.path().join("elsewhere"));
    set(&second, "title=Theirs");
    second.mean(&["publish", &show]);
    let guid = text(&laptop.ask(&["episode", "get", &show, "one"])["episode"]["guid"]).to_string();
    // They differ in the title only, then in the summary as well.
    for summary in [words, "Another account."] {
        set(&laptop, &format!("summary={summary}"));
        let taken = laptop.ask(&["settle", &show, "--take", &guid]);
        let ours = &taken["episode"];
        assert_eq!((&ours["title"], &ours["summary"]), (&json!("Theirs"), &json!(words)), "{ours}");
        assert_eq!(ours["notes"]["source"].as_str().unwrap_or_default(), "", "{ours}");
    }
}

/// The show's words, which the feed says after the notes, do not become an episode's own.
#[test]
fn notes_are_taken_without_the_words_of_the_show() {
    let place = scratch();
    let (laptop, show, _) = folder_scene(place.path());
    laptop.ask(&["show", "set", &show, "notes_suffix=Write to *us*."]);
    laptop.ask(&["episode", "set", &show, "one", "notes=Fog and *salt*."]);
    laptop.mean(&["publish", &show]);
    let copy = place.path().join("second");
    output(Command::new("cp").arg("-a").arg(laptop.library()).arg(&copy));
    let second = Laptop::on(&copy, &place.path().join("elsewhere"));
    let guid = text(&laptop.ask(&["episode", "get", &show, "one"])["episode"]["guid"]).to_string();
    // What the second laptop says, and what is written here then: notes that are the same stay Markdown.
    for (field, notes) in
        [("title=Theirs", "Fog and *salt*."), ("notes=Ice and *rope*.", "<p>Ice and <em>rope</em>.</p>")]
    {
        second.ask(&["episode", "set", &show, "one", field]);
        second.mean(&["publish", &show]);
        let taken = laptop.ask(&["settle", &show, "--take", &guid]);
        assert_eq!(text(&taken["episode"]["title"]), "Theirs");
        assert_eq!(text(&taken["episode"]["notes"]["source"]).trim(), notes);
    }
}

#[test]
fn a_withdrawn_episode_is_gone_from_the_server_and_stays_gone() {
    let place = scratch();
    let (laptop, show, mut server) = server_scene(place.path());
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed_url = format!("{}/podcasts/{show}/rss/", server.origin());
    let feed = String::from_utf8(listener.get(&feed_url).expect("an answer").body).expect("UTF-8");
    let sounds = enclosures(&feed);
    assert_eq!(sounds.len(), 2);
    let report = laptop.ask(&["episode", "withdraw", &show, "two"]);
    assert_eq!(report["complete"], true, "{report}");
    let addresses = report["addresses"].as_array().expect("a list");
    assert!(!addresses.is_empty() && addresses.iter().all(|a| a["status"] == 410 && a["gone"] == true), "{report}");
    let (gone, stays): (Vec<_>, Vec<_>) = sounds.iter().partition(|(url, _)| url.contains("/two"));
    for _ in 0..2 {
        assert_eq!(listener.get(&gone[0].0).expect("an answer").status, 410);
        assert_eq!(listener.get(&stays[0].0).expect("an answer").status, 200);
        let feed = String::from_utf8(listener.get(&feed_url).expect("an answer").body).expect("UTF-8");
        assert!(!feed.contains("<title>Two</title>"));
        server.kill_and_start_again();
    }
    // No version that names it comes back; one that does not, does.
    let refused = laptop.speak(&["rollback", &show, "--to", "2"]);
    assert_eq!(refused.code, Some(1));
    assert!(text(&refused.last["message"]).contains("withdrawn"), "{}", refused.last);
    assert_eq!(laptop.speak(&["history", &show, "--as-of", "2"]).code, Some(1), "its feed is gone");
    laptop.ask(&["rollback", &show, "--to", "1"]);
    // Undo does not bring it back to listeners either, and once more changes nothing.
    laptop.ask(&["publish", &show]);
    assert_eq!(listener.get(&gone[0].0).expect("an answer").status, 410);
    let again = laptop.ask(&["episode", "withdraw", &show, "two"]);
    assert_eq!((&again["complete"], &again["title"]), (&json!(true), &json!("Withdrawn episode")), "{again}");
    assert_eq!(again["addresses"].as_array().map(Vec::len), Some(addresses.len()), "an anonymous line for each");
    assert!(!again.to_string().contains("/two.") && report.to_string().contains("/two."), "{again}");
    let hash = gone[0].0.rsplit('/').nth(1).expect("a hash in the address");
    let files = output(Command::new("find").arg(place.path().join("server/media")).args(["-type", "f"]));
    assert!(!files.contains(hash) && !files.is_empty(), "{files}");
}

/// A word nobody else says.
const WORD: &str = "Quillonvarp";

/// Database files, with what stands beside them, that hold the word in any case; as grep finds them.
fn databases_with_the_word(folder: &Path) -> String {
    let words = ["-rlai", WORD, "--include=*.sqlite", "--include=*.sqlite-wal", "--include=*.sqlite-shm"];
    let found = Command::new("grep").args(words).arg(folder).output().expect("grep runs");
    String::from_utf8_lossy(&found.stdout).into_owned()
}

#[test]
fn what_a_withdrawn_episode_said_stands_in_no_database_any_more() {
    let place = scratch();
    let (laptop, show, server) = server_scene(place.path());
    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", PUBLIC]);
    for notes in ["said once", "said twice"] {
        let (notes, title) = (format!("notes={WORD} was {notes}."), format!("title=Two of {WORD}"));
        laptop.ask(&["episode", "set", &show, "two", &notes, &title]);
        laptop.ask(&["publish", &show, "--target", "home"]);
        laptop.ask(&["publish", &show, "--target", "www"]);
    }
    laptop.ask(&["episode", "set", &show, "two", &format!("notes={WORD} is pending.")]);
    laptop.ask(&["sync", &show]);
    let (library, data) = (laptop.library().to_path_buf(), place.path().join("server"));
    assert_ne!(databases_with_the_word(&library), "", "it is found before");
    assert_ne!(databases_with_the_word(&data), "", "on the server, too");
    laptop.speak(&["episode", "withdraw", &show, "two"]);
    assert_eq!(databases_with_the_word(&library), "");
    assert_eq!(databases_with_the_word(&data), "");
    // Everything goes on: nothing to do, the versions without it, another publication.
    laptop.speak(&["sync", &show]);
    assert_eq!(laptop.ask(&["publish", &show, "--target", "home"])["writes"], 0);
    assert!(laptop.ask(&["history", &show, "--target", "home"])["versions"].as_array().expect("a list").len() > 3);
    laptop.ask(&["episode", "set", &show, "one", "title=One, later"]);
    laptop.ask(&["publish", &show, "--target", "home"]);
    assert_eq!(laptop.ask(&["doctor"])["problems"].as_array().map_or(0, Vec::len), 0);
    drop(server);
}

#[test]
fn a_show_leaves_a_server_and_comes_back() {
    let place = scratch();
    let (laptop, show, mut server) = server_scene(place.path());
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed_url = format!("{}/podcasts/{show}/rss/", server.origin());
    let before = listener.get(&feed_url).expect("an answer").body;
    let (sound, _) = enclosures(&String::from_utf8_lossy(&before)).swap_remove(0);
    let plan = laptop.ask(&["show", "remove", &show, "--plan"]);
    assert!(text(&plan["plans"][0]["sentence"]).ends_with("2 removed."), "{plan}");
    assert_eq!(listener.get(&feed_url).expect("an answer").body, before);
    laptop.ask(&["show", "remove", &show, "--days", "7"]);
    let page = format!("{}/podcasts/{show}/", server.origin());
    for _ in 0..2 {
        let statuses = [&feed_url, &sound, &page].map(|url| listener.get(url).expect("an answer").status);
        assert_eq!(statuses, [410; 3]);
        let error = listener.get(&page).expect("an answer");
        let error: Value = serde_json::from_slice(&error.body).expect("JSON");
        assert_eq!((&error["errors"][0]["status"], &error["errors"][0]["code"]), (&json!("410"), &json!("gone")));
        // Neither a round, nor a publication by mistake, nor the server's own restart brings it back.
        laptop.ask(&["sync"]);
        assert_eq!(laptop.ask(&["publish", &show])["writes"], 0);
        server.kill_and_start_again();
    }
    laptop.ask(&["show", "restore", &show]);
    assert_eq!(listener.get(&feed_url).expect("an answer").body, before, "byte for byte");
    assert_eq!([&sound, &page].map(|url| listener.get(url).expect("an answer").status), [200; 2]);
    assert_eq!(laptop.speak(&["show", "restore", &show]).code, Some(2), "it is not removed");
}

/// A program of the author's that writes down its words, one line each, and what it was given of secrets.
fn a_tool(folder: &Path) -> (PathBuf, PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;
    let (tool, heard) = (folder.join("purge tool"), folder.join("heard"));
    let script = format!(
        "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\" >> '{0}'; done\nenv | grep HEARTHCAST >> '{0}'\nexit ${{CODE:-0}}\n",
        heard.display()
    );
    std::fs::write(&tool, script).expect("a script");
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).expect("made runnable");
    (tool, heard)
}

#[test]
fn a_cache_is_told_to_forget_by_a_program_or_a_request() {
    let place = scratch();
    let (mut laptop, show, server) = server_scene(place.path());
    let (tool, heard) = a_tool(place.path());
    let tool = tool.to_str().expect("plain");
    let args = ["--arg", "--forget={url}", "--arg", "$(touch x); {path}"];
    laptop.ask(&[&["target", "purge", "home", "--command", tool][..], &args].concat());
    let report = laptop.ask(&["episode", "withdraw", &show, "two"]);
    let address = text(&report["addresses"][0]["url"]).to_string();
    assert_eq!((&report["complete"], &report["purged"][0]["done"]), (&json!(true), &json!(true)), "{report}");
    let path = address.strip_prefix(&server.origin()).expect("an address of the server");
    let said = std::fs::read_to_string(&heard).expect("the program ran");
    assert_eq!(
        said,
        format!("--forget={address}\n$(touch x); {path}\n"),
        "each word is one word, and no secret came along"
    );

    // A request, to a cache that says no, and then yes; it goes on by itself.
    let (cache, requests) = a_cache(&["403 Forbidden", "200 OK"]);
    laptop.secret("HEARTHCAST_HOME_PURGE_SECRET", "xyzzy");
    let url = format!("{cache}{{path}}");
    laptop.ask(&["target", "purge", "home", "--request", "PURGE", &url, "--header", "Api-Key: {secret}"]);
    let spoken = laptop.speak(&["episode", "withdraw", &show, "one"]);
    assert_eq!((spoken.code, &spoken.last["purged"][0]["done"]), (Some(3), &json!(false)), "{}", spoken.last);
    assert!(text(&spoken.last["purged"][0]["sentence"]).contains("the answer is 403"), "{}", spoken.last);
    assert!(!spoken.last.to_string().contains("xyzzy"));
    laptop.ask(&["sync", &show]);
    let first = requests.recv().expect("a request");
    let path =
        text(&spoken.last["addresses"][0]["url"]).strip_prefix(&server.origin()).expect("an address").to_string();
    assert!(
        first.starts_with(&format!("PURGE {path} HTTP/1.1\r\n")) && first.contains("Api-Key: xyzzy")
            || first.contains("api-key: xyzzy"),
        "{first}"
    );
    assert!(requests.recv().is_ok(), "asked again by the round of sync");
    assert_eq!(laptop.ask(&["episode", "withdraw", &show, "one"])["complete"], true);
    for bad in ["https://{host}{path}", "file:///etc/passwd", "https://user:word@cdn.example{path}"] {
        assert_eq!(laptop.speak(&["target", "purge", "home", "--request", "GET", bad]).code, Some(2), "{bad}");
    }
    let grep = Command::new("grep").args(["-rla", "xyzzy"]).arg(laptop.library()).output().expect("grep runs");
    assert_eq!(String::from_utf8_lossy(&grep.stdout), "", "the secret stands nowhere");
}

/// Something that answers one request after the other as it is told, and the last answer for ever.
fn a_cache(answers: &'static [&'static str]) -> (String, std::sync::mpsc::Receiver<String>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("bound"));
    let (heard, requests) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { return };
            let (mut head, mut byte) = (vec![], [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.push(byte[0]);
            }
            let answer = answers[n.min(answers.len() - 1)];
            let _ = write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            if heard.send(String::from_utf8_lossy(&head).into_owned()).is_err() {
                return;
            }
        }
    });
    (origin, requests)
}

#[test]
fn a_withdrawn_episode_leaves_nothing_in_a_folder() {
    let place = scratch();
    let (laptop, show, www) = folder_scene(place.path());
    let spoken = laptop.speak(&["episode", "withdraw", &show, "two"]);
    // Nobody answers at pods.example.org, so nothing can be said of the addresses.
    assert_eq!((spoken.code, &spoken.last["complete"]), (Some(3), &json!(false)), "{}", spoken.last);
    let listed = output(Command::new("find").arg(&www).args(["-type", "f"]));
    assert!(!listed.contains("/two."), "{listed}");
    let named = Command::new("grep").args(["-rl", "two.mp3"]).arg(&www).output().expect("grep runs");
    assert_eq!(String::from_utf8_lossy(&named.stdout), "", "no feed and no manifest names it");
    assert!(!listed.contains("v/00000002.xml") && listed.contains("v/00000002.json"), "{listed}");
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0);
    assert_eq!(laptop.speak(&["rollback", &show, "--to", "2"]).code, Some(1));
}
