//! What real feeds contain, one trouble each: it is mended as apps do, and told by its code.

use crate::scene::{NOW_MS, feed, item, item_with_repairs, read};
use hearthcast_intake::IntakeError;
use hearthcast_model::episode::EpisodeKind;

const SOUND: &str = "<enclosure url=\"https://media.example/1.mp3\" length=\"99\" type=\"audio/mpeg\"/>";

#[test]
fn a_feed_without_trouble_has_no_repairs() {
    let (item, repairs) = item_with_repairs("");
    assert_eq!(repairs, [""; 0]);
    assert_eq!((item.episode.guid.as_str(), item.episode.publish_at_ms), ("g1", Some(NOW_MS)));
}

#[test]
fn guids_stay_byte_for_byte() {
    for (given, guid, is_permalink, codes) in [
        ("<guid isPermaLink=\"false\">  a B </guid>", "  a B ", false, &[][..]),
        ("<guid>https://ports.example/?p=1</guid>", "https://ports.example/?p=1", true, &[]),
        ("<guid isPermaLink=\"true\">HTTP://Ports.Example/A</guid>", "HTTP://Ports.Example/A", true, &[]),
        ("<guid isPermaLink=\"false\">https://ports.example/?p=1</guid>", "https://ports.example/?p=1", false, &[]),
        // RSS says that it is an address; it is none, and apps take it as a name.
        ("<guid>4711</guid>", "4711", false, &[]),
        ("<guid isPermaLink=\"true\">4711</guid>", "4711", false, &["guid_no_address"]),
    ] {
        let (item, repairs) = item_with_repairs(given);
        assert_eq!((item.episode.guid.as_str(), item.episode.guid_is_permalink), (guid, is_permalink), "{given}");
        assert_eq!(repairs, codes, "{given}");
    }
}

#[test]
fn a_missing_guid_is_the_address_of_the_sound() {
    let (one, repairs) = item_with_repairs(
        "<guid> </guid><enclosure url=\"http://m.example/A%20b.mp3?x=1&amp;y\" length=\"9\" type=\"audio/mpeg\"/>",
    );
    assert_eq!((one.episode.guid.as_str(), repairs), ("http://m.example/A%20b.mp3?x=1&y", vec!["guid_missing"]));
}

#[test]
fn the_second_of_two_equal_guids_is_kept_as_a_draft() {
    let two =
        format!("<item><title>A</title><guid>g</guid>{SOUND}<pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate></item>");
    let found = read(feed(&two.repeat(3)).as_bytes()).unwrap();
    let guids: Vec<_> = found.items.iter().map(|item| (item.episode.guid.as_str(), item.episode.draft)).collect();
    assert_eq!(guids, [("g", false), ("https://media.example/1.mp3", true), ("g#3", true)]);
    let slugs: Vec<_> = found.items.iter().map(|item| item.episode.slug.as_str()).collect();
    assert_eq!(slugs, ["a", "a-2", "a-3"]);
    let told: Vec<_> = found.repairs.iter().map(|repair| (repair.code, repair.episode.as_str())).collect();
    assert_eq!(told, [("guid_repeated", "A")], "told once");
}

#[test]
fn enclosures_are_mended() {
    for (given, url, bytes, mime, codes) in [
        (
            "<enclosure url=\"https://m.example/a.m4a\"/>",
            "https://m.example/a.m4a",
            0,
            "audio/x-m4a",
            &["enclosure_length", "enclosure_type"][..],
        ),
        (
            "<enclosure url=\"https://m.example/a\" length=\"0\" type=\"audio/mpeg\"/>",
            "https://m.example/a",
            0,
            "audio/mpeg",
            &["enclosure_length"],
        ),
        (
            "<enclosure url=\"https://m.example/a\" length=\"12 MB\" type=\"audio/mpeg\"/>",
            "https://m.example/a",
            0,
            "audio/mpeg",
            &["enclosure_length"],
        ),
        (
            "<enclosure url=\"https://m.example/a\" length=\"1,234\" type=\"audio/mpeg\"/>",
            "https://m.example/a",
            1234,
            "audio/mpeg",
            &["enclosure_length"],
        ),
        (
            "<enclosure url=\" https://m.example/a.MP3?x \" length=\"5\" type=\"mp3\"/>",
            "https://m.example/a.MP3?x",
            5,
            "audio/mpeg",
            &["enclosure_type"],
        ),
        (
            "<media:content xmlns:media=\"http://search.yahoo.com/mrss/\" url=\"https://m.example/b.mp3\" fileSize=\"7\" type=\"audio/mpeg\"/><enclosure/>",
            "https://m.example/b.mp3",
            7,
            "audio/mpeg",
            &["enclosure_elsewhere"],
        ),
    ] {
        let (item, repairs) = item_with_repairs(given);
        let sound = item.episode.remote_audio.unwrap();
        assert_eq!(
            (sound.url.as_str(), sound.size_bytes, sound.mime.as_str(), &repairs[..]),
            (url, bytes, mime, codes),
            "{given}"
        );
    }
}

