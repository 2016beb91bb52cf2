//! Issue 7, point 6 (and issue 6, point 1): transcripts as apps are offered them, WebVTT, SubRip, JSON and a page, in a folder and
//! at a server. Who corrects one corrects all; what is cut out leaves all. The judges are libxml2, podcast-partytime and grep.

use hearthcast_tests::{Laptop, Listener, Server, file_url, output, scratch, sound, tools};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLIC: &str = "https://shows.example/";
const WORDS: &str = "WEBVTT\n\n00:00:02.000 --> 00:00:06.000\n<v Ada>Good <00:00:03.000>morning & <b>hello</b>.\n\n00:00:22.000 --> 00:00:27.000\n\
                     <v Ada>He keeps a herring under the floorboards.\n\n00:00:41.000 --> 00:00:45.000\n<v Bo>Farewell then.\n";
/// What listeners shall not read.
const SECRET: &str = "herring under the floorboards";

struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    show: String,
}

impl Scene {
    /// An episode of a minute, with words in a file.
    fn new() -> Self {
        Self::saying(WORDS)
    }

    fn saying(words: &str) -> Self {
        let folder = scratch();
        let laptop = Laptop::new(folder.path());
        let show = laptop.show("Harbour");
        let file = |name: &str| folder.path().join(name).display().to_string();
        sound::mp3(&folder.path().join("one.mp3"), 60, "One");
        std::fs::write(file("words.vtt"), words).expect("room");
        let words = ["--transcript", &file("words.vtt"), "--audio", &file("one.mp3")];
        laptop.ask(&[&["episode", "add", &show, "--title", "One"][..], &words].concat());
        Self { folder, laptop, show }
    }

    fn transcript(&self, words: &[&str]) -> Vec<String> {
        let list = self.laptop.ask(&[&["episode", "transcript", &self.show, "one"], words].concat());
        let name = |one: &Value| one["file"]["ext"].as_str().expect("a form").to_owned();
        list["transcripts"].as_array().expect("a list").iter().map(name).collect()
    }
}

/// Type and address of each transcript of the first item, as podcast-partytime reads the feed.
fn offered(feed: &Path) -> Vec<(String, String)> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("readers/partytime.mjs");
    let text = output(Command::new("node").arg(script).arg(tools().join("readers")).arg(feed));
    let read: Value = serde_json::from_str(&text).expect("JSON");
    let list = read["podcast"]["items"][0]["transcripts"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    list.iter().map(|one| (text(&one["type"]), text(&one["url"]))).collect()
}

