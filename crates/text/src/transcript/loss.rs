//! What a form cannot say: found by writing it and reading it again, so that the answer is about these words and not about the form
//! in general.

use super::{About, Care, Cue, Form, Note, handed, one_line};

/// Something that does not come back from a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// When words begin.
    Times,
    /// When words end.
    Ends,
    /// Times of single words.
    WordTimes,
    /// Who speaks.
    Speakers,
    /// Where one cue ends and the next begins.
    Cues,
    /// Line breaks within cues.
    Lines,
    /// The words themselves, in places.
    Words,
}

impl Loss {
    /// A name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Times => "times",
            Self::Ends => "ends",
            Self::WordTimes => "word_times",
            Self::Speakers => "speakers",
            Self::Cues => "cues",
            Self::Lines => "lines",
            Self::Words => "words",
        }
    }
}

/// What these cues lose in a form. Empty: they come back as they are.
pub fn losses(cues: &[Cue], form: Form) -> Vec<Loss> {
    let written = form.write(cues, &About::default());
    let read = handed(written.as_bytes(), Some(form), None, Care::Taken);
    let guessed = read.as_ref().is_ok_and(|read| read.notes.contains(&Note::Guessed));
    let again = read.map(|read| read.cues).unwrap_or_default();
    let mut given = cues.to_vec();
    given.retain(Cue::has_words);
    let same_number = given.len() == again.len();
    let pairs = || given.iter().zip(&again);
    let starts = |all: &[Cue]| all.iter().map(|cue| cue.start_ms).collect::<std::collections::HashSet<_>>();
    let known = starts(&given);
    let found = [
        (
            Loss::Times,
            guessed
                || again.iter().any(|cue| !known.contains(&cue.start_ms))
                || same_number && pairs().any(|(a, b)| a.start_ms != b.start_ms),
        ),
        (Loss::Ends, !same_number || pairs().any(|(a, b)| a.end_ms != b.end_ms)),
        (Loss::WordTimes, given.iter().flat_map(|c| &c.words).ne(again.iter().flat_map(|c| &c.words))),
        (
            Loss::Speakers,
            if same_number { pairs().any(|(a, b)| a.speaker != b.speaker) } else { turns(&given) != turns(&again) },
        ),
        (Loss::Cues, !same_number),
        (Loss::Lines, same_number && pairs().any(|(a, b)| a.text != b.text && one_line(&a.text) == one_line(&b.text))),
        (Loss::Words, said(&given) != said(&again)),
    ];
    found.into_iter().filter_map(|(loss, lost)| lost.then_some(loss)).collect()
}

/// The words of all cues, one after the other.
fn said(cues: &[Cue]) -> String {
    cues.iter().map(|cue| one_line(&cue.text)).collect::<Vec<_>>().join(" ")
}

/// Who speaks after whom.
fn turns(cues: &[Cue]) -> Vec<&str> {
    let mut names: Vec<&str> = cues.iter().map(|cue| cue.speaker.as_str()).filter(|name| !name.is_empty()).collect();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::super::Word;
    use super::*;

    fn cue(start_ms: i64, end_ms: i64, speaker: &str, text: &str) -> Cue {
        Cue { start_ms, end_ms, speaker: speaker.into(), text: text.into(), words: vec![] }
    }

    #[test]
    fn each_form_loses_what_it_cannot_say() {
        use Loss::{Cues, Ends, Lines, Speakers, Times, WordTimes, Words};
        let word = |start_ms, end_ms, text: &str| Word { start_ms, end_ms, text: text.into() };
        let timed =
            Cue { words: vec![word(0, 400, "Good"), word(400, 900, "day")], ..cue(0, 1_000, "Ada", "Good\nday") };
        let cues = [timed, cue(2_000, 3_000, "Ada", "I begin"), cue(3_500, 4_000, "Bo", "Yes")];
        for (form, expected) in [
            (Form::Vtt, vec![]),
            (Form::Json, vec![]),
            (Form::Srt, vec![WordTimes]),
            (Form::Dote, vec![WordTimes]),
            (Form::Podlove, vec![WordTimes, Lines]),
            (Form::Html, vec![Ends, WordTimes, Cues]),
            (Form::Text, vec![Times, Ends, WordTimes, Cues]),
        ] {
            assert_eq!(losses(&cues, form), expected, "{form:?}");
        }
        let odd = [cue(0, 1_000, "the ghost of the old lighthouse keeper", "boo --> hoo")];
        assert_eq!(losses(&odd, Form::Srt), [Speakers, Words]);
        assert_eq!(losses(&odd, Form::Vtt), []);
    }
}
