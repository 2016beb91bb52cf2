//! Words of a feed of others: read, written as our feed, and found there by libxml2 as they were typed by hand in
//! fixtures/words.xml.

use crate::make::Scene;
use crate::{libxml2, read, written};
use hearthcast_model::Sha256;
use hearthcast_model::show::Attachment;
use std::collections::HashMap;

/// Where the words of an item stand.
const PLACES: [&str; 5] =
    ["title", "*[name()='itunes:title']", "description", "*[name()='content:encoded']", "*[name()='itunes:summary']"];

/// The guid, and what stands in these places.
const WORDS: [(&str, [&str; 5]); 6] = [
    (
        "all",
        [
            "12: The stair",
            "The stair",
            "<p>In short: a stair &amp; a lamp.</p>",
            "<p>Long <b>words</b> &amp; more.</p>",
            "In short: a stair & a lamp.",
        ],
    ),
    (
        "same",
        [
            "Twice the same",
            "Twice the same",
            "<p>The <b>same</b> words.</p>",
            "<p>The <b>same</b> words.</p>",
            "The same words.",
        ],
    ),
    ("one", ["One text", "One text", "<p>Only <b>these</b>.</p>", "<p>Only <b>these</b>.</p>", "Only these."]),
    (
        "cut",
        [
            "Cut off",
            "Cut off",
            "<p>Fog &amp; <b>ships</b></p><p>at the quay.</p>",
            "<p>Fog &amp; <b>ships</b></p><p>at the quay.</p>",
            "Fog & ships\n\nat the quay.",
        ],
    ),
    (
        "summary",
        ["Without a description", "Without a description", "Another account.", "<p>The notes.</p>", "Another account."],
    ),
    (
        "html",
        ["In HTML", "In HTML", "<p>Read this.</p><p>And that.</p>", "<p>The notes.</p>", "Read this.\n\nAnd that."],
    ),
];

#[test]
fn what_foreign_feeds_say_in_words_our_feed_says_again() {
    let found = read(include_bytes!("../fixtures/words.xml"));
    let told: Vec<&str> = found.repairs.iter().map(|repair| repair.message.as_str()).collect();
    for tag in ["itunes:summary", "itunes:subtitle", "itunes:keywords", "itunes:author"] {
        let about = told.iter().filter(|message| message.starts_with(&format!("Left out: {tag} of episodes"))).count();
        assert_eq!(about, 1, "{tag}: {told:?}");
    }
    assert_eq!(told.len(), 4, "{told:?}");

    let mut show = found.show;
    show.cover = Some(Attachment { hash: Sha256::of(b"cover"), name: "cover".into(), ext: "jpg".into() });
    let episodes = found.items.into_iter().map(|item| item.episode).collect();
    let feed = written(&Scene { show, episodes, facts: HashMap::new() });
    for (guid, words) in WORDS {
        for (place, expected) in PLACES.iter().zip(words) {
            let path = format!("string(/rss/channel/item[guid='{guid}']/{place})");
            assert_eq!(libxml2(&feed, &["--xpath", &path]), expected, "{guid}: {place}");
        }
    }
}
