//! Issue 2, point 8: the terminal's contract: JSON lines, exit codes, and sentences that say what to do.

use hearthcast_tests::{Laptop, Server, built, free_port, output, scratch, sound};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn a_probe_says_what_ffprobe_says() {
    let place = scratch();
    let file = place.path().join("tone.mp3");
    sound::mp3(&file, 12, "A tone");
    let laptop = Laptop::new(place.path());
    let probe = laptop.ask(&["media", "probe", file.to_str().unwrap()]);
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-of", "json", "-show_streams", "-show_format"]).arg(&file);
    let theirs: Value = serde_json::from_str(&output(&mut ffprobe)).unwrap();
    let stream = &theirs["streams"][0];
    assert_eq!(probe["codec"], stream["codec_name"]);
    assert_eq!(probe["sample_rate_hz"].to_string(), stream["sample_rate"].as_str().unwrap());
    assert_eq!(probe["channels"], stream["channels"]);
    assert_eq!(probe["tags"]["title"], theirs["format"]["tags"]["title"]);
    // 500 frames of 1152 samples at 48 kHz.
    assert_eq!(probe["duration_ms"], 12_000);
    for field in ["kind", "container", "loudness", "width_px", "height_px", "orientation", "chapters", "findings"] {
        assert!(probe.get(field).is_some(), "the contract names {field}");
    }
}

#[test]
fn a_wrong_file_is_a_clear_sentence_and_changes_nothing() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Sea");
    let wrong = place.path().join("wrong.mp3");
    std::fs::write(&wrong, "This is a letter, not a sound.").unwrap();
    let path = wrong.to_str().unwrap();
    for words in [vec!["media", "probe", path], vec!["episode", "add", &show, "--title", "T", "--audio", path]] {
        let spoken = laptop.speak(&words);
        assert_eq!(spoken.code, Some(1), "{words:?}: {}", spoken.last);
        assert_eq!(spoken.last["type"], "error");
        assert!(spoken.last["code"].as_str().unwrap().starts_with("media."), "{}", spoken.last);
        assert!(spoken.last["message"].as_str().unwrap().contains("wrong.mp3"), "the file is named: {}", spoken.last);
    }
    assert_eq!(laptop.ask(&["episode", "list", &show])["episodes"], json!([]));
}

#[test]
fn exit_codes_tell_what_a_script_should_do() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Sea");
    let code = |words: &[&str]| {
        let spoken = laptop.speak(words);
        (spoken.code, spoken.last["code"].as_str().unwrap_or_default().to_string())
    };
    assert_eq!(code(&["show", "get", "nothing-here"]), (Some(1), "library.not_found".into()));
    assert_eq!(code(&["show", "set", &show, "colour=red"]), (Some(2), "usage.invalid".into()));
    assert_eq!(code(&["show", "fly"]), (Some(2), "usage.invalid".into()));
    assert_eq!(code(&["publish", &show]), (Some(1), "publish.incomplete".into()));
    let insecure = code(&["target", "add", &show, "far", "server+http://192.0.2.1:8080"]);
    assert_eq!(insecure.1, "target.insecure", "plain http to another machine needs a flag");
    laptop.secret("HEARTHCAST_AWAY_PAIRING_CODE", "ABCD-EFGH");
    let nobody = format!("server+http://127.0.0.1:{}", free_port());
    let spoken = laptop.speak(&["target", "add", &show, "away", &nobody]);
    assert_eq!((spoken.code, &spoken.last["code"]), (Some(3), &json!("target.offline")), "{}", spoken.last);
}

#[test]
fn people_get_calm_sentences_and_no_json() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let said = output(&mut laptop.command(&["show", "add", "--title", "Öl & Ähre"]));
    assert!(said.contains("Öl & Ähre") && !said.contains('{'), "{said}");
    assert_eq!(output(&mut laptop.command(&["show", "add", "--title", "Two", "--quiet"])), "");
    let listed = output(&mut laptop.command(&["show", "list"]));
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

#[test]
fn a_show_is_named_by_slug_or_id_and_an_episode_by_number_too() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let made = laptop.ask(&["show", "add", "--title", "Sea", "--slug", "by-the-sea"]);
    let id = made["id"].as_str().unwrap().to_string();
    let episode = laptop.ask(&["episode", "add", "by-the-sea", "--title", "First", "--number", "7", "--draft"]);
    for show in ["by-the-sea", id.as_str()] {
        for word in ["7", "first", episode["id"].as_str().unwrap()] {
            let got = laptop.ask(&["episode", "get", show, word]);
            assert_eq!((&got["id"], &got["state"]), (&episode["id"], &json!("draft")), "{show} {word}");
        }
    }
}

#[test]
fn two_programs_on_one_library_at_once_lose_nothing() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.ask(&["show", "add", "--title", "Sea"])["show"]["slug"].as_str().unwrap().to_string();
    let titles: Vec<String> = (0..12).map(|n| format!("Episode number {n}")).collect();
    let start =
        |title: &String| laptop.command(&["episode", "add", &show, "--title", title, "--quiet"]).spawn().unwrap();
    let running: Vec<_> = titles.iter().map(start).collect();
    for mut child in running {
        assert!(child.wait().unwrap().success());
    }
    let listed = laptop.ask(&["episode", "list", &show]);
    let mut found: Vec<&str> =
        listed["episodes"].as_array().unwrap().iter().map(|e| e["title"].as_str().unwrap()).collect();
    found.sort_unstable();
    let mut expected: Vec<&str> = titles.iter().map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let library = laptop.library().join("library.sqlite");
    assert_eq!(output(Command::new("sqlite3").arg(library).arg("pragma integrity_check")).trim(), "ok");
}

