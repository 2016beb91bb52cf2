//! Issue 7, point 6, by clicks: what is said is written down by a program of this machine, with progress and stop; a transcript is
//! looked over and changed as a whole. The judges are the terminal's program on the same library, and ffprobe and ffmpeg on the files.

use crate::alone;
use crate::driver::Window;
use crate::scene::one_episode;
use hearthcast_tests::{Laptop, output, scratch, sound, until};
use serde_json::Value;
use std::cell::Cell;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the stand-in heard, with the fields of `output_json` (whisper.cpp, examples/cli/cli.cpp, with `-ojf`).
const SAID: &str = r#"{"result":{"language":"en"},"transcription":[{"offsets":{"from":0,"to":2000},"text":" Good morning.","tokens":[{"text":"[_BEG_]","offsets":{"from":0,"to":0},"id":50364,"p":0.9,"t_dtw":-1},{"text":" Good","offsets":{"from":300,"to":700},"id":1,"p":0.9,"t_dtw":-1},{"text":" morning","offsets":{"from":700,"to":1400},"id":2,"p":0.9,"t_dtw":-1},{"text":".","offsets":{"from":1400,"to":1500},"id":3,"p":0.9,"t_dtw":-1}]}]}"#;

/// Stands in for whisper.cpp, which cannot be had here: it says how far it is whenever it is told, and writes what it heard at 100.
struct StandIn {
    folder: PathBuf,
    /// Open for reading, too, so that nobody waits for the other side.
    tell: File,
}

impl StandIn {
    /// Puts it and its model into the settings.
    fn set(laptop: &Laptop, folder: &Path) -> Self {
        let place = |name: &str| folder.join(name).display().to_string();
        output(Command::new("mkfifo").arg(folder.join("told")));
        let script = format!(
            "#!/bin/sh\necho \"${{10}}\" > '{}'\necho $$ > '{}'\nwhile read percent < '{}'; do\n  \
             echo \"whisper_print_progress_callback: progress =  $percent%\" >&2\n  [ \"$percent\" = 100 ] && break\ndone\n\
             cp '{}' \"${{10}}.json\"\n",
            place("base"),
            place("pid"),
            place("told"),
            place("said.json"),
        );
        std::fs::write(folder.join("whisper"), script).expect("room");
        output(Command::new("chmod").arg("755").arg(folder.join("whisper")));
        std::fs::write(folder.join("said.json"), SAID).expect("room");
        std::fs::write(folder.join("model.bin"), "model").expect("room");
        let [program, model] = [("program", "whisper"), ("model", "model.bin")]
            .map(|(what, name)| format!("speech_{what}={}", place(name)));
        laptop.ask(&["settings", "set", &program, &model]);
        let tell = File::options().read(true).write(true).open(folder.join("told")).expect("a pipe");
        Self { folder: folder.into(), tell }
    }

    /// How far it shall say it is.
    fn say(&self, percent: u8) {
        (&self.tell).write_all(format!("{percent}\n").as_bytes()).expect("a pipe takes a line");
    }

    /// Its number among the processes, once it runs, and the folder it writes into.
    fn running(&self) -> (PathBuf, PathBuf) {
        until("it is being written down", || {
            let whole = |text: &String| text.ends_with('\n');
            let read = |name: &str| std::fs::read_to_string(self.folder.join(name)).ok().filter(whole);
            let (pid, base) = (read("pid")?, read("base")?);
            let folder = Path::new(base.trim()).parent()?.to_owned();
            Some((Path::new("/proc").join(pid.trim()), folder))
        })
    }
}

/// A file of the library.
fn kept(laptop: &Laptop, file: &Value) -> PathBuf {
    let hash = file["hash"].as_str().unwrap_or_else(|| panic!("a file: {file}"));
    laptop.library().join("media").join(&hash[..2]).join(hash)
}

fn transcripts(laptop: &Laptop, show: &str) -> Value {
    laptop.ask(&["episode", "transcript", show, "one"])["transcripts"].clone()
}

