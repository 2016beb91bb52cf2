//! Issue 6, point 1 and the first line under "Seen": a show that uses every tag, at every address its feed has (whole, in pages,
//! the newest, one season, one file format), read by strict parsers and by podcast apps.

use hearthcast_tests::readers::{crawl, gpodder, newsboat, parsers, partytime, read, titles, xpath};
use hearthcast_tests::{Laptop, Server, output, scratch, sound};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Every name that a show's and an episode's tags have (docs/guide/tags.md), with values; `alternate_enclosures` are made of a file.
fn every_tag() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/every_tag.json");
    serde_json::from_slice(&std::fs::read(file).expect("the fixture")).expect("JSON")
}

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
    let (tags, opus) = (every_tag(), folder.join("sound.opus"));
    let encode = ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=duration=6", "-c:a", "libopus"];
    output(Command::new("ffmpeg").args(encode).arg(&opus));
    let (of_show, of_episode) = (words(&tags["show"]), words(&tags["episode"]));
    let set = |before: &[&str], fields: &[String]| {
        laptop.ask(&before.iter().copied().chain(fields.iter().map(String::as_str)).collect::<Vec<_>>());
    };
    set(&["show", "set", &show], &of_show);
    set(&["episode", "set", &show, "number-20-more"], &of_episode);
    laptop.ask(&["episode", "set", &show, "number-20-more", &format!("alternate={}", opus.display())]);
    laptop.ask(&["show", "set", &show, "feed_page=10", "variants.newest=last:3", "variants.two=season:2"]);
    laptop.ask(&["show", "set", &show, "variants.opus=format:audio/ogg", "variants.mp3=format:audio/mpeg"]);
    let feed_url = laptop.ask(&["publish", &show])["feed_url"].as_str().expect("an address").to_string();
    (show, feed_url)
}

fn numbered(numbers: impl DoubleEndedIterator<Item = usize>) -> Vec<String> {
    numbers.rev().map(|number| format!("Number {number} & <more>")).collect()
}

#[test]
fn point_1_every_feed_of_a_show_with_every_tag_is_read_by_parsers_and_apps() {
    let place = scratch();
    let server = Server::start(&place.path().join("server"));
    let mut laptop = Laptop::new(place.path());
    let (_, feed_url) = published(&mut laptop, &server, place.path());
    let (pages, all) = crawl(&feed_url);
    assert_eq!((pages.len(), all), (2, numbered(1..=20)));
    let further = |name: &str| format!("{feed_url}{name}/");
    let mut feeds: Vec<(String, Vec<String>)> = vec![
        (further("newest"), numbered(18..=20)),
        (further("two"), numbered(20..=20)),
        (further("opus"), numbered(20..=20)),
        (further("mp3"), numbered(1..=20)),
    ];
    feeds.extend(pages.iter().map(|(url, page)| (url.clone(), titles(page))));
    for (url, expected) in &feeds {
        let feed = read(url);
        assert_eq!(titles(&feed), *expected, "libxml2: {url}");
        assert_eq!(parsers(&feed).1, *expected, "podcastparser and feedparser: {url}");
        let (app, follows) = (url.replace(['/', ':'], "-"), *url == feed_url);
        assert_eq!(newsboat(&place.path().join("newsboat").join(&app), url), *expected, "newsboat: {url}");
        // gPodder turns the pages from wherever it begins.
        let heard = if follows { numbered(1..=20) } else { expected.clone() };
        assert_eq!(gpodder(&place.path().join("gpodder").join(&app), url), heard, "gPodder: {url}");
        every_value(url, &partytime(&feed), expected.first().is_some_and(|title| title.starts_with("Number 20")));
    }
    // One file format: the enclosure is that file, and apps that know other formats are told that it is the usual one.
    let opus = read(&further("opus"));
    let sound = xpath(&opus, "string(//item/enclosure/@url)");
    assert!(sound.ends_with(".opus"), "{sound}");
    let other = "//item/*[local-name()='alternateEnclosure']";
    assert_eq!(xpath(&opus, &format!("concat(count({other}), {other}/@type, {other}/@default)")), "1audio/opustrue");
}

/// What podcast-partytime finds in a feed of what was put in; `newest` where it has the episode with every tag.
fn every_value(url: &str, found: &Value, newest: bool) {
    let of_show = [
        ("/license/identifier", json!("cc-by-4.0")),
        ("/podcastLocation/name", json!("Gdańsk & <quay>")),
        ("/value/recipients/1/fee", json!(true)),
        ("/podcastTxt/0/value", json!("S6lpp-7ZCn8-dZfGc-OoyaG")),
        ("/chat/space", json!("ports@muc.jabber.example")),
        ("/trailers/0/length", json!(12_345)),
        ("/podcastBlockedPlatforms/amazon", json!(false)),
        ("/podcastRemoteItems/0/title", json!("Another <feed>")),
        ("/podroll/0/feedUrl", json!("https://third.example/feed")),
        ("/podcastPublisher/feedGuid", json!("c94f5cc9-8c58-55fc-91fe-a324087a655b")),
    ];
    let of_episode = [
        ("/items/0/license/identifier", json!("cc0-1.0")),
        ("/items/0/podcastLocation/name", json!("Hel")),
        ("/items/0/podcastSoundbites/0/title", json!("The crane")),
        ("/items/0/podcastSocialInteraction/0/url", json!("https://social.example/@ada/2")),
        ("/items/0/value/valueTimeSplits/0/recipients/0/name", json!("guest")),
        ("/items/0/podcastTxt/0/value", json!("an episode")),
    ];
    let of_episode = of_episode.iter().filter(|_| newest);
    for (path, expected) in of_show.iter().chain(of_episode) {
        let read = found.pointer(path).cloned().unwrap_or_default();
        assert_eq!(read, *expected, "{url}: {path}");
    }
}
