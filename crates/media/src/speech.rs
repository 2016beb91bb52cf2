//! Speech written down by a program of this machine: whisper.cpp, where somebody installed it. It runs as a child with a list of arguments,
//! says how far it is, and is ended with all it started when nobody wants it any more. Nothing here is needed for anything else.
//!
//! It never sees the file that somebody gave: the worker makes a plain WAV of it first (`process/spoken`), within its limits. So every
//! kind of sound can be written down, also by versions that take nothing else.
//!
//! What the program understands: examples/cli/README.md of whisper.cpp (`-m -f -l -pp -ojf -of`); progress stands on its error output
//! as `progress =  35%` (examples/cli/cli.cpp, `whisper_print_progress_callback`).

use crate::MediaError;
use crate::process::SPOKEN_PHASE;
use crate::worker::Worker;
use hearthcast_model::{Cancel, Code, Error, Progress};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// Its names: since 1.7.3 `whisper-cli`; packages also call it `whisper-cpp`.
const NAMES: [&str; 2] = ["whisper-cli", "whisper-cpp"];
/// How often cancel is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Making the WAV is so many percent of the work.
const MAKING: u64 = 10;
/// Longest line of its error output that is looked at, and longest file it may write, in bytes.
const MOST_LINE: u64 = 4096;
const MOST_JSON: u64 = 256 << 20;

/// Why nothing was written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpeechError {
    /// No such program on this machine.
    #[error("No program that writes down speech was found on this computer.")]
    NoProgram,
    /// The program that was chosen is not there.
    #[error("There is no program at {path}.")]
    OtherProgram {
        /// Where it should be.
        path: String,
    },
    /// No model was chosen, or it is not there.
    #[error("The program needs a model, and there is none{at}.")]
    NoModel {
        /// Where it should be, as the end of the sentence.
        at: String,
    },
    /// It could not be started.
    #[error("{program} could not be started: {why}.")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        why: String,
    },
    /// It ended without a transcript.
    #[error("{program} ended without a transcript{words}.")]
    Failed {
        /// The program.
        program: String,
        /// Its last words, as the end of the sentence.
        words: String,
    },
    /// The sound could not be made ready for it.
    #[error(transparent)]
    Sound(MediaError),
    /// Nobody wants it any more.
    #[error("The work was stopped.")]
    Cancelled,
}

impl From<MediaError> for SpeechError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Cancelled => Self::Cancelled,
            error => Self::Sound(error),
        }
    }
}

impl From<SpeechError> for Error {
    fn from(error: SpeechError) -> Self {
        if let SpeechError::Sound(error) = error {
            return error.into();
        }
        let (code, hint) = match &error {
            SpeechError::NoProgram | SpeechError::OtherProgram { .. } => (
                Code::NotFound,
                "Install whisper.cpp (https://github.com/ggml-org/whisper.cpp) so that whisper-cli is found, or name it in the settings (hearthcast settings set speech_program=PATH). A transcript from anywhere else can be added as well.",
            ),
            SpeechError::NoModel { .. } => (
                Code::NotFound,
                "Download a model of whisper.cpp (such as ggml-base.bin) and name it in the settings (hearthcast settings set speech_model=PATH).",
            ),
            SpeechError::Cancelled => (Code::Cancelled, "Start it again: it begins anew."),
            _ => (Code::MediaUnusable, "Try another model, or a newer whisper.cpp (1.7.3 or later)."),
        };
        Error::new(code, error.to_string()).hint(hint)
    }
}

/// The program and its model, both there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speech {
    program: PathBuf,
    model: PathBuf,
}

/// Ends a program with the one that began it.
const MEANS: &str = "/usr/bin/setpriv";

