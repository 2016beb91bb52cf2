//! Issue 6, point 2: a show moves in from its feed, whole, and again changes nothing. Somebody else's server stands on this
//! machine; nothing else of this machine may be asked.

use hearthcast_tests::harbour::{cover, feed, item, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, enclosures, file_url, output, scratch, sound};
use std::path::Path;
use std::process::{Command, Stdio};

const CHAPTERS: &str =
    r#"{"version":"1.2.0","chapters":[{"startTime":0,"title":"Begin"},{"startTime":6,"title":"The sea"}]}"#;
const WORDS: &str = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThe sea.\n";

/// What stands at an XPath of a feed, by libxml2.
fn xpath(feed: &Path, what: &str) -> String {
    output(Command::new("xmllint").args(["--nonet", "--xpath", what]).arg(feed)).trim().to_string()
}

/// Publishes a show into a folder; returns the feed's file.
fn published(laptop: &Laptop, show: &str, folder: &Path) -> std::path::PathBuf {
    let www = folder.join("www");
    std::fs::create_dir_all(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["publish", show]);
    www.join("feeds").join(show).join("feed.xml")
}

/// The row of every record: what a change would show in.
fn records(laptop: &Laptop, show: &str) -> String {
    let listed = laptop.ask(&["episode", "list", show]);
    let ids: Vec<&str> = listed["episodes"].as_array().expect("a list").iter().map(|row| text(&row["id"])).collect();
    let mut all = vec![laptop.ask(&["show", "get", show]).to_string()];
    all.extend(ids.iter().map(|id| laptop.ask(&["episode", "get", show, id]).to_string()));
    all.join("\n")
}

/// Three episodes with everything around them.
fn harbour(folder: &Path) -> (Elsewhere, Vec<Vec<u8>>) {
    let web = Elsewhere::start();
    let sounds: Vec<Vec<u8>> = (1..=3).map(|n| mp3(folder, &format!("Number {n}"))).collect();
    for (n, sound) in sounds.iter().enumerate() {
        web.put(&format!("/s/{}.mp3", n + 1), "audio/mpeg", sound.clone());
    }
    web.lead("/e/2.mp3", 302, "/e/two");
    web.lead("/e/two", 307, &web.url("/s/2.mp3?from=e"));
    web.put("/s/2.mp3?from=e", "audio/mpeg", sounds[1].clone());
    web.put("/cover.jpg", "image/jpeg", cover(folder));
    web.put("/c/1.json", "application/json+chapters", CHAPTERS);
    web.put("/t/1.vtt", "text/vtt", WORDS);
    let length = |n: usize| sounds[n - 1].len();
    let texts = r#"<podcast:chapters url="/c/1.json" type="application/json+chapters"/><podcast:transcript url="t/1.vtt" type="text/vtt" language="en"/>"#;
    let items = [
        item(3, &web.url("/s/3.mp3"), 17, ""),
        item(2, &web.url("/e/2.mp3"), length(2), ""),
        item(1, "s/1.mp3", length(1), texts),
    ];
    let head = r#"<itunes:image href="/cover.jpg"/><podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>"#;
    web.put("/feed.xml", "application/rss+xml", feed(head, &items));
    (web, sounds)
}

