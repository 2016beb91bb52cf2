//! Issue 4, point 2: rules say where files of each kind lie, under which names and addresses, and how long caches keep them.
//! Names that clash are refused, what is public keeps its name until it is laid out anew, and older addresses lead on.

use hearthcast_testkit::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, bucket_url, public_url};
use hearthcast_tests::{BucketScene, Laptop, Listener, Poller, Web, enclosures, file_url, output, scratch, sound};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn read(url: &str) -> String {
    let answer = Listener::fast("AntennaPod/3.4.0").get(url).expect("an answer");
    assert_eq!(answer.status, 200, "{url}");
    String::from_utf8(answer.body).expect("UTF-8")
}

/// What libxml2 finds in a feed.
fn xpath(feed: &str, path: &str) -> Vec<String> {
    let file = scratch();
    let feed_file = file.path().join("feed.xml");
    std::fs::write(&feed_file, feed).expect("a feed can be written");
    let found = output(Command::new("xmllint").args(["--xpath", path]).arg(feed_file));
    found.lines().map(|line| line.trim().to_string()).filter(|line| !line.is_empty()).collect()
}

/// The value of an attribute, as libxml2 prints it.
fn attribute(feed: &str, path: &str) -> Vec<String> {
    let value = |line: String| line.split('"').nth(1).map(str::to_string);
    xpath(feed, path).into_iter().filter_map(value).collect()
}

/// A folder, and what it has below it, without what Hearthcast keeps for itself.
fn files(folder: &Path) -> Vec<String> {
    let found = output(Command::new("find").arg(folder).args(["-type", "f", "-not", "-path", "*/.hearthcast/*"]));
    let mut found: Vec<String> =
        found.lines().map(|line| line.replace(&format!("{}/", folder.display()), "")).collect();
    found.sort();
    found
}

/// A second place in the bucket's storage that keeps files.
fn store(scene: &mut BucketScene, name: &str) -> String {
    let prefix = name.to_uppercase();
    scene.laptop.secret(&format!("HEARTHCAST_{prefix}_ACCESS_KEY_ID"), ACCESS_KEY_ID);
    scene.laptop.secret(&format!("HEARTHCAST_{prefix}_SECRET_ACCESS_KEY"), SECRET_ACCESS_KEY);
    let (url, public) = (bucket_url(&scene.line.origin(), name), public_url(&scene.line.origin(), name));
    let show = scene.show.clone();
    scene.laptop.ask(&["target", "add", &show, name, &url, "--public-url", &public, "--role", "store"]);
    public
}

