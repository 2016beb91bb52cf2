//! Issue 7, point 8, by clicks: a video is given to an episode, its still is taken at a moment or where it is bright, and both are taken
//! away. The judges are the terminal's program on the same library and ImageMagick.

use crate::alone;
use crate::driver::Window;
use crate::scene::one_episode;
use hearthcast_tests::{Laptop, output, scratch, until};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

#[tokio::test]
async fn point_8_a_video_and_its_still_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let film = place.path().join("film.mp4");
        film_of(["red", "blue"], &film);
        let video = || {
            let got = laptop.ask(&["episode", "get", &show, "one"]);
            got["episode"]["tags"]["alternate_enclosures"][0].clone()
        };
        let blue = || is_full_of("b", &laptop, &video());
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.click("audio-more").await;
        window.click("another-format").await;
        window.enter("another-format-path", &film.display().to_string()).await;
        window.part("video-still").await;
        assert_eq!(blue(), Some(false), "the first bright one is red");
        window.picture("video-file").await;
        window.write("video-at", "0:03.5").await;
        window.click("video-take").await;
        until("the still is another one", || (blue() == Some(true)).then_some(()));
        window.write("video-alt", "The sea").await;
        window.click("episode-title").await;
        until("it is kept", || (video()["poster"]["alt"] == "The sea").then_some(()));
        window.size(1000, 700).await;
        window.picture("video-file-1000").await;
        window.close().await;
        assert_eq!(video()["mime"], "video/mp4");
    })
    .await;
}

#[tokio::test]
async fn point_8_the_first_bright_still_another_one_none_and_no_video_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let film = place.path().join("film.mp4");
        film_of(["black", "lime", "blue"], &film);
        let tags = || laptop.ask(&["episode", "get", &show, "one"])["episode"]["tags"].clone();
        let video = || tags()["alternate_enclosures"][0].clone();
        let [green, blue] = ["g", "b"].map(|colour| {
            let (laptop, video) = (&laptop, &video);
            move || is_full_of(colour, laptop, &video())
        });
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.click("audio-more").await;
        window.click("another-format").await;
        window.enter("another-format-path", &film.display().to_string()).await;
        window.part("video-still").await;
        assert_eq!((green(), blue()), (Some(true), Some(false)), "the film begins dark; the first bright one is green");
        // What is no time is told; a moment is taken by Enter.
        window.write("video-at", "late").await;
        window.css("[data-testid='video-file'] .error").await;
        window.css("[data-testid='video-take'][disabled]").await;
        window.clear("video-at").await;
        window.enter("video-at", "0:07").await;
        until("the still is another one", || (blue() == Some(true)).then_some(()));
        window.css("[data-testid='video-file'][aria-busy='false']").await;
        window.click("video-bright").await;
        until("it is the first bright one again", || (green() == Some(true)).then_some(()));
        window.css("[data-testid='video-file'][aria-busy='false']").await;
        window.click("video-remove").await;
        until("there is none", || video()["poster"].is_null().then_some(()));
        window.count("video-still", 0).await;
        window.read("video-file", |words| words.contains("No still yet")).await;
        assert_eq!(video()["mime"], "video/mp4", "the video stays");
        window.picture("video-no-still").await;

        // The video itself is among what the episode says to apps.
        window.click("tag-alternate_enclosures-head").await;
        window.click("alternate_enclosures-0-remove").await;
        window.count("video-file", 0).await;
        until("the video is gone", || video().is_null().then_some(()));
        window.close().await;
        assert!(film.exists(), "the author's file stays");
    })
    .await;
}

/// Whether the still of a video is full of one of the colours red, green, blue; nothing where there is none.
fn is_full_of(colour: &str, laptop: &Laptop, video: &Value) -> Option<bool> {
    let hash = video["poster"]["file"]["hash"].as_str()?;
    let kept = laptop.library().join("media").join(&hash[..2]).join(hash);
    let asked = format!("%[fx:mean.{colour}]");
    let told = output(Command::new("identify").env("LC_ALL", "C").args(["-format", &asked]).arg(kept));
    Some(told.trim().parse::<f64>().expect("a number") > 0.5)
}

/// Three seconds of each colour, and a tone.
fn film_of<const N: usize>(colours: [&str; N], to: &Path) {
    let made = |(n, colour): (usize, &&str)| format!("color=c={colour}:s=640x360:r=10:d=3[c{n}];");
    let parts: Vec<String> = colours.iter().enumerate().map(made).collect();
    let names: Vec<String> = (0..N).map(|n| format!("[c{n}]")).collect();
    let shown = format!("{}{}concat=n={N}", parts.concat(), names.concat());
    let tone = format!("sine=f=330:d={}", 3 * N);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &tone, "-filter_complex", &shown]);
    output(ffmpeg.args(["-c:v", "mpeg4", "-c:a", "aac"]).arg(to));
}
