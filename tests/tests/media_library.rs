//! Issue 7, point 9: the files of the library: what they are, where they are used, which nothing needs, and what is rebuilt. The judges
//! are ffprobe, ImageMagick, sha256sum and sqlite3.

#[path = "media_library/older.rs"]
mod older;
#[path = "media_library/replaced.rs"]
mod replaced;
#[path = "media_library/replaced_how.rs"]
mod replaced_how;

use hearthcast_tests::{Laptop, file_url, files_below, output, scratch, sound};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

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
        let place = file_url(&folder.path().join("www"));
        laptop.ask(&["target", "add", &show, "www", &place, "--public-url", "https://shows.example/"]);
        Self { folder, laptop, show }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn mp3(&self, name: &str) -> PathBuf {
        let file = self.place(&format!("{name}.mp3"));
        sound::mp3(&file, 12, name);
        file
    }

    fn wav(&self, name: &str, seconds: usize) -> PathBuf {
        let file = self.place(&format!("{name}.wav"));
        sound::wav(&file, seconds);
        file
    }

    fn set(&self, episode: &str, fields: &[&str]) -> Value {
        self.laptop.ask(&[&["episode", "set", &self.show, episode], fields].concat())
    }

    fn media(&self, words: &[&str]) -> Vec<Value> {
        let told = self.laptop.ask(&[&["media", "list"], words].concat());
        told["media"].as_array().cloned().expect("a list")
    }

    fn of(&self, file: &Path) -> Value {
        let hash = sha256(file);
        let found = self.media(&[]).into_iter().find(|item| item["hash"] == hash.as_str());
        found.unwrap_or_else(|| panic!("{} is not listed", file.display()))
    }

    fn orphans(&self) -> Vec<String> {
        let told = self.laptop.ask(&["media", "orphans"]);
        told["orphans"].as_array().expect("a list").iter().map(|item| text(&item["hash"])).collect()
    }

    fn lies(&self, hash: &str) -> PathBuf {
        self.laptop.library().join("media").join(&hash[..2]).join(hash)
    }

    fn sql(&self, sql: &str) -> String {
        output(Command::new("sqlite3").arg(self.laptop.library().join("library.sqlite")).arg(sql))
    }

    /// All files of the media folder look as if they had lain there for two days.
    fn age(&self) {
        for file in files_below(&self.laptop.library().join("media")) {
            let file = std::fs::File::options().append(true).open(file).expect("a file");
            let now = file.metadata().and_then(|about| about.modified()).expect("its time");
            file.set_modified(now - std::time::Duration::from_secs(2 * 24 * 60 * 60)).expect("its time can be set");
        }
    }
}

fn sha256(file: &Path) -> String {
    output(Command::new("sha256sum").arg(file)).split(' ').next().expect("a hash").to_string()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_string()
}

/// Places and states of a file's uses, in order.
fn uses(item: &Value) -> Vec<(String, String, String)> {
    let one = |used: &Value| (text(&used["episode_title"]), text(&used["place"]), text(&used["state"]));
    let mut all: Vec<_> = item["uses"].as_array().expect("a list").iter().map(one).collect();
    all.sort();
    all
}

fn used(title: &str, place: &str, state: &str) -> (String, String, String) {
    (title.into(), place.into(), state.into())
}