#[test]
fn point_2_a_show_moves_in_whole_and_goes_out_the_same() {
    let folder = scratch();
    let (web, sounds) = harbour(folder.path());
    web.lead("/old.xml", 301, "/feed.xml");
    let laptop = Laptop::new(folder.path());
    let refused = laptop.speak(&["import", &web.url("/old.xml")]);
    assert_eq!(refused.last["code"], "target.invalid", "this machine is not asked unless its owner says so");
    assert!(text(&refused.last["hint"]).contains("--allow-local"), "{}", refused.last);
    assert_eq!(web.asked("/"), [], "nobody came");

    let report = laptop.ask(&["import", &web.url("/old.xml"), "--allow-local"]);
    assert_eq!(numbers(&report), [3, 0, 0], "{report}");
    assert_eq!(report["moved_to"], web.url("/feed.xml"));
    assert_eq!((&report["files"]["taken"], &report["files"]["failed"]), (&6.into(), &0.into()), "{report}");
    let found: Vec<&str> = report["findings"].as_array().expect("a list").iter().map(|f| text(&f["code"])).collect();
    assert!(found.contains(&"length_differs"), "the feed says 17 bytes of the third: {report}");

    let show = text(&report["slug"]).to_string();
    let got = laptop.ask(&["show", "get", &show]);
    let got = &got["show"];
    assert_eq!(got["podcast_guid"], "9b024349-ccf0-5f69-a609-6b82873eab3c");
    assert!(got["cover"]["hash"].is_string(), "{got}");
    let feed_file = published(&laptop, &show, folder.path());
    let written = std::fs::read_to_string(&feed_file).expect("a feed");
    for n in 1..=3 {
        let at = |what: &str| xpath(&feed_file, &format!("string(//item[title='Episode {n}']/{what})"));
        assert_eq!(at("guid"), format!("tag:harbour,{n} & «ü»"), "byte for byte");
        assert_eq!(at("enclosure/@length"), sounds[n - 1].len().to_string());
        let date = output(Command::new("date").args(["-u", "+%s", "-d", &at("pubDate")]));
        let wanted = output(Command::new("date").args(["-u", "+%s", "-d", &format!("2024-01-{:02} 09:00:00Z", n + 1)]));
        assert_eq!(date, wanted);
        assert!(at("description").contains(&format!("<b>{n}</b> &amp; the sea")), "{}", at("description"));
        let (address, _) = &enclosures(&written)[3 - n];
        let file = address.strip_prefix("https://pods.example.org/").expect("it is ours now");
        assert!(std::fs::read(folder.path().join("www").join(file)).expect("a sound") == sounds[n - 1], "bit for bit");
    }
    let chapters = xpath(&feed_file, "string(//*[local-name()='chapters']/@url)");
    let chapters = chapters.strip_prefix("https://pods.example.org/").expect("they are ours now");
    let chapters = std::fs::read_to_string(folder.path().join("www").join(chapters)).expect("chapters");
    assert!(chapters.contains("The sea") && written.contains("podcast:transcript"), "{chapters}");
}

#[test]
fn point_2_again_changes_nothing_and_news_come_without_undoing_own_words() {
    let folder = scratch();
    let (web, sounds) = harbour(folder.path());
    let laptop = Laptop::new(folder.path());
    let address = web.url("/feed.xml");
    let first = laptop.ask(&["import", &address, "--allow-local"]);
    let show = text(&first["slug"]).to_string();
    let before = records(&laptop, &show);
    web.forget();
    let again = laptop.ask(&["import", &address]);
    assert_eq!((numbers(&again), &again["made"]), ([0, 0, 3], &false.into()), "{again}");
    assert_eq!(records(&laptop, &show), before, "not a byte of any record");
    assert_eq!(web.asked("/").len(), 1, "the feed, and no file again: {:?}", web.asked("/"));

    // Upstream: one more, a new title, another season, another sound. Here: an own title.
    laptop.ask(&["episode", "set", &show, "episode-1", "title=My own first"]);
    let four = mp3(folder.path(), "Number 4");
    let other = mp3(folder.path(), "Another second, of another length");
    web.put("/s/4.mp3", "audio/mpeg", four.clone());
    web.put("/s/2b.mp3", "audio/mpeg", other.clone());
    let items = [
        item(4, &web.url("/s/4.mp3"), four.len(), ""),
        item(3, &web.url("/s/3.mp3"), 17, "<itunes:season>2</itunes:season>"),
        item(2, &web.url("/s/2b.mp3"), other.len(), ""),
        item(1, "s/1.mp3", sounds[0].len(), "").replace("Episode 1", "First, renamed"),
    ];
    let head = r#"<itunes:image href="/cover.jpg"/><podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>"#;
    web.put(
        "/feed.xml",
        "application/rss+xml",
        feed(head, &items).replace("Stories of the sea.", "Stories of all seas."),
    );
    let before = records(&laptop, &show);
    let preview = laptop.ask(&["import", &address, "--dry-run"]);
    assert_eq!(numbers(&preview), [1, 2, 1], "{preview}");
    let field = |title: &str, name: &str| {
        let changes = preview["changes"].as_array().expect("a list");
        let change = changes.iter().find(|change| change["title"] == title)?;
        change["fields"].as_array()?.iter().find(|field| field["field"] == name).cloned()
    };
    assert_eq!(field("Episode 3", "season").expect("told")["after"], 2, "{preview}");
    assert_eq!(field("My own first", "title").expect("told")["kept"], true, "{preview}");
    assert_eq!(records(&laptop, &show), before, "a preview changes nothing");

    let update = laptop.ask(&["import", &address]);
    assert_eq!(numbers(&update), [1, 2, 1], "{update}");
    let episode = |which: &str| laptop.ask(&["episode", "get", &show, which])["episode"].clone();
    assert_eq!(episode("my-own-first")["title"], "My own first");
    assert_eq!(episode("episode-3")["season"], 2);
    let facts = laptop.ask(&["episode", "get", &show, "episode-2"]);
    assert!(facts.to_string().contains(&format!("\"size_bytes\":{}", other.len())), "the other sound: {facts}");
    assert!(laptop.ask(&["show", "get", &show]).to_string().contains("Stories of all seas."));
    let settled = laptop.ask(&["import", &address]);
    assert_eq!(numbers(&settled), [0, 0, 4], "{settled}");

    // What was removed here stays removed.
    laptop.ask(&["episode", "remove", &show, "episode-4"]);
    let without = laptop.ask(&["import", &address]);
    assert_eq!((numbers(&without), &without["episodes_removed"]), ([0, 0, 3], &1.into()));
}

