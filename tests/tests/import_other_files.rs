//! Issue 6, point 2: other files of an episode (`podcast:alternateEnclosure`, further enclosures) come with its sound, or stay where
//! they are like it; what tags name (trailers, `podcast:image`, pictures of people) stays. What stays is asked for, and what does not
//! answer is told.

use hearthcast_testkit::TlsLine;
use hearthcast_tests::harbour::{cover, feed, item, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, file_url, output, scratch, sri};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files in all, brought, elsewhere, and not there.
fn files(report: &Value) -> [u64; 4] {
    ["all", "taken", "elsewhere", "failed"].map(|name| report["files"][name].as_u64().expect("a number"))
}

/// Where listeners find what is published.
const PUBLIC: &str = "https://pods.example.org/";

/// Gives a show a folder of the web, and publishes it there; returns its feed.
fn published(laptop: &Laptop, show: &str, folder: &Path) -> PathBuf {
    let www = folder.join("www");
    std::fs::create_dir_all(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", show, "web", &file_url(&www), "--public-url", PUBLIC]);
    laptop.ask(&["publish", show]);
    www.join("feeds").join(show).join("feed.xml")
}

/// What a feed says.
fn said(feed: &Path, question: &str) -> String {
    output(Command::new("xmllint").args(["--nonet", "--xpath", question]).arg(feed)).trim().to_string()
}

/// The file in the folder of the web to which an address in a feed leads.
fn led_to(folder: &Path, feed: &Path, question: &str) -> PathBuf {
    let url = said(feed, question);
    folder.join("www").join(url.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{url} is no place of our own")))
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
    let first = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local", "--media", "none"]);
    assert_eq!((first.code, files(&first.last)), (Some(1), [4, 1, 2, 1]), "what is gone is told: {}", first.last);
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
    assert_eq!(files(&again), [4, 1, 3, 0], "{again}");
    assert_eq!((web.asked("/1.mp4").len(), web.asked("/1.opus").len()), (1, 0));

    // The feed names both where they are.
    let written = published(&laptop, text(&again["slug"]), folder.path());
    for path in ["/1.opus", "/1.mp4"] {
        let there = format!("count(//*[local-name()='source'][@uri='{}'])", web.url(path));
        assert_eq!(said(&written, &there), "1", "{path}");
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

/// Bytes of an Opus file of so many bits per second, made of the MP3 that lies in the folder.
fn opus(folder: &Path, rate: &str) -> Vec<u8> {
    let to = folder.join(format!("{rate}.opus"));
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-loglevel", "error", "-i"]).arg(folder.join("made.mp3"));
    output(ffmpeg.args(["-c:a", "libopus", "-b:a", rate]).arg(&to));
    std::fs::read(to).expect("it was made")
}

#[test]
fn point_2_other_files_come_with_the_sound_and_nothing_of_them_is_left_at_the_old_host() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let sound = mp3(folder.path(), "One");
    let [small, large] = ["16k", "48k"].map(|rate| opus(folder.path(), rate));
    web.put("/1.mp3", "audio/mpeg", sound.clone());
    web.put("/1.opus", "audio/opus", small.clone());
    web.put("/1.ogg", "audio/ogg", "No sound");
    web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
    let put = |title: &str, length: usize| {
        let [first, twin, same, broken] = ["/1.opus", "/mirror/1.opus", "/1.mp3", "/1.ogg"].map(|path| web.url(path));
        let more = format!(
            r#"<podcast:alternateEnclosure type="audio/opus" length="{length}" title="{title}"><podcast:source uri="{first}"/><podcast:source uri="{twin}"/><podcast:source uri="ipfs://QmX"/></podcast:alternateEnclosure>
<podcast:alternateEnclosure type="audio/mpeg" length="{0}" default="true"><podcast:source uri="{same}"/></podcast:alternateEnclosure>
<podcast:alternateEnclosure type="audio/ogg" length="8"><podcast:source uri="{broken}"/></podcast:alternateEnclosure>"#,
            sound.len()
        );
        let head = r#"<itunes:image href="/cover.jpg"/>"#;
        web.put("/feed.xml", "application/rss+xml", feed(head, &[item(1, &same, sound.len(), &more)]));
    };
    put("Small", small.len());
    let address = web.url("/feed.xml");
    let first = laptop.speak(&["import", &address, "--allow-local"]);
    assert_eq!((first.code, files(&first.last)), (Some(1), [4, 3, 0, 1]), "{}", first.last);
    let problems = first.last["problems"].as_array().expect("a list");
    assert_eq!((problems.len(), text(&problems[0]["url"])), (1, web.url("/1.ogg").as_str()), "{problems:?}");
    for (path, times) in [("/1.mp3", 1), ("/1.opus", 1), ("/mirror/1.opus", 0)] {
        let asked: Vec<String> = web.asked(path).into_iter().map(|asked| asked.method).collect();
        assert_eq!(asked, vec!["GET"; times], "{path}");
    }

    let show = text(&first.last["slug"]).to_string();
    let written = published(&laptop, &show, folder.path());
    let is_here = |title: &str, bytes: &[u8]| {
        let tag = format!("//item/*[local-name()='alternateEnclosure'][@type='audio/opus'][@title='{title}']");
        assert_eq!(said(&written, &format!("string({tag}/@length)")), bytes.len().to_string());
        let sources = format!("{tag}/*[local-name()='source']");
        let file = led_to(folder.path(), &written, &format!("string({sources}[1]/@uri)"));
        let there = std::fs::read(&file).expect("it lies there");
        assert!(there == bytes, "{} is the file that the old host had", file.display());
        let probe = ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0"];
        assert_eq!(output(Command::new("ffprobe").args(probe).arg(&file)).trim(), "opus");
        // What lies at nobody's host stays; what cannot be taken is still named where it is, and nothing else is.
        assert_eq!(said(&written, &format!("string({sources}[2]/@uri)")), "ipfs://QmX");
        assert_eq!(said(&written, &format!("count({sources})")), "2");
        let left = format!("count(//@uri[starts-with(., '{0}')] | //@url[starts-with(., '{0}')])", web.origin());
        assert_eq!(said(&written, &left), "1");
        let still = format!("count(//*[local-name()='source'][@uri='{}'])", web.url("/1.ogg"));
        assert_eq!(said(&written, &still), "1");
    };
    is_here("Small", &small);

    // Nothing new, other words, and another file under the same address.
    web.forget();
    assert_eq!(numbers(&laptop.speak(&["import", &address]).last), [0, 0, 1]);
    put("Opus", small.len());
    assert_eq!(numbers(&laptop.speak(&["import", &address]).last), [0, 1, 0]);
    assert_eq!((web.asked("/1.mp3"), web.asked("/1.opus")), (vec![], vec![]), "what is here is not got again");
    laptop.ask(&["publish", &show]);
    is_here("Opus", &small);
    web.put("/1.opus", "audio/opus", large.clone());
    put("Opus", large.len());
    assert_eq!(numbers(&laptop.speak(&["import", &address]).last), [0, 1, 0]);
    laptop.mean(&["publish", &show]);
    is_here("Opus", &large);
}

/// `printf abc | openssl dgst -sha256 -binary | base64`: the hash of no sound here.
const OF_ABC: &str = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

#[test]
fn point_2_a_sound_that_is_another_one_now_is_another_one_among_the_other_files_too() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let [one, two] = ["One", "Another one, of another length than the first"].map(|title| mp3(folder.path(), title));
    web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
    // No length is told, and the hash of what other listeners got.
    let put = |sound: &[u8]| {
        let url = web.url("/1.mp3");
        let more = format!(
            r#"<podcast:alternateEnclosure type="audio/mpeg" default="true"><podcast:source uri="{url}"/><podcast:source uri="ipfs://QmX"/><podcast:integrity type="sri" value="{OF_ABC}"/></podcast:alternateEnclosure>"#
        );
        web.put("/1.mp3", "audio/mpeg", sound);
        let head = r#"<itunes:image href="/cover.jpg"/>"#;
        web.put("/feed.xml", "application/rss+xml", feed(head, &[item(1, &url, sound.len(), &more)]));
    };
    put(&one);
    let address = web.url("/feed.xml");
    let show = text(&laptop.ask(&["import", &address, "--allow-local"])["slug"]).to_string();
    let written = published(&laptop, &show, folder.path());
    let other = "//item/*[local-name()='alternateEnclosure'][@default='true']";
    // What listeners get of the episode, under both addresses; with so many places of the other file.
    let heard = |places: &str| {
        let sound = led_to(folder.path(), &written, "string(//item/enclosure/@url)");
        let same = led_to(folder.path(), &written, &format!("string({other}/*[local-name()='source'][1]/@uri)"));
        let bytes = std::fs::read(&same).expect("it lies there");
        assert!(std::fs::read(sound).expect("it lies there") == bytes, "{} is the sound itself", same.display());
        assert_eq!(said(&written, &format!("string({other}/*[local-name()='integrity']/@value)")), sri(&same));
        assert_eq!(said(&written, &format!("count({other}/*[local-name()='source'])")), places);
        bytes
    };
    assert!(heard("2") == one, "the file that the old host had");
    assert_eq!(numbers(&laptop.ask(&["import", &address])), [0, 0, 1], "its own hash is no change of the author's");

    web.forget();
    put(&two);
    let again = laptop.ask(&["import", &address]);
    assert_eq!((numbers(&again), files(&again)), ([0, 1, 0], [2, 2, 0, 0]), "{again}");
    let asked: Vec<String> = web.asked("/1.mp3").into_iter().map(|asked| asked.method).collect();
    assert_eq!(asked, ["GET"], "it comes, once");
    laptop.mean(&["publish", &show]);
    assert!(heard("2") == two, "the file that the old host has now");

    // Other tags inside make other bytes, which lie nowhere else.
    laptop.ask(&["episode", "set", &show, "episode-1", "title=The first one"]);
    laptop.ask(&["episode", "tags", &show, "episode-1", "--replace", "same-guid", "--confirm", "episode-1"]);
    laptop.mean(&["publish", &show]);
    assert!(heard("1") != two, "the tags inside are others");
}

#[test]
fn point_2_other_files_with_the_same_bytes_stay_when_the_feed_says_something_new() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let sound = mp3(folder.path(), "One");
    let small = opus(folder.path(), "16k");
    let others = ["/mirror.mp3", "/a.opus", "/b.opus"];
    web.put("/1.mp3", "audio/mpeg", sound.clone());
    web.put(others[0], "audio/mpeg", sound.clone());
    web.put(others[1], "audio/opus", small.clone());
    web.put(others[2], "audio/opus", small);
    web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
    let put = |new: &str| {
        let other = |path: &str| {
            let mime = if path.ends_with("opus") { "audio/opus" } else { "audio/mpeg" };
            format!(
                r#"<podcast:alternateEnclosure type="{mime}" title="{path}"><podcast:source uri="{}"/><podcast:integrity type="sri" value="{OF_ABC}"/></podcast:alternateEnclosure>"#,
                web.url(path)
            )
        };
        let more = format!("{}{new}", others.map(other).concat());
        let head = r#"<itunes:image href="/cover.jpg"/>"#;
        let items = [item(1, &web.url("/1.mp3"), sound.len(), &more)];
        web.put("/feed.xml", "application/rss+xml", feed(head, &items));
    };
    put("");
    let address = web.url("/feed.xml");
    let first = laptop.ask(&["import", &address, "--allow-local"]);
    assert_eq!(files(&first), [5, 5, 0, 0], "{first}");

    web.forget();
    put(r#"<podcast:soundbite startTime="1.0" duration="5.0">The best of it</podcast:soundbite>"#);
    let again = laptop.ask(&["import", &address]);
    assert_eq!(numbers(&again), [0, 1, 0], "{again}");
    for path in others {
        assert_eq!(web.asked(path), [], "what is here is not got again");
    }
    let written = published(&laptop, text(&first["slug"]), folder.path());
    assert_eq!(said(&written, "count(//*[local-name()='soundbite'])"), "1");
    for title in others {
        let other = format!("//item/*[local-name()='alternateEnclosure'][@title='{title}']");
        let file = led_to(folder.path(), &written, &format!("string({other}/*[local-name()='source']/@uri)"));
        assert_eq!(said(&written, &format!("string({other}/*[local-name()='integrity']/@value)")), sri(&file));
        assert_eq!(said(&written, &format!("count({other}/*[local-name()='source'])")), "1");
    }
}
