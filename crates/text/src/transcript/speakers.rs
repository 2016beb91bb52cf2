//! Who speaks in a transcript, and by which name; and what is a name where nothing but its looks says so.

use super::{Cue, MAX_NAME_BYTES, one_line};
use crate::chars::cut;

/// Longest name in plain words, in characters and in words; particles and titles are no words of their own.
const MAX_NAME: (usize, usize) = (40, 4);
/// What stands in small letters between the words of a name, or before its last one (`d'Arc`, `al-Sadr`).
const PARTICLES: [&str; 31] = [
    "'t", "af", "al", "av", "bin", "bint", "d", "da", "das", "de", "degli", "dei", "del", "dell", "della", "di", "do",
    "dos", "du", "el", "ibn", "la", "le", "ten", "ter", "van", "vom", "von", "y", "zu", "zum",
];
/// What does so behind a particle alone: "van der Berg", but "Tag der Arbeit".
const ARTICLES: [&str; 7] = ["den", "der", "dem", "l", "las", "los", "und"];
/// Those that stand in more phrases before a colon ("Tipp zum Schluss: …") than in names.
const IN_PHRASES: [&str; 4] = ["das", "vom", "zu", "zum"];
/// Titles in small letters.
const TITLES: [&str; 8] = ["dr.", "ing.", "mag.", "mgr.", "mr.", "mrs.", "ms.", "prof."];

/// The names in a transcript, in the order in which they are first heard.
pub fn speakers(cues: &[Cue]) -> Vec<&str> {
    let mut seen = std::collections::HashSet::new();
    cues.iter().map(|cue| cue.speaker.as_str()).filter(|name| !name.is_empty() && seen.insert(*name)).collect()
}

/// Gives a speaker another name; how many cues that changes is the second value. An empty old name is those without one, an empty new
/// name takes the name away. Of a name longer than [`MAX_NAME_BYTES`] the beginning is taken: a longer one could not be read again.
pub fn renamed(cues: &[Cue], from: &str, to: &str) -> (Vec<Cue>, usize) {
    let to = one_line(to);
    let to = cut(&to, MAX_NAME_BYTES).trim_end();
    let (mut cues, mut changed) = (cues.to_vec(), 0);
    for cue in cues.iter_mut().filter(|cue| cue.speaker == from && cue.speaker != to) {
        cue.speaker = to.to_owned();
        changed += 1;
    }
    (cues, changed)
}

/// `Ada Lund: Hello` is said by Ada Lund.
pub(super) fn split_speaker(text: &str) -> (&str, &str) {
    let named = text.split_once(": ").or_else(|| text.split_once(":\n"));
    let is_phrase = |name: &str| name.split(' ').any(|word| IN_PHRASES.contains(&word));
    named
        .filter(|(name, words)| is_name(name, Part::Start) && !is_phrase(name) && !words.trim().is_empty())
        .unwrap_or(("", text))
}

/// Whether a text beside a time is a name. It may begin with a particle (`de Gaulle  0:03`): the layout tells it from words.
pub(super) fn is_name_at_time(text: &str) -> bool {
    is_name(text, Part::Title)
}

/// What a word is in a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Title,
    Particle,
    Word,
}

/// Whether a text looks like a name: at most four words, each beginning with a capital letter or a digit, or with a letter of a
/// script that has no capitals. Titles may stand before them and particles between them. `before` is what the text follows.
fn is_name(text: &str, before: Part) -> bool {
    let plain = |c: char| c.is_alphanumeric() || " -.'’_".contains(c);
    if text.chars().count() > MAX_NAME.0 || !text.chars().all(plain) {
        return false;
    }
    let (mut before, mut words) = (before, 0);
    for word in text.split(' ') {
        let Some(part) = part(word, before) else { return false };
        words += usize::from(part == Part::Word);
        before = part;
    }
    before == Part::Word && words <= MAX_NAME.1
}

/// What a word is behind another; `None` where no name has it.
fn part(word: &str, before: Part) -> Option<Part> {
    let small = |word: &str| {
        let word = word.replace('’', "'");
        before != Part::Start && PARTICLES.contains(&&*word) || before == Part::Particle && ARTICLES.contains(&&*word)
    };
    match word {
        _ if begins_a_name(word) || is_token(word) => Some(Part::Word),
        _ if small(word) => Some(Part::Particle),
        _ if TITLES.contains(&word) && matches!(before, Part::Start | Part::Title) => Some(Part::Title),
        _ => {
            let (particle, name) = word.split_once(['-', '\'', '’'])?;
            (small(particle) && begins_a_name(name)).then_some(Part::Word)
        }
    }
}

