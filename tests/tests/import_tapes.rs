//! Issue 6, point 2: of several sources of one show a folder of tagged sounds is one: it meets the others by guid, and gives an
//! episode the sound that they do not have.

use hearthcast_model::Sha256;
use hearthcast_tests::harbour::{all, feed, item, mp3, numbers, text};
use hearthcast_tests::wordpress::{export, field, post};
use hearthcast_tests::{Elsewhere, Laptop, scratch, sound};
use serde_json::Value;
use std::path::Path;

/// As Podlove's plugin writes them; its exports have no sounds.
fn guid(n: usize) -> String {
    format!("podlove-2023-06-0{n}t10:00:00+00:00-a1b2c3")
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

/// A sound with a guid in its tags, as Apple's programs write it; says what it is known by.
fn tape(file: &Path, seconds: usize, title: &str, guid: &str) -> String {
    sound::mp3(file, seconds, title);
    sound::with_frame(file, b"TGID", &[&b"\0"[..], guid.as_bytes()].concat());
    Sha256::of(&std::fs::read(file).expect("a sound")).to_string()
}

/// These episodes with these sounds, and nothing else of them another.
fn with_sounds(episodes: &[Value], after: &[Value], hashes: &[&str]) -> Vec<Value> {
    let mut expected = episodes.to_vec();
    for (n, hash) in hashes.iter().enumerate() {
        assert_eq!(text(&after[n]["audio"]["hash"]), *hash, "bit for bit: {}", after[n]);
        expected[n]["audio"] = after[n]["audio"].clone();
    }
    expected
}

#[test]
fn point_2_a_folder_of_tagged_sounds_gives_the_episodes_of_an_export_their_sounds() {
    let folder = scratch();
    let posts: Vec<String> = [1, 2, 3]
        .map(|n| {
            let (local, utc) = (format!("2023-06-0{n} 12:00:00"), format!("2023-06-0{n} 10:00:00"));
            post(n, "podcast", "publish", [&local, &utc], "Words of the site.", &field("_podlove_guid", &guid(n)))
        })
        .into();
    let (wxr, tapes) = (folder.path().join("site.xml"), folder.path().join("Old tapes"));
    std::fs::write(&wxr, export(&posts)).expect("a file");
    std::fs::create_dir(&tapes).expect("a folder");
    let hashes = [1, 2].map(|n| tape(&tapes.join(format!("{n}.mp3")), 12, &format!("Tape {n}"), &guid(n)));
    let [one, two] = hashes.each_ref().map(String::as_str);

    let laptop = Laptop::new(folder.path());
    let show = text(&laptop.ask(&["import", plain(&wxr)])["slug"]).to_string();
    let (title, before) = all(&laptop);
    let guids: Vec<&str> = before.iter().map(|episode| text(&episode["guid"])).collect();
    assert_eq!(guids, [guid(1), guid(2), guid(3)]);
    assert!(before.iter().all(|episode| episode["audio"].is_null()), "{before:?}");

    let words = ["import", plain(&tapes), "--into", &show];
    let report = laptop.ask(&words);
    assert_eq!((numbers(&report), &report["files"]["taken"]), ([0, 2, 0], &2.into()), "{report}");
    let (same_title, after) = all(&laptop);
    assert_eq!((&same_title, &after), (&title, &with_sounds(&before, &after, &[one, two])), "only their sounds");

    // Again neither changes anything; a step back and the folder once more bring the sound again.
    assert_eq!(numbers(&laptop.ask(&words)), [0, 0, 2]);
    assert_eq!(numbers(&laptop.ask(&["import", plain(&wxr)])), [0, 0, 3]);
    assert_eq!(all(&laptop).1, after);
    assert_eq!(laptop.undo(), "audio");
    assert_eq!(all(&laptop).1, with_sounds(&before, &after, &[one]));
    assert_eq!(numbers(&laptop.ask(&words)), [0, 1, 1]);
    assert_eq!(all(&laptop).1, after);

    // What has a sound keeps it.
    tape(&tapes.join("later.mp3"), 18, "Another tape", &guid(1));
    let told = laptop.ask(&words);
    assert_eq!((numbers(&told), text(&told["findings"][0]["code"])), ([0, 0, 3], "guid_known"), "{told}");
    assert_eq!(all(&laptop).1, after);

    // Both together, in whatever order they are named.
    for (name, sources) in [("one", [&tapes, &wxr]), ("other", [&wxr, &tapes])] {
        let second = Laptop::new(&folder.path().join(name));
        let report = second.ask(&["import", plain(sources[0]), plain(sources[1])]);
        assert_eq!(report["imports"].as_array().map(Vec::len), Some(2), "{report}");
        assert_eq!(all(&second), (title.clone(), after.clone()), "{name}");
    }
}

#[test]
fn point_2_sounds_that_a_feed_leaves_elsewhere_come_from_a_folder() {
    let (folder, web) = (scratch(), Elsewhere::start());
    let far = web.url("/1.mp3");
    let bytes = mp3(folder.path(), "As the host has it");
    let (length, of_feed) = (bytes.len(), "tag:harbour,1 &amp; «ü»");
    web.put("/1.mp3", "audio/mpeg", bytes);
    web.put("/feed.xml", "application/rss+xml", feed("", &[item(1, &far, length, "").replace(of_feed, &guid(1))]));
    let laptop = Laptop::new(folder.path());
    let feed_url = web.url("/feed.xml");
    let show = text(&laptop.ask(&["import", &feed_url, "--allow-local", "--media", "none"])["slug"]).to_string();
    let (_, before) = all(&laptop);
    assert_eq!((&before[0]["audio"], text(&before[0]["remote_audio"]["url"])), (&Value::Null, far.as_str()));

    let tapes = folder.path().join("tapes");
    std::fs::create_dir(&tapes).expect("a folder");
    let hash = tape(&tapes.join("1.mp3"), 12, "As it was recorded", &guid(1));
    assert_eq!(numbers(&laptop.ask(&["import", plain(&tapes), "--into", &show])), [0, 1, 0]);
    let (_, after) = all(&laptop);
    assert_eq!(after, with_sounds(&before, &after, &[hash.as_str()]));
    // The feed says what it said: the sound from the folder stays, also where all sounds are to be brought.
    for media in ["none", "all"] {
        let again = laptop.ask(&["import", &feed_url, "--allow-local", "--media", media]);
        assert_eq!(numbers(&again), [0, 0, 1], "{again}");
        assert_eq!(all(&laptop).1, after, "{media}");
    }
}
