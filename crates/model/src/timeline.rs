//! Where the instants of a recording (the master) are heard in the sound that was made of it, and back.
//!
//! Chapters, transcripts and soundbites follow it when a passage is cut out or an intro comes in front.

mod follow;
mod instants;
mod recall;

pub use follow::{OnBoth, Timed, Within, follow};
pub use instants::{Instant, InstantOnBoth, follow_instants, recalled_instants};
pub use recall::recalled;

use serde::{Deserialize, Serialize};

/// What is heard for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// The recording from this millisecond on.
    Master(i64),
    /// The show's intro.
    Intro,
    /// The show's outro.
    Outro,
}

/// A while of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Piece {
    /// How long it is, milliseconds.
    pub length_ms: i64,
    /// What is heard.
    pub heard: Heard,
}

/// The output from its beginning to its end, piece by piece; those of the master ascend and do not overlap. Without pieces every
/// instant of the master is heard where it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(as = "Vec<Piece>"))]
#[serde(transparent)]
pub struct Timeline {
    /// The pieces.
    pub pieces: Vec<Piece>,
}

impl Timeline {
    /// A recording of which nothing is cut and to which nothing is added.
    pub fn all_of(length_ms: i64) -> Self {
        Self { pieces: vec![Piece { length_ms, heard: Heard::Master(0) }] }
    }

