//! Issue 7, point 9, by keys and clicks: the sheet of a file asks how a sound that listeners hear is replaced, takes transcripts as well
//! as sounds, and says why something stays.

use crate::alone;
use crate::driver::Window;
use fantoccini::key::Key;
use hearthcast_tests::{Laptop, file_url, output, scratch, sound, until};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn sha256(file: &Path) -> String {
    output(Command::new("sha256sum").arg(file)).split(' ').next().expect("a hash").to_string()
}

/// Closes the sheet, which a window would open again with its page, and which keeps the keys of the window to itself.
async fn put_away(window: &Window) {
    window.press(&char::from(Key::Escape).to_string()).await;
    window.count("sheet", 0).await;
}

/// Opens the sheet of a file and names the one that is to take its place.
async fn look(window: &Window, shelf: &str, hash: &str, with: &Path) {
    window.click("nav-media").await;
    window.click(&format!("media-shelf-{shelf}")).await;
    window.click_on(&format!("a[href='#/media/{hash}']")).await;
    window.click("media-replace").await;
    window.enter("media-replace-path", &with.display().to_string()).await;
}

#[tokio::test]
async fn point_9_the_sheet_asks_how_a_live_sound_is_replaced_and_says_what_stays() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let www = file_url(&place.path().join("www"));
        laptop.ask(&["target", "add", &show, "www", &www, "--public-url", "https://shows.example/"]);
        let [old, new, words, others] =
            ["old.mp3", "new.mp3", "words.vtt", "others.vtt"].map(|name| place.path().join(name));
        sound::mp3(&old, 12, "Old");
        sound::mp3(&new, 12, "New");
        laptop.episode(&show, "One", &old);
        std::fs::write(&words, "WEBVTT\n\n00:01.000 --> 00:04.000\nAhoy.\n").expect("room");
        std::fs::write(&others, "WEBVTT\n\n00:01.000 --> 00:04.000\nFarewell.\n").expect("room");
        laptop.ask(&["episode", "set", &show, "one", &format!("transcript={}", words.display())]);
        laptop.ask(&["publish", &show]);
        let episode = || laptop.ask(&["episode", "get", &show, "one"])["episode"].clone();
        let hash = |value: &Value| value["hash"].as_str().expect("a hash").to_string();
        let before = episode();

        let window = Window::open(place.path()).await;
        look(&window, "audio", &sha256(&old), &new).await;
        window.read("media-replace-plan", |said| said.contains("One") && said.contains("Gets the new file")).await;
        window.css("[data-testid='replace-same-guid']:checked").await;
        window.css("[data-testid='replace-same-url'][disabled]").await;
        window.read("replace-effects", |said| !said.is_empty()).await;
        window.picture("media-replace-live").await;
        assert_eq!(episode(), before, "nothing was done yet");
        window.click("media-replace-do").await;
        let after = until("the sound is another one", || Some(episode()).filter(|now| now["audio"] != before["audio"]));
        assert_eq!((hash(&after["audio"]), &after["guid"]), (sha256(&new), &before["guid"]));
        window.count("media-replace-plan", 0).await;
        put_away(&window).await;
        window.close().await;

        // What listeners have until the next publication stays, and says why.
        let window = Window::open(place.path()).await;
        look(&window, "audio", &sha256(&old), &new).await;
        window.read("media-replace-plan", |said| said.contains("something else has its place already")).await;
        window.count("media-replace-do", 0).await;
        put_away(&window).await;
        window.close().await;

        // A transcript takes the place of a transcript.
        let window = Window::open(place.path()).await;
        let file = |episode: &Value| hash(&episode["transcripts"][0]["file"]);
        look(&window, "text", &file(&after), &others).await;
        window.read("media-replace-plan", |said| said.contains("Read out of it")).await;
        window.click("media-replace-do").await;
        let others = |now: &Value| now["transcripts"] != after["transcripts"];
        let last = until("the words are others", || Some(episode()).filter(others));
        let hash = file(&last);
        let kept = laptop.library().join("media").join(&hash[..2]).join(&hash);
        assert!(std::fs::read_to_string(kept).expect("a text").contains("Farewell."));
        window.count("media-replace-plan", 0).await;
        put_away(&window).await;
        window.ctrl('z').await;
        until("one undo takes it back", || (!others(&episode())).then_some(()));
        window.close().await;
    })
    .await;
}
