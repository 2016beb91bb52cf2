//! Issue 7, point 3: what is cut out of a recording leaves the sound, the chapters, the soundbites and the transcript, and comes
//! back with the passage; a show's intro moves them along. The judges are ffmpeg, ffprobe, libxml2 and grep.

use hearthcast_tests::{Laptop, file_url, output, scratch};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLIC: &str = "https://shows.example/";
/// Six tones of ten seconds each, in hertz.
const TONES: [u32; 6] = [300, 430, 610, 870, 1240, 1770];
/// What listeners shall not read.
const SECRET: &str = "herring under the floorboards";
const CHAPTERS: &str =
    "00:00:00.000 Hello\n00:00:15.500 News\n00:00:21.000 Gossip\n00:00:29.000 Weather\n00:00:40.000 Farewell\n";
const WORDS: &str = "WEBVTT\n\n00:00:02.000 --> 00:00:06.000\n<v Ada>Good morning.\n\n00:00:22.000 --> 00:00:27.000\n\
                     <v Ada>He keeps a herring under the floorboards.\n\n00:00:41.000 --> 00:00:45.000\n<v Bo>Farewell then.\n";

struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    show: String,
}

impl Scene {
    fn new() -> Self {
        let folder = scratch();
        let laptop = Laptop::new(folder.path());
        let show = laptop.show("Harbour");
        laptop.ask(&["target", "add", &show, "www", &file_url(&folder.path().join("www")), "--public-url", PUBLIC]);
        Self { folder, laptop, show }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file with some text.
    fn text(&self, name: &str, text: &str) -> String {
        std::fs::write(self.place(name), text).expect("room");
        self.place(name).display().to_string()
    }

    /// Tones, each ten seconds long.
    fn tones(&self, name: &str, tones: &[u32]) -> String {
        let path = self.place(name);
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error"]);
        for tone in tones {
            ffmpeg.args(["-f", "lavfi", "-i", &format!("sine=frequency={tone}:duration=10:sample_rate=44100")]);
        }
        ffmpeg.args(["-filter_complex", &format!("concat=n={}:v=0:a=1", tones.len())]).arg(&path);
        output(&mut ffmpeg);
        path.display().to_string()
    }

    /// An episode of the six tones, with chapters, words and a soundbite.
    fn episode(&self) {
        let (chapters, words) = (self.text("chapters.txt", CHAPTERS), self.text("words.vtt", WORDS));
        let recording = self.tones("one.wav", &TONES);
        let words = ["--chapters", &chapters, "--transcript", &words, "--audio", &recording];
        self.laptop.ask(&[&["episode", "add", &self.show, "--title", "One"][..], &words].concat());
        let bite = r#"tags.soundbites=[{"start_ms": 41000, "duration_ms": 15000, "title": "Farewell"}]"#;
        self.laptop.ask(&["episode", "set", &self.show, "one", bite]);
    }

    fn cut(&self, words: &[&str]) -> Value {
        self.laptop.ask(&[&["episode", "cut", &self.show, "one"], words].concat())
    }

    fn starts(&self) -> Vec<(String, i64)> {
        let episode = self.laptop.ask(&["episode", "get", &self.show, "one"])["episode"].clone();
        let chapters = episode["chapters"].as_array().cloned().unwrap_or_default();
        let read = |one: &Value| Some((one["title"].as_str()?.to_owned(), one["start_ms"].as_i64()?));
        chapters.iter().map(|one| read(one).expect("a chapter")).collect()
    }

    /// The file of this address, in the folder it was published to.
    fn published(&self, xpath: &str) -> PathBuf {
        let feed = self.place("www/feeds").join(&self.show).join("feed.xml");
        let address = output(Command::new("xmllint").args(["--xpath", &format!("string({xpath})")]).arg(feed));
        let key = address.trim().strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{xpath}: {address}"));
        self.place("www").join(key)
    }
}

fn chapters(all: &[(&str, i64)]) -> Vec<(String, i64)> {
    all.iter().map(|(title, at)| ((*title).to_owned(), *at)).collect()
}

/// How long a sound is when it is decoded, milliseconds.
fn length_ms(path: &Path) -> f64 {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "48000", "-"]);
    let decoded = ffmpeg.output().expect("ffmpeg runs").stdout;
    decoded.len() as f64 / 2.0 / 48.0
}