#[test]
fn point_2_sounds_may_stay_where_they_are() {
    let folder = scratch();
    let (web, sounds) = harbour(folder.path());
    let laptop = Laptop::new(folder.path());
    let file = folder.path().join("saved.xml");
    let page = laptop_free_get(&web);
    std::fs::write(&file, page.replace("\"s/1.mp3\"", &format!("\"{}\"", web.url("/s/1.mp3")))).expect("a file");
    let local = format!("--allow-local={}", web.origin());
    let name = file.to_str().expect("plain names");
    web.forget();
    let report = laptop.speak(&["import", name, &local, "--media", "none"]);
    assert_eq!(report.last["files"]["elsewhere"], 3, "{}", report.last);
    let sounds_asked = web.asked("/s/");
    assert!(sounds_asked.len() == 3 && sounds_asked.iter().all(|asked| asked.method == "HEAD"), "{sounds_asked:?}");
    let show = text(&report.last["slug"]).to_string();
    let cover = folder.path().join("own.jpg");
    sound::cover(&cover);
    laptop.ask(&["show", "set", &show, &format!("cover={}", cover.display())]);
    let feed_file = published(&laptop, &show, folder.path());
    let written = std::fs::read_to_string(&feed_file).expect("a feed");
    let wanted: Vec<(String, u64)> = vec![
        (web.url("/s/3.mp3"), 17),
        (web.url("/e/2.mp3"), sounds[1].len() as u64),
        (web.url("/s/1.mp3"), sounds[0].len() as u64),
    ];
    assert_eq!(enclosures(&written), wanted, "as the feed had them");

    // Later the newest is brought here after all; the others stay.
    let later = laptop.speak(&["import", name, "--media", "last:1"]);
    assert_eq!(
        (&later.last["files"]["taken"], &later.last["files"]["elsewhere"]),
        (&1.into(), &2.into()),
        "{}",
        later.last
    );
}

/// The feed as a person saves it.
fn laptop_free_get(web: &Elsewhere) -> String {
    let got = hearthcast_tests::Listener::fast("Browser").get(&web.url("/feed.xml")).expect("an answer");
    String::from_utf8(got.body)
        .expect("UTF-8")
        .replace("href=\"/cover.jpg\"", "href=\"\"")
        .replace("url=\"/c/1.json\"", "url=\"\"")
}

#[test]
fn point_2_a_locked_feed_is_its_owners() {
    let folder = scratch();
    let web = Elsewhere::start();
    let lock = r#"<podcast:locked owner="ada@harbour.example">yes</podcast:locked>"#;
    web.put("/feed.xml", "application/rss+xml", feed(lock, &[]));
    let laptop = Laptop::new(folder.path());
    let refused = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local"]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "import.locked"));
    assert!(text(&refused.last["hint"]).contains("--unlock"));
    assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(0), "nothing was made");
    laptop.ask(&["import", &web.url("/feed.xml"), "--allow-local", "--unlock"]);
    laptop.ask(&["import", &web.url("/feed.xml")]);
}

/// Files to bring: enough that a kill falls between them, few enough for a machine that does other things.
const MANY: usize = 2_000;

