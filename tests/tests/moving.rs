//! Issue 4, point 5: a show moves from one place to another by the terminal, while somebody reads the old and the new feed
//! with all their sounds. It is undone by moving back; what it leaves behind goes when its days are over, and nothing else.

use hearthcast_testkit::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, bucket_url, public_url};
use hearthcast_tests::{
    BucketScene, Laptop, Listener, Poller, Server, Web, enclosures, file_url, output, scratch, sound,
};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

/// What libxml2 finds in a feed.
fn xpath(feed: &str, path: &str) -> Vec<String> {
    let file = scratch();
    let feed_file = file.path().join("feed.xml");
    std::fs::write(&feed_file, feed).expect("a feed can be written");
    let found = output(Command::new("xmllint").args(["--xpath", path]).arg(feed_file));
    found.lines().map(|line| line.trim().to_string()).filter(|line| !line.is_empty()).collect()
}

/// What must not change for listeners, whatever address they use.
fn identity(feed: &str) -> Vec<Vec<String>> {
    ["//item/guid/text()", "//item/pubDate/text()", "//*[local-name()='guid']/text()"]
        .map(|path| xpath(feed, path))
        .to_vec()
}

fn new_feed_url(feed: &str) -> Vec<String> {
    xpath(feed, "//*[local-name()='new-feed-url']/text()")
}

fn read(url: &str) -> String {
    let answer = Listener::fast("AntennaPod/3.4.0").get(url).expect("an answer");
    assert_eq!(answer.status, 200, "{url}");
    String::from_utf8(answer.body).expect("UTF-8")
}

/// Every sound of a feed is there with the length the feed says.
fn all_heard(feed: &str) -> usize {
    let sounds = enclosures(feed);
    for (url, length) in &sounds {
        let answer = Listener::fast("AntennaPod/3.4.0").get(url).expect("an answer");
        assert_eq!((answer.status, answer.body.len() as u64), (200, *length), "{url}");
    }
    sounds.len()
}