/// Whether a word begins with a capital letter, a digit, or a letter of a script that has no capitals.
fn begins_a_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphanumeric() && !c.is_lowercase())
}

/// A speaker as programs number them in small letters: `spk_0`.
fn is_token(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    word.rsplit_once('_').is_some_and(|(name, number)| name.starts_with(char::is_alphabetic) && digits(number))
}

#[cfg(test)]
mod tests {
    use super::super::{Care, Form, Format, handed, read, write};
    use super::*;

    #[test]
    fn one_speaker_gets_another_name_and_nobody_else() {
        let cue =
            |speaker: &str| Cue { start_ms: 0, end_ms: 1, speaker: speaker.into(), text: "x".into(), words: vec![] };
        let cues = [cue("SPEAKER_01"), cue(""), cue("SPEAKER_00"), cue("SPEAKER_01")];
        let (named, changed) = renamed(&cues, "SPEAKER_01", " Ada\n Lund ");
        assert_eq!((speakers(&named), changed), (vec!["Ada Lund", "SPEAKER_00"], 2));
        assert_eq!(renamed(&cues, "Nobody", "Ada"), (cues.to_vec(), 0));
        assert_eq!(renamed(&cues, "", "Bo").1, 1);
    }

    #[test]
    fn a_name_that_could_not_be_read_again_ends_within_a_character_of_its_bound() {
        let cue = Cue { start_ms: 0, end_ms: 1, speaker: "Ada".into(), text: "x".into(), words: vec![] };
        // Two bytes each behind one: the bound is within a character.
        let (named, changed) = renamed(std::slice::from_ref(&cue), "Ada", &format!("a{}", "é".repeat(600)));
        assert_eq!((named[0].speaker.as_str(), changed), (format!("a{}", "é".repeat(499)).as_str(), 1));
        let (named, _) = renamed(std::slice::from_ref(&cue), "Ada", &format!("{} b", "a".repeat(999)));
        assert_eq!(named[0].speaker, "a".repeat(999), "and no space is behind it");
        let most = "a".repeat(1_000);
        assert_eq!(renamed(&[cue], "Ada", &most).0[0].speaker, most);
        let written = write(Format::Vtt, &named);
        assert_eq!(read(written.as_bytes()).unwrap().cues, named);
    }

    #[test]
    fn names_have_small_words_and_numbers_where_names_do() {
        for (text, name) in [
            ("Ludwig van Beethoven: Hi", "Ludwig van Beethoven"),
            ("José Ortega y Gasset: Hi", "José Ortega y Gasset"),
            ("Anna Maria van der Berg Jr.: Hi", "Anna Maria van der Berg Jr."),
            ("Gerard ’t Hooft: Hi", "Gerard ’t Hooft"),
            ("Jeanne d'Arc: Hi", "Jeanne d'Arc"),
            ("Guillaume de l'Isle: Hi", "Guillaume de l'Isle"),
            ("prof. dr. Müller: Hi", "prof. dr. Müller"),
            ("O'Brien: Hi", "O'Brien"),
            ("SPEAKER_00: Hi", "SPEAKER_00"),
            ("spk_0: Hi", "spk_0"),
            ("S1: Hi", "S1"),
            // A line may begin within a sentence.
            ("de Gaulle: Hi", ""),
            ("d'Alger: Hi", ""),
            ("Vive l'Europe: Hi", ""),
            ("Tag der Arbeit: frei", ""),
            ("Chapter ten: the end", ""),
            ("Ada dr. Lund: Hi", ""),
            ("prof. dr.: Hi", ""),
            ("etc. Then: Hi", ""),
            ("some_word: Hi", ""),
            ("spk_: Hi", ""),
            ("_0: Hi", ""),
            ("Ada van der Berg Bo Cy Di: Hi", ""),
            ("A van van van van van van van van van van: Hi", ""),
        ] {
            let cues = handed(text.as_bytes(), Some(Form::Text), None, Care::Taken).unwrap().cues;
            let rest = text.strip_prefix(name).unwrap().trim_start_matches(": ");
            assert_eq!((cues[0].speaker.as_str(), cues[0].text.as_str()), (name, rest));
        }
    }
}
