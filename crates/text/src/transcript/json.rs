//! Transcripts in JSON: of the podcast namespace, of the Podlove Web Player, of DOTe, of Whisper in both its forms. They are told
//! apart by their fields; what else they say is passed over.

use super::collect::{Collector, Note};
use super::json_words::{Tokens, WordLine, words_of, words_of_tokens};
use super::{MAX_CUES, TranscriptError, one_line};
use crate::chars::xml_only;
use crate::clock::{self, MAX_MS};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Whether a text is JSON rather than captions.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Which program or standard a JSON transcript follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The podcast namespace; Whisper and WhisperX.
    Segments,
    /// The Podlove Web Player.
    Podlove,
    /// DOTe.
    Dote,
    /// whisper.cpp (`-oj`, `-ojf`).
    WhisperCpp,
}

/// What whisper.cpp, Podlove, the podcast namespace and Whisper, and DOTe call their lines.
#[derive(Deserialize)]
struct File {
    transcription: Option<Lines>,
    transcripts: Option<Lines>,
    segments: Option<Lines>,
    lines: Option<Lines>,
}

/// Lines, never more than cues are taken.
struct Lines(Vec<Line>);

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Lines;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of lines")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Lines, A::Error> {
                let mut lines = vec![];
                while let Some(line) = list.next_element()? {
                    if lines.len() == MAX_CUES {
                        return Err(A::Error::custom(format!("there are more than {MAX_CUES} lines")));
                    }
                    lines.push(line);
                }
                Ok(Lines(lines))
            }
        }
        deserializer.deserialize_seq(Read)
    }
}

/// A line of any of them.
#[derive(Deserialize)]
struct Line {
    #[serde(alias = "startTime", alias = "start_time")]
    start: Option<Time>,
    #[serde(alias = "endTime", alias = "end_time")]
    end: Option<Time>,
    start_ms: Option<Time>,
    end_ms: Option<Time>,
    offsets: Option<Offsets>,
    #[serde(alias = "speakerDesignation")]
    speaker: Option<Words>,
    /// The name, where `speaker` is a number (Podlove).
    voice: Option<Words>,
    #[serde(alias = "body")]
    text: Option<String>,
    /// Words with times (Whisper, WhisperX; the same fields in our own files).
    words: Option<Vec<WordLine>>,
    /// Pieces of words with times (whisper.cpp with `-ojf`).
    tokens: Option<Tokens>,
}

/// Milliseconds.
#[derive(Deserialize, Clone, Copy)]
pub(super) struct Offsets {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Seconds, or a clock.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a time must be a number or a clock such as 00:01:02.500")]
pub(super) enum Time {
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a name must be a text")]
enum Words {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl Time {
    /// Milliseconds, when a number is so many of them.
    pub(super) fn ms(&self, each: f64) -> Option<i64> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => match clock::parse(text.trim()) {
                Some(ms) => return Some(ms),
                None => text.trim().parse().ok()?,
            },
        };
        let ms = (number * each).round();
        (0.0..=MAX_MS as f64).contains(&ms).then_some(ms as i64)
    }
}

impl Line {
    fn span(&self) -> Option<(i64, i64)> {
        if let Some(Offsets { from, to }) = &self.offsets {
            let within = |ms: &i64| (0..=MAX_MS).contains(ms);
            return Some((*from, *to)).filter(|(from, to)| within(from) && within(to));
        }
        let time = |text: &Option<Time>, ms: &Option<Time>| match (text, ms) {
            (_, Some(ms)) => ms.ms(1.0),
            (Some(seconds), None) => seconds.ms(1000.0),
            (None, None) => None,
        };
        let start = time(&self.start, &self.start_ms)?;
        // The namespace lets a last segment have no end.
        let end = if self.end.is_none() && self.end_ms.is_none() { start } else { time(&self.end, &self.end_ms)? };
        Some((start, end))
    }

    fn speaker(&self) -> &str {
        match (&self.voice, &self.speaker) {
            (Some(Words::Text(name)), _) if !name.trim().is_empty() => name.trim(),
            (_, Some(Words::Text(name))) => name.trim(),
            _ => "",
        }
    }
}

/// The lines of a list, as Podlove has it, or of one of the others.
fn lines(text: &str) -> Result<(Vec<Line>, Kind), serde_json::Error> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str::<Lines>(text).map(|Lines(lines)| (lines, Kind::Podlove));
    }
    let file: File = serde_json::from_str(text)?;
    let (whisper, podlove) =
        (file.transcription.map(|l| (l, Kind::WhisperCpp)), file.transcripts.map(|l| (l, Kind::Podlove)));
    let (segments, dote) = (file.segments.map(|l| (l, Kind::Segments)), file.lines.map(|l| (l, Kind::Dote)));
    let found = whisper.or(podlove).or(segments).or(dote);
    found
        .map(|(Lines(lines), kind)| (lines, kind))
        .ok_or_else(|| serde_json::Error::custom("it has no segments and no lines"))
}

