//! Comments by the terminal: a visitor writes, the author decides at a desk without a network, everybody sees the outcome; two
//! laptops that decide differently end with the same.

use hearthcast_tests::{Laptop, Server, curl, output, scratch, sound, visitor_writes};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

fn public(origin: &str) -> Vec<String> {
    let (_, list) = curl(&[&format!("{origin}/comments/")]);
    let ids = list["data"].as_array().expect("a list").iter();
    ids.map(|one| one["id"].as_str().expect("an id").to_string()).collect()
}

fn listed(laptop: &Laptop, show: &str, state: &str) -> Vec<(i64, bool)> {
    let list = laptop.ask(&["comments", show, "list", "--state", state]);
    let rows = list["comments"].as_array().expect("a list").iter();
    rows.map(|row| (row["comment"]["number"].as_i64().expect("a number"), row["unsent"] == true)).collect()
}

/// A published show that takes comments, and the id of its episode.
fn scene(folder: &Path) -> (Laptop, String, Server, String) {
    scene_with(folder, &[])
}

/// The same at a server with further words on its command line.
fn scene_with(folder: &Path, words: &[&str]) -> (Laptop, String, Server, String) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    laptop.ask(&["show", "set", &show, "comments=approved"]);
    let server = Server::start_with(&folder.join("server"), words);
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let one = folder.join("one.mp3");
    sound::mp3(&one, 20, "One");
    let episode = laptop.episode(&show, "One", &one)["id"].as_str().expect("an id").to_string();
    laptop.ask(&["publish", &show]);
    (laptop, show, server, episode)
}

fn copied(from: &Path, to: &Path) {
    output(Command::new("cp").arg("-a").arg(from).arg(to));
}

#[test]
fn a_decision_made_without_a_network_waits_and_two_laptops_end_with_the_same() {
    let place = scratch();
    let (desk, show, mut server, episode) = scene(place.path());
    let origin = server.origin();
    let first = visitor_writes(&origin, &show, &episode, "Dave", "Hello <script>x</script> **you**");
    let second = visitor_writes(&origin, &show, &episode, "Mallory", "Buy things");
    assert!(public(&origin).is_empty(), "nobody sees what was not approved");
    assert!(listed(&desk, &show, "waiting").is_empty(), "nothing was fetched yet");
    desk.ask(&["sync"]);
    let waiting = desk.ask(&["comments", &show]);
    assert_eq!(waiting["waiting"], 2);
    assert_eq!(waiting["comments"][1]["comment"]["text"], "Hello x **you**", "newest first");
    assert_eq!(waiting["comments"][1]["about_title"], "One");

    let other_library = place.path().join("other");
    copied(desk.library(), &other_library);
    let other = Laptop::on(&other_library, place.path());
    server.kill();
    let decided = desk.speak(&["comments", &show, "approve", &first, &second]);
    assert_eq!((decided.code, &decided.last["changed"], &decided.last["told"]), (Some(0), &json!(2), &json!(false)));
    let unsent: Vec<bool> = listed(&desk, &show, "approved").into_iter().map(|(_, unsent)| unsent).collect();
    assert_eq!(unsent, [true, true]);
    server.kill_and_start_again();

    // The other one decides later, and its decision arrives first.
    let told = other.ask(&["comments", &show, "reject", &second]);
    assert_eq!((&told["changed"], &told["told"]), (&json!(1), &json!(true)));
    desk.ask(&["sync"]);
    assert_eq!(public(&origin), [first.as_str()], "the latest decision holds");
    other.ask(&["sync"]);
    let number = |text: &str| text.parse::<i64>().expect("a number");
    for laptop in [&desk, &other] {
        assert_eq!(listed(laptop, &show, "approved"), [(number(&first), false)]);
        assert_eq!(listed(laptop, &show, "rejected"), [(number(&second), false)]);
    }

    desk.ask(&["comments", &show, "delete", &first]);
    assert!(public(&origin).is_empty());
    other.ask(&["sync"]);
    assert_eq!(listed(&other, &show, "deleted"), [(number(&first), false)], "nothing is lost");
    other.ask(&["comments", &show, "wait", &first]);
    desk.ask(&["sync"]);
    assert_eq!(listed(&desk, &show, "waiting"), [(number(&first), false)]);
    let unknown = desk.speak(&["comments", &show, "approve", "99"]);
    assert_eq!((unknown.code, &unknown.last["code"]), (Some(1), &json!("library.not_found")));
}