/// Where each piece of a transcript begins and how long it lasts, milliseconds, as ffprobe reads it.
fn pieces(file: &Path, form: &str) -> Vec<(u64, u64)> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-f", form, "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0"]);
    let seconds = |text: Option<&str>| text.and_then(|text| text.trim().parse::<f64>().ok()).expect("seconds");
    let ms = |text: Option<&str>| (seconds(text) * 1000.0).round() as u64;
    let line = |line: &str| {
        let mut parts = line.split(',');
        (ms(parts.next()), ms(parts.next()))
    };
    output(ffprobe.arg(file)).lines().filter(|text| !text.trim().is_empty()).map(line).collect()
}

/// The words of a transcript, as ffmpeg reads it.
fn words(file: &Path) -> String {
    let mut ffmpeg = Command::new("ffmpeg");
    output(ffmpeg.args(["-nostdin", "-v", "error", "-f", "webvtt", "-i"]).arg(file).args(["-f", "srt", "-"]))
}

/// Begins to write down, and sees how far it is.
async fn begun(window: &Window, program: &StandIn) -> (PathBuf, PathBuf) {
    window.click("transcript-add").await;
    window.css("[data-testid='transcript-write-down']:not([disabled])").await;
    window.click("transcript-write-down").await;
    let running = program.running();
    // A little more again and again: what follows too fast is not drawn, and the same is not told twice. A tenth is the sound
    // that the program gets: 40 of its own hundred percent are 46 of all, and 95 are 95.
    let said = Cell::new(40u8);
    let told = |words: &str| {
        program.say(said.replace((said.get() + 1).min(95)));
        let mut before = words.split(" %").filter_map(|part| part.split_whitespace().next_back());
        let percent = before.find_map(|number| number.parse::<u8>().ok());
        words.contains("Writing down") && percent.is_some_and(|percent| (46..=95).contains(&percent))
    };
    window.read("audio-work", told).await;
    running
}

#[tokio::test]
async fn point_6_what_is_said_is_written_down_with_progress_and_stop() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let program = StandIn::set(&laptop, place.path());
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        let (process, folder) = begun(&window, &program).await;
        assert!(folder.exists() && process.exists(), "it works");
        window.picture("writing-down").await;
        // One at a time; and what is done with the sound does not wait for it.
        window.click("transcript-add").await;
        window.css("[data-testid='transcript-write-down'][disabled]").await;
        window.click("transcript-add").await;
        window.click("work-stop").await;
        window.count("audio-work", 0).await;
        until("the program is ended", || (!process.exists()).then_some(()));
        until("its files are gone", || (!folder.exists()).then_some(()));
        assert_eq!(transcripts(&laptop, &show), Value::Array(vec![]), "stopped, it leaves nothing");
        for name in ["pid", "base"] {
            std::fs::remove_file(place.path().join(name)).expect("it was there");
        }

        begun(&window, &program).await;
        program.say(100);
        window.count("cue", 1).await;
        window.count("audio-work", 0).await;
        window.picture("written-down").await;
        window.close().await;
        let list = transcripts(&laptop, &show);
        let file = kept(&laptop, &list[0]["file"]);
        assert_eq!((&list[0]["file"]["ext"], list[1].is_null()), (&"vtt".into(), true), "{list}");
        assert_eq!(pieces(&file, "webvtt"), [(0, 2_000)]);
        assert!(words(&file).contains("Good morning."), "{}", words(&file));
    })
    .await;
}

/// What is said in [`TALK`].
const WORDS: &str = "Good morning. How are you? This is a sentence that is long enough to be two. And here is another one, \
    which is long as well.";

/// Two speakers; the first in two pieces, the second in a long one.
const TALK: &str = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Good morning.\n\n\
    00:02.000 --> 00:03.000\n<v Ada>How are you?\n\n\
    00:10.000 --> 00:16.000\n<v Bo>This is a sentence that is long enough to be two. And here is another one, \
    which is long as well.\n";

