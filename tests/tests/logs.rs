//! Issue 5, point 3: logs of other servers are counted on the laptop by the rule of COUNTING.md, once, however often and in
//! whatever pieces they are read.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be made ends the test")]

use hearthcast_model::Clock as _;
use hearthcast_model::clock::{SystemClock, rfc3339};
use hearthcast_tests::{BucketScene, Laptop, enclosures, file_url, output, scratch, sound};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Ten minutes and forty-eight seconds of sound at 128 kbit/s; a minute is 960,000 bytes (COUNTING.md).
const SECONDS: usize = 648;
const MINUTE_BYTES: u64 = 960_000;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    show: String,
    /// Path and size of the published sound.
    path: String,
    bytes: u64,
    /// A second after the publication, as Unix milliseconds.
    at_ms: i64,
}

impl Scene {
    fn published() -> Self {
        let folder = scratch();
        let laptop = Laptop::new(folder.path());
        let show = laptop.show("Sea");
        let file = folder.path().join("episode.mp3");
        sound::mp3(&file, SECONDS, "The first");
        laptop.episode(&show, "The first", &file);
        let www = folder.path().join("www");
        std::fs::create_dir_all(&www).unwrap();
        let place = file_url(&www);
        laptop.ask(&["target", "add", &show, "web", &place, "--public-url", "https://pods.example.org/sea/"]);
        laptop.ask(&["publish", &show]);
        let feed = std::fs::read_to_string(www.join(format!("feeds/{show}/feed.xml"))).unwrap();
        let (url, bytes) = enclosures(&feed).remove(0);
        let path = url.strip_prefix("https://pods.example.org").unwrap().to_string();
        let at_ms = SystemClock.now_ms() + 1_000;
        Self { folder, laptop, show, path, bytes, at_ms }
    }

    /// The day all requests are of.
    fn day(&self) -> String {
        rfc3339(self.at_ms)[..10].to_string()
    }

