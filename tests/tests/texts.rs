//! Issue 3, point 3: chapters, transcripts and people, published to a folder and to the server by the real programs, read by
//! other people's readers at the addresses that the feed gives.

use hearthcast_tests::{Laptop, Listener, Server, file_url, output, scratch, sound, tools};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const VTT: &str =
    "WEBVTT\n\n00:00.000 --> 00:02.500\n<v Mara Voss>Salt &amp; paper\n\n00:02.000 --> 00:04.000\n<v Bo>日本の港\n";
const SRT: &str = "\u{FEFF}1\r\n00:00:00,000 --> 00:00:02,500\r\nMara Voss: Salt & paper\r\n";
const CHAPTERS: &str = "0:00 Intro\n0:01.500 The harbour <https://ports.example/?a=1&b=2>\n";

/// A laptop with one show that has everything the podcast namespace knows so far.
fn scene(folder: &Path) -> (Laptop, String) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour & Sea");
    let (audio, vtt, srt, list) = ("one.mp3", "one.vtt", "one.srt", "chapters.txt");
    sound::mp3(&folder.join(audio), 66, "One");
    for (name, text) in [(vtt, VTT), (srt, SRT), (list, CHAPTERS)] {
        std::fs::write(folder.join(name), text).expect("a written file");
    }
    let [audio, vtt, srt, list] = [audio, vtt, srt, list].map(|name| folder.join(name).display().to_string());
    laptop.ask(&["episode", "add", &show, "--title", "One", "--audio", &audio, "--season", "2", "--number", "7"]);
    let people = r#"persons=[{"name": "Bo & Söhne", "role": "guest", "href": "https://ports.example/bo"}]"#;
    let words: [String; 6] = [
        "season_name=Ebb & flow".into(),
        people.into(),
        format!("chapters={list}"),
        format!("transcript={vtt}"),
        format!("transcript={srt}"),
        "explicit=false".into(),
    ];
    let mut set = vec!["episode", "set", show.as_str(), "7"];
    set.extend(words.iter().map(String::as_str));
    laptop.ask(&set);
    let give = r#"funding=[{"url": "https://ports.example/give?a=1&b=2", "text": "Keep <us> afloat"}]"#;
    laptop.ask(&["show", "set", &show, "medium=podcast", give]);
    (laptop, show)
}

/// What podcast-partytime finds of the podcast namespace in a feed.
fn partytime(feed: &Path) -> Value {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("readers/partytime.mjs");
    let text = output(Command::new("node").arg(script).arg(tools().join("readers")).arg(feed));
    let read: Value = serde_json::from_str(&text).expect("JSON");
    read["podcast"].clone()
}

fn reader(name: &str, file: &Path) -> Value {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("readers/text_readers.py");
    let text = output(Command::new(tools().join("venv/bin/python")).arg(script).arg(name).arg(file));
    serde_json::from_str(&text).expect("JSON")
}

/// The addresses of the feed's texts: chapters, WebVTT, SubRip; all else of the podcast namespace must be what was typed.
fn texts(feed: &Path) -> [String; 3] {
    output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(feed));
    let podcast = partytime(feed);
    let give = json!([{"url": "https://ports.example/give?a=1&b=2", "message": "Keep <us> afloat"}]);
    assert_eq!((&podcast["medium"], &podcast["funding"]), (&json!("podcast"), &give));
    let item = &podcast["items"][0];
    let bo = json!([{"name": "Bo & Söhne", "role": "Guest", "group": "Cast", "href": "https://ports.example/bo"}]);
    assert_eq!(item["people"], bo);
    assert_eq!(
        (&item["season"], &item["episode"]),
        (&json!({"number": 2, "name": "Ebb & flow"}), &json!({"number": 7}))
    );
    assert_eq!(item["chapters"]["type"], "application/json+chapters");
    let transcripts = item["transcripts"].as_array().expect("a list");
    let of = |kind: &str| {
        let found = transcripts.iter().find(|transcript| transcript["type"] == kind).expect("a transcript");
        found["url"].as_str().expect("an address").to_string()
    };
    assert_eq!(transcripts.len(), 2);
    [item["chapters"]["url"].as_str().expect("an address").into(), of("text/vtt"), of("application/srt")]
}

