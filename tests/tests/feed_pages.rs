//! Issue 6, point 1: a long feed in pages, further feeds with a part of it, and a hub that is told of news; at a storage and at
//! a server, read by other people's programs.

use hearthcast_tests::readers::{crawl, gpodder, link, parsers, read, titles, xpath};
use hearthcast_tests::{BucketScene, Laptop, Listener, Server, output, scratch, sound, until};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A hub: it notes what it is told, and reads the feed it is told of.
struct Hub {
    origin: String,
    told: Arc<Mutex<Vec<(String, String)>>>,
    broken: Arc<AtomicBool>,
}

impl Hub {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}/", listener.local_addr().expect("an address"));
        let hub = Self { origin, told: Arc::default(), broken: Arc::default() };
        let (told, broken) = (Arc::clone(&hub.told), Arc::clone(&hub.broken));
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let mut reader = BufReader::new(socket);
                let (mut length, mut line) = (0, String::new());
                while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 2) {
                    if let Some((name, value)) = line.split_once(':')
                        && name.eq_ignore_ascii_case("content-length")
                    {
                        length = value.trim().parse().unwrap_or(0);
                    }
                    line.clear();
                }
                let mut form = vec![0; length];
                if reader.read_exact(&mut form).is_err() {
                    continue;
                }
                let form: BTreeMap<String, String> = url::form_urlencoded::parse(&form).into_owned().collect();
                let answer = if broken.load(Ordering::SeqCst) { "500 Broken" } else { "202 Accepted" };
                if answer.starts_with("202") && form.get("hub.mode").is_some_and(|mode| mode == "publish") {
                    let topic = form.get("hub.url").cloned().unwrap_or_default();
                    assert_eq!(form.get("hub.topic"), Some(&topic));
                    let feed = read(&topic);
                    told.lock().expect("no panic").push((topic, feed));
                }
                let said = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                drop(reader.get_mut().write_all(said.as_bytes()));
            }
        });
        hub
    }

    /// What it was told since the last time: feeds by their address, each once.
    fn told(&self) -> BTreeMap<String, String> {
        let told = std::mem::take(&mut *self.told.lock().expect("no panic"));
        let (many, by_address) = (told.len(), told.into_iter().collect::<BTreeMap<_, _>>());
        assert_eq!(many, by_address.len(), "each feed is told once");
        by_address
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn status(url: &str) -> u16 {
    Listener::fast("AntennaPod/3.4.0").get(url).expect("an answer").status
}

/// Makes so many episodes, the first of them an hour older than the next.
fn episodes(laptop: &Laptop, show: &str, folder: &Path, numbers: std::ops::RangeInclusive<usize>) {
    let (file, first) = (folder.join("sound.mp3"), *numbers.start());
    sound::mp3(&file, 6, "Sound");
    for number in numbers {
        // One piece of sound, with another end each.
        let own = folder.join(format!("n{number}.mp3"));
        let mut bytes = std::fs::read(&file).expect("a sound");
        bytes.truncate(bytes.len() - 384 * (number - first + first % 50));
        std::fs::write(&own, bytes).expect("a sound");
        let at = format!("at=2026-01-{:02}T08:{:02}:00Z", 1 + number / 60, number % 60);
        let slug = text(&laptop.episode(show, &format!("Number {number}"), &own)["episode"]["slug"]).to_string();
        laptop.ask(&["episode", "set", show, &slug, &at]);
    }
}

fn named(numbers: impl DoubleEndedIterator<Item = usize>) -> Vec<String> {
    numbers.rev().map(|number| format!("Number {number}")).collect()
}

fn documents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let listed = output(Command::new("find").arg(folder).args(["-type", "f", "-path", "*/p/*.xml"]));
    listed.lines().map(|path| (PathBuf::from(path), std::fs::read(path).expect("a listed file"))).collect()
}

