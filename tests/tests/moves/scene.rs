//! What the journeys of a move share: readers of feeds that are not ours, and a look at what a web server answers.

use hearthcast_tests::{Listener, output, scratch};
use serde_json::Value;
use std::process::Command;

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

/// What libxml2 finds in a feed, as one text.
pub(crate) fn xpath(feed: &str, path: &str) -> String {
    let folder = scratch();
    let file = folder.path().join("feed.xml");
    std::fs::write(&file, feed).expect("a feed can be written");
    output(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(file)).trim_end().to_string()
}

pub(crate) fn new_feed_url(feed: &str) -> String {
    xpath(feed, "string(/rss/channel/*[local-name()='new-feed-url'])")
}

pub(crate) fn read(url: &str) -> String {
    let answer = Listener::fast("AntennaPod/3.4.0").get(url).expect("an answer");
    assert_eq!(answer.status, 200, "{url}");
    String::from_utf8(answer.body).expect("UTF-8")
}

/// Status and `Location` as curl sees them.
pub(crate) fn leads(url: &str) -> (String, String) {
    let seen = output(Command::new("curl").args(["-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", url]));
    let (status, to) = seen.split_once(' ').unwrap_or((seen.as_str(), ""));
    (status.to_string(), to.to_string())
}
