//! Recordings that the program ffmpeg decodes: Windows Media, AC-3, HE-AAC, the sound of old films.
//!
//! ffmpeg is told which kind the file is (never asked), gives plain samples of one rate in one or two channels, and its
//! complaints become findings with their place. Its word about the length is compared with what it decoded.

use super::{Block, Broken, How, Recording, RecordingKind, Refused, Shape};
use crate::MediaError;
use crate::audio::findings::Findings;
use crate::ffmpeg::{self, Ffmpeg};
use crate::probe::{ShownPath, Source};
use crate::tags::{FoundTags, clean};
use hearthcast_model::facts::ChapterMark;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout};
use std::sync::{Arc, Mutex};

/// Frames read together.
const FRAMES: usize = 8192;
/// Lengths of films count their pictures, and what stands before the sound.
const ABOUT_MS: i64 = 1_000;
/// So close to the end is the end.
const LAST_MS: i64 = 1_000;
/// Complaints kept until they are read.
const MOST_COMPLAINTS: usize = 64;

/// How to decode a recording with ffmpeg.
#[derive(Debug, Clone)]
pub struct Foreign {
    ffmpeg: Ffmpeg,
    demuxer: &'static str,
    path: PathBuf,
    shape: Shape,
    size: u64,
    declared_ms: Option<i64>,
}

/// What ffmpeg says about a file.
#[derive(Debug, Default, PartialEq)]
struct Said {
    codec: String,
    sample_rate: u32,
    channels: usize,
    /// More channels than are played.
    mixed: bool,
    film: bool,
    declared_ms: Option<i64>,
}

/// Reads what ffmpeg says about a recording that is not decoded here, because of `why`.
pub fn read(source: &Source, kind: RecordingKind, why: String) -> Result<Recording, MediaError> {
    let what = kind.words().to_owned();
    let path = source.path.shown();
    let ffmpeg = Ffmpeg::allowed().map_err(|none| MediaError::NeedsFfmpeg {
        path: path.clone(),
        what: what.clone(),
        why: format!("{why}; Hearthcast decodes it with the program ffmpeg, and {none}"),
    })?;
    let unsupported = |why: String| MediaError::Unsupported { path: path.clone(), what: what.clone(), why };
    let (said, found) = describe(&ffmpeg, source, kind).map_err(|Refused { why, .. }| unsupported(why))?;
    let shape = Shape { sample_rate: said.sample_rate, channels: said.channels };
    shape.check().map_err(|Refused { why, .. }| unsupported(why))?;
    let mime = match kind {
        RecordingKind::Foreign(kind) => kind.mime,
        RecordingKind::Mp4 if said.film => "video/mp4",
        RecordingKind::Matroska if said.film => "video/x-matroska",
        RecordingKind::Mp4 if said.codec == "aac" => "audio/mp4",
        RecordingKind::Wav => "audio/wav",
        RecordingKind::Aiff => "audio/aiff",
        RecordingKind::Caf => "audio/x-caf",
        RecordingKind::Adts => "audio/aac",
        RecordingKind::Flac => "audio/flac",
        RecordingKind::Ogg => "audio/ogg",
        RecordingKind::Matroska => "audio/x-matroska",
        RecordingKind::Mp4 => "audio/x-m4a",
    };
    let mut recording = Recording {
        path: source.path.path().to_owned(),
        size: source.size,
        container: kind.container(),
        codec: said.codec,
        mime,
        shape,
        around: (0, 0),
        film: said.film,
        found,
        findings: vec![],
        how: How::Foreign(Foreign {
            ffmpeg,
            demuxer: kind.demuxer(),
            path: std::path::absolute(source.path.path()).unwrap_or_else(|_| source.path.path().to_owned()),
            shape,
            size: source.size,
            declared_ms: said.declared_ms,
        }),
    };
    if said.mixed {
        recording.finding("media.downmixed", "Its many channels are mixed down to stereo: podcast apps play no more.");
    }
    Ok(recording)
}

