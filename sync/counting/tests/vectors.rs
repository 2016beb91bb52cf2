//! Runs every case of tests/fixtures/counting: each was written by hand from the sentence of the rule it names.

#![expect(clippy::unwrap_used, reason = "a broken fixture is a failed test")]

use hearthcast_counting::count_file;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn cases() -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/counting");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let read = |path: PathBuf| (path.clone(), serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap());
    json.map(read).filter(|(_, case): &(_, Value)| case.get("requests").is_some()).collect()
}

/// Cases recorded from other people's programs over sockets that were cut (tests/recording/record_counting.py).
#[test]
fn real_programs_are_among_the_cases() {
    let cases = cases();
    let recorded = cases.iter().filter_map(|(_, case)| case["recorded_from"].as_str());
    let mut programs = std::collections::BTreeMap::<&str, usize>::new();
    recorded.for_each(|from| *programs.entry(from.split(' ').next().unwrap()).or_default() += 1);
    let least = |program: &str| programs.get(program).is_some_and(|count| *count >= 5);
    assert!(["gpodder", "mpv", "newsboat", "Chromium"].into_iter().all(least), "{programs:?}");
    assert!(programs.values().sum::<usize>() >= 20, "{programs:?}");
}

#[test]
fn every_case_counts_as_written() {
    let cases = cases();
    assert!(cases.len() >= 97, "only {} cases found", cases.len());
    let mut wrong = vec![];
    for (path, case) in cases {
        let counted = count_file(case.clone()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if counted != case["expect"] {
            wrong.push(format!(
                "{}\n  {}\n  counted  {counted}\n  expected {}",
                path.display(),
                case["why"],
                case["expect"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The requests of a case in the opposite order, told by three nodes, and in one batch with each of them twice under its
/// own id.
#[test]
fn order_and_repetition_change_no_number() {
    for (path, case) in cases() {
        let mut turned = case.clone();
        let requests = turned["requests"].as_array_mut().unwrap();
        for (index, request) in requests.iter_mut().enumerate() {
            let fallback = Value::from(format!("node-{}/1-1.seg/{index}", index % 3));
            request.as_object_mut().unwrap().entry("id").or_insert(fallback);
        }
        requests.reverse();
        assert_eq!(count_file(turned.clone()).unwrap(), case["expect"], "{} reversed", path.display());
        let requests = turned["requests"].as_array_mut().unwrap();
        let replays = requests.len() as u64;
        requests.extend(requests.clone());
        let mut counted = count_file(turned).unwrap();
        let seen = counted["filtered"]["replayed_log_row"].as_u64().unwrap();
        let before = case["expect"]["filtered"]["replayed_log_row"].as_u64();
        assert_eq!(seen, replays + before.unwrap_or(0), "{} twice", path.display());
        match before {
            Some(before) => counted["filtered"]["replayed_log_row"] = before.into(),
            None => drop(counted["filtered"].as_object_mut().unwrap().remove("replayed_log_row")),
        }
        assert_eq!(counted, case["expect"], "{} twice", path.display());
    }
}

/// The example that docs/COUNTING.md shows to its readers.
#[test]
fn the_example_of_the_document_counts_as_it_says() {
    let document = include_str!("../../../docs/COUNTING.md");
    let blocks: Vec<Value> = document
        .split("```json")
        .skip(1)
        .map(|rest| serde_json::from_str(rest.split("```").next().unwrap()).unwrap())
        .collect();
    assert_eq!(count_file(blocks[0].clone()).unwrap(), blocks[1]);
}