#[test]
fn the_doctor_finds_nothing_in_a_sound_library_and_a_missing_file_in_a_broken_one() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Sea");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    let well = laptop.speak(&["doctor"]);
    assert_eq!((well.code, &well.last["findings"]), (Some(0), &json!([])), "{}", well.last);
    // The media folder keeps files by hash; losing one is what a doctor is for.
    let kept = output(Command::new("find").arg(laptop.library()).args([
        "-type",
        "f",
        "-size",
        &format!("{}c", file.metadata().unwrap().len()),
    ]));
    std::fs::remove_file(kept.lines().next().expect("the library keeps a copy")).unwrap();
    let ill = laptop.speak(&["doctor"]);
    assert_eq!(ill.code, Some(1), "{}", ill.last);
    assert_eq!(ill.before.iter().filter(|line| line["type"] == "finding").count(), 1, "{:?}", ill.before);
}

#[test]
fn what_is_wrong_with_a_sound_that_is_passed_on_as_it_is_is_said_once() {
    let place = scratch();
    let [file, out] = ["cut.mp3", "out.mp3"].map(|name| place.path().join(name));
    sound::mp3(&file, 6, "Cut");
    // Within its last frame.
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.truncate(bytes.len() - 100);
    std::fs::write(&file, &bytes).unwrap();
    let laptop = Laptop::new(place.path());
    let spoken = laptop.speak(&["media", "process", file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((spoken.code, std::fs::read(&out).unwrap() == bytes), (Some(0), true), "{}", spoken.last);
    let codes: Vec<&Value> =
        spoken.before.iter().filter(|line| line["type"] == "finding").map(|line| &line["code"]).collect();
    assert_eq!(codes, ["media.truncated"]);
}

#[test]
fn a_chapters_picture_that_cannot_be_used_is_told_when_chapters_are_read_from_a_sound() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let (show, file) = (laptop.show("Sea"), place.path().join("one.mp3"));
    sound::mp3(&file, 6, "One");
    // ID3v2 Chapter Frame Addendum: an id, from 0 to 6,000 ms, no places in bytes; in it a title, and 24 bytes of a picture.
    let (times, picture) = (b"c0\0\0\0\0\0\0\0\x17\x70", b"\0image/jpeg\0\x03\0no picture");
    let title = b"TIT2\0\0\0\x05\0\0\0Quay";
    let chapter = [&times[..], &[0xff; 8], title, b"APIC\0\0\0\x18\0\0", picture].concat();
    sound::with_frame(&file, b"CHAP", &chapter);
    let words = ["episode", "add", &show, "--title", "One", "--chapters", file.to_str().unwrap()];
    let spoken = laptop.speak(&words);
    assert_eq!((spoken.code, &spoken.last["episode"]["chapters"][0]["title"]), (Some(0), &json!("Quay")));
    let told: Vec<&Value> = spoken.before.iter().filter(|line| line["type"] == "finding").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["code"], "media.chapter_picture_unusable", "{told:?}");
}

#[test]
fn help_names_every_verb() {
    let help = output(Command::new(built("hearthcast")).arg("--help"));
    for verb in ["show", "episode", "media", "target", "plan", "publish", "sync", "stats", "doctor"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(verb)), "{verb} is missing: {help}");
    }
}

/// A show with one episode and a server it can be published to.
fn with_server(folder: &Path) -> (Laptop, String, Server) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Sea");
    let file = folder.join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    let server = Server::start(&folder.join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    (laptop, show, server)
}

#[test]
fn what_is_offline_is_worth_another_try() {
    let place = scratch();
    let (laptop, show, mut server) = with_server(place.path());
    server.kill();
    let publish = laptop.speak(&["publish", &show]);
    assert_eq!((publish.code, &publish.last["code"]), (Some(3), &json!("target.offline")), "{}", publish.last);
    assert_eq!(publish.last["retry"], "later");
    let message = publish.last["message"].as_str().unwrap();
    assert!(message.starts_with(&server.origin()), "addresses stay as they are: {message}");
    let sync = laptop.speak(&["sync"]);
    assert_eq!(sync.code, Some(3), "{}", sync.last);
    assert!(sync.before.iter().any(|line| line["type"] == "finding"), "{:?}", sync.before);
    server.kill_and_start_again();
    assert_eq!(laptop.ask(&["sync"])["published"], 1, "the next run finishes what the first began");
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0);
}

#[test]
fn a_watch_goes_on_until_it_is_interrupted() {
    let place = scratch();
    let (laptop, show, _server) = with_server(place.path());
    laptop.ask(&["publish", &show]);
    let mut watch = laptop.command(&["sync", "--watch", "--every", "1", "--json"]);
    let mut watch = watch.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    // Two rounds: each pulls once.
    let pulls = lines.by_ref().map_while(Result::ok).filter(|line| line.contains("\"pull\""));
    assert_eq!(pulls.take(2).count(), 2);
    output(Command::new("kill").args(["-INT", &watch.id().to_string()]));
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(watch.wait().unwrap().success(), "Ctrl-C is how a watch ends");
    let last: Value = serde_json::from_str(rest.last().expect("a last line")).unwrap();
    assert_eq!(last["type"], "result");
}
