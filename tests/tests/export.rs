//! Issue 6, point 3: the honest exit. A show leaves whole, in a folder whose files `sha256sum` and `xmllint` read; and nothing
//! that was there before is lost on the way.

use hearthcast_tests::{Laptop, Needle, Server, SmallDisk, file_url, files_below, output, scratch, sound, until};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

const PUBLIC: &str = "https://pods.example.org/";

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file).expect("it is there")).expect("it is JSON")
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

/// A show with two published episodes (one with a change that is not), a scheduled one, a draft, and texts.
fn harbour(laptop: &Laptop, folder: &Path) -> (String, Vec<PathBuf>) {
    let show = laptop.show("Harbour talk");
    let sounds: Vec<PathBuf> = (1..=3).map(|n| folder.join(format!("{n}.mp3"))).collect();
    for (n, file) in sounds.iter().enumerate() {
        sound::mp3(file, 12, &format!("Number {}", n + 1));
    }
    laptop.episode(&show, "One", &sounds[0]);
    laptop.episode(&show, "Two", &sounds[1]);
    let words = folder.join("words.vtt");
    std::fs::write(&words, "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThe sea.\n").expect("a text");
    let marks = folder.join("marks.txt");
    std::fs::write(&marks, "00:00:00.000 Begin\n00:00:06.000 The sea\n").expect("a text");
    laptop.ask(&["episode", "set", &show, "one", "season=2", "number=1"]);
    let (words, marks) = (plain(&words), plain(&marks));
    laptop.ask(&["episode", "add", &show, "--title", "Three", "--audio", plain(&sounds[2]), "--transcript", words]);
    laptop.ask(&["episode", "add", &show, "--title", "A draft", "--draft", "--chapters", marks]);
    laptop.ask(&["episode", "set", &show, "three", "at=2031-05-01T10:00:00+02:00"]);
    let www = folder.join("www");
    std::fs::create_dir_all(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", PUBLIC]);
    laptop.ask(&["publish", &show]);
    laptop.ask(&["episode", "set", &show, "two", "title=Two, as it will be"]);
    (show, sounds)
}

/// Checks the folder's list with the system's own program; gives its paths.
fn whole(folder: &Path) -> Vec<String> {
    let manifest = read(&folder.join("manifest.json"));
    assert_eq!((&manifest["format"], &manifest["kind"]), (&1.into(), &"hearthcast-export".into()));
    let files = manifest["files"].as_array().expect("a list");
    let sums: String = files.iter().map(|f| format!("{}  {}\n", text(&f["sha256"]), text(&f["path"]))).collect();
    let list = folder.with_extension("sums");
    std::fs::write(&list, sums).expect("a list");
    output(Command::new("sha256sum").args(["--quiet", "--check"]).arg(&list).current_dir(folder));
    for file in files {
        let length = std::fs::metadata(folder.join(text(&file["path"]))).expect("it is there").len();
        assert_eq!(file["size_bytes"], length);
    }
    files.iter().map(|file| text(&file["path"]).to_string()).collect()
}

fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let time = |file: &PathBuf| std::fs::metadata(file).and_then(|about| about.modified()).expect("a time");
    files_below(folder).into_iter().map(|file| (file.clone(), time(&file))).collect()
}

fn titled<'a>(records: &'a Value, title: &str) -> &'a Value {
    let all = records["episodes"].as_array().expect("a list");
    all.iter().find(|record| record["body"]["title"] == title).unwrap_or_else(|| panic!("{title} is in {records}"))
}

