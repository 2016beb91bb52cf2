//! The table of all recorded requests (`tests/fixtures/spodcat/table.tsv`): each is there, and answered as its row says.

use crate::feed;
use crate::golden::{self, renamed};
use crate::http::{Reply, send};
use crate::recorded::{Act, act, fixture, recordings};
use crate::visitors;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// One row of the table.
pub struct Row {
    pub name: String,
    pub level: String,
    pub status: u16,
    pub reason: String,
}

impl Row {
    /// Whether `golden` compares it whole.
    pub fn is_mapped(&self) -> bool {
        self.level == "exact" && self.reason.contains("golden.rs")
    }
}

pub fn table() -> Vec<Row> {
    let text = fixture("table.tsv");
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let [name, level, status, reason] = parts[..] else { panic!("{line}") };
        Row { name: name.into(), level: level.into(), status: status.parse().unwrap(), reason: reason.into() }
    };
    rows.map(row).collect()
}

#[test]
fn every_recorded_request_stands_in_the_table_once() {
    let names: Vec<String> = table().into_iter().map(|row| row.name).collect();
    let recorded: Vec<String> = recordings().iter().map(|one| one["name"].as_str().unwrap().to_string()).collect();
    assert_eq!((names.len(), names.iter().collect::<BTreeSet<_>>().len()), (102, 102));
    assert_eq!(names, recorded);
    // What its front end cannot do without is exact.
    let subjects: Value = serde_json::from_str(&fixture("spec-subjects.json")).unwrap();
    for name in subjects["must-keep-for-the-frontend"].as_array().unwrap() {
        let row = table().into_iter().find(|row| row.name == *name).unwrap();
        assert_eq!(row.level, "exact", "{name}");
    }
}

/// Tests that compare rows by themselves: as functions, so that a renamed one does not compile, and by name, to find them among
/// those that run. Each insists on having compared exactly the rows that name it.
const ELSEWHERE: [(fn(), &str); 4] = [
    (feed::the_recorded_feed_comes_out_the_same, "feed::the_recorded_feed_comes_out_the_same"),
    (visitors::the_recorded_conversation_comes_out_the_same, "visitors::the_recorded_conversation_comes_out_the_same"),
    (
        visitors::a_page_tells_that_it_was_seen_and_that_is_no_download,
        "visitors::a_page_tells_that_it_was_seen_and_that_is_no_download",
    ),
    (golden::a_page_of_the_front_end_finds_its_style_sheet, "golden::a_page_of_the_front_end_finds_its_style_sheet"),
];

#[test]
fn what_is_compared_elsewhere_is_compared_there() {
    let listed = |more: &[&str]| {
        let me = std::env::current_exe().unwrap();
        let output = Command::new(me).args(["--list", "--format", "terse"]).args(more).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (all, skipped) = (listed(&[]), listed(&["--ignored"]));
    for row in table().into_iter().filter(|row| row.level == "exact" && !row.is_mapped()) {
        let test = ELSEWHERE.iter().map(|(_, name)| *name).find(|name| row.reason.contains(name));
        let line =
            format!("{}: test", test.unwrap_or_else(|| panic!("{} is compared nowhere: {}", row.name, row.reason)));
        assert!(all.lines().any(|one| one == line) && !skipped.lines().any(|one| one == line), "{line} does not run");
    }
}

/// The rows that are compared by this test. It holds what it did compare against them.
pub fn rows_of(test: &str) -> BTreeSet<String> {
    let rows = table().into_iter().filter(|row| row.level == "exact" && row.reason.contains(test));
    rows.map(|row| row.name).collect()
}

#[test]
fn every_other_row_is_answered_as_it_says() {
    let act = act();
    for row in table().into_iter().filter(|row| row.level != "exact") {
        let recorded = recordings().into_iter().find(|one| one["name"] == *row.name).unwrap();
        let same = recorded["status"] == row.status;
        assert!(row.level == "refused" || same || row.name.contains("preflight"), "{}: {}", row.name, row.reason);
        // Where spodcat sent the sound itself, every player goes on to where ours leads.
        let reply = ask(&act, &recorded["request"], row.name.starts_with("audio-proxy"));
        assert_eq!(reply.status, row.status, "{}: {}", row.name, String::from_utf8_lossy(&reply.body));
    }
}

/// Sends a recorded request.
fn ask(act: &Act, request: &Value, follow: bool) -> Reply {
    let path = renamed(act, request["path"].as_str().unwrap());
    let fields = request["headers"].as_object().into_iter().flatten();
    let mut headers: Vec<(&str, &str)> = fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    if let Some(since) = headers.iter_mut().find(|(name, _)| *name == "If-Modified-Since") {
        // Later than the publication, as it was when it was recorded.
        since.1 = "Sat, 21 Nov 2026 23:00:00 GMT";
    }
    let mut body = String::new();
    if request["body"].is_object() {
        headers.push(("Content-Type", "application/vnd.api+json"));
        body = request["body"].to_string();
    }
    let method = request["method"].as_str().unwrap();
    let reply = send(act.scene.addr(), method, &path, &headers, body.as_bytes());
    if !follow {
        return reply;
    }
    let there = reply.expect(302).header("location").strip_prefix("https://pod.example").unwrap().to_string();
    send(act.scene.addr(), method, &there, &headers, b"")
}
