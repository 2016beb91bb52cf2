//! Issue 6, point 5: what apps know a published episode by changes only when somebody typed that it is meant, and the sound of a
//! live episode is replaced in one of three ways. Feeds are read by libxml2.

use hearthcast_tests::{Laptop, Listener, Server, output, scratch, sound, until};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

/// A show with two episodes at a server.
struct Scene {
    folder: tempfile::TempDir,
    server: Server,
    laptop: Laptop,
    show: String,
}

impl Scene {
    fn new() -> Self {
        let folder = scratch();
        let server = Server::start(&folder.path().join("server"));
        let mut laptop = Laptop::new(folder.path());
        let show = laptop.show("Harbour");
        laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
        laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
        let scene = Self { folder, server, laptop, show };
        for (title, seconds) in [("One", 70), ("Two", 72)] {
            scene.laptop.episode(&scene.show, title, &scene.sound(title, seconds));
        }
        scene.laptop.ask(&["publish", &scene.show]);
        scene
    }

    fn sound(&self, title: &str, seconds: usize) -> PathBuf {
        let file = self.folder.path().join(format!("{title}.mp3"));
        sound::mp3(&file, seconds, title);
        file
    }

    fn feed(&self) -> String {
        let url = format!("{}/podcasts/{}/rss/", self.server.origin(), self.show);
        String::from_utf8(Listener::fast("AntennaPod/3.4.0").get(&url).expect("a feed").body).expect("UTF-8")
    }

    /// What libxml2 finds in an episode's item.
    fn item(&self, title: &str, path: &str) -> String {
        let file = self.folder.path().join("feed.xml");
        std::fs::write(&file, self.feed()).expect("a feed can be written");
        let path = format!("string(//item[title='{title}']/{path})");
        output(Command::new("xmllint").args(["--nonet", "--xpath", &path]).arg(file)).trim().to_string()
    }

    fn set(&self, episode: &str, words: &[&str]) {
        self.laptop.ask(&[&["episode", "set", &self.show, episode][..], words].concat());
    }

    fn versions(&self) -> Option<usize> {
        self.laptop.ask(&["history", &self.show])["versions"].as_array().map(Vec::len)
    }

    /// Publishing is refused until just `word` is typed, and nothing changes by that.
    fn is_refused_without(&self, word: &str) -> Value {
        let (feed, versions) = (self.feed(), self.versions());
        let plan = self.laptop.speak(&["plan", &self.show]);
        assert_eq!((plan.code, &plan.last["confirm"]), (Some(1), &Value::from(word)), "{}", plan.last);
        for typed in [None, Some("yes"), Some(self.show.as_str()), Some("")] {
            let words = typed.map_or(vec![], |typed| vec!["--confirm", typed]);
            let refused = self.laptop.speak(&[&["publish", &self.show][..], &words].concat());
            assert_eq!((refused.code, &refused.last["code"]), (Some(1), &"guard.confirm".into()), "{typed:?}");
            assert!(text(&refused.last["hint"]).contains(&format!("--confirm \"{word}\"")), "{}", refused.last);
        }
        assert_eq!((self.feed(), self.versions()), (feed, versions), "nothing changed");
        plan.last["consequences"].clone()
    }

    fn confirm(&self, word: &str) {
        self.laptop.ask(&["publish", &self.show, "--confirm", word]);
    }

    /// Downloads an episode's sound as some app does, whole.
    fn heard(&self, title: &str, agent: &str) -> Vec<u8> {
        let answer = Listener::fast(agent).get(&self.item(title, "enclosure/@url")).expect("an answer");
        assert_eq!(answer.status, 200);
        answer.body
    }
}

/// Which apps are told, of a change of one kind.
fn apps(consequences: &Value, what: &str) -> Vec<String> {
    let told = consequences.as_array().and_then(|all| all.iter().find(|one| one["what"] == what));
    let told = told.unwrap_or_else(|| panic!("{what} in {consequences}"));
    let effects = told["effects"].as_array().expect("a list");
    assert!(effects.iter().all(|effect| text(&effect["source"]).starts_with("https://")), "{effects:?}");
    effects.iter().map(|effect| text(&effect["apps"]).to_string()).collect()
}

fn bytes(file: &Path) -> Vec<u8> {
    std::fs::read(file).expect("a sound")
}

