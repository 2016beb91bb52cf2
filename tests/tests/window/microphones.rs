//! Issue 7, point 3, by keys and clicks: the microphones of one talk are gathered one by one and mixed; the result is the episode's
//! sound. The judge is ffmpeg, which hears each voice in its turn.

use crate::alone;
use crate::driver::Window;
use fantoccini::key::Key;
use hearthcast_tests::{Laptop, files_below, output, scratch};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who speaks, at which pitch in hertz, how loud; each in a turn of their own.
const VOICES: [(&str, u32, f64); 3] = [("ada", 500, 0.8), ("bo", 700, 0.2), ("cy", 1_000, 0.1)];
/// Seconds of a turn.
const TURN: usize = 4;

/// A microphone that hears its voice in its turn, and nothing else.
fn microphone(folder: &Path, turn: usize) -> PathBuf {
    let (name, hertz, loud) = VOICES[turn];
    let path = folder.join(format!("{name}.wav"));
    let voice = format!(
        "sine=frequency={hertz}:sample_rate=44100:duration={},volume='8*{loud}*between(t,{},{})':eval=frame",
        TURN * VOICES.len(),
        turn * TURN,
        (turn + 1) * TURN
    );
    output(Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", &voice]).arg(&path));
    path
}

/// How loud a pitch is in the middle of a turn, dB of full scale by its mean.
fn level(path: &Path, hertz: u32, turn: usize) -> f64 {
    let from = turn * TURN + 1;
    let band = format!("bandpass=f={hertz}:width_type=h:w=40");
    let filter = format!("atrim={from}:{},asetpts=PTS-STARTPTS,{band},{band},volumedetect", from + 2);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-hide_banner", "-i"]).arg(path).args(["-af", &filter, "-f", "null", "-"]);
    let said = String::from_utf8_lossy(&ffmpeg.output().expect("ffmpeg starts").stderr).into_owned();
    let found = said.rsplit("mean_volume: ").next().and_then(|rest| rest.split_whitespace().next());
    found.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no level: {said}"))
}

#[tokio::test]
async fn point_3_several_microphones_are_mixed_by_keys_and_clicks() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let [ada, bo, cy] = [0, 1, 2].map(|turn| microphone(place.path(), turn));
        // Ada's recorder stopped after two of the three turns, behind her own.
        let file = std::fs::OpenOptions::new().write(true).open(&ada).expect("a microphone");
        let bytes = file.metadata().expect("its length").len();
        file.set_len(bytes * 2 / 3).expect("it can be cut");
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click("new-episode").await;
        window.tab_to("audio-several").await;
        window.key(Key::Enter).await;
        // Nothing is mixed of one; what was added by mistake is left out again.
        window.css("[data-testid='mix-go'][disabled]").await;
        let other = place.path().join("other.wav");
        for (at, file) in [&ada, &other, &bo, &cy].into_iter().enumerate() {
            window.enter("mix-path", &file.display().to_string()).await;
            window.count("mix-name", at + 1).await;
            window.value("mix-path", str::is_empty).await;
        }
        window.click_on("[data-testid='mix-name']:nth-child(2) [data-testid='mix-remove']").await;
        window.count("mix-name", 3).await;
        let names = |words: &str| ["ada.wav", "bo.wav", "cy.wav"].iter().all(|name| words.contains(name));
        window.read("mix-names", |words| names(words) && !words.contains("other.wav")).await;
        window.picture("mix-gathered").await;
        window.css("[data-testid='mix-go']:not([disabled])").await;
        window.click("mix-go").await;
        window.count("sheet", 0).await;

        window.made("waveform").await;
        window.css("[data-testid='finding'][data-code='media.truncated']").await;
        window.picture("mix-made").await;
        window.close().await;
        let list = laptop.ask(&["episode", "list", &show]);
        let id = list["episodes"][0]["id"].as_str().unwrap_or_else(|| panic!("an episode: {list}")).to_owned();
        assert_eq!(laptop.ask(&["episode", "cut", &show, &id])["length_ms"], 12_000);
        let got = laptop.ask(&["episode", "get", &show, &id]);
        let told = got["audio"]["made"]["findings"].to_string();
        assert!(told.contains("ada.wav") && told.contains("was made to last 0:12"), "{got}");
        let episode = got["episode"].clone();
        let hash = episode["audio"]["hash"].as_str().unwrap_or_else(|| panic!("a sound: {episode}"));
        let made = laptop.library().join("media").join(&hash[..2]).join(hash);
        let heard: Vec<f64> = VOICES.iter().enumerate().map(|(turn, voice)| level(&made, voice.1, turn)).collect();
        let softest = heard.iter().copied().fold(f64::INFINITY, f64::min);
        let loudest = heard.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // They were 18 dB apart.
        assert!(softest > -40.0 && loudest - softest < 4.0, "all are heard, equally loud: {heard:?}");
        for (turn, (name, hertz, _)) in VOICES.iter().enumerate() {
            let silent = level(&made, *hertz, (turn + 1) % VOICES.len());
            assert!(heard[turn] - silent > 20.0, "{name} is heard in the turn of {name} only: {silent} {heard:?}");
        }
        assert!([&ada, &bo, &cy].iter().all(|file| file.exists()), "the author's files stay");
        assert!(files_below(&laptop.library().join("media/incoming")).is_empty(), "nothing is left behind");
    })
    .await;
}
