//! Time stamps in plain words: which times are stamps of the program that wrote the file, and which are words that somebody says
//! ("10:30 we met", "John 3:16").
//!
//! A stamp begins a paragraph, or stands in a text whose first line has one, or whose times rise from the first minute on. In
//! brackets (`[1:02]`, `Ada (1:02):`) and two spaces behind a name (`Ada  1:02`) it is one by itself. A time alone on its line is one
//! of two at least, and these rise. A time that words follow (`1:02 words`) or that follows a name (`Ada 1:02`) is written so by
//! people as well: it is a stamp where every paragraph has one, or where they all stand with a name above what is said; they rise, and
//! the first is in the first minute. One wrong time among many changes nothing of that.

use super::speakers::is_name_at_time;
use super::stamp_lines::{Line, Sign, Stamp, Time, lines};

/// A transcript begins with the sound; clocks and verses seldom do.
const FIRST_MINUTE_MS: i64 = 60_000;

/// How a text writes its times.
#[derive(Default)]
pub(super) struct Habits {
    /// They stand at the beginning of lines, not of paragraphs only.
    in_lines: bool,
    alone: bool,
    bare: bool,
    /// Whether names stand behind the times, and what is said below; with and without brackets.
    names: [bool; 2],
}

impl Habits {
    pub(super) fn of(text: &str) -> Self {
        let (mut sure, mut begun, mut all) = (Run::default(), Run::default(), Run::default());
        let (mut first, mut every, mut names) = (None, true, [Names::default(), Names::default()]);
        for line in lines(text) {
            let is_sure = line.time.as_ref().is_some_and(|time| time.sign != Sign::Bare);
            first.get_or_insert(is_sure);
            every &= !line.begins || line.time.is_some();
            if let Some(time) = &line.time {
                let ms = time.stamp.start_ms;
                all.0.push(ms);
                sure.0.extend(is_sure.then_some(ms));
                begun.0.extend((is_sure && line.begins).then_some(ms));
            }
            names[0].add(&line, Sign::Marked);
            names[1].add(&line, Sign::Bare);
        }
        let [marked, bare] = names.map(|names| names.all());
        let in_lines = first.unwrap_or_default() || sure.rises() && sure.is_early();
        Self {
            in_lines,
            alone: if in_lines { sure.rises() } else { begun.rises() },
            bare: (every || bare) && all.rises() && all.is_early(),
            names: [marked, bare],
        }
    }

    /// The stamp of a line, where its time is one.
    pub(super) fn stamp<'a>(&self, line: &Line<'a>) -> Option<Stamp<'a>> {
        let Time { sign, stamp } = line.time?;
        let placed = line.begins || self.in_lines;
        let is_stamp = match sign {
            Sign::Marked => placed,
            Sign::Alone => self.alone && placed || self.bare,
            Sign::Bare => self.bare,
        };
        let named = self.names[usize::from(sign == Sign::Bare)] && stamp.speaker.is_empty();
        let stamp = if named { Stamp { speaker: stamp.words, words: "", ..stamp } } else { stamp };
        is_stamp.then_some(stamp)
    }
}

/// Times one after the other, in milliseconds.
#[derive(Default)]
struct Run(Vec<i64>);

impl Run {
    /// Whether at least two, and nine of ten, never fall: the others are slips, or words.
    fn rises(&self) -> bool {
        // The last time of the best run of each length: it is as early as can be.
        let mut ends: Vec<i64> = vec![];
        for ms in &self.0 {
            let at = ends.partition_point(|end| end <= ms);
            match ends.get_mut(at) {
                Some(end) => *end = *ms,
                None => ends.push(*ms),
            }
        }
        ends.len() >= 2 && ends.len() * 10 >= self.0.len() * 9
    }

    fn is_early(&self) -> bool {
        self.0.first().is_some_and(|ms| *ms < FIRST_MINUTE_MS)
    }
}

/// Whether all times of one sign have a name and nothing else behind them, and words below.
#[derive(Default)]
struct Names {
    count: usize,
    other: bool,
    waits: bool,
}

impl Names {
    fn add(&mut self, line: &Line, sign: Sign) {
        self.other |= std::mem::take(&mut self.waits) && (line.begins || line.time.is_some());
        if let Some(Time { stamp, .. }) = line.time.filter(|time| time.sign == sign && time.stamp.speaker.is_empty()) {
            self.count += 1;
            self.waits = true;
            self.other |= !is_name_at_time(stamp.words);
        }
    }