/// How loud a tone is in a second of a sound, dBFS.
fn tone(path: &Path, second: f64, hertz: u32) -> f64 {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-ss", &second.to_string(), "-t", "1", "-i"]).arg(path);
    ffmpeg.args([
        "-af",
        &format!("bandpass=f={hertz}:width_type=h:w=20,bandpass=f={hertz}:width_type=h:w=20,volumedetect"),
    ]);
    let said = ffmpeg.args(["-map", "0:a", "-f", "null", "-"]).output().expect("ffmpeg runs").stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    let found = said.split("mean_volume: ").nth(1).and_then(|rest| rest.split(' ').next());
    found.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no volume: {said}"))
}

/// The tone of the recording that is heard in the middle of a second.
fn heard(path: &Path, second: f64) -> u32 {
    let loudest = TONES.iter().copied().chain([2500]).map(|hertz| (tone(path, second, hertz), hertz));
    loudest.max_by(|one, other| one.0.total_cmp(&other.0)).expect("tones").1
}

#[test]
fn point_3_what_is_cut_out_leaves_everything_that_listeners_get() {
    let scene = Scene::new();
    scene.episode();
    let marked = scene.cut(&["--remove", "20-0:30"]);
    assert_eq!((&marked["waits"], marked["length_ms"].as_i64()), (&json!(true), Some(60_000)));
    assert_eq!(scene.starts()[4].1, 40_000, "nothing moves before the sound is made");
    let made = scene.cut(&["--make"]);
    assert_eq!((&made["waits"], &made["aside"]), (&json!(false), &json!(["Gossip"])));
    scene.laptop.ask(&["publish", &scene.show]);

    let sound = scene.published("//enclosure/@url");
    let long = length_ms(&sound);
    assert!((long - 50_000.0).abs() <= 1.0, "{long} ms");
    let tones: Vec<u32> = [4.5, 14.5, 24.5, 34.5, 44.5].iter().map(|second| heard(&sound, *second)).collect();
    assert_eq!(tones, [300, 430, 870, 1240, 1770], "610 Hz was cut out");
    for second in [18.5, 20.5] {
        assert!(tone(&sound, second, 610) < -60.0, "nothing of it is left on either side of the seam");
    }
    let said: Value =
        serde_json::from_slice(&std::fs::read(scene.published("//*[name()='podcast:chapters']/@url")).unwrap())
            .unwrap();
    let said: Vec<(String, f64)> = said["chapters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["title"].as_str().unwrap().into(), one["startTime"].as_f64().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("Hello".to_owned(), 0.0),
            ("News".to_owned(), 15.5),
            ("Weather".to_owned(), 20.0),
            ("Farewell".to_owned(), 30.0)
        ]
    );
    let inside = output(
        Command::new("ffprobe")
            .args(["-v", "error", "-show_entries", "chapter=start_time:chapter_tags=title", "-of", "csv=p=0"])
            .arg(&sound),
    );
    assert_eq!(
        inside.trim().lines().collect::<Vec<_>>(),
        ["0.000000,Hello", "15.500000,News", "20.000000,Weather", "30.000000,Farewell"]
    );
    let bite = scene.place("www/feeds").join(&scene.show).join("feed.xml");
    let bite = output(
        Command::new("xmllint").args(["--xpath", "string(//*[name()='podcast:soundbite']/@startTime)"]).arg(bite),
    );
    assert_eq!(bite.trim().parse::<f64>().unwrap(), 31.0);
    let words = std::fs::read_to_string(scene.published("//*[name()='podcast:transcript']/@url")).unwrap();
    assert!(words.contains("00:00:31.000 --> 00:00:35.000") && words.contains("Good morning."), "{words}");
    let found = Command::new("grep").args(["-rla", SECRET]).arg(scene.place("www")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "", "nobody reads what was cut out");
    let found = Command::new("grep").args(["-rla", "Gossip"]).arg(scene.place("www")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}

