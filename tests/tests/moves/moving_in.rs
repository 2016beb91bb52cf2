//! A show moves in from a host that answers at another address: one action, and what is left to be done there.

use crate::scene::{new_feed_url, text, xpath};
use hearthcast_tests::{Elsewhere, Laptop, file_url, scratch, sound};
use serde_json::Value;
use std::path::Path;

const HOST: &str = "/show/rss";

fn item(n: usize, guid: &str, sound: &str, length: usize) -> String {
    format!(
        "<item><title>Part {n}</title><guid isPermaLink=\"false\">{guid}</guid><pubDate>0{n} Jan 2024 10:00:00 +0100</pubDate>\
         <description>Words.</description><enclosure url=\"{sound}\" length=\"{length}\" type=\"audio/mpeg\"/></item>"
    )
}

fn feed(more: &str, cover: &str, items: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\">\
         <channel><title>Harbour talk</title><link>https://harbour.example/</link><language>en</language>\
         <description>Of the sea.</description><itunes:author>Ada</itunes:author><itunes:explicit>false</itunes:explicit>\
         <itunes:category text=\"Arts\"/><itunes:image href=\"{cover}\"/>{more}{}</channel></rss>",
        items.join("")
    )
}

/// Somebody else's host with a show of two episodes; returns its feed.
fn host(folder: &Path, elsewhere: &Elsewhere) -> (String, Vec<u8>) {
    let (file, picture) = (folder.join("made.mp3"), folder.join("made.jpg"));
    sound::mp3(&file, 6, "Sound");
    sound::cover(&picture);
    let (sound, cover) = (std::fs::read(&file).unwrap(), std::fs::read(&picture).unwrap());
    elsewhere.put("/one.mp3", "audio/mpeg", sound.clone());
    elsewhere.put("/two.mp3", "audio/mpeg", sound[..sound.len() - 384].to_vec());
    elsewhere.put("/cover.jpg", "image/jpeg", cover);
    let items = [
        item(1, "http://old.example/?p=1", &elsewhere.url("/one.mp3"), sound.len()),
        item(2, "OLD-0002", &elsewhere.url("/two.mp3"), sound.len() - 384),
    ];
    let text = feed("", &elsewhere.url("/cover.jpg"), &items);
    elsewhere.put(HOST, "application/rss+xml", text.clone());
    (text, sound)
}

/// The same feed, which names further files at the host: a trailer, pictures, and the episodes in other formats.
fn with_tags(feed: &str, elsewhere: &Elsewhere) -> String {
    let at = |path: &str| elsewhere.url(path);
    let of_show = format!(
        "<podcast:trailer pubdate=\"Mon, 01 Jan 2024 10:00:00 GMT\" url=\"{}\" type=\"audio/mpeg\">Soon</podcast:trailer>\
         <podcast:image href=\"{}\" purpose=\"banner\"/><podcast:person img=\"{}\">Ada</podcast:person>",
        at("/soon.mp3"),
        at("/banner.jpg"),
        at("/ada.jpg")
    );
    let ada = format!("<podcast:person img=\"{}\">Ada</podcast:person>", at("/ada.jpg"));
    let opus = format!(
        "<podcast:alternateEnclosure type=\"audio/opus\" length=\"4\"><podcast:source uri=\"{}\"/>\
         <podcast:source uri=\"ipfs://QmX\"/></podcast:alternateEnclosure>",
        at("/one.opus")
    );
    let film = format!("<enclosure url=\"{}\" length=\"6\" type=\"video/mp4\"/>", at("/two.mp4"));
    let chapters = "<psc:chapters version=\"1.2\"><psc:chapter start=\"0\" title=\"Begin\"/>\
                    <psc:chapter start=\"3\" title=\"The sea\"/></psc:chapters>";
    let (head, items) = feed.split_once("<item>").unwrap();
    let (first, second) = items.split_once("</item>").unwrap();
    let head = head.replace(
        "<rss version=\"2.0\"",
        "<rss version=\"2.0\" xmlns:podcast=\"https://podcastindex.org/namespace/1.0\" xmlns:psc=\"http://podlove.org/simple-chapters\"",
    );
    let second = second.replacen("</item>", &format!("{film}{ada}{chapters}</item>"), 1);
    format!("{head}{of_show}<item>{first}{opus}{ada}</item>{second}")
}