#[test]
fn an_item_without_sound_is_a_post() {
    for given in ["<enclosure/>", "<enclosure url=\"javascript:alert(1)\" type=\"audio/mpeg\" length=\"1\"/>"] {
        let (item, repairs) = item_with_repairs(given);
        assert_eq!((item.episode.kind, item.episode.remote_audio), (EpisodeKind::Post, None));
        assert!(repairs.contains(&"enclosure_missing"), "{repairs:?}");
    }
    let (item, repairs) = item_with_repairs(&format!(
        "<enclosure url=\"https://m.example/a.jpg\" type=\"image/jpeg\" length=\"1\"/>{SOUND}<enclosure url=\"https://m.example/a.opus\" type=\"audio/opus\" length=\"2\"/>"
    ));
    assert_eq!(item.episode.remote_audio.unwrap().url, "https://media.example/1.mp3");
    assert_eq!(item.episode.tags.alternate_enclosures[0].sources[0].uri, "https://m.example/a.opus");
    assert_eq!(repairs, ["enclosures_several"]);
}

#[test]
fn dates_are_mended() {
    for (given, codes) in [
        ("Sat, 20 Nov 2026 06:00:00 GMT", &["date_weekday"][..]),
        ("20 Nov 26 06:00 UT", &["date_year"]),
        ("Fri, 20 Nov 2026 07:00:00 CET", &["date_zone"]),
        ("2026-11-20T06:00:00Z", &["date_form"]),
        ("Fri, 20 Nov 2026 06:00 +0000", &[]),
    ] {
        let (item, repairs) = item_with_repairs(&format!("<pubDate>{given}</pubDate>"));
        assert_eq!((item.episode.publish_at_ms, &repairs[..]), (Some(NOW_MS), codes), "{given}");
    }
}

#[test]
fn an_episode_without_a_date_is_as_old_as_the_one_beside_it() {
    let one = |guid: &str, date: &str| {
        format!("<item><title>{guid}</title><guid isPermaLink=\"false\">{guid}</guid>{SOUND}{date}</item>")
    };
    let old = "<pubDate>Thu, 19 Nov 2026 06:00:00 GMT</pubDate>";
    let new = "<pubDate>Fri, 20 Nov 2026 06:00:00 GMT</pubDate>";
    let items =
        [one("a", ""), one("b", new), one("c", "<pubDate>soon</pubDate>"), one("d", old), one("e", "")].concat();
    let found = read(feed(&items).as_bytes()).unwrap();
    let day = 86_400_000;
    let dates: Vec<_> = found.items.iter().map(|item| item.episode.publish_at_ms.unwrap() - NOW_MS).collect();
    assert_eq!(dates, [0, 0, -day, -day, -day]);
    let missing: Vec<_> =
        found.repairs.iter().filter(|repair| repair.code == "date_missing").map(|repair| &repair.episode).collect();
    assert_eq!(missing.len(), 3);
    assert_eq!(item("<pubDate/>").episode.publish_at_ms, None);
}

#[test]
fn lengths_in_every_form_are_read() {
    for (given, ms, codes) in [
        ("1:02:05", Some(3_725_000), &[][..]),
        ("62:05", Some(3_725_000), &[]),
        ("3725", Some(3_725_000), &[]),
        ("3725.4", Some(3_725_400), &[]),
        ("0", None, &[]),
        ("about an hour", None, &["duration_unreadable"]),
    ] {
        let (item, repairs) = item_with_repairs(&format!("<itunes:duration>{given}</itunes:duration>"));
        assert_eq!((item.episode.remote_audio.unwrap().duration_ms, &repairs[..]), (ms, codes), "{given}");
    }
}

#[test]
fn explicit_is_read_in_all_its_words() {
    for (given, explicit, codes) in [
        ("true", Some(true), &[][..]),
        ("false", Some(false), &[]),
        ("yes", Some(true), &["explicit_old"]),
        ("clean", Some(false), &["explicit_old"]),
        ("no", Some(false), &["explicit_old"]),
        ("perhaps", None, &["explicit_unreadable"]),
    ] {
        let (item, repairs) = item_with_repairs(&format!("<itunes:explicit>{given}</itunes:explicit>"));
        assert_eq!((item.episode.explicit, &repairs[..]), (explicit, codes), "{given}");
    }
}

