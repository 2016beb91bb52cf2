//! Issue 4, "Seen to be done": planted secrets are found nowhere. Keys and passwords are given by the environment, used,
//! refused and mistyped; then every file of library, server and places, everything said, and every process that ran is
//! searched, also for base64, percent, hex and UTF-16.

use hearthcast_testkit::{
    ACCESS_KEY_ID, DAV_PASSWORD, S3Server, SECRET_ACCESS_KEY, WebDavServer, bucket_url, public_url,
};
use hearthcast_tests::{Laptop, Needle, Server, file_url, scratch, sound};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// What somebody typed wrongly: with letters that are written otherwise in addresses and JSON.
const MISTYPED: &str = "mis+typed/key=of%the\"sea";

const PUBLIC: &str = "https://pods.example.org/";

/// Everything that was said, by all programs.
#[derive(Default)]
struct Said(Vec<(String, Vec<u8>)>);

impl Said {
    /// Runs with the loudest log there is; keeps all of it.
    fn run(&mut self, laptop: &Laptop, words: &[&str]) -> Option<i32> {
        let mut command = laptop.command(words);
        let out = command.arg("--json").env("HEARTHCAST_LOG", "trace").output().expect("hearthcast starts");
        let code = out.status.code();
        self.0.push((format!("what {words:?} printed"), out.stdout));
        self.0.push((format!("the log of {words:?}"), out.stderr));
        code
    }
}

/// Command lines of our programs and of what they start, and the environments of the latter, while it looks.
#[derive(Debug, Default)]
struct Processes {
    command_lines: BTreeMap<String, Vec<u8>>,
    environments: BTreeMap<String, Vec<u8>>,
}

struct Watcher {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Processes>,
}

impl Watcher {
    fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut seen = Processes::default();
            while !stopped.load(Ordering::SeqCst) {
                seen.look();
                std::thread::park_timeout(std::time::Duration::from_millis(1));
            }
            seen
        });
        Self { stop, thread }
    }

    fn stop(self) -> Processes {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().expect("the watcher does not panic")
    }
}

impl Processes {
    fn look(&mut self) {
        for process in std::fs::read_dir("/proc").expect("Linux has /proc").flatten() {
            let Some(process) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let above = above(process);
            // Other tests run beside this one: only what descends from it counts.
            if !above.contains(&std::process::id()) || !above.iter().any(|process| is_ours(*process)) {
                continue;
            }
            let Some(words) = command_line(process) else { continue };
            let text = String::from_utf8_lossy(&words).replace('\0', " ");
            // Just begun and not yet another program, it still has all that its parent has.
            let is_copy = parent(process).and_then(command_line).is_some_and(|of_parent| of_parent == words);
            if !is_copy
                && above.get(1..).is_some_and(|above| above.iter().any(|process| is_ours(*process)))
                && let Ok(environment) = std::fs::read(format!("/proc/{process}/environ"))
            {
                self.environments.insert(text.clone(), environment);
            }
            self.command_lines.insert(text, words);
        }
    }
}

/// A process and those that started it, up to the first one of all.
fn above(process: u32) -> Vec<u32> {
    let mut line = vec![process];
    while let Some(parent) = line.last().and_then(|process| parent(*process)).filter(|parent| *parent > 1) {
        line.push(parent);
    }
    line
}

fn command_line(process: u32) -> Option<Vec<u8>> {
    std::fs::read(format!("/proc/{process}/cmdline")).ok()
}

fn parent(process: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

fn is_ours(process: u32) -> bool {
    let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    name.trim() == "hearthcast"
}

/// A laptop whose secrets can be changed, with a show and its sound.
fn laptop(folder: &Path) -> (Laptop, String) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Quiet Sea");
    let file = folder.join("one.wav");
    sound::wav(&file, 40);
    (laptop, show)
}

/// Ends a run in the middle: a database in use leaves its log beside it.
fn killed(mut child: Child) {
    std::thread::park_timeout(std::time::Duration::from_millis(120));
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().expect("a killed child ends");
}

