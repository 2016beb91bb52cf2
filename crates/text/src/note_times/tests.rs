//! Which words are times of the sound, and how they are written at another instant.

use super::*;
use crate::{html_notes, notes};

const HOUR: i64 = 3_600_000;

fn found(notes: &Notes, length_ms: i64) -> Vec<(String, i64)> {
    let own = ["harbour.example".to_string()];
    let times = note_times(notes, &own, length_ms);
    times.into_iter().map(|time| (notes.source[time.place.clone()].to_string(), time.at_ms)).collect()
}

fn words(found: &[(String, i64)]) -> Vec<&str> {
    found.iter().map(|(text, _)| text.as_str()).collect()
}

#[test]
fn times_stand_where_notes_list_them() {
    for (markdown, expected) in [
        ("12:34 The harbour", &["12:34"][..]),
        ("00:00 Hello\n01:02 News\n1:02:03 Farewell", &["00:00", "01:02", "1:02:03"]),
        ("- 12:34 – The harbour\n- 13:00: Fog", &["12:34", "13:00"]),
        ("1. 02:00 One\n2. 03:00 Two", &["02:00", "03:00"]),
        ("> 12:34 said", &["12:34"]),
        ("**12:34** The harbour\n\n*13:00* Fog", &["12:34", "13:00"]),
        ("• 12:34 The harbour  \n• 13:00 Fog", &["12:34", "13:00"]),
        ("Chapters:\n12:34 The harbour", &["12:34"]),
        ("The harbour (12:34) and the fog [13:00].", &["12:34", "13:00"]),
        ("The harbour (12:34–13:00)", &["12:34", "13:00"]),
        ("Live in Hamburg (19:30), come along", &[]),
        ("On Friday (12:34) or Saturday (13:00)", &[]),
        ("12:34 - 13:00 The harbour", &["12:34", "13:00"]),
        ("12:34.500 The harbour", &["12:34.500"]),
        ("[12:34](#t=754) The harbour", &["12:34", "754"]),
        (
            "See [the harbour](#t=12:34,13:00.5) and [fog](https://harbour.example/7#t=npt:90.25)",
            &["12:34", "13:00.5", "90.25"],
        ),
        ("<p>12:34 The harbour<br>13:00 Fog</p>", &["12:34", "13:00"]),
        ("[12:34 The harbour](https://port.example/)", &["12:34"]),
    ] {
        assert_eq!(words(&found(&notes(markdown).unwrap(), HOUR * 2)), expected, "{markdown}");
    }
}

#[test]
fn other_words_with_digits_and_colons_are_left_alone() {
    for markdown in [
        "John 3:16",
        "We read John 3:16 and (Mark 4:35).",
        "We meet at 12:30 on Tuesday.",
        "12:30 on Tuesday we meet.",
        "12:30 pm, at the quay",
        "12:30 Uhr am Kai",
        "(12:30 p.m.)",
        "The long story of what is said in the gospel of John\n3:16 is told by a fisherman.",
        "16:9 and 4:3",
        "(2:1)",
        "`12:34 The harbour`",
        "    12:34 code",
        "```\n12:34 code\n```",
        "2026-11-22T12:30:00Z",
        "12:34:56:07 an address",
        "12:61 nothing",
        "1234:00 nothing",
        "12:34/5",
        "![12:34](https://harbour.example/p.png#t=5)",
        "[12:34](https://youtu.be/abc?t=754) in the film",
        "[12:34](https://other.example/7#t=754) in another show",
        "[the harbour](https://other.example/7#t=754)",
        "[12:34][1] The harbour\n\n[1]: #t=754",
        "[the harbour](#top=5)",
        "<!-- 12:34 -->",
        "3:00:00 behind the end of the sound",
    ] {
        assert_eq!(found(&notes(markdown).unwrap(), HOUR * 2), [], "{markdown}");
    }
}

#[test]
fn html_that_was_imported_is_read_as_readers_see_it() {
    for (html, expected) in [
        ("<p>12:34 The harbour</p><p>Fog at 13:00</p>", &["12:34"][..]),
        ("<ul><li><b>12:34</b> The harbour<li>&nbsp;13:00 Fog</ul>", &["12:34", "13:00"]),
        ("<div>The harbour\n12:34 is no line here</div>", &[]),
        ("One<br/>12:34 Two<BR>(13:00) Three", &["12:34", "13:00"]),
        ("<a href='#t=754'>12:34</a> The harbour", &["754", "12:34"]),
        ("<p>See <a title='a > b' href=\"https://HARBOUR.example/7?x=1&amp;y=2#t=90\">this</a></p>", &["90"]),
        ("<p><a href=\"https://other.example/7#t=90\">12:34</a></p><p>13:00 Fog</p>", &["13:00"]),
        ("<script>12:34 x</script><style>13:00</style><pre><code>14:00</code></pre><!-- <p>15:00 -->", &[]),
        ("<p>1 < 2</p><p>12:34 The harbour", &["12:34"]),
        ("<p>12:34", &["12:34"]),
        ("<p 12:34", &[]),
    ] {
        assert_eq!(words(&found(&html_notes(html).unwrap(), HOUR * 2)), expected, "{html}");
    }
}

