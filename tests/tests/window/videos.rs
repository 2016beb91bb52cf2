//! Issue 7, point 8, by clicks: a video is given to an episode, and its still is taken at a moment. The judges are the terminal's
//! program on the same library and ImageMagick.

use crate::alone;
use crate::driver::Window;
use crate::scene::one_episode;
use hearthcast_tests::{output, scratch, until};
use std::path::Path;
use std::process::Command;

#[tokio::test]
async fn point_8_a_video_and_its_still_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let film = place.path().join("film.mp4");
        film_of_two_colours(&film);
        let video = || {
            let got = laptop.ask(&["episode", "get", &show, "one"]);
            got["episode"]["tags"]["alternate_enclosures"][0].clone()
        };
        let blue = || {
            let hash = video()["poster"]["file"]["hash"].as_str().map(str::to_owned)?;
            let kept = laptop.library().join("media").join(&hash[..2]).join(&hash);
            let told = output(Command::new("identify").env("LC_ALL", "C").args(["-format", "%[fx:mean.b]"]).arg(kept));
            Some(told.trim().parse::<f64>().expect("a number") > 0.5)
        };
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

/// Three seconds red, three blue, and a tone.
fn film_of_two_colours(to: &Path) {
    let shown = "color=c=red:s=640x360:r=10:d=3[a];color=c=blue:s=640x360:r=10:d=3[b];[a][b]concat";
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=f=330:d=6", "-filter_complex", shown]);
    output(ffmpeg.args(["-c:v", "mpeg4", "-c:a", "aac"]).arg(to));
}
