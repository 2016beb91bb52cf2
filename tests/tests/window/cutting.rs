//! Issue 7, point 3, by clicks: a passage is marked while the recording is heard and cut out; the show gets a recipe. The judge is
//! ffmpeg, which decodes what was made.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{Laptop, scratch, sound, until};
use std::path::Path;
use std::process::Command;

/// How long a sound is when it is decoded, in whole milliseconds.
fn length_ms(path: &Path) -> usize {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "48000", "-"]);
    ffmpeg.output().expect("ffmpeg runs").stdout.len() / 96
}

/// The length of the episode's sound once it is made of all that is marked.
fn made(laptop: &Laptop, show: &str) -> usize {
    until("the sound is made again", || (laptop.ask(&["episode", "cut", show, "one"])["waits"] == false).then_some(()));
    let episode = laptop.ask(&["episode", "get", show, "one"])["episode"].clone();
    let hash = episode["audio"]["hash"].as_str().expect("a sound").to_owned();
    length_ms(&laptop.library().join("media").join(&hash[..2]).join(&hash))
}

#[tokio::test]
async fn point_3_a_passage_is_cut_out_by_clicks() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let recording = place.path().join("one.wav");
        sound::wav(&recording, 20);
        laptop.episode(&show, "One", &recording);
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.css("[data-testid='episode-row'] a").await.click().await.expect("the episode can be opened");
        window.click("cut-open").await;
        window.write("cut-from", "25").await;
        window.write("cut-to", "26").await;
        window.css("[data-testid='cut'] .error").await;
        window.clear("cut-from").await;
        window.clear("cut-to").await;
        window.write("cut-from", "0:05").await;
        window.write("cut-to", "0:08.5").await;
        window.click("cut-mark").await;
        window.count("passage", 1).await;
        window.read("passages", |words| words.contains("0:05.000") && words.contains("0:08.500")).await;
        window.picture("cutting-marked").await;
        window.click("cut-make").await;
        assert_eq!(made(&laptop, &show), 16_500);
        window.count("cut-make", 0).await;

        // It stays in after all.
        window.click("passage-forget").await;
        window.count("passage", 0).await;
        window.click("cut-make").await;
        assert_eq!(made(&laptop, &show), 20_000);

        window.click("nav-details").await;
        window.click("recipe-open").await;
        window.click("recipe-high-pass").await;
        window.click("recipe-pauses").await;
        window.picture("cutting-recipe").await;
        let recipe = || laptop.ask(&["show", "recipe", &show]);
        until("the recipe is kept", || {
            (recipe()["high_pass_hz"] == 80 && recipe()["pauses"]["keep_ms"] == 800).then_some(())
        });
        window.click("recipe-high-pass").await;
        until("it is taken back", || recipe()["high_pass_hz"].is_null().then_some(()));
        window.close().await;
    })
    .await;
}
