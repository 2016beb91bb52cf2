//! The worker's own end: the body of `hearthcast worker`.

use super::limits;
use super::message::{Answer, MOST_LINE_BYTES, Request, Task};
use crate::probe::{only_tags, probe_again};
use crate::{ffmpeg, image, process, video};
use hearthcast_model::{Cancel, Progress};
use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{self, Receiver, SyncSender};

/// Serves requests until the input ends: one JSON request per line in; progress lines and one last result or error out.
///
/// Limits the process first (address space, file size, open files, processor time by file size). When the input ends
/// while a file is looked at, that work stops: the caller is gone. `input` is read in a thread of its own for that;
/// give it `BufReader::new(io::stdin())`.
pub fn serve(input: impl BufRead + Send + 'static, mut output: impl Write) -> io::Result<()> {
    limits::confine()?;
    let cancel = Cancel::default();
    let (sender, requests) = mpsc::sync_channel(1);
    let gone = cancel.clone();
    std::thread::Builder::new().name("requests".into()).spawn(move || read_requests(input, &sender, &gone))?;
    answer_all(&requests, &cancel, &mut output)
}

/// Passes lines on; at the end of the input stops whatever is being done.
fn read_requests(mut input: impl BufRead, sender: &SyncSender<io::Result<String>>, gone: &Cancel) {
    loop {
        let mut line = String::new();
        let read = input.by_ref().take(MOST_LINE_BYTES).read_line(&mut line);
        let ends = !matches!(read, Ok(read) if read > 0 && line.ends_with('\n'));
        if ends {
            gone.cancel();
        }
        let passed = match read {
            Ok(0) => return,
            Ok(_) => sender.send(Ok(line)),
            Err(error) => sender.send(Err(error)),
        };
        if ends || passed.is_err() {
            return;
        }
    }
}

fn answer_all(requests: &Receiver<io::Result<String>>, cancel: &Cancel, output: &mut impl Write) -> io::Result<()> {
    let mut cpu_seconds = 0;
    while let Ok(line) = requests.recv() {
        let request: Request = serde_json::from_str(&line?)?;
        let (task, program, most_seconds) =
            request.task().ok_or_else(|| io::Error::other("a request of another version"))?;
        ffmpeg::allow(program);
        let size = task.size();
        limits::confine_files(task.most_written(size))?;
        limits::allow_cpu(&mut cpu_seconds, size, task.effort(), most_seconds)?;
        let answer = answer(&task, cancel, output);
        write_line(output, &answer)?;
    }
    Ok(())
}

/// Does one task. When the output is closed, nobody waits for the answer: the work stops.
fn answer(task: &Task, cancel: &Cancel, output: &mut impl Write) -> Answer {
    let mut report = |progress: Progress| {
        if write_line(output, &Answer::Progress { progress }).is_err() {
            cancel.cancel();
        }
    };
    let done = match task {
        Task::Probe { path, known } => probe_again(path, known.as_deref(), cancel, &mut report).map(Answer::from),
        Task::Tags { path } => only_tags(path).map(Answer::from),
        Task::Picture { path, order, libheif } => {
            image::make(path, order, libheif.as_ref(), cancel, &mut report).map(Answer::from)
        }
        Task::Audition(request) => process::audition(request, cancel, &mut report).map(Answer::from),
        Task::Silences(request) => process::silences(request, cancel, &mut report).map(Answer::from),
        Task::Spoken { path, output } => process::spoken_wav(path, output, cancel, &mut report).map(Answer::from),
        Task::Video { path, poster } => video::look(path, *poster, cancel, &mut report).map(Answer::from),
        Task::Faststart { path, output } => video::make_faststart(path, output, cancel, &mut report).map(Answer::from),
        Task::Process(request) => process::process(request, cancel, &mut report).map(Answer::from),
        Task::Retag(request) => process::retag(request, cancel, &mut report).map(Answer::from),
    };
    done.unwrap_or_else(|error| Answer::Error { error })
}

fn write_line(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}
