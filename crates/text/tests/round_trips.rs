//! Chapters and transcripts of any kind come back as they were written, and nothing that is fed in makes a panic.

use hearthcast_model::{Chapter, ChapterLocation};
use hearthcast_text::transcript::{Cue, Format};
use hearthcast_text::{chapters, transcript};
use proptest::prelude::*;

/// Words as people write them, in any script; single spaces, no outer ones.
fn words() -> impl Strategy<Value = String> {
    "[^\\s\\p{C}][^\\p{C}]{0,40}".prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A place that says something, as `location.md` of the podcast namespace has them.
fn location() -> impl Strategy<Value = ChapterLocation> {
    let geo = prop::sample::select(vec!["", "geo:-33.86,151.2111;u=9", "geo:48.2010,16.3695,183"]);
    let osm = prop::sample::select(vec!["", "W5013364", "N1#2"]);
    let location = |(name, geo, osm): (String, &str, &str)| ChapterLocation { name, geo: geo.into(), osm: osm.into() };
    (words(), geo, osm).prop_map(location)
}

fn chapter() -> impl Strategy<Value = Chapter> {
    let url =
        prop_oneof![Just(String::new()), "[a-z]{1,9}".prop_map(|name| format!("https://{name}.example/?a=1&b={name}"))];
    let times = (0..36_000_000_000i64, proptest::option::of(0..1_000_000i64));
    let location = proptest::option::of(location());
    (times, words(), url, any::<bool>(), location).prop_map(|((start_ms, length), title, url, hidden, location)| {
        let end_ms = length.map(|length| (start_ms + length).min(36_000_000_000));
        Chapter { start_ms, end_ms, title, url, hidden, picture: None, location }
    })
}

fn cue(speaker: &'static str, line: &'static str) -> impl Strategy<Value = Cue> {
    let lines = proptest::collection::vec(line, 1..4);
    (0..36_000_000_000i64 - 100_000, 1..100_000i64, speaker, lines).prop_map(|(start_ms, length, speaker, lines)| Cue {
        start_ms,
        end_ms: start_ms + length,
        speaker,
        text: lines.join("\n"),
        words: vec![],
    })
}

fn in_order(mut cues: Vec<Cue>) -> Vec<Cue> {
    cues.sort_by_key(|cue| cue.start_ms);
    cues
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chapters_come_back_to_the_millisecond(mut given in proptest::collection::vec(chapter(), 0..20)) {
        given.sort_by_key(|chapter| chapter.start_ms);
        let read = chapters::read(chapters::write_json(&given).as_bytes()).unwrap();
        prop_assert_eq!(&read, &given);
        let plain = |c: Chapter| Chapter { end_ms: None, hidden: false, location: None, ..c };
        let plain: Vec<Chapter> = given.into_iter().map(plain).collect();
        // Lists have no way to tell a dash before the title, or a link in it, from their own.
        prop_assume!(plain.iter().all(|c| !c.title.starts_with(['-', '–', '—']) && !c.title.ends_with('>')));
        prop_assert_eq!(chapters::read(chapters::write_list(&plain).as_bytes()).unwrap(), plain);
    }

    #[test]
    fn vtt_comes_back_whatever_it_says(
        cues in proptest::collection::vec(cue("([\\S&&[^\\p{C}]]{1,9})?", "[\\S&&[^\\p{C}]][^\\p{C}\\s]{0,30}( [^\\p{C}\\s]{1,9})?"), 1..20),
    ) {
        let cues = in_order(cues);
        let read = transcript::read(transcript::write(Format::Vtt, &cues).as_bytes()).unwrap();
        prop_assert_eq!(read.cues, cues);
    }

    #[test]
    fn srt_comes_back_where_its_words_can_be_written(
        cues in proptest::collection::vec(cue("([A-ZÄ][a-zä]{0,9}( [A-Z][a-z]{1,9})?)?", "[a-zäß❤日]{1,9}( [a-zäß,.!<&-]{1,9}){0,5}"), 1..20),
    ) {
        let cues = in_order(cues);
        let text = transcript::write(Format::Srt, &cues);
        let read = transcript::read(text.as_bytes()).unwrap();
        prop_assert_eq!(&read.cues, &cues);
        prop_assert_eq!(read.text, text);
        let vtt = transcript::write(Format::Vtt, &cues);
        prop_assert_eq!(transcript::read(vtt.as_bytes()).unwrap().cues, cues);
    }

    #[test]
    fn nothing_fed_in_makes_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (chapters::read(&bytes), transcript::read(&bytes));
    }

    #[test]
    fn nothing_alike_makes_a_panic_and_all_that_is_read_is_written(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("WEBVTT\n\n".to_string()), Just(" --> ".into()), Just("\n".into()), Just("00:00:01,000".into()),
                Just("<v ".into()), Just(">".into()), Just("&#".into()), Just("{\\".into()), Just("1\n".into()),
                Just("{\"chapters\":[".into()), Just("{\"startTime\":".into()), Just("1e3".into()), Just("}".into()),
                Just("A: ".into()), "\\PC{0,5}",
            ],
            0..40,
        ),
    ) {
        let text = pieces.concat();
        if let Ok(read) = transcript::read(text.as_bytes()) {
            for format in [Format::Vtt, Format::Srt] {
                let again = transcript::read(transcript::write(format, &read.cues).as_bytes());
                prop_assert!(again.is_ok(), "{:?}", again);
            }
        }
        if let Ok(read) = chapters::read(text.as_bytes()) {
            prop_assert_eq!(chapters::read(chapters::write_json(&read).as_bytes()).unwrap(), read);
        }
    }
}
