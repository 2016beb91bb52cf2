//! A feed read by four foreign programs: libxml2, podcastparser, feedparser and podcast-partytime must all find in it
//! what was put in. Expected values are the input, never what our own writer said.

use hearthcast_feed::urls::server_urls;
use hearthcast_feed::{FeedInput, Item, render};
use hearthcast_model::chapter::{Chapter, Transcript};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::show::{Attachment, Category};
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Sha256, Show, ShowId, category};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

const NOW_MS: i64 = 1_795_154_400_000;
const GUID: &str = "9b024349-ccf0-5f69-a609-6b82873eab3c";
const SHOW_TITLE: &str = "Ports & Harbours: “the sea” 🌊";

/// Titles, newest first. Outer white space and text that looks like a reference (`&amp;`) are left out: the readers
/// trim the one and podcast-partytime reads the other twice.
const TITLES: [&str; 8] = [
    "Plain",
    "Salt & pepper",
    "1 < 2 > 0 \"quoted\" 'twice'",
    "the end of CDATA: ]]> and on",
    "👩‍🚀 in space",
    "שלום and مرحبا",
    "日本の港",
    "e\u{301} and é; İstanbul",
];

struct Feed {
    home: tempfile::TempDir,
}

impl Feed {
    /// A published feed with an episode for every title, as a file.
    fn new() -> Self {
        let show = show();
        let episodes: Vec<(EpisodeId, Episode)> = (0..TITLES.len()).map(episode).collect();
        let facts: HashMap<Sha256, MediaFacts> = (0..TITLES.len()).map(|n| (hash(n), facts(n))).collect();
        let urls = server_urls("https://cast.example", &show);
        let items: Vec<Item> = episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
        let input = FeedInput { show: &show, items: &items, facts: &facts, urls: &urls, as_of_ms: NOW_MS };
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(home.path().join("feed.xml"), render(&input).expect("a feed")).expect("a written feed");
        Self { home }
    }

    fn path(&self) -> PathBuf {
        self.home.path().join("feed.xml")
    }
}

fn show() -> Show {
    let mut show = Show::new(SHOW_TITLE, "ports", NOW_MS);
    show.description = hearthcast_text::notes("Stories from the sea.").expect("short notes");
    show.link = "https://ports.example/show".into();
    show.owner_email = "ada@ports.example".into();
    show.podcast_guid = Some(GUID.into());
    show.categories = vec![Category { name: "History".into(), sub: None }];
    show.medium = "podcast".into();
    show.funding = vec![Funding { url: "https://ports.example/give?a=1&b=2".into(), text: "Keep <us> afloat".into() }];
    show.cover = Some(Attachment { hash: Sha256::of(b"cover"), name: "cover".into(), ext: "jpg".into() });
    show
}

fn hash(n: usize) -> Sha256 {
    Sha256::of(format!("audio {n}").as_bytes())
}

fn published_s(n: usize) -> i64 {
    NOW_MS / 1000 - 86_400 * n as i64
}

fn episode(n: usize) -> (EpisodeId, Episode) {
    let id = EpisodeId::parse(&format!("018f0000-0000-7000-8000-{n:012x}")).expect("an id");
    let show = ShowId::parse("018f0000-0000-7000-8000-0000000000ff").expect("an id");
    let mut episode = Episode::new(show, &format!("Guid/{n}?x=1&y=<2>"), TITLES[n], &format!("e-{n}"), NOW_MS);
    episode.notes =
        hearthcast_text::notes("Notes with a [link](https://ports.example/?a=1&b=2).").expect("short notes");
    episode.audio = Some(Attachment { hash: hash(n), name: format!("e-{n}"), ext: "mp3".into() });
    episode.publish_at_ms = Some(published_s(n) * 1000);
    if n == TAGGED {
        tag(&mut episode);
    }
    (id, episode)
}

/// The episode that has all tags of the podcast namespace.
const TAGGED: usize = 1;

