//! The caller's end: starts a worker for one file, listens, and ends it in time.

use super::limits::allowance;
use super::message::{
    Answer, Request, Task, Unbelievable, checked, checked_audition, checked_picture, checked_pictures, checked_report,
    checked_silences, checked_spoken, checked_timeline, checked_video,
};
use super::watch::Watched;
use crate::image::{PictureMade, PictureOrder};
use crate::libheif::{self, Libheif};
use crate::probe::Known;
use crate::process::{
    AuditionRequest, Auditioned, FoundSilences, Partial, ProcessRequest, Processed, SilencesRequest, SpokenWav,
};
use crate::video::{Poster, Video};
use crate::{MediaError, Probed};
use hearthcast_model::facts::Tags;
use hearthcast_model::{Cancel, MediaFacts, Progress};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// How often cancel and limits are looked at.
const TICK: Duration = Duration::from_millis(25);

/// So many times as long as others a slow task may say nothing.
const SLOW: u32 = 10;

/// How to start a worker. One process per file.
#[derive(Debug, Clone)]
pub struct Worker {
    program: PathBuf,
    args: Vec<OsString>,
    silence: Duration,
    wall: Option<Duration>,
    cpu_seconds: Option<u64>,
    ffmpeg: Wanted,
}

/// Which ffmpeg a worker may use.
#[derive(Debug, Clone)]
enum Wanted {
    /// The one that is found when a file is looked at.
    Found,
    /// This one, or none.
    Given(Option<PathBuf>),
}