#[test]
fn point_1_a_storage_has_pages_and_further_feeds_and_the_hub_is_told() {
    let (scene, hub) = (BucketScene::new(6), Hub::start());
    let (laptop, show, folder) = (&scene.laptop, &scene.show, scene.folder.path());
    laptop.ask(&["episode", "set", show, "number-1", "at=2026-01-01T08:01:00Z", "season=2"]);
    episodes(laptop, show, folder, 2..=20);
    let one_page = laptop.ask(&["publish", show]);
    let feed_url = text(&one_page["feed_url"]).to_string();
    let whole = read(&feed_url);
    assert_eq!((titles(&whole), link(&whole, "next")), (named(1..=20), String::new()));
    assert!(one_page.get("hub").is_none() && hub.told().is_empty());

    // What cannot be is refused, and changes nothing.
    for (field, why) in [
        ("feed_page=5", "10 to 1000"),
        ("hub=http://hub.example/", "address of a hub"),
        ("variants.page=last:3", "cannot be called"),
        ("variants.x=last:0", "10,000"),
        ("variants.x=some:3", "no part of a show"),
    ] {
        let refused = laptop.speak(&["show", "set", show, field]);
        assert!(refused.code != Some(0) && text(&refused.last["message"]).contains(why), "{field}: {}", refused.last);
    }
    let hub_is = format!("hub={}", hub.origin);
    let fields = ["feed_page=10", "variants.newest=last:3", "variants.two=season:2 The second season", &hub_is];
    laptop.ask(&[&["show", "set", show][..], &fields].concat());
    let card = laptop.ask(&["show", "get", show]);
    assert_eq!(
        (&card["show"]["feed_page"], &card["show"]["feed_variants"][1]["title"]),
        (&10.into(), &"The second season".into())
    );
    let published = laptop.ask(&["publish", show]);
    assert!(text(&published["hub"]).contains("was told"), "{published}");
    let base = feed_url.strip_suffix("feed.xml").expect("the usual name");
    let (newest, two) = (format!("{base}newest.xml"), format!("{base}two.xml"));
    let told = hub.told();
    assert_eq!(told.keys().collect::<Vec<_>>(), [&feed_url, &newest, &two]);
    assert!(told[&feed_url].contains("Number 20"), "the hub reads the new feed");

    let (pages, all) = crawl(&feed_url);
    assert_eq!((pages.len(), all), (2, named(1..=20)));
    assert_eq!(titles(&pages[&feed_url]), named(11..=20));
    for (url, page) in &pages {
        let (next, read) = parsers(page);
        assert_eq!((next.unwrap_or_default(), read), (link(page, "next"), titles(page)), "{url}");
        assert_eq!((link(page, "first"), link(page, "hub").is_empty()), (feed_url.clone(), *url != feed_url));
    }
    assert_eq!(titles(&read(&newest)), named(18..=20));
    assert_eq!(titles(&read(&two)), ["Number 1"]);
    assert_eq!(xpath(&read(&two), "string(/rss/channel/title)"), "The second season");
    assert_eq!(gpodder(&folder.join("gpodder"), &feed_url), named(1..=20), "an app that turns pages has all of them");
    let head = Listener::fast("x").head(&newest).expect("an answer");
    assert_eq!(head.header("content-type"), Some("application/rss+xml; charset=utf-8"));
    let page = pages.keys().find(|url| **url != feed_url).expect("a page");
    let head = Listener::fast("x").head(page).expect("an answer");
    assert!(head.header("cache-control").is_some_and(|rule| rule.contains("immutable")), "{head:?}");

    // A new episode: the page stays as it is, and only what changed is told. A hub that is broken holds up nothing.
    let before = documents(&folder.join("s3"));
    hub.broken.store(true, Ordering::SeqCst);
    episodes(laptop, show, folder, 21..=21);
    let published = laptop.ask(&["publish", show]);
    assert!(text(&published["hub"]).contains("could not be told"), "{published}");
    assert_eq!((documents(&folder.join("s3")), titles(&read(&feed_url)).len()), (before, 11));
    assert_eq!(laptop.ask(&["publish", show])["writes"], 0);
    hub.broken.store(false, Ordering::SeqCst);
    laptop.ask(&["episode", "set", show, "number-21", "title=Number 21, mended"]);
    laptop.ask(&["publish", show]);
    let told = hub.told();
    assert_eq!(told.keys().collect::<Vec<_>>(), [&feed_url, &newest], "the second season is what it was");
    assert!(told.values().all(|feed| feed.contains("mended")));

    // One is taken out and one changed; going back brings both back byte for byte.
    let as_it_was = [&feed_url, &newest, &two].map(|url| read(url));
    let version = text(&laptop.ask(&["show", "get", show])["targets"][0]["name"]).to_string();
    assert_eq!(version, "pods");
    laptop.ask(&["show", "set", show, "variants.two=", "variants.newest=last:1"]);
    let listed = laptop.ask(&["show", "get", show])["targets"][0]["feeds"].clone();
    assert_eq!(listed, serde_json::json!([newest, two]), "what is public now");
    laptop.ask(&["publish", show]);
    assert_eq!((status(&two), titles(&read(&newest)).len()), (404, 1));
    laptop.ask(&["rollback", show, "--to", "4"]);
    assert_eq!([&feed_url, &newest, &two].map(|url| read(url)), as_it_was);

    // Withdrawn: no page, no further feed and no kept feed says its name.
    laptop.ask(&["show", "set", show, "variants.newest=last:1"]);
    laptop.speak(&["episode", "withdraw", show, "number-7"]);
    let found = Command::new("grep").args(["-rlwa", "Number 7"]).arg(folder.join("s3")).output().expect("grep runs");
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(!found.contains("feeds/"), "{found}");
    let (_, all) = crawl(&feed_url);
    assert!(all.len() == 20 && !all.contains(&"Number 7".to_string()), "{all:?}");

    // Another layout moves the sounds of the pages, too: all of them are typed (point 5).
    laptop.ask(&["target", "rule", "pods", "audio", "--path", "snd/{slug}.{ext}"]);
    let plan = laptop.speak(&["target", "relay", "pods", "--plan"]).last;
    assert_eq!(plan["confirm"], format!("20 {show}"), "{plan}");
}