#[test]
fn point_2_each_kind_lies_where_its_rule_says_and_older_addresses_lead_on() {
    let mut scene = BucketScene::new(12);
    scene.add_episode(2, 12);
    let (show, cdn) = (scene.show.clone(), store(&mut scene, "cdn"));
    let laptop = &scene.laptop;
    let feed_url = text(&laptop.ask(&["publish", &show])["feed_url"]).to_string();
    let before = read(&feed_url);
    let own = feed_url.strip_suffix(&format!("feeds/{show}/feed.xml")).expect("the usual name").to_string();

    // A rule for what comes: nothing public changes by it.
    let template = "{show}/{year}/{hash}/{slug}.{ext}";
    let rule =
        ["target", "rule", "pods", "audio", "--store", "cdn", "--path", template, "--cache", "public, max-age=7"];
    let told = laptop.ask(&[&rule[..], &["--plan"]].concat());
    assert_eq!((&told["files"], &told["older_names"]), (&json!(2), &json!(2)), "{told}");
    assert_eq!(laptop.ask(&["target", "rules", "pods"])["rules"][0]["usual"], true, "a preview keeps nothing");
    laptop.ask(&rule);
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0, "what is public keeps its name");
    let third = scene.add_episode(3, 12);
    laptop.ask(&["publish", &show]);
    let feed = read(&feed_url);
    let hash = output(Command::new("sha256sum").arg(&third));
    let year = output(Command::new("date").args(["-u", "+%Y"]));
    let third_url = format!("{cdn}{show}/{}/{}/number-3.mp3", year.trim(), &hash[..32]);
    let urls = attribute(&feed, "//item/enclosure/@url");
    assert!(urls.contains(&third_url), "{third_url}: {urls:?}");
    assert_eq!(urls.iter().filter(|url| url.starts_with(&own)).count(), 2, "{urls:?}");
    let answer = Listener::fast("AntennaPod/3.4.0").get(&third_url).expect("an answer");
    assert_eq!(answer.header("cache-control"), Some("public, max-age=7"));
    assert_eq!(answer.body.len() as u64, std::fs::metadata(&third).expect("the sound").len());
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0);

    // Laid out anew while somebody reads: old and new addresses are whole all the time.
    let plan = laptop.speak(&["target", "relay", "pods", "--plan"]).last;
    assert_eq!(plan["confirm"], format!("2 {show}"), "apps know the sounds by their addresses: {plan}");
    assert!(text(&plan["sentence"]).starts_with("Gives 2 files at \"pods\" a new name"), "{}", plan["sentence"]);
    assert_eq!(plan["feed"]["moved"].as_array().expect("a list").len(), 2, "{plan}");
    let poller = Poller::start(Web::Server, &feed_url);
    laptop.mean(&["target", "relay", "pods", "--grace", "0"]);
    poller.another_round();
    let report = poller.stop();
    assert_eq!(report.bad, Vec::<String>::new());
    let after = read(&feed_url);
    let urls = attribute(&after, "//item/enclosure/@url");
    assert!(urls.len() == 3 && urls.iter().all(|url| url.starts_with(&format!("{cdn}{show}/"))), "{urls:?}");
    assert_eq!(xpath(&after, "//item/guid/text()"), xpath(&feed, "//item/guid/text()"), "apps know them again");
    assert_eq!(laptop.ask(&["target", "relay", "pods"])["writes"], 0, "once more writes nothing");

    // Each older address leads to the same sound.
    let listed = laptop.ask(&["target", "redirects", "pods"]);
    let redirects = listed["redirects"].as_array().expect("a list");
    for (url, length) in enclosures(&before) {
        let to = redirects.iter().find(|one| text(&one["from"]) == url).unwrap_or_else(|| panic!("{url}: {listed}"));
        let body = Listener::fast("AntennaPod/3.4.0").get(text(&to["to"])).expect("an answer").body;
        assert_eq!(body.len() as u64, length);
        assert_eq!(read_bytes(&url), body, "the older one is still there");
    }
    assert_eq!(redirects.len(), 2);
    let nginx = output(&mut laptop.command(&["target", "redirects", "pods", "--format", "nginx"]));
    assert!(nginx.lines().next().is_some_and(|line| line.starts_with('/') && line.ends_with(".mp3;")), "{nginx}");

    // When their days are over they go, and nothing else.
    let plan = laptop.ask(&["target", "clear", "pods", "--plan"]);
    assert_eq!(plan["deletes"].as_array().expect("a list").len(), 2, "{plan}");
    laptop.ask(&["target", "clear", "pods"]);
    let bucket = scene.storage.bucket();
    let left: Vec<String> = files(&bucket).into_iter().filter(|file| file.ends_with(".mp3")).collect();
    assert!(left.len() == 3 && left.iter().all(|file| file.starts_with("cdn/")), "{left:?}");
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0);
    assert_eq!(laptop.speak(&["rollback", &show, "--to", "1"]).code, Some(1), "its files are gone, and it is said");

    // The store cannot be forgotten while it is needed, and nothing is published to it.
    let refused = laptop.speak(&["target", "remove", "cdn"]).last.to_string();
    assert!(refused.contains("keeps files that are published at"), "{refused}");
    let refused = laptop.speak(&["publish", &show, "--target", "cdn"]).last.to_string();
    assert!(refused.contains("nothing is published there"), "{refused}");

    // Called back: the sound goes from the store, too.
    laptop.speak(&["episode", "withdraw", &show, "number-3"]);
    assert!(!files(&bucket).iter().any(|file| file.ends_with("number-3.mp3")));
    assert_eq!(Listener::fast("AntennaPod/3.4.0").get(&third_url).expect("an answer").status, 404);
}

fn read_bytes(url: &str) -> Vec<u8> {
    Listener::fast("AntennaPod/3.4.0").get(url).expect("an answer").body
}