#[test]
fn point_9_every_file_says_what_it_is_and_where_it_is_used() {
    let scene = Scene::new();
    let (recording, words) = (scene.wav("tower", 9), scene.place("words.vtt"));
    std::fs::write(&words, "WEBVTT\n\n00:01.000 --> 00:04.000\nAhoy.\n").unwrap();
    scene.laptop.episode(&scene.show, "One", &recording);
    scene.set("one", &["draft=true", &format!("transcript={}", words.display())]);

    let item = scene.of(&recording);
    assert_eq!(
        (&item["shelf"], &item["role"], &item["name"]),
        (&json!("audio"), &json!("recording"), &json!("tower.wav"))
    );
    assert_eq!(item["size_bytes"].as_u64(), Some(std::fs::metadata(&recording).unwrap().len()));
    assert_eq!(item["duration_ms"], 9_000, "as it was made");
    assert_eq!(uses(&item), [used("One", "recording", "draft")]);
    let made = scene.media(&["--kind", "audio"]).into_iter().find(|item| item["role"] == "made").expect("a made sound");
    assert_eq!(text(&made["source"]), sha256(&recording));
    assert_eq!(uses(&made), [used("One", "audio", "draft")]);
    let probed = output(
        Command::new("ffprobe")
            .args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"])
            .arg(scene.lies(&text(&made["hash"]))),
    );
    let seconds: f64 = probed.trim().parse().unwrap();
    assert!((made["duration_ms"].as_f64().unwrap() - seconds * 1000.0).abs() <= 60.0, "{seconds} s, {made}");

    for picture in scene.media(&["--kind", "image"]) {
        let file = scene.lies(&text(&picture["hash"]));
        let size = output(Command::new("identify").args(["-format", "%w %h"]).arg(file));
        assert_eq!(size.trim(), format!("{} {}", picture["width_px"], picture["height_px"]), "{picture}");
    }
    let roles = |words: &[&str]| scene.media(words).iter().map(|item| text(&item["role"])).collect::<Vec<_>>();
    assert!(roles(&["--kind", "image"]).contains(&"copy".into()), "covers have smaller copies");
    assert_eq!(scene.media(&["--kind", "text"]).len(), 1);

    scene.set("one", &["draft=false"]);
    assert_eq!(uses(&scene.of(&recording)), [used("One", "recording", "draft")], "nobody else ever has the recording");
    assert!(scene.media(&["--search", "nowhere"]).is_empty());
    let audio = || scene.media(&["--kind", "audio"]).into_iter().find(|item| item["role"] == "made").expect("made");
    assert_eq!(uses(&audio()), [used("One", "audio", "with_next")]);
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(uses(&audio())[0].2, "published");

    // The old sound is heard until the next publication, the new one after it.
    let other = scene.mp3("other");
    scene.set("one", &[&format!("audio={}", other.display()), "--replace", "same-guid"]);
    assert_eq!(uses(&audio()), [used("One", "audio", "until_published")]);
    assert_eq!(uses(&scene.of(&other)), [used("One", "audio", "with_next")]);

    let before = scene.sql("SELECT count(*) FROM undo_step");
    let tagged = scene.laptop.ask(&["media", "tag", &sha256(&recording)[..10], " Harbour  Sounds ", "RAW", "raw"]);
    assert_eq!(tagged["tags"], json!(["harbour sounds", "raw"]));
    assert_eq!(scene.sql("SELECT count(*) FROM undo_step"), before);
    let found = |words: &[&str]| scene.media(words).iter().map(|item| text(&item["hash"])).collect::<Vec<_>>();
    assert_eq!(found(&["--tag", "Raw"]), [sha256(&recording)]);
    assert_eq!(
        found(&["--search", "TÖWER wav", "--tag", "raw"]),
        [sha256(&recording)],
        "accents and case do not count"
    );
    assert_eq!(found(&["--search", "sounds", "--kind", "image"]), Vec::<String>::new());

    // Shelf by shelf it is what lies on the disk.
    let sizes = scene.laptop.ask(&["media", "sizes"]);
    let on_disk: u64 =
        files_below(&scene.laptop.library().join("media")).iter().map(|file| file.metadata().unwrap().len()).sum();
    assert_eq!(sizes["size_bytes"].as_u64(), Some(on_disk));
}

