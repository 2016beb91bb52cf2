//! Every reading operation of the description, with addresses that lead to something: what a test of all of them asks.

use crate::recorded::{Act, act};
use crate::search::TALK;
use serde_json::{Value, json};

/// A GET of the description, and addresses of it that are there.
pub struct Operation {
    pub path: String,
    /// What the description says of it.
    pub described: Value,
    pub targets: Vec<String>,
}

/// The recorded show, with a transcript that is read in all its forms.
pub fn talking() -> Act {
    let mut act = act();
    act.says(0, "talk.vtt", TALK, "");
    act.release(2);
    act
}

/// All of them; one that this test does not know how to ask fails.
pub fn operations(act: &Act, described: &Value) -> Vec<Operation> {
    let paths = described["paths"].as_object().unwrap().iter().filter(|(_, methods)| methods.get("get").is_some());
    let operation = |(path, methods): (&String, &Value)| {
        let targets = targets(act, path);
        assert!(!targets.is_empty(), "{path} is a new operation: say here what is asked of it");
        Operation { path: path.clone(), described: methods["get"].clone(), targets }
    };
    paths.map(operation).collect()
}

fn targets(act: &Act, path: &str) -> Vec<String> {
    let episode = act.story.episodes[0].id.to_string();
    let post = || act.story.episodes.iter().find(|one| one.body.is_post()).unwrap().id.to_string();
    let first = |list: &str| act.get(list).expect(200).json()["data"][0]["id"].as_str().unwrap().to_string();
    let plain = || vec![path.to_string()];
    let with = |id: &str, more: &[&str]| {
        let path = path.replace("{id}", id).replace("{slug}", "test-podcast");
        [""].iter().chain(more).map(|query| format!("{path}{query}")).collect()
    };
    match path {
        "/" | "/font-faces/" => plain(),
        "/podcasts/" => with("", &["?include=contents,seasons,categories,links&page[size]=1", "?sort=-name"]),
        "/episodes/" => {
            with("", &["?filter[freetext]=radio", "?filter[podcast]=test-podcast&include=season", "?page[size]=2"])
        }
        "/posts/" => with("", &["?filter[podcast]=test-podcast", "?sort=name"]),
        "/categories/" | "/podcast-links/" | "/comments/" => with("", &["?page[size]=2"]),
        "/podcasts/{slug}/" => with("", &["?include=contents,links,seasons"]),
        "/episodes/{id}/" => with(&episode, &["?include=songs.artists,comments,videos,season,podcast"]),
        "/posts/{id}/" => with(&post(), &["?include=comments,podcast,videos"]),
        "/categories/{id}/" => with("103", &[]),
        "/podcast-links/{id}/" => with(&first("/podcast-links/"), &[]),
        "/comments/{id}/" => with(&first("/comments/"), &[]),
        "/challenges/{id}/" => with(&challenge(act), &[]),
        "/api/v1/search/" => vec!["/api/v1/search/?q=episode".into()],
        "/api/v1/oembed/" => vec![format!("{path}?url=https://pod.example/episodes/{episode}/")],
        "/api/v1/episodes/{id}/transcript.{form}" => ["vtt", "srt", "json", "podlove.json", "html", "txt"]
            .map(|form| path.replace("{id}", &episode).replace("{form}", form))
            .to_vec(),
        _ if path.starts_with("/episodes/{id}/") || path.starts_with("/api/v1/episodes/{id}/") => with(&episode, &[]),
        _ => vec![],
    }
}

fn challenge(act: &Act) -> String {
    let asked = json!({"data": {"type": "challenge", "attributes": {}, "relationships":
        {"podcast": {"data": {"type": "podcast", "id": "test-podcast"}}}}});
    act.post("/challenges/", &asked).expect(201).json()["data"]["id"].as_str().unwrap().to_string()
}
