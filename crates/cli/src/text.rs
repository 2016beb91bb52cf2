//! `hearthcast text …`: transcripts as files, looked over and turned into each other. The library stays as it is.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::{Args, Subcommand};
use hearthcast_model::{Code, Error, Result, TranscriptChange, TranscriptFinding, TranscriptWritten};
use hearthcast_studio::Studio;
use std::path::PathBuf;

/// What is to be done with a transcript.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Turn a transcript into another form (vtt, srt, json, podlove.json, dote.json, html, txt)
    Convert(Convert),
    /// Write down what is said in a sound, with whisper.cpp where it is installed
    Transcribe {
        /// A sound that the program takes: WAV, MP3, FLAC, Ogg Vorbis
        sound: PathBuf,
        /// The file to be made; its ending says the form
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
        /// What is spoken, such as de [default: it is heard]
        #[arg(long, value_name = "CODE")]
        language: Option<String>,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Look a transcript over: overlaps, order, speed, and what is later than the sound
    Check {
        /// The transcript
        file: PathBuf,
        /// Length of the sound it belongs to, such as 1:02:03
        #[arg(long, value_name = "TIME", value_parser = time)]
        length: Option<i64>,
    },
}

/// Which file becomes what.
#[derive(Debug, Args)]
pub struct Convert {
    /// The transcript, in any form
    pub file: PathBuf,
    /// The file to be made; its ending says the form
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
    /// All times later, or earlier: +1.5, -0:02.250
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, value_parser = offset)]
    pub shift: Option<i64>,
    /// Two times as they are and as they should be: 0:10=0:12,50:00=50:30
    #[arg(long, value_name = "IS=SHOULD,IS=SHOULD", value_parser = anchors)]
    pub stretch: Option<TranscriptChange>,
    /// Give a speaker another name; may be said several times
    #[arg(long, value_name = "NAME=NAME", value_parser = rename)]
    pub rename: Vec<TranscriptChange>,
    /// Join short cues of one speaker
    #[arg(long)]
    pub merge: bool,
    /// Divide long cues after sentences and between words
    #[arg(long)]
    pub split: bool,
    /// Most characters of a cue, for --merge (600) or --split (84)
    #[arg(long, value_name = "N")]
    pub max_chars: Option<u32>,
    /// Length of the sound, for words without times
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub length: Option<i64>,
}

impl Convert {
    /// Names first, then times, then what belongs together.
    fn changes(&self) -> Vec<TranscriptChange> {
        let mut changes = self.rename.clone();
        changes.extend(self.stretch.clone());
        changes.extend(self.shift.map(|by_ms| TranscriptChange::Shift { by_ms }));
        changes.extend(self.merge.then_some(TranscriptChange::Merge { max_chars: self.max_chars }));
        changes.extend(self.split.then_some(TranscriptChange::Split { max_chars: self.max_chars }));
        changes
    }
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: Verb, output: &Output) -> Result<Done> {
    match verb {
        Verb::Convert(what) => convert(studio, what, output).await,
        Verb::Transcribe { sound, out, language, force } => {
            let told = *output;
            let progress = move |progress| told.progress(&progress);
            let cancel = library::cancel_on_interrupt();
            let made = studio.transcribe(&sound, &out, language, force, cancel, progress).await?;
            written(&made)
        }
        Verb::Check { file, length } => {
            let look = studio.look_at_transcript_file(&file, length).await?;
            for finding in &look.findings {
                output.checked(finding, &line(finding));
            }
            let who = if look.speakers.is_empty() { String::new() } else { format!(", {}", look.speakers.join(", ")) };
            let mut done = Done::with(&look, format!("{}: {} cues{who}", look.form, look.cues))?;
            done.fields.remove("findings");
            done.exit = u8::from(!look.findings.is_empty());
            Ok(done)
        }
    }
}

async fn convert(studio: &Studio, what: Convert, output: &Output) -> Result<Done> {
    let changes = what.changes();
    let made = studio.convert_transcript(&what.file, &what.out, changes, what.length, what.force).await?;
    for finding in &made.findings {
        output.checked(finding, &line(finding));
    }
    written(&made)
}

fn written(made: &TranscriptWritten) -> Result<Done> {
    let lost: Vec<&str> = made.losses.iter().map(|code| lost(code)).collect();
    let lost = if lost.is_empty() { String::new() } else { format!("\nnot in this form: {}", lost.join(", ")) };
    let mut done = Done::with(made, format!("{}: {} cues{lost}", made.file, made.cues))?;
    done.fields.remove("findings");
    Ok(done)
}

/// `cue 12, 1:30: …`
fn line(finding: &TranscriptFinding) -> String {
    let cue = finding.cue.map(|n| format!("cue {n}, {}: ", words::duration(finding.at_ms)));
    let place = cue.or_else(|| finding.line.map(|n| format!("line {n}: "))).unwrap_or_default();
    format!("{place}{} {}", finding.message, finding.hint)
}

fn lost(code: &str) -> &str {
    match code {
        "times" => "when words begin",
        "ends" => "when words end",
        "word_times" => "times of single words",
        "speakers" => "who speaks",
        "cues" => "where cues begin and end",
        "lines" => "line breaks",
        "words" => "some signs of the words",
        "extras" => "comments, styles and positions",
        other => other,
    }
}

/// `1:02:03.5`, `62.5`: milliseconds.
pub fn time(text: &str) -> Result<i64> {
    let wrong = || Error::new(Code::UsageInvalid, format!("\"{text}\" is no time such as 1:02:03.5 or 62.5"));
    let parts: Vec<&str> = text.split(':').collect();
    let (seconds, others) = parts.split_last().ok_or_else(wrong)?;
    if others.len() > 2 || seconds.is_empty() || !text.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.') {
        return Err(wrong());
    }
    let seconds: f64 = seconds.parse().map_err(|_| wrong())?;
    let whole = others.iter().try_fold(0i64, |sum, part| {
        let part: i64 = part.parse().ok().filter(|n| *n < 100_000)?;
        Some((sum + part) * 60)
    });
    let ms = whole.ok_or_else(wrong)? * 1000 + (seconds * 1000.0).round() as i64;
    Some(ms).filter(|ms| (0..=36_000_000_000).contains(ms)).ok_or_else(wrong)
}

fn offset(text: &str) -> Result<i64> {
    match text.strip_prefix('-') {
        Some(text) => time(text).map(|ms| -ms),
        None => time(text.strip_prefix('+').unwrap_or(text)),
    }
}

fn anchors(text: &str) -> Result<TranscriptChange> {
    let wrong = || Error::new(Code::UsageInvalid, "two places are needed, such as 0:10=0:12,50:00=50:30");
    let (first, second) = text.split_once(',').ok_or_else(wrong)?;
    let pair = |text: &str| {
        let (is, should) = text.split_once('=').ok_or_else(wrong)?;
        Ok::<_, Error>((time(is.trim())?, time(should.trim())?))
    };
    let ((first_ms, first_to_ms), (second_ms, second_to_ms)) = (pair(first)?, pair(second)?);
    Ok(TranscriptChange::Stretch { first_ms, first_to_ms, second_ms, second_to_ms })
}

fn rename(text: &str) -> Result<TranscriptChange> {
    let wrong = || Error::new(Code::UsageInvalid, "two names are needed, such as SPEAKER_00=Ada");
    let (from, to) = text.split_once('=').ok_or_else(wrong)?;
    Ok(TranscriptChange::Rename { from: from.trim().into(), to: to.trim().into() })
}
