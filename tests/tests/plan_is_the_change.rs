//! Issue 4, "Seen to be done": the plan equals the change. Random edits; what the plan said beforehand is held against the
//! difference of the two feeds that were live, as Python's XML parser reads them, and against the storage's own log.

use hearthcast_tests::{BucketScene, Chance, Laptop, Listener, output, sound, tools};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Publications, each after a few edits.
const ROUNDS: usize = 14;

/// Other numbers, other edits; the same number, the same edits.
const SEED: u64 = 0x91A4_0001;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn words(value: &Value, field: &str) -> BTreeSet<String> {
    value.as_array().expect("a list").iter().map(|one| text(&one[field]).to_string()).collect()
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().expect("a list").iter().map(|one| text(one).to_string()).collect()
}

/// An author who edits, and everything the outside can see.
struct Author {
    scene: BucketScene,
    chance: Chance,
    feed_url: String,
    made: usize,
}

impl Author {
    fn new() -> Self {
        let scene = BucketScene::new(6);
        let feed_url = text(&scene.laptop.ask(&["publish", &scene.show])["feed_url"]).to_string();
        Self { scene, chance: Chance(SEED), feed_url, made: 1 }
    }

    fn laptop(&self) -> &Laptop {
        &self.scene.laptop
    }

    /// The ids of the episodes that are there.
    fn episodes(&self) -> Vec<String> {
        let listed = self.laptop().ask(&["episode", "list", &self.scene.show]);
        let listed = listed["episodes"].as_array().expect("a list");
        listed.iter().map(|episode| text(&episode["id"]).to_string()).collect()
    }

    fn set(&self, episode: &str, field: &str) {
        self.laptop().ask(&["episode", "set", &self.scene.show, episode, field]);
    }

    fn new_sound(&mut self) -> PathBuf {
        self.made += 1;
        let file = self.scene.folder.path().join(format!("{}.mp3", self.made));
        sound::mp3(&file, 6 * (1 + self.made % 3), &format!("Number {}", self.made));
        file
    }

