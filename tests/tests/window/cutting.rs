//! Issue 7, point 3, by clicks: a passage is marked while the recording is heard and cut out; the show gets a recipe. The judge is
//! ffmpeg, which decodes what was made. And ten seconds are heard with the settings and without them.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{Laptop, output, scratch, sound, until};
use std::path::{Path, PathBuf};
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
        window.click_on("[data-testid='episode-row'] a").await;
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
        // What would become shorter is told before anything is made.
        window.read("silences-told", |words| words.contains("One")).await;
        window.click("recipe-high-pass").await;
        until("it is taken back", || recipe()["high_pass_hz"].is_null().then_some(()));
        window.close().await;
    })
    .await;
}

#[tokio::test]
async fn point_3_silences_that_become_shorter_are_told_before_the_sound_is_made() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let recording = place.path().join("one.wav");
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error"]);
        for seconds in ["4", "6", "4", "8", "3"] {
            ffmpeg.args(["-f", "lavfi", "-i", &format!("sine=frequency=440:sample_rate=44100:duration={seconds}")]);
        }
        // The second and the fourth are silent.
        let parts = "[1]volume=0[quiet];[3]volume=0[still];[0][quiet][2][still][4]concat=n=5:v=0:a=1";
        output(ffmpeg.args(["-filter_complex", parts]).arg(&recording));
        laptop.episode(&show, "One", &recording);
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        window.click("recipe-open").await;
        assert!(window.all("silences-told").await.is_empty(), "nothing is asked while silences stay");
        window.click("recipe-pauses").await;
        // 6 s and 8 s become 0.8 s each.
        let told = |words: &str| words.contains("2 silences become shorter") && words.contains("0:13 instead of 0:25");
        window.read("silences-told", told).await;
        window.picture("silences-told").await;
        // The first is heard as it will be.
        window.click("silences-hear").await;
        window.read("audition-says", |words| words.contains("One") && words.contains("0:01")).await;
        // Only the longer of them.
        window.clear("recipe-longer").await;
        window.write("recipe-longer", "7").await;
        window.read("silences-told", |words| words.contains("1 silence becomes shorter")).await;
        until("the recipe is kept", || {
            (laptop.ask(&["show", "recipe", &show])["pauses"]["longer_than_ms"] == 7_000).then_some(())
        });
        // What counts as silence is said beside them, within what the workshop can do.
        window.clear("recipe-silence").await;
        window.write("recipe-silence", "-10").await;
        window.css("[data-testid='recipe'] .error").await;
        window.clear("recipe-silence").await;
        window.write("recipe-silence", "-40").await;
        until("the level is kept", || (laptop.ask(&["show", "recipe", &show])["silence_dbfs"] == -40).then_some(()));
        window.read("silences-told", |words| words.contains("1 silence becomes shorter")).await;
        let now = laptop.ask(&["episode", "silences", &show, "one"])["shorter"]["after_ms"].clone();
        laptop.ask(&["episode", "cut", &show, "one", "--make"]);
        assert!(made(&laptop, &show).abs_diff(now.as_u64().expect("a length") as usize) <= 1, "{now}");
        window.close().await;
    })
    .await;
}

/// The sounds that were made to be heard, newest last, of one side.
fn heard(laptop: &Laptop, side: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(laptop.library().join("media/incoming")).expect("a folder");
    let mut found: Vec<_> = folder.map(|entry| entry.expect("an entry")).collect();
    found.sort_by_key(|entry| entry.metadata().and_then(|about| about.modified()).expect("a time"));
    let paths = found.into_iter().map(|entry| entry.path());
    paths.filter(|path| path.to_string_lossy().ends_with(&format!("-{side}.wav"))).collect()
}

/// What ffmpeg says about a sound.
fn said(path: &Path, filter: &str) -> String {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-hide_banner", "-i"]).arg(path).args(["-af", filter, "-f", "null", "-"]);
    String::from_utf8_lossy(&ffmpeg.output().expect("ffmpeg runs").stderr).into_owned()
}

fn after(said: &str, word: &str) -> f64 {
    let found = said.rsplit(word).next().and_then(|rest| rest.split_whitespace().next());
    found.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no {word}: {said}"))
}

fn lufs(path: &Path) -> f64 {
    after(&said(path, "ebur128"), " I:")
}

/// How much of a hum of 60 Hz there is, dB.
fn hum(path: &Path) -> f64 {
    after(&said(path, "bandpass=f=60:width_type=h:w=10,bandpass=f=60:width_type=h:w=10,volumedetect"), "mean_volume: ")
}

#[tokio::test]
async fn point_3_settings_are_heard_by_clicks_before_they_are_used() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let recording = place.path().join("one.wav");
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args([
            "-nostdin",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=60:duration=30",
            "-f",
            "lavfi",
            "-i",
        ]);
        ffmpeg.args(["anoisesrc=color=pink:duration=30:amplitude=0.2:seed=7", "-filter_complex", "amix=inputs=2"]);
        output(ffmpeg.arg(&recording));
        laptop.episode(&show, "One", &recording);
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        window.click("recipe-open").await;
        window.click("recipe-high-pass").await;
        window.clear("recipe-hz").await;
        window.write("recipe-hz", "200").await;
        window.write("recipe-listen-from", "0:05").await;
        window.click("audition-listen").await;
        window.read("audition-says", |words| words.contains("One") && words.contains("0:05.000")).await;
        let files = || (heard(&laptop, "with").pop(), heard(&laptop, "without").pop());
        let (Some(with), Some(without)) = files() else { panic!("both can be heard") };
        assert_eq!((length_ms(&with), length_ms(&without)), (10_000, 10_000));
        assert!((lufs(&with) - lufs(&without)).abs() <= 0.2, "{} {}", lufs(&with), lufs(&without));
        assert!(hum(&without) - hum(&with) > 12.0, "{} {}", hum(&without), hum(&with));
        window.attribute("audition-with", "src", |address| address.contains("/audition/")).await;
        window.picture("audition-recipe").await;
        // The other one, and back; what plays is stopped.
        window.click("audition-side-without").await;
        window.click("audition-side-with").await;
        window.click("audition-toggle").await;
        // Another setting makes what was heard old.
        window.click("recipe-mono").await;
        window.count("audition-says", 0).await;

        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.click("cut-open").await;
        for _ in 0..4 {
            window.click("audition-listen").await;
            window.count("audition-says", 1).await;
        }
        window.picture("audition-cut").await;
        assert!(heard(&laptop, "with").len() <= 3, "old ones are swept");
        window.close().await;
        // The next program to open the library finds that their owner is gone.
        laptop.ask(&["show", "recipe", &show]);
        assert_eq!(heard(&laptop, "with"), Vec::<PathBuf>::new(), "and all of them in the end");
    })
    .await;
}
