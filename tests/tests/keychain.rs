//! Issue 3, "Seen to be done": a keychain that is really locked, asked by a timer. GNOME's keyring runs on a session bus of
//! its own, its one keyring locked by a password nobody types; nobody can be shown a prompt.

use hearthcast_testkit::{ACCESS_KEY_ID, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use hearthcast_tests::{Laptop, output, scratch, sound, until};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest a run may wait for a keychain, and what the rest of a run takes.
const PATIENCE: Duration = Duration::from_secs(25);

/// A session bus with GNOME's keyring on it; both end with the value.
struct Keyring {
    home: PathBuf,
    bus: Child,
    address: String,
    daemon: Option<Child>,
}

impl Keyring {
    fn new(home: &Path) -> Self {
        std::fs::create_dir_all(home.join("run")).expect("a home for the keyring");
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut bus = bus.spawn().expect("dbus-daemon is installed");
        let mut said = BufReader::new(bus.stdout.take().expect("piped")).lines();
        let address = said.next().and_then(Result::ok).expect("the bus has an address");
        Self { home: home.into(), bus, address, daemon: None }
    }

    /// Starts the daemon: with a password its keyring is unlocked (and made, the first time), without one it is locked.
    fn start(&mut self, password: Option<&str>) {
        self.stop();
        let mut daemon = Command::new("gnome-keyring-daemon");
        daemon.args(["--foreground", "--components=secrets"]).args(password.map(|_| "--unlock"));
        daemon.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", &self.home);
        daemon.env("XDG_RUNTIME_DIR", self.home.join("run")).env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        daemon.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = daemon.spawn().expect("gnome-keyring-daemon is installed");
        let mut input = child.stdin.take().expect("piped");
        input.write_all(password.unwrap_or_default().as_bytes()).expect("it reads its password");
        drop(input);
        self.daemon = Some(child);
        until("the keyring is on the bus", || {
            self.bus_says("org.freedesktop.DBus.NameHasOwner").contains("true").then_some(())
        });
    }

    fn bus_says(&self, method: &str) -> String {
        let mut send = Command::new("dbus-send");
        send.arg(format!("--bus={}", self.address)).args(["--print-reply", "--dest=org.freedesktop.DBus"]);
        send.args(["/org/freedesktop/DBus", method]);
        output(send.arg("string:org.freedesktop.secrets"))
    }

    fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.stop();
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}

/// Counts what is asked of the keyring while it lives.
struct Watch {
    child: Child,
    log: PathBuf,
}

impl Watch {
    fn on(keyring: &Keyring) -> Self {
        let log = keyring.home.join("asked.log");
        let to = std::fs::File::create(&log).expect("a log file");
        let mut monitor = Command::new("dbus-monitor");
        monitor.args(["--address", &keyring.address, "interface='org.freedesktop.Secret.Service'"]).stdout(to);
        let child = monitor.spawn().expect("dbus-monitor is installed");
        let watch = Self { child, log };
        until("the monitor listens", || watch.text().contains("NameLost").then_some(()));
        watch
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// How often somebody wanted the keyring unlocked.
    fn unlocks(&self) -> usize {
        self.text().matches("member=Unlock").count()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Adds a bucket whose key goes into the keyring.
fn add_target(laptop: &Laptop, show: &str, name: &str, storage: &S3Server) {
    let (url, public) = (bucket_url(&storage.origin(), name), public_url(&storage.origin(), name));
    let words = ["target", "add", show, name, &url, "--public-url", &public, "--access-key-id", ACCESS_KEY_ID];
    let mut add = laptop.command(&words).stdin(Stdio::piped()).spawn().expect("hearthcast starts");
    let mut input = add.stdin.take().expect("piped");
    input.write_all(SECRET_ACCESS_KEY.as_bytes()).expect("it reads the secret");
    drop(input);
    assert!(add.wait().expect("it ends").success(), "the key is kept in the keyring");
}

#[test]
fn a_timer_meets_a_locked_keychain_once() {
    let place = scratch();
    let storage = S3Server::start(&place.path().join("s3"));
    let mut keyring = Keyring::new(&place.path().join("keyring"));
    keyring.start(Some("sesame"));
    let mut laptop = Laptop::new(place.path());
    laptop.secret("DBUS_SESSION_BUS_ADDRESS", &keyring.address);
    let show = laptop.show("Harbour Light");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    for name in ["pods", "spare"] {
        add_target(&laptop, &show, name, &storage);
    }
    keyring.start(None);
    storage.asked();
    for name in ["pods", "spare"] {
        let begin = Instant::now();
        let spoken = laptop.speak(&["publish", &show, "--target", name]);
        assert_eq!((code(&spoken.last), spoken.code), ("auth.refused", Some(1)), "{}", spoken.last);
        let hint = spoken.last["hint"].as_str().unwrap_or_default();
        assert!(hint.contains("Unlock the keychain"), "{}", spoken.last);
        assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
    }

    // What a timer starts: one run for both targets, and the next one, and the next.
    let watch = Watch::on(&keyring);
    for run in 1..=2 {
        let begin = Instant::now();
        let spoken = laptop.speak(&["sync"]);
        assert_eq!(spoken.code, Some(1), "{}", spoken.last);
        let findings: Vec<_> = spoken.before.iter().filter(|line| line["type"] == "finding").collect();
        assert_eq!(findings.len(), 2, "each target says so, once: {findings:?}");
        assert!(findings.iter().all(|finding| code(finding) == "auth.refused"), "{findings:?}");
        assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
        assert_eq!(watch.unlocks(), run, "a run asks once, whatever waits for it");
    }
    // A watch goes round and round, and leaves the keyring alone after the first time.
    let mut rounds = laptop.command(&["sync", "--watch", "--every", "1", "--json"]);
    let mut rounds = rounds.stdout(Stdio::piped()).spawn().expect("hearthcast starts");
    let lines = BufReader::new(rounds.stdout.take().expect("piped")).lines().map_while(Result::ok);
    assert_eq!(lines.filter(|line| line.contains("auth.refused")).take(6).count(), 6, "three rounds of two targets");
    let _ = rounds.kill();
    let _ = rounds.wait();
    assert_eq!(watch.unlocks(), 3, "once for each run before, once for the watch");
    assert!(storage.asked().is_empty(), "without a key nothing is asked");

    keyring.start(Some("sesame"));
    assert_eq!(laptop.ask(&["sync"])["published"], 2, "unlocked, it goes on by itself");
}

fn code(value: &Value) -> &str {
    value["code"].as_str().unwrap_or_default()
}