#[test]
fn a_show_moves_to_another_bucket_and_back_and_nobody_loses_it() {
    let mut scene = BucketScene::new(12);
    let second = scene.add_episode(2, 12);
    let show = scene.show.clone();
    for name in ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY"] {
        let value = if name == "ACCESS_KEY_ID" { ACCESS_KEY_ID } else { SECRET_ACCESS_KEY };
        scene.laptop.secret(&format!("HEARTHCAST_NEW_{name}"), value);
    }
    let laptop = &scene.laptop;
    let old_url = text(&laptop.ask(&["publish", &show])["feed_url"]).to_string();
    let before = read(&old_url);
    let (url, public) = (bucket_url(&scene.line.origin(), "elsewhere"), public_url(&scene.line.origin(), "elsewhere"));
    laptop.ask(&["target", "add", &show, "new", &url, "--public-url", &public, "--role", "staging"]);
    // A change that is not published moves nowhere, and one sound is only in the bucket.
    laptop.ask(&["episode", "set", &show, "number-1", "title=Not yet"]);
    let hash = output(Command::new("sha256sum").arg(second));
    let hash = hash.split(' ').next().expect("a hash");
    std::fs::remove_file(laptop.library().join("media").join(&hash[..2]).join(hash)).expect("it was here");

    let plan = laptop.speak(&["target", "move", &show, "pods", "new", "--plan"]).last;
    // Two sounds, the cover, its copies of 600, 300 and 150 pixels for apps, of 740, 240, 160 and 80 for websites.
    assert!(text(&plan["sentence"]).starts_with("Moves from \"pods\" to \"new\": 10 files"), "{}", plan["sentence"]);
    assert!(text(&plan["sentence"]).contains("1 file brought here"), "{}", plan["sentence"]);
    assert_eq!(plan["feed"]["moved"].as_array().expect("a list").len(), 3, "two sounds and the cover: {plan}");
    assert_eq!(read(&old_url), before, "a plan changes nothing");

    let pollers = [Poller::start(Web::Server, &old_url)];
    let moved = laptop.mean(&["target", "move", &show, "pods", "new"]);
    let new_url = text(&moved["feed_url"]).to_string();
    assert_eq!(new_url, format!("{public}feeds/{show}/feed.xml"));
    assert!(moved["bytes_sent"].as_u64() > Some(100_000), "{moved}");
    let after = read(&new_url);
    assert_eq!(read(&old_url), after, "the old feed is the new one");
    assert_eq!(identity(&after), identity(&before));
    assert_eq!(new_feed_url(&after), [new_url.as_str()]);
    assert!(!after.contains("/harbour/"), "no address of the old place is left");
    assert_eq!(all_heard(&after), 2);
    assert_eq!(all_heard(&before), 2, "who has the old feed still gets its sounds");
    let again = laptop.mean(&["target", "move", &show, "pods", "new"]);
    assert_eq!(again["writes"], 0, "once more writes nothing");

    // What is published now reaches both, with no name: the new place leads.
    assert_eq!(laptop.ask(&["publish", &show])["feed_url"], json!(new_url));
    laptop.ask(&["sync", &show]);
    assert!(read(&new_url).contains("Not yet"));
    assert_eq!(read(&old_url), read(&new_url));
    assert_eq!(laptop.speak(&["target", "clear", "pods"]).code, Some(1), "its days are not over");
    assert_eq!(laptop.speak(&["rollback", &show, "--target", "pods", "--to", "1"]).code, Some(1));
    assert_eq!(laptop.ask(&["publish", &show, "--target", "pods"])["writes"], 0, "nothing new begins there");

    // Undone: nothing is sent, and apps that followed are sent back.
    let plan = laptop.speak(&["target", "move", &show, "new", "pods", "--plan"]).last;
    assert_eq!(plan["bytes_to_send"], 0, "{}", plan["sentence"]);
    laptop.mean(&["target", "move", &show, "new", "pods", "--grace", "0"]);
    assert_eq!((new_feed_url(&read(&old_url)), read(&new_url)), (vec![old_url.clone()], read(&old_url)));
    assert_eq!(identity(&read(&old_url)), identity(&after));
    for poller in pollers {
        poller.another_round();
        let report = poller.stop();
        assert_eq!(report.bad, Vec::<String>::new());
        assert!(report.enclosures > 0, "{report:?}");
    }

    let plan = laptop.ask(&["target", "clear", "new", "--plan"]);
    assert_eq!(plan["deletes"].as_array().expect("a list").len(), 10, "sounds, cover and its sizes: {plan}");
    laptop.ask(&["sync", &show]);
    let bucket = scene.storage.bucket();
    let left = output(Command::new("find").arg(bucket.join("elsewhere")).args(["-type", "f"]));
    assert!(!left.contains("/media/") && !left.contains("/images/") && left.contains("feed.xml"), "{left}");
    assert_eq!(all_heard(&read(&new_url)), 2, "the feed stays, and names files of the other place");
    assert_eq!(laptop.ask(&["sync", &show])["published"], 0);
}

/// gPodder, without a window.
fn gpo(home: &Path, words: &[&str]) -> String {
    output(Command::new("gpo").env("HOME", home).env("GPODDER_HOME", home).args(words))
}