#[test]
fn point_1_a_server_has_pages_and_further_feeds_and_tells_the_hub() {
    let (folder, hub) = (scratch(), Hub::start());
    let mut server = Server::start(&folder.path().join("server"));
    let mut laptop = Laptop::new(folder.path());
    let show = laptop.show("Harbour");
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    episodes(&laptop, &show, folder.path(), 1..=20);
    let hub_is = format!("hub={}", hub.origin);
    laptop.ask(&["show", "set", &show, "feed_page=10", "variants.newest=last:3", &hub_is]);
    laptop.ask(&["episode", "add", &show, "--title", "CANARY draft", "--draft"]);
    let feed_url = text(&laptop.ask(&["publish", &show])["feed_url"]).to_string();
    let newest = format!("{feed_url}newest/");
    let told = until("the hub is told of both feeds", || {
        let both = hub.told.lock().expect("no panic").len() == 2;
        both.then(|| hub.told())
    });
    assert_eq!(told.keys().collect::<Vec<_>>(), [&feed_url, &newest]);
    let (pages, all) = crawl(&feed_url);
    assert_eq!(pages.keys().collect::<Vec<_>>(), [&feed_url, &format!("{feed_url}page/1/")]);
    assert_eq!((all, titles(&read(&newest))), (named(1..=20), named(18..=20)));
    assert_eq!(gpodder(&folder.path().join("gpodder"), &feed_url), named(1..=20));

    // As the feed: conditional, compressed, with its links in the head.
    let app = Listener::fast("AntennaPod/3.4.0");
    for url in [&newest, &format!("{feed_url}page/1/")] {
        let answer = app.get(url).expect("an answer");
        assert_eq!(answer.header("content-type"), Some("application/rss+xml; charset=utf-8"), "{url}");
        let etag = answer.header("etag").expect("an entity tag").to_string();
        assert_eq!(app.get_with(url, &[("If-None-Match", &etag)]).expect("an answer").status, 304);
        let packed = app.get_with(url, &[("Accept-Encoding", "gzip")]).expect("an answer");
        assert_eq!((packed.header("content-encoding"), &packed.body[..2]), (Some("gzip"), &[0x1f, 0x8b][..]));
        assert_eq!(app.head(url).expect("an answer").status, 200);
    }
    let expected = format!("<{}>; rel=\"hub\", <{newest}>; rel=\"self\"", hub.origin);
    assert_eq!(app.get(&newest).expect("an answer").header("link"), Some(expected.as_str()));
    assert!(app.get(&feed_url).expect("an answer").header("link").is_some_and(|link| link.contains(&hub.origin)));
    let typed = app.get(newest.trim_end_matches('/')).expect("an answer");
    assert_eq!((typed.status, typed.header("location")), (308, Some("newest/")));
    for wrong in ["page/0/", "page/2/", "page/x/", "page/", "oldest/", "newest/x", "..%2fnewest/"] {
        assert_eq!(status(&format!("{feed_url}{wrong}")), 404, "{wrong}");
    }
    let text_of_all = pages.values().cloned().chain([read(&newest)]).collect::<String>();
    assert!(!text_of_all.contains("CANARY"));

    // An episode whose time comes: no page changes, and the hub is told by the server, after a restart not again.
    server.kill_and_start_again();
    let before = read(&format!("{feed_url}page/1/"));
    let file = folder.path().join("later.mp3");
    sound::mp3(&file, 12, "Later");
    let slug = text(&laptop.episode(&show, "Later", &file)["episode"]["slug"]).to_string();
    let soon = output(Command::new("date").args(["-u", "-d", "+6 seconds", "+%Y-%m-%dT%H:%M:%SZ"]));
    laptop.ask(&["episode", "set", &show, &slug, &format!("at={}", soon.trim())]);
    laptop.ask(&["publish", &show]);
    let told = until("the hub is told of the episode", || {
        let told = hub.told.lock().expect("no panic");
        let heard = told.iter().filter(|(_, feed)| feed.contains("<title>Later</title>")).count() == 2;
        drop(told);
        heard.then(|| hub.told())
    });
    assert!(told.keys().eq([&feed_url, &newest]), "{:?}", told.keys());
    assert_eq!(read(&format!("{feed_url}page/1/")), before);
    assert_eq!(titles(&read(&newest)), ["Later", "Number 20", "Number 19"]);
}

