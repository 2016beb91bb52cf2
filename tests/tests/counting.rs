//! Issue 2, "Seen to be done", second line: the README's own script takes an MP3 to a feed, other people's programs read
//! it, and every way of asking for the episode is counted, or not, for the reason it should be.

use hearthcast_tests::{Laptop, Listener, built, enclosures, free_port, output, scratch, sound, tools, until};
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Ten minutes and forty-eight seconds: 10,368,000 bytes of sound at 128 kbit/s.
const SECONDS: usize = 648;

/// COUNTING.md: one minute of 128 kbit/s.
const MINUTE_BYTES: usize = 960_000;

/// The README's script, run to its end, with the server it started.
struct Readme {
    folder: tempfile::TempDir,
    port: u16,
    shell: Child,
}

impl Readme {
    fn run() -> Self {
        let folder = scratch();
        sound::mp3(&folder.path().join("episode.mp3"), SECONDS, "The first");
        sound::cover(&folder.path().join("cover.jpg"));
        let port = free_port();
        let script = script().replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
        // The mark says that the script is through; `wait` keeps its server.
        let whole = format!("set -euo pipefail\n{script}\ntouch done\nwait\n");
        let search = std::env::join_paths(
            std::iter::once(built("hearthcast").parent().expect("a folder").to_path_buf())
                .chain(std::env::split_paths(&std::env::var_os("PATH").expect("a search path"))),
        );
        let mut bash = Command::new("bash");
        bash.args(["-c", &whole]).current_dir(folder.path()).env("PATH", search.expect("a search path"));
        bash.env_remove("HEARTHCAST_LIBRARY").stdin(Stdio::null()).process_group(0);
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        bash.stdout(log.try_clone().expect("a log")).stderr(log);
        let mut readme = Self { port, shell: bash.spawn().expect("bash starts"), folder };
        readme.wait_for_its_end();
        readme
    }

    fn wait_for_its_end(&mut self) {
        let done = self.folder.path().join("done");
        let log = self.folder.path().join("log");
        until("the README's script", || {
            let ended = self.shell.try_wait().expect("bash can be asked");
            assert!(
                ended.is_none(),
                "the README's script failed: {}",
                std::fs::read_to_string(&log).unwrap_or_default()
            );
            done.exists().then_some(())
        });
    }

    fn feed_url(&self) -> String {
        format!("http://127.0.0.1:{}/podcasts/my-show/rss/", self.port)
    }

    fn audio_url(&self) -> String {
        let feed = Listener::fast("AntennaPod/3.4.0").get(&self.feed_url()).expect("the feed answers");
        enclosures(&String::from_utf8_lossy(&feed.body))[0].0.clone()
    }

    fn laptop(&self) -> Laptop {
        Laptop::on(&self.folder.path().join("library"), self.folder.path())
    }

    /// What `stats` says once the server has noted `requests` of them.
    fn stats_after(&self, requests: u64) -> Value {
        let laptop = self.laptop();
        until(&format!("{requests} requests are in the numbers"), || {
            laptop.ask(&["sync", "my-show"]);
            let stats = laptop.ask(&["stats", "my-show"]);
            (stats["funnel"]["requests"].as_u64() >= Some(requests)).then_some(stats)
        })
    }
}

impl Drop for Readme {
    fn drop(&mut self) {
        // The whole group: bash and the server it started.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.shell.id())]).status();
        let _ = self.shell.wait();
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// The one bash block of the README.
fn script() -> String {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("a README");
    let block = readme.split("```bash\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a bash block");
    let lines = block.lines().filter(|line| !line.trim().is_empty()).count();
    assert!(lines <= 15, "the README promises at most 15 lines, not {lines}");
    block.to_string()
}

/// gPodder subscribes and fetches; returns the file it kept.
fn gpodder_fetches(home: &Path, feed_url: &str) -> PathBuf {
    let gpo = |words: &[&str]| {
        let mut command = Command::new("gpo");
        output(command.args(words).env("GPODDER_HOME", home).env("HOME", home).stdin(Stdio::null()))
    };
    std::fs::create_dir_all(home).expect("a home for gPodder");
    gpo(&["subscribe", feed_url]);
    gpo(&["update", feed_url]);
    gpo(&["download", feed_url]);
    let found = output(Command::new("find").arg(home).args(["-name", "*.mp3"]));
    PathBuf::from(found.lines().next().unwrap_or_else(|| panic!("gPodder kept no episode")))
}

fn dropped(stats: &Value) -> Value {
    stats["funnel"]["dropped"].clone()
}

#[test]
fn every_way_of_asking_counts_for_what_it_is() {
    let readme = Readme::run();
    let audio = readme.audio_url();
    let numbers = |stats: &Value| (stats["downloads"].as_u64().unwrap(), dropped(stats));

    // Publishing ends with the laptop's own look at what listeners get: one HEAD.
    assert_eq!(numbers(&readme.stats_after(1)), (0, json!({"method": 1})), "nobody listened yet");
    let kept = gpodder_fetches(&readme.folder.path().join("gpodder"), &readme.feed_url());
    let sent = std::fs::read(readme.folder.path().join("episode.mp3")).unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), sent, "gPodder has the episode, bit for bit");
    let stats = readme.stats_after(2);
    assert_eq!(numbers(&stats), (1, json!({"method": 1})), "gPodder fetched it whole");
    let readers = json!({"AntennaPod": 1, "gPodder": 1});
    assert_eq!((&stats["subscribers"], &stats["by_feed_app"]), (&json!(2), &readers), "both asked for the feed");
    let mut seen = stats["funnel"]["requests"].as_u64().unwrap();
    let mut after = |more: u64| {
        seen += more;
        readme.stats_after(seen)
    };