#[test]
fn point_5_a_published_guid_or_date_changes_only_when_that_was_typed() {
    let scene = Scene::new();
    let (guid, date) = (scene.item("One", "guid"), scene.item("One", "pubDate"));
    let taken = scene.item("Two", "guid");
    let refused = scene.laptop.speak(&["episode", "set", &scene.show, "one", &format!("guid={taken}")]);
    assert_eq!(refused.last["code"], "library.taken", "{}", refused.last);

    scene.set("one", &["guid=tag:example.org,2026:one"]);
    let consequences = scene.is_refused_without("one");
    let named = apps(&consequences, "guid").join(", ");
    for app in ["Apple Podcasts", "Spotify", "AntennaPod", "gPodder", "Pocket Casts", "Overcast"] {
        assert!(named.contains(app), "{app}: {named}");
    }
    let said = scene.laptop.command(&["plan", &scene.show]).output().expect("hearthcast starts").stdout;
    assert!(String::from_utf8_lossy(&said).contains("gPodder: shows it as new"), "people read it, too");
    // Others go out meanwhile; this one waits.
    scene.set("two", &["title=Two again"]);
    scene.laptop.ask(&["publish", &scene.show, "--only", "two"]);
    assert_eq!((scene.item("Two again", "guid"), scene.item("One", "guid")), (taken.clone(), guid));
    scene.is_refused_without("one");
    scene.confirm("one");
    assert_eq!(scene.item("One", "guid"), "tag:example.org,2026:one");
    assert_eq!(scene.item("One", "pubDate"), date);

    // A date is no other; two at once are asked for by their number.
    for episode in ["one", "two"] {
        scene.set(episode, &["at=2026-01-05T06:00:00+01:00"]);
    }
    let consequences = scene.is_refused_without(&format!("2 {}", scene.show));
    assert_eq!((&consequences[0]["what"], &consequences[0]["episodes"]), (&"date".into(), &2.into()));
    scene.confirm(&format!("2 {}", scene.show));
    assert_eq!(scene.item("One", "pubDate"), "Mon, 05 Jan 2026 05:00:00 +0000");
    assert_eq!(scene.item("Two again", "guid"), taken);

    // What nobody saw yet is free.
    scene.laptop.episode(&scene.show, "Three", &scene.sound("Three", 12));
    scene.set("three", &["guid=three", "at=2026-02-02T06:00:00Z"]);
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(scene.item("Three", "guid"), "three");
}