/// Turns a page twice, and looks at what the plan, the diff and a way back say of it.
fn turn(laptop: &Laptop, show: &str, folder: &Path) {
    laptop.ask(&["show", "set", show, "feed_page=10"]);
    let plan = laptop.ask(&["plan", show]);
    assert_eq!(plan["feed"]["items"], serde_json::json!([]), "no episode leaves the feed");
    assert_eq!(plan["feed"]["turned"], serde_json::json!({ "episodes": 10, "newest": 10 }));
    laptop.ask(&["publish", show]);
    episodes(laptop, show, folder, 21..=30);
    let plan = laptop.ask(&["plan", show]);
    let items = plan["feed"]["items"].as_array().expect("items");
    assert!(items.len() == 10 && items.iter().all(|item| item["kind"] == "added"), "{items:?}");
    assert_eq!(plan["feed"]["turned"], serde_json::json!({ "episodes": 10, "newest": 10 }));
    laptop.ask(&["publish", show]);
    let diff = laptop.ask(&["diff", show, "2", "3"]);
    assert_eq!(diff["feed"]["items"].as_array().map(Vec::len), Some(10), "{diff}");
    assert!(text(&diff["sentence"]).contains("10 episodes added, 0 changed, 0 removed"), "{diff}");

    // What really goes is told, on whichever page it stood.
    laptop.ask(&["episode", "remove", show, "number-4"]);
    laptop.ask(&["episode", "set", show, "number-5", "title=Number 5, mended"]);
    let plan = laptop.ask(&["plan", show]);
    let told = |item: &Value| (text(&item["title"]).to_string(), text(&item["kind"]).to_string());
    let told: Vec<_> = plan["feed"]["items"].as_array().expect("items").iter().map(told).collect();
    let expected = [("Number 5, mended", "changed"), ("Number 4", "removed")];
    assert_eq!(told, expected.map(|(title, kind)| (title.to_string(), kind.to_string())));
    laptop.ask(&["publish", show]);
    let back = laptop.ask(&["rollback", show, "--to", "3", "--plan"]);
    assert!(text(&back["sentence"]).contains("1 come back, 1 change, 0 leave"), "{back}");
}

#[test]
fn point_1_a_page_that_is_turned_takes_no_episode_away() {
    let scene = BucketScene::new(6);
    let (laptop, show, folder) = (&scene.laptop, &scene.show, scene.folder.path());
    laptop.ask(&["episode", "set", show, "number-1", "at=2026-01-01T08:01:00Z"]);
    episodes(laptop, show, folder, 2..=20);
    laptop.ask(&["publish", show]);
    turn(laptop, show, folder);

    let folder = scratch();
    let server = Server::start(&folder.path().join("server"));
    let mut laptop = Laptop::new(folder.path());
    let show = laptop.show("Harbour");
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    episodes(&laptop, &show, folder.path(), 1..=20);
    laptop.ask(&["publish", &show]);
    turn(&laptop, &show, folder.path());
}
