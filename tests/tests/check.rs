//! Issue 3, points 2 and 7: pictures made right, and `check`, with the real programs and a web server of somebody else's.

use hearthcast_tests::{Laptop, Server, Spoken, WebFolder, file_url, free_port, output, scratch, sound};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// A laptop with one show and one episode of 66 seconds.
fn scene(folder: &Path) -> (Laptop, String) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour & Sea");
    let file = folder.join("one.mp3");
    sound::mp3(&file, 66, "One");
    laptop.episode(&show, "The first", &file);
    (laptop, show)
}

/// Codes of all findings of a level.
fn codes(spoken: &Spoken, level: &str) -> Vec<String> {
    let findings = spoken.before.iter().filter(|line| line["type"] == "finding" && line["level"] == level);
    findings.map(|line| line["code"].as_str().expect("a finding has a code").to_string()).collect()
}

/// Copies of a cover of 2000 pixels: four plain sizes, and 740 and 80 pixels once, twice and, where that is no more than 0.8
/// of it, three times.
const SIZES: [u32; 9] = [1480, 1400, 740, 600, 300, 240, 160, 150, 80];

#[test]
fn a_show_that_lacks_things_is_told_so() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    laptop.ask(&["show", "add", "--title", "Bare"]);
    let bare = laptop.speak(&["check", "bare", "--offline"]);
    assert_eq!(bare.code, Some(1));
    let errors = codes(&bare, "error");
    for code in ["check.description_missing", "check.category_missing", "check.cover_missing", "check.nothing_to_hear"]
    {
        assert!(errors.iter().any(|found| found == code), "{code}: {errors:?}");
    }
    assert_eq!(bare.last["errors"], json!(errors.len()));
    let cover = bare.before.iter().find(|line| line["code"] == "check.cover_missing").expect("it was found");
    assert_eq!((&cover["field"], &cover["subject"]["kind"]), (&json!("cover"), &json!("show")));
    assert!(cover["source"]["url"].as_str().unwrap().starts_with("https://"));
}

#[test]
fn a_whole_show_on_our_server_has_no_errors() {
    let place = scratch();
    let (mut laptop, show) = scene(place.path());
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let before = laptop.speak(&["check", &show]);
    assert_eq!((before.code, codes(&before, "error"), &before.last["asked"]), (Some(0), vec![], &json!([])));
    laptop.ask(&["publish", &show]);
    let after = laptop.speak(&["check", &show]);
    assert_eq!((after.code, codes(&after, "error"), codes(&after, "warning")), (Some(0), vec![], vec![]));
    assert_eq!(after.last["asked"].as_array().map(Vec::len), Some(3), "feed, sound and cover: {}", after.last);
    // A place that is gone is a warning, and the show is still fine.
    drop(server);
    let gone = laptop.speak(&["check", &show]);
    assert_eq!((gone.code, codes(&gone, "warning")), (Some(0), vec!["check.live_silent".to_string()]));
}

#[test]
fn a_web_server_without_ranges_is_found() {
    let place = scratch();
    let (laptop, show) = scene(place.path());
    let (www, port) = (place.path().join("www"), free_port());
    std::fs::create_dir(&www).expect("a folder for the web");
    let public = format!("http://127.0.0.1:{port}/");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", &public]);
    laptop.ask(&["publish", &show]);
    let simple = WebFolder::start_at(&www, port);
    let found = laptop.speak(&["check", &show]);
    assert_eq!((found.code, codes(&found, "error")), (Some(1), vec!["check.live_range".to_string()]));
    // Another feed in its place.
    let feed = output(Command::new("find").arg(&www).args(["-name", "feed.xml"]));
    let other = "<rss version='2.0'><channel><title>Another</title></channel></rss>";
    std::fs::write(feed.trim(), other).expect("the feed can be written over");
    assert_eq!(codes(&laptop.speak(&["check", &show]), "warning"), ["check.live_feed_other"]);
    std::fs::write(feed.trim(), "<rss version='2.0'><channel>").expect("the feed can be written over");
    assert_eq!(codes(&laptop.speak(&["check", &show]), "error"), ["check.live_feed_broken", "check.live_range"]);
    drop(simple);
}

#[test]
fn a_picture_of_any_kind_becomes_a_cover_with_smaller_copies() {
    let place = scratch();
    let (laptop, show) = scene(place.path());
    let master = place.path().join("wide, “leuchtturm”.png");
    let size = ["-size", "2600x2000", "gradient:navy-gold", "-depth", "16"];
    output(Command::new("convert").env("LC_ALL", "C").args(size).arg(&master));
    let path = master.to_str().expect("a plain name");
    let told = laptop.speak(&["media", "image", path, "-o", place.path().join("out").to_str().unwrap()]);
    assert_eq!((told.code, &told.last["picture"]["width_px"]), (Some(0), &json!(2000)), "{}", told.last);
    assert_eq!(told.before[0]["code"], "picture.cropped");
    let seen = output(
        Command::new("identify")
            .env("LC_ALL", "C")
            .args(["-format", "%m %w %h"])
            .arg(place.path().join("out/picture.jpg")),
    );
    assert_eq!(seen, "JPEG 2000 2000");

    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    let changed = laptop.ask(&["show", "set", &show, &format!("cover={path}")]);
    let sizes = changed["show"]["cover_sizes"].as_array().expect("smaller copies");
    assert_eq!(sizes.iter().map(|size| size["width_px"].clone()).collect::<Vec<_>>(), SIZES);
    laptop.ask(&["publish", &show]);
    let published = output(Command::new("find").arg(&www).args(["-name", "cover*.jpg"]));
    let mut names: Vec<&str> = published.lines().filter_map(|line| line.rsplit('/').next()).collect();
    names.sort_unstable();
    let mut wanted: Vec<String> = SIZES.iter().map(|side| format!("cover-{side}.jpg")).collect();
    wanted.push("cover.jpg".into());
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0);
    // A picture nobody can publish changes nothing.
    let letter = place.path().join("letter.png");
    std::fs::write(&letter, "<svg/>").expect("a file");
    let refused = laptop.speak(&["show", "set", &show, &format!("cover={}", letter.display())]);
    assert_eq!((refused.code, &refused.last["code"]), (Some(1), &json!("media.unusable")), "{}", refused.last);
    assert!(refused.last["message"].as_str().unwrap().contains("an SVG picture"));
}

