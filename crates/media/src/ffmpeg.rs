//! The program ffmpeg, where it is installed: found, asked for its version, and run without a shell, without a network,
//! on one file whose kind is already known. It is never required: what needs it is named.
//!
//! It runs as a child of the worker, in the worker's own limits (memory, processor time, files) and process group.

use crate::programs::{self, bare};
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Where ffmpeg is, when it is not to be searched for.
pub const VARIABLE: &str = "HEARTHCAST_FFMPEG";
/// Older ones lack options that are used here.
const LEAST_MAJOR: u32 = 4;
/// So often somebody is told that it still runs.
const SIGN_OF_LIFE: std::time::Duration = std::time::Duration::from_secs(5);
/// Bytes kept of what it says about a file.
const MOST_WORDS: u64 = 256 * 1024;

/// The one this process may use.
static ALLOWED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Says which ffmpeg this process may use from now on; `None`: none.
pub fn allow(program: Option<PathBuf>) {
    *ALLOWED.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = program;
}

/// Searches for it: what [`VARIABLE`] names, beside this program, in the folders of `PATH`.
pub fn find() -> Option<PathBuf> {
    programs::find(VARIABLE, &["ffmpeg"])
}

/// An ffmpeg that answers and is new enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ffmpeg {
    program: PathBuf,
    /// Its version, in its own words: "5.1.9-0+deb12u1".
    pub version: String,
}

/// Why there is none, as the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoFfmpeg {
    /// None was found.
    #[error("that program was not found")]
    Missing,
    /// It is too old.
    #[error("the one that was found is too old (version {0}; 4 or newer is needed)")]
    Old(String),
    /// It does not run.
    #[error("the one that was found does not run ({0})")]
    Broken(String),
}

impl Ffmpeg {
    /// The one this process may use.
    pub fn allowed() -> Result<Self, NoFfmpeg> {
        let program = ALLOWED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        Self::check(program.ok_or(NoFfmpeg::Missing)?)
    }

    /// Asks a program whether it is one.
    pub fn check(program: PathBuf) -> Result<Self, NoFfmpeg> {
        let broken = |error: io::Error| NoFfmpeg::Broken(error.to_string());
        let mut child = bare(&program).args(["-hide_banner", "-version"]).spawn().map_err(broken)?;
        let mut said = Vec::new();
        let read = child.stdout.take().map_or(Ok(0), |out| out.take(4096).read_to_end(&mut said));
        let _ = child.kill();
        let _ = child.wait();
        read.map_err(broken)?;
        let said = String::from_utf8_lossy(&said).into_owned();
        let version = said.strip_prefix("ffmpeg version ").and_then(|rest| rest.split_whitespace().next());
        let version: String = version.unwrap_or_default().chars().take(60).collect();
        match major(&version) {
            _ if version.is_empty() => Err(NoFfmpeg::Broken("it does not say that it is ffmpeg".into())),
            Some(major) if major < LEAST_MAJOR => Err(NoFfmpeg::Old(version)),
            // Built from a state between two versions: "N-109468-gd39b34123d", "git-2024-05-02".
            _ => Ok(Self { program, version }),
        }
    }

    /// A command that reads that file as that kind, with its first options.
    pub fn read(&self, file: &Path, demuxer: &str, loglevel: &str) -> Command {
        let mut command = self.begun(loglevel);
        command.args(["-protocol_whitelist", "file,pipe", "-f", demuxer, "-i"]).arg(named(file));
        command
    }

    /// The same from so many milliseconds on.
    pub fn read_at(&self, file: &Path, demuxer: &str, loglevel: &str, at_ms: i64) -> Command {
        let mut command = self.begun(loglevel);
        command.args(["-ss", &format!("{}.{:03}", at_ms / 1000, at_ms.rem_euclid(1000))]);
        command.args(["-protocol_whitelist", "file,pipe", "-f", demuxer, "-i"]).arg(named(file));
        command
    }

