//! Transcripts from every form to every other: what a form can say comes back as it was, what it cannot is named, and nothing that
//! is fed in makes a panic.

use hearthcast_text::transcript::{
    About, Care, Cue, Form, Loss, Merge, Split, Word, findings, handed, losses, mapped, merged, renamed, shifted,
    split, stretched,
};
use proptest::prelude::*;

/// Words of a cue: none is the whole, they follow each other, some with a silence between.
fn timed(words: Vec<(String, i64, i64)>, timed: bool) -> (String, i64, Vec<Word>) {
    let (mut at, mut all, mut text) = (0, vec![], String::new());
    for (n, (word, silence, long)) in words.iter().enumerate() {
        let start_ms = at + silence;
        at = start_ms + long;
        // Lines of three words.
        text.push_str(if n == 0 {
            ""
        } else if n % 3 == 0 {
            "\n"
        } else {
            " "
        });
        text.push_str(word);
        all.push(Word { start_ms, end_ms: at, text: word.clone() });
    }
    let whole = all.len() == 1 && all[0].start_ms == 0;
    (text, at, if timed && !whole { all } else { vec![] })
}

fn cue() -> impl Strategy<Value = Cue> {
    let word = ("[\\S&&[^\\p{C}]]{1,8}", prop_oneof![Just(0i64), 1..2_000i64], 1..3_000i64);
    let said = (proptest::collection::vec(word, 1..8), any::<bool>()).prop_map(|(words, times)| timed(words, times));
    let speaker = "([\\S&&[^\\p{C}]]{1,9}( [\\S&&[^\\p{C}]]{1,9})?)?";
    (0..36_000_000_000i64 - 100_000, speaker, said).prop_map(|(start_ms, speaker, (text, end, mut words))| {
        for word in &mut words {
            (word.start_ms, word.end_ms) = (word.start_ms + start_ms, word.end_ms + start_ms);
        }
        Cue { start_ms, end_ms: start_ms + end, speaker, text, words }
    })
}

fn cues() -> impl Strategy<Value = Vec<Cue>> {
    proptest::collection::vec(cue(), 1..12).prop_map(|mut cues| {
        cues.sort_by_key(|cue| cue.start_ms);
        cues
    })
}

fn through(form: Form, cues: &[Cue]) -> Vec<Cue> {
    let written = form.write(cues, &About::default());
    handed(written.as_bytes(), Some(form), None, Care::Taken).expect("what we write is read").cues
}

/// The words of all cues, in their order, without the spaces between them.
fn letters(cues: &[Cue]) -> String {
    cues.iter().flat_map(|cue| cue.text.chars()).filter(|c| !c.is_whitespace()).collect()
}