#[test]
fn point_3_a_show_leaves_whole_and_again_nothing_is_written() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let (show, sounds) = harbour(&laptop, folder.path());
    let out = folder.path().join("out");
    let report = laptop.ask(&["export", &show, plain(&out)]);
    assert_eq!((&report["episodes"], &report["left_out"]), (&4.into(), &Value::Array(vec![])), "{report}");
    let paths = whole(&out);
    assert_eq!(paths.len() + 1, files_below(&out).len(), "and nothing else lies there: {paths:?}");

    let records = read(&out.join("show.json"));
    let two = titled(&records, "Two, as it will be");
    assert_eq!(two["released"]["title"], "Two", "what listeners get stands beside what is written");
    assert_eq!(titled(&records, "A draft")["body"]["draft"], true);
    assert_eq!(titled(&records, "A draft")["body"]["chapters"][1]["title"], "The sea");
    assert_eq!(
        titled(&records, "Three")["body"]["publish_at_ms"],
        1_935_388_800_000_i64,
        "date -u -d 2031-05-01T08:00"
    );
    assert_eq!(records["feeds"][0], format!("{PUBLIC}feeds/{show}/feed.xml"));
    for (title, sound) in ["One", "Two, as it will be", "Three"].iter().zip(&sounds) {
        let hash = &titled(&records, title)["body"]["audio"]["hash"];
        let files = records["files"].as_array().expect("a list");
        let file = files.iter().find(|file| file["facts"]["sha256"] == *hash).expect("it is listed");
        let copy = std::fs::read(out.join(text(&file["path"]))).expect("a sound");
        assert!(copy == std::fs::read(sound).expect("it was made"), "{title}: bit for bit");
    }
    let public = std::fs::read(folder.path().join(format!("www/feeds/{show}/feed.xml"))).expect("a feed");
    assert!(std::fs::read(out.join("feed.xml")).expect("a feed") == public, "byte for byte what listeners get");
    let named =
        output(Command::new("xmllint").args(["--nonet", "--xpath", "count(//enclosure)"]).arg(out.join("feed.xml")));
    assert_eq!(named.trim(), "2");
    let words = std::fs::read_to_string(out.join("README.txt")).expect("words for people");
    assert!(words.contains("hearthcast import") && words.contains(PUBLIC), "{words}");

    let before = times(&out);
    let again = laptop.ask(&["export", &show, plain(&out)]);
    assert_eq!((&again["written"], times(&out)), (&0.into(), before.clone()), "{again}");
    laptop.ask(&["episode", "set", &show, "one", "title=The first"]);
    laptop.ask(&["export", &show, plain(&out)]);
    whole(&out);
    let after = times(&out);
    let changed: Vec<_> =
        after.iter().filter(|(file, at)| before.get(*file) != Some(*at)).map(|(file, _)| file).collect();
    assert_eq!(changed, [&out.join("manifest.json"), &out.join("show.json")], "only what says something new");
}

#[test]
fn point_3_sounds_are_left_out_fetched_from_storage_or_named() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let (show, _) = harbour(&laptop, folder.path());
    let out = folder.path().join("out");
    let report = laptop.ask(&["export", &show, plain(&out), "--media", "none"]);
    let paths = whole(&out);
    assert!(!paths.iter().any(|path| path.starts_with("media/")), "{paths:?}");
    assert!(paths.iter().any(|path| path.starts_with("images/")), "pictures come all the same: {report}");

    // The disk with the sounds is away: two of them are public, the third is nowhere.
    let media = laptop.library().join("media");
    for file in files_below(&media) {
        if std::fs::read(&file).expect("a file").starts_with(b"ID3") {
            std::fs::remove_file(&file).expect("a file");
        }
    }
    let partly = laptop.speak(&["export", &show, plain(&out)]);
    assert_eq!(partly.code, Some(1), "{}", partly.last);
    let left = partly.last["left_out"].as_array().expect("a list");
    assert_eq!((left.len(), text(&left[0]["episode"]), text(&left[0]["code"])), (1, "Three", "media.absent"));
    let paths = whole(&out);
    assert_eq!(paths.iter().filter(|path| path.starts_with("media/")).count(), 2, "fetched: {paths:?}");
    let words = std::fs::read_to_string(out.join("README.txt")).expect("words for people");
    assert!(words.contains("Three: 3.mp3: It is not on this disk"), "{words}");

    // What is there may be the last copy: an export without sounds takes none of it away.
    laptop.speak(&["export", &show, plain(&out), "--media", "none"]);
    assert_eq!(whole(&out).iter().filter(|path| path.starts_with("media/")).count(), 2);
}

