//! Cases that cannot be counted are refused with a sentence that names the place.

#![expect(clippy::unwrap_used, reason = "a broken fixture is a failed test")]

use hearthcast_counting::agents::{Classifier, Pack};
use hearthcast_counting::{count_file, count_file_with};
use serde_json::{Value, json};

fn case() -> Value {
    json!({
        "settings": {},
        "media": {"a.mp3": {"episode": "one", "size": 10, "duration": null, "published": "2026-11-01T00:00:00Z"}},
        "requests": [{"t": "2026-11-20T10:00:00Z", "media": "a.mp3", "ip": "192.0.2.1", "ua": "Mine/1", "method": "GET", "status": 200, "sent": 10}]
    })
}

fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut case = case();
    change(&mut case);
    hearthcast_model::Error::from(count_file(case).unwrap_err()).message
}

#[test]
fn every_refusal_names_the_place() {
    assert_eq!(count_file(case()).unwrap()["downloads"], 1, "the case itself is sound");
    assert!(refused(|case| case["settings"]["window"] = json!("rolling")).contains("settings.window"));
    assert!(refused(|case| case["settings"]["mode"] = json!("proxy")).contains("settings.mode"));
    for list in ["exclude_cidrs", "allow_cidrs", "trusted_proxies"] {
        assert!(refused(|case| case["settings"][list] = json!(["192.0.2.0/99"])).contains(list));
    }
    assert!(refused(|case| case["media"]["a.mp3"]["published"] = json!("yesterday")).contains("media.a.mp3.published"));
    assert!(refused(|case| case["requests"][0]["t"] = json!("2026-11-20")).contains("Request 1, t"));
    assert!(refused(|case| case["requests"][0]["ip"] = json!("localhost")).contains("Request 1, ip"));
    assert!(refused(|case| case["requests"][0]["media"] = json!("b.mp3")).contains("b.mp3"));
    assert!(refused(|case| case["requests"][0]["sent"] = json!(-1)).contains("not a counting case"));
    assert!(refused(|case| *case = json!([])).contains("not a counting case"));
}

#[test]
fn a_folder_of_user_agents_needs_somebody_who_reads_it() {
    let wants = |case: &mut Value| case["settings"]["user_agents"] = json!("opawg");
    assert!(refused(wants).contains("opawg"));
    let mut case = case();
    wants(&mut case);
    let apps = json!({"entries": [{"name": "My app", "pattern": "^Mine/"}]});
    let classifier = Classifier::with_pack(Pack::from_files([("apps.json", &apps)]).unwrap());
    assert_eq!(count_file_with(case, &classifier).unwrap()["apps"], json!({"My app": 1}));
}