    output(Command::new("curl").args(["-sS", "-f", "-o", "/dev/null", &audio]));
    assert_eq!(numbers(&after(1)), (1, json!({"method": 1, "bot": 1})), "curl is no listener");

    let cut = Listener::new("Castro 2024.3").leave_after(&audio, MINUTE_BYTES / 2).unwrap();
    assert_eq!((cut.status, cut.body.len()), (200, MINUTE_BYTES / 2));
    assert_eq!(
        numbers(&after(1)),
        (1, json!({"method": 1, "bot": 1, "below_minute": 1})),
        "half a minute is no download"
    );

    let two = Listener::new("AntennaPod/3.4.0");
    for range in ["bytes=0-599999", "bytes=600000-1099999"] {
        assert_eq!(two.get_with(&audio, &[("Range", range)]).unwrap().status, 206);
    }
    let stats = after(2);
    assert_eq!(
        numbers(&stats),
        (2, json!({"method": 1, "bot": 1, "below_minute": 1})),
        "two ranges pass the minute together"
    );
    assert_eq!(stats["funnel"]["repeats"], 1, "two requests, one download");

    let same = Listener::new("Overcast/3.0 (+http://overcast.fm/; iOS podcast app)");
    for _ in 0..2 {
        assert_eq!(same.get_with(&audio, &[("Range", "bytes=0-479999")]).unwrap().status, 206);
    }
    assert_eq!(
        numbers(&after(2)),
        (2, json!({"method": 1, "bot": 1, "below_minute": 2})),
        "the same half twice is half a minute"
    );

    let other = Listener::new("PocketCasts/1.0 (Pocket Casts Feed Parser; +http://pocketcasts.com/)");
    let head = other.head(&audio).unwrap();
    assert_eq!((head.status, head.header("content-length")), (200, Some(sent.len().to_string().as_str())));
    assert_eq!(other.get_with(&audio, &[("Range", "bytes=0-1")]).unwrap().body.len(), 2);
    let etag = head.header("etag").expect("media have ETags").to_string();
    assert_eq!(other.get_with(&audio, &[("If-None-Match", &etag)]).unwrap().status, 304);
    let expected = json!({"method": 2, "bot": 1, "below_minute": 2, "tiny_range": 1, "status": 1});
    assert_eq!(numbers(&after(3)), (2, expected), "HEAD, a probe of two bytes, and 304 deliver nothing");

    let left = Listener::new("Podcasts/4025.200.1 CFNetwork/1568.100.1").leave_after(&audio, 100_000).unwrap();
    assert_eq!(left.body.len(), 100_000);
    // The same with the kernel's own window, which takes some more before the app has read it.
    Listener::fast("Podkicker/3.0.3").leave_after(&audio, 100_000).unwrap();
    let expected = json!({"method": 2, "bot": 1, "below_minute": 4, "tiny_range": 1, "status": 1});
    let stats = after(2);
    assert_eq!(numbers(&stats), (2, expected), "100 kB of 10 MB is no download");
    assert_eq!(stats["by_episode"][0]["downloads"], 2);
}

#[test]
fn other_peoples_readers_agree_on_the_items() {
    let readme = Readme::run();
    let feed = readme.folder.path().join("feed.xml");
    std::fs::write(&feed, Listener::fast("AntennaPod/3.4.0").get(&readme.feed_url()).unwrap().body).unwrap();
    let scripts = repository().join("tests/readers");
    let python = |reader: &str| {
        let mut command = Command::new(tools().join("venv/bin/python"));
        output(command.arg(scripts.join("python_readers.py")).arg(reader).arg(&feed))
    };
    let mut node = Command::new("node");
    let partytime = output(node.arg(scripts.join("partytime.mjs")).arg(tools().join("readers")).arg(&feed));
    let items = |text: &str| serde_json::from_str::<Value>(text).expect("JSON")["items"].clone();
    let podcastparser = items(&python("podcastparser"));
    assert_eq!(items(&partytime), podcastparser);
    assert_eq!(podcastparser.as_array().map(Vec::len), Some(1));

    output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(&feed));
    let xpath =
        |what: &str| output(Command::new("xmllint").args(["--nonet", "--xpath", what]).arg(&feed)).trim().to_string();
    assert_eq!(xpath("count(//item)"), "1");
    assert_eq!(xpath("string(//item/title)"), "The first");
    assert_eq!(json!(xpath("string(//item/enclosure/@url)")), podcastparser[0]["url"]);
    assert_eq!(xpath("string(//item/enclosure/@length)"), podcastparser[0]["length"].to_string());
}