#[test]
fn planted_secrets_are_found_nowhere() {
    let (folder, mut said) = (scratch(), Said::default());
    let (mut laptop, show) = laptop(folder.path());
    let (s3, dav) = (folder.path().join("s3"), folder.path().join("dav"));
    let (storage, web) = (S3Server::start(&s3), WebDavServer::start(&dav, false));
    let server = Server::start(&folder.path().join("server"));
    let code = server.pairing_code();
    let www = folder.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");

    let watcher = Watcher::start();
    // Mistyped first: what is refused is told, but never the key.
    laptop.secret("HEARTHCAST_PODS_ACCESS_KEY_ID", ACCESS_KEY_ID);
    laptop.secret("HEARTHCAST_PODS_SECRET_ACCESS_KEY", MISTYPED);
    laptop.secret("HEARTHCAST_DAV_PASSWORD", MISTYPED);
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", MISTYPED);
    let sound = folder.path().join("one.wav").display().to_string();
    assert_eq!(said.run(&laptop, &["episode", "add", &show, "--title", "One", "--audio", &sound]), Some(0));
    let (bucket, public) = (bucket_url(&storage.origin(), "quiet"), public_url(&storage.origin(), "quiet"));
    let home = format!("server+{}", server.origin());
    let (dav_url, dav_public, www_url) = (web.url(), web.public_url(), file_url(&www));
    let add_home = ["target", "add", &show, "home", &home, "--role", "staging"];
    said.run(&laptop, &["target", "add", &show, "pods", &bucket, "--public-url", &public]);
    said.run(&laptop, &["target", "add", &show, "dav", &dav_url, "--public-url", &dav_public, "--role", "mirror"]);
    said.run(&laptop, &["target", "add", &show, "www", &www_url, "--public-url", PUBLIC, "--role", "backup"]);
    said.run(&laptop, &add_home);
    for name in ["pods", "dav", "home"] {
        said.run(&laptop, &["target", "probe", name]);
        assert_ne!(said.run(&laptop, &["publish", &show, "--target", name]), Some(0), "{name}: nobody lets us in");
    }
    // Then the right ones, all the way.
    laptop.secret("HEARTHCAST_PODS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
    laptop.secret("HEARTHCAST_DAV_PASSWORD", DAV_PASSWORD);
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &code);
    said.run(&laptop, &add_home);
    for name in ["pods", "dav", "home", "www"] {
        said.run(&laptop, &["target", "probe", name]);
        assert_eq!(said.run(&laptop, &["publish", &show, "--target", name]), Some(0), "{name}: {}", last(&said));
    }
    for words in [vec!["sync"], vec!["history", &show], vec!["stats", &show], vec!["doctor"], vec!["target", "list"]] {
        said.run(&laptop, &words);
    }
    laptop.ask(&["show", "set", &show, "description=Other words."]);
    killed(laptop.command(&["publish", &show]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"));
    let processes = watcher.stop();

    let children = processes.environments.len();
    assert!(children > 0, "programs that ours starts were met");
    let mut places = said.0;
    places.extend(processes.command_lines.into_iter().map(|(name, bytes)| (format!("the command line {name}"), bytes)));
    let environments = processes.environments.into_iter();
    places.extend(environments.map(|(name, bytes)| (format!("the environment of {name}"), bytes)));
    let mut found = vec![];
    for (name, secret) in [
        ("the bucket's key", SECRET_ACCESS_KEY),
        ("the WebDAV password", DAV_PASSWORD),
        ("the mistyped key", MISTYPED),
        ("the pairing code", &code),
    ] {
        let needle = Needle::new(name, secret);
        let folders = [laptop.library(), &s3, &www, &folder.path().join("server"), &folder.path().join("home")];
        found.extend(folders.iter().flat_map(|place| needle.in_folder(place)));
        found.extend(web.folder().is_dir().then(|| needle.in_folder(web.folder())).into_iter().flatten());
        let told = places.iter().filter_map(|(place, bytes)| Some(needle.found(needle.in_bytes(bytes)?, place)));
        found.extend(told);
    }
    assert_eq!(found, Vec::<String>::new());
}

/// What was said last, for a person who reads a red test.
fn last(said: &Said) -> String {
    let tail: Vec<String> =
        said.0.iter().rev().take(2).map(|(_, bytes)| String::from_utf8_lossy(bytes).into()).collect();
    let lines = tail.join("\n");
    lines.chars().skip(lines.chars().count().saturating_sub(2000)).collect()
}

/// The library's own key is a secret, too: it stands in its one file, which only its owner may read, and nowhere else.
#[test]
fn the_key_of_the_laptop_lies_in_one_file_of_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = scratch();
    let (mut laptop, show) = laptop(folder.path());
    let server = Server::start(&folder.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let key = laptop.library().join("secrets/device.pk8");
    assert_eq!(std::fs::metadata(&key).expect("the key").permissions().mode() & 0o777, 0o600);
    let bytes = std::fs::read(&key).expect("the key");
    // RFC 8410, section 7: the private part is the 32 bytes of the inner OCTET STRING, at 16.
    let holds: Vec<Value> = hearthcast_tests::files_below(folder.path())
        .iter()
        .filter(|file| std::fs::read(file).is_ok_and(|there| there.windows(32).any(|part| *part == bytes[16..48])))
        .map(|file| json!(file))
        .collect();
    assert_eq!(holds, [json!(key)]);
}