#[test]
fn point_3_other_peoples_folders_stay_as_they_are_and_no_secret_leaves() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let (show, _) = harbour(&laptop, folder.path());
    let other = folder.path().join("other");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::write(other.join("letter.txt"), "Dear Ada").expect("a file");
    let refused = laptop.speak(&["export", &show, plain(&other)]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "library.taken"), "{}", refused.last);
    assert_eq!(files_below(&other), [other.join("letter.txt")]);

    let out = folder.path().join("out");
    laptop.ask(&["export", &show, plain(&out)]);
    let second = laptop.show("Another show");
    let before = times(&out);
    let refused = laptop.speak(&["export", &second, plain(&out)]);
    assert_eq!(refused.last["code"], "library.taken", "{}", refused.last);
    let inside = laptop.library().join("out");
    assert_eq!(laptop.speak(&["export", &show, plain(&inside)]).last["code"], "library.taken");
    assert_eq!(times(&out), before);

    // A folder inside it that leads elsewhere is not written through.
    let away = folder.path().join("away");
    std::fs::rename(out.join("media"), &away).expect("moved");
    std::os::unix::fs::symlink(&away, out.join("media")).expect("a link");
    let sound = files_below(&away).into_iter().find(|file| file.is_file()).expect("a sound");
    std::fs::remove_file(&sound).expect("removed");
    let refused = laptop.speak(&["export", &show, plain(&out)]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "library.taken"), "{}", refused.last);
    assert!(!sound.exists(), "nothing came there");

    let key = files_below(laptop.library()).into_iter().filter(|file| file.to_string_lossy().contains("key"));
    for file in key {
        let secret = std::fs::read_to_string(&file).unwrap_or_default();
        for line in secret.lines().filter(|line| line.len() >= 12) {
            assert_eq!(Needle::new("a key", line).in_folder(&out), [""; 0]);
        }
    }
    let clean = folder.path().join("clean");
    laptop.ask(&["export", &show, plain(&clean)]);
    let library = Needle::new("the library's folder", plain(laptop.library()));
    assert_eq!(library.in_folder(&clean), [""; 0], "no path of this machine");
}

#[test]
fn point_3_a_full_disk_and_a_kill_leave_the_export_before_whole() {
    let folder = scratch();
    let disk = SmallDisk::mount(&folder.path().join("disk"), 4_000);
    let mut laptop = Laptop::new(folder.path());
    laptop.under(disk.inside());
    let (show, _) = harbour(&laptop, folder.path());
    let (named, out) = (folder.path().join("disk/out"), disk.path().join("out"));
    laptop.ask(&["export", &show, plain(&named)]);
    let before = whole(&out);
    let more = folder.path().join("4.mp3");
    sound::mp3(&more, 60, "Number 4");
    laptop.episode(&show, "Four", &more);
    disk.leave(300);
    let full = laptop.speak(&["export", &show, plain(&named)]);
    assert_eq!((full.code, text(&full.last["code"])), (Some(1), "target.full"), "{}", full.last);
    assert_eq!(whole(&out), before, "as it was");
    disk.clear();
    // Killed on the way, at every moment that comes up.
    for _ in 0..6 {
        let mut child = laptop.command(&["export", &show, plain(&named)]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let written = || files_below(&out.join("media")).iter().any(|file| file.to_string_lossy().contains(".part"));
        until("a sound is on its way, or all is done", || {
            (written() || child.try_wait().expect("a child").is_some()).then_some(())
        });
        let _ = child.kill();
        let _ = child.wait();
        whole(&out);
    }
    laptop.ask(&["export", &show, plain(&named)]);
    let paths = whole(&out);
    assert_eq!(paths.len() + 1, files_below(&out).len(), "nothing half lies about: {:?}", files_below(&out));
    assert!(paths.iter().any(|path| path.contains("four-")), "{paths:?}");
}

/// Everything of a show as it is kept, by the database's own program: records, what is known of files, what was made of what.
fn kept(laptop: &Laptop) -> BTreeMap<&'static str, String> {
    let base = laptop.library().join("library.sqlite");
    let ask = |sql: &str| output(Command::new("sqlite3").arg("-readonly").arg(&base).arg(sql));
    [
        ("show", "SELECT id, hash, released_hash, deleted_ms, body, released FROM show ORDER BY id"),
        ("episode", "SELECT id, hash, released_hash, deleted_ms, body, released FROM episode ORDER BY id"),
        ("media", "SELECT hash, original_name, facts FROM media ORDER BY hash"),
        ("waveform", "SELECT hash, slice_ms, hex(low), hex(high) FROM waveform ORDER BY hash"),
        ("made", "SELECT hash, source, preset, tags, report FROM made ORDER BY hash"),
        ("recording", "SELECT episode, hash FROM recording ORDER BY episode"),
        (
            "withdrawal",
            "SELECT episode, show_id, at_ms, finished_ms, j.fullkey, j.atom FROM withdrawal, json_tree(body) j ORDER BY episode, j.fullkey",
        ),
    ]
    .map(|(table, sql)| (table, ask(sql)))
    .into()
}

