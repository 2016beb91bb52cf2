//! Issue 7, point 5: tags inside a published file are refreshed as an act of its own: planned, asked for by a typed word, with
//! every frame of the sound as it was. Judged by ffprobe, ffmpeg and libxml2.

use hearthcast_tests::{Laptop, file_url, output, scratch, sound, sri};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLIC: &str = "https://shows.example/";

/// A hash of the packets alone.
fn packets(path: &Path) -> String {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(path).args(["-map", "0:a", "-c", "copy", "-f", "md5", "-"]);
    output(&mut ffmpeg)
}

/// The title and the titles of chapters that stand inside.
fn inside(path: &Path) -> (String, Vec<String>) {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_format", "-show_chapters", "-of", "json"]).arg(path);
    let said: Value = serde_json::from_str(&output(&mut ffprobe)).expect("JSON");
    let title = |of: &Value| of["tags"]["title"].as_str().unwrap_or_default().to_owned();
    (title(&said["format"]), said["chapters"].as_array().map(|all| all.iter().map(title).collect()).unwrap_or_default())
}

/// A folder of the web that the show is published to.
fn web_folder(laptop: &Laptop, show: &str, place: &Path) -> PathBuf {
    let www = place.join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", PUBLIC]);
    www
}

/// Publishes an episode "One" of six seconds.
fn publish_one(laptop: &Laptop, show: &str, place: &Path) {
    let recording = place.join("one.wav");
    sound::wav(&recording, 6);
    laptop.episode(show, "One", &recording);
    laptop.ask(&["publish", show]);
}

#[test]
fn point_5_tags_of_a_published_file_are_refreshed_when_its_author_says_so() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let www = web_folder(&laptop, &show, place.path());
    publish_one(&laptop, &show, place.path());
    let feed = www.join(format!("feeds/{show}/feed.xml"));
    let read = |path: &str| output(Command::new("xmllint").args(["--xpath", path]).arg(&feed)).trim().to_string();
    let published = || -> PathBuf {
        let address = read("string(//enclosure/@url)");
        www.join(address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{address}")))
    };
    let (before, guid) = (published(), read("string(//item/guid)"));
    assert_eq!(inside(&before), ("One".into(), vec![]));

    // Nothing to do yet; and a change of the episode alone touches no published file.
    assert_eq!(laptop.ask(&["episode", "tags", &show, "one", "--plan"])["up_to_date"], true);
    let chapters = r#"chapters=[{"start_ms": 0, "title": "Start"}, {"start_ms": 2500, "title": "Middle"}]"#;
    laptop.ask(&["episode", "set", &show, "one", "title=The first one", chapters]);
    laptop.ask(&["publish", &show]);
    assert_eq!((published(), inside(&before).0), (before.clone(), "One".into()));

    let plan = laptop.ask(&["episode", "tags", &show, "one", "--plan"]);
    assert_eq!(
        (&plan["published"], &plan["up_to_date"], &plan["to_type"]),
        (&true.into(), &false.into(), &"one".into())
    );
    let told = plan["consequences"].to_string();
    assert!(told.contains("length") && told.contains("download it again"), "{told}");
    let ways: Vec<_> = plan["offers"].as_array().expect("ways").iter().map(|offer| offer["replace"].clone()).collect();
    assert_eq!(ways, ["same-guid", "same-url"]);
    assert!(plan["offers"][1]["refused"].is_string(), "a folder names files by their content: {plan}");
    // Each half of the answer is asked for; until then nothing changes.
    for (words, code) in [
        (&["--confirm", "one"][..], "guard.replace"),
        (&["--replace", "same-url", "--confirm", "one"], "guard.replace"),
        (&["--replace", "new-guid", "--confirm", "one"], "guard.replace"),
        (&["--replace", "same-guid"], "guard.confirm"),
        (&["--replace", "same-guid", "--confirm", "two"], "guard.confirm"),
    ] {
        let spoken = laptop.speak(&[&["episode", "tags", &show, "one"][..], words].concat());
        assert_eq!(spoken.last["code"], code, "{words:?}: {}", spoken.last);
    }
    assert_eq!(laptop.ask(&["episode", "tags", &show, "one", "--plan"])["up_to_date"], false);

    laptop.ask(&["episode", "tags", &show, "one", "--replace", "same-guid", "--confirm", "one"]);
    assert_eq!(published(), before, "not before the next publication");
    laptop.ask(&["publish", &show]);
    let after = published();
    assert_ne!(after, before);
    assert_eq!(inside(&after), ("The first one".into(), vec!["Start".into(), "Middle".into()]));
    assert_eq!(packets(&after), packets(&before), "the sound is the same to the last bit");
    assert_eq!(read("string(//enclosure/@length)"), std::fs::metadata(&after).expect("it is there").len().to_string());
    assert_eq!(read("string(//item/guid)"), guid);
    assert_eq!(inside(&before).0, "One", "what apps were told of before stays as it was");
    assert_eq!(laptop.ask(&["episode", "tags", &show, "one"])["changed"], false);

    // No tag has a field for places: there is nothing to refresh.
    let placed = r#"chapters=[{"start_ms": 0, "title": "Start", "location": {"name": "Pier 7"}}, {"start_ms": 2500, "title": "Middle"}]"#;
    laptop.ask(&["episode", "set", &show, "one", placed]);
    assert_eq!(laptop.ask(&["episode", "tags", &show, "one", "--plan"])["up_to_date"], true);
}

