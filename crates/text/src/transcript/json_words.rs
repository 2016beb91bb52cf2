//! Words with times as JSON has them: of Whisper and WhisperX as words, of whisper.cpp as pieces of words.

use super::MAX_WORDS;
use super::json_values::{Offsets, Time};
use super::words::Word;
use crate::chars::xml_only;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Words of a list in the making; none when its first has no time. No more are kept than make the file too long: where they are
/// counted, that is an error.
struct Words(Option<Vec<Word>>);

impl Words {
    fn new() -> Self {
        Self(Some(vec![]))
    }

    /// Adds a word; without a time it belongs to the one before it, `between` the two.
    fn add(&mut self, times: Option<(i64, i64)>, between: &str, text: &str) {
        let Self(Some(words)) = self else { return };
        let full = words.len() > MAX_WORDS;
        match (times, words.last_mut()) {
            (Some(_), _) if full => {}
            (Some((start_ms, end_ms)), _) => words.push(Word { start_ms, end_ms, text: text.into() }),
            (None, Some(last)) => last.text.extend([between, text]),
            (None, None) => self.0 = None,
        }
    }

    /// Adds a piece of a word: one that begins with a space begins a word; scripts without spaces have a word per piece. What stands
    /// in `[_…]` is a sign of the program and no word.
    fn add_token(&mut self, text: &str, offsets: Option<Offsets>) {
        if text.starts_with("[_") || text.trim().is_empty() {
            return;
        }
        let begins = text.starts_with(char::is_whitespace) || text.starts_with(stands_alone);
        let piece = xml_only(text.trim());
        let times = offsets.map(|Offsets { from, to }| (from, to));
        match self.0.as_mut().and_then(|words| words.last_mut()) {
            Some(last) if !begins => {
                last.text.push_str(&piece);
                last.end_ms = times.map_or(last.end_ms, |(_, to)| to.max(last.end_ms));
            }
            _ => self.add(times, "", &piece),
        }
    }
}

/// Words with times; one without (WhisperX gives numbers none) belongs to the word before it.
pub(super) struct WordList(pub(super) Vec<Word>);

#[derive(Deserialize)]
struct WordLine {
    #[serde(alias = "text")]
    word: Option<String>,
    #[serde(alias = "startTime", alias = "start_time")]
    start: Option<Time>,
    #[serde(alias = "endTime", alias = "end_time")]
    end: Option<Time>,
}

impl<'de> Deserialize<'de> for WordList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = WordList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of words")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<WordList, A::Error> {
                let mut words = Words::new();
                while let Some(WordLine { word, start, end }) = list.next_element()? {
                    let times = start.and_then(|at| at.ms(1000.0)).zip(end.and_then(|at| at.ms(1000.0)));
                    words.add(times, " ", xml_only(word.as_deref().unwrap_or_default()).trim());
                }
                Ok(WordList(words.0.unwrap_or_default()))
            }
        }
        deserializer.deserialize_seq(Read)
    }
}

/// Words from the tokens of whisper.cpp. The numbers that Whisper lists under the same name are none.
pub(super) struct Tokens(pub(super) Vec<Word>);

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Tokens;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of tokens")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tokens, A::Error> {
                let mut words = Words::new();
                while let Some(Listed(token)) = list.next_element()? {
                    match token {
                        Some(Token { text: Some(text), offsets }) => words.add_token(&text, offsets),
                        _ => words.0 = None,
                    }
                }
                Ok(Tokens(words.0.unwrap_or_default()))
            }
        }
        deserializer.deserialize_seq(Read)
    }
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    offsets: Option<Offsets>,
}