    /// Whether every instant stays where it is.
    pub fn moves_nothing(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Nothing to be remembered where all of a master of this length is heard, and nothing else.
    pub fn unless_all_of(self, master_length_ms: i64) -> Self {
        match self.pieces.as_slice() {
            // What is rounded away at the end is no cut.
            [Piece { length_ms, heard: Heard::Master(0) }] if *length_ms >= master_length_ms - 1 => Self::default(),
            _ => self,
        }
    }

    /// Length of the output, milliseconds.
    pub fn length_ms(&self) -> i64 {
        self.pieces.iter().map(|piece| piece.length_ms).sum()
    }

    /// Where an instant of the master is heard; `None` where it was cut out. The end of a piece belongs to the next one.
    pub fn to_output(&self, master_ms: i64) -> Option<i64> {
        if self.moves_nothing() {
            return Some(master_ms);
        }
        let found = self.of_master().find(|(_, start, length)| (*start..start + length).contains(&master_ms));
        let last = || self.of_master().last().filter(|(_, start, length)| start + length == master_ms);
        found.or_else(last).map(|(at, start, _)| at + master_ms - start)
    }

    /// Where an instant of the master, or the next one that was not cut out, is heard; at last the end of the master.
    pub fn nearest_output(&self, master_ms: i64) -> i64 {
        if self.moves_nothing() {
            return master_ms;
        }
        let mut end = 0;
        for (at, start, length) in self.of_master() {
            if master_ms < start + length {
                return at + (master_ms - start).max(0);
            }
            end = at + length;
        }
        end
    }

    /// The instant of the master that is heard; `None` in the intro and the outro.
    pub fn to_master(&self, output_ms: i64) -> Option<i64> {
        if self.moves_nothing() {
            return Some(output_ms);
        }
        let mut at = 0;
        let last = self.pieces.iter().rposition(|piece| matches!(piece.heard, Heard::Master(_)));
        for (index, piece) in self.pieces.iter().enumerate() {
            let inside = (at..at + piece.length_ms).contains(&output_ms)
                || (Some(index) == last && output_ms == at + piece.length_ms);
            match piece.heard {
                Heard::Master(start) if inside => return Some(start + output_ms - at),
                _ if inside => return None,
                _ => at += piece.length_ms,
            }
        }
        None
    }

    /// What was cut out of a master of this length: start and end, milliseconds.
    pub fn removed(&self, master_length_ms: i64) -> Vec<(i64, i64)> {
        if self.moves_nothing() {
            return vec![];
        }
        let mut at = 0;
        let kept = self.of_master().map(|(_, start, length)| (start, start + length));
        let mut removed = vec![];
        for (start, end) in kept.chain([(master_length_ms, master_length_ms)]) {
            if start > at {
                removed.push((at, start));
            }
            at = at.max(end);
        }
        removed
    }

    /// The intro and the outro alone, around what is heard between them as if it were a recording of its own.
    pub fn around(&self) -> Self {
        let between: i64 =
            self.length_ms() - self.intro_ms() - self.outro_at_ms().map_or(0, |at| self.length_ms() - at);
        if self.moves_nothing() || between == self.length_ms() {
            return Self::default();
        }
        let whose = |heard: Heard| self.pieces.iter().copied().filter(move |piece| piece.heard == heard);
        let master = Piece { length_ms: between, heard: Heard::Master(0) };
        Self { pieces: whose(Heard::Intro).chain([master]).chain(whose(Heard::Outro)).collect() }
    }

    /// Pieces of the master: where they are heard, where they begin in the master, how long they are.
    fn of_master(&self) -> impl Iterator<Item = (i64, i64, i64)> {
        let mut at = 0;
        self.pieces.iter().filter_map(move |piece| {
            let here = at;
            at += piece.length_ms;
            match piece.heard {
                Heard::Master(start) => Some((here, start, piece.length_ms)),
                Heard::Intro | Heard::Outro => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 s of intro; 10 s; 3 s cut out; 7 s to the end of a master of 20 s; 2 s of outro.
    fn cut() -> Timeline {
        let piece = |length_ms, heard| Piece { length_ms, heard };
        let pieces = vec![
            piece(5_000, Heard::Intro),
            piece(10_000, Heard::Master(0)),
            piece(7_000, Heard::Master(13_000)),
            piece(2_000, Heard::Outro),
        ];
        Timeline { pieces }
    }

    #[test]
    fn instants_are_found_both_ways() {
        let cut = cut();
        assert_eq!((cut.length_ms(), cut.moves_nothing()), (24_000, false));
        for (master, output) in [(0, 5_000), (9_999, 14_999), (13_000, 15_000), (19_999, 21_999), (20_000, 22_000)] {
            assert_eq!((cut.to_output(master), cut.to_master(output)), (Some(output), Some(master)));
            assert_eq!(cut.nearest_output(master), output);
        }
        for (gone, next) in [(10_000, 15_000), (12_999, 15_000), (20_001, 22_000), (-1, 5_000)] {
            assert_eq!((cut.to_output(gone), cut.nearest_output(gone)), (None, next), "{gone}");
        }
        for added in [0, 4_999, 22_001, 23_999, 24_000, 30_000, -1] {
            assert_eq!(cut.to_master(added), None, "{added}");
        }
        assert_eq!(cut.removed(20_000), [(10_000, 13_000)]);
        assert_eq!(cut.removed(21_000), [(10_000, 13_000), (20_000, 21_000)]);
    }

    #[test]
    fn a_whole_recording_stays_where_it_is() {
        let whole = Timeline::all_of(1_000);
        assert!(!whole.moves_nothing() && Timeline::default().moves_nothing());
        assert_eq!((Timeline::default().to_output(7), Timeline::default().to_master(7)), (Some(7), Some(7)));
        // A cut at the end is a cut.
        assert_eq!(whole.clone().unless_all_of(1_001), Timeline::default());
        assert_eq!(whole.clone().unless_all_of(1_002), whole);
        assert_eq!(cut().unless_all_of(20_000), cut());
        assert_eq!(
            (whole.to_output(400), whole.to_master(1_000), whole.to_output(1_001)),
            (Some(400), Some(1_000), None)
        );
        assert_eq!(whole.removed(1_000), []);
    }

    #[test]
    fn without_its_cuts_the_intro_and_the_outro_stay() {
        let piece = |length_ms, heard| Piece { length_ms, heard };
        let pieces = vec![piece(5_000, Heard::Intro), piece(17_000, Heard::Master(0)), piece(2_000, Heard::Outro)];
        assert_eq!(cut().around(), Timeline { pieces });
        assert!(Timeline::all_of(7).around().moves_nothing() && Timeline::default().around().moves_nothing());
    }

    #[test]
    fn it_is_written_as_a_list_of_pieces() {
        let text = serde_json::to_string(&cut()).unwrap();
        assert!(
            text.starts_with(r#"[{"length_ms":5000,"heard":"intro"},{"length_ms":10000,"heard":{"master":0}}"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Timeline>(&text).unwrap(), cut());
    }
}
