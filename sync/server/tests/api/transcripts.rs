//! A published transcript in every form, judged by the namespace's words and by a foreign reader (ffmpeg).

use crate::search::{TALK, TALK_SRT, talking};
use hearthcast_model::Person;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

#[test]
fn every_form_is_told_and_answered() {
    let act = talking();
    let id = act.story.episodes[0].id.to_string();
    let base = format!("/api/v1/episodes/{id}/");
    let told = act.get(&base).expect(200).json()["transcript_forms"].clone();
    let told: Vec<(&str, &str, &str)> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap();
            (text("url").strip_prefix("https://pod.example").unwrap(), text("type"), text("language"))
        })
        .collect();
    let forms = [
        ("vtt", "text/vtt"),
        ("srt", "application/x-subrip"),
        ("json", "application/json"),
        ("podlove.json", "application/json"),
        ("html", "text/html"),
        ("txt", "text/plain"),
    ];
    let urls: Vec<(String, &str, &str)> = [("", "en"), ("?language=fi", "fi")]
        .into_iter()
        .flat_map(|(more, language)| {
            let base = base.clone();
            forms.map(move |(ext, mime)| (format!("{base}transcript.{ext}{more}"), mime, language))
        })
        .collect();
    assert_eq!(told, urls.iter().map(|(url, mime, language)| (url.as_str(), *mime, *language)).collect::<Vec<_>>());
    for (url, mime, _) in urls {
        let reply = act.get(&url).expect(200);
        assert_eq!(reply.header("content-type").split(';').next(), Some(mime), "{url}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let tag = reply.header("etag").to_string();
        act.scene.get(&url, &[("If-None-Match", &tag)]).expect(304);
    }
}

#[test]
fn words_speakers_and_times_are_those_of_the_file() {
    let mut act = talking();
    act.story.episodes[0].body.persons =
        ["Cy", "Bo"].map(|name| Person { name: name.into(), ..Person::default() }).to_vec();
    act.release(3);
    let at =
        |file: &str| act.get(&format!("/api/v1/episodes/{}/transcript.{file}", act.story.episodes[0].id)).expect(200);
    assert_eq!(at("vtt").body, TALK.as_bytes(), "the file itself");
    assert_eq!(at("srt?language=FI").body, TALK_SRT.as_bytes());
    let segment = json!({"speaker": "Bo", "startTime": 3723.25, "endTime": 3725.0,
        "body": "The bridge keeper's ÇAFÉ is closed & \"locked\" on Mondays."});
    assert_eq!(at("json").json()["segments"][1], segment);
    assert_eq!(at("json").json()["version"], "1.0.0");
    let line = json!({"start": "01:02:03.250", "start_ms": 3_723_250, "end": "01:02:05.000", "end_ms": 3_725_000,
        "speaker": "2", "voice": "Bo", "text": "The bridge keeper's ÇAFÉ is closed & \"locked\" on Mondays."});
    assert_eq!(at("podlove.json").json()[1], line);
    let player = act.get(&format!("/api/v1/episodes/{}/player/", act.story.episodes[0].id)).expect(200).json();
    assert_eq!(player["contributors"][1]["name"], "Bo", "the player knows who is number 2");
    let page = String::from_utf8(at("html").body).unwrap();
    assert!(page.contains("<cite>Bo:</cite>\n<time datetime=\"PT3723.250S\">1:02:03</time>\n<p>The bridge keeper's ÇAFÉ is closed &amp; &quot;locked&quot;"), "{page}");
    let words = String::from_utf8(at("txt").body).unwrap();
    assert!(words.starts_with("Ada Lund: Willkommen am Leuchtturm, heute über Brücken.\n\nBo: The bridge"), "{words}");
}

#[test]
fn what_is_not_there_is_not_answered() {
    let act = talking();
    let at = |n: usize, file: &str| {
        act.get(&format!("/api/v1/episodes/{}/transcript.{file}", act.story.episodes[n].id)).status
    };
    for (n, file, status) in [
        (0, "vtt?language=de", 404),
        (0, "pdf", 404),
        (0, "vtt/", 404),
        (0, "", 404),
        (0, "vtt?language=", 400),
        (0, "vtt?x=1", 400),
        (1, "vtt", 404),
        (3, "vtt", 404),
    ] {
        assert_eq!(at(n, file), status, "{n} {file}");
    }
    act.get("/api/v1/episodes/1/transcript.vtt").expect(404);
}

/// Beginnings and ends in a file, as ffmpeg reads them.
fn times(file: &Path) -> Vec<(String, String)> {
    let shown = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json", "-show_entries", "packet=pts_time,duration_time"])
        .arg(file)
        .output()
        .unwrap();
    let all: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_string();
    let packets = all["packets"].as_array().unwrap();
    packets.iter().map(|one| (text(one, "pts_time"), text(one, "duration_time"))).collect()
}

#[test]
fn ffmpeg_reads_what_was_made() {
    let act = talking();
    let folder = tempfile::tempdir().unwrap();
    let expected =
        |times: &[(&str, &str)]| times.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>();
    for (name, wanted) in [
        ("srt", expected(&[("1.000000", "3.000000"), ("3723.250000", "1.750000"), ("3726.000000", "2.000000")])),
        ("vtt?language=fi", expected(&[("7.500000", "1.500000")])),
    ] {
        let path = format!("/api/v1/episodes/{}/transcript.{name}", act.story.episodes[0].id);
        let file = folder.path().join(format!("made.{}", &name[..3]));
        std::fs::write(&file, act.get(&path).expect(200).body).unwrap();
        assert_eq!(times(&file), wanted, "{name}");
    }
}