fn numbers(report: &Value) -> [u64; 3] {
    ["episodes_new", "episodes_changed", "episodes_same"].map(|name| report[name].as_u64().expect("a number"))
}

#[test]
fn point_2_an_exported_show_comes_in_equal_and_again_changes_nothing() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let (show, _) = harbour(&laptop, folder.path());
    let recording = folder.path().join("talk.wav");
    sound::wav(&recording, 4);
    laptop.episode(&show, "From a recording", &recording);
    laptop.ask(&["episode", "add", &show, "--title", "A post", "--post"]);
    laptop.ask(&["episode", "add", &show, "--title", "Called back", "--audio", plain(&folder.path().join("1.mp3"))]);
    laptop.ask(&["publish", &show]);
    // Nobody answers at its public address here: it is called back as far as it goes.
    laptop.speak(&["episode", "withdraw", &show, "called-back"]);
    laptop.ask(&["episode", "remove", &show, "one"]);
    let out = folder.path().join("out");
    laptop.ask(&["export", &show, plain(&out)]);

    let second = Laptop::on(&folder.path().join("second"), folder.path());
    let planned = second.ask(&["import", plain(&out), "--dry-run"]);
    assert_eq!((numbers(&planned), &planned["made"]), ([7, 0, 0], &true.into()), "{planned}");
    assert_eq!(second.ask(&["show", "list"])["shows"], Value::Array(vec![]), "nothing was changed");
    let report = second.ask(&["import", plain(&out)]);
    assert_eq!((numbers(&report), &report["slug"]), ([7, 0, 0], &show.as_str().into()), "{report}");
    let (before, after) = (kept(&laptop), kept(&second));
    for (table, rows) in &before {
        assert!(!rows.is_empty(), "{table} has something to compare");
        assert_eq!(after[table], *rows, "{table}");
    }
    let sounds = |of: &Laptop| {
        let all = files_below(&of.library().join("media")).into_iter();
        all.map(|file| file.file_name().expect("a name").to_os_string()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(sounds(&second), sounds(&laptop), "every file");

    let again = second.ask(&["import", plain(&out)]);
    assert_eq!((numbers(&again), &again["files"]["taken"]), ([0, 0, 7], &0.into()), "{again}");
    assert_eq!(kept(&second), after, "not a byte of any record");
    assert_eq!(second.ask(&["show", "get", &show])["targets"], Value::Array(vec![]), "nothing is published by it");

    // It goes out of the second library as it came.
    let twice = folder.path().join("twice");
    second.ask(&["export", &show, plain(&twice)]);
    let (mut one, mut two) = (read(&out.join("show.json")), read(&twice.join("show.json")));
    for records in [&mut one, &mut two] {
        records["feeds"] = Value::Null;
        records["files"].as_array_mut().expect("a list").iter_mut().for_each(|file| file["addresses"] = Value::Null);
    }
    assert_eq!(one, two, "but for where it is published");

    // Changed there: comes. Changed here: stays.
    laptop.ask(&["episode", "set", &show, "two", "title=Two, once more", "season=4"]);
    second.ask(&["episode", "set", &show, "two", "title=My own two"]);
    laptop.ask(&["export", &show, plain(&out)]);
    let news = second.ask(&["import", plain(&out)]);
    assert_eq!(numbers(&news), [0, 1, 6], "{news}");
    let two = &second.ask(&["episode", "get", &show, "two"])["episode"];
    assert_eq!((text(&two["title"]), &two["season"]), ("My own two", &4.into()));
}

#[test]
fn point_2_a_folder_that_was_tampered_with_is_refused_whole() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let (show, _) = harbour(&laptop, folder.path());
    let good = folder.path().join("good");
    laptop.ask(&["export", &show, plain(&good)]);
    let sound = whole(&good).into_iter().find(|path| path.starts_with("media/")).expect("a sound");
    let secret = folder.path().join("secret.mp3");
    std::fs::copy(good.join(&sound), &secret).expect("a copy");
    let relisted = |bad: &Path, change: &dyn Fn(&mut Value)| {
        let mut records = read(&bad.join("show.json"));
        change(&mut records);
        let text = serde_json::to_vec(&records).expect("JSON");
        let mut list = read(&bad.join("manifest.json"));
        let file = list["files"].as_array_mut().expect("a list").iter_mut().find(|file| file["path"] == "show.json");
        let file = file.expect("it is listed");
        file["sha256"] = hearthcast_model::Sha256::of(&text).as_str().into();
        file["size_bytes"] = text.len().into();
        std::fs::write(bad.join("show.json"), text).expect("written");
        std::fs::write(bad.join("manifest.json"), list.to_string()).expect("written");
    };
    let listed = |bad: &Path, change: &dyn Fn(&mut Value)| {
        let mut list = read(&bad.join("manifest.json"));
        change(&mut list);
        std::fs::write(bad.join("manifest.json"), list.to_string()).expect("written");
    };
    type Harm<'a> = (&'a str, &'a str, Box<dyn Fn(&Path) + 'a>);
    let harms: Vec<Harm> = vec![
        (
            "import.unreadable",
            "SHA-256 differs",
            Box::new(|bad| {
                let mut bytes = std::fs::read(bad.join(&sound)).expect("a sound");
                bytes[9_000] ^= 1;
                std::fs::write(bad.join(&sound), bytes).expect("written");
            }),
        ),
        (
            "import.unreadable",
            "in place of",
            Box::new(|bad| {
                let file = std::fs::File::options().write(true).open(bad.join(&sound)).expect("a sound");
                file.set_len(20_000).expect("cut");
            }),
        ),
        (
            "import.unreadable",
            "cannot be read",
            Box::new(|bad| std::fs::remove_file(bad.join(&sound)).expect("removed")),
        ),
        (
            "import.unreadable",
            "is a link",
            Box::new(|bad| {
                std::fs::remove_file(bad.join(&sound)).expect("removed");
                std::os::unix::fs::symlink(&secret, bad.join(&sound)).expect("a link");
            }),
        ),
        (
            "import.unreadable",
            "is a link",
            Box::new(|bad| {
                std::fs::rename(bad.join("media"), bad.join("sounds")).expect("moved");
                std::os::unix::fs::symlink(bad.join("sounds"), bad.join("media")).expect("a link");
            }),
        ),
        (
            "import.unreadable",
            "../secret.mp3",
            Box::new(|bad| listed(bad, &|list| list["files"][0]["path"] = "../secret.mp3".into())),
        ),
        (
            "import.unreadable",
            "/etc/passwd",
            Box::new(|bad| listed(bad, &|list| list["files"][0]["path"] = "/etc/passwd".into())),
        ),
        (
            "import.unreadable",
            "64 GiB",
            Box::new(|bad| listed(bad, &|list| list["files"][0]["size_bytes"] = (1u64 << 40).into())),
        ),
        ("sync.upgrade", "newer Hearthcast", Box::new(|bad| listed(bad, &|list| list["format"] = 2.into()))),
        ("sync.upgrade", "newer Hearthcast", Box::new(|bad| relisted(bad, &|all| all["format"] = 2.into()))),
        (
            "import.unreadable",
            "not what the list says",
            Box::new(|bad| {
                std::fs::write(bad.join("show.json"), "{}").expect("written");
            }),
        ),
        (
            "import.unreadable",
            "no address",
            Box::new(|bad| relisted(bad, &|all| all["show"]["body"]["link"] = "javascript:alert(1)".into())),
        ),
        (
            "import.unreadable",
            "name that cannot",
            Box::new(|bad| relisted(bad, &|all| all["show"]["body"]["cover"]["name"] = "../../x".into())),
        ),
        (
            "import.unreadable",
            "name that cannot",
            Box::new(|bad| {
                relisted(bad, &|all| {
                    // A web host would run it.
                    let episodes = all["episodes"].as_array_mut().expect("a list");
                    let heard = episodes.iter_mut().find(|one| one["body"]["audio"].is_object()).expect("a sound");
                    heard["body"]["audio"]["ext"] = "php".into();
                });
            }),
        ),
        (
            "import.unreadable",
            "text/html",
            Box::new(|bad| relisted(bad, &|all| all["files"][0]["facts"]["type"] = "text/html".into())),
        ),
        (
            "import.unreadable",
            "another show",
            Box::new(|bad| {
                relisted(bad, &|all| {
                    all["episodes"][0]["body"]["show"] = "018f0000-0000-7000-8000-000000000001".into()
                });
            }),
        ),
        (
            "import.unreadable",
            "has no sounds",
            Box::new(|bad| {
                for file in files_below(bad) {
                    std::fs::remove_file(file).expect("removed");
                }
            }),
        ),
    ];
    for (n, (code, why, harm)) in harms.iter().enumerate() {
        let bad = folder.path().join(format!("bad-{n}"));
        output(Command::new("cp").arg("-r").arg(&good).arg(&bad));
        harm(&bad);
        let second = Laptop::on(&folder.path().join(format!("library-{n}")), folder.path());
        let refused = second.speak(&["import", plain(&bad)]);
        assert_eq!((text(&refused.last["code"]), refused.code == Some(0)), (*code, false), "{why}: {}", refused.last);
        assert!(text(&refused.last["message"]).contains(why), "{why}: {}", refused.last);
        assert_eq!(second.ask(&["show", "list"])["shows"], Value::Array(vec![]), "{why}: nothing half");
        assert!(!files_below(&second.library().join("media")).iter().any(|file| file.is_file()), "{why}: no file");
    }
}

