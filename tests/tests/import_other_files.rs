//! Issue 6, point 2: other files of an episode (`podcast:alternateEnclosure`, further enclosures) stay where they are; each is asked
//! for, and what does not answer is told.

use hearthcast_tests::harbour::{cover, feed, item, mp3, text};
use hearthcast_tests::{Elsewhere, Laptop, file_url, output, scratch};
use serde_json::Value;
use std::process::Command;

/// Files in all, brought, elsewhere, and not there.
fn files(report: &Value) -> [u64; 4] {
    ["all", "taken", "elsewhere", "failed"].map(|name| report["files"][name].as_u64().expect("a number"))
}

#[test]
fn point_2_other_files_of_an_episode_are_asked_and_told_when_they_are_gone() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let sound = mp3(folder.path(), "One");
    web.put("/1.mp3", "audio/mpeg", sound.clone());
    web.put("/1.opus", "audio/opus", "Opus");
    web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
    let more = format!(
        r#"<podcast:alternateEnclosure type="audio/opus" length="9"><podcast:source uri="{}"/><podcast:source uri="magnet:?xt=urn:btih:1"/></podcast:alternateEnclosure>
<enclosure url="{}" length="6" type="video/mp4"/>"#,
        web.url("/1.opus"),
        web.url("/1.mp4")
    );
    let items = [item(1, &web.url("/1.mp3"), sound.len(), &more)];
    web.put("/feed.xml", "application/rss+xml", feed(r#"<itunes:image href="/cover.jpg"/>"#, &items));
    let first = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local"]);
    assert_eq!((first.code, files(&first.last)), (Some(1), [4, 2, 1, 1]), "what is gone is told: {}", first.last);
    let problems = first.last["problems"].as_array().expect("a list");
    assert_eq!((problems.len(), text(&problems[0]["url"])), (1, web.url("/1.mp4").as_str()), "{problems:?}");
    assert_eq!(problems[0]["episode"], "Episode 1");
    let findings = first.last["findings"].as_array().expect("a list");
    let differs = findings.iter().find(|one| one["code"] == "length_differs").expect("4 bytes are not 9");
    assert_eq!(text(&differs["url"]), web.url("/1.opus"));
    let opus = web.asked("/1.opus");
    assert!(opus.len() == 1 && opus[0].method == "HEAD", "it is asked for, not got: {opus:?}");

    // It is there again, and what was seen is not asked for once more.
    web.put("/1.mp4", "video/mp4", "A film");
    web.forget();
    let again = laptop.ask(&["import", &web.url("/feed.xml")]);
    assert_eq!(files(&again), [4, 2, 2, 0], "{again}");
    assert_eq!((web.asked("/1.mp4").len(), web.asked("/1.opus").len()), (1, 0));

    // The feed names both where they are.
    let (show, www) = (text(&again["slug"]).to_string(), folder.path().join("www"));
    std::fs::create_dir_all(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["publish", &show]);
    let written = www.join("feeds").join(&show).join("feed.xml");
    for path in ["/1.opus", "/1.mp4"] {
        let there = format!("count(//*[local-name()='source'][@uri='{}'])", web.url(path));
        let found = output(Command::new("xmllint").args(["--nonet", "--xpath", &there]).arg(&written));
        assert_eq!(found.trim(), "1", "{path}");
    }
}