#[test]
fn point_2_two_thousand_episodes_killed_at_sixty_percent_go_on() {
    let folder = scratch();
    let web = Elsewhere::start();
    let one = mp3(folder.path(), "One of many");
    let short = &one[..one.len().min(8 * 1024)];
    let items: Vec<String> = (0..MANY)
        .map(|n| {
            // Other bytes at the end make other files.
            let mut bytes = short.to_vec();
            bytes.extend_from_slice(&tag_at_end(n));
            let length = bytes.len();
            web.put(&format!("/s/{n}.mp3"), "audio/mpeg", bytes);
            item(n, &web.url(&format!("/s/{n}.mp3")), length, "")
        })
        .collect();
    web.put("/feed.xml", "application/rss+xml", feed("", &items));
    let laptop = Laptop::new(folder.path());
    let address = web.url("/feed.xml");
    let mut child = laptop
        .command(&["import", &address, "--allow-local"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("hearthcast starts");
    while web.asked("/s/").len() < MANY * 6 / 10 {
        assert!(child.try_wait().expect("a child can be asked").is_none(), "it ended early");
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let report = laptop.ask(&["import", &address]);
    assert_eq!(numbers(&report), [0, 0, MANY as u64], "{report}");
    assert_eq!((&report["files"]["taken"], &report["files"]["failed"]), (&(MANY as u64).into(), &0.into()));
    let asked = web.asked("/s/").len();
    assert!(asked <= MANY + 48, "only what was on its way came twice: {asked} requests for {MANY} files");
}

/// An ID3v1 tag: 128 bytes.
fn tag_at_end(n: usize) -> Vec<u8> {
    let mut tag = format!("TAG{n}").into_bytes();
    tag.resize(128, 0);
    tag
}

#[test]
fn point_2_services_that_count_are_shown_and_kept_or_dropped() {
    let folder = scratch();
    let (web, sounds) = harbour(folder.path());
    let inner = web.url("/s/1.mp3");
    let led = format!("https://op3.dev/e/pdst.fm/e/{inner}");
    web.put("/counted.xml", "application/rss+xml", feed("", &[item(1, &led, sounds[0].len(), "")]));
    let address = web.url("/counted.xml");
    for (wish, prefix, url) in [
        (None, "", led.as_str()),
        (Some("keep"), "https://op3.dev/e/pdst.fm/e/", led.as_str()),
        (Some("drop"), "", inner.as_str()),
    ] {
        let home = folder.path().join(wish.unwrap_or("as-found"));
        let laptop = Laptop::new(&home);
        let mut words = vec!["import", &address, "--allow-local", "--media", "none"];
        words.extend(wish.iter().flat_map(|wish| ["--prefix", wish]));
        let report = laptop.ask(&words);
        assert_eq!(report["prefixes"][0]["names"], serde_json::json!(["OP3", "Podsights"]), "{report}");
        assert_eq!(report["files"]["elsewhere"], 1, "asked where it lies, not on the way: {report}");
        let show = text(&report["slug"]).to_string();
        assert_eq!(laptop.ask(&["show", "get", &show])["show"]["prefix"].as_str().unwrap_or(""), prefix);
        let episode = laptop.ask(&["episode", "get", &show, "episode-1"]);
        assert_eq!(episode["episode"]["remote_audio"]["url"], url, "{wish:?}");
        // Another choice is told before it is made, and what was chosen the time before with it.
        let before = wish.unwrap_or("as_found");
        let other = if wish == Some("keep") { "drop" } else { "keep" };
        for now in [before, other] {
            let mut look = vec!["import", &address, "--dry-run"];
            if now == other {
                look.extend(["--prefix", other]);
            }
            let told = laptop.ask(&look);
            assert_eq!((text(&told["prefix_before"]), text(&told["prefix"])), (before, now), "{told}");
            assert_eq!(told["changes"].as_array().is_some_and(|changes| !changes.is_empty()), now != before, "{told}");
        }
    }
}

#[test]
fn point_2_another_show_is_not_mixed_in_and_another_sound_is_brought() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let (one, two) = (mp3(folder.path(), "One"), mp3(folder.path(), "Another one, of another length than the first"));
    web.put("/a.mp3", "audio/mpeg", one.clone());
    web.put("/feed.xml", "application/rss+xml", feed("", &[item(1, "a.mp3", one.len(), "")]));
    let address = web.url("/feed.xml");
    let show = text(&laptop.ask(&["import", &address, "--allow-local"])["slug"]).to_string();
    let sound = || text(&laptop.ask(&["episode", "get", &show, "episode-1"])["episode"]["audio"]["hash"]).to_string();
    let sha256 = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).expect("a file");
        output(Command::new("sha256sum").arg(file)).split(' ').next().unwrap_or_default().to_string()
    };
    assert_eq!(sound(), sha256("one", &one));

    // The same address, another sound.
    web.put("/a.mp3", "audio/mpeg", two.clone());
    web.put("/feed.xml", "application/rss+xml", feed("", &[item(1, "a.mp3", two.len(), "")]));
    let again = laptop.ask(&["import", &address]);
    assert_eq!((numbers(&again), sound()), ([0, 1, 0], sha256("two", &two)), "{again}");
    assert_eq!(numbers(&laptop.ask(&["import", &address])), [0, 0, 1], "once");

    // Another show there: nothing of it comes in here unless that is said.
    let other = feed("", &[item(9, "a.mp3", two.len(), "")]).replace("Harbour talk", "Another show");
    web.put("/feed.xml", "application/rss+xml", other);
    let before = records(&laptop, &show);
    let refused = laptop.speak(&["import", &address]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "library.taken"), "{}", refused.last);
    assert!(text(&refused.last["hint"]).contains(&format!("--into {show}")) && records(&laptop, &show) == before);
}

