//! Time stamps in plain words: which times are stamps of the program that wrote the file, and which are words that somebody says
//! ("10:30 we met", "John 3:16").
//!
//! A stamp begins a paragraph, or stands in a text whose first line has one. In brackets (`[1:02]`, `Ada (1:02):`) and two spaces
//! behind a name (`Ada  1:02`) it is one by itself. A time alone on its line is one of two at least, and these ascend. A time that
//! words follow (`1:02 words`) or that follows a name (`Ada 1:02`) is written so by people as well: it is a stamp where every
//! paragraph has one, they ascend, and the first is in the first minute.

use super::srt::is_name;
use super::stamp_lines::{Line, Sign, Stamp, Time, lines};

/// A transcript begins with the sound; clocks and verses seldom do.
const FIRST_MINUTE_MS: i64 = 60_000;

/// How a text writes its times.
#[derive(Default)]
pub(super) struct Habits {
    first_line_has_one: bool,
    alone: bool,
    bare: bool,
    /// Whether names stand behind the times, and what is said below; with and without brackets.
    names: [bool; 2],
}

impl Habits {
    pub(super) fn of(text: &str) -> Self {
        let (mut alone, mut all, mut names) = (Run::default(), Run::default(), [Names::default(), Names::default()]);
        let (mut first, mut every) = (None, true);
        for line in lines(text) {
            let sure = |time: &Time| time.sign != Sign::Bare;
            let first: bool = *first.get_or_insert_with(|| line.time.as_ref().is_some_and(sure));
            every &= !line.begins || line.time.is_some();
            if let Some(time) = &line.time {
                all.add(time.stamp.start_ms);
                if sure(time) && (line.begins || first) {
                    alone.add(time.stamp.start_ms);
                }
            }
            names[0].add(&line, Sign::Marked);
            names[1].add(&line, Sign::Bare);
        }
        Self {
            first_line_has_one: first.unwrap_or_default(),
            alone: alone.ascends(),
            bare: every && all.ascends() && all.first_ms.is_some_and(|ms| ms < FIRST_MINUTE_MS),
            names: names.map(|names| names.all()),
        }
    }

    /// The stamp of a line, where its time is one.
    pub(super) fn stamp<'a>(&self, line: &Line<'a>) -> Option<Stamp<'a>> {
        let Time { sign, stamp } = line.time?;
        let placed = line.begins || self.first_line_has_one;
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

/// Times one after the other.
#[derive(Default)]
struct Run {
    count: usize,
    first_ms: Option<i64>,
    last_ms: i64,
    falls: bool,
}

impl Run {
    fn add(&mut self, ms: i64) {
        self.first_ms.get_or_insert(ms);
        self.falls |= ms < self.last_ms;
        (self.count, self.last_ms) = (self.count + 1, ms);
    }

    fn ascends(&self) -> bool {
        self.count >= 2 && !self.falls
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
            self.other |= !is_name(stamp.words);
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
    fn a_stamp_that_nothing_follows_stays() {
        reads(
            "[0:10] Hello\n\nBo  0:20\n\n[0:30]\n\nWell",
            &[(10_000, "", "Hello"), (20_000, "", "Bo  0:20"), (30_000, "", "Well")],
        );
        reads("[0:10] -5 degrees\n\n[0:20]", &[(10_000, "", "-5 degrees"), (20_000, "", "[0:20]")]);
    }
}
