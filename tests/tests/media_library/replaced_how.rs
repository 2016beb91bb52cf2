//! How another file takes the place of one: in one step to undo, never in what is public, of a sound that listeners hear in a way that
//! was chosen; and why it stays where it does. The judges are sha256sum and the records before and after.

use super::replaced::{Made, changed};
use super::{Scene, sha256, text};
use hearthcast_tests::files_below;
use serde_json::Value;
use std::path::{Path, PathBuf};

impl Scene {
    /// Why each use of a file stays; `None` of one that changes. Nothing is done.
    fn stays(&self, hash: &str, with: &Path) -> Vec<(String, Option<String>)> {
        let told = self.replaced(hash, with, &["--dry-run"]);
        let why = |step: &Value| (text(&step["used"]["place"]), step["why"].as_str().map(String::from));
        let all: Vec<_> = told["steps"].as_array().expect("a list").iter().map(why).collect();
        let effects = |step: &Value| (step["effect"] == "stays") == step["why"].is_string();
        assert!(told["steps"].as_array().expect("a list").iter().all(effects), "{told}");
        all
    }
}

#[test]
fn point_9_one_undo_takes_back_all_that_one_file_was_replaced_in() {
    let scene = Scene::new();
    let (old, new) = (scene.wav("old", 8), scene.wav("new", 14));
    for title in ["One", "Two"] {
        scene.laptop.episode(&scene.show, title, &old);
    }
    scene.laptop.ask(&["show", "set", &scene.show, &format!("outro={}", old.display())]);
    let all = || ["one", "two"].map(|episode| scene.records(episode));
    let before = all();
    let told = scene.replaced(&sha256(&old), &new, &[]);
    let steps = told["steps"].as_array().expect("a list").iter();
    let mut effects: Vec<String> = steps.map(|step| text(&step["effect"])).collect();
    effects.sort();
    assert_eq!(effects, ["from_now", "remade", "remade"], "{told}");
    let after = all();
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(changed(before, after), ["audio", "recipe"].map(String::from).into(), "both, and the outro");
    }
    assert_eq!(scene.laptop.undo(), "replace");
    assert_eq!(all(), before);
    assert_ne!(scene.laptop.undo(), "replace", "it was one step");
}

#[test]
fn point_9_a_sound_that_listeners_hear_is_replaced_only_in_a_way_that_was_chosen() {
    let scene = Scene::new();
    let (old, new) = (scene.mp3("old"), scene.mp3("new"));
    scene.laptop.episode(&scene.show, "One", &old);
    scene.laptop.ask(&["publish", &scene.show]);
    let www = || -> Vec<(PathBuf, String)> {
        let files = files_below(&scene.place("www")).into_iter();
        files.filter(|file| file.extension().is_some_and(|end| end == "mp3")).map(|f| (f.clone(), sha256(&f))).collect()
    };
    let (before, public) = (scene.records("one"), www());
    assert!(!public.is_empty());
    let hash = sha256(&old);
    let plan = scene.replaced(&hash, &new, &["--dry-run"]);
    let ways: Vec<String> = plan["offers"].as_array().expect("a list").iter().map(|o| text(&o["replace"])).collect();
    assert_eq!(ways, ["same-guid", "new-guid", "same-url"], "{plan}");
    assert!(plan["offers"][2]["refused"].is_string(), "a folder names each file by its content: {plan}");
    assert_eq!(plan["steps"][0]["published"], true, "{plan}");
    for way in [&[][..], &["--replace", "same-url"]] {
        let refused = scene.laptop.speak(&[&["media", "replace", &hash, &new.display().to_string()], way].concat());
        assert_eq!(refused.last["code"], "guard.replace", "{way:?}: {}", refused.last);
        assert_eq!(scene.records("one"), before, "{way:?}");
    }
    scene.replaced(&hash, &new, &["--replace", "same-guid"]);
    let after = scene.records("one");
    assert_eq!(changed(&before, &after), ["audio", "audio_edition"].map(String::from).into(), "the guid stays");
    assert_eq!(www(), public, "listeners hear of it with the next publication");
    scene.laptop.ask(&["publish", &scene.show]);
    for (file, hash) in &public {
        assert_eq!(&sha256(file), hash, "{}: a public file never gets other content", file.display());
    }
    assert!(www().iter().any(|(_, public)| *public == sha256(&new)), "{:?}", www());
}

#[test]
fn point_9_what_is_not_replaced_says_why() {
    let scene = Scene::new();
    let sound = scene.wav("one", 8);
    scene.laptop.episode(&scene.show, "One", &sound);
    scene.set("one", &[&format!("alternate={}", scene.file(Made::Film, "film", 0).display())]);
    let removed = scene.mp3("removed");
    scene.laptop.episode(&scene.show, "Two", &removed);
    scene.laptop.ask(&["publish", &scene.show]);
    let [show, public] = scene.records("one");
    let other = scene.file(Made::Picture, "other", 9);
    scene.laptop.ask(&["show", "set", &scene.show, &format!("cover={}", other.display())]);
    let newer = scene.wav("newer", 9);
    scene.set("one", &[&format!("audio={}", newer.display()), "--replace", "same-guid"]);
    scene.laptop.ask(&["episode", "remove", &scene.show, "two"]);
    let words = scene.place("words.vtt");
    std::fs::write(&words, "WEBVTT\n\n00:01.000 --> 00:04.000\nAhoy.\n").unwrap();
    scene.set("one", &[&format!("transcript={}", words.display())]);
    scene.laptop.ask(&["episode", "transcript", &scene.show, "one", "--offer", "json"]);

    let now = scene.records("one");
    let forms = now[1]["transcripts"].as_array().expect("a list");
    let json = forms.iter().find(|one| one["file"]["ext"] == "json").expect("the form that was offered");
    let at =
        |record: &Value, pointer: &str| text(record.pointer(pointer).unwrap_or_else(|| panic!("{pointer}: {record}")));
    let made = [Made::Picture, Made::Sound, Made::Captions];
    let [picture, mp3, captions] = made.map(|made| scene.file(made, "third", 11));
    let table = [
        (at(&show, "/cover/hash"), &picture, "cover", "superseded"),
        (at(&now[0], "/cover_sizes/0/file/hash"), &picture, "thumbnail", "copy"),
        (at(&now[1], "/tags/alternate_enclosures/0/poster/file/hash"), &picture, "episode_image", "still"),
        (at(&now[1], "/audio/hash"), &mp3, "audio", "made"),
        (at(&public, "/audio/hash"), &mp3, "audio", "superseded"),
        (sha256(&sound), &mp3, "recording", "earlier_recording"),
        (text(&json["file"]["hash"]), &captions, "transcript", "from_captions"),
        (sha256(&removed), &mp3, "audio", "removed"),
    ];
    for (hash, with, place, why) in &table {
        let told = scene.stays(hash, with);
        assert!(told.contains(&((*place).to_string(), Some((*why).to_string()))), "{place}, {why}: {told:?}");
        assert!(told.iter().all(|(_, why)| why.is_some()), "{place}, {why}: {told:?}");
        scene.replaced(hash, with, &[]);
        assert_eq!(scene.records("one"), now, "{place}, {why}: nothing of it changes");
    }
    // In a terminal it is said in words.
    let with = picture.display().to_string();
    let said = scene.laptop.command(&["media", "replace", &table[0].0, &with, "--dry-run"]).output().expect("a table");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("something else has its place already"), "{said}");
}