#[test]
fn point_2_a_folder_of_tagged_sounds_becomes_a_show_and_again_nothing_changes() {
    let folder = scratch();
    let laptop = Laptop::new(folder.path());
    let sounds = folder.path().join("Old tapes");
    std::fs::create_dir_all(sounds.join("more")).expect("a folder");
    let raw = folder.path().join("raw.mp3");
    sound::mp3(&raw, 12, "raw");
    let tagged = |to: &Path, tags: &[&str]| {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-i"]).arg(&raw).args([
            "-map_metadata",
            "-1",
            "-codec:a",
            "copy",
        ]);
        for tag in tags {
            ffmpeg.args(["-metadata", tag]);
        }
        output(ffmpeg.args(["-id3v2_version", "3"]).arg(to));
    };
    tagged(&sounds.join("2024-03-01 - 10 - Ten.mp3"), &["album=The Harbour", "artist=Ada"]);
    tagged(
        &sounds.join("2.mp3"),
        &["title=The second", "track=2/10", "date=2024-02-01", "album=The Harbour", "artist=Ada"],
    );
    tagged(&sounds.join("more/three.m4a.mp3"), &["title=With a guid"]);
    // As Apple's programs write a guid; and a comment as every program does (encoding, language, no description).
    sound::with_frame(&sounds.join("more/three.m4a.mp3"), b"TGID", b"\0tag:harbour,3 & u");
    sound::with_frame(&sounds.join("2024-03-01 - 10 - Ten.mp3"), b"COMM", b"\0eng\0About **ten**.");
    sound::wav(&sounds.join("S02E04 A recording.wav"), 3);
    sound::cover(&sounds.join("cover.jpg"));
    std::fs::write(sounds.join("letter.txt"), "Dear Ada").expect("a file");
    std::fs::write(sounds.join("broken.mp3"), "no sound at all").expect("a file");

    let planned = laptop.ask(&["import", plain(&sounds), "--dry-run"]);
    assert_eq!((numbers(&planned), &planned["made"]), ([5, 0, 0], &true.into()), "{planned}");
    let spoken = laptop.speak(&["import", plain(&sounds)]);
    let report = &spoken.last;
    assert_eq!((spoken.code, numbers(report)), (Some(1), [4, 0, 0]), "{report}");
    assert!(text(&report["problems"][0]["message"]).contains("broken.mp3"), "{report}");
    let found: Vec<&str> = report["findings"].as_array().expect("a list").iter().map(|f| text(&f["message"])).collect();
    assert_eq!(found, ["letter.txt was left out: it is no sound."]);
    let show = text(&report["slug"]).to_string();
    let got = laptop.ask(&["show", "get", &show]);
    assert_eq!((text(&got["show"]["title"]), text(&got["show"]["author"])), ("The Harbour", "Ada"));
    assert!(got["show"]["cover"]["hash"].is_string(), "{got}");
    let of = |which: &str| laptop.ask(&["episode", "get", &show, which])["episode"].clone();
    let ten = of("ten");
    assert_eq!(
        (&ten["number"], &ten["publish_at_ms"]),
        (&10.into(), &1_709_251_200_000_i64.into()),
        "date -u -d 2024-03-01 +%s"
    );
    assert!(text(&ten["notes"]["safe"]["html"]).contains("<strong>ten</strong>"), "{ten}");
    assert_eq!(of("the-second")["number"], 2);
    assert_eq!((&of("with-a-guid")["guid"], &of("with-a-guid")["draft"]), (&"tag:harbour,3 & u".into(), &true.into()));
    let recorded = of("a-recording");
    assert_eq!(
        (&recorded["season"], &recorded["number"], text(&recorded["audio"]["ext"])),
        (&2.into(), &4.into(), "mp3")
    );
    let sound = std::fs::read(sounds.join("2.mp3")).expect("a sound");
    let hash = hearthcast_model::Sha256::of(&sound).to_string();
    assert_eq!(of("the-second")["audio"]["hash"], hash, "bit for bit");

    let before = kept(&laptop);
    let again = laptop.speak(&["import", plain(&sounds)]);
    assert_eq!(numbers(&again.last), [0, 0, 4], "{}", again.last);
    // Elsewhere, and into the show by name: the sounds are known by what they are.
    let moved = folder.path().join("Moved");
    std::fs::rename(&sounds, &moved).expect("moved");
    std::fs::rename(moved.join("2.mp3"), moved.join("Another name.mp3")).expect("renamed");
    let more = laptop.speak(&["import", plain(&moved), "--into", &show]);
    assert_eq!(numbers(&more.last), [0, 0, 4], "{}", more.last);
    assert_eq!(kept(&laptop), before, "not a byte of any record");
}

