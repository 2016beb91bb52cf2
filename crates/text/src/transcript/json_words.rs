//! Words with times as JSON has them: of Whisper and WhisperX as words, of whisper.cpp as pieces of words.

use super::json::{Offsets, Time};
use super::words::Word;
use crate::chars::xml_only;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct WordLine {
    #[serde(alias = "text")]
    word: Option<String>,
    #[serde(alias = "startTime", alias = "start_time")]
    start: Option<Time>,
    #[serde(alias = "endTime", alias = "end_time")]
    end: Option<Time>,
}

/// Tokens of whisper.cpp, or the numbers that Whisper lists under the same name.
#[derive(Deserialize)]
#[serde(untagged, expecting = "tokens must be a list")]
pub(super) enum Tokens {
    Timed(Vec<Token>),
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
pub(super) struct Token {
    text: String,
    offsets: Option<Offsets>,
}

/// Words with times; one without (WhisperX gives numbers none) belongs to the word before it.
pub(super) fn words_of(lines: Vec<WordLine>) -> Vec<Word> {
    let mut words: Vec<Word> = vec![];
    for WordLine { word, start, end } in lines {
        let text = xml_only(word.as_deref().unwrap_or_default()).trim().to_owned();
        let times = start.and_then(|at| at.ms(1000.0)).zip(end.and_then(|at| at.ms(1000.0)));
        match (times, words.last_mut()) {
            (Some((start_ms, end_ms)), _) => words.push(Word { start_ms, end_ms, text }),
            (None, Some(last)) => {
                last.text.push(' ');
                last.text.push_str(&text);
            }
            (None, None) => return vec![],
        }
    }
    words
}

/// Words from pieces of words: a piece that begins with a space begins a word; scripts without spaces have a word per piece. What
/// stands in `[_…]` is a sign of the program and no word.
pub(super) fn words_of_tokens(tokens: Tokens) -> Vec<Word> {
    let Tokens::Timed(tokens) = tokens else { return vec![] };
    let mut words: Vec<Word> = vec![];
    for Token { text, offsets } in tokens {
        if text.starts_with("[_") || text.trim().is_empty() {
            continue;
        }
        let begins = text.starts_with(char::is_whitespace) || text.starts_with(stands_alone);
        let piece = xml_only(text.trim());
        match (words.last_mut(), offsets) {
            (Some(last), offsets) if !begins => {
                last.text.push_str(&piece);
                last.end_ms = offsets.map_or(last.end_ms, |at| at.to.max(last.end_ms));
            }
            (_, Some(Offsets { from, to })) => words.push(Word { start_ms: from, end_ms: to, text: piece.into() }),
            (Some(last), None) => last.text.push_str(&piece),
            (None, None) => return vec![],
        }
    }
    words
}

/// Letters of scripts that put no spaces between words: Chinese, Japanese, Thai.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{E7F}' | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::super::{Care, Word, handed};

    fn words(json: &str) -> Vec<(i64, i64, String)> {
        let cues = handed(json.as_bytes(), None, None, Care::Taken).unwrap().cues;
        let word = |word: Word| (word.start_ms, word.end_ms, word.text);
        cues.into_iter().flat_map(|cue| cue.words).map(word).collect()
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
}
