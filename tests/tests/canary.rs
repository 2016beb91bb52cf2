//! Issue 5, "Seen to be done": what is not public stands in no object of a bucket or folder, and in no feed that is kept. A word
//! stands in everything a person can write about three episodes: a draft, one to come, and one that listeners had until it was
//! withdrawn. (The routes of a server are crawled in `hearthcast-server`, `tests/api/canary.rs`.)

use hearthcast_tests::{BucketScene, file_url, output, sound};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

const WORD: &str = "zanzibarcanary";

/// Makes an episode that says the word wherever it can; returns its slug.
fn secret(scene: &BucketScene, kind: &str, more: &[&str]) -> String {
    let (laptop, show, folder) = (&scene.laptop, &scene.show, scene.folder.path());
    let (file, transcript) = (folder.join(format!("{kind}.mp3")), folder.join(format!("{kind}.vtt")));
    sound::mp3(&file, 20, &format!("{kind} {WORD}"));
    std::fs::write(&transcript, format!("WEBVTT\n\n00:00.000 --> 00:04.000\n{kind} {WORD}\n")).expect("a transcript");
    let made = laptop.episode(show, &format!("{kind} of {WORD}"), &file);
    let slug = made["episode"]["slug"].as_str().expect("a slug").to_string();
    let chapters = json!([{"start_ms": 0, "title": WORD, "url": format!("https://example.org/{WORD}")}]);
    let persons = json!([{"name": WORD}]);
    let fields = [
        format!("notes=Words of {WORD}."),
        format!("link=https://example.org/{WORD}"),
        format!("chapters={chapters}"),
        format!("persons={persons}"),
        format!("transcript={}", transcript.display()),
    ];
    let words = ["episode", "set", show, &slug];
    laptop.ask(&[&words[..], &fields.each_ref().map(String::as_str), more].concat());
    slug
}

/// Files below `place` that hold the word, or are named by it.
fn said(place: &Path) -> Vec<PathBuf> {
    let listed = output(Command::new("find").arg(place).args(["-type", "f"]));
    let holds = |path: &Path| {
        let found = Command::new("grep").args(["-qai", WORD]).arg(path).status().expect("grep runs");
        found.success() || path.to_string_lossy().contains(WORD)
    };
    listed.lines().map(PathBuf::from).filter(|path| holds(path)).collect()
}

#[test]
fn no_object_and_no_kept_feed_says_what_is_not_public() {
    let scene = BucketScene::new(20);
    let (laptop, show) = (&scene.laptop, &scene.show);
    let www = scene.folder.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    // Further feeds say no more than the feed. (Pages need many episodes: `feed_pages`.)
    laptop.ask(&["show", "set", show, "variants.all=last:100", "variants.mp3=format:audio/mpeg"]);
    let places = [www.as_path(), &scene.folder.path().join("s3")];
    let publish = || {
        for target in ["pods", "www"] {
            laptop.ask(&["publish", show, "--target", target]);
        }
    };
    let draft = secret(&scene, "draft", &["draft=true"]);
    publish();
    for place in places {
        assert_eq!(said(place), Vec::<PathBuf>::new(), "a draft");
    }
    // Somebody hears the draft by a secret address: it lies under a name that nobody can guess, nothing else says the word, and
    // what is public stays as it was. Ended, nothing is left.
    for (target, place) in [("pods", places[1]), ("www", places[0])] {
        let shared = laptop.ask(&["episode", "share", show, &draft, "--target", target]);
        publish();
        let address = shared["address"].as_str().expect("an address");
        let name = address.rsplit('/').nth(1).expect("a secret");
        assert!(said(place).len() >= 4, "page, sound, transcript, feed: {:?}", said(place));
        let apart = |path: &PathBuf| path.parent().and_then(Path::file_name).is_some_and(|folder| folder == name);
        assert!(said(place).iter().all(apart), "{:?}", said(place));
        laptop.ask(&["episode", "unshare", show, address]);
        assert_eq!(said(place), Vec::<PathBuf>::new(), "a draft that somebody heard");
    }
    let gone = secret(&scene, "gone", &[]);
    publish();
    for place in places {
        assert!(
            said(place).len() >= 4,
            "listeners have it: sound, transcript, feed and the kept feed: {:?}",
            said(place)
        );
    }
    laptop.ask(&["episode", "set", show, &gone, &format!("title=Gone, of {WORD} twice")]);
    publish();
    laptop.speak(&["episode", "withdraw", show, &gone]);
    for place in places {
        assert_eq!(said(place), Vec::<PathBuf>::new(), "a withdrawn episode");
    }
    // Files of an episode to come are in place before its minute, so that only the feed is left to write (issue 4, point 7). Their
    // addresses have 128 bits that nobody can guess, and nothing that can be read names them.
    secret(&scene, "later", &["at=2100-01-01T08:00:00Z"]);
    publish();
    for place in places {
        let listed = said(place).into_iter().filter(|path| path.components().any(|part| part.as_os_str() == "feeds"));
        assert_eq!(listed.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "an episode to come");
        for path in said(place) {
            let folder = path.parent().and_then(Path::file_name).expect("a folder").to_string_lossy();
            let unguessable = folder.len() == 32 && folder.chars().all(|c| c.is_ascii_hexdigit());
            assert!(unguessable, "{} can be guessed", path.display());
        }
    }
}