/// The words of a page's paragraphs, as libxml2 reads it.
fn paragraphs(page: &Path) -> Vec<String> {
    let mut xmllint = Command::new("xmllint");
    let all = output(xmllint.args(["--html", "--nonet", "--xpath", "//p/text()"]).arg(page));
    all.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn segments(file: &Path) -> Vec<(f64, f64, String, String)> {
    let read: Value = serde_json::from_slice(&std::fs::read(file).expect("a file")).expect("JSON");
    let number = |value: &Value| value.as_f64().expect("seconds");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let segment =
        |one: &Value| (number(&one["startTime"]), number(&one["endTime"]), text(&one["speaker"]), text(&one["body"]));
    read["segments"].as_array().expect("segments").iter().map(segment).collect()
}

#[test]
fn point_6_transcripts_are_offered_in_every_form_and_corrected_once() {
    let scene = Scene::new();
    let (laptop, show, www) = (&scene.laptop, &scene.show, scene.folder.path().join("www"));
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", PUBLIC]);
    assert_eq!(
        scene.transcript(&["--offer", "json", "--offer", "html", "--offer", "srt"]),
        ["vtt", "json", "html", "srt"]
    );
    laptop.ask(&["publish", show]);

    let feed = www.join("feeds").join(show).join("feed.xml");
    output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(&feed));
    let file = |kind: &str| {
        let all = offered(&feed);
        let (_, url) = all.iter().find(|(mime, _)| mime == kind).unwrap_or_else(|| panic!("{kind}: {all:?}"));
        www.join(url.strip_prefix(PUBLIC).expect("inside the folder"))
    };
    let segment = |start: f64, end: f64, who: &str, words: &str| (start, end, who.to_owned(), words.to_owned());
    let gossip = "He keeps a herring under the floorboards.";
    assert_eq!(
        segments(&file("application/json")),
        [
            segment(2.0, 6.0, "Ada", "Good morning & hello."),
            segment(22.0, 27.0, "Ada", gossip),
            segment(41.0, 45.0, "Bo", "Farewell then."),
        ]
    );
    let said = paragraphs(&file("text/html"));
    // xmllint prints text as a page has it.
    assert_eq!(said, [&format!("Good morning &amp; hello. {gossip}"), "Farewell then."].map(String::from));

    // One correction, by a new file of captions: what is written from them follows.
    let corrected = scene.folder.path().join("corrected.vtt");
    std::fs::write(&corrected, WORDS.replace("Farewell then.", "See you <i>soon</i>.")).expect("room");
    laptop.ask(&["episode", "set", show, "one", &format!("transcript={}", corrected.display())]);
    laptop.ask(&["publish", show]);
    assert_eq!(segments(&file("application/json"))[2].3, "See you soon.");
    assert_eq!(paragraphs(&file("text/html"))[1], "See you soon.");

    // What is cut out of the recording leaves every form.
    laptop.ask(&["episode", "cut", show, "one", "--remove", "20-30", "--make", "--replace", "same-guid"]);
    laptop.ask(&["publish", show]);
    let left = [segment(2.0, 6.0, "Ada", "Good morning & hello."), segment(31.0, 35.0, "Bo", "See you soon.")];
    assert_eq!(segments(&file("application/json")), left);
    let feeds: Vec<PathBuf> = ["text/vtt", "application/json", "text/html"].map(file).into();
    for path in &feeds {
        let found = Command::new("grep").args(["-c", SECRET]).arg(path).output().expect("grep runs").stdout;
        assert_eq!(String::from_utf8_lossy(&found).trim(), "0", "{}", path.display());
    }

    // Without captions there is nothing that they could follow.
    scene.transcript(&["--remove", "srt"]);
    assert_eq!(scene.transcript(&["--remove", "vtt"]), [""; 0]);
    laptop.undo();
    let mut back = scene.transcript(&[]);
    back.sort();
    assert_eq!(back, ["html", "json", "vtt"]);
    let refused = laptop.speak(&["episode", "transcript", show, "one", "--offer", "pdf"]);
    assert_eq!(refused.last["code"], "field.invalid");
}

#[test]
fn point_6_transcripts_of_every_form_reach_listeners_of_a_server() {
    let mut scene = Scene::new();
    let server = Server::start(&scene.folder.path().join("server"));
    scene.laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    scene.laptop.ask(&["target", "add", &scene.show, "home", &format!("server+{}", server.origin())]);
    scene.transcript(&["--offer", "json", "--offer", "html"]);
    let published = scene.laptop.ask(&["publish", &scene.show]);
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed = scene.folder.path().join("feed.xml");
    let answer = listener.get(published["feed_url"].as_str().expect("an address")).expect("an answer");
    std::fs::write(&feed, &answer.body).expect("room");
    let types = offered(&feed);
    assert_eq!(
        types.iter().map(|(mime, _)| mime.as_str()).collect::<Vec<_>>(),
        ["text/vtt", "application/json", "text/html"]
    );
    for (mime, url) in types {
        let served = if mime == "application/json" { mime.clone() } else { format!("{mime}; charset=utf-8") };
        let answer = listener.get(&url).expect("an answer");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(served.as_str())), "{url}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "players in browsers need it: {url}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{url}");
    }
    // The words are found once, whatever forms they come in.
    let found = listener.get(&format!("{}/api/v1/search/?q=floorboards", server.origin())).expect("an answer");
    let found: Value = serde_json::from_slice(&found.body).expect("JSON");
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "{found}");
}

