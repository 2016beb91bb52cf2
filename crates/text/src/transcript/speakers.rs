//! Who speaks in a transcript, and by which name.

use super::{Cue, one_line};

/// The names in a transcript, in the order in which they are first heard.
pub fn speakers(cues: &[Cue]) -> Vec<&str> {
    let mut seen = std::collections::HashSet::new();
    cues.iter().map(|cue| cue.speaker.as_str()).filter(|name| !name.is_empty() && seen.insert(*name)).collect()
}

/// Gives a speaker another name; how many cues that changes is the second value. An empty old name is those without one, an empty new
/// name takes the name away.
pub fn renamed(cues: &[Cue], from: &str, to: &str) -> (Vec<Cue>, usize) {
    let (mut cues, to, mut changed) = (cues.to_vec(), one_line(to), 0);
    for cue in cues.iter_mut().filter(|cue| cue.speaker == from && cue.speaker != to) {
        cue.speaker.clone_from(&to);
        changed += 1;
    }
    (cues, changed)
}

#[cfg(test)]
mod tests {
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
}