fn tag(episode: &mut Episode) {
    (episode.season, episode.number, episode.season_name) = (Some(2), Some(7.into()), "Ebb & flow".into());
    episode.chapters_file = Some(text_file("json"));
    let chapter = |start_ms, title: &str, url: &str| Chapter { url: url.into(), ..Chapter::new(start_ms, title) };
    let whole = chapter(0, "Salt <& \"pepper\">", "https://ports.example/?a=1&b=2");
    let hidden = Chapter { hidden: true, ..chapter(30_000, "not in the list", "") };
    episode.chapters = vec![whole, hidden, chapter(3_723_400, "日本の港", "")];
    let transcript = |ext: &str| Transcript { file: text_file(ext), language: "en".into(), captions: ext == "vtt" };
    episode.transcripts = vec![transcript("vtt"), transcript("srt")];
    let person = Person { role: "guest".into(), href: "https://ports.example/?a=1&b=2".into(), ..Person::default() };
    episode.persons =
        vec![Person { name: "Bo & Söhne".into(), ..person.clone() }, Person { name: "مارا".into(), ..person }];
}

fn text_file(ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(ext.as_bytes()), name: "words".into(), ext: ext.into() }
}

fn text_url(ext: &str) -> String {
    format!("https://cast.example/m/{}/words.{ext}", Sha256::of(ext.as_bytes()))
}

fn facts(n: usize) -> MediaFacts {
    let facts = json!({
        "kind": MediaKind::Audio, "container": "mp3", "codec": "mp3", "type": "audio/mpeg", "sha256": hash(n),
        "size_bytes": 5_000_000_000_u64 + n as u64, "header_bytes": 0, "trailer_bytes": 0,
        "duration_ms": 1_000 * (100 + 4_000 * n), "chapters": [], "tags": {}, "findings": [], "analyzer_version": 1,
    });
    serde_json::from_value(facts).expect("facts")
}

/// What every reader must find.
fn expected_items() -> Value {
    let item = |n: usize| {
        json!({
            "title": TITLES[n], "guid": format!("Guid/{n}?x=1&y=<2>"),
            "url": format!("https://cast.example/m/{}/e-{n}.mp3", hash(n)),
            "length": 5_000_000_000_u64 + n as u64, "type": "audio/mpeg",
            "duration": 100 + 4_000 * n, "published": published_s(n),
        })
    };
    (0..TITLES.len()).map(item).collect()
}

fn assert_found(read: &Value) {
    assert_eq!(read["title"], SHOW_TITLE);
    assert_eq!(read["link"], "https://ports.example/show");
    assert_eq!(read["image"], format!("https://cast.example/m/{}/cover.jpg", Sha256::of(b"cover")));
    assert_eq!(read["items"], expected_items());
}

/// Where `cargo xtask test` puts foreign programs.
fn tools() -> PathBuf {
    let set = std::env::var_os("HEARTHCAST_TOOLS");
    PathBuf::from(set.expect("HEARTHCAST_TOOLS names the folder of test tools; `cargo xtask test` makes and sets it"))
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("readers")
}

fn output(command: &mut Command) -> String {
    let out = command.output().unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("readers write UTF-8")
}