/// The tags that stand in a file by name, as ffprobe reads them.
fn tag(path: &Path, name: &str) -> String {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", &format!("format_tags={name}"), "-of", "csv=p=0"]).arg(path);
    output(&mut ffprobe).trim().to_string()
}

#[test]
fn point_5_an_m4a_that_came_finished_gets_tags_when_asked_and_keeps_every_packet() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let (wav, m4a) = (place.path().join("one.wav"), place.path().join("one.m4a"));
    sound::wav(&wav, 6);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(&wav).args(["-c:a", "aac", "-metadata", "title=Take 3"]);
    output(ffmpeg.args(["-metadata", "comment=from the recorder"]).arg(&m4a));
    laptop.episode(&show, "One", &m4a);
    let www = web_folder(&laptop, &show, place.path());
    let chapters = r#"chapters=[{"start_ms": 0, "title": "Start"}, {"start_ms": 2500, "title": "Ebbe & Flut"}]"#;
    laptop.ask(&["episode", "set", &show, "one", "title=Grüße aus Łódź", chapters]);
    laptop.ask(&["publish", &show]);
    let row = laptop.ask(&["episode", "list", &show])["episodes"][0].clone();
    let slug = row["slug"].as_str().expect("a slug");
    let feed = www.join(format!("feeds/{show}/feed.xml"));
    let published = || -> PathBuf {
        let mut xmllint = Command::new("xmllint");
        let address = output(xmllint.args(["--xpath", "string(//enclosure/@url)"]).arg(&feed)).trim().to_string();
        www.join(address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{address}")))
    };
    let before = published();
    assert_eq!(std::fs::read(&before).expect("the sound"), std::fs::read(&m4a).expect("the file"), "bit by bit");

    let plan = laptop.ask(&["episode", "tags", &show, slug, "--plan"]);
    let told = plan["consequences"].to_string();
    assert!(told.contains("another program wrote"), "{told}");
    laptop.ask(&["episode", "tags", &show, slug, "--replace", "same-guid", "--confirm", slug]);
    laptop.ask(&["publish", &show]);
    let after = published();
    assert_ne!(after, before);
    assert_eq!(after.extension(), before.extension());
    assert_eq!(inside(&after), ("Grüße aus Łódź".into(), vec!["Start".into(), "Ebbe & Flut".into()]));
    assert_eq!((tag(&after, "artist"), tag(&after, "album")), ("Ada".into(), "Harbour".into()));
    let covers = ["-v", "error", "-select_streams", "v", "-show_entries", "stream=codec_name", "-of", "csv=p=0"];
    assert_eq!(output(Command::new("ffprobe").args(covers).arg(&after)).trim(), "mjpeg", "the show's cover");
    assert_eq!(packets(&after), packets(&before), "the sound is the same to the last bit");
    // Nothing is left to do, though nobody made the file here; and the file that came is what it was.
    assert_eq!(laptop.ask(&["episode", "tags", &show, slug, "--plan"])["up_to_date"], true);
    assert_eq!(laptop.ask(&["episode", "tags", &show, slug])["changed"], false);
    assert_eq!(tag(&m4a, "title"), "Take 3");
}

/// The title that stands in the comments of an Opus or FLAC file, and the titles of its chapters, as ffprobe reads them.
fn commented(path: &Path) -> (String, Vec<String>) {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json"]).arg(path);
    let said: Value = serde_json::from_str(&output(&mut ffprobe)).expect("JSON");
    let title = |of: &Value| ["title", "TITLE"].iter().find_map(|name| of["tags"][name].as_str().map(str::to_owned));
    let whole = title(&said["format"]).or_else(|| title(&said["streams"][0])).unwrap_or_default();
    let chapters = said["chapters"].as_array().map(Vec::as_slice).unwrap_or_default();
    (whole, chapters.iter().filter_map(title).collect())
}

