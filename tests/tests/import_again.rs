//! Issue 6, point 2: what is known of a show is found again wherever its feed is, whatever stands before its addresses, and what an
//! import did can be taken back.

use hearthcast_studio::{Options, Studio};
use hearthcast_tests::harbour::{cover, feed, item, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, file_url, output, scratch};
use serde_json::Value;
use std::process::Command;

/// A field that an import would change, by the episode's title.
fn told(report: &Value, title: &str, name: &str) -> Option<Value> {
    let change = report["changes"].as_array()?.iter().find(|change| change["title"] == title)?;
    change["fields"].as_array()?.iter().find(|field| field["field"] == name).cloned()
}

#[test]
fn point_2_a_feed_that_moved_is_compared_with_what_it_said_before() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let sound = web.url("/a.mp3");
    web.put("/a.mp3", "audio/mpeg", mp3(folder.path(), "One"));
    web.put("/old.xml", "application/rss+xml", feed("", &[item(1, &sound, 9, "")]));
    let show = text(&laptop.ask(&["import", &web.url("/old.xml"), "--allow-local"])["slug"]).to_string();
    let renamed =
        feed("", &[item(1, &sound, 9, "").replace("Episode 1", "Renamed")]).replace("of the sea", "of all seas");
    web.put("/new.xml", "application/rss+xml", renamed.clone());
    web.forget();
    let moved = laptop.ask(&["import", &web.url("/new.xml"), "--allow-local", "--into", &show]);
    assert_eq!(told(&moved, "Renamed", "title").expect("told")["kept"], false, "{moved}");
    let about = laptop.ask(&["show", "get", &show])["show"]["description"]["source"].clone();
    assert_eq!(about, "<p>Stories of all seas.</p>");
    assert_eq!(web.asked("/a.mp3"), [], "the sound is here");
    // A saved copy of it is the same feed once more.
    let saved = folder.path().join("saved.xml");
    std::fs::write(&saved, renamed.replace("Renamed", "Renamed again")).expect("a file");
    let file = laptop.ask(&["import", saved.to_str().expect("plain names"), "--into", &show]);
    assert_eq!(
        (numbers(&file), &told(&file, "Renamed again", "title").expect("told")["kept"]),
        ([0, 1, 0], &false.into())
    );
}

#[test]
fn point_2_an_episode_of_ones_own_keeps_its_sound_and_stays_shown() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let show = laptop.show("Harbour talk");
    let own = folder.path().join("own.mp3");
    std::fs::write(&own, mp3(folder.path(), "Own")).expect("a sound");
    laptop.episode(&show, "Own", &own);
    laptop.ask(&["episode", "set", &show, "own", "guid=tag:own"]);
    let theirs = item(1, &web.url("/a.mp3"), 9, "<itunes:block>Yes</itunes:block><itunes:season>3</itunes:season>");
    let theirs = theirs.replace("tag:harbour,1 &amp; «ü»", "tag:own");
    web.put("/feed.xml", "application/rss+xml", feed("", &[theirs]));
    laptop.ask(&["import", &web.url("/feed.xml"), "--allow-local", "--into", &show]);
    let episode = laptop.ask(&["episode", "get", &show, "own"])["episode"].clone();
    assert!(episode["remote_audio"].is_null() && episode["audio"]["hash"].is_string(), "{episode}");
    assert_ne!(episode["blocked"], true, "{episode}");
    assert_eq!(episode["season"], 3, "what is empty is filled");
    assert_eq!(web.asked("/a.mp3"), [], "nobody wants the other sound");
}

#[test]
fn point_2_neither_spaces_around_a_guid_nor_a_counting_service_make_another_episode_or_sound() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let one = mp3(folder.path(), "One");
    let sound = web.url("/a.mp3");
    web.put("/a.mp3", "audio/mpeg", one.clone());
    let spaced = |guid: &str| item(1, &sound, one.len(), "").replace("tag:harbour,1 &amp; «ü»", guid);
    web.put("/feed.xml", "application/rss+xml", feed("", &[spaced(" tag:1\n")]));
    let address = web.url("/feed.xml");
    let show = text(&laptop.ask(&["import", &address, "--allow-local"])["slug"]).to_string();
    web.forget();
    web.put("/feed.xml", "application/rss+xml", feed("", &[spaced("tag:1")]));
    let again = laptop.ask(&["import", &address]);
    assert_eq!(numbers(&again), [0, 0, 1], "{again}");
    let episode = laptop.ask(&["episode", "get", &show, "episode-1"]);
    assert_eq!(episode["episode"]["guid"], " tag:1\n", "it keeps the bytes it came with");
    // A service that counts stands before the same sound now.
    let counted = spaced("tag:1").replace(&sound, &format!("https://op3.dev/e/{sound}"));
    web.put("/feed.xml", "application/rss+xml", feed("", &[counted]));
    assert_eq!(numbers(&laptop.ask(&["import", &address])), [0, 0, 1]);
    assert_eq!(web.asked("/a.mp3"), [], "it is not brought once more");
}