#[test]
fn point_2_all_public_feeds_go_out_as_a_list_that_apps_and_gpo_take() {
    let folder = scratch();
    let mut laptop = Laptop::new(folder.path());
    let list = folder.path().join("feeds.opml");
    let server = Server::start(&folder.path().join("server"));
    laptop.secret("HEARTHCAST_PLACE_PAIRING_CODE", &server.pairing_code());
    let on_air = laptop.show("On air & off");
    let sound = folder.path().join("on-air.mp3");
    sound::mp3(&sound, 12, "On air");
    laptop.episode(&on_air, "The first wave", &sound);
    laptop.ask(&["target", "add", &on_air, "place", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &on_air]);
    laptop.ask(&["export", "--opml", plain(&list)]);
    let app = folder.path().join("gpodder");
    let gpo = |words: &[&str]| output(Command::new("gpo").env("HOME", &app).env("GPODDER_HOME", &app).args(words));
    gpo(&["import", plain(&list)]);
    let told = gpo(&["list"]);
    assert!(told.contains("On air & off") && told.contains(&server.origin()), "{told}");

    let (show, _) = harbour(&laptop, folder.path());
    laptop.ask(&["show", "set", &show, "title=Harbour & <talk>"]);
    laptop.ask(&["publish", &show]);
    let waits = laptop.show("Not out yet");
    let later = folder.path().join("later");
    std::fs::create_dir(&later).expect("a folder for the web");
    laptop.ask(&["target", "add", &waits, "later", &file_url(&later), "--public-url", "https://later.example.org/"]);
    let told = laptop.ask(&["export", "--opml", plain(&list)]);
    assert_eq!(told["unpublished"], serde_json::json!(["Not out yet"]), "{told}");
    let at =
        |what: &str| output(Command::new("xmllint").args(["--nonet", "--xpath", what]).arg(&list)).trim().to_string();
    assert_eq!(at("string(/opml/@version)"), "2.0");
    assert_eq!(at("count(//outline[@type='rss'])"), "2");
    assert_eq!(at("string(//outline[1]/@text)"), "Harbour & <talk>");
    assert_eq!(at("string(//outline[1]/@xmlUrl)"), format!("{PUBLIC}feeds/{show}/feed.xml"));
    // It comes in again as the list it is.
    let feeds = laptop.ask(&["import", plain(&list)])["feeds"].clone();
    assert_eq!(feeds, told["feeds"]);
    for wrong in [&["export"][..], &["export", &show], &["export", &show, "x", "--opml", "y"]] {
        assert_eq!(laptop.speak(wrong).code, Some(2), "{wrong:?}");
    }
}
