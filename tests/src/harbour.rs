//! The feed of a show on somebody else's server, as hosts write it, for journeys that bring it in.

use crate::{Laptop, sound};
use serde_json::Value;
use std::path::Path;

/// An item of a feed; `more` stands inside.
pub fn item(n: usize, enclosure: &str, length: usize, more: &str) -> String {
    format!(
        r#"<item><title>Episode {n}</title><guid isPermaLink="false">tag:harbour,{n} &amp; «ü»</guid>
<pubDate>{:02} Jan 2024 10:00:00 +0100</pubDate><description><![CDATA[<p>Words about <b>{n}</b> &amp; the sea.</p>]]></description>
<enclosure url="{enclosure}" length="{length}" type="audio/mpeg"/>{more}</item>"#,
        n % 28 + 1
    )
}

/// A feed; `more` stands in the channel before the items.
pub fn feed(more: &str, items: &[String]) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Harbour talk</title><link>https://harbour.example/</link><language>en</language>
<description>Stories of the sea.</description><itunes:author>Ada</itunes:author><itunes:explicit>false</itunes:explicit>
<itunes:category text="Society &amp; Culture"/>{more}
{}
</channel></rss>"#,
        items.join("\n")
    )
}

/// Bytes of an MP3 made on the spot.
pub fn mp3(folder: &Path, title: &str) -> Vec<u8> {
    let file = folder.join("made.mp3");
    sound::mp3(&file, 12, title);
    std::fs::read(file).expect("it was made")
}

/// Bytes of a cover made on the spot.
pub fn cover(folder: &Path) -> Vec<u8> {
    let file = folder.join("made.jpg");
    sound::cover(&file);
    std::fs::read(file).expect("it was made")
}

/// A value that is text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

/// New, changed and unchanged episodes of an import.
pub fn numbers(report: &Value) -> [u64; 3] {
    ["episodes_new", "episodes_changed", "episodes_same"].map(|name| report[name].as_u64().expect("a number"))
}

/// Whether the report of an import says of just this address that it leads to no public one.
pub fn is_refused(report: &Value, url: &str) -> bool {
    let problems = report["problems"].as_array().expect("a list");
    let of_url: Vec<&Value> = problems.iter().filter(|problem| problem["url"] == url).collect();
    let inner =
        |problem: &&Value| problem["code"] == "target.invalid" && text(&problem["message"]).contains("public network");
    !of_url.is_empty() && of_url.iter().all(inner)
}

/// All episodes of a show by guid, without what is made anew each time; and how the show is called.
pub fn all(laptop: &Laptop) -> (String, Vec<Value>) {
    let show = text(&laptop.ask(&["show", "list"])["shows"][0]["slug"]).to_string();
    let listed = laptop.ask(&["episode", "list", &show]);
    let rows = listed["episodes"].as_array().expect("a list").clone();
    let mut episodes: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut episode = laptop.ask(&["episode", "get", &show, text(&row["id"])])["episode"].clone();
            for field in ["show", "created_ms", "changed_ms"] {
                episode[field].take();
            }
            episode
        })
        .collect();
    episodes.sort_by_key(|episode| text(&episode["guid"]).to_string());
    (text(&laptop.ask(&["show", "get", &show])["show"]["title"]).to_string(), episodes)
}
