//! Issue 6, point 2: other files of an episode (`podcast:alternateEnclosure`, further enclosures), and what tags name (trailers,
//! `podcast:image`, pictures of people), stay where they are; each is asked for, and what does not answer is told.

use hearthcast_testkit::TlsLine;
use hearthcast_tests::harbour::{cover, feed, item, mp3, text};
use hearthcast_tests::{Elsewhere, Laptop, file_url, output, scratch};
use serde_json::Value;
use std::path::Path;
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

/// A place at somebody else's host that is asked by https, as apps do, and a laptop that knows its certificate.
fn behind_tls(folder: &Path) -> (Elsewhere, String, Laptop) {
    let (web, mut laptop) = (Elsewhere::start(), Laptop::new(folder));
    let known = folder.join("authority.pem");
    let address = web.origin().strip_prefix("http://").and_then(|address| address.parse().ok()).expect("an address");
    let front = TlsLine::to(address, &known);
    laptop.secret("SSL_CERT_FILE", known.to_str().expect("temporary folders have plain names"));
    (web, front.origin(), laptop)
}

#[test]
fn point_2_what_tags_name_is_asked_once_and_told_when_it_is_gone() {
    let folder = scratch();
    let (web, front, laptop) = behind_tls(folder.path());
    for (path, mime) in [("/soon.mp3", "audio/mpeg"), ("/banner.jpg", "image/jpeg"), ("/ada.jpg", "image/jpeg")] {
        web.put(path, mime, "Here");
    }
    let person = |name: &str| format!(r#"<podcast:person img="{front}/{name}.jpg">{name}</podcast:person>"#);
    let of_show = format!(
        r#"<podcast:trailer pubdate="Mon, 01 Jan 2024 10:00:00 GMT" url="{front}/soon.mp3" length="9" type="audio/mpeg">Soon</podcast:trailer>
<podcast:image href="{front}/banner.jpg" purpose="banner"/>{}"#,
        person("ada")
    );
    let live = format!(
        r#"<podcast:liveItem status="ended" start="2024-01-01T10:00:00Z"><title>Live</title><guid>live-1</guid>
<enclosure url="{front}/live.mp3" type="audio/mpeg" length="1"/>{}<podcast:contentLink href="https://harbour.example/live">Here</podcast:contentLink></podcast:liveItem>"#,
        person("cy")
    );
    let wide = format!(r#"<podcast:image href="{front}/wide.jpg"/>"#);
    let more = [format!("{}{wide}", person("ada")), person("bo")];
    let items: Vec<String> =
        more.iter().enumerate().map(|(n, more)| item(n + 1, &web.url("/a.mp3"), 4, more)).collect();
    web.put("/a.mp3", "audio/mpeg", "Tone");
    web.put("/feed.xml", "application/rss+xml", feed(&format!("{of_show}{live}"), &items));
    let (address, own) = (web.url("/feed.xml"), format!("--allow-local={front}"));
    let first = laptop.speak(&["import", &address, "--allow-local", &own, "--media", "none"]);
    assert_eq!((first.code, files(&first.last)), (Some(1), [8, 0, 5, 3]), "{}", first.last);
    let problems = first.last["problems"].as_array().expect("a list");
    let mut gone: Vec<(&str, &str)> = problems.iter().map(|one| (text(&one["episode"]), text(&one["url"]))).collect();
    gone.sort_unstable();
    let urls = ["cy", "wide", "bo"].map(|name| format!("{front}/{name}.jpg"));
    assert_eq!(gone, [("", urls[0].as_str()), ("Episode 1", urls[1].as_str()), ("Episode 2", urls[2].as_str())]);
    let findings = first.last["findings"].as_array().expect("a list");
    let differs = findings.iter().find(|one| one["code"] == "length_differs").expect("4 bytes are not 9");
    assert_eq!(text(&differs["url"]), format!("{front}/soon.mp3"));
    for path in ["/soon.mp3", "/banner.jpg", "/ada.jpg"] {
        let asked: Vec<String> = web.asked(path).into_iter().map(|asked| asked.method).collect();
        assert_eq!(asked, ["HEAD"], "{path} is asked for once, though several name it, and not got");
    }
    assert_eq!(web.asked("/live.mp3"), [], "a broadcast is asked for by nobody: between two of them nothing is there");

    // One is there again; what was seen is not asked for once more, and what no tag names any more is not missed.
    web.put("/wide.jpg", "image/jpeg", "A harbour");
    web.put("/feed.xml", "application/rss+xml", feed(&of_show, &items));
    web.forget();
    let again = laptop.speak(&["import", &address]);
    assert_eq!((again.code, files(&again.last)), (Some(1), [7, 0, 6, 1]), "{}", again.last);
    assert_eq!((web.asked("/ada.jpg"), web.asked("/cy.jpg")), (vec![], vec![]));
}