/// What stands in a list of tokens: one of whisper.cpp, or the number or the piece of one, as other programs list them.
struct Listed(Option<Token>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Listed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a token")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Listed, A::Error> {
                Token::deserialize(MapAccessDeserializer::new(map)).map(|token| Listed(Some(token)))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Listed, E> {
                Ok(Listed(None))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Listed, E> {
                Ok(Listed(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Listed, E> {
                Ok(Listed(None))
            }
            fn visit_str<E>(self, _: &str) -> Result<Listed, E> {
                Ok(Listed(None))
            }
            fn visit_unit<E>(self) -> Result<Listed, E> {
                Ok(Listed(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Listed, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Listed(None))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

/// Letters of scripts that put no spaces between words: Chinese, Japanese, Thai.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{E7F}' | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::super::{Care, MAX_WORDS, TranscriptError, Word, handed};

    fn words(json: &str) -> Vec<(i64, i64, String)> {
        let cues = handed(json.as_bytes(), None, None, Care::Taken).unwrap().cues;
        let word = |word: Word| (word.start_ms, word.end_ms, word.text);
        cues.into_iter().flat_map(|cue| cue.words).map(word).collect()
    }

    #[test]
    fn tokens_of_another_kind_cost_no_words() {
        for tokens in
            ["[50364,400]", "[\"\u{2581}And\",\"\u{2581}so\"]", "[0.5,null]", "[[1,2]]", "[{\"id\":1}]", "null"]
        {
            let json = format!(
                r#"{{"text":"And so","segments":[{{"id":0,"start":0.5,"end":2.0,"text":" And so","tokens":{tokens}}}]}}"#
            );
            let cues =
                handed(json.as_bytes(), None, None, Care::Taken).unwrap_or_else(|no| panic!("{tokens}: {no}")).cues;
            assert_eq!((cues[0].start_ms, cues[0].text.as_str(), cues[0].words.len()), (500, "And so", 0), "{tokens}");
        }
    }

    #[test]
    fn pieces_of_whisper_cpp_become_words() {
        // The fields that `output_json` of whisper.cpp writes with `-ojf` (examples/cli/cli.cpp).
        let token = |text: &str, from: i64, to: i64| {
            format!(
                r#"{{"text":"{text}","timestamps":{{"from":"00:00:00,000","to":"00:00:00,000"}},"offsets":{{"from":{from},"to":{to}}},"id":400,"p":0.9,"t_dtw":-1}}"#
            )
        };
        let tokens = [
            token("[_BEG_]", 0, 0),
            token(" And", 320, 600),
            token(" Amer", 600, 700),
            token("icans", 700, 1_000),
            token(",", 1_000, 1_100),
            token(" ask", 1_500, 2_000),
            token("[_TT_100]", 2_000, 2_000),
        ];
        let json = format!(
            r#"{{"systeminfo":"AVX = 1","model":{{"type":"base","multilingual":true}},"params":{{"model":"ggml-base.bin","language":"en","translate":false}},"result":{{"language":"en"}},"transcription":[{{"timestamps":{{"from":"00:00:00,000","to":"00:00:02,000"}},"offsets":{{"from":0,"to":2000}},"text":" And Americans, ask","tokens":[{}]}}]}}"#,
            tokens.join(",")
        );
        assert_eq!(
            words(&json),
            [(320, 600, "And".into()), (600, 1_100, "Americans,".into()), (1_500, 2_000, "ask".into())]
        );
        let chinese = r#"{"transcription":[{"offsets":{"from":0,"to":900},"text":"日本","tokens":[{"text":"日","offsets":{"from":0,"to":300}},{"text":"本","offsets":{"from":300,"to":900}}]}]}"#;
        assert_eq!(words(chinese), [(0, 300, "日".into()), (300, 900, "本".into())]);
    }

    #[test]
    fn a_letter_cut_in_two_costs_the_times_of_its_cue_and_no_word() {
        let json = b"{\"transcription\":[{\"offsets\":{\"from\":0,\"to\":900},\"text\":\" d\xC3\xA9j\xC3\xA0\",\"tokens\":[{\"text\":\" d\xC3\",\"offsets\":{\"from\":0,\"to\":300}},{\"text\":\"\xA9j\xC3\xA0\",\"offsets\":{\"from\":300,\"to\":900}}]}]}";
        let found = handed(json, None, None, Care::Taken).unwrap();
        assert_eq!((found.cues[0].text.as_str(), found.cues[0].words.len()), ("déjà", 0));
    }

    #[test]
    fn words_of_whisper_and_whisperx_are_read() {
        let json = r#"{"segments":[{"start":0.5,"end":2.0,"text":" In 1984 we","speaker":"SPEAKER_00","words":[{"word":"In","start":0.5,"end":0.7,"score":0.9},{"word":"1984"},{"word":"we","start":1.2,"end":1.9}]}]}"#;
        assert_eq!(words(json), [(500, 700, "In 1984".into()), (1_200, 1_900, "we".into())]);
    }

    #[test]
    fn more_words_than_anybody_says_are_refused_with_a_way_out() {
        let word = r#"{"start":1,"end":2,"word":"a"}"#;
        let line = |words: usize| {
            format!(r#"{{"start":0,"end":3,"text":"a","words":[{word}{}]}}"#, format!(",{word}").repeat(words - 1))
        };
        let read = |json: String| handed(json.as_bytes(), None, None, Care::Taken);
        assert!(read(format!("[{}]", line(MAX_WORDS))).is_ok(), "as many as may be");
        // Counted over the file, not in each of its lines.
        let error = read(format!("[{},{}]", line(MAX_WORDS / 2), line(MAX_WORDS / 2 + 1))).unwrap_err();
        assert_eq!(error, TranscriptError::TooManyWords { limit: MAX_WORDS });
        let error: hearthcast_model::Error = error.into();
        assert_eq!(error.message, "The transcript has times for more than 500000 words.");
        assert!(error.hint.contains("without times of single words"));
    }
}
