//! Recorded answers of spodcat 0.11.0 (`tests/fixtures/spodcat`) against ours, for a show with the same records: those that its
//! `table.tsv` calls exact. An extra
//! or missing field fails. What may differ is only this, and is changed in the *recorded* answer before comparing:
//!
//! 1. Ids: an episode's and a post's UUID is ours; seasons, songs, artists, videos, links and fonts have numbers of their own
//!    here, found by what they are called. `included` is ordered by kind and id on both sides.
//! 2. Hosts and files: `http(s)://backend.example.org` is our address; a file's address is `/m/<sha256>/<name>.<ext>`
//!    (DESIGN §6.5); episodes.fm names our feed.
//! 3. Dates: none; the show is published at the recorded instants.
//! 4. Numbers: `duration-seconds` to the millisecond, `dbfs-array` in whole numbers, episode 2.5 is 2.
//! 5. Notes: no `target="_blank"`, no pictures, no line break at the end (our sanitiser). In the HTML of a comment a break is
//!    `<br>`.
//! 6. A draft is there for nobody, and what is to come is not there yet.
//! 7. Defects of spodcat (`spec-subjects.json`): no array called `links` beside `data`; what is not public is not there.

use crate::recorded::{Act, act, fixture, recording};
use crate::table::{Row, table};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The recorded draft, which cannot be published here at all.
const DRAFT: &str = "69489045-df9c-56f2-8469-3b0d58e68d7d";

/// The rows of the table that say so come out the same.
#[test]
fn recorded_answers_come_out_the_same() {
    let act = act();
    let numbers = numbers(&act);
    let hidden = [act.story.episodes[3].id.as_str(), DRAFT];
    let rows: Vec<Row> = table().into_iter().filter(Row::is_mapped).collect();
    assert_eq!(rows.len(), 48);
    for Row { name, .. } in rows {
        let recorded = recording(&name);
        let mut path = renamed(&act, recorded["request"]["path"].as_str().unwrap());
        if path.starts_with("/podcast-links/") {
            let ours = |n: &str| numbers[&("podcast-link".to_string(), n.to_string())].clone();
            path = path
                .replace("=1,2", &format!("={},{}", ours("1"), ours("2")))
                .replace("/1/", &format!("/{}/", ours("1")));
        }
        let method = recorded["request"]["method"].as_str().unwrap();
        let reply = crate::http::send(act.scene.addr(), method, &path, &[], b"");
        assert_eq!(u64::from(reply.status), recorded["status"].as_u64().unwrap(), "{name}: {path}");
        assert_eq!(reply.header("content-type"), recorded["headers"]["content-type"], "{name}");
        let disposition = recorded["headers"]["content-disposition"].as_str().unwrap_or_default();
        assert_eq!(reply.header("content-disposition"), renamed(&act, disposition), "{name}");
        let text = fixture(recorded["body_file"].as_str().unwrap());
        let mut expected: Value = serde_json::from_str(&renamed(&act, &text)).unwrap();
        mapped(&mut expected, &numbers, &hidden);
        let mut ours = reply.json();
        in_order(&mut ours);
        in_order(&mut expected);
        assert_eq!(pretty(&ours), pretty(&expected), "{name}: {path}");
    }
}

#[test]
fn an_address_without_its_slash_leads_to_the_one_with_it() {
    let act = act();
    for (from, to) in [("/podcasts", "./podcasts/"), ("/episodes?sort=name", "./episodes/?sort=name")] {
        let reply = act.get(from).expect(301);
        assert_eq!(reply.header("location"), to, "relative: it holds behind any prefix");
    }
    assert_eq!(recording("podcasts-list-no-slash")["status"], 301);
}

#[test]
fn a_feed_that_is_saved_has_the_name_of_its_show() {
    let act = act();
    let reply = act.get("/podcasts/test-podcast/rss/").expect(200);
    assert_eq!(reply.header("content-disposition"), recording("rss")["headers"]["content-disposition"]);
    let unchanged =
        act.scene.get("/podcasts/test-podcast/rss/", &[("If-None-Match", reply.header("etag"))]).expect(304);
    assert_eq!(unchanged.header("content-disposition"), "", "that of the copy holds (RFC 9110 section 15.4.5)");
}