    /// One edit of any kind.
    fn edit(&mut self) {
        let (show, episodes) = (self.scene.show.clone(), self.episodes());
        let episode = episodes[self.chance.below(episodes.len())].clone();
        let n = self.chance.number() % 1000;
        match self.chance.below(12) {
            0 | 1 => {
                let file = self.new_sound();
                self.laptop().episode(&show, &format!("Number {} & <more>", self.made), &file);
            }
            2 => self.set(&episode, &format!("title=Tide {n}, “high” & low")),
            3 => self.set(&episode, &format!("notes=Seen *{n}* gulls, [here](https://example.org/?a=1&b={n}).")),
            4 => self.set(&episode, &format!("number={}", 1 + n)),
            5 => self.set(&episode, &format!("season={}", 1 + n % 9)),
            6 => self.set(&episode, "explicit=true"),
            7 => self.set(&episode, &format!(r#"persons=[{{"name":"Guest {n}","role":"guest"}}]"#)),
            8 => {
                let file = self.new_sound();
                let audio = format!("audio={}", file.display());
                let live = self.laptop().speak(&["episode", "set", &show, &episode, &audio]).code != Some(0);
                if live {
                    self.laptop().ask(&["episode", "set", &show, &episode, &audio, "--replace", "same-guid"]);
                }
            }
            9 if episodes.len() > 2 => {
                self.laptop().ask(&["episode", "remove", &show, &episode]);
            }
            10 => {
                let words = format!("WEBVTT\n\n00:00.000 --> 00:02.000\nwords number {n}\n");
                let file = self.scene.folder.path().join(format!("words-{n}.vtt"));
                std::fs::write(&file, words).expect("a temporary folder takes a file");
                self.set(&episode, &format!("transcript={}", file.display()));
            }
            _ => {
                self.laptop().ask(&["show", "set", &show, &format!("description=Edition {n} of the sea.")]);
            }
        }
    }

    /// The live feed, saved.
    fn feed(&self, name: &str) -> PathBuf {
        let answer = Listener::fast("HearthcastJourney/1.0").get(&self.feed_url).expect("the feed is there");
        assert_eq!(answer.status, 200);
        let file = self.scene.folder.path().join(name);
        std::fs::write(&file, answer.body).expect("a temporary folder takes a file");
        file
    }
}

/// How two feeds differ, by a parser that is not ours.
fn difference(before: &Path, after: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("readers/feed_tags.py");
    let mut python = Command::new(tools().join("venv/bin/python"));
    serde_json::from_str(&output(python.arg(script).arg(before).arg(after))).expect("JSON")
}

/// What the plan said of the feed, in the words of the foreign reader.
fn told(plan: &Value) -> Value {
    let feed = &plan["feed"];
    let items = feed["items"].as_array().expect("items");
    let of = |kind: &str| -> BTreeSet<&str> {
        items.iter().filter(|item| item["kind"] == kind).map(|item| text(&item["guid"])).collect()
    };
    let tags = feed["tags"].as_array().expect("tags");
    let mut item_tags = serde_json::Map::new();
    for guid in of("changed") {
        let own: BTreeSet<&str> = tags.iter().filter(|t| t["guid"] == guid).map(|t| text(&t["tag"])).collect();
        item_tags.insert(guid.into(), json!(own));
    }
    let show: BTreeSet<&str> = tags.iter().filter(|t| t["guid"].is_null()).map(|t| text(&t["tag"])).collect();
    let sounds = feed["moved"].as_array().expect("moved").iter().filter(|moved| moved["tag"] == "enclosure");
    let moved: serde_json::Map<String, Value> =
        sounds.map(|m| (text(&m["guid"]).to_string(), json!([m["before"], m["after"]]))).collect();
    json!({
        "added": of("added"), "removed": of("removed"), "changed": of("changed"),
        "show_tags": show, "item_tags": item_tags, "moved": moved,
    })
}

/// Holds one plan against what came of it.
fn compare(round: usize, author: &Author, plan: &Value, seen: &Value) {
    let mut told = told(plan);
    for (what, is) in told.as_object_mut().expect("an object") {
        assert_eq!(*is, seen[what], "round {round}: {what}; {}", plan["sentence"]);
    }
    let asked = author.scene.storage.asked();
    let deleted: Vec<_> = asked.iter().filter(|one| one.method == "DELETE").collect();
    assert!(deleted.is_empty(), "round {round}: a publication deletes nothing: {deleted:?}");
    let written: BTreeSet<String> = asked
        .iter()
        .filter(|one| matches!(one.method.as_str(), "PUT" | "POST"))
        .map(|one| one.path.trim_start_matches("/pods/harbour/").split('?').next().unwrap_or_default().to_string())
        .collect();
    let (feeds, files): (BTreeSet<String>, BTreeSet<String>) =
        written.into_iter().partition(|key| key.starts_with("feeds/"));
    assert_eq!(files, words(&plan["uploads"], "key"), "round {round}: files written, by the storage's log");
    assert_eq!(feeds.len(), 3, "round {round}: versioned feed, manifest, feed: {feeds:?}");
    let place = |url: &str| url.split_once("/pods/harbour/").expect("inside the bucket").1.to_string();
    let appeared: BTreeSet<String> = texts(&seen["appeared"]).iter().map(|url| place(url)).collect();
    assert!(appeared.is_subset(&files), "round {round}: everything new in the feed was sent: {appeared:?}");
    let vanished: BTreeSet<String> = texts(&seen["vanished"]).iter().map(|url| place(url)).collect();
    let unreferenced = plan.get("unreferenced").map(|list| words(list, "key")).unwrap_or_default();
    assert_eq!(unreferenced, vanished, "round {round}: files that the feed does not name any more");
    let lengths = seen["lengths"].as_object().expect("lengths");
    for upload in plan["uploads"].as_array().expect("uploads") {
        let lies = author.scene.storage.bucket().join("harbour").join(text(&upload["key"]));
        let bytes = std::fs::metadata(lies).expect("a file that was sent").len();
        assert_eq!(upload["bytes"], bytes, "round {round}: {upload}");
        let named = lengths.iter().find(|(url, _)| place(url) == text(&upload["key"]));
        assert!(named.is_none_or(|(_, length)| *length == bytes), "round {round}: {named:?}");
    }
}

#[test]
fn the_plan_equals_the_change() {
    let mut author = Author::new();
    let (mut before, mut changes) = (author.feed("0.xml"), 0);
    for round in 1..=ROUNDS {
        for _ in 0..=author.chance.below(4) {
            author.edit();
        }
        let only = (round % 4 == 0).then(|| author.episodes().pop().expect("an episode"));
        let mut ask = vec!["plan", author.scene.show.as_str()];
        ask.extend(only.iter().flat_map(|id| ["--only", id.as_str()]));
        let plan = author.laptop().ask(&ask);
        assert_eq!(plan["blockers"], json!([]), "round {round}");
        author.scene.storage.asked();
        ask[0] = "publish";
        author.laptop().ask(&ask);
        let after = author.feed(&format!("{round}.xml"));
        if plan["steps"] == json!([]) {
            let (was, is) = (std::fs::read(&before).expect("a feed"), std::fs::read(&after).expect("a feed"));
            assert!(was == is, "round {round}: no step, no change");
            continue;
        }
        let seen = difference(&before, &after);
        compare(round, &author, &plan, &seen);
        changes += seen.as_object().expect("an object").values().filter(|part| !part.is_null()).count();
        before = after;
    }
    assert!(changes >= ROUNDS, "the edits were seen: {changes}");
}