/// Decides between the lower half, which can be decoded here, and the whole, which only ffmpeg decodes.
pub fn whole(source: &Source, kind: RecordingKind, mut half: Recording) -> Result<Recording, MediaError> {
    let Ok(ffmpeg) = Ffmpeg::allowed() else {
        let message = "This sound may be HE-AAC. Without the program ffmpeg only its lower frequencies are heard here; \
                       install ffmpeg and choose the file again.";
        half.finding("media.half_band", message);
        return Ok(half);
    };
    let is_whole = describe(&ffmpeg, source, kind).is_ok_and(|(said, _)| said.sample_rate > half.shape.sample_rate);
    if !is_whole {
        return Ok(half);
    }
    let mut recording = read(source, kind, String::new())?;
    recording.mime = half.mime;
    recording.around = half.around;
    recording.found = half.found;
    Ok(recording)
}

/// Asks for tags and chapters, and reads what it says about the streams meanwhile.
fn describe(ffmpeg: &Ffmpeg, source: &Source, kind: RecordingKind) -> Result<(Said, FoundTags), Refused> {
    let path = std::path::absolute(source.path.path()).unwrap_or_else(|_| source.path.path().to_owned());
    let mut command = ffmpeg.read(&path, kind.demuxer(), "info");
    let run = ffmpeg::run(command.args(["-f", "ffmetadata", "pipe:1"]));
    let (written, words, _) = run.map_err(|error| Refused::plain(format!("ffmpeg could not be run ({error})")))?;
    match said(&words) {
        Some(said) => Ok((said, tags(&written))),
        None if words.contains("Input #0") => Err(Refused::because("there is no sound in it")),
        None => {
            let last = words.lines().rfind(|line| !line.trim().is_empty()).map(ffmpeg::shortened).unwrap_or_default();
            Err(Refused::plain(format!("ffmpeg cannot read it ({last})")))
        }
    }
}

/// Takes words for ffmpeg's, about streams and about tags; what they say is dropped.
pub(crate) fn read_words(words: &str) {
    let _ = (said(words), tags(words));
    words.lines().for_each(|line| drop(ffmpeg::shortened(line)));
}

/// Reads the lines about the file's streams: `Stream #0:0(eng): Audio: wmav2 (…), 44100 Hz, stereo, fltp, 128 kb/s`.
fn said(words: &str) -> Option<Said> {
    let about = words.split("Output #0").next().unwrap_or_default();
    let mut said = Said::default();
    let guessed = about.contains("Estimating duration");
    for line in about.lines().map(str::trim_start) {
        if let Some(duration) = line.strip_prefix("Duration: ").filter(|_| !guessed) {
            said.declared_ms = said.declared_ms.or_else(|| clock(duration.split(',').next()?));
        }
        let Some(stream) = line.strip_prefix("Stream #0:") else { continue };
        if stream.contains(" Video: ") && !stream.contains("(attached pic)") {
            said.film = true;
        }
        let Some((_, sound)) = stream.split_once(" Audio: ").filter(|_| said.sample_rate == 0) else { continue };
        let hertz = sound.split(", ").position(|part| part.ends_with(" Hz"))?;
        let parts: Vec<&str> = sound.split(", ").collect();
        let codec = parts[0].split(' ').next().unwrap_or_default();
        said.codec = codec.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(30).collect();
        said.sample_rate = parts[hertz].trim_end_matches(" Hz").parse().ok()?;
        let layout = parts.get(hertz + 1).copied().unwrap_or_default();
        (said.channels, said.mixed) = match layout {
            "mono" | "1 channels" => (1, false),
            "stereo" | "2 channels" | "downmix" => (2, false),
            _ => (2, true),
        };
    }
    (said.sample_rate > 0).then_some(said)
}

/// `00:00:20.55`; "N/A" is none.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':').map(|part| part.parse::<f64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let ms = ((hours * 60.0 + minutes) * 60.0 + seconds) * 1000.0;
    (ms > 0.0 && ms < 1e10).then_some(ms.round() as i64)
}

