//! Issue 6, point 1 and the first line under "Seen": a show that uses every tag, at every address its feed has (whole, in pages,
//! the newest, one season, one file format), at a server and in a folder, read by strict parsers and by podcast apps.

#[path = "every_feed/found.rs"]
mod found;

use found::{every_address, every_field, every_value};
use hearthcast_tests::readers::{crawl, gpodder, newsboat, parsers, partytime, read, titles, xpath};
use hearthcast_tests::{Laptop, Server, WebFolder, file_url, output, scratch, sound};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Every name that a show's and an episode's tags have (docs/guide/tags.md), with values; `alternate_enclosures` are made of a file.
fn every_tag() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/every_tag.json");
    serde_json::from_slice(&std::fs::read(file).expect("the fixture")).expect("JSON")
}

/// Tags of the show that are fields of their own (docs/guide/terminal.md).
const OF_SHOW: [&str; 3] = [
    r#"persons=[{"name": "Ada & <Lund>", "role": "audio engineer", "group": "audio production", "img": "https://ports.example/ada.jpg", "href": "https://ports.example/ada"}]"#,
    r#"funding=[{"url": "https://ports.example/all", "text": "For all & <more>"}]"#,
    "medium=audiobook",
];

/// The same of the newest episode, without its transcript, which is a file.
const OF_EPISODE: [&str; 3] = [
    "season_name=The second & <last>",
    r#"persons=[{"name": "Bo", "role": "guest"}]"#,
    r#"chapters=[{"start_ms": 0, "title": "Begin"}, {"start_ms": 2000, "title": "The crane & <more>"}]"#,
];

fn words(tags: &Value) -> Vec<String> {
    tags.as_object().expect("tags by name").iter().map(|(name, value)| format!("tags.{name}={value}")).collect()
}

/// A published show of twenty episodes, the newest with everything.
fn published(laptop: &mut Laptop, server: &Server, folder: &Path) -> (String, String) {
    let show = laptop.show("Harbour");
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let file = folder.join("sound.mp3");
    sound::mp3(&file, 6, "Sound");
    let whole = std::fs::read(&file).expect("a sound");
    for number in 1..=20_usize {
        std::fs::write(&file, &whole[..whole.len() - 384 * number]).expect("a sound");
        laptop.episode(&show, &format!("Number {number} & <more>"), &file);
        let (slug, season) = (format!("number-{number}-more"), format!("season={}", 1 + number / 20));
        laptop.ask(&["episode", "set", &show, &slug, &format!("at=2026-01-{number:02}T08:00:00Z"), &season]);
    }
    let (tags, opus, m4a) = (every_tag(), folder.join("sound.opus"), folder.join("sound.m4a"));
    for (codec, to) in [("libopus", &opus), ("aac", &m4a)] {
        let encode = ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=duration=6", "-c:a", codec];
        output(Command::new("ffmpeg").args(encode).arg(to));
    }
    let transcript = folder.join("sound.vtt");
    std::fs::write(&transcript, "WEBVTT\n\n00:01.000 --> 00:04.000\nSpoken below the crane.\n").expect("a transcript");
    let (mut of_show, mut of_episode) = (words(&tags["show"]), words(&tags["episode"]));
    of_show.extend(OF_SHOW.map(String::from));
    of_episode.extend(OF_EPISODE.map(String::from));
    of_episode.push(format!("transcript={}", transcript.display()));
    let set = |before: &[&str], fields: &[String]| {
        laptop.ask(&before.iter().copied().chain(fields.iter().map(String::as_str)).collect::<Vec<_>>());
    };
    set(&["show", "set", &show], &of_show);
    set(&["episode", "set", &show, "number-20-more"], &of_episode);
    laptop.ask(&["episode", "set", &show, "number-20-more", &format!("alternate={}", opus.display())]);
    laptop.ask(&["episode", "set", &show, "number-19-more", &format!("alternate={}", m4a.display())]);
    laptop.ask(&["show", "set", &show, "feed_page=10", "variants.newest=last:3", "variants.two=season:2"]);
    laptop.ask(&["show", "set", &show, "variants.opus=format:audio/ogg", "variants.mp3=format:audio/mpeg"]);
    laptop.ask(&["show", "set", &show, "variants.m4a=format:audio/mp4"]);
    let feed_url = laptop.ask(&["publish", &show])["feed_url"].as_str().expect("an address").to_string();
    (show, feed_url)
}