/// Issue 7, point 3.
#[test]
fn point_3_off_target_is_a_finding_that_the_author_may_accept() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let quiet = |name: &str, volume: &str| {
        let file = place.path().join(name);
        let noise = format!("anoisesrc=color=pink:duration=20:amplitude=0.5:seed=3,volume={volume}dB");
        output(Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &noise]).arg(&file));
        file
    };
    for (title, volume) in [("One", "-14"), ("Two", "-15")] {
        laptop.episode(&show, title, &quiet(&format!("{title}.mp3"), volume));
    }
    let told = |words: &[&str]| laptop.speak(&[&["check", &show, "--offline"], words].concat());
    let of_loudness = |spoken: &Spoken| {
        codes(spoken, "warning").iter().chain(&codes(spoken, "advice")).filter(|code| *code == "check.loudness").count()
    };
    let before = told(&[]);
    assert_eq!(of_loudness(&before), 2, "{} {}", before.last, before.said);
    let sum = |spoken: &Spoken| {
        spoken.last["warnings"].as_i64().zip(spoken.last["advice"].as_i64()).map(|(one, other)| one + other)
    };
    let plan = laptop.speak(&["plan", &show]).last;

    let one = told(&["--accept", "loudness", "--of", "one"]);
    assert_eq!((of_loudness(&one), sum(&one)), (1, sum(&before).map(|all| all - 1)), "{}", one.last);
    assert_eq!(one.last["accepted"][0]["code"], "check.loudness");
    assert_eq!(of_loudness(&told(&[])), 1, "it is kept");
    assert_eq!(laptop.speak(&["plan", &show]).last, plan, "nothing that listeners get changes");
    // What it says next is another thing.
    let louder = quiet("louder.mp3", "-12");
    laptop.ask(&["episode", "set", &show, "one", &format!("audio={}", louder.display())]);
    assert_eq!(of_loudness(&told(&[])), 2);
    assert_eq!(of_loudness(&told(&["--accept", "check.loudness"])), 0, "of all");
    assert_eq!(of_loudness(&told(&["--reconsider", "loudness", "--of", "two"])), 1);

    // What a directory would refuse is no matter of taste, and what is not found cannot be accepted.
    laptop.ask(&["show", "set", &show, "description="]);
    let refused = told(&["--accept", "description_missing"]);
    assert!(
        refused.code != Some(0) && refused.last["message"].to_string().contains("cannot be taken"),
        "{}",
        refused.last
    );
    assert!(told(&["--accept", "description_long"]).last["hint"].to_string().contains("--offline"));
    assert_eq!(told(&["--accept", "no_such_rule"]).last["code"], "library.not_found");
}

/// Issue 7, point 1.
#[test]
fn point_1_a_recording_that_is_cut_off_is_told_where_it_is_added_and_by_check() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let cut = place.path().join("talk.wav");
    sound::wav(&cut, 8);
    let file = std::fs::OpenOptions::new().write(true).open(&cut).expect("a recording");
    file.set_len(file.metadata().expect("its length").len() / 2).expect("it can be cut");
    let cut = cut.to_str().expect("temporary folders have plain names");
    let said = |spoken: &Spoken, begin: &str| {
        let lines = spoken.before.iter().filter(|line| line["code"] == "media.truncated");
        let texts: Vec<&str> = lines.filter_map(|line| line["message"].as_str()).collect();
        assert!(texts.len() == 1 && texts[0].starts_with(begin), "{texts:?} {}", spoken.last);
        assert!(texts[0].ends_with("but was made to last 0:08."), "{texts:?}");
    };
    said(
        &laptop.speak(&["episode", "add", &show, "--title", "One", "--audio", cut]),
        "In the recording: The file ends",
    );
    let told = |words: &[&str]| codes(&laptop.speak(&[&["check", &show, "--offline"], words].concat()), "warning");
    let code = "check.audio_cut_off".to_owned();
    assert!(told(&[]).contains(&code));
    assert!(!told(&["--accept", "audio_cut_off"]).contains(&code) && !told(&[]).contains(&code), "it is accepted");
    // A further file goes out as it is.
    let further = format!("alternate={cut}");
    said(&laptop.speak(&["episode", "set", &show, "one", &further]), "In the file \"one.wav\": The file ends");
    let got = laptop.ask(&["episode", "get", &show, "one"]);
    assert_eq!(got["further"][0]["findings"][0]["code"], "media.truncated", "{got}");
}