/// ffmpeg's own format for tags: `name=value`, backslashes before special signs, `[CHAPTER]` with a time base and a start.
fn tags(text: &str) -> FoundTags {
    let mut found = FoundTags::default();
    let mut base = None::<(i64, i64)>;
    for line in text.lines() {
        if line == "[CHAPTER]" {
            if found.chapters.len() >= super::MOST_CHAPTERS {
                break;
            }
            base = Some((1, 1000));
            found.chapters.push(ChapterMark::default());
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        let value = clean(&value.replace('\\', ""), 500);
        match (base, found.chapters.last_mut(), name) {
            (Some((part, whole)), Some(chapter), "START") => {
                let start = i128::from(value.parse::<i64>().unwrap_or(0)) * 1000;
                let ms = start.saturating_mul(part.into()) / i128::from(whole.max(1));
                chapter.start_ms = i64::try_from(ms.max(0)).unwrap_or(0);
            }
            (Some(_), _, "TIMEBASE") => {
                base = value.split_once('/').and_then(|(part, whole)| Some((part.parse().ok()?, whole.parse().ok()?)));
                base = base.or(Some((1, 1000)));
            }
            (Some(_), Some(chapter), "title") => chapter.title = value,
            (None, _, "title" | "artist" | "album" | "date" | "comment") if !value.is_empty() => {
                found.tags.entry(name.into()).or_insert(value);
            }
            _ => (),
        }
    }
    found
}

impl Foreign {
    /// Starts ffmpeg at the beginning of the sound.
    pub fn stream(&self, path: &ShownPath, size: u64) -> Result<ForeignStream, MediaError> {
        if size != self.size {
            return Err(MediaError::Changed { path: path.shown() });
        }
        let mut command = self.ffmpeg.read(&self.path, self.demuxer, "error");
        command.args(["-map", "0:a:0", "-vn", "-sn", "-dn", "-c:a", "pcm_f32le"]);
        command.args(["-ar", &self.shape.sample_rate.to_string(), "-ac", &self.shape.channels.to_string()]);
        let mut child = path.io(command.args(["-f", "f32le", "pipe:1"]).spawn())?;
        let complaints = Arc::new(Mutex::new(vec![]));
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        if let Some(errors) = errors {
            let heard = Arc::clone(&complaints);
            std::thread::spawn(move || listen(errors, &heard));
        }
        let samples = output.map(|output| BufReader::with_capacity(256 * 1024, output));
        Ok(ForeignStream {
            foreign: self.clone(),
            child,
            samples,
            complaints,
            frames: 0,
            complained_ms: None,
            bytes: vec![],
        })
    }
}

/// Takes complaints down.
fn listen(errors: ChildStderr, heard: &Mutex<Vec<String>>) {
    let mut errors = BufReader::new(errors);
    let mut line = Vec::new();
    while errors.by_ref().take(4096).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let words = ffmpeg::shortened(&String::from_utf8_lossy(&line));
        let mut heard = heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if heard.len() < MOST_COMPLAINTS && !words.is_empty() {
            heard.push(words);
        }
        line.clear();
    }
}

/// Samples as ffmpeg gives them.
pub struct ForeignStream {
    foreign: Foreign,
    child: Child,
    samples: Option<BufReader<ChildStdout>>,
    complaints: Arc<Mutex<Vec<String>>>,
    frames: u64,
    /// When ffmpeg last complained.
    complained_ms: Option<i64>,
    bytes: Vec<u8>,
}