#[test]
fn a_server_that_a_show_left_sends_everybody_to_the_new_one() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 12, "One");
    laptop.episode(&show, "One", &file);
    let servers = ["old", "new"].map(|name| (name, Server::start(&place.path().join(name))));
    for (name, server) in &servers {
        laptop.secret(&format!("HEARTHCAST_{}_PAIRING_CODE", name.to_uppercase()), &server.pairing_code());
        laptop.ask(&["target", "add", &show, name, &format!("server+{}", server.origin())]);
        if *name == "old" {
            laptop.ask(&["publish", &show]);
        }
    }
    let [(_, mut old), (_, _new)] = servers;
    let old_url = format!("{}/podcasts/{show}/rss/", old.origin());
    let feed = read(&old_url);
    let (sound, _) = enclosures(&feed).swap_remove(0);
    let app = place.path().join("gpodder");
    gpo(&app, &["subscribe", &old_url]);
    let moved = laptop.mean(&["target", "move", &show, "old", "new", "--grace", "1"]);
    let new_url = text(&moved["feed_url"]).to_string();
    laptop.ask(&["sync"]);
    assert_eq!(new_feed_url(&read(&old_url)), std::slice::from_ref(&new_url), "in its days the old feed goes on");
    assert_eq!(laptop.speak(&["target", "clear", "old"]).code, Some(1), "its days are not over");
    // Back, and away again with no days.
    laptop.mean(&["target", "move", &show, "new", "old", "--grace", "1"]);
    laptop.mean(&["target", "move", &show, "old", "new", "--grace", "0"]);
    let plan = laptop.ask(&["target", "clear", "old", "--plan"]);
    assert!(text(&plan["sentence"]).contains("sent on"), "{}", plan["sentence"]);
    assert!(all_heard(&feed) == 1 && read(&old_url).contains("new-feed-url"), "a plan changes nothing");
    laptop.ask(&["sync"]);
    for _ in 0..2 {
        for (url, to) in [(&old_url, &new_url), (&sound, &enclosures(&read(&new_url))[0].0)] {
            let head = output(Command::new("curl").args(["-sI", url]));
            assert!(head.starts_with("HTTP/1.1 301") && head.contains(&format!("location: {to}\r\n")), "{head}");
            output(Command::new("curl").args(["-sfL", "-o", "/dev/null", url]));
        }
        old.kill_and_start_again();
    }
    let left = output(Command::new("find").arg(place.path().join("old/media")).args(["-type", "f"]));
    assert_eq!(left, "", "no file is left there");
    // What comes now is published at the new place only, and an app that knows the old address hears it.
    let second = place.path().join("two.mp3");
    sound::mp3(&second, 12, "Two");
    laptop.episode(&show, "Two", &second);
    laptop.ask(&["publish", &show]);
    assert_eq!(laptop.ask(&["sync"])["published"], 0);
    assert_eq!(laptop.ask(&["publish", &show, "--target", "old"])["writes"], 0);
    gpo(&app, &["update"]);
    gpo(&app, &["download"]);
    let heard = output(Command::new("find").arg(&app).args(["-name", "*.mp3"]));
    assert_eq!(heard.lines().count(), 2, "{heard}");
    // Withdrawn afterwards: neither server gives it out, and nobody is sent to it.
    assert_eq!(laptop.ask(&["episode", "withdraw", &show, "one"])["complete"], true);
    assert_eq!(Listener::fast("AntennaPod/3.4.0").get(&sound).expect("an answer").status, 410);
    // Back again: what was deleted is sent again, and the old address is the feed.
    laptop.mean(&["target", "move", &show, "new", "old"]);
    assert_eq!(all_heard(&read(&old_url)), 1);
    assert_eq!(new_feed_url(&read(&old_url)), std::slice::from_ref(&old_url));
    // Away twice more: the server sends askers there itself, not through the place between.
    let (www, public) = (place.path().join("www"), "https://pods.example.org/");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", public]);
    let (sound, _) = enclosures(&read(&old_url)).swap_remove(0);
    for (from, to, begins) in
        [("old", "www", public), ("www", "new", &new_url.replace(&format!("podcasts/{show}/rss/"), ""))]
    {
        laptop.mean(&["target", "move", &show, from, to, "--grace", "0"]);
        laptop.ask(&["sync"]);
        for url in [&old_url, &sound] {
            let head = output(Command::new("curl").args(["-sI", url]));
            assert!(head.starts_with("HTTP/1.1 301") && head.contains(&format!("location: {begins}")), "{head}");
        }
    }
}

/// A folder, and what it has below it.
fn files(folder: &Path) -> Vec<String> {
    let found = output(Command::new("find").arg(folder).args(["-type", "f", "-not", "-path", "*/.hearthcast/*"]));
    found.lines().map(|line| line.replace(&folder.display().to_string(), "")).collect()
}