fn numbered(numbers: impl DoubleEndedIterator<Item = usize>) -> Vec<String> {
    numbers.rev().map(|number| format!("Number {number} & <more>")).collect()
}

/// The further feeds by name, with their titles.
fn further_feeds() -> [(&'static str, Vec<String>); 5] {
    [
        ("newest", numbered(18..=20)),
        ("two", numbered(20..=20)),
        ("opus", numbered(20..=20)),
        ("m4a", numbered(19..=19)),
        ("mp3", numbered(1..=20)),
    ]
}

/// What strict parsers, and the reader that many apps are built on, find in a feed; `get` fetches what it leads to.
fn strictly(url: &str, feed: &str, expected: &[String], get: impl Fn(&str) -> String) {
    assert_eq!(titles(feed), expected, "libxml2: {url}");
    assert_eq!(parsers(feed).1, expected, "podcastparser and feedparser: {url}");
    let newest = expected.first().is_some_and(|title| title.starts_with("Number 20"));
    let found = partytime(feed);
    every_value(url, &found, newest);
    every_field(url, feed, newest, get);
    if newest {
        every_address(url, feed, &found);
    }
}

/// Titles that the two apps know of a feed; each begins anew in a folder below `apps`.
fn in_apps(apps: &Path, url: &str, expected: &[String], heard: &[String]) {
    let app = url.replace(['/', ':'], "-");
    assert_eq!(newsboat(&apps.join("newsboat").join(&app), url), expected, "newsboat: {url}");
    assert_eq!(gpodder(&apps.join("gpodder").join(&app), url), heard, "gPodder: {url}");
}

/// Publishes to a folder, too, and reads every feed there as somebody else's web server gives it.
fn in_a_folder(laptop: &Laptop, show: &str, place: &Path) {
    let www = place.join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    let web = WebFolder::start(&www);
    let public = format!("{}/", web.origin());
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", &public]);
    laptop.ask(&["publish", show, "--target", "www"]);
    let get = |url: &str| {
        assert!(url.starts_with(&public), "{url} leads elsewhere");
        read(url)
    };
    let at = |name: &str| format!("{public}feeds/{show}/{name}.xml");
    let (pages, all) = crawl(&at("feed"));
    assert_eq!((pages.len(), all), (2, numbered(1..=20)));
    for (url, page) in &pages {
        strictly(url, page, &titles(page), get);
    }
    // Of the older page the apps are led to from the first one.
    let first = titles(&pages[&at("feed")]);
    in_apps(place, &at("feed"), &first, &numbered(1..=20));
    for (name, expected) in further_feeds() {
        let url = at(name);
        strictly(&url, &get(&url), &expected, get);
        in_apps(place, &url, &expected, &expected);
    }
}

#[test]
fn point_1_every_feed_of_a_show_with_every_tag_is_read_by_parsers_and_apps() {
    let place = scratch();
    let server = Server::start(&place.path().join("server"));
    let mut laptop = Laptop::new(place.path());
    let (show, feed_url) = published(&mut laptop, &server, place.path());
    let (pages, all) = crawl(&feed_url);
    assert_eq!((pages.len(), all), (2, numbered(1..=20)));
    let further = |name: &str| format!("{feed_url}{name}/");
    let mut feeds: Vec<(String, Vec<String>)> =
        further_feeds().into_iter().map(|(name, expected)| (further(name), expected)).collect();
    feeds.extend(pages.iter().map(|(url, page)| (url.clone(), titles(page))));
    for (url, expected) in &feeds {
        let feed = read(url);
        strictly(url, &feed, expected, read);
        // gPodder turns the pages from wherever it begins.
        let heard = if *url == feed_url { numbered(1..=20) } else { expected.clone() };
        in_apps(place.path(), url, expected, &heard);
    }
    // One file format: the enclosure is that file, and apps that know other formats are told that it is the usual one.
    let opus = read(&further("opus"));
    let sound = xpath(&opus, "string(//item/enclosure/@url)");
    assert!(sound.ends_with(".opus"), "{sound}");
    let other = "//item/*[local-name()='alternateEnclosure']";
    assert_eq!(xpath(&opus, &format!("concat(count({other}), {other}/@type, {other}/@default)")), "1audio/opustrue");
    let m4a = xpath(&read(&further("m4a")), "string(//item/enclosure/@url)");
    assert!(m4a.ends_with(".m4a"), "{m4a}");
    in_a_folder(&laptop, &show, place.path());
}
