//! The table of nasty files: what podcasters have and what attackers send, made on the spot, looked at by the real worker.
//!
//! What is expected comes from how a file was made (seconds of sound, channels, the byte that was changed) or, for files
//! that were cut somewhere or consist of long frames, from ffmpeg's decoder; never from our own output.

mod boxes;
mod broken;
mod films;
mod images;
mod lies;
mod lies_streams;
mod others;
mod plain;
mod words;

use super::fixtures::Bench;
use super::judge;
use super::worker::PROGRAM;
use hearthcast_media::worker::Worker;
use hearthcast_media::{Cancel, MediaError, MediaFacts, PictureOrder};
use hearthcast_model::facts::Finding;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Seconds of the sound that most files hold, and its samples at 44.1 kHz.
pub const SECONDS: &str = "6.1";
const MS: i64 = 6_100;
/// Where LAME's tag, Opus or plain samples make the length exact, and elsewhere: milliseconds.
pub const EXACT: i64 = 1;
pub const NEAR: i64 = 60;
/// The longest frame: 2,048 samples at 22,050 Hz, milliseconds.
const FRAME: i64 = 93;
/// A page of Ogg holds about so much; what says that the end is missing may stand a page before it.
const PAGE: i64 = 1_000;

/// Where files are made.
pub struct Lab {
    pub bench: Bench,
    /// Noise that swells: 6.1 s, 44.1 kHz, two channels, 16 bits.
    pub wav: PathBuf,
}

impl Lab {
    fn new() -> Self {
        let bench = Bench::new();
        let wav = bench.sox("source.wav", 2, &["synth", SECONDS, "pinknoise", "tremolo", "0.5", "90", "vol", "-6dB"]);
        Self { bench, wav }
    }

    /// What ffmpeg makes of the sound.
    pub fn ffmpeg(&self, name: &str, args: &[&str]) -> PathBuf {
        self.bench.ffmpeg(name, &[&["-i", self.wav.to_str().unwrap()], args].concat())
    }

    /// What LAME makes of the sound.
    pub fn lame(&self, name: &str, args: &[&str]) -> PathBuf {
        self.bench.lame(&self.wav, name, args)
    }

    /// The bytes of such a file, changed.
    pub fn changed(&self, name: &str, made: &Path, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
        let mut bytes = fs::read(made).unwrap();
        change(&mut bytes);
        self.bench.write(name, bytes)
    }
}

/// What is expected of a file.
pub enum Meant {
    /// A sound: container, codec, milliseconds, how far off they may be, codes of the findings.
    Sound(&'static str, &'static str, i64, i64, &'static [&'static str]),
    /// A sound as long as ffmpeg decodes it, within so many milliseconds.
    AsFfmpeg(&'static str, &'static str, i64, &'static [&'static str]),
    /// The whole sound in long frames: as long as ffmpeg decodes it, and at most a frame longer or shorter than it was made.
    Long(&'static str, &'static str, &'static [&'static str]),
    /// An MP3 whose every frame is heard whole, for nothing tells what an encoder put around its sound: codes of the findings.
    /// (ffmpeg counts the frames. It is no judge of their length: it believes any name of an encoder.)
    EveryFrame(&'static [&'static str]),
    /// Refused with these words.
    Refused(&'static str),
    /// A picture that can be made into a cover: width, height, codes of the findings.
    Picture(u32, u32, &'static [&'static str]),
    /// A picture that is refused with these words.
    NoPicture(&'static str),
    /// A film: container and codec of the sound, and what is seen.
    Film(&'static str, &'static str, films::Film),
}

/// Makes a file.
pub type Make = Box<dyn Fn(&Lab) -> PathBuf + Send + Sync>;

/// One file: its name in the table, how it is made, what is expected.
pub struct Row(pub &'static str, pub Make, pub Meant);

/// A row whose file ffmpeg makes of the sound in one go.
pub fn made(
    name: &'static str,
    args: &'static [&'static str],
    meant: (&'static str, &'static str, i64, &'static [&'static str]),
) -> Row {
    let (container, codec, tolerance, findings) = meant;
    Row(name, Box::new(move |lab| lab.ffmpeg(name, args)), Meant::Sound(container, codec, MS, tolerance, findings))
}