/// Whether it is there and knows how (util-linux 2.33).
static CAN_END_WITH_US: LazyLock<bool> = LazyLock::new(|| {
    let mut tried = Command::new(MEANS);
    tried
        .args(["--pdeathsig", "KILL", "--", "/bin/true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    tried.status().is_ok_and(|ended| ended.success())
});

impl Speech {
    /// Finds the program (the one that was chosen, else by its names in `path`, the PATH of the system) and the model.
    pub fn find(program: Option<&Path>, model: Option<&Path>, path: Option<&OsStr>) -> Result<Self, SpeechError> {
        let program = match program {
            Some(chosen) if chosen.is_file() => chosen.to_owned(),
            Some(chosen) => return Err(SpeechError::OtherProgram { path: chosen.display().to_string() }),
            None => found_in(path).ok_or(SpeechError::NoProgram)?,
        };
        let model = match model {
            Some(model) if model.is_file() => model.to_owned(),
            Some(model) => return Err(SpeechError::NoModel { at: format!(" at {}", model.display()) }),
            None => return Err(SpeechError::NoModel { at: String::new() }),
        };
        Ok(Self { program: absolute(&program), model: absolute(&model) })
    }

    /// Writes down what is said in a sound of any kind, in `language` or in whichever it hears. What comes back is the JSON file of the
    /// program. `folder` is an empty one that the caller removes; the plain sound that is made there is gone when this returns.
    pub fn write_down(
        &self,
        worker: &Worker,
        sound: &Path,
        language: Option<&str>,
        folder: &Path,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<u8>, SpeechError> {
        let folder = absolute(folder);
        let plain = folder.join("sound.wav");
        let mut told = Told { percent: None, progress };
        told.at(0);
        worker.spoken_wav(sound, &plain, cancel, &mut |now| {
            if now.phase == SPOKEN_PHASE {
                told.at(MAKING * now.done.min(now.total) / now.total.max(1));
            }
        })?;
        told.at(MAKING);
        let written = self.listen(&plain, language, &folder, cancel, &mut |percent| {
            told.at(MAKING + percent * (100 - MAKING) / 100);
        });
        // It is large, and nobody waits for the end of the folder to have the room back.
        let _ = std::fs::remove_file(&plain);
        written
    }

    /// Runs the program on a plain sound. `at` takes how many percent of it were written down.
    fn listen(
        &self,
        plain: &Path,
        language: Option<&str>,
        folder: &Path,
        cancel: &Cancel,
        at: &mut dyn FnMut(u64),
    ) -> Result<Vec<u8>, SpeechError> {
        let base = folder.join("speech");
        let mut command = self.ending_with_us();
        command.arg("-m").arg(&self.model).arg("-f").arg(plain);
        command.args(["-l", language.unwrap_or("auto"), "-pp", "-ojf", "-of"]).arg(&base);
        command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        // A group of its own, so that it can be ended with everything it started.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let started = command.spawn();
        let child = started.map_err(|why| SpeechError::Start { program: self.shown(), why: why.to_string() })?;
        let mut running = Running(child);
        let last_words = running.listen(cancel, at)?;
        let ended = running.0.wait().ok().filter(std::process::ExitStatus::success);
        let written = base.with_extension("json");
        let json = ended.and_then(|_| read_up_to(&written));
        json.ok_or_else(|| SpeechError::Failed { program: self.shown(), words: last_words })
    }

    /// The program, so that it does not outlive this one where Linux has the means: it may take hours, and nobody would read what it
    /// writes. (`setpriv` of util-linux, prctl(2) PR_SET_PDEATHSIG.)
    fn ending_with_us(&self) -> Command {
        if cfg!(target_os = "linux") && *CAN_END_WITH_US {
            let mut command = Command::new(MEANS);
            command.args(["--pdeathsig", "KILL", "--"]).arg(&self.program);
            return command;
        }
        Command::new(&self.program)
    }

    fn shown(&self) -> String {
        self.program.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Tells how far it is, once for each percent.
struct Told<'a> {
    percent: Option<u64>,
    progress: &'a mut dyn FnMut(Progress),
}

impl Told<'_> {
    fn at(&mut self, percent: u64) {
        if self.percent.is_none_or(|told| told < percent) {
            self.percent = Some(percent);
            (self.progress)(Progress::new(SPOKEN_PHASE, percent, 100));
        }
    }
}

/// A child; dropped, it is ended with all it started, and reaped.
struct Running(Child);

impl Running {
    /// Listens until it closes its error output; what it said last comes back.
    fn listen(&mut self, cancel: &Cancel, at: &mut dyn FnMut(u64)) -> Result<String, SpeechError> {
        let Some(stderr) = self.0.stderr.take() else { return Ok(String::new()) };
        let lines = lines_of(stderr);
        let mut last = String::new();
        loop {
            if cancel.is_cancelled() {
                return Err(SpeechError::Cancelled);
            }
            match lines.recv_timeout(TICK) {
                Ok(line) => match percent(&line) {
                    Some(percent) => at(percent),
                    None if !line.trim().is_empty() => last = line,
                    None => {}
                },
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let words: String = last.trim().chars().filter(|c| !c.is_control()).take(200).collect();
        Ok(if words.is_empty() { String::new() } else { format!(": {words}") })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is not reaped before, so its number cannot be another's.
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::KILL,
        );
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lines_of(stderr: ChildStderr) -> Receiver<String> {
    let (sender, lines) = mpsc::sync_channel(64);
    std::thread::spawn(move || {
        let mut stderr = BufReader::new(stderr);
        loop {
            let mut line = vec![];
            match stderr.by_ref().take(MOST_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() => return,
                Ok(_) => {}
            }
        }
    });
    lines
}

/// Takes words for those of the program that writes down what is said; what they say is dropped.
pub(crate) fn read_words(words: &str) {
    for line in words.lines() {
        let _ = percent(line);
    }
}

/// `whisper_print_progress_callback: progress =  35%`.
fn percent(line: &str) -> Option<u64> {
    let (_, after) = line.split_once("progress =")?;
    after.trim().strip_suffix('%')?.trim().parse().ok().filter(|percent| *percent <= 100)
}

fn read_up_to(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    std::fs::File::open(path).ok()?.take(MOST_JSON + 1).read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty() && bytes.len() as u64 <= MOST_JSON).then_some(bytes)
}

fn found_in(path: Option<&OsStr>) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(path?).filter(|folder| folder.is_absolute()).collect();
    let named = |name: &str| {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        folders.iter().map(|folder| folder.join(&file)).find(|file| file.is_file())
    };
    NAMES.into_iter().find_map(named)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]
mod tests {
    //! How a child is started, heard and ended. The child is a script that stands in for the program: it shows nothing about
    //! whisper.cpp itself.
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Instant;

    fn stand_in(folder: &Path, script: &str) -> Speech {
        let (program, model) = (folder.join("whisper-cli"), folder.join("model.bin"));
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(&model, "model").unwrap();
        Speech::find(None, Some(&model), Some(folder.as_os_str())).unwrap()
    }

    fn run(script: &str, cancel: &Cancel) -> (Result<Vec<u8>, SpeechError>, Vec<u64>) {
        let (place, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let speech = stand_in(place.path(), script);
        let mut told = vec![];
        let sound = place.path().join("a sound.wav");
        let done = speech.listen(&sound, Some("de"), work.path(), cancel, &mut |percent| told.push(percent));
        (done, told)
    }

    #[test]
    fn what_it_writes_comes_back_with_its_progress() {
        // The tenth word is the name of the file to be written, without its ending.
        let script = "echo 'whisper_print_progress_callback: progress =  35%' >&2; echo noise >&2; echo ' progress = 100%' >&2; echo \"$@\" > \"${10}.json\"";
        let (done, told) = run(script, &Cancel::default());
        let words = String::from_utf8(done.unwrap()).unwrap();
        assert!(words.contains("a sound.wav -l de -pp -ojf -of "), "{words}");
        assert_eq!(told, [35, 100]);
    }

    #[test]
    fn a_crash_and_an_empty_answer_are_told_with_its_last_words() {
        for (script, why) in [
            ("echo 'failed to read WAV file' >&2; exit 3", ": failed to read WAV file"),
            ("kill -9 $$", ""),
            ("exit 0", ""),
            (": > \"${10}.json\"", ""),
        ] {
            let (done, _) = run(script, &Cancel::default());
            assert_eq!(done, Err(SpeechError::Failed { program: "whisper-cli".into(), words: why.into() }), "{script}");
        }
    }

    #[test]
    fn nobody_waits_for_what_is_not_wanted_any_more() {
        let place = tempfile::tempdir().unwrap();
        let mark = place.path().join("alive");
        let script = format!("(while :; do date > {}; done) & wait", mark.display());
        let cancel = Cancel::default();
        let pulled = cancel.clone();
        let seen = mark.clone();
        let puller = std::thread::spawn(move || {
            let began = Instant::now();
            while !seen.exists() && began.elapsed() < Duration::from_secs(20) {
                std::thread::yield_now();
            }
            pulled.cancel();
        });
        let (done, _) = run(&script, &cancel);
        puller.join().unwrap();
        assert_eq!(done, Err(SpeechError::Cancelled));
        // What it started is ended as well: the file is not written any more.
        std::fs::remove_file(&mark).unwrap();
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(300) {
            assert!(!mark.exists(), "its child goes on");
            std::thread::yield_now();
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let place = tempfile::tempdir().unwrap();
        let (nothing, model) = (place.path().join("nothing"), place.path().join("m.bin"));
        std::fs::write(&model, "m").unwrap();
        let path = Some(place.path().as_os_str());
        assert_eq!(Speech::find(None, Some(&model), path), Err(SpeechError::NoProgram));
        assert_eq!(Speech::find(None, Some(&model), None), Err(SpeechError::NoProgram));
        assert!(matches!(Speech::find(Some(&nothing), Some(&model), path), Err(SpeechError::OtherProgram { .. })));
        assert!(matches!(Speech::find(Some(&model), Some(&nothing), path), Err(SpeechError::NoModel { .. })));
        assert!(matches!(Speech::find(Some(&model), None, path), Err(SpeechError::NoModel { .. })));
        let told: Error = SpeechError::NoProgram.into();
        assert!(told.hint.contains("whisper.cpp"), "it says how to get it");
    }

    #[test]
    fn progress_is_a_number_up_to_a_hundred() {
        assert_eq!(percent("whisper_print_progress_callback: progress =   5%\n"), Some(5));
        for line in ["progress = 101%", "progress = -1%", "progress = x%", "progress", "5%"] {
            assert_eq!(percent(line), None, "{line}");
        }
    }
}
