//! Issue 6, point 1: a show whose sound stays where somebody else keeps it, with what its old feed said besides, is published to
//! a folder and to the server without a file of sound; libxml2, podcastparser and the JSON:API find what was put in.

use hearthcast_library::{Library, episode, show};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::id::RandomIds;
use hearthcast_model::{Episode, ForeignAttribute, ForeignElement, ForeignNode, RemoteAudio, Show, ShowId};
use hearthcast_tests::{Laptop, Server, file_url, files_below, output, scratch, tools};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const SOUND: &str = "https://old.example/Sound%20one.mp3?x=1&y='2'";
const GUID: &str = "https://old.example/?p=1&x=<2>";
const MEDIA: &str = "http://search.yahoo.com/mrss/";

fn rating() -> ForeignElement {
    ForeignElement {
        namespace: MEDIA.into(),
        name: "rating".into(),
        attributes: vec![ForeignAttribute {
            name: "scheme".into(),
            value: "urn:\"simple\" & <more>".into(),
            ..Default::default()
        }],
        inside: vec![ForeignNode::Text("nonadult".into())],
    }
}

/// What an import keeps in the records: there is no field for it in the terminal.
#[tokio::main(flavor = "current_thread")]
async fn imported(library: &Path, slug: &str, duration_ms: i64) {
    let library = Library::open(library, Arc::new(SystemClock), Arc::new(RandomIds)).await.expect("the library opens");
    let of = show::find(&library, slug).await.expect("a library").expect("the show");
    let id = ShowId::parse(&of.id).expect("an id");
    let found = episode::find(&library, &id, "elsewhere").await.expect("a library").expect("the episode");
    let mut tx = library.transact().await.expect("a transaction");
    tx.put(&of.id, &Show { foreign: vec![rating()], ..of.body }).await.expect("the show is kept");
    let sound =
        RemoteAudio { url: SOUND.into(), size_bytes: 4_321, mime: "audio/mpeg".into(), duration_ms: Some(duration_ms) };
    let body = Episode {
        guid: GUID.into(),
        guid_is_permalink: true,
        remote_audio: Some(sound),
        foreign: vec![rating()],
        ..found.body
    };
    tx.put(&found.id, &body).await.expect("the episode is kept");
    tx.commit().await.expect("a commit");
}

/// What libxml2 and podcastparser find in a feed.
fn assert_told(feed: &Path, seconds: i64) {
    let read = |path: &str| output(Command::new("xmllint").args(["--xpath", path]).arg(feed)).trim().to_string();
    assert_eq!(read("string(//enclosure/@url)"), SOUND, "byte for byte");
    assert_eq!(read("concat(//enclosure/@length, ' ', //enclosure/@type)"), "4321 audio/mpeg");
    assert_eq!(read("string(//item/*[name()='itunes:duration'])"), seconds.to_string());
    assert_eq!(read("string(//guid[@isPermaLink='true'])"), GUID);
    for parent in ["channel", "item"] {
        let tag = format!("//{parent}/*[local-name()='rating' and namespace-uri()='{MEDIA}']");
        assert_eq!(read(&format!("string({tag})")), "nonadult", "{parent}");
        assert_eq!(read(&format!("string({tag}/@scheme)")), "urn:\"simple\" & <more>", "{parent}");
    }
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("readers/python_readers.py");
    let python = tools().join("venv/bin/python");
    let said = output(Command::new(python).arg(reader).arg("podcastparser").arg(feed));
    let item = serde_json::from_str::<Value>(&said).expect("JSON")["items"][0].clone();
    assert_eq!((&item["url"], &item["length"]), (&SOUND.into(), &4_321.into()));
    assert_eq!((&item["guid"], &item["duration"]), (&GUID.into(), &seconds.into()));
}