fn python(reader: &str, feed: &Feed) -> Value {
    let mut command = Command::new(tools().join("venv/bin/python"));
    let text = output(command.arg(scripts().join("python_readers.py")).arg(reader).arg(feed.path()));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn podcastparser_finds_every_episode() {
    let read = python("podcastparser", &Feed::new());
    assert_found(&read);
    // It passes times through its own clock, which knows whole seconds.
    let href = "https://ports.example/?a=1&b=2";
    let chapters = json!([
        {"start": 0, "title": "Salt <& \"pepper\">", "href": href},
        {"start": 3_723, "title": "日本の港"},
    ]);
    assert_eq!(read["chapters"], json!({ TAGGED.to_string(): chapters }));
}

#[test]
fn feedparser_finds_every_episode() {
    let read = python("feedparser", &Feed::new());
    assert_found(&read);
    let podcast = &read["podcast"];
    assert_eq!(podcast["funding"]["url"], "https://ports.example/give?a=1&b=2");
    assert_eq!(podcast["medium"], "podcast");
    let chapters = json!([[0.0, "Salt <& \"pepper\">", "https://ports.example/?a=1&b=2"], [3_723.4, "日本の港", null]]);
    assert_eq!(read["chapters"], json!({ TAGGED.to_string(): chapters }));
    let item = &podcast["items"][TAGGED];
    assert_eq!(item["chapters"], json!({"url": text_url("json"), "type": "application/json+chapters"}));
    assert_eq!(item["transcript"], json!({"url": text_url("srt"), "type": "application/x-subrip", "language": "en"}));
    assert_eq!(item["person"], json!({"role": "guest", "href": "https://ports.example/?a=1&b=2"}));
    assert_eq!((&item["season"]["name"], &item["episode"]), (&json!("Ebb & flow"), &json!("7")));
}

#[test]
fn partytime_finds_every_episode() {
    let feed = Feed::new();
    let mut command = Command::new("node");
    command.arg(scripts().join("partytime.mjs")).arg(tools().join("readers")).arg(feed.path());
    let read: Value = serde_json::from_str(&output(&mut command)).expect("JSON");
    assert_found(&read);
    assert_eq!((&read["guid"], &read["locked"]), (&json!(GUID), &json!(true)));
    let podcast = &read["podcast"];
    assert_eq!(podcast["medium"], "podcast");
    let give = json!([{"url": "https://ports.example/give?a=1&b=2", "message": "Keep <us> afloat"}]);
    assert_eq!(podcast["funding"], give);
    let person = |name: &str| {
        // This reader writes roles and groups as the taxonomy's titles, and adds the group that stands for none.
        json!({"name": name, "role": "Guest", "group": "Cast", "href": "https://ports.example/?a=1&b=2"})
    };
    let expected = json!({
        "transcripts": [
            {"url": text_url("vtt"), "type": "text/vtt", "language": "en", "rel": "captions"},
            // Its own word for SubRip.
            {"url": text_url("srt"), "type": "application/srt", "language": "en"},
        ],
        "chapters": {"url": text_url("json"), "type": "application/json+chapters"},
        "people": [person("Bo & Söhne"), person("مارا")],
        "season": {"number": 2, "name": "Ebb & flow"},
        "episode": {"number": 7},
    });
    assert_eq!(podcast["items"][TAGGED], expected);
    assert_eq!(podcast["items"][0].get("chapters"), None, "nothing is told of an episode that has nothing");
}

/// The list that podcast-partytime keeps was taken from Apple's own page of genres.
#[test]
fn point_1_the_categories_are_those_of_a_foreign_list() {
    let script = "const { join } = require('node:path');\n\
                  const module = 'node_modules/podcast-partytime/dist/parser/itunes-categories.js';\n\
                  const all = require(join(process.argv[1], module)).itunesCategoriesSourceOfTruth;\n\
                  console.log(JSON.stringify(Object.fromEntries(all.map((one) => [one.name, one.subCategories]))));";
    let said = output(Command::new("node").args(["-e", script]).arg(tools().join("readers")));
    let foreign: BTreeMap<String, BTreeSet<String>> = serde_json::from_str(&said).expect("names by category");
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect();
    let ours: BTreeMap<String, BTreeSet<String>> =
        category::ALL.into_iter().map(|(name, below)| (name.to_string(), names(below))).collect();
    assert_eq!(foreign.values().map(|below| 1 + below.len()).sum::<usize>(), 110);
    assert_eq!(ours, foreign);
}

#[test]
fn libxml2_finds_every_episode() {
    let feed = Feed::new();
    output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(feed.path()));
    let expected = expected_items();
    for n in 0..TITLES.len() {
        let item = format!("//item[{}]", n + 1);
        let fields = ["title", "guid[@isPermaLink='false']", "enclosure/@url", "enclosure/@length", "enclosure/@type"];
        let words: Vec<String> = fields.iter().map(|field| format!("{item}/{field}, '\u{E0F0}'")).collect();
        let duration = format!("{item}/*[local-name()='duration' and namespace-uri()='{ITUNES}']");
        let expression = format!("concat({}, {duration})", words.join(", "));
        let read = output(Command::new("xmllint").args(["--nonet", "--xpath", &expression]).arg(feed.path()));
        let wanted = ["title", "guid", "url", "length", "type", "duration"].map(|name| match &expected[n][name] {
            Value::String(text) => text.clone(),
            number => number.to_string(),
        });
        assert_eq!(read.trim_end_matches('\n'), wanted.join("\u{E0F0}"));
    }
}

/// The iTunes namespace, as Apple's guide writes it.
const ITUNES: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";
