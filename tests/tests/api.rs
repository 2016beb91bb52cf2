//! Issue 3, point 5: what was published from the terminal is what a website reads.

use hearthcast_tests::{Laptop, Server, output, scratch, sound};
use serde_json::Value;
use std::process::Command;

/// What curl gets, read as JSON.
fn curl(url: &str) -> Value {
    let text = output(Command::new("curl").args(["-sSf", "-g", "--compressed", "--max-time", "30", url]));
    serde_json::from_str(&text).expect("the answer is JSON")
}

#[test]
fn a_website_reads_what_was_published() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour & Sea");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 66, "One");
    laptop.episode(&show, "The first: <ahoy> & “away”", &file);
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let url = |path: &str| format!("{}{path}", server.origin());
    assert_eq!(curl(&url("/podcasts/"))["data"], Value::Array(vec![]), "nothing is published yet");

    laptop.ask(&["publish", &show]);
    let podcasts = curl(&url("/podcasts/"));
    let podcast = &podcasts["data"][0];
    assert_eq!((&podcast["id"], &podcast["attributes"]["name"]), (&show.as_str().into(), &"Harbour & Sea".into()));
    assert_eq!(podcast["attributes"]["rss-url"], url(&format!("/podcasts/{show}/rss/")));

    // The front end's way to an episode: by its slug, then the sound where the answer says.
    let slug = curl(&url("/episodes/"))["data"][0]["attributes"]["slug"].clone();
    let slug = slug.as_str().expect("an episode has a slug");
    let found = curl(&url(&format!("/episodes/?filter[episode]={slug}&filter[podcast]={show}&include=season")));
    let episode = &found["data"][0]["attributes"];
    assert_eq!(episode["name"], "The first: <ahoy> & “away”");
    let seconds = episode["duration-seconds"].as_f64().expect("a length");
    assert!((65.9..66.2).contains(&seconds), "{seconds}");
    let copy = place.path().join("copy.mp3");
    let audio = episode["audio-url"].as_str().expect("a sound");
    output(Command::new("curl").args(["-sSf", "--max-time", "30", "-o"]).arg(&copy).arg(audio));
    assert_eq!(std::fs::read(copy).expect("curl wrote it"), std::fs::read(&file).expect("ffmpeg wrote it"));

    // An edit that is not published is nobody's business.
    laptop.ask(&["episode", "set", &show, slug, "title=Changed at home"]);
    assert_eq!(curl(&url("/episodes/"))["data"][0]["attributes"]["name"], "The first: <ahoy> & “away”");
}