#[test]
fn point_3_an_intro_moves_everything_along_and_what_was_cut_out_comes_back() {
    let scene = Scene::new();
    let intro = scene.tones("intro.wav", &[2500]);
    let recipe = scene.laptop.ask(&["show", "recipe", &scene.show, "--intro", &intro, "--outro", &intro]);
    assert_eq!(recipe["intro"]["name"], "intro");
    scene.episode();
    // Typed while nobody had made the sound: they stand on the recording's clock.
    let whole = [("Hello", 0), ("News", 25_500), ("Gossip", 31_000), ("Weather", 39_000), ("Farewell", 50_000)];
    assert_eq!(scene.starts(), chapters(&whole));
    scene.cut(&["--remove", "20-30", "--make"]);
    assert_eq!(scene.starts(), chapters(&[("Hello", 0), ("News", 25_500), ("Weather", 30_000), ("Farewell", 40_000)]));
    // One is typed on the clock of what is heard: 45 s are 45 s − 10 s of intro + 10 s that are gone.
    let typed = r#"chapters=[{"start_ms": 0, "title": "Hello"}, {"start_ms": 25500, "title": "News"},
        {"start_ms": 30000, "title": "Weather"}, {"start_ms": 40000, "title": "Farewell"}, {"start_ms": 45000, "title": "Late"}]"#;
    scene.laptop.ask(&["episode", "set", &scene.show, "one", typed]);
    scene.laptop.ask(&["show", "recipe", &scene.show, "--intro", "off", "--outro", "off"]);
    let back = scene.cut(&["--clear", "--make"]);
    assert_eq!((&back["waits"], &back["aside"], &back["passages"]), (&json!(false), &json!([]), &json!([])));
    let now = [
        ("Hello", 0),
        ("News", 15_500),
        ("Gossip", 21_000),
        ("Weather", 29_000),
        ("Farewell", 40_000),
        ("Late", 45_000),
    ];
    assert_eq!(scene.starts(), chapters(&now));
    scene.laptop.ask(&["publish", &scene.show]);
    let words = std::fs::read_to_string(scene.published("//*[name()='podcast:transcript']/@url")).unwrap();
    assert_eq!(words, WORDS, "not one letter was lost");
    let sound = scene.published("//enclosure/@url");
    assert!((length_ms(&sound) - 60_000.0).abs() <= 1.0);
    assert_eq!([4.5, 24.5, 54.5].map(|second| heard(&sound, second)), [300, 610, 1770]);
}

#[test]
fn point_3_a_step_back_keeps_what_an_earlier_cut_laid_aside() {
    let scene = Scene::new();
    scene.episode();
    scene.cut(&["--remove", "20-30", "--make"]);
    let once = chapters(&[("Hello", 0), ("News", 15_500), ("Weather", 20_000), ("Farewell", 30_000)]);
    assert_eq!(scene.starts(), once);
    let twice = scene.cut(&["--remove", "38-60", "--make"]);
    assert_eq!(twice["aside"], json!(["Gossip", "Farewell", "Farewell"]), "two chapters and the soundbite");
    scene.laptop.undo();
    assert_eq!(scene.starts(), once);
    scene.cut(&["--clear", "--make"]);
    is_whole(&scene);
}

/// Everything that the first cut laid aside, once the sound is whole again.
fn is_whole(scene: &Scene) {
    let whole = [("Hello", 0), ("News", 15_500), ("Gossip", 21_000), ("Weather", 29_000), ("Farewell", 40_000)];
    assert_eq!(scene.starts(), chapters(&whole));
    scene.laptop.ask(&["publish", &scene.show]);
    let words = std::fs::read_to_string(scene.published("//*[name()='podcast:transcript']/@url")).expect("a file");
    for said in ["Good morning.", SECRET, "00:00:41.000 --> 00:00:45.000", "Farewell then."] {
        assert_eq!(words.matches(said).count(), 1, "{said}: {words}");
    }
    let feed = scene.place("www/feeds").join(&scene.show).join("feed.xml");
    let mut xmllint = Command::new("xmllint");
    let bite = output(xmllint.args(["--xpath", "string(//*[name()='podcast:soundbite']/@startTime)"]).arg(feed));
    assert_eq!(bite.trim(), "41");
}

#[test]
fn point_3_a_passage_that_was_brought_back_and_taken_back_comes_back_again() {
    let scene = Scene::new();
    scene.episode();
    scene.cut(&["--remove", "20-30", "--make"]);
    let once = scene.starts();
    scene.cut(&["--clear", "--make"]);
    assert_eq!(scene.starts().len(), 5);
    scene.laptop.undo();
    assert_eq!(scene.starts(), once, "the cut sound is back");
    assert_eq!(scene.cut(&[])["aside"], json!(["Gossip"]));
    scene.cut(&["--make"]);
    is_whole(&scene);
}

