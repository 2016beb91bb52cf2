//! Issue 5, point 2: listeners of a server get the sound from it, by way of it, or from a storage; every address that was
//! published goes on answering when that changes.

use hearthcast_testkit::{ACCESS_KEY_ID, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use hearthcast_tests::{BucketScene, Laptop, Listener, Server, enclosures, files_below, output, scratch, sound};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;

fn listener() -> Listener {
    Listener::fast("AntennaPod/3.4.0")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

/// The bytes a podcast app gets from an address, by however many redirects.
fn heard(url: &str) -> Vec<u8> {
    let mut url = url.to_string();
    for _ in 0..5 {
        let answer = listener().get(&url).expect("an answer");
        match answer.status {
            200 => return answer.body,
            301 | 302 => url = answer.header("location").expect("where it leads").to_string(),
            other => panic!("{url}: {other}"),
        }
    }
    panic!("{url} leads on and on")
}

#[test]
fn point_2_sound_is_served_led_to_or_direct_and_no_address_is_lost() {
    let folder = scratch();
    let server = Server::start(&folder.path().join("server"));
    let mut scene = BucketScene::new(12);
    let show = scene.show.clone();
    let origin = server.origin();
    scene.laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    scene.laptop.secret("HEARTHCAST_CDN_ACCESS_KEY_ID", ACCESS_KEY_ID);
    scene.laptop.secret("HEARTHCAST_CDN_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
    let (url, cdn) = (bucket_url(&scene.line.origin(), "cdn"), public_url(&scene.line.origin(), "cdn"));
    let store = scene.laptop.ask(&["target", "add", &show, "cdn", &url, "--public-url", &cdn, "--role", "store"]);
    assert!(store.get("feed_url").is_none_or(serde_json::Value::is_null), "no feed goes to a store: {store}");
    scene.laptop.ask(&["target", "add", &show, "home", &format!("server+{origin}"), "--role", "mirror"]);
    let publish = |scene: &BucketScene| {
        let told = scene.laptop.ask(&["publish", &show, "--target", "home"]);
        let feed = listener().get(text(&told["feed_url"])).expect("a feed").body;
        enclosures(&String::from_utf8(feed).expect("UTF-8")).into_iter().map(|(url, _)| url).collect::<Vec<_>>()
    };
    let sounds = |urls: &[String]| urls.iter().map(|url| heard(url)).collect::<Vec<_>>();

    // Served, as it always was.
    let mut published = publish(&scene);
    assert!(published.len() == 1 && published[0].starts_with(&format!("{origin}/m/")), "{published:?}");

    // From now on the sound lies in a bucket, and the server leads there under an address of its own.
    scene.laptop.mean(&["target", "rule", "home", "audio", "--store", "cdn"]);
    let second = scene.add_episode(2, 13);
    let foreseen = scene.laptop.ask(&["target", "rules", "home"]);
    let redirected = publish(&scene);
    let told = |url: &String| foreseen.to_string().contains(&format!("{url:?}"));
    assert!(redirected.iter().all(told), "the rule shows the addresses of the feed: {foreseen}, {redirected:?}");
    assert!(redirected.iter().all(|url| url.starts_with(&format!("{origin}/e/")) && url.ends_with("/audio.mp3")));
    let bytes = std::fs::read(&second).expect("the sound");
    let answers: Vec<_> = redirected.iter().map(|url| listener().get(url).expect("an answer")).collect();
    let led = answers.iter().find(|answer| answer.status == 302).expect("one is in the bucket");
    assert!(led.header("location").is_some_and(|url| url.starts_with(&cdn)), "{:?}", led.header("location"));
    assert!(answers.iter().any(|answer| answer.status == 200), "the one of before lies on the server");
    assert!(sounds(&redirected).contains(&bytes), "the sound itself");
    let here = |path: &std::path::PathBuf| std::fs::read(path).is_ok_and(|found| found == bytes);
    assert!(!files_below(&folder.path().join("server")).iter().any(here), "the server keeps no copy");
    assert_eq!(scene.laptop.ask(&["publish", &show, "--target", "home"])["writes"], 0, "nothing is left to do");
    published.extend(redirected);

    // Straight from the bucket, where it lies there.
    scene.laptop.mean(&["target", "rule", "home", "audio", "--store", "cdn", "--mode", "direct"]);
    let direct = publish(&scene);
    assert_eq!(direct.iter().filter(|url| url.starts_with(&cdn)).count(), 1, "{direct:?}");
    assert_eq!(direct.iter().filter(|url| url.starts_with(&format!("{origin}/m/"))).count(), 1, "{direct:?}");
    published.extend(direct);

    // And what was published on each way is heard on every one of them.
    let all = sounds(&published);
    let kinds: std::collections::BTreeSet<&Vec<u8>> = all.iter().collect();
    assert_eq!((all.len(), kinds.len()), (5, 2), "{published:?}");

    // A mode that nothing could carry out is refused, with the reason.
    for (words, why) in [
        (&["target", "rule", "home", "cover", "--store", "cdn"][..], "audio"),
        (&["target", "rule", "home", "audio", "--mode", "direct"], "--store"),
        (&["target", "rule", "pods", "audio", "--mode", "redirect"], "--mode"),
        (&["target", "rule", "home", "audio", "--mode", "somehow"], "serve, redirect, direct"),
    ] {
        let told = scene.laptop.speak(words);
        let said = format!("{told:?}");
        assert!(said.contains(why), "{words:?}: {said}");
    }

    // Sent by the server: only where it has the key.
    scene.laptop.mean(&["target", "rule", "home", "audio", "--store", "cdn", "--mode", "serve"]);
    scene.add_episode(3, 14);
    let said = format!("{:?}", scene.laptop.speak(&["publish", &show, "--target", "home"]));
    assert!(said.contains("has no key to it"), "{said}");
    assert_eq!(sounds(&published), all, "what is public stays as it was");
}

/// A show with one episode, a private bucket beside it, and a server that was given the key, or was not.
struct Private {
    _folder: tempfile::TempDir,
    storage: S3Server,
    server: Server,
    laptop: Laptop,
    show: String,
    bytes: Vec<u8>,
}

impl Private {
    fn new(server_has_the_key: bool) -> Self {
        let folder = scratch();
        let at = |name: &str| folder.path().join(name);
        let storage = S3Server::private(&at("s3"));
        let (url, public) = (bucket_url(&storage.origin(), "cdn"), public_url(&storage.origin(), "cdn"));
        let key = format!("access_key_id = '{ACCESS_KEY_ID}'\nsecret_access_key = '{SECRET_ACCESS_KEY}'\n");
        std::fs::write(at("cdn.key"), key).expect("a file can be written");
        std::fs::set_permissions(at("cdn.key"), std::fs::Permissions::from_mode(0o600)).expect("it can be closed");
        let given = format!(
            "[storage.cdn]\nurl = '{url}'\npublic_url = '{public}'\nkey_file = '{}'\n",
            at("cdn.key").display()
        );
        std::fs::write(at("server.toml"), if server_has_the_key { given } else { String::new() }).expect("settings");
        let config = at("server.toml");
        let server = Server::start_with(&at("server"), &["--config", config.to_str().expect("a path")]);
        let mut laptop = Laptop::new(folder.path());
        let show = laptop.show("Harbour Light");
        laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
        laptop.secret("HEARTHCAST_CDN_ACCESS_KEY_ID", ACCESS_KEY_ID);
        laptop.secret("HEARTHCAST_CDN_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        laptop.ask(&["target", "add", &show, "cdn", &url, "--public-url", &public, "--role", "store"]);
        laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
        sound::mp3(&at("1.mp3"), 12, "Number 1");
        laptop.episode(&show, "Number 1", &at("1.mp3"));
        let bytes = std::fs::read(at("1.mp3")).expect("the sound");
        Self { _folder: folder, storage, server, laptop, show, bytes }
    }

    fn mode(&self, mode: &str) {
        self.laptop.mean(&["target", "rule", "home", "audio", "--store", "cdn", "--mode", mode]);
    }

    /// Publishes; the addresses of the sounds in the feed.
    fn publish(&self) -> Vec<String> {
        let feed = text(&self.laptop.ask(&["publish", &self.show])["feed_url"]).to_string();
        let feed = String::from_utf8(listener().get(&feed).expect("a feed").body).expect("UTF-8");
        enclosures(&feed).into_iter().map(|(url, _)| url).collect()
    }

    fn stored(&self) -> usize {
        files_below(&self.storage.bucket().join("cdn/media")).len()
    }
}

#[test]
fn point_2_the_sound_of_a_private_bucket_is_led_to_sent_and_withdrawn() {
    let scene = Private::new(true);
    scene.mode("redirect");
    let redirected = scene.publish();
    let led = listener().get(&redirected[0]).expect("an answer");
    let link = led.header("location").expect("where it leads").to_string();
    assert!(led.status == 302 && link.contains("X-Amz-Signature="), "{} {link}", led.status);
    assert!(heard(&redirected[0]) == scene.bytes, "the sound itself");
    let (unsigned, _) = link.split_once('?').expect("a signed address");
    assert_eq!(listener().get(unsigned).expect("an answer").status, 403, "nobody else gets it");

    scene.mode("serve");
    let served = scene.publish();
    assert!(served[0].starts_with(&format!("{}/m/", scene.server.origin())), "{served:?}");
    assert_eq!(listener().get(&served[0]).expect("an answer").status, 200);
    assert!(heard(&served[0]) == scene.bytes && heard(&redirected[0]) == scene.bytes, "on both ways");
    assert_eq!(scene.laptop.ask(&["publish", &scene.show])["writes"], 0, "nothing is left to do");

    // Direct, listeners would get nothing: said before anything changes.
    scene.mode("direct");
    let said = format!("{:?}", scene.laptop.speak(&["publish", &scene.show]));
    assert!(said.contains("would not get"), "{said}");
    assert!(heard(&served[0]) == scene.bytes);

    assert_eq!(scene.stored(), 1);
    scene.mode("serve");
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(scene.laptop.ask(&["episode", "withdraw", &scene.show, "number-1"])["complete"], true);
    assert_eq!(scene.stored(), 0, "deleted in the bucket, too");
    for url in served.iter().chain(&redirected) {
        assert_eq!(listener().get(url).expect("an answer").status, 410, "{url}");
    }
}

#[test]
fn point_2_a_server_without_the_key_is_told_nothing_that_listeners_would_not_get() {
    let scene = Private::new(false);
    for (mode, why) in [("redirect", "would not get"), ("serve", "has no key to it"), ("direct", "would not get")] {
        // A publication that was refused keeps nobody from changing the rule that it was refused for.
        scene.mode(mode);
        let said = format!("{:?}", scene.laptop.speak(&["publish", &scene.show]));
        assert!(said.contains(why), "{mode}: {said}");
    }
    let feed = format!("{}/podcasts/{}/rss/", scene.server.origin(), scene.show);
    assert_eq!(listener().get(&feed).expect("an answer").status, 404, "nothing is public");
}

#[test]
fn point_2_a_storage_that_cannot_be_used_leaves_no_publication_open() {
    let mut scene = Private::new(true);
    scene.mode("redirect");
    scene.laptop.secret("HEARTHCAST_CDN_SECRET_ACCESS_KEY", "not-the-key");
    let refused = scene.laptop.speak(&["publish", &scene.show]);
    assert_eq!(refused.last["type"], "error", "{refused:?}");
    let plan = || scene.laptop.ask(&["plan", &scene.show])["publication"].clone();
    let first = plan();
    assert!(first.is_string() && first != plan(), "each plan is a new one: none is to be finished");
}

#[test]
fn point_2_public_sound_is_laid_out_anew_beside_a_server_and_back() {
    let scene = Private::new(true);
    let served = scene.publish();
    assert_eq!((scene.stored(), listener().get(&served[0]).expect("an answer").status), (0, 200));
    scene.mode("redirect");
    scene.laptop.mean(&["target", "relay", "home", "--grace", "0"]);
    assert_eq!(scene.stored(), 1, "it lies in the bucket now");
    let redirected = scene.publish();
    assert!(redirected[0].contains("/e/") && heard(&redirected[0]) == scene.bytes, "{redirected:?}");
    assert!(heard(&served[0]) == scene.bytes, "the older address holds");
    assert_eq!(scene.laptop.ask(&["target", "relay", "home"])["writes"], 0, "once more writes nothing");

    // Back, from the bucket: the laptop has it no more.
    scene.laptop.mean(&["target", "rule", "home", "audio"]);
    let media = scene.laptop.library().join("media");
    let kept = files_below(&media).into_iter().find(|path| std::fs::read(path).is_ok_and(|found| found == scene.bytes));
    let kept = kept.expect("the sound in the library");
    std::fs::remove_file(&kept).expect("it can be deleted");
    scene.laptop.mean(&["target", "relay", "home", "--grace", "0"]);
    assert!(std::fs::read(&kept).is_ok_and(|found| found == scene.bytes), "brought here on the way");
    let back = scene.publish();
    assert_eq!(back, served, "sent by the server, from its own disk");
    assert_eq!(listener().get(&redirected[0]).expect("an answer").status, 200, "the older address holds");
    scene.laptop.ask(&["target", "clear", "home"]);
    assert_eq!(scene.stored(), 0, "and the bucket is empty again");
    assert!(heard(&served[0]) == scene.bytes && heard(&redirected[0]) == scene.bytes);
}

#[test]
fn point_2_older_paths_are_published_and_lead_on() {
    let folder = scratch();
    let server = Server::start(&folder.path().join("server"));
    let mut laptop = Laptop::new(folder.path());
    let show = laptop.show("Harbour Light");
    let origin = server.origin();
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{origin}")]);
    let mp3 = folder.path().join("1.mp3");
    sound::mp3(&mp3, 12, "Number 1");
    laptop.episode(&show, "Number 1", &mp3);
    let feed = text(&laptop.ask(&["publish", &show])["feed_url"]).to_string();
    let gone = listener().get(&format!("{origin}/feed.xml")).expect("an answer");
    assert_eq!(gone.status, 404);

    let csv = folder.path().join("old.csv");
    let lines = format!("from,to,status\n/feed.xml,/podcasts/{show}/rss/\n/old/*,{origin}/podcasts/{show}/*,302\n");
    std::fs::write(&csv, lines).expect("a file can be written");
    laptop.ask(&["target", "paths", "home", "import", csv.to_str().expect("a path")]);
    laptop.ask(&["target", "paths", "home", "add", "/rss", &format!("/podcasts/{show}/rss/"), "--status", "302"]);
    laptop.ask(&["target", "paths", "home", "add", "/mistake", "/podcasts/elsewhere/rss/"]);
    let told = output(&mut laptop.command(&["target", "paths", "home", "add", "/mistake", &feed]));
    assert!(told.contains(&format!("/mistake -> {feed} (before: /podcasts/elsewhere/rss/)")), "{told}");
    let bad = folder.path().join("bad.csv");
    std::fs::write(&bad, "/good,/podcasts/\n/bad,https://evil.example/\n").expect("a file can be written");
    let bad = bad.to_str().expect("a path");
    let said = format!("{:?}", laptop.speak(&["target", "paths", "home", "import", bad]));
    assert!(said.contains("Line 2") && said.contains("is no address of this show"), "{said}");
    let skipped = laptop.ask(&["target", "paths", "home", "import", bad, "--skip-refused"]);
    assert_eq!(skipped["paths"].as_array().map(Vec::len), Some(5), "{skipped}");
    laptop.ask(&["target", "paths", "home", "remove", "/good"]);
    let left = laptop.ask(&["target", "paths", "home", "remove", "/mistake"]);
    assert_eq!(left["paths"].as_array().map(Vec::len), Some(3), "{left}");
    for (words, why) in [
        (["add", "/a", "https://evil.example/"], "is no address of this show"),
        (["add", "/b", "/rss"], "older path itself"),
        (["add", "/c/*", "/c/d/*"], "older path itself"),
    ] {
        let said = format!("{:?}", laptop.speak(&[&["target", "paths", "home"][..], &words].concat()));
        assert!(said.contains(why), "{words:?}: {said}");
    }

    assert_ne!(laptop.ask(&["publish", &show])["writes"], 0, "they are published with the show");
    for (path, status, to) in [
        ("/feed.xml", 301, feed.clone()),
        ("/rss", 302, feed.clone()),
        ("/old/rss/", 302, format!("{origin}/podcasts/{show}/rss/")),
    ] {
        let answer = listener().get(&format!("{origin}{path}")).expect("an answer");
        assert_eq!((answer.status, answer.header("location")), (status, Some(to.as_str())), "{path}");
    }
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0, "once");
}