#[test]
fn the_same_folder_under_another_address_keeps_its_files() {
    let place = scratch();
    let (www, laptop) = (place.path().join("www"), Laptop::new(place.path()));
    let show = laptop.show("Harbour");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 12, "One");
    laptop.episode(&show, "One", &file);
    let target = |name: &str, public: &str| {
        laptop.ask(&["target", "add", &show, name, &file_url(&www), "--public-url", public]);
    };
    target("old", "https://old.example.org/");
    laptop.ask(&["publish", &show]);
    target("new", "https://new.example.org/pod/");
    let before = files(&www);
    let feed = www.join("feeds").join(&show).join("feed.xml");
    let was = std::fs::read_to_string(&feed).expect("the feed");
    let moved = laptop.mean(&["target", "move", &show, "old", "new"]);
    assert_eq!((&moved["version"], &moved["bytes_sent"]), (&json!(2), &json!(0)), "{moved}");
    let now = std::fs::read_to_string(&feed).expect("the feed");
    assert_eq!(identity(&now), identity(&was));
    assert_eq!(now.replace("https://new.example.org/pod/", "").matches("https://old.example.org/").count(), 0);
    assert_eq!(new_feed_url(&now), [format!("https://new.example.org/pod/feeds/{show}/feed.xml")]);
    let added: Vec<String> = files(&www).into_iter().filter(|file| !before.contains(file)).collect();
    assert!(added.iter().all(|file| file.contains("/v/00000002.")) && added.len() == 2, "{added:?}");
    assert_eq!(laptop.speak(&["target", "clear", "old", "--plan"]).code, Some(1), "nothing was left behind");
    laptop.ask(&["sync", &show]);
    assert_eq!(std::fs::read_to_string(&feed).expect("the feed"), now);
    laptop.ask(&["episode", "set", &show, "one", "title=One, edited"]);
    assert_eq!(laptop.ask(&["publish", &show])["version"], 3);
}

#[test]
fn a_folder_that_two_shows_share_loses_only_what_nobody_needs() {
    let place = scratch();
    let (www, laptop) = (place.path().join("www"), Laptop::new(place.path()));
    let (one, two) = (place.path().join("one.mp3"), place.path().join("two.mp3"));
    sound::mp3(&one, 12, "One");
    sound::mp3(&two, 12, "Two");
    let shows = ["Harbour", "Lighthouse"].map(|title| laptop.show(title));
    for (show, name) in shows.iter().zip(["a", "b"]) {
        laptop.ask(&["target", "add", show, name, &file_url(&www), "--public-url", "https://pods.example.org/"]);
        // The same sound under the same name belongs to both.
        laptop.episode(show, "One", &one);
    }
    laptop.episode(&shows[0], "Two", &two);
    for show in &shows {
        laptop.ask(&["publish", show]);
    }
    let mut server_laptop = laptop;
    let server = Server::start(&place.path().join("server"));
    server_laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    let laptop = server_laptop;
    laptop.ask(&["target", "add", &shows[0], "home", &format!("server+{}", server.origin())]);
    let before = std::fs::read_to_string(www.join("feeds").join(&shows[0]).join("feed.xml")).expect("the feed");
    let moved = laptop.mean(&["target", "move", &shows[0], "a", "home", "--grace", "0"]);
    let after = read(text(&moved["feed_url"]));
    assert_eq!((identity(&after), all_heard(&after)), (identity(&before), 2));
    let plan = laptop.ask(&["target", "clear", "a", "--plan"]);
    let gone: Vec<&str> = plan["deletes"].as_array().expect("a list").iter().map(|file| text(&file["key"])).collect();
    assert!(gone.iter().any(|key| key.ends_with("/two.mp3")), "{gone:?}");
    assert!(!gone.iter().any(|key| key.ends_with("/one.mp3")), "the other show needs it: {gone:?}");
    laptop.ask(&["target", "clear", "a"]);
    let other = std::fs::read_to_string(www.join("feeds").join(&shows[1]).join("feed.xml")).expect("the feed");
    for (url, length) in enclosures(&other) {
        let file = www.join(url.strip_prefix("https://pods.example.org/").expect("inside"));
        assert_eq!(std::fs::metadata(file).expect("it is there").len(), length);
    }
    assert!(!files(&www).iter().any(|file| file.ends_with("/two.mp3")));
    // Back from the server: what was deleted is sent again.
    laptop.mean(&["target", "move", &shows[0], "home", "a"]);
    let now = std::fs::read_to_string(www.join("feeds").join(&shows[0]).join("feed.xml")).expect("the feed");
    assert_eq!(identity(&now), identity(&before));
    for (url, length) in enclosures(&now) {
        let file = www.join(url.strip_prefix("https://pods.example.org/").expect("inside"));
        assert_eq!(std::fs::metadata(file).expect("it is there").len(), length, "{url}");
    }
    let at_server = read(&format!("{}/podcasts/{}/rss/", server.origin(), shows[0]));
    assert_eq!(new_feed_url(&at_server), [format!("https://pods.example.org/feeds/{}/feed.xml", shows[0])]);
    assert_eq!(all_heard(&at_server), 2, "the server goes on serving its own files");
}