#[test]
fn lists_of_times_are_seen_as_readers_see_them() {
    for (html, expected) in [
        ("<p>0:00 Hello<br>1:02 News<br>1:02:03 Farewell</p>", &[0, 62_000, 3_723_000][..]),
        ("<ul><li>(00:00) Hello</li><li>[01:02] – News</li></ul>", &[0, 62_000]),
        ("<p><b>00:00</b>-Hello</p><p>• 01:02 News</p>", &[0, 62_000]),
        ("<p>0:00\n1:02 in the same line</p>", &[0]),
        ("<p>See the harbour (12:34), the fog [13:00].</p>", &[]),
        ("<p>12:34</p><p>(13:00)</p>", &[]),
        ("<p>12:30 Uhr am Kai<br>(12:30 p.m.) at the quay<br>19:30 on Friday</p>", &[]),
        ("<p>16:9 and 4:3<br>3:60 nothing</p>", &[]),
        ("", &[]),
    ] {
        assert_eq!(listed_times(&html_notes(html).unwrap().safe), expected, "{html}");
    }
}

#[test]
fn the_words_of_a_listed_time_begin_behind_where_it_ends() {
    for (html, expected) in [
        ("<p>0:00 - 1:30 Intro</p>", "Intro"),
        ("<p>(0:00 – 1:30): Intro</p>", "Intro"),
        ("<p>0:00 | Intro</p>", "Intro"),
        ("<p>0:00 Intro 1:30</p>", "Intro 1:30"),
        ("<p>0:00 4:33 by John Cage</p>", "4:33 by John Cage"),
        ("<p>0:00 2 Intros</p>", "2 Intros"),
        ("<p>0:00 Intro</p>", "Intro"),
    ] {
        let lines = listed_lines(&html_notes(html).unwrap().safe);
        assert_eq!(lines, [(0, expected.to_string())], "{html}");
    }
}

#[test]
fn a_time_is_written_as_one_was_before() {
    for (before, ms, after) in [
        ("12:34", 754_999, "12:34"),
        ("12:34", 3_599_999, "59:59"),
        ("59:50", 3_620_000, "1:00:20"),
        ("75:30", 3_620_000, "60:20"),
        ("02:03", 5_000, "00:05"),
        ("2:03", 5_000, "0:05"),
        ("1:00:10", 3_590_000, "0:59:50"),
        ("01:00:10", 3_590_000, "00:59:50"),
        ("12:34.5", 754_750, "12:34.7"),
        ("12:34,500", 754_750, "12:34,750"),
        ("754", 42_900, "42"),
        ("90.25", 90_257, "90.25"),
        ("1:00", -5, "0:00"),
    ] {
        assert_eq!(written(before, ms), after, "{before} at {ms}");
    }
}

#[test]
fn only_the_times_change() {
    let typed = notes("# One\r\n\r\n- 0:30 Höhe *über* Grund ([0:45](#t=45.5))\r\n- 1:10 Ende\r\n").unwrap();
    let times = note_times(&typed, &[], HOUR);
    let moved: Vec<(NoteTime, i64)> = times.iter().map(|time| (time.clone(), time.at_ms + 3_600_000)).collect();
    let after = with_note_times(&typed.source, &moved).unwrap();
    assert_eq!(after, "# One\r\n\r\n- 1:00:30 Höhe *über* Grund ([1:00:45](#t=3645.5))\r\n- 1:01:10 Ende\r\n");
    let same: Vec<(NoteTime, i64)> = times.iter().map(|time| (time.clone(), time.at_ms)).collect();
    assert_eq!(with_note_times(&typed.source, &same), None);
    assert_eq!(times[0].beside, "HöheüberGrundt", "what tells it from others has no digits");
}

proptest::proptest! {
    #[test]
    fn places_are_times_in_order_whatever_is_written(source in "([0-9]{1,3}:[0-9]{2}|[\\[\\](){}<>#*_\\-–:.,&;!/ \n`\"'=a-cäöt€]){0,60}") {
        for notes in [notes(&source).unwrap(), html_notes(&source).unwrap()] {
            let mut at = 0;
            for time in note_times(&notes, &[], i64::MAX) {
                proptest::prop_assert!(time.place.start >= at, "{source}");
                at = time.place.end;
                proptest::prop_assert!(notes.source.get(time.place.clone()).is_some());
            }
        }
    }
}
