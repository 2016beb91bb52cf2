//! Feeds in a few words, and what was read of them.

use hearthcast_intake::{IntakeError, ReadFeed, ReadItem, ReadOptions, read_feed};
use hearthcast_model::ShowId;

/// 2026-11-20T06:00:00Z.
pub const NOW_MS: i64 = 1_795_154_400_000;

pub fn options() -> ReadOptions {
    let show = ShowId::parse("018f0000-0000-7000-8000-000000000001").expect("it is a UUID");
    ReadOptions { show, base: None, now_ms: NOW_MS }
}

pub fn read(bytes: &[u8]) -> Result<ReadFeed, IntakeError> {
    read_feed(bytes, &options())
}

/// A feed with the usual prefixes around these tags of its channel.
pub fn feed(channel: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" \
        xmlns:podcast=\"https://podcastindex.org/namespace/1.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
        xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Ports</title><language>en</language>{channel}</channel></rss>"
    )
}

/// An item with all that it needs, except what `tags` begin with: `tags` come first, and the first of a tag counts.
pub fn item(tags: &str) -> ReadItem {
    let (read, _) = item_with_repairs(tags);
    read
}

/// The same, with the codes of what was mended.
pub fn item_with_repairs(tags: &str) -> (ReadItem, Vec<&'static str>) {
    let rest = [
        ("<title", "<title>One</title>"),
        ("<guid", "<guid isPermaLink=\"false\">g1</guid>"),
        ("<pubDate", "<pubDate>Fri, 20 Nov 2026 06:00:00 +0000</pubDate>"),
        ("<enclosure", "<enclosure url=\"https://media.example/1.mp3\" length=\"99\" type=\"audio/mpeg\"/>"),
    ];
    let rest: String = rest.iter().filter(|(tag, _)| !tags.contains(tag)).map(|(_, whole)| *whole).collect();
    let mut read = read(feed(&format!("<item>{tags}{rest}</item>")).as_bytes()).expect("it is a feed");
    let codes = read.repairs.iter().map(|repair| repair.code).collect();
    (read.items.remove(0), codes)
}
