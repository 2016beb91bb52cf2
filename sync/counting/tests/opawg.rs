//! The own table of agents against the examples that opawg collected (tests/fixtures/counting/opawg-examples.json).

#![expect(clippy::unwrap_used, reason = "a broken fixture is a failed test")]

use hearthcast_counting::agents::{AgentKind, classify};
use serde_json::Value;

fn examples(file: &str, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/counting/opawg-examples.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let entries = all[file].as_array().unwrap().iter().filter(|entry| wanted(entry));
    entries
        .flat_map(|entry| entry["examples"].as_array().unwrap().clone())
        .map(|e| e.as_str().unwrap().into())
        .collect()
}

fn is_bot(agent: &str) -> bool {
    classify(agent).kind == AgentKind::Bot
}

#[test]
fn at_least_99_percent_of_the_robots_are_recognised() {
    let bots = examples("bots", |_| true);
    let missed: Vec<_> = bots.iter().filter(|agent| !is_bot(agent)).collect();
    assert!(bots.len() > 300, "the fixture is the whole file");
    assert!(missed.len() * 100 <= bots.len(), "{} of {} missed: {missed:#?}", missed.len(), bots.len());
}

#[test]
fn no_app_and_no_browser_is_taken_for_a_robot() {
    let people: Vec<_> = examples("apps", |_| true).into_iter().chain(examples("browsers", |_| true)).collect();
    let wrong: Vec<_> = people.iter().filter(|agent| is_bot(agent)).collect();
    assert!(people.len() > 950, "the fixture is the whole file");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn libraries_are_robots_where_opawg_says_so() {
    let bots = examples("libraries", |entry| entry["category"] == "bot");
    assert!(bots.len() > 30 && bots.iter().all(|agent| is_bot(agent)), "{bots:#?}");
    let parts = examples("libraries", |entry| entry["category"] != "bot");
    let wrong: Vec<_> = parts.iter().filter(|agent| is_bot(agent)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