    fn all(&self) -> bool {
        self.count >= 2 && !self.other && !self.waits
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Care, Form, handed};

    type Said = (i64, &'static str, &'static str);

    fn said(text: &str) -> Vec<(i64, String, String)> {
        let found = handed(text.as_bytes(), Some(Form::Text), None, Care::Taken).unwrap();
        found.cues.into_iter().map(|cue| (cue.start_ms, cue.speaker, cue.text)).collect()
    }

    #[track_caller]
    fn reads(text: &str, expected: &[Said]) {
        let found = said(text);
        let found: Vec<(i64, &str, &str)> = found.iter().map(|(ms, name, text)| (*ms, &**name, &**text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn exports_of_several_programs_are_read() {
        let talk: [Said; 2] = [(3_000, "Ada Lund", "Welcome to the harbour."), (62_000, "Bo", "Thank you.")];
        for text in [
            // Otter: two spaces behind the name, and at the end of the line.
            "Ada Lund  0:03  \nWelcome to the harbour.\n\nBo  1:02  \nThank you.\n",
            // Rev.
            "Ada Lund (00:03):\nWelcome to the harbour.\n\nBo (01:02):\nThank you.\n",
            // Descript, before and behind the name.
            "[00:00:03] Ada Lund: Welcome to the harbour.\n\n[00:01:02] Bo: Thank you.\n",
            "Ada Lund: [00:00:03] Welcome to the harbour.\n\nBo: [00:01:02] Thank you.\n",
            "Ada Lund [00:00:03]: Welcome to the harbour.\nBo [00:01:02]: Thank you.\n",
            // Word: the time, the name, and below what is said.
            "00:00:03 Ada Lund\nWelcome to the harbour.\n00:01:02 Bo\nThank you.\n",
            // Happy Scribe.
            "[00:00:03.00] - Ada Lund\nWelcome to the harbour.\n\n[00:01:02.00] - Bo\nThank you.\n",
            // Typed, one space.
            "Ada Lund 0:03\nWelcome to the harbour.\n\nBo 1:02\nThank you.\n",
        ] {
            reads(text, &talk);
        }
        let nobody: [Said; 2] = [(0, "", "welcome to the harbour"), (5_000, "", "it is 10:30")];
        for text in [
            // YouTube, as it is copied: the time, and its words below.
            "0:00\nwelcome to the harbour\n0:05\nit is 10:30\n",
            "0:00 welcome to the harbour\n0:05 it is 10:30\n",
            // whisper.cpp and Whisper, as they print.
            "[00:00:00.000 --> 00:00:05.000]   welcome to the harbour\n[00:00:05.000 --> 00:00:07.500]   it is 10:30\n",
        ] {
            reads(text, &nobody);
        }
        let end = "Ada  0:03  \nWelcome.\n\nTranscribed by https://otter.ai";
        assert_eq!(said(end)[1].2, "Transcribed by https://otter.ai");
        reads(
            "0:00\nthe train leaves\n0:08\n10:30\n0:10\nand is late",
            &[(0, "", "the train leaves"), (8_000, "", "10:30"), (10_000, "", "and is late")],
        );
    }

    #[test]
    fn a_heading_a_slip_and_a_turn_of_two_paragraphs_cost_no_time() {
        let starts = |text: &str| said(text).iter().map(|(ms, _, _)| *ms).collect::<Vec<_>>();
        // Whisper's own words before the first line; a title above what YouTube shows; a heading.
        let whisper = "Detected language: English\n[00:00.000 --> 00:05.000]  Hi\n[00:05.000 --> 00:07.000]  there\n";
        assert_eq!(starts(whisper)[1..], [0, 5_000]);
        assert!(said(whisper).iter().all(|(_, _, text)| !text.contains("-->")));
        assert_eq!(starts("My talk\n\n0:00\nwelcome\n0:05\nto you\n")[1..], [0, 5_000]);
        assert_eq!(said("Transcript\n[0:03] Ada: Hello\n[1:02] Bo: Yes\n")[2].1, "Bo");
        // A speaker of two paragraphs.
        let turn = said("00:00:03 Ada\nOne.\n\nTwo.\n\n00:01:02 Bo\nThree.\n");
        assert_eq!((turn[0].1.as_str(), turn[2].0, turn[2].1.as_str()), ("Ada", 62_000, "Bo"));
        // One slip among twenty.
        let line = |n: usize| format!("0:{:02}\nword {n}\n", if n == 11 { 2 } else { 2 * n });
        let slipped: String = (0..20).map(line).collect();
        assert_eq!(said(&slipped).len(), 20);
        assert_eq!(starts(&slipped)[12], 24_000);
    }

    #[test]
    fn clocks_and_verses_are_words() {
        for text in [
            "At 10:30 we met",
            "10:30 we met",
            "10:30 we met\n11:00 we ate\n12:15 we left",
            "John 3:16 says that God so loved the world",
            "John 3:16",
            "John 3:16\nFor God so loved the world\n\nRomans 8:28\nAll things work together",
            "3:16 For God so loved the world\n3:17 For God sent not his Son\n3:18 He that believeth",
            "0:5 is no time\n0:6 is none",
            "We met at\n10:30\nand left at\n11:15",
            "As he says\n(3:16) and so on",
            "10:30",
            "Bo: 1:40",
            "The score:\n\n2:1 they won -\n\n3:2 they lost",
            "[10:30 we met",
            "(see 3:16) it says",
        ] {
            let expected: String = text.replace("Bo: ", "").split_whitespace().collect();
            let found: String = said(text).iter().flat_map(|(_, _, text)| text.split_whitespace()).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn names_of_every_kind_have_their_times() {
        for (one, other) in [
            ("Ludwig van Beethoven", "O'Brien"),
            ("Maria de la Cruz", "José Ortega y Gasset"),
            ("Ursula von der Leyen", "dr. Müller"),
            ("de Gaulle", "Jeanne d’Arc"),
            ("Muqtada al-Sadr", "prof. dr. Jan ter Horst"),
            ("SPEAKER_00", "SPEAKER_01"),
            ("Speaker 1", "Speaker 2"),
            ("S1", "spk_0"),
        ] {
            for text in [
                format!("{one}  0:03\nWelcome.\n\n{other}  1:02\nThank you.\n"),
                format!("{one} (00:03):\nWelcome.\n\n{other} (01:02):\nThank you.\n"),
                format!("{one} (00:03)\nWelcome.\n\n{other} (01:02)\nThank you.\n"),
                format!("{one}: [00:00:03] Welcome.\n\n{other}: [00:01:02] Thank you.\n"),
                format!("{one} 00:00:03\nWelcome.\n\n{other} 00:01:02\nThank you.\n"),
                format!("00:00:03 {one}\nWelcome.\n00:01:02 {other}\nThank you.\n"),
                format!("[00:00:03] - {one}\nWelcome.\n\n[00:01:02] - {other}\nThank you.\n"),
            ] {
                let found = said(&text);
                let found: Vec<(i64, &str, &str)> =
                    found.iter().map(|(ms, name, text)| (*ms, &**name, &**text)).collect();
                assert_eq!(found, [(3_000, one, "Welcome."), (62_000, other, "Thank you.")], "{text}");
            }
        }
    }

    #[test]
    fn small_words_beside_a_time_are_no_names() {
        for text in [
            "We read John 3:16 today",
            "It was 10:30 when he left",
            "Tag der Arbeit  0:10\nfrei",
            "Day of the Dead  0:10\nfree",
            "We count to ten  0:10\nand go",
            "The film is by van  0:10\nand long",
            "chapter_one  0:10\nhello",
            "We do\nJohn 3:16\n\nMaria de la Cruz\n\nbut do Genesis 1:01",
        ] {
            let found = said(text);
            assert!(found.iter().all(|(_, name, _)| name.is_empty()), "{text}");
            let found: String = found.iter().flat_map(|(_, _, text)| text.split_whitespace()).collect();
            assert_eq!(found, text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn a_stamp_that_nothing_follows_stays() {
        reads(
            "[0:10] Hello\n\nBo  0:20\n\n[0:30]\n\nWell",
            &[(10_000, "", "Hello"), (20_000, "", "Bo  0:20"), (30_000, "", "Well")],
        );
        reads("[0:10] -5 degrees\n\n[0:20]", &[(10_000, "", "-5 degrees"), (20_000, "", "[0:20]")]);
    }
}
