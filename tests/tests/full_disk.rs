//! Issue 3, "Seen to be done": a disk that is full while publishing. A sentence, nothing lost, and on it goes when there is
//! room: at the place (at every moment of a publication), and where the library lies. Issue 7, point 10: what the library's disk
//! has no room for is not begun.

use hearthcast_tests::{Laptop, SmallDisk, enclosures, file_url, files_below, output, scratch, sound};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLIC: &str = "https://pods.example.org/";

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

/// A show with one episode, published into `www`.
fn published(laptop: &Laptop, folder: &Path, www: &Path) -> String {
    let show = laptop.show("Small Harbour");
    add(laptop, &show, folder, 1);
    laptop.ask(&["target", "add", &show, "www", &file_url(www), "--public-url", PUBLIC]);
    assert_eq!(laptop.ask(&["publish", &show])["version"], 1);
    show
}

fn add(laptop: &Laptop, show: &str, folder: &Path, number: usize) -> PathBuf {
    let file = folder.join(format!("{number}.mp3"));
    sound::mp3(&file, 6, &format!("Number {number}"));
    laptop.episode(show, &format!("Number {number}"), &file);
    file
}

/// Reads the public feed and every enclosure as a listener would; gives the number of episodes.
fn heard(www: &Path, show: &str) -> usize {
    let feed = www.join(format!("feeds/{show}/feed.xml"));
    output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(&feed));
    let listed = enclosures(&std::fs::read_to_string(&feed).expect("the feed is there"));
    for (url, length) in &listed {
        let file = www.join(url.strip_prefix(PUBLIC).expect("inside the folder"));
        let bytes = std::fs::read(&file).expect("what the feed names is there");
        assert_eq!(bytes.len() as u64, *length, "{url}");
        assert!(url.contains(&hearthcast_model::Sha256::of(&bytes).to_string()[..32]), "{url} is what its name says");
    }
    listed.len()
}

/// Files that no key names: what a broken write left behind.
fn leftovers(www: &Path) -> Vec<String> {
    let listed = output(Command::new("find").arg(www).args(["-type", "f", "-printf", "%P\n"]));
    let known = |path: &&str| ["media/", "images/", "text/", "feeds/"].iter().any(|folder| path.starts_with(folder));
    let odd = |path: &&str| !known(path) || path.contains(".part") || path.contains(".tmp");
    listed
        .lines()
        .filter(odd)
        .filter(|path| !path.starts_with(".hearthcast") && *path != "ballast")
        .map(str::to_string)
        .collect()
}

#[test]
fn a_full_place_is_said_and_the_publication_goes_on() {
    let folder = scratch();
    let mount = folder.path().join("www");
    let disk = SmallDisk::mount(&mount, 1_024);
    let mut laptop = Laptop::new(folder.path());
    laptop.under(disk.inside());
    let show = published(&laptop, folder.path(), &mount);
    add(&laptop, &show, folder.path(), 2);
    // A file of six seconds has 94 kB, and everything else at least one page of four.
    let (mut full, mut left) = (0, 60);
    let done = loop {
        disk.leave(left);
        let spoken = laptop.speak(&["publish", &show]);
        if spoken.code == Some(0) {
            break spoken.last;
        }
        full += 1;
        assert_eq!(
            (text(&spoken.last["code"]), spoken.code),
            ("target.full", Some(1)),
            "{left} kB left: {}",
            spoken.last
        );
        assert!(text(&spoken.last["hint"]).contains("room"), "{}", spoken.last);
        assert_eq!(heard(&disk.path(), &show), 1, "{left} kB left: listeners have what they had");
        let target = &laptop.ask(&["target", "list"])["targets"][0];
        assert_eq!((&target["version"], &target["unfinished"]), (&json!(1), &json!(true)), "{left} kB left");
        left += 4;
        assert!(left < 1_024, "it ends");
    };
    assert!(full > 5, "the disk was full at several moments: {full}");
    assert_eq!((&done["version"], heard(&disk.path(), &show)), (&json!(2), 2));
    assert_eq!(leftovers(&disk.path()), Vec::<String>::new());
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0);
}

#[test]
fn a_full_disk_of_the_library_stops_a_publication_with_a_sentence() {
    let folder = scratch();
    let mount = folder.path().join("library");
    let disk = SmallDisk::mount(&mount, 8 * 1_024);
    let www = folder.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    let mut laptop = Laptop::new(folder.path());
    laptop.under(disk.inside());
    let show = published(&laptop, folder.path(), &www);
    add(&laptop, &show, folder.path(), 2);
    disk.leave(0);
    for _ in 0..2 {
        let spoken = laptop.speak(&["publish", &show]);
        assert_eq!((text(&spoken.last["code"]), spoken.code), ("library.failed", Some(1)), "{}", spoken.last);
        assert!(text(&spoken.last["message"]).contains("full"), "{}", spoken.last);
        assert!(text(&spoken.last["hint"]).contains("space"), "{}", spoken.last);
        // The journal may have found room for everything but its last row: then listeners have the new feed, whole.
        assert!((1..=2).contains(&heard(&www, &show)), "listeners have a whole feed");
    }
    disk.clear();
    assert_eq!(laptop.ask(&["publish", &show])["version"], 2);
    assert_eq!(heard(&www, &show), 2);
    let states = laptop.ask(&["episode", "list", &show])["episodes"].clone();
    assert!(states.as_array().expect("a list").iter().all(|e| e["state"] == "published"), "{states}");
    let integrity =
        output(Command::new("sqlite3").arg(disk.path().join("library.sqlite")).arg("pragma integrity_check"));
    assert_eq!(integrity.trim(), "ok");
}