/// A row whose file ffmpeg makes, in frames so long that only a decoder knows how many of them there are.
pub fn heard(
    name: &'static str,
    args: &'static [&'static str],
    (container, codec): (&'static str, &'static str),
) -> Row {
    Row(name, Box::new(move |lab| lab.ffmpeg(name, args)), Meant::Long(container, codec, &[]))
}

fn all() -> Vec<Row> {
    let mut rows = plain::rows();
    rows.extend(boxes::rows());
    rows.extend(broken::rows());
    rows.extend(lies::rows());
    rows.extend(lies_streams::rows());
    rows.extend(others::rows());
    rows.extend(films::rows());
    rows.extend(words::rows());
    rows.extend(images::rows());
    rows
}

/// What is wrong with a row; `None`: nothing.
fn fault(lab: &Lab, worker: &Worker, Row(name, make, meant): &Row) -> Option<String> {
    let file = make(lab);
    let seen = match meant {
        Meant::Picture(..) | Meant::NoPicture(_) => worker
            .picture(&file, &PictureOrder::cover(), &Cancel::default())
            .map(|made| (made.master, made.picture.is_some())),
        _ => worker.probe(&file, &Cancel::default(), &mut |_| ()).map(|probed| (probed.facts, false)),
    };
    let say = |what: String| Some(format!("{name}: {what}"));
    match (meant, seen) {
        (Meant::Refused(words) | Meant::NoPicture(words), Err(error)) => {
            let died = matches!(error, MediaError::WorkerDied { .. } | MediaError::WorkerSlow { .. });
            let named = error.to_string().contains(words) && !died;
            if named { None } else { say(format!("refused as \"{error}\", expected \"{words}\"")) }
        }
        (_, Err(error)) => say(format!("refused: {error}")),
        (Meant::Refused(_) | Meant::NoPicture(_), Ok((facts, _))) => say(format!("taken as {facts:?}")),
        (Meant::Picture(width, height, codes), Ok((facts, _))) => {
            let found: BTreeSet<&str> = facts.findings.iter().map(|finding| finding.code.as_str()).collect();
            let same = (facts.width_px, facts.height_px) == (Some(*width), Some(*height));
            let right = same && found == codes.iter().copied().collect();
            if right { None } else { say(format!("{:?} x {:?} {found:?}", facts.width_px, facts.height_px)) }
        }
        (Meant::Sound(container, codec, ms, tolerance, codes), Ok((facts, _))) => {
            wrong(&facts, (container, codec), (*ms as f64, *tolerance), codes).and_then(say)
        }
        (Meant::AsFfmpeg(container, codec, tolerance, codes), Ok((facts, _))) => {
            let (rate, channels) = (facts.sample_rate_hz.unwrap(), facts.channels.unwrap());
            let ms = judge::decoded_ms(&file, rate, channels);
            wrong(&facts, (container, codec), (ms, *tolerance), codes).and_then(say)
        }
        (Meant::Long(container, codec, codes), Ok((facts, _))) => {
            let (rate, channels) = (facts.sample_rate_hz.unwrap(), facts.channels.unwrap());
            let judged = judge::decoded_ms(&file, rate, channels);
            let differs = |expected| wrong(&facts, (container, codec), expected, codes);
            differs((judged, EXACT)).or_else(|| differs((MS as f64, FRAME))).and_then(say)
        }
        (Meant::Film(container, codec, film), Ok((facts, _))) => {
            let sound = wrong(&facts, (container, codec), (MS as f64, NEAR), &["media.film"]);
            sound.or_else(|| film.fault(&file, worker)).and_then(say)
        }
        (Meant::EveryFrame(codes), Ok((facts, _))) => {
            let ms = judge::packets(&file) as f64 * 1152.0 / f64::from(facts.sample_rate_hz.unwrap()) * 1000.0;
            wrong(&facts, ("mp3", "mp3"), (ms, EXACT), codes).and_then(say)
        }
    }
}