    /// A line of nginx: who, how much, and what else.
    fn nginx(&self, ip: &str, agent: &str, status: u16, sent: u64, range: &str) -> String {
        let at = rfc3339(self.at_ms);
        let month = MONTHS[at[5..7].parse::<usize>().unwrap() - 1];
        let time = format!("{}/{month}/{}:{} +0000", &at[8..10], &at[..4], &at[11..19]);
        format!(r#"{ip} - - [{time}] "GET {} HTTP/1.1" {status} {sent} "-" "{agent}" 0.000 "{range}""#, self.path)
    }

    fn file(&self, name: &str, lines: &[String]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        path
    }

    fn import(&self, files: &[&Path], more: &[&str]) -> Value {
        let mut words = vec!["logs", "import", &self.show];
        words.extend(files.iter().map(|path| path.to_str().unwrap()));
        words.extend(more);
        self.laptop.ask(&words)
    }

    fn downloads(&self) -> u64 {
        self.laptop.ask(&["stats", &self.show])["downloads"].as_u64().unwrap()
    }
}

#[test]
fn a_log_is_counted_once_however_often_it_is_read() {
    let scene = Scene::published();
    let half = MINUTE_BYTES / 2 + 2_000;
    let first = [
        scene.nginx("198.51.100.7", "AntennaPod/3.4.0", 200, scene.bytes, "-"),
        scene.nginx("198.51.100.8", "AntennaPod/3.4.0", 200, half, "-"),
        scene.nginx("198.51.100.9", "curl/8.0", 200, scene.bytes, "-"),
        scene.nginx("198.51.100.7", "AntennaPod/3.4.0", 200, 5, "-").replace(".mp3", ".png"),
        "what is this".to_string(),
    ];
    let log = scene.file("access.log", &first);
    let report = scene.import(&[&log], &[]);
    let numbers =
        |report: &Value| ["new_rows", "known_rows", "late_rows", "downloads"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(numbers(&report), [3, 0, 0, 1]);
    assert_eq!(report["skipped"], json!({"garbage": 1, "other_file": 1}));
    assert_eq!(report["days"], json!([scene.day()]));

    // The next log overlaps, is compressed, and brings what the second listener still lacked.
    let rest = format!("bytes={half}-{}", 2 * half - 1);
    let next = scene.file(
        "access.log.1",
        &[first[1].clone(), first[2].clone(), scene.nginx("198.51.100.8", "AntennaPod/3.4.0", 206, half, &rest)],
    );
    output(Command::new("gzip").arg(&next));
    let packed = scene.folder.path().join("access.log.1.gz");
    assert_eq!(numbers(&scene.import(&[&packed], &["--format", "nginx"])), [1, 2, 0, 2]);
    assert_eq!(numbers(&scene.import(&[&packed, &log, &log], &[])), [0, 9, 0, 2]);
    let stats = scene.laptop.ask(&["stats", &scene.show]);
    assert_eq!((&stats["downloads"], &stats["by_app"]), (&json!(2), &json!({"AntennaPod": 2})));
    assert_eq!(stats["funnel"]["dropped"], json!({"bot": 1}));

    // No address was written down anywhere in the library.
    let found =
        output(Command::new("sh").args(["-c", "grep -rl -a -F 198.51.100 \"$0\" || true"]).arg(scene.laptop.library()));
    assert_eq!(found, "", "addresses in the library");
}

#[test]
fn what_cannot_be_read_is_said_and_counts_nothing() {
    let scene = Scene::published();
    let letter = scene.file("letter.txt", &["Dear log,".to_string()]);
    for (files, more) in [
        (vec!["/no/such/log"], vec![]),
        (vec![letter.to_str().unwrap()], vec![]),
        (vec![letter.to_str().unwrap()], vec!["--exclude", "everybody"]),
    ] {
        let mut words = vec!["logs", "import", &scene.show];
        words.extend(files);
        words.extend(more);
        let spoken = scene.laptop.speak(&words);
        assert_eq!((spoken.code, &spoken.last["code"]), (Some(2), &json!("usage.invalid")), "{}", spoken.last);
    }
    let other = ["logs", "import", &scene.show, letter.to_str().unwrap(), "--format", "s3"];
    let said = output(&mut scene.laptop.command(&other));
    assert!(said.contains("No line is one of this format"), "{said}");
    let nobody = scene.laptop.ask(&["show", "add", "--title", "Empty"])["show"]["slug"].as_str().unwrap().to_string();
    let spoken = scene.laptop.speak(&["logs", "import", &nobody, letter.to_str().unwrap()]);
    assert_eq!(spoken.code, Some(2), "{}", spoken.last);
    assert_eq!(scene.downloads(), 0);
}

#[test]
fn own_addresses_and_proxies_are_as_the_author_says() {
    let scene = Scene::published();
    let own = scene.nginx("198.51.100.7", "AntennaPod/3.4.0", 200, scene.bytes, "-");
    let through = |listener: &str| {
        format!("{} \"{listener}\"", scene.nginx("10.0.0.1", "AntennaPod/3.4.0", 200, scene.bytes, "-"))
    };
    let log = scene.file("access.log", &[own, through("203.0.113.1"), through("203.0.113.2")]);
    let report = scene.import(&[&log], &["--exclude", "198.51.100.0/24", "--trusted-proxy", "10.0.0.0/8"]);
    assert_eq!(report["downloads"], 2, "one listener each behind the proxy, and not the author");
}

#[test]
fn sync_reads_a_folder_of_logs_each_once() {
    let scene = Scene::published();
    let logs = scene.folder.path().join("www/logs");
    std::fs::create_dir_all(&logs).unwrap();
    let line = |ip: &str| {
        json!({"level": "info", "ts": scene.at_ms as f64 / 1000.0, "logger": "http.log.access",
            "request": {"remote_ip": ip, "client_ip": ip, "method": "GET", "uri": scene.path, "headers": {"User-Agent": ["AntennaPod/3.4.0"]}},
            "duration": 0.0, "size": scene.bytes, "status": 200})
        .to_string()
    };
    std::fs::write(logs.join("2026-11-20-a.log"), line("198.51.100.7")).unwrap();
    let set = scene.laptop.ask(&["logs", "source", &scene.show, "web", "logs/", "--format", "caddy"]);
    assert_eq!(set["sources"], json!([{"target": "web", "prefix": "logs/", "format": "caddy"}]));
    scene.laptop.ask(&["sync", &scene.show]);
    assert_eq!(scene.downloads(), 1);
    // A log that was read is not opened again: this one could not be.
    std::fs::remove_file(logs.join("2026-11-20-a.log")).unwrap();
    std::fs::write(logs.join("2026-11-20-b.log"), format!("{}\n{}", line("198.51.100.8"), line("198.51.100.7")))
        .unwrap();
    scene.laptop.ask(&["sync", &scene.show]);
    scene.laptop.ask(&["sync", &scene.show]);
    assert_eq!(scene.downloads(), 2);
    scene.laptop.ask(&["logs", "source", &scene.show, "web", "logs/", "--remove"]);
    assert_eq!(scene.laptop.ask(&["logs", "source", &scene.show])["sources"], json!([]));
    let spoken = scene.laptop.speak(&["logs", "source", &scene.show, "web", "media/"]);
    assert_eq!(spoken.code, Some(2), "{}", spoken.last);
}

#[test]
fn a_number_is_broken_down_explained_and_safe_in_a_spreadsheet() {
    let scene = Scene::published();
    let browser =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
    let linked = scene
        .nginx("198.51.100.8", browser, 200, scene.bytes, "-")
        .replace("\"-\" \"Moz", "\"https://blog.example.org/a\" \"Moz");
    let log = scene.file(
        "access.log",
        &[
            scene.nginx("198.51.100.7", "AntennaPod/3.4.0", 200, scene.bytes, "-"),
            linked,
            scene.nginx("198.51.100.9", "curl/8.0", 200, 9, "-"),
        ],
    );
    scene.import(&[&log], &[]);
    let stats = scene.laptop.ask(&["stats", &scene.show, "--from", &scene.day(), "--to", &scene.day()]);
    assert_eq!(stats["by_device"], json!({"Android Phone": 1, "Linux Computer": 1}));
    assert_eq!(stats["by_referrer"], json!({"blog.example.org": 1}));
    assert_eq!((&stats["by_age"], &stats["by_country"]), (&json!([{"days": 0, "downloads": 2}]), &json!({})));
    let hour: usize = rfc3339(scene.at_ms)[11..13].parse().unwrap();
    assert_eq!(stats["by_hour"][hour], 2);
    assert_eq!(scene.laptop.ask(&["stats", &scene.show, "--to", "2026-01-01"])["downloads"], 0);

    let why = scene.laptop.ask(&["stats", "why", &scene.show, "the-first", &scene.day()]);
    assert_eq!(
        (&why["counts"][0]["source"], &why["counts"][0]["funnel"]["dropped"]),
        (&json!("log"), &json!({"bot": 1}))
    );

    let sheet = scene.folder.path().join("apps.csv");
    let words = ["stats", &scene.show, "--by", "app", "--csv", sheet.to_str().unwrap()];
    scene.laptop.ask(&words);
    assert_eq!(std::fs::read_to_string(&sheet).unwrap(), "app,downloads\r\nAntennaPod,1\r\nChrome,1\r\n");
    let shared = scene.laptop.ask(&[&words[..], &["--shared"]].concat());
    assert_eq!(shared["by_app"], json!({"other": 2}), "names of fewer than five are not for others");
    assert_eq!(std::fs::read_to_string(&sheet).unwrap(), "app,downloads\r\nother,2\r\n");

    let printed = output(&mut scene.laptop.command(&["stats", &scene.show, "--by", "app", "--csv", "-", "--shared"]));
    assert_eq!(printed.lines().collect::<Vec<_>>(), ["app,downloads", "other,2"]);

    let old = scene.file("old.csv", &["month,downloads".into(), "2025-01,1200".into()]);
    scene.laptop.ask(&["stats", "import-totals", &scene.show, old.to_str().unwrap(), "--label", "The host before"]);
    let stats = scene.laptop.ask(&["stats", &scene.show]);
    let series =
        json!([{"label": "The host before", "downloads": 1200, "by_period": [{"day": "2025-01", "downloads": 1200}]}]);
    assert_eq!((&stats["downloads"], &stats["series"]), (&json!(2), &series), "beside the own numbers, never in them");
    let spoken = scene.laptop.speak(&["stats", &scene.show, "--from", "yesterday"]);
    assert_eq!((spoken.code, &spoken.last["code"]), (Some(2), &json!("usage.invalid")));
    let spoken = scene.laptop.speak(&["stats", &scene.show, "--from", "2026-11-30", "--to", "2026-11-01"]);
    assert_eq!((spoken.code, &spoken.last["code"]), (Some(2), &json!("usage.invalid")));
    assert!(spoken.last["message"].as_str().unwrap().contains("2026-11-30 comes after 2026-11-01"), "{}", spoken.last);
    let said = output(&mut scene.laptop.command(&["stats", &scene.show, "--by", "subscribers"]));
    assert!(said.starts_with("About 0 subscribers\n") && said.contains("\n2 downloads\n"), "{said}");
    assert!(output(&mut scene.laptop.command(&["stats", &scene.show])).starts_with("2 downloads\n"));
}

#[test]
fn what_is_heard_of_a_draft_at_a_place_is_not_counted() {
    let scene = Scene::published();
    let (laptop, show) = (&scene.laptop, scene.show.as_str());
    // The very sound of the published episode: nothing but its address says that it is a draft's.
    laptop.episode(show, "Not yet", &scene.folder.path().join("episode.mp3"));
    laptop.ask(&["episode", "set", show, "not-yet", "draft=true"]);
    let page = laptop.ask(&["episode", "share", show, "not-yet", "--target", "web"])["address"].clone();
    let page = page.as_str().unwrap().strip_prefix("https://pods.example.org").unwrap();
    assert!(page.starts_with("/sea/drafts/") && page.ends_with("/index.html"), "{page}");
    let heard =
        |ip: &str, path: &str| scene.nginx(ip, "AntennaPod/3.4.0", 200, scene.bytes, "-").replace(&scene.path, path);
    let sound = page.replace("index.html", "sound.mp3");
    let published = heard("198.51.100.7", &scene.path);
    let log = scene.file("access.log", &[published, heard("198.51.100.8", &sound), heard("198.51.100.9", page)]);
    let report = scene.import(&[&log], &[]);
    let numbers = ["lines", "new_rows", "downloads"].map(|key| report[key].as_u64().unwrap());
    assert_eq!((numbers, &report["skipped"]), ([3, 1, 1], &json!({"other_file": 2})), "{report}");
    // Once it is public, its own address counts, and the one of the draft still does not.
    let again = scene.file("access.log.1", &[heard("198.51.100.10", &sound)]);
    laptop.ask(&["episode", "set", show, "not-yet", "draft=false"]);
    laptop.ask(&["publish", show]);
    assert_eq!(scene.import(&[&again], &[])["skipped"], json!({"other_file": 1}));
    assert_eq!(scene.downloads(), 1);
}

/// A line as AWS documents it ("Amazon S3 server access log format"): who fetched all of a file.
fn s3_line(ip: &str, key: &str, bytes: u64, at_ms: i64) -> String {
    let at = rfc3339(at_ms);
    let month = MONTHS[at[5..7].parse::<usize>().unwrap() - 1];
    let time = format!("{}/{month}/{}:{} +0000", &at[8..10], &at[..4], &at[11..19]);
    format!(
        r#"79a59df9 pods [{time}] {ip} - 3E57427F33A59F07 REST.GET.OBJECT {key} "GET /pods/{key} HTTP/1.1" 200 - {bytes} {bytes} 70 10 "-" "AntennaPod/3.4.0" - host= - TLS - pods.s3.eu-west-1.amazonaws.com TLSv1.2 - -"#
    )
}

#[test]
fn sync_reads_the_logs_of_a_bucket_each_object_once() {
    let scene = BucketScene::new(70);
    let (laptop, show) = (&scene.laptop, scene.show.as_str());
    laptop.ask(&["publish", show]);
    let at_ms = SystemClock.now_ms() + 1_000;
    let bucket = scene.storage.bucket().join("harbour");
    let sound =
        hearthcast_tests::files_below(&bucket).into_iter().find(|path| path.extension() == Some("mp3".as_ref()));
    let sound = sound.expect("the published sound");
    let key = format!("harbour/{}", sound.strip_prefix(&bucket).unwrap().to_str().unwrap());
    let bytes = std::fs::metadata(&sound).unwrap().len();
    let line = |ip: &str| s3_line(ip, &key, bytes, at_ms);
    let logs = bucket.join("logs");
    std::fs::create_dir_all(&logs).unwrap();
    // Times of their own: a storage tells a changed object by its tag or its time, and a test is faster than a second.
    let put = |name: &str, lines: &[String], second: u64| {
        let path = logs.join(name);
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        if name.ends_with(".gz") {
            let plain = path.with_extension("");
            std::fs::rename(&path, &plain).unwrap();
            output(Command::new("gzip").arg("-f").arg(&plain));
        }
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_790_000_000 + second);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    };
    let fetched = || {
        let logs =
            scene.storage.asked().into_iter().filter(|asked| asked.method == "GET" && asked.path.contains("/logs/"));
        logs.map(|asked| asked.path.rsplit('/').next().unwrap_or_default().to_string()).collect::<Vec<_>>()
    };
    let sync = || laptop.ask(&["sync", show]);
    let downloads = || laptop.ask(&["stats", show])["downloads"].as_u64().unwrap();

    put("2026-11-20-10-00-00-3E57427F33A59F07", &[line("198.51.100.7")], 1);
    put("2026-11-20-11-00-00-A1B2C3D4E5F60718.gz", &[line("198.51.100.8"), line("198.51.100.7")], 2);
    laptop.ask(&["logs", "source", show, "pods", "logs/"]);
    let first = sync();
    assert_eq!((downloads(), &first["logs_read_again"]), (2, &Value::Null), "{first}");
    assert_eq!(fetched().len(), 2);
    sync();
    assert_eq!(fetched(), Vec::<String>::new(), "what was read is not fetched again");

    // One grows, one is replaced by as many bytes, one is new.
    put("2026-11-20-10-00-00-3E57427F33A59F07", &[line("198.51.100.7"), line("198.51.100.9")], 11);
    put("2026-11-20-12-00-00-00000000000000AA", &[line("198.51.100.1")], 12);
    assert_eq!(
        sync()["logs_read_again"],
        json!([{"target": "pods", "name": "logs/2026-11-20-10-00-00-3E57427F33A59F07", "grew": true}])
    );
    assert_eq!((downloads(), fetched().len()), (4, 2));
    put("2026-11-20-12-00-00-00000000000000AA", &[line("198.51.100.2")], 22);
    assert_eq!(
        sync()["logs_read_again"],
        json!([{"target": "pods", "name": "logs/2026-11-20-12-00-00-00000000000000AA", "grew": false}])
    );
    assert_eq!((downloads(), fetched().len()), (5, 1), "what it told before stays counted");
    let told = laptop.command(&["sync", show]).output().unwrap();
    assert!(!String::from_utf8_lossy(&told.stdout).contains("The log"), "it is told once");
}