impl Worker {
    /// Starts `<program> worker`: the program is `hearthcast`, or any other whose verb `worker` calls [`super::serve`].
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: vec!["worker".into()],
            silence: Duration::from_secs(60),
            wall: None,
            cpu_seconds: None,
            ffmpeg: Wanted::Found,
        }
    }

    /// Another ffmpeg than the one that [`crate::ffmpeg::find`] finds; `None`: none.
    pub fn with_ffmpeg(mut self, program: Option<PathBuf>) -> Self {
        self.ffmpeg = Wanted::Given(program);
        self
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

    /// Gives it so many seconds of processor time for a file, and never more than such a file may take.
    pub fn with_processor_time(mut self, seconds: u64) -> Self {
        self.cpu_seconds = Some(seconds);
        self
    }

    /// Looks at a file in a process of its own. That process has ended when this returns, whatever happened.
    pub fn probe(
        &self,
        path: &Path,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Probed, MediaError> {
        self.probe_again(path, None, cancel, progress)
    }

    /// The same of a file that may have been listened to before: nobody listens again, when it is still that file.
    pub fn probe_again(
        &self,
        path: &Path,
        known: Option<Known>,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Probed, MediaError> {
        self.ask(Task::Probe { path: absolute(path), known: known.map(Box::new) }, cancel, progress)?.probed()
    }

    /// Reads what the tags of a sound say, in a process of its own. Nobody listens: a broken sound has tags, too.
    pub fn tags(&self, path: &Path, cancel: &Cancel) -> Result<Tags, MediaError> {
        self.ask(Task::Tags { path: absolute(path) }, cancel, &mut |_| ())?.tags()
    }

    /// Makes the file listeners get, in a process of its own. It stands at `request.output` only when this returns
    /// `Ok`: it is made beside it, checked, and renamed. What stood there before stays until then.
    pub fn process(
        &self,
        request: &ProcessRequest,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Processed, MediaError> {
        let outputs = || request.further.iter().map(|further| &further.output).chain([&request.output]);
        for output in outputs() {
            for source in request.tracks.iter().chain([&request.source]) {
                another_file(source, output)?;
            }
        }
        let partials: Vec<Partial> = outputs().map(|output| Partial::beside(&absolute(output))).collect();
        let task = Task::Process(Box::new(there(request, &partials)));
        let processed = self.ask(task, cancel, progress)?.processed()?;
        let places = processed.further.iter().map(|made| made.which);
        let believed = places.is_sorted_by(|one, next| one < next)
            && processed.further.iter().all(|made| made.which < request.further.len())
            && checked_report(&processed.report, &processed.probed.facts, request.preset).is_ok();
        if !believed {
            return Err(garbled(&request.source.to_string_lossy(), Unbelievable::Report.to_string()));
        }
        // The first file's place is the last; what was left out leaves its place with its `Partial`.
        let mut facts: Vec<Option<&MediaFacts>> = vec![None; partials.len()];
        let made = processed.further.iter().map(|made| (made.which, &made.probed.facts));
        for (which, of) in made.chain([(request.further.len(), &processed.probed.facts)]) {
            if let Some(place) = facts.get_mut(which) {
                *place = Some(of);
            }
        }
        for (partial, facts) in partials.into_iter().zip(facts) {
            facts.map_or(Ok(()), |facts| partial.take_final_name(facts))?;
        }
        Ok(processed)
    }

    /// Writes other tags around the same sound, in a process of its own; as careful as [`Self::process`]. MP3, Opus
    /// in Ogg, FLAC, and M4A where there is an ffmpeg; preset and formats of the request say nothing here.
    pub fn retag(
        &self,
        request: &ProcessRequest,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Probed, MediaError> {
        another_file(&request.source, &request.output)?;
        let partial = Partial::beside(&absolute(&request.output));
        let request = ProcessRequest { further: vec![], ..request.clone() };
        let task = Task::Retag(Box::new(there(&request, std::slice::from_ref(&partial))));
        let probed = self.ask(task, cancel, progress)?.probed()?;
        partial.take_final_name(&probed.facts)?;
        Ok(probed)
    }

    /// Makes a few seconds of a recording as a setting would make them, in a process of its own; as careful as
    /// [`Self::process`].
    pub fn audition(
        &self,
        request: &AuditionRequest,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Auditioned, MediaError> {
        for output in request.before.iter().chain([&request.output]) {
            another_file(&request.source, output)?;
        }
        let partial = Partial::beside(&absolute(&request.output));
        let before = request.before.as_ref().map(|path| Partial::beside(&absolute(path)));
        let there = AuditionRequest {
            source: absolute(&request.source),
            output: partial.path().to_owned(),
            before: before.as_ref().map(|before| before.path().to_owned()),
            ..request.clone()
        };
        let made = self.ask(Task::Audition(Box::new(there)), cancel, progress)?.auditioned()?;
        partial.take_name(made.size_bytes)?;
        match (before, made.before) {
            (Some(before), Some((_, size_bytes))) => before.take_name(size_bytes)?,
            (None, None) => (),
            _ => return Err(garbled(&request.source.to_string_lossy(), Unbelievable::Report.to_string())),
        }
        Ok(made)
    }

    /// Listens to a recording for its silences, in a process of its own. Nothing is made.
    pub fn silences(
        &self,
        request: &SilencesRequest,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<FoundSilences, MediaError> {
        let there = SilencesRequest { source: absolute(&request.source), ..request.clone() };
        self.ask(Task::Silences(Box::new(there)), cancel, progress)?.silences()
    }

    /// Makes a WAV of a sound for a program that writes down speech, in a process of its own; as careful as
    /// [`Self::process`].
    pub fn spoken_wav(
        &self,
        path: &Path,
        output: &Path,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<SpokenWav, MediaError> {
        another_file(path, output)?;
        let partial = Partial::beside(&absolute(output));
        let task = Task::Spoken { path: absolute(path), output: partial.path().to_owned() };
        let made = self.ask(task, cancel, progress)?.spoken()?;
        partial.take_name(made.size_bytes)?;
        Ok(made)
    }

    /// Makes a cover or an episode's picture with its smaller copies, in a process of its own. No file stays behind.
    pub fn picture(&self, path: &Path, order: &PictureOrder, cancel: &Cancel) -> Result<PictureMade, MediaError> {
        // Without a folder to write to, that program is not used.
        let scratch = libheif::find().zip(tempfile::tempdir().ok());
        let libheif = scratch.as_ref().map(|(program, folder)| Libheif::new(program.clone(), folder.path().into()));
        self.ask(Task::Picture { path: absolute(path), order: *order, libheif }, cancel, &mut |_| ())?.picture()
    }

    /// Looks at a video file in a process of its own, and takes a still of it where one is wanted. Writes no file.
    pub fn video(
        &self,
        path: &Path,
        poster: Poster,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Video, MediaError> {
        self.ask(Task::Video { path: absolute(path), poster }, cancel, progress)?.video()
    }

    /// Copies a video with its table of contents in front, in a process of its own; as careful as [`Self::process`].
    pub fn faststart(
        &self,
        path: &Path,
        output: &Path,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Video, MediaError> {
        another_file(path, output)?;
        let partial = Partial::beside(&absolute(output));
        let task = Task::Faststart { path: absolute(path), output: partial.path().to_owned() };
        let video = self.ask(task, cancel, progress)?.video()?;
        partial.take_name(video.facts.size_bytes)?;
        Ok(video)
    }

    fn ask(&self, task: Task, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<Outcome, MediaError> {
        if cancel.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        let shown = task.source().to_string_lossy().into_owned();
        let size = task.size();
        let wall = self.wall.unwrap_or_else(|| allowance(size, task.effort()));
        let silence = if task.is_slow() { self.silence * SLOW } else { self.silence };
        let watched = self.start(task)?;
        let call = Call { shown, cancel, silence, wall };
        call.listen(watched, progress)
    }

    fn start(&self, task: Task) -> Result<Watched, MediaError> {
        let ffmpeg = match &self.ffmpeg {
            Wanted::Found => crate::ffmpeg::find(),
            Wanted::Given(given) => given.clone(),
        };
        let request = Request::new(task, ffmpeg, self.cpu_seconds);
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().current_dir(std::env::temp_dir());
        // An arena of memory for each thread would fill the address space it gets (glibc).
        command.env("MALLOC_ARENA_MAX", "2");
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

/// What a worker found or made, checked.
enum Outcome {
    Probed(Box<Probed>),
    Tags(Tags),
    Processed(Box<Processed>),
    Picture(Box<PictureMade>),
    Auditioned(Box<Auditioned>),
    Silences(Box<FoundSilences>),
    Spoken(SpokenWav),
    Video(Box<Video>),
}

impl Outcome {
    fn probed(self) -> Result<Probed, MediaError> {
        match self {
            Self::Probed(probed) => Ok(*probed),
            _ => Err(another_question()),
        }
    }

    fn tags(self) -> Result<Tags, MediaError> {
        match self {
            Self::Tags(tags) => Ok(tags),
            _ => Err(another_question()),
        }
    }

    fn processed(self) -> Result<Processed, MediaError> {
        match self {
            Self::Processed(processed) => Ok(*processed),
            _ => Err(another_question()),
        }
    }

    fn auditioned(self) -> Result<Auditioned, MediaError> {
        match self {
            Self::Auditioned(made) => Ok(*made),
            _ => Err(another_question()),
        }
    }

    fn silences(self) -> Result<FoundSilences, MediaError> {
        match self {
            Self::Silences(found) => Ok(*found),
            _ => Err(another_question()),
        }
    }

    fn spoken(self) -> Result<SpokenWav, MediaError> {
        match self {
            Self::Spoken(made) => Ok(made),
            _ => Err(another_question()),
        }
    }

    fn video(self) -> Result<Video, MediaError> {
        match self {
            Self::Video(video) => Ok(*video),
            _ => Err(another_question()),
        }
    }

    fn picture(self) -> Result<PictureMade, MediaError> {
        match self {
            Self::Picture(made) => Ok(*made),
            _ => Err(another_question()),
        }
    }
}

fn another_question() -> MediaError {
    garbled("", "an answer to another question".into())
}

/// The worker runs in another folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The same request, its files named from the root, its results at the places where they are made; the first format's
/// place is the last.
fn there(request: &ProcessRequest, partials: &[Partial]) -> ProcessRequest {
    let mut there = request.clone();
    there.source = absolute(&there.source);
    let outputs = there.further.iter_mut().map(|further| &mut further.output).chain([&mut there.output]);
    for (output, partial) in outputs.zip(partials) {
        *output = partial.path().to_owned();
    }
    for also in [&mut there.tags.cover, &mut there.intro, &mut there.outro] {
        *also = also.as_ref().map(|path| absolute(path));
    }
    for track in &mut there.tracks {
        *track = absolute(track);
    }
    for picture in &mut there.tags.chapter_pictures {
        picture.path = absolute(&picture.path);
    }
    there
}

/// The result must not take the place of what it is made from.
fn another_file(source: &Path, output: &Path) -> Result<(), MediaError> {
    match (source.canonicalize(), output.canonicalize()) {
        (Ok(source), Ok(result)) if source == result => {
            let why = "it is the recording itself".into();
            Err(MediaError::Unwritable { path: output.to_string_lossy().into(), why })
        }
        _ => Ok(()),
    }
}

fn garbled(path: &str, why: String) -> MediaError {
    MediaError::WorkerGarbled { path: path.to_owned(), why }
}

/// Takes a line for a worker's answer; what it says is dropped.
pub(crate) fn hear(line: &str) {
    let (cancel, silence, wall) = (&Cancel::default(), Duration::MAX, Duration::MAX);
    let _ = Call { shown: String::new(), cancel, silence, wall }.answer(line, &mut |_| ());
}

impl Call<'_> {
    fn listen(&self, watched: Watched, progress: &mut dyn FnMut(Progress)) -> Result<Outcome, MediaError> {
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
    fn answer(&self, line: &str, progress: &mut dyn FnMut(Progress)) -> Option<Result<Outcome, MediaError>> {
        match serde_json::from_str(line) {
            Ok(Answer::Progress { progress: now }) => {
                progress(now);
                None
            }
            Ok(Answer::Result { facts, peaks, course, cover, chapter_pictures }) => Some(
                checked(*facts, peaks, course, cover)
                    .and_then(|probed| checked_pictures(probed, chapter_pictures))
                    .map(|probed| Outcome::Probed(Box::new(probed)))
                    .map_err(|why| self.garbled(why.to_string())),
            ),
            Ok(Answer::Tags { tags }) => Some(Ok(Outcome::Tags(tags))),
            Ok(Answer::Processed { facts, peaks, course, cover, report, source, timeline, further }) => {
                let further = further.into_iter().map(|line| line.checked(report.preset)).collect::<Result<_, _>>();
                let processed = checked_timeline(&timeline, &facts, &source)
                    .and_then(|()| checked(*facts, peaks, course, cover))
                    .and_then(|probed| {
                        Ok(Processed { probed, report: *report, source: *source, timeline, further: further? })
                    });
                let outcome = processed.map(|made| Outcome::Processed(Box::new(made)));
                Some(outcome.map_err(|why| self.garbled(why.to_string())))
            }
            Ok(Answer::Auditioned { made }) => {
                let made = checked_audition(made).map(|made| Outcome::Auditioned(Box::new(made)));
                Some(made.map_err(|why| self.garbled(why.to_string())))
            }
            Ok(Answer::Silences { found }) => {
                let found = checked_silences(found).map(|found| Outcome::Silences(Box::new(found)));
                Some(found.map_err(|why| self.garbled(why.to_string())))
            }
            Ok(Answer::Spoken { made }) => {
                Some(checked_spoken(made).map(Outcome::Spoken).map_err(|why| self.garbled(why.to_string())))
            }
            Ok(Answer::Picture { master, picture, sizes, thumbhash }) => {
                let made =
                    checked_picture(*master, picture, sizes, thumbhash).map(|made| Outcome::Picture(Box::new(made)));
                Some(made.map_err(|why| self.garbled(why.to_string())))
            }
            Ok(Answer::Video { facts, poster }) => {
                let video = checked_video(*facts, poster).map(|video| Outcome::Video(Box::new(video)));
                Some(video.map_err(|why| self.garbled(why.to_string())))
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
        garbled(&self.shown, why)
    }
}
