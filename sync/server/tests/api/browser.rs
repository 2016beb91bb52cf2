//! Chromium asks what the front end of spodcat asks (`frontend-requests.json`), from another site: with preflights, a beacon, a
//! font, and the fields a browser adds by itself.

use crate::golden::renamed;
use crate::recorded::{Act, fixture, published};
use crate::scene::Scene;
use hearthcast_server::logbook::{Entry, Mark, Page, read};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A name of the server besides the one in its public address.
const HOST: &str = "pods.example";

/// Asks everything in order and posts what came of it to its own site.
const PAGE: &str = r#"<!doctype html><title>front end</title><script type="module">
const words = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const requests = await (await fetch("/requests")).json();
const answers = [];
let challenge;
const solved = (text) => text.split(" plus ").map((word) => words.indexOf(word)).reduce((a, b) => a + b);
const json = "application/vnd.api+json";
const loaded = (element, url, attribute) => new Promise((resolve) => {
  element.onload = () => resolve(200);
  element.onerror = () => resolve("not loaded");
  element[attribute] = url;
  if (element.rel) document.head.append(element);
});
async function ask({ m, u, t, a, range }) {
  if (t === "ping") return { status: navigator.sendBeacon(u) ? 200 : "not sent" };
  if (t === "stylesheet") return { status: await loaded(Object.assign(document.createElement("link"), { rel: "stylesheet" }), u, "href") };
  // The recorded pictures and the font are not at hand: their bytes are others, so they are fetched, and not shown.
  if (["font", "image", "other"].includes(t)) return { status: (await fetch(u, { mode: "cors" })).status };
  const init = { method: m, headers: { ...(a ? { Accept: a } : {}), ...(range ? { Range: range } : {}) }, redirect: t === "media" && range ? "manual" : "follow" };
  if (m === "POST" && u.endsWith("/challenges/")) {
    init.body = JSON.stringify({ data: { type: "challenge", attributes: {}, relationships: { podcast: { data: { type: "podcast", id: "test-podcast" } } } } });
  } else if (m === "POST") {
    const { id, attributes } = challenge;
    const relationships = { challenge: { data: { type: "challenge", id } }, "podcast-content": { data: { type: "episode", id: requests.episode } } };
    init.body = JSON.stringify({ data: { type: "comment", attributes: { name: "Dave", text: "Hello", "challenge-answer": solved(attributes["challenge-string"]) }, relationships } });
  }
  if (m === "POST") init.headers["Content-Type"] = json;
  const answer = await fetch(u, init);
  if (answer.type === "opaqueredirect") return { status: 302 };
  const body = answer.headers.get("content-type") === json ? await answer.json() : await answer.text();
  if (u.endsWith("/challenges/")) challenge = body.data;
  return { status: answer.status, type: answer.headers.get("content-type") };
}
for (const request of requests.all) {
  try { answers.push(await ask(request)); } catch (error) { answers.push({ status: String(error) }); }
}
await fetch("/done", { method: "POST", body: JSON.stringify(answers) });
</script>"#;

/// The recorded requests with our addresses; what lies on other hosts is left out.
fn requests(act: &Act, backend: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(&fixture("frontend-requests.json")).unwrap();
    let ours = |mut request: Value| {
        let url = request["u"].as_str().unwrap().replace("{backend}/media/fonts/", "https://media.example.org/fonts/");
        let url = url.replace("{backend}/media/", "https://media.example.org/");
        let url = renamed(act, &format!("{url}\""));
        let url = url.trim_end_matches('"').replace("{backend}", backend).replace("https://pod.example", backend);
        request["u"] = json!(url);
        request
    };
    all.into_iter().map(ours).filter(|request| request["u"].as_str().unwrap().starts_with(backend)).collect()
}

/// Serves the page and its requests until it posts what came of them.
fn site(listener: &TcpListener, requests: &str) -> Vec<Value> {
    loop {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut line, mut length) = (String::new(), 0);
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            continue;
        }
        let asked: Vec<&str> = line.split(' ').collect();
        let target = format!("{} {}", asked[0], asked[1]);
        loop {
            let mut field = String::new();
            reader.read_line(&mut field).unwrap();
            if let Some(value) = field.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if field.trim().is_empty() {
                break;
            }
        }
        match target.as_str() {
            "GET /" => answer(&mut stream, "text/html; charset=utf-8", PAGE),
            "GET /requests" => answer(&mut stream, "application/json", requests),
            "POST /done" => {
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                answer(&mut stream, "text/plain", "");
                return serde_json::from_slice(&body).unwrap();
            }
            _ => answer(&mut stream, "text/plain", ""),
        }
    }
}

fn answer(stream: &mut TcpStream, mime: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

/// Whether a website told of it; what else is noted are requests for pages and feeds.
fn beacon(page: Page) -> bool {
    matches!(page, Page::Show | Page::Episode | Page::Post)
}

/// Has Chromium ask everything at `backend`, from another site; tells what was asked.
fn replayed(listener: &TcpListener, act: &Act, backend: &str) -> Vec<Value> {
    let requests = requests(act, backend);
    assert_eq!(requests.len(), 48, "all but the one that goes elsewhere");
    let sent = json!({"all": requests, "episode": act.story.episodes[0].id}).to_string();
    let profile = tempfile::tempdir().unwrap();
    let mut chromium = Command::new("chromium")
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"])
        .arg(format!("--host-resolver-rules=MAP {HOST} 127.0.0.1"))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("http://{}", listener.local_addr().unwrap()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("Debian's Chromium");
    let answers = site(listener, &sent);
    chromium.kill().unwrap();
    chromium.wait().unwrap();
    assert_eq!(answers.len(), requests.len());
    for (request, answer) in requests.iter().zip(&answers) {
        assert_eq!(answer["status"], request["s"], "{request}");
        if request["t"] == "fetch" {
            assert_eq!(answer["type"], request["ct"], "{request}");
        }
    }
    requests
}

/// Under a path of its own and by another of its names everything is the same.
#[test]
fn a_path_prefix_and_another_name_change_nothing_for_the_front_end() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut act = published(Scene::with_origins(&[&format!("http://{}", listener.local_addr().unwrap())]));
    act.scene.start_again(|settings| {
        settings.base_url = Some("https://pod.example/pods/a".into());
        settings.hosts = vec![HOST.into()];
    });
    let port = act.scene.addr().port();
    replayed(&listener, &act, &format!("http://{HOST}:{port}/pods/a"));
}

#[test]
fn a_browser_on_another_site_gets_what_the_front_end_asks_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let act = published(Scene::with_origins(&[&origin]));
    let backend = format!("http://{}", act.scene.addr());
    let requests = replayed(&listener, &act, &backend);
    // The beacons came through, each as a view.
    let log = || read(&act.scene.data().join("log"), "main", Mark::default()).unwrap().map(|entry| entry.unwrap().1);
    let beacons = requests.iter().filter(|request| request["t"] == "ping").count();
    assert_eq!(
        (beacons, log().filter(|entry| matches!(entry, Entry::View(view) if beacon(view.page))).count()),
        (4, 4)
    );
}
