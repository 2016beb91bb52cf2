//! Issue 6, point 2: of several sources of one show a folder of tagged sounds is one: it meets the others by guid, by title and
//! day or number, or by the name of the file that is gone, and gives an episode the sound that they do not have.

use hearthcast_model::Sha256;
use hearthcast_tests::harbour::{all, feed, item, mp3, numbers, text};
use hearthcast_tests::wordpress::{export, field, post};
use hearthcast_tests::{Elsewhere, Laptop, output, scratch, sound};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

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

/// A sound with these tags and no guid, as ffmpeg writes them (ID3 2.4); says what it is known by.
fn tagged(file: &Path, tags: &[&str]) -> String {
    let raw = file.with_extension("raw");
    sound::mp3(&raw, 12, "raw");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-f", "mp3", "-i"]).arg(&raw);
    ffmpeg.args(["-map_metadata", "-1", "-codec:a", "copy", "-id3v2_version", "4"]);
    for tag in tags {
        ffmpeg.args(["-metadata", tag]);
    }
    output(ffmpeg.arg(file));
    std::fs::remove_file(&raw).expect("the raw sound can be removed");
    Sha256::of(&std::fs::read(file).expect("a sound")).to_string()
}

/// Codes and sentences of what a person should know.
fn findings(report: &Value) -> Vec<(&str, &str)> {
    let all = report["findings"].as_array().expect("a list");
    all.iter().map(|finding| (text(&finding["code"]), text(&finding["message"]))).collect()
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

#[test]
fn point_2_a_folder_gives_the_episodes_of_a_feed_whose_sounds_are_gone_theirs_by_title_or_file_name() {
    let (folder, web) = (scratch(), Elsewhere::start());
    // Nothing lies at any of these addresses: 404.
    let item_of = |n: usize, file: &str, more: &str| item(n, &web.url(file), 192_000, more);
    let news = |n: usize, season: &str| {
        let more = format!("<itunes:season>{season}</itunes:season><itunes:episode>4</itunes:episode>");
        item_of(n, "/media.mp3", &more).replace(&format!("Episode {n}"), "News")
    };
    let items = [
        item_of(1, "/a.mp3", "<itunes:episode>1</itunes:episode>"),
        item_of(2, "/b.mp3", ""),
        item_of(3, "/three%20boats.mp3", ""),
        news(4, "1"),
        news(5, "2"),
        item_of(6, "/f.mp3", ""),
    ];
    web.put("/feed.xml", "application/rss+xml", feed("", &items));
    let laptop = Laptop::new(folder.path());
    let feed_url = web.url("/feed.xml");
    let first = laptop.speak(&["import", &feed_url, "--allow-local"]);
    assert_eq!((first.code, numbers(&first.last)), (Some(1), [6, 0, 0]), "{}", first.last);
    let show = text(&first.last["slug"]).to_string();
    let (_, before) = all(&laptop);
    assert!(before.len() == 6 && before.iter().all(|episode| episode["audio"].is_null()), "{before:?}");

    let tapes = folder.path().join("Old tapes");
    std::fs::create_dir(&tapes).expect("a folder");
    let one = tagged(&tapes.join("first.mp3"), &["title=EPISODE  1", "track=1/6"]);
    // The item came out on 3 January 2024.
    let two = tagged(&tapes.join("second.mp3"), &["title=Episode 2", "date=2024-01-03"]);
    let three = tagged(&tapes.join("Three Boats.mp3"), &["title=Tape 3"]);
    tagged(&tapes.join("news.mp3"), &["title=News", "track=4"]);
    tagged(&tapes.join("six.mp3"), &["title=Episode 6"]);

    let words = ["import", plain(&tapes), "--into", &show];
    let planned = laptop.ask(&[&words[..], &["--dry-run"]].concat());
    assert_eq!(all(&laptop).1, before, "a preview changes nothing");
    let report = laptop.ask(&words);
    assert_eq!((numbers(&report), &report["files"]["taken"]), ([0, 3, 0], &3.into()), "{report}");
    assert_eq!(numbers(&planned), numbers(&report), "{planned}");
    assert_eq!((&planned["changes"], &planned["findings"]), (&report["changes"], &report["findings"]));
    let told = findings(&report);
    assert!(matches!(told[..], [("unclear", _), ("unclear", _)]), "{told:?}");
    assert!(told[0].1.starts_with("news.mp3 was left out: it may be of any of 2 episodes"), "{told:?}");
    assert!(told[1].1.starts_with("six.mp3 was left out: it has its title, and neither"), "{told:?}");
    let files: Vec<&str> =
        report["changes"].as_array().expect("a list").iter().map(|c| text(&c["fields"][0]["after"])).collect();
    assert_eq!(files, ["first.mp3", "second.mp3", "Three Boats.mp3"]);
    let (_, after) = all(&laptop);
    assert_eq!(after, with_sounds(&before, &after, &[one.as_str(), two.as_str(), three.as_str()]), "only their sounds");

    // Again nothing changes, and the same is told; the feed, whose other sounds are gone as before, changes nothing either.
    let again = laptop.ask(&words);
    assert_eq!((numbers(&again), findings(&again)), ([0, 0, 3], told), "{again}");
    let of_feed = laptop.speak(&["import", &feed_url]);
    assert_eq!((of_feed.code, numbers(&of_feed.last)), (Some(1), [0, 0, 6]), "{}", of_feed.last);
    assert_eq!(of_feed.last["files"]["failed"], 3, "{}", of_feed.last);
    assert_eq!(all(&laptop).1, after);

    // Another sound of an episode that has one, and two that cannot both be that of one.
    tagged(&tapes.join("first again.mp3"), &["title=Episode 1", "track=1", "artist=Ada"]);
    let six = tagged(&tapes.join("six.mp3"), &["title=Episode 6", "date=2024-01-07"]);
    tagged(&tapes.join("six too.mp3"), &["title=Episode 6", "date=2024-01-07", "artist=Ada"]);
    let planned = laptop.ask(&[&words[..], &["--dry-run"]].concat());
    let report = laptop.ask(&words);
    assert_eq!((numbers(&planned), numbers(&report)), ([0, 0, 4], [0, 0, 4]), "{report}");
    assert_eq!(planned["findings"], report["findings"]);
    let told = findings(&report);
    let codes: Vec<&str> = told.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["already_there", "unclear", "unclear", "unclear"], "{told:?}");
    assert!(told[0].1.starts_with("first again.mp3 has its title and number"), "{told:?}");
    assert_eq!(all(&laptop).1, after);
    // One of them alone is it; a sound of no known episode makes one.
    std::fs::remove_file(tapes.join("six too.mp3")).expect("a sound");
    tagged(&tapes.join("seven.mp3"), &["title=Never aired", "date=2024-02-01"]);
    assert_eq!(numbers(&laptop.ask(&words)), [1, 1, 4]);
    let (_, last) = all(&laptop);
    let of_six = last.iter().find(|episode| episode["title"] == "Episode 6").expect("it is here");
    assert_eq!((last.len(), text(&of_six["audio"]["hash"])), (7, six.as_str()));
}