    /// A command that reads the still picture in an AVIF or HEIC file as it is stored, not turned.
    pub fn read_still(&self, file: &Path) -> Command {
        let mut command = self.begun("error");
        command.args(["-noautorotate", "-protocol_whitelist", "file,pipe", "-f", "mov", "-i"]).arg(named(file));
        command
    }

    fn begun(&self, loglevel: &str) -> Command {
        let mut command = bare(&self.program);
        // Every thread counts against the worker's memory: one decodes, one filters.
        command.args(["-nostdin", "-hide_banner", "-nostats", "-loglevel", loglevel]);
        command.args(["-filter_threads", "1", "-threads", "1"]);
        command
    }

    /// A command by which the ffprobe beside it looks at that file as that kind; `None` where there is none.
    pub fn probe(&self, file: &Path, demuxer: &str) -> Option<Command> {
        let name = if cfg!(windows) { "ffprobe.exe" } else { "ffprobe" };
        let real = self.program.canonicalize().ok();
        let beside = [Some(self.program.as_path()), real.as_deref()].into_iter().flatten();
        let program = beside.map(|program| program.with_file_name(name)).find(|program| program.is_file())?;
        let mut command = bare(&program);
        command.args(["-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe", "-f", demuxer, "-i"]);
        command.arg(named(file));
        Some(command)
    }
}

/// A file, never an option or an address.
fn named(file: &Path) -> OsString {
    let mut named = OsString::from("file:");
    named.push(file);
    named
}

/// The sound of an M4A that is to be made.
#[derive(Debug, Clone, Copy)]
pub enum M4aSound<'a> {
    /// Samples of 32 bits from standard input: rate, channels, and the kilobits per second they are encoded with.
    Samples(u32, usize, u32),
    /// That of another M4A, packet by packet.
    Of(&'a Path),
}

/// What an M4A is made of.
pub struct M4aJob<'a> {
    /// The sound.
    pub sound: M4aSound<'a>,
    /// A metadata file.
    pub words: &'a Path,
    /// The language of the sound, ISO 639-2.
    pub language: Option<&'a str>,
    /// A cover and its MIME type.
    pub cover: Option<(&'a Path, &'a str)>,
    /// The file to be made; it is there already, and written over.
    pub output: &'a Path,
}