#[test]
fn notes_are_the_fullest_words_there_are() {
    for (given, source) in [
        ("<description>a</description><content:encoded><![CDATA[<p>b</p>]]></content:encoded>", "<p>b</p>"),
        ("<itunes:summary>c</itunes:summary><description>a\nb</description>", "<p>a<br>\nb</p>"),
        ("<description> </description><itunes:summary>c &amp;amp; d</itunes:summary>", "<p>c &amp; d</p>"),
        // Not escaped at all.
        (
            "<description><p>a <b>b</b></p><img src=\"https://x.example/1.png\"/></description>",
            "<p>a <b>b</b></p><img src=\"https://x.example/1.png\">",
        ),
        ("<description>R &amp; D &lt;i&gt;x&lt;/i&gt;</description>", "R & D <i>x</i>"),
    ] {
        assert_eq!(item(given).episode.notes.source, source, "{given}");
    }
}

#[test]
fn entities_and_signs_are_mended() {
    for (given, title, codes) in [
        ("<title>Caf&eacute;&nbsp;&hellip;</title>", "Café\u{A0}…", &["entity", "entity", "entity"][..]),
        ("<title>R & D</title>", "R & D", &["ampersand"]),
        ("<title>a&#1;b</title>", "ab", &["control_characters"]),
        ("<title>&unknown;</title>", "&unknown;", &["entity_unknown"]),
        ("<title/><itunes:title>T</itunes:title>", "T", &[]),
        ("<title/>", "Untitled episode", &["title_missing"]),
        ("<title>A</title><itunes:title>B</itunes:title>", "A", &[]),
    ] {
        let (item, repairs) = item_with_repairs(given);
        assert_eq!((item.episode.title.as_str(), &repairs[..]), (title, codes), "{given}");
    }
}

#[test]
fn categories_are_those_of_today() {
    let of = |xml: &str| {
        let read = read(feed(xml).as_bytes()).unwrap();
        let names: Vec<_> = read
            .show
            .categories
            .iter()
            .map(|c| [Some(c.name.clone()), c.sub.clone()].into_iter().flatten().collect::<Vec<_>>().join("/"))
            .collect();
        (names, read.repairs.iter().map(|repair| repair.code).collect::<Vec<_>>())
    };
    assert_eq!(of("<itunes:category text=\"technology\"/>"), (vec!["Technology".into()], vec!["category_renamed"]));
    assert_eq!(of("<itunes:category text=\"Society &amp;amp; Culture\"/>"), (vec!["Society & Culture".into()], vec![]));
    assert_eq!(
        of("<itunes:category text=\"Games &amp; Hobbies\"><itunes:category text=\"Video Games\"/></itunes:category>"),
        (vec!["Leisure/Video Games".into()], vec!["category_renamed"])
    );
    assert_eq!(
        of("<itunes:category text=\"Arts\"><itunes:category text=\"Literature\"/></itunes:category>"),
        (vec!["Arts".into()], vec!["category_unknown"])
    );
    assert_eq!(of("<itunes:category text=\"Podcasts\"/>"), (vec![], vec!["category_unknown"]));
}

#[test]
fn tags_that_could_not_be_written_again_are_mended_or_told() {
    let codes = |tag: &str| item_with_repairs(tag).1;
    let long = "x".repeat(129);
    assert_eq!(codes(&format!("<podcast:person>{long}</podcast:person>")), ["text_cut"]);
    let (given, repairs) = item_with_repairs("<podcast:person img=\"http://a.example/x.jpg\">A</podcast:person>");
    assert_eq!((given.episode.persons[0].img.as_str(), repairs), ("https://a.example/x.jpg", vec!["link_insecure"]));
    assert_eq!(codes("<podcast:location geo=\"54,18\">Oslo</podcast:location>"), ["value_unusable"]);
    assert_eq!(codes("<podcast:license>my own</podcast:license>"), ["tag_left_out"]);
    assert_eq!(codes("<podcast:soundbite startTime=\"x\" duration=\"1\"/>"), ["value_unusable", "tag_left_out"]);
    assert_eq!(codes("<podcast:hologram>1</podcast:hologram>"), ["tag_left_out"]);
    assert_eq!(codes("<category>Ships</category>"), ["tag_left_out"]);
    assert_eq!(codes("<atom:link rel=\"payment\" href=\"https://a.example/\"/>"), [""; 0], "it is kept");
    assert_eq!(codes("<atom:link rel=\"prev-archive\" href=\"https://a.example/\"/>"), ["tag_left_out"]);
    assert_eq!(codes("<atom:link rel=\"alternate\" href=\"https://a.example/\"/>"), [""; 0]);
    assert_eq!(codes("<foo:bar>1</foo:bar>"), ["tag_left_out"], "a prefix that nobody knows");
    let images = item("<podcast:images srcset=\"https://a.example/1.jpg 1500w, https://a.example/2.jpg 600w\"/>")
        .episode
        .tags
        .images;
    let found: Vec<_> = images.iter().map(|image| (image.href.as_str(), image.width_px)).collect();
    assert_eq!(found, [("https://a.example/1.jpg", Some(1500)), ("https://a.example/2.jpg", Some(600))]);
}