#[test]
fn point_9_only_what_nothing_needs_is_deleted() {
    let scene = Scene::new();
    let [first, second, third, fourth] = ["first", "second", "third", "fourth"].map(|name| scene.mp3(name));
    scene.laptop.episode(&scene.show, "One", &first);
    scene.laptop.ask(&["publish", &scene.show]);
    scene.set("one", &[&format!("audio={}", second.display()), "--replace", "same-guid"]);
    scene.laptop.ask(&["publish", &scene.show]);
    scene.laptop.episode(&scene.show, "Two", &third);
    scene.set("two", &["draft=true", &format!("audio={}", fourth.display())]);
    let leftover = scene.lies(&"ab".repeat(32));
    std::fs::create_dir_all(leftover.parent().unwrap()).unwrap();
    std::fs::write(&leftover, b"a killed program left this").unwrap();

    assert_eq!(scene.orphans(), Vec::<String>::new(), "all is new: somebody may be about to note it");
    scene.age();
    assert_eq!(scene.orphans(), ["ab".repeat(32)], "undo still needs the third, and going back to version 1 the first");
    // As thirty days do.
    scene.sql("DELETE FROM undo_step");
    let mut orphans = scene.orphans();
    orphans.sort();
    let mut expected = vec!["ab".repeat(32), sha256(&third)];
    expected.sort();
    assert_eq!(orphans, expected);

    let gone = scene.laptop.ask(&["media", "orphans", "--delete"])["deleted"].clone();
    assert_eq!((gone["files"].as_u64(), gone["left"].as_u64()), (Some(2), Some(0)));
    assert_eq!(gone["size_bytes"].as_u64(), Some(third.metadata().unwrap().len() + 26));
    assert!(!leftover.exists() && !scene.lies(&sha256(&third)).exists());
    assert_eq!(scene.sql(&format!("SELECT count(*) FROM waveform WHERE hash = '{}'", sha256(&third))).trim(), "0");
    for kept in [&first, &second, &fourth] {
        assert_eq!(sha256(&scene.lies(&sha256(kept))), sha256(kept), "not a byte of it changed");
    }
    assert_eq!(scene.orphans(), Vec::<String>::new());
    // The first sound comes back with its version.
    scene.laptop.mean(&["rollback", &scene.show, "--to", "1"]);
    let public = files_below(&scene.place("www"));
    assert!(public.iter().any(|file| sha256(file) == sha256(&first)), "{public:?}");
}

impl Scene {
    /// What `media derive` says: what, of what, why, and what became of it.
    fn derive(&self, words: &[&str]) -> Vec<(String, String, Vec<String>, String)> {
        let told = self.laptop.speak(&[&["media", "derive"], words].concat()).last;
        let codes =
            |step: &Value| step["why"].as_array().expect("a list").iter().map(|why| text(&why["code"])).collect();
        let one = |step: &Value| (text(&step["what"]), text(&step["title"]), codes(step), text(&step["fate"]));
        let steps = told["steps"].as_array().unwrap_or_else(|| panic!("{told}"));
        steps.iter().map(one).collect()
    }

    fn sounds(&self) -> Vec<(String, String, Vec<String>, String)> {
        self.derive(&["--dry-run"]).into_iter().filter(|step| step.0 == "sound").collect()
    }

    fn audio(&self, episode: &str) -> String {
        text(&self.laptop.ask(&["episode", "get", &self.show, episode])["episode"]["audio"]["hash"])
    }
}

fn step(what: &str, title: &str, why: &[&str], fate: &str) -> (String, String, Vec<String>, String) {
    (what.into(), title.into(), why.iter().map(|one| (*one).into()).collect(), fate.into())
}

