//! What answers do without: a database, system calls, a second making.

use crate::operations::{operations, talking};
use crate::recorded::act;
use hearthcast_server::start;

const TARGETS: [&str; 10] = [
    "/podcasts/",
    "/episodes/",
    "/episodes/?filter[freetext]=radio",
    "/podcasts/test-podcast/?include=contents",
    "/categories/",
    "/",
    "/posts/",
    "/podcast-links/",
    "/font-faces/",
    "/comments/",
];

/// Operations that ask the database, and why.
const ASKING: [(&str, &str); 2] = [
    ("/challenges/{id}/", "a sum is a visitor's own, is solved once, and ends with its time"),
    ("/api/v1/search/", "words that nobody looked for yet; those that somebody did are kept"),
];

/// Every reading operation of the description, and what stands beside it.
#[test]
fn no_answer_needs_the_database() {
    let act = talking();
    let described = act.get("/openapi.json").expect(200).json();
    let operations = operations(&act, &described);
    assert!(operations.len() >= 20, "{} operations", operations.len());
    act.until_found("leuchtturm", &[act.story.episodes[0].id.as_str()]);
    act.get("/api/v1/search/?q=episode").expect(200);
    act.scene.runtime.block_on(act.scene.store().close()).unwrap();
    let database = act.scene.data().join("server.sqlite");
    std::fs::rename(&database, act.scene.folder.path().join("away.sqlite")).unwrap();
    for operation in &operations {
        let asks = ASKING.iter().any(|(path, _)| *path == operation.path);
        for target in operation.targets.iter().filter(|_| !asks) {
            // Those asked for the first time and those kept alike.
            for _ in 0..2 {
                act.get(target).expect(200);
            }
        }
    }
    // Looked for before: kept. Else they say so, which proves that there is no database any more.
    act.get("/api/v1/search/?q=episode").expect(200);
    act.get("/api/v1/search/?q=harbour").expect(503);
    let challenges = operations.iter().find(|one| one.path == ASKING[0].0).unwrap();
    act.get(&challenges.targets[0]).expect(503);
    let episode = &act.story.episodes[0];
    act.get(&format!("/episodes/{}/audio/", episode.id)).expect(302);
    for file in episode.body.files() {
        act.get(&format!("/m/{}/{}.{}", file.hash, file.name, file.ext)).expect(200);
    }
    for path in ["/podcasts/test-podcast/rss/", "/openapi.json", "/healthz"] {
        act.get(path).expect(200);
    }
}

#[test]
fn a_restarted_server_gives_the_same_answers() {
    let mut act = act();
    let before: Vec<_> = TARGETS.iter().map(|target| act.get(target).expect(200).body).collect();
    act.scene.stop();
    let again = act.scene.runtime.block_on(start(act.scene.settings())).unwrap();
    for (target, before) in TARGETS.iter().zip(before) {
        let after = crate::http::send(again.addr, "GET", target, &[], b"").expect(200).body;
        assert_eq!(after, before, "{target}");
    }
    act.scene.runtime.block_on(again.stop()).unwrap();
}