/// The three files, as foreign readers find them.
fn assert_read(chapters: &Path, vtt: &Path, srt: &Path) {
    let chapter = |start: &str, title: &str, url: Value| json!({"start": start, "end": null, "title": title, "url": url, "toc": null, "location": null});
    let found = reader("chapters", chapters);
    let list = found["chapters"].as_array().expect("a list");
    assert_eq!(list[0], chapter("0", "Intro", Value::Null));
    assert_eq!(list[1]["start"].as_str().map(|text| text.trim_end_matches('0').trim_end_matches('.')), Some("1500"));
    assert_eq!((&list[1]["title"], &list[1]["url"]), (&json!("The harbour"), &json!("https://ports.example/?a=1&b=2")));
    let cues = reader("webvtt", vtt);
    assert_eq!(
        (&cues[0]["voice"], &cues[1]["voice"], &cues[1]["text"]),
        (&json!("Mara Voss"), &json!("Bo"), &json!("日本の港"))
    );
    assert_eq!((&cues[0]["end"], &cues[1]["start"]), (&json!(2500), &json!(2000)), "overlapping cues are kept");
    let cue = json!([{"number": 1, "start": 0, "end": 2500, "text": "Mara Voss: Salt & paper"}]);
    assert_eq!(reader("srt", srt), cue);
    assert_eq!(reader("pysrt", srt), cue);
}

#[test]
fn chapters_transcripts_and_people_reach_a_folder() {
    let place = scratch();
    let (laptop, show) = scene(place.path());
    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    let plan = laptop.ask(&["plan", &show]);
    assert_eq!(plan["blockers"], json!([]));
    laptop.ask(&["publish", &show]);
    let local = |url: &str| www.join(url.strip_prefix("https://pods.example.org/").expect("inside the folder"));
    let urls = texts(&www.join(format!("feeds/{show}/feed.xml")));
    for (url, ext) in urls.iter().zip(["json", "vtt", "srt"]) {
        let folder = url.strip_prefix("https://pods.example.org/text/").expect("texts have a folder of their own");
        assert!(folder.len() > 34 && folder.ends_with(ext) && folder.as_bytes()[32] == b'/', "{url}");
    }
    let [chapters, vtt, srt] = urls.map(|url| local(&url));
    assert_read(&chapters, &vtt, &srt);
    let again = laptop.ask(&["publish", &show]);
    assert_eq!(again["writes"], 0);

    // Other people and another chapter are told in words before anybody sees them.
    laptop.ask(&["episode", "set", &show, "7", "persons=", r#"chapters=[{"start_ms": 0, "title": "Anew"}]"#]);
    let plan = laptop.ask(&["plan", &show]);
    let fields = plan["changes"][0]["fields"].as_array().expect("fields");
    let told = |name: &str| fields.iter().find(|field| field["field"] == name).cloned().unwrap_or_default();
    let (persons, chapters) = (told("persons"), told("chapters"));
    assert_eq!((&persons["before"], &persons["after"]), (&json!("Bo & Söhne (guest)"), &json!("")));
    assert_eq!(
        (&chapters["before"], &chapters["after"]),
        (&json!("0:00 Intro\n0:01.500 The harbour"), &json!("0:00 Anew"))
    );
}

#[test]
fn chapters_transcripts_and_people_reach_listeners_of_the_server() {
    let place = scratch();
    let (mut laptop, show) = scene(place.path());
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let published = laptop.ask(&["publish", &show]);
    let listener = Listener::fast("AntennaPod/3.4.0");
    let fetch = |url: &str, name: &str| {
        let answer = listener.get(url).expect("an answer");
        assert_eq!(answer.status, 200, "{url}");
        let file = place.path().join(name);
        std::fs::write(&file, &answer.body).expect("a written file");
        (answer, file)
    };
    let (_, feed) = fetch(published["feed_url"].as_str().expect("an address"), "feed.xml");
    let urls = texts(&feed);
    let types = ["application/json+chapters", "text/vtt; charset=utf-8", "application/x-subrip; charset=utf-8"];
    let files: Vec<PathBuf> = urls
        .iter()
        .zip(types)
        .map(|(url, mime)| {
            let (answer, file) = fetch(url, url.rsplit('/').next().expect("a name"));
            assert_eq!(answer.header("content-type"), Some(mime), "{url}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "players in browsers need it: {url}");
            let etag = answer.header("etag").expect("a tag");
            assert_eq!(listener.get_with(url, &[("If-None-Match", etag)]).expect("an answer").status, 304);
            let head = listener.head(url).expect("an answer");
            assert_eq!(head.header("content-length"), Some(answer.body.len().to_string().as_str()));
            file
        })
        .collect();
    assert_read(&files[0], &files[1], &files[2]);
}