#[test]
fn point_9_what_is_outdated_is_made_again_and_what_is_published_stays() {
    let scene = Scene::new();
    scene.laptop.episode(&scene.show, "Public", &scene.wav("public", 8));
    scene.laptop.ask(&["publish", &scene.show]);
    scene.laptop.episode(&scene.show, "Draft", &scene.wav("draft", 9));
    scene.set("draft", &["draft=true"]);
    assert_eq!(scene.sounds(), [], "all is as it would be made today");
    let (public, before) = (scene.audio("public"), scene.audio("draft"));
    let www: Vec<(PathBuf, String)> =
        files_below(&scene.place("www/media")).into_iter().map(|file| (file.clone(), sha256(&file))).collect();

    // The show wants other sounds, and in Opus too; an older LAME made the draft's.
    scene.laptop.ask(&["show", "recipe", &scene.show, "--loudness", "-23"]);
    scene.laptop.ask(&["show", "set", &scene.show, "formats=opus"]);
    scene.sql(&format!("UPDATE made SET report = json_set(report, '$.encoder', 'LAME 3.97') WHERE hash = '{before}'"));
    let why = ["recipe", "encoder", "format"];
    let expected =
        [step("sound", "Public", &["recipe", "format"], "published"), step("sound", "Draft", &why, "planned")];
    let mut planned = scene.sounds();
    planned.sort_by_key(|step| step.1 != "Public");
    assert_eq!(planned, expected);
    assert_eq!(scene.audio("draft"), before, "a dry run makes nothing");

    // The waveform of one sound, and a copy of the cover, are lost.
    scene.sql(&format!("DELETE FROM waveform WHERE hash = '{public}'"));
    let copy = scene.media(&["--kind", "image"]).into_iter().find(|item| item["role"] == "copy").expect("a copy");
    let lost = scene.lies(&text(&copy["hash"]));
    std::fs::remove_file(&lost).unwrap();
    let steps = scene.derive(&[]);
    assert!(steps.contains(&step("copies", "Harbour", &["absent"], "done")), "{steps:?}");
    assert!(steps.contains(&step("avif", "Harbour", &["missing"], "done")), "{steps:?}");
    assert!(steps.contains(&step("waveform", "public.wav", &["missing"], "done")), "{steps:?}");
    assert!(steps.contains(&step("sound", "Public", &["recipe", "format"], "published")), "{steps:?}");
    let made = steps.iter().find(|step| step.1 == "Draft" && step.0 == "sound").expect("the draft's sound");
    assert_eq!((made.2.contains(&"recipe".into()), made.3.as_str()), (true, "done"), "{made:?}");
    assert_eq!(sha256(&lost), text(&copy["hash"]), "the very same copy is there again");

    let after = scene.audio("draft");
    assert_ne!(after, before);
    let loud = output(
        Command::new("sh")
            .args(["-c", "ffmpeg -nostdin -i \"$0\" -af ebur128 -f null - 2>&1 | grep 'I:' | tail -1"])
            .arg(scene.lies(&after)),
    );
    let lufs: f64 = loud.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a loudness");
    assert!((lufs + 23.0).abs() <= 0.5, "{lufs} LUFS");
    assert_eq!(scene.audio("public"), public, "what listeners have stays");
    assert_eq!(scene.sounds(), [step("sound", "Public", &["recipe", "format"], "published")], "nothing is left to do");
    for (file, hash) in &www {
        assert_eq!(&sha256(file), hash, "{}", file.display());
    }
    // No sound is sent anew: what a publication sends are the cover's new copies.
    scene.set("draft", &["draft=true"]);
    let plan = scene.laptop.ask(&["plan", &scene.show]);
    let sent: Vec<String> =
        plan["uploads"].as_array().expect("a list").iter().map(|upload| text(&upload["key"])).collect();
    assert!(sent.iter().all(|key| !key.ends_with(".mp3") && !key.ends_with(".opus")), "{sent:?}");
    let steps = scene.derive(&[]);
    assert!(steps.iter().all(|step| step.3 == "published"), "a second run finds nothing: {steps:?}");
}

#[test]
fn point_9_another_title_changes_the_tags_and_runs_no_encoder() {
    let scene = Scene::new();
    let made = scene.laptop.episode(&scene.show, "One", &scene.wav("one", 8));
    // Its name in addresses follows the title of a draft.
    let id = text(&made["id"]);
    scene.set(&id, &["draft=true"]);
    let frames = || {
        let file = scene.lies(&scene.audio(&id));
        output(
            Command::new("ffmpeg")
                .args(["-nostdin", "-v", "error", "-i"])
                .arg(file)
                .args(["-map", "0:a", "-c", "copy", "-f", "hash", "-hash", "sha256", "-"]),
        )
    };
    let before = frames();
    scene.set(&id, &["title=Another"]);
    assert_eq!(scene.sounds(), [step("sound", "Another", &["tags"], "planned")]);
    assert!(scene.derive(&[]).contains(&step("sound", "Another", &["tags"], "done")));
    assert_eq!(frames(), before);
    let title = output(
        Command::new("ffprobe")
            .args(["-v", "error", "-show_entries", "format_tags=title", "-of", "csv=p=0"])
            .arg(scene.lies(&scene.audio(&id))),
    );
    assert_eq!(title.trim(), "Another");
    assert_eq!(scene.sounds(), []);
}

