//! Issue 7, point 4: recordings become MP3, Opus and FLAC in one run; listeners find all of them in the feed, with the hashes
//! of the files that lie there. The judges are libxml2, openssl, opusdec, flac, ffmpeg and ffprobe.

#[path = "formats/record.rs"]
mod record;

use hearthcast_tests::{Laptop, Server, file_url, output, scratch, sound, sri};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLIC: &str = "https://shows.example/";

struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    show: String,
}

impl Scene {
    /// A show whose recordings become Opus and FLAC, too, with a folder it goes to.
    fn new() -> Self {
        let folder = scratch();
        let laptop = Laptop::new(folder.path());
        let show = laptop.show("Harbour");
        laptop.ask(&["show", "set", &show, "formats=flac,opus,mp3"]);
        laptop.ask(&["target", "add", &show, "www", &file_url(&folder.path().join("www")), "--public-url", PUBLIC]);
        Self { folder, laptop, show }
    }

    fn recording(&self, name: &str, seconds: usize) -> PathBuf {
        let path = self.folder.path().join(name);
        sound::wav(&path, seconds);
        path
    }

    fn feed(&self, path: &str) -> String {
        let feed = self.folder.path().join("www/feeds").join(&self.show).join("feed.xml");
        output(Command::new("xmllint").args(["--xpath", path]).arg(feed)).trim().to_string()
    }

    /// The published file with this codec, and what the feed says of its bytes.
    fn further(&self, codec: &str) -> (PathBuf, String) {
        let tag = format!("//item/*[name()='podcast:alternateEnclosure'][@codecs='{codec}']");
        let address = self.feed(&format!("string({tag}/*[name()='podcast:source']/@uri)"));
        let key = address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{codec}: \"{address}\""));
        (
            self.folder.path().join("www").join(key),
            self.feed(&format!("string({tag}/*[name()='podcast:integrity']/@value)")),
        )
    }
}

/// A hash of the packets alone.
fn packets(path: &Path) -> String {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(path).args(["-map", "0:a", "-c", "copy", "-f", "md5", "-"]);
    output(&mut ffmpeg)
}

fn title(path: &Path) -> String {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json"]).arg(path);
    let said: Value = serde_json::from_str(&output(&mut ffprobe)).expect("JSON");
    let of = |tags: &Value| ["title", "TITLE"].iter().find_map(|name| tags[name].as_str().map(str::to_owned));
    of(&said["format"]["tags"]).or_else(|| of(&said["streams"][0]["tags"])).unwrap_or_default()
}

#[test]
fn point_4_a_recording_is_published_in_three_formats() {
    let scene = Scene::new();
    let recording = scene.recording("one.wav", 6);
    scene.laptop.episode(&scene.show, "One", &recording);
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(scene.feed("string(//enclosure/@type)"), "audio/mpeg");
    assert_eq!(scene.feed("count(//item/*[name()='podcast:alternateEnclosure'])"), "2");
    let wav = scene.folder.path().join("decoded.wav");
    for (codec, program, args) in [("opus", "opusdec", &["--quiet"][..]), ("flac", "flac", &["-s", "-f", "-d", "-o"])] {
        let (file, integrity) = scene.further(codec);
        assert_eq!(integrity, sri(&file), "{codec}");
        let files = if codec == "opus" { [&file, &wav] } else { [&wav, &file] };
        output(Command::new(program).args(args).args(files));
        let mut ffprobe = Command::new("ffprobe");
        ffprobe.args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]).arg(&wav);
        let seconds: f64 = output(&mut ffprobe).trim().parse().expect("a number");
        assert!((seconds - 6.0).abs() < 0.001, "{codec}: {seconds}");
        assert_eq!(title(&file), "One", "{codec}");
    }
}