#[test]
pub fn a_page_of_the_front_end_finds_its_style_sheet() {
    let act = act();
    let recorded = recording("font-faces");
    let reply = act.get("/font-faces/").expect(200);
    for field in ["content-type", "content-disposition"] {
        assert_eq!(reply.header(field), recorded["headers"][field]);
    }
    // A row of spodcat's has its own date; ours is that of the publication. The tag alone decides.
    assert_eq!(reply.header("last-modified"), "Fri, 20 Nov 2026 12:00:00 GMT");
    let later = [("If-Modified-Since", "Fri, 20 Nov 2026 23:00:00 GMT")];
    act.scene.get("/font-faces/", &later).expect(200);
    let tag = [("If-None-Match", reply.header("etag"))];
    assert_eq!(act.scene.get("/font-faces/", &tag).expect(304).header("last-modified"), reply.header("last-modified"));
    assert_eq!(String::from_utf8_lossy(&reply.body).trim_end(), renamed(&act, &fixture("font-faces.css")).trim_end());
    let font = renamed(&act, "https://media.example.org/fonts/Limelight.ttf\"");
    let path = font.trim_end_matches('"').strip_prefix("https://pod.example").unwrap();
    let file = act.get(path).expect(200);
    assert_eq!(file.header("content-type"), "font/ttf");
    assert_eq!(file.header("access-control-allow-origin"), "*", "a page of another site may use it");
}

pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// Rules 1 and 2, as far as they concern text.
pub fn renamed(act: &Act, text: &str) -> String {
    let feed = |host: &str| STANDARD.encode(format!("https://{host}/podcasts/test-podcast/rss/"));
    let mut text =
        text.replace(feed("backend.example.org").trim_end_matches('='), feed("pod.example").trim_end_matches('='));
    for scheme in ["http", "https"] {
        text = text.replace(&format!("{scheme}://backend.example.org"), "https://pod.example");
    }
    for (recorded, ours) in &act.names {
        text = text.replace(recorded, ours);
    }
    text
}

/// Our ids of what spodcat numbers, by kind and recorded number.
type Numbers = BTreeMap<(String, String), String>;

/// Found by what each is called: the recorded numbers of those names stand here.
fn numbers(act: &Act) -> Numbers {
    let episode = act.get(
        "/episodes/?filter[freetext]=live&filter[episode]=1-episode-1-radio-feeds&include=songs.artists,videos,season",
    );
    let show = act.get("/podcasts/test-podcast/?include=links,seasons").expect(200).json();
    let included =
        [episode.expect(200).json(), show.clone()].map(|answer| answer["included"].as_array().unwrap().clone());
    let called = [
        ("season", "1", "1"),
        ("season", "2", "2"),
        ("episode-song", "1", "\"Test Song\""),
        ("artist", "1", "\"The Testers\""),
        ("artist", "2", "\"DJ Ö\""),
        ("video", "1", "\"A video\""),
        ("podcast-link", "1", "\"Patreon\""),
        ("podcast-link", "2", "\"Spotify\""),
    ];
    let mut numbers = Numbers::new();
    for (kind, recorded, name) in called {
        let named = |one: &&Value| {
            let about = ["number", "title", "name", "label"].map(|field| one["attributes"][field].to_string());
            one["type"] == kind && about.contains(&name.to_string())
        };
        let found = included.iter().flatten().find(named).unwrap_or_else(|| panic!("{kind} {name}"));
        numbers.insert((kind.into(), recorded.into()), found["id"].as_str().unwrap().into());
    }
    let font = &show["data"]["relationships"]["name-font-face"]["data"]["id"];
    numbers.insert(("font-face".into(), "1".into()), font.as_str().unwrap().into());
    for id in numbers.values() {
        let id: u64 = id.parse().unwrap();
        assert!((1..1 << 53).contains(&id), "a whole number that JavaScript keeps");
    }
    numbers
}