fn feeds(found: &Value) -> &Value {
    &found["feeds"][0]
}

#[test]
fn point_3_a_show_moves_in_with_one_action_and_the_old_feed_is_followed_from_outside() {
    let place = scratch();
    let (elsewhere, new_host) = (Elsewhere::start(), Elsewhere::start());
    let (old, sound) = host(place.path(), &elsewhere);
    let old_url = elsewhere.url(HOST);
    let laptop = Laptop::new(place.path());
    let local = format!("--allow-local={}", new_host.origin());
    let imported = laptop.ask(&["import", &old_url, "--allow-local", &local]);
    let show = text(&imported["slug"]).to_string();
    let (www, public) = (place.path().join("www"), format!("{}/", new_host.origin()));
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", &public]);

    let plan = laptop.speak(&["show", "move", &show, "--plan"]);
    assert_eq!((plan.code, text(&plan.last["plan"]["confirm"])), (Some(1), show.as_str()), "{}", plan.last);
    let consequences = plan.last["plan"]["consequences"].as_array().expect("what apps make of it");
    assert_eq!((consequences.len(), text(&consequences[0]["what"])), (1, "address"), "{consequences:?}");
    assert_eq!(consequences[0]["episodes"], 2);
    let unknown = &plan.last["hosts"][0];
    assert_eq!((text(&unknown["name"]), text(&unknown["domain"])), ("", "127.0.0.1"));
    assert!(text(&unknown["how"]).contains("not known here") && text(&unknown["how"]).contains("301"), "{unknown}");
    assert_eq!(laptop.speak(&["show", "move", &show]).last["code"], "guard.confirm");
    assert!(!www.join("feeds").exists(), "nothing was published");

    let moved = laptop.ask(&["show", "move", &show, "--confirm", &show]);
    let feed_url = format!("{public}feeds/{show}/feed.xml");
    assert_eq!(text(&moved["feed_url"]), feed_url);
    let ours = std::fs::read_to_string(www.join(format!("feeds/{show}/feed.xml"))).unwrap();
    assert_eq!(new_feed_url(&ours), feed_url);
    assert_eq!(xpath(&ours, "string(//*[local-name()='link' and @rel='self']/@href)"), feed_url);
    for guid in ["http://old.example/?p=1", "OLD-0002"] {
        assert_eq!(xpath(&ours, &format!("count(//item[guid='{guid}'])")), "1", "{guid}");
    }
    assert_eq!(laptop.ask(&["show", "move", &show, "--confirm", &show])["published"]["writes"], 0, "again is no harm");

    // From outside: it leads nowhere, says so only, leads elsewhere, goes round in circles, and at last arrives.
    let look = || laptop.ask(&["show", "addresses", &show, "--look"]);
    let found = look();
    assert_eq!((&feeds(&found)["arrives"], &feeds(&found)["says_so"]), (&false.into(), &false.into()), "{found}");
    assert!(text(&feeds(&found)["sentence"]).contains("set a redirect"), "{found}");
    let tag = format!("<itunes:new-feed-url>{feed_url}</itunes:new-feed-url>");
    elsewhere.put(HOST, "application/rss+xml", old.replace("<itunes:author>", &format!("{tag}<itunes:author>")));
    assert_eq!(feeds(&look())["says_so"], true);
    new_host.put(&format!("/feeds/{show}/feed.xml"), "application/rss+xml", ours.clone());
    elsewhere.lead(HOST, 301, &elsewhere.url("/one.mp3"));
    assert!(text(&feeds(&look())["sentence"]).contains("not to the new feed"));
    elsewhere.lead(HOST, 301, &old_url);
    assert!(text(&feeds(&look())["sentence"]).contains("more than 5 times"));
    elsewhere.lead(HOST, 302, &elsewhere.url("/hop"));
    elsewhere.lead("/hop", 301, &feed_url);
    let found = look();
    assert_eq!((&feeds(&found)["arrives"], &feeds(&found)["answered"]["hops"]), (&true.into(), &2.into()), "{found}");
    // A guid that is not there any more is told.
    new_host.put(&format!("/feeds/{show}/feed.xml"), "application/rss+xml", ours.replace("OLD-0002", "NEW-0002"));
    let found = look();
    assert_eq!(feeds(&found)["arrives"], false);
    assert_eq!(feeds(&found)["missing"], serde_json::json!(["OLD-0002"]), "{found}");
    assert!(sound.len() > 1000);
}

