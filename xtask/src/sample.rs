//! A sample show: sound and picture made on the spot (ffmpeg; spoken where espeak-ng is installed), kept by the terminal
//! program like any other show.

use crate::shell::{answers, program, run, target_dir};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Slug of the sample show.
pub const SLUG: &str = "lamp-room-stories";

const TITLE: &str = "Lamp Room Stories";
const NOTES: &str =
    "The keeper shows us the **stair**, the lamp and the log book.\n\n- 00:00 The door\n- 00:40 The lamp\n";

/// A little more than a minute when spoken: a download counts from one minute on.
const SPEECH: &str = "Welcome to Lamp Room Stories, a show about people who keep a light on for others. \
    Today we climb the hundred and twelve steps to the lamp room, and we go slowly, because the keeper tells a story on every landing. \
    On the first landing there is the log book. Every night has one line. Most lines say only: clear, light wind, all well. \
    On the second landing there is a bench, made from the door of a ship. Nobody remembers the name of the ship, but the bench is warm in the afternoon, and the cat knows it. \
    On the third landing you begin to hear the sea from both sides. The keeper stops here, and asks you to be quiet for a moment, and then you hear the lamp itself: a small, steady hum. \
    The lamp is older than the keeper. It was a flame, and then a mantle, and now it is a bulb no larger than your thumb. \
    What makes it reach so far is the glass around it: rings within rings, cut so that every bit of light goes out to sea and none of it is lost. \
    That is all there is to it, says the keeper. One small light, and a great deal of care about where it goes. \
    Thank you for listening. The next episode comes when the wind drops.";

/// The terminal program on one library.
pub struct Terminal {
    /// The library's folder; `None` is the person's own.
    pub library: Option<PathBuf>,
}

impl Terminal {
    /// `hearthcast` with these words.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = program(&target_dir().join("debug/hearthcast").to_string_lossy());
        if let Some(folder) = &self.library {
            command.arg("--library").arg(folder);
        }
        command.args(words);
        command
    }
    /// Runs `hearthcast` with these words, quietly.
    pub fn run(&self, words: &[&str]) -> Result<()> {
        run(self.command(words).arg("--quiet"))
    }
    /// Whether there is no show yet.
    pub fn is_empty(&self) -> Result<bool> {
        let json = crate::shell::text(self.command(&["show", "list", "--json"]).env_remove("RUST_LOG"))?;
        let last = json.lines().last().context("`hearthcast show list` printed nothing")?;
        let value: serde_json::Value = serde_json::from_str(last)?;
        Ok(value["shows"].as_array().is_none_or(Vec::is_empty))
    }
}

/// Makes the sample show in a library; `folder` takes the sound and the picture.
pub fn make(terminal: &Terminal, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let (sound, cover, notes) = (folder.join("keepers-stair.mp3"), folder.join("cover.jpg"), folder.join("notes.md"));
    make_sound(&sound)?;
    make_cover(&cover)?;
    std::fs::write(&notes, NOTES)?;
    terminal.run(&["show", "add", "--title", TITLE, "--slug", SLUG])?;
    let cover = format!("cover={}", cover.display());
    let fields = [
        "show",
        "set",
        SLUG,
        "author=Hearthcast",
        "description=A sample show: one small light, well aimed.",
        "language=en",
        "categories=Society & Culture/Places & Travel",
        "link=https://example.org/",
        &cover,
    ];
    terminal.run(&fields)?;
    let (sound, notes) = (sound.display().to_string(), notes.display().to_string());
    terminal.run(&["episode", "add", SLUG, "--title", "The keeper’s stair", "--audio", &sound, "--notes", &notes])
}

/// An MP3 of more than a minute: spoken, or a chord where no speaker is installed.
fn make_sound(to: &Path) -> Result<()> {
    let mut ffmpeg = program("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y"]);
    let speech = to.with_extension("wav");
    if answers(program("espeak-ng").arg("-w").arg(&speech).args(["-s", "150", SPEECH])) {
        ffmpeg.arg("-i").arg(&speech);
    } else {
        ffmpeg.args(["-f", "lavfi", "-i", "sine=frequency=220:sample_rate=44100:duration=75"]);
    }
    ffmpeg.args(["-ar", "44100", "-codec:a", "libmp3lame", "-b:a", "96k", "-id3v2_version", "3"]);
    ffmpeg.args(["-metadata", "title=The keeper’s stair", "-metadata", "artist=Hearthcast"]).arg(to);
    run(&mut ffmpeg)
}

/// A square JPEG of the size directories ask for.
fn make_cover(to: &Path) -> Result<()> {
    let mut ffmpeg = program("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i"]);
    ffmpeg.arg("gradients=size=1400x1400:c0=0x14202e:c1=0xd9822b:x0=700:y0=0:x1=700:y1=1400:nb_colors=2");
    run(ffmpeg.args(["-frames:v", "1", "-q:v", "3"]).arg(to))
}