#[test]
fn what_was_handed_over_early_is_not_left_behind() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    for (title, at) in [("One", "2026-01-01"), ("Fog", "2096-01-01"), ("Mist", "2096-01-02")] {
        let file = place.path().join(format!("{title}.mp3"));
        sound::mp3(&file, 12, title);
        laptop.episode(&show, title, &file);
        laptop.ask(&["episode", "set", &show, &title.to_lowercase(), &format!("at={at}T08:00:00Z")]);
    }
    let folders = ["old", "new"].map(|name| place.path().join(name));
    for (folder, name) in folders.iter().zip(["old", "new"]) {
        let public = format!("https://{name}.example.org/");
        laptop.ask(&["target", "add", &show, name, &file_url(folder), "--public-url", &public]);
    }
    let sounds = |folder: &Path| {
        let mut all: Vec<String> = files(folder).into_iter().filter(|file| file.ends_with(".mp3")).collect();
        all = all.iter().filter_map(|file| file.rsplit('/').next()).map(str::to_string).collect();
        all.sort();
        all
    };
    laptop.ask(&["publish", &show, "--target", "old"]);
    // One of them was taken back before its time: no version ever named it.
    laptop.ask(&["episode", "set", &show, "mist", "draft=true"]);
    laptop.ask(&["publish", &show, "--target", "old"]);
    assert_eq!(sounds(&folders[0]), ["fog.mp3", "mist.mp3", "one.mp3"]);
    laptop.mean(&["target", "move", &show, "old", "new", "--grace", "0"]);
    laptop.ask(&["sync", &show]);
    assert_eq!(sounds(&folders[0]), Vec::<String>::new());
    assert_eq!(sounds(&folders[1]), ["fog.mp3", "one.mp3"]);
}

#[test]
fn an_episode_that_is_withdrawn_after_a_move_leaves_the_old_feed_too() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    for title in ["One", "Two"] {
        let file = place.path().join(format!("{title}.mp3"));
        sound::mp3(&file, 12, title);
        laptop.episode(&show, title, &file);
    }
    let folders = ["old", "new"].map(|name| place.path().join(name));
    for (folder, name) in folders.iter().zip(["old", "new"]) {
        let public = format!("https://{name}.example.org/");
        laptop.ask(&["target", "add", &show, name, &file_url(folder), "--public-url", &public]);
        if name == "old" {
            laptop.ask(&["publish", &show]);
        }
    }
    laptop.mean(&["target", "move", &show, "old", "new"]);
    // Nobody answers at example.org, so its addresses cannot be asked.
    assert_eq!(laptop.speak(&["episode", "withdraw", &show, "two"]).code, Some(3));
    for folder in folders {
        let feed = std::fs::read_to_string(folder.join("feeds").join(&show).join("feed.xml")).expect("the feed");
        assert!(feed.contains("<title>One</title>") && !feed.contains("<title>Two</title>"), "{}", folder.display());
        assert!(!files(&folder).iter().any(|file| file.contains("/two.")), "{}", folder.display());
    }
}
