//! `/api/v1`: an episode with its people and transcripts, the player's configuration, and oEmbed.

use crate::recorded::{Act, act};
use crate::scene::{facts, publish};
use hearthcast_model::chapter::Transcript;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Person, Sha256};
use serde_json::{Value, json};

const WORDS: &[u8] = b"WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nAhoy there\n";

/// The recorded show with people and a transcript.
fn told() -> (Act, String) {
    let mut act = act();
    let file = Attachment { hash: Sha256::of(WORDS), name: "words".into(), ext: "vtt".into() };
    act.story.files.push((facts(WORDS, "text/vtt", None), WORDS.to_vec(), None));
    act.story.show.persons = vec![Person { name: "Ada \"Lund\"".into(), ..Person::default() }];
    let first = &mut act.story.episodes[0];
    first.body.transcripts = vec![Transcript { file, language: String::new(), captions: true }];
    first.body.link = "https://example.org/test-podcast/episode/1".into();
    let guest = Person {
        name: "Bo".into(),
        role: "guest".into(),
        img: "https://example.org/bo.jpg".into(),
        ..Person::default()
    };
    act.story.episodes[1].body.persons = vec![guest];
    let id = act.story.episodes[0].id.to_string();
    act.laptop.upload(act.scene.addr(), WORDS, "text/vtt");
    publish(&act.scene, &act.laptop, &act.story.request(2, act.scene.now_ms())).expect(200);
    (act, id)
}

#[test]
fn an_episode_is_told_with_its_people_and_transcripts() {
    let (act, id) = told();
    let reply = act.get(&format!("/api/v1/episodes/{id}/")).expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    let episode = reply.json();
    let audio = &act.story.episodes[0].body.audio.as_ref().unwrap().hash;
    assert_eq!(
        episode["audio"],
        json!({"url": format!("https://pod.example/m/{audio}/ep1.mp3"), "type": "audio/mpeg", "size_bytes": 1000})
    );
    assert_eq!(
        episode["persons"],
        json!([{"name": "Ada \"Lund\"", "role": "host", "group": "cast", "image": null, "url": null}])
    );
    let transcript = json!({"url": format!("https://pod.example/m/{}/words.vtt", Sha256::of(WORDS)), "type": "text/vtt", "language": "en", "captions": true});
    assert_eq!(episode["transcripts"], json!([transcript]));
    // What it names is there.
    for field in ["chapters_url", "player_url", "oembed_url"] {
        act.get(episode[field].as_str().unwrap().strip_prefix("https://pod.example").unwrap()).expect(200);
    }
    let tag = reply.header("etag").to_string();
    act.scene.get(&format!("/api/v1/episodes/{id}/"), &[("If-None-Match", &tag)]).expect(304);
    act.get(&format!("/api/v1/episodes/{}/", act.story.episodes[3].id)).expect(404);
    act.get(&format!("/api/v1/episodes/{id}/?x=1")).expect(400);
    act.get("/api/v1/nothing/").expect(404);
}

/// The fields of docs.podlove.org/podlove-web-player/v5/configuration.
#[test]
fn the_podlove_player_is_configured() {
    let (act, id) = told();
    let player = act.get(&format!("/api/v1/episodes/{id}/player/")).expect(200).json();
    assert_eq!((&player["version"], &player["title"]), (&json!(5), &json!("Episode 1: Rådio & <feeds>")));
    assert_eq!(
        (&player["duration"], &player["publicationDate"]),
        (&json!("00:00:08.438"), &json!("2026-10-30T06:00:00Z"))
    );
    assert_eq!(player["show"]["title"], "The 3 & Co. Podcast");
    assert_eq!((&player["audio"][0]["size"], &player["audio"][0]["mimeType"]), (&json!(1000), &json!("audio/mpeg")));
    let starts: Vec<&Value> = player["chapters"].as_array().unwrap().iter().map(|one| &one["start"]).collect();
    assert_eq!(starts, ["00:00:00.000", "00:00:03.000", "00:00:05.000"], "two chapters and a song");
    assert_eq!(
        player["contributors"][0],
        json!({"id": "1", "name": "Ada \"Lund\"", "avatar": "", "role": {"slug": "host", "title": "host"}, "group": {"slug": "cast", "title": "cast"}})
    );
    assert_eq!(player["transcripts"], json!(format!("https://pod.example/m/{}/words.vtt", Sha256::of(WORDS))));
    let second = act.get(&format!("/api/v1/episodes/{}/player/", act.story.episodes[1].id)).expect(200).json();
    assert_eq!(
        (&second["contributors"][0]["name"], second["contributors"].as_array().unwrap().len()),
        (&json!("Bo"), 1)
    );
}

/// oembed.com §2.3.4: what `rich` requires.
#[test]
fn a_page_shows_an_episode_from_its_address() {
    let (act, id) = told();
    let audio = &act.story.episodes[0].body.audio.as_ref().unwrap().hash;
    for url in [
        format!("https://pod.example/episodes/{id}/"),
        "https://example.org/test-podcast/episode/1".into(),
        format!("https://pod.example/m/{audio}/ep1.mp3"),
    ] {
        let shown = act.get(&format!("/api/v1/oembed/?format=json&maxwidth=300&url={url}")).expect(200).json();
        assert_eq!((&shown["version"], &shown["type"]), (&json!("1.0"), &json!("rich")), "{url}");
        assert_eq!((&shown["width"], &shown["height"]), (&json!(300), &json!(54)));
        let html = shown["html"].as_str().unwrap();
        assert!(
            html.contains("title=\"Episode 1: Rådio &amp; &lt;feeds&gt;\"")
                && html.contains(&format!("/m/{audio}/ep1.mp3")),
            "{html}"
        );
    }
    for (query, status) in [
        ("", 400),
        ("?url=", 400),
        ("?url=https://example.org/other", 404),
        ("?url=javascript:alert(1)", 404),
        ("?url=https://pod.example/episodes/", 404),
        ("?format=xml&url=https://example.org/", 400),
        ("?maxwidth=0&url=https://example.org/", 400),
        ("?callback=x&url=https://example.org/", 400),
    ] {
        act.get(&format!("/api/v1/oembed/{query}")).expect(status);
    }
    let future = format!("https://pod.example/episodes/{}/", act.story.episodes[3].id);
    act.get(&format!("/api/v1/oembed/?url={future}")).expect(404);
}

/// A post has no sound, and this one no file at all: only its id tells that it was here.
#[test]
fn a_post_that_was_withdrawn_is_gone_and_stays_gone() {
    let mut act = act();
    let at = act.story.episodes.iter().position(|one| one.body.is_post()).unwrap();
    let (id, both) = (act.story.episodes[at].id.clone(), act.story.request(3, act.scene.now_ms()));
    assert_eq!(act.story.episodes[at].body.files().count(), 0);
    act.get(&format!("/posts/{id}/")).expect(200);
    act.story.episodes.remove(at);
    publish(&act.scene, &act.laptop, &act.story.request(2, act.scene.now_ms())).expect(200);
    act.get(&format!("/posts/{id}/")).expect(404);
    let request = json!({"show": act.story.id, "episode": id, "files": []});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    for _ in 0..2 {
        let gone = act.get(&format!("/posts/{id}/")).expect(410).json();
        assert_eq!(gone["errors"][0]["status"], "410");
        assert_eq!(act.get(&format!("/posts/?filter[post]={id}")).expect(200).json()["data"], json!([]));
        let refused = publish(&act.scene, &act.laptop, &both).expect(422);
        assert!(refused.json()["message"].as_str().unwrap().contains("withdrawn"));
        act.scene.stop();
        act.scene.start();
    }
}