/// Eight seconds of a test picture and a tone, some megabytes, the table of contents at the end.
fn film(to: &Path) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=f=330:d=8"]);
    ffmpeg.args(["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=8", "-c:v", "mpeg4", "-q:v", "1", "-c:a", "aac"]);
    output(ffmpeg.arg(to));
}

/// A refusal before anything was begun, because the library's disk has three megabytes at most and these bytes do not fit.
fn refused_for_room(refused: &Value, bytes: u64) {
    assert_eq!(text(&refused["code"]), "library.failed", "{refused}");
    let message = text(&refused["message"]);
    assert!(message.starts_with("The disk with the library has not enough room:"), "{message}");
    let numbers: Vec<u64> = message.split(' ').filter_map(|word| word.parse().ok()).collect();
    let fit = matches!(numbers[..], [needed, free] if needed * 1_000_000 > bytes && free < needed.min(4));
    assert!(fit, "{message}");
    assert!(text(&refused["hint"]).contains("Nothing was changed"), "{refused}");
}

#[test]
fn point_10_what_the_library_has_no_room_for_is_not_begun() {
    let folder = scratch();
    let mount = folder.path().join("library");
    let disk = SmallDisk::mount(&mount, 24 * 1_024);
    let mut laptop = Laptop::new(folder.path());
    laptop.under(disk.inside());
    let show = laptop.show("Small Harbour");
    add(&laptop, &show, folder.path(), 1);
    let [wav, video] = ["long.wav", "film.mp4"].map(|name| folder.path().join(name));
    sound::wav(&wav, 60);
    film(&video);
    let size = |file: &Path| file.metadata().expect("the file").len();
    assert!(size(&wav) > 5_000_000 && size(&video) > 2_200_000, "{} {}", size(&wav), size(&video));

    // The media folder with what is half in it, and the episodes.
    let state = || {
        let mut kept: Vec<(PathBuf, u64)> =
            files_below(&disk.path().join("media")).into_iter().map(|file| (file.clone(), size(&file))).collect();
        kept.sort();
        (kept, laptop.ask(&["episode", "list", &show])["episodes"].clone())
    };
    let before = state();
    assert!(before.0.len() > 1, "{before:?}");
    disk.leave(2 * 1_024);
    let wav_path = wav.to_str().expect("a plain name");
    let alternates = [&wav, &video].map(|file| format!("alternate={}", file.display()));
    for (words, file) in [
        (&["episode", "add", &show, "--title", "Long", "--audio", wav_path][..], &wav),
        (&["episode", "set", &show, "number-1", &format!("audio={wav_path}")][..], &wav),
        (&["episode", "set", &show, "number-1", &alternates[0]][..], &wav),
        (&["episode", "set", &show, "number-1", &alternates[1]][..], &video),
    ] {
        // Those of the file, and what is made of it.
        refused_for_room(&laptop.speak(words).last, size(file));
        assert_eq!(state(), before, "{words:?}: nothing is left behind");
    }
    // With some megabytes more all of it goes in; the film with its table in front, which takes no more room than it needs.
    disk.clear();
    laptop.episode(&show, "Long", &wav);
    let given = laptop.ask(&["episode", "set", &show, "number-1", &alternates[1]]);
    let other = &given["episode"]["tags"]["alternate_enclosures"][0];
    assert_eq!((&other["mime"], &other["height_px"]), (&json!("video/mp4"), &json!(360)), "{other}");
}

#[test]
fn point_10_other_tags_are_not_begun_without_room_for_the_file() {
    let folder = scratch();
    let mount = folder.path().join("library");
    let disk = SmallDisk::mount(&mount, 24 * 1_024);
    let www = folder.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    let mut laptop = Laptop::new(folder.path());
    laptop.under(disk.inside());
    let show = laptop.show("Small Harbour");
    let media = || {
        let mut files = files_below(&disk.path().join("media"));
        files.sort();
        files
    };

    // Asked for: a file that came finished, 16 kB for each of 120 seconds. It is written beside the one that is there.
    let finished = folder.path().join("one.mp3");
    sound::mp3(&finished, 120, "One");
    laptop.episode(&show, "One", &finished);
    let given = || laptop.ask(&["episode", "get", &show, "one"]);
    let (files, episode) = (media(), given());
    disk.leave(2 * 1_024);
    refused_for_room(&laptop.speak(&["episode", "tags", &show, "one"]).last, 1_920_000);
    assert_eq!((media(), given()), (files, episode), "nothing is left behind");
    disk.clear();
    assert_eq!(laptop.ask(&["episode", "tags", &show, "one"])["changed"], true);

    // By itself: what was made here says what its episode says now before it is published.
    let recording = folder.path().join("two.wav");
    sound::wav(&recording, 60);
    laptop.episode(&show, "Two", &recording);
    laptop.ask(&["episode", "set", &show, "two", "title=The second one"]);
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", PUBLIC]);
    let list = || laptop.ask(&["episode", "list", &show])["episodes"].clone();
    let (files, episodes) = (media(), list());
    // Less than what stays free in any case, and more than the journal needs.
    disk.leave(1_000);
    refused_for_room(&laptop.speak(&["publish", &show]).last, 1 << 20);
    assert_eq!((media(), list()), (files, episodes), "nothing is left behind");
    disk.clear();
    assert_eq!(laptop.ask(&["publish", &show])["version"], 1);
    assert_eq!(heard(&www, &show), 2);
}