#[test]
fn point_2_a_folder_with_sounds_in_a_bucket_and_a_feed_of_its_own_name() {
    let mut scene = BucketScene::new(12);
    let (show, cdn) = (scene.show.clone(), store(&mut scene, "cdn"));
    let www = scene.folder.path().join("www");
    let laptop = &scene.laptop;
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://www.example.org/"]);
    laptop.ask(&["target", "rule", "web", "audio", "--store", "cdn", "--prefix", "sound"]);
    laptop.ask(&["target", "rule", "web", "feed", "--path", "{show}.rss"]);
    laptop.ask(&["target", "rule", "web", "cover", "--path", "{show}/{name}-{hash8}.{ext}"]);
    laptop.ask(&["target", "rule", "web", "thumbnail", "--public-url", "https://img.example.org/a/"]);
    let published = laptop.ask(&["publish", &show, "--target", "web"]);
    assert_eq!(published["feed_url"], format!("https://www.example.org/{show}.rss"));
    let feed = std::fs::read_to_string(www.join(format!("{show}.rss"))).expect("the feed");
    let sounds = attribute(&feed, "//item/enclosure/@url");
    assert!(sounds.len() == 1 && sounds[0].starts_with(&format!("{cdn}sound/media/")), "{sounds:?}");
    assert_eq!(enclosures(&feed)[0].1, read_bytes(&sounds[0]).len() as u64);
    let cover = attribute(&feed, "//channel/*[local-name()='image']/@href");
    assert!(cover[0].starts_with(&format!("https://www.example.org/{show}/cover-")), "{cover:?}");
    let path = cover[0].strip_prefix("https://www.example.org/").expect("the place");
    assert!(www.join(path).is_file());
    // Another address of the same place: the smaller copies lie in the folder as ever.
    let manifest = std::fs::read(www.join("feeds").join(&show).join("v/00000001.json")).expect("the version");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let keys = manifest["objects"].as_array().expect("a list").iter().map(|object| text(&object["key"]));
    let smaller: Vec<&str> = keys.filter_map(|key| key.strip_prefix("https://img.example.org/a//")).collect();
    assert!(!smaller.is_empty() && smaller.iter().all(|path| www.join(path).is_file()), "{smaller:?}");
    assert_eq!(files(&www).iter().filter(|file| file.ends_with(".mp3")).count(), 0);
    // Versions go on where they were; history, rollback and a second publication know the feed's name.
    laptop.ask(&["episode", "set", &show, "number-1", "title=Changed"]);
    laptop.ask(&["publish", &show, "--target", "web"]);
    laptop.ask(&["rollback", &show, "--target", "web", "--to", "1"]);
    assert_eq!(std::fs::read_to_string(www.join(format!("{show}.rss"))).expect("the feed"), feed);
    assert!(www.join("feeds").join(&show).join("v/00000003.json").is_file());
    // Another laptop that does not know the rule makes no second feed.
    let other = Laptop::new(&scene.folder.path().join("other"));
    assert_eq!(other.show("Harbour Light"), show);
    other.episode(&show, "Theirs", &scene.folder.path().join("1.mp3"));
    other.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://www.example.org/"]);
    assert_eq!(other.speak(&["publish", &show]).last["code"], "target.conflict");
    assert!(!www.join("feeds").join(&show).join("feed.xml").exists());
    // A public feed keeps its name, and a sound's address its place.
    let refused = laptop.speak(&["target", "rule", "web", "feed"]).last.to_string();
    assert!(refused.contains("is public, so its address stays"), "{refused}");
    laptop.ask(&["target", "rule", "web", "audio"]);
    laptop.ask(&["publish", &show, "--target", "web"]);
    let now = std::fs::read_to_string(www.join(format!("{show}.rss"))).expect("the feed");
    assert_eq!(attribute(&now, "//item/enclosure/@url"), sounds);
    laptop.mean(&["target", "relay", "web", "--grace", "0"]);
    let now = std::fs::read_to_string(www.join(format!("{show}.rss"))).expect("the feed");
    let sounds = attribute(&now, "//item/enclosure/@url");
    assert!(sounds[0].starts_with("https://www.example.org/media/"), "{sounds:?}");
}