#[test]
fn point_3_another_recording_between_changes_nothing_of_what_was_cut() {
    let scene = Scene::new();
    scene.episode();
    scene.cut(&["--remove", "20-30", "--make"]);
    let once = scene.starts();
    let [one, other] = [scene.place("one.wav").display().to_string(), scene.tones("other.wav", &[500; 6])];
    for recording in [other, one] {
        scene.laptop.ask(&["episode", "set", &scene.show, "one", &format!("audio={recording}")]);
        assert_eq!(scene.starts(), once, "{recording}");
    }
    scene.cut(&["--clear", "--make"]);
    is_whole(&scene);
}

#[test]
fn point_3_times_in_notes_follow_and_come_back() {
    const NOTES: &str = "## Times\n\n- 0:02 Good morning\n- **0:15** News\n- 00:21 Gossip\n- 0:29 Weather\n\n\
        Farewell (0:40), [to be heard](https://shows.example/one#t=41.5), [a film](https://films.example/x#t=41)\n\n\
        We meet at 0:40 on Tuesday and read John 0:45.\n";
    let at = |text: &str| text.replace("0:29", "0:20").replace("00:21", "00:20").replace("(0:40)", "(0:30)");
    let scene = Scene::new();
    scene.episode();
    let notes = scene.text("notes.md", NOTES);
    scene.laptop.ask(&["episode", "set", &scene.show, "one", &format!("notes=@{notes}")]);
    let said = || scene.laptop.ask(&["episode", "get", &scene.show, "one"])["episode"]["notes"]["source"].clone();
    scene.cut(&["--remove", "20-30", "--make"]);
    let cut = at(NOTES).replace("41.5", "31.5");
    assert_eq!(said(), cut);
    scene.laptop.ask(&["publish", &scene.show]);
    let feed = scene.place("www/feeds").join(&scene.show).join("feed.xml");
    let read = output(Command::new("xmllint").args(["--xpath", "string(//item/description)"]).arg(feed));
    for there in
        ["<strong>0:15</strong> News", "00:20 Gossip", "(0:30)", "one#t=31.5", "x#t=41\"", "at 0:40 on", "John 0:45"]
    {
        assert!(read.contains(there), "{there}: {read}");
    }
    // A line is changed, one is new: with the intro of ten seconds all move, and the cut is undone.
    let typed = cut.replace("Weather", "Sunshine").replace("- 0:02", "- 0:35 Guest\n- 0:02");
    let notes = scene.text("notes.md", &typed);
    scene.laptop.ask(&["episode", "set", &scene.show, "one", &format!("notes=@{notes}")]);
    let intro = scene.tones("intro.wav", &[2500]);
    scene.laptop.ask(&["show", "recipe", &scene.show, "--intro", &intro]);
    scene.cut(&["--clear", "--make", "--replace", "same-guid"]);
    let back = typed.replace("0:35 Guest", "0:55 Guest").replace("0:02", "0:12").replace("0:15", "0:25");
    // What nobody touched is where it was, ten seconds later; what was rewritten is where the cut was, behind it.
    let back = back.replace("00:20 Gossip", "00:31 Gossip").replace("0:20 Sunshine", "0:40 Sunshine");
    assert_eq!(said(), back.replace("(0:30)", "(0:50)").replace("31.5", "51.5"));
    scene.laptop.ask(&["show", "recipe", &scene.show, "--intro", "off"]);
    scene.cut(&["--make", "--replace", "same-guid"]);
    let whole = NOTES.replace("0:29 Weather", "0:30 Sunshine").replace("- 0:02", "- 0:45 Guest\n- 0:02");
    assert_eq!(said(), whole, "not one letter was lost");
}

