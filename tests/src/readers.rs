//! Other people's programs that read feeds: strict parsers, and podcast apps without a window.

use crate::{Listener, output, scratch, tools};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What an app gets from an address; it has to be there.
pub fn read(url: &str) -> String {
    let answer = Listener::fast("AntennaPod/3.4.0").get(url).expect("an answer");
    assert_eq!(answer.status, 200, "{url}");
    String::from_utf8(answer.body).expect("UTF-8")
}

/// A text as a file of a folder that goes with the value.
fn kept(feed: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = scratch();
    let file = folder.path().join("feed.xml");
    std::fs::write(&file, feed).expect("a feed can be written");
    (folder, file)
}

/// What libxml2 finds in a feed, as one text.
pub fn xpath(feed: &str, path: &str) -> String {
    let (_folder, file) = kept(feed);
    output(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(file)).trim_end().to_string()
}

/// Where a link of a feed leads, by its relation; empty where it has none.
pub fn link(feed: &str, rel: &str) -> String {
    xpath(feed, &format!("string(/rss/channel/*[local-name()='link' and @rel='{rel}']/@href)"))
}

/// Titles of the items, in their order.
pub fn titles(feed: &str) -> Vec<String> {
    let many: usize = xpath(feed, "count(//item)").parse().expect("a number");
    (1..=many).map(|n| xpath(feed, &format!("string(//item[{n}]/title)"))).collect()
}

/// Every page from the feed on, by address; and the titles in their order.
pub fn crawl(url: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut pages, mut all, mut next) = (BTreeMap::new(), vec![], url.to_string());
    while !next.is_empty() {
        let page = read(&next);
        assert_eq!(link(&page, "self"), next);
        all.extend(titles(&page));
        let older = link(&page, "next");
        assert!(pages.insert(next, page).is_none(), "pages lead in no circle");
        next = older;
    }
    (pages, all)
}

/// What podcastparser and feedparser read of a document: the next page as gPodder finds it, and the titles.
pub fn parsers(feed: &str) -> (Option<String>, Vec<String>) {
    let (_folder, file) = kept(feed);
    let script = "import sys, json, podcastparser, feedparser\n\
                  a = podcastparser.parse('https://feed.invalid/', open(sys.argv[1], 'rb'))\n\
                  b = feedparser.parse(sys.argv[1])\n\
                  assert not b.bozo, b.bozo_exception\n\
                  assert [e['title'] for e in a['episodes']] == [e.title for e in b.entries]\n\
                  print(json.dumps([a.get('paged_feed_next'), [e['title'] for e in a['episodes']]]))";
    let mut python = Command::new(tools().join("venv/bin/python"));
    serde_json::from_str(&output(python.args(["-c", script]).arg(&file))).expect("JSON")
}

/// What podcast-partytime reads of a feed.
pub fn partytime(feed: &str) -> Value {
    let (_folder, file) = kept(feed);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("readers/partytime_tags.mjs");
    let mut node = Command::new("node");
    serde_json::from_str(&output(node.arg(script).arg(tools().join("readers")).arg(file))).expect("JSON")
}

/// Titles that gPodder knows of a feed after it subscribed, newest first. It is not asked to update: where a storage sends an
/// unchanged feed again in place of 304, gPodder 3.11 turns no page and forgets those it knew.
pub fn gpodder(home: &Path, url: &str) -> Vec<String> {
    let gpo = |words: &[&str]| output(Command::new("gpo").env("HOME", home).env("GPODDER_HOME", home).args(words));
    gpo(&["subscribe", url]);
    rows(&home.join("Database"), "select title from episode order by published desc")
}

/// Titles that newsboat knows of a feed after it read it, newest first.
pub fn newsboat(home: &Path, url: &str) -> Vec<String> {
    std::fs::create_dir_all(home).expect("a folder for the app");
    let (urls, cache, settings) = (home.join("urls"), home.join("cache.db"), home.join("config"));
    std::fs::write(&urls, format!("{url}\n")).expect("its list of feeds");
    std::fs::write(&settings, "").expect("its settings");
    let mut newsboat = Command::new("newsboat");
    newsboat.env("HOME", home).arg("-u").arg(urls).arg("-c").arg(&cache).arg("-C").arg(settings);
    output(newsboat.args(["-x", "reload"]));
    rows(&cache, "select title from rss_item order by pubDate desc")
}

fn rows(database: &Path, query: &str) -> Vec<String> {
    let script = "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row[0])";
    let rows = output(Command::new("python3").args(["-c", script]).arg(database).arg(query));
    rows.lines().map(str::to_string).collect()
}