impl Ffmpeg {
    /// A command that makes an M4A whose index comes first. The same version makes the same bytes.
    pub fn make_m4a(&self, job: &M4aJob<'_>) -> Command {
        const SAFE: [&str; 2] = ["-protocol_whitelist", "file,pipe"];
        let file = |path: &Path| {
            let mut named = OsString::from("file:");
            named.push(path);
            named
        };
        let mut command = bare(&self.program);
        command.stdout(Stdio::null());
        command.args(["-hide_banner", "-nostats", "-loglevel", "error", "-threads", "1", "-y"]).args(SAFE);
        let kbit = match job.sound {
            M4aSound::Samples(rate, channels, kbit) => {
                let (rate, channels) = (rate.to_string(), channels.to_string());
                command.stdin(Stdio::piped());
                command.args(["-f", "f32le", "-ar", &rate, "-ac", &channels, "-i", "pipe:0"]);
                Some(format!("{kbit}k"))
            }
            M4aSound::Of(source) => {
                command.args(["-nostdin", "-f", "mov", "-i"]).arg(file(source));
                None
            }
        };
        command.args(SAFE).args(["-f", "ffmetadata", "-i"]).arg(file(job.words));
        if let Some((cover, mime)) = job.cover {
            let demuxer = if mime == "image/png" { "png_pipe" } else { "jpeg_pipe" };
            command.args(SAFE).args(["-f", demuxer, "-i"]).arg(file(cover));
            command.args(["-map", "2:v:0", "-c:v", "copy", "-disposition:v:0", "attached_pic"]);
        }
        command.args(["-map", "0:a:0", "-map_metadata", "1", "-map_chapters", "1"]);
        match &kbit {
            Some(kbit) => command.args(["-c:a", "aac", "-b:a", kbit]),
            None => command.args(["-c:a", "copy"]),
        };
        if let Some(language) = job.language {
            command.arg("-metadata:s:a:0").arg(format!("language={language}"));
        }
        command.args(["-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "ipod"]);
        command.arg(file(job.output));
        command
    }
}

fn major(version: &str) -> Option<u32> {
    let digits: String = version.trim_start_matches('n').chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Runs it to its end: what it wrote to both outputs, bounded, and whether it succeeded.
pub fn run(command: &mut Command) -> io::Result<(String, String, bool)> {
    let (written, said, well) = run_whole(command, MOST_WORDS)?;
    Ok((String::from_utf8_lossy(&written).into_owned(), said, well))
}

/// Runs it to its end: the first `most` bytes that it wrote, its words, and whether it succeeded. While it runs, a sign of life
/// is given every few seconds.
pub fn run_told(command: &mut Command, most: usize, sign: &mut dyn FnMut()) -> io::Result<(Vec<u8>, String, bool)> {
    std::thread::scope(|scope| {
        let (ended, end) = std::sync::mpsc::channel::<()>();
        let running = scope.spawn(move || {
            let ran = run_whole(command, most as u64);
            drop(ended);
            ran
        });
        while end.recv_timeout(SIGN_OF_LIFE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            sign();
        }
        running.join().unwrap_or_else(|_| Err(io::Error::other("it could not be awaited")))
    })
}

fn run_whole(command: &mut Command, most: u64) -> io::Result<(Vec<u8>, String, bool)> {
    let mut child = command.spawn()?;
    let said = child.stderr.take().map(|stderr| std::thread::spawn(move || bounded(stderr, MOST_WORDS)));
    let written = child.stdout.take().map_or_else(Vec::new, |stdout| bounded(stdout, most));
    let status = child.wait()?;
    let said = said.and_then(|reader| reader.join().ok()).unwrap_or_default();
    Ok((written, String::from_utf8_lossy(&said).into_owned(), status.success()))
}

/// What it says, as text, as far as anybody reads it.
pub fn words(stream: impl Read) -> String {
    String::from_utf8_lossy(&bounded(stream, MOST_WORDS)).into_owned()
}

/// The beginning of a stream; the rest is read and forgotten, so that nobody waits.
fn bounded(mut stream: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.by_ref().take(most).read_to_end(&mut bytes);
    let _ = io::copy(&mut stream, &mut io::sink());
    bytes
}

/// One line of its words for a sentence: without the address in memory it begins with, without the file's path.
pub fn shortened(line: &str) -> String {
    let line = match (line.starts_with('['), line.split_once("] ")) {
        (true, Some((_, words))) => words,
        _ => line,
    };
    let words = match (line.find("file:"), line.rfind(": ")) {
        (Some(0), Some(end)) => &line[end + 2..],
        _ => line,
    };
    words.chars().filter(|c| !c.is_control()).take(120).collect::<String>().trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_many_forms() {
        for (text, wanted) in
            [("5.1.9-0+deb12u1", Some(5)), ("n7.1", Some(7)), ("4.4.2", Some(4)), ("N-109468-gd39b34123d", None)]
        {
            assert_eq!(major(text), wanted, "{text}");
        }
    }

    #[test]
    fn its_words_name_no_places() {
        assert_eq!(
            shortened("[wmav2 @ 0x55d0c8a0] overflow in spectral RLE, ignoring"),
            "overflow in spectral RLE, ignoring"
        );
        assert_eq!(shortened("file:/home/anna/talk.wma: Invalid data found"), "Invalid data found");
    }

    #[test]
    fn a_program_that_is_none_is_named() {
        assert_eq!(
            Ffmpeg::check("/nowhere/ffmpeg".into()).map_err(|e| e.to_string().contains("does not run")),
            Err(true)
        );
        assert!(matches!(Ffmpeg::check("/bin/echo".into()), Err(NoFfmpeg::Broken(_))));
    }
}