#[test]
fn point_9_another_file_takes_the_place_of_one_after_a_dry_run() {
    let scene = Scene::new();
    let (old, new) = (scene.wav("old", 8), scene.wav("new", 14));
    scene.laptop.episode(&scene.show, "Public", &old);
    scene.laptop.ask(&["publish", &scene.show]);
    scene.laptop.episode(&scene.show, "Draft", &old);
    scene.set("draft", &["draft=true"]);
    let length = |episode: &str| {
        output(
            Command::new("ffprobe")
                .args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"])
                .arg(scene.lies(&scene.audio(episode))),
        )
        .trim()
        .parse::<f64>()
        .expect("a length")
    };
    let (public, draft) = (scene.audio("public"), scene.audio("draft"));
    let www: Vec<(PathBuf, String)> =
        files_below(&scene.place("www")).into_iter().map(|file| (file.clone(), sha256(&file))).collect();
    let (old_hash, with) = (sha256(&old), new.display().to_string());
    let effects = |told: &Value| {
        let one =
            |step: &Value| (text(&step["used"]["episode_title"]), text(&step["effect"]), step["published"] == true);
        let mut all: Vec<_> = told["steps"].as_array().expect("a list").iter().map(one).collect();
        all.sort();
        all
    };
    let expected = [("Draft".to_string(), "remade".to_string(), false), ("Public".into(), "remade".into(), true)];

    let told = scene.laptop.ask(&["media", "replace", &old_hash, &with, "--dry-run"]);
    assert_eq!((effects(&told), text(&told["new"])), (expected.to_vec(), sha256(&new)));
    assert_eq!((scene.audio("public"), scene.audio("draft")), (public.clone(), draft.clone()), "nothing was done");
    assert!(!scene.lies(&sha256(&new)).exists());

    let told = scene.laptop.ask(&["media", "replace", "old.wav", &with, "--replace", "same-guid"]);
    assert_eq!(effects(&told), expected);
    for episode in ["public", "draft"] {
        assert!((length(episode) - 14.0).abs() <= 0.1, "{episode}: {} s", length(episode));
    }
    for (file, hash) in &www {
        assert_eq!(&sha256(file), hash, "{}: nobody else hears of it yet", file.display());
    }
    assert_eq!(sha256(&scene.lies(&public)), public, "what is published lies here as it was");
    assert_eq!(sha256(&scene.lies(&old_hash)), old_hash, "the old recording stays, as undo wants it");

    // A picture: the cover is drawn anew from another file, and a sound cannot take its place.
    let blue = scene.place("blue.jpg");
    output(Command::new("convert").args(["-size", "1500x1500", "xc:blue"]).arg(&blue));
    let cover = scene.media(&["--kind", "image", "--search", "cover.jpg"]);
    let cover = cover.iter().find(|item| item["width_px"] == 1400).expect("the cover");
    let refused = scene.laptop.speak(&["media", "replace", &text(&cover["hash"]), &with]);
    assert_eq!((refused.code, &refused.last["code"]), (Some(1), &json!("media.unusable")));
    scene.laptop.ask(&["media", "replace", &text(&cover["hash"]), &blue.display().to_string()]);
    let now = text(&scene.laptop.ask(&["show", "get", &scene.show])["show"]["cover"]["hash"]);
    let colour = output(Command::new("convert").arg(scene.lies(&now)).args(["-resize", "1x1", "txt:-"]));
    assert!(colour.contains("#0000F") || colour.to_lowercase().contains("blue"), "{colour}");
}