#[test]
fn point_2_a_server_that_knows_no_head_is_asked_for_a_byte() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let statuses = [400, 403, 404, 405, 501];
    let items: Vec<String> = statuses
        .iter()
        .map(|status| {
            let path = format!("/{status}.mp3");
            web.put_without_head(&path, "audio/mpeg", "a sound", *status);
            item(usize::from(*status), &web.url(&path), 7, "")
        })
        .collect();
    web.put("/feed.xml", "application/rss+xml", feed("", &items));
    let report = laptop.ask(&["import", &web.url("/feed.xml"), "--allow-local", "--media", "none"]);
    assert_eq!((&report["files"]["elsewhere"], &report["problems"]), (&5.into(), &serde_json::json!([])), "{report}");
    web.remove("/404.mp3");
    web.put("/feed.xml", "application/rss+xml", feed("", &items).replace("/404.mp3", "/404.mp3?new"));
    let gone = laptop.speak(&["import", &web.url("/feed.xml")]);
    assert_eq!((gone.code, &gone.last["files"]["failed"]), (Some(1), &1.into()), "what is gone for GET, too, is gone");
}

#[test]
fn point_2_no_word_of_a_feed_commands_the_terminal() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let title = "Fog\u{9b}2J\u{85}bank";
    web.put("/feed.xml", "application/rss+xml", feed("", &[]).replace("Harbour talk", title));
    let command = |words: &[&str]| laptop.command(words).output().expect("hearthcast runs");
    for words in
        [&["import", &web.url("/feed.xml"), "--allow-local"][..], &["show", "list"], &["show", "list", "--json"]]
    {
        let said = command(words);
        let all = String::from_utf8([said.stdout, said.stderr].concat()).expect("UTF-8");
        assert!(all.contains("Fog") && !all.contains(|c: char| c.is_control() && c != '\n'), "{words:?}: {all:?}");
    }
    assert!(text(&laptop.ask(&["show", "list"])["shows"][0]["title"]).contains(title), "it is kept as it was");
}

#[tokio::test]
async fn point_2_an_import_is_taken_back_with_the_sounds_it_brought() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let (one, two) = (mp3(folder.path(), "One"), mp3(folder.path(), "Another, which is longer than the first was"));
    web.put("/a.mp3", "audio/mpeg", one.clone());
    web.put("/b.mp3", "audio/mpeg", two.clone());
    web.put("/feed.xml", "application/rss+xml", feed("", &[item(1, &web.url("/a.mp3"), one.len(), "")]));
    let address = web.url("/feed.xml");
    let show = text(&laptop.ask(&["import", &address, "--allow-local"])["slug"]).to_string();
    let get = || {
        let mut episode = laptop.ask(&["episode", "get", &show, "episode-1"])["episode"].clone();
        episode["changed_ms"].take();
        episode
    };
    let before = get();
    let other = item(1, &web.url("/b.mp3"), two.len(), "<itunes:season>2</itunes:season>");
    web.put("/feed.xml", "application/rss+xml", feed("", &[other]));
    laptop.ask(&["import", &address]);
    let after = get();
    assert!(after["season"] == 2 && after["audio"] != before["audio"], "{after}");
    let studio = Studio::open(Options::new(laptop.library())).await.expect("a library");
    assert_eq!(studio.undo().await.expect("it can be taken back").expect("a step").reason, "import");
    assert_eq!(get(), before, "the words and the sound");
    studio.redo().await.expect("it can be taken again").expect("a step");
    assert_eq!(get(), after);
    // And the first import: the show goes as it came.
    studio.undo().await.expect("back").expect("a step");
    studio.undo().await.expect("back").expect("a step");
    assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn point_2_notes_stay_html_until_they_are_converted_and_item_links_stay() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let one = mp3(folder.path(), "One");
    web.put("/a.mp3", "audio/mpeg", one.clone());
    web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
    let link = "<link>http://old.example/ep/1?a=1&amp;b=%C3%BC#x</link>";
    let head = r#"<itunes:image href="/cover.jpg"/>"#;
    web.put("/feed.xml", "application/rss+xml", feed(head, &[item(1, "a.mp3", one.len(), link)]));
    let address = web.url("/feed.xml");
    let show = text(&laptop.ask(&["import", &address, "--allow-local"])["slug"]).to_string();
    let notes = || laptop.ask(&["episode", "get", &show, "episode-1"])["episode"]["notes"].clone();
    let imported = notes();
    assert_eq!(
        (&imported["form"], &imported["source"]),
        (&"html".into(), &"<p>Words about <b>1</b> &amp; the sea.</p>".into())
    );
    laptop.ask(&["episode", "set", &show, "episode-1", "notes_form=markdown"]);
    let made = notes();
    assert_eq!((&made["form"], &made["source"]), (&Value::Null, &"Words about **1** & the sea.".into()));
    assert_eq!(text(&made["safe"]["html"]).trim(), "<p>Words about <strong>1</strong> &amp; the sea.</p>");
    let studio = Studio::open(Options::new(laptop.library())).await.expect("a library");
    studio.undo().await.expect("it can be taken back").expect("a step");
    assert_eq!(notes(), imported, "one step");
    studio.redo().await.expect("again").expect("a step");
    assert_eq!(numbers(&laptop.ask(&["import", &address])), [0, 0, 1], "the feed did not change");
    assert_eq!(notes(), made, "and the author's words stay");

    let www = folder.path().join("www");
    std::fs::create_dir_all(&www).expect("a folder");
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["publish", &show]);
    let written = www.join("feeds").join(&show).join("feed.xml");
    let found = output(Command::new("xmllint").args(["--nonet", "--xpath", "string(//item/link)"]).arg(&written));
    assert_eq!(found.trim(), "http://old.example/ep/1?a=1&b=%C3%BC#x", "byte for byte");
    laptop.ask(&["episode", "set", &show, "episode-1", "link=https://new.example/1"]);
    laptop.ask(&["publish", &show]);
    let found = output(Command::new("xmllint").args(["--nonet", "--xpath", "string(//item/link)"]).arg(&written));
    assert_eq!(found.trim(), "https://new.example/1");
}