#[test]
fn point_5_the_sound_of_a_live_episode_is_replaced_in_the_way_that_was_chosen() {
    let scene = Scene::new();
    let (guid, first) = (scene.item("One", "guid"), scene.item("One", "enclosure/@url"));
    scene.heard("One", "AntennaPod/3.4.0");
    let new = |name: &str, seconds| scene.sound(name, seconds);
    let (second, third, fourth, fifth) = (new("second", 75), new("third", 80), new("fourth", 85), new("fifth", 90));
    let audio = |file: &Path| format!("audio={}", file.display());
    let refused = |words: &[&str]| {
        let (before, feed) = (scene.laptop.ask(&["episode", "get", &scene.show, "one"]), scene.feed());
        let refused = scene.laptop.speak(&[&["episode", "set", &scene.show, "one", "title=Other"][..], words].concat());
        let after = scene.laptop.ask(&["episode", "get", &scene.show, "one"]);
        assert_eq!((after, scene.feed()), (before, feed), "{words:?} changed something");
        refused.last
    };

    // Nobody said how: the three ways are told. Where the feed names the file itself, its address cannot stay.
    let told = refused(&[&audio(&second)]);
    assert_eq!(told["code"], "guard.replace", "{told}");
    assert!(["same-guid", "new-guid", "same-url"].iter().all(|way| text(&told["hint"]).contains(way)), "{told}");
    let told = refused(&[&audio(&second), "--replace", "same-url"]);
    assert!(text(&told["message"]).contains("names the file itself (/m/"), "{told}");

    // The same episode, a new address.
    scene.set("one", &[&audio(&second), "--replace", "same-guid"]);
    let plan = scene.laptop.ask(&["plan", &scene.show]);
    assert!(plan.get("confirm").is_none() && !apps(&plan["consequences"], "address").is_empty(), "{plan}");
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(scene.item("One", "guid"), guid);
    assert_ne!(scene.item("One", "enclosure/@url"), first);
    assert_eq!(scene.heard("One", "Overcast/2026.1"), bytes(&second));

    // Whoever thinks better of a new guid, before anybody saw it, has the old one again.
    let guid_here = || text(&scene.laptop.ask(&["episode", "get", &scene.show, "one"])["episode"]["guid"]).to_string();
    scene.set("one", &[&audio(&third), "--replace", "new-guid"]);
    assert_ne!(guid_here(), guid);
    scene.set("one", &[&audio(&third), "--replace", "same-guid"]);
    assert_eq!(guid_here(), guid);

    // A new episode to apps: as any other guid, it is confirmed first.
    scene.set("one", &[&audio(&third), "--replace", "new-guid"]);
    scene.is_refused_without("one");
    scene.confirm("one");
    let fresh = scene.item("One", "guid");
    assert!(fresh != guid && uuid::Uuid::parse_str(&fresh).is_ok_and(|id| id.get_version_num() == 4), "{fresh}");
    assert_eq!(scene.heard("One", "Pocket Casts/7.5"), bytes(&third));

    // Behind the server's address that stays, the address can be kept byte for byte, or be another one.
    let served = scene.item("One", "enclosure/@url");
    let rule = ["target", "rule", "home", "audio", "--mode", "redirect"];
    let told = scene.laptop.speak(&rule).last;
    assert_eq!(told["code"], "guard.confirm", "{told}");
    assert_eq!(scene.laptop.ask(&["publish", &scene.show])["writes"], 0, "the rule was not kept");
    let word = format!("2 {}", scene.show);
    let told = scene.laptop.ask(&[&rule[..], &["--confirm", &word]].concat());
    assert_eq!(told["consequences"], Value::Null, "{told}");
    scene.laptop.ask(&["publish", &scene.show]);
    let stable = scene.item("One", "enclosure/@url");
    // Two sounds were replaced under new addresses: each has one of its own here as well.
    assert!(stable != served && stable.contains("/e/") && stable.ends_with("/audio-2.mp3"), "{stable}");
    scene.set("one", &[&audio(&fourth), "--replace", "same-url"]);
    let plan = scene.laptop.ask(&["plan", &scene.show]);
    assert!(plan.get("confirm").is_none() && !apps(&plan["consequences"], "sound").is_empty(), "{plan}");
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!((scene.item("One", "enclosure/@url"), scene.item("One", "guid")), (stable.clone(), fresh.clone()));
    assert_eq!(scene.item("One", "enclosure/@length"), bytes(&fourth).len().to_string());
    assert_eq!(scene.heard("One", "Castro/2026.2"), bytes(&fourth));
    let m4a = scene.folder.path().join("other.m4a");
    output(Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&fifth).args(["-c:a", "aac"]).arg(&m4a));
    let told = refused(&[&audio(&m4a), "--replace", "same-url"]);
    assert!(text(&told["message"]).contains("ends in .mp3"), "{told}");
    scene.set("one", &[&audio(&fifth), "--replace", "same-guid"]);
    scene.laptop.ask(&["publish", &scene.show]);
    let renamed = scene.item("One", "enclosure/@url");
    assert!(renamed != stable && scene.item("One", "guid") == fresh, "{renamed}");
    assert_eq!(scene.heard("One", "gPodder/3.11"), bytes(&fifth));
    let older = Listener::fast("curl/8.0").get(&stable).expect("an answer");
    assert_eq!((older.status, older.body), (200, bytes(&fifth)), "who knows the older address gets the sound of today");

    // Whatever the address, it is one episode to the numbers: five apps, five downloads.
    let stats = until("five downloads are in the numbers", || {
        scene.laptop.ask(&["sync", &scene.show]);
        let stats = scene.laptop.ask(&["stats", &scene.show]);
        (stats["downloads"].as_u64() >= Some(5)).then_some(stats)
    });
    let rows = stats["by_episode"].as_array().expect("a list");
    let heard: Vec<(&str, &Value)> = rows.iter().map(|row| (text(&row["title"]), &row["downloads"])).collect();
    assert_eq!(heard, [("One", &5.into()), ("Two", &0.into())], "{stats}");
}
