//! What the walks of the window need: a recording, a cover, a transcript, a storage and a server; and what listeners find.

use hearthcast_testkit::{ACCESS_KEY_ID, BUCKET, S3Server, SECRET_ACCESS_KEY};
use hearthcast_tests::{Laptop, Listener, Server, enclosures, file_url, output, sound};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Length of the recording: ten minutes.
pub const SECONDS: usize = 600;

/// Name of the storage as the author calls it; its key comes from the environment variables of that name.
pub const STORAGE: &str = "tide";

/// Files and servers of a walk. They lie in one temporary folder.
pub struct Scene {
    pub recording: PathBuf,
    pub cover: PathBuf,
    pub transcript: PathBuf,
    pub storage: S3Server,
    pub server: Server,
}

impl Scene {
    /// Makes the files and starts the servers.
    pub fn set(folder: &Path) -> Self {
        let place = |name: &str| folder.join(name);
        let (recording, cover, transcript) = (place("the stair.wav"), place("cover.jpg"), place("stair.vtt"));
        sound::wav(&recording, SECONDS);
        sound::cover(&cover);
        std::fs::write(&transcript, TRANSCRIPT).expect("a temporary folder takes a file");
        let storage = S3Server::start(&place("storage"));
        Self { recording, cover, transcript, storage, server: Server::start(&place("server")) }
    }

    /// The storage's key, as the program takes it from its environment.
    pub fn keys() -> Vec<(&'static str, &'static str)> {
        vec![("HEARTHCAST_TIDE_ACCESS_KEY_ID", ACCESS_KEY_ID), ("HEARTHCAST_TIDE_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)]
    }

    /// The address listeners use.
    pub fn storage_on_the_web(&self) -> String {
        hearthcast_testkit::public_url(&self.storage.origin(), "")
    }

    /// Name of the bucket.
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }
}

/// Two cues, as transcription programs write them.
const TRANSCRIPT: &str = "WEBVTT\n\n00:00:00.500 --> 00:00:04.000\nThe stair has one hundred and ninety-six steps.\n\n\
    00:00:04.000 --> 00:00:09.500\nI count them aloud.\n";

/// What is typed as chapters: the title at the beginning, and the one half a minute in.
pub const CHAPTERS: [&str; 2] = ["Cold open", "The winter of two ships"];

/// A podcast app finds the episode, its chapters and its transcript under the feed's address; all are whole, and the sound
/// is the recording in another dress: ffprobe says how long.
pub fn heard(feed: &str, folder: &Path) {
    let app = Listener::fast("AntennaPod/3.4.0");
    let fetched = |url: &str| {
        let answer = app.get(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert!(answer.status == 200 && answer.whole, "{url} answers {}", answer.status);
        answer.body
    };
    let text = String::from_utf8(fetched(feed)).expect("a feed is UTF-8");
    let [(audio, length)] = enclosures(&text).try_into().expect("one episode");
    let bytes = fetched(&audio);
    assert_eq!(bytes.len() as u64, length, "the enclosure says its length");
    let file = folder.join("heard.mp3");
    std::fs::write(&file, bytes).expect("a temporary folder takes a file");
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", "format=duration,format_name", "-of", "json"]).arg(&file);
    let probed: Value = serde_json::from_str(&output(&mut ffprobe)).expect("ffprobe prints JSON");
    assert_eq!(probed["format"]["format_name"], "mp3", "a WAV became an MP3");
    let seconds: f64 = probed["format"]["duration"].as_str().expect("a length").parse().expect("a number");
    assert!((seconds - SECONDS as f64).abs() < 0.2, "as long as the recording: {seconds}");

    let chapters: Value = serde_json::from_slice(&fetched(&address(&text, "podcast:chapters"))).expect("JSON chapters");
    let titles: Vec<&str> =
        chapters["chapters"].as_array().expect("chapters").iter().filter_map(|c| c["title"].as_str()).collect();
    assert_eq!(titles, CHAPTERS, "{chapters}");
    assert_eq!(chapters["chapters"][0]["startTime"].as_f64(), Some(0.0));
    assert_eq!(chapters["chapters"][1]["startTime"].as_f64(), Some(30.0));
    let words = String::from_utf8(fetched(&address(&text, "podcast:transcript"))).expect("UTF-8");
    assert!(words.contains("ninety-six steps") && words.starts_with("WEBVTT"), "{words}");
}

/// The `url` of the first element of that name.
fn address(feed: &str, element: &str) -> String {
    let from = feed.find(&format!("<{element} ")).unwrap_or_else(|| panic!("{element} is in the feed:\n{feed}"));
    let rest = &feed[from..];
    let tag = &rest[..rest.find('>').expect("an element ends")];
    let value = tag.split("url=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_else(|| panic!("{tag} has an address")).replace("&amp;", "&")
}

/// A show with one episode, twenty seconds of noise of this amplitude, and a folder it goes to; nothing is published.
pub fn noise_to_publish(folder: &Path, amplitude: f64) -> (Laptop, String) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    let sound = folder.join("one.mp3");
    let noise = format!("anoisesrc=color=pink:duration=20:amplitude={amplitude}:seed=3");
    output(Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &noise]).arg(&sound));
    laptop.episode(&show, "One", &sound);
    let www = file_url(&folder.join("www"));
    laptop.ask(&["target", "add", &show, "www", &www, "--public-url", "https://shows.example/"]);
    (laptop, show)
}

/// A show "Harbour" with the episode "One", not published, written by the terminal into the window's library.
pub fn one_episode(folder: &Path) -> (Laptop, String) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    let one = folder.join("one.mp3");
    sound::mp3(&one, 12, "One");
    laptop.episode(&show, "One", &one);
    (laptop, show)
}

/// Publishes to a new folder by the terminal, and says where the feed lies.
pub fn to_a_folder(laptop: &Laptop, show: &str, www: &Path) -> PathBuf {
    laptop.ask(&["target", "add", show, "www", &file_url(www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["publish", show]);
    www.join(format!("feeds/{show}/feed.xml"))
}

/// [`one_episode`], published to a server called "home" by the terminal.
pub fn published(folder: &Path) -> (Laptop, Server, String) {
    let (mut laptop, show) = one_episode(folder);
    let server = Server::start(&folder.join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show]);
    (laptop, server, show)
}