#[test]
fn point_4_a_show_has_mp3_of_a_varying_bit_rate() {
    let scene = Scene::new();
    assert_eq!(scene.laptop.ask(&["show", "recipe", &scene.show, "--vbr", "4"])["vbr"], 4);
    let (recording, out) = (scene.recording("one.wav", 6), scene.folder.path().join("own.mp3"));
    let words =
        ["media", "process", recording.to_str().expect("plain"), "--vbr", "4", "-o", out.to_str().expect("plain")];
    let report = scene.laptop.ask(&words)["report"].clone();
    assert!(report["encoder"].as_str().is_some_and(|encoder| encoder.ends_with("-V 4")), "{report}");
    scene.laptop.episode(&scene.show, "One", &recording);
    scene.laptop.ask(&["publish", &scene.show]);
    let address = scene.feed("string(//enclosure/@url)");
    let key = address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{address}")).to_owned();
    for mp3 in [out, scene.folder.path().join("www").join(key)] {
        let mut ffprobe = Command::new("ffprobe");
        // The cover is a stream of its own.
        ffprobe.args(["-v", "error", "-select_streams", "a", "-show_entries", "packet=size", "-of", "csv=p=0"]);
        ffprobe.arg(&mp3);
        let said = output(&mut ffprobe);
        let sizes: std::collections::BTreeSet<&str> =
            said.lines().map(str::trim).filter(|size| !size.is_empty()).collect();
        assert!(sizes.len() > 1, "{sizes:?}");
        let bytes = std::fs::read(&mp3).expect("an MP3");
        let at = bytes.windows(4).position(|four| four == b"Xing").expect("a description") + 8;
        let frames = bytes[at..at + 4].iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
        assert_eq!(frames, said.lines().filter(|size| !size.trim().is_empty()).count());
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(&mp3).args(["-map", "0:a", "-ac", "1", "-ar", "48000"]);
        let decoded = ffmpeg.args(["-f", "s16le", "-"]).output().expect("ffmpeg runs").stdout;
        assert!((decoded.len() as f64 / 96.0 - 6_000.0).abs() <= 1.0, "{} ms", decoded.len() / 96);
    }
    let spoken = scene.laptop.speak(&["show", "recipe", &scene.show, "--vbr", "10"]);
    assert_eq!(spoken.last["code"], "usage.invalid", "{}", spoken.last);
}

#[test]
fn point_4_another_title_changes_the_tags_and_no_packet() {
    let scene = Scene::new();
    let recording = scene.recording("one.wav", 6);
    scene.laptop.episode(&scene.show, "One", &recording);
    let of = |ending: &str| scene.folder.path().join(format!("own.{ending}"));
    let (opus, flac) = (of("opus"), of("flac"));
    let words = ["media", "process", recording.to_str().expect("a plain name"), "-o", opus.to_str().expect("plain")];
    scene.laptop.ask(&[&words[..], &["-o", flac.to_str().expect("a plain name")]].concat());
    scene.laptop.ask(&["episode", "set", &scene.show, "one", "title=Another one"]);
    scene.laptop.ask(&["publish", &scene.show]);
    for (codec, own) in [("opus", opus), ("flac", flac)] {
        let (file, _) = scene.further(codec);
        assert_eq!(title(&file), "Another one", "{codec}");
        assert_eq!(packets(&file), packets(&own), "{codec}");
    }
    // What listeners have is never touched.
    let before = scene.further("opus");
    // Its address followed its title, until it was public.
    scene.laptop.ask(&["episode", "set", &scene.show, "another-one", "title=A third"]);
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(scene.further("opus"), before);
    assert_eq!(title(&before.0), "Another one");
}

#[test]
fn point_4_another_recording_takes_its_formats_along() {
    let scene = Scene::new();
    scene.laptop.episode(&scene.show, "One", &scene.recording("one.wav", 6));
    // The author's own file in a further format stays whatever is recorded.
    let own = scene.folder.path().join("own.m4a");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=6", "-c:a", "aac"]).arg(&own);
    output(&mut ffmpeg);
    scene.laptop.ask(&["episode", "set", &scene.show, "one", &format!("alternate={}", own.display())]);
    let second = scene.recording("two.wav", 9);
    scene.laptop.ask(&["episode", "set", &scene.show, "one", &format!("audio={}", second.display())]);
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(scene.feed("count(//item/*[name()='podcast:alternateEnclosure'])"), "3");
    assert_eq!(scene.feed("count(//item/*[name()='podcast:alternateEnclosure'][@type='audio/mp4'])"), "1");
    let total = output(Command::new("metaflac").arg("--show-total-samples").arg(scene.further("flac").0));
    assert_eq!(total.trim(), (9 * 44_100).to_string());
}

/// The M4A that the feed names, and how long ffprobe finds it.
fn m4a(scene: &Scene) -> (PathBuf, f64) {
    let tag = "//item/*[name()='podcast:alternateEnclosure'][@type='audio/mp4']";
    let address = scene.feed(&format!("string({tag}/*[name()='podcast:source']/@uri)"));
    let key = address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("no M4A: \"{address}\""));
    let file = scene.folder.path().join("www").join(key);
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]).arg(&file);
    let seconds = output(&mut ffprobe).trim().parse().expect("seconds");
    (file, seconds)
}

