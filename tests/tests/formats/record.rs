//! How each file was made is on record: from what, with which settings, by which encoder. The judges are sha256sum, ffprobe
//! and sqlite3.

use super::Scene;
use hearthcast_tests::output;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

fn sha256(file: &Path) -> String {
    output(Command::new("sha256sum").arg(file)).split(' ').next().expect("a hash").to_string()
}

/// What ffprobe says of the sound in a file.
fn stream(file: &Path) -> Value {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-select_streams", "a", "-show_streams", "-of", "json"]).arg(file);
    serde_json::from_str::<Value>(&output(&mut ffprobe)).expect("JSON")["streams"][0].clone()
}

#[test]
fn point_4_the_record_of_a_making_has_the_hashes_and_the_settings() {
    let scene = Scene::new();
    let (jingle, recording) = (scene.recording("jingle.wav", 2), scene.recording("one.wav", 6));
    let words =
        ["--high-pass", "80", "--loudness", "-18", "--rate", "32000", "--intro", jingle.to_str().expect("plain")];
    scene.laptop.ask(&[&["show", "recipe", &scene.show][..], &words].concat());
    scene.laptop.ask(&["show", "set", &scene.show, "preset=Speech mono 96k"]);
    let id = scene.laptop.episode(&scene.show, "One", &recording)["id"].as_str().expect("an id").to_owned();
    scene.laptop.ask(&["episode", "cut", &scene.show, &id, "--remove", "0:01-0:02.5", "--make"]);

    // The records of the files that are there, by their hashes.
    let media = scene.laptop.library().join("media");
    let records = || -> Vec<(PathBuf, Value)> {
        let mut sqlite = Command::new("sqlite3");
        sqlite.arg("-json").arg(scene.laptop.library().join("library.sqlite"));
        let rows = output(
            sqlite.arg("SELECT hash, source, preset, tags, json(report) AS report FROM made ORDER BY created_ms"),
        );
        let rows: Vec<Value> = serde_json::from_str(&rows).expect("JSON");
        let file = |row: &Value| {
            let hash = row["hash"].as_str().expect("a hash");
            media.join(&hash[..2]).join(hash)
        };
        rows.into_iter().map(|row| (file(&row), row)).collect()
    };
    let report =
        |row: &Value| -> Value { serde_json::from_str(row["report"].as_str().expect("a report")).expect("JSON") };
    let cut = |row: &Value| report(row)["passages"].as_array().is_some_and(|all| !all.is_empty());
    let made: Vec<_> = records().into_iter().filter(|(_, row)| cut(row)).collect();
    let mut codecs = vec![];
    for (file, row) in &made {
        assert_eq!(row["hash"], sha256(file), "the record is of this very file");
        assert_eq!(row["source"], sha256(&recording), "made of this very recording");
        let (report, stream) = (report(row), stream(file));
        let codec = stream["codec_name"].as_str().expect("a codec").to_owned();
        assert_eq!((&report["source"], &row["preset"]), (&row["source"], &json!("Speech mono 96k")), "{codec}");
        // All that was asked for, and nothing besides.
        let mut recipe = report["recipe"].clone();
        let intro = recipe["intro"]["hash"].take();
        assert_eq!((intro, recipe["high_pass_hz"].clone()), (json!(sha256(&jingle)), json!(80)), "{codec}");
        let keys: Vec<&String> = recipe.as_object().expect("a recipe").keys().collect();
        assert_eq!(keys, ["high_pass_hz", "intro", "loudness", "sample_rate_hz"], "{codec}");
        assert_eq!((&recipe["sample_rate_hz"], &report["target_lufs"]), (&json!(32_000), &json!(-18.0)), "{codec}");
        let passage = &report["passages"][0];
        assert_eq!((&passage["start_ms"], &passage["end_ms"]), (&json!(1_000), &json!(2_500)), "{codec}: {passage}");
        // What was made is what the record says was made.
        let rate = report["sample_rate_hz"].to_string();
        assert_eq!((&stream["sample_rate"], &stream["channels"]), (&json!(rate), &report["channels"]), "{codec}");
        let encoder = report["encoder"].as_str().expect("an encoder").to_lowercase();
        let named = match codec.as_str() {
            "mp3" => "lame",
            other => other,
        };
        assert!(
            encoder.contains(named) && encoder.contains(|digit: char| digit.is_ascii_digit()),
            "{codec}: {encoder}"
        );
        if codec == "mp3" {
            assert_eq!((&report["bit_rate"], &stream["bit_rate"]), (&json!(96_000), &json!("96000")));
        }
        codecs.push(codec);
    }
    codecs.sort();
    assert_eq!(codecs, ["flac", "mp3", "opus"]);

    // Another title: other files and other tags, all else as before.
    scene.laptop.ask(&["episode", "set", &scene.show, &id, "title=Another one"]);
    scene.laptop.ask(&["media", "derive"]);
    let after: Vec<_> =
        records().into_iter().filter(|(file, row)| cut(row) && made.iter().all(|one| one.0 != *file)).collect();
    assert_eq!(after.len(), 3);
    for (file, row) in &after {
        assert_eq!(row["hash"], sha256(file));
        let encoder = |row: &Value| report(row)["encoder"].clone();
        let (_, before) = made.iter().find(|(_, before)| encoder(before) == encoder(row)).expect("the same encoder");
        assert_eq!((&row["source"], report(row)), (&before["source"], report(before)));
        assert_ne!(row["tags"], before["tags"], "why it is another file");
    }
}
