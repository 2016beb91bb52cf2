//! Short cues joined: the paragraphs of one speaker, as people read them.

use super::{Cue, Word, one_line};

/// What belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// Most characters of a joined cue.
    pub max_chars: usize,
    /// Longest silence within a cue, in milliseconds.
    pub max_gap_ms: i64,
}

impl Default for Merge {
    /// A paragraph of a page, and the silence after which people begin anew.
    fn default() -> Self {
        Self { max_chars: 600, max_gap_ms: 3_000 }
    }
}

/// Joins cues that follow each other and are of one speaker. Every word stays; the times of the joined cues stay as word times.
pub fn merged(cues: &[Cue], how: &Merge) -> Vec<Cue> {
    let mut joined: Vec<(Cue, usize)> = vec![];
    for cue in cues {
        let chars = cue.text.chars().count();
        match joined.last_mut() {
            Some((last, long)) if belongs(last, cue, how) && *long + 1 + chars <= how.max_chars => {
                join(last, cue);
                *long += 1 + chars;
            }
            _ => joined.push((cue.clone(), chars)),
        }
    }
    joined.into_iter().map(|(cue, _)| cue).collect()
}

fn belongs(last: &Cue, cue: &Cue, how: &Merge) -> bool {
    last.speaker == cue.speaker && cue.start_ms >= last.start_ms && cue.start_ms - last.end_ms <= how.max_gap_ms
}

fn join(last: &mut Cue, cue: &Cue) {
    let mut words = timed(last);
    words.extend(timed(cue));
    last.end_ms = last.end_ms.max(cue.end_ms);
    last.text = format!("{} {}", one_line(&last.text), one_line(&cue.text));
    last.words = super::words::fitted(&last.text, (last.start_ms, last.end_ms), words);
}

/// The words of a cue, or all of it as one.
fn timed(cue: &Cue) -> Vec<Word> {
    if cue.words.is_empty() {
        vec![Word { start_ms: cue.start_ms, end_ms: cue.end_ms, text: one_line(&cue.text) }]
    } else {
        cue.words.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start_ms: i64, end_ms: i64, speaker: &str, text: &str) -> Cue {
        Cue { start_ms, end_ms, speaker: speaker.into(), text: text.into(), words: vec![] }
    }

    #[test]
    fn one_speaker_has_one_paragraph() {
        let cues = [
            cue(0, 1_000, "Ada", "Good\nmorning."),
            cue(1_000, 2_000, "Ada", "How are you?"),
            cue(2_000, 3_000, "Bo", "Well."),
            cue(3_000, 4_000, "Ada", "Good."),
            cue(7_001, 8_000, "Ada", "After a silence."),
        ];
        let joined = merged(&cues, &Merge::default());
        let said: Vec<(i64, i64, &str)> = joined.iter().map(|c| (c.start_ms, c.end_ms, c.text.as_str())).collect();
        assert_eq!(
            said,
            [
                (0, 2_000, "Good morning. How are you?"),
                (2_000, 3_000, "Well."),
                (3_000, 4_000, "Good."),
                (7_001, 8_000, "After a silence.")
            ]
        );
        let words: Vec<(i64, i64, &str)> =
            joined[0].words.iter().map(|w| (w.start_ms, w.end_ms, w.text.as_str())).collect();
        assert_eq!(words, [(0, 1_000, "Good morning."), (1_000, 2_000, "How are you?")], "when each was said is kept");
    }

    #[test]
    fn a_paragraph_is_no_longer_than_asked() {
        let cues: Vec<Cue> = (0..10).map(|n| cue(n * 10, n * 10 + 10, "", "four")).collect();
        let joined = merged(&cues, &Merge { max_chars: 14, max_gap_ms: 0 });
        let long: Vec<usize> = joined.iter().map(|cue| cue.text.len()).collect();
        assert_eq!(long, [14, 14, 14, 4]);
    }
}