#[test]
fn point_4_an_m4a_stands_in_the_feed_where_there_is_ffmpeg_and_is_missed_by_nothing_where_there_is_none() {
    let scene = Scene::new();
    scene.laptop.ask(&["show", "set", &scene.show, "formats=m4a,opus"]);
    scene.laptop.episode(&scene.show, "One", &scene.recording("one.wav", 6));
    scene.laptop.ask(&["episode", "set", &scene.show, "one", "title=Another one"]);
    scene.laptop.ask(&["publish", &scene.show]);
    let (file, seconds) = m4a(&scene);
    assert!((seconds - 6.0).abs() <= 0.001, "{seconds}");
    assert_eq!(title(&file), "Another one", "its tags followed the episode");
    // Without the program: the episode is made and published, and what is missing is said.
    let bare = scene.laptop.command(&["--json", "episode", "add", &scene.show, "--title", "Two", "--audio"]);
    let mut bare = bare;
    bare.arg(scene.recording("two.wav", 9)).env("HEARTHCAST_FFMPEG", "/nowhere/ffmpeg");
    output(&mut bare);
    let made = scene.laptop.ask(&["episode", "get", &scene.show, "two"]);
    let said = made.to_string();
    assert!(said.contains("media.format_left_out") && said.contains("M4A was left out"), "{said}");
    // Other tags are another file, made as the one before.
    scene.laptop.ask(&["episode", "set", &scene.show, "two", "title=Two again"]);
    let mut bare = scene.laptop.command(&["--json", "media", "derive", &scene.show]);
    bare.env("HEARTHCAST_FFMPEG", "/nowhere/ffmpeg");
    output(&mut bare);
    let again = scene.laptop.ask(&["episode", "get", &scene.show, "two-again"]);
    let hash = |view: &Value| view["episode"]["audio"]["hash"].clone();
    assert!(hash(&again).is_string() && hash(&again) != hash(&made), "{again}");
    assert!(again.to_string().contains("M4A was left out"), "{again}");
    scene.laptop.ask(&["publish", &scene.show]);
    let two = "//item[title='Two again']/*[name()='podcast:alternateEnclosure']";
    assert_eq!(scene.feed(&format!("count({two})")), "1", "Opus alone");
}

/// How often somebody listened to a recording while this ran.
fn listened(scene: &Scene, words: &[&str]) -> usize {
    let said = output(scene.laptop.command(&["--json"]).args(words));
    let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ended = |line: &Value| line["phase"] == "analyse" && line["done"] == line["total"];
    lines.filter(ended).count()
}

#[test]
fn point_2_a_recording_is_listened_to_once_whatever_becomes_of_it() {
    let scene = Scene::new();
    let recording = scene.recording("one.wav", 20);
    let path = recording.to_str().expect("a plain name");
    let out = scene.folder.path().join("own.mp3");
    assert_eq!(listened(&scene, &["media", "probe", path]), 1, "nothing is known yet");
    // Taken in and made into three formats: one listening.
    assert_eq!(listened(&scene, &["episode", "add", &scene.show, "--title", "One", "--audio", path]), 1);
    assert_eq!(listened(&scene, &["media", "process", path, "-o", out.to_str().expect("plain")]), 0);
    assert_eq!(listened(&scene, &["episode", "add", &scene.show, "--title", "Again", "--audio", path]), 0);
    // The library answers, and says the same as a library that never saw it.
    let [known, fresh] = [&scene.laptop, &Laptop::new(&scene.folder.path().join("fresh"))].map(|laptop| {
        let mut facts = laptop.ask(&["media", "probe", path]);
        facts.as_object_mut().expect("facts").remove("library");
        facts
    });
    assert_eq!(known, fresh);
    assert_eq!(listened(&scene, &["media", "probe", path]), 0);
    // Another byte: another file.
    let mut bytes = std::fs::read(&recording).expect("the recording");
    *bytes.last_mut().expect("bytes") ^= 1;
    std::fs::write(&recording, bytes).expect("the recording");
    assert_eq!(listened(&scene, &["media", "probe", path]), 1);
}

/// What only the author's machine does with recordings is no business of a server, and an older one would not know it.
#[test]
fn point_4_a_server_is_told_nothing_of_how_recordings_are_made() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    laptop.ask(&["show", "set", &show, "formats=opus", "preset=Music 192k", "id3=2.4"]);
    laptop.ask(&["show", "recipe", &show, "--high-pass", "80"]);
    let recording = place.path().join("one.wav");
    sound::wav(&recording, 6);
    laptop.episode(&show, "One", &recording);
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show]);
    let files = output(Command::new("find").arg(place.path().join("server")).args(["-name", "*.sqlite"]));
    let asked = |sql: &str| -> String {
        files.lines().map(|file| output(Command::new("sqlite3").args(["-readonly", file, sql]))).collect()
    };
    let told = asked("SELECT body ->> '$.show' FROM released");
    let told: Value = serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}"));
    assert_eq!(told["title"], "Harbour");
    for field in ["formats", "preset", "recipe", "id3"] {
        assert_eq!(told[field], Value::Null, "{field}");
    }
    // The author's own has them still.
    let own = &laptop.ask(&["show", "get", &show])["show"];
    assert_eq!((&own["formats"], &own["id3"]), (&serde_json::json!(["opus"]), &"2.4".into()));
}
