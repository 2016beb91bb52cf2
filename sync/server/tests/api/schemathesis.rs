//! The description is held against the server by schemathesis: whatever fits it, and what does not, is answered as it says, and
//! never by a failure.

use crate::operations::talking;
use crate::recorded::Act;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// Operations that must be answered with 2xx at least once, of a hundred.
const REACHED_PERCENT: usize = 95;

/// What stands in the addresses, so that they lead to something; the rest is made up.
fn settings(act: &Act) -> String {
    let id = |n: usize| act.story.episodes[n].id.to_string();
    let post = act.story.episodes.iter().find(|one| one.body.is_post()).unwrap().id.to_string();
    let link = act.get("/podcast-links/").expect(200).json()["data"][0]["id"].as_str().unwrap().to_string();
    let asked = serde_json::json!({"data": {"type": "challenge", "attributes": {}, "relationships":
        {"podcast": {"data": {"type": "podcast", "id": "test-podcast"}}}}});
    let challenge = act.post("/challenges/", &asked).expect(201).json()["data"]["id"].as_str().unwrap().to_string();
    let places = [
        ("^/episodes/", id(0)),
        ("^/api/v1/episodes/", id(0)),
        ("^/posts/", post),
        ("^/podcast-links/", link),
        ("^/comments/", "1".into()),
        ("^/categories/", "1".into()),
        ("^/challenges/", challenge),
    ];
    let mut text = "[parameters]\n\"path.slug\" = \"test-podcast\"\n".to_string();
    for (path, id) in places {
        text +=
            &format!("[[operations]]\ninclude-path-regex = \"{path}\"\nparameters = {{ \"path.id\" = \"{id}\" }}\n");
    }
    let embed = format!("https://pod.example/episodes/{}/", id(0));
    text += "[[operations]]\ninclude-path = \"/api/v1/search/\"\nparameters = { \"query.q\" = \"episode\" }\n";
    text + &format!(
        "[[operations]]\ninclude-path = \"/api/v1/oembed/\"\nparameters = {{ \"query.url\" = \"{embed}\" }}\n"
    )
}

#[test]
fn the_description_is_what_the_server_does() {
    let act = talking();
    let tools = PathBuf::from(std::env::var_os("HEARTHCAST_TOOLS").expect("the tools of the set-up"));
    let folder = tempfile::tempdir().unwrap();
    let (config, report) = (folder.path().join("schemathesis.toml"), folder.path().join("report.ndjson"));
    std::fs::write(&config, settings(&act)).unwrap();
    let backend = format!("http://{}", act.scene.addr());
    let hooks = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/checkers");
    let run = Command::new(tools.join("checkers-python/bin/schemathesis"))
        .arg("--config-file")
        .arg(&config)
        .args(["run", &format!("{backend}/openapi.json"), "--url", &backend, "--no-color"])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--seed", "5", "--no-shrink"])
        .args([
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        ])
        .args(["--generation-database", "none", "--suppress-health-check", "all", "--report", "ndjson"])
        .arg("--report-ndjson-path")
        .arg(&report)
        .env("PYTHONPATH", &hooks)
        .env("SCHEMATHESIS_HOOKS", "visit")
        .env("EPISODE", act.story.episodes[0].id.to_string())
        .env("BACKEND", &backend)
        .current_dir(folder.path())
        .output()
        .expect("schemathesis runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    let reached = reached(&std::fs::read_to_string(&report).unwrap());
    let good = reached.values().filter(|good| **good).count();
    assert!(reached.len() >= 25, "{} operations", reached.len());
    assert!(good * 100 >= reached.len() * REACHED_PERCENT, "{good} of {} got a 2xx: {reached:?}", reached.len());
}

/// The same without a hint: every name, id and body is made up, half of them against the description. Whatever it is, no failure.
#[test]
fn whatever_is_made_up_is_no_failure() {
    let act = talking();
    let tools = PathBuf::from(std::env::var_os("HEARTHCAST_TOOLS").expect("the tools of the set-up"));
    let folder = tempfile::tempdir().unwrap();
    let (config, report) = (folder.path().join("schemathesis.toml"), folder.path().join("report.ndjson"));
    std::fs::write(&config, "").unwrap();
    let backend = format!("http://{}", act.scene.addr());
    let run = Command::new(tools.join("checkers-python/bin/schemathesis"))
        .arg("--config-file")
        .arg(&config)
        .args(["run", &format!("{backend}/openapi.json"), "--url", &backend, "--no-color", "--mode", "all"])
        .args(["--phases", "fuzzing", "--max-examples", "12", "--seed", "7", "--no-shrink"])
        .args(["--checks", "not_a_server_error", "--generation-database", "none", "--suppress-health-check", "all"])
        .args(["--report", "ndjson", "--report-ndjson-path"])
        .arg(&report)
        .current_dir(folder.path())
        .output()
        .expect("schemathesis runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    // It did ask, and not only for what is there.
    let report = std::fs::read_to_string(&report).unwrap();
    let of = |class: &str| report.matches(&format!("\"status_code\":{class}")).count();
    assert!(of("4") > 200 && of("2") > 20, "{} refused, {} answered", of("4"), of("2"));
    assert_eq!(act.get("/healthz").expect(200).body, b"ok\n", "and it goes on");
}

/// Which operations were answered with 2xx, by their names (`GET /posts/`). Other methods are tried on every address, too: what
/// OPTIONS is answered says nothing about GET.
fn reached(report: &str) -> BTreeMap<String, bool> {
    let mut reached = BTreeMap::new();
    for line in report.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let recorder = &event["ScenarioFinished"]["recorder"];
        let Some(label) = recorder["label"].as_str() else { continue };
        let method = label.split(' ').next().unwrap();
        let good = recorder["interactions"].as_object().is_some_and(|all| {
            all.values().any(|one| {
                let status = one["response"]["status_code"].as_u64().unwrap_or(0);
                one["request"]["method"] == method && (200..300).contains(&status)
            })
        });
        *reached.entry(label.to_string()).or_default() |= good;
    }
    reached
}