#[test]
fn point_3_a_transcript_without_words_is_laid_aside_and_comes_back() {
    let words = "WEBVTT\n\n00:00:22.000 --> 00:00:27.000\n<v Ada>He keeps a herring under the floorboards.\n";
    let scene = Scene::saying(words);
    let (laptop, show, www) = (&scene.laptop, &scene.show, scene.folder.path().join("www"));
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", PUBLIC]);
    assert_eq!(scene.transcript(&["--offer", "json"]), ["vtt", "json"]);
    let cut = laptop.ask(&["episode", "cut", show, "one", "--remove", "20-30", "--make"]);
    assert_eq!((&cut["aside"][0], scene.transcript(&[])), (&"one.vtt".into(), vec![]), "{cut}");
    laptop.ask(&["publish", show]);
    assert!(offered(&www.join("feeds").join(show).join("feed.xml")).is_empty(), "apps are offered no empty file");
    // Made with other settings, it is still aside; then all is back.
    laptop.ask(&["episode", "cut", show, "one", "--remove", "50-55", "--make", "--replace", "same-guid"]);
    assert_eq!(scene.transcript(&[]), [""; 0]);
    laptop.ask(&["episode", "cut", show, "one", "--clear", "--make", "--replace", "same-guid"]);
    assert_eq!(scene.transcript(&[]), ["vtt", "json"]);
    laptop.ask(&["publish", show]);
    let all = offered(&www.join("feeds").join(show).join("feed.xml"));
    let (_, url) = all.iter().find(|(mime, _)| mime == "text/vtt").expect("captions");
    let file = www.join(url.strip_prefix(PUBLIC).expect("inside the folder"));
    assert_eq!(std::fs::read_to_string(file).expect("a file"), words, "not one letter was lost");
}

#[test]
fn point_3_another_language_of_a_transcript_loses_no_words_that_were_cut() {
    let scene = Scene::new();
    let (laptop, show, www) = (&scene.laptop, &scene.show, scene.folder.path().join("www"));
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", PUBLIC]);
    laptop.ask(&["episode", "cut", show, "one", "--remove", "20-30", "--make"]);
    let mut list = laptop.ask(&["episode", "transcript", show, "one"])["transcripts"].clone();
    list[0]["language"] = "fr".into();
    laptop.ask(&["episode", "set", show, "one", &format!("transcripts={list}")]);
    laptop.ask(&["episode", "cut", show, "one", "--clear", "--make"]);
    laptop.ask(&["publish", show]);
    let all = offered(&www.join("feeds").join(show).join("feed.xml"));
    let file = www.join(all[0].1.strip_prefix(PUBLIC).expect("inside the folder"));
    assert_eq!(std::fs::read_to_string(file).expect("a file"), WORDS, "not one letter was lost");
}

/// After a library came from elsewhere, or a file was lost. The checks speak of the transcript; the cut is made.
#[test]
fn point_3_a_transcript_that_is_not_on_this_disk_holds_up_no_cut() {
    let Scene { folder, laptop, show } = Scene::new();
    let episode = laptop.ask(&["episode", "get", &show, "one"]);
    let hash = episode["episode"]["transcripts"][0]["file"]["hash"].as_str().expect("a hash").to_owned();
    let lost = laptop.library().join("media").join(&hash[..2]).join(&hash);
    let aside = folder.path().join("aside");
    std::fs::rename(&lost, &aside).expect("its file");
    laptop.ask(&["episode", "cut", &show, "one", "--remove", "20-30", "--make"]);
    let transcripts = || laptop.ask(&["episode", "get", &show, "one"])["episode"]["transcripts"].clone();
    assert_eq!(transcripts()[0]["file"]["hash"], hash.as_str(), "nothing is known of what it says");
    // With its file it follows the next cut, by the clock of the recording.
    std::fs::rename(&aside, &lost).expect("back");
    laptop.ask(&["episode", "cut", &show, "one", "--remove", "20-30", "--remove", "50-52", "--make"]);
    let hash = transcripts()[0]["file"]["hash"].as_str().expect("a hash").to_owned();
    let written = std::fs::read_to_string(laptop.library().join("media").join(&hash[..2]).join(&hash)).expect("a file");
    assert!(!written.contains(SECRET) && written.contains("00:00:31.000 --> 00:00:35.000"), "{written}");
}