#[test]
fn point_5_tags_of_published_opus_and_flac_files_are_refreshed_with_the_mp3() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    laptop.ask(&["show", "set", &show, "formats=flac,opus,mp3"]);
    let www = web_folder(&laptop, &show, place.path());
    publish_one(&laptop, &show, place.path());
    let feed = www.join(format!("feeds/{show}/feed.xml"));
    let read = |path: &str| output(Command::new("xmllint").args(["--xpath", path]).arg(&feed)).trim().to_string();
    let of = |codec: &str| format!("//item/*[name()='podcast:alternateEnclosure'][@codecs='{codec}']");
    let published = |codec: &str| -> PathBuf {
        let address = read(&format!("string({}/*[name()='podcast:source']/@uri)", of(codec)));
        www.join(address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{codec}: {address}")))
    };
    let before = ["opus", "flac"].map(&published);
    let chapters = r#"chapters=[{"start_ms": 0, "title": "Start"}, {"start_ms": 2500, "title": "Ebbe & Flut"}]"#;
    laptop.ask(&["episode", "set", &show, "one", "title=Grüße aus Łódź", chapters]);
    laptop.ask(&["publish", &show]);
    assert_eq!(["opus", "flac"].map(&published), before, "a change of the episode alone touches no published file");

    let plan = laptop.ask(&["episode", "tags", &show, "one", "--plan"]);
    assert_eq!(plan["further"].as_array().map(Vec::len), Some(2), "{plan}");
    laptop.ask(&["episode", "tags", &show, "one", "--replace", "same-guid", "--confirm", "one"]);
    laptop.ask(&["publish", &show]);
    for (codec, before) in ["opus", "flac"].into_iter().zip(&before) {
        let after = published(codec);
        assert_ne!(after, *before, "{codec}");
        assert_eq!(commented(before), ("One".into(), vec![]), "{codec}: what apps were told of stays as it was");
        let wanted = ("Grüße aus Łódź".into(), vec!["Start".into(), "Ebbe & Flut".into()]);
        assert_eq!(commented(&after), wanted, "{codec}");
        assert_eq!(packets(&after), packets(before), "{codec}: the sound is the same to the last bit");
        let integrity = read(&format!("string({}/*[name()='podcast:integrity']/@value)", of(codec)));
        assert_eq!(integrity, sri(&after), "{codec}");
    }
    assert_eq!(laptop.ask(&["episode", "tags", &show, "one", "--plan"])["up_to_date"], true);
}

/// ID3v2.4 for a show that wants it: from then on, never in a file that listeners have.
#[test]
fn point_5_a_show_may_have_id3v2_4_inside_what_is_not_published_yet() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let www = web_folder(&laptop, &show, place.path());
    let feed = www.join(format!("feeds/{show}/feed.xml"));
    let of = |title: &str| -> PathBuf {
        let path = format!("string(//item[title='{title}']/enclosure/@url)");
        let address = output(Command::new("xmllint").args(["--xpath", &path]).arg(&feed)).trim().to_string();
        www.join(address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{address}")))
    };
    // "ID3", then the version: ID3v2.3.0 and 2.4.0, section 3.1.
    let version = |path: &Path| std::fs::read(path).expect("a sound")[..5].to_vec();
    for title in ["One", "Two"] {
        let recording = place.path().join(format!("{title}.wav"));
        sound::wav(&recording, 6);
        laptop.episode(&show, title, &recording);
        if title == "One" {
            laptop.ask(&["publish", &show]);
        }
    }
    laptop.ask(&["show", "set", &show, "id3=2.4"]);
    laptop.ask(&["episode", "set", &show, "two", "title=Zwei – Łódź"]);
    laptop.ask(&["publish", &show]);
    assert_eq!(version(&of("One")), b"ID3\x03\0", "what listeners have stays");
    assert_eq!(version(&of("Zwei – Łódź")), b"ID3\x04\0");
    assert_eq!(inside(&of("Zwei – Łódź")).0, "Zwei – Łódź");
    assert_eq!(packets(&of("Zwei – Łódź")), packets(&of("One")), "the same recording: nothing was encoded for it");
    assert_eq!(laptop.speak(&["show", "set", &show, "id3=2.5"]).last["code"], "usage.invalid");
}
