//! Sounds and pictures to measure with, made once by foreign programs and kept beside the tools.

use crate::shell::{program, run, tools};
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Makes a file unless it is there: under another name first, so that a broken-off one is not taken for whole.
fn once(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let folder = tools().join("bench");
    fs::create_dir_all(&folder)?;
    let (path, part) = (folder.join(name), folder.join(format!("part-{name}")));
    if !path.exists() {
        make(&part)?;
        fs::rename(&part, &path)?;
    }
    Ok(path)
}

/// Plucked strings over pink noise that comes and goes: stereo, 16 bit, 44.1 kHz, never the same twice.
pub fn recording(minutes: u32) -> Result<PathBuf> {
    once(&format!("recording-{minutes}.wav"), |part| {
        let seconds = (minutes * 60).to_string();
        let mut sox = program("sox");
        sox.args(["-R", "-n", "-r", "44100", "-b", "16", "-c", "2"]).arg(part);
        sox.args(["synth", &seconds, "pinknoise", "pluck", "E3", "tremolo", "0.21", "70", "gain", "-9"]);
        run(&mut sox)
    })
}

/// The recording as MP3, 128 kbit/s joint stereo.
pub fn mp3(minutes: u32) -> Result<PathBuf> {
    let wav = recording(minutes)?;
    once(&format!("recording-{minutes}.mp3"), |part| {
        run(program("lame").args(["--quiet", "-b", "128", "-m", "j"]).arg(&wav).arg(part))
    })
}

/// A cover of 3000 x 3000 pixels with the detail of a photograph.
pub fn cover() -> Result<PathBuf> {
    once("cover.jpg", |part| {
        let noise = "testsrc2=size=3000x3000,noise=alls=12:allf=t,gblur=sigma=1.2";
        let mut ffmpeg = program("ffmpeg");
        ffmpeg.args(["-v", "error", "-y", "-f", "lavfi", "-i", noise, "-frames:v", "1", "-q:v", "2", "-f", "mjpeg"]);
        run(ffmpeg.arg(part))
    })
}

/// A feed of 300 KB, about 300 episodes.
pub fn feed() -> Result<PathBuf> {
    once("feed.xml", |part| {
        let item = |n: u32| {
            format!(
                "<item><title>Episode {n}</title><guid isPermaLink=\"false\">{:032x}</guid><pubDate>Mon, 05 Jan 2026 06:00:00 +0000</pubDate>\
                 <enclosure url=\"https://pod.example/m/{:064x}/episode-{n}.mp3\" length=\"{}\" type=\"audio/mpeg\"/>\
                 <description>{}</description></item>\n",
                u128::from(n) * 0x9e37_79b9_7f4a_7c15,
                u128::from(n) * 0xd1b5_4a32_d192_ed03,
                20_000_000 + n * 7919,
                "Notes with some words that repeat and some that do not. ".repeat(10)
            )
        };
        let items: String = (1..=320).map(item).collect();
        let feed = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>Bench</title>{items}</channel></rss>\n"
        );
        Ok(fs::write(part, feed)?)
    })
}

/// 500,000,000 random bytes under the name of a sound.
pub fn noise_500() -> Result<PathBuf> {
    once("noise-500.mp3", |part| {
        let mut dd = program("dd");
        dd.args(["if=/dev/urandom", "bs=1000000", "count=500", "iflag=fullblock", "status=none"]);
        run(dd.arg(format!("of={}", part.display())))
    })
}

/// An empty folder for what a run writes, removed with all in it first.
pub fn scratch(name: &str) -> Result<PathBuf> {
    let folder = tools().join("bench").join(format!("scratch-{name}"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