#[test]
fn point_2_of_two_episodes_with_one_guid_the_second_is_a_draft() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let second = item(2, &web.url("/2.mp3"), 9, "").replace("tag:harbour,2", "tag:harbour,1");
    web.put("/feed.xml", "application/rss+xml", feed("", &[item(1, &web.url("/1.mp3"), 9, ""), second]));
    let report = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local", "--media", "none"]).last;
    assert!(report["repairs"].to_string().contains("guid_repeated"), "{report}");
    let show = text(&report["slug"]).to_string();
    let draft = |slug: &str| laptop.ask(&["episode", "get", &show, slug])["episode"]["draft"].clone();
    assert_eq!((draft("episode-1"), draft("episode-2")), (false.into(), true.into()));
}

#[test]
fn point_2_what_is_no_feed_is_refused_and_nothing_is_made() {
    let folder = scratch();
    let web = Elsewhere::start();
    let laptop = Laptop::new(folder.path());
    web.put("/page", "text/html", "<!doctype html><html><body>Listen!</body></html>");
    web.put("/bomb", "application/rss+xml", bomb());
    web.put("/cut.xml", "application/rss+xml", feed("", &[item(1, "a.mp3", 1, "")]).split_at(700).0.to_string());
    for (path, code) in [("/page", "import.unreadable"), ("/nothing", "target.refused")] {
        let refused = laptop.speak(&["import", &web.url(path), "--allow-local"]);
        assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), code), "{path}: {}", refused.last);
    }
    let missing = laptop.speak(&["import", "/no/such/file.xml"]);
    assert_eq!((missing.code, text(&missing.last["code"])), (Some(2), "usage.invalid"));
    assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(0), "nothing was made");
    // What a document declares is never put in: a gigabyte of one letter is four characters.
    assert_eq!(laptop.ask(&["import", &web.url("/bomb"), "--allow-local"])["title"], "&e9;");
}

#[test]
fn point_2_a_list_of_subscriptions_is_shown() {
    let folder = scratch();
    let list = folder.path().join("mine.OPML");
    let outlines = r#"<outline text="Sea"><outline text="Harbour talk" type="rss" xmlUrl="https://harbour.example/feed.xml"/></outline>"#;
    let opml = format!("<opml version=\"2.0\"><head/><body>{outlines}</body></opml>");
    std::fs::write(&list, &opml).expect("a file");
    let laptop = Laptop::new(folder.path());
    let shown = laptop.ask(&["import", list.to_str().expect("plain names")]);
    let wanted = serde_json::json!([{"title": "Harbour talk", "url": "https://harbour.example/feed.xml", "page": ""}]);
    assert_eq!(shown["feeds"], wanted, "{shown}");
    // Under another name as well, and a feed is no list whatever its name.
    let list = folder.path().join("mine.xml");
    std::fs::write(&list, &opml).expect("a file");
    assert_eq!(laptop.ask(&["import", list.to_str().expect("plain names")])["feeds"], wanted);
    let feed = folder.path().join("harbour.opml");
    std::fs::write(&feed, "<rss version=\"2.0\"><channel><title>Harbour</title></channel></rss>").expect("a file");
    assert_eq!(laptop.ask(&["import", feed.to_str().expect("plain names"), "--dry-run"])["title"], "Harbour");

    // At an address, too; one of this machine is asked only when that is said.
    let web = Elsewhere::start();
    web.put("/mine.opml", "text/x-opml", opml);
    let refused = laptop.speak(&["import", &web.url("/mine.opml")]);
    assert!(refused.code != Some(0) && web.asked("/").is_empty(), "{}", refused.last);
    let shown = laptop.ask(&["import", &web.url("/mine.opml"), "--allow-local"]);
    assert_eq!(shown["feeds"], wanted, "{shown}");
}

/// Ten entities, each ten times the one before: ten thousand million letters.
fn bomb() -> String {
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY e0 \"x\">{entities}]><rss><channel><title>&e9;</title></channel></rss>"
    )
}
