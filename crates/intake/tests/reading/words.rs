//! What is said beside the notes: kept where it has a field, told where it has none, and neither where it is the same once more.

use crate::scene::{feed, item_with_repairs, read};

const NOTES: &str = "<content:encoded><![CDATA[<p>Fog &amp; <b>ships</b> at the quay.</p>]]></content:encoded>";

#[test]
fn another_title_for_apple_is_kept() {
    for (given, own) in [
        ("<title>12: The stair</title><itunes:title> The stair </itunes:title>", "The stair"),
        ("<title> The stair </title><itunes:title>The stair</itunes:title>", ""),
        ("<title>The stair</title><itunes:title/>", ""),
        ("<title/><itunes:title>The stair</itunes:title>", ""),
    ] {
        let (item, repairs) = item_with_repairs(given);
        assert_eq!((item.episode.itunes_title.as_str(), repairs), (own, vec![]), "{given}");
    }
}

#[test]
fn a_description_that_says_something_else_than_the_notes_is_the_summary() {
    let left: &[&str] = &["tag_left_out"];
    for (given, summary, codes) in [
        ("<description>In short.</description>", "In short.", &[][..]),
        ("<description><![CDATA[<p>In <i>short</i>.</p><p>R &amp; D</p>]]></description>", "In short.\n\nR & D", &[]),
        ("<itunes:summary>In short.</itunes:summary>", "In short.", &[]),
        ("<description>In short.</description><itunes:summary>In short.</itunes:summary>", "In short.", &[]),
        ("<description>In short.</description><itunes:summary>Else</itunes:summary>", "In short.", left),
        // The same once more: as HTML, as text, as Markdown, and cut off.
        ("<description><![CDATA[<p>Fog &amp; <b>ships</b> at the quay.</p>]]></description>", "", &[]),
        ("<description>Fog &amp; ships\n at the quay.</description>", "", &[]),
        ("<description>Fog &amp;amp; ships at the quay.</description>", "", &[]),
        ("<description>Fog &amp; **ships** at [the quay](https://ports.example/).</description>", "", &[]),
        ("<description>Fog &amp; ships at…</description><itunes:summary>Fog &amp; sh...</itunes:summary>", "", &[]),
        ("<description>Fog &amp; ships</description><itunes:summary>Else</itunes:summary>", "", left),
    ] {
        let (item, repairs) = item_with_repairs(&format!("{given}{NOTES}"));
        assert_eq!((item.episode.summary.as_str(), repairs.as_slice()), (summary, codes), "{given}");
        assert_eq!(item.episode.notes.source, "<p>Fog &amp; <b>ships</b> at the quay.</p>", "{given}");
    }
}

#[test]
fn without_full_notes_the_description_is_the_notes() {
    for (given, codes) in [
        ("<description>Fog</description>", &[][..]),
        ("<description>Fog</description><itunes:summary>Fog</itunes:summary>", &[]),
        ("<description>Fog</description><itunes:summary>Else</itunes:summary>", &["tag_left_out"]),
    ] {
        let (item, repairs) = item_with_repairs(given);
        assert_eq!((item.episode.summary.as_str(), repairs.as_slice()), ("", codes), "{given}");
        assert_eq!(item.episode.notes.source, "<p>Fog</p>", "{given}");
    }
}

#[test]
fn what_pictures_show_is_said_or_not() {
    const SHOWN: &str = "<content:encoded><![CDATA[<p>Fog <img src=\"https://ports.example/f.png\" alt=\"A pier\"> there.</p>]]></content:encoded>";
    for given in ["Fog A pier there.", "Fog there.", "Fog A…"] {
        let tags = format!("<description>{given}</description><itunes:summary>{given}</itunes:summary>{SHOWN}");
        let (item, repairs) = item_with_repairs(&tags);
        assert_eq!((item.episode.summary.as_str(), repairs), ("", vec![]), "{given}");
    }
}

#[test]
fn a_long_summary_is_cut_between_characters_and_told() {
    let long = format!("x{}", "ä".repeat(2_000));
    let (item, repairs) =
        item_with_repairs(&format!("<description>{long}</description>{NOTES}<itunes:summary>{long}</itunes:summary>"));
    assert_eq!((item.episode.summary.len(), repairs), (3_999, vec!["text_cut"]));
}

#[test]
fn what_has_no_field_is_told_once() {
    const AUTHOR: &str = "<itunes:author>Ada</itunes:author>";
    for (of_show, of_item, told) in [
        (AUTHOR, AUTHOR, ""),
        (AUTHOR, "<itunes:author>Bo</itunes:author>", "itunes:author of episodes"),
        ("", AUTHOR, "itunes:author of episodes"),
        ("", "<itunes:subtitle>One</itunes:subtitle>", ""),
        ("", "<itunes:subtitle>Fog on the</itunes:subtitle>", ""),
        ("", "<itunes:subtitle>Else</itunes:subtitle>", "itunes:subtitle of episodes"),
        ("", "<itunes:keywords>fog, sea</itunes:keywords>", "itunes:keywords of episodes"),
        ("<description>Sea</description><itunes:summary>Sea</itunes:summary>", "", ""),
        ("<description>Sea</description><itunes:summary>Land</itunes:summary>", "", "itunes:summary of the show"),
        ("<description>Sea</description><content:encoded>Land</content:encoded>", "", "content:encoded of the show"),
        ("<itunes:keywords>fog, sea</itunes:keywords>", "", "itunes:keywords of the show"),
    ] {
        let item = |n: u8| {
            format!(
                "<item><title>One</title><guid isPermaLink=\"false\">{n}</guid><description>Fog on the quay</description>\
                 <pubDate>Fri, 20 Nov 2026 06:00:00 +0000</pubDate>{of_item}\
                 <enclosure url=\"https://media.example/{n}.mp3\" length=\"99\" type=\"audio/mpeg\"/></item>"
            )
        };
        // What is about the show may stand behind its episodes.
        let found = read(feed(&format!("{}{}{of_show}", item(1), item(2))).as_bytes()).unwrap();
        let messages: Vec<_> = found.repairs.iter().map(|repair| (repair.code, repair.message.as_str())).collect();
        match told {
            "" => assert!(messages.is_empty(), "{of_show}{of_item}: {messages:?}"),
            told => {
                assert_eq!(messages.len(), 1, "{messages:?}");
                let (code, message) = messages[0];
                assert!(code == "tag_left_out" && message.contains(told), "{message}");
            }
        }
    }
}