/// Cues of two speakers close together, some of them overlapping.
fn talk() -> impl Strategy<Value = Vec<Cue>> {
    proptest::collection::vec((cue(), any::<bool>(), -500i64..1_500), 1..12).prop_map(|cues| {
        let mut at = 1_000;
        let moved = cues.into_iter().map(|(cue, ada, step)| {
            at = (at + step).max(0);
            let cue = shifted(std::slice::from_ref(&cue), at - cue.start_ms).expect("a time of a talk").remove(0);
            at = cue.end_ms;
            Cue { speaker: if ada { "Ada" } else { "Bo" }.into(), ..cue }
        });
        moved.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_and_vtt_give_each_other_everything(cues in cues()) {
        for way in [[Form::Json, Form::Vtt, Form::Json], [Form::Vtt, Form::Json, Form::Vtt]] {
            let there = way.iter().fold(cues.clone(), |cues, form| through(*form, &cues));
            prop_assert_eq!(&there, &cues);
        }
        prop_assert_eq!(losses(&cues, Form::Json), []);
        prop_assert_eq!(losses(&cues, Form::Vtt), []);
    }

    #[test]
    fn the_others_keep_speakers_and_times(cues in cues()) {
        let bare = |cue: &Cue| Cue { words: vec![], ..cue.clone() };
        prop_assert_eq!(through(Form::Dote, &cues), cues.iter().map(bare).collect::<Vec<_>>());
        let one_line = |cue: &Cue| Cue { text: cue.text.replace('\n', " "), ..bare(cue) };
        prop_assert_eq!(through(Form::Podlove, &cues), cues.iter().map(one_line).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_not_named_as_lost_comes_back(cues in cues()) {
        for form in Form::ALL {
            let again = through(form, &cues);
            let lost = losses(&cues, form);
            if lost.is_empty() {
                prop_assert_eq!(&again, &cues, "{:?}", form);
            }
            if !lost.contains(&Loss::Words) {
                let speakers_too = lost.contains(&Loss::Speakers) || lost.contains(&Loss::Cues);
                prop_assert!(speakers_too || letters(&again) == letters(&cues), "{:?}", form);
            }
        }
    }

    #[test]
    fn no_change_loses_a_word(
        cues in cues(), by in -1_000_000i64..1_000_000, chars in 1usize..100, max_ms in 1i64..20_000, gap in 0i64..5_000,
    ) {
        let all = letters(&cues);
        let parts = split(&cues, &Split { max_chars: chars, max_ms });
        prop_assert_eq!(letters(&parts), all.clone());
        prop_assert!(parts.iter().all(|part| part.start_ms < part.end_ms));
        let spans = |cues: &[Cue]| (cues.iter().map(|c| c.start_ms).min(), cues.iter().map(|c| c.end_ms).max());
        prop_assert_eq!(spans(&parts), spans(&cues));
        let joined = merged(&cues, &Merge { max_chars: chars * 10, max_gap_ms: gap });
        prop_assert_eq!((letters(&joined), spans(&joined)), (all.clone(), spans(&cues)));
        // Whatever was joined or divided is as good a transcript as any other.
        prop_assert_eq!(through(Form::Vtt, &parts), parts);
        prop_assert_eq!(through(Form::Json, &joined), joined);
        if let Ok(moved) = shifted(&cues, by) {
            prop_assert_eq!(shifted(&moved, -by).unwrap(), cues.clone());
        }
        if let Ok(wide) = stretched(&cues, (0, 0), (1_000, 2_000)) {
            prop_assert_eq!(letters(&wide), all.clone());
            prop_assert!(wide.iter().zip(&cues).all(|(wide, cue)| wide.start_ms == 2 * cue.start_ms));
        }
        prop_assert_eq!(letters(&renamed(&cues, "", "Ada").0), all);
    }

    #[test]
    fn cues_joined_at_once_are_those_joined_one_by_one(cues in talk(), chars in 1usize..400, gap in 0i64..2_000) {
        let how = Merge { max_chars: chars, max_gap_ms: gap };
        let one_by_one = cues.iter().fold(vec![], |mut joined: Vec<Cue>, cue| {
            let last_two: Vec<Cue> = joined.pop().into_iter().chain([cue.clone()]).collect();
            joined.extend(merged(&last_two, &how));
            joined
        });
        prop_assert_eq!(merged(&cues, &how), one_by_one);
    }

    #[test]
    fn what_is_cut_out_is_handed_over(cues in cues(), from in 0i64..36_000_000_000, long in 1i64..36_000_000_000) {
        let cut = |ms: i64| match ms {
            ms if ms < from => Some(ms),
            ms if ms < from + long => None,
            ms => Some(ms - long),
        };
        let done = mapped(&cues, cut);
        let both = letters(&done.cues).chars().count() + letters(&done.removed).chars().count();
        prop_assert_eq!(both, letters(&cues).chars().count());
        prop_assert!(done.cues.iter().all(|cue| cue.start_ms < cue.end_ms));
        prop_assert_eq!(mapped(&cues, Some).removed, vec![]);
    }

    #[test]
    fn no_word_of_a_plain_text_vanishes(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("\n".to_string()), Just("\n\n".into()), Just(" ".into()), Just("  ".into()), Just("\t".into()), Just("Ada Lund".into()),
                Just("Bo:".into()), Just("we met".into()), Just("John".into()), Just("[".into()), Just("]".into()), Just("(".into()),
                Just("):".into()), Just(" - ".into()),
                Just(" van der ".into()), Just("de la ".into()), Just("d'Arc".into()), Just("dr. ".into()), Just("SPEAKER_00".into()), "[0-9]{1,2}:[0-5][0-9]", "[A-Za-zä]{1,6}",
            ],
            0..40,
        ),
    ) {
        let text = pieces.concat();
        let said = |c: &char| c.is_alphabetic();
        if let Ok(found) = handed(text.as_bytes(), Some(Form::Text), None, Care::Taken) {
            let kept: String = found.cues.iter().map(|cue| format!("{}{}", cue.speaker, cue.text)).collect();
            prop_assert_eq!(kept.chars().filter(said).collect::<String>(), text.chars().filter(said).collect::<String>());
            // A cue has one stamp at most; every other time is words.
            let times = |text: &str| text.as_bytes().windows(2).filter(|two| two[0].is_ascii_digit() && two[1] == b':').count();
            prop_assert!(times(&kept) + found.cues.len() >= times(&text));
        }
    }

    #[test]
    fn sentences_with_times_stay_as_they_are(
        lines in proptest::collection::vec(
            prop_oneof![
                Just("At 10:30 we met."), Just("10:30 we met,"), Just("John 3:16 says that"), Just("3:16 says that"), Just("and left at 11:15"),
                Just("see John 3:16"), Just("as in Romans 8:28"), Just("10:30,"), Just("Genesis 1:01"), Just("0:30 before noon"), Just(""),
                Just("We read John 3:16 today"), Just("It was 10:30 when he left"), Just("we do Genesis 1:01"), Just("Tag der Arbeit  11:15"),
            ],
            0..20,
        ),
    ) {
        let text = format!("We begin.\n{}", lines.join("\n"));
        let found = handed(text.as_bytes(), Some(Form::Text), None, Care::Taken).expect("a text").cues;
        prop_assert_eq!(letters(&found), text.split_whitespace().collect::<String>());
        prop_assert!(found.iter().all(|cue| cue.speaker.is_empty()));
    }

    #[test]
    fn words_that_look_like_another_form_stay_words(start in prop_oneof![Just("{\""), Just("[{"), Just("[0:01"), Just("{"), Just("<p>")], rest in "[a-z][a-z ]{0,20}") {
        let given = [Cue { start_ms: 0, end_ms: 1_000, speaker: String::new(), text: format!("{start}{}", rest.trim()), words: vec![] }];
        let written = Form::Text.write(&given, &About::default());
        prop_assert!(!handed(written.as_bytes(), Some(Form::Text), None, Care::Taken).unwrap().cues.is_empty());
    }

    #[test]
    fn no_bytes_make_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..8) {
        let named = Form::ALL.get(at).copied();
        let _ = handed(&bytes, named, Some(1_000), Care::Looked);
    }

    #[test]
    fn nothing_alike_makes_a_panic(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("WEBVTT\n\n".to_string()), Just("00:00:01,000 --> 00:00:02,000\n".into()), Just("\n".into()), Just("23:59:59.9 --> 0:00:01\n".into()),
                Just("<v Ada>".into()), Just("<00:00:01.500>".into()), Just("&amp;&#x41;&eacute;".into()), Just("<cite>A</cite><time>0:01</time><p>".into()),
                Just("{\"segments\":[{\"startTime\":0,\"endTime\":9,\"body\":\"a b\",\"words\":[".into()), Just("{\"word\":\"a\",\"start\":1,\"end\":2},".into()),
                Just("{\"word\":\"b\"}]}]}".into()), Just("{\"transcription\":[{\"offsets\":{\"from\":0,\"to\":9},\"text\":\" a\",\"tokens\":[{\"text\":\" a\",\"offsets\":{\"from\":-1,\"to\":99}}]}]}".into()),
                Just("[0:01] Ada: ".into()), "\\PC{0,5}",
            ],
            0..30,
        ),
        at in 0usize..8,
        length in -5i64..100_000,
    ) {
        let (text, named) = (pieces.concat(), Form::ALL.get(at).copied());
        if let Ok(read) = handed(text.as_bytes(), named, Some(length), Care::Looked) {
            prop_assert!(read.cues.iter().all(|cue| cue.start_ms < cue.end_ms && !cue.text.trim().is_empty()));
            let _ = findings(&read.cues, &read.notes, Some(length), &["Ada"]);
            let parts = split(&read.cues, &Split { max_chars: 3, max_ms: 100 });
            prop_assert_eq!(letters(&parts), letters(&read.cues));
            prop_assert_eq!(through(Form::Vtt, &read.cues), read.cues);
        }
    }
}
