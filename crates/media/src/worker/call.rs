//! The caller's end: starts a worker for one file, listens, and ends it in time.

use super::limits::allowance;
use super::message::{Answer, Request, checked};
use super::watch::Watched;
use crate::{MediaError, Probed};
use hearthcast_model::{Cancel, Progress};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// How often cancel and limits are looked at.
const TICK: Duration = Duration::from_millis(25);

/// How to start a worker. One process per file.
#[derive(Debug, Clone)]
pub struct Worker {
    program: PathBuf,
    args: Vec<OsString>,
    silence: Duration,
    wall: Option<Duration>,
}

impl Worker {
    /// Starts `<program> worker`: the program is `hearthcast`, or any other whose verb `worker` calls [`super::serve`].
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), args: vec!["worker".into()], silence: Duration::from_secs(60), wall: None }
    }

    /// Other arguments than `worker`.
    pub fn with_args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// Gives up after so long without a line (60 s), and after so long in all (else by the size of the file).
    pub fn with_patience(mut self, silence: Duration, wall: Duration) -> Self {
        (self.silence, self.wall) = (silence, Some(wall));
        self
    }

    /// Looks at a file in a process of its own. That process has ended when this returns, whatever happened.
    pub fn probe(
        &self,
        path: &Path,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Probed, MediaError> {
        if cancel.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        // The worker runs in another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let shown = path.to_string_lossy().into_owned();
        let wall = self.wall.unwrap_or_else(|| allowance(std::fs::metadata(&path).map_or(0, |about| about.len())));
        let watched = self.start(&path)?;
        let call = Call { shown, cancel, silence: self.silence, wall };
        call.listen(watched, progress)
    }

    fn start(&self, path: &Path) -> Result<Watched, MediaError> {
        let request =
            Request::probe(path).ok_or_else(|| MediaError::Missing { path: path.to_string_lossy().into() })?;
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().current_dir(std::env::temp_dir());
        // Windows programs do not start without it; nothing else is passed on.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        // A group of its own, so that it can be ended with everything it started.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| self.not_started(&error))?;
        let mut input = child.stdin.take();
        let mut line = serde_json::to_vec(&request).map_err(|error| self.not_started(&io::Error::other(error)))?;
        line.push(b'\n');
        // A child that ends at once breaks the pipe; how it ended says more than that.
        let _ = input.as_mut().map(|input| input.write_all(&line));
        Ok(Watched::new(child, input))
    }

    fn not_started(&self, error: &io::Error) -> MediaError {
        MediaError::WorkerStart { why: format!("{}: {error}", self.program.display()) }
    }
}

/// One conversation.
struct Call<'a> {
    shown: String,
    cancel: &'a Cancel,
    silence: Duration,
    wall: Duration,
}

impl Call<'_> {
    fn listen(&self, watched: Watched, progress: &mut dyn FnMut(Progress)) -> Result<Probed, MediaError> {
        let started = Instant::now();
        let mut heard = started;
        loop {
            match watched.lines.recv_timeout(TICK) {
                Ok(Ok(line)) => {
                    heard = Instant::now();
                    if let Some(outcome) = self.answer(&line, progress) {
                        return outcome;
                    }
                }
                Ok(Err(error)) => return Err(self.garbled(error.to_string())),
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(MediaError::WorkerDied { path: self.shown.clone(), how: watched.how_it_ended() });
                }
            }
            self.still_wanted(started, heard)?;
        }
    }

    /// The last line's outcome; `None` for progress.
    fn answer(&self, line: &str, progress: &mut dyn FnMut(Progress)) -> Option<Result<Probed, MediaError>> {
        match serde_json::from_str(line) {
            Ok(Answer::Progress { progress: now }) => {
                progress(now);
                None
            }
            Ok(Answer::Result { facts, peaks, cover }) => {
                Some(checked(*facts, peaks, cover).map_err(|why| self.garbled(why.to_string())))
            }
            Ok(Answer::Error { error }) => Some(Err(error)),
            Err(error) => Some(Err(self.garbled(error.to_string()))),
        }
    }

    fn still_wanted(&self, started: Instant, heard: Instant) -> Result<(), MediaError> {
        if self.cancel.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        let gave_up = |seconds: Duration, silent| MediaError::WorkerSlow {
            path: self.shown.clone(),
            seconds: seconds.as_secs(),
            silent,
        };
        if heard.elapsed() > self.silence {
            return Err(gave_up(self.silence, true));
        }
        if started.elapsed() > self.wall {
            return Err(gave_up(self.wall, false));
        }
        Ok(())
    }

    fn garbled(&self, why: String) -> MediaError {
        MediaError::WorkerGarbled { path: self.shown.clone(), why }
    }
}