#[test]
fn undeclared_prefixes_are_what_everybody_means() {
    let xml = "<rss><channel><title>T</title><language>en</language><itunes:author>Ada</itunes:author></channel></rss>";
    let found = read(xml.as_bytes()).unwrap();
    assert_eq!((found.show.author.as_str(), found.repairs[0].code), ("Ada", "namespace_undeclared"));
}

#[test]
fn every_version_of_rss_and_atom_is_read() {
    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <channel><title>T</title><dc:language>de</dc:language></channel>\
        <item><title>A</title><link>https://a.example/1</link><dc:date>2026-11-20T06:00:00Z</dc:date></item></rdf:RDF>";
    let found = read(rdf.as_bytes()).unwrap();
    assert_eq!((found.show.title.as_str(), found.show.language.as_str(), found.items.len()), ("T", "de", 1));
    assert_eq!(found.items[0].episode.guid, "https://a.example/1");

    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:psc=\"http://podlove.org/simple-chapters\" xml:lang=\"de\"><title>T</title><subtitle>S</subtitle>\
        <link href=\"https://a.example/\"/><link rel=\"self\" href=\"https://a.example/atom\"/><author><name>Ada</name></author><id>urn:x</id>\
        <rights>© Ada</rights><logo>https://a.example/logo.png</logo>\
        <entry><title type=\"html\">A &amp;amp; B</title><id>urn:uuid:1</id><updated>2026-11-21T06:00:00Z</updated><published>2026-11-20T06:00:00Z</published>\
        <link href=\"https://a.example/1\"/><link rel=\"enclosure\" href=\"/1.mp3\" length=\"9\" type=\"audio/mpeg\"/>\
        <content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Fog &amp; ships</p></div></content>\
        <psc:chapters><psc:chapter start=\"1:00\" title=\"C\"/></psc:chapters></entry></feed>";
    let found = read(atom.as_bytes()).unwrap();
    assert_eq!(
        (found.show.title.as_str(), found.show.author.as_str(), found.show.link.as_str()),
        ("T", "Ada", "https://a.example/")
    );
    assert_eq!((found.show.copyright.as_str(), found.cover_url.as_str()), ("© Ada", "https://a.example/logo.png"));
    assert_eq!((found.show.language.as_str(), found.show.description.source.as_str()), ("de", "<p>S</p>"));
    let item = &found.items[0];
    assert_eq!((item.episode.guid.as_str(), item.episode.guid_is_permalink), ("urn:uuid:1", false));
    assert_eq!((item.episode.title.as_str(), item.episode.link.as_str()), ("A & B", "https://a.example/1"));
    assert_eq!(item.episode.publish_at_ms, Some(NOW_MS), "published, not updated");
    assert_eq!(item.episode.remote_audio.as_ref().unwrap().url, "https://a.example/1.mp3");
    assert_eq!(item.episode.notes.safe.html, "<p>Fog &amp; ships</p>");
    assert_eq!(item.episode.chapters[0].start_ms, 60_000);
}

#[test]
fn a_publishers_feed_has_no_episodes() {
    let found = read(
        feed("<podcast:medium>publisher</podcast:medium><podcast:remoteItem feedGuid=\"one\" medium=\"music\"/>")
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(
        (found.items.len(), found.show.medium.as_str(), found.show.tags.remote_items.len()),
        (0, "publisher", 1)
    );
}

#[test]
fn what_is_no_feed_says_what_it_is() {
    for (given, word) in [
        ("", "no tag"),
        ("hello", "no tag"),
        ("<html><body>404</body></html>", "web page"),
        ("<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("<opml version=\"2.0\"><body/></opml>", "OPML"),
        ("<svg/>", "<svg>"),
        ("<rss version=\"2.0\"/>", "nothing about a show"),
    ] {
        let error = read(given.as_bytes()).unwrap_err();
        assert!(matches!(&error, IntakeError::NoFeed(why) if why.contains(word)), "{given}: {error}");
    }
    let cut = feed("<item><title>a</title></item>");
    let error = read(&cut.as_bytes()[..cut.len() - 30]).unwrap_err();
    assert!(matches!(error, IntakeError::Broken { line: 2, .. }), "{error}");
    let wrong = read(b"<rss>\n<channel>\n<title>a</tilte>\n</channel></rss>").unwrap_err();
    assert!(matches!(wrong, IntakeError::Broken { line: 3, .. }), "{wrong}");
}