#[test]
fn point_3_an_mp3_that_came_finished_is_cut_from_itself_and_kept() {
    let scene = Scene::new();
    let mp3 = scene.place("done.mp3");
    let wav = scene.tones("done.wav", &TONES);
    output(Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-i", &wav, "-b:a", "128k"]).arg(&mp3));
    scene.laptop.episode(&scene.show, "One", &mp3);
    let before = scene.laptop.ask(&["episode", "get", &scene.show, "one"])["episode"]["audio"]["hash"].clone();
    let made = scene.cut(&["--remove", "0-10", "--bleep", "20-30", "--make"]);
    assert_eq!((&made["waits"], made["timeline"][0]["heard"]["master"].as_i64()), (&json!(false), Some(10_000)));
    scene.laptop.ask(&["publish", &scene.show]);
    let sound = scene.published("//enclosure/@url");
    assert!((length_ms(&sound) - 50_000.0).abs() <= 60.0);
    assert_eq!([4.5, 24.5, 44.5].map(|second| heard(&sound, second)), [430, 870, 1770]);
    assert!(tone(&sound, 14.5, 610) < -60.0 && tone(&sound, 14.5, 1000) > -40.0, "a tone of 1 kHz instead");
    let kept = before.as_str().unwrap();
    let path = scene.laptop.library().join("media").join(&kept[..2]).join(kept);
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(&mp3).unwrap(), "what came in stays as it was");
}

#[test]
fn point_3_what_cannot_be_done_is_said_and_changes_nothing() {
    let scene = Scene::new();
    scene.episode();
    for (words, code) in [
        (&["--remove", "50-70"][..], "field.invalid"),
        (&["--remove", "0-60"], "field.invalid"),
        (&["--bleep", "30-20"], "usage.invalid"),
        (&["--remove", "noon-one"], "usage.invalid"),
    ] {
        let refused = scene.laptop.speak(&[&["episode", "cut", &scene.show, "one"], words].concat());
        assert_eq!(refused.last["code"], code, "{words:?}: {}", refused.last);
    }
    assert_eq!(scene.cut(&[])["passages"], json!([]));
    for words in [
        &["--high-pass", "5"][..],
        &["--loudness", "-3"],
        &["--pauses", "2:3"],
        &["--rate", "96000"],
        &["--silence", "0"],
        &["--intro", "nowhere.wav"],
    ] {
        let refused = scene.laptop.speak(&[&["show", "recipe", &scene.show], words].concat());
        assert_ne!(refused.code, Some(0), "{words:?}: {}", refused.last);
    }
    assert_eq!(scene.laptop.ask(&["show", "recipe", &scene.show]), json!({"v": 1, "type": "result"}));
}

#[test]
fn point_3_a_cut_at_the_end_takes_its_words_along() {
    let scene = Scene::new();
    scene.episode();
    let made = scene.cut(&["--remove", "40-60", "--make"]);
    assert_eq!(made["aside"], json!(["Farewell", "Farewell"]), "a chapter and a soundbite");
    scene.laptop.ask(&["publish", &scene.show]);
    let sound = scene.published("//enclosure/@url");
    assert!((length_ms(&sound) - 40_000.0).abs() <= 1.0);
    let starts = [("Hello", 0), ("News", 15_500), ("Gossip", 21_000), ("Weather", 29_000)];
    assert_eq!(scene.starts(), chapters(&starts));
    let words = std::fs::read_to_string(scene.published("//*[name()='podcast:transcript']/@url")).unwrap();
    assert!(words.contains(SECRET) && !words.contains("Farewell"), "{words}");
}

#[test]
fn point_3_another_recording_brings_nothing_back_that_was_cut_out() {
    let scene = Scene::new();
    scene.episode();
    scene.cut(&["--remove", "20-30", "--make"]);
    // The same, cut by another program.
    let other = scene.tones("other.wav", &[300, 430, 870, 1240, 1770]);
    scene.laptop.ask(&["episode", "set", &scene.show, "one", &format!("audio={other}")]);
    let now = scene.cut(&[]);
    assert_eq!((&now["passages"], &now["waits"], now["length_ms"].as_i64()), (&json!([]), &json!(false), Some(50_000)));
    let starts = [("Hello", 0), ("News", 15_500), ("Weather", 20_000), ("Farewell", 30_000)];
    assert_eq!(scene.starts(), chapters(&starts), "what was heard stays where it was heard");
    scene.laptop.ask(&["publish", &scene.show]);
    let found = Command::new("grep").args(["-rla", SECRET]).arg(scene.place("www")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "", "nobody reads what was cut out");
}