#[test]
fn point_2_a_store_of_two_places_loses_only_what_neither_needs() {
    let mut scene = BucketScene::new(12);
    let (show, cdn) = (scene.show.clone(), store(&mut scene, "cdn"));
    let www = scene.folder.path().join("www");
    let laptop = &scene.laptop;
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://www.example.org/"]);
    for place in ["pods", "web"] {
        laptop.ask(&["target", "rule", place, "audio", "--store", "cdn"]);
    }
    laptop.ask(&["publish", &show, "--target", "web"]);
    let moved = laptop.mean(&["target", "move", &show, "web", "pods", "--grace", "0"]);
    let feed = read(text(&moved["feed_url"]));
    let sounds = enclosures(&feed);
    assert!(sounds.len() == 1 && sounds[0].0.starts_with(&cdn), "{sounds:?}");
    let plan = laptop.ask(&["target", "clear", "web", "--plan"]);
    assert!(!plan["deletes"].to_string().contains(".mp3"), "the other place needs it: {}", plan["deletes"]);
    laptop.ask(&["sync", &show]);
    assert_eq!(read_bytes(&sounds[0].0).len() as u64, sounds[0].1);
    assert_eq!(files(&www).iter().filter(|file| file.contains("images/")).count(), 0, "what nobody needs is gone");
}

#[test]
fn point_2_names_that_clash_are_refused_before_anything_is_sent() {
    let place = scratch();
    let (www, laptop) = (place.path().join("www"), Laptop::new(place.path()));
    let show = laptop.show("Harbour");
    let sounds = ["one", "two", "other"].map(|name| {
        let file = place.path().join(format!("{name}.mp3"));
        sound::mp3(&file, 12, name);
        file
    });
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://www.example.org/"]);
    for (title, file) in [("One", &sounds[0]), ("Two", &sounds[1])] {
        laptop.episode(&show, title, file);
    }
    let rule = |words: &[&str]| laptop.speak(&[&["target", "rule", "web"][..], words].concat());
    for (words, why) in [
        (&["audio", "--path", "{show}/episode.{ext}"][..], "Two different files"),
        (&["audio", "--path", "../{slug}.{ext}"], "begin with a dot"),
        (&["audio", "--path", "feeds/{slug}.{ext}"], "feeds/"),
        (&["audio", "--path", "{slug}"], "must end in .{ext}"),
        (&["audio", "--cache", "no-store"], "keeps no headers"),
        (&["audio", "--store", "web"], "it is the place itself"),
        (&["audio", "--store", "nowhere"], "nowhere"),
        (&["sound", "--path", "{slug}.{ext}"], "is no kind of files"),
        (&["cover", "--path", "{slug}.{ext}"], "belongs to episodes"),
        (&["audio", "--public-url", "https://me:word@example.org/"], "name or password"),
    ] {
        let refused = rule(words);
        assert_eq!(refused.last["type"], "error", "{words:?}");
        assert!(refused.last.to_string().contains(why), "{words:?}: {}", refused.last);
    }
    // Fine for what there is; another content under a name that is public is refused when it comes.
    assert_eq!(rule(&["audio", "--path", "{show}/{slug}.{ext}"]).code, Some(0));
    laptop.ask(&["publish", &show]);
    let public = www.join(&show).join("one.mp3");
    let was = std::fs::read(&public).expect("the sound");
    laptop.ask(&["episode", "set", &show, "one", &format!("audio={}", sounds[2].display()), "--replace", "same-guid"]);
    let refused = laptop.speak(&["publish", &show]);
    let told = refused.last.to_string();
    assert!(told.contains("Another content was published under that name") && told.contains("{hash8}"), "{told}");
    assert_eq!(std::fs::read(&public).expect("the sound"), was);
    assert_eq!(rule(&["audio", "--path", "{show}/{slug}-{hash8}.{ext}"]).code, Some(0));
    laptop.ask(&["publish", &show]);
    assert_eq!(std::fs::read(&public).expect("the sound"), was, "the older one stays");
    // A file that Hearthcast did not put there is never written over.
    let file = place.path().join("three.mp3");
    sound::mp3(&file, 12, "three");
    laptop.episode(&show, "Three", &file);
    let hash = output(Command::new("sha256sum").arg(&file));
    let foreign = www.join(&show).join(format!("three-{}.mp3", &hash[..8]));
    std::fs::write(&foreign, b"somebody else's").expect("a file");
    let refused = laptop.speak(&["publish", &show]);
    assert!(refused.last.to_string().contains("did not put it there"), "{}", refused.last);
    assert_eq!(std::fs::read(&foreign).expect("the file"), b"somebody else's");
    std::fs::remove_file(foreign).expect("it can go");
    laptop.ask(&["publish", &show]);
}