/// A web server of another site, with one page; its origin.
fn site(listener: TcpListener, page: String) {
    std::thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let mut asked = [0; 2048];
            let _ = socket.read(&mut asked);
            let length = page.len();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
            let _ = socket.write_all(format!("{head}\r\nContent-Length: {length}\r\n\r\n{page}").as_bytes());
        }
    });
}

/// What a page of a front end does for a visitor, by the browser's own means: preflights and a beacon among them.
const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><body><script>
const [api, show, episode] = ["API", "SHOW", "EPISODE"], mime = "application/vnd.api+json", told = {};
const send = (method, path, body) => fetch(api + path, { method, headers: { accept: mime, "content-type": mime }, ...(body ? { body: JSON.stringify({ data: body }) } : {}) });
const sum = async () => (await (await send("POST", "/challenges/", { type: "challenge", attributes: {}, relationships: { podcast: { data: { type: "podcast", id: show } } } })).json()).data;
const comment = (id, answer) => send("POST", "/comments/", { type: "comment", attributes: { challenge: id, "challenge-answer": answer, name: "Eve", text: "From a browser" }, relationships: { "podcast-content": { data: { type: "episode", id: episode } } } });
const numbers = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
(async () => {
  told.enabled = (await (await send("GET", `/podcasts/${show}/?include=contents,links,seasons`)).json()).data.attributes["enable-comments"];
  told.beacon = navigator.sendBeacon(`${api}/episodes/${episode}/ping/`);
  const asked = await sum();
  const answer = asked.attributes["challenge-string"].split(" plus ").reduce((all, word) => all + numbers.indexOf(word), 0);
  told.wrong = (await (await comment(asked.id, answer + 1)).json()).errors[0].source.pointer;
  told.kept = (await comment(asked.id, answer)).status;
  told.given_back = (await send("DELETE", `/challenges/${(await sum()).id}/`)).status;
})().catch((why) => { told.refused = `${why.name}: ${why.message}`; }).finally(() => { document.body.textContent = JSON.stringify(told); });
</script></body>"#;

/// What the page tells in Chromium.
fn in_chromium(folder: &Path, origin: &str) -> Value {
    let program = std::env::var("HEARTHCAST_CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into());
    let mut chromium = Command::new(program);
    chromium.args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"]);
    chromium.arg(format!("--user-data-dir={}", folder.display())).arg(format!("{origin}/"));
    let dom = output(&mut chromium);
    let text = dom.split("<body>").nth(1).and_then(|rest| rest.split("</body>").next()).expect("a body");
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {dom}"))
}

#[test]
fn a_page_of_a_named_site_may_do_it_in_a_browser_and_no_other() {
    let place = scratch();
    let (named, other) =
        (TcpListener::bind("127.0.0.1:0").expect("a port"), TcpListener::bind("127.0.0.1:0").expect("a port"));
    let origin = |listener: &TcpListener| format!("http://{}", listener.local_addr().expect("an address"));
    let origins = [origin(&named), origin(&other)];
    let (desk, show, server, episode) = scene_with(place.path(), &["--api-origin", &origins[0]]);
    let page = PAGE.replace("API", &server.origin()).replace("SHOW", &show).replace("EPISODE", &episode);
    site(named, page.clone());
    site(other, page);
    let told = in_chromium(&place.path().join("browser"), &origins[0]);
    let wrong = "/data/attributes/challenge-answer";
    assert_eq!(told, json!({"enabled": true, "beacon": true, "wrong": wrong, "kept": 201, "given_back": 204}));
    let refused = in_chromium(&place.path().join("other browser"), &origins[1]);
    assert_eq!(refused, json!({"refused": "TypeError: Failed to fetch"}), "the browser keeps the answer from it");
    desk.ask(&["sync"]);
    let waiting = desk.ask(&["comments", &show]);
    assert_eq!(
        (&waiting["waiting"], &waiting["comments"][0]["comment"]["text"]),
        (&json!(1), &json!("From a browser"))
    );
    let log = place.path().join("server/log");
    let noted = hearthcast_tests::files_below(&log).iter().any(|file| {
        let bytes = std::fs::read(file).expect("a segment");
        bytes.windows(episode.len()).any(|one| one == episode.as_bytes())
    });
    assert!(noted, "the beacon arrived");
}