#[test]
fn point_3_every_old_address_is_listed_with_who_serves_it_and_what_dies() {
    let place = scratch();
    let elsewhere = Elsewhere::start();
    let (old, _) = host(place.path(), &elsewhere);
    elsewhere.put(HOST, "application/rss+xml", with_tags(&old, &elsewhere));
    elsewhere.put("/one.opus", "audio/opus", "Opus");
    elsewhere.put("/two.mp4", "video/mp4", "A film");
    let laptop = Laptop::new(place.path());
    // One sound comes here, the other stays: the feed of today will name it.
    let imported = laptop.speak(&["import", &elsewhere.url(HOST), "--allow-local", "--media", "last:1"]).last;
    assert_eq!(imported["files"]["elsewhere"], 2, "a sound and an Opus file: {imported}");
    // The trailer and both pictures are asked for by https only, and just http of this machine was named; the film is none.
    assert_eq!(imported["files"]["failed"], 4, "{imported}");
    for (path, method) in [("/one.opus", "HEAD"), ("/two.mp4", "GET")] {
        let asked: Vec<String> = elsewhere.asked(path).into_iter().map(|asked| asked.method).collect();
        assert_eq!(asked, [method], "{path} stays there, and is seen to be there, or comes with the sound");
    }
    let show = text(&imported["slug"]).to_string();
    let (www, public) = (place.path().join("www"), "https://pods.example.org/");
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", public]);
    let listed = laptop.ask(&["show", "addresses", &show]);
    let row = |one: &Value| {
        let path = text(&one["url"]).rsplit('/').next().unwrap_or_default().to_string();
        (text(&one["kind"]).to_string(), path, one["in_use"] == true)
    };
    let rows: Vec<(String, String, bool)> = listed["addresses"].as_array().unwrap().iter().map(row).collect();
    let wanted = [
        ("feed", "rss", false),
        // The show's own come first, then those of Part 1 and Part 2.
        ("sound", "soon.mp3", true),
        ("sound", "one.mp3", true),
        ("sound", "one.opus", true),
        ("sound", "two.mp3", false),
        ("sound", "two.mp4", true),
        // Apps ask for pictures by https only: so their addresses were written.
        ("picture", "cover.jpg", false),
        ("picture", "ada.jpg", true),
        ("picture", "banner.jpg", true),
    ];
    let wanted = wanted.map(|(kind, path, in_use)| (kind.to_string(), path.to_string(), in_use));
    assert_eq!(rows, wanted, "each once, and no chapters that stood in the feed: {listed}");
    let one = &listed["hosts"][0];
    assert_eq!((&one["in_use"], text(&one["closing"])), (&6.into(), "unknown"));
    assert!(
        text(&one["dies"]).contains("The feed's address dies") && text(&one["dies"]).contains("6 addresses"),
        "{one}"
    );
    assert!(listed["addresses"][0].get("answered").is_none(), "nobody was asked");
    elsewhere.forget();
    elsewhere.remove("/one.mp3");
    elsewhere.remove("/one.opus");
    let looked = laptop.ask(&["show", "addresses", &show, "--look"]);
    let status = |end: &str| {
        let all = looked["addresses"].as_array().unwrap();
        all.iter().find(|one| text(&one["url"]).ends_with(end)).unwrap()["answered"]["status"].clone()
    };
    assert_eq!((status("/one.mp3"), status("/two.mp3"), status("/cover.jpg")), (404.into(), 200.into(), 200.into()));
    assert_eq!((status("/one.opus"), status("/two.mp4")), (404.into(), 200.into()));
    assert_eq!(status("/ada.jpg"), 0, "only http of this machine was named: by https it is not asked");
}
