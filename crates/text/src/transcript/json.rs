//! Transcripts in JSON: of the podcast namespace, of the Podlove Web Player, of DOTe, of Whisper in both its forms. They are told
//! apart by their fields; what else they say is passed over.

use super::collect::{Collector, Note};
use super::json_values::{Offsets, Text, Time};
use super::json_words::{Tokens, WordList};
use super::{MAX_CUES, TranscriptError, one_line};
use crate::chars::xml_only;
use crate::clock::MAX_MS;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
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
struct Lists {
    transcription: Option<IgnoredAny>,
    transcripts: Option<IgnoredAny>,
    segments: Option<IgnoredAny>,
    lines: Option<IgnoredAny>,
}

impl Lists {
    /// The list that is read, and its name.
    fn chosen(&self) -> Option<(&'static str, Kind)> {
        let named = |list: &Option<IgnoredAny>, name, kind| list.as_ref().map(|_| (name, kind));
        named(&self.transcription, "transcription", Kind::WhisperCpp)
            .or(named(&self.transcripts, "transcripts", Kind::Podlove))
            .or(named(&self.segments, "segments", Kind::Segments))
            .or(named(&self.lines, "lines", Kind::Dote))
    }
}

/// Hands every line to the collector as soon as it is read, so that no file is held twice.
struct Lines<'a> {
    into: &'a mut Collector,
    /// What is wrong with a line, where the file is JSON all the same.
    wrong: &'a mut Option<TranscriptError>,
}

impl<'de> DeserializeSeed<'de> for Lines<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Lines<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of lines")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(line) = list.next_element::<Line>()? {
            number += 1;
            if let Err(error) = line.hand_over(number, self.into) {
                *self.wrong = Some(error);
                return Err(A::Error::custom("a line is wrong"));
            }
        }
        Ok(())
    }
}

/// The lines of one list of a file; all else is passed over.
struct Under<'a> {
    name: &'static str,
    lines: Lines<'a>,
}

impl<'de> Visitor<'de> for Under<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a file with {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { name, lines: Lines { into, wrong } } = self;
        while let Some(key) = map.next_key::<String>()? {
            match key == name {
                true => map.next_value_seed(Lines { into: &mut *into, wrong: &mut *wrong })?,
                false => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
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
    speaker: Option<Text>,
    /// The name, where `speaker` is a number (Podlove).
    voice: Option<Text>,
    #[serde(alias = "body")]
    text: Option<String>,
    /// Words with times (Whisper, WhisperX; the same fields in our own files).
    words: Option<WordList>,
    /// Pieces of words with times (whisper.cpp with `-ojf`).
    tokens: Option<Tokens>,
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
            (Some(Text(Some(name))), _) if !name.trim().is_empty() => name.trim(),
            (_, Some(Text(Some(name)))) => name.trim(),
            _ => "",
        }
    }

    /// Makes a cue of the line; lines are counted from 1.
    fn hand_over(self, number: usize, into: &mut Collector) -> Result<(), TranscriptError> {
        if number > MAX_CUES {
            return Err(TranscriptError::TooMany { limit: MAX_CUES });
        }
        let wrong = TranscriptError::Segment { number };
        let Some((start, end)) = self.span() else { return Err(wrong) };
        let Some(span) = into.span(number, start, end) else { return Err(wrong) };
        let words = xml_only(self.text.as_deref().unwrap_or_default());
        let speaker = one_line(&xml_only(self.speaker()));
        if words.contains('\u{FFFD}') {
            into.note(Note::Garbled);
        }
        let tokens = self.tokens.map(|Tokens(words)| words);
        let timed = self.words.map(|WordList(words)| words).or(tokens).unwrap_or_default();
        into.add(number, span, &speaker, &words, timed)
    }
}

pub(super) fn read(text: &str, into: &mut Collector) -> Result<Kind, TranscriptError> {
    let mut wrong = None;
    let read = read_lines(text, Lines { into, wrong: &mut wrong });
    read.map_err(|error| {
        wrong.unwrap_or_else(|| TranscriptError::Json {
            line: error.line().max(1),
            reason: super::shown(error.to_string().split(" at line ").next().unwrap_or_default()),
        })
    })
}

/// Reads the lines of a list, as Podlove has it, or of one of the others. These name their list anywhere in the file: it is looked
/// for first.
fn read_lines(text: &str, lines: Lines) -> Result<Kind, serde_json::Error> {
    let mut file = serde_json::Deserializer::from_str(text);
    let kind = if text.trim_start().starts_with('[') {
        lines.deserialize(&mut file)?;
        Kind::Podlove
    } else {
        let chosen = serde_json::from_str::<Lists>(text)?.chosen();
        let (name, kind) = chosen.ok_or_else(|| serde_json::Error::custom("it has no segments and no lines"))?;
        file.deserialize_map(Under { name, lines })?;
        kind
    };
    file.end()?;
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::super::{Cue, Format, MAX_CUES, TranscriptError, read, taken};

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
        let silent = |lines: usize| format!("[{}{{\"start\":1}}]", "{\"start\":1},".repeat(lines - 1));
        assert_eq!(at(&silent(MAX_CUES + 1)), TranscriptError::TooMany { limit: MAX_CUES });
        assert_eq!(at(&silent(MAX_CUES)), TranscriptError::Empty);
        assert!(matches!(read(b"[]"), Err(TranscriptError::Unknown { line: 1, .. })), "what is served is captions");
    }
}