impl ForeignStream {
    /// The next samples; false at the end.
    pub fn read(&mut self, block: &mut Block, findings: &mut Findings, at_ms: i64) -> Result<bool, Broken> {
        let channels = self.foreign.shape.channels;
        let Some(samples) = &mut self.samples else { return Ok(false) };
        self.bytes.clear();
        let wanted = (FRAMES * channels * 4) as u64;
        samples.take(wanted).read_to_end(&mut self.bytes).map_err(Broken::Io)?;
        for words in std::mem::take(&mut *self.complaints.lock().unwrap_or_else(std::sync::PoisonError::into_inner)) {
            findings.complaint(&words, at_ms);
            self.complained_ms = Some(at_ms);
        }
        if self.bytes.is_empty() {
            self.samples = None;
            self.finish(findings, at_ms)?;
            return Ok(false);
        }
        block.planes.resize_with(channels, Vec::new);
        for (channel, plane) in block.planes.iter_mut().enumerate() {
            plane.clear();
            let frames = self.bytes.chunks_exact(channels * 4);
            plane
                .extend(frames.filter_map(|frame| Some(f32::from_le_bytes(*frame[channel * 4..].first_chunk::<4>()?))));
        }
        self.frames += block.frames() as u64;
        Ok(true)
    }

    /// Bytes of the file passed, guessed from the time.
    pub fn position(&self) -> u64 {
        let Some(declared) = self.foreign.declared_ms.and_then(|ms| u128::try_from(ms).ok()) else { return 0 };
        let passed_ms = u128::from(self.frames) * 1000 / u128::from(self.foreign.shape.sample_rate.max(1));
        let bytes = u128::from(self.foreign.size) * passed_ms / declared.max(1);
        u64::try_from(bytes).unwrap_or(u64::MAX).min(self.foreign.size)
    }

    /// How it ended, and whether the sound was as long as the file says.
    fn finish(&mut self, findings: &mut Findings, at_ms: i64) -> Result<(), Broken> {
        let failed = !self.child.wait().map_err(Broken::Io)?.success();
        // What cannot be decoded at the very end is a piece that was cut.
        if failed || self.complained_ms.is_some_and(|complained| at_ms - complained < LAST_MS) {
            findings.cut(at_ms);
        }
        if let Some(declared) = self.foreign.declared_ms {
            findings.declared(at_ms, at_ms, declared, ABOUT_MS);
        }
        Ok(())
    }
}

impl Drop for ForeignStream {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "Input #0, asf, from 'file:/tmp/a.wma':
  Metadata:
    title           : Stream #0:9: Audio: pcm, 8000 Hz, mono
  Duration: 00:00:20.55, start: 0.000000, bitrate: 131 kb/s
  Stream #0:0: Video: mjpeg (Baseline), yuvj444p, 300x300, 90k tbr (attached pic)
  Stream #0:1(eng): Audio: aac (HE-AAC) (mp4a / 0x6134706D), 44100 Hz, 5.1, fltp, 64 kb/s (default)
Output #0, ffmetadata, to 'pipe:1':
  Stream #0:0: Audio: mp3, 11025 Hz, mono
";

    #[test]
    fn streams_are_read_from_its_words() {
        let read = said(WORDS).unwrap();
        assert_eq!((read.codec.as_str(), read.sample_rate, read.channels, read.mixed), ("aac", 44_100, 2, true));
        assert_eq!((read.film, read.declared_ms), (false, Some(20_550)));
        assert_eq!(said("Input #0, avi, from 'x':\n  Stream #0:0: Video: h264, yuv420p\n"), None);
        let guessed =
            WORDS.replace("  Metadata", "[mp3 @ 0x1] Estimating duration from bitrate, this may be inaccurate\n  M");
        assert_eq!(said(&guessed).unwrap().declared_ms, None);
    }

    #[test]
    fn tags_and_chapters_are_read() {
        let text = ";FFMETADATA1\ntitle=A \\= B\nWM/Year=1\n[CHAPTER]\nTIMEBASE=1/10000000\nSTART=25000000\nEND=3\ntitle=Zwei\n";
        let found = tags(text);
        assert_eq!(found.tags.get("title").map(String::as_str), Some("A = B"));
        assert_eq!(found.chapters, [ChapterMark::new(2500, "Zwei")]);
    }
}