/// What differs from what is expected of a sound: container and codec, milliseconds and how far off they may be, findings.
fn wrong(facts: &MediaFacts, form: (&str, &str), (ms, tolerance): (f64, i64), codes: &[&str]) -> Option<String> {
    let found: BTreeSet<&str> = facts.findings.iter().map(|finding| finding.code.as_str()).collect();
    let off = (facts.duration_ms.unwrap_or(-1) as f64 - ms).abs();
    let right = (facts.container.as_str(), facts.codec.as_str()) == form
        && off <= tolerance as f64
        && found == codes.iter().copied().collect()
        && facts
            .findings
            .iter()
            .all(|finding| has_place(finding, facts.duration_ms.unwrap_or(-1)) && has_amount(finding));
    let is = || {
        let (container, codec, is) = (&facts.container, &facts.codec, facts.duration_ms);
        format!("{container} {codec} {is:?} ms (expected {ms} ± {tolerance}) {:?}", facts.findings)
    };
    (!right).then(is)
}

/// Whether what is missing or damaged is said with its place: where the sound ends, or somewhere in it. Of very many places the last
/// ones are only counted.
fn has_place(finding: &Finding, length_ms: i64) -> bool {
    match (finding.code.as_str(), finding.at_ms) {
        ("media.truncated", at) => at.is_some_and(|at| (at - length_ms).abs() <= PAGE),
        ("media.damaged", Some(at)) => (0..=length_ms + FRAME).contains(&at),
        ("media.damaged", None) => finding.message.contains("more places are damaged"),
        _ => true,
    }
}

/// Whether it is said how much is missing, damaged, left over or wrong: in bytes, seconds or places, or where the sound ends. Of
/// what it cannot decode ffmpeg says no more than that.
fn has_amount(finding: &Finding) -> bool {
    let of_much =
        ["media.truncated", "media.damaged", "media.unused", "media.wrong_length"].contains(&finding.code.as_str());
    !of_much || finding.message.contains("(ffmpeg:") || finding.message.contains(|c: char| c.is_ascii_digit())
}

#[test]
fn point_1_every_nasty_file_is_what_it_was_made_to_be() {
    let rows = all();
    let names: BTreeSet<_> = rows.iter().map(|row| row.0).collect();
    assert!(names.len() == rows.len() && rows.len() >= 80, "{} rows", rows.len());
    let only = std::env::var("HEARTHCAST_ROW").unwrap_or_default();
    let (lab, worker, faults) = (Lab::new(), Worker::new(PROGRAM), Mutex::new(vec![]));
    let queue = Mutex::new(rows.into_iter().filter(|row| row.0.contains(&only)).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(row) = { queue.lock().unwrap().pop() } {
                    faults.lock().unwrap().extend(fault(&lab, &worker, &row));
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} rows:\n{}", faults.len(), faults.join("\n"));
}

/// Without ffmpeg everything else still works, and what needs it says so and how to get it.
#[test]
fn point_1_without_ffmpeg_the_rest_works_and_what_needs_it_is_named() {
    let lab = Lab::new();
    let worker = Worker::new(PROGRAM).with_ffmpeg(None);
    let wma = lab.ffmpeg("a.wma", &[]);
    let error = worker.probe(&wma, &Cancel::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(error, MediaError::NeedsFfmpeg { .. }), "{error:?}");
    let shown = hearthcast_model::Error::from(error);
    assert!(shown.message.contains("a Windows Media file") && shown.message.contains("ffmpeg"), "{}", shown.message);
    assert!(shown.hint.contains("apt install ffmpeg"), "{}", shown.hint);
    let m4a = lab.ffmpeg("a.m4a", &["-c:a", "aac"]);
    assert!(worker.probe(&m4a, &Cancel::default(), &mut |_| ()).is_ok());
    // One that is no ffmpeg is not taken for one.
    let worker = Worker::new(PROGRAM).with_ffmpeg(Some("/bin/echo".into()));
    let error = worker.probe(&wma, &Cancel::default(), &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("does not run"), "{error}");
    let low = lab.ffmpeg("low.aac", &["-ar", "22050", "-c:a", "aac"]);
    let worker = Worker::new(PROGRAM).with_ffmpeg(None);
    let probed = worker.probe(&low, &Cancel::default(), &mut |_| ()).unwrap();
    assert!(
        probed.facts.findings.iter().any(|finding| finding.code == "media.half_band"),
        "{:?}",
        probed.facts.findings
    );
}