/// The other rules, on a recorded answer.
fn mapped(answer: &mut Value, numbers: &Numbers, hidden: &[&str]) {
    if answer.get("links").is_some_and(Value::is_array) {
        answer.as_object_mut().unwrap().remove("links");
    }
    if let Some(included) = answer.get_mut("included").and_then(Value::as_array_mut) {
        included.retain(|one| !hidden.contains(&one["id"].as_str().unwrap()));
    }
    each(answer, &mut |object| resource(object, numbers, hidden));
}

/// Calls a function with every object of a value.
pub fn each(value: &mut Value, act: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, act)),
        Value::Object(_) => {
            act(value);
            value.as_object_mut().unwrap().values_mut().for_each(|member| each(member, act));
        }
        _ => {}
    }
}

fn resource(object: &mut Value, numbers: &Numbers, hidden: &[&str]) {
    let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default().to_string();
    if let Some(ours) = numbers.get(&(text("type"), text("id"))) {
        object["id"] = json!(ours);
    }
    match object.get("type").and_then(Value::as_str) {
        Some("podcast") => {
            set(object, "attributes", notes_attribute);
            set(object, "relationships", |name, value| relationship(name, value, hidden));
        }
        Some("episode") => set(object, "attributes", episode_attribute),
        Some("post") => set(object, "attributes", notes_attribute),
        Some("comment") => set(object, "attributes", |name, value| {
            (name == "text-html").then(|| json!(value.as_str().unwrap().replace("<br />", "<br>")))
        }),
        _ => {}
    }
}

/// Gives members of a part another value, where the rule names one.
fn set(object: &mut Value, part: &str, rule: impl Fn(&str, &Value) -> Option<Value>) {
    let Some(members) = object.get_mut(part).and_then(Value::as_object_mut) else { return };
    for (name, value) in members.iter_mut() {
        if let Some(other) = rule(name, value) {
            *value = other;
        }
    }
}

fn episode_attribute(name: &str, value: &Value) -> Option<Value> {
    match name {
        "dbfs-array" => Some(
            value.as_array()?.iter().map(|level| json!(level.as_f64().unwrap().round())).collect::<Vec<_>>().into(),
        ),
        "duration-seconds" => Some(json!((value.as_f64()? * 1000.0).round() / 1000.0)),
        "number" if *value == json!(2.5) => Some(json!(2.0)),
        "slug" => Some(json!(value.as_str()?.replace("2.5-", "2-"))),
        _ => notes_attribute(name, value),
    }
}

fn notes_attribute(name: &str, value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let without_picture = |start: &str, end: &str| match text.split_once(start) {
        Some((before, picture)) => format!("{before}{}", picture.split_once(end).unwrap().1),
        None => text.to_string(),
    };
    match name {
        "description-html" => {
            Some(json!(without_picture("<p><img ", "</p>\n").replace(" target=\"_blank\"", "").trim_end()))
        }
        "description" => Some(json!(without_picture("![pic](", ")\n\n").trim_end())),
        _ => None,
    }
}

fn relationship(name: &str, value: &Value, hidden: &[&str]) -> Option<Value> {
    if name != "contents" {
        return None;
    }
    let public = |one: &&Value| !hidden.contains(&one["id"].as_str().unwrap());
    let data: Vec<&Value> = value["data"].as_array()?.iter().filter(public).collect();
    Some(json!({"meta": {"count": data.len()}, "data": data}))
}

/// Rule 1: `included` by kind and id; our HTML without its last line break (rule 5).
fn in_order(answer: &mut Value) {
    if let Some(included) = answer.get_mut("included").and_then(Value::as_array_mut) {
        included.sort_by_key(|one| (one["type"].to_string(), one["id"].to_string()));
    }
    each(answer, &mut |object| {
        set(object, "attributes", |name, value| {
            (name == "description-html").then(|| json!(value.as_str().unwrap().trim_end()))
        });
    });
}
