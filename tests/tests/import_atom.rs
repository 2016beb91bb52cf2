//! Issue 6, point 2: a feed of Atom (RFC 4287) moves in over HTTP like one of RSS, and what is published of it is RSS. Somebody
//! else's server stands on this machine; libxml2 reads what is published.

use hearthcast_tests::harbour::{cover, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, file_url, output, scratch};
use std::path::Path;
use std::process::Command;

/// Two entries: one of the usual form, and one whose dates, links and words are written in the other ways that Atom allows.
const ATOM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:psc="http://podlove.org/simple-chapters" xml:lang="de">
<title>Ports &amp; Fog</title><subtitle>Stories of the sea.</subtitle><link href="https://a.example/"/>
<link rel="self" href="https://a.example/atom"/><author><name>Ada</name></author><id>urn:x</id><updated>2026-11-21T06:00:00Z</updated>
<rights>© Ada</rights><logo>/logo.jpg</logo>
<entry><title type="html">A &amp;amp; B</title><id>urn:uuid:1</id><updated>2026-11-21T06:00:00Z</updated>
<published>2026-11-20T06:00:00Z</published><link href="https://a.example/1"/>
<link rel="enclosure" href="/1.mp3" length="9" type="audio/mpeg"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Fog &amp; ships</p></div></content>
<psc:chapters><psc:chapter start="0:05" title="The crane"/></psc:chapters></entry>
<entry><title>The other</title><id>https://a.example/?p=2</id><updated>2026-11-12T07:30:00+01:00</updated>
<link rel="alternate" type="text/html" href="https://a.example/2"/><link rel="enclosure" type="audio/mpeg" href="/2.mp3"/>
<summary type="html">&lt;p&gt;Ships &amp;amp; &lt;b&gt;fog&lt;/b&gt;&lt;/p&gt;</summary></entry>
</feed>"#;

/// What stands at an XPath of a feed, by libxml2.
fn xpath(feed: &Path, what: &str) -> String {
    output(Command::new("xmllint").args(["--nonet", "--xpath", what]).arg(feed)).trim().to_string()
}

#[test]
fn point_2_a_feed_of_atom_moves_in_and_goes_out_as_rss() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let sounds = [mp3(folder.path(), "One"), mp3(folder.path(), "Another, of another length")];
    web.put("/atom.xml", "application/atom+xml", ATOM);
    web.put("/logo.jpg", "image/jpeg", cover(folder.path()));
    for (path, sound) in ["/1.mp3", "/2.mp3"].iter().zip(&sounds) {
        web.put(path, "audio/mpeg", sound.clone());
    }
    let address = web.url("/atom.xml");
    let report = laptop.ask(&["import", &address, "--allow-local"]);
    // Two sounds, the logo, and the chapters as a file.
    let files = &report["files"];
    assert_eq!((numbers(&report), &files["taken"], &files["failed"]), ([2, 0, 0], &4.into(), &0.into()), "{report}");
    assert!(!report["repairs"].to_string().contains("date_"), "its dates are as Atom wants them: {report}");

    let (show, www) = (text(&report["slug"]), folder.path().join("www"));
    std::fs::create_dir_all(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["publish", show]);
    let feed = www.join("feeds").join(show).join("feed.xml");
    let channel = |what: &str| xpath(&feed, &format!("string(/rss/channel/{what})"));
    for (what, expected) in [
        ("title", "Ports & Fog"),
        ("description", "Stories of the sea."),
        ("link", "https://a.example/"),
        ("language", "de"),
        ("copyright", "© Ada"),
        ("*[local-name()='author']", "Ada"),
    ] {
        assert_eq!(channel(what), expected, "{what}");
    }
    assert_eq!(xpath(&feed, "count(/rss/channel/item)"), "2");
    for (n, what, expected) in [
        (1, "title", "A & B"),
        (1, "guid", "urn:uuid:1"),
        (1, "guid/@isPermaLink", "false"),
        (1, "link", "https://a.example/1"),
        // Published, not updated.
        (1, "pubDate", "Fri, 20 Nov 2026 06:00:00 +0000"),
        (1, "description", "<p>Fog &amp; ships</p>"),
        (1, "enclosure/@type", "audio/mpeg"),
        (1, "*[local-name()='chapters']/*[local-name()='chapter']/@title", "The crane"),
        (2, "title", "The other"),
        (2, "guid", "https://a.example/?p=2"),
        (2, "guid/@isPermaLink", "false"),
        (2, "link", "https://a.example/2"),
        // `date -u -R -d 2026-11-12T07:30:00+01:00`.
        (2, "pubDate", "Thu, 12 Nov 2026 06:30:00 +0000"),
        (2, "description", "<p>Ships &amp; <b>fog</b></p>"),
        (2, "enclosure/@type", "audio/mpeg"),
    ] {
        assert_eq!(channel(&format!("item[{n}]/{what}")), expected, "item {n}: {what}");
    }
    for (n, sound) in (1..).zip(&sounds) {
        let enclosure = |name: &str| channel(&format!("item[{n}]/enclosure/@{name}"));
        assert_eq!(enclosure("length"), sound.len().to_string());
        let url = enclosure("url");
        let file = url.strip_prefix("https://pods.example.org/").expect("it is ours now");
        assert!(std::fs::read(www.join(file)).expect("a sound") == *sound, "item {n}: bit for bit");
    }
    // Again it changes nothing.
    assert_eq!(numbers(&laptop.ask(&["import", &address])), [0, 0, 2]);
}
