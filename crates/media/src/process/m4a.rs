//! AAC in an M4A, encoded by the program ffmpeg (ADR: no Rust encoder is fit): it gets the finished sound through a pipe,
//! inside the worker's limits. Its edit list says where the sound begins and ends, so that nothing is added to it.

use super::output::{PARTS, Partial};
use super::whole::{EncoderError, Settings, interleave};
use crate::ffmpeg::{self, Ffmpeg, M4aJob, M4aSound, NoFfmpeg};
use crate::tags::write_mp4::Mp4Tags;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin};
use std::thread::JoinHandle;

/// Whether one can be made here, and why not.
pub fn available() -> Result<(), NoFfmpeg> {
    Ffmpeg::allowed().map(|_| ())
}

/// The encoder's name and version.
pub fn version() -> String {
    Ffmpeg::allowed().map_or_else(|_| "ffmpeg aac".into(), |ffmpeg| format!("ffmpeg {} aac", ffmpeg.version))
}

/// Writes an M4A with other tags: the packets of `source`, in their order, with their edit list.
pub fn retagged(source: &Path, output: &Path, tags: &Mp4Tags) -> Result<(), EncoderError> {
    M4aFile::start(M4aSound::Of(source), output, tags)?.finish()
}

/// A running ffmpeg that writes one file.
pub struct M4aFile {
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    said: Option<JoinHandle<String>>,
    waiting: Vec<f32>,
    /// Tags and cover, for ffmpeg to read; gone with this.
    _beside: Beside,
}

/// Files that stand beside the one being made.
struct Beside(Vec<PathBuf>);

impl Drop for Beside {
    fn drop(&mut self) {
        for path in &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

impl M4aFile {
    /// Starts it. `output` is there and empty.
    pub fn new(output: &Path, settings: &Settings, tags: &Mp4Tags) -> Result<Self, EncoderError> {
        let Settings { sample_rate, channels, kbit, .. } = *settings;
        Self::start(M4aSound::Samples(sample_rate, channels, kbit), output, tags)
    }

    fn start(sound: M4aSound<'_>, output: &Path, tags: &Mp4Tags) -> Result<Self, EncoderError> {
        let ffmpeg = Ffmpeg::allowed().map_err(|why| EncoderError::Program(why.to_string()))?;
        let [words, beside_cover] = PARTS.map(|what| Partial::part_of(output, what));
        let cover = tags.cover.as_ref().map(|cover| (beside_cover, cover));
        let mut beside = Beside(vec![]);
        let files = [(&words, tags.words.as_bytes())].into_iter().chain(cover.iter().map(|(at, c)| (at, &c.bytes[..])));
        for (path, bytes) in files {
            // What a killed program of the same number left.
            let _ = fs::remove_file(path);
            beside.0.push(path.clone());
            fs::File::create_new(path)?.write_all(bytes)?;
        }
        let cover = cover.as_ref().map(|(path, cover)| (path.as_path(), cover.mime.as_str()));
        let started = ffmpeg.make_m4a(&M4aJob { sound, words: &words, language: tags.language, cover, output }).spawn();
        // It may have been taken away a moment ago.
        let mut child = started.map_err(|error| EncoderError::Program(format!("ffmpeg does not start ({error})")))?;
        let input = child.stdin.take().map(|input| BufWriter::with_capacity(256 * 1024, input));
        let said = child.stderr.take().map(|stderr| std::thread::spawn(move || ffmpeg::words(stderr)));
        Ok(Self { child, input, said, waiting: vec![], _beside: beside })
    }

    /// Encodes what comes next.
    pub fn encode(&mut self, planes: &[&[f32]]) -> Result<(), EncoderError> {
        self.waiting.clear();
        interleave(planes, &mut self.waiting, |sample| sample);
        let Some(input) = self.input.as_mut() else { return Ok(()) };
        let written = self.waiting.iter().try_for_each(|sample| input.write_all(&sample.to_le_bytes()));
        // It has ended: what it said is worth more than a broken pipe.
        if written.is_err() { self.end() } else { Ok(()) }
    }

    /// Waits until the file is whole.
    pub fn finish(mut self) -> Result<(), EncoderError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), EncoderError> {
        let flushed = self.input.take().map_or(Ok(()), |mut input| input.flush());
        let ended = self.child.wait()?;
        let said = self.said.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        if ended.success() && flushed.is_ok() {
            return Ok(());
        }
        let line = said.lines().find(|line| !line.trim().is_empty()).map(ffmpeg::shortened);
        if said.contains("No space left on device") {
            return Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into());
        }
        Err(EncoderError::Program(format!("ffmpeg failed ({})", line.unwrap_or_else(|| "it said nothing".into()))))
    }
}

impl Drop for M4aFile {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
