//! What answers do without: a database, system calls, a second making.

use crate::recorded::act;
use hearthcast_server::start;

const TARGETS: [&str; 5] = [
    "/podcasts/",
    "/episodes/",
    "/episodes/?filter[freetext]=radio",
    "/podcasts/test-podcast/?include=contents",
    "/categories/",
];

#[test]
fn no_answer_needs_the_database() {
    let act = act();
    act.get("/podcasts/").expect(200);
    act.scene.runtime.block_on(act.scene.store().close()).unwrap();
    let database = act.scene.data().join("server.sqlite");
    std::fs::rename(&database, act.scene.folder.path().join("away.sqlite")).unwrap();
    for target in TARGETS {
        // Those asked for the first time and those kept alike.
        for _ in 0..2 {
            act.get(target).expect(200);
        }
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