pub(super) fn read(text: &str, into: &mut Collector) -> Result<Kind, TranscriptError> {
    let (lines, kind) = lines(text).map_err(|error| TranscriptError::Json {
        line: error.line().max(1),
        reason: super::shown(error.to_string().split(" at line ").next().unwrap_or_default()),
    })?;
    for (n, line) in lines.into_iter().enumerate() {
        let number = n + 1;
        let wrong = TranscriptError::Segment { number };
        let Some((start, end)) = line.span() else { return Err(wrong) };
        let Some(span) = into.span(number, start, end) else { return Err(wrong) };
        let words = xml_only(line.text.as_deref().unwrap_or_default());
        let speaker = one_line(&xml_only(line.speaker()));
        if words.contains('\u{FFFD}') {
            into.note(Note::Garbled);
        }
        let timed = line.words.map(words_of).or(line.tokens.map(words_of_tokens)).unwrap_or_default();
        into.add(number, span, &speaker, &words, timed)?;
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::super::{Cue, Format, TranscriptError, read, taken};

    fn cue(start_ms: i64, end_ms: i64, speaker: &str, text: &str) -> Cue {
        Cue { start_ms, end_ms, speaker: speaker.into(), text: text.into(), words: vec![] }
    }

    #[test]
    fn every_form_of_json_says_the_same() {
        for json in [
            // transcripts.md of the podcast namespace.
            r#"{"version":"1.0.0","segments":[{"speaker":"Ada","startTime":0.5,"endTime":0.75,"body":"I"},{"speaker":"Bo","startTime":62.5,"endTime":63,"body":"am"}]}"#,
            // Podlove Web Player 5, "transcripts".
            r#"[{"start":"00:00:00.500","start_ms":500,"end":"00:00:00.750","end_ms":750,"speaker":"1","voice":"Ada","text":"I"},{"start":"00:01:02.500","start_ms":62500,"end":"00:01:03.000","end_ms":63000,"speaker":"2","voice":"Bo","text":"am"}]"#,
            // DOTe.
            r#"{"lines":[{"startTime":"00:00:00,500","endTime":"00:00:00,750","speakerDesignation":"Ada","text":"I"},{"startTime":"00:01:02,500","endTime":"00:01:03,000","speakerDesignation":"Bo","text":"am"}]}"#,
        ] {
            let found = taken(json.as_bytes(), "a.json", None).unwrap();
            assert_eq!(found.cues, [cue(500, 750, "Ada", "I"), cue(62_500, 63_000, "Bo", "am")], "{json}");
            assert_eq!(found.format, Format::Vtt);
            assert_eq!(read(found.text.as_bytes()).unwrap().cues, found.cues, "it is kept as WebVTT");
        }
    }

    #[test]
    fn whisper_is_read_in_both_forms() {
        for json in [
            r#"{"text":" I am","segments":[{"id":0,"seek":0,"start":0.5,"end":0.75,"text":" I","tokens":[1],"temperature":0.0},{"id":1,"start":62.5,"end":63.0,"text":" am"}],"language":"en"}"#,
            r#"{"systeminfo":"x","result":{"language":"en"},"transcription":[{"timestamps":{"from":"00:00:00,500","to":"00:00:00,750"},"offsets":{"from":500,"to":750},"text":" I"},{"timestamps":{"from":"00:01:02,500","to":"00:01:03,000"},"offsets":{"from":62500,"to":63000},"text":" am"}]}"#,
        ] {
            assert_eq!(
                taken(json.as_bytes(), "a.json", None).unwrap().cues,
                [cue(500, 750, "", "I"), cue(62_500, 63_000, "", "am")]
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let at = |json: &str| taken(json.as_bytes(), "a.json", None).unwrap_err();
        assert_eq!(
            at(r#"[{"start":1,"end":2,"text":"a"},{"start":2,"end":1,"text":"b"}]"#),
            TranscriptError::Segment { number: 2 }
        );
        assert_eq!(at(r#"[{"start":-1,"end":2,"text":"a"}]"#), TranscriptError::Segment { number: 1 });
        assert_eq!(at(r#"[{"start":1e300,"end":2,"text":"a"}]"#), TranscriptError::Segment { number: 1 });
        assert_eq!(at(r#"[{"text":"a"}]"#), TranscriptError::Segment { number: 1 });
        assert_eq!(at("[]"), TranscriptError::Empty);
        assert!(matches!(at("{\"a\":\n1}"), TranscriptError::Json { .. }));
        assert!(matches!(at(&"[".repeat(500_000)), TranscriptError::Json { .. }));
        assert!(matches!(at(&format!("[{}{{}}]", "{},".repeat(600_000))), TranscriptError::Json { .. }));
        assert!(matches!(read(b"[]"), Err(TranscriptError::Unknown { line: 1, .. })), "what is served is captions");
    }
}
