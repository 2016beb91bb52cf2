//! The child process while it works: its lines, its last words, and its certain end.

use super::message::MOST_LINE_BYTES;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;

/// Bytes kept of what the child wrote to its error output.
const MOST_LAST_WORDS: u64 = 4096;

/// A running child; dropped, it is killed and reaped.
pub struct Watched {
    child: Child,
    /// Kept open: its end tells the child that nobody waits any more.
    _input: Option<ChildStdin>,
    /// Lines of the child; disconnected at the end of its output.
    pub lines: Receiver<io::Result<String>>,
    last_words: Option<JoinHandle<String>>,
}

impl Watched {
    /// Watches a child whose three streams are pipes.
    pub fn new(mut child: Child, input: Option<ChildStdin>) -> Self {
        let (sender, lines) = mpsc::sync_channel(16);
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || read_lines(output, |line| sender.send(line).is_ok()));
        }
        let last_words = child.stderr.take().map(|stderr| std::thread::spawn(move || last_words(stderr)));
        Self { child, _input: input, lines, last_words }
    }

    /// Waits for a child that has closed its output, and says how it ended.
    pub fn how_it_ended(mut self) -> String {
        // It may have closed its output without ending.
        end(&mut self.child);
        let ended =
            self.child.wait().map_or_else(|error| format!("could not be awaited: {error}"), |status| ending(&status));
        let words = self.last_words.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        if words.is_empty() { ended } else { format!("{ended} ({words})") }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        end(&mut self.child);
        let _ = self.child.wait();
    }
}

/// Kills the child and whatever it started. It is not reaped yet, so its number cannot be another's.
fn end(child: &mut Child) {
    #[cfg(unix)]
    let _ = rustix::process::kill_process_group(rustix::process::Pid::from_child(child), rustix::process::Signal::KILL);
    let _ = child.kill();
}

fn read_lines(output: ChildStdout, pass: impl Fn(io::Result<String>) -> bool) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = String::new();
        let read = output.by_ref().take(MOST_LINE_BYTES).read_line(&mut line);
        let line = match read {
            Ok(0) => return,
            Ok(_) if line.ends_with('\n') => Ok(line),
            // Killed in the middle of a line, or a line without end.
            Ok(length) if (length as u64) < MOST_LINE_BYTES => return,
            Ok(_) => Err(io::Error::other("a line without end")),
            Err(error) => Err(error),
        };
        let stop = line.is_err();
        if !pass(line) || stop {
            return;
        }
    }
}

/// The last line of the beginning of the error output, as one bounded line.
fn last_words(stderr: ChildStderr) -> String {
    let mut stderr = stderr;
    let mut bytes = Vec::new();
    let _ = stderr.by_ref().take(MOST_LAST_WORDS).read_to_end(&mut bytes);
    // Drained, so that the child never waits for a reader.
    let _ = io::copy(&mut stderr, &mut io::sink());
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(unix)]
fn ending(status: &ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with code {code}"),
        // What the kernel sends at the limit of processor time (`limits`).
        (None, Some(signal)) if signal == rustix::process::Signal::XCPU.as_raw() => {
            "used more processor time than such a file may need, and was stopped".into()
        }
        (None, Some(signal)) => format!("was stopped by signal {signal}"),
        (None, None) => "ended".into(),
    }
}

#[cfg(not(unix))]
fn ending(status: &ExitStatus) -> String {
    status.code().map_or_else(|| "ended".into(), |code| format!("ended with code {code}"))
}