#[test]
fn point_2_a_folder_without_guids_meets_an_export_by_title_and_day() {
    let folder = scratch();
    let dates = ["2023-06-01 12:00:00", "2023-06-01 10:00:00"];
    let (wxr, tapes) = (folder.path().join("site.xml"), folder.path().join("tapes"));
    let of_podlove = field("_podlove_guid", &guid(1));
    let posts = [post(1, "podcast", "publish", dates, "Words of the site.", &of_podlove)];
    std::fs::write(&wxr, export(&posts)).expect("a file");
    std::fs::create_dir(&tapes).expect("a folder");
    let hash = tagged(&tapes.join("1.mp3"), &["title=Post 1", "date=2023-06-01"]);
    let laptop = Laptop::new(folder.path());
    let show = text(&laptop.ask(&["import", plain(&wxr)])["slug"]).to_string();
    let (_, before) = all(&laptop);
    assert_eq!(numbers(&laptop.ask(&["import", plain(&tapes), "--into", &show])), [0, 1, 0]);
    let (_, after) = all(&laptop);
    assert_eq!(after, with_sounds(&before, &after, &[hash.as_str()]));
    // Taken back and brought again, it is the same.
    assert_eq!(laptop.undo(), "audio");
    assert_eq!(all(&laptop).1, before);
    assert_eq!(numbers(&laptop.ask(&["import", plain(&tapes), "--into", &show])), [0, 1, 0]);
    assert_eq!(all(&laptop).1, after);
}
