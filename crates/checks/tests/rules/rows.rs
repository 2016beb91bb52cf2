//! Issue 6, point 4: no row of FEED.md §3 and §7 is without a fault. The rows stand here as they stand there.

use crate::faults::LIST;

/// Tags of each row of §3; one of a row's tags is enough.
const TAGS: [&[&str]; 19] = [
    &["title (C)", "description (C)", "link (C)", "language"],
    &["atom:link rel=self"],
    &["itunes:image", "itunes:image (I)"],
    &["itunes:category"],
    &["itunes:explicit"],
    &["itunes:author", "podcast:locked", "podcast:guid"],
    &["itunes:owner"],
    &["itunes:type"],
    &["itunes:new-feed-url", "itunes:block", "itunes:complete"],
    &["copyright", "podcast:txt", "podcast:funding"],
    &["title (I)"],
    &["enclosure"],
    &["guid"],
    &["pubDate"],
    &["link (I)", "description (I)", "itunes:duration", "podcast:transcript"],
    &["itunes:title", "itunes:episode", "itunes:season", "itunes:episodeType"],
    &["itunes:summary", "itunes:subtitle", "itunes:keywords"],
    &["content:encoded"],
    &["any value"],
];
/// Problems that §7 counts.
const PROBLEMS: u32 = 15;

/// What the faults name as their rows: the second column, several with semicolons.
fn named() -> Vec<&'static str> {
    let columns = LIST.lines().skip(1).filter_map(|line| line.split('\t').nth(1));
    columns.flat_map(|rows| rows.split(';')).map(str::trim).collect()
}

#[test]
fn point_4_every_row_of_the_tables_has_a_fault() {
    let named = named();
    for tags in TAGS {
        let has_fault = tags.iter().any(|tag| named.contains(&format!("§3 {tag}").as_str()));
        assert!(has_fault, "no fault is of the row of §3 with {tags:?}");
    }
    for problem in 1..=PROBLEMS {
        assert!(named.contains(&format!("§7.{problem}").as_str()), "no fault is of §7, {problem}");
    }
}
