//! Feeds of Atom: what is right by RFC 4287 is no repair, whatever RSS says.

use crate::scene::{NOW_MS, feed, item_with_repairs, read};

const SOUND: &str = "<enclosure url=\"https://media.example/1.mp3\" length=\"99\" type=\"audio/mpeg\"/>";

#[test]
fn a_date_of_atom_is_right_in_atom_and_mended_in_rss() {
    let atom = |dates: &str| {
        let entry = format!(
            "<entry><title>A</title><id>urn:uuid:1</id>{dates}<link href=\"https://a.example/1\"/>\
            <link rel=\"enclosure\" href=\"https://a.example/1.mp3\" length=\"9\" type=\"audio/mpeg\"/></entry>"
        );
        let feed = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xml:lang=\"en\">\
            <title>T</title><id>urn:x</id><updated>2026-11-20T06:00:00Z</updated>{entry}</feed>"
        );
        let found = read(feed.as_bytes()).unwrap();
        let codes: Vec<_> = found.repairs.iter().map(|repair| repair.code).collect();
        (found.items[0].episode.publish_at_ms, codes)
    };
    // RFC 4287 §3.3, with examples in its forms; all are one instant.
    for (dates, codes) in [
        ("<updated>2026-11-20T06:00:00Z</updated>", &[][..]),
        ("<updated>2026-12-24T06:00:00Z</updated><published>2026-11-20T07:00:00.25+01:00</published>", &[]),
        ("<published>2026-11-20T06:00:00.25Z</published><dc:date>2025-01-01T00:00:00Z</dc:date>", &[]),
        ("<published>2026-11-20 06:00:00</published>", &["date_form"]),
        ("<published>2026-11-20t06:00:00z</published>", &["date_form"]),
        ("<published>Sat, 20 Nov 2026 06:00:00 GMT</published>", &["date_weekday"]),
    ] {
        let (at, told) = atom(dates);
        assert_eq!(at.map(|at| at / 1000), Some(NOW_MS / 1000), "{dates}");
        assert_eq!(&told[..], codes, "{dates}");
    }
    // Dublin Core names the forms of the W3C: a day alone, and a time without seconds, are two of them.
    for (date, codes) in [
        ("2026-11-20", &[][..]),
        ("2026-11-20T06:00Z", &[]),
        ("2026-11-20T07:00+01:00", &[]),
        ("2026-11-20 06:00", &["date_form"]),
        ("2026-11-20T06:00", &["date_form"]),
    ] {
        assert_eq!(&atom(&format!("<dc:date>{date}</dc:date>")).1[..], codes, "{date}");
    }
    // The same in RSS: in its own tag it is told, in a tag of Atom it is not.
    let (_, told) = item_with_repairs("<pubDate>2026-11-20T06:00:00Z</pubDate>");
    assert_eq!(told, ["date_form"], "RSS writes dates otherwise");
    let rss = format!(
        "<item><title>A</title><guid isPermaLink=\"false\">g</guid>{SOUND}<atom:published>2026-11-20T06:00:00Z</atom:published></item>"
    );
    let found = read(feed(&rss).as_bytes()).unwrap();
    assert_eq!(found.items[0].episode.publish_at_ms, Some(NOW_MS), "it is the only date");
    assert!(found.repairs.is_empty(), "a tag of Atom has a date of Atom: {:?}", found.repairs);
}

#[test]
fn entries_of_one_title_and_no_name_are_told_apart_by_their_dates() {
    let entry = |date: &str| format!("<entry><title>News</title><updated>{date}</updated></entry>");
    let entries = entry("2026-11-20T06:00:00Z") + &entry("2026-11-13T06:00:00Z");
    let feed = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>{entries}</feed>");
    let found = read(feed.as_bytes()).unwrap();
    let guids: Vec<_> = found.items.iter().map(|item| item.episode.guid.as_str()).collect();
    assert_eq!(guids, ["News 2026-11-20T06:00:00Z", "News 2026-11-13T06:00:00Z"]);
}
