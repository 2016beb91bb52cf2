//! Transcripts as JSON: of the podcast namespace, of the Podlove Web Player, of DOTe.

use super::form::About;
use super::words::Word;
use super::{Cue, one_line};
use crate::clock;
use serde::Serialize;

#[derive(Serialize)]
struct Segments<'a> {
    version: &'static str,
    segments: Vec<Segment<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Segment<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    speaker: &'a str,
    start_time: f64,
    end_time: f64,
    body: &'a str,
    /// Not in the namespace; written as Whisper and WhisperX write them, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<Timed<'a>>,
}

#[derive(Serialize)]
struct Timed<'a> {
    word: &'a str,
    start: f64,
    end: f64,
}

impl<'a> Segment<'a> {
    fn of(Cue { start_ms, end_ms, speaker, text, words }: &'a Cue) -> Self {
        let seconds = |ms: i64| ms as f64 / 1000.0;
        let timed =
            |word: &'a Word| Timed { word: &word.text, start: seconds(word.start_ms), end: seconds(word.end_ms) };
        let words = words.iter().map(timed).collect();
        Self { speaker, start_time: seconds(*start_ms), end_time: seconds(*end_ms), body: text, words }
    }
}

pub(super) fn json(cues: &[Cue]) -> String {
    let all = Segments { version: "1.0.0", segments: cues.iter().map(Segment::of).collect() };
    serde_json::to_string(&all).expect("texts and finite numbers can be written as JSON")
}

#[derive(Serialize)]
struct Line<'a> {
    start: String,
    start_ms: i64,
    end: String,
    end_ms: i64,
    speaker: String,
    voice: &'a str,
    text: String,
}

pub(super) fn podlove(cues: &[Cue], about: &About) -> String {
    let number = |name: &str| about.people.iter().position(|person| *person == name).map(|n| (n + 1).to_string());
    let lines: Vec<Line> = cues.iter().map(|cue| line(cue, number(&cue.speaker).unwrap_or_default())).collect();
    serde_json::to_string(&lines).expect("texts and numbers can be written as JSON")
}

fn line(cue: &Cue, speaker: String) -> Line<'_> {
    Line {
        start: clock::written(cue.start_ms, '.'),
        start_ms: cue.start_ms,
        end: clock::written(cue.end_ms, '.'),
        end_ms: cue.end_ms,
        speaker,
        voice: &cue.speaker,
        text: one_line(&cue.text),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DoteLine<'a> {
    start_time: String,
    end_time: String,
    speaker_designation: &'a str,
    text: &'a str,
}

/// DOTe: `{"lines": [{startTime, endTime, speakerDesignation, text}]}`, times with a comma.
pub(super) fn dote(cues: &[Cue]) -> String {
    let lines: Vec<DoteLine> = cues.iter().map(dote_line).collect();
    let lines = serde_json::to_string(&lines).expect("texts can be written as JSON");
    format!("{{\"lines\":{lines}}}")
}

fn dote_line(cue: &Cue) -> DoteLine<'_> {
    let (start_time, end_time) = (clock::written(cue.start_ms, ','), clock::written(cue.end_ms, ','));
    DoteLine { start_time, end_time, speaker_designation: &cue.speaker, text: &cue.text }
}
