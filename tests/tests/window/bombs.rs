//! Issue 7, point 10, in the window: a file whose examination is killed, a picture that claims to be endless and a page that claims
//! to be a sound end with a sentence that names them. The program goes on, and the next good file is taken in as if nothing had been.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{Laptop, files_below, output, scratch, sound, until};
use std::path::Path;
use std::process::Command;

/// Two hours: long enough to be found while it is listened to.
const LONG_SECONDS: usize = 7_200;

/// The process that has this file open and was started by one of these programs, by its id.
fn reader_of(file: &Path, programs: &[String]) -> Option<String> {
    let mut processes = std::fs::read_dir("/proc").ok()?.flatten().map(|process| process.path());
    let reads = |process: &Path| {
        let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).map(str::trim);
        let is_theirs = parent.is_some_and(|parent| programs.iter().any(|program| program == parent));
        is_theirs && {
            let mut open = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
            open.any(|one| std::fs::read_link(one.path()).is_ok_and(|target| target == file))
        }
    };
    let found = processes.find(|process| reads(process))?;
    Some(found.file_name()?.to_string_lossy().into_owned())
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// A PNG of a few bytes that would fill 14 GB of memory.
fn bomb(path: &Path) {
    let side = 60_000u32.to_be_bytes();
    let header = [&b"IHDR"[..], &side, &side, &[8, 6, 0, 0, 0]].concat();
    let front = [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], &header, &crc32(&header).to_be_bytes()].concat();
    std::fs::write(path, [&front[..], b"\0\0\0\x01IDAT\0\0\0\0\0"].concat()).expect("room");
}

/// Gives the episode that is open another file, whatever was typed before.
async fn give(window: &Window, file: &Path) {
    window.clear("audio-path").await;
    window.enter("audio-path", &file.display().to_string()).await;
}

#[tokio::test]
async fn point_10_bombs_and_lies_are_named_and_the_window_goes_on() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        // As the kernel names it.
        let folder = place.path().canonicalize().expect("a folder");
        let [storm, endless, page, good] =
            ["storm.mp3", "endless.png", "page.mp3", "good.mp3"].map(|name| folder.join(name));
        sound::mp3(&storm, LONG_SECONDS, "Storm");
        bomb(&endless);
        std::fs::write(&page, "<!doctype html><title>Not there</title>").expect("room");
        sound::mp3(&good, 12, "Bells at low tide");

        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click("new-episode").await;
        let programs = window.programs();
        window.enter("audio-path", &storm.display().to_string()).await;
        let reader = until("the file is examined by a process of its own", || reader_of(&storm, &programs));
        output(Command::new("kill").args(["-KILL", &reader]));
        window.read("problem", |words| words.contains("storm.mp3") && words.contains("was stopped by signal 9")).await;
        window.attribute("problem", "data-code", |code| code == "media.unusable").await;
        window.picture("bombs-killed").await;

        give(&window, &endless).await;
        window.read("problem", |words| words.contains("endless.png") && words.contains("is too large")).await;
        window.attribute("problem", "data-code", |code| code == "media.too_large").await;
        give(&window, &page).await;
        window.read("problem", |words| words.contains("page.mp3") && words.contains("an HTML page")).await;

        // The same program takes the next one in, and nothing of the others is kept.
        give(&window, &good).await;
        window.value("episode-title", |title| title == "Bells at low tide").await;
        window.read("audio-facts", |facts| facts.starts_with("MP3 128 kbit/s")).await;
        window.count("problem", 0).await;
        let now = window.programs();
        assert!(
            !programs.is_empty() && programs.iter().all(|one| now.contains(one)),
            "it never ended: {programs:?} {now:?}"
        );
        let kept = |file: &Path| file.metadata().map_or(0, |about| about.len());
        let files = files_below(&laptop.library().join("media"));
        assert!(files.iter().all(|file| kept(file) < 1_000_000), "{files:?}");
        assert!(storm.exists(), "what was given stays where it is");
        window.close().await;
        let episodes = laptop.ask(&["episode", "list", &show])["episodes"].clone();
        assert_eq!(episodes.as_array().map(Vec::len), Some(1), "{episodes}");
    })
    .await;
}