/// Clicks a tool once it can be used, and waits until the transcript has so many pieces, of which the first begin there.
async fn used(
    window: &Window,
    tool: &str,
    file: impl Fn() -> PathBuf,
    (count, begin): (usize, &[u64]),
) -> Vec<(u64, u64)> {
    window.css(&format!("[data-testid='{tool}'][aria-busy='false']:not([disabled])")).await;
    window.click(tool).await;
    until(&format!("{tool} did it"), || {
        let found = pieces(&file(), "webvtt");
        let begins = found.iter().map(|piece| piece.0).take(begin.len()).eq(begin.iter().copied());
        (found.len() == count && begins).then_some(found)
    })
}

#[tokio::test]
async fn point_6_a_transcript_is_changed_as_a_whole_by_clicks() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let [one, talk, saved] = ["one.mp3", "talk.vtt", "saved.srt"].map(|name| place.path().join(name));
        sound::mp3(&one, 36, "One");
        std::fs::write(&talk, TALK).expect("room");
        laptop.episode(&show, "One", &one);
        laptop.ask(&["episode", "set", &show, "one", &format!("transcript={}", talk.display())]);
        let file = || kept(&laptop, &transcripts(&laptop, &show)[0]["file"]);
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.count("cue", 3).await;
        window.click("transcript-tools").await;
        // What is no number of seconds is told, and cannot be done.
        window.write("transcript-shift", "soon").await;
        window.css("[data-testid='transcript'] .error").await;
        window.css("[data-testid='transcript-do-shift'][disabled]").await;
        window.clear("transcript-shift").await;
        window.write("transcript-shift", "1.5").await;
        used(&window, "transcript-do-shift", file, (3, &[2_500, 3_500, 11_500])).await;
        used(&window, "transcript-merge", file, (2, &[2_500, 11_500])).await;
        used(&window, "transcript-split", file, (3, &[2_500, 11_500])).await;
        // Twice as far from the first place: nine seconds become eighteen.
        for (at, time) in ["0:02.5", "0:02.5", "0:11.5", "0:20.5"].into_iter().enumerate() {
            window.write(&format!("transcript-stretch-{at}"), time).await;
        }
        window.picture("transcript-tools").await;
        let found = used(&window, "transcript-do-stretch", file, (3, &[2_500, 20_500])).await;
        let ends = found.last().map(|(begin, lasts)| begin + lasts);
        assert_eq!(ends, Some(32_500), "six seconds became twelve: {found:?}");
        let read = words(&file());
        let said = read.lines().filter(|line| !line.contains("-->") && line.trim().parse::<u32>().is_err());
        let said: Vec<&str> = said.flat_map(str::split_whitespace).collect();
        assert_eq!(said.join(" "), WORDS, "no word is lost");

        window.click("transcript-speaker").await;
        window.click("transcript-speaker-Bo").await;
        window.write("transcript-name", "Bo Berg").await;
        window.css("[data-testid='transcript-rename'][aria-busy='false']:not([disabled])").await;
        window.click("transcript-rename").await;
        until("the speaker has another name", || {
            std::fs::read_to_string(file()).is_ok_and(|text| text.contains("<v Bo Berg>")).then_some(())
        });
        window.css("[data-testid='transcript-offer-srt'][aria-busy='false']").await;
        window.click("transcript-offer-srt").await;
        window.count("transcript-offer-srt", 0).await;
        let list = transcripts(&laptop, &show);
        assert_eq!(list[1]["file"]["ext"], "srt", "{list}");
        assert_eq!(pieces(&kept(&laptop, &list[1]["file"]), "srt"), found, "the other form says the same");
        window.enter("transcript-save-path", &saved.display().to_string()).await;
        until("it is saved", || saved.exists().then_some(()));
        window.picture("transcript-saved").await;
        window.close().await;
        assert_eq!(pieces(&saved, "srt"), found);
        let text = std::fs::read_to_string(&saved).expect("text");
        assert!(text.contains("Ada: Good morning.") && text.contains("Bo Berg: This is"), "{text}");
    })
    .await;
}