#[test]
fn point_1_a_show_whose_sound_lies_elsewhere_is_published() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Moved");
    laptop.ask(&["episode", "add", &show, "--title", "Elsewhere"]);
    let found = |laptop: &Laptop| format!("{:?}", laptop.speak(&["check", &show]).before);
    assert!(found(&laptop).contains("audio_missing"), "the rule is there");
    imported(laptop.library(), &show, 61_400);
    let told = found(&laptop);
    assert!(!told.contains("audio_") && !told.contains("nothing_to_hear"), "{told}");
    assert_eq!(laptop.ask(&["episode", "get", &show, "elsewhere"])["episode"]["remote_audio"]["url"], SOUND);
    let listed = laptop.ask(&["episode", "list", &show]);
    assert_eq!(
        (&listed["episodes"][0]["has_audio"], &listed["episodes"][0]["duration_ms"]),
        (&true.into(), &61_400.into())
    );

    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let plan = laptop.ask(&["plan", &show, "--target", "www"]);
    assert!(plan["blockers"].as_array().is_some_and(Vec::is_empty), "{plan}");
    assert!(plan["changes"].to_string().contains("Elsewhere"), "listeners see it: {}", plan["changes"]);
    laptop.ask(&["publish", &show, "--target", "www"]);
    laptop.ask(&["publish", &show, "--target", "home"]);

    assert_told(&www.join(format!("feeds/{show}/feed.xml")), 61);
    let sounds = |folder: &Path| {
        files_below(folder).iter().filter(|path| path.extension().is_some_and(|ext| ext == "mp3")).count()
    };
    assert_eq!(sounds(&www), 0, "no sound is sent");
    let curl = |url: &str| output(Command::new("curl").args(["-sSf", "-g", "--max-time", "30", url]));
    let copy = place.path().join("server.xml");
    std::fs::write(&copy, curl(&format!("{}/podcasts/{show}/rss/", server.origin()))).expect("a copy");
    assert_told(&copy, 61);
    let told: Value = serde_json::from_str(&curl(&format!("{}/episodes/", server.origin()))).expect("JSON");
    let about = &told["data"][0]["attributes"];
    assert_eq!((&about["audio-url"], &about["duration-seconds"]), (&SOUND.into(), &61.4.into()));

    // Another length is news for listeners, and what they see of it is said.
    imported(laptop.library(), &show, 65_000);
    let plan = laptop.ask(&["plan", &show, "--target", "www"]);
    assert!(plan["changes"].to_string().contains("Elsewhere"), "{plan}");
    laptop.ask(&["publish", &show, "--target", "www"]);
    assert_told(&www.join(format!("feeds/{show}/feed.xml")), 65);

    // Called back, no kept feed says its name or where its sound lies, although no file of a version was its own.
    laptop.speak(&["episode", "withdraw", &show, "elsewhere"]);
    let lies = "old.example/Sound%20one.mp3";
    assert!(SOUND.contains(lies));
    let says = |folder: &Path| {
        let found = Command::new("grep").args(["-rlaF", lies]).arg(folder).output().expect("grep runs");
        String::from_utf8_lossy(&found.stdout).into_owned()
    };
    assert_eq!(says(&www), "", "the folder");
    let database = place.path().join("server/server.sqlite");
    let kept = format!("select count(*) from version where instr(cast(feed as text), '{lies}') > 0");
    assert_eq!(output(Command::new("sqlite3").arg(&database).arg(&kept)).trim(), "0", "the server's versions");
}

#[test]
fn point_1_a_show_says_which_html_apps_get() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["episode", "add", &show, "--title", "Elsewhere"]);
    laptop.ask(&["episode", "set", &show, "elsewhere", "notes=## Salt\n\nand [paper](https://example.org/paper)"]);
    imported(laptop.library(), &show, 61_400);
    let feed = www.join(format!("feeds/{show}/feed.xml"));
    let read = |path: &str| output(Command::new("xmllint").args(["--xpath", path]).arg(&feed)).trim().to_string();
    for (html, description) in [
        ("full", "<h2>Salt</h2>\n<p>and <a href=\"https://example.org/paper\">paper</a></p>"),
        ("directories", "<p><strong>Salt</strong></p>\n<p>and <a href=\"https://example.org/paper\">paper</a></p>"),
        ("plain", "Salt\n\nand paper (https://example.org/paper)"),
    ] {
        laptop.ask(&["show", "set", &show, &format!("feed_html={html}")]);
        assert_eq!(laptop.ask(&["show", "get", &show])["show"]["feed_html"].as_str().unwrap_or("full"), html);
        laptop.ask(&["publish", &show]);
        assert_eq!(read("string(//item/description)"), description, "{html}");
    }
    let spoken = laptop.speak(&["show", "set", &show, "feed_html=some"]);
    assert_eq!((spoken.code, &spoken.last["code"]), (Some(2), &"usage.invalid".into()), "{}", spoken.last);
}
