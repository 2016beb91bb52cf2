//! The author's machine: one library, and the terminal program on it.

use crate::built;
use hearthcast_studio::{Options, Studio};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A library and the program `hearthcast`.
pub struct Laptop {
    library: PathBuf,
    home: PathBuf,
    secrets: Vec<(String, String)>,
    under: Vec<String>,
}

/// What `hearthcast --json` said.
#[derive(Debug)]
pub struct Spoken {
    /// Exit code; `None` when it was killed.
    pub code: Option<i32>,
    /// All lines but the last.
    pub before: Vec<Value>,
    /// The last line: `result` or `error`.
    pub last: Value,
    /// What was said to people.
    pub said: String,
}

impl Laptop {
    /// A laptop whose folders stand in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { library: folder.join("library"), home: folder.join("home"), secrets: vec![], under: vec![] }
    }

    /// A laptop on a library that is there already.
    pub fn on(library: &Path, folder: &Path) -> Self {
        Self { library: library.into(), home: folder.join("home"), secrets: vec![], under: vec![] }
    }

    /// The folder of the library.
    pub fn library(&self) -> &Path {
        &self.library
    }

    /// Gives a secret by its environment variable, for all later commands.
    pub fn secret(&mut self, name: &str, value: &str) {
        self.secrets.push((name.into(), value.into()));
    }

    /// Starts all later commands under another program (`nsenter`, `dbus-run-session`): these words stand before them.
    pub fn under(&mut self, words: Vec<String>) {
        self.under = words;
    }

    /// `hearthcast` with these words, on this library, in an environment of its own.
    pub fn command(&self, words: &[&str]) -> Command {
        std::fs::create_dir_all(&self.home).expect("a home folder can be made");
        let program = built("hearthcast");
        let mut under = self.under.iter().map(OsStr::new).chain([program.as_os_str()]);
        let mut command = Command::new(under.next().expect("the program itself is there"));
        command.args(under);
        command.arg("--library").arg(&self.library).args(words);
        own_environment(&mut command, &self.home);
        command.envs(self.secrets.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs with `--json` and checks the contract: JSON lines with `v` 1, exactly one result or error, which is last.
    pub fn speak(&self, words: &[&str]) -> Spoken {
        let out = self.command(words).arg("--json").output().expect("hearthcast starts");
        spoken(&out, words)
    }

    /// Runs with `--json`, must succeed, and returns the result line.
    pub fn ask(&self, words: &[&str]) -> Value {
        let spoken = self.speak(words);
        assert_eq!(spoken.code, Some(0), "hearthcast {words:?}: {} {}", spoken.last, spoken.said);
        spoken.last
    }

    /// The same, typing what the program asks to be typed, if it asks for anything: that apps lose what they know published
    /// episodes by is meant.
    pub fn mean(&self, words: &[&str]) -> Value {
        let spoken = self.speak(words);
        if spoken.last["code"] != "guard.confirm" {
            assert_eq!(spoken.code, Some(0), "hearthcast {words:?}: {} {}", spoken.last, spoken.said);
            return spoken.last;
        }
        let word = spoken.last["subject"]["id"].as_str().expect("it says what is to be typed");
        self.ask(&[words, &["--confirm", word]].concat())
    }

    /// Takes the last step back, as Ctrl+Z does in the window; says what it was.
    pub fn undo(&self) -> String {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let studio = Studio::open(Options::new(&self.library)).await.expect("a library");
            studio.undo().await.expect("it can be taken back").expect("a step").reason
        })
    }

    /// Makes a show that can be published; returns its slug.
    pub fn show(&self, title: &str) -> String {
        let cover = self.home.join("cover.jpg");
        std::fs::create_dir_all(&self.home).expect("a home folder can be made");
        crate::sound::cover(&cover);
        let cover = cover.to_str().expect("temporary folders have plain names").to_string();
        let words = [
            "show",
            "add",
            "--title",
            title,
            "--author",
            "Ada",
            "--description",
            "Stories of the sea.",
            "--category",
            "Society & Culture/Places & Travel",
            "--link",
            "https://example.org/",
            "--cover",
            &cover,
        ];
        let made = self.ask(&words);
        made["show"]["slug"].as_str().expect("a show has a slug").to_string()
    }

    /// Makes an episode from a sound file.
    pub fn episode(&self, show: &str, title: &str, sound: &Path) -> Value {
        let sound = sound.to_str().expect("temporary folders have plain names");
        self.ask(&["episode", "add", show, "--title", title, "--audio", sound])
    }
}

/// Nothing of the machine's own settings reaches a program under test, but its language, its zone and its search path.
fn own_environment(command: &mut Command, home: &Path) {
    for (name, _) in std::env::vars_os() {
        let keep = matches!(name.to_str(), Some("PATH" | "LANG" | "LC_ALL" | "TZ" | "LD_LIBRARY_PATH" | "TMPDIR"));
        if !keep {
            command.env_remove(name);
        }
    }
    command.env("HOME", home).stdin(Stdio::null());
}

fn spoken(out: &Output, words: &[&str]) -> Spoken {
    let text = String::from_utf8(out.stdout.clone()).expect("JSON lines are UTF-8");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{words:?}: {e}: {line}"));
    let mut before: Vec<Value> = text.lines().map(read).collect();
    let last = before.pop().unwrap_or_else(|| panic!("{words:?} printed no JSON: {said}"));
    assert!(matches!(last["type"].as_str(), Some("result" | "error")), "{words:?}: the last line is {last}");
    for line in &before {
        assert!(
            matches!(line["type"].as_str(), Some("progress" | "finding")),
            "{words:?}: {line} stands before the end"
        );
    }
    assert!(before.iter().chain([&last]).all(|line| line["v"] == 1), "{words:?}: a line without version 1");
    Spoken { code: out.status.code(), before, last, said }
}
